"""Puts the middleware and routes of this package before an app."""

from typing import TYPE_CHECKING

from ui.web.security import sign_in_page
from ui.web.security.access import Access
from ui.web.security.limits import LimitMiddleware, Limits
from ui.web.security.rules import Rules
from ui.web.security.sessions import Sessions
from ui.web.security.users import People

if TYPE_CHECKING:
    from fastapi import FastAPI


def protect(app: "FastAPI", rules: Rules, limits: Limits, people: People | None = None) -> None:
    """Add `Access`, then the limits, and the sign-in pages where there is a password or a token."""
    sessions = Sessions(rules, people=people)
    if not rules.open:
        sign_in_page.add_routes(app, sessions)
    app.add_middleware(LimitMiddleware, limits=limits, rated=not rules.open)
    app.add_middleware(Access, rules=rules, sessions=sessions)
