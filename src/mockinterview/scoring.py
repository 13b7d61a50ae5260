"""From levels to an overall and a verdict: our arithmetic, never a model's opinion."""

from __future__ import annotations

from collections.abc import Iterable

from mockinterview.model import CriterionResult, FlagName, Rubric

#: An answer with one of these flags is no answer to the question: it stays in the lowest band.
NO_ANSWER_FLAGS: frozenset[FlagName] = frozenset(
    {"empty", "too_short", "gibberish", "off_topic", "parrots_question", "keyword_list"}
)
LOWEST_BAND = 1.5
_CAPS: dict[FlagName, float] = {
    "empty": 1.0,
    "gibberish": 1.0,
    "parrots_question": 1.0,
    # Our own sample, word for word: nothing of the candidate's own can be seen in it.
    "copies_sample": 2.0,
}
_BANDS = (
    (4.5, "Excellent"),
    (3.75, "Strong"),
    (3.0, "Solid"),
    (2.25, "Developing"),
    (1.51, "Early"),
    (1.0, "Not yet an answer"),
)


def overall(
    rubric: Rubric, criteria: Iterable[CriterionResult], flags: Iterable[FlagName] = ()
) -> float | None:
    """Return the weighted mean level, 1.0-5.0 with one decimal, or None if nothing is scored.

    Unscored criteria are left out and the other weights grow in proportion. A flag that says
    there is no answer caps the result in the lowest band.
    """
    weights = {criterion.id: criterion.weight for criterion in rubric.criteria}
    scored = [(weights[c.id], c.level) for c in criteria if c.level is not None and c.id in weights]
    whole = sum(weight for weight, _ in scored)
    if not whole:
        return None
    mean = sum(weight * level for weight, level in scored) / whole
    return min(round(mean, 1), cap(flags))


def cap(flags: Iterable[FlagName]) -> float:
    """Return the highest overall that these flags allow."""
    telling = NO_ANSWER_FLAGS | _CAPS.keys()
    caps = [_CAPS.get(flag, LOWEST_BAND) for flag in flags if flag in telling]
    return min(caps, default=5.0)


def verdict(score: float | None) -> str:
    """Return the name of the band that ``score`` lies in ("Unscored" for None)."""
    if score is None:
        return "Unscored"
    return next(name for floor, name in _BANDS if score >= floor or floor == 1.0)
