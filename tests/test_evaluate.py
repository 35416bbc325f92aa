"""The evaluation flow with everything real: Chroma, MiniLM, the bundled model."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer, Retrieved
from assistant.assistant import Assistant
from assistant.errors import EvaluationError
from assistant.evaluation.case import Question
from assistant.evaluation.evaluate import code_digest, evaluate
from assistant.evaluation.run import Run
from assistant.model.engine import Engine
from vectorstore.articles import Filters
from vectorstore.index.search import CANDIDATES, bm25
from vectorstore.index.store import Store

FACTS = {"name": "test"}


@pytest.fixture(scope="module")
def assistant(seed_store: Store, engine: Engine) -> Assistant:
    return Assistant(seed_store, engine)


@pytest.fixture(scope="module")
def ids(seed_store: Store) -> dict[str, str]:
    """The two articles by the beginning of their file's name."""
    return {Path(article.source).stem[:3]: article.id for article in seed_store.library.articles()}


def ask(assistant: Assistant, folder: Path, *questions: Question, **how: bool) -> Run:
    run = Run.begin(folder, FACTS, questions)
    evaluate(run, assistant, **how)
    return run


def test_what_the_assistant_says_is_what_is_written(assistant: Assistant, ids: dict[str, str], tmp_path: Path) -> None:
    run = ask(
        assistant,
        tmp_path / "run",
        Question("kyiv", "How many drones hit Kyiv?", ("145",), gold=(ids["000"],)),
        Question("tokyo", "Which film won the festival in Tokyo?", answerable=False),
    )
    kyiv, tokyo = run.outcomes()["kyiv"], run.outcomes()["tokyo"]
    said = assistant.ask("How many drones hit Kyiv?")
    assert kyiv.answer is not None
    assert replace(kyiv.answer, timings={}) == replace(said, timings={})
    assert set(kyiv.ranking) == set(kyiv.bm25_ranking) == set(ids.values())
    assert all(citation.quote in kyiv.evidence for citation in said.citations)
    assert "over 300 drones" in kyiv.bm25_evidence
    assert 0 < assistant.engine.count(kyiv.bm25_evidence) <= 400
    assert kyiv.exact == (True, True)
    assert kyiv.unrefused is None
    assert kyiv.written_tokens > 5
    assert kyiv.writing_seconds > 0
    assert kyiv.memory_mb is not None
    assert 100 < kyiv.memory_mb < 24_000
    assert tokyo.answer is not None
    assert tokyo.answer.refused
    assert tokyo.unrefused is not None
    assert not tokyo.unrefused.refused
    assert tokyo.unrefused.confidence == tokyo.answer.confidence < 0.5
    assert tokyo.written_tokens == 0, "the answer held back is no cost of the one given"


def test_a_question_may_be_restricted_to_articles(assistant: Assistant, ids: dict[str, str], tmp_path: Path) -> None:
    run = ask(
        assistant, tmp_path / "run", Question("q", "How many were killed in Kyiv?", ("7",), context=(ids["004"],))
    )
    outcome = run.outcomes()["q"]
    assert outcome.ranking == outcome.bm25_ranking == (ids["004"],)
    assert outcome.answer is not None
    assert {citation.article_id for citation in outcome.answer.citations} == {ids["004"]}


def test_the_oracle_gives_the_gold_article(assistant: Assistant, ids: dict[str, str], tmp_path: Path) -> None:
    question = Question(
        "q", "How many drones were launched?", ("145",), gold=(ids["000"],), context=tuple(ids.values())
    )
    assert ask(assistant, tmp_path / "oracle", question, oracle=True).outcomes()["q"].ranking == (ids["000"],)
    assert set(ask(assistant, tmp_path / "plain", question).outcomes()["q"].ranking) == set(ids.values())


def test_retrieval_alone_generates_nothing(assistant: Assistant, ids: dict[str, str], tmp_path: Path) -> None:
    before = assistant.engine.written
    question = Question("q", "How many drones were launched?", ("145",), gold=(ids["000"],))
    outcome = ask(assistant, tmp_path / "run", question, retrieval_only=True).outcomes()["q"]
    assert outcome.answer is None
    assert "145 drones" in outcome.evidence
    assert assistant.engine.written == before


