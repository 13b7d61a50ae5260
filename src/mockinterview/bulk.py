"""Grades many answers: rows in order, a bad row set aside, work resumed where it stopped."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from mockinterview.errors import (
    BadInput,
    BudgetReached,
    JudgeError,
    JudgeMisconfigured,
    MockInterviewError,
)
from mockinterview.model import Evaluation, Question
from mockinterview.ports import Judge, Task
from mockinterview.rows import evaluation_row, question_of
from mockinterview.rubric import build_rubric
from mockinterview.text import clean

#: A line longer than this is an error row, not an answer (about 150,000 words).
MOST_BYTES = 2_000_000
#: Errors of this kind are tried again when a run is resumed: the row itself is fine.
PASSING = frozenset({"unreachable", "budget", "refused", "misconfigured", "judge_failed"})

Find = Callable[[str], Question]


class Row(NamedTuple):
    """One line of the input: a task to judge, or what is wrong with the line."""

    id: str
    line: int
    sha: str
    task: Task | None
    error: dict[str, str] | None


class Graded(NamedTuple):
    """One line of the output, and whether it is an error row."""

    row: dict[str, Any]
    failed: bool


def read_rows(stream: BinaryIO, find: Find) -> Iterator[Row]:
    """Yield the rows of a JSON-lines stream as it is read; blank lines are passed over.

    ``find`` returns the bank's question for a ``question_id`` and raises MockInterviewError
    for one it does not know. A row without an id is called after its line ("line-7").
    """
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        if len(line) > MOST_BYTES:
            digest = hashlib.sha256(line)
            while line and not line.endswith(b"\n"):
                line = stream.readline(MOST_BYTES)
                digest.update(line)
            sha = digest.hexdigest()[:16]
            yield _wrong(f"line-{number}", number, sha, "too_long", "longer than 2 MB")
        elif line.strip():
            yield _row(line.strip(), number, find)


def _row(line: bytes, number: int, find: Find) -> Row:
    sha = hashlib.sha256(line).hexdigest()[:16]
    name = f"line-{number}"
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        return _wrong(name, number, sha, "not_json", f"not JSON: {error}")
    except RecursionError:
        return _wrong(name, number, sha, "not_json", "nested too deeply")
    if not isinstance(data, dict):
        return _wrong(name, number, sha, "not_an_object", "not a JSON object")
    name = str(data["id"]) if data.get("id") not in (None, "") else name
    try:
        task = _task(data, find)
    except MockInterviewError as error:
        return _wrong(name, number, sha, "unknown_question", error.message)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return _wrong(name, number, sha, "bad_row", " ".join(str(error).split())[:300])
    return Row(name, number, sha, task, None)


def _task(data: dict[str, Any], find: Find) -> Task:
    answer = data.get("answer")
    if not isinstance(answer, str):
        raise ValueError("'answer' is missing or not a text")
    if isinstance(data.get("question"), str) and data["question"].strip():
        wanted = ("question", "question_id", "reference", "key_points", "kind")
        question = _ad_hoc(json.dumps({n: data.get(n) for n in wanted}, sort_keys=True))
    elif isinstance(data.get("question_id"), str):
        question = find(data["question_id"])
    else:
        raise ValueError("neither 'question' nor 'question_id' is given")
    return Task(question, _rubric(question), clean(answer))


@lru_cache(maxsize=512)
def _ad_hoc(data: str) -> Question:
    return question_of(json.loads(data))


@lru_cache(maxsize=512)
def _rubric(question: Question) -> Any:
    return build_rubric(question)


def _wrong(name: str, number: int, sha: str, code: str, message: str) -> Row:
    return Row(name, number, sha, None, {"code": code, "message": f"line {number}: {message}"})


def in_order(
    judge: Judge,
    tasks: Iterable[Task],
    workers: int | None = None,
    spawn: Callable[[], Judge] | None = None,
) -> Iterator[Evaluation | JudgeError]:
    """Yield the evaluation of each task, or the error instead, in the order of ``tasks``.

    With ``spawn``, a module-level function that makes a judge like ``judge``, the work is done
    in processes (a judge that computes), one per core unless ``workers`` says otherwise;
    without it in four threads (a judge that waits). Only a few tasks per worker are taken
    ahead, so memory does not grow with their number.
    """
    count = workers or (os.cpu_count() or 1 if spawn else 4)
    if count == 1:
        yield from (_try(judge, task) for task in tasks)
        return
    pool: Executor
    work: Callable[[Task], Evaluation | JudgeError]
    if spawn is None:
        pool, work = ThreadPoolExecutor(count), partial(_try, judge)
    else:
        # Spawned, not forked: the parent may hold threads of the model's run time.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(spawn,))
        work = _here
    try:
        yield from _flow(tasks, lambda task: pool.submit(work, task), 4 * count)
    finally:
        pool.shutdown(wait=spawn is not None, cancel_futures=True)


def _flow(
    tasks: Iterable[Task],
    submit: Callable[[Task], Future[Evaluation | JudgeError]],
    ahead: int,
) -> Iterator[Evaluation | JudgeError]:
    waiting: deque[Future[Evaluation | JudgeError]] = deque()
    try:
        for task in tasks:
            waiting.append(submit(task))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise JudgeError(
            "A worker process was ended from outside, perhaps for want of memory.",
            "Run the same command again, with fewer --workers if memory is short; "
            "with -o, what is graded is kept.",
        ) from error


def _try(judge: Judge, task: Task) -> Evaluation | JudgeError:
    try:
        return judge.evaluate(task)
    except JudgeError as error:
        return error


_judge_here: list[Judge] = []  # one per worker process; its weights are loaded once


def _begin(spawn: Callable[[], Judge]) -> None:
    # Ctrl-C reaches every process of the terminal; the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    _judge_here[:] = [spawn()]


def _follow_parent() -> None:
    """End this worker when its parent is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _here(task: Task) -> Evaluation | JudgeError:
    return _try(_judge_here[0], task)


