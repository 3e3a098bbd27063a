"""When the constraints leave a point: one row against the largest value that the others leave it, or a Farkas certificate.

a^T x >= b meets a convex set S exactly where b <= max {a^T x : x in S}; the bound that proves the maximum proves that there is
no feasible point otherwise. Rows A x = b alone: y = b - A A^+ b has A^T y = 0 and b^T y = ||y||^2, which no x survives unless
y = 0 (Farkas).
Source: Boyd and Vandenberghe, Convex Optimization, section 5.8 (theorems of alternatives).
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.quadratics.constraint_rows import Rows, read_rows
from derive.derivation.quadratics.definite import is_nonzero, sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.objective_terms import one_sided, read_terms
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "feasibility"


def accepts(problem: Problem, part: Part) -> bool:
    """A program in one vector with a row beside other constraints, or with a block of rows and nothing that could be unbounded."""
    program = program_of(problem, part)
    if part.ask != "status" or program is None or len(program.over) != 1 or not program.constraints:
        return False
    x = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    return _bounds(program, x) is not None or (len(x.shape) == 1 and bool(_rows(problem, part, program, x)))


def _bounds(program: Program, x: Expr) -> tuple[Expr, Expr] | None:
    """(l, h) of a program whose constraints are l <= x <= h."""
    sides = [one_sided(c, x) for c in program.constraints]
    if len(sides) != 2 or None in sides or {s[0] for s in sides if s} != {1, -1}:
        return None
    ends = {s[0]: s[1] for s in sides if s}
    return ends[1], ends[-1]


def _rows(problem: Problem, part: Part, program: Program, x: Expr) -> list[tuple[Words, Rows, tuple[Expr, ...]]]:
    """The constraints that are one row (beside others) or one block of equations (alone)."""
    words = Words(Facts.of(problem, part), x)
    out = []
    for i, c in enumerate(program.constraints):
        others = program.constraints[:i] + program.constraints[i + 1 :]
        try:
            rows = read_rows(words, c, x)
        except (TooLong, E.ShapeError):
            continue
        if rows is not None and (rows.single if others else not rows.single and rows.relation == "="):
            out.append((words, rows, others))
    return out


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The condition under which there is a feasible point."""
    program = program_of(problem, part)
    assert program is not None
    x = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    box = _bounds(program, x)
    if box is not None:
        return _between(problem, part, program, box, x)
    for words, rows, others in _rows(problem, part, program, x):
        found = _against_others(problem, part, program, words, rows, others, x, solve) if others else _farkas(problem, part, program, words, rows, x)
        if found is not None:
            return found
    return NotDerived(problem, part, "how far the other constraints let a row go is not known.")


def _extreme(problem: Problem, part: Part, words: Words, a: Expr, others: tuple[Expr, ...], x: Expr, sense: str, solve: Solve) -> tuple[Expr, Expr] | None:
    """The point and value of the largest or least a^T x over the others."""
    known = _over_orthant(words, a, others, x)
    if known is not None:
        return known if sense == "min" else None
    asked = replace(part, id=f"{part.id}|{sense} row {latex(a)}", of=None, ask=f"arg{sense}", program=Program((str(x.data),), sense, E.dot(a, x), others, (), ()))
    d = solve(problem, asked)
    if isinstance(d, NotDerived) or d.answer is None or d.value is None or d.kind != "point" or len(d.point) != 1:
        return None
    return d.answer, words.scalar(d.value)


def _over_orthant(words: Words, a: Expr, others: tuple[Expr, ...], x: Expr) -> tuple[Expr, Expr] | None:
    """The least a^T x over x >= 0 with a >= 0."""
    if len(others) != 1 or others[0].op != "rel" or others[0].data != ">=" or others[0].args[0] != x:
        return None
    zero = others[0].args[1]
    if not (zero.op == "zeros" or E.is_number(zero, 0)):
        return None
    fine = a.op == "ones" or (a.op == "sym" and words.facts.domain(a) in ("positive", "nonnegative"))
    return (E.zeros(*x.shape), E.ZERO) if fine else None


