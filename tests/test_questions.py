"""Test sets are read as they are written, and what is wrong in one is named by file and line."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.case import Question
from assistant.evaluation.questions import digest, load, sample

SEEDS = Path(__file__).parents[1] / "seeds" / "questions.jsonl"
OBJECT = 'expected an object like {"id": "q1", "question": "How many?", "answers": ["66", "sixty-six"]}'
GOOD = {"id": "a", "question": "How many?", "answers": ["66"]}
LIST = 'expected a list of texts, like ["66", "sixty-six"]'


def lines(folder: Path, *rows: str | Mapping[str, object]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def sheet(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "questions.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path: Path) -> str:
    """The message, which is one line."""
    with pytest.raises(EvaluationError) as raised:
        load(path)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# -- JSON lines


def test_every_field_of_a_line(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "question": " Who\tstayed away? ",
        "answers": ["Witkoff", "Rubio"],
        "answerable": True,
        "gold_article_ids": ["a1", 7],
        "evidence": ["Both stayed away."],
        "kind": "name",
        "context_article_ids": ["a1", "a2"],
        "history": ["Who met?"],
        "wrong_answers": ["Macron"],
        "answers_mode": "all",
        "answer_aliases": {"Rubio": ["Marco Rubio"]},
        "long_form": True,
        "unanswerable_kind": "near",
        "note": "ignored",
        "family": 3,
    }
    assert load(lines(tmp_path, row)) == (
        Question(
            id="q1",
            question="Who\tstayed away?",
            answers=("Witkoff", "Rubio"),
            answerable=True,
            kind="name",
            gold=("a1", "7"),
            evidence=("Both stayed away.",),
            context=("a1", "a2"),
            history=("Who met?",),
            wrong_answers=("Macron",),
            aliases={"Rubio": ("Marco Rubio",)},
            all_answers=True,
            long_form=True,
            unanswerable_kind="near",
        ),
    )


def test_what_is_missing_or_null_has_its_default(tmp_path: Path) -> None:
    nulls: dict[str, object] = dict.fromkeys(
        "answerable gold_article_ids evidence kind context_article_ids history wrong_answers answers_mode"
        " answer_aliases long_form unanswerable_kind".split()
    )
    unanswerable = {"id": 3, "question": "Why?", "answers": [], "answerable": False}
    path = lines(tmp_path, GOOD, {**GOOD, **nulls, "id": "b"}, "", {**unanswerable, "answers_mode": "any"})
    assert load(path) == (
        Question("a", "How many?", ("66",)),
        Question("b", "How many?", ("66",)),
        Question("3", "Why?", answerable=False),
    )


def test_a_byte_order_mark_windows_line_ends_and_any_case_of_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "Q.JSONL"
    path.write_bytes(f"\ufeff{json.dumps(GOOD)}\r\n\r\n".encode())
    assert load(path) == (Question("a", "How many?", ("66",)),)


def test_the_set_over_the_seeds() -> None:
    questions = load(SEEDS)
    assert len(questions) == 74
    assert sum(question.answerable for question in questions) == 57
    assert sum(question.all_answers for question in questions) == 9
    assert sum(bool(question.history) for question in questions) == 11
    (envoys,) = [question for question in questions if question.id == "seed-name-07"]
    assert envoys.spellings == (("Witkoff", "Steve Witkoff"), ("Rubio", "Marco Rubio"))
    assert envoys.gold == ("000_620820a8eddc9c55",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"id": "b"', f"not JSON (Expecting ',' delimiter at column 11): {OBJECT}"),
        ('["How many?"]', f'found ["How many?"]: {OBJECT}'),
        ("7", f"found 7: {OBJECT}"),
        ({**GOOD, "id": None}, 'no "id": expected a text like "q1"'),
        ({**GOOD, "id": " "}, 'no "id": expected a text like "q1"'),
        ({**GOOD, "id": True}, '"id" is true: expected a text between quotation marks'),
        ({"id": "b", "answers": ["66"]}, 'no "question": expected a text like "How many?"'),
        ({**GOOD, "question": " \n"}, 'no "question": expected a text like "How many?"'),
        ({**GOOD, "question": 7}, '"question" is 7: expected a text between quotation marks'),
        (
            {"id": "b", "question": "Why?"},
            'no "answers": expected a list like ["66", "sixty-six"], or "answerable": false',
        ),
        (
            {**GOOD, "answers": []},
            'no "answers": expected a list like ["66", "sixty-six"], or "answerable": false',
        ),
        ({**GOOD, "answers": "66"}, f'"answers" is "66": {LIST}'),
        ({**GOOD, "answers": 66}, f'"answers" is 66: {LIST}'),
        ({**GOOD, "answers": [66]}, f'"answers" is [66]: {LIST}'),
        ({**GOOD, "answers": ["66", " "]}, f'"answers" is ["66", " "]: {LIST}'),
        ({**GOOD, "answers": "x" * 200}, f'"answers" is "{"x" * 98}…: {LIST}'),
        ({**GOOD, "gold_article_ids": "a1"}, f'"gold_article_ids" is "a1": {LIST}'),
        ({**GOOD, "answerable": "no"}, '"answerable" is "no": expected true or false'),
        ({**GOOD, "long_form": 1}, '"long_form" is 1: expected true or false'),
        (
            {**GOOD, "answers_mode": "each"},
            '"answers_mode" is "each": expected "any" (one of the answers will do) or "all" of them',
        ),
        (
            {**GOOD, "answer_aliases": {"67": ["sixty-seven"]}},
            '"answer_aliases" is {"67": ["sixty-seven"]}: expected spellings of the answers,'
            ' like {"66": ["sixty-six"]}',
        ),
        ({**GOOD, "answer_aliases": {"66": "sixty-six"}}, f'"66" is "sixty-six": {LIST}'),
        (
            {"id": "b", "title": "Strike", "text": "Kyiv was hit."},
            "an article and no question: expected a test set here; articles are given with --articles",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str | Mapping[str, object], message: str) -> None:
    path = lines(tmp_path, {**GOOD, "id": "first"}, "", row)
    assert refusal(path) == f"{path}, line 3: {message}"


def test_json_that_no_program_can_hold(tmp_path: Path) -> None:
    path = lines(tmp_path, r'{"id": "a", "question": "\ud800", "answers": ["66"]}')
    assert refusal(path).startswith(f"{path}, line 1: JSON that can't be read ('utf-8' codec can't encode")
    path = lines(tmp_path, "[" * 100_000)
    assert refusal(path).startswith(f"{path}, line 1: JSON that can't be read (maximum recursion depth")


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    path = lines(tmp_path, GOOD, "", {**GOOD, "id": "b"}, {**GOOD, "question": "Why?"})
    assert refusal(path) == f'{path}, line 4: the id "a" stands in line 1 too: expected each id once'


def test_the_same_question_twice_is_fine(tmp_path: Path) -> None:
    assert len(load(lines(tmp_path, GOOD, {**GOOD, "id": "b"}))) == 2


def test_of_several_wrong_lines_the_first_is_named_and_the_others_are_counted(tmp_path: Path) -> None:
    path = lines(tmp_path, GOOD, "null", {**GOOD, "id": "b"}, GOOD)
    assert refusal(path) == f"{path}, line 2: found null: {OBJECT} (and 1 more is wrong)"
    path = lines(tmp_path, "null", *["{}"] * 1200)
    assert refusal(path) == f"{path}, line 1: found null: {OBJECT} (and 1,200 more are wrong)"


# -- CSV


def test_a_spreadsheet_with_every_column(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        "Question, ANSWER ,article,id,kind,evidence,wrong,answerable,mine\n"
        'How many?,66 | sixty-six,Strike | http://a.b/c,q1,number,"66, they say.",8 | eight,yes,x\n'
        "Who resigned?,,,q2,,,,No,\n"
        "Who resigned?,nobody,,q3,,,,0,\n",
    )
    assert load(path) == (
        Question(
            id="q1",
            question="How many?",
            answers=("66", "sixty-six"),
            kind="number",
            gold=("Strike", "http://a.b/c"),
            evidence=("66, they say.",),
            wrong_answers=("8", "eight"),
        ),
        Question("q2", "Who resigned?", answerable=False),
        Question("q3", "Who resigned?", ("nobody",), answerable=False),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_as_spreadsheets_save_it(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    """Blank rows are skipped and counted; a cell may have line breaks, separators and quotation marks."""
    rows = [
        ["Question", "Answer"],
        ["", ""],
        [f'"Who, or{end}what; is ""Éire""?"', '"1,5; or 1.5"'],
        [],
        ["How many?", "66"],
    ]
    path = sheet(tmp_path, end.join(separator.join(row) for row in rows) + end, encoding)
    assert load(path) == (
        Question("row-3", f'Who, or{end}what; is "Éire"?', ("1,5; or 1.5",)),
        Question("row-5", "How many?", ("66",)),
    )


@pytest.mark.parametrize("column", ["article", "Title", "URL"])
def test_the_article_by_any_of_its_columns(tmp_path: Path, column: str) -> None:
    (question,) = load(sheet(tmp_path, f"question,answer,{column}\nHow many?,66,Strike\n"))
    assert question.gold == ("Strike",)


def test_an_address_goes_before_a_title_in_the_same_row(tmp_path: Path) -> None:
    rows = "question,answer,title,url\nHow many?,66,Strike,a.b/c\nWho?,Rubio,Strike,\nWho?,Rubio\n"
    assert [question.gold for question in load(sheet(tmp_path, rows))] == [("a.b/c",), ("Strike",), ()]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "question,gold\nHow many?,66\n",
            "row 1: found the columns question, gold: expected question and answer, and where you have them article,"
            " id, kind, evidence, wrong, answerable",
        ),
        (
            "Frage;answer\nWie viele?;66\n",
            "row 1: found the columns Frage, answer: expected question and answer, and where you have them article,"
            " id, kind, evidence, wrong, answerable",
        ),
        (
            "question,answer\nHow many?,66\n\nWho?,\n",
            'row 4: no "answer": write one, or write no under "answerable" if no article answers the question',
        ),
        (
            "question,answer\nWho?\n",
            'row 2: no "answer": write one, or write no under "answerable" if no article answers the question',
        ),
        ("question,answer\n,66\n", 'row 2: no "question": expected a text like "How many?"'),
        (
            "question,answer,answerable\nWho?,Rubio,perhaps\n",
            'row 2: "answerable" is perhaps: expected yes or no',
        ),
        (
            "question,answer\nWho, then?,Rubio\n",
            "row 2: found 3 cells under 2 columns: expected a cell with a separator in it between quotation marks,"
            ' like "12, or so"',
        ),
        (
            'question,answer\nWho?,Rubio\n\n"Who then?,Rubio\nHow many?,66\n',
            "row 4: quotation marks that do not close (unexpected end of data):"
            " expected text between two quotation marks, those inside it doubled",
        ),
        (
            "id,question,answer\nx,How many?,66\ny,How many?,66\nx,Who?,Rubio\n",
            'row 4: the id "x" stands in row 2 too: expected each id once',
        ),
        (
            "question,answer\n,66\nWho?,Rubio\nWho?,\n",
            'row 2: no "question": expected a text like "How many?" (and 1 more is wrong)',
        ),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: str, message: str) -> None:
    path = sheet(tmp_path, rows)
    assert refusal(path) == f"{path}, {message}"


def test_letters_as_old_spreadsheets_save_them(tmp_path: Path) -> None:
    path = sheet(tmp_path, "question,answer\nHow many?,66\nWhere?,Málaga\n", "cp1252")
    how = "not UTF-8: expected UTF-8; in the spreadsheet, save it as 'CSV UTF-8'"
    assert refusal(path) == f"{path}, line 3: {how}"
    path = tmp_path / "questions.jsonl"
    path.write_bytes('{"question": "Málaga?"}'.encode("cp1252"))
    assert refusal(path) == f"{path}, line 1: not UTF-8: expected UTF-8; save it as UTF-8"


# -- files


@pytest.mark.parametrize(("name", "text"), [("q.jsonl", ""), ("q.jsonl", "\n \n"), ("q.csv", "question,answer\n,\n")])
def test_no_questions(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert refusal(path) == f"{path}: no questions in it: expected at least one"


def test_what_is_no_file_of_questions(tmp_path: Path) -> None:
    expected = "expected a test set, a file named .jsonl (JSON lines) or .csv (a spreadsheet)"
    missing, other, bare = tmp_path / "none.jsonl", tmp_path / "q.xlsx", tmp_path / "questions"
    other.write_bytes(b"PK\x03\x04\xff")
    bare.write_text("{}")
    assert refusal(missing) == f"no such file: {missing}: {expected}"
    assert refusal(tmp_path) == f"{tmp_path} is a folder: {expected}"
    assert refusal(other) == f"{other} has .xlsx for an ending: {expected}"
    assert refusal(bare) == f"{bare} has nothing for an ending: {expected}"


# -- sample, digest

TEN = tuple(Question(f"q{number}", "How many?", (str(number),)) for number in range(10))


def test_a_sample_is_the_same_for_the_same_seed_and_in_the_files_order() -> None:
    drawn = sample(TEN, 4, 1)
    assert [question.id for question in drawn] == ["q0", "q1", "q2", "q4"]  # Random(1).sample draws 2, 1, 4, 0
    assert sample(TEN, 4, 1) == drawn
    assert {sample(TEN, 4, seed) for seed in range(5)} > {drawn}


@pytest.mark.parametrize("limit", [None, 10, 11])
def test_a_sample_of_no_fewer_is_all(limit: int | None) -> None:
    assert sample(TEN, limit, 1) == TEN


def test_the_digest_tells_one_set_from_another(tmp_path: Path) -> None:
    first = load(lines(tmp_path, GOOD))
    assert digest(first) == digest(load(lines(tmp_path, {**GOOD, "note": "ignored", "kind": None})))
    others = [
        load(lines(tmp_path, {**GOOD, "answers": ["67"]})),
        load(lines(tmp_path, {**GOOD, "gold_article_ids": ["a1"]})),
        load(lines(tmp_path, GOOD, {**GOOD, "id": "b"})),
        load(lines(tmp_path, {**GOOD, "id": "b"}, GOOD)),
    ]
    assert len({digest(first), *map(digest, others)}) == 5
    assert len(digest(first)) == 16
    assert int(digest(first), 16) >= 0
