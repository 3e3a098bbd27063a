"""Judge an optimizer named in words by what the update is.

The name is a rule with a free step size. It is right if a step gives the update in every instance;
where that step depends on the gradient the name must say so; what it says of the step must be true.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from derive.derivation.optimizers import catalogue
from derive.derivation.rules.naming import setting_of
from derive.derivation.steps import Derivation
from derive.derivation.stepsize import CHANGES, Fit, Misfit, Setting, changed, roots, solve_step, step_at
from derive.grading.naming.choice import chosen_names, region
from derive.grading.naming.modifiers import Named, named, rule_of
from derive.grading.naming.steps import How, Stated, StepClaims, pieces_of, step_claims
from derive.grading.naming.text import flatten
from derive.grading.naming.words import Standing, judged_names
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Unknown, Witness, show_value
from derive.maths.exact import DIGITS, Undefined, Value, World, compare, s_div, s_mul, value_at
from derive.maths.exact import flatten as entries
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath
from derive.maths.worlds import describe, holds, relevant

CORRECT, PARTIAL, INCORRECT, UNDECIDED, UNREADABLE = "correct", "partial", "incorrect", "undecided", "unreadable"


@dataclass(frozen=True)
class NameJudgement:
    """verdict: 'correct', 'partial', 'incorrect', 'undecided' or 'unreadable'; reason: a sentence for
    the author, which tells no right name; read_as: what was understood; stated_step: the step size
    that the text gives, if it gives one; witness: an instance that shows the fault."""

    verdict: str
    reason: str
    read_as: str = ""
    stated_step: Expr | None = None
    witness: Witness | None = None


def judge_name(text: str, derivation: Derivation) -> NameJudgement:
    """Judge a name in a short answer or a paragraph.

    derivation: of kind 'name' (see derive.derivation.rules.naming). The last name that the text
    asserts is judged; names it denies, compares with or takes back are not. Never raises for a text.
    """
    flat = flatten(text)
    if not flat:
        return NameJudgement(UNREADABLE, "missing")
    problem, base = derivation.problem, derivation.problem.base(derivation.part)
    setting = _setting(derivation)
    mentions = judged_names(flat)
    scope = problem.scope(base)
    chosen = chosen_names(mentions, flat)
    if not chosen:
        reached = [m for m in mentions if m.standing is Standing.NEAR]
        claims = (
            step_claims(region(flat, mentions, reached[-1:], keep=True), scope, setting.gradient)
            if reached
            else StepClaims()
        )
        # "Not quite SignSGD: its step is proportional to ‖g‖₁" names a variant of SignSGD.
        if not (claims.depends or claims.loosely or claims.stated or claims.variant):
            what = "an optimizer is named, but not as the answer" if mentions else "no optimizer is named"
            return NameJudgement(UNREADABLE, f"{what}; expected is a name like 'gradient descent'")
        chosen = reached[-1:]
    else:
        claims = step_claims(region(flat, mentions, chosen), scope, setting.gradient)
    names = [named(flat, m, mentions) for m in chosen]
    found = _judged(names, claims, setting)
    hedge = " (said with reserve)" if any(m.hedged for m in chosen) else ""
    read_as = " or ".join(dict.fromkeys(n.says for n in names))
    pieces = "; ".join(pieces_of(claims))
    step = next((s.readings[0] for s in claims.stated if s.how is How.EQUAL), None)
    return NameJudgement(
        found.verdict, found.reason + hedge, f"{read_as}, step {pieces}" if pieces else read_as, step, found.witness
    )


def _setting(derivation: Derivation) -> Setting:
    """The update in its problem; kept with the problem, so that worlds are drawn once."""
    problem, update = derivation.problem, derivation.extra["update"]
    key = f"naming:{derivation.part.id}"
    kept = problem.cache.get(key)
    if isinstance(kept, Setting) and kept.update == update:
        return kept
    setting = setting_of(problem, problem.base(derivation.part), update, derivation.extra["gradient"])
    problem.cache[key] = setting
    return setting


# ---------------------------------------------------------------- the judgement


def _judged(names: list[Named], claims: StepClaims, setting: Setting) -> NameJudgement:
    fits: list[Fit] = []
    for n in names:
        outcome = _fit(n, setting)
        if isinstance(outcome, NameJudgement):
            return outcome
        fits.append(outcome)
    plain = [k for k, n in enumerate(names) if not n.optimizer or catalogue()[n.optimizer].standing != "general"]
    if plain:  # 'sign descent (steepest descent in the max norm)': the principle that it follows is no second optimizer
        names, fits = [names[k] for k in plain], [fits[k] for k in plain]
    for n, f in zip(names[1:], fits[1:], strict=True):
        if not _one_rule(fits[0], f):
            return NameJudgement(
                INCORRECT,
                f"two different optimizers are named, {names[0].says} and {n.says}; one update is one of them",
                witness=_two_steps(fits[0], f, setting),
            )
    if names[-1].optimizer and catalogue()[names[-1].optimizer].standing == "family":
        return NameJudgement(PARTIAL, f"{names[-1].says} leaves open which coordinate moves")
    return _step_judged(names[-1], fits[-1], claims, setting)


def _fit(n: Named, setting: Setting) -> Fit | NameJudgement:
    """The step size with which a name is the update, or the verdict that it has none."""
    if n.unclear:
        return NameJudgement(UNDECIDED, f"'{n.mention.text}': {n.unclear}")
    o = catalogue()[n.optimizer]
    tried = [Named(n.mention, x, n.without, n.momentum, n.decay, n.normalized, n.order) for x in o.covers] or [n]
    outcome: Fit | Misfit | Unknown | None = None
    for x in tried:
        key = (x.optimizer, x.without, x.momentum, x.decay, x.normalized, x.order)
        outcome = setting.solved.get(key) or solve_step(setting, rule_of(x, setting))
        setting.solved[key] = outcome
        if isinstance(outcome, Fit):
            return outcome
    if isinstance(outcome, Misfit):
        why = "only a step size below 0, uphill instead of down," if outcome.uphill else "no step size"
        past = ", whatever it remembers of earlier steps" if outcome.rule.remembers else ""
        return NameJudgement(
            INCORRECT,
            f"{n.says} is another rule: at the instance shown {why} makes it this update{past}",
            witness=_misfit_witness(outcome, setting),
        )
    why = outcome.why if isinstance(outcome, Unknown) else "no rule is declared"
    return NameJudgement(UNDECIDED, f"{n.says} could not be compared with the update: {why}")


def _step_judged(n: Named, fit: Fit, claims: StepClaims, setting: Setting) -> NameJudgement:
    depends = claims.depends or claims.loosely or claims.variant
    for s in claims.stated:
        outcome = _stated(s, fit, setting)
        if outcome is not None:
            return outcome
        if any(
            E.symbols_in(e) & roots(setting) or E.symbols_in(e) & E.symbols_in(setting.gradient) for e in s.readings
        ):
            depends = True
    if claims.unread:
        return NameJudgement(
            UNDECIDED, f"the direction is right; the step size {claims.unread} is not in declared symbols"
        )
    if claims.separate:
        return NameJudgement(PARTIAL, "the direction is right, but one step size serves all coordinates")
    if fit.depends and claims.fixed:
        return NameJudgement(
            PARTIAL,
            "the direction is right, but the step size is not the same for every gradient",
            witness=_moving(fit, setting),
        )
    if fit.depends and not depends:
        return NameJudgement(
            PARTIAL,
            f"the direction is right, but the step size of {n.says} does not depend on the gradient, and here it must",
            witness=_moving(fit, setting),
        )
    if not fit.depends and (claims.depends or claims.variant):
        return NameJudgement(
            PARTIAL,
            "the direction is right, but the step size does not depend on the gradient here",
            witness=_moving(fit, setting),
        )
    shown = "depends" if fit.depends else "does not depend"
    said = f"the update is {n.says} with a step size that {shown} on the gradient"
    return NameJudgement(CORRECT, f"{said}: solved in {len(fit.etas)} instances")


def _stated(s: Stated, fit: Fit, setting: Setting) -> NameJudgement | None:
    """None if what is stated of the step is true in one reading, else the verdict; looked at once for each statement and rule."""
    key = (s.how, s.readings, s.text, s.loose, fit.rule.direction)
    if key not in setting.stated:
        if len(setting.stated) >= _MOST_STATED:
            setting.stated.clear()
        setting.stated[key] = _looked_at(s, fit, setting)
    found: NameJudgement | None = setting.stated[key]
    return found


_MOST_STATED = 2_000


def _looked_at(s: Stated, fit: Fit, setting: Setting) -> NameJudgement | None:
    faults: list[Witness | None] = []
    for e in s.readings:
        try:
            fault = _fault(s.how, e, fit, fit.etas, setting)
            if fault is not None and _length_too(s, e, fit, setting):
                fault = None
        except (NotEvaluable, Undefined) as err:
            return NameJudgement(UNDECIDED, f"the step size {s.says} could not be compared: {err}")
        if fault is None:
            return None
        faults.append(fault)
    return NameJudgement(
        PARTIAL, f"the direction is right, but not the step size: it is not {s.how.value} {s.says}", witness=faults[0]
    )


def _length_too(s: Stated, e: Expr, fit: Fit, setting: Setting) -> bool:
    """Whether what is said of "the step" is true of the length of the update."""
    length = E.norm(setting.update, E.TWO)
    as_length = [(w, v) for w, _ in fit.etas if (v := value_at(length, w)) is not None]
    return (
        s.loose
        and s.how is not How.ENTRY
        and len(as_length) == len(fit.etas)
        and _fault(s.how, e, length, as_length, setting) is None
    )


def _fault(
    how: How, e: Expr, quantity: Expr | Fit, etas: Iterable[tuple[World, Value]], setting: Setting
) -> Witness | None:
    """An instance in which the step (or another quantity with these values) is not what is stated, or None."""
    for w, eta in etas:
        value = value_at(e, w)
        if value is None:
            return Witness(describe(w, relevant(w, setting.update, e)), "undefined", show_value(eta), "step size")
        if how is How.ENTRY:
            update = value_at(setting.update, w)
            if update is not None and any(compare(abs(x), value) != 0 for x in entries(update)):
                return Witness(
                    describe(w, relevant(w, setting.update, e)),
                    show_value(value),
                    show_value(update),
                    "size of each entry",
                )
        elif how is How.EQUAL:
            if compare(value, eta) != 0:
                return Witness(
                    describe(w, relevant(w, setting.update, e)), show_value(value), show_value(eta), "step size"
                )
        else:
            fault = _not_proportional(how, e, quantity, setting, w, eta)
            if fault is not None:
                return fault
    return None


def _not_proportional(
    how: How, e: Expr, quantity: Expr | Fit, setting: Setting, w: World, eta: Value
) -> Witness | None:
    """Proportional to e: when only what e is made of changes, the step changes by the same factor.

    So 'proportional to α' is true of (α/2)‖g‖₁, and so is 'proportional to ‖g‖₁'. A constant is no claim.
    """
    names = frozenset().union(*(roots(setting, E.sym(x)) for x in E.symbols_in(e)))
    value = value_at(e, w)
    others = islice(changed(setting, w, names), CHANGES) if names and value is not None else ()
    for other in others:
        moved = (
            step_at(setting.update, quantity.rule.direction, other)
            if isinstance(quantity, Fit)
            else value_at(quantity, other)
        )
        there = value_at(e, other)
        if moved is None or there is None:
            continue
        with mpmath.workdps(DIGITS):
            same = (
                compare(s_mul(moved, value), s_mul(eta, there))
                if how is How.PROPORTIONAL
                else compare(s_mul(moved, there), s_mul(eta, value))
            ) == 0
            factor = s_div(there, value) if how is How.PROPORTIONAL else s_div(value, there)
        if not same:
            seen = relevant(w, setting.update, e)
            return Witness(
                {"first": describe(w, seen), "then": describe(other, seen)},
                show_value(factor),
                show_value(s_div(moved, eta)),
                "factor by which the step size changes",
            )
    return None


# ---------------------------------------------------------------- alternatives and witnesses


def _one_rule(a: Fit, b: Fit) -> bool:
    """Whether two names that both fit are one rule up to a fixed factor of the step."""
    return a.depends == b.depends and len(a.etas) == len(b.etas) and _constant_ratio(a, b)


def _constant_ratio(a: Fit, b: Fit) -> bool:
    by_size: dict[tuple[int, ...], list[Value]] = {}
    for (w, x), (_, y) in zip(a.etas, b.etas, strict=True):
        by_size.setdefault(tuple(w.dims.values()), []).append(s_div(x, y))
    return all(compare(v, values[0]) == 0 for values in by_size.values() for v in values)


def _two_steps(a: Fit, b: Fit, setting: Setting) -> Witness:
    w, eta = a.etas[0]
    return Witness(
        describe(w, relevant(w, setting.update)),
        show_value(eta),
        show_value(b.etas[0][1]),
        "step sizes the two would need",
    )


def _misfit_witness(m: Misfit, setting: Setting) -> Witness:
    """The rule's direction beside the update: one is no multiple of the other."""
    w = m.world
    direction, update = value_at(m.rule.direction, w), value_at(setting.update, w)
    at = describe(w, relevant(w, setting.update, m.rule.direction))
    return Witness(
        at,
        _shown(direction),
        _shown(update),
        "submitted: the direction of the rule, to be multiplied by a step size; required: the update",
    )


def _moving(fit: Fit, setting: Setting) -> Witness | None:
    """Two gradients, all else the same, with the step size that each needs."""
    pair = fit.pair
    if pair is None or not all(holds(setting.when, w) for w in pair):
        return None
    names = relevant(pair[0], setting.update)
    first, then = (step_at(setting.update, fit.rule.direction, w) for w in pair)
    return Witness(
        {"first": describe(pair[0], names), "then": describe(pair[1], names)},
        show_value(first),
        show_value(then),
        "step size needed at the first gradient, and at the second",
    )


def _shown(v: Any) -> Any:
    return "undefined" if v is None else show_value(v)
