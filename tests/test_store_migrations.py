"""Older files are brought up to date; newer, foreign and broken ones are never touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mockinterview.errors import StoreError
from mockinterview.ports import Draft, SessionSummary
from mockinterview.stores.schema import APPLICATION_ID, MIGRATIONS, check, migrate
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, plan, scored

V1 = Path(__file__).parent / "data" / "history_v1.sql"


@pytest.fixture
def v1(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(V1.read_text(encoding="utf-8"))
    return path


def shape(path: Path) -> set[tuple[str, str, str]]:
    """Every table, index and trigger with the SQL that made it."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows}


def versions(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as db:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        return application, db.execute("PRAGMA user_version").fetchone()[0]


# --- from version 1 ---------------------------------------------------------


def test_a_version_1_file_lists_and_opens(v1: Path) -> None:
    with SqliteStore(v1) as store:
        day = START + timedelta(days=1)
        done = START + timedelta(minutes=20)
        assert store.sessions() == [
            SessionSummary("81b20d", day, None, "sre", "exam", 3, 0, 0, None),
            SessionSummary("7f3a9c", START, done, "backend engineer", "coach", 2, 2, 1, 3.5),
        ]
        session = store.session("7f")
        first, second = session.attempts
        assert first.full_answer == (
            "Our deploys were slow; it's me who cut them to 8 minutes.\n\n"
            "The dashboard: from 40 to 8."
        )
        assert [grading.error_code for grading in first.gradings] == ["unreachable", ""]
        assert first.evaluation == scored("g-two", 3.5).evaluation
        assert second.answer == "I asked Zoë to pair with me — 日本 team."
        assert session.plan == plan(2)
        assert session.reverse[0].text == "How do you ship?"
        assert store.newest_unfinished() == "81b20d"
        assert store.draft("81b20d") == Draft(1, "I would start with")
        assert store.unscored("7f") == ["a-two"]


def test_a_version_1_file_can_be_gone_on_with(v1: Path) -> None:
    with SqliteStore(v1) as store:
        store.save_answer(attempt("new", "81b20d", 1))
        store.add_grading("a-two", scored("g", 4.5))
        assert store.sessions()[1].overall == 4.0
    assert versions(v1) == (APPLICATION_ID, len(MIGRATIONS))


def test_an_old_file_ends_up_with_the_same_tables_as_a_new_one(v1: Path, tmp_path: Path) -> None:
    SqliteStore(v1).close()
    SqliteStore(tmp_path / "new.db").close()
    assert shape(v1) == shape(tmp_path / "new.db")


# --- the mechanism ----------------------------------------------------------


def test_later_scripts_run_once_and_in_order(v1: Path) -> None:
    scripts = (
        MIGRATIONS[0],
        "ALTER TABLE session ADD COLUMN note TEXT; UPDATE session SET note = 'two';",
        "CREATE TRIGGER t AFTER INSERT ON draft BEGIN SELECT 1; SELECT 2; END;\n"
        "UPDATE session SET note = note || ' three'",
    )
    with closing(sqlite3.connect(v1, isolation_level=None)) as db:
        for _ in range(2):
            migrate(db, v1, scripts)
            assert check(db, v1, 3) == 3
            notes = db.execute("SELECT note FROM session").fetchall()
            assert notes == [("two three",), ("two three",)]


def test_a_migration_that_fails_changes_nothing(v1: Path) -> None:
    before = shape(v1)
    scripts = (MIGRATIONS[0], "CREATE TABLE more (x);\nDELETE FROM session;\n", "NOT SQL;")
    with closing(sqlite3.connect(v1, isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, v1, scripts)
        assert not db.in_transaction
    assert shape(v1) == before
    assert versions(v1) == (APPLICATION_ID, 1)
    with SqliteStore(v1) as store:
        assert len(store.sessions()) == 2


# --- what is not ours stays as it is ----------------------------------------


def refused(path: Path) -> StoreError:
    """Open ``path``, check that the refusal names it and leaves its bytes, and return it."""
    before = path.read_bytes()
    mode = path.stat().st_mode
    with pytest.raises(StoreError) as caught:
        SqliteStore(path)
    assert path.read_bytes() == before
    assert path.stat().st_mode == mode
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value


def test_a_newer_file_asks_for_an_upgrade(v1: Path) -> None:
    with closing(sqlite3.connect(v1)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    error = refused(v1)
    assert "newer" in error.message
    assert "pip install --upgrade mockinterview" in error.hint


@pytest.mark.parametrize("journal", ["wal", "delete"])
@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE moz_places (url TEXT)",
        "PRAGMA application_id = 7; CREATE TABLE session (id TEXT)",
        "PRAGMA user_version = 1",
    ],
)
def test_another_programs_database_is_left_alone(tmp_path: Path, script: str, journal: str) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.executescript(script)
    assert "not a mockinterview history" in refused(path).message


def test_another_programs_unfinished_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    log = tmp_path / "history.db-wal"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE theirs (x)")
        db.commit()
        main, pending = path.read_bytes(), log.read_bytes()
    # As after a crash: all that matters is still in the log only.
    path.write_bytes(main)
    log.write_bytes(pending)
    assert "not a mockinterview history" in refused(path).message
    assert log.read_bytes() == pending


@pytest.mark.parametrize("size", [1, 2, 99, 511, 512, 5000])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, size: int) -> None:
    path = tmp_path / "history.db"
    path.write_bytes((b"Dear diary, " * 500)[:size])
    assert "not a mockinterview history" in refused(path).message


def test_an_empty_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch()
    with SqliteStore(path) as store:
        store.create_session("s1", datetime(2026, 1, 1, tzinfo=UTC), plan())
    assert versions(path) == (APPLICATION_ID, len(MIGRATIONS))
