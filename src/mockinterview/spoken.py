"""What is kept of a spoken answer: its words with their times, and how it was delivered."""

from __future__ import annotations

from pydantic import Field

from mockinterview.values import Value


class SpokenWord(Value):
    """One word as heard. Times are seconds from the start of the recording."""

    text: str
    start: float = Field(ge=0)
    end: float = Field(ge=0)
    confidence: float | None = Field(default=None, ge=0, le=1)


class Transcript(Value):
    """What an engine heard. ``keeps_fillers`` is False where the engine drops "um" and "uh".

    ``left_out``: seconds of sound whose words looked made up (a loop) and were dropped.
    """

    text: str
    words: tuple[SpokenWord, ...] = ()
    seconds: float = Field(default=0.0, ge=0)
    engine: str = ""
    model: str = ""
    language: str = "en"
    confidence: float | None = Field(default=None, ge=0, le=1)
    keeps_fillers: bool = False
    left_out: float = Field(default=0.0, ge=0)


class Delivery(Value):
    """How an answer was spoken, in figures alone; never part of a score. None: not measured."""

    seconds: float = Field(ge=0)
    suggested_seconds: float = Field(ge=0)
    words: int = Field(ge=0)
    words_per_minute: float | None = None
    pauses: int | None = None
    longest_pause: float | None = None
    silence_share: float | None = Field(default=None, ge=0, le=1)
    fillers: int | None = None
    fillers_per_minute: float | None = None
    restarts: int | None = None


class Spoken(Value):
    """A spoken answer: ``recording`` is a file in the recordings folder while it is kept.

    ``transcript`` is what the engine heard; the attempt's answer is what the candidate made of
    it, so a correction loses neither.
    """

    transcript: Transcript | None = None
    recording: str | None = None
    delivery: Delivery | None = None
    seconds: float = Field(default=0.0, ge=0)
