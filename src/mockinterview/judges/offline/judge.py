"""The embedded judge: no key, no network, the same answer always judged the same."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from mockinterview import flags as rules
from mockinterview import ontopic, scoring
from mockinterview.judges import OFFLINE
from mockinterview.judges.offline import advice
from mockinterview.judges.offline.belonging import MOST_SHARE, PERHAPS, SURELY, lowered, strays
from mockinterview.judges.offline.criteria import Findings, by_rule, quotes, share_covered, trust
from mockinterview.judges.offline.encoder import Perceived, perceive
from mockinterview.judges.offline.encoding import sample_points
from mockinterview.judges.offline.filler import without_filler
from mockinterview.judges.offline.keypoints import content, find_points, seen_points
from mockinterview.judges.offline.levels import Estimate, criteria_of, estimate_of
from mockinterview.judges.offline.reading import (
    ANALYSED_WORDS,
    Reading,
    Sentence,
    features,
    read,
)
from mockinterview.judges.offline.similarity import recall
from mockinterview.judges.offline.star import find_star
from mockinterview.model import (
    CriterionResult,
    Evaluation,
    Flag,
    FlagName,
    KeyPoint,
    KeyPointResult,
    Provenance,
    Question,
    StarMap,
)
from mockinterview.ports import Task

#: From this share on (0 to 1) the trained reader is heard where word lists see no link: they take
#: one good answer in words of its own out of eight for off topic (see benchmarks/RESULTS.md). A
#: story about anything has parts that the reader likes, so stories need more.
_ANSWERS = {"behavioral": 0.55, "technical": 0.35}
#: What is an answer to another question this probably is not heard there.
_FAR = 0.9
#: From this share of the sample's meaning on, an answer is to the question whatever its words.
_LIKE_SAMPLE = 0.35
#: From this share on an exam answer is the sample itself.
_WORD_FOR_WORD = 0.9
#: What the sample's meaning refutes where nothing else is known: a right answer to a short exam
#: question may be one word, or the question's own words.
_REFUTED = frozenset({"too_short", "off_topic", "parrots_question", "gibberish"})
_LOOSE = "little link to the question was seen; say in the first sentence how this answers it"
_STRAYS = (
    "this reads like an answer to another question, so it counts as weak here; if it does answer "
    "this one, say in the first sentence how"
)
_PERHAPS = (
    "perhaps this answers another question, so it counts for somewhat less here; if it does answer "
    "this one, say in the first sentence how"
)
_NO_ACT = (
    "We found no act of your own here that has to do with the question. Tell one real case, "
    "with 'I' and with what was at stake at work, in training or in a task you took on."
)
_NO_LINK = (
    "We could not connect this to the question. Take up the question's own words in your first "
    "sentence and answer them."
)


class OfflineJudge:
    """Estimates levels from STAR parts, key points and concrete detail in the answer."""

    @property
    def name(self) -> str:
        """The name users choose it by."""
        return "offline"

    def evaluate(self, task: Task) -> Evaluation:
        """Return the estimate for ``task.answer``; it never fails and needs nothing outside."""
        began = time.perf_counter()
        flags = flags_of(task)
        findings = findings_of(task, [flag.name for flag in flags])
        none = _doubt(task, findings, flags)
        loose = none is not None and _answers(task, findings)
        if loose:
            none, flags = None, tuple(flag for flag in flags if flag.name != "off_topic")
        names = [flag.name for flag in flags]
        estimate = _estimate(task, findings)
        straying = _straying(task, findings, estimate) if none is None else 0.0
        estimate = estimate._replace(share=lowered(estimate.share, straying))
        criteria = _levels(task, findings, estimate, none)
        overall = scoring.overall(task.rubric, criteria, names)
        advised = advice.advise(task, findings, criteria, names, answered=none is None)
        return Evaluation(
            overall=overall,
            verdict=scoring.verdict(overall),
            criteria=criteria,
            star=_star(task, findings, none is not None),
            key_points=_points(findings, none is not None or straying >= SURELY),
            strengths=advised.strengths,
            improvements=advised.improvements,
            next_step=advised.next_step,
            stronger_answer=advised.stronger_answer,
            flags=flags,
            confidence=_confidence(task, findings, names, estimate, loose or straying >= PERHAPS),
            provenance=Provenance(
                judge="offline",
                model=OFFLINE,
                rubric_version=task.rubric.version,
                seconds=round(time.perf_counter() - began, 4),
                notes=_notes(findings, loose, straying),
            ),
        )


def flags_of(task: Task) -> tuple[Flag, ...]:
    """Return the flags of the answer, without those its sample refutes where only that is known."""
    question, flags = task.question, rules.detect(task.question, task.answer)
    names = {flag.name for flag in flags}
    if (
        not (_REFUTED | {"copies_sample"}) & names
        or "instructs_grader" in names
        or task.rubric.key_points
        or question.key_points
        or question.category != "technical"
        or not question.sample_answer
        or ontopic.asks_for_story(question)
    ):
        return flags
    near = _nearest(question, task.answer)
    refuted = _REFUTED if near >= _LIKE_SAMPLE else frozenset()
    if near < _WORD_FOR_WORD:  # a right definition has the sample's terms, so they prove no copy
        refuted |= {"copies_sample"}
    return tuple(flag for flag in flags if flag.name not in refuted)


def findings_of(task: Task, names: list[FlagName]) -> Findings:
    """Return all that rules and the trained reader see in the answer."""
    reading = read(task.question, task.answer)
    points = task.rubric.key_points or task.question.key_points
    from_sample = not points
    question = task.question.model_copy(update={"key_points": points or _sample_points(task)})
    foreign = "other_language" in names or rules.language(task.answer) not in ("en", "")
    counted = features(reading)
    found = find_points(question, reading, trust(counted))
    surely_none = scoring.NO_ANSWER_FLAGS - {"off_topic"}
    seen = None if surely_none & set(names) else _seen(task, question, reading)
    return Findings(
        answer=task.answer,
        reading=reading,
        features=counted,
        star=find_star(reading, seen),
        # The reader learnt key points, not the sentences of a sample.
        points=seen_points(found, seen, reading.own, by_name=task.rubric.kind == "technical")
        if seen and not from_sample
        else found,
        rule_points=found,
        foreign=foreign,
        from_sample=from_sample,
        seen=seen,
    )


def _answers(task: Task, findings: Findings) -> bool:
    """Whether the networks, with key points in view, see more than a stray remark."""
    if findings.seen is None or findings.from_sample or not findings.points:
        return False
    seen = min(findings.seen.scales["overall"], findings.seen.scales["content"])
    return seen >= _ANSWERS[task.rubric.kind] and strays(task.question, findings) < _FAR


def _seen(task: Task, question: Question, reading: Reading) -> Perceived | None:
    if not reading.own:
        return None
    points = [point.text for point in question.key_points]

    def seen(own: Sequence[Sentence]) -> Perceived:
        return perceive(task.rubric.kind, question.text, points, [one.text for one in own])

    return without_filler(seen(reading.own), reading.own, seen)


def _sample_points(task: Task) -> tuple[KeyPoint, ...]:
    """Return the sample's sentences as points; a story's facts are nobody else's, so not there."""
    if task.rubric.kind == "behavioral":
        return ()
    texts = sample_points(task.question.sample_answer)
    return tuple(KeyPoint(id=f"sample-{i}", text=text) for i, text in enumerate(texts))


