"""Measures hearing and speaking: ``python benchmarks/speech.py [--human FOLDER ...] [--long 20]``.

Word error rate, real-time factor, memory and fillers kept, for each engine that can be imported:
on human speech (a FOLDER with .wav files and a ``*transcription`` file, as the source package of
pocketsphinx holds in test/data/librivox and test/data/cards) and on sentences of ours spoken by
espeak-ng and, where it is installed, Piper. Then the error of the end of speech, the time to the
first sound of each voice, and one long recording. Nothing is fetched; nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from mockinterview.errors import MockInterviewError
from mockinterview.measures import fillers
from mockinterview.speech.decoding import to_wav
from mockinterview.speech.recording import record
from mockinterview.speech.silence import SpeechGate
from mockinterview.speech.wavfile import RATE

if TYPE_CHECKING:
    from mockinterview.ports import TextToSpeech

#: Written for this benchmark; the second list holds the same kind of talk with its fillers.
PLAIN = (
    "Our deploy script ran the migration twice, so I made it check a marker first.",
    "I asked the nurse to read the dosage back to me before we went on.",
    "Two customers had paid the same invoice, and nobody had noticed for a week.",
    "The gateway retried every request, which is why the orders were doubled.",
    "I wrote a one page summary for the board and left the details in the appendix.",
    "When the pump failed we moved the patients by hand and called the next ward.",
    "She disagreed with my estimate, so we measured both ways for a day.",
    "After that the error rate fell from four percent to less than one.",
)
HESITANT = (
    "Um, our deploy script ran the migration, uh, twice, so I made it check a marker first.",
    "I asked the nurse to, um, read the dosage back to me before we, uh, went on.",
    "Uh, two customers had paid the same invoice, and, um, nobody had noticed for a week.",
    "The gateway, um, retried every request, which is, uh, why the orders were doubled.",
    "I wrote a, uh, one page summary for the board and, um, left the details in the appendix.",
    "When the pump failed, um, we moved the patients by hand and, uh, called the next ward.",
)
_SAME = {"mister": "mr", "percent": "%", "okay": "ok"}
_NUMBERS = dict(
    zip("zero one two three four five six seven eight nine ten".split(), range(11), strict=True)
)


Ear = Callable[[Path], str]


def _ours(size: str, *, verbatim: bool = True) -> Ear:
    from mockinterview.speech import whisper

    if not verbatim:
        whisper._KEEPS = ("none",)
    cache = Path(tempfile.gettempdir()) / "mockinterview-benchmark"
    ear = whisper.LocalWhisper(cache=cache, size=size, threads=2)
    return lambda path: ear.transcribe(path).text


def _pocketsphinx() -> Ear:
    from pocketsphinx import Decoder  # type: ignore[import-not-found]

    decoder = Decoder(samprate=16000)

    def hear(path: Path) -> str:
        with wave.open(str(path)) as file:
            sound = file.readframes(file.getnframes())
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found else ""

    return hear


def _moonshine() -> Ear:
    import moonshine_voice as moonshine  # type: ignore[import-not-found]

    # From 0.1.5 on the package carries no weights and fetches them from the maker's server.
    folder, arch = moonshine.get_model_for_language("en")
    ear = moonshine.Transcriber(model_path=folder, model_arch=arch)

    def hear(path: Path) -> str:
        sound, rate = moonshine.load_wav_file(str(path))
        found = ear.transcribe_without_streaming(sound, rate)
        return " ".join(line.text for line in found.lines)

    return hear


#: "base" is what the product uses; the others are what it was chosen over.
ENGINES: dict[str, Callable[[], Ear]] = {
    "whisper base": lambda: _ours("base"),
    "base, no prompt": lambda: _ours("base", verbatim=False),
    "whisper tiny.en": lambda: _ours("tiny.en"),
    "moonshine": _moonshine,
    "pocketsphinx": _pocketsphinx,
}


class Clip(NamedTuple):
    """A recording and what is said in it."""

    path: Path
    text: str


def normal(text: str) -> list[str]:
    """Return the words to compare: lower case, no punctuation, small numbers as digits."""
    text = text.lower().replace("%", " percent ").replace("-", " ")
    words = re.findall(r"[\w']+", text)
    return [str(_NUMBERS.get(word, _SAME.get(word, word))) for word in words]


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the least number of words to change, add or drop (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def human(folder: Path) -> list[Clip]:
    """Return the clips of a folder in the form of CMU Sphinx: ``<s> text </s> (name)``."""
    listed = next(folder.glob("*transcription")).read_text(encoding="utf-8")
    rows = re.findall(r"<s>(.*?)</s>\s*\((\S+)\)", listed)
    return [Clip(folder / f"{name}.wav", text.strip()) for text, name in rows]


def voices() -> dict[str, Callable[[], TextToSpeech]]:
    """Return the local voices that are installed."""
    from mockinterview.speech import text_to_speech

    found: dict[str, Callable[[], TextToSpeech]] = {}
    for name in ("espeak", "piper"):
        try:
            list(text_to_speech(name).synthesize("Hello."))
        except MockInterviewError as error:
            print(f"{name}: left out ({error.message})")
            continue
        found[name] = partial(text_to_speech, name)
    return found


def spoken(name: str, texts: Iterable[str], folder: Path) -> list[Clip]:
    """Return clips of ``texts`` in the voice of that name, 16 kHz mono."""
    from mockinterview.speech import text_to_speech

    voice, clips = text_to_speech(name), []
    for number, text in enumerate(texts):
        raw = folder / f"{name}-{number}-raw.wav"
        with wave.open(str(raw), "wb") as out:
            out.setparams((1, 2, voice.sample_rate, 0, "NONE", ""))
            for chunk in voice.synthesize(text):
                out.writeframesraw(chunk)
        clips.append(Clip(to_wav(raw, folder / f"{name}-{number}.wav"), text))
    return clips


class Heard(NamedTuple):
    """What an engine heard in its own process, in seconds and MB."""

    texts: list[str]
    seconds: float
    memory: float


def heard(engine: str, clips: Sequence[Clip]) -> Heard | None:
    """Return texts, seconds and memory of an engine in a process of its own; None if missing."""
    command = [sys.executable, __file__, "--engine", engine]
    done = subprocess.run(
        command,
        input=json.dumps([str(clip.path) for clip in clips]),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"{engine}: left out ({done.stderr.strip().splitlines()[-1][:90]})")
        return None
    return Heard(**json.loads(done.stdout.splitlines()[-1]))


def hear(engine: str) -> None:
    """Transcribe the files named on standard input; the first one warms the engine up."""
    paths = [Path(name) for name in json.load(sys.stdin)]
    ear = ENGINES[engine]()
    ear(paths[0])
    began = time.perf_counter()
    texts = [ear(path) for path in paths]
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"texts": texts, "seconds": seconds, "memory": memory}))


def length(path: Path) -> float:
    """Return the seconds of a WAV file."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()


