"""Cuts a long recording into pieces, where nobody speaks."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

from mockinterview.errors import SpeechError

#: Around a cut, the quietest tenth of a second in this many seconds is taken.
_SEARCH, _WINDOW = 20, 0.1


def pieces(recording: Path, most: int) -> Iterator[tuple[float, float, bytes]]:
    """Yield (start, length, WAV bytes) of parts of at most ``most`` seconds, cut where it is quiet.

    Raises:
        SpeechError: the file is no WAV file.
    """
    try:
        with wave.open(str(recording), "rb") as file:
            rate, left = file.getframerate(), file.getnframes()
            start = 0
            while left > 0:
                frames = file.readframes(min(left, most * rate))
                if left > most * rate:
                    frames = frames[: 2 * _quiet(frames, rate)]
                    file.setpos(start + len(frames) // 2)
                count = len(frames) // 2
                if not count:
                    return
                yield start / rate, count / rate, _as_wav(frames, rate)
                start, left = start + count, left - count
    except (wave.Error, EOFError, OSError) as error:
        raise SpeechError(f"The recording {recording} cannot be read: {error}.") from error


def _quiet(frames: bytes, rate: int) -> int:
    """Return the sample near the end where it is quietest: a word is not cut in two there."""
    import numpy as np

    samples = np.frombuffer(frames, dtype="<i2").astype(np.float32)
    size = int(_WINDOW * rate)
    first = max(0, len(samples) - _SEARCH * rate)
    tail = samples[first : first + (len(samples) - first) // size * size].reshape(-1, size)
    return first + int((tail**2).mean(axis=1).argmin()) * size + size // 2


def _as_wav(frames: bytes, rate: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(frames)
    return made.getvalue()
