"""The microphone and the loudspeaker, through PortAudio (package sounddevice)."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mockinterview.errors import SpeechError
from mockinterview.speech.decoding import INSTALL
from mockinterview.speech.wavfile import RATE

if TYPE_CHECKING:
    from types import ModuleType

#: Samples in one block: 32 ms, what the voice-activity model takes.
BLOCK = 512
#: Seconds without a block after which the device counts as gone.
_GONE = 3.0
_PORTAUDIO = (
    "Install PortAudio: Debian and Ubuntu: sudo apt install libportaudio2; Fedora: sudo dnf "
    "install portaudio; macOS and Windows: it comes with the package sounddevice."
)
_NO_DEVICE = (
    "Plug a microphone in, or allow the terminal to use it (macOS: System Settings, Privacy; "
    "Windows: Settings, Privacy, Microphone), then see: mockinterview voice devices"
)


class Device(NamedTuple):
    """One sound device; ``default`` for input or output is what is used when none is named."""

    number: int
    name: str
    inputs: int
    outputs: int
    rate: float
    default: str


def devices() -> list[Device]:
    """Return the sound devices; raises SpeechError without the package or without PortAudio."""
    sound = _sounddevice()
    with _faults(sound):
        usual = tuple(sound.default.device)
        found = list(sound.query_devices())
    kinds = dict(zip(usual, ("input", "output"), strict=False))
    if len(set(usual)) == 1:
        kinds[usual[0]] = "input and output"
    return [
        Device(
            number,
            str(row["name"]),
            int(row["max_input_channels"]),
            int(row["max_output_channels"]),
            float(row["default_samplerate"]),
            kinds.get(number, ""),
        )
        for number, row in enumerate(found)
    ]


@contextmanager
def microphone(device: int | str | None = None) -> Iterator[Iterator[bytes]]:
    """Open the microphone and yield its sound as 16 kHz mono PCM, block by block.

    A device that cannot do 16 kHz mono is opened as it can and converted.

    Raises:
        SpeechError: no PortAudio, no such device, or it stopped giving sound.
    """
    sound = _sounddevice()
    if device is None and not any(found.inputs for found in devices()):
        raise SpeechError("There is no microphone on this machine.", _NO_DEVICE)
    blocks: queue.Queue[bytes] = queue.Queue()

    def take(data: Any, frames: int, at: Any, status: Any) -> None:
        blocks.put(bytes(data))

    with _faults(sound):
        stream, convert = _opened(sound, device, take)
        stream.start()
    try:
        yield _blocks(blocks, convert)
    finally:
        # A device that was pulled out cannot be stopped any more; the recording is on disk.
        with _quietly(sound):
            stream.abort()
            stream.close()


def play(
    chunks: Iterable[bytes],
    rate: int,
    stopped: Callable[[], bool] = lambda: False,
    device: int | str | None = None,
) -> float | None:
    """Play 16-bit mono PCM as it comes until it ends or ``stopped`` says so.

    Return the seconds until the first sound, None where nothing was played.

    Raises:
        SpeechError: no PortAudio, or no loudspeaker.
    """
    sound = _sounddevice()
    began, first = time.monotonic(), None
    with (
        _faults(sound),
        sound.RawOutputStream(rate, channels=1, dtype="int16", device=device) as stream,
    ):
        step = rate // 20 * 2  # 50 ms of sound
        for chunk in chunks:
            for start in range(0, len(chunk), step):
                if stopped():
                    stream.abort()
                    return first
                if first is None:
                    first = time.monotonic() - began
                stream.write(chunk[start : start + step])
    return first


def _opened(sound: ModuleType, device: Any, take: Any) -> tuple[Any, Callable[[bytes], bytes]]:
    try:
        return sound.RawInputStream(
            RATE, BLOCK, device, channels=1, dtype="int16", callback=take
        ), bytes
    except sound.PortAudioError:
        row = sound.query_devices(device, "input")
        rate, channels = int(row["default_samplerate"]), min(2, int(row["max_input_channels"]))
        stream = sound.RawInputStream(
            rate, 0, device, channels=channels, dtype="int16", callback=take
        )
        return stream, _converter(rate, channels)


def _converter(rate: int, channels: int) -> Callable[[bytes], bytes]:
    import av
    import numpy as np
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    layout = "mono" if channels == 1 else "stereo"

    def convert(data: bytes) -> bytes:
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(data, dtype="<i2").reshape(1, -1), format="s16", layout=layout
        )
        frame.sample_rate = rate
        return b"".join(made.to_ndarray().tobytes() for made in resampler.resample(frame))

    return convert


def _blocks(blocks: queue.Queue[bytes], convert: Callable[[bytes], bytes]) -> Iterator[bytes]:
    while True:
        try:
            yield convert(blocks.get(timeout=_GONE))
        except queue.Empty:
            raise SpeechError(
                "No sound comes from the microphone any more; was it unplugged?",
                "What was recorded is kept. Plug it in and go on, or answer in writing.",
            ) from None


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except ImportError as error:
        raise SpeechError("Speaking needs the package sounddevice.", INSTALL) from error
    except OSError as error:  # the package is there, the library is not
        raise SpeechError("The library PortAudio is missing.", _PORTAUDIO) from error
    module: ModuleType = sounddevice
    return module


@contextmanager
def _faults(sound: ModuleType) -> Iterator[None]:
    try:
        yield
    except (sound.PortAudioError, ValueError) as error:
        raise SpeechError(f"The sound device cannot be used: {error}.", _NO_DEVICE) from error


@contextmanager
def _quietly(sound: ModuleType) -> Iterator[None]:
    try:
        yield
    except sound.PortAudioError:
        return
