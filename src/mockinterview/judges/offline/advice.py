"""From findings and levels to words: what to keep, what to change, and the one next step."""

from __future__ import annotations

from typing import NamedTuple

from mockinterview.judges.offline.criteria import Findings, quotes
from mockinterview.model import (
    STAR_NAMES,
    Criterion,
    CriterionResult,
    Evidence,
    FeedbackPoint,
    FlagName,
    Question,
    StarPart,
)
from mockinterview.ports import Task

_PARTS: dict[str, StarPart] = {"situation": "S", "task": "T", "action": "A", "result": "R"}
_BLANKS: dict[StarPart, str] = {
    "S": "[when and where it was, and why it mattered]",
    "T": "[what you yourself had to achieve]",
    "A": "[what you did, step by step, with 'I']",
    "R": "[how it ended, with your figure]",
}
_KEEP = {
    "situation": "The scene is set with concrete facts.",
    "task": "Your own task is clear.",
    "action": "You say what you did, step by step.",
    "result": "You say what came of it.",
    "relevance": "This answers what was asked.",
    "specificity": "Concrete detail makes this easy to believe.",
    "reflection": "You show what you took from it.",
    "coverage": "This makes a point that a strong answer needs.",
    "correctness": "This agrees with what a strong answer says.",
    "depth": "You give the reason or the trade-off, not only the what.",
    "experience": "Your own case supports the answer.",
    "clarity": "This is easy to follow.",
}
_ADD = {
    "relevance": (
        "Tie the story to the question: say in one sentence how it answers what was asked."
    ),
    "specificity": "Add one figure, name or date from your case: [your figure].",
    "reflection": "End with one sentence on what you learned or would do differently.",
    "coverage": "Add one more point that belongs to this topic, with a reason.",
    "correctness": "Say under which conditions your way works, and when it does not.",
    "depth": "Say why you chose this way, what you decided against, and what it costs.",
    "experience": (
        "Add one case of your own: where you used this and what came of it: [your example]."
    ),
    "clarity": "Lead with the answer in one sentence, then one thought per sentence.",
}


class Advice(NamedTuple):
    """The words of the feedback."""

    strengths: tuple[FeedbackPoint, ...]
    improvements: tuple[FeedbackPoint, ...]
    next_step: str
    stronger_answer: str | None


def advise(
    task: Task,
    findings: Findings,
    criteria: tuple[CriterionResult, ...],
    names: list[FlagName],
    *,
    answered: bool,
) -> Advice:
    """Return what to keep and what to change; an answer that is none earns no strength."""
    order = _by_gain(task, criteria)
    if not answered:
        first = _start(task.question)
        point = FeedbackPoint(criterion=order[0].id if order else "relevance", text=first)
        return Advice((), (point,), first, None)
    improvements = tuple(_improve(task, findings, order))
    step = _next_step(task, findings, improvements[0])
    own = () if "copies_sample" in names else _keep(task, findings, criteria)
    if "copies_sample" in names:
        step = (
            "Tell a case of your own in the same order: [your case], [your steps], [your figure]."
            if task.rubric.kind == "behavioral"
            else "Say it once more without looking, then add one case of yours: [your example]."
        )
    return Advice(own, improvements, step, _stronger(task, findings, names))


def _next_step(task: Task, findings: Findings, first: FeedbackPoint) -> str:
    """Return the first improvement, tied to this very question where it is not yet."""
    if first.criterion in _PARTS or any(f.point.text[1:60] in first.text for f in findings.points):
        return first.text
    gaps = [f for f in findings.points if f.verdict < 2 and not findings.from_sample]
    gaps.sort(key=lambda f: (f.verdict, f.point.weight != "vital"))
    if gaps:
        return f"{first.text} A good place for it here: {_inside(gaps[0].point.text)}."
    return first.text


def _inside(text: str) -> str:
    """Return ``text`` as it can stand after a colon; names and acronyms keep their capital."""
    text = " ".join(text.split()).rstrip(".")
    first = text.split(" ", 1)[0]
    plain = first.isalpha() and first[1:].islower() and len(first) > 1
    return text[0].lower() + text[1:] if plain else text


def _by_gain(task: Task, criteria: tuple[CriterionResult, ...]) -> list[Criterion]:
    """Return the scored criteria by how much one more level would raise the overall."""
    levels = {result.id: result.level for result in criteria}
    gains = [
        (min(1.0, 5 - level) * criterion.weight, criterion)
        for criterion in task.rubric.criteria
        if (level := levels.get(criterion.id)) is not None and level < 4.5
    ]
    ranked = [criterion for _, criterion in sorted(gains, key=lambda pair: -pair[0])]
    weak = [criterion for criterion in ranked if (levels[criterion.id] or 5) < 4]
    return weak or ranked or list(task.rubric.criteria[:1])


