"""What a turn uses letters for: which stand for the norm of the unknown, which have components, what they must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.equality import same_exactly
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.transcripts.claims.letters import Equation, meaning
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.mending import mended
from derive.transcripts.claims.notation import LETTER
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.verdicts import Link, equation_of

RATE = "\\eta"
_ALONE = re.compile(r"(?<![A-Za-z\\])([A-Za-z])(?![A-Za-z])")
_WITH_COMPONENT = re.compile(r"(?<![A-Za-z\\])(\\?[A-Za-z]+)\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*\^\s*\{\s*\(\s*[ijkl]\s*\)\s*\}")


def in_use(setting: Setting, formulas: Sequence[tuple[str, str]]) -> tuple[Setting, list[Equation]]:
    """The setting as a turn uses it, and the equations that say what its letters are.

    formulas: (source, LaTeX) of everything that the turn says about the problem.
    """
    text = " ; ".join(f for _, f in formulas)
    letters = frozenset(_ALONE.findall(mended(text)))
    vectors = frozenset(m.group(1) for m in _WITH_COMPONENT.finditer(mended(text)))
    setting = setting.for_turn(frozenset(), vectors, letters)
    equations = _equations(setting, formulas)
    norms = _norm_letters(setting, equations)
    if norms:
        setting = setting.for_turn(norms, vectors, letters)
        equations = _equations(setting, formulas)
    return setting, equations


def _equations(setting: Setting, formulas: Sequence[tuple[str, str]]) -> list[Equation]:
    out: list[Equation] = _step_rules(setting)
    for _, text in formulas:
        for c in chains(text):
            for k, op in enumerate(c.ops):
                out += equation_of(Link(c.terms[k], op, c.terms[k + 1], f"{c.terms[k]}{op}{c.terms[k + 1]}"), setting)
    return out


def _step_rules(setting: Setting) -> list[Equation]:
    """eta is the step of the rule that the derived update follows: u = -eta g, or u = -eta sign(g)."""
    lang = setting.lang
    g = next((E.sym(str(s.gradient), lang.unknown.shape) for s in lang.scope.symbols.values() if s.gradient), None)
    if not setting.is_program or g is None or lang.scope.symbols[str(g.data)].shape != lang.unknown.shape:
        return []
    eta = E.sym(f"{LETTER}{RATE}")
    return [Equation(lang.unknown, E.neg(E.mul(eta, d)), frozenset((RATE,)), "the rule of the update", True) for d in (g, E.fn("sign", g))]


def _norm_letters(setting: Setting, equations: Sequence[Equation]) -> frozenset[str]:
    """Letters that are the norm of the unknown: said to be it, or found to be it at the optimum."""
    norm = setting.lang.norm
    best = next((f for f in setting.families if f.name == "optimum"), None)
    if norm is None or best is None:
        return frozenset()
    out = set()
    for name in sorted({n for q in equations for n in q.letters}):
        if any(q.letters == {name} and {q.left, q.right} == {norm, E.sym(f"{LETTER}{name}")} for q in equations):
            out.add(name)
            continue
        found = meaning(name, equations, best)
        if found is None or name == RATE or (len(name) != 1 and not name.startswith("\\")):
            continue
        try:
            sizes = [exact(norm, m.world) for m in best.moments]
        except (Undefined, NotEvaluable):
            continue
        if same_exactly(list(found.values), sizes):
            out.add(name)
    return frozenset(out)


__all__ = ["Fraction", "in_use"]
