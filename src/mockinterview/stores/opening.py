"""Opens the history file: private to its owner, recognised before it is written, durable."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from mockinterview.errors import StoreError
from mockinterview.stores import derived
from mockinterview.stores.backup import back_up
from mockinterview.stores.schema import check, foreign, migrate

#: How long to wait for another process, in seconds.
BUSY_SECONDS = 5.0
_OLDEST_SQLITE = (3, 37)  # STRICT tables
#: Bytes in the smallest page. SQLite takes a one-byte file for an empty one and overwrites it.
_SMALLEST = 512


def connect(path: Path, notice: Callable[[str], None]) -> sqlite3.Connection:
    """Return a connection to the migrated file at ``path``, made if it is not there.

    A file of an older format is copied before it is changed; ``notice`` is told where to.

    Raises:
        StoreError: the file is another program's, or a newer mockinterview's.
        sqlite3.Error, OSError: for `mockinterview.stores.faults.plainly` to translate.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(
            f"This Python brings SQLite {sqlite3.sqlite_version}; mockinterview needs 3.37.",
            "Install a newer Python (python.org or `uv python install`) and use that.",
        )
    path = path.absolute()
    _make(path)
    _recognise(path)
    _make_private(path)
    db = _open(path, "rw")
    try:
        migrate(db, path, before=lambda v: _copy_first(path, v, notice), after=derived.rebuild)
        _use_wal(db)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone stops at the drive's cache
        db.execute("PRAGMA secure_delete = ON")
    except BaseException:
        db.close()
        raise
    return db


def _copy_first(path: Path, version: int, notice: Callable[[str], None]) -> None:
    # A connection of its own: the one that migrates is inside a transaction.
    with contextlib.closing(_open(path, "ro")) as db:
        kept = back_up(db, path, version)
    notice(
        f"Your history is being brought to this version's format. "
        f"A copy of the file as it was is kept: {kept}"
    )


def _make(path: Path) -> None:
    # mkdir(parents=True) gives its mode to the last folder only, so each is made by itself.
    for folder in reversed(path.parents):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _recognise(path: Path) -> None:
    # Look without writing: another program's file must stay as it is.
    size = path.stat().st_size
    if 0 < size < _SMALLEST:
        raise foreign(path)
    if not size:
        return
    with contextlib.closing(_open(path, "ro")) as db:
        try:
            check(db, path)
        except sqlite3.OperationalError as error:
            # A crash left a journal that only a writer may roll back; migrate() checks again.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                raise


def _make_private(path: Path) -> None:
    # SQLite gives -wal and -shm the mode of the main file; older ones may be looser.
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        file = path.with_name(name)
        # The other process that made it may remove it; a file of another owner stays as it is.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # SqliteStore holds a lock around every use
    )


def _use_wal(db: sqlite3.Connection) -> None:
    # Changing the journal may fail at once, without SQLite's own waiting, when another
    # process opens the same new file.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        time.sleep(0.02)
