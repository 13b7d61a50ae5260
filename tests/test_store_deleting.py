"""What is deleted is gone: from the tables, the index, the file's bytes, and the folders."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mockinterview.errors import StoreError
from mockinterview.ports import Deleted
from mockinterview.records import Card, Review
from mockinterview.spoken import Spoken
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, plan, scored


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "recordings").mkdir(parents=True)
    return folder / "history.db"


def fill(store: SqliteStore, name: str, word: str, times: int = 50) -> None:
    store.create_session(name, START, plan())
    recording = store.path.parent / "recordings" / f"{name}.wav"
    recording.write_bytes(b"RIFF" + word.encode())
    spoken = Spoken(recording=recording.name)
    answer = attempt(f"a-{name}", name, answer=f"{word} " * times)
    store.save_answer(answer.model_copy(update={"spoken": spoken}))
    store.add_grading(f"a-{name}", scored("g", 3.0))
    review = Review(id=f"r-{name}", attempt_id=f"a-{name}", reviewer=f"mentor{word}", at=START)
    store.add_review(review)


def every_byte(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_session_goes_with_its_recording_review_and_every_copy_of_the_file(path: Path) -> None:
    with SqliteStore(path) as store:
        fill(store, "gone", "zqvix")
        fill(store, "kept", "jxkow")
        for name in ("v1-backup", "damaged-20260101-000000-wal", "repair-part"):
            path.with_name(f"history.db.{name}").write_bytes(b"zqvix")
        path.with_name("history.db.txt").write_bytes(b"the user's own")
        done = store.delete_session("gone")
        assert done == Deleted(sessions=1, attempts=1, recordings=1, copies=3)
        # Still open: nothing waits for the end of the process.
        assert b"qvix" not in every_byte(path.parent)
        assert b"xkow" in every_byte(path.parent)
        assert b"the user's own" in every_byte(path.parent)
        assert (path.parent / "recordings" / "kept.wav").exists()
        assert [review.id for review in store.reviews("kept")] == ["r-kept"]
        assert store.search("jxkow").total == 1
        assert store.search("zqvix").total == 0


def test_all_of_it_goes_and_the_file_shrinks(path: Path) -> None:
    with SqliteStore(path) as store:
        for i in range(30):
            fill(store, f"s{i:02}", "zqvix", times=2000)
        store.save_card(Card(question_id="never-asked", criterion="result", due=START, state={}))
        (path.parent / "recordings" / "of-no-answer.wav").write_bytes(b"zqvix")
    before = path.stat().st_size
    with SqliteStore(path) as store:
        done = store.delete_all()
        assert done == Deleted(sessions=30, attempts=30, recordings=31, copies=0)
        assert b"qvix" not in every_byte(path.parent)
        assert (store.sessions(), store.attempts(), store.cards()) == ([], [], [])
        store.create_session("new", START, plan())
    assert path.stat().st_size < before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_a_card_stays_while_its_question_has_an_answer(path: Path) -> None:
    with SqliteStore(path) as store:
        for name, position in (("s1", 0), ("s2", 0), ("s3", 1)):
            store.create_session(name, START, plan())
            store.save_answer(attempt(f"a-{name}", name, position))
        for number in (0, 1):
            card = Card(question_id=f"q-{number}", criterion="result", due=START, state={})
            store.save_card(card)
        store.delete_session("s3")
        store.delete_session("s1")
        assert [card.question_id for card in store.cards()] == ["q-0"]
        store.delete_session("s2")
        assert store.cards() == []


@pytest.mark.parametrize("name", ["../outside.txt", "/{}/outside.txt", "..", ".", "deep/../../x"])
def test_a_recording_named_outside_the_folder_is_never_touched(path: Path, name: str) -> None:
    outside = path.parent / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    spoken = Spoken(recording=name.format(path.parent))
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1").model_copy(update={"spoken": spoken}))
        assert store.delete_session("s1").recordings == 0
    assert outside.read_text(encoding="utf-8") == "mine"


def test_where_a_recording_cannot_be_deleted_the_session_stays_and_can_be_tried_again(
    path: Path,
) -> None:
    with SqliteStore(path) as store:
        fill(store, "s1", "zqvix")
        copy = path.with_name("history.db.v1-backup")
        copy.write_bytes(b"zqvix")
        folder = path.parent
        mode = folder.stat().st_mode
        folder.chmod(0o500)
        try:
            # Root may unlink in any folder: then there is nothing to test.
            (folder / "probe").touch()
            pytest.skip("this user may write everywhere")
        except PermissionError:
            with pytest.raises(StoreError, match="could not be deleted"):
                store.delete_session("s1")
            assert store.session("s1").attempts
        finally:
            folder.chmod(mode)


def test_traces_kept_by_another_programs_reading_are_told(path: Path) -> None:
    told: list[str] = []
    with SqliteStore(path, told.append) as store:
        fill(store, "s1", "zqvix")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM attempt").fetchone()
            store._db.execute("PRAGMA busy_timeout = 50")
            store.delete_session("s1")
            assert "closed" in told[0]
        assert store.sessions() == []
