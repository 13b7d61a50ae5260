from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.model import Category, KeyPoint, Question, Rubric, StarNotes
from mockinterview.rubric import build_rubric

STORY = Question(
    id="late-delivery",
    category="behavioral",
    text="Tell me about a delivery that came late.",
    star=StarNotes(
        situation="The shop, the customer and the promised day.",
        task="What you had to put right",
        action="Whom you told first, and why",
        result="What the customer did next",
    ),
    key_points=(
        KeyPoint(id="prevents", text="Changes a routine so it does not return", weight="okay"),
        KeyPoint(id="tells-early", text="Tells the customer before they ask.", weight="vital"),
    ),
)
FACTS = Question(
    id="cache",
    category="technical",
    text="When would you add a cache?",
    key_points=(
        KeyPoint(id="expiry", text="Says how entries expire", weight="okay"),
        KeyPoint(id="measure", text="Measures before adding it", weight="vital"),
    ),
)


def texts(rubric: Rubric) -> str:
    return "\n".join(c.model_dump_json() for c in rubric.criteria)


def ids(rubric: Rubric) -> list[str]:
    return [criterion.id for criterion in rubric.criteria]


def test_a_story_is_judged_on_star_and_what_makes_it_ones_own() -> None:
    rubric = build_rubric(STORY)
    assert rubric.kind == "behavioral"
    assert ids(rubric) == [
        "situation",
        "task",
        "action",
        "result",
        "relevance",
        "specificity",
        "reflection",
    ]


@pytest.mark.parametrize("category", ["technical", "common"])
def test_knowledge_is_judged_on_what_is_said(category: Category) -> None:
    rubric = build_rubric(FACTS.model_copy(update={"category": category}))
    assert rubric.kind == "technical"
    assert ids(rubric) == ["coverage", "correctness", "depth", "experience", "clarity"]


def test_star_notes_stand_in_their_own_criterion_only() -> None:
    criteria = {c.id: c.model_dump_json() for c in build_rubric(STORY).criteria}
    assert "the promised day" in criteria["situation"]
    assert "the promised day" not in criteria["action"]
    assert "Whom you told first, and why" in criteria["action"]
    assert "What the customer did next" in criteria["result"]


def test_vital_key_points_come_first() -> None:
    rubric = build_rubric(FACTS)
    assert [point.id for point in rubric.key_points] == ["measure", "expiry"]
    asks = rubric.criteria[0].asks
    assert asks.index("Measures before adding it") < asks.index("Says how entries expire")


def test_full_stops_of_notes_do_not_double() -> None:
    for question in (STORY, FACTS):
        assert ".." not in texts(build_rubric(question))
        assert ".;" not in texts(build_rubric(question))


def test_an_ad_hoc_question_still_has_whole_sentences() -> None:
    for category in ("behavioral", "technical", "common"):
        rubric = build_rubric(Question(id="adhoc", category=category, text="Why $5 and ${x}?"))
        words = texts(rubric)
        assert "Why $5 and ${x}?" in words
        assert words.replace("Why $5 and ${x}?", "").count("$") == 0
        assert ": ." not in words
        assert "()" not in words


def test_without_vital_points_the_others_count_as_vital() -> None:
    okay = tuple(point.model_copy(update={"weight": "okay"}) for point in FACTS.key_points)
    anchors = build_rubric(FACTS.model_copy(update={"key_points": okay})).criteria[0].anchors
    assert "Measures before adding it" in anchors.level_5


def test_the_version_follows_every_text_a_judge_reads() -> None:
    same = build_rubric(FACTS.model_copy(update={"sample_answer": "Something else entirely."}))
    assert same.version == build_rubric(FACTS).version
    point = FACTS.key_points[0].model_copy(update={"text": "Says when entries expire"})
    changed = FACTS.model_copy(update={"key_points": (point, FACTS.key_points[1])})
    assert build_rubric(changed).version != build_rubric(FACTS).version


def test_a_learners_english_is_never_a_criterion() -> None:
    for question in (STORY, FACTS):
        words = texts(build_rubric(question)).lower()
        for banned in ("accent", "grammar", "fluen", "vocabular", "pronunciation"):
            assert banned not in words


@given(
    text=st.text(min_size=3, max_size=80),
    notes=st.lists(st.text(min_size=3, max_size=60), max_size=6),
    category=st.sampled_from(["behavioral", "technical", "common"]),
)
def test_any_question_has_a_rubric_whose_weights_sum_to_one(
    text: str, notes: list[str], category: Category
) -> None:
    points = tuple(KeyPoint(id=f"k{n}", text=note) for n, note in enumerate(notes))
    rubric = build_rubric(Question(id="q", category=category, text=text, key_points=points))
    assert math.isclose(sum(c.weight for c in rubric.criteria), 1.0, abs_tol=1e-9)
    assert len(rubric.key_points) == len(notes)
    for criterion in rubric.criteria:
        levels = criterion.anchors
        assert len({levels.level_1, levels.level_3, levels.level_5}) == 3
