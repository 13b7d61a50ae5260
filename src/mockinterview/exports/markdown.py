"""A report as Markdown; what the candidate wrote can neither format nor link anything in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mockinterview.exports.contents import SessionReport
from mockinterview.exports.templating import harmless, render

if TYPE_CHECKING:
    from mockinterview.exports.contents import ProgressReport

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$^&@]|:(?=//))")
# A list, a rule or a heading is made by the first characters of a line; so is an HTML block.
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))", re.MULTILINE)
_AUTOLINK = re.compile(r"(?i)\b(www)\.")


def as_markdown(report: SessionReport | ProgressReport) -> str:
    """Return the report as CommonMark."""
    name = "session.md" if isinstance(report, SessionReport) else "progress.md"
    text = render(name, _finalize, html=False, report=report)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escape(text: str) -> str:
    """Return ``text`` on one line as Markdown that shows it letter by letter."""
    flat = " ".join(harmless(text).split())
    flat = _SPECIAL.sub(r"\\\1", flat)
    flat = _AUTOLINK.sub(r"\1\\.", flat)
    return _LINE_START.sub(_guard, flat)


def _guard(match: re.Match[str]) -> str:
    space, sign = match.groups()
    # A backslash before a digit would be shown; after it, it makes the full stop a plain one.
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def _finalize(value: Any) -> Any:
    return escape(value) if isinstance(value, str) else value
