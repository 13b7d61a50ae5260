"""Blind rating sheets for answers that lack a rating, and the way back into the answer files.

    python benchmarks/rating.py sheets OUT FILE.jsonl [--want 2] [--seed 0] [--each 4]
    python benchmarks/rating.py check SHEET.json
    python benchmarks/rating.py merge FOLDER FILE.jsonl...

A sheet holds whole questions, each with its answers in random order under meaningless names and
without the plan, trap, score or other ratings. The rater follows ``data/RATING.md`` and writes
``SHEET.rated.json`` beside it, an object of ``{overall, content, specificity, structure,
key_points, star, labels}`` by name. ``check`` tells what is wrong with that file; ``merge`` adds
the ratings and sets the score to the mean of the overall ratings.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
HALVES = [one / 2 for one in range(2, 11)]
SCALES = {
    "overall": HALVES,
    "content": HALVES,
    "specificity": range(1, 6),
    "structure": range(1, 6),
}
PARTS = ("S", "T", "A", "R")


def main() -> None:
    """Make sheets, check a rated one, or merge rated sheets into answer files."""
    parser = argparse.ArgumentParser(description="Blind rating sheets and the way back.")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("sheets")
    make.add_argument("out", type=Path)
    make.add_argument("file", type=Path)
    make.add_argument("--want", type=int, default=2, help="ratings that an answer should have")
    make.add_argument("--seed", type=int, default=0)
    make.add_argument("--each", type=int, default=4, help="questions in a sheet")
    commands.add_parser("check").add_argument("sheet", type=Path)
    merge = commands.add_parser("merge")
    merge.add_argument("folder", type=Path)
    merge.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    if given.command == "sheets":
        write_sheets(given.out, given.file, given.want, given.seed, given.each)
    elif given.command == "check":
        faults = list(faults_of(given.sheet))
        print("\n".join(faults) or "all rated")
        sys.exit(bool(faults))
    else:
        merge_ratings(given.folder, given.files)


def read_rows(path: Path) -> list[Row]:
    """Return the answers of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def write_sheets(out: Path, file: Path, want: int, seed: int, each: int) -> None:
    """Write the sheets of all answers with fewer than ``want`` ratings, and their keys."""
    draw = random.Random(seed)
    groups: dict[str, list[Row]] = {}
    for row in read_rows(file):
        if len(row.get("ratings", {}).get("overall", [])) < want:
            groups.setdefault(row["question_id"], []).append(row)
    names = sorted(groups)
    out.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(names), each)):
        questions, key = [], {}
        for name in names[start : start + each]:
            rows = groups[name]
            draw.shuffle(rows)
            shown = []
            for place, row in enumerate(rows):
                label = f"{name}-{chr(ord('a') + place)}"
                key[label] = row["id"]
                shown.append(
                    {"name": label, "answer": row["answer"], "sentences": row["sentences"]}
                )
            about = ("role", "kind", "question", "reference", "key_points")
            questions.append({**{field: rows[0][field] for field in about}, "answers": shown})
        sheet = out / f"{file.stem}-{number}.json"
        sheet.write_text(json.dumps(questions, indent=1, ensure_ascii=False), "utf-8")
        (out / f"{file.stem}-{number}.key").write_text(json.dumps(key), "utf-8")
        print(sheet, len(key), "answers")


def faults_of(sheet: Path) -> Iterator[str]:
    """Yield what is missing or wrong in the rated file of ``sheet``."""
    rated = json.loads(sheet.with_suffix(".rated.json").read_text("utf-8"))
    for question in json.loads(sheet.read_text("utf-8")):
        for answer in question["answers"]:
            name, given = answer["name"], rated.get(answer["name"])
            if given is None:
                yield f"{name}: not rated"
                continue
            for field, values in SCALES.items():
                if given.get(field) not in values:
                    yield f"{name}: {field} is {given.get(field)!r}"
            points = given.get("key_points", [])
            if len(points) != len(question["key_points"]) or not set(points) <= {0, 1, 2}:
                yield f"{name}: key_points needs {len(question['key_points'])} of 0, 1, 2: {points}"
            if question["kind"] != "behavioral":
                continue
            star, labels = given.get("star", {}), given.get("labels", [])
            if set(star) != set(PARTS) or not set(star.values()) <= {0, 1, 2}:
                yield f"{name}: star is {star}"
            if len(labels) != len(answer["sentences"]) or not set(labels) <= {*PARTS, "O"}:
                yield f"{name}: labels needs {len(answer['sentences'])} of S T A R O: {labels}"


def merge_ratings(folder: Path, files: list[Path]) -> None:
    """Add every faultless rated sheet of ``folder`` to the answers it rates."""
    ratings: dict[str, list[Row]] = {}
    for done in sorted(folder.glob("*.rated.json")):
        sheet = done.with_name(done.name.removesuffix(".rated.json") + ".json")
        if list(faults_of(sheet)):
            print(f"{done}: left out, it has faults", file=sys.stderr)
            continue
        key = json.loads(sheet.with_suffix(".key").read_text("utf-8"))
        for name, given in json.loads(done.read_text("utf-8")).items():
            ratings.setdefault(key[name], []).append(given)
    for file in files:
        rows = read_rows(file)
        for row in rows:
            for given in ratings.get(row["id"], []):
                _add(row, given)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        file.write_text(text, "utf-8")
        print(file, sum(len(ratings.get(row["id"], [])) for row in rows), "ratings added")


def _add(row: Row, given: Row) -> None:
    held = row.setdefault("ratings", {})
    fields = [*SCALES, "key_points"]
    if row["kind"] == "behavioral":
        fields += ["star", "sentence_labels"]
    for field in fields:
        held.setdefault(field, []).append(given["labels" if field == "sentence_labels" else field])
    row["score"] = sum(held["overall"]) / len(held["overall"])


if __name__ == "__main__":
    main()
