"""Chooses which questions a session asks, and in which order. Pure: no clock, no files."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import accumulate, zip_longest
from types import MappingProxyType

from mockinterview.drilling import Due
from mockinterview.errors import UsageError
from mockinterview.model import Category, Mode, Plan, PlannedQuestion, Question, Style

#: Share of technical and common questions in a mixed plan; the rest are behavioural.
KNOWLEDGE_SHARE = 0.65
DEFAULT_COUNT = 5
_NEVER = datetime.min.replace(tzinfo=UTC)
_NOTHING_ANSWERED: Mapping[str, datetime] = MappingProxyType({})
_NOTHING_DUE: Mapping[str, Due] = MappingProxyType({})


def make_plan(
    questions: Sequence[Question],
    *,
    count: int | None = None,
    minutes: float | None = None,
    category: Category | None = None,
    competency: str | None = None,
    question_ids: Sequence[str] = (),
    last_answered: Mapping[str, datetime] = _NOTHING_ANSWERED,
    due: Mapping[str, Due] = _NOTHING_DUE,
    seed: int | None = None,
    now: datetime | None = None,
    mode: Mode = "coach",
    style: Style = "neutral",
    role: str = "",
    follow_ups: int = 1,
    scores: bool = True,
) -> Plan:
    """Return a plan of ``count`` questions (default 5), or as many as fit in ``minutes``.

    Questions that are due again and those never answered come first, in turns, then those
    answered longest ago; about 65 % are technical or common. Named ``question_ids`` are asked
    in their own order, and nothing else. ``now`` only words the reasons. Fewer questions than
    asked for give a shorter plan.

    Raises:
        UsageError: a number is not above zero, an id is unknown, or the filters leave nothing.
    """
    _check_numbers(count, minutes)
    if question_ids:
        chosen = _named(questions, question_ids)
        reasons = {question.id: "you chose it" for question in chosen}
    else:
        rng = random.Random(seed)
        pool = _filtered(_unique(questions), category, competency)
        ranked = _by_need(pool, last_answered, due, rng)
        chosen = _ordered(_mixed(ranked, _limit(ranked, count, minutes), minutes))
        reasons = {q.id: _reason(q, last_answered, due, now) for q in chosen}
    return Plan(
        questions=tuple(PlannedQuestion(question=q, reason=reasons[q.id]) for q in chosen),
        mode=mode,
        style=style,
        role=role,
        follow_ups=follow_ups,
        scores=scores,
        seed=seed,
    )


def make_drill(
    questions: Sequence[Question],
    due: Mapping[str, Due],
    *,
    count: int | None = None,
    minutes: float | None = None,
    mode: Mode = "coach",
    style: Style = "neutral",
    role: str = "",
    follow_ups: int = 1,
    scores: bool = True,
) -> Plan:
    """Return a plan of what is ``due``, most overdue first: all of it, ``count``, or what fits.

    What is due but not among ``questions`` is left out.

    Raises:
        UsageError: a number is not above zero, or nothing of what is due is there.
    """
    _check_numbers(count, minutes)
    known = {question.id: question for question in questions}
    chosen = [known[name] for name in due if name in known][:count]
    if not chosen:
        raise UsageError("Nothing is due today.", "Practise something new: mockinterview practice")
    if minutes is not None:
        ends = accumulate(question.minutes for question in chosen)
        chosen = chosen[: max(1, sum(end <= minutes for end in ends))]
    planned = [PlannedQuestion(question=q, reason=due_reason(due[q.id])) for q in chosen]
    return Plan(
        questions=tuple(planned),
        mode=mode,
        style=style,
        role=role,
        follow_ups=follow_ups,
        scores=scores,
    )


def due_reason(due: Due) -> str:
    """Return why a question that is due is asked, as the candidate reads it."""
    return f"due again, above all for: {due.criterion.replace('_', ' ').replace('-', ' ')}"


def _check_numbers(count: int | None, minutes: float | None) -> None:
    if count is not None and count < 1:
        raise UsageError(f"A session needs at least 1 question, not {count}.", "Try -n 5.")
    if minutes is not None and not minutes > 0:
        raise UsageError(
            f"A session needs more than 0 minutes, not {minutes:g}.", "Try --minutes 30."
        )


def _unique(questions: Iterable[Question]) -> list[Question]:
    return list({question.id: question for question in questions}.values())


def _named(questions: Sequence[Question], wanted: Sequence[str]) -> list[Question]:
    known = {question.id: question for question in questions}
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(
                f"There is no question with the id {name!r}.",
                hint or "`mockinterview questions list` shows all ids.",
            )
    return [known[name] for name in dict.fromkeys(wanted)]


def _filtered(
    questions: list[Question], category: Category | None, competency: str | None
) -> list[Question]:
    if not questions:
        raise UsageError(
            "There are no questions to choose from.",
            "`mockinterview questions list` shows what there is.",
        )
    kept = [q for q in questions if category is None or q.category == category]
    if not kept:
        there = ", ".join(sorted({q.category for q in questions}))
        raise UsageError(
            f"There is no {category} question here.", f"The categories there are: {there}."
        )
    if competency is None:
        return kept
    wanted = _plain(competency)
    found = [q for q in kept if wanted in map(_plain, q.competencies)]
    if not found:
        there = ", ".join(sorted({name for q in kept for name in q.competencies}))
        raise UsageError(
            f"No {category + ' ' if category else ''}question practises {competency!r}.",
            f"The competencies there are: {there or 'none'}.",
        )
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _by_need(
    questions: list[Question],
    last_answered: Mapping[str, datetime],
    due: Mapping[str, Due],
    rng: random.Random,
) -> list[Question]:
    """Return them with the due and the never answered first, in turns, then the longest ago.

    The most overdue comes first, the never answered are shuffled.
    """
    # Sorted before the shuffle, so that a seed gives the same plan whatever the files' order.
    shuffled = sorted(questions, key=lambda q: q.id)
    rng.shuffle(shuffled)
    waiting = sorted((q for q in shuffled if q.id in due), key=lambda q: _aware(due[q.id].since))
    rest = [q for q in shuffled if q.id not in due]
    unseen = [q for q in rest if q.id not in last_answered]
    seen = sorted(
        (q for q in rest if q.id in last_answered), key=lambda q: _aware(last_answered[q.id])
    )
    turns = [q for pair in zip_longest(waiting, unseen) for q in pair if q is not None]
    return turns + seen


def _aware(moment: datetime | None) -> datetime:
    if moment is None:
        return _NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _limit(ranked: list[Question], count: int | None, minutes: float | None) -> int:
    if count is not None:
        return min(count, len(ranked))
    return len(ranked) if minutes is not None else min(DEFAULT_COUNT, len(ranked))


def _mixed(ranked: list[Question], count: int, minutes: float | None) -> list[Question]:
    """Return up to ``count`` of ``ranked`` in the default mix, stopping when time is used up."""
    stories = [q for q in ranked if q.kind == "behavioral"]
    knowledge = [q for q in ranked if q.kind != "behavioral"]
    if minutes is not None:
        count = _fitting(stories, knowledge, count, minutes)
    share = _knowledge_count(count, len(knowledge), len(stories))
    return knowledge[:share] + stories[: count - share]


def _fitting(stories: list[Question], knowledge: list[Question], count: int, minutes: float) -> int:
    """Return the largest count whose mix fits in ``minutes``; never less than one."""
    for size in range(1, count + 1):
        share = _knowledge_count(size, len(knowledge), len(stories))
        chosen = knowledge[:share] + stories[: size - share]
        if sum(question.minutes for question in chosen) > minutes:
            return max(1, size - 1)
    return count


def _knowledge_count(count: int, knowledge: int, stories: int) -> int:
    """Return how many of ``count`` are technical or common; each kind fills in for the other."""
    share = int(count * KNOWLEDGE_SHARE + 0.5)
    if count >= 2 and knowledge and stories:
        share = min(max(share, 1), count - 1)
    return min(max(share, count - stories), knowledge)


def _ordered(chosen: list[Question]) -> list[Question]:
    """Return them with the easiest common question first and the stories spread evenly."""
    openers = sorted((q for q in chosen if q.category == "common"), key=lambda q: q.difficulty)
    first = openers[:1]
    rest = [q for q in chosen if q not in first]
    stories = sorted((q for q in rest if q.kind == "behavioral"), key=lambda q: q.difficulty)
    others = sorted((q for q in rest if q.kind != "behavioral"), key=lambda q: q.difficulty)
    placed = [
        ((at + 0.5) / len(group), q) for group in (others, stories) for at, q in enumerate(group)
    ]
    return first + [question for _, question in sorted(placed, key=lambda pair: pair[0])]


def _reason(
    question: Question,
    last_answered: Mapping[str, datetime],
    due: Mapping[str, Due],
    now: datetime | None,
) -> str:
    if question.id in due:
        return due_reason(due[question.id])
    moment = last_answered.get(question.id)
    if moment is None:
        return "not asked before"
    if now is None:
        return f"last answered on {moment:%Y-%m-%d}"
    days = (_aware(now) - _aware(moment)).days
    if days < 1:
        return "last answered today"
    return f"last answered {days} day{'s' if days > 1 else ''} ago"
