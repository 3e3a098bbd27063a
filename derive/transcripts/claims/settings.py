"""A problem as a conversation speaks of it: its language, its families of worlds, its objective and conventions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import mpmath

from derive.derivation.kept import kept_outcome
from derive.derivation.steps import Derivation
from derive.grading.keys import Key, key_of
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.equality import same_exactly
from derive.maths.exact import DIGITS, Undefined, World, compare, exact
from derive.maths.expr import Expr, Shape
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program
from derive.transcripts.claims.families import (
    Family,
    iteration_families,
    norm_of,
    program_families,
    schedule_families,
    some_worlds,
)
from derive.transcripts.claims.language import Language, Own
from derive.transcripts.claims.noisy_states import averages, noise_families
from derive.transcripts.claims.several_states import followed, names_of, state_families
from derive.transcripts.claims.spectral import Spectrum, spectral_families, spectrum_of


@dataclass(frozen=True)
class Setting:
    """One problem: how its formulas are read, and the worlds in which they are judged; small: those of dimension one.

    weight: of the penalty in the objective, where it is linear + weight * norm^2; convention: its name
    where it is not the one of the problem's own statement.
    """

    problem: Problem
    key: Key
    lang: Language
    families: tuple[Family, ...]
    small: tuple[Family, ...] = ()
    weight: Expr | None = None
    convention: str = ""
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def moving(self) -> tuple[str, ...]:
        """The unknown and, in an iteration, what moves with it: the rescaled iterate, the residual and the other states."""
        over = str(self.lang.unknown.data)
        it = self.problem.iteration
        return (over, f"tilde_{over}", *((it.residual[0],) if it is not None and it.residual is not None else ()), *(name for name, _ in self.lang.states.values()))

    @property
    def is_constrained(self) -> bool:
        """Whether the problem itself has constraints."""
        return self.key.program is not None and bool(self.key.program.constraints)

    @property
    def is_program(self) -> bool:
        """Whether it is about a minimiser."""
        return self.key.program is not None

    def for_turn(self, profile: frozenset[str], vectors: Mapping[str, Shape], letters: frozenset[str], aliases: frozenset[str],
                 functions: Mapping[str, Expr] | None = None, singles: Mapping[str, Own] | None = None) -> Setting:
        """The same with what a turn uses letters for; meanings of letters are worked out anew."""
        lang = replace(self.lang, profile=profile, vectors=dict(vectors), letters=letters, aliases=aliases, functions=dict(functions or {}), singles=dict(singles or {}), cache={})
        return replace(self, lang=lang, families=_fresh(self.families), small=_fresh(self.small), cache={})


def _fresh(families: Iterable[Family]) -> tuple[Family, ...]:
    return tuple(replace(f, cache={}) for f in families)


def setting_of(problem: Problem) -> Setting | None:
    """The setting of a problem with a derived minimiser, limit or table; None where nothing of that is derived."""
    found = problem.cache.get("setting")
    if found is None:
        try:
            with mpmath.workdps(DIGITS):
                found = _setting(problem) or False
        except (Undefined, NotEvaluable, NotDifferentiable):  # its worlds, or its steps, have no values
            found = False
        problem.cache["setting"] = found
    return found or None  # type: ignore[return-value]


def _setting(problem: Problem) -> Setting | None:
    for part in problem.parts:
        if part.ask not in ("argmin", "argmax", "map", "mle", "limit", "table"):
            continue
        if not isinstance(kept_outcome(problem, part), Derivation):  # asked first: no numerical truth is worked out for what is not derived
            continue
        key = key_of(problem, part, False)
        over = part.program.over[0] if part.program is not None else problem.iteration.over if problem.iteration is not None else ""
        if over and len(problem.symbols[over].shape) > 1 and part.program is None:
            continue  # steps of matrices are not followed
        if part.program is not None and len(part.program.over) == 1 and key.derivation.answer is not None:
            return _program(problem, key)
        if part.ask == "limit" and problem.iteration is not None and (problem.symbols[over].shape or problem.iteration.noise) and key.derivation.answer is not None:
            return _iteration(problem, key)
        if part.ask == "table" and key.generic:
            return Setting(problem, key, Language(problem.scope(), E.sym(next(iter(problem.symbols)))), schedule_families(key))
    return _identities(problem)


def _identities(problem: Problem) -> Setting | None:
    """A problem that asks for an expression in what it declares: its formulas are identities in that."""
    for part in problem.parts:
        found = spectrum_of(problem, part) if isinstance(kept_outcome(problem, part), Derivation) else None
        if found is not None:
            return _spectral(*found, key_of(problem, part, False))
        if part.ask not in ("count", "value", "iterate", "rate", "gradient") or not isinstance(kept_outcome(problem, part), Derivation):
            continue
        key = key_of(problem, part, False)
        if key.derivation.answer is None or not key.generic:
            continue
        if part.ask == "iterate" and problem.iteration is not None and (followed(problem.iteration) or averages(problem.iteration)) and problem.symbols[problem.iteration.over].kind == "value":
            return _iteration(problem, key)
        if part.program is not None and any(len(problem.symbols[n].shape) > 1 for n in part.program.over):
            continue  # claims about matrices are not judged
        if part.ask == "value" and part.program is not None and len(part.program.over) == 1 and (there := _at_the_point(problem, part, part.program)) is not None:
            return there
        lang = Language(problem.scope(part), E.sym("unknown", key.derivation.answer.shape))
        if part.ask == "gradient" and part.derivative is not None and not isinstance(part.derivative.over, tuple):
            over = part.derivative.over
            lang = Language(problem.scope(part), E.sym(over, problem.symbols[over].shape), loss=part.derivative.function)
        return Setting(problem, key, lang, _without_unknowns(problem, part, schedule_families(key)))
    return None


POINT = "|point"  # ends the name of a part that a problem leaves unasked: the minimiser, where only its value is asked for


def _at_the_point(problem: Problem, part: Part, program: Program) -> Setting | None:
    """The setting of the minimiser of a problem that asks for the optimal value alone; None where it is not derived."""
    point = replace(part, id=f"{part.id}{POINT}", ask="argmax" if program.sense == "max" else "argmin", of=None)
    both = replace(problem, parts=(point, replace(part, of=point.id)), cache={})
    found = kept_outcome(both, point)
    return _program(both, key_of(both, point, False)) if isinstance(found, Derivation) and found.answer is not None else None


def _without_unknowns(problem: Problem, part: Part, families: tuple[Family, ...]) -> tuple[Family, ...]:
    """The families without values of what the problem's programs look for: a statement about a minimiser says nothing of any value."""
    gone = {n for p in problem.parts if p.program is not None for n in p.program.over} - ({part.derivative.over} if part.derivative is not None else set())
    if not gone:
        return families
    worlds = [(f, tuple(replace(m, world=World({n: v for n, v in m.world.values.items() if n not in gone}, m.world.dims, m.world.kind)) for m in f.moments)) for f in families]
    return tuple(replace(f, moments=moments, cache={}) for f, moments in worlds)


