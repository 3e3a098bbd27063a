"""What the terms of the objective contribute to an optimal value: 'the linear term gives $-F$, the penalty $F/2$', 'half of the linear gain $F$ is eaten up by the penalty $F/2$'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.checked import Checked
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.expr import Expr

_NONE: Checked = (None, "")
_NAMES = re.compile(r"\b(?P<linear>linear(?:ised|ized)?\s+(?:terms?|parts?|gain|decrease|improvement|loss|model)|gain)\b"
                    r"|\b(?P<other>penalt(?:y|ies)(?:\s+terms?)?|quadratic\s+(?:terms?|parts?)|(?:squared[- ])?norm\s+terms?|regulari[sz](?:er|ation)(?:\s+term)?|proximal\s+term)\b", re.I)
_CONCLUDES = re.compile(r"\b(?:answer|result|final\w*|therefore|thus|hence|so|minimum|optimum|optimal|value|total|altogether|sum|instead|actually|wrong|should|must)\b", re.I)
_NEAR = 50


def terms_of_value(said: str, key: Key) -> Checked:
    """Whether the values that a sentence gives to the terms of the objective, by name, are theirs at the optimum, up to sign; None where it gives others."""
    program, point = key.program, key.derivation.point
    if key.part.ask != "value" or program is None or len(point) != 1 or program.objective.op != "add" or _CONCLUDES.search(said) is not None:
        return _NONE
    found = formulas(said, key.wanted.scope)
    (name, at), = point.items()
    unknown = E.sym(name, at.shape)
    true = bool(found)
    place = 0
    for begin, text in found:
        before = said[max(place, begin - _NEAR) : begin]
        place = begin + len(text)
        names = list(_NAMES.finditer(before))
        told = formula(text, key)
        if not names or told is None or told.shape or name in E.symbols_in(told):
            return _NONE
        terms = [E.replace(t, {unknown: at}) for t in program.objective.args if _is_linear(t, name) is (names[-1]["linear"] is not None)]
        if not terms:
            return _NONE
        true = true and any(equal(told, sign, key) for t in terms for sign in (t, E.neg(t)))
    return (true, "") if found else _NONE


def _is_linear(term: Expr, name: str) -> bool:
    """Whether a term is an inner product with the unknown."""
    while term.op in ("neg", "mul"):
        term = next((x for x in term.args if name in E.symbols_in(x)), term.args[-1])
        if term.op == "sym":
            return True
    return term.op == "dot"
