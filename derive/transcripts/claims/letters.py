"""Letters that a conversation introduces: what they must be, world by world.

Each equation in which a letter is the only unknown thing says what it is there. What introduces it (the letter
alone on one side, behind "let" or the like, or before all else that is said of it) stands above all that follows from
other statements, however many they are; among definitions, and where there is none, the value that most agree on is the letter's. An equation that
speaks of the unknown itself counts twice, a definition by the unknown three times. The links of one chain are one statement: whatever value fits
the letter into one of them fits it into the others. What no other statement says of a letter is no evidence for a claim about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, Value, World, compare, exact, flatten, s_add, s_div, s_mul
from derive.maths.expr import Expr
from derive.transcripts.claims.families import Family, Moment, total
from derive.transcripts.claims.language import LETTER, SUM

RATE = "\\eta"  # the step size, by its usual letter
RULE = "the rule of the update"  # what makes it that
Values = tuple[Value, ...]


@dataclass(frozen=True)
class Equation:
    """left = right as a conversation states it; letters: undeclared ones in it; source: which link it is; anchored: it holds the unknown;
    introduces: the words before it say that it defines, or it is the first to speak of its letter; statement: the chain that the link is of."""

    left: Expr
    right: Expr
    letters: frozenset[str]
    source: str
    anchored: bool
    introduces: bool = False
    statement: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a letter is in each moment of a family; sources: the links that say so; statements: the chains that they are of; rivals: those that say another thing;
    introduced: one of them introduces it; firm: one is the first to speak of it, or they are several."""

    values: Values
    sources: frozenset[str]
    statements: frozenset[str]
    rivals: frozenset[str]
    introduced: bool
    firm: bool


@dataclass
class _Group:
    """Links that give a letter the same values: by chain, how much the heaviest of its links weighs (first as a definition, then as a statement)."""

    values: Values
    sources: set[str]
    weights: dict[str, tuple[int, int]]
    first: bool = False  # one of them is the first to speak of the letter

    def add(self, q: Equation, weight: tuple[int, int]) -> None:
        """One more link: those of one chain follow from each other by whatever fits the letter, so that a chain counts once."""
        self.sources.add(q.source)
        self.first = self.first or q.introduces
        self.weights[q.statement] = max(weight, self.weights.get(q.statement, weight))

    def weight(self) -> tuple[int, int]:
        return sum(a for a, _ in self.weights.values()), sum(b for _, b in self.weights.values())


def value(e: Expr, m: Moment, letters: Mapping[str, Value]) -> Value:
    """The exact value of a side in a moment. Raises Undefined or NotEvaluable."""
    extra = {f"{LETTER}{k}": v for k, v in letters.items()}
    if any(x.op == "sym" and str(x.data).startswith(SUM) for x in E.walk(e)):
        e, sums = _summed(e, m, letters)
        extra |= sums
    return exact(e, World({**m.world.values, **extra}, m.world.dims, m.world.kind))


def _summed(e: Expr, m: Moment, letters: Mapping[str, Value]) -> tuple[Expr, dict[str, Value]]:
    """Sums over the steps as symbols with their values."""
    names: dict[Expr, Expr] = {}
    values: dict[str, Value] = {}
    for x in set(E.walk(e)):
        if x.op == "sym" and str(x.data).startswith(SUM):
            kind, _, first = str(x.data)[len(SUM) :].partition(":")
            worlds = (m.past if kind == "past" else m.whole())[int(first) :]
            if kind == "whole" and not worlds:
                raise NotEvaluable("a sum over all steps where the steps are not constant")
            name = f"{SUM}{len(names)}"
            names[x] = E.sym(name)
            values[name] = total(x.args[0], worlds)
    return E.replace(e, names), values


def letters_in(e: Expr) -> frozenset[str]:
    """Undeclared letters that stand in an expression."""
    return frozenset(str(x.data)[len(LETTER) :] for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(LETTER))


def meaning(letter: str, equations: Iterable[Equation], family: Family) -> Meaning | None:
    """What a letter is in a family, by the equations for it; None where none of them determines it."""
    key = ("meaning", letter)
    if key in family.cache:
        return family.cache[key]  # type: ignore[return-value]
    family.cache[key] = None  # while it is worked out: no letter is explained by itself
    groups: list[_Group] = []
    unsolved: list[tuple[Equation, dict[str, Values]]] = []
    for q in sorted((q for q in equations if letter in q.letters), key=lambda q: len(q.letters)):
        direct = defines(q, letter) and letter != RATE  # the step size is what makes the rule the update, whatever it is said to be
        if len(q.letters) > 1 and not direct and any(len(p.letters) == 1 and p.source in g.sources for g in groups for p in equations):
            continue  # what says it without other letters goes first
        known = {n: meaning(n, equations, family) for n in sorted(q.letters - {letter})}
        if any(v is None for v in known.values()):
            continue
        others = {n: v.values for n, v in known.items() if v is not None}
        found = _solved(q, letter, family, others)
        if found is None:
            unsolved.append((q, others))
            continue
        group = next((g for g in groups if same_exactly(list(g.values), list(found))), None)
        if group is None:
            groups.append(group := _Group(found, set(), {}))
        group.add(q, (direct * (1 + 2 * q.anchored), 1 + q.anchored + (q.anchored and direct)))
    groups.sort(key=_Group.weight, reverse=True)
    out = None
    if groups and (len(groups) == 1 or groups[0].weight() > groups[1].weight()):
        rivals = {n for g in groups[1:] for n in g.weights}
        introduced = groups[0].weight()[0] > 0 or RULE in groups[0].weights
        rivals |= {q.statement for q, others in unsolved if not _may_hold(q, family, {**others, letter: groups[0].values})}
        out = Meaning(groups[0].values, frozenset(groups[0].sources), frozenset(groups[0].weights), frozenset(rivals), introduced,
                      introduced or groups[0].first or len(groups[0].weights) > 1)
    family.cache[key] = out
    return out


