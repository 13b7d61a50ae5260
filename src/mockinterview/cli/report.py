"""``report``: a session, or the progress over all of them, as a page, as Markdown or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.console import note
from mockinterview.cli.keeping import write_private
from mockinterview.errors import MockInterviewError, UsageError

if TYPE_CHECKING:
    from mockinterview.exports import Report
    from mockinterview.exports.contents import Extras
    from mockinterview.ports import AttemptRow, Store

_FORMATS = ("html", "md", "json")
_HABITS = 4


def report(
    session: Annotated[
        str | None, typer.Argument(help="Session id, its first letters, or 'last' (the default).")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="html|md|json", help="What to write (default: html)."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; - for standard output.")
    ] = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="All sessions together instead of one.")
    ] = False,
    for_review: Annotated[
        bool,
        typer.Option("--for-review", help="A sheet for a mentor: no scores, empty boxes."),
    ] = False,
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="In words, without numbers.")
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Open the file when it is made.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a report to read, print or send: one file that needs no network.

    It holds your answers, so only you can read the file. A mentor's sheet comes back with
    `history import-review`.

    \b
    Examples:
      mockinterview report --open                the newest session, as report-ID.html
      mockinterview report 4kx7 --format md -o -
      mockinterview report --progress -o progress.html
      mockinterview report --for-review -o for-ana.md
    """
    from mockinterview import wiring

    _check(form, session, progress, for_review)
    with wiring.open_store() as store:
        if for_review:
            name, text = _sheet(store, session)
        else:
            name, text = _report(store, session, form or "html", progress, not no_scores)
    if output is not None and str(output) == "-":
        typer.echo(text, nl=False)
        return
    target = output or Path(name)
    _write(target, text, force=force)
    typer.echo(str(target))
    note("It holds your answers; only you can read this file.")
    if show:
        typer.launch(target.absolute().as_uri())


def _check(form: str | None, session: str | None, progress: bool, for_review: bool) -> None:
    if form is not None and form not in _FORMATS:
        raise UsageError(
            f"--format {form!r} is not known.", f"Choose one of: {', '.join(_FORMATS)}."
        )
    if progress and (session is not None or for_review):
        raise UsageError(
            "--progress is about all sessions.", "Leave out the session id and --for-review."
        )
    if for_review and form not in (None, "md"):
        raise UsageError(
            "A mentor's sheet is Markdown, to be filled in with any text editor.",
            "Leave --format out.",
        )


def _report(
    store: Store, session: str | None, form: str, progress: bool, scores: bool
) -> tuple[str, str]:
    """Return the file's usual name and the report."""
    from mockinterview.exports import EXPORTS

    made: Report
    if progress:
        name, made = "progress", _progress(store, scores)
    else:
        name, made = _session(store, session, scores)
    return f"{name}{EXPORTS[form].suffix}", EXPORTS[form].write(made)


def _session(store: Store, session: str | None, scores: bool) -> tuple[str, Report]:
    from mockinterview import config
    from mockinterview.cli.history import pick
    from mockinterview.exports.contents import session_report

    kept = pick(store, session)
    shown = kept.plan.scores and scores and config.current().scores
    kept = kept.model_copy(update={"plan": kept.plan.model_copy(update={"scores": shown})})
    rows = store.attempts()
    return f"report-{kept.id}", session_report(kept, rows, _extras(store, rows))


def _progress(store: Store, scores: bool) -> Report:
    from mockinterview import config
    from mockinterview.cli.trends import limits, nothing, stories_told
    from mockinterview.exports.contents import progress_report
    from mockinterview.predictions import calibration
    from mockinterview.stories import told_kinds
    from mockinterview.trends import trends

    scores = scores and config.current().scores
    rows = store.attempts()
    shown = [row for row in rows if row.scores or not scores]
    found = trends(shown)
    if not found.answers:
        raise MockInterviewError(nothing(rows, shown))
    own = calibration(row for row in shown if row.judge == found.judge)
    told = [story.kind for _, story in stories_told(store, rows)]
    stories = told_kinds(told) if told else ""
    extras = _extras(store, rows)
    return progress_report(found, own, stories, limits(found), extras, scores=scores)


def _extras(store: Store, rows: list[AttemptRow]) -> Extras:
    """Return the habits with their quotes, what is due, and the moment of the report."""
    from mockinterview.cli.trends import quoted, worth_showing
    from mockinterview.drilling import due_questions
    from mockinterview.exports.contents import Extras, HabitView
    from mockinterview.interview import utc_now

    now = utc_now()
    views = []
    for habit in worth_showing(rows)[:_HABITS]:
        row = quoted(store, habit)
        quotes = tuple((quote["question"], quote["day"], quote["quote"]) for quote in row["quotes"])
        views.append(HabitView(row["told"], quotes))
    return Extras(tuple(views), len(due_questions(store.cards(), now)), now)


def _sheet(store: Store, session: str | None) -> tuple[str, str]:
    from mockinterview.cli.history import pick
    from mockinterview.exports import sheet

    kept = pick(store, session)
    if all(attempt.skipped for attempt in kept.attempts):
        raise MockInterviewError(
            f"Session {kept.id} has no answers to review.", "See: mockinterview history list"
        )
    return f"review-{kept.id}.md", sheet.write(kept)


def _write(target: Path, text: str, *, force: bool) -> None:
    if target.exists() and not force:
        raise UsageError(
            f"{target} is there already.", "Use --force to replace it, or -o with another name."
        )
    write_private(target, lambda file: _fill(file, text))


def _fill(file: IO[str], text: str) -> None:
    file.write(text)
