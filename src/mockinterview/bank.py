"""Loads packs of questions: strictly, with every mistake named by file, line and key."""

from __future__ import annotations

import gc
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib.abc import Traversable
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import ValidationError

from mockinterview.errors import BadInput, UsageError
from mockinterview.model import Pack, PackQuestion
from mockinterview.packwords import in_words
from mockinterview.packyaml import MAX_BYTES, Reading, read
from mockinterview.packyaml import Path as Place
from mockinterview.resources import data
from mockinterview.text import stems

#: Raised whenever packs that were fine before may not be now: old cache files are then ignored.
CACHE_VERSION = 1


class Problem(NamedTuple):
    """One mistake in a pack file. Only problems of severity ``error`` keep a pack out."""

    file: str
    line: int
    path: str
    message: str
    suggestion: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Return ``file:line: key: message (suggestion)``."""
        where = f"{self.file}:{self.line}: " + (f"{self.path}: " if self.path else "")
        mark = "warning: " if self.severity == "warning" else ""
        return where + mark + self.message + (f" ({self.suggestion})" if self.suggestion else "")


class Bank(NamedTuple):
    """All packs that could be read, and the errors of those that could not."""

    packs: tuple[Pack, ...]
    questions: dict[str, PackQuestion]
    pack_of: dict[str, str]
    problems: tuple[Problem, ...] = ()


def load_bank(user_dirs: Sequence[Path] = (), *, cache_dir: Path | None = None) -> Bank:
    """Return the shipped packs and those in ``user_dirs``; a broken pack is left out and named."""
    cache = _Cache(cache_dir)
    files, problems = _files(user_dirs)
    with _uncollected():
        found = [(file, *cache.load(file)) for file in files]
    cache.tidy()
    bank = _joined(found)
    errors = [problem for problem in bank.problems if problem.severity == "error"]
    return bank._replace(problems=(*problems, *errors))


def check_bank(user_dirs: Sequence[Path] = ()) -> Bank:
    """Return the bank as `load_bank` does, with the warnings too, and without a cache."""
    files, problems = _files(user_dirs)
    bank = _joined([(file, *_check(file)) for file in files])
    return bank._replace(problems=(*problems, *bank.problems))


def check_file(path: Path) -> list[Problem]:
    """Return every problem of one pack file, errors and warnings, in the order of its lines."""
    return _check(path)[1]


def load_pack(path: Path) -> Pack:
    """Return the pack in ``path``.

    Raises:
        BadInput: the file has errors; the message names each.
    """
    pack, problems = _check(path)
    if pack is None:
        errors = [str(problem) for problem in problems if problem.severity == "error"]
        raise BadInput("\n".join(errors), "`mockinterview questions check FILE` checks it again.")
    return pack


def find(bank: Bank, question_id: str) -> PackQuestion:
    """Return the question with this id.

    Raises:
        UsageError: there is none; the hint names the nearest ids.
    """
    if question_id in bank.questions:
        return bank.questions[question_id]
    near = nearest(bank, question_id)
    raise UsageError(
        f"There is no question with the id {question_id!r}.",
        f"Did you mean {' or '.join(near)}?"
        if near
        else "`mockinterview questions list` shows all ids.",
    )


def nearest(bank: Bank, query: str) -> list[str]:
    """Return up to three ids that look like ``query``."""
    return get_close_matches(query.lower(), bank.questions, n=3, cutoff=0.5)


def search(bank: Bank, query: str) -> list[PackQuestion]:
    """Return the questions that hold every word of ``query``, best match first.

    Words are compared by stem; one in the question's text counts most.
    """
    wanted = set(stems(query))
    ranked: list[tuple[int, PackQuestion]] = []
    for question in bank.questions.values():
        title = set(stems(f"{question.text} {question.id.replace('-', ' ')}"))
        points = " ".join(point.text for point in question.key_points)
        rest = set(stems(f"{points} {' '.join(question.competencies).replace('-', ' ')}"))
        if wanted and wanted <= title | rest:
            ranked.append((-len(wanted & title), question))
    return [question for _, question in sorted(ranked, key=lambda pair: pair[0])]


def packs_for_role(bank: Bank, role: str) -> list[Pack]:
    """Return the packs whose role or id is ``role``, then those for any role; all if role is "".

    Raises:
        UsageError: no pack is for this role.
    """
    if not role.strip():
        return list(bank.packs)
    wanted = _plain(role)
    own = [pack for pack in bank.packs if wanted in (_plain(pack.role), _plain(pack.pack))]
    if not own:
        there = ", ".join(sorted({pack.role for pack in bank.packs}))
        raise UsageError(f"There is no pack for the role {role!r}.", f"There are: {there}.")
    general = [pack for pack in bank.packs if _plain(pack.role) == "any role"]
    return own + [pack for pack in general if pack not in own]


def for_role(bank: Bank, role: str) -> list[PackQuestion]:
    """Return the questions of the packs for ``role`` (see `packs_for_role`)."""
    return [question for pack in packs_for_role(bank, role) for question in pack.questions]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pack file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Pack.model_json_schema()}


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").split())


File: TypeAlias = "Traversable | Path"


def _files(user_dirs: Sequence[Path]) -> tuple[list[File], list[Problem]]:
    """Return the pack files, shipped ones first, and the folders that cannot be read."""
    found: list[File] = []
    problems: list[Problem] = []
    for folder in (data("questions"), *user_dirs):
        try:
            inside = [f for f in folder.iterdir() if f.name.endswith((".yaml", ".yml"))]
        except (FileNotFoundError, NotADirectoryError):
            continue  # most people have no packs of their own
        except OSError as error:
            said = f"the folder cannot be read: {error.strerror}"
            problems.append(Problem(str(folder), 1, "", said, "check its permissions"))
        else:
            found += sorted(inside, key=lambda file: file.name)
    return found, problems


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: it would walk a growing bank again and again (3 x slower)."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _joined(found: Iterable[tuple[File, Pack | None, list[Problem]]]) -> Bank:
    """Return the packs as one bank; one whose ids clash with an earlier one is left out."""
    bank = Bank((), {}, {})
    homes: dict[str, str] = {}
    for file, pack, said in found:
        problems = [*said, *(_clashes(pack, file, homes, bank.pack_of) if pack else [])]
        bank = bank._replace(problems=(*bank.problems, *problems))
        if pack is None or any(problem.severity == "error" for problem in problems):
            continue
        homes[pack.pack] = str(file)
        bank.questions.update((question.id, question) for question in pack.questions)
        bank.pack_of.update((question.id, pack.pack) for question in pack.questions)
        bank = bank._replace(packs=(*bank.packs, pack))
    return bank


class _Cache:
    """Checked packs as JSON, by what the file holds; losing it only costs time."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._used: set[str] = set()
        self._wrote = False

    def load(self, file: File) -> tuple[Pack | None, list[Problem]]:
        """Return what `_check` finds in the file, from the cache where it is there."""
        raw, problems = _bytes(file)
        if raw is None or self._folder is None:
            return _check_bytes(raw, str(file)) if raw is not None else (None, problems)
        key = hashlib.sha256(b"%d\n" % CACHE_VERSION + raw).hexdigest()
        cached = self._folder / f"pack-{key}.json"
        self._used.add(cached.name)
        with suppress(OSError, ValidationError):
            return Pack.model_validate_json(cached.read_bytes()), []
        pack, problems = _check_bytes(raw, str(file))
        if pack is not None:
            self._keep(cached, pack.model_dump_json())
        return pack, problems

    def tidy(self) -> None:
        """Remove what earlier versions of the packs left behind."""
        if not self._wrote or self._folder is None:
            return
        with suppress(OSError):
            for old in self._folder.glob("pack-*"):
                if old.name not in self._used:
                    old.unlink()

    def _keep(self, cached: Path, text: str) -> None:
        import tempfile

        with suppress(OSError):
            cached.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Made with mode 0600 by tempfile itself; renamed in one step.
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=cached.parent, prefix="pack-", delete=False
            ) as file:
                file.write(text)
            Path(file.name).replace(cached)
            self._wrote = True


