"""Signing in with the server's password and a passphrase of one's own: sessions, and limits on wrong tries."""

import hashlib
import hmac
import secrets
import time
from asyncio import Lock

from ui.web.security.limits import TokenBuckets
from ui.web.security.rules import Rules
from ui.web.security.user_names import folded
from ui.web.security.users import People

HOURS = 12
"""How long a session lasts."""

TRIES, MINUTES = 5, 5
"""Wrong passwords, passphrases or tokens that one address may send in so many minutes."""

NAME_TRIES = 20
"""Wrong passphrases for one name, from all addresses, in the same time."""

NEW_NAMES = 20
"""Names that one address may register in an hour."""


class Sessions:
    """Issues signed sessions and checks them.

    A session is good for HOURS, until it is ended, until its name gets a new passphrase, or until the server ends:
    the signing key lives in memory alone.
    """

    def __init__(self, rules: Rules, tries: TokenBuckets | None = None, people: People | None = None) -> None:
        from itsdangerous import URLSafeTimedSerializer

        self.rules = rules
        self.people = people or People()
        self.one_at_a_time = Lock()
        """Held while a passphrase is checked, so that concurrent tries count one after another."""
        self._tries = tries or TokenBuckets(TRIES, MINUTES * 60)
        self._name_tries = TokenBuckets(NAME_TRIES, MINUTES * 60)
        self._new_names = TokenBuckets(NEW_NAMES, 3600)
        self._signer = URLSafeTimedSerializer(
            secrets.token_bytes(32), salt="session", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._ended: dict[str, float] = {}

    def check_password(self, given: str, secret: str, address: str) -> tuple[int, bool]:
        """(seconds to wait after too many wrong tries, else 0; whether the secret is right). "" is never right."""
        if wait := self._tries.wait(address):
            return wait, False
        right = same(given, secret) and bool(secret)
        if not right:
            self._tries.take(address)
        return 0, right

    def program(self, token: str, address: str) -> tuple[int, str | None]:
        """(seconds to wait after too many wrong tries, else 0; the name of the program with this token, or None)."""
        if wait := self._tries.wait(address):
            return wait, None
        # All tokens are compared, whichever fits, so that the time reveals nothing.
        names = [name for known, name in self.rules.programs.items() if same(token, known)]
        if not names:
            self._tries.take(address)
        return 0, names[0] if names else None

    def passphrase_wait(self, name: str, address: str) -> int:
        """The seconds until a passphrase of this name may be tried from this address; 0: now."""
        return max(self._tries.wait(address), self._name_tries.wait(folded(name)))

    def count_wrong_passphrase(self, name: str, address: str) -> None:
        """Count a wrong passphrase against the address and the name."""
        self._tries.take(address)
        self._name_tries.take(folded(name))

    def count_new_name(self, address: str) -> int:
        """Count a new name from this address and return 0; or return the seconds until one may be registered."""
        return self._new_names.take(address)

    def issue(self, name: str) -> str:
        """A signed session for the cookie."""
        return str(self._signer.dumps([name, self.people.stamp(name), secrets.token_hex(8)]))

    def name(self, session: str) -> str | None:
        """The name in a session; None unless it is one of ours and still good."""
        name, _ = self._read(session)
        return name

    def end(self, session: str) -> None:
        """End a session, also for anyone who has a copy of it."""
        name, id_ = self._read(session)
        if name is not None:
            now = time.time()
            self._ended = {old: until for old, until in self._ended.items() if until > now}
            self._ended[id_] = now + HOURS * 3600

    def _read(self, session: str) -> tuple[str | None, str]:
        """The name and the id in a session; (None, "") unless it is good.

        Ended sessions are known by the id inside, not by their text: several texts decode to the same signature.
        """
        from itsdangerous import BadData

        try:
            name, stamp, id_ = self._signer.loads(session, max_age=HOURS * 3600)
        except (BadData, UnicodeError):
            return None, ""
        good = id_ not in self._ended and stamp == self.people.stamp(name)
        return (name, id_) if good else (None, "")


def same(given: str, secret: str) -> bool:
    """Whether the two are equal, compared in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), secret.encode(errors="surrogatepass"))
