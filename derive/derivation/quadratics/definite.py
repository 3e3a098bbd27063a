"""What makes a matrix positive definite and a scalar positive: the obligations of quadratic rules.

A sum of words is definite if each word is semidefinite (a palindrome M^T ... M, or with a definite factor in its
middle) with a coefficient >= 0 and one of them is definite (its half has full column rank). Source: x^T M^T D M x = ||D^{1/2} M x||^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.derivation.quadratics.factors import is_euclidean, is_row, product
from derive.derivation.quadratics.words import Sum, TooLong, Word, Words
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build, constant_of
from derive.maths.write import latex

STRICT = frozenset(("positive", "unit", "count"))


@dataclass(frozen=True)
class Requirement:
    """Whether a matrix is positive definite: the conditions that make it so, or what is missing."""

    holds: bool
    because: tuple[str, ...] = ()
    missing: str = ""


def sign_of(words: Words, e: Expr) -> int:
    """2 where e > 0 is known, 1 where e >= 0 is, else 0."""
    n = normal_form(e, words.facts.positive)
    if not n:
        return 1 if n == {} else 0
    if _assumed_multiple(words, n) or (len(n) > 1 and (
            _assumed_square(words, n) is not None or _weighted_variance(words, n))):
        return 2
    signs = []
    for (scalars, vectors), c in n.items():
        kept = [(a, k) for a, k in scalars if not _is_minus_one(words, a)]
        if vectors or c * (-1) ** (len(scalars) - len(kept)) < 0:
            return _spread_sign(words, n)
        signs.append(min((_atom_sign(words, a, constant_of(dict(k))) for a, k in kept), default=2))
    return 0 if 0 in signs else max(signs)


def _is_minus_one(words: Words, a: Expr) -> bool:
    """The sign of a number that is declared negative."""
    return a.op == "fn" and a.data == "sign" and words.facts.domain(a.args[0]) == "negative"


def _spread_sign(words: Words, n: Normal) -> int:
    """The sign of a sum in which c ||x||^2 - (d/m)(sum x)^2 with d <= c stands (x of length m): that part is >= 0 by Cauchy-Schwarz."""
    for x in {a.args[0] for scalars, _ in n for a, _ in scalars if a.op == "total" and a.args[0].op == "sym"}:
        low = normal_form(E.div(E.power(E.total(x), E.TWO), E.dim(x.shape[0])), words.facts.positive) or {}
        high = normal_form(E.power(E.norm(x, E.TWO), E.TWO), words.facts.positive) or {}
        if len(low) != 1 or len(high) != 1:
            continue
        key, top = next(iter(low)), next(iter(high))
        taken = -n.get(key, Fraction(0)) / low[key]
        if taken <= 0 or n.get(top, Fraction(0)) < taken * high[top]:
            continue
        rest = {k: c for k, c in {**n, top: n[top] - taken * high[top]}.items() if k != key and c}
        return max(sign_of(words, build(rest, E.SCALAR)), 1) if rest else 1
    return 0


def as_square(words: Words, e: Expr) -> Expr:
    """e written as c ||v||^2 where it is a positive multiple of it, multiplied out, for a vector v assumed not to be zero; else e."""
    n = normal_form(e, words.facts.positive)
    found = _assumed_square(words, n) if n else None
    return e if found is None else words.tidy(E.mul(E.num(found[1]), E.power(found[0], E.TWO)))


def not_constant(words: Words, x: Expr) -> bool:
    """Whether the entries of a vector are assumed not to be all equal: norm(x - mean(x)) > 0 or max(x) > min(x)."""
    if len(x.shape) != 1:
        return False
    ones = E.ones(*x.shape)
    away = words.expand(E.sub(x, E.mul(E.mean(x), ones)))
    for c in words.facts.when:
        if c.op != "rel" or c.data not in (">", "<"):
            continue
        large, small = c.args if c.data == ">" else c.args[::-1]
        if (large, small) == (E.reduce_all("max", x), E.reduce_all("min", x)):
            return True
        if large.op == "norm" and large.args[0].shape == x.shape and (E.number_value(small) or 0) >= 0 and E.number_value(small) is not None:
            given = words.expand(large.args[0])
            if away in (given, words.scaled(given, E.num(-1))):
                return True
    return False


def _weighted_variance(words: Words, n: Normal) -> bool:
    """Whether a sum is a positive multiple of sum a_i x_i^2 - (sum a_i x_i)^2 / sum a_i with a > 0 and x not constant (Cauchy-Schwarz)."""
    symbols = {x for key in n for a, _ in (*key[0], *key[1]) for x in E.walk(a) if x.op == "sym" and len(x.shape) == 1}
    for x in (s for s in symbols if not_constant(words, s)):
        for a in (s for s in symbols if s != x and s.shape == x.shape and words.facts.domain(s) in STRICT):
            spread = E.sub(E.total(E.mul(a, E.power(x, E.TWO))), E.div(E.power(E.dot(a, x), E.TWO), E.total(a)))
            known = normal_form(words.scalar(spread), words.facts.positive)
            if known and known.keys() == n.keys() and len({n[k] / known[k] for k in n}) == 1 and all(n[k] / known[k] > 0 for k in n):
                return True
    return False


def _assumed_square(words: Words, n: Normal) -> tuple[Expr, Fraction] | None:
    """(norm of v, c) of a sum that is c ||v||^2 with c > 0."""
    for c in words.facts.when:
        if c.op != "rel" or c.data not in (">", "<"):
            continue
        large, small = c.args if c.data == ">" else c.args[::-1]
        if large.op != "norm" or not is_euclidean(large) or (E.number_value(small) or 0) < 0 or E.number_value(small) is None:
            continue
        square = normal_form(words.scalar(E.power(large, E.TWO)), words.facts.positive)
        if square and square.keys() == n.keys():
            ratios = {n[k] / square[k] for k in n}
            if len(ratios) == 1 and min(ratios) > 0:
                return large, min(ratios)
    return None


def _atom_sign(words: Words, a: Expr, power: object) -> int:
    own = _own_sign(words, a)
    if own == 2:
        return 2
    even = power is not None and getattr(power, "denominator", 0) == 1 and getattr(power, "numerator", 1) % 2 == 0
    return 1 if own == 1 or even else 0


def _own_sign(words: Words, a: Expr) -> int:
    facts = words.facts
    if a.op in ("dim", "num", "const"):
        return 2
    if a.op == "sym":
        return 2 if facts.domain(a) in STRICT or _assumed_positive(words, a) else 1 if str(a.data) in facts.positive else 0
    if a.op == "norm":
        return 2 if is_nonzero(words, a.args[0]) else 1
    if a.op == "fn" and a.data == "exp":
        return 2
    if a.op == "fn" and a.data == "abs":
        x = a.args[0]
        return 2 if facts.domain(x) in STRICT | {"nonzero", "sign"} else 1
    if a.op == "fn" and a.data in ("relu", "sqrt"):
        return 1
    if a.op in ("dot", "total") and _assumed_multiple(words, normal_form(a, facts.positive) or {}):
        return 2
    if a.op == "dot" and len(a.args[0].shape) == 1 and all(_entries_positive(words, x) for x in a.args):
        return 2
    if a.op == "dot":
        return _form_sign(words, *a.args)
    if a.op == "total" and len(a.args[0].shape) == 1:
        return 2 if _entries_positive(words, a.args[0]) else 0
    if a.op == "reduceall" and len(a.args[0].shape) == 1:
        return 2 if _entries_positive(words, a.args[0]) else 0
    return 0


def _form_sign(words: Words, x: Expr, y: Expr) -> int:
    """x^T y where y = M x with M definite, or the other way round."""
    for v, w in ((x, y), (y, x)):
        tail, factors = w, []
        while tail.op == "matmul" and tail != v:
            factors.append(tail.args[0])
            tail = tail.args[1]
        if tail == v and factors:
            m: Sum = {(): E.ONE}
            for f in factors:
                m = words.times(m, words.expand(f))
            if definite(words, m).holds:
                return 2 if is_nonzero(words, v) else 1
    return 0


def _assumed_positive(words: Words, a: Expr) -> bool:
    return any(c.op == "rel" and ((c.data == ">" and c.args == (a, E.ZERO)) or (c.data == "<" and c.args == (E.ZERO, a)))
               for c in words.facts.when)


def is_nonzero(words: Words, v: Expr) -> bool:
    """Whether a vector is known not to be zero: by its domain, or by an assumption norm(v) > c with c >= 0."""
    if v.op in ("ones", "basis") or words.facts.domain(v) in STRICT | {"nonzero", "simplex"} or _assumed_to_matter(words, v):
        return True
    own = words.expand(v)
    if any(f.op == "ones" for w in own for f in w) and any(
            w != () and len(w) == 1 and w[0].op == "sym" and set(own) <= {w, (E.ones(*v.shape),)} and not_constant(words, w[0]) for w in own):
        return True  # x - c 1 with x not constant
    for c in words.facts.when:
        if c.op != "rel" or c.data not in (">", "<"):
            continue
        large, small = c.args if c.data == ">" else (c.args[1], c.args[0])
        if large.op == "norm" and large.args[0].shape == v.shape and (E.number_value(small) or 0) >= 0 and E.number_value(small) is not None:
            given = words.expand(large.args[0])
            if own in (given, words.scaled(given, E.num(-1))):
                return True
    return False


def _assumed_to_matter(words: Words, v: Expr) -> bool:
    """Whether an assumption e > c with c >= 0 fails at v = 0, because e is 0 there."""
    if v.op != "sym" or len(v.shape) != 1:
        return False
    for large, small in _assumed(words):
        if v in set(E.walk(large)) and not large.shape and (small or 0) >= 0 and small is not None:
            try:
                if E.is_number(words.scalar(E.replace(large, {v: E.zeros(*v.shape)})), 0):
                    return True
            except (TooLong, E.ShapeError):
                continue
    return False


def _assumed(words: Words) -> list[tuple[Expr, Fraction | None]]:
    """The assumptions as (large, the number it exceeds)."""
    pairs = [c.args if c.data == ">" else c.args[::-1] for c in words.facts.when if c.op == "rel" and c.data in (">", "<")]
    return [(large, E.number_value(small)) for large, small in pairs]


def _assumed_multiple(words: Words, n: Normal) -> bool:
    """Whether a scalar is a positive multiple of one that is assumed to be positive, multiplied out."""
    for large, small in _assumed(words):
        if large.shape or small is None or small < 0 or large.op == "norm":
            continue
        known = normal_form(words.scalar(large), words.facts.positive)
        if known and known.keys() == n.keys() and len({n[k] / known[k] for k in n}) == 1 and all(n[k] / known[k] > 0 for k in n):
            return True
    return False


def definite(words: Words, s: Sum) -> Requirement:
    """Whether the symmetric sum of words is positive definite for every admissible value of the parameters."""
    strict: tuple[str, ...] | None = None
    s, absorbed = _without_averages(words, s)
    missing = "it is zero" if not s else ""
    for w, c in s.items():
        sign = sign_of(words, c)
        if not sign:
            return Requirement(False, missing=f"the coefficient ${latex(c)}$ is not known to be positive")
        found = _palindrome(words, w)
        if found is None:
            return Requirement(False, missing=f"${_text(words, w)}$ is not known to be positive semidefinite")
        reasons, lacking = found
        if w in absorbed:
            lacking = lacking or f"${_text(words, w)}$ less its part along the ones may be singular"
        if not lacking and sign == 2:
            size = words.tidy(E.div(c, E.num(abs(words.leading(c) or 1))))
            own = tuple(reasons) + ((f"${latex(size)} > 0$",) if E.number_value(size) is None else ())
            strict = own if strict is None or len(own) < len(strict) else strict
        else:
            missing = missing or lacking or f"${latex(c)}$ may be zero"
    if strict is None:
        return Requirement(False, missing=missing)
    return Requirement(True, tuple(dict.fromkeys(strict)))


def _without_averages(words: Words, s: Sum) -> tuple[Sum, set[Word]]:
    """c M^T M - d M^T v v^T M with d ||v||^2 <= c is semidefinite (Cauchy-Schwarz): the second word is taken into the first.

    Returns the sum without such pairs' second words, and the first words, which are then only semidefinite.
    """
    kept, absorbed = dict(s), set()
    for w, c in s.items():
        half = len(w) // 2
        if len(w) < 2 or len(w) % 2 or len(w[half - 1].shape) != 1 or sign_of(words, words.tidy(E.neg(c))) < 2:
            continue
        v, outer = w[half - 1], w[: half - 1]
        whole = outer + tuple(words.turned(f) for f in reversed(outer))
        if whole not in kept or w not in kept:
            continue
        room = words.tidy(E.add(kept[whole], E.mul(c, words.inner({(v,): E.ONE}, {(v,): E.ONE}))))
        if sign_of(words, room) == 2:  # something is left of the first word in every direction
            del kept[w]
            kept[whole] = room
        elif sign_of(words, room) or E.is_number(room, 0):
            del kept[w]
            absorbed.add(whole)
    return kept, absorbed


def _text(words: Words, w: Word) -> str:
    return latex(product(w)) if w else "I"


def _palindrome(words: Words, w: Word) -> tuple[list[str], str] | None:
    """(why it is definite, what is missing for that) of a semidefinite word; None where it is not known to be one."""
    if w != tuple(words.turned(f) for f in reversed(w)):
        return None
    half = w[(len(w) + 1) // 2 :]
    reasons: list[str] = []
    if len(w) % 2:
        middle = w[len(w) // 2]
        if not _definite_factor(words, middle):
            return None
        reasons.append(f"${latex(middle)}$ is positive definite")
    for f in half:
        why = injective(words, f)
        if not why:
            return reasons, f"${latex(f)}$ is not known to have full column rank (declare it so: fcr matrix, or frr for its transpose)"
        reasons.append(why)
    return reasons, ""


def _definite_factor(words: Words, f: Expr) -> bool:
    if f.op == "sym":
        return words.facts.domain(f) == "spd"
    if f.op == "inv":
        return definite(words, words.expand(f.args[0])).holds
    if f.op == "diag":
        return _entries_positive(words, f.args[0])
    return False


def _entries_positive(words: Words, v: Expr) -> bool:
    """Whether every entry of a vector is positive by the declarations."""
    n = normal_form(v, words.facts.positive)
    if not n:
        return False
    for (scalars, vectors), c in n.items():
        if c < 0 or any(_atom_sign(words, a, constant_of(dict(k))) < 2 for a, k in scalars):
            return False
        for a, k in vectors:
            base = a.args[0] if a.op == "fn" and a.data in ("abs", "sign") else a
            domain = words.facts.domain(base)
            power = constant_of(dict(k))
            even = power is not None and power.denominator == 1 and power.numerator % 2 == 0
            if a.op == "ones" or domain in STRICT or (domain == "nonzero" and (even or (a.op == "fn" and a.data == "abs"))):
                continue
            return False
    return True


def injective(words: Words, f: Expr) -> str:
    """Why a factor has full column rank, as a condition; '' where that is not known."""
    if len(f.shape) == 1:
        return f"${latex(f)} \\ne 0$" if is_nonzero(words, f) else ""
    if is_row(f):
        return ""
    base = f.args[0] if f.op == "T" else f
    domain = words.facts.domain(base)
    if _definite_factor(words, f):
        return f"${latex(f)}$ is positive definite"
    if domain in ("fcr", "orthcols") and f.op == "sym":
        return f"${latex(f)}$ has full column rank"
    if domain == "frr" and f.op == "T":
        return f"${latex(base)}$ has full row rank"
    if f.op == "inv":
        return f"${latex(f.args[0])}$ is invertible"
    return ""
