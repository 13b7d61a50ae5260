"""Tells whether an answer bears on its question: by the question's words, work and leisure.

Words cannot prove that a story is beside the point, so there are two degrees: an answer that
strays is flagged; one that merely shows no link stays in the lowest band without an accusation.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from mockinterview import vocabulary as voc
from mockinterview.model import Question
from mockinterview.text import stem, words

Bearing = Literal["on", "unlinked", "off"]

#: Fewer words than these say too little to be called beside the point.
_FEW = 8
#: From this many topic words on (a sample and key points) a low overlap means something.
_RICH_TOPIC = 30

_STORY = re.compile(
    r"\b(?:tell me about (?!yourself)|describe (?:your|something)\b|describe (?:a|an|the)\b(?:.*"
    r"\byour?\b| (?:\w+ ){0,3}(?:time|situation|occasion|moment|case|project|challenge|conflict|"
    r"decision|mistake|failure|experience|example|problem|goal)\b)|give (?:me |us )?an "
    r"example|walk (?:me|us) through a|(?:a|one) (?:time|situation|moment) (?:when|where|you)|"
    r"when (?:have|did) you|have you ever)",
    re.IGNORECASE,
)
#: Questions about the candidate, which nobody can answer without "I".
_PERSONAL = re.compile(
    r"\b(?:yourself|why do you want|why should we|where do you see|why are you|"
    r"your (?:\w+ )?(?:strengths?|weakness\w*|background|career|motivation|experience))\b",
    re.IGNORECASE,
)
#: Words by which people say what they do for a living.
_TRADE = re.compile(
    r"\b(?:i (?:also )?(?:work(?:ed)?|coach(?:ed)?|train (?!for\b|every)|"
    r"teach|taught (?:at|in|a class)|sell|sold|nurse|serve|deliver"
    r"|supervise|managed? (?:a team|the|our|my)|pack|drive a|clean|paint houses|sew|referee|"
    r"look after|drove (?:trucks?|buses|taxis?)|"
    r"ran (?:a small|my|our)|lay (?:bricks|tiles|pipes))\b"
    r"|(?:i was|i'm|i am|as) (?:an? |the |only )?(?:\w+ ){0,2}(?:chef|cook|waiter|waitress|barista|"
    r"baker|butcher|gardener|farmer|nurse|midwife|doctor|vet|carer|paramedic|teacher|tutor|coach|"
    r"trainer|instructor|student|intern|apprentice|trainee|volunteer|soldier|sergeant|officer|corporal|"
    r"driver|pilot|guide|agent|clerk|cashier|receptionist|secretary|hairdresser|stylist|tailor|"
    r"carpenter|electrician|plumber|mechanic|mason|painter|roofer|welder|cleaner|porter|janitor|"
    r"developer|engineer|analyst|programmer|designer|tester|manager|lead|assistant|accountant|"
    r"lawyer|journalist|librarian|musician|actor|dancer|singer|conductor|photographer|referee|"
    r"lifeguard|fisherman|sailor|firefighter|guard|consultant|freelancer|seller|salesman|"
    r"saleswoman|buyer|nanny|au pair|social worker|worker|technician|operator|\w+ chef)\b"
    r"|(?:in|at|from) (?:the|our|my|a) (?:\w+ ){0,2}(?:warehouse|bakery|clinic|ward|hospital|"
    r"practice|surgery|kindergarten|daycare|nursery|workshop|factory|plant|site|office|shop|store|"
    r"agency|salon|restaurant|reception|barracks|orchestra|choir|theatre|firm|company|agency|"
    r"university|faculty|school|lesson|shift|lab)\b"
    r"|on (?:our|the|my) (?:farm|ward|shift|site|line)|after (?:the |my )?(?:shift|"
    r"closing|training)|head chef|my chef|rehearsal|night shift"
    r"|\d+ (?:covers|guests|portions|pupils|patients)"
    r"|my (?:boss|foreman|supervisor|team|colleagues?|thesis|professor|shift)|our (?:boss|"
    r"customers?|clients?|guests?|patients?|pupils?|players|parents|assistant|goalkeeper|budget)"
    r"|we keep \d+|a client|a customer|an? (?:difficult )?guest|a passenger|a patient|"
    r"with the team|our \w+ cook|the owner"
    r"|your (?:company|shop|clinic|team|school|firm|office|store|product|hotel|kitchen)|"
    r"our (?:theatre|shop|clinic|school|kitchen|hotel|restaurant|factory|workshop|choir))\b",
    re.IGNORECASE,
)
#: A surname that is also a trade: "I'm Emily Baker" tells no work.
_SURNAME = re.compile(
    r"[A-Z]\w+ (?:Baker|Butcher|Carpenter|Cook|Farmer|Gardener|Mason|Painter|Porter|Sailor|Singer)$"
)
#: What stories told in interviews turn on, whatever the trade.
_STAKES = re.compile(
    r"\b(?:my (?:own )?mistake|said sorry|apologi[sz]ed?|complain\w*|i told (?:him|her|them|my|the)"
    r"|i asked (?:him|her|them|my|the|all|five|three|two)|agreed|convinced|persuad\w+|"
    r"responsib\w+|deadline|for free|refund\w*|organi[sz]ed the|failed|fail|forgot|next time|"
    r"learned (?:to|that)|made a (?:plan|list|proposal)|from then on)\b",
    re.IGNORECASE,
)
_MINE = frozenset("i i'm i'd i've i'll im ive we we're we'd we've we'll".split())
_BARE_ACT = re.compile(
    r"(?:^|[.!?;\n]\s*)(?!tired|need)(?:(?:then|so|and|first|after|next)\s+)?(?:\w{3,}ed|built|wrote|took|ran|cut|"
    r"split|made|gave|told|sat|put|set|drew|led|found|kept|held|called|sent)\b",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"\b(?:i|we)(?: \w+ly| then| also| once)? (\w{2,}ed|built|wrote|took|ran|cut|split|made|"
    r"gave|told|sat|put|set|drew|led|found|kept|held|called|sent|spoke|read|laid|drove|shut|taught|sold|"
    r"saw|knew|went|got|phoned|rang|swept|ground)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:def|class|return|import|for|if|while|const|let|var|<\w+)\b", re.M
)


class Signs(NamedTuple):
    """What an answer shows of its own; counts are of distinct words or phrases."""

    length: int
    you: bool  # it explains to a "you"
    mine: bool  # it speaks of I or we, or tells acts in telegram style
    work: int
    trade: int
    stakes: int
    leisure: int
    content: int  # words that are not everyday filling
    asked: int  # content words of the question's text that are said again
    points: int  # content words of question and key points said again
    topic: int  # the same for all that is known about the question
    code: bool
    acts: int  # different things that "I" did


def bearing(question: Question, answer: str) -> Bearing:
    """Return whether an English ``answer`` bears on ``question``, shows no link, or is off."""
    signs = read_signs(question, answer)
    if signs.length < _FEW:
        return "on"
    if asks_for_story(question) or (not question.key_points and _PERSONAL.search(question.text)):
        return _story(signs)
    return _knowledge(question, signs)


def asks_for_story(question: Question) -> bool:
    """Return whether ``question`` wants something the candidate lived through."""
    return question.kind == "behavioral" or bool(
        not question.key_points and _STORY.search(question.text)
    )


def read_signs(question: Question, answer: str) -> Signs:
    """Return what ``answer`` shows of work, leisure and the words of ``question``."""
    plain = answer.replace("’", "'")
    lower = [word.text.lower() for word in words(plain)]
    stems = {stem(word) for word in lower if word not in voc.ANY_FUNCTION}
    content = stems - voc.COMMON_STEMS
    asked, points, topic = _matter(question)
    # Where the question itself is about food or animals, their words are no leisure.
    leisure = set() if asked & voc.EVERYDAY_STEMS else content & voc.EVERYDAY_STEMS - points
    return Signs(
        length=len(lower),
        mine=any(word in _MINE for word in lower) or bool(_BARE_ACT.search(plain)),
        you="you" in lower,
        work=len(content & voc.WORK_STEMS - voc.AMBIGUOUS_STEMS),
        trade=len(
            {
                match.group().lower()
                for match in _TRADE.finditer(plain)
                if not _SURNAME.search(match.group())
            }
        ),
        stakes=len({match.group().lower() for match in _STAKES.finditer(plain)}),
        leisure=len(leisure),
        content=len(content),
        asked=len(content & asked) + _kin(content, asked),
        points=len(content & points),
        topic=len(content & topic),
        code=len(_CODE.findall(answer)) >= 2 or answer.count("</") >= 2,
        acts=len({match.group(1).lower() for match in _ACT.finditer(plain)}),
    )


@lru_cache(maxsize=256)
def _matter(question: Question) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    asked = [question.text]
    points = [*asked, *(point.text for point in question.key_points)]
    topic = [*points, question.sample_answer, question.tip, question.why_asked]
    topic += [question.approach or "", *question.follow_ups, *question.competencies]
    return _stems(asked), _stems(points), _stems(topic)


def _stems(parts: list[str]) -> frozenset[str]:
    found = {stem(word.text) for part in parts for word in words(part)}
    return frozenset(found - voc.COMMON_STEMS)


def _kin(content: set[str], asked: frozenset[str]) -> int:
    """Return how many asked words are said in another form ("overfits", "load-balanced")."""
    heads = {word[:5] for word in content if len(word) >= 5}
    return sum(word[:5] in heads for word in asked - content if len(word) >= 5)


def _story(s: Signs) -> Bearing:
    evidence = s.work + 2 * s.trade + s.stakes + (s.asked > 0)
    if s.code and s.trade == 0:
        return "off"
    if not s.mine:
        return "off" if s.points < 2 and s.length >= 15 else "unlinked"
    # Somebody who did several things lived through something; the trade may be one that our
    # word lists do not know. To miss a holiday story is better than to floor an honest one.
    if s.acts >= 3 and s.leisure <= 2 + evidence:
        return "on"
    # A life told in the first person may be somebody's work: the floor, but no accusation.
    if s.leisure >= 5 and evidence == 0:
        return "off"
    if s.leisure >= 3 and evidence == 0:
        return "unlinked"
    if s.leisure >= 4 and s.leisure > 2 * evidence and s.trade == 0:
        return "unlinked"
    if s.leisure >= 5 and s.leisure > 2 * evidence:
        return "off"
    if s.leisure >= 3 and evidence <= 1:
        return "unlinked"
    bare = evidence == 0 and s.points < 2 and s.length >= 15
    return "unlinked" if bare and s.leisure else "on"


def _knowledge(question: Question, s: Signs) -> Bearing:
    rich = len(_matter(question)[2]) >= _RICH_TOPIC
    evidence = s.work + 2 * s.trade + s.points
    if s.code and s.points < 2:
        return "off" if s.asked == 0 else "on"
    if s.leisure >= 3 and s.leisure > evidence and s.trade == 0 and s.points < 3:
        return "off"
    if s.leisure >= 2 and evidence <= 1 and s.asked == 0:
        return "off"
    share = s.topic / max(1, s.content)
    if rich:
        return _against_topic(s, share)
    return "on" if question.key_points else _against_text(s)


def _against_text(s: Signs) -> Bearing:
    """Judge by the question's own words, where nothing else is known about it."""
    if s.asked:
        return "on"
    # An honest explanation often has none of the question's words, so their absence alone
    # says nothing; words of leisure must speak against the answer.
    if not (s.mine or s.you) and s.length >= 20:
        return "unlinked"  # a news item or a page of an encyclopedia
    return "unlinked" if s.leisure and s.work + s.trade + s.stakes <= 1 else "on"


def _against_topic(s: Signs, share: float) -> Bearing:
    if s.content >= 15 and share < 0.1:
        return "off"
    if s.content >= 4 and s.topic <= 1 and share < 0.12 and s.work + 2 * s.trade <= 2:
        return "off"
    if s.content < 8 or (s.mine and s.trade):
        return "on"
    few = (s.points < 3 and share < 0.2) or (s.points < 4 and share < 0.13)
    return "unlinked" if few else "on"
