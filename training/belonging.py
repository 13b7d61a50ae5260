"""Fits how the judge tells an answer to another question: ``python training/belonging.py --help``.

Good answers stand beside their own question and beside others. A logistic regression weighs what
they share with each; the floor is set so that few good answers fall under it in roles left out.
Give it only roles and stories that training/subject.py did not train on.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mockinterview.graded import Graded, load
from mockinterview.judges.offline.belonging import FEWEST_WORDS, signs_of
from mockinterview.judges.offline.judge import findings_of
from mockinterview.model import Question
from mockinterview.ports import Task
from mockinterview.rows import question_of
from mockinterview.rubric import build_rubric

#: What is weighed for each kind.
NAMES = {
    "behavioral": ("near", "asked", "points", "topic", "acts", "you", "kept"),
    "technical": ("near", "topic", "acts", "said_points", "said_sample", "kept"),
}

#: Share of own answers below which an answer is doubted, which costs it nothing.
DOUBTED = 0.05


def beside(question: Question, answer: str) -> dict[str, float] | None:
    """Return what is weighed for ``answer`` to ``question``, or None if it is too short."""
    findings = findings_of(Task(question, build_rubric(question), answer), [])
    if findings.features.words < FEWEST_WORDS or findings.foreign:
        return None
    return signs_of(question, findings)


def pairs(rows: list[Graded], rng: random.Random) -> list[tuple[str, str, bool, str, Any]]:
    """Return (kind asked, kind answered, own question, role, numbers) for each pair."""
    asked = {row.group: row for row in rows}
    found = []
    for row in rows:
        if row.level < 2.5 or row.trap:
            continue
        beside_it = [(row.question, True)]
        if row.level >= 3.5:
            others = [r for r in asked.values() if r.group != row.group]
            near = [r for r in others if r.role == row.role]
            for kind in NAMES:
                for pool in (near, others):
                    some = [r.question for r in pool if r.question.kind == kind]
                    if some:
                        beside_it.append((rng.choice(some), False))
        for question, own in beside_it:
            numbers = beside(question, row.answer)
            if numbers:
                role = row.role or "general"
                found.append((question.kind, row.question.kind, own, role, numbers))
    return found


def told(rows: list[dict[str, Any]], rng: random.Random) -> list[tuple[str, str, bool, str, Any]]:
    """Return the pairs that stories make: with their question, one they miss, and others.

    The other story to a question stands in for its sample.
    """
    questions = [
        question_of({**row, "kind": "behavioral", "reference": row["answers"][1]}) for row in rows
    ]
    found = []
    for row, question in zip(rows, questions, strict=True):
        turned = question.model_copy(update={"sample_answer": row["answers"][0]})
        another = rng.choice([one for one in questions if one is not question])
        beside_it = [
            (question, row["answers"][0], True),
            (turned, row["answers"][1], True),
            (question, row["near_miss"], False),
            (another, row["answers"][0], False),
        ]
        for one, answer, own in beside_it:
            numbers = beside(one, answer)
            if numbers:
                found.append(("behavioral", "behavioral", own, row["role"], numbers))
    return found


def fit(kind: str, rows: list[tuple[str, str, bool, str, Any]], loss: float) -> dict[str, float]:
    """Return weights and floor for one kind of question, printing what roles left out show."""
    names = NAMES[kind]
    x = np.array([[row[4][name] for name in names] for row in rows])
    own = np.array([row[2] for row in rows])
    roles = [row[3] for row in rows]
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced")
    )
    guess = np.zeros(len(rows))
    for train, held in GroupKFold(min(8, len(set(roles)))).split(x, own, roles):
        guess[held] = model.fit(x[train], own[train]).decision_function(x[held])
    floor, doubt = (float(np.quantile(guess[own], share)) for share in (loss, DOUBTED))
    for answered in NAMES:
        other = np.array([not row[2] and row[1] == answered for row in rows])
        print(
            f"{kind} question, {answered} answer to another: {other.sum()} pairs, "
            f"AUC {roc_auc_score(np.r_[own[own], own[other]], np.r_[guess[own], guess[other]]):.2f}"
            f", found {np.mean(guess[other] < floor):.2f} at {loss:.3f} of {own.sum()} own lost"
        )
    model.fit(x, own)
    scaler, regression = model[0], model[-1]
    weights = regression.coef_[0] / scaler.scale_
    shift = float(regression.intercept_[0] - weights @ scaler.mean_)
    return {
        **{name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
        "floor": round(floor - shift, 4),
        "doubt": round(doubt - shift, 4),
    }


def main() -> None:
    """Fit both kinds and write them into the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("interviews", type=Path, nargs="+")
    parser.add_argument("--roles", nargs="*", help="of the interviews, only these roles")
    parser.add_argument("--stories", type=Path, nargs="*", default=[])
    parser.add_argument("--loss", type=float, default=0.005, help="share of own answers lost")
    parser.add_argument("--loss-stories", type=float, default=0.02, help="the same for behavioural")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True, help="calibration.json to add to")
    args = parser.parse_args()
    rows = [row for path in args.interviews for row in load(path)]
    if args.roles:
        rows = [row for row in rows if row.role in args.roles]
    rng = random.Random(args.seed)
    found = pairs(rows, rng)
    for path in args.stories:
        lines = path.read_text(encoding="utf-8").splitlines()
        found += told([json.loads(line) for line in lines], rng)
    calibration = json.loads(args.out.read_text(encoding="utf-8"))
    losses = {"behavioral": args.loss_stories, "technical": args.loss}
    calibration["belongs"] = {
        kind: fit(kind, [row for row in found if row[0] == kind], losses[kind]) for kind in NAMES
    }
    args.out.write_text(json.dumps(calibration, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
