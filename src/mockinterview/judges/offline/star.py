"""Finds Situation, Task, Action and Result sentence by sentence, by cues and by position."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mockinterview.judges.offline import lexicon as lex
from mockinterview.judges.offline.encoder import Perceived
from mockinterview.judges.offline.reading import Reading, Sentence
from mockinterview.model import SentenceKind, SentenceLabel, StarMap, StarPart, Verdict012

_KINDS: tuple[SentenceKind, ...] = ("S", "T", "A", "R", "O")
#: How much more often a label follows another than chance has it (log ratio), in the order of
#: _KINDS, counted in benchmarks/data/train.jsonl and train_writer.jsonl.
_FOLLOWS: dict[SentenceKind, tuple[float, ...]] = {
    "S": (0.7, 1.0, 0.2, -2.1, -1.7),
    "T": (0.3, -0.7, 0.6, -1.5, -2.6),
    "A": (-0.5, -3.3, 0.3, 0.4, -1.8),
    "R": (-2.4, -2.3, -1.6, 1.1, 0.2),
    "O": (-0.7, -1.4, -1.4, -1.9, 1.5),
}
#: Chosen on validation.jsonl and interview_answers_dev.jsonl.
_RULE_WEIGHT, _STEP_WEIGHT = 0.6, 0.15
_ORDER = {"S": 0, "T": 1, "A": 2, "R": 3}


class Star(NamedTuple):
    """The map for the candidate, and per part its strength (0 to 1) and best sentences."""

    map: StarMap
    strength: dict[StarPart, float]
    best: dict[StarPart, tuple[Sentence, ...]]


def find_star(reading: Reading, seen: Perceived | None = None) -> Star:
    """Label each sentence S, T, A, R or O and say how strong each part is.

    Labels and verdicts are the trained reader's where it has ``seen`` the answer.
    """
    ruled = [_scores(sentence) for sentence in reading.own]
    if seen is None:
        labels = _best_path(ruled, _step)
    else:
        labels = _with_task(_best_path(_both(ruled, seen.labels), _learnt_step), reading.own)
    by_start = {s.start: label for s, label in zip(reading.own, labels, strict=True)}
    parts: dict[StarPart, list[Sentence]] = {"S": [], "T": [], "A": [], "R": []}
    for sentence, label in zip(reading.own, labels, strict=True):
        if label != "O":
            parts[label].append(sentence)
    strength = {part: _strength(part, found, reading.own) for part, found in parts.items()}
    marked = tuple(
        SentenceLabel(start=p.start, end=p.end, label=by_start[p.start] if own else "O")
        for p, own in reading.all
    )
    verdicts = {part: _verdict(value) for part, value in strength.items()}
    if seen is not None:
        verdicts = {
            part: _joint(part, _seen_verdict(seen.scales[part]), verdicts[part], told=bool(found))
            for part, found in parts.items()
        }
    best = {part: tuple(_ranked(part, found, reading.own)) for part, found in parts.items()}
    return Star(StarMap(sentences=marked, parts=verdicts), strength, best)


def _with_task(labels: list[SentenceKind], sentences: Sequence[Sentence]) -> list[SentenceKind]:
    """Return the labels, with a duty told within the situation called the task it is.

    Raters keep the two apart less than the STAR method does, and so does the reader.
    """
    if "T" in labels:
        return labels
    return [
        "T" if label == "S" and lex.DUTY.search(sentence.text) else label
        for label, sentence in zip(labels, sentences, strict=True)
    ]


def _scores(s: Sentence) -> dict[SentenceKind, float]:
    c = s.cues
    acted = min(2, c["i_acted"] + c["we_acted"] + c["bare"])
    airy = c["general"] + 0.5 * c["hypothetical"] + 0.5 * c["closed"] - 0.5 * (s.figures > 0)
    early, late = 1 - s.tail, s.tail
    told = acted + c["place"] + c["trouble"] + s.figures > 0
    return {
        "S": 0.5 + 1.3 * (early > 0.75) + 0.6 * (early > 0.55) + 0.5 * min(2, c["place"])
        + 0.4 * min(2, c["trouble"]) - 0.5 * acted,
        "T": 1.8 * min(1, c["task"]) + 0.4 * early - 0.3 + _duty(s),
        "A": 0.7 + 0.8 * acted + 0.2 * min(2, c["evidence"]) + 0.2 * min(1, c["i_do"])
        + 0.4 * (0.2 < s.tail < 0.8) - 0.5 * (s.tail == 0),
        "R": 0.1 + 0.6 * min(2, c["result"]) + 0.3 * min(2, s.figures) + 1.3 * min(1, c["reflect"])
        + 1.0 * (late > 0.75) + 0.4 * (late > 0.6) - 0.35 * acted - 1.0 * (late < 0.35),
        "O": 0.5 + 0.5 * min(3, max(0, airy)) + (0.5 if not told else 0) + 0.6 * (s.words < 4)
        + 2.0 * bool(lex.META.match(s.text)),
    }  # fmt: skip


def _duty(s: Sentence) -> float:
    opens = s.tail == 0 and s.cues["place"]  # "In my second year at a firm I was responsible ..."
    return (0.0 if opens else 1.2) * bool(lex.DUTY.search(s.text))


def _both(
    ruled: Sequence[dict[SentenceKind, float]], seen: Sequence[Sequence[float]]
) -> list[dict[SentenceKind, float]]:
    """Return the reader's log probabilities with the rules' scores added at a small weight."""
    return [
        {
            kind: math.log(share + 1e-4) + _RULE_WEIGHT * rule[kind]
            for kind, share in zip(_KINDS, shares, strict=True)
        }
        for rule, shares in zip(ruled, seen, strict=True)
    ]


def _best_path(
    scores: Sequence[dict[SentenceKind, float]],
    cost: Callable[[SentenceKind, SentenceKind], float],
) -> list[SentenceKind]:
    """Return the best run of labels, each step from one to the next at its ``cost`` (Viterbi)."""
    if not scores:
        return []
    totals = dict(scores[0])
    back: list[dict[SentenceKind, SentenceKind]] = []
    for score in scores[1:]:
        came: dict[SentenceKind, SentenceKind] = {}
        fresh: dict[SentenceKind, float] = {}
        for kind in _KINDS:
            came[kind] = max(_KINDS, key=lambda old: totals[old] - cost(old, kind))
            fresh[kind] = totals[came[kind]] - cost(came[kind], kind) + score[kind]
        back.append(came)
        totals = fresh
    label = max(_KINDS, key=lambda kind: totals[kind])
    labels = [label]
    for came in reversed(back):
        label = came[label]
        labels.append(label)
    return labels[::-1]


def _learnt_step(old: SentenceKind, new: SentenceKind) -> float:
    return -_STEP_WEIGHT * _FOLLOWS[old][_KINDS.index(new)]


def _step(old: SentenceKind, new: SentenceKind) -> float:
    if old == new:
        return 0.0
    if "O" in (old, new):
        return 0.3
    return 0.2 if _ORDER[old] < _ORDER[new] else 0.6


def _strength(part: StarPart, found: list[Sentence], own: tuple[Sentence, ...]) -> float:
    """Return 0 (missing) to 1 (clear and concrete) for one part."""
    ranked = _ranked(part, found, own)
    if not ranked:
        return 0.0
    worth = [_worth(part, sentence) for sentence in ranked]
    return min(1.0, worth[0] + 0.5 * sum(worth[1:3]) + (0.15 * sum(worth[3:6])))


def _ranked(part: StarPart, found: list[Sentence], own: tuple[Sentence, ...]) -> list[Sentence]:
    pool = list(found)
    if part == "T":
        # The task is often said inside another sentence: "I was the only developer, so I ...".
        pool += [s for s in own if s.cues["task"] and s not in pool]
    if part == "S":
        # A duty said at the start ("I ran the night desk") also sets the scene.
        pool += [s for s in own if s.cues["task"] and s.tail < 0.4 and s not in pool]
    if part == "R":
        pool += [
            s for s in own if s.cues["result"] and s.figures and s.tail > 0.5 and s not in pool
        ]
    return sorted(pool, key=lambda s: (-_worth(part, s), s.start))


def _worth(part: StarPart, s: Sentence) -> float:
    c = s.cues
    solid = min(1.0, 0.35 * s.figures + 0.15 * s.names + 0.02 * len(s.stems))
    airy = 0.12 * (c["general"] + c["closed"]) + 0.08 * c["hypothetical"]
    base = {
        "S": 0.15 + 0.15 * min(2, c["place"] + c["trouble"]) + 0.3 * solid,
        "T": 0.5 * min(1, c["task"]) + 0.1 + 0.1 * solid,
        "A": 0.05 + 0.22 * min(2, c["i_acted"] + c["bare"]) + 0.08 * min(2, c["we_acted"])
        + 0.25 * solid + 0.08 * min(2, c["evidence"] + c["reason"]),
        "R": 0.08 + 0.15 * min(2, c["result"]) + 0.25 * min(2, s.figures)
        + 0.1 * min(1, c["reflect"]),
    }[part]  # fmt: skip
    return max(0.0, base - airy)


def _seen_verdict(share: float) -> Verdict012:
    return 2 if share >= 0.72 else 1 if share >= 0.25 else 0


def _joint(part: StarPart, seen: Verdict012, rule: Verdict012, *, told: bool) -> Verdict012:
    """Return the reader's verdict, unless no sentence tells the part: then at most thin.

    A task is often said inside a sentence about something else, and the rules know its words.
    """
    if part == "T":
        return max(seen, rule)
    if told:
        return seen
    return 1 if rule else 0


def _verdict(strength: float) -> Verdict012:
    return 2 if strength >= 0.55 else 1 if strength >= 0.22 else 0
