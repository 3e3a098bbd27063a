"""Statements like "x ~ normal(mu, s^2)" of a spec, read as draws from a distribution."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.maths import expr as E
from derive.maths.entrywise import entrywise
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.declarations import plain_formula
from derive.problem.fields import Place, read_field
from derive.problem.likelihood import COUNTED, FAMILIES, IN_GAMMA_FUNCTIONS, Draw, Model, log_likelihood
from derive.problem.nouns.program import Program
from derive.problem.unknown_domains import symmetric_unknowns, with_domains

_STATEMENT = re.compile(r"\s*(?P<what>[^~]+)~\s*(?P<family>[a-z_]+)\s*\((?P<args>.*)\)\s*(?:for\s+(?P<index>[a-z])\s+in\s+(?P<range>[^()]*(?:\([^()]*\))?[^()]*))?\Z")
_EXAMPLE = 'Write "x ~ normal(mu, s^2)" or "z_i ~ laplace(mu, 1) for i in 1..5".'


def read_model(observe: Iterable[str], prior: Iterable[str], scope: Scope, place: Place) -> Model:
    """The model of a part. Raises SpecError that says what a draw looks like."""
    return Model(tuple(_draw(t, scope, place.at("observe")) for t in observe), tuple(_draw(t, scope, place.at("prior")) for t in prior))


def program_of_model(model: Model, over: tuple[str, ...], symbols: dict[str, Symbol], constraints: tuple[Expr, ...], when: tuple[Expr, ...],
                     place: Place) -> Program:
    """Maximise the log-density over the unknowns, each in its declared domain."""
    for d in (*model.observations, *model.priors):
        _known_constant(d, frozenset(over), place.at("observe" if d in model.observations else "prior"))
    objective, support = log_likelihood(model, frozenset(over))
    if not E.symbols_in(objective) & set(over):
        raise place.at("observe").error(f"no density depends on {', '.join(over)}.")
    return Program(over, "max", objective, with_domains(over, symbols, (*constraints, *support), model=True), when, symmetric_unknowns(over, symbols))


def _known_constant(d: Draw, unknowns: frozenset[str], place: Place) -> None:
    """What stands in a gamma function or a binomial coefficient of a density is no unknown: these are not in the language."""
    for name, a in zip(FAMILIES[d.family], d.args, strict=True):
        if name in IN_GAMMA_FUNCTIONS.get(d.family, ()) and (found := E.symbols_in(a) & unknowns):
            raise place.error(f"the {name} of {d.family} is asked for ({', '.join(sorted(found))}): its density has a gamma function in it, which is not in the language.",
                              "Give this parameter, and ask for another one.")
    if d.family in COUNTED and (found := E.symbols_in(d.what) & unknowns):
        raise place.error(f"{', '.join(sorted(found))} is counted by {d.family} and asked for: its density has a factorial in it, which is not in the language.")


def _draw(text: str, scope: Scope, place: Place) -> Draw:
    m = _STATEMENT.match(text)
    if m is None or len(text) > 400:
        raise place.error(f"'{text[:80]}' is not a draw from a distribution.", _EXAMPLE)
    family = m.group("family")
    if family not in FAMILIES:
        raise place.error(f"'{family}' is not a distribution here.", f"Distributions: {', '.join(f'{n}({chr(44).join(a)})' for n, a in FAMILIES.items())}.")
    texts = _arguments(m.group("args"))
    if len(texts) != len(FAMILIES[family]):
        raise place.error(f"{family} takes {', '.join(FAMILIES[family])}; {len(texts)} arguments stand here.")
    what, *args = (plain_formula(read_field(t, scope, place)) for t in (m.group("what"), *texts))
    if m.group("index") is None:
        return _checked(_lifted(Draw(what, family, tuple(args))), text, place)
    low, dots, high = m.group("range").partition("..")
    if not dots:
        raise place.error(f"'{m.group('range')}' is not a range.", _EXAMPLE)
    first, last = (plain_formula(read_field(t, scope, place)) for t in (low, high))
    return _checked(Draw(what, family, tuple(args), (m.group("index"), first, last)), text, place)


def _arguments(text: str) -> list[str]:
    """Split at commas that stand in no brackets."""
    out, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            out.append(text[start:i])
            start = i + 1
    return [*out, text[start:]]


def _lifted(d: Draw) -> Draw:
    """x_i ~ f(s_i) for every i as a statement about the vectors."""
    if d.what.op != "at" or len(d.what.args) != 2 or d.what.args[1].op != "idx":
        return d
    x, i = d.what.args
    size = E.dim(x.shape[0])
    args = tuple(a if i.data not in E.free_indices(a) else entrywise(a, str(i.data), size) for a in d.args)
    known = tuple(a for a in args if a is not None)
    return Draw(x, d.family, known) if len(known) == len(args) else Draw(d.what, d.family, d.args, (str(i.data), E.ONE, size))


def _checked(d: Draw, text: str, place: Place) -> Draw:
    """Shapes that fit: a parameter is a scalar, or has the shape of what is drawn."""
    bound = {d.index[0]} if d.index else set()
    for e in (d.what, *d.args):
        if E.free_indices(e) - bound:
            raise place.error(f"an index is left over in '{text}'.", 'Say its range: "... for i in 1..n".')
    if d.index is not None and (d.what.op != "at" or d.what.shape):
        raise place.error(f"'{text}': with an index the entry of a vector is drawn, like z_i.", _EXAMPLE)
    if d.index is None and d.what.op != "sym":
        raise place.error(f"'{text}': a declared symbol, or an entry of one, is drawn.", _EXAMPLE)
    for name, a in zip(FAMILIES[d.family], d.args, strict=True):
        covariance = d.family == "normal" and name == "variance" and len(a.shape) == 2 and a.shape == (d.what.shape[-1:] * 2)
        mean_row = d.family == "normal" and name == "mean" and len(d.what.shape) == 2 and a.shape == d.what.shape[1:]
        if a.shape and a.shape != d.what.shape and not covariance and not mean_row:
            raise place.error(f"'{text}': the {name} is {E.shape_text(a.shape)}, {E.shape_text(d.what.shape)} is drawn.")
    if len(d.what.shape) == 2 and not (d.family == "normal" and len(d.args[1].shape) == 2):
        raise place.error(f"'{text}': the rows of a matrix are drawn from a normal distribution with a covariance matrix.")
    return d
