import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.confidence import MIN_CONFIDENCE, confidence
from vectorstore.articles import Article

ARTICLE = Article("seed.txt", "145 drones were launched.")
SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)


def passage(coverage: float, cosine: float, score: float = 0.5) -> Passage:
    return Passage(1, ARTICLE, 0, len(ARTICLE.text), ARTICLE.text, score, coverage, cosine)


def test_nothing_found_is_no_confidence() -> None:
    assert confidence([]) == 0.0


@settings(deadline=None)
@given(st.lists(st.builds(passage, SHARE, COSINE, SHARE), min_size=1))
def test_it_lies_between_0_and_1(passages: list[Passage]) -> None:
    assert 0 <= confidence(passages) <= 1


@settings(deadline=None)
@given(SHARE, SHARE, COSINE, COSINE)
def test_more_coverage_and_more_likeness_never_make_it_less(c: float, d: float, a: float, b: float) -> None:
    worse, better = passage(min(c, d), min(a, b)), passage(max(c, d), max(a, b))
    assert confidence([worse]) <= confidence([better])


@pytest.mark.parametrize(("coverage", "cosine"), [(0.2, 0.2), (0.5, 0.3), (0.9, 0.1)])
def test_it_grows_with_each(coverage: float, cosine: float) -> None:
    here = confidence([passage(coverage, cosine)])
    assert confidence([passage(coverage + 0.1, cosine)]) > here
    assert confidence([passage(coverage, cosine + 0.2)]) > here


def test_the_passage_with_the_best_score_decides() -> None:
    best, other = passage(0.1, 0.1, score=0.9), passage(1.0, 1.0, score=0.2)
    assert confidence([other, best]) == confidence([best, other]) == confidence([best])


def test_a_perfect_passage_is_answered_and_a_foreign_one_refused() -> None:
    assert confidence([passage(1.0, 0.8)]) > 0.9 > MIN_CONFIDENCE > 0.1 > confidence([passage(0.0, 0.1)])


def test_it_is_a_plain_number_for_json() -> None:
    assert json.loads(json.dumps(confidence([passage(0.6, 0.4)]))) == confidence([passage(0.6, 0.4)])
