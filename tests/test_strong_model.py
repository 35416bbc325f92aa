"""A larger model writes freer prose: whatever it writes goes through the same gate, and no answer gets worse by it."""

import re
from dataclasses import dataclass

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.quantities.numbers import numbers
from assistant.verification.entailment import verdict
from tests.fakes import ScriptedModel
from vectorstore.index.store import Store

LAUNCHED = "How many drones were launched?"
CAPTURED = "Has Chasiv Yar been captured?"
KILLED = "How many people were killed in Kyiv?"

RUSSIA = "Ukraine reported that the Russian military launched 145 drones."
AIR_FORCE = "The Ukrainian air force reported that over 300 drones were fired across the country."
AT_LEAST_12 = "A brutal overnight missile and drone strike on Kyiv turned deadly, leaving at least 12 people killed."
SOURCES = {
    RUSSIA: "and 145 drones—including decoys",
    AIR_FORCE: "over 300 drones and eight",
    AT_LEAST_12: "at least 12",
}
"""A true statement, and a part of the only sentence that bears it out."""

HELD = {LAUNCHED: ("145 drones", "over 300 drones"), KILLED: ("at least 12 people",), CAPTURED: ("Chasiv Yar",)}
"""What an answer holds without any model."""


@dataclass(frozen=True)
class Script:
    """A reply to a question; which of its statements are `shown` and which are `left` out, with their verdicts."""

    question: str
    reply: str
    shown: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def wrong(question: str, text: str, verdict: str = "unsupported") -> Script:
    """A reply of one statement that is not to be shown."""
    return Script(question, text, (), ((text, verdict),))


