"""A mentor's sheet: answers without the judge's scores, boxes to fill in, and how it is read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime

from mockinterview.errors import BadInput
from mockinterview.exports.markdown import escape
from mockinterview.model import Attempt, Session
from mockinterview.records import Review
from mockinterview.rubric import build_rubric

_HOW = (
    "For mentors: give a level from 1 to 5 (halves are fine) between the brackets, for example "
    "[3.5]. Leave a box empty where you cannot say. The judge's scores are not in this sheet on "
    "purpose. Send the file back; the candidate reads it in with: mockinterview history "
    "import-review FILE"
)
_ANSWER = re.compile(r"^## Answer (\S+)")
_NAME = re.compile(r"^Reviewer:\s*\[(.*)\]\s*$")
_BOX = re.compile(r"^- ([a-z][a-z0-9_-]*)\b.*\[([^\]]*)\]\s*$")
_COMMENT = re.compile(r"^Comment:\s*(.*)$")


def write(session: Session) -> str:
    """Return the sheet of a session as text that is also Markdown."""
    return "\n".join(_lines(session)) + "\n"


def _lines(session: Session) -> Iterator[str]:
    yield f"# Review of session {session.id}\n"
    yield f"{_HOW}\n"
    yield "Reviewer: []\n"
    for attempt in session.attempts:
        if not attempt.skipped:
            yield from _answer(attempt)


def _answer(attempt: Attempt) -> Iterator[str]:
    yield f"## Answer {attempt.id}\n"
    yield f"**Question:** {escape(attempt.question.text)}\n"
    for paragraph in attempt.full_answer.split("\n"):
        if paragraph.strip():
            yield f"> {escape(paragraph)}\n>"
    yield ""
    for criterion in build_rubric(attempt.question).criteria:
        anchors = criterion.anchors
        yield f"- {criterion.id} ({escape(criterion.name)}; {escape(criterion.asks)}) []"
        yield f"    - 1: {escape(anchors.level_1)}"
        yield f"    - 3: {escape(anchors.level_3)}"
        yield f"    - 5: {escape(anchors.level_5)}"
    yield "- overall (all in all, for the content) []\n"
    yield "Comment: \n"


def read(text: str, *, name: str, at: datetime) -> list[Review]:
    """Return the reviews of a filled sheet; answers with no filled box are left out.

    ``name`` is the file's, for messages.

    Raises:
        BadInput: a box holds no level, or stands under no answer; names the line.
    """
    found: dict[str, dict[str, float]] = {}
    comments: dict[str, str] = {}
    reviewer, current = "mentor", ""
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}, line {number}"
        if match := _ANSWER.match(line):
            current = match.group(1)
            if current in found:
                raise BadInput(f"{where}: answer {current} stands twice.", "Delete one of them.")
            found[current] = {}
        elif match := _NAME.match(line):
            reviewer = match.group(1).strip() or reviewer
        elif match := _BOX.match(line):
            if level := _level(match.group(2), where):
                if not current:
                    raise BadInput(
                        f"{where}: this box stands under no answer.",
                        'Keep the lines that begin with "## Answer".',
                    )
                found[current][match.group(1)] = level
        elif (match := _COMMENT.match(line)) and current:
            comments[current] = match.group(1).strip()
    if not found:
        raise BadInput(
            f"{name} is no review sheet.", "Make one with: mockinterview report --for-review"
        )
    return [
        _review(attempt, levels, comments.get(attempt, ""), reviewer, at)
        for attempt, levels in found.items()
        if levels
    ]


def _review(
    attempt: str, levels: dict[str, float], comment: str, reviewer: str, at: datetime
) -> Review:
    overall = levels.pop("overall", None)
    # One mentor has one view of an answer: a sheet read again takes the place of the first.
    said = f"{attempt}/{reviewer.casefold()}"
    number = uuid.uuid5(uuid.NAMESPACE_OID, said).hex[:12]
    return Review(
        id=number,
        attempt_id=attempt,
        reviewer=reviewer,
        at=at,
        overall=overall,
        criteria=levels,
        comment=comment,
    )


def _level(box: str, where: str) -> float | None:
    said = box.strip().replace(",", ".")
    if not said:
        return None
    try:
        level = float(said)
    except ValueError:
        level = 0.0
    if not 1 <= level <= 5:
        raise BadInput(
            f"{where}: [{box.strip()}] is no level.",
            "Write a number from 1 to 5, for example [3.5].",
        )
    return level
