"""The penalty that a text says it minimises with, where it is another than that of the statement: 'the penalty is $\\alpha\\|u\\|_2^2$' for (1/alpha) ||u||^2.

Its value at the required optimum is compared with that of each term of the objective. What would be with another penalty is no statement of this one.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.expr import Expr

MAX_TEXT = 6_000
_TELLS = re.compile(r"\b(?:penalty|regulari[sz]er|regulari[sz]ation(?: term)?)\b(?P<between>[^$.;\n]{0,30})\b(?:is|be|being|reads|equals|of|as)\s+\$(?P<said>[^$]{2,120})\$", re.I)
_OBJECTIVE = re.compile(
    r"\b(?:i\.e\.|here|so|that is|my|the statement'?s?|hence)[,:]?\s+(?:my\s+|the\s+)?objective\b(?P<between>[^$.;\n]{0,12}?)\s(?:is|reads|being)\s+"
    r"(?:\$(?P<said>[^$]{2,120})\$|(?P<plain>[^$\s.;][^$.;\n]{2,80}))", re.I)
_OTHERWISE = re.compile(r"\b(?:would|were|if|for|with|instead|had|unlike|another|other|usual\w*|half|often|some|compare\w*|not|without|were|dual)\b|['’]d\b", re.I)


def another_penalty(text: str, key: Key) -> str:
    """The formula that a text calls the penalty, where it is no term of the objective; '' where there is none."""
    program, answer = key.program, key.derivation.answer
    if program is None or len(program.over) != 1 or len(text) > MAX_TEXT or not ("enalty" in text or "egulari" in text or "bjective" in text):
        return ""
    point = key.derivation.answer if key.wanted.asked else None
    if point is None or answer is None:
        return ""
    name = program.over[0]
    at = {E.sym(name, key.problem.symbols[name].shape): point}
    terms = [program.objective, *(program.objective.args if program.objective.op == "add" else ())]
    for m in (*_TELLS.finditer(text), *_OBJECTIVE.finditer(text)):
        begin = max(text.rfind(c, 0, m.start()) for c in ".,:;\n") + 1
        end = next((k for k in (text.find(c, m.end()) for c in (".", ";", "\n")) if k >= 0), len(text))
        if _OTHERWISE.search(text[begin : m.start()] + m["between"] + text[m.end() : end]) is not None:
            continue
        said = formula((m["said"] or m.groupdict().get("plain") or "").strip(" .,"), key)
        if said is not None and not said.shape and _weighted(said, name) and all(equal(E.replace(said, at), E.replace(t, at), key) is False for t in terms):
            return (m["said"] or m.groupdict().get("plain") or "").strip()
    return ""


def _weighted(e: Expr, name: str) -> bool:
    """Whether a formula holds the unknown and a weight."""
    names = E.symbols_in(e)
    return name in names and len(names) > 1
