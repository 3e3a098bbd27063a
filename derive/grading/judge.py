"""Expr x Key -> Judgement: by optimality and value, never by spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from derive.derivation.certify_worlds import near_boundary
from derive.grading.decimals import Shown, compare_rounded, shown_entries
from derive.grading.direct import lane
from derive.grading.keys import UNTIED, Key, kept
from derive.grading.numeric import judge_numerically
from derive.grading.objective_gaps import optimality
from derive.grading.proof import proof_of
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.algebra import NormalForms
from derive.maths.entrywise import by_arrays
from derive.maths.equality import (
    Different,
    Equal,
    Tally,
    Unknown,
    Witness,
    agree,
    agrees,
    same_exactly,
    show_value,
)
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, Value, World, compare, exact, flatten, value_at
from derive.maths.expr import Expr, shape_text
from derive.maths.standard import Standard, Together
from derive.maths.thresholds import MOST, sets_beside, threshold_pairs
from derive.maths.truths import OPEN, Truths
from derive.maths.worlds import WorldSet, describe, relevant
from derive.maths.write import plain


def judge(answer: Expr, key: Key, approximate: bool = False) -> Judgement:
    """Judge one expression against the key of a part, or against the numerical truth where there is no key."""
    if key.truth is not None:
        return judge_numerically(answer, key, approximate)
    right = lane(key).of_tree(answer) if not approximate and _of_declared_sizes(answer, key) else None
    if right is not None:  # what says why is worked out when it is looked at
        return Judgement.later(partial(_judged, answer, key, approximate), verdict=Verdict.CORRECT if right else Verdict.INCORRECT)
    return _judged(answer, key, approximate)


def _of_declared_sizes(answer: Expr, key: Key) -> bool:
    """Whether every vector in an answer has a length that the statement declares: (g_1, ..., g_m) is not g."""
    return not E.has(answer, "comp") or all(d in key.problem.dims for x in E.walk(answer) for d in x.shape if isinstance(d, str))


def _judged(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """The judgement with its reason, evidence and witness."""
    if not key.memo:
        return _JUDGES[key.derivation.kind](answer, key, approximate)
    known: dict[tuple[Expr, bool], Judgement] = kept(key, f"judged:{key.proof}", dict)
    found = known.get((answer, approximate))
    if found is None:
        found = _JUDGES[key.derivation.kind](answer, key, approximate)
        if len(known) >= _MOST_JUDGED:
            known.clear()
        known[answer, approximate] = found
    return found


_MOST_JUDGED = 5_000
"""Expressions whose judgement is remembered with a key."""


def _fits_shape(answer: Expr, key: Key) -> Judgement | None:
    """A judgement if the shape is wrong, else None. A row stands for the vector of its entries."""
    wanted = key.wanted.shape
    got = E.as_column(answer).shape
    if len(got) == len(wanted) and all(isinstance(a, str) or isinstance(b, str) or a == b for a, b in zip(got, wanted, strict=True)):
        # Two declared dimensions are two sizes; a name of the text's own may stand for either.
        differ = {frozenset((a, b)) for a, b in zip(got, wanted, strict=True) if a != b and isinstance(a, str) and isinstance(b, str)}
        if any(isinstance(a, str) != isinstance(b, str) for a, b in zip(got, wanted, strict=True)) or any(d <= key.problem.dims for d in differ):
            return Judgement(Verdict.INCORRECT, f"The answer is {shape_text(got)}; {shape_text(wanted)} is asked.", "proved",
                             Witness({}, shape_text(got), shape_text(wanted)), "wrong shape")
        return None
    required, asked = key.derivation.answer, key.part.counted or key.part.quantities
    if not got and required is not None and required.op == "vec" and len(asked) == len(required.args):  # one of several counts
        right = [what for what, e in zip(asked, required.args, strict=True) if isinstance(agree(answer, e, [*key.generic, *key.edges]), Equal)]
        if right:
            missing = [what for what in asked if what not in right]
            return Judgement(Verdict.PARTIAL, f"It is the {' and the '.join(right)}; {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} asked, too.")
    return Judgement(Verdict.INCORRECT, f"The answer is {shape_text(got)}; {shape_text(wanted)} is asked.", "proved",
                     Witness({}, shape_text(got), shape_text(wanted)), "wrong shape")


# ------------------------------------------------------------------------------------------ minimisers

def _point(answer: Expr, key: Key, approximate: bool) -> Judgement:
    name = key.wanted.asked
    if name in E.symbols_in(answer):
        return Judgement(Verdict.INCORRECT, f"The answer still contains the unknown {name}: it restates the question.", "proved",
                         diagnosis="restatement")
    if E.is_number(answer, 0) and key.wanted.shape:
        answer = E.zeros(*key.wanted.shape)
    bad = _fits_shape(answer, key)
    if bad is not None:
        return bad
    written = E.as_column(answer)
    answer = by_arrays(written)
    d = key.derivation
    tally = Tally()
    found: Equal | Different | Unknown | None = None
    if d.answer is not None and d.unique in ("always", "generic"):
        _together(key).evaluate(answer)
        found = agrees(answer, generic_standard(key), tally, proof=key.proof != "never")
        if isinstance(found, Unknown):
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {found.why}.")
        if isinstance(found, Different):
            if d.unique == "always" and found.defined:  # another point is not optimal: the objective is only shown
                return Judgement.later(partial(_other_point, answer, key, found), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")
            refuted = _refuted(answer, key, found)
            if refuted is not None:
                return refuted
    edges = _at_edges(answer, _beside_standard(written, key, 2), key, found.strength == "proved") if isinstance(found, Equal) else (
        _Edges(0, 0, _every_edge(written, key)))
    if edges.other is not None:
        return _not_optimal(partial(_shown, answer, key, edges.other))
    checked, undefined = edges.same, edges.undefined
    for w in edges.tried:
        if isinstance(found, Equal) and _is_key_point(answer, key, w):
            checked += 1
            continue
        try:
            outcome = shortfall(answer, key, w)
        except Undefined:
            undefined += 1
            continue
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if outcome is not None:
            return _not_optimal(outcome)
        checked += 1
    strength, how = _proof(answer, key, found)
    note = f" It is undefined at {undefined} of the instances with zeros (which does not refute it)." if undefined else ""
    return Judgement(Verdict.CORRECT, f"It is optimal on {found.detail if isinstance(found, Equal) else 'generic instances'}; and on {checked} instances with "
                     f"zeros and ties.{how}{note}", strength)


def generic_standard(key: Key) -> Standard:
    """The key's answer in generic worlds."""
    return kept(key, "generic", lambda: Standard(_required(key), key.generic))


