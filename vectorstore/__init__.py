"""Articles: reading, chunking, embedding, storing and searching them."""

import os

# Read once by the libgomp of torch, when that is loaded. By default threads spin while they wait, and with another
# busy process embedding a question takes 660 ms instead of 30; assistant/model does the same.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
