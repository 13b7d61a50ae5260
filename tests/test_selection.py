"""The plan of a session: the mix, no question twice, unseen first, repeatable by its seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.errors import UsageError
from mockinterview.model import CATEGORIES, Question
from mockinterview.selection import make_plan

NOW = datetime(2026, 5, 1, tzinfo=UTC)
QUESTIONS = st.lists(
    st.builds(
        Question,
        id=st.from_regex(r"q[0-9]{1,3}", fullmatch=True),
        category=st.sampled_from(CATEGORIES),
        text=st.just("What is it?"),
        difficulty=st.sampled_from([1, 2, 3]),
        minutes=st.sampled_from([1.0, 2.0, 3.5]),
        competencies=st.just(("testing",)),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda question: question.id,
)


@given(QUESTIONS, st.integers(1, 50), st.integers(0, 5))
def test_as_many_as_asked_none_twice_in_the_mix(
    questions: list[Question], count: int, seed: int
) -> None:
    plan = make_plan(questions, count=count, seed=seed)
    ids = [planned.question.id for planned in plan.questions]
    assert len(ids) == len(set(ids)) == min(count, len(questions))
    stories = sum(planned.question.kind == "behavioral" for planned in plan.questions)
    there = sum(question.kind == "behavioral" for question in questions)
    if len(ids) >= 2 and 0 < there < len(questions):
        assert 0 < stories < len(ids)
    if there >= len(ids) and len(questions) - there >= len(ids) and len(ids) >= 2:
        assert abs(stories - 0.35 * len(ids)) <= 1
    assert plan == make_plan(list(reversed(questions)), count=count, seed=seed)


@given(QUESTIONS, st.floats(0.5, 60))
def test_the_minutes_are_kept(questions: list[Question], minutes: float) -> None:
    plan = make_plan(questions, minutes=minutes, seed=1)
    taken = sum(planned.question.minutes for planned in plan.questions)
    assert plan.questions
    assert taken <= minutes or len(plan.questions) == 1


@given(QUESTIONS, st.data())
def test_unseen_questions_come_before_seen_ones(
    questions: list[Question], data: st.DataObject
) -> None:
    one_kind = [q.model_copy(update={"category": "common"}) for q in questions]
    seen = data.draw(st.sets(st.sampled_from([q.id for q in one_kind])))
    last = {name: NOW - timedelta(days=n) for n, name in enumerate(sorted(seen))}
    count = data.draw(st.integers(1, len(one_kind)))
    plan = make_plan(one_kind, count=count, last_answered=last, now=NOW)
    chosen = {planned.question.id for planned in plan.questions}
    unseen = {q.id for q in one_kind} - seen
    assert chosen <= unseen or unseen <= chosen
    oldest = sorted(seen, key=lambda name: last[name])
    assert chosen & seen == set(oldest[: len(chosen & seen)])
    for planned in plan.questions:
        wanted = "last answered" if planned.question.id in seen else "not asked before"
        assert planned.reason.startswith(wanted)


def questions() -> list[Question]:
    return [
        Question(id=f"{category[0]}{n}", category=category, text="What?", competencies=("sql",))
        for category in CATEGORIES
        for n in range(4)
    ]


def test_named_questions_are_asked_in_their_order_and_once() -> None:
    plan = make_plan(questions(), question_ids=["t1", "c2", "t1"])
    assert [planned.question.id for planned in plan.questions] == ["t1", "c2"]
    assert plan.questions[0].reason == "you chose it"


def test_filters_by_category_and_competency() -> None:
    plan = make_plan(questions(), count=9, category="technical", competency="SQL")
    assert {planned.question.category for planned in plan.questions} == {"technical"}


def test_an_easy_common_question_opens() -> None:
    assert make_plan(questions(), count=6, seed=3).questions[0].question.category == "common"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"count": 0}, "-n"),
        ({"minutes": -1.0}, "--minutes"),
        ({"competency": "juggling"}, "sql"),
        ({"question_ids": ["t11"]}, "t1"),
    ],
)
def test_what_cannot_be_planned_says_what_could(options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_plan(questions(), **options)  # type: ignore[arg-type]
    assert said in caught.value.message + caught.value.hint


def test_no_questions_at_all() -> None:
    with pytest.raises(UsageError):
        make_plan([])
