"""Judges each criterion by rules: a share, the reason in words, and the sentences for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockinterview.evidence import span
from mockinterview.judges.offline.encoder import Perceived
from mockinterview.judges.offline.keypoints import Found
from mockinterview.judges.offline.reading import Features, Reading, Sentence
from mockinterview.judges.offline.star import Star
from mockinterview.model import STAR_NAMES, Evidence, StarPart


class Findings(NamedTuple):
    """All that was extracted from one answer."""

    answer: str
    reading: Reading
    features: Features
    star: Star
    points: tuple[Found, ...]
    foreign: bool  # a language this judge cannot read
    rule_points: tuple[Found, ...] = ()  # the points by their words alone
    from_sample: bool = False  # points are the sample's sentences: no key points are known
    seen: Perceived | None = None  # what the trained reader saw; None where it cannot read


class Judged(NamedTuple):
    """One criterion by rules alone: ``reason`` turns the share that counts into words."""

    share: float  # 0 (level 1) to 1 (level 5)
    reason: Callable[[float], str]
    sentences: tuple[Sentence, ...] = ()


def by_rule(criterion: str, findings: Findings) -> Judged | None:
    """Return what rules make of one criterion; None for a criterion no rule knows."""
    rule = _RULES.get(criterion)
    if rule is None:
        return None
    judged = _foreign(findings) if findings.foreign else rule(findings)
    return judged._replace(share=min(1.0, max(0.0, judged.share)))


def quotes(answer: str, found: tuple[Sentence, ...], most: int = 2) -> tuple[Evidence, ...]:
    """Return up to ``most`` sentences as evidence, in the order of the answer."""
    picked = sorted({(s.start, s.end) for s in found[:most]})
    return tuple(span(answer, start, end) for start, end in picked)


def substance(f: Features) -> float:
    """Return 0 to 1: how concrete the answer is, by kinds of detail rather than by length."""
    if not f.words:
        return 0.0
    per = min(1.0, 60 / f.words) if f.words > 60 else 1.0
    detail = 0.30 * _soft(f.figures * per, 1.6) + 0.40 * _soft(f.rare, 14)
    detail += 0.30 * _soft((f.i_acted + 0.5 * f.i_do) * per, 1.2)
    return detail * _enough(f) * (1 - 0.8 * _air(f))


def trust(f: Features) -> float:
    """Return 0 to 1.2: how far words that match a key point may be believed.

    The right words inside talk that holds nothing concrete prove little.
    """
    return (0.3 + 0.9 * min(1.0, 1.5 * substance(f))) * (1 - 0.5 * _air(f))


def _air(f: Features) -> float:
    """Return 0 to 1: how much of the answer is opinion, habit or dismissal instead of matter."""
    per_sentence = 100 / max(50, f.words)
    weak = 0.9 * f.closed + 0.35 * f.general - 0.25 * min(4, f.figures) - 0.2 * min(4, f.trade)
    return min(1.0, max(0.0, weak * per_sentence / 4))


def _soft(value: float, half: float) -> float:
    """Return a saturating 0-1 value that is .5 at ``half``."""
    return value / (value + half) if value > 0 else 0.0


def _enough(f: Features) -> float:
    """Return the saturating effect of length: 25 words are half enough, 60 nearly all."""
    return min(1.0, 0.15 + f.words / 60)


def share_covered(points: tuple[Found, ...]) -> float | None:
    """Return the weighted share of key points covered (vital ones count double), or None."""
    weights = [2.0 if found.point.weight == "vital" else 1.0 for found in points]
    if not weights:
        return None
    got = sum(w * min(1.0, f.score / 0.6) for w, f in zip(weights, points, strict=True))
    return got / sum(weights)


def _foreign(findings: Findings) -> Judged:
    f = findings.features
    share = 0.45 + 0.35 * min(1.0, f.words / 80) * (0.5 + 0.5 * _soft(f.figures, 1))
    return Judged(
        share,
        lambda _: "This judge reads English only: the level is a guess from length and figures.",
    )


def _part(part: StarPart) -> Callable[[Findings], Judged]:
    def rule(findings: Findings) -> Judged:
        star, f = findings.star, findings.features
        strength, best = star.strength[part], star.best[part]
        if part == "T":
            # What had to be done is often plain from the scene and the steps; raters often
            # merge Task with Action for that reason.
            strength = max(strength, 0.4 * min(star.strength["S"], star.strength["A"]))
        if part == "A" and star.map.shares["S"] > 0.5:
            strength *= 1.5 - star.map.shares["S"]  # the scene has taken the place of the steps
        share = strength * (1 - 0.5 * _air(f)) * (0.4 + 0.6 * min(1.0, 2 * substance(f)))
        return Judged(share, lambda s: _part_reason(part, findings, s), best)

    return rule


def _high(share: float) -> bool:
    """Whether ``share`` is shown as level 4 or more: praise starts there, lacks are named below."""
    return round(2 * (1 + 4 * min(1.0, share))) / 2 >= 4


def _part_reason(part: StarPart, findings: Findings, share: float) -> str:
    name, strength = STAR_NAMES[part], findings.star.strength[part]
    implied = min(findings.star.strength["S"], findings.star.strength["A"])
    if part == "T" and strength < 0.22 <= implied:
        return "Your task can be guessed from the story, but you do not say it."
    if _high(share):
        return _earned(part, findings)
    if strength < 0.22:
        return f"We found no clear {name}: {_lack(part, findings)}."
    return f"The {name} is there, but not all of it: {_lack(part, findings)}."


def _earned(part: StarPart, findings: Findings) -> str:
    f, best = findings.features, findings.star.best[part]
    if part == "S":
        return "One real occasion: you say where it was and what was at stake."
    if part == "T":
        return "You say outright what you had to do."
    if part == "A":
        steps = "1 step" if f.i_acted == 1 else f"{f.i_acted} steps"
        return f"We counted {steps} told as 'I', in an order one can follow."
    if any(s.figures for s in best):
        return "You say how it ended and give figures for it."
    return "You say how it ended and what changed."


def _lack(part: StarPart, findings: Findings) -> str:
    f, best = findings.features, findings.star.best[part]
    if part == "S":
        if not any(s.cues["place"] for s in best):
            return "say when and where it was"
        return (
            "say what was at stake"
            if not any(s.cues["trouble"] for s in best)
            else ("say who was involved and why it mattered")
        )
    if part == "T":
        if findings.star.strength["T"] >= 0.22:
            return "say also what made it hard, or what would happen if it failed"
        return "say what you yourself had to achieve, and by when"
    if part == "A":
        if f.we_acted > f.i_acted:
            return "the steps are mostly told as 'we', so your own part is hard to see"
        return "name more of your own steps" if f.i_acted < 4 else "say why you took these steps"
    if not any(s.figures for s in best):
        return "say what changed, with a figure if you have one"
    return "say what changed for the people involved, and how you know"


def _relevance(findings: Findings) -> Judged:
    covered = share_covered(findings.points)
    f = findings.features
    share = 1.3 * substance(f) if covered is None else 0.65 * covered + 0.35 * substance(f)
    met = [found for found in findings.points if found.verdict]
    full = sum(found.verdict == 2 for found in met)
    reason = (
        f"Of {len(findings.points)} points a good answer to this question has, you make {full} and "
        f"touch {len(met) - full}."
    )
    if covered is None or findings.from_sample:
        reason = "No key points are known for this question; judged by how concrete the story is."
    return Judged(share * (1 - 0.5 * _air(f)), lambda _: reason, _sentences_of(findings.points))


def _specificity(findings: Findings) -> Judged:
    f = findings.features
    share = substance(f) * 1.1 + 0.2 * (f.mine - 0.5)
    ranked = sorted(
        findings.reading.own,
        key=lambda s: (-(2 * s.figures + s.names + s.cues["i_acted"]), s.start),
    )
    seen = f"{f.figures} figures, {f.i_acted} steps told as 'I' and {f.we_acted} as 'we'"
    more = " Names, tools and amounts of your own case would add to it."
    return Judged(share, lambda s: f"We counted {seen}.{'' if _high(s) else more}", tuple(ranked))


def _reflection(findings: Findings) -> Judged:
    f = findings.features
    found = tuple(s for s in findings.reading.own if s.cues["reflect"])
    if not found:
        share = 0.3 * substance(f)
        return Judged(share, lambda _: "We found nothing you learned or would do differently.")
    share = (0.5 + 0.25 * min(2, f.reflect)) * (0.4 + 0.6 * min(1.0, 2 * substance(f)))
    share *= 1 - 0.6 * _air(f)
    said = "You say what you learned or would change."
    more = " Say also what you have done differently since."
    return Judged(share, lambda s: said if _high(s) else said + more, found)


def _coverage(findings: Findings) -> Judged:
    covered = share_covered(findings.points)
    f = findings.features
    share = 1.7 * substance(f) if covered is None else covered
    met = sum(found.verdict > 0 for found in findings.points)
    reason = f"We found {met} of {len(findings.points)} key points, by their words or near ones."
    if covered is None:
        reason = "No key points are known for this question; judged by how concrete the answer is."
    elif findings.from_sample:
        reason = "No key points are known for this question; compared with the sample answer."
    return Judged(share * (1 - 0.6 * _air(f)), lambda _: reason, _sentences_of(findings.points))


def _correctness(findings: Findings) -> Judged:
    f = findings.features
    covered = share_covered(findings.points)
    base = 1.7 * substance(f) if covered is None else 0.6 * covered + 0.4 * substance(f)
    share = base * (1 - _air(f)) - 0.08 * min(3, f.closed)
    reason = "Estimated from agreement with the key points; this judge cannot check facts."
    if f.closed > 1:
        reason = "Some statements wave the problem away, which interviewers often doubt. " + reason
    return Judged(share, lambda _: reason, _sentences_of(findings.points))


def _depth(findings: Findings) -> Judged:
    f = findings.features
    per = min(1.0, 100 / max(1, f.words))
    found = (
        0.45 * _soft(f.trade * per, 1.5) + 0.3 * _soft(f.reason * per, 1.5) + 0.35 * substance(f)
    )
    ranked = sorted(
        findings.reading.own, key=lambda s: (-(s.cues["trade"] + s.cues["reason"]), s.start)
    )
    said = tuple(s for s in ranked if s.cues["trade"] + s.cues["reason"])
    share = 1.3 * found * (1 - _air(f)) * _enough(f)
    good = f"You give {f.reason} reasons and weigh {f.trade} times one way against another."
    poor = "We saw too few reasons or trade-offs: say why this way and what it costs."
    return Judged(share, lambda s: good if _high(s) and f.reason + f.trade else poor, said)


def _experience(findings: Findings) -> Judged:
    f = findings.features
    found = tuple(s for s in findings.reading.own if s.cues["experience"] or s.cues["i_acted"])
    ranked = sorted(
        found, key=lambda s: (-(s.cues["experience"] + s.cues["i_acted"] + s.figures), s.start)
    )
    per = min(1.0, 80 / max(1, f.words))
    share = _soft((f.experience + f.i_acted + 0.3 * f.i_do) * per, 1.3)
    share *= (0.4 + 0.6 * min(1.0, 1.5 * substance(f))) * (1.25 - _air(f))
    if f.unsure:
        share -= 0.15

    def reason(final: float) -> str:
        if final < 0.35 or not found:
            return "We found little of your own experience with this."
        if _high(final):
            return "You tie it to something you did yourself."
        return "There is something of your own; say when and where it was and what came of it."

    return Judged(share, reason, tuple(ranked))


def _clarity(findings: Findings) -> Judged:
    f = findings.features
    own = findings.reading.own
    mean = f.words / max(1, len(own))
    lengthy = min(0.3, max(0.0, (mean - 32) / 60))
    share = 0.35 + 0.8 * _soft(f.density, 0.3) - lengthy - 0.5 * f.listed
    share *= _enough(f) * (1 - 0.5 * _air(f))

    def reason(final: float) -> str:
        if lengthy > 0.1:
            return "Your sentences are long: one thought in each is easier to follow."
        if _high(final):
            return "Your sentences are easy to follow."
        return "It can be followed; say the answer itself first and fill it with detail after."

    return Judged(share, reason, own[:1])


def _sentences_of(points: tuple[Found, ...]) -> tuple[Sentence, ...]:
    ranked = sorted((f for f in points if f.verdict), key=lambda f: -f.score)
    return tuple(sentence for found in ranked for sentence in found.where)


_RULES: dict[str, Callable[[Findings], Judged]] = {
    "situation": _part("S"),
    "task": _part("T"),
    "action": _part("A"),
    "result": _part("R"),
    "relevance": _relevance,
    "specificity": _specificity,
    "reflection": _reflection,
    "coverage": _coverage,
    "correctness": _correctness,
    "depth": _depth,
    "experience": _experience,
    "clarity": _clarity,
}
