"""No answer is lost: processes killed at any moment, several at once, and a full disk."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mockinterview.errors import StoreError
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, plan

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and limits")
WORKER = Path(__file__).with_name("store_worker.py")


def start(job: str, file: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), job, str(file), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    with process:  # not communicate(): it would lose what readline() has buffered
        return process.stdout.read().splitlines()


def assert_sound(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO answer_search (answer_search) VALUES ('integrity-check')")


def test_every_answer_that_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    chance = random.Random(7)
    acknowledged: dict[str, list[str]] = {}
    for run in range(6):
        process = start("new", file, f"run{run}", 100_000)
        assert process.stdout is not None
        if run:  # the first one may die while it still makes the file
            process.stdout.readline()
            acknowledged[f"run{run}"] = [f"run{run}-0"]
            time.sleep(chance.uniform(0, 0.15))
        else:
            while not file.exists():
                time.sleep(0.001)
        process.kill()
        ids = [line for line in output(process) if line.startswith("run")]
        acknowledged.setdefault(f"run{run}", []).extend(ids)
        with SqliteStore(file) as store:
            for name, ids in acknowledged.items():
                kept = [a.id for a in store.session(name).attempts] if ids else []
                assert kept[: len(ids)] == ids
                assert len(kept) <= len(ids) + 1  # the one being saved may be there too
                if ids:
                    last = store.attempt(ids[-1])
                    assert last.answer.startswith(f"{name} {last.position}: I measured")
        assert_sound(file)
    assert sum(len(ids) for ids in acknowledged.values()) > 10


def test_four_processes_write_one_new_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    makers = [start("new", file, f"maker{i}", 25) for i in range(4)]
    for i, maker in enumerate(makers):
        assert output(maker) == [f"maker{i}-{n}" for n in range(25)]
    with SqliteStore(file) as store:
        assert sorted((s.id, s.answered) for s in store.sessions()) == [
            (f"maker{i}", 25) for i in range(4)
        ]
    assert_sound(file)


def test_four_processes_write_one_session_at_once(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    with SqliteStore(file) as store:
        store.create_session("shared", START, plan())
        writers = [start("join", file, f"writer{i}", 25) for i in range(4)]
        for i, writer in enumerate(writers):
            assert output(writer) == [f"writer{i}-{n}" for n in range(25)]
        ids = [a.id for a in store.session("shared").attempts]
    assert sorted(ids) == sorted(f"writer{i}-{n}" for i in range(4) for n in range(25))
    for i in range(4):  # each one's own order is kept
        assert [x for x in ids if x.startswith(f"writer{i}-")] == [
            f"writer{i}-{n}" for n in range(25)
        ]
    assert_sound(file)


def test_a_disk_without_room_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    *saved, complaint = output(start("full", file, "run", 1000))
    assert saved == [f"run-{n}" for n in range(len(saved))]
    assert len(saved) > 3
    assert complaint.startswith("error: ")
    assert str(file) in complaint
    assert "disk" in complaint
    with SqliteStore(file) as store:
        kept = store.session("run").attempts
        assert [a.id for a in kept] == saved
        store.save_answer(attempt("afterwards", "run"))  # room again: it goes on
        assert store.attempt("afterwards").session_id == "run"
    assert_sound(file)


def test_a_full_database_rolls_back_and_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    with SqliteStore(file) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("before"))
        # SQLite's own limit gives the SQLITE_FULL that a full disk gives.
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="no room left") as caught:
            store.save_answer(attempt("big", position=1, answer="long " * 20_000))
        assert "Free some space" in caught.value.hint
        assert [a.id for a in store.session("s1").attempts] == ["before"]
        store._db.execute("PRAGMA max_page_count = 100000")
        store.save_answer(attempt("big", position=1, answer="long " * 20_000))
    with SqliteStore(file) as store:
        assert [a.id for a in store.session("s1").attempts] == ["before", "big"]
    assert_sound(file)
