"""The interview as steps, with a real store and judges that read, fail, or come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mockinterview import closing, probes, wiring
from mockinterview.errors import JudgeUnreachable, StoreError
from mockinterview.interview import Interview, grade_attempt
from mockinterview.judges.scripted import ScriptedJudge
from mockinterview.model import Plan, PlannedQuestion, Question
from mockinterview.ports import Judge, Task
from mockinterview.progress import summarise
from mockinterview.rubric import build_rubric
from mockinterview.stores.sqlite import SqliteStore
from tests.conftest import STORY

QUESTIONS = tuple(
    Question(id=f"q{n}", category="behavioral", text=f"Tell me about a time number {n}.")
    for n in range(3)
)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "history.db") as opened:
        yield opened


@pytest.fixture
def offline() -> Judge:
    return wiring.offline_judge()


def plan(**changes: object) -> Plan:
    planned = tuple(PlannedQuestion(question=question) for question in QUESTIONS)
    return Plan(questions=planned, follow_ups=0).model_copy(update=changes)


def test_an_answer_is_in_the_store_before_the_judge_is_called(
    store: SqliteStore, offline: Judge
) -> None:
    class Looks:
        name = "looks"

        def evaluate(self, task: Task):  # type: ignore[no-untyped-def]
            kept = store.session(interview.session_id).attempts
            assert kept[0].full_answer == task.answer == STORY
            raise JudgeUnreachable("The server is down.", "Try later.")

    interview = Interview.start(plan(), store, Looks(), offline)
    interview.next_question()
    interview.submit(STORY)
    _, grading = interview.grade()
    assert grading.evaluation is None and grading.error_code == "unreachable"
    assert store.unscored(interview.session_id)


def test_a_failed_judgement_is_no_score_and_can_be_made_later(
    store: SqliteStore, offline: Judge
) -> None:
    down = ScriptedJudge([JudgeUnreachable("down")])
    interview = Interview.start(plan(), store, down, offline)
    interview.next_question()
    interview.submit(STORY)
    attempt, _ = interview.grade()
    assert interview.finish().overall is None
    graded, _ = grade_attempt(attempt, offline, store)
    kept = store.session(interview.session_id).attempts[0]
    assert [g.evaluation is not None for g in kept.gradings] == [False, True]
    assert kept.evaluation == graded.evaluation


def test_resume_goes_on_at_the_first_question_without_an_answer(
    store: SqliteStore, offline: Judge
) -> None:
    first = Interview.start(plan(), store, offline, offline)
    first.next_question()
    first.submit(STORY)
    asked = first.next_question()
    assert asked is not None and asked.number == 2
    first.keep_draft("half an ans")

    again = Interview(store.session(first.session_id), store, offline, offline)
    asked = again.next_question()
    assert asked is not None and (asked.number, asked.draft) == (2, "half an ans")
    again.skip()
    asked = again.next_question()
    assert asked is not None and (asked.number, asked.draft) == (3, "")
    again.submit(STORY)
    assert again.next_question() is None
    session = again.finish()
    assert session.finished_at is not None
    assert [a.skipped for a in session.attempts] == [False, True, False]
    assert len(again.unscored()) == 2


def test_paused_time_does_not_count(store: SqliteStore, offline: Judge) -> None:
    clock = Clock()
    interview = Interview.start(plan(), store, offline, offline, clock=clock)
    interview.next_question()
    clock.now += timedelta(seconds=100)
    interview.submit(STORY, paused=30)
    assert store.session(interview.session_id).attempts[0].seconds == 70


def test_at_most_two_probes_each_new_and_kept(store: SqliteStore, offline: Judge) -> None:
    interview = Interview.start(plan(follow_ups=2), store, offline, offline)
    interview.next_question()
    first = interview.submit("We had a big problem at work with the stock last year.")
    assert first is not None
    second = interview.reply("It was hard for all of us in the team.")
    assert second is not None and second.text != first.text
    assert interview.reply("I counted everything myself.") is None
    kept = store.session(interview.session_id).attempts[0]
    assert [turn.text for turn in kept.follow_ups] == [first.text, second.text]
    assert kept.full_answer.endswith("\n\nI counted everything myself.")


@pytest.mark.parametrize("answer", ["", "fine", "asdf qwer zxcv jkl; asdf"])
def test_no_probe_after_what_is_no_answer(store: SqliteStore, offline: Judge, answer: str) -> None:
    interview = Interview.start(plan(follow_ups=2), store, offline, offline)
    interview.next_question()
    assert interview.submit(answer) is None


def test_probes_aim_at_what_is_missing(offline: Judge) -> None:
    question = QUESTIONS[0]
    aims = {}
    for name, answer in {
        "no result": "Last May our shop lost an order of 40 chairs. I was in charge of the "
        "warehouse. I called the driver, I checked each van, and I wrote a new list.",
        "complete": STORY,
    }.items():
        reading = offline.evaluate(Task(question, build_rubric(question), answer))
        probe = probes.choose(question, answer, reading)
        aims[name] = probe.aim if probe else None
    assert aims["no result"] == "R"
    assert aims["complete"] is None


def test_a_store_that_cannot_write_stops_the_answer_loudly(
    store: SqliteStore, offline: Judge
) -> None:
    interview = Interview.start(plan(), store, offline, offline)
    interview.next_question()
    store.close()
    with pytest.raises(StoreError):
        interview.submit(STORY)


@pytest.mark.parametrize("style", ["friendly", "neutral", "tough", "startup", "enterprise"])
def test_every_style_has_its_lines(style: str) -> None:
    said = probes.lines(style)
    assert said.greeting and said.next and said.closing and said.goodbye


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("No", 0),
        ("How much holiday do I get?", 0),
        ("Is the team big?", 1),
        ("How does the team decide what to build in the next three months?", 2),
        ("What would success in this role look like after the first half year?", 2),
    ],
)
def test_questions_to_the_interviewer_are_rated(text: str, rating: int) -> None:
    reverse, _ = closing.rate(text)
    assert reverse.rating == rating and reverse.comment


def test_the_summary_counts_habits_over_answers(store: SqliteStore, offline: Judge) -> None:
    interview = Interview.start(plan(), store, offline, offline)
    vague = "We had a difficult project and we talked about it a lot and we managed somehow."
    for answer in (vague, vague, STORY):
        interview.next_question()
        interview.submit(answer)
        interview.grade()
    summary = summarise(interview.finish())
    assert (summary.answered, summary.skipped, summary.unscored) == (3, 0, 0)
    assert any('"We"' in habit and "2 of 3" in habit for habit in summary.habits)
    assert summary.weakest[0] in ("q0", "q1")
    assert summary.next_step


VAGUE = "We had a big problem at work with the stock last year."


def test_a_follow_up_left_open_is_put_again_with_what_was_typed(
    store: SqliteStore, offline: Judge
) -> None:
    first = Interview.start(plan(follow_ups=1), store, offline, offline)
    first.next_question()
    probe = first.submit(VAGUE)
    assert probe is not None
    first.keep_draft("I counted")

    again = Interview(store.session(first.session_id), store, offline, offline)
    opened = again.left_open()
    assert opened is not None
    asked, put = opened
    assert (asked.number, asked.draft, put.text) == (1, "I counted", probe.text)
    assert again.reply("I counted everything myself.") is None
    assert again.left_open() is None
    asked_next = again.next_question()
    assert asked_next is not None and (asked_next.number, asked_next.draft) == (2, "")


def test_a_follow_up_that_was_declined_is_not_put_again(store: SqliteStore, offline: Judge) -> None:
    first = Interview.start(plan(follow_ups=1), store, offline, offline)
    first.next_question()
    assert first.submit(VAGUE) is not None
    assert first.reply(None) is None
    again = Interview(store.session(first.session_id), store, offline, offline)
    assert again.left_open() is None
    assert [attempt.full_answer for attempt in again.unread()] == [VAGUE]


def test_the_last_answer_finishes_the_session_even_if_nothing_follows(
    store: SqliteStore, offline: Judge
) -> None:
    interview = Interview.start(plan(), store, offline, offline)
    for _ in QUESTIONS:
        assert store.session(interview.session_id).finished_at is None
        interview.next_question()
        interview.submit(STORY)
    assert store.session(interview.session_id).finished_at is not None
    assert store.sessions()[0].unscored == len(QUESTIONS)
