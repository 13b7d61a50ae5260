"""A report as JSON: the same values that the other formats show, without chart coordinates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mockinterview.exports.charts import Block, Line
from mockinterview.text import clean

if TYPE_CHECKING:
    from mockinterview.exports.contents import ProgressReport, SessionReport

# Numbers and ids that only the layout of a page needs.
_LAYOUT = frozenset({"most", "key", "path"})


def as_json(report: SessionReport | ProgressReport) -> str:
    """Return the report as JSON, readable, in ASCII so that no text can act on a terminal."""
    kind = "session" if hasattr(report, "answers") and hasattr(report, "bars") else "progress"
    made = {"schema": 1, "report": kind, **_plain(report)}
    return json.dumps(made, indent=2, ensure_ascii=True) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Line):
        return [{"label": point.label, "level": round(point.level, 2)} for point in value.points]
    if isinstance(value, Block):
        return {"part": value.part, "name": value.name, "share": value.share}
    if hasattr(value, "_asdict"):
        fields = value._asdict()
        return {name: _plain(item) for name, item in fields.items() if name not in _LAYOUT}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return clean(value) if isinstance(value, str) else value
