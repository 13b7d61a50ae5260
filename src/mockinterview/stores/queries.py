"""Reads from the tables; each call runs inside the caller's transaction.

`summaries` and `attempt_rows` read no documents: they stay quick at ten thousand answers.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from mockinterview.errors import StoreError, UsageError
from mockinterview.model import Attempt, Grading, Plan, Reverse, Session
from mockinterview.ports import AttemptFilter, AttemptRow, Draft, SessionSummary
from mockinterview.records import Card, Review
from mockinterview.stores.documents import storable, utc

_SUMMARIES = """
SELECT s.id, s.started_at, s.finished_at, s.role, s.mode, s.planned,
    (SELECT count(DISTINCT position) FROM attempt a WHERE a.session_id = s.id AND a.skipped = 0),
    (SELECT count(*) FROM attempt a WHERE a.session_id = s.id AND a.skipped = 0
        AND NOT EXISTS (SELECT 1 FROM grading g WHERE g.attempt_id = a.id AND g.evaluated)),
    (SELECT avg((SELECT g.overall FROM grading g WHERE g.attempt_id = a.id
                 AND g.overall IS NOT NULL ORDER BY g.seq DESC LIMIT 1))
        FROM attempt a WHERE a.session_id = s.id),
    s.scores
FROM session s WHERE {where}
ORDER BY s.started_at DESC, s.n DESC LIMIT ? OFFSET ?
"""
#: What `attempt_row` takes, from ``fact f``.
ROW_COLUMNS = (
    "f.id, f.session_id, f.answered_at, f.question_id, f.category, f.role, f.skipped, f.scores, "
    "f.judge, f.overall, f.self_score, f.retry_of, f.detail"
)
_ATTEMPTS = f"""
SELECT {ROW_COLUMNS} FROM fact f WHERE {{where}}
ORDER BY f.answered_at DESC, f.n DESC LIMIT ? OFFSET ?
"""
# A question answered twice (a retry) is one question less to ask, not two.
_NEWEST_UNFINISHED = """
SELECT id FROM session s WHERE finished_at IS NULL
    AND (SELECT count(DISTINCT position) FROM attempt a WHERE a.session_id = s.id) < planned
ORDER BY started_at DESC, n DESC LIMIT 1
"""
_UNSCORED = """
SELECT id FROM attempt a WHERE session_id = ? AND skipped = 0
    AND NOT EXISTS (SELECT 1 FROM grading g WHERE g.attempt_id = a.id AND g.evaluated)
