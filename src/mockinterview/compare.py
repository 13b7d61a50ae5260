"""What changed between two answers, or two sessions, and which changes are only noise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import fmean
from typing import Literal, NamedTuple

from mockinterview.changes import READING_NOISE, Change, Direction, between, judged, signed
from mockinterview.model import Attempt, CriterionResult, Evaluation, Session

DiffOp = Literal["same", "gone", "new"]

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_TOKENS = 8000  # difflib's time grows with the square of the length
#: What a direction is called where a change is shown.
WAYS: dict[Direction, str] = {
    "up": "higher",
    "down": "lower",
    "unchanged": "unchanged",
    "unknown": "too few answers to say",
}
_GROUPS: dict[str, tuple[Direction, ...]] = {
    "Higher": ("up",),
    "Lower": ("down",),
    "Unchanged, or only noise": ("unchanged",),
    "Too few answers to say": ("unknown",),
}


class CriterionChange(NamedTuple):
    """One criterion in both (id "overall" for the whole): how many levels, and is it noise."""

    id: str
    name: str
    change: Change


class DiffPiece(NamedTuple):
    """A stretch of words that both texts hold, that only the old one, or only the new one has."""

    op: DiffOp
    text: str


class Comparison(NamedTuple):
    """``told`` sums it up with numbers, ``words`` without; ``cautions`` say what limits it."""

    overall: CriterionChange | None
    criteria: tuple[CriterionChange, ...]
    told: str
    words: str
    cautions: tuple[str, ...]


def compare_attempts(before: Attempt, after: Attempt) -> Comparison:
    """Return what changed between two answers in the criteria that both are scored on.

    A change is noise where it lies within the spread of the judge's readings, or within the
    expected error that the offline judge states about itself.
    """
    old, new = before.evaluation, after.evaluation
    if old is None or new is None:
        said = "One of the two answers is not scored yet, so there is nothing to compare but words."
        return Comparison(None, (), said, said, ())
    margin = max(_margin(old), _margin(new))
    overall = None
    if old.overall is not None and new.overall is not None:
        overall = CriterionChange("overall", "Overall", judged(old.overall, new.overall, margin))
    criteria = tuple(
        CriterionChange(a.id, b.name, judged(a.level, b.level, _criterion_margin(old, new, a, b)))
        for a, b in _pairs(old.criteria, new.criteria)
        if a.level is not None and b.level is not None
    )
    cautions = _cautions(old, new)
    if before.question.id != after.question.id:
        cautions = ("The two answers are to different questions.", *cautions)
    return Comparison(overall, criteria, *_sum_up(overall, criteria), cautions)


def compare_sessions(before: Session, after: Session) -> Comparison:
    """Return what changed between the means of two sessions, criterion by criterion.

    The scatter of the answers counts as noise: a few answers to other questions prove little.
    """
    names: dict[str, str] = {}
    old, new = _levels(before, names), _levels(after, names)
    found = {
        key: CriterionChange(
            key, names[key], between(old[key], new[key], noise=_session_noise(before, after, key))
        )
        for key in names
        if key in old and key in new
    }
    overall = found.pop("overall", None)
    judges = {
        (attempt.evaluation.provenance.judge, attempt.evaluation.provenance.model)
        for session in (before, after)
        for attempt in session.attempts
        if attempt.evaluation is not None
    }
    cautions: tuple[str, ...] = ()
    if len(judges) > 1:
        cautions = (_other_judges([f"{judge} ({model})" for judge, model in sorted(judges)]),)
    asked = [{a.question.id for a in s.attempts if not a.skipped} for s in (before, after)]
    if asked[0] != asked[1]:
        cautions = ("The two sessions asked different questions.", *cautions)
    return Comparison(
        overall, tuple(found.values()), *_sum_up(overall, list(found.values())), cautions
    )


def word_diff(old: str, new: str) -> tuple[DiffPiece, ...]:
    """Return how ``old`` became ``new``, word by word.

    "same" and "gone" pieces together are ``old``, "same" and "new" pieces are ``new``. In texts
    of many thousand words only the common beginning and end are "same".
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces = [DiffPiece("same", "".join(before[:head]))]
    if max(len(a), len(b)) > _MOST_TOKENS:
        pieces += [DiffPiece("gone", "".join(a)), DiffPiece("new", "".join(b))]
    else:
        for op, i, j, k, m in SequenceMatcher(str.isspace, a, b, autojunk=False).get_opcodes():
            if op == "equal":
                pieces.append(DiffPiece("same", "".join(a[i:j])))
            else:
                pieces.append(DiffPiece("gone", "".join(a[i:j])))
                pieces.append(DiffPiece("new", "".join(b[k:m])))
    pieces.append(DiffPiece("same", "".join(before[len(before) - tail :])))
    return _joined(pieces)


