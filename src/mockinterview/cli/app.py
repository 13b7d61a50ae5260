"""The tree of commands, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mockinterview import __version__
from mockinterview.cli import (
    compare,
    drill,
    evaluate,
    finding,
    grade,
    history,
    keeping,
    practice,
    prepare,
    questions,
    report,
    retry,
    review,
    rubric_test,
    score,
    setup,
    trends,
    voice,
)
from mockinterview.cli.console import note
from mockinterview.errors import ExitCode, MockInterviewError
from mockinterview.text import clean


class _Root(TyperGroup):
    """Shows our errors as one message with a hint; anything else is a bug and stays loud."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except MockInterviewError as error:
            note(f"mockinterview: {error.message}")
            if error.hint:
                note(f"  {error.hint}")
            raise typer.Exit(int(error.exit_code)) from error
        except typer.TyperException as error:  # a wrong option, quoted as it was given
            error.message = clean(error.message)
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:  # "| head": typer ends quietly
                raise
            # Our files raise errors of their own; what is left is the output.
            with suppress(OSError):
                note(f"mockinterview: The output could not be written: {error.strerror or error}.")
            raise typer.Exit(int(ExitCode.FAILED)) from error


app = typer.Typer(
    cls=_Root,
    name="mockinterview",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "A mock interview in your terminal: real questions, STAR-structured feedback, "
        "every judgement tied to a quote from your answer. Works offline.\n\n"
        "\b\nStart here:\n"
        "  mockinterview practice            five questions, feedback after each\n"
        "  mockinterview practice -n 3 --role 'data analyst'\n"
        "  mockinterview history show        your last session again\n"
        "  mockinterview doctor              what is installed, which judge would run"
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"mockinterview {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


app.command("practice")(practice.practice)
app.command("resume")(practice.resume)
app.command("retry")(retry.retry)
app.command("drill")(drill.drill)
app.command("report")(report.report)
app.command("score")(score.score)
app.command("regrade")(score.regrade)
app.command("grade")(grade.grade)
app.command("measure")(grade.measure)
app.command("evaluate")(evaluate.evaluate)
history.app.command("list")(finding.list_sessions)
history.app.command("search")(finding.search_history)
history.app.command("export")(keeping.export_history)
history.app.command("import")(keeping.import_history)
history.app.command("delete")(keeping.delete_history)
history.app.command("compare")(compare.compare)
history.app.command("trend")(trends.trend)
history.app.command("habits")(trends.habits)
history.app.command("import-review")(review.import_review)
app.add_typer(history.app, name="history")
app.add_typer(questions.app, name="questions")
app.add_typer(questions.rubric_app, name="rubric")
questions.rubric_app.command("test")(rubric_test.test_rubric)
app.add_typer(voice.app, name="voice")
app.command("prepare")(prepare.prepare)
app.add_typer(setup.config_app, name="config")
app.command("doctor")(setup.doctor)
app.command("paths")(setup.show_paths)
