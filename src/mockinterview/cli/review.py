"""``history import-review``: a mentor's scores, and how far the judge agrees with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.console import note
from mockinterview.cli.practice import JsonOption
from mockinterview.errors import BadInput, UsageError

if TYPE_CHECKING:
    from mockinterview.mentoring import Agreed
    from mockinterview.model import Criterion, Question
    from mockinterview.ports import Store
    from mockinterview.records import Review


def import_review(
    file: Annotated[Path, typer.Argument(help="A filled sheet (see: report --for-review).")],
    as_json: JsonOption = False,
) -> None:
    """Read a mentor's filled sheet, keep the scores, and show how far the judge agrees.

    The agreement is over all reviews that you have read in so far.

    \b
    Examples:
      mockinterview report --for-review -o for-ana.md
      mockinterview history import-review for-ana.md
    """
    from mockinterview import wiring
    from mockinterview.cli import console
    from mockinterview.exports import sheet
    from mockinterview.interview import utc_now
    from mockinterview.mentoring import agreed, told

    found = sheet.read(_text(file), name=str(file), at=utc_now())
    if not found:
        raise BadInput(
            f"No box in {file} is filled in.", "Write levels between the brackets, as in [3.5]."
        )
    with wiring.open_store() as store:
        fresh = _kept(store, found, file)
        result = {name: agreed(pairs) for name, pairs in _pairs(store).items()}
        here = _beside(store, found)
    if as_json:
        agreement = {name: _row(value) for name, value in result.items()}
        console.print_json(
            {"schema": 1, "kept": fresh, "unchanged": len(found) - fresh, "agreement": agreement}
        )
        return
    again = f", {len(found) - fresh} were there already" if len(found) > fresh else ""
    note(f"{fresh} review{'s' * (fresh != 1)} kept{again}.")
    out = console.out()
    for line in here:
        out.print(console.styled((line, "dim")))
    for name, value in result.items():
        if value is not None:
            out.print(console.styled(told(name.capitalize(), value)))
    if not any(result.values()):
        note("These answers are not scored by a judge yet. Score them: mockinterview regrade")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror or error}.", "Check the name of the file."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{file} is not a text file in UTF-8.", "Save the sheet as plain text, UTF-8."
        ) from error


def _kept(store: Store, found: list[Review], file: Path) -> int:
    """Keep the reviews that are new, once all are known to fit, and return how many."""
    fresh = []
    for review in found:
        try:
            attempt = store.attempt(review.attempt_id)
        except UsageError as error:
            raise BadInput(
                f"{file} speaks of answer {review.attempt_id}, which is not in your history.",
                "Is it the sheet of another candidate?",
            ) from error
        criteria = {criterion.id for criterion in _rubric_of(attempt.question)}
        if strange := sorted(review.criteria.keys() - criteria):
            raise BadInput(
                f"{file}: answer {review.attempt_id} has no criterion {strange[0]!r}.",
                f"Its criteria are: {', '.join(sorted(criteria))}.",
            )
        known = [kept for kept in store.reviews(attempt.session_id) if kept.id == review.id]
        if not known or known[0] != review.model_copy(update={"at": known[0].at}):
            fresh.append(review)
    for review in fresh:
        store.add_review(review)
    return len(fresh)


def _rubric_of(question: Question) -> tuple[Criterion, ...]:
    from mockinterview.rubric import build_rubric

    return build_rubric(question).criteria


def _pairs(store: Store) -> dict[str, list[tuple[float, float]]]:
    """Return (mentor, judge) levels of all reviews kept so far."""
    from mockinterview.mentoring import joined, pairs

    each = []
    for session in store.sessions():
        for review in store.reviews(session.id):
            made = store.attempt(review.attempt_id).evaluation
            if made is not None:
                each.append(pairs(review, made))
    return joined(each)


def _beside(store: Store, found: list[Review]) -> list[str]:
    """Return a line for each answer of this sheet: the mentor's overall beside the judge's."""
    lines = []
    for review in found:
        attempt = store.attempt(review.attempt_id)
        made = attempt.evaluation
        if review.overall is None or made is None or made.overall is None:
            continue
        lines.append(
            f"{attempt.question.id}: {review.reviewer} {review.overall:g}, judge {made.overall:.1f}"
        )
    return lines


def _row(value: Agreed | None) -> dict[str, float | None] | None:
    return None if value is None else value._asdict()
