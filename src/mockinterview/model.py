"""The words of the product as immutable values: questions, rubrics, evaluations, sessions.

Offsets are positions in Python characters, half open, into ``Attempt.full_answer``.
Levels run from 1 to 5 (behaviourally anchored rating scale); ``None`` means unscored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from mockinterview.spoken import Spoken
from mockinterview.values import Value

Category = Literal["common", "behavioral", "technical"]
Kind = Literal["behavioral", "technical"]
Weight = Literal["vital", "okay"]
TipKind = Literal["personalization", "framework"]
StarPart = Literal["S", "T", "A", "R"]
SentenceKind = Literal["S", "T", "A", "R", "O"]
Mode = Literal["coach", "exam"]
Style = Literal["friendly", "neutral", "tough", "startup", "enterprise"]
FlagName = Literal[
    "empty",
    "too_short",
    "gibberish",
    "off_topic",
    "parrots_question",
    "copies_sample",
    "keyword_list",
    "instructs_grader",
    "other_language",
]
Level = Annotated[float, Field(ge=1, le=5)]
Verdict012 = Literal[0, 1, 2]

STAR_NAMES: dict[StarPart, str] = {
    "S": "Situation",
    "T": "Task",
    "A": "Action",
    "R": "Result",
}
CATEGORIES: tuple[Category, ...] = ("common", "behavioral", "technical")


# --- the bank ---------------------------------------------------------------


class KeyPoint(Value):
    """One thing a good answer holds: an idea or an act, never a fact of the sample's story."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    text: str = Field(min_length=3)
    weight: Weight = "okay"


class StarNotes(Value):
    """What belongs in each part of a STAR story for this very question."""

    situation: str
    task: str
    action: str
    result: str


class Question(Value):
    """One interview question with all that is known about answering it well.

    A question asked ad hoc may have nothing but a text; a question in a pack has it all
    (see `PackQuestion`).
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    category: Category
    text: str = Field(min_length=3)
    why_asked: str = ""
    approach: str | None = None
    star: StarNotes | None = None
    key_points: tuple[KeyPoint, ...] = ()
    sample_answer: str = ""
    tip: str = ""
    tip_kind: TipKind = "personalization"
    competencies: tuple[str, ...] = ()
    difficulty: Literal[1, 2, 3] = 2
    follow_ups: tuple[str, ...] = ()
    minutes: float = Field(default=2.0, gt=0, le=60)

    @property
    def kind(self) -> Kind:
        """Which family of criteria applies: a story (behavioral) or knowledge (technical)."""
        return "behavioral" if self.category == "behavioral" else "technical"


class PackQuestion(Question):
    """A question as a pack must give it: nothing a learner needs is left out."""

    why_asked: str = Field(min_length=10)
    key_points: tuple[KeyPoint, ...] = Field(min_length=2)
    sample_answer: str = Field(min_length=40)
    tip: str = Field(min_length=10)
    competencies: tuple[str, ...] = Field(min_length=1)
    follow_ups: tuple[str, ...] = Field(min_length=1)


class InterviewerQuestion(Value):
    """A question for the candidate to ask, what asking it shows, and what a good reply has."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    text: str = Field(min_length=3)
    shows: str
    good_reply: str


class PreparationStep(Value):
    """One part of the preparation plan."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    text: str
    hours: float = Field(default=1.0, gt=0)


class Faq(Value):
    """A question candidates ask about the interview itself, answered."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    question: str
    answer: str


class Pack(Value):
    """One YAML file of questions for a role."""

    pack: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    role: str
    description: str
    language: str = "en"
    questions: tuple[PackQuestion, ...]
    ask_interviewer: tuple[InterviewerQuestion, ...] = ()
    preparation: tuple[PreparationStep, ...] = ()
    faq: tuple[Faq, ...] = ()


# --- the rubric -------------------------------------------------------------


class Anchors(Value):
    """What an answer at levels 1, 3 and 5 looks like; 2 and 4 lie between."""

    level_1: str
    level_3: str
    level_5: str


class Criterion(Value):
    """One thing an answer is judged on. Accent, grammar and fluency are never criteria."""

    id: str
    name: str
    asks: str
    weight: float = Field(gt=0, le=1)
    anchors: Anchors


class Rubric(Value):
    """What an answer to one question is judged on. Weights sum to 1."""

    question_id: str
    kind: Kind
    version: str
    criteria: tuple[Criterion, ...]
    key_points: tuple[KeyPoint, ...] = ()


# --- the evaluation ---------------------------------------------------------


class Evidence(Value):
    """A span of the candidate's own text: ``quote == full_answer[start:end]``."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    quote: str = Field(min_length=1)


class CriterionResult(Value):
    """The level of one criterion with what earned it. ``spread`` is max - min over samples."""

    id: str
    name: str
    level: Level | None
    spread: float = Field(default=0.0, ge=0, le=4)
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


class SentenceLabel(Value):
    """One sentence of the answer and the STAR part it serves (O: none)."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    label: SentenceKind


class StarMap(Value):
    """Where Situation, Task, Action and Result lie in the answer; parts are 0, 1 or 2."""

    sentences: tuple[SentenceLabel, ...]
    parts: dict[StarPart, Verdict012]

    @property
    def shares(self) -> dict[SentenceKind, float]:
        """Share of the labelled characters in each part, 0 to 1, summing to 1 (or all 0)."""
        totals: dict[SentenceKind, int] = {"S": 0, "T": 0, "A": 0, "R": 0, "O": 0}
        for sentence in self.sentences:
            totals[sentence.label] += sentence.end - sentence.start
        whole = sum(totals.values()) or 1
        return {part: round(count / whole, 3) for part, count in totals.items()}


