"""Prints every run of words that a question pack shares with a text it must not copy.

Usage: python benchmarks/originality.py GUIDE.txt questions/*.yaml

Case and punctuation do not count. A question's own title (``questions[].text``) is left out.
Exit status: 0 nothing shared, 1 something shared, 2 wrong usage or an unreadable file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

RUN = 8
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’")
_TITLE = re.compile(r"questions\[\d+\]\.text")


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case; ``don't`` is one word, ``key-set`` is two."""
    return _WORD.findall(text.lower().translate(_APOSTROPHES))


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, string) for every string value in parsed YAML, keys left out."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from strings(inner, f"{path}[{index}]")


class Source:
    """The words of a text, indexed so that shared runs of ``run`` words are found quickly."""

    def __init__(self, text: str, run: int = RUN) -> None:
        self.run = run
        self.words = words(text)
        self.starts: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self.words) - run + 1):
            self.starts.setdefault(tuple(self.words[at : at + run]), []).append(at)

    def shared(self, text: str) -> Iterator[str]:
        """Yield each longest run of at least ``run`` words that ``text`` shares."""
        mine = words(text)
        at = 0
        while at + self.run <= len(mine):
            places = self.starts.get(tuple(mine[at : at + self.run]), [])
            length = max((self._length(mine, at, place) for place in places), default=0)
            if length:
                yield " ".join(mine[at : at + length])
            at += max(1, length - self.run + 1)

    def _length(self, mine: list[str], at: int, place: int) -> int:
        length = self.run
        while (
            at + length < len(mine)
            and place + length < len(self.words)
            and mine[at + length] == self.words[place + length]
        ):
            length += 1
        return length


def main(arguments: list[str]) -> int:
    """Compare the packs with the guide, print what they share and return the exit status."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = checked = 0
    try:
        source = Source(Path(arguments[0]).read_text(encoding="utf-8"))
        for name in arguments[1:]:
            for path, text in strings(yaml.safe_load(Path(name).read_text(encoding="utf-8"))):
                if _TITLE.fullmatch(path):
                    continue
                checked += 1
                for run in source.shared(text):
                    found += 1
                    print(f"{name}: {path}: {run}")
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        print(f"Cannot read the input: {error}", file=sys.stderr)
        return 2
    print(f"{checked} texts checked, {found} runs of {RUN} or more shared words", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
