"""What kind of telling an answer is, on answers written for this test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.model import SentenceLabel, StarMap
from mockinterview.stories import StoryKind, classify, told_kinds
from mockinterview.text import sentences
from tests.conftest import STORY

EVENTS = {
    "dated": STORY,
    "present tense, as many non-native speakers tell it": (
        "Last year I work in a small hotel in Porto. One evening guest come very angry because "
        "room is not clean. I listen to him, I say sorry, and I give him other room. I also talk "
        "with cleaning team. Next day he write good review."
    ),
    "perfect tense": (
        "In my previous company we had a release on Friday and the tests were red. I have called "
        "the two developers, I have asked what they changed, and we have found the bad merge."
    ),
    "no date, but one thing after the other": (
        "A driver refused to sign the new checklist and told everybody it was nonsense. I rode "
        "with him for a shift and wrote down where the list slowed him. I cut it from twelve "
        "points to five. He signed, and he showed it to the others."
    ),
    "habit at the end": (
        "In 2023 our warehouse lost the labels of forty pallets. I called the supplier and I "
        "rebuilt the list from their delivery notes in three hours. Since then I always keep a "
        "copy."
    ),
}
GENERAL = {
    "habit": (
        "When a customer is angry, I usually listen first and then I try to find a solution. Most "
        "of the time it helps to stay calm. In such cases I always tell my manager."
    ),
    "would": (
        "If there is a conflict in the team I would talk to both people separately. Then I would "
        "bring them together and I would look for a compromise that works for everybody."
    ),
    "vague past": "We had some problems in our team. We talked about it and it was better somehow.",
}
OPINIONS = {
    "opinion": (
        "In my opinion honesty is the most important thing in a team. People should admit their "
        "mistakes at once. I think that leaders must set the example here."
    ),
    "what teams need": (
        "I believe that communication is essential. Teams need to have clear goals, and everyone "
        "must know them. Without trust, nothing matters."
    ),
}
SELVES = {
    "praise": (
        "I am a very reliable and motivated person. My biggest strength is patience. Colleagues "
        "say that I am a real team player, and I am good at explaining things."
    ),
    "experience": (
        "I have nine years of experience with this kind of work. I'm a perfectionist, and I enjoy "
        "working under pressure. My style is calm and friendly."
    ),
}
CASES: list[tuple[StoryKind, str, str]] = [
    *(("event", name, text) for name, text in EVENTS.items()),
    *(("general", name, text) for name, text in GENERAL.items()),
    *(("opinion", name, text) for name, text in OPINIONS.items()),
    *(("self", name, text) for name, text in SELVES.items()),
]


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_answers_written_for_each_kind(kind: StoryKind, name: str, text: str) -> None:
    found = classify(text)
    assert found is not None and found.kind == kind
    for quote in found.evidence:
        assert text[quote.start : quote.end] == quote.quote
    assert len(found.evidence) <= 3


def test_a_habit_with_one_example_day_is_an_event_only_with_an_act() -> None:
    habit = "I usually check every order twice, because mistakes are expensive. "
    assert (
        classify(habit + "Mistakes come from hurry, as a rule, and I tend to be calm.") is not None
    )
    example = habit + "Last March I found a wrong total and I called the supplier the same day."
    found = classify(example)
    assert found is not None and found.kind == "event"
    assert any("Last March" in quote.quote for quote in found.evidence)


def test_too_little_or_another_language_is_not_judged() -> None:
    assert classify("") is None
    assert classify("I called them.") is None
    assert (
        classify(
            "Letztes Jahr habe ich in einer kleinen Firma gearbeitet und dort ist ein Fehler "
            "passiert, weil wir die Rechnungen nicht geprüft haben und ich habe es gemeldet."
        )
        is None
    )


def test_talk_outside_the_story_does_not_make_it_one() -> None:
    text = (
        "Last year I moved to a new flat and I painted it. "
        "When colleagues disagree I usually listen to everybody. I always look for a compromise."
    )
    labels: list[SentenceLabel] = []
    for number, piece in enumerate(sentences(text)):
        label = SentenceLabel(start=piece.start, end=piece.end, label="O" if not number else "A")
        labels.append(label)
    star = StarMap(sentences=tuple(labels), parts={"S": 0, "T": 0, "A": 1, "R": 0})
    with_star, without = classify(text, star), classify(text)
    assert with_star is not None and with_star.kind == "general"
    assert without is not None and without.kind == "event"


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_stumble(text: str) -> None:
    found = classify(text)
    if found is not None:
        assert all(text[quote.start : quote.end] == quote.quote for quote in found.evidence)


def test_kinds_are_counted_and_the_trend_needs_a_clear_difference() -> None:
    assert told_kinds([]) == "no story yet."
    mixed: list[StoryKind] = ["event", "general", "event"]
    assert told_kinds(mixed) == (
        "of your last 3 stories: 2 told as a real event, 1 as a general case."
    )
    newest_first: list[StoryKind] = ["event" if n < 6 else "opinion" for n in range(12)]
    assert told_kinds(newest_first).endswith("more real events than before.")
    newest_first.reverse()
    assert told_kinds(newest_first).endswith("fewer real events than before.")
