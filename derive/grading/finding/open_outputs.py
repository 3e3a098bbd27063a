"""Outputs that a text leaves open: 'mu = A, v = B or C' is 'mu = A, v = B' and 'mu = A, v = C', and both must be right."""

from __future__ import annotations

from collections.abc import Sequence

from derive import patterns as re

MAX_TEXT = 2_000
_OR = re.compile(r"[\s,;(]+(?:or|alternatively|equivalently|respectively,? or|otherwise)\b[\s,:]*"
                 r"(?:(?:maybe|perhaps|possibly|else|equivalently|alternatively|also|even|by|with|as|the|unbiased|biased|version|form|one|it|is|be|could|can|might|may)\b[\s,]*){0,6}", re.I)
_MATHS = re.compile(r"[\\^=*/+∑Σ√_]|\d")
_CLOSERS = {"$": "$", "\\(": "\\)", "$$": "$$", "\\[": "\\]"}


def given_twice(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """The two answers of a text that gives one output by 'A or B', with the name again or without it; None where it leaves nothing open."""
    if len(text) > MAX_TEXT:
        return None
    heads = [m for n in names for m in re.finditer(rf"(?<![A-Za-z{{\\]){_decorated(n)}\s*=", text)]
    for m in _OR.finditer(text) if heads else ():
        before = [h for h in heads if h.end() <= m.start()]
        if not before or (text[: m.start()].count("$") % 2):
            continue
        last = max(before, key=lambda h: h.end())
        end = _formula_end(text, m.end(), [h.start() for h in heads])
        second = text[m.end() : end]
        body = _undelimited(second)
        again = next((h for h in heads if m.end() <= h.start() < end and not _undelimited(text[m.end() : h.start()]).strip()), None)
        if again is None and ("=" in body or not _MATHS.search(body) or re.search(r"[A-Za-z]{2,}\s+[a-z]{2,}\s", re.sub(r"\\[A-Za-z]+", " ", body))):
            continue  # words, or an equation for something else
        if again is not None and again.group() != last.group():
            continue
        opened = text[: last.start()].count("$") % 2
        first_again = body if again is not None else f"{last.group()} {body}"
        whole = text[: last.start()].rstrip() + (f" {first_again}$" if opened else f" ${first_again}$" if second.lstrip().startswith("$") else f" {first_again}")
        return text[: m.start()] + text[end:], whole + text[end:]
    return None


def _decorated(name: str) -> str:
    letter = rf"\\?{re.escape(name)}(?![A-Za-z])"
    return rf"(?:\\(?:hat|widehat|bar|tilde)\s*\{{?\s*{letter}\s*\}}?|{letter})(?:\s*\^\s*\{{?\s*(?:\*|\\star)\s*\}}?)?"


def _undelimited(text: str) -> str:
    return re.sub(r"\$|\\[()\[\]]", " ", text).strip()


def _formula_end(text: str, start: int, heads: Sequence[int]) -> int:
    """Where the formula that begins at a place ends: at its delimiter, or at the end of its clause."""
    for opener in ("$$", "$", "\\(", "\\["):
        if text.startswith(opener, start):
            end = text.find(_CLOSERS[opener], start + len(opener))
            return end + len(_CLOSERS[opener]) if end >= 0 else len(text)
    level = 0
    angles = [(m.start(), m.end()) for m in re.finditer(r"<[^<>=;\n]{1,80}>", text)]
    for k in range(start, len(text)):
        if any(a < k < b for a, b in angles):
            continue
        level += (text[k] in "([{⟨") - (text[k] in ")]}⟩")
        if text[k] in ";\n$" or (not level and (text[k] == "," or text.startswith(". ", k))) or level < 0 or (k > start and k in heads and _undelimited(text[start:k]) != ""):
            return k
    return len(text)
