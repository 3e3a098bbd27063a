"""The key of a part, prepared once: derivation, certificate, worlds, and what an answer is looked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from derive.derivation.certificate import Certificate
from derive.derivation.kept import kept_certificate, kept_outcome, kept_worlds
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.grading.finding.heads import ASKED, with_asked
from derive.grading.finding.wanted import Wanted
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.symbols import Scope, Symbol
from derive.maths.worlds import WorldSet, gather, holds, world_sets
from derive.problem.model import Part, Problem
from derive.problem.nouns.asks import ITERATION_ASKS
from derive.problem.nouns.iteration import Iteration
from derive.problem.nouns.program import Program

if TYPE_CHECKING:
    from derive.derivation.numerical import NumericalTruth


@dataclass(frozen=True)
class Key:
    """Everything that judging an answer to one part needs.

    generic, edges: worlds that meet the conditions of the part; edges hold zeros and ties. truth: the numerical
    truth of a part that no rule derives, by which answers are judged then. proof: how hard a proof is looked for
    (grading.proof); memo: equal expressions are judged once.
    """

    problem: Problem
    part: Part
    outcome: Outcome
    certificate: Certificate | None
    wanted: Wanted
    generic: tuple[WorldSet, ...]
    edges: tuple[WorldSet, ...]
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    truth: NumericalTruth | None = None
    proof: str = "auto"
    memo: bool = True

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation; of the kind 'numerical', with nothing derived, where there is only the numerical truth."""
        if isinstance(self.outcome, Derivation):
            return self.outcome
        assert self.truth is not None
        names = (self.part.asked or self.program.over) if self.program is not None and self.truth.what == "optimum" else ()
        outputs = [(n, E.sym(n, self.problem.symbols[n].shape)) for n in names] + [(n, E.sym(n)) for n in self.part.also]
        return Derivation(self.problem, self.part, "numerical", (), outputs=tuple(outputs) if len(outputs) > 1 else ())

    @cached_property
    def program(self) -> Program | None:
        """The program of the part, if it is one."""
        return self.part.program or self.problem.base(self.part).program


Kept = TypeVar("Kept")


def kept(key: Key, name: str, make: Callable[[], Kept]) -> Kept:
    """What belongs to the part and not to the answer, made once."""
    found = key.cache.get(name)
    if found is None:
        found = key.cache[name] = make()
    return found  # type: ignore[return-value]


def key_of(problem: Problem, part: Part, certified: bool = True) -> Key:
    """The prepared key of a part; made once a problem and kept with it.

    certified: also check it against the numerical truth (slower, once).
    """
    name = ("key", part.id, certified)
    found = problem.cache.get(name)
    if isinstance(found, Key):
        return found
    with _making:  # one thread prepares it, the others wait for it
        found = problem.cache.get(name)
        if not isinstance(found, Key):
            problem.cache[name] = found = _prepared(problem, part, certified)
    return found


_making = RLock()


def _prepared(problem: Problem, part: Part, certified: bool) -> Key:
    plain = problem.cache.get(("key", part.id, False))
    if certified and isinstance(plain, Key):  # derived before: only the check is missing
        return replace(plain, certificate=_certificate(plain.outcome), cache={})
    outcome = kept_outcome(problem, part)
    truth = None
    if isinstance(outcome, NotDerived):
        from derive.derivation.numerical import numerical_truth

        truth = numerical_truth(problem, part)
    when, symbols = problem.conditions(part), _symbols(problem, part)
    generic = kept_worlds("generic", problem, part, lambda: _within_bounds(_worlds(symbols, ("generic",), when, 12), outcome))
    edges = kept_worlds("edges", problem, part, lambda: _worlds(symbols, ("zeros", "ties"), when, 6))
    # At a kink a derivative is a convention, so nothing is compared there.
    kinks = isinstance(outcome, Derivation) and bool(outcome.extra.get("kinks"))
    certificate = _certificate(outcome) if certified else None
    wanted = replace(wanted_of(problem, part, outcome), about=(problem.title, *problem.cues))
    return Key(problem, part, outcome, certificate, wanted, generic, () if kinks else edges, truth=truth)


def _certificate(outcome: Outcome) -> Certificate | None:
    return kept_certificate(outcome) if isinstance(outcome, Derivation) else None


def _symbols(problem: Problem, part: Part) -> dict[str, Symbol]:
    """The symbols of the problem; in a recurrence the residual is what it is declared to be."""
    it = problem.iteration
    if part.ask != "recurrence" or it is None or it.residual is None:
        return problem.symbols
    name, definition = it.residual
    return {**problem.symbols, name: replace(problem.symbols[name], let=definition)}


def _worlds(symbols: dict[str, Symbol], kinds: tuple[str, ...], when: tuple[E.Expr, ...], count: int) -> tuple[WorldSet, ...]:
    sets = world_sets(symbols, kinds, count=count if not when else 6 * count)
    if not when:
        return tuple(sets)
    out = []
    for ws in sets:
        kept = [w for w in ws.worlds if holds(when, w)]
        if kept:
            out.append(gather(ws.kind, kept[:count], ws.batch.dims))
    return tuple(out)


