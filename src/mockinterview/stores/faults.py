"""Puts what SQLite and the system complain about into plain words, with what to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from mockinterview.errors import StoreError
from mockinterview.stores.schema import foreign

_SAFE = "What was saved before is still there."
_READ_ONLY = (
    "Your history {path} cannot be written: the file or its folder is read-only.",
    "Give yourself write permission, or choose another folder with MOCKINTERVIEW_HOME.",
)
_BUSY = (
    "Another program has kept your history {path} locked for too long.",
    "Close other mockinterview windows or database tools that use the file, then try again. "
    + _SAFE,
)
_DAMAGED = (
    "Your history {path} is damaged.",
    "Run: mockinterview doctor --repair. It keeps a copy of the damaged file and rescues what "
    "can be read.",
)
#: Message and hint by SQLite's primary result code (https://sqlite.org/rescode.html).
_WORDS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: (
        "There is no room left on the disk for your history {path}.",
        f"Free some space and try again. {_SAFE}",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk refused to read or write your history {path}.",
        f"Check that the disk is connected and has free space, then try again. {_SAFE}",
    ),
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: (
        "Your history {path} cannot be opened.",
        "Check that it is a file (not a folder) and that you may read and write it, or choose "
        "another folder with MOCKINTERVIEW_HOME.",
    ),
}


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of unreadable documents into StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            raise foreign(path) from error
        message, hint = _WORDS.get(
            code,
            (f"Your history {{path}} could not be used: {error}.", "Run: mockinterview doctor"),
        )
        raise StoreError(message.replace("{path}", str(path)), hint) from error
    except ValidationError as error:
        raise StoreError(
            f"Your history {path} holds an entry this version cannot read: "
            f"{error.title}, {error.errors()[0]['msg']}.",
            "It may come from a newer version: pip install --upgrade mockinterview",
        ) from error
    except ValueError as error:  # a damaged name, date or text, or SQLite's message about it
        message, hint = _DAMAGED
        raise StoreError(message.replace("{path}", str(path)), hint) from error


@contextmanager
def reachably(path: Path) -> Iterator[None]:
    """Turn what the file system says about ``path`` into StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Your history {path} could not be created or opened: {error.strerror or error}.",
            "Check the folder's permissions, or choose another with MOCKINTERVIEW_HOME.",
        ) from error
