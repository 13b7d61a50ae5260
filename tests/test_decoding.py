"""Sound files of every kind become 16 kHz mono; broken ones are told of by name."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import av
import pytest

from mockinterview.errors import BadInput
from mockinterview.speech.decoding import is_plain_wav, to_wav
from tests.test_wavfile import SPOKEN, samples

KINDS = [
    ("flac", "flac", 44_100, "stereo"),
    ("ogg", "libvorbis", 48_000, "stereo"),
    ("opus.ogg", "libopus", 48_000, "mono"),
    ("mp3", "libmp3lame", 44_100, "stereo"),
    ("m4a", "aac", 48_000, "stereo"),
    ("wav", "pcm_s16le", 48_000, "stereo"),
    ("float.wav", "pcm_f32le", 8_000, "mono"),
]


def encoded(target: Path, codec: str, rate: int, layout: str) -> Path:
    """Write the spoken sample in another form."""
    with av.open(str(SPOKEN)) as source, av.open(str(target), "w") as out:
        stream: Any = out.add_stream(codec, rate=rate)
        stream.layout = layout
        for frame in source.decode(audio=0):
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return target


@pytest.mark.parametrize(("suffix", "codec", "rate", "layout"), KINDS)
def test_every_form_is_read(
    tmp_path: Path, suffix: str, codec: str, rate: int, layout: str
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of av cannot write {codec}")
    source = encoded(tmp_path / f"a.{suffix}", codec, rate, layout)
    made = to_wav(source, tmp_path / "out.wav")
    sound, original = samples(made), samples(SPOKEN)
    assert abs(len(sound) - len(original)) < 0.15 * 2 * 16_000
    assert not is_plain_wav(source) and is_plain_wav(made)
    assert max(sound) > 0 and len(set(sound)) > 50


def test_a_plain_file_is_used_as_it_is(tmp_path: Path) -> None:
    assert to_wav(SPOKEN, tmp_path / "out.wav") == SPOKEN
    assert not (tmp_path / "out.wav").exists()


def silent_video(path: Path) -> bytes:
    with av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        for packet in [*stream.encode(av.VideoFrame(32, 32, "yuv420p")), *stream.encode(None)]:
            out.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["empty", "text", "cut header", "no frames", "video", "missing"])
def test_what_holds_no_sound_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.wav"
    if kind == "video":
        silent_video(tmp_path / "v.mp4")
        path = tmp_path / "v.mp4"
    elif kind == "no frames":
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
    elif kind != "missing":
        content = {"empty": b"", "text": b"hello " * 50, "cut header": SPOKEN.read_bytes()[:30]}
        path.write_bytes(content[kind])
    with pytest.raises(BadInput, match="cannot be read as sound") as told:
        to_wav(path, tmp_path / "out.wav")
    assert path.name in told.value.message and "MP3" in told.value.hint