class KeyPointResult(Value):
    """Whether a key point is there: 0 absent, 1 partly, 2 clearly."""

    id: str
    text: str
    weight: Weight
    verdict: Verdict012
    evidence: tuple[Evidence, ...] = ()


class Flag(Value):
    """Something about the answer the candidate should know, in plain, kind words."""

    name: FlagName
    message: str
    evidence: tuple[Evidence, ...] = ()


class FeedbackPoint(Value):
    """One strength or improvement, tied to a criterion and to the candidate's words."""

    criterion: str
    text: str
    evidence: tuple[Evidence, ...] = ()


class Usage(Value):
    """Tokens a judge used, as the server counted them; ``estimated`` where it did not."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    calls: int = 0
    estimated: bool = False


class Provenance(Value):
    """Who judged, with what, at what cost: enough to repeat the judgement."""

    judge: str
    model: str
    prompt: str = ""
    prompt_sha: str = ""
    rubric_version: str = ""
    samples: int = 1
    usage: Usage | None = None
    cost_usd: float | None = None
    seconds: float = 0.0
    server: str = ""
    dropped_quotes: int = 0
    repaired: bool = False
    notes: tuple[str, ...] = ()


class SecondOpinion(Value):
    """Another judge's overall (1-5) where it is far away; ``difference`` is its own less ours."""

    judge: str
    overall: Level
    difference: float = Field(ge=-4, le=4)


class Evaluation(Value):
    """A judgement of one answer. ``overall`` is our arithmetic over levels and weights."""

    overall: Level | None
    verdict: str
    criteria: tuple[CriterionResult, ...]
    star: StarMap | None = None
    key_points: tuple[KeyPointResult, ...] = ()
    strengths: tuple[FeedbackPoint, ...] = ()
    improvements: tuple[FeedbackPoint, ...] = ()
    next_step: str = ""
    stronger_answer: str | None = None
    flags: tuple[Flag, ...] = ()
    confidence: float = Field(default=0.5, ge=0, le=1)
    provenance: Provenance
    second_opinion: SecondOpinion | None = None


class Measures(Value):
    """What code can count in a text, with no judgement in it."""

    words: int
    sentences: int
    speaking_seconds: int
    first_person_singular: int
    first_person_plural: int
    numbers: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()


# --- sessions ---------------------------------------------------------------


class FollowUp(Value):
    """A probe by the interviewer and what the candidate said to it (None: not answered)."""

    text: str
    aim: str = ""
    answer: str | None = None
    spoken: Spoken | None = None

    @property
    def unheard(self) -> bool:
        """Whether the reply was recorded and nobody has written it down yet."""
        return self.answer is None and bool(self.spoken and self.spoken.recording)


class Grading(Value):
    """One try at judging an attempt: an evaluation, or the error that left it unscored."""

    id: str
    at: datetime
    judge: str
    evaluation: Evaluation | None = None
    error_code: str = ""
    error: str = ""


class Attempt(Value):
    """One answer to one question, kept with a copy of the question."""

    id: str
    session_id: str
    position: int = Field(ge=0)
    question: Question
    answer: str
    follow_ups: tuple[FollowUp, ...] = ()
    skipped: bool = False
    hint_used: bool = False
    asked_at: datetime
    answered_at: datetime
    seconds: float = Field(default=0.0, ge=0)
    spoken: Spoken | None = None
    self_score: Level | None = None
    retry_of: str | None = None
    gradings: tuple[Grading, ...] = ()

    @property
    def full_answer(self) -> str:
        """The answer and the answers to the follow-ups: the text all offsets refer to."""
        later = [turn.answer for turn in self.follow_ups if turn.answer]
        return "\n\n".join([self.answer, *later])

    @property
    def unheard(self) -> bool:
        """Whether there is a recording that nobody has written down yet."""
        spoken = self.spoken
        return bool(spoken and spoken.recording and not spoken.transcript and not self.answer)

    @property
    def waits(self) -> bool:
        """Whether this answer or a reply to a follow-up waits to be written down."""
        return self.unheard or any(turn.unheard for turn in self.follow_ups)

    @property
    def recordings(self) -> tuple[str, ...]:
        """The recordings that are kept of this answer and of its replies, by name."""
        every = (self.spoken, *(turn.spoken for turn in self.follow_ups))
        return tuple(spoken.recording for spoken in every if spoken and spoken.recording)

    @property
    def evaluation(self) -> Evaluation | None:
        """The newest evaluation, if any grading succeeded."""
        for grading in reversed(self.gradings):
            if grading.evaluation is not None:
                return grading.evaluation
        return None


class PlannedQuestion(Value):
    """A question in the plan, why it was chosen, and the answer that it is to better, if any."""

    question: Question
    reason: str = ""
    retry_of: str | None = None


class Plan(Value):
    """Which questions a session asks, in order, and the settings it was made with."""

    questions: tuple[PlannedQuestion, ...]
    mode: Mode = "coach"
    style: Style = "neutral"
    role: str = ""
    follow_ups: int = Field(default=1, ge=0, le=2)
    scores: bool = True
    seed: int | None = None


class Reverse(Value):
    """A question the candidate asked the interviewer at the close, and how it was rated."""

    text: str
    rating: Verdict012
    comment: str


class Session(Value):
    """One sitting: its plan and its attempts in the order they were given."""

    id: str
    started_at: datetime
    finished_at: datetime | None = None
    plan: Plan
    attempts: tuple[Attempt, ...] = ()
    reverse: tuple[Reverse, ...] = ()

    @property
    def overall(self) -> float | None:
        """Mean overall of the scored attempts, or None."""
        scores = [
            attempt.evaluation.overall
            for attempt in self.attempts
            if attempt.evaluation is not None and attempt.evaluation.overall is not None
        ]
        return round(sum(scores) / len(scores), 2) if scores else None
