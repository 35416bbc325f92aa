-- The words of the chunks, for BM25, as words.py writes them; rowid = chunks.number. A chunk of an unstored past text
-- can't linger. The point belongs to a token, for "3.5" is one figure.
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, tokenize = "porter unicode61 remove_diacritics 2 tokenchars '.'"
);
