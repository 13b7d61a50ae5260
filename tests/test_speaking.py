"""An interview by voice at a terminal, with a sound card that plays a file (tests/soundcard)."""

from __future__ import annotations

import json
import stat
import wave
from pathlib import Path
from typing import Any

import pytest

from mockinterview.stores.sqlite import SqliteStore
from tests.conftest import Run
from tests.fake_openai import FakeOpenAI, Reply, fails
from tests.test_openai_audio import transcript
from tests.test_sitting import Sitting
from tests.test_wavfile import SPOKEN

CARD = Path(__file__).parent / "soundcard"
PRACTICE = (
    *("practice", "--voice", "--mute", "--stt", "openai", "--judge", "offline"),
    *("--question", "owning-a-mistake"),
)
SAID = "Um we sent a wrong invoice to forty customers last May"
REPLIED = "I called every customer myself and wrote a checklist and it never came back"
ASKS = "Press Enter and speak"


class Heard:
    """A server that hears what it is told to, and the terminal that speaks with it."""

    def __init__(self, run: Run, server: FakeOpenAI, **env: str) -> None:
        run("config", "set", "audio_url", server.base_url)
        self._env = {"PYTHONPATH": str(CARD), "SOUNDCARD_FILE": str(SPOKEN), **env}

    def sits(self, *more: str, **env: str) -> Sitting:
        there = Sitting([*PRACTICE, *more], **{**self._env, **env})
        there.child.timeout = 30
        return there

    def resumes(self, *arguments: str) -> Sitting:
        there = Sitting(list(arguments), **self._env)
        there.child.timeout = 30
        return there


def speak(there: Sitting) -> None:
    there.says(ASKS)
    there.types("")
    there.says("Enter ends")
    there.types("")
    there.says("Recorded 0:0")


@pytest.fixture
def wavs(home: Path) -> Any:
    return lambda: sorted(home.rglob("*.wav"))


def first_attempt(run: Run) -> dict[str, Any]:
    shown = json.loads(run("history", "show", "--json").stdout)
    attempt: dict[str, Any] = shown["session"]["attempts"][0]
    return attempt


def quits(there: Sitting) -> None:
    there.types("/quit")
    there.says("A recording waits to be written down: mockinterview voice hear")
    there.ends()


def test_a_follow_up_is_spoken_and_both_recordings_go_with_the_score(run: Run, wavs: Any) -> None:
    with FakeOpenAI([transcript(SAID), transcript(REPLIED)]) as server:
        there = Heard(run, server).sits("--follow-ups", "1")
        for words in ("invoice", "checklist"):
            speak(there)
            there.says(words)
            there.says("that is what I said")
            there.types("")
        there.says("Feedback")
        there.says("go on")
        there.types("")
        there.types("/quit")
        there.ends()
    attempt = first_attempt(run)
    (turn,) = attempt["follow_ups"]
    assert attempt["answer"] == SAID and turn["answer"] == REPLIED
    assert turn["spoken"]["transcript"]["text"] == REPLIED
    assert attempt["spoken"]["recording"] is None and turn["spoken"]["recording"] is None
    assert wavs() == []


def test_a_reply_nobody_could_write_down_is_found_and_written_later(run: Run, wavs: Any) -> None:
    down = [fails(401)]
    with FakeOpenAI([transcript(SAID), *down, transcript(REPLIED)]) as server:
        there = Heard(run, server).sits("--follow-ups", "1")
        speak(there)
        there.says("that is what I said")
        there.types("")
        speak(there)
        there.says("leave it for later")
        quits(there)
        assert len(wavs()) == 2
        shown = run("history", "show").stdout
        assert "waits to be written down" in " ".join(shown.split())
        later = run("voice", "hear", "--stt", "openai")
    assert later.returncode == 0 and "checklist" in later.stderr, later.stderr
    attempt = first_attempt(run)
    assert attempt["answer"] == SAID and attempt["follow_ups"][0]["answer"] == REPLIED
    run("regrade", attempt["session_id"], "--judge", "offline")
    graded = first_attempt(run)["gradings"][-1]["evaluation"]
    assert graded is not None
    run("history", "delete", "--all", "--yes")
    assert wavs() == []


