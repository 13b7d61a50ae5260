"""``grade`` and ``measure``: many answers, in order, resumed, never graded twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockinterview.bulk import Row, done_so_far, read_rows
from mockinterview.errors import UsageError
from mockinterview.model import Question
from tests.conftest import STORY, Run
from tests.fake_openai import FakeOpenAI, fails
from tests.test_cli_openai import at, judges

ANSWER = "I measured it first, then moved the reports to a replica, and the queue was gone by noon."


def nobody(question_id: str) -> Question:
    raise UsageError(f"There is no question with the id {question_id!r}.")


def rows(count: int) -> list[dict[str, Any]]:
    asked = "Why did the queue grow, and what did you do about it?"
    return [
        {
            "id": f"a{i}",
            "question": asked,
            "kind": "technical",
            "key_points": ["Measures before acting", "Moves the load away"],
            "answer": f"{ANSWER} That was case {i}.",
            "colour": "ignored",
        }
        for i in range(count)
    ]


def written(path: Path, found: list[Any]) -> Path:
    lines = [line if isinstance(line, str) else json.dumps(line) for line in found]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def graded(path: Path) -> list[dict[str, Any]]:
    """The rows of an output file, without the time each took."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in found:
        row.get("provenance", {}).pop("seconds", None)
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_rows_keep_their_order_and_bad_ones_do_not_stop_the_rest(
    run: Run, tmp_path: Path, workers: str
) -> None:
    good = rows(3)
    bad = [
        "not json",
        "[1]",
        {"id": "b", "question": "Why?"},
        {"question_id": "none", "answer": ""},
    ]
    bank = {"id": "c", "question_id": "idempotency", "answer": ANSWER}
    source = written(tmp_path / "in.jsonl", [good[0], *bad, good[1], "", bank, good[2]])
    out = tmp_path / "out.jsonl"
    done = run("grade", str(source), "-o", str(out), "--workers", workers, "--judge", "offline")
    assert done.returncode == 5, done.stderr
    found = graded(out)
    ids = [row["id"] for row in found]
    assert ids == ["a0", "line-2", "line-3", "b", "line-5", "a1", "c", "a2"]
    assert [row["id"] for row in found if "error" in row] == ["line-2", "line-3", "b", "line-5"]
    assert "line 2" in found[1]["error"]["message"] and found[4]["error"]["code"] == (
        "unknown_question"
    )
    assert found[0]["overall"] >= 1 and len(found[0]["key_points"]) == 2
    assert out.stat().st_mode & 0o777 == 0o600
    assert "4 of them errors" in done.stderr


