"""How an answer was spoken, from the times of its words: pace, pauses, fillers, restarts.

Figures with a plain reading and its source. They never take part in a score, and they say
nothing of emotion, personality, confidence or accent, which no figure here can show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from mockinterview.measures import fillers
from mockinterview.spoken import Delivery, SpokenWord, Transcript

#: Shortest silence that counts as a pause, in seconds. Studies of fluency take 0.25 s (Goldman-
#: Eisler 1968; De Jong & Bosker 2013); twice that, as engines place words only to about 0.2 s.
PAUSE = 0.5
#: Usual pace of conversation in words a minute (Yuan, Liberman & Cieri 2006 found means of
#: about 150 to 190 in English telephone talk; prepared talk is slower).
SLOW, FAST = 110.0, 190.0
#: A silence this long, in seconds, is heard as a gap; thinking before an answer is no fault.
LONG_PAUSE = 4.0
#: Fillers a minute in everyday talk: about 6 in 100 words (Bortfeld et al. 2001), at 150 words
#: a minute some 9; from about 12 listeners tend to notice them.
MANY_FILLERS = 12.0
#: Below this length, in seconds, rates a minute say nothing.
TOO_SHORT = 10.0

_DOUBLES = frozenset("had that very no bye so really many much more again yes ha is was".split())
_CUT_OFF = re.compile(r"\w+[-–—]+$")


class Figure(NamedTuple):
    """One figure in words: its name, its value, a plain reading, and where the norm comes from."""

    name: str
    value: str
    reading: str
    source: str = ""


def delivery(transcript: Transcript, suggested_seconds: float) -> Delivery:
    """Return the figures of a spoken answer; a figure that cannot be measured is None.

    ``suggested_seconds`` is how long an answer to this question usually is. Fillers and restarts
    need an engine that keeps them; pace and pauses need word times.
    """
    words = [word for word in transcript.words if _bare(word.text)]
    counted = len(words) or len(transcript.text.split())
    seconds = max(transcript.seconds, words[-1].end if words else 0.0)
    timed = len(words) > 1 and words[-1].end > words[0].start
    gaps = _gaps(words) if timed else []
    spoken = words[-1].end - words[0].start if timed else 0.0
    kept = transcript.keeps_fillers and seconds > 0
    said = len(fillers(transcript.text)) if kept else None
    enough = timed and spoken >= TOO_SHORT
    return Delivery(
        seconds=round(seconds, 1),
        suggested_seconds=suggested_seconds,
        words=counted,
        words_per_minute=round(60 * len(words) / spoken, 1) if enough else None,
        pauses=len(gaps) if timed else None,
        longest_pause=round(max(gaps, default=0.0), 1) if timed else None,
        silence_share=round(min(1.0, sum(gaps) / spoken), 3) if timed else None,
        fillers=said,
        fillers_per_minute=round(60 * said / spoken, 1) if enough and said is not None else None,
        restarts=_restarts(words) if kept and timed else None,
    )


def _gaps(words: Sequence[SpokenWord]) -> list[float]:
    """Return the silences between words that are long enough to be pauses, in seconds."""
    reached, found = words[0].end, []
    for word in words[1:]:
        if word.start - reached >= PAUSE:
            found.append(word.start - reached)
        reached = max(reached, word.end)
    return found


def _restarts(words: Sequence[SpokenWord]) -> int:
    """Count words cut off and words or pairs of words said twice in a row ("I was, I was")."""
    texts = [word.text.strip() for word in words]
    bare = [_bare(text) for text in texts]
    cut = sum(bool(_CUT_OFF.match(text)) for text in texts[:-1])
    single = sum(
        a == b and a not in _DOUBLES and not a.isdigit() and not x.endswith((".", "?", "!"))
        for (a, b), x in zip(pairwise(bare), texts, strict=False)
    )
    pairs = list(pairwise(bare))
    double = sum(
        pairs[i] == pairs[i + 2] and pairs[i][0] != pairs[i][1] for i in range(len(pairs) - 2)
    )
    return cut + single + double


def _bare(text: str) -> str:
    return re.sub(r"[^\w'’]+", "", text).lower()


def plainly(figures: Delivery) -> tuple[Figure, ...]:
    """Return each figure with its plain reading; what was not measured says so."""
    return (
        _length(figures),
        _pace(figures),
        _pauses(figures),
        _fillers(figures),
        _again(figures),
    )


def _length(d: Delivery) -> Figure:
    value = f"{_clock(d.seconds)} of about {_clock(d.suggested_seconds)} suggested"
    share = d.seconds / d.suggested_seconds if d.suggested_seconds else 1.0
    if share > 1.5:
        reading = "longer than most interviewers wait for; see what can go"
    elif share < 0.4:
        reading = "short; there is room for an example"
    else:
        reading = "a usual length"
    return Figure("length", value, reading, "the question's own suggestion")


def _pace(d: Delivery) -> Figure:
    source = "conversation is mostly 150-190 words a minute (Yuan et al. 2006)"
    if d.words_per_minute is None:
        return Figure("pace", "not measured", "too short, or no word times", source)
    if d.words_per_minute > FAST:
        reading = "quick; a breath after each sentence helps listeners"
    elif d.words_per_minute < SLOW:
        reading = "slow, which is easy to follow"
    else:
        reading = "a comfortable pace"
    return Figure("pace", f"{d.words_per_minute:.0f} words a minute", reading, source)


def _pauses(d: Delivery) -> Figure:
    source = f"silences of {PAUSE} s and more (after Goldman-Eisler 1968)"
    if d.pauses is None or d.longest_pause is None or d.silence_share is None:
        return Figure("pauses", "not measured", "the engine gives no word times", source)
    value = f"{d.pauses}, longest {d.longest_pause:.1f} s, {d.silence_share:.0%} of the time silent"
    reading = "pauses to think are fine"
    if d.longest_pause >= LONG_PAUSE:
        reading = 'a long one; "let me think for a moment" tells the listener you go on'
    return Figure("pauses", value, reading, source)


def _fillers(d: Delivery) -> Figure:
    source = "about 6 in 100 words is usual (Bortfeld et al. 2001)"
    if d.fillers is None:
        return Figure("fillers", "not measured", "this engine leaves um and uh out", source)
    if d.fillers_per_minute is None:
        return Figure("fillers", str(d.fillers), "too short for a rate", source)
    many = d.fillers_per_minute > MANY_FILLERS
    reading = "more than usual; a silent pause does the same work" if many else "as in usual talk"
    return Figure("fillers", f"{d.fillers}, {d.fillers_per_minute:.1f} a minute", reading, source)


def _again(d: Delivery) -> Figure:
    if d.restarts is None:
        return Figure("restarts", "not measured", "this engine smooths them away")
    return Figure("restarts", str(d.restarts), "everybody restarts; only many of them tire")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
