"""The command from end to end: real index, real model, over the two articles of seeds/."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.answer import Answer, Event, Finished, Retrieved, Statement, StatementReady
from ui.app import with_command
from ui.cli import main
from ui.commands import ask
from ui.errors import UsageError
from ui.options import first_day, last_day
from ui.text.style import PLAIN

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
DRONES = "How many drones hit Kyiv?"
COMMANDS = ["ask", "search", "ingest", "list", "show", "remove", "rebuild", "stats", "logs", "config", "chat"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


def dateline(*arguments: object, stdin: bytes = b"") -> Ran:
    """Run the command in this process."""
    with CliRunner().isolation(stdin) as (out, err, _):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out.getvalue().decode(), err.getvalue().decode())


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folders: settings, data with the seeds ingested."""
    home = tmp_path_factory.mktemp("home")
    (home / "config.toml").write_text("")
    return home


@pytest.fixture(autouse=True)
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("DATELINE_")] + ["NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_CONFIG", str(home / "config.toml"))
    return home


@pytest.fixture
def data(home: Path, shared_models: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """The data folder that all share, with the seeds in it. Whoever changes it works on a copy."""
    folder = home / "data"
    monkeypatch.setenv("DATELINE_DATA_DIR", str(folder))
    if not folder.exists():
        ran = dateline("ingest", *SEEDS)
        assert ran.code == 0, ran.err
        assert ran.out.startswith("2 added, 0 changed, 0 unchanged, 0 removed, 0 failed")
    return folder


@pytest.fixture
def copy(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, with the seeds in it."""
    folder = tmp_path / "copy"
    shutil.copytree(data, folder)
    (folder / "questions.sqlite").unlink(missing_ok=True)
    monkeypatch.setenv("DATELINE_DATA_DIR", str(folder))
    return folder


# -- which command


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([DRONES], ["ask", DRONES]),
        (["how", "many", "drones"], ["ask", "how", "many", "drones"]),
        (["drones"], ["ask", "drones"]),
        (["-c", "And how many died?"], ["ask", "-c", "And how many died?"]),
        (["--json", DRONES], ["ask", "--json", DRONES]),
        (["-"], ["ask", "-"]),
        (["--", "list"], ["ask", "--", "list"]),
        (["Show me the drones"], ["ask", "Show me the drones"]),
        (["list", "--json"], ["list", "--json"]),
        (["--help"], ["--help"]),
        (["help"], ["--help"]),
        (["help", "ask"], ["ask", "--help"]),
        (["--show-completion"], ["--show-completion"]),
    ],
)
def test_with_command(arguments: list[str], expected: list[str]) -> None:
    assert with_command(arguments, COMMANDS, terminal=True) == expected


def test_no_arguments() -> None:
    assert with_command([], COMMANDS, terminal=True) == ["--help"]
    assert with_command([], COMMANDS, terminal=False) == ["ask"]


@pytest.mark.parametrize(
    ("word", "meant"), [("serch", "search"), ("ingst", "ingest"), ("lst", "list"), ("stat", "stats")]
)
def test_a_misspelt_command_is_not_a_question(word: str, meant: str) -> None:
    ran = dateline(word, "x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"dateline: no command '{word}': did you mean 'dateline {meant}'?")
    assert f"dateline ask {word}" in ran.err


def test_flags_before_a_command() -> None:
    with pytest.raises(UsageError, match="expected 'dateline list --data-dir …'"):
        with_command(["--data-dir", "x", "list"], COMMANDS, terminal=True)


# -- ask


@pytest.mark.usefixtures("data")
def test_ask() -> None:
    ran = dateline("ask", DRONES, "--no-log")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    told, _, figures = ran.out.rstrip().rpartition("\n\n")
    left_out = r"\n\d+ sentences? of the model left out: .+"
    assert re.fullmatch(rf"(\d+) of \1 figures found in the sentences cited\.(?:{left_out})?", figures)
    answer, *sources = re.split(r"\n\n(?=\[)", told)
    assert "145" in told
    assert sources
    assert {int(marker) for marker in re.findall(r"\[(\d+)\]", answer)} == set(range(1, len(sources) + 1))
    assert all(re.search(r"\n    dateline show [0-9a-f]{16}$", source) for source in sources)
    assert "\x1b" not in ran.out


@pytest.mark.usefixtures("data")
def test_json_is_one_answer_whose_quotes_are_exact() -> None:
    ran = dateline(DRONES, "--json", "--no-log")
    assert ran.code == 0, ran.err
    (found,) = ran.objects
    answer = Answer.from_dict(found)
    assert answer.question == DRONES
    assert answer.citations
    for citation in answer.citations:
        text = dateline("show", citation.article_id, "-q").out
        assert text[citation.start : citation.end] == citation.quote


@pytest.mark.usefixtures("data")
def test_the_answer_is_the_same_without_streaming() -> None:
    streamed = dateline("ask", DRONES, "--no-log")
    at_once = dateline("ask", DRONES, "--no-log", "--no-stream")
    assert streamed.out.split() == at_once.out.split()


@pytest.mark.usefixtures("data")
def test_bare_question_from_standard_input() -> None:
    piped = dateline("--json", "--no-log", stdin=f"{DRONES}\n".encode())
    assert piped.objects[0]["question"] == DRONES
    both = dateline("hit Kyiv?", "--json", "--no-log", stdin=b"How many drones\n")
    assert both.objects[0]["question"] == DRONES
    dash = dateline("ask", "-", "--json", "--no-log", stdin=DRONES.encode())
    assert dash.objects[0]["question"] == DRONES


@pytest.mark.usefixtures("data")
def test_what_the_articles_do_not_say_is_refused() -> None:
    ran = dateline("ask", "Who won the 1998 football world cup in France?", "--no-log")
    assert ran.code == 3, ran.out
    assert ran.out.startswith("The articles do not say.\n")


@pytest.mark.usefixtures("data")
def test_verbose_writes_times_to_stderr() -> None:
    ran = dateline("ask", DRONES, "--no-log", "-v")
    assert re.search(r"dateline: confidence [\d.]+, model \S+, .*ms", ran.err)
    assert "confidence" not in ran.out


@pytest.mark.usefixtures("data")
def test_colour_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_COLOR", "always")
    assert "\x1b[1m[1]" in dateline("ask", DRONES, "--no-log").out
    assert "\x1b" not in dateline("ask", DRONES, "--no-log", "--no-color").out


@pytest.mark.usefixtures("data")
def test_filters_are_kept() -> None:
    ran = dateline("ask", DRONES, "--no-log", "--since", "2031")
    assert ran.code == 3
    assert "145" not in ran.out


# -- the log


@pytest.mark.usefixtures("copy")
def test_log_follow_up_and_logs() -> None:
    assert dateline("logs").out == ""
    assert dateline("ask", DRONES).code == 0
    follow_up = dateline("-c", "And how many died?")
    assert follow_up.code in (0, 3), follow_up.err
    assert dateline("ask", "Who leads Ukraine?", "--no-log").code in (0, 3)
    entries = dateline("logs", "--json").objects
    assert [entry["question"] for entry in entries] == [DRONES, "And how many died?"]
    assert entries[0]["conversation"] == entries[1]["conversation"]
    shown = dateline("logs", "-n", "1").out
    assert "And how many died?" in shown
    assert DRONES not in shown
    assert dateline("logs", "-r").out.rstrip() == entries[1]["answer"]
    dateline("ask", DRONES)
    last = dateline("logs", "--json", "-n", "1").objects[0]
    assert last["conversation"] != entries[0]["conversation"]


@pytest.mark.usefixtures("copy")
def test_continue_without_a_conversation_warns() -> None:
    ran = dateline("ask", "-c", DRONES)
    assert ran.code == 0
    assert ran.err == "dateline: no question was asked before: this one begins a conversation\n"


def test_a_log_that_cannot_be_written_costs_no_answer(copy: Path) -> None:
    (copy / "questions.sqlite").mkdir()
    ran = dateline("ask", DRONES)
    assert ran.code == 0
    assert "145" in ran.out
    assert ran.err.startswith("dateline: the question was not logged: ")
    assert ran.err.count("\n") == 1


def test_log_can_be_switched_off_in_the_settings(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_LOG", "no")
    assert dateline("ask", DRONES).code == 0
    assert not (copy / "questions.sqlite").exists()


# -- articles


@pytest.mark.usefixtures("data")
def test_search() -> None:
    ran = dateline("search", "145", "drones", "including", "decoys", "-k", "3")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("1. ")
    assert "145 drones" in ran.out
    hits = dateline("search", "145 drones including decoys", "-k", "3", "--json").objects
    assert len(hits) == 3
    article = dateline("show", str(hits[0]["article_id"]), "-q").out
    assert article[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]  # type: ignore[misc]
    nothing = dateline("search", "drones", "--publisher", "nobody")
    assert (nothing.code, nothing.out) == (0, "")


@pytest.mark.usefixtures("data")
def test_list_show_and_stats() -> None:
    rows = dateline("list").out.splitlines()
    assert len(rows) == 2
    assert all(re.match(r"[0-9a-f]{16}  undated     \S", row) for row in rows)
    articles = dateline("list", "--json").objects
    assert [article["id"] for article in articles] == [row[:16] for row in rows]
    assert all("text" not in article for article in articles)
    assert dateline("list", "--since", "2025").out == ""

    shown = dateline("show", rows[0][:8])
    assert rows[0][:16] in shown.err
    whole = dateline("show", rows[0][:8], "--json").objects[0]
    assert whole["text"] == shown.out
    assert whole["characters"] == len(shown.out)

    stats = dateline("stats", "--json").objects[0]
    assert (stats["articles"], stats["undated"]) == (2, 2)
    assert re.search(r"^articles +2$", dateline("stats").out, re.M)


@pytest.mark.usefixtures("copy")
def test_ingest_again_prune_remove_rebuild(tmp_path: Path) -> None:
    again = dateline("ingest", *SEEDS, "--json").objects[0]
    assert len(again["unchanged"]) == 2  # type: ignore[arg-type]
    assert again["chunks"] == 0

    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text("Floods in Lviv\n\nThe river rose by two metres on Monday, the mayor said.\n")
    assert dateline("ingest", news).out.startswith("1 added, 0 changed, 0 unchanged, 0 removed, 0 failed")
    (news / "a.txt").unlink()
    (news / "b.txt").write_text("Fire in Odesa\n\nA fire destroyed four houses on Tuesday, the mayor said.\n")
    refused = dateline("ingest", news, "--prune")
    assert refused.code == 1
    assert "--prune-all" in refused.out
    pruned = dateline("ingest", news, "--prune-all").out
    assert pruned.startswith("0 added, 0 changed, 1 unchanged, 1 removed, 0 failed")
    assert "  removed " in pruned

    (fire,) = [article for article in dateline("list", "--json").objects if "Fire" in str(article["title"])]
    assert dateline("remove", fire["id"]).out.startswith(f"removed {fire['id']}  Fire in Odesa")
    assert dateline("stats", "--json").objects[0]["articles"] == 2

    rebuilt = dateline("rebuild")
    assert rebuilt.code == 0, rebuilt.err
    assert rebuilt.out.endswith("vectors rebuilt from the stored articles\n")
    assert "145" in dateline("search", "145 drones").out


@pytest.mark.usefixtures("copy")
def test_ingest_fails_only_when_nothing_was_taken_in(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    ran = dateline("ingest", empty)
    assert ran.code == 1
    assert "  failed " in ran.out
    assert "empty.txt" in ran.out
    assert dateline("ingest", empty, SEEDS[0]).code == 0


# -- settings


@pytest.mark.usefixtures("home")
def test_config(data: Path) -> None:
    out = dateline("config").out
    assert re.search(rf"^data_dir +{data}  \(DATELINE_DATA_DIR\)$", out, re.M)
    assert re.search(r"^model +not set  \(default\)$", out, re.M)
    values = dateline("config", "--json", "--data-dir", "/x").objects[0]
    assert values["data_dir"] == {"value": "/x", "from": "--data-dir"}
    assert values["log"] == {"value": True, "from": "default"}


@pytest.mark.usefixtures("home")
def test_an_unknown_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.toml"
    path.write_text("topk = 3")
    monkeypatch.setenv("DATELINE_CONFIG", str(path))
    ran = dateline("ask", DRONES)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"dateline: {path}: unknown setting 'topk'")
    assert ran.err.count("\n") == 1


# -- bad input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "no question was given"),
        (["ask"], "no question was given"),
        (["ask", " \x00\x1b\x07 "], "no question was given"),
        (["search", "  "], "no query was given"),
        (
            ["ask", DRONES, "--since", "yesterday"],
            "'yesterday' is no date, expected YYYY-MM-DD, YYYY-MM or YYYY",
        ),
        (["search", "x", "--until", "2025-02-30"], "'2025-02-30' is no date"),
        (
            ["list", "--since", "2025-05", "--until", "2025-04"],
            "--since 2025-05-01 is after --until 2025-04-30",
        ),
        (["ask", DRONES, "--top-k", "0"], "--top-k: found 0"),
        (["ask", DRONES, "--nope"], "No such option: --nope"),
        (["search", "x", "-k", "none"], "Invalid value for '-k'"),
        (["show"], "Missing argument 'ARTICLE_ID'"),
        (["ask", "x" * 100_000], "100,000"),
    ],
)
@pytest.mark.usefixtures("data")
def test_wrong_use_is_one_clear_line(arguments: list[str], said: str) -> None:
    ran = dateline(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.startswith("dateline: ")
    assert ran.err.count("\n") == 1


@pytest.mark.usefixtures("data")
def test_control_characters_in_a_question() -> None:
    ran = dateline("ask", "How many\x1b[31m drones\x00 hit\nKyiv?", "--json", "--no-log")
    assert ran.code in (0, 3), ran.err
    assert ran.objects[0]["question"] == "How many [31m drones hit Kyiv?"


@pytest.mark.parametrize(
    "command", [["ask", DRONES], ["search", "x"], ["list"], ["stats"], ["show", "ab"], ["remove", "ab"]]
)
def test_no_index(tmp_path: Path, command: list[str]) -> None:
    ran = dateline(*command, "--data-dir", tmp_path / "none")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("dateline: no articles in ")
    assert "dateline ingest" in ran.err
    assert not (tmp_path / "none").exists()


def test_an_index_that_nothing_came_into_is_no_index(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert dateline("ingest", tmp_path / "nowhere", "--data-dir", folder).code == 1
    ran = dateline("ask", DRONES, "--data-dir", folder)
    assert ran.code == 4
    assert "dateline ingest" in ran.err


@pytest.mark.parametrize("content", [None, b"GGUF", b"no model at all" * 100])
@pytest.mark.usefixtures("data")
def test_no_model(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.gguf"
    if content is not None:
        path.write_bytes(content)
    ran = dateline("ask", DRONES, "--model", path)
    assert (ran.code, ran.out) == (5, "")
    assert "mine.gguf" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.usefixtures("data")
def test_an_unknown_article() -> None:
    ran = dateline("show", "ffffffffffffffff")
    assert (ran.code, ran.out) == (1, "")
    assert "no article has the id" in ran.err


def test_a_data_folder_that_cannot_be_made() -> None:
    ran = dateline("ingest", *SEEDS, "--data-dir", "/proc/nonexistent/data")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("dateline: can't use the data folder /proc/nonexistent/data")


@pytest.mark.usefixtures("data")
def test_an_unexpected_error_is_one_line_and_a_traceback_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("out of\nthe blue")

    monkeypatch.setattr("ui.commands.articles.open_library", broken)
    ran = dateline("stats")
    assert ran.code == 1
    assert ran.err == "dateline: ZeroDivisionError: out of the blue (unexpected: -v shows the traceback)\n"
    assert "Traceback" in dateline("stats", "-v").err


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-04-24", "2025-04-24", "2025-04-24"),
    ],
)
def test_dates(text: str, first: str, last: str) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


# -- as a process of its own


def test_every_command_has_help_with_examples() -> None:
    for command in COMMANDS:
        ran = dateline(command, "--help")
        assert ran.code == 0
        assert f"  dateline {command}" in ran.out or command in ("ask", "config"), command
        assert "\n  Example" in ran.out
    whole = dateline("--help").out
    assert whole.index("Examples:") < whole.index("Options:") < whole.index("Exit codes:")


def test_a_partial_answer_stays_when_it_is_interrupted() -> None:
    def interrupted() -> Iterator[Event]:
        yield Retrieved(())
        yield StatementReady("145 drones. [1]", Statement("145 drones.", (1,), "supported"))
        raise KeyboardInterrupt

    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        ask._stream(interrupted(), lambda: None, PLAIN, out)
    assert out.getvalue() == "145 drones. [1]\n"


def test_a_refusal_without_statements_is_written() -> None:
    answer = Answer("q", "The articles do not say.", True, (), (), (), (), 0.1, "m")
    out = io.StringIO()
    assert ask._stream(iter([Retrieved(()), Finished(answer)]), lambda: None, PLAIN, out) is answer
    assert out.getvalue() == "The articles do not say.\n"


@pytest.fixture
def process() -> Callable[..., "subprocess.Popen[str]"]:
    def start(*arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


# The process interrupts itself when it comes to a point, so that it is at that point however quick the machine is.
INTERRUPTED = """
import os, signal, sys
points = [tuple(sys.argv[1:3])]
def interrupt(event, arguments):
    if points and event == points[0][0] and points[0][1] in str(arguments[0]):
        points.clear()
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(interrupt)
from ui.cli import main
main(sys.argv[3:])
"""


@pytest.mark.parametrize("point", [("sqlite3.connect", "library.sqlite"), ("ctypes.dlopen", "libllama")])
@pytest.mark.usefixtures("data")
def test_ctrl_c_ends_with_130_and_one_line(point: tuple[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *point, "ask", DRONES, "--no-log"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        # A suite started in the background ignores Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert ran.returncode == 130
    assert ran.stderr == "dateline: interrupted\n"


@pytest.mark.usefixtures("data")
def test_a_closed_pipe_is_quiet(process: Callable[..., "subprocess.Popen[str]"]) -> None:
    listing = process("list")
    assert listing.stdout
    listing.stdout.close()
    assert listing.wait(timeout=60) != 0
    assert listing.stderr
    assert listing.stderr.read() == ""
    listing.stderr.close()


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_a_read_only_data_folder(copy: Path) -> None:
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    # Root writes wherever it likes, unless it lays that power down.
    powerless = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.getuid() == 0 else []
    command = [*powerless, sys.executable, "-m", "ui.cli"]
    ran = subprocess.run([*command, "ingest", *SEEDS], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("dateline: ")
    assert ran.stderr.count("\n") == 1
    assert str(copy) in ran.stderr


def test_completion_knows_the_commands() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()"],
        env={
            **os.environ,
            "_DATELINE_COMPLETE": "complete_bash",
            "COMP_WORDS": "dateline se",
            "COMP_CWORD": "1",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.split() == ["search"]
