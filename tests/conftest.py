"""Every test has a home of its own and no keys, and runs the real commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.forked import run_forked

# A busy machine is slow, not wrong: speed is measured in benchmarks/, not asserted here.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# The suite syncs thousands of small files: in memory a slow disk does not stop it.
_MEMORY = Path("/dev/shm")
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

Run = Callable[..., subprocess.CompletedProcess[str]]

STORY = (
    "Last spring our clinic's booking page double-booked about thirty patients a week. "
    "I was responsible for the front desk, so my task was to stop it before the summer. "
    "I sat with two nurses for a day, wrote down each clash, and found that phone bookings "
    "reached the calendar ten minutes late. I asked IT for a shared screen and I wrote a "
    "one-page rule for who enters what, because nobody owned the calendar. "
    "Within a month double bookings fell from thirty to two a week, and the rule is still used. "
    "I learned to watch the work before I propose a tool."
)


def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: a third of the time a test waits for a server, a disk or a terminal."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh MOCKINTERVIEW_HOME; no key, no editor, a plain 80-column terminal."""
    folder = tmp_path / "home"
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "MOCKINTERVIEW_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    for name in ("VISUAL", "EDITOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOCKINTERVIEW_HOME", str(folder))
    return folder


Prepared = Callable[[str, Callable[[], object]], None]


@pytest.fixture(scope="session")
def prepared_homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where homes that several tests begin with are kept, for one process of the suite."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture
def prepared(prepared_homes: Path, home: Path) -> Prepared:
    """Fill the home by calling what makes it; the next test with that name gets a copy."""

    def fill(name: str, make: Callable[[], object]) -> None:
        if (prepared_homes / name).is_dir():
            shutil.copytree(prepared_homes / name, home)
        else:
            make()
            shutil.copytree(home, prepared_homes / name)

    return fill


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Run ``mockinterview ARGS`` as a user would, in a process of its own.

    Given an ``env``, in a fresh interpreter, as libraries read some of it when imported.
    """

    def run_it(
        *arguments: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        if env is None:
            return run_forked(arguments, stdin=stdin, folder=tmp_path / "streams")
        return subprocess.run(
            [sys.executable, "-m", "mockinterview", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            env={**os.environ, "PYTHONUTF8": "1", **env},
            check=False,
        )

    return run_it
