"""One link of a chain -> Judged: true, false with a witness, a definition, undecided or unreadable.

True if it holds in every world of a family that fits it; false only if it fails in every family that it can
be tested in. Letters of the conversation's own take the values that its other statements give them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, compare, flatten
from derive.maths.expr import Expr
from derive.transcripts.claims.families import Family, Moment
from derive.transcripts.claims.language import LETTER, Side, Unreadable
from derive.transcripts.claims.letters import Equation, letters_in, meaning, value
from derive.transcripts.claims.mending import spanning
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.own_definitions import defines_own, names_the_value
from derive.transcripts.claims.relations import (
    EQUALITIES,
    ORDER,
    against_every_letter,
    for_every_letter,
    for_no_letter,
    is_zero,
    related,
    spells_norm,
    witness_of,
)
from derive.transcripts.claims.scales import stretched
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of


@dataclass(frozen=True)
class Judged:
    """A verdict on a link, with its evidence.

    verdict: true, false, definition, undecided, unreadable; strength: proved or measured; family: where it was
    decided; read_as: both sides as they were read.
    """

    verdict: str
    reason: str
    strength: str = ""
    witness: dict[str, Any] | None = None
    family: str = ""
    sides: tuple[Expr, Expr] | None = None


@dataclass
class _Trial:
    """What became of a link in one family."""

    holds: bool | None  # None: it cannot be tested there
    why: str = ""
    witness: dict[str, Any] | None = None
    own: bool = False  # a letter in it has no other source than the formula itself
    rivals: bool = False  # and other statements give it another value
    against: bool = False  # other statements give a letter in it another value
    firm: bool = True  # not one later statement against another
    failed: bool = False  # in some instance
    tight: bool = False  # a comparison that holds as an equation
    letters: dict[str, Value] = field(default_factory=dict)


def judge_link(link: Link, setting: Setting, equations: Sequence[Equation] = (), case: Expr | None = None, small: bool = False) -> Judged:
    """Judge one link in a setting.

    case: a condition under which it is said, on the entries or on the instance; small: it is said of dimension one.
    A conversation repeats itself: a link is judged once a setting.
    """
    name = (link, bool(equations), case, small)
    if name not in setting.cache:
        setting.cache[name] = _judge(link, setting, equations, case, small)
    found = setting.cache[name]
    assert isinstance(found, Judged)
    return found


def _judge(link: Link, setting: Setting, equations: Sequence[Equation], case: Expr | None, small: bool) -> Judged:
    spanned = spanning(link.right) if link.op == "in" else None
    if spanned is not None and not (spanned[1] and _is_matrix(spanned[0], setting)):  # x in span(a): x is a multiple of a
        link = replace(link, op="parallel", right=spanned[0])
    families = setting.small if small else setting.families
    if link.op in ("=", ":=") and defines_own(link.left, link.right, setting.lang):
        return Judged("definition", "It says what a function is.")
    if link.op in ("=", ":=") and names_the_value(link.left, link.right, setting):
        return Judged("true", "It is the optimal value.", "measured", None, "optimum")
    several = _function(link, setting) if "," in link.left else None
    if several is not None:
        return several
    try:
        pairs = sides_of(link, setting)
    except Unreadable as err:
        return (_of_two_shapes(link, setting, equations, families, case) or _function(link, setting)
                or Judged("unreadable", f"It cannot be read: {err}."))
    found = [(_derivative(a, b, link, families) if case is None else None) or _judge_pair(a, b, link, setting, equations, families, case) for a, b in pairs]
    found = [_near(j) if j.verdict == "false" and _of_a_limit(a, b, link, setting) else j for j, (a, b) in zip(found, pairs, strict=True)]
    order = {"true": 0, "definition": 1, "undecided": 2, "false": 3}
    # Where a notation is ambiguous, the reading that holds is what was meant.
    return min(found, key=lambda j: order[j.verdict])


def _of_a_limit(a: Side, b: Side, link: Link, setting: Setting) -> bool:
    """Whether a link is said of large or small values: an approximation between formulas, or a limit in a parameter."""
    if link.op == "to":
        return not setting.lang.iteration
    return link.op == "~" and all(any(x.op == "sym" for x in E.walk(e)) for e in (a.expr, b.expr))


def _near(judged: Judged) -> Judged:
    return Judged("undecided", "It does not hold exactly, and it is not said how nearly.", sides=judged.sides)


def _is_matrix(text: str, setting: Setting) -> bool:
    try:
        return any(len(r.expr.shape) == 2 and 1 not in r.expr.shape for r in read_side(text, setting.lang))
    except Unreadable:
        return True


def _derivative(a: Side, b: Side, link: Link, families: Sequence[Family]) -> Judged | None:
    """A derivative of a function that the text defines, beside what it is said to be: an identity in all letters; None where it is set to something."""
    free = next((f for f in families if f.name == "free"), None)
    if "derived" not in {*a.notes, *b.notes} or link.op not in ("=", ":=") or any(is_zero(e) for e in (a.expr, b.expr)) or free is None:
        return None
    sides = (a.expr, b.expr)
    if for_every_letter(a.expr, b.expr, link.op, free):
        return Judged("true", "It is the derivative of the function that was defined.", "measured", None, "free", sides)
    witness = against_every_letter(a.expr, b.expr, link.op, free)
    return Judged("false", "It is not the derivative of the function that was defined.", "proved", witness, "free", sides) if witness is not None else None


def _of_two_shapes(link: Link, setting: Setting, equations: Sequence[Equation], families: Sequence[Family], case: Expr | None) -> Judged | None:
    """A vector that is said to be a number: a letter in it may be a vector; else no entry may be that number, and it is false."""
    try:
        a, b = (E.as_column(read_side(t, setting.lang)[0].expr) for t in (link.left, link.right))
    except Unreadable:
        return None
    if link.op not in EQUALITIES or bool(a.shape) == bool(b.shape) or E.free_indices(a) or E.free_indices(b):
        return None
    vector, number = (a, b) if a.shape else (b, a)
    if len(vector.shape) > 1 or any(x.op == "sym" and str(x.data).startswith(LETTER) for x in E.walk(vector)):
        return None
    if letters_in(number):
        for x in {x for x in E.walk(number) if x.op == "sym" and str(x.data).startswith(LETTER)}:
            try:
                other = E.replace(number, {x: x._replace(shape=vector.shape)})
            except E.ShapeError:
                continue
            if other.shape == vector.shape:
                left, right = (vector, other) if a.shape else (other, vector)
                itself = Equation(left, right, letters_in(right) | letters_in(left), link.source, True, statement=link.source)
                found = _judge_pair(Side(left, letters_in(left)), Side(right, letters_in(right)), link, setting, (*equations, itself), families, case)
                return replace(found, verdict="definition", reason="It says what a vector is.") if found.verdict == "true" else found
        return None
    entries = E.mul(number, E.ones(*vector.shape))
    judged = _judge_pair(Side(vector, frozenset()), Side(entries, frozenset()), link, setting, equations, families, case)
    if judged.verdict != "false":
        return Judged("undecided", "A vector stands beside a number; it holds for every entry." if judged.verdict == "true" else judged.reason, sides=(a, b))
    witness = {"at": (judged.witness or {}).get("at", {}), "left": E.shape_text(a.shape), "right": E.shape_text(b.shape)}
    return Judged("false", "A vector is no number, and its entries are not that number either.", "proved", witness, "free", (a, b))


_FUNCTION = re.compile(r"\s*(\\?[A-Za-z]+(?:\{[A-Za-z]\})?)(?:_\{?\w+\}?)?\s*(?:\\left\s*)?\(.*\)\s*")


def _function(link: Link, setting: Setting) -> Judged | None:
    """'d(x) = ...': what a function is whose name is not declared."""
    m = _FUNCTION.fullmatch(link.left)
    if m is None or link.op not in ("=", ":=") or m.group(1).lstrip("\\") in setting.lang.scope.symbols:
        return None
    try:
        read_side(link.right, setting.lang)
    except Unreadable:
        return None
    return Judged("definition", "It says what a function is.")


def _judge_pair(a: Side, b: Side, link: Link, setting: Setting, equations: Sequence[Equation], families: Sequence[Family],
                case: Expr | None) -> Judged:
    left, right = a.expr, b.expr
    if link.op == "<-" and left.op == "sym":
        left = E.sym(f"{left.data}@next", left.shape)
    sides = (left, right)
    trials = []
    for f in families:
        if (link.op == "to" and f.name not in ("limit", "optimum")) or f.name not in _fitting(a, b) or (f.name == "limit" and _of_a_step(link)):
            continue
        if f.name == "free" and setting.lang.iteration and _of_a_step(link) and not any(g.name == "along" for g in families):
            continue  # the steps are not followed
        t = _tried(left, right, link, f, equations, case)
        if t.holds and link.op in ORDER and not _at_every_size(left, right, link, f, setting, equations, case):
            t = _Trial(None, "it holds in some instances and fails in others", failed=True)
        trials.append((f, t))
        if t.holds and not t.own and not t.against and not _at_zero(t, sides):
            if f.name in ("optimum", "limit") and link.op in EQUALITIES and spells_norm(sides, setting.lang.unknown):
                return Judged("undecided", f"It holds {f.says} alone, and reads like what the norm is of everything.", sides=sides)
            if t.tight and f.name == "optimum" and any(s.failed for g, s in trials if g.name == "free"):
                return Judged("undecided", f"It holds {f.says} alone, and as an equation: it is no bound.", sides=sides)
            if t.tight and any(re.search(rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])", side) for n in setting.lang.profile for side in (link.left, link.right)):
                return Judged("undecided", "It holds as an equation, by what the letter for the norm is taken to be: it may bound it from either side.", sides=sides)
            strength = "proved" if f.name == "free" and link.op == "=" and proved_equal(left, right) else "measured"
            return Judged("true", f"It holds {f.says}{_said(t)}.", strength, None, f.name, sides)
    if any(t.holds and not t.own and not t.against for _, t in trials):
        return Judged("undecided", "It holds only where a letter is 0.", sides=sides)
    holding = [(f, t) for f, t in trials if t.holds]
    at_one_point = any(f.name in ("optimum", "limit") and not t.rivals for f, t in holding)  # what it says of the best direction need not hold of every direction
    against = [(f, t) for f, t in trials if t.against and not (at_one_point and f.name == "free")]
    if against and any(t.holds is False or t.against for _, t in trials):
        f, t = next(((f, t) for f, t in against if t.firm), against[0])
        if not t.firm:
            return Judged("undecided", f"One other statement says another thing of {', '.join(t.letters) or 'a letter'}.", sides=sides)
        return Judged("false", f"It says another thing of {', '.join(t.letters) or 'a letter'} than the other statements do.", "measured", t.witness, f.name, sides)
    if holding:
        f, t = holding[0]
        if _at_zero(t, sides):
            return Judged("undecided", "It holds only where a letter is 0.", sides=sides)
        if t.rivals:
            return Judged("undecided", f"It holds for one value of {', '.join(t.letters)}, and another statement gives another.", sides=sides)
        entrywise = any(x.shape for e in sides for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(LETTER))  # it can take up anything
        if (left.shape or right.shape) and not entrywise and _uses_unknown(sides, setting):
            return Judged("true", f"It holds {f.says} for some value of {', '.join(t.letters)}.", "measured", None, f.name, sides)
        return Judged("definition", "It says what a letter is.", "", None, f.name, sides)
    failing = [(f, t) for f, t in trials if t.holds is False]
    # A letter that only the optimum determines has no value elsewhere: what fails there holds nowhere.
    at_best = any(f.name == "optimum" and t.letters and not t.own for f, t in failing)
    if failing and (at_best or not any(t.holds is None and t.why == "letter" for _, t in trials)):
        f, t = next(((f, t) for f, t in failing if f.name in ("optimum", "limit")), failing[0])
        if f.name != "free" and not _uses_unknown(sides, setting):
            f, t = failing[0]
        return Judged("false", f"It fails {f.says}.", "proved" if link.op == "=" else "measured", t.witness, f.name, sides)
    why = next((t.why for _, t in trials if t.holds is None and t.why != "letter"), "")
    letters = sorted(a.letters | b.letters)
    asked = [f for f in families if letters and f.moments and f.name in _fitting(a, b)]
    always = next((f for f in asked if for_every_letter(left, right, link.op, f)), None)
    if always is not None:
        return Judged("true", f"It holds {always.says}, whatever {' and '.join(letters)} is.", "measured", None, always.name, sides)
    nevers = [for_no_letter(left, right, link.op, f) for f in asked]
    if nevers and all(n is not None for n in nevers):
        return Judged("false", "It holds for no value of a letter: the sides differ by a factor in which it does not stand.", "measured", nevers[0], "free", sides)
    if letters:
        return Judged("undecided", f"{', '.join(x.lstrip(chr(92)) for x in letters)} is not determined by what is said.", sides=sides)
    return Judged("undecided", f"It could not be tested{': ' + why if why else ''}.", sides=sides)


def _at_every_size(left: Expr, right: Expr, link: Link, family: Family, setting: Setting, equations: Sequence[Equation], case: Expr | None) -> bool:
    """Whether a comparison that holds in a family holds in worlds of other sizes too, as far as it can be tested there."""
    other = next((f for f in stretched(setting) if f.name == family.name), None)
    return other is None or not _tried(left, right, link, other, equations, case).failed


def _at_zero(t: _Trial, sides: tuple[Expr, Expr]) -> bool:
    """Whether something holds only because a letter is 0."""
    return any(not isinstance(v, list) and compare(v, Fraction(0)) == 0 for n, v in t.letters.items() if "@" not in n) and not any(is_zero(e) for e in sides)


_FAMILIES = ("free", "optimum", "profile", "anywhere", "along", "limit", "real", "turned", "complex")


def _fitting(a: Side, b: Side) -> tuple[str, ...]:
    """The families in which a link can hold: J(u) = ... is said of every u, J(m) of every norm m, a zero of a derivative of one point."""
    if any(is_zero(e) for e in (a.expr, b.expr)):
        return _FAMILIES
    about = {*a.notes, *b.notes}
    if "best" in about:
        return ("optimum",)
    if "any" in about:
        return tuple(f for f in _FAMILIES if f not in ("optimum", "limit"))
    if "norm" in about:
        return ("profile",)
    return ("free", "anywhere", "along") if "unknown" in about else _FAMILIES


_MOMENT = re.compile(r"_\s*(?:t(?![A-Za-z])|\{\s*(?:t|\\text\{(?:old|new))\s*[-+,}\d]?|\{\s*t\s*[-+])")


def _of_a_step(link: Link) -> bool:
    """Whether a link speaks of one step of an iteration, so that it says nothing of the limit."""
    return bool(_MOMENT.search(link.left) or _MOMENT.search(link.right)) and link.op != "to" and "\\lim" not in link.left


def _uses_unknown(sides: tuple[Expr, Expr], setting: Setting) -> bool:
    over = str(setting.lang.unknown.data)
    return any(x.op == "sym" and over in str(x.data).partition("@")[0] for e in sides for x in E.walk(e))


def _said(t: _Trial) -> str:
    return "".join(f" with {k.lstrip(chr(92))} as the other statements have it" for k in t.letters)


# ------------------------------------------------------------------------------------------ one family

def _tried(left: Expr, right: Expr, link: Link, family: Family, equations: Sequence[Equation], case: Expr | None = None) -> _Trial:
    if not family.moments:
        return _Trial(None, "no instance")
    if case is not None and case.op == "comp" == left.op and case.data != left.data:
        return _Trial(None, "the case is one of other entries")
    letters = letters_in(left) | letters_in(right)
    meanings = {}
    own = rivals = against = False
    firm = True
    for name in sorted(letters):
        found = meaning(name, equations, family)
        if found is None:
            return _Trial(None, "letter")
        meanings[name] = found
        mine = {q.statement for q in equations if name in q.letters and q.source == link.source}
        if found.statements <= mine:
            own, rivals = True, rivals or (bool(found.rivals - mine) and not found.introduced)
        elif mine and link.source not in found.sources:
            against, firm = True, firm and found.firm
    trial = _Trial(None, own=own, rivals=rivals)
    tested = failed = zeros = equal = 0
    for k, m in enumerate(family.moments):
        at = {name: found.values[k] for name, found in meanings.items()}
        try:
            x, y = value(left, m, at), value(right, m, at)
        except Undefined:
            continue
        except (NotEvaluable, TypeError, ValueError) as err:
            return _Trial(None, str(err))
        if case is not None:
            kept = _kept(case, m, at, x, y)
            if kept is None:
                continue
            x, y = kept
        tested += 1
        zeros += all(compare(v, Fraction(0)) == 0 for v in (*flatten(x), *flatten(y)) if not isinstance(v, bool))
        fits = related(x, y, left, right, link.op)
        equal += link.op in ("<=", ">=") and bool(related(x, y, left, right, "="))
        if fits is None:
            return _Trial(None, "the decimals are too short to tell")
        if not fits:
            failed += 1
            if trial.witness is None:
                trial.witness = witness_of(m, x, y, left, right, at)
                trial.letters = at
            if link.op in EQUALITIES or link.op in ("propto", "parallel"):
                break
    if not tested:
        return _Trial(None, "it is undefined in every instance" if case is None else "no instance meets the condition")
    if not failed and family.name in ("limit", "optimum") and zeros == tested and not any(is_zero(e) for e in (left, right)):
        return _Trial(None, "both sides vanish there")
    if failed and link.op in ORDER and failed < tested:
        return _Trial(None, "it holds in some instances and fails in others", failed=True)
    trial.failed = bool(failed)
    trial.tight = not failed and equal == tested
    trial.holds = not failed
    trial.against, trial.firm = against and bool(failed), firm
    if trial.holds:
        trial.letters = {n: next((x for x in v.values if isinstance(x, list) or compare(x, Fraction(0)) != 0), v.values[0]) for n, v in meanings.items()}
    return trial


def _kept(case: Expr, m: Moment, letters: dict[str, Value], x: Value, y: Value) -> tuple[Value, Value] | None:
    """The entries at which a condition holds; None where it holds at none, or not in this instance."""
    try:
        holds = flatten(value(case, m, letters))
    except (Undefined, NotEvaluable, TypeError, ValueError):
        return None
    if len(holds) == 1 or not isinstance(x, list) or len(holds) != len(x):
        return (x, y) if all(holds) else None
    if not any(holds) or not isinstance(y, list):
        return None
    return [v for v, h in zip(x, holds, strict=True) if h], [v for v, h in zip(y, holds, strict=True) if h]
