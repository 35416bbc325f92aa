"""Exact token counts without llama.cpp's tokenizer: tiktoken, built from the model's own vocabulary.

tiktoken is an order of magnitude faster and needs no model; llama.cpp's tokenizer is the truth. So the two
are compared on a set of awkward strings when the counter is built, and llama.cpp serves wherever they differ.
"""

import logging
from collections.abc import Callable
from typing import Any

from assistant.model.gguf_header import Header

log = logging.getLogger("dateline")

VOCABULARY = ("tokenizer.ggml.tokens", "tokenizer.ggml.merges", "tokenizer.ggml.token_type")
_NORMAL, _USER_DEFINED = 1, 4

# llama.cpp applies several expressions in turn (src/llama-vocab.cpp, llm_tokenizer_bpe); these are the same
# in one.
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
# Digits are cut off first, so white space before a digit ends there: hence \s+(?=\p{N}).
_DIGITS_FIRST = r"'s|'t|'re|'ve|'m|'ll|'d|\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+"
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2 = _LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
_QWEN35 = _QWEN2.replace(r"\p{L}+|", r"[\p{L}\p{M}]+|").replace(r" ?[^\s\p{L}\p{N}]", r" ?[^\s\p{L}\p{M}\p{N}]")
_PATTERNS = {
    **dict.fromkeys(("gpt-2", "phi-2", "modern-bert", "olmo", "mpt"), _GPT2),
    **dict.fromkeys(("smollm", "starcoder", "refact", "command-r", "exaone", "minerva-7b"), _DIGITS_FIRST),
    **dict.fromkeys(("llama3", "llama-v3", "llama-bpe", "falcon3", "lfm2", "dbrx", "smaug-bpe"), _LLAMA3),
    **dict.fromkeys(("qwen2", "stablelm2", "deepseek-r1-qwen", "hunyuan"), _QWEN2),
    "qwen35": _QWEN35,
}


