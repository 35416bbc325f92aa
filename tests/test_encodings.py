"""Encodings: labels mean what browsers take them for, and no character that goes joins two words or two figures."""

import json
from pathlib import Path

import pytest

from tests.test_formats import read_as
from vectorstore.readers.invisible_characters import strip_invisible

WALL = "The wall at Saltmere will cost 5–7 million pounds, the council’s engineer said in May… “We can’t say more.”"


def page(body: str, head: str) -> str:
    return (
        f"<html><head>{head}<title>Wall</title></head><body><article><h1>Wall</h1><p>{body}</p></article></body></html>"
    )


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "ISO_8859-1:1987", "Latin1", "latin-1", "l1", "us-ascii", "windows-1252", "iso-8859-15",
              "utf-8", "utf-16", "x-user-defined", "no-such-thing", "hex"]
)  # fmt: skip
@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="{}">',
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; CHARSET={}">',
        "<meta content='text/html;charset = {} ' http-equiv=content-type>",
    ],
)
def test_a_page_in_windows_1252_whatever_it_declares(tmp_path: Path, label: str, head: str) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.html", page(WALL, head.format(label)).encode("cp1252"))
    assert article.text == WALL
    assert problem.kept
    assert "not UTF-8" in problem.reason


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-9", "cp1254", "Köprü 5–7 milyon liraya mal olacak, dedi İstanbul’un başkanı Işık Şahin bu sabah."),
        ("iso-8859-11", "cp874", "นายกเทศมนตรีกล่าวว่าสะพานจะปิดในวันจันทร์ และจะเปิดอีกครั้ง “ในเดือนหน้า”"),
        ("gb2312", "gbk", "市长宣布关闭大桥，费用为五百万元，工程师说。" * 3),
        ("x-sjis", "cp932", "市長は橋の閉鎖を発表した。費用は五百万円と技師は述べた。" * 3),
        ("ks_c_5601-1987", "cp949", "시장은 다리를 폐쇄한다고 발표했다. 비용은 오백만 원이라고 기사는 말했다. " * 3),
    ],
)
def test_labels_of_other_scripts_mean_what_browsers_take_them_for(
    tmp_path: Path, label: str, codec: str, text: str
) -> None:
    (article,), _ = read_as(tmp_path, "a.html", page(text, f"<meta charset={label}>").encode(codec))
    assert article.text == text.strip()


def test_the_declaration_of_xhtml_counts(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>' + page(WALL, "")
    (article,), _ = read_as(tmp_path, "a.xhtml", content.encode("cp1252"))
    assert article.text == WALL


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json", "a.jsonl"])
def test_utf_16_without_a_mark(tmp_path: Path, codec: str, name: str) -> None:
    record = json.dumps({"text": WALL}, ensure_ascii=False)
    content = {"a.txt": WALL, "a.html": page(WALL, ""), "a.json": record, "a.jsonl": f"{record}\n"}[name]
    (article,), problems = read_as(tmp_path, name, content.encode(codec))
    assert (article.text, problems) == (WALL, [])


def test_a_mark_before_damaged_utf_8_costs_no_more_than_the_damage(tmp_path: Path) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.txt", b"\xef\xbb\xbf" + WALL.encode() + b" 5\xff7")
    assert article.text == f"{WALL} 5\ufffd7"
    assert problem.kept


def test_short_lines_of_one_file_are_guessed_together_and_it_is_said_once(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Мост номер {n} закрыт."}, ensure_ascii=False) for n in range(9)]
    articles, problems = read_as(tmp_path, "a.jsonl", "\n".join(lines).encode("cp1251"))
    assert [article.text for article in articles] == [f"Мост номер {n} закрыт." for n in range(9)]
    assert ["line 1" in problem.reason and "cp1251" in problem.reason for problem in problems] == [True]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5\x967 million, the council\x92s May\x85 and \x93fine\x94", "5–7 million, the council’s May… and “fine”"),
        ("5\x817 million", "5 7 million"),
        ("5\x007 million", "5 7 million"),
        ("Two dogs died.\x07Three cats too", "Two dogs died. Three cats too"),
        ("dogs\x1fcats \x1f and birds\x1f", "dogs cats  and birds"),
        ("5\u200b7, 5\u00ad7, 5\u20607, 5\u200c7, 5\u200e7, 5\ufeffmillion", "5 7, 5 7, 5 7, 5 7, 5 7, 5 million"),
        ("the end.\ufeffThe next, and algae\u200bTwo dogs", "the end. The next, and algae Two dogs"),
        ("5\ud8007", "5 7"),
        ("t\u200bwo dro\u200dnes, min\u00adister, \u202eleft\u202c, “\u200bWe”", "two drones, minister, left, “We”"),
    ],
)
def test_nothing_that_goes_joins_words_or_figures(text: str, shown: str) -> None:
    assert strip_invisible(text) == shown
    assert strip_invisible(shown) == shown


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json", "a.jsonl", "a.html"])
def test_mojibake_is_put_right_and_said(tmp_path: Path, name: str) -> None:
    broken = WALL.replace("…", ".").encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")
    good = "Café owners – “all of them” – agreed."
    text = f"{broken}\n\n{good}"
    content = {
        "a.json": json.dumps({"title": "Councilâ€™s wall", "text": text}),
        "a.jsonl": json.dumps({"title": "Councilâ€™s wall", "text": text}) + "\n",
        "a.html": page(broken + "</p><p>" + good, '<meta charset="utf-8">'),
    }.get(name, text)
    (article,), (problem,) = read_as(tmp_path, name, content)
    assert article.text == f"{WALL.replace('…', '.')}\n\n{good}"
    assert "â" not in article.title
    assert problem.kept
    assert "wrong encoding" in problem.reason


@pytest.mark.parametrize("text", ["Gahr Støre met İsmet Işık at the café “Ça va – déjà vu”.", "À Évreux, 5 € à peine."])
def test_good_letters_stay(tmp_path: Path, text: str) -> None:
    (article,), problems = read_as(tmp_path, "a.txt", text)
    assert (article.text, problems) == (text, [])
