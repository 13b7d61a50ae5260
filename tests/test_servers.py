"""Which server is which, and which key may be sent where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.errors import ConfigurationError, JudgeRefused, JudgeUnreachable
from mockinterview.judges import JUDGES
from mockinterview.judges.outcome import lowest
from mockinterview.judges.scripted import ScriptedJudge
from mockinterview.judges.servers import SERVERS, host, resolve_key, server_for
from mockinterview.model import Provenance
from tests.judge_samples import task

ALL_KEYS = {server.key_variable: f"key-of-{server.name}" for server in SERVERS}
OPENAI_KEY = ALL_KEYS["OPENAI_API_KEY"]


def test_no_address_means_openai() -> None:
    assert server_for(None).name == "openai" and host(None) == "api.openai.com"
    assert resolve_key(None, {"OPENAI_API_KEY": " sk-1 \n"}) == "sk-1"
    assert resolve_key(None, {"MOCKINTERVIEW_API_KEY": "other"}) is None


@pytest.mark.parametrize("url", ["https://api.openai.com", "https://API.OpenAI.com:443/v1/"])
def test_openais_own_address_gets_openais_key(url: str) -> None:
    assert resolve_key(url, ALL_KEYS) == OPENAI_KEY


@pytest.mark.parametrize(
    "url",
    [
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.example.org/v1",
        "https://example.org/api.openai.com/v1",
        "https://xapi.openai.com/v1",
        "https://example.org?api.openai.com",
        "http://localhost:11434/v1",
        "https://api.groq.com/openai/v1",
    ],
)
def test_openais_key_goes_nowhere_else(url: str) -> None:
    assert resolve_key(url, ALL_KEYS) != OPENAI_KEY
    assert resolve_key(url, {"OPENAI_API_KEY": OPENAI_KEY}) == "not-needed"


@given(
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True),
    st.none() | st.integers(1, 65535),
    st.sampled_from(["", "/v1", "/api.openai.com", "?x=api.openai.com", "#api.openai.com"]),
)
def test_no_other_host_ever_gets_openais_key(
    scheme: str, name: str, port: int | None, tail: str
) -> None:
    url = f"{scheme}://{name}{f':{port}' if port else ''}{tail}"
    if (scheme, name, port or 443) == ("https", "api.openai.com", 443):
        return
    assert resolve_key(url, {"OPENAI_API_KEY": OPENAI_KEY}) == "not-needed"


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_every_row_is_found_by_its_address_and_gets_its_own_key(server: object) -> None:
    row = next(item for item in SERVERS if item is server)
    assert server_for(row.base_url) is row
    assert resolve_key(row.base_url, ALL_KEYS) == ALL_KEYS[row.key_variable]


def test_a_known_server_falls_back_to_our_own_variable() -> None:
    url = "https://api.groq.com/openai/v1"
    assert resolve_key(url, {"MOCKINTERVIEW_API_KEY": "mine"}) == "mine"
    assert resolve_key(url, {"MOCKINTERVIEW_API_KEY": "mine", "GROQ_API_KEY": "g"}) == "g"
    assert resolve_key("http://10.0.0.7:9000/v1", {"MOCKINTERVIEW_API_KEY": "mine"}) == "mine"


def test_loopback_names_are_the_same_server_but_shown_as_given() -> None:
    assert server_for("http://127.0.0.1:11434/v1").name == "ollama"
    assert host("http://127.0.0.1:11434/v1") == "127.0.0.1:11434"
    assert host("http://[::1]:8080/v1") == "[::1]:8080"
    assert server_for("http://127.0.0.1:5555/v1").json_schema, "unknown servers are tried first"


@pytest.mark.parametrize(
    "url",
    [
        "api.openai.com/v1",
        "ftp://api.openai.com",
        "https://",
        "http://[::1",
        "http://host:99999999/v1",
        "https://user:secret@example.org/v1",
        "user:secret@example.org",
        "https://api.openai.com\\@example.org/v1",
        "https://api.openai.com\t.example.org/",
    ],
)
def test_an_address_that_is_none_is_refused_and_no_secret_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_key(url, ALL_KEYS)
    assert "secret" not in caught.value.message + caught.value.hint
    assert caught.value.hint


def test_names_of_keys_and_servers_are_unique() -> None:
    assert len({server.name for server in SERVERS}) == len(SERVERS)
    assert sum(server.key_variable == "OPENAI_API_KEY" for server in SERVERS) == 1


def test_the_table_of_judges_loads_nothing_heavy() -> None:
    code = (
        "import sys, mockinterview.judges, mockinterview.judges.servers\n"
        "print([m for m in ('openai', 'pydantic', 'tiktoken', 'genai_prices') if m in sys.modules])"
    )
    source = str(Path(__file__).parents[1] / "src")
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": source, "PATH": ""},
    )
    assert ran.stdout.strip() == "[]"
    assert set(JUDGES) == {"openai", "offline"}


def test_the_scripted_judge_says_its_script_and_no_more() -> None:
    one = lowest(task(), (), Provenance(judge="scripted", model="none"))
    judge = ScriptedJudge([one, JudgeUnreachable("down")])
    assert judge.evaluate(task()) is one
    with pytest.raises(JudgeUnreachable, match="down"):
        judge.evaluate(task())
    with pytest.raises(JudgeRefused, match="no reply left"):
        judge.evaluate(task())
    assert len(judge.tasks) == 3
