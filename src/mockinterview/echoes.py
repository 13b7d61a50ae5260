"""Finds sentences that only echo our own texts: key points listed, the sample denied or shuffled.

Such sentences hold the right words without saying anything, and similarity alone would pay for
them (shared measurements: shuffled samples, keyword lists and denials fooled it every time).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from mockinterview.model import Question
from mockinterview.text import sentences, stem, words
from mockinterview.vocabulary import ANY_FUNCTION

_DENIAL = re.compile(
    r"^\W*(?:it(?: is|'s| was| would be)(?: not|n't)? "
    r"(?:true|false|wrong|so|right|a lie|the case)\b"
    r"|it isn't (?:true|so|right|the case)\b"
    r"|(?:nobody|no one|i)(?: can| could| would)(?: never| not|n't|not)? (?:say|claim|think)\b"
    r"|i(?: deny| never (?:said|claimed))\b|contrary to what\b"
    r"|we did(?: not|n't) do this\b|there is no (?:truth|way) (?:in|that)\b)",
    re.IGNORECASE,
)
_RUN = 5  # stems in a row that nobody says by chance


class _Ours(NamedTuple):
    points: tuple[frozenset[tuple[str, ...]], ...]  # runs of each key point
    sample: frozenset[tuple[str, ...]]
    pairs: frozenset[tuple[str, str]]
    terms: frozenset[str]


def echo_spans(question: Question, answer: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of ``answer`` that echo and say nothing of their own.

    A sentence counts when it repeats most of a key point word for word, when it opens with a
    denial and goes on in the sample's words, or when it holds the sample's terms in no order.
    """
    ours = _ours(question)
    pieces = sentences(answer)
    said = [[stem(word.text) for word in words(piece.text)] for piece in pieces]
    shuffled = {i for i, stems in enumerate(said) if _shuffles(ours, stems)}
    # Words thrown together leave scraps too short to tell alone: beside a shuffle they are part.
    for order, back in ((range(1, len(said)), 1), (range(len(said) - 2, -1, -1), -1)):
        for i in order:
            if i - back in shuffled and _scraps(ours, said[i]):
                shuffled.add(i)
    return [
        (piece.start, piece.end)
        for i, piece in enumerate(pieces)
        if i in shuffled or _lists(ours, said[i]) or _denies(ours, piece.text, said[i])
    ]


def _lists(ours: _Ours, said: Sequence[str]) -> bool:
    runs = _runs(said, _RUN) | _runs(said, _RUN - 1)  # a point may have only four words
    matched = sum(
        len(runs & point) >= max(1, round(0.6 * len(point))) for point in ours.points if point
    )
    # One point said in its very words inside a longer sentence may be an answer.
    return matched >= 2 or (matched == 1 and len(said) <= 25)


def _denies(ours: _Ours, text: str, said: Sequence[str]) -> bool:
    return bool(_DENIAL.match(text.replace("’", "'"))) and bool(_runs(said, _RUN) & ours.sample)


def _shuffles(ours: _Ours, said: Sequence[str]) -> bool:
    content = {s for s in said if s not in ANY_FUNCTION}
    return len(said) >= 7 and len(content) >= 4 and _scraps(ours, said)


def _scraps(ours: _Ours, said: Sequence[str]) -> bool:
    if not said:
        return False
    known = sum(s in ours.terms for s in said) / len(said)
    kept = sum(pair in ours.pairs for pair in pairwise(said)) / max(1, len(said) - 1)
    return known >= 0.85 and kept <= 0.2


@lru_cache(maxsize=256)
def _ours(question: Question) -> _Ours:
    points = [[stem(w.text) for w in words(point.text)] for point in question.key_points]
    sample = [stem(w.text) for w in words(question.sample_answer)]
    return _Ours(
        points=tuple(_runs(p, min(_RUN, len(p))) if len(p) >= 4 else frozenset() for p in points),
        sample=_runs(sample, _RUN),
        pairs=frozenset(pairwise(sample)),
        terms=frozenset(sample),
    )


def _runs(stems: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(stems[i : i + size]) for i in range(len(stems) - size + 1))
