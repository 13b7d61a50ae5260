"""Files damaged for real: told plainly, never written over, and what can be read is rescued."""

from __future__ import annotations

import gzip
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockinterview.errors import MockInterviewError, StoreError
from mockinterview.model import FollowUp, Reverse
from mockinterview.ports import Draft
from mockinterview.records import Card, Review
from mockinterview.stores.pages import rows, with_log
from mockinterview.stores.repair import repair
from mockinterview.stores.schema import MIGRATIONS
from mockinterview.stores.sqlite import SqliteStore
from tests.killing import killed_at
from tests.store_samples import START, attempt, failed, plan, scored
from tests.test_store_backup import OLD

PAGE = 4096
SESSIONS, ANSWERS = 5, 15


class Image(bytes):
    """The bytes of a file, short in reports."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "history.db"
    with SqliteStore(path) as store:
        fill(store)
    return Image(path.read_bytes())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def fill(store: SqliteStore) -> None:
    chance = random.Random(7)
    for i in range(SESSIONS):
        store.create_session(f"s{i}", START, plan())
        for j in range(3):
            # From short ones in the page to long ones over many pages.
            words = "I measured it — 日本. " * chance.choice([1, 40, 400])
            store.save_answer(attempt(f"a{i}-{j}", f"s{i}", j, answer=f"{i} {j} {words}"))
            store.add_grading(f"a{i}-{j}", failed("g1"))
            store.add_grading(f"a{i}-{j}", scored("g2", 1.5 + j))
        store.save_follow_ups(f"a{i}-0", [FollowUp(text="Why?", answer=f"Because {i}.")])
        store.add_reverse(f"s{i}", Reverse(text=f"{i}?", rating=1, comment="c"))
    store.save_draft("s3", Draft(2, '{"half": "a draft"}'))
    store.save_card(Card(question_id="q-0", criterion="result", due=START, state={"n": 1}))
    store.add_review(Review(id="r1", attempt_id="a0-0", reviewer="Bo", at=START, overall=3))


def exported(path: Path) -> str:
    lines: list[str] = []
    with SqliteStore(path) as store:
        store.export_to(lines.append)
    return "".join(lines)


def complaint(path: Path) -> str:
    """What a user is told who opens and checks the file."""
    try:
        with SqliteStore(path) as store:
            return " ".join(store.problems())
    except StoreError as error:
        return error.message


def pages_with(data: bytes, kind: int) -> list[int]:
    """Numbers, from 0, of the pages of one kind; page 0 is left out."""
    return [i for i in range(1, len(data) // PAGE) if data[i * PAGE] == kind]


def overwrite(data: bytes, page: int, junk: bytes = b"\xaa") -> bytes:
    return data[: page * PAGE] + (junk * PAGE)[:PAGE] + data[(page + 1) * PAGE :]


# --- reading the pages ------------------------------------------------------


def test_the_pages_of_a_sound_file_hold_what_sqlite_reads(sound: bytes, path: Path) -> None:
    path.write_bytes(sound)
    found = list(rows(sound))
    with closing(sqlite3.connect(path)) as db:
        for table in ("session", "attempt", "grading", "reverse", "draft", "card", "review"):
            columns = ", ".join(
                "NULL" if name == "n" else name
                for _, name, *_ in db.execute(f"PRAGMA table_info({table})").fetchall()
            )
            for row in db.execute(f"SELECT rowid, {columns} FROM {table}"):
                assert list(row) in found


def test_the_log_is_read_too(path: Path) -> None:
    store = SqliteStore(path)
    fill(store)  # still open: much of it is in the log alone
    main = path.read_bytes()
    log = path.with_name("history.db-wal").read_bytes()
    whole = sorted(map(repr, rows(with_log(main, log))))
    half = sorted(map(repr, rows(with_log(main, log[: len(log) - 2000]))))
    store.close()
    assert whole == sorted(map(repr, rows(path.read_bytes())))
    assert half  # a log cut short still gives what was committed before


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_bytes_make_the_reading_of_pages_stumble(data: st.DataObject) -> None:
    image = data.draw(st.binary(max_size=3000))
    head = data.draw(st.sampled_from([b"", b"SQLite format 3\0\x02\x00", b"\r\0\0\0\x09\0\0\0"]))
    list(rows(head + image))
    with_log(head + image, data.draw(st.binary(max_size=200)))


# --- repairing --------------------------------------------------------------


def test_a_sound_file_only_gets_its_index_again(sound: bytes, path: Path) -> None:
    path.write_bytes(sound)
    before = exported(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM answer_search")
        db.execute("DELETE FROM fact WHERE n < 5")
    with SqliteStore(path) as store:
        assert store.problems() == ["The search index of the history is damaged."]
        assert store.search("measured").total == 0
    done = repair(path, print)
    assert (done.aside, done.sessions, done.attempts, done.lost) == (None, SESSIONS, ANSWERS, ())
    with SqliteStore(path) as store:
        assert store.problems() == []
        assert store.search("measured").total == ANSWERS
    assert exported(path) == before
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_with_its_first_page_destroyed_nothing_is_lost(sound: bytes, path: Path) -> None:
    path.write_bytes(sound)
    before = exported(path)
    damaged = overwrite(path.read_bytes(), 0)
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match="not a mockinterview history") as caught:
        SqliteStore(path)
    assert "--repair" in caught.value.hint
    assert path.read_bytes() == damaged
    done = repair(path, print)
    assert (done.sessions, done.attempts, done.lost) == (SESSIONS, ANSWERS, ())
    assert done.aside is not None
    assert done.aside.read_bytes() == damaged
    assert done.aside.stat().st_mode & 0o077 == 0
    assert exported(path) == before


def test_with_every_inner_page_destroyed_nothing_is_lost(sound: bytes, path: Path) -> None:
    path.write_bytes(sound)
    before = exported(path)
    damaged = path.read_bytes()
    for page in [*pages_with(damaged, 5), *pages_with(damaged, 2), *pages_with(damaged, 10)]:
        damaged = overwrite(damaged, page)
    path.write_bytes(damaged)
    done = repair(path, print)
    assert (done.sessions, done.attempts, done.lost) == (SESSIONS, ANSWERS, ())
    assert exported(path) == before


def test_each_damaged_leaf_costs_only_what_lay_in_it_and_that_is_told(
    sound: bytes, path: Path
) -> None:
    lost_some = 0
    for page in pages_with(sound, 13):
        path.write_bytes(overwrite(sound, page))
        done = repair(path, print)
        if done.aside is None:  # a page of the index, made again
            assert (done.sessions, done.attempts) == (SESSIONS, ANSWERS)
            continue
        assert done.attempts >= ANSWERS - 9
        named = [line for line in done.lost if "your answer to q-" in line]
        assert len(named) == ANSWERS - done.attempts
        lost_some += bool(done.lost)
        with SqliteStore(path) as store:
            assert store.problems() == []
            for row in store.attempts():
                assert store.attempt(row.id).answer.startswith(row.id[1:].replace("-", " "))
        done.aside.unlink()
    assert lost_some > 3


def test_answers_outlive_their_session(sound: bytes, path: Path) -> None:
    session_page = next(
        page
        for page in pages_with(sound, 13)
        if any(
            row[2:3] == ["s0"] and len(row) >= 9
            for row in rows(bytes(PAGE) + sound[page * PAGE : (page + 1) * PAGE])
        )
    )
    path.write_bytes(overwrite(sound, session_page))
    done = repair(path, print)
    assert done.attempts == ANSWERS
    assert any("plan of session s0" in line for line in done.lost)
    with SqliteStore(path) as store:
        kept = store.session("s0")
        assert [a.id for a in kept.attempts] == ["a0-0", "a0-1", "a0-2"]
        assert [p.question.id for p in kept.plan.questions] == ["q-0", "q-1", "q-2"]
        assert kept.attempts[2].evaluation is not None


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_a_file_cut_short_gives_what_is_left(sound: bytes, path: Path, share: float) -> None:
    damaged = sound[: int(len(sound) * share)]
    path.write_bytes(damaged)
    assert "damaged" in complaint(path)
    done = repair(path, print)
    assert done.aside is not None
    assert done.aside.read_bytes() == damaged
    assert 0 < done.attempts <= ANSWERS
    assert any("of the file is missing" in line for line in done.lost)
    with SqliteStore(path) as store:
        assert len(store.attempts()) == done.attempts
        store.create_session("afterwards", START, plan())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.9999), st.binary(min_size=1, max_size=300)), min_size=1))
def test_whatever_is_damaged_the_rest_is_whole_or_the_file_untouched(
    sound: bytes, tmp_path_factory: pytest.TempPathFactory, hits: list[tuple[float, bytes]]
) -> None:
    path = tmp_path_factory.mktemp("hit") / "history.db"
    data = bytearray(sound)
    for where, junk in hits:
        at = int(where * len(data))
        data[at : at + len(junk)] = junk[: len(data) - at]
    path.write_bytes(data)
    try:
        done = repair(path, print)
    except MockInterviewError:
        assert path.read_bytes() == bytes(data)
        return
    if done.aside is not None:
        assert done.aside.read_bytes()[:PAGE] == bytes(data)[:PAGE]
    with SqliteStore(path) as store:
        assert store.problems() == []
        assert len(store.attempts()) == done.attempts


def test_an_entry_that_is_no_json_is_left_out_and_told(sound: bytes, path: Path) -> None:
    path.write_bytes(sound)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE attempt SET document = substr(document, 1, 80) WHERE id = 'a1-1'")
    with SqliteStore(path) as store:
        assert store.problems() == ["1 entries of the history cannot be read."]
    done = repair(path, print)
    assert done.attempts == ANSWERS - 1
    assert any("your answer to q-1" in line for line in done.lost)
    with SqliteStore(path) as store:
        assert len(store.session("s1").attempts) == 2


def test_a_file_of_version_1_is_rescued_too(path: Path) -> None:
    old = gzip.decompress(OLD.read_bytes())
    path.write_bytes(old)
    before = exported(path)
    path.write_bytes(overwrite(old, 0))
    done = repair(path, print)
    assert (done.sessions, done.attempts, done.lost) == (2, 5, ())
    assert exported(path) == before


# --- what is not repaired ---------------------------------------------------


def no_history(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE moz_places (url TEXT)")
        db.execute("INSERT INTO moz_places VALUES ('x')")


def newer(path: Path) -> None:
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


UNTOUCHED: dict[str, tuple[Callable[[Path], object], str]] = {
    "another program's": (no_history, "not a mockinterview history"),
    "a newer one": (newer, "newer"),
    "text": (lambda path: path.write_bytes(b"Dear diary, " * 2000), "Nothing in"),
    "all zero": (lambda path: path.write_bytes(bytes(50_000)), "Nothing in"),
    "empty": (lambda path: path.touch(), "no history"),
}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_what_holds_no_history_of_ours_stays_as_it_is(path: Path, name: str) -> None:
    make, told = UNTOUCHED[name]
    make(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=told):
        repair(path, print)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_where_there_is_no_file_none_is_made(path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to repair"):
        repair(path, print)
    assert not path.exists()


@pytest.mark.parametrize("statement", [1, 30, 90, 170, 250])
def test_a_repair_that_is_killed_can_be_done_again(
    sound: bytes, path: Path, statement: int
) -> None:
    path.write_bytes(sound)
    before = exported(path)
    damaged = overwrite(path.read_bytes(), 0)
    path.write_bytes(damaged)
    assert killed_at(statement, lambda: repair(path, print))
    repair(path, print)
    assert exported(path) == before
    assert not list(path.parent.glob("*part*"))