def row(engine: str, sets: dict[str, list[Clip]]) -> None:
    """Print one engine's figures on each set."""
    for name, clips in sets.items():
        found = heard(engine, clips)
        if found is None:
            return
        texts, seconds, memory = found
        said = [normal(clip.text) for clip in clips]
        wrong = sum(errors(a, normal(b)) for a, b in zip(said, texts, strict=True))
        kept = sum(
            min(len(fillers(c.text)), len(fillers(t))) for c, t in zip(clips, texts, strict=True)
        )
        made = sum(
            max(0, len(fillers(t)) - len(fillers(c.text)))
            for c, t in zip(clips, texts, strict=True)
        )
        there = sum(len(fillers(clip.text)) for clip in clips)
        print(
            f"{engine:<18}{name:<18}{100 * wrong / sum(map(len, said)):6.1f} %"
            f"{seconds / sum(length(clip.path) for clip in clips):8.2f}"
            f"{f'{kept}/{there}' if there else '-':>8}{made:>9}{memory:9.0f}"
        )


def end_of_speech(clips: Sequence[Clip], grace: float) -> None:
    """Print how late after the last sound, beyond the grace, an answer is ended."""
    late, cut = [], 0
    for clip in clips:
        with wave.open(str(clip.path)) as file:
            sound = file.readframes(file.getnframes())
        whole = bytes(2 * RATE) + sound + bytes(int((grace + 2) * 2 * RATE))
        blocks = [whole[start : start + 1024] for start in range(0, len(whole), 1024)]
        last = 1 + _last_sound(sound)
        with tempfile.TemporaryDirectory() as folder:
            ticks = record(blocks, Path(folder) / "a.wav", SpeechGate())
            end = next((tick.seconds for tick in ticks if tick.silent_for >= grace), None)
            ticks.close()
        if end is None:
            print(f"  no end found in {clip.path.name}")
            continue
        cut += end - grace < last - 0.5
        late.append(1000 * (end - grace - last))
    print(
        f"end of speech, {len(late)} clips, grace {grace:g} s: mean {fmean(late):+.0f} ms, "
        f"from {min(late):+.0f} to {max(late):+.0f} ms; cut off: {cut}"
    )


