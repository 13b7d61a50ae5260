"""Deletes for good: rows, searched words, recordings, and the copies that stand beside the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from mockinterview.errors import StoreError
from mockinterview.stores.backup import copies


def recordings_folder(path: Path) -> Path:
    """Return the folder of recordings that belongs to the history file ``path``."""
    return path.parent / "recordings"


def delete_rows(db: sqlite3.Connection, session_id: str | None) -> tuple[int, int, list[str]]:
    """Delete a session (None: everything), inside the caller's transaction.

    Returns how many sessions and answers went, and the names of their recordings. Cards of
    questions that have no answer left go too.
    """
    whose = "WHERE (?1 IS NULL OR session_id = ?1)"
    names = db.execute(
        "SELECT json_extract(document, '$.spoken.recording') FROM "
        f"(SELECT document FROM attempt {whose}) WHERE json_valid(document) "
        "UNION ALL SELECT json_extract(turn.value, '$.spoken.recording') FROM "
        f"(SELECT document FROM attempt {whose} AND json_valid(document)), "
        "json_each(document, '$.follow_ups') AS turn",
        (session_id,),
    ).fetchall()
    (answers,) = db.execute(f"SELECT count(*) FROM attempt {whose}", (session_id,)).fetchone()
    gone = db.execute("DELETE FROM session WHERE ?1 IS NULL OR id = ?1", (session_id,)).rowcount
    db.execute("DELETE FROM card WHERE question_id NOT IN (SELECT question_id FROM attempt)")
    # FTS5 only marks words as gone until its segments are merged.
    db.execute("INSERT INTO answer_search (answer_search) VALUES ('optimize')")
    return gone, answers, [name for (name,) in names if name]


def delete_recordings(path: Path, names: Iterable[str]) -> int:
    """Delete the named files of the recordings folder, nothing outside it; return how many."""
    folder = recordings_folder(path).resolve()
    count = 0
    # The replies to follow-ups lie beside an answer, under its name with a number.
    every = [one for name in names for one in (name, *_replies(folder, name))]
    for name in every:
        file = (folder / name).resolve()
        if file != folder and file.is_relative_to(folder) and file.is_file():
            _unlink(file)
            count += 1
    return count


def _replies(folder: Path, name: str) -> list[str]:
    return [file.name for file in folder.glob(f"{Path(name).stem}-*.wav")]


def delete_all_recordings(path: Path) -> int:
    """Delete every file in the recordings folder, also one that no answer names."""
    folder = recordings_folder(path)
    if not folder.is_dir():
        return 0
    return delete_recordings(path, [str(file.relative_to(folder)) for file in folder.rglob("*")])


def delete_copies(path: Path) -> int:
    """Delete backups and damaged forerunners, which hold the same answers; return how many."""
    found = copies(path)
    for file in found:
        _unlink(file)
    return len(found)


def _unlink(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{file} could not be deleted: {error.strerror or error}. Your history is as it was.",
            "Delete that file yourself, then try again.",
        ) from error
