"""What the LLM judge does when the server, the key, the network or the money fails."""

from __future__ import annotations

import json
import logging
import socket
import time
from typing import Any

import pytest

from mockinterview.errors import (
    BudgetReached,
    ConfigurationError,
    ExitCode,
    JudgeError,
    JudgeMisconfigured,
    JudgeRefused,
    JudgeUnreachable,
)
from mockinterview.judges import budget
from mockinterview.judges.budget import Purse
from mockinterview.judges.openai_chat import OpenAIJudge
from mockinterview.judges.servers import OPENAI_URL
from mockinterview.model import Usage
from tests.fake_openai import Behaviour, FakeOpenAI, Reply, fails, says
from tests.judge_samples import collector, judge_for, reply, task

KEY = "sk-test-1234"


def failure(*behaviours: Behaviour, **options: Any) -> tuple[JudgeError, int]:
    """The error that ends an evaluation, and how many requests were made."""
    with FakeOpenAI(behaviours) as server:
        with pytest.raises(JudgeError) as caught:
            judge_for(server, **options).evaluate(task())
        assert KEY not in caught.value.message + caught.value.hint
        return caught.value, len(server.asked)


@pytest.mark.parametrize(
    ("behaviour", "words", "hint"),
    [
        (fails(401, f"Incorrect API key provided: {KEY}"), "did not accept", "MOCKINTERVIEW_API"),
        (fails(402, "pay"), "no quota or credit", "Add credit"),
        (fails(403, "no"), "does not allow", "MOCKINTERVIEW_API_KEY"),
        (fails(404, "The model `gpt-5-mini` does not exist"), "does not know", "--model"),
        (fails(404, "page not found"), "not as a chat-completions", "/v1"),
        (fails(429, "You exceeded", "insufficient_quota"), "no quota or credit", "Add credit"),
        (fails(400, f"max_tokens is too large for {KEY}"), "max_tokens", "--model"),
        (Reply("<html>Hello</html>", content_type="text/html"), "not as a chat", "/v1"),
        (Reply("[1, 2]"), "not as a chat", "/v1"),
    ],
)
def test_what_the_user_must_mend_is_said_at_once(
    behaviour: Behaviour, words: str, hint: str
) -> None:
    error, asked = failure(behaviour)
    assert isinstance(error, JudgeMisconfigured) and error.exit_code == ExitCode.CONFIGURATION
    assert words in error.message and hint in error.hint
    assert asked == 1, "trying again would not help"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (fails(500), "fault of its own"),
        (fails(503), "fault of its own"),
        (fails(429, "slow down"), "too many requests"),
        (Reply('{"id": "x", "choi'), "breaks off"),
    ],
)
def test_what_may_pass_is_tried_again_and_then_unreachable(
    behaviour: Behaviour, words: str
) -> None:
    error, asked = failure(behaviour, max_retries=2)
    assert isinstance(error, JudgeUnreachable) and error.exit_code == ExitCode.PROVIDER
    assert words in error.message and "kept" in error.hint
    assert asked == 3


def test_retry_after_is_honoured_and_then_all_is_well() -> None:
    waits, sleep = collector()
    busy = fails(429, "slow down", retry_after="7")
    with FakeOpenAI([busy, fails(502), fails(500), says(reply())]) as server:
        made = judge_for(server, max_retries=3, sleep=sleep).evaluate(task())
    assert made.overall == 3.0
    assert waits == [7.0, 1.0, 2.0], "the server's own wait, then ours, doubling"


def test_a_wait_of_more_than_two_minutes_is_not_waited_for() -> None:
    waits, sleep = collector()
    error, asked = failure(fails(429, "slow down", retry_after="300"), sleep=sleep)
    assert isinstance(error, JudgeUnreachable) and "300 seconds" in error.message
    assert asked == 1 and waits == []


def test_really_sleeps_between_tries() -> None:
    busy = fails(429, "slow down", retry_after_ms="120")
    with FakeOpenAI([busy, says(reply())]) as server:
        started = time.monotonic()
        judge_for(server, sleep=time.sleep).evaluate(task())
    assert time.monotonic() - started >= 0.12


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    judge = OpenAIJudge(
        "m", f"http://127.0.0.1:{port}/v1", "k", max_retries=1, sleep=lambda seconds: None
    )
    with pytest.raises(JudgeUnreachable, match="could not be reached") as caught:
        judge.evaluate(task())
    assert f"127.0.0.1:{port}" in caught.value.message and "--base-url" in caught.value.hint
    assert judge.usage.calls == 0


