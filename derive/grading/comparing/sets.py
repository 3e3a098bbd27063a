"""Sets, lists and ranges of numbers; how their items compare is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.conditions import compare_conditions
from derive.grading.comparing.evaluation import signs, value_at
from derive.grading.comparing.formulas import KIND_NAMES, kind_of
from derive.grading.comparing.instances import Case
from derive.grading.comparing.logic import is_condition, member
from derive.grading.comparing.outcome import Comparison, Counterexample, different, undecided, worst
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import show_value
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.worlds import describe, relevant
from derive.maths.write import plain


def compare_lists(a: Expr, b: Expr, items: Callable[[Expr, Expr], Comparison]) -> Comparison:
    """Lists: as long, and equal item by item."""
    a, b = map(E.as_column, (a, b))
    if any(x.op not in ("list", "vec") for x in (a, b)) or len(a.args) != len(b.args):
        said = [f"a list of {len(x.args)}" if x.op in ("list", "vec") else KIND_NAMES[kind_of(x)] for x in (a, b)]
        return Comparison("different", f"The left is {said[0]}, the right {said[1]}.", "proved", Counterexample({}, *said))
    return worst([items(x, y) for x, y in zip(a.args, b.args, strict=True)], "Every item is equal.")


def compare_sets(case: Case, a: Expr, b: Expr, items: Callable[[Expr, Expr], Comparison]) -> Comparison:
    """Finite sets: each element of one side is an element of the other."""
    if max(len(a.args), len(b.args)) > BOUNDS.entries:
        return undecided(f"sets of more than {BOUNDS.entries} elements")
    table = {(x, y): items(x, y) for x in a.args for y in b.args}
    matched: list[Comparison] = []
    for own, other, swap in ((a.args, b.args, False), (b.args, a.args, True)):
        for x in own:
            pairs = [table[(y, x) if swap else (x, y)] for y in other]
            equal = [c for c in pairs if c.verdict == "equal"]
            if not equal:
                return _missing(case, x, a, b, pairs, swap)
            matched.append(min(equal, key=lambda c: c.strength != "proved"))
    return worst(matched, "They have the same elements.")


def _missing(case: Case, x: Expr, a: Expr, b: Expr, pairs: list[Comparison], swap: bool) -> Comparison:
    """An element without an equal: different if at one instance it differs from all elements of the other side."""
    if (any(c.verdict == "undecided" for c in pairs) or any(kind_of(y) != "value" for y in (*a.args, *b.args))) and pairs and not all(c.verdict == "different" for c in pairs):
        return next(c for c in pairs if c.verdict != "different")
    for w in (w for ws in case.sets_of_worlds for w in ws.worlds[:8]):
        for own, other, side in ((a, b, "left"), (b, a, "right")):
            for y in own.args:
                try:
                    if _lacks(other, y, w):
                        shown = [[show_value(value_at(z, w)) if kind_of(z) == "value" else plain(z) for z in s.args] for s in (a, b)]
                        return different(f"{plain(y)} is an element of the {side} set only.", describe(w, relevant(w, a, b)), shown[0], shown[1])
                except NotEvaluable:
                    continue
    return undecided(f"no equal of {plain(x)} was found, and no instance where it has none")


def _lacks(s: Expr, x: Expr, w: World) -> bool:
    """Whether x has a value at an instance, and no element of the set s has the same."""
    if kind_of(x) != "value":
        return not any(kind_of(y) == kind_of(x) for y in s.args)
    if value_at(x, w) is None:
        return False
    found = [signs(x, y, w) if x.shape == y.shape and kind_of(y) == "value" else [1] for y in s.args]
    return all(f is not None and any(f) for f in found)


def compare_ranges(case: Case, a: Expr, b: Expr) -> Comparison:
    """Sets of numbers, as the conditions that a number lies in them; a condition stands for the set of its solutions."""
    bounds = {n for x in (a, b) if not is_condition(x) for n in E.symbols_in(x)}
    names = sorted({n for x in (a, b) if is_condition(x) for n in E.symbols_in(x)})
    names = [n for n in names if n not in bounds] or names  # in a <= x <= b beside [a, b] the unknown is x
    if len(names) > 1 or any(kind_of(x) in ("value", "list") and not (x.op == "vec" and x.data) for x in (a, b)):
        return undecided(f"{KIND_NAMES[kind_of(a)]} stands on the left, {KIND_NAMES[kind_of(b)]} on the right")
    name = names[0] if names else "_"
    t = E.sym(name)
    others = (x for x in (a, b) if not is_condition(x))
    if names and any(name in E.symbols_in(x) for x in others):
        return undecided(f"{name} is both the unknown and a bound of the set")
    found = [x if is_condition(x) else member(x, t) for x in (a, b)]
    if found[0] is None or found[1] is None:
        return undecided("one side is no set of numbers")
    within = Case({**case.symbols, name: case.symbols.get(name, Symbol(name))}, case.dims, Expr("list", (found[0], found[1], case.whole)))
    out = compare_conditions(within, found[0], found[1])
    return replace(out, reason=f"{out.reason} A condition and the set of its solutions were compared.") if names else out
