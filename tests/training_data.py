"""A folder of data sets with a few rows of our own, in the layout that the training reads."""

import gzip
import json
from pathlib import Path
from typing import Any

TOWNS = "Ald Brem Cray Dorn Elm Fell Gorse Holm Ince Jarl Keld Lund Moss Nare Orme Pell Quay Rusk Sark Thorn".split()
MEASURED = "The harbour of Measured Town was closed to all large ships last week."
"""A sentence of an article that is measured on."""


def article(number: int, town: str) -> str:
    """Some sentences about a town, no two of them alike, for different numbers."""
    return (
        f"The town of {town} has opened {number + 3} new bridges over its river. "
        f"Mayor Ann {town}son said that at least {number + 20} families will move to the north bank. "
        f"On Monday, {number + 2} May, the council of {town} was told that the work cost {number + 1} million euros. "
        f"The old ferry has carried people since {1900 + number}, and it was not closed. "
        f"Residents of {town} were asked {number + 30} times before the work began in April."
    )


def write_data(folder: Path) -> Path:
    """Writes the files into `folder`, and gives it back."""
    measured = {"title": "Measured Town closes its harbour", "text": f"{MEASURED} It was the third time this year."}
    _write(folder / "dev" / "wikinews" / "articles.jsonl", [measured])
    news = [
        {"title": f"{town} {number} opens new bridges", "date": "2019-05-04T00:00", "text": article(number, town),
         "origin": "wikinews_csv"}
        for number, town in enumerate(TOWNS * 4)
    ]  # fmt: skip
    _write(folder / "news_free" / "wikinews.jsonl.gz", [*news, measured | {"origin": "wikinews_sel"}])
    passages = [(number + 100, town, article(number + 100, town)) for number, town in enumerate(TOWNS)]
    rows: list[dict[str, Any]] = [
        {"question": f"How many new bridges has {town} opened?", "passage": text, "answer": str(number + 3),
         "answerable": True, "origin": "squadshifts/nyt"}
        for number, town, text in passages
    ]  # fmt: skip
    rows += [
        {"question": f"Who built the castle of {town}?", "passage": text, "answer": "", "answerable": False,
         "origin": "squad2-train-part"}
        for _, town, text in passages
    ]  # fmt: skip
    _write(folder / "train" / "train.jsonl.gz", rows)
    claims = [
        {"premise": f"{town} has {number + 3} bridges.", "claim": f"There are bridges in {town}.", "label": label,
         "origin": origin}
        for number, town in enumerate(TOWNS)
        for label, origin in (("supported", "mnli_dev"), ("refuted", "fever_dev"), ("nei", "snli_dev"))
    ]  # fmt: skip
    _write(folder / "train" / "entailment.jsonl.gz", claims)
    sentences = [
        {"question": f"What did {town} open?", "sentence": f"{town} opened a market hall by the river in 20{place:02}.",
         "answers": ["a market hall"], "origin": "qamr", "id": f"Wiki1k:wikinews:{number // 5}:{place}"}
        for number, town in enumerate(TOWNS) for place in range(3)
    ]  # fmt: skip
    measured_too = {"question": "What closed?", "sentence": MEASURED, "answers": ["The harbour"], "origin": "qamr"}
    beside = {"question": "What rose?", "sentence": "The water rose by a metre in one night.", "answers": ["The water"],
              "origin": "qamr", "id": "Wiki1k:wikinews:99:1"}  # fmt: skip
    _write(
        folder / "train" / "qa_sentences.jsonl.gz",
        [*sentences, measured_too | {"id": "Wiki1k:wikinews:99:0"}, measured_too | {"question": "Which?"}, beside],
    )
    return folder


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
