"""The only module that knows Rich: consoles, and text that cannot act on the terminal."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mockinterview.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.text import Text

#: Colours of the STAR parts; each part is also named by its letter, never by colour alone.
PART_STYLES = {"S": "cyan", "T": "magenta", "A": "green", "R": "yellow", "O": "dim"}


def out() -> Console:
    """Return the console for what the user asked for (standard output)."""
    return _console(stderr=False)


def err() -> Console:
    """Return the console for narration (standard error)."""
    return _console(stderr=True)


def note(text: str) -> None:
    """Write one message on standard error, without the control characters it may quote."""
    import typer

    typer.echo(clean(text), err=True)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Return text from pieces, each plain or with a style; nothing in it is read as markup."""
    from rich.text import Text

    made = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        made.append(clean(text), style or None)
    return made


def print_json(value: Any) -> None:
    """Write ``value`` as JSON on standard output, readable on a terminal, one line in a pipe."""
    if sys.stdout is None:  # closed by the caller (>&-)
        return
    indent = 2 if sys.stdout.isatty() else None
    # ASCII-safe: a hostile answer must not reach a terminal raw, nor a pipe's odd encoding.
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=indent) + "\n")


def indent(text: Text, left: int = 2) -> Any:
    """Return ``text`` wrapped to the console with ``left`` spaces before each line."""
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, left), expand=False)


def rule(title: str, console: Console) -> None:
    """Draw a line with a title, at most 80 columns wide."""
    width = min(console.width, 80)
    head = f"── {clean(title)} "
    console.print(styled((head + "─" * max(0, width - len(head)), "bold")), no_wrap=True)


def table(headings: list[str], rows: list[list[str]], console: Console) -> None:
    """Print rows under headings, without lines; the last column takes the space that is left."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column, heading in enumerate(headings[:-1]):
        # The first column is an id to be typed again: never cut on a narrow terminal.
        width = max((len(row[0]) for row in rows), default=0) if column == 0 else None
        made.add_column(heading, no_wrap=True, min_width=width)
    made.add_column(headings[-1], overflow="ellipsis", no_wrap=console.is_terminal)
    for row in rows:
        made.add_row(*(styled(cell) for cell in row))
    console.print(made)


@contextmanager
def progress(noun: str, total: int | None) -> Iterator[Callable[..., None]]:
    """Yield a function to call once per finished item; it takes ``failed=True`` for a bad one.

    A terminal shows a bar with rate and time left on standard error; a log gets a line every
    ten seconds.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    console, began = err(), time.monotonic()
    counted = {"done": 0, "failed": 0, "said": began}
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), Left())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as it:
        task = it.add_task(noun, total=total, rate="")

        def advance(*, failed: bool = False) -> None:
            now = time.monotonic()
            counted["done"] += 1
            counted["failed"] += failed
            rate = f"{counted['done'] / max(1e-6, now - began):.1f} {noun}/s"
            if counted["failed"]:
                rate += f", {counted['failed']:.0f} errors"
            it.update(task, advance=1, rate=rate)
            if not console.is_terminal and now - counted["said"] >= 10:
                counted["said"] = now
                note(f"{counted['done']:.0f} of {total or '?'} {noun}, {rate}")

        yield advance


def bar(level: float) -> str:
    """Return a bar of five blocks for a level from 1 to 5 (half levels as a half block)."""
    full = int(level)
    half = level - full >= 0.5
    return "█" * full + ("▌" if half else "") + "·" * (5 - full - half)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
