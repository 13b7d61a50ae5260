"""The local ear: Whisper through faster-whisper (CTranslate2), int8 on the CPU."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockinterview.errors import SpeechError
from mockinterview.speech import weights
from mockinterview.speech.decoding import INSTALL
from mockinterview.speech.pieces import pieces
from mockinterview.spoken import SpokenWord, Transcript

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

#: Whisper leaves fillers out unless the text before holds some (see benchmarks/speech.py).
_VERBATIM = "Um, so, uh, I, I think, er, well, you know, um, we had, uh, a problem."
_MOST_TERMS = 40
#: Seconds read at once: the spectrum of 20 minutes would take 1.5 GB.
_PIECE = 240
#: From this size on Whisper keeps fillers when asked to; the tiny one then mishears words.
_KEEPS: tuple[str, ...] = ("base", "small", "medium", "large")
#: Segments that Whisper itself takes for silence, or that repeat themselves, are inventions.
_NO_SPEECH, _LOOP = 0.85, 2.6


class LocalWhisper:
    """Transcribes on this machine. ``cache`` is where weights may lie or be fetched to."""

    def __init__(self, *, cache: Path, size: str = "", threads: int = 0) -> None:
        self._cache, self._size, self._threads = cache, size, threads
        self._loaded: WhisperModel | None = None
        self._model_name = size

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "local"

    def transcribe(self, recording: Path, vocabulary: Sequence[str] = ()) -> Transcript:
        """Return what is said in ``recording``, with the time and confidence of each word.

        Fillers are kept from the base model up. Silence gives an empty text: what Whisper
        invents in silence is left out.

        Raises:
            SpeechError: faster-whisper or the weights are missing, or the engine failed.
        """
        model = self._model()
        keeps = any(size in self._model_name for size in _KEEPS)
        prompt = _prompt(vocabulary, verbatim=keeps)
        heard: list[Any] = []
        words: list[SpokenWord] = []
        seconds = looped = 0.0
        for start, length, piece in pieces(recording, _PIECE):
            found = _listen(model, piece, prompt, keeps=keeps)
            looped += sum(one.end - one.start for one in found if _loops(one))
            found = [one for one in found if not _loops(one)]
            heard += found
            words += _words(found, start)
            seconds = start + length
        return Transcript(
            text=" ".join(piece.text.strip() for piece in heard),
            words=tuple(words),
            seconds=round(seconds, 2),
            engine=self.name,
            model=self._model_name,
            language="en",
            confidence=_confidence(heard),
            keeps_fillers=keeps,
            left_out=round(max(0.0, looped), 1),
        )

    def _model(self) -> WhisperModel:
        if self._loaded is not None:
            return self._loaded
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise SpeechError("Hearing needs the package faster-whisper.", INSTALL) from error
        found = weights.whisper_folder(self._cache, self._size)
        if found is None:
            size = self._size or "base"
            found = weights.fetched_whisper(self._cache, size), size
        folder, self._model_name = found
        try:
            self._loaded = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise SpeechError(
                f"The speech model in {folder} cannot be loaded: {error}.",
                weights.how_to_get_whisper(),
            ) from error
        return self._loaded


def _listen(model: WhisperModel, sound: bytes, prompt: str, *, keeps: bool) -> list[Any]:
    """Return the segments that Whisper hears in a WAV file, less what it hears in silence."""
    try:
        found, _ = model.transcribe(
            io.BytesIO(sound),
            language="en",
            initial_prompt=prompt or None,
            word_timestamps=True,
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": 1500, "speech_pad_ms": 400},
            condition_on_previous_text=False,
            no_repeat_ngram_size=0 if keeps else 6,
            beam_size=5 if keeps else 3,
            temperature=(0.0, 0.4),
        )
        return [piece for piece in found if not _silent(piece)]
    except (RuntimeError, ValueError, OSError) as error:
        raise SpeechError(
            f"The local speech model failed: {error}.",
            "The recording is kept; try again, or use another engine with --stt openai.",
        ) from error


def _prompt(vocabulary: Sequence[str], *, verbatim: bool) -> str:
    """Return the text Whisper is told came before: the field's words, and fillers to keep."""
    terms = ", ".join(vocabulary[:_MOST_TERMS])
    return " ".join(part for part in (f"{terms}." if terms else "", _VERBATIM * verbatim) if part)


def _silent(piece: Any) -> bool:
    return bool(piece.no_speech_prob > _NO_SPEECH and piece.avg_logprob < -0.7)


def _loops(piece: Any) -> bool:
    return bool(piece.compression_ratio > _LOOP)


def _words(heard: Iterable[Any], offset: float) -> Iterable[SpokenWord]:
    for piece in heard:
        for word in piece.words or ():
            start = max(0.0, word.start + offset)
            yield SpokenWord(
                text=word.word.strip(),
                start=round(start, 3),
                end=round(max(start, word.end + offset), 3),
                confidence=round(min(1.0, max(0.0, word.probability)), 3),
            )


def _confidence(heard: Sequence[Any]) -> float | None:
    """Return the mean probability of a token, weighted by the length of the segments."""
    spans = [(max(0.01, piece.end - piece.start), math.exp(piece.avg_logprob)) for piece in heard]
    if not spans:
        return None
    whole = sum(length for length, _ in spans)
    return round(float(min(1.0, sum(length * sure for length, sure in spans) / whole)), 3)
