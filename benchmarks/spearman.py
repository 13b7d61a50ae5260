"""Measures how the offline judge ranks graded answers: ``python benchmarks/spearman.py FILE``.

The file is JSON lines as in interview_answers_dev.jsonl: question, reference, key_points, kind,
answer, score and, where there are any, ratings of key points and sentences.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from mockinterview.judges.offline import OfflineJudge
from mockinterview.model import Evaluation, KeyPoint, Question
from mockinterview.ports import Task
from mockinterview.rubric import build_rubric
from mockinterview.text import stems, words

TUNED_ON = "interview_answers_dev.jsonl"
TUNED_ALSO = (
    "Besides, the off-topic rules and word lists were set on about 85 off-topic and 100 honest "
    "answers written for it (part of them: tests/test_ontopic.py) and on the shipped samples."
)


class Judged(NamedTuple):
    """One graded answer and what the offline judge made of it."""

    row: dict[str, Any]
    evaluation: Evaluation
    overlap: float

    @property
    def score(self) -> float:
        """The rating, on the file's own scale."""
        return float(self.row["score"])

    @property
    def overall(self) -> float:
        """The judge's overall."""
        return self.evaluation.overall or 1.0


def rank(values: Sequence[float]) -> list[float]:
    """Return ranks from 1, ties sharing their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            ranks[order[place]] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def pearson(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Pearson's r; 0 when one side does not vary."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    square = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return both / math.sqrt(square) if square else 0.0


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Spearman's rank correlation."""
    return pearson(rank(a), rank(b))


def kappa(a: Sequence[int], b: Sequence[int], levels: int = 3) -> float:
    """Return Cohen's kappa with quadratic weights for ratings 0 to ``levels`` - 1."""
    seen = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / len(a)
    share_a = [sum(x == k for x in a) / len(a) for k in range(levels)]
    share_b = [sum(x == k for x in b) / len(b) for k in range(levels)]
    chance = sum(
        share_a[i] * share_b[j] * (i - j) ** 2 for i in range(levels) for j in range(levels)
    )
    return 1 - seen / chance if chance else 0.0


def macro_f1(gold: Sequence[str], guess: Sequence[str]) -> float:
    """Return the mean F1 over the labels that occur in ``gold``."""
    scores = []
    for label in sorted(set(gold)):
        hit = sum(g == p == label for g, p in zip(gold, guess, strict=True))
        claimed, real = sum(p == label for p in guess), sum(g == label for g in gold)
        scores.append(2 * hit / (claimed + real) if claimed + real else 0.0)
    return sum(scores) / len(scores)


def question_of(row: dict[str, Any]) -> Question:
    """Return the row's question; the first half of its key points count as vital."""
    points = row.get("key_points") or []
    return Question(
        id=row["question_id"].lower(),
        category=row["kind"],
        text=row["question"],
        sample_answer=row.get("reference") or "",
        key_points=tuple(
            KeyPoint(id=f"k{i}", text=text, weight="vital" if i < len(points) / 2 else "okay")
            for i, text in enumerate(points)
        ),
    )


def judge(row: dict[str, Any]) -> Judged:
    """Return the row judged."""
    question = question_of(row)
    task = Task(question, build_rubric(question), row["answer"])
    said, model = set(stems(row["answer"])), set(stems(question.sample_answer))
    overlap = len(said & model) / len(model) if model else 0.0
    return Judged(row, OfflineJudge().evaluate(task), overlap)


def sentence_labels(judged: list[Judged]) -> tuple[list[str], list[str]]:
    """Return gold and guessed labels (S and T merged), a gold sentence taking the label of the
    judge's sentence it begins in.
    """
    gold: list[str] = []
    guess: list[str] = []
    for item in judged:
        rated = (item.row["ratings"].get("sentence_labels") or [None])[0]
        if not rated or item.evaluation.star is None:
            continue
        at = 0
        for text, label in zip(item.row["sentences"], rated, strict=True):
            at = max(at, item.row["answer"].find(text[:40], at))
            spans = item.evaluation.star.sentences
            own = next((s.label for s in spans if s.start <= at < s.end), "O")
            gold.append("S" if label == "T" else label)
            guess.append("S" if own == "T" else own)
    return gold, guess


def point_verdicts(judged: list[Judged]) -> tuple[list[int], list[int]]:
    """Return gold and guessed key point verdicts in one run each."""
    gold: list[int] = []
    guess: list[int] = []
    for item in judged:
        rated = (item.row["ratings"].get("key_points") or [None])[0]
        if rated:
            gold += rated
            guess += [point.verdict for point in item.evaluation.key_points]
    return gold, guess


def within(judged: list[Judged]) -> float:
    """Return the mean over questions of Spearman among the answers to one question."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for item in judged:
        groups[item.row["question_id"]].append(item)
    values = [
        spearman([i.overall for i in group], [i.score for i in group])
        for group in groups.values()
        if len({i.score for i in group}) > 1
    ]
    return sum(values) / len(values) if values else 0.0


def report(name: str, judged: list[Judged]) -> None:
    """Print the figures of one file."""
    overall, score = [i.overall for i in judged], [i.score for i in judged]
    fit = "the judge's weights were set while looking at this file" if name == TUNED_ON else "no"
    print(TUNED_ALSO)
    print(f"{name}: n = {len(judged)}; used for tuning: {fit}")
    print(f"  Spearman {spearman(overall, score):.3f}   Pearson {pearson(overall, score):.3f}")
    print(f"  Spearman within questions (mean) {within(judged):.3f}")
    for kind in ("behavioral", "technical"):
        group = [i for i in judged if i.row["kind"] == kind]
        if group:
            rho = spearman([i.overall for i in group], [i.score for i in group])
            print(f"  Spearman {kind} (n = {len(group)}) {rho:.3f}")
    honest = [i for i in judged if not i.row.get("trap")]
    if honest:
        rho = spearman([i.overall for i in honest], [i.score for i in honest])
        print(f"  Spearman without traps (n = {len(honest)}) {rho:.3f}")
    length = [float(len(words(i.row["answer"]))) for i in judged]
    print(f"  baseline length {spearman(length, score):.3f}", end="   ")
    print(
        f"baseline term overlap with the sample {spearman([i.overlap for i in judged], score):.3f}"
    )
    gold, guess = sentence_labels(judged)
    if gold:
        print(
            f"  STAR sentences (n = {len(gold)}, S+T merged) macro-F1 {macro_f1(gold, guess):.3f}"
        )
    points = point_verdicts(judged)
    if points[0]:
        print(f"  key points (n = {len(points[0])}) quadratic kappa {kappa(*points):.3f}")
    traps: dict[str, list[Judged]] = defaultdict(list)
    for item in judged:
        traps[item.row.get("trap") or "(none)"].append(item)
    print("  mean by trap: judge / rating")
    for trap, group in sorted(traps.items()):
        mine = sum(i.overall for i in group) / len(group)
        theirs = sum(i.score for i in group) / len(group)
        print(f"    {trap:<28} n = {len(group):>2}   {mine:.2f} / {theirs:.2f}")


def main(paths: list[str]) -> int:
    """Report on each file; return 2 when none was named."""
    if not paths:
        print("usage: python benchmarks/spearman.py GRADED.jsonl ...", file=sys.stderr)
        return 2
    for path in map(Path, paths):
        lines = path.read_text(encoding="utf-8").splitlines()
        report(path.name, [judge(json.loads(line)) for line in lines if line.strip()])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
