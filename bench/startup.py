"""How long the command takes to start, against its argument parser alone.

    python -m bench.startup [--rounds N]

Prints, for `--help` and `--version`, the least processor time of N starts in seconds, and its ratio to the least
of N starts of Python that import the parser (typer, rich) and nothing else. Over 3 something heavy is imported on
the way: tests/test_light_start.py says what may not be.
"""

import argparse
import resource
import subprocess
import sys

PARSER = ("-c", "import typer, rich.console")


def seconds(arguments: tuple[str, ...], rounds: int) -> float:
    """The least processor time that Python with these arguments takes, of `rounds` runs."""
    return min(_once(arguments) for _ in range(rounds))


def _once(arguments: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """The command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    alone = seconds(PARSER, rounds)
    print(f"parser alone {alone:.2f} s")
    for flag in ("--help", "--version"):
        took = seconds(("-m", "ui.cli", flag), rounds)
        print(f"dateline {flag:10} {took:.2f} s, {took / alone:.1f} times the parser")


if __name__ == "__main__":
    main()
