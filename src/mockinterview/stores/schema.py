"""The tables of the history file, and how an older file becomes a current one."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from mockinterview.errors import StoreError

#: "MkIv" in ASCII: how we recognise a file of ours (SQLite header, offset 68).
APPLICATION_ID = 0x4D6B4976

_V1 = """
CREATE TABLE session (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    role TEXT NOT NULL,
    mode TEXT NOT NULL,
    planned INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_start ON session (started_at, n);

CREATE TABLE attempt (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    question_id TEXT NOT NULL,
    category TEXT NOT NULL,
    skipped INTEGER NOT NULL CHECK (skipped IN (0, 1)),
    answered_at TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_by_session ON attempt (session_id, skipped, position);
CREATE INDEX attempt_by_question ON attempt (skipped, question_id, answered_at);

CREATE TABLE grading (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    attempt_id TEXT NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    judge TEXT NOT NULL,
    evaluated INTEGER NOT NULL CHECK (evaluated IN (0, 1)),
    overall REAL,
    document TEXT NOT NULL,
    UNIQUE (attempt_id, id)
) STRICT;
CREATE UNIQUE INDEX grading_by_attempt ON grading (attempt_id, seq, evaluated, overall);

CREATE TABLE reverse (
    n INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX reverse_by_session ON reverse (session_id);

CREATE TABLE draft (
    session_id TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- Its rowid is attempt.n. The triggers keep one row for each attempt, also when a
-- deleted session takes its attempts along; the store fills in the words.
CREATE VIRTUAL TABLE answer_search USING fts5 (
    question, answer, feedback, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER attempt_added AFTER INSERT ON attempt BEGIN
    INSERT INTO answer_search (rowid, question, answer, feedback) VALUES (new.n, '', '', '');
END;
CREATE TRIGGER attempt_deleted AFTER DELETE ON attempt BEGIN
    DELETE FROM answer_search WHERE rowid = old.n;
END;
"""

_V2 = """
ALTER TABLE session ADD COLUMN scores INTEGER NOT NULL DEFAULT 1 CHECK (scores IN (0, 1));
UPDATE session SET scores = 0
    WHERE json_valid(document) AND json_extract(document, '$.scores') = 0;

-- One small row for each attempt: what lists, trends and filters need, without the documents.
-- Everything in it is derived (`mockinterview.stores.derived`) and can be made again.
CREATE TABLE fact (
    n INTEGER PRIMARY KEY REFERENCES attempt (n) ON DELETE CASCADE,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    role TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    question_id TEXT NOT NULL,
    category TEXT NOT NULL,
    skipped INTEGER NOT NULL,
    scores INTEGER NOT NULL,
    judge TEXT,
    overall REAL,
    self_score REAL,
    retry_of TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX fact_by_time ON fact (answered_at, n);
CREATE INDEX fact_by_session ON fact (session_id);
CREATE INDEX fact_by_question ON fact (question_id, answered_at);

CREATE TABLE card (
    question_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    due TEXT NOT NULL,
    lapses INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (question_id, criterion)
) STRICT;
CREATE INDEX card_by_due ON card (due);

CREATE TABLE review (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    attempt_id TEXT NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX review_by_attempt ON review (attempt_id, at);
"""

#: Script ``i`` turns version ``i`` into ``i + 1``. A released script is never edited.
MIGRATIONS: tuple[str, ...] = (_V1, _V2)


def check(db: sqlite3.Connection, path: Path, newest: int = len(MIGRATIONS)) -> int:
    """Return the version of the file, 0 when it is empty. Only reads.

    Raises:
        StoreError: the file is another program's, or a newer mockinterview's.
    """
    application = int(db.execute("PRAGMA application_id").fetchone()[0])
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != APPLICATION_ID and (application or version or tables):
        raise foreign(path)
    if version > newest:
        raise StoreError(
            f"Your history {path} was written by a newer mockinterview "
            f"(format {version}; this one knows up to {newest}). It was not changed.",
            "Upgrade with: pip install --upgrade mockinterview",
        )
    return version


def migrate(
    db: sqlite3.Connection,
    path: Path,
    scripts: tuple[str, ...] = MIGRATIONS,
    *,
    before: Callable[[int], None] | None = None,
    after: Callable[[sqlite3.Connection], None] | None = None,
) -> None:
    """Bring the file to the newest version in one transaction: all of it or nothing.

    Where the file holds an older version, ``before`` is called with it while nothing has
    changed yet, and ``after`` when the scripts have run, inside the transaction.

    Raises:
        StoreError: as `check`.
    """
    if check(db, path, len(scripts)) == len(scripts):
        return
    with db:
        db.execute("BEGIN IMMEDIATE")
        # Read again: another process may have been first while this one waited.
        version = check(db, path, len(scripts))
        if 0 < version < len(scripts) and before is not None:
            before(version)
        for script in scripts[version:]:
            for statement in _statements(script):
                db.execute(statement)
        if 0 < version < len(scripts) and after is not None:
            after(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(scripts)}")


def foreign(path: Path) -> StoreError:
    """Return the error for a file that mockinterview did not write."""
    return StoreError(
        f"{path} is not a mockinterview history, so it was not changed.",
        "Choose another folder with MOCKINTERVIEW_HOME, or move that file away and try again. "
        "If it is your history and was damaged: mockinterview doctor --repair",
    )


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit what came before, and a migration must be all or nothing.
    pending = ""
    for piece in re.split(r"(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
