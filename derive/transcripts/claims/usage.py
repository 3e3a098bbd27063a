"""What a turn uses letters for: which stand for the norm of the unknown, which have components, what they must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr, Shape
from derive.transcripts.claims.families import Family
from derive.transcripts.claims.language import LETTER, SUM, Unreadable
from derive.transcripts.claims.letters import RATE, RULE, Equation, defines, meaning, value
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.mending import mended
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.own_definitions import HEAD, own_functions
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, equation_of, sides_of

MAX_TOLD = 300  # characters of a definition that later turns know
_ALONE = re.compile(r"(?<![A-Za-z\\])([A-Za-z])(?![A-Za-z])")
_WITH_NORM = re.compile(r"(?:\\\||‖|\\lVert)\s*([A-Za-z])\s*(?:\\\||‖|\\rVert)\s*_\s*\{?\s*(?:[12]|∞)")
_WITH_COMPONENT = re.compile(r"(?<![A-Za-z\\])(\\?[A-Za-z]+)\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*\^\s*\{\s*\(\s*[ijkl]\s*\)\s*\}")


@dataclass(frozen=True)
class Said:
    """A formula of a turn; lossy: it was put together from displaced pieces; defines: the words before it say that it defines something; supposed: they
    suppose it, for a case; valued: they speak of a value."""

    latex: str
    lossy: bool = False
    defines: bool = False
    supposed: bool = False
    valued: bool = False


def in_use(setting: Setting, formulas: Sequence[Said], told: Sequence[str] = ()) -> tuple[Setting, list[Equation]]:
    """The setting as a turn uses it, and the equations that say what its letters are.

    formulas: everything that the turn says about the problem; told: what defined functions and letters in earlier turns.
    """
    text = " ; ".join(f.latex for f in formulas)
    letters = frozenset(_ALONE.findall(mended(text)))
    vectors: dict[str, Shape] = {m.group(1): setting.lang.unknown.shape for m in _WITH_COMPONENT.finditer(mended(text))}
    if len(setting.lang.unknown.shape) == 1:
        vectors |= {n: setting.lang.unknown.shape for n in _WITH_NORM.findall(mended(text)) if n not in vectors and n not in setting.lang.scope.symbols}
    vectors |= _hatted(setting, formulas)
    if "e" not in setting.lang.scope.symbols and any(t.strip() == "e" for f in formulas for c in chains(f.latex) for t in c.terms if c.ops):
        setting = replace(setting, lang=replace(setting.lang, own=frozenset("e")))
    setting = replace(setting, lang=replace(setting.lang, values=_value_letters(setting, formulas, told)))
    setting = setting.for_turn(frozenset(), vectors, letters, frozenset())
    same, more = _vector_letters(setting, [*formulas, *map(Said, told)])
    if same or more:
        vectors |= more
        setting = setting.for_turn(frozenset(), vectors, letters, same)
    functions = _functions(setting, [*map(Said, told), *formulas])
    singles = own_functions(setting, [f.latex for f in formulas if not f.lossy and not f.supposed], told)
    if functions or singles:
        setting = setting.for_turn(frozenset(), vectors, letters, same, functions, singles)
    equations = _equations(setting, formulas)
    norms = _norm_letters(setting, equations) | _sizes(setting, formulas)
    if norms:
        setting = setting.for_turn(norms, vectors, letters, same, functions, singles)
        equations = _equations(setting, formulas)
    return setting, equations


def _hatted(setting: Setting, formulas: Sequence[Said]) -> dict[str, Shape]:
    """The unknown under a hat where the unknown is made of it, D = -r \\hat D: a direction, not the estimate."""
    over = str(setting.lang.unknown.data)
    plain, hat = re.compile(rf"\s*{re.escape(over)}\s*(?:\^\s*\{{?\s*\*\s*\}}?)?\s*"), re.compile(rf"hatQQ{re.escape(over)}(?![A-Za-z])")
    made = any(c.ops[:1] == ("=",) and plain.fullmatch(mended(c.terms[0])) and hat.search(mended(c.terms[1])) for f in formulas for c in chains(f.latex))
    return {f"hat_{over}": setting.lang.unknown.shape} if made and setting.is_program else {}


_OF_SEVERAL = re.compile(r"\s*(\\mathcal\{[A-Z]\}|\\ell|[A-Z])\s*(?:\\left\s*)?\([^()]*,[^()]*(?:\\right\s*)?\)\s*")


def is_definition(latex: str) -> bool:
    """Whether a formula writes out a function of several arguments, or says what a letter is, or what the objective is called."""
    return "=" in latex and len(latex) < MAX_TOLD and any(
        c.ops and c.ops[0] in ("=", ":=") and (_NAMES_ONE.fullmatch(c.terms[0]) or _OF_SEVERAL.fullmatch(mended(c.terms[0])) or HEAD.fullmatch(c.terms[0]))
        for c in chains(latex))


def _functions(setting: Setting, formulas: Sequence[Said]) -> dict[str, Expr]:
    """Functions of several arguments that are written out, as 'L(x, mu) = f(x) + mu (a^T x - 1)': each as it is first defined."""
    out: dict[str, Expr] = {}
    for said in formulas:
        for c in chains(said.latex):
            m = _OF_SEVERAL.fullmatch(mended(c.terms[0])) if c.ops and c.ops[0] in ("=", ":=") and not said.lossy else None
            if m is None or m.group(1) in out:
                continue
            try:
                body = read_side(c.terms[1], setting.lang)[0].expr
            except Unreadable:
                continue
            if not body.shape:
                out[m.group(1)] = body
    return out


_NAMES_ONE = re.compile(r"\s*(?:[A-Za-z]|\\[a-z]+|[a-z]\s*_\s*\{?\s*t\s*\}?|\\hat\s*(?:\{\s*[a-z]\s*\}|[a-z])(?:\s*_\s*\{?\s*(?:t|\d)(?:\s*\+\s*1)?\s*\}?)?)\s*")


def _vector_letters(setting: Setting, formulas: Sequence[Said]) -> tuple[frozenset[str], dict[str, Shape]]:
    """Letters that are said to be the unknown (d = u), and those that are said to be another vector, with its shape."""
    same: set[str] = set()
    others: dict[str, Shape] = {}
    for said_here in formulas:
        for c in chains(said_here.latex):
            for left, right in ((a, b) for k, op in enumerate(c.ops) if op in ("=", ":=") for a, b in ((c.terms[k], c.terms[k + 1]), (c.terms[k + 1], c.terms[k]))):
                if not _NAMES_ONE.fullmatch(left):
                    continue
                try:
                    names, said = read_side(left, setting.lang), read_side(right, setting.lang)[0]
                except Unreadable:
                    continue
                if "hat" in left or "_" in left:  # \hat m_1, of the first step; e_t, of each
                    letter = next((next(iter(n.letters)).partition("@")[0] for n in names if n.expr.op == "sym" and n.letters), "")
                    shapes = {E.as_column(r.expr).shape for r in read_side(right, setting.lang) if r.expr.shape}
                    if letter and len(shapes) == 1 and len(next(iter(shapes))) == 1:
                        others.setdefault(letter, shapes.pop())
                    continue
                if names[0].letters != {left.strip()} or not said.expr.shape:
                    continue
                if said.expr == setting.lang.unknown and setting.is_program:
                    same.add(left.strip())
                elif len(shape := E.as_column(said.expr).shape) in (1, 2):
                    others.setdefault(left.strip(), shape)
    return frozenset(same), {k: v for k, v in others.items() if k not in same}


def _equations(setting: Setting, formulas: Sequence[Said]) -> list[Equation]:
    out: list[Equation] = _step_rules(setting)
    spoken: set[str] = set()
    opaque: set[str] = set()
    for said in formulas:
        here: set[str] = set()
        for c in chains(said.latex):
            for k, op in enumerate(c.ops):
                found = equation_of(Link(c.terms[k], op, c.terms[k + 1], f"{c.terms[k]}{op}{c.terms[k + 1]}"), setting)
                out += [replace(q, statement=str(c), introduces=not said.lossy and not said.supposed and (said.defines or not q.letters <= spoken)) for q in found]
                here |= {n for q in found for n in q.letters}
                opaque |= {t.strip() for t in (c.terms[k], c.terms[k + 1]) if not found and op in ("=", ":=") and _ONE_LETTER.fullmatch(t) and _does_not_fit(c.terms[k], c.terms[k + 1], setting)}
        spoken |= here
    stated = {n for q in out for n in q.letters if defines(q, n) or any(e.op == "sym" and e.data == f"{LETTER}{n}" for e in (q.left, q.right))}
    opaque |= {n for q in out for n in q.letters if len(n) == 1 and n.isupper() and n not in stated}  # a capital that nothing is equal to: a matrix, as often as not
    out = [q for q in out if not q.letters & opaque]  # what is said of them cannot be read: nothing that follows from it is known
    return [*out, *(moved for q in out for moved in _moved(q, setting))] if setting.lang.iteration else out


_VALUE = re.compile(r"\s*(?P<letter>[JVFL])\s*(?P<best>_\s*\{?\s*\\?(?:min|max|opt)\s*\}?|\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?)?\s*")


def _value_letters(setting: Setting, formulas: Sequence[Said], told: Sequence[str]) -> frozenset[str]:
    """Letters for the optimal value: J_min, J^*, or J where words call it a value, or where J(u) is the objective."""
    if not setting.is_program or setting.lang.objective is None or setting.lang.unnamed:
        return frozenset()
    out: set[str] = set()
    text = " ; ".join([*(f.latex for f in formulas), *told])
    for said in formulas:
        for c in chains(said.latex):
            m = _VALUE.fullmatch(c.terms[0]) if c.ops and c.ops[0] in ("=", ":=", "~") else None
            if m is None or m.group("letter") in setting.lang.scope.symbols:
                continue
            applied = re.search(rf"(?<![A-Za-z\\]){m.group('letter')}\s*(?:\\left\s*)?\(", text)
            if m.group("best") or applied or (said.valued and m.group("letter") in "JV"):
                out.add(m.group("letter"))
    return frozenset(out)


_ONE_LETTER = re.compile(r"\s*(?:[A-Za-z]|\\[a-z]+)\s*")


def _does_not_fit(left: str, right: str, setting: Setting) -> bool:
    """Whether two sides are read, but not as things of one shape."""
    try:
        read_side(left, setting.lang)
        read_side(right, setting.lang)
    except Unreadable:
        return False
    try:
        sides_of(Link(left, "=", right), setting)
    except Unreadable:
        return True
    return False


def _moved(q: Equation, setting: Setting) -> list[Equation]:
    """What is said of c_t holds of c_{t+1}, c_0 and the limit of c_t too, with the iterate of that moment."""
    names = {str(x.data) for e in (q.left, q.right) for x in E.walk(e) if x.op == "sym"}
    if not all(n.endswith("@t") for n in q.letters) or not (q.anchored or len(q.letters) > 1) or any("@" in n.removesuffix("@limit") and not n.startswith(LETTER) for n in names) or (
            any(n.startswith(SUM) for n in names)):
        return []
    out = []
    for label in ("@next", "@prev", "@start", "@limit"):
        put = {x: x._replace(data=f"{x.data}{label}") for e in (q.left, q.right) for x in E.walk(e) if x.op == "sym" and x.data in setting.moving}
        put |= {x: x._replace(data=f"{str(x.data).removesuffix('@t')}{label}") for e in (q.left, q.right) for x in E.walk(e) if x.op == "sym" and str(x.data).startswith(LETTER)}
        letters = frozenset(f"{n.removesuffix('@t')}{label}" for n in q.letters)
        out.append(Equation(E.replace(q.left, put), E.replace(q.right, put), letters, f"{q.source} {label}", q.anchored, q.introduces, q.statement))
    return out


def _step_rules(setting: Setting) -> list[Equation]:
    """eta is the step of the rule that the derived update follows: u = -eta g, or u = -eta sign(g)."""
    lang = setting.lang
    g = next((E.sym(str(s.gradient), lang.unknown.shape) for s in lang.scope.symbols.values() if s.gradient), None)
    if not setting.is_program or g is None or lang.scope.symbols[str(g.data)].shape != lang.unknown.shape:
        return []
    eta = E.sym(f"{LETTER}{RATE}")
    return [Equation(lang.unknown, E.neg(E.mul(eta, d)), frozenset((RATE,)), RULE, True, statement=RULE) for d in (g, E.fn("sign", g))]


def _norm_letters(setting: Setting, equations: Sequence[Equation]) -> frozenset[str]:
    """Letters that are the norm of the unknown: said to be it, or found to be it at the optimum."""
    norm = setting.lang.norm
    best = next((f for f in setting.families if f.name == "optimum"), None)
    if norm is None or best is None:
        return frozenset()
    out = set()
    for name in sorted({n for q in equations for n in q.letters}):
        if any(q.letters == {name} and {q.left, q.right} == {norm, E.sym(f"{LETTER}{name}")} for q in equations):
            out.add(name)
            continue
        found = meaning(name, equations, best)
        if found is None or name == RATE or (len(name) != 1 and not name.startswith("\\")):
            continue
        try:
            sizes = [exact(norm, m.world) for m in best.moments]
        except (Undefined, NotEvaluable):
            continue
        if same_exactly(list(found.values), sizes):
            out.add(name)
    return frozenset(out)


def _sizes(setting: Setting, formulas: Sequence[Said]) -> frozenset[str]:
    """Letters for the size of the unknown, by what is left to minimise over them: of -m ||g||_1 + m^2/alpha, where that is the objective at the best update of each norm."""
    scaled = next((f for f in setting.families if f.name == "profile"), None)
    objective = setting.lang.objective
    if scaled is None or objective is None:
        return frozenset()
    out = set()
    for term in {t for said in formulas if not said.lossy for c in chains(said.latex) for t in c.terms if _ALONE.search(t) and re.search(r"[-+]", t)}:
        try:
            sides = read_side(term, setting.lang)
        except Unreadable:
            continue
        for side in sides:
            if len(side.letters) == 1 and not side.expr.shape and not side.notes and setting.lang.unknown not in set(E.walk(side.expr)):
                name = next(iter(side.letters))
                if _is_left(side.expr, name, objective, scaled):
                    out.add(name)
    return frozenset(out)


def _is_left(e: Expr, letter: str, objective: Expr, scaled: Family) -> bool:
    """Whether an expression in a letter is the objective at the best update of each norm, with the letter for the norm."""
    try:
        return all(same_exactly(value(e, m, {letter: m.world.values["m@profile"]}), exact(objective, m.world)) for m in scaled.moments)
    except (Undefined, NotEvaluable, KeyError, TypeError, ValueError):
        return False


__all__ = ["Fraction", "Said", "in_use", "is_definition"]