def test_a_server_that_is_too_slow() -> None:
    error, asked = failure(says(reply(), delay=1.0), timeout=0.2, max_retries=3)
    assert isinstance(error, JudgeUnreachable) and "0.2 seconds" in error.message
    assert asked == 2


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (says(None, refusal="I can't help with that."), "would not judge.*can't help"),
        (says("", finish="content_filter"), "would not judge"),
        (says('{"answer_type": "st', finish="length"), "cut off"),
        (Reply(json.dumps({"id": "x", "choices": None, "model": "m"})), "without an answer"),
        (Reply(json.dumps({"id": "x", "choices": [], "model": "m"})), "without an answer"),
        (Reply(json.dumps({"id": "x", "choices": {"a": 1}, "model": 3})), "without an answer"),
        (
            Reply(json.dumps({"error": {"message": f"upstream said no to {KEY}"}})),
            "upstream said no",
        ),
    ],
)
def test_a_reply_that_is_no_judgement_is_never_a_score(behaviour: Behaviour, words: str) -> None:
    with FakeOpenAI([behaviour]) as server:
        with pytest.raises(JudgeRefused, match=words) as caught:
            judge_for(server).evaluate(task())
        assert len(server.asked) == 1
    assert caught.value.exit_code == ExitCode.PROVIDER
    assert KEY not in caught.value.message


def test_a_refusal_that_was_paid_for_is_counted() -> None:
    with FakeOpenAI([says(None, refusal="no")]) as server:
        judge = judge_for(server)
        with pytest.raises(JudgeRefused):
            judge.evaluate(task())
    assert judge.usage.prompt_tokens == 1000 and judge.usage.calls == 1


def test_the_users_own_length_limit_is_sent_and_named() -> None:
    with FakeOpenAI([says("{", finish="length")]) as server:
        with pytest.raises(JudgeRefused) as caught:
            judge_for(server, max_tokens=50).evaluate(task())
        assert server.asked[0].body["max_tokens"] == 50
    assert "max_tokens (now 50)" in caught.value.hint


def test_the_key_and_the_answer_do_not_follow_a_redirect() -> None:
    with FakeOpenAI([says(reply())]) as elsewhere:
        moved = Reply("", 307, {"Location": f"{elsewhere.base_url}/chat/completions"})
        error, asked = failure(moved)
        assert elsewhere.requests == []
    assert isinstance(error, JudgeMisconfigured) and "--base-url" in error.hint
    assert asked == 1


def test_openai_variables_never_reach_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", f"secret-{name}")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.invalid/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer secret-1\nX-Team: secret-2")
    with FakeOpenAI([says(reply())], models=["gpt-5-mini"]) as server:
        judge = judge_for(server, api_key=None)
        judge.check()
        judge.evaluate(task())
        kept = [json.dumps([r.headers, r.body, r.path]) for r in server.requests]
    assert len(kept) == 2 and not any("secret" in text for text in kept)
    assert server.requests[1].headers["authorization"] == "Bearer not-needed"


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with FakeOpenAI([says(reply())]) as server:
        assert judge_for(server, max_retries=0).evaluate(task()).overall == 3.0


def test_the_key_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), FakeOpenAI([fails(401, KEY), says(reply())]) as server:
        with pytest.raises(JudgeMisconfigured):
            judge_for(server).evaluate(task())
        judge_for(server).evaluate(task())
    assert KEY not in caplog.text


def test_openai_without_a_key_is_said_when_the_judge_is_made() -> None:
    with pytest.raises(ConfigurationError) as caught:
        OpenAIJudge("gpt-5-mini", None, None)
    assert "OPENAI_API_KEY" in caught.value.hint


def test_a_key_with_odd_characters_is_refused_kindly() -> None:
    with pytest.raises(ConfigurationError, match="characters") as caught:
        OpenAIJudge("gpt-5-mini", None, "sk-“abc”")
    assert "OPENAI_API_KEY" in caught.value.hint and "abc" not in caught.value.message


