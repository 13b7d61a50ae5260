"""``voice``: the sound devices, a check of the microphone, transcripts of files and of answers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.cli.console import note
from mockinterview.cli.practice import JsonOption
from mockinterview.cli.voicing import SttOption
from mockinterview.errors import ExitCode, SpeechError

if TYPE_CHECKING:
    from mockinterview.model import Attempt
    from mockinterview.ports import SpeechToText, Store
    from mockinterview.spoken import Spoken, Transcript

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Sound: devices, microphone, transcripts."
)
_SECONDS = 2.0
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="Number or name of a device (see: voice devices).")
]


@app.command("devices")
def list_devices(as_json: JsonOption = False) -> None:
    """List microphones and loudspeakers; those marked are used when none is named.

    \b
    Example:
      mockinterview voice devices
    """
    from mockinterview.cli import console
    from mockinterview.speech.microphone import devices

    found = devices()
    if as_json:
        rows = [device._asdict() for device in found]
        console.print_json({"schema": 1, "devices": rows})
        return
    if not found:
        note("No sound device was found on this machine.")
        raise typer.Exit(int(ExitCode.FAILED))
    table = [
        [str(d.number), str(d.inputs), str(d.outputs), f"{d.rate:.0f}", d.default, d.name]
        for d in found
    ]
    console.table(["", "in", "out", "Hz", "default", "name"], table, console.out())


@app.command("check")
def check(
    device: DeviceOption = None,
    quiet: Annotated[bool, typer.Option("--mute", help="Do not play it back.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Record two seconds, play them back, and say what is wrong, if anything is.

    \b
    Examples:
      mockinterview voice check
      mockinterview voice check --device 2 --json
    """
    from mockinterview.cli import console

    note("Say something; two seconds are recorded …")
    loudest, spoke, sound = _two_seconds(_numbered(device))
    found = _verdict(loudest, spoke)
    if not quiet:
        _play_back(sound)
    if as_json:
        console.print_json({"schema": 1, "loudest_db": round(loudest, 1), "speech": spoke, **found})
    else:
        console.out().print(console.styled(found["told"]))
    if not found["ok"]:
        raise typer.Exit(int(ExitCode.FAILED))


def _numbered(device: str | None) -> int | str | None:
    return int(device) if device is not None and device.isdigit() else device


def _two_seconds(device: int | str | None) -> tuple[float, bool | None, bytes]:
    from mockinterview.speech.microphone import microphone
    from mockinterview.speech.recording import level
    from mockinterview.speech.silence import SpeechGate
    from mockinterview.speech.wavfile import RATE

    sound = b""
    with microphone(device) as blocks:
        for block in blocks:
            sound += block
            if len(sound) >= 2 * RATE * _SECONDS:
                break
    loudest = max((level(sound[i : i + 1024]) for i in range(0, len(sound), 1024)), default=-96.0)
    try:
        gate = SpeechGate()
    except SpeechError as error:
        note(f"{error.message} {error.hint}")
        return loudest, None, sound
    gate.feed(sound)
    return loudest, gate.heard, sound


def _verdict(loudest: float, spoke: bool | None) -> dict[str, Any]:
    from mockinterview.speech.recording import TOO_QUIET

    if loudest <= -90:
        told = "Nothing at all was heard: the microphone is muted, switched off, or another one."
    elif loudest < TOO_QUIET:
        told = "Very quiet: come closer, or raise the input level in your sound settings."
    elif loudest > -1:
        told = "Too loud: the sound is cut off at the top. Lower the input level."
    elif spoke is False:
        told = "Sound was heard, but no speech. If you spoke, choose another --device."
    else:
        return {"ok": True, "told": f"The microphone works (loudest {loudest:.0f} dB)."}
    return {"ok": False, "told": f"{told} See: mockinterview voice devices"}


def _play_back(sound: bytes) -> None:
    from mockinterview.speech.microphone import play
    from mockinterview.speech.wavfile import RATE

    note("You should hear it now …")
    try:
        play([sound], RATE)
    except SpeechError as error:
        note(f"It could not be played: {error.message}")


