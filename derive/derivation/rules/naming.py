"""Which declared optimizer is an update? Solved, not looked up: u(g) = D(eta; g) for the step eta."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.derivation.certificate import PROVED
from derive.derivation.optimizers import Rule, apply, catalogue
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.derivation.stepsize import Fit, Misfit, Setting, solve_step, step_at, step_expression
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.worlds import describe, relevant, show_number
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "name an update by solving for the step size"

Solve = Callable[[Problem, Part], Outcome]


def accepts(problem: Problem, part: Part) -> bool:
    """Whether the part asks for the name of an update."""
    return part.ask == "name"


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Name the update that the base part of `part` derives.

    A declared rule fits if u = eta * d with eta > 0 in every generic world of two and more coordinates.
    The first fit is a standard optimizer whose eta does not depend on the gradient, if there is one.
    Returns a Derivation of kind 'name' with extra: optimizer (id), step (Expr),
    step_depends_on_gradient, fits [(id, step, depends)], update, gradient, strength; or NotDerived.
    """
    base = problem.base(part)
    found = solve(problem, base)
    if isinstance(found, NotDerived):
        return NotDerived(problem, part, f"the update of part {base.id} is not derived: {found.reason}", found.steps)
    update = found.answer
    if update is None or len(update.shape) != 1 or update.shape[0] == 1:
        return NotDerived(problem, part, f"part {base.id} gives no vector that could be an update of an optimizer")
    gradient = gradient_of(problem, base, update)
    if gradient is None:
        return NotDerived(
            problem, part, "no gradient is declared: no vector g, no gradient of a function, no term g^T u"
        )
    setting = setting_of(problem, base, update, gradient)
    fits, misfits = candidates(setting)
    unknown = latex(E.sym(base.program.over[0], update.shape)) if base.program is not None else "«u»"
    opening = _ansatz(setting, unknown, [f.rule for f in fits] + [m.rule for m in misfits])
    written = [(f, step) for f in fits if (step := step_expression(setting, f)) is not None]
    if not written:
        reason = "no declared optimizer gives this update with any step size"
        return NotDerived(problem, part, reason, (opening, *_excluded(setting, misfits)))
    best, step = written[0]
    chain = (opening, _solved(setting, unknown, best, step), *_excluded(setting, misfits), _dependence(setting, best))
    listed = [(f.rule.optimizer.id, s, f.depends) for f, s in written]
    return Derivation(
        problem,
        part,
        "name",
        chain,
        says=_says(best, step),
        extra={
            "optimizer": best.rule.optimizer.id,
            "step": step,
            "step_depends_on_gradient": best.depends,
            "fits": listed,
            "update": update,
            "gradient": gradient,
            "strength": _strength(setting, best, step),
        },
    )


def setting_of(problem: Problem, base: Part, update: Expr, gradient: Expr) -> Setting:
    """The update in its problem, for every admissible instance: values that a spec fixes are free here."""
    when = base.program.when if base.program else ()
    return Setting(update, gradient, problem.without_given(), when)


def candidates(setting: Setting) -> tuple[list[Fit], list[Misfit]]:
    """The declared rules that fit, best first, and those that do not, with their worlds.

    A rule with a quantity that the problem does not have (an earlier gradient, a Hessian) is no
    candidate: the update does not contain it. Nor is one with a quantity of the problem that the update
    does not depend on (the weights in LARS), which the step size would only cancel.
    """
    depends_on = E.symbols_in(setting.update) | E.symbols_in(setting.gradient)
    fits: list[Fit] = []
    misfits: list[Misfit] = []
    for o in catalogue().values():
        rule = apply(o, setting.gradient, setting.symbols)
        if rule.free or o.standing == "family" or not E.symbols_in(rule.direction) <= depends_on:
            continue
        outcome = solve_step(setting, rule)
        if isinstance(outcome, Fit):
            fits.append(outcome)
        elif isinstance(outcome, Misfit):
            misfits.append(outcome)
    # A principle (steepest descent in some norm) fits whatever it was made for; a name says more.
    fits.sort(key=lambda f: (f.rule.optimizer.standing != "standard", f.depends))
    return fits, misfits


def gradient_of(problem: Problem, base: Part, update: Expr) -> Expr | None:
    """The gradient that the update is made of, shape of the update, or None.

    In this order: the symbol declared as the gradient of a function; the vector c of the linear term
    c^T u of the objective, without numbers and signs before it; a vector symbol called g.
    """
    for s in problem.symbols.values():
        if s.kind == "function" and s.gradient is not None:
            g = problem.symbols[s.gradient]
            if g.shape == update.shape and g.name in E.symbols_in(update):
                return E.sym(g.name, g.shape)
    if base.program is not None:
        for name in base.program.over:
            unknown = E.sym(name, problem.symbols[name].shape)
            c = _linear_coefficient(base.program.objective, unknown)
            if c is not None and c.shape == update.shape:
                return c
    named = problem.symbols.get("g")
    return E.sym("g", named.shape) if named is not None and named.shape == update.shape else None


