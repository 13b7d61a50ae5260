"""Reports of sessions and of all progress, for reading, printing and other programs.

A format is one row in `EXPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockinterview.exports.contents import ProgressReport, SessionReport
from mockinterview.exports.jsontext import as_json
from mockinterview.exports.markdown import as_markdown
from mockinterview.exports.page import as_html

Report = SessionReport | ProgressReport


class Export(NamedTuple):
    """How a report becomes text, and how a file of it is named."""

    write: Callable[[Report], str]
    suffix: str


#: Formats by the name users choose them by.
EXPORTS: dict[str, Export] = {
    "html": Export(as_html, ".html"),
    "md": Export(as_markdown, ".md"),
    "json": Export(as_json, ".json"),
}
