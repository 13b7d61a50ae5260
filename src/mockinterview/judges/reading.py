"""Turns a checked reply into results: no evidence, no credit; then joins several readings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mean, median
from typing import Any, Literal, NamedTuple, cast

from mockinterview.judges.sheet import Quotes, Sheet
from mockinterview.model import (
    CriterionResult,
    FeedbackPoint,
    KeyPointResult,
    Kind,
    SentenceKind,
    SentenceLabel,
    StarMap,
    StarPart,
    Verdict012,
)
from mockinterview.text import words

#: From this level up a criterion must be able to point at the candidate's words.
PROOF_LEVEL = 3
MAX_POINTS, MAX_IMPROVEMENTS = 3, 2
FIGURE = "[your figure]"
_SAME_WORDS = "One and the same quote was given for most criteria, which shows too little."
_LOWERED = "The words that would support a higher level were not found in your answer."
_NUMBER = re.compile(
    r"(?<![\w/.\[-])[$€£]?\d[\d.,]*(?:\s?%|(?:k|m|x)\b)?(?![\w/\]-])", re.IGNORECASE
)


class Reading(NamedTuple):
    """One reading of one answer by a model, every quote in it found in the answer."""

    answer_type: str
    speaks_to_grader: bool
    criteria: tuple[CriterionResult, ...]
    star: StarMap | None
    key_points: tuple[KeyPointResult, ...]
    strengths: tuple[FeedbackPoint, ...]
    improvements: tuple[FeedbackPoint, ...]
    next_step: str
    stronger_answer: str | None
    dropped_quotes: int
    blanked_figures: int


def make_reading(reply: dict[str, Any], sheet: Sheet) -> Reading:
    """Return the reading that a checked ``reply`` holds."""
    quotes = Quotes(sheet)
    criteria = _criteria(reply["criteria"], sheet, quotes)
    points = _key_points(reply.get("key_points", {}), sheet, quotes)
    strengths, improvements = _feedback(reply["feedback"], quotes)
    stronger, blanked = _own_figures(
        reply["stronger_answer"].strip(), sheet.readable, sheet.task.rubric.kind
    )
    return Reading(
        answer_type=reply["answer_type"],
        speaks_to_grader=reply["instruction_in_answer"],
        criteria=criteria,
        star=_star(reply["star"], sheet, quotes) if "star" in reply else None,
        key_points=points,
        strengths=strengths,
        improvements=improvements,
        next_step=_words(reply["next_step"]) or (improvements[0].text if improvements else ""),
        stronger_answer=stronger or None,
        dropped_quotes=quotes.dropped,
        blanked_figures=blanked,
    )


def join(readings: Sequence[Reading]) -> Reading:
    """Return the readings as one: median levels, and the words of the reading nearest to them."""
    if len(readings) == 1:
        return readings[0]
    middles = [
        _middle([reading.criteria[n].level for reading in readings])
        for n in range(len(readings[0].criteria))
    ]
    nearest = min(readings, key=lambda reading: _distance(reading, middles))
    kinds = [reading.answer_type for reading in readings]
    return nearest._replace(
        answer_type=max(kinds, key=lambda kind: (kinds.count(kind), kind == nearest.answer_type)),
        speaks_to_grader=sum(r.speaks_to_grader for r in readings) * 2 > len(readings),
        criteria=tuple(_joined(readings, n, middle) for n, middle in enumerate(middles)),
        dropped_quotes=sum(reading.dropped_quotes for reading in readings),
    )


def is_flat(read: Reading) -> bool:
    """Tell whether every criterion got one level: a reader who looks finds some difference."""
    levels = [result.level for result in read.criteria]
    return len(levels) > 3 and None not in levels and len(set(levels)) == 1


def confidence(readings: Sequence[Reading], *, repaired: bool, shortened: bool) -> float:
    """Return 0-1: agreement of the readings, less what could not be scored or was not found.

    A rule of thumb, not calibrated: one reading starts at 0.7, several that agree at 0.9.
    """
    joined = join(readings)
    scored = mean(c.level is not None for c in joined.criteria) if joined.criteria else 0.0
    base = 0.7 if len(readings) == 1 else 0.9 - 0.2 * mean(c.spread for c in joined.criteria)
    lost = 0.1 * joined.dropped_quotes / len(readings) + 0.1 * repaired + 0.1 * shortened
    lost += 0.15 * is_flat(joined)
    return round(min(1.0, max(0.1, base * scored - lost)), 2)


def _words(text: str) -> str:
    """Return a model's sentence, or "" for the scraps of punctuation that small models leave."""
    return text.strip() if len(words(text)) >= 2 else ""


