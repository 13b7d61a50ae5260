"""Writes single things into the tables; each call runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from mockinterview.errors import StoreError
from mockinterview.model import Attempt, Grading, Plan, Reverse
from mockinterview.ports import Draft
from mockinterview.records import Card, Review
from mockinterview.stores import derived
from mockinterview.stores.documents import storable, to_json, utc

_SAVE_SESSION = """
INSERT INTO session (id, started_at, role, mode, planned, scores, document)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_SAVE_ATTEMPT = """
INSERT INTO attempt (id, session_id, position, question_id, category, skipped, answered_at,
                     document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    position = excluded.position, question_id = excluded.question_id,
    category = excluded.category, skipped = excluded.skipped,
    answered_at = excluded.answered_at, document = excluded.document
WHERE session_id = excluded.session_id
"""
_ADD_GRADING = """
INSERT INTO grading (id, attempt_id, seq, at, judge, evaluated, overall, document)
VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) + 1 FROM grading WHERE attempt_id = ?2),
        ?3, ?4, ?5, ?6, ?7)
"""
_SAVE_CARD = """
INSERT OR REPLACE INTO card (question_id, criterion, due, lapses, document) VALUES (?, ?, ?, ?, ?)
"""
_SAVE_REVIEW = """
INSERT INTO review (id, attempt_id, at, document) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    attempt_id = excluded.attempt_id, at = excluded.at, document = excluded.document
"""


def add_session(db: sqlite3.Connection, session_id: str, started_at: datetime, plan: Plan) -> None:
    """Add a session whose id is not there yet."""
    row = (
        session_id,
        utc(started_at),
        plan.role,
        plan.mode,
        len(plan.questions),
        int(plan.scores),
        to_json(plan),
    )
    db.execute(_SAVE_SESSION, row)


def put_attempt(db: sqlite3.Connection, attempt: Attempt, gradings: Iterable[Grading] = ()) -> None:
    """Add or replace an answer, and append ``gradings`` that it does not have yet.

    Those it has stay, whatever ``attempt`` brings.

    Raises:
        StoreError: its id belongs to another session.
    """
    row = (
        attempt.id,
        attempt.session_id,
        attempt.position,
        attempt.question.id,
        attempt.question.category,
        int(attempt.skipped),
        utc(attempt.answered_at),
        to_json(attempt, exclude={"gradings"}),
    )
    if not db.execute(_SAVE_ATTEMPT, row).rowcount:
        raise StoreError(f"Answer {attempt.id} belongs to another session already.")
    add_gradings(db, attempt.id, gradings)


def add_gradings(db: sqlite3.Connection, attempt_id: str, gradings: Iterable[Grading]) -> None:
    """Append gradings whose ids the answer does not have yet."""
    for grading in gradings:
        result = grading.evaluation
        row = (
            grading.id,
            attempt_id,
            utc(grading.at),
            grading.judge,
            int(result is not None),
            result.overall if result else None,
            to_json(grading),
        )
        db.execute(_ADD_GRADING, row)
    derived.refresh(db, attempt_id)


def put_draft(db: sqlite3.Connection, session_id: str, draft: Draft | None) -> None:
    """Keep, or with None forget, the unsent text of a session."""
    db.execute("DELETE FROM draft WHERE session_id = ?", (session_id,))
    if draft is not None:
        row = (session_id, draft.position, storable(draft.text))
        db.execute("INSERT INTO draft (session_id, position, text) VALUES (?, ?, ?)", row)


def add_reverse(db: sqlite3.Connection, session_id: str, reverse: Reverse) -> None:
    """Append a question that the candidate asked."""
    row = (session_id, to_json(reverse))
    db.execute("INSERT INTO reverse (session_id, document) VALUES (?, ?)", row)


def finish(db: sqlite3.Connection, session_id: str, finished_at: datetime) -> None:
    """Set when a session was finished."""
    row = (utc(finished_at), session_id)
    db.execute("UPDATE session SET finished_at = ? WHERE id = ?", row)


def put_card(db: sqlite3.Connection, card: Card) -> None:
    """Add a card, or replace the one for the same question and criterion."""
    row = (card.question_id, card.criterion, utc(card.due), card.lapses, to_json(card))
    db.execute(_SAVE_CARD, row)


def put_review(db: sqlite3.Connection, review: Review) -> None:
    """Add a review of a stored answer, or replace the one with its id."""
    row = (review.id, review.attempt_id, utc(review.at), to_json(review))
    db.execute(_SAVE_REVIEW, row)
