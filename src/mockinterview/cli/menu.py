"""What a sitting asks around the feedback: the own score before it, what to do after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockinterview.cli import feedback
from mockinterview.cli.console import indent, styled
from mockinterview.cli.selfscore import own_level

if TYPE_CHECKING:
    from rich.console import Console

    from mockinterview.cli.answering import Input
    from mockinterview.model import Attempt

_MENU = "[Enter] go on · r try again · s sample answer · d details · q stop: "
_SELF_SCORE = "Before the feedback, your own score from 1 to 5 ([Enter] leaves it out): "


class Stopped(Exception):
    """The candidate left before the last question; everything given is kept."""


def menu(console: Console, source: Input, attempt: Attempt, *, scores: bool) -> bool:
    """Offer what can be done after feedback; return whether the question comes once more.

    Raises:
        Stopped: the candidate leaves.
    """
    while True:
        key = (source.line(_MENU) or "").strip().lower()
        if key in ("q", "/quit"):
            raise Stopped
        if key == "r":
            return True
        if key == "s":
            console.print(indent(styled(attempt.question.sample_answer or "None kept.")))
            console.print(styled(("One good answer among many.", "dim")))
        elif key == "d" and attempt.evaluation is not None:
            answer, made = attempt.full_answer, attempt.evaluation
            feedback.show(console, answer, made, scores=scores, full=True)
        elif key in ("", "/done", "/skip"):
            return False
        else:
            console.print(styled(("Press Enter to go on, or type r, s, d or q.", "dim")))


def ask_self_score(console: Console, source: Input) -> float | None:
    """Return the level (1 to 5) that the candidate gives the answer, or None for none.

    Raises:
        Stopped: the candidate leaves.
    """
    while said := (source.line(_SELF_SCORE) or "").strip():
        if said == "/quit":
            raise Stopped
        level = own_level(said)
        if level is not None:
            return level
        told = "Type a number from 1 to 5, such as 3 or 3.5, or press Enter."
        console.print(styled((told, "dim")))
    return None
