"""What the report of a session, and the one over all sessions, hold: plain values, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.changes import READING_NOISE, Change, between, signed
from mockinterview.exports.answers import AnswerView, view
from mockinterview.exports.charts import Line, line, spark
from mockinterview.progress import summarise

if TYPE_CHECKING:
    from mockinterview.model import Session
    from mockinterview.ports import AttemptRow
    from mockinterview.predictions import Calibration
    from mockinterview.trends import Trend, Trends

_MOST_SESSIONS = 12
_MOST_LINES = 12


class Bar(NamedTuple):
    """A mean level (1-5) under a name, and how many answers it stands on."""

    name: str
    level: float
    answers: int


class Said(NamedTuple):
    """A sentence with its direction: up, down, unchanged, unknown or "" for none."""

    direction: str
    text: str


class HabitView(NamedTuple):
    """A habit in a sentence, with the candidate's own words: (question id, day, quote)."""

    told: str
    quotes: tuple[tuple[str, str, str], ...]


class Extras(NamedTuple):
    """What only the history knows, given to both reports."""

    habits: tuple[HabitView, ...] = ()
    due: int = 0
    made: datetime | None = None


class SessionReport(NamedTuple):
    """The report of one session; without ``scores`` there is no level in any part of it."""

    title: str
    id: str
    day: str
    made: str
    role: str
    mode: str
    scores: bool
    overall: float | None
    lead: str
    bars: tuple[Bar, ...]
    answers: tuple[AnswerView, ...]
    progress: tuple[Said, ...]
    chart: Line | None
    habits: tuple[HabitView, ...]
    steps: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    reverse: tuple[tuple[str, str], ...]


class TrendView(NamedTuple):
    """One line of the progress report; ``path`` draws its points ("" where none are shown)."""

    name: str
    said: Said
    path: str
    last: float | None
    answers: int


class ProgressReport(NamedTuple):
    """The report over all sessions."""

    title: str
    made: str
    scores: bool
    judge: str
    answers: int
    lead: str
    chart: Line | None
    weeks: tuple[tuple[str, int, float | None, Said], ...]
    criteria: tuple[TrendView, ...]
    competencies: tuple[TrendView, ...]
    own: str
    stories: str
    habits: tuple[HabitView, ...]
    limits: tuple[str, ...]
    steps: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]


def session_report(
    session: Session, history: Sequence[AttemptRow], extras: Extras
) -> SessionReport:
    """Return the report of ``session`` beside ``history``, the rows of all kept answers."""
    scores = session.plan.scores
    answers = tuple(view(a, i, scores=scores) for i, a in enumerate(session.attempts, 1))
    earlier = _comparable(session, history)
    summary = summarise(session)
    weakest = next(
        (a for a in session.attempts if summary.weakest and a.question.id == summary.weakest[0]),
        None,
    )
    return SessionReport(
        title=f"Interview of {_day(session.started_at)}",
        id=session.id,
        day=session.started_at.astimezone().strftime("%Y-%m-%d %H:%M"),
        made=_day(extras.made or session.started_at),
        role=session.plan.role,
        mode=session.plan.mode,
        scores=scores,
        overall=session.overall if scores else None,
        lead=_lead(session, scores),
        bars=_bars(session) if scores else (),
        answers=answers,
        progress=_progress(session, earlier, scores),
        chart=_sessions_chart(session, history) if scores else None,
        habits=extras.habits,
        steps=(summary.next_step,) if summary.next_step else (),
        commands=_commands(weakest.id if weakest else "", extras.due),
        reverse=tuple((turn.text, turn.comment) for turn in session.reverse),
    )


def progress_report(
    found: Trends,
    own: Calibration | None,
    stories: str,
    limits: Sequence[str],
    extras: Extras,
    *,
    scores: bool,
) -> ProgressReport:
    """Return the report over all sessions from what the trends, habits and stories say."""
    weeks = found.weeks
    labels = [week.monday.strftime("%d %b") for week in weeks]
    return ProgressReport(
        title="Your progress",
        made=_day(extras.made) if extras.made else "",
        scores=scores,
        judge=found.judge,
        answers=found.answers,
        lead=found.overall.told if scores else found.overall.words,
        chart=line([week.overall for week in weeks], labels) if scores and weeks else None,
        weeks=tuple(
            (
                week.monday.isoformat(),
                week.answers,
                week.overall if scores else None,
                Said(
                    week.change.direction if week.change else "",
                    week.told if scores else week.words,
                ),
            )
            for week in reversed(weeks)
        ),
        criteria=_lines(found.criteria, scores),
        competencies=_lines(found.competencies, scores),
        own="" if own is None else (own.told if scores else own.words),
        stories=stories,
        habits=extras.habits,
        limits=tuple(limits),
        steps=_weakest_line(found.criteria),
        commands=_commands("", extras.due),
    )


def _lines(lines: Iterable[Trend], scores: bool) -> tuple[TrendView, ...]:
    ranked = sorted(lines, key=lambda item: not (item.change and item.change.moved))
    return tuple(
        TrendView(
            item.name,
            Said(item.change.direction if item.change else "", item.told if scores else item.words),
            spark(item.points) if scores and item.points else "",
            item.points[-1] if scores and item.points else None,
            item.answers,
        )
        for item in ranked[:_MOST_LINES]
    )


def _weakest_line(lines: Iterable[Trend]) -> tuple[str, ...]:
    known = [(item.points[-1], item.name) for item in lines if item.points]
    if not known:
        return ()
    return (f"Give your next answers more of this: {min(known)[1]}.",)