_ESTIMATES = {"map": ("_MAP",), "mle": ("_ML", "_MLE")}


def _program(problem: Problem, key: Key) -> Setting:
    program = key.program
    assert program is not None
    name = program.over[0]
    unknown = E.sym(name, problem.symbols[name].shape)
    norm = norm_of(program.objective, unknown)
    lang = Language(problem.scope(key.part), unknown, objective=program.objective, norm=norm, estimates=_ESTIMATES.get(key.part.ask, ()), unnamed=key.part.ask in _ESTIMATES)
    setting = Setting(problem, key, lang, program_families(key), program_families(key, small=True))
    return replace(setting, weight=penalty(program.objective, setting)[1] if norm is not None and not lang.unnamed else None)


def _iteration(problem: Problem, key: Key) -> Setting:
    it = problem.iteration
    assert it is not None
    lang = _language(problem, key)
    named = it.output is not None and it.output != lang.unknown  # the derived limit is that of something else
    if it.noise or len(it.states) > 1 or not lang.unknown.shape or key.part.ask == "iterate" or named:
        families = noise_families(key, some_worlds(key)[:3]) if it.noise else state_families(key, some_worlds(key)[:2]) if followed(it) else ()
        lang = replace(lang, states=names_of(problem), count=str(it.count.data) if it.count is not None and it.count.op == "sym" else "")
    else:
        families = iteration_families(key)
    return Setting(problem, key, lang, families)


def _spectral(problem: Problem, spectrum: Spectrum, key: Key) -> Setting:
    """A problem about the eigenvalues of an update; problem: with names for them."""
    chosen = frozenset((*key.part.choose, *((spectrum.rate,) if spectrum.rate and key.derivation.extra.get("best") else ())))
    lang = replace(_language(problem, key), states=names_of(problem), eigenvalues=spectrum.names, chosen=chosen)
    return Setting(problem, key, lang, spectral_families(key, spectrum, some_worlds(key)))


def _language(problem: Problem, key: Key) -> Language:
    """What a text about an iteration is read with."""
    it = problem.iteration
    assert it is not None
    theta = E.sym(it.over, problem.symbols[it.over].shape)
    loss: Expr | None = it.loss
    if E.is_number(it.loss, 0):  # none is declared: a function of the iterate that is written out
        loss = next((s.let for s in problem.symbols.values() if s.kind == "function" and s.of == it.over and s.let is not None), None)
    try:
        slope = gradient(loss, theta) if loss is not None else None
    except NotDifferentiable:
        slope = None
    features = it.features if it.rescale is not None else None
    return Language(problem.scope(key.part), theta, loss=loss, gradient=slope, iteration=True, features=features, residual=it.residual[0] if it.residual is not None else None,
                    noise=it.noise)


# ------------------------------------------------------------------------------------------ objectives