ORDER BY n
"""
_REVIEWS = """
SELECT r.document FROM review r JOIN attempt a ON a.id = r.attempt_id
WHERE a.session_id = ? ORDER BY r.at, r.id
"""
_HAS_COMPETENCY = (
    "EXISTS (SELECT 1 FROM json_each(f.detail, '$.competencies') WHERE lower(value) = lower(?))"
)


def resolve(db: sqlite3.Connection, table: str, wanted: str) -> str:
    """Return the one id in ``table`` (session or attempt) that is ``wanted`` or begins with it.

    Raises:
        UsageError: there is none, or more than one.
    """
    wanted = storable(wanted)
    found = db.execute(
        f"SELECT id FROM {table} WHERE substr(id, 1, ?) = ? ORDER BY id = ? DESC, id LIMIT 6",
        (len(wanted), wanted, wanted),
    ).fetchall()
    ids = [str(row[0]) for row in found]
    thing = "session" if table == "session" else "answer"
    if not ids or not wanted:
        listing = "history list" if table == "session" else "history list --answers"
        raise UsageError(
            f"There is no {thing} with the id {wanted!r}.",
            f"See the ids with: mockinterview {listing}",
        )
    if len(ids) > 1 and ids[0] != wanted:
        some = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
        raise UsageError(
            f"More than one {thing} begins with {wanted!r}: {some}.",
            "Type more letters of the id.",
        )
    return ids[0]


def has_session(db: sqlite3.Connection, session_id: str) -> bool:
    """Say whether there is a session with this very id."""
    return db.execute("SELECT 1 FROM session WHERE id = ?", (session_id,)).fetchone() is not None


def has_attempt(db: sqlite3.Connection, attempt_id: str) -> bool:
    """Say whether there is an answer with this very id."""
    return db.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt_id,)).fetchone() is not None


def session(db: sqlite3.Connection, session_id: str) -> Session:
    """Return a session, by its full id, that is known to be there."""
    started, finished, document = db.execute(
        "SELECT started_at, finished_at, document FROM session WHERE id = ?", (session_id,)
    ).fetchone()
    answers = db.execute(
        "SELECT id, document FROM attempt WHERE session_id = ? ORDER BY n", (session_id,)
    ).fetchall()
    reverse = db.execute(
        "SELECT document FROM reverse WHERE session_id = ? ORDER BY n", (session_id,)
    ).fetchall()
    return Session(
        id=session_id,
        started_at=datetime.fromisoformat(started),
        finished_at=datetime.fromisoformat(finished) if finished else None,
        plan=Plan.model_validate_json(document),
        attempts=tuple(_whole(db, attempt_id, text) for attempt_id, text in answers),
        reverse=tuple(Reverse.model_validate_json(text) for (text,) in reverse),
    )


def attempt(db: sqlite3.Connection, attempt_id: str) -> Attempt:
    """Return an answer with its gradings, by its full id.

    Raises:
        StoreError: it is not there.
    """
    row = db.execute("SELECT document FROM attempt WHERE id = ?", (attempt_id,)).fetchone()
    if row is None:
        raise StoreError(f"There is no answer {attempt_id} in your history.")
    return _whole(db, attempt_id, row[0])


def draft(db: sqlite3.Connection, session_id: str) -> Draft | None:
    """Return the unsent text of a session, if any."""
    row = db.execute(
        "SELECT position, text FROM draft WHERE session_id = ?", (session_id,)
    ).fetchone()
    return Draft(*row) if row else None


def summaries(
    db: sqlite3.Connection, where: AttemptFilter, limit: int | None, offset: int
) -> list[SessionSummary]:
    """Return sessions, newest first; ``overall`` has two decimals."""
    clauses, values = ["TRUE"], []
    if where.since is not None:
        clauses.append("s.started_at >= ?")
        values.append(utc(where.since))
    if where.role is not None:
        clauses.append("lower(s.role) = lower(?)")
        values.append(storable(where.role))
    # What is left asks about the answers: since and role are the session's own.
    inner, asked = _conditions(where._replace(since=None, role=None))
    if asked:
        clauses.append(f"s.id IN (SELECT f.session_id FROM fact f WHERE {inner})")
    query = _SUMMARIES.format(where=" AND ".join(clauses))
    window = (-1 if limit is None else limit, offset)
    return [_summary(row) for row in db.execute(query, (*values, *asked, *window))]


def attempt_rows(
    db: sqlite3.Connection, where: AttemptFilter, limit: int | None, offset: int
) -> list[AttemptRow]:
    """Return the answers that fit, newest first."""
    clause, values = _conditions(where)
    window = (-1 if limit is None else limit, offset)
    rows = db.execute(_ATTEMPTS.format(where=clause), (*values, *window))
    return [attempt_row(row) for row in rows]


def newest_unfinished(db: sqlite3.Connection) -> str | None:
    """Return the id of the newest session with questions left, or None."""
    row = db.execute(_NEWEST_UNFINISHED).fetchone()
    return str(row[0]) if row else None


def unscored(db: sqlite3.Connection, session_id: str) -> list[str]:
    """Return the ids of a session's answers that have no evaluation."""
    return [str(row[0]) for row in db.execute(_UNSCORED, (session_id,))]


def answered_questions(db: sqlite3.Connection) -> dict[str, datetime]:
    """Return when each question was last answered."""
    rows = db.execute(
        "SELECT question_id, max(answered_at) FROM attempt WHERE skipped = 0 GROUP BY question_id"
    )
    return {question: datetime.fromisoformat(at) for question, at in rows}


def cards(db: sqlite3.Connection, due_by: datetime | None) -> list[Card]:
    """Return the cards that are due by then (None: all), most urgent first."""
    rows = db.execute(
        "SELECT document FROM card WHERE ?1 IS NULL OR due <= ?1 "
        "ORDER BY due, question_id, criterion",
        (None if due_by is None else utc(due_by),),
    )
    return [Card.model_validate_json(text) for (text,) in rows]


