"""`dateline eval` from end to end, as a user runs it: real index, real model, articles of our own."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.cli import main
from vectorstore.articles import Filters, Hit
from vectorstore.index.store import Store

TOWNS = """Aldbury Brenford Castlow Dunmere Eastwick Farnley Gorsham Hexley Ilminster Jarrow Kelmscott Lydford Marston
    Norleigh""".split()
THINGS = ("library", "books"), ("harbour", "boats"), ("orchard", "trees"), ("stadium", "seats")


def write_test_set(folder: Path) -> tuple[Path, Path]:
    """Articles and questions about made-up towns: one figure each, and two questions that nothing answers."""
    folder.mkdir(exist_ok=True)
    articles, rows = [], ["id,question,answer,article,answerable,kind"]
    for number, town in enumerate(TOWNS):
        place, thing = THINGS[number % 4]
        amount = 1_120 + 37 * number
        text = (
            f"The mayor of {town} opened the new {place} on Monday. The {place} of {town} has {amount:,} {thing}, "
            f"the council said. Hundreds of people came to the ceremony in {town}, which ended with music."
        )
        articles.append({"id": f"a{number}", "title": f"{town} opens its {place}", "date": "2025-05-01", "text": text})
        rows.append(f"q{number},How many {thing} does the {place} of {town} have?,{amount},a{number},yes,number")
    rows += [
        "far,Which team won the chess final in Lisbon?,,,no,none",
        "q-film,Who directed the film Solaris?,,,no,none",
    ]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    (folder / "questions.csv").write_text("\n".join(rows))
    return folder / "articles.jsonl", folder / "questions.csv"


@pytest.fixture(scope="module")
def test_set(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_test_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without an index: what --articles builds lies beside, and is shared by the tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, home: Path, shared_models: None) -> None:  # noqa: ARG001
    monkeypatch.setenv("DATELINE_DATA_DIR", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


def dateline(*arguments: str | Path) -> int:
    """Run the command; returns its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def before(test_set: tuple[Path, Path], home: Path, share_models: Callable[[pytest.MonkeyPatch], None]) -> Path:
    """A whole run, once."""
    articles, questions = test_set
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_DATA_DIR", str(home))
        share_models(patch)
        assert dateline("eval", questions, "--articles", articles, "--out", home / "before", "-q") == 0
    return home / "before"


