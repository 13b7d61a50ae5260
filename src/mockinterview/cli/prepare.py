"""``prepare``: the preparation plan, common worries, and questions to ask the interviewer."""

from __future__ import annotations

from typing import Annotated

import typer

from mockinterview.cli.practice import JsonOption


def prepare(
    role: Annotated[
        str | None, typer.Option(help="Role to prepare for (default: the one in the settings).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how to prepare: a plan, answers to common worries, questions you can ask.

    \b
    Example:
      mockinterview prepare --role "data analyst"
    """
    from mockinterview import config, wiring
    from mockinterview.bank import packs_for_role
    from mockinterview.cli import console

    settings = config.current(role=role)
    packs = packs_for_role(wiring.load_bank(), settings.role)
    if as_json:
        fields = {"pack", "title", "preparation", "faq", "ask_interviewer"}
        rows = [pack.model_dump(mode="json", include=fields) for pack in packs]
        console.print_json({"schema": 1, "packs": rows})
        return
    out = console.out()
    for pack in packs:
        console.rule(pack.title, out)
        for number, step in enumerate(pack.preparation, 1):
            out.print(console.styled((f"{number}. {step.title}", "bold"), f" ({step.hours:g} h)"))
            out.print(console.indent(console.styled(step.text), 3))
        if pack.ask_interviewer:
            out.print(console.styled(("\nQuestions you can ask", "bold")))
        for question in pack.ask_interviewer:
            out.print(console.styled(("? ", "bold cyan"), question.text))
            out.print(console.indent(console.styled(("It shows: ", "dim"), question.shows)))
            out.print(
                console.indent(console.styled(("A good reply: ", "dim"), question.good_reply))
            )
        if pack.faq:
            out.print(console.styled(("\nWhat candidates ask", "bold")))
        for entry in pack.faq:
            out.print(console.styled((entry.question, "bold")))
            out.print(console.indent(console.styled(entry.answer)))
        out.print()
