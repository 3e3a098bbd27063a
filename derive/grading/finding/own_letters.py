"""Letters of a text's own among its formulas: 'With $M = n + 1$ machines it is $2(M - 1)$'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.candidates import Candidate
from derive.grading.finding.wanted import Wanted

_OWN_LETTER = re.compile(r"\s*([A-Z])\s*=\s*[^=]+")
_INTRODUCED = re.compile(r"\b(?:with|let|for|using|put|set|write|and)\s*(?:\$|\\\()?\s*\Z", re.I)


def defines_own_letter(c: Candidate, listed: list[Candidate], text: str, wanted: Wanted) -> bool:
    """Whether a formula says what a letter of the text's own is, which a later one uses: 'With $M = n + 1$ machines it is $2(M - 1)$'."""
    m = _OWN_LETTER.fullmatch(c.text)
    if m is None or wanted.scope.writes(m[1]) or _INTRODUCED.search(text[max(0, c.start - 16) : c.start]) is None:
        return False
    used = re.compile(rf"(?<![A-Za-z\\]){m[1]}(?![A-Za-z])")
    return any(d.start > c.start and used.search(d.text) for d in listed)
