"""Which names the server goes by, and which password and tokens let people and programs in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.errors import ServerError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})
TOKEN_NAME = "token"
"""The name of the program that has the one token without a name."""


@dataclass(frozen=True)
class Rules:
    """`hosts` are the names the server goes by, without ports; "0.0.0.0" and "::" stand for every address in digits.

    Without password and token everyone who reaches the server may use it. The token is for programs, the password
    for people; where there is no password, the token is theirs too. `tokens` are names of programs by the token that
    each has of its own. Raises ServerError for an empty one.
    """

    hosts: frozenset[str] = LOOPBACK
    password: str | None = None
    token: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "" in (self.password, self.token, *self.tokens):
            raise ServerError("the password or token is empty: expected some characters, or leave it out")

    @property
    def open(self) -> bool:
        """Whether nobody has to sign in."""
        return self.password is None and not self.programs

    @property
    def programs(self) -> Mapping[str, str]:
        """The names of all programs by their tokens."""
        return {**({self.token: TOKEN_NAME} if self.token else {}), **self.tokens}
