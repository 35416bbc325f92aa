"""Recognises what chat programs ask for themselves beside their users' questions: a title, tags, a search query, ...

Such a task is recognised by its form, not its topic: a sentence that orders one of `_OUTPUTS` for a conversation, which
the request quotes or names, often with the JSON that the program reads. A person's question that merely contains the
word "title" or "JSON" is no task.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ui.web.api.openai_messages import Message
from ui.web.api.quoted_conversation import (
    hands_over,
    holds_conversation,
    user_messages,
    user_questions,
    without_conversation,
)

LONGEST_ORDER, MOST_ORDERS = 12_000, 4
"""Characters of a message that are examined, half from each end; and how many system texts, with the last."""

KEYS = {
    "title": ("title", "chat_title", "conversation_title", "name", "topic"),
    "tags": ("tags", "topics", "categories", "keywords", "labels"),
    "follow-ups": ("follow_ups", "followups", "follow_up_questions", "suggestions", "questions", "next_questions"),
    "queries": ("queries", "search_queries", "query"),
    "tools": ("tool_calls",),
    "image": ("prompt",),
    "completion": ("text", "completion"),
}
"""The kinds of tasks, each with the JSON keys from which programs read its result."""


@dataclass(frozen=True)
class Task:
    """A task. `kind` is a key of `KEYS`, "question" (one to be made self-contained), "summary", "emoji" or "other".

    `order` is the text that asks for it, `questions` the user's earlier questions, in order.
    """

    kind: str
    order: str
    questions: tuple[str, ...]


def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.IGNORECASE)


_MAKE = (
    r"\b(?:generat|creat|writ|mak|giv|suggest|propos|provid|produc|compos|craft|draft|nam|choos|pick|com(?:e|ing) up|"
    r"find|assign|return|repl(?:y|ies)|respond|output|extract|describ|list|add|classif|identif|predict|determin|"
    r"formulat|rephras|reformulat|rewrit|reword|turn|convert|contextuali[sz]|condens|summari[sz]|sum up|reflect|"
    r"select|invent)\w*\b"
)
_TALK = (
    r"(?:chats?|conversations?|dialog(?:ue)?s?|discussion|threads?|exchange|session|messages?|query|prompts?|request)\b"
)
# "The conversation between the two presidents" is one in the articles, not the one with the user.
_OURS = r"(?! (?:between|with|among|of|at|on|by|over|about)\b(?! (?:the |a )?(?:user|human|assistant)))"
_NAMED = _compiled(
    rf"\b(?:this|our|above|following|previous|preceding|given|below|entire|whole|quoted) (?:\w+ )?{_TALK}{_OURS}|"
    rf"\b{_TALK} (?:above|below|so far|history|titles?|threads?|name)\b"
)
_MEANT = _compiled(rf"\b(?:the|a|user'?s?|first|last|for|of) (?:\w+ )?{_TALK}{_OURS}")
_LENGTH = _compiled(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few)[- ]?(?:or[- ](?:less|fewer)[- ])?"
    r"(?:words?|characters?|letters?)"
)

# What a sentence orders, after a word of `_MAKE`; the first that matches counts.
_OUTPUTS = {
    "question": r"(?:standalone|stand-alone|self-contained) (?:question|query|input)\b",
    "follow-ups": r"follow[- ]?ups?\b|next (?:questions?|prompts?|messages?)|questions?\b.{0,60}\bnext\b|"
    r"suggest(?:ed|ions?)\b.{0,40}\b(?:questions?|prompts?|replies)|(?:conversation|chat) starters?",
    "title": r"titl(?:e|es|ing)\b|head(?:ing|line|er)s?\b|subject line|"
    rf"(?:names?|labels?|caption|phrase)\b(?= (?:for|of|to) (?:\w+ ){{0,2}}{_TALK})|{_TALK} an? (?:\w+ )?name\b",
    "queries": r"search (?:quer(?:y|ies)|terms?|phrases?|keywords?)\b",
    "image": r"prompts? for (?:an |the )?images?\b|image (?:generation )?prompts?\b",
    "tools": r"(?:tools?|functions?) (?:calls?|to (?:call|use))\b|(?:correct|right|available) tools?\b",
    "tags": r"(?<!> )tags?\b|categor(?:y|ies)\b|key ?words?\b|(?:sub|sub-)?topics?\b|themes?\b",
    "emoji": r"(?:emoji|emoticon|facial expression)s?\b",
}
_ORDERS = {kind: _compiled(rf"{_MAKE}.{{0,160}}?\b(?:{output})") for kind, output in _OUTPUTS.items()}
# Orders without such a word.
_DIRECT = {
    "title": _compiled(
        rf"\b(?:titl(?:e|ing)|nam(?:e|ing)|titles? (?:for|of)) (?:this|our|the) (?:\w+ )?{_TALK}{_OURS}|{_TALK} titling"
    ),
    "follow-ups": _compiled(r"\bwhat (?:might|could|would|may|will|should) (?:\w+ ){1,2}(?:want to )?ask next"),
    "completion": _compiled(r"\bauto-?complet(?:e|ion)\b|^(?:continue|complete) the (?:text|message|sentence)\b"),
    "summary": _compiled(r"\b(?:summari[sz]\w*|summary|recap\w*|sum up|condens\w*|compress\w*)\b"),
}
_ANY_TALK = ("follow-ups", "queries", "question", "emoji", "tools", "image", "completion")
"""Kinds that make no sense for articles, so that the order needs not name the conversation."""

_ONLY = _compiled(
    r"\b(?:only|solely|exclusively|json|alone|just|nothing (?:else|more))\b|\bwithout any\b|"
    r"\bno (?:more|other|quotes|quotation|explanation|additional|punctuation|lead-in|markdown)"
)
_NOT_ANSWER = _compiled(r"(?:\bnot|\bnever|n't|\bwithout|\binstead of|\brather than) (?:\w+ )?answer\w*")
_BESIDE_ANSWERS = _compiled(
    r"\banswer(?:s|ing)? (?:the|a|any|all|user\w*|questions?|what|from|only from)\b|\b(?:each|every)\b|"
    r"\b(?:when|if) asked\b"
)
_ASKS = _compiled(r"\s*(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had)\b")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s|\n")
_FORM_KEY = re.compile(r"\{\s*[\"'](\w{1,40})[\"']\s*:")


def own_task(messages: Sequence[Message]) -> Task | None:
    """The task of a chat program in these messages; None where a person asks.

    The order is the last user message, or a system text about the user's messages.
    """
    asked = tuple(message.text for message in messages if message.role == "user")
    last = _ends(asked[-1]) if asked else ""
    if kind := _ordered(last):
        return Task(kind, last, user_questions(last, kind, asked[:-1]))
    orders = [at for at, message in enumerate(messages) if message.role in ("system", "developer")]
    for at in orders if len(orders) <= MOST_ORDERS else orders[: MOST_ORDERS - 1] + orders[-1:]:
        order = _ends(messages[at].text)
        alone = at == len(messages) - 1 or holds_conversation(last)
        if kind := _ordered(order) if alone else _ordered_beside(order):
            return Task(kind, order, user_messages(last) or asked or user_questions(order, kind, ()))
    return Task("other", last, user_messages(last)) if holds_conversation(last) and _keys(last) else None


def _ordered(text: str) -> str:
    """The kind of task that a text orders, "" for none."""
    order = without_conversation(text)
    kind, about = _kind(order)
    if holds_conversation(text) or _kind_of_keys(order):
        return kind
    named = _NAMED.search(order) or hands_over(order) or _ONLY.search(order) or _LENGTH.search(order)
    return kind if named and (about or hands_over(order)) else ""


def _ordered_beside(order: str) -> str:
    """The same for a system text beside an ordinary question: it must ask for its output and nothing else.

    A person's own instructions, such as to end each answer with a suggestion, are no task.
    """
    kind, about = _kind(order)
    only = _ONLY.search(order) or _LENGTH.search(order) or _NOT_ANSWER.search(order)
    beside = _BESIDE_ANSWERS.search(_NOT_ANSWER.sub(" ", order))
    return kind if only and not beside and (about or _kind_of_keys(order)) else ""


def _kind(order: str) -> tuple[str, bool]:
    """(kind of output that a text orders, whether it is about a conversation and not about the articles).

    Decided by its first sentence that orders an output of a conversation, and by the keys of its JSON.
    """
    orders = [(kind, _is_about(kind, text)) for text in _SENTENCE_END.split(order) if (kind := _output(text))]
    kind, about = next((item for item in orders if item[1]), next(iter(orders), ("", False)))
    if kind == "summary" and _LENGTH.search(order):
        kind = "title"
    return kind if about and kind != "summary" else _kind_of_keys(order) or kind, about


def _output(sentence: str) -> str:
    """The kind of output that a sentence orders, "" for none."""
    direct = next((kind for kind, pattern in _DIRECT.items() if kind != "summary" and pattern.search(sentence)), "")
    if direct or _ASKS.match(sentence):
        return direct
    ordered = next((kind for kind, pattern in _ORDERS.items() if pattern.search(sentence)), "")
    return ordered or ("summary" if _DIRECT["summary"].search(sentence) else "")


def _is_about(kind: str, sentence: str) -> bool:
    """Whether the sentence is about a conversation."""
    return kind in _ANY_TALK or bool(_NAMED.search(sentence) or _MEANT.search(sentence))


def _kind_of_keys(order: str) -> str:
    keys = _keys(order)
    return next((kind for kind, known in KEYS.items() if any(key in known for key in keys)), "")


def _keys(order: str) -> list[str]:
    """The first keys of the JSON objects in a text, except those of chat messages."""
    return [key.lower() for key in _FORM_KEY.findall(order) if key not in ("role", "content")]


def _ends(text: str) -> str:
    """A long text without its middle: orders are at the ends."""
    half = LONGEST_ORDER // 2
    return text if len(text) <= LONGEST_ORDER else f"{text[:half]}\n{text[-half:]}"
