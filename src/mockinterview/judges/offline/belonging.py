"""Weighs whether an answer belongs to its question or reads like one to another question."""

from __future__ import annotations

import math

from mockinterview import ontopic
from mockinterview.judges.offline.criteria import Findings
from mockinterview.judges.offline.filler import with_content
from mockinterview.judges.offline.levels import weighing_of
from mockinterview.judges.offline.nearness import nearness
from mockinterview.judges.offline.similarity import covered, kept_to
from mockinterview.model import Question

#: An answer shorter than this says too little to tell; the other criteria see that.
FEWEST_WORDS = 25
#: What a good answer to another question may come to: weak, for it does not answer this one.
MOST_SHARE = 0.24
#: From this probability on an answer is taken for one to another question; from the lower one on
#: it counts for less, as far as it is likely.
SURELY, PERHAPS = 0.5, 0.15
#: What raters give to an answer to another question, as a share of the scale.
_WORTH = 0.05


def strays(question: Question, findings: Findings) -> float:
    """Return how probable it is, 0 to 1, that the answer is one to another question.

    0 where key points and a sample do not say what the question is about. The weights come from
    training/belonging.py: good answers set beside their own and other questions.
    """
    if findings.foreign or findings.from_sample or not question.key_points:
        return 0.0
    if not question.sample_answer or findings.features.words < FEWEST_WORDS:
        return 0.0
    weights = dict(weighing_of(question.kind))
    constant = weights.pop("constant")
    numbers = signs_of(question, findings)
    fits = constant + sum(weight * numbers[name] for name, weight in weights.items())
    return 1 / (1 + math.exp(min(50.0, fits)))


def lowered(share: float, straying: float) -> float:
    """Return the share (0 to 1) of an answer that is one to another question that probably."""
    if straying < PERHAPS:
        return share
    expected = (1 - straying) * share + straying * _WORTH
    return min(expected, MOST_SHARE) if straying >= SURELY else expected


def signs_of(question: Question, findings: Findings) -> dict[str, float]:
    """Return the numbers that are weighed, by name; shares are 0 to 1.

    ``points`` and ``topic``: content words that question and key points, or all that is known of
    the question, hold too. ``said_*``: how much of key points and sample the answer says.
    ``kept``: how much of the answer stays with what is known of the question. ``near``: how near
    their subjects are, -1 to 1. ``acts`` counts what "I" did, 0 to 8.
    """
    said = findings.reading.own
    if findings.seen:  # polite talk before an answer is about nothing
        said = tuple(said[index] for index in with_content(said, findings.seen)) or said
    own = "\n".join(sentence.text for sentence in said)
    signs = ontopic.read_signs(question, own)
    points = " ".join(point.text for point in question.key_points)
    known = " ".join((question.text, points, question.sample_answer))
    content = max(1, signs.content)
    return {
        # First, while the lower layers' reading of the answer is still at hand.
        "near": nearness(question, own),
        "asked": min(signs.asked, 5),
        "points": signs.points / content,
        "topic": signs.topic / content,
        "acts": min(signs.acts, 8),
        "you": float(signs.you),
        "said_points": covered(points, own),
        "said_sample": covered(question.sample_answer, own),
        "kept": kept_to(known, own),
    }
