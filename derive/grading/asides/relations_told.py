"""A relation that a text states beside its answer and that does not hold: 'where the exponents are tied by $p + q = pq + 1$', 'and $t \\ge 2\\|g\\|^2$'.

Looked at are equations between declared letters, and bounds of the unknown itself. Said of a case ('when', 'if', 'for'), of an example, or within a derivation of other
letters, a relation is no such statement.
"""

from __future__ import annotations

from collections.abc import Collection

from derive import patterns as re
from derive.grading.asides.relations import bound_holds, is_bound
from derive.grading.asides.values import equations, holds
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.maths import expr as E
from derive.maths.parse import Statement

MAX_TEXT = 4_000
_MOST = 12
_OF_A_CASE = re.compile(
    r"\b(?:if|when|whenever|for|once|unless|suppose\w*|assum\w*|until|at|case|were|had|would|could|not|instead|impossible|contradict\w*|wrong|mistak\w*|false|either|or|example|e\.g|say|try|test|check\w*|sanity"
    r"|(?:entries|coordinates|components|those|ones|indices|rows)\s+(?:with|of|where|whose)|let|put|set|choose|pick|take|taking|fix)\b|n't\b|\?", re.I)
_NAMES_ONE = re.compile(r"[\s$\\(\[{]*\\?[A-Za-z]+(?:\s*[_^]\s*(?:\{[^{}]*\}|\S))*\s*&?=")  # x = ...
_SIGN = re.compile(r"[=<>≤≥]|\\(?:leq?|geq?|lt|gt|leqslant|geqslant)(?![A-Za-z])")
_SENTENCE = re.compile(r"[.!?;](?=\s)|\n\s*\n")


def false_relation(text: str, key: Key, read: Collection[str]) -> str:
    """The first such equation, as it is written; '' where there is none. read: the formulas that are the answer."""
    if len(text) > MAX_TEXT or _SIGN.search(text) is None or key.part.ask in ("eigenvalues", "count"):
        return ""
    for a, b in delimited(text)[:_MOST]:
        if _SIGN.search(text, a, b) is None or _NAMES_ONE.match(text, a, b) or any(x in text[a:b] for x in read):
            continue
        begins = max((m.end() for m in _SENTENCE.finditer(text, max(0, a - 300), a)), default=max(0, a - 300))
        ends = _SENTENCE.search(text, b)
        said = f"{text[begins:a]} {text[b : ends.start() if ends is not None else len(text)]}"
        if _OF_A_CASE.search(said):
            continue
        if any((_relates(s, key) and holds(s, key) is False) or (is_bound(s, key) and bound_holds(s, key) is False) for s in equations(text[a:b], key)):
            return text[a:b]
    return ""


def _iterates(key: Key) -> tuple[str, ...]:
    """What the iteration of the problem runs over."""
    over = key.problem.iteration.over if key.problem.iteration is not None else ()
    return (over,) if isinstance(over, str) else tuple(over)


def _relates(s: Statement, key: Key) -> bool:
    """Whether a statement is an equation of formulas in several declared letters, none of which is an unknown."""
    letters = set().union(*(E.symbols_in(t) for t in s.terms))
    unknown = {key.wanted.asked, *key.wanted.unknowns, *key.wanted.iterates, *(key.program.over if key.program is not None else ()), *_iterates(key)}
    return len(letters) > 1 and not letters & unknown and s.terms[0].op != "sym"
