-- The library. The Chroma index can always be rebuilt from it.
-- IF NOT EXISTS: two processes may create it at the same time.

CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    publisher TEXT, published TEXT, author TEXT, url TEXT
);
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published);

-- Files that were read to the end without a failure; with the same hash they are not read again.
CREATE TABLE IF NOT EXISTS files (file TEXT PRIMARY KEY, sha256 TEXT NOT NULL);

-- Where articles were read: one article may have several sources.
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, file TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS sources_by_file ON sources (file);
CREATE INDEX IF NOT EXISTS sources_by_article ON sources (article_id);

-- Offsets are characters of articles.text; embeddings are little-endian float32.
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, embedding BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_article ON chunks (article_id);

-- Changes not yet made in Chroma: written in the transaction of the chunks, deleted once Chroma has them.
CREATE TABLE IF NOT EXISTS vector_changes (chunk_id TEXT PRIMARY KEY, deleted INTEGER NOT NULL);
CREATE TRIGGER IF NOT EXISTS chunk_added AFTER INSERT ON chunks BEGIN
    INSERT OR REPLACE INTO vector_changes VALUES (new.id, 0);
END;
CREATE TRIGGER IF NOT EXISTS chunk_deleted AFTER DELETE ON chunks BEGIN
    DELETE FROM words WHERE rowid = old.number;
    INSERT OR REPLACE INTO vector_changes VALUES (old.id, 1);
END;
