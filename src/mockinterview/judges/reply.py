"""The form of a model's reply, made from the rubric, and the reading of what came back.

One schema serves three times: sent as a strict ``json_schema``, written into the prompt for
servers without that, and checked here whatever the server promised.
"""

from __future__ import annotations

import json
from typing import Any

from mockinterview.model import Rubric
from mockinterview.text import clean

LEVELS = ("1", "2", "3", "4", "5", "unknown")
ANSWER_TYPES = ("story", "example", "explanation", "opinion", "off_topic", "no_answer")
MAX_COMPLAINTS = 12

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_LABELS: Json = {"type": "array", "items": _TEXT}
_GRADE: Json = {"type": "integer", "enum": [0, 1, 2]}


def reply_schema(rubric: Rubric) -> Json:
    """Return the strict schema of a reply: every criterion by name, evidence before the level."""
    level = {"type": "string", "enum": list(LEVELS)}
    evidence = {"sentences": _LABELS, "quote": _TEXT}
    criterion = _record({**evidence, "reason": _TEXT, "level": level})
    point = _record({**evidence, "verdict": _GRADE})
    fields: Json = {
        "answer_type": {"type": "string", "enum": list(ANSWER_TYPES)},
        "instruction_in_answer": {"type": "boolean"},
        "criteria": _record({item.id: criterion for item in rubric.criteria}),
    }
    if rubric.kind == "behavioral":
        label = {"type": "string", "enum": ["S", "T", "A", "R", "O"]}
        labelled = _record({"sentence": _TEXT, "label": label})
        parts = _record(dict.fromkeys("STAR", _GRADE))
        fields["star"] = _record({"labels": {"type": "array", "items": labelled}, "parts": parts})
    if rubric.key_points:
        fields["key_points"] = _record({item.id: point for item in rubric.key_points})
    ids = {"type": "string", "enum": [item.id for item in rubric.criteria]}
    remark = _record({"criterion": ids, "quote": _TEXT, "text": _TEXT})
    remarks = {"type": "array", "items": remark}
    fields["feedback"] = _record({"strengths": remarks, "improvements": remarks})
    return _record({**fields, "next_step": _TEXT, "stronger_answer": _TEXT})


class Misfit(ValueError):
    """A reply that is no JSON or not of the asked form; ``complaints`` say where."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


def read_reply(text: str, schema: Json) -> Json:
    """Return the checked reply, without properties that nobody asked for.

    Raises:
        Misfit: there is no JSON object in ``text``, or it does not follow ``schema``.
    """
    found = _find_object(text, frozenset(schema["properties"]))
    complaints: list[str] = []
    checked = _check(found, schema, "", complaints)
    if complaints:
        raise Misfit(complaints[:MAX_COMPLAINTS])
    reply: Json = checked
    return reply


def _find_object(text: str, names: frozenset[str]) -> Json:
    """Return the longest JSON object in ``text`` with any of ``names``, whatever is around it.

    The names tell a whole reply from an inner part of one that breaks off.
    """
    if not text.strip():
        raise Misfit(["it was empty"])
    decoder = json.JSONDecoder()
    best: Json | None = None
    size, at = 0, text.find("{")
    for _ in range(50):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict) and names & value.keys() and end - at > size:
                best, size = value, end - at
        at = text.find("{", end)
    if best is None:
        raise Misfit(["it holds no complete JSON object"])
    return best


def _record(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _check(value: Any, schema: Json, where: str, complaints: list[str]) -> Any:
    """Return ``value`` as the schema wants it; note in ``complaints`` what does not fit."""
    wanted = schema["type"]
    if wanted == "object":
        return _check_object(value, schema, where, complaints)
    if wanted == "array":
        if not isinstance(value, list):
            complaints.append(f"{where} must be a list")
            return []
        return [
            _check(v, schema["items"], f"{where}[{n}]", complaints) for n, v in enumerate(value)
        ]
    if "enum" in schema:
        # Servers without schemas write 3 for "3" and "2" for 2: the same thing is meant.
        same = [e for e in schema["enum"] if str(e) == str(value).strip()]
        if not same or isinstance(value, bool):
            allowed = ", ".join(map(str, schema["enum"]))
            complaints.append(f"{where} must be one of {allowed}, not {_shown(value)}")
            return schema["enum"][0]
        return same[0]
    if wanted == "boolean" and not isinstance(value, bool):
        complaints.append(f"{where} must be true or false")
    if wanted == "string" and not isinstance(value, str):
        if value is None:
            return ""
        complaints.append(f"{where} must be a string")
        return ""
    # What a model writes is shown in a terminal and kept: no control or hidden characters.
    return clean(value) if isinstance(value, str) else value


def _check_object(value: Any, schema: Json, where: str, complaints: list[str]) -> Json:
    if not isinstance(value, dict):
        complaints.append(f"{where or 'the reply'} must be a JSON object")
        return {}
    kept: Json = {}
    for name, inner in schema["properties"].items():
        path = f"{where}.{name}" if where else name
        if name in value:
            kept[name] = _check(value[name], inner, path, complaints)
        else:
            complaints.append(f"{path} is missing")
    return kept


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 30 else text[:27] + "..."
