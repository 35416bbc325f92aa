"""Small talk: greetings, thanks and the like, which need no article."""

from assistant.language.lexicon import STOP_WORDS
from assistant.language.stems import words

_COURTESIES = frozenset(
    """hi hello hey hiya greetings morning afternoon evening day night howdy welcome bye goodbye farewell ciao
    thanks thank thx ty cheers appreciated appreciate grateful please sorry pardon excuse
    ok okay alright right sure yes yeah yep no nope fine good great nice cool super perfect excellent awesome amazing
    wonderful brilliant lovely fantastic interesting wow understood noted lol
    very really much many lot lots bit again time help helpful useful everyone everybody all there guys folks team
    don't didn't that's it's i'm you're let's
    danke merci gracias hola bonjour salut hallo obrigado grazie tack takk
    """.split()
)
"""Words of small talk; a message with any other word that is no stop word is a question."""

_MERELY_ADDED = frozenset("very really much many lot lots bit again time day night all there right good".split())
"""Those of them that are no small talk alone: "How many?" continues the question before."""

_ASKING = frozenset(
    """who whom whose what when where which why how is are was were did do does has have had can could will would
    should""".split()
)
"""A message with one of these is a question: "Was it all right?"."""


def is_courtesy(message: str) -> bool:
    """Whether a message only greets, thanks, agrees or takes its leave: "Hello", "Ok, thank you very much!"."""
    plain = [word.lower().replace("’", "'") for word in words(message)]
    if _ASKING.intersection(plain):
        return False
    known = all(word in _COURTESIES or word in STOP_WORDS for word in plain)
    return known and any(word in _COURTESIES - _MERELY_ADDED for word in plain)
