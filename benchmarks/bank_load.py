"""Times loading a bank of 10,000 questions, cold and from the cache.

    python benchmarks/bank_load.py [QUESTIONS]

Writes packs of 250 questions, copies of the shipped ones under new ids, to a temporary folder.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from mockinterview import bank

PACK_SIZE = 250


def main(count: int) -> None:
    """Print the size of the packs, and the seconds of a cold and of two cached loads."""
    with tempfile.TemporaryDirectory() as folder:
        packs, cache = Path(folder) / "packs", Path(folder) / "cache"
        packs.mkdir()
        size = sum(_write(packs / f"{number}.yaml", made) for number, made in _packs(count))
        print(f"{count} questions in {-(-count // PACK_SIZE)} packs, {size / 1e6:.1f} MB of YAML")
        for name in ("cold, filling the cache", "from the cache", "from the cache again"):
            began = time.perf_counter()
            loaded = bank.load_bank([packs], cache_dir=cache)
            seconds = time.perf_counter() - began
            for problem in loaded.problems[:3]:
                print(problem)
            print(f"{name:<25} {seconds:6.2f} s, {len(loaded.questions)} questions")


def _packs(count: int) -> Iterator[tuple[int, dict[str, object]]]:
    there = bank.load_bank().questions.values()
    shipped = [question.model_dump(mode="json", exclude_none=True) for question in there]
    for number in range(-(-count // PACK_SIZE)):
        first = number * PACK_SIZE
        last = min(count, first + PACK_SIZE)
        questions = [
            # A copy all the way down: YAML would write shared lists as anchors.
            {**copy.deepcopy(shipped[at % len(shipped)]), "id": f"generated-{at}"}
            for at in range(first, last)
        ]
        about = {"title": f"Pack {number}", "role": "Any role", "description": "Generated."}
        yield number, {"pack": f"generated-{number}", **about, "questions": questions}


def _write(file: Path, pack: dict[str, object]) -> int:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return file.write_text(yaml.dump(pack, Dumper=dumper, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
