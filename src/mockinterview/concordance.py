"""Compares a judge's evaluations with ratings, beside simple baselines on the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from mockinterview import agreement
from mockinterview.agreement import Metric
from mockinterview.text import stems, words

#: Rounds of the bootstrap for one interval.
ROUNDS = 300


class Pair(NamedTuple):
    """One answer as rated and as judged; ``labels`` and ``points`` are (rated, judged)."""

    group: str
    level: float
    overall: float
    trap: str
    kind: str
    confidence: float
    labels: tuple[tuple[str, str], ...]
    points: tuple[tuple[int, int], ...]


class Figure(NamedTuple):
    """A figure with its 95 % interval (drawn over questions) where one can be given."""

    value: float
    low: float | None
    high: float | None
    n: int


def star_pairs(
    answer: str, sentences: Sequence[str], rated: Sequence[str], spans: Sequence[Any]
) -> tuple[tuple[str, str], ...]:
    """Return (rated, judged) for each rated sentence, S and T merged into S.

    ``spans`` are the judge's sentences (start, end, label); a rated sentence takes the label of
    the one it shares most with, O where it shares nothing.
    """
    pairs, at = [], 0
    for text, label in zip(sentences, rated, strict=True):
        found = answer.find(text, at)
        start = found if found >= 0 else at
        end = at = start + len(text)
        shared = [(min(end, s.end) - max(start, s.start), s.label) for s in spans]
        most = max(shared, default=(0, "O"), key=lambda item: item[0])
        judged = most[1] if most[0] > 0 else "O"
        pairs.append(("S" if label == "T" else label, "S" if judged == "T" else judged))
    return tuple(pairs)


_OVERALL: tuple[tuple[str, Metric], ...] = (
    ("pearson", agreement.pearson),
    ("spearman", agreement.spearman),
    ("qwk", agreement.kappa),
    ("rmse", agreement.rmse),
    ("mae", agreement.mae),
    ("ordered", agreement.ordered),
)
_RANKED = ("pearson", "spearman", "ordered")


def overall_figures(pairs: Sequence[Pair]) -> dict[str, Figure]:
    """Return all figures on overall, by name; a figure that cannot be had is left out."""
    groups = [pair.group for pair in pairs]
    judged = [pair.overall for pair in pairs]
    return figures(groups, [pair.level for pair in pairs], judged, [name for name, _ in _OVERALL])


def figures(
    groups: Sequence[str], levels: Sequence[float], said: Sequence[float], names: Sequence[str]
) -> dict[str, Figure]:
    """Return the named figures and within-question Spearman, each with its interval."""
    found = {}
    for name, metric in _OVERALL:
        if name in names:
            found[name] = _figure(groups, _on(metric, levels, said), len(levels))
    inside = agreement.within(groups, agreement.spearman)(levels, said)
    if inside is not None:
        # Questions are the unit: resampling them resamples their own correlations.
        each = _each(groups, levels, said)
        low, high = agreement.bootstrap(
            list(range(len(each))),
            lambda rows: sum(each[i][0] * each[i][1] for i in rows) / sum(each[i][0] for i in rows),
            ROUNDS,
        ) or (None, None)
        found["within"] = Figure(inside, low, high, len(levels))
    return {name: figure for name, figure in found.items() if figure is not None}


def baselines(
    rows: Sequence[tuple[str, str, str, float]], cosine: Sequence[float] | None
) -> dict[str, dict[str, Figure]]:
    """Return ranked figures of answer length, term overlap and, if given, embedding cosine.

    ``rows`` are (group, sample answer, answer, level).
    """
    groups = [row[0] for row in rows]
    levels = [row[3] for row in rows]
    said: dict[str, Sequence[float]] = {
        "length": [float(len(words(row[2]))) for row in rows],
        "overlap": [overlap(row[1], row[2]) for row in rows],
    }
    if cosine is not None:
        said["cosine"] = cosine
    return {name: figures(groups, levels, values, _RANKED) for name, values in said.items()}


def overlap(sample: str, answer: str) -> float:
    """Return the share of the sample answer's distinct stems that the answer holds, 0 to 1."""
    wanted = set(stems(sample))
    return len(wanted & set(stems(answer))) / len(wanted) if wanted else 0.0


def star_figure(pairs: Sequence[Pair]) -> Figure | None:
    """Return the macro-F1 of sentence labels over S (with T), A, R and O."""
    flat = [(pair.group, label) for pair in pairs for label in pair.labels]

    def measure(rows: Sequence[int]) -> float | None:
        return agreement.macro_f1([flat[i][1][0] for i in rows], [flat[i][1][1] for i in rows])

    return _figure([group for group, _ in flat], measure, len(flat))


