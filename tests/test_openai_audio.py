"""Hearing and speaking at a server: what is sent, what comes back, and every way it can fail."""

from __future__ import annotations

import io
import json
import socket
import wave
from pathlib import Path
from typing import Any

import pytest

from mockinterview.errors import SpeechError
from mockinterview.speech import openai_audio, pieces
from mockinterview.speech.openai_audio import OpenAITranscriber, OpenAIVoice
from mockinterview.speech.wavfile import RATE
from tests.fake_openai import Behaviour, FakeOpenAI, Reply, fails
from tests.test_wavfile import SPOKEN, samples


def transcript(text: str, **more: Any) -> Reply:
    """A transcription as OpenAI's verbose_json, with a word each half second."""
    words = [
        {"word": word, "start": i * 0.5, "end": i * 0.5 + 0.4}
        for i, word in enumerate(text.split())
    ]
    segments = [{"id": 0, "start": 0, "end": 5, "text": text, "avg_logprob": -0.2}]
    made = {"task": "transcribe", "language": "english", "duration": 5.0, "text": text}
    return Reply(json.dumps({**made, "words": words, "segments": segments, **more}))


def ear(server: FakeOpenAI, **options: Any) -> OpenAITranscriber:
    return OpenAITranscriber(
        api_key="sk-test", base_url=server.base_url, sleep=lambda _: None, **options
    )


def test_words_times_and_terms(tmp_path: Path) -> None:
    with FakeOpenAI([transcript("I moved the cache")]) as server:
        found = ear(server).transcribe(SPOKEN, ("gateway", "cache"))
    assert found.text == "I moved the cache" and found.engine == "openai"
    assert [word.start for word in found.words] == [0, 0.5, 1.0, 1.5]
    assert found.seconds == pytest.approx(3.17, abs=0.01) and not found.keeps_fillers
    assert found.confidence == pytest.approx(0.819, abs=0.001)
    sent = server.asked[0]
    assert sent.path == "/v1/audio/transcriptions"
    assert sent.headers["authorization"] == "Bearer sk-test"
    assert sent.body["model"] == "whisper-1" and sent.body["prompt"] == "gateway, cache"
    assert sent.body["response_format"] == "verbose_json"
    with wave.open(io.BytesIO(sent.body["file"])) as file:
        assert file.readframes(file.getnframes()) == samples(SPOKEN)


def test_a_long_recording_goes_in_pieces_cut_where_it_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_audio, "PIECE", 5)
    monkeypatch.setattr(pieces, "_SEARCH", 2)
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((samples(SPOKEN) + bytes(RATE)) * 3)
    with FakeOpenAI([transcript("one two")]) as server:
        found = ear(server).transcribe(path)
    sizes = []
    for request in server.asked:
        with wave.open(io.BytesIO(request.body["file"])) as file:
            sizes.append(file.getnframes())
    assert len(sizes) >= 3 and max(sizes) <= 5 * RATE
    assert sum(sizes) == 3 * (len(samples(SPOKEN)) // 2 + RATE // 2)
    starts = [word.start for word in found.words if word.text == "one"]
    assert starts == pytest.approx([sum(sizes[:i]) / RATE for i in range(len(sizes))], abs=0.001)


@pytest.mark.parametrize(
    ("behaviour", "said", "asked"),
    [
        (fails(401), "did not accept the key", 1),
        (fails(403), "does not allow", 1),
        (fails(404), "no such audio model", 1),
        (fails(413), "too long", 1),
        (fails(429), "too many requests", 3),
        (fails(429, "You exceeded your current quota", "insufficient_quota"), "no credit", 1),
        (fails(500), "fault of its own", 3),
        (fails(503), "fault of its own", 3),
        (fails(400), "could not take", 1),
        (Reply("<html>hello</html>", content_type="text/html"), "does not answer as", 1),
        (Reply('{"text": 5}'), "does not answer as", 1),
        (Reply('{"tex'), "", 1),
        (Reply("[]"), "does not answer as", 1),
    ],
)
def test_each_failure_is_told_and_leaves_the_recording(
    behaviour: Behaviour, said: str, asked: int
) -> None:
    before = SPOKEN.read_bytes()
    with FakeOpenAI([behaviour]) as server, pytest.raises(SpeechError) as told:
        ear(server).transcribe(SPOKEN)
    text = f"{told.value.message} {told.value.hint}"
    assert said in text and "sk-test" not in text and "127.0.0.1" in text and "kept" in text
    assert len(server.asked) >= asked
    assert SPOKEN.read_bytes() == before


def test_a_busy_server_is_asked_again() -> None:
    with FakeOpenAI([fails(429), fails(502), transcript("fine")]) as server:
        assert ear(server).transcribe(SPOKEN).text == "fine"
    assert len(server.asked) == 3


def test_a_slow_or_absent_server_is_told() -> None:
    with (
        FakeOpenAI([Reply("{}", delay=1.0)]) as server,
        pytest.raises(SpeechError, match="did not answer within"),
    ):
        ear(server, timeout=0.1).transcribe(SPOKEN)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    gone = OpenAITranscriber(api_key="k", base_url=url, sleep=lambda _: None)
    with pytest.raises(SpeechError, match="could not be reached"):
        gone.transcribe(SPOKEN)


def test_odd_words_are_left_out_and_text_is_enough() -> None:
    odd = [{"word": "a"}, {"word": 5, "start": 0, "end": 1}, {"word": "b", "start": 1, "end": 0.5}]
    with FakeOpenAI(
        [transcript("a b", words=odd, segments=None), Reply('{"text": "c"}')]
    ) as server:
        first = ear(server).transcribe(SPOKEN)
        second = ear(server).transcribe(SPOKEN)
    assert [(word.text, word.start, word.end) for word in first.words] == [("b", 1, 1)]
    assert first.confidence is None
    assert second.text == "c" and second.words == ()


def test_a_file_that_is_no_recording_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFFnonsense")
    with FakeOpenAI([transcript("x")]) as server, pytest.raises(SpeechError, match=r"bad\.wav"):
        ear(server).transcribe(bad)
    assert server.asked == []


def test_the_voice_sends_the_question_and_streams_sound() -> None:
    sound = bytes(range(256)) * 100
    with FakeOpenAI([fails(500), Reply(sound, content_type="audio/pcm")]) as server:
        voice = OpenAIVoice(api_key="sk-test", base_url=server.base_url, sleep=lambda _: None)
        assert b"".join(voice.synthesize("Tell me about a mistake.")) == sound
        assert voice.sample_rate == 24_000
    assert server.asked[-1].body["input"] == "Tell me about a mistake."
    assert server.asked[-1].body["response_format"] == "pcm"
    with FakeOpenAI([fails(401)]) as server, pytest.raises(SpeechError, match="the key"):
        voice = OpenAIVoice(api_key="sk-test", base_url=server.base_url)
        list(voice.synthesize("Hello"))
