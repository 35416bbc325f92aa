"""Local language models through llama.cpp: where they lie, their tokens, one worker each."""

import os

# libgomp reads its wait policy once, when the first library that needs it is loaded. With the default
# (threads spin while they wait) one busy neighbour on the same cores slows a token from milliseconds to
# seconds; passive waiting costs a few per cent on an idle machine. It stands here because nothing below this
# package imports llama_cpp any earlier. torch brings a libgomp of the same name: whoever imports torch first
# must set this, too.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
