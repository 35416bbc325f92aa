"""Whether a text contains a given answer: words as SQuAD compares them, and figures by value."""

import re
import string
from collections import Counter
from collections.abc import Iterable

from assistant.quantities.numbers import Number, numbers
from vectorstore.text.digits import JOINT, joined
from vectorstore.text.normalization import folded, plain, readable

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
_MARKERS = re.compile(r"\s*\[\d[\d,\s–-]*\]")
_YES_NO = ("yes", "no")
_WORD = re.compile(
    rf"""\d+(?:{JOINT}\d+)+(?:\.\d+)?  # 1,450
      | (?:(?<!\w)[^\W\d_]\.)+[^\W\d_](?!\w)  # U.S.
      | per\s?cent(?!\w) | [%$£€¥]
      | [^\W_]+(?:\.\d+)?  # Kyiv, 3.5""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    rf"\d+(?:st|nd|rd|th|s)\b|\d+\s+(?:BCE?|{'|'.join(f'{month}|{month[:3]}' for month in _MONTHS)})\b", re.IGNORECASE
)
_FIGURE_WORDS = 5
"""Words after the number of a figure at most: with more it is a text."""

_UNIT_WORDS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}


def normalized(text: str) -> str:
    """Lower case, without punctuation, without "a", "an", "the", single spaces: SQuAD 1.1's normalize_answer.

    Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", evaluate-v1.1.py.
    """
    return " ".join(_ARTICLES.sub(" ", _PUNCTUATION.sub("", text.lower())).split())


def without_markers(text: str) -> str:
    """The text without its citation markers."""
    return _MARKERS.sub("", text)


def exact(text: str, answer: str) -> bool:
    """SQuAD's exact match: the two are the same text once normalized."""
    return normalized(text) == normalized(answer)


def f1(text: str, answer: str) -> float:
    """SQuAD's F1 in [0, 1]: of the normalized words as multisets, 2 · shared / (words of both).

    Where both have no words it is 1, as in SQuAD 2.0; in 1.1 it is 0.
    """
    predicted, gold = normalized(text).split(), normalized(answer).split()
    shared = sum((Counter(predicted) & Counter(gold)).values())
    if not predicted or not gold:
        return float(predicted == gold)
    return 2 * shared / (len(predicted) + len(gold))


def recall(text: str, answer: str) -> float:
    """The share of the answer's normalized words, as a multiset, that occur in the text: in [0, 1]."""
    predicted, gold = normalized(text).split(), normalized(answer).split()
    return sum((Counter(predicted) & Counter(gold)).values()) / len(gold) if gold else 0.0


def matches(text: str, spellings: Iterable[str]) -> bool:
    """Whether the text contains one of the spellings: see `matches_words` and `matches_figure`."""
    return any(matches_words(text, spelling) or matches_figure(text, spelling) for spelling in spellings)


def matches_words(text: str, spelling: str) -> bool:
    """Whether the spelling's words occur in the text, next to each other and in order ("alias match").

    Words are compared as runs of letters and digits, so "Moscow's" matches "Moscow" and "27-0" matches "27", but
    "1,450" does not match "450". "U.S." is "US"; "%" and the signs of currencies are words too, so "5%" does not
    match "$5". "Yes" and "No" must be the first word: any sentence may have a "no" in it.
    """
    return bool(_words_at(readable(text), spelling))


def matches_figure(text: str, spelling: str) -> bool:
    """Whether the spelling is a figure and the text has it, by value, unit and scale: "1.6 million" is 1,600,000."""
    return bool(_figure_at(readable(text), spelling))


def match_spans(text: str, spellings: Iterable[str]) -> list[tuple[int, int]]:
    """The spans (start, end) of the text that match one of the spellings."""
    read = plain(text)
    return [
        (read.origin(start), read.origin(end))
        for spelling in spellings
        for start, end in (*_words_at(read.text, spelling), *_figure_at(read.text, spelling))
    ]


def yes_or_no(spellings: Iterable[str]) -> bool:
    """Whether one of the spellings is "yes" or "no", which the word in a text does not prove."""
    return any(normalized(spelling) in _YES_NO for spelling in spellings)


def figure(spelling: str) -> Number | None:
    """The figure that an answer is ("at least 12 people", "$1.6 million", "79 percent"); None for other answers.

    An answer is a figure if it has one number, begins with it and has at most five words after it. A date is none
    ("June 29", "29 June", "148 BC"), nor is an ordinal ("16th century") or a decade ("1980s").
    """
    spelling = spelling.strip()
    figures = numbers(spelling)
    if len(figures) != 1 or figures[0].start > 0 or _DATE.match(spelling):
        return None
    return figures[0] if len(spelling[figures[0].end :].split()) <= _FIGURE_WORDS else None


def same_figure(stated: Number, wanted: Number) -> bool:
    """Whether both have one value and unit ("5 dollars" has that of "$5"); a wanted one without a unit takes any."""
    if stated.value != wanted.value:
        return False
    currency = _UNIT_WORDS.get(wanted.unit or "")
    return wanted.unit in (None, stated.unit) or (currency is not None and stated.counts(currency))


def _words_at(text: str, spelling: str) -> list[tuple[int, int]]:
    wanted = [word for word, _, _ in _words(readable(spelling))]
    if not wanted:
        return []
    words = _words(text)
    starts = range(len(words) - len(wanted) + 1)
    if wanted in ([word] for word in _YES_NO):
        starts = starts[:1]
    return [
        (words[at][1], words[at + len(wanted) - 1][2])
        for at in starts
        if [word for word, _, _ in words[at : at + len(wanted)]] == wanted
    ]


def _figure_at(text: str, spelling: str) -> list[tuple[int, int]]:
    wanted = figure(readable(spelling))
    return [(n.start, n.end) for n in numbers(text) if wanted is not None and same_figure(n, wanted)]


def _words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text in the form that is compared, each with its start and end."""
    return [(_plain(folded(match[0])), match.start(), match.end()) for match in _WORD.finditer(joined(text))]


def _plain(word: str) -> str:
    if word == "%" or "".join(word.split()) == "percent":
        return "percent"
    return word.replace(JOINT, "") if word[0].isdigit() else word.replace(".", "")
