"""The end of a sitting: the candidate's questions to the interviewer, then the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockinterview import closing
from mockinterview.cli.answering import Input
from mockinterview.cli.console import indent, rule, styled
from mockinterview.progress import summarise

if TYPE_CHECKING:
    from rich.console import Console

    from mockinterview.model import InterviewerQuestion, Session
    from mockinterview.ports import Store
    from mockinterview.probes import Lines

_WORDS = {0: "weak", 1: "fair", 2: "strong"}


def closing_talk(
    console: Console,
    source: Input,
    store: Store,
    session_id: str,
    examples: tuple[InterviewerQuestion, ...],
    said: Lines,
) -> None:
    """Let the candidate ask up to five questions; rate and keep each."""
    console.print()
    rule("Your questions", console)
    console.print(styled(("Interviewer: ", "bold blue"), said.closing))
    console.print(styled(("One question a line. An empty line ends the interview.", "dim")))
    asked = 0
    while asked < 5:
        text = (source.line("| ") or "").strip()
        if not text or text in ("/quit", "/done", "/skip"):
            break
        if text.startswith("/"):
            console.print(styled(("Ask a question, or press Enter to end the interview.", "dim")))
            continue
        asked += 1
        reverse, reply = closing.rate(text, examples)
        store.add_reverse(session_id, reverse)
        console.print(styled((f"{_WORDS[reverse.rating]}: ", "bold"), reverse.comment))
        if reply:
            console.print(indent(styled(("Listen for: ", "bold"), reply)))
    console.print(styled(("Interviewer: ", "bold blue"), said.goodbye))


def show_summary(console: Console, session: Session, *, scores: bool) -> None:
    """Print what the session amounts to and where to find it again."""
    summary = summarise(session)
    console.print()
    rule("Summary", console)
    counts = f"{summary.answered} of {len(session.plan.questions)} answered"
    counts += f", {summary.skipped} skipped" if summary.skipped else ""
    counts += f", {summary.unscored} not scored" if summary.unscored else ""
    if scores and summary.overall is not None:
        counts += f" · overall {summary.overall:.1f} of 5"
    console.print(styled(counts))
    if scores and summary.by_competency:
        worst_first = [f"{name} {score:.1f}" for name, score in summary.by_competency.items()]
        console.print(styled(("By competency: ", "bold"), ", ".join(worst_first[:6])))
    for habit in summary.habits[:3]:
        console.print(styled(("Habit to work on: ", "bold yellow"), habit))
    if summary.weakest:
        console.print(styled(("Practise next: ", "bold"), ", ".join(summary.weakest)))
    if summary.next_step:
        console.print(styled(("First of all: ", "bold"), summary.next_step))
