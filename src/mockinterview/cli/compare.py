"""``history compare``: what changed between two answers or two sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from mockinterview.compare import Comparison, CriterionChange, DiffPiece
    from mockinterview.model import Attempt, Session
    from mockinterview.ports import Store

_MARKS = {"up": "▲", "down": "▼", "unchanged": "=", "unknown": "?"}
#: With less of the new text than this in the old one, a diff is only confusing.
_LEAST_KEPT = 0.3
_STYLES = {"up": "green", "down": "red", "unchanged": "dim", "unknown": "dim"}


def compare(
    before: Annotated[str, typer.Argument(help="Id of an answer or a session, or its beginning.")],
    after: Annotated[str, typer.Argument(help="The other one, of the same sort.")],
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="The change in words, without numbers.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
) -> None:
    """Compare two answers or two sessions: what changed, and what is only noise.

    Criterion by criterion; a change within the spread of the judge's readings, or within the
    error that the offline judge expects of itself, is called unchanged. Between two answers the
    words that went and came are marked [-so-] and {+so+}.

    \b
    Examples:
      mockinterview history compare 4kx7 9mwp
      mockinterview history compare 4kx7 9mwp --json
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console

    shown = config.current(scores=False if no_scores else None).scores
    with wiring.open_store() as store:
        one, other = _found(store, before), _found(store, after)
        shown = shown and all(_scores(store, thing) for thing in (one, other))
    if as_json:
        console.print_json({"schema": 1, "scores": shown, **compared(one, other)})
        return
    show(console.out(), one, other, scores=shown)


def show(
    console: Console, before: Attempt | Session, after: Attempt | Session, *, scores: bool
) -> None:
    """Print what changed between two answers or two sessions.

    Raises:
        UsageError: one is an answer and the other a session.
    """
    from mockinterview.cli.console import rule, styled
    from mockinterview.compare import compare_sessions
    from mockinterview.model import Attempt

    if isinstance(before, Attempt) and isinstance(after, Attempt):
        show_attempts(console, before, after, scores=scores)
        return
    if isinstance(before, Attempt) or isinstance(after, Attempt):
        raise _unlike(before, after)
    rule(f"From session {before.id} to session {after.id}", console)
    for kept in (before, after):
        count = sum(not attempt.skipped for attempt in kept.attempts)
        when = kept.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
        console.print(styled((f"{kept.id}  {when}  {count} answers  {kept.plan.role}", "dim")))
    _show_changes(console, compare_sessions(before, after), scores=scores)


def show_attempts(console: Console, before: Attempt, after: Attempt, *, scores: bool) -> None:
    """Print what changed between two answers, then their words with the changes marked."""
    from mockinterview.cli.console import rule
    from mockinterview.compare import compare_attempts, word_diff

    rule(f"What changed: {before.question.id}", console)
    _show_changes(console, compare_attempts(before, after), scores=scores)
    _show_words(console, word_diff(before.full_answer, after.full_answer))


def _show_words(console: Console, pieces: Sequence[DiffPiece]) -> None:
    from mockinterview.cli.console import indent, styled

    kept = sum(len(text) for op, text in pieces if op == "same")
    share = kept / max(1, sum(len(text) for op, text in pieces if op != "gone"))
    if share < _LEAST_KEPT:
        said = f"Nearly all of your words are new ({share:.0%} kept), so they are not marked."
        console.print(styled((said, "dim")))
        return
    console.print(styled(("Your words: ", "bold"), ("[-gone-] {+new+}", "dim")))
    made: list[str | tuple[str, str]] = []
    for op, text in pieces:
        # Brackets as well as colour: it must be plain on any terminal, and in a log.
        if op == "gone":
            made.append((f"[-{text.strip()}-]" + _space(text), "red strike"))
        elif op == "new":
            made.append((f"{{+{text.strip()}+}}" + _space(text), "green"))
        else:
            made.append(text)
    console.print(indent(styled(*made)))


