"""How near candidates come when they score themselves before the feedback."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.changes import LEAST, READING_NOISE, Change, between, halves, judged, signed, t95

if TYPE_CHECKING:
    from mockinterview.ports import AttemptRow


class Calibration(NamedTuple):
    """Self-scores against the judge's overalls; differences are in levels, own score less judge's.

    ``bias`` goes from 0 to the mean difference; "unchanged" means as the judge does. ``gap``
    compares how far off (never negative) the later half of the guesses was with the earlier.
    ``told`` says it with numbers, ``words`` without.
    """

    answers: int
    bias: Change
    gap: Change
    told: str
    words: str


def calibration(rows: Iterable[AttemptRow]) -> Calibration | None:
    """Return what the self-scores show, or None where no scored answer has one."""
    given = sorted(rows, key=lambda row: row.answered_at)
    pairs = [(r.self_score, r.overall) for r in given]
    return calibrate(
        [(own, judge) for own, judge in pairs if own is not None and judge is not None]
    )


def calibrate(pairs: Iterable[tuple[float, float]]) -> Calibration | None:
    """Return what pairs of own score and judge's overall (1-5, oldest first) show."""
    differences = [own - judge for own, judge in pairs]
    if not differences:
        return None
    bias, (earlier, later) = _bias(differences), halves([abs(d) for d in differences])
    gap = between(earlier or later, later)
    count = len(differences)
    on = "1 answer" if count == 1 else f"{count} answers"
    parts = {True: _bias_told(bias, on, numbers=True), False: _bias_told(bias, on, numbers=False)}
    if gap.direction in ("up", "down"):
        moved = "come closer" if gap.direction == "down" else "are further off than they were"
        parts[True] += f" Your guesses {moved}: {gap.before:.1f} off at first, {gap.after:.1f} now."
        parts[False] += f" Your guesses {moved}."
    elif gap.direction == "unchanged":
        parts[True] += (
            f" Your guesses are {fmean([*earlier, *later]):.1f} off, no nearer than at first."
        )
        parts[False] += " Your guesses are no nearer than at first."
    return Calibration(count, bias, gap, parts[True], parts[False])


def _bias(differences: list[float]) -> Change:
    mean, count = fmean(differences), len(differences)
    if count < LEAST:
        return Change(0.0, mean, mean, None, "unknown")
    scatter = max(stdev(differences), READING_NOISE)
    return judged(0.0, mean, t95(count - 1) * scatter / sqrt(count))


def _bias_told(bias: Change, on: str, *, numbers: bool) -> str:
    way = "higher" if bias.difference > 0 else "lower"
    much = f"{abs(bias.difference):.1f} " if numbers else ""
    if bias.direction == "unknown":
        if abs(bias.difference) < 0.05:
            return f"You rated yourself as the judge did, on {on}: too few to say more."
        return f"You rated yourself {much}{way} than the judge, on {on}: too few to say more."
    if bias.direction == "unchanged":
        within = f" ({signed(bias.difference)}, within noise)" if numbers else ""
        return f"You rate yourself about as the judge does, on {on}{within}."
    return f"You rate yourself {much}{way} than the judge, on {on}."
