"""Vector iterations read mode by mode: every update is a_ij s_j + c_ij N s_j + e_i b with one matrix N and one vector b.

On a mode of N with value h the states follow M(h) = (a_ij + c_ij h), so that questions about vectors become questions
about small matrices with a parameter h. Random data enter by their moments: E[N N^T] = v I for noise with independent
entries of variance v. Source: Goh, Why Momentum Really Works, Distill 2017; the spectral theorem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.quadratics.factors import is_square
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import Sum, TooLong, Word, Words
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.noise_words import averaged
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part


@dataclass(frozen=True)
class Modes:
    """matrix: M(h) in SymPy; load: e; h: the SymPy symbol of a mode; operator: N; constant: b; start: sums of words;
    random: whether these are the modes of an expectation.
    """

    words: Words
    field: Field
    states: tuple[Expr, ...]
    h: Any
    matrix: Any
    load: Any
    operator: Sum
    constant: Sum
    start: tuple[Sum, ...]
    random: bool = False


def modes_of(system: System, part: Part) -> Modes:
    """The modes of a system of vector (or matrix) states of one shape. Raises Refused where they do not separate."""
    import sympy as sp

    states = system.states
    if len({s.shape for s in states}) != 1 or not states[0].shape:
        raise Refused("the states are not vectors of one length")
    random = tuple(E.sym(n.name, system.problem.symbols[n.name].shape) for n in system.iteration.noise)
    words = StateWords(Facts.of(system.problem, part), states, random)
    field = Field(system.problem)
    h = sp.Symbol("_h", positive=True)
    blocks: list[list[Sum]] = []
    loads: list[Sum] = []
    try:
        for s in states:
            row, load = _linear(words, system, system.update[s])
            blocks.append(row)
            loads.append(load)
        start = tuple(words.expand(system.start[s]) for s in states)
        operator = _common(words, [{w: c for w, c in b.items() if w} for row in blocks for b in row])
        constant = _common(words, loads)
        matrix = sp.Matrix([[_affine(words, field, b, operator, h) for b in row] for row in blocks])
        load_of = sp.Matrix([field.to(_multiple(words, x, constant)) for x in loads])
    except (TooLong, E.ShapeError) as why:
        raise Refused(f"the update is too long to be read as matrices {why}".strip()) from None
    return Modes(words, field, states, h, matrix, load_of, operator, constant, start, bool(random))


class StateWords(Words):
    """Words in which several states, and random factors, stay visible; of two in an inner product a state stands last."""

    def __init__(self, facts: Facts, states: tuple[Expr, ...], random: tuple[Expr, ...]) -> None:
        super().__init__(facts)
        self.states = states
        self.visible = frozenset((*states, *random))

    def holds_unknown(self, e: Expr) -> bool:
        """Whether a state or a random quantity stands in e."""
        return not self.visible.isdisjoint(E.walk(e))

    def affine_scalar(self, s: Expr) -> Sum | None:
        """As for one unknown; an inner product of a random row and a state is a word too."""
        if s.op == "dot" and len(s.args[0].shape) == 1:
            p, q = s.args
            if not any(x in E.walk(q) for x in self.states):
                p, q = q, p
            if any(x in E.walk(p) for x in self.states):
                return None
            return self.times(self.transposed(self.expand(p)), self.expand(q))
        return super().affine_scalar(s)


def _linear(words: StateWords, system: System, update: Expr) -> tuple[list[Sum], Sum]:
    """(matrix of each state, constant) of one update."""
    expanded = averaged(words, words.expand(update), system.iteration.noise, system.problem)
    row: list[Sum] = []
    rest: Sum = {w: c for w, c in expanded.items() if not any(words.holds_unknown(f) for f in w)}
    if any(words.holds_unknown(c) for c in expanded.values()):
        raise Refused("the update is not affine in the states")
    for s in words.states:
        own = {w: c for w, c in expanded.items() if w and w[-1] == s}
        if any(words.holds_unknown(f) for w in own for f in w[:-1]):
            raise Refused("the update is not affine in the states")
        row.append({w[:-1]: c for w, c in own.items()})
    if len(rest) + sum(len(b) for b in row) != len(expanded):
        raise Refused("the update is not affine in the states")
    return row, rest


def _common(words: Words, sums: list[Sum]) -> Sum:
    """The sum of which all others are multiples, its coefficient normalised: the first that is not zero."""
    first = next((s for s in sums if s), {})
    if not first:
        return {}
    lead = next(iter(first.values()))
    ratios = {w: E.ONE if c == lead else words.tidy(E.div(c, lead)) for w, c in first.items()}
    if all(E.number_value(c) is not None for c in ratios.values()):
        return ratios
    content = words.common_factor(first)
    negative = content.op == "neg" or (E.number_value(content) or 0) < 0
    scale = E.div(E.ONE, E.neg(content) if negative else content)
    out = words.scaled(first, words.tidy(scale))
    if all((c.op == "neg" or (E.number_value(c) or 0) < 0) for c in out.values()):
        out = words.scaled(out, E.num(-1))
    return out


def _multiple(words: Words, s: Sum, base: Sum) -> Expr:
    """c with s = c base."""
    if not s:
        return E.ZERO
    if s.keys() != base.keys():
        raise Refused("the states are moved by several matrices or vectors that are no multiples of each other")
    ratios = {words.tidy(E.div(c, base[w])) for w, c in s.items()}
    if len(ratios) != 1:
        raise Refused("the states are moved by several matrices or vectors that are no multiples of each other")
    return ratios.pop()


def _affine(words: Words, field: Field, block: Sum, operator: Sum, h: Any) -> Any:
    """a + c h of a block a I + c N. A word () that N itself holds is its own: N is free of the identity."""
    identity = block.get((), E.ZERO)
    return field.to(identity) + field.to(_multiple(words, {w: c for w, c in block.items() if w}, operator)) * h


@dataclass(frozen=True)
class Factored:
    """N = left middle right with left (n, r) and right (r, n): steps stay in the range of left."""

    left: Word
    middle: Sum
    right: Word


def factored(words: Words, operator: Sum) -> Factored | None:
    """The factors of N up to the first that is not square, on either side; None where they overlap or differ."""
    found: set[tuple[Word, Word]] = set()
    middle: Sum = {}
    for w, c in operator.items():
        i = next((k for k, f in enumerate(w) if not is_square(f)), None)
        j = next((k for k in range(len(w) - 1, -1, -1) if not is_square(w[k])), None)
        if i is None or j is None or i >= j:
            return None
        found.add((w[: i + 1], w[j:]))
        middle[w[i + 1 : j]] = c
    if len(found) != 1:
        return None
    ((left, right),) = found
    return Factored(left, middle, right)
