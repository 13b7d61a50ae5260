"""The exit code of a run that judged answers: 0, or why some of them have no score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockinterview.errors import (
    BudgetReached,
    ExitCode,
    JudgeMisconfigured,
    JudgeRefused,
    JudgeUnreachable,
)

if TYPE_CHECKING:
    from mockinterview.model import Grading

_KINDS = (JudgeUnreachable, JudgeMisconfigured, JudgeRefused, BudgetReached)
_CODES = {kind.code: kind.exit_code for kind in _KINDS}


def exit_code(gradings: Sequence[Grading | None]) -> ExitCode:
    """Return the code for the newest grading of each answer (None: it was never judged).

    A reached budget wins; when all failed for one reason, the code is that reason's; else
    some answers are unscored.
    """
    failed = [g for g in gradings if g is None or g.evaluation is None]
    if not failed:
        return ExitCode.OK
    codes = {
        _CODES.get(g.error_code, ExitCode.UNSCORED) if g else ExitCode.UNSCORED for g in failed
    }
    if ExitCode.BUDGET in codes:
        return ExitCode.BUDGET
    if len(failed) == len(gradings) and len(codes) == 1:
        return codes.pop()
    return ExitCode.UNSCORED
