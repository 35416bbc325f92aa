"""The usual chain behind a pipe, for bench/plain_chat.py: runs in the chain's own environment, which has no Gradio.

    PYTHON bench/piped_chain.py --collection DIR [--work DIR]

Writes one object of JSON a line: first {"ready": true}; then for each line of its input, a question as JSON, its words
as they come, {"piece": "…"}, and at last {"sources": ["title", …]}. Ends with its input.
"""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the chain's environment has no Dateline

from bench.baseline.chain import SYSTEM, TOP_K
from bench.baseline.parts import model_file, open_index, open_model
from bench.baseline.reply import read_articles


def main() -> None:
    """Load, then answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collection", type=Path, required=True, metavar="DIR")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"), help="where the index is kept")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    articles = read_articles(arguments.collection)
    index = open_index(arguments.work, arguments.collection, articles, fast=None)

    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate

    prompt = ChatPromptTemplate.from_messages([("system", SYSTEM), ("human", "{sources}\n\nQuestion: {question}")])
    reader = prompt | open_model(model_file()) | StrOutputParser()
    _write(ready=True)
    for line in sys.stdin:
        question = json.loads(line)
        documents = index.similarity_search(question, k=TOP_K)
        sources = "\n\n".join(f"[{number}] {document.page_content}" for number, document in enumerate(documents, 1))
        for piece in reader.stream({"sources": sources, "question": question}):
            _write(piece=piece)
        _write(sources=[articles[document.metadata["article_id"]].title for document in documents])


def _write(**message: object) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
