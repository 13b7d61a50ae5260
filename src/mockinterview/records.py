"""What is kept beside sessions: cards of spaced repetition and reviews by mentors."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from mockinterview.values import Value


class Card(Value):
    """One (question x criterion) in spaced repetition; ``state`` is the fsrs library's own."""

    question_id: str
    criterion: str
    due: datetime
    lapses: int = Field(default=0, ge=0)
    state: dict[str, object]


class Review(Value):
    """A mentor's scores of one attempt; levels run from 1 to 5, None where none was given."""

    id: str
    attempt_id: str
    reviewer: str
    at: datetime
    overall: float | None = Field(default=None, ge=1, le=5)
    criteria: dict[str, float] = Field(default_factory=dict)
    comment: str = ""
