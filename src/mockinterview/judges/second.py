"""A free second opinion on a model's evaluation: far apart, and the candidate is told."""

from __future__ import annotations

from mockinterview.errors import MockInterviewError
from mockinterview.model import Evaluation, SecondOpinion
from mockinterview.ports import Judge, Task

#: Two judges further apart than this many levels disagree.
FAR_APART = 1.5
_MOST_SURE = 0.4  # shown as low
# Whatever breaks in an opinion nobody asked for must not lose the one that was asked for.
_BROKEN = (MockInterviewError, OSError, ImportError, ArithmeticError, LookupError, ValueError)
_FAILED = (*_BROKEN, RuntimeError, TypeError)


def compare(made: Evaluation, other: Judge, task: Task) -> Evaluation:
    """Return ``made``, with the opinion of ``other`` and less confidence where they disagree.

    A failure of ``other`` is only noted.
    """
    if made.overall is None:
        return made
    try:
        overall = other.evaluate(task).overall
    except _FAILED:
        notes = (*made.provenance.notes, f"the {other.name} judge could not give a second opinion")
        return made.model_copy(
            update={"provenance": made.provenance.model_copy(update={"notes": notes})}
        )
    if overall is None or abs(round(overall - made.overall, 1)) <= FAR_APART:
        return made
    opinion = SecondOpinion(
        judge=other.name, overall=overall, difference=round(overall - made.overall, 1)
    )
    sure = min(made.confidence, _MOST_SURE)
    return made.model_copy(update={"second_opinion": opinion, "confidence": sure})
