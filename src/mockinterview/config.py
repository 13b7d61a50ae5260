"""Settings: option over environment over config file over default; and where files live.

The config file is TOML without sections. Keys for servers are never in it: they come from
the environment.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mockinterview.errors import ConfigurationError, UsageError
from mockinterview.model import Mode, Style

_SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)


class Settings(BaseModel):
    """Every setting with its default; the names are the keys of the config file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judge: Literal["auto", "openai", "offline"] = Field(
        "auto", description="Who scores: auto takes openai when a key or a server is set."
    )
    model: str = Field("", description="Model the openai judge asks (default: the server's).")
    base_url: str = Field("", description="A chat-completions server other than OpenAI's.")
    timeout: float = Field(60, gt=0, le=3600, description="Seconds to wait for one reply.")
    samples: int = Field(1, ge=1, le=9, description="Readings per answer; the median counts.")
    budget: float | None = Field(None, gt=0, description="Most US dollars one run may cost.")
    questions: int = Field(5, ge=1, le=100, description="Questions in one practice.")
    role: str = Field("API developer", description="Role to practise for (a pack's role or id).")
    mode: Mode = Field("coach", description="coach: feedback after each answer; exam: at the end.")
    style: Style = Field("neutral", description="How the interviewer speaks.")
    follow_ups: int = Field(1, ge=0, le=2, description="Most follow-up questions per answer.")
    scores: bool = Field(True, description="Show numbers beside the words.")
    stt: Literal["auto", "local", "openai"] = Field(
        "auto", description="Who turns speech into text: auto stays on this machine if it can."
    )
    stt_model: str = Field("", description="Speech model: base or tiny.en locally, or a server's.")
    tts: Literal["auto", "piper", "espeak", "openai"] = Field(
        "auto", description="Whose voice asks: auto takes piper where installed, else espeak."
    )
    keep_audio: bool = Field(False, description="Keep recordings after an answer is scored.")
    stop_on_silence: float = Field(
        0, ge=0, le=60, description="Seconds of silence that end an answer (0: only Enter does)."
    )
    audio_url: str = Field("", description="An audio server that speaks like OpenAI's.")
    predict: bool = Field(False, description="Ask for your own score before the feedback.")


class Paths(NamedTuple):
    """Where this product keeps its files."""

    config: Path
    data: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        """The settings file; it need not exist."""
        return self.config / "config.toml"

    @property
    def store(self) -> Path:
        """The one SQLite file with all sessions."""
        return self.data / "history.db"

    @property
    def packs(self) -> Path:
        """The user's own question packs."""
        return self.config / "questions"


def paths() -> Paths:
    """Return the platform's folders, or those under ``MOCKINTERVIEW_HOME`` where it is set."""
    home = os.environ.get("MOCKINTERVIEW_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root, root, root / "cache")
    import platformdirs

    dirs = platformdirs.PlatformDirs("mockinterview", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_cache_path)


def load(file: Path, **options: Any) -> Settings:
    """Return the settings: ``options`` that are not None win over environment and file.

    Raises:
        ConfigurationError: the file or an environment variable cannot be used.
        UsageError: one of ``options`` cannot be used.
    """
    given = {key: value for key, value in options.items() if value is not None}
    stored = {**_from_file(file), **_from_environment()}
    try:
        return Settings(**{**_named(stored, str(file)), **given})
    except ValidationError as error:
        key, said = _complaint(error)
        if key in given:
            option = f"--{key.replace('_', '-')}"
            raise UsageError(f"{option} {given[key]!r} cannot be used.", said) from error
        raise _unusable(key, stored, said, str(file)) from error


def current(**options: Any) -> Settings:
    """Return this user's settings: `load` on the settings file of this machine."""
    return load(paths().config_file, **options)


def set_value(file: Path, key: str, value: str) -> Settings:
    """Write one setting into the file, other lines and comments untouched; return the result.

    Raises:
        UsageError: no such setting, a value it cannot take, or a secret.
    """
    _check_key(key)
    stored = _from_file(file)
    parsed = _parse(key, value)
    try:
        settings = Settings(**{**_named(stored, str(file)), key: parsed})
    except ValidationError as error:
        wrong, said = _complaint(error)
        if wrong == key:
            raise UsageError(f"{key} = {value!r} cannot be used.", said) from error
        raise _unusable(wrong, stored, said, str(file)) from error
    _write_line(file, key, getattr(settings, key))
    return settings


def value_of(settings: Settings, key: str) -> Any:
    """Return one setting by its name; UsageError names the nearest where there is none."""
    _check_key(key)
    return getattr(settings, key)


def _parse(key: str, value: str) -> Any:
    annotation = Settings.model_fields[key].annotation
    if annotation is bool:
        wanted = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        if value.lower() not in wanted:
            raise UsageError(f"{key} is true or false, not {value!r}.")
        return wanted[value.lower()]
    if annotation is int and re.fullmatch(r"-?\d+", value):
        return int(value)
    if annotation in (float, float | None):
        try:
            return float(value)
        except ValueError:
            raise UsageError(f"{key} is a number, not {value!r}.") from None
    return value


def _check_key(key: str) -> None:
    if key in Settings.model_fields:
        return
    if _SECRET.search(key):
        raise UsageError(
            f"{key!r} is not kept in a file.",
            "Keys come from the environment: export OPENAI_API_KEY=… "
            "(or MOCKINTERVIEW_API_KEY for another server).",
        )
    near = get_close_matches(key, Settings.model_fields, n=1)
    known = ", ".join(Settings.model_fields)
    hint = f"Did you mean {near[0]!r}?" if near else f"Settings: {known}."
    raise UsageError(f"There is no setting {key!r}.", hint)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} is not valid TOML: {error}.", "Mend that line, or delete the file."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error


def _from_environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in Settings.model_fields:
        name = f"MOCKINTERVIEW_{key.upper()}"
        value = os.environ.get(name)
        if value:
            try:
                found[key] = _parse(key, value)
            except UsageError as error:
                raise ConfigurationError(f"{name}: {error.message}", error.hint) from error
    return found


def _named(values: dict[str, Any], where: str) -> dict[str, Any]:
    for key in values:
        try:
            _check_key(key)
        except UsageError as error:
            raise ConfigurationError(f"{where}: {error.message}", error.hint) from error
    return values


def _complaint(error: ValidationError) -> tuple[str, str]:
    """Return the setting that is wrong and, in plain words, what it can be."""
    first = error.errors()[0]
    key, limits = str(first["loc"][0]), first.get("ctx", {})
    said = {
        "greater_than": "It must be more than {gt}.",
        "greater_than_equal": "It must be at least {ge}.",
        "less_than_equal": "It must be at most {le}.",
        "literal_error": "Choose one of: {expected}.",
    }.get(first["type"])
    return key, said.format(**limits) if said else f"{first['msg']}."


def _unusable(key: str, stored: dict[str, Any], said: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        f"{key} = {stored.get(key)!r} cannot be used.",
        f"{said} It stands in {where} or in MOCKINTERVIEW_{key.upper()}.",
    )


def _write_line(file: Path, key: str, value: Any) -> None:
    import json

    old = file.read_text(encoding="utf-8") if file.exists() else ""
    # JSON strings, numbers and booleans are valid TOML.
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    pattern = re.compile(rf"^{re.escape(key)}\s*=.*$", re.MULTILINE)
    if pattern.search(old):
        new = pattern.sub(lambda _: line, old)
    else:
        new = f"{old.rstrip()}\n{line}\n".lstrip("\n")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, delete=False, encoding="utf-8"
        ) as part:
            part.write(new)
        Path(part.name).replace(file)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}.") from error
