"""Records an answer: every block goes to the disk first, then to the meter."""

from __future__ import annotations

import math
from array import array
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import NamedTuple

from mockinterview.speech.silence import SpeechGate
from mockinterview.speech.wavfile import RATE, StreamingWav

#: What the meter calls silence and full, in decibels below the loudest possible sound.
QUIET, LOUD = -60.0, 0.0
#: A recording whose loudest block stays below this was made with a muted or wrong microphone.
TOO_QUIET = -50.0


class Tick(NamedTuple):
    """The state of a recording after one block: seconds so far, level in dB, seconds of silence."""

    seconds: float
    level: float
    silent_for: float


def record(blocks: Iterable[bytes], path: Path, gate: SpeechGate | None = None) -> Generator[Tick]:
    """Write 16 kHz mono PCM to ``path`` block by block, yielding the state after each.

    Stop by closing the iterator; the file is whole at every moment. ``gate`` measures silence.

    Raises:
        SpeechError: the source or the disk failed; what was recorded before is kept.
    """
    with StreamingWav(path, RATE) as file:
        for block in blocks:
            file.write(block)
            if gate is not None:
                gate.feed(block)
            yield Tick(file.seconds, level(block), gate.silent_for if gate else 0.0)


def level(block: bytes) -> float:
    """Return the loudness of a block in dB of full scale, from -96 (nothing) to 0."""
    samples = array("h", block[: len(block) - len(block) % 2])
    if not samples:
        return -96.0
    power = sum(sample * sample for sample in samples) / len(samples)
    return max(-96.0, 10 * math.log10(power / 32768**2)) if power else -96.0


def meter(decibels: float, width: int = 20) -> str:
    """Return a bar of ``width`` characters for a level between `QUIET` and `LOUD`."""
    share = (min(LOUD, max(QUIET, decibels)) - QUIET) / (LOUD - QUIET)
    full = round(share * width)
    return "█" * full + "·" * (width - full)
