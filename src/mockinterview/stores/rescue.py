"""Makes a history out of whatever rows a damaged file still holds."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from mockinterview.model import Attempt, Grading, Plan, PlannedQuestion, Reverse
from mockinterview.ports import Draft
from mockinterview.records import Card, Review
from mockinterview.stores import writing
from mockinterview.stores.pages import Row

_NAMED = 10


class _Known(NamedTuple):
    """What the small row of an answer tells, when the answer itself is gone."""

    session_id: str
    answered_at: str
    question_id: str
    overall: float | None


class Rescued:
    """The readable rows of a history, by id; later ones of the same id are ignored."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.sessions: dict[str, tuple[int, str, str | None, Plan]] = {}
        self.attempts: dict[str, tuple[int, Attempt]] = {}
        self.gradings: defaultdict[str, dict[str, tuple[int, Grading]]] = defaultdict(dict)
        self.reverse: dict[int, tuple[str, Reverse]] = {}
        self.drafts: dict[str, Draft] = {}
        self.cards: dict[tuple[str, str], Card] = {}
        self.reviews: dict[str, Review] = {}
        self._known: dict[str, _Known] = {}
        self._unreadable = 0
        for row in rows:
            try:
                self._take(row)
            except (ValueError, TypeError):  # of ours by its shape, and not readable
                self._unreadable += 1
        self._orphans = [a for _, a in self.attempts.values() if a.session_id not in self.sessions]

    def __bool__(self) -> bool:
        return bool(self.sessions or self.attempts)

    def write(self, db: sqlite3.Connection) -> None:
        """Put everything into empty tables, in the order it was first stored."""
        for name, (_, started, finished, plan) in _in_order(self.sessions):
            writing.add_session(db, name, datetime.fromisoformat(started), plan)
            if finished:
                writing.finish(db, name, datetime.fromisoformat(finished))
        there = {*self.sessions, *self._remake_sessions(db)}
        for name, (_, attempt) in _in_order(self.attempts):
            kept = sorted(self.gradings.pop(name, {}).values(), key=lambda pair: pair[0])
            writing.put_attempt(db, attempt, [grading for _, grading in kept])
        for _, (session_id, reverse) in sorted(self.reverse.items()):
            if session_id in there:
                writing.add_reverse(db, session_id, reverse)
        for session_id, draft in self.drafts.items():
            if session_id in there:
                writing.put_draft(db, session_id, draft)
        for card in self.cards.values():
            writing.put_card(db, card)
        for review in self.reviews.values():
            if review.attempt_id in self.attempts:
                writing.put_review(db, review)

    def lost(self) -> list[str]:
        """Say in plain sentences what is known to be lost; call it before `write`."""
        gone = [known for name, known in self._known.items() if name not in self.attempts]
        said = [
            f"Lost: your answer to {known.question_id} of {known.answered_at[:10]}."
            for known in gone[:_NAMED]
        ]
        if len(gone) > _NAMED:
            said.append(f"Lost: {len(gone) - _NAMED} more answers.")
        traced = {*self.gradings, *(review.attempt_id for review in self.reviews.values())}
        if unnamed := len(traced - self.attempts.keys() - self._known.keys()):
            said.append(f"Lost: {unnamed} answers of which only a score is left.")
        unscored = {
            attempt.session_id
            for name, (_, attempt) in self.attempts.items()
            if (known := self._known.get(name)) is not None
            and known.overall is not None
            and not any(g.evaluation for _, g in self.gradings.get(name, {}).values())
        }
        said += [
            f"Lost: scores in session {name}. Score it again: mockinterview regrade {name}"
            for name in sorted(unscored)
        ]
        remade = {attempt.session_id for attempt in self._orphans}
        said += [
            f"Lost: the plan of session {name}. Its answers are kept." for name in sorted(remade)
        ]
        if self._unreadable:
            said.append(f"Lost: {self._unreadable} entries that could not be read.")
        return said

    def _remake_sessions(self, db: sqlite3.Connection) -> list[str]:
        by_session: defaultdict[str, list[Attempt]] = defaultdict(list)
        for attempt in self._orphans:
            by_session[attempt.session_id].append(attempt)
        for name, attempts in by_session.items():
            asked = {attempt.position: attempt.question for attempt in attempts}
            # Positions stay: an answer is to its own question of the plan.
            some = next(iter(asked.values()))
            planned = [asked.get(i, some) for i in range(max(asked) + 1)]
            plan = Plan(questions=tuple(PlannedQuestion(question=q) for q in planned))
            writing.add_session(db, name, min(a.asked_at for a in attempts), plan)
            writing.finish(db, name, max(a.answered_at for a in attempts))
        return list(by_session)

    def _take(self, row: Row) -> None:
        n, *columns = row
        if not isinstance(n, int):
            return
        match columns:
            case [
                None,
                str(name),
                str(at),
                None | str() as end,
                str(),
                str(),
                int(),
                str(text),
                *_,
            ]:
                self._session(n, name, at, end, text)
            case [None, str(), str(), int(), str(), str(), int(), str(), str(text)]:
                attempt = Attempt.model_validate_json(text)
                self.attempts.setdefault(attempt.id, (n, attempt))
            case [None, str(), str(owner), int(seq), str(), str(), int(), _, str(text)]:
                grading = Grading.model_validate_json(text)
                self.gradings[owner].setdefault(grading.id, (seq, grading))
            case [None, str(owner), str(text)] if text.startswith("{"):
                self.reverse.setdefault(n, (owner, Reverse.model_validate_json(text)))
            case [str(owner), int(position), str(text)]:
                self.drafts.setdefault(owner, Draft(position, text))
            case [str(), str(), str(), int(), str(text)] if text.startswith("{"):
                card = Card.model_validate_json(text)
                self.cards.setdefault((card.question_id, card.criterion), card)
            case [None, str(), str(), str(), str(text)] if text.startswith("{"):
                review = Review.model_validate_json(text)
                self.reviews.setdefault(review.id, review)
            case [None, *_] if len(columns) == 14:
                self._fact(columns)

    def _session(self, n: int, name: str, started: str, finished: str | None, text: str) -> None:
        datetime.fromisoformat(started)
        self.sessions.setdefault(name, (n, started, finished, Plan.model_validate_json(text)))

    def _fact(self, columns: list[Any]) -> None:
        name, session_id, _, at, question, overall = (columns[i] for i in (1, 2, 3, 4, 5, 10))
        json.loads(columns[13])
        self._known.setdefault(str(name), _Known(session_id, str(at), str(question), overall))


def _in_order(kept: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(kept.items(), key=lambda item: item[1][0])