@app.command("transcribe")
def transcribe(
    file: Annotated[Path, typer.Argument(help="WAV, FLAC, OGG, MP3 or M4A.")],
    words: Annotated[
        bool, typer.Option("--words", help="One word a line, with its times in seconds.")
    ] = False,
    stt: SttOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write down what is said in a sound file.

    \b
    Examples:
      mockinterview voice transcribe answer.m4a
      mockinterview voice transcribe answer.wav --words
      mockinterview voice transcribe answer.mp3 --json > answer.json
    """
    from mockinterview.cli import console
    from mockinterview.text import clean

    found = transcribed(file, stt)
    if as_json:
        console.print_json({"schema": 1, **found.model_dump(mode="json")})
    elif words:
        for word in found.words:
            typer.echo(f"{word.start:8.2f} {word.end:8.2f}  {clean(word.text)}")
        if not found.words and found.text:
            note("This engine gives no word times.")
    else:
        typer.echo(clean(found.text))
    if not found.text:
        note("No speech was heard in it.")


def transcribed(file: Path, stt: str | None, vocabulary: tuple[str, ...] = ()) -> Transcript:
    """Return the transcript of a sound file of any kind; raises BadInput or SpeechError."""
    from mockinterview import config, wiring
    from mockinterview.cli.hearing import what_is_left_out
    from mockinterview.speech.decoding import to_wav

    engine, told = wiring.speech_to_text(config.current(stt=stt))
    with tempfile.TemporaryDirectory(prefix="mockinterview-") as folder:
        wav = to_wav(file, Path(folder) / "sound.wav")
        note(told)
        found = engine.transcribe(wav, vocabulary)
    if left_out := what_is_left_out(found):
        note(left_out)
    return found


@app.command("hear")
def hear(
    session: Annotated[
        str | None, typer.Argument(help="Session id (default: every recording that waits).")
    ] = None,
    stt: SttOption = None,
) -> None:
    """Write down answers whose recording is kept and was not written down yet.

    Score them afterwards with: mockinterview regrade SESSION

    \b
    Example:
      mockinterview voice hear 4kx7
    """
    from mockinterview import config, wiring

    settings = config.current(stt=stt)
    with wiring.open_store() as store:
        waiting = _waiting(store, session)
        if not waiting:
            note("No recording is waiting.")
            return
        engine, told = wiring.speech_to_text(settings)
        note(told)
        folder = wiring.recordings(store)
        heard = [_hear_one(attempt, folder, engine, store) for attempt in waiting]
        for number in sorted({a.session_id for a, ok in zip(waiting, heard, strict=True) if ok}):
            note(f"Score now: mockinterview regrade {number}")
        if not all(heard):
            raise typer.Exit(int(ExitCode.FAILED))


def _waiting(store: Store, session: str | None) -> list[Attempt]:
    ids = [session] if session else [row.id for row in store.sessions()]
    return [attempt for i in ids for attempt in store.session(i).attempts if attempt.waits]


def _hear_one(attempt: Attempt, folder: Path, engine: SpeechToText, store: Store) -> bool:
    """Write down what waits of one answer and its replies; keep each as soon as it is there."""
    done = True
    if attempt.unheard and attempt.spoken is not None:
        heard = _written_down(attempt, attempt.spoken, folder, engine)
        if heard is not None:
            text, spoken = heard
            store.save_answer(attempt.model_copy(update={"answer": text, "spoken": spoken}))
        done = heard is not None
    turns = list(attempt.follow_ups)
    for number, turn in enumerate(turns):
        if not turn.unheard or turn.spoken is None:
            continue
        heard = _written_down(attempt, turn.spoken, folder, engine)
        if heard is not None:
            turns[number] = turn.model_copy(update={"answer": heard[0], "spoken": heard[1]})
            store.save_follow_ups(attempt.id, turns)
        done = done and heard is not None
    return done


def _written_down(
    attempt: Attempt, kept: Spoken, folder: Path, engine: SpeechToText
) -> tuple[str, Spoken] | None:
    from mockinterview.hearing import terms
    from mockinterview.speech.wavfile import mended
    from mockinterview.speechstats import delivery
    from mockinterview.text import clean

    path = folder / (kept.recording or "")
    try:
        seconds = mended(path)
        found = engine.transcribe(path, terms(attempt.question))
    except SpeechError as error:
        note(f"{attempt.question.id}: {error.message} {error.hint}")
        return None
    if not found.text.strip():
        note(f"{attempt.question.id}: no words were heard in {path}.")
        return None
    figures = delivery(found, attempt.question.minutes * 60)
    text = clean(found.text)
    note(f"{attempt.question.id}: {text}")
    update = {"transcript": found, "delivery": figures, "seconds": round(seconds, 1)}
    return text, kept.model_copy(update=update)
