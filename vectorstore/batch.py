"""Read files one after another, and embed and store their articles in batches, each in one transaction."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vectorstore.articles import Article, Chunk, Problem
from vectorstore.errors import SplitterError
from vectorstore.index.store import Store
from vectorstore.readers.files import is_gone
from vectorstore.readers.formats import read_file
from vectorstore.report import Tally

BATCH_CHUNKS = 256
"""Chunks embedded and stored at once: at most so many are done again after an ingest was killed."""


@dataclass
class _File:
    """A file being ingested. The dictionaries map source to article id.

    `before`: what the last ingest read from it; `now`: what this one has read; `unsaved`: what of that is not yet in
    the library; `failed`: something in it could not be read; `ended`: it was read to the end.
    """

    name: str
    sha256: str
    before: dict[str, str]
    now: dict[str, str] = field(default_factory=dict)
    unsaved: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    ended: bool = False


class Batch:
    """Articles that are not yet embedded and stored, with the files they come from."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self._store = store
        self._tally = tally
        self._files: list[_File] = []
        self._new: dict[str, tuple[Article, list[Chunk]]] = {}
        self._chunk_count = 0

    def read(self, path: Path) -> Iterator[int]:
        """Read the articles of one file into the batch, and store the batch when it is full.

        Yields the number of characters of each article, for the progress. Failures are counted in the tally.
        """
        name = str(path.resolve())
        try:
            name.encode()
            with path.open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            reason = f"can't be read ({error.strerror}): check the file and its permissions"
            self._tally.add_problem(Problem(name, reason))
            return
        except UnicodeEncodeError:
            reason = "its path is not UTF-8, so it can't be kept as a source: rename the file or its folder"
            self._tally.add_problem(Problem(ascii(name)[1:-1], reason))
            return
        library = self._store.library
        before = dict(library.rows("SELECT source, article_id FROM sources WHERE file = ?", (name,)))
        if library.rows("SELECT 1 FROM files WHERE file = ? AND sha256 = ?", (name, sha256)):
            self._tally.unchanged += sorted(before)
            return
        file = _File(name, sha256, before)
        self._files.append(file)
        for item in read_file(path):
            if isinstance(item, Problem):
                self._tally.add_problem(item)
                file.failed |= not item.kept
                continue
            try:
                self._add(item, file)
            except SplitterError as error:  # only this article fails; the file is read again next time
                self._tally.add_problem(Problem(item.source, str(error)))
                file.failed = True
            yield len(item.text)
            if self._chunk_count >= BATCH_CHUNKS:
                self.flush()
        file.ended = True

    def flush(self) -> None:
        """Embed and store the articles of the batch, and finish the files that were read to the end, all or nothing."""
        articles = list(self._new.values())
        vectors = self._store.embed(articles) if articles else []
        library = self._store.library
        with library.transaction() as connection:
            for (article, chunks), rows in zip(articles, vectors, strict=True):
                library.add(article, chunks, rows)
            for file in self._files:
                connection.executemany(
                    "INSERT OR REPLACE INTO sources VALUES (?, ?, ?)",
                    [(source, file.name, article_id) for source, article_id in file.unsaved.items()],
                )
                file.unsaved.clear()
            # After all sources are stored: an article may have moved from one of the files to another.
            for file in self._files:
                if file.ended:
                    self._finish(file)
        self._store.sync()
        self._tally.chunks += self._chunk_count
        self._files = [file for file in self._files if not file.ended]
        self._new.clear()
        self._chunk_count = 0

    def _add(self, article: Article, file: _File) -> None:
        """Add an article to the batch, unless it is stored already, and count it in the tally."""
        stored = article.id in self._new or self._store.library.has(article.id)
        if not stored:
            chunks = self._store.chunk(article)
            self._new[article.id] = (article, chunks)
            self._chunk_count += len(chunks)
        elif self._is_duplicate(article, file):
            self._tally.add_problem(Problem(article.source, "the same article as one already there", kept=True))
        file.now[article.source] = file.unsaved[article.source] = article.id
        if stored:
            self._tally.unchanged.append(article.source)
        elif article.source in file.before:
            self._tally.changed.append(article.source)
        else:
            self._tally.added.append(article.source)

    def _is_duplicate(self, article: Article, file: _File) -> bool:
        """Whether an article also has a source in another file that still exists: that of a renamed file is no copy."""
        if article.source in file.before or article.id in file.before.values():
            return False
        if article.id in self._new:
            return True
        rows = self._store.library.rows("SELECT DISTINCT file FROM sources WHERE article_id = ?", (article.id,))
        return any(not is_gone(name) for (name,) in rows)

    def _finish(self, file: _File) -> None:
        """Remove what is no longer in a file, unless part of it could not be read, and record it as read."""
        library = self._store.library
        dropped = {} if file.failed else {s: a for s, a in file.before.items() if s not in file.now}
        for source in dropped:
            library.connection.execute("DELETE FROM sources WHERE source = ?", (source,))
        replaced = {a for s, a in file.before.items() if file.now.get(s, a) != a}
        gone = library.remove_unreferenced(replaced | set(dropped.values()))
        self._tally.removed += sorted(source for source, article_id in dropped.items() if article_id in gone)
        if not file.failed:
            library.connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file.name, file.sha256))
