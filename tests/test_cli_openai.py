"""The commands with the openai judge, against a real server: told, scored, failed, kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import STORY, Run
from tests.fake_openai import FakeOpenAI, Reply, Request, fails, says

FIRST = "Last spring our clinic's booking page double-booked about thirty patients a week."


def fitting(schema: dict[str, Any], level: str = "4") -> Any:
    """The plainest value that a reply schema allows, with ``level`` and a quote from STORY."""
    if "enum" in schema:
        wanted = [value for value in schema["enum"] if str(value) == level]
        return wanted[0] if wanted else schema["enum"][0]
    if "anyOf" in schema:
        return fitting(schema["anyOf"][0], level)
    kind = schema.get("type")
    if kind == "object":
        made = {name: fitting(part, level) for name, part in schema["properties"].items()}
        if "quote" in made and "sentences" in made:
            made |= {"quote": FIRST, "sentences": ["s1"]}
        return made
    simple: dict[str, Any] = {"array": [], "boolean": False, "string": "Say more.", "integer": 1}
    return simple.get(kind[0] if isinstance(kind, list) else str(kind))


def judges(request: Request) -> Reply:
    return says(fitting(request.body["response_format"]["json_schema"]["schema"]))


def at(server: FakeOpenAI) -> list[str]:
    return ["--judge", "openai", "--base-url", server.base_url, "--model", "gpt-5-mini"]


def test_an_interview_judged_by_a_server(run: Run) -> None:
    with FakeOpenAI([judges, judges]) as server:
        done = run("practice", "-n", "2", *at(server), stdin=f"{STORY}\n/done\n" * 2)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index("127.0.0.1") < done.stderr.index("Saved")
    assert "tokens for 2 answers" in done.stderr, "told before"
    assert "Used 2,000 + 400 tokens" in done.stderr, "told after"
    assert "3.0 of 5" in done.stdout, "one quote for every criterion earns at most a 3"
    assert "1000 + 200 tokens" in done.stdout and "cost not known" in done.stdout
    session = json.loads(run("history", "show", "--json").stdout)["session"]
    made = session["attempts"][0]["gradings"][0]["evaluation"]["provenance"]
    assert made["judge"] == "openai" and made["server"].startswith("127.0.0.1")
    assert made["prompt_sha"] and made["usage"]["prompt_tokens"] == 1000


def test_an_empty_answer_costs_no_call(run: Run) -> None:
    with FakeOpenAI([], models=["gpt-5-mini"]) as server:
        done = run("score", "idempotency", "--json", *at(server), stdin=" \n")
        assert server.asked == []
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert row["overall"] == 1.0 and row["strengths"] == [] and row["flags"] == ["empty"]


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        (fails(401), 3, "key"),
        (fails(404, "The model `gpt-5-mini` does not exist", "model_not_found"), 3, "--model"),
        (fails(429, "quota", "insufficient_quota"), 3, "quota"),
        (says(None, refusal="I can't."), 4, "would not judge"),
        (Reply("<html>hello</html>", content_type="text/html"), 3, "--base-url"),
    ],
)
def test_a_failing_server_keeps_the_answer_and_names_the_cause(
    run: Run, behaviour: Reply, code: int, said: str
) -> None:
    with FakeOpenAI([behaviour]) as server:
        done = run("score", "idempotency", *at(server), stdin=STORY)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
    kept = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert kept["answer"] == STORY and kept["gradings"][0]["evaluation"] is None


def test_what_a_dead_server_left_unscored_is_scored_later(run: Run) -> None:
    answers = f"{STORY}\n/done\n" * 2
    with FakeOpenAI([judges, fails(401)]) as server:
        half = run("practice", "-n", "2", *at(server), stdin=answers)
    assert half.returncode == 5, half.stderr
    assert "1 answer is kept but not scored" in half.stderr
    assert "1 not scored" in half.stdout
    listed = json.loads(run("history", "list", "--json").stdout)["sessions"][0]
    assert listed["unscored"] == 1
    done = run("regrade", "--judge", "offline")
    assert done.returncode == 0, done.stderr
    listed = json.loads(run("history", "list", "--json").stdout)["sessions"][0]
    assert listed["unscored"] == 0
    session = json.loads(run("history", "show", "--json").stdout)["session"]
    assert [len(attempt["gradings"]) for attempt in session["attempts"]] == [1, 2]


def test_a_budget_that_cannot_be_kept_stops_before_any_call(run: Run) -> None:
    with FakeOpenAI([judges] * 2) as server:
        done = run("score", "idempotency", *at(server), "--budget", "0.01", stdin=STORY)
        assert server.asked == []
    assert done.returncode == 3, done.stderr
    assert "price" in done.stderr and "--budget" in done.stderr


def test_the_openai_key_never_goes_to_another_server(run: Run) -> None:
    key = "sk-proj-very-secret"
    with FakeOpenAI([judges]) as server:
        done = run("score", "idempotency", *at(server), stdin=STORY, env={"OPENAI_API_KEY": key})
        assert done.returncode == 0, done.stderr
        assert all(key not in str(request.headers) for request in server.asked)
    assert key not in done.stdout + done.stderr


def test_doctor_reaches_the_server_or_says_why_not(run: Run) -> None:
    with FakeOpenAI([], models=["gpt-5-mini"]) as server:
        fine = run("doctor", *at(server))
        unknown = run("doctor", *at(server)[:4], "--model", "no-such-model")
    assert fine.returncode == 0, fine.stdout
    assert "answers and offers gpt-5-mini" in " ".join(fine.stdout.split())
    assert unknown.returncode == 1 and "WRONG" in unknown.stdout
    down = run("doctor", "--json", "--judge", "openai", "--base-url", "http://127.0.0.1:9/v1")
    checks = {check["name"]: check for check in json.loads(down.stdout)["checks"]}
    assert down.returncode == 1 and not checks["judge"]["ok"]
    assert "could not be reached" in checks["judge"]["detail"]
