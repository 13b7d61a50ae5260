"""The embedded judge: no key, no network, the same answer always judged the same."""

from __future__ import annotations

import time
from collections.abc import Iterable

from mockinterview import flags as rules
from mockinterview import ontopic, scoring
from mockinterview.judges.offline import advice
from mockinterview.judges.offline.criteria import Findings, level_of, quotes, trust
from mockinterview.judges.offline.keypoints import find_points
from mockinterview.judges.offline.reading import ANALYSED_WORDS, features, read
from mockinterview.judges.offline.star import find_star
from mockinterview.model import (
    CriterionResult,
    Evaluation,
    Flag,
    FlagName,
    KeyPoint,
    KeyPointResult,
    Provenance,
    StarMap,
)
from mockinterview.ports import Task
from mockinterview.text import sentences

MODEL = "offline-1"
_NO_ACT = (
    "We found no act of your own here that has to do with the question. Tell one real case, "
    "with 'I' and with what was at stake at work, in training or in a task you took on."
)
_NO_LINK = (
    "We could not connect this to the question. Take up the question's own words in your first "
    "sentence and answer them."
)


class OfflineJudge:
    """Estimates levels from STAR parts, key points and concrete detail in the answer."""

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "offline"

    def evaluate(self, task: Task) -> Evaluation:
        """Return the estimate for ``task.answer``; it never fails and needs nothing outside."""
        began = time.perf_counter()
        flags = rules.detect(task.question, task.answer)
        names = [flag.name for flag in flags]
        findings = _extract(task, names)
        none = _doubt(task, findings, flags)
        criteria = _levels(task, findings, none)
        overall = scoring.overall(task.rubric, criteria, names)
        advised = advice.advise(task, findings, criteria, names, answered=none is None)
        return Evaluation(
            overall=overall,
            verdict=scoring.verdict(overall),
            criteria=criteria,
            star=_star(task, findings, none is not None),
            key_points=_points(findings, none is not None),
            strengths=advised.strengths,
            improvements=advised.improvements,
            next_step=advised.next_step,
            stronger_answer=advised.stronger_answer,
            flags=flags,
            confidence=_confidence(task, findings, names),
            provenance=Provenance(
                judge="offline",
                model=MODEL,
                rubric_version=task.rubric.version,
                seconds=round(time.perf_counter() - began, 4),
                notes=_notes(findings),
            ),
        )


def _extract(task: Task, names: list[FlagName]) -> Findings:
    reading = read(task.question, task.answer)
    points = task.rubric.key_points or task.question.key_points
    from_sample = not points
    question = task.question.model_copy(update={"key_points": points or _sample_points(task)})
    counted = features(reading)
    return Findings(
        answer=task.answer,
        reading=reading,
        features=counted,
        star=find_star(reading),
        points=find_points(question, reading, trust(counted)),
        foreign="other_language" in names or rules.language(task.answer) not in ("en", ""),
        from_sample=from_sample,
    )


def _sample_points(task: Task) -> tuple[KeyPoint, ...]:
    """Return the sample's sentences as points; a story's facts are nobody else's, so not there."""
    if task.rubric.kind == "behavioral":
        return ()
    pieces = [p.text for p in sentences(task.question.sample_answer) if len(p.text) > 15]
    return tuple(KeyPoint(id=f"sample-{i}", text=text) for i, text in enumerate(pieces[:20]))


def _doubt(task: Task, findings: Findings, flags: Iterable[Flag]) -> str | None:
    """Return why this is no answer to the question, or None if it is one."""
    for flag in flags:
        if flag.name in scoring.NO_ANSWER_FLAGS:
            return flag.message
    own = "\n".join(sentence.text for sentence in findings.reading.own)
    if findings.foreign or ontopic.bearing(task.question, own) == "on":
        return None
    return _NO_ACT if ontopic.asks_for_story(task.question) else _NO_LINK


def _levels(task: Task, findings: Findings, none: str | None) -> tuple[CriterionResult, ...]:
    results = (level_of(criterion, findings) for criterion in task.rubric.criteria)
    if none is None:
        return tuple(results)
    return tuple(
        result
        if result.level is None
        else result.model_copy(update={"level": 1.0, "reason": none, "evidence": ()})
        for result in results
    )


def _star(task: Task, findings: Findings, none: bool) -> StarMap | None:
    if task.rubric.kind != "behavioral":
        return None
    found = findings.star.map
    if not none:
        return found
    silent = tuple(s.model_copy(update={"label": "O"}) for s in found.sentences)
    return StarMap(sentences=silent, parts={"S": 0, "T": 0, "A": 0, "R": 0})


def _points(findings: Findings, none: bool) -> tuple[KeyPointResult, ...]:
    if findings.from_sample:
        return ()
    return tuple(
        KeyPointResult(
            id=found.point.id,
            text=found.point.text,
            weight=found.point.weight,
            verdict=0 if none else found.verdict,
            evidence=() if none else quotes(findings.answer, found.where),
        )
        for found in findings.points
    )


def _confidence(task: Task, findings: Findings, names: list[FlagName]) -> float:
    if any(name in ("empty", "gibberish", "parrots_question") for name in names):
        return 0.95
    value = 0.6 - 0.1 * len(names)
    if findings.features.words < 40:
        value -= 0.1
    if not findings.points or findings.from_sample:
        value -= 0.15
    if not task.question.sample_answer:
        value -= 0.05
    if findings.foreign:
        value -= 0.25
    return round(min(0.95, max(0.1, value)), 2)


def _notes(findings: Findings) -> tuple[str, ...]:
    notes: tuple[str, ...] = ("offline estimate",)
    if findings.reading.cut:
        notes += (f"only about the first {ANALYSED_WORDS} words were read",)
    return notes