def _bytes(file: File) -> tuple[bytes | None, list[Problem]]:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), []
    except OSError as error:
        said = f"the file cannot be read: {error.strerror or error}"
        return None, [Problem(str(file), 1, "", said)]


def _check(file: File) -> tuple[Pack | None, list[Problem]]:
    raw, problems = _bytes(file)
    return (None, problems) if raw is None else _check_bytes(raw, str(file))


def _check_bytes(raw: bytes, name: str) -> tuple[Pack | None, list[Problem]]:
    reading = read(raw)
    problems = [
        Problem(name, c.line, _dotted(c.path), c.message, c.suggestion) for c in reading.complaints
    ]
    if reading.value is None:
        return None, problems
    pack = None
    try:
        pack = Pack.model_validate(reading.value)
    except ValidationError as error:
        said = {(problem.line, problem.path) for problem in problems}
        found = (_from_pydantic(name, reading, details) for details in error.errors())
        problems += (problem for problem in found if (problem.line, problem.path) not in said)
    else:
        problems += (
            Problem(name, _line(reading, place), _dotted(place), message, severity=severity)
            for place, message, severity in _meaning(pack)
        )
    problems.sort(key=lambda problem: problem.line)
    broken = any(problem.severity == "error" for problem in problems)
    return (None if broken else pack), problems


