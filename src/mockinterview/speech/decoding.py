"""Turns WAV, FLAC, OGG, MP3 and M4A of any rate into 16 kHz mono, for the engines."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockinterview.errors import BadInput, SpeechError

RATE = 16_000
#: How to get what sound needs; every message about a missing part ends with it.
INSTALL = "Install it with: pip install 'mockinterview[voice]'"


def to_wav(source: Path, target: Path) -> Path:
    """Write ``source`` as 16-bit, 16 kHz, mono WAV to ``target`` and return the file to use.

    A file that is in this form already is returned as it is.

    Raises:
        BadInput: the file cannot be read or holds no sound we can decode.
        SpeechError: the decoder is not installed.
    """
    if is_plain_wav(source):
        return source
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for chunk in _decoded(source):
            out.writeframesraw(chunk)
    with wave.open(str(target), "rb") as made:
        if made.getnframes() == 0:
            raise _unreadable(source, "it holds no sound")
    return target


def is_plain_wav(path: Path) -> bool:
    """Tell whether ``path`` is 16-bit, 16 kHz, mono WAV already."""
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            return form == (1, 2, RATE) and file.getnframes() > 0
    except (wave.Error, EOFError, OSError):
        return False


def _decoded(source: Path) -> Iterator[bytes]:
    try:
        import av
        from av.audio.resampler import AudioResampler
    except ImportError as error:
        raise SpeechError("Reading audio files needs the package av.", INSTALL) from error
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with _faults_of(source, av.error.FFmpegError), av.open(str(source), mode="r") as container:
        if not container.streams.audio:
            raise _unreadable(source, "it holds no sound")
        for frame in container.decode(audio=0):
            for made in resampler.resample(frame):
                yield made.to_ndarray().tobytes()
        for made in resampler.resample(None):
            yield made.to_ndarray().tobytes()


@contextmanager
def _faults_of(source: Path, decoder_error: type[Exception]) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # FFmpeg's own file errors are OSErrors too
        raise _unreadable(source, error.strerror or str(error)) from error
    except decoder_error as error:
        raise _unreadable(source, str(error)) from error


def _unreadable(source: Path, why: str) -> BadInput:
    return BadInput(
        f"{source} cannot be read as sound: {why}.",
        "Give a WAV, FLAC, OGG, MP3 or M4A file that plays in other programs.",
    )
