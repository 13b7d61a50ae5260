"""The options of a spoken interview, and its ears made from the settings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.cli.console import note
from mockinterview.errors import BadInput, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mockinterview.cli.hearing import Ears
    from mockinterview.cli.sitting import Sitting
    from mockinterview.config import Settings
    from mockinterview.model import Question
    from mockinterview.ports import Store, TextToSpeech
    from mockinterview.spoken import Spoken

VoiceOption = Annotated[bool, typer.Option("--voice", help="Speak: asked aloud, answered aloud.")]
MuteOption = Annotated[bool, typer.Option("--mute", help="With --voice: questions in text only.")]
KeepAudioOption = Annotated[
    bool | None,
    typer.Option("--keep-audio/--no-keep-audio", help="Keep recordings once they are scored."),
]
SilenceOption = Annotated[
    float | None,
    typer.Option(help="With --voice: also end an answer after so many silent seconds, e.g. 4."),
]
SttOption = Annotated[
    str | None, typer.Option("--stt", help="Who writes down what you say: auto, local, openai.")
]
TtsOption = Annotated[
    str | None, typer.Option("--tts", help="Whose voice asks: auto, piper, espeak, openai.")
]


def ears_for(settings: Settings, store: Store, *, mute: bool) -> Ears:
    """Return the ears that the settings mean, after saying where recordings go.

    Raises:
        UsageError: standard input is no terminal.
        SpeechError: there is no microphone, or a part is not installed; says how to get it.
    """
    from mockinterview import wiring
    from mockinterview.cli.hearing import Ears
    from mockinterview.speech.microphone import devices

    if not sys.stdin.isatty():
        raise UsageError(
            "--voice needs a terminal to press Enter at.",
            "For recordings in files: mockinterview score QUESTION --audio FILE",
        )
    engine, told = wiring.speech_to_text(settings)
    devices()  # no PortAudio is told of now, not after the first question
    note(told)
    return Ears(
        engine=engine,
        voice=None if mute else _voice(settings),
        folder=wiring.recordings(store),
        silence=settings.stop_on_silence,
        keep_audio=settings.keep_audio,
    )


def _voice(settings: Settings) -> TextToSpeech | None:
    from mockinterview import wiring

    voice, told = wiring.text_to_speech(settings)
    if told:
        note(told)
    return voice


def spoken_answer(audio: Path, question: Question, stt: str | None) -> Spoken:
    """Return what is said in a sound file as the spoken answer to ``question``.

    Raises:
        BadInput: the file holds no sound or no speech.
        SpeechError: the engine is missing or failed.
    """
    from mockinterview.cli.console import err, styled
    from mockinterview.cli.hearing import show_transcript
    from mockinterview.cli.voice import transcribed
    from mockinterview.hearing import terms
    from mockinterview.speechstats import delivery
    from mockinterview.spoken import Spoken

    heard = transcribed(audio, stt, terms(question))
    if not heard.text.strip():
        raise BadInput(f"No speech was heard in {audio}.", "Play it to hear what is in it.")
    show_transcript(heard, err())
    err().print(styled(("Misheard? Correct the text and score it from a file.", "dim")))
    figures = delivery(heard, question.minutes * 60)
    return Spoken(transcript=heard, delivery=figures, seconds=heard.seconds)


def spoken_sitting(ears: Ears, given: tuple[Any, ...]) -> Sitting:
    """Return the sitting that speaks; imported only when it is wanted."""
    from mockinterview.cli.speaking import SpokenSitting

    return SpokenSitting(ears, *given)