def _linear_coefficient(objective: Expr, u: Expr) -> Expr | None:
    from derive.maths.algebra import simplify

    for whole in (simplify(objective), objective):
        for term in whole.args if whole.op == "add" else (whole,):
            c = _paired(term, u)
            if c is not None:
                return c
    return None


def _paired(term: Expr, u: Expr) -> Expr | None:
    """c of a term c^T u, u^T c, k c^T u, c^T u / k or its negative, where c does not contain u."""
    if term.op == "dot":
        for vector, other in (term.args, term.args[::-1]):
            if other == u and u.data not in E.symbols_in(vector):
                return _bare(vector)
    if term.op in ("neg", "mul", "div"):
        for a in term.args:
            rest = [b for b in term.args if b is not a]
            found = None if any(u.data in E.symbols_in(b) for b in rest) else _paired(a, u)
            if found is not None:
                return found
    return None


def _bare(c: Expr) -> Expr:
    """A vector without the scalars, signs and transposes before it."""
    while c.op in ("neg", "mul", "div", "T"):
        vectors = [a for a in c.args if a.shape]
        if len(vectors) != 1 or (c.op == "div" and vectors[0] is not c.args[0]):
            break
        c = vectors[0]
    return E.as_column(c)


# ---------------------------------------------------------------- the worked solution


def _ansatz(setting: Setting, unknown: str, rules: list[Rule]) -> Step:
    listed = ", ".join(f"{r.optimizer.name} ${latex(r.formula)}$" for r in rules)
    return Step(
        NAME,
        f"An optimizer is a rule for the update with a free step size $«\\eta» > 0$. The declared rules: {listed}. "
        "The update is one of them if a step size gives it; rules with memory use earlier gradients, this update "
        "does not.",
        after=f"{unknown} = {latex(setting.update)}",
    )


def _solved(setting: Setting, unknown: str, fit: Fit, step: Expr) -> Step:
    o, strength = fit.rule.optimizer, _strength(setting, fit, step)
    seen = "" if strength == PROVED else " The two sides agree in every sampled instance."
    return Step(
        NAME,
        f"Solve ${unknown} = «d»$ with the rule $«d»$ of {o.name} ({o.says}) for the step size.{seen}",
        before=f"{latex(setting.update)} = {latex(fit.rule.formula)}",
        after=rf"«\eta» = {latex(step)}",
        requires=(f"no entry of ${latex(setting.gradient)}$ is 0, and no two are equal in size",), strength=strength,
    )


def _dependence(setting: Setting, fit: Fit) -> Step:
    """The step at two gradients, all else unchanged."""
    said = "depends on the gradient" if fit.depends else "does not depend on the gradient"
    shown = ""
    if fit.pair is not None:
        w, other = fit.pair
        names = relevant(w, setting.gradient)
        values = [step_at(setting.update, fit.rule.direction, x) for x in (w, other)]
        at = ", ".join(f"{n} = {_row(describe(x, [n])[n])}" for x in fit.pair for n in names)
        shown = f": at {at} it is {' and '.join(show_number(v) for v in values if v is not None)}"
    verdict = "a variant of the optimizer, and its name must say so" if fit.depends else "the optimizer exactly"
    return Step(
        NAME,
        f"The step size {said}{shown}. So this is {verdict}.",
        after=rf"\text{{{fit.rule.optimizer.name}}}",
        relation=Relation.DEFINES,
        before=latex(setting.gradient),
    )


def _excluded(setting: Setting, misfits: list[Misfit]) -> list[Step]:
    """One step for all rules that do not fit, each with an instance that no step size fits."""
    if not misfits:
        return []
    lines = []
    for m in misfits:
        at = ", ".join(f"{n} = {_row(v)}" for n, v in describe(m.world, relevant(m.world, setting.update)).items())
        why = "only a negative step size does" if m.uphill else "no step size does"
        lines.append(f"{m.rule.optimizer.name}: {why} at {at}")
    return [Step(NAME, "The others are excluded, each by an instance. " + "; ".join(lines) + ".", after="")]


def _row(v: Any) -> str:
    return f"({', '.join(map(_row, v))})" if isinstance(v, list) else str(v)


def _says(fit: Fit, step: Expr) -> tuple[str, ...]:
    from derive.maths.write import plain

    tail = ", which depends on the gradient" if fit.depends else ""
    return (
        f"{fit.rule.optimizer.name} with step size {plain(step)}{tail}",
        f"Source of the rule: {fit.rule.optimizer.source}",
    )


def _strength(setting: Setting, fit: Fit, step: Expr) -> str:
    """'proved' if the vector algebra brings u and eta d to one form, else 'measured'."""
    from derive.maths.algebra import proved_equal

    positive = frozenset(n for n, s in setting.symbols.items() if s.domain == "positive" and not s.shape)
    return "proved" if proved_equal(setting.update, E.mul(step, fit.rule.direction), positive) else "measured"