def _edge_standard(key: Key) -> Standard:
    """The key's answer in worlds with zeros and with ties."""
    return kept(key, "edges", lambda: Standard(_required(key), key.edges))


def _together(key: Key) -> Together:
    """Generic worlds, those with zeros and ties, and those beside the key's own thresholds."""
    return kept(key, "together", lambda: Together(_required(key), (generic_standard(key), _edge_standard(key), _beside_standard(_required(key), key, 2))))


def _required(key: Key) -> Expr:
    assert key.derivation.answer is not None
    return key.derivation.answer


def _is_key_point(answer: Expr, key: Key, w: World) -> bool:
    """Whether the answer is exactly the key's point in a world, and so optimal there."""
    try:
        point = value_at(answer, w)
        return point is not None and same_exactly(point, exact(_required(key), w))
    except (Undefined, NotEvaluable):
        return False


def _every_edge(answer: Expr, key: Key) -> list[World]:
    """A few worlds of each size with zeros and with ties, and those on and beside the thresholds."""
    out = [w for ws in key.edges for w in ws.worlds[:_MOST_EDGES]] + [w for ws in key.generic for w in ws.worlds[-1:]]
    return out + [w for ws in _beside(answer, key, 2) for w in ws.worlds[:_MOST_BESIDE]]


class _Edges(NamedTuple):
    """In how many worlds an answer is optimal, in how many it has no value, those that are left to be tried, and one in which it is not optimal."""

    same: int
    undefined: int
    tried: list[World]
    other: World | None = None


