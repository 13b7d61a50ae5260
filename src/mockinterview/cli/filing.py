"""A sitting whose answers were recorded elsewhere: one sound file for each question."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockinterview.cli.console import note
from mockinterview.cli.hearing import show_delivery, show_transcript
from mockinterview.cli.menu import Stopped
from mockinterview.cli.sitting import Sitting
from mockinterview.errors import BadInput, MockInterviewError
from mockinterview.hearing import terms
from mockinterview.speechstats import delivery
from mockinterview.spoken import Spoken

if TYPE_CHECKING:
    from mockinterview.interview import Asked
    from mockinterview.model import Attempt, Grading
    from mockinterview.ports import SpeechToText


class FiledAnswers:
    """Recordings in the order of the questions; ``failed`` counts those that gave no words."""

    def __init__(self, engine: SpeechToText, files: list[Path]) -> None:
        self._engine, self._files = engine, list(files)
        self.failed = 0

    def next(self) -> Path | None:
        """Return the next file, None when all are used."""
        return self._files.pop(0) if self._files else None

    def hear(self, file: Path, asked: Asked) -> Spoken:
        """Return what is said in ``file``.

        Raises:
            BadInput: it holds no sound, or no speech.
            SpeechError: the engine is missing or failed.
        """
        from mockinterview.speech.decoding import to_wav

        with tempfile.TemporaryDirectory(prefix="mockinterview-") as folder:
            wav = to_wav(file, Path(folder) / "sound.wav")
            heard = self._engine.transcribe(wav, terms(asked.question))
        if not heard.text.strip():
            raise BadInput(f"No speech was heard in {file}.", "Play it to hear what is in it.")
        figures = delivery(heard, asked.question.minutes * 60)
        return Spoken(transcript=heard, delivery=figures, seconds=heard.seconds)


class FiledSitting(Sitting):
    """Like `Sitting`, but each answer comes out of a file; a file that fails is left out."""

    def __init__(self, files: FiledAnswers, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._files = files
        self._input.interactive = False  # nobody is asked anything

    def _one_answer(self, asked: Asked) -> None:
        file = self._files.next()
        if file is None:
            raise Stopped
        try:
            spoken = self._hear(file, asked)
        except MockInterviewError as error:
            self._files.failed += 1
            note(f"{error.message} {error.hint}")
            note(f"Left out. Later: mockinterview score {asked.question.id} --audio FILE")
            self._interview.skip()
            return
        assert spoken.transcript is not None
        show_transcript(spoken.transcript, self._console)
        self._after_answer(asked, self._interview.submit(spoken.transcript.text, spoken=spoken), "")

    def _hear(self, file: Path, asked: Asked) -> Spoken:
        if not self._notes.is_terminal:
            return self._files.hear(file, asked)
        with self._notes.status(f"Writing down {file.name}…"):
            return self._files.hear(file, asked)

    def _show(self, attempt: Attempt, grading: Grading) -> None:
        super()._show(attempt, grading)
        if attempt.spoken is not None and attempt.spoken.delivery is not None:
            show_delivery(attempt.spoken.delivery, self._console)
