"""The shipped packs: complete, consistent, and each question with a rubric of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from mockinterview import bank
from mockinterview.model import Pack
from mockinterview.rubric import build_rubric

ROOT = Path(__file__).parents[1]
BANK = bank.check_bank()


@pytest.fixture(params=BANK.packs, ids=lambda pack: pack.pack)
def pack(request: pytest.FixtureRequest) -> Pack:
    made: Pack = request.param
    return made


def test_the_bank_has_neither_errors_nor_warnings() -> None:
    assert [str(problem) for problem in BANK.problems] == []


def test_the_api_pack_covers_the_whole_guide() -> None:
    (api,) = (pack for pack in BANK.packs if pack.pack == "api-developer")
    counts = Counter(question.category for question in api.questions)
    assert counts == {"common": 12, "behavioral": 6, "technical": 5}
    assert (len(api.ask_interviewer), len(api.preparation), len(api.faq)) == (7, 7, 4)


def test_two_more_packs_of_at_least_twenty_questions() -> None:
    sizes = {pack.pack: len(pack.questions) for pack in BANK.packs}
    assert sizes.keys() >= {"api-developer", "behavioral-general", "data-analyst"}
    assert min(size for name, size in sizes.items()) >= 20


def test_every_question_can_be_learned_from(pack: Pack) -> None:
    for question in pack.questions:
        assert 80 <= len(question.sample_answer.split()) <= 260, question.id
        assert 4 <= len(question.key_points) <= 7, question.id
        assert 2 <= len(question.follow_ups) <= 3, question.id
        assert (question.star is not None) == (question.category == "behavioral"), question.id
        assert question.category != "technical" or question.approach, question.id


def test_every_rubric_is_made_for_its_question(pack: Pack) -> None:
    for question in pack.questions:
        made = build_rubric(question)
        assert sum(criterion.weight for criterion in made.criteria) == pytest.approx(1)
        anchors = json.dumps(made.model_dump(), ensure_ascii=False)
        vital = [point.text for point in question.key_points if point.weight == "vital"]
        assert vital and all(
            json.dumps(text, ensure_ascii=False)[1:-1] in anchors for text in vital
        )
        assert "$" not in anchors.replace("US$", ""), question.id


def test_every_pack_names_the_schema_for_editors() -> None:
    for file in (ROOT / "questions").glob("*.yaml"):
        first = file.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first == "# yaml-language-server: $schema=schema.json", file.name


def test_the_schema_file_is_what_the_models_say() -> None:
    kept = json.loads((ROOT / "questions" / "schema.json").read_text(encoding="utf-8"))
    assert kept == bank.json_schema(), "python -m mockinterview.bank > questions/schema.json"