def test_a_torn_and_killed_run_goes_on_and_grades_nothing_twice(run: Run, tmp_path: Path) -> None:
    source, out = written(tmp_path / "in.jsonl", rows(8)), tmp_path / "out.jsonl"
    whole = tmp_path / "whole.jsonl"
    assert run("grade", str(source), "-o", str(whole), "--workers", "1").returncode == 0
    kept = whole.read_bytes().splitlines(keepends=True)[:3]
    out.write_bytes(b"".join(kept) + b'{"id": "a3", "ov')
    done = run("grade", str(source), "-o", str(out), "--workers", "1")
    assert done.returncode == 0 and "3 rows are graded already" in done.stderr
    assert out.read_bytes().startswith(b"".join(kept)), "what stood is untouched"
    assert graded(out) == graded(whole)
    again = run("grade", str(source), "-o", str(out))
    assert again.returncode == 0 and "8 rows are graded already" in again.stderr


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_process_leaves_a_file_to_go_on_with(
    run: Run, home: Path, tmp_path: Path, how: signal.Signals
) -> None:
    source, out = written(tmp_path / "in.jsonl", rows(60)), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "mockinterview", "grade", str(source), "-o", str(out)]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--judge", "offline"], env=os.environ | {"HOME": str(home)}
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not out.exists() or out.read_bytes().count(b"\n") < 5):
        time.sleep(0.02)
    process.send_signal(how)
    code = process.wait(30)
    assert code == (-9 if how is signal.SIGKILL else 130)
    before = out.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    assert 5 <= whole.count(b"\n") < 60
    done = run("grade", str(source), "-o", str(out), "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(whole)
    whole_run = tmp_path / "whole.jsonl"
    run("grade", str(source), "-o", str(whole_run), "--workers", "1")
    assert graded(out) == graded(whole_run) and len(graded(out)) == 60


def test_two_runs_do_not_write_one_file(run: Run, home: Path, tmp_path: Path) -> None:
    source, out = written(tmp_path / "in.jsonl", rows(2)), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "mockinterview", "grade", "-", "-o", str(out)]
    first = subprocess.Popen(
        [*command, "--workers", "1", "--judge", "offline"],
        env=os.environ | {"HOME": str(home)},
        stdin=subprocess.PIPE,
    )
    assert first.stdin is not None
    first.stdin.write(source.read_bytes())
    first.stdin.flush()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not out.exists() or b"\n" not in out.read_bytes()):
        time.sleep(0.02)
    beside = run("grade", str(source), "-o", str(out), "--restart", "--workers", "1")
    assert beside.returncode == 7 and "Another run is writing" in beside.stderr
    first.stdin.close()
    assert first.wait(30) == 0
    assert [row["id"] for row in graded(out)] == ["a0", "a1"]
    assert run("grade", str(source), "-o", str(out), "--workers", "1").returncode == 0
    assert not list(tmp_path.glob(".*lock"))


def test_other_input_or_a_foreign_file_is_refused_and_kept(run: Run, tmp_path: Path) -> None:
    source, out = written(tmp_path / "in.jsonl", rows(2)), tmp_path / "out.jsonl"
    run("grade", str(source), "-o", str(out), "--workers", "1")
    kept = out.read_bytes()
    changed = rows(2)
    changed[0]["answer"] = "Another answer altogether, with its own eight words."
    refused = run("grade", str(written(tmp_path / "new.jsonl", changed)), "-o", str(out))
    assert refused.returncode == 7 and "line 1" in refused.stderr and out.read_bytes() == kept
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Anna,\n")
    for more in ([], ["--restart"]):
        foreign = run("grade", str(source), "-o", str(letter), *more)
        assert foreign.returncode == 7 and letter.read_text() == "Dear Anna,\n"
    assert run("grade", str(source), "-o", str(source)).returncode == 2
    missing = run("grade", str(tmp_path / "none.jsonl"))
    assert missing.returncode == 7 and "none.jsonl" in missing.stderr


def test_rows_that_failed_for_the_network_are_tried_again_alone(run: Run, tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [row | {"answer": STORY} for row in rows(4)])
    out = tmp_path / "out.jsonl"
    with FakeOpenAI([judges, *[fails(500)] * 4, judges, judges]) as server:
        first = run("grade", str(source), "-o", str(out), "--workers", "1", *at(server))
    assert first.returncode == 5, first.stderr
    failed = [row["id"] for row in graded(out) if "error" in row]
    assert failed == ["a1"]
    kept = [line for line in out.read_bytes().splitlines() if b'"error"' not in line]
    with FakeOpenAI([judges]) as server:
        second = run("grade", str(source), "-o", str(out), "--workers", "1", *at(server))
        assert len(server.asked) == 1, "only the failed row"
    assert second.returncode == 0, second.stderr
    assert [row["id"] for row in graded(out)] == ["a0", "a1", "a2", "a3"]
    assert all(line in out.read_bytes() for line in kept)


def test_a_wrong_key_stops_the_run(run: Run, tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [row | {"answer": STORY} for row in rows(30)])
    out = tmp_path / "out.jsonl"
    with FakeOpenAI([fails(401)] * 30) as server:
        done = run("grade", str(source), "-o", str(out), "--workers", "2", *at(server))
        assert len(server.asked) < 12
    assert done.returncode == 3 and "key" in done.stderr and "again" in done.stderr


