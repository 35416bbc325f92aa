import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Conflict, Figure, Statement
from tests.cases import refusal
from ui.errors import LogError
from ui.log import QuestionLog


def an_answer(question: str = "How many drones hit Kyiv?") -> Answer:
    quote = "145 drones were launched “at Kyiv”.\n"
    return Answer(
        question=question,
        answer="145 drones were launched. [1] Over 300 drones. [2]",
        refused=False,
        statements=(Statement("145 drones were launched.", (1,), "supported"),),
        citations=(
            Citation(1, "ab12", "Kyiv", "Reuters", "2025-04-24", None, "/a.txt", quote, 3, 3 + len(quote)),
            Citation(2, "cd34", "Kyiv again", None, None, "https://example.org/a", "/b.txt", "Over 300.", 0, 9),
        ),
        figures=(
            Figure("145 drones", 145.0, None, "drones", 1),
            Figure("over 300", 300.0, "over", "drones", 2),
        ),
        conflicts=(Conflict("drones", (0, 1)),),
        confidence=0.91,
        model="m",
        timings={"search_ms": 12.5},
    )


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    log.add(an_answer(), "c1")
    (entry,) = log.recent(10)
    assert entry.answer == an_answer()
    assert entry.conversation == "c1"
    assert entry.time.endswith("+00:00")
    assert entry.to_dict()["citations"][0]["quote"].endswith("“at Kyiv”.\n")


def test_recent_gives_the_last_ones_oldest_first(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    for number in range(5):
        log.add(an_answer(str(number)), "c")
    assert [entry.answer.question for entry in log.recent(3)] == ["2", "3", "4"]


def test_the_last_conversation(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    assert log.conversation_last() == []
    for conversation, question in [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4")]:
        log.add(an_answer(question), conversation)
    assert [entry.answer.question for entry in log.conversation_last()] == ["2", "4"]
    assert {entry.conversation for entry in log.conversation_last()} == {"b"}


def test_reading_makes_no_file(tmp_path: Path) -> None:
    assert QuestionLog(tmp_path / "none" / "questions.sqlite").recent(1) == []
    assert list(tmp_path.iterdir()) == []


def test_many_at_once(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log.add(an_answer(str(n)), "c"), range(40)))
    assert {entry.answer.question for entry in log.recent(100)} == {str(n) for n in range(40)}


def test_the_file_is_in_wal_mode(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    log.add(an_answer(), "c")
    connection = sqlite3.connect(log.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_folder_that_is_not_there_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("dateline").propagate = True
    QuestionLog(tmp_path / "none" / "questions.sqlite").add(an_answer(), "c")
    assert "the question was not logged" in caplog.text
    assert "questions.sqlite can't be written" in caplog.text


@pytest.mark.skipif(os.name != "posix" or not shutil.which("setpriv"), reason="needs setpriv")
def test_a_read_only_folder_is_a_warning_and_can_still_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    QuestionLog(folder / "questions.sqlite").add(an_answer(), "c")
    (folder / "questions.sqlite").chmod(0o444)
    folder.chmod(0o555)
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "from test_log import an_answer; from ui.log import QuestionLog\n"
        "log = QuestionLog(Path(sys.argv[1])); log.add(an_answer('second'), 'c')\n"
        "print([entry.answer.question for entry in log.recent(5)])\n"
    )
    tests = Path(__file__).parent
    # Root reads and writes whatever it likes, unless it lays that power down.
    powerless = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.getuid() == 0 else []
    ran = subprocess.run(
        [
            *powerless,
            sys.executable,
            "-c",
            code,
            str(folder / "questions.sqlite"),
            str(tests),
            str(tests.parent),
        ],
        capture_output=True,
        text=True,
    )
    folder.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert "the question was not logged" in ran.stderr
    assert "How many drones" in ran.stdout
    assert "second" not in ran.stdout


@pytest.mark.parametrize("content", [b"no database, just some text that is long enough to be read" * 20, b"{}"])
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("dateline").propagate = True
    path = tmp_path / "questions.sqlite"
    path.write_bytes(content)
    with pytest.raises(LogError, match=r"questions\.sqlite can't be read .* move it away"):
        QuestionLog(path).recent(1)
    QuestionLog(path).add(an_answer(), "c")
    assert "the question was not logged" in caplog.text


def test_an_entry_that_is_no_answer(tmp_path: Path) -> None:
    log = QuestionLog(tmp_path / "questions.sqlite")
    log.add(an_answer(), "c")
    connection = sqlite3.connect(log.path)
    with connection:
        connection.execute("UPDATE questions SET answer = '{}'")
    connection.close()
    with pytest.raises(LogError):
        log.recent(1)


def test_an_answer_of_an_older_log_keeps_its_count_of_excluded_sentences() -> None:
    new = refusal().to_dict()
    old = {**{name: value for name, value in new.items() if name != "excluded_sentences"}, "set_aside": 2}
    assert Answer.from_dict(old).excluded_sentences == 2
    assert Answer.from_dict(new | {"excluded_sentences": 3}).excluded_sentences == 3
