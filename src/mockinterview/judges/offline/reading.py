"""Reads an answer once: which sentences count as the candidate's own, and what each one holds."""

from __future__ import annotations

import re
from typing import NamedTuple

from mockinterview import flags, measures
from mockinterview.echoes import echo_spans
from mockinterview.judges.offline import lexicon as lex
from mockinterview.model import Question
from mockinterview.orders import instruction_spans
from mockinterview.text import Piece, sentences, stem, words
from mockinterview.vocabulary import ANY_FUNCTION, COMMON_STEMS

#: Only so much of an answer is analysed: about ten minutes of speech.
ANALYSED_WORDS = 1500
#: Who one is and where from says nothing about an answer, and must not move its level.
_HELLO = re.compile(
    r"\W*(?:(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|dear)\b"
    r"|(?:i'm|i am|my name is|my name's) (?-i:[A-Z]))",
    re.IGNORECASE,
)
_HELLO_WORDS = 12


class Sentence(NamedTuple):
    """One sentence that may earn something, with its cues counted."""

    start: int
    end: int
    text: str
    words: int
    stems: tuple[str, ...]  # content stems in order
    figures: int
    names: int
    cues: dict[str, int]  # cue name -> times heard
    tail: float  # position, 0 (first) to 1 (last)


class Reading(NamedTuple):
    """The candidate's own sentences, and all sentences with those left out marked None."""

    own: tuple[Sentence, ...]
    all: tuple[tuple[Piece, Sentence | None], ...]
    cut: bool


_CUES = {
    "i_acted": lex.I_ACTED,
    "i_tell": lex.I_TELL,
    "i_do": lex.I_DO,
    "we_acted": lex.WE_ACTED,
    "bare": lex.BARE_ACTED,
    "place": lex.PLACE_TIME,
    "trouble": lex.TROUBLE,
    "task": lex.TASK,
    "result": lex.RESULT,
    "reflect": lex.REFLECT,
    "reason": lex.REASON,
    "trade": lex.TRADE,
    "people": lex.PEOPLE,
    "evidence": lex.EVIDENCE_WORDS,
    "prevent": lex.PREVENT,
    "experience": lex.EXPERIENCE,
    "closed": lex.CLOSED,
    "general": lex.GENERAL,
    "hypothetical": lex.HYPOTHETICAL,
    "unsure": lex.UNSURE,
    "negation": lex.NEGATION,
}


def read(question: Question, answer: str) -> Reading:
    """Cut ``answer`` into sentences and leave out what speaks to the grader, says the question
    again, repeats a sentence or says who one is where that was not asked. Long sentences are cut at
    semicolons and line breaks.
    """
    text = answer[: flags.READ_CHARS]
    skip = [
        *instruction_spans(text),
        *flags.copied_spans(question, text),
        *echo_spans(question, text),
    ]
    seen: set[tuple[str, ...]] = set()
    found: list[tuple[Piece, Sentence | None]] = []
    total = 0
    pieces = sentences(text)
    if question.category != "common" and len(pieces) > 1 and _is_hello(pieces[0].text):
        skip.append((pieces[0].start, pieces[0].end))
    for piece in pieces:
        if total > ANALYSED_WORDS:
            break
        if any(a < piece.end and piece.start < b for a, b in skip):
            found.append((piece, None))
            continue
        sentence = _sentence(piece)
        repeated = sentence.stems in seen and len(sentence.stems) > 1
        seen.add(sentence.stems)
        total += sentence.words
        found.append((piece, None if repeated or not sentence.words else sentence))
    own = [sentence for _, sentence in found if sentence]
    last = max(1, len(own) - 1)
    # Only now, so that what was left out does not move a sentence towards the end.
    placed = {s.start: s._replace(tail=index / last) for index, s in enumerate(own)}
    found = [(piece, placed.get(piece.start)) for piece, _ in found]
    return Reading(
        tuple(placed.values()),
        tuple(found),
        cut=len(found) < len(pieces) or len(answer) > len(text),
    )


def _is_hello(text: str) -> bool:
    return bool(_HELLO.match(text.replace("’", "'"))) and len(text.split()) <= _HELLO_WORDS


def _sentence(piece: Piece) -> Sentence:
    lower = [word.text.lower().replace("’", "'") for word in words(piece.text)]
    plain = piece.text.replace("’", "'")[:4000]
    cues = {name: sum(1 for _ in pattern.finditer(plain)) for name, pattern in _CUES.items()}
    if not (cues["general"] or cues["hypothetical"]):
        cues["i_acted"] += cues["i_tell"]
    return Sentence(
        start=piece.start,
        end=piece.end,
        text=piece.text,
        words=len(lower),
        stems=tuple(stem(word) for word in lower if word not in ANY_FUNCTION),
        figures=len(measures.numbers(plain)),
        names=len({m.group() for m in lex.NAME.finditer(plain)}),
        cues=cues,
        tail=0.0,
    )


class Features(NamedTuple):
    """What levels are estimated from: counts and shares over the candidate's own sentences."""

    words: int
    figures: int
    names: int
    rare: int  # distinct content words that are not everyday words
    density: float  # rare words per word
    mine: float  # I-actions as a share of I- and we-actions
    i_acted: int
    we_acted: int
    i_do: int
    reason: int
    trade: int
    reflect: int
    evidence: int
    experience: int
    closed: int
    general: int
    hypothetical: int
    unsure: int
    listed: float  # share of words in sentences that hold no verb-like word


def features(reading: Reading) -> Features:
    """Return the features of the candidate's own sentences (all zero when there are none)."""
    total = {name: sum(s.cues[name] for s in reading.own) for name in _CUES}
    count = sum(s.words for s in reading.own)
    rare = {stem for s in reading.own for stem in s.stems if stem not in COMMON_STEMS}
    acted = total["i_acted"] + total["bare"]
    listed = sum(s.words for s in reading.own if len(s.stems) > 0.85 * s.words and s.words > 6)
    return Features(
        words=count,
        figures=sum(s.figures for s in reading.own),
        names=sum(s.names for s in reading.own),
        rare=len(rare),
        density=len(rare) / count if count else 0.0,
        mine=(acted + 0.5) / (acted + total["we_acted"] + 1),
        i_acted=acted,
        we_acted=total["we_acted"],
        i_do=total["i_do"],
        reason=total["reason"],
        trade=total["trade"],
        reflect=total["reflect"],
        evidence=total["evidence"],
        experience=total["experience"],
        closed=total["closed"],
        general=total["general"],
        hypothetical=total["hypothetical"],
        unsure=total["unsure"],
        listed=listed / count if count else 0.0,
    )
