"""Files read one after another, embedded and stored a batch at a time, each batch in one transaction."""

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
"""Chunks embedded and stored at once: what a killed ingest has to do again, at most."""


@dataclass
class _File:
    """A file on its way in: what was read from it before, and what is read now (source -> article id)."""

    name: str
    sha256: str
    before: dict[str, str]
    now: dict[str, str] = field(default_factory=dict)
    unsaved: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    ended: bool = False


class Batch:
    """Articles that wait to be embedded and stored, with the files they come from."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self._store = store
        self._tally = tally
        self._files: list[_File] = []
        self._new: dict[str, tuple[Article, list[Chunk]]] = {}
        self._waiting = 0

    def read(self, path: Path) -> Iterator[int]:
        """Take in one file; yields the characters of each article as it is read, for the progress."""
        name = str(path.resolve())
        try:
            name.encode()
            with path.open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            reason = f"can't be read ({error.strerror}): check the file and its permissions"
            self._tally.failed.append(Problem(name, reason))
            return
        except UnicodeEncodeError:
            reason = "its path is not UTF-8, so it can't be kept as a source: rename the file or its folder"
            self._tally.failed.append(Problem(ascii(name)[1:-1], reason))
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
                self._tally.problem(item)
                file.failed |= not item.kept
                continue
            try:
                self._take(item, file)
            except SplitterError as error:  # this article alone, and the file is read again next time
                self._tally.failed.append(Problem(item.source, str(error)))
                file.failed = True
            yield len(item.text)
            if self._waiting >= BATCH_CHUNKS:
                self.flush()
        file.ended = True

    def flush(self) -> None:
        """Embed what waits and store it, and what the files' ends change, all or nothing."""
        waiting = list(self._new.values())
        vectors = self._store.embed(waiting) if waiting else []
        library = self._store.library
        with library.transaction() as connection:
            for (article, chunks), rows in zip(waiting, vectors, strict=True):
                library.add(article, chunks, rows)
            for file in self._files:
                connection.executemany(
                    "INSERT OR REPLACE INTO sources VALUES (?, ?, ?)",
                    [(source, file.name, article_id) for source, article_id in file.unsaved.items()],
                )
                file.unsaved.clear()
            # After all sources are in: an article may have moved from one file to the next.
            for file in self._files:
                if file.ended:
                    self._end(file)
        self._store.sync()
        self._tally.chunks += self._waiting
        self._files = [file for file in self._files if not file.ended]
        self._new.clear()
        self._waiting = 0

    def _take(self, article: Article, file: _File) -> None:
        stored = article.id in self._new or self._store.library.has(article.id)
        if not stored:
            chunks = self._store.chunk(article)
            self._new[article.id] = (article, chunks)
            self._waiting += len(chunks)
        elif self._stands_elsewhere(article, file):
            self._tally.warnings.append(Problem(article.source, "the same article as one already there", True))
        file.now[article.source] = file.unsaved[article.source] = article.id
        if stored:
            self._tally.unchanged.append(article.source)
        elif article.source in file.before:
            self._tally.changed.append(article.source)
        else:
            self._tally.added.append(article.source)

    def _stands_elsewhere(self, article: Article, file: _File) -> bool:
        """Whether an article was read from another file, too, that is still there: a renamed one is no copy."""
        if article.source in file.before or article.id in file.before.values():
            return False
        if article.id in self._new:
            return True
        rows = self._store.library.rows("SELECT DISTINCT file FROM sources WHERE article_id = ?", (article.id,))
        return any(not is_gone(name) for (name,) in rows)

    def _end(self, file: _File) -> None:
        """What was in the file and no longer is goes, but not if part of the file could not be read."""
        library = self._store.library
        left = {} if file.failed else {s: a for s, a in file.before.items() if s not in file.now}
        for source in left:
            library.connection.execute("DELETE FROM sources WHERE source = ?", (source,))
        replaced = {a for s, a in file.before.items() if file.now.get(s, a) != a}
        gone = library.remove_unreferenced(replaced | set(left.values()))
        self._tally.removed += sorted(source for source, article_id in left.items() if article_id in gone)
        if not file.failed:
            library.connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file.name, file.sha256))
