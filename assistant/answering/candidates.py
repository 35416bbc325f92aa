"""What in a sentence could be an answer: its names, dates, figures, quotations and runs of words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.language.lexicon import NAMED_DAY, NAMED_MONTH, SHORT_MONTHS, STOP_WORDS, alternatives
from assistant.language.stems import stem, stems
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number
from vectorstore.text.normalization import LETTERS

Form = Literal["name", "date", "number", "quote", "phrase", "read", "heard"]
"""The form of a candidate; "read" is one that the ranker read and no rule found, "heard" one that the reader did."""

LEARNED: tuple[Form, ...] = ("read", "heard")
"""The forms that no rule finds."""

_DATELINE = re.compile(
    r"^\W*(?:[A-Z][\w.’' -]{1,30}(?:,\s[A-Z][\w. ]{1,20})?\s+)?\((?:AP|CNN|Reuters|AFP|UPI|BBC)[^)]*\)\s*[-–—]*\s*"
    r"(?=[\"“]?[A-Z\d])"
    r"|^\W*[A-Z][A-Z.’' -]{2,30}(?:,\s[A-Z][\w. ]{1,20})?\s*[—–]+\s*(?=[\"“]?[A-Z\d])"
)
"""Where a dispatch comes from, in front of its first sentence: "PARIS (AP) —", "(CNN)"; not "NATO — an alliance —"."""

_MONTHS = rf"(?:{NAMED_MONTH}|(?:{alternatives(SHORT_MONTHS)})\.?)"
_DAYS = f"(?:{NAMED_DAY})"
_DATE = re.compile(
    rf"""\b(?:(?:{_DAYS},?\s+)?{_MONTHS}\s+\d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?
      | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS}(?:,?\s+\d{{4}})?
      | {_MONTHS}\s+(?:of\s+)?\d{{4}} | (?:in|since|by|until|early|late)\s+{_MONTHS}\b
      | (?:1[0-9]|20)\d{{2}}s?\b | (?:last|this|next|late|early)\s+(?:week|month|year|{_DAYS}) | {_DAYS}
      | \d{{1,2}}(?:st|nd|rd|th)\s+century)""",
    re.VERBOSE,
)
_NAME = re.compile(
    r"(?:[A-Z][\w’'&.-]*|[A-Z]\.)(?:\s+(?:(?:of|the|de|la|van|von|der|for|and|al|bin|&|du)\s+){0,2}(?:[A-Z0-9][\w’'&.-]*))*"
)
_QUOTE = re.compile(r"[“\"]([^”\"]{3,120})[”\"]")
_WORD = re.compile(rf"{LETTERS}(?:[.'’-]{LETTERS})*")
_MARK = re.compile(r"[,;:()“”\"—–]")
_INSIDE = frozenset("of the a to in and for on".split())
_PHRASE_WORDS = 6
_QUOTES, _BETWEEN_QUOTES = re.compile('[“”"]'), re.compile('[^“”"]+')
_OPENING = "$€£¥₴₽₹"
_DIGIT = re.compile(r"\d")
_CALENDAR = re.compile(f"{_DAYS}|{_MONTHS}")


@dataclass(frozen=True)
class Candidate:
    """`sentence[start:end] == text`; `key` are its stems, by which two of them say the same."""

    start: int
    end: int
    text: str
    form: Form
    key: str


def candidates(sentence: str, question: str) -> list[Candidate]:
    """What could answer `question` in `sentence`; nothing that only repeats the question's own words."""
    asked = stems(question)
    begin = found.end() if (found := _DATELINE.match(sentence)) else 0
    spans: dict[tuple[int, int], Form] = {}
    every: list[tuple[int, int, Form]] = [
        *((m.start(), m.end(), "date") for m in _DATE.finditer(sentence)),
        *((n.start, n.start + len(n.text), "number") for n in _whole(amounts(sentence))),
        *((m.start(1), m.end(1), "quote") for m in _QUOTE.finditer(sentence)),
        *_names(sentence),
        *_phrases(sentence, asked),
    ]
    for start, end, form in every:
        meant = stems(sentence[start:end])
        if start >= begin and meant and not meant <= asked:
            spans.setdefault((start, end), form)
    return [Candidate(s, e, sentence[s:e], form, _key(sentence[s:e])) for (s, e), form in spans.items()]


