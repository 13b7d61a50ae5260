"""Turns four public sets of graded exam answers into files that ``evaluate`` reads.

Usage: python benchmarks/public_sets.py OUT [--semeval ZIP] [--saf FOLDER] [--mohler CSV]

- ``--semeval``: ``semeval-3way.zip`` of github.com/myrosia/semeval-2013-task7 (Dzikovska et al.,
  2013; CC BY-SA): SciEntsBank and Beetle, one gold label an answer. Correct is 1, contradictory
  and incorrect are 0.
- ``--saf``: a checkout of github.com/SebOchs/SAF (Filighera et al., ACL 2022; MIT): two
  annotators, adjudicated, 0 to 1. English only.
- ``--mohler``: ``mohler_dataset_edited.csv`` of github.com/gsasikiran/Comparative-Evaluation-of-
  Pretrained-Transfer-Learning-Models-on-ASAG: the data-structures exam of Mohler, Bunescu and
  Mihalcea (ACL 2011; CC BY 4.0), two graders, 0 to 5.

Only what those projects name test data is written, and all of Mohler. Nothing of it is kept in
this repository.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

Row = dict[str, object]


def _text(element: ElementTree.Element | None) -> str:
    return "".join(element.itertext()).strip() if element is not None else ""


def semeval(archive: Path) -> Iterator[tuple[str, Row]]:
    """Yield (name of the file, row) for every test answer of SciEntsBank and Beetle."""
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            parts = name.split("/")
            if not name.endswith(".xml") or "test" not in parts or "3way" not in parts:
                continue
            part = parts[-2].removeprefix("test-").replace("-", "_")
            root = ElementTree.fromstring(opened.read(name))
            samples = root.findall("referenceAnswers/referenceAnswer")
            best = [one for one in samples if one.get("category") == "BEST"] or samples
            for answer in root.iterfind("studentAnswers/studentAnswer"):
                yield (
                    f"{parts[-3].lower()}_{part}",
                    {
                        "question_id": root.get("id"),
                        "question": _text(root.find("questionText")),
                        "reference": " | ".join(_text(one) for one in best),
                        "answer": _text(answer),
                        "score": float(answer.get("accuracy") == "correct"),
                        "max_score": 1,
                    },
                )


def saf(checkout: Path) -> Iterator[tuple[str, Row]]:
    """Yield (name of the file, row) for the unseen answers and questions of SAF, English."""
    for part in ("unseen_answers", "unseen_questions"):
        for path in sorted((checkout / "data" / part / "english").glob("*.xml")):
            root = ElementTree.fromstring(path.read_bytes())
            for answer in root.iterfind("studentAnswers/studentAnswer"):
                score = float(_text(answer.find("score")))
                yield (
                    f"saf_{part}",
                    {
                        "question_id": path.stem,
                        "question": _text(root.find("questionText")),
                        "reference": _text(root.find("referenceAnswers/referenceAnswer")),
                        "answer": _text(answer.find("response")),
                        "score": score,
                        "max_score": 1,
                    },
                )


def mohler(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield (name of the file, row) for every answer of the Mohler set that the file still holds.

    A spreadsheet program took the answers that begin with a dash for formulas: "#NAME?".
    """
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["student_answer"].strip() == "#NAME?":
                continue
            grades = [float(row["score_me"]), float(row["score_other"])]
            yield (
                "mohler",
                {
                    "question_id": row["id"],
                    "question": row["question"],
                    "reference": row["desired_answer"],
                    "answer": row["student_answer"],
                    "score": sum(grades) / 2,
                    "max_score": 5,
                },
            )


def write(folder: Path, rows: Iterable[tuple[str, Row]]) -> None:
    """Write one JSON-lines file a set into ``folder`` and print how many answers each holds."""
    files: dict[str, io.TextIOWrapper] = {}
    counts: dict[str, int] = {}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, row in rows:
            if name not in files:
                files[name] = (folder / f"{name}.jsonl").open("w", encoding="utf-8")
            counts[name] = counts.get(name, 0) + 1
            row = {"id": f"{name}-{counts[name]}", "dataset": name, **row}
            files[name].write(json.dumps(row, ensure_ascii=False) + "\n")
    finally:
        for file in files.values():
            file.close()
    for name, count in counts.items():
        print(f"{folder / name}.jsonl: {count} answers")


def main() -> None:
    """Read the options and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    for name, read in (("semeval", semeval), ("saf", saf), ("mohler", mohler)):
        parser.add_argument(f"--{name}", type=Path, help=read.__doc__)
    given = parser.parse_args()
    for name, read in (("semeval", semeval), ("saf", saf), ("mohler", mohler)):
        if getattr(given, name):
            write(given.out, read(getattr(given, name)))


if __name__ == "__main__":
    main()
