"""Fits how the judge tells an answer to another question: ``python training/belonging.py --help``.

Good answers stand beside their own question and beside others. A logistic regression weighs what
they share with each and gives the probability that an answer is one to another question.
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
from mockinterview.judges.offline.belonging import FEWEST_WORDS, PERHAPS, SURELY, lowered, signs_of
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

#: How many answers that look good are ones to another question, as far as we can guess.
STRAYS = 0.08


#: Kind asked, kind answered, whether they belong together, role, what is weighed.
Pair = tuple[str, str, bool, str, dict[str, float]]


def pair(question: Question, answer: str, own: bool, about: tuple[str, str]) -> list[Pair]:
    """Return the pair of ``question`` and ``answer``, nothing where the answer is too short.

    ``about`` is the kind of question that was answered and the role.
    """
    findings = findings_of(Task(question, build_rubric(question), answer), [])
    if findings.features.words < FEWEST_WORDS or findings.foreign:
        return []
    return [(question.kind, about[0], own, about[1], signs_of(question, findings))]


def pairs(rows: list[Graded], rng: random.Random) -> list[Pair]:
    """Return graded answers beside their own question and, the good ones, beside others."""
    asked = {row.group: row for row in rows}
    found: list[Pair] = []
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
        about = (row.question.kind, row.role or "general")
        found += [
            one for question, own in beside_it for one in pair(question, row.answer, own, about)
        ]
    return found


def told(rows: list[dict[str, Any]], rng: random.Random) -> list[Pair]:
    """Return the pairs that stories make: with their question, one they miss, and others.

    The other story to a question stands in for its sample.
    """
    questions = [
        question_of({"kind": "behavioral", **row, "reference": row["answers"][1]}) for row in rows
    ]
    found: list[Pair] = []
    for row, question in zip(rows, questions, strict=True):
        turned = question.model_copy(update={"sample_answer": row["answers"][0]})
        another = rng.choice([one for one in questions if one is not question])
        beside_it = [
            (question, row["answers"][0], True),
            (turned, row["answers"][1], True),
            (question, row["near_miss"], False),
            (another, row["answers"][0], False),
        ]
        about = (question.kind, row["role"])
        for one, answer, own in beside_it:
            found += pair(one, answer, own, about)
    return found


def fit(kind: str, rows: list[Pair]) -> dict[str, float]:
    """Return the weights for one kind of question, printing what roles left out show."""
    names = NAMES[kind]
    x = np.array([[row[4][name] for name in names] for row in rows])
    own = np.array([row[2] for row in rows])
    roles = [row[3] for row in rows]
    model = make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=2000, class_weight="balanced")
    )
    guess = np.zeros(len(rows))
    for train, held in GroupKFold(min(8, len(set(roles)))).split(x, own, roles):
        guess[held] = model.fit(x[train], own[train]).decision_function(x[held])
    prior = float(np.log((1 - STRAYS) / STRAYS))
    stray = 1 / (1 + np.exp(guess + prior))
    costs = np.mean([0.8 - lowered(0.8, one) for one in stray[own]]) * 4
    print(
        f"{kind} questions, {own.sum()} own answers: {np.mean(stray[own] >= SURELY):.3f} taken for "
        f"strays, {np.mean(stray[own] >= PERHAPS):.3f} doubted, mean cost {costs:.3f} levels"
    )
    for answered in NAMES:
        other = np.array([not row[2] and row[1] == answered for row in rows])
        left = np.mean([lowered(0.8, one) for one in stray[other]]) * 4 + 1
        print(
            f"  {answered} answer to another: {other.sum()} pairs, "
            f"AUC {roc_auc_score(np.r_[own[own], own[other]], np.r_[guess[own], guess[other]]):.2f}"
            f", found {np.mean(stray[other] >= SURELY):.2f}, a 4.2 becomes {left:.1f} in the mean"
        )
    model.fit(x, own)
    scaler, regression = model[0], model[-1]
    weights = regression.coef_[0] / scaler.scale_
    constant = float(regression.intercept_[0] - weights @ scaler.mean_) + prior
    found = {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)}
    return {**found, "constant": round(constant, 4)}


def main() -> None:
    """Fit both kinds and write them into the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("interviews", type=Path, nargs="+")
    parser.add_argument("--roles", nargs="*", help="of the interviews, only these roles")
    parser.add_argument("--stories", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True, help="calibration.json to add to")
    args = parser.parse_args()
    rows = [row for path in args.interviews for row in load(path)]
    if args.roles:
        rows = [row for row in rows if row.role in args.roles]
    found = pairs(rows, random.Random(args.seed))
    for path in args.stories:
        lines = path.read_text(encoding="utf-8").splitlines()
        found += told([json.loads(line) for line in lines], random.Random(args.seed))
    calibration = json.loads(args.out.read_text(encoding="utf-8"))
    calibration["belongs"] = {
        kind: fit(kind, [row for row in found if row[0] == kind]) for kind in NAMES
    }
    args.out.write_text(json.dumps(calibration, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
