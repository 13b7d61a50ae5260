"""Compares designs of the offline judge on the same split: ``python training/compare.py --help``.

(a) rule features with a ridge and a boosted-tree model, (b) frozen all-MiniLM-L6-v2 embeddings
with the same heads, (a+b) both. The fine-tuned reader (c) and the blend that ships are measured
by ``mockinterview evaluate``. Trained on the training file, printed on the others.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mockinterview import flags as rules
from mockinterview.graded import Graded, load
from mockinterview.judges.offline.criteria import Findings, by_rule, trust
from mockinterview.judges.offline.keypoints import find_points
from mockinterview.judges.offline.reading import features, read
from mockinterview.judges.offline.similarity import embedder, recall
from mockinterview.judges.offline.star import find_star
from mockinterview.ports import Task
from mockinterview.rubric import build_rubric


def by_rules(row: Graded) -> list[float]:
    """Return counts, shares, STAR strengths, key-point scores and criterion shares by rule."""
    task = Task(row.question, build_rubric(row.question), row.answer)
    reading = read(row.question, row.answer)
    counted = features(reading)
    points = find_points(row.question, reading, trust(counted))
    star = find_star(reading)
    findings = Findings(row.answer, reading, counted, star, points, foreign=False)
    size = max(20, counted.words)
    per = [float(v) * 100 / size if isinstance(v, int) else float(v) for v in counted]
    scores = sorted(point.score for point in points) or [0.0]
    own = " ".join(s.text for s in reading.own)
    shares = [by_rule(c.id, findings) for c in task.rubric.criteria]
    known = [found.share for found in shares if found is not None]
    names = {flag.name for flag in rules.detect(row.question, row.answer)}
    return [
        *per,
        min(counted.words, 60) / 60,
        *(star.strength[part] for part in "STAR"),
        float(np.mean(scores)),
        scores[0],
        scores[-1],
        recall(row.question.text, row.question.sample_answer, own) if own else 0.0,
        float(np.mean(known)),
        float(row.question.category == "behavioral"),
        float(bool(names)),
    ]


def embedded(row: Graded, embed: Any) -> list[float]:
    """Return products and differences of the frozen embeddings of question, sample and answer."""
    q, s, a = (embed(t) for t in (row.question.text, row.question.sample_answer, row.answer or "."))
    return [*a, *(a * s), *(a * q), float(a @ s), float(a @ q)]


def heads() -> dict[str, Any]:
    """Return the two heads by name."""
    return {
        "ridge": make_pipeline(StandardScaler(), RidgeCV(np.logspace(0, 4, 13))),
        "trees": GradientBoostingRegressor(
            n_estimators=200, max_depth=3, learning_rate=0.04, subsample=0.6, random_state=7
        ),
    }


def main() -> None:
    """Print Pearson and Spearman of each design on each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--check", type=Path, nargs="+", required=True)
    parser.add_argument("--minilm", required=True, help="all-MiniLM-L6-v2 as int8 ONNX")
    args = parser.parse_args()
    embed = embedder(args.minilm)
    files = {path: load(path) for path in (args.train, *args.check)}
    a = {p: np.array([by_rules(row) for row in rows]) for p, rows in files.items()}
    b = {p: np.array([embedded(row, embed) for row in rows]) for p, rows in files.items()}
    y = {p: np.array([row.level for row in rows]) for p, rows in files.items()}
    both = {p: np.hstack([a[p], b[p]]) for p in files}
    for name, x in (("a rule features", a), ("b frozen encoder", b), ("a+b", both)):
        for head, model in heads().items():
            model.fit(x[args.train], y[args.train])
            said = {p: model.predict(x[p]) for p in args.check}
            print(
                f"{name}, {head}:",
                *(
                    f"{p.stem} pearson {pearsonr(said[p], y[p])[0]:.3f} "
                    f"spearman {spearmanr(said[p], y[p])[0]:.3f}"
                    for p in args.check
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
