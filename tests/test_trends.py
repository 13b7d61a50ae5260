"""Trends say what the figures say: up, down, unchanged, or too few answers to tell."""

from __future__ import annotations

import re
from datetime import UTC, date
from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from mockinterview.trends import MOST_POINTS, sparkline, trend, trends
from tests.row_samples import MONDAY, row

LEVELS = st.lists(st.sampled_from([1 + 0.5 * i for i in range(9)]), max_size=60)


@given(LEVELS)
def test_every_sentence_is_true(levels: list[float]) -> None:
    found = trend("result", "Result", levels)
    assert found.answers == len(levels) and len(found.points) == min(len(levels), MOST_POINTS)
    if not levels:
        assert found.change is None and "no scored answer" in found.told
        return
    middle = len(levels) // 2
    numbers = [float(text) for text in re.findall(r"(?<![±+\-\d.])\d\.\d", found.told)]
    if " is up " in found.told or " is down " in found.told:
        before, after = fmean(levels[:middle]), fmean(levels[middle:])
        assert (" is up " in found.told) == (after > before)
        assert abs(numbers[0] - before) <= 0.051 and abs(numbers[1] - after) <= 0.051
        assert numbers[0] != numbers[1]
        assert f"first {middle} answers" in found.told
        assert f"last {len(levels) - middle} " in found.told
    else:
        assert abs(numbers[0] - fmean(levels)) <= 0.051
        assert ("too few" in found.told) == (len(levels) < 6)
        steady = "unchanged" in found.told or "may be chance" in found.told
        assert steady == (len(levels) >= 6)
        if "may be chance" in found.told:
            assert found.change is not None and abs(found.change.difference) >= 0.5
    assert not re.search(r"\d\.\d", found.words)


def test_what_counts_as_up_down_and_unchanged() -> None:
    def direction(levels: list[float]) -> str:
        change = trend("result", "Result", levels).change
        assert change is not None
        return change.direction

    assert direction([2.0] * 4 + [3.5] * 4) == "up"
    assert direction([3.5] * 4 + [2.0] * 4) == "down"
    assert direction([3.0, 3.5, 2.5, 3.0] * 2) == "unchanged"
    assert direction([1.0, 1.0, 5.0, 5.0]) == "unknown"
    assert direction([2.0, 4.0, 2.0, 3.5, 2.5, 4.0]) == "unchanged"  # all over the place


def test_a_judge_whose_readings_differ_has_more_noise() -> None:
    def direction(spread: float) -> str:
        levels = [2.5] * 4 + [3.5] * 4
        rows = [row(i, level, spreads={"result": spread}) for i, level in enumerate(levels)]
        change = trends(rows).criteria[0].change
        assert change is not None
        return change.direction

    assert direction(0.0) == "up"
    assert direction(2.0) == "unchanged"


def test_scores_of_different_judges_are_not_mixed() -> None:
    rows = [row(i, 2.0) for i in range(6)] + [row(i, 4.5, judge="openai") for i in range(6, 10)]
    found = trends(rows)
    assert (found.judge, found.answers, found.others) == ("offline", 6, {"openai": 4})
    assert found.overall.change is not None and found.overall.change.direction == "unchanged"
    assert trends(rows, judge="openai").answers == 4
    assert trends(rows, judge="nobody").answers == 0


def test_skipped_and_unscored_answers_do_not_count() -> None:
    rows = [row(0), row(1, None), row(2, None, skipped=True), row(3, retry_of="a0")]
    found = trends(rows)
    assert (found.answers, found.unscored, found.retries) == (2, 1, 1)


def test_criteria_and_competencies_have_lines_of_their_own() -> None:
    rows = [
        row(i, 3.0, levels={"result": 1.0 + 0.4 * i, "task": 3.0, "depth": None}) for i in range(10)
    ]
    rows[0] = rows[0]._replace(competencies=("ownership", "conflict"))
    found = trends(rows)
    assert {line.key: line.answers for line in found.criteria} == {"result": 10, "task": 10}
    told = {line.key: line.told for line in found.criteria}
    assert told["result"].startswith("Result is up from 1.8 to 3.8")
    assert told["task"].startswith("Task is unchanged: 3.0 on 10 answers")
    assert {line.key: line.answers for line in found.competencies} == {
        "ownership": 10,
        "conflict": 1,
    }
    assert "1 answer, too few" in found.competencies[1].told


def test_weeks_begin_on_monday_and_are_compared_with_the_one_before() -> None:
    levels = [2.0] * 4 + [4.0] * 4 + [4.0]
    days = [0, 1, 2, 3, 7, 8, 9, 13, 28]
    rows = [row(day, level) for day, level in zip(days, levels, strict=True)]
    weeks = trends(rows, zone=UTC).weeks
    assert [(week.monday, week.answers, week.overall) for week in weeks] == [
        (date(2026, 3, 2), 4, 2.0),
        (date(2026, 3, 9), 4, 4.0),
        (date(2026, 3, 30), 1, 4.0),
    ]
    assert weeks[0].change is None
    assert weeks[1].told.startswith("Better than in the week of 2026-03-02 (+2.0, noise ±")
    assert "Too few answers to compare" in weeks[2].told
    assert MONDAY.weekday() == 0


@given(st.lists(st.floats(-10, 10), max_size=30))
def test_a_sparkline_never_leaves_its_blocks(points: list[float]) -> None:
    drawn = sparkline(points)
    assert len(drawn) == len(points) and set(drawn) <= set("▁▂▃▄▅▆▇█")


def test_a_sparkline_rises_with_the_level() -> None:
    assert sparkline([1, 3, 5]) == "▁▅█" and sparkline([1.0]) == "▁"
