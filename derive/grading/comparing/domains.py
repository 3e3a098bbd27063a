"""What follows from the form of a formula and the declared domains: its sign, and where it is defined."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.comparing.instances import Case
from derive.maths import expr as E
from derive.maths.expr import Expr


def nonnegative(case: Case, e: Expr) -> bool:
    """Whether e >= 0 follows from its form and the declared domains."""
    v = E.number_value(e)
    if v is not None:
        return v >= 0
    if e.op == "sym":
        return str(e.data) in case.positive
    if e.op == "neg":
        x = e.args[0]
        return (x.op == "sym" and case.symbols[str(x.data)].domain == "negative") or (x.op == "neg" and nonnegative(case, x.args[0])) or (
            x.op == "add" and all(nonnegative(case, E.neg(y)) for y in x.args))
    if e.op in ("const", "dim", "norm"):
        return True
    if e.op == "add":
        return all(nonnegative(case, x) for x in e.args)
    if e.op in ("mul", "div"):
        return e.args[0] == e.args[1] or all(nonnegative(case, x) for x in e.args) or all(nonnegative(case, E.neg(x)) for x in e.args)
    if e.op == "pow":
        k = E.number_value(e.args[1])
        return (k is not None and k.denominator == 1 and k % 2 == 0) or nonnegative(case, e.args[0])
    if e.op == "dot":
        return e.args[0] == e.args[1]
    return e.op == "fn" and (e.data in ("abs", "exp", "sqrt", "relu", "sigmoid", "cosh", "factorial", "binom")
                             or (e.data == "maximum" and any(nonnegative(case, x) for x in e.args)))


def nonzero(case: Case, e: Expr) -> bool:
    """Whether e != 0 follows from its form and the declared domains."""
    v = E.number_value(e)
    if v is not None:
        return v != 0
    if e.op == "sym":
        return case.symbols[str(e.data)].domain in ("positive", "negative", "nonzero", "unit", "count") if str(e.data) in case.symbols else False
    if e.op in ("const", "dim"):
        return True
    if e.op in ("neg", "pow"):
        return nonzero(case, e.args[0])
    if e.op in ("mul", "div"):
        return all(nonzero(case, x) for x in e.args)
    if e.op == "add":
        return any(all(nonnegative(case, y) for y in s) and any(nonzero(case, y) for y in s) for s in (e.args, tuple(map(E.neg, e.args))))
    return e.op == "fn" and (e.data in ("exp", "cosh", "sigmoid", "factorial") or (e.data in ("abs", "sqrt", "sign") and nonzero(case, e.args[0])))


def total(case: Case, e: Expr) -> bool:
    """Whether e is known to be defined everywhere."""
    for x in E.walk(e):
        if x.op == "div" and not nonzero(case, x.args[1]):
            return False
        if x.op == "pow":
            k = E.number_value(x.args[1])
            whole = k is not None and k.denominator == 1
            if not (whole or nonnegative(case, x.args[0])) or not ((k is not None and k >= 0) or nonzero(case, x.args[0])):
                return False
        if x.op in ("inv", "pinv", "matpow", "cases", "at") or (x.op == "fn" and (
                x.data in ("tan", "asin", "acos", "mod", "factorial", "binom")
                or (x.data in ("sqrt", "log", "log2", "log10") and not nonnegative(case, x.args[0]))
                or (x.data in ("log", "log2", "log10") and not nonzero(case, x.args[0])))):
            return False
    return True


def divisors(e: Expr) -> list[Expr]:
    """Scalar denominators and arguments of logarithms: where they are 0, e may be undefined."""
    found = [x.args[1] for x in E.walk(e) if x.op == "div"] + [x.args[0] for x in E.walk(e) if x.op == "fn" and x.data in ("log", "log2", "log10")]
    found += [x.args[0] for x in E.walk(e) if x.op == "pow" and (E.number_value(x.args[1]) or Fraction(0)) < 0]
    return [x for x in dict.fromkeys(found) if not x.shape and not E.free_indices(x)][:8]
