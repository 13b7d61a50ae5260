"""A recording is whole at every moment: after kill -9, on a full disk, at any block size."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockinterview.errors import SpeechError
from mockinterview.speech.recording import Tick, level, meter, record
from mockinterview.speech.silence import SpeechGate
from mockinterview.speech.wavfile import RATE, StreamingWav, mended

SPOKEN = Path(__file__).parent / "data" / "spoken.wav"
SECOND = bytes(2 * RATE)


def samples(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return file.readframes(file.getnframes())


def blocks(sound: bytes, size: int = 1024) -> list[bytes]:
    return [sound[start : start + size] for start in range(0, len(sound), size)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=5000), max_size=12))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("wav") / "a.wav"
    with StreamingWav(path) as file:
        for part in parts:
            file.write(part)
        assert file.seconds == sum(map(len, parts)) / 2 / RATE
    file.close()
    whole = b"".join(parts)
    assert samples(path) == whole[: len(whole) - len(whole) % 2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_kill_9_costs_nothing_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from mockinterview.speech.wavfile import StreamingWav\n"
        "file = StreamingWav(Path(sys.argv[1]))\n"
        "for _ in range(100): file.write(b'\\x01\\x02' * 700)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert died.returncode == -9
    told = len(samples(path))
    assert 0 < 140_000 - told <= RATE  # at most half a second stands behind the header
    assert mended(path) == pytest.approx(70_000 / RATE)
    assert samples(path) == b"\x01\x02" * 70_000
    assert mended(path) == pytest.approx(70_000 / RATE)


def test_a_full_disk_is_told_and_what_was_recorded_stays(tmp_path: Path) -> None:
    path = tmp_path / "full.wav"
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from mockinterview.errors import SpeechError\n"
        "from mockinterview.speech.recording import record\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    for _ in record([b'\\1\\2' * 512] * 500, Path(sys.argv[1])): pass\n"
        "except SpeechError as error: print(error.message, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True
    )
    assert "could not be written" in done.stdout and "kept" in done.stdout
    assert 0 < mended(path) <= 100_000 / 2 / RATE


def test_the_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SpeechError, match="could not be written"):
        StreamingWav(blocked / "a.wav")
    with pytest.raises(SpeechError, match="cannot be read"):
        mended(tmp_path / "missing.wav")


def test_stopping_early_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "early.wav"
    ticks = record(blocks(samples(SPOKEN)), path)
    seen = [next(ticks) for _ in range(40)]
    ticks.close()
    assert len(samples(path)) == 40 * 1024
    assert seen[-1].seconds == pytest.approx(40 * 512 / RATE)
    assert max(tick.level for tick in seen) > -40


def test_the_level_is_in_decibels_of_full_scale() -> None:
    assert level(b"") == level(SECOND) == -96.0
    assert level(b"\xff\x7f" * 100) == pytest.approx(0, abs=0.01)
    assert level(b"\x00\x40" * 100) == pytest.approx(-6.02, abs=0.01)
    assert meter(0.0, 10) == "█" * 10 and meter(-96.0, 10) == "·" * 10
    assert len(meter(-30.0, 10)) == 10


def ends(sound: bytes, size: int = 1024) -> list[Tick]:
    return list(record(blocks(sound, size), Path(os.devnull), SpeechGate()))


@pytest.mark.parametrize("size", [320, 1024, 3000])
def test_silence_counts_from_the_last_word_and_never_before_the_first(size: int) -> None:
    speech = samples(SPOKEN)
    told = ends(SECOND * 3 + speech + SECOND * 5, size)
    spoken = 3 + len(speech) / 2 / RATE
    assert all(tick.silent_for == 0 for tick in told if tick.seconds < 3)
    stopped = next(tick.seconds for tick in told if tick.silent_for >= 4)
    assert spoken + 4 - 0.6 <= stopped <= spoken + 4 + 0.4
    assert all(tick.silent_for < 1 for tick in told if 3.2 < tick.seconds < spoken - 0.2)


def test_noise_and_silence_are_no_speech() -> None:
    import random

    rng = random.Random(1)
    hiss = b"".join(rng.randint(-300, 300).to_bytes(2, "little", signed=True) for _ in range(48000))
    for sound in (SECOND * 3, hiss):
        gate = SpeechGate()
        gate.feed(sound)
        assert not gate.heard and gate.silent_for == 0