def _at_edges(answer: Expr, thresholds: Standard, key: Key, proved: bool) -> _Edges:
    """The worlds with zeros and with ties, and those beside the thresholds: what float64 settles in them.

    One world of each kind is tried exactly, unless the answer is proved to be the key's or float64 is exact there.
    """
    same, undefined, tried = 0, 0, list[World]()
    for standard, most in ((_edge_standard(key), _MOST_EDGES), (thresholds, _MOST_BESIDE)):
        whole = standard.whole(answer) if standard.sets else None
        if whole is not None:  # most often all of them agree
            there = standard.first(most)
            fine = whole.near[there]
            if not proved or not fine.all():
                fine = whole.certain.same[there] | (fine if proved else fine & ~standard.chosen[there])
                without = whole.certain.undefined[there]
                undefined += int(without.sum())
                certain = optimality(answer, key, standard) if not (fine | without).all() else None
                if certain is not None:
                    if certain.other[there].any():
                        return _Edges(0, 0, [], standard.worlds[there[certain.other[there]][0]])
                    fine = fine | certain.optimal[there]
                tried += [standard.worlds[j] for j in there[~(fine | without)]]
            same += int(fine.sum())
            continue
        gaps = standard.differences(answer)
        for k, ws in enumerate(standard.sets):
            try:
                gap = next(gaps)
            except NotEvaluable:
                gap, gaps = None, iter([None] * len(standard.sets))
            if gap is None:
                tried += ws.worlds[:most]
                continue
            fine = gap.near[:most].copy()
            if not proved:
                fine[[i for set, i in standard.places if set == k and i < most]] = False
            same += int(fine.sum())
            tried += [w for w, settled in zip(ws.worlds, fine, strict=False) if not settled]
    return _Edges(same, undefined, tried)


def _beside(answer: Expr, key: Key, sizes: int) -> tuple[WorldSet, ...]:
    return _beside_standard(answer, key, sizes).sets


def _beside_standard(answer: Expr, key: Key, sizes: int) -> Standard:
    """Worlds on and beside the thresholds of an answer by pieces, and of the key; made once for the same thresholds."""
    required = _required(key) if key.derivation.answer is not None else E.ZERO
    if key.cache.get(UNTIED) is True:
        return kept(key, "beside nothing", lambda: Standard(required, ()))
    pairs = tuple(dict.fromkeys((*threshold_pairs([answer]), *kept(key, "thresholds", lambda: threshold_pairs([required])))))[:MOST]
    made: dict[object, Standard] = kept(key, "beside", dict)
    found = made.get((sizes, pairs))
    if found is None:
        when = key.program.when if key.program is not None else ()
        found = Standard(required, [replace(ws, kind="threshold") for ws in sets_beside(pairs, key.generic[:sizes], key.problem.symbols, when)])
        if len(made) < _MOST_KEPT:
            made[sizes, pairs] = found
    return found


_MOST_EDGES = 3
"""Worlds with zeros, or with ties, of one size in which optimality is tested."""
_MOST_BESIDE = 40
"""Worlds of one size beside thresholds in which optimality is tested."""
_MOST_KEPT = 200
"""Sets of thresholds of answers that are remembered with a key."""


def _readable_first(sets: Sequence[WorldSet]) -> list[WorldSet]:
    """Small instances with more than one entry make the best witnesses."""
    return sorted(sets, key=lambda ws: abs(max(ws.batch.dims.values(), default=2) - 2))


def _other_point(answer: Expr, key: Key, found: Different) -> Judgement:
    """The judgement of a point that differs from the unique optimum, with its objective where that can be worked out."""
    shown = _refuted(answer, key, found)
    if shown is not None and shown.verdict is Verdict.INCORRECT:
        return shown
    return Judgement(Verdict.INCORRECT, "It differs from the optimum, which is unique.", "proved", found.witness)


def _refuted(answer: Expr, key: Key, found: Different) -> Judgement | None:
    """A difference from the key point refutes only if the objective says so too.

    None: another minimiser (in an instance with numbers given, where zeros or ties leave several).
    """
    shown = [*(w for ws in _readable_first(key.generic) for w in ws.worlds[:4]), found.world]
    certain = optimality(answer, key, generic_standard(key))
    if certain is not None:
        place = generic_standard(key).place
        for w in shown:
            if certain.other[place[id(w)]]:
                return _not_optimal(partial(_shown, answer, key, w))
    for w in shown:
        try:
            outcome = shortfall(answer, key, w)
        except Undefined:
            return Judgement(Verdict.INCORRECT, "It is undefined where an update is required.", "proved", found.witness)
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if outcome is not None:
            return _not_optimal(outcome)
    if key.derivation.unique == "always":
        return Judgement(Verdict.INCORRECT, "It differs from the optimum, which is unique.", "proved", found.witness)
    return None


