"""What a judge is shown of one task, and the check of each quote that comes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mockinterview.evidence import find_quote, span
from mockinterview.model import Evidence
from mockinterview.orders import instruction_spans
from mockinterview.ports import Task
from mockinterview.text import Piece, sentences

#: About 2,000 words, fifteen minutes of speech. What comes after is not sent.
MAX_CHARS = 12_000
_ELLIPSIS = re.compile(r"\s*(?:\.{3,}|…|\[\.\.\.\])\s*")


class Sheet(NamedTuple):
    """A task as it is sent: ``readable`` is the answer with text for the grader blanked out.

    ``readable`` has the same length as ``task.answer``, so offsets fit both.
    """

    task: Task
    readable: str
    sent: tuple[Piece, ...]
    hidden: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]


def make_sheet(task: Task) -> Sheet:
    """Return the sentences of ``task.answer`` to send, and notes on what is left out."""
    hidden = tuple(instruction_spans(task.answer))
    readable = task.answer
    for start, end in hidden:
        blank = re.sub(r"[^\n]", " ", readable[start:end])
        readable = readable[:start] + blank + readable[end:]
    notes: tuple[str, ...] = ("text that speaks to the grader was not sent",) if hidden else ()
    pieces = sentences(readable)
    sent = _within_limit(pieces)
    if sum(len(p.text) for p in sent) < sum(len(p.text) for p in pieces):
        notes += (f"only the first {MAX_CHARS:,} characters of the answer were sent",)
    return Sheet(task, readable, tuple(sent), hidden, notes)


class Quotes:
    """Looks up quotes in one answer; ``dropped`` counts those that are no evidence."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._last = sheet.sent[-1].end if sheet.sent else 0
        self.dropped = 0

    def find(self, quote: str, labels: Sequence[str] = ()) -> tuple[Evidence, ...]:
        """Return where ``quote`` stands in the answer; () if it does not, or earns nothing.

        Words of the question said again earn nothing. A quote with "..." in it is looked up
        piece by piece, and every piece must be there.
        """
        if not any(char.isalnum() for char in quote):
            return ()
        within = self._named(labels)
        whole = self._look_up(quote, within)
        if whole:
            return (whole,)
        parts = [part for part in _ELLIPSIS.split(quote) if part.strip()]
        found = [self._look_up(part, within) for part in parts] if len(parts) > 1 else []
        kept = tuple(item for item in found if item)
        if not kept or len(kept) < len(parts):
            self.dropped += 1
            return ()
        return kept

    def piece(self, label: str) -> Piece | None:
        """Return the sentence called ``label`` ("s3"), or None."""
        match = re.fullmatch(r"s?(\d{1,4})", label.strip().lower())
        number = int(match.group(1)) if match else 0
        return self._sheet.sent[number - 1] if 1 <= number <= len(self._sheet.sent) else None

    def _named(self, labels: Sequence[str]) -> tuple[int, int] | None:
        pieces = [piece for piece in map(self.piece, labels) if piece]
        if not pieces:
            return None
        return min(p.start for p in pieces), max(p.end for p in pieces)

    def _look_up(self, quote: str, within: tuple[int, int] | None) -> Evidence | None:
        answer = self._sheet.task.answer
        found = find_quote(self._sheet.readable, quote, within=within)
        if found is None or found.end > self._last:
            return None
        if any(start < found.end and found.start < end for start, end in self._sheet.hidden):
            return None
        if find_quote(self._sheet.task.question.text, quote):
            return None
        return span(answer, found.start, found.end)


def _within_limit(pieces: Sequence[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    room = MAX_CHARS
    for piece in pieces:
        if len(piece.text) > room:
            if not kept:
                text = piece.text[:room].rstrip()
                kept.append(Piece(piece.start, piece.start + len(text), text))
            break
        kept.append(piece)
        room -= len(piece.text)
    return kept
