"""A sitting that is spoken: the interviewer's voice, recorded answers, corrected transcripts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from mockinterview.model import Attempt, Grading

_ASK = "Press Enter and speak, Enter again when done. /type answers in writing, /help lists more."
_MORE = {
    "/type": "answer this one in writing",
    "/again": "record once more (after a recording)",
    "/play": "hear your recording (after a recording)",
}
_NOT_HEARD = (
    "The recording is kept. Enter: try again to write it down. /again: throw it away and record "
    "anew. /quit: leave it for later (mockinterview voice hear)."
)


class SpokenSitting(Sitting):
    """Like `Sitting`, but asks aloud and listens."""

    def __init__(self, ears: Ears, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._ears = ears
        self._in_writing = False
        self._spoken: Spoken | None = None
        self._recording: Path | None = None

    def _say(self, text: str) -> None:
        super()._say(text)
        speak(self._ears.voice, text, self._console)

    def _catch_up(self) -> None:
        for asked, attempt in self._interview.unheard():
            self._hear_kept(asked, attempt)
        super()._catch_up()

    def _hear_kept(self, asked: Asked, attempt: Attempt) -> None:
        """Transcribe a recording that an earlier sitting could not."""
        assert attempt.spoken is not None and attempt.spoken.recording is not None
        path = self._ears.folder / attempt.spoken.recording
        if not path.is_file():
            return
        self._console.print(styled((f"A recording waits for question {asked.number}.", "dim")))
        text, spoken = self._transcribed(path, asked)
        if spoken is None:
            return
        self._interview.hear_again(attempt)
        self._interview.submit(text, spoken=spoken)

    def _one_answer(self, asked: Asked) -> None:
        self._in_writing, self._spoken, self._recording = False, None, None
        answered = self._listen_aloud(asked)
        if answered is None:
            return
        probe = self._interview.submit(
            answered, hint_used=self._hinted, paused=self._paused, spoken=self._spoken
        )
        self._after_answer(asked, probe, "")

    def _listen_aloud(self, asked: Asked) -> str | None:
        """Return the answer, spoken or typed; None when it was skipped."""
        while True:
            command = self._prompt(_ASK)
            if command == "type":
                self._in_writing = True
                return self._listen(asked)
            if command == "skip":
                if not self._retrying:
                    self._interview.skip()
                return None
            if command:
                self._spoken_command(command, asked)
                continue
            path = self._fresh()
            try:
                self._record(path, asked, keep=True)
            except SpeechError as error:
                self._tell(error)
                if not path.is_file():
                    continue
            text, self._spoken = self._transcribed(path, asked)
            if self._spoken is not None:
                return text

    def _fresh(self) -> Path:
        """Return the place of the next recording; the one before was not wanted."""
        if self._recording is not None:
            self._recording.unlink(missing_ok=True)
        self._recording = self._ears.folder / f"{new_id()}.wav"
        return self._recording

    def _reply(self, asked: Asked) -> str | None:
        if self._in_writing or self._recording is None:
            return super()._reply(asked)
        number = 1 + len(list(self._ears.folder.glob(f"{self._recording.stem}-*.wav")))
        path = self._recording.with_stem(f"{self._recording.stem}-{number}")
        while True:
            command = self._prompt(_ASK)
            if command == "type":
                return super()._reply(asked)
            if command == "skip":
                return None
            if command:
                self._spoken_command(command, asked)
                continue
            try:
                self._record(path, asked, keep=False)
            except SpeechError as error:
                self._tell(error)
                continue
            text, heard = self._transcribed(path, asked)
            if heard is not None:
                return text

    def _record(self, path: Path, asked: Asked, *, keep: bool) -> None:
        # The name goes into the store before a word is recorded: a crash loses neither.
        if keep:
            self._interview.keep_recording(path.name)
        seconds = record_answer(self._ears, path, asked.question.minutes, self._console)
        self._console.print(styled((f"Recorded {clock(seconds)}.", "dim")))

    def _transcribed(self, path: Path, asked: Asked) -> tuple[str, Spoken | None]:
        """Return the corrected text and what is kept of the speech; None to record once more."""
        from mockinterview.speech.wavfile import mended

        while True:
            try:
                seconds = mended(path)
                heard = self._hear(path, asked)
                break
            except SpeechError as error:
                self._tell(error)
                if self._wants_another():
                    return "", None
        if not heard.text.strip():
            told = "No words were heard. Check the microphone (mockinterview voice check)."
            self._console.print(styled((told, "yellow")))
            return "", None
        show_transcript(heard, self._console)
        text = self._corrected(heard.text, path)
        if text is None:
            return "", None
        figures = delivery(heard, asked.question.minutes * 60)
        return text, Spoken(
            recording=path.name, transcript=heard, delivery=figures, seconds=round(seconds, 1)
        )

    def _wants_another(self) -> bool:
        """Ask what becomes of a recording no engine could hear; only /again gives it up."""
        while True:
            command = self._prompt(_NOT_HEARD)
            if command == "quit":
                raise Stopped
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

        with wave.open(str(path), "rb") as file:
            rate, sound = file.getframerate(), file.readframes(file.getnframes())
        try:
            with Keys() as keys:
                play([sound], rate, lambda: bool(keys.pressed()))
        except SpeechError as error:
            self._tell(error)

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
        spoken = judged.spoken
        if grading.evaluation is not None and spoken and spoken.recording:
            if self._ears.keep_audio:
                told = f"Your recording is kept: {self._ears.folder / spoken.recording}"
                self._console.print(styled((told, "dim")))
            else:
                judged = self._forget(judged, spoken)
        return judged, grading

    def _forget(self, attempt: Attempt, spoken: Spoken) -> Attempt:
        assert spoken.recording is not None
        stem = Path(spoken.recording).stem
        without = spoken.model_copy(update={"recording": None})
        self._store.save_spoken(attempt.id, without)
        for file in [self._ears.folder / spoken.recording, *self._ears.folder.glob(f"{stem}-*")]:
            file.unlink(missing_ok=True)
        return attempt.model_copy(update={"spoken": without})

    def _show(self, attempt: Attempt, grading: Grading) -> None:
        super()._show(attempt, grading)
        if attempt.spoken is not None and attempt.spoken.delivery is not None:
            show_delivery(attempt.spoken.delivery, self._console)

    def _begin(self, asked: Asked) -> None:
        super()._begin(asked)
        self._asked_at = time.monotonic()
