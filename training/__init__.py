"""How the weights are trained: ranker, reader, cross-encoder (make train-ranker, train-reader, train-cross-encoder)."""
