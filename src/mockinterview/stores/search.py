"""Finds answers by words in the question, the answer and the feedback."""

from __future__ import annotations

import sqlite3
from typing import Any

from mockinterview.errors import UsageError
from mockinterview.ports import Found, Hit, Place
from mockinterview.stores.queries import ROW_COLUMNS, attempt_row
from mockinterview.text import clean

_ON, _OFF = "\x02", "\x03"  # never in a cleaned text, so never in what is marked
_WORDS_ROUND_A_HIT = 24
#: In the order of preference for what is shown, with their column in the search table.
_PLACES: tuple[tuple[Place, int], ...] = (("answer", 1), ("feedback", 2), ("question", 0))
_COUNT = """
SELECT count(*) FROM answer_search JOIN fact f ON f.n = answer_search.rowid
WHERE answer_search MATCH ? AND f.skipped = 0
"""
# The question's words stand in every answer to it: they weigh least.
_HITS = f"""
SELECT {ROW_COLUMNS},
    {
    ", ".join(
        f"snippet(answer_search, {column}, '{_ON}', '{_OFF}', '…', {_WORDS_ROUND_A_HIT})"
        for _, column in _PLACES
    )
}
FROM answer_search JOIN fact f ON f.n = answer_search.rowid
WHERE answer_search MATCH ? AND f.skipped = 0
ORDER BY bm25(answer_search, 0.5, 2.0, 1.0), f.answered_at DESC LIMIT ? OFFSET ?
"""


def find(db: sqlite3.Connection, words: str, limit: int, offset: int) -> Found:
    """Return the answers that hold all ``words``, the best first.

    A word is found in its other forms too (tests, tested). Where nothing holds the whole words,
    they count as beginnings of words. Nothing in ``words`` is read as search syntax.

    Raises:
        UsageError: there is no letter or digit in ``words``.
    """
    plain = [word for word in clean(words).split() if any(map(str.isalnum, word))]
    if not plain:
        raise UsageError(
            f"There is no word to search for in {words!r}.",
            "For example: mockinterview history search deadline",
        )
    quoted = ['"' + word.replace('"', '""') + '"' for word in plain]
    query = " ".join(quoted)
    total = _count(db, query)
    if not total:
        query = " ".join(f"{word}*" for word in quoted)
        total = _count(db, query)
    return Found(total, [_hit(row) for row in db.execute(_HITS, (query, limit, offset))])


def _count(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(_COUNT, (query,)).fetchone()[0])


def _hit(row: tuple[Any, ...]) -> Hit:
    snippets: tuple[str, ...] = row[-len(_PLACES) :]
    best = next((i for i, marked in enumerate(snippets) if _ON in marked), 0)
    text, spans = _unmarked(snippets[best])
    return Hit(attempt_row(row[: -len(_PLACES)]), _PLACES[best][0], text, spans)


def _unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    text, spans = "", []
    for number, piece in enumerate(marked.split(_ON)):
        hit, off, rest = piece.partition(_OFF)
        if number and off:
            spans.append((len(text), len(text) + len(hit)))
        text += hit + rest
    return text, tuple(spans)
