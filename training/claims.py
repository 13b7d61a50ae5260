"""Puts answers together from single right and wrong claims about each key point.

Topic words alone cannot tell a right answer from a fluent wrong one. Here both speak of the same
things at the same length, and only what is claimed about them differs. Written by the project.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rows import NONE, Example

from mockinterview.model import Kind
from mockinterview.text import clean, sentences


class Claims(NamedTuple):
    """Statements about one key point: right ones, ones that only touch it, wrong ones."""

    right: list[str]
    touch: list[str]
    wrong: list[str]


class Claimed(NamedTuple):
    """A question with the claims about each of its key points."""

    id: str
    kind: Kind
    question: str
    points: list[str]
    claims: list[Claims]


def load_claims(path: Path) -> list[Claimed]:
    """Return the questions of a claims file (benchmarks/data/claims.jsonl)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [_claimed(row) for row in rows]


def _claimed(row: dict[str, Any]) -> Claimed:
    claims = [Claims(c["right"], c["touch"], c["wrong"]) for c in row["claims"]]
    return Claimed(row["question_id"], row["kind"], row["question"], row["key_points"], claims)


def composed(
    pool: Sequence[Claimed], each: int, rng: random.Random, spare: Sequence[str] = ()
) -> list[Example]:
    """Return ``each`` answers to each question, of all mixtures of right, wrong and absent.

    ``spare`` are sentences without substance that may stand before, between or after.
    """
    return [_answer(question, rng, spare) for question in pool for _ in range(each)]


def _answer(question: Claimed, rng: random.Random, spare: Sequence[str]) -> Example:
    # A leaning for the whole answer: knows it, half knows it, believes the contrary.
    leaning = rng.choice(
        ((0.9, 0.05, 0.0), (0.6, 0.2, 0.05), (0.4, 0.2, 0.4), (0.05, 0.15, 0.8), (0.0, 0.1, 0.5))
    )
    said: list[tuple[int, str]] = []
    verdicts: list[int] = []
    wrong = 0
    for index, claims in enumerate(question.claims):
        draw = rng.random()
        kind = _drawn(draw, leaning)
        options = getattr(claims, kind) if kind else []
        verdicts.append({"right": 2, "touch": 1}.get(kind, 0) if options else 0)
        if options:
            wrong += kind == "wrong"
            said += [(index, text) for text in rng.sample(options, 1)]
            if kind != "touch" and len(options) > 1 and rng.random() < 0.12:
                said.append((index, next(t for t in options if t != said[-1][1])))
    rng.shuffle(said)
    texts = [text for _, text in said]
    for text in rng.sample(list(spare), min(len(spare), rng.choice((0, 0, 0, 1, 2, 3)))):
        texts.insert(rng.randint(0, len(texts)), text)
    pieces = [p.text for text in texts for p in sentences(clean(text))]
    share = _share(verdicts, wrong)
    return Example(
        question.kind,
        question.question,
        list(question.points),
        pieces,
        [share, share, None, None, None, None, None, None],
        verdicts,
        [NONE] * len(pieces),
        0.5,
    )


def _drawn(draw: float, leaning: tuple[float, float, float]) -> str:
    for name, share in zip(("right", "touch", "wrong"), leaning, strict=True):
        if draw < share:
            return name
        draw -= share
    return ""


def _share(verdicts: Sequence[int], wrong: int) -> float:
    """Return the level (0 to 1) of such an answer: what is right, less what is wrong.

    About what raters gave to answers with as many points; a string of right claims without
    flow or a case of one's own stays below the top.
    """
    right = sum(verdicts) / (2 * len(verdicts))
    return min(0.9, max(0.0, 1.25 * right - 0.6 * wrong / len(verdicts)))
