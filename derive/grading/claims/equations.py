"""Equations that a text says to hold at its answer, whose left sides are made of what is asked: 'so that $w^\\top x_1+b=1$ and $w^\\top x_2+b=-1$'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.relations import multiplier
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations, instances
from derive.grading.judging.decimals import shown_entries
from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, same
from derive.maths import expr as E
from derive.maths.exact import World, exact
from derive.maths.parse import Statement

_MARK = "\ue000"
_HARMLESS = re.compile(r"(?:\W|\b(?:so|that|then|thus|hence|therefore|and|with|here|there|we|have|one|has|gets?|get|obtain|it|this|which|gives|means|satisfies|satisfying|giving|at|the|point|"
                       r"solution|optimum|indeed|both|also|such|in|particular|prediction|predictions|margins?|its|is|are|value|values|sum|of|weights|original|features|now|as|required|desired|checks?|"
                       r"note|on|step|steps|length|size|norm|magnitude|update|here|euclidean|always|exactly|precisely|fact|limit|model|data|residual|error|loss|objective|linear|term|penalty|total|together|"
                       r"vector|constraint|consequently|moreover|finally|clearly|obviously|just|simply|again|still|about|only|approximately|roughly|we|see|find|satisfied|fits?|reproduced)\b)*+", re.I)


_BOXED = re.compile(r"\\boxed\s*\{(?P<inside>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_DASH = re.compile(r"^\s*[-*•–]\s+")  # of an item, and no minus


def equations_told(text: str, key: Key) -> bool | None:
    """Whether the equations of a clause hold where all that is asked is as required; None where there are others, or words that suppose something."""
    if not ("=" in text or "≈" in text or "approx" in text) or key.derivation.answer is None or key.wanted.condition or key.part.ask in ("eigenvalues", "count"):
        return None
    text = _BOXED.sub(r"\g<inside>", _DASH.sub("", text))
    found = formulas(text, key.wanted.scope)
    rest = text
    for _, f in found:
        rest = rest.replace(f, _MARK, 1)
    if not found or _HARMLESS.fullmatch(re.sub(r"\$|\\[()\[\],;:!]", " ", rest)) is None:
        return None
    if any(multiplier(f, key) is not None for _, f in found):
        return None  # 'g + (2/alpha) d + nu a = 0' holds for one multiplier, and is looked at as such
    asked = {key.wanted.asked, *((f"{key.wanted.asked}@limit",) if key.wanted.asked else ()), *(name for name, _ in key.derivation.outputs)} - {""}
    told: list[Statement] = [s for _, f in found for s in equations(f, key)]
    if not asked or len(told) < len(found) or any(
            not s.ops or not set(s.ops) <= {"=", "~"} or s.terms[0].op in ("sym", "at", "new") or E.symbols_in(s.terms[0]).isdisjoint(asked)
            or any(E.has(t, "new") or E.free_indices(t) for t in s.terms) or not asked.isdisjoint(E.symbols_in(s.terms[-1])) for s in told):
        return None
    seen = [x for s in told for w in instances(key, {}) if (x := _holds(s, _with_outputs(w, key))) is not None]
    return all(seen) if seen else None


def _with_outputs(w: World, key: Key) -> World:
    """The instance with the values of all that is asked."""
    values = dict(w.values)
    if key.wanted.asked in values:
        values[f"{key.wanted.asked}@limit"] = values[key.wanted.asked]
    for name, e in key.derivation.outputs:
        v = numbers(e, w)
        if v is not None and not e.shape and len(v) == 1:
            values[name] = exact(e, w)
    return World(values, w.dims)


def _holds(s: Statement, w: World) -> bool | None:
    sides = [numbers(t, w) for t in s.terms]
    told = [v for v in sides if v is not None]
    most = max(map(len, told), default=0)
    if len(told) < len(sides) or any(len(v) not in (1, most) for v in told) or any(len(v) < most and any(v) for v in told):
        return None
    told = [v if len(v) == most else v * most for v in told]  # 0 for a vector of zeros
    if "~" in s.ops:
        return _about(s, told)
    size = max((abs(x) for v in (*told, *_parts(s, w)) for x in v), default=0.0)
    return all(same(x, y) or abs(x - y) <= 1e-9 * size for v in told for x, y in zip(v, told[0], strict=True))


def _about(s: Statement, told: list[list[float]]) -> bool | None:
    """Whether a decimal is what it stands for, rounded at its last digit or broken off there; None where another thing is said to be about equal."""
    shown = shown_entries(E.as_column(s.terms[-1]), True)
    if shown is None or len(shown) != len(told[0]) or any(x.half is None for x in shown) or not all(op == "=" for op in s.ops[:-1]):
        return None
    exactly = all(same(x, y) for v in told[:-1] for x, y in zip(v, told[0], strict=True))
    return exactly and all(_rounds_to(v, float(x.value), float(x.half or 0)) for x, v in zip(shown, told[0], strict=True))


def _rounds_to(v: float, shown: float, half: float) -> bool:
    """Whether a number is rounded to what is shown, or broken off there."""
    off = abs(shown - v)
    return off <= half + 1e-12 * abs(v) or (abs(shown) <= abs(v) and off < 2 * half * (1 - 1e-9))


def _parts(s: Statement, w: World) -> list[list[float]]:
    """What the left side is made of, in numbers: beside these a rest is 0."""
    return [v for t in s.terms[0].args if (v := numbers(t, w)) is not None]