def _criteria(found: dict[str, Any], sheet: Sheet, quotes: Quotes) -> tuple[CriterionResult, ...]:
    results = []
    for criterion in sheet.task.rubric.criteria:
        row = found[criterion.id]
        evidence = quotes.find(row["quote"], row["sentences"])
        level = None if row["level"] == "unknown" else float(row["level"])
        reason = _words(row["reason"])
        if level is not None and level >= PROOF_LEVEL and not evidence:
            level, reason = PROOF_LEVEL - 1.0, f"{reason} {_LOWERED}".strip()
        results.append(
            CriterionResult(
                id=criterion.id, name=criterion.name, level=level, reason=reason, evidence=evidence
            )
        )
    # A short answer has no other words to quote.
    return _doubt_one_quote(results) if len(sheet.sent) > 2 else tuple(results)


def _doubt_one_quote(results: Sequence[CriterionResult]) -> tuple[CriterionResult, ...]:
    """Lower high levels that most criteria owe to one and the same words."""
    high = [r for r in results if r.level is not None and r.level > PROOF_LEVEL]
    used = [result.evidence for result in high]
    doubted = {e for e in used if used.count(e) > 2 and used.count(e) * 2 > len(results)}
    return tuple(
        result.model_copy(
            update={"level": float(PROOF_LEVEL), "reason": f"{result.reason} {_SAME_WORDS}".strip()}
        )
        if result in high and result.evidence in doubted
        else result
        for result in results
    )


def _key_points(found: dict[str, Any], sheet: Sheet, quotes: Quotes) -> tuple[KeyPointResult, ...]:
    results = []
    for point in sheet.task.rubric.key_points:
        row = found[point.id]
        evidence = quotes.find(row["quote"], row["sentences"])
        verdict = cast("Verdict012", row["verdict"] if evidence else 0)
        results.append(
            KeyPointResult(
                id=point.id,
                text=point.text,
                weight=point.weight,
                verdict=verdict,
                evidence=evidence if verdict else (),
            )
        )
    return tuple(results)


def _star(found: dict[str, Any], sheet: Sheet, quotes: Quotes) -> StarMap:
    labels: dict[int, SentenceKind] = {}
    for row in found["labels"]:
        piece = quotes.piece(row["sentence"])
        if piece is not None:
            labels.setdefault(piece.start, row["label"])
    marked = tuple(
        SentenceLabel(start=piece.start, end=piece.end, label=labels.get(piece.start, "O"))
        for piece in sheet.sent
    )
    present = set(labels.values())
    order: tuple[StarPart, ...] = ("S", "T", "A", "R")
    # A part that no sentence serves is not there, whatever the model says of it.
    parts: dict[StarPart, Verdict012] = {
        part: cast("Verdict012", found["parts"][part] if part in present else 0) for part in order
    }
    return StarMap(sentences=marked, parts=parts)


def _feedback(
    found: dict[str, Any], quotes: Quotes
) -> tuple[tuple[FeedbackPoint, ...], tuple[FeedbackPoint, ...]]:
    points: dict[Literal["strengths", "improvements"], list[FeedbackPoint]] = {}
    for side in ("strengths", "improvements"):
        for row in found[side]:
            evidence = quotes.find(row["quote"])
            text = row["text"].strip()
            if text and (evidence or side == "improvements"):
                point = FeedbackPoint(criterion=row["criterion"], text=text, evidence=evidence)
                points.setdefault(cast("Any", side), []).append(point)
    improvements = points.get("improvements", [])[:MAX_IMPROVEMENTS]
    strengths = points.get("strengths", [])[: MAX_POINTS - len(improvements)]
    return tuple(strengths), tuple(improvements)


def _own_figures(stronger: str, answer: str, kind: Kind) -> tuple[str, int]:
    """Blank figures in a rewritten story that the candidate never gave; count them."""
    if kind != "behavioral":
        return stronger, 0
    own = {_digits(match) for match in re.findall(r"\d[\d.,]*", answer)}
    blanked = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal blanked
        figure = match.group()
        if _digits(figure) in own:
            return figure
        blanked += 1
        return FIGURE + ("." if figure.endswith(".") else "," if figure.endswith(",") else "")

    return _NUMBER.sub(keep, stronger), blanked


def _digits(figure: str) -> str:
    return re.sub(r"\D", "", figure)


def _middle(levels: Sequence[float | None]) -> float | None:
    scored = [level for level in levels if level is not None]
    return median(scored) if len(scored) * 2 > len(levels) else None


def _distance(reading: Reading, middles: Sequence[float | None]) -> float:
    pairs = zip(reading.criteria, middles, strict=True)
    return sum(_gap(result.level, middle) for result, middle in pairs)


def _gap(level: float | None, middle: float | None) -> float:
    if level is None or middle is None:
        return 0.0 if level is middle else 2.0
    return abs(level - middle)


def _joined(readings: Sequence[Reading], n: int, middle: float | None) -> CriterionResult:
    results = [reading.criteria[n] for reading in readings]
    levels = [result.level for result in results if result.level is not None]
    nearest = min(results, key=lambda r: (_gap(r.level, middle), not r.evidence))
    spread = max(levels) - min(levels) if levels else 0.0
    return nearest.model_copy(update={"level": middle, "spread": spread})
