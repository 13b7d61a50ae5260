"""Reports in files: what is in them, whose they are, and that hostile answers stay words."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from tests.conftest import STORY, Prepared, Run
from tests.test_learning import many
from tests.test_report_page import HOSTILE

WEAK = "We had some trouble with the invoices and we talked about it, and then it was better."


@pytest.fixture
def held(run: Run, prepared: Prepared) -> Run:
    """Two earlier sessions with a weak answer, and one with a good and a hostile one."""
    prepared("held", lambda: practised(run))
    return run


def practised(run: Run) -> None:
    asked = ("practice", "--judge", "offline", "--question", "owning-a-mistake")
    for _ in range(2):
        run(*asked, stdin=f"{WEAK}\n/done\n")
    both = f"{STORY}\n/done\n{HOSTILE}\n/done\n"
    done = run(*asked, "--question", "production-incident", stdin=both)
    assert done.returncode == 0, done.stderr


def test_the_formats_tell_the_same(held: Run, tmp_path: Path) -> None:
    data = json.loads(held("report", "--format", "json", "-o", "-").stdout)
    assert data["schema"] == 1 and data["report"] == "session" and len(data["answers"]) == 2
    first = data["answers"][0]
    markdown = held("report", "--format", "md", "-o", "-").stdout
    page = held("report", "-o", "-").stdout
    for text in (markdown, page):
        assert f"{data['overall']:.1f}" in text and data["title"] in text
        assert first["next_step"] in re.sub(r"\s+", " ", text.replace("&#39;", "'"))
        for criterion in first["criteria"]:
            assert criterion["name"] in text
        assert "mockinterview retry" in text.replace("\\", "")
    assert data["progress"] and data["habits"]
    quotes = [quote["text"] for item in first["criteria"] for quote in item["quotes"]]
    assert quotes and all(quote in STORY for quote in quotes)


def test_hostile_words_stay_words(held: Run) -> None:
    page = held("report", "-o", "-").stdout
    assert "<script" not in page and "<img" not in page and "javascript:" not in page
    assert "&lt;script&gt;" in page
    markdown = held("report", "--format", "md", "-o", "-").stdout
    assert "\\<script\\>" in markdown and "\\[a link\\](" in markdown
    assert "](http" not in markdown.replace("\\](", "")
    data = held("report", "--format", "json", "-o", "-").stdout
    for text in (page, markdown, data):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


def test_a_file_is_private_named_and_never_written_over(
    held: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = held("report").stdout.strip()
    assert re.fullmatch(r"report-\w+\.html", named)
    assert stat.S_IMODE((tmp_path / named).stat().st_mode) == 0o600
    before = (tmp_path / named).read_bytes()
    again = held("report")
    assert again.returncode == 2 and "--force" in again.stderr
    assert (tmp_path / named).read_bytes() == before
    assert held("report", "--force", "--no-scores").returncode == 0
    assert (tmp_path / named).read_bytes() != before
    nowhere = held("report", "-o", str(tmp_path / "no" / "x.html"))
    assert nowhere.returncode == 1 and "could not be written" in nowhere.stderr


def test_without_scores_no_number_is_shown(held: Run) -> None:
    data = json.loads(held("report", "--no-scores", "--format", "json", "-o", "-").stdout)
    assert data["overall"] is None and data["bars"] == [] and data["chart"] is None
    page = held("report", "--no-scores", "-o", "-").stdout
    assert "of 5" not in page and 'class="bar"' not in page


def test_progress_over_all_sessions(run: Run, home: Path) -> None:
    nothing = run("report", "--progress")
    assert nothing.returncode == 1 and "mockinterview practice" in nothing.stderr
    many(home, [2.0, 2.0, 2.5, 2.0, 3.5, 4.0, 4.0, 4.0])
    data = json.loads(run("report", "--progress", "--format", "json", "-o", "-").stdout)
    assert data["report"] == "progress" and data["answers"] == 8
    assert "up from 2.1 to 3.9" in data["lead"]
    page = run("report", "--progress", "-o", "-").stdout
    assert page.count("<svg") >= 3 and "up from 2.1 to 3.9" in page
    markdown = run("report", "--progress", "--format", "md", "-o", "-").stdout
    assert "up from 2.1 to 3.9" in markdown
    words = run("report", "--progress", "--no-scores", "-o", "-").stdout
    assert "is better than before" in words and "3.9" not in words


def test_wrong_use_is_told(run: Run) -> None:
    assert run("report").returncode == 1
    assert "No sessions yet" in run("report").stderr
    for options in (["--format", "pdf"], ["--progress", "x"], ["--progress", "--for-review"]):
        assert run("report", *options).returncode == 2
    assert run("report", "--for-review", "--format", "html").returncode == 2


def test_skipped_and_unscored_answers_are_said_to_be(run: Run, tmp_path: Path) -> None:
    asked = ("--question", "owning-a-mistake", "--question", "idempotency")
    run("practice", *asked, "--judge", "offline", stdin=f"/skip\n{WEAK}\n/done\n")
    markdown = run("report", "--format", "md", "-o", "-").stdout
    assert "Skipped." in markdown and "1 skipped." in markdown
