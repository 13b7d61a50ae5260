"""What kind of telling an answer is: a real event, a general case, an opinion, a self-description.

After A. Bangerter, P. Corvalan and C. Cavin (2014), "Storytelling in the selection interview? How
applicants respond to past behavior questions", Journal of Business and Psychology 29: asked for
one event of their past, many candidates give something else instead. The rules here are ours:
time and place, tense, who acts, and words of habit, opinion and self-praise.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from mockinterview import text as texts
from mockinterview.changes import halves, share_change
from mockinterview.flags import language
from mockinterview.model import Evidence, StarMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

StoryKind = Literal["event", "general", "opinion", "self"]

#: What each kind is called to the candidate.
NAMES: dict[StoryKind, str] = {
    "event": "a real event",
    "general": "a general case",
    "opinion": "an opinion",
    "self": "a self-description",
}
_COUNTED: dict[StoryKind, str] = {
    "event": "told as a real event",
    "general": "as a general case",
    "opinion": "as an opinion",
    "self": "as a self-description",
}
#: What to do about it; nothing for a real event.
ADVICE: dict[StoryKind, str] = {
    "event": "",
    "general": "name one time when it happened, and stay with it",
    "opinion": "tell one time when you acted on it",
    "self": "show it in one thing you did",
}


_LEAST_WORDS = 8
#: Two acts without time or place are an event only in an answer of this length.
_UNDATED_WORDS = 30


class Story(NamedTuple):
    """The kind of telling, and the candidate's own words that speak for it (at most three)."""

    kind: StoryKind
    evidence: tuple[Evidence, ...]


class _Sentence(NamedTuple):
    piece: texts.Piece
    dated: bool  # names one time or place
    acts: bool  # I or we did one thing, past tense
    tells: bool  # I or we do one thing, as in a story told in the present tense
    general: bool
    opinion: bool
    self: bool


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


