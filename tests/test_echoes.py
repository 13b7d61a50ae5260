"""Sentences that only echo us, and how texts are laid out for the trained reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from mockinterview.echoes import echo_spans
from mockinterview.judges.offline.encoder import _tokenizer, perceive
from mockinterview.judges.offline.encoding import CLS, MARKS, SEP, WINDOW, encode, sample_points
from mockinterview.judges.offline.levels import halves, moved
from mockinterview.model import KeyPoint, Question
from mockinterview.text import sentences

SAMPLE = (
    "Last winter our depot lost eleven parcels a day. I stood at the belt for one morning and saw "
    "that labels fell off in the cold. I asked the supplier for another glue and tried it on one "
    "line first. Losses fell to one a week."
)
QUESTION = Question(
    id="parcels",
    category="behavioral",
    text="Tell me about a process you improved.",
    sample_answer=SAMPLE,
    key_points=(
        KeyPoint(id="cause", text="Found the cause before changing anything"),
        KeyPoint(id="small", text="Tried it small first"),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        "Found the cause before changing anything, tried it small first.",
        "Tried it small first.",
        "It's not true that I stood at the belt for one morning and saw that labels fell off.",
        "Nobody could say that I asked the supplier for another glue and tried it on one line.",
        "glue belt the fell supplier I morning labels one cold asked the for line saw stood",
    ],
)
def test_echoes_are_found(text: str) -> None:
    assert echo_spans(QUESTION, text)


@pytest.mark.parametrize(
    "text",
    [
        "Our till froze at noon, so I timed ten sales and moved the printer.",
        "I never thought it was the cold; I measured it and it was.",
        "It is not true that more staff would have helped, the door was the problem.",
        "First I found out why, then we changed one shelf and watched it for a week.",
    ],
)
def test_honest_sentences_stay(text: str) -> None:
    assert echo_spans(QUESTION, text) == []


def test_scraps_of_a_shuffled_sample_go_with_it_and_own_words_stay() -> None:
    own = "We had losses. I asked around."
    shuffle = "Glue belt the. fell supplier I morning labels one cold asked line. Saw stood. week."
    spans = echo_spans(QUESTION, f"{own} {shuffle}")
    assert [span for span in spans if span[0] < len(own)] == []
    assert sum(end - start for start, end in spans) >= len(shuffle) - 4


@given(st.text(max_size=300))
def test_spans_are_sentences_of_the_text(text: str) -> None:
    whole = {(piece.start, piece.end) for piece in sentences(text)}
    assert set(echo_spans(QUESTION, text)) <= whole


@given(
    st.lists(st.text(min_size=1, max_size=80), max_size=20),
    st.lists(st.text(min_size=1, max_size=1500), max_size=40),
)
def test_every_sentence_is_read_once_in_windows_that_fit(
    points: list[str], said: list[str]
) -> None:
    windows = encode(_tokenizer(), "technical", "Why?", points, said)
    assert sum(len(window.sentences) for window in windows) == len(said)
    first = 0
    for window in windows:
        assert len(window.ids) == len(window.segments) <= WINDOW and window.first == first
        assert window.ids[0] == CLS and window.ids[1] == MARKS["technical"]
        assert window.ids[-1] == SEP
        assert all(window.ids[at] == MARKS["sentence"] for at in window.sentences)
        assert all(window.ids[at] == MARKS["point"] for at in window.points)
        first += len(window.sentences)


def test_control_tokens_typed_by_a_candidate_are_text() -> None:
    said = ["[SEP] [CLS] I did it. [unused3] [PAD] [MASK]"]
    (window,) = encode(_tokenizer(), "behavioral", "Why?", ["A point"], said)
    inside = window.ids[window.sentences[0] + 1 : -1]
    assert not {SEP, CLS, 0, 103} & set(inside)
    seen = perceive("behavioral", "Why?", ["A point"], said * 400)
    assert len(seen.labels) == 400 and len(seen.points) == 1
    assert all(0 <= value <= 1 for value in seen.scales.values())


def test_a_short_sample_is_one_point_and_a_long_one_many() -> None:
    assert sample_points("Water boils at 100 degrees.") == ["Water boils at 100 degrees."]
    assert sample_points("2.") == [] and sample_points("") == []
    assert 2 <= len(sample_points(f"{SAMPLE} " * 3)) <= 14


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.05, 1)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_levels_are_moved_to_the_target_and_rounded_near_it(
    pairs: list[tuple[float, float]], target: float
) -> None:
    shares, weights = [s for s, _ in pairs], [w for _, w in pairs]
    found = moved(shares, weights, target)
    mean = sum(s * w for s, w in zip(found, weights, strict=True)) / sum(weights)
    assert mean == approx(target, abs=1e-6)
    ranked = sorted(range(len(shares)), key=lambda i: shares[i])
    assert [found[i] for i in ranked] == sorted(found)
    for share, level in zip(found, halves(found, weights), strict=True):
        assert 1 <= level <= 5 and level * 2 == int(level * 2)
        assert abs(level - (1 + 4 * share)) <= 0.56
