"""Right answers that nobody had to write: a key in its surface forms, with its unknown, clauses and prose.

Nothing is shared with the reader: the writers in `latex`, `typed` and `numpy_hand` have their own tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.grading.stress import envelopes, rewrites
from derive.grading.stress.conditions import written_condition
from derive.grading.stress.envelopes import Equation
from derive.grading.stress.hand import Hand, product_of
from derive.grading.stress.latex import GREEK
from derive.grading.stress.matrix_rewrites import MATRIX_RULES
from derive.grading.stress.media import HANDS, SHARES
from derive.grading.stress.subject import JOINT, RIGHT, Subject, seeded
from derive.grading.stress.typed import LETTERS
from derive.grading.stress.values import Unvalued
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

__all__ = ["HANDS", "SHARES", "WORDS", "Form", "forms", "right_form", "written"]

WORDS = {
    "argmin": ("update", "minimizer", "solution", "minimiser"),
    "argmax": ("maximizer", "solution"),
    "value": ("optimal value", "minimum value"),
    "limit": ("limit", "limit vector", "final solution"),
    "count": ("count", "number"),
    "dual": ("dual norm",),
    "condition": ("condition",),
    "recurrence": ("recurrence",),
    "status": ("condition",),
}
FRESH = ("eta", "c", "gamma", "s", "lambda", "m", "C", "tau")
PROSE = 0.25
CHATTY = 0.15  # of those in prose
WITHDRAWN = 0.05
LEFT = 0.6
TRIES = 300  # draws in a row that cannot be written, after which a part counts as one that no hand can write


@dataclass(frozen=True)
class Form:
    """One written answer, the medium, and how it came about."""

    text: str
    medium: str
    how: str


def forms(subject: Subject, seed: int, wrong: Sequence[Expr] = ()) -> Iterator[Form]:
    """Right forms of an expression, a point or a condition without end; equal texts may recur.

    wrong: near misses, which appear only as attempts that the text withdraws.
    """
    rng = seeded(seed, "forms", subject.problem.id, subject.part.id)
    failed = 0
    while failed < TRIES:
        form = right_form(subject, rng, wrong)
        failed = failed + 1 if form is None else 0
        if form is not None:
            yield form


def right_form(subject: Subject, rng: random.Random, wrong: Sequence[Expr] = ()) -> Form | None:
    """One right form, or None where this draw cannot be written."""
    medium = rng.choice(SHARES)
    e, how = variant(subject, rng)
    if subject.truth(e) != RIGHT and not (how == "numbers" and rounded(subject, e)):
        return None
    if subject.kind == "condition":
        text = written_condition(subject, e, medium, rng)
        return None if text is None else Form(text, medium, how)
    prose = rng.random() < PROSE
    text = written(subject, e, medium, rng, prose=prose)
    if text is None:
        return None
    what = rng.choice(WORDS.get(subject.part.ask, ("answer",)))
    if wrong and medium != "python" and rng.random() < WITHDRAWN:
        other = written(subject, rng.choice(wrong), medium, rng, strict=True, prose=True)
        text = written(subject, e, medium, rng, prose=True)
        return Form(envelopes.withdrawn(text, other, what, rng), medium, "withdrawn") if other and text and not envelopes.clash(other, text) else None
    if prose and medium != "python" and rng.random() < CHATTY:
        return Form(envelopes.chatty(text, what, objective(subject, medium, rng), rng), medium, f"{how}, in a chat")
    return Form(envelopes.in_prose(text, what, rng, getattr(subject.derivation, "unique", "") != "no") if prose else text, medium, how)


def objective(subject: Subject, medium: str, rng: random.Random) -> str:
    """A sentence that states the program again, '' where there is none or the medium cannot say it."""
    if subject.program is None or subject.part.program is None or rng.random() < 0.4:
        return ""
    hand = HANDS[medium](rng, subject.symbols, True)
    try:
        goal = envelopes.stated(Equation("", hand.text(subject.program.objective)), medium, rng, True)
        unknown = envelopes.stated(Equation("", hand.text(E.sym(subject.program.over[0], subject.symbols[subject.program.over[0]].shape))), medium, rng, True)
    except (NotImplementedError, Unvalued, E.ShapeError):
        return ""
    verb = "minimize" if subject.program.sense == "min" else "maximize"
    if any("\n" in x or "boxed" in x for x in (goal, unknown)) or hand.clauses:
        return ""
    return rng.choice((f"We {verb} {goal} over {unknown}.", f"The objective is {goal}.", f"The problem is to {verb} {goal}."))


def variant(subject: Subject, rng: random.Random) -> tuple[Expr, str]:
    """An expression equal to the key, and what was done to it."""
    if subject.entries is not None and rng.random() < 0.6:
        return rewrites.numeric_vectors(subject.entries, rng), "numbers"
    if rng.random() < 0.35:
        return subject.key, "key"
    e = rewrites.rewritten(subject.key, rng, rules=(*rewrites.RULES, *MATRIX_RULES))
    e = with_lets(subject, e) if rng.random() < 0.3 else e
    return e, "rewritten"


def rounded(subject: Subject, e: Expr) -> bool:
    """Whether e is a vector of decimals, each within half a unit of its last place of the exact entry."""
    if subject.entries is None or e.op != "vec" or any(a.op != "dec" for a in e.args):
        return False
    shown = [(a.data[0], len(a.data[1].partition(".")[2])) for a in e.args]
    return all(abs(v - f) * 2 * 10**places <= 1 for (v, places), f in zip(shown, subject.entries, strict=True))


def with_lets(subject: Subject, e: Expr) -> Expr:
    """Symbols that the statement defines, written out."""
    mapping = {E.sym(s.name, s.shape): s.let for s in subject.symbols.values() if s.let is not None and s.kind == "value"}
    return E.replace(e, mapping) if mapping else e


# ------------------------------------------------------------------------------------------ one answer


def written(subject: Subject, e: Expr, medium: str, rng: random.Random, strict: bool = False, prose: bool = False, alone: bool = False) -> str | None:
    """e as an answer to the part in one medium, or None where the medium cannot say it. alone: without its unknown."""
    if e.op == JOINT and alone:
        return None
    try:
        hand = HANDS[medium](rng, subject.symbols, strict)
        eq = Equation("", hand.text(e), tuple(hand.clauses)) if alone else _equation(subject, e, medium, rng, strict)
    except (NotImplementedError, Unvalued, E.ShapeError):
        return None
    return envelopes.stated(eq, medium, rng, prose)


def _equation(subject: Subject, e: Expr, medium: str, rng: random.Random, strict: bool) -> Equation:
    hand = HANDS[medium](rng, subject.symbols, strict)
    if e.op == JOINT:
        return _together(subject, e, hand, medium, rng)
    by_entries = len(e.shape) == 1 and any(x.op == "cases" and x.shape for x in E.walk(e))
    if medium != "python":
        e = rewrites.apart(rewrites.sums_of_pieces(e))
    by_rows = len(e.shape) == 2 and any(x.op == "comp" and len(x.shape) == 2 for x in E.walk(e))
    if (len(e.shape) == 1 or by_rows) and subject.asked and medium != "python" and (by_rows or rng.random() < (0.8 if by_entries else 0.22)):
        eq = _componentwise(subject, e, hand, medium, rng)
        if eq is not None:
            return eq
    if e.shape and medium != "python" and not strict and rng.random() < 0.06:
        eq = _defined(subject, e, hand, medium, rng)
        if eq is not None:
            return eq
    left = left_side(subject, hand, medium, rng) if rng.random() < LEFT else ""
    iterate = _iterate(subject, e)
    if iterate and left and medium != "python" and rng.random() < 0.1:
        theta = hand.text(E.sym(iterate))
        right = _step(theta, hand.text(e), hand)
        return Equation(_subscripted(theta, "t+1", medium), right.replace(theta, _subscripted(theta, "t", medium), 1), tuple(hand.clauses))
    text = hand.outermost(e)
    if rng.random() < 0.04 and not strict and medium != "python" and left and not hand.clauses and e.args:
        again = HANDS[medium](rng, subject.symbols)
        second = again.text(e)
        if not again.clauses:
            text = f"{second} = {text}"
    return Equation(left, text, tuple(hand.clauses))


BETWEEN = {"latex": (", \\quad ", ",\\; ", " \\text{ and } ", ", ", ",\\ "), "unicode": (", ", "; ", " and "), "plain": (", ", "; ", " and ")}


def _together(subject: Subject, e: Expr, hand: Hand, medium: str, rng: random.Random) -> Equation:
    """Several outputs, each an equation with its name on the left, in any order."""
    pairs = list(zip(e.data, e.args, strict=True))
    if not hand.strict and rng.random() < 0.3:
        rng.shuffle(pairs)
    written = []
    for name, value in pairs:
        value = value if medium == "python" else rewrites.apart(rewrites.sums_of_pieces(value))
        s = subject.symbols.get(name)
        left = name if medium == "python" or s is None else hand.text(E.sym(name, s.shape))
        written.append((f"\\text{{{name}}}" if s is None and medium == "latex" else left, hand.text(value)))
    if medium == "python":
        return Equation(*written[-1], (*hand.clauses, *(f"{a} = {b}" for a, b in written[:-1])))
    mark = rng.choice(BETWEEN[medium])
    rest = "".join(f"{mark}{a} = {b}" for a, b in written[1:])
    return Equation(written[0][0], written[0][1] + rest, tuple(hand.clauses), several=True)


def _step(theta: str, update: str, hand: Hand) -> str:
    if update[:1] in "-−–":
        return f"{theta} {update[:1]} {update[1:]}"
    return f"{theta} + {update}"


def _subscripted(name: str, sub: str, medium: str) -> str:
    return f"{name}_{{{sub}}}" if medium == "latex" or len(sub) > 1 else f"{name}_{sub}"


def _iterate(subject: Subject, e: Expr) -> str:
    """The name of a vector that the answer updates, as theta in theta_{t+1} = theta_t + u."""
    if subject.kind != "point" or subject.program is None or "theta" not in subject.symbols or subject.asked == "theta":
        return ""
    theta: Symbol = subject.symbols["theta"]
    return "theta" if theta.shape == e.shape and e.op != "zeros" and "theta" not in E.symbols_in(e) else ""


def left_side(subject: Subject, hand: Hand, medium: str, rng: random.Random) -> str:
    """The left side of the answer's equation."""
    ask = subject.part.ask
    if ask == "recurrence":
        name = _named(subject.asked, medium)
        return f"{name}_next" if medium == "python" else f"{name}_{{t+1}}" if medium == "latex" or rng.random() < 0.5 else f"{name}_(t+1)"
    if subject.asked:
        name = hand.text(E.sym(subject.asked, subject.key.shape)) if medium != "python" else subject.asked
        stars = {"latex": ("", "", "", "^*", "^\\star", "^{*}"), "unicode": ("", "", "", "*"), "plain": ("", "", "", "^*"), "python": ("",)}[medium]
        if ask == "limit":
            extra = {"latex": ("_\\infty", "_{\\infty}", "^{(\\infty)}"), "unicode": ("∞", "_∞"), "plain": ("_inf",), "python": ("",)}[medium]
            stars = stars + extra
            if medium == "latex" and rng.random() < 0.1:
                return f"\\lim_{{t \\to \\infty}} {name}_t"
        return name + (rng.choice(stars) if "(" not in name else "")
    if ask == "dual" and medium == "latex":
        vector = hand.text(E.sym(subject.part.at or "", subject.symbols[subject.part.at or ""].shape)) if subject.part.at else "g"
        return rng.choice((f"\\|{vector}\\|_*", f"\\|{vector}\\|_{{p,*}}", f"\\|{vector}\\|_{{*}}", ""))
    if ask == "value":
        best = "max" if subject.program is not None and subject.program.sense == "max" else "min"
        names = {"latex": ("f^*", "p^*", "J^*", f"\\text{{{best}}}", "V"), "python": ("value",)}.get(medium, ("f*", "value", f"{best}imum", "V"))
        # A declared letter is not used for the optimal value.
        return rng.choice([n for n in names if n.rstrip("*^") not in subject.written])
    if ask == "count":
        names = {"latex": ("M", "\\text{messages}", "\\text{total}", "T"), "python": ("total",)}.get(medium, ("M", "total", "messages"))
        return rng.choice([n for n in names if n not in subject.written])
    return ""


