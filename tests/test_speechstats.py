"""Pace, pauses, fillers and restarts from the times of words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mockinterview.speechstats import PAUSE, delivery, plainly
from mockinterview.spoken import SpokenWord, Transcript


def heard(
    text: str, *, each: float = 0.3, gap: float = 0.1, keeps: bool = True, **pauses: float
) -> Transcript:
    """A transcript whose words last ``each`` seconds; ``w3=2.0`` is a pause before word 3."""
    at, words = 0.0, []
    for number, word in enumerate(text.split()):
        at += pauses.get(f"w{number}", gap if number else 0.0)
        words.append(SpokenWord(text=word, start=round(at, 3), end=round(at + each, 3)))
        at += each
    return Transcript(text=text, words=tuple(words), seconds=at, keeps_fillers=keeps)


def test_pace_counts_from_the_first_word_to_the_last() -> None:
    found = delivery(heard("word " * 50), 60)
    assert found.words == 50 and found.pauses == 0 and found.silence_share == 0
    assert found.words_per_minute is not None and abs(found.words_per_minute - 150) < 2
    late = heard("word " * 50)
    moved = late.model_copy(
        update={
            "words": tuple(
                w.model_copy(update={"start": w.start + 9, "end": w.end + 9}) for w in late.words
            )
        }
    )
    assert delivery(moved, 60).words_per_minute == found.words_per_minute


def test_pauses_are_silences_of_half_a_second_and_more() -> None:
    found = delivery(heard("word " * 40, w5=2.0, w9=0.6, w12=0.4), 60)
    assert found.pauses == 2 and found.longest_pause == 2.0
    assert found.silence_share is not None and 0.1 < found.silence_share < 0.2
    long = plainly(delivery(heard("word " * 40, w5=6.0), 60))
    assert "let me think" in next(f.reading for f in long if f.name == "pauses")


def test_fillers_that_carry_meaning_are_not_counted() -> None:
    text = (
        "Um I like databases and I built so many of them uh that you know my team asked "
        "whether they look like art to me and basically um they do as you know the answer well "
        "and more words follow here so that the whole thing is long enough for a rate"
    )
    found = delivery(heard(text), 60)
    assert found.fillers is not None and 3 <= found.fillers <= 5
    only = delivery(heard("I like tea and they like art " * 6), 60)
    assert only.fillers == 0


def test_an_engine_that_drops_fillers_measures_none() -> None:
    found = delivery(heard("word " * 50, keeps=False), 60)
    assert found.fillers is None and found.fillers_per_minute is None and found.restarts is None
    shown = {figure.name: figure for figure in plainly(found)}
    assert shown["fillers"].value == shown["restarts"].value == "not measured"


def test_restarts_are_words_said_again_or_cut_off() -> None:
    found = delivery(heard("I was I was at the the wor- work and it was very very good"), 60)
    assert found.restarts == 3
    assert delivery(heard("I had had enough. Enough is enough"), 60).restarts == 0


def test_no_word_times_means_no_pace() -> None:
    found = delivery(Transcript(text="five words without any times", seconds=20), 60)
    assert found.words == 5 and found.words_per_minute is None and found.pauses is None
    assert [f.value for f in plainly(found)].count("not measured") == 4


times = st.lists(
    st.tuples(st.floats(0, 600), st.floats(0, 5), st.sampled_from("um so I we like ran".split())),
    max_size=60,
)


@given(times, st.booleans(), st.floats(1, 600))
def test_figures_stay_in_their_ranges(
    rows: list[tuple[float, float, str]], keeps: bool, suggested: float
) -> None:
    words = tuple(
        SpokenWord(text=text, start=start, end=start + length)
        for start, length, text in sorted(rows)
    )
    text = " ".join(word.text for word in words)
    found = delivery(Transcript(text=text, words=words, seconds=1, keeps_fillers=keeps), suggested)
    assert found.seconds >= 0 and found.words == len(words)
    if found.longest_pause is not None and found.pauses:
        assert found.longest_pause >= round(PAUSE, 1)
    assert found.silence_share is None or 0 <= found.silence_share <= 1
    said = " ".join(f"{f.name} {f.value} {f.reading}" for f in plainly(found))
    assert not re.search("confiden|nervous|accent|emotion|personal", said)