def compared(before: Attempt | Session, after: Attempt | Session) -> dict[str, Any]:
    """Return the comparison as JSON has it.

    Raises:
        UsageError: one is an answer and the other a session.
    """
    from mockinterview.compare import compare_attempts, compare_sessions, word_diff
    from mockinterview.model import Attempt

    if isinstance(before, Attempt) and isinstance(after, Attempt):
        found = compare_attempts(before, after)
        diff = [piece._asdict() for piece in word_diff(before.full_answer, after.full_answer)]
        more: dict[str, Any] = {"kind": "attempts", "diff": diff}
    elif isinstance(before, Attempt) or isinstance(after, Attempt):
        raise _unlike(before, after)
    else:
        found, more = compare_sessions(before, after), {"kind": "sessions"}
    return {
        "before": before.id,
        "after": after.id,
        **more,
        "overall": None if found.overall is None else _row(found.overall),
        "criteria": [_row(item) for item in found.criteria],
        "told": found.told,
        "cautions": list(found.cautions),
    }


def _show_changes(console: Console, found: Comparison, *, scores: bool) -> None:
    from mockinterview.changes import signed
    from mockinterview.cli.console import styled
    from mockinterview.compare import WAYS

    everything = [found.overall, *found.criteria] if found.overall else list(found.criteria)
    for item in everything:
        change = item.change
        mark = (f"{_MARKS[change.direction]} ", _STYLES[change.direction])
        numbers = ""
        if scores:
            noise = "" if change.margin is None else f"  noise ±{change.margin:.1f}"
            moved = f"{change.before:.1f} → {change.after:.1f}"
            numbers = f"{moved}  {signed(change.difference):>4}{noise}  "
        console.print(styled(mark, f"{item.name[:25]:<26}", numbers, WAYS[change.direction]))
    if not everything:
        console.print(styled(found.words))
    for caution in found.cautions:
        console.print(styled(("? ", "bold yellow"), caution))


def _row(item: CriterionChange) -> dict[str, Any]:
    change = item.change
    margin = None if change.margin is None else round(change.margin, 2)
    return {
        "id": item.id,
        "name": item.name,
        "before": round(change.before, 2),
        "after": round(change.after, 2),
        "difference": round(change.difference, 2),
        "noise": margin,
        "direction": change.direction,
    }


def _found(store: Store, wanted: str) -> Attempt | Session:
    """Return the one answer or session whose id begins like this; a whole id comes first."""
    found: list[Attempt | Session] = []
    faults: list[UsageError] = []
    for look_up in (store.attempt, store.session):
        try:
            found.append(look_up(wanted))
        except UsageError as error:
            faults.append(error)
    for thing in found:
        if thing.id == wanted:
            return thing
    for fault in faults:
        if "More than one" in fault.message:
            raise fault
    if len(found) > 1:
        raise UsageError(
            f"{wanted!r} begins answer {found[0].id} and session {found[1].id}.",
            "Type more letters of the id.",
        )
    if not found:
        hint = "Ids are in: mockinterview history list (with --answers for single answers)."
        message = faults[-1].message.replace("no session", "no answer and no session")
        raise UsageError(message, hint) from faults[-1]
    return found[0]


def _scores(store: Store, thing: Attempt | Session) -> bool:
    from mockinterview.model import Attempt

    kept = store.session(thing.session_id) if isinstance(thing, Attempt) else thing
    return kept.plan.scores


def _unlike(before: Attempt | Session, after: Attempt | Session) -> UsageError:
    return UsageError(
        f"{before.id} and {after.id} are not of the same sort: one is an answer, one a session.",
        "Compare two answers, or two sessions. Ids are in: mockinterview history list --answers",
    )


def _space(text: str) -> str:
    """Return the white space that a changed piece ends with, for after its bracket."""
    return text[len(text.rstrip()) :]
