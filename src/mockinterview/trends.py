"""How a candidate gets on: by criterion, competency and week, each with a plain true sentence.

A trend compares the later half of the answers with the earlier half. What lies within chance
or the judge's own noise is called unchanged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.changes import LEAST, READING_NOISE, Change, between, halves, signed

if TYPE_CHECKING:
    from mockinterview.ports import AttemptRow

#: Points of a sparkline; more answers are joined into that many groups.
MOST_POINTS = 12
_BLOCKS = "▁▂▃▄▅▆▇█"
_NOT_YET = f"too few to tell a trend ({2 * LEAST} are needed)"


class Trend(NamedTuple):
    """One line of the history: ``points`` are mean levels (1-5), oldest first.

    ``told`` is the sentence with numbers, ``words`` the same without. ``change`` compares the
    later half of the answers with the earlier one (None: no answer is scored).
    """

    key: str
    name: str
    answers: int
    points: tuple[float, ...]
    change: Change | None
    told: str
    words: str


class Week(NamedTuple):
    """A calendar week with answers: its Monday, mean overall, and how it differs from the last."""

    monday: date
    answers: int
    overall: float
    change: Change | None
    told: str
    words: str


class Trends(NamedTuple):
    """All that can be said of a history, by one judge; ``unscored`` answers are left out.

    ``others`` counts the answers whose newest score is another judge's, ``retries`` those among
    the counted that answer a question again.
    """

    judge: str
    answers: int
    retries: int
    unscored: int
    others: dict[str, int]
    overall: Trend
    criteria: tuple[Trend, ...]
    competencies: tuple[Trend, ...]
    weeks: tuple[Week, ...]


def trends(
    rows: Iterable[AttemptRow], *, judge: str | None = None, zone: tzinfo | None = None
) -> Trends:
    """Return the trends over ``rows`` in any order; skipped answers do not count.

    Scores of different judges are not compared: ``judge`` names the one that counts, or the
    one with most answers does. Weeks begin on Monday in ``zone`` (None: this machine's).
    """
    given = sorted((row for row in rows if not row.skipped), key=lambda row: row.answered_at)
    scored = [row for row in given if row.overall is not None]
    judges = Counter(row.judge or "" for row in scored)
    chosen = judge or (judges.most_common(1)[0][0] if judges else "")
    mine = [row for row in scored if row.judge == chosen]
    return Trends(
        judge=chosen,
        answers=len(mine),
        retries=sum(row.retry_of is not None for row in mine),
        unscored=len(given) - len(scored),
        others={name: count for name, count in judges.items() if name != chosen},
        overall=_overall("overall", "Overall", mine),
        criteria=_by_criterion(mine),
        competencies=_by_competency(mine),
        weeks=_by_week(mine, zone),
    )


def sparkline(points: Iterable[float]) -> str:
    """Return one block for each level: the lowest stands for 1, the highest for 5."""
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((min(5.0, max(1.0, p)) - 1) / 4 * top)] for p in points)


def trend(key: str, name: str, levels: Sequence[float], noise: float = READING_NOISE) -> Trend:
    """Return the trend of ``levels`` (1-5, oldest first); ``noise`` is that of one reading."""
    if not levels:
        return Trend(key, name, 0, (), None, f"{name}: no scored answer yet.", f"{name}: none yet.")
    earlier, later = halves(levels)
    change = between(earlier or later, later, noise=noise)
    told, words = _sentences(name, change, earlier, later)
    return Trend(key, name, len(levels), _points(levels), change, told, words)


def _sentences(
    name: str, change: Change, earlier: Sequence[float], later: Sequence[float]
) -> tuple[str, str]:
    count = len(earlier) + len(later)
    mean = fmean([*earlier, *later])
    if change.margin is None:
        on = f"{_answers(count)}, {_NOT_YET}"
        return f"{name}: {mean:.1f} on {on}.", f"{name}: {on}."
    groups = f"your first {len(earlier)} answers against your last {len(later)}"
    if change.direction == "unchanged":
        noise = f"{signed(change.difference)}, noise ±{change.margin:.1f}"
        if change.hinted:
            way = "up" if change.difference > 0 else "down"
            return (
                f"{name} may be {way}, but that may be chance: {mean:.1f} on {count} ({noise}).",
                f"{name} may be {way}, but that may be chance ({groups}).",
            )
        return (
            f"{name} is unchanged: {mean:.1f} on {count} answers ({noise}).",
            f"{name} is unchanged ({groups}).",
        )
    moved = f"from {change.before:.1f} to {change.after:.1f}"
    return (
        f"{name} is {change.direction} {moved}, {groups} (noise ±{change.margin:.1f}).",
        f"{name} is {'better' if change.direction == 'up' else 'worse'} than before ({groups}).",
    )


def _overall(key: str, name: str, rows: Sequence[AttemptRow]) -> Trend:
    return trend(key, name, [row.overall for row in rows if row.overall is not None], _noise(rows))


def _by_criterion(rows: Sequence[AttemptRow]) -> tuple[Trend, ...]:
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        for name, level in row.levels.items():
            if level is not None:
                found[name].append((level, row.spreads.get(name, 0.0)))
    lines = [
        trend(
            name,
            name.replace("-", " ").replace("_", " ").capitalize(),
            [level for level, _ in pairs],
            max(READING_NOISE, fmean(spread for _, spread in pairs)),
        )
        for name, pairs in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.answers, line.name)))


def _by_competency(rows: Sequence[AttemptRow]) -> tuple[Trend, ...]:
    found: defaultdict[str, list[AttemptRow]] = defaultdict(list)
    for row in rows:
        for name in dict.fromkeys(row.competencies):
            found[name].append(row)
    lines = [
        _overall(name, name.replace("-", " ").capitalize(), group) for name, group in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.answers, line.name)))


def _by_week(rows: Sequence[AttemptRow], zone: tzinfo | None) -> tuple[Week, ...]:
    groups: defaultdict[date, list[AttemptRow]] = defaultdict(list)
    for row in rows:
        day = row.answered_at.astimezone(zone).date()
        groups[day - timedelta(days=day.weekday())].append(row)
    weeks: list[Week] = []
    before: list[float] = []
    last = None
    for monday, group in groups.items():
        levels = [row.overall for row in group if row.overall is not None]
        change = between(before, levels, noise=_noise(group)) if before else None
        told, words = _week_sentences(last, len(before), len(levels), change)
        weeks.append(Week(monday, len(levels), round(fmean(levels), 2), change, told, words))
        before, last = levels, monday
    return tuple(weeks)


def _week_sentences(
    last: date | None, before: int, now: int, change: Change | None
) -> tuple[str, str]:
    if change is None:
        return "The first week with answers.", "The first week with answers."
    if change.margin is None:
        said = f"Too few answers to compare with the week of {last} ({now} and {before})."
        return said, said
    noise = f"{signed(change.difference)}, noise ±{change.margin:.1f}"
    words = {"up": "Better than", "down": "Worse than", "unchanged": "As"}
    way = "Perhaps better than" if change.difference > 0 else "Perhaps worse than"
    said = f"{way if change.hinted else words[change.direction]} in the week of {last}"
    return f"{said} ({noise}).", f"{said}."


def _noise(rows: Sequence[AttemptRow]) -> float:
    """Return how far one overall may be off: half a level, or what repeated readings spread."""
    spreads = [sum(r.spreads.values()) / len(r.spreads) for r in rows if any(r.spreads.values())]
    return max(READING_NOISE, sum(spreads) / len(rows) if rows else 0.0)


def _points(levels: Sequence[float]) -> tuple[float, ...]:
    count = min(MOST_POINTS, len(levels))
    cuts = [len(levels) * i // count for i in range(count + 1)]
    return tuple(round(fmean(levels[a:b]), 2) for a, b in pairwise(cuts))


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"
