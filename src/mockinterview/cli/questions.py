"""``questions`` and ``rubric``: look into the bank, check packs, see what one is judged on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.practice import JsonOption
from mockinterview.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from mockinterview.bank import Bank
    from mockinterview.model import Question

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look into the question bank.")
rubric_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="See what an answer is judged on."
)
QuestionId = Annotated[str, typer.Argument(help="Question id (see: mockinterview questions list).")]


@app.command("list")
def list_questions(
    category: Annotated[
        str | None, typer.Option(help="Only common, behavioral or technical questions.")
    ] = None,
    competency: Annotated[str | None, typer.Option(help="Only this competency.")] = None,
    role: Annotated[str | None, typer.Option(help="Only questions asked for this role.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the questions in the bank.

    \b
    Examples:
      mockinterview questions list --category behavioral
      mockinterview questions list --role "data analyst" --json
    """
    from mockinterview.bank import for_role

    bank = _bank()
    asked = for_role(bank, role) if role else list(bank.questions.values())
    found = [
        question
        for question in asked
        if category in (None, question.category)
        and (competency is None or competency in question.competencies)
    ]
    _print_list(bank, found, as_json)


@app.command("search")
def search_questions(
    words: Annotated[list[str], typer.Argument(help="Words to look for.")],
    as_json: JsonOption = False,
) -> None:
    """Find questions by words in their text, key points or competencies.

    \b
    Example:
      mockinterview questions search rate limit
    """
    from mockinterview.bank import search

    bank = _bank()
    _print_list(bank, search(bank, " ".join(words)), as_json)


@app.command("show")
def show_question(
    question_id: QuestionId,
    answer: Annotated[bool, typer.Option("--sample", help="Show the sample answer too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one question: why it is asked, how to approach it, what a good answer holds.

    \b
    Example:
      mockinterview questions show idempotency --sample
    """
    from mockinterview.bank import find
    from mockinterview.cli import console

    question = find(_bank(), question_id)
    if as_json:
        console.print_json({"schema": 1, "question": question.model_dump(mode="json")})
        return
    _print_question(console.out(), question, answer)


@app.command("check")
def check_packs(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Pack files (default: every pack in the bank).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check pack files and name every mistake with its line and a suggestion.

    \b
    Examples:
      mockinterview questions check
      mockinterview questions check my-pack.yaml
    """
    from mockinterview import bank, config
    from mockinterview.cli import console

    if files:
        problems = [problem for file in files for problem in bank.check_file(file)]
        count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    else:
        loaded = bank.check_bank([config.paths().packs])
        problems = list(loaded.problems)
        count = f"{len(loaded.packs)} packs, {len(loaded.questions)} questions"
    errors = [problem for problem in problems if problem.severity == "error"]
    if as_json:
        console.print_json({"schema": 1, "problems": [problem._asdict() for problem in problems]})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(
            f"{count}: {len(errors)} errors, {len(problems) - len(errors)} warnings", err=True
        )
    if errors:
        raise typer.Exit(int(ExitCode.BAD_INPUT))


@rubric_app.command("show")
def show_rubric(question_id: QuestionId, as_json: JsonOption = False) -> None:
    """Show what an answer to a question is judged on: criteria, weights, anchors, key points.

    \b
    Example:
      mockinterview rubric show idempotency
    """
    from mockinterview.bank import find
    from mockinterview.cli import console
    from mockinterview.rubric import build_rubric

    question = find(_bank(), question_id)
    rubric = build_rubric(question)
    if as_json:
        console.print_json({"schema": 1, "rubric": rubric.model_dump(mode="json")})
        return
    out = console.out()
    out.print(console.styled((question.text, "bold")))
    for criterion in rubric.criteria:
        out.print()
        out.print(
            console.styled((criterion.name, "bold"), f"  {criterion.weight:.0%} of the score")
        )
        out.print(console.indent(console.styled(criterion.asks)))
        anchors = criterion.anchors
        for level, text in ((1, anchors.level_1), (3, anchors.level_3), (5, anchors.level_5)):
            out.print(console.indent(console.styled((f"{level}  ", "bold"), text), 2))
    if rubric.key_points:
        out.print()
        _print_key_points(out, question)
    out.print(
        console.styled(
            (
                f"Rubric version {rubric.version}. Accent, grammar and fluency are never judged.",
                "dim",
            )
        )
    )


def _bank() -> Bank:
    from mockinterview import wiring

    bank = wiring.load_bank()
    for problem in bank.problems:
        typer.echo(f"left out: {problem}", err=True)
    return bank


def _print_list(bank: Bank, found: Sequence[Question], as_json: bool) -> None:
    from mockinterview.cli import console

    if as_json:
        rows = [
            {
                "id": question.id,
                "pack": bank.pack_of[question.id],
                "category": question.category,
                "difficulty": question.difficulty,
                "minutes": question.minutes,
                "competencies": list(question.competencies),
                "text": question.text,
            }
            for question in found
        ]
        console.print_json({"schema": 1, "questions": rows})
        return
    if not found:
        typer.echo("No question fits. See all: mockinterview questions list", err=True)
        return
    table = [[q.id, q.category, "*" * q.difficulty, q.text] for q in found]
    console.table(["id", "category", "level", "question"], table, console.out())
    typer.echo(f"{len(found)} questions. One of them: mockinterview questions show ID", err=True)


def _print_question(out: Console, question: Question, answer: bool) -> None:
    from mockinterview.cli.console import indent, styled

    out.print(styled((question.text, "bold")))
    about = (
        f"{question.category} · difficulty {question.difficulty} of 3 · {question.minutes:g} min"
    )
    out.print(styled((f"{about} · {', '.join(question.competencies)}", "dim")))
    parts = [("Why it is asked", question.why_asked), ("How to approach it", question.approach)]
    if question.star:
        parts.extend((name.capitalize(), text) for name, text in question.star)
    for name, text in [*parts, ("Tip", question.tip)]:
        if text:
            out.print(styled((f"{name}: ", "bold"), text))
    _print_key_points(out, question)
    if question.follow_ups:
        out.print(styled(("May be asked next", "bold")))
        for text in question.follow_ups:
            out.print(indent(styled(text)))
    if answer:
        out.print(styled(("One good answer", "bold")))
        out.print(indent(styled(question.sample_answer)))


def _print_key_points(out: Console, question: Question) -> None:
    from mockinterview.cli.console import indent, styled

    out.print(styled(("A good answer", "bold")))
    for point in question.key_points:
        vital = ("vital  ", "bold yellow") if point.weight == "vital" else ("good   ", "dim")
        out.print(indent(styled(vital, point.text)))
