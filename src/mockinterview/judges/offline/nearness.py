"""Tells how near what an answer is about comes to what its question asks for."""

from __future__ import annotations

from functools import lru_cache

from mockinterview.judges.offline.encoder import Subject, subject_of_answer, subject_of_question
from mockinterview.model import Question


def nearness(question: Question, said: str) -> float:
    """Return how near ``said`` comes to ``question`` and its key points, about -1 to 1.

    The mean of two cosines: of both texts as wholes, and of each word of the question with the
    nearest word said (late interaction, Khattab and Zaharia 2020). The vectors were trained on
    questions with answers to them and to others (training/subject.py).
    """
    asked = _asked(question.text, tuple(point.text for point in question.key_points))
    told = subject_of_answer(said)
    words = (asked.tokens.astype("float32") @ told.tokens.T).max(axis=1)
    return float((asked.whole @ told.whole + words.mean()) / 2)


@lru_cache(maxsize=96)
def _asked(question: str, points: tuple[str, ...]) -> Subject:
    tokens, whole = subject_of_question(question, points)
    return Subject(tokens.astype("float16"), whole)  # half the digits, half the memory
