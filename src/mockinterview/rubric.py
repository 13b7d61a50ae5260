"""Makes the rubric of one question from the templates in ``prompts/rubrics``."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from string import Template
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mockinterview.errors import BadInput
from mockinterview.model import Anchors, Criterion, KeyPoint, Kind, Question, Rubric
from mockinterview.resources import data


class _Block(BaseModel):
    """One criterion of a template; the anchors' keys are the levels 1, 3 and 5."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    asks: str
    weight: float
    anchors: dict[Annotated[int, Field(ge=1, le=5)], str]


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    otherwise: dict[str, str]
    criteria: tuple[_Block, ...]


def build_rubric(question: Question, template_text: str | None = None) -> Rubric:
    """Return the rubric of ``question``: its anchors speak of its key points and STAR notes.

    Weights sum to 1. ``version`` changes whenever any text that a judge reads changes.
    ``template_text`` is YAML to use instead of the shipped template of the question's kind.

    Raises:
        BadInput: ``template_text`` is no rubric template.
    """
    template = _template(question.kind) if template_text is None else _edited(template_text)
    words = {**template.otherwise, **_own_words(question)}
    criteria = tuple(_criterion(block, words) for block in template.criteria)
    points = tuple(_vital_first(question.key_points))
    return Rubric(
        question_id=question.id,
        kind=question.kind,
        version=_version(criteria, points),
        criteria=criteria,
        key_points=points,
    )


@lru_cache(maxsize=2)
def _template(kind: Kind) -> _Template:
    import yaml

    file = data("prompts") / "rubrics" / f"{kind}.yaml"
    return _Template.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@lru_cache(maxsize=2)
def _edited(text: str) -> _Template:
    import yaml

    try:
        found = _Template.model_validate(yaml.safe_load(text))
        for block in found.criteria:
            _criterion(block, found.otherwise | {"question": "?"})
    except (yaml.YAMLError, ValidationError, KeyError, ValueError) as error:
        told = " ".join(str(error).split())[:300]
        raise BadInput(
            f"The rubric cannot be used: {told}",
            "Start from prompts/rubrics/behavioral.yaml or technical.yaml.",
        ) from error
    if abs(sum(block.weight for block in found.criteria) - 1) > 0.001:
        raise BadInput("The rubric's weights do not sum to 1.", "Change the weight of a criterion.")
    return found


def _own_words(question: Question) -> dict[str, str]:
    """Return what fills the template's ``$`` words, without those the question says nothing of."""
    points = _vital_first(question.key_points)
    found = {
        "question": " ".join(question.text.split()),
        "vital": _joined([point.text for point in points if point.weight == "vital"]),
        "points": _joined([point.text for point in points]),
    }
    found["vital"] = found["vital"] or found["points"]
    if question.star is not None:
        notes = question.star.model_dump()
        found |= {part: _phrase(note) for part, note in notes.items()}
    return {word: text for word, text in found.items() if text}


def _criterion(block: _Block, words: dict[str, str]) -> Criterion:
    return Criterion(
        id=block.id,
        name=block.name,
        asks=_fill(block.asks, words),
        weight=block.weight,
        anchors=Anchors(
            level_1=_fill(block.anchors[1], words),
            level_3=_fill(block.anchors[3], words),
            level_5=_fill(block.anchors[5], words),
        ),
    )


def _fill(text: str, words: dict[str, str]) -> str:
    return Template(text).substitute(words)


def _vital_first(points: tuple[KeyPoint, ...]) -> list[KeyPoint]:
    return sorted(points, key=lambda point: point.weight != "vital")


def _joined(texts: list[str]) -> str:
    return "; ".join(_phrase(text) for text in texts)


def _phrase(text: str) -> str:
    """Return a note as it can stand inside a sentence: one line, no full stop at its end."""
    return " ".join(text.split()).rstrip(" .;")


def _version(criteria: tuple[Criterion, ...], points: tuple[KeyPoint, ...]) -> str:
    parts = [item.model_dump_json() for item in (*criteria, *points)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
