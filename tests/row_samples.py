"""Light rows of answers for the tests of trends, habits and self-scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mockinterview.ports import AttemptRow

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def row(number: int, overall: float | None = 3.0, **changes: Any) -> AttemptRow:
    """An answer given ``number`` days after the first Monday of March 2026."""
    made = AttemptRow(
        id=f"a{number}",
        session_id="s1",
        answered_at=MONDAY + timedelta(days=number),
        question_id=f"q{number}",
        category="behavioral",
        competencies=("ownership",),
        role="nurse",
        skipped=False,
        scores=True,
        judge=None if overall is None else "offline",
        overall=overall,
        levels={} if overall is None else {"result": overall},
        spreads={} if overall is None else {"result": 0.0},
        star={"S": 2, "T": 1, "A": 2, "R": 2},
        situation=0.2,
        missed=(),
        words=150,
        singular=6,
        plural=1,
        figures=2,
        self_score=None,
        retry_of=None,
    )
    return made._replace(**changes)
