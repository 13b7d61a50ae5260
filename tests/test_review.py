"""A mentor's sheet goes out without scores and comes back with some."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockinterview.mentoring import agreed, told
from tests.conftest import STORY, Prepared, Run
from tests.test_report import WEAK
from tests.test_report_page import HOSTILE


@pytest.fixture
def sheet(run: Run, prepared: Prepared, tmp_path: Path) -> Path:
    asked = ("--question", "owning-a-mistake", "--question", "production-incident")
    both = f"{STORY}\n/done\n{HOSTILE} {WEAK}\n/done\n"
    prepared("sheet", lambda: run("practice", *asked, "--judge", "offline", stdin=both))
    target = tmp_path / "sheet.md"
    made = run("report", "--for-review", "-o", str(target))
    assert made.returncode == 0, made.stderr
    return target


def filled(sheet: Path, **levels: str) -> None:
    """Fill the boxes of the first answer."""
    lines = sheet.read_text(encoding="utf-8").split("\n")
    answers = 0
    for number, line in enumerate(lines):
        answers += line.startswith("## Answer")
        for name, level in levels.items():
            if answers == 1 and line.startswith(f"- {name} "):
                lines[number] = line.removesuffix("[]") + f"[{level}]"
    sheet.write_text("\n".join(lines).replace("Reviewer: []", "Reviewer: [Ana]"), encoding="utf-8")


def test_the_sheet_shows_the_answers_and_no_score(run: Run, sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert "Last spring our clinic" in text and text.count("- overall (") == 2
    assert "<script" not in text.replace("\\<script", "") and "\x1b" not in text
    session = json.loads(run("history", "show", "--json").stdout)["session"]
    for attempt in session["attempts"]:
        assert attempt["id"] in text
        made = attempt["gradings"][-1]["evaluation"]
        assert f"{made['overall']} of 5" not in text and made["next_step"] not in text


def test_scores_come_back_beside_the_judge(run: Run, sheet: Path) -> None:
    empty = run("history", "import-review", str(sheet))
    assert empty.returncode == 7 and "No box" in empty.stderr
    filled(sheet, overall="4", action="3,5", result=" 4.5 ")
    done = run("history", "import-review", str(sheet))
    assert done.returncode == 0, done.stderr
    assert "1 review kept" in done.stderr and "owning-a-mistake: Ana 4, judge" in done.stdout
    assert "Overall: on average the judge is" in done.stdout and "(2 scores" in done.stdout
    again = json.loads(run("history", "import-review", str(sheet), "--json").stdout)
    assert (again["kept"], again["unchanged"]) == (0, 1)
    assert again["agreement"]["overall"]["pairs"] == 1
    # The mentor's second thoughts take the place of the first.
    text = sheet.read_text(encoding="utf-8")
    sheet.write_text(text.replace("[4]", "[2]"), encoding="utf-8")
    changed = json.loads(run("history", "import-review", str(sheet), "--json").stdout)
    assert changed["kept"] == 1 and changed["agreement"]["overall"]["pairs"] == 1
    before = again["agreement"]["overall"]["difference"]
    assert changed["agreement"]["overall"]["difference"] == pytest.approx(before + 2)
    assert "Ana" in run("history", "export").stdout


def test_a_bad_sheet_names_the_line_and_keeps_nothing(run: Run, sheet: Path) -> None:
    good = sheet.read_text(encoding="utf-8")
    filled(sheet, overall="7")
    text = sheet.read_text(encoding="utf-8")
    line = next(n for n, said in enumerate(text.split("\n"), 1) if said.endswith("[7]"))
    wrong = run("history", "import-review", str(sheet))
    assert wrong.returncode == 7 and f"line {line}" in wrong.stderr and "1 to 5" in wrong.stderr
    head, _, _ = good.partition("## Answer")
    for text, said in (
        (head + "## Answer zzzzzz\n- overall (x) [3]\n", "not in your history"),
        ("- overall (x) [3]\n", "under no answer"),
        ("Dear Ana, thank you", "no review sheet"),
    ):
        sheet.write_text(text, encoding="utf-8")
        done = run("history", "import-review", str(sheet))
        assert done.returncode == 7 and said in done.stderr, done.stderr
    sheet.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in run("history", "import-review", str(sheet)).stderr
    assert "cannot be read" in run("history", "import-review", "nowhere.md").stderr
    assert '"kind":"review"' not in run("history", "export").stdout.replace(" ", "")


def test_agreement_is_counted_on_half_levels() -> None:
    assert agreed([]) is None
    found = agreed([(3.0, 3.1), (2.0, 3.0), (4.5, 4.0)])
    assert found is not None and found.pairs == 3 and found.kappa is None
    assert found.exact == pytest.approx(1 / 3) and found.half == pytest.approx(2 / 3)
    assert found.difference == pytest.approx(0.2)
    assert "0.2 higher than the mentor" in told("Overall", found)
    many = agreed([(level, level) for level in (1, 2, 3, 4, 5) * 2])
    assert many is not None and many.kappa == pytest.approx(1)
    assert "kappa 1.00" in told("Overall", many)


def test_a_hostile_sheet_does_the_terminal_no_harm(run: Run, sheet: Path) -> None:
    filled(sheet, overall="4")
    text = sheet.read_text(encoding="utf-8")
    evil = "\x1b]0;owned\x07\x1b[31mAna \u202egpj [bold]x[/bold] <script>"
    sheet.write_text(text.replace("Reviewer: [Ana]", f"Reviewer: [{evil}]"), encoding="utf-8")
    done = run("history", "import-review", str(sheet))
    for stream in (
        done.stdout,
        done.stderr,
        run("history", "show").stdout,
        run("report", "-o", "-").stdout,
    ):
        assert "\x1b" not in stream and "\x07" not in stream and "\u202e" not in stream
    page = run("report", "-o", "-").stdout
    assert "<script" not in page
