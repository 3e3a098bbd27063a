"""Two texts -> equal, different, undecided or unreadable: general algebra in declared or assumed symbols.

Values are equal if they agree wherever both are defined; a difference of domain is noted in the
reason. Conditions (equations, inequalities, intervals) are equal if the same points satisfy them; a
point where a condition is undefined does not satisfy it. Sets ignore order and repetition, lists
do not. `different` is always confirmed exactly, or in more and more digits, at the witness. `equal`
is proved (normal forms, cases, exact cells, SymPy) or measured; the rest is undecided.
"""

from __future__ import annotations

from dataclasses import replace

from derive.errors import ReadError
from derive.grading.comparing.bounds import BOUNDS, Bounds
from derive.grading.comparing.decision import decide
from derive.grading.comparing.formulas import kind_of
from derive.grading.comparing.instances import Case
from derive.grading.comparing.names import declarations, discrete, open_dims, scope_of
from derive.grading.comparing.outcome import Comparison, Counterexample
from derive.grading.comparing.reading import Reader, tried, ways_to_read
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined
from derive.maths.expr import Expr
from derive.maths.parse import Choices
from derive.maths.symbols import Scope

__all__ = ["BOUNDS", "Bounds", "Comparison", "Counterexample", "compare"]


def compare(a: str, b: str, where: str = "") -> Comparison:
    """Decide whether two texts (LaTeX, Unicode, plain, Python) are equal.

    where: types of symbols, 'x: positive, A: matrix(n,n), n: integer' (derive.maths.symbols); a letter
    that it leaves out is a real scalar, a natural number where only that fits, and is named in the reason.
    Never raises on a and b. Raises UsageError where `where` cannot be read.
    Source: design, section 6; Schwartz-Zippel for agreement of rational expressions.
    """
    declared, dims = declarations(where)
    try:
        scope, assumed = scope_of((a, b), declared, dims)
    except ReadError as err:
        return Comparison("unreadable", f"{'Left' if err.text in a else 'Right'}: {err}\n{err.caret()}")
    usual = [Reader(text, scope) for text in (a, b)]
    errors = [tried(r) for r in usual]
    outcomes: list[Comparison] = []
    numbers: list[bool] = []  # whether both sides are values, and no lists
    for choices, grouped in ways_to_read(usual, errors):
        sides = usual
        if choices != Choices() or not grouped:
            sides = [Reader(text, scope, choices, grouped) for text in (a, b)]
            errors = [tried(r) for r in sides]
        if not any(errors):
            outcomes.append(_outcome(sides[0], sides[1], assumed, scope))
            numbers.append(all(kind_of(s.expr) == "value" and s.expr.op != "vec" for s in sides))
    if not outcomes:
        errors = [tried(r) for r in usual]
        return Comparison("unreadable", next(f"{n}: {e}" for n, e in zip(("Left", "Right"), errors, strict=True) if e),
                          left=usual[0].shown, right=usual[1].shown)
    if len({o.verdict for o in outcomes}) > 1:  # a number beside a list: the comma groups its digits
        outcomes = [o for o, alike in zip(outcomes, numbers, strict=True) if alike] or outcomes
    if len({o.verdict for o in outcomes}) > 1:
        said = "; ".join(f"{o.left} and {o.right} are {o.verdict}" for o in outcomes)
        return Comparison("undecided", f"The notation is ambiguous and its readings differ: {said}.", left=outcomes[0].left, right=outcomes[0].right)
    return outcomes[0]


def _outcome(left: Reader, right: Reader, assumed: list[str], scope: Scope) -> Comparison:
    """The outcome for one reading of both texts."""
    whole = Expr("list", (left.expr, right.expr))
    counts = discrete(whole)
    used = E.symbols_in(whole)
    symbols = {n: replace(s, domain="count" if n in counts else "real") if n in assumed else s for n, s in scope.symbols.items() if n in used}
    case = Case(symbols, open_dims(whole), whole)
    try:
        found = decide(case, left.expr, right.expr)
    except (NotEvaluable, Undefined) as err:
        found = Comparison("undecided", f"It could not be decided: {err}.")
    except (ArithmeticError, ValueError, MemoryError, RecursionError) as err:
        found = Comparison("undecided", f"It could not be decided: the numbers are out of reach ({type(err).__name__}).")
    said = [*dict.fromkeys([*left.notes, *right.notes])]
    free = sorted(n for n in assumed if n in used)
    if free:
        natural = [n for n in free if n in counts]
        real = [n for n in free if n not in counts]
        said += [f"taken as {kind}: {', '.join(names)}" for kind, names in (("real", real), ("a natural number", natural)) if names]
    reason = f"{found.reason} ({'; '.join(said)}.)" if said else found.reason
    return replace(found, reason=reason, left=left.shown, right=right.shown)
