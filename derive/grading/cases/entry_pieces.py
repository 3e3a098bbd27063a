r"""Entries of one vector or matrix that a text gives in several formulas: $u_k = ...$ and $u_i = 0$ for $i \ne k$."""

from __future__ import annotations

from itertools import pairwise

from derive import patterns as re
from derive.grading.finding.candidates import Candidate
from derive.grading.finding.interpret import interpret
from derive.grading.finding.plain_text import says_something
from derive.grading.finding.wanted import Reply, Wanted
from derive.grading.text.heard import needs, stems
from derive.grading.text.segments import DELIMITERS, Piece

_IN_BRACES = re.compile(r"\{[^{}]*\bif\b[^{}]*\}")  # cases of a value, not entries
_IN_TIME = re.compile(r"[^=_]{1,20}_\s*\{?\s*(?:[tT]\b|\\infty|∞|\*|\\star|\\(?:text|mathrm)\b)")
_OFF_ENTRY = re.compile(r"_\{?\s*[ijl]\s*(?:\\neq?|≠|!=)")
_ENTRY = re.compile(r"[^=]{1,30}_\s*(?:\{[^=]{1,18}\}|[^={}]{1,8})[^={]{0,8}=")


def entries_in_pieces(listed: list[Candidate], found: list[Piece], wanted: Wanted, texts: list[str], text: str) -> Reply | None:
    """$u_k = ...$ and $u_i = 0$ for $i \\ne k$: entries that are given in several formulas."""
    if len(wanted.shape) not in (1, 2) or not wanted.asked or any(c.rank == 3 for c in listed):
        return None
    entries = [c for c in listed if "=" in c.text and "_" in c.text and not c.withdrawn and _ENTRY.match(c.text) and not _OFF_ENTRY.search(c.text) and not _IN_TIME.match(c.text)]
    if not entries:
        return None
    entries = [c for c in entries if wanted.equates(c.text)] or entries  # w_i = ... is what the text calls w
    told = not any(_WHOLE_CASES.search(c.text) for c in entries) and (not _OTHERS_ZERO_NEEDS.isdisjoint(stems(text)) or "≠" in text or "!=" in text or "\\ne" in text)
    zero = ", 0" if told and _OTHERS_ZERO.search(_IN_BRACES.sub("", DELIMITERS.sub("", text))) else ""
    if len(entries) + bool(zero) < 2:
        return None
    places = _places_behind(found)
    joined = interpret(", ".join(c.text + places.get(c.start, "") for c in entries) + zero, wanted, texts, text)
    whole = [i for i in joined.interpretations if i.kind == "asked" and any(m.expr.op in ("comp", "vec") for m in i.members)]
    # 'u = A or u_k = B, u_i = 0': what stands beside the entries with an 'or' stands too.
    last = max(c.start for c in entries)
    later = [c for c in listed if c.start > last and c not in entries and not c.withdrawn and "=" in c.text and _WHOLE.match(c.text) and wanted.equates(c.text)]
    aside = later + [a if b in entries else b for a, b in pairwise(listed) if b.alternative and not (a.withdrawn or b.withdrawn) and (a in entries) != (b in entries)]
    others = [a for c in aside if says_something(a := interpret(c.text, wanted, texts, text)) and (a.kind == "asked" or a.fits(wanted))]
    return Reply((joined, *others)) if whole else None


_FOR = re.compile(r"[\s,(]*(?:for|if|when|where|whenever)?(?:\s+(?:all|every|each|the\s+(?:other|remaining)))?[\s(]*", re.I)
_BOUNDED = re.compile(r"\s*[ijklm]\s*(?:(?:\\geq?(?:slant)?|\\leq?(?:slant)?|\\neq?|[<>≥≤≠]=?)(?![A-Za-z])\s*\d+|=\s*\d\s*,\s*(?:\d\s*,\s*)*(?:\\[lcv]?dots[bcmo]?|…|\.\.\.)\s*,?\s*\w)\s*")


def _places_behind(found: list[Piece]) -> dict[int, str]:
    """What formulas behind an entry say of the places that it is for, where they bound an index by numbers: '$u_i = ...$ for $i \\ge 2$'."""
    behind = [(p.start, between.text, q.text) for p, between, q in zip(found, found[1:], found[2:], strict=False) if p.formula and not between.formula and q.formula]
    return {start: f" \\text{{ for }} {said}" for start, between, said in behind if _FOR.fullmatch(between) and _BOUNDED.fullmatch(said)}


_WHOLE = re.compile(r"[^=_]{1,30}=")  # the whole vector, behind its entries
_WHOLE_CASES = re.compile(r"\bif\b.*\b(?:otherwise|else)\b|\b(?:otherwise|else)\b.*\bif\b", re.S)  # the formula itself says what it is otherwise
_OTHERS_ZERO_NEEDS = needs("other others remaining rest otherwise elsewhere else everywhere")
_OTHERS_ZERO = re.compile(
    r"\b(?:other|others|remaining|rest)\b[^.;\n]{0,60}?(?:=|\bare|\bis|\bbeing|\bstay|\bremain)\s*(?:all\s+)?(?:0|zero|unchanged)\b"
    r"|\b(?:others?(?:\s+(?:entries|components|coordinates))?|rest|remaining\s+(?:entries|components|coordinates))\s+(?:0|zero)\b"
    r"|\b(?:0|zero)\s+(?:otherwise|elsewhere|else|everywhere else|for (?:all )?(?:the )?(?:other|others|rest))\b"
    r"|_\{?\s*[ijl]\s*(?:\\neq?|≠|!=)\s*[ijkm]\s*\}?\s*=\s*0(?![.\d])", re.I)
