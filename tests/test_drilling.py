"""When a question returns: weak soon, strong later, sooner after lapses; what a drill asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.drilling import due_questions, rate, reviewed, upcoming, weakest_criterion
from mockinterview.errors import UsageError
from mockinterview.model import CriterionResult, Evaluation, Provenance, Question
from mockinterview.records import Card
from mockinterview.selection import make_drill, make_plan

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
STORY = Question(id="mistake", category="behavioral", text="Tell me about a mistake.", minutes=3)
LEVELS = st.sampled_from([1 + 0.5 * i for i in range(9)])


def evaluation(overall: float | None, **levels: float | None) -> Evaluation:
    return Evaluation(
        overall=overall,
        verdict="?",
        criteria=tuple(
            CriterionResult(id=name, name=name, level=level) for name, level in levels.items()
        ),
        provenance=Provenance(judge="offline", model="m"),
    )


def after(answers: Sequence[float], days: int = 3) -> Card:
    """The card of "result" after one answer every ``days`` days with these overalls."""
    cards: tuple[Card, ...] = ()
    for number, overall in enumerate(answers):
        at = NOW + timedelta(days=days * number)
        cards = reviewed(cards, STORY, evaluation(overall, result=overall, task=5), at)
    return next(card for card in cards if card.criterion == "result")


def interval(answers: Sequence[float], days: int = 3) -> int:
    return (after(answers, days).due - NOW - timedelta(days=days * (len(answers) - 1))).days


def test_the_weakest_criterion_gets_the_card_and_of_several_the_heaviest() -> None:
    cards = reviewed((), STORY, evaluation(3.0, result=2, action=4, task=None), NOW)
    assert [(card.question_id, card.criterion, card.lapses) for card in cards] == [
        ("mistake", "result", 0)
    ]
    level = evaluation(1.0, situation=1, action=1, result=1)
    assert weakest_criterion(STORY, level.criteria) == "action"  # 0.25 of the whole
    assert weakest_criterion(STORY, ()) is None


def test_an_evaluation_without_an_overall_moves_nothing() -> None:
    assert reviewed((), STORY, evaluation(None, result=None), NOW) == ()


def test_weak_answers_return_tomorrow_and_strong_ones_later() -> None:
    days = [interval([overall]) for overall in (1.0, 2.5, 3.5, 4.8)]
    assert days == sorted(days) and days[0] == 1 and days[1] <= 2 and days[3] >= 7
    assert interval([3.5, 3.5, 3.5]) > interval([3.5, 3.5]) > 0


def test_lapses_are_counted_and_bring_a_question_back_sooner() -> None:
    steady, slipping = after([3.5, 3.5, 3.5, 3.5]), after([3.5, 1.5, 1.5, 3.5])
    assert (steady.lapses, slipping.lapses) == (0, 2)
    assert interval([3.5, 1.5, 1.5, 3.5]) < interval([3.5, 3.5, 3.5, 3.5])
    assert after([1.0]).lapses == 0  # the first time nothing could slip back


def test_a_criterion_far_below_the_overall_holds_its_card_back() -> None:
    assert rate(4.5, 4.5) == 4 and rate(4.5, 2.0) == 2 and rate(1.2, 5.0) == 1


@given(LEVELS, LEVELS, st.floats(0, 4))
def test_a_better_answer_never_rates_lower(overall: float, level: float, more: float) -> None:
    assert 1 <= rate(overall, level) <= rate(min(5.0, overall + more), level) <= 4
    assert rate(overall, level) <= rate(overall, min(5.0, level + more))


@given(st.lists(LEVELS, min_size=1, max_size=12), st.integers(0, 40))
def test_any_history_leads_to_a_due_day_within_a_quarter(answers: list[float], days: int) -> None:
    card = after(answers, days)
    last = NOW + timedelta(days=days * (len(answers) - 1))
    assert timedelta(days=1) <= card.due - last <= timedelta(days=90)
    assert card.lapses <= sum(overall < 2.25 for overall in answers[1:])
    assert Card.model_validate_json(card.model_dump_json()) == card


@given(LEVELS, LEVELS)
def test_lapses_never_lengthen_the_interval(first: float, last: float) -> None:
    assert interval([first, 1.0, last]) <= interval([first, max(first, 3.0), last])


def test_all_cards_of_the_question_move_and_those_of_others_stay() -> None:
    first = reviewed((), STORY, evaluation(2.0, result=1, action=3), NOW)
    other = reviewed((), STORY.model_copy(update={"id": "other"}), evaluation(2.0, result=1), NOW)
    later = NOW + timedelta(days=2)
    cards = reviewed([*first, *other], STORY, evaluation(4.0, result=4.5, action=3.5), later)
    assert {card.criterion for card in cards} == {"result", "action"}
    assert {card.question_id for card in cards} == {"mistake"}
    assert all(card.due > later for card in cards)


def test_a_strong_weakest_criterion_needs_no_second_card() -> None:
    first = reviewed((), STORY, evaluation(2.0, result=1, action=3), NOW)
    cards = reviewed(first, STORY, evaluation(4.6, result=5, action=4), NOW + timedelta(days=1))
    assert [card.criterion for card in cards] == ["result"]
    assert reviewed((), STORY, evaluation(4.6, result=5, action=4), NOW)[0].criterion == "action"


def test_other_time_zones_late_judgements_and_foreign_cards_are_taken() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    first = reviewed((), STORY, evaluation(3.5, result=3.5), east)
    assert first == reviewed((), STORY, evaluation(3.5, result=3.5), NOW)
    late = reviewed(first, STORY, evaluation(3.5, result=3.5), NOW - timedelta(days=9))
    assert late[0].due > NOW
    naive = {**first[0].state, "last_review": "2026-03-01T00:00:00"}
    for state in ({}, {"state": 7}, {**first[0].state, "stability": None}, naive):
        strange = first[0].model_copy(update={"state": state})
        anew = reviewed([strange], STORY, evaluation(3.5, result=3.5), NOW)
        assert anew[0].due == first[0].due


def card(question: str, criterion: str, days: float) -> Card:
    due = NOW + timedelta(days=days)
    return Card(question_id=question, criterion=criterion, due=due, state={})


def test_a_question_is_due_once_with_its_most_urgent_criterion() -> None:
    cards = [card("a", "task", -1), card("a", "result", -5), card("b", "depth", -3)]
    cards += [card("c", "task", 1), card("d", "task", 0), card("b", "task", 4)]
    due = due_questions(cards, NOW)
    assert [(name, entry.criterion) for name, entry in due.items()] == [
        ("a", "result"),
        ("b", "depth"),
        ("d", "task"),
    ]
    later = [*cards, card("e", "task", 1), card("f", "task", 9)]
    assert upcoming(later, NOW, UTC) == [
        ((NOW + timedelta(days=1)).date(), 2),
        ((NOW + timedelta(days=9)).date(), 1),
    ]


def questions(count: int = 6) -> list[Question]:
    return [
        Question(id=f"q{n}", category="technical", text="What is it?", minutes=2)
        for n in range(count)
    ]


def test_a_drill_asks_what_is_due_the_most_overdue_first() -> None:
    due = due_questions([card(f"q{n}", "depth", -n - 1) for n in (1, 4, 2)], NOW)
    plan = make_drill(questions(), due, role="nurse", scores=False)
    assert [planned.question.id for planned in plan.questions] == ["q4", "q2", "q1"]
    assert plan.questions[0].reason == "due again, above all for: depth"
    assert plan.role == "nurse" and not plan.scores
    assert len(make_drill(questions(), due, count=2).questions) == 2
    assert len(make_drill(questions(), due, minutes=4.5).questions) == 2
    assert len(make_drill(questions(), due, minutes=0.5).questions) == 1


def test_a_drill_with_nothing_due_says_what_else_to_do() -> None:
    with pytest.raises(UsageError) as caught:
        make_drill(questions(), due_questions([card("gone", "depth", -1)], NOW))
    assert "mockinterview practice" in caught.value.hint
    with pytest.raises(UsageError):
        make_drill(questions(), due_questions([card("q1", "depth", -1)], NOW), count=0)


@given(st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)), st.integers(1, 12))
def test_practice_takes_the_due_and_the_unseen_first_in_turns(
    due_: set[int], seen: set[int], count: int
) -> None:
    due = due_questions([card(f"q{n}", "depth", -n - 1) for n in due_], NOW)
    last = {f"q{n}": NOW - timedelta(days=n + 1) for n in seen | due_}
    plan = make_plan(questions(12), count=count, last_answered=last, due=due, now=NOW, seed=1)
    chosen = [planned.question.id for planned in plan.questions]
    unseen = {f"q{n}" for n in range(12)} - last.keys()
    fresh = len(due) + len(unseen)
    taken_due = [name for name in chosen if name in due]
    taken_unseen = [name for name in chosen if name in unseen]
    assert len(taken_due) + len(taken_unseen) == min(count, fresh)
    if len(due) > count // 2 and len(unseen) > count // 2:
        assert abs(len(taken_due) - len(taken_unseen)) <= 1
    assert set(taken_due) == set(list(due)[: len(taken_due)])
    for planned in plan.questions:
        assert planned.reason.startswith("due again") == (planned.question.id in due)
