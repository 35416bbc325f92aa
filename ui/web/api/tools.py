"""The functions of Gradio's API and its MCP server for other programs: ask, search, show."""

from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import closing
from threading import Event as Flag
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from assistant.answer import Answer, Event, Finished
from assistant.errors import AssistantError
from ui.console import clean
from ui.errors import BusyError, UiError, UsageError
from ui.options import first_day, last_day
from ui.text.articles import article_dict, hit_dict
from ui.web.chat.database import storable
from vectorstore.articles import Filters
from vectorstore.errors import StoreError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

AT_ONCE = 16
"""Calls that may occupy a thread at a time; further ones wait without one."""

MOST_PASSAGES, LONGEST_QUERY = 100, 2_000

Result = TypeVar("Result")


class Ask(Protocol):
    """How a question is asked: `Assistant.stream`, or `Jobs.stream`, which queues it first.

    Closing the generator stops the model. Setting `stop` from another thread does so too, then without `Finished`.
    """

    def __call__(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,
        stop: Flag | None = None,
    ) -> Generator[Event, None, None]:
        """The events of an answer: see `Assistant.stream`."""
        ...


def add_tools(assistant: "Assistant", ask: Ask | None = None) -> None:
    """Register the three functions. To be called in the context of the page's `gr.Blocks`."""
    from gradio.events import api

    # Unqueued: the MCP server makes queued calls through a client of its own, which has not signed in.
    api(_ask(ask or assistant.stream), api_name="ask", queue=False)
    api(_search(assistant), api_name="search", queue=False)
    api(_show(assistant), api_name="show", queue=False)


def _ask(stream: Ask) -> Callable[..., Awaitable[dict[str, Any]]]:
    run = _in_threads()

    async def ask(question: str, since: str = "", until: str = "", publisher: str = "") -> dict[str, Any]:
        """Answer a question from the user's own news articles, with proof.

        Every statement comes with the exact sentence of an article that it stands on. Figures that differ between
        articles are listed in "conflicts". Where the articles do not say, "refused" is true and the citations are
        only the nearest passages: say so then, and do not answer from them.

        Args:
            question: One question in plain English, complete in itself, such as "How many drones hit Kyiv?"
            since: Only articles published on or after this date: YYYY-MM-DD, YYYY-MM or YYYY. Empty for all.
            until: Only articles published on or before this date: YYYY-MM-DD, YYYY-MM or YYYY. Empty for all.
            publisher: Only articles whose publisher has this in its name. Empty for all.
        """

        def answered() -> dict[str, Any]:
            _check_texts(question=question, since=since, until=until, publisher=publisher)
            with closing(stream(clean(question), filters=_filters(since, until, publisher))) as events:
                answer = next((event.answer for event in events if isinstance(event, Finished)), None)
            if answer is None:
                raise BusyError("the question was stopped before it was answered: ask again")
            return answer.to_dict()

        return await run(answered)

    return ask


def _search(assistant: "Assistant") -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    run = _in_threads()

    async def search(
        query: str, k: int = 10, since: str = "", until: str = "", publisher: str = ""
    ) -> list[dict[str, Any]]:
        """Find the passages of the user's news articles that fit a query best, by words and by meaning.

        No model answers: these are the articles' own words, best first, each with the id of its article and where
        in its text the passage stands.

        Args:
            query: What to look for, a few words or a whole question.
            k: How many passages, 1 to 100.
            since: Only articles published on or after this date: YYYY-MM-DD, YYYY-MM or YYYY. Empty for all.
            until: Only articles published on or before this date: YYYY-MM-DD, YYYY-MM or YYYY. Empty for all.
            publisher: Only articles whose publisher has this in its name. Empty for all.
        """

        def hits() -> list[dict[str, Any]]:
            _check_texts(query=query, since=since, until=until, publisher=publisher)
            text = clean(query)
            if not 1 <= len(text) <= LONGEST_QUERY:
                raise UsageError(f"the query has {len(text):,} characters: expected 1 to {LONGEST_QUERY:,}")
            if not (isinstance(k, int) and 1 <= k <= MOST_PASSAGES):
                raise UsageError(f"k is {k}: expected a whole number from 1 to {MOST_PASSAGES}")
            return [hit_dict(hit) for hit in assistant.store.search(text, k, _filters(since, until, publisher))]

        return await run(hits)

    return search


def _show(assistant: "Assistant") -> Callable[..., Awaitable[dict[str, Any]]]:
    run = _in_threads()

    async def show(article_id: str) -> dict[str, Any]:
        """Read one of the user's news articles: its whole text, title, publisher, date, author and address.

        The "start" and "end" of citations and passages count the characters of this text.

        Args:
            article_id: The id that citations and passages name, or how it begins.
        """

        def shown() -> dict[str, Any]:
            _check_texts(article_id=article_id)
            return article_dict(assistant.store.library.article(article_id.strip()))

        return await run(shown)

    return show


def _check_texts(**given: object) -> None:
    """Raises UsageError for arguments that are no text: Gradio passes on whatever was sent."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise UsageError(f"{name} is {str(value)[:40]}: expected a text")
        if storable(value) != value:
            raise UsageError(f"{name} has half a character in it: expected a text")


def _filters(since: str, until: str, publisher: str) -> Filters:
    first = first_day(since) if since.strip() else None
    last = last_day(until) if until.strip() else None
    if first and last and first > last:
        raise UsageError(f"since {first} is after until {last}: expected an earlier day")
    return Filters(since=first, until=last, publisher=publisher.strip() or None)


def _in_threads() -> Callable[[Callable[[], Result]], Awaitable[Result]]:
    """Runs blocking work in at most AT_ONCE threads, so that programs leave threads for the page.

    Errors with a message for the user (a bad question, date or id) become Gradio's error.
    """
    import gradio as gr
    import typer
    from anyio import CapacityLimiter, to_thread

    limiter = CapacityLimiter(AT_ONCE)

    async def run(work: Callable[[], Result]) -> Result:
        try:
            return await to_thread.run_sync(work, limiter=limiter)
        except typer.BadParameter as error:
            raise gr.Error(error.message, print_exception=False) from error
        except (AssistantError, StoreError, UiError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    return run
