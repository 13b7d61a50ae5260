"""Small questions, answers and gradings for the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime

from mockinterview.model import (
    Attempt,
    CriterionResult,
    Evaluation,
    FeedbackPoint,
    Grading,
    Mode,
    Plan,
    PlannedQuestion,
    Provenance,
    Question,
)

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def plan(count: int = 3, role: str = "backend engineer", mode: Mode = "coach") -> Plan:
    questions = tuple(PlannedQuestion(question=question(i)) for i in range(count))
    return Plan(questions=questions, role=role, mode=mode)


def question(number: int) -> Question:
    return Question(id=f"q-{number}", category="behavioral", text=f"Tell me about time {number}.")


def attempt(
    attempt_id: str = "a1",
    session_id: str = "s1",
    position: int = 0,
    answer: str = "I led the move to the new cluster.",
    skipped: bool = False,
    at: datetime = START,
) -> Attempt:
    return Attempt(
        id=attempt_id,
        session_id=session_id,
        position=position,
        question=question(position),
        answer=answer,
        skipped=skipped,
        asked_at=at,
        answered_at=at,
    )


def evaluation(overall: float | None, advice: str = "Say what changed.") -> Evaluation:
    result = CriterionResult(id="result", name="Result", level=overall, reason="No figure yet.")
    return Evaluation(
        overall=overall,
        verdict="Developing",
        criteria=(result,),
        improvements=(FeedbackPoint(criterion="result", text=advice),),
        provenance=Provenance(judge="offline", model="small"),
    )


def scored(grading_id: str, overall: float | None) -> Grading:
    return Grading(id=grading_id, at=START, judge="offline", evaluation=evaluation(overall))


def failed(grading_id: str) -> Grading:
    return Grading(id=grading_id, at=START, judge="openai", error_code="unreachable", error="down")