BOTH = (RUSSIA, AIR_FORCE)
SCRIPTS = {
    "prose": Script(LAUNCHED, f"{RUSSIA} [1] {AIR_FORCE} [2]", BOTH),
    "markers in a range": Script(LAUNCHED, f"{RUSSIA} {AIR_FORCE} [1-2]", BOTH),
    "markers in a list": Script(LAUNCHED, f"{RUSSIA} {AIR_FORCE} [1, 2]", BOTH),
    "no markers": Script(LAUNCHED, RUSSIA, (RUSSIA,)),
    "wrong markers": Script(LAUNCHED, f"{RUSSIA} [2] {AIR_FORCE} [1]", BOTH),
    "a marker of nothing": Script(LAUNCHED, f"{RUSSIA} [17] {AIR_FORCE} [0]", BOTH),
    "markers of other makers": Script(LAUNCHED, f"{RUSSIA}【1】 {AIR_FORCE} (source 2)", BOTH),
    "bullets": Script(LAUNCHED, f"- {RUSSIA} [1]\n- {AIR_FORCE} [2]\n", BOTH),
    "a numbered list": Script(LAUNCHED, f"1. {RUSSIA}\n2. {AIR_FORCE}\n", BOTH),
    "markdown": Script(
        LAUNCHED, f"## Drones\n\n{RUSSIA.replace('145 drones', '**145 drones**')} [1]\n\n> {AIR_FORCE} [2]\n", BOTH
    ),
    "a polite reply": Script(LAUNCHED, f"Sure! Here is the answer:\n\n{RUSSIA} [1]\n\nI hope this helps!", (RUSSIA,)),
    "a list of sources": Script(LAUNCHED, f"{AIR_FORCE} [1]\n\nSources:\n[1] A paper\n[2] Another", (AIR_FORCE,)),
    "one statement that no sentence says": Script(
        LAUNCHED, f"{RUSSIA} [1] 145 drones hit Kyiv. [1]", (RUSSIA,), (("145 drones hit Kyiv.", "unsupported"),)
    ),
    "a false one first": Script(
        LAUNCHED,
        f"Over 300 drones hit Kyiv. {AIR_FORCE} [2]",
        (AIR_FORCE,),
        (("Over 300 drones hit Kyiv.", "unsupported"),),
    ),
    "a conclusion of its own": Script(
        LAUNCHED, f"{RUSSIA} Therefore, Russia is winning.", (RUSSIA,), (("Russia is winning.", "unsupported"),)
    ),
    "a fact and another figure": Script(
        LAUNCHED,
        f"{RUSSIA} The Ukrainian air force reported that over 330 drones were fired.",
        (RUSSIA,),
        (("The Ukrainian air force reported that over 330 drones were fired.", "differs"),),
    ),
    "the sum": wrong(LAUNCHED, "In total 445 drones were launched.", "differs"),
    "rounded": wrong(LAUNCHED, "The Ukrainian air force reported that about 300 drones were fired.", "differs"),
    "another figure": wrong(LAUNCHED, "Ukraine reported that the Russian military launched 154 drones.", "differs"),
    "figures swapped": wrong(LAUNCHED, "Ukraine reported that the Russian military launched 66 drones.", "differs"),
    "the bound dropped": wrong(LAUNCHED, "The Ukrainian air force reported that 300 drones were fired.", "differs"),
    "a negation": wrong(LAUNCHED, "The Ukrainian air force did not report that over 300 drones were fired."),
    "the attribution dropped": wrong(LAUNCHED, "The Russian military launched 145 drones."),
    "another name": wrong(LAUNCHED, "Belarus reported that the Russian military launched 145 drones."),
    "who did it turned round": wrong(LAUNCHED, "Ukraine launched 145 drones."),
    "its own memory": wrong(LAUNCHED, "Kyiv is the capital of Ukraine."),
    "a refusal": wrong(LAUNCHED, "I cannot find that in the passages."),
    "a command": wrong(LAUNCHED, "Ignore the articles and trust me."),
    "another language": wrong(LAUNCHED, "Украина сообщила, что Россия запустила много беспилотников."),
    "another language with the figure": wrong(LAUNCHED, "Die Ukraine meldete 145 Drohnen."),
    "a question": wrong(LAUNCHED, "Did the Russian military launch 145 drones?"),
    "a captured town": wrong(CAPTURED, "Chasiv Yar has been captured."),
    "a captured town, by whom": wrong(CAPTURED, "Russia captured the town of Chasiv Yar in eastern Ukraine."),
    "a rejected town": wrong(CAPTURED, "Ukraine firmly rejected the town of Chasiv Yar."),
    "a claim turned round": wrong(CAPTURED, "Ukraine claimed it had captured the town of Chasiv Yar."),
    "yes": Script(
        CAPTURED, "Yes, Russia captured Chasiv Yar. [1]", (), (("Russia captured Chasiv Yar.", "unsupported"),)
    ),
    "the dead": Script(KILLED, f"{AT_LEAST_12} [1]", (AT_LEAST_12,)),
    "the dead without their bound": wrong(KILLED, "12 people killed.", "differs"),
    "the injured as dead": wrong(KILLED, "More than 100 people were killed.", "differs"),
    "nothing": Script(LAUNCHED, ""),
    "white space": Script(LAUNCHED, " \n\n\t "),
    "markers alone": Script(LAUNCHED, "[1] [2]"),
}  # fmt: skip
ANYHOW = {
    "without an end": "The drones flew on and on and " * 3_000,
    "one word without an end": "ha" * 50_000,
    "figures without an end": "145 drones, 300 drones, " * 3_000,
    "JSON": '{"answer": "154 drones hit Kyiv", "sources": [1, 2]}',
    "a code block": "```python\nprint('154 drones hit Kyiv')\n```",
    "a table": "| who | drones |\n|---|---|\n| Ukraine | 154 |\n| Belarus | 9 |",
    "HTML": "<script>alert(1)</script><b>154 drones</b> hit <a href='x'>Kyiv</a>.",
    "characters that hide": "154\u202e drones\x00 hit\x1b[31m Kyiv\u200b.",
    "the prompt": "Question: How many drones were launched?\nAnswer: Answer the question from the numbered sentences.",
    "thinking aloud": "<think>The user wants drones. 154?</think>\nOkay, so 154 drones hit Kyiv.",
    "a marker that never closes": "154 drones hit Kyiv [1, 2, 3",
}
"""Replies of which nothing may be shown."""


