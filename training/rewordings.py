"""Sentences in other words: with a little less and still true, reported as somebody's, or put in doubt."""

import re
from random import Random

from training.edit_words import DOUBTING, LOWERED, SAME, SPEAKER_FIRST, SPEAKER_LAST, SPEAKERS, WHETHER

_BRACKETED = re.compile(r"\s*\(+[^()]*\)+")
_RELATIVE = re.compile(r", (?:who|which|whose|where) [^,]{3,80},")
_OPENING = re.compile(
    r"(?:On|In|At|After|Before|During|Earlier|Today|Yesterday)\b[^,]{0,40}, (?!and\b|but\b)(.+)", re.DOTALL
)
_TRAILING = re.compile(r",? (?:while|although|because|after|before|when|as) [^,]{8,120}\.\Z")
_MARK = re.compile(r"\s*([.,;:])(?=\s|\Z)")


def lightened(sentence: str, draw: Random) -> str:
    """The sentence with a little less or in slightly other words: what bears it out bears this out too.

    Brackets, a relative clause, the opening words or the last clause may go, a word be exchanged for another of the
    same meaning; it may lose its capitals or its full stop, or have its marks set apart, as texts of models have them.
    """
    text = sentence
    if draw.random() < 0.5:
        text = _BRACKETED.sub("", text)
    if draw.random() < 0.5:
        text = _RELATIVE.sub("", text)
    if draw.random() < 0.4 and (match := _OPENING.match(text)):
        text = match[1][0].upper() + match[1][1:]
    if draw.random() < 0.25:
        text = _TRAILING.sub(".", text)
    if draw.random() < 0.15:
        for words, others in SAME.items():
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", others, text)
    form = draw.random()
    if form < 0.2:
        return text.lower()
    if form < 0.3:
        return _MARK.sub(r" \1", text)
    return text.rstrip(".") if form < 0.4 else text


def doubted(sentence: str, draw: Random) -> str:
    """A sentence that leaves open whether the given one is true: doubted by somebody, or a condition."""
    speaker = draw.choice(SPEAKERS)
    if draw.random() < 0.15:
        return f"{draw.choice(('If', 'Unless'))} {_continued(sentence).rstrip('.')}, {speaker.lower()} will act."
    verb = draw.choice(DOUBTING)
    link = "whether" if verb in WHETHER else draw.choice(("that", "that", ""))
    return " ".join(filter(None, (speaker, verb, link, _continued(sentence))))


def refuted(sentence: str) -> str:
    """A sentence that says that the given one is not true."""
    return f"It is not true that {_continued(sentence)}"


def reported(sentence: str, draw: Random) -> tuple[str, str]:
    """The sentence as somebody's word, and the same report in other words, which is borne out by it."""
    speaker = draw.choice(SPEAKERS)
    return f"{speaker} said that {_continued(sentence)}", f"{speaker} said {_continued(sentence)}"


def is_report(sentence: str) -> bool:
    """Whether the whole sentence reports what somebody said."""
    return bool(SPEAKER_FIRST.fullmatch(sentence) or SPEAKER_LAST.fullmatch(sentence))


def _continued(sentence: str) -> str:
    """The sentence as it goes on behind other words: without its capital, unless a name has it."""
    text = sentence.strip()
    return text[:1].lower() + text[1:] if text.split(" ", 1)[0] in LOWERED else text
