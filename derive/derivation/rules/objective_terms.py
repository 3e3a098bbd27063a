"""An objective as a sum of a linear term, functions of known growth, norms and a soft maximum, each with a positive weight."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.derivation.quadratics.factors import product
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import positive_names, signed_objective
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.monomials import build, constant_of
from derive.problem.model import Problem
from derive.problem.nouns.program import Program


@dataclass(frozen=True)
class Kind:
    """A convex function phi of a number, by what t -> c t + phi(t) needs.

    low, high: it is bounded below iff low <= c <= high (None: no end), '<' where strict; vanishes: -1 or 1 where phi falls to its
    infimum 0 towards that infinity and is above it everywhere, else 0; positive: phi lives on t > 0.
    """

    low: Fraction | None
    high: Fraction | None
    vanishes: int = 0
    strict: bool = False
    positive: bool = False


_ZERO, _ONE = Fraction(0), Fraction(1)
EXP = Kind(None, _ZERO, -1)
SOFTPLUS = Kind(-_ONE, _ZERO, -1)
ABS = Kind(-_ONE, _ONE)
MINUS_LOG = Kind(_ZERO, None, strict=True, positive=True)
RECIPROCAL = Kind(_ZERO, None, 1, positive=True)


@dataclass(frozen=True)
class Growth:
    """weight * sum of phi(inside). slope: a where inside is the number a^T x + b."""

    kind: Kind
    weight: Expr
    inside: Expr
    slope: Expr | None = None

    def at(self, x: Expr, v: Expr) -> Expr | None:
        """The inside as a linear map of another vector; None where it is not linear."""
        there = E.replace(self.inside, {x: E.zeros(*x.shape)}) if x.shape else None
        if there is None or simplify(there) not in (E.ZERO, E.zeros(*self.inside.shape)):
            return None
        return E.replace(self.inside, {x: v})


@dataclass(frozen=True)
class Norm:
    """weight * ||matrix x + shift||^power; matrix None: the unknown itself."""

    matrix: Expr | None
    power: Fraction
    euclidean: bool


@dataclass
class Terms:
    """c^T x + growths + norms + soft * log sum exp(x) + constant. cost None: no linear term."""

    cost: Expr | None = None
    growths: list[Growth] = field(default_factory=list)
    norms: list[Norm] = field(default_factory=list)
    soft: Expr | None = None
    constant: Expr = E.ZERO


def read_terms(problem: Problem, program: Program, x: Expr, words: Words) -> Terms | None:
    """The terms of the objective, as one to minimise; None where one of them is of no known kind."""
    positive = positive_names(problem)
    cost: list[Expr] = []
    constant: list[Expr] = []
    rest: list[Expr] = []
    for t in _summands(signed_objective(program)):
        slope = _affine(t, x) if x in set(E.walk(t)) else None
        if slope is None:
            rest.append(t)
        else:
            cost.append(slope)
            constant.append(E.replace(t, {x: E.zeros(*x.shape) if x.shape else E.ZERO}))
    n = normal_form(E.add(*rest), positive) if rest else {}
    if n is None:
        return None
    out = Terms()
    for (scalars, vectors), c in n.items():
        mine = [(a, e) for a, e in scalars if x in set(E.walk(a))]
        weight = build({(frozenset(p for p in scalars if p not in mine), frozenset()): c}, E.SCALAR)
        if vectors:
            return None
        if not mine:
            constant.append(weight)
            continue
        if len(mine) != 1:
            return None
        (atom, exponent), = mine
        k = constant_of(dict(exponent))
        if k is None:
            return None
        slope = _slope(atom, k, x)
        if slope is not None:
            cost.append(E.mul(weight, slope))
        elif not _read(out, atom, k, weight, x, positive, problem.symbols[str(x.data)].domain, words):
            return None
    out.cost = simplify(E.add(*cost), positive) if cost else None
    out.constant = simplify(E.add(*constant), positive) if constant else E.ZERO
    return out


def _summands(e: Expr) -> list[Expr]:
    """The terms of a sum, signs drawn in."""
    if e.op == "add":
        return [t for a in e.args for t in _summands(a)]
    return [E.neg(t) for t in _summands(e.args[0])] if e.op == "neg" and e.args[0].op in ("add", "neg") else [e]


def _slope(atom: Expr, k: Fraction, x: Expr) -> Expr | None:
    """c of an atom that is c^T x."""
    if k != 1:
        return None
    if atom == x and not x.shape:
        return E.ONE
    if atom.op == "total" and atom.args[0] == x:
        return E.ones(*x.shape)
    if atom.op == "dot" and x in atom.args:
        other = atom.args[0] if atom.args[1] == x else atom.args[1]
        return None if x in set(E.walk(other)) else other
    return None


def _read(out: Terms, atom: Expr, k: Fraction, weight: Expr, x: Expr, positive: frozenset[str], domain: str, words: Words) -> bool:
    sign = _sign(weight, positive)
    if not sign:
        return False
    if atom.op == "norm" and atom.data == "p" and sign > 0 and k >= 1:
        matrix = _matrix(atom.args[0], x)
        if matrix is False:
            return False
        out.norms.append(Norm(matrix if isinstance(matrix, Expr) else None, k, E.is_number(atom.args[1], 2)))
        return True
    if atom.op == "dot" and k == 1 and sign > 0:
        squared = _squared(atom, x, words)
        if squared is not None:
            out.norms.append(squared)
            return True
    if not x.shape and atom in (x, E.fn("abs", x)) and k == 2 and sign > 0:
        out.norms.append(Norm(None, k, True))
        return True
    if x.shape and atom == E.fn("log", E.total(E.fn("exp", x))) and k == 1 and sign > 0 and out.soft is None:
        out.soft = weight
        return True
    body = atom.args[0] if atom.op == "total" else atom
    if (atom.op == "total" and k != 1) or (atom.op != "total" and body.shape):
        return False
    found = _kind(body, k if atom.op != "total" else Fraction(1), sign, x)
    if found is None:
        return False
    kind, inside = found
    if kind.positive and (inside != x or domain != "positive") and not (kind is MINUS_LOG and inside == x and domain in ("", "real", "nonnegative")):
        return False
    slope = _affine(inside, x) if inside not in (x, E.neg(x)) else E.ONE
    if slope is None:
        return False
    out.growths.append(Growth(kind, weight if sign > 0 else simplify(E.neg(weight), positive), inside, slope if not inside.shape and x.shape else None))
    return True


def _squared(form: Expr, x: Expr, words: Words) -> Norm | None:
    """x^T A^T A x and x^T S x with a definite S, from the gradient 2 A^T A x."""
    try:
        found = words.expand(gradient(form, x))
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None
    if len(found) != 1:
        return None
    ((word, c),) = found.items()
    inner, value = word[:-1], E.number_value(c)
    if not word or word[-1] != x or value is None or value <= 0 or any(words.holds_unknown(f) for f in inner):
        return None
    if not inner or (len(inner) == 1 and words.facts.domain(inner[0]) == "spd"):
        return Norm(None, Fraction(2), True)
    half = len(inner) // 2
    if len(inner) % 2 or words.transposed({inner[half:]: E.ONE}) != {inner[:half]: E.ONE}:
        return None
    return Norm(product(inner[half:]), Fraction(2), True)


def _kind(body: Expr, k: Fraction, sign: int, x: Expr) -> tuple[Kind, Expr] | None:
    """The function of the table, and what stands in it."""
    if body == x and k == -1:
        return (RECIPROCAL, x) if sign > 0 else None
    if body.op == "pow" and body.args[0] == x and E.number_value(body.args[1]) == -1 and k == 1:
        return (RECIPROCAL, x) if sign > 0 else None
    if body.op == "div" and E.is_number(body.args[0], 1) and body.args[1] == x and k == 1:
        return (RECIPROCAL, x) if sign > 0 else None
    if body.op != "fn" or k != 1:
        return None
    inside = body.args[0]
    if body.data == "log" and sign < 0:
        return MINUS_LOG, inside
    if sign < 0:
        return None
    if body.data == "exp":
        return EXP, inside
    if body.data == "abs":
        return ABS, inside
    if body.data == "log" and inside.op == "add" and len(inside.args) == 2:
        for one, other in (inside.args, inside.args[::-1]):
            if (E.is_number(one, 1) or one.op == "ones") and other.op == "fn" and other.data == "exp":
                return SOFTPLUS, other.args[0]
    return None


def _sign(weight: Expr, positive: frozenset[str]) -> int:
    """1 or -1 where the sign of a product of numbers and positive scalars is known, 0 where it is not."""
    n = normal_form(weight, positive)
    if not n or len(n) != 1:
        return 0
    ((scalars, _), c), = n.items()
    known = all((a.op == "sym" and a.data in positive) or a.op in ("dim", "const") for a, _ in scalars)
    return (1 if c > 0 else -1) if known else 0


def _matrix(inside: Expr, x: Expr) -> Expr | bool | None:
    """A of A x + b with b free of x; None for x + b itself; False for anything else."""
    if inside == x:
        return None
    terms = inside.args if inside.op == "add" else (inside,)
    mine = [t for t in terms if x in set(E.walk(t))]
    if len(mine) != 1:
        return False
    t = mine[0].args[0] if mine[0].op == "neg" else mine[0]
    if t == x:
        return None
    if t.op == "matmul" and t.args[1] == x and x not in set(E.walk(t.args[0])):
        return t.args[0]
    return False


def _affine(inside: Expr, x: Expr) -> Expr | None:
    """A constant gradient of a scalar, or ONE for a vector whose entries are affine; None for what is not affine."""
    if inside.shape:
        return E.ONE if _linear_in(inside, x) else None
    try:
        slope = simplify(gradient(inside, x))
    except (NotDifferentiable, E.ShapeError):
        return None
    if any(y.op in ("cases", "rel") or (y.op == "fn" and y.data == "sign") for y in E.walk(slope)):
        return None
    return None if x in set(E.walk(slope)) else slope


def _linear_in(e: Expr, x: Expr) -> bool:
    """Whether x enters once in sums, through products with what is free of it."""
    if e == x or x not in set(E.walk(e)):
        return True
    if e.op in ("add", "neg"):
        return all(_linear_in(a, x) for a in e.args)
    if e.op in ("mul", "matmul", "dot"):
        held = [a for a in e.args if x in set(E.walk(a))]
        return len(held) == 1 and _linear_in(held[0], x)
    return False


def one_sided(c: Expr, x: Expr) -> tuple[int, Expr] | None:
    """x >= l as (1, l), x <= h as (-1, h)."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    for mine, other, side in ((c.args[0], c.args[1], 1 if c.data == ">=" else -1), (c.args[1], c.args[0], 1 if c.data == "<=" else -1)):
        if mine == x and x not in set(E.walk(other)):
            return side, other
    return None
