"""``drill``: practise what is due by spaced repetition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from mockinterview.cli.practice import (
    BaseUrlOption,
    BudgetOption,
    JsonOption,
    JudgeOption,
    ModelOption,
    PredictOption,
    SamplesOption,
    announced_judge,
    piped_follow_ups,
    sit,
)
from mockinterview.errors import UsageError

if TYPE_CHECKING:
    from datetime import date, datetime

    from mockinterview.bank import Bank
    from mockinterview.drilling import Due
    from mockinterview.model import Question
    from mockinterview.ports import Store


def drill(
    due: Annotated[
        bool, typer.Option("--due", help="Only say how many questions are due and for how long.")
    ] = False,
    questions: Annotated[
        int | None, typer.Option("-n", "--questions", help="Most questions (default 5).")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="As many due questions as fit in this time.")
    ] = None,
    follow_ups: Annotated[
        int | None, typer.Option(help="Most follow-up questions, 0-2 (0 in a pipe).")
    ] = None,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="Feedback in words, without numbers.")
    ] = False,
    predict: PredictOption = None,
    as_json: JsonOption = False,
) -> None:
    """Practise the questions that are due again, the most overdue first.

    Every scored answer says when its question should return: soon where its weakest criterion
    was weak or has slipped back before, in weeks where it was strong (FSRS).

    \b
    Examples:
      mockinterview drill
      mockinterview drill --due
      mockinterview drill --minutes 15 --predict
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console

    if questions is not None and minutes is not None:
        raise UsageError("Give -n or --minutes, not both.", "Each says how long to practise.")
    settings = config.current(
        judge=judge,
        model=model,
        base_url=base_url,
        samples=samples,
        budget=budget,
        questions=questions,
        follow_ups=piped_follow_ups(follow_ups),
        scores=False if no_scores else None,
        predict=predict,
    )
    bank = wiring.load_bank()
    with wiring.open_store() as store:
        agenda = look_up(store, bank)
        if due and as_json:
            console.print_json({"schema": 1, **_rows(agenda)})
        if due or not agenda.due:
            _tell(agenda, as_json=as_json, told=due)
            return
        from mockinterview.cli.sitting import Manner
        from mockinterview.interview import Interview
        from mockinterview.selection import make_drill

        plan = make_drill(
            list(agenda.known.values()),
            agenda.due,
            count=None if minutes is not None else settings.questions,
            minutes=minutes,
            mode=settings.mode,
            style=settings.style,
            role=settings.role,
            follow_ups=settings.follow_ups,
            scores=settings.scores,
        )
        if (left := len(agenda.due) - len(plan.questions)) > 0:
            console.note(f"{len(plan.questions)} of {len(agenda.due)} due questions; {left} wait.")
        chosen = announced_judge(settings, [planned.question for planned in plan.questions])
        interview = Interview.start(plan, store, chosen, wiring.offline_judge())
        manner = Manner(predict=settings.predict, ceremony=False)
        sit(interview, store, bank, chosen, manner, as_json=as_json)


class Agenda(NamedTuple):
    """What is due now and on later days, of the questions in the bank."""

    now: datetime
    known: dict[str, Question]
    due: dict[str, Due]
    later: list[tuple[date, int]]

    @property
    def minutes(self) -> float:
        """How long all that is due will take, by the questions' suggested minutes."""
        return sum(self.known[name].minutes for name in self.due)


def look_up(store: Store, bank: Bank) -> Agenda:
    """Return what is due; cards of questions that are no longer in the bank do not count."""
    from mockinterview.drilling import due_questions, upcoming
    from mockinterview.interview import utc_now

    now = utc_now()
    known = {question.id: question for pack in bank.packs for question in pack.questions}
    cards = [card for card in store.cards() if card.question_id in known]
    return Agenda(now, dict(known), due_questions(cards, now), upcoming(cards, now))


def _tell(agenda: Agenda, *, as_json: bool, told: bool) -> None:
    """Say what is due: on standard output where that was asked for, else as a note."""
    from mockinterview.cli import console

    if told and as_json:
        return
    out = console.out() if told else console.err()
    if agenda.due:
        count = len(agenda.due)
        questions = "1 question is" if count == 1 else f"{count} questions are"
        out.print(console.styled(f"{questions} due, about {agenda.minutes:.0f} minutes."))
        rows = [
            [name, due.criterion, f"{agenda.known[name].minutes:g}", _since(due, agenda.now)]
            for name, due in agenda.due.items()
        ]
        console.table(["question", "weakest", "minutes", "due"], rows, out)
    elif not agenda.later:
        told_ = "Nothing to drill yet: what you answer in practice returns here when it is due."
        out.print(console.styled(told_))
    else:
        out.print(console.styled("Nothing is due today."))
    if agenda.later:
        days = [f"{day:%a %d %b}: {count}" for day, count in agenda.later[:7]]
        out.print(console.styled("Later: " + ", ".join(days)))


def _since(due: Due, now: datetime) -> str:
    days = (now - due.since).days
    return "today" if days < 1 else "since yesterday" if days == 1 else f"since {days} days"


def _rows(agenda: Agenda) -> dict[str, Any]:
    return {
        "questions": len(agenda.due),
        "minutes": agenda.minutes,
        "due": [
            {
                "question_id": name,
                "criterion": due.criterion,
                "since": due.since.isoformat(),
                "lapses": due.lapses,
                "minutes": agenda.known[name].minutes,
            }
            for name, due in agenda.due.items()
        ],
        "later": [{"day": day.isoformat(), "questions": count} for day, count in agenda.later],
    }
