"""Puts the parts together; the only place that picks adapters, importing them inside functions."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mockinterview.errors import ConfigurationError
from mockinterview.judges import OFFLINE
from mockinterview.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mockinterview.bank import Bank
    from mockinterview.config import Settings
    from mockinterview.model import Question
    from mockinterview.ports import Judge, Repaired, SpeechToText, Store, TextToSpeech

DEFAULT_MODEL = "gpt-5-mini"


class Choice(NamedTuple):
    """Which judge runs, in words for the user: who, where, and what leaves the machine."""

    name: str
    model: str
    server: str
    told: str


@contextmanager
def open_store(*, forget: bool = False) -> Iterator[Store]:
    """Open the store under the platform's data folder (or ``MOCKINTERVIEW_HOME``).

    With ``forget`` it lies in a temporary folder that is removed at the end.
    """
    from mockinterview.config import paths
    from mockinterview.stores.sqlite import SqliteStore

    if forget:
        with (
            tempfile.TemporaryDirectory(prefix="mockinterview-") as folder,
            closing(SqliteStore(Path(folder) / "history.db")) as store,
        ):
            yield store
        return
    with closing(SqliteStore(paths().store, _notice)) as store:
        yield store


def repair_store() -> Repaired:
    """Mend the history file; raises StoreError where there is nothing to mend or to rescue."""
    from mockinterview.config import paths
    from mockinterview.stores.repair import repair

    return repair(paths().store, _notice)


def _notice(told: str) -> None:
    # Standard error: what the store has to say is never part of a command's data.
    sys.stderr.write(f"{clean(told)}\n")


def recordings(store: Store) -> Path:
    """Return the folder of recordings that belongs to ``store`` (it need not exist)."""
    from mockinterview.config import paths
    from mockinterview.stores.deleting import recordings_folder

    # A store that forgets has a folder of its own, and its recordings go with it.
    return recordings_folder(getattr(store, "path", paths().store))


def load_bank() -> Bank:
    """Load the shipped packs and the user's own."""
    from mockinterview import bank
    from mockinterview.config import paths

    where = paths()
    return bank.load_bank([where.packs], cache_dir=where.cache)


def offline_judge() -> Judge:
    """Return the embedded judge, which also gives the quick reading for follow-ups."""
    from mockinterview.judges import JUDGES

    return JUDGES["offline"]()


def choose_judge(settings: Settings) -> Choice:
    """Say which judge these settings mean, without importing or calling it.

    Raises:
        ConfigurationError: the openai judge is wanted and has neither a key nor a server.
    """
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    wanted = settings.judge
    if wanted == "auto":
        wanted = "openai" if key or settings.base_url else "offline"
    if wanted == "offline":
        why = "" if settings.judge == "offline" else " (no OPENAI_API_KEY is set)"
        return Choice("offline", OFFLINE, "", f"Judge: offline{why}. Nothing leaves this machine.")
    if not key and not settings.base_url:
        raise ConfigurationError(
            "The openai judge needs a key.",
            "Set OPENAI_API_KEY, or name your own server with --base-url, or use --judge offline.",
        )
    server = urlsplit(settings.base_url).netloc if settings.base_url else "api.openai.com"
    model = settings.model or ("" if settings.base_url else DEFAULT_MODEL)
    local = urlsplit(f"//{server}").hostname in ("localhost", "127.0.0.1", "::1")
    leaves = (
        "which runs on this machine."
        if local
        else "Questions and your answers are sent there; nothing else is."
    )
    said = f"Judge: {model or 'the model served'} at {server}{', ' if local else '. '}{leaves}"
    return Choice("openai", model, server, said)


