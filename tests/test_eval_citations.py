import pytest

from assistant.answer import Answer
from assistant.evaluation.case import Case
from assistant.evaluation.citations import METRICS
from tests.cases import case, cite, cited, named, refusal, reply

NAMES = ["citation_validity", "citation_recall", "citation_precision", "evidence_hit", "correct_and_cited"]
FIRED = "Russia launched 66 missiles at Kyiv."
DIED = "Twelve people died on Thursday."


def part(name: str, one: Case) -> tuple[float, float] | None:
    each = named(METRICS, name).each
    assert each
    return each(one)


def stated(statement: str, *quotes: str, markers: tuple[int, ...] | None = None) -> Answer:
    """One statement that cites all of the quotes."""
    used = markers or tuple(range(1, len(quotes) + 1))
    citations = [cite(n, quote) for n, quote in enumerate(quotes, 1)]
    return reply(f"{statement} {''.join(f'[{n}]' for n in used)}", statements=[(statement, used)], citations=citations)


def test_the_metrics_and_their_definitions() -> None:
    assert [metric.name for metric in METRICS] == NAMES
    assert {(metric.group, metric.better, metric.unit) for metric in METRICS} == {("citations", "higher", "share")}
    assert all(40 < len(metric.definition) < 700 for metric in METRICS)


@pytest.mark.parametrize("name", NAMES)
def test_without_an_answer_they_say_nothing(name: str) -> None:
    assert part(name, case(None, "12", evidence=(DIED,))) is None


@pytest.mark.parametrize("name", NAMES[:3])
def test_of_a_refusal_the_first_three_say_nothing(name: str) -> None:
    assert part(name, case(refusal(cite(1, DIED)), "12")) is None


@pytest.mark.parametrize(
    ("text", "markers", "shown", "exact", "expected"),
    [
        ("Twelve died [1].", (), (1,), (True,), (1, 1)),
        ("Twelve died.", (1,), (1,), (True,), (1, 1)),
        ("Twelve died [1].", (1,), (1,), (False,), (0, 1)),
        ("Twelve died.", (), (1,), (True,), (0, 1)),
        ("Twelve died [1] [2].", (1,), (1,), (True,), (1, 2)),
        ("Twelve died [1, 2].", (1,), (1, 2), (True, True), (2, 2)),
        ("Twelve died [1].", (3,), (1, 2), (True, True), (1, 3)),
        ("Twelve died [1].", (1,), (1,), (), (0, 1)),
        ("Twelve died in [2024].", (), (), (), None),
    ],
)
def test_citation_validity(
    text: str, markers: tuple[int, ...], shown: tuple[int, ...], exact: tuple[bool, ...], expected: tuple[int, int]
) -> None:
    answer = reply(text, statements=[("Twelve died.", markers)], citations=[cite(n, DIED) for n in shown])
    assert part("citation_validity", case(answer, exact=exact)) == expected


def test_citation_recall() -> None:
    name = "citation_recall"
    assert part(name, case(cited((FIRED, FIRED), ("12 people died.", DIED)))) == (2, 2)
    assert part(name, case(cited((FIRED, FIRED), ("13 people died.", DIED)))) == (1, 2)
    assert part(name, case(cited((FIRED, DIED), (DIED, FIRED)))) == (0, 2)
    assert part(name, case(stated("Twelve people died in Kyiv.", DIED, FIRED))) == (1, 1)
    assert part(name, case(stated(DIED, DIED, markers=(2,)))) == (0, 1)
    assert part(name, case(reply(DIED, statements=[(DIED, ())], citations=[cite(1, DIED)]))) == (0, 1)
    assert part(name, case(reply("Nothing."))) is None
    assert part(name, case(cited((FIRED, FIRED)), answerable=False)) == (1, 1)


def test_the_lead_that_they_do_not_say_is_no_claim() -> None:
    lead = "The articles do not say how many were injured."
    answer = reply(f"{lead} {DIED} [1]", statements=[(lead, ()), (DIED, (1,))], citations=[cite(1, DIED)])
    assert part("citation_recall", case(answer)) == (1, 1)
    assert part("citation_precision", case(answer)) == (1, 1)
    assert part("citation_recall", case(reply(lead, statements=[(lead, ())]))) is None
    cited_lead = reply(lead, statements=[(lead, (1,))], citations=[cite(1, DIED)])
    assert part("citation_recall", case(cited_lead)) == (0, 1)


@pytest.mark.parametrize(
    ("statement", "quotes", "expected"),
    [
        (DIED, (DIED,), (1, 1)),
        (DIED, (DIED, FIRED), (1, 2)),  # The second is not needed.
        (DIED, (DIED, DIED), (2, 2)),  # Each alone is enough.
        ("Twelve people died in Kyiv.", (DIED, FIRED), (2, 2)),  # Only both are.
        ("Twelve people died in Kyiv.", (DIED, FIRED, "A cat sat."), (2, 3)),
        (DIED, (FIRED, "A cat sat."), (0, 2)),
    ],
)
def test_citation_precision(statement: str, quotes: tuple[str, ...], expected: tuple[int, int]) -> None:
    assert part("citation_precision", case(stated(statement, *quotes))) == expected


