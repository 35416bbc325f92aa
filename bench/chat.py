"""How quick the chat page is, compared with a plain gr.ChatInterface over the usual chain, in one real Chromium.

    python -m bench.chat [--questions N] [--baseline PYTHON] [--work DIR]

Asks N questions of seeds/questions.jsonl, the same ones each time, of both pages by turns, after three that are not
counted, each in an empty conversation: from Enter to the first source, to the first word and to the whole. PYTHON is
the interpreter of bench/baseline's own environment; where there is none, Dateline's page is measured alone. Then how
long Stop takes, and how long it is from `dateline chat` to a page that can be asked.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from rich.console import Console
from rich.progress import track

from bench.chat_table import OURS, THEIRS, Asked, Row, summary_of_starts, summary_of_stops, table
from bench.page_clock import DATELINE, PLAIN, ClockedPage, Marks
from bench.questions import load

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WARM, STOPS, STARTS, SEED = 3, 10, 3, 0


def main() -> None:
    """Serve both pages, ask, print."""
    arguments = _arguments()
    print(f"Load of the machine before: {_load()}")
    collection = arguments.work / "chat" / "collection"
    shutil.rmtree(collection, ignore_errors=True)  # and with it the conversations of the run before
    systems = _systems(arguments, collection)
    questions = drawn(load(SEEDS / "questions.jsonl"), WARM + arguments.questions)
    with sync_playwright() as playwright, _browser(playwright) as browser:
        for name, (command, marks) in systems.items():
            print(summary_of_starts(name, [_seconds_to_start(command, marks, browser) for _ in range(STARTS)]))
        with ExitStack() as stack:
            pages = {
                name: ClockedPage(_visit(browser, stack.enter_context(_serving(command))), marks)
                for name, (command, marks) in systems.items()
            }
            asked = by_turns(questions, pages)[WARM:]
            stops = stopped(pages[OURS], [(one.row["question"], one.times[OURS]["whole"]) for one in asked])
    print(f"Load of the machine after: {_load()}\n", *table(asked), "", summary_of_stops(stops), sep="\n")


def drawn(rows: Sequence[Row], many: int, seed: int = SEED) -> list[Row]:
    """So many of the questions that need no question before them, in an order of chance that is the same each time."""
    alone = [row for row in rows if not row.get("history")]
    return random.Random(seed).sample(alone, min(many, len(alone)))


def by_turns(rows: Sequence[Row], pages: Mapping[str, ClockedPage]) -> list[Asked]:
    """Ask each question of each page; another page comes first each time."""
    asked = []
    for place, row in enumerate(track(rows, "questions", console=Console(stderr=True))):
        order = list(pages)[:: 1 if place % 2 else -1]
        times = {name: pages[name].ask(row["question"]) for name in order}
        asked.append(Asked(row, times, pages[OURS].refused()))
    return asked


def stopped(page: ClockedPage, asked: Sequence[tuple[str, float]]) -> list[float]:
    """Seconds from Stop to "Stopped.", pressed at a moment of chance within the seconds that the answer took before."""
    chance, taken = random.Random(SEED), []
    for _ in range(3 * STOPS):
        question, seconds = chance.choice(asked)
        page.begin(question)
        time.sleep(chance.uniform(0, seconds))
        times = page.stop()
        if "stopped" in times:
            taken.append(times["stopped"])
        if len(taken) == STOPS:
            break
    return taken


def _systems(arguments: argparse.Namespace, collection: Path) -> dict[str, tuple[list[str], Marks]]:
    """The command that serves each page, over a collection made anew of seeds/."""
    dateline, data = [sys.executable, "-m", "ui.cli"], ["--quiet", "--data-dir", str(collection)]
    articles = [str(path) for path in sorted(SEEDS.glob("*.txt"))]
    subprocess.run([*dateline, "ingest", *articles, *data], check=True, stdout=sys.stderr, env=_environment())
    systems = {OURS: ([*dateline, "chat", "--no-browser", "--port", "0", *data], DATELINE)}
    if arguments.baseline.exists():
        paths = ["--chain", arguments.baseline, "--collection", collection, "--work", arguments.work]
        systems[THEIRS] = ([sys.executable, "-m", "bench.plain_chat", *map(str, paths)], PLAIN)
    else:
        print(f"No {arguments.baseline}: Dateline is measured alone (bench/baseline/README.md makes the other).")
    return systems


@contextmanager
def _serving(command: Sequence[str]) -> Iterator[str]:
    """The address that the command prints, while it runs."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as process:
        try:
            assert process.stdout
            if not (url := process.stdout.readline().strip()):
                sys.exit(f"no page: '{' '.join(command)}' ended; what it wrote above says why")
            yield url
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    """Without what its user has set. Dateline's threads wait without spinning: the chain's do so too, then."""
    return {**os.environ, "DATELINE_CONFIG": os.devnull, "OMP_WAIT_POLICY": "passive"}


def _visit(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    return page


def _seconds_to_start(command: Sequence[str], marks: Marks, browser: Browser) -> float:
    began = time.perf_counter()
    with _serving(command) as url:
        page = _visit(browser, url)
        ClockedPage(page, marks)
        taken = time.perf_counter() - began
        page.context.close()
    return taken


def _load() -> str:
    """How many processes wanted to run, on the average of the last 1, 5 and 15 minutes."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg()) + f" on {os.cpu_count()} cores"


def _browser(playwright: Playwright) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome")
    if path := next(filter(None, map(shutil.which, names)), None):
        return playwright.chromium.launch(executable_path=path, args=FLAGS)
    sys.exit("no Chromium found: install it (Debian: chromium)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=20, metavar="N")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    python = Path(".dateline/bench/baseline-venv/bin/python")
    parser.add_argument("--baseline", type=Path, default=python, metavar="PYTHON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
