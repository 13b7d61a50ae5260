"""How well two sets of ratings agree: correlations, weighted kappa, errors, ordered pairs.

All functions take plain sequences of equal length and hold no state. ``bootstrap`` gives the
percentile interval of any of them over resampled groups (Efron and Tibshirani 1993).
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

Metric = Callable[[Sequence[float], Sequence[float]], float | None]


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1; ties share their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            found[order[place]] = (start + end) / 2 + 1
        start = end + 1
    return found


def pearson(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return Pearson's r, or None where one side does not vary."""
    if len(a) < 2:
        return None
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    square = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return both / math.sqrt(square) if square > 1e-18 else None


def spearman(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, or None where one side does not vary."""
    return pearson(ranks(a), ranks(b))


def rmse(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the root mean squared difference."""
    if not a:
        return None
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / len(a))


def mae(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the mean absolute difference."""
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a) if a else None


def kappa(a: Sequence[float], b: Sequence[float], step: float = 1.0) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968), on the scale cut into ``step``.

    With quadratic weights kappa is one minus the squared disagreement over that expected from
    the two margins, so no table is needed. None where the expected disagreement is zero.
    """
    if not a:
        return None
    x = [math.floor(value / step + 0.5) for value in a]
    y = [math.floor(value / step + 0.5) for value in b]
    seen = sum((i - j) ** 2 for i, j in zip(x, y, strict=True)) / len(x)
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    expected = sum(i * i for i in x) / len(x) + sum(j * j for j in y) / len(y) - 2 * mean_x * mean_y
    return 1 - seen / expected if expected > 1e-12 else None


def ordered(a: Sequence[float], b: Sequence[float], apart: float = 1.0) -> float | None:
    """Return the share of pairs at least ``apart`` in ``a`` that ``b`` puts in the same order.

    A tie in ``b`` counts half. None where no pair is that far apart.
    """
    import numpy as np

    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    right = total = 0.0
    for start in range(0, len(x), 512):  # a block of rows at a time keeps memory flat
        gap = x[start : start + 512, None] - x[None, :]
        said = np.sign(y[start : start + 512, None] - y[None, :])
        far = gap >= apart - 1e-9
        total += float(far.sum())
        right += float(((said[far] + 1) / 2).sum())
    return right / total if total else None


def macro_f1(true: Sequence[Hashable], said: Sequence[Hashable]) -> float | None:
    """Return the mean F1 over the labels that occur in ``true``."""
    scores = []
    for label in sorted(set(true), key=str):
        hit = sum(t == label and s == label for t, s in zip(true, said, strict=True))
        size = sum(t == label for t in true) + sum(s == label for s in said)
        scores.append(2 * hit / size)
    return sum(scores) / len(scores) if scores else None


def within(groups: Sequence[Hashable], metric: Metric) -> Metric:
    """Return ``metric`` taken inside each group of at least 4 and averaged by group size."""

    def measured(a: Sequence[float], b: Sequence[float]) -> float | None:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for index, group in enumerate(groups):
            found[group].append(index)
        values = [
            (len(at), metric([a[i] for i in at], [b[i] for i in at]))
            for at in found.values()
            if len(at) >= 4
        ]
        known = [(size, value) for size, value in values if value is not None]
        total = sum(size for size, _ in known)
        return sum(size * value for size, value in known) / total if total else None

    return measured


def bootstrap(
    groups: Sequence[Hashable],
    measure: Callable[[list[int]], float | None],
    rounds: int = 400,
    seed: int = 20261123,
) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of ``measure`` over resampled whole groups.

    ``measure`` gets row indices (with repeats). Answers to one question are alike, so questions
    are drawn, not rows. None where fewer than 3 groups or too few defined values exist.
    """
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        found[group].append(index)
    blocks = list(found.values())
    if len(blocks) < 3:
        return None
    rng = random.Random(seed)
    values = []
    for _ in range(rounds):
        picked = [row for _ in blocks for row in blocks[rng.randrange(len(blocks))]]
        value = measure(picked)
        if value is not None:
            values.append(value)
    if len(values) < rounds / 2:
        return None
    values.sort()
    return values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]
