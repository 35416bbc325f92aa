"""A test set as a spreadsheet saves it: CSV -> questions."""

import csv
import io
from collections.abc import Iterator, Sequence

from assistant.evaluation.case import Question
from assistant.evaluation.fields import Read, WrongError, from_record, short, wrong

_COLUMNS = "expected question and answer, and where you have them article, id, kind, evidence, wrong, answerable"
_YES_NO = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def csv_rows(text: str) -> Iterator[Read]:
    """Rows have the numbers that a spreadsheet shows: the header has one, and so have blank rows."""
    head = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    delimiter = max(",;\t", key=head.count)  # where the comma is the decimal sign, Excel writes ";"
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    header: list[str] = []
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if header:
                yield f"row {number}", _from_cells(number, header, cells)
                continue
            header = [cell.lower() for cell in cells]
            if not {"question", "answer"} <= set(header):
                columns = ", ".join(filter(None, cells))
                yield f"row {number}", WrongError(f"found the columns {short(columns)}: {_COLUMNS}")
                return
    except csv.Error as error:
        expected = "text between two quotation marks, those inside it doubled"
        yield f"row {number + 1}", WrongError(f"quotation marks that do not close ({error}): expected {expected}")


def _from_cells(number: int, header: Sequence[str], cells: Sequence[str]) -> Question | WrongError:
    try:
        return _question(number, header, cells)
    except WrongError as error:
        return error


def _question(number: int, header: Sequence[str], cells: Sequence[str]) -> Question:
    """A question from a spreadsheet's row: its number, the names of the columns, the cells."""
    if any(cells[len(header) :]):
        problem = f"found {len(cells)} cells under {len(header)} columns"
        wrong(f'{problem}: expected a cell with a separator in it between quotation marks, like "12, or so"')
    cell = dict.fromkeys(("id", "article", "url", "title", "kind", "evidence", "wrong", "answerable"), "")
    cell |= dict(zip(header, cells, strict=False))
    if cell["answerable"].lower() not in _YES_NO:
        wrong(f'"answerable" is {short(cell["answerable"])}: expected yes or no')
    answerable = _YES_NO[cell["answerable"].lower()]
    if not cell.get("answer") and answerable is not False:
        wrong('no "answer": write one, or write no under "answerable" if no article answers the question')
    return from_record(
        {
            "id": cell["id"] or f"row-{number}",
            "question": cell["question"],
            "answers": _split(cell.get("answer", "")),
            "answerable": answerable,
            "kind": cell["kind"],
            "gold_article_ids": _split(cell["article"] or cell["url"] or cell["title"]),
            "evidence": _split(cell["evidence"]),
            "wrong_answers": _split(cell["wrong"]),
        }
    )


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
