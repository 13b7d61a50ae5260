"""A file that an earlier version really wrote: copied first, brought up to date, nothing lost.

``data/history_v1.db.gz`` was written by mockinterview 0.1.0 as of commit 572b844, through its own
store and its own offline judge. It is never made again.
"""

from __future__ import annotations

import gzip
import signal
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mockinterview.errors import StoreError
from mockinterview.ports import AttemptFilter
from mockinterview.records import Review
from mockinterview.stores.backup import copies
from mockinterview.stores.schema import MIGRATIONS
from mockinterview.stores.sqlite import SqliteStore
from tests.conftest import Run
from tests.killing import killed_at
from tests.store_samples import START, attempt
from tests.test_store_migrations import V1, shape, versions

OLD = Path(__file__).parent / "data" / "history_v1.db.gz"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "history.db"
    path.parent.mkdir()
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    path.chmod(0o600)
    return path


def test_the_script_and_the_real_file_of_version_1_agree(old: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    with closing(sqlite3.connect(made)) as db:
        db.executescript(V1.read_text(encoding="utf-8"))
    assert shape(made) == shape(old)
    assert versions(made) == versions(old)
    assert versions(old)[1] == 1


def test_everything_in_a_real_old_file_is_still_there(old: Path) -> None:
    with SqliteStore(old) as store:
        assert [(s.id, s.answered, s.unscored, s.scores) for s in store.sessions()] == [
            ("old9bc2d", 2, 1, False),
            ("old4kx7a", 3, 0, True),
        ]
        first, second, third = store.session("old4").attempts
        assert first.full_answer.endswith(
            "Zoë» said so, 日本.\n\nI wrote the rule for who enters what."
        )
        assert first.evaluation is not None
        assert first.evaluation.star is not None
        assert [a.gradings[0].id for a in (first, second, third)] == ["g0", "g1", "g2"]
        assert store.session("old4").reverse[0].comment == "Good one."
        draft = store.draft("old9bc2d")
        assert draft is not None
        assert draft.text == "I would begin with"
        assert store.session("old9").attempts[1].gradings[0].error_code == "unreachable"
        assert store.problems() == []


def test_old_answers_get_their_light_rows_and_searched_words(old: Path) -> None:
    with SqliteStore(old) as store:
        rows = {row.id: row for row in store.attempts()}
        for row in rows.values():
            kept = store.attempt(row.id)
            made = kept.evaluation
            assert (row.overall, row.judge) == ((made.overall, "offline") if made else (None, None))
            assert row.levels == {c.id: c.level for c in made.criteria} if made else not row.levels
            assert row.competencies == kept.question.competencies
            assert row.answered_at == kept.answered_at
            assert row.scores == (row.session_id == "old4kx7a")
        assert {row.id for row in store.attempts(AttemptFilter(role="DATA analyst"))} == {
            "old9bc2d-0",
            "old9bc2d-1",
        }
        assert {hit.attempt.id for hit in store.search("nurses calendar rule").hits} == set()
        assert {hit.attempt.id for hit in store.search("nurses rule").hits} == {
            "old4kx7a-0",
            "old9bc2d-0",
        }


def test_an_old_file_can_be_gone_on_with(old: Path) -> None:
    with SqliteStore(old) as store:
        store.save_answer(attempt("new", "old9bc2d", 2))
        store.save_self_score("old4kx7a-0", 3)
        store.add_review(Review(id="r", attempt_id="new", reviewer="Bo", at=START, overall=2))
        assert store.attempt("old4kx7a-0").self_score == 3
        assert [review.id for review in store.reviews("old9")] == ["r"]


def test_the_old_file_is_copied_first_and_the_user_is_told_where(old: Path) -> None:
    with closing(sqlite3.connect(old)) as db:
        before = list(db.iterdump())
    told: list[str] = []
    SqliteStore(old, told.append).close()
    (copy,) = copies(old)
    assert str(copy) in told[0]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as db:
        assert list(db.iterdump()) == before
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    SqliteStore(old, told.append).close()
    assert len(told) == 1  # once


def test_a_copy_of_the_same_file_is_not_made_twice_and_none_is_written_over(old: Path) -> None:
    first = old.read_bytes()
    SqliteStore(old).close()
    (copy,) = copies(old)
    kept = copy.read_bytes()
    old.write_bytes(first)  # as after an upgrade that was undone
    SqliteStore(old).close()
    assert copies(old) == [copy]
    copy.write_bytes(b"something else")
    old.write_bytes(first)
    SqliteStore(old).close()
    assert copy.read_bytes() == b"something else"
    other = next(file for file in copies(old) if file != copy)
    assert other.read_bytes() == kept


def test_four_processes_may_meet_an_old_file_at_once(old: Path, run: Run) -> None:
    environment = {"MOCKINTERVIEW_HOME": str(old.parent)}
    with ThreadPoolExecutor(4) as pool:
        listed = list(
            pool.map(lambda _: run("history", "list", "--json", env=environment), range(4))
        )
    assert [done.returncode for done in listed] == [0] * 4
    assert len({done.stdout for done in listed}) == 1
    assert sum("v1-backup" in done.stderr for done in listed) == 1
    assert len(copies(old)) == 1


def test_the_command_says_on_standard_error_where_the_copy_is(old: Path, run: Run) -> None:
    listed = run("history", "list", "--json", env={"MOCKINTERVIEW_HOME": str(old.parent)})
    assert listed.returncode == 0
    assert listed.stdout.startswith('{"schema"')
    assert "history.db.v1-backup" in listed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL")
@pytest.mark.parametrize("statement", [1, 4, 12, 25, 40, 70])
def test_killed_at_any_statement_the_migration_is_done_or_not_begun(
    old: Path, statement: int
) -> None:
    assert killed_at(statement, lambda: SqliteStore(old))
    with closing(sqlite3.connect(old)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert versions(old)[1] in (1, len(MIGRATIONS))
    test_everything_in_a_real_old_file_is_still_there(old)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_without_room_for_the_copy_nothing_is_changed(old: Path) -> None:
    import resource

    def with_little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with pytest.raises(StoreError, match="disk"):
            SqliteStore(old)

    assert not killed_at(10_000, with_little_room)
    assert versions(old)[1] == 1
    assert copies(old) == []
    test_everything_in_a_real_old_file_is_still_there(old)
