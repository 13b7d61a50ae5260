"""What a report says of one answer: values ready to be shown, with nothing left to compute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mockinterview.exports.charts import Block, blocks
from mockinterview.exports.passages import PART_NAMES, Span, Turn, numbered, quoted, turns
from mockinterview.measures import measure
from mockinterview.model import STAR_NAMES, Attempt, Evaluation, Evidence
from mockinterview.speechstats import Figure, plainly
from mockinterview.stories import ADVICE, NAMES, classify

_VERDICTS = {0: "missing", 1: "partly there", 2: "there"}


class Quote(NamedTuple):
    """A quote and its number in the answer."""

    number: int
    text: str


class Item(NamedTuple):
    """One thing said of an answer. ``level`` is None where none is given or shown."""

    id: str
    name: str
    text: str
    quotes: tuple[Quote, ...]
    level: float | None = None
    spread: float = 0.0
    scored: bool = True


class AnswerView(NamedTuple):
    """One answer with all that is said of it; quotes carry the numbers marked in ``turns``."""

    key: str
    id: str
    number: int
    question: str
    question_id: str
    competencies: tuple[str, ...]
    notes: tuple[str, ...]
    skipped: bool
    unscored: str
    overall: float | None
    verdict: str
    turns: tuple[Turn, ...]
    shares: tuple[Block, ...]
    absent: tuple[str, ...]
    criteria: tuple[Item, ...]
    strengths: tuple[Item, ...]
    improvements: tuple[Item, ...]
    points: tuple[Item, ...]
    flags: tuple[Item, ...]
    doubts: tuple[str, ...]
    next_step: str
    stronger: str
    story: str
    facts: tuple[str, ...]
    delivery: tuple[Figure, ...]
    provenance: str
    most: int


def view(attempt: Attempt, number: int, *, scores: bool) -> AnswerView:
    """Return what to show of ``attempt``; without ``scores`` no level is in it."""
    made, answer = attempt.evaluation, attempt.full_answer
    numbers = numbered(answer, _evidence(made) if made else ())
    star = made.star if made else None
    shares = star.shares if star else {}
    delivery = attempt.spoken.delivery if attempt.spoken else None
    return AnswerView(
        key=f"a{number}",
        id=attempt.id,
        number=number,
        question=attempt.question.text,
        question_id=attempt.question.id,
        competencies=attempt.question.competencies,
        notes=_notes(attempt, scores),
        skipped=attempt.skipped,
        unscored="" if made or attempt.skipped else _why(attempt),
        overall=made.overall if made and scores else None,
        verdict=made.verdict if made and scores else "",
        turns=() if attempt.skipped else turns(attempt, star, numbers),
        shares=blocks(shares, PART_NAMES) if any(shares.get(p) for p in STAR_NAMES) else (),
        absent=tuple(STAR_NAMES[p] for p, seen in star.parts.items() if not seen)
        if shares and star
        else (),
        criteria=_criteria(made, numbers, scores) if made else (),
        strengths=_points(made, "strengths", numbers) if made else (),
        improvements=_points(made, "improvements", numbers) if made else (),
        points=_key_points(made, numbers) if made else (),
        flags=_flags(made, numbers) if made else (),
        doubts=_doubts(made, scores) if made else (),
        next_step=made.next_step if made else "",
        stronger=(made.stronger_answer or "") if made else "",
        story=_story(attempt),
        facts=() if attempt.skipped else _facts(answer),
        delivery=plainly(delivery) if delivery else (),
        provenance=_provenance(made, scores) if made else "",
        most=len(numbers),
    )


def _evidence(made: Evaluation) -> Iterable[Evidence]:
    for result in made.criteria:
        yield from result.evidence
    for point in (*made.strengths, *made.improvements):
        yield from point.evidence
    for key_point in made.key_points:
        yield from key_point.evidence
    for flag in made.flags:
        yield from flag.evidence


def _quotes(evidence: Sequence[Evidence], numbers: dict[Span, int]) -> tuple[Quote, ...]:
    return tuple(dict.fromkeys(Quote(n, text) for n, text in quoted(evidence, numbers)))


def _criteria(made: Evaluation, numbers: dict[Span, int], scores: bool) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"c{i}",
            result.name,
            result.reason,
            _quotes(result.evidence, numbers),
            result.level if scores else None,
            result.spread if scores else 0.0,
            scored=result.level is not None,
        )
        for i, result in enumerate(made.criteria, 1)
    )


def _points(made: Evaluation, kind: str, numbers: dict[Span, int]) -> tuple[Item, ...]:
    names = {result.id: result.name for result in made.criteria}
    found = made.strengths if kind == "strengths" else made.improvements
    return tuple(
        Item(f"{kind[0]}{i}", names.get(p.criterion, ""), p.text, _quotes(p.evidence, numbers))
        for i, p in enumerate(found, 1)
    )


def _key_points(made: Evaluation, numbers: dict[Span, int]) -> tuple[Item, ...]:
    ranked = sorted(made.key_points, key=lambda p: (p.verdict, p.weight != "vital"))
    return tuple(
        Item(
            f"k{i}",
            _VERDICTS[point.verdict],
            point.text + (" (vital)" if point.weight == "vital" else ""),
            _quotes(point.evidence, numbers),
        )
        for i, point in enumerate(ranked, 1)
    )


def _flags(made: Evaluation, numbers: dict[Span, int]) -> tuple[Item, ...]:
    return tuple(
        Item(f"f{i}", "Please note", flag.message, _quotes(flag.evidence, numbers))
        for i, flag in enumerate(made.flags, 1)
    )


def _doubts(made: Evaluation, scores: bool) -> tuple[str, ...]:
    told = []
    if (other := made.second_opinion) is not None:
        way = "higher" if other.difference > 0 else "lower"
        far = f" ({other.overall:.1f} of 5)" if scores else ""
        told.append(
            f"The {other.judge} judge rates this answer much {way}{far}. Two judges disagree, "
            "so take this result as uncertain."
        )
    return tuple(told)


def _notes(attempt: Attempt, scores: bool) -> tuple[str, ...]:
    told = []
    if attempt.retry_of:
        told.append("answered again")
    if attempt.hint_used:
        told.append("with a hint")
    if attempt.spoken is not None:
        told.append("spoken")
    if attempt.self_score is not None and scores:
        told.append(f"your own guess {attempt.self_score:g}")
    return tuple(told)


def _why(attempt: Attempt) -> str:
    if attempt.waits:
        return "The recording has not been written down yet."
    if attempt.gradings and attempt.gradings[-1].error:
        return f"Not scored: {attempt.gradings[-1].error}"
    return "Not scored yet. To score it: mockinterview regrade"


def _story(attempt: Attempt) -> str:
    star = attempt.evaluation.star if attempt.evaluation else None
    if star is None or not any(sentence.label != "O" for sentence in star.sentences):
        return ""
    told = classify(attempt.full_answer, star)
    if told is None:
        return ""
    advice = f": {ADVICE[told.kind]}" if ADVICE[told.kind] else ""
    return f"Told as {NAMES[told.kind]}{advice}."


def _facts(answer: str) -> tuple[str, ...]:
    counted = measure(answer)
    minutes, seconds = divmod(counted.speaking_seconds, 60)
    figures = len(counted.numbers)
    return (
        f"{counted.words} words",
        f"about {minutes}:{seconds:02d} to say",
        f"“I” {counted.first_person_singular}, “we” {counted.first_person_plural}",
        f"{figures} figure{'' if figures == 1 else 's'}",
    )


def _provenance(made: Evaluation, scores: bool) -> str:
    by = made.provenance
    who = [] if by.judge == "offline" else [f"{by.judge}: {by.model}"]
    parts = [*who, *by.notes]
    if scores:
        sure = made.confidence
        word = "high" if sure >= 0.7 else "medium" if sure >= 0.45 else "low"
        parts.append(f"confidence {word}")
    if by.dropped_quotes:
        parts.append(f"{by.dropped_quotes} quotes not found in the answer were dropped")
    return " · ".join(parts)
