"""Puts the evaluation together: flags, levels, our arithmetic; or the lowest band, uncalled."""

from __future__ import annotations

from collections.abc import Sequence

from mockinterview import scoring
from mockinterview.judges.reading import Reading, confidence, is_flat, join
from mockinterview.model import (
    CriterionResult,
    Evaluation,
    Flag,
    FlagName,
    KeyPointResult,
    Provenance,
    SentenceLabel,
    StarMap,
)
from mockinterview.ports import Task
from mockinterview.text import sentences, words

_NEVER_SENT: frozenset[FlagName] = frozenset({"empty", "gibberish", "parrots_question"})
_ANSWER_WORDS = 5
_SURE = 0.95  # a rule of code said so
_NOTHING = "There is nothing here yet that this could be judged on."
_START = "Write three or four sentences: say what the case was, what you did, and how it ended."
_START_TECHNICAL = (
    "Write three or four sentences: say what it is in your own words, then give one example."
)
_OFF_TOPIC = (
    "This seems to answer something else. Please read the question once more and answer that one."
)
_TO_GRADER = (
    "Part of this text seems to speak to the grader instead of the interviewer. It was ignored; "
    "the rest is judged as usual."
)


def nothing_to_judge(found: Sequence[Flag], answer: str) -> bool:
    """Tell whether the flags say that this is no answer, so that no model need be asked."""
    names = {flag.name for flag in found}
    return bool(names & _NEVER_SENT) or (
        "too_short" in names and len(words(answer)) < _ANSWER_WORDS
    )


def lowest(task: Task, found: Sequence[Flag], made: Provenance) -> Evaluation:
    """Return the evaluation of something that is no answer: level 1 throughout, and a way on."""
    story = task.rubric.kind == "behavioral"
    labels = tuple(
        SentenceLabel(start=p.start, end=p.end, label="O") for p in sentences(task.answer)
    )
    return Evaluation(
        overall=1.0,
        verdict=scoring.verdict(1.0),
        criteria=tuple(
            CriterionResult(id=c.id, name=c.name, level=1, reason=_NOTHING)
            for c in task.rubric.criteria
        ),
        star=StarMap(sentences=labels, parts={"S": 0, "T": 0, "A": 0, "R": 0}) if story else None,
        key_points=tuple(
            KeyPointResult(id=p.id, text=p.text, weight=p.weight, verdict=0)
            for p in task.rubric.key_points
        ),
        next_step=_START if story else _START_TECHNICAL,
        flags=tuple(found),
        confidence=_SURE,
        provenance=made.model_copy(update={"notes": ("not sent: no answer to judge",)}),
    )


def build(
    task: Task,
    readings: Sequence[Reading],
    found: Sequence[Flag],
    made: Provenance,
    *,
    shortened: bool,
) -> Evaluation:
    """Return the evaluation that these readings and flags amount to."""
    read = join(readings)
    all_flags = _flags(found, read)
    names = [flag.name for flag in all_flags]
    notes = made.notes
    if is_flat(read):
        notes += ("the model gave every criterion the same level",)
    if scoring.cap(names) < 5:
        read = _no_answer(read, scoring.cap(names))
    overall = scoring.overall(task.rubric, read.criteria, names)
    if read.blanked_figures:
        notes += ("figures that you did not give were blanked in the stronger answer",)
    return Evaluation(
        overall=overall,
        verdict=scoring.verdict(overall),
        criteria=read.criteria,
        star=read.star,
        key_points=read.key_points,
        strengths=read.strengths,
        improvements=read.improvements,
        next_step=read.next_step or _weakest(task, read),
        stronger_answer=read.stronger_answer,
        flags=all_flags,
        confidence=confidence(readings, repaired=made.repaired, shortened=shortened),
        provenance=made.model_copy(update={"dropped_quotes": read.dropped_quotes, "notes": notes}),
    )


def _no_answer(read: Reading, most: float) -> Reading:
    """Return the reading of what is no answer: no level above the cap, and nothing praised."""
    criteria = tuple(
        result.model_copy(update={"level": min(result.level, most)}) if result.level else result
        for result in read.criteria
    )
    return read._replace(criteria=criteria, strengths=(), stronger_answer=None)


def _flags(found: Sequence[Flag], read: Reading) -> tuple[Flag, ...]:
    names = {flag.name for flag in found}
    extra = []
    if read.answer_type in ("off_topic", "no_answer") and "off_topic" not in names:
        extra.append(Flag(name="off_topic", message=_OFF_TOPIC))
    if read.speaks_to_grader and "instructs_grader" not in names:
        extra.append(Flag(name="instructs_grader", message=_TO_GRADER))
    return (*found, *extra)


def _weakest(task: Task, read: Reading) -> str:
    """Return a next step for the lowest criterion, where the model gave none."""
    scored = [result for result in read.criteria if result.level is not None]
    if not scored:
        return _START
    low = min(scored, key=lambda result: result.level or 0.0)
    asks = next(c.asks for c in task.rubric.criteria if c.id == low.id)
    return f"Work on {low.name.lower()} first: {asks}"