def _shown(answer: Expr, key: Key, w: World) -> Witness:
    """The witness in a world in which float64 with its bound showed that the point is not optimal."""
    found = shortfall(answer, key, w)
    assert found is not None
    return found()


def attains(answer: Expr | Mapping[str, Expr], key: Key, w: World) -> Witness | None:
    """None if the answer is feasible and optimal in this world (exactly), else the witness against it.

    answer: of the unknown that is asked (others stand at the derived optimum), or of each unknown by name.
    """
    found = shortfall(answer, key, w)
    return None if found is None else found()


def _not_optimal(shown: Callable[[], Witness]) -> Judgement:
    def whole() -> Judgement:
        witness = shown()
        return Judgement(Verdict.INCORRECT, witness.note, "proved", witness)

    return Judgement.later(whole, verdict=Verdict.INCORRECT, strength="proved", diagnosis="")


def shortfall(answer: Expr | Mapping[str, Expr], key: Key, w: World) -> Callable[[], Witness] | None:
    """As attains, with the witness to be made when it is shown."""
    program, d = key.program, key.derivation
    assert program is not None and d.value is not None
    points = dict(answer) if not isinstance(answer, Expr) else {**d.point, key.wanted.asked: answer}
    values = {n: exact(e, w) for n, e in points.items()}
    at = World({**w.values, **values}, w.dims, w.kind)

    def witness(note: str) -> Witness:
        shown = describe(w, [n for n in relevant(w, program.objective, *points.values(), *program.constraints) if n not in points])
        if isinstance(answer, Expr):
            point, wanted = values[key.wanted.asked], value_at(d.answer, w) if d.answer is not None else None
        else:
            point, wanted = [values[n] for n, _ in d.outputs if n in values], [value_at(e, w) for n, e in d.outputs if n in values]
        return Witness(shown, show_value(point), None if wanted is None else show_value(wanted), note)

    for c in program.constraints:
        if not all(flatten(exact(c, at))):
            return lambda: witness("It violates the constraint.")
    value, best = exact(program.objective, at), exact(d.value, w)
    if same_exactly(value, best):
        return None
    better = "larger" if program.sense == "min" else "smaller"
    return lambda: witness(f"It is not optimal: there the objective is {show_value(value)}, {better} than the optimal {show_value(best)}.")


# ------------------------------------------------------------------------------------------ expressions

