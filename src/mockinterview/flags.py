"""Finds what makes an answer no answer, or a doubtful one, by rules that any judge can trust.

The rules are made to miss rather than to accuse: an honest answer, however short, plain or
non-native, must stay free of flags. What they see is words; meaning is the judge's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from mockinterview import ontopic, vocabulary
from mockinterview.evidence import span
from mockinterview.model import Evidence, Flag, FlagName, Question
from mockinterview.orders import instruction_spans
from mockinterview.text import Piece, sentences, stem, words

#: Only so much of an answer is read for flags: about 100 minutes of speech.
READ_CHARS = 120_000
TOO_SHORT_WORDS = 8

_MESSAGES: dict[FlagName, str] = {
    "empty": "There is no answer here yet. Even two or three sentences give us something to "
    "work with.",
    "too_short": "This is too short to judge fairly. Try four or five sentences: what the case "
    "was, what you did, and what came of it.",
    "gibberish": "We could not read words in this answer. If it came from a microphone, please "
    "check the transcript and try again.",
    "off_topic": "This seems to answer something else. Please read the question once more and "
    "answer that one.",
    "parrots_question": "This mostly repeats the words of the question. Add what you yourself "
    "know or did.",
    "copies_sample": "This is very close to the sample answer. It is good for learning, but an "
    "interviewer wants your own case: tell it with your own facts.",
    "keyword_list": "This is a list of terms. Pick two or three of them and say in sentences how "
    "and why you used them.",
    "instructs_grader": "Part of this text speaks to the grader instead of the interviewer. We "
    "left that part out; the rest is judged as usual.",
    "other_language": "This answer is not in the language of the question. That costs you "
    "nothing here, but the reading is less certain, and the real interview may need it.",
}

_RARE = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6,}|(.)\1\1|q(?!u|r\b|a\b)[a-z]|[jqvwx]{2,}|j[bcdfghklmnpqrtvwxz]"
    r"|[^aeiouyjqx\W]j[^aeiou\W]|[bcdfghklmnpqtvxz]j[bcdfgklmnpqrstvwxz]|kjh|lkj|hgf|asd[fj]|sdf|"
    r"dfg|fgh|ghj|hjk|qwe[a-z]*$|wer?t?yu|rtyu|zxc|xcv|cvb|vbn|bnm|uiop|poiu|iuyt|oiuq|mnb|dsa[^l]",
    re.IGNORECASE,
)


class _Reading(NamedTuple):
    answer: str
    pieces: list[Piece]  # words outside instruction spans
    lower: list[str]
    content: list[str]  # stems of words that are not function words
    topic: frozenset[str]  # stems of the question, key points and sample
    language: str


def detect(question: Question, answer: str) -> tuple[Flag, ...]:
    """Return the flags of ``answer``, most decisive first; () for an ordinary answer."""
    text = answer[:READ_CHARS]
    if not any(char.isalnum() for char in text):
        return (_flag("empty"),)
    instructions = instruction_spans(text)
    read = _read(question, text, instructions)
    found: list[Flag] = []
    if instructions:
        found.append(_flag("instructs_grader", (span(text, *s) for s in instructions[:3])))
    if not read.pieces:
        return (_flag("empty"), *found)
    no_answer = _no_answer(question, read)
    if no_answer:
        found.insert(0, _flag(no_answer))
        return tuple(found)
    if _length(read) < _least_words(question):
        found.insert(0, _flag("too_short"))
    if _copies(question, read):
        found.append(_flag("copies_sample"))
    if read.language not in ("en", "") and read.language != language(question.text):
        found.append(_flag("other_language"))
    return tuple(found)


def language(text: str) -> str:
    """Return a code of ``vocabulary.FUNCTION_WORDS``, "other", or "" when that cannot be told."""
    letters = [char for char in text if char.isalpha()]
    if sum(not ("a" <= c.lower() <= "z" or "\u00c0" <= c <= "\u024f") for c in letters) > 0.5 * len(
        letters
    ):
        return "other" if letters else ""
    lower = [piece.text.lower() for piece in words(text)]
    if len(lower) < TOO_SHORT_WORDS:
        return ""
    shares = {
        name: sum(word in common for word in lower) / len(lower)
        for name, common in vocabulary.FUNCTION_WORDS.items()
    }
    best = max(shares, key=lambda name: (shares[name], name == "en"))
    if shares[best] >= 0.2 and shares[best] > 1.6 * shares["en"]:
        return best
    # Czech, Vietnamese: no list of their words is here, but their letters tell.
    marked = sum(not word.isascii() for word in lower) / len(lower)
    if shares["en"] < 0.08 and marked >= 0.2:
        return "other"
    return "en" if shares["en"] >= 0.1 else ""


def copied_spans(question: Question, answer: str) -> list[tuple[int, int]]:
    """Return the sentences of ``answer`` that only say the question again."""
    asked = {stem(w.text) for w in words(question.text)}
    found = []
    for piece in sentences(answer):
        said = [stem(w.text) for w in words(piece.text)]
        fresh = [s for s in said if s not in asked and s not in vocabulary.COMMON_STEMS]
        known = sum(s in asked for s in said)
        if (
            len(said) >= 4
            and not fresh
            and known >= 0.7 * len(said)
            and not _has_figure(piece.text)
        ):
            found.append((piece.start, piece.end))
    return found


def _flag(name: FlagName, evidence: Iterable[Evidence] = ()) -> Flag:
    return Flag(name=name, message=_MESSAGES[name], evidence=tuple(evidence))


def _read(question: Question, text: str, skip: list[tuple[int, int]]) -> _Reading:
    blanked = text
    for start, end in skip:
        blanked = blanked[:start] + " " * (end - start) + blanked[end:]
    pieces = words(blanked)
    lower = [piece.text.lower().replace("’", "'") for piece in pieces]
    content = [stem(word) for word in lower if word not in vocabulary.ANY_FUNCTION]
    return _Reading(blanked, pieces, lower, content, _topic(question), language(blanked))


@lru_cache(maxsize=256)
def _topic(question: Question) -> frozenset[str]:
    parts = [question.text, question.sample_answer, question.tip, question.why_asked]
    parts += [question.approach or "", *question.follow_ups, *question.competencies]
    parts += [point.text for point in question.key_points]
    stems = {stem(word.text) for part in parts for word in words(part)}
    return frozenset(stems - vocabulary.COMMON_STEMS)


def _least_words(question: Question) -> float:
    """Return how many words an answer needs: fewer where a sentence is the whole sample."""
    if question.key_points or question.category == "behavioral" or not question.sample_answer:
        return TOO_SHORT_WORDS
    return min(TOO_SHORT_WORDS, max(2, len(words(question.sample_answer)) / 4))


def _length(read: _Reading) -> int:
    # Scripts without spaces: about two characters make a word.
    dense = sum(
        "\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" for char in read.answer
    )
    return max(len(read.pieces), dense // 2)


def _no_answer(question: Question, read: _Reading) -> FlagName | None:
    if read.language == "other":
        return "gibberish" if len(set(read.answer.split())) < 2 and _length(read) < 4 else None
    if _is_gibberish(read):
        return "gibberish"
    if _parrots(question, read):
        return "parrots_question"
    if _is_keyword_list(read):
        return "keyword_list"
    return "off_topic" if _is_off_topic(question, read) else None


def _is_gibberish(read: _Reading) -> bool:
    total = len(read.lower)
    known = sum(word in vocabulary.ANY_FUNCTION or stem(word) in read.topic for word in read.lower)
    odd = sum(_is_odd(word) for word in read.lower)
    distinct = len(set(read.lower))
    if total >= 6 and distinct <= max(2, 0.12 * min(total, 60)):
        return True
    if not any(char.isalpha() for char in read.answer) and total > 1:
        return True
    if read.lower[:2] == ["lorem", "ipsum"]:  # the printers' filler, pasted for an answer
        return True
    strange = not any(
        word in vocabulary.ANY_FUNCTION
        or stem(word) in read.topic
        or stem(word) in vocabulary.COMMON_STEMS
        or stem(word) in vocabulary.WORK_STEMS
        for word in read.lower
    )
    if total >= 3 and strange and read.answer.isascii() and "," not in read.answer:
        return all(word.isalpha() for word in read.lower)
    symbols = sum(not (c.isalnum() or c.isspace()) for c in read.answer)
    letters = sum(c.isalnum() for c in read.answer)
    if total >= 12 and symbols > 0.25 * letters and known < 0.2 * total:
        return True
    if odd >= max(1, 0.5 * total):
        return True
    return odd >= 3 and odd >= 0.15 * total and known < 0.3 * total


def _is_odd(word: str) -> bool:
    """Whether ``word`` looks typed by chance; acronyms, codes and real words do not."""
    bare = word.strip("'")
    if bare in vocabulary.ANY_FUNCTION or not bare.isascii() or not bare.isalpha():
        return False
    if len(bare) >= 4 and not re.search(r"[aeiouy]", bare):
        return bare not in vocabulary.CONSONANT_WORDS
    return len(bare) >= 3 and bool(_RARE.search(bare)) and stem(bare) not in vocabulary.COMMON_STEMS


def _parrots(question: Question, read: _Reading) -> bool:
    asked = {stem(word.text) for word in words(question.text)}
    said = [stem(word) for word in read.lower]
    fresh = {s for s in read.content if s not in asked and s not in vocabulary.COMMON_STEMS}
    overlap = sum(s in asked for s in said) / len(said)
    core = asked - vocabulary.COMMON_STEMS
    covered = len(core & set(said)) / max(1, len(core))
    if len(said) < 5 or any(_has_figure(word) for word in fresh):
        return False
    question_pairs = set(pairwise(stem(word.text) for word in words(question.text)))
    pairs = list(pairwise(said))
    copied = sum(pair in question_pairs for pair in pairs) / len(pairs)
    if len(said) < 40 and copied < 0.5:
        # A short answer in the question's own words can be right: only its order tells.
        return False
    allowed = max(1 + len(asked) // 12, len(said) // 25)
    return len(fresh) <= allowed and overlap >= 0.5 and covered >= 0.5


def _is_keyword_list(read: _Reading) -> bool:
    total = len(read.lower)
    if total < 10:
        return False
    function = sum(word in vocabulary.ANY_FUNCTION for word in read.lower) / total
    breaks = sum(read.answer.count(mark) for mark in ",;\n|•/")
    return (
        function < 0.14
        and breaks >= 0.2 * total
        and not re.search(r"\b(?:i|we|you|my|our)\b", read.answer.lower())
    )


def _copies(question: Question, read: _Reading) -> bool:
    model = [stem(word.text) for word in words(question.sample_answer)]
    said = [stem(word) for word in read.lower]
    if len(model) < 25 or len(said) < 20:
        return False
    grams = {tuple(model[i : i + 4]) for i in range(len(model) - 3)}
    own = [tuple(said[i : i + 4]) for i in range(len(said) - 3)]
    if sum(gram in grams for gram in own) >= 0.4 * len(own):
        return True
    known = set(model) - vocabulary.COMMON_STEMS
    distinct = {s for s in read.content if s not in vocabulary.COMMON_STEMS}
    # Right answers about the same matter share its terms; only long ones tell, and a short one
    # that says the best of them in words of its own holds too little of the sample to be a copy.
    least = 12 if question.kind == "behavioral" else 24
    shared = len(distinct & known)
    return len(distinct) >= least and shared >= 0.7 * len(distinct) and shared >= 0.5 * len(known)


def _is_off_topic(question: Question, read: _Reading) -> bool:
    return read.language == "en" and ontopic.bearing(question, read.answer) == "off"


def _has_figure(text: str) -> bool:
    return any(char.isdigit() for char in text)
