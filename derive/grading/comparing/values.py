"""Two expressions: equal where both are defined, or different at a witness."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.domains import divisors, nonnegative, total
from derive.grading.comparing.evaluation import Unclear, signs, value_at
from derive.grading.comparing.formulas import switches
from derive.grading.comparing.instances import Case
from derive.grading.comparing.outcome import Comparison, Counterexample, as_witness, different, prose, rational_values, undecided
from derive.grading.comparing.proofs import proved
from derive.grading.judging.decimals import Shown, shown_entries
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Tally, show_value, suspects
from derive.maths.exact import World, flatten
from derive.maths.expr import Expr, shape_text
from derive.maths.worlds import describe, relevant
from derive.maths.write import plain


@dataclass
class _Seen:
    """What sampling has shown."""

    worlds: int = 0
    both: int = 0
    unclear: int = 0
    far: bool = False
    why: str = ""
    rational: bool = True
    left: list[World] = field(default_factory=list)
    right: list[World] = field(default_factory=list)
    found: Comparison | None = None


def compare_values(case: Case, a: Expr, b: Expr) -> Comparison:
    """Expressions: equal where both are defined, or different at a witness."""
    a, b = (x._replace(data=None) if x.op == "vec" else x for x in (a, b))
    a, b = (E.zeros(*y.shape) if y.shape and E.is_number(x, 0) else x for x, y in ((a, b), (b, a)))
    if a.shape != b.shape:
        return _different_shapes(case, a, b)
    rounded = _rounded(case, a, b)
    if rounded is not None:
        return rounded
    seen = _sample(case, a, b)
    if seen.found is not None:
        return seen.found
    if not seen.both:
        constant = normal_form(E.sub(a, b), case.positive) if seen.unclear and not a.shape else None
        if constant is not None and len(constant) == 1 and _defined(case, a, b) and (frozenset(), frozenset()) in constant:
            c = constant[(frozenset(), frozenset())]
            return different(f"They differ by {prose(show_value(c))}.", {}, plain(a), plain(b))
        if seen.unclear and not seen.far and proved(case, a, b):
            return Comparison("equal", f"They are equal: {proved(case, a, b)}.", "proved")
        return undecided(seen.why or "no instance was found at which both sides are defined")
    note = _domain_note(case, a, b, seen)
    if not case.symbols and not case.dims and seen.rational:
        return Comparison("equal", "They are the same number, exactly.", "proved")
    how = proved(case, a, b)
    if how:
        return Comparison("equal", f"They are equal{' where both are defined' if note else ''}: {how}.{note}", "proved", same_domain=not note)
    if seen.unclear and seen.both < BOUNDS.least:
        return undecided(seen.why)
    blind = _blind(case, a, b)
    if blind:
        return undecided(f"they agree on {seen.worlds} instances, but {blind}")
    if not case.symbols and not case.dims:
        return Comparison("equal", f"They agree to {BOUNDS.digits[-1] // 2} digits; no proof was found.", "measured")
    detail = f"{seen.worlds} instances in float64, {seen.both} exactly or to {BOUNDS.digits[-1] // 2} digits"
    return Comparison("equal", f"They agree wherever both are defined, on {detail}; no proof was found.{note}", "measured", same_domain=not note)


def _defined(case: Case, a: Expr, b: Expr) -> bool:
    """Whether both sides are known to be defined: everywhere, or as the constants that they are."""
    if case.symbols or case.dims:
        return total(case, a) and total(case, b)
    try:
        return all(value_at(x, World({}, {})) is not None for x in (a, b))
    except NotEvaluable:
        return False


def _different_shapes(case: Case, a: Expr, b: Expr) -> Comparison:
    """Sides of different shapes. A row and the vector of its entries are told apart only by their entries."""
    if E.as_column(a).shape == E.as_column(b).shape:
        found = compare_values(case, E.as_column(a), E.as_column(b))
        return found if found.verdict != "equal" else undecided("the entries are equal, but one side is a row and the other a column")
    return Comparison("different", f"The left is {shape_text(a.shape)}, the right {shape_text(b.shape)}.", "proved",
                      Counterexample({}, shape_text(a.shape), shape_text(b.shape)))


def _rounded(case: Case, a: Expr, b: Expr) -> Comparison | None:
    """A bare decimal against an exact constant: the constant must lie in its closed rounding interval."""
    if case.symbols or case.dims:
        return None
    shown = [shown_entries(x, False) if x.op != "mul" or len(x.args) == 2 else None for x in (a, b)]
    if (shown[0] is None) == (shown[1] is None):
        return None
    side = 0 if shown[0] is not None else 1
    numbers = shown[side]
    exact_side = E.as_column((b, a)[side])
    assert numbers is not None
    short = False
    entries = exact_side.args if exact_side.op == "vec" else (exact_side,)
    if len(entries) != len(numbers):
        return None
    changed = False
    for s, x in zip(numbers, entries, strict=True):
        at = signs(x, E.num(s.value), World({}, {}))
        if at is None:
            return undecided("one side is undefined")
        if at == [0]:
            continue
        if not _rounds(s, x):
            v = value_at(x, World({}, {}), BOUNDS.shown)
            texts = as_witness(*((s.value, v) if side == 0 else (v, s.value)))
            return different("The exact number does not round to the decimal.", {}, *texts, exactly=rational_values(v))
        changed = True
        short = short or s.digits < BOUNDS.rounding
    if short:
        return undecided(f"the decimal is too short to tell: {BOUNDS.rounding} significant digits are needed")
    said = "The decimal is the exact number, correctly rounded at the digits shown." if changed else "They are the same number, exactly."
    return Comparison("equal", said, "proved")


def _rounds(s: Shown, x: Expr) -> bool:
    """Whether the constant x lies in the closed rounding interval of a decimal."""
    if s.half is None:
        return False
    low, high = (signs(x, E.num(s.value + k * s.half), World({}, {})) for k in (-1, 1))
    return low is not None and high is not None and low[0] >= 0 and high[0] <= 0


def _sample(case: Case, a: Expr, b: Expr) -> _Seen:
    """Both sides over all instances: float64 filter, exact confirmation, and fresh exact instances."""
    seen = _Seen()
    for ws in case.sets_of_worlds:
        order = list(range(min(BOUNDS.fresh, len(ws.worlds))))
        try:
            doubts = suspects(a, b, ws, Tally())[:6]
            seen.worlds += len(ws.worlds)
        except (NotEvaluable, ValueError, OverflowError):
            doubts = list(range(min(8, len(ws.worlds))))
        for i in dict.fromkeys([*doubts, *order]):
            if seen.unclear >= BOUNDS.least and not seen.both:
                return seen
            _look(a, b, ws.worlds[i], seen)
            if seen.found is not None:
                return seen
    return seen


def _look(a: Expr, b: Expr, w: World, seen: _Seen) -> None:
    """Compare at one instance."""
    try:
        found = signs(a, b, w)
    except NotEvaluable as err:
        seen.unclear += 1
        seen.far = seen.far or not isinstance(err, Unclear)
        seen.why = str(err)
        return
    if found is None:
        left, right = (value_at(x, w, BOUNDS.digits[-1]) for x in (a, b))
        if (left is None) != (right is None):
            (seen.left if left is None else seen.right).append(w)
    elif any(found):
        values = [value_at(x, w, BOUNDS.shown) for x in (a, b)]
        seen.found = different("They differ.", describe(w, relevant(w, a, b)), *as_witness(*values), exactly=rational_values(*values))
    else:
        seen.both += 1
        seen.rational = seen.rational and all(isinstance(v, Fraction) for x in (a, b) for v in flatten(value_at(x, w)))


def _domain_note(case: Case, a: Expr, b: Expr, seen: _Seen) -> str:
    """A remark where one side is defined and the other is not."""
    said = []
    for name, mine, other, worlds in (("left", a, b, seen.left), ("right", b, a, seen.right)):
        found = worlds[:1] or [w for d in divisors(mine) for w in case.on_boundary(d)
                               if value_at(mine, w) is None and value_at(other, w) is not None][:1]
        if found:
            at = ", ".join(f"{k} = {prose(v)}" for k, v in describe(found[0], relevant(found[0], a, b)).items())
            said.append(f"the {name} alone is undefined at {at}")
    return f" Their domains differ: {'; '.join(said)}." if said else ""


def _blind(case: Case, a: Expr, b: Expr) -> str:
    """What the instances never showed: a sign, or a step of a staircase, that the formulas ask about."""
    for x in {x for e in (a, b) for x in E.walk(e)}:
        for u in switches(x):
            if E.free_indices(u) or u.shape:
                continue
            step = x.op == "fn" and x.data in ("floor", "ceil", "mod")
            met = set()
            for w in (w for ws in case.sets_of_worlds for w in ws.worlds):
                try:
                    v = value_at(x if step else u, w)
                except NotEvaluable:
                    continue
                if v is not None:
                    met.add(v if step else (v > 0) - (v < 0))
                if len(met if step else met - {0}) > 1:
                    break
            else:
                if (step and E.symbols_in(u)) or (not step and E.symbols_in(u) and not (nonnegative(case, u) or nonnegative(case, E.neg(u)))):
                    return f"{plain(x)} was met in one branch only"
    return ""
