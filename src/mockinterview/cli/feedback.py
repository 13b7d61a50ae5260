"""One screen of feedback: verdict, STAR map of the candidate's words, points, next step, facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockinterview.cli.console import PART_STYLES, bar, indent, rule, styled
from mockinterview.measures import measure
from mockinterview.model import (
    STAR_NAMES,
    Evaluation,
    FeedbackPoint,
    Provenance,
    SentenceKind,
    StarMap,
)
from mockinterview.stories import ADVICE, NAMES, classify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

_RUN_LIMIT = 150  # characters of one STAR run on the short screen: two lines of 80 columns
_MOST_RUNS = 7  # so that the short screen stays within 40 lines
_PARTS: tuple[SentenceKind, ...] = ("S", "T", "A", "R", "O")


def show(
    console: Console, answer: str, evaluation: Evaluation, *, scores: bool, full: bool = False
) -> None:
    """Print the feedback; ``full`` adds each criterion's reason and quotes, and uncut STAR runs."""
    title = "Feedback"
    if scores and evaluation.overall is not None:
        title = f"Feedback: {evaluation.overall:.1f} of 5, {evaluation.verdict}"
    elif scores:
        title = f"Feedback: {evaluation.verdict}"
    rule(title, console)
    for flag in evaluation.flags:
        console.print(styled(("! ", "bold yellow"), flag.message))
    _doubts(console, evaluation, scores)
    _star(console, answer, evaluation, full)
    if scores:
        _criteria(console, evaluation, full)
    for point in evaluation.strengths[: None if full else 1]:
        _point(console, "+ ", "bold green", point)
    for number, point in enumerate(evaluation.improvements[:3], 1):
        _point(console, f"{number} ", "bold yellow", point)
    if full:
        _key_points(console, evaluation)
    if evaluation.next_step:
        console.print(styled(("Next step: ", "bold"), evaluation.next_step))
    _facts(console, answer, evaluation.star)
    console.print(styled((provenance(evaluation), "dim")))


def provenance(evaluation: Evaluation) -> str:
    """Return one line: who judged, how sure, how many tokens, at what cost."""
    made = evaluation.provenance
    # The offline judge's first note says what it is: an estimate.
    who = [] if made.judge == "offline" else [f"{made.judge}: {made.model}"]
    parts = [*who, *made.notes]
    sure = evaluation.confidence
    word = "high" if sure >= 0.7 else "medium" if sure >= 0.45 else "low"
    parts.append(f"confidence {word}")
    spread = max((c.spread for c in evaluation.criteria), default=0)
    if made.samples > 1:
        parts.append(f"{made.samples} readings, spread up to {spread:g}")
    parts.extend(_cost(made))
    if made.dropped_quotes:
        parts.append(f"{made.dropped_quotes} quotes not found in the answer were dropped")
    return " · ".join(parts)


def _cost(made: Provenance) -> Iterator[str]:
    if made.usage is None:
        return
    about = "about " if made.usage.estimated else ""
    yield f"{about}{made.usage.prompt_tokens} + {made.usage.completion_tokens} tokens"
    yield "cost not known" if made.cost_usd is None else f"${made.cost_usd:.4f}"


def _doubts(console: Console, evaluation: Evaluation, scores: bool) -> None:
    other = evaluation.second_opinion
    if other is not None:
        way = "higher" if other.difference > 0 else "lower"
        far = f" ({other.overall:.1f} of 5)" if scores else ""
        said = (
            f"The {other.judge} judge rates this answer much {way}{far}. Two judges disagree, "
            "so take this result as uncertain."
        )
        console.print(styled(("? ", "bold yellow"), said))
    unscored = [result.name for result in evaluation.criteria if result.level is None]
    if unscored and len(unscored) < len(evaluation.criteria):
        said = f"Not scored, and not counted: {', '.join(unscored)}."
        console.print(styled(("? ", "bold yellow"), said))


