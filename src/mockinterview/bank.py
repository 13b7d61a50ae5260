"""Loads packs of questions: strictly, with every mistake named by file, line and key."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.abc import Traversable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from mockinterview import model
from mockinterview.errors import BadInput, UsageError
from mockinterview.model import Pack, PackQuestion
from mockinterview.packyaml import MAX_BYTES, Reading, read
from mockinterview.packyaml import Path as Place
from mockinterview.resources import data
from mockinterview.text import stems

#: Raised whenever packs that were fine before may not be now: old cache files are then ignored.
CACHE_VERSION = 1
_MODELS: dict[str, type[BaseModel]] = {
    "questions": model.PackQuestion,
    "key_points": model.KeyPoint,
    "star": model.StarNotes,
    "ask_interviewer": model.InterviewerQuestion,
    "preparation": model.PreparationStep,
    "faq": model.Faq,
}


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
    packs: list[Pack] = []
    problems: list[Problem] = []
    questions: dict[str, PackQuestion] = {}
    pack_of: dict[str, str] = {}
    homes: dict[str, str] = {}
    for file in _files(user_dirs):
        pack, found = _load(file, cache_dir)
        problems += (problem for problem in found if problem.severity == "error")
        if pack is None:
            continue
        clashes = _clashes(pack, str(file), homes, pack_of)
        problems += clashes
        if clashes:
            continue
        packs.append(pack)
        homes[pack.pack] = str(file)
        questions |= {question.id: question for question in pack.questions}
        pack_of |= {question.id: pack.pack for question in pack.questions}
    return Bank(tuple(packs), questions, pack_of, tuple(problems))


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


def _files(user_dirs: Sequence[Path]) -> Iterator[Traversable | Path]:
    shipped = data("questions")
    yield from sorted(_packs_in(shipped), key=lambda file: file.name)
    for folder in user_dirs:
        if folder.is_dir():
            yield from sorted(_packs_in(folder), key=lambda file: file.name)


def _packs_in(folder: Traversable | Path) -> Iterator[Traversable | Path]:
    return (file for file in folder.iterdir() if file.name.endswith((".yaml", ".yml")))


def _load(file: Traversable | Path, cache_dir: Path | None) -> tuple[Pack | None, list[Problem]]:
    raw, problems = _bytes(file)
    if raw is None or cache_dir is None:
        return _check_bytes(raw, str(file)) if raw is not None else (None, problems)
    key = hashlib.sha256(b"%d\n" % CACHE_VERSION + raw).hexdigest()
    cached = cache_dir / f"pack-{key}.json"
    with suppress(OSError, ValidationError):
        return Pack.model_validate_json(cached.read_bytes()), []
    pack, problems = _check_bytes(raw, str(file))
    if pack is not None:
        _keep(cached, pack.model_dump_json())
    return pack, problems


def _keep(cached: Path, text: str) -> None:
    """Write a cache file in one step; a cache that cannot be written only costs time."""
    import tempfile

    with suppress(OSError):
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Made with mode 0600 by tempfile itself.
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=cached.parent, prefix="pack-", delete=False
        ) as file:
            file.write(text)
        Path(file.name).replace(cached)


def _bytes(file: Traversable | Path) -> tuple[bytes | None, list[Problem]]:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), []
    except OSError as error:
        said = f"the file cannot be read: {error.strerror or error}"
        return None, [Problem(str(file), 1, "", said)]


def _check(file: Traversable | Path) -> tuple[Pack | None, list[Problem]]:
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
    message, suggestion = details["msg"], ""
    if details["type"] == "extra_forbidden":
        message = "this key is not known"
        parents = [part for part in place[:-1] if isinstance(part, str)]
        known = _MODELS[parents[-1]] if parents and parents[-1] in _MODELS else Pack
        near = get_close_matches(str(place[-1]), known.model_fields, n=1)
        fields = ", ".join(known.model_fields)
        suggestion = f"did you mean {near[0]}?" if near else f"known keys: {fields}"
    elif details["type"] == "missing":
        message = "this key is missing"
    elif details["type"] == "string_pattern_mismatch":
        message = "an id has small letters, digits and hyphens only"
        suggestion = "for example: my-question-1"
    elif details["type"] == "literal_error":
        near = get_close_matches(str(details["input"]), re.findall(r"'(\w+)'", message), n=1)
        suggestion = f"did you mean {near[0]}?" if near else ""
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
    return bool(re.search(r"\d|(?<=[a-z,] )(?!I\b)[A-Z]", text))


def _twice(place: Place, ids: list[str]) -> Iterator[tuple[Place, str, Literal["error"]]]:
    seen: dict[str, int] = {}
    for at, name in enumerate(ids):
        if name in seen:
            yield (*place, at, "id"), f"the id {name} is used twice in this list", "error"
        seen.setdefault(name, at)


def _clashes(
    pack: Pack, file: str, homes: dict[str, str], pack_of: dict[str, str]
) -> list[Problem]:
    if pack.pack in homes:
        said = f"there is already a pack {pack.pack} in {homes[pack.pack]}"
        return [Problem(file, 1, "pack", said, "give this pack another id")]
    reading = None
    problems: list[Problem] = []
    for at, question in enumerate(pack.questions):
        if question.id not in pack_of:
            continue
        reading = reading or read(_bytes(Path(file))[0] or b"")
        place: Place = ("questions", at, "id")
        said = f"the id {question.id} is already used in {homes[pack_of[question.id]]}"
        problems.append(
            Problem(file, _line(reading, place), _dotted(place), said, "choose another id")
        )
    return problems


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
