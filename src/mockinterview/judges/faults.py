"""What went wrong with a call, as an error whose hint names the option or variable to change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mockinterview.errors import JudgeError, JudgeMisconfigured, JudgeRefused, JudgeUnreachable
from mockinterview.judges.servers import Server

if TYPE_CHECKING:
    import openai

KEPT = "Your answer is kept; --judge offline scores it without a server."
_SCHEMA_WORDS = ("response_format", "json_schema", "structured output", "grammar", "schema")
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "insufficient_credits")


def refuses_schema(error: openai.APIStatusError) -> bool:
    """Tell whether the server complains about being given a schema."""
    said = _said(error).lower()
    if error.status_code >= 500:
        # llama-cpp-python 0.3 answers 500 where it means 422; a plain 500 names no such field.
        return "response_format" in said or "json_schema" in said
    return error.status_code in (400, 422) and any(word in said for word in _SCHEMA_WORDS)


def offers_json_object(error: openai.APIStatusError) -> bool:
    """Tell whether a server that refuses json_schema names json_object as what it takes."""
    return "json_object" in _said(error).lower()


def retry_after(error: openai.APIStatusError) -> float | None:
    """Return the seconds that the server asks to wait, if it says so."""
    headers = error.response.headers
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


def from_status(error: openai.APIStatusError, server: Server, host: str, model: str) -> JudgeError:
    """Return the error for an HTTP status of 300 or more."""
    status, said = error.status_code, _said(error)
    if status == 401:
        return JudgeMisconfigured(
            f"{host} did not accept the key.", f"Check the variable {server.key_variable}. {KEPT}"
        )
    if status == 403:
        return JudgeMisconfigured(
            f"{host} does not allow this key to use {model or 'this model'}.",
            f"Check the rights of the key in {server.key_variable}, or choose another --model.",
        )
    if status == 404:
        return _not_found(said, server, host, model)
    if status == 402 or (status == 429 and any(word in said for word in _QUOTA)):
        return JudgeMisconfigured(
            f"The account behind the key for {host} has no quota or credit left.",
            f"Add credit there, or put another key into {server.key_variable}. {KEPT}",
        )
    if status == 429:
        asked = retry_after(error)
        wait = f" It asks to wait {asked:.0f} seconds." if asked else ""
        return JudgeUnreachable(f"{host} gets too many requests just now.{wait}", KEPT)
    if status in (408, 409) or status >= 500:
        return JudgeUnreachable(f"{host} has a fault of its own (HTTP {status}).", KEPT)
    if status < 400:
        return JudgeMisconfigured(
            f"{host} sends us on to another address, and the key must not go there by itself.",
            "Give the final address with --base-url.",
        )
    return JudgeMisconfigured(
        f"{host} could not take the request (HTTP {status}): {said[:200]}",
        "Check --model and --base-url for this server.",
    )


def from_connection(error: openai.APIConnectionError, host: str, timeout: float) -> JudgeError:
    """Return the error for a server that did not answer."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return JudgeUnreachable(
            f"{host} did not answer within {timeout:g} seconds.",
            f"Wait longer (mockinterview config set timeout 180) or take a faster model. {KEPT}",
        )
    return JudgeUnreachable(
        f"{host} could not be reached.",
        f"Check the network, that the server runs, and --base-url. {KEPT}",
    )


def not_a_server(host: str) -> JudgeError:
    """Return the error for an address that answers with something else, such as a web page."""
    return JudgeMisconfigured(
        f"{host} answered, but not as a chat-completions server does.",
        "Check --base-url: for most servers it ends in /v1.",
    )


def no_choices(said: object, host: str, key: str) -> JudgeError:
    """Return the error for a reply with no choice in it; some servers put an error there."""
    inside = (getattr(said, "model_extra", None) or {}).get("error")
    words = inside.get("message") if isinstance(inside, dict) else inside
    told = f" It says: {str(words)[:200].replace(key, '***')}" if words else ""
    return JudgeRefused(f"{host} sent a reply without an answer in it.{told}", KEPT)


def refused(model: str, why: str) -> JudgeRefused:
    """Return the error for a model that would not judge."""
    told = f" It said: {why[:200]}" if why else ""
    return JudgeRefused(f"{model} would not judge this answer.{told}", KEPT)


def cut_off(model: str, limit: int | None) -> JudgeRefused:
    """Return the error for a reply that hit the length limit; asking again would not help."""
    hint = (
        f"Raise max_tokens (now {limit}) or leave it out."
        if limit
        else "Choose a model with a larger context, or give the server a larger one."
    )
    return JudgeRefused(f"The reply of {model} was cut off by a length limit.", f"{hint} {KEPT}")


def _not_found(said: str, server: Server, host: str, model: str) -> JudgeError:
    if "model" not in said.lower():
        return not_a_server(host)
    pull = f" or get it: {server.pull_hint.format(model=model)}" if server.pull_hint else ""
    return JudgeMisconfigured(
        f"{host} does not know the model {model!r}.",
        f"Choose another with --model{pull}.",
    )


def _said(error: openai.APIStatusError) -> str:
    """Return the server's own words on one line, without anything that may be the key."""
    body: Any = error.body
    text = " ".join(str(body if body is not None else "").split())
    sent = error.request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return text.replace(sent, "***") if sent else text
