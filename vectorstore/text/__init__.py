"""Text below everything else: sentences with offsets, words for BM25, digits, one normal form."""
