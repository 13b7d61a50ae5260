"""A sound card for tests, in the place of the package sounddevice: its microphone plays a file.

SOUNDCARD_FILE is the WAV file (16 kHz mono); silence follows it. With SOUNDCARD_STEREO=1 the card
knows 48 kHz stereo alone, as many do. While the file SOUNDCARD_BROKEN exists it cannot be opened.
"""

from __future__ import annotations

import os
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any


class PortAudioError(Exception):
    """What PortAudio reports."""


class default:
    device = (0, 0)


_RATE = 48_000 if os.environ.get("SOUNDCARD_STEREO") == "1" else 16_000


def query_devices(device: Any = None, kind: str = "") -> Any:
    row = {
        "name": "A card for tests",
        "max_input_channels": 2 if _RATE == 48_000 else 1,
        "max_output_channels": 1,
        "default_samplerate": float(_RATE),
    }
    return row if kind else [row]


def _sound() -> bytes:
    with wave.open(os.environ["SOUNDCARD_FILE"], "rb") as file:
        mono = file.readframes(file.getnframes())
    if _RATE == 16_000:
        return mono
    # Each sample three times on both channels: 48 kHz stereo of the same sound.
    return b"".join(mono[at : at + 2] * 6 for at in range(0, len(mono), 2))


class RawInputStream:
    def __init__(
        self,
        rate: int,
        size: int,
        device: Any,
        *,
        channels: int,
        dtype: str,
        callback: Callable[[bytes, int, Any, Any], None],
    ) -> None:
        if Path(os.environ.get("SOUNDCARD_BROKEN", "/nonexistent")).exists():
            raise PortAudioError("Device unavailable")
        if (rate, channels) != (_RATE, 1 if _RATE == 16_000 else 2):
            raise PortAudioError("Invalid sample rate")
        self._step = (size or 1024) * channels * 2
        self._callback = callback
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        sound, at = _sound(), 0
        while not self._done.is_set():
            block = sound[at : at + self._step].ljust(self._step, b"\0")
            self._callback(block, len(block) // 2, None, None)
            at += self._step
            if at > len(sound):
                self._done.wait(0.02)

    def start(self) -> None:
        self._thread.start()

    def abort(self) -> None:
        self._done.set()

    def close(self) -> None:
        self._thread.join(2)


class RawOutputStream:
    def __init__(self, rate: int, *, channels: int, dtype: str, device: Any) -> None:
        self.written = 0

    def __enter__(self) -> RawOutputStream:
        return self

    def __exit__(self, *about: object) -> None:
        return None

    def write(self, data: bytes) -> None:
        self.written += len(data)

    def abort(self) -> None:
        return None
