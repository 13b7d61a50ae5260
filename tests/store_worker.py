"""A process of its own for test_store_crash: ``store_worker.py JOB FILE NAME COUNT``.

It prints each answer's id after the save has returned, or the StoreError that ended it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from mockinterview.errors import StoreError
from mockinterview.model import Attempt, Plan, PlannedQuestion, Question
from mockinterview.stores.sqlite import SqliteStore

WORDS = "I measured the queue, found the slow query and cut the wait. " * 20


def main(job: str, file: Path, name: str, count: int) -> None:
    """Save ``count`` answers; job "full" allows the process no file above 400 kB."""
    if job == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    now = datetime.now(UTC)
    question = Question(id="q", category="technical", text="Why was it slow?")
    try:
        with SqliteStore(file) as store:
            if job != "join":
                plan = Plan(questions=(PlannedQuestion(question=question),))
                store.create_session(name, now, plan)
            session = "shared" if job == "join" else name
            for i in range(count):
                attempt = Attempt(
                    id=f"{name}-{i}",
                    session_id=session,
                    position=i,
                    question=question,
                    answer=f"{name} {i}: {WORDS}",
                    asked_at=now,
                    answered_at=now,
                )
                store.save_answer(attempt)
                # Past Python's buffers, so that a kill cannot take the line away.
                os.write(1, f"{attempt.id}\n".encode())
    except StoreError as error:
        os.write(1, f"error: {error.message} | {error.hint}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
