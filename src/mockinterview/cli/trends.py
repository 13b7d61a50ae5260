"""``history trend`` and ``history habits``: how you get on, and what returns in your answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.cli.filters import CompetencyOption, JudgeFilterOption, RoleOption, SinceOption
from mockinterview.cli.practice import JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from mockinterview.changes import Change
    from mockinterview.habits import Habit
    from mockinterview.ports import AttemptRow, Store
    from mockinterview.predictions import Calibration
    from mockinterview.stories import Story
    from mockinterview.trends import Trend, Trends

_SHOWN_WEEKS = 8
_SHOWN_LINES = 12
_SHOWN_HABITS = 6
_SHOWN_POINTS = 3
#: Story types need the words of an answer, so only the newest stories are read.
_READ_STORIES = 60
_READ_FOR_QUOTES = 5

NoScoresOption = Annotated[
    bool, typer.Option("--no-scores", help="Say it in words, without numbers.")
]


def trend(
    since: SinceOption = None,
    role: RoleOption = None,
    competency: CompetencyOption = None,
    judge: JudgeFilterOption = None,
    no_scores: NoScoresOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show how you get on: by criterion, competency and week, in a line and a sentence each.

    The later half of your answers is compared with the earlier half. A difference that chance
    or the judge's own noise can explain is called unchanged. In the small charts the lowest
    block is 1, the highest 5, oldest on the left. Chance alone would move about one line in
    twenty. Answers from sessions without scores count
    only with --no-scores.

    \b
    Examples:
      mockinterview history trend
      mockinterview history trend --since 4w --competency collaboration
      mockinterview history trend --json
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console
    from mockinterview.cli.filters import chosen
    from mockinterview.predictions import calibration
    from mockinterview.trends import trends

    scores = config.current(scores=False if no_scores else None).scores
    where = chosen(since=since, role=role, competency=competency)
    with wiring.open_store() as store:
        rows = store.attempts(where)
    shown = [row for row in rows if row.scores or not scores]
    found = trends(shown, judge=judge)
    own = calibration(row for row in shown if row.judge == found.judge)
    if as_json:
        console.print_json({"schema": 1, **_trends_row(found, own, len(rows) - len(shown))})
        return
    if not found.answers:
        typer.echo(nothing(rows, shown), err=True)
        return
    _show_trends(console.out(), found, own, scores=scores)
    if left := len(rows) - len(shown):
        console.note(f"Left out: {left} answers from sessions without scores (see --no-scores).")


def habits(
    since: SinceOption = None,
    role: RoleOption = None,
    competency: CompetencyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what returns in your answers: missing parts with your own words, and how you tell.

    \b
    Examples:
      mockinterview history habits
      mockinterview history habits --since 30d --json
    """
    from mockinterview import wiring
    from mockinterview.cli import console
    from mockinterview.cli.filters import chosen

    with wiring.open_store() as store:
        rows = store.attempts(chosen(since=since, role=role, competency=competency))
        shown = [quoted(store, habit) for habit in worth_showing(rows)]
        told = stories_told(store, rows)
    if as_json:
        more = {"habits": shown, "stories": _stories_row(told)}
        console.print_json({"schema": 1, "answers": len(rows), **more})
        return
    if not any(row.judge is not None for row in rows):
        typer.echo(nothing(rows, rows), err=True)
        return
    _show_habits(console.out(), shown, told)


def nothing(rows: list[AttemptRow], shown: list[AttemptRow]) -> str:
    """Return why there is nothing to tell of, and what to do."""
    if rows and not shown:
        return "All these answers are from sessions without scores. See them with --no-scores."
    if any(not row.skipped for row in rows):
        return "None of these answers is scored yet. Score them: mockinterview regrade"
    return "No answers yet. Begin: mockinterview practice"


def _show_trends(out: Console, found: Trends, own: Calibration | None, *, scores: bool) -> None:
    from mockinterview.cli.console import indent, rule, styled

    rule(f"Your trend, by the {found.judge} judge", out)
    _line(out, found.overall, scores=scores)
    for title, lines in (("By criterion", found.criteria), ("By competency", found.competencies)):
        _lines(out, title, lines, scores=scores)
    out.print(styled(("By week", "bold")))
    for week in found.weeks[-_SHOWN_WEEKS:]:
        said = week.told if scores else week.words
        mean = f"{week.overall:.1f}, " if scores else ""
        answers = "1 answer" if week.answers == 1 else f"{week.answers} answers"
        out.print(indent(styled((f"{week.monday}  ", "dim"), f"{mean}{answers}. {said}")))
    if own is not None:
        said = own.told if scores else own.words
        out.print(styled(("Your own scores: ", "bold"), said))
    for said in limits(found):
        out.print(styled((said, "dim")))


def limits(found: Trends) -> list[str]:
    """Return in sentences what these trends leave out or count twice."""
    told = []
    if found.retries:
        told.append(f"{found.retries} of {found.answers} are retries of a question just answered.")
    if found.unscored:
        told.append(f"{found.unscored} answers are not scored, and not counted.")
    for name, count in found.others.items():
        told.append(f"{count} answers scored by {name} are left out (--judge {name}).")
    return told


def _lines(out: Console, title: str, lines: Sequence[Trend], *, scores: bool) -> None:
    """Print the lines that moved, then those with most answers, a dozen at most."""
    from mockinterview.cli.console import styled

    if not lines:
        return
    out.print(styled((title, "bold")))
    ranked = sorted(lines, key=lambda line: not (line.change and line.change.moved))
    for line in ranked[:_SHOWN_LINES]:
        _line(out, line, scores=scores)
    if (more := len(lines) - _SHOWN_LINES) > 0:
        out.print(styled((f"  … {more} more (see --json)", "dim")))


