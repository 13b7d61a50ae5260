"""Values as the text that the file keeps: JSON documents and moments that sort."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic_core import PydanticSerializationError

from mockinterview.values import Value


def utc(moment: datetime) -> str:
    """Return ``moment`` in UTC with six decimals, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_json(value: Value, exclude: set[str] | None = None) -> str:
    """Return ``value`` as JSON without the fields in ``exclude``."""
    try:
        return value.model_dump_json(exclude=exclude)
    except PydanticSerializationError:
        # Half a surrogate pair (a broken terminal or paste): better a "?" than a lost answer.
        data: dict[str, Any] = value.model_dump(exclude=exclude)
        return storable(json.dumps(data, default=datetime.isoformat, ensure_ascii=False))


def storable(text: str) -> str:
    """Replace each lone surrogate, which UTF-8 cannot hold, by one "?": offsets stay right."""
    return text.encode("utf-8", "replace").decode()
