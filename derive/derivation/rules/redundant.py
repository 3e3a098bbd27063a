"""Constraints that say nothing: those that always hold, stand twice, or follow from another one.

Accepts a program with such a constraint and derives it without. For scalars g_j = t g_i + k with t > 0 and k >= 0 known,
g_i >= 0 implies g_j >= 0; equal normal forms up to a factor say the same. The obligation it leaves: none, the feasible
set is the same.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.derivation.programs import positive_names, program_of
from derive.derivation.quadratics.constraint_rows import Rows, difference, read_rows
from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.word_sums import same, vanishes
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve
from derive.derivation.steps import NotDerived, Outcome, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import Key, Normal, build
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "redundant-constraints"


def accepts(problem: Problem, part: Part) -> bool:
    """Programs with a constraint that can be left out."""
    program = program_of(problem, part)
    return part.ask in ("argmin", "argmax", "status") and program is not None and len(_needed(problem, part, program)) < len(program.constraints)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The same program without the constraints that say nothing."""
    program = program_of(problem, part)
    assert program is not None
    kept = _needed(problem, part, program)
    dropped = [c for c in program.constraints if c not in kept] or list(program.constraints[len(kept):])
    smaller = replace(part, id=f"{part.id}|{len(kept)} constraints", of=None, program=replace(program, constraints=kept))
    found = solve(problem, smaller)
    said = r",\quad ".join(latex(c) for c in dropped)
    left = r",\quad ".join(latex(c) for c in kept) or r"\text{no constraint}"
    step = Step(NAME, "These hold anyway, or follow from the others: the feasible points are the same without them.", left, before=said)
    if isinstance(found, NotDerived):
        return replace(found, part=part, steps=(step, *found.steps))
    extra = {n: v for n, v in found.extra.items() if n != "multiplier"}  # a multiplier is that of the constraints as stated
    return replace(found, part=part, steps=(step, *found.steps), extra=extra)


def _needed(problem: Problem, part: Part, program: Program) -> tuple[Expr, ...]:
    """The constraints that must stay, in order."""
    facts = Facts.of(problem, part)
    # What a closed domain says of an unknown is one of the constraints, and does not make itself needless.
    own = {n for n in program.over if problem.symbols[n].domain in ("nonnegative", "simplex")}
    facts = replace(facts, domains={n: "real" if n in own else d for n, d in facts.domains.items()}, positive=facts.positive - own)
    words = Words(facts, E.sym(program.over[0], problem.symbols[program.over[0]].shape))
    unknowns = [E.sym(n, problem.symbols[n].shape) for n in program.over]
    forms = [_form(c, positive_names(problem)) for c in program.constraints]
    rows = [read_rows(words, c, unknowns[0]) if len(unknowns) == 1 else None for c in program.constraints]

    def follows(j: int, i: int) -> bool:
        return _implied(*forms[j], *forms[i], words, unknowns) or _same_rows(rows[j], rows[i], words)

    kept: list[int] = []
    for j, (kind, form) in enumerate(forms):
        if (form is not None and _always(kind, form, words)) or any(follows(j, i) for i in kept):
            continue
        kept = [i for i in kept if not follows(i, j)]
        kept.append(j)
    return tuple(program.constraints[i] for i in kept)


def _same_rows(a: Rows | None, b: Rows | None, words: Words) -> bool:
    """Whether two affine constraints are one up to a factor: positive, or any for equations."""
    if a is None or b is None or a.relation != b.relation or a.count != b.count or a.right.shape != b.right.shape:
        return False
    shared = next((w for w in a.adjoint if w in b.adjoint), None)
    if shared is None:
        return False
    t = words.tidy(E.div(a.adjoint[shared], b.adjoint[shared]))
    if a.relation != "=" and sign_of(words, t) < 2:
        return False
    return vanishes(words, words.plus(a.adjoint, words.scaled(b.adjoint, E.neg(t)))) and same(words, a.right, E.mul(t, b.right))


def _form(c: Expr, positive: frozenset[str]) -> tuple[str, Normal | None]:
    """('=' or '>=', the normal form of the side that is 0 or at least 0); no form for what is no plain relation."""
    if c.op != "rel" or c.data not in ("=", "<=", ">="):
        return "", None
    try:
        return ("=" if c.data == "=" else ">="), normal_form(difference(*c.args) if c.data != "<=" else difference(*c.args[::-1]), positive)
    except E.ShapeError:
        return "", None


def _always(kind: str, form: Normal, words: Words) -> bool:
    if not form:
        return True
    return kind == ">=" and not _is_vector(form) and _at_least_zero(form, words)


def _implied(kind: str, form: Normal | None, by: str, other: Normal | None, words: Words, unknowns: list[Expr]) -> bool:
    """Whether a constraint holds wherever the other one does."""
    if not form or not other or (kind == "=" and by != "="):
        return False
    shared = next((k for k in other if k in form and any(u in E.walk(a) for u in unknowns for a in _atoms(k))), None)
    if shared is None:
        return False
    t = Fraction(form[shared]) / Fraction(other[shared])
    rest = {k: v for k in form.keys() | other.keys() if (v := Fraction(form.get(k, 0)) - t * Fraction(other.get(k, 0)))}
    if not rest:
        return by == "=" or t > 0
    if kind == "=" or _is_vector(rest) or (by != "=" and t <= 0):
        return False
    return not any(u in E.walk(a) for u in unknowns for k in rest for a in _atoms(k)) and _at_least_zero(rest, words)


def _atoms(key: Key) -> list[Expr]:
    scalars, vectors = key
    return [a for a, _ in (*scalars, *vectors)]


def _is_vector(form: Normal) -> bool:
    return any(vectors for _, vectors in form)


def _at_least_zero(form: Normal, words: Words) -> bool:
    try:
        return sign_of(words, build(form, ())) >= 1
    except (TooLong, E.ShapeError):
        return False
