"""Finds the shipped folders ``prompts`` and ``questions`` in a wheel, a checkout or a zip."""

from __future__ import annotations

from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path


def data(name: str) -> Traversable:
    """Return the shipped folder ``name`` ("prompts" or "questions").

    A wheel holds it under ``mockinterview/_data``; a checkout or an editable install at
    the top level of the repository.

    Raises:
        FileNotFoundError: the installation is broken and holds neither.
    """
    packaged = files("mockinterview") / "_data" / name
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).parents[2] / name
    if checkout.is_dir():
        return checkout
    raise FileNotFoundError(f"mockinterview was installed without its {name!r} folder")
