"""A judge that says what it was told to say: for tests, demonstrations and documents."""

from __future__ import annotations

from collections.abc import Iterable

from mockinterview.errors import JudgeRefused
from mockinterview.model import Evaluation
from mockinterview.ports import Task


class ScriptedJudge:
    """Returns the evaluations, or raises the errors, of a list in order; keeps the tasks."""

    name = "scripted"

    def __init__(self, replies: Iterable[Evaluation | Exception]) -> None:
        self._replies = list(replies)
        self.tasks: list[Task] = []

    def evaluate(self, task: Task) -> Evaluation:
        """Return or raise the next reply.

        Raises:
            JudgeRefused: the script has no reply left.
        """
        self.tasks.append(task)
        if len(self.tasks) > len(self._replies):
            raise JudgeRefused("The scripted judge has no reply left.", "Give it a longer list.")
        reply = self._replies[len(self.tasks) - 1]
        if isinstance(reply, Exception):
            raise reply
        return reply
