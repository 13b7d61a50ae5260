"""The history file: private, durable, shared by threads, and kind words when it fails."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mockinterview.errors import StoreError
from mockinterview.stores.faults import plainly
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, plan, scored


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "history.sqlite3"


def test_only_the_owner_can_read_the_files(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        name = path.name
        assert modes == {name: 0o600, f"{name}-wal": 0o600, f"{name}-shm": 0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_loosened_file_is_tightened_and_a_users_own_folder_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o755)
    SqliteStore(path).close()
    path.chmod(0o644)
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_the_file_is_set_up_to_be_durable(path: Path) -> None:
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", ["my history?mode=memory#1%41.db", "日本.db"])
def test_odd_file_names_work(tmp_path: Path, name: str) -> None:
    with SqliteStore(tmp_path / name) as store:
        store.create_session("s1", START, plan())
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_closing_twice_is_fine_and_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.sessions()


def test_threads_may_share_one_store(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        for i in range(4):
            store.save_answer(attempt(f"a{i}"))

        def grade(name: str) -> None:
            for i in range(5):
                store.add_grading(name, scored(f"g{i}", 3.0))

        threads = [threading.Thread(target=grade, args=(f"a{i}",)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(a.gradings) for a in store.session("s1").attempts] == [5, 5, 5, 5]


def test_a_file_locked_for_too_long_is_told_plainly(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockinterview.stores.opening.BUSY_SECONDS", 0.1)
    with SqliteStore(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as caught:
            store.create_session("s1", START, plan())
        other.execute("ROLLBACK")
        assert str(path) in caught.value.message
        store.create_session("s1", START, plan())
        assert [s.id for s in store.sessions()] == ["s1"]


def test_a_damaged_file_is_told_plainly(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        for i in range(50):
            store.save_answer(attempt(f"a{i}", answer="long answer " * 100))
    with path.open("r+b") as file:
        file.seek(4096)  # keep the header, so that it is still known as ours
        file.write(b"\xaa" * (path.stat().st_size - 4096))
    with pytest.raises(StoreError, match="damaged") as caught, SqliteStore(path) as store:
        store.session("s1")
    assert str(path) in caught.value.message
    assert "doctor --repair" in caught.value.hint


def test_a_read_only_file_is_told_plainly(path: Path) -> None:
    SqliteStore(path).close()
    # Opened read-only, because file modes do not stop root in a container.
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db,
        pytest.raises(StoreError, match="read-only") as caught,
        plainly(path),
    ):
        db.execute("DELETE FROM session")
    assert caught.value.hint


@pytest.mark.parametrize("where", ["folder", "file/history.db"])
def test_a_path_that_cannot_hold_a_file_is_told_plainly(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        SqliteStore(tmp_path / where)
    assert str(tmp_path / where) in caught.value.message
    assert caught.value.hint
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_file_whose_first_opening_was_cut_short_heals(path: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.db"
    with closing(sqlite3.connect(half, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
        db.execute("BEGIN IMMEDIATE")
        db.execute("CREATE TABLE session (document TEXT)")
        db.executemany("INSERT INTO session VALUES (?)", [("x" * 3000,)] * 200)
        path.parent.mkdir(parents=True)
        path.write_bytes(half.read_bytes())
        journal = half.with_name("half.db-journal").read_bytes()
        path.with_name(f"{path.name}-journal").write_bytes(journal)
    assert path.stat().st_size > 100_000
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        assert [s.id for s in store.sessions()] == ["s1"]
