"""A month of practice on a moving clock: what is due when, and sentences that are true."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest

from mockinterview.drilling import due_questions
from mockinterview.habits import habits
from mockinterview.interview import Interview
from mockinterview.model import CriterionResult, Evaluation, Plan, Provenance, Question
from mockinterview.ports import Task
from mockinterview.predictions import calibration
from mockinterview.scoring import verdict
from mockinterview.selection import make_drill, make_plan
from mockinterview.stores.sqlite import SqliteStore
from mockinterview.trends import Trends, trends

MONDAY = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
WORDS = "I sat with the nurses and I wrote the list that we use today, in 3 days. "
QUESTIONS = [
    Question(
        id=f"q{n:02d}",
        category=("technical", "behavioral", "common")[n % 3],
        text="Tell me about it.",
        competencies=("planning",) if n % 2 else ("teamwork",),
        minutes=2,
    )
    for n in range(12)
]


class Reader:
    """Judges an answer by the levels that stand in it: "result=3.5 task=2"."""

    name = "reader"

    def evaluate(self, task: Task) -> Evaluation:
        found = re.findall(r"(\w+)=(\d(?:\.\d)?)", task.answer)
        levels = {name: float(level) for name, level in found}
        overall = round(fmean(levels.values()), 1)
        return Evaluation(
            overall=overall,
            verdict=verdict(overall),
            criteria=tuple(
                CriterionResult(id=name, name=name, level=level) for name, level in levels.items()
            ),
            provenance=Provenance(judge="reader", model="m"),
        )


class Month:
    """Four weeks of evenings: what was due, what was asked, with which levels."""

    def __init__(self, store: SqliteStore) -> None:
        self.store, self.now = store, MONDAY
        self.asked: defaultdict[str, list[tuple[datetime, float]]] = defaultdict(list)
        self.due_on: dict[datetime, list[str]] = {}

    def evening(self, answer: Callable[[Question, int], dict[str, float]]) -> None:
        """Drill what is due, at most six; with nothing due, three new ones or an evening off."""
        due = due_questions(self.store.cards(due_by=self.now), self.now)
        self.due_on[self.now] = list(due)
        plan = Plan(questions=())
        if due:
            plan = make_drill(QUESTIONS, due, count=6, follow_ups=0)
        elif len(self.asked) < len(QUESTIONS):
            last = self.store.answered_questions()
            plan = make_plan(QUESTIONS, count=3, last_answered=last, seed=4, follow_ups=0)
        if not plan.questions:
            self.now += timedelta(days=1)
            return
        judge = Reader()
        interview = Interview.start(plan, self.store, judge, judge, clock=lambda: self.now)
        while asked := interview.next_question():
            number = len(self.asked[asked.question.id])
            levels = answer(asked.question, number)
            self.now += timedelta(minutes=2)
            said = WORDS + " ".join(f"{name}={level}" for name, level in levels.items())
            interview.submit(said)
            interview.rate_self(min(5.0, round(fmean(levels.values()), 1) + 0.6))
            _, grading = interview.grade()
            assert grading.evaluation is not None and grading.evaluation.overall is not None
            self.asked[asked.question.id].append((self.now, grading.evaluation.overall))
        interview.finish()
        self.now = MONDAY + timedelta(days=(self.now - MONDAY).days + 1)


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    with SqliteStore(tmp_path / "history.db") as store:
        yield Month(store)


def learner(question: Question, number: int) -> dict[str, float]:
    """Gets better at results with each repetition; tasks stay as they are."""
    wobble = 0.5 * (int(question.id[1:]) % 2)
    return {"result": min(4.0, 2.0 + number), "task": 4.0 + wobble, "action": 4.5}


def stuck(question: Question, number: int) -> dict[str, float]:
    """Never gets any better."""
    return {"result": 1.0, "task": 2.0}


def found(month: Month) -> Trends:
    return trends(month.store.attempts(), zone=UTC)


def test_what_is_due_when_over_a_month(month: Month) -> None:
    for _ in range(28):
        month.evening(learner)
    for question, answers in month.asked.items():
        gaps = [(b[0] - a[0]).days for a, b in pairwise(answers)]
        # Better and better answers: every rest is at least as long as the one before, but for a
        # day on which there was too much to do.
        assert all(later >= earlier - 1 for earlier, later in pairwise(gaps)), (
            question,
            gaps,
        )
        assert not gaps or gaps[-1] > gaps[0]
    assert len(month.asked) == len(QUESTIONS)
    # A question that is due is asked on that evening, or is still due on the next.
    for (day, due), (_, next_due) in pairwise(month.due_on.items()):
        asked_then = {
            name
            for name, answers in month.asked.items()
            if any(day < at <= day + timedelta(hours=1) for at, _ in answers)
        }
        assert set(due[:6]) <= asked_then
        assert set(due[6:]) <= set(next_due)


def test_the_sentences_after_a_month_are_true(month: Month) -> None:
    for _ in range(28):
        month.evening(learner)
    told = {line.key: line for line in found(month).criteria}
    rows = sorted(month.store.attempts(), key=lambda row: row.answered_at)
    results = [row.levels["result"] or 0 for row in rows]
    middle = len(results) // 2
    before, after = fmean(results[:middle]), fmean(results[middle:])
    assert told["result"].told.startswith(
        f"Result is up from {before:.1f} to {after:.1f}, your first {middle} answers"
    )
    assert "Task is unchanged" in told["task"].told and "Action is unchanged" in told["action"].told
    assert found(month).overall.answers == len(rows) == sum(map(len, month.asked.values()))
    weeks = found(month).weeks
    days = [row.answered_at.date() for row in rows]
    assert [week.monday for week in weeks] == sorted(
        {day - timedelta(days=day.weekday()) for day in days}
    )
    assert sum(week.answers for week in weeks) == len(rows)
    own = calibration(rows)
    assert own is not None
    assert own.told.startswith(f"You rate yourself 0.6 higher than the judge, on {len(rows)}")
    assert [habit.kind for habit in habits(rows)] == ["short"]  # 20 words each


def test_who_never_gets_better_sees_it_often_and_is_told_so(month: Month) -> None:
    for _ in range(28):
        month.evening(stuck)
    assert all(line.change is not None for line in found(month).criteria)
    assert {line.change and line.change.direction for line in found(month).criteria} == {
        "unchanged"
    }
    cards = month.store.cards()
    assert {card.criterion for card in cards} == {"result"}
    assert all(card.lapses >= 2 for card in cards)
    assert all(card.due - month.now <= timedelta(days=2) for card in cards)


def test_three_weeks_away_and_everything_waits(month: Month) -> None:
    for _ in range(7):
        month.evening(learner)
    month.now += timedelta(days=60)
    due = due_questions(month.store.cards(due_by=month.now), month.now)
    assert set(due) == set(month.asked)
    since = [entry.since for entry in due.values()]
    assert since == sorted(since)
