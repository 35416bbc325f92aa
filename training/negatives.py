"""Sentences that look like an answer and are none: those with the rare words of a question, by an inverted index."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vectorstore.text.lexicon import STOP_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMMONEST = 3_000
"""Sentences that have a word, at most: words that more have tell nothing."""

LENGTH = 0.02
"""How much each word of a sentence takes from its weight: of two with the same words the shorter comes first."""

AT_ONCE, BEHIND = 256, 8
"""Questions that are looked up at once, and sentences looked at beyond those asked for."""


class SentenceIndex:
    """Sentences by their words. Words weigh log(sentences / sentences with the word), stop words nothing."""

    def __init__(self, sentences: Sequence[str]) -> None:
        import numpy as np
        from scipy.sparse import diags
        from sklearn.feature_extraction.text import CountVectorizer

        self.sentences = list(sentences)
        self._vectorizer: Any = CountVectorizer(
            binary=True, stop_words=list(STOP_WORDS), token_pattern=r"[a-z0-9][a-z0-9]+", max_df=COMMONEST
        )
        counts = self._vectorizer.fit_transform(self.sentences).astype(np.float32)
        weights = np.log(len(self.sentences) / np.maximum(1, counts.getnnz(axis=0)))
        shorter = 1 / (1 + LENGTH * counts.getnnz(axis=1))
        self._postings: Any = (diags(shorter) @ counts @ diags(weights)).T.tocsr().astype(np.float32)

    def near(self, questions: Sequence[str], many: Sequence[int], without: Sequence[str]) -> Iterator[list[str]]:
        """For each question at most as many sentences as asked for, best first, none with its text of `without` in it.

        A text of "" forbids nothing; capitals make no difference.
        """
        for start in range(0, len(questions), AT_ONCE):
            asked = questions[start : start + AT_ONCE]
            scores = (self._vectorizer.transform(asked) @ self._postings).tocsr()
            for row in range(len(asked)):
                wanted, forbidden = many[start + row], without[start + row].lower()
                best = self._best(scores.indices, scores.data, scores.indptr[row : row + 2], wanted + BEHIND)
                allowed = [one for one in best if not forbidden or forbidden not in one.lower()]
                yield allowed[:wanted]

    def _best(self, columns: "NDArray[Any]", scores: "NDArray[Any]", ends: "NDArray[Any]", many: int) -> list[str]:
        """The sentences with the highest scores of one row of a sparse matrix."""
        own, places = scores[ends[0] : ends[1]], columns[ends[0] : ends[1]]
        order = sorted(range(len(own)), key=lambda at: (-own[at], places[at])) if len(own) <= many else None
        if order is None:
            import numpy as np

            top = np.argpartition(-own, many)[:many]
            order = sorted(top.tolist(), key=lambda at: (-own[at], places[at]))
        return [self.sentences[places[at]] for at in order]
