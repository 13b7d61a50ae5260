"""The wheel, installed in a clean environment with networking blocked, holds an interview."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import STORY

ROOT = Path(__file__).parents[1]
# Loaded at every start of the clean environment: any connection attempt is a failure.
NO_NETWORK = """
import socket
def refuse(*args, **kwargs):
    raise RuntimeError("the network was used")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A copy without caches or virtual environments, as a clone would be.
    source = tmp_path_factory.mktemp("source")
    for name in ("src", "prompts", "questions"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = source / "dist"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def clean_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; dependencies come from this one by a path file."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)],
        check=True,
    )
    site = Path(
        subprocess.run(
            [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (site / "sitecustomize.py").write_text(NO_NETWORK)
    return python


def test_the_wheel_holds_prompts_and_questions(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "mockinterview/_data/questions/api-developer.yaml" in names
    assert any(name.startswith("mockinterview/_data/prompts/judge/v1/") for name in names)
    assert "mockinterview/py.typed" in names


def test_an_interview_from_the_wheel_without_network(clean_python: Path, tmp_path: Path) -> None:
    command = clean_python.parent / "mockinterview"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}

    def use(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(command), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=env,
            check=False,
        )

    where = subprocess.run(
        [str(clean_python), "-c", "import mockinterview; print(mockinterview.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout
    assert str(clean_python.parents[1]) in where
    done = use("practice", "-n", "3", stdin=f"{STORY}\n/done\n" * 3)
    assert done.returncode == 0, done.stderr
    assert "Summary" in done.stdout
    shown = use("history", "show")
    assert "double-booked" in shown.stdout, shown.stderr
    report = use("report", "-o", "-")
    assert report.returncode == 0 and "<!doctype html>" in report.stdout, report.stderr
    assert use("doctor").returncode == 0
    assert use("questions", "check").returncode == 0


def test_a_checkout_works_without_being_installed(tmp_path: Path) -> None:
    for name in ("src", "prompts", "questions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    script = (
        "import mockinterview.resources as r, mockinterview.bank as b;"
        "print(r.__file__, len(b.load_bank().questions))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
    )
    where, count = done.stdout.split()
    assert str(tmp_path) in where and int(count) >= 60
