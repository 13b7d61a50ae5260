"""``grade`` many answers from a file, and ``measure`` one without judging it."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from mockinterview.cli.practice import (
    BaseUrlOption,
    BudgetOption,
    JsonOption,
    JudgeOption,
    ModelOption,
    SamplesOption,
    announced_judge,
)
from mockinterview.errors import (
    BadInput,
    BudgetReached,
    ExitCode,
    JudgeMisconfigured,
    UsageError,
)

if TYPE_CHECKING:
    from mockinterview.bulk import Done, Graded, Row
    from mockinterview.ports import Judge


def grade(
    file: Annotated[
        Path, typer.Argument(help="Answers as JSON lines; - reads the pipe.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Where the grades go (default: standard output)."),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin again although --out holds grades.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Answers judged at once (offline: one per core)."),
    ] = None,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
) -> None:
    """Grade many answers; stopped half-way, the same command goes on where it stopped.

    Each line of FILE is {"id", "question", "answer"} with reference, key_points and kind
    (behavioral or technical) where you have them, or {"id", "question_id", "answer"} for a
    question of the bank. Each line of the output has the same id, in the same order; a line
    that cannot be graded becomes {"id", "error"} and the rest goes on. Rows that failed for
    the network or the budget are tried again by the next run.

    \b
    Examples:
      mockinterview grade cohort.jsonl -o grades.jsonl
      mockinterview grade cohort.jsonl -o grades.jsonl --judge openai --budget 2.50
      cat cohort.jsonl | mockinterview grade - > grades.jsonl
    """
    from mockinterview import config

    settings = config.current(
        judge=judge, model=model, base_url=base_url, samples=samples, budget=budget
    )
    if out is not None and str(out) == "-":
        out = None
    if out is not None and out.exists() and file.exists() and out.samefile(file):
        raise UsageError("--out is the input file.", "Name another file for the grades.")
    chosen = announced_judge(settings)
    with _opened(file) as stream, _claimed(out):
        _run(file, stream, out, chosen, workers, restart=restart)


def _run(
    file: Path,
    stream: BinaryIO,
    out: Path | None,
    judge: Judge,
    workers: int | None,
    *,
    restart: bool,
) -> None:
    from mockinterview.bulk import read_rows

    total = _count(file)
    rows = read_rows(stream, _finder())
    done = _resumed(out, rows, restart=restart)
    began, tally = time.monotonic(), {"rows": done.rows, "failed": done.failed}
    if done.rows:
        typer.echo(f"{done.rows} rows are graded already; going on after them.", err=True)
    code, mended = ExitCode.OK, 0
    try:
        if out is not None and done.again:
            done, mended = _mend(out, done, judge, workers)
            tally["failed"] = done.failed
        _write(rows, out, done, judge, workers, total, tally)
    except (BudgetReached, JudgeMisconfigured) as error:
        typer.echo(f"Stopped: {error.message} {error.hint}".rstrip(), err=True)
        code = error.exit_code
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    graded = tally["rows"] - done.rows + mended
    _sum_up(judge, tally, graded, time.monotonic() - began)
    if code is not ExitCode.OK and out is not None:
        typer.echo("What is graded is kept. Run the same command again to go on.", err=True)
    if code is ExitCode.OK and tally["failed"]:
        code = ExitCode.UNSCORED
    if code is not ExitCode.OK:
        raise typer.Exit(int(code))


def _mend(out: Path, done: Done, judge: Judge, workers: int | None) -> tuple[Done, int]:
    """Grade again what failed for a passing reason; return the new state and how many rows."""
    from mockinterview import bulk, wiring

    typer.echo(f"{len(done.again)} rows failed before and are tried again.", err=True)
    spawn = wiring.offline_judge if judge.name == "offline" else None
    places = list(done.again)
    lines: dict[int, bytes] = {}
    failed = done.failed - len(places)
    try:
        for made in bulk.grade(iter(done.again.values()), judge, workers, spawn):
            lines[places[len(lines)]] = _line(made)
            failed += made.failed
    finally:
        bulk.put_in(out, lines, done.rows)
    size = out.stat().st_size
    return done._replace(failed=failed, size=size, again={}), len(lines)


def _write(
    rows: Iterator[Row],
    out: Path | None,
    done: Done,
    judge: Judge,
    workers: int | None,
    total: int | None,
    tally: dict[str, int],
) -> None:
    from mockinterview import bulk, wiring
    from mockinterview.cli import console

    spawn = wiring.offline_judge if judge.name == "offline" else None
    left = None if total is None else max(0, total - done.rows)
    with _sink(out, done.size) as write, console.progress("answers", left) as advance:
        for made in bulk.grade(rows, judge, workers, spawn):
            write(made)
            tally["rows"] += 1
            tally["failed"] += made.failed
            advance(failed=made.failed)


@contextmanager
def _sink(out: Path | None, size: int) -> Iterator[Any]:
    """Yield a function that writes one row and hands it to the system at once."""
    stream: BinaryIO = sys.stdout.buffer if out is None else _output(out, size)

    def write(made: Graded) -> None:
        stream.write(_line(made))
        stream.flush()

    try:
        yield write
    finally:
        if out is not None:
            stream.close()


@contextmanager
def _claimed(out: Path | None) -> Iterator[None]:
    """Keep a second run from writing ``out`` meanwhile; a killed run lets go of it."""
    import sqlite3

    if out is None or (out.exists() and not out.is_file()):  # a pipe or /dev/null
        yield
        return
    lock = out.with_name(f".{out.name}.lock")
    try:
        # SQLite's lock works on every system and ends with the process.
        holder = sqlite3.connect(lock, timeout=0, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BadInput(
                f"Another run is writing {out}.", "Wait for it, or name another file with -o."
            ) from error
        raise BadInput(f"{out} cannot be written: {error}.", "Name another.") from error
    try:
        yield
    finally:
        holder.close()
        with suppress(OSError):
            lock.unlink()


def _line(made: Graded) -> bytes:
    return json.dumps(made.row, ensure_ascii=True).encode("ascii") + b"\n"


def _output(out: Path, size: int) -> BinaryIO:
    try:
        stream = out.open("r+b") if out.exists() else out.open("x+b")
        out.chmod(0o600)  # answers are quoted in it
        stream.seek(size)
        stream.truncate()
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error.strerror}.", "Name another.") from error
    return stream


def _resumed(out: Path | None, rows: Iterator[Row], *, restart: bool) -> Done:
    from mockinterview.bulk import Done, done_so_far, is_ours

    if out is None or not out.exists():
        return Done(0, 0, 0, {})
    if not is_ours(out):
        raise BadInput(f"{out} is not a file that grade wrote.", "Name another file with -o.")
    return Done(0, 0, 0, {}) if restart else done_so_far(out, rows)


def _finder() -> Any:
    """Return a function that finds a question by id, loading the bank when first asked."""
    from functools import lru_cache

    from mockinterview import wiring
    from mockinterview.bank import find

    bank = lru_cache(maxsize=1)(wiring.load_bank)
    return lambda question_id: find(bank(), question_id)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream: BinaryIO = io.BufferedReader(io.FileIO(file))
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror}.", "Give a file of JSON lines."
        ) from error
    with stream:
        yield stream


def _count(file: Path) -> int | None:
    """Return the lines of the file for the progress bar; None for a pipe."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _sum_up(judge: Judge, tally: dict[str, int], graded: int, seconds: float) -> None:
    from mockinterview import wiring

    told = f"{tally['rows']} rows"
    if tally["failed"]:
        told += f", {tally['failed']} of them errors"
    if graded:
        told += f"; {graded} in {seconds:.1f} s, {graded / max(1e-6, seconds):.1f} a second"
    if memory := _peak_memory():
        told += f", at most {memory:.0f} MB in one process"
    typer.echo(f"{told}.", err=True)
    if used := wiring.used(judge):
        typer.echo(used, err=True)


def _peak_memory() -> float | None:
    """Return the largest memory of this process or one of its workers in MB, where known."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    most = max(resource.getrusage(kind).ru_maxrss for kind in who)
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def measure(
    file: Annotated[
        Path | None, typer.Argument(help="Text of an answer; - or nothing reads the pipe.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count what can be counted in an answer, without judging it.

    \b
    Examples:
      mockinterview measure answer.txt
      pbpaste | mockinterview measure --json
    """
    from mockinterview.cli import console
    from mockinterview.cli.score import decoded, most_bytes
    from mockinterview.measures import measure as counted
    from mockinterview.text import clean

    if file is None and sys.stdin.isatty():
        raise UsageError("Nothing to measure.", "Name a file, or pipe a text into it.")
    with _opened(file or Path("-")) as stream:
        raw = stream.read(most_bytes + 1)
    found = counted(clean(decoded(raw, str(file or "the pipe"))))
    if as_json:
        console.print_json({"schema": 1, **found.model_dump(mode="json")})
        return
    rows = [
        [name.replace("_", " "), ", ".join(value) if isinstance(value, list) else str(value)]
        for name, value in found.model_dump(mode="json").items()
    ]
    console.table(["measured", ""], rows, console.out())
