"""What went wrong with a server's hearing or speaking, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockinterview.errors import SpeechError

if TYPE_CHECKING:
    import openai

KEPT = "What was recorded is kept; --stt local and --tts espeak need no server."


def from_status(error: openai.APIStatusError, base_url: str) -> tuple[SpeechError, bool]:
    """Return the error for an HTTP status, and whether trying again may help."""
    host, status = _host(base_url), error.status_code
    if status == 401:
        return SpeechError(
            f"{host} did not accept the key.", f"Check the key's variable. {KEPT}"
        ), False
    if status == 403:
        return SpeechError(f"{host} does not allow this key to use its audio models.", KEPT), False
    if status == 404:
        return SpeechError(f"{host} has no such audio model or service.", KEPT), False
    if status == 413:
        return SpeechError(f"The recording is too long for {host}.", KEPT), False
    said = str(error.body)
    if status == 402 or (status == 429 and "quota" in said):
        return SpeechError(
            f"The account behind the key for {host} has no credit left.", KEPT
        ), False
    if status == 429:
        return SpeechError(f"{host} gets too many requests just now.", KEPT), True
    if status in (408, 409) or status >= 500:
        return SpeechError(f"{host} has a fault of its own (HTTP {status}).", KEPT), True
    return SpeechError(f"{host} could not take the recording (HTTP {status}).", KEPT), False


def from_connection(error: openai.APIConnectionError, base_url: str, timeout: float) -> SpeechError:
    """Return the error for a server that could not be reached or was too slow."""
    import openai

    host = _host(base_url)
    if isinstance(error, openai.APITimeoutError):
        return SpeechError(f"{host} did not answer within {timeout:.0f} seconds.", KEPT)
    return SpeechError(f"{host} could not be reached.", f"Check the connection. {KEPT}")


def broken_reply(base_url: str) -> SpeechError:
    """Return the error for a reply that is cut off."""
    return SpeechError(f"{_host(base_url)} sent a reply that breaks off.", KEPT)


def not_a_server(base_url: str) -> SpeechError:
    """Return the error for a reply that is no transcript."""
    return SpeechError(f"{_host(base_url)} does not answer as a speech server does.", KEPT)


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc.rpartition("@")[2] or "the server"