def _named(name: str, medium: str) -> str:
    if medium == "latex":
        return f"\\{name}" if name in GREEK else name
    return LETTERS.get(name, name) if medium == "unicode" else name


def _componentwise(subject: Subject, e: Expr, hand: Hand, medium: str, rng: random.Random) -> Equation | None:
    """u_i = ...: for a unit vector by cases, for numbers one equation an entry."""
    asked = E.sym(subject.asked, e.shape)
    if subject.entries is not None and e.op == "vec":
        return _numbered(asked, e, hand, rng)
    if isinstance(e.shape[0], int) and e.op != "mul":
        return None
    i = E.idx("@component")
    letter = hand.letter(Expr("idx", (), (), "@component"))
    if any(x.op == "basis" for x in E.walk(e)):
        cased = rewrites.by_cases(e)
        if cased is None:
            return None
        value, k = cased
        if rng.random() < 0.5 and medium == "latex":
            right = hand.text(E.cases(((value, E.rel("=", i, k)),), E.ZERO))
            return Equation(hand.text(E.at(asked, i)), right, tuple(hand.clauses))
        at_k, at_i, zero = hand.text(E.at(asked, k)), hand.text(E.at(asked, i)), hand.text(value)
        unequal = {"latex": "\\ne ", "unicode": " ≠ "}.get(medium, " != ")
        words = {"latex": "\\text{ for }"}.get(medium, " for ")
        return Equation(at_k, f"{zero}, {at_i} = 0{words}{letter}{unequal}{hand.index(k)}", tuple(hand.clauses), several=True)
    right = hand.outermost(rewrites.entry(e, i))
    tail = rng.choice(("", "", "", f"for all {letter}", f"for each {letter}"))
    return Equation(hand.text(E.at(asked, i)), right, tuple(hand.clauses), tail, several=True)


