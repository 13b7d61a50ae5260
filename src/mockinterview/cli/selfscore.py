"""Predict, then reveal: the candidate's own score beside the judge's; the last try in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockinterview.cli import feedback
from mockinterview.cli.console import indent, rule, styled
from mockinterview.predictions import calibration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from mockinterview.model import Attempt
    from mockinterview.ports import AttemptRow


def own_level(said: str) -> float | None:
    """Return the level (1 to 5) that was typed, or None where it is none."""
    try:
        level = float(said.replace(",", "."))
    except ValueError:
        return None
    return level if 1 <= level <= 5 else None


def reveal(console: Console, attempt: Attempt, rows: Iterable[AttemptRow], *, scores: bool) -> None:
    """Print the candidate's score beside the judge's, and how near the guesses come over time."""
    made = attempt.evaluation
    if attempt.self_score is None or made is None or made.overall is None:
        return
    difference = round(attempt.self_score - made.overall, 1)
    way = "higher than" if difference > 0 else "lower than"
    if scores:
        by = f"{abs(difference):.1f} {way}" if difference else "the same as"
        said = f"you said {attempt.self_score:g}, {by} the judge's {made.overall:.1f}."
    else:
        # Within half a level nobody can be more exact.
        said = f"{'about as' if abs(difference) <= 0.5 else way} the judge."
    console.print(styled(("Your own score: ", "bold"), said))
    found = calibration(rows)
    if found is not None and found.answers > 1:
        console.print(styled((found.told if scores else found.words, "dim")))


def show_earlier(console: Console, earlier: Attempt, *, scores: bool) -> None:
    """Print an earlier answer and its feedback, to be read before the next try."""
    when = earlier.answered_at.astimezone().strftime("%Y-%m-%d %H:%M")
    rule(f"Your answer of {when}", console)
    console.print(indent(styled(earlier.full_answer or "(empty answer)")))
    if earlier.evaluation is not None:
        feedback.show(console, earlier.full_answer, earlier.evaluation, scores=scores)
    else:
        console.print(styled(("It is not scored yet.", "dim")))
    console.print()
