"""``history``: look at kept sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.practice import JsonOption
from mockinterview.errors import MockInterviewError

if TYPE_CHECKING:
    from rich.console import Console

    from mockinterview.model import Attempt, Session
    from mockinterview.ports import Store
    from mockinterview.spoken import Spoken

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look at the interviews you have had: list, find, export, import, delete.",
)


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
        MockInterviewError: there is no session yet.
        UsageError: no session has this id.
    """
    if session is None or session == "last":
        newest = store.sessions(limit=1)
        if not newest:
            raise MockInterviewError("No sessions yet.", "Begin one: mockinterview practice")
        session = newest[0].id
    return store.session(session)


def _show_attempt(
    out: Console, kept: Session, attempt: Attempt, *, scores: bool, full: bool, sample: bool
) -> None:
    from mockinterview.cli import console, feedback

    out.print()
    number = attempt.position + 1
    where = f"Question {number} of {len(kept.plan.questions)}: {attempt.question.id}"
    console.rule(f"{where} · answer {attempt.id}", out)  # the id that retry and compare take
    out.print(console.styled(("Interviewer: ", "bold blue"), attempt.question.text))
    if attempt.skipped:
        out.print(console.styled(("Skipped.", "dim")))
        return
    out.print(console.styled(("You: ", "bold"), attempt.answer or "(empty answer)"))
    for turn in attempt.follow_ups:
        out.print(console.styled(("Interviewer: ", "bold blue"), turn.text))
        out.print(console.styled(("You: ", "bold"), turn.answer or "(no answer)"))
        if turn.unheard:
            out.print(console.styled((_WAITS, "dim")))
    if attempt.evaluation is not None:
        feedback.show(out, attempt.full_answer, attempt.evaluation, scores=scores, full=full)
    else:
        why = attempt.gradings[-1].error if attempt.gradings else "not judged yet"
        out.print(console.styled(("Not scored: ", "bold yellow"), why))
    if attempt.spoken is not None:
        _show_spoken(out, attempt.spoken)
    if len(attempt.gradings) > 1:
        out.print(console.styled((_gradings(attempt, scores), "dim")))
    if sample:
        out.print(console.styled(("One good answer: ", "bold"), attempt.question.sample_answer))


_WAITS = "The recording waits to be written down: mockinterview voice hear"


def _show_spoken(out: Console, spoken: Spoken) -> None:
    from mockinterview.cli.console import styled
    from mockinterview.cli.hearing import show_delivery

    if spoken.delivery is not None:
        show_delivery(spoken.delivery, out)
    if spoken.recording is not None:
        waits = "" if spoken.transcript else f" {_WAITS}"
        out.print(styled((f"The recording is kept: {spoken.recording}.{waits}", "dim")))


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
