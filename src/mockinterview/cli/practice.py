"""``practice`` and ``resume``: hold an interview and keep it."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from mockinterview.cli.console import note
from mockinterview.cli.outcome import exit_code
from mockinterview.cli.voicing import (
    AudioOption,
    KeepAudioOption,
    MuteOption,
    SilenceOption,
    SttOption,
    TtsOption,
    VoiceOption,
    check_files,
    ears_for,
    filed_answers,
    sitting_for,
)
from mockinterview.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mockinterview.bank import Bank
    from mockinterview.cli.answering import Input
    from mockinterview.cli.sitting import Manner
    from mockinterview.config import Settings
    from mockinterview.interview import Interview
    from mockinterview.model import Plan, Question, Session
    from mockinterview.ports import Judge, Store

JudgeOption = Annotated[
    str | None,
    typer.Option("--judge", help="auto (openai when a key is set, else offline), openai, offline."),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="Model for the openai judge, e.g. gpt-5-mini.")
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url", help="Another chat-completions server, e.g. http://localhost:11434/v1."
    ),
]
SamplesOption = Annotated[
    int | None, typer.Option("--samples", help="Readings per answer by the openai judge; median.")
]
BudgetOption = Annotated[
    float | None, typer.Option("--budget", help="Most US dollars this run may cost.")
]
PredictOption = Annotated[
    bool | None,
    typer.Option(
        "--predict/--no-predict", help="Ask for your own score, 1-5, before each feedback."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


def practice(
    questions: Annotated[
        int | None, typer.Option("-n", "--questions", help="How many questions (default 5).")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="As many questions as fit in this time, instead of -n.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Only common, behavioral or technical questions.")
    ] = None,
    competency: Annotated[
        str | None, typer.Option(help="Only questions on this competency.")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(help="Role to practise for, e.g. 'data analyst' (see: questions list)."),
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option(help="Ask this question (id); may be given several times.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(help="coach: feedback after each answer; exam: at the end.")
    ] = None,
    style: Annotated[
        str | None, typer.Option(help="friendly, neutral, tough, startup or enterprise.")
    ] = None,
    follow_ups: Annotated[
        int | None,
        typer.Option(help="Most follow-up questions per answer, 0-2 (default 1; 0 in a pipe)."),
    ] = None,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
    no_scores: Annotated[
        bool, typer.Option("--no-scores", help="Feedback in words, without numbers.")
    ] = False,
    no_save: Annotated[
        bool, typer.Option("--no-save", help="Forget the session when it ends.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Make the choice of questions repeatable.")
    ] = None,
    predict: PredictOption = None,
    voice: VoiceOption = False,
    audio: AudioOption = None,
    mute: MuteOption = False,
    stop_on_silence: SilenceOption = None,
    keep_audio: KeepAudioOption = None,
    stt: SttOption = None,
    tts: TtsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Be interviewed: questions from the bank, your answers, feedback after each.

    Type your answer over as many lines as you like; /done on a line of its own sends it.
    In a pipe, /done on its own line ends each answer.

    \b
    Examples:
      mockinterview practice -n 3
      mockinterview practice --role "data analyst" --minutes 20 --mode exam
      mockinterview practice --question owning-a-mistake --no-scores
      mockinterview practice --voice -n 3          (speak; see: mockinterview voice check)
      mockinterview practice --audio one.m4a --audio two.m4a
      mockinterview practice -n 2 --json < answers.txt > session.json
    """
    from mockinterview import config, wiring

    if questions is not None and minutes is not None:
        raise UsageError("Give -n or --minutes, not both.", "Each says how long to practise.")
    if audio:
        check_files(audio, voice=voice, asked=questions or len(question or audio))
        questions, follow_ups = questions or len(audio), 0
    settings = config.current(
        judge=judge,
        model=model,
        base_url=base_url,
        samples=samples,
        budget=budget,
        questions=questions,
        role=role,
        mode=mode,
        style=style,
        follow_ups=piped_follow_ups(follow_ups),
        scores=False if no_scores else None,
        predict=predict,
        stop_on_silence=stop_on_silence,
        keep_audio=keep_audio,
        stt=stt,
        tts=tts,
    )
    bank = wiring.load_bank()
    with wiring.open_store(forget=no_save) as store:
        plan = _plan(bank, store, settings, minutes, category, competency, question or [], seed)
        chosen = announced_judge(settings, [planned.question for planned in plan.questions])
        from mockinterview.cli.sitting import Manner
        from mockinterview.interview import Interview

        interview = Interview.start(plan, store, chosen, wiring.offline_judge())
        ears = ears_for(settings, store, mute=mute) if voice else None
        files = filed_answers(audio, settings) if audio else None
        manner = Manner(predict=settings.predict, ears=ears, files=files)
        sit(interview, store, bank, chosen, manner, as_json=as_json, saved=not no_save)