def _from_pydantic(name: str, reading: Reading, details: Any) -> Problem:
    place: Place = tuple(details["loc"])
    message, suggestion = in_words(details, place)
    return Problem(name, _line(reading, place), _dotted(place), message, suggestion)


def _meaning(pack: Pack) -> Iterator[tuple[Place, str, Literal["error", "warning"]]]:
    """Check what a model cannot: does each question hold what its kind needs?"""
    yield from _twice(("questions",), [q.id for q in pack.questions])
    for at, question in enumerate(pack.questions):
        here: Place = ("questions", at)
        yield from _twice((*here, "key_points"), [point.id for point in question.key_points])
        if question.category == "behavioral" and question.star is None:
            yield here, "a behavioral question needs star notes", "error"
        if question.category == "technical" and not question.approach:
            yield here, "a technical question should say how to approach it", "warning"
        if not any(point.weight == "vital" for point in question.key_points):
            yield (*here, "key_points"), "at least one key point must be vital", "error"
        if len(question.sample_answer.split()) < 40:
            yield (*here, "sample_answer"), "a sample answer should have 40 words", "warning"
        for number, point in enumerate(question.key_points):
            if question.category == "behavioral" and _is_fact(point.text):
                said = "a key point should name a behaviour, not a fact of one story"
                yield (*here, "key_points", number, "text"), said, "warning"


def _is_fact(text: str) -> bool:
    """Whether a key point holds a digit or a name (a capital after its first word)."""
    return bool(re.search(r"\d|(?<=[a-z,] )[A-Z][a-z]", text))


def _twice(place: Place, ids: list[str]) -> Iterator[tuple[Place, str, Literal["error"]]]:
    seen: dict[str, int] = {}
    for at, name in enumerate(ids):
        if name in seen:
            yield (*place, at, "id"), f"the id {name} is used twice in this list", "error"
        seen.setdefault(name, at)


def _clashes(
    pack: Pack, file: File, homes: dict[str, str], pack_of: dict[str, str]
) -> list[Problem]:
    places: list[tuple[Place, str]] = []
    if pack.pack in homes:
        places.append((("pack",), f"there is already a pack {pack.pack} in {homes[pack.pack]}"))
    places += (
        (("questions", at, "id"), f"the id {q.id} is already used in {homes[pack_of[q.id]]}")
        for at, q in enumerate(pack.questions)
        if q.id in pack_of
    )
    if not places:
        return []
    reading = read(_bytes(file)[0] or b"")
    return [
        Problem(str(file), _line(reading, place), _dotted(place), said, "choose another id")
        for place, said in places
    ]


def _line(reading: Reading, place: Place) -> int:
    """Return the line of a place, or of the nearest thing around it that is there."""
    while place and place not in reading.lines:
        place = place[:-1]
    return reading.lines.get(place, 1)


def _dotted(place: Iterable[str | int]) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