def _against_others(problem: Problem, part: Part, program: Program, words: Words, rows: Rows, others: tuple[Expr, ...], x: Expr, solve: Solve) -> Derivation | None:
    a = words.build(rows.adjoint, x.shape)
    conditions: list[Expr] = []
    ends: list[tuple[str, Expr, Expr]] = []
    steps: list[Step] = []
    for sense in ("max", "min") if rows.relation == "=" else ("max",):
        low = sense == "min"
        found = _extreme(problem, part, words, a, others, x, sense, solve)
        if found is None and not low:  # the row may be written the other way round: -a^T x >= -b
            turned = _extreme(problem, part, words, words.build(words.scaled(rows.adjoint, E.num(-1)), x.shape), others, x, "min", solve)
            found = None if turned is None else (turned[0], words.scalar(E.neg(turned[1])))
        if found is None:
            if rows.relation == "=" and not low and _over_orthant(words, a, others, x) is not None and is_nonzero(words, a):
                continue  # it rises without end along every axis with a positive entry
            return None
        point, value = found
        ends.append((sense, point, value))
        conditions.append(_compared(words, ">=" if not low else "<=", value, rows.right))
        steps.append(Step(NAME, f"Over the other constraints the row is at {'most' if not low else 'least'} this, and a point attains it.",
                          rf"\{sense}\ {latex(E.dot(a, x))} = {latex(value)},\quad {latex(x)} = {latex(point)}", before=latex(program.objective), relation=Relation.BOUNDS))
    if all(_surely(words, c) for c in conditions):
        return None
    condition = conditions[0] if len(conditions) == 1 else E.logic("and", *conditions)
    steps.append(Step(NAME, "So there is a feasible point exactly where the row asks for no more than that.", rf"\text{{feasible}} \iff {latex(condition)}"))
    return Derivation(problem, part, "condition", tuple(steps), condition,
                      extra={"property": "feasible", "row": a, "others": others, "ends": tuple(ends), "right": rows.right})


def _compared(words: Words, op: str, value: Expr, right: Expr) -> Expr:
    """value op right, without a sign on both sides; a relation of numbers as what it is."""
    gap = E.number_value(words.scalar(E.sub(value, right)))
    if gap is not None:
        return E.truth(gap >= 0 if op == ">=" else gap <= 0)
    if right.op == "neg" or (E.number_value(right) or 0) < 0:
        return E.rel("<=" if op == ">=" else ">=", words.scalar(E.neg(value)), words.scalar(E.neg(right)))
    return E.rel(op, value, right)


def _surely(words: Words, c: Expr) -> bool:
    """Whether a relation is known to hold everywhere by the signs of its parameters."""
    if c.op == "bool":
        return bool(c.data)
    gap = E.sub(*(c.args if c.data == ">=" else c.args[::-1]))
    plain = words.scalar(gap)
    value = E.number_value(plain)
    return value >= 0 if value is not None else sign_of(words, plain) > 0


def _between(problem: Problem, part: Part, program: Program, box: tuple[Expr, Expr], x: Expr) -> Outcome:
    """l <= x <= h: the two rows of one entry are the Farkas certificate where they cross."""
    low, high = (e if e.shape == x.shape else E.mul(e, E.ones(*x.shape)) for e in box)
    words = Words(Facts.of(problem, part), x)
    gap = E.sub(low, high) if x.shape and (box[0].shape or box[1].shape) else words.scalar(E.sub(*box))
    condition = _compared(words, "<=", E.reduce_all("max", gap) if gap.shape else gap, E.ZERO)
    if _surely(words, condition) if condition.op == "bool" or not gap.shape else False:
        return NotDerived(problem, part, "the bounds never cross.")
    step = Step(NAME, "Where a lower bound is above its upper bound, the sum of the two rows says 0 ≥ something positive (Farkas, multipliers 1 and 1); else the lower bounds are feasible.",
                rf"\text{{feasible}} \iff {latex(condition)}", before=latex(program.objective))
    return Derivation(problem, part, "condition", (step,), condition, extra={"property": "feasible", "feasible": low})


def _farkas(problem: Problem, part: Part, program: Program, words: Words, rows: Rows, x: Expr) -> Derivation | None:
    terms = read_terms(problem, program, x, words)
    if terms is not None and terms.cost is not None and not terms.norms:
        return None  # whether it is bounded is another question
    a = E.transpose(words.build(rows.adjoint, (x.shape[0], rows.count)))
    b = rows.right
    point = E.matmul(E.pinv(a), b)
    y = E.sub(b, E.matmul(a, point))
    condition = E.rel("=", E.norm(y, E.TWO), E.ZERO)
    steps = (
        Step(NAME, "The residual of the least-squares solution is orthogonal to the columns.", rf"«y» = {latex(y)},\quad {latex(E.transpose(a))} «y» = 0,\quad {latex(b)}^\top «y» = \|«y»\|_2^2",
             before=latex(program.objective), relation=Relation.DEFINES),
        Step(NAME, rf"Where $«y»$ is not 0, a feasible point would give $0 = «y»^\top {latex(a)} {latex(x)} = «y»^\top {latex(b)} > 0$ (Farkas); "
             "where it is 0, the least-squares solution is feasible.",
             rf"\text{{feasible}} \iff {latex(condition)}"),
    )
    return Derivation(problem, part, "condition", steps, condition, extra={"property": "feasible", "matrix": a, "right": b, "multipliers": y, "feasible": point})
