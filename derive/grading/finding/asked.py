"""What the left side of an equation says of the unknown: it, its entry, its next value, a multiple of it."""

from __future__ import annotations

from dataclasses import replace

from derive.grading.finding.wanted import Member, Wanted
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr


def is_asked(e: Expr, wanted: Wanted) -> bool:
    """Whether an expression is the unknown itself, also as the list of its entries."""
    if e.op == "T":
        e = e.args[0]
    if wanted.shape and not wanted.label and (
            (e.op == "comp" and e.args[0] == E.at(E.sym(wanted.asked, wanted.shape), E.idx(str(e.data))))  # (u_1, ..., u_n)
            or (e.op == "vec" and e.args == tuple(E.at(E.sym(wanted.asked, wanted.shape), E.num(k + 1)) for k in range(len(e.args))))):
        return True
    if e.op == "vec" and wanted.entries and tuple(_name_of(x) for x in e.args) == tuple(_name_of(x) for x in wanted.entries) and all(x.op == "sym" for x in e.args):
        return True  # (u, v) = ...
    if e.op != "sym" or not wanted.asked:
        return False
    name, _, label = str(e.data).partition("@")
    if name != wanted.asked:
        return False
    return label == wanted.label.lstrip("@") if wanted.label else label in ("", "limit", "next")


def _name_of(e: Expr) -> str:
    """The name of a quantity, whenever it is looked at: u of u_infinity."""
    return str(e.data).partition("@")[0]


def index_of_entry(t: Expr, wanted: Wanted) -> Expr | None:
    """The index i of u_i."""
    if t.op == "at" and len(t.args) == 2 and is_asked(t.args[0], wanted):
        return t.args[1]
    return None


def iterate_of(e: Expr, wanted: Wanted) -> Expr | None:
    """The S of an update written as S_{t+1} = ..., or S_{t+1} - S_t = ... (then zero)."""
    if e.op == "sym" and str(e.data).endswith("@next"):
        name = str(e.data).partition("@")[0]
        if name in wanted.iterates:
            return E.sym(name, e.shape)
    return None


def gradients_of(wanted: Wanted) -> frozenset[str]:
    """Names of the declared gradients."""
    return frozenset(str(s.gradient) for s in wanted.scope.symbols.values() if s.gradient)


def is_told(name: str, wanted: Wanted) -> bool:
    """Whether the statement says what a quantity is, so that it has no later moments: s_{k+1} of singular values."""
    s = wanted.scope.symbols.get(name)
    return s is not None and (s.let is not None or s.given is not None)


def step_from(m: Member, base: Expr) -> Member:
    """The update behind an equation for the next iterate: what is added to the current one."""
    if m.expr.shape != base.shape:
        return m
    return replace(m, expr=simplify(E.sub(m.expr, base)))


def difference_of_iterates(e: Expr, wanted: Wanted) -> int:
    """1 for θ_{t+1} - θ_t on the left of an update, -1 for θ_t - θ_{t+1}, else 0."""
    if e.op != "add" or len(e.args) != 2 or e.args[1].op != "neg":
        return 0
    first, second = e.args[0], e.args[1].args[0]
    for after, before, sign in ((first, second, 1), (second, first, -1)):
        if after.op == "sym" and after.data in wanted.iterates and before == E.sym(f"{after.data}@prev", after.shape):
            return sign
        base = iterate_of(after, wanted)
        if base is not None and before == base:
            return sign
    return 0


def multiple_of_asked(e: Expr, wanted: Wanted) -> Expr | None:
    """The scalar c of 'c u = ...': the answer is then what stands on the right, divided by it."""
    if e.op == "neg" and is_asked(e.args[0], wanted):
        return E.neg(E.ONE)
    if e.op not in ("mul", "div") or len(e.args) != 2:
        return None
    a, b = e.args
    if e.op == "mul" and not a.shape and is_asked(b, wanted) and wanted.asked not in E.symbols_in(a):
        return a
    return E.div(E.ONE, b) if e.op == "div" and not b.shape and is_asked(a, wanted) and wanted.asked not in E.symbols_in(b) else None
