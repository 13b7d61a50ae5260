"""The whole history as JSON lines, and back: nothing lost, nothing doubled, all or nothing.

The first line names the format, its version and how much follows, so that a file cut short is
noticed. Then come each session and after it its answers with their gradings; then cards and
reviews. The same history always gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from mockinterview.errors import BadInput
from mockinterview.model import Attempt, Grading, Session
from mockinterview.ports import Draft, Imported
from mockinterview.records import Card, Review
from mockinterview.stores import queries, writing
from mockinterview.stores.documents import utc
from mockinterview.values import Value

FORMAT_VERSION = 1
_NOT_PLAIN = re.compile(r"[^\x00-\x7e]")


class Header(Value):
    """The first line of an export."""

    format: Literal["mockinterview-history"] = "mockinterview-history"
    version: int = FORMAT_VERSION
    sessions: int
    attempts: int
    cards: int
    reviews: int


class Line(Value):
    """Any later line: one of these, a draft only beside its session."""

    session: Session | None = None
    draft: Draft | None = None
    attempt: Attempt | None = None
    card: Card | None = None
    review: Review | None = None


def write_out(db: sqlite3.Connection, write: Callable[[str], object]) -> None:
    """Call ``write`` with each line of the export, line feed included."""

    def count(table: str) -> int:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    header = Header(
        sessions=count("session"),
        attempts=count("attempt"),
        cards=count("card"),
        reviews=count("review"),
    )
    write(header.model_dump_json() + "\n")
    for (name,) in db.execute("SELECT id FROM session ORDER BY started_at, n").fetchall():
        session = queries.session(db, name)
        bare = session.model_copy(update={"attempts": ()})
        write(_text(Line(session=bare, draft=queries.draft(db, name))))
        for attempt in session.attempts:
            write(_text(Line(attempt=attempt)))
    for card in queries.all_cards(db):
        write(_text(Line(card=card)))
    for review in queries.all_reviews(db):
        write(_text(Line(review=review)))


def read_in(db: sqlite3.Connection, lines: Iterable[bytes], name: str) -> Imported:
    """Merge the lines of an export into the tables, inside the caller's transaction.

    What is there already stays as it is; what it lacks is filled in.

    Raises:
        BadInput: a line is wrong, or the file is cut short; ``name`` and the line are named.
    """
    merge = _Merge(db)
    header: Header | None = None
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        if header is None:
            header = _header(raw, f"{name} line {number}")
            continue
        try:
            merge.take(_line(raw))
        except ValueError as error:
            raise BadInput(
                f"{name} line {number}: {_why(error)}",
                "Nothing was imported. Mend or remove that line, or export the history again.",
            ) from error
    if header is None:
        raise BadInput(f"{name} is empty.", "Make a file with: mockinterview history export FILE")
    _complete(header, merge.seen, name)
    return merge.result()


class _Merge:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._new: Counter[str] = Counter()
        self._differing: list[str] = []
        self.seen: Counter[str] = Counter()

    def take(self, line: Line) -> None:
        """Merge one line; ValueError says in plain words what is wrong with it."""
        if line.session is not None:
            self.seen["sessions"] += 1
            self._session(line.session, line.draft)
        elif line.attempt is not None:
            self.seen["attempts"] += 1
            self._attempt(line.attempt)
        elif line.card is not None:
            self.seen["cards"] += 1
            self._card(line.card)
        elif line.review is not None:
            self.seen["reviews"] += 1
            self._review(line.review)
        else:
            raise ValueError("it holds no session, attempt, card or review.")

    def result(self) -> Imported:
        """Return what was new."""
        return Imported(
            sessions=self._new["sessions"],
            attempts=self._new["attempts"],
            gradings=self._new["gradings"],
            cards=self._new["cards"],
            reviews=self._new["reviews"],
            filled=self._new["filled"],
            differing=tuple(self._differing),
        )

    def _session(self, given: Session, draft: Draft | None) -> None:
        if not given.id:
            raise ValueError("the session has no id.")
        if given.attempts:
            raise ValueError("answers stand in lines of their own, not inside the session.")
        if not queries.has_session(self._db, given.id):
            writing.add_session(self._db, given.id, given.started_at, given.plan)
            writing.put_draft(self._db, given.id, draft)
            kept = given.model_copy(update={"finished_at": None, "reverse": ()})
            self._new["sessions"] += 1
        else:
            kept = queries.session(self._db, given.id)
            if utc(kept.started_at) != utc(given.started_at):
                raise ValueError(f"your history has another session with the id {given.id}.")
        if given.finished_at is not None and kept.finished_at is None:
            writing.finish(self._db, given.id, given.finished_at)
        there = Counter(reverse.model_dump_json() for reverse in kept.reverse)
        for reverse in given.reverse:
            text = reverse.model_dump_json()
            there[text] -= 1
            if there[text] < 0:
                writing.add_reverse(self._db, given.id, reverse)

    def _attempt(self, given: Attempt) -> None:
        if not given.id:
            raise ValueError("the answer has no id.")
        if not queries.has_session(self._db, given.session_id):
            raise ValueError(
                f"the answer belongs to the session {given.session_id}, which is neither in the "
                "file before it nor in your history."
            )
        if not queries.has_attempt(self._db, given.id):
            writing.put_attempt(self._db, given, given.gradings)
            self._new["attempts"] += 1
            self._new["gradings"] += len(given.gradings)
            return
        kept = queries.attempt(self._db, given.id)
        if kept.session_id != given.session_id:
            raise ValueError(f"your history has another answer with the id {given.id}.")
        filled = _filled(kept, given)
        if filled != kept:
            writing.put_attempt(self._db, filled)
            self._new["filled"] += 1
        if filled.model_copy(update={"gradings": given.gradings}) != given:
            self._differing.append(given.id)
        self._gradings(kept, given.gradings)

    def _gradings(self, kept: Attempt, given: tuple[Grading, ...]) -> None:
        known = {grading.id for grading in kept.gradings}
        new = [grading for grading in given if grading.id not in known]
        if not new:
            return
        # By time, so that an older grading from the file does not pass for the newest.
        merged = sorted([*kept.gradings, *new], key=lambda grading: utc(grading.at))
        self._db.execute("DELETE FROM grading WHERE attempt_id = ?", (kept.id,))
        writing.add_gradings(self._db, kept.id, merged)
        self._new["gradings"] += len(new)

    def _card(self, given: Card) -> None:
        kept = queries.card(self._db, given.question_id, given.criterion)
        if kept is None or _practised(given) > _practised(kept):
            writing.put_card(self._db, given)
            self._new["cards"] += 1

    def _review(self, given: Review) -> None:
        if not queries.has_attempt(self._db, given.attempt_id):
            raise ValueError(
                f"the review is of the answer {given.attempt_id}, which is neither in the file "
                "before it nor in your history."
            )
        kept = queries.review(self._db, given.id)
        if kept is not None and kept.attempt_id != given.attempt_id:
            raise ValueError(f"your history has another review with the id {given.id}.")
        if kept is None or utc(kept.at) < utc(given.at):
            writing.put_review(self._db, given)
            self._new["reviews"] += 1


def _filled(kept: Attempt, given: Attempt) -> Attempt:
    """Return ``kept`` with what it lacks and ``given`` has."""
    lacking = {
        field: getattr(given, field)
        for field in ("spoken", "self_score", "retry_of")
        if getattr(kept, field) is None and getattr(given, field) is not None
    }
    ours, theirs = kept.follow_ups, given.follow_ups
    begun = ours[:-1] if ours and ours[-1].answer is None else ours
    if len(theirs) >= len(ours) and theirs[: len(begun)] == begun:
        lacking["follow_ups"] = theirs
    return kept.model_copy(update=lacking)


def _practised(card: Card) -> str:
    # The fsrs library's own field; a card that was never practised is older than any.
    moment = card.state.get("last_review")
    try:
        return utc(datetime.fromisoformat(str(moment)))
    except ValueError:
        return ""


def _text(line: Line) -> str:
    given = {field for field, value in line if value is not None}
    text = line.model_dump_json(include=given)
    # ASCII alone: safe on a terminal, in any pipe, and for readers that split at odd line ends.
    return _NOT_PLAIN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def _line(raw: bytes) -> Line:
    line = Line.model_validate_json(raw)
    # An endless number is kept as null and could never be read again.
    Line.model_validate_json(line.model_dump_json())
    return line


def _header(raw: bytes, where: str) -> Header:
    try:
        header = Header.model_validate_json(raw.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise BadInput(
            f"{where}: this is not a history that mockinterview exported.",
            'Its first line must begin with: {"format":"mockinterview-history"',
        ) from error
    if header.version > FORMAT_VERSION:
        raise BadInput(
            f"{where}: the file was exported by a newer mockinterview "
            f"(format {header.version}; this one knows up to {FORMAT_VERSION}).",
            "Upgrade with: pip install --upgrade mockinterview",
        )
    return header


def _complete(header: Header, seen: Counter[str], name: str) -> None:
    for what in ("sessions", "attempts", "cards", "reviews"):
        said, found = getattr(header, what), seen[what]
        if said != found:
            raise BadInput(
                f"{name} is not whole: its first line says {said} {what}, it holds {found}.",
                "Nothing was imported. Export the history again; where you removed lines "
                "yourself, correct that number.",
            )


def _why(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}." if where else f"{first['msg']}."
