"""Rows of JSON: the question that a graded row describes, the evaluation as ``grade`` writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockinterview.model import Evaluation, Evidence, KeyPoint, Question


def evaluation_row(row_id: str, answer: str, evaluation: Evaluation) -> dict[str, Any]:
    """Return the row for one evaluation; all quotes and offsets refer to ``answer``."""
    star = evaluation.star
    return {
        "id": row_id,
        "overall": evaluation.overall,
        "verdict": evaluation.verdict,
        "criteria": {
            result.id: {
                "level": result.level,
                "spread": result.spread,
                "evidence": quotes(result.evidence),
                "reason": result.reason,
            }
            for result in evaluation.criteria
        },
        "star": dict(star.parts) if star else None,
        "sentences": [
            {
                "text": answer[s.start : s.end],
                "start": s.start,
                "end": s.end,
                "label": s.label,
            }
            for s in star.sentences
        ]
        if star
        else None,
        "key_points": [point.verdict for point in evaluation.key_points],
        "flags": [flag.name for flag in evaluation.flags],
        "strengths": [{"text": p.text, "quotes": quotes(p.evidence)} for p in evaluation.strengths],
        "improvements": [
            {"criterion": p.criterion, "text": p.text, "quotes": quotes(p.evidence)}
            for p in evaluation.improvements
        ],
        "next_step": evaluation.next_step,
        "stronger_answer": evaluation.stronger_answer,
        "confidence": evaluation.confidence,
        "provenance": evaluation.provenance.model_dump(mode="json"),
    }


def quotes(evidence: tuple[Evidence, ...]) -> list[str]:
    """Return the quotes of some evidence, in order."""
    return [item.quote for item in evidence]


def question_of(row: Mapping[str, Any]) -> Question:
    """Return the question of a row: its first half of key points counts as vital."""
    points = row.get("key_points") or ()
    slug = re.sub(r"[^a-z0-9]+", "-", str(row.get("question_id") or "row").lower()).strip("-")
    return Question(
        id=slug[:60].strip("-") or "row",
        category="behavioral" if row.get("kind") == "behavioral" else "technical",
        text=row["question"],
        sample_answer=row.get("reference") or "",
        key_points=tuple(
            KeyPoint(id=f"k{i}", text=text, weight="vital" if i < len(points) / 2 else "okay")
            for i, text in enumerate(points, 1)
        ),
    )
