"""Quoted lines ('> ...') of a reply: those that repeat the question or another's words are left out, those that display the answer are kept."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.candidates import announces
from derive.grading.text.heard import stems

_QUOTED = re.compile(r"\s{0,3}>(?!=)\s?")
_ANOTHERS = re.compile(
    r"\b(?:questions?|statements?|problems?|prompt|exercise|task|assignment|asked|asks?|claim\w*|sa(?:y|ys|id)|wrote|writes?|gives? as|quot\w+|you|your|they|their|he|she|his|her|"
    r"classmate|friend|student|notes?|book|text|paper|solution manual|not|never|instead of|rather than|wrong\w*|incorrect\w*|false|mistake\w*|attempt|draft|earlier|first|"
    r"previous\w*|initially|originally)\b|n't\b", re.I)
_NAMED = re.compile(r"\b(?:answer|result|solution|update|minimi[sz]er|maximi[sz]er|limit|formula|value)(?:\s+(?:is|reads|becomes|equals))?\W*$", re.I)
_OWN = re.compile(r"[\s*_#]*(?:final\s+)?(?:answer|result|solution)\b", re.I)


def without_quotation(text: str) -> str:
    """A text without the lines that it quotes, if it says something beside them. A quotation that its own words announce is a display."""
    if ">" not in text or not re.search(r"^\s{0,3}>", text, re.M):
        return text
    out: list[str] = []
    own, kept = "", False
    lines = text.split("\n")
    for k, line in enumerate(lines):
        m = _QUOTED.match(line)
        if m is None:
            out.append(line)
            own, kept = (line, False) if line.strip() else (own, False)
            continue
        if not k or not _QUOTED.match(lines[k - 1]):
            kept = _announced(own) if own else _OWN.match(line[m.end() :]) is not None
        if kept:
            out.append(line[m.end() :])
    return "\n".join(out) if any(re.search(r"[A-Za-z0-9$\\]", line) for line in out) else text


def _announced(own: str) -> bool:
    """Whether the last sentence before a quotation says that the answer comes."""
    said = re.split(r"[.!?;]\s", own.strip())[-1].rstrip(" :*_\t")
    return _ANOTHERS.search(said) is None and (announces(said, stems(said)) > 0 or _NAMED.search(said) is not None)