_IRREGULAR = (
    "was|were|had|did|made|built|wrote|took|sat|went|told|found|put|set|cut|ran|led|got|gave|kept|"
    "held|began|drew|chose|brought|spoke|met|taught|bought|sent|showed|said|saw|let|split|"
    "spent|left|came|won|sold|dealt|drove|grew|heard|lost|paid|rebuilt|rewrote|hid|shut|stood|"
    "threw|broke|caught|fell|read|slept|flew|fought|hurt|hit|rang|rose|stuck|woke"
)
_BETWEEN = r"(?:(?:\w+ly|also|then|first|just|once|never|even|still|soon|again|both|all|had)\s+)*"
# "I was", "I had", "we were" tell how things stood; an act needs another verb.
_ACTS = _any(
    rf"(?:i|we),?\s+{_BETWEEN}(?!(?:was|were|had|did|used|learned|learnt|liked|wanted|needed|"
    rf"loved|believed|tried to be)\b)(?:\w{{2,}}ed|{_IRREGULAR})"
    rf"|(?:and|then|so|,)\s+{_BETWEEN}(?:asked|called|wrote|built|told|made|took|sent|found|"
    r"fixed|showed|put|set|ran|checked|explained|offered|agreed|started|stopped|changed)"
    # "I have asked my manager": a past act, in the tense of many who learnt English late.
    r"|(?:i|we)(?:'ve| have) (?!always|never|ever|been)(?:\w{2,}ed|made|gone|told|found|written|"
    r"taken|done|built|sent|shown|put|spoken|begun|brought|given|met)"
)
_TELLS = _any(
    r"(?:i|we)\s+(?:then\s+|also\s+|first\s+|just\s+)*(?:ask|listen|show|go|write|propose|"
    r"collect|fix|explain|call|take|tell|build|check|find|talk|speak|give|send|start|begin|bring|"
    r"prepare|decide|split|measure|compare|test|create|help|offer|suggest|agree|meet|move|come|"
    r"see|open|close|stop|make|change)"
)
_MONTHS = (
    "january|february|march|april|june|july|august|september|october|november|december|monday|"
    "tuesday|wednesday|thursday|friday|saturday|sunday"
)
_ONE = "one|a|an|my|our|the|this|that"
_PLACES = (
    "company|job|role|team|project|firm|bank|startup|agency|shop|hospital|clinic|school|employer|"
    "studio|office|department|position|university|internship|client|customer|plant|warehouse|"
    "restaurant|hotel|site|ward|lab|course|thesis|store|factory|charity"
)
_DATED = _any(
    rf"last (?:\w+ )?(?:year|month|week|spring|summer|autumn|fall|winter|quarter|night|{_MONTHS})|"
    r"(?:\w+ )?(?:years?|months?|weeks?|days?) ago|yesterday|(?:in|since|during|by) (?:early |late "
    rf"|mid-?)?(?:19|20)\d\d|in (?:spring|summer|autumn|winter|may|{_MONTHS})|"
    rf"on (?:a |one |the )?(?:{_MONTHS}|first day|second day|last day)|"
    r"one (?:day|time|evening|morning|afternoon|night|weekend|of (?:my|our) \w+)|"
    rf"one (?:{_MONTHS})|once(?! (?:you|i|we|they|it|a|the|per|in)\b)|"
    r"(?:my|our) (?:first|second|third|last|previous|former|old|final) (?:\w+[ -]){0,2}"
    rf"(?:{_PLACES})|"
    rf"(?:at|in|for|with) (?:a|an|one) (?:\w+[ -]){{0,3}}(?:{_PLACES})|"
    r"when i (?:was|worked|joined|started|led|studied|ran)|the (?:next|same) (?:day|morning|week)|"
    r"(?:two|three|four|five|six|ten|\d+) (?:minutes|hours|days|weeks|months) later|"
    rf"(?:this|that) (?:spring|summer|autumn|winter|{_MONTHS})|at (?:\d{{1,2}}(?::\d\d| ?[ap]m)|"
    r"midnight|noon)|there was (?:a|one) time"
)
# A weekday or a place by its name: case tells "in May" from "may", "in Lyon" from "in line".
_NAMED = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\bin (?:early |late |mid-)?(?:May|March)\b"
    r"|(?<=\w )(?:in|at|from|near) (?!I\b|English\b)[A-Z][a-z]\w+"
)
_GENERAL = _any(
    r"usually|always|often|generally|in general|typically|normally|sometimes|mostly|most of the "
    r"time|whenever|every (?:time|day|week)|each time|from time to time|as a rule|"
    r"(?:when|if) (?:a|an|someone|somebody|people|there (?:is|are)|you|it comes|problems?|things)|"
    r"in (?:such|these|those|most|many) (?:cases|situations|projects|teams)|"
    r"i would|i'd (?!\w+ed\b)\w+|you (?:have to|need to|should|must|can)|i tend to|"
    r"i try to|many times|"
    r"on (?:several|many|various) occasions|various|different (?:projects|teams|situations)"
)
_OPINION = _any(
    r"i (?:\w+ly )?(?:think|believe|feel|find)(?: that)?|in my (?:opinion|view|mind)|"
    r"for me,? \w+ (?:is|means)|(?:is|are) (?:very |really |so |extremely |the most )?"
    r"(?:important|essential|crucial|key|vital|necessary)|the most important|"
    r"(?:people|one|everyone|everybody|teams?|managers?|leaders?|companies) "
    r"(?:should|must|need to|have to)|it is (?:about|better|good|best)|it's (?:about|better|good|"
    r"important)|matters?(?: most)?|values?|honesty|there is nothing worse"
)
_SELF = _any(
    r"i am|i'm|my (?:\w+ )?(?:strengths?|weakness(?:es)?|style|"
    r"personality|nature|skills?|experience)|i have (?:always|\w+ years|a (?:lot|strong|good))|"
    r"i consider myself|i see myself|i describe myself|as a person|people (?:say|tell me|describe)|"
    r"(?:colleagues|friends|others|managers) (?:say|describe|call|tell)|i work (?:well|hard|best)|"
    r"i(?: really)? (?:like|love|enjoy|prefer)|i never give up|team player|hard-?working|"
    r"motivated|reliable|passionate|perfectionist"
)


