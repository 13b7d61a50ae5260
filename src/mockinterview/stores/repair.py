"""Checks the history file, and mends it without ever writing over a damaged one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from mockinterview.errors import StoreError
from mockinterview.model import Attempt, Grading, Plan, Reverse
from mockinterview.ports import Repaired
from mockinterview.records import Card, Review
from mockinterview.stores import derived
from mockinterview.stores.faults import plainly, reachably
from mockinterview.stores.opening import connect
from mockinterview.stores.pages import missing, rows, with_log
from mockinterview.stores.rescue import Rescued
from mockinterview.stores.schema import APPLICATION_ID, MIGRATIONS, foreign
from mockinterview.values import Value

_DOCUMENTS: dict[str, type[Value]] = {
    "session": Plan,
    "attempt": Attempt,
    "grading": Grading,
    "reverse": Reverse,
    "card": Card,
    "review": Review,
}


def problems(db: sqlite3.Connection) -> list[str]:
    """Return what is wrong with an open file, in plain words; nothing when it is sound."""
    try:
        first = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if first != "ok" or db.execute("PRAGMA foreign_key_check").fetchone():
            return ["The history file is damaged."]
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return ["The history file is damaged."]
    return [*_unreadable(db), *_index_problems(db)]


def repair(path: Path, notice: Callable[[str], None]) -> Repaired:
    """Mend the history at ``path``; what cannot be read is left out and told.

    ``notice`` is told where the copy of a file of an older format lies.

    A sound file only gets its index made again. Of a damaged one the readable rows go into a
    new file, and the damaged file is kept beside it under another name.

    Raises:
        StoreError: there is no history, it is another program's or a newer mockinterview's, or
            nothing in it can be read. The file is then as it was.
    """
    with reachably(path):
        size = path.stat().st_size if path.exists() else 0
    if not size:
        raise StoreError(f"There is no history at {path}, so there is nothing to repair.")
    with plainly(path), reachably(path):
        _refuse_foreign(path)
        if _mend_in_place(path, notice):
            return Repaired(None, *_counts(path), ())
        return _rescue(path)


def _unreadable(db: sqlite3.Connection) -> list[str]:
    bad = 0
    for table, kind in _DOCUMENTS.items():
        # As bytes, because text that is no UTF-8 would end the reading.
        for (text,) in db.execute(f"SELECT CAST(document AS BLOB) FROM {table}"):
            try:
                kind.model_validate_json(text)
            except ValidationError:
                bad += 1
    return [f"{bad} entries of the history cannot be read."] if bad else []


def _index_problems(db: sqlite3.Connection) -> list[str]:
    try:
        db.execute("INSERT INTO answer_search (answer_search) VALUES ('integrity-check')")
        (lacking,) = db.execute(
            "SELECT (SELECT count(*) FROM attempt) - (SELECT count(*) FROM fact) "
            "OR (SELECT count(*) FROM attempt) - (SELECT count(*) FROM answer_search)"
        ).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        lacking = True
    return ["The search index of the history is damaged."] if lacking else []


def _refuse_foreign(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(b"SQLite format 3\0"):
        return  # destroyed, or never a database: what can be read in it will tell
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise foreign(path)
    if int.from_bytes(head[60:64], "big") > len(MIGRATIONS):
        raise StoreError(
            f"Your history {path} was written by a newer mockinterview. It was not changed.",
            "Upgrade with: pip install --upgrade mockinterview",
        )


def _mend_in_place(path: Path, notice: Callable[[str], None]) -> bool:
    """Make the index of a readable file again; return False where more than that is wrong."""
    try:
        with closing(connect(path, notice)) as db:
            found = problems(db)
            if found and found != _index_problems(db):
                return False
            with db:
                db.execute("BEGIN IMMEDIATE")
                # From the words kept beside it, so that taking them out again does not stumble.
                db.execute("INSERT INTO answer_search (answer_search) VALUES ('rebuild')")
                derived.rebuild(db)
                mended = not problems(db)
                if not mended:
                    db.rollback()
            return mended
    except (sqlite3.DatabaseError, StoreError, UnicodeDecodeError):
        return False


def _rescue(path: Path) -> Repaired:
    log = path.with_name(f"{path.name}-wal")
    image = with_log(path.read_bytes(), log.read_bytes() if log.exists() else b"")
    rescued = Rescued(rows(image))
    if not rescued:
        raise StoreError(
            f"Nothing in {path} can be read as a history of mockinterview. It was not changed.",
            "Move that file away, and mockinterview starts a new history; or bring back a copy.",
        )
    made = path.with_name(f"{path.name}.repair-part")
    _remove(made)
    try:
        lost = rescued.lost()
        if share := missing(image):
            lost.append(f"The last {share:.0%} of the file is missing, with all that was in it.")
        with closing(connect(made, lambda told: None)) as db, db:
            db.execute("BEGIN IMMEDIATE")
            rescued.write(db)
        counts = _counts(made)
        aside = _set_aside(path)
        # Its log goes before the file is replaced: it must never be applied to the new one.
        for name in (f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        made.replace(path)
    finally:
        _remove(made)
    return Repaired(aside, *counts, tuple(lost))


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for number in count(1):
        aside = path.with_name(f"{path.name}.damaged-{stamp}{f'-{number}' * (number > 1)}")
        if not aside.exists() and not aside.with_name(f"{aside.name}-wal").exists():
            break
    for suffix in ("", "-wal"):
        source = path.with_name(f"{path.name}{suffix}")
        if source.exists():
            target = aside.with_name(f"{aside.name}{suffix}")
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            shutil.copyfile(source, target)
            with target.open("rb+") as file:
                os.fsync(file.fileno())
    return aside


def _counts(path: Path) -> tuple[int, int]:
    with closing(connect(path, lambda told: None)) as db:
        if found := problems(db):
            raise StoreError(f"{found[0]} The file made from it is not sound either.")
        sessions, attempts = db.execute(
            "SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM attempt)"
        ).fetchone()
    return int(sessions), int(attempts)


def _remove(made: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            made.with_name(f"{made.name}{suffix}").unlink()