def penalty(e: Expr, setting: Setting) -> tuple[bool, Expr | None]:
    """(whether the linear part is that of the objective, the weight w) of linear + w * norm^2, or of w * norm^2.

    w is found by the second difference of e along the unknown, which no linear part touches, and named among
    the usual weights of the one positive parameter. (False, None) where e is not of this kind.
    """
    lang = setting.lang
    if lang.objective is None or lang.norm is None or e.shape or not setting.families:
        return False, None
    named = None
    linear = True
    weights = []
    for m in setting.families[0].moments[:4]:
        w = m.world
        doubled = World({**w.values, str(lang.unknown.data): [2 * x if not isinstance(x, list) else [2 * y for y in x] for x in w.values[str(lang.unknown.data)]]}, w.dims, w.kind)
        try:
            size = exact(E.power(lang.norm, E.TWO), w)
            here, there = exact(e, w), exact(e, doubled)
            weight = (there - 2 * here) / (2 * size)
            rest, own = here - weight * size, exact(lang.objective, w) - exact(lang.objective, doubled) / 2
            expected = exact(lang.objective, w) + own  # the linear part of the objective: 2 f(u) - f(2u)/2
            weights.append(weight)
            fits = [c for c in _weights(lang) if compare(exact(c, w), weight) == 0]
        except (Undefined, NotEvaluable, TypeError, ZeroDivisionError):
            return False, None
        if compare(rest, Fraction(0)) != 0:
            linear = linear and same_exactly(rest, expected)
            if not linear:
                return False, None
        else:
            linear = False
        named = fits if named is None else [c for c in named if c in fits]
    if all(compare(w, Fraction(0)) == 0 for w in weights):
        return False, None  # linear, or no penalty in it
    return linear, named[0] if named else None


def _weights(lang: Language) -> list[Expr]:
    """1/a, a, 1/(2a), a/2, 2/a, 2a of the positive parameter a of the objective, and numbers."""
    assert lang.objective is not None
    out: list[Expr] = [E.ONE, E.HALF, E.TWO]
    for n in sorted(E.symbols_in(lang.objective)):
        s = lang.scope.symbols.get(n)
        if s is not None and not s.shape and s.kind == "value" and s.domain == "positive":
            a = E.sym(n)
            out += [E.div(E.ONE, a), a, E.div(E.ONE, E.mul(E.TWO, a)), E.div(a, E.TWO), E.div(E.TWO, a), E.mul(E.TWO, a)]
    return out


def under(setting: Setting, weight: Expr, says: str) -> Setting | None:
    """The same problem with another weight of the penalty, its answer derived anew; None where it is not."""
    name = f"under:{says}"
    found = setting.problem.cache.get(name)
    if found is None:
        try:
            found = _under(setting, weight, says) or False
        except (Undefined, NotEvaluable, NotDifferentiable):
            found = False
        setting.problem.cache[name] = found
    return found or None  # type: ignore[return-value]


def with_objective(setting: Setting, objective: Expr) -> Setting | None:
    """The same problem with another objective, derived anew; None where it is not, or is the same."""
    program = setting.key.program
    if program is None or objective == program.objective or setting.lang.unknown not in set(E.walk(objective)):
        return None
    return with_program(setting, replace(program, objective=objective))


def with_program(setting: Setting, program: Program) -> Setting | None:
    """The same problem with another program in its unknown, derived anew; None where it is not."""
    name = f"program:{program!r}"
    if name not in setting.problem.cache:
        part = replace(setting.key.part, ask="argmax" if program.sense == "max" else "argmin", program=program)
        try:
            setting.problem.cache[name] = _setting(replace(setting.problem, parts=_swapped(setting.problem.parts, part), cache={}))
        except (Undefined, NotEvaluable, NotDifferentiable):
            setting.problem.cache[name] = None
    return setting.problem.cache[name]  # type: ignore[return-value]


def _under(setting: Setting, weight: Expr, says: str) -> Setting | None:
    program = setting.key.program
    lang = setting.lang
    if program is None or lang.norm is None or setting.weight is None:
        return None
    old = E.power(lang.norm, E.TWO)
    objective = E.add(program.objective, E.mul(E.sub(weight, setting.weight), old))
    objective = _merged(program.objective, setting.weight, weight, lang.norm) or objective
    part = replace(setting.key.part, program=replace(program, objective=objective))
    other = _setting(replace(setting.problem, parts=_swapped(setting.problem.parts, part), cache={}))
    return None if other is None else replace(other, convention=says)


def _merged(objective: Expr, old: Expr, new: Expr, norm: Expr) -> Expr | None:
    """The objective with the coefficient of norm^2 exchanged, where it stands as one term."""
    square = E.power(norm, E.TWO)
    if objective.op != "add":
        return None
    terms = [t for t in objective.args if square not in set(E.walk(t))]
    return E.add(*terms, E.mul(new, square)) if len(terms) == len(objective.args) - 1 else None


def _swapped(parts: Iterable[Part], part: Part) -> tuple[Part, ...]:
    return tuple(part if p.id == part.id else p for p in parts)
