"""The voice commands and spoken answers from files, as a user meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import STORY, Run
from tests.fake_openai import FakeOpenAI, fails
from tests.test_decoding import encoded
from tests.test_openai_audio import transcript
from tests.test_sitting import Sitting
from tests.test_wavfile import SPOKEN


def without(folder: Path, *modules: str) -> dict[str, str]:
    """Return the environment of an interpreter in which these modules cannot be imported."""
    folder.mkdir()
    for name in modules:
        (folder / f"{name}.py").write_text(f"raise ImportError('no {name} here')")
    return {"PYTHONPATH": str(folder)}


def test_a_file_is_transcribed_as_text_words_and_json(run: Run, tmp_path: Path) -> None:
    m4a = encoded(tmp_path / "a.m4a", "aac", 48_000, "stereo")
    with FakeOpenAI([transcript("I moved the \x1b[31mcache")]) as server:
        run("config", "set", "audio_url", server.base_url)
        plain = run("voice", "transcribe", str(m4a), "--stt", "openai")
        words = run("voice", "transcribe", str(m4a), "--stt", "openai", "--words")
        data = run("voice", "transcribe", str(m4a), "--stt", "openai", "--json")
    assert plain.returncode == 0 and "I moved the" in plain.stdout and "\x1b" not in plain.stdout
    assert "Recordings are sent there" in plain.stderr and "127.0.0.1" in plain.stderr
    assert words.stdout.splitlines()[1].split() == ["0.50", "0.90", "moved"]
    found = json.loads(data.stdout)
    assert found["engine"] == "openai" and len(found["words"]) == 4


def test_a_spoken_answer_from_a_file_is_scored_kept_and_shown(run: Run, tmp_path: Path) -> None:
    with FakeOpenAI([transcript(STORY)]) as server:
        run("config", "set", "audio_url", server.base_url)
        options = ("--stt", "openai", "--judge", "offline")
        done = run("score", "owning-a-mistake", "--audio", str(SPOKEN), *options)
    assert done.returncode == 0, done.stderr
    assert "We heard" in done.stderr and "Feedback" in done.stdout
    kept = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert kept["answer"] == kept["spoken"]["transcript"]["text"] == STORY
    assert kept["spoken"]["delivery"]["words"] == len(STORY.split())
    shown = run("history", "show").stdout
    assert "not part of the score" in shown and "words a minute" in shown
    assert "How you said it" in shown


def test_the_same_words_spoken_or_typed_get_the_same_score(run: Run, tmp_path: Path) -> None:
    typed = tmp_path / "a.txt"
    typed.write_text(STORY)
    run("score", "owning-a-mistake", str(typed), "--judge", "offline")
    with FakeOpenAI([transcript(STORY)]) as server:
        run("config", "set", "audio_url", server.base_url)
        options = ("--stt", "openai", "--judge", "offline")
        run("score", "owning-a-mistake", "--audio", str(SPOKEN), *options)
    rows = [json.loads(line) for line in run("history", "export").stdout.splitlines()]
    levels = re.findall(r'"overall": ?([\d.]+)', json.dumps(rows))
    assert len(levels) >= 2 and len(set(levels)) == 1


def test_practice_from_files_one_for_each_question(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"not sound")
    ogg = encoded(tmp_path / "b.flac", "flac", 44_100, "stereo")
    with FakeOpenAI([transcript(STORY), transcript("PUT twice is the same as once.")]) as server:
        run("config", "set", "audio_url", server.base_url)
        asked = [f"--question={name}" for name in ("owning-a-mistake", "da-joins", "idempotency")]
        asked += ["--judge", "offline", "--stt", "openai"]
        files = [str(SPOKEN), str(broken), str(ogg)]
        given = [part for file in files for part in ("--audio", file)]
        done = run("practice", *asked, *given)
    assert "broken.mp3" in done.stderr and "cannot be read as sound" in done.stderr
    session = json.loads(run("history", "show", "--json").stdout)["session"]
    by_question = {a["question"]["id"]: a for a in session["attempts"]}
    assert by_question["owning-a-mistake"]["answer"] == STORY
    assert by_question["owning-a-mistake"]["spoken"]["delivery"]["words"] > 50
    assert by_question["idempotency"]["gradings"][0]["evaluation"]["overall"] >= 1
    assert by_question.get("da-joins", {"skipped": True})["skipped"]
    assert done.returncode == 7, done.stderr


def test_more_files_than_questions_is_wrong_use(run: Run) -> None:
    two = ("--audio", str(SPOKEN), "--audio", str(SPOKEN))
    done = run("practice", "--question", "idempotency", *two)
    assert done.returncode == 2 and "--audio" in done.stderr
    with_voice = run("practice", "--voice", "--audio", str(SPOKEN))
    assert with_voice.returncode == 2


def test_bad_files_and_silence_are_told(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"\x00" * 999)
    done = run("score", "idempotency", "--audio", str(bad), "--stt", "openai")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    with FakeOpenAI([transcript("")]) as server:
        run("config", "set", "audio_url", server.base_url)
        silent = run("score", "idempotency", "--audio", str(SPOKEN), "--stt", "openai")
    assert silent.returncode == 7 and "No speech was heard" in silent.stderr
    assert run("history", "list", "--json").stdout.count('"id"') == 0


def test_a_server_that_is_down_keeps_nothing_wrong(run: Run) -> None:
    with FakeOpenAI([fails(401)]) as server:
        run("config", "set", "audio_url", server.base_url)
        done = run("score", "idempotency", "--audio", str(SPOKEN), "--stt", "openai")
    assert done.returncode == 1 and "did not accept the key" in done.stderr


def test_no_terminal_no_spoken_interview(run: Run) -> None:
    done = run("practice", "--voice", "-n", "1")
    assert done.returncode == 2 and "terminal" in done.stderr and "--audio" in done.stderr


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [
        ("sounddevice", ["voice", "devices"]),
        ("sounddevice", ["voice", "check"]),
        ("faster_whisper", ["voice", "transcribe", str(SPOKEN), "--stt", "local"]),
    ],
)
def test_what_is_missing_is_named_with_what_to_install(
    run: Run, tmp_path: Path, missing: str, arguments: list[str]
) -> None:
    done = run(*arguments, env=without(tmp_path / "block", missing))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "pip install 'mockinterview[voice]'" in " ".join(done.stderr.split())


def test_practice_voice_without_the_extra_says_what_to_install(tmp_path: Path) -> None:
    env = without(tmp_path / "block", "sounddevice", "faster_whisper")
    there = Sitting(["practice", "--voice", "-n", "1"], **env)
    told = there.says("mockinterview[voice]")
    assert "Traceback" not in told
    assert there.ends() == 1


def test_no_portaudio_names_the_package_of_the_system(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "block"
    folder.mkdir()
    (folder / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    done = run("voice", "devices", env={"PYTHONPATH": str(folder)})
    assert done.returncode == 1
    assert "PortAudio is missing" in done.stderr and "libportaudio2" in done.stderr


def test_no_sound_device_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "block"
    folder.mkdir()
    # A machine without devices, as PortAudio tells of it.
    (folder / "sounddevice.py").write_text(
        "class PortAudioError(Exception): pass\n"
        "class default: device = (-1, -1)\n"
        "def query_devices(*a): return []\n"
    )
    listed = run("voice", "devices", env={"PYTHONPATH": str(folder)})
    assert listed.returncode == 1 and "No sound device" in listed.stderr
    checked = run("voice", "check", env={"PYTHONPATH": str(folder)})
    assert checked.returncode == 1 and "no microphone" in checked.stderr


def test_what_an_engine_repeats_over_and_over_is_left_out_and_told(
    run: Run, tmp_path: Path
) -> None:
    """The engine is a stand-in that loops on its second segment, as Whisper does on noise."""
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "faster_whisper.py").write_text(
        "from types import SimpleNamespace as S\n"
        "class WhisperModel:\n"
        "    def __init__(self, *a, **k): pass\n"
        "    def transcribe(self, *a, **k):\n"
        "        def piece(text, start, end, ratio):\n"
        "            word = S(word=text, start=start, end=end, probability=0.9)\n"
        "            return S(text=text, start=start, end=end, words=[word], avg_logprob=-0.2,\n"
        "                     no_speech_prob=0.1, compression_ratio=ratio)\n"
        "        found = [piece(' I fixed it.', 0, 2, 1.1), piece(' um' * 90, 2, 9, 9.0)]\n"
        "        return iter(found), None\n"
    )
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "model.bin").write_bytes(b"weights")
    env = {"PYTHONPATH": str(folder), "MOCKINTERVIEW_WHISPER": str(tmp_path / "base")}
    done = run("voice", "transcribe", str(SPOKEN), "--stt", "local", "--json", env=env)
    found = json.loads(done.stdout)
    assert found["text"] == "I fixed it." and found["left_out"] == 7
    assert "7 s are left out" in done.stderr
