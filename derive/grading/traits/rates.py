"""Which step size an answer is said to have as a step of gradient descent: 'the learning rate is alpha/2', 'careful: without the 1/2 the step is alpha/2, not alpha'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key
from derive.grading.traits.clause import plain_words
from derive.grading.traits.quantities import compiled
from derive.maths import expr as E
from derive.maths.expr import Expr

_LEAD = r"(?:(?:careful|caution|warning|attention|beware|note|note that|remember|so|thus|hence|here|that is|i\.e\.)[:,]? )*"
_NO_HALF = (r"(?:(?P<without>(?:as there is no|without (?:the|a|any)) (?:factor )?(?:of )?(?:1/2|½|\(1\)/\(2\)|one half|half)"
            r"(?: in front(?: of the (?:penalty|square|squared norm|norm|quadratic term))?)?),? )?")
_RATE = (rf"{_LEAD}{_NO_HALF}(?:the|its|our|an?) (?:effective |resulting |corresponding )?(?P<what>learning[- ]rate|step[- ]?size|step) (?:here )?(?:is|equals|=|becomes|must be|should be|has to be) "
         r"(?:only |just |exactly |simply )?(?P<value>[^,;]{1,40}?)(?:,? (?:and )?not (?P<other>[^,;]{1,40}))?(?: here)?")
_HALF = re.compile(r"1/2|½|frac\s*\{?1\}?\s*\{?2|/\(?2|2\s*\\?(?:alpha|eta|lambda)|\bhalf\b")


def said_of_rate(text: str, key: Key) -> bool | None:
    """Whether the answer is minus the gradient times what is said to be the step size; None where nothing is said of it, or the answer is no multiple of the gradient.

    A step size may also be the length of the step, and is left to what is said of lengths (traits.directions) where it is none of these.
    """
    m = compiled(_RATE).fullmatch(plain_words(text)) if "step" in text or "rate" in text else None
    required, gradient = key.derivation.answer, _gradient(key)
    if m is None or required is None or gradient is None or gradient.shape != required.shape or (m["without"] and _HALF.search(key.problem.statement)):
        return None
    told, other = formula(m["value"], key), formula(m["other"], key) if m["other"] else None
    if told is None or told.shape or (m["other"] and (other is None or other.shape)):
        return None
    rates = [equal(required, E.neg(E.mul(t, gradient)), key) for t in (told, other) if t is not None]
    if rates[0]:
        return rates[1:] != [True]
    along = equal(E.mul(E.dot(required, gradient), gradient), E.mul(E.dot(gradient, gradient), required), key)
    return False if along and rates[0] is False and not m["what"].lower().endswith("size") else None


def _gradient(key: Key) -> Expr | None:
    told = [s for s in key.problem.symbols.values() if "gradient" in s.says and len(s.shape) == 1 and s.kind == "value"]
    return E.sym(told[0].name, told[0].shape) if len(told) == 1 else None
