"""What is said of a range of values beside it: which end belongs to it, whether a value lies in it: 'alpha = 1 still converges', 'the upper end is excluded'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.values import equations
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import numbers
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact

_GOOD = (r"(?P<good>converges?|works?|is (?:stable|allowed|fine|admissible|ok|still (?:allowed|fine)|in the range|small enough|permitted|included)|(?:leads?|gives?) (?:to )?convergence|"
        r"belongs|lies inside)")
_BAD = r"(?P<bad>diverges?|oscillates?(?: forever)?|is (?:unstable|too large|too big|excluded|not allowed|forbidden|outside)|fails|blows up|explodes?|(?:leads?|gives?) (?:to )?divergence)"
_AT = (rf"(?:for example |for instance |e\.g\.? |(?:with|for|at|if|when) )*SUBJECT ?= ?(?P<value>[^\s,]{{1,20}})(?:,| it| the (?:iteration|method|step|residual)| gradient descent| this|"
      rf",? the \w+)* (?:{_GOOD}|{_BAD})(?: (?:too|as well|already))?")
_ENDS = (r"(?:the |both )?(?P<which>upper|lower|right|left|both|two|)? ?(?:ends?|bounds?|boundar(?:y|ies)|endpoints?|limits?|ends? of the range)(?: point)?s? (?:is|are|of the (?:interval|"
        r"range) (?:is|are)) (?P<how>included|excluded|allowed|forbidden|part of it|open|closed|in the range|admissible)")
_SIDE = (rf"(?:for|with) (?:any |all |a )?(?P<side>larger|bigger|smaller|lower) (?:values? of )?(?:SUBJECT|steps?|step sizes?)(?:,| it| the (?:iteration|method|step|residual)|"
        rf" gradient descent| this)* (?:{_GOOD}|{_BAD})(?: (?:too|as well))?")
_SIDE_FIRST = rf"(?P<side>larger|bigger|smaller|lower) (?:values? of )?(?:SUBJECT|steps?|step sizes?) (?:{_GOOD}|{_BAD})(?: (?:too|as well))?"


def said_of_regions(said: Said, key: Key) -> bool | None:
    """Whether what is said of the required range holds; None where nothing is."""
    answer, name = key.derivation.answer, str(key.derivation.extra.get("on") or "")
    symbol = key.problem.symbols.get(name)
    if answer is None or not key.wanted.condition or symbol is None or symbol.shape:
        return None
    subject = "(?:the )?(?:" + "|".join(re.escape(n.lstrip("\\")) for n in (name, *symbol.aliases)) + "|step size|learning rate)"
    worlds = [w for ws in key.generic for w in ws.worlds[:2]]
    m = compiled(_AT.replace("SUBJECT", subject)).fullmatch(said.body)
    if m is not None:
        found = equations(f"{name} = {m['value']}", key)
        told = found[0].terms[-1] if len(found) == 1 and found[0].ops == ("=",) else None
        if told is None or told.shape:
            return None
        inside = []
        for w in worlds:
            v = numbers(told, w)
            inside.append(None if v is None else _inside(key, name, Fraction(v[0]).limit_denominator(10**9), w))
        return None if None in inside else said.verdict([bool(x) is (m["good"] is not None) for x in inside])
    ends = [_ends(key, name, w) for w in worlds]
    sides = [e for e in ends if e is not None]
    if not sides or len(sides) < len(ends):
        return None
    m = compiled(_ENDS).fullmatch(said.body)
    if m is not None:
        says = m["how"].lower() in ("included", "allowed", "part of it", "closed", "in the range", "admissible")
        which = (m["which"] or "").lower()
        asked = (1,) if which in ("upper", "right") else (0,) if which in ("lower", "left") else (0, 1)
        values = [side for e in sides for k in asked if (side := e[k][1]) is not None]
        return said.verdict([v is says for v in values]) if not said.denied else said._replace(denied=False).verdict([v is not says for v in values])
    m = compiled(_SIDE.replace("SUBJECT", subject)).fullmatch(said.body) or compiled(_SIDE_FIRST.replace("SUBJECT", subject)).fullmatch(said.body)
    if m is not None:
        larger = m["side"].lower() in ("larger", "bigger")
        inside = []
        for w, e in zip(worlds, sides, strict=True):
            end = e[1][0] if larger else e[0][0]
            inside.append(_inside(key, name, end * 2 if larger else end + (e[1][0] - end) / 16, w))
        return None if None in inside else said.verdict([bool(x) is (m["good"] is not None) for x in inside])
    return None


def _inside(key: Key, name: str, value: Fraction, w: World) -> bool | None:
    try:
        return bool(exact(key.derivation.answer, World({**w.values, name: value}, w.dims)))  # type: ignore[arg-type]
    except (Undefined, NotEvaluable, KeyError, E.ShapeError):
        return None


def _ends(key: Key, name: str, w: World) -> tuple[tuple[Fraction, bool | None], tuple[Fraction, bool | None]] | None:
    """The lower and the upper end of the range and whether each belongs to it."""
    lower, upper = key.derivation.extra.get("lower"), key.derivation.extra.get("upper")
    if not isinstance(lower, E.Expr) or not isinstance(upper, E.Expr):
        return None
    out = []
    for e in (lower, upper):
        try:
            v = exact(e, w)
        except (Undefined, NotEvaluable, KeyError, E.ShapeError):
            return None
        if not isinstance(v, Fraction):
            return None
        out.append((v, _inside(key, name, v, w)))
    return out[0], out[1]
