"""Tells a change from noise: what two readings, or two groups of them, allow to say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import fsum, sqrt
from statistics import fmean
from typing import Literal, NamedTuple, TypeVar

T = TypeVar("T")
Direction = Literal["up", "down", "unchanged", "unknown"]

#: A group with fewer answers says too little about anything.
LEAST = 3
#: How far one reading may stray by itself, in levels, where nothing better is known: the step
#: in which levels are given.
READING_NOISE = 0.5
#: A smaller change would not show in figures with one decimal.
SMALLEST = 0.1
#: A smaller change between means is not worth a word, however many answers show it.
WORTH_TELLING = 0.25
# Student's t, two-sided 95 %: a table, so that no statistics library is needed.
_FREEDOM = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 60)
_T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.18, 2.13, 2.09, 2.04, 2.00)


class Change(NamedTuple):
    """A mean before and after, in levels, and how large a difference may be and mean nothing.

    ``direction`` is "unknown" where there are too few answers (``margin`` is None then).
    """

    before: float
    after: float
    difference: float
    margin: float | None
    direction: Direction

    @property
    def moved(self) -> bool:
        """Whether it is a change: up or down."""
        return self.direction in ("up", "down")

    @property
    def hinted(self) -> bool:
        """Whether it is half a level or more and still too little to tell from chance."""
        return self.direction == "unchanged" and abs(self.difference) >= 0.5


def between(
    before: Sequence[float],
    after: Sequence[float],
    *,
    noise: float = READING_NOISE,
    least: int = LEAST,
) -> Change:
    """Return the change between the means of two groups of levels, neither of them empty.

    It counts as one only when it is larger than the 95 % interval of Student's t, computed with
    the answers' own scatter but never with less than the judge's ``noise`` (levels), and larger
    than a quarter of a level.
    """
    old, new = fmean(before), fmean(after)
    if min(len(before), len(after)) < least:
        return Change(old, new, new - old, None, "unknown")
    freedom = len(before) + len(after) - 2
    scatter = _squares(before, old) + _squares(after, new)
    spread = max(scatter / freedom, noise * noise)
    margin = t95(freedom) * sqrt(spread * (1 / len(before) + 1 / len(after)))
    return judged(old, new, max(margin, WORTH_TELLING))


def judged(before: float, after: float, margin: float) -> Change:
    """Return the change from one level to another, unchanged where it lies within ``margin``."""
    margin = max(margin, SMALLEST)
    difference = after - before
    # The slack keeps 0.1 + 0.2 from counting as more than 0.3.
    if abs(difference) <= margin + 1e-9:
        return Change(before, after, difference, margin, "unchanged")
    return Change(before, after, difference, margin, "up" if difference > 0 else "down")


def share_change(before: Sequence[bool], after: Sequence[bool], *, least: int = 4) -> Direction:
    """Say whether something happens more often after than before (95 %, two proportions)."""
    if min(len(before), len(after)) < least:
        return "unknown"
    # One hit and one miss more on each side (Agresti and Caffo 2000) keep small groups honest.
    many, some = len(before) + 2, len(after) + 2
    old, new = (sum(before) + 1) / many, (sum(after) + 1) / some
    margin = 1.96 * sqrt(old * (1 - old) / many + new * (1 - new) / some)
    return judged(old, new, margin).direction


def halves(values: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Return the earlier and the later half; with an odd count the later one is longer."""
    middle = len(values) // 2
    return values[:middle], values[middle:]


def t95(freedom: int) -> float:
    """Return Student's t for a two-sided 95 % interval, rounded up to the next tabled value."""
    return _T95[bisect_right(_FREEDOM, freedom) - 1]


def signed(difference: float) -> str:
    """Return a difference in levels with its sign and one decimal; nothing is "0.0", not "-0.0"."""
    rounded = round(difference, 1)
    return f"{rounded:+.1f}" if rounded else "0.0"


def _squares(values: Sequence[float], mean: float) -> float:
    # Not statistics.variance: it computes with fractions, ten times as slowly.
    return fsum((value - mean) ** 2 for value in values)
