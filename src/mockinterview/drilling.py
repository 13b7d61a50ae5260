"""Spaced repetition over (question x weakest criterion), with the FSRS scheduler.

FSRS (J. Ye, open-spaced-repetition) was made for flash cards repeated after minutes; an answer
is repeated after days, so its learning steps are left out, and its random shift of due days too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from mockinterview.records import Card
from mockinterview.rubric import build_rubric

if TYPE_CHECKING:
    import fsrs

    from mockinterview.model import CriterionResult, Evaluation, Question

#: The overalls (1-5) from which an answer counts as hard, good and easy; below all: again.
_RATINGS = (2.25, 3.0, 4.25)
_STRONG = 4.0
#: Days after which every question returns, however well it went.
LONGEST = 90


class Due(NamedTuple):
    """A question to repeat: the criterion that calls for it first, and since when it is due."""

    question_id: str
    criterion: str
    since: datetime
    lapses: int


def reviewed(
    cards: Iterable[Card], question: Question, evaluation: Evaluation, at: datetime
) -> tuple[Card, ...]:
    """Return the cards of ``question`` as they stand after an answer given ``at``.

    The weakest criterion of the answer gets a card where it has none, unless it is strong and
    the question has another. Each card moves by the
    overall and by its own criterion; the more often it lapsed, the sooner it returns. An
    evaluation without an overall changes nothing.
    """
    if evaluation.overall is None:
        return ()
    levels = {result.id: result.level for result in evaluation.criteria if result.level is not None}
    known = {card.criterion: card for card in cards if card.question_id == question.id}
    weakest = weakest_criterion(question, evaluation.criteria)
    names = [name for name in known if name in levels]
    if weakest is not None and weakest not in known and (levels[weakest] < _STRONG or not known):
        names.append(weakest)
    return tuple(
        _moved(question.id, name, known.get(name), rate(evaluation.overall, levels[name]), at)
        for name in names
    )


def weakest_criterion(question: Question, results: Iterable[CriterionResult]) -> str | None:
    """Return the id of the criterion with the lowest level; of several, the heaviest."""
    weights = {criterion.id: criterion.weight for criterion in build_rubric(question).criteria}
    scored = [(result.level, -weights.get(result.id, 0), result.id) for result in results]
    ranked = sorted((level, weight, name) for level, weight, name in scored if level is not None)
    return ranked[0][2] if ranked else None


def rate(overall: float, level: float) -> int:
    """Return 1 (again) to 4 (easy) for an overall and the level of the card's own criterion.

    A criterion far below the overall holds its card back.
    """
    score = min(overall, level + 0.5)
    return 1 + sum(score >= floor for floor in _RATINGS)


def due_questions(cards: Iterable[Card], now: datetime | None = None) -> dict[str, Due]:
    """Return the questions with a card due by ``now`` (None: all), the most overdue first."""
    found: dict[str, Due] = {}
    for card in sorted(cards, key=lambda card: (card.due, card.question_id, card.criterion)):
        if now is None or card.due <= now:
            due = Due(card.question_id, card.criterion, card.due, card.lapses)
            found.setdefault(card.question_id, due)
    return found


def upcoming(
    cards: Iterable[Card], now: datetime, zone: tzinfo | None = None
) -> list[tuple[date, int]]:
    """Return how many questions fall due on each later day in ``zone`` (None: this machine's)."""
    later = [due.since for due in due_questions(cards).values() if due.since > now]
    days = Counter(moment.astimezone(zone).date() for moment in later)
    return sorted(days.items())


def _moved(question_id: str, criterion: str, card: Card | None, rating: int, at: datetime) -> Card:
    import fsrs

    lapses = 0 if card is None else card.lapses + (rating == 1)
    scheduler = fsrs.Scheduler(
        # Each lapse asks for a surer memory, which shortens the interval.
        desired_retention=0.9 + 0.02 * min(lapses, 4),
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )
    before = _state(question_id, criterion, card, at)
    moment = at.astimezone(UTC)
    if before.last_review is not None:
        # An answer left unscored for a while may be judged after a later one.
        moment = max(moment, before.last_review).astimezone(UTC)
    after, _ = scheduler.review_card(before, fsrs.Rating(rating), moment)
    state: dict[str, Any] = {**after.to_dict()}
    return Card(
        question_id=question_id, criterion=criterion, due=after.due, lapses=lapses, state=state
    )


def _state(question_id: str, criterion: str, card: Card | None, at: datetime) -> fsrs.Card:
    import fsrs

    if card is not None:
        kept: Any = card.state
        # What was imported from elsewhere may not be what this library wrote: then begin anew.
        with suppress(KeyError, TypeError, ValueError):
            found = fsrs.Card.from_dict(kept)
            if (
                found.stability
                and found.difficulty
                and found.last_review
                and found.last_review.tzinfo
            ):
                return found
    return fsrs.Card(card_id=crc32(f"{question_id}/{criterion}".encode()), due=at.astimezone(UTC))
