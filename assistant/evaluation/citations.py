"""Metrics of the citations: whether they are exact, whether they support their statements, whether they are right."""

import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Statement
from assistant.evaluation.case import Case, Question
from assistant.evaluation.judging import LONG_FORM_RECALL, answer_due, is_silence
from assistant.evaluation.judging import correct as is_correct
from assistant.evaluation.matching import matches, recall, without_markers, yes_or_no
from assistant.evaluation.metric import Metric, Part
from assistant.evaluation.support import supports

EVIDENCE_RECALL = 0.5
"""Of a gold sentence's words: a quote with so many of them is that evidence. Our own convention."""

_MARKER = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")


def citation_validity(case: Case) -> Part | None:
    """Of the citations shown and the markers used, over the answers that are no refusals: the share that is valid.

    A citation is valid if its quote is, to the letter, what the article has at its place, and its marker is used
    in the text or by a statement. A marker without a citation counts as an invalid one.
    """
    answer = _given(case)
    if answer is None:
        return None
    used = {int(number) for group in _MARKER.findall(answer.answer) for number in group.split(",")}
    used |= {marker for statement in answer.statements for marker in statement.markers}
    shown = [citation.marker for citation in answer.citations]
    valid = sum(exact and marker in used for marker, exact in zip(shown, case.outcome.exact, strict=False))
    total = len(shown) + len(used.difference(shown))
    return (valid, total) if total else None


def citation_recall(case: Case) -> Part | None:
    """The share of the statements that have citations whose quotes together support them.

    ALCE's citation recall (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"), over
    all statements of all answers that are no refusals, with the rules of `supports` in place of ALCE's model. The
    lead that the articles do not say it is no claim and is left out.
    """
    answer = _given(case)
    claims = _claims(answer) if answer else []
    if answer is None or not claims:
        return None
    return sum(_supported(claim, _of(claim, answer)) for claim in claims), len(claims)


def citation_precision(case: Case) -> Part | None:
    """The share of the statements' citations that are needed by a statement that its citations support.

    ALCE's citation precision (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"),
    with the rules of `supports` in place of ALCE's model. A citation is not needed if it alone does not support
    the statement and the others do; where all together do not, none of them counts as precise.
    """
    answer = _given(case)
    claims = _claims(answer) if answer else []
    total = sum(len(claim.markers) for claim in claims)
    if answer is None or not total:
        return None
    return sum(_precise(claim, _of(claim, answer)) for claim in claims), total


def evidence_hit(case: Case) -> Part | None:
    """Of the answerable questions with known evidence: the share with a citation that is that evidence.

    Its quote has at least half of the words of a gold sentence (our own convention) and, where the gold articles
    are known, is from one of them. A refusal cites nothing.
    """
    answer = answer_due(case)
    if answer is None or not case.question.evidence:
        return None
    return float(not answer.refused and _cites_evidence(case.question, answer)), 1


def correct_and_cited(case: Case) -> Part | None:
    """Of the answerable questions: the share answered rightly where what is cited contains the answer too.

    Each answer that is needed occurs in a statement and in a quote that this statement cites, from a gold article
    where these are known.
    A long answer: its quotes together have at least half of the words of an accepted one. "Yes" and "no", which no
    quote contains: a citation is the known evidence; where none is known, it is from a gold article.
    """
    answer = answer_due(case)
    return (float(is_correct(case) and _is_cited(case.question, answer)), 1) if answer else None


def _given(case: Case) -> Answer | None:
    """The answer, if it is no refusal."""
    answer = case.outcome.answer
    return answer if answer and not answer.refused else None


def _claims(answer: Answer) -> list[Statement]:
    return [claim for claim in answer.statements if claim.markers or not is_silence(claim.text)]


def _of(statement: Statement, answer: Answer) -> list[Citation]:
    return [citation for citation in answer.citations if citation.marker in statement.markers]


def _supported(statement: Statement, cited: list[Citation]) -> bool:
    return supports(statement.text, [c.quote for c in cited], [c.title for c in cited])


def _precise(statement: Statement, cited: list[Citation]) -> int:
    """How many of the statement's citations are precise."""
    if not _supported(statement, cited):
        return 0
    others = [[other for other in cited if other is not citation] for citation in cited]
    return sum(
        _supported(statement, [citation]) or not _supported(statement, rest)
        for citation, rest in zip(cited, others, strict=True)
    )


def _cites_evidence(question: Question, answer: Answer) -> bool:
    return any(
        recall(citation.quote, sentence) >= EVIDENCE_RECALL
        for citation in answer.citations
        for sentence in question.evidence
        if _gold(question, citation)
    )


def _is_cited(question: Question, answer: Answer) -> bool:
    claims = _claims(answer)
    used = {marker for claim in claims for marker in claim.markers}
    cited = [citation for citation in answer.citations if citation.marker in used and _gold(question, citation)]
    if question.long_form:
        quotes = " ".join(citation.quote for citation in cited)
        return any(recall(quotes, accepted) >= LONG_FORM_RECALL for accepted in question.answers)
    if any(map(yes_or_no, question.spellings)):
        return _cites_evidence(question, answer) if question.evidence else bool(cited)
    return all(
        any(_states_and_cites(group, claim, question, answer) for claim in claims) for group in question.spellings
    )


def _states_and_cites(spellings: Sequence[str], statement: Statement, question: Question, answer: Answer) -> bool:
    """Whether the statement contains one of the spellings, and so does a quote that this statement cites."""
    return matches(without_markers(statement.text), spellings) and any(
        matches(citation.quote, spellings) for citation in _of(statement, answer) if _gold(question, citation)
    )


def _gold(question: Question, citation: Citation) -> bool:
    return not question.gold or citation.article_id in question.gold


METRICS: tuple[Metric, ...] = (
    Metric("citation_validity", "citations", each=citation_validity),
    Metric("citation_recall", "citations", each=citation_recall),
    Metric("citation_precision", "citations", each=citation_precision),
    Metric("evidence_hit", "citations", each=evidence_hit),
    Metric("correct_and_cited", "citations", each=correct_and_cited),
)
