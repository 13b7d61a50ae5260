"""Hearing and speaking: the engines by name, each imported only when it is used.

``local`` needs no key and no network once its weights are here; ``openai`` is OpenAI's audio
service or any server that speaks like it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from mockinterview.ports import SpeechToText, TextToSpeech

_TO_TEXT = {
    "local": "mockinterview.speech.whisper:LocalWhisper",
    "openai": "mockinterview.speech.openai_audio:OpenAITranscriber",
}
_TO_SPEECH = {
    "piper": "mockinterview.speech.piper:PiperVoice",
    "espeak": "mockinterview.speech.espeak:EspeakVoice",
    "openai": "mockinterview.speech.openai_audio:OpenAIVoice",
}


def speech_to_text(name: str, **options: Any) -> SpeechToText:
    """Return the engine of that name (``local``, ``openai``)."""
    return cast("SpeechToText", _made(_TO_TEXT[name], options))


def text_to_speech(name: str, **options: Any) -> TextToSpeech:
    """Return the voice of that name (``piper``, ``espeak``, ``openai``)."""
    return cast("TextToSpeech", _made(_TO_SPEECH[name], options))


def _made(where: str, options: dict[str, Any]) -> object:
    module, _, name = where.partition(":")
    maker: Callable[..., object] = getattr(import_module(module), name)
    return maker(**options)
