"""retry, drill, predict, history compare, trend and habits, as a user meets them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mockinterview.model import Attempt, Plan, PlannedQuestion, Question
from mockinterview.stores.sqlite import SqliteStore
from mockinterview.wiring import load_bank
from tests.conftest import STORY, Run
from tests.test_compare import scored
from tests.test_sitting import Sitting

WEAK = "We had some trouble with the invoices and we talked about it, and then it was better."
ASK = ("practice", "--question", "owning-a-mistake", "--judge", "offline")


def answered(text: str = WEAK) -> str:
    return f"{text}\n/done\n"


def first_session(run: Run, *options: str, text: str = WEAK) -> dict[str, Any]:
    done = run(*ASK, "--json", *options, stdin=answered(text))
    assert done.returncode == 0, done.stderr
    session: dict[str, Any] = json.loads(done.stdout)["session"]
    return session


def make_due(home: Path, days: float = 3) -> None:
    """Move every card so many days into the past."""
    with SqliteStore(home / "history.db") as store:
        for card in store.cards():
            past = datetime.now(UTC) - timedelta(days=days)
            store.save_card(card.model_copy(update={"due": past}))


def many(home: Path, levels: list[float], *, scores: bool = True, name: str = "s") -> None:
    """A session whose answers have these levels of "result", one a day until today."""
    start = datetime.now(UTC) - timedelta(days=len(levels))
    asked = Question(id="q", category="behavioral", text="Tell me.", competencies=("planning",))
    planned = tuple(PlannedQuestion(question=asked) for _ in levels)
    with SqliteStore(home / "history.db") as store:
        store.create_session(name, start, Plan(questions=planned, role="nurse", scores=scores))
        for number, level in enumerate(levels):
            made = scored({"result": level}, overall=level, position=number, answer=WEAK)
            at = start + timedelta(days=number)
            grading = made.gradings[0].model_copy(update={"id": f"{name}g{number}"})
            change = {
                "id": f"{name}a{number}",
                "session_id": name,
                "question": asked,
                "answered_at": at,
                "self_score": min(5.0, level + 1),
                "gradings": (grading,),
            }
            store.save_answer(Attempt.model_validate(made.model_copy(update=change).model_dump()))


def test_retry_shows_the_last_feedback_then_the_change(run: Run) -> None:
    first = first_session(run)["attempts"][0]
    done = run("retry", "--judge", "offline", stdin=answered(STORY))
    assert done.returncode == 0, done.stderr
    order = [
        "Your answer of",
        "We had some trouble",
        "Next step",
        "Question 1 of 1",
        "What changed: owning-a-mistake",
        "Nearly all of your words are new",
    ]
    places = [done.stdout.index(text) for text in order]
    assert places == sorted(places)
    assert re.search(r"▲ Overall +1\.\d → [345]\.\d", done.stdout)
    kept = json.loads(run("history", "show", "--json").stdout)["session"]
    assert kept["attempts"][0]["retry_of"] == first["id"]
    assert kept["plan"]["questions"][0]["retry_of"] == first["id"]
    assert kept["id"] != first["session_id"]


def test_retry_as_json_has_the_comparison_and_the_words(run: Run) -> None:
    first = first_session(run)["attempts"][0]
    longer = WEAK + " I called all forty customers on Monday 3 May."
    done = run("retry", first["id"][:6], "--json", "--judge", "offline", stdin=answered(longer))
    found = json.loads(done.stdout)
    assert found["compare"]["before"] == first["id"]
    assert found["compare"]["after"] == found["session"]["attempts"][0]["id"]
    kept = [piece["text"] for piece in found["compare"]["diff"] if piece["op"] != "gone"]
    assert "".join(kept) == longer
    shown = run("history", "compare", first["id"], found["compare"]["after"])
    assert "{+I called all forty customers on Monday 3 May.+}" in " ".join(shown.stdout.split())


def test_retry_without_an_answer_or_of_a_skipped_one_says_what_to_do(run: Run) -> None:
    none = run("retry")
    assert none.returncode == 2 and "mockinterview practice" in none.stderr
    skipped = first_session(run, text="/skip")["attempts"][0]
    again = run("retry", skipped["id"])
    assert again.returncode == 2 and "practice --question owning-a-mistake" in again.stderr
    assert run("retry", "zzzz").returncode == 2


def test_practice_makes_cards_and_drill_asks_what_is_due(run: Run, home: Path) -> None:
    assert "Nothing to drill yet" in run("drill", "--due").stdout
    first_session(run)
    waiting = json.loads(run("drill", "--due", "--json").stdout)
    assert (waiting["questions"], len(waiting["later"])) == (0, 1)
    idle = run("drill", "--judge", "offline")
    assert idle.returncode == 0 and "Nothing is due today" in idle.stderr and idle.stdout == ""

    make_due(home)
    due = json.loads(run("drill", "--due", "--json").stdout)
    minutes = next(q.minutes for q in questions() if q.id == "owning-a-mistake")
    assert (due["questions"], due["minutes"]) == (1, minutes)
    assert due["due"][0]["question_id"] == "owning-a-mistake"
    said = run("drill", "--due").stdout
    assert f"1 question is due, about {minutes:.0f} minutes" in said and "since 3 days" in said

    done = run("drill", "--json", "--judge", "offline", stdin=answered(STORY))
    session = json.loads(done.stdout)["session"]
    assert session["plan"]["questions"][0]["question"]["id"] == "owning-a-mistake"
    assert session["plan"]["questions"][0]["reason"].startswith("due again, above all for:")
    after = json.loads(run("drill", "--due", "--json").stdout)
    assert after["questions"] == 0 and after["later"]


def questions() -> list[Question]:
    return [question for pack in load_bank().packs for question in pack.questions]


def test_practice_draws_on_what_is_due(run: Run, home: Path) -> None:
    first_session(run)
    make_due(home)
    done = run("practice", "-n", "2", "--category", "behavioral", "--json", stdin="/skip\n/skip\n")
    planned = json.loads(done.stdout)["session"]["plan"]["questions"]
    reasons = {entry["question"]["id"]: entry["reason"] for entry in planned}
    assert reasons["owning-a-mistake"].startswith("due again")
    assert "not asked before" in reasons.values()


def test_a_card_of_a_question_that_is_gone_is_not_due(run: Run, home: Path) -> None:
    run("score", "-q", "Tell me about a conflict.", "--judge", "offline", stdin=STORY)
    make_due(home)
    assert "Nothing to drill yet" in run("drill", "--due").stdout


def test_regrading_what_was_judged_moves_no_card(run: Run, home: Path) -> None:
    first_session(run)
    with SqliteStore(home / "history.db") as store:
        before = store.cards()
    assert run("regrade", "--all", "--judge", "offline").returncode == 0
    with SqliteStore(home / "history.db") as store:
        assert store.cards() == before


def test_trend_in_lines_sentences_and_json(run: Run, home: Path) -> None:
    many(home, [2.0, 2.0, 2.5, 2.0, 3.5, 4.0, 4.0, 4.0])
    said = " ".join(run("history", "trend").stdout.split())
    assert "Overall is up from 2.1 to 3.9, your first 4 answers against your last 4" in said
    assert "You rate yourself 1.0 higher than the judge, on 8 answers" in said
    assert "▃▃▄▃▅▆▆▆" in said
    found = json.loads(run("history", "trend", "--json").stdout)
    assert found["overall"]["direction"] == "up" and found["answers"] == 8
    assert [line["id"] for line in found["criteria"]] == ["result"]
    assert [line["id"] for line in found["competencies"]] == ["planning"]
    assert sum(week["answers"] for week in found["weeks"]) == 8
    recent = json.loads(run("history", "trend", "--since", "3d", "--json").stdout)
    assert recent["answers"] == 2 and "too few" in recent["overall"]["told"]
    assert json.loads(run("history", "trend", "--role", "pilot", "--json").stdout)["answers"] == 0


def test_no_scores_means_no_numbers(run: Run, home: Path) -> None:
    many(home, [2.0] * 4 + [4.0] * 4, scores=False)
    plain = run("history", "trend")
    assert plain.stdout == "" and "--no-scores" in plain.stderr
    words = run("history", "trend", "--no-scores").stdout
    assert "Overall is better than before" in words
    assert not re.search(r"\d\.\d|[▁▂▃▄▅▆▇█]", words)
    compared = run("history", "compare", "sa0", "sa7").stdout
    assert "higher" in compared and not re.search(r"\d\.\d", compared)
    retried = run("retry", "sa7", "--judge", "offline", stdin=answered(STORY)).stdout
    assert "What changed" in retried and not re.search(r"\d\.\d", retried)


def test_compare_two_sessions_and_what_cannot_be_compared(run: Run, home: Path) -> None:
    many(home, [2.0, 2.0, 2.5], name="early")
    many(home, [4.0, 4.0, 3.5], name="later")
    said = " ".join(run("history", "compare", "early", "later").stdout.split())
    assert re.search(r"▲ Overall 2\.2 → 3\.8 \+1\.7 noise ±\d\.\d higher", said)
    found = json.loads(run("history", "compare", "early", "later", "--json").stdout)
    assert found["kind"] == "sessions" and found["overall"]["direction"] == "up"
    unlike = run("history", "compare", "early", "latera1")
    assert unlike.returncode == 2 and "not of the same sort" in unlike.stderr
    nothing = run("history", "compare", "early", "zzz")
    assert nothing.returncode == 2 and "no answer and no session" in nothing.stderr
    # "early" begins ids of three answers too, but is a whole id of one session.
    assert run("history", "compare", "earl", "later").returncode == 2


def test_habits_with_quotes_and_story_types(run: Run, home: Path) -> None:
    empty = run("history", "habits")
    assert empty.returncode == 0 and "No answers yet" in empty.stderr
    for _ in range(2):
        first_session(run)
    found = json.loads(run("history", "habits", "--json").stdout)
    kinds = {habit["kind"]: habit for habit in found["habits"]}
    assert {"we", "no_figure"} <= kinds.keys()
    assert kinds["we"]["seen"] == kinds["we"]["of"] == 2
    for habit in found["habits"]:
        assert all(quote["quote"] in WEAK for quote in habit["quotes"]) and habit["quotes"]
    said = " ".join(run("history", "habits").stdout.split())
    assert '"We" more often than "I": in 2 of 2 answers, too few answers to tell a trend.' in said
    first_session(run, text=STORY)
    assert "1 told as a real event" in run("history", "habits").stdout.replace("\n", " ")


def test_the_feedback_says_how_it_is_told(run: Run) -> None:
    assert "Told as a real event" in run(*ASK, stdin=answered(STORY)).stdout
    habit = (
        "When I make a mistake with an invoice I usually tell my manager and the customer the same "
        "day. Then I correct the entry and check the other invoices of that week for the same "
        "error. I always write down what went wrong in our team log, and most of the time the "
        "customer is content because they heard it from me first. For example I often mix up the "
        "tax rate of books and toys, so I now sort them before I type, and that error hardly comes "
        "up any more."
    )
    assert "Told as a general case: name one time" in run(*ASK, stdin=answered(habit)).stdout


@pytest.mark.parametrize("scores", [True, False])
def test_predict_then_reveal_then_once_more(run: Run, scores: bool) -> None:
    options = [] if scores else ["--no-scores"]
    there = Sitting([*ASK, "--predict", "--follow-ups", "0", *options])
    there.says("| ")
    there.types(WEAK, "/done")
    there.says("your own score from 1 to 5")
    there.types("nine")
    there.says("Type a number from 1 to 5")
    there.types("4,5")
    there.says("Feedback")
    there.says("Your own score:")
    told = there.says("try again")
    assert ("you said 4.5" in told) == scores
    there.types("r")
    there.says("once more")
    there.says("| ")
    there.types(STORY, "/done")
    there.says("your own score")
    there.types("")
    there.says("What changed")
    there.says("try again")
    there.types("r")
    there.says("| ")
    there.types("/skip")
    there.says("Your questions")
    there.types("")
    there.says("1 of 1 answered")
    assert there.ends() == 0
    attempts = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"]
    assert [(a["position"], a["self_score"], a["skipped"]) for a in attempts] == [
        (0, 4.5, False),
        (0, None, False),
    ]
    assert attempts[1]["retry_of"] == attempts[0]["id"]
    listed = json.loads(run("history", "list", "--json").stdout)["sessions"][0]
    assert (listed["answered"], listed["planned"]) == (1, 1)
    assert run("resume").returncode == 2  # nothing is left to ask


def test_a_stopped_retry_is_resumed_as_a_retry(run: Run) -> None:
    first = first_session(run)["attempts"][0]
    there = Sitting(["retry", "--judge", "offline", "--follow-ups", "0"])
    there.says("| ")
    there.types("I called all forty customers.")
    there.says("| ")
    there.child.sendintr()
    there.says("mockinterview resume")
    there.ends()
    back = run("resume", "--judge", "offline", stdin="And I wrote a checklist.\n/done\n")
    assert "What changed" in back.stdout
    kept = json.loads(run("history", "show", "--json").stdout)["session"]["attempts"][0]
    assert kept["retry_of"] == first["id"]
    assert kept["answer"] == "I called all forty customers.\nAnd I wrote a checklist."


def test_the_setting_predict_asks_every_time(run: Run) -> None:
    assert run("config", "set", "predict", "true").returncode == 0
    there = Sitting([*ASK, "--follow-ups", "0"])
    there.says("| ")
    there.types(WEAK, "/done")
    there.says("your own score")
    there.types("/quit")
    there.says("mockinterview resume")
    there.ends()
    waiting = Sitting(["resume", "--judge", "offline"])
    waiting.says("Feedback")  # the answer was kept, and is judged now
    waiting.child.close(force=True)
