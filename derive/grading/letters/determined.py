"""Letters of a text's own that an equation determines, or words: the nu of sum_i (v_i - nu)_+ = 1, the conjugate exponent of p."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Wanted
from derive.grading.letters.linear_systems import own_letter
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.calls import CALLS
from derive.maths.expr import Expr
from derive.maths.lex import lex
from derive.maths.parse import Choices, Parser
from derive.maths.read import Reading, readings
from derive.maths.roots import letter, root
from derive.maths.signs import GREEK_NAMES
from derive.maths.subscripts import INDEX_LETTERS
from derive.maths.symbols import Scope

MOST = 300  # characters of an equation
_UNDECLARED = re.compile(r"'(\w+)' is not declared")
_PARTS = re.compile(r",|;|\\q?quad\b|\\text\s*\{[^{}]*\}|\b(?:where|with|such that|so that|solves|solving|satisfies|satisfying|s\.t\.|for which|and"
                    r"|(?:fixed|determined|defined|chosen|found) (?:by|from|via))\b")
_CONJUGATE = re.compile(
    r"\$?\b([a-z])\$?\s*(?:,|is|being|denotes|the|=|\s)*\b(?:H(?:ö|oe|o|\\\"o|\\\"\{o\})lder[ -]?)?(?:conjugate|dual)(?:\s+(?:exponent|index))?\s+(?:of|to)\s+\$?([a-z])\b", re.I)

_CONJUGATE_NEEDS = needs("conjugate dual holder hoelder olderconjugate olderdual lderconjugate lderdual")


def implied(text: str, scope: Scope, local: dict[str, Expr], positive: frozenset[str] = frozenset()) -> dict[str, Expr]:
    """What an equation makes of its one new letter: '1.11 c = 1', '1/p + 1/q = 1', 'sum_i (v_i - nu)_+ = 1', 'S z = e'.

    positive: letters that the text says to be above 0. Without a formula the letter is the root of the equation (derive.maths.roots).
    """
    if text.count("=") != 1 or len(text) > MOST:
        return {}
    try:
        tokens = lex(text)
    except ReadError:
        return {}
    # x1, as it is declared, is no x.
    names = {str(t.value) for t, after in pairwise(tokens) if t.kind == "name" and not (
        after.kind == "num" and not after.spaced and f"{t.value}{after.value[1]}" in scope.symbols)}
    declared = [n for n in names if n in scope.symbols or n in scope.dims or scope.writes(n) or scope.writes("\\" + n)]
    new = {n for n in names if not (n in declared or n in local or n in CALLS or n in _KNOWN or n in INDEX_LETTERS or (n == "E" and scope.expected)) and _is_letter(n)}
    if len(new) != 1:
        return _of_joined(text, names, scope, local)
    name = new.pop()
    system = own_letter(text, name, scope, local)
    if system is not None:
        return {} if system.solution is None else {name: system.solution}
    own = letter(name)
    p = Parser(text, scope, Choices())
    p.locals = {**local, name: own}
    try:
        found = p.statements()
    except (ReadError, E.ShapeError):
        return {}
    if len(found) != 1 or found[0].ops != ("=",) or any(t.shape for t in found[0].terms):
        return {}
    gap = E.sub(*found[0].terms)
    if own not in set(E.walk(gap)) or E.free_indices(gap) or any(x.op in ("restate", "new", "blank") for x in E.walk(gap)):
        return {}
    if scope.asked and scope.asked in E.symbols_in(gap):
        return {}  # an equation for the unknown says nothing of another letter
    solved = _in_formula(gap, own)
    if solved is None:
        solved = root(gap, name, name in positive)
    return {} if solved is None else {name: solved}


def _of_joined(text: str, names: set[str], scope: Scope, local: dict[str, Expr]) -> dict[str, Expr]:
    """'Pz = q': what a system says of the one new letter that is written close to declared ones."""
    joined = {"".join(c for c in n if not scope.writes(c)) for n in names if 2 <= len(n) <= 4 and n not in scope.symbols and not scope.writes(n) and n not in CALLS}
    new = joined - {""}
    if len(new) != 1 or len(name := new.pop()) != 1 or name in scope.dims or name in local or name in INDEX_LETTERS or name == "T":
        return {}
    system = own_letter(text, name, scope, {n: e for n, e in local.items() if len(n) == 1 or n not in names})
    return {} if system is None or system.solution is None else {name: system.solution}


_KNOWN = frozenset(("T", "e", "pi", "arg", "top", "sum", "prod", "max", "min", "log", "exp", "Sigma", "Pi"))


def _is_letter(name: str) -> bool:
    return len(name) == 1 or name in GREEK_NAMES


def _in_formula(gap: Expr, own: Expr) -> Expr | None:
    """The one zero of a gap that is linear in a letter or in its inverse."""
    solved = _linear(gap, own)
    if solved is None:
        inverse = _linear(E.replace(gap, {own: E.div(E.ONE, own)}), own)
        solved = None if inverse is None or E.is_number(inverse, 0) else simplify(E.div(E.ONE, inverse))
    return solved


def _solved(gap: Expr, name: str, positive: bool) -> Expr:
    """The zero of a gap as a formula, else as a root."""
    found = _in_formula(gap, letter(name))
    return root(gap, name, positive) if found is None else found


def _linear(gap: Expr, own: Expr) -> Expr | None:
    """The one zero of a gap that is linear in a letter."""
    at_0, at_1 = (E.replace(gap, {own: value}) for value in (E.ZERO, E.ONE))
    slope = E.sub(at_1, at_0)
    if proved_equal(at_1, at_0) or not proved_equal(gap, E.add(at_0, E.mul(slope, own))):
        return None
    return simplify(E.div(E.neg(at_0), slope))


def equations_in(text: str) -> list[str]:
    """The parts of one formula, between commas and words, that are equations with closed brackets."""
    parts, start, depth, at = [], 0, 0, 0
    for cut in _PARTS.finditer(text):
        depth += sum((c in "([") - (c in ")]") for c in text[at : cut.start()])
        at = cut.start()
        if depth > 0 and cut.group() == ",":
            continue  # max(v_i - tau, 0)
        parts.append(text[start : cut.start()].strip(" .$"))
        start = cut.end()
    parts.append(text[start:].strip(" .$"))
    return [m for m in parts if m.count("=") == 1 and m != text and all(m.count(a) == m.count(b) for a, b in ("()", "{}", "[]"))]


def positive_letters(prose: str) -> frozenset[str]:
    """Letters that a text says to be positive or not negative."""
    return frozenset(_POSITIVE.findall(prose)) if ">" in prose or "≥" in prose or "\\ge" in prose else frozenset()


_POSITIVE = re.compile(r"\\?([A-Za-z]+)\s*(?:>|≥|\\geq?\b|\\geqslant\b|>=)\s*0(?![.\d])")


def exponents_in_words(prose: str, scope: Scope) -> dict[str, Expr]:
    """'q is the conjugate exponent of p': q = p/(p - 1), for a q that is not declared."""
    out: dict[str, Expr] = {}
    for m in _CONJUGATE.finditer(prose) if not _CONJUGATE_NEEDS.isdisjoint(stems(prose)) else ():
        new, of = m.groups()
        s = scope.symbols.get(of)
        if s is not None and not s.shape and s.kind == "value" and not scope.writes(new):
            p = E.sym(of)
            out[new] = E.div(p, E.sub(p, E.ONE))
    return out


WEIGHTS_READ = "stands for all weights that sum to 1"
_UNLESS = re.compile(r"(=\s*0\s*\$?)\s*(?:unless|except where|except when|only where)\s+")
_READ_AS = " is read as the number that the equation determines"


def without_read_words(prose: str, notes: Iterable[str] = ()) -> str:
    """The prose without the words that exponents_in_words and normalises have read; notes: those of the reply."""
    for name in {n.removesuffix(_READ_AS) for n in notes if n.endswith(_READ_AS)}:
        prose = _NORMALISED_BY.sub(lambda m, name=name: m["name"] if m["name"].lstrip("\\") == name else m[0], prose)  # type: ignore[misc]
        prose = re.sub(rf"(?<![A-Za-z])({re.escape(name)}\$?\s+(?:is|being|denotes))\s+(?:the|a)\s+(?:unique\s+)?(?:threshold|level|multiplier|shift)(?=\s+(?:such|so|with|for which|that|where)\b)",
                       r"\1 the number", prose)
        prose = re.sub(rf"\b(?:constant|factor)?\s*{_NORMALISER}\s+(?=\$?\\?{re.escape(name)}(?![A-Za-z]))", "", prose)
    if any(WEIGHTS_READ in n for n in notes):
        prose = _UNLESS.sub(r"\1 where ", prose)
    if _CONJUGATE_NEEDS.isdisjoint(stems(prose)):
        return prose
    return _CONJUGATE.sub(lambda m: m[0][: m.start(1) - m.start() + len(m[1])], prose)


_SUM_TO_ONE = r"\b(?:sums?(?:ming)?|adds?(?:\s+up)?|sum\s+up)\s+to\s+\$?(?:1\b(?!\.?\d|/)|one\b|unity\b)"
_NORMALISER = r"(?:normali[sz](?:ing|ation|er)(?:\s+(?:constant|factor|term))?\b|partition\s+function\b)"


_NORMALISED_BY = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)\$?,?\s*(?:(?:is|being|denotes|as|the|a|\s)*\s*(?:{_NORMALISER}|normali[sz]es\b(?:\s+(?:it|them|the\s+\w+))?)"
    rf"|(?:is\s+|being\s+)?(?:\w+\s+){{0,4}}?(?:chosen|such|so|set|ensur\w+|mak\w+|guarantee\w*|enforc\w+)\b[^.;\n]{{0,80}}?{_SUM_TO_ONE})")


def normalises(name: str, prose: str) -> bool:
    """Whether a text says of a letter that it makes entries sum to 1: 'Z is the normalising constant', 'c makes the p_i sum to one'.

    A letter that the text also sets equal to something is what that says.
    """
    written = rf"(?<![A-Za-z\\])\\?{re.escape(name)}(?![A-Za-z_^'])"
    if len(prose) > 8_000 or re.search(rf"{written}\s*(?:&\s*)?(?::=|=|\\propto|\\approx|≈|∝)", prose):
        return False
    for m in re.finditer(written, prose):
        found = _NORMALISED_BY.match(prose, m.start())
        if found is not None:
            return re.search(r"\bnot\b|n't\b|\bexcept\b|\bunless\b|\bnorm\b|\bunit\b|\blength\b|\bsquares?\b", re.split(r"[.;\n]", prose[m.start() :])[0]) is None
    return re.search(rf"{_NORMALISER}\s+\$?{written}", prose) is not None


def closed_by_a_capital(text: str, wanted: Wanted, local: dict[str, Expr], prose: str) -> list[Reading]:
    """'c_i/N where N is the normalising constant': a capital that would be read as a declared count n is what the words say."""
    if not wanted.normalised:
        return []
    for name in sorted(set(re.findall(r"(?<![A-Za-z\\])[A-Z](?![A-Za-z])", text))):
        if name not in wanted.scope.symbols and name.lower() in wanted.scope.symbols and normalises(name, prose):
            return closed_by_the_answer(text, ReadError(text, 0, f"'{name}' is not declared."), wanted, local, [], frozenset(), prose)
    return []


def closed_by_the_answer(
    text: str, err: ReadError, wanted: Wanted, local: dict[str, Expr], others: list[str], positive: frozenset[str], prose: str = "") -> list[Reading]:
    """'x = (v - nu 1)_+ where nu is such that 1^T x = 1': the letter is the root of the equation with the answer put in.

    Where the entries of the unknown must sum to 1, 'Z is the normalising constant' says that equation in words.
    """
    undeclared = _UNDECLARED.search(err.what)
    if undeclared is None or not wanted.asked or not _is_letter(undeclared[1]):
        return []
    name = undeclared[1]
    try:
        found = readings(text, wanted.scope, {**local, name: letter(name)})
    except ReadError:
        return []
    unknown = E.sym(wanted.asked, wanted.shape)
    formulas = [next((f for st in r.statements if (f := _formula(st.terms, unknown)) is not None), None) for r in found]
    if None in formulas:
        return []
    gaps = [gap for other in others if (gap := _equation_for(other, wanted.scope, unknown, local)) is not None]
    if wanted.normalised and not gaps and normalises(name, prose):
        gaps = [E.sub(E.total(unknown), E.ONE)]
    out = []
    for r, formula in zip(found, formulas, strict=True):
        values = {_solved(E.replace(gap, {unknown: formula}), name, name in positive) for gap in gaps if formula is not None}
        if len(values) != 1:
            return []
        value = values.pop()
        put = {letter(name): value}
        statements = tuple(replace(st, terms=tuple(E.replace(t, put) for t in st.terms)) for st in r.statements)
        out.append(replace(r, statements=statements, notes=(*r.notes, f"{name}{_READ_AS}")))
    return out


def _equation_for(text: str, scope: Scope, unknown: Expr, local: dict[str, Expr]) -> Expr | None:
    """The gap of a scalar equation in the unknown and declared symbols."""
    if text.count("=") != 1 or len(text) > MOST:
        return None
    try:
        said = readings(text, scope, local)[0].statements
    except ReadError:
        return None
    if len(said) != 1 or said[0].ops != ("=",) or any(t.shape for t in said[0].terms) or said[0].terms[0] == unknown:
        return None
    gap = E.sub(*said[0].terms)
    return gap if str(unknown.data) in E.symbols_in(gap) and not E.free_indices(gap) else None


def _formula(terms: tuple[Expr, ...], unknown: Expr) -> Expr | None:
    """The formula of the unknown that a statement gives: x = ..., or x_i = ... for every i."""
    left, right = terms[0], terms[-1]
    if left == unknown and right.shape == unknown.shape:
        return right
    if left.op == "at" and left.args[0] == unknown and len(left.args) == 2 and left.args[1].op == "idx" and not right.shape and len(unknown.shape) == 1:
        return E.comp(str(left.args[1].data), right, unknown.shape[0])
    return None
