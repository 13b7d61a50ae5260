"""``config``, ``doctor`` and ``paths``: settings, the state of the installation, the files."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview import __version__
from mockinterview.cli.console import note
from mockinterview.cli.practice import BaseUrlOption, JsonOption, JudgeOption, ModelOption
from mockinterview.cli.voicing import voice_line
from mockinterview.errors import ExitCode, MockInterviewError, StoreError
from mockinterview.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockinterview.config import Settings

config_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Show and change settings."
)
_PACKAGES = ("openai", "typer", "rich", "pydantic", "pyyaml", "tiktoken", "genai-prices")


@config_app.command("show")
def show_config(as_json: JsonOption = False) -> None:
    """Show every setting as it stands, with what it means.

    \b
    Example:
      mockinterview config show
    """
    from mockinterview import config
    from mockinterview.cli import console

    settings = config.current()
    if as_json:
        console.print_json({"schema": 1, "settings": settings.model_dump()})
        return
    rows = [
        [key, "" if value is None else str(value), field.description or ""]
        for (key, value), field in zip(settings, config.Settings.model_fields.values(), strict=True)
    ]
    console.table(["setting", "value", "what it does"], rows, console.out())


@config_app.command("get")
def get_config(key: Annotated[str, typer.Argument(help="Name of a setting.")]) -> None:
    """Print one setting.

    \b
    Example:
      mockinterview config get role
    """
    from mockinterview import config

    value = config.value_of(config.current(), key)
    typer.echo("" if value is None else clean(str(value)))


@config_app.command("set")
def set_config(
    key: Annotated[str, typer.Argument(help="Name of a setting (see: config show).")],
    value: Annotated[str, typer.Argument(help="Its new value.")],
) -> None:
    """Change one setting. Keys are never kept here: they come from the environment.

    \b
    Examples:
      mockinterview config set role "data analyst"
      mockinterview config set base_url http://localhost:11434/v1
    """
    from mockinterview import config

    file = config.paths().config_file
    settings = config.set_value(file, key, value)
    note(f"{key} = {getattr(settings, key)} (in {file})")


@config_app.command("path")
def config_path() -> None:
    """Print where the settings file is (or would be).

    \b
    Example:
      mockinterview config path
    """
    from mockinterview import config

    typer.echo(config.paths().config_file)


def show_paths(as_json: JsonOption = False) -> None:
    """Print where sessions, settings, your packs and the cache are.

    Set MOCKINTERVIEW_HOME to keep them all in a folder of your choice.

    \b
    Example:
      mockinterview paths
    """
    from mockinterview import config
    from mockinterview.cli import console

    where = config.paths()
    found = {
        "history": str(where.store),
        "settings": str(where.config_file),
        "packs": str(where.packs),
        "cache": str(where.cache),
    }
    if as_json:
        console.print_json({"schema": 1, "paths": found})
        return
    for name, path in found.items():
        typer.echo(f"{name:<9} {path}")


def doctor(
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend the history file first, if it is damaged.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the installation: packages, question bank, history, judge, and what voice needs.

    With the openai judge this asks the server for its list of models; nothing of yours is sent.
    --repair makes the search index again; of a damaged history it rescues what can be read into
    a new file, keeps the damaged one beside it, and says what was lost. Close other mockinterview
    windows first.

    \b
    Examples:
      mockinterview doctor
      mockinterview doctor --repair
      mockinterview doctor --judge openai --base-url http://localhost:11434/v1
    """
    from mockinterview import config
    from mockinterview.cli import console

    mended = _repair() if repair else None
    rows = [
        ("mockinterview", True, f"{__version__}, Python {platform.python_version()}"),
        ("packages", True, ", ".join(_versions())),
        _try("settings", lambda: _settings_line()),
        _try("questions", _bank_line),
        _try("history", _store_line),
        _try(
            "judge",
            lambda: _judge_line(config.current(judge=judge, model=model, base_url=base_url)),
        ),
        _try("voice", lambda: voice_line(config.current())),
    ]
    if as_json:
        checks = [{"name": name, "ok": fine, "detail": detail} for name, fine, detail in rows]
        console.print_json({"schema": 1, "checks": checks, "repair": mended})
    else:
        out = console.out()
        for name, fine, detail in rows:
            mark = ("ok    ", "green") if fine else ("WRONG ", "bold red")
            out.print(console.styled(mark, (f"{name:<14}", "bold"), detail))
    if not all(fine for _, fine, _ in rows):
        raise typer.Exit(int(ExitCode.FAILED))


def _try(name: str, look: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, look()
    except MockInterviewError as error:
        return name, False, f"{error.message} {error.hint}".strip()


def _versions() -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return found


def _settings_line() -> str:
    from mockinterview import config

    file = config.paths().config_file
    config.load(file)
    return str(file) if file.exists() else f"defaults ({file} does not exist)"


def _bank_line() -> str:
    from mockinterview import wiring

    bank = wiring.load_bank()
    errors = [problem for problem in bank.problems if problem.severity == "error"]
    if errors:
        raise MockInterviewError(
            f"{len(errors)} mistakes in packs.", "See them: mockinterview questions check"
        )
    return f"{len(bank.questions)} questions in {len(bank.packs)} packs"


def _store_line() -> str:
    from mockinterview import config, wiring

    with wiring.open_store() as store:
        count, wrong = len(store.sessions()), store.problems()
    if wrong:
        raise StoreError(" ".join(wrong), "Run: mockinterview doctor --repair")
    return f"{count} sessions in {config.paths().store}"


def _repair() -> dict[str, object]:
    from mockinterview import wiring

    done = wiring.repair_store()
    if done.aside is None:
        note("The history is sound; its search index was made again.")
    else:
        note(f"Rescued {done.sessions} sessions with {done.attempts} answers.")
        for sentence in done.lost or ("Nothing is known to be lost.",):
            note(sentence)
        note(f"The damaged file is kept: {done.aside}")
    return {
        "sound": done.aside is None,
        "damaged_file": done.aside and str(done.aside),
        "sessions": done.sessions,
        "attempts": done.attempts,
        "lost": done.lost,
    }


def _judge_line(settings: Settings) -> str:
    from mockinterview import wiring

    judge, choice = wiring.make_judge(settings)
    if choice.name == "offline":
        return choice.told
    check: Any = getattr(judge, "check", None)
    reached = check() if check is not None else ""
    key = "OPENAI_API_KEY is set" if os.environ.get("OPENAI_API_KEY") else "no OPENAI_API_KEY"
    return f"{choice.told} {reached} ({key})"
