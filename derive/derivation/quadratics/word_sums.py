"""Proofs and readings of sums of words: when one vanishes, when two expressions are equal, what is affine in a symbol."""

from __future__ import annotations

from derive.derivation.quadratics.words import Sum, TooLong, Word, Words
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import to_sympy


def same(words: Words, a: Expr, b: Expr) -> bool:
    """Whether equal normal forms prove a = b (False says nothing)."""
    try:
        if not a.shape:
            return _zero(words.scalar(E.sub(a, b)))
        return vanishes(words, words.plus(words.expand(a), words.scaled(words.expand(b), E.num(-1))))
    except (TooLong, E.ShapeError):
        return False


def vanishes(words: Words, s: Sum) -> bool:
    """Whether a sum of words is zero, also by S S^{-1} = 1 for inverses of sums."""
    for _ in range(8):
        s = {w: c for w, c in s.items() if not _zero(c)}
        if not s:
            return True
        found = _cancelled(words, s)
        if found is None:
            return False
        s = found
    return False


def _zero(c: Expr) -> bool:
    """Whether a scalar is zero as a rational function of its atoms."""
    import sympy as sp

    return bool(sp.cancel(sp.together(to_sympy(c)[0])) == 0)


def _cancelled(words: Words, s: Sum) -> Sum | None:
    """One use of P S^{-1} t = (P S^{-1}) t where the words before S^{-1} t add up to a multiple of S."""
    for atom in {f for w in s for f in w if f.op == "inv"}:
        inner = words.expand(atom.args[0])
        tails: dict[Word, Sum] = {}
        for w, c in s.items():
            if atom in w:
                i = w.index(atom)
                tails.setdefault(w[i + 1 :], {})[w[:i]] = c
        for tail, heads in tails.items():
            ratio = _multiple(words, heads, inner)
            if ratio is not None:
                rest = {w: c for w, c in s.items() if not (atom in w and w[w.index(atom) + 1 :] == tail)}
                return words.plus(rest, words.reduced(tail, ratio))
    return None


def _multiple(words: Words, s: Sum, base: Sum) -> Expr | None:
    """c with s = c * base, else None."""
    if s.keys() != base.keys():
        return None
    ratios = {words.tidy(E.div(c, base[w])) for w, c in s.items()}
    return ratios.pop() if len(ratios) == 1 else None


def affine_in(words: Words, s: Sum, u: Expr) -> tuple[Sum, Sum] | None:
    """s = M u + b as (M, b): u must be the last factor of its words, and stand nowhere else. Else None."""
    slope: Sum = {}
    rest: Sum = {}
    for w, c in s.items():
        if words.holds_unknown(c) or any(words.holds_unknown(f) for f in w[:-1]):
            return None
        if w and w[-1] == u:
            slope[w[:-1]] = c
        elif w and words.holds_unknown(w[-1]):
            return None
        else:
            rest[w] = c
    return slope, rest

