"""Records and transcribes one answer at the terminal: meter, elapsed time, corrections."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.cli.console import indent, styled
from mockinterview.cli.keys import Keys
from mockinterview.errors import SpeechError
from mockinterview.speechstats import plainly

if TYPE_CHECKING:
    from rich.console import Console

    from mockinterview.ports import SpeechToText, TextToSpeech
    from mockinterview.spoken import Delivery, Transcript

#: Below this the transcript is said to be doubtful; words below the second are marked.
DOUBTFUL, MISHEARD = 0.6, 0.3
_NUDGE = 1.5  # times the suggested length


class Ears(NamedTuple):
    """What a spoken interview needs: engines, where recordings lie, and how an answer ends.

    ``silence`` is how many seconds of silence end an answer (0: only Enter does).
    """

    engine: SpeechToText
    voice: TextToSpeech | None
    folder: Path
    silence: float = 0.0
    keep_audio: bool = False
    device: int | str | None = None


def speak(voice: TextToSpeech | None, text: str, console: Console) -> None:
    """Say ``text`` aloud; any key stops it, and a voice that fails is told of once, kindly."""
    if voice is None:
        return
    from mockinterview.speech.microphone import play

    try:
        with Keys() as keys:
            play(voice.synthesize(text), voice.sample_rate, lambda: bool(keys.pressed()))
    except SpeechError as error:
        console.print(styled((f"(No sound: {error.message})", "dim")))


def record_answer(ears: Ears, path: Path, minutes: float, console: Console) -> float:
    """Record until Enter, or until it has been silent for long; return the seconds recorded.

    Raises:
        SpeechError: the microphone or the disk failed; what was recorded is in ``path``.
        KeyboardInterrupt: Ctrl-C; the same holds.
    """
    from mockinterview.speech.microphone import microphone
    from mockinterview.speech.recording import TOO_QUIET, Tick, record
    from mockinterview.speech.silence import SpeechGate

    gate = SpeechGate() if ears.silence else None
    loudest, last = -96.0, Tick(0.0, -96.0, 0.0)
    with (
        Keys() as keys,
        microphone(ears.device) as blocks,
        closing(record(blocks, path, gate)) as ticks,
        _Meter(console, minutes * 60, ears.silence) as shown,
    ):
        for last in ticks:
            loudest = max(loudest, last.level)
            shown.update(last)
            ended = ears.silence and last.silent_for >= ears.silence
            if ended or "\n" in keys.pressed():
                break
    if loudest < TOO_QUIET:
        told = "Almost nothing was heard. Is the microphone muted, or is it another one?"
        console.print(styled((f"{told} Try: mockinterview voice check", "yellow")))
    return last.seconds


class _Meter:
    """One line that is rewritten: level, elapsed time, silence left, a nudge when it gets long."""

    def __init__(self, console: Console, suggested: float, silence: float) -> None:
        from rich.live import Live

        self._suggested, self._silence = suggested, silence
        self._shown = 0.0
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._quiet = not console.is_terminal

    def __enter__(self) -> _Meter:
        if not self._quiet:
            self._live.start()
        return self

    def __exit__(self, *about: object) -> None:
        if not self._quiet:
            self._live.stop()

    def update(self, tick: object) -> None:
        from mockinterview.speech.recording import Tick, meter

        assert isinstance(tick, Tick)
        now = time.monotonic()
        if self._quiet or now - self._shown < 0.1:
            return
        self._shown = now
        text = f"● {clock(tick.seconds)} {meter(tick.level)} Enter ends"
        if self._silence and tick.silent_for > 1:
            text += f", or {max(0.0, self._silence - tick.silent_for):.0f} s more of silence"
        elif tick.seconds > _NUDGE * self._suggested:
            text += " (longer than suggested; finish when you are ready)"
        self._live.update(styled((text, "bold red")), refresh=True)


def show_transcript(transcript: Transcript, console: Console) -> None:
    """Print what was heard, doubtful words marked with a question mark."""
    console.print(styled(("We heard:", "dim")))
    if transcript.words:
        parts: list[str | tuple[str, str]] = []
        for word in transcript.words:
            sure = word.confidence is None or word.confidence >= MISHEARD
            parts.append(f"{word.text} " if sure else (f"{word.text}(?) ", "yellow"))
        console.print(indent(styled(*parts)))
    else:
        console.print(indent(styled(transcript.text)))
    if told := what_is_left_out(transcript):
        console.print(styled((f"{told} If words are missing: /edit, /play or /again.", "yellow")))
    if transcript.confidence is not None and transcript.confidence < DOUBTFUL:
        told = "The machine is not sure of these words. Please read them before you go on."
        console.print(styled((told, "yellow")))


def what_is_left_out(transcript: Transcript) -> str:
    """Return that a part was dropped because the engine only repeated itself there, or ""."""
    if not transcript.left_out:
        return ""
    return f"{transcript.left_out:.0f} s are left out: the machine repeated itself there."


def show_delivery(delivery: Delivery, console: Console) -> None:
    """Print how it was spoken, figure by figure; none of it is in the score."""
    console.print(styled(("How you said it (not part of the score):", "bold")))
    for figure in plainly(delivery):
        console.print(
            indent(styled((f"{figure.name:<9}", "dim"), f"{figure.value}: {figure.reading}"))
        )


def clock(seconds: float) -> str:
    """Return seconds as minutes and seconds, "1:05"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
