"""Finds a quote in the candidate's own text; a quote that is not there is no evidence."""

from __future__ import annotations

import unicodedata

from mockinterview.model import Evidence

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})


def find_quote(
    answer: str, quote: str, *, within: tuple[int, int] | None = None
) -> Evidence | None:
    """Return the span of ``answer`` that ``quote`` repeats, or None if it is not there.

    Case, white space, quotation marks, dashes and the punctuation around the quote do not
    count; words do. ``within`` is a span to look in first (the sentence a model named).
    """
    needle = _normalise(quote)[0].strip(" .,;:!?\"'-()[]")
    if not any(c.isalnum() for c in needle):
        return None
    if within is not None:
        start, end = within
        found = _locate(answer[start:end], needle)
        if found:
            return span(answer, start + found[0], start + found[1])
    found = _locate(answer, needle)
    return span(answer, *found) if found else None


def span(answer: str, start: int, end: int) -> Evidence:
    """Return the evidence at ``answer[start:end]``."""
    return Evidence(start=start, end=end, quote=answer[start:end])


def _locate(text: str, needle: str) -> tuple[int, int] | None:
    haystack, origin = _normalise(text)
    at = haystack.find(needle)
    while at >= 0:
        end = at + len(needle)
        before = haystack[at - 1] if at else " "
        after = haystack[end] if end < len(haystack) else " "
        # Whole words only: "use" must not be found inside "because".
        if not (before.isalnum() and needle[0].isalnum()) and not (
            after.isalnum() and needle[-1].isalnum()
        ):
            return origin[at], origin[end - 1] + 1
        at = haystack.find(needle, at + 1)
    return None


def _normalise(text: str) -> tuple[str, list[int]]:
    """Return comparable text and, for each of its characters, the offset it came from."""
    out: list[str] = []
    origin: list[int] = []
    for index, raw in enumerate(text):
        for char in unicodedata.normalize("NFKC", raw).translate(_SAME).lower():
            if char.isspace():
                if out and out[-1] == " ":
                    continue
                char = " "
            out.append(char)
            origin.append(index)
    return "".join(out), origin