def resume(
    session: Annotated[
        str | None, typer.Argument(help="Session id (default: the newest unfinished one).")
    ] = None,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    voice: VoiceOption = False,
    mute: MuteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Go on with an interview that was stopped, at the question where it stopped.

    \b
    Examples:
      mockinterview resume
      mockinterview resume 4kx7 --judge offline
    """
    from mockinterview import config, wiring

    settings = config.current(judge=judge, model=model, base_url=base_url)
    with wiring.open_store() as store:
        from mockinterview.cli.sitting import Manner
        from mockinterview.interview import Interview

        kept = _to_resume(store, session)
        done = {attempt.position for attempt in kept.attempts}
        left = [p.question for n, p in enumerate(kept.plan.questions) if n not in done]
        chosen = announced_judge(settings, left)
        interview = Interview(kept, store, chosen, wiring.offline_judge())
        retry = any(planned.retry_of for planned in kept.plan.questions)
        ears = ears_for(settings, store, mute=mute) if voice else None
        manner = Manner(predict=settings.predict, ceremony=not retry, ears=ears)
        sit(interview, store, wiring.load_bank(), chosen, manner, as_json=as_json, saved=True)


def piped_follow_ups(wanted: int | None) -> int | None:
    """Return how many follow-ups there may be: none in a pipe, which holds one answer each."""
    return 0 if wanted is None and not sys.stdin.isatty() else wanted


def _to_resume(store: Store, wanted: str | None) -> Session:
    """Return the session to go on with: the one named, or the newest with something left."""
    if wanted is None:
        newest = store.sessions(limit=1)
        if newest and _goes_on(kept := store.session(newest[0].id)):
            return kept
        wanted = store.newest_unfinished()
        if wanted is None:
            raise UsageError(
                "No interview is waiting to be resumed.", "Begin one: mockinterview practice"
            )
    kept = store.session(wanted)
    if _goes_on(kept):
        return kept
    unscored = sum(1 for a in kept.attempts if not a.skipped and a.evaluation is None)
    if unscored:
        raise UsageError(
            f"Session {kept.id} is complete, but {unscored} of its answers "
            f"{'are' if unscored > 1 else 'is'} not scored.",
            f"Score now: mockinterview regrade {kept.id}",
        )
    raise UsageError(
        f"Session {kept.id} is complete.", f"See it: mockinterview history show {kept.id}"
    )


def _goes_on(session: Session) -> bool:
    """Whether a question is left to ask, or an answer that no judge has been given."""
    asked = {attempt.position for attempt in session.attempts}
    unread = any(not attempt.skipped and not attempt.gradings for attempt in session.attempts)
    return unread or len(asked) < len(session.plan.questions)


def _plan(
    bank: Bank,
    store: Store,
    settings: Settings,
    minutes: float | None,
    category: str | None,
    competency: str | None,
    ids: list[str],
    seed: int | None,
) -> Plan:
    from mockinterview.bank import find, for_role
    from mockinterview.drilling import due_questions
    from mockinterview.interview import utc_now
    from mockinterview.model import CATEGORIES
    from mockinterview.selection import make_plan

    if category is not None and category not in CATEGORIES:
        raise UsageError(
            f"--category {category!r} is not known.", f"Choose one of: {', '.join(CATEGORIES)}."
        )
    if minutes is not None and not 0 < minutes <= 600:
        raise UsageError("--minutes must be more than 0 and at most 600.", "Try --minutes 20.")
    chosen = [find(bank, question_id) for question_id in ids]
    now = utc_now()
    return make_plan(
        chosen or for_role(bank, settings.role),
        count=None if minutes is not None else len(chosen) or settings.questions,
        minutes=minutes,
        category=category,
        competency=competency,
        question_ids=[q.id for q in chosen],
        last_answered=store.answered_questions(),
        due=due_questions(store.cards(due_by=now)),
        now=now,
        seed=seed,
        mode=settings.mode,
        style=settings.style,
        role=settings.role,
        follow_ups=settings.follow_ups,
        scores=settings.scores,
    )


def announced_judge(settings: Settings, questions: Sequence[Question] = ()) -> Judge:
    """Return the judge after saying who it is, where, and about what ``questions`` will take."""
    from mockinterview import wiring

    judge, choice = wiring.make_judge(settings)
    note(choice.told)
    if expected := wiring.foretold(judge, questions):
        note(expected)
    return judge


def sit(
    interview: Interview,
    store: Store,
    bank: Bank,
    judge: Judge,
    manner: Manner,
    *,
    as_json: bool,
    saved: bool = True,
    extra: Callable[[Session], dict[str, object]] = lambda session: {},
) -> None:
    """Hold an interview to its end or a stop, and tell where it is kept.

    ``extra`` returns what the JSON holds beside the session.

    Raises:
        typer.Exit: it was interrupted, or answers were left unscored.
    """
    from mockinterview import wiring
    from mockinterview.cli import console
    from mockinterview.cli.answering import Input

    for problem in bank.problems:
        note(f"left out: {problem}")
    examples = tuple(question for pack in bank.packs for question in pack.ask_interviewer)
    talk = console.err() if as_json else console.out()
    source = Input()
    given = (interview, store, talk, console.err(), source, examples, manner)
    sitting = sitting_for(manner, given)
    try:
        with _stopped_by_signals(source):
            session = sitting.run()
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be gone
            typer.echo(f"\nStopped. {_kept(interview, saved)}", err=True)
        raise typer.Exit(int(ExitCode.INTERRUPTED)) from None
    if as_json:
        found = session.model_dump(mode="json")
        console.print_json({"schema": 1, "session": found, **extra(session)})
    if spent := wiring.used(judge):
        note(spent)
    _last_words(session, interview, saved)
    if manner.files and manner.files.failed:
        raise typer.Exit(int(ExitCode.BAD_INPUT))


@contextmanager
def _stopped_by_signals(source: Input) -> Iterator[None]:
    """A closed terminal (SIGHUP) or a polite kill (SIGTERM) keeps the half-typed line too."""
    import signal

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {}
    for number in (getattr(signal, name) for name in names):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores SIGHUP on purpose
            before[number] = signal.signal(number, source.hang_up)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _kept(interview: Interview, saved: bool) -> str:
    if not saved:
        return "Nothing was kept (--no-save)."
    if interview.next_question() is None and not interview.unread():
        return f"Everything is kept. See it: mockinterview history show {interview.session_id}"
    return f"Everything is kept. Go on with: mockinterview resume {interview.session_id}"


def _last_words(session: Session, interview: Interview, saved: bool) -> None:
    if interview.next_question() is not None or interview.unread():
        typer.echo(_kept(interview, saved), err=True)
        if not session.attempts:
            typer.echo(
                "No answer came in. In a pipe, end each answer with a line that holds /done.",
                err=True,
            )
            raise typer.Exit(int(ExitCode.FAILED))
    elif saved:
        typer.echo(f"Saved. See it again: mockinterview history show {session.id}", err=True)
    if saved and any(attempt.waits for attempt in session.attempts):
        typer.echo(
            f"A recording waits to be written down: mockinterview voice hear {session.id}", err=True
        )
    if any(attempt.gradings for attempt in interview.unscored()):
        _tell_unscored(session)


def _tell_unscored(session: Session) -> NoReturn:
    """Say which answers a judge failed on; those not judged yet wait for resume."""
    tried = [a for a in session.attempts if a.gradings]
    count = sum(attempt.evaluation is None for attempt in tried)
    typer.echo(
        f"{count} answer{'s are' if count > 1 else ' is'} kept but not scored. "
        f"Score later: mockinterview regrade {session.id}",
        err=True,
    )
    raise typer.Exit(int(exit_code([attempt.gradings[-1] for attempt in tried])))
