"""Text as BM25 sees it: numbers as one token, and a question as an FTS5 expression."""

import re

from vectorstore.digits import plain_numbers

_WORD = re.compile(r"\w+(?:[.'’]\w+)*")

STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been but by can could did do does for from had has have
    he her his how i if in into is it its just me more most no not of on or our out said say says she should so
    some such tell than that the their them then there these they this those to was we were what when where
    which while who whom whose why will with would you your""".split()
)


def query_words(question: str) -> list[str]:
    """The words of a question that say what it is about, in lower case, in order, each once."""
    words = [word.lower() for word in _WORD.findall(plain_numbers(question))]
    return list(dict.fromkeys(word for word in words if word not in STOP_WORDS)) or list(dict.fromkeys(words))


def match_expression(words: list[str]) -> str:
    """An FTS5 expression: any of the words. Quoted, so that nothing in a question is taken for syntax."""
    return " OR ".join('"{}"'.format(word.replace('"', "")) for word in words) or '""'
