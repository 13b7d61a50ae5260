"""``retry``: the same question again, with the last feedback in view and the change after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
    from mockinterview.model import Attempt, Session
    from mockinterview.ports import Store


def retry(
    attempt: Annotated[
        str | None, typer.Argument(help="Id of the answer, or 'last' (the default).")
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
    """Answer a question again: your last answer and its feedback first, then what changed.

    The new answer is kept in a session of its own and names the one it is to better.

    \b
    Examples:
      mockinterview retry
      mockinterview retry 9mwp --predict
      mockinterview retry last --json < answer.txt
    """
    from mockinterview import config, wiring

    settings = config.current(
        judge=judge,
        model=model,
        base_url=base_url,
        samples=samples,
        budget=budget,
        follow_ups=piped_follow_ups(follow_ups),
        scores=False if no_scores else None,
        predict=predict,
    )
    with wiring.open_store() as store:
        from mockinterview.cli.sitting import Manner
        from mockinterview.interview import Interview
        from mockinterview.model import Plan, PlannedQuestion

        earlier = _earlier(store, attempt)
        before = store.session(earlier.session_id).plan
        again = PlannedQuestion(question=earlier.question, reason="again", retry_of=earlier.id)
        plan = Plan(
            questions=(again,),
            style=settings.style,
            role=before.role,
            follow_ups=settings.follow_ups,
            scores=settings.scores and before.scores,
        )
        chosen = announced_judge(settings, [earlier.question])
        interview = Interview.start(plan, store, chosen, wiring.offline_judge())
        manner = Manner(predict=settings.predict, ceremony=False)

        def extra(session: Session) -> dict[str, Any]:
            return {"compare": _change(earlier, session)}

        sit(interview, store, wiring.load_bank(), chosen, manner, as_json=as_json, extra=extra)


def _earlier(store: Store, wanted: str | None) -> Attempt:
    if wanted is not None and wanted != "last":
        found = store.attempt(wanted)
        if found.skipped:
            raise UsageError(
                f"Answer {found.id} was skipped, so there is nothing to better yet.",
                f"Answer it: mockinterview practice --question {found.question.id}",
            )
        return found
    offset = 0
    while rows := store.attempts(limit=50, offset=offset):
        for row in rows:
            if not row.skipped:
                return store.attempt(row.id)
        offset += len(rows)
    raise UsageError("There is no answer to better yet.", "Begin one: mockinterview practice")


def _change(earlier: Attempt, session: Session) -> dict[str, Any] | None:
    from mockinterview.cli.compare import compared

    return compared(earlier, session.attempts[-1]) if session.attempts else None
