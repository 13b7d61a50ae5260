"""Where the lines and bars of a chart lie, in units of an SVG view box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mockinterview.model import SentenceKind

WIDTH, HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 44, 14, 28


class Point(NamedTuple):
    """One level (1-5) at its place; ``label`` names it below the axis ("" for none)."""

    x: float
    y: float
    level: float
    label: str


class Line(NamedTuple):
    """A line chart of levels: its points, the path through them, and a grid line per level."""

    points: tuple[Point, ...]
    path: str
    grid: tuple[Point, ...]
    left: float
    right: float


class Block(NamedTuple):
    """One STAR part of a stacked bar, in percent of its width; ``share`` runs from 0 to 1."""

    part: SentenceKind
    name: str
    share: float
    x: float
    width: float


def line(levels: Sequence[float], labels: Sequence[str]) -> Line:
    """Return the chart of ``levels`` from 1 to 5, oldest first; at most six labels are kept."""
    right = WIDTH - _RIGHT
    step = (right - _LEFT) / max(1, len(levels) - 1)
    every = max(1, -(-len(levels) // 6))
    points = tuple(
        Point(
            round(_LEFT + i * step if len(levels) > 1 else (_LEFT + right) / 2, 1),
            _y(level),
            level,
            label if (len(levels) - 1 - i) % every == 0 else "",
        )
        for i, (level, label) in enumerate(zip(levels, labels, strict=True))
    )
    path = " ".join(f"{'L' if i else 'M'}{p.x:g} {p.y:g}" for i, p in enumerate(points))
    grid = tuple(Point(_LEFT, _y(level), level, f"{level}") for level in range(1, 6))
    return Line(points, path, grid, _LEFT, right)


def spark(levels: Sequence[float]) -> str:
    """Return the path of a small line of levels (1-5) in a view box of 120 by 28.

    One level alone is a short dash in the middle.
    """
    if len(levels) == 1:
        return f"M56 {24 - (levels[0] - 1) / 4 * 20:.1f}h8"
    step = 112 / max(1, len(levels) - 1)
    return " ".join(
        f"{'L' if i else 'M'}{4 + i * step:.1f} {24 - (level - 1) / 4 * 20:.1f}"
        for i, level in enumerate(levels)
    )


def blocks(shares: dict[SentenceKind, float], names: dict[SentenceKind, str]) -> tuple[Block, ...]:
    """Return the parts of a stacked bar; a part without any share is left out."""
    made, at = [], 0.0
    for part, name in names.items():
        share = shares.get(part, 0.0)
        if share > 0:
            made.append(Block(part, name, share, round(at * 100, 2), round(share * 100, 2)))
            at += share
    return tuple(made)


def _y(level: float) -> float:
    return round(HEIGHT - _BOTTOM - (level - 1) / 4 * (HEIGHT - _TOP - _BOTTOM), 1)