def _last_sound(sound: bytes) -> float:
    """Return when the last 10 ms louder than 2 % of the loudest one end, in seconds."""
    import numpy as np

    samples = np.frombuffer(sound, dtype="<i2").astype(float)
    size = RATE // 100
    power = (samples[: len(samples) // size * size].reshape(-1, size) ** 2).mean(axis=1) ** 0.5
    loud: list[int] = np.nonzero(power > 0.02 * power.max())[0].tolist()
    return (loud[-1] + 1) * size / RATE


def first_sound(name: str, make: Callable[[], TextToSpeech]) -> None:
    """Print the time from asking for a question to its first sound, cold and warm."""
    text = "Tell me about a mistake you made at work and how you dealt with it."
    times = []
    voice = None
    for _ in range(4):
        began = time.perf_counter()
        voice = voice or make()
        next(iter(voice.synthesize(text)))
        times.append(1000 * (time.perf_counter() - began))
    print(f"first sound, {name}: {times[0]:.0f} ms the first time, then {fmean(times[1:]):.0f} ms")


def long(engine: str, clips: Sequence[Clip], minutes: float, folder: Path) -> None:
    """Print time and memory for one recording of many minutes."""
    sound = b""
    for clip in clips:
        with wave.open(str(clip.path)) as file:
            sound += file.readframes(file.getnframes()) + bytes(RATE)
    path = folder / "long.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(
            (sound * int(1 + minutes * 120 * RATE / len(sound)))[: int(minutes * 120 * RATE)]
        )
    short = folder / "short.wav"
    with wave.open(str(short), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(sound[: 4 * RATE])
    found = heard(engine, [Clip(short, ""), Clip(path, "")])
    if found is None:
        return
    print(
        f"{minutes:g} minutes with {engine}: {found.seconds:.0f} s, {found.memory:.0f} MB, "
        f"{len(normal(found.texts[1]))} words heard"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--human", type=Path, nargs="*", default=[])
    parser.add_argument("--long", type=float, default=0, help="minutes of one long recording")
    parser.add_argument("--grace", type=float, default=4.0)
    parser.add_argument("--only", nargs="*", default=list(ENGINES), help="engines")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.engine:
        hear(args.engine)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = voices()
        sets = {f"human, {path.name}": human(path) for path in args.human}
        for voice in made:
            sets[f"{voice}"] = spoken(voice, PLAIN, folder)
            hesitant = folder / "hesitant"
            hesitant.mkdir(exist_ok=True)
            sets[f"{voice}, um"] = spoken(voice, HESITANT, hesitant)
        print(
            f"{'engine':<18}{'speech':<18}{'WER':>8}{'RTF':>8}{'fillers':>8}{'invented':>9}{'MB':>9}"
        )
        for engine in args.only:
            row(engine, sets)
        end_of_speech([clip for clips in sets.values() for clip in clips], args.grace)
        for voice, make in made.items():
            first_sound(voice, make)
        if args.long:
            long(args.only[0], sets[next(iter(made))], args.long, folder)


if __name__ == "__main__":
    main()
