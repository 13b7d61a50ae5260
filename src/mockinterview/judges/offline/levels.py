"""From rules and the trained reader to the level of each criterion, calibrated as a whole."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mockinterview.judges.offline.criteria import Findings, Judged, by_rule, quotes, share_covered
from mockinterview.judges.offline.network import WEIGHTS
from mockinterview.model import Criterion, CriterionResult, Rubric

#: What the reader's scales say about a criterion (weights sum to 1 with ``rule`` and ``points``).
_SEEN: dict[str, dict[str, float]] = {
    "situation": {"S": 0.8, "rule": 0.2},
    "task": {"T": 0.8, "rule": 0.2},
    "action": {"A": 0.5, "overall": 0.3, "rule": 0.2},
    "result": {"R": 0.8, "rule": 0.2},
    "relevance": {"content": 0.6, "points": 0.4},
    "specificity": {"specificity": 0.5, "rule": 0.5},
    "reflection": {"overall": 0.3, "R": 0.2, "rule": 0.5},
    "coverage": {"points": 0.7, "content": 0.3},
    "correctness": {"content": 0.8, "points": 0.2},
    "depth": {"content": 0.4, "specificity": 0.3, "rule": 0.3},
    "experience": {"specificity": 0.5, "rule": 0.5},
    "clarity": {"structure": 0.8, "rule": 0.2},
}


_PART_OF = {"situation": "S", "action": "A", "result": "R"}


class Estimate(NamedTuple):
    """What the judge makes of a whole answer: share 0 to 1, and its likely error in levels."""

    share: float
    error: float


def criteria_of(
    rubric: Rubric, findings: Findings, estimate: Estimate
) -> tuple[CriterionResult, ...]:
    """Return each criterion's level, reason and evidence.

    The levels keep the profile that was seen; all are moved alike until their weighted mean is
    the calibrated estimate. A criterion this judge does not know stays unscored and says so.
    """
    judged = [(criterion, by_rule(criterion.id, findings)) for criterion in rubric.criteria]
    known = [(c, j, _blend(c, j, findings)) for c, j in judged if j is not None]
    weights = [c.weight for c, _, _ in known]
    shares = moved([share for _, _, share in known], weights, estimate.share)
    levels = dict(zip([c.id for c, _, _ in known], halves(shares, weights), strict=True))
    return tuple(_result(criterion, found, levels, findings) for criterion, found in judged)


def _blend(criterion: Criterion, judged: Judged, findings: Findings) -> float:
    recipe = _SEEN.get(criterion.id)
    if findings.from_sample and criterion.id in ("coverage", "correctness"):
        recipe = {"rule": 0.7, "points": 0.15, "content": 0.15}
    if recipe is None or findings.foreign or findings.seen is None:
        return judged.share
    points = share_covered(findings.points)
    values = {
        **findings.seen.scales,
        "rule": judged.share,
        "points": findings.seen.scales["content"] if points is None else points,
    }
    share = sum(weight * values[name] for name, weight in recipe.items())
    part = _PART_OF.get(criterion.id)
    labels = {label.label for label in findings.star.map.sentences}
    # A part that no sentence tells is at most hinted at.
    return share if part is None or part in labels else 0.35 * share


def moved(shares: Sequence[float], weights: Sequence[float], target: float) -> list[float]:
    """Return ``shares`` all moved by one amount, kept in 0 to 1, so their mean is ``target``."""
    if not shares:
        return []
    whole = sum(weights)
    low, high = -1.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = sum(w * min(1.0, max(0.0, s + middle)) for s, w in zip(shares, weights, strict=True))
        low, high = (middle, high) if mean < target * whole else (low, middle)
    return [min(1.0, max(0.0, s + low)) for s in shares]


def halves(shares: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return half levels from 1 to 5 whose weighted mean stays close to that of the shares.

    Each level is the nearest; then those rounded furthest the wrong way are rounded the other
    way, as long as that brings the mean closer.
    """
    exact = [1 + 4 * share for share in shares]
    levels = [min(5.0, max(1.0, round(2 * level) / 2)) for level in exact]
    gap = sum(w * (e - found) for w, e, found in zip(weights, exact, levels, strict=True))
    step = math.copysign(0.5, gap)
    for index in sorted(range(len(exact)), key=lambda i: (levels[i] - exact[i]) * step):
        closer = gap - step * weights[index]
        if (exact[index] - levels[index]) * step > 0 and abs(closer) < abs(gap):
            levels[index] += step
            gap = closer
    return levels


def _result(
    criterion: Criterion,
    judged: Judged | None,
    levels: Mapping[str, float],
    findings: Findings,
) -> CriterionResult:
    if judged is None:
        reason = "The offline judge has no way to see this; it was left out of the score."
        return CriterionResult(id=criterion.id, name=criterion.name, level=None, reason=reason)
    level = levels[criterion.id]
    return CriterionResult(
        id=criterion.id,
        name=criterion.name,
        level=level,
        reason=judged.reason((level - 1) / 4),
        evidence=quotes(findings.answer, judged.sentences) if level >= 1.5 else (),
    )


def estimate_of(numbers: Mapping[str, float | None], kind: str) -> Estimate:
    """Return the calibrated estimate from the numbers that ``calibration.json`` names.

    ``kind`` is behavioral, technical, common, sample (a technical question without key points)
    or bare (neither key points nor a sample to compare with).
    The file is made by training/calibrate.py from answers the reader was not trained on.
    """
    fit = _calibration()[kind]
    if numbers.get("recall") is None:
        numbers = {**numbers, "recall": fit.get("recall", {"mean": 0.0})["mean"]}
    share = _linear(fit["overall"], numbers)
    share = min(1.0, max(0.0, share))
    gap = abs((numbers["rule"] or 0.0) - (numbers["overall"] or 0.0))
    error = _linear(fit["error"], {"middle": share * (1 - share), "gap": gap, "share": share})
    return Estimate(share, min(2.0, max(0.1, error)))


def weighing_of(kind: str) -> Mapping[str, float]:
    """Return the weights, and the constant, by which belonging.py weighs an answer."""
    return _calibration()["belongs"]["behavioral" if kind == "behavioral" else "technical"]


def _linear(weights: Mapping[str, float], numbers: Mapping[str, float | None]) -> float:
    return weights["constant"] + sum(
        weight * (numbers[name] or 0.0) for name, weight in weights.items() if name != "constant"
    )


@lru_cache(maxsize=1)
def _calibration() -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, Any] = json.loads((WEIGHTS / "calibration.json").read_text(encoding="utf-8"))
    return found
