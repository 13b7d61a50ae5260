"""Agreement figures: properties, and values worked out by hand."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.agreement import (
    bootstrap,
    kappa,
    macro_f1,
    mae,
    ordered,
    pearson,
    ranks,
    rmse,
    spearman,
    within,
)

LEVELS = st.lists(st.integers(1, 5).map(float), min_size=2, max_size=40)


@given(LEVELS)
def test_ratings_agree_with_themselves(a: list[float]) -> None:
    varied = len(set(a)) > 1
    for metric in (kappa, spearman, pearson):
        assert metric(a, a) == (pytest.approx(1) if varied else None)
    assert ordered(a, a) == (1 if varied else None)
    assert rmse(a, a) == mae(a, a) == 0


@given(LEVELS, st.data())
def test_ranks_do_not_mind_a_rising_scale(a: list[float], data: st.DataObject) -> None:
    size = st.lists(st.integers(1, 5).map(float), min_size=len(a), max_size=len(a))
    b = data.draw(size)
    risen = [math.exp(value) - 7 for value in b]
    assert ranks(risen) == ranks(b)
    assert spearman(a, risen) == spearman(a, b)
    assert ordered(a, risen) == ordered(a, b)


@given(LEVELS, st.data())
def test_agreement_is_mutual_and_bounded(a: list[float], data: st.DataObject) -> None:
    b = data.draw(st.permutations(a))
    for metric in (kappa, spearman, pearson, rmse, mae):
        one, other = metric(a, b), metric(b, a)
        assert one == pytest.approx(other)
    for metric in (kappa, spearman, pearson):
        value = metric(a, b)
        assert value is None or -1 - 1e-9 <= value <= 1 + 1e-9
    assert (rmse(a, b) or 0) >= (mae(a, b) or 0) - 1e-9


def test_values_worked_out_by_hand() -> None:
    assert ranks([10, 30, 20, 20]) == [1, 4, 2.5, 2.5]
    assert pearson([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # Seen disagreement (1 + 0 + 1) / 3; expected 14/3 + 12/3 - 2 * 2 * 2 = 2/3: kappa 0.
    assert kappa([1, 2, 3], [2, 2, 2]) == pytest.approx(0)
    # Seen 1 / 4; expected 30/4 + 25/4 - 2 * 2.5 * 2.25 = 2.5: 1 - 0.25 / 2.5.
    assert kappa([1, 2, 3, 4], [1, 2, 2, 4]) == pytest.approx(0.9)
    assert rmse([1, 2], [2, 4]) == pytest.approx(math.sqrt(2.5)) and mae([1, 2], [2, 4]) == 1.5
    # Pairs a level apart: (1, 2) tied, (1, 3) right, (2, 3) right.
    assert ordered([1, 2, 3], [1, 1, 2]) == pytest.approx(2.5 / 3)
    assert ordered([1, 1.5], [1, 2]) is None, "no pair is a level apart"
    # S: 2 * 1 / (2 + 1); A: 2 * 1 / (1 + 2).
    assert macro_f1(["S", "S", "A"], ["S", "A", "A"]) == pytest.approx(2 / 3)


def test_no_rows_and_no_variance_give_no_figure() -> None:
    for metric in (pearson, spearman, kappa, rmse, mae, ordered):
        assert metric([], []) is None
    assert pearson([2, 2, 2], [1, 2, 3]) is None and kappa([2, 2], [2, 2]) is None
    assert macro_f1([], []) is None


def test_inside_each_question_only_its_own_answers_count() -> None:
    groups = ["easy"] * 4 + ["hard"] * 4 + ["lone"] * 3
    a: list[float] = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3]
    b: list[float] = [5, 6, 7, 8, 4, 3, 2, 1, 3, 2, 1]
    assert within(groups, spearman)(a, b) == pytest.approx(0), "1 and -1, too few in 'lone'"
    assert within(["x"] * 3, spearman)(a[:3], b[:3]) is None


def test_an_interval_holds_its_value_and_narrows_with_more_questions() -> None:
    def drawn(questions: int) -> tuple[float, float, float]:
        rng = random.Random(4)
        groups = [question for question in range(questions) for _ in range(5)]
        a = [rng.uniform(1, 5) for _ in groups]
        b = [value + rng.gauss(0, 1) for value in a]
        value = pearson(a, b)
        found = bootstrap(
            groups, lambda rows: pearson([a[i] for i in rows], [b[i] for i in rows]), 200
        )
        assert value is not None and found is not None
        return value, *found

    value, low, high = drawn(20)
    assert low < value < high
    *_, less, more = drawn(200)
    assert more - less < high - low
    assert bootstrap([1, 1, 2, 2], lambda rows: 1.0) is None, "two questions give no interval"
    assert bootstrap([1, 2, 3, 4], lambda rows: None) is None
