"""Signing in with a name, the server's password and a passphrase of one's own, and out again."""

import base64
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
TRIES, MINUTES = 5, 5
"""Wrong passwords, passphrases or tokens from one address, and the time in which so many are let pass."""

NAME_TRIES = 20
"""Wrong passphrases for one name from all addresses in that time."""

NEW_NAMES = 20
"""Names that may be taken from one address in an hour."""


class Sessions:
    """Gives out signed sessions and knows them again until the server ends, `HOURS` have passed or they are ended."""

    def __init__(self, rules: Rules, tries: TokenBuckets | None = None, people: People | None = None) -> None:
        self.rules = rules
        self.people = people or People()
        self.one_at_a_time = Lock()
        """Held while a passphrase is tried, so that many tries at once count one after another."""
        self._name_tries = TokenBuckets(NAME_TRIES, MINUTES * 60)
        self._new_names = TokenBuckets(NEW_NAMES, 3600)
        self._key = secrets.token_bytes(32)
        self._tries = tries or TokenBuckets(TRIES, MINUTES * 60)
        self._ended: dict[str, float] = {}

    def admits(self, given: str, secret: str, address: str) -> tuple[int, bool]:
        """Whether the secret is right; before it, the seconds to wait after too many wrong ones, else 0.

        Where the secret is "" there is none, and nothing is right.
        """
        if wait := self._tries.wait(address):
            return wait, False
        right = same(given, secret) and bool(secret)
        if not right:
            self._tries.take(address)
        return 0, right

    def program(self, token: str, address: str) -> tuple[int, str | None]:
        """The name of the program whose token this is; before it, the seconds to wait after too many wrong ones."""
        if wait := self._tries.wait(address):
            return wait, None
        # All are compared, whichever it is: the time must not tell.
        names = [name for known, name in self.rules.programs.items() if same(token, known)]
        if not names:
            self._tries.take(address)
        return 0, names[0] if names else None

    def may_try(self, name: str, address: str) -> int:
        """The seconds to wait before a passphrase of this name may be tried from this address; 0: now."""
        return max(self._tries.wait(address), self._name_tries.wait(folded(name)))

    def missed(self, name: str, address: str) -> None:
        """A passphrase was wrong."""
        self._tries.take(address)
        self._name_tries.take(folded(name))

    def may_take(self, address: str) -> int:
        """Counts a new name from this address, or returns the seconds until one may be taken."""
        return self._new_names.take(address)

    def session(self, name: str) -> str:
        """A session for the cookie: name, end and a random part, signed."""
        ends = f"{time.time() + HOURS * 3600:.0f}"
        said = f"{base64.urlsafe_b64encode(name.encode()).decode().rstrip('=')}.{ends}.{secrets.token_hex(8)}"
        return f"{said}.{self._signature(said)}"

    def name(self, session: str) -> str | None:
        """The name in a session; None unless it is one of ours and still good."""
        said, _, signature = session.rpartition(".")
        if not same(signature, self._signature(said)) or session in self._ended:
            return None
        name, ends, _ = said.split(".")
        return _decoded(name) if float(ends) > time.time() else None

    def end(self, session: str) -> None:
        """Makes a session worthless, also for one who has a copy of it."""
        if self.name(session) is not None:
            now = time.time()
            self._ended = {old: until for old, until in self._ended.items() if until > now}
            self._ended[session] = now + HOURS * 3600

    def _signature(self, said: str) -> str:
        # With what changes with the passphrase: a new one ends the sessions of its name.
        stamp = self.people.stamp(_decoded(said.partition(".")[0]))
        return hmac.new(self._key, f"{said}.{stamp}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _decoded(name: str) -> str:
    """The name in a session; "" for what is none."""
    try:
        return base64.urlsafe_b64decode(name + "==").decode()
    except ValueError:
        return ""


def same(given: str, secret: str) -> bool:
    """Whether the two are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), secret.encode(errors="surrogatepass"))