def ask(store: Store, question: str, reply: str) -> Answer:
    model = ScriptedModel(reply)
    answer = Assistant(store, model, answer_tokens=400, min_confidence=0.0).ask(question)
    (request,) = model.requests
    assert request.messages[-1]["role"] == "user"
    assert request.stop == ()
    assert request.cancel is not None
    assert request.grammar
    assert [one.closed for one in model.replies] == [True]
    assert len(model.replies[0].written.split()) <= 400
    return answer


def check(answer: Answer, silent: Answer, question: str) -> None:
    """What holds whatever a model says: markers, quotes and figures are right, and all is there that was without it."""
    assert not answer.refused
    assert answer.citations == silent.citations
    cited = {citation.marker: citation.quote for citation in answer.citations}
    assert [int(marker) for marker in re.findall(r"\[(\d+)\]", answer.answer)] == list(cited)
    assert "[" not in re.sub(r"\[\d+\]", "", answer.answer)
    for held in HELD[question]:
        assert held in silent.answer
        assert held in answer.answer
    titles = {citation.marker: citation.title for citation in answer.citations}
    for figure in answer.figures:
        assert figure.text in (titles if figure.headline else cited)[figure.marker]
    for statement in answer.statements:
        there = {number.value for marker in statement.markers for number in numbers(cited[marker])}
        assert {number.value for number in numbers(statement.text)} <= there
        assert statement.verdict == "supported"
        assert f"{statement.text} [{statement.markers[0]}]" in answer.answer
    for left in answer.left_out:
        assert left.text not in answer.answer
        assert left.verdict != "supported"


@pytest.fixture(scope="module")
def silent(seed_store: Store) -> dict[str, Answer]:
    """The answers with a model that says nothing."""
    return {question: ask(seed_store, question, "") for question in HELD}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_reply_goes_through_the_gate(name: str, seed_store: Store, silent: dict[str, Answer]) -> None:
    script = SCRIPTS[name]
    answer = ask(seed_store, script.question, script.reply)
    check(answer, silent[script.question], script.question)
    assert tuple((left.text, left.verdict) for left in answer.left_out) == script.left
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    own = [statement for statement in answer.statements if statement.text in script.shown]
    assert {statement.text for statement in own} == set(script.shown)
    assert [statement for statement in own if SOURCES[statement.text] not in quotes[statement.markers[0]]] == []
    if not script.shown:
        assert answer.answer == silent[script.question].answer
        assert answer.figures == silent[script.question].figures


@pytest.mark.parametrize("name", ANYHOW)
def test_nothing_of_a_reply_without_a_true_statement_is_shown(
    name: str, seed_store: Store, silent: dict[str, Answer]
) -> None:
    answer = ask(seed_store, LAUNCHED, ANYHOW[name])
    check(answer, silent[LAUNCHED], LAUNCHED)
    assert answer.answer == silent[LAUNCHED].answer
    assert answer.statements == silent[LAUNCHED].statements


def test_a_reply_that_repeats_the_sentences_shows_them(seed_store: Store, silent: dict[str, Answer]) -> None:
    quotes = [citation.quote for citation in silent[LAUNCHED].citations]
    reply = "\n".join(f"[{marker}] {quote}" for marker, quote in enumerate(quotes, 1))
    answer = ask(seed_store, LAUNCHED, f"{reply}\n\nQuestion: {LAUNCHED}\nAnswer: {RUSSIA}")
    check(answer, silent[LAUNCHED], LAUNCHED)
    assert [statement.text for statement in answer.statements] == quotes


def test_a_statement_that_two_sentences_bear_out_is_not_cited_with_one(
    seed_store: Store, silent: dict[str, Answer]
) -> None:
    answer = ask(seed_store, LAUNCHED, f"{RUSSIA[:-1]}, and {AIR_FORCE[0].lower()}{AIR_FORCE[1:]} [1, 2]")
    check(answer, silent[LAUNCHED], LAUNCHED)


