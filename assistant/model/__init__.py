"""Local language models through llama.cpp: their files, their tokens, and one worker thread for each."""

import os

# libgomp reads its wait policy once, when the first library that needs it is loaded. With the default
# (threads spin while they wait) one busy neighbour on the same cores slows a token from milliseconds to
# seconds; passive waiting costs a few per cent on an idle machine. It is set here because nothing imports
# llama_cpp before this package. torch brings a libgomp of the same name: whoever imports torch first
# must set this, too.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
