"""Separable programs: an objective and constraints that split into one scalar problem an entry.

    min sum_i phi(x_i; p_i) + constant   subject to entrywise constraints (and linear couplings a^T x = s)

is read from totals, inner products, 1-norms, squared 2-norms, p-norms to the power p, means and indexed
sums. The entry x_i is written as a scalar symbol of the same name, and so is the entry of each vector that
stands beside it; `lifted` is the way back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr, Shape


class NotSeparable(Exception):
    """The expression couples the entries of the unknown; the message names how."""


@dataclass
class Entries:
    """One entry of each vector as a scalar. of: scalar stand-in -> what it is an entry of."""

    unknown: Expr
    of: dict[Expr, Expr] = field(default_factory=dict)

    @property
    def t(self) -> Expr:
        """The entry of the unknown."""
        return E.sym(self.unknown.data)

    @property
    def shape(self) -> Shape:
        """The shape of the unknown."""
        return self.unknown.shape

    def free(self, e: Expr) -> bool:
        """Whether the unknown does not stand in e."""
        return all(x != self.unknown for x in E.walk(e))

    def stand_in(self, e: Expr) -> Expr:
        """The scalar that stands for an entry of the vector e, which does not hold the unknown."""
        name = str(e.data) if e.op == "sym" else f"_b{len(self.of)}"
        s = E.sym(name)
        self.of[s] = e
        return s

    def entry(self, e: Expr, index: str | None = None) -> Expr:
        """The entry of e as a scalar expression of the entry of the unknown. Raises NotSeparable."""
        if e == self.unknown:
            if index is not None and e.shape:
                raise NotSeparable("the whole unknown stands under a sum over its entries")
            return self.t
        if e.op == "at" and index is not None and e.args[1:] == (E.idx(index),) and e.args[0].shape == self.shape:
            return self.entry(e.args[0])
        if index is not None and E.idx(index) in set(E.walk(e)) and e.op == "idx":
            raise NotSeparable("the index itself stands in the sum")
        if not e.shape and self.free(e) and (index is None or index not in E.free_indices(e)):
            return e
        if e.op == "ones":
            return E.ONE
        if e.op == "zeros":
            return E.ZERO
        if self.free(e) and e.shape == self.shape and e.op not in ("add", "neg", "mul", "div", "pow", "fn", "rel"):
            return self.stand_in(e)
        if e.op in ("add", "neg", "mul", "div", "pow", "fn", "cases", "rel") and e.shape in ((), self.shape):
            return E.rebuild(e, tuple(self.entry(a, index) for a in e.args))
        if e.op == "matmul" and e.args[0].op == "diag" and self.free(e.args[0]) and len(e.shape) == 1:
            return E.mul(self.entry(e.args[0].args[0]), self.entry(e.args[1]))
        raise NotSeparable(f"'{e.op}' mixes the entries of the unknown")

    def summed(self, e: Expr) -> tuple[Expr, Expr]:
        """A scalar objective as (phi, constant): sum over entries of phi, plus what does not hold the unknown."""
        if self.free(e):
            return E.ZERO, e
        if not self.shape:
            return self.entry(e), E.ZERO
        if e.op == "add":
            parts = [self.summed(a) for a in e.args]
            return _sum([p for p, _ in parts]), _sum([c for _, c in parts])
        if e.op == "neg":
            p, c = self.summed(e.args[0])
            return E.neg(p), E.neg(c)
        if e.op in ("mul", "div") and not e.shape:
            a, b = e.args
            if self.free(b):
                p, c = self.summed(a)
                return E.rebuild(e, (p, b)), E.rebuild(e, (c, b))
            if e.op == "mul" and self.free(a):
                p, c = self.summed(b)
                return E.mul(a, p), E.mul(a, c)
        return self._sum_of_entries(e), E.ZERO

    def _sum_of_entries(self, e: Expr) -> Expr:
        if e.op == "total":
            return self.entry(e.args[0])
        if e.op == "mean":
            return E.div(self.entry(e.args[0]), E.dim(self.shape[0]))
        if e.op == "dot":
            a, b = (self.entry(x) for x in e.args)
            return E.power(a, E.TWO) if a == b else E.mul(a, b)
        if e.op == "reduce" and e.data[0] == "sum" and E.is_number(e.args[1], 1) and e.args[2] == E.dim(self.shape[0]):
            return self.entry(e.args[0], e.data[1])
        if e.op == "norm" and e.data == "p" and E.is_number(e.args[1], 1):
            return E.fn("abs", self.entry(e.args[0]))
        if e.op == "pow" and e.args[0].op == "norm":
            v, p = e.args[0].args
            if e.args[0].data == "fro" or (e.args[0].data == "p" and p == e.args[1]):
                inside = self.entry(v)
                return E.power(inside, E.TWO) if E.is_number(e.args[1], 2) else E.power(E.fn("abs", inside), e.args[1])
        raise NotSeparable(f"'{e.op}' couples the entries of the unknown")

    def lifted(self, e: Expr) -> Expr:
        """A scalar expression of entries as the vector of its values (a scalar where no entry stands in it)."""
        if e in self.of:
            return self.of[e]
        if e == self.t:
            return self.unknown
        if not e.args or e.shape:
            return e
        args = [self.lifted(a) for a in e.args]
        if args == list(e.args):
            return e
        if e.op == "add":
            args = [a if a.shape else self.spread(a) for a in args]
        if e.op == "pow" and len(args[0].shape) == 2 and E.is_number(args[1], 2):  # a power of a matrix is another thing
            return E.mul(args[0], args[0])
        return E.rebuild(e, tuple(args))

    def vector(self, e: Expr) -> Expr:
        """The lifted expression with the shape of the unknown."""
        out = self.lifted(e)
        if out.shape == self.shape:
            return out
        return self.spread(out)

    def spread(self, c: Expr) -> Expr:
        """The vector whose entries are all c."""
        if E.is_number(c, 0):
            return E.zeros(*self.shape)
        if c.op == "neg":
            return E.neg(self.spread(c.args[0]))
        return E.ones(*self.shape) if E.is_number(c, 1) else E.mul(c, E.ones(*self.shape))

    def total(self, e: Expr) -> Expr:
        """The sum of e over all entries."""
        out = self.lifted(e)
        if E.is_number(out, 0):
            return E.ZERO
        if out.shape or not self.shape:
            return E.total(out)
        count = E.dim(self.shape[0])
        for d in self.shape[1:]:
            count = E.mul(count, E.dim(d))
        return E.mul(count, out)


def _sum(terms: list[Expr]) -> Expr:
    kept = [t for t in terms if not E.is_number(t, 0)]
    return E.add(*kept) if kept else E.ZERO


@dataclass(frozen=True)
class Split:
    """What the constraints say of one entry. at_least: expressions of the entry that must be >= 0;
    coupling: (entrywise a(t), s) for each equation sum_i a(x_i) = s; strict: whether an inequality is strict."""

    at_least: tuple[Expr, ...]
    coupling: tuple[tuple[Expr, Expr], ...]
    strict: bool = False


def split_constraints(entries: Entries, constraints: tuple[Expr, ...]) -> Split:
    """Constraints by entries. Raises NotSeparable."""
    at_least: list[Expr] = []
    coupling: list[tuple[Expr, Expr]] = []
    strict = False
    for c in constraints:
        if c.op == "and":
            inner = split_constraints(entries, c.args)
            at_least += inner.at_least
            coupling += inner.coupling
            strict |= inner.strict
            continue
        if c.op != "rel" or c.data not in ("<=", ">=", "<", ">", "="):
            raise NotSeparable("a constraint that is no equation or inequality")
        small, large = c.args if c.data[0] in "<=" else c.args[::-1]
        strict |= c.data in ("<", ">")
        if c.data == "=":
            if c.shape:
                raise NotSeparable("an equation for every entry leaves nothing to choose")
            phi, constant = entries.summed(E.sub(small, large))
            coupling.append((phi, simplify(E.neg(constant))))
        elif c.shape == entries.shape and small.op == "fn" and small.data == "abs" and entries.free(large):
            inside, limit = entries.entry(small.args[0]), entries.entry(large)
            at_least += [E.sub(limit, inside), E.add(limit, inside)]
        elif c.shape == entries.shape:
            at_least.append(E.sub(entries.entry(large), entries.entry(small)))
        else:
            at_least += _extremes(entries, small, large)
    return Split(tuple(at_least), tuple(coupling), strict)


def _extremes(entries: Entries, small: Expr, large: Expr) -> list[Expr]:
    """max(x) <= r, ||x||_inf <= r or r <= min(x), as conditions on every entry."""
    if small.op == "norm" and small.data == "p" and small.args[1] == E.INF and entries.free(large):
        inside = entries.entry(small.args[0])
        return [E.sub(large, inside), E.add(large, inside)]
    if small.op == "reduceall" and small.data == "max" and entries.free(large):
        inside = small.args[0]
        if inside.op == "fn" and inside.data == "abs":
            return _extremes(entries, E.norm(inside.args[0], E.INF), large)
        return [E.sub(large, entries.entry(inside))]
    if large.op == "reduceall" and large.data == "min" and entries.free(small):
        return [E.sub(entries.entry(large.args[0]), small)]
    raise NotSeparable("a constraint that couples the entries")