def test_deleting_one_session_takes_the_recordings_of_its_replies(
    run: Run, home: Path, wavs: Any
) -> None:
    with FakeOpenAI([transcript(SAID), transcript(REPLIED)]) as server:
        there = Heard(run, server).sits("--follow-ups", "1", "--keep-audio")
        for _ in range(2):
            speak(there)
            there.says("that is what I said")
            there.types("")
        there.says("recording is kept")
        there.says("go on")
        there.types("")
        there.types("/quit")
        there.ends()
    with SqliteStore(home / "history.db") as store:
        (session,) = store.sessions()
        (attempt,) = store.session(session.id).attempts
    assert sorted(attempt.recordings) == [file.name for file in wavs()]
    run("history", "delete", session.id, "--yes")
    assert wavs() == []


def test_a_reply_that_waits_is_heard_when_the_sitting_goes_on(run: Run, wavs: Any) -> None:
    with FakeOpenAI([transcript(SAID), fails(401), transcript(REPLIED)]) as server:
        heard = Heard(run, server)
        there = heard.sits("--follow-ups", "1")
        speak(there)
        there.says("that is what I said")
        there.types("")
        speak(there)
        there.says("leave it for later")
        quits(there)
        run("config", "set", "stt", "openai")
        again = heard.resumes("resume", "--voice", "--mute")
        again.says("A recording waits for question 1")
        again.says("checklist")
        again.says("that is what I said")
        again.types("")
        again.says("Feedback")
        again.says("Your questions")
        again.types("")
        again.ends()
    assert first_attempt(run)["follow_ups"][0]["answer"] == REPLIED


def test_silence_deletes_nothing_until_it_is_given_up(run: Run, wavs: Any) -> None:
    with FakeOpenAI([transcript(""), transcript(""), transcript(SAID)]) as server:
        there = Heard(run, server).sits("--follow-ups", "0")
        speak(there)
        there.says("No words were heard")
        there.says("leave it for later")
        (first,) = wavs()
        there.types("/play")
        there.says("leave it for later")
        there.types("")
        there.says("No words were heard")
        there.says("leave it for later")
        assert wavs() == [first]
        there.types("/again")
        speak(there)
        there.says("invoice")
        (second,) = wavs()
        assert second != first
        there.says("that is what I said")
        quits(there)
    assert wavs() == [second]


def test_a_corrected_transcript_keeps_both_versions(run: Run, tmp_path: Path, home: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/invoice/contract/' \"$1\"\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    unsure = Reply(str(transcript(SAID).body).replace("-0.2", "-1.2"))
    with FakeOpenAI([unsure]) as server:
        there = Heard(run, server).sits("--follow-ups", "0", VISUAL=str(editor), EDITOR=str(editor))
        speak(there)
        there.says("not sure of these words")
        there.says("/edit corrects it")
        there.types("/edit")
        there.says("contract")
        there.says("/edit corrects it")
        there.types("")
        there.says("Feedback")
        there.says("go on")
        there.types("")
        there.types("/quit")
        there.ends()
    attempt = first_attempt(run)
    assert attempt["answer"] == SAID.replace("invoice", "contract")
    assert attempt["spoken"]["transcript"]["text"] == SAID


def test_a_card_that_knows_48_khz_stereo_alone(run: Run, wavs: Any) -> None:
    with FakeOpenAI([transcript(SAID)]) as server:
        there = Heard(run, server, SOUNDCARD_STEREO="1").sits("--follow-ups", "0", "--keep-audio")
        there.says(ASKS)
        there.types("")
        there.says("0:05")  # the card gives the sound faster than it was spoken
        there.types("")
        there.says("that is what I said")
        there.types("")
        there.says("Feedback")
        there.says("go on")
        there.types("")
        there.types("/quit")
        there.ends()
    (file,) = wavs()
    with wave.open(str(file)) as made, wave.open(str(SPOKEN)) as given:
        assert (made.getframerate(), made.getnchannels()) == (16_000, 1)
        kept, whole = (f.readframes(f.getnframes()) for f in (made, given))
    assert len(kept) > len(whole)

    def loudness(sound: bytes) -> float:
        samples = memoryview(sound[: len(whole)]).cast("h")
        return float(sum(abs(sample) for sample in samples)) / len(samples)

    assert loudness(kept) == pytest.approx(loudness(whole), rel=0.1)


def test_a_microphone_that_fails_first_costs_nothing(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.touch()
    with FakeOpenAI([transcript(SAID)]) as server:
        there = Heard(run, server, SOUNDCARD_BROKEN=str(broken)).sits("--follow-ups", "0")
        there.says(ASKS)
        there.types("")
        there.says("cannot be used")
        broken.unlink()
        speak(there)
        there.says("invoice")
        there.says("that is what I said")
        there.types("")
        there.says("Feedback")
        there.child.close(force=True)
    assert first_attempt(run)["answer"] == SAID
