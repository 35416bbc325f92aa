"""The host names of the server, and the password and tokens with which people and programs sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ui.errors import ServerError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})
TOKEN_NAME = "token"
"""The name of the program that uses the token without a name."""


@dataclass(frozen=True)
class Rules:
    """Who may use the server. Raises ServerError for an empty password or token.

    `hosts` are the accepted host names without ports; "0.0.0.0" and "::" stand for any numeric address. The `password`
    is for people, the `token` for programs, and for people too where there is no password; `tokens` maps further
    tokens to the names of their programs. Without any of them everyone who reaches the server may use it.
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
        """The names of all programs, by their tokens."""
        return {**({self.token: TOKEN_NAME} if self.token else {}), **self.tokens}