def _joined(pieces: Sequence[DiffPiece]) -> tuple[DiffPiece, ...]:
    """Return the pieces with changes that only a space parts made one: easier to read."""
    made: list[DiffPiece] = []
    gone = new = held = ""

    def put(op: DiffOp, text: str) -> None:
        if text and made and made[-1].op == op:
            made[-1] = DiffPiece(op, made[-1].text + text)
        elif text:
            made.append(DiffPiece(op, text))

    for op, text in pieces:
        if op == "same" and text.isspace() and (gone or new):
            held += text
        elif op == "same":
            if text:
                put("gone", gone)
                put("new", new)
                put("same", held + text)
                gone = new = held = ""
        elif text:
            gone += held + (text if op == "gone" else "")
            new += held + (text if op == "new" else "")
            held = ""
    put("gone", gone)
    put("new", new)
    put("same", held)
    return tuple(made)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    pairs = zip(a, b, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _pairs(
    old: Sequence[CriterionResult], new: Sequence[CriterionResult]
) -> list[tuple[CriterionResult, CriterionResult]]:
    known = {result.id: result for result in old}
    return [(known[result.id], result) for result in new if result.id in known]


def expected_error(evaluation: Evaluation) -> float | None:
    """Return the error in levels that the offline judge expects of its overall, else None.

    Its confidence is 1 minus half that error.
    """
    if evaluation.provenance.judge != "offline":
        return None
    return 2 * (1 - evaluation.confidence)


def _margin(evaluation: Evaluation) -> float:
    error = expected_error(evaluation)
    if error is not None:
        return error
    spreads = [result.spread for result in evaluation.criteria if result.level is not None]
    if evaluation.provenance.samples > 1 and spreads:
        return fmean(spreads)
    return READING_NOISE


def _criterion_margin(
    old: Evaluation, new: Evaluation, a: CriterionResult, b: CriterionResult
) -> float:
    errors = [expected_error(old) or 0.0, expected_error(new) or 0.0]
    return max(READING_NOISE, a.spread, b.spread, *errors)


def _cautions(old: Evaluation, new: Evaluation) -> tuple[str, ...]:
    one, other = old.provenance, new.provenance
    found: list[str] = []
    if (one.judge, one.model) != (other.judge, other.model):
        found.append(_other_judges([f"{p.judge} ({p.model})" for p in (one, other)]))
    elif one.rubric_version != other.rubric_version or one.prompt_sha != other.prompt_sha:
        found.append("The rubric or the judge's orders changed in between.")
    return tuple(found)


def _other_judges(names: Sequence[str]) -> str:
    return f"Different judges scored them ({', '.join(names)}): a change may be theirs, not yours."


def _levels(session: Session, names: dict[str, str]) -> dict[str, list[float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for attempt in session.attempts:
        made = attempt.evaluation
        if made is None or attempt.skipped:
            continue
        if made.overall is not None:
            names.setdefault("overall", "Overall")
            found["overall"].append(made.overall)
        for result in made.criteria:
            if result.level is not None:
                names.setdefault(result.id, result.name)
                found[result.id].append(result.level)
    return found


def _session_noise(before: Session, after: Session, key: str) -> float:
    spreads = [
        result.spread
        for session in (before, after)
        for attempt in session.attempts
        if attempt.evaluation is not None
        for result in attempt.evaluation.criteria
        if key in (result.id, "overall")
    ]
    return max(READING_NOISE, fmean(spreads) if spreads else 0.0)


def _sum_up(
    overall: CriterionChange | None, criteria: Sequence[CriterionChange]
) -> tuple[str, str]:
    """Return the sum of it all with numbers and without."""
    groups = [
        f"{title}: {', '.join(item.name for item in criteria if item.change.direction in ways)}."
        for title, ways in _GROUPS.items()
        if any(item.change.direction in ways for item in criteria)
    ]
    if overall is None:
        return " ".join(groups), " ".join(groups)
    change = overall.change
    moved = f"Overall {change.before:.1f} before, {change.after:.1f} now: {WAYS[change.direction]}"
    if change.margin is not None:
        side = "within" if change.direction == "unchanged" else "beyond"
        moved += f" ({signed(change.difference)}, {side} noise of ±{change.margin:.1f})"
    in_words = f"Overall: {WAYS[change.direction]}."
    return " ".join([f"{moved}.", *groups]), " ".join([in_words, *groups])
