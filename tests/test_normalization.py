"""One normal form of words: what looks the same, or is the same word, meets in search and in comparison."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.evaluation.matching import matches
from assistant.language.stems import stem, stems, words
from assistant.quantities.mentions import amounts
from assistant.verification.entailment import verdict
from tests.growth import grows_linearly
from vectorstore.articles import Article, Chunk, Filters
from vectorstore.index.embedding import Embedder
from vectorstore.index.library import Library
from vectorstore.index.listing import listing
from vectorstore.index.search import bm25
from vectorstore.text.normalization import folded, plain, readable
from vectorstore.text.words import indexed

SAME = [
    ("Cardiﬀ oﬃce", "Cardiff office"),
    ("ﬁve ﬂoors", "five floors"),
    ("com\u00admit\u00adtee", "committee"),
    ("com\u00ad\nmittee", "committee"),
    ("com\u200bmittee", "committee"),
    ("Malmo\u0308", "Malmö"),
    ("cafe\u0301", "café"),
    ("２５０００", "25000"),
    ("19\u2011year\u2011old", "19-year-old"),
    ("𝐛𝐨𝐥𝐝", "bold"),
]
FOLDS = [
    ("Łódź", "Lodz"),
    ("Øresund", "Oresund"),
    ("Đokić", "Dokic"),
    ("Straße", "strasse"),
    ("Diyarbakır", "Diyarbakir"),
    ("Ærø", "Aero"),
    ("Þórshöfn", "Thorshofn"),
    ("Malmö", "Malmo"),
    ("U.N.H.C.R.", "UNHCR"),
    ("O’Brien", "OBrien"),
    ("O'Brien", "OʼBrien"),
]
MEETING = [
    ("cease-fire", "ceasefire", "cease fire"),
    ("air-strike", "airstrike", "air strike"),
    ("O'Brien", "OBrien", "O Brien"),
    ("e-mail", "email", "e mail"),
    ("U.N.H.C.R.", "UNHCR"),
    ("Łódź", "Lodz", "Ło\u0301dz\u0301"),
    ("oﬃcer", "officer", "of\u00adfi\u00adcer"),
    ("25 000", "25,000", "25000", "25\u202f000"),
    ("3,50,000", "350000", "350,000"),
]


@pytest.mark.parametrize(("odd", "usual"), SAME)
def test_what_looks_the_same_reads_the_same(odd: str, usual: str) -> None:
    assert readable(odd) == usual
    assert words(odd) == words(usual)
    assert indexed(odd) == indexed(usual)
    assert matches(f"It was {odd} there.", [usual])
    assert matches(f"It was {usual} there.", [odd])
    assert verdict(f"The {odd} burned.", f"The {usual} burned.") == "supported"


@pytest.mark.parametrize(("one", "other"), FOLDS)
def test_letters_that_decomposition_leaves_are_folded(one: str, other: str) -> None:
    assert stem(one) == stem(other)
    assert set(indexed(one).split()) & set(indexed(other).split())
    assert verdict(f"{one} burned.", f"{other} burned.") == "supported"


@pytest.mark.parametrize("text", ["½", "m²", "Київ", "日本", "…", "“x”", "—"])
def test_what_says_something_of_its_own_stays(text: str) -> None:
    assert readable(text) == text
    assert folded(text)


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        ("It cost ﬁve mil\u00adlion.", "ﬁve mil\u00adlion", 5e6),
        ("It cost ２．５ million.", "２．５ million", 2.5e6),
        ("Some 1\u00ad200 peo\u00adple", "Some 1\u00ad200 peo\u00adple", 1200),
        ("a 19\u2011year\u2011old boy", "19\u2011year\u2011old boy", 19),
    ],
)
def test_a_figure_in_odd_letters_stands_where_the_article_has_it(text: str, shown: str, value: float) -> None:
    (number,) = amounts(text)
    assert (number.text, number.value) == (shown, pytest.approx(value))


@pytest.mark.parametrize("spellings", MEETING, ids=lambda spellings: spellings[0])
def test_every_spelling_finds_every_other(tmp_path: Path, spellings: tuple[str, ...]) -> None:
    library = _filled(tmp_path, [f"A {spelling} was reported." for spelling in spellings])
    for spelling in spellings:
        assert len(bm25(library, f"Where was the {spelling}?", 10)) == len(spellings), spelling
        assert listing(library, spelling)[0] == len(spellings), spelling
    library.close()


def test_no_half_of_a_figure_is_found(tmp_path: Path) -> None:
    library = _filled(
        tmp_path, ["Some 31 500 people.", "Some 3,50,000 people.", "Some 15.3 people.", "From 5–7 people."]
    )
    for half in ("500", "31", "000", "50", "50000", "50,000", "3", "15", "5.3", "57"):
        assert bm25(library, half, 10) == {}, half
    library.close()


def test_a_publisher_is_filtered_without_its_accents(tmp_path: Path) -> None:
    library = _filled(tmp_path, ["One."], publisher="Le Télégramme de Łódź")
    assert library.count(Filters(publisher="telegramme de lodz")) == 1
    library.close()


@pytest.mark.parametrize("text", ["cease-fire talks", "cease fire talks"])
def test_two_words_that_english_writes_as_one_meet_it(text: str) -> None:
    assert stem("ceasefire") in stems(text)
    assert stem("mayboth") not in stems("may both")


def test_the_words_of_an_older_library_are_made_anew(tmp_path: Path) -> None:
    library = _filled(tmp_path, ["The oﬃce counted 31 500 people."])
    library.connection.execute("DROP TABLE words")
    library.connection.execute('CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = "porter unicode61")')
    library.connection.execute(
        "INSERT INTO words (rowid, title, text) VALUES (1, '', 'The oﬃce counted 31 500 people.')"
    )
    library.connection.execute("PRAGMA user_version = 0")
    library.close()
    library = Library.open(tmp_path)
    assert len(bm25(library, "office", 10)) == len(bm25(library, "31500", 10)) == 1
    assert bm25(library, "500", 10) == {}
    library.close()


def test_the_embedder_reads_the_plain_form(embedder: Embedder) -> None:
    odd, usual = "The ﬁnance oﬃce moves to Cardiﬀ.", "The finance office moves to Cardiff."
    assert np.allclose(*embedder.embed([odd, usual]), atol=1e-3)
    starts = embedder.pieces(odd)
    assert len(starts) == len(embedder.pieces(usual))
    assert {odd[start] for start in starts} == set("TﬁomtC.")


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from([*"aé ﬃ\u00ad\u0301\u0308\n\u200b５ßłＡ", "\u00ad\n"])).map("".join))
@example("\u0301")
def test_every_place_of_the_plain_form_has_one_in_the_text(text: str) -> None:
    read = plain(text)
    origins = [read.origin(at) for at in range(len(read.text) + 1)]
    assert origins == sorted(origins)
    assert origins[-1] == len(text)
    assert readable(read.text) == read.text or not unicodedata.is_normalized("NFC", read.text)
    for number in amounts(text):
        assert text[number.start : number.start + len(number.text)] == number.text


@pytest.mark.parametrize("piece", ["ﬁ", "a\u0301", "\u00ad", "a\u00ad", "e-", "cease fire ", "\u00ad\n"])
def test_100_000_characters_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda size: indexed(piece * (size // len(piece))), 25_000)
    assert grows_linearly(lambda size: stems(piece * (size // len(piece))), 25_000)


def _filled(folder: Path, texts: list[str], publisher: str | None = None) -> Library:
    library = Library.open(folder, create=True)
    with library.transaction():
        for n, text in enumerate(texts):
            article = Article(f"/{n}.txt", text, publisher=publisher)
            library.add(article, [Chunk(article.id, 0, len(text), text)], np.full((1, 4), 0.5, np.float32))
    return library
