"""What the questions before do to a question: only a follow-up is understood by them. With all that ships."""

from collections.abc import Iterator

import pytest

from assistant.answer import Answer, Finished
from assistant.assistant import Assistant
from assistant.composition.composing import NO_QUESTION
from assistant.model.engine import Engine
from assistant.query.rewriting import standalone
from assistant.query.small_talk import is_courtesy
from assistant.ranker.ranker import Ranker
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ARTICLES = {
    "Four die in Halden fire": (
        "Four people were killed in a fire in a block of flats in Halden on Saturday night, the fire service said. "
        "The damage is put at 2.3 million crowns.\n\nThe cause of the fire is not known."
    ),
    "Warehouse burns down in Skarnes": (
        "Nobody was hurt when a warehouse burned down in Skarnes on Tuesday. "
        "The damage amounts to 8.1 million crowns, the owner said.\n\nThe fire began in a lorry."
    ),
    "Tunnel between Karby and Holm opens": (
        "The tunnel between Karby and Holm was opened to traffic on Saturday. It is 18.2 kilometres long. "
        "It cost 5.3 billion crowns.\n\nThe head of the project, Marta Lind, said the work took seven years."
    ),
}
TUNNEL = "How long is the tunnel between Karby and Holm?"


@pytest.fixture(scope="module")
def shipped(
    embedder: Embedder, reader_engine: Engine, ranker: Ranker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("history")
    for number, (title, text) in enumerate(ARTICLES.items()):
        (folder / f"{number}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    store = Store.open(folder / "data", create=True, embedder=embedder)
    ingest(sorted(folder.glob("*.txt")), store)
    yield Assistant(store, reader_engine, ranker=ranker)
    store.close()


def conversation(assistant: Assistant, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, history=answers))
    return answers


@pytest.mark.parametrize("before", ["Hello", "Thanks!", "How many people were killed in the fire in Halden?"])
def test_a_whole_question_is_answered_as_if_it_were_the_first(shipped: Assistant, before: str) -> None:
    alone, after = shipped.ask(TUNNEL), conversation(shipped, before, TUNNEL)[-1]
    assert (after.answer, after.confidence, after.figures) == (alone.answer, alone.confidence, alone.figures)
    assert "18.2 kilometres" in after.answer


def test_a_conversation_goes_from_one_subject_to_the_next(shipped: Assistant) -> None:
    killed, damage, elsewhere, tunnel, cost, thanks = conversation(
        shipped,
        "How many people were killed in the fire in Halden?",
        "And how much was the damage?",
        "And in Skarnes?",
        TUNNEL,
        "How much did it cost?",
        "Thanks!",
    )
    for answer, right, wrong in (
        (killed, "Four people", "Nobody"),
        (damage, "2.3 million", "8.1"),
        (elsewhere, "8.1 million", "2.3"),
        (tunnel, "18.2 kilometres", "seven years"),
        (cost, "5.3 billion", "million"),
    ):
        assert right in answer.statements[0].text
        assert wrong not in answer.answer
    assert (thanks.answer, thanks.refused, thanks.citations) == (NO_QUESTION, True, ())


def test_a_follow_up_after_a_greeting_is_a_first_question(shipped: Assistant) -> None:
    question = "And how long is the tunnel?"
    assert conversation(shipped, "Hi there", question)[-1].answer == shipped.ask(question).answer


def test_a_greeting_is_answered_without_a_search(shipped: Assistant) -> None:
    (only,) = shipped.stream("Good morning!")
    assert isinstance(only, Finished)
    assert only.answer.answer == NO_QUESTION


@pytest.mark.parametrize(
    "message",
    ["Hello", "hi there!", "Good morning", "Thanks!", "Thank you very much.", "ok, great", "Perfect, thanks a lot :)",
     "No, thank you", "bye", "Sorry", "Yes please", "Merci", "You're welcome", "That's great, thanks"],
)  # fmt: skip
def test_courtesies(message: str) -> None:
    assert is_courtesy(message)


@pytest.mark.parametrize(
    "question",
    ["How many?", "Why?", "Who thanked the mayor?", "Thanks to whom was it opened?", "Was he all right?", "And then?",
     "Who said that?", "What is Good Morning Halden?", "hello kitty sales", "Again?", "how many there", "Is it fine?"],
)  # fmt: skip
def test_questions_are_no_courtesies(question: str) -> None:
    assert not is_courtesy(question)


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("How many people died in Halden?", "And how much was the damage?", "how much was the damage (in Halden)?"),
        ("how much was the damage (in Halden)?", "And in Skarnes?", "how much was the damage (in Skarnes)?"),
        ("How many drones hit Kyiv in May?", "How much did they cost?", "How much did they cost (Kyiv in May)?"),
        ("How many people died in Halden?", "And how many were injured?", "how many were injured (in Halden)?"),
    ],
)
def test_only_another_number_of_the_same_thing_takes_it_over(before: str, question: str, meant: str) -> None:
    assert standalone(question, [before]) == meant
