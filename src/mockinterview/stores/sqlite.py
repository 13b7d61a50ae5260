"""Keeps sessions in one SQLite file: documents as JSON, with columns for listing.

Every write is a transaction of its own and is on the disk when the method returns. An
answer is stored before anything judges it, so no crash later can lose it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic_core import PydanticSerializationError

from mockinterview.errors import StoreError, UsageError
from mockinterview.model import (
    Attempt,
    Evaluation,
    FollowUp,
    Grading,
    Plan,
    Reverse,
    Session,
)
from mockinterview.ports import Draft, SessionSummary
from mockinterview.stores.faults import plainly
from mockinterview.stores.opening import connect
from mockinterview.values import Value

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
_SUMMARIES = """
SELECT s.id, s.started_at, s.finished_at, s.role, s.mode, s.planned,
    (SELECT count(*) FROM attempt a WHERE a.session_id = s.id AND a.skipped = 0),
    (SELECT count(*) FROM attempt a WHERE a.session_id = s.id AND a.skipped = 0
        AND NOT EXISTS (SELECT 1 FROM grading g WHERE g.attempt_id = a.id AND g.evaluated)),
    (SELECT avg((SELECT g.overall FROM grading g WHERE g.attempt_id = a.id
                 AND g.overall IS NOT NULL ORDER BY g.seq DESC LIMIT 1))
        FROM attempt a WHERE a.session_id = s.id)
FROM session s WHERE ?1 IS NULL OR s.role = ?1
ORDER BY s.started_at DESC, s.n DESC LIMIT ?2 OFFSET ?3
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
_ADD_GRADING = """
INSERT INTO grading (id, attempt_id, seq, at, judge, evaluated, overall, document)
VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) + 1 FROM grading WHERE attempt_id = ?2),
        ?3, ?4, ?5, ?6, ?7)
"""


