"""One answer in, feedback out; and what can never earn points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import STORY, Run

NO_ANSWERS = {
    "empty": "",
    "blank": " \n\t ",
    "one word": "fine",
    "noise": "asdf jkl qwer uiop zxcv asdkjh qwlekj zmxncb",
    "noise 2": "fjdksla;fjdksla; jfkdls;a jfkdlsa; fjdksla",
    "repeated": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "off topic": (
        "My favourite soup is made with two onions, a carrot and some fresh thyme. First I fry "
        "the onions slowly in butter, then I add water and let it cook for an hour on a low "
        "flame. In winter I serve it with warm bread, and my neighbours always ask for more."
    ),
}


def scored(run: Run, question: str, answer: str) -> dict[str, Any]:
    done = run("score", question, "--json", stdin=answer)
    assert done.returncode == 0, done.stderr
    row: dict[str, Any] = json.loads(done.stdout)
    return row


@pytest.mark.parametrize("question", ["idempotency", "owning-a-mistake"])
@pytest.mark.parametrize("kind", list(NO_ANSWERS))
def test_what_is_no_answer_stays_in_the_lowest_band(run: Run, question: str, kind: str) -> None:
    row = scored(run, question, NO_ANSWERS[kind])
    assert row["overall"] <= 1.5
    assert row["strengths"] == []
    assert row["flags"]
    assert row["next_step"]


@pytest.mark.parametrize("question", ["idempotency", "owning-a-mistake"])
def test_the_question_pasted_back_stays_in_the_lowest_band(run: Run, question: str) -> None:
    text = json.loads(run("questions", "show", question, "--json").stdout)["question"]["text"]
    for answer in (text, f"{text} {text}", f"You ask me: {text.lower()}"):
        row = scored(run, question, answer)
        assert row["overall"] <= 1.5 and row["strengths"] == []


def test_a_real_story_scores_well_above_and_quotes_itself(run: Run) -> None:
    row = scored(run, "improving-unasked", STORY)
    assert row["overall"] >= 3
    assert set(row["star"]) == {"S", "T", "A", "R"}
    assert row["star"]["A"] > 0 and row["star"]["R"] > 0
    quotes = [quote for made in row["criteria"].values() for quote in made["evidence"]]
    assert quotes and all(quote in STORY for quote in quotes)


def test_a_question_of_ones_own_from_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(STORY, encoding="utf-8")
    done = run("score", "-q", "Tell me about a time you improved a process.", str(file))
    assert done.returncode == 0, done.stderr
    assert "Situation" in done.stdout
    assert "improved a process" in run("history", "show").stdout


def test_files_that_are_not_text_are_refused_by_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cv.docx"
    file.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    done = run("score", "idempotency", str(file))
    assert done.returncode == 7 and "cv.docx" in done.stderr and "UTF-8" in done.stderr


def test_regrade_keeps_both_gradings(run: Run) -> None:
    scored(run, "idempotency", STORY)
    again = run("regrade", "--all", "--json")
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout)["session"]["attempts"][0]["gradings"]) == 2
    nothing = run("regrade")
    assert nothing.returncode == 0 and "no unscored" in nothing.stderr


def test_full_feedback_names_every_criterion(run: Run) -> None:
    done = run("score", "idempotency", "--full", stdin=STORY)
    for name in ("Coverage", "Correctness", "Depth", "Clarity", "Key points"):
        assert name in done.stdout
