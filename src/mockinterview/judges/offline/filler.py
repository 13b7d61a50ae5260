"""Reads an answer a second time without its empty sentences, so that padding costs little."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mockinterview.judges.offline.encoder import LABELS, Perceived
from mockinterview.judges.offline.reading import Sentence
from mockinterview.vocabulary import COMMON_STEMS

#: A sentence is filler where the network calls it "other" and it holds this few words of its own.
_OTHER, _MOST_CONTENT = 0.5, 2


def without_filler(
    first: Perceived,
    own: Sequence[Sentence],
    read: Callable[[Sequence[Sentence]], Perceived],
) -> Perceived:
    """Return what is seen with or without filler, whichever is better, scale by scale.

    The network takes polite talk around a good answer for a weak answer (1.2 levels, measured);
    the answer itself is the same. ``read`` reads the sentences that are left.
    """
    kept = with_content(own, first)
    if not kept or len(kept) == len(own):
        return first
    second = read([own[index] for index in kept])
    points = [
        (found, _spread(where, kept, len(own))) if found > before[0] else before
        for before, (found, where) in zip(first.points, second.points, strict=True)
    ]
    scales = {name: max(value, second.scales[name]) for name, value in first.scales.items()}
    return first._replace(scales=scales, points=tuple(points))


def with_content(own: Sequence[Sentence], seen: Perceived) -> list[int]:
    """Return which sentences are no filler."""
    return [
        index
        for index, (sentence, labels) in enumerate(zip(own, seen.labels, strict=True))
        if not (labels[LABELS.index("O")] >= _OTHER and _empty(sentence))
    ]


def _empty(sentence: Sentence) -> bool:
    content = set(sentence.stems) - COMMON_STEMS
    return len(content) <= _MOST_CONTENT and not sentence.figures and not sentence.names


def _spread(where: Sequence[float], kept: Sequence[int], count: int) -> tuple[float, ...]:
    found = [0.0] * count
    for index, share in zip(kept, where, strict=True):
        found[index] = share
    return tuple(found)
