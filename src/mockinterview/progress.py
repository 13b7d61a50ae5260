"""What a session amounts to: overall, by competency, habits to work on, what to do next."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from mockinterview.habits import NAMES, HabitKind, facts_of, shortcomings
from mockinterview.model import Attempt, Session


class Summary(NamedTuple):
    """A session in figures and plain sentences; overalls run from 1.0 to 5.0."""

    overall: float | None
    answered: int
    skipped: int
    unscored: int
    by_competency: dict[str, float]
    habits: tuple[str, ...]
    weakest: tuple[str, ...]
    next_step: str


def summarise(session: Session) -> Summary:
    """Return the summary of a session; attempts without an evaluation count as unscored."""
    given = [attempt for attempt in session.attempts if not attempt.skipped]
    positions = {attempt.position for attempt in given}
    scored = [(a, a.evaluation.overall) for a in given if a.evaluation and a.evaluation.overall]
    ranked = sorted(scored, key=lambda pair: pair[1])
    weakest = tuple(attempt.question.id for attempt, score in ranked if score < 3.75)[:3]
    first = ranked[0][0].evaluation if ranked else None
    return Summary(
        overall=session.overall,
        # A question answered twice (a retry) is one question.
        answered=len(positions),
        skipped=len({attempt.position for attempt in session.attempts} - positions),
        unscored=sum(1 for attempt in given if attempt.evaluation is None),
        by_competency=_by_competency(scored),
        habits=_habits(given),
        weakest=weakest,
        next_step=first.next_step if first else "",
    )


def _by_competency(scored: list[tuple[Attempt, float]]) -> dict[str, float]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for attempt, score in scored:
        for competency in attempt.question.competencies:
            found[competency].append(score)
    means = {name: round(sum(all_) / len(all_), 1) for name, all_ in found.items()}
    return dict(sorted(means.items(), key=lambda item: (item[1], item[0])))


def _habits(given: list[Attempt]) -> tuple[str, ...]:
    """Return the shortcomings seen in at least two answers, most frequent first."""
    seen: Counter[HabitKind] = Counter()
    of: Counter[HabitKind] = Counter()
    for attempt in given:
        if attempt.evaluation is None:
            continue
        found = shortcomings(facts_of(attempt))
        of.update(found.keys())
        seen.update(kind for kind, there in found.items() if there)
    return tuple(
        f"{NAMES[kind]} ({n} of {of[kind]} answers)" for kind, n in seen.most_common() if n > 1
    )
