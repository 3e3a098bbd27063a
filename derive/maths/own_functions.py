"""Functions that a text defines and applies: S_\\lambda(t) = sign(t) (|t| - \\lambda)_+, then S_{s}(Q^T y).

A function of numbers that is applied to a vector is applied to each entry, where its formula cannot be meant of the whole vector or the
text says so; a formula that can be meant both ways and then differs in shape is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths import subscripts
from derive.maths.applications import arguments
from derive.maths.cursor import MAX_NODES
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.tokens import Token

MOST_APPLIED = 100
"""Formulas of functions read for one formula."""


@dataclass(frozen=True)
class OwnFunction:
    """f_{below}(parameters) = body, as tokens in which parameter k is the name '@k'; entrywise: the text says that it is applied so."""

    name: str
    below: int  # how many of the parameters, from the first on, stand in the subscript
    parameters: tuple[str, ...]
    body: tuple[Token, ...]
    text: str
    entrywise: bool = False
    entry: bool = False  # the body is that of one entry, f(x)_i = ..., whose index is the name ENTRY


ENTRY = "@i"


def local_name(name: str) -> str:
    """Under which name a function stands among the names of a text."""
    return f"{name}()"


def as_local(f: OwnFunction) -> Expr:
    """A function among the values of the names of a text."""
    return Expr("function", (), (), f)


def applied(p: Grammar, name: str) -> Expr | None:
    """The call of a function of the text at the name at hand; None where the name is none, or is not applied."""
    found = p.locals.get(local_name(name))
    if found is None:
        return None
    f = found.data
    assert isinstance(f, OwnFunction)
    save, pos = p.i, p.tok.pos
    p.i += 1
    given: list[Expr] = []
    if p.is_op("_") or p.tok.kind == "sub":
        if not f.below:
            p.i = save
            return None
        given.append(subscripts.value_of(p, subscripts.take(p), pos))
    if len(given) != f.below or not p.is_op("("):
        p.i = save
        return None
    args, named = arguments(p)
    given += args
    if named:
        p.fail(f"arguments of {name} without names", pos=pos)
    if len(given) != len(f.parameters):
        p.fail(f"{len(f.parameters) - f.below} arguments of {name}", pos=pos)
    out = _value(p, f, given, pos)
    return p.build(lambda: out, pos=pos)


def _value(p: Grammar, f: OwnFunction, given: list[Expr], pos: int) -> Expr:
    vectors = {x.shape for x in given if x.shape}
    if f.entry:
        one = _read(p, f, [x.shape for x in given])
        if one is None or one.shape or len(vectors) != 1 or any(len(s) != 1 for s in vectors):
            p.fail(f"a vector as the argument of {f.name}", pos=pos)
            raise AssertionError
        k = f"_f{p.applied[0]}"  # no other call has it
        return E.comp(k, _put(p, E.replace(one, {E.idx(ENTRY): E.idx(k)}), given, pos), next(iter(vectors))[0])
    whole = None if f.entrywise and vectors else _read(p, f, [x.shape for x in given])
    if whole is not None and not vectors:
        return _put(p, whole, given, pos)
    by_entry = _read(p, f, [()] * len(given)) if len(vectors) == 1 and all(len(s) == 1 for s in vectors) else None
    shape = next(iter(vectors), ())
    if whole is not None and (by_entry is None or by_entry.shape or whole.shape == shape or E.has(whole, "norm")):
        return _put(p, whole, given, pos)
    if by_entry is not None and not by_entry.shape and whole is None:
        k = f"_f{p.applied[0]}"  # no other call has it
        entry = [E.at(x, E.idx(k)) if x.shape else x for x in given]
        return E.comp(k, _put(p, by_entry, entry, pos), shape[0])
    p.fail(f"a formula of {f.name} that fits its arguments", pos=pos)
    raise AssertionError


def _put(p: Grammar, formula: Expr, given: list[Expr], pos: int) -> Expr:
    """The formula with the arguments in place of the parameters."""
    values = {E.sym(f"@{j}", x.shape): x for j, x in enumerate(given)}
    sizes = {name: sum(1 for _ in islice(E.walk(x), MAX_NODES)) for name, x in values.items()}
    if sum(sizes.get(x, 1) for x in islice(E.walk(formula), MAX_NODES)) >= MAX_NODES:
        raise TooBig(p.text, pos, f"The formula has more than {MAX_NODES} parts.")
    return E.replace(formula, values)


def _read(p: Grammar, f: OwnFunction, shapes: list[E.Shape]) -> Expr | None:
    """The formula of the function with parameters of these shapes; None where it cannot be read so."""
    p.applied[0] += 1
    if p.applied[0] > MOST_APPLIED:
        raise TooBig(p.text, p.tok.pos, f"Functions of the text's own are applied more than {MOST_APPLIED} times.")
    inner = p.inner(list(f.body), f.text)
    inner.met = p.met
    inner.bound = [*p.bound, ENTRY] if f.entry else p.bound
    inner.locals = {n: v for n, v in p.locals.items() if n != local_name(f.name)} | {f"@{j}": E.sym(f"@{j}", s) for j, s in enumerate(shapes)}
    try:
        s = inner.statement()
    except (ReadError, E.ShapeError):
        return None
    if s.ops or inner.free:
        return None
    return s.terms[0]
