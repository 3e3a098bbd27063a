"""Formulas of a text that are one with the words between them: cases, shares of a vector, the range of an index."""

from __future__ import annotations

from dataclasses import replace

from derive import patterns as re
from derive.grading.text.segments import Piece, ranging

_A_NUMBER = re.compile(r"(?:\\[dt]?frac|[\d\s{}/.\\%-])+")


def joined_pieces(found: list[Piece]) -> list[Piece]:
    """The pieces of a text, with those that are one formula in one."""
    return ranging(_shares(_conditional_pieces(found)))


def _shares(found: list[Piece]) -> list[Piece]:
    """'$\\frac13$ of the vector $x$' as one formula."""
    out = list(found)
    for i in range(len(out) - 3, -1, -1):
        a, link, b = out[i : i + 3]
        if a.formula and not link.formula and b.formula and "=" not in b.text and _A_NUMBER.fullmatch(a.text) and re.fullmatch(
                r"\s*(?:of|times)\s+(?:the\s+)?(?:vector\s+)?", link.text):
            out[i : i + 3] = [replace(b, text=f"({a.text.strip()}) \\cdot ({b.text.strip()})", start=a.start)]
    return out


_OWN_CONDITION = re.compile(r"([^&]+?)(?:\s|\\q?quad|\\[,;: ])*\\(?:text|mathrm|textrm)\s*\{\s*,?\s*(?:for|if|when)\s*\}([^&]+?)", re.S)
_IF_LINK = re.compile(r"[\s,]*(?:if|when|for|where)\s*", re.I)
_COMPARES = re.compile(r"[<>≤≥≠]|\\(?:leq?|geq?|lt|gt|neq?)(?![A-Za-z])")
_NEXT_LINK = re.compile(r"[\s,;]*(?:and|but|while)?\s*", re.I)
_ELSE_BEFORE = re.compile(r"[\s,;]*(?:and\s+)?(?:else|otherwise)\s*,?\s*", re.I)
_ELSE_LINK = re.compile(r"\s*(?:otherwise|else|elsewhere)\b", re.I)
_ZERO_ELSE = re.compile(r"[\s,;]*(?:(?:and|but|or)\s+)?(?:0|zero)\s+(?:otherwise|else|elsewhere)\b", re.I)


def _conditional_pieces(found: list[Piece]) -> list[Piece]:
    """'$A$ if $c$, $B$ if $d$', '$A$ if $c$, $B$ otherwise' and '$A$ if $c$, 0 otherwise' as one formula."""
    if not any("\\text" in p.text or "\\mathrm" in p.text if p.formula else _IF_LINK.fullmatch(p.text) for p in found):
        return found
    out: list[Piece] = []
    i = 0
    while i < len(found):
        end, texts = i, list[str]()
        while end < len(found) and found[end].formula:
            own = _OWN_CONDITION.fullmatch(found[end].text) if "{" in found[end].text else None
            if own is None and not (end + 2 < len(found) and _IF_LINK.fullmatch(found[end + 1].text) and found[end + 2].formula and (
                    "where" not in found[end + 1].text or _COMPARES.search(found[end + 2].text))):
                break
            texts.append(f"{own[1] if own is not None else found[end].text} if {own[2] if own is not None else found[end + 2].text}")
            end += 3 if own is None else 1
            if end >= len(found) or not _NEXT_LINK.fullmatch(found[end].text) or end + 1 >= len(found):
                break
            end += 1
        if texts and end + 1 < len(found) and not found[end].formula and _ELSE_BEFORE.fullmatch(found[end].text):
            texts.append(f"{found[end + 1].text} otherwise")  # $A$ if $c$, else $B$
            end += 2
        if texts and end + 1 < len(found) and found[end].formula and _ELSE_LINK.match(found[end + 1].text):
            texts.append(f"{found[end].text} otherwise")
            end += 1
        zero = _ZERO_ELSE.match(found[end].text) if texts and end < len(found) and not found[end].formula else None
        if zero is not None:
            texts.append("0 otherwise")
        if len(texts) < 2:
            out.append(found[i])
            i += 1
            continue
        out.append(replace(found[i], text=", ".join(texts)))
        i = end
        if zero is not None:
            out.append(replace(found[i], text=found[i].text[zero.end() :], start=found[i].start + zero.end()))
            i += 1
    return out
