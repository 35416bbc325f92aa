"""How the two adapters are trained: the ranker (make train-ranker) and the reader (make train-reader)."""
