"""The lines that derivations about one invariant ray share, as steps of a worked solution."""

from __future__ import annotations

from fractions import Fraction

from derive.derivation.certificate import MEASURED, PROVED
from derive.derivation.letters import own
from derive.derivation.rules.contraction import StepRange
from derive.derivation.rules.linear_form import U
from derive.derivation.rules.ray import Ray
from derive.derivation.steps import Relation, Step
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten
from derive.maths.expr import Expr
from derive.maths.worlds import complete
from derive.problem.model import Problem


def tex(e: Expr) -> str:
    """LaTeX of an expression."""
    from derive.maths.write import latex

    return latex(e)


def at_time(e: Expr, ray: Ray, label: str = "t") -> Expr:
    """e with the unknown and the residual marked as those of step t."""
    marks = {x: E.sym(f"{x.data}@{label}", x.shape) for x in (ray.theta, ray.residual)}
    if ray.iteration.steps == "diminishing":
        marks[ray.step] = E.sym(f"{ray.step.data}@{label}")
    return E.replace(e, marks)


def first_lines(ray: Ray) -> list[Step]:
    """From the update to the invariant ray and the law of the residual."""
    it = ray.iteration
    theta_t, theta_next = (E.sym(f"{it.over}@{label}", ray.theta.shape) for label in ("t", "next"))
    r_t, r_next = (E.sym(f"{ray.residual.data}@{label}") for label in ("t", "next"))
    gap = E.sub(ray.b, E.dot(ray.w, theta_t))
    rho = at_time(ray.signs.simplify(ray.rho), ray)
    start = "0" if it.start.op == "zeros" else tex(it.start)
    lines = [
        Step("gradient along one direction",
             "The loss depends on the unknown through one linear form, so its gradient is a multiple of one vector.",
             rf"\nabla «loss»({tex(theta_t)}) = {_slope(ray, r_t)},\qquad {tex(r_t)} = {tex(gap)}",
             relation=Relation.DEFINES),
        Step("separation of the increment",
             "Coordinate by coordinate the increment is a factor that depends on the residual, times a fixed vector.",
             f"{tex(theta_next)} - {tex(theta_t)} = {tex(_times(rho, ray.d))}", relation=Relation.EQUIVALENT,
             requires=_nonzero(ray)),
        Step("invariant ray",
             "So the iterates never leave the line through the start in this direction.",
             rf"{tex(theta_t)} \in {start} + \operatorname{{span}}\left({tex(ray.d)}\right)" if start != "0"
             else rf"{tex(theta_t)} \in \operatorname{{span}}\left({tex(ray.d)}\right)", relation=Relation.REDUCES),
        Step("law of the residual",
             "Multiplying the step by the coefficients of the equation gives a recurrence for the residual alone.",
             f"{tex(r_next)} = {tex(r_t)} - {tex(_times(rho, ray.reach))} = {tex(at_time(ray.next_residual, ray))}",
             relation=Relation.REDUCES, requires=(f"{text(ray.reach)} > 0",)),
    ]
    return lines


def text(e: Expr) -> str:
    """Unicode text of an expression."""
    from derive.maths.write import plain

    return plain(e)


def _times(scalar: Expr, x: Expr) -> Expr:
    return x if E.is_number(scalar, 1) else scalar if E.is_number(x, 1) else E.mul(scalar, x)


def _slope(ray: Ray, r: Expr) -> str:
    """The gradient as a multiple of w, in the residual."""
    push = ray.force
    if push.strength is None:
        u = E.sub(ray.b, r)
        phi = tex(E.replace(ray.form.phi, {U: own("u")}))
        return rf"«\phi»'(«u»)\, {tex(ray.w)},\quad «\phi»(«u») = {phi},\quad «u» = {tex(u)}"
    size = r if push.law == "linear" else E.fn("sign", r)
    return tex(E.neg(E.mul(_times(push.strength, size), ray.w)))


def _nonzero(ray: Ray) -> tuple[str, ...]:
    """What keeps signs and quotients of the gradient away from zero: conventions matter only there."""
    names = sorted(E.symbols_in(ray.w) & ray.signs.nonzero)
    if ray.response.order != 0:
        return ()
    stays = f"{text(ray.residual)} is not 0: an iterate that solves the equation stays"
    return (stays, *(f"no entry of {n} is 0" for n in names))