def numbers_of(task: Task, findings: Findings) -> dict[str, float | None]:
    """Return the numbers that the calibration may use, each 0 to 1.

    ``rule`` is the overall by rules alone, ``recall`` how much of the sample's meaning the answer
    holds, ``kept`` how many of the answer's words are the sample's, ``filled`` how near it comes
    to the sample's length (all None without a sample); the others are the trained reader's,
    ``long`` only as far as the answer is longer than a sentence or two.
    """
    ruled = findings._replace(points=findings.rule_points, star=find_star(findings.reading))
    scored = [(c.weight, by_rule(c.id, ruled)) for c in task.rubric.criteria]
    known = [(weight, judged.share) for weight, judged in scored if judged is not None]
    whole = sum(weight for weight, _ in known)
    rule = sum(weight * share for weight, share in known) / whole if whole else 0.0
    points = share_covered(findings.points)
    seen = findings.seen.scales if findings.seen else dict.fromkeys(("overall", "content"), 0.0)
    own, sample = _said(task, findings), task.question.sample_answer
    told, wanted = content(own), content(sample)
    return {
        **seen,
        "rule": rule,
        "points": seen["content"] if points is None else points,
        "recall": _nearest(task.question, own) if sample and own else None,
        "kept": len(set(told) & set(wanted)) / max(1, len(set(told))) if sample else None,
        "filled": min(1.0, len(told) / max(1, len(wanted))) if sample else None,
        "long": seen["overall"] * min(1.0, max(0.0, (findings.features.words - 8) / 30)),
    }