def classify(answer: str, star: StarMap | None = None) -> Story | None:
    """Return what kind of telling ``answer`` is, or None where it says too little to tell.

    A real event needs one time or place and an act of the candidate's (in a story told in the
    present tense, two), or two acts, fewer sentences about habits, and 30 words. ``star``,
    where there is one, leaves out the sentences that serve no part of a story, unless that
    leaves none. Only English is read.
    """
    words = len(texts.words(answer))
    if words < _LEAST_WORDS or language(answer) not in ("en", ""):
        return None
    read = [_read(piece) for piece in texts.sentences(answer)]
    told = [s for s in read if star is None or _label(star, s.piece) != "O"] or read
    dated = [s for s in told if s.dated]
    acts = [s for s in told if s.acts and not s.general]
    telling = [s for s in told if (s.tells or s.acts) and not s.general and not s.opinion]
    habits = sum(s.general for s in told)
    known = bool(dated) and (len(acts) >= 1 or len(telling) >= 2)
    enough = len(acts) >= 2 and len(acts) > habits and words >= _UNDATED_WORDS
    if (known and habits <= 2 * len(telling)) or enough:
        return Story("event", _quoted(answer, [*dated[:1], *acts, *telling]))
    return _no_event(answer, read)


def told_kinds(kinds: Sequence[StoryKind]) -> str:
    """Return a sentence about how stories are told; ``kinds`` come newest first."""
    if not kinds:
        return "no story yet."
    counted = Counter(kinds)
    parts = [f"{counted[kind]} {_COUNTED[kind]}" for kind in NAMES if counted[kind]]
    said = f"of your last {len(kinds)} stories: {', '.join(parts)}"
    before, after = halves([kind == "event" for kind in reversed(kinds)])
    trend = {"up": "more real events than before", "down": "fewer real events than before"}
    way = trend.get(share_change(before, after), "")
    return f"{said}; {way}." if way else f"{said}."


def _no_event(answer: str, read: list[_Sentence]) -> Story:
    """Return which of the other three kinds most of the sentences are."""
    groups: dict[StoryKind, list[_Sentence]] = {
        # A habit is told first of all as a case: "When a client is angry, I listen."
        "general": [s for s in read if s.general or (s.acts and not s.opinion)],
        "opinion": [s for s in read if s.opinion and not s.general],
        "self": [s for s in read if s.self and not s.general and not s.opinion],
    }
    best = max(groups, key=lambda kind: (len(groups[kind]), kind == "general"))
    if not groups[best]:
        return Story("general", ())
    return Story(best, _quoted(answer, groups[best]))


def _read(piece: texts.Piece) -> _Sentence:
    plain = piece.text.replace("’", "'")
    return _Sentence(
        piece=piece,
        dated=bool(_DATED.search(plain) or _NAMED.search(plain)),
        acts=bool(_ACTS.search(plain)),
        tells=bool(_TELLS.search(plain)),
        general=bool(_GENERAL.search(plain)),
        opinion=bool(_OPINION.search(plain)),
        self=bool(_SELF.search(plain)),
    )


def _label(star: StarMap, piece: texts.Piece) -> str:
    for sentence in star.sentences:
        if sentence.start <= piece.start < sentence.end:
            return sentence.label
    return "O"


def _quoted(answer: str, found: Iterable[_Sentence]) -> tuple[Evidence, ...]:
    pieces = list(dict.fromkeys(sentence.piece for sentence in found))[:3]
    return tuple(Evidence(start=p.start, end=p.end, quote=answer[p.start : p.end]) for p in pieces)
