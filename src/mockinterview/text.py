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


_LETTERS = re.compile(r"\w+")
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420"
    "\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u03bf\u03b1\u03c1\u03bd\u03b9\u03ba\u0391\u0392\u0395\u0397\u0399\u039a\u039c"
    "\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0396",
    "aeopcyxijsdhABEKMHOPCTYXIJSoapvikABEHIKMNOPTYXZ",
)


def clean(text: str) -> str:
    """Return text in NFC with line ends unified and control and invisible characters removed.

    Tabs become spaces; line feeds stay. Done once when an answer comes in, so that every
    later offset refers to what the candidate sees.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text.replace("\t", " "))
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "".join(kept)


def unmasked(text: str) -> str:
    """Return ``text`` at the same length with borrowed letters as the Latin ones they look like.

    Only words that become plain ASCII are changed, and only in a text that is mostly Latin, so
    that names and other languages stay as they are (after Unicode TR 39, confusables).
    """
    folded = "".join(map(_single, text))
    letters = [char for char in folded if char.isalpha()]
    if sum(char.isascii() for char in letters) < 0.5 * len(letters):
        return text
    return _LETTERS.sub(_latin, folded)


def _single(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def _latin(word: re.Match[str]) -> str:
    made = word.group().translate(_LOOKALIKES)
    return made if made.isascii() else word.group()


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
