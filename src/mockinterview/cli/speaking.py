"""A sitting that is spoken: the interviewer's voice, recorded answers, corrected transcripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mockinterview.cli.answering import COMMANDS, in_editor, nearest_command
from mockinterview.cli.console import indent, styled
from mockinterview.cli.hearing import (
    Ears,
    clock,
    record_answer,
    show_delivery,
    show_transcript,
    speak,
)
from mockinterview.cli.menu import Stopped
from mockinterview.cli.sitting import Sitting
from mockinterview.errors import MockInterviewError, SpeechError
from mockinterview.hearing import terms
from mockinterview.interview import new_id
from mockinterview.speechstats import delivery
from mockinterview.spoken import Spoken, Transcript

if TYPE_CHECKING:
    from mockinterview.interview import Asked
    from mockinterview.model import Attempt, FollowUp, Grading

_ASK = "Press Enter and speak, Enter again when done. /type answers in writing, /help lists more."
_MORE = {
    "/type": "answer this one in writing",
    "/again": "record once more (after a recording)",
    "/play": "hear your recording (after a recording)",
}
_NOT_HEARD = (
    "The recording is kept. Enter: try again to write it down. /play: hear it. /again: throw it "
    "away and record anew. /quit: leave it for later (mockinterview voice hear)."
)
_NO_WORDS = "No words were heard. Check the microphone (mockinterview voice check)."


class _Said(NamedTuple):
    """What came of asking for a spoken answer: words, or the command given instead."""

    command: str
    text: str = ""
    spoken: Spoken | None = None


class SpokenSitting(Sitting):
    """Like `Sitting`, but asks aloud and listens."""

    def __init__(self, ears: Ears, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._ears = ears
        self._in_writing = False

    def _say(self, text: str) -> None:
        super()._say(text)
        speak(self._ears.voice, text, self._console)

    def _catch_up(self) -> None:
        for asked, attempt in self._interview.unheard():
            self._hear_kept(asked, attempt)
        opened = self._interview.left_open()
        if opened is not None and opened[1].unheard:
            self._hear_kept_reply(*opened)
        super()._catch_up()

    def _hear_kept(self, asked: Asked, attempt: Attempt) -> None:
        """Write down a recording that an earlier sitting could not."""
        path = self._kept_file(asked, attempt.spoken)
        if path is not None:
            self._interview.hear_again(attempt)
            self._submit(self._heard_or_anew(path, asked, self._interview.keep_recording), asked)

    def _hear_kept_reply(self, asked: Asked, probe: FollowUp) -> None:
        path = self._kept_file(asked, probe.spoken)
        if path is not None:
            keep = self._interview.keep_reply_recording
            self._take_reply(self._heard_or_anew(path, asked, keep), asked)

    def _kept_file(self, asked: Asked, kept: Spoken | None) -> Path | None:
        path = self._ears.folder / (kept.recording if kept and kept.recording else "")
        if not path.is_file():
            return None
        self._console.print(styled((f"A recording waits for question {asked.number}.", "dim")))
        return path

    def _heard_or_anew(self, path: Path, asked: Asked, keep: Callable[[str], None]) -> _Said:
        text, spoken = self._transcribed(path, asked)
        if spoken is not None:
            return _Said("", text, spoken)
        path.unlink(missing_ok=True)
        return self._aloud(asked, keep)

    def _one_answer(self, asked: Asked) -> None:
        answered, probe = self._submit(self._aloud(asked, self._interview.keep_recording), asked)
        if answered:
            self._after_answer(asked, probe, "")

    def _submit(self, said: _Said, asked: Asked) -> tuple[bool, FollowUp | None]:
        """Keep the answer; return whether there is one, and the follow-up to it, if any."""
        if said.command == "skip" and not self._retrying:
            self._interview.skip()
        if said.command == "skip":
            return False, None
        self._in_writing = said.command == "type"
        text = self._listen(asked) if self._in_writing else said.text
        if text is None:
            return False, None
        return True, self._interview.submit(
            text, hint_used=self._hinted, paused=self._paused, spoken=said.spoken
        )

    def _take_reply(self, said: _Said, asked: Asked) -> FollowUp | None:
        if said.command == "type":
            return super()._answer_probe(asked)
        return self._interview.reply(said.text or None, spoken=said.spoken)

    def _answer_probe(self, asked: Asked) -> FollowUp | None:
        if self._in_writing:
            return super()._answer_probe(asked)
        return self._take_reply(self._aloud(asked, self._interview.keep_reply_recording), asked)

    def _aloud(self, asked: Asked, keep: Callable[[str], None]) -> _Said:
        """Record until there are words or another command; ``keep`` names each file first."""
        unwanted: Path | None = None
        while True:
            command = self._prompt(_ASK)
            if command in ("type", "skip"):
                return _Said(command)
            if command:
                self._spoken_command(command, asked)
                continue
            if unwanted is not None:
                unwanted.unlink(missing_ok=True)
            path = unwanted = self._ears.folder / f"{new_id()}.wav"
            try:
                self._record(path, asked, keep)
            except SpeechError as error:
                self._tell(error)
                if not path.is_file():
                    continue
            text, spoken = self._transcribed(path, asked)
            if spoken is not None:
                return _Said("", text, spoken)

    def _record(self, path: Path, asked: Asked, keep: Callable[[str], None]) -> None:
        # The name goes into the store before a word is recorded: a crash loses neither.
        keep(path.name)
        seconds = record_answer(self._ears, path, asked.question.minutes, self._console)
        self._console.print(styled((f"Recorded {clock(seconds)}.", "dim")))

    def _transcribed(self, path: Path, asked: Asked) -> tuple[str, Spoken | None]:
        """Return the corrected text and what is kept of the speech; None to record once more."""
        from mockinterview.speech.wavfile import mended

        while True:
            try:
                seconds = mended(path)
                heard = self._hear(path, asked)
                if heard.text.strip():
                    break
                self._console.print(styled((_NO_WORDS, "yellow")))
            except SpeechError as error:
                self._tell(error)
            if self._wants_another(path):
                return "", None
        show_transcript(heard, self._console)
        text = self._corrected(heard.text, path)
        if text is None:
            return "", None
        figures = delivery(heard, asked.question.minutes * 60)
        return text, Spoken(
            recording=path.name, transcript=heard, delivery=figures, seconds=round(seconds, 1)
        )

    def _wants_another(self, path: Path) -> bool:
        """Ask what becomes of a recording no engine could hear; only /again gives it up."""
        while True:
            command = self._prompt(_NOT_HEARD)
            if command == "quit":
                raise Stopped
            if command == "play":
                self._play(path)
            if command in ("", "again"):
                return command == "again"

    def _hear(self, path: Path, asked: Asked) -> Transcript:
        words = terms(asked.question)
        if not self._notes.is_terminal:
            return self._ears.engine.transcribe(path, words)
        with self._notes.status("Writing down what you said…"):
            return self._ears.engine.transcribe(path, words)

    def _corrected(self, text: str, path: Path) -> str | None:
        """Return the text the candidate agrees with; None to record once more."""
        while True:
            command = self._prompt("Enter: that is what I said. /edit corrects it, /again, /play")
            if not command:
                return text
            if command == "again":
                return None
            if command == "play":
                self._play(path)
            elif command == "edit":
                try:
                    text = in_editor(text)
                except MockInterviewError as error:
                    self._tell(error)
                self._console.print(indent(styled(text)))
            elif command == "quit":
                raise Stopped

    def _play(self, path: Path) -> None:
        import wave

        from mockinterview.cli.keys import Keys
        from mockinterview.speech.microphone import play

        try:
            with wave.open(str(path), "rb") as file:
                rate, sound = file.getframerate(), file.readframes(file.getnframes())
            with Keys() as keys:
                play([sound], rate, lambda: bool(keys.pressed()))
        except SpeechError as error:
            self._tell(error)
        except (OSError, EOFError, wave.Error) as error:
            self._tell(SpeechError(f"{path} cannot be played: {error}."))

    def _prompt(self, text: str) -> str:
        """Return the command that was given, "" for Enter alone."""
        self._console.print(styled((text, "dim")))
        line = self._input.line("> ")
        if line is None:
            raise Stopped
        word = line.strip().lower()
        return word.removeprefix("/") if word.startswith("/") else ("type" if word else "")

    def _spoken_command(self, command: str, asked: Asked) -> None:
        if command == "help":
            for name, text in {**COMMANDS, **_MORE}.items():
                self._console.print(indent(styled((f"{name:<9}", "bold"), text)))
        elif f"/{command}" in COMMANDS:
            self._command(command, asked)
        else:
            self._console.print(styled((nearest_command(f"/{command}"), "yellow")))

    def _tell(self, error: MockInterviewError) -> None:
        self._console.print(styled((f"{error.message} {error.hint}".strip(), "yellow")))

    def _judge(self, attempt: Attempt | None) -> tuple[Attempt, Grading]:
        judged, grading = super()._judge(attempt)
        if grading.evaluation is not None and judged.recordings:
            if self._ears.keep_audio:
                kept = ", ".join(str(self._ears.folder / name) for name in judged.recordings)
                self._console.print(styled((f"Your recording is kept: {kept}", "dim")))
            else:
                judged = self._forget(judged)
        return judged, grading

    def _forget(self, attempt: Attempt) -> Attempt:
        """Delete the recordings of a scored answer; its words, times and figures stay."""
        turns = tuple(
            turn.model_copy(update={"spoken": _without_recording(turn.spoken)})
            for turn in attempt.follow_ups
        )
        spoken = _without_recording(attempt.spoken)
        # The names go last: a crash in between leaves a name too many, never a file unnamed.
        for name in attempt.recordings:
            (self._ears.folder / name).unlink(missing_ok=True)
        self._store.save_spoken(attempt.id, spoken)
        self._store.save_follow_ups(attempt.id, turns)
        return attempt.model_copy(update={"spoken": spoken, "follow_ups": turns})

    def _show(self, attempt: Attempt, grading: Grading) -> None:
        super()._show(attempt, grading)
        if attempt.spoken is not None and attempt.spoken.delivery is not None:
            show_delivery(attempt.spoken.delivery, self._console)

    def _begin(self, asked: Asked) -> None:
        super()._begin(asked)
        self._asked_at = time.monotonic()


def _without_recording(spoken: Spoken | None) -> Spoken | None:
    return spoken and spoken.model_copy(update={"recording": None})
