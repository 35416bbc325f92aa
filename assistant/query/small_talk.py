"""Which messages are no questions: greetings, thanks and the like, which no article answers."""

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
"""Words of which courtesies are made; with a word of any other kind a message is a question."""

_MERELY_ADDED = frozenset("very really much many lot lots bit again time day night all there right good".split())
"""Of these, the ones that make no courtesy alone: "How many?" goes on with the question before."""


_ASKING = frozenset(
    """who whom whose what when where which why how is are was were did do does has have had can could will would
    should""".split()
)
"""A message with one of these asks something: "Was it all right?"."""


def is_courtesy(message: str) -> bool:
    """Whether a message only greets, thanks, agrees or takes its leave: "Hello", "Ok, thank you very much!"."""
    found = [word.lower().replace("’", "'") for word in words(message)]
    if _ASKING.intersection(found):
        return False
    known = all(word in _COURTESIES or word in STOP_WORDS for word in found)
    return known and any(word in _COURTESIES - _MERELY_ADDED for word in found)