def _star(console: Console, answer: str, evaluation: Evaluation, full: bool) -> None:
    if evaluation.star is None:
        return
    shares = evaluation.star.shares
    line: list[str | tuple[str, str]] = [("Your words: ", "bold")]
    for part in _PARTS:
        if part == "O" and not shares["O"]:
            continue
        name = STAR_NAMES.get(part, "other") if part != "O" else "other"
        line.append((f"{name} {shares[part]:.0%}  ", PART_STYLES[part]))
    console.print(styled(*line))
    runs = list(_runs(answer, evaluation))
    for part, text in runs if full else runs[:_MOST_RUNS]:
        shown = text if full or len(text) <= _RUN_LIMIT else text[: _RUN_LIMIT - 1].rstrip() + "…"
        letter = part if part != "O" else "·"
        console.print(
            indent(styled((f"{letter} ", f"bold {PART_STYLES[part]}"), (shown, PART_STYLES[part])))
        )
    if len(runs) > _MOST_RUNS and not full:
        more = len(runs) - _MOST_RUNS
        console.print(indent(styled((f"… {more} more in the details", "dim"))))


def _runs(answer: str, evaluation: Evaluation) -> Iterator[tuple[SentenceKind, str]]:
    """Yield the answer as stretches of sentences that serve the same STAR part."""
    if evaluation.star is None:
        return
    runs: list[tuple[SentenceKind, int, int]] = []
    for sentence in evaluation.star.sentences:
        if runs and runs[-1][0] == sentence.label:
            runs[-1] = (sentence.label, runs[-1][1], sentence.end)
        else:
            runs.append((sentence.label, sentence.start, sentence.end))
    for label, start, end in runs:
        yield label, " ".join(answer[start:end].split())


def _criteria(console: Console, evaluation: Evaluation, full: bool) -> None:
    cells = []
    for result in evaluation.criteria:
        if result.level is None:
            cells.append(f"{result.name[:25]:<26}not scored ")
            continue
        spread = f" ±{result.spread / 2:g}" if result.spread else ""
        cells.append(f"{result.name[:25]:<26}{bar(result.level)} {result.level:g}{spread}")
    if not full:
        for left, right in zip(cells[::2], [*cells[1::2], ""], strict=False):
            console.print(f"{left:<38}  {right}".rstrip())
        return
    for cell, result in zip(cells, evaluation.criteria, strict=True):
        console.print(styled((cell, "bold")))
        if result.reason:
            console.print(indent(styled(result.reason)))
        for item in result.evidence:
            console.print(indent(styled((f"“{_short(item.quote, 300)}”", "italic"))))


def _key_points(console: Console, evaluation: Evaluation) -> None:
    if not evaluation.key_points:
        return
    console.print(styled(("Key points", "bold")))
    words = {0: "missing", 1: "partly ", 2: "there  "}
    for point in evaluation.key_points:
        vital = " (vital)" if point.weight == "vital" else ""
        console.print(indent(styled((words[point.verdict] + "  ", "bold"), point.text + vital)))


def _point(console: Console, mark: str, style: str, point: FeedbackPoint) -> None:
    pieces: list[str | tuple[str, str]] = [(mark, style), point.text]
    if point.evidence:
        pieces.append((f" “{_short(point.evidence[0].quote)}”", "italic"))
    console.print(styled(*pieces))


def _facts(console: Console, answer: str, star: StarMap | None) -> None:
    counted = measure(answer)
    minutes, seconds = divmod(counted.speaking_seconds, 60)
    numbers = len(counted.numbers)
    facts = [
        f"{counted.words} words",
        f"about {minutes}:{seconds:02d} to say",
        f"I {counted.first_person_singular} / we {counted.first_person_plural}",
        f"{numbers} figure{'' if numbers == 1 else 's'}",
    ]
    if counted.hedges:
        facts.append(f"hedges: {', '.join(sorted(set(counted.hedges))[:3])}")
    console.print(styled(("Counted: " + " · ".join(facts), "dim")))
    if star is not None and any(sentence.label != "O" for sentence in star.sentences):
        told = classify(answer, star)
        if told is not None:
            advice = f": {ADVICE[told.kind]}" if ADVICE[told.kind] else ""
            console.print(styled((f"Told as {NAMES[told.kind]}{advice}", "dim")))


def _short(quote: str, limit: int = 90) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