class SqliteStore:
    """A `mockinterview.ports.Store` in the file ``path``; threads may share one object.

    The file and its folders are made when missing, readable by their owner alone.

    Raises:
        StoreError: the file cannot be opened, is not a history of ours, or is a newer one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with plainly(path):
            self._db = connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; closing twice is fine."""
        with self._lock, plainly(self.path):
            self._db.close()

    # --- writing ------------------------------------------------------------

    def create_session(self, session_id: str, started_at: datetime, plan: Plan) -> None:
        """Begin a session with its plan; raises StoreError when the id is taken."""
        row = (session_id, _utc(started_at), plan.role, plan.mode, len(plan.questions), _json(plan))
        with self._transaction("IMMEDIATE") as db:
            if db.execute("SELECT 1 FROM session WHERE id = ?", (session_id,)).fetchone():
                raise StoreError(f"Session {session_id} is in your history {self.path} already.")
            db.execute(
                "INSERT INTO session (id, started_at, role, mode, planned, document) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

    def save_answer(self, attempt: Attempt) -> None:
        """Keep an answer the moment it is given.

        An id that is there already has its answer replaced and keeps its gradings; gradings
        that ``attempt`` brings and the store lacks are appended.
        """
        row = (
            attempt.id,
            attempt.session_id,
            attempt.position,
            attempt.question.id,
            attempt.question.category,
            int(attempt.skipped),
            _utc(attempt.answered_at),
            _json(attempt, exclude={"gradings"}),
        )
        with self._transaction("IMMEDIATE") as db:
            self._need_session(attempt.session_id)
            if not db.execute(_SAVE_ATTEMPT, row).rowcount:
                raise StoreError(f"Answer {attempt.id} belongs to another session already.")
            self._index(attempt.id, attempt)
            known = {g.id for g in self._gradings(attempt.id)} if attempt.gradings else set()
            for grading in attempt.gradings:
                if grading.id not in known:
                    self._append(attempt.id, grading)

    def save_follow_ups(self, attempt_id: str, follow_ups: Sequence[FollowUp]) -> None:
        """Replace an attempt's follow-ups (a longer list, or one more answered)."""
        with self._transaction("IMMEDIATE") as db:
            changed = self._bare_attempt(attempt_id).model_copy(
                update={"follow_ups": tuple(follow_ups)}
            )
            document = _json(changed, exclude={"gradings"})
            db.execute("UPDATE attempt SET document = ? WHERE id = ?", (document, attempt_id))
            self._index(attempt_id, changed)

    def add_grading(self, attempt_id: str, grading: Grading) -> None:
        """Append a grading; earlier ones stay. Raises StoreError when its id is there already."""
        with self._transaction("IMMEDIATE"):
            self._bare_attempt(attempt_id)
            if any(grading.id == earlier.id for earlier in self._gradings(attempt_id)):
                raise StoreError(f"Grading {grading.id} of answer {attempt_id} is stored already.")
            self._append(attempt_id, grading)

    def save_draft(self, session_id: str, draft: Draft | None) -> None:
        """Keep, or with None forget, the text typed so far in this session."""
        with self._transaction("IMMEDIATE") as db:
            self._need_session(session_id)
            db.execute("DELETE FROM draft WHERE session_id = ?", (session_id,))
            if draft is not None:
                row = (session_id, draft.position, _storable(draft.text))
                db.execute("INSERT INTO draft (session_id, position, text) VALUES (?, ?, ?)", row)

    def add_reverse(self, session_id: str, reverse: Reverse) -> None:
        """Append a question that the candidate asked the interviewer."""
        with self._transaction("IMMEDIATE") as db:
            self._need_session(session_id)
            row = (session_id, _json(reverse))
            db.execute("INSERT INTO reverse (session_id, document) VALUES (?, ?)", row)

    def finish_session(self, session_id: str, finished_at: datetime) -> None:
        """Mark a session as finished; a later time replaces an earlier one."""
        with self._transaction("IMMEDIATE") as db:
            self._need_session(session_id)
            row = (_utc(finished_at), session_id)
            db.execute("UPDATE session SET finished_at = ? WHERE id = ?", row)

    def delete_session(self, session_id: str) -> None:
        """Delete a session (full id) and all that hangs on it, also from the file's free space."""
        with self._transaction("IMMEDIATE") as db:
            self._need_session(session_id)
            db.execute("DELETE FROM session WHERE id = ?", (session_id,))
            # FTS5 only marks words as gone until its segments are merged.
            db.execute("INSERT INTO answer_search (answer_search) VALUES ('optimize')")
        with self._lock, plainly(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # --- reading ------------------------------------------------------------

    def draft(self, session_id: str) -> Draft | None:
        """The text typed but not sent when the session stopped, if any."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT position, text FROM draft WHERE session_id = ?", (session_id,)
            ).fetchone()
        return Draft(*row) if row else None

    def session(self, session_id: str) -> Session:
        """Return one session by its id or a unique prefix of it.

        Raises:
            UsageError: no session, or more than one, begins with ``session_id``.
        """
        with self._transaction() as db:
            key = self._resolve("session", session_id)
            started, finished, document = db.execute(
                "SELECT started_at, finished_at, document FROM session WHERE id = ?", (key,)
            ).fetchone()
            answers = db.execute(
                "SELECT id, document FROM attempt WHERE session_id = ? ORDER BY n", (key,)
            ).fetchall()
            reverse = db.execute(
                "SELECT document FROM reverse WHERE session_id = ? ORDER BY n", (key,)
            ).fetchall()
            return Session(
                id=key,
                started_at=datetime.fromisoformat(started),
                finished_at=datetime.fromisoformat(finished) if finished else None,
                plan=Plan.model_validate_json(document),
                attempts=tuple(self._whole(attempt_id, text) for attempt_id, text in answers),
                reverse=tuple(Reverse.model_validate_json(text) for (text,) in reverse),
            )

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt with its gradings, by its id or a unique prefix of it.

        Raises:
            UsageError: no attempt, or more than one, begins with ``attempt_id``.
        """
        with self._transaction() as db:
            key = self._resolve("attempt", attempt_id)
            row = db.execute("SELECT document FROM attempt WHERE id = ?", (key,)).fetchone()
            return self._whole(key, row[0])

    def sessions(
        self, *, limit: int | None = None, offset: int = 0, role: str | None = None
    ) -> list[SessionSummary]:
        """Return sessions, newest first; ``overall`` is 1 to 5 with two decimals.

        It is the mean, over the scored attempts, of each one's newest overall.
        """
        with self._transaction() as db:
            window = (role, -1 if limit is None else limit, offset)
            rows = db.execute(_SUMMARIES, window).fetchall()
        return [
            SessionSummary(
                id=row[0],
                started_at=datetime.fromisoformat(row[1]),
                finished_at=datetime.fromisoformat(row[2]) if row[2] else None,
                role=row[3],
                mode=row[4],
                planned=row[5],
                answered=row[6],
                unscored=row[7],
                overall=None if row[8] is None else round(row[8], 2),
            )
            for row in rows
        ]

    def newest_unfinished(self) -> str | None:
        """Id of the newest session with questions left to ask, or None."""
        with self._transaction() as db:
            row = db.execute(_NEWEST_UNFINISHED).fetchone()
        return str(row[0]) if row else None

    def unscored(self, session_id: str) -> list[str]:
        """Ids of the answers in a session (id or unique prefix) that no judge has scored yet."""
        with self._transaction() as db:
            key = self._resolve("session", session_id)
            return [str(row[0]) for row in db.execute(_UNSCORED, (key,))]

    def answered_questions(self) -> dict[str, datetime]:
        """When each question id was last answered (skips do not count)."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT question_id, max(answered_at) FROM attempt "
                "WHERE skipped = 0 GROUP BY question_id"
            ).fetchall()
        return {question: datetime.fromisoformat(at) for question, at in rows}

    # --- inside a transaction -----------------------------------------------

    @contextmanager
    def _transaction(self, kind: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
        # The connection's own context commits, or rolls back on any error, Ctrl-C included.
        with self._lock, plainly(self.path), self._db as db:
            db.execute(f"BEGIN {kind}")
            yield db

    def _resolve(self, table: str, wanted: str) -> str:
        found = self._db.execute(
            f"SELECT id FROM {table} WHERE substr(id, 1, ?) = ? ORDER BY id = ? DESC, id LIMIT 6",
            (len(wanted), wanted, wanted),
        ).fetchall()
        ids = [str(row[0]) for row in found]
        thing = "session" if table == "session" else "answer"
        if not ids or not wanted:
            raise UsageError(
                f"There is no {thing} with the id {wanted!r}.",
                "See the ids with: mockinterview history list",
            )
        if len(ids) > 1 and ids[0] != wanted:
            some = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            raise UsageError(
                f"More than one {thing} begins with {wanted!r}: {some}.",
                "Type more letters of the id.",
            )
        return ids[0]

    def _need_session(self, session_id: str) -> None:
        if not self._db.execute("SELECT 1 FROM session WHERE id = ?", (session_id,)).fetchone():
            raise StoreError(f"There is no session {session_id} in your history {self.path}.")

    def _bare_attempt(self, attempt_id: str) -> Attempt:
        row = self._db.execute(
            "SELECT document FROM attempt WHERE id = ?", (attempt_id,)
        ).fetchone()
        if row is None:
            raise StoreError(f"There is no answer {attempt_id} in your history {self.path}.")
        return Attempt.model_validate_json(row[0])

    def _whole(self, attempt_id: str, document: str) -> Attempt:
        gradings = {"gradings": self._gradings(attempt_id)}
        return Attempt.model_validate_json(document).model_copy(update=gradings)

    def _gradings(self, attempt_id: str) -> tuple[Grading, ...]:
        rows = self._db.execute(
            "SELECT document FROM grading WHERE attempt_id = ? ORDER BY seq", (attempt_id,)
        )
        return tuple(Grading.model_validate_json(text) for (text,) in rows)

    def _append(self, attempt_id: str, grading: Grading) -> None:
        result = grading.evaluation
        row = (
            grading.id,
            attempt_id,
            _utc(grading.at),
            grading.judge,
            int(result is not None),
            result.overall if result else None,
            _json(grading),
        )
        self._db.execute(_ADD_GRADING, row)
        if result is not None:
            self._db.execute(
                "UPDATE answer_search SET feedback = ? "
                "WHERE rowid = (SELECT n FROM attempt WHERE id = ?)",
                (_storable(_feedback(result)), attempt_id),
            )

    def _index(self, attempt_id: str, attempt: Attempt) -> None:
        self._db.execute(
            "UPDATE answer_search SET question = ?, answer = ? "
            "WHERE rowid = (SELECT n FROM attempt WHERE id = ?)",
            (_storable(attempt.question.text), _storable(attempt.full_answer), attempt_id),
        )


def _feedback(evaluation: Evaluation) -> str:
    points = [*evaluation.strengths, *evaluation.improvements]
    lines = [point.text for point in points] + [evaluation.next_step]
    return "\n".join(lines + [criterion.reason for criterion in evaluation.criteria])


def _utc(moment: datetime) -> str:
    # Always UTC with six decimals, so that text order is time order.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: Value, exclude: set[str] | None = None) -> str:
    try:
        return value.model_dump_json(exclude=exclude)
    except PydanticSerializationError:
        # Half a surrogate pair (a broken terminal or paste): better a "?" than a lost answer.
        data: dict[str, Any] = value.model_dump(exclude=exclude)
        return _storable(json.dumps(data, default=datetime.isoformat, ensure_ascii=False))


def _storable(text: str) -> str:
    """Replace each lone surrogate, which UTF-8 cannot hold, by one "?": offsets stay right."""
    return text.encode("utf-8", "replace").decode()
