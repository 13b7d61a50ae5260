"""Copies of the history file that stand beside it: made before a migration, found, removed."""

from __future__ import annotations

import filecmp
import glob
import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path


def back_up(source: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy what ``source`` reads of the file ``path`` to a new file beside it, and return that.

    It is readable by its owner alone and named after ``version``; a copy with the very same
    bytes is not made twice.
    """
    part = path.with_name(f"{path.name}.backup-part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        for number in count(1):
            kept = path.with_name(f"{path.name}.v{version}-backup{f'-{number}' * (number > 1)}")
            if not kept.exists():
                part.rename(kept)
                return kept
            if filecmp.cmp(part, kept, shallow=False):
                return kept
    finally:
        part.unlink(missing_ok=True)
    raise AssertionError("count() does not end")


def copies(path: Path) -> list[Path]:
    """Return the backups of ``path``, its damaged forerunners, and what a kill left half made."""
    name = glob.escape(path.name)
    patterns = (f"{name}.v*-backup*", f"{name}.damaged-*", f"{name}.*-part*")
    found = [file for pattern in patterns for file in path.parent.glob(pattern)]
    return sorted(file for file in found if file.is_file())
