"""What returns in a candidate's answers: the parts that are missing most, with quotes and trend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from mockinterview import measures, text
from mockinterview.changes import Direction, halves, share_change
from mockinterview.evidence import span
from mockinterview.model import Category, Evidence

if TYPE_CHECKING:
    from mockinterview.model import Attempt
    from mockinterview.ports import AttemptRow

HabitKind = Literal["no_result", "we", "no_figure", "long_situation", "short", "point"]

#: What each habit is called to the candidate.
NAMES: dict[HabitKind, str] = {
    "no_result": "No result told",
    "we": '"We" more often than "I"',
    "no_figure": "No figure given",
    "long_situation": "More than half of the words are Situation",
    "short": "Short answers (under 60 words)",
}
_TRENDS: dict[Direction, str] = {
    "up": "more often than before",
    "down": "less often than before",
    "unchanged": "about as often as before",
    "unknown": "too few answers to tell a trend",
}
SHORT_WORDS = 60
LONG_SITUATION = 0.5


class Facts(NamedTuple):
    """What habits are read from: counts of one answer; ``result`` is 0 to 2, None for no story."""

    category: Category
    result: int | None
    situation: float
    singular: int
    plural: int
    figures: int
    words: int


class Habit(NamedTuple):
    """A shortcoming that returns: in ``seen`` of the ``of`` answers that could have it.

    ``attempts`` are the ids of the answers with it, newest first. For a missing key point
    ``point`` is its id and ``competency`` the first that its question practises.
    """

    kind: HabitKind
    name: str
    seen: int
    of: int
    direction: Direction
    attempts: tuple[str, ...]
    point: str = ""
    competency: str = ""

    @property
    def told(self) -> str:
        """The habit as a sentence."""
        return f"{self.name}: in {self.seen} of {self.of} answers, {_TRENDS[self.direction]}."


def facts_of(attempt: Attempt) -> Facts:
    """Return the counts of a whole attempt."""
    counts = measures.measure(attempt.full_answer)
    star = attempt.evaluation.star if attempt.evaluation else None
    return Facts(
        category=attempt.question.category,
        result=None if star is None else star.parts.get("R", 0),
        situation=0.0 if star is None else star.shares["S"],
        singular=counts.first_person_singular,
        plural=counts.first_person_plural,
        figures=len(counts.numbers),
        words=counts.words,
    )


def shortcomings(facts: Facts) -> dict[HabitKind, bool]:
    """Return, for each habit that such an answer could show, whether it does.

    A result, a figure and a short situation are asked of stories alone; an explanation may say
    "we" as it likes.
    """
    found: dict[HabitKind, bool] = {"short": facts.words < SHORT_WORDS}
    if facts.category != "technical":
        found["we"] = facts.plural > facts.singular
    if facts.result is not None:
        found["no_figure"] = facts.figures == 0
        found["no_result"] = facts.result == 0
        found["long_situation"] = facts.situation > LONG_SITUATION
    return found


def habits(rows: Iterable[AttemptRow], *, least: int = 2) -> tuple[Habit, ...]:
    """Return the shortcomings seen in at least ``least`` evaluated answers, most frequent first.

    A key point is a habit where answers to questions of one competency miss it again.
    """
    given = [row for row in rows if not row.skipped and row.judge is not None]
    given.sort(key=lambda row: row.answered_at)
    seen: defaultdict[HabitKind, list[tuple[str, bool]]] = defaultdict(list)
    for row in given:
        for kind, there in shortcomings(_facts_of_row(row)).items():
            seen[kind].append((row.id, there))
    found = [_habit(kind, NAMES[kind], told) for kind, told in seen.items()]
    found += _missing_points(given)
    found = [habit for habit in found if habit.seen >= least]
    return tuple(sorted(found, key=lambda h: (-h.seen, -h.seen / h.of, h.name)))


def quote(habit: Habit, attempt: Attempt) -> Evidence | None:
    """Return the candidate's own words in ``attempt`` that show the habit best, if any do."""
    answer = attempt.full_answer
    pieces = text.sentences(answer)
    if not pieces:
        return None
    if habit.kind == "long_situation":
        return _situation(attempt)
    chosen = pieces[-1]  # no result: this is where the story ends
    if habit.kind == "we":
        chosen = max(pieces, key=lambda piece: _we(piece.text))
    elif habit.kind == "no_figure":
        chosen = max(pieces, key=lambda piece: _vague(piece.text))
    elif habit.kind == "short":
        chosen = pieces[0]
    elif habit.kind == "point":
        chosen = _nearest(habit.point, attempt, pieces)
    return span(answer, chosen.start, chosen.end)


def point_text(habit: Habit, attempt: Attempt) -> str:
    """Return the missing key point in words, as the question of ``attempt`` has it ("" if not)."""
    points = attempt.question.key_points
    return next((point.text for point in points if point.id == habit.point), "")


def _facts_of_row(row: AttemptRow) -> Facts:
    return Facts(
        category=row.category,
        result=row.star.get("R", 0) if row.star else None,
        situation=row.situation,
        singular=row.singular,
        plural=row.plural,
        figures=row.figures,
        words=row.words,
    )


def _habit(
    kind: HabitKind,
    name: str,
    told: Sequence[tuple[str, bool]],
    point: str = "",
    competency: str = "",
) -> Habit:
    before, after = halves([there for _, there in told])
    hits = [attempt for attempt, there in reversed(told) if there]
    direction = share_change(before, after)
    return Habit(kind, name, len(hits), len(told), direction, tuple(hits), point, competency)


def _missing_points(rows: Sequence[AttemptRow]) -> list[Habit]:
    """Return for each key point that was missed how often; ids are the same across questions."""
    of: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for point in row.missed:
            of[_competency(row), point].add(row.question_id)
    found = []
    for (competency, point), questions in of.items():
        told = [
            (row.id, point in row.missed)
            for row in rows
            if row.question_id in questions and _competency(row) == competency
        ]
        plain = point.replace("-", " ")
        name = f'Key point "{plain}" missing{f" ({competency})" if competency else ""}'
        found.append(_habit("point", name, told, point, competency))
    return found


def _competency(row: AttemptRow) -> str:
    return row.competencies[0] if row.competencies else ""


def _we(sentence: str) -> int:
    counts = measures.measure(sentence)
    return counts.first_person_plural - counts.first_person_singular


def _vague(sentence: str) -> int:
    """Return how many words of amount or change this sentence has that no figure stands for."""
    lower = [word.text.lower() for word in text.words(sentence)]
    return sum(word in _AMOUNTS for word in lower)


_AMOUNTS = frozenset(
    "many much some several lot lots few more less better faster quicker slower higher lower often "
    "big huge large small long short soon later improved increased decreased reduced saved grew "
    "dropped rose significantly considerably greatly almost most better quickly".split()
)


def _situation(attempt: Attempt) -> Evidence | None:
    star = attempt.evaluation.star if attempt.evaluation else None
    labels = [s for s in star.sentences if s.label == "S"] if star is not None else []
    if not labels:
        return None
    longest = max(labels, key=lambda label: label.end - label.start)
    return span(attempt.full_answer, longest.start, longest.end)


def _nearest(point: str, attempt: Attempt, pieces: Sequence[text.Piece]) -> text.Piece:
    """Return the sentence that comes nearest to the point that is missing."""
    texts = [p.text for p in attempt.question.key_points if p.id == point]
    wanted = set(text.stems(texts[0])) if texts else set()
    return max(pieces, key=lambda piece: len(wanted & set(text.stems(piece.text))))
