"""Keeps sessions in one SQLite file: documents as JSON, with columns for listing.

Every write is a transaction of its own and is on the disk when the method returns. An
answer is stored before anything judges it, so no crash later can lose it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from mockinterview.errors import StoreError
from mockinterview.model import Attempt, FollowUp, Grading, Plan, Reverse, Session
from mockinterview.ports import (
    ANY_ATTEMPT,
    AttemptFilter,
    AttemptRow,
    Deleted,
    Draft,
    Found,
    Imported,
    SessionSummary,
)
from mockinterview.records import Card, Review
from mockinterview.spoken import Spoken
from mockinterview.stores import deleting, queries, repair, search, transfer, writing
from mockinterview.stores.faults import plainly, reachably
from mockinterview.stores.opening import connect


def _ignore(told: str) -> None:
    """The notice of a store whose caller wants none."""


class SqliteStore:
    """A `mockinterview.ports.Store` in the file ``path``; threads may share one object.

    The file and its folders are made when missing, readable by their owner alone. ``notice``
    is told what the user should know, such as where the copy made before a migration lies.

    Raises:
        StoreError: the file cannot be opened, is not a history of ours, or is a newer one.
    """

    def __init__(self, path: Path, notice: Callable[[str], None] = _ignore) -> None:
        self.path = path
        self._notice = notice
        self._lock = threading.RLock()
        with plainly(path), reachably(path):
            self._db = connect(path, notice)

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
        with self._writing() as db:
            if queries.has_session(db, session_id):
                raise StoreError(f"Session {session_id} is in your history {self.path} already.")
            writing.add_session(db, session_id, started_at, plan)

    def save_answer(self, attempt: Attempt) -> None:
        """Keep an answer the moment it is given.

        An id that is there already has its answer replaced and keeps its gradings; gradings
        that ``attempt`` brings and the store lacks are appended.
        """
        with self._writing() as db:
            self._need_session(attempt.session_id)
            known = {grading.id for grading in queries.gradings(db, attempt.id)}
            new = [grading for grading in attempt.gradings if grading.id not in known]
            writing.put_attempt(db, attempt, new)

    def save_follow_ups(self, attempt_id: str, follow_ups: Sequence[FollowUp]) -> None:
        """Replace an attempt's follow-ups (a longer list, or one more answered)."""
        self._change(attempt_id, follow_ups=tuple(follow_ups))

    def save_self_score(self, attempt_id: str, level: float | None) -> None:
        """Keep the level (1-5) that the candidate gave an answer before the feedback."""
        if level is not None and not 1 <= level <= 5:
            raise ValueError(f"a level runs from 1 to 5, not {level}")
        self._change(attempt_id, self_score=level)

    def save_spoken(self, attempt_id: str, spoken: Spoken | None) -> None:
        """Keep how an answer was spoken; its text stays as it is."""
        self._change(attempt_id, spoken=spoken)

    def add_grading(self, attempt_id: str, grading: Grading) -> None:
        """Append a grading; earlier ones stay. Raises StoreError when its id is there already."""
        with self._writing() as db:
            if grading.id in {g.id for g in queries.attempt(db, attempt_id).gradings}:
                raise StoreError(f"Grading {grading.id} of answer {attempt_id} is stored already.")
            writing.add_gradings(db, attempt_id, [grading])

    def save_draft(self, session_id: str, draft: Draft | None) -> None:
        """Keep, or with None forget, the text typed so far in this session."""
        with self._writing() as db:
            self._need_session(session_id)
            writing.put_draft(db, session_id, draft)

    def add_reverse(self, session_id: str, reverse: Reverse) -> None:
        """Append a question that the candidate asked the interviewer."""
        with self._writing() as db:
            self._need_session(session_id)
            writing.add_reverse(db, session_id, reverse)

    def finish_session(self, session_id: str, finished_at: datetime) -> None:
        """Mark a session as finished; a later time replaces an earlier one."""
        with self._writing() as db:
            self._need_session(session_id)
            writing.finish(db, session_id, finished_at)

    def save_card(self, card: Card) -> None:
        """Keep a card; one for the same question and criterion is replaced."""
        with self._writing() as db:
            writing.put_card(db, card)

    def add_review(self, review: Review) -> None:
        """Keep a mentor's review; one with the same id is replaced.

        Raises:
            StoreError: the answer it is about is not stored.
        """
        with self._writing() as db:
            queries.attempt(db, review.attempt_id)
            writing.put_review(db, review)

    def import_from(self, lines: Iterable[bytes], name: str, *, dry_run: bool = False) -> Imported:
        """Merge the lines of an export: all of it, or nothing where one is wrong.

        With ``dry_run`` the result says what would be new, and nothing is kept.

        Raises:
            BadInput: a line is wrong; ``name`` (of the file) and the line are named.
        """
        with self._writing() as db:
            done = transfer.read_in(db, lines, name)
            if dry_run:
                db.rollback()
            return done

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session (full id) and all that hangs on it, also from the file's free space.

        Its recordings go too, and the copies of the file, which hold it as well.
        """
        with self._writing() as db:
            self._need_session(session_id)
            sessions, answers, names = deleting.delete_rows(db, session_id)
            # Before the commit: killed in between, the session is still there to be deleted.
            recordings = deleting.delete_recordings(self.path, names)
            copied = deleting.delete_copies(self.path)
        self._forget_pages()
        return Deleted(sessions, answers, recordings, copied)

    def delete_all(self) -> Deleted:
        """Delete everything, recordings and copies of the file too."""
        with self._writing() as db:
            sessions, answers, _ = deleting.delete_rows(db, None)
            recordings = deleting.delete_all_recordings(self.path)
            copied = deleting.delete_copies(self.path)
        with self._lock, plainly(self.path):
            self._db.execute("VACUUM")
        self._forget_pages()
        return Deleted(sessions, answers, recordings, copied)

    # --- reading ------------------------------------------------------------

    def draft(self, session_id: str) -> Draft | None:
        """The text typed but not sent when the session stopped, if any."""
        with self._reading() as db:
            return queries.draft(db, session_id)

    def session(self, session_id: str) -> Session:
        """Return one session by its id or a unique prefix of it.

        Raises:
            UsageError: no session, or more than one, begins with ``session_id``.
        """
        with self._reading() as db:
            return queries.session(db, queries.resolve(db, "session", session_id))

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt with its gradings, by its id or a unique prefix of it.

        Raises:
            UsageError: no attempt, or more than one, begins with ``attempt_id``.
        """
        with self._reading() as db:
            return queries.attempt(db, queries.resolve(db, "attempt", attempt_id))

    def sessions(
        self, *, limit: int | None = None, offset: int = 0, where: AttemptFilter = ANY_ATTEMPT
    ) -> list[SessionSummary]:
        """Return sessions, newest first; ``overall`` is 1 to 5 with two decimals.

        It is the mean, over the scored attempts, of each one's newest overall. ``where`` leaves
        the sessions begun since, for that role, and with an answer that the rest of it fits.
        """
        with self._reading() as db:
            return queries.summaries(db, where, limit, offset)

    def attempts(
        self,
        where: AttemptFilter = ANY_ATTEMPT,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[AttemptRow]:
        """Return the answers that fit, skipped ones included, newest first."""
        with self._reading() as db:
            return queries.attempt_rows(db, where, limit, offset)

    def newest_unfinished(self) -> str | None:
        """Id of the newest session with questions left to ask, or None."""
        with self._reading() as db:
            return queries.newest_unfinished(db)

    def unscored(self, session_id: str) -> list[str]:
        """Ids of the answers in a session (id or unique prefix) that no judge has scored yet."""
        with self._reading() as db:
            return queries.unscored(db, queries.resolve(db, "session", session_id))

    def answered_questions(self) -> dict[str, datetime]:
        """When each question id was last answered (skips do not count)."""
        with self._reading() as db:
            return queries.answered_questions(db)

    def cards(self, *, due_by: datetime | None = None) -> list[Card]:
        """Return the cards (due by then, where a moment is given), most urgent first."""
        with self._reading() as db:
            return queries.cards(db, due_by)

    def reviews(self, session_id: str) -> list[Review]:
        """Return the reviews of a session's answers (id or unique prefix), oldest first."""
        with self._reading() as db:
            return queries.reviews(db, queries.resolve(db, "session", session_id))

    def search(self, words: str, *, limit: int = 20, offset: int = 0) -> Found:
        """Return the answers whose question, text or feedback holds all ``words``, best first.

        Raises:
            UsageError: there is no letter or digit in ``words``.
        """
        with self._reading() as db:
            return search.find(db, words, limit, offset)

    def export_to(self, write: Callable[[str], object]) -> None:
        """Call ``write`` with each line of the whole history, as `import_from` reads it."""
        with self._reading() as db:
            transfer.write_out(db, write)

    def problems(self) -> list[str]:
        """Return what is wrong with the file, in plain words; nothing when it is sound."""
        with self._lock, plainly(self.path):
            return repair.problems(self._db)

    # --- inside a transaction -----------------------------------------------

    @contextmanager
    def _reading(self, kind: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
        # The connection's own context commits, or rolls back on any error, Ctrl-C included.
        with self._lock, plainly(self.path), self._db as db:
            db.execute(f"BEGIN {kind}")
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading("IMMEDIATE") as db:
            yield db

    def _forget_pages(self) -> None:
        # The log still holds the pages as they were until it is emptied.
        with self._lock, plainly(self.path):
            busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            self._notice(
                "It is deleted; another program has the history open, and traces may stay in the "
                f"file {self.path}-wal until that program is closed."
            )

    def _need_session(self, session_id: str) -> None:
        if not queries.has_session(self._db, session_id):
            raise StoreError(f"There is no session {session_id} in your history {self.path}.")

    def _change(self, attempt_id: str, **changes: object) -> None:
        with self._writing() as db:
            kept = queries.attempt(db, attempt_id)
            writing.put_attempt(db, kept.model_copy(update=changes))
