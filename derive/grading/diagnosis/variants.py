"""Right answers to changed questions: the same part with another penalty weight, norm, sense or without a step.

Nothing is typed in: each is derived by the rules from the changed statement, once a part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from derive.derivation.kept import kept_outcome
from derive.derivation.programs import positive_names, program_of
from derive.derivation.steps import Derivation
from derive.grading.diagnosis.alternatives import Alternatives, Told, alternatives
from derive.grading.diagnosis.sample import FAILS
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build, number
from derive.maths.norms import conjugate, dual_direction
from derive.maths.write import plain
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

SIDES = ("argmin", "argmax", "value", "limit", "dual", "count", "recurrence")
NORMS = (E.ONE, E.TWO, E.INF)
# What a rule may meet in a changed statement that it was never meant for: then there is no such variant.
CANNOT = (*FAILS, ValueError, ArithmeticError, NotImplementedError)


def _kept(key: Key, name: str, make: Callable[[Key], Iterator[Told]]) -> Alternatives:
    def run() -> Iterable[Told]:
        out: dict[Expr, Told] = {}
        shape = key.derivation.answer.shape if key.derivation.answer is not None else None
        found = make(key)
        while True:
            try:
                v = next(found)
            except StopIteration:
                break
            except CANNOT:  # the generator is over; what it gave before stands
                break
            if v.expr.shape == shape and v.expr != key.derivation.answer:
                out.setdefault(v.expr, v)
        return out.values()

    return alternatives(key, name, run)


def conventions(key: Key) -> Alternatives:
    """Other weights of the penalty: 1/s, s, s/2, 1/(2 s) for its scalar s; 1 and 1/2 where it is a number."""
    return _kept(key, "conventions", _conventions)


def opposite_sense(key: Key) -> Alternatives:
    """The maximiser for the minimiser, and the other way round."""
    return _kept(key, "sense", _sense)


def other_questions(key: Key) -> Alternatives:
    """Other norms, iterations without their last step, other parts of the problem."""
    return _kept(key, "variants", lambda k: _chain(k, _iterations, _programs_in_other_norms, _other_norms_in_the_key, _other_directions, _parts))


def _chain(key: Key, *makers: Callable[[Key], Iterator[Told]]) -> Iterator[Told]:
    for make in makers:
        try:
            yield from make(key)
        except CANNOT:
            continue


# ------------------------------------------------------------------------------------------ programs

def derived(key: Key, program: Program, part: Part | None = None) -> Expr | None:
    """The key of this part if its program were another one."""
    base = key.problem.base(key.part) if key.part.program is None else key.part
    new = replace(base, program=program)
    parts = tuple(new if p.id == base.id else p for p in key.problem.parts)
    asked = part or (new if key.part.id == base.id else key.part)
    # Its own identity and cache: what is known of the problem as stated is not true of this one.
    problem = replace(key.problem, id=f"{key.problem.id}/changed", parts=parts, cache={}, digest="")
    found = kept_outcome(problem, asked if part is None else replace(asked, program=program))
    return found.answer if isinstance(found, Derivation) else None


def _conventions(key: Key) -> Iterator[Told]:
    program = program_of(key.problem, key.part)
    if program is None or key.part.ask not in SIDES:
        return
    split = penalty(program, key.problem)
    if split is None:
        return
    weight, body, rest = split
    names = [n for n in sorted(E.symbols_in(weight)) if not key.problem.symbols[n].shape]
    if len(names) > 1 or len(E.symbols_in(weight)) != len(names):
        return
    scalar = E.sym(names[0]) if names else None
    sign = -1 if program.sense == "max" else 1
    twice = None if scalar is None else E.mul(E.TWO, scalar)
    stated = plain(weight if sign == 1 else simplify(E.neg(weight)))
    weights = (E.ONE, E.HALF) if scalar is None or twice is None else (
        E.div(E.ONE, scalar), scalar, E.div(E.ONE, twice), E.div(scalar, E.TWO))
    for w in weights:
        term = E.mul(w if sign == 1 else E.neg(w), body)
        answer = derived(key, replace(program, objective=E.add(rest, term)))
        if answer is not None:
            yield Told(answer, f"right for the penalty weight {plain(w)} in place of {stated}")


def penalty(program: Program, problem: Problem) -> tuple[Expr, Expr, Expr] | None:
    """(weight, penalised quantity, the rest) of an objective linear term + weight * ||u||^k; None for another form."""
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    normal = normal_form(program.objective, positive_names(problem))
    if normal is None or len(program.over) != 1:
        return None
    found: list[tuple[Expr, Expr]] = []
    rest: Normal = {}
    for (scalars, vectors), c in normal.items():
        mine = frozenset(pair for pair in scalars if u in set(E.walk(pair[0])))
        linear = len(mine) == 1 and all(a.op == "dot" and a.args.count(u) == 1 and k == number(E.ONE.data) for a, k in mine)
        if not mine or linear:
            rest[(scalars, vectors)] = c
        else:
            found.append((build({(scalars - mine, vectors): c}, E.SCALAR), build({(mine, frozenset()): E.ONE.data}, E.SCALAR)))
    if len(found) != 1 or not rest:
        return None
    return (*found[0], build(rest, E.SCALAR))


def _sense(key: Key) -> Iterator[Told]:
    program = program_of(key.problem, key.part)
    if program is None or key.derivation.kind != "point" or key.part.program is None:
        return
    turned = replace(program, sense="max" if program.sense == "min" else "min")
    asked = replace(key.part, ask="argmax" if key.part.ask == "argmin" else "argmin")
    answer = derived(key, turned, asked)
    if answer is not None:
        yield Told(answer, f"the {'maximiser' if program.sense == 'min' else 'minimiser'} in place of the "
                              f"{'minimiser' if program.sense == 'min' else 'maximiser'}")


def _programs_in_other_norms(key: Key) -> Iterator[Told]:
    program = program_of(key.problem, key.part)
    if program is None or key.part.ask not in SIDES:
        return
    u = E.sym(program.over[0], key.problem.symbols[program.over[0]].shape)
    if len(u.shape) != 1:
        return
    objective = E.replace(program.objective, {E.dot(u, u): E.power(E.norm(u, E.TWO), E.TWO)})
    statement = (objective, *program.constraints)
    present = list(dict.fromkeys(x for e in statement for x in E.walk(e) if x.op == "norm" and x.data == "p" and u in set(E.walk(x))))
    if len({x.args[1] for x in present}) != 1:
        return
    old = present[0].args[1]
    dual = conjugate(old, key.problem.symbols)
    for p in dict.fromkeys((dual, *NORMS)):
        if p == old:
            continue
        put = {x: E.norm(x.args[0], p) for x in present}
        answer = derived(key, replace(program, objective=E.replace(objective, put), constraints=tuple(E.replace(c, put) for c in program.constraints)))
        if answer is not None:
            kind = "dual norm" if p == dual else "another norm"
            yield Told(answer, f"{kind}: right for {plain(E.norm(u, p))} in place of {plain(present[0])}")


def _other_norms_in_the_key(key: Key) -> Iterator[Told]:
    answer = key.derivation.answer
    assert answer is not None
    if key.part.ask == "dual" and key.part.norm is not None and key.part.norm.op == "norm" and key.part.at is not None:
        g = E.sym(key.part.at, key.problem.symbols[key.part.at].shape)
        yield Told(E.norm(g, key.part.norm.args[1]), "dual norm: the norm itself stands where its dual is asked")
    norms = list(dict.fromkeys(x for x in E.walk(answer) if x.op == "norm" and x.data == "p"))
    for old in norms[:4]:
        dual = conjugate(old.args[1], key.problem.symbols)
        for p in dict.fromkeys((dual, *NORMS)):
            if p != old.args[1]:
                new = E.norm(old.args[0], p)
                kind = "dual norm" if p == dual else "another norm"
                yield Told(E.replace(answer, {old: new}), f"{kind}: {plain(new)} where {plain(old)} is required", _subject(old))
        if old.args[1] == E.ONE:
            yield Told(E.replace(answer, {old: E.total(old.args[0])}),
                          f"another norm: a sum without moduli where {plain(old)} is required")


def _subject(norm: Expr) -> str:
    return min(E.symbols_in(norm.args[0]), default="")


def _other_directions(key: Key) -> Iterator[Told]:
    """The key with a sign dropped, or another entry chosen; and the iterate in place of the update."""
    answer = key.derivation.answer
    assert answer is not None
    nodes = list(dict.fromkeys(E.walk(answer)))
    for x in nodes:
        if x.op == "fn" and x.data == "sign":
            put = x.args[0] if x.shape else E.ONE
            yield Told(E.replace(answer, {x: put}), f"missing {plain(x)}{f': {plain(put)} stands in its place' if x.shape else ''}")
    chosen = [x for x in nodes if x.op == "argopt" and x.data[0] == "argmax"]
    if chosen:
        yield Told(E.replace(answer, dict.fromkeys(chosen, E.ONE)), "the first entry in place of the largest")
        put_least = {x: x._replace(data=("argmin", x.data[1])) for x in chosen}
        yield Told(E.replace(answer, put_least), "another entry than the largest")
        for x in (n for n in nodes if n.op == "norm" and n.args[1] == E.INF):
            size = E.fn("abs", E.at(x.args[0], put_least[chosen[0]]))
            yield Told(E.replace(E.replace(answer, {x: size}), put_least), "the smallest entry in place of the largest")
            yield Told(E.replace(E.replace(answer, {x: E.fn("abs", E.at(x.args[0], E.ONE))}), dict.fromkeys(chosen, E.ONE)),
                          "the first entry in place of the largest")
    for name in key.wanted.iterates:
        theta = E.sym(name, answer.shape)
        yield Told(E.add(theta, answer), f"answers another question: the next iterate {plain(theta)} + {key.wanted.asked}, not {key.wanted.asked}")


# ------------------------------------------------------------------------------------------ iterations and parts

def _iterations(key: Key) -> Iterator[Told]:
    it, extra = key.problem.iteration, key.derivation.extra
    if key.part.ask != "limit" or it is None:
        return
    if isinstance(extra.get("inner"), tuple):
        yield Told(extra["inner"], "not converted back: this is the limit in rescaled coordinates")
    if it.rescale is not None:
        plainly = replace(key.problem, id=f"{key.problem.id}/changed", iteration=replace(it, rescale=None, features=None), cache={}, digest="")
        found = kept_outcome(plainly, key.part)
        if isinstance(found, Derivation) and found.answer is not None:
            yield Told(found.answer, "not rescaled: this is the limit of the plain iteration")
    if "constraint" in extra and it.start.op == "zeros":
        w, b = extra["constraint"]
        theta = E.sym(it.over, key.problem.symbols[it.over].shape)
        for p in NORMS:
            least = E.mul(E.div(b, E.norm(w, conjugate(p))), dual_direction(w, p))
            yield Told(least, f"another norm: this is the solution of least {plain(E.norm(theta, p))}")


def _parts(key: Key) -> Iterator[Told]:
    """Answers to the other parts of the problem."""
    for part in key.problem.parts:
        if part.id != key.part.id and part.ask in SIDES:
            found = kept_outcome(key.problem, part)
            if isinstance(found, Derivation) and found.answer is not None:
                yield Told(found.answer, f"answers another part: {part.id}")
