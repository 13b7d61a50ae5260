"""`--help` loads nothing heavy, and every command explains itself with an example."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import Run

HEAVY = {"openai", "pydantic", "numpy", "onnxruntime", "tiktoken", "yaml", "httpx2", "sqlite3"}
COMMANDS = [
    ["practice"],
    ["resume"],
    ["score"],
    ["regrade"],
    ["history", "list"],
    ["history", "show"],
    ["questions", "list"],
    ["questions", "show"],
    ["questions", "search"],
    ["questions", "check"],
    ["rubric", "show"],
    ["prepare"],
    ["config", "show"],
    ["config", "get"],
    ["config", "set"],
    ["config", "path"],
    ["doctor"],
    ["paths"],
]


def loaded_by(code: str) -> set[str]:
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(argument: str) -> None:
    code = f"sys.argv[1:] = [{argument!r}]; from mockinterview.cli import main; main()"
    assert not HEAVY & loaded_by(code)


def test_the_offline_path_loads_no_http_client(run: Run) -> None:
    code = (
        "import mockinterview.wiring as w, mockinterview.judges.offline;"
        " w.offline_judge(); w.load_bank()"
    )
    assert not {"openai", "httpx2", "tiktoken", "numpy"} & loaded_by(code)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, command: list[str]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert f"mockinterview {' '.join(command)}" in done.stdout
    assert "Example" in done.stdout


def test_version_and_short_help(run: Run) -> None:
    assert run("--version").stdout.startswith("mockinterview ")
    assert "practice" in run("-h").stdout
