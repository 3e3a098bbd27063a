"""Expectations of products of matrices with noise: linear terms give the mean, pairs of noise factors a variance.

For noise z of independent entries with mean 0 and variance v: E[z z^T] = v I for a vector; for a matrix Z (m, n)
E[Z^T Z] = m v I and E[Z Z^T] = n v I. A mean is split off first. Source: independence of entries, linearity.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.derivation.quadratics.words import Sum, Word, Words
from derive.derivation.rules.linear_form import Refused
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.problem.nouns.iteration import Noise


def averaged(words: Words, s: Sum, noise: Sequence[Noise], problem: Problem) -> Sum:
    """The expectation of a sum of words over noise that is independent of everything else in it."""
    for n in noise:
        z = E.sym(n.name, problem.symbols[n.name].shape)
        if not z.shape:
            raise Refused("a random number among vectors")
        if n.mean.op != "zeros":
            raise Refused(f"the noise {n.name} has a mean that is not 0: write it as a part of the data")
        if any(z in E.walk(c) for c in s.values()):
            raise Refused(f"the noise {n.name} stands in an inner product")
        s = words.plus(*(_mean_of(words, w, c, z, n.variance) for w, c in s.items())) if s else s
    return s


def _mean_of(words: Words, w: Word, c: Expr, z: Expr, variance: Expr) -> Sum:
    places = [k for k, f in enumerate(w) if f == z or (f.op == "T" and f.args[0] == z)]
    if any(z in E.walk(f) for k, f in enumerate(w) if k not in places):
        raise Refused(f"the noise {z.data} stands inside another function")
    if not places:
        return {w: c}
    if len(places) == 1:
        return {}
    if len(places) != 2 or places[1] != places[0] + 1 or w[places[0]] == w[places[1]]:
        raise Refused(f"moments of {z.data} beyond E[z z^T] are needed")
    first, _ = (w[k] for k in places)
    if len(z.shape) == 1:
        size = E.ONE if first == z else E.dim(z.shape[0])  # z z^T is v I, z^T z is n v
    else:
        size = E.dim(z.shape[1]) if first == z else E.dim(z.shape[0])
    rest = w[: places[0]] + w[places[1] + 1 :]
    return words.reduced(rest, words.tidy(E.mul(c, E.mul(variance, size))))