def _keep(
    task: Task, findings: Findings, criteria: tuple[CriterionResult, ...]
) -> tuple[FeedbackPoint, ...]:
    weights = {c.id: c.weight for c in task.rubric.criteria}
    good = [r for r in criteria if r.level is not None and r.level >= 3.5 and r.evidence]
    good.sort(key=lambda r: -((r.level or 0) * (0.3 + weights.get(r.id, 0))))
    kept: list[FeedbackPoint] = []
    used: set[Evidence] = set()
    for result in good:
        fresh = next((quote for quote in result.evidence if quote not in used), None)
        if fresh and result.id in _KEEP and not findings.foreign and len(kept) < 2:
            used.add(fresh)
            kept.append(
                FeedbackPoint(criterion=result.id, text=_KEEP[result.id], evidence=(fresh,))
            )
    return tuple(kept)


def _improve(task: Task, findings: Findings, order: list[Criterion]) -> list[FeedbackPoint]:
    missing = [f for f in findings.points if f.verdict == 0] + [
        f for f in findings.points if f.verdict == 1
    ]
    missing = [] if findings.from_sample else missing
    missing.sort(key=lambda f: (f.point.weight != "vital", f.verdict))
    said: list[FeedbackPoint] = []
    for criterion in order:
        if criterion.id in ("coverage", "relevance", "correctness") and missing:
            found = missing.pop(0)
            verb = "Show this too" if found.verdict == 0 else "Show this more clearly"
            if task.rubric.kind != "behavioral":
                verb = "Bring in this point" if found.verdict == 0 else "Explain this point further"
            said.append(
                FeedbackPoint(
                    criterion=criterion.id,
                    text=f"{verb}: {_inside(found.point.text)}.",
                    evidence=quotes(findings.answer, found.where, 1),
                )
            )
        else:
            said.append(_point(task.question, findings, criterion))
        if len(said) == 3:
            break
    return said


def _point(question: Question, findings: Findings, criterion: Criterion) -> FeedbackPoint:
    part = _PARTS.get(criterion.id)
    if criterion.id == "specificity" and findings.features.figures >= 2:
        text = "Name the tool, the place or the people's roles, so that it can only be your case."
        return FeedbackPoint(criterion=criterion.id, text=text)
    if part is None:
        text = _ADD.get(criterion.id, f"Work on {criterion.name.lower()}: {criterion.asks}")
        return FeedbackPoint(criterion=criterion.id, text=text)
    f, star = findings.features, findings.star
    best = quotes(findings.answer, star.best[part], 1)
    if part == "A" and f.we_acted > f.i_acted:
        text = f"Put 'I' where you now say 'we', and tell your own steps: {_note(question, part)}"
        return FeedbackPoint(criterion=criterion.id, text=text, evidence=best)
    if part == "R" and best and f.figures < 4 and not any(s.figures for s in star.best["R"]):
        text = f"Give the result a figure, [your figure], and say: {_note(question, part)}"
        return FeedbackPoint(criterion=criterion.id, text=text, evidence=best)
    if part == "S" and star.map.shares["S"] > 0.5:
        text = "Cut the Situation to two sentences and use the time for what you did."
        return FeedbackPoint(criterion=criterion.id, text=text, evidence=best)
    hint = _note(question, part)
    verb = "Add the" if star.strength[part] < 0.22 else "Say more about the"
    return FeedbackPoint(
        criterion=criterion.id, text=f"{verb} {STAR_NAMES[part]}: {hint}", evidence=best
    )


def _note(question: Question, part: StarPart) -> str:
    if question.star is None:
        return _BLANKS[part]
    name = STAR_NAMES[part].lower()
    note: str = getattr(question.star, name)
    return _inside(note) + "."


def _start(question: Question) -> str:
    vital = next((p.text for p in question.key_points if p.weight == "vital"), "")
    if question.kind == "behavioral":
        return f"Begin with one real case: {_note(question, 'S')}"
    point = f" Begin with this: {_inside(vital)}." if vital else ""
    asked = " ".join(question.text.split())[:160]
    point = point or f" The question was: “{asked}”"
    return f"Answer in your own words, in four or five sentences.{point}"


def _stronger(task: Task, findings: Findings, names: list[FlagName]) -> str | None:
    """Return the candidate's own sentences in STAR order, blanks where something is missing."""
    star = findings.star
    useless = findings.foreign or "copies_sample" in names
    if task.rubric.kind != "behavioral" or useless or not findings.reading.own:
        return None
    labels = {label.start: label.label for label in star.map.sentences}
    parts: list[str] = []
    for part in _BLANKS:
        said = [s.text for s in findings.reading.own if labels.get(s.start) == part]
        parts += said
        if star.map.parts[part] == 0:
            parts.append(_BLANKS[part])
        elif part == "R" and not any(s.figures for s in star.best["R"][:3]):
            parts.append("[your figure]")
    return " ".join(" ".join(parts).split())