def _nearest(question: Question, said: str) -> float:
    """Return how much of the sample's meaning is said: of alternatives ("a | b") the nearest."""
    return max(recall(question.text, one, said) for one in question.sample_answer.split(" | "))


def _said(task: Task, findings: Findings) -> str:
    """Return the candidate's own sentences.

    Where a sentence is the whole sample, a right answer may hold the question's words alone ("The
    bulb will light."), so these count too.
    """
    own = {sentence.start: sentence.text for sentence in findings.reading.own}
    if findings.from_sample:
        own |= {a: task.answer[a:b] for a, b in rules.copied_spans(task.question, task.answer)}
    return "\n".join(own[start] for start in sorted(own))


def _estimate(task: Task, findings: Findings) -> Estimate:
    kind: str = task.rubric.kind
    if task.question.category == "common":
        kind = "common"
    elif findings.from_sample and kind != "behavioral" and _said(task, findings):
        kind = "sample" if task.question.sample_answer else "bare"
    elif not findings.points:
        kind = "bare"
    if findings.seen is None and kind != "sample":
        return Estimate(0.0, 0.1)
    return estimate_of(numbers_of(task, findings), kind)


def _doubt(task: Task, findings: Findings, flags: Iterable[Flag]) -> str | None:
    """Return why this is no answer to the question, or None if it is one."""
    for flag in flags:
        if flag.name in scoring.NO_ANSWER_FLAGS:
            return flag.message
    own = "\n".join(sentence.text for sentence in findings.reading.own)
    if findings.foreign or ontopic.bearing(task.question, own) == "on":
        return None
    if (
        findings.from_sample
        and task.question.sample_answer
        and _nearest(task.question, _said(task, findings)) >= _LIKE_SAMPLE
    ):
        return None  # a short exam question holds too few words to be linked by
    return _NO_ACT if ontopic.asks_for_story(task.question) else _NO_LINK


def _levels(
    task: Task, findings: Findings, estimate: Estimate, none: str | None
) -> tuple[CriterionResult, ...]:
    results = criteria_of(task.rubric, findings, estimate)
    if none is None:
        return results
    return tuple(
        result
        if result.level is None
        else result.model_copy(update={"level": 1.0, "reason": none, "evidence": ()})
        for result in results
    )


def _star(task: Task, findings: Findings, none: bool) -> StarMap | None:
    if task.rubric.kind != "behavioral":
        return None
    found = findings.star.map
    if not none:
        return found
    silent = tuple(s.model_copy(update={"label": "O"}) for s in found.sentences)
    return StarMap(sentences=silent, parts={"S": 0, "T": 0, "A": 0, "R": 0})


def _points(findings: Findings, none: bool) -> tuple[KeyPointResult, ...]:
    if findings.from_sample:
        return ()
    return tuple(
        KeyPointResult(
            id=found.point.id,
            text=found.point.text,
            weight=found.point.weight,
            verdict=0 if none else found.verdict,
            evidence=() if none else quotes(findings.answer, found.where),
        )
        for found in findings.points
    )


def _confidence(
    task: Task, findings: Findings, names: list[FlagName], estimate: Estimate, loose: bool
) -> float:
    """Return 1 minus half the expected error in levels: 0.75 means about half a level off."""
    if any(name in ("empty", "gibberish", "parrots_question") for name in names):
        return 0.95
    value = 1 - estimate.error / 2
    if findings.foreign:
        value -= 0.25
    if loose:
        value -= 0.2
    if not task.question.sample_answer and (findings.from_sample or not findings.points):
        value -= 0.15
    return round(min(0.95, max(0.1, value)), 2)


def _straying(task: Task, findings: Findings, estimate: Estimate) -> float:
    """Return how probably an answer that looks good is one to another question."""
    if estimate.share <= MOST_SHARE or task.question.category == "common":
        return 0.0
    points = task.rubric.key_points or task.question.key_points
    return strays(task.question.model_copy(update={"key_points": points}), findings)


def _notes(findings: Findings, loose: bool, straying: float) -> tuple[str, ...]:
    notes: tuple[str, ...] = ("offline estimate",)
    if straying >= PERHAPS:
        notes += (_STRAYS if straying >= SURELY else _PERHAPS,)
    if loose:
        notes += (_LOOSE,)
    if findings.reading.cut:
        notes += (f"only about the first {ANALYSED_WORDS} words were read",)
    return notes
