"""The judge that asks a language model on any server that speaks chat completions."""

from __future__ import annotations

import difflib
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Literal, NamedTuple

from mockinterview import flags
from mockinterview.errors import (
    ConfigurationError,
    JudgeError,
    JudgeMisconfigured,
    JudgeRefused,
)
from mockinterview.judges import faults, second, transport
from mockinterview.judges.budget import (
    EXPECTED_REPLY,
    Purse,
    add_cost,
    add_usage,
    count_tokens,
    price,
)
from mockinterview.judges.outcome import build, lowest, nothing_to_judge
from mockinterview.judges.reading import Reading, make_reading
from mockinterview.judges.reply import Misfit, read_reply, reply_schema
from mockinterview.judges.servers import NO_KEY, OPENAI_URL, SERVERS, Server, server_for
from mockinterview.judges.sheet import Sheet, make_sheet
from mockinterview.judges.threads import side_by_side
from mockinterview.model import Evaluation, Provenance, Question, Rubric, Usage
from mockinterview.ports import Judge, Task
from mockinterview.prompts import judge_prompt, varied
from mockinterview.rubric import build_rubric

_SIDE_BY_SIDE = 4
_ECHO_CHARS = 8_000


class CallReport(NamedTuple):
    """One call that the server answered; ``cost_usd`` is None where no price is known."""

    purpose: Literal["judge", "repair"]
    model: str
    usage: Usage
    cost_usd: float | None
    seconds: float


class Estimate(NamedTuple):
    """What judging may take, guessed beforehand; ``cost_usd`` is None where no price is known."""

    tokens: int
    cost_usd: float | None


