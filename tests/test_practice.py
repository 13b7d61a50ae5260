"""A whole interview through a pipe: finished, kept, shown again, resumed, regraded."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mockinterview.cli import feedback
from mockinterview.model import Evaluation, Provenance, SentenceLabel, StarMap
from tests.conftest import STORY, Run

HOSTILE = (
    "\x1b[31mI\x1b]0;owned\x07 led [bold]it[/bold] \u202egnp.exe and raised sales by 20%.\x9b2J"
)


def session_of(run: Run, *arguments: str) -> dict[str, Any]:
    shown = run("history", "show", *arguments, "--json")
    assert shown.returncode == 0, shown.stderr
    session: dict[str, Any] = json.loads(shown.stdout)["session"]
    return session


def test_three_answers_through_a_pipe_are_scored_kept_and_shown(run: Run) -> None:
    answers = "\n/done\n".join([STORY, "fine", STORY]) + "\n/done\n"
    done = run("practice", "-n", "3", "--seed", "1", stdin=answers)
    assert done.returncode == 0, done.stderr
    assert "Nothing leaves this machine" in done.stderr
    assert "Question 3 of 3" in done.stdout and "Summary" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80

    session = session_of(run)
    assert [a["answer"] for a in session["attempts"]] == [STORY, "fine", STORY]
    assert session["finished_at"]
    for attempt in session["attempts"]:
        made = attempt["gradings"][0]["evaluation"]
        for criterion in made["criteria"]:
            for item in criterion["evidence"]:
                assert item["quote"] == attempt["answer"][item["start"] : item["end"]]
    shown = run("history", "show")
    assert "double-booked" in shown.stdout and "offline" in shown.stdout


def test_the_same_seed_asks_the_same_questions(run: Run) -> None:
    first = run("practice", "-n", "3", "--seed", "5", "--no-save", "--json", stdin="a\n/done\n")
    again = run("practice", "-n", "3", "--seed", "5", "--no-save", "--json", stdin="a\n/done\n")
    plans = [json.loads(done.stdout)["session"]["plan"] for done in (first, again)]
    assert plans[0] == plans[1]


def test_a_pipe_that_ends_early_can_be_resumed(run: Run) -> None:
    first = run("practice", "-n", "2", "--seed", "2", stdin=f"{STORY}\n/done\n")
    assert first.returncode == 0
    assert "mockinterview resume" in first.stderr
    second = run("resume", stdin="We did some things.\n")
    assert second.returncode == 0, second.stderr
    assert "Question 2 of 2" in second.stdout and "Question 1 of 2" not in second.stdout
    assert len(session_of(run)["attempts"]) == 2
    nothing = run("resume")
    assert nothing.returncode == 2 and "No interview is waiting" in nothing.stderr


def test_no_answer_at_all_fails_with_a_hint(run: Run) -> None:
    done = run("practice", "-n", "2", stdin="")
    assert done.returncode == 1
    assert "/done" in done.stderr


def test_exam_mode_is_silent_until_the_end(run: Run) -> None:
    answers = f"{STORY}\n/done\n{STORY}\n/done\n"
    done = run("practice", "-n", "2", "--mode", "exam", stdin=answers)
    assert done.returncode == 0
    assert done.stdout.index("Question 2 of 2") < done.stdout.index("Feedback")
    assert done.stdout.count("Next step") == 2


def test_no_scores_shows_words_without_numbers(run: Run) -> None:
    done = run("practice", "--question", "owning-a-mistake", "--no-scores", stdin=STORY)
    assert done.returncode == 0, done.stderr
    assert "Next step" in done.stdout
    assert " of 5" not in done.stdout and "█" not in done.stdout
    assert " of 5" not in run("history", "show").stdout


def test_no_save_keeps_nothing(run: Run) -> None:
    run("practice", "-n", "1", "--no-save", stdin=STORY)
    assert json.loads(run("history", "list", "--json").stdout)["sessions"] == []


def test_skip_and_slash_text_in_a_pipe(run: Run) -> None:
    run("practice", "-n", "2", stdin="/skip\n/api/v1/users returns the users.\n/done\n")
    attempts = session_of(run)["attempts"]
    assert attempts[0]["skipped"] and not attempts[1]["skipped"]
    assert attempts[1]["answer"].startswith("/api/v1")


def test_follow_ups_count_with_the_answer(run: Run) -> None:
    first = (
        "Last March our team sent a report with wrong totals to twelve shops. I had written the "
        "query, and I had joined two tables on the wrong date, so returns were counted twice."
    )
    done = run(
        "practice",
        "--question",
        "owning-a-mistake",
        "--follow-ups",
        "1",
        stdin=f"{first}\n/done\nI rewrote the query that night, told both analysts who had "
        "used the wrong figures, and added a check that compares the total with the till; errors "
        "fell by 90% in a week, and nobody found out from a customer.\n/done\n",
    )
    assert done.returncode == 0, done.stderr
    attempt = session_of(run)["attempts"][0]
    assert attempt["follow_ups"][0]["answer"].startswith("I rewrote")
    ends = [
        e["end"] for c in attempt["gradings"][0]["evaluation"]["criteria"] for e in c["evidence"]
    ]
    assert max(ends) > len(first)


def test_json_is_on_stdout_and_the_talk_on_stderr(run: Run) -> None:
    done = run("practice", "-n", "1", "--json", stdin=STORY)
    assert json.loads(done.stdout)["session"]["attempts"]
    assert "Question 1 of 1" in done.stderr


def test_a_hostile_answer_cannot_act_on_the_terminal(run: Run) -> None:
    for output in (
        run("practice", "-n", "1", stdin=HOSTILE).stdout,
        run("history", "show", "--full").stdout,
        run("history", "show", "--json").stdout,
    ):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(output)
        assert "[bold]it[/bold]" in output


def test_an_unwritable_home_is_told_in_words(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("not a folder")
    done = run("practice", stdin=STORY, env={"MOCKINTERVIEW_HOME": str(blocked / "sub")})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and str(blocked) in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["practice", "--category", "behavioural"], 2, "behavioral"),
        (["practice", "--minutes", "-3"], 2, "--minutes"),
        (["practice", "--minutes", "inf"], 2, "--minutes"),
        (["practice", "--minutes", "20", "-n", "3"], 2, "not both"),
        (["practice", "--question", "idempotence"], 2, "idempotency"),
        (["practice", "--role", "astronaut"], 2, "Data analyst"),
        (["practice", "--judge", "opnai"], 2, "--judge"),
        (["practice", "-n", "0"], 2, "--questions"),
        (["practice", "--follow-ups", "3"], 2, "--follow-ups"),
        (["practice", "--mode", ""], 2, "'coach' or 'exam'"),
        (["practice", "--judge", "openai"], 3, "OPENAI_API_KEY"),
        (["history", "show", "zzzz"], 2, "zzzz"),
        (["history", "show"], 1, "practice"),
        (["regrade", "nope"], 2, "nope"),
        (["config", "set", "openai_api_key", "sk-1"], 2, "environment"),
        (["config", "set", "rol", "x"], 2, "role"),
        (["config", "set", "questions", "many"], 2, "questions"),
        (["score"], 2, "id"),
        (["score", "idempotency", "missing.txt"], 7, "missing.txt"),
        (["questions", "show", "nothing-like-it"], 2, "nothing-like-it"),
        (["practise"], 2, "practice"),
    ],
)
def test_mistakes_get_a_message_and_a_code(
    run: Run, arguments: list[str], code: int, said: str
) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "sk-1" not in done.stderr


def test_resume_reads_an_answer_that_a_crash_left_unread(run: Run, home: Path) -> None:
    run("practice", "-n", "1", "--follow-ups", "0", stdin=STORY)
    with closing(sqlite3.connect(home / "history.db")) as db, db:
        db.execute("DELETE FROM grading")  # as if killed while the judge was reading
    assert "1 unscored" in run("history", "list").stdout
    done = run("resume")
    assert done.returncode == 0, done.stderr
    assert "Next step" in done.stdout
    assert "done" in run("history", "list").stdout


def test_no_scores_hides_the_overall_in_the_list_and_among_gradings(run: Run) -> None:
    run("practice", "--question", "owning-a-mistake", "--no-scores", stdin=STORY)
    run("regrade", "--all")
    number = re.compile(r"\b[1-5]\.\d\b")
    assert not number.search(run("history", "list").stdout)
    shown = run("history", "show").stdout
    assert "All gradings" in shown and not number.search(shown.partition("All gradings")[2])


def test_an_output_that_cannot_show_a_character_shows_another(run: Run) -> None:
    done = run(
        "practice", "-n", "1", stdin=STORY, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert done.returncode == 0, done.stderr
    assert "Question 1 of 1" in done.stdout and "Next step" in done.stdout


@pytest.mark.parametrize(
    "arguments", [["history", "list", "--json"], ["questions", "list"], ["config", "show"]]
)
def test_an_output_that_is_full_is_told_in_words(run: Run, arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mockinterview", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr and "No space left" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["practice", "--role", "{}"],
        ["questions", "show", "{}"],
        ["score", "idempotency", "{}.txt"],
        ["config", "set", "role", "{}"],
        ["config", "set", "{}", "1"],
        ["history", "show", "{}"],
        ["{}"],
        ["practice", "--{}"],
    ],
)
def test_messages_carry_no_control_characters(run: Run, arguments: list[str]) -> None:
    done = run(*(part.replace("{}", "a\x1b]0;x\x07\x9b2J\u202eb") for part in arguments))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stdout + done.stderr)


def test_feedback_is_one_screen_however_often_the_parts_change() -> None:
    sentence = "I did this and that for the people of our shop in that very long year of work. "
    answer = sentence * 40
    size = len(sentence)
    labels = [
        SentenceLabel(start=n * size, end=(n + 1) * size, label="SA"[n % 2])  # type: ignore[arg-type]
        for n in range(40)
    ]
    evaluation = Evaluation(
        overall=2.0,
        verdict="Early",
        criteria=(),
        star=StarMap(sentences=tuple(labels), parts={"S": 2, "T": 0, "A": 2, "R": 0}),
        provenance=Provenance(judge="offline", model="offline-3"),
    )
    lines = {}
    for full in (False, True):
        console = Console(file=io.StringIO(), width=80)
        with console.capture() as capture:
            feedback.show(console, answer, evaluation, scores=True, full=full)
        lines[full] = capture.get()
    assert len(lines[False].splitlines()) <= 20
    assert "33 more in the details" in lines[False]
    assert "in the details" not in lines[True] and lines[True].count("did this") == 40


@pytest.mark.parametrize("width", ["40", "200"])
def test_ids_are_whole_at_any_width(run: Run, width: str) -> None:
    run("practice", "-n", "1", stdin=STORY)
    listed = run("history", "list", env={"COLUMNS": width}).stdout
    assert session_of(run)["id"] in listed


def test_leaving_an_exam_half_way_is_no_failure(run: Run) -> None:
    done = run("practice", "-n", "2", "--mode", "exam", stdin=f"{STORY}\n/done\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "mockinterview resume" in done.stderr and "regrade" not in done.stderr
    again = run("resume", stdin=f"{STORY}\n/done\n")
    assert again.returncode == 0, again.stderr
    assert all(attempt["gradings"] for attempt in session_of(run)["attempts"])


def test_regrade_shows_no_score_where_none_was_wanted(run: Run) -> None:
    run("practice", "--question", "owning-a-mistake", "--no-scores", stdin=STORY)
    done = run("regrade", "--all")
    assert done.returncode == 0 and ": read" in done.stderr
