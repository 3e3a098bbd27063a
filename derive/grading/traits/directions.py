"""What is said of the direction, the signs and the length of a vector: parallel or orthogonal to another, of the same sign, of a length that is written."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import ENTRY, SIZE, answer_words, compiled, quantity
from derive.grading.traits.settings import CLOSE, Setting, edge_settings, is_zero, length, numbers, same, settings
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr

Pair = Callable[[list[float], list[float]], bool]


def _along(x: list[float], y: list[float]) -> float:
    """The cosine of the angle between two vectors."""
    both = length(x) * length(y)
    return sum(a * b for a, b in zip(x, y, strict=True)) / both if both else 0.0


def _parallel(x: list[float], y: list[float]) -> bool:
    return abs(abs(_along(x, y)) - 1) < CLOSE or not any(x)


def _opposite_signs(x: list[float], y: list[float]) -> bool:
    return all(a * b < 0 or is_zero(a, x) for a, b in zip(x, y, strict=True))


def _same_signs(x: list[float], y: list[float]) -> bool:
    return all(a * b > 0 or is_zero(a, x) for a, b in zip(x, y, strict=True))


def _inverse(x: list[float], y: list[float]) -> bool:
    return all(b for b in y) and _parallel(x, [1 / b for b in y])


_RELATIONS: tuple[tuple[str, Pair], ...] = (
    (r"(?:is|are|stays?|points|lies|runs|being) (?:parallel|collinear|proportional) (?:to|with)|is (?:an? )?(?:\w+ )?(?:(?:scalar |positive |negative |constant )?multiple of|"
     r"scaled (?:version|copy) of|rescaled copy of|linear in the direction of)"
     r"|lies? (?:in|on) the (?:span|line|direction) (?:of|through|spanned by)|(?:is|lies) in the row space (?:of|spanned by)|stays? in the span of|is along|lies? along|(?:goes|moves?|"
     r"points?) along|is a scaled|"
     r"is spanned by|is (?:proportional|parallel) to", _parallel),
    (r"(?:is|are|stands?|stays?) (?:orthogonal|perpendicular|at right angles|normal) to", lambda x, y: abs(_along(x, y)) < CLOSE or not any(x)),
    (r"(?:points?|goes|moves?|is|runs) (?:in )?(?:the )?(?:opposite|reverse)(?: direction)?(?: to| of| from| as)?|(?:points?|goes|moves?|runs|is directed|steps?) (?:directly |straight |"
     r"right )?(?:against|opposite(?: to)?)|"
     r"(?:is|has) (?:the |an? )?(?:opposite|negative|exactly opposite|antiparallel) (?:direction )?(?:to|of|from)|is antiparallel to|(?:points?|goes|moves?) in the negative direction of",
     lambda x, y: abs(_along(x, y) + 1) < CLOSE),
    (r"(?:points?|goes|moves?|is|runs) in(?:to)? the (?:same )?direction (?:of|as)|(?:has|shares) the (?:same )?direction (?:of|as|with)|points? (?:straight |right )?(?:along|with)|"
     r"points? the same way as", lambda x, y: abs(_along(x, y) - 1) < CLOSE),
    (r"(?:has|have|shares?|takes?|carr(?:y|ies)) the (?:same )?(?:signs?|sign pattern) (?:of|as|with)(?: that of| those of| the corresponding)?|(?:follows?|keeps?|copies|matches|"
     r"agrees? in sign with) the signs? of|agrees? in sign with", _same_signs),
    (r"(?:has|have|takes?|carr(?:y|ies)) (?:the |an? )?(?:opposite|reversed?|other|negative) (?:signs?|sign pattern) (?:of|as|to|from|than)(?: that of| those of)?|(?:is|"
     r"are) (?:always )?opposite in sign to|(?:has|have) (?:a |the )?signs? opposite (?:to|of)(?: that of| those of)?|"
     r"goes against the sign of|differs? in sign from", _opposite_signs),
    (r"(?:is|are) inversely proportional to|(?:is|are) proportional to the (?:inverse|inverses|reciprocal|reciprocals) of|varies inversely with", _inverse),
)
_PATTERN = "|".join(f"(?P<r{k}>{p})" for k, (p, _) in enumerate(_RELATIONS))
_ENTRYWISE = rf"(?:all |each |every |the |its )?(?:\w )?(?:{ENTRY}|signs?)(?: of (?:the )?(?:update|step|answer|solution|u|theta|it|vector))?"
_OTHER = (rf" (?!(?:the )?{SIZE} of\b)"
          r"(?:the )?(?:corresponding |respective |matching |(?:entry|entries|sign|signs|components?|coordinates?) of (?:the )?)*(?P<other>.{1,40}?)(?: (?:entry|component|"
          r"coordinate)s?)?(?: in sign)?"
          r"(?: (?:in each|coordinate by coordinate|elementwise|componentwise|entry by entry|with (?:a )?(?:negative|positive) factor|of the loss|at \w+))?")
_LENGTH_TEXT = (rf"(?:(?:its|the|the step's|the update's) (?:(?P<p1>euclidean|l_?[12p]|ell_?[12]|[12]|l_?infinity|infinity|inf|max(?:imum)?|one|"
                rf"two)[- ]?)?{SIZE}(?: of (?P<of>.{{1,30}}?))?(?: (?:in the|measured in the) (?P<p2>\S{{1,12}})[- ]norm)? (?:is|equals|=|stays|becomes|is equal to)"
                rf"|(?P<it>ANSWER) (?:has|have|is of|is a vector of) (?:an? |the )?(?:(?P<p3>euclidean|l_?[12]|ell_?[12]|[12]|l_?infinity|infinity|inf|max(?:imum)?|one|"
                rf"two)[- ]?)?{SIZE}(?: of| equal to| =)?) (?P<value>.{{1,60}})")
NORMS: dict[str, float] = {"euclidean": 2, "2": 2, "two": 2, "l2": 2, "l_2": 2, "ell_2": 2, "ell2": 2, "1": 1, "one": 1, "l1": 1, "l_1": 1, "ell_1": 1, "ell1": 1,
    "infinity": math.inf, "inf": math.inf, "max": math.inf,
                            "maximum": math.inf, "linfinity": math.inf, "l_infinity": math.inf}


def said_of_direction(said: Said, key: Key) -> bool | None:
    """Whether what is said of the direction or the length holds; None where nothing is."""
    if len(key.wanted.shape) != 1 or key.derivation.answer is None:
        return None
    it = answer_words(key)
    m = compiled(rf"(?:{it}|{_ENTRYWISE}) (?:{_PATTERN}){_OTHER}").fullmatch(said.body)
    if m is not None:
        other = quantity(m["other"], key)
        found = next(k for k in range(len(_RELATIONS)) if m[f"r{k}"])
        return _held(said, key, other, _RELATIONS[found][1])
    m = compiled(_LENGTH_TEXT.replace("ANSWER", it)).fullmatch(said.body)
    if m is not None and (m["of"] is None or re.fullmatch(it, m["of"], re.I)):
        return _of_length(said, key, m["value"], (m["p1"] or m["p2"] or m["p3"] or "").lower(), "step size" in said.body or "norm" in said.body or "size" in said.body or "magnitude" in said.body)
    if compiled(rf"(?:{it}) (?:is|gives|points in) (?:an? )?descent(?: direction)?(?: for \w+)?").fullmatch(said.body):
        g = quantity("the gradient", key)
        return _held(said, key, g, lambda x, y: _along(x, y) < 0)
    return None


_EVERY_ROW = (r"(?:IT) (?:is|lies|stays) (?:(?P<orthogonal>orthogonal|perpendicular) to (?:every|all|the|each)(?: of the)? (?P<of>row|column)s?|in the (?:span of the )?(?P<of2>row|"
             r"column)(?:s| space)) of (?P<matrix>[A-Za-z])")


def said_of_rows(said: Said, key: Key) -> bool | None:
    """'It is orthogonal to every row of X', 'it lies in the row space of X'."""
    m = compiled(_EVERY_ROW.replace("IT", answer_words(key))).fullmatch(said.body) if len(key.wanted.shape) == 1 and key.derivation.answer is not None else None
    matrix = quantity(m["matrix"], key) if m is not None else None
    if m is None or matrix is None or len(matrix.shape) != 2:
        return None
    found = []
    for s in settings(key):
        try:
            a = np.array([[float(x) for x in row] for row in exact(matrix, s.world)], dtype=np.float64)
        except (Undefined, NotEvaluable, TypeError, KeyError):
            return None
        a = a if (m["of"] or m["of2"]).lower() == "row" else a.T
        x = np.array(s.answer)
        if a.shape[1] != len(x):
            return None
        inside = a.T @ np.linalg.lstsq(a.T, x, rcond=None)[0]
        size = float(np.linalg.norm(x))
        found.append(bool(np.linalg.norm(a @ x) <= 1e-8 * size * np.linalg.norm(a)) if m["orthogonal"] else bool(np.linalg.norm(inside - x) <= 1e-8 * size))
    return said.verdict(found)


def _held(said: Said, key: Key, other: Expr | None, test: Pair) -> bool | None:
    if other is None or (key.wanted.asked and other.data == key.wanted.asked):
        return None
    seen: list[list[bool]] = []
    for where in (settings(key), edge_settings(key)):
        found = []
        for s in where:
            y = numbers(other, s.world)
            if y is None or len(y) != len(s.answer):
                continue
            found.append(test(s.answer, y))
        seen.append(found)
    return said.verdict(seen[0], seen[1])


def _of_length(said: Said, key: Key, value: str, p: str, loose: bool) -> bool | None:
    told = formula(value, key)
    if told is None or told.shape or told.op == "dim":
        return None  # 'its size is n' tells how many entries it has
    norms = [NORMS[p]] if p in NORMS else [2, 1, math.inf] if loose else [2]

    def test(s: Setting, q: float) -> bool:
        v = numbers(told, s.world)
        return v is not None and same(v[0], length(s.answer, q))

    where = settings(key)
    return said.verdict([True] if any(all(test(s, q) for s in where) for q in norms) else [False]) if where else None
