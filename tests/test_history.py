"""The ``history`` commands and ``doctor --repair``, run as processes, as a user runs them."""

from __future__ import annotations

import io
import json
import stat
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mockinterview.cli.app import app
from mockinterview.model import Question
from mockinterview.stores.sqlite import SqliteStore
from tests.conftest import Run
from tests.store_samples import attempt, plan, scored

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = "\x1b[31mred\x1b[0m [bold]zebra[/bold] <script>alert(1)</script> \u202eevil |x| *y*"


@pytest.fixture
def kept(home: Path) -> Path:
    """Three sessions: 40, 10 and 0 days old; the last one has a hostile answer."""
    path = home / "history.db"
    asked = {
        "old": ("common", ("motivation",), "A long time ago I mended bicycles.", 2.0),
        "mid": ("behavioral", ("ownership", "teamwork"), "I owned the release.", 3.0),
        "new": ("technical", ("databases",), HOSTILE, 4.5),
    }
    with SqliteStore(path) as store:
        for days, (name, (category, competencies, answer, overall)) in zip(
            (40, 10, 0), asked.items(), strict=True
        ):
            at = NOW - timedelta(days=days, hours=1)
            role = "sre" if name == "mid" else "API developer"
            store.create_session(name, at, plan(1, role=role))
            question = Question.model_validate(
                {
                    "id": f"q-{name}",
                    "category": category,
                    "text": "Tell me.",
                    "competencies": competencies,
                }
            )
            given = attempt(f"a-{name}", name, answer=answer, at=at)
            store.save_answer(given.model_copy(update={"question": question}))
            store.add_grading(f"a-{name}", scored("g", overall))
            store.finish_session(name, at)
    return path


def ids(*arguments: str) -> list[str]:
    """What the command lists; run in this process, because it is asked often."""
    with redirect_stdout(io.StringIO()) as printed:
        app(["history", "list", *arguments, "--json"], standalone_mode=False)
    data = json.loads(printed.getvalue())
    return [row["id"] for row in data.get("sessions", data.get("answers"))]


