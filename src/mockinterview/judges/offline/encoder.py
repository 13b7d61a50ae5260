"""Runs the trained reader (int8 ONNX) over one answer, on one thread, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mockinterview.judges.offline import network
from mockinterview.judges.offline.encoding import CLS, MOST_TOLD, SEP, Window, asked, encode

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Heads on the whole answer, in the order the network gives them; 0 (worst) to 1 (best).
SCALES = ("overall", "content", "specificity", "structure", "S", "T", "A", "R")
#: Sentence labels in the order the network gives them.
LABELS = "STARO"
#: Answers longer than this many windows (about 1,200 words) are read only so far.
MOST_WINDOWS = 4
_MOST_TOKENS = 384


class Perceived(NamedTuple):
    """What the network sees in one answer.

    ``scales`` by name, 0 to 1. ``points``: for each key point its expected verdict (0 to 2) and
    the share of attention each sentence got for it. ``labels``: for each sentence the
    probabilities of S, T, A, R and O.
    """

    scales: dict[str, float]
    points: tuple[tuple[float, tuple[float, ...]], ...]
    labels: tuple[tuple[float, ...], ...]


def perceive(
    kind: str, question: str, points: Sequence[str], sentences: Sequence[str]
) -> Perceived:
    """Read ``sentences`` as an answer to ``question`` with its key points in view.

    Sentences beyond ``MOST_WINDOWS`` windows get the label O with certainty.
    """
    windows = encode(_tokenizer(), kind, question, points, sentences)[:MOST_WINDOWS]
    seen = [(window, _run(window)) for window in windows]
    sizes = [max(1, len(window.sentences)) for window in windows]
    return Perceived(
        scales=_scales(seen, sizes),
        points=_points(seen, len(points), len(sentences)),
        labels=_labels(seen, len(sentences)),
    )


def vectors(text: str) -> tuple[list[int], Any]:
    """Return the token ids of ``text`` and their unit vectors, an array [tokens, width].

    They come from the lowest layers, which hardly know of interviews, so they fit texts of any
    field.
    """
    ids, found, _ = _lower(text)
    return ids[1:-1], found[1:-1]


class Subject(NamedTuple):
    """What a text is about: unit vectors of its tokens, [tokens, width], and of the whole."""

    tokens: Any
    whole: Any


def subject_of_question(question: str, points: Sequence[str]) -> Subject:
    """Return what ``question`` and its key points ask for."""
    import numpy as np

    rows = np.array([asked(_tokenizer(), question, points)], dtype=np.int64)
    return Subject(*network.subject(network.lower(rows, np.zeros_like(rows))[1]))


def subject_of_answer(text: str) -> Subject:
    """Return what the beginning of an answer, ``MOST_TOLD`` tokens, is about."""
    return Subject(*network.subject(_lower(text)[2][:, :MOST_TOLD]))


# An answer is asked for twice, for its words and for its subject, the question in between.
@lru_cache(maxsize=2)
def _lower(text: str) -> tuple[list[int], Any, Any]:
    import numpy as np

    ids = _tokenizer().encode(text[: 12 * _MOST_TOKENS], add_special_tokens=False).ids
    whole = [CLS, *ids[:_MOST_TOKENS], SEP]
    rows = np.array([whole], dtype=np.int64)
    return whole, *network.lower(rows, np.zeros_like(rows))


def _scales(seen: list[tuple[Window, list[Any]]], sizes: list[int]) -> dict[str, float]:
    """Return each scale: of several windows the mean of the best and the weighted mean.

    What one part of a long answer lacks, another part may hold.
    """
    found = {}
    for index, name in enumerate(SCALES):
        values = [float(output[0][index]) for _, output in seen]
        mean = sum(v * s for v, s in zip(values, sizes, strict=True)) / sum(sizes)
        found[name] = min(1.0, max(0.0, (max(values) + mean) / 2))
    return found


def _points(
    seen: list[tuple[Window, list[Any]]], wanted: int, count: int
) -> tuple[tuple[float, tuple[float, ...]], ...]:
    found: list[tuple[float, tuple[float, ...]]] = []
    for index in range(wanted):
        best, where = 0.0, (0.0,) * count
        for window, (_, point, attention, *_rest) in seen:
            if index >= len(window.points):
                continue
            expected = float(point[index][1] + 2 * point[index][2])
            if expected > best:
                spread = [0.0] * count
                for offset in range(len(window.sentences)):
                    spread[window.first + offset] = float(attention[index][offset])
                best, where = expected, tuple(spread)
        found.append((best, where))
    return tuple(found)


def _labels(seen: list[tuple[Window, list[Any]]], count: int) -> tuple[tuple[float, ...], ...]:
    found = [tuple(float(label == "O") for label in LABELS)] * count
    for window, output in seen:
        for offset in range(len(window.sentences)):
            found[window.first + offset] = tuple(float(p) for p in output[3][offset])
    return tuple(found)


def _run(window: Window) -> list[Any]:
    import numpy as np

    inputs = {
        "ids": [window.ids],
        "segments": [window.segments],
        "points": [window.points or [0]],
        "sentences": [window.sentences or [0]],
    }
    arrays = {name: np.array(value, dtype=np.int64) for name, value in inputs.items()}
    return network.run(["scales", "point", "attention", "label"], arrays)


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer as Loader

    loaded = Loader.from_file(str(network.WEIGHTS / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    # "[SEP]" typed by a candidate is text, never a control token.
    loaded.encode_special_tokens = True
    return loaded
