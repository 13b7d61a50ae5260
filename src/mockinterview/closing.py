"""Rates the questions a candidate asks the interviewer at the close, by plain rules."""

from __future__ import annotations

from collections.abc import Sequence

from mockinterview.model import InterviewerQuestion, Reverse, Verdict012
from mockinterview.text import stems, words

_OPEN = frozenset("how what which why where who when can could would tell describe walk".split())
_PAY = frozenset("salari pay money bonus holiday vacat perk benefit remot overtim".split())
_WORK = frozenset(
    "team work role project process product custom challeng goal success measur decis "
    "collabor feedback learn grow technic architectur qualiti data code releas incid plan "
    "month year day person compani cultur onboard mentor roadmap prioriti problem".split()
)


def rate(text: str, examples: Sequence[InterviewerQuestion] = ()) -> tuple[Reverse, str]:
    """Return the rating of one question (0 weak, 1 fair, 2 strong) and what a good reply holds.

    Strong: open, about the work or the people, and specific. The second value is the
    ``good_reply`` of the nearest question in the pack, or an empty string.
    """
    found = stems(text)
    rating, comment = _rating(text, found)
    near = _nearest(set(found), examples)
    reply = near.good_reply if near else ""
    return Reverse(text=text, rating=rating, comment=comment), reply


def _rating(text: str, found: list[str]) -> tuple[Verdict012, str]:
    about_work = bool(_WORK & set(found))
    if len(found) < 3:
        return 0, "Too short to show interest. Ask about the team, the work or the next months."
    if _PAY & set(found) and not about_work:
        return 0, "Fair to ask, but keep pay and holidays for later: ask about the work first."
    if words(text)[0].text.lower() not in _OPEN:
        return (
            1,
            "Make it open (how, what, which), so that the reply tells you more than yes or no.",
        )
    if not about_work:
        return 1, "Tie it to the job: the team, how work is decided, what success looks like."
    if len(found) < 7:
        return 1, "Good start. Say what you want to know it for: a specific question shows more."
    return 2, "Open, specific and about the work: this shows that you think like a colleague."


def _nearest(
    found: set[str], examples: Sequence[InterviewerQuestion]
) -> InterviewerQuestion | None:
    scored = [(len(found & set(stems(e.text))) / (len(found) or 1), e) for e in examples]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= 0.4 else None
