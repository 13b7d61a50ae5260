"""A robot's voice that is always there: the program espeak-ng."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

from mockinterview.errors import SpeechError

_CHUNK = 8192
#: A WAV header of espeak-ng; samples follow.
_HEADER = 44
_INSTALL = (
    "Install espeak-ng (Debian: sudo apt install espeak-ng; macOS: brew install espeak-ng; "
    "Windows: winget install eSpeak-NG.eSpeak-NG), or use --mute."
)


class EspeakVoice:
    """Speaks through espeak-ng at ``rate`` words a minute."""

    def __init__(self, *, rate: int = 160) -> None:
        self._program = shutil.which("espeak-ng") or shutil.which("espeak")
        if self._program is None:
            raise SpeechError("There is no voice on this machine to ask the questions.", _INSTALL)
        self._rate = rate

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "espeak"

    @property
    def sample_rate(self) -> int:
        """Samples per second of what `synthesize` yields."""
        return 22_050

    def synthesize(self, text: str) -> Iterator[bytes]:
        """Yield 16-bit mono PCM of ``text`` as espeak-ng makes it.

        Raises:
            SpeechError: the program failed.
        """
        assert self._program is not None
        # The text goes in through a pipe: never on the command line, never as markup.
        command = [self._program, "-v", "en-us", "-s", str(self._rate), "--stdin", "--stdout"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            assert running.stdin and running.stdout and running.stderr
            try:
                running.stdin.write(text.encode())
                running.stdin.close()
                running.stdout.read(_HEADER)
                while chunk := running.stdout.read(_CHUNK):
                    yield chunk
                if running.wait():
                    said = running.stderr.read().decode(errors="replace").strip()
                    raise SpeechError(f"espeak-ng failed: {said}", _INSTALL)
            finally:
                running.kill()