def point_figure(pairs: Sequence[Pair]) -> Figure | None:
    """Return the quadratic kappa of key-point verdicts 0, 1, 2."""
    flat = [(pair.group, point) for pair in pairs for point in pair.points]

    def measure(rows: Sequence[int]) -> float | None:
        return agreement.kappa([flat[i][1][0] for i in rows], [flat[i][1][1] for i in rows])

    return _figure([group for group, _ in flat], measure, len(flat))


def by_trap(pairs: Sequence[Pair]) -> dict[str, tuple[int, float, float]]:
    """Return for each trap its rows, mean level judged and mean level rated."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.trap:
            found[pair.trap].append(pair)
    return {
        trap: (
            len(group),
            sum(p.overall for p in group) / len(group),
            sum(p.level for p in group) / len(group),
        )
        for trap, group in sorted(found.items())
    }


def by_confidence(pairs: Sequence[Pair], bands: int = 4) -> list[tuple[float, float, int, float]]:
    """Return (lowest, highest confidence, rows, mean absolute error) of equal-sized bands."""
    ranked = sorted(pairs, key=lambda pair: pair.confidence)
    cuts = [round(i * len(ranked) / bands) for i in range(bands + 1)]
    groups = [ranked[a:b] for a, b in pairwise(cuts) if b > a]
    return [
        (
            group[0].confidence,
            group[-1].confidence,
            len(group),
            sum(abs(p.overall - p.level) for p in group) / len(group),
        )
        for group in groups
    ]


def between_raters(
    raters: Sequence[tuple[str, Sequence[float]]],
    points: Sequence[tuple[str, Sequence[Sequence[int]]]],
    labels: Sequence[tuple[str, Sequence[Sequence[str]]]],
) -> dict[str, Figure]:
    """Return how the first two raters agree with each other, where rows have two."""
    both = [(group, given[0], given[1]) for group, given in raters if len(given) > 1]
    found: dict[str, Figure | None] = {}
    if len(both) > 1:
        groups = [row[0] for row in both]
        first, second = [row[1] for row in both], [row[2] for row in both]
        for name, metric in _OVERALL:
            if name in ("pearson", "spearman", "qwk", "mae"):
                found[name] = _figure(groups, _on(metric, first, second), len(both))
    flat = [
        (group, a, b)
        for group, given in points
        if len(given) > 1
        for a, b in zip(given[0], given[1], strict=False)
    ]
    if flat:
        found["key points"] = _figure(
            [row[0] for row in flat],
            _on(agreement.kappa, [row[1] for row in flat], [row[2] for row in flat]),
            len(flat),
        )
    found["star"] = _label_figure(labels)
    return {name: figure for name, figure in found.items() if figure is not None}


def _label_figure(labels: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> Figure | None:
    flat = [
        (group, a.replace("T", "S"), b.replace("T", "S"))
        for group, given in labels
        if len(given) > 1
        for a, b in zip(given[0], given[1], strict=False)
    ]

    def measure(rows: Sequence[int]) -> float | None:
        return agreement.macro_f1([flat[i][1] for i in rows], [flat[i][2] for i in rows])

    return _figure([row[0] for row in flat], measure, len(flat))


def _on(
    metric: Metric, a: Sequence[float], b: Sequence[float]
) -> Callable[[Sequence[int]], float | None]:
    return lambda rows: metric([a[i] for i in rows], [b[i] for i in rows])


def _figure(
    groups: Sequence[str], measure: Callable[[Sequence[int]], float | None], n: int
) -> Figure | None:
    value = measure(range(n)) if n else None
    if value is None:
        return None
    # Intervals of big files are drawn with fewer rounds: they are narrow anyway.
    rounds = ROUNDS if n <= 1500 else 60
    low, high = agreement.bootstrap(groups, measure, rounds) or (None, None)
    return Figure(value, low, high, n)


def _each(
    groups: Sequence[str], levels: Sequence[float], said: Sequence[float]
) -> list[tuple[int, float]]:
    found: Mapping[str, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        found[group].append(index)
    each = [
        (len(at), agreement.spearman([levels[i] for i in at], [said[i] for i in at]))
        for at in found.values()
        if len(at) >= 4
    ]
    return [(size, value) for size, value in each if value is not None]
