"""``history list`` and ``history search``: find kept sessions and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.console import note
from mockinterview.cli.filters import (
    BelowOption,
    CategoryOption,
    CompetencyOption,
    JudgeFilterOption,
    LimitOption,
    PageOption,
    RoleOption,
    SinceOption,
    chosen,
)
from mockinterview.cli.practice import JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mockinterview.ports import AttemptFilter, AttemptRow, Hit, SessionSummary


def list_sessions(
    limit: LimitOption = 20,
    page: PageOption = 1,
    since: SinceOption = None,
    role: RoleOption = None,
    category: CategoryOption = None,
    competency: CompetencyOption = None,
    judge: JudgeFilterOption = None,
    below: BelowOption = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="List single answers, with their ids.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List kept sessions, newest first; no overall for those held without scores.

    With a filter: the sessions that have at least one such answer.

    \b
    Examples:
      mockinterview history list
      mockinterview history list --since 4w --category behavioral --below 3
      mockinterview history list --answers --competency ownership
      mockinterview history list -n 50 --page 2 --json
    """
    where = chosen(
        since=since,
        role=role,
        category=category,
        competency=competency,
        judge=judge,
        below=below,
    )
    if answers:
        _list_answers(where, limit, page, as_json)
    else:
        _list_sessions(where, limit, page, as_json)


def search_history(
    words: Annotated[list[str], typer.Argument(help="Words to look for; all must be there.")],
    limit: LimitOption = 20,
    page: PageOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Find answers by words in the question, the answer or the feedback, the best first.

    Other forms of a word are found too (test, tested). Nothing is read as search syntax.

    \b
    Examples:
      mockinterview history search deadline
      mockinterview history search slow query --json
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console

    shown = config.current().scores
    text = " ".join(words)
    with wiring.open_store() as store:
        found = store.search(text, limit=limit, offset=(page - 1) * limit)
    if as_json:
        hits = [_hit_row(hit) for hit in found.hits]
        console.print_json({"schema": 1, "page": page, "total": found.total, "hits": hits})
        return
    for hit in found.hits:
        _print_hit(hit, shown)
    if not found.total:
        note(f"No answer of yours holds {text!r}.")
    elif found.total > len(found.hits):
        more = f"; more: --page {page + 1}" if found.total > page * limit else ""
        note(f"{len(found.hits)} of {found.total} answers{more}")


def _list_sessions(where: AttemptFilter, limit: int, page: int, as_json: bool) -> None:
    from mockinterview import config, wiring
    from mockinterview.cli import console

    shown = config.current().scores
    with wiring.open_store() as store:
        found = store.sessions(limit=limit + 1, offset=(page - 1) * limit, where=where)
    more = len(found) > limit
    found = found[:limit]
    if as_json:
        rows = [_session_row(summary) for summary in found]
        console.print_json({"schema": 1, "page": page, "more": more, "sessions": rows})
        return
    lines = [
        [
            summary.id,
            _when(summary.started_at),
            _score(summary.overall, shown and summary.scores),
            f"{summary.answered}/{summary.planned}",
            _state(summary),
            summary.role,
        ]
        for summary in found
    ]
    headings = ["id", "when", "overall", "answered", "state", "role"]
    _print_page(headings, lines, "sessions", page, more, filtered=any(v is not None for v in where))


def _list_answers(where: AttemptFilter, limit: int, page: int, as_json: bool) -> None:
    from mockinterview import config, wiring
    from mockinterview.cli import console

    shown = config.current().scores
    with wiring.open_store() as store:
        found = store.attempts(where, limit=limit + 1, offset=(page - 1) * limit)
    more = len(found) > limit
    found = found[:limit]
    if as_json:
        rows = [_answer_row(row) for row in found]
        console.print_json({"schema": 1, "page": page, "more": more, "answers": rows})
        return
    lines = [
        [
            row.id,
            _when(row.answered_at),
            "skipped" if row.skipped else _score(row.overall, shown and row.scores),
            row.question_id,
            row.category,
        ]
        for row in found
    ]
    headings = ["id", "when", "overall", "question", "category"]
    _print_page(headings, lines, "answers", page, more, filtered=any(v is not None for v in where))


def _print_page(
    headings: list[str], rows: list[list[str]], what: str, page: int, more: bool, *, filtered: bool
) -> None:
    from mockinterview.cli import console

    if rows:
        console.table(headings, rows, console.out())
        if more:
            note(f"There are more: --page {page + 1}")
    elif page > 1:
        note(f"There is no page {page}.")
    elif filtered:
        note(f"No {what} of yours fit. See all: mockinterview history list")
    else:
        note(f"No {what} yet. Begin one: mockinterview practice")


def _print_hit(hit: Hit, shown: bool) -> None:
    from mockinterview.cli import console

    row, end = hit.attempt, 0
    parts: list[str | tuple[str, str]] = []
    text = "".join(" " if letter.isspace() else letter for letter in hit.text)
    for start, stop in hit.spans:
        parts += [text[end:start], (text[start:stop], "bold underline")]
        end = stop
    out = console.out()
    head = f"{row.id}  {_when(row.answered_at)}  {_score(row.overall, shown and row.scores)}  "
    out.print(console.styled((head, "bold"), f"{row.question_id} (in your {_NAMES[hit.place]})"))
    out.print(console.indent(console.styled(*parts, text[end:])))


_NAMES = {"question": "question", "answer": "answer", "feedback": "feedback"}


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _score(overall: float | None, shown: bool) -> str:
    return f"{overall:.1f}" if overall is not None and shown else "-"


def _state(summary: SessionSummary) -> str:
    if summary.finished_at is None:
        return "to resume"
    return f"{summary.unscored} unscored" if summary.unscored else "done"


def _session_row(summary: SessionSummary) -> dict[str, object]:
    return {
        **summary._asdict(),
        "started_at": summary.started_at.isoformat(),
        "finished_at": summary.finished_at.isoformat() if summary.finished_at else None,
    }


def _answer_row(row: AttemptRow) -> dict[str, object]:
    return {**row._asdict(), "answered_at": row.answered_at.isoformat()}


def _hit_row(hit: Hit) -> dict[str, object]:
    spans: Sequence[Sequence[int]] = hit.spans
    return {
        "answer": _answer_row(hit.attempt),
        "place": hit.place,
        "text": hit.text,
        "spans": spans,
    }
