"""Runs work in a child process that is killed at a chosen SQL statement, as a power cut would."""

from __future__ import annotations

import os
import signal
import sqlite3
import traceback
import warnings
from collections.abc import Callable
from typing import Any


def killed_at(statement: int, work: Callable[[], object]) -> bool:
    """Run ``work`` in a fork; kill it as its SQL statement of that number (from 1) begins.

    Returns whether it was killed; False means that it came to its end first. ``work`` opens its
    own connections.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads do not matter here
        child = os.fork()
    if not child:
        _child(statement, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work itself failed"
    return False


def _child(statement: int, work: Callable[[], object]) -> None:
    real, count = sqlite3.connect, 0

    def trace(_: str) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = real(*arguments, **named)
        db.set_trace_callback(trace)
        return db

    code = 1
    try:
        sqlite3.connect = connect  # type: ignore[assignment]
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)  # never back into pytest
