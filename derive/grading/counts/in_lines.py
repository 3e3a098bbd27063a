"""Several counts told line by line: '- rounds: $k$', or as the rows of a table with two columns; in the order in which they are asked.

A line is the name of one quantity and its value. What stands beside the value must be known to leave it: how it came about before
'so', a remark in brackets that says who sends what, what a letter of the text's own is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from derive import patterns as re
from derive.grading.counts.arrived_at import stands
from derive.grading.text.grids import markdown_grid

_LINE = re.compile(r"^\s{0,4}(?:(?:[-*•+]|\d[.)])\s{1,3})?[*_]{0,2}(?P<head>[A-Za-z][^:=$\n]{2,50}?)[*_]{0,2}\s?:[*_]{0,2}\s{1,3}(?P<body>\S.{0,300})$")
_SO = re.compile(r"^[^$]{0,80}(?:\$[^$]{1,40}\$[^$]{1,80}){0,4}\b(?:so|hence|thus|therefore)\s+(?:that\s+is\s+|we\s+get\s+)?(?=\$)", re.I)
_UNIT = r"(?:numbers|multiply-adds|macs|flops|messages|parameters|weights|rounds|operations|entries)"
_REMARK = re.compile(
    r"\s{0,2}\((?:(?:each|every)(?:\s+of\s+the)?\s[^()]{0,60}\b(?:sends|has|have|exchanges|receives|takes|needs|carries)\b[^()]{0,60}"
    r"|the\s(?:factor\s(?:of\s)?)?\d\s(?:is|stands|comes)\s(?:for|from)\s[A-Za-z ,]{3,50})\)", re.I)
_CHANGES = re.compile(r"\b(?:twice|times|plus|minus|half|double\w*|without|not|only|per|except|more|less)\b", re.I)
_LETTER_IS = re.compile(r",?\s(?:with|where)\s\$\s?(?P<letter>[A-Za-z])\s?\$\s(?:(?:is|being|denotes)\s)?the\s(?P<name>[a-z][a-z ]{3,30}?)(?:\s(?:from\s)?above)?$", re.I)
_FORMULA = re.compile(rf"(?P<open>\$?)(?P<value>[^$]{{1,160}})(?P=open)(?:\s{_UNIT})?", re.I)
_OWN_LETTER = re.compile(r"(?:\boutput height\s)?\s?(?P<letter>[A-Za-z])\s?=\s?(?P<value>[^=]{1,160})")
_OF_ALL = re.compile(r"\b(?:per|each|every|all|these|those|both|numbers?|counts?|above|table|values?)\b", re.I)
# What the line before a list may say of it: 'per worker:', 'a common mistake:'.
_RESTRICTS = re.compile(
    r"\b(?:per|each|every|one|single|only|if|not|never|wrong\w*|mistake\w*|incorrect\w*|false\w*|without|half|twice|suppose|assum\w*|example|student|instead|would|sometimes|guess|for)\b|\?", re.I)
_DISOWNS = re.compile(r"\b(?:per|wrong\w*|mistake\w*|incorrect\w*|false\w*|student|guess)\b", re.I)


class _Told(NamedTuple):
    head: str
    body: str


def by_lines(text: str, labels: Mapping[str, re.Pattern[str]], holds: Callable[[str], bool], names: frozenset[str]) -> dict[str, str]:
    """The value of each quantity, where a line or row gives each once; else none.

    holds: whether an equation of declared symbols holds; names: those of the declared symbols.
    """
    lines, before, behind = _rows(text) if "|" in text else _lines(text)
    before, introduced = _introduced(before, labels)
    if _RESTRICTS.search(before.strip().rpartition("\n")[2]) or _DISOWNS.search(before):
        return {}
    if len(lines) != len(labels) or any(label.search(before) for label in labels.values()) or (behind and _OF_ALL.search(behind)):
        return {}
    out: dict[str, str] = {}
    own: dict[str, str] = {}
    for line in lines:
        what = _named(line.head, labels)
        value = _value(line.body, {name: labels[k] for name, k in own.items()}, names | introduced.keys())
        if what is None or what in out or not value:
            return {}
        if value in introduced and introduced[value][0] == what:
            own[value], value = what, introduced[value][1]
        elif (m := _OWN_LETTER.fullmatch(value)) is not None and what.startswith("length"):
            own[m["letter"]], value = what, m["value"]
        elif "=" in value:
            if not holds(value):
                return {}
            value = value.rpartition("=")[2]
        out[what] = value.strip()
    for name, what in own.items():
        told = f"({out[what]})"
        out |= {k: re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", lambda _, told=told: told, v) for k, v in out.items() if k != what}  # type: ignore[misc]
    return out if len(out) == len(labels) and stands(behind, out, labels) else {}


_INTRODUCED = re.compile(r"\b(?:let|write|put|set|with)\s\$\s?(?P<letter>[A-Za-z])\s?=\s?(?P<value>[^$=]{1,160})\$\s(?:(?:denote|be|for)\s)(?:the\s)?(?P<name>[a-z][a-z ]{3,30}?)"
                         r"(?:\s\([^()$]{1,60}\))?(?=[.,;]|$)", re.I | re.M)


def _introduced(before: str, labels: Mapping[str, re.Pattern[str]]) -> tuple[str, dict[str, tuple[str, str]]]:
    """What stands before the lines without 'Let $O = F$ denote the output height.', and such letters with the quantity and its value."""
    found = {m["letter"]: (what, m["value"].strip(), m.group()) for m in _INTRODUCED.finditer(before) if (what := _named(m["name"], labels)) is not None}
    for _, _, said in found.values():
        before = before.replace(said, " ", 1)
    return before, {letter: (what, value) for letter, (what, value, _) in found.items()}


def _lines(text: str) -> tuple[list[_Told], str, str]:
    """The labelled lines of a text, which follow one another, and what stands before and behind them."""
    lines = text.strip().splitlines()
    found = [_LINE.match(line) for line in lines]
    at = [k for k, m in enumerate(found) if m is not None]
    if not at or any(found[k] is None and lines[k].strip() for k in range(at[0], at[-1] + 1)):
        return [], "", ""
    return [_Told(m["head"], m["body"]) for m in found if m is not None], "\n".join(lines[: at[0]]), "\n".join(lines[at[-1] + 1 :])


def _rows(text: str) -> tuple[list[_Told], str, str]:
    """The rows of a table of two columns, or the columns of one of two rows, without the heads that name no quantity."""
    lines = text.strip().splitlines()
    at = [k for k, line in enumerate(lines) if line.strip().startswith("|")]
    grid = markdown_grid(text)
    if not at or at != list(range(at[0], at[-1] + 1)) or len({len(row) for row in grid}) != 1:
        return [], "", ""
    if len(grid) == 2:
        grid = [list(column) for column in zip(*grid, strict=True)]
    if len(grid[0]) != 2:
        return [], "", ""
    told = [_Told(head, value) for head, value in (grid[1:] if re.fullmatch(r"[A-Za-z ]{4,30}|", grid[0][1]) else grid)]
    return told, "\n".join(lines[: at[0]]), "\n".join(lines[at[-1] + 1 :])


def _named(head: str, labels: Mapping[str, re.Pattern[str]]) -> str | None:
    """The quantity that a head names: the one whose name is longest in it; None where it says that it is of one or of a part."""
    if _CHANGES.search(head):
        return None
    found = sorted(((len(m[0]), what) for what, label in labels.items() for m in label.finditer(head)), reverse=True)
    return found[0][1] if found and (len(found) < 2 or found[0][0] > found[1][0] or found[0][1] == found[1][1]) else None


def _value(body: str, letters: Mapping[str, re.Pattern[str]], names: frozenset[str]) -> str:
    """The formula of a line; '' where words stand beside it that are not known to leave it."""
    body = body.strip().rstrip(".;,").strip()
    if (m := _LETTER_IS.search(body)) is not None:
        if m["letter"] not in letters or not letters[m["letter"]].search(m["name"]) or _CHANGES.search(m["name"]) or re.search(r"\b(?:input|image|half)\b", m["name"], re.I):
            return ""
        body = body[: m.start()]
    if (m := _REMARK.search(body)) is not None and m.end() == len(body):
        if _CHANGES.search(m[0]):
            return ""
        body = body[: m.start()]
    if (m := _SO.match(body)) is not None:
        body = body[m.end() :]
    m = _FORMULA.fullmatch(body.strip())
    words = re.findall(r"(?<![A-Za-z\\])[A-Za-z]{3,}", re.sub(r"\\[A-Za-z]+|floor|ceil|log2?|sqrt|output height", " ", m["value"])) if m is not None else []
    return m["value"].strip() if m is not None and all(w in names or {*w} <= names for w in words) else ""
