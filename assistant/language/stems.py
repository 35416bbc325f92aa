"""Words as answers and passages are compared: in lower case, without plural and verb endings (Snowball)."""

import re
from functools import cache, lru_cache
from typing import Any

from assistant.language.lexicon import STOP_WORDS
from vectorstore.text.digits import plain_numbers
from vectorstore.text.normalization import folded, normalized_text

DECIMAL = re.compile(r"\d+\.\d+")
FREQUENT = 10**-6.5
"""The least share of all English words (wordfreq) that a joined pair must have to count as a compound."""

_PAIR = re.compile(r"(?<![^\W_])([^\W\d_]{2,})[ -](?=([^\W\d_]{2,})(?![^\W_]))")
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in order, in their plain form; "1,200" is the word "1200"."""
    return _WORD.findall(plain_numbers(normalized_text(text)))


def stems(text: str) -> frozenset[str]:
    """The stems of all words but stop words, and those of its compounds."""
    return frozenset(stem(word) for word in words(text) if word.lower() not in STOP_WORDS) | compounds(text)


def compounds(text: str) -> frozenset[str]:
    """The stems of neighbouring words that are also written as one: "ceasefire" for "cease-fire", "cease fire"."""
    pairs = (
        (match[1] + match[2]).lower()
        for match in _PAIR.finditer(normalized_text(text))
        if match[1].lower() not in STOP_WORDS and match[2].lower() not in STOP_WORDS
    )
    return frozenset(stem(word) for word in pairs if _frequencies().get(word, 0.0) >= FREQUENT)


def proper(question: str) -> list[str]:
    """The capitalised words and the numbers of a question, without its first word."""
    return [word for word in words(question)[1:] if word[0].isupper() or word[0].isdigit()]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word: that of "Drones", "drone's" and "drone" is the same, as is that of "Łódź" and "Lodz"."""
    bare = folded(word).removesuffix("'s")
    bare = bare if DECIMAL.fullmatch(bare) else bare.replace(".", "").replace("'", "")
    return str(_stemmer().stemWord(bare))


@lru_cache(maxsize=50_000)
def rarity(word: str) -> float:
    """The weight of a word: 8 minus its Zipf frequency in English (wordfreq), at least 1; "drones" has 4.2.

    By English at large instead of the collection, so that words weigh the same in a folder of two articles about
    one attack, where every word is frequent, as in one of thousands.
    """
    from wordfreq import zipf_frequency

    return float(max(1.0, 8.0 - zipf_frequency(word, "en")))


@cache
def _frequencies() -> dict[str, float]:
    from wordfreq import get_frequency_dict

    return dict(get_frequency_dict("en"))


@cache
def _stemmer() -> Any:  # noqa: ANN401  (snowballstemmer ships no types)
    import snowballstemmer

    return snowballstemmer.stemmer("english")