def _may_hold(q: Equation, family: Family, known: Mapping[str, Values]) -> bool:
    """Whether an equation of which no root is found holds in a family with the values of its letters, or has no value there."""
    for k, m in enumerate(family.moments):
        at = {n: v[k] for n, v in known.items()}
        try:
            a, b = flatten(value(q.left, m, at)), flatten(value(q.right, m, at))
        except (Undefined, NotEvaluable, ZeroDivisionError, TypeError, ValueError, OverflowError):
            return True
        if len(a) != len(b) or any(compare(x, y) != 0 for x, y in zip(a, b, strict=True)):
            return False
    return True


def defines(q: Equation, letter: str = "") -> bool:
    """Whether an equation introduces a letter (one of its own where none is named): it, or its entry, on one side and something without it on the other."""
    if not letter:
        return any(defines(q, n) for n in q.letters)
    return q.introduces and any(_is(a, letter) and letter not in letters_in(b) and not E.is_number(b, 0) for a, b in ((q.left, q.right), (q.right, q.left)))


def _is(e: Expr, letter: str) -> bool:
    e = e.args[0].args[0] if e.op == "comp" and e.args[0].op == "at" else e
    return e.op == "sym" and e.data == f"{LETTER}{letter}"


def _solved(q: Equation, letter: str, family: Family, known: Mapping[str, Values]) -> Values | None:
    out: list[Value | None] = []
    said = next((b for a, b in ((q.left, q.right), (q.right, q.left)) if a.op == "sym" and a.data == f"{LETTER}{letter}" and letter not in letters_in(b)), None)
    for k, m in enumerate(family.moments):
        at = {n: v[k] for n, v in known.items()}
        try:
            out.append(value(said, m, at) if said is not None else _root(q, letter, m, at))
        except (Undefined, NotEvaluable, ZeroDivisionError, TypeError, ValueError, OverflowError):
            return None
        if out[-1] is None:
            return None
    return tuple(out) if out else None


def _root(q: Equation, letter: str, m: Moment, known: Mapping[str, Value]) -> Value | None:
    """The one value of the letter that satisfies an equation affine in it."""
    shape = next(x.shape for e in (q.left, q.right) for x in E.walk(e) if x.op == "sym" and x.data == f"{LETTER}{letter}")
    size = 0
    if shape:
        size = shape[0] if isinstance(shape[0], int) else m.world.dims[shape[0]]

    def gap(k: Fraction) -> list[Value]:
        at: Value = [k] * size if size else k
        a, b = (flatten(value(e, m, {**known, letter: at})) for e in (q.left, q.right))
        if len(a) != len(b):
            raise ValueError("shapes")
        return [s_add(x, s_mul(Fraction(-1), y)) for x, y in zip(a, b, strict=True)]

    roots = _affine(gap(Fraction(1)), gap(Fraction(2)), gap(Fraction(3)))
    if roots is None:  # affine in 1/x, as -(1/(2x)) g is
        inverse = _affine(gap(Fraction(1)), gap(Fraction(1, 2)), gap(Fraction(1, 3)))
        roots = [s_div(Fraction(1), r) for r in inverse] if inverse is not None else None
    if not roots or (size and len(roots) != size):
        return None
    if size:
        return roots
    return roots[0] if all(compare(r, roots[0]) == 0 for r in roots) else None


def _affine(one: list[Value], two: list[Value], three: list[Value]) -> list[Value] | None:
    """The zeros of entries that are affine, by their values at 1, 2 and 3; entries that vanish throughout say nothing."""
    roots: list[Value] = []
    for x, y, z in zip(one, two, three, strict=True):
        slope = s_add(y, s_mul(Fraction(-1), x))
        if compare(s_add(z, s_mul(Fraction(-1), y)), slope) != 0:
            return None
        if compare(slope, Fraction(0)) == 0:
            if compare(x, Fraction(0)) != 0:
                return None
            continue
        roots.append(s_add(Fraction(1), s_mul(Fraction(-1), s_div(x, slope))))
    return roots
