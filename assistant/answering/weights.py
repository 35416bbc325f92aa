"""What each feature and each signal counts. Fitted and printed by `python -m bench.reading`: see bench/reading.md."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """`reading` of a candidate (scoring.py), `confidence` of an answer (confidence.py).

    Below `min_confidence` Dateline refuses.
    """

    reading: Mapping[str, float]
    confidence: Mapping[str, float]
    min_confidence: float


def weights_for(*, ranker: bool, reader: bool) -> Weights:
    """The weights for an assistant with or without the learned models."""
    if reader:
        return BOTH if ranker else HEARD
    return RANKED if ranker else PLAIN


_CONFIDENCE: dict[str, float] = {
    "articles": -1.54,
    "best_cosine": 0.679,
    "best_coverage": 0.219,
    "best_coverage*articles": 0.697,
    "constant": -0.929,
    "cosine": 0.25,
    "cosine*articles": 0.437,
    "coverage": -0.063,
    "has_names": -0.769,
    "names_in_article": 0.624,
    "names_in_passage": 0.057,
    "right_form": -0.039,
    "score": -0.031,
    "score*articles": 0.453,
    "uncounted": -0.312,
    "words": -0.294,
    "words_in_article": 0.77,
    "words_in_article*articles": 0.57,
}
"""Of the rules alone. The learned models add what they say to it and scale it: see bench/reading.md."""


def upon_rules(scale: float, constant: float, **more: float) -> dict[str, float]:
    """The weights of the logit scale · (logit of the rules) + constant + Σ more · signal."""
    weights = {name: scale * weight for name, weight in _CONFIDENCE.items()}
    return {**weights, **more, "constant": weights["constant"] + constant}


PLAIN = Weights(
    reading={
        "acts": 0.623,
        "begins_sentence": 0.115,
        "behind_in": 0.52,
        "cosine": -0.147,
        "coverage": 0.094,
        "distance": -0.508,
        "form_date": 0.089,
        "form_name": -0.231,
        "form_number": 0.296,
        "form_phrase": -0.487,
        "form_quote": 0.334,
        "full_name": 2.104,
        "in_headline": 1.372,
        "likeness_to_focus": -0.083,
        "likeness_to_focus_z": 0.608,
        "likeness_to_question": -0.437,
        "likeness_to_question_z": 0.311,
        "owns": -0.281,
        "phrase_instead": 0.241,
        "proximity": -0.091,
        "proximity_z": 0.067,
        "repeats_question": -1.92,
        "right_date": 2.67,
        "right_name": 0.806,
        "right_number": 1.75,
        "right_person": 1.736,
        "right_place": 2.133,
        "right_unit": 1.181,
        "right_words": -0.728,
        "said_elsewhere": 0.135,
        "sentence": 2.442,
        "very_count": 1.3,
        "words": 0.727,
    },
    confidence=_CONFIDENCE,
    min_confidence=0.32,
)
"""Without ranker and reader."""

RANKED = Weights(
    reading={
        "acts": 0.718,
        "begins_sentence": -0.133,
        "behind_in": 0.808,
        "cosine": -0.002,
        "coverage": 0.267,
        "distance": -0.382,
        "form_date": 0.495,
        "form_name": -0.413,
        "form_number": 0.537,
        "form_phrase": -0.048,
        "form_quote": -0.155,
        "form_read": -0.417,
        "full_name": 0.974,
        "holds": 1.434,
        "in_headline": 1.067,
        "lateness": -0.566,
        "likeness_to_focus": -0.225,
        "likeness_to_focus_z": 0.515,
        "likeness_to_question": -0.209,
        "likeness_to_question_z": 0.073,
        "overlap": -0.691,
        "owns": -0.361,
        "phrase_instead": 0.324,
        "proximity": -0.201,
        "proximity_z": -0.204,
        "ranker": 0.497,
        "repeats_question": -1.646,
        "right_date": 0.589,
        "right_name": 0.424,
        "right_number": 0.404,
        "right_person": 1.376,
        "right_place": 0.176,
        "right_unit": 1.055,
        "right_words": -0.371,
        "said_elsewhere": 0.013,
        "sentence": 1.898,
        "span": 1.831,
        "very_count": 0.602,
        "words": 0.938,
    },
    confidence=upon_rules(0.999, 0.420, share=0.316),
    min_confidence=0.37,
)
"""With the ranker."""

HEARD = Weights(
    reading={
        **PLAIN.reading,
        "form_heard": 0.193,
        "heard": 2.701,
        "lateness": -0.134,
    },
    confidence=upon_rules(1.038, 0.621, belief=0.420, share=0.036),
    min_confidence=0.37,
)
"""With the reader."""

BOTH = Weights(
    reading={
        **RANKED.reading,
        "form_heard": 0.574,
        "heard": 1.777,
    },
    confidence=upon_rules(1.046, 0.494, belief=0.407, share=0.363),
    min_confidence=0.39,
)
"""With the ranker and the reader."""