def grade(
    rows: Iterable[Row],
    judge: Judge,
    workers: int | None = None,
    spawn: Callable[[], Judge] | None = None,
) -> Iterator[Graded]:
    """Yield one output row per input row, in order.

    When the budget is reached or the server says that key or model are wrong, no more rows are
    taken; those under way are still yielded, the failed ones as error rows, and then it raises.

    Raises:
        BudgetReached, JudgeMisconfigured: see above.
    """
    sound: deque[Row] = deque()
    stopped: list[JudgeError] = []

    def tasks() -> Iterator[Task]:
        for row in rows:
            sound.append(row)
            if row.task is not None:
                yield row.task
            if stopped:
                return

    for result in in_order(judge, tasks(), workers, spawn):
        while sound[0].task is None:
            yield _error_row(sound.popleft())
        if isinstance(result, BudgetReached | JudgeMisconfigured):
            stopped.append(result)
        yield _graded_row(sound.popleft(), result)
    while sound and not stopped:
        yield _error_row(sound.popleft())
    if stopped:
        raise stopped[0]


def _graded_row(row: Row, result: Evaluation | JudgeError) -> Graded:
    if isinstance(result, JudgeError):
        error = {"code": result.code, "message": result.message}
        return Graded({"id": row.id, "input": row.sha, "error": error}, failed=True)
    answer = row.task.answer if row.task else ""
    made = evaluation_row(row.id, answer, result)
    return Graded({"id": row.id, "input": row.sha, **made}, failed=False)


def _error_row(row: Row) -> Graded:
    return Graded({"id": row.id, "input": row.sha, "error": row.error}, failed=True)


class Done(NamedTuple):
    """What an earlier run left: rows that stand, how many of them are errors, the bytes they
    take, and the input of those that failed for a passing reason, by their place in the file.
    """

    rows: int
    failed: int
    size: int
    again: dict[int, Row]


def done_so_far(out: Path, rows: Iterator[Row]) -> Done:
    """Return how much of ``out`` is already graded, taking as many from ``rows``.

    A torn last line does not count.

    Raises:
        BadInput: ``out`` holds something else, or was made from other input.
    """
    count = failed = size = 0
    again: dict[int, Row] = {}
    with out.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            made = _made(line)
            if not line.endswith(b"\n"):
                break
            if made is None:
                raise BadInput(
                    f"{out}, line {number} is not a row that grade wrote.",
                    "Name another file with -o.",
                )
            row = next(rows, None)
            if row is None or made.get("input") != row.sha:
                raise BadInput(
                    f"{out}, line {number} was made from other input than this file"
                    f"{f', line {row.line}' if row else ' (which is shorter)'}.",
                    "Name another file with -o, or begin again with --restart.",
                )
            error = made.get("error")
            if isinstance(error, dict) and error.get("code") in PASSING:
                again[count] = row
            failed += "error" in made
            count, size = count + 1, size + len(line)
    return Done(count, failed, size, again)


def is_ours(out: Path) -> bool:
    """Whether ``out`` is empty or begins with a row that grade wrote (perhaps torn)."""
    with out.open("rb") as stream:
        line = stream.readline(MOST_BYTES)
    return not line or _made(line) is not None or line.startswith(b'{"id": ')


def put_in(out: Path, made: dict[int, bytes], rows: int) -> None:
    """Replace lines of ``out`` by their places (from 0), all or none; keep ``rows`` lines."""
    fresh = out.with_name(out.name + ".new")
    with out.open("rb") as old, fresh.open("wb") as new:
        fresh.chmod(0o600)
        for place, line in zip(range(rows), old, strict=False):
            new.write(made.get(place, line))
        new.flush()
        os.fsync(new.fileno())
    fresh.replace(out)


def _made(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "id" in found and "input" in found else None
