"""The errors of vectorstore. Each message gives what was found, what was expected, and what to do.

StoreError                  shown to the user as one line
├── NoIndexError            nothing has been ingested yet
├── IndexMismatchError      the index was made by another embedder or chunker
├── IndexBusyError          another process is writing to the index
├── IndexDamagedError       a file of the index can't be read
├── DataFolderError         the data folder can't be made, read or written
├── SplitterError           the sentence splitter fails on a text
└── NotFoundError           no article has that id
"""

from pathlib import Path


class StoreError(Exception):
    """Base of all errors of vectorstore; the message is shown to the user as one line."""


class NoIndexError(StoreError):
    """Nothing has been ingested into the folder `data_dir` yet."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"no articles in {data_dir}: add some with 'dateline ingest FOLDER'")


class IndexMismatchError(StoreError):
    """The index was made by another embedder or another chunker."""


class IndexBusyError(StoreError):
    """Another process is writing to the index."""


class IndexDamagedError(StoreError):
    """A file of the index can't be read."""


class DataFolderError(StoreError):
    """The data folder can't be made, read or written."""


class SplitterError(StoreError):
    """The sentence splitter fails on a text."""


class NotFoundError(StoreError):
    """No article has that id."""
