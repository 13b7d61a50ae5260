"""Cuts plain text into sentences and words, keeping the offsets; makes untrusted text safe."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_ABBREVIATIONS = frozenset(
    (
        "e.g i.e etc vs mr mrs ms dr prof st no approx inc ltd co fig cf al dept est "
        "jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m u.s u.k ph.d"
    ).split()
)
_BREAK = re.compile(r"[.!?…。!?]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)|。")
_WORD = re.compile(r"[^\W_]+(?:['’.\-+/][^\W_]+)*[%+#]*", re.UNICODE)
# Bidirectional controls, zero-width characters and soft hyphens can hide or reorder text.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


class Piece(NamedTuple):
    """A stretch of a text: ``text == whole[start:end]``."""

    start: int
    end: int
    text: str


def clean(text: str) -> str:
    """Return text in NFC with line ends unified and control and invisible characters removed.

    Tabs become spaces; line feeds stay. Done once when an answer comes in, so that every
    later offset refers to what the candidate sees.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text.replace("\t", " "))
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "".join(kept)


def sentences(text: str) -> list[Piece]:
    """Cut ``text`` into trimmed sentences; together they hold every word."""
    pieces: list[Piece] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match.group().startswith(".") and _is_abbreviation(text, match.start()):
            continue
        _add(pieces, text, start, match.end())
        start = match.end()
    _add(pieces, text, start, len(text))
    return pieces


def words(text: str) -> list[Piece]:
    """Return the words of ``text``; ``don't``, ``OAuth2.0`` and ``95%`` are one word each."""
    return [Piece(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]


def stems(text: str) -> list[str]:
    """Return the lower-case English stems (Snowball) of the words of ``text``, in order."""
    return [stem(piece.text) for piece in words(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of one word, lower case."""
    return _stemmer()(word.lower().replace("’", "'"))


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_word


def _add(pieces: list[Piece], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    inner = raw.strip()
    if not inner:
        return
    begin = start + len(raw) - len(raw.lstrip())
    if pieces and not any(c.isalnum() for c in inner):
        # A stray "..." or bracket belongs to the sentence before it.
        last = pieces[-1]
        stop = begin + len(inner)
        pieces[-1] = Piece(last.start, stop, text[last.start : stop])
        return
    pieces.append(Piece(begin, begin + len(inner), inner))


def _is_abbreviation(text: str, dot: int) -> bool:
    before = text[max(0, dot - 8) : dot].split()
    word = before[-1].lower().lstrip("(\"'") if before and not text[dot - 1].isspace() else ""
    if word in _ABBREVIATIONS:
        rest = text[dot + 1 :].lstrip()
        return bool(rest) and (rest[0].islower() or word not in ("etc", "a.m", "p.m", "no"))
    # A list number ("1. ") or an initial ("J. Smith") does not end a sentence.
    alone = dot - len(word) == 0 or text[dot - len(word) - 1] == "\n"
    return len(word) == 1 and ((word.isalpha() and word != "i") or (alone and word.isdigit()))
