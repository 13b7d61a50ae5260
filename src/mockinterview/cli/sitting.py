"""One sitting at the terminal or through a pipe: asks, listens, shows feedback, closes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from mockinterview import probes
from mockinterview.cli import feedback
from mockinterview.cli.answering import COMMANDS, Input, Typed, in_editor, nearest_command
from mockinterview.cli.closing_talk import closing_talk, show_summary
from mockinterview.cli.compare import show_attempts
from mockinterview.cli.console import indent, rule, styled
from mockinterview.cli.menu import Stopped, ask_self_score, menu
from mockinterview.cli.selfscore import reveal, show_earlier
from mockinterview.errors import MockInterviewError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from mockinterview.cli.filing import FiledAnswers
    from mockinterview.cli.hearing import Ears
    from mockinterview.interview import Asked, Interview
    from mockinterview.model import (
        Attempt,
        FollowUp,
        Grading,
        InterviewerQuestion,
        Question,
        Session,
    )
    from mockinterview.ports import Store


class Manner(NamedTuple):
    """How a sitting is held: self-score before feedback, greeting and close, spoken or typed.

    ``ears`` listen to the microphone; ``files`` hold answers that were recorded elsewhere.
    """

    predict: bool = False
    ceremony: bool = True
    ears: Ears | None = None
    files: FiledAnswers | None = None


PLAIN = Manner()


class Sitting:
    """Drives an `Interview` over a console and an input until it is done or stopped."""

    def __init__(
        self,
        interview: Interview,
        store: Store,
        console: Console,
        notes: Console,
        source: Input,
        examples: tuple[InterviewerQuestion, ...] = (),
        manner: Manner = PLAIN,
    ) -> None:
        self._interview = interview
        self._store = store
        self._console = console
        self._notes = notes
        self._input = source
        self._examples = examples
        self._manner = manner
        self._retrying = False
        self._said = probes.lines(interview.plan.style)
        self._hinted = False
        self._paused = 0.0
        self._asked_at = 0.0
        self._nudged_for = 0
        self._slips = 0
        self._put = ""
        self._lines: list[str] = []

    def run(self) -> Session:
        """Hold the interview and return the session as kept.

        Raises:
            KeyboardInterrupt: Ctrl-C; what was typed is kept as a draft.
        """
        plan = self._interview.plan
        if self._manner.ceremony:
            self._say(self._said.greeting)
        if self._input.interactive:
            self._console.print(
                styled(("Enter starts a new line. /done or Ctrl-D sends. /help lists more.", "dim"))
            )
        left = self._ask_all()
        self._grade_the_rest()
        if self._input.interactive and self._manner.ceremony and not left:
            closing_talk(
                self._console,
                self._input,
                self._store,
                self._interview.session_id,
                self._examples,
                self._said,
            )
        session = self._interview.finish()
        show_summary(self._console, session, scores=plan.scores)
        return session

    def _ask_all(self) -> bool:
        """Ask what the plan holds; return whether the candidate left before the end."""
        try:
            self._catch_up()
            while asked := self._interview.next_question():
                self._ask(asked)
                self._one_answer(asked)
        except Stopped:
            return True
        return False

    def _one_answer(self, asked: Asked) -> None:
        answered = self._listen(asked)
        if answered is None:
            return
        probe = self._interview.submit(answered, hint_used=self._hinted, paused=self._paused)
        self._after_answer(asked, probe, "")

    def _catch_up(self) -> None:
        """Do what an earlier sitting left undone: a follow-up without a reply, answers unread."""
        opened = self._interview.left_open()
        if opened is not None:
            asked, probe = opened
            rule(f"Question {asked.number} of {asked.total}: a follow-up", self._console)
            self._say(asked.question.text)
            self._console.print(styled(("Your answer is kept. One follow-up was left:", "dim")))
            self._asked_at = time.monotonic()
            self._after_answer(asked, probe, asked.draft)
        if self._interview.plan.mode == "coach":
            self._judge_all(self._interview.unread())

    def _after_answer(self, asked: Asked, probe: FollowUp | None, draft: str) -> None:
        while probe is not None:
            self._say(probe.text)
            self._put = probe.text
            self._take_up(draft)
            draft = ""
            probe = self._answer_probe(asked)
        self._ask_self_score()
        if self._interview.plan.mode == "coach":
            attempt, grading = self._judge(None)
            self._show(attempt, grading)
            scores = self._interview.plan.scores
            if self._input.interactive and menu(self._console, self._input, attempt, scores=scores):
                self._once_more()

    def _once_more(self) -> None:
        """Put the question again; /skip leaves the answer before as it is."""
        self._retrying = True
        asked = self._interview.again()
        self._console.print()
        rule(f"Question {asked.number} of {asked.total}: once more", self._console)
        self._say(asked.question.text)
        self._begin(asked)
        self._one_answer(asked)

    def _ask_self_score(self) -> None:
        if not self._manner.predict or not self._input.interactive:
            return
        level = ask_self_score(self._console, self._input)
        if level is not None:
            self._interview.rate_self(level)

    def _ask(self, asked: Asked) -> None:
        self._retrying = False
        self._console.print()
        self._show_earlier(asked)
        rule(f"Question {asked.number} of {asked.total}: {asked.question.category}", self._console)
        if asked.number > 1:
            turns = self._said.next
            self._say(turns[(asked.number - 2) % len(turns)])
        self._say(asked.question.text)
        minutes = asked.question.minutes
        self._console.print(
            styled((f"About {minutes:g} minutes · {asked.reason or 'from the plan'}", "dim"))
        )
        self._begin(asked)

    def _begin(self, asked: Asked) -> None:
        self._hinted, self._paused, self._asked_at = False, 0.0, time.monotonic()
        self._put = asked.question.text
        self._take_up(asked.draft)

    def _show_earlier(self, asked: Asked) -> None:
        """Show the answer that a planned retry is to better, and its feedback."""
        plan = self._interview.plan
        earlier = plan.questions[asked.number - 1].retry_of
        if earlier is not None and (kept := self._kept(earlier)) is not None:
            show_earlier(self._console, kept, scores=plan.scores)

    def _kept(self, attempt_id: str) -> Attempt | None:
        try:
            return self._store.attempt(attempt_id)
        except MockInterviewError:  # deleted since
            return None

    def _take_up(self, draft: str) -> None:
        self._lines = draft.split("\n") if draft else []
        if self._lines:
            self._console.print(styled(("You had begun this answer; go on from here:", "dim")))
            self._console.print(indent(styled(draft)))

    def _listen(self, asked: Asked) -> str | None:
        """Return the answer to ``asked``, or None when it was skipped."""
        while True:
            typed = self._read(lambda lines: self._typed(asked, lines))
            if typed.command == "send":
                return self._heard(typed.lines)
            if typed.command == "eof" and self._confirm_empty():
                continue
            if typed.command == "skip":
                if not self._retrying:
                    self._interview.skip()
                return None
            self._command(typed.command, asked)

    def _answer_probe(self, asked: Asked) -> FollowUp | None:
        """Take the reply to the follow-up and keep it; return the next follow-up, if any."""
        return self._interview.reply(self._reply(asked))

    def _reply(self, asked: Asked) -> str | None:
        while True:
            typed = self._read(self._keep)
            if typed.command in ("send", "eof"):
                return self._heard(typed.lines) or None
            if typed.command == "skip":
                return None
            self._command(typed.command, asked)

    def _read(self, on_line: Callable[[list[str]], None]) -> Typed:
        try:
            return self._input.answer(self._lines, on_line)
        except KeyboardInterrupt:
            half = self._input.half_line()
            if self._lines or half:
                self._interview.keep_draft("\n".join([*self._lines, *half]))
            raise

    def _keep(self, lines: list[str]) -> None:
        if self._input.interactive:
            self._slips = 0
            self._interview.keep_draft("\n".join(lines))

    def _heard(self, lines: list[str]) -> str:
        text = "\n".join(lines).strip()
        if not self._input.interactive:  # a terminal shows what is typed; a pipe does not
            self._console.print(styled(("You: ", "bold"), text or "(nothing)"))
        return text

    def _typed(self, asked: Asked, lines: list[str]) -> None:
        self._keep(lines)
        if not self._input.interactive:
            return
        late = self._elapsed() > 90 * asked.question.minutes  # the suggested time + 50 %
        if late and self._nudged_for != asked.number:
            self._nudged_for = asked.number
            so_far = f"({self._elapsed() / 60:.0f} minutes so far. Finish when you are ready.)"
            self._console.print(styled((so_far, "dim")))

    def _confirm_empty(self) -> bool:
        """At a terminal Ctrl-D with nothing typed is a slip; a pipe that ends is the end."""
        self._slips += 1
        if not self._input.interactive or self._slips >= 5:  # 5: the terminal is gone
            raise Stopped
        self._console.print(styled(("Nothing typed yet. /skip leaves it out, /quit stops.", "dim")))
        return True

    def _command(self, command: str, asked: Asked) -> None:
        if command == "quit":
            raise Stopped
        if command == "hint":
            self._hinted = True
            self._console.print(indent(styled(*_hint(asked.question))))
        elif command == "repeat":
            self._say(self._put)
        elif command == "time":
            minutes, seconds = divmod(int(self._elapsed()), 60)
            suggested = f"{asked.question.minutes:g}"
            self._console.print(
                styled((f"{minutes}:{seconds:02d}, suggested {suggested} minutes", "dim"))
            )
        elif command == "pause":
            self._pause()
        elif command == "edit":
            self._edit()
        elif command == "help":
            for name, text in COMMANDS.items():
                self._console.print(indent(styled((f"{name:<9}", "bold"), text)))
        elif command.startswith("unknown "):
            self._console.print(styled((nearest_command(command.split()[1]), "yellow")))

    def _pause(self) -> None:
        began = time.monotonic()
        self._console.print(styled(("Paused. Press Enter to go on.", "dim")))
        if self._input.interactive:
            self._input.line()
        self._paused += time.monotonic() - began

    def _edit(self) -> None:
        if not self._input.interactive:
            return
        try:
            text = in_editor("\n".join(self._lines))
        except MockInterviewError as error:
            self._console.print(styled((f"{error.message} {error.hint}", "yellow")))
            return
        self._lines[:] = text.split("\n") if text else []
        self._interview.keep_draft(text)
        self._console.print(indent(styled(text)))
        self._console.print(styled(("Go on typing, or /done to send.", "dim")))

    def _judge(self, attempt: Attempt | None) -> tuple[Attempt, Grading]:
        def run() -> tuple[Attempt, Grading]:
            return self._interview.grade_later(attempt) if attempt else self._interview.grade()

        if not self._notes.is_terminal:
            return run()
        with self._notes.status("Reading your answer…"):
            return run()

    def _show(self, attempt: Attempt, grading: Grading) -> None:
        if grading.evaluation is None:
            self._console.print(styled(("Not scored: ", "bold yellow"), grading.error))
            self._console.print(styled(("Your answer is kept.", "dim")))
            return
        self._console.print()
        scores = self._interview.plan.scores
        feedback.show(self._console, attempt.full_answer, grading.evaluation, scores=scores)
        if attempt.self_score is not None:
            reveal(self._console, attempt, self._store.attempts(), scores=scores)
        if attempt.retry_of is not None and (earlier := self._kept(attempt.retry_of)) is not None:
            self._console.print()
            show_attempts(self._console, earlier, attempt, scores=scores)

    def _grade_the_rest(self) -> None:
        """Judge what exam mode, or an interrupted sitting, left unread."""
        if self._interview.plan.mode != "exam" or self._interview.next_question() is not None:
            return
        self._judge_all(self._interview.unscored())

    def _judge_all(self, attempts: list[Attempt]) -> None:
        for attempt in attempts:
            number = attempt.position + 1
            rule(f"Question {number}: {attempt.question.category}", self._console)
            self._console.print(styled(attempt.question.text))
            self._show(*self._judge(attempt))

    def _elapsed(self) -> float:
        return time.monotonic() - self._asked_at - self._paused

    def _say(self, text: str) -> None:
        self._console.print(styled(("Interviewer: ", "bold blue"), text))


def _hint(question: Question) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    if question.approach:
        parts.append(f"{question.approach}\n")
    if question.star:
        for name, text in question.star:
            parts.extend([(f"{name.capitalize()}: ", "bold"), f"{text}\n"])
    parts.append(question.tip or "Answer with one concrete example from your own work.")
    return parts
