"""``score`` and ``regrade``: judge one answer now, or kept answers again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mockinterview.cli.console import note
from mockinterview.cli.outcome import exit_code
from mockinterview.cli.practice import (
    BaseUrlOption,
    BudgetOption,
    JsonOption,
    JudgeOption,
    ModelOption,
    SamplesOption,
    announced_judge,
)
from mockinterview.cli.voicing import SttOption, spoken_answer
from mockinterview.errors import BadInput, UsageError

if TYPE_CHECKING:
    from mockinterview.config import Settings
    from mockinterview.model import Attempt, Grading, Question, Session
    from mockinterview.ports import Judge, Store
    from mockinterview.spoken import Spoken

most_bytes = 2_000_000


def score(
    question_id: Annotated[
        str | None, typer.Argument(help="Id of a question in the bank (see: questions list).")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(help="File with the answer; - or nothing reads the pipe.")
    ] = None,
    text: Annotated[
        str | None,
        typer.Option("-q", "--question-text", help="A question of your own instead of an id."),
    ] = None,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
    audio: Annotated[
        Path | None,
        typer.Option("--audio", help="A sound file with the answer: WAV, FLAC, OGG, MP3, M4A."),
    ] = None,
    stt: SttOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show each criterion's reason and quotes.")
    ] = False,
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="Feedback in words, without numbers.")
    ] = False,
    no_save: Annotated[
        bool, typer.Option("--no-save", help="Do not keep the answer in the history.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Score one answer from a file, a pipe, or your editor.

    \b
    Examples:
      mockinterview score idempotency answer.txt
      pbpaste | mockinterview score owning-a-mistake --full
      mockinterview score owning-a-mistake --audio answer.m4a
      mockinterview score -q "Why do you want to work here?" answer.txt --json
      mockinterview score idempotency          (at a terminal: opens $EDITOR)
    """
    from mockinterview import config, wiring

    if text is not None and question_id is not None and file is None:
        file, question_id = Path(question_id), None
    if (question_id is None) == (text is None):
        raise UsageError(
            "Name one question: its id, or -q with a text of your own.",
            "For example: mockinterview score idempotency answer.txt",
        )
    settings = config.current(
        judge=judge,
        model=model,
        base_url=base_url,
        samples=samples,
        budget=budget,
        scores=False if no_scores else None,
    )
    question = _ad_hoc(text) if text is not None else _from_bank(question_id or "")
    if audio is not None and file is not None:
        raise UsageError("Give a text file or --audio, not both.", "One answer at a time.")
    spoken = spoken_answer(audio, question, stt) if audio is not None else None
    answer = spoken.transcript.text if spoken and spoken.transcript else _answer(file, question)
    with wiring.open_store(forget=no_save) as store:
        chosen = announced_judge(settings, [question])
        session, attempt, grading = _judge_one(question, answer, settings, chosen, store, spoken)
        _report(attempt, grading, settings, full=full, as_json=as_json)
        if spent := wiring.used(chosen):
            note(spent)
        if grading.evaluation is None:
            later = "" if no_save else f" Score later: mockinterview regrade {session.id}"
            typer.echo(f"Not scored: {grading.error}{later}", err=True)
            raise typer.Exit(int(exit_code([grading])))


