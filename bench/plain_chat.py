"""A plain chat page over the usual chain: gr.ChatInterface as Gradio's tutorials have it. For bench/chat.py.

    python -m bench.plain_chat --chain PYTHON --collection DIR [--work DIR]

PYTHON is the interpreter of bench/baseline's own environment. Prints the page's address once the chain is ready. The
words are shown as they come; the titles of the four sources follow them, since the chain has no other place for them.
"""

import argparse
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

CHAIN = Path(__file__).with_name("piped_chain.py")


def main() -> None:
    """Start the chain, serve the page, until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chain", type=Path, required=True, metavar="PYTHON")
    parser.add_argument("--collection", type=Path, required=True, metavar="DIR")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    arguments = parser.parse_args()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    import gradio as gr

    command = [arguments.chain, CHAIN, "--collection", arguments.collection, "--work", arguments.work]
    # Closed with this process, the pipe ends the chain too.
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as chain:
        next(_messages(chain))

        def answer(message: str, history: list[Any]) -> Iterator[str]:  # noqa: ARG001
            assert chain.stdin
            chain.stdin.write(json.dumps(message) + "\n")
            chain.stdin.flush()
            text = ""
            for written in _messages(chain):
                if "sources" in written:
                    yield with_sources(text, written["sources"])
                    return
                text += written["piece"]
                yield text

        _, url, _ = gr.ChatInterface(answer).launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
        print(url, flush=True)
        Event().wait()


def with_sources(text: str, titles: list[str]) -> str:
    """The answer as Markdown, the sources under a heading of their own."""
    rows = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    return f"{text}\n\n#### Sources\n\n{rows}"


def _messages(chain: "subprocess.Popen[str]") -> Iterator[dict[str, Any]]:
    """What the chain writes; raises RuntimeError when it ends."""
    assert chain.stdout
    while line := chain.stdout.readline():
        yield json.loads(line)
    raise RuntimeError("the chain ended: what it wrote above says why")


if __name__ == "__main__":
    main()
