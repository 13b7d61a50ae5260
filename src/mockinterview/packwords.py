"""What is wrong with a value in a pack and how to mend it, in plain words."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from mockinterview import model
from mockinterview.model import Pack
from mockinterview.packyaml import Path

_MODELS: dict[str, type[BaseModel]] = {
    "questions": model.PackQuestion,
    "key_points": model.KeyPoint,
    "star": model.StarNotes,
    "ask_interviewer": model.InterviewerQuestion,
    "preparation": model.PreparationStep,
    "faq": model.Faq,
}


def in_words(details: Any, place: Path) -> tuple[str, str]:
    """Return what is wrong and how to mend it, for each way a model can refuse a value."""
    kind, limits = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        parents = [part for part in place[:-1] if isinstance(part, str)]
        known = _MODELS[parents[-1]] if parents and parents[-1] in _MODELS else Pack
        near = get_close_matches(str(place[-1]), known.model_fields, n=1)
        fields = ", ".join(known.model_fields)
        return "this key is not known", f"did you mean {near[0]}?" if near else f"known: {fields}"
    if kind == "missing":
        return "this key is missing", f"add a line: {place[-1]}: …"
    if kind == "string_pattern_mismatch":
        return "an id has small letters, digits and hyphens only", "for example: my-question-1"
    if kind == "literal_error":
        allowed = re.findall(r"'?(\w+)'?", limits.get("expected", ""))
        choices = ", ".join(word for word in allowed if word != "or")
        near = get_close_matches(str(details["input"]), allowed, n=1)
        said = f"{details['input']!r} is not one of: {choices}"
        return said, f"did you mean {near[0]}?" if near else "choose one of them"
    if kind in ("string_too_short", "too_short"):
        least = limits.get("min_length", 1)
        what = "letters" if kind == "string_too_short" else "entries"
        return f"this is too short: at least {least} {what}", "write more"
    if kind in ("greater_than", "less_than_equal"):
        bound = limits.get("gt", limits.get("le"))
        return f"this must be {'more than' if 'gt' in limits else 'at most'} {bound}", "change it"
    wanted = {"string": "a text", "tuple": "a list (lines that begin with - )"}
    wanted |= {"model": "keys with values", "float": "a number", "int": "a number"}
    what = next((words for word, words in wanted.items() if kind.startswith(word)), "")
    return (f"{what} is wanted here", "check the indentation") if what else (details["msg"], "")