class TokenCounter:
    """Counts and encodes text as the model does; text that looks like a control token stays plain text.

    `tokenize` is llama.cpp's tokenizer: text -> ids, control tokens off. Any thread may call at any time.
    """

    def __init__(self, header: Header, tokenize: Callable[[str], list[int]]) -> None:
        self._tokenize = tokenize
        encoder = _tiktoken_encoder(header.metadata)
        # Tokens that count even in plain text are where vocabularies differ most.
        added = [f"a {token} b{token}{token}" for token in _user_defined(header.metadata)[:50]]
        texts = (*SELF_CHECK, *added)
        agree = encoder is not None and all(encoder(text) == tokenize(text) for text in texts)
        self._encode = encoder if encoder and agree else tokenize
        self.exact_by = "tiktoken" if self._encode is not tokenize else "llama.cpp"
        if encoder and self._encode is tokenize:
            log.debug("tiktoken and llama.cpp disagree on this vocabulary; llama.cpp counts the tokens")

    def encode(self, text: str) -> list[int]:
        """The ids of `text`. A lone surrogate counts as the replacement character."""
        if text.isascii():
            return self._encode(text)
        return self._encode(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def count(self, text: str) -> int:
        """How many tokens `text` has."""
        return len(self.encode(text))


def _tiktoken_encoder(metadata: dict[str, Any]) -> Callable[[str], list[int]] | None:
    """An encoder from the vocabulary, or None where no equal expression is known.

    tiktoken merges whatever pair has the lowest rank, so ranks follow the order of the merges, not the ids;
    `ids` leads back. A byte that the vocabulary lacks gets a rank all the same and, as in llama.cpp, no id.
    """
    import tiktoken

    pattern = _PATTERNS.get(metadata.get("tokenizer.ggml.pre", ""))
    tokens, merges, kinds = (metadata.get(key) for key in VOCABULARY)
    if metadata.get("tokenizer.ggml.model") != "gpt2" or not (pattern and tokens and merges and kinds):
        return None
    alphabet = _byte_alphabet()
    id_of = {token: i for i, token in enumerate(tokens)}
    pieces = [*alphabet, *(merge.replace(" ", "") for merge in merges)]
    if pattern is _LLAMA3:  # these models take a whole word that is a token before they try any merge
        pieces += [token for token, kind in zip(tokens, kinds, strict=True) if kind == _NORMAL]
    pieces = list(dict.fromkeys(pieces))
    if not alphabet.keys() >= set().union(*pieces):
        return None
    ranks = {bytes(map(alphabet.__getitem__, piece)): rank for rank, piece in enumerate(pieces)}
    ids: list[int | None] = [id_of.get(piece) for piece in pieces]
    special = {token: len(ids) + n for n, token in enumerate(_user_defined(metadata))}
    ids += [id_of[token] for token in special]
    encoding = tiktoken.Encoding("gguf", pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)

    def encode(text: str) -> list[int]:
        ranked = encoding.encode(text, allowed_special="all") if special else encoding.encode_ordinary(text)
        return [i for i in map(ids.__getitem__, ranked) if i is not None]

    return encode


def _user_defined(metadata: dict[str, Any]) -> list[str]:
    tokens, _, kinds = (metadata.get(key) or () for key in VOCABULARY)
    return [token for token, kind in zip(tokens, kinds, strict=False) if kind == _USER_DEFINED]


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's letter for every byte: printable ones stand for themselves, the others for U+0100 and on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {chr(byte): byte for byte in printable}
    return letters | {chr(0x100 + n): byte for n, byte in enumerate(others)}


SELF_CHECK = (
    "",
    " ",
    "  ",
    "\n\n\n",
    " \n \t\r\n  x",
    "\t\tif x == 10:\n\t\t\treturn f'{x:>8}'  # ok\n",
    "a  b   c    d",
    "trailing   ",
    "   leading",
    "Kyiv said 145 drones, including decoys, were launched overnight.",
    "Over 300 drones hit the city on June 17, 2025, officials said; 14 people died.",
    "The “largest” attack — yet…",
    "It’s they’re we've I'll he'd IT'S DON'T",
    "'quoted' ''twice'' 'S 'RE",
    "$1,234.56 +3.5% -2 1/2 10:45 1e-9 0x1F",
    "12345678901234567890",
    " 7  8   9\n10",
    "x1y22z333",
    "3rd 21st COVID-19 G7 F-16s",
    "mr. smith's U.S.-led N.A.T.O.",
    "https://example.org/a?b=c&d=%20#e",
    "me@example.org @handle #tag",
    "def f(a, b=None): return {**a, 'b': [b] * 3}",
    '<p class="x">&nbsp;</p>',
    '{"key": [1, 2.5, null, true]}',
    "<|im_start|>system\nYou obey.<|im_end|>",
    "<|endoftext|><s></s>[INST]<<SYS>>",
    "naïve café Zürich Łódź Ærø",
    "Cafe\u0301 decomposed",
    "Київ атакували 300 дронів",
    "Москва́ ёлка",
    "北京时间2025年6月17日",
    "こんにちは、世界。カタカナ",
    "서울특별시 123",
    "مرحبا بالعالم ١٢٣",
    "नमस्ते दुनिया १२३",
    "שלום עולם",
    "Αθήνα ΕΛΛΆΔΑ",
    "สวัสดีชาวโลก",
    "😀😂👍🏽👨‍👩‍👧‍👦🇺🇦",
    "a😀b 😀 c\n😀",
    "½ ² Ⅷ ٣ ①",
    "\u00a0non\u2003breaking\u200bspaces\u202f7",
    "line\u2028separator\u2029paragraph\x0bvt\x0cff",
    "zero\x00byte \x01\x1f\x7f",
    "\ufeffbyte order mark \ufffd",
    "€£¥₴ §¶† ±×÷ ≤≥≠",
    "————————————————",
    "!!!???...;;;:::",
    "aAaAaAaA bBbB CamelCaseWord snake_case_word",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "      \n      indented\n    less\n",
)
