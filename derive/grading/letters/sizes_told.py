"""Numbers of a text's own that it tells in words: 'where M is the largest of the numbers |g_1|, ..., |g_n|' as M = max_l |g_l|, 'S is the sum of all |g_i|'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.grading.text.heard import needs, stems

MAX_TEXT = 4_000
_NAME = r"\\?[A-Za-zα-ω]+"
_BAR, _END = r"(?:\||\\lvert\s*|\\left\||\\vert\s*)", r"(?:\||\s*\\rvert|\\right\||\s*\\vert)"
_INDEX = r"_?\{?(?:[ijklm1ᵢⱼ₁])\}?"
_ONE_SIZE = rf"{_BAR}\s*(?P<one>{_NAME}?)(?:{_INDEX}){_END}"
_ALL = (rf"\$?{_ONE_SIZE}\$?(?:\s*,\s*\$?(?:…|\.\.\.|\\[lc]?dots)\$?\s*,\s*\$?{_BAR}[^|$]{{1,12}}{_END}\$?)?"
        rf"|absolute\s+(?:values?|entry|entries|components?|coordinates?)(?:\s+(?:of|in)\s+(?:the\s+|all\s+)?(?:(?:entries|components|coordinates|vector)\s+(?:of\s+)?)?\$?(?P<of>{_NAME})\$?)"
        rf"|entry\s+of\s+\$?{_BAR}\s*(?P<whole>{_NAME}){_END}\$?")
_TOLD = re.compile(
    r"(?P<lead>\b(?:where|with|and|let)\s+)(?P<open>\$|\\\()?(?P<letter>[A-Za-z])(?:\$|\\\))?\s+(?:is|denotes|being|be|stands\s+for|means)\s+the\s+"
    r"(?P<which>largest|greatest|maximum|maximal|biggest|smallest|minimum|least|sum|total)\s+(?:value\s+)?(?:of\s+)?(?:(?:the|all)\s+){0,2}(?:(?:numbers|values|moduli|magnitudes|sizes)\s+)?"
    rf"(?:{_ALL})(?=\s*(?:[.,;)]|\Z|\n|and\b|so\b|over\b))", re.I)
_NEEDS = needs("largest greatest maximum maximal biggest smallest minimum least sum total")
_OPERATIONS = {"sum": "sum", "total": "sum", "smallest": "min", "minimum": "min", "least": "min"}


def with_sizes_told(text: str, wanted: Wanted) -> str:
    """The text with equations for letters of its own that it tells as the largest, the smallest or the sum of the absolute entries of a declared vector."""
    if len(text) > MAX_TEXT or _NEEDS.isdisjoint(stems(text)):
        return text
    return _TOLD.sub(lambda m: _equation(m, wanted) or m[0], text)


def _equation(m: re.Match[str], wanted: Wanted) -> str:
    letter, vector = m["letter"], m["one"] or m["of"] or m["whole"] or ""
    declared = wanted.scope.symbols.get(vector.lstrip("\\"))
    if wanted.scope.writes(letter) or letter in wanted.scope.dims or declared is None or len(declared.shape) != 1:
        return ""
    slash = "\\" if m["open"] or "$" in m[0] else ""
    equation = f"{letter} = {slash}{_OPERATIONS.get(m['which'].lower(), 'max')}_l |{vector}_l|"
    return f"{m['lead']}${equation}$" if slash else f"{m['lead']}{equation}"
