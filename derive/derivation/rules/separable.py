"""Separable convex programs: one scalar problem an entry, solved by cases at its kinks and bounds.

min sum_i phi(x_i; p_i), l_i <= x_i <= u_i. phi is convex and smooth between kinks; 0 in the
subdifferential gives a cascade of cases, which closes to a threshold or a clip where it can.
Source: Parikh and Boyd, Proximal Algorithms (2014), section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from derive.derivation.certificate import MEASURED, PROVED
from derive.derivation.rules.common import Solve, program_of, signed_objective
from derive.derivation.rules.scalar_pieces import SAMPLES, Candidate, Interval, NotClosed, Piece, UnknownSide, cascade, interval, pieces
from derive.derivation.rules.scalar_signs import Signs, curvature
from derive.derivation.rules.separable_form import Entries, NotSeparable, Split, split_constraints
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "separable"


@dataclass(frozen=True)
class Form:
    """A program split into entries: minimise the sum of phi plus constant."""

    entries: Entries
    phi: Expr
    constant: Expr
    split: Split


def match(problem: Problem, part: Part) -> Form | None:
    """The split program, or None where its entries are coupled."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1:
        return None
    name = program.over[0]
    entries = Entries(E.sym(name, problem.symbols[name].shape))
    lets = {E.sym(s.name, s.shape): s.let for s in problem.symbols.values() if s.kind == "value" and s.let is not None}
    try:
        phi, constant = entries.summed(E.replace(signed_objective(program), lets))
        split = split_constraints(entries, tuple(E.replace(c, lets) for c in program.constraints))
    except (NotSeparable, E.ShapeError):
        return None
    return Form(entries, _natural(phi), constant, split) if entries.t in set(E.walk(phi)) else None


def _natural(e: Expr) -> Expr:
    """Logarithms to other bases by natural ones."""
    inside = E.rebuild(e, tuple(_natural(a) for a in e.args)) if e.args else e
    base = {"log2": 2, "log10": 10}.get(str(inside.data)) if inside.op == "fn" else None
    return inside if base is None else E.div(E.fn("log", inside.args[0]), E.fn("log", E.num(base)))


def accepts(problem: Problem, part: Part) -> bool:
    """Programs over one unknown whose objective and constraints act on each entry alone."""
    if part.ask not in ("argmin", "argmax"):
        return False
    form = match(problem, part)
    return form is not None and not form.split.coupling


