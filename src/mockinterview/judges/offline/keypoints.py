"""Looks for each key point in windows of one or two sentences, by words and by kind of point."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mockinterview.judges.offline import lexicon as lex
from mockinterview.judges.offline.encoder import Perceived
from mockinterview.judges.offline.reading import Reading, Sentence
from mockinterview.model import KeyPoint, Question, Verdict012
from mockinterview.text import sentences, stem, words
from mockinterview.vocabulary import ANY_FUNCTION, COMMON_STEMS

#: Weight of a word that the question itself holds: saying it again proves little.
QUESTION_WORD = 0.15
_FULL, _PART = 0.42, 0.27
#: From which expected verdict (0 to 2) the trained reader's view counts as 2 and as 1.
SEEN_FULL, SEEN_PART = 1.4, 0.6
#: The same for explanations, and how much the words say there (chosen on 260 answers the reader
#: had not seen: quadratic kappa of technical points 0.695 instead of 0.665).
_NAMED_FULL, _NAMED_PART, _SAY = 1.2, 0.7, 0.2


#: Below this a point's own words are as good as absent (on held-back questions kappa stays 0.69,
#: and the mean verdict on good answers to other questions falls from 1.35 to 1.09).
_UNNAMED = 0.1


class Found(NamedTuple):
    """How well one key point is covered (0 to 1), and where."""

    point: KeyPoint
    score: float
    verdict: Verdict012
    where: tuple[Sentence, ...]


class _Wanted(NamedTuple):
    terms: dict[str, float]  # stems of the point
    sample: dict[str, float]  # stems of the sample sentences that make the point
    kinds: frozenset[str]


def find_points(question: Question, reading: Reading, trust: float) -> tuple[Found, ...]:
    """Return, in order, how well each key point of ``question`` is covered.

    ``trust`` (0 to 1.2) scales what the words seem to show: empty talk uses them too.
    """
    return tuple(_find(point, want, reading.own, trust) for point, want in _wanted(question))


def seen_points(
    found: tuple[Found, ...], seen: Perceived, own: tuple[Sentence, ...], *, by_name: bool
) -> tuple[Found, ...]:
    """Return ``found`` with the trained reader's verdicts; its attention says where.

    Where the rules found the words themselves, their sentences are the better evidence. With
    ``by_name`` the words have a say in the verdict (not in the score, which tells how good it is),
    and a point of which none is said is a step lower: the reader goes by quality more than by
    subject, which matters for facts and not for behaviour.
    """
    merged = []
    for rule, (expected, attention) in zip(found, seen.points, strict=False):
        full, part, level = SEEN_FULL, SEEN_PART, expected
        if by_name:
            full, part = _NAMED_FULL, _NAMED_PART
            level += _SAY * (rule.verdict - expected)
        verdict: Verdict012 = 2 if level >= full else 1 if level >= part else 0
        if by_name and rule.score < _UNNAMED:
            verdict = 1 if verdict == 2 else 0
        ranked = sorted(range(len(attention)), key=lambda i: -attention[i])
        where = rule.where or tuple(own[i] for i in ranked[:1] if attention[i] > 0)
        merged.append(Found(rule.point, 0.3 * expected, verdict, where if verdict else ()))
    return (*merged, *found[len(merged) :])


@lru_cache(maxsize=128)
def _wanted(question: Question) -> tuple[tuple[KeyPoint, _Wanted], ...]:
    asked = frozenset(content(question.text))
    model = [content(piece.text) for piece in sentences(question.sample_answer)]
    wanted = []
    for point in question.key_points:
        terms = {s: _weight(s, asked) for s in content(point.text) if s not in _point_verbs()}
        ranked = sorted(model, key=lambda said: -_overlap(terms, frozenset(said)))
        near = ranked[0] if ranked and _overlap(terms, frozenset(ranked[0])) > 0.15 else []
        sample = {s: _weight(s, asked) for s in near if s not in terms}
        kinds = frozenset(
            k for pattern, ks in lex.POINT_KINDS if pattern.search(point.text) for k in ks
        )
        wanted.append((point, _Wanted(terms, sample, kinds)))
    return tuple(wanted)


@lru_cache(maxsize=1)
def _point_verbs() -> frozenset[str]:
    return frozenset(stem(word) for word in lex.POINT_VERBS.split())


def content(text: str) -> list[str]:
    """Return the stems of the words of ``text`` that are not function words, in order."""
    lower = (word.text.lower().replace("’", "'") for word in words(text))
    return [stem(word) for word in lower if word not in ANY_FUNCTION]


def _weight(term: str, asked: frozenset[str]) -> float:
    weight = 0.45 if term in COMMON_STEMS else 1.0
    return weight * (QUESTION_WORD if term in asked else 1.0)


def _find(point: KeyPoint, want: _Wanted, own: tuple[Sentence, ...], trust: float) -> Found:
    best = 0.0
    where: tuple[Sentence, ...] = ()
    for index, sentence in enumerate(own):
        for window in ((sentence,), own[index : index + 2]):
            score = trust * _score(want, window) - 0.02 * (len(window) - 1)
            if score > best + 1e-9:
                best, where = score, window
    verdict: Verdict012 = 2 if best >= _FULL else 1 if best >= _PART else 0
    return Found(point, min(1.0, best), verdict, where if verdict else ())


def _score(want: _Wanted, window: tuple[Sentence, ...]) -> float:
    said = frozenset(s for sentence in window for s in sentence.stems)
    lexical = _overlap(want.terms, said)
    sample = _overlap(want.sample, said) if want.sample else 0.0
    shown = max((max(_shows(kind, s) for s in window) for kind in want.kinds), default=0.0)
    closed = sum(s.cues["closed"] for s in window)
    # A point that names no matter of its own ("says how it ended") is known by its kind alone.
    bare = sum(want.terms.values()) < 1.5
    score = 0.75 * lexical + 0.55 * sample + (0.7 if bare else 0.5) * shown
    return score - 0.12 * min(2, closed) - _denied(want, window)


def _overlap(terms: dict[str, float], said: frozenset[str]) -> float:
    """Return the weighted share of ``terms`` said, with half credit for a related word."""
    whole = sum(terms.values())
    if not whole:
        return 0.0
    # Long points list alternatives: three solid words are as good as all.
    near = _families_of(said)
    got = sum(
        weight
        * (1.0 if term in said else 0.55 if _families().get(term, frozenset()) & near else 0.0)
        for term, weight in terms.items()
    )
    return min(1.0, got / min(whole, 3.5))


@lru_cache(maxsize=4096)
def _families_of(said: frozenset[str]) -> frozenset[int]:
    table = _families()
    return frozenset(number for term in said for number in table.get(term, ()))


@lru_cache(maxsize=1)
def _families() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(lex.FAMILIES.strip().splitlines()):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {term: frozenset(numbers) for term, numbers in table.items()}


def _shows(kind: str, s: Sentence) -> float:
    c = s.cues
    solid = min(1.0, 0.3 * s.figures + 0.1 * s.names + 0.02 * len(s.stems))
    acted = min(2, c["i_acted"] + c["bare"]) + 0.4 * min(1, c["we_acted"])
    amount = {
        "result": 0.35 * min(2, c["result"]) * (0.4 + 0.6 * s.tail)
        + 0.3 * min(2, s.figures) * (s.tail > 0.5),
        "reflect": 1.0 * min(1, c["reflect"]),
        "own": 0.8 * min(1, c["task"]) + 0.35 * min(2, c["i_acted"]),
        "scene": (0.3 * min(2, c["place"]) + 0.35 * min(2, c["trouble"])) * (1.1 - s.tail)
        + 0.3 * solid * (s.tail < 0.4),
        "people": 0.3 * min(2, c["people"]) * min(1.0, 0.4 + 0.4 * acted),
        "evidence": 0.35 * min(2, c["evidence"]) + 0.2 * min(2, s.figures),
        "trade": 0.4 * min(2, c["trade"]) + 0.2 * min(1, c["reason"]),
        "prevent": 0.35 * min(2, c["prevent"]) * (0.4 + 0.6 * s.tail),
        "act": 0.3 * acted + 0.35 * solid,
        "experience": 0.4 * min(2, c["experience"]) + 0.3 * min(1, s.figures),
    }[kind]  # fmt: skip
    airy = 0.25 * min(2, c["general"] + c["closed"]) + 0.2 * min(
        1, c["hypothetical"] * (acted == 0)
    )
    return max(0.0, min(1.0, amount) - airy)


def _denied(want: _Wanted, window: tuple[Sentence, ...]) -> float:
    """Return a penalty when a plain refusal stands with the point's own words."""
    hit = 0.0
    for s in window:
        dismissed = s.cues["negation"] and s.cues["closed"]
        opened = s.text.lower().startswith(
            ("it is not true", "it's not true", "it is false", "there is no need")
        )
        if opened or dismissed:
            hit = max(hit, 0.3 * bool(set(s.stems) & set(want.terms)) + 0.4 * opened)
    return hit
