"""Reads graded answers and turns them into padded batches."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from model import LABELS, SCALES
from tokenizers import Tokenizer
from torch import Tensor

from mockinterview import orders
from mockinterview.judges.offline.encoding import Window, encode, sample_points
from mockinterview.text import clean, sentences

NONE = -100


class Example(NamedTuple):
    """One graded answer: what is read, and what the raters said (None or NONE = not rated)."""

    kind: str
    question: str
    points: list[str]
    sentences: list[str]
    scales: list[float | None]
    verdicts: list[int]
    labels: list[int]
    weight: float = 1.0


def load(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def mean(values: Sequence[float]) -> float:
    """Return the mean."""
    return sum(values) / len(values)


def interview(row: dict[str, Any]) -> Example:
    """Return an interview answer with the mean of its raters; where labels differ, a rater's."""
    rated = row["ratings"]
    pieces = row.get("sentences") or [p.text for p in sentences(clean(row["answer"]))]
    scales: dict[str, float | None] = {
        name: (mean(rated[name]) - 1) / 4 for name in SCALES[:4] if rated.get(name)
    }
    scales["overall"] = (row["score"] - 1) / 4
    for part in "STAR":
        stars = rated.get("star") or []
        scales[part] = mean([s[part] for s in stars]) / 2 if stars else None
    verdicts = [round(mean(v) - 0.01) for v in zip(*rated["key_points"], strict=True)]
    labels = [NONE] * len(pieces)
    for given in rated.get("sentence_labels") or []:
        if len(given) == len(pieces):
            labels = [LABELS.index(label) for label in given]
            break
    return Example(
        row["kind"],
        row["question"],
        list(row["key_points"]),
        pieces,
        [scales.get(name) for name in SCALES],
        verdicts,
        labels,
    )


def public(row: dict[str, Any], weight: float = 0.5) -> Example:
    """Return an exam answer: a short reference is its one key point, a long one gives several."""
    share = row["score"] / row["max_score"]
    points = sample_points(row["reference"])
    pieces = [p.text for p in sentences(clean(row["answer"]))] or [""]
    verdict = 2 if share > 0.8 else 0 if share < 0.25 else 1
    scales: list[float | None] = [share, share, *[None] * (len(SCALES) - 2)]
    return Example(
        "technical",
        row["question"],
        points,
        pieces,
        scales,
        [verdict] if len(points) == 1 else [NONE] * len(points),
        [NONE] * len(pieces),
        weight,
    )


#: Other wordings than in benchmarks/attacks.py, so that the benchmark measures what was learnt.
_DENIALS = (
    "Nobody could say that {}",
    "I would never claim that {}",
    "We did not do this: {}",
    "It would be wrong to think that {}",
)


def hostile(rows: Sequence[dict[str, Any]], rng: random.Random) -> list[Example]:
    """Return answers made by rule that earn nothing, and weak answers that they add nothing to.

    Word salad of the sample, its denial, its key points as a list, and good answers to other
    questions, as RESEARCH (section 0d) found that only such rows close the hole.
    """
    found = []
    good = [row for row in rows if row["score"] >= 3.5 and not row.get("trap")]
    for question in {row["question_id"]: row for row in rows}.values():
        same = [row for row in rows if row["question_id"] == question["question_id"]]
        weak = [row for row in same if row["score"] <= 2 and not row.get("trap")]
        words = question["reference"].split()
        rng.shuffle(words)
        denied = [
            rng.choice(_DENIALS).format(p.text[0].lower() + p.text[1:])
            for p in sentences(question["reference"])
        ]
        listed = [rng.choice(("", "- ")) + p.rstrip(".") for p in question["key_points"]]
        rng.shuffle(listed)
        stuffing = [" ".join(words), " ".join(denied), rng.choice((", ", "\n")).join(listed)]
        found += [_worthless(question, text) for text in stuffing]
        if weak:
            row = rng.choice(weak)
            text = rng.choice(stuffing)
            both = [f"{row['answer']} {text}", f"{text}\n\n{row['answer']}"]
            found.append(
                interview({**row, "answer": rng.choice(both), "sentences": None})._replace(
                    labels=[NONE] * len(sentences(clean(both[0])))
                )
            )
        # Of the same kind, or a story told for an explanation and the reverse.
        others = [row for row in good if row["question_id"] != question["question_id"]]
        alike = [row for row in others if row["kind"] == question["kind"]]
        if others:
            answer = rng.choice(alike if alike and rng.random() < 0.6 else others)["answer"]
            found.append(_worthless(question, answer, 0.05))
        found.append(_worthless(question, rng.choice(_chatter())))
    return [e._replace(labels=[NONE] * len(e.sentences)) for e in found]


