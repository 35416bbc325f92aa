"""The articles and their vectors as one index: SQLite with FTS5, Chroma, the embedder, search."""
