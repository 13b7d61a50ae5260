"""Counts what code can count in an answer: length, speaking time, I and we, figures, hedges."""

from __future__ import annotations

import re

from mockinterview import text as texts
from mockinterview.model import Measures

#: Words per minute of unhurried interview speech.
SPEAKING_RATE = 140
_LISTED = 200

_SINGULAR = frozenset("i i'm i'd i've i'll im ive me my mine myself".split())
_PLURAL = frozenset("we we're we'd we've we'll us our ours ourselves".split())
_COUNTS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion dozen dozens twice half double doubled halved tripled"
)
_WORDED = _COUNTS.replace(" ", "|")
_UNITS = (
    r"%|percent|per cent|milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|"
    r"weeks?|months?|quarters?|years?|times|x|k|m|gb|mb|tb|kb|rps|qps|people|users?|customers?|"
    r"clients?|euros?|dollars?|pounds?|points?|tickets?|calls?|requests?|servers?|services?"
)
_NUMBER = re.compile(
    r"(?<![\w.])(?:[$€£]\s?)?\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?"
    rf"(?:\s?(?:{_UNITS})(?!\w))?(?!\w)"
    rf"|\b(?:one|a)\s(?:hundred|thousand|million|dozen)\b(?:\s(?:{_UNITS})\b)?"
    rf"|\b(?:{_WORDED})(?:[\s-](?:{_WORDED}|one))*(?:[\s-](?:{_UNITS})(?!\w))?(?![\w-])"
    r"|\b\d+(?:[.,]\d+)?(?:ms|s|h|k|m|x|gb|mb|tb|kb|%)(?!\w)",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:i think|i guess|i suppose|i believe|i feel like|maybe|perhaps|probably|possibly|"
    r"kind of|kinda|sort of|sorta|more or less|somehow|somewhat|i'm not sure|not really sure|"
    r"i'm not totally sure|hopefully|something like that|or something)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\b(?:u+m+|u+h+|e+r+m*|hmm+|basically|literally)\b"
    # "you know why", "do you know" and "what I mean" say something.
    r"|(?<!\bdo )(?<!\bif )(?<!\bas )(?<!\bdid )(?<!\blet )\byou know\b"
    r"(?! (?:what|how|why|that|where|who|which|when|whether|if|about|the|it|them|him|her|this)\b)"
    r"|(?<!\bwhat )\bi mean\b(?! (?:by|that|it|business|to)\b)"
    r"|(?:^|(?<=[.?!] ))so(?=,)"
    r"|(?<=[,.;])\s*like(?=,)|\b(?:was|were|just|is|it's|and|so) like(?=,)"
    r"|(?<=, )like(?= (?:really|so|super|totally|a|the|i|we|you|it))",
    re.IGNORECASE,
)


def measure(text: str) -> Measures:
    """Return the counts of ``text``: words, sentences, whole seconds of speech at 140 words a
    minute, I and we words, and the figures, hedges and fillers in order (200 of each at most).
    """
    words = texts.words(text)
    lower = [word.text.lower().replace("’", "'") for word in words]
    plain = text.replace("’", "'")
    return Measures(
        words=len(words),
        sentences=len(texts.sentences(text)),
        speaking_seconds=round(len(words) * 60 / SPEAKING_RATE),
        first_person_singular=sum(word in _SINGULAR for word in lower),
        first_person_plural=sum(word in _PLURAL for word in lower),
        numbers=numbers(plain),
        hedges=_found(_HEDGE, plain),
        fillers=fillers(plain),
    )


def fillers(text: str) -> tuple[str, ...]:
    """Return the words that fill a pause, in order; words that mean something do not count."""
    return _found(_FILLER, text.replace("’", "'"))


def numbers(text: str) -> tuple[str, ...]:
    """Return the figures in ``text``, with their unit where one follows ("2.3 seconds")."""
    return _found(_NUMBER, text)


def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in pattern.finditer(text):
        found.append(" ".join(match.group().split()))
        if len(found) == _LISTED:
            break
    return tuple(found)
