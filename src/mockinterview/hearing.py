"""The words of a question's field that an engine may be told of, so that it hears them right."""

from __future__ import annotations

import re

from mockinterview import vocabulary
from mockinterview.model import Question
from mockinterview.text import stem, words

_MOST = 40
#: An acronym, a name with capitals inside, or a word with a digit: what engines mishear.
_ODD = re.compile(r"^(?:[A-Z]{2,}s?|\w*[a-z][A-Z]\w*|\w*\d\w*[A-Za-z]\w*)$")


def terms(question: Question) -> tuple[str, ...]:
    """Return up to 40 terms of the question, rare and odd ones first, each once."""
    parts = [question.text, *(point.text for point in question.key_points)]
    parts += [*question.competencies, question.sample_answer, question.tip]
    seen: dict[str, str] = {}
    for piece in (word.text for part in parts for word in words(part)):
        key = piece.lower()
        if len(piece) > 2 and key not in seen and _is_term(piece):
            seen[key] = piece if _ODD.match(piece) else key
    ranked = sorted(seen.values(), key=lambda term: not _ODD.match(term))
    return tuple(ranked[:_MOST])


def _is_term(word: str) -> bool:
    lower = word.lower()
    if _ODD.match(word):
        return True
    return lower not in vocabulary.ANY_FUNCTION and stem(lower) not in vocabulary.COMMON_STEMS
