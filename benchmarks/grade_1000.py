"""Grades 1,000 answers offline: ``python benchmarks/grade_1000.py GRADED.jsonl [--workers 2]``.

Repeats the file's answers up to 1,000, grades 250, 500 and all of them through the command line,
and prints rate, memory of all processes, and whether cost grows in proportion. Then it kills a
run half-way (SIGKILL), resumes it, and counts rows graded twice.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "mockinterview", "grade", "--judge", "offline"]


def rows(path: Path, count: int) -> list[str]:
    """Return ``count`` input lines, each answer made unique by its number."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    wanted = ("question", "reference", "key_points", "kind")
    return [
        json.dumps(
            {n: row[n] for n in wanted if n in row} | {"id": str(i), "answer": row["answer"]}
        )
        for i, row in ((i, found[i % len(found)]) for i in range(count))
    ]


def memory(pid: int) -> float:
    """Return the memory of a process and its children in MB (Linux)."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:  # it ended meanwhile
            continue
        fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        if str(pid) in (fields["Pid"].strip(), fields["PPid"].strip()):
            total += float(fields.get("VmRSS", "0 kB").split()[0]) / 1000
    return total


def run(source: Path, out: Path, workers: int) -> tuple[float, float]:
    """Grade a file; return seconds and the most memory seen."""
    began = time.monotonic()
    command = [*COMMAND, str(source), "-o", str(out), "--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            most[0] = max(most[0], memory(process.pid))

    threading.Thread(target=watch, daemon=True).start()
    process.wait()
    done.set()
    return time.monotonic() - began, most[0]


def killed(source: Path, out: Path, workers: int, half: int) -> bytes:
    """Kill a run when half is done; return the whole lines that it left."""
    command = [*COMMAND, str(source), "-o", str(out), "--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not out.exists() or out.read_bytes().count(b"\n") < half:
        if process.poll() is not None:
            raise SystemExit("The run ended before it could be killed.")
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = out.read_bytes()
    return left[: left.rfind(b"\n") + 1]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for count in (250, 500, 1000):
            source = base / f"{count}.jsonl"
            source.write_text("\n".join(rows(args.file, count)), encoding="utf-8")
            seconds, most = run(source, base / f"{count}.out", args.workers)
            print(
                f"{count:>5} answers  {seconds:6.1f} s  {count / seconds:5.1f} a second  "
                f"{1000 * seconds / count:5.1f} ms each  {most:.0f} MB in all processes"
            )
        out = base / "killed.out"
        kept = killed(base / "250.jsonl", out, args.workers, 125)
        run(base / "250.jsonl", out, args.workers)
        whole = out.read_bytes()
        twice = 0 if whole.startswith(kept) else kept.count(b"\n")
        lines = whole.count(b"\n")
        print(
            f"killed after {kept.count(chr(10).encode())} of 250 rows; resumed: {lines} rows, ",
            end="",
        )
        print(f"{twice} graded twice")


if __name__ == "__main__":
    main()