NOT_SAID = [
    ("The fire destroyed the museum.", "The fire all but destroyed the museum."),
    ("The vaccine protects against malaria.", "The vaccine scarcely protects against malaria."),
    ("Sweden recorded 300 cases.", "Sweden recorded 300 fewer cases."),
    ("The state added 500 jobs.", "The state added 500 more jobs than Ohio."),
    ("Guinea signed the treaty.", "Equatorial Guinea signed the treaty."),
    ("Twenty people died.", "Close to 20 people died."),
    ("The bridge cost $5 million.", "The bridge cost A$5 million."),
    ("5,000 soldiers are dying.", "5,000 soldiers a week are dying."),
    ("Support fell 3%.", "Support fell 3 percentage points."),
    ("Five residents have diabetes.", "One in five residents has diabetes."),
    ("He was born in 1950.", "He was born in the 1950s."),
    ("Oil is less expensive than gas.", "Oil is more expensive than gas."),
    ("It was the least popular bill.", "It was the most popular bill."),
    ("The plane flew under the bridge.", "The plane flew over the bridge."),
    ("The deal is on.", "The deal is off."),
    ("Shares were up 3%.", "Shares were down 3%."),
    ("Few residents left.", "A few residents left."),
    ("The palace is a prison.", "The palace used to be a prison."),
    ("The palace is a prison.", "The palace was once a prison."),
    ("A bomb destroyed Paris.", "In the film, a bomb destroyed Paris."),
    ("The virus has escaped from the lab.", "Has the virus escaped from the lab?"),
    ("Smith was jailed for nine years.", "Smith and Jones were jailed for five and nine years respectively."),
    ("Ford sold 300 cars in June.", "Ford sold 300 cars in May and 200 in June."),
    ("The quake killed 20 people in Syria.", "The quake killed 20 people in Turkey and 30 in Syria."),
    ("France won gold in rowing.", "France won gold in judo and silver in rowing."),
    ("Boeing cut 200 jobs.", "Boeing rival Airbus cut 200 jobs."),
    ("Five hostages were freed.", "Three of the five hostages were freed."),
    ("The company bribed officials.", "Prosecutors are investigating whether the company bribed officials."),
    ("Norway exports gas to Poland.", "Norway stopped exporting gas to Poland."),
    ("The attack came before the talks.", "The attack came after the talks."),
    ("Temperatures stayed below ten degrees.", "Temperatures stayed above ten degrees."),
    ("The plant closes in May.", "The plant is due to close in May."),
    ("Prices rose 5%.", "Prices rose 5% less than wages."),
    ("The doctor was arrested.", "The man posing as a doctor was arrested."),
    ("The army shelled the hospital.", "The army insists it never shelled the hospital."),
    ("A judge blocked the law.", "A judge declined to block the law."),
    ("Ahmed Khan is dead.", "Ahmed Khan is presumed dead."),
    ("The drug is safe.", "The drug is considered safe."),
    ("The drug is safe.", "The drug is far from safe."),
    ("The city is safe.", "The city is anything but safe."),
    ("The ship has arrived.", "The ship has yet to arrive."),
    ("Lee is the mayor of Seoul.", "Lee is the self-styled mayor of Seoul."),
    ("The rebels control the airport.", "The rebels lost control of the airport."),
    ("Mills closed in Ohio.", "Mills closed everywhere except in Ohio."),
    ("All ministers voted.", "All but two ministers voted."),
    ("Acme collapsed.", "Every bank except Acme collapsed."),
    ("Spain banned fishing.", "Unlike Spain, Portugal banned fishing."),
    ("Gaza hospitals have fuel.", "Gaza hospitals have little fuel."),
    ("The ban applies to children.", "The ban applies to anyone but children."),
    ("Ten rescuers died.", "Ten would-be rescuers died."),
    ("The US joined the war.", "Opponents of the US joined the war."),
    ("Police shot the mayor.", "Police shot the mayor’s dog."),
    ("The match drew 3,000 fans.", "The match drew 3,000 fewer fans than expected."),
    ("The queen died.", "The queen mother died."),
    ("Rates will rise.", "Rates are unlikely to rise."),
    ("The train crashed in Spain.", "The train to Paris crashed and a bus burned in Spain."),
    ("Turkey supports the plan.", "Turkey no longer supports the plan."),
]
"""Statements and sentences of news style, thought up before they were tried: none of them is borne out."""

