"""Fills the judge's prompt templates; the candidate's text goes in last, numbered and fenced.

The form of the fence (random tag, numbered sentences, JSON strings, the task said again after
the answer) follows what is known against instructions hidden in graded text: Hines 2024,
arXiv 2403.14720 (marking untrusted text), and inspect_ai's neutralised delimiters.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from string import Template
from typing import NamedTuple

from mockinterview.model import Question, Rubric
from mockinterview.resources import data
from mockinterview.text import Piece, clean

VERSION = "v1"
_PARTS = ("system", "user", "sample", "form", "repair")
_TAGS = "answer|question|criteria|criterion|key_points|sample_answer|schema"
_TAG = re.compile(rf"<(?=[\s/]*(?:{_TAGS}))", re.IGNORECASE)
_NONE = "(none)"


class JudgePrompt(NamedTuple):
    """One released version of the judge's prompt; ``sha`` changes with any byte of it."""

    name: str
    sha: str
    system: str
    user: Template
    sample: Template
    form: Template
    repair: Template

    def ask(
        self,
        question: Question,
        rubric: Rubric,
        answer: Sequence[Piece],
        *,
        nonce: str,
        probes: Sequence[str] = (),
        sample_last: bool = True,
        schema: dict[str, object] | None = None,
    ) -> str:
        """Return the user message: all that depends on the question alone, then the answer.

        The sample answer stands after the criteria, or before them. ``schema`` goes in
        only for servers that cannot be given it beside the messages.
        """
        sample = self.sample.substitute(sample=_plain(question.sample_answer) or _NONE)
        asked = "\n".join(f"- {_plain(probe)}" for probe in probes)
        return self.user.substitute(
            question=_plain(question.text),
            kind=rubric.kind,
            why=_plain(question.why_asked) or _NONE,
            criteria=_criteria(rubric),
            key_points=_key_points(rubric) or _NONE,
            sample_before="" if sample_last else sample,
            sample_after=sample if sample_last else "",
            form=self._form(schema),
            probes=f"\nThe interviewer also asked:\n{asked}\n" if asked else "",
            nonce=nonce,
            answer=numbered(answer),
        )

    def mend(self, complaints: Iterable[str], schema: dict[str, object] | None = None) -> str:
        """Return the message that asks once more, saying what was wrong."""
        lines = "\n".join(f"- {line}" for line in complaints)
        return self.repair.substitute(complaint=lines, form=self._form(schema)).rstrip()

    def _form(self, schema: dict[str, object] | None) -> str:
        return self.form.substitute(schema=_json(schema)).rstrip() if schema else ""


@lru_cache(maxsize=4)
def judge_prompt(version: str = VERSION) -> JudgePrompt:
    """Return the judge's prompt of this version, read from ``prompts/judge``."""
    folder = data("prompts") / "judge" / version
    texts = {part: (folder / f"{part}.md").read_text(encoding="utf-8") for part in _PARTS}
    digest = hashlib.sha256("\0".join(texts[part] for part in _PARTS).encode())
    return JudgePrompt(
        name=f"judge/{version}",
        sha=digest.hexdigest()[:16],
        system=texts["system"],
        user=Template(texts["user"]),
        sample=Template(texts["sample"]),
        form=Template(texts["form"]),
        repair=Template(texts["repair"]),
    )


def varied(rubric: Rubric, sample: int) -> Rubric:
    """Return the rubric with its criteria in the order of this sample; 0 keeps their own.

    Odd samples turn the order around, each pair of samples begins one criterion later: a
    model that leans to what stands first or last leans another way each time.
    """
    turn = sample // 2 % len(rubric.criteria)
    order = rubric.criteria[turn:] + rubric.criteria[:turn]
    return rubric.model_copy(update={"criteria": order[::-1] if sample % 2 else order})


def numbered(answer: Sequence[Piece]) -> str:
    """Return one line per sentence, ``s1: "..."``; nothing in it can close the fence."""
    return "\n".join(f"s{n}: {_quoted(piece.text)}" for n, piece in enumerate(answer, 1))


def _quoted(text: str) -> str:
    # Inside a JSON string \u003c is still "<" to a reader, but no longer opens a tag.
    return _TAG.sub(r"\\u003c", json.dumps(clean(text), ensure_ascii=False))


def _plain(text: str) -> str:
    return _TAG.sub("‹", clean(text)).strip()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _criteria(rubric: Rubric) -> str:
    return "\n\n".join(
        _plain(
            f"{criterion.id} ({criterion.name}): {criterion.asks}\n"
            f"  1: {criterion.anchors.level_1}\n"
            f"  3: {criterion.anchors.level_3}\n"
            f"  5: {criterion.anchors.level_5}"
        )
        for criterion in rubric.criteria
    )


def _key_points(rubric: Rubric) -> str:
    return "\n".join(_plain(f"{p.id} ({p.weight}): {p.text}") for p in rubric.key_points)
