"""Hearing and speaking through OpenAI's audio service, or a server that speaks like it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockinterview.speech import faults
from mockinterview.speech.pieces import pieces
from mockinterview.spoken import SpokenWord, Transcript

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

OPENAI_URL = "https://api.openai.com/v1"
#: The model of OpenAI's that gives the time of each word.
HEARING_MODEL, VOICE_MODEL, VOICE = "whisper-1", "gpt-4o-mini-tts", "alloy"
#: Seconds in one upload: 25 MB is the service's limit, some 13 minutes of 16 kHz WAV.
PIECE = 600
_RETRIES, _FIRST_WAIT, _LONGEST_WAIT = 2, 0.5, 8.0


class _Client:
    """One server with one key; the key goes nowhere else and is never shown."""

    def __init__(
        self,
        base_url: str | None,
        api_key: str,
        timeout: float,
        sleep: Callable[[float], None],
    ) -> None:
        self.base_url = base_url or OPENAI_URL
        self._key, self._timeout, self._sleep = api_key, timeout, sleep
        self._made: OpenAI | None = None

    def __call__(self) -> OpenAI:
        if self._made is None:
            import openai

            own = self.base_url == OPENAI_URL
            self._made = openai.OpenAI(
                api_key=self._key,
                admin_api_key="",
                webhook_secret="",
                base_url=self.base_url,
                timeout=self._timeout,
                max_retries=0,
                http_client=openai.DefaultHttpxClient(
                    follow_redirects=False,
                    event_hooks={"request": [self._strip]},
                    trust_env=own,
                ),
            )
            if not own:
                self._made.organization = self._made.project = None
        return self._made

    def _strip(self, request: httpx2.Request) -> None:
        # Headers of OPENAI_CUSTOM_HEADERS are meant for OpenAI alone.
        if self.base_url != OPENAI_URL:
            for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n"):
                name = line.partition(":")[0].strip().lower()
                if name not in ("", "host", "content-type", "content-length"):
                    request.headers.pop(name, None)
        request.headers["Authorization"] = f"Bearer {self._key}"

    def tried(self, call: Callable[[], Any]) -> Any:
        """Return what ``call`` returns, after retries where the server asks to wait."""
        import openai

        for retried in range(_RETRIES + 1):
            try:
                return call()
            except openai.APIStatusError as error:
                failure, again = faults.from_status(error, self.base_url)
            except openai.APIConnectionError as error:
                failure, again = faults.from_connection(error, self.base_url, self._timeout), True
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                failure, again = faults.broken_reply(self.base_url), True
                failure.__cause__ = error
            if not again or retried == _RETRIES:
                raise failure
            self._sleep(min(_FIRST_WAIT * 2**retried, _LONGEST_WAIT))
        raise AssertionError("the loop above returns or raises")


class OpenAITranscriber:
    """Transcribes at a server; long recordings go in pieces, cut where it is quiet."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        model: str = "",
        timeout: float = 120,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = _Client(base_url, api_key, timeout, sleep)
        self._model = model or HEARING_MODEL

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "openai"

    def transcribe(self, recording: Path, vocabulary: Sequence[str] = ()) -> Transcript:
        """Return what is said in ``recording``; word times where the server gives them.

        Raises:
            SpeechError: the server cannot be reached, refuses, or its reply is no transcript.
        """
        texts: list[str] = []
        words: list[SpokenWord] = []
        sure: list[float] = []
        whole = 0.0
        for start, seconds, piece in pieces(recording, PIECE):
            reply = self._client.tried(partial(self._ask, piece, vocabulary))
            found = _fields(reply, self._client.base_url)
            texts.append(str(found["text"]).strip())
            words += _words(found.get("words"), start)
            sure += _probabilities(found.get("segments"))
            whole = start + seconds
        return Transcript(
            text=" ".join(text for text in texts if text),
            words=tuple(words),
            seconds=round(whole, 2),
            engine=self.name,
            model=self._model,
            confidence=round(sum(sure) / len(sure), 3) if sure else None,
            # The service tidies speech: "um" and "uh" are left out without notice.
            keeps_fillers=False,
        )

    def _ask(self, piece: bytes, vocabulary: Sequence[str]) -> Any:
        told: dict[str, Any] = {"prompt": ", ".join(vocabulary)} if vocabulary else {}
        return self._client().audio.transcriptions.create(
            model=self._model,
            file=("answer.wav", piece, "audio/wav"),
            language="en",
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
            **told,
        )


class OpenAIVoice:
    """Speaks with a voice of the server; the text of the question is sent there."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        model: str = "",
        voice: str = "",
        timeout: float = 60,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = _Client(base_url, api_key, timeout, sleep)
        self._model, self._voice = model or VOICE_MODEL, voice or VOICE

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "openai"

    @property
    def sample_rate(self) -> int:
        """Samples per second of what `synthesize` yields."""
        return 24_000

    def synthesize(self, text: str) -> Iterator[bytes]:
        """Yield 16-bit mono PCM of ``text`` as it arrives.

        Raises:
            SpeechError: the server cannot be reached or refuses.
        """
        import openai

        stream = self._client.tried(
            lambda: (
                self._client()
                .audio.speech.with_streaming_response.create(
                    model=self._model, voice=self._voice, input=text, response_format="pcm"
                )
                .__enter__()
            )
        )
        try:
            yield from stream.iter_bytes(4800)
        except openai.APIConnectionError as error:
            raise faults.from_connection(error, self._client.base_url, 0) from error
        finally:
            stream.close()


def _fields(reply: Any, base_url: str) -> Mapping[str, Any]:
    if isinstance(reply, str):  # a server that ignores response_format, or no such server
        try:
            reply = json.loads(reply)
        except ValueError:
            raise faults.not_a_server(base_url) from None
    elif hasattr(reply, "model_dump"):
        reply = reply.model_dump(warnings=False)  # odd fields are dropped below
    if not isinstance(reply, dict) or not isinstance(reply.get("text"), str):
        raise faults.not_a_server(base_url)
    return reply


def _words(rows: object, offset: float) -> Iterator[SpokenWord]:
    for row in rows if isinstance(rows, list) else []:
        text, start, end = row.get("word"), row.get("start"), row.get("end")
        if (
            isinstance(text, str)
            and isinstance(start, int | float)
            and isinstance(end, int | float)
        ):
            begun = max(0.0, start + offset)
            yield SpokenWord(
                text=text.strip(), start=round(begun, 3), end=round(max(begun, end + offset), 3)
            )


def _probabilities(rows: object) -> Iterator[float]:
    import math

    for row in rows if isinstance(rows, list) else []:
        value = row.get("avg_logprob")
        if isinstance(value, int | float) and value <= 0:
            yield math.exp(value)
