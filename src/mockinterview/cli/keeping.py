"""``history export``, ``import`` and ``delete``: take the history along, or be rid of it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.console import note
from mockinterview.cli.practice import JsonOption
from mockinterview.errors import BadInput, ExitCode, MockInterviewError, UsageError
from mockinterview.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockinterview.ports import Imported, Store

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def export_history(
    file: Annotated[str, typer.Argument(help="File to write (default: standard output).")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the whole history as JSON lines, which `history import` reads back without loss.

    Recordings are sound files: copy their folder too if you want to keep them.

    \b
    Examples:
      mockinterview history export my-history.jsonl
      mockinterview history export | gzip > my-history.jsonl.gz
    """
    from mockinterview import wiring
    from mockinterview.cli import console

    first: list[str] = []
    with wiring.open_store() as store:
        if file == "-":
            store.export_to(sys.stdout.write)
            return
        path = Path(file)
        if path.exists() and not force:
            raise UsageError(f"{path} exists already.", "Choose another name, or add --force.")
        write_private(path, lambda made: _export_to(store, made, first))
    counts = json.loads(first[0])
    if as_json:
        console.print_json({"schema": 1, "file": str(path), **counts})
        return
    kept = f"{_counted(counts['sessions'], 'session')}, {_counted(counts['attempts'], 'answer')}"
    note(f"{kept} are in {path}")


def import_history(
    file: Annotated[str, typer.Argument(help="A file that `history export` wrote; - for a pipe.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be new; keep nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add an exported history to yours: what you have stays, nothing is doubled.

    If one line is wrong, it is named and nothing at all is imported.

    \b
    Examples:
      mockinterview history import my-history.jsonl --dry-run
      mockinterview history import my-history.jsonl
      zcat my-history.jsonl.gz | mockinterview history import -
    """
    from mockinterview import wiring
    from mockinterview.cli import console

    try:
        with (
            sys.stdin.buffer if file == "-" else Path(file).open("rb") as lines,
            wiring.open_store() as store,
        ):
            name = "standard input" if file == "-" else file
            done = store.import_from(lines, name, dry_run=dry_run)
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror or error}.", "Check the name of the file."
        ) from error
    if as_json:
        console.print_json({"schema": 1, "dry_run": dry_run, **done._asdict()})
        return
    _tell_imported(done, dry_run)


def delete_history(
    session: Annotated[
        str | None, typer.Argument(help="Session id, its first letters, or 'last'.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete the whole history.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Delete a session, or the whole history, for good; asks first.

    Answers, scores, drafts, recordings and searched words go, and with them the copies that
    mockinterview made of the history file. Files that you exported are yours to delete.

    \b
    Examples:
      mockinterview history delete 4kx7
      mockinterview history delete --all --yes
    """
    from mockinterview import wiring
    from mockinterview.cli import console

    if (session is None) == (not everything):
        raise UsageError(
            "Say what to delete.",
            "One session: mockinterview history delete ID   everything: --all",
        )
    with wiring.open_store() as store:
        key = None if session is None else _ask_about_one(store, session, yes)
        if key is None:
            _ask_about_all(store, yes)
        done = store.delete_all() if key is None else store.delete_session(key)
    if as_json:
        console.print_json({"schema": 1, "deleted": done._asdict()})
        return
    gone = [_counted(done.sessions, "session"), _counted(done.attempts, "answer")]
    gone += [_counted(done.recordings, "recording")] * bool(done.recordings)
    gone += [_counted(done.copies, "copy", "copies") + " of the file"] * bool(done.copies)
    note(f"Deleted for good: {', '.join(gone)}.")


def _export_to(store: Store, file: IO[str], first: list[str]) -> None:
    def write(line: str) -> None:
        if not first:
            first.append(line)
        file.write(line)

    store.export_to(write)


def write_private(path: Path, fill: Callable[[IO[str]], None]) -> None:
    """Let ``fill`` write the file: readable by the user alone, and whole or not there at all.

    Raises:
        MockInterviewError: it cannot be written; what was there before is as it was.
    """
    part = None
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
            encoding="utf-8",
            newline="",
        ) as made:
            part = Path(made.name)
            fill(made.file)
            made.flush()
            os.fsync(made.fileno())
        part.replace(path)
    except OSError as error:
        raise MockInterviewError(
            f"{path} could not be written: {error.strerror or error}.",
            "Check the folder and the free space, or choose another place.",
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _tell_imported(done: Imported, dry_run: bool) -> None:
    named = {
        "session": done.sessions,
        "answer": done.attempts,
        "grading": done.gradings,
        "card": done.cards,
        "review": done.reviews,
    }
    new = [_counted(count, name) for name, count in named.items() if count]
    if done.filled:
        new.append(f"something lacking in {_counted(done.filled, 'answer')} of yours")
    begin = "New would be" if dry_run else "Imported"
    note(f"{begin}: {', '.join(new)}." if new else "All of it is in your history already.")
    if done.differing:
        some = ", ".join(done.differing[:5]) + (", …" if len(done.differing) > 5 else "")
        count = _counted(len(done.differing), "answer")
        note(f"In the file {count} read otherwise; yours stay: {some}")


def _ask_about_one(store: Store, session: str, yes: bool) -> str:
    from mockinterview.cli.history import pick

    kept = pick(store, session)
    when = kept.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
    answers = _counted(len(kept.attempts), "answer")
    _confirm(f"Delete session {kept.id} of {when} ({answers}) for good?", yes)
    return kept.id


def _ask_about_all(store: Store, yes: bool) -> None:
    sessions = _counted(len(store.sessions()), "session")
    _confirm(f"Delete your whole history ({sessions}) for good?", yes)


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    note("Recordings go too, and every copy that mockinterview made of the history file.")
    # Not typer.confirm: it writes a space to standard output, which is for data.
    typer.echo(clean(f"{question} [y/N] "), err=True, nl=False)
    agreed = sys.stdin.readline().strip().lower() in ("y", "yes")
    if not agreed:
        note("Nothing was deleted. To delete without being asked: --yes")
        raise typer.Exit(int(ExitCode.FAILED))


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