def learned_candidate(sentence: str, start: int, end: int, question: str, form: Form) -> Candidate | None:
    """The words that a learned model found, without marks at their ends; None if they only repeat the question.

    Of words with half of a quotation, the longest part before or behind its mark; of "six-year" in "a six-year-old",
    the whole figure, for half of it is another.
    """
    start, end = _trimmed(sentence, start, end)
    if len(_QUOTES.findall(sentence, start, end)) % 2:
        parts = [(part.start(), part.end()) for part in _BETWEEN_QUOTES.finditer(sentence, start, end)]
        start, end = _trimmed(sentence, *max(parts, key=lambda part: part[1] - part[0]))
    start, end = _with_whole_figures(sentence, start, end)
    meant = stems(sentence[start:end])
    if not meant or meant <= stems(question):
        return None
    return Candidate(start, end, sentence[start:end], form, _key(sentence[start:end]))


def _whole(found: Sequence[Number]) -> list[Number]:
    """The figures without the upper ends of ranges, which are a part of the lower ones' text."""
    kept: list[Number] = []
    for number in found:
        if not kept or number.end > kept[-1].start + len(kept[-1].text):
            kept.append(number)
    return kept


def _with_whole_figures(sentence: str, start: int, end: int) -> tuple[int, int]:
    for figure in _whole(amounts(sentence)):
        stop = figure.start + len(figure.text)
        digit = _DIGIT.search(sentence, figure.start, figure.end)
        begin = digit.start() if digit else figure.start
        last = stop if figure.bound == "between" else figure.end
        if begin < end < last or (figure.start < end < stop and sentence[end] == "-"):
            end = last if end < last else stop
        if begin < start < last and (digit or figure.bound == "between"):
            start = begin
        elif figure.start < start < stop and sentence[start - 1] == "-":
            start = figure.start
    return start, end


def _trimmed(sentence: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not sentence[start].isalnum() and sentence[start] not in _OPENING:
        start += 1
    while end > start and not sentence[end - 1].isalnum() and sentence[end - 1] != "%":
        end -= 1
    return start, end


def _key(text: str) -> str:
    return " ".join(stem(word) for word in _WORD.findall(text) if word.lower() not in STOP_WORDS)


def _names(sentence: str) -> list[tuple[int, int, Form]]:
    """Runs of capitalised words, without function words and days at their ends."""
    found: list[tuple[int, int, Form]] = []
    for match in _NAME.finditer(sentence):
        words = list(re.finditer(r"\S+", match[0]))
        while words and (_bare(words[0][0]) in STOP_WORDS or _CALENDAR.fullmatch(words[0][0])):
            words = words[1:]
        while words and _bare(words[-1][0]) in STOP_WORDS:
            words = words[:-1]
        if words:
            start = match.start() + words[0].start()
            text = re.sub(r"[’']s$", "", match[0][words[0].start() : words[-1].end()].rstrip(".,'’"))
            found.append((start, start + len(text), "name"))
    return found


def _bare(word: str) -> str:
    return word.lower().strip(".'’")


def _phrases(sentence: str, asked: frozenset[str]) -> list[tuple[int, int, Form]]:
    """Runs of words that are not the question's, with at most six that carry meaning, between marks."""
    found: list[tuple[int, int, Form]] = []
    run: list[tuple[int, int, bool]] = []
    before = 0

    def close() -> None:
        while run and run[-1][2]:
            run.pop()
        if run:
            found.append((run[0][0], run[-1][1], "phrase"))
        run.clear()

    for match in _WORD.finditer(sentence):
        gap, before = sentence[before : match.start()], match.end()
        word = match[0].lower()
        if _MARK.search(gap):
            close()
        if word in STOP_WORDS:
            if run and not run[-1][2] and word in _INSIDE:
                run.append((match.start(), match.end(), True))
            else:
                close()
        elif stems(word) & asked:
            close()
        else:
            run.append((match.start(), match.end(), False))
            if sum(not stop for _, _, stop in run) >= _PHRASE_WORDS:
                close()
    close()
    return found
