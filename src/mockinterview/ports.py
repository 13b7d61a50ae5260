"""The seams: what a judge and a store must do, whoever does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from mockinterview.model import (
    Attempt,
    Evaluation,
    FollowUp,
    Grading,
    Plan,
    Question,
    Reverse,
    Rubric,
    Session,
)
from mockinterview.spoken import Transcript


class Task(NamedTuple):
    """What a judge is given: ``answer`` is the full text, follow-up answers included.

    ``probes`` are the interviewer's follow-up questions whose answers are part of ``answer``.
    """

    question: Question
    rubric: Rubric
    answer: str
    probes: tuple[str, ...] = ()


class Judge(Protocol):
    """Reads one answer against its rubric."""

    @property
    def name(self) -> str:
        """The name users choose it by (``openai``, ``offline``)."""
        ...

    def evaluate(self, task: Task) -> Evaluation:
        """Return the evaluation of ``task.answer``.

        Raises:
            JudgeError: no judgement could be made; this is never a score.
        """
        ...


class SpeechToText(Protocol):
    """Turns a recording into words with their times."""

    @property
    def name(self) -> str:
        """The name users choose it by (``local``, ``openai`` ...)."""
        ...

    def transcribe(self, recording: Path, vocabulary: Sequence[str] = ()) -> Transcript:
        """Return what is said in ``recording`` (16 kHz mono WAV); it is never changed.

        ``vocabulary`` holds words of the question's field that the engine may be told of.

        Raises:
            SpeechError: the engine or its weights are missing, or it failed.
        """
        ...


class TextToSpeech(Protocol):
    """Says a text aloud."""

    @property
    def name(self) -> str:
        """The name users choose it by (``local``, ``openai`` ...)."""
        ...

    def synthesize(self, text: str) -> Iterator[bytes]:
        """Yield 16-bit mono PCM at ``sample_rate`` as it becomes ready.

        Raises:
            SpeechError: the engine is missing, or it failed.
        """
        ...

    @property
    def sample_rate(self) -> int:
        """Samples per second of what `synthesize` yields."""
        ...


class SessionSummary(NamedTuple):
    """One line of ``history list``. ``unscored`` counts answers that have no evaluation yet."""

    id: str
    started_at: datetime
    finished_at: datetime | None
    role: str
    mode: str
    planned: int
    answered: int
    unscored: int
    overall: float | None


class Draft(NamedTuple):
    """Text typed for a question but not sent when the session stopped."""

    position: int
    text: str


class Store(Protocol):
    """Keeps sessions. Every method is durable when it returns, or raises StoreError."""

    def create_session(self, session_id: str, started_at: datetime, plan: Plan) -> None:
        """Begin a session with its plan."""
        ...

    def save_answer(self, attempt: Attempt) -> None:
        """Keep an answer the moment it is given, before anything judges it."""
        ...

    def save_follow_ups(self, attempt_id: str, follow_ups: Sequence[FollowUp]) -> None:
        """Replace an attempt's follow-ups (a longer list, or one more answered)."""
        ...

    def add_grading(self, attempt_id: str, grading: Grading) -> None:
        """Append a grading; earlier ones stay."""
        ...

    def save_draft(self, session_id: str, draft: Draft | None) -> None:
        """Keep, or with None forget, the text typed so far in this session."""
        ...

    def draft(self, session_id: str) -> Draft | None:
        """The text typed but not sent when the session stopped, if any."""
        ...

    def add_reverse(self, session_id: str, reverse: Reverse) -> None:
        """Append a question that the candidate asked the interviewer."""
        ...

    def finish_session(self, session_id: str, finished_at: datetime) -> None:
        """Mark a session as finished."""
        ...

    def session(self, session_id: str) -> Session:
        """Return one session by its id or a unique prefix of it.

        Raises:
            UsageError: no session, or more than one, begins with ``session_id``.
        """
        ...

    def sessions(
        self, *, limit: int | None = None, offset: int = 0, role: str | None = None
    ) -> list[SessionSummary]:
        """Return sessions, newest first."""
        ...

    def newest_unfinished(self) -> str | None:
        """Id of the newest session with questions left to ask, or None."""
        ...

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt with its gradings, by its id or a unique prefix of it.

        Raises:
            UsageError: no attempt, or more than one, begins with ``attempt_id``.
        """
        ...

    def unscored(self, session_id: str) -> list[str]:
        """Ids of the answers in a session (id or unique prefix) that have no evaluation yet."""
        ...

    def answered_questions(self) -> dict[str, datetime]:
        """When each question id was last answered (skips do not count)."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
