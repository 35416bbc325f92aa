"""The article side: reading, chunking, embedding, storing and searching articles."""

import os

# torch brings a libgomp that reads its wait policy once, when it is loaded. With the default (threads spin while
# they wait) one busy neighbour turns the 30 ms of embedding a question into 660 ms; see assistant/model, too.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
