"""Runs calls side by side in threads that an interrupt need not wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def side_by_side(work: Callable[[int], T], count: int, workers: int) -> list[Future[T]]:
    """Return the finished futures of ``work(0)`` to ``work(count - 1)``, in order.

    An executor's threads are joined at exit, so Ctrl-C would wait for the slowest server;
    daemon threads are not.
    """
    futures: list[Future[T]] = [Future() for _ in range(count)]
    waiting = list(reversed(range(count)))
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                number = waiting.pop()
            try:
                futures[number].set_result(work(number))
            except BaseException as error:  # noqa: BLE001  handed to whoever asks the future
                futures[number].set_exception(error)

    for _ in range(min(count, workers)):
        threading.Thread(target=run, daemon=True).start()
    try:
        for future in futures:
            future.exception()
    finally:
        with lock:
            waiting.clear()
    return futures
