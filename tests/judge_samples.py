"""Questions, an answer and well-formed replies for the tests of the LLM judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockinterview.judges.openai_chat import OpenAIJudge
from mockinterview.model import KeyPoint, Question
from mockinterview.ports import Task
from mockinterview.rubric import build_rubric
from tests.fake_openai import FakeOpenAI

QUESTION = Question(
    id="mend-a-process",
    category="behavioral",
    text="Tell me about a time you mended a process that was failing.",
    why_asked="To see whether the candidate finds causes before remedies.",
    key_points=(
        KeyPoint(id="cause", text="Looked for the cause before changing anything", weight="vital"),
        KeyPoint(id="measured", text="Says how the change was measured"),
    ),
    sample_answer="Our weekly report was always late, so I traced each hand-over and cut two.",
)
TECHNICAL = Question(
    id="what-is-a-cache",
    category="technical",
    text="How does a cache make a web page faster?",
    key_points=(KeyPoint(id="reuse", text="A kept copy is used again", weight="vital"),),
)
ANSWER = (
    "Last spring our clinic double-booked about thirty patients a week. "
    "My task was to stop it before the summer. "
    "I sat with two nurses for a day and found that phone bookings came in ten minutes late. "
    "I wrote a one-page rule for who enters what. "
    "Within a month double bookings fell from thirty to two a week."
)
SETTING = "our clinic double-booked about thirty patients a week"
RESULT = "double bookings fell from thirty to two a week"


def task(answer: str = ANSWER, question: Question = QUESTION) -> Task:
    """A task with the question's own rubric."""
    return Task(question, build_rubric(question), answer)


def reply(
    level: str | dict[str, str] = "3", quote: str = SETTING, **changes: Any
) -> dict[str, Any]:
    """A full reply to `QUESTION`; ``level`` for all criteria, or by id with 3 for the rest."""
    ids = [criterion.id for criterion in task().rubric.criteria]
    levels = level if isinstance(level, dict) else dict.fromkeys(ids, level)
    labels = zip(("s1", "s2", "s3", "s4", "s5"), "STAAR", strict=True)
    made: dict[str, Any] = {
        "answer_type": "story",
        "instruction_in_answer": False,
        "criteria": {
            name: {
                "sentences": ["s1"],
                "quote": quote,
                "reason": "You name the place.",
                "level": levels.get(name, "3"),
            }
            for name in ids
        },
        "star": {
            "labels": [{"sentence": s, "label": part} for s, part in labels],
            "parts": {"S": 2, "T": 1, "A": 2, "R": 2},
        },
        "key_points": {
            "cause": {"sentences": ["s3"], "quote": "found that phone bookings", "verdict": 2},
            "measured": {"sentences": ["s5"], "quote": RESULT, "verdict": 2},
        },
        "feedback": {
            "strengths": [{"criterion": "result", "quote": RESULT, "text": "A clear figure."}],
            "improvements": [{"criterion": "task", "quote": "", "text": "Say who set the date."}],
        },
        "next_step": "Name who asked you to stop it.",
        "stronger_answer": "Last spring I cut double bookings from thirty to two.",
    }
    made.update(changes)
    return made


def judge_for(server: FakeOpenAI, **options: Any) -> OpenAIJudge:
    """A judge that talks to the fake and does not really wait between tries."""
    settings: dict[str, Any] = {
        "model": "gpt-5-mini",
        "base_url": server.base_url,
        "api_key": "sk-test-1234",
        "timeout": 5,
        "max_retries": 2,
        "sleep": lambda seconds: None,
    }
    return OpenAIJudge(**{**settings, **options})


def collector() -> tuple[list[float], Callable[[float], None]]:
    """A list and a ``sleep`` that writes its waits into it."""
    waits: list[float] = []
    return waits, waits.append