def _comparable(session: Session, history: Iterable[AttemptRow]) -> list[AttemptRow]:
    """Return the earlier scored answers by the same judges, oldest first."""
    judges = {a.evaluation.provenance.judge for a in session.attempts if a.evaluation}
    earlier = [
        row
        for row in history
        if row.answered_at < session.started_at
        and row.session_id != session.id
        and row.judge in judges
        and row.overall is not None
        and not row.skipped
    ]
    return sorted(earlier, key=lambda row: row.answered_at)


def _progress(session: Session, earlier: Sequence[AttemptRow], scores: bool) -> tuple[Said, ...]:
    """Return how this session's levels lie beside all earlier ones, overall and by criterion."""
    if not earlier:
        return ()
    made = [a.evaluation for a in session.attempts if a.evaluation]
    now = [m.overall for m in made if m.overall is not None]
    before = [row.overall for row in earlier if row.overall is not None]
    told = [_said("Overall", before, now, READING_NOISE, scores)] if now and before else []
    levels: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for result in (result for m in made for result in m.criteria):
        if result.level is not None:
            levels[result.id].append((result.name, result.level, result.spread))
    for key, found in levels.items():
        old = [level for row in earlier if (level := row.levels.get(key)) is not None]
        if old:
            noise = max(READING_NOISE, fmean(spread for _, _, spread in found))
            told.append(_said(found[0][0], old, [level for _, level, _ in found], noise, scores))
    comparable = [said for said in told[1:] if said.direction != "unknown"]
    few = len(told) - 1 - len(comparable)
    if few:
        text = f"{few} criteria: too few answers to compare." if few > 1 else told[-1].text
        comparable.append(Said("unknown", text))
    return tuple(told[:1] + sorted(comparable, key=_moved_first))


def _moved_first(said: Said) -> int:
    return {"up": 0, "down": 1, "unchanged": 2}.get(said.direction, 3)


def _said(
    name: str, before: Sequence[float], now: Sequence[float], noise: float, scores: bool
) -> Said:
    change = between(before, now, noise=noise)
    words = {
        "up": f"{name}: better than before.",
        "down": f"{name}: lower than before.",
        "unchanged": f"{name}: {_steady(change)}.",
        "unknown": f"{name}: too few answers to compare.",
    }[change.direction]
    return Said(change.direction, words[:-1] + _figures(change, scores, len(before)) + ".")


def _steady(change: Change) -> str:
    if not change.hinted:
        return "as before"
    return f"perhaps {'better' if change.difference > 0 else 'lower'}, too little to tell"


def _figures(change: Change, scores: bool, count: int) -> str:
    if not scores:
        return ""
    noise = "" if change.margin is None else f", noise ±{change.margin:.1f}"
    answers = "1 earlier answer" if count == 1 else f"{count} earlier answers"
    now = f"{change.after:.1f} now, {change.before:.1f} in {answers}"
    return f" ({now}: {signed(change.difference)}{noise})"


def _bars(session: Session) -> tuple[Bar, ...]:
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for attempt in session.attempts:
        for result in attempt.evaluation.criteria if attempt.evaluation else ():
            if result.level is not None:
                found[result.id].append((result.name, result.level))
    return tuple(
        Bar(pairs[0][0], round(fmean(level for _, level in pairs), 1), len(pairs))
        for pairs in found.values()
    )


def _sessions_chart(session: Session, history: Sequence[AttemptRow]) -> Line | None:
    """Return the line of session means up to this one, or None where it stands alone."""
    groups: dict[str, list[AttemptRow]] = {}
    for row in (*_comparable(session, history),):
        groups.setdefault(row.session_id, []).append(row)
    shown = [group for group in groups.values() if all(row.scores for row in group)]
    shown = shown[-(_MOST_SESSIONS - 1) :]
    if not shown or session.overall is None:
        return None
    levels = [fmean(r.overall for r in g if r.overall is not None) for g in shown]
    times = [g[0].answered_at.astimezone() for g in shown]
    days = [at.strftime("%d %b") for at in times]
    # Of several sessions on one day all but the first are told apart by the hour.
    labels = [
        at.strftime("%H:%M") if day in days[:index] else day
        for index, (at, day) in enumerate(zip(times, days, strict=True))
    ]
    return line([*levels, session.overall], [*labels, "this one"])


def _lead(session: Session, scores: bool) -> str:
    summary = summarise(session)
    questions = len(session.plan.questions)
    told = [f"You answered {summary.answered} of {questions} question{'s' * (questions != 1)}."]
    if summary.skipped:
        told.append(f"{summary.skipped} skipped.")
    if summary.unscored:
        told.append(f"{summary.unscored} not scored yet.")
    bars = _bars(session) if scores else ()
    if len(bars) > 1:
        best, worst = max(bars, key=lambda b: b.level), min(bars, key=lambda b: b.level)
        if best.level > worst.level:
            told.append(f"Strongest: {best.name}. Most room to grow: {worst.name}.")
    return " ".join(told)


def _commands(weakest: str, due: int) -> tuple[tuple[str, str], ...]:
    made = []
    if weakest:
        told = "Answer the weakest question again, with this feedback in view"
        made.append((told, f"mockinterview retry {weakest}"))
    if due:
        told = "1 question is due again" if due == 1 else f"{due} questions are due again"
        made.append((told, "mockinterview drill"))
    made.append(("Go on with new questions", "mockinterview practice -n 3"))
    return tuple(made)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%d %B %Y}".lstrip("0")