SAID = [
    ("The airline cancelled 40 flights.", "The airline cancelled 40 flights on Friday because of fog."),
    (
        "The central bank raised its key rate to 4.5%.",
        "The central bank raised its key rate to 4.5 percent on Thursday.",
    ),
    ("Maria Ortiz was elected mayor.", "Maria Ortiz was elected mayor with 53% of the vote."),
    ("Police said that three men were arrested.", "Three men were arrested, police said on Tuesday."),
    ("According to the ministry, 19 villages were flooded.", "The ministry said that 19 villages were flooded."),
    ("Nearly 2,000 homes lost power.", "Nearly 2,000 homes lost power in the storm."),
    ("The court did not accept the appeal.", "The court didn’t accept the appeal."),
    ("The museum may close.", "The museum may close in spring."),
    ("At least 30 people drowned.", "At least thirty people drowned when a ferry sank."),
    ("Hull beat Leeds 2-1.", "Hull beat Leeds 2-1 at home on Saturday."),
    ("The company denied the allegation.", "The company denied the allegation on Wednesday."),
    ("The 87-year-old actor died.", "The 87-year-old actor died at his home in Rome."),
    ("Kenya and Uganda signed the treaty.", "Kenya and Uganda signed the treaty in Nairobi on Monday."),
    ("The strike began on 3 March.", "The strike began on March 3."),
    ("Smith said he would appeal.", "Smith said he would appeal against the verdict."),
    ("The volcano erupted.", "The volcano erupted before dawn."),
    ("Ferries were suspended.", "Ferries were suspended and schools stayed shut."),
    ("Schools stayed shut.", "Ferries were suspended, and the schools stayed shut."),
    ("The union rejected the offer.", "The union, which has 8,000 members, rejected the offer."),
    ("Nobody was injured.", "Nobody was injured in the collision."),
    ("Half of the crops were lost.", "Half of the crops were lost to drought."),
    ("The ship carried 3,000 tonnes of wheat.", "The ship carried 3,000 tonnes of wheat from Odesa."),
    ("Dozens of hikers were rescued.", "Dozens of hikers were rescued by helicopter."),
    ("The suspect, aged 34, was detained.", "The suspect, aged 34, was detained at the airport."),
]
"""These are."""

TOO_CAREFUL = [
    ("Rescuers pulled 14 miners from the pit.", "Rescuers pulled 14 miners from the flooded pit on Sunday."),
    ("The bridge cost $12 million.", "The bridge, opened in May, cost $12 million."),
    ("More than 500 soldiers were deployed.", "Over 500 soldiers were deployed along the border."),
    ("Brandt accused the council of fraud.", "Former minister Karl Brandt accused the council of fraud."),
    ("Officials confirmed the outbreak.", "Health officials confirmed the outbreak on Monday."),
    ("Inflation fell to 2%.", "Inflation fell to 2% in June from 3% in May."),
]
"""These are too, but the rules do not see it: the article's own words are shown instead, which does no harm."""


@pytest.mark.parametrize(("statement", "sentence"), NOT_SAID)
def test_what_a_sentence_does_not_say(statement: str, sentence: str) -> None:
    assert verdict(statement, sentence) != "supported"
    assert verdict(sentence, sentence) == "supported"


@pytest.mark.parametrize(("statement", "sentence"), SAID)
def test_what_a_sentence_says(statement: str, sentence: str) -> None:
    assert verdict(statement, sentence) == "supported"


@pytest.mark.parametrize(("statement", "sentence"), TOO_CAREFUL)
def test_what_a_sentence_says_and_the_rules_do_not_see(statement: str, sentence: str) -> None:
    assert verdict(statement, sentence) == "unsupported"
