"""A whole sitting in a pseudo-terminal, as a person types it."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.conftest import Run

ENTER = "\r"


class Sitting:
    """``mockinterview`` in a pseudo-terminal of 80 columns."""

    def __init__(self, arguments: list[str], **env: str) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "mockinterview", *arguments],
            encoding="utf-8",
            dimensions=(40, 80),
            timeout=20,
            env={**os.environ, "TERM": "xterm", "PYTHONUTF8": "1", **env},
        )

    def says(self, text: str) -> str:
        self.child.expect_exact(text)
        return str(self.child.before)

    def types(self, *lines: str) -> None:
        for line in lines:
            self.child.send(line + ENTER)

    def ends(self) -> int:
        self.child.expect(pexpect.EOF)
        self.child.wait()  # on a busy machine the end of output comes well before the exit
        self.child.close()
        return int(self.child.exitstatus or 0)


@pytest.fixture
def sit() -> Iterator[type[Sitting]]:
    yield Sitting


def test_a_sitting_from_greeting_to_goodbye(sit: type[Sitting], run: Run, home: Path) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "1"])
    there.says("Interviewer:")
    there.says("Question 1 of 1")
    there.says("| ")
    there.types("/help")
    there.says("/pause")
    there.types("/hint")
    there.says("Situation:")
    there.types("/skp")
    there.says("Did you mean /skip?")
    there.types("/time")
    there.says("suggested")
    there.types("We sent a wrong invoice to forty customers last May.", "We fixed it.", "/done")
    there.says("Interviewer:")
    there.types("I called every customer and I wrote a checklist; it never came back.", "/done")
    there.says("Feedback")
    there.says("Your words:")
    there.says("Next step")
    there.says("[Enter] go on")
    there.types("d")
    there.says("Key points")
    there.says("[Enter] go on")
    there.types("s")
    there.says("One good answer among many")
    there.says("[Enter] go on")
    there.types("what?")
    there.says("Press Enter to go on")
    there.says("[Enter] go on")
    there.types("")
    there.says("Your questions")
    there.types("/hint")
    there.says("Ask a question")
    there.types("How does the team decide what to work on in the next months?", "")
    there.says("strong:")
    there.says("Summary")
    assert there.ends() == 0

    session = json.loads(run("history", "show", "--json").stdout)["session"]
    attempt = session["attempts"][0]
    assert attempt["hint_used"]
    assert attempt["answer"].splitlines()[1] == "We fixed it."
    assert attempt["follow_ups"][0]["answer"].startswith("I called")
    assert [asked["rating"] for asked in session["reverse"]] == [2]
    assert stat.S_IMODE((home / "history.db").stat().st_mode) == 0o600


def test_ctrl_c_keeps_the_half_typed_answer_for_resume(sit: type[Sitting], run: Run) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "0"])
    there.says("| ")
    there.types("I was typing this when the bus came.")
    there.says("| ")
    there.child.sendintr()
    there.says("mockinterview resume")
    assert there.ends() == 130
    back = sit(["resume"])
    back.says("I was typing this when the bus came.")
    back.says("| ")
    back.types("And I went on later.", "/done")
    back.says("Feedback")
    back.says("[Enter] go on")
    back.types("q")
    back.ends()
    attempt = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert attempt["answer"] == "I was typing this when the bus came.\nAnd I went on later."


def test_kill_9_loses_neither_answers_nor_the_line_typed_last(sit: type[Sitting], run: Run) -> None:
    there = sit(["practice", "-n", "2", "--seed", "1", "--follow-ups", "0"])
    there.says("| ")
    there.types("First answer, given before the battery died.", "/done")
    there.says("[Enter] go on")
    there.types("")
    there.says("Question 2 of 2")
    there.says("| ")
    there.types("Half of the second answer.")
    there.says("| ")
    there.child.kill(signal.SIGKILL)
    there.child.close()
    attempts = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"]
    assert attempts[0]["answer"].startswith("First answer") and attempts[0]["gradings"]
    back = sit(["resume"])
    back.says("Question 2 of 2")
    back.says("Half of the second answer.")
    back.child.kill(signal.SIGKILL)
    back.child.close()


def test_edit_opens_the_editor_and_a_broken_one_loses_nothing(
    sit: type[Sitting], run: Run, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "I added this line in the editor." >> "$1"\n')
    editor.chmod(0o700)
    there = sit(
        ["practice", "--question", "owning-a-mistake", "--follow-ups", "0"], EDITOR=str(editor)
    )
    there.says("| ")
    there.types("I typed this.", "/edit")
    there.says("in the editor.")
    there.types("/done")
    there.says("[Enter] go on")
    there.types("q")
    there.ends()
    attempt = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert attempt["answer"] == "I typed this.\nI added this line in the editor."

    broken = sit(
        ["practice", "--question", "owning-a-mistake", "--follow-ups", "0"],
        EDITOR="/no/such/editor",
    )
    broken.says("| ")
    broken.types("Still here.", "/edit")
    broken.says("could not be started")
    broken.types("/done")
    broken.says("Feedback")
    broken.child.close(force=True)
    attempt = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert attempt["answer"] == "Still here."


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colour_the_star_parts_are_named(sit: type[Sitting], env: dict[str, str]) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "0"], **env)
    there.says("| ")
    there.types("Last May I sent a wrong invoice. I called all forty customers myself.", "/done")
    seen = there.says("[Enter] go on")
    assert "Situation" in seen
    assert not re.search(r"\x1b\[(\d+;)*[34]\dm", seen)  # bold and italic are no colours
    there.child.close(force=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_keeps_even_the_line_that_was_not_entered(
    sit: type[Sitting], number: signal.Signals
) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "0"])
    there.says("| ")
    there.types("A whole line.")
    there.says("| ")
    there.child.send("And half of ano")
    there.says("half of ano")
    there.child.kill(number)
    there.says("mockinterview resume")
    assert there.ends() == 130
    back = sit(["resume"])
    back.says("And half of ano")
    back.child.close(force=True)


def test_a_closed_terminal_keeps_the_half_typed_answer(sit: type[Sitting]) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "0"])
    there.says("| ")
    there.child.send("Typed when the window was closed.")
    there.says("was closed.")
    time.sleep(1.2)  # the line is noted twice a second
    there.child.close(force=False)  # the system sends SIGHUP
    back = sit(["resume"])
    back.says("Typed when the window was closed.")
    back.child.close(force=True)


def test_a_stop_at_the_last_follow_up_is_resumed_there(sit: type[Sitting], run: Run) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "1"])
    there.says("| ")
    there.types("We sent a wrong invoice to forty customers last May.", "/done")
    there.says("Interviewer:")
    there.says("| ")
    there.child.send("I called all")
    there.says("I called all")
    there.child.sendintr()
    there.says("mockinterview resume")
    assert there.ends() == 130
    back = sit(["resume"])
    back.says("follow-up")
    back.says("I called all")
    back.says("| ")
    back.types("/repeat")
    back.says("Interviewer:")
    back.types("of them myself.", "/done")
    back.says("Feedback")
    back.says("[Enter] go on")
    back.types("q")
    back.ends()
    attempt = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert attempt["follow_ups"][0]["answer"] == "I called all\nof them myself."
    assert attempt["gradings"][0]["evaluation"]
    complete = run("resume")
    assert complete.returncode == 2 and "No interview is waiting" in complete.stderr


def test_ctrl_c_in_the_closing_talk_names_what_can_still_be_done(sit: type[Sitting]) -> None:
    there = sit(["practice", "--question", "owning-a-mistake", "--follow-ups", "0"])
    there.says("| ")
    there.types("I sent a wrong invoice, and I called the customer.", "/done")
    there.says("[Enter] go on")
    there.types("")
    there.says("One question a line")
    there.says("| ")
    there.child.sendintr()
    there.says("mockinterview history show")
    assert there.ends() == 130


def test_prompts_stay_out_of_json_sent_to_a_file(sit: type[Sitting], tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    command = f"{sys.executable} -m mockinterview practice --question owning-a-mistake"
    child = pexpect.spawn(
        "sh", ["-c", f"{command} --follow-ups 0 --json > {file}"], encoding="utf-8", timeout=20
    )
    child.expect_exact("| ")
    child.send("I called every customer myself." + ENTER + "/done" + ENTER)
    child.expect_exact("[Enter] go on")
    child.send("q" + ENTER)
    child.expect(pexpect.EOF)
    session = json.loads(file.read_text(encoding="utf-8"))["session"]
    assert session["attempts"][0]["answer"] == "I called every customer myself."
