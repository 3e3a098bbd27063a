"""Abbreviations that a text introduces and uses: 'With M = (A P^-1 A^T)^-1: x = P^-1 (A^T M c - q)', 'Let r = b + A q. The minimum is r^T r/2'.

A letter that would be read as something else than what the text says of it (the size m behind M, the condition number behind kappa, the unknown w behind a hat) is put
under a letter that nothing uses.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.finding.said_first import behind_their_use
from derive.grading.finding.wanted import Wanted
from derive.maths.signs import GREEK_CHARS

MOST_TEXT = 3_000
HAT = "\u0302"
_OPENS = r"(?P<opens>(?:^|[.;:,(\n$]|\b(?:with|where|let|put|set|write|define|denote|abbreviate|using|and|here|call)\b)[\s:]*+(?:\$|\\\()?(?:\\[,;:! ]|\\q?quad|\s)*+)"
_INTRODUCED = re.compile(
    _OPENS + r"(?P<name>\\(?:wide)?hat\s*(?:\{\s*(?P<braced>\\?[A-Za-z]+)\s*\}|(?P<bare>\\[A-Za-z]+|[A-Za-z]))|(?P<typed>[A-Za-zα-ω])" + HAT
    + r"|(?P<greek>\\(?:kappa|rho)(?![A-Za-z])|κ|ρ|kappa|rho)|(?P<letter>[A-Za-z]))"
    r"(?P<index>\s*_\s*\{?\s*[ijk]\s*\}?|[ᵢⱼₖ])?\s*:?=(?![=>])", re.I)
_LINKED = re.compile(r"\b(?:with|where|let|put|set|write|define|denote|abbreviate|using|and|here|call)\b", re.I)
_LARGE, _SMALL = "ZSKMCBHJPRWQFGUVXYN", "zsuvcdfghqwyabpx"


# 'and σ is the sigmoid', which is what the reader takes it for.
_IS_SIGMOID = re.compile(r",?\s+(?:(?:where|with|and|here)\s+)?(?:σ|sigma)\s*(?:\([a-z]\)\s*)?(?:is|being|denotes|for)\s+the\s+(?:logistic\s+)?sigmoid(?:\s+function)?(?=\s*(?:[.,;\n]|$))", re.I)


_SIGMOID = (r"(?:(?:the\s+)?(?:logistic|sigmoid)(?:\s+(?:function|sigmoid))?\s+)?(?:σ|sigma)\s*\(\s*(?P<v>[a-z])\s*\)\s*=\s*1\s*/\s*\(\s*1\s*\+\s*"
            r"(?:e\s*\^\s*[{(]?\s*[-−]\s*(?P=v)\s*[})]?|exp\s*\(\s*[-−]\s*(?P=v)\s*\))\s*\)(?:,?\s+(?:applied\s+)?(?:entry by entry|entry-?wise|element-?wise|component-?wise))?")
_SIGMOID_FIRST = re.compile(rf"(?P<lead>,?\s+(?:where|with)\s+){_SIGMOID},?\s+and\s+(?=[A-Za-z])")
_SIGMOID_LAST = re.compile(rf",?\s+(?:where|with|and|here)\s+{_SIGMOID}(?=\s*(?:[.,;\n]|$))")


class _Own(NamedTuple):
    """A letter that a text introduces: how it is found in the text, and the letter as such."""

    pattern: str
    letter: str


def abbreviated(text: str, wanted: Wanted) -> str:
    """The text with its abbreviations where the reader takes them for what they are."""
    if "=" not in text or len(text) > MOST_TEXT:
        return text
    if "sigmoid" in text and not wanted.scope.writes("sigma"):
        text = _IS_SIGMOID.sub("", text)
    if ("σ(" in text or "sigma(" in text) and "\\" not in text and not wanted.scope.writes("sigma"):
        text = _SIGMOID_LAST.sub("", _SIGMOID_FIRST.sub(r"\g<lead>", text))
    for m in list(_INTRODUCED.finditer(text)):
        own = _of_its_own(m, text, wanted)
        if own is None or len(re.findall(rf"(?:{own.pattern})\s*(?:_\s*\{{?\s*[ijk]\s*\}}?|[ᵢⱼₖ])?\s*:?=(?![=>])", text)) != 1 or len(re.findall(own.pattern, text)) < 2:
            continue
        fresh = _unused(own.letter, text, wanted)
        text = re.sub(own.pattern, lambda k, fresh=fresh: _apart(k, fresh), text) if fresh else text  # type: ignore[misc]
    return behind_their_use(text, wanted)


def _of_its_own(m: re.Match[str], text: str, wanted: Wanted) -> _Own | None:
    """The introduced letter, where the statement or the reader would make another thing of it."""
    scope = wanted.scope
    hatted = m["braced"] or m["bare"] or m["typed"]
    if hatted:
        letter = GREEK_CHARS.get(hatted, hatted.lstrip("\\"))
        if letter == wanted.asked or len(letter) > 1 or not scope.writes(letter):
            return None
        return _Own(rf"\\(?:wide)?hat\s*(?:\{{\s*{re.escape(hatted)}\s*\}}|{re.escape(hatted)}(?![A-Za-z]))|{re.escape(hatted)}{HAT}", letter)
    if m["greek"]:
        name = m["greek"]
        letter = GREEK_CHARS.get(name, name.lstrip("\\"))
        if letter == wanted.asked or any(scope.writes(n) for n in (name, letter, "\\" + letter)) or (not _LINKED.search(m["opens"]) and letter != "kappa"):
            return None
        return _Own(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])(?!\s*\()", letter)
    letter = m["letter"]
    if letter in scope.dims:
        if not m["index"] or (re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])(?!\s*_|[ᵢⱼₖ])", text) and not _LINKED.search(m["opens"])):
            return None
        return _Own(rf"(?<![A-Za-z\\]){letter}(?=\s*_\s*\{{?\s*[ijk]\b|[ᵢⱼₖ])", letter)
    if letter in wanted.unknowns and letter != wanted.asked and (_LINKED.search(m["opens"]) or (wanted.asked and not text[: m.start("letter")].strip("$ \n"))):
        return _Own(_standing(letter, wanted), letter)
    if scope.writes(letter) or letter in "eEIOT" or letter.swapcase() == wanted.asked:
        return None
    if letter.swapcase() in scope.dims or scope.writes(letter.swapcase()):
        return _Own(_standing(letter, wanted), letter)
    return None


def _standing(letter: str, wanted: Wanted) -> str:
    """A letter by itself or in a product of declared letters that run together."""
    scope = wanted.scope
    run = "".join(sorted({n for sym in scope.symbols.values() for n in (sym.name, *sym.aliases) if len(n) == 1 and n.isalpha()} | {n for n in scope.dims if len(n) == 1} | {letter}))
    before = "|".join((r"(?<![A-Za-z\\])", *(rf"(?<=(?<![A-Za-z\\])[{run}]{{{k}}})" for k in (1, 2, 3))))
    return rf"(?:{before}){letter}(?=[{run}]{{0,3}}(?![A-Za-z]))"


def _apart(k: re.Match[str], fresh: str) -> str:
    """The fresh letter, apart from letters beside it."""
    before, behind = k.string[k.start() - 1 : k.start()], k.string[k.end() : k.end() + 1]
    return f"{' ' * before.isalpha()}{fresh}{' ' * (behind.isalpha() and behind not in _RAISED)}"


_RAISED = "ᵀᐪᵢⱼₖ"


def _unused(like: str, text: str, wanted: Wanted) -> str:
    """A letter that neither the text nor the statement uses, large or small as the one that it stands for."""
    taken = {c.lower() for c in re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", text)} | {c.lower() for c in wanted.scope.dims}
    run_together = {c for run in re.findall(r"(?<![A-Za-z\\])[A-Z][A-Za-z](?![A-Za-z])", text) for c in run.lower()}
    return next((c for c in (_LARGE if like.isupper() else _SMALL) if c.lower() not in taken | run_together and not wanted.scope.writes(c) and not wanted.scope.writes(c.swapcase())), "")
