"""What can be made again from the documents: the full-text index and one small row an answer.

Lists, trends and searches read only these, so ten thousand answers list as quickly as ten.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from mockinterview.measures import measure
from mockinterview.stores.documents import storable

_SOURCE = """
SELECT a.n, a.session_id, s.role, a.answered_at, a.question_id, a.category, a.skipped, s.scores,
    a.document, (SELECT g.document FROM grading g WHERE g.attempt_id = a.id AND g.evaluated
     ORDER BY g.seq DESC LIMIT 1)
FROM attempt a JOIN session s ON s.id = a.session_id WHERE a.id = ?
"""
_SAVE_FACT = """
INSERT OR REPLACE INTO fact (n, id, session_id, role, answered_at, question_id, category, skipped,
                             scores, judge, overall, self_score, retry_of, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SAVE_WORDS = "UPDATE answer_search SET question = ?, answer = ?, feedback = ? WHERE rowid = ?"


def refresh(db: sqlite3.Connection, attempt_id: str) -> None:
    """Make the small row and the searched words of one stored answer again."""
    n, *columns, document, graded = db.execute(_SOURCE, (attempt_id,)).fetchone()
    attempt, grading = _read(document), _read(graded or "{}")
    evaluation: dict[str, Any] = grading.get("evaluation") or {}
    answer = _full_answer(attempt)
    row = (
        n,
        attempt_id,
        *columns,
        grading.get("judge"),
        evaluation.get("overall"),
        attempt.get("self_score"),
        attempt.get("retry_of"),
        json.dumps(_detail(attempt, answer, evaluation), ensure_ascii=True),
    )
    db.execute(_SAVE_FACT, row)
    question = str(_part(attempt, "question").get("text", ""))
    db.execute(_SAVE_WORDS, (storable(question), storable(answer), _feedback(evaluation), n))


def rebuild(db: sqlite3.Connection) -> None:
    """Make all of it again for every stored answer."""
    db.execute("DELETE FROM fact")
    db.execute("DELETE FROM answer_search")
    db.execute("INSERT INTO answer_search (rowid) SELECT n FROM attempt")
    for (attempt_id,) in db.execute("SELECT id FROM attempt ORDER BY n").fetchall():
        refresh(db, attempt_id)


def _read(document: str) -> dict[str, Any]:
    # Not through the models: a document that today's model refuses must not stop a migration.
    try:
        found = json.loads(document)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(document: dict[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _full_answer(attempt: dict[str, Any]) -> str:
    turns = [turn.get("answer") for turn in attempt.get("follow_ups") or []]
    return "\n\n".join([str(attempt.get("answer", "")), *(text for text in turns if text)])


def _detail(attempt: dict[str, Any], answer: str, evaluation: dict[str, Any]) -> dict[str, Any]:
    counts = measure(answer)
    star = _part(evaluation, "star")
    labels = star.get("sentences") or []
    labelled = sum(label["end"] - label["start"] for label in labels)
    situation = sum(label["end"] - label["start"] for label in labels if label["label"] == "S")
    points = evaluation.get("key_points") or []
    criteria = evaluation.get("criteria") or []
    return {
        "competencies": _part(attempt, "question").get("competencies") or [],
        "levels": {result["id"]: result["level"] for result in criteria},
        "spreads": {result["id"]: result.get("spread", 0.0) for result in criteria},
        "star": star.get("parts") or {},
        "situation": round(situation / labelled, 3) if labelled else 0.0,
        "missed": [point["id"] for point in points if point["verdict"] == 0],
        "words": counts.words,
        "singular": counts.first_person_singular,
        "plural": counts.first_person_plural,
        "figures": len(counts.numbers),
    }


def _feedback(evaluation: dict[str, Any]) -> str:
    points = [*(evaluation.get("strengths") or []), *(evaluation.get("improvements") or [])]
    lines = [point.get("text", "") for point in points] + [evaluation.get("next_step", "")]
    reasons = [result.get("reason", "") for result in evaluation.get("criteria") or []]
    return storable("\n".join([*lines, *reasons]))
