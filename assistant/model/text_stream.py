"""From the bytes of tokens to text that may be shown: whole characters, and never a stop string."""

import codecs
from collections.abc import Iterable


class TextStream:
    """Collects bytes and returns the text that is safe to show. `stopped` is set once a stop string was written."""

    def __init__(self, stop: Iterable[str]) -> None:
        self._stop = tuple(filter(None, stop))
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def add(self, data: bytes) -> str:
        """What may be shown now. Half a character and what may become a stop string are held back."""
        self._held += self._decoder.decode(data)
        # The stop string that was complete first counts, so the text does not depend on how the bytes came.
        matches = [(at + len(stop), at) for stop in self._stop if (at := self._held.find(stop)) >= 0]
        self.stopped = bool(matches)
        safe = min(matches)[1] if matches else len(self._held) - self._doubtful()
        text, self._held = self._held[:safe], self._held[safe:]
        return text

    def flush(self) -> str:
        """What was held back and turned out to be no stop string. Half a character at the end is left out."""
        return "" if self.stopped else self._held

    def _doubtful(self) -> int:
        """The length of the longest end of the held text that a stop string begins with."""
        longest = max((len(stop) for stop in self._stop), default=1) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stop):
                return length
        return 0
