"""report.html: what it shows, what it leaves out, and that nothing of a text gets out of its place."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from lxml import html

from assistant.answer import Answer, Citation
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.measure import Measured
from assistant.evaluation.metric import Estimate, Metric, Part
from assistant.evaluation.report import fault, faults, gold_rank, marked, percent, report, shown, was_retrieved

NASTY = """</details></dl><script>alert("1")</script>' onclick='x"""
SENTENCE = "The council said that 1,200 households lost their water."


def answer(text: str = "1,200 households did. [1]", *, refused: bool = False, quote: str = SENTENCE) -> Answer:
    cited = Citation(1, "id-of-a", "Water cut off", "The Example", "2025-03-04", None, "a.txt", quote, 0, len(quote))
    said = "The articles do not say." if refused else text
    return Answer("How many?", said, refused, (), (cited,), (), (), 0.43, "m", {})


def case(given: Answer | None = None, *, seen: str = SENTENCE, **changes: object) -> Case:
    """A question that 1,200 answers, what was seen of the articles, the answer given, and changes to the question."""
    question = Question("q-1", "How many lost their water?", ("1,200",), kind="number", gold=("id-of-a",))
    outcome = Outcome(str(changes.get("id", "q-1")), given, ranking=("id-of-b", "id-of-a"), evidence=seen)
    return Case(replace(question, **changes), outcome)  # type: ignore[arg-type]


RIGHT = case(answer(), id="right")
WRONG = case(answer("Nobody did. [1]"), id="wrong")
REFUSED = case(answer(refused=True), id="refused")
NOT_FOUND = case(answer(refused=True), id="not-found", seen="Nothing of it.")
INVENTED = case(answer(), id="invented", answerable=False, answers=(), gold=(), unanswerable_kind="near")
RIGHTLY_REFUSED = case(answer(refused=True), id="rightly-refused", answerable=False, answers=(), gold=())
UNSUPPORTED = case(answer(quote="Rain fell."), id="unsupported")
ALL_CASES = (RIGHT, WRONG, REFUSED, NOT_FOUND, INVENTED, RIGHTLY_REFUSED, UNSUPPORTED)


def cited(case: Case) -> Part | None:
    """Whether it is right & <cited>.

    A second paragraph.
    """
    return (0.0 if case.question.id == "unsupported" else 1.0, 1.0) if case.question.answerable else None


def half(_case: Case) -> Part | None:
    """Half of it."""
    return 0.5, 1.0


METRICS = (
    Metric("correct_and_cited", "citations", each=cited),
    Metric("hit_at_1", "retrieval", each=half),
    Metric("bm25_hit_at_1", "retrieval", each=half),
    Metric("search_ms_p50", "running", each=half, better=None, unit="ms"),
    Metric("words", "answers", each=half, better=None, unit="words"),
)
ESTIMATES = {
    "correct_and_cited": Estimate(0.47, 0.412, 0.531, 5, "wilson"),
    "hit_at_1": Estimate(0.801, 0.7, 0.9, 5, "wilson"),
    "bm25_hit_at_1": Estimate(0.602, 0.5, 0.7, 5, "wilson"),
    "search_ms_p50": Estimate(1234.0, 98.6, 2000.0, 7, "bootstrap"),
    "false_answers": Estimate(0.5, 0.1, 0.9, 2, "wilson"),
    "numeric_grounding": Estimate(0.996, 0.9, 0.999, 5, "bootstrap"),
}


def page(
    cases: Sequence[Case] = ALL_CASES,
    estimates: dict[str, Estimate] = ESTIMATES,
    *,
    about: dict[str, str] | None = None,
    plots: dict[str, str] | None = None,
    warnings: Sequence[str] = (),
    clustered: bool = True,
    name: str = "seeds",
) -> str:
    kinds = (
        {"number": {"correct_and_cited": estimates["correct_and_cited"]}} if "correct_and_cited" in estimates else {}
    )
    answerable = sum(case.question.answerable for case in cases)
    measured = Measured(estimates, kinds, clustered, len(cases), answerable)
    return report(name, about or {}, measured, METRICS, cases, plots or {}, warnings)


def words(element: html.HtmlElement) -> str:
    """What is read in it, with single spaces."""
    return " ".join(" ".join(element.itertext()).split())


def text(page: str, xpath: str = "//body") -> str:
    return words(html.fromstring(page).xpath(xpath)[0])


class TestFault:
    @pytest.mark.parametrize(
        ("what", "expected"),
        [
            (RIGHT, None),
            (WRONG, "wrong"),
            (REFUSED, "refused"),
            (NOT_FOUND, "not_found"),
            (INVENTED, "invented"),
            (RIGHTLY_REFUSED, None),
        ],
    )
    def test_each_kind(self, what: Case, expected: str | None) -> None:
        assert fault(what) == expected

    def test_a_right_answer_is_at_fault_only_if_known_to_be_without_support(self) -> None:
        assert fault(RIGHT, cited=False) == "unsupported"
        assert fault(RIGHT, cited=True) is None

    def test_a_wrong_answer_is_wrong_whatever_it_cites(self) -> None:
        assert fault(WRONG, cited=False) == "wrong"

    def test_that_the_articles_do_not_say_is_a_refusal_too(self) -> None:
        assert fault(case(answer("The articles do not say how many."))) == "refused"
        assert fault(case(answer("The articles do not say so, but 1,200 lost it."))) is None

    def test_without_an_answer_only_what_search_missed_is_at_fault(self) -> None:
        assert fault(case(None)) is None
        assert fault(case(None, seen="Nothing of it.")) == "not_found"
        assert fault(case(None, seen="", answerable=False, answers=())) is None

    def test_all_of_them_by_what(self) -> None:
        groups = faults(ALL_CASES, METRICS)
        assert {group: [case.question.id for case in cases] for group, cases in groups.items()} == {
            "wrong": ["wrong"],
            "refused": ["refused"],
            "not_found": ["not-found"],
            "invented": ["invented"],
            "unsupported": ["unsupported"],
        }

    def test_without_the_metric_none_is_unsupported(self) -> None:
        assert faults(ALL_CASES, METRICS[1:])["unsupported"] == []


class TestFound:
    def test_a_yes_is_found_by_the_sentence_that_proves_it(self) -> None:
        assert was_retrieved(Case(replace(RIGHT.question, answers=("Yes",), evidence=(SENTENCE,)), RIGHT.outcome))
        assert not was_retrieved(Case(replace(RIGHT.question, answers=("Yes",), evidence=("Another.",)), RIGHT.outcome))

    def test_where_no_sentence_is_known_by_the_article(self) -> None:
        assert was_retrieved(case(answers=("Yes",)))
        assert not was_retrieved(case(answers=("Yes",), gold=("id-of-c",)))

    def test_the_rank_of_the_first_gold_article(self) -> None:
        assert gold_rank(RIGHT) == 2
        assert gold_rank(case(gold=("id-of-c",))) is None


class TestMarked:
    def test_words_and_figures_by_value_but_not_within_a_word(self) -> None:
        question = replace(RIGHT.question, answers=("1.6 million", "May"))
        assert marked("Maybe 1,600,000 in MAY.", question) == "Maybe <mark>1,600,000</mark> in <mark>MAY</mark>."

    def test_the_longest_of_overlapping_answers(self) -> None:
        question = replace(RIGHT.question, answers=("New York", "New York City"))
        assert marked("In New\nYork City.", question) == "In <mark>New\nYork City</mark>."

    def test_everything_is_escaped_the_answer_too(self) -> None:
        question = replace(RIGHT.question, answers=("A & B",))
        assert marked('<i> A & B "x"', question) == "&lt;i&gt; <mark>A &amp; B</mark> &#34;x&#34;"

    def test_a_yes_is_not_marked(self) -> None:
        assert marked("Yes, yes.", replace(RIGHT.question, answers=("Yes",))) == "Yes, yes."


class TestNumbers:
    @pytest.mark.parametrize(
        ("share", "expected"),
        [(0.0, "0%"), (0.004, "<1%"), (0.474, "47%"), (0.994, "99%"), (0.996, ">99%"), (1.0, "100%")],
    )
    def test_a_percentage_says_none_and_all_only_of_these(self, share: float, expected: str) -> None:
        assert percent(share) == expected

    @pytest.mark.parametrize(
        ("unit", "value", "expected"),
        [
            ("share", 0.4711, "47.1%"),
            ("ms", 98.6, "99 ms"),
            ("ms", 1234.0, "1.2 s"),
            ("MB", 1893.4, "1,893"),
            ("points", -0.1234, "-0.123"),
            ("words", 31.04, "31.0"),
            ("tokens/s", 28.26, "28.3"),
        ],
    )
    def test_values_by_unit(self, unit: str, value: float, expected: str) -> None:
        assert shown(value, Metric("m", "running", each=half, unit=unit)) == expected  # type: ignore[arg-type]


class TestPage:
    def test_the_headline_in_words(self) -> None:
        head = text(page(), "//header")
        assert (
            "47% of the questions that have an answer were answered rightly, with a citation that supports it" in head
        )
        assert "between 41 and 53 of 100" in head
        assert "20% answered wrongly 1 of 5 questions" in head
        assert "40% refused, though there is an answer 2 of 5 questions" in head
        assert "50% gave an answer where the articles have none 1 of 2 questions without one" in head
        assert ">99% of the figures stand in the sentence that is cited between 90 and 100 of 100" in head

    def test_what_the_run_was(self) -> None:
        about = {"questions": "7", "articles": "12", "model": "small", "date": "2025-03-05", "code": "c0ffee"}
        shown = page(about=about)
        assert (
            "7 questions, 5 of which the articles answer, asked of 12 articles and answered by small on 2025-03-05."
            in text(shown, "//header")
        )
        assert "code c0ffee" in text(shown, "//section[@id='how']")

    def test_a_run_that_was_stopped_says_so(self) -> None:
        assert "7 (so far, of 40) questions" in text(page(about={"questions": "40"}), "//header")

    def test_every_fault_is_there_once_and_nothing_else(self) -> None:
        tree = html.fromstring(page())
        ids = [code.text for code in tree.xpath("//details[@class='case']/summary//code")]
        assert ids == ["wrong", "refused", "not-found", "invented", "unsupported"]

    def test_none_of_many_is_left_out(self) -> None:
        many = [case(answer("Nobody. [1]"), id=f"wrong-{number}") for number in range(150)]
        assert len(html.fromstring(page(many)).xpath("//section[@id='wrong']/details")) == 150

    def test_a_fault_with_all_that_is_known_of_it(self) -> None:
        held_back = replace(REFUSED, outcome=replace(REFUSED.outcome, unrefused=answer("Some 1,200 did. [1]")))
        (shown,) = html.fromstring(page([held_back])).xpath("//details[@class='case']")
        said = words(shown)
        for part in (
            "How many lost their water? refused number",
            "Expected 1,200",
            "Answered The articles do not say.",
            "Held back Some 1,200 did. [1]",
            "Confidence 43%",
            "an article that holds the answer was number 2 of those found",
            "[1] Water cut off , The Example, 2025-03-04, id-of-a",
            f"The evidence that the model was given {SENTENCE}",
        ):
            assert part in said
        assert [mark.text for mark in shown.xpath(".//blockquote/mark")] == ["1,200"]

    def test_a_quote_that_is_not_exact_is_told(self) -> None:
        inexact = replace(WRONG, outcome=replace(WRONG.outcome, exact=(False,)))
        exact = replace(WRONG, outcome=replace(WRONG.outcome, exact=(True,)))
        assert "not to the letter" in text(page([inexact]))
        assert "not to the letter" not in text(page([exact]))

    def test_no_fault_at_all(self) -> None:
        shown = page([RIGHT, RIGHTLY_REFUSED])
        assert "No question went wrong." in text(shown, "//section[@id='faults']")
        assert "0% answered wrongly 0 of 1 questions" in text(shown, "//header")
        assert 'href="#wrong"' not in shown

    def test_metrics_beside_bm25_alone_and_those_missing_left_out(self) -> None:
        tree = html.fromstring(page())
        rows = [words(row) for row in tree.xpath("//table[@class='measures']/tbody/tr")]
        assert [row.split(maxsplit=1)[0] for row in rows] == ["hit", "correct", "search"]
        assert rows[0].endswith("80.1% 70.0% – 90.0% 60.2% 50.0% – 70.0% 5")
        assert rows[2].endswith("1.2 s 99 ms – 2.0 s 7")

    def test_a_definition_stands_with_its_metric(self) -> None:
        definition = text(page(), "//table//details[contains(., 'correct_and_cited')]")
        assert "Whether it is right & <cited>. A second paragraph." in definition
        assert "correct_and_cited : higher is better. Interval: Wilson." in definition

    def test_by_kind(self) -> None:
        rows = html.fromstring(page()).xpath("//section[@id='kinds']//tbody/tr")
        assert [words(row) for row in rows] == ["number 5 47% 41% – 53%"]

    def test_how_the_intervals_were_made(self) -> None:
        assert "drawn together" in text(page(clustered=True), "//section[@id='how']")
        assert "too few articles" in text(page(clustered=False), "//section[@id='how']")

    def test_plots_and_how_to_read_them(self) -> None:
        shown = page(plots={"latency": "<svg><title>T</title></svg>", "reliability": ""})
        assert [title.text for title in html.fromstring(shown).xpath("//section[@id='plots']//svg/title")] == ["T"]
        assert "Where a line crosses 50%" in shown
        assert "too sure of itself" not in shown

    def test_warnings(self) -> None:
        assert 'id="warnings"' not in page()
        assert text(page(warnings=["q-2: <b> no article"]), "//section[@id='warnings']//li") == "q-2: <b> no article"

    def test_search_alone(self) -> None:
        cases = [case(None), case(None, id="missed", seen="Nothing.")]
        estimates = {"hit_at_1": ESTIMATES["hit_at_1"], "answer_in_evidence": Estimate(0.5, 0.1, 0.9, 2, "wilson")}
        shown = page(cases, estimates, about={"retrieval only": "yes", "model": "small"})
        head = text(shown, "//header")
        assert "50% of the questions have their answer in the evidence" in head
        assert "80% have the right article first" in head
        assert "no answer was written" in head
        assert "answered wrongly" not in head
        assert [code.text for code in html.fromstring(shown).xpath("//details/summary//code")] == ["missed"]

    def test_no_metric_at_all(self) -> None:
        assert "No question of this run has an answer to be judged." in text(page([RIGHTLY_REFUSED], {}), "//header")


class TestSafety:
    def test_nothing_gets_out_of_its_place(self) -> None:
        hostile = case(
            answer(NASTY, quote=NASTY),
            id=NASTY,
            question=NASTY,
            answers=("never",),
            kind=NASTY,
            history=(NASTY,),
            seen=NASTY,
        )
        shown = page([hostile], about={NASTY: NASTY}, warnings=[NASTY], name=NASTY)
        tree = html.fromstring(shown)
        assert tree.xpath("//script") == []
        assert tree.xpath("//@onclick") == []
        (one,) = tree.xpath("//details[@class='case']")
        assert words(one).count('<script>alert("1")</script>') == 7
        assert shown.count("<details") == shown.count("</details>")

    def test_nothing_is_fetched_and_nothing_runs(self) -> None:
        from assistant.evaluation.plots import latency, reliability, risk_coverage

        drawn = {
            "risk_coverage": risk_coverage([(0.5, 0.1), (1.0, 0.2)]),
            "reliability": reliability([(0.5, 0.5, 2)]),
            "latency": latency({"search": [5.0]}),
        }
        shown = page(plots=drawn)
        for loaded in ("src=", "<link", "@import", "url(", "http:", "https:", "<script", "javascript:", "<iframe"):
            assert loaded not in shown
        assert not re.search(r"\son\w+\s*=", shown)
        assert "default-src 'none'; style-src 'unsafe-inline'" in shown
        assert {href[0] for href in html.fromstring(shown).xpath("//@href")} == {"#"}

    def test_every_link_leads_somewhere(self) -> None:
        tree = html.fromstring(page(warnings=["w"], plots={"latency": "<svg></svg>"}))
        assert {href[1:] for href in tree.xpath("//a/@href")} <= set(tree.xpath("//@id"))
        assert set(tree.xpath("//nav/a/@href")) == {"#kinds", "#measures", "#plots", "#faults", "#warnings", "#how"}
