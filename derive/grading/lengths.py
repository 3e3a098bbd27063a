"""The letter that a text uses for the length of the vectors without saying so: the d of 'i = 1, ..., d' and '|g_1| + ... + |g_d|'.

An undeclared letter that stands nowhere but at the end of a range is the length of the declared vectors, where they have one length.
Anywhere else ('d g_i', 'd - 1', 'd = 3', 'where d < n') it is a quantity of the text's own and stays undeclared.
"""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.grading.wanted import Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import Reading, readings
from derive.maths.subscripts import INDEX_LETTERS

_DOTS = r"(?:\\(?:[lc]?dots[bcmo]?|hdots)|…|⋯|\.{2,3})"
_UNDECLARED = re.compile(r"'([A-Za-z])' is not declared")
NOTE = " is read as the length of the vectors"


def own_length(what: str, text: str, prose: str, wanted: Wanted) -> dict[str, Expr]:
    """The undeclared letter that an error names, as the length of the declared vectors; empty where it is, or may be, something else."""
    m = _UNDECLARED.search(what)
    size = wanted.shape[0] if len(wanted.shape) == 1 else None
    if m is None or not isinstance(size, str) or len(prose) > 6_000:
        return {}
    name = m.group(1)
    return {name: E.dim(size)} if is_length(name, f"{prose}\n{text}", wanted) else {}


def with_length(text: str, prose: str, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """The readings of a formula, with the length of the vectors under the text's own letter. Raises ReadError."""
    try:
        return readings(text, wanted.scope, local)
    except ReadError as err:
        length = own_length(err.what, text, prose, wanted)
        if not length:
            raise
        return readings(text, wanted.scope, {**local, **length})


def is_length(name: str, text: str, wanted: Wanted) -> bool:
    """Whether a letter that is not declared only ends ranges of indices in a text, and all declared vectors have one length."""
    if len(name) != 1 or name in INDEX_LETTERS or wanted.scope.writes(name) or name in wanted.scope.dims:
        return False
    sizes = {d for s in wanted.scope.symbols.values() if s.kind == "value" for d in s.shape}
    return len(sizes) == 1 and _occurs(name, text) and not _occurs(name, _without_ends(name, text))


def _occurs(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", text) is not None


def _without_ends(name: str, text: str) -> str:
    """The text without the letter where it ends a range, or is said to be a dimension."""
    letter = rf"(?<![A-Za-z\\])\{{?{name}\}}?(?![A-Za-z(^_!])(?!\s*[-+*/^])(?!\s*\\(?:cdot|times|frac))"
    ends = (
        rf"{_DOTS}\s*\}}?\s*[,+]?\s*{letter}",  # 1, ..., d
        rf"{_DOTS}\s*\}}?\s*[,+]?[^,;+=$\n]{{0,40}}?_{letter}",  # |g_1| + ... + |g_d|
        rf"(?<=\[){name}(?=\])",
        rf"(?:\\leq?(?:slant)?|≤|<=)\s*{letter}",  # 1 <= i <= d
        rf"(?:\\(?:sum|max|min|prod)|∑|Σ|max|min|sum)(?:\\limits)?\s*_\{{[ijklm]\s*=\s*1\}}\s*\^\s*{letter}",
        rf"(?:\\mathbb\s*\{{?\s*R\s*\}}?|ℝ|\bR)\s*\^\s*\{{?{name}\}}?",
        rf"\$?{letter}\$?\s*(?:is|denotes|being|=)\s*(?:the\s+)?(?:dimension|number\s+of\s+(?:parameters|entries|coordinates|components|weights)|length)\b",
    )
    for end in ends:
        text = re.sub(end, " ", text)
    return text


_FIRST_TO_LAST = rf"(?P<low>\d)\s*,\s*(?:\d\s*,\s*)*{_DOTS}\s*,\s*(?P<high>[A-Za-z0-9](?:[A-Za-z0-9]|\s?[+-]\s?)?)"
_IN_SET = re.compile(rf"(?<![_{{A-Za-z\\])(?P<index>[ijklm])\s*(?:\\in\b|∈|\bin\b)\s*(?:\\?\{{\s*{_FIRST_TO_LAST}\s*\\?\}}|\[(?P<count>[A-Za-z])\])")
_IN_BRACKETS = re.compile(rf"(?:\\q?quad|\\[,;: ]|\s)*\(\s*(?:for\s+)?(?P<index>[ijklm])\s*=\s*{_FIRST_TO_LAST}\s*\)")
_IN_WORDS = re.compile(rf"\s+for\s+(?:all\s+|each\s+|every\s+)?(?P<index>[ijklm])\s*=\s*{_FIRST_TO_LAST}")


def one_way(text: str) -> str:
    """Ranges of an index, 'i in {1, ..., n}', 'i in [n]', '(i = 1, ..., n)', in the one way 'i = 1, ..., n'."""
    if len(text) > 2_000 or not ("dots" in text or "…" in text or ".." in text or "[" in text):
        return text
    dots = "\\dots" if "$" in text or "\\" in text else "…"

    def range_of(m: re.Match[str]) -> str:
        count = m.groupdict().get("count")
        return f"{m['index']} = {m['low'] or 1}, {dots}, {m['high'] or count}"

    text = _IN_SET.sub(range_of, text)
    text = _IN_BRACKETS.sub(lambda m: f", {range_of(m)}", text) if "(" in text else text
    return _IN_WORDS.sub(lambda m: f", {range_of(m)}", text) if "$" not in text and "\\" not in text else text


_RANGE = re.compile(
    rf"[\s(,]*(?:\\(?:forall|quad|text\{{\s*for(?:\s+all)?\s*\}})\s*)*[ijklm]\s*(?:=|∈|\\in\b)\s*\\?\{{?\s*(?P<low>\d+)\s*,?\s*(?:\d+\s*,\s*)*{_DOTS}\s*,?\s*(?P<high>[A-Za-z0-9][A-Za-z0-9+\s-]{{0,8}}?)\s*\\?\}}?[\s).]*")


def covers(text: str, prose: str, wanted: Wanted) -> bool | None:
    """Whether a range of an index, 'i = 1, ..., d', goes through every entry of what is asked; None for any other text."""
    m = _RANGE.fullmatch(text) if len(text) < 80 and wanted.shape else None
    if m is None:
        return None
    low, high, size = int(m["low"]), m["high"].replace(" ", ""), str(wanted.shape[0])
    if low == 0:
        return high.endswith("-1") and (high[:-2] == size or (high[:-2].isalpha() and is_length(high[:-2], prose.replace(high, high[:-2]), wanted)))
    return low == 1 and (high == size or is_length(high, prose, wanted))
