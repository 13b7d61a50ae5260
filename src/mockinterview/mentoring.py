"""How near a judge comes to the mentors who read the same answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.agreement import kappa

if TYPE_CHECKING:
    from mockinterview.model import Evaluation
    from mockinterview.records import Review

#: Below this many pairs kappa says nothing.
LEAST_FOR_KAPPA = 10
_OVERALL = "overall"


class Agreed(NamedTuple):
    """Judge against mentor over ``pairs``: ``difference`` is the judge's mean less the mentor's.

    ``exact`` and ``half`` are the shares (0-1) of pairs on the same half level and at most half a
    level apart; ``kappa`` has quadratic weights on half levels, None where there are too few.
    """

    pairs: int
    difference: float
    exact: float
    half: float
    kappa: float | None


def pairs(review: Review, evaluation: Evaluation) -> dict[str, tuple[float, float]]:
    """Return (mentor, judge) levels by criterion id and "overall", where both gave one."""
    found = {}
    if review.overall is not None and evaluation.overall is not None:
        found[_OVERALL] = (review.overall, evaluation.overall)
    for result in evaluation.criteria:
        level = review.criteria.get(result.id)
        if level is not None and result.level is not None:
            found[result.id] = (level, result.level)
    return found


def agreed(given: Sequence[tuple[float, float]]) -> Agreed | None:
    """Return how well (mentor, judge) levels agree, or None where there are none."""
    if not given:
        return None
    mentor, judge = [m for m, _ in given], [j for _, j in given]
    apart = [abs(_half(j) - _half(m)) for m, j in given]
    enough = len(given) >= LEAST_FOR_KAPPA
    return Agreed(
        pairs=len(given),
        difference=round(fmean(judge) - fmean(mentor), 2),
        exact=sum(gap == 0 for gap in apart) / len(apart),
        # The slack keeps 3.6 and 3.1 half a level apart in floating point too.
        half=sum(abs(j - m) <= 0.5 + 1e-9 for m, j in given) / len(given),
        kappa=kappa(mentor, judge, 0.5) if enough else None,
    )


def told(name: str, found: Agreed) -> str:
    """Return the agreement as a plain sentence."""
    way = "higher" if found.difference > 0 else "lower"
    apart = f"{abs(found.difference):.1f} {way} than" if abs(found.difference) >= 0.05 else "as"
    mentors = "the mentor"
    said = f"{name}: on average the judge is {apart} {mentors}"
    scores = "1 score" if found.pairs == 1 else f"{found.pairs} scores"
    shares = f"{found.exact:.0%} the same, {found.half:.0%} within half a level"
    weighted = (
        f"kappa {found.kappa:.2f}"
        if found.kappa is not None
        else f"too few for kappa ({LEAST_FOR_KAPPA} are needed)"
        if found.pairs < LEAST_FOR_KAPPA
        else "kappa cannot be had where no scores differ"
    )
    return f"{said} ({scores}; {shares}; {weighted})."


def joined(
    each: Iterable[dict[str, tuple[float, float]]],
) -> dict[str, list[tuple[float, float]]]:
    """Return all pairs by name, with the criteria together under "criteria"."""
    found: dict[str, list[tuple[float, float]]] = {_OVERALL: [], "criteria": []}
    for named in each:
        for name, pair in named.items():
            found[_OVERALL if name == _OVERALL else "criteria"].append(pair)
    return found


def _half(level: float) -> float:
    return int(level * 2 + 0.5) / 2
