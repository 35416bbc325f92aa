"""Text without articles or an index: sentences with offsets, words for BM25, digits, one normal form, a lexicon."""