def crossed(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """Return good answers set beside questions that they do not answer; they earn nothing.

    Mostly within one kind, so that neither tone nor quality but the question has to decide.
    """
    good = [e for e in examples if (e.scales[0] or 0) >= 0.6 and e.sentences and e.points]
    questions = sorted({(e.kind, e.question, tuple(e.points)) for e in examples if e.points})
    found = []
    for _ in range(count if good else 0):
        kind, question, points = rng.choice(questions)
        alike = rng.random() < 0.65
        others = [e for e in good if e.question != question and (e.kind == kind) == alike]
        if others:
            answer = " ".join(rng.choice(others).sentences)
            row = {"kind": kind, "question": question, "key_points": points}
            found.append(_worthless(row, answer, 0.02))
    return found


def fitting(rows: Sequence[dict[str, Any]], count: int, rng: random.Random) -> list[Example]:
    """Return answers of ``train_stories.jsonl`` beside their questions, and the near misses.

    The near miss earns nothing and makes no key point; what fits was written to be good.
    """
    found = []
    for row in rng.sample(rows, min(count, len(rows))):
        asked = {"kind": row.get("kind", "behavioral"), **row}
        for answer in row["answers"]:
            good = _worthless(asked, answer, 0.85)
            found.append(good._replace(verdicts=[NONE] * len(row["key_points"]), weight=0.4))
        found.append(_worthless(asked, row["near_miss"], 0.05)._replace(weight=0.8))
    return found


@lru_cache(maxsize=1)
def _chatter() -> list[str]:
    """Return talk about anything but work; other texts than those of the tests."""
    path = Path(__file__).parents[1] / "benchmarks" / "data" / "chatter.txt"
    return path.read_text(encoding="utf-8").strip().split("\n\n")


def samples(rows: Sequence[dict[str, Any]]) -> list[Example]:
    """Return each question's sample answer as an answer at level 5 that makes every point."""
    found = []
    for row in {row["question_id"]: row for row in rows}.values():
        best = _worthless(row, row["reference"], 1.0)
        found.append(best._replace(verdicts=[2] * len(row["key_points"]), weight=0.4))
    return found


def bank_rows() -> list[dict[str, Any]]:
    """Return the shipped questions that have key points, answered by their own samples.

    They are no graded answers; they serve `hostile` and `samples` with more questions.
    """
    from mockinterview.bank import load_bank

    return [
        {
            "question_id": question.id,
            "question": question.text,
            "kind": "behavioral" if question.kind == "behavioral" else "technical",
            "reference": question.sample_answer,
            "key_points": [point.text for point in question.key_points],
            "answer": question.sample_answer,
            "score": 5,
        }
        for question in load_bank([]).questions.values()
        if question.key_points and question.sample_answer
    ]


def _worthless(question: dict[str, Any], text: str, share: float = 0.0) -> Example:
    pieces = [p.text for p in sentences(clean(text))]
    return Example(
        question["kind"],
        question["question"],
        list(question["key_points"]),
        pieces,
        [share, share, *[None] * (len(SCALES) - 2)],
        [0] * len(question["key_points"]),
        [NONE] * len(pieces),
        0.7,
    )


def lengthened(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """Return the examples with some weak answers run together with another to the same question.

    Two weak answers are one long weak answer. Where weak answers are shorter than strong ones
    (they are in train_writer.jsonl), this keeps the network from paying for length.
    """
    weak: dict[str, list[Example]] = {}
    for example in examples:
        if (example.scales[0] or 0) <= 0.3 and example.sentences:
            weak.setdefault(example.question, []).append(example)
    found = []
    for example in examples:
        others = [e for e in weak.get(example.question, []) if e is not example]
        is_weak = (example.scales[0] or 0) <= 0.3
        if is_weak and others and rng.random() < share:
            found.append(_together(example, rng.choice(others)))
        else:
            found.append(example)
    return found


def _together(one: Example, two: Example) -> Example:
    def best(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else max(a, b)

    return one._replace(
        sentences=[*one.sentences, *two.sentences],
        labels=[*one.labels, *two.labels],
        verdicts=[max(a, b) for a, b in zip(one.verdicts, two.verdicts, strict=True)],
        scales=[best(a, b) for a, b in zip(one.scales, two.scales, strict=True)],
    )


def without_orders(example: Example) -> Example:
    """Leave out sentences that speak to the grader, as the judge does before it reads."""
    kept = [i for i, text in enumerate(example.sentences) if not orders.instruction_spans(text)]
    if not kept or len(kept) == len(example.sentences):
        return example
    return example._replace(
        sentences=[example.sentences[i] for i in kept], labels=[example.labels[i] for i in kept]
    )


class Batch(NamedTuple):
    """Padded tensors of several windows, with their targets."""

    inputs: tuple[Tensor, ...]
    scales: Tensor
    scale_mask: Tensor
    verdicts: Tensor
    labels: Tensor
    weight: Tensor


def window_of(tokenizer: Tokenizer, example: Example) -> Window:
    """Return the first window (answers longer than it are cut in training)."""
    return encode(tokenizer, example.kind, example.question, example.points, example.sentences)[0]


def shuffled(example: Example, rng: random.Random) -> Example:
    """Return the example with its key points in another order, sometimes with some left out."""
    order = list(range(len(example.points)))
    rng.shuffle(order)
    if len(order) > 3 and rng.random() < 0.3:
        order = order[: rng.randint(3, len(order))]
    return example._replace(
        points=[example.points[i] for i in order], verdicts=[example.verdicts[i] for i in order]
    )


def _pad(rows: Sequence[Sequence[float]], fill: float, dtype: torch.dtype) -> Tensor:
    most = max(1, *(len(row) for row in rows))
    return torch.tensor([[*row, *[fill] * (most - len(row))] for row in rows], dtype=dtype)


def collate(tokenizer: Tokenizer, examples: Sequence[Example]) -> Batch:
    """Return one padded batch."""
    windows = [window_of(tokenizer, example) for example in examples]
    long = torch.long
    inputs = (
        _pad([w.ids for w in windows], 0, long),
        _pad([w.segments for w in windows], 0, long),
        _pad([[1] * len(w.ids) for w in windows], 0, long),
        _pad([w.points or [0] for w in windows], 0, long),
        _pad([w.sentences or [0] for w in windows], 0, long),
        _pad([[1] * max(1, len(w.sentences)) for w in windows], 0, long),
    )
    scales = torch.tensor([[v if v is not None else 0.0 for v in e.scales] for e in examples])
    known = torch.tensor([[float(v is not None) for v in e.scales] for e in examples])
    verdicts = [e.verdicts[: len(w.points)] for e, w in zip(examples, windows, strict=True)]
    labels = [
        e.labels[: len(w.sentences)] or [NONE] for e, w in zip(examples, windows, strict=True)
    ]
    return Batch(
        inputs,
        scales,
        known,
        _pad(verdicts, NONE, long),
        _pad(labels, NONE, long),
        torch.tensor([e.weight for e in examples]),
    )


def batches(
    tokenizer: Tokenizer, examples: Sequence[Example], size: int, rng: random.Random
) -> Iterator[Batch]:
    """Yield batches of answers of similar length, in random order."""
    keyed = sorted(
        range(len(examples)),
        key=lambda i: sum(map(len, examples[i].sentences)) * rng.uniform(0.85, 1.15),
    )
    groups = [keyed[i : i + size] for i in range(0, len(keyed), size)]
    rng.shuffle(groups)
    for group in groups:
        yield collate(tokenizer, [shuffled(examples[i], rng) for i in group])
