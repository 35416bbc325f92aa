-- The full-text index of the chunks for BM25, its text normalised by `index_text` in text/words.py; rowid = chunks.number.
-- The point is a token character, so that "3.5" is one token.
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, tokenize = "porter unicode61 remove_diacritics 2 tokenchars '.'"
);