def make_judge(settings: Settings) -> tuple[Judge, Choice]:
    """Return the judge that the settings mean, and what to tell the user about it."""
    choice = choose_judge(settings)
    if choice.name == "offline":
        return offline_judge(), choice
    from mockinterview.judges import JUDGES
    from mockinterview.judges.servers import resolve_key

    judge = JUDGES["openai"](
        model=choice.model,
        base_url=settings.base_url or None,
        api_key=resolve_key(settings.base_url or None, os.environ),
        timeout=settings.timeout,
        samples=settings.samples,
        budget_usd=settings.budget,
        second_opinion=offline_judge(),
    )
    return judge, choice


def speech_to_text(settings: Settings) -> tuple[SpeechToText, str]:
    """Return the engine that the settings mean, and what to tell the user about it.

    ``auto`` stays on this machine where the engine is installed; recordings never leave it
    unless the openai engine was chosen, or nothing else is there and a key is set.

    Raises:
        ConfigurationError: the openai engine is wanted and has no key.
    """
    from importlib.util import find_spec

    from mockinterview.config import paths
    from mockinterview.speech import speech_to_text as engine

    wanted = settings.stt
    if wanted == "auto":
        wanted = (
            "openai" if find_spec("faster_whisper") is None and _audio_key(settings) else "local"
        )
    if wanted == "local":
        made = engine("local", cache=paths().cache, size=settings.stt_model)
        return made, "Hearing: on this machine. No recording leaves it."
    server = _audio_server(settings)
    told = f"Hearing: {settings.stt_model or 'whisper-1'} at {server}. Recordings are sent there."
    key = _needed_audio_key(settings)
    options = {"api_key": key, "base_url": settings.audio_url or None, "model": settings.stt_model}
    return engine("openai", **options, timeout=max(120, settings.timeout)), told


def text_to_speech(settings: Settings) -> tuple[TextToSpeech, str]:
    """Return the voice that the settings mean, and what to tell the user about it.

    Raises:
        SpeechError: there is no voice on this machine.
        ConfigurationError: the openai voice is wanted and has no key.
    """
    from importlib.util import find_spec

    from mockinterview.speech import text_to_speech as voice
    from mockinterview.speech.weights import piper_voice

    wanted = settings.tts
    if wanted == "auto":
        natural = find_spec("piper") is not None and piper_voice() is not None
        wanted = "piper" if natural else "espeak"
    if wanted != "openai":
        return voice(wanted), ""
    server = _audio_server(settings)
    made = voice("openai", api_key=_needed_audio_key(settings), base_url=settings.audio_url or None)
    return made, f"Voice: {server}. The questions' text is sent there."


def _audio_key(settings: Settings) -> str | None:
    from mockinterview.judges.servers import resolve_key

    return resolve_key(settings.audio_url or None, os.environ)


def _needed_audio_key(settings: Settings) -> str:
    key = _audio_key(settings)
    if key is None:
        raise ConfigurationError(
            "The openai speech engine needs a key.",
            "Set OPENAI_API_KEY, or stay on this machine with --stt local.",
        )
    return key


def _audio_server(settings: Settings) -> str:
    from mockinterview.judges.servers import host

    return host(settings.audio_url or None)


def foretold(judge: Judge, questions: Sequence[Question]) -> str:
    """Say about what judging one answer to each question will take; "" where it is free."""
    estimate = getattr(judge, "estimate", None)
    if estimate is None or not questions:
        return ""
    tokens, cost = estimate(questions)
    answers = "1 answer" if len(questions) == 1 else f"{len(questions)} answers"
    dollars = "cost not known" if cost is None else f"about ${cost:.3f}"
    return f"Expect about {tokens:,} tokens for {answers}, {dollars}."


def used(judge: Judge) -> str:
    """Say what the judge has used so far; "" where it used nothing."""
    usage, cost = getattr(judge, "usage", None), getattr(judge, "spent_usd", None)
    if usage is None or not usage.calls:
        return ""
    about = "about " if usage.estimated else ""
    tokens = f"{about}{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens"
    return f"Used {tokens}, {'cost not known' if cost is None else f'${cost:.4f}'}."
