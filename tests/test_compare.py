"""Two answers or two sessions side by side: what changed, what is noise, which words moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.compare import compare_attempts, compare_sessions, word_diff
from mockinterview.model import Attempt, CriterionResult, Evaluation, Grading, Provenance, Session
from tests.store_samples import START, attempt, plan

WORDS = st.lists(st.sampled_from(["I", "we", "fixed", "it", "in", "two", "days", ".", "\n", "é"]))


def scored(
    levels: dict[str, float | None],
    *,
    overall: float | None = 3.0,
    spread: float = 0.0,
    judge: str = "openai",
    confidence: float = 0.5,
    answer: str = "I did it.",
    position: int = 0,
    samples: int = 3,
) -> Attempt:
    made = Evaluation(
        overall=overall,
        verdict="Solid",
        criteria=tuple(
            CriterionResult(id=name, name=name.capitalize(), level=level, spread=spread)
            for name, level in levels.items()
        ),
        confidence=confidence,
        provenance=Provenance(judge=judge, model="m", samples=samples),
    )
    grading = Grading(id="g", at=START, judge=judge, evaluation=made)
    kept = attempt(f"a{position}", position=position, answer=answer)
    return kept.model_copy(update={"gradings": (grading,)})


def directions(before: Attempt, after: Attempt) -> dict[str, str]:
    return {c.id: c.change.direction for c in compare_attempts(before, after).criteria}


def test_a_change_within_the_spread_of_the_readings_is_noise() -> None:
    old = scored({"result": 2.0, "action": 2.0, "task": 4.0}, spread=1.0)
    new = scored({"result": 3.0, "action": 4.0, "task": 2.5}, spread=0.5)
    assert directions(old, new) == {"result": "unchanged", "action": "up", "task": "down"}


def test_one_reading_counts_as_half_a_level_sure() -> None:
    old, new = scored({"result": 2.0, "task": 2.0}, samples=1), scored({"result": 2.5, "task": 3.0})
    assert directions(old, new) == {"result": "unchanged", "task": "up"}


def test_the_offline_judge_is_held_to_the_error_it_expects() -> None:
    def offline(level: float, confidence: float) -> Attempt:
        return scored({"result": level}, overall=level, judge="offline", confidence=confidence)

    sure = compare_attempts(offline(2.0, 0.8), offline(3.0, 0.8))
    unsure = compare_attempts(offline(2.0, 0.4), offline(3.0, 0.8))
    assert sure.overall is not None and sure.overall.change.direction == "up"
    assert sure.criteria[0].change.direction == "up"
    assert unsure.overall is not None and unsure.overall.change.direction == "unchanged"
    assert unsure.overall.change.margin == pytest.approx(1.2)


def test_what_was_not_scored_in_both_is_left_out() -> None:
    old, new = scored({"result": None, "task": 2.0}), scored({"result": 4.0, "depth": 4.0})
    assert compare_attempts(old, new).criteria == ()
    nothing = compare_attempts(attempt(), new)
    assert nothing.overall is None and "not scored yet" in nothing.told


def test_cautions_name_other_judges_and_other_questions() -> None:
    found = compare_attempts(
        scored({"task": 2.0}, judge="offline"), scored({"task": 4.0}, position=1)
    )
    assert any("Different judges" in said for said in found.cautions)
    assert any("different questions" in said for said in found.cautions)
    assert compare_attempts(scored({"task": 2.0}), scored({"task": 4.0})).cautions == ()


def session(name: str, levels: list[float]) -> Session:
    given_ = tuple(
        scored({"result": level}, overall=level, position=i) for i, level in enumerate(levels)
    )
    return Session(id=name, started_at=START, plan=plan(len(levels)), attempts=given_)


def test_sessions_need_answers_before_a_change_counts() -> None:
    few = compare_sessions(session("s1", [2.0, 2.0]), session("s2", [4.0, 4.0]))
    assert few.overall is not None and few.overall.change.direction == "unknown"
    more = compare_sessions(
        session("s1", [2.0, 2.5, 2.0, 1.5]), session("s2", [3.5, 4.0, 3.5, 4.0])
    )
    assert more.overall is not None and more.overall.change.direction == "up"
    assert more.told.startswith("Overall 2.0 before, 3.8 now: higher")
    assert "2.0" not in more.words and "3.8" not in more.words
    same = compare_sessions(session("s1", [2.0, 4.0, 3.0]), session("s2", [3.0, 4.0, 2.5]))
    assert same.overall is not None and same.overall.change.direction == "unchanged"


@given(WORDS, WORDS)
def test_a_diff_holds_both_texts_to_the_letter(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "new") == before
    assert "".join(piece.text for piece in pieces if piece.op != "gone") == after
    assert all(piece.text for piece in pieces)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_told_apart(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "new") == before
    assert "".join(piece.text for piece in pieces if piece.op != "gone") == after
    if before == after:
        assert {piece.op for piece in pieces} <= {"same"}


def test_a_diff_is_by_words_and_reads_well() -> None:
    found = word_diff("We fixed it. It was good.", "I fixed it in two days. It was good.")
    assert [tuple(piece) for piece in found] == [
        ("gone", "We"),
        ("new", "I"),
        ("same", " fixed it"),
        ("new", " in two days"),
        ("same", ". It was good."),
    ]


def test_two_very_long_texts_do_not_take_minutes() -> None:
    before = "start " + "one two three " * 20_000 + "end"
    after = "start " + "four five six " * 20_000 + "end"
    assert [piece.op for piece in word_diff(before, after)] == ["same", "gone", "new", "same"]
