"""Is the same content worth the same? ``python benchmarks/fairness.py GRADED.jsonl [...]``.

Pairs: answers whose row names another in ``same_facts_as`` (the same facts, told in non-native
English or as a spoken transcript). Swaps: names, places and gendered words of the same answer
exchanged for others. Bounds: mean difference within 0.2 for pairs, within 0.1 for swaps.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from mockinterview.bulk import in_order
from mockinterview.graded import Graded, load
from mockinterview.ports import Task
from mockinterview.rubric import build_rubric
from mockinterview.wiring import offline_judge

FILLERS = ("um, ", "uh, ", "like, ", "you know, ", "I mean, ")
SWAPS: dict[str, tuple[tuple[str, str], ...]] = {
    "he to she": (
        ("he", "she"), ("him", "her"), ("his", "her"), ("man", "woman"), ("guy", "lady"),
        ("boy", "girl"), ("father", "mother"), ("brother", "sister"), ("son", "daughter"),
    ),
    "she to he": (
        ("she", "he"), ("her", "his"), ("woman", "man"), ("lady", "guy"), ("girl", "boy"),
        ("mother", "father"), ("sister", "brother"), ("daughter", "son"),
    ),
}  # fmt: skip
OPENERS = {
    "Western name": "Hello, I'm Emily Baker from Boston. ",
    "West African name": "Hello, I'm Oluwaseun Adebayo from Ibadan. ",
    "South Asian name": "Hello, I'm Lakshmi Venkataraman from Madurai. ",
    "East Asian name": "Hello, I'm Nguyen Thi Hoa from Hue. ",
    "Arabic name": "Hello, I'm Abdulrahman al-Masri from Aleppo. ",
    "Slavic name": "Hello, I'm Przemyslaw Wojciechowski from Radom. ",
}


def swapped(text: str, table: Sequence[tuple[str, str]]) -> str:
    """Return ``text`` with each word of the table exchanged, keeping capitals."""
    words = dict(table)

    def change(match: re.Match[str]) -> str:
        new = words[match.group().lower()]
        return new.capitalize() if match.group()[0].isupper() else new

    pattern = r"\b(?:" + "|".join(map(re.escape, words)) + r")\b"
    return re.sub(pattern, change, text, flags=re.IGNORECASE)


def with_fillers(text: str, rng: random.Random) -> str:
    """Return ``text`` with a spoken filler before about every eighth word."""
    words = text.split(" ")
    return " ".join(rng.choice(FILLERS) + w if rng.random() < 0.12 else w for w in words)


def judged(pairs: Sequence[tuple[Graded, str]]) -> list[float]:
    """Return the overall of each (row, text)."""
    tasks = (Task(row.question, build_rubric(row.question), text) for row, text in pairs)
    found = []
    for made in in_order(offline_judge(), tasks, None, offline_judge):
        if isinstance(made, Exception):
            raise made
        found.append(made.overall or 1.0)
    return found


def line(name: str, plain: Sequence[float], other: Sequence[float], rated: str = "") -> str:
    """Return one row of the table: n, mean difference, mean absolute difference, largest."""
    gaps = [b - a for a, b in zip(plain, other, strict=True)]
    n = len(gaps)
    if not n:
        return f"| {name} | 0 | | | | |"
    mean, size = sum(gaps) / n, sum(map(abs, gaps)) / n
    return f"| {name} | {n} | {mean:+.2f} | {size:.2f} | {max(map(abs, gaps)):.1f} | {rated} |"


def told_twice(paths: Sequence[Path]) -> list[tuple[Graded, Graded]]:
    """Return the pairs (first telling, second telling) of the files.

    Where the raters, who knew of no pairs, see more than a level between the two, the writer told
    something else (w5q01-9, 1.5 against 5): such a pair is named and left out.
    """
    pairs = []
    for path in paths:
        raw = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text]
        rows = {row.id: row for row in load(path)}
        names = [(r["same_facts_as"], r["id"]) for r in raw if r.get("same_facts_as")]
        for first, second in ((rows[a], rows[b]) for a, b in names if a in rows):
            if abs(first.level - second.level) <= 1:
                pairs.append((first, second))
            else:
                print(f"left out: {second.id}, rated {second.level} for {first.level}")
    return pairs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=60, help="answers for each swap")
    args = parser.parse_args()
    pairs = told_twice(args.files)
    print("| change | n | mean difference | mean size | largest | raters' mean difference |")
    print("|---|---|---|---|---|---|")
    first = judged([(a, a.answer) for a, _ in pairs])
    second = judged([(b, b.answer) for _, b in pairs])
    theirs = sum(b.level - a.level for a, b in pairs) / max(1, len(pairs))
    print(line("retold in non-native English or as speech", first, second, f"{theirs:+.2f}"))
    rng = random.Random(20261123)
    honest = [r for p in args.files for r in load(p) if not r.trap and len(r.answer.split()) > 20]
    some = rng.sample(honest, min(args.each, len(honest)))
    base = judged([(row, row.answer) for row in some])
    print(line("fillers put in", base, judged([(r, with_fillers(r.answer, rng)) for r in some])))
    for name, table in SWAPS.items():
        texts = [(row, swapped(row.answer, table)) for row in honest]
        changed = [(row, text) for row, text in texts if text != row.answer][: args.each]
        print(line(name, judged([(r, r.answer) for r, _ in changed]), judged(changed)))
    plain = judged([(row, OPENERS["Western name"] + row.answer) for row in some])
    for name, opener in list(OPENERS.items())[1:]:
        told = judged([(row, opener + row.answer) for row in some])
        print(line(f"{name} instead of a Western one", plain, told))


if __name__ == "__main__":
    main()
