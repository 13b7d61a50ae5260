"""A report as one self-contained HTML page: no script, no request, nothing but its own style."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from mockinterview.exports.contents import SessionReport
from mockinterview.exports.templating import harmless, render

if TYPE_CHECKING:
    from mockinterview.exports.contents import ProgressReport


def as_html(report: SessionReport | ProgressReport) -> str:
    """Return the page. Its security policy allows its own style, by checksum, and nothing else."""
    from markupsafe import Markup

    session = isinstance(report, SessionReport)
    most = (
        max((a.most for a in report.answers), default=0) if isinstance(report, SessionReport) else 0
    )
    style = render("style.css", harmless, html=False, most=most)
    return render(
        "session.html" if session else "progress.html",
        harmless,
        html=True,
        report=report,
        style=Markup(style),  # our own file, with one number in it
        checksum=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