def test_measure_counts_without_judging(run: Run) -> None:
    done = run("measure", "--json", stdin="We had 3 outages. I think I fixed 2 of them.")
    found = json.loads(done.stdout)
    assert done.returncode == 0 and found["words"] == 11 and found["first_person_singular"] == 2
    assert "words" in run("measure", stdin="One two three.").stdout


def test_a_server_that_is_busy_once_is_asked_again(run: Run, tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [row | {"answer": STORY} for row in rows(2)])
    out = tmp_path / "out.jsonl"
    with FakeOpenAI([fails(429), judges, judges]) as server:
        done = run("grade", str(source), "-o", str(out), "--workers", "1", *at(server))
        assert len(server.asked) == 3
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in graded(out)] == ["a0", "a1"]


def test_a_budget_stops_before_the_call_and_the_rows_are_graded_later(
    run: Run, tmp_path: Path
) -> None:
    source = written(tmp_path / "in.jsonl", [row | {"answer": STORY} for row in rows(3)])
    out = tmp_path / "out.jsonl"
    # The price is that of the real server; the budget is spent before anything is sent to it.
    paid = ("--judge", "openai", "--model", "gpt-5-mini", "--budget", "0.0001")
    same = ("grade", str(source), "-o", str(out), "--workers", "1")
    first = run(*same, *paid, env={"OPENAI_API_KEY": "sk-x"})
    assert first.returncode == 6 and "again" in first.stderr, first.stderr
    assert [row["error"]["code"] for row in graded(out)] == ["budget"]
    with FakeOpenAI([judges] * 3) as server:
        second = run(*same, *at(server))
        assert len(server.asked) == 3
    assert second.returncode == 0, second.stderr
    assert [row["id"] for row in graded(out)] == ["a0", "a1", "a2"]
    assert not any("error" in row for row in graded(out))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the workers in /proc")
def test_a_worker_that_dies_ends_the_run_kindly(run: Run, home: Path, tmp_path: Path) -> None:
    source, out = written(tmp_path / "in.jsonl", rows(60)), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "mockinterview", "grade", str(source), "-o", str(out)]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--judge", "offline"],
        env=os.environ | {"HOME": str(home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not out.exists() or b"\n" not in out.read_bytes()):
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_bytes().split()
    workers = [
        p for p in map(int, children) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()
    ]
    os.kill(workers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 4 and "Traceback" not in said and "--workers" in said
    done = run("grade", str(source), "-o", str(out), "--workers", "1", "--judge", "offline")
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in graded(out)] == [f"a{i}" for i in range(60)]


def test_an_error_row_of_another_shape_does_not_break_a_resumed_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text('{"id": "a", "input": "0", "error": "no"}\n')
    done = done_so_far(out, iter([Row("a", 1, "0", None, None)]))
    assert (done.rows, done.failed, done.again) == (1, 1, {})


def test_a_line_nested_without_end_is_an_error_row() -> None:
    found = list(read_rows(BytesIO(b"[" * 100_000 + b"\n[]\n"), nobody))
    assert [row.error["code"] for row in found if row.error] == ["not_json", "not_an_object"]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    found = list(read_rows(BytesIO(raw), nobody))
    assert all(row.error is not None or row.task is not None for row in found)
    assert len({row.line for row in found}) == len(found)


@given(st.integers(0, 4), st.integers(0, 200))
def test_a_file_cut_anywhere_counts_its_whole_rows(count: int, cut: int) -> None:
    import tempfile

    made = [Row(f"a{i}", i + 1, f"{i:016}", None, None) for i in range(4)]
    lines = [json.dumps({"id": r.id, "input": r.sha}).encode() + b"\n" for r in made[:count]]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        raw = b"".join(lines)[:cut]
        out.write_bytes(raw)
        done = done_so_far(out, iter(made))
    assert done.rows == raw.count(b"\n") and done.size == raw.rfind(b"\n") + 1
