"""A conversation as a file: Markdown for people, JSON for programs. Pure functions.

In Markdown all text of questions, answers and articles is escaped: it can't become a link, a picture, HTML, a heading
or a table. The only links are the addresses of citations, if they are web addresses.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from assistant.answer import Answer, Citation, Conflict
from ui.text.answers import excluded_note, grounding_note
from ui.text.articles import byline
from ui.text.conflicts import CONFLICT_HEAD, conflict_rows, same_event
from ui.text.escaping import inline, printable
from ui.web.chat.conversations import Conversation
from ui.web.chat.turn import Turn

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&#|~$^=@]")
# Some Markdown readers turn bare addresses into links.
_BARE_LINK = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
# Characters that begin a list, a heading or a rule at the start of a line, and are plain elsewhere.
_LINE_START = re.compile(r"^(\d*)(?=[-+:.)])")
_WEB = re.compile(
    r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?([/?#][\w.~:/?#@!$&'()*+,;=%-]*)?", re.IGNORECASE | re.ASCII
)


def markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The conversation as Markdown, each citation with its byline, exact sentence, address, article and offsets."""
    many = f"{len(turns):,} question{'' if len(turns) == 1 else 's'}"
    about = f"{many}, {conversation.created[:10]} to {conversation.updated[:10]}. Answered by Dateline."
    parts = [f"# {_escaped(conversation.title or 'Conversation')}", _escaped(about)]
    for number, turn in enumerate(turns, 1):
        parts += [f"## {number}. {_inner(turn.question)}", *_turn(turn)]
    return "\n\n".join(parts) + "\n"


def json_text(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The conversation and its turns as JSON; `answer` is the Answer object as in the log and `dateline ask --json`."""
    entries = [
        {
            "id": turn.id,
            "question": turn.question,
            "state": turn.state,
            "error": turn.error,
            "answer": turn.answer.to_dict() if turn.answer else None,
        }
        for turn in turns
    ]
    return json.dumps({"conversation": asdict(conversation), "turns": entries}, ensure_ascii=False, indent=2) + "\n"


def file_name(conversation: Conversation, ending: str) -> str:
    """A file name valid on every system, made from the title: "dateline-how-many-drones.md"."""
    words = re.findall("[a-z0-9]+", conversation.title.lower())
    return f"{'-'.join(['dateline', *words])[:80].rstrip('-')}.{ending}"


def _turn(turn: Turn) -> Iterator[str]:
    if turn.answer:
        yield from _answer(turn.answer)
    elif turn.state == "failed":
        yield f"*Failed:* {_inner(turn.error)}"
    elif turn.state == "stopped":
        yield "*Stopped before there was an answer.*"
    else:
        yield "*Not answered yet.*"


def _answer(answer: Answer) -> Iterator[str]:
    yield from (_escaped(line) for line in printable(answer.answer).splitlines() if line.strip())
    if answer.warning:
        yield f"**Note:** {_inner(answer.warning)}"
    if not answer.refused:
        for conflict in answer.conflicts:
            yield from _table(answer, conflict)
    if answer.citations:
        yield "### The nearest passages" if answer.refused else "### Sources"
        for citation in answer.citations:
            yield from _citation(citation)
    yield from (_escaped(line) for line in (grounding_note(answer), excluded_note(answer)) if line)


def _table(answer: Answer, conflict: Conflict) -> Iterator[str]:
    rows = (CONFLICT_HEAD, ("---",) * len(CONFLICT_HEAD), *conflict_rows(answer, conflict))
    yield "\n".join(f"| {' | '.join(cell if cell == '---' else _inner(cell) for cell in row)} |" for row in rows)
    yield _escaped(same_event(conflict))


def _citation(citation: Citation) -> Iterator[str]:
    yield f"**\\[{citation.marker}\\]** {_inner(byline(citation))}"
    yield f"> {_escaped(citation.quote)}"
    address = f": {_address(citation.url)}" if citation.url else ""
    yield f"Article {_inner(citation.article_id)}, characters {citation.start} to {citation.end}{address}"


def _address(url: str) -> str:
    return f"<{url}>" if _WEB.fullmatch(url) else _inner(url)


def _escaped(text: str) -> str:
    """The text as a line of Markdown that shows exactly these characters."""
    return _LINE_START.sub(r"\1\\", _inner(text))


def _inner(text: str) -> str:
    """The text on one line, escaped for use inside a line of Markdown."""
    return _BARE_LINK.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\g<0>", inline(text)))
