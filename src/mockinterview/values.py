"""The base of all values."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of all values: immutable, and unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
