"""Random histories in which any write may be killed between any two of its SQL statements.

After a kill the store holds what it held before that write, or what it holds after it: nothing
else. At any moment export, delete all and import give the same export again, byte for byte.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mockinterview.model import FollowUp, Reverse
from mockinterview.ports import Draft
from mockinterview.records import Card, Review
from mockinterview.spoken import Spoken
from mockinterview.stores.sqlite import SqliteStore
from tests.killing import killed_at
from tests.store_samples import START, attempt, failed, plan, scored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
#: At which statement to kill; None lets the write live.
KILLS = st.none() | st.integers(1, 40)
PICK = st.integers(0, 1000)
LEVELS = st.none() | st.integers(4, 20).map(lambda quarter: quarter / 4)
Work = Callable[[SqliteStore], object]


class Killed(RuleBasedStateMachine):
    """Knows the exports that are right; after a write that lived, only the new one is."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "history.db"
        SqliteStore(self.path).close()
        self.sessions: list[str] = []
        self.attempts: list[str] = []
        self.count = 0
        self.now = START
        self.kept: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _new(self, kind: str) -> str:
        self.count += 1
        self.now += timedelta(minutes=1)
        return f"{kind}{self.count:03}"

    def _export(self, path: Path) -> str:
        lines: list[str] = []
        with SqliteStore(path) as store:
            store.export_to(lines.append)
        return "".join(lines)

    def _write(self, work: Work, kill: int | None) -> bool:
        """Do ``work``, killed or not; return whether it is done."""
        if kill is None:
            with SqliteStore(self.path) as store:
                work(store)
            return True
        before = self._export(self.path)
        # What it will be: the same work, left alone, on a copy.
        with TemporaryDirectory() as other:
            copy = Path(other) / "history.db"
            copy.write_bytes(self.path.read_bytes())
            with SqliteStore(copy) as store:
                work(store)
            after = self._export(copy)

        def in_the_child() -> None:
            with SqliteStore(self.path) as store:
                work(store)

        was_killed = killed_at(kill, in_the_child)
        now = self._export(self.path)
        assert now in (before, after)
        assert was_killed or now == after
        return now == after

    @rule(count=st.integers(0, 3), scores=st.booleans(), kill=KILLS)
    def create(self, count: int, scores: bool, kill: int | None) -> None:
        name, made = self._new("s"), plan(count).model_copy(update={"scores": scores})
        at = self.now
        if self._write(lambda store: store.create_session(name, at, made), kill):
            self.sessions.append(name)

    @precondition(lambda self: self.sessions)
    @rule(pick=PICK, text=TEXTS, skipped=st.booleans(), bring=st.booleans(), kill=KILLS)
    def answer(self, pick: int, text: str, skipped: bool, bring: bool, kill: int | None) -> None:
        name = self._new("a")
        session = self.sessions[pick % len(self.sessions)]
        spoken = Spoken(recording=f"{name}.wav", seconds=3) if bring else None
        given = attempt(name, session, pick % 3, text, skipped, self.now)
        given = given.model_copy(
            update={"spoken": spoken, "gradings": (scored("g0", 2.0),) if bring else ()}
        )
        if self._write(lambda store: store.save_answer(given), kill):
            self.attempts.append(name)

    @precondition(lambda self: self.attempts)
    @rule(pick=PICK, text=TEXTS, level=LEVELS, kind=st.integers(0, 5), kill=KILLS)
    def change(
        self, pick: int, text: str, level: float | None, kind: int, kill: int | None
    ) -> None:
        name, new = self.attempts[pick % len(self.attempts)], self._new("x")
        review = Review(id=new, attempt_id=name, reviewer="Bo", at=self.now, comment=text)
        grading = failed(new) if level is None else scored(new, level)
        grading = grading.model_copy(update={"at": self.now})
        work: tuple[Work, ...] = (
            lambda store: store.add_grading(name, grading),
            lambda store: store.save_follow_ups(name, [FollowUp(text="Why?", answer=text)]),
            lambda store: store.save_self_score(name, level),
            lambda store: store.save_spoken(name, Spoken(recording=None)),
            lambda store: store.add_review(review),
            lambda store: store.add_review(review.model_copy(update={"id": "same"})),
        )
        self._write(work[kind], kill)

    @precondition(lambda self: self.sessions)
    @rule(pick=PICK, text=TEXTS, kind=st.integers(0, 3), kill=KILLS)
    def note(self, pick: int, text: str, kind: int, kill: int | None) -> None:
        name = self.sessions[pick % len(self.sessions)]
        reverse = Reverse(text=text, rating=1, comment="")
        card = Card(
            question_id=f"q-{pick % 3}",
            criterion="result",
            due=self.now,
            state={"last_review": self.now.isoformat(), "step": pick},
        )
        at = self.now
        work: tuple[Work, ...] = (
            lambda store: store.add_reverse(name, reverse),
            lambda store: store.save_draft(name, Draft(pick % 3, text) if text else None),
            lambda store: store.finish_session(name, at),
            lambda store: store.save_card(card),
        )
        self._write(work[kind], kill)

    @precondition(lambda self: self.sessions)
    @rule(pick=PICK, kill=KILLS)
    def delete(self, pick: int, kill: int | None) -> None:
        name = self.sessions[pick % len(self.sessions)]
        if self._write(lambda store: store.delete_session(name), kill):
            self.sessions.remove(name)
            with SqliteStore(self.path) as store:
                self.attempts = [row.id for row in store.attempts()]

    @rule()
    def keep_an_export(self) -> None:
        self.kept.append(self._export(self.path))

    @precondition(lambda self: self.kept)
    @rule(pick=PICK, kill=KILLS)
    def merge_an_export(self, pick: int, kill: int | None) -> None:
        lines = self.kept[pick % len(self.kept)].encode()
        self._write(lambda store: store.import_from(io.BytesIO(lines), "kept"), kill)
        with SqliteStore(self.path) as store:
            self.sessions = [session.id for session in store.sessions()]
            self.attempts = [row.id for row in store.attempts()]

    @rule(kill=KILLS)
    def export_delete_import(self, kill: int | None) -> None:
        before = self._export(self.path)
        deleted = self._write(lambda store: store.delete_all(), kill)
        if not deleted:
            return
        lines = before.encode()
        done = self._write(lambda store: store.import_from(io.BytesIO(lines), "all"), kill)
        if not done:
            self._write(lambda store: store.import_from(io.BytesIO(lines), "all"), None)
        assert self._export(self.path) == before
        with SqliteStore(self.path) as store:  # a second time adds nothing
            again = store.import_from(io.BytesIO(lines), "all")
        assert not any(again)
        assert self._export(self.path) == before

    @invariant()
    def light_rows_say_what_the_documents_say(self) -> None:
        if not hasattr(self, "path"):
            return
        with SqliteStore(self.path) as store:
            assert store.problems() == []
            for row in store.attempts():
                kept = store.attempt(row.id)
                made = kept.evaluation
                assert row.overall == (made.overall if made else None)
                assert row.levels == ({c.id: c.level for c in made.criteria} if made else {})
                assert (row.self_score, row.skipped) == (kept.self_score, kept.skipped)
            ids = {row.id for row in store.attempts()}
            assert ids == set(self.attempts)
            assert {s.id for s in store.sessions()} == set(self.sessions)


TestKilled = Killed.TestCase
TestKilled.settings = settings(
    max_examples=10,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_helper_really_kills(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    SqliteStore(path).close()

    def work() -> None:
        with SqliteStore(path) as store:
            store.create_session("s1", datetime(2026, 1, 1, tzinfo=UTC), plan())

    assert killed_at(1, work)
    with SqliteStore(path) as store:
        assert store.sessions() == []
    assert not killed_at(1000, work)
    with SqliteStore(path) as store:
        assert [s.id for s in store.sessions()] == ["s1"]