def test_check_asks_no_model() -> None:
    with FakeOpenAI(models=["llama3:latest", "gpt-5-mini", "gpt-5"]) as server:
        assert "gpt-5-mini" in judge_for(server).check()
        assert "llama3" in judge_for(server, model="llama3").check()
        with pytest.raises(JudgeMisconfigured, match="gpt-5-mimi") as caught:
            judge_for(server, model="gpt-5-mimi").check()
        assert server.asked == []
    assert "gpt-5-mini" in caught.value.hint
    with FakeOpenAI([fails(401)]) as server, pytest.raises(JudgeMisconfigured):
        judge_for(server).check()


def test_without_a_model_the_first_one_served_is_used() -> None:
    with FakeOpenAI([says(reply(), model="qwen")], models=["qwen", "llama"]) as server:
        made = judge_for(server, model="").evaluate(task())
        assert server.asked[0].body["model"] == "qwen"
    assert made.provenance.model == "qwen"


# --- money ------------------------------------------------------------------


def test_the_budget_stops_the_call_before_it_is_made() -> None:
    # pytest-socket lets nothing out: a call to OpenAI would end in another error.
    judge = OpenAIJudge("gpt-5-mini", None, "sk-x", budget_usd=0.0001)
    with pytest.raises(BudgetReached) as caught:
        judge.evaluate(task())
    assert caught.value.exit_code == ExitCode.BUDGET and "--budget" in caught.value.hint
    assert judge.spent_usd is None and judge.usage.calls == 0


def test_a_budget_for_an_unknown_price_is_refused_before_any_call() -> None:
    with FakeOpenAI([says(reply())]) as server:
        with pytest.raises(ConfigurationError, match="price") as caught:
            judge_for(server, budget_usd=1.0)
        assert server.requests == []
    assert "--budget" in caught.value.hint


def test_the_purse_adds_up_what_was_paid_and_holds_what_may_be() -> None:
    purse = Purse("gpt-5-mini", OPENAI_URL, 0.01)
    used = Usage(prompt_tokens=4000, completion_tokens=1000, calls=1)
    cost = budget.price(used, "gpt-5-mini", OPENAI_URL)
    assert cost == pytest.approx(0.003), "4000 x $0.25 + 1000 x $2 per million"
    held = purse.hold(4000, 1000)
    assert held == pytest.approx(0.003)
    purse.hold(4000, 1000)
    purse.hold(4000, 1000)
    with pytest.raises(BudgetReached):
        purse.hold(4000, 1000)
    purse.release(held)
    purse.pay(used, cost)
    assert purse.spent_usd == pytest.approx(0.003) and purse.usage.calls == 1
    with pytest.raises(BudgetReached):
        purse.hold(4000, None)


def test_a_total_with_an_unknown_part_is_unknown() -> None:
    purse = Purse("gpt-5-mini", OPENAI_URL, None)
    purse.pay(Usage(calls=1), 0.5)
    purse.pay(Usage(calls=1), None)
    purse.pay(Usage(calls=1), 0.5)
    assert purse.spent_usd is None and purse.usage.calls == 3


def test_dated_model_names_have_a_price_and_cached_tokens_cost_less() -> None:
    plain = Usage(prompt_tokens=4000, completion_tokens=10)
    cached = plain.model_copy(update={"cached_tokens": 3000})
    full = budget.price(plain, "gpt-5-mini-2025-08-07", OPENAI_URL)
    less = budget.price(cached, "gpt-5-mini-2025-08-07", OPENAI_URL)
    assert full is not None and less is not None and 0 < less < full
    assert budget.price(plain, "no-such-model", OPENAI_URL) is None


def test_tokens_are_counted_without_the_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("o200k_base", "cl100k_base"):
        monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
        budget._cached(name).write_bytes(b"a table that was cut off")
    budget._encoding.cache_clear()
    try:
        assert budget.count_tokens("four" * 100, "gpt-5-mini") == 101
        assert budget._cached("o200k_base").exists(), "a damaged table is not ours to delete"
    finally:
        budget._encoding.cache_clear()