def signs_of(problem: Problem, entries: Entries, when: tuple[Expr, ...] = ()) -> Signs:
    """The signs that the declarations give to entries and scalars; when: conditions of the statement, of which those between entries are kept."""
    signs = Signs(problem.symbols, str(entries.unknown.data))
    for c in when:
        if c.op == "rel" and c.data in ("<", "<=", ">", ">=") and all(a.shape in ((), entries.shape) for a in c.args):
            small, large = c.args if c.data[0] == "<" else c.args[::-1]
            if small.op == "norm" and small.data == "p" and small.args[1] == E.INF and small.args[0].shape == entries.shape:
                small = E.fn("abs", small.args[0])
            if large.op == "reduceall" and large.data == "min" and large.args[0].shape == entries.shape:  # every entry is as large
                large = large.args[0]
            if small.op == "reduceall" and small.data == "max" and small.args[0].shape == entries.shape:
                small = small.args[0]
            try:
                signs.assumed.append(signs.sympy(E.sub(entries.entry(large), entries.entry(small))))
            except NotSeparable:
                continue
    return signs


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser entry by entry, with the value."""
    program, form = program_of(problem, part), match(problem, part)
    assert program is not None and form is not None
    entries, signs = form.entries, signs_of(problem, form.entries, program.when)
    positive = (entries.t,) if problem.symbols[str(entries.unknown.data)].domain == "positive" else ()
    signs.conditions = (*form.split.at_least, *positive)
    kind = curvature(form.phi, entries.t, signs)
    if kind not in ("convex", "affine"):
        return NotDerived(problem, part, "The summand is not known to be convex by the rules of composition.")
    try:
        span = interval(form.phi, entries.t, form.split.at_least, signs, positive)
        if form.split.strict and ((span.low is not None and not span.open_low) or (span.high is not None and not span.open_high)):
            raise NotClosed("a bound is strict, so the minimum need not be attained")
        free = span
        try:
            parts = pieces(form.phi, entries.t, span, signs)
        except UnknownSide:
            if span.open_low or span.open_high:
                raise
            free, signs.conditions = Interval(), ()
            parts = pieces(form.phi, entries.t, free, signs)
        found = _merged(_decided(cascade(parts, free, signs), signs))
        branches = _branches(found, entries, signs, "t")
        if free != span:
            return _nearest(problem, part, form, span, parts, found, branches, signs, program)
        short = _threshold(parts, span, found, signs) or _clip(parts, span, found, signs)
        entry = short if short is not None else _cases(branches)
        value = _value(form, found, signs, program.sense)
    except (NotClosed, ValueError) as err:
        return NotDerived(problem, part, f"{err}.")
    answer = entries.vector(entry)
    unique = "generic" if any(p.flat for p in parts) else "always"
    steps = _steps(form, program.objective, span, parts, branches, answer, value, short is not None, any(c.sampled for c in found), signs, program.sense)
    return Derivation(problem, part, "point", steps, answer, value, unique)


def _nearest(problem: Problem, part: Part, form: Form, span: Interval, parts: list[Piece], found: list[Candidate], branches: list[Branch], signs: Signs,
             program: Program) -> Derivation:
    """Between bounds a convex function of one number is least at the point nearest to where it is least without them."""
    entries = form.entries
    short = _threshold(parts, Interval(), found, signs)
    there = short if short is not None else _cases(branches)
    entry = _within(there, span, signs)
    answer, free = entries.vector(entry), entries.vector(there)
    least = entries.total(E.replace(form.phi, {entries.t: entry}))
    value = simplify(E.add(least, form.constant) if program.sense == "min" else E.neg(E.add(least, form.constant)))
    steps = _steps(form, program.objective, Interval(), parts, branches, free, value, short is not None, any(c.sampled for c in found), signs, program.sense)
    nearest = Step(NAME, "Between its bounds a convex function of one number is least at the point nearest to where it is least without them.",
                   rf"{latex(entries.unknown)} = {latex(answer)}")
    return Derivation(problem, part, "point", (*steps[:-1], nearest, steps[-1]), answer, value, "generic" if any(p.flat for p in parts) else "always")


def _within(e: Expr, span: Interval, signs: Signs) -> Expr:
    """min(max(e, low), high) for the bounds that there are."""
    if span.low is not None:
        e = E.fn("relu", e) if span.low == 0 else E.fn("maximum", e, signs.back(span.low))
    return e if span.high is None else E.fn("minimum", e, signs.back(span.high))


Branch = tuple[Expr, Expr | None]


def _decided(found: list[Candidate], signs: Signs) -> list[Candidate]:
    """The cascade without tests whose outcome the declared signs already tell."""
    out: list[Candidate] = []
    for c in found:
        if c.test is None or signs.at_least(c.test, strictly=not c.weak):
            return [*out, replace(c, test=None, weak=False)]
        if not signs.at_least(-c.test, strictly=c.weak):
            out.append(c)
    return out


def _merged(found: list[Candidate]) -> list[Candidate]:
    """The cascade without tests that lead to the same point as the next one."""
    import sympy as sp

    ordered = _distinct(found)
    # A kink whose two one-sided tests agree is where both neighbours meet: its own case is theirs.
    return _distinct([c for i, c in enumerate(ordered) if not (
        i and c.weak and c.test is not None and ordered[i - 1].interior and sp.simplify(c.test - ordered[i - 1].test) == 0)])


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """Of neighbours that lead to the same point, the last."""
    import sympy as sp

    out: list[Candidate] = []
    for c in reversed(found):
        if not (out and sp.simplify(c.t - out[-1].t) == 0 and sp.simplify(c.phi - out[-1].phi) == 0):
            out.append(c)
    return out[::-1]


def _branches(found: list[Candidate], entries: Entries, signs: Signs, which: str) -> list[Branch]:
    return [(signs.back(getattr(c, which)), None if c.test is None else condition(c, entries, signs)) for c in found]


def condition(c: Candidate, entries: Entries, signs: Signs) -> Expr:
    """test > 0 solved for the entry of a parameter where it is affine in it with a slope of known sign."""
    import sympy as sp

    vectors = signs.symbols_of(entries.of)
    others = [s for s in signs.table.values() if s.is_Symbol and s not in vectors and s != signs.t]
    for w in [*vectors, *others]:
        if not c.test.has(w):
            continue
        slope = sp.simplify(sp.diff(c.test, w))
        side = None if slope.has(w) else signs.sign(slope)
        if side:
            rest = sp.expand(sp.simplify(w - c.test / slope))
            op = (">" if side > 0 else "<") + ("=" if c.weak else "")
            return E.rel(op, signs.back(w), signs.back(rest))
    return E.rel(">=" if c.weak else ">", signs.back(c.test), E.ZERO)


def _cases(branches: list[Branch]) -> Expr:
    if len(branches) == 1:
        return branches[0][0]
    pairs = tuple((v, c) for v, c in branches[:-1] if c is not None)
    return E.cases(pairs, branches[-1][0])


def _threshold(parts: list[Piece], span: Interval, found: list[Candidate], signs: Signs) -> Expr | None:
    """k + sign(w) (|w| - h)_+ for one kink k between two parabolas of equal curvature, where w is one term."""
    import sympy as sp

    if len(parts) != 2 or span.low is not None or span.high is not None or len(found) != 3:
        return None
    if any(sp.diff(p.slope, p.s, 2) != 0 for p in parts):
        return None
    k, before, after = parts[0].right, found[0].t, found[2].t
    w, h = sp.expand((before + after) / 2 - k), sp.expand((before - after) / 2)
    if (w.is_Add and len(w.args) > 2) or not w.free_symbols or not signs.at_least(h):
        return None
    flip = w.could_extract_minus_sign()  # the threshold is odd in w
    w = sp.factor(-w if flip else w)
    # c (|w| - h)_+ sign(w) for c > 0 is the threshold of c w at c h: a common factor stands outside.
    factor = sp.Mul(*(f for f in sp.Mul.make_args(w) if f != 1 and signs.at_least(f, strictly=True)))
    inner = sp.simplify(h / factor)
    if sp.count_ops(inner) > sp.count_ops(h):
        factor, inner = sp.Integer(1), h
    centre = signs.back(w / factor)
    soft = E.mul(E.fn("sign", centre), E.fn("relu", E.sub(E.fn("abs", centre), signs.back(inner))))
    scale = signs.back(factor)
    soft = soft if factor == 1 else E.div(soft, scale.args[1]) if scale.op == "div" and E.is_number(scale.args[0], 1) else E.mul(scale, soft)
    soft = E.neg(soft) if flip else soft
    return soft if k == 0 else E.add(signs.back(k), soft)


def _clip(parts: list[Piece], span: Interval, found: list[Candidate], signs: Signs) -> Expr | None:
    """min(max(t, l), u) for one parabola between bounds: t is where it would be least without them."""
    import sympy as sp

    inner = [c for c in found if c.interior]
    if len(parts) != 1 or len(inner) != 1 or span.open_low or span.open_high or sp.diff(parts[0].slope, parts[0].s, 2) != 0:
        return None
    return _within(signs.back(inner[0].t), span, signs)


def _value(form: Form, found: list[Candidate], signs: Signs, sense: str) -> Expr:
    """The optimal value: the sum over entries of the value in each case."""
    import sympy as sp

    flip = 1 if sense == "min" else -1
    shown = [replace(c, phi=sp.expand(flip * c.phi) if c.phi.is_polynomial() else flip * c.phi) for c in found]
    branches = _branches(shown, form.entries, signs, "phi")
    distinct = [b for i, b in enumerate(branches) if i + 1 == len(branches) or b[0] != branches[i + 1][0]]
    total = form.entries.total(_cases(distinct))
    constant = simplify(form.constant if flip == 1 else E.neg(form.constant))
    return total if E.is_number(constant, 0) else E.add(total, constant)


def at_index(entries: Entries, e: Expr, index: str = "i") -> Expr:
    """A scalar expression of entries with the subscripts shown, for people."""
    if not entries.shape:
        return e
    indices = tuple(E.idx(c) for c in (index, "j")[: len(entries.shape)])
    shown = {s: E.at(v, *indices) for s, v in entries.of.items()}
    shown[entries.t] = E.at(entries.unknown, *indices)
    return E.replace(e, shown)


def _steps(form: Form, objective: Expr, span: Interval, parts: list[Piece], branches: list[Branch], answer: Expr, value: Expr,
           closed: bool, sampled: bool, signs: Signs, sense: str = "min") -> tuple[Step, ...]:
    entries = form.entries
    x = latex(at_index(entries, entries.t))

    def show(e: Expr) -> str:
        return latex(at_index(entries, e))

    def of(s: Any) -> str:
        return show(signs.back(s))

    limits = [rf"{x} {'>' if span.open_low else chr(92) + 'ge'} {of(span.low)}"] if span.low is not None else []
    limits += [rf"{x} {'<' if span.open_high else chr(92) + 'le'} {of(span.high)}"] if span.high is not None else []
    domain = rf"\quad ({', '.join(limits)})" if limits else ""
    head = "The objective and the constraints are sums and conditions over single entries, so each entry is a problem of its own." if (
        entries.shape) else "This is a problem in one number."
    head += " It is written as one to minimise." if sense == "max" else ""
    slopes = [of(p.slope.subs(p.s, (signs.t - p.base) * p.way)) for p in parts]
    breaks = [of(p.right) for p in parts[:-1]]
    smooth = "It is convex: a sum of convex functions with nonnegative weights. Its derivative is" + (
        f", on the pieces between the kinks at ${', '.join(breaks)}$," if breaks else "")
    told = f" Which root of the derivative lies inside its piece was decided at {SAMPLES} seeded values of the parameters." if sampled else ""
    table = [rf"{x} = {show(v)} &\quad \text{{if }} {show(c)}" if c is not None else rf"{x} = {show(v)} &\quad \text{{otherwise}}"
             for v, c in branches]
    found = ("0 lies in the subdifferential: the derivative vanishes inside a piece, or changes sign at a kink, or the entry stands at its bound. "
             "The first case that holds, in this order, is the minimiser.") if len(table) > 1 else "The derivative grows, and it vanishes at one point." if (
                 len(parts) == 1) else "0 lies in the subdifferential at one point only."
    lines: tuple[Step, ...] = (
        Step(NAME, head, rf"\min\ {show(simplify(form.phi))}{domain}", before=latex(objective), relation=Relation.EQUIVALENT),
        Step("scalar-convexity", smooth, r",\quad ".join(slopes), relation=Relation.DEFINES),
        Step("subdifferential", found + told,
             r"\begin{aligned} " + r" \\ ".join(table) + r" \end{aligned}" if len(table) > 1 else rf"{x} = {show(branches[0][0])}",
             strength=MEASURED if sampled else PROVED),
    )
    if closed and len(table) > 1:
        lines = (*lines, Step(NAME, "The cases in one formula.", rf"{latex(entries.unknown)} = {latex(answer)}"))
    return (*lines, Step(NAME, "The value there, summed over the entries." if entries.shape else "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES))
