"""The interview as steps: ask, store, probe, judge, finish. Terminal, web and tests drive it.

Every answer is in the store before anything else happens to it; a judge that fails leaves
the answer unscored, never scored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from mockinterview import drilling, probes
from mockinterview.errors import JudgeError
from mockinterview.model import Attempt, FollowUp, Grading, Plan, Question, Session
from mockinterview.ports import Draft, Judge, Store, Task
from mockinterview.rubric import build_rubric
from mockinterview.spoken import Spoken
from mockinterview.text import clean

_UNHEARD = "This answer has a recording that is not written down yet."


class Asked(NamedTuple):
    """A question put to the candidate. ``number`` counts from 1; ``draft`` is unsent text."""

    number: int
    total: int
    question: Question
    reason: str
    draft: str


def new_id() -> str:
    """Return a short random id (8 of 31 letters and digits, 40 bits, easy to read out)."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Interview:
    """One sitting. ``reader`` gives the quick offline reading that chooses the follow-ups.

    Call `next_question`; then `submit` (and `reply` while it returns a probe) or `skip`;
    then `grade`; again until `next_question` returns None; then `finish`.
    """

    def __init__(
        self,
        session: Session,
        store: Store,
        judge: Judge,
        reader: Judge,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._judge = judge
        self._reader = reader
        self._clock = clock
        self._plan = session.plan
        self._attempts = {attempt.position: attempt for attempt in session.attempts}
        self.session_id = session.id
        self._position = 0
        self._asked_at = clock()
        self._current: Attempt | None = None
        self._unheard: Attempt | None = None
        self._retry_of: str | None = None

    @classmethod
    def start(
        cls,
        plan: Plan,
        store: Store,
        judge: Judge,
        reader: Judge,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> Interview:
        """Begin a new session with ``plan`` and keep it."""
        session = Session(id=new_id(), started_at=clock(), plan=plan)
        store.create_session(session.id, session.started_at, plan)
        return cls(session, store, judge, reader, clock=clock)

    @property
    def plan(self) -> Plan:
        """The plan this sitting follows."""
        return self._plan

    def next_question(self) -> Asked | None:
        """Return the first planned question without an answer, or None when all are done."""
        questions = self._plan.questions
        left = [i for i in range(len(questions)) if i not in self._attempts]
        if not left:
            return None
        self._position = left[0]
        self._retry_of = self._plan.questions[self._position].retry_of
        self._asked_at = self._clock()
        self._current = None
        return self._asked(self._position)

    def left_open(self) -> tuple[Asked, FollowUp] | None:
        """Return the follow-up that was put before a stop and neither answered nor declined.

        It stays open until `reply` is called, or until its answer is judged without it.
        """
        for position, attempt in sorted(self._attempts.items()):
            if attempt.gradings or not attempt.follow_ups:
                continue
            if (probe := attempt.follow_ups[-1]).answer is None:
                self._position, self._current = position, attempt
                return self._asked(position), probe
        return None

    def keep_draft(self, text: str) -> None:
        """Keep what has been typed so far, so that a crash loses nothing."""
        self._store.save_draft(self.session_id, Draft(self._position, clean(text)))

    def keep_recording(self, name: str) -> None:
        """Keep an attempt that has only its recording yet, so that nothing said can be lost.

        The next `submit` gives it its text. ``name`` is a file in the recordings folder.
        """
        self._keep(answer="", spoken=Spoken(recording=name))
        self._unheard = self._require_current()

    def keep_reply_recording(self, name: str) -> None:
        """Keep that the reply to the follow-up put last is being recorded, before it has text."""
        *before, last = self._require_current().follow_ups
        waiting = last.model_copy(update={"spoken": Spoken(recording=name)})
        self._update_follow_ups((*before, waiting))

    def unheard(self) -> list[tuple[Asked, Attempt]]:
        """Return the attempts that have a recording and no text yet, with their questions."""
        return [
            (self._asked(position), attempt)
            for position, attempt in sorted(self._attempts.items())
            if attempt.unheard
        ]

    def hear_again(self, attempt: Attempt) -> None:
        """Take up an attempt from `unheard`; the next `submit` gives it its text."""
        self._position, self._current, self._unheard = attempt.position, attempt, attempt
        self._asked_at, self._retry_of = attempt.asked_at, attempt.retry_of

    def submit(
        self,
        text: str,
        *,
        hint_used: bool = False,
        paused: float = 0,
        spoken: Spoken | None = None,
    ) -> FollowUp | None:
        """Store the answer to the question asked last; return a follow-up question or None.

        ``paused`` is how many seconds of the time since the question do not count.
        """
        taken = self._clock() - self._asked_at - timedelta(seconds=paused)
        seconds = spoken.seconds if spoken is not None else max(taken.total_seconds(), 0)
        self._keep(answer=clean(text), hint_used=hint_used, seconds=seconds, spoken=spoken)
        return self._probe()

    def reply(self, text: str | None, *, spoken: Spoken | None = None) -> FollowUp | None:
        """Store the answer to the follow-up (None: declined); return the next one or None."""
        attempt = self._require_current()
        *before, last = attempt.follow_ups
        # Declined is "", so that it differs from never answered (None), see `left_open`.
        # A recording that was given up stays named, so that it is deleted with the answer.
        kept = {"answer": clean(text or ""), "spoken": spoken or last.spoken}
        answered = last.model_copy(update=kept)
        self._update_follow_ups((*before, answered))
        self._store.save_draft(self.session_id, None)
        return self._probe() if text else None

    def rate_self(self, level: float) -> None:
        """Keep the level (1-5) that the candidate gives the answer, before the feedback."""
        attempt = self._require_current()
        self._store.save_self_score(attempt.id, level)
        self._current = attempt.model_copy(update={"self_score": level})
        self._attempts[attempt.position] = self._current

    def again(self) -> Asked:
        """Put the question answered last once more; the next `submit` is a retry of it.

        In the plan the question counts once, however often it is answered.
        """
        attempt = self._require_current()
        self._position, self._retry_of = attempt.position, attempt.id
        self._asked_at = self._clock()
        self._current = None
        return self._asked(self._position)

    def skip(self) -> None:
        """Keep the question as skipped."""
        self._keep(answer="", skipped=True)

    def grade(self) -> tuple[Attempt, Grading]:
        """Judge the answer given last and keep the grading, even when it is an error."""
        attempt, grading = grade_attempt(
            self._require_current(), self._judge, self._store, self._clock
        )
        self._attempts[attempt.position] = self._current = attempt
        return attempt, grading

    def unscored(self) -> list[Attempt]:
        """Return the answers given in this session that have no evaluation yet, in order."""
        given = sorted(self._attempts.items())
        return [a for _, a in given if not a.skipped and a.evaluation is None]

    def unread(self) -> list[Attempt]:
        """Return the answers that no judge has been given yet, in order."""
        return [a for a in self.unscored() if not a.gradings and not a.unheard]

    def grade_later(self, attempt: Attempt) -> tuple[Attempt, Grading]:
        """Judge an answer from `unscored` (exam mode judges all at the end)."""
        self._current = attempt
        return self.grade()

    def finish(self) -> Session:
        """Mark the session as finished if every question was asked, and return it whole."""
        if len(self._attempts) >= len(self._plan.questions):
            self._store.finish_session(self.session_id, self._clock())
        return self._store.session(self.session_id)

    def _keep(self, **given: Any) -> None:
        begun, self._unheard = self._unheard, None
        attempt = Attempt(
            id=begun.id if begun is not None else new_id(),
            session_id=self.session_id,
            position=self._position,
            question=self._plan.questions[self._position].question,
            asked_at=self._asked_at,
            answered_at=self._clock(),
            retry_of=self._retry_of,
            **given,
        )
        self._store.save_answer(attempt)
        self._store.save_draft(self.session_id, None)
        self._attempts[attempt.position] = self._current = attempt
        if len(self._attempts) >= len(self._plan.questions):
            # At once: a sitting killed during the feedback has no question left to resume.
            self._store.finish_session(self.session_id, attempt.answered_at)

    def _asked(self, position: int) -> Asked:
        draft = self._store.draft(self.session_id)
        kept = draft.text if draft is not None and draft.position == position else ""
        planned = self._plan.questions
        question, reason = planned[position].question, planned[position].reason
        return Asked(position + 1, len(planned), question, reason, kept)

    def _probe(self) -> FollowUp | None:
        attempt = self._require_current()
        if len(attempt.follow_ups) >= self._plan.follow_ups:
            return None
        reading = self._reader.evaluate(_task(attempt))
        asked = {turn.text for turn in attempt.follow_ups}
        probe = probes.choose(attempt.question, attempt.full_answer, reading, asked)
        if probe is None:
            return None
        self._update_follow_ups((*attempt.follow_ups, probe))
        return probe

    def _update_follow_ups(self, turns: tuple[FollowUp, ...]) -> None:
        attempt = self._require_current()
        self._store.save_follow_ups(attempt.id, turns)
        self._current = attempt.model_copy(update={"follow_ups": turns})
        self._attempts[attempt.position] = self._current

    def _require_current(self) -> Attempt:
        if self._current is None:
            raise RuntimeError("no answer has been given since the last question")
        return self._current


def grade_attempt(
    attempt: Attempt, judge: Judge, store: Store, clock: Callable[[], datetime] = utc_now
) -> tuple[Attempt, Grading]:
    """Judge a kept attempt, keep the grading and when to repeat the question, and return both.

    A judge's failure becomes a grading with an error and no evaluation.
    """
    try:
        if attempt.unheard:
            raise JudgeError(_UNHEARD, "Write it down with: mockinterview voice hear")
        evaluation = judge.evaluate(_task(attempt))
    except JudgeError as error:
        grading = Grading(
            id=new_id(),
            at=clock(),
            judge=judge.name,
            error_code=error.code,
            error=" ".join(part for part in (error.message, error.hint) if part),
        )
    else:
        grading = Grading(id=new_id(), at=clock(), judge=judge.name, evaluation=evaluation)
    store.add_grading(attempt.id, grading)
    # Judged again, an answer says nothing new about when its question should return.
    if attempt.evaluation is None and grading.evaluation is not None:
        cards = store.cards()
        at = attempt.answered_at
        for card in drilling.reviewed(cards, attempt.question, grading.evaluation, at):
            store.save_card(card)
    return attempt.model_copy(update={"gradings": (*attempt.gradings, grading)}), grading


def _task(attempt: Attempt) -> Task:
    answered = tuple(turn.text for turn in attempt.follow_ups if turn.answer)
    return Task(attempt.question, build_rubric(attempt.question), attempt.full_answer, answered)
