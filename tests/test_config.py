"""Settings: who wins over whom, clear errors, and no secret ever in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockinterview import config, wiring
from mockinterview.errors import ConfigurationError, UsageError
from tests.conftest import Run


def test_option_over_environment_over_file_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    assert config.load(file).questions == 5
    file.write_text("questions = 4\nmode = 'exam'\n")
    assert config.load(file).questions == 4
    monkeypatch.setenv("MOCKINTERVIEW_QUESTIONS", "3")
    assert config.load(file).questions == 3
    assert config.load(file, questions=2, mode=None).questions == 2
    assert config.load(file, questions=2, mode=None).mode == "exam"


def test_set_keeps_comments_and_other_lines(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    config.set_value(file, "role", 'the "boss"')
    file.write_text(f"# mine\n{file.read_text()}scores = true # yes\n")
    config.set_value(file, "questions", "7")
    config.set_value(file, "role", "Data analyst")
    assert file.read_text().startswith("# mine\n")
    settings = config.load(file)
    assert (settings.role, settings.questions, settings.scores) == ("Data analyst", 7, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("questions = ", "TOML"),
        ("quesions = 3", "questions"),
        ("questions = 0", "questions"),
        ("mode = 'silent'", "coach"),
        ("api_key = 'sk-secret'", "environment"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        config.load(file)
    told = caught.value.message + caught.value.hint
    assert said in told and str(file) in told and "sk-secret" not in told


def test_a_wrong_option_is_wrong_usage_and_a_wrong_variable_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(UsageError) as caught:
        config.load(file, follow_ups=3)
    assert "--follow-ups" in caught.value.message and str(file) not in caught.value.hint
    assert "at most 2" in caught.value.hint
    monkeypatch.setenv("MOCKINTERVIEW_FOLLOW_UPS", "-1")
    with pytest.raises(ConfigurationError) as wrong:
        config.load(file)
    assert "MOCKINTERVIEW_FOLLOW_UPS" in wrong.value.hint and "at least 0" in wrong.value.hint


@pytest.mark.parametrize(
    ("key", "value"), [("scores", "perhaps"), ("budget", "-1"), ("budget", "much"), ("nope", "1")]
)
def test_set_refuses_what_cannot_be_used(tmp_path: Path, key: str, value: str) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(UsageError):
        config.set_value(file, key, value)
    assert not file.exists()


def test_the_commands_get_set_show_and_path(run: Run, home: Path) -> None:
    assert run("config", "get", "role").stdout == "API developer\n"
    assert run("config", "set", "role", "Data analyst").returncode == 0
    assert run("config", "get", "role").stdout == "Data analyst\n"
    assert "Data analyst" in run("config", "show").stdout
    assert run("config", "path").stdout.strip() == str(home / "config.toml")
    assert str(home) in run("paths").stdout


def choice(tmp_path: Path, **options: object) -> wiring.Choice:
    return wiring.choose_judge(config.load(tmp_path / "none.toml", **options))


def test_auto_is_offline_without_a_key_and_openai_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choice(tmp_path).name == "offline"
    assert "Nothing leaves" in choice(tmp_path).told
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with_key = choice(tmp_path)
    assert with_key.name == "openai" and "api.openai.com" in with_key.told
    assert "your answers are sent" in with_key.told and "secret" not in with_key.told
    assert choice(tmp_path, judge="offline").name == "offline"


def test_a_server_on_this_machine_is_told_from_one_that_is_not(tmp_path: Path) -> None:
    local = choice(tmp_path, base_url="http://localhost:11434/v1", model="m")
    assert "on this machine" in local.told
    away = choice(tmp_path, base_url="https://llm.example.org/v1", model="m")
    assert "llm.example.org" in away.told and "sent there" in away.told
