"""The store keeps what it is given, lists it, finds it, forgets it, and complains kindly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mockinterview.errors import StoreError, UsageError
from mockinterview.model import FollowUp, Grading, Reverse, Session
from mockinterview.ports import AttemptFilter, Draft, SessionSummary, Store
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, evaluation, failed, plan, scored


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "history.sqlite3"


def found(path: Path, words: str) -> list[str]:
    """Ids of the attempts that the full-text table finds for ``words``."""
    query = (
        "SELECT a.id FROM answer_search JOIN attempt a ON a.n = answer_search.rowid "
        "WHERE answer_search MATCH ? ORDER BY a.n"
    )
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute(query, (words,))]


# --- what goes in comes out -------------------------------------------------


def test_a_whole_session_comes_back_after_reopening(path: Path) -> None:
    probe = FollowUp(text="How much faster?", aim="numbers", answer="Forty percent.")
    with SqliteStore(path) as store:
        port: Store = store
        port.create_session("s1", START, plan())
        port.save_answer(attempt("a1"))
        port.save_follow_ups("a1", [probe])
        port.add_grading("a1", failed("g1"))
        port.add_grading("a1", scored("g2", 3.5))
        port.save_answer(attempt("a2", position=1, skipped=True, answer=""))
        port.add_reverse("s1", Reverse(text="How do you ship?", rating=2, comment="Good one."))
        port.finish_session("s1", START + timedelta(hours=1))
    first = attempt("a1").model_copy(
        update={"follow_ups": (probe,), "gradings": (failed("g1"), scored("g2", 3.5))}
    )
    with SqliteStore(path) as store:
        assert store.session("s1") == Session(
            id="s1",
            started_at=START,
            finished_at=START + timedelta(hours=1),
            plan=plan(),
            attempts=(first, attempt("a2", position=1, skipped=True, answer="")),
            reverse=(Reverse(text="How do you ship?", rating=2, comment="Good one."),),
        )
        assert store.attempt("a1") == first


def test_saving_an_answer_again_replaces_it_and_keeps_its_gradings(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1", answer="First try."))
        store.save_answer(attempt("a2", position=1))
        store.add_grading("a1", scored("g1", 2.0))
        store.save_answer(attempt("a1", answer="A better try."))
        kept = store.session("s1").attempts
        assert [a.id for a in kept] == ["a1", "a2"]
        assert kept[0].answer == "A better try."
        assert kept[0].gradings == (scored("g1", 2.0),)


def test_gradings_that_an_imported_answer_brings_are_kept_once(path: Path) -> None:
    brought = attempt("a1").model_copy(update={"gradings": (scored("g1", 2.0), failed("g2"))})
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(brought)
        store.save_answer(brought)
        assert store.attempt("a1") == brought


@pytest.mark.parametrize(
    "text", ["", "a\x00b", "日本語 😀", "x" * 300_000, "'); DROP TABLE session;--"]
)
def test_any_text_survives(path: Path, text: str) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1", answer=text))
        store.save_draft("s1", Draft(1, text))
    with SqliteStore(path) as store:
        assert store.attempt("a1").answer == text
        assert store.draft("s1") == Draft(1, text)


def test_half_a_surrogate_pair_costs_one_character_not_the_answer(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1", answer="we saved \ud83d forty percent"))
        store.save_draft("s1", Draft(1, "and \udc00 more"))
        kept = store.attempt("a1")
        assert kept == attempt("a1", answer="we saved ? forty percent")
        assert store.draft("s1") == Draft(1, "and ? more")


def test_a_draft_is_replaced_and_forgotten(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        assert store.draft("s1") is None
        store.save_draft("s1", Draft(0, "half"))
        store.save_draft("s1", Draft(1, "half a sentence"))
        assert store.draft("s1") == Draft(1, "half a sentence")
        store.save_draft("s1", None)
        assert store.draft("s1") is None


# --- listing ----------------------------------------------------------------


def test_summaries_count_and_average_as_promised(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan(5, mode="exam"))
        for i in range(4):
            store.save_answer(attempt(f"a{i}", position=i, skipped=i == 3))
        store.add_grading("a0", scored("g", 2.0))
        store.add_grading("a0", scored("h", 3.0))  # the newest counts
        store.add_grading("a0", failed("i"))  # a failure is never a score
        store.add_grading("a1", scored("g", 4.5))
        store.add_grading("a2", failed("g"))
        assert store.sessions() == [
            SessionSummary("s1", START, None, "backend engineer", "exam", 5, 3, 1, 3.75)
        ]
        assert store.unscored("s") == ["a2"]


def test_an_evaluation_without_an_overall_is_scored_but_not_averaged(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1"))
        store.add_grading("a1", scored("g", None))
        (line,) = store.sessions()
        assert (line.unscored, line.overall) == (0, None)
        assert store.unscored("s1") == []


def test_newest_first_whatever_the_time_zone(path: Path) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    with SqliteStore(path) as store:
        store.create_session("old", datetime(2026, 3, 1, 13, 0, tzinfo=india), plan())  # 07:30 UTC
        store.create_session("new", datetime(2026, 3, 1, 8, 0, tzinfo=UTC), plan(role="sre"))
        store.create_session("tie", datetime(2026, 3, 1, 8, 0, tzinfo=UTC), plan())
        store.create_session("tick", datetime(2026, 3, 1, 8, 0, 0, 1, tzinfo=UTC), plan())
        assert [s.id for s in store.sessions()] == ["tick", "tie", "new", "old"]
        assert [s.id for s in store.sessions(limit=2, offset=1)] == ["tie", "new"]
        assert [s.id for s in store.sessions(where=AttemptFilter(role="SRE"))] == ["new"]
        assert store.sessions(where=AttemptFilter(role="nobody")) == []


def test_the_list_does_not_read_documents(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1"))
        store.add_grading("a1", scored("g", 3.0))
        with closing(sqlite3.connect(path)) as db, db:
            for table in ("session", "attempt", "grading"):
                db.execute(f"UPDATE {table} SET document = 'no JSON'")
        assert store.sessions()[0].overall == 3.0
        assert store.answered_questions() == {"q-0": START}
        with pytest.raises(StoreError, match="cannot read"):
            store.session("s1")


def test_the_newest_unfinished_session_has_questions_left(path: Path) -> None:
    with SqliteStore(path) as store:
        assert store.newest_unfinished() is None
        store.create_session("s1", START, plan(2))
        store.create_session("s2", START + timedelta(days=1), plan(2))
        store.create_session("s3", START + timedelta(days=2), plan(2))
        store.finish_session("s3", START)
        assert store.newest_unfinished() == "s2"
        store.save_answer(attempt("a", "s2", 0))
        store.save_answer(attempt("a-retry", "s2", 0))
        assert store.newest_unfinished() == "s2"
        store.save_answer(attempt("b", "s2", 1, skipped=True))
        assert store.newest_unfinished() == "s1"


def test_answered_questions_gives_the_latest_time_and_leaves_skips_out(path: Path) -> None:
    later = START + timedelta(microseconds=1)
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a", position=0, at=later))
        store.save_answer(attempt("b", position=0, at=START))
        store.save_answer(attempt("c", position=1, skipped=True))
        assert store.answered_questions() == {"q-0": later}


# --- names ------------------------------------------------------------------


def test_a_unique_prefix_is_enough_and_a_full_id_wins(path: Path) -> None:
    with SqliteStore(path) as store:
        for name in ("ab", "abc", "abd", "x_y", "xzy"):
            store.create_session(name, START, plan())
            store.save_answer(attempt(f"t-{name}", name))
        assert store.session("abc").id == "abc"
        assert store.session("ab").id == "ab"
        assert store.session("x_").id == "x_y"
        assert store.attempt("t-xz").session_id == "xzy"


@pytest.mark.parametrize("wanted", ["a", "", "q", "%", "_", "AB"])
def test_an_unclear_or_unknown_name_is_a_usage_error(path: Path, wanted: str) -> None:
    with SqliteStore(path) as store:
        for name in ("ab", "abc", "abd"):
            store.create_session(name, START, plan())
            store.save_answer(attempt(name, name))
        for look_up in (store.session, store.attempt, store.unscored):
            with pytest.raises(UsageError) as caught:
                look_up(wanted)
            assert repr(wanted) in caught.value.message
            assert caught.value.hint


def test_writing_to_what_is_not_there_is_an_error(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.create_session("s2", START, plan())
        store.save_answer(attempt("a1", "s1"))
        store.add_grading("a1", failed("g1"))
        before = store.session("s1")
        calls: list[Callable[[], object]] = [
            lambda: store.create_session("s1", START, plan(1)),
            lambda: store.save_answer(attempt("a2", "nope")),
            lambda: store.save_answer(attempt("a1", "s2", answer="moved")),
            lambda: store.save_follow_ups("nope", []),
            lambda: store.add_grading("nope", failed("g1")),
            lambda: store.add_grading("a1", scored("g1", 5.0)),
            lambda: store.save_draft("nope", Draft(0, "")),
            lambda: store.add_reverse("nope", Reverse(text="?", rating=0, comment="")),
            lambda: store.finish_session("nope", START),
            lambda: store.delete_session("nope"),
        ]
        for call in calls:
            with pytest.raises(StoreError):
                call()
        assert store.session("s1") == before
        assert store.session("s2").attempts == ()


# --- search words and deletion ----------------------------------------------


def test_the_search_table_follows_question_answer_probes_and_feedback(path: Path) -> None:
    with SqliteStore(path) as store:
        store.create_session("s1", START, plan())
        store.save_answer(attempt("a1", answer="We kept pelicans."))
        store.save_answer(attempt("a2", position=1, answer="Nothing here."))
        assert found(path, "pelican") == ["a1"]
        assert found(path, "question: time") == ["a1", "a2"]
        store.save_answer(attempt("a1", answer="We kept herons."))
        assert (found(path, "pelican"), found(path, "heron")) == ([], ["a1"])
        store.save_follow_ups("a1", [FollowUp(text="And?", answer="Also a flamingo.")])
        assert found(path, "flamingo") == ["a1"]
        store.add_grading("a2", scored("g1", 2.0))
        assert found(path, "changed") == ["a2"]
        newer = Grading(id="g2", at=START, judge="x", evaluation=evaluation(3, "Name the ostrich."))
        store.add_grading("a2", newer)
        assert (found(path, "feedback: changed"), found(path, "ostrich")) == ([], ["a2"])


def test_a_deleted_session_leaves_no_trace_in_the_file(path: Path) -> None:
    # Words that the search table cannot stem, nor shorten by what they share with others.
    words = {"gone": "zqvix", "kept": "jxkow"}
    with SqliteStore(path) as store:
        for name, word in words.items():
            store.create_session(name, START, plan())
            store.save_answer(attempt(f"a-{name}", name, answer=f"{word} " * 50))
            store.add_grading(f"a-{name}", scored("g", 3.0))
            store.save_draft(name, Draft(1, f"drafty{name}"))
            store.add_reverse(name, Reverse(text=f"reverse{name}", rating=1, comment="ok"))
        store.delete_session("gone")
        assert [s.id for s in store.sessions()] == ["kept"]
        assert store.draft("gone") is None
        assert (found(path, "zqvix"), found(path, "jxkow")) == ([], ["a-kept"])
        raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
        for trace in (b"xkow", b"draftykept", b"reversekept"):
            assert trace in raw
        for trace in (b"qvix", b"draftygone", b"reversegone"):
            assert trace not in raw
        with pytest.raises(UsageError):
            store.attempt("a-gone")
