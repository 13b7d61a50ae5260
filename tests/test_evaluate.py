"""``evaluate`` and ``rubric test``: a judge against ratings, and an edited pack against answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockinterview.concordance import Pair, by_confidence, overlap, star_pairs
from mockinterview.errors import BadInput
from mockinterview.graded import load
from mockinterview.model import SentenceLabel
from tests.conftest import STORY, Run

STRONG = (
    "In March our booking page lost about thirty patients a week. I sat with two clerks for a "
    "day, saw both typing into one calendar, wrote a one-page rule and tried it in one ward. "
    "Within a month it was two a week, and I now watch the work first."
)
WEAK = "I always try to do my best and to communicate well with everybody in the team."


def row(number: int, answer: str, levels: list[float], **more: Any) -> dict[str, Any]:
    question = f"q{number % 4}"
    return {
        "id": f"r{number}",
        "question_id": question,
        "kind": "behavioral",
        "question": f"Tell me about a process you improved in team {number % 4}.",
        "reference": STRONG,
        "key_points": ["Says what was wrong", "Watches before acting", "Gives the effect"],
        "answer": answer,
        "score": sum(levels) / len(levels),
        "max_score": 5,
        "ratings": {
            "overall": levels,
            "key_points": [[2 * (levels[0] > 3)] * 3] * 2,
            **more.pop("ratings", {}),
        },
        **more,
    }


def graded_file(path: Path) -> Path:
    made = [row(i, STRONG, [5, 4.5]) for i in range(8)]
    made += [row(i, WEAK, [1, 1.5], trap="empty_talk") for i in range(8, 16)]
    labels = {"sentence_labels": [["S", "A", "R"], ["T", "A", "R"]]}
    cut = STRONG.replace(". ", ".|").split("|")
    made.append(row(16, STRONG, [4.5, 5], ratings=labels, sentences=cut))
    path.write_text("\n".join(map(json.dumps, made)) + "\n", encoding="utf-8")
    return path


def test_a_judge_is_set_beside_baselines_and_the_raters(run: Run, tmp_path: Path) -> None:
    file = graded_file(tmp_path / "graded.jsonl")
    done = run("evaluate", str(file), "--json", "--workers", "1")
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)["reports"]
    assert report["rows"] == 17 and report["questions"] == 4 and report["failed"] == 0
    assert report["overall"]["spearman"]["value"] > 0.5 and report["overall"]["mae"]["value"] < 2
    assert report["overall"]["ordered"]["value"] == 1
    assert set(report["baselines"]) >= {"length", "overlap"}
    assert report["raters"]["mae"]["value"] == pytest.approx(0.5)
    assert report["raters"]["key points"]["value"] == 1 and report["key_points"]["n"] == 102
    assert report["star"]["n"] == 6 and report["traps"]["empty_talk"][0] == 8
    assert sum(band[2] for band in report["confidence"]) == 17


def test_the_table_names_every_figure(run: Run, tmp_path: Path) -> None:
    done = run(
        "evaluate", str(graded_file(tmp_path / "g.jsonl")), "--workers", "1",
        env={"COLUMNS": "140"},
    )  # fmt: skip
    for said in ("Spearman", "quadratic kappa", "overlap", "rater v rater", "empty_talk"):
        assert said in done.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{oops", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is nested too deeply"),
        ('{"question": "Why?", "answer": "x", "score": 1}', "line 2 has no max_score"),
        ('{"question": "Why?", "answer": "x", "score": 9, "max_score": 5}', "outside 0 to 5"),
        ('{"question": "Why?", "answer": "x", "score": 1, "max_score": 0}', "not above"),
    ],
)
def test_a_bad_line_is_named(run: Run, tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(json.dumps(row(0, WEAK, [1])) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load(file)
    assert said in caught.value.message and "bad.jsonl" in caught.value.message
    assert run("evaluate", str(file)).returncode == 7


def test_scores_of_every_scale_become_levels(tmp_path: Path) -> None:
    exam = {"question": "Why?", "answer": "x", "reference": "y", "score": 1, "max_score": 2}
    file = tmp_path / "exam.jsonl"
    file.write_text("\n".join([json.dumps(exam), json.dumps(row(1, WEAK, [2, 3]))]))
    first, second = load(file)
    assert first.level == 3 and first.raters == () and first.group == "Why?"
    assert second.level == 2.5 and second.raters == (2.0, 3.0)


def test_a_rated_sentence_takes_the_label_it_shares_most_with() -> None:
    answer = "We met. I cut it. It held."
    spans = (
        SentenceLabel(start=0, end=7, label="T"),
        SentenceLabel(start=8, end=26, label="A"),
    )
    pairs = star_pairs(answer, ["We met.", "I cut it.", "It held."], ["S", "A", "R"], spans)
    assert pairs == (("S", "S"), ("A", "A"), ("R", "A"))
    assert star_pairs("", ["Gone."], ["O"], ()) == (("O", "O"),)


def test_overlap_and_bands() -> None:
    assert overlap("Caches expire", "the cache expired") == 1.0 and overlap("", "x") == 0.0
    pairs = [Pair("g", 3.0, 3.0 + i, "", "k", 1 - i / 10, (), ()) for i in range(8)]
    errors = [error for *_, error in by_confidence(pairs)]
    assert errors == sorted(errors, reverse=True), "least sure first"


SAME_TWICE = (
    "An operation is idempotent when doing it twice leaves the same state as doing it once. GET, "
    "PUT and DELETE should be, POST is not. For payments I let the client send an idempotency "
    "key, we store it with the response, and a retry gets the stored answer. Keys expire after a "
    "day, because storing them for ever costs too much."
)


def test_an_edited_pack_tells_which_scores_moved(run: Run, tmp_path: Path) -> None:
    asked = run("questions", "show", "idempotency", "--json")
    question = json.loads(asked.stdout)["question"]
    golden = tmp_path / "golden.jsonl"
    rows = [
        {"id": "good", "question_id": "idempotency", "answer": SAME_TWICE, "expected": 4},
        {"id": "weak", "question_id": "idempotency", "answer": WEAK},
    ]
    golden.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    question["key_points"] = [
        {"id": "k1", "text": "Names the chemical formula of caffeine", "weight": "vital"},
        {"id": "k2", "text": "Recites the capital of Mongolia", "weight": "vital"},
    ]
    pack = tmp_path / "edited.yaml"
    pack.write_text(
        json.dumps(
            {
                "pack": "edited",
                "title": "Edited",
                "role": "any",
                "description": "A pack that someone edited.",
                "questions": [{k: v for k, v in question.items() if v is not None}],
            }
        ),
        encoding="utf-8",
    )
    done = run("rubric", "test", str(golden), "--pack", str(pack), "--json")
    if done.returncode == 7:
        pytest.fail(done.stderr)
    found = {r["id"]: r for r in json.loads(done.stdout)["answers"]}
    assert set(found) == {"good", "weak"} and found["good"]["expected"] == 4
    assert found["good"]["before"] is not None and "coverage" in found["good"]["criteria"]
    assert found["good"]["change"] <= 0
    table = run("rubric", "test", str(golden), "--pack", str(pack), "--fail-over", "0.0")
    moved = any(r["change"] for r in found.values())
    assert table.returncode == (1 if moved else 0) and "scores moved" in table.stdout
    assert run("rubric", "test").returncode == 2
    broken = tmp_path / "rubric.yaml"
    broken.write_text("criteria: []\notherwise: {}\n", encoding="utf-8")
    assert run("rubric", "test", str(golden), "--rubric", str(broken)).returncode == 7


def test_a_rubric_of_another_kind_moves_no_score(run: Run, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    row = {"question_id": "owning-a-mistake", "answer": STORY}
    golden.write_text(json.dumps(row), encoding="utf-8")
    shipped = Path(__file__).parent.parent / "prompts" / "rubrics"
    fits = run("rubric", "test", str(golden), "--rubric", str(shipped / "behavioral.yaml"))
    assert fits.returncode == 0 and "0 of 1 scores moved" in fits.stdout, fits.stderr
    other = run("rubric", "test", str(golden), "--rubric", str(shipped / "technical.yaml"))
    assert other.returncode == 2 and "kind of rubric" in other.stderr


@pytest.mark.parametrize("line", ['{"question_id": ["x"], "answer": "y"}', "[" * 100_000, "7"])
def test_a_bad_golden_line_is_named_or_passed_over(run: Run, tmp_path: Path, line: str) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text(line, encoding="utf-8")
    rubric = Path(__file__).parent.parent / "prompts" / "rubrics" / "behavioral.yaml"
    done = run("rubric", "test", str(golden), "--rubric", str(rubric))
    assert done.returncode in (2, 7) and "Traceback" not in done.stderr
