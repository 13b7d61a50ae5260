"""The seams: what a judge and a store must do, whoever does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from mockinterview.model import (
    Attempt,
    Category,
    Evaluation,
    FollowUp,
    Grading,
    Plan,
    Question,
    Reverse,
    Rubric,
    Session,
    StarPart,
)
from mockinterview.records import Card, Review
from mockinterview.spoken import Spoken, Transcript


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
    scores: bool = True


class AttemptFilter(NamedTuple):
    """Which answers are meant; what is None does not matter.

    ``since`` is the earliest moment it was given, ``below`` an overall (1-5) that its newest
    evaluation stays under, ``judge`` who made that evaluation. Roles match in any case.
    """

    since: datetime | None = None
    role: str | None = None
    category: Category | None = None
    competency: str | None = None
    judge: str | None = None
    below: float | None = None
    question_id: str | None = None
    session_id: str | None = None


ANY_ATTEMPT = AttemptFilter()


class AttemptRow(NamedTuple):
    """One answer in figures, as its newest evaluation has it; quick to read by the thousand.

    ``scores`` says whether the session shows numbers at all.
    ``levels`` and ``spreads`` are by criterion id, ``star`` holds 0 to 2 by part,
    ``situation`` is the share of Situation (0-1), ``missed`` the ids of absent key points;
    they are empty where no evaluation was made. ``words``, ``singular`` (I), ``plural`` (we)
    and ``figures`` are counts over the whole answer.
    """

    id: str
    session_id: str
    answered_at: datetime
    question_id: str
    category: Category
    competencies: tuple[str, ...]
    role: str
    skipped: bool
    scores: bool
    judge: str | None
    overall: float | None
    levels: dict[str, float | None]
    spreads: dict[str, float]
    star: dict[StarPart, int]
    situation: float
    missed: tuple[str, ...]
    words: int
    singular: int
    plural: int
    figures: int
    self_score: float | None
    retry_of: str | None


Place = Literal["question", "answer", "feedback"]


class Hit(NamedTuple):
    """An answer that a search found: a piece of ``place``, with the spans in it that match."""

    attempt: AttemptRow
    place: Place
    text: str
    spans: tuple[tuple[int, int], ...]


class Found(NamedTuple):
    """One page of the answers that a search found, of ``total``; the best first."""

    total: int
    hits: list[Hit]


class Imported(NamedTuple):
    """What an import added. ``filled`` counts known answers that gained something they lacked.

    ``differing`` holds the ids of known answers that read otherwise in the file; ours stayed.
    """

    sessions: int
    attempts: int
    gradings: int
    cards: int
    reviews: int
    filled: int
    differing: tuple[str, ...]


class Deleted(NamedTuple):
    """How much was deleted. ``copies`` are backups and damaged files that were set aside."""

    sessions: int
    attempts: int
    recordings: int
    copies: int


class Repaired(NamedTuple):
    """What a repair left. ``aside`` is the damaged file under its new name, None if it was sound.

    ``lost`` says in plain sentences what could not be rescued.
    """

    aside: Path | None
    sessions: int
    attempts: int
    lost: tuple[str, ...]


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
        self, *, limit: int | None = None, offset: int = 0, where: AttemptFilter = ANY_ATTEMPT
    ) -> list[SessionSummary]:
        """Return sessions, newest first.

        ``where`` leaves those begun since, for that role, and with an answer it fits.
        """
        ...

    def attempts(
        self,
        where: AttemptFilter = ANY_ATTEMPT,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[AttemptRow]:
        """Return the answers that fit, skipped ones included, newest first."""
        ...

    def save_self_score(self, attempt_id: str, level: float | None) -> None:
        """Keep the level (1-5) that the candidate gave an answer before the feedback."""
        ...

    def save_spoken(self, attempt_id: str, spoken: Spoken | None) -> None:
        """Keep how an answer was spoken; its text stays as it is."""
        ...

    def save_card(self, card: Card) -> None:
        """Keep a card; one for the same question and criterion is replaced."""
        ...

    def cards(self, *, due_by: datetime | None = None) -> list[Card]:
        """Return the cards (due by then, where a moment is given), most urgent first."""
        ...

    def add_review(self, review: Review) -> None:
        """Keep a mentor's review of a stored answer; one with the same id is replaced."""
        ...

    def reviews(self, session_id: str) -> list[Review]:
        """Return the reviews of a session's answers (id or unique prefix), oldest first."""
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

    def search(self, words: str, *, limit: int = 20, offset: int = 0) -> Found:
        """Return the answers whose question, text or feedback holds all ``words``.

        Raises:
            UsageError: there is no letter or digit in ``words``.
        """
        ...

    def export_to(self, write: Callable[[str], object]) -> None:
        """Call ``write`` with each line of the whole history, as `import_from` reads it."""
        ...

    def import_from(self, lines: Iterable[bytes], name: str, *, dry_run: bool = False) -> Imported:
        """Merge the lines of an export: all of it, or nothing where one is wrong.

        Raises:
            BadInput: a line is wrong; ``name`` (of the file) and the line are named.
        """
        ...

    def problems(self) -> list[str]:
        """Return what is wrong with the kept history, in plain words; nothing when it is sound."""
        ...

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session (full id), its recordings, and every copy of the file, for good."""
        ...

    def delete_all(self) -> Deleted:
        """Delete everything, recordings and copies too, for good."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
