"""Lays question, key points and answer out as tokens, the same for training and for judging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.text import sentences, words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Most tokens the encoder can see at once (the position table of BERT).
WINDOW = 512
#: More key points than this are not read; no rubric for people has so many.
MOST_POINTS = 14
_QUESTION, _POINTS, _SENTENCE, _LEAST_SENTENCE = 64, 200, 120, 24
_LEAST_CHARACTERS = 12  # "2." is no point
# Tokens that BERT's vocabulary keeps free: they mark what kind of text comes next.
CLS, SEP = 101, 102
MARKS = {"behavioral": 1, "technical": 2, "point": 3, "sentence": 4}


#: So many tokens of an answer tell what it is about.
MOST_TOLD = 128
_ASKED, _ASKED_QUESTION, _ASKED_POINT = 160, 48, 20
#: A reference of up to this many words is one point; a longer one is cut into its sentences.
ONE_POINT = 60


class Window(NamedTuple):
    """One run of the encoder: token ids, segment ids, and where the marks stand.

    ``points`` and ``sentences`` hold positions in ``ids``; ``first`` is the index of the first
    sentence in this window.
    """

    ids: list[int]
    segments: list[int]
    points: list[int]
    sentences: list[int]
    first: int


def sample_points(reference: str) -> list[str]:
    """Return what stands for key points where none are known: the sample or its sentences."""
    if len(words(reference)) <= ONE_POINT:
        return [reference.strip()] if len(reference.strip()) >= _LEAST_CHARACTERS else []
    pieces = [piece.text for piece in sentences(reference)]
    return [text for text in pieces if len(text) >= _LEAST_CHARACTERS][:MOST_POINTS]


def asked(tokenizer: Tokenizer, question: str, points: Sequence[str]) -> list[int]:
    """Return a question and its key points as tokens, for comparing what texts are about."""
    ids = [CLS, *_ids(tokenizer, question, _ASKED_QUESTION), SEP]
    for point in points:
        ids += [MARKS["point"], *_ids(tokenizer, point, _ASKED_POINT)]
    return ids[:_ASKED]


def encode(
    tokenizer: Tokenizer,
    kind: str,
    question: str,
    points: Sequence[str],
    said: Sequence[str],
) -> list[Window]:
    """Return windows of at most ``WINDOW`` tokens that together hold all of ``said``.

    Each window repeats question and points, so that every sentence is read with them. Sentences
    are cut after 120 tokens, the question after 64, all points together after about 200.
    """
    head, point_at = _head(tokenizer, kind, question, points)
    pieces = [_ids(tokenizer, text, _SENTENCE) for text in said]
    room = WINDOW - len(head) - 1
    windows: list[Window] = []
    start = 0
    while True:
        end, used = start, 0
        while end < len(pieces) and used + len(pieces[end]) + 1 <= room:
            used += len(pieces[end]) + 1
            end += 1
        windows.append(_window(head, point_at, pieces[start:end], start))
        start = end
        if start >= len(pieces):
            return windows


def _head(
    tokenizer: Tokenizer, kind: str, question: str, points: Sequence[str]
) -> tuple[list[int], list[int]]:
    ids = [CLS, MARKS["behavioral" if kind == "behavioral" else "technical"]]
    ids += [*_ids(tokenizer, question, _QUESTION), SEP]
    at: list[int] = []
    kept = list(points)[:MOST_POINTS]
    most = max(_LEAST_SENTENCE, _POINTS // max(1, len(kept)))
    for point in kept:
        at.append(len(ids))
        ids += [MARKS["point"], *_ids(tokenizer, point, most)]
        if len(ids) > WINDOW // 2 + 40:
            break
    return [*ids, SEP], at


def _window(head: list[int], points: list[int], pieces: list[list[int]], first: int) -> Window:
    ids, at = list(head), []
    for piece in pieces:
        at.append(len(ids))
        ids += [MARKS["sentence"], *piece]
    ids.append(SEP)
    segments = [0] * len(head) + [1] * (len(ids) - len(head))
    return Window(ids, segments, list(points), at, first)


def _ids(tokenizer: Tokenizer, text: str, most: int) -> list[int]:
    found: list[int] = tokenizer.encode(text[: most * 12], add_special_tokens=False).ids
    return found[:most]
