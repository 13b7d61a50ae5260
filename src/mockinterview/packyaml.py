"""Reads the YAML of a pack strictly: every key keeps its line, and YAML's traps are named."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

MAX_BYTES = 32_000_000
MAX_DEPTH = 12
#: The only keys whose values are numbers; everywhere else a plain number is a forgotten quote.
NUMBER_KEYS = frozenset({"difficulty", "minutes", "hours"})
Path: TypeAlias = tuple[str | int, ...]
_READS = {
    "int": "a number",
    "float": "a number",
    "null": "nothing",
    "timestamp": "a date",
    "merge": "a merge",
}


class Complaint(NamedTuple):
    """Something wrong at a place in the text; lines count from 1."""

    line: int
    path: Path
    message: str
    suggestion: str = ""


class Reading(NamedTuple):
    """The data of a YAML text (None if it could not be read), its lines and its complaints."""

    value: Any
    lines: dict[Path, int]
    complaints: list[Complaint]


def read(raw: bytes) -> Reading:
    """Read ``raw`` as one strict YAML document; never raises, whatever the bytes are."""
    if len(raw) > MAX_BYTES:
        return _failed(1, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _failed(line, "this is not UTF-8 text", "save the file as UTF-8")
    if not text.strip():
        return _failed(1, "the file is empty", "start with: pack: my-pack")
    return _Reader(text).run()


def _failed(line: int, message: str, suggestion: str = "") -> Reading:
    return Reading(None, {}, [Complaint(line, (), message, suggestion)])


class _Refused(Exception):
    """The text cannot be read any further."""

    def __init__(self, line: int, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.complaint = Complaint(line, (), message, suggestion)


class _Reader:
    def __init__(self, text: str) -> None:
        import yaml

        self._yaml = yaml
        self._loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._text = text
        self._lines: dict[Path, int] = {}
        self._complaints: list[Complaint] = []

    def run(self) -> Reading:
        """Return the reading of the whole text."""
        yaml = self._yaml
        try:
            self._source = self._loader(self._text)
            value = self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = f"YAML cannot read this: {error.problem or error.context}"
            line = mark.line if mark else 0
            return _failed(line + 1, said, self._mend(line))
        except yaml.YAMLError:
            return _failed(1, "the file holds characters that YAML does not allow")
        except _Refused as refused:
            return Reading(None, {}, [*self._complaints, refused.complaint])
        return Reading(value, self._lines, self._complaints)

    def _mend(self, line: int) -> str:
        text = (self._text.split("\n")[line : line + 1] or [""])[0]
        if "\t" in text[: len(text) - len(text.lstrip())]:
            return "indent with spaces, not tabs"
        return "a quote or colon may be out of place"

    def _document(self) -> Any:
        next_event = self._source.get_event
        yaml = self._yaml
        event = next_event()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next_event()
        if isinstance(event, yaml.StreamEndEvent):
            raise _Refused(1, "the file holds only comments", "start with: pack: my-pack")
        if not isinstance(event, yaml.MappingStartEvent):
            raise _Refused(
                self._line(event), "a pack begins with keys, not a list or a text", "pack: my-pack"
            )
        value = self._value(event, ())
        next_event()
        event = next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _Refused(self._line(event), "a second document begins here", "one pack a file")
        return value

    def _value(self, event: Any, path: Path) -> Any:
        yaml = self._yaml
        line = self._line(event)
        self._lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _Refused(line, "anchors (&) and aliases (*) are not used here", "write it out")
        if len(path) > MAX_DEPTH:
            raise _Refused(line, "this is nested too deeply", "check the indentation")
        self._refuse_tag(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        event = self._source.get_event()
        while not isinstance(event, self._yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
            event = self._source.get_event()
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        event = self._source.get_event()
        while not isinstance(event, self._yaml.MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, self._yaml.ScalarEvent) or event.anchor:
                raise _Refused(line, "a key must be a plain word", "check the indentation")
            key = event.value
            here = (*path, key)
            self._refuse_tag(event, here)
            if key in found:
                said = f"this key is already there on line {self._lines[here]}"
                self._complain(line, here, said, "keep one of the two")
            else:
                self._lines[here] = line
            found[key] = self._value(self._source.get_event(), here)
            event = self._source.get_event()
        return found

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        tag = self._source.resolve(self._yaml.ScalarNode, text, (True, False))
        kind = tag.rsplit(":", 1)[-1]
        if kind == "str":
            return text
        if path and path[-1] in NUMBER_KEYS and kind in ("int", "float"):
            number = _number(text)
            if number is None:
                said = f"YAML reads {text} in a way of its own"
                self._complain(self._line(event), path, said, "write it as 1.5")
            return 1 if number is None else number
        if not text:
            self._complain(self._line(event), path, "nothing is written here", "write a text")
            return text
        read_as = _READS.get(kind, "something else")
        if kind == "bool":
            read_as = "true" if text.lower() in ("yes", "on", "true", "y") else "false"
        self._complain(
            self._line(event),
            path,
            f"YAML reads {text} as {read_as}",
            f'put it in quotes: "{text}"',
        )
        return text

    def _refuse_tag(self, event: Any, path: Path) -> None:
        if event.tag is not None:
            said = f"tags ({event.tag}) are not used here"
            self._complain(self._line(event), path, said, "leave the tag out")

    def _complain(self, line: int, path: Path, message: str, suggestion: str = "") -> None:
        self._complaints.append(Complaint(line, path, message, suggestion))

    @staticmethod
    def _line(event: Any) -> int:
        line: int = event.start_mark.line + 1
        return line


def _number(text: str) -> int | float | None:
    """Return a plain decimal number; YAML's others (1:30 is 90, 010 is 8, .inf) are None."""
    if not re.fullmatch(r"-?(0|[1-9]\d{0,8})(\.\d{1,9})?", text):
        return None
    return float(text) if "." in text else int(text)