def _within_bounds(sets: tuple[WorldSet, ...], outcome: Outcome) -> tuple[WorldSet, ...]:
    """Without the huge worlds in which an exponential of the key is past all bounds: nothing can be compared there."""
    if not isinstance(outcome, Derivation) or outcome.answer is None or not any(
            x.op == "fn" and x.data in ("exp", "sinh", "cosh", "tanh", "sigmoid") for x in E.walk(outcome.answer)):
        return sets
    out = []
    for ws in sets:
        kept = []
        for w in ws.worlds:
            try:
                exact(outcome.answer, w)
            except Undefined:
                pass
            except NotEvaluable:
                continue
            kept.append(w)
        if kept:
            out.append(gather(ws.kind, kept, ws.batch.dims))
    return tuple(out)


def wanted_of(problem: Problem, part: Part, outcome: Outcome) -> Wanted:
    """What an answer to this part looks like."""
    scope = problem.scope(part)
    kind = outcome.kind if isinstance(outcome, Derivation) else "expression"
    shape: E.Shape = ()
    if isinstance(outcome, Derivation) and outcome.answer is not None:
        shape = outcome.answer.shape
    program = part.program or problem.base(part).program
    asked, label, subject = "", "", ""
    iterates: tuple[str, ...] = ()
    if program is not None and (kind == "point" or (isinstance(outcome, NotDerived) and part.ask in ("argmin", "argmax"))):
        asked = part.asked[0] if part.asked else program.over[0]
        shape = problem.symbols[asked].shape
        data = E.symbols_in(program.objective).union(*(E.symbols_in(c) for c in program.constraints))
        iterates = tuple(s.name for s in problem.symbols.values() if s.shape == shape and s.name != asked and s.kind == "value" and s.let is None and s.name not in data)
    elif problem.iteration is not None and part.ask in ITERATION_ASKS:
        wanted = _of_iteration(problem, part, problem.iteration, scope, kind, shape)
        on = outcome.extra.get("on") if kind == "condition" and isinstance(outcome, Derivation) else None
        return replace(wanted, subject=str(on)) if on else wanted  # a bare interval is that of the step size
    elif part.ask == "recurrence" and problem.iteration is not None and problem.iteration.residual is not None:
        asked, label = problem.iteration.residual[0], "@next"
    elif part.ask == "dual":
        subject = part.at or ""
    elif kind == "condition" and isinstance(outcome, Derivation):
        subject = str(outcome.extra.get("on") or "")
    elif part.derivative is not None:
        asked, scope = ASKED, with_asked(scope, shape)
    normalised = bool(asked and shape and program is not None and any(
        c.op == "rel" and c.data == "=" and E.total(E.sym(asked, shape)) in c.args and any(E.is_number(a, 1) for a in c.args) for c in program.constraints))
    unknowns = program.over if part.ask == "value" and program is not None else ()
    if program is not None and asked and len(part.asked) == 1:
        unknowns = tuple(n for n in program.over if n != asked)  # an answer may hold them only where the text says what they are
    bound = ("at least" if program.sense == "min" else "at most") if part.ask == "value" and program is not None else ""
    return Wanted(scope, asked, shape, iterates, label, kind == "condition", subject, unknowns, normalised=normalised, bound=bound)


def _of_iteration(problem: Problem, part: Part, it: Iteration, scope: Scope, kind: str, shape: E.Shape) -> Wanted:
    """What an answer about an iteration looks like: a state, a step size, named entries, or an expression."""
    wanted = Wanted(scope, scope.asked or "", shape, condition=kind == "condition", supremum=part.ask == "stability")
    if part.ask in ("limit", "iterate") and it.output is None and not shape:
        wanted = replace(wanted, shape=problem.symbols[it.over].shape)
    if part.ask in ("limit", "iterate") and it.output is not None and it.output.op == "vec":
        return replace(wanted, entries=it.output.args)
    if part.ask == "best-rate":
        return replace(wanted, unknowns=tuple(part.choose))
    if part.ask == "best-step" and len(part.choose) > 1:
        return replace(wanted, entries=tuple(E.sym(n) for n in part.choose))
    if part.ask == "eigenvalues" and part.eigenvalues:
        generic, first, second = (E.sym(n) for n in part.eigenvalues)
        of = {"sum": E.add(first, second), "product": E.mul(first, second), "discriminant": E.power(E.sub(first, second), E.TWO)}
        return replace(wanted, entries=tuple(of[q] for q in part.quantities), eigenvalue=str(generic.data), quantities=part.quantities)
    return wanted


UNTIED = "untied"


def untied(key: Key) -> Key:
    """The key for an answer that supposes that no two entries tie: without the instances in which they do."""
    found = key.cache.get(UNTIED)
    if not isinstance(found, Key):
        found = key.cache[UNTIED] = replace(key, edges=tuple(ws for ws in key.edges if ws.kind != "ties"), cache={UNTIED: True})
    assert isinstance(found, Key)
    return found if (found.proof, found.memo) == (key.proof, key.memo) else replace(found, proof=key.proof, memo=key.memo)


def not_gradable(key: Key) -> str:
    """Why answers to this part cannot be judged; empty where they can."""
    if isinstance(key.outcome, NotDerived) and key.truth is None:
        return f"There is no key: {key.outcome.reason}"
    if key.certificate is not None and not key.certificate.holds:
        failed = "; ".join(f"{e.check}: {e.detail}" for e in key.certificate.failures()) or "nothing could be checked"
        return f"The key is not certified, so grading is blocked. {failed}"
    return ""
