"""``history``: look at kept sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.practice import JsonOption
from mockinterview.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from mockinterview.model import Attempt, Session
    from mockinterview.ports import SessionSummary, Store

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look at the interviews you have had, newest first.",
)


@app.command("list")
def list_sessions(
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Leave out this many of the newest.")] = 0,
    role: Annotated[str | None, typer.Option(help="Only sessions for this role.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List kept sessions, newest first; no overall for those held without scores.

    \b
    Examples:
      mockinterview history list
      mockinterview history list -n 50 --json
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console
    from mockinterview.ports import AttemptFilter

    shown = config.current().scores
    with wiring.open_store() as store:
        found = store.sessions(limit=limit, offset=offset, where=AttemptFilter(role=role))
    if as_json:
        console.print_json({"schema": 1, "sessions": [_row(summary) for summary in found]})
        return
    if not found:
        typer.echo("No sessions yet. Begin one: mockinterview practice", err=True)
        return
    rows = [
        [
            summary.id,
            summary.started_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            f"{summary.overall:.1f}" if summary.overall and summary.scores and shown else "-",
            f"{summary.answered}/{summary.planned}",
            _state(summary),
            summary.role,
        ]
        for summary in found
    ]
    console.table(["id", "when", "overall", "answered", "state", "role"], rows, console.out())


@app.command("show")
def show_session(
    session: Annotated[
        str | None, typer.Argument(help="Session id, its first letters, or 'last' (the default).")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show each criterion's reason and quotes.")
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Show the sample answer to each question.")
    ] = False,
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="Feedback in words, without numbers.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one session: questions, answers, STAR map, evidence, scores, and who judged.

    \b
    Examples:
      mockinterview history show
      mockinterview history show 4kx7 --full
    """
    from mockinterview import wiring
    from mockinterview.cli import console
    from mockinterview.cli.closing_talk import show_summary

    with wiring.open_store() as store:
        kept = pick(store, session)
    if as_json:
        console.print_json({"schema": 1, "session": kept.model_dump(mode="json")})
        return
    out = console.out()
    scores = kept.plan.scores and not no_scores
    when = kept.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
    out.print(console.styled((f"Session {kept.id}", "bold"), f" · {when} · {kept.plan.role}"))
    for attempt in kept.attempts:
        _show_attempt(out, kept, attempt, scores=scores, full=full, sample=sample)
    for reverse in kept.reverse:
        out.print(console.styled(("You asked: ", "bold"), reverse.text))
        out.print(console.indent(console.styled(reverse.comment)))
    show_summary(out, kept, scores=scores)


def pick(store: Store, session: str | None) -> Session:
    """Return the session with this id or prefix; None and "last" mean the newest.

    Raises:
        UsageError: there is no such session.
    """
    if session is None or session == "last":
        newest = store.sessions(limit=1)
        if not newest:
            raise UsageError("No sessions yet.", "Begin one: mockinterview practice")
        session = newest[0].id
    return store.session(session)


def _show_attempt(
    out: Console, kept: Session, attempt: Attempt, *, scores: bool, full: bool, sample: bool
) -> None:
    from mockinterview.cli import console, feedback

    out.print()
    number = attempt.position + 1
    console.rule(f"Question {number} of {len(kept.plan.questions)}: {attempt.question.id}", out)
    out.print(console.styled(("Interviewer: ", "bold blue"), attempt.question.text))
    if attempt.skipped:
        out.print(console.styled(("Skipped.", "dim")))
        return
    out.print(console.styled(("You: ", "bold"), attempt.answer or "(empty answer)"))
    for turn in attempt.follow_ups:
        out.print(console.styled(("Interviewer: ", "bold blue"), turn.text))
        out.print(console.styled(("You: ", "bold"), turn.answer or "(no answer)"))
    if attempt.evaluation is not None:
        feedback.show(out, attempt.full_answer, attempt.evaluation, scores=scores, full=full)
    else:
        why = attempt.gradings[-1].error if attempt.gradings else "not judged yet"
        out.print(console.styled(("Not scored: ", "bold yellow"), why))
    if len(attempt.gradings) > 1:
        out.print(console.styled((_gradings(attempt, scores), "dim")))
    if sample:
        out.print(console.styled(("One good answer: ", "bold"), attempt.question.sample_answer))


def _gradings(attempt: Attempt, scores: bool) -> str:
    said = []
    for grading in attempt.gradings:
        when = grading.at.astimezone().strftime("%Y-%m-%d %H:%M")
        made = grading.evaluation
        if made is None:
            outcome = "failed"
        elif not scores:
            outcome = "read"
        else:
            outcome = f"{made.overall:.1f}" if made.overall else "unscored"
        said.append(f"{when} {grading.judge} {outcome}")
    return "All gradings: " + "; ".join(said)


def _state(summary: SessionSummary) -> str:
    if summary.finished_at is None:
        return "to resume"
    return f"{summary.unscored} unscored" if summary.unscored else "done"


def _row(summary: SessionSummary) -> dict[str, object]:
    return {
        **summary._asdict(),
        "started_at": summary.started_at.isoformat(),
        "finished_at": summary.finished_at.isoformat() if summary.finished_at else None,
    }