def reviews(db: sqlite3.Connection, session_id: str) -> list[Review]:
    """Return the reviews of a session's answers, oldest first."""
    return [Review.model_validate_json(text) for (text,) in db.execute(_REVIEWS, (session_id,))]


def card(db: sqlite3.Connection, question_id: str, criterion: str) -> Card | None:
    """Return the card for a question and criterion, if any."""
    row = db.execute(
        "SELECT document FROM card WHERE question_id = ? AND criterion = ?",
        (question_id, criterion),
    ).fetchone()
    return Card.model_validate_json(row[0]) if row else None


def all_cards(db: sqlite3.Connection) -> list[Card]:
    """Return all cards by question and criterion."""
    rows = db.execute("SELECT document FROM card ORDER BY question_id, criterion")
    return [Card.model_validate_json(text) for (text,) in rows]


def review(db: sqlite3.Connection, review_id: str) -> Review | None:
    """Return the review with this id, if any."""
    row = db.execute("SELECT document FROM review WHERE id = ?", (review_id,)).fetchone()
    return Review.model_validate_json(row[0]) if row else None


def all_reviews(db: sqlite3.Connection) -> list[Review]:
    """Return all reviews, oldest first."""
    rows = db.execute("SELECT document FROM review ORDER BY at, id")
    return [Review.model_validate_json(text) for (text,) in rows]


def gradings(db: sqlite3.Connection, attempt_id: str) -> tuple[Grading, ...]:
    """Return all gradings of an answer in the order they were made."""
    rows = db.execute(
        "SELECT document FROM grading WHERE attempt_id = ? ORDER BY seq", (attempt_id,)
    )
    return tuple(Grading.model_validate_json(text) for (text,) in rows)


def attempt_row(row: tuple[Any, ...]) -> AttemptRow:
    """Return the light row for the values of `ROW_COLUMNS`."""
    (name, session_id, at, question_id, category, role, skipped, scores) = row[:8]
    judge, overall, self_score, retry_of, text = row[8:]
    detail = from_json(text)  # three times as quick as json.loads, which counts at 10,000 rows
    return AttemptRow(
        id=name,
        session_id=session_id,
        answered_at=datetime.fromisoformat(at),
        question_id=question_id,
        category=category,
        competencies=tuple(detail["competencies"]),
        role=role,
        skipped=bool(skipped),
        scores=bool(scores),
        judge=judge,
        overall=overall,
        levels=detail["levels"],
        spreads=detail["spreads"],
        star=detail["star"],
        situation=detail["situation"],
        missed=tuple(detail["missed"]),
        words=detail["words"],
        singular=detail["singular"],
        plural=detail["plural"],
        figures=detail["figures"],
        self_score=self_score,
        retry_of=retry_of,
    )


def _conditions(where: AttemptFilter) -> tuple[str, list[object]]:
    tests: dict[str, object] = {
        "f.answered_at >= ?": None if where.since is None else utc(where.since),
        "lower(f.role) = lower(?)": where.role,
        "f.category = ?": where.category,
        _HAS_COMPETENCY: where.competency,
        "f.judge = ?": where.judge,
        "f.overall < ?": where.below,
        "f.question_id = ?": where.question_id,
        "f.session_id = ?": where.session_id,
    }
    used = {clause: value for clause, value in tests.items() if value is not None}
    values = [storable(value) if isinstance(value, str) else value for value in used.values()]
    return " AND ".join(used) or "TRUE", values


def _summary(row: tuple[Any, ...]) -> SessionSummary:
    return SessionSummary(
        id=row[0],
        started_at=datetime.fromisoformat(row[1]),
        finished_at=datetime.fromisoformat(row[2]) if row[2] else None,
        role=row[3],
        mode=row[4],
        planned=row[5],
        answered=row[6],
        unscored=row[7],
        overall=None if row[8] is None else round(row[8], 2),
        scores=bool(row[9]),
    )


def _whole(db: sqlite3.Connection, attempt_id: str, document: str) -> Attempt:
    update = {"gradings": gradings(db, attempt_id)}
    return Attempt.model_validate_json(document).model_copy(update=update)