def convergence_line(ray: Ray, steps: StepRange | None) -> Step:
    """Why r_t -> 0, with the certificate that it rests on."""
    r = tex(ray.residual)
    alpha = text(ray.step)
    if ray.law == "linear" and steps is not None:
        multiplier = ray.multiplier
        assert multiplier is not None
        return Step(
            "contraction",
            "The residual is multiplied by the same number at every step: it tends to 0 from every start exactly when "
            "that number is smaller than 1 in modulus." + (" The order of the ends was decided at sampled values." if steps.sampled else ""),
            rf"\left|{tex(multiplier)}\right| < 1 \iff {tex_range(steps)}", relation=Relation.EQUIVALENT,
            requires=(plain_range(steps),), strength=MEASURED if steps.sampled else PROVED)
    given = (f"{alpha}_t > 0", f"{alpha}_t -> 0", f"sum of {alpha}_t is infinite")
    gain = at_time(ray.gain, ray)
    if ray.law == "linear":
        return Step(
            "product of multipliers",
            "The steps tend to 0, so the multipliers are between 0 and 1 from some step on; the steps sum to infinity, "
            "so their product is 0.",
            rf"\prod_t \left(1 - {tex(gain)}\right) \le \exp\left(-\sum_t {tex(gain)}\right) = 0,\qquad {r}_t \to 0",
            relation=Relation.BOUNDS, requires=given)
    return Step(
        "shrinking steps",
        "While the residual is larger than the step, it falls by the step; the steps sum to infinity, so that ends, "
        "however late it began. From then on it never exceeds the largest step still to come, and the steps tend to 0.",
        rf"|{r}_{{t+1}}| = \left||{r}_t| - {tex(gain)}\right| \le \max\left(|{r}_t| - {tex(gain)},\ {tex(gain)}\right) "
        rf"\quad\Rightarrow\quad |{r}_t| \le \max_{{«s» \ge t_0}} {tex(at_time(ray.gain, ray, '«s»'))} \to 0",
        relation=Relation.BOUNDS, requires=given)


def tex_range(steps: StepRange) -> str:
    """0 < alpha < upper as one chain."""
    upper = "" if steps.upper == E.INF else f" < {tex(steps.upper)}"
    return f"{tex(steps.lower)} < {tex(steps.step)}{upper}"


def plain_range(steps: StepRange) -> str:
    """0 < alpha < upper as one chain, in Unicode."""
    upper = "" if steps.upper == E.INF else f" < {text(steps.upper)}"
    return f"{text(steps.lower)} < {text(steps.step)}{upper}"


def given_world(problem: Problem) -> World:
    """The world of the given values alone."""
    values = {n: exact(s.given, World({}, {})) for n, s in problem.symbols.items() if s.given is not None}
    return complete(problem.symbols, dict(values), {})


def rational(e: Expr) -> Expr:
    """e with even powers of 2-norms as powers of inner products, which have no root in them."""
    if not e.args:
        return e
    e = E.rebuild(e, tuple(rational(a) for a in e.args))
    if e.op == "pow" and e.args[0].op == "norm" and e.args[0].data == "p" and E.is_number(e.args[0].args[1], 2):
        k = E.number_value(e.args[1])
        if k is not None and k.denominator == 1 and k % 2 == 0:
            x = e.args[0].args[0]
            return E.dot(x, x) if k == 2 else E.power(E.dot(x, x), E.num(k / 2))
    return e


def numbers(e: Expr, problem: Problem) -> Expr | None:
    """The exact rational value of e at the given numbers, None where it needs more than is given."""
    try:
        value = exact(rational(e), given_world(problem))
    except (NotEvaluable, Undefined):
        return None
    entries = flatten(value)
    if not all(isinstance(v, Fraction) for v in entries):
        return None
    return E.vec(tuple(E.num(v) for v in entries)) if isinstance(value, list) else E.num(value)


def number_line(e: Expr, problem: Problem, left: str) -> list[Step]:
    """The line with the given numbers put in, where they are given."""
    value = numbers(e, problem)
    if value is None or not E.symbols_in(e):
        return []
    return [Step("numbers", "With the given numbers:", f"{left} = {tex(value)}", before=f"{left} = {tex(e)}")]