def regrade(
    session: Annotated[
        str | None, typer.Argument(help="Session id, or 'last' (the default).")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also answers that have a score; both gradings are kept.")
    ] = False,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the answers of a session that were left unscored, or all of them again.

    \b
    Examples:
      mockinterview regrade
      mockinterview regrade 4kx7 --all --judge offline
    """
    from mockinterview import config, wiring
    from mockinterview.cli import console
    from mockinterview.cli.history import pick

    settings = config.current(
        judge=judge,
        model=model,
        base_url=base_url,
        samples=samples,
        budget=budget,
    )
    with wiring.open_store() as store:
        kept = pick(store, session)
        waiting = [a for a in kept.attempts if not a.skipped and (every or a.evaluation is None)]
        if not waiting:
            typer.echo(f"Session {kept.id} has no unscored answers.", err=True)
        chosen = announced_judge(settings, [a.question for a in waiting])
        gradings = _grade_all(waiting, chosen, store, scores=settings.scores and kept.plan.scores)
        if spent := wiring.used(chosen):
            note(spent)
        if as_json:
            done = store.session(kept.id)
            console.print_json({"schema": 1, "session": done.model_dump(mode="json")})
        if code := exit_code(gradings):
            raise typer.Exit(int(code))


def _grade_all(
    waiting: list[Attempt], judge: Judge, store: Store, *, scores: bool
) -> list[Grading]:
    from mockinterview.interview import grade_attempt

    done = []
    for number, attempt in enumerate(waiting, 1):
        _, grading = grade_attempt(attempt, judge, store)
        done.append(grading)
        if grading.evaluation is None:
            said = f"not scored: {grading.error}"
        else:
            shown = grading.evaluation.overall if scores else None
            said = f"{shown:.1f} {grading.evaluation.verdict}" if shown else "read"
        typer.echo(f"{number}/{len(waiting)} {attempt.question.id}: {said}", err=True)
    return done


def _judge_one(
    question: Question,
    answer: str,
    settings: Settings,
    judge: Judge,
    store: Store,
    spoken: Spoken | None,
) -> tuple[Session, Attempt, Grading]:
    from mockinterview.interview import Interview
    from mockinterview.model import Plan, PlannedQuestion

    plan = Plan(
        questions=(PlannedQuestion(question=question, reason="score"),),
        role=settings.role,
        follow_ups=0,
        scores=settings.scores,
    )
    interview = Interview.start(plan, store, judge, judge)
    interview.next_question()
    interview.submit(answer, spoken=spoken)
    interview.finish()
    attempt, grading = interview.grade()
    return interview.finish(), attempt, grading


def _report(
    attempt: Attempt, grading: Grading, settings: Settings, *, full: bool, as_json: bool
) -> None:
    from mockinterview.cli import console, feedback
    from mockinterview.rows import evaluation_row

    if as_json:
        if grading.evaluation is not None:
            row = evaluation_row(attempt.id, attempt.full_answer, grading.evaluation)
        else:
            error = {"code": grading.error_code, "message": grading.error}
            row = {"id": attempt.id, "error": error}
        console.print_json(row)
    elif grading.evaluation is not None:
        feedback.show(
            console.out(),
            attempt.full_answer,
            grading.evaluation,
            scores=settings.scores,
            full=full,
        )
        if attempt.spoken is not None and attempt.spoken.delivery is not None:
            from mockinterview.cli.hearing import show_delivery

            show_delivery(attempt.spoken.delivery, console.out())


def _from_bank(question_id: str) -> Question:
    from mockinterview import wiring
    from mockinterview.bank import find

    return find(wiring.load_bank(), question_id)


def _ad_hoc(text: str) -> Question:
    from mockinterview.model import Question
    from mockinterview.ontopic import asks_for_story
    from mockinterview.text import clean

    asked = clean(text).strip()
    if len(asked) < 3:
        raise UsageError("-q needs the text of a question.", 'For example: -q "Why this company?"')
    question = Question(id="ad-hoc", category="common", text=asked)
    if asks_for_story(question):
        return question.model_copy(update={"category": "behavioral"})
    return question


def _answer(file: Path | None, question: Question) -> str:
    if file is not None and str(file) != "-":
        return _read(file)
    if not sys.stdin.isatty():
        raw = sys.stdin.buffer.read(most_bytes + 1)
        return decoded(raw, "the pipe")
    if file is not None:
        typer.echo("Type the answer; Ctrl-D ends it.", err=True)
        return sys.stdin.read()
    from mockinterview.cli.answering import in_editor

    typer.echo(question.text, err=True)
    return in_editor("")


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(most_bytes + 1)
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror}.", "Give a text file with your answer."
        ) from error
    return decoded(raw, str(file))


def decoded(raw: bytes, where: str) -> str:
    """Return an answer's text; raises BadInput where it is too long or not UTF-8."""
    if len(raw) > most_bytes:
        raise BadInput(f"{where} holds more than 2 MB.", "One answer is a few hundred words.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{where} is not UTF-8 text (byte {error.start}).",
            "Save it as plain text in UTF-8; Word and PDF files cannot be read.",
        ) from error
