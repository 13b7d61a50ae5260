"""The options that choose which kept answers a command looks at."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.errors import UsageError

if TYPE_CHECKING:
    from mockinterview.ports import AttemptFilter

SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE|7d|4w", help="Only from this day on, or the last days."),
]
RoleOption = Annotated[str | None, typer.Option("--role", help="Only for this role.")]
CategoryOption = Annotated[
    str | None, typer.Option("--category", help="Only common, behavioral or technical questions.")
]
CompetencyOption = Annotated[
    str | None, typer.Option("--competency", help="Only questions about this competency.")
]
JudgeFilterOption = Annotated[
    str | None, typer.Option("--judge", help="Only answers whose newest score this judge gave.")
]
BelowOption = Annotated[
    float | None,
    typer.Option("--below", min=1, max=5, help="Only answers scored below this (1 to 5)."),
]
LimitOption = Annotated[int, typer.Option("-n", "--limit", min=1, max=10_000, help="How many.")]
PageOption = Annotated[int, typer.Option("--page", min=1, help="Which page of that many.")]

_AGO = re.compile(r"(\d{1,5})\s*([dw])", re.IGNORECASE)
_CATEGORIES = ("common", "behavioral", "technical")


def chosen(
    *,
    since: str | None = None,
    role: str | None = None,
    category: str | None = None,
    competency: str | None = None,
    judge: str | None = None,
    below: float | None = None,
) -> AttemptFilter:
    """Return the filter that the options mean.

    Raises:
        UsageError: a date or a category cannot be understood.
    """
    from mockinterview.ports import AttemptFilter

    if category is not None and (category := category.lower()) not in _CATEGORIES:
        raise UsageError(
            f"There is no category {category!r}.", f"Choose one of: {', '.join(_CATEGORIES)}."
        )
    return AttemptFilter(
        since=None if since is None else moment(since, datetime.now().astimezone()),
        role=role,
        category=category,  # type: ignore[arg-type]  # one of them, as just seen
        competency=competency,
        judge=judge,
        below=below,
    )


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that ``text`` means: the start of a date, or so many days or weeks ago.

    Raises:
        UsageError: it is neither.
    """
    try:
        if ago := _AGO.fullmatch(text.strip()):
            days = int(ago[1]) * (7 if ago[2].lower() == "w" else 1)
            return now - timedelta(days=days)
        return datetime.strptime(text.strip(), "%Y-%m-%d").astimezone()  # the local day
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since {text!r} is not a day.",
            "Write a date such as 2026-03-31, or 7d for the last seven days, or 4w.",
        ) from error
