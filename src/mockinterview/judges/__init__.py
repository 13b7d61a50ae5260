"""The judges by name; nothing heavy is imported until one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockinterview.ports import Judge


def _openai(**options: Any) -> Judge:
    from mockinterview.judges.openai_chat import OpenAIJudge

    return OpenAIJudge(**options)


def _offline(**options: Any) -> Judge:
    from mockinterview.judges.offline import OfflineJudge

    return OfflineJudge(**options)


#: A judge's name -> what makes it from its options.
JUDGES: dict[str, Callable[..., Judge]] = {"openai": _openai, "offline": _offline}

#: The offline judge's name in every evaluation; scores of different versions are not comparable.
OFFLINE = "offline-7"
