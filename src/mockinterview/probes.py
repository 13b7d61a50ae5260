"""Chooses the follow-up question: one probe, aimed at what the answer still lacks."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from mockinterview import resources
from mockinterview.measures import measure
from mockinterview.model import Evaluation, FollowUp, KeyPointResult, Question
from mockinterview.scoring import NO_ANSWER_FLAGS
from mockinterview.text import stems


class Lines(NamedTuple):
    """What an interviewer of one style says around the questions."""

    greeting: str
    next: tuple[str, ...]
    closing: str
    goodbye: str


def lines(style: str) -> Lines:
    """Return what an interviewer of ``style`` says."""
    said = _script()["styles"][style]
    return Lines(said["greeting"], tuple(said["next"]), said["closing"], said["goodbye"])


def choose(
    question: Question, answer: str, reading: Evaluation, asked: Collection[str] = ()
) -> FollowUp | None:
    """Return the probe that would add most to ``answer``, or None if nothing vital is missing.

    ``reading`` is a quick judgement of the answer so far, ``asked`` the probes already put.
    An answer that is no answer is not probed: there is nothing to build on.
    """
    if any(flag.name in NO_ANSWER_FLAGS for flag in reading.flags):
        return None
    wanted = [*_story_gaps(answer, reading), *_content_gaps(question, reading)]
    return next((probe for probe in wanted if probe.text not in asked), None)


def _story_gaps(answer: str, reading: Evaluation) -> list[FollowUp]:
    if reading.star is None:
        return []
    probes = _script()["probes"]
    # Result and Action carry the most weight and are what stories lack most often.
    gaps = [part for part in ("A", "R", "T", "S") if reading.star.parts.get(part, 0) == 0]
    found = [FollowUp(text=probes[part], aim=part) for part in gaps]
    counts = measure(answer)
    if counts.first_person_plural > 2 * counts.first_person_singular and "A" not in gaps:
        found.insert(0, FollowUp(text=probes["ownership"], aim="ownership"))
    if not counts.numbers and "R" not in gaps:
        found.append(FollowUp(text=probes["figure"], aim="figure"))
    return found


def _content_gaps(question: Question, reading: Evaluation) -> list[FollowUp]:
    missing = [
        point for point in reading.key_points if point.weight == "vital" and point.verdict == 0
    ]
    unused = list(question.follow_ups)
    found: list[FollowUp] = []
    for point in missing:
        if not unused:
            break
        # The pack's own follow-up nearest to the missing point asks for it without naming it.
        best = max(unused, key=lambda text, point=point: _closeness(text, point))  # type: ignore[misc]
        unused.remove(best)
        found.append(FollowUp(text=best, aim=point.id))
    if question.kind == "technical" and not found:
        levels = {result.id: result.level or 5 for result in reading.criteria}
        probes = _script()["probes"]
        if levels.get("experience", 5) <= 2:
            found.append(FollowUp(text=probes["example"], aim="experience"))
        if levels.get("depth", 5) <= 2:
            found.append(FollowUp(text=probes["reason"], aim="depth"))
    return found


def _closeness(text: str, point: KeyPointResult) -> float:
    ours, theirs = set(stems(text)), set(stems(point.text))
    return len(ours & theirs) / (len(ours) or 1)


@lru_cache(maxsize=1)
def _script() -> dict[str, Any]:
    import yaml

    text = (resources.data("prompts") / "interviewer" / "v1.yaml").read_text(encoding="utf-8")
    script: dict[str, Any] = yaml.safe_load(text)
    return script
