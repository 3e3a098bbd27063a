"""Near misses: the key with one thing wrong, or the key of a spec with one thing wrong.

A mutant counts as a miss only where plain NumPy or CVXPY says that it is wrong (see `subject`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.grading.stress.hand import product_of
from derive.grading.stress.matrix_misses import mistaken, rebuilt
from derive.grading.stress.rewrites import absolute, shortened, sign
from derive.grading.stress.subject import JOINT, RIGHT, WRONG, Subject, seeded
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.problem.nouns.program import Program

FACTORS = (
    Fraction(2),
    Fraction(1, 2),
    Fraction(4),
    Fraction(1, 4),
    Fraction(3),
    Fraction(1, 3),
    Fraction(10),
    Fraction(11, 10),
    Fraction(999, 1000),
    Fraction(-1),
)
NORMS = (E.ONE, E.TWO, E.INF)
MISSHAPEN = frozenset(("transpose dropped", "transposed", "factor dropped", "factors swapped"))  # people write these though they do not fit
MUTANTS = 1500  # mutants that are looked at, drawn from all where there are more


FEWEST = 60  # mutants that are looked at however long each takes
WORK = 400_000  # nodes that are evaluated for all mutants of a part, in one instance
LOOP = 5  # terms that a sum, a maximum or a componentwise definition is counted with


@dataclass(frozen=True)
class Miss:
    """A wrong answer and the class of mistake in it."""

    expr: Expr
    mistake: str


def mutants(subject: Subject) -> Iterator[Miss]:
    """Everything that the mutator makes of a key, right ones among them."""
    key = subject.key
    if subject.kind == "condition":
        yield from conditions(key)
    elif key.op == JOINT:
        yield from one_output(key)
    else:
        for f in FACTORS:
            if key.op != "zeros":
                yield Miss(E.mul(E.num(f), key), "sign" if f < 0 else "constant factor")
        yield from shapes(subject)
        yield from extra(subject)
    for e in (key, *numbers(subject)):
        for place, found in places(e, lambda x: rewritten(x, subject)):
            yield Miss(place, found)
    yield from entries(subject)
    yield from other_specs(subject)


def one_output(key: Expr) -> Iterator[Miss]:
    """Several outputs of which one is wrong as a whole, is missing, or stands for another."""
    for k, e in enumerate(key.args):
        for f in FACTORS:
            yield Miss(key._replace(args=(*key.args[:k], E.mul(E.num(f), e), *key.args[k + 1 :])), "sign" if f < 0 else "constant factor")
        yield Miss(key._replace(args=(*key.args[:k], *key.args[k + 1 :]), data=(*key.data[:k], *key.data[k + 1 :])), "an output missing")
    for a, b in combinations(range(len(key.args)), 2):
        if key.args[a].shape == key.args[b].shape:
            swapped = list(key.args)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            yield Miss(key._replace(args=tuple(swapped)), "outputs exchanged")


def places(e: Expr, change: object) -> Iterator[tuple[Expr, str]]:
    """e with one node changed, for every node and every change of it."""
    assert callable(change)
    for new, mistake in change(e):
        yield new, mistake
    if e.op == "argopt":
        return
    for k, a in enumerate(e.args):
        for new, mistake in places(a, change):
            args = (*e.args[:k], new, *e.args[k + 1 :])
            if mistake in MISSHAPEN:
                yield rebuilt(e, args), mistake
                continue
            try:
                yield E.rebuild(e, args), mistake
            except (E.ShapeError, ValueError):
                continue


def rewritten(x: Expr, subject: Subject) -> Iterator[tuple[Expr, str]]:
    """One node with one mistake."""
    if x.op == "sym" and not x.shape:
        yield E.div(E.ONE, x), "inverted"
        yield E.power(x, E.TWO), "squared"
        yield E.fn("sqrt", x), "square root"
        if subject.symbols[x.data].domain == "count":
            yield E.sub(x, E.ONE), "off by one"
            yield E.add(x, E.ONE), "off by one"
    if x.op == "sym":
        for s in subject.symbols.values():
            if s.kind == "value" and s.shape == x.shape and s.name not in (x.data, subject.asked, *(subject.program.over if subject.program else ())):
                yield E.sym(s.name, s.shape), "another symbol"
    if x.op == "sym" and x.shape and len(x.shape) == 1:
        yield sign(x), "sign for the vector"
        yield absolute(x), "absolute values"
    if x.op == "norm" and x.data == "p" and len(x.args[0].shape) == 1:
        for p in (*NORMS, *(E.sym(s) for s in ("p", "q") if s in subject.symbols)):
            if p != x.args[1]:
                yield E.norm(x.args[0], p), "another norm"
        yield E.power(x, E.TWO), "squared"
        yield E.fn("sqrt", x), "square root"
        yield E.total(x.args[0]), "absolute value missing"
        yield E.div(x, E.dim(x.args[0].shape[0])), "mean for sum"
    if x.op == "pow":
        yield x.args[0], "not squared"
        yield E.power(x.args[0], E.add(x.args[1], E.ONE)), "another exponent"
        yield E.power(x.args[0], E.neg(x.args[1])), "another exponent"
    if x.op in ("mul", "div"):
        for keep, gone in (x.args, x.args[::-1]):
            if keep.shape == x.shape and gone.op != "num":
                yield keep, "missing factor"
        yield E.div(x.args[0], x.args[1]) if x.op == "mul" else E.mul(*x.args), "inverted"
    if x.op == "fn" and x.data in ("sign", "abs"):
        inner = x.args[0]
        yield inner, "sign missing" if x.data == "sign" else "absolute value missing"
        if x.shape:
            yield E.div(inner, E.norm(inner, E.TWO)), "normalised"
            yield E.div(inner, E.norm(inner, E.INF)), "normalised"
            yield E.fn("relu", inner), "positive part"
    if x.op == "num" and x.data.denominator == 1:
        yield E.num(x.data + 1), "one digit"
        if x.data > 1:
            yield E.num(x.data - 1), "one digit"
    if x.op == "argopt":
        yield E.argopt("argmin" if x.data[0] == "argmax" else "argmax", x.data[1], *x.args), "maximiser for minimiser"
        yield E.ONE, "a fixed index"
        body = x.args[0]
        if body.op == "fn" and body.data == "abs":
            yield E.argopt(x.data[0], x.data[1], body.args[0], x.args[1]), "absolute value missing"
    if x.op == "dim":
        yield E.sub(x, E.ONE), "off by one"
        yield E.add(x, E.ONE), "off by one"
    if x.op == "add" and len(x.args) > 1:
        for k in range(len(x.args)):
            yield E.add(*x.args[:k], *x.args[k + 1 :]), "missing term"
            yield E.add(*x.args[:k], E.neg(x.args[k]), *x.args[k + 1 :]), "sign of a term"
    if x.op == "basis":
        yield E.ones(*x.shape), "all entries for one"
    try:
        yield from mistaken(x)
    except E.ShapeError:
        return


def extra(subject: Subject) -> Iterator[Miss]:
    """The key with something more."""
    key = subject.key
    sizes: list[Expr] = [E.dim(d) for s in subject.symbols.values() for d in s.shape if isinstance(d, str)]
    sizes += [E.sym(s.name) for s in subject.symbols.values() if s.kind == "value" and not s.shape and s.name != subject.asked and s.let is None]
    for n in dict.fromkeys(sizes):
        yield Miss(E.mul(n, key), "extra factor")
        yield Miss(E.div(key, n), "extra factor")
    for s in subject.symbols.values():
        if s.kind == "value" and s.shape == key.shape and s.shape and s.name != subject.asked:
            yield Miss(E.add(E.sym(s.name, s.shape), key), "extra term")
            if key.op == "zeros":
                yield Miss(E.neg(E.sym(s.name, s.shape)), "extra term")
                yield Miss(E.neg(sign(E.sym(s.name, s.shape))), "extra term")
    if not key.shape:
        yield Miss(E.add(key, E.ONE), "off by one")
        yield Miss(E.sub(key, E.ONE), "off by one")


def shapes(subject: Subject) -> Iterator[Miss]:
    """The key in another shape."""
    key = subject.key
    if not key.shape:
        return
    p = product_of(key)
    scalars = [f for f in p.over if not f.shape]
    lead: Expr = E.num(p.sign * p.coefficient)
    for f in scalars:
        lead = E.mul(lead, f)
    if key.op != "zeros":
        yield Miss(lead, "the direction is lost")
        yield Miss(E.norm(key, E.TWO) if len(key.shape) == 1 else E.norm(key, None, "fro"), "its length for the vector")
    if isinstance(key.shape[0], int) and subject.entries is not None:
        v = [E.num(f) for f in subject.entries]
        yield Miss(E.vec(tuple(v[:-1])), "missing component")
        yield Miss(E.vec((*v, v[-1])), "one component more")
        yield Miss(v[0], "one component for the vector")


def numbers(subject: Subject) -> Iterator[Expr]:
    """The key in numbers."""
    if subject.entries is not None:
        yield E.vec(tuple(E.num(f) for f in subject.entries))


def entries(subject: Subject) -> Iterator[Miss]:
    """Vectors of numbers: swapped, reversed, one entry wrong, badly rounded."""
    if subject.entries is None:
        return
    v = list(subject.entries)
    n = len(v)

    def vector(values: list[Fraction], mistake: str) -> Miss:
        return Miss(E.vec(tuple(E.num(f) for f in values)), mistake)

    yield vector(v[::-1], "reversed")
    for i in range(n):
        for j in range(i):
            swapped = v.copy()
            swapped[i], swapped[j] = v[j], v[i]
            yield vector(swapped, "swapped entries")
        for factor in (Fraction(1, 10), Fraction(10), Fraction(-1), Fraction(2), Fraction(0), Fraction(101, 100)):
            yield vector([f * factor if k == i else f for k, f in enumerate(v)], "one entry")
        for step in (1, -1):
            whole = [Fraction(f.numerator + (step if k == i else 0), f.denominator) for k, f in enumerate(v)]
            yield vector(whole, "one digit")
        if v[i]:
            yield vector([1 / f if k == i and f else f for k, f in enumerate(v)], "inverted")
    for digits in (3, 4, 5):
        for i in range(n):
            for step in (1, -1):
                shown = [shortened(f, digits) for f in v]
                if shown[i].op != "dec":
                    continue
                value, text = shown[i].data
                places_ = len(text.partition(".")[2])
                moved = value + Fraction(step, 10**places_)
                if abs(moved - v[i]) * 2 * 10**places_ <= 1:
                    continue
                shown[i] = E.dec(moved, f"{float(moved):.{places_}f}")
                yield Miss(E.vec(tuple(shown)), "last digit")


def conditions(key: Expr) -> Iterator[Miss]:
    """A condition with another sign, another bound, a bound less; and its negation."""
    flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    loosened = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}

    def change(x: Expr) -> Iterator[tuple[Expr, str]]:
        if x.op == "rel" and x.data in flipped:
            yield E.rel(loosened[x.data], *x.args), "strictness"
            yield E.rel(flipped[x.data], *x.args), "the other side"
            for f in FACTORS[:-1]:
                yield E.rel(x.data, x.args[0], E.mul(E.num(f), x.args[1])), "another boundary"
        if x.op == "and":
            for a in x.args:
                yield a, "missing bound"

    for e, mistake in places(key, change):
        yield Miss(e, mistake)


# ------------------------------------------------------------------------------------------ other specs


def other_specs(subject: Subject) -> Iterator[Miss]:
    """The key of a spec with one thing changed: what a misread question leads to."""
    problem, part = subject.problem, subject.part
    base = problem.base(part)
    if base.program is not None:
        program = base.program
        for objective, mistake in places(program.objective, lambda x: misread(x, subject)):
            yield from _solved(subject, replace(program, objective=objective), mistake)
        for k, c in enumerate(program.constraints):
            for changed, mistake in places(c, lambda x: misread(x, subject)):
                rows = (*program.constraints[:k], changed, *program.constraints[k + 1 :])
                yield from _solved(subject, replace(program, constraints=rows), mistake)


def misread(x: Expr, subject: Subject) -> Iterator[tuple[Expr, str]]:
    """One thing misread in a program."""
    if x.op == "norm" and x.data == "p":
        for p in NORMS:
            if p != x.args[1]:
                yield E.norm(x.args[0], p), "spec: another norm"
    if x.op == "div" and not x.shape:
        yield E.div(x.args[1], x.args[0]), "spec: inverted weight"
    if x.op == "mul" and not x.shape:
        yield E.div(x, E.TWO), "spec: half the weight"
        yield E.mul(E.TWO, x), "spec: twice the weight"
    if x.op == "pow":
        yield x.args[0], "spec: not squared"


def _solved(subject: Subject, program: Program, mistake: str) -> Iterator[Miss]:
    problem, part = subject.problem, subject.part
    base = problem.base(part)
    changed = replace(base, program=program)
    parts = tuple(changed if p is base else p for p in problem.parts)
    other: Problem = replace(problem, parts=parts, cache={})
    try:
        outcome = solve(other, other.part(part.id))
    except (ValueError, ArithmeticError):
        return
    if isinstance(outcome, Derivation) and outcome.answer is not None and outcome.kind == subject.kind:
        yield Miss(Expr(JOINT, tuple(e for _, e in outcome.outputs), (), tuple(n for n, _ in outcome.outputs)) if outcome.outputs else outcome.answer, mistake)


# ------------------------------------------------------------------------------------------ written


def work(e: Expr) -> int:
    """How many nodes one evaluation of e visits, about."""
    return 1 + (LOOP if e.op in ("reduce", "argopt", "comp") else 1) * sum(work(a) for a in e.args)


def right_by_length(e: Expr, subject: Subject) -> bool:
    """Whether e is right where bars round a vector are its length: written with bars it would be no miss."""

    def by_length(x: Expr) -> Expr:
        args = tuple(by_length(a) for a in x.args)
        if x.op == "fn" and x.data == "abs" and len(x.shape) == 1:
            return E.norm(args[0], E.TWO)
        return x if args == x.args else E.rebuild(x, args)

    if not any(x.op == "fn" and x.data == "abs" and len(x.shape) == 1 for x in E.walk(e)):
        return False
    try:
        return subject.truth(by_length(e)) == RIGHT
    except (E.ShapeError, ValueError):
        return False


def misses(subject: Subject) -> list[Miss]:
    """The mutants that the direct check calls wrong, each once."""
    found: dict[Expr, Miss] = {}
    made = list(mutants(subject))
    most = max(FEWEST, min(MUTANTS, WORK // work(subject.key)))
    if len(made) > most:
        made = seeded(0, "mutants", subject.problem.id, subject.part.id).sample(made, most)
    for m in made:
        if m.expr not in found and subject.truth(m.expr) == WRONG and not right_by_length(m.expr, subject):
            found[m.expr] = m
    return list(found.values())
