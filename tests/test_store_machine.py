"""Random histories of writes, deletions and reopenings, compared with a dict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockinterview.errors import StoreError
from mockinterview.model import FollowUp, Session
from mockinterview.ports import Draft
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import attempt, failed, plan, scored

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))]),
)
OVERALLS = st.none() | st.integers(4, 20).map(lambda quarter: quarter / 4)


class StoreMachine(RuleBasedStateMachine):
    """Does the same to the store and to plain dicts of the model's own values."""

    sessions: Bundle[str] = Bundle("sessions")
    attempts: Bundle[str] = Bundle("attempts")

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "history.db"
        self.store = SqliteStore(self.path)
        self.known: dict[str, Session] = {}
        self.drafts: dict[str, Draft] = {}
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count:03}"

    def _owner(self, attempt_id: str) -> Session | None:
        for session in self.known.values():
            if any(a.id == attempt_id for a in session.attempts):
                return session
        return None

    def _change(self, attempt_id: str, **update: object) -> None:
        owner = self._owner(attempt_id)
        assert owner is not None
        changed = tuple(
            a.model_copy(update=update) if a.id == attempt_id else a for a in owner.attempts
        )
        self.known[owner.id] = owner.model_copy(update={"attempts": changed})

    @rule(target=sessions, at=MOMENTS, count=st.integers(0, 3), role=st.sampled_from(["", "sre"]))
    def create(self, at: datetime, count: int, role: str) -> str:
        name = self._name("s")
        self.store.create_session(name, at, plan(count, role))
        self.known[name] = Session(id=name, started_at=at, plan=plan(count, role))
        return name

    @rule(
        target=attempts,
        session=sessions,
        position=st.integers(0, 3),
        text=TEXTS,
        skipped=st.booleans(),
        at=MOMENTS,
    )
    def answer(self, session: str, position: int, text: str, skipped: bool, at: datetime) -> str:
        name = self._name("a")
        given = attempt(name, session, position, text, skipped, at)
        if session not in self.known:
            with pytest.raises(StoreError):
                self.store.save_answer(given)
            return name
        self.store.save_answer(given)
        old = self.known[session]
        self.known[session] = old.model_copy(update={"attempts": (*old.attempts, given)})
        return name

    @rule(name=attempts, text=TEXTS)
    def edit(self, name: str, text: str) -> None:
        owner = self._owner(name)
        if owner is None:
            return
        old = next(a for a in owner.attempts if a.id == name)
        self.store.save_answer(old.model_copy(update={"answer": text, "gradings": ()}))
        self._change(name, answer=text)

    @rule(name=attempts, texts=st.lists(TEXTS.map(lambda t: FollowUp(text="Why?", answer=t))))
    def follow_up(self, name: str, texts: list[FollowUp]) -> None:
        if self._owner(name) is None:
            with pytest.raises(StoreError):
                self.store.save_follow_ups(name, texts)
            return
        self.store.save_follow_ups(name, texts)
        self._change(name, follow_ups=tuple(texts))

    @rule(name=attempts, overall=OVERALLS, good=st.booleans())
    def grade(self, name: str, overall: float | None, good: bool) -> None:
        grading = scored(self._name("g"), overall) if good else failed(self._name("g"))
        owner = self._owner(name)
        if owner is None:
            with pytest.raises(StoreError):
                self.store.add_grading(name, grading)
            return
        self.store.add_grading(name, grading)
        old = next(a for a in owner.attempts if a.id == name)
        self._change(name, gradings=(*old.gradings, grading))

    @rule(session=sessions, draft=st.none() | st.builds(Draft, st.integers(0, 3), TEXTS))
    def draft(self, session: str, draft: Draft | None) -> None:
        if session in self.known:
            self.store.save_draft(session, draft)
            self.drafts.pop(session, None)
            if draft is not None:
                self.drafts[session] = draft

    @rule(session=sessions, at=MOMENTS)
    def finish(self, session: str, at: datetime) -> None:
        if session in self.known:
            self.store.finish_session(session, at)
            self.known[session] = self.known[session].model_copy(update={"finished_at": at})

    @rule(session=sessions)
    def delete(self, session: str) -> None:
        if session in self.known:
            self.store.delete_session(session)
            del self.known[session]
            self.drafts.pop(session, None)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = SqliteStore(self.path)

    @invariant()
    def same(self) -> None:
        for name, expected in self.known.items():
            assert self.store.session(name) == expected
            assert self.store.draft(name) == self.drafts.get(name)
            waiting = [a.id for a in expected.attempts if not a.skipped and not a.evaluation]
            assert self.store.unscored(name) == waiting
        order = list(self.known.values())[::-1]
        order.sort(key=lambda s: s.started_at, reverse=True)
        assert [tuple(line) for line in self.store.sessions()] == [_line(s) for s in order]
        open_ones = [
            s.id
            for s in order
            if s.finished_at is None
            and len({a.position for a in s.attempts}) < len(s.plan.questions)
        ]
        assert self.store.newest_unfinished() == (open_ones[0] if open_ones else None)
        latest: dict[str, datetime] = {}
        for a in (a for s in order for a in s.attempts if not a.skipped):
            latest[a.question.id] = max(latest.get(a.question.id, a.answered_at), a.answered_at)
        assert self.store.answered_questions() == latest


def _line(session: Session) -> tuple[object, ...]:
    answered = [a for a in session.attempts if not a.skipped]
    newest = []
    for a in session.attempts:
        values = [g.evaluation.overall for g in a.gradings if g.evaluation]
        newest += [value for value in values if value is not None][-1:]
    return (
        session.id,
        session.started_at,
        session.finished_at,
        session.plan.role,
        session.plan.mode,
        len(session.plan.questions),
        len({a.position for a in answered}),  # a question answered twice is one question
        len([a for a in answered if a.evaluation is None]),
        round(sum(newest) / len(newest), 2) if newest else None,
        session.plan.scores,
    )


TestAgainstADict = StoreMachine.TestCase
TestAgainstADict.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
