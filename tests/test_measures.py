from hypothesis import given
from hypothesis import strategies as st

from mockinterview.measures import measure


def test_counts_speech_as_a_coach_would() -> None:
    found = measure(
        "Um, I think we cut the load time by 40%, from 2.3 seconds to 800ms, in three weeks. "
        "You know, maybe I was, like, lucky."
    )
    assert found.words == 25
    assert found.sentences == 2
    assert found.first_person_singular == 2
    assert found.first_person_plural == 1
    assert found.numbers == ("40%", "2.3 seconds", "800ms", "three weeks")
    assert found.hedges == ("I think", "maybe")
    assert found.fillers == ("Um", "You know", "like")


def test_speaking_time_is_at_140_words_a_minute() -> None:
    assert measure("word " * 280).speaking_seconds == 120


def test_ordinary_words_are_no_fillers_or_figures() -> None:
    found = measure("I like the team and it looks like rain. One of us knew someone kind.")
    assert found.fillers == ()
    assert found.hedges == ()
    assert found.numbers == ()


def test_names_with_digits_are_no_figures() -> None:
    assert measure("We moved from OAuth2 to p95 charts on EC2.").numbers == ()


def test_curly_apostrophes_count_as_first_person() -> None:
    assert measure("I’m glad we’ve met.").first_person_singular == 1
    assert measure("I’m glad we’ve met.").first_person_plural == 1


@given(st.text(max_size=300))
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text)
    assert found.words >= found.first_person_singular + found.first_person_plural
    assert measure(text) == found
