"""The people who sign in: their names and hashed passphrases, in one small file beside the conversations."""

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from ui.errors import PeopleError
from ui.web.security.user_names import folded, skeleton

FILE_NAME = "people.json"
SHORTEST, LONGEST = 8, 200
"""Characters of a passphrase."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_COST, _BLOCK = 2**14, 8
"""Parameters of scrypt: 16 MiB and about a twentieth of a second for each check."""


@dataclass(frozen=True)
class Person:
    """A registered name. `proof` is the scrypt hash of its passphrase; `since` is ISO 8601 in UTC."""

    name: str
    salt: str
    proof: str
    since: str


class People:
    """The people of one file, or of memory alone where `path` is None. Safe to share between threads and processes.

    All methods but `stamp` raise PeopleError when the file can't be read or written; it is left as it is.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known: dict[str, Person] = {}
        self._seen: tuple[int, int, int] | None = None

    def all(self) -> list[Person]:
        """Everyone, by name."""
        return [person for _, person in sorted(self._read().items())]

    def has(self, name: str) -> bool:
        """Whether this name is registered, in any spelling."""
        return folded(name) in self._read()

    def lookalike(self, name: str) -> str | None:
        """Another registered name that looks the same, such as one with a Cyrillic letter; None without one."""
        looks, key = skeleton(name), folded(name)
        others = (person.name for other, person in self._read().items() if other != key)
        return next((other for other in others if skeleton(other) == looks), None)

    def claim(self, name: str, passphrase: str) -> bool:
        """Register a name with a passphrase; False if it is registered already."""
        return self._write(name, passphrase, new=True)

    def reset(self, name: str, passphrase: str) -> bool:
        """Give a registered name another passphrase, which ends its sessions; False if nobody has the name."""
        return self._write(name, passphrase, new=False)

    def opens(self, name: str, passphrase: str) -> bool:
        """Whether this is the passphrase of the name. Takes equally long for a name that nobody has."""
        person = self._read().get(folded(name))
        proof = _proof(passphrase, person.salt if person else "00")
        return hmac.compare_digest(proof, person.proof if person else "") and person is not None

    def stamp(self, name: str) -> str:
        """A value that changes with the name's passphrase, for ending older sessions; "" for a name that nobody has."""
        try:
            person = self._read().get(folded(name))
        except PeopleError:
            return "unknown"
        return person.salt[:16] if person else ""

    def _write(self, name: str, passphrase: str, *, new: bool) -> bool:
        if self.path is None:
            return self._put(name, passphrase, new)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=30):
                if not self._put(name, passphrase, new):
                    return False
                partial = self.path.with_name(f"{self.path.name}.part")
                content = {"people": {key: asdict(person) for key, person in self._known.items()}}
                with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                    json.dump(content, file, indent=2)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(self.path)
                self._seen = None
        except OSError as error:
            self._seen = None
            raise PeopleError(
                f"can't write the names of people to {self.path} ({error.strerror or error}): it must be a file you may"
                " write to, on a disk with room"
            ) from error
        return True

    def _put(self, name: str, passphrase: str, new: bool) -> bool:
        known, key = self._read(), folded(name)
        if (key in known) is new:
            return False
        salt, since = secrets.token_hex(16), datetime.now(UTC).isoformat(timespec="seconds")
        person = Person(name if new else known[key].name, salt, _proof(passphrase, salt), since)
        self._known = {**known, key: person}
        return True

    def _read(self) -> dict[str, Person]:
        """The people by their folded names; the file is read again when it has changed."""
        if self.path is None:
            return self._known
        try:
            about = self.path.stat()
            seen = (about.st_mtime_ns, about.st_size, about.st_ino)
            if seen != self._seen:
                content = json.loads(self.path.read_text(encoding="utf-8"))
                self._known = {str(key): Person(**fields) for key, fields in content["people"].items()}
                self._seen = seen
        except FileNotFoundError:
            self._known, self._seen = {}, None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise PeopleError(
                f"the names of people in {self.path} can't be read ({error}): bring the file back from a copy; without"
                " it every name is free again"
            ) from error
        return self._known


def new_passphrase() -> str:
    """A random passphrase: four groups of four letters and digits, without those that look alike."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _proof(passphrase: str, salt: str) -> str:
    encoded = unicodedata.normalize("NFC", passphrase.strip()).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(encoded, salt=bytes.fromhex(salt), n=_COST, r=_BLOCK, p=1, dklen=32).hex()