def _expression(answer: Expr, key: Key, approximate: bool) -> Judgement:
    required = key.derivation.answer
    assert required is not None
    if key.wanted.asked and key.wanted.asked in E.symbols_in(answer) and not key.wanted.label:
        return Judgement(Verdict.INCORRECT, f"The answer still contains {key.wanted.asked}, which is asked: it restates the question.",
                         "proved", diagnosis="restatement")
    bad = _fits_shape(answer, key)
    if bad is not None:
        return bad
    written = E.as_column(answer)
    answer = by_arrays(written)
    shown = shown_entries(answer, approximate)
    constant = _constant(key)
    if shown is not None and constant is not None:
        return _rounded(shown, constant, answer, key)
    if constant is not None and not E.symbols_in(answer):
        settled = _as_constant(answer, constant, key)
        if settled is not None:
            return settled
    tally = Tally()
    found = agrees(answer, kept(key, "worlds", lambda: Standard(required, [*key.generic, *key.edges])), tally, proof=key.proof != "never")
    beside = _beside_standard(written, key, 3) if isinstance(found, Equal) else None
    if beside is not None and beside.sets:
        found = agrees(answer, beside, tally)
    if isinstance(found, Unknown):
        return Judgement(Verdict.UNDECIDED, f"It could not be decided: {found.why}.")
    if isinstance(found, Different):
        return Judgement.later(lambda: _another_value(found.witness), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")
    strength, how = _proof(answer, key, found)
    return Judgement(Verdict.CORRECT, f"It equals the required value on {found.detail}.{how}", strength)


def _proof(answer: Expr, key: Key, found: object) -> tuple[str, str]:
    """The strength of an agreement, and how it is proved where a proof is demanded."""
    strength = found.strength if isinstance(found, Equal) else "measured"
    if key.proof != "always" or strength == "proved" or not isinstance(found, Equal):
        return strength, ""
    how = proof_of(answer, _required(key), key)
    return ("proved", f" It is proved: {how}.") if how else (strength, " No proof of it was found.")


def _as_constant(answer: Expr, constant: Value, key: Key) -> Judgement | None:
    """The judgement of numbers beside numbers, where all are rational: nothing else can differ."""
    w = key.generic[0].worlds[0]
    try:
        value = value_at(answer, w)
    except NotEvaluable:
        return None
    if value is None or not all(isinstance(v, Fraction) for v in (*flatten(value), *flatten(constant))):
        return None
    if same_exactly(value, constant):
        return Judgement(Verdict.CORRECT, "It equals the required value exactly.", "proved")
    found = Different(w, answer, _required(key))
    return Judgement.later(lambda: _another_value(found.witness), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")


def _another_value(w: Witness) -> Judgement:
    return Judgement(Verdict.INCORRECT, f"Its value is {_text(w.submitted)} where {_text(w.required)} is required{_where(w)}.", "proved", w)


def _text(v: object) -> str:
    return "(" + ", ".join(map(str, v)) + ")" if isinstance(v, list) else str(v)


def _where(w: Witness) -> str:
    inside = ", ".join(f"{k} = {_text(v)}" for k, v in w.at.items())
    return f" at {inside}" if inside and len(inside) < 200 else ""


def _constant(key: Key) -> Value | None:
    """The value of the key where everything in it is given; None where it depends on free symbols."""
    if "constant" not in key.cache:
        required = key.derivation.answer
        assert required is not None
        free = any(key.problem.symbols[n].given is None for n in E.symbols_in(required) if n in key.problem.symbols)
        open_dims = any(x.op == "dim" or any(isinstance(d, str) for d in x.shape) for x in E.walk(required))
        key.cache["constant"] = None if free or open_dims or not key.generic else exact(required, key.generic[0].worlds[0])
    return key.cache["constant"]


def _rounded(shown: list[Shown], constant: Value, answer: Expr, key: Key) -> Judgement:
    values = flatten(constant)
    outcome = compare_rounded(shown, values, key.part.digits)
    if outcome.fits:
        return Judgement(Verdict.CORRECT, "Every decimal is the required value, correctly rounded at the digits shown.", "proved")
    if outcome.short:
        return Judgement(Verdict.UNDECIDED, f"The decimals are too short to tell: at least {key.part.digits} significant digits are needed.")
    i = outcome.wrong or 0
    given = [plain(x) for x in (answer.args if answer.op == "vec" else (answer,))]
    where = f"entry {i + 1}" if len(values) > 1 else "it"
    witness = Witness({}, given if len(values) > 1 else given[0], [show_value(v) for v in values] if len(values) > 1 else show_value(values[0]),
                      f"{where}: {show_value(values[i])} does not round to what is written")
    return Judgement(Verdict.INCORRECT, f"The required value {show_value(values[i])} does not round to {where} as written.", "proved",
                     witness, "rounding" if _near(shown[i], values[i]) else "")


def _near(shown: Shown, v: Value) -> bool:
    """Whether a decimal is off by less than a thousandth: a rounding slip rather than another number."""
    s = shown.value
    return compare(abs(s - v) * 1000 if isinstance(v, Fraction) else abs(float(s) - float(v)) * 1000, abs(v)) < 0


# ------------------------------------------------------------------------------------------ conditions

def _condition(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """A condition is right iff it is true exactly where the required one is, tested on both sides of the boundary."""
    required = key.derivation.answer
    assert required is not None
    if answer.op not in E.CONDITIONS:
        return Judgement(Verdict.UNREADABLE, "An inequality or a range is asked.")
    seen = {True: 0, False: 0}
    sides = kept(key, "boundary", lambda: _sides(key, required))
    if _same_relation(answer, required):
        certain = np.array([want for _, want in sides], dtype=np.int8)
    else:
        certain = kept(key, "boundary truths", lambda: Truths([w for w, _ in sides])).of(answer)
    order = sorted(range(len(sides)), key=lambda j: certain[j] == OPEN)  # what float64 tells comes first
    for j in order:
        w, want = sides[j]
        try:
            got = bool(certain[j]) if certain[j] != OPEN else bool(exact(answer, w))
        except Undefined:
            continue
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if got != want:
            witness = Witness(describe(w, relevant(w, answer, required)), _holds(got), _holds(want))
            return Judgement(Verdict.INCORRECT, f"It {_holds(got)} where the required condition {_holds(want)}{_where(witness)}.",
                             "proved", witness)
        seen[want] += 1
    if not sum(seen.values()):
        return Judgement(Verdict.UNDECIDED, "No instance could be evaluated.")
    return Judgement(Verdict.CORRECT, f"It holds and fails where it must, on {seen[True]} instances inside, {seen[False]} outside, "
                     "and at the boundary and within 2^-60 of it.", "measured")


def _same_relation(a: Expr, b: Expr) -> bool:
    """Whether one comparison, or its mirror image, has sides with the normal forms of the other's."""
    if a.op != "rel" or b.op != "rel":
        return False
    if a.data != b.data:
        a = Expr("rel", a.args[::-1], a.shape, _MIRRORED.get(a.data, ""))
    forms = NormalForms(places=True)
    return a.data == b.data and all(x == y or (forms.of(x) is not None and forms.of(x) == forms.of(y)) for x, y in zip(a.args, b.args, strict=True))


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _sides(key: Key, required: Expr) -> list[tuple[World, bool]]:
    """The worlds at the boundary of the required condition, and whether it holds there."""
    out = []
    for w in boundary_worlds(key, required):
        w.known = {}
        try:
            out.append((w, bool(exact(required, w))))
        except (Undefined, NotEvaluable):
            continue
    return out


def _holds(v: bool) -> str:
    return "holds" if v else "fails"


def boundary_worlds(key: Key, condition: Expr) -> list[World]:
    """Worlds on, just beside and far from the boundary of a condition."""
    on = key.derivation.extra.get("on")
    out: list[World] = []
    if on is None:
        out = near_boundary(key.problem, condition, [*key.generic, *key.edges])
        return out + _at_equality(condition, [*key.generic, *key.edges])
    ends = [e for e in (key.derivation.extra.get("lower"), key.derivation.extra.get("upper")) if isinstance(e, Expr)]
    tiny = Fraction(1, 2**60)
    for ws in key.generic:
        for w in ws.worlds[:4]:
            for e in ends:
                try:
                    edge = exact(e, w)
                except (Undefined, NotEvaluable):
                    continue
                if not isinstance(edge, Fraction):
                    continue
                scale = abs(edge) or Fraction(1)
                for shift in (Fraction(0), tiny, -tiny, Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 2), Fraction(-1, 2),
                              Fraction(1), Fraction(5)):
                    value = edge + shift * scale
                    if value > 0 or key.problem.symbols[on].domain not in ("positive",):
                        out.append(World({**w.values, on: value}, w.dims, w.kind))
    return out


def _at_equality(condition: Expr, sets: Sequence[WorldSet]) -> list[World]:
    """Worlds in which a scalar on one side of lhs <= rhs is set so that both sides are equal."""
    if condition.op != "rel":
        return []
    out = []
    for ws in sets:
        for w in ws.worlds[:3]:
            for name in sorted(E.symbols_in(condition)):
                if isinstance(w.values.get(name), Fraction):
                    out += _balanced(condition, w, name)
    return out


def _balanced(condition: Expr, w: World, name: str) -> list[World]:
    """Solve lhs = rhs for one scalar where the ratio of the sides is a power of it (as 1/alpha)."""
    try:
        a, b = (exact(x, w) for x in condition.args)
        double = World({**w.values, name: w.values[name] * 2}, w.dims, w.kind)
        a2, b2 = (exact(x, double) for x in condition.args)
        if not all(isinstance(v, Fraction) and v for v in (a, b, a2, b2)):
            return []
        growth = (a2 / b2) / (a / b)
        factor = {Fraction(2): b / a, Fraction(1, 2): a / b}.get(growth)
    except (Undefined, NotEvaluable):
        return []
    if factor is None:
        return []
    tiny = 1 + Fraction(1, 2**60)
    return [World({**w.values, name: w.values[name] * factor * k}, w.dims, w.kind) for k in (Fraction(1), tiny, 1 / tiny)]


# ------------------------------------------------------------------------------------------ norms

def _norm(answer: Expr, key: Key, approximate: bool) -> Judgement:
    from derive.grading.norms import judge_norm

    return judge_norm(answer, key)


_JUDGES: dict[str, Callable[[Expr, Key, bool], Judgement]] = {
    "point": _point, "expression": _expression, "condition": _condition, "norm": _norm,
}