class _Tally:
    """What the calls for one answer used; readings side by side add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.usage = Usage()
        self.cost: float | None = None
        self.model = ""
        self.repaired = False

    def add(self, report: CallReport) -> None:
        with self._lock:
            self.cost = add_cost(self.cost, report.cost_usd, first=not self.usage.calls)
            self.usage = add_usage(self.usage, report.usage)
            self.model = report.model
            self.repaired |= report.purpose == "repair"


class OpenAIJudge:
    """Asks ``model`` at ``base_url`` (None: OpenAI) to read answers; safe to share by threads.

    An empty ``model`` means the first one the server lists. ``api_key`` goes to that server
    alone; see `servers.resolve_key`. ``second_opinion`` reads every answer too, and is named
    where it is far from the model; ``vary`` turns the rubric around between samples.

    Raises:
        ConfigurationError: no key for OpenAI, an address that is none, or a budget for a
            model whose price is not known.
    """

    name = "openai"

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 60,
        max_retries: int = 3,
        samples: int = 1,
        budget_usd: float | None = None,
        max_tokens: int | None = None,
        second_opinion: Judge | None = None,
        vary: bool = True,
        on_call: Callable[[CallReport], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        server = server_for(base_url)
        key = _usable_key(api_key, server)
        self._model, self._samples = model, max(1, samples)
        self._base_url = base_url or OPENAI_URL
        self._max_tokens, self._on_call = max_tokens, on_call
        self._second, self._vary = second_opinion, vary
        self._budgeted = budget_usd is not None
        self._form: transport.Form = "json_schema" if server.json_schema else "prompt"
        self._schema_ignored = False
        self._prompt = judge_prompt()
        self._purse = Purse(model, self._base_url, budget_usd)
        self._transport = transport.Transport(
            base_url,
            key,
            timeout=timeout,
            max_retries=max_retries,
            max_tokens=max_tokens,
            sleep=sleep,
        )

    @property
    def spent_usd(self) -> float | None:
        """US dollars spent so far by this judge; None if nothing is, or a price is unknown."""
        return self._purse.spent_usd

    @property
    def usage(self) -> Usage:
        """Tokens used so far by this judge, refused and repaired replies included."""
        return self._purse.usage

    def estimate(self, questions: Sequence[Question]) -> Estimate:
        """Return about what it takes to judge one answer of 200 words to each question."""
        total = Usage()
        for question in questions:
            sheet = make_sheet(Task(question, build_rubric(question), "word " * 200))
            rubric = sheet.task.rubric
            messages = self._messages(sheet, rubric, reply_schema(rubric))
            size = sum(count_tokens(message.text, self._model) for message in messages)
            for _ in range(self._samples):
                one = Usage(prompt_tokens=size, completion_tokens=EXPECTED_REPLY)
                total = add_usage(total, one)
        cost = price(total, self._model, self._base_url)
        return Estimate(total.prompt_tokens + total.completion_tokens, cost)

    def check(self) -> str:
        """Return one line that says the server is there and has the model; asks no model.

        Raises:
            JudgeError: the server cannot be reached, refuses the key or lacks the model.
        """
        offered = self._transport.models(self._model)
        if not self._model:
            return f"{self._transport.host} answers and would use {self._chosen(offered)}."
        if offered and not {self._model, f"{self._model}:latest"} & set(offered):
            near = difflib.get_close_matches(self._model, offered, 3, 0.4) or sorted(offered)[:5]
            raise JudgeMisconfigured(
                f"{self._transport.host} does not offer the model {self._model!r}.",
                f"Choose one with --model, such as {', '.join(near)}.",
            )
        return f"{self._transport.host} answers and offers {self._model}."

    def evaluate(self, task: Task) -> Evaluation:
        """Return the evaluation of ``task.answer``.

        An answer that is none gets the lowest band without any call.

        Raises:
            JudgeError: no judgement could be made; this is never a score.
        """
        started = time.monotonic()
        found = flags.detect(task.question, task.answer)
        if nothing_to_judge(found, task.answer):
            return lowest(task, found, self._provenance(task, samples=0, model=self._model))
        self._settle_model()
        sheet, tally = make_sheet(task), _Tally()
        readings, failed = self._readings(sheet, tally)
        notes = sheet.notes
        if failed:
            notes += (f"{failed} of {self._samples} readings failed and are left out",)
        if self._form == "prompt":
            notes += ("the server takes no schema; it was written into the prompt",)
        made = self._provenance(task, samples=len(readings), model=tally.model).model_copy(
            update={
                "usage": tally.usage,
                "cost_usd": tally.cost,
                "seconds": round(time.monotonic() - started, 3),
                "repaired": tally.repaired,
                "notes": notes,
            }
        )
        if all(c.level is None for reading in readings for c in reading.criteria):
            raise JudgeRefused(
                f"{tally.model or 'The model'} found no basis to judge any criterion.",
                f"Try again, or another --model. {faults.KEPT}",
            )
        result = build(task, readings, found, made, shortened=bool(sheet.notes))
        return second.compare(result, self._second, task) if self._second else result

    def _readings(self, sheet: Sheet, tally: _Tally) -> tuple[list[Reading], int]:
        if self._samples == 1:
            return [self._reading(sheet, tally, 0)], 0
        futures = side_by_side(
            lambda n: self._reading(sheet, tally, n if self._vary else 0),
            self._samples,
            _SIDE_BY_SIDE,
        )
        errors = [error for future in futures if (error := _error(future))]
        if len(errors) == self._samples:
            raise errors[0]
        return [future.result() for future in futures if not future.exception()], len(errors)

    def _reading(self, sheet: Sheet, tally: _Tally, sample: int) -> Reading:
        rubric = varied(sheet.task.rubric, sample)
        schema = reply_schema(rubric)
        while True:
            form = self._form
            written = schema if form != "json_schema" or self._schema_ignored else None
            messages = self._messages(sheet, rubric, written, sample)
            try:
                text = self._call(messages, schema, form, tally)
                break
            except transport.SchemaRefused as refusal:
                self._form = refusal.instead
        try:
            return make_reading(read_reply(text, schema), sheet)
        except Misfit as misfit:
            # Some servers take a schema and drop it, so the model has never seen it.
            self._schema_ignored = True
            mend = self._prompt.mend(misfit.complaints, None if written else schema)
        echo = transport.Message("assistant", text[:_ECHO_CHARS] or "(nothing)")
        text = self._call(
            [*messages, echo, transport.Message("user", mend)], schema, form, tally, "repair"
        )
        try:
            return make_reading(read_reply(text, schema), sheet)
        except Misfit as misfit:
            raise JudgeRefused(
                f"{self._model} gave no usable reply, even when asked again "
                f"({misfit.complaints[0]}).",
                f"Try a larger model with --model. {faults.KEPT}",
            ) from None

    def _messages(
        self, sheet: Sheet, rubric: Rubric, schema: dict[str, Any] | None, sample: int = 0
    ) -> list[transport.Message]:
        nonce = secrets.token_hex(8)
        while nonce in sheet.task.answer:
            nonce = secrets.token_hex(8)
        user = self._prompt.ask(
            sheet.task.question,
            rubric,
            sheet.sent,
            nonce=nonce,
            sample_last=sample % 2 == 0,
            probes=sheet.task.probes,
            schema=schema,
        )
        return [
            transport.Message("system", self._prompt.system),
            transport.Message("user", user),
        ]

    def _call(
        self,
        messages: list[transport.Message],
        schema: dict[str, Any],
        form: transport.Form,
        tally: _Tally,
        purpose: Literal["judge", "repair"] = "judge",
    ) -> str:
        started = time.monotonic()
        size = 0
        if self._budgeted:
            size = sum(count_tokens(m.text, self._model) for m in messages)
            size += count_tokens(str(schema), self._model) if form != "prompt" else 0
        held = self._purse.hold(size, self._max_tokens)
        try:
            answered = self._transport.complete(messages, self._model, schema, form)
        except transport.PaidRefusal as refusal:
            self._pay(purpose, refusal.model, refusal.usage, started, tally)
            raise refusal.error from None
        finally:
            self._purse.release(held)
        self._pay(purpose, answered.model, answered.usage, started, tally)
        return answered.text

    def _pay(
        self,
        purpose: Literal["judge", "repair"],
        model: str,
        usage: Usage,
        started: float,
        tally: _Tally,
    ) -> None:
        cost = price(usage, model, self._base_url)
        if cost is None:
            cost = price(usage, self._model, self._base_url)
        report = CallReport(purpose, model, usage, cost, round(time.monotonic() - started, 3))
        self._purse.pay(usage, cost)
        tally.add(report)
        if self._on_call is not None:
            self._on_call(report)

    def _settle_model(self) -> None:
        if not self._model:
            self._model = self._chosen(self._transport.models())

    def _chosen(self, offered: list[str]) -> str:
        if offered:
            return offered[0]
        raise JudgeMisconfigured(
            f"{self._transport.host} offers no model.", "Load one there, or name one with --model."
        )

    def _provenance(self, task: Task, *, samples: int, model: str) -> Provenance:
        return Provenance(
            judge=self.name,
            model=model,
            prompt=self._prompt.name,
            prompt_sha=self._prompt.sha,
            rubric_version=task.rubric.version,
            samples=samples,
            server=self._transport.host,
        )


def _usable_key(api_key: str | None, server: Server) -> str:
    if not api_key and server is SERVERS[0]:
        raise ConfigurationError(
            "The openai judge needs a key for api.openai.com.",
            f"Set {server.key_variable}, name another server with --base-url, "
            "or use --judge offline.",
        )
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise ConfigurationError(
            "The key holds characters that no key has, perhaps from copying.",
            f"Set {server.key_variable} again.",
        )
    return api_key or NO_KEY


def _error(future: Future[Reading]) -> JudgeError | None:
    error = future.exception()
    if error is not None and not isinstance(error, JudgeError):
        raise error
    return error
