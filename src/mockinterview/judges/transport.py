"""One call to a chat-completions server: what goes out, what may come back, which error is which.

Retries are ours, not the SDK's: it would repeat a call that failed for want of quota. Waits
follow its rules: Retry-After up to two minutes, else 0.5 s doubling to 8 s.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mockinterview.errors import JudgeError, JudgeRefused, JudgeUnreachable
from mockinterview.judges import faults
from mockinterview.judges.budget import count_tokens
from mockinterview.judges.servers import OPENAI_URL, SERVERS, host, is_local, server_for
from mockinterview.model import Usage

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI
    from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

MAX_WAIT = 120.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


class Message(NamedTuple):
    """One message to the model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Answered(NamedTuple):
    """What the server said, as far as a judge needs it. ``text`` may be empty."""

    text: str
    model: str
    usage: Usage


#: How a reply is held to its schema: OpenAI's way, llama.cpp's older way, or by the prompt alone.
Form = Literal["json_schema", "json_object", "prompt"]


class SchemaRefused(Exception):
    """The server does not take the schema in this form; ``instead`` is the one to try next."""

    def __init__(self, instead: Form) -> None:
        super().__init__(instead)
        self.instead = instead


class Transport:
    """Speaks to one server with one key; the key goes nowhere else and is never shown."""

    def __init__(
        self,
        base_url: str | None,
        api_key: str,
        *,
        timeout: float,
        max_retries: int,
        max_tokens: int | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url or OPENAI_URL
        self.server = server_for(base_url)
        self.host = host(base_url)
        self._key, self._timeout, self._retries = api_key, timeout, max_retries
        self._max_tokens, self._sleep = max_tokens, sleep
        self._made: OpenAI | None = None

    def complete(
        self, messages: Sequence[Message], model: str, schema: dict[str, Any], form: Form
    ) -> Answered:
        """Return the model's reply to ``messages``, held to ``schema`` in this form.

        Raises:
            SchemaRefused: the server would not take the schema in this form.
            JudgeError: any other failure, in words for the user.
        """
        options: dict[str, Any] = {}
        if form == "json_schema":
            named = {"name": "assessment", "strict": True, "schema": schema}
            options["response_format"] = {"type": form, "json_schema": named}
        elif form == "json_object":
            # The key `schema` is llama.cpp's; servers that do not know it leave it out.
            options["response_format"] = {"type": form, "schema": schema}
        if self._max_tokens is not None:
            own = self.server is SERVERS[0]
            options["max_completion_tokens" if own else "max_tokens"] = self._max_tokens
        sent = [_param(message) for message in messages]
        said = self._try(
            lambda: self._client().chat.completions.create(model=model, messages=sent, **options),
            model,
            form,
        )
        return self._read(said, model, messages)

    def models(self, model: str = "") -> list[str]:
        """Return the ids of the models that the server offers.

        Raises:
            JudgeError: the server cannot be reached or does not answer as such servers do.
        """
        page = self._try(lambda: self._client().models.list(), model)
        listed = getattr(page, "data", None)
        if not isinstance(listed, list):
            raise faults.not_a_server(self.host)
        return [item.id for item in listed if isinstance(getattr(item, "id", None), str)]

    def _client(self) -> OpenAI:
        if self._made is None:
            import openai

            # Without explicit values the SDK would read OPENAI_* variables meant for OpenAI.
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
                    trust_env=not is_local(self.base_url),  # no proxy on the way to ourselves
                ),
            )
            if self.server is not SERVERS[0]:
                self._made.organization = self._made.project = None
        return self._made

    def _strip(self, request: httpx2.Request) -> None:
        """Take out headers that OPENAI_CUSTOM_HEADERS adds; set the one key that belongs here."""
        if self.server is not SERVERS[0]:
            for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n"):
                name = line.partition(":")[0].strip().lower()
                if name not in ("", "host", "content-type", "content-length"):
                    request.headers.pop(name, None)
        request.headers["Authorization"] = f"Bearer {self._key}"

    def _try(self, call: Callable[[], Any], model: str, form: Form = "prompt") -> Any:
        import openai

        for retried in range(self._retries + 1):
            try:
                return call()
            except openai.APIStatusError as error:
                if form != "prompt" and faults.refuses_schema(error):
                    named = form == "json_schema" and faults.offers_json_object(error)
                    raise SchemaRefused("json_object" if named else "prompt") from None
                failure: JudgeError = faults.from_status(error, self.server, self.host, model)
                asked = faults.retry_after(error)
            except openai.APIConnectionError as error:
                failure, asked = faults.from_connection(error, self.host, self._timeout), None
                failure.__cause__ = error
            except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
                # A body that calls itself JSON and is not: cut off on its way.
                failure = JudgeUnreachable(
                    f"{self.host} sent a reply that breaks off.", faults.KEPT
                )
                asked = None
            last = retried == self._retries or (asked is not None and asked > MAX_WAIT)
            # A server too slow once is so again, and may still be busy with the first call.
            last |= retried > 0 and isinstance(failure.__cause__, openai.APITimeoutError)
            if last or not isinstance(failure, JudgeUnreachable):
                raise failure
            self._sleep(asked if asked else min(_FIRST_WAIT * 2**retried, _LONGEST_WAIT))
        raise AssertionError("the loop above returns or raises")

    def _read(self, said: ChatCompletion, model: str, messages: Sequence[Message]) -> Answered:
        if isinstance(said, str) or not hasattr(said, "choices"):
            raise faults.not_a_server(self.host)
        choices = said.choices if isinstance(said.choices, list) else []
        if not choices or getattr(choices[0], "message", None) is None:
            raise faults.no_choices(said, self.host, self._key)
        message, finish = choices[0].message, choices[0].finish_reason
        text = message.content if isinstance(message.content, str) else ""
        usage = _usage(said, text, model, messages)
        named = said.model if isinstance(said.model, str) and said.model else model
        refusal = getattr(message, "refusal", None)
        if refusal or finish == "content_filter":
            raise PaidRefusal(faults.refused(model, str(refusal or "")), usage, named)
        if finish == "length":
            raise PaidRefusal(faults.cut_off(model, self._max_tokens), usage, named)
        return Answered(text, named, usage)


class PaidRefusal(Exception):
    """A refusal that the server charged for: the error, and the tokens that it used."""

    def __init__(self, error: JudgeRefused, usage: Usage, model: str) -> None:
        super().__init__(error.message)
        self.error, self.usage, self.model = error, usage, model


def _param(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return {"role": "system", "content": message.text}
    if message.role == "assistant":
        return {"role": "assistant", "content": message.text}
    return {"role": "user", "content": message.text}


def _usage(said: ChatCompletion, text: str, model: str, messages: Sequence[Message]) -> Usage:
    used = getattr(said, "usage", None)
    prompt = getattr(used, "prompt_tokens", None)
    completion = getattr(used, "completion_tokens", None)
    if not isinstance(prompt, int) or not isinstance(completion, int):
        asked = sum(count_tokens(message.text, model) for message in messages)
        return Usage(
            prompt_tokens=asked,
            completion_tokens=count_tokens(text, model),
            calls=1,
            estimated=True,
        )
    before = getattr(used, "prompt_tokens_details", None)
    after = getattr(used, "completion_tokens_details", None)
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=_count(getattr(before, "cached_tokens", None)),
        reasoning_tokens=_count(getattr(after, "reasoning_tokens", None)),
        calls=1,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
