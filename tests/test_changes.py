"""What counts as a change: larger than chance and than the judge's own noise, never less."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mockinterview.changes import Direction, between, halves, judged, share_change, t95

LEVELS = st.lists(st.floats(1, 5), min_size=1, max_size=40)
FLIPPED: dict[Direction, Direction] = {
    "up": "down",
    "down": "up",
    "unchanged": "unchanged",
    "unknown": "unknown",
}


@given(LEVELS, LEVELS, st.floats(0.1, 2))
def test_backwards_is_the_opposite(old: list[float], new: list[float], noise: float) -> None:
    forth, back = between(old, new, noise=noise), between(new, old, noise=noise)
    assert back.direction == FLIPPED[forth.direction]
    assert abs(forth.difference + back.difference) < 1e-9


@given(LEVELS, LEVELS)
def test_more_noise_never_turns_nothing_into_a_change(old: list[float], new: list[float]) -> None:
    calm, noisy = between(old, new, noise=0.5), between(old, new, noise=1.5)
    if calm.direction == "unchanged":
        assert noisy.direction == "unchanged"
    if noisy.direction in ("up", "down"):
        assert calm.direction == noisy.direction
    if calm.margin is not None:
        assert (abs(calm.difference) > calm.margin) == (calm.direction != "unchanged")


@given(st.floats(1, 5), st.floats(1, 5), st.floats(0, 2))
def test_a_change_within_the_margin_is_none(before: float, after: float, margin: float) -> None:
    found = judged(before, after, margin)
    assert found.margin is not None and found.margin >= margin
    if abs(after - before) <= margin:
        assert found.direction == "unchanged"
    elif abs(after - before) > max(margin, 0.1) + 1e-6:
        assert found.direction == ("up" if after > before else "down")


def test_two_answers_say_nothing_and_a_tenth_of_a_level_either() -> None:
    assert between([1, 1], [5, 5]).direction == "unknown"
    assert judged(3.1, 3.2, 0.0).direction == "unchanged"
    assert judged(2.0, 2.5, 0.5).direction == "unchanged"


def test_pure_noise_is_called_unchanged_nineteen_times_in_twenty() -> None:
    chance = random.Random(5)
    for half in (3, 5, 12, 40):
        told: Counter[str] = Counter()
        for _ in range(400):
            levels = [min(5.0, max(1.0, chance.gauss(3, 0.9))) for _ in range(2 * half)]
            told[between(*halves(levels)).direction] += 1
        assert told["unchanged"] >= 0.92 * 400, (half, told)


def test_a_real_rise_is_seen_with_enough_answers() -> None:
    chance = random.Random(6)
    seen = 0
    for _ in range(200):
        old = [chance.gauss(2.3, 0.7) for _ in range(10)]
        new = [chance.gauss(3.6, 0.7) for _ in range(10)]
        seen += between(old, new).direction == "up"
    assert seen > 180


@given(st.lists(st.booleans(), max_size=60), st.lists(st.booleans(), max_size=60))
def test_shares_backwards_are_the_opposite(old: list[bool], new: list[bool]) -> None:
    assert share_change(new, old) == FLIPPED[share_change(old, new)]


def test_shares_need_answers_and_a_clear_difference() -> None:
    assert share_change([True] * 3, [False] * 3) == "unknown"
    assert share_change([True] * 8, [False] * 8) == "down"
    assert share_change([True, False] * 5, [True, False, False] * 4) == "unchanged"


@given(st.lists(st.integers(), max_size=30))
def test_halves_hold_everything_in_order(values: list[int]) -> None:
    earlier, later = halves(values)
    assert [*earlier, *later] == values and 0 <= len(later) - len(earlier) <= 1


def test_the_table_of_t_only_falls() -> None:
    values = [t95(freedom) for freedom in range(1, 200)]
    assert values == sorted(values, reverse=True) and values[0] > 12 and values[-1] >= 1.96
