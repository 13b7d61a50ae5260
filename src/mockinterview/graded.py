"""Reads graded answers (JSON lines) and brings their scores to one scale of levels, 1 to 5."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mockinterview.errors import BadInput
from mockinterview.model import Question
from mockinterview.rows import question_of

_NEEDED = ("question", "answer", "score", "max_score")


class Graded(NamedTuple):
    """One graded answer.

    ``level`` is the mean rating on the common scale of 1 to 5; ``raters`` holds each rater's.
    ``key_points`` (0 to 2 each) and ``labels`` (S T A R O for each of ``sentences``) hold one
    row per rater and are empty where the file has none.
    """

    id: str
    group: str
    question: Question
    answer: str
    level: float
    raters: tuple[float, ...]
    trap: str
    role: str
    key_points: tuple[tuple[int, ...], ...]
    sentences: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]


def load(path: Path) -> list[Graded]:
    """Return the graded answers of one file.

    Raises:
        BadInput: the file cannot be read, or a line is not a graded answer (names the line).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text.", "Save it as UTF-8 JSON lines.") from error
    rows = list(_rows(path, text))
    if not rows:
        raise BadInput(f"{path} holds no graded answers.", "Give JSON lines, one answer a line.")
    return rows


def _rows(path: Path, text: str) -> Iterator[Graded]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{where} is not JSON: {error}.", "Mend or delete the line.") from error
        except RecursionError as error:
            raise BadInput(f"{where} is nested too deeply.", "Mend or delete the line.") from error
        lacking = [n for n in _NEEDED if not isinstance(row, dict) or row.get(n) is None]
        if lacking:
            raise BadInput(
                f"{where} has no {' and no '.join(lacking)}.",
                "A graded answer needs question, answer, score and max_score.",
            )
        try:
            yield _graded(row, number)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise BadInput(
                f"{where} is not a graded answer: {error}.",
                "See the formats under 'evaluate' in the README.",
            ) from error


def _graded(row: Mapping[str, Any], number: int) -> Graded:
    ratings = row.get("ratings") or {}
    least, most = _scale(row, ratings)

    def level(score: float) -> float:
        return 1 + 4 * (float(score) - least) / (most - least)

    score = level(row["score"])
    if not 0.999 <= score <= 5.001:
        raise ValueError(f"score {row['score']} is outside {least:g} to {most:g}")
    raters = ratings.get("overall") or row.get("scores_by_grader") or ()
    return Graded(
        id=str(row.get("id", number)),
        group=str(row.get("question_id") or row["question"]),
        question=question_of(row),
        answer=str(row["answer"]),
        level=score,
        raters=tuple(level(value) for value in raters),
        trap=row.get("trap") or "",
        role=row.get("role") or "",
        key_points=tuple(tuple(map(int, given)) for given in ratings.get("key_points") or ()),
        sentences=tuple(row.get("sentences") or ()),
        labels=tuple(tuple(given) for given in ratings.get("sentence_labels") or ()),
    )


def _scale(row: Mapping[str, Any], ratings: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of the row's scale: interview ratings begin at 1, exam scores at 0."""
    least = float(row.get("min_score", 1 if ratings.get("overall") else 0))
    most = float(row["max_score"])
    if not most > least:
        raise ValueError(f"max_score {most:g} is not above {least:g}")
    return least, most
