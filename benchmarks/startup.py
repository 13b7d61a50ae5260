"""Times whole processes: how long a person waits before the first line.

    python benchmarks/startup.py

Each figure is the median of 9 runs, after one that warms the disk cache.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mockinterview.model import Attempt, Plan, PlannedQuestion, Question
from mockinterview.stores.sqlite import SqliteStore

RUNS = 9
SESSIONS = 1_000
ANSWER = "I found the slow query with EXPLAIN and added an index, because it read every row. " * 9


def main() -> None:
    """Print the median seconds of each command."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        answer = home / "answer.txt"
        answer.write_text(ANSWER, encoding="utf-8")
        env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "MOCKINTERV"))}
        env["MOCKINTERVIEW_HOME"] = folder
        program = [sys.executable, "-m", "mockinterview"]
        # In turn, so that whatever else the machine does falls on all three alike.
        bare = [sys.executable, "-c", "import typer"]
        base, *early = timed([bare, [*program, "--help"], [*program, "--version"]], env)
        print(f"{'python -c import typer':<42}{base:6.3f} s")
        for name, taken in zip(("--help", "--version"), early, strict=True):
            ratio = f"{taken / base:.2f} x import typer"
            print(f"{f'mockinterview {name}':<42}{taken:6.3f} s  {ratio}")
        for arguments in (
            ["questions", "list"],
            ["score", "idempotency", str(answer), "--judge", "offline", "--no-save"],
        ):
            (taken,) = timed([[*program, *arguments]], env)
            print(f"{'mockinterview ' + ' '.join(arguments[:2]):<42}{taken:6.3f} s")
        seed(home / "history.db")
        (taken,) = timed([[*program, "history", "list"]], env)
        print(f"{f'mockinterview history list ({SESSIONS:,} kept)':<42}{taken:6.3f} s")


def timed(commands: Sequence[Sequence[str]], env: dict[str, str]) -> list[float]:
    """Return the median seconds of each command, run in turn; the first round only warms up."""
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(RUNS + 1):
        for command, times in zip(commands, taken, strict=True):
            began = time.perf_counter()
            subprocess.run(command, env=env, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    return [statistics.median(times[1:]) for times in taken]


def seed(file: Path) -> None:
    """Keep many one-answer sessions in ``file``."""
    question = Question(id="why", category="common", text="Why do you want to work here?")
    plan = Plan(questions=(PlannedQuestion(question=question),))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with SqliteStore(file) as store:
        for number in range(SESSIONS):
            at = start + timedelta(minutes=number)
            store.create_session(f"s{number}", at, plan)
            store.save_answer(
                Attempt(
                    id=f"a{number}",
                    session_id=f"s{number}",
                    position=0,
                    question=question,
                    answer=ANSWER,
                    asked_at=at,
                    answered_at=at,
                )
            )


if __name__ == "__main__":
    main()
