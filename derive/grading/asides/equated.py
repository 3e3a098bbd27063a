"""A right formula that a text calls equal to one that is not: 'F, i.e. G', 'F (equivalently G)', 'some say F, but I believe it is G'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.concluded import Right, could_answer
from derive.grading.asides.runs import formulas
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems

MAX_TEXT = 4_000

_THE_SAME = re.compile(
    r"(?:\bi\.\s?e\.|\bthat is(?: to say)?\b|\b(?:or )?equivalently\b|\bwhich (?:equals|is (?:equal to|the same as|just|simply|nothing but)|simplifies to|reduces to|becomes|amounts to|means)\b"
    r"|\bwhich (?:in|by) (?:components?|entries|coordinates|terms of entries)(?: this)? (?:is|reads|means|gives)\b|\bin other words\b|\bequal to\b|\bthe same as\b|\bthe same (?:point"
    r"|vector|value|limit|update|step|thing|number) as\b|\bnamely\b"
    r"|\bbut (?:I|we) (?:think|believe|claim|(?:would )?say|find|get)(?: that)?(?: (?:it|this|the \w+) (?:is|should be|equals))?\b)[,:]?\s*", re.I)
_NEEDS = needs("i equivalently equal which that words same namely but")
_BETWEEN = re.compile(r"[\s$\\)\]}`*.,;:(\[—–-]*")
_OPENS = re.compile(r"(?:\$\$?|\\\(|\\\[|`|\*\*)?\s*")
_ENDS = re.compile(r"\s*(?:\$\$?|\\\)|\\\]|`|\*\*)?\s*(?:[.,;)!]|\Z|\n)")


def equated_with_another(text: str, key: Key, right: Right) -> str:
    """The words and the formula that a text calls equal to a right one, where it gives another value for what is asked; '' where there is none."""
    if len(text) > MAX_TEXT or _NEEDS.isdisjoint(stems(text)):
        return ""
    scope = key.wanted.scope
    for m in _THE_SAME.finditer(text):
        behind = text[m.end() : m.end() + 400]
        begins = _OPENS.match(behind)
        found = next(((k, _balanced(f)) for k, f in formulas(behind, scope) if begins is not None and k <= begins.end()), None)
        if found is None or not _ENDS.match(behind, end := _end(behind, *found)) or not could_answer(found[1], key, right):
            continue
        whole = _OTHERWISE.match(behind, end)
        if whole is not None and right(f"{found[1]}{whole[0]}"):
            continue  # the formula goes on with what holds otherwise
        before = text[: m.start()]
        at, of = next(reversed(formulas(before, scope)), (0, ""))
        if of and _BETWEEN.fullmatch(before, _end(before, at, of)) and right(of):
            return text[m.start() : m.end() + end].strip()
    return ""


_OTHERWISE = re.compile(r"\s*,\s*(?:and\s+)?[^.;\n]{1,80}?\b(?:otherwise|elsewhere|else)\b")


def _balanced(formula: str) -> str:
    """A formula without the bracket behind it that closes one before it."""
    while formula[-1:] == ")" and formula.count(")") > formula.count("("):
        formula = formula[:-1]
    return formula


def _end(text: str, at: int, formula: str) -> int:
    """Where a formula ends that begins at a place, or behind the delimiter there."""
    return text.find(formula, at) + len(formula)