def test_a_marker_without_a_citation_is_not_precise() -> None:
    assert part("citation_precision", case(stated(DIED, DIED, markers=(1, 2)))) == (1, 2)
    assert part("citation_precision", case(reply(DIED, statements=[(DIED, ())]))) is None


EVIDENCE = "Officials say twelve people died near the river on Thursday night."
"""Ten words without the article; DIED has five of them: twelve, people, died, on, Thursday."""


@pytest.mark.parametrize(
    ("quote", "article", "gold", "expected"),
    [
        (DIED, "a", ("a",), 1.0),  # 5 of 10
        ("Twelve people died Thursday.", "a", ("a",), 0.0),  # 4 of 10
        (DIED, "b", ("a",), 0.0),
        (DIED, "b", ("a", "b"), 1.0),
        (DIED, "b", (), 1.0),
    ],
)
def test_evidence_hit(quote: str, article: str, gold: tuple[str, ...], expected: float) -> None:
    answer = reply("Twelve [1].", citations=[cite(1, quote, article=article)])
    question = {"gold": gold, "evidence": ("Another sentence entirely.", EVIDENCE)}
    assert part("evidence_hit", case(answer, "12", **question)) == (expected, 1)


def test_evidence_hit_needs_evidence_and_no_refusal() -> None:
    shown = cite(1, DIED)
    assert part("evidence_hit", case(refusal(shown), "12", evidence=(DIED,))) == (0.0, 1)
    assert part("evidence_hit", case(cited((DIED, DIED)), "12")) is None
    assert part("evidence_hit", case(cited((DIED, DIED)), evidence=(DIED,), answerable=False)) is None


def test_correct_and_cited() -> None:
    name = "correct_and_cited"
    assert part(name, case(cited(("12 died.", DIED)), "12")) == (1.0, 1)
    assert part(name, case(cited(("12 died.", FIRED)), "12")) == (0.0, 1)
    assert part(name, case(cited(("13 died.", DIED)), "12")) == (0.0, 1)
    assert part(name, case(cited(("12 died.", DIED)), "12", gold=("a", "z"))) == (1.0, 1)
    assert part(name, case(cited(("12 died.", DIED)), "12", gold=("z",))) == (0.0, 1)
    assert part(name, case(refusal(cite(1, DIED)), "12")) == (0.0, 1)
    assert part(name, case(cited(("12 died.", DIED)), answerable=False)) is None


def test_a_citation_that_no_statement_uses_proves_nothing() -> None:
    answer = reply("12 died. [1]", statements=[("12 died.", (1,))], citations=[cite(1, FIRED), cite(2, DIED)])
    assert part("correct_and_cited", case(answer, "12")) == (0.0, 1)


def test_every_answer_that_is_needed_is_cited() -> None:
    answer = cited(("12 died.", DIED), ("66 missiles came.", FIRED))
    assert part("correct_and_cited", case(answer, "12", "66", all_answers=True)) == (1.0, 1)
    half = cited(("12 died, 66 missiles came.", DIED))
    assert part("correct_and_cited", case(half, "12", "66", all_answers=True)) == (0.0, 1)
    aliases = {"a dozen": ("12",)}
    assert part("correct_and_cited", case(answer, "a dozen", "66", all_answers=True, aliases=aliases)) == (1.0, 1)


def test_long_answers_are_cited_by_all_quotes_together() -> None:
    long = "Russia launched missiles at Kyiv and people died."
    both = cited(("Russia launched missiles.", "Russia launched missiles."), ("People died.", "People died."))
    one = cited(("Russia launched missiles and people died.", "People died."))
    assert part("correct_and_cited", case(both, long, long_form=True)) == (1.0, 1)
    assert part("correct_and_cited", case(one, long, long_form=True)) == (0.0, 1)


def test_yes_and_no_stand_on_evidence_or_on_a_gold_article() -> None:
    name = "correct_and_cited"
    yes = cited(("Yes, they did.", DIED))
    assert part(name, case(yes, "yes", evidence=(DIED,), gold=("a",))) == (1.0, 1)
    assert part(name, case(yes, "yes", evidence=(FIRED,), gold=("a",))) == (0.0, 1)
    assert part(name, case(yes, "yes", gold=("a",))) == (1.0, 1)
    assert part(name, case(yes, "yes", gold=("z",))) == (0.0, 1)
    assert part(name, case(yes, "no", gold=("a",))) == (0.0, 1)
    assert part(name, case(reply("Yes."), "yes")) == (0.0, 1)