# --- list and search --------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["new", "mid", "old"]),
        (["--since", "7d"], ["new"]),
        (["--since", "2w"], ["new", "mid"]),
        (["--since", (NOW - timedelta(days=11)).strftime("%Y-%m-%d")], ["new", "mid"]),
        (["--role", "SRE"], ["mid"]),
        (["--category", "technical"], ["new"]),
        (["--competency", "teamwork"], ["mid"]),
        (["--competency", "team"], []),
        (["--judge", "offline"], ["new", "mid", "old"]),
        (["--judge", "openai"], []),
        (["--below", "3"], ["old"]),
        (["--below", "3.1", "--since", "4w"], ["mid"]),
        (["--category", "technical", "--below", "3"], []),
        (["-n", "1"], ["new"]),
        (["-n", "1", "--page", "2"], ["mid"]),
        (["-n", "2", "--page", "2"], ["old"]),
        (["--page", "9"], []),
    ],
)
def test_list_filters_sessions_and_answers_alike(
    kept: Path, arguments: list[str], expected: list[str]
) -> None:
    assert ids(*arguments) == expected
    assert ids("--answers", *arguments) == [f"a-{name}" for name in expected]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["list", "--since", "yesterday"], "7d"),
        (["list", "--since", "2026-02-31"], "is not a day"),
        (["list", "--since", "7 moons"], "is not a day"),
        (["list", "--category", "easy"], "behavioral"),
        (["list", "--below", "9"], "below"),
        (["list", "--page", "0"], "page"),
        (["search", "!!!"], "no word"),
        (["delete"], "--all"),
        (["delete", "new", "--all"], "--all"),
        (["delete", "zzz", "--yes"], "zzz"),
        (["import", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
)
def test_what_cannot_be_meant_is_told_with_a_way_out(
    run: Run, kept: Path, arguments: list[str], told: str
) -> None:
    done = run("history", *arguments)
    assert done.returncode == (7 if arguments[0] == "import" else 2)
    assert told in done.stderr
    assert done.stdout == ""


def test_list_shows_a_table_and_says_when_there_is_more_or_nothing(run: Run, kept: Path) -> None:
    listed = run("history", "list", "-n", "2")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["id", "new", "mid"]
    assert "--page 2" in listed.stderr
    assert "a-mid" in run("history", "list", "--answers").stdout
    nothing = run("history", "list", "--role", "pilot")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "fit" in nothing.stderr


def test_without_scores_no_number_is_listed_or_found(run: Run, kept: Path) -> None:
    run("config", "set", "scores", "false")
    for arguments in (["list"], ["list", "--answers"], ["search", "release"]):
        shown = run("history", *arguments).stdout
        assert "3.0" not in shown
        assert "mid" in shown


def test_search_shows_the_words_in_their_place(run: Run, kept: Path) -> None:
    found = run("history", "search", "owning", "releases")
    assert found.returncode == 0
    assert "a-mid" in found.stdout
    assert "I owned the release." in found.stdout
    (hit,) = json.loads(run("history", "search", "release", "--json").stdout)["hits"]
    assert (hit["answer"]["id"], hit["place"]) == ("a-mid", "answer")
    (span,) = hit["spans"]
    assert hit["text"][slice(*span)] == "release"
    nothing = run("history", "search", "xylophone")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "xylophone" in nothing.stderr


def test_a_hit_is_marked_on_a_terminal(run: Run, kept: Path) -> None:
    shown = run("history", "search", "release", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[1;4mrelease\x1b[0m" in shown


def test_a_hostile_answer_reaches_no_terminal_raw(run: Run, kept: Path) -> None:
    for arguments in (["search", "zebra"], ["search", "zebra", "--json"], ["export"]):
        shown = run("history", *arguments).stdout
        assert "zebra" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "[bold]" in run("history", "search", "zebra").stdout


# --- export and import ------------------------------------------------------


def test_export_delete_all_import_gives_the_same_bytes(
    run: Run, kept: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    assert run("history", "export", str(first)).returncode == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    gone = run("history", "delete", "--all", "--yes", "--json")
    assert json.loads(gone.stdout)["deleted"]["sessions"] == 3
    assert ids() == []
    dry = run("history", "import", str(first), "--dry-run")
    assert "New would be: 3 sessions, 3 answers, 3 gradings." in dry.stderr
    assert ids() == []
    back = run("history", "import", str(first), "--json")
    assert json.loads(back.stdout)["attempts"] == 3
    assert run("history", "export", str(second)).returncode == 0
    assert second.read_bytes() == first.read_bytes()
    assert "already" in run("history", "import", str(first)).stderr


def test_a_pipe_will_do(run: Run, kept: Path) -> None:
    written = run("history", "export")
    assert written.stderr == ""
    run("history", "delete", "--all", "--yes")
    read = run("history", "import", "-", stdin=written.stdout)
    assert "Imported: 3 sessions" in read.stderr
    assert run("history", "export").stdout == written.stdout


def test_no_file_is_written_over_unasked(run: Run, kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine", encoding="utf-8")
    refused = run("history", "export", str(file))
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("history", "export", str(file), "--force").returncode == 0
    assert file.read_text(encoding="utf-8").startswith('{"format"')
    lost = run("history", "export", str(tmp_path / "no" / "folder.jsonl"))
    assert lost.returncode == 1
    assert "folder.jsonl" in lost.stderr


def test_a_bad_line_is_named_and_nothing_is_imported(run: Run, kept: Path, tmp_path: Path) -> None:
    lines = run("history", "export").stdout.splitlines()
    lines[4] = lines[4].replace('"skipped":false', '"skipped":"perhaps"')
    file = tmp_path / "bad.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    run("history", "delete", "--all", "--yes")
    refused = run("history", "import", str(file))
    assert refused.returncode == 7
    assert "bad.jsonl line 5" in refused.stderr
    assert "skipped" in refused.stderr
    assert ids() == []


# --- delete -----------------------------------------------------------------


@pytest.mark.parametrize(("said", "left"), [("y\n", ["new", "old"]), ("n\n", None), ("", None)])
def test_delete_asks_first(run: Run, kept: Path, said: str, left: list[str] | None) -> None:
    done = run("history", "delete", "mi", stdin=said)
    assert "session mid" in done.stderr
    assert done.stdout == ""
    assert ids() == (left or ["new", "mid", "old"])
    assert done.returncode == (0 if left else 1)
    assert ("Deleted for good" if left else "Nothing was deleted") in done.stderr


# --- damage -----------------------------------------------------------------


def test_a_damaged_history_is_told_repaired_and_kept(run: Run, kept: Path) -> None:
    before = run("history", "export").stdout
    data = kept.read_bytes()
    damaged = b"\xaa" * 4096 + data[4096:]
    kept.write_bytes(damaged)
    for arguments in (["history", "list"], ["practice", "-n", "1"], ["history", "export"]):
        done = run(*arguments, stdin="/quit\n")
        assert done.returncode == 1
        assert "not a mockinterview history" in done.stderr
        assert "doctor --repair" in done.stderr
        assert kept.read_bytes() == damaged
    checked = run("doctor", "--judge", "offline")
    assert (checked.returncode, "WRONG" in checked.stdout) == (1, True)
    mended = run("doctor", "--repair", "--judge", "offline")
    assert mended.returncode == 0, mended.stderr
    assert "Rescued 3 sessions with 3 answers" in mended.stderr
    (aside,) = kept.parent.glob("history.db.damaged-*")
    assert str(aside) in mended.stderr
    assert aside.read_bytes() == damaged
    assert run("history", "export").stdout == before


def test_a_sound_history_is_told_so(run: Run, kept: Path) -> None:
    mended = run("doctor", "--repair", "--judge", "offline", "--json")
    assert mended.returncode == 0, mended.stderr
    told = json.loads(mended.stdout)["repair"]
    assert (told["sound"], told["damaged_file"], told["attempts"]) == (True, None, 3)


def test_a_cut_history_says_what_was_lost(run: Run, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-30_000])
    mended = run("doctor", "--repair", "--judge", "offline", "--json")
    told = json.loads(mended.stdout)["repair"]
    assert told["sound"] is False
    assert any("of the file is missing" in line for line in told["lost"])


def test_nothing_to_repair_is_no_repair(run: Run, home: Path) -> None:
    done = run("doctor", "--repair", "--judge", "offline")
    assert done.returncode == 1
    assert "nothing to repair" in done.stderr


@pytest.mark.parametrize("command", ["list", "search", "export", "import", "delete"])
def test_every_help_has_examples(run: Run, command: str) -> None:
    shown = run("history", command, "--help")
    assert shown.returncode == 0
    assert f"mockinterview history {command}" in shown.stdout.split("Examples:")[1]
