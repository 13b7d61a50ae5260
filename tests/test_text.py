"""Sentences, words, cleaning, quotes and scores: the small pure parts, on any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview import evidence, scoring, text
from mockinterview.model import Anchors, Criterion, CriterionResult, FlagName, Rubric

ANY = st.text(max_size=300)


@given(ANY)
def test_sentences_keep_offsets_order_and_every_word(whole: str) -> None:
    pieces = text.sentences(whole)
    assert all(whole[p.start : p.end] == p.text and p.text == p.text.strip() for p in pieces)
    ends = [0, *(p.end for p in pieces)]
    assert all(p.start >= end for p, end in zip(pieces, ends, strict=False))
    covered = {i for p in pieces for i in range(p.start, p.end)}
    assert all(i in covered for i, c in enumerate(whole) if c.isalnum())


@given(ANY)
def test_cleaning_is_stable_and_leaves_nothing_that_acts_on_a_terminal(whole: str) -> None:
    cleaned = text.clean(whole)
    assert text.clean(cleaned) == cleaned
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in cleaned)
    assert not {"\u202e", "\u200b", "\u2066", "\ufeff"} & set(cleaned)


@pytest.mark.parametrize(
    ("whole", "wanted"),
    [
        ("I met Dr. Lee at 9 a.m. on Monday. She agreed.", 2),
        ("We used e.g. Redis, Kafka etc. in production! It held.", 2),
        ("Version 2.5 cut p95 by 40.5%. Good.", 2),
        ("First line\n- second item\n- third item", 3),
        ("No end mark", 1),
        ("Wait... what? Yes.", 3),
        ("", 0),
    ],
)
def test_sentences_are_cut_where_a_reader_would(whole: str, wanted: int) -> None:
    assert len(text.sentences(whole)) == wanted


@given(st.text(min_size=1, max_size=200), st.data())
def test_any_whole_word_run_of_an_answer_is_found_again(whole: str, data: st.DataObject) -> None:
    answer = text.clean(whole)
    found = text.words(answer)
    if not found:
        return
    first = data.draw(st.integers(0, len(found) - 1))
    last = data.draw(st.integers(first, len(found) - 1))
    quote = answer[found[first].start : found[last].end]
    hit = evidence.find_quote(answer, f"  “{quote}” ")
    if hit is not None:
        assert answer[hit.start : hit.end] == hit.quote
    # Letters that fold to nothing alone cannot be promised; plain ones can.
    if quote.isascii():
        assert hit is not None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("i CUT the   error rate", "I cut the error rate"),
        ("“error rate by 40%.”", "error rate by 40%"),
        ("it’s mine", "it's mine"),
        ("cut the error rates", None),
        ("ut the err", None),
        ("...", None),
        ("", None),
    ],
)
def test_quotes_are_matched_by_their_words(quote: str, found: str | None) -> None:
    answer = "Then I cut the error rate by 40%, and it's mine."
    hit = evidence.find_quote(answer, quote)
    assert (hit.quote if hit else None) == found


def test_a_quote_is_looked_for_in_the_named_sentence_first() -> None:
    answer = "I tested it. Later I tested it again."
    hit = evidence.find_quote(answer, "I tested it", within=(13, len(answer)))
    assert hit is not None and hit.start == answer.rindex("I tested it")


LEVELS = st.one_of(st.none(), st.floats(1, 5))


def rubric(weights: list[float]) -> Rubric:
    anchors = Anchors(level_1="a", level_3="b", level_5="c")
    criteria = tuple(
        Criterion(id=f"c{i}", name="c", asks="?", weight=w, anchors=anchors)
        for i, w in enumerate(weights)
    )
    return Rubric(question_id="q", kind="technical", version="1", criteria=criteria)


def results(levels: list[float | None]) -> list[CriterionResult]:
    return [CriterionResult(id=f"c{i}", name="c", level=lv) for i, lv in enumerate(levels)]


@given(st.lists(st.tuples(st.floats(0.01, 1), LEVELS), min_size=1, max_size=8))
def test_the_overall_lies_between_the_levels_or_is_unscored(
    rows: list[tuple[float, float | None]],
) -> None:
    found = scoring.overall(rubric([w for w, _ in rows]), results([lv for _, lv in rows]))
    levels = [lv for _, lv in rows if lv is not None]
    if not levels:
        assert found is None and scoring.verdict(found) == "Unscored"
        return
    assert found is not None
    assert min(levels) - 0.051 <= found <= max(levels) + 0.051
    assert scoring.verdict(found)


@given(st.lists(st.floats(1, 5), min_size=2, max_size=2), st.integers(0, 1), st.floats(0, 4))
def test_a_higher_level_never_lowers_the_overall(
    levels: list[float], which: int, more: float
) -> None:
    made = rubric([0.3, 0.7])
    better = list(levels)
    better[which] = min(5, better[which] + more)
    low, high = scoring.overall(made, results([*levels])), scoring.overall(made, results([*better]))
    assert low is not None and high is not None and high >= low


@pytest.mark.parametrize("flag", sorted(scoring.NO_ANSWER_FLAGS))
def test_no_answer_flags_cap_the_overall(flag: FlagName) -> None:
    found = scoring.overall(rubric([1.0]), results([5.0]), [flag])
    assert found is not None and found <= scoring.LOWEST_BAND


@given(st.text(max_size=80))
def test_unmasking_keeps_every_place(given_text: str) -> None:
    made = text.unmasked(given_text)
    assert len(made) == len(given_text)
    assert text.unmasked(made) == made


def test_other_alphabets_are_left_alone() -> None:
    russian = "\u042f \u0441\u0430\u043c \u0432\u0441\u0435 \u0441\u0434\u0435\u043b\u0430\u043b."
    assert text.unmasked(russian) == russian
    named = "I worked with \u041e\u043b\u0435\u043d\u0430 on the \u03b2 release."
    assert text.unmasked(named) == named
    assert text.unmasked("ign\u043ere the \u0441\u043eurse") == "ignore the course"
