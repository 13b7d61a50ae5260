"""Cuts an answer into the stretches a reader sees: STAR parts, and the evidence within them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from mockinterview.model import Attempt, Evidence, SentenceKind, StarMap

Span = tuple[int, int]

#: What each sentence label is called on a page.
PART_NAMES: dict[SentenceKind, str] = {
    "S": "Situation",
    "T": "Task",
    "A": "Action",
    "R": "Result",
    "O": "Other",
}


class Segment(NamedTuple):
    """Text with one set of evidence numbers; ``begins`` holds those whose quote starts here."""

    text: str
    numbers: tuple[int, ...]
    begins: tuple[int, ...]


class Run(NamedTuple):
    """Neighbouring sentences of one STAR part; ``part`` is "" where nothing is labelled."""

    part: SentenceKind | Literal[""]
    name: str
    segments: tuple[Segment, ...]


class Turn(NamedTuple):
    """What was asked ("" for the question itself) and the answer to it, in runs."""

    asked: str
    runs: tuple[Run, ...]


def numbered(answer: str, evidence: Iterable[Evidence]) -> dict[Span, int]:
    """Return a number from 1 for each distinct quote, in reading order.

    Evidence whose quote is not at its place is left out: it would mark the wrong words.
    """
    spans = {(e.start, e.end) for e in evidence if e.quote and answer[e.start : e.end] == e.quote}
    return {span: number for number, span in enumerate(sorted(spans), 1)}


def turns(attempt: Attempt, star: StarMap | None, numbers: dict[Span, int]) -> tuple[Turn, ...]:
    """Return the question's answer and those to follow-ups, cut at STAR parts and evidence."""
    answer = attempt.full_answer
    made = [Turn("", _runs(answer, (0, len(attempt.answer)), star, numbers))]
    at = len(attempt.answer)
    for follow_up in attempt.follow_ups:
        if not follow_up.answer:
            made.append(Turn(follow_up.text, ()))
            continue
        begin = at + 2  # the empty line between the parts of `full_answer`
        at = begin + len(follow_up.answer)
        made.append(Turn(follow_up.text, _runs(answer, (begin, at), star, numbers)))
    return tuple(made)


def _runs(
    answer: str, where: Span, star: StarMap | None, numbers: dict[Span, int]
) -> tuple[Run, ...]:
    """Return the runs of ``answer`` within ``where``; together they hold all of its text."""
    runs = []
    for part, start, end in _labelled(answer, where, star):
        name = PART_NAMES[part] if part else ""
        segments = _segments(answer, (start, end), numbers)
        if segments:
            runs.append(Run(part, name, segments))
    return tuple(runs)


def _labelled(
    answer: str, where: Span, star: StarMap | None
) -> list[tuple[SentenceKind | Literal[""], int, int]]:
    start, end = where
    if star is None or not any(sentence.label != "O" for sentence in star.sentences):
        return [("", start, end)]
    found: list[tuple[SentenceKind | Literal[""], int, int]] = []
    for sentence in sorted(star.sentences, key=lambda s: s.start):
        begin, stop = max(sentence.start, start), min(sentence.end, end)
        if begin >= stop:
            continue
        if found and begin < found[-1][2]:  # overlapping labels: the first one holds
            begin = found[-1][2]
        if found and found[-1][0] == sentence.label:
            found[-1] = (sentence.label, found[-1][1], max(stop, found[-1][2]))
        elif begin < stop:
            found.append((sentence.label, begin, stop))
    # What lies between two labels belongs to the one before it, so that no word is lost.
    edges = [start, *(begin for _, begin, _ in found[1:]), end]
    if not found:
        return [("O", start, end)]
    return [(label, a, b) for (label, _, _), (a, b) in zip(found, pairwise(edges), strict=True)]


def _segments(answer: str, where: Span, numbers: dict[Span, int]) -> tuple[Segment, ...]:
    start, end = where
    start += len(answer[start:end]) - len(answer[start:end].lstrip())
    end -= len(answer[start:end]) - len(answer[start:end].rstrip())
    inside = [(a, b, n) for (a, b), n in numbers.items() if a < end and b > start]
    cuts = {start, end, *(c for a, b, _ in inside for c in (a, b) if start < c < end)}
    return tuple(
        Segment(
            answer[a:b],
            tuple(n for x, y, n in inside if x < b and y > a),
            tuple(n for x, _, n in inside if x == a),
        )
        for a, b in pairwise(sorted(cuts))
    )


def quoted(evidence: Sequence[Evidence], numbers: dict[Span, int]) -> list[tuple[int, str]]:
    """Return number and quote of the evidence that stands in the answer."""
    return [(numbers[e.start, e.end], e.quote) for e in evidence if (e.start, e.end) in numbers]
