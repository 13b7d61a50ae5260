"""What returns in answers: counted over those that could have it, quoted, and its trend."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockinterview.habits import Habit, facts_of, habits, point_text, quote, shortcomings
from mockinterview.model import (
    Attempt,
    Evaluation,
    Grading,
    KeyPoint,
    Provenance,
    Question,
    SentenceLabel,
    StarMap,
)
from mockinterview.ports import AttemptRow
from mockinterview.text import sentences
from tests.row_samples import row
from tests.store_samples import START, attempt

ANSWER = (
    "There were many problems at the clinic last winter. "
    "We sat together and we agreed on our plan. "
    "I wrote the list and we tried it."
)


def story(labels: str, answer: str = ANSWER) -> Attempt:
    """An evaluated story whose sentences have these labels; no result is told."""
    pieces = sentences(answer)
    marked: list[SentenceLabel] = [
        SentenceLabel.model_validate({"start": p.start, "end": p.end, "label": label})
        for p, label in zip(pieces, labels, strict=True)
    ]
    made = Evaluation(
        overall=2.0,
        verdict="Early",
        criteria=(),
        star=StarMap(sentences=tuple(marked), parts={"S": 1, "T": 0, "A": 1, "R": 0}),
        provenance=Provenance(judge="offline", model="m"),
    )
    question = Question(
        id="q1",
        category="behavioral",
        text="Tell me about a plan.",
        key_points=(KeyPoint(id="own-list", text="Writes a list of what is to be done"),),
        competencies=("planning",),
    )
    grading = Grading(id="g", at=START, judge="offline", evaluation=made)
    return attempt(answer=answer).model_copy(update={"question": question, "gradings": (grading,)})


def found(rows: list[AttemptRow], kind: str) -> Habit | None:
    return next((habit for habit in habits(rows) if habit.kind == kind), None)


def test_a_habit_counts_only_answers_that_could_have_it() -> None:
    technical: dict[str, Any] = {"category": "technical", "star": {}, "figures": 0, "plural": 9}
    rows = [row(0, star={"R": 0}), row(1, star={"R": 0}), row(2), row(3, **technical)]
    rows += [row(4, None), row(5, None, skipped=True)]
    no_result = found(rows, "no_result")
    assert no_result is not None
    assert (no_result.seen, no_result.of, no_result.attempts) == (2, 3, ("a1", "a0"))
    assert no_result.told == ("No result told: in 2 of 3 answers, too few answers to tell a trend.")
    assert found(rows, "no_figure") is None and found(rows, "we") is None


def test_once_is_no_habit_and_the_most_frequent_comes_first() -> None:
    rows = [row(0, figures=0, plural=9), row(1, figures=0, plural=9), row(2, figures=0), row(3)]
    assert [(habit.kind, habit.seen) for habit in habits(rows)] == [("no_figure", 3), ("we", 2)]
    assert habits([row(0, figures=0), row(1)]) == ()


def test_the_trend_compares_the_later_half_with_the_earlier() -> None:
    fading = [row(i, situation=0.7 if i < 8 else 0.3) for i in range(16)]
    habit = found(fading, "long_situation")
    assert habit is not None and habit.direction == "down"
    assert "less often than before" in habit.told
    steady = found([row(i, situation=0.7 if i % 2 else 0.2) for i in range(16)], "long_situation")
    assert steady is not None and "about as often as before" in steady.told
    growing = found([row(i, words=30 if i >= 8 else 200) for i in range(16)], "short")
    assert growing is not None and "more often than before" in growing.told


def test_a_missing_key_point_is_counted_over_the_questions_that_have_it() -> None:
    rows = [
        row(0, question_id="q1", missed=("shows-result",)),
        row(1, question_id="q2", missed=("shows-result", "own-part")),
        row(2, question_id="q2"),
        row(3, question_id="q3"),
        row(4, question_id="q1", missed=("shows-result",), competencies=("conflict",)),
    ]
    habit = found(rows, "point")
    assert habit is not None
    assert (habit.point, habit.competency, habit.seen, habit.of) == (
        "shows-result",
        "ownership",
        2,
        3,
    )
    assert habit.told.startswith('Key point "shows result" missing (ownership): in 2 of 3')


def test_each_habit_is_shown_in_the_candidates_own_words() -> None:
    kept = story("SAA")

    def quoted(**changes: Any) -> str:
        base: dict[str, Any] = {"figures": 2, "singular": 6, "plural": 1}
        rows = [row(i, **{**base, **changes}) for i in range(2)]
        found_ = quote(habits(rows)[0], kept)
        assert found_ is not None and ANSWER[found_.start : found_.end] == found_.quote
        return found_.quote

    assert quoted(star={"R": 0}) == "I wrote the list and we tried it."
    assert quoted(plural=9).startswith("We sat together")
    assert quoted(figures=0).startswith("There were many problems")
    assert quoted(situation=0.8).startswith("There were many problems")
    assert quoted(words=20).startswith("There were many")
    assert quoted(missed=("own-list",)) == "I wrote the list and we tried it."


def test_the_key_point_is_told_in_its_own_words() -> None:
    rows = [row(i, question_id="q1", missed=("own-list",)) for i in range(2)]
    assert point_text(habits(rows)[0], story("SAA")) == "Writes a list of what is to be done"
    assert point_text(habits(rows)[0], attempt()) == ""


def test_a_whole_attempt_and_its_light_row_show_the_same() -> None:
    whole = shortcomings(facts_of(story("SSA")))
    light = row(0, star={"R": 0}, situation=0.7, words=27, singular=1, plural=4, figures=0)
    assert whole == {habit.kind: True for habit in habits([light, light])}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_counts_are_never_more_than_there_are(given_: list[tuple[bool, int, int]]) -> None:
    rows = [
        row(i, star={"R": 0 if bare else 2}, singular=one, plural=many)
        for i, (bare, one, many) in enumerate(given_)
    ]
    for habit in habits(rows):
        assert 2 <= habit.seen <= habit.of <= len(rows)
        assert len(habit.attempts) == habit.seen