def test_a_run_leaves_answers_metrics_and_a_report(before: Path) -> None:
    assert {path.name for path in before.iterdir()} == {
        "answers.jsonl", "metrics.json", "questions.jsonl", "report.html", "run.json", "warnings.txt",
    }  # fmt: skip
    lines = [json.loads(line) for line in (before / "answers.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [*(f"q{n}" for n in range(14)), "far", "q-film"]
    assert "1,120 books" in lines[0]["answer"]
    assert lines[-1]["refused"]
    metrics = json.loads((before / "metrics.json").read_text())
    assert metrics["run"]["name"] == "questions"
    assert metrics["questions"] == 16
    assert metrics["answerable"] == 14
    assert metrics["overall"]["hit_at_1"]["value"] >= 0.85
    assert metrics["overall"]["correct_and_cited"]["n"] == 14
    assert metrics["overall"]["correct_and_cited"]["low"] < metrics["overall"]["correct_and_cited"]["value"]
    assert metrics["overall"]["citation_validity"]["value"] == 1
    assert "How many" in (before / "report.html").read_text()


def test_the_users_own_collection_is_left_alone(before: Path, home: Path) -> None:
    assert before.is_dir()
    assert not (home / "library.sqlite").exists()
    (beside,) = (home / "eval").glob("articles-*")
    assert (beside / "library.sqlite").exists()


def test_the_same_command_again_asks_nothing(
    before: Path, test_set: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = (before / "answers.jsonl").stat()
    assert dateline("eval", test_set[1], "--articles", test_set[0], "--out", before) == 0
    after = (before / "answers.jsonl").stat()
    assert (after.st_mtime_ns, after.st_size) == (answers.st_mtime_ns, answers.st_size)
    out = capsys.readouterr().out
    assert "correct_and_cited" in out
    assert out.rstrip().endswith("report.html")


def test_a_planted_regression_is_caught_by_the_gate_and_shown_by_compare(
    before: Path,
    test_set: tuple[Path, Path],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gate = tmp_path / "gate.toml"
    gate.write_text(
        f'reference = "{before / "metrics.json"}"\n[floors]\nhit_at_1 = 0.8\n[drops]\ncorrect_and_cited = 0.1\n'
    )
    assert dateline("eval", test_set[1], "--articles", test_set[0], "--out", before, "--gate", gate, "-q") == 0
    search, dice = Store.search, random.Random(7)

    def search_at_random(
        store: Store, _: str, k: int = 10, filters: Filters | None = None, *_more: object
    ) -> list[Hit]:
        article = dice.choice(store.library.articles())
        return [hit for hit in search(store, article.title, k, filters) if hit.article.id == article.id]

    monkeypatch.setattr(Store, "search", search_at_random)
    arguments = ("eval", test_set[1], "--articles", test_set[0], "--out", home / "after", "--gate", gate, "-q")
    assert dateline(*arguments) == 1
    told = capsys.readouterr().err
    assert "hit_at_1 is 0." in told
    assert "the floor is 0.8" in told
    assert "correct_and_cited is 0." in told
    assert dateline("eval", "compare", before, home / "after", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    differences = {row["metric"]: row for row in found["differences"]}
    assert differences["hit_at_1"]["change"] < -0.5
    assert differences["hit_at_1"]["p_holm"] < 0.05
    assert len(found["flips"]) >= 5
    assert not any(flip["gained"] for flip in found["flips"])
    assert dateline("eval", "compare", before, home / "after") == 0
    assert "hit_at_1" in capsys.readouterr().out
    page = (home / "after" / "compare-with-before.html").read_text()
    assert "How many" in page


def test_runs_of_different_questions_are_not_compared(
    before: Path, test_set: tuple[Path, Path], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = home / "other"
    assert dateline("eval", test_set[1], "--articles", test_set[0], "--out", other, "--limit", "2", "-q") == 0
    assert dateline("eval", "compare", before, other) == 2
    assert "are of different question sets" in capsys.readouterr().err
    assert dateline("eval", test_set[1], "--articles", test_set[0], "--out", before, "--limit", "3") == 2
    assert "holds a run with another question set" in capsys.readouterr().err


def test_retrieval_alone(test_set: tuple[Path, Path], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("eval", test_set[1], "--articles", test_set[0], "--out", home / "retrieval", "--retrieval-only")
    assert dateline(*arguments, "--json") == 0
    overall = json.loads(capsys.readouterr().out)["overall"]
    assert overall["hit_at_10"]["value"] == 1
    assert overall["bm25_hit_at_10"]["value"] == 1
    assert overall["answer_in_evidence"]["value"] > 0.9
    assert "correct" not in overall
    assert dateline(*arguments, "--calibrate") == 2


def test_calibrating_needs_enough_questions(
    before: Path, test_set: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dateline("eval", test_set[1], "--articles", test_set[0], "--out", before, "--calibrate", "-q") == 2
    assert "30" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a", "question": "Who?", "answers": ["x"]}\n{"id": ', "questions.jsonl, line 2"),
        ("", "questions.jsonl"),
        ('{"id": "a", "question": "Who?", "answers": ["x"], "gold_article_ids": ["nowhere"]}', "nowhere"),
    ],
    ids=["malformed line", "no questions", "unknown article"],
)
def test_bad_input_is_one_line_and_nothing_is_run(
    content: str, message: str, test_set: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(content)
    assert dateline("eval", path, "--articles", test_set[0], "--out", tmp_path / "run") == 2
    told = capsys.readouterr()
    assert message in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""
    assert not (tmp_path / "run").exists()


def test_articles_that_are_not_there(test_set: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert dateline("eval", test_set[1], "--articles", "no/such/folder") == 2
    assert "there is no no/such/folder" in capsys.readouterr().err


def test_help_explains_run_and_compare() -> None:
    ran = subprocess.run([sys.executable, "-m", "ui.cli", "eval"], capture_output=True, text=True, check=True)
    assert "eval compare before after" in ran.stdout
    run = subprocess.run(
        [sys.executable, "-m", "ui.cli", "eval", "run", "--help"], capture_output=True, text=True, check=True
    )
    for flag in ("--articles", "--out", "--limit", "--seed", "--retrieval-only", "--oracle", "--gate", "--calibrate"):
        assert flag in run.stdout
