"""What a text states of its answer beside it: the optimal value, an equation that holds there, that it is the only one whatever the data are."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.checked import Checked, equal_to_required
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equal, equations, formula, holds
from derive.grading.keys import Key
from derive.maths import expr as E

_NONE: Checked = (None, "")
_VALUE = re.compile(r"\s*(?:(?:and|so|with|where|then|hence|thus),?\s+)*(?:(?:the|its)\s+)?"
                    r"(?:(?:minimal|minimum|optimal|least|smallest|attained|resulting|corresponding)\s+)(?:objective\s+)?(?:value|objective|minimum)"
                    r"(?:\s+(?:there|then|here|of the objective|is attained))?\s*(?:is|equals|being|of|=|:)\s*(?=\S)", re.I)
_THERE = re.compile(r"\s*(?:and\s+)?(?:so(?: that)?|such that|at which|for which|where|there|which (?:gives|satisfies|means)|satisfying|giving|(?:so )?that)\s+(?=\S)", re.I)
_ALWAYS_UNIQUE = re.compile(
    r"\b(?:unique|the only (?:minimi[sz]er|maximi[sz]er|solution|optimum|point))\b[^.;]{0,30}"
    r"\b(?:even (?:if|when|where|for)|always|in (?:all|every) cases?|whatever|regardless|no matter|for (?:all|every|any))\b", re.I)


_FALLS = re.compile(r"\s*(?:(?:and|so|hence|thus|here),?\s+)*(?:the\s+|its\s+)?(?:(?:linearised |linearized )?(?:loss|objective)(?: \(linearised\))?\s+(?:falls|drops|decreases|is reduced|"
                r"improves|goes down)\s+by"
                    r"|(?:guaranteed |predicted |linearised )?(?:improvement|decrease|reduction|gain|drop)(?: of the (?:loss|objective))?\s+is)\s+(?:exactly\s+)?(?=\S)", re.I)


def falls_said(said: str, key: Key) -> Checked:
    """'The linearised loss falls by delta ||g||_1': by that of the linear part, or of the whole objective."""
    m = _FALLS.match(said) if "fall" in said or "drop" in said or "improve" in said or "decrease" in said or "gain" in said or "reduc" in said else None
    value, program = key.derivation.value, key.program
    if m is None or value is None or program is None or program.sense != "min" or not key.wanted.asked:
        return _NONE
    found = formulas(said[m.end() :], key.wanted.scope)
    told = equations(found[0][1], key) if len(found) == 1 else []
    required = key.derivation.answer
    if len(told) != 1 or told[0].ops or told[0].terms[0].shape or required is None or not program.constraints:
        return _NONE
    return equal(E.neg(told[0].terms[0]), value, key), ""


def value_said(said: str, key: Key) -> Checked:
    """'and the minimal value is -(alpha/4) ||g||^2': it must be that of the program."""
    m = _VALUE.match(said) if "value" in said or "minimum" in said or "objective" in said else None
    value = key.derivation.value
    if m is None or value is None or value == key.derivation.answer:
        return _NONE
    found = formulas(said, key.wanted.scope)
    told = equations(found[-1][1], key) if len(found) == 1 else []
    if len(told) != 1 or told[0].terms[-1].shape:
        return _NONE
    return equal(told[0].terms[-1], value, key), ""


def holds_there(said: str, key: Key) -> Checked:
    """'..., at which a^T theta = 1': an equation about the unknown must hold for the required answer."""
    m = _THERE.match(said) if "=" in said and key.wanted.asked else None
    if m is None:
        return _NONE
    unknown = E.sym(key.wanted.asked, key.wanted.shape)
    told = [s for _, f in formulas(said[m.end() :], key.wanted.scope) for s in equations(f, key)]
    if not told or any("=" not in s.ops or key.wanted.asked not in E.symbols_in(s.terms[0]) or s.terms[0] == unknown or s.terms[0].shape for s in told):
        return _NONE
    found = [holds(s, key) for s in told]
    return (False, "") if False in found else _NONE if None in found else (True, "")


_IN_NUMBERS = re.compile(r"\W*(?:(?:so|and|hence|thus)\s+)?(?:(?:with|in|inserting|putting in|plugging in|for)\s+(?:the|our|these|all)?\s*(?:given\s+)?(?:numbers|numerical values|values|data)"
                         r"(?:\s+of the (?:problem|exercise|statement))?|numerically)\s*[:,]?\s+(?:(?:this|it|that|we)\s+(?:is|gives?|get|obtain|becomes|reads)\s+)?(?=\S)", re.I)


def in_numbers(said: str, key: Key) -> Checked:
    """'With the numbers: F': the answer once more, with the values that the statement gives."""
    m = _IN_NUMBERS.match(said)
    found = formulas(said[m.end() :], key.wanted.scope) if m is not None else []
    told = formula(found[0][1], key) if found and found[0][0] <= 1 else None
    if told is None or len(told.shape) != len(key.wanted.shape):
        return _NONE
    true = equal_to_required(told, key)
    return (False, "") if true is False else _NONE


def unique_always(said: str, key: Key) -> Checked:
    """'this is the only minimiser even if some g_i are zero': false where others are as good when entries are 0 or tie."""
    return (False, "") if key.derivation.unique in ("generic", "no") and _ALWAYS_UNIQUE.search(said) else _NONE
