"""The closed form that a text draws from its recurrence: 'so $r_t = (1 - 2 \\\\alpha)^t r_0$': its base must be the factor of one step."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.checked import Checked
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key
from derive.maths import expr as E

_NONE: Checked = (None, "")
_LEAD = re.compile(r"\W*(?:(?:and|so|hence|thus|therefore|then|consequently|i\.e\.?|that\s+is|which\s+gives|giving|by\s+induction|iterating|unrolling|in\s+closed\s+form|we\s+get"
    r"|it\s+follows\s+that|this\s+means)\b[\s,:]*)*\$?", re.I)
_BEHIND = re.compile(r"\$?[\s,]*(?:(?:since|as|because|with|for|starting\s+from|where)\b.{0,60})?\W*", re.I | re.S)
_POWER = re.compile(
    r"\s*(?P<name>[A-Za-z])_?\{?(?P<t>[tkn]|ₜ)\}?\s*=\s*(?P<base>\S.{0,120}?)\s*\^\s*\{?\s*[tkn]\s*\}?\s*(?:(?:\\[,;!]|\\cdot|\*|·|\s)*(?P=name)_?\{?[0₀]\}?)?\s*(?:(?:\\to|→)\s*0)?\s*", re.S)


def closed_form(said: str, key: Key) -> Checked:
    """Whether the base of the power that a text gives for the state after t steps is the factor of the required recurrence."""
    required = key.derivation.answer
    if key.part.ask != "recurrence" or required is None or required.shape:
        return _NONE
    found = [(at, f) for at, f in formulas(said, key.wanted.scope) if "^" in f and _POWER.fullmatch(f) is not None]
    if len(found) != 1 or _LEAD.fullmatch(said[: said.find(found[0][1])]) is None:
        return _NONE
    text = found[0][1]
    m = _POWER.fullmatch(text)
    state = next((s for s in key.problem.symbols.values() if m is not None and s.name == m["name"]), None)
    if m is None or state is None or state.name not in E.symbols_in(required) or _BEHIND.fullmatch(said[said.find(text) + len(text) :]) is None:
        return _NONE
    base = formula(m["base"], key)
    if base is None or base.shape:
        return _NONE
    return equal(base, E.replace(required, {E.sym(state.name): E.ONE}), key), ""
