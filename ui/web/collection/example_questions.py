"""A few questions for the page's first screen, of two fixed kinds, filled from sentences of the newest articles.

"How many drones were launched?" from a figure whose event is known, and "Who said “…”?" from a quotation with its
speaker. Nothing is searched and no model is asked, so they cost a few milliseconds, and nothing promises that the
answer is right: it is checked as every other.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice, zip_longest

from assistant.language.lexicon import MODALS, PEOPLE, PLAIN_NEGATIONS, PLAIN_SAYING, alternatives
from assistant.quantities.events import EVENT_OF, OF_PEOPLE, counted_event
from assistant.quantities.numbers import Number, numbers
from vectorstore.articles import Article
from vectorstore.index.library import Library
from vectorstore.index.listing import list_articles
from vectorstore.text.sentences import sentences

RECENT, FIRST_SENTENCES = 12, 20
"""Articles read, the newest, and sentences of each: the news stands at the beginning."""

_DONE = {
    "launched": "were launched", "shot down": "were shot down", "killed": "were killed", "injured": "were injured",
    "captured": "were captured", "arrested": "were arrested", "missing": "are missing",
}  # fmt: skip
"""The end of a question about each event that is counted."""

_NAME = r"[A-Z][\w’'-]+"
_SAYING = f"(?:{alternatives(PLAIN_SAYING)})"
_SPEAKER = re.compile(
    r"[“\"]([A-Z][^“”\"]{25,70}[^“”\",.!?])[,.!?]?[”\"],?\s"
    rf"(?:{_SAYING}\s{_NAME}|{_NAME}(?:\s{_NAME})*\s{_SAYING})\b"
)
_PLACE = re.compile(rf"\b(?:in|on|at|near)\s({_NAME})")
_UNCERTAIN = re.compile(rf"\b(?:{alternatives(MODALS | PLAIN_NEGATIONS | {'if'})})\b|n[’']t\b", re.IGNORECASE)


def example_questions(library: Library, n: int = 4) -> list[str]:
    """At most n questions: the first of each article, the newest first, then the second of each, and so on."""
    _, entries = list_articles(library, limit=RECENT)
    by_article = [of_article(library.article(entry.id)) for entry in entries]
    rounds = chain.from_iterable(zip_longest(*by_article))
    return list(dict.fromkeys(question for question in rounds if question))[:n]


def of_article(article: Article) -> list[str]:
    """The questions that the first sentences of an article answer, the two kinds in turn."""
    how_many: list[str] = []
    quotations: list[str] = []
    for start, end in islice(sentences(article.text), FIRST_SENTENCES):
        sentence = " ".join(article.text[start:end].split())
        # Invisible and undecodable characters would stand in the question too.
        if sentence.isprintable() and "\ufffd" not in sentence:
            how_many += _how_many(sentence, article.title)
            quotations += [f"Who said “{match[1]}”?" for match in _SPEAKER.finditer(sentence)]
    return [question for pair in zip_longest(how_many, quotations) for question in pair if question]


def _how_many(sentence: str, title: str) -> Iterator[str]:
    """Questions for the figures of a sentence; those about people need a place that the title names as well."""
    if _UNCERTAIN.search(sentence):
        return
    places = [match for match in _PLACE.finditer(sentence) if match[1] in title.split()]
    for number in numbers(sentence):
        event = counted_event(sentence, number) if not number.unit and number.bound != "between" else None
        noun = _plural_noun(number) or ("people" if event in OF_PEOPLE else "")
        if event not in _DONE or not noun:
            continue
        if event not in OF_PEOPLE:
            yield f"How many {noun} {_DONE[event]}?"
        elif places:
            nearest = min(places, key=lambda place: abs(place.start() - number.start))
            yield f"How many {noun} {_DONE[event]} in {nearest[1]}?"


def _plural_noun(number: Number) -> str:
    """What is counted, without the event: "people" of "people killed"; "" unless it is one to three words."""
    words = (number.counted or "").split()
    event_at = next((place for place, word in enumerate(words) if word.lower() in EVENT_OF), len(words))
    noun = words[:event_at]
    plural = bool(noun) and (noun[-1].endswith("s") or noun[-1] in PEOPLE)
    return " ".join(noun) if plural and len(noun) <= 3 and noun[-1] not in ("others", "times", "lives") else ""
