r"""An optimal value told case by case in sentences: 'If $|v| \le k$ it is 0 and the value is $v^2/2$. If $|v| > k$ ..., the value is $k|v| - k^2/2$.'"""

from __future__ import annotations

from itertools import product

from derive import patterns as re

MOST_TEXT, _MOST = 4_000, 4
_VALUE = r"(?:the\s+|its\s+)?(?:optimal\s+|optimum\s+|minimal\s+|minimum\s+|maximal\s+|maximum\s+)?(?:value|minimum|maximum)(?:\s+is|\s+equals|\s+becomes|:)"
_CASE = re.compile(
    rf"(?:\A|\n|[.!;]\s+)[ \t]*(?:[-*•]\s+|\d[.)]\s+)?(?:If|When|For|Where)\s+(?P<c>\$[^$\n]{{1,120}}\$)(?P<between>(?:(?!\bIf\b|\bWhen\b)[^\n]){{0,300}}?)\b{_VALUE}\s*(?P<v>\$[^$\n]{{1,240}}\$)"
    r"(?=\s*(?:[.;]|\n|\Z))")
_SIGN = re.compile(r"[<>≤≥]|\\(?:leq?|geq?|lt|gt|leqslant|geqslant)(?![A-Za-z])")
_SOLVES = re.compile(r"\bwith\s+(\$[^$\n]{1,40}\$)\s+(?:defined|given|determined|fixed)\s+by\s+(\$[^$\n]{1,160}\$)")
_DENIES = re.compile(r"\b(?:not|never|wrong|incorrect|false|mistake|would|half|twice|times|minus)\b|n't\b", re.I)


def value_cases(text: str) -> tuple[str, ...]:
    """The cases as one formula; several where a value is given as a chain, with each of its members: all must be right. Empty where there are no such cases."""
    if len(text) > MOST_TEXT or "$" not in text or not ("value" in text or "imum" in text):
        return ()
    found = list(_CASE.finditer(text))
    if not 2 <= len(found) <= _MOST or not all(_SIGN.search(m["c"]) for m in found) or any(_DENIES.search(re.sub(r"\$[^$]*\$", " ", m["between"])) for m in found):
        return ()
    members = [[x.strip() for x in m["v"].strip("$").split("=")] for m in found]
    if any(len(x) > 3 for x in members):
        return ()
    solved = [f"with {s[1]} defined by {s[2]}" for m in found if (s := _SOLVES.search(m["between"])) is not None]
    behind = f", {solved[0]}" if len(solved) == 1 else ""
    chosen = list(product(*members))
    return tuple(", and ".join(f"${v}$ if {m['c']}" for v, m in zip(values, found, strict=True)) + behind for values in chosen) if len(solved) < 2 else ()


_ROWS = re.compile(
    r"(?:(?<=\n)|\A)[ \t]*\|[^\n|]{1,40}\|\s*(?:value|amount|contribution|result|size)[^\n|]{0,20}\|[ \t]*\n"
    r"[ \t]*\|[-: |]+\|[ \t]*(?P<rows>(?:\n[ \t]*\|[^\n]{3,200}\|[ \t]*){2,6})(?=\n|\Z)", re.I)
_SUM = re.compile(r"[\s*_]*(?:sum|total|objective|value|minimum|maximum|altogether|together)[\s*_]*", re.I)


def with_table_of_terms(text: str) -> str:
    """A table of the terms of a value whose last row is their sum, as a list: '- linear term: A', '- penalty: B', 'Sum: C'."""
    return _ROWS.sub(_as_list, text) if "|" in text and len(text) <= MOST_TEXT else text


def _as_list(m: re.Match[str]) -> str:
    rows = []
    for line in m["rows"].strip("\n").split("\n"):
        label, _, cell = line.strip().removeprefix("|").removesuffix("|").partition(" | ")
        rows.append((label.strip(), cell.strip()))
    if not all(label and cell for label, cell in rows) or _SUM.fullmatch(rows[-1][0]) is None or any(_SUM.fullmatch(label) for label, _ in rows[:-1]):
        return m[0]
    return "\n".join(f"- {label}: {cell}" for label, cell in rows[:-1]) + f"\n\nSum: {rows[-1][1]}."
