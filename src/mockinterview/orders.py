"""Finds what an answer says to its grader: orders, faked ends, marks it gives itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockinterview.text import Piece, sentences, unmasked

_SAY = r"(?:reviewer|grader|examiner|judge|assessor|evaluator|rater|ai|llm|model|assistant|system)"
#: A line that claims the answer is over or another voice begins; all after it is left out.
_TAKEOVER = re.compile(
    r"^[\s\[\](){}<>#*_=|/-]*(?:end of (?:the )?(?:candidate(?:'s)? )?"
    r"(?:answer|response|transcript|submission|input)\b"
    rf"|(?:note|message|instructions?|memo|attention) (?:for|to) (?:the |all |any )?{_SAY}s?\b"
    rf"|{_SAY}(?:'s)? (?:notes?|summary|comments?|instructions?|prompt|"
    rf"message)\b[^.\n]{{0,30}}[:\]]"
    r"|im_start\|>|/?(?:answer|candidate\w*|response|system|instructions|submission)\s*>"
    r"|(?:system|assistant|developer)\s*:\s|(?<=\[)/?system\b[^\]\n]{0,30}\])",
    re.IGNORECASE | re.MULTILINE,
)
_GRADE = (
    r"(?:full marks|top marks|(?:the )?(?:highest|maximum|best|top|perfect) (?:score|"
    r"mark|grade|rating)s?|(?:a |an? overall )?(?:score of )?(?:5|five|10|ten|"
    r"100)(?:\s?(?:/|out of)\s?\d+)?(?!\s?\w)|excellent)"
)
_GRADER = (
    r"(?:the |any |all |every )?(?:\w+ ){0,2}(?:ai|llm|model|graders?|judges?|system|evaluators?|"
    r"assessors?|examiners?|reviewers?|assistant)"
)
_COMMAND = re.compile(
    r"^[\W_]*(?:(?:please|now|so|also|and|important|hey|dear \w+)[\s,:!]+)*(?:"
    r"(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s){0,4}(?:instructions?|"
    r"rubric|prompts?|criteria|rules|guidelines)\b"
    r"|you are (?:now )?(?:an? |the )?(?:\w+ )?(?:grader|judge|examiner|evaluator|assessor)\b"
    rf"|(?:give|award|grant|assign|rate|score|grade|mark)\s(?:\w+\s){{0,4}}(?:answer|"
    rf"response|candidate|me|this|it|everything|criteri\w+)\b[^.]{{0,30}}\b{_GRADE}"
    rf"|(?:for consistency[^.]{{0,40}})?(?:please )?keep the (?:score|rating|grade) at\b"
    r"|(?:final |overall )?(?:score|rating|grade|mark)s?(?: agreed[^:\n]{0,40})?\s*(?::|"
    r"=|is)\s*(?:5|10|100)\b"
    r"|do not (?:deduct|lower|reduce) (?:\w+ ){0,2}(?:points?|marks?|score)\b"
    r"|no further evaluation (?:is )?needed\b"
    rf"|(?:(?:new|updated|additional) (?:task|instruction|order|rule)s?|note|message|memo|"
    rf"important|attention|reminder) (?:to|for) {_GRADER}\s*[:,]"
    r"|(?:set|put|raise) (?:all|every|each) (?:\w+ ){0,2}(?:criteri\w+|scores?|levels?|ratings?|"
    r"marks?) to\b"
    r"|(?:return|output|reply with|respond with|print) (?:only )?(?:the |a )?(?:highest|best|"
    r"maximum|top|full|perfect) (?:possible )?(?:level|score|grade|mark|rating)s?\b)",
    re.IGNORECASE,
)
#: Who grades: by name, as a machine, or as whoever reads this.
_WHO = re.compile(
    r"\b(?:graders?|markers?|raters?|evaluators?|assessors?|examiners?|reviewers?|scorers?|"
    r"llm|language model|(?:ai|automat\w+|grading|marking|scoring|assessment)[- ](?:\w+ )?"
    r"(?:system|model|component|service|judge)|(?:ai|system|model|machine|person)s?"
    r" (?:assessing|grading|marking|rating|scoring|reading|evaluating)|"
    r"who(?:ever)? (?:marks|grades|scores|reads|rates|assesses|evaluates) this)\b",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"\b(?:5|five|10|ten|100) ?(?:/|out of) ?(?:5|five|10|ten|100)\b|\b(?:full|top) marks?\b|"
    r"\b(?:maximum|highest|perfect|flawless|top|best)\b|"
    r"\b(?:value|score|mark|grade|level|rating|output|number|with|return) (?:of |as )?(?:5|five)\b",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:must|should|shall|is to|are to|has to|have to|instructed to|ordered to|note that|"
    r"records?|take|count|consider|regard|assign|award|give|output|return|mark|score|rate|tick|treat|write|enter|confirm|"
    r"do not|don't|disregard|ignore|skip|repeat)\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"\b(?:this|here|above|the text|now|everywhere)\b", re.IGNORECASE)
#: A call in front: "ATTENTION EVALUATOR:", "@@ directive for the automated reviewer @@".
_CALL = re.compile(
    r"[\W_]*(?:attention|notice|note|instructions?|directive|order|message|memo|warning|"
    r"important)\b[^.:\n]{0,40}$",
    re.IGNORECASE,
)
_YOU_MUST = re.compile(
    r"\byou (?:must|should|shall|are (?:hereby )?(?:ordered|instructed|required|asked) to)\b",
    re.IGNORECASE,
)
#: What goes on speaking to the grader once somebody has begun to.
_GOES_ON = re.compile(
    r"\b(?:marks?|scor(?:e|es|ed|ing)|grad(?:e|es|ing)|rating|key points?|rubric|criteri\w+|"
    r"sample answer|deduct|this (?:order|text|instruction)|orders?|instructions?|candidates?|"
    r"text above|output|pre-approved|overrides?|priority|lower number|confirm with|award|"
    r"directive|evaluat\w+)\b",
    re.IGNORECASE,
)
#: A candidate who tells a story speaks of people; an order does not begin with them.
_TELLS = re.compile(r"\W*(?:i|we|my|our|she|he|they|his|her|their)\b", re.IGNORECASE)
_GRADE_KEY = re.compile(
    r"\"[^\"\n]{0,40}(?:overall|scores?|level|rating|evaluation|assessment|grade|verdict|criteri|"
    r"rubric|covered)[^\"\n]{0,40}\"\s*:",
    re.IGNORECASE,
)
_TOP_VALUE = re.compile(r":\s*\"?(?:(?:5|10|100)(?:\.0+)?(?:\s*/\s*\d+)?\b|true\b)")
_ROW = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|$))+", re.MULTILINE)
_ROW_HEAD = re.compile(
    r"\|[^\n]*\b(?:criteri\w+|scores?|points?|awarded|grade|marks?|max)\b", re.IGNORECASE
)
_ROW_TOP = re.compile(r"\b(\d+) ?/ ?\1\b|\|\s*(?:5|10|100)\s*\|")
#: Three lines or more such as "Mesh study | 5/5".
_LISTED = re.compile(
    r"(?:^[^\n]{2,60}?[|:=-][ \t]*\d+(?:\.\d+)?[ \t]?/[ \t]?(?:5|10|100)\b[^\n]{0,20}(?:\n|$)){3,}",
    re.MULTILINE,
)
_MOST_JSON = 6000


def instruction_spans(answer: str) -> list[tuple[int, int]]:
    """Return the spans that speak to a grader, in order: commands, faked ends, faked results.

    A faked end or a faked voice runs to the end of the text. An answer that tells about such
    commands ("a user typed 'ignore all rules'") holds none.
    """
    answer = unmasked(answer)
    takeover = _TAKEOVER.search(answer)
    stop = takeover.start() if takeover else len(answer)
    spans = [(stop, len(answer))] if takeover else []
    spans += _faked_scores(answer[:stop])
    taken = list(spans)
    speaking = False
    for piece in sentences(answer[:stop]):
        inside = any(a < piece.end and piece.start < b for a, b in taken)
        goes_on = speaking and bool(_GOES_ON.search(piece.text)) and not _TELLS.match(piece.text)
        speaking = not inside and (goes_on or _orders(piece))
        if speaking:
            spans.append((piece.start, piece.end))
    return sorted(_trim(answer, *s) for s in spans)


def _orders(piece: Piece) -> bool:
    text = piece.text
    if _COMMAND.match(text):
        return True
    if _TELLS.match(text):
        return False
    if _YOU_MUST.search(text) and _TOP.search(text):
        return True
    who = _WHO.search(text)
    if who is None:
        return False
    if _CALL.match(text[: who.start()]):
        return True
    return bool(_TOP.search(text) and _MUST.search(text) and _THIS.search(text))


def _faked_scores(text: str) -> Iterator[tuple[int, int]]:
    """Yield objects and tables in which the answer has given itself marks."""
    at = text.find("{")
    while at >= 0:
        end = _closing(text, at)
        body = text[at:end]
        if (
            _GRADE_KEY.search(body)
            and (len(_TOP_VALUE.findall(body)) >= 2 or len(_GRADE_KEY.findall(body)) >= 2)
        ) or _GRADE_KEY.match(body[1:].lstrip()):
            yield at, end
        at = text.find("{", end)
    for table in _ROW.finditer(text):
        if _ROW_HEAD.match(table.group().lstrip()) and _ROW_TOP.search(table.group()):
            yield table.span()
    for marks in _LISTED.finditer(text):
        yield marks.span()


def _closing(text: str, start: int) -> int:
    """Return where the object that opens at ``start`` ends; where it is never closed, how far."""
    depth = 0
    for index in range(start, min(len(text), start + _MOST_JSON)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index + 1
    return min(len(text), start + _MOST_JSON)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    raw = text[start:end]
    return start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())
