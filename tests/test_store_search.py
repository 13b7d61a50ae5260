"""Search finds words in questions, answers and feedback, and nothing typed makes it stumble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockinterview.errors import UsageError
from mockinterview.ports import Found
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, plan, scored

NASTY = ['"', "'", "*", "^", "(", ")", "NEAR(a b, 2)", "AND", "OR NOT", "answer:", "-", "{a b}: c"]


@pytest.fixture(scope="module")
def store() -> Iterator[SqliteStore]:
    with TemporaryDirectory() as folder, SqliteStore(Path(folder) / "history.db") as made:
        made.create_session("s1", START, plan())
        made.save_answer(attempt("a1", answer="We tested the café's\nrelease with 日本語 data."))
        made.save_answer(attempt("a2", position=1, answer="I wrote tests AND docs in C++."))
        made.save_answer(attempt("a3", position=2, answer="release", skipped=True))
        made.add_grading("a2", scored("g", 3.0))
        yield made


def ids(found: Found) -> list[str]:
    return [hit.attempt.id for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("testing", {"a1", "a2"}),  # another form
        ("CAFE", {"a1"}),  # without the accent
        ("release tested", {"a1"}),  # all words, in any order
        ("release docs", set()),
        ("rel", {"a1"}),  # nothing holds the whole word: the beginning counts
        ("日本", {"a1"}),
        ("and", {"a2"}),  # a word, not an operator
        ('"tests AND docs"', {"a2"}),
        ("time", {"a1", "a2"}),  # in the question
        ("changed", {"a2"}),  # in the feedback
        ("zebra", set()),
    ],
)
def test_words_find_the_answers_that_hold_them(
    store: SqliteStore, words: str, expected: set[str]
) -> None:
    found = store.search(words)
    assert set(ids(found)) == expected
    assert found.total == len(expected)


def test_a_hit_shows_where_with_the_matching_words_marked(store: SqliteStore) -> None:
    (hit,) = store.search("tested release").hits
    assert hit.place == "answer"
    assert hit.text == "We tested the café's\nrelease with 日本語 data."
    assert [hit.text[start:end] for start, end in hit.spans] == ["tested", "release"]
    (hit,) = store.search("changed").hits
    assert (hit.place, [hit.text[a:b] for a, b in hit.spans]) == ("feedback", ["changed"])


def test_an_answer_counts_more_than_the_question(store: SqliteStore) -> None:
    store.save_answer(attempt("a4", position=1, answer="It was about time, time and time."))
    assert ids(store.search("time"))[0] == "a4"


def test_pages_hold_everything_once(store: SqliteStore) -> None:
    whole = ids(store.search("time"))
    assert [ids(store.search("time", limit=1, offset=i))[0] for i in range(len(whole))] == whole


@pytest.mark.parametrize("words", ["", "  ", '"', "*", "()", "\x00", "\u202e"])
def test_nothing_to_search_for_is_a_usage_error(store: SqliteStore, words: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        store.search(words)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=8).map(" ".join))
def test_nothing_typed_makes_it_stumble(store: SqliteStore, words: str) -> None:
    try:
        found = store.search(words)
    except UsageError:
        return
    for hit in found.hits:
        assert all(0 <= start < end <= len(hit.text) for start, end in hit.spans)


def test_a_thousand_words_are_no_trouble(store: SqliteStore) -> None:
    assert store.search("tests " * 1000).total == 2
    assert store.search("x" * 100_000).total == 0
