"""A whole interview through a pipe: finished, kept, shown again, resumed, regraded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

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
    first = "Our team had a big mistake in a report and we fixed it together somehow in the end."
    done = run(
        "practice",
        "--question",
        "owning-a-mistake",
        "--follow-ups",
        "1",
        stdin=f"{first}\n/done\nI rewrote the query and errors fell by 90%.\n/done\n",
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
        (["practice", "--question", "idempotence"], 2, "idempotency"),
        (["practice", "--role", "astronaut"], 2, "Data analyst"),
        (["practice", "--judge", "opnai"], 3, "judge"),
        (["practice", "--judge", "openai"], 3, "OPENAI_API_KEY"),
        (["history", "show", "zzzz"], 2, "zzzz"),
        (["history", "show"], 2, "practice"),
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