def _numbered(asked: Expr, e: Expr, hand: Hand, rng: random.Random) -> Equation:
    lefts = [hand.text(E.at(asked, E.num(k + 1))) for k in range(len(e.args))]
    if len(set(e.args)) == 1 and rng.random() < 0.6:
        return Equation(" = ".join(lefts), hand.text(e.args[0]), several=True)
    rights = [hand.text(a) for a in e.args]
    rest = "".join(f", {a} = {b}" for a, b in zip(lefts[1:], rights[1:], strict=True))
    return Equation(lefts[0], rights[0] + rest, several=True)


def _defined(subject: Subject, e: Expr, hand: Hand, medium: str, rng: random.Random) -> Equation | None:
    """u = -eta g with eta = alpha/2: the scalar factor gets a name."""
    p = product_of(e)
    vectors, scalars = [f for f in p.over if f.shape], [f for f in p.over if not f.shape]
    if len(vectors) != 1 or not (scalars or p.coefficient != 1) or any(f.shape for f in p.under):
        return None
    taken = set(subject.symbols) | {a.strip("\\") for s in subject.symbols.values() for a in s.aliases}
    name = rng.choice([f for f in FRESH if f not in taken])
    factor: Expr = E.num(p.coefficient)
    for f in scalars:
        factor = f if factor == E.ONE else E.mul(factor, f)
    for f in p.under:
        factor = E.div(factor, f)
    product = E.mul(E.sym(name), vectors[0])
    right = hand.text(E.neg(product) if p.sign < 0 else product)
    clause = f"{_named(name, medium)} = {hand.text(factor)}"
    return Equation(left_side(subject, hand, medium, rng), right, (*hand.clauses, clause))