def test_a_follow_up_is_asked_after_the_questions_before_it(assistant: Assistant, tmp_path: Path) -> None:
    question = Question(
        "q", "And how many were injured?", ("more than 100",), history=("How many people were killed at least?",)
    )
    answer = ask(assistant, tmp_path / "run", question).outcomes()["q"].answer
    assert answer is not None
    first = assistant.ask("How many people were killed at least?")
    expected = assistant.ask("And how many were injured?", history=[first])
    assert replace(answer, timings={}) == replace(expected, timings={})
    assert "100" in answer.answer


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (["Who calls for regime change?"], "What did he accuse Russia of?"),  # whom "he" means stands in the answer
        (["How many people were killed at least?"], "And how many were injured?"),
        (["How many drones were launched?"], "Who said that?"),  # searched for in nothing but what was cited
        (["How many drones were launched?", "And missiles?"], "And in July?"),
        (["Which film won the festival in Tokyo?"], "And how many people saw it?"),  # behind a refusal
        (["How many drones were launched?"], "Who is Vladimir Putin?"),  # stands alone
        (["Hello"], "How many people were killed in Kyiv?"),
    ],
)
@pytest.mark.parametrize("retrieval_only", [False, True])
def test_what_is_measured_of_a_follow_up_is_what_the_product_finds(
    assistant: Assistant, tmp_path: Path, before: list[str], question: str, retrieval_only: bool
) -> None:
    asked = Question("q", question, ("x",), history=tuple(before))
    outcome = ask(assistant, tmp_path / "run", asked, retrieval_only=retrieval_only).outcomes()["q"]
    history: list[Answer] = []
    for earlier in before:
        history.append(assistant.ask(earlier, history=history))
    events = list(assistant.stream(question, history=history))
    assert isinstance(events[0], Retrieved)
    assert outcome.evidence == "\n\n".join(passage.text for passage in events[0].passages)
    best = tuple(dict.fromkeys(passage.article.id for passage in events[0].passages))
    assert outcome.ranking[: len(best)] == best
    lexical = bm25(assistant.store.library, events[0].query, CANDIDATES, Filters())
    assert outcome.bm25_ranking == tuple(dict.fromkeys(chunk.partition(":")[0] for chunk in lexical))


def test_a_stopped_run_goes_on_where_it_stopped(assistant: Assistant, tmp_path: Path) -> None:
    questions = [Question(f"q{n}", text, ("x",)) for n, text in enumerate(("Who spoke?", "Who died?", "Who fired?"))]

    class Stopped(Exception):
        pass

    def stop_at_the_last(done: int, total: int, _: str) -> None:
        if done == total - 1:
            raise Stopped

    run = Run.begin(tmp_path / "run", FACTS, questions)
    with pytest.raises(Stopped):
        evaluate(run, assistant, progress=stop_at_the_last)
    written = run.answers.read_bytes()
    assert list(run.outcomes()) == ["q0", "q1"]
    again = Run.begin(tmp_path / "run", FACTS, questions)
    evaluate(again, assistant)
    assert list(again.outcomes()) == ["q0", "q1", "q2"]
    assert again.answers.read_bytes().startswith(written), "what was answered is not asked again"


def test_a_question_that_is_too_long_is_named_before_any_is_asked(assistant: Assistant, tmp_path: Path) -> None:
    run = Run.begin(tmp_path / "run", FACTS, [Question("a", "Who?", ("x",)), Question("b", "why " * 600, ("x",))])
    with pytest.raises(EvaluationError, match=r"question b has 2,400 characters, expected at most 2,000"):
        evaluate(run, assistant)
    assert run.outcomes() == {}


def test_the_digest_of_the_code_is_stable() -> None:
    assert code_digest() == code_digest()
    assert len(code_digest()) == 16
