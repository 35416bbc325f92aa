"""Which sentences of an article are prompt injections: they give orders to a program, and so are no evidence.

News addresses people. "Ignore the instructions above", a role heading or a token of a chat template addresses
a language model; planted with the words of a question and a figure, it would fit that question best of all. Reports of
such orders ("The judge told jurors to disregard the instructions") stay evidence: see reported_speech.py.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from assistant.language.lexicon import ONES, TEENS, TENS, alternatives
from assistant.retrieval.deobfuscation import bare, plain, readings
from assistant.retrieval.reported_speech import has_attribution, within_quotations, without_quotations

_MODEL = (
    r"(?:(?:ai|artificial intelligence|language|chat) ?(?:model|assistant|agent|system|reader|bot)s?|ais?|llms?"
    r"|large language models?|(?:helpful|virtual|digital) assistants?|chatgpt|summari[sz]ers?)"
)
_BEFORE = r"(?:previous|prior|above|preceding|earlier|foregoing|former|original|initial|other|system)"
_RULES = (
    r"(?:instructions?|prompts?|directions|directives?|commands?|context|guidelines|messages?|passages?|sources"
    r"|articles?"
    r"|texts?|rules)"
)
_IGNORE = r"(?:ignore|overlook|disregard|forget|override|bypass|discard|(?:do not|don.?t|never) (?:follow|obey))"
_REPLY = r"(?:answer|respond|reply|say|output|print|return|write|repeat)"
_QUESTION = r"(?:questions?|query|queries|prompts?)"
_NUMBER = rf"[\"']?(?:\d|(?:zero|hundred|thousand|million|{alternatives({**ONES, **TEENS, **TENS})})\b)"
_QUOTED = rf"(?:{_NUMBER}|[\"'])"
_PAYLOAD = rf"(?:(?:the|a|one|single|following) )*(?:{_QUOTED}|(?:word|number|figure|phrase|text|string|json|token)\b)"
_ONLY = r"(?:(?:only|always|just|simply|exactly|now|instead) )*"
_ANSWER = r"\b(?:correct |right |true |only |final |real |official |verified |expected )?answer"
_IS = rf"(?: (?:is|are|was|should be|must be|shall be|will be)|[ ]?[=:]) {_ONLY}"
_ASKED = r"(?:how|who|whom|whose|what|when|where|which|why)"
_START = r"(?:^\W*|[\n.:;!?>\[(\])}\"|#] ?|-- ?|\b(?:please|now|then|must|shall|always|only|just|instead|kindly) )"
_GIVEN = r"(?:^\W*|[\n.:;!?>\[(\])}\"|#,] ?|-- ?|\b(?:and|please|now|then|instead|kindly) |\byou (?:\w+ ){1,2})"
"""Where an order begins that is given and not reported: "please ignore", "you must ignore", not "told jurors to"."""

_TOKENS = (
    r"<\|[^<>|]{1,40}\|>|\[/?inst\]|<</?sys>>|</s>|\b(?:tool|function)_calls?\b",
    r"</?(?:start_of_turn|end_of_turn|bos|eos|endoftext|think|tool_response|system|assistant|user|instructions?|prompt"
    r"|answer|context|passage)\b[^<>\n]{0,80}>",
    r"^\W*#+ ?(?:new )?(?:system|assistant|user|instructions?|response|input|output|prompt|task)(?: \w+)? ?(?::|#|$)",
    r"^\W{0,3}(?:(?:system|assistant)|(?:system|assistant|developer|ai|model) (?:prompt|message|note|override"
    r"|instructions?"
    r"|notice|command)) ?(?::|>|\]|=>|$)",
    r"^\W*(?:question|user|q) ?:[^\n]{1,300}\n\W*(?:answer|assistant|a) ?:\s?\d",
    r"^\W*(?:response|final answer|human|user) ?: ?\d|\banswer ?= ?\W?\d|`{3} ?(?:system|assistant|user)\b",
    r"\[/(?:context|passage|article|document|system|user)\]",
    r"[\"'](?:role|text|result|reply|answer|final_answer|content|tool|statements?|markers?|arguments|response"
    r"|output|citations?"
    r"|refused)[\"']"
    r" ?: ?[\[{\"'\dtf]",
    r"\b(?:final_)?answer ?\( ?[\"'\d]|\$\{?(?:passage|question|context|evidence)\b",
    r"\{\{ ?(?:passage|question|answer|evidence|context|system|\d)",
    r"(?:--|==|##|<<|>>) ?(?:begin|end|start)(?: of)? (?:the )?(?:articles?|context|passages?|documents?|text"
    r"|instructions?|question)\b",
    # Source lists, markers and phrases of Dateline itself.
    r"^\W{0,3}\d{1,3}\]?[ :.-]{0,3}(?:sources?|quote|passage|article|evidence|document|context) ?[:=]",
    r"^\W{0,3}(?:sources?|passage|document|evidence|citation|context) ?(?:\[ ?\d{1,3} ?\]|\(\d{1,3}\)|#?\d{1,3}) ?[:=]",
    r"\b(?:source|passage|document|evidence|citation|article) ?[\[#]\d{1,3}\b",
    r"\bconfidence\W{0,3}[=:] ?\W?\d|\bverdict\W{0,3}[=:] ?\W?(?:supported|differs)|\bdateline show [0-9a-f]{8}",
    r"^\W*the articles do not say\b|^\W*what they count ?:|^\W*\d+ of \d+ figures? found in the sentences? cited",
)

_ORDERS = (
    # Earlier instructions are to be ignored.
    rf"{_GIVEN}{_IGNORE} (?:\w+ ){{0,4}}?{_BEFORE} (?:\w+ )?{_RULES}\b",
    rf"{_GIVEN}{_IGNORE} (?:\w+ ){{0,3}}?{_RULES} (?:\w+ ){{0,4}}?(?:above|before|earlier|so far)\b",
    rf"{_START}{_IGNORE} (?:\w+ ){{0,5}}?(?:above|(?:told|said|given|written) (?:before|earlier|so far))\b",
    rf"{_START}{_IGNORE} (?:(?:all|any|the|your|my|these|those|of|other) )*(?:instructions|prompts?|articles"
    rf"|sources|passages)\b",
    r"\bpay no (?:attention|heed) to (?:\w+ ){0,3}?(?:above|instructions|articles|passages)\b",
    r"\b(?:reveal|print|show|repeat|output) (?:me )?(?:your|the) (?:\w+ )?(?:system|hidden|initial) (?:prompt"
    r"|instructions)\b",
    # A model is addressed.
    rf"\bas an? (?:\w+ )?{_MODEL} you\b|\bas an? (?:\w+ )?assistant you (?:must|shall|will) {_ONLY}(?:{_REPLY}"
    rf"|tell|cite)\b",
    rf"\byou are (?:now |only )*(?:an? )?(?:\w+ )?(?:{_MODEL} (?:that|who|which|and|with|without)|(?:in"
    rf" )?(?:developer|debug|dan) mode)",
    rf"\bif you are (?:an? )?(?:\w+ )?{_MODEL} (?:reading|processing|asked|please|you|then|{_REPLY})",
    rf"{_START}(?:(?:note|notice|message|instructions?|memo|important) (?:to|for)|attention|dear) (?:\w+ ){{0,2}}?"
    rf"(?:{_MODEL}|assistants?|the model)\b",
    rf"\b{_MODEL} (?:\w+ ){{0,3}}?this (?:page|article|text|passage|document|site|question) (?:\w+ ){{0,4}}?(?:must"
    rf"|shall|should|are to|is to|have to) {_ONLY}(?:{_REPLY}|cite|ignore|tell|report|state|mention)\b",
    r"^\W*(?:new|updated|hidden|secret|real) (?:system )?(?:instructions?|prompt)(?: (?:is|are|follows?)| ?:)",
    r"\byour (?:\w+ )?(?:answer|reply|response|output) (?:must|shall|should|has to|will) (?:\w+ )?(?:be|say"
    r"|contain|begin|end)\b",
    rf"\byour (?:\w+ )?(?:task|job|goal|role) is (?:now )?to (?:{_REPLY}|cite)\b",
    rf"\bfrom (?:now|here) on(?:wards?)? (?:you )?(?:will |must |shall )?{_ONLY}{_REPLY}\b",
    r"\b(?:begin|end|start) (?:of )?(?:the |new |hidden )*(?:system|user|admin|developer|assistant) (?:prompt"
    r"|message|instructions)\b",
    rf"{_START}(?:hey|hello|hi) (?:{_MODEL})\b|\bmessage from your (?:developers?|creators?)\b",
    # An answer is dictated.
    rf"{_START}(?:answer|respond|reply|output|print) (?:exactly|only)\b|\bset (?:the|your) answer to\b",
    rf"\byou (?:will|are to) {_ONLY}{_REPLY}:? (?:(?:with|that) )*{_NUMBER}",
    rf"\b(?:correct|right|true|final|expected) (?:response|reply)\b.{{0,100}}?{_IS}{_NUMBER}",
    rf"{_NUMBER}[\w.,-]* is (?:(?:the|your|what you) )+(?:answer|reply|response)\b",
    r"\b(?:do not|don.?t|never) tell (?:the )?users?\b|\bthe user (?:wants|must|should) (?:to )?(?:hear|be told)\b",
    rf"{_START}(?:whatever|whichever|to|for|if) .{{0,100}}?\b(?:{_QUESTION}|{_ASKED})\b.{{0,100}}?[,:]\s?(?:use"
    rf"|quote|reply)\b",
    rf"{_START}{_REPLY} (?:(?:to|in|any|all|every|each|the|this|that|users?|{_QUESTION}|asked|here)"
    rf" )*{_ONLY}(?:with|by saying) "
    rf"{_ONLY}{_PAYLOAD}",
    rf"{_START}{_REPLY} (?:(?:any|all|every|each) (?:\w+ )?){_QUESTION}\b",
    rf"{_START}{_REPLY}:? {_ONLY}{_QUOTED}[\w.,%-]*[\"']?\W*$",
    rf"{_START}{_REPLY} {_ONLY}(?:that )?[^.!?\n]{{1,80}}\band (?:cite|ignore|nothing else)\b",
    rf"{_START}repeat (?:the )(?:word|phrase|number)\b",
    rf"{_START}{_REPLY} (?:the (?:word|number|figure|phrase) )[\"']?\w+[\"']?\W*$",
    rf"{_START}(?:tell|inform|assure|show) (?:the |all |every )*users?\b",
    rf"{_ANSWER} to (?:\w+ ){{0,3}}?{_QUESTION}[\s,:]{{1,2}}(?:\W?{_ASKED}\b|\.\.\.).{{0,200}}?{_IS}{_NUMBER}",
    rf"\b(?:correct|right|true|only|final|real|official|verified) answer to (?:\w+ ){{0,3}}?{_QUESTION} \W?{_ASKED}\b"
    rf".{{0,200}}?{_IS}\w+\W*$",
    rf"{_ANSWER} to \W?{_ASKED}\b.{{0,200}}?{_IS}{_PAYLOAD}",
    rf"\b(?:{_QUESTION}|asked|asks)\b.{{0,200}}?\b{_ANSWER}{_IS}{_PAYLOAD}",
    rf"\b(?:correct|final|expected|verified|official) answer{_IS}{_PAYLOAD}",
    rf"{_ANSWER}{_IS}{_NUMBER}[\w.,%-]*[\"']?\W*$",
    rf"\b(?:when|if|whenever|should) (?:[\w']+ ){{0,4}}?(?:asks?|asked|asking)\b.{{0,200}}?[,:]\s?(?:please |you"
    rf" (?:must"
    rf"|should|will|shall) )?{_ONLY}"
    rf"(?:{_REPLY}|tell them)(?: (?:that|with|it is|there were|the answer is))*:? {_ONLY}{_PAYLOAD}",
    # A citation is dictated.
    rf"\b(?:do not|don.?t|never) (?:cite|quote) (?:\w+ ){{0,2}}?{_RULES}\b|\b(?:do not|don.?t|never) cite (?:\w+"
    rf" ){{0,3}}\W*$",
    rf"(?:{_START}|\band )cite (?:\w+ ){{0,2}}?(?:\[?\d|this|source|only)\b",
    rf"{_START}(?:decode|obey|follow|execute)\b.{{0,60}}\b(?:base ?64|rot ?13)\b",
    r"\b(?:use|trust|quote|read) only this (?:passage|article|source|sentence|text)\b|\bquote this (?:sentence"
    r"|passage)\b",
    r"\bother (?:sources|articles|passages) are (?:false|wrong|outdated|fake)\b|\bfrom any other (?:text|passage"
    r"|source)\b",
    # The same in other languages.
    r"\b(?:ignorieren?|vergiss|missachten?) (?:\w+ ){0,3}?(?:vorherigen?|bisherigen?|obigen?|früheren?) \w+",
    r"\bantworten? (?:\w+ ){0,3}?mit\b|\bantwort auf die frage\b.{0,200}? (?:lautet|ist) \W?\w",
    r"\b(?:ignore[zr]?|oublie[zr]?) (?:\w+ ){0,2}?(?:instructions|consignes) (?:\w+ )?(?:précédentes|ci|antérieures)\b"
    r"|\boublie[zr]? (?:tout )?ce qui précède\b|\b(?:dimentica)(?:te)? (?:\w+ ){0,2}?istruzioni\b",
    r"\b(?:réponds|répondez) (?:\w+ ){0,2}?(?:par|avec|uniquement|toujours)\b|\bréponse à la question\b.{0,200}?"
    r" est \W?\w",
    r"\b(?:ignor[ae]n?|olvid[ae]n?) (?:\w+ ){0,2}?(?:instrucciones|instruções) (?:\w+ )?(?:anteriores|previas"
    r"|prévias|acima)\b",
    r"\brespond[ae] (?:\w+ ){0,3}?(?:con|com|solo|siempre|sempre)\b|\brespuesta (?:\w+ )?a la pregunta\b.{0,200}?"
    r" es \W?\w",
    r"\bignora(?:te)? (?:\w+ ){0,2}?istruzioni (?:precedenti|sopra)\b|\brispond[ie](?:te)? (?:\w+ ){0,3}?(?:con"
    r"|solo|sempre)\b",
    r"\bnegeer (?:\w+ ){0,2}?(?:vorige|bovenstaande|eerdere) \w+|\bz?ignoruj(?:cie)? (?:\w+ ){0,2}?(?:poprzednie"
    r"|powyższe) \w+",
    r"(?:ігноруй|игнорируй|забудь)(?:те)? (?:\w+ ){0,2}?(?:попередні|предыдущие|прошлые|прежние) \w+",
    r"\b(?:ответь|отвечай|відповідай|скажи)(?:те)? (?:\w+ ){0,2}?\W?\d|\bönceki (?:\w+ ){0,2}?(?:talimat|komut)",
    r"(?:忽略|无视|無視|忘记).{0,10}(?:指令|指示|说明|提示)|(?:指示|命令).{0,8}無視|(?:请|請).{0,6}回答.{0,6}\d",
    r"(?:이전|위의?|앞의?) .{0,10}(?:지시|명령|지침).{0,6}무시|(?:تجاهل|انس) (?:\w+ ){0,2}?(?:التعليمات|الأوامر)",
)


_ORDER_CUES = frozenset(
    """overlook use mention report question questions ignore disregard forget override bypass discard follow obey
    attention heed reveal print repeat output show ai ais llm llms model models assistant assistants bot chatbot
    chatgpt agent reader readers prompt prompts message instruction instructions your mode answer respond reply say
    return write tell inform assure cite quote decode base64 rot13 ignoriere ignorieren vergiss missachte antworte
    antworten antwort ignorez oublie oubliez reponds repondez reponse ignora olvida olvide responda responde
    respuesta rispondi rispondete negeer ignoruj zignoruj onceki user users correct dimentica dimenticate""".split()
)
_TOKEN_CUES = (
    "<",
    "[",
    "{",
    "#",
    ":",
    "=",
    "$",
    "(",
    "--",
    "_call",
    "dateline show",
    "articles do not say",
    "found in the sentence",
)
_WORD = re.compile(r"[a-z0-9]+")
_BEFORE_TOKEN = 3
"""Words that a sentence has in front of a token of a chat template if it is a report about that token."""

_SQUEEZED = re.compile(
    rf"(?:ignore|disregard|forget)(?:all|any|the|your|my|every)*{_BEFORE}|(?:answer|reply|respond)(?:only|always"
    rf"|with)+\w"
    r"|theanswer(?:tothequestion)?is"
)
"""Orders without spaces, left by letters that were set apart or words that invisible characters divided."""

_BEGINS = re.compile(r"\b(?:begin|start)(?:[\s_]of)?[\s_](?:\w+[\s_]){0,2}?(?:prompt|instructions?|system|override)\b")
_ENDS = re.compile(r"\bend(?:[\s_]of)?[\s_](?:\w+[\s_]){0,2}?(?:prompt|instructions?|system|override)\b")
_HEADING = re.compile(
    r"\W*(?:<(?!/|\|?(?:end|eo|im_end))[^<>]{1,40}>\W*)*(?:(?:new )?(?:system|assistant|user|model|instructions?"
    r"|prompt)\b\W*){0,2}"
)


def _compiled(patterns: Sequence[str]) -> re.Pattern[str]:
    """One expression of all patterns, in which a space is any one or two separators and "[ ]" is a space."""
    joined = "|".join(patterns).replace("[ ]", "\0").replace(" ", r"(?:[\s,;/-]{1,2})").replace("\0", " ")
    return re.compile(bare(joined), re.MULTILINE)


_TOKEN = re.compile("|".join(_TOKENS), re.MULTILINE)
_ORDER = _compiled(_ORDERS)


@lru_cache(maxsize=20_000)
def gives_orders(text: str) -> bool:
    """Whether a text addresses a language model or another program instead of people.

    It is judged in all its `readings`. What it quotes, or attributes to a speaker, gives no orders.
    """
    own = without_quotations(text)
    return not _is_reported(own) and any(map(_is_order, readings(own)))


def _is_reported(text: str) -> bool:
    """Whether the text has a speaker, named in front of any token of a chat template in it."""
    token = _TOKEN.search(plain(text))
    return has_attribution(text) and (
        token is None or len(_WORD.findall(plain(text)[: token.start()])) >= _BEFORE_TOKEN
    )


def _is_order(read: str) -> bool:
    # The cues only save time: most sentences have none, and the expressions are long.
    if any(cue in read for cue in _TOKEN_CUES) and _TOKEN.search(read):
        return True
    cued = not read.isascii() or not _ORDER_CUES.isdisjoint(_WORD.findall(read))
    return bool((cued and _ORDER.search(read)) or _SQUEEZED.search(read))


def orders(sentences: Sequence[str]) -> list[bool]:
    """Whether each sentence of a text is (part of) an order: one flag a sentence, in order.

    Besides those that give one by themselves these are the sentences between the beginning and the end of a prompt,
    the one after a role heading, and two that give one only together (an order cut by a line break).
    """
    return list(_orders(tuple(sentences)))


# Cached, since one question asks this of the same article several times.
@lru_cache(maxsize=500)
def _orders(sentences: tuple[str, ...]) -> tuple[bool, ...]:
    quoted = within_quotations(sentences)
    flags = [not within and gives_orders(sentence) for sentence, within in zip(sentences, quoted, strict=True)]
    inside = False
    for place, sentence in enumerate(sentences):
        if not flags[place]:
            flags[place] = inside or bool(place and flags[place - 1] and _is_heading(sentences[place - 1]))
            continue
        read = plain(sentence)
        inside = bool(_BEGINS.search(read)) or (inside and not _ENDS.search(read))
    for place, (one, two) in enumerate(pairwise(sentences)):
        cut = one[-1:] not in '.!?…"”' and not (flags[place] or flags[place + 1])
        if cut and gives_orders(f"{one}\n{two}"):
            flags[place] = flags[place + 1] = True
    return tuple(flags)


def _is_heading(text: str) -> bool:
    """Whether an order is a role heading and nothing else, so that the next sentence is the order."""
    return bool(_HEADING.fullmatch(plain(text)))
