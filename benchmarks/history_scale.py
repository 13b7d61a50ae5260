"""Times whole commands over a history of 100 answers and over one of 10,000.

    python benchmarks/history_scale.py [ANSWERS]

The histories are made from the shipped questions with their sample answers, judged by the
offline judge, with other overalls, five answers a session and two sessions a day, and the cards
that come of them. Each figure is
the median of 7 runs, taken in turn, after one that warms the disk cache.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mockinterview import wiring
from mockinterview.drilling import reviewed
from mockinterview.model import Attempt, Evaluation, Grading, Plan, PlannedQuestion, Question
from mockinterview.model import Session as Sitting
from mockinterview.ports import Task
from mockinterview.records import Card
from mockinterview.rubric import build_rubric
from mockinterview.stores.sqlite import SqliteStore

RUNS = 7
FEW = 100
PER_SESSION = 5
WORDS = "deploy queue nurse invoice customer index latency manager budget release".split()
COMMANDS: dict[str, list[str]] = {
    "--version (the bare process)": ["--version"],
    "history list": ["history", "list"],
    "history list --below 2 --since 4w": ["history", "list", "--below", "2", "--since", "4w"],
    "history list --answers --competency": [
        *["history", "list", "--answers"],
        *["--competency", "reliability"],
    ],
    "history search (a common word)": ["history", "search", "customer"],
    "history search (a rare word)": ["history", "search", "zanzibar"],
    "history trend": ["history", "trend"],
    "history habits": ["history", "habits"],
    "drill --due": ["drill", "--due"],
    "practice, up to the first question": ["practice", "-n", "1", "--judge", "offline"],
}


def main(many: int) -> None:
    """Print the median seconds of each command at both sizes."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {FEW: Path(folder) / "few", many: Path(folder) / "many"}
        for count, home in homes.items():
            home.mkdir()
            began = time.perf_counter()
            fill(home / "history.db", count)
            size = (home / "history.db").stat().st_size / 1e6
            print(f"{count:,} answers: {size:.1f} MB, made in {time.perf_counter() - began:.1f} s")
        print(f"{'seconds, median of ' + str(RUNS):<38}{FEW:>8,}{many:>8,}   ratio   more")
        for name, arguments in COMMANDS.items():
            few, lots = timed(arguments, list(homes.values()))
            if few is None or lots is None:
                print(f"{name:<38} not there")
                continue
            print(f"{name:<38}{few:8.3f}{lots:8.3f}{lots / few:7.2f} x{lots - few:+7.3f}")


def timed(arguments: list[str], homes: list[Path]) -> list[float | None]:
    """Return the median seconds of the command in each home; None where it is no command."""
    taken: list[list[float]] = [[] for _ in homes]
    for _ in range(RUNS + 1):
        for home, times in zip(homes, taken, strict=True):
            env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "MOCKINT"))}
            env["MOCKINTERVIEW_HOME"] = str(home)
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "mockinterview", *arguments],
                env=env,
                input=b"/quit\n",
                capture_output=True,
                check=False,
            )
            times.append(time.perf_counter() - began)
            if done.returncode == 2:
                return [None] * len(homes)
    return [statistics.median(times[1:]) for times in taken]


def fill(file: Path, count: int) -> None:
    """Keep ``count`` answers in ``file``."""
    judged = list(_judged())
    cards: dict[tuple[str, str], Card] = {}
    with SqliteStore(file) as store:
        store.import_from(_lines(count, judged, cards), "generated")
        for card in cards.values():
            store.save_card(card)


def _judged() -> Iterator[tuple[Question, str, Evaluation]]:
    judge = wiring.offline_judge()
    for question in list(wiring.load_bank().questions.values())[:40]:
        # Half of the sample, so that levels differ and something is missing.
        answer = question.sample_answer[: len(question.sample_answer) // 2]
        rubric = build_rubric(question)
        bare = question.model_copy(update={"sample_answer": ""})
        yield question, answer, judge.evaluate(Task(bare, rubric, answer))


def _lines(
    count: int,
    judged: list[tuple[Question, str, Evaluation]],
    cards: dict[tuple[str, str], Card],
) -> Iterator[bytes]:
    sessions = -(-count // PER_SESSION)
    header = {"sessions": sessions, "attempts": count, "cards": 0, "reviews": 0}
    yield json.dumps({"format": "mockinterview-history", "version": 1, **header}).encode()
    chance = random.Random(7)
    # Ends today, so that "the last four weeks" holds as many sessions at both sizes.
    first = datetime.now(UTC) - timedelta(hours=12 * sessions)
    for number in range(sessions):
        at = first + timedelta(hours=12 * number)
        chosen = chance.sample(judged, k=min(PER_SESSION, count - number * PER_SESSION))
        plan = Plan(
            questions=tuple(PlannedQuestion(question=question) for question, _, _ in chosen),
            role="API developer",
        )
        done = at + timedelta(minutes=30)
        sitting = Sitting(id=f"s{number:06}", started_at=at, finished_at=done, plan=plan)
        yield _line("session", sitting.model_dump_json())
        for position, (question, answer, evaluation) in enumerate(chosen):
            grading = _grading(at, evaluation, chance)
            known = [card for card in cards.values() if card.question_id == question.id]
            if grading.evaluation is not None:
                for card in reviewed(known, question, grading.evaluation, at):
                    cards[card.question_id, card.criterion] = card
            extra = f" The {chance.choice(WORDS)} took {chance.randrange(2, 90)} days."
            attempt = Attempt(
                id=f"a{number:06}{position}",
                session_id=sitting.id,
                position=position,
                question=question,
                answer=answer + extra,
                asked_at=at,
                answered_at=at + timedelta(minutes=5 * position + 5),
                gradings=(grading,),
            )
            yield _line("attempt", attempt.model_dump_json())


def _grading(at: datetime, evaluation: Evaluation, chance: random.Random) -> Grading:
    overall = round(min(5.0, max(1.0, chance.gauss(3, 0.8))), 1)
    given = evaluation.model_copy(update={"overall": overall})
    return Grading(id="g1", at=at, judge="offline", evaluation=given)


def _line(name: str, document: str) -> bytes:
    return f'{{"{name}":{document}}}\n'.encode()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
