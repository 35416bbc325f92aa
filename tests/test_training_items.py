"""From the data sets to the items of the cross-encoder: documents, claims, negatives, windows, the file of items."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from tokenizers import Tokenizer

from assistant.ranker.claim_windows import CLAIM, SOURCE, ClaimWindowMaker
from assistant.ranker.cross_encoder import LABELS
from assistant.ranker.windows import WINDOW, WindowMaker
from tests.training_data import MEASURED, TOWNS, article, write_data
from training.claims import SHARES, Claim, document_claims, lightened_exchange
from training.documents import HELD_OUT, Document, cut, fragments, load_news, passages
from training.entailment_rows import EntailmentRow
from training.errors import TrainingError
from training.items import NO_SPAN, digest, load_items, save_items
from training.mixture import claim_items, load_mixture
from training.negatives import SentenceIndex
from training.question_windows import Question, passage_questions, question_items, sentence_questions
from training.row_claims import entailment_claims, question_claims, stated
from training.rows import Row, load_rows
from training.sentence_rows import SentenceRow, load_sentences
from vectorstore.index.embedding import default_embedder

FOLDER = default_embedder().folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def documents(data: Path) -> tuple[Document, ...]:
    return load_news(data).training


TOKENIZER = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


def read(ids: list[int]) -> str:
    return str(TOKENIZER.decode(ids, skip_special_tokens=False))


def test_what_is_measured_on_is_kept_out(data: Path, tmp_path: Path) -> None:
    news = load_news(data)
    assert len(news.training) == 80 - HELD_OUT
    assert len(news.held_out) == HELD_OUT
    assert not {document.title for document in news.training} & {document.title for document in news.held_out}
    assert news.held_out == load_news(data).held_out
    inside = {sentence for document in news.training for sentence in document.sentences}
    assert not inside & {sentence for document in news.held_out for sentence in document.sentences}
    assert MEASURED not in inside
    assert not news.free(["It rains.", MEASURED.upper().replace(".", " !")])
    assert news.training[0].head == f"{news.training[0].title}. 2019-05-04. "
    rows, _ = load_sentences(data / "train" / "qa_sentences.jsonl.gz")
    known = fragments(rows, news, 1)
    assert [*known] == [f"Wiki1k:wikinews:{number}" for number in range(4)]
    assert [text[-5:-1] for text in known["Wiki1k:wikinews:0"].sentences] == ["2000", "2001", "2002"]
    items = load_mixture(data, FOLDER, tmp_path, share=0.02)
    assert not any("measured town" in read(item.ids.tolist()) for item in items)
    assert not any("the water rose" in read(item.ids.tolist()) for item in items), "beside a measured sentence"
    (data / "dev" / "wikinews" / "articles.jsonl").rename(tmp_path / "articles.jsonl")
    with pytest.raises(TrainingError, match="what is measured on can't be kept out of the training"):
        load_news(data)
    (tmp_path / "articles.jsonl").rename(data / "dev" / "wikinews" / "articles.jsonl")


def test_claims_of_documents(documents: tuple[Document, ...]) -> None:
    claims = document_claims(documents, 3000, Random(1))
    assert 3000 <= len(claims) <= 3001
    assert claims == document_claims(documents, 3000, Random(1))
    kinds = Counter(claim.origin for claim in claims)
    assert {*SHARES} - {*kinds} == set()
    of = {kind: {claim.label for claim in claims if claim.origin == kind} for kind in kinds}
    for kind in ("true", "twin", "headline", "reported"):
        assert of[kind] == {"supported"}
    for kind in ("figure", "name", "day", "unit", "bound", "negation", "denied"):
        assert of[kind] == {"refuted"}
    for kind in ("source", "doubt", "merged", "taken out", "later", "other"):
        assert of[kind] == {"nei"}
    assert all(claim.claim in claim.source for claim in claims if claim.origin == "twin")
    wrong = [claim for claim in claims if claim.label != "supported" and claim.origin not in ("doubt", "denied")]
    assert not [claim for claim in wrong if claim.claim in claim.source]


def test_an_exchange_is_not_lightened_away() -> None:
    sentence, edited = "On Monday, it rained.", "On Friday, it rained."
    made = {lightened_exchange(sentence, edited, Random(seed)) for seed in range(200)}
    assert "On Friday, it rained." in made
    assert "on friday, it rained." in made
    assert all("friday" in one.lower() for one in made)


def test_documents_that_give_no_claims() -> None:
    assert document_claims([], 5, Random(1)) == []
    assert document_claims([Document("", "", ("Is it?", "Was it?", "Why?"))], 5, Random(1)) == []


def test_claims_of_rows(documents: tuple[Document, ...]) -> None:
    rows = [
        EntailmentRow(f"Source {n}", f"Claim {n}", label, origin)
        for n, label in enumerate(LABELS * 20)
        for origin in ("mnli_dev", "fever_dev")
    ]
    claims = entailment_claims(rows, documents, Random(1))
    assert len(claims) == len(rows)
    by_claim = {(row.claim.lower(), row.origin): row for row in rows}
    for claim in claims:
        row = by_claim[claim.claim.lower(), claim.origin]
        if claim.origin == "mnli_dev":
            assert claim.label == row.label
            assert row.source in claim.source
        else:
            assert claim.label == row.label or (claim.label == "nei" and "Source" in claim.source)
    assert len(entailment_claims(rows, (), Random(1), share=0.0001)) == 3  # 0.0001 of 19,645 and of 13,168


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("How many people were hurt?", "12", "12 people were hurt."),
        ("How many people were hurt?", "12 people", "12 people were hurt."),
        ("Who won the race?", "Ann", "Ann? won"),
        ("Who opened the bridge?", "Ann", "Ann opened the bridge."),
        ("Which town is the largest?", "brem", "Brem is the largest."),
        ("When was it?", "In May", "When was it? In May"),
    ],
)
def test_an_answer_as_a_statement(question: str, answer: str, expected: str) -> None:
    made = {stated(question, answer, Random(seed)) for seed in range(50)}
    assert (expected in made) == ("?" not in expected[:5])
    assert f"{question} {answer}" in made


def test_claims_of_questions() -> None:
    rows = [
        Row(f"How many bridges has {town}?", article(n, town), str(n + 3), "squadshifts/nyt")
        for n, town in enumerate(TOWNS)
    ]
    claims = question_claims(rows * 10, passages(rows), 200, Random(1))
    assert {(claim.origin, claim.label) for claim in claims} == {
        ("question, right", "supported"), ("question, wrong", "refuted"), ("question, taken out", "nei"),
    }  # fmt: skip
    for claim in claims:
        assert ("new bridges" in claim.source) == (claim.origin != "question, taken out")
    assert question_claims([], {}, 5, Random(1)) == []


def test_sentences_with_the_rare_words_of_a_question() -> None:
    texts = [
        "The ferry of Brem was closed.",
        "The ferry is old.",
        "Brem.",
        "It rains in Cray.",
        "Brem has a ferry.",
    ]
    index = SentenceIndex([*texts, *(f"Sentence {n} about something else." for n in range(20))])
    near = list(index.near(["Which ferry has Brem?", "Why?", "Cray"], [2, 3, 3], ["", "", "RAINS"]))
    assert near[0] == ["Brem has a ferry.", "The ferry of Brem was closed."]
    assert near[1:] == [[], []]
    assert [*index.near(["ferry Brem"], [9], ["closed"])] == [["Brem has a ferry.", "Brem.", "The ferry is old."]]


def test_the_windows_of_questions() -> None:
    maker = WindowMaker(FOLDER)
    sentences = cut(article(4, "Brem"))
    index = SentenceIndex([*sentences, *cut(article(9, "Brem")), "The town of Brem has a castle."])
    question = Question(
        "How many new bridges has Brem opened?", sentences, sentences[0], "7", 2, "7", "Brem builds", "squadshifts/nyt"
    )
    places = set()
    for seed in range(20):
        (item,) = question_items([question], index, maker, Random(seed))
        text = read(item.ids.tolist())
        assert text.startswith("[CLS] how many new bridges has brem opened? [SEP]")
        assert "[SEP] brem builds [SEP] the town of brem has opened 7 new bridges" in text
        (right,) = [sentence for sentence in item.sentences if sentence.right]
        assert read(item.ids[right.first : right.mark].tolist()).startswith("the town of brem has opened 7")
        assert read(item.ids[right.span[0] : right.span[1] + 1].tolist()) == "7"
        assert all(read([int(item.ids[sentence.mark])]) == "[SEP]" for sentence in item.sentences)
        assert item.ids.tolist().index(item.ids[-1]) == item.second - 1, "the first mark is behind the question"
        assert item.tokens <= WINDOW
        assert not item.is_claim
        places.add(item.sentences.index(right))
    silent = Question("Why?", (), "", "", 3, "", "", "squadshifts/nyt")
    assert [*question_items([silent], index, maker, Random(1))] == []
    long = Question("Why?", tuple(f"{n} " + "word " * 90 for n in range(9)), "8 " + "word " * 90, "8", 0, "8", "", "x")
    (item,) = question_items([long], index, maker, Random(1))
    assert [sentence.right for sentence in item.sentences].count(True) == 1
    assert item.tokens <= WINDOW


def test_questions_over_passages_and_sentences(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = load_rows(data / "train" / "train.jsonl.gz")
    made = passage_questions(rows * 5, passages(rows), Random(1))
    assert len(made) == len(rows) * 5
    kinds = Counter(question.origin for question in made)
    assert [*kinds] == ["squadshifts/nyt", "squadshifts/nyt, taken out", "squad2-train-part, no answer"]
    for question in made:
        assert (question.right in question.sentences) == bool(question.right)
        assert not question.origin.endswith("out") or not any("new bridges" in text for text in question.sentences)
        order = [article(n, t) for n, t in enumerate(TOWNS, 100)]
        text = next(text for text in order if question.sentences[0] in text)
        assert sorted(question.sentences, key=text.index) == [*question.sentences]
    monkeypatch.setattr("training.question_windows.SILENT", 0.0)
    of_sentences = [SentenceRow("Who?", "Ann won.", ("Ann", "Ann won.", "Ann"), "selqa", others=("It rained.", "So."))]
    (question,) = sentence_questions(of_sentences, {}, Random(1))
    assert (question.right, question.answer, question.near) == ("Ann won.", "Ann", 1)
    assert {*question.sentences} == {"Ann won.", "It rained.", "So."}


def test_claims_as_items() -> None:
    maker = ClaimWindowMaker(FOLDER)
    long = "word " * 400
    claims = [
        Claim("Brem has 14 bridges.", "It has bridges.", "supported", "true"),
        Claim(long, "It has bridges.", "supported", "true"),
        Claim(long, "It has bridges.", "supported", "headline"),
        Claim(long, "It has bridges.", "nei", "other"),
        Claim("Brem.", long, "nei", "other"),
        Claim("[SEP]", "", "nei", "other"),
    ]
    items = list(claim_items(claims, maker))
    assert [(item.label, item.origin) for item in items] == [(2, "true"), (2, "headline"), (1, "other")]
    assert read(items[0].ids.tolist()) == "[CLS] brem has 14 bridges. [SEP] it has bridges. [SEP]"
    assert items[0].second == 8
    assert items[0].window.types == (0,) * 8 + (1,) * 5
    assert items[0].is_claim
    assert items[1].tokens == SOURCE + 7
    assert items[1].tokens <= SOURCE + CLAIM + 3
    assert read(maker.window(*maker.pieces(["[SEP]", "x"])).ids) == "[CLS] [ sep ] [SEP] x [SEP]"


def test_the_mixture_is_made_once_and_kept(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = load_mixture(data, FOLDER, tmp_path, share=0.01)
    (file,) = tmp_path.iterdir()
    origins = {item.origin for item in items}
    assert {"true", "figure", "mnli_dev", "question, right", "qamr", "squadshifts/nyt"} <= origins
    assert any(sentence.span != NO_SPAN for item in items for sentence in item.sentences)
    with monkeypatch.context() as patch:
        patch.setattr("training.mixture.load_entailment", lambda _: pytest.fail("made again"))
        assert digest(load_mixture(data, FOLDER, tmp_path, share=0.01)) == digest(items)
    other = load_mixture(data, FOLDER, tmp_path, seed=2, share=0.01)
    assert digest(other) != digest(items)
    whole = file.read_bytes()
    for damaged in (b"", b"half a file", whole[:-100], whole[: len(whole) // 2]):
        file.write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"items-\w+\.npz is damaged .* Remove it to make it anew"):
            load_mixture(data, FOLDER, tmp_path, share=0.01)
    with pytest.raises(TrainingError, match=r"There is no .*train\.jsonl\.gz\. Name the folder of the data sets"):
        load_mixture(tmp_path, FOLDER, tmp_path)


def test_items_come_back_as_they_were(tmp_path: Path) -> None:
    claims = list(claim_items([Claim("Brem.", "Cray.", "nei", "other")], ClaimWindowMaker(FOLDER)))
    save_items(claims, tmp_path / "items.npz")
    (item,) = load_items(tmp_path / "items.npz")
    assert (item.ids.tolist(), item.label, item.second) == (claims[0].ids.tolist(), 1, claims[0].second)
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="can't be written"):
        save_items(claims, tmp_path / "file" / "items.npz")
