"""A WAV file that can be read at any moment of its making, even after a crash."""

from __future__ import annotations

import os
import struct
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

from mockinterview.errors import SpeechError

RATE = 16_000
_HEADER = 44
#: The header is brought up to date after so many bytes (half a second).
_UPDATE = RATE


class StreamingWav:
    """Writes 16-bit mono PCM to ``path`` as it comes; the header is true every half second.

    The file is readable by its owner alone.

    Raises:
        SpeechError: the file cannot be made or written; what was written stays readable.
    """

    def __init__(self, path: Path, rate: int = RATE) -> None:
        self.path, self._rate = path, rate
        self._written = self._told = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(handle, "wb", buffering=0)
            self._file.write(_header(0, rate))
        except OSError as error:
            raise _unwritable(path, error) from error

    @property
    def seconds(self) -> float:
        """Seconds of sound written so far."""
        return self._written / 2 / self._rate

    def write(self, samples: bytes) -> None:
        """Append samples; raises SpeechError when the disk is full or the file is gone."""
        try:
            view = memoryview(samples)
            while view:
                count = self._file.write(view)
                self._written += count
                view = view[count:]
            if self._written - self._told >= _UPDATE:
                self._tell()
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Finish the header; closing twice is fine."""
        if self._file.closed:
            return
        try:
            self._tell()
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            self._file.close()

    def _tell(self) -> None:
        # Overwriting 44 bytes needs no new space, so this works on a full disk too.
        whole = self._written - self._written % 2
        self._file.seek(0)
        self._file.write(_header(whole, self._rate))
        self._file.seek(_HEADER + self._written)
        self._told = self._written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def mended(path: Path) -> float:
    """Make the header of a recording say what the file holds; return its length in seconds.

    After a crash up to half a second stands behind what the header tells of.

    Raises:
        SpeechError: the file is no recording of ours or cannot be read.
    """
    try:
        held = path.stat().st_size - _HEADER
        with wave.open(str(path), "rb") as file:
            told, rate = 2 * file.getnframes(), file.getframerate()
        held -= held % 2
        if held > told:
            with path.open("r+b") as file:
                file.write(_header(held, rate))
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(
            f"The recording {path} cannot be read: {error}.", "Play it to hear what is in it."
        ) from error
    return max(held, told) / 2 / rate


def _header(size: int, rate: int) -> bytes:
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", size,
    )  # fmt: skip


def _unwritable(path: Path, error: OSError) -> SpeechError:
    return SpeechError(
        f"The recording {path} could not be written: {error.strerror or error}.",
        "What was recorded before is kept. Make room on the disk, or answer in writing.",
    )
