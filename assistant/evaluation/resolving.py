"""A test set's names of articles -> the collection's own ids, and warnings about what looks wrong in the test set."""

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from assistant.errors import EvaluationError
from assistant.evaluation.case import Question
from assistant.evaluation.matching import matches, yes_or_no
from vectorstore.index.library import Library
from vectorstore.readers.invisible_characters import one_line

_ID = re.compile(r"[0-9a-f]{6,16}")

Ids = tuple[str, ...]
Table = dict[str, Ids]


@dataclass(frozen=True)
class Text:
    """What the checks need of a gold article: how to name it, its title and text, the same with single spaces."""

    name: str
    text: str
    flat: str


@dataclass(frozen=True)
class Names:
    """The collection's articles by all that a test set may call them; `ids` are all ids, sorted."""

    keys: Table
    files: Table
    urls: Table
    titles: Table
    ids: Sequence[str]

    @classmethod
    def of(cls, library: Library) -> "Names":
        """The names of all articles of a library, by one pass over its articles and one over their sources."""
        sources = library.rows("SELECT source, file, article_id FROM sources ORDER BY source")
        articles = library.rows("SELECT id, title, url FROM articles ORDER BY id")
        records = Counter(file for _, file, _ in sources)
        # A file of many articles is the name of none of them.
        alone = [(PurePath(file), id_) for _, file, id_ in sources if records[file] == 1]
        return cls(
            keys=_table((source[len(file) + 1 :], id_) for source, file, id_ in sources),
            files=_table((one_line(name), id_) for file, id_ in alone for name in (file.name, file.stem)),
            urls=_table((_bare_url(url), id_) for id_, _, url in articles if url),
            titles=_table((title.casefold(), id_) for id_, title, _ in articles),
            ids=[id_ for id_, _, _ in articles],
        )

    def find(self, name: str) -> Ids:
        """The articles of this name: by key, else by file, by URL, by title, by id; () for none.

        Where several have it, a title stands for all of them.
        """
        name = one_line(name)
        return (
            self.keys.get(name)
            or self.files.get(name)
            or self.urls.get(_bare_url(name))
            or self.titles.get(name.casefold())
            or self._by_id(name.lower())
        )

    def _by_id(self, name: str) -> Ids:
        """The one article whose id begins so, with six digits or more."""
        at = bisect_left(self.ids, name)
        matching = tuple(id_ for id_ in self.ids[at : at + 2] if id_.startswith(name))
        return matching if _ID.fullmatch(name) and len(matching) == 1 else ()


def resolve(questions: Sequence[Question], library: Library) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """The questions with the collection's ids in `gold` and `context`, each id once; and warnings, a line each.

    Warned of are, in the order of the questions: names that fit several articles and are no title, answers and
    evidence that none of the gold articles contains. Raises EvaluationError where a name fits
    no article.
    """
    names = Names.of(library)
    _refuse_unknown(questions, names)
    resolved = tuple(
        replace(question, gold=_ids(question.gold, names), context=_ids(question.context, names))
        for question in questions
    )
    texts = _texts(library, {id_ for question in resolved for id_ in question.gold})
    warnings = []
    for written, question in zip(questions, resolved, strict=True):
        warnings += [*_ambiguous(written, names), *_unsaid(question, texts), *_unproven(question, texts)]
    return resolved, tuple(f"{warning}: check the test set" for warning in warnings)


def _table(names: Iterable[tuple[str, str]]) -> Table:
    """Ids by name; those of the same article, read in several places, are one."""
    table: dict[str, dict[str, None]] = {}
    for name, id_ in names:
        if name:
            table.setdefault(name, {})[id_] = None
    return {name: tuple(ids) for name, ids in table.items()}


def _bare_url(url: str) -> str:
    """A URL as it is compared: without scheme, "www.", fragment and slashes at its end."""
    bare = re.sub(r"^https?://", "", url.strip(), flags=re.IGNORECASE).partition("#")[0]
    host, slash, path = bare.partition("/")
    return (host.lower().removeprefix("www.") + slash + path).rstrip("/")


def _ids(names: Iterable[str], known: Names) -> Ids:
    return tuple(dict.fromkeys(id_ for name in names for id_ in known.find(name)))


def _refuse_unknown(questions: Sequence[Question], known: Names) -> None:
    unknown = [(q.id, name) for q in questions for name in (*q.gold, *q.context) if not known.find(name)]
    if not unknown:
        return
    asking, missing = len({id_ for id_, _ in unknown}), len({name for _, name in unknown})
    raise EvaluationError(
        f"{_counted(asking, 'question names', 'questions name')} {_counted(missing, 'article', 'articles')} that"
        f' the collection does not have, the first of them {unknown[0][0]}: "{_short(unknown[0][1])}":'
        " ingest those articles, or give them with --articles FILE|FOLDER"
    )


def _texts(library: Library, ids: Iterable[str]) -> dict[str, Text]:
    rows = library.rows(
        "SELECT id, title, text FROM articles WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {id_: Text(title or id_, f"{title}\n{text}", _flat(f"{title}\n{text}")) for id_, title, text in rows}


def _ambiguous(question: Question, known: Names) -> Iterator[str]:
    """A warning for each name that fits several articles; `question` is as written, with names in place of ids."""
    for name in dict.fromkeys((*question.gold, *question.context)):
        ids = known.find(name)
        if len(ids) > 1 and ids != known.titles.get(one_line(name).casefold()):
            yield f'{question.id}: "{_short(name)}" names {len(ids)} articles ({", ".join(ids)}), and all are taken'


def _unsaid(question: Question, texts: Mapping[str, Text]) -> Iterator[str]:
    """A warning where none of the gold articles contains the answer, unless it is "yes" or "no"."""
    if question.long_form or not question.answerable or not question.gold:
        return
    missing = [
        f'"{_short(group[0])}"'
        for group in question.spellings
        if not yes_or_no(group) and not any(matches(texts[id_].text, group) for id_ in question.gold)
    ]
    if missing:
        yield f"{question.id}: {_where(question, texts)} does not say {', '.join(missing)}"


def _unproven(question: Question, texts: Mapping[str, Text]) -> Iterator[str]:
    """A warning where a sentence of the evidence is in none of the gold articles."""
    if not question.gold:
        return
    missing = [
        f'"{_short(sentence)}"'
        for sentence in question.evidence
        if not any(_flat(sentence) in texts[id_].flat for id_ in question.gold)
    ]
    if missing:
        yield f"{question.id}: {_where(question, texts)} does not have the evidence {', '.join(missing)}"


def _where(question: Question, texts: Mapping[str, Text]) -> str:
    first = f"the article '{_short(texts[question.gold[0]].name)}'"
    others = len(question.gold) - 1
    return f"{first} (nor {_counted(others, 'other', 'others')})" if others else first


def _flat(text: str) -> str:
    return " ".join(text.split())


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