def _line(out: Console, line: Trend, *, scores: bool) -> None:
    from mockinterview.cli.console import indent, styled
    from mockinterview.trends import sparkline

    chart = f"{sparkline(line.points):<13}" if scores else ""
    out.print(indent(styled((chart, "cyan"), line.told if scores else line.words)))


def _trends_row(found: Trends, own: Calibration | None, hidden: int) -> dict[str, Any]:
    return {
        "judge": found.judge,
        "answers": found.answers,
        "retries": found.retries,
        "unscored": found.unscored,
        "other_judges": found.others,
        "without_scores": hidden,
        "overall": _trend_row(found.overall),
        "criteria": [_trend_row(line) for line in found.criteria],
        "competencies": [_trend_row(line) for line in found.competencies],
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "answers": week.answers,
                "overall": week.overall,
                **_change_row(week.change),
                "told": week.told,
            }
            for week in found.weeks
        ],
        "own_scores": own
        and {"answers": own.answers, "difference": round(own.bias.difference, 2), "told": own.told},
    }


def _trend_row(line: Trend) -> dict[str, Any]:
    return {
        "id": line.key,
        "name": line.name,
        "answers": line.answers,
        "points": list(line.points),
        **_change_row(line.change),
        "told": line.told,
    }


def _change_row(change: Change | None) -> dict[str, Any]:
    if change is None:
        return {"direction": "unknown"}
    return {
        "before": round(change.before, 2),
        "after": round(change.after, 2),
        "noise": None if change.margin is None else round(change.margin, 2),
        "direction": change.direction,
    }


def worth_showing(rows: list[AttemptRow]) -> list[Habit]:
    """Return the habits that return most, with a few key points among them at most."""
    from mockinterview import habits as rules

    found = rules.habits(rows)
    points = [habit for habit in found if habit.kind == "point"]
    return [habit for habit in found if habit not in points[_SHOWN_POINTS:]][:_SHOWN_HABITS]


def quoted(store: Store, habit: Habit) -> dict[str, Any]:
    """Return a habit with up to two quotes from the newest answers that show it."""
    from mockinterview import habits as rules

    told: str = habit.told
    quotes: list[dict[str, Any]] = []
    for attempt in map(store.attempt, habit.attempts[:_READ_FOR_QUOTES]):
        if point := rules.point_text(habit, attempt):
            told = told.replace(f'"{habit.point.replace("-", " ")}"', f'"{point}"')
        found = rules.quote(habit, attempt)
        if found and len(quotes) < 2 and found.quote not in [quote["quote"] for quote in quotes]:
            day = attempt.answered_at.astimezone().date().isoformat()
            question = attempt.question.id
            quotes.append({"attempt": attempt.id, "question": question, "day": day, **dict(found)})
    return {
        "kind": habit.kind,
        "told": told,
        "seen": habit.seen,
        "of": habit.of,
        "direction": habit.direction,
        "competency": habit.competency,
        "point": habit.point,
        "quotes": quotes,
    }


def stories_told(store: Store, rows: list[AttemptRow]) -> list[tuple[str, Story]]:
    """Return how the newest stories are told, newest first, with the ids of the answers."""
    from mockinterview.stories import classify

    chosen = [row.id for row in rows if row.star and not row.skipped][:_READ_STORIES]
    found = []
    for name in chosen:
        attempt = store.attempt(name)
        star = attempt.evaluation.star if attempt.evaluation is not None else None
        told = classify(attempt.full_answer, star)
        if told is not None:
            found.append((name, told))
    return found


def _show_habits(out: Console, quoted: list[dict[str, Any]], told: list[tuple[str, Story]]) -> None:
    from mockinterview.cli.console import indent, rule, styled

    rule("Habits", out)
    if not quoted:
        out.print(styled("Nothing returns in two answers or more. Well done, or too early to say."))
    for habit in quoted:
        out.print(styled((habit["told"], "bold")))
        if habit["quotes"] and habit["kind"] == "point":
            out.print(indent(styled(("nearest to it you came with:", "dim"))))
        for quote in habit["quotes"]:
            short = " ".join(quote["quote"].split())
            short = short if len(short) <= 150 else short[:149].rstrip() + "…"
            said = f"  {quote['question']}, {quote['day']}"
            out.print(indent(styled((f"“{short}”", "italic"), (said, "dim"))))
    _show_stories(out, told)


def _show_stories(out: Console, told: list[tuple[str, Story]]) -> None:
    from mockinterview.cli.console import indent, styled
    from mockinterview.stories import told_kinds

    if not told:
        return
    out.print(styled(("How you tell: ", "bold"), told_kinds([story.kind for _, story in told])))
    other = next(((name, story) for name, story in told if story.kind != "event"), None)
    if other is not None and other[1].evidence:
        quote = " ".join(other[1].evidence[0].quote.split())
        out.print(indent(styled((f"“{quote[:150]}”", "italic"), (f"  answer {other[0]}", "dim"))))


def _stories_row(told: list[tuple[str, Story]]) -> dict[str, Any]:
    from mockinterview.stories import told_kinds

    return {
        "read": len(told),
        "told": told_kinds([story.kind for _, story in told]),
        "answers": [{"attempt": name, "kind": story.kind} for name, story in told],
    }
