"""What an engine is told beforehand, and what becomes of answers nobody could write down."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from mockinterview.hearing import terms
from mockinterview.model import Attempt, Plan, PlannedQuestion, Question
from mockinterview.spoken import Spoken
from mockinterview.stores.sqlite import SqliteStore
from mockinterview.wiring import load_bank, recordings
from tests.conftest import STORY, Run
from tests.fake_openai import FakeOpenAI, fails
from tests.test_openai_audio import transcript
from tests.test_wavfile import SPOKEN


def test_the_terms_of_the_field_come_first(home: Path) -> None:
    question = load_bank().questions["idempotency"]
    found = terms(question)
    assert "POST" in found[:10] and any(word.startswith("idempot") for word in found)
    assert len(found) <= 40 and len(set(map(str.lower, found))) == len(found)
    assert not {"the", "and", "what", "does"} & set(found)
    assert terms(Question(id="x", category="common", text="Tell me about you.")) == ()


def left_unheard(home: Path, *, audio: bool = True) -> Attempt:
    """A session whose answer was recorded, and then the engine failed."""
    question = load_bank().questions["owning-a-mistake"]
    now = datetime.now(UTC)
    with SqliteStore(home / "history.db") as store:
        plan = Plan(questions=(PlannedQuestion(question=question),), role="nurse")
        store.create_session("s1", now, plan)
        attempt = Attempt(
            id="a1",
            session_id="s1",
            position=0,
            question=question,
            answer="",
            asked_at=now,
            answered_at=now,
            spoken=Spoken(recording="a1.wav"),
        )
        store.save_answer(attempt)
        folder = recordings(store)
    if audio:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(SPOKEN, folder / "a1.wav")
    assert attempt.unheard
    return attempt


def test_what_was_not_heard_is_never_graded(run: Run, home: Path) -> None:
    left_unheard(home)
    done = run("regrade", "s1", "--judge", "offline")
    shown = json.loads(run("history", "show", "s1", "--json").stdout)
    gradings = shown["session"]["attempts"][0]["gradings"]
    assert all(grading["evaluation"] is None for grading in gradings)
    assert "recording" in (done.stdout + done.stderr).lower()
    assert "recording" in run("history", "show", "s1").stdout.lower()


def test_it_is_written_down_later_and_then_scored(run: Run, home: Path) -> None:
    left_unheard(home)
    words = STORY
    with FakeOpenAI([fails(500), fails(500), fails(500), transcript(words)]) as server:
        run("config", "set", "audio_url", server.base_url)
        down = run("voice", "hear", "--stt", "openai")
        assert down.returncode == 1 and "fault of its own" in down.stderr
        assert "kept" in down.stderr
        done = run("voice", "hear", "--stt", "openai")
        assert done.returncode == 0 and words in " ".join(done.stderr.split())
        assert "mockinterview regrade s1" in done.stderr
    scored = run("regrade", "s1", "--judge", "offline", "--json")
    attempt = json.loads(scored.stdout)["session"]["attempts"][0]
    assert attempt["answer"] == words and attempt["spoken"]["transcript"]["text"] == words
    assert attempt["gradings"][0]["evaluation"]["overall"] > 1
    assert "No recording is waiting" in run("voice", "hear").stderr


def test_a_recording_that_is_gone_is_named(run: Run, home: Path) -> None:
    left_unheard(home, audio=False)
    with FakeOpenAI([transcript("words")]) as server:
        run("config", "set", "audio_url", server.base_url)
        done = run("voice", "hear", "s1", "--stt", "openai")
    assert done.returncode == 1 and "a1.wav" in done.stderr and server.asked == []
