"""``rubric test``: which scores move when a pack or a rubric is edited."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from mockinterview.cli.practice import JsonOption
from mockinterview.errors import BadInput, UsageError

if TYPE_CHECKING:
    from mockinterview.model import Evaluation, Pack, Question, Rubric

#: Overalls this close are the same reading: levels are halves, the overall a rounded mean.
_NOISE = 0.2


class _Answer(NamedTuple):
    id: str
    question_id: str
    before: Question | None
    text: str
    expected: float | None


def test_rubric(
    golden: Annotated[
        Path | None,
        typer.Argument(help="Answers as JSON lines: question_id, answer, and expected if known."),
    ] = None,
    pack: Annotated[Path | None, typer.Option("--pack", help="The edited pack (YAML).")] = None,
    rubric: Annotated[
        Path | None, typer.Option("--rubric", help="An edited rubric template (YAML).")
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", help="Only the saved answers of this session.")
    ] = None,
    fail_over: Annotated[
        float | None, typer.Option("--fail-over", help="Exit 1 if an overall moves by more.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge saved or golden answers by an edited pack or rubric, and tell which scores moved.

    Without GOLDEN the answers are those of your history. Each is judged offline twice, by the
    question as it was and as it is now; differences up to 0.2 are called noise.

    \b
    Examples:
      mockinterview rubric test --pack my-pack.yaml
      mockinterview rubric test golden.jsonl --pack my-pack.yaml --fail-over 0.5
      mockinterview rubric test --rubric behavioral-edited.yaml --session 4kx7
    """
    if pack is None and rubric is None:
        raise UsageError("Nothing to test.", "Name the edited file with --pack or --rubric.")
    if golden is not None and session is not None:
        raise UsageError("GOLDEN and --session exclude each other.", "Leave one of them out.")
    moved = _moves(golden, pack, rubric, session)
    if as_json:
        from mockinterview.cli import console

        console.print_json({"schema": 1, "answers": moved})
    else:
        _show(moved)
    most = max((abs(row["change"] or 0) for row in moved), default=0.0)
    if fail_over is not None and most > fail_over:
        raise typer.Exit(1)


def _moves(
    golden: Path | None, pack: Path | None, rubric: Path | None, session: str | None
) -> list[dict[str, Any]]:
    from mockinterview import wiring
    from mockinterview.bank import load_pack
    from mockinterview.ports import Task
    from mockinterview.rubric import build_rubric

    edited = load_pack(pack) if pack else None
    template = _text(rubric) if rubric else None
    judge = wiring.offline_judge()
    rows = []
    for answer in _answers(golden, session):
        after = _after(edited, answer)
        if after is None:
            continue
        fresh = build_rubric(after, template)
        if not _same_kind(fresh, build_rubric(after)):
            continue
        new = judge.evaluate(Task(after, fresh, answer.text))
        old = None
        if answer.before is not None:
            task = Task(answer.before, build_rubric(answer.before), answer.text)
            old = judge.evaluate(task)
        rows.append(_row(answer, old, new))
    if not rows:
        raise UsageError(
            "No answer fits: none belongs to a question of this pack or kind of rubric.",
            "Give golden answers, or practise a question of the pack first.",
        )
    return sorted(rows, key=lambda row: -abs(row["change"] or 0))


def _same_kind(edited: Rubric, shipped: Rubric) -> bool:
    """Whether a rubric is for such a question: a technical answer has no STAR criteria."""
    return not {c.id for c in edited.criteria}.isdisjoint(c.id for c in shipped.criteria)


def _after(edited: Pack | None, answer: _Answer) -> Question | None:
    if edited is None:
        return answer.before
    return next((q for q in edited.questions if q.id == answer.question_id), None)


def _answers(golden: Path | None, session: str | None) -> Iterator[_Answer]:
    if golden is not None:
        yield from _golden(golden)
        return
    from mockinterview import wiring

    with wiring.open_store() as store:
        ids = [session] if session else [summary.id for summary in store.sessions()]
        for session_id in ids:
            for attempt in store.session(session_id).attempts:
                if not attempt.skipped and attempt.answer:
                    q = attempt.question
                    yield _Answer(attempt.id, q.id, q, attempt.full_answer, None)


def _golden(path: Path) -> Iterator[_Answer]:
    from mockinterview import wiring
    from mockinterview.text import clean

    known = wiring.load_bank().questions
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
            asked, text = str(row["question_id"]), clean(row["answer"])
            expected = None if row.get("expected") is None else float(row["expected"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                f"{where} is no golden answer: {' '.join(str(error).split())}.",
                'A line holds {"question_id", "answer"} and, if known, "expected".',
            ) from error
        yield _Answer(str(row.get("id", number)), asked, known.get(asked), text, expected)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.", "Give a UTF-8 text file.") from error


def _row(answer: _Answer, old: Evaluation | None, new: Evaluation) -> dict[str, Any]:
    before = old.overall if old else None
    base = before if before is not None else answer.expected
    change = None if base is None or new.overall is None else round(new.overall - base, 1)
    levels = {result.id: result.level for result in old.criteria} if old else {}
    return {
        "id": answer.id,
        "question_id": answer.question_id,
        "before": before,
        "after": new.overall,
        "expected": answer.expected,
        "change": change,
        "noise": change is not None and abs(change) <= _NOISE,
        "criteria": {
            result.id: [levels.get(result.id), result.level]
            for result in new.criteria
            if result.level != levels.get(result.id)
        },
    }


def _show(rows: Sequence[dict[str, Any]]) -> None:
    from mockinterview.cli import console

    out = console.out()
    table = [
        [
            row["id"],
            row["question_id"],
            _level(row["before"]),
            _level(row["after"]),
            _level(row["expected"]),
            _said(row),
        ]
        for row in rows
    ]
    console.table(["answer", "question", "before", "after", "expected", "change"], table, out)
    moved = [row for row in rows if row["change"] and not row["noise"]]
    out.print()
    out.print(f"{len(moved)} of {len(rows)} scores moved by more than {_NOISE}.", markup=False)


def _said(row: dict[str, Any]) -> str:
    if row["change"] is None:
        return "new"
    if not row["change"]:
        return "same"
    parts = [f"{name} {_level(old)}->{_level(new)}" for name, (old, new) in row["criteria"].items()]
    noise = " (noise)" if row["noise"] else ""
    return f"{row['change']:+.1f}{noise}  {', '.join(parts)}".strip()


def _level(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
