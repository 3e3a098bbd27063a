"""Two texts -> equal, different, undecided or unreadable: general algebra in declared or assumed symbols.

Values are equal if they agree wherever both are defined; a difference of domain is noted in the
reason. Conditions (equations, inequalities, intervals) are equal if the same points satisfy them; a
point where a condition is undefined does not satisfy it. Sets ignore order and repetition, lists
do not. `different` is always confirmed exactly, or in more and more digits, at the witness. `equal`
is proved (normal forms, cases, exact cells, SymPy) or measured; the rest is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import mpmath
import numpy as np

from derive.errors import ReadError, UsageError
from derive.grading.decimals import Shown, shown_entries
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal, to_sympy
from derive.maths.calls import CALLS
from derive.maths.equality import Tally, show_value, suspects
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten, to_mpf
from derive.maths.expr import Expr, shape_text
from derive.maths.lex import GREEK_NAMES, Token, lex
from derive.maths.parse import RELATIONS, WORDS, Choices, Parser
from derive.maths.symbols import Scope, Symbol, parse_type
from derive.maths.worlds import SEED, WorldSet, describe, dims_of, draw, gather, relevant, world_sets
from derive.maths.write import plain


@dataclass(frozen=True)
class Bounds:
    """Every bound of a comparison. All are counted, none is a time."""

    parts: int = 1_000  # operations in a formula
    depth: int = 120  # operations inside one another
    loops: int = 6_000  # operations of one evaluation, terms of sums included
    proof_parts: int = 80  # operations of a formula that SymPy is asked about
    proof_power: int = 12  # exponents in it
    digits: tuple[int, ...] = (60, 120, 300)  # precisions at which an irrational difference must be stable
    spread: int = 300  # powers of ten between the sizes of the parts of a formula that digits can bridge
    spread_parts: int = 150  # parts that are looked at for it
    fresh: int = 3  # instances of a batch compared exactly after the float filter agrees
    least: int = 6  # instances that must be compared exactly where others are out of reach
    entries: int = 40  # elements of a set
    rounding: int = 2  # significant digits that a decimal needs to stand for an exact number


BOUNDS = Bounds()


@dataclass(frozen=True)
class Counterexample:
    """An instance at which two expressions differ: values of the symbols, and both sides there."""

    at: dict[str, Any]
    left: Any
    right: Any

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"at": self.at, "left": self.left, "right": self.right}


@dataclass(frozen=True)
class Comparison:
    """The outcome of a comparison.

    verdict: 'equal', 'different', 'undecided' or 'unreadable'; strength: 'proved' or 'measured', ''
    where nothing was decided; left, right: what was read; witness: where they differ.
    """

    verdict: str
    reason: str
    strength: str = ""
    witness: Counterexample | None = None
    left: str = ""
    right: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {"verdict": self.verdict, "strength": self.strength or None, "reason": self.reason, "left": self.left,
                "right": self.right, "witness": self.witness.to_dict() if self.witness else None}


def compare(a: str, b: str, where: str = "") -> Comparison:
    """Decide whether two texts (LaTeX, Unicode, plain, Python) are equal.

    where: types of symbols, 'x: positive, A: matrix(n,n), n: integer' (derive.maths.symbols); a letter
    that it leaves out is a real scalar, a natural number where only that fits, and is named in the reason.
    Never raises on a and b. Raises UsageError where `where` cannot be read.
    Source: design, section 6; Schwartz-Zippel for agreement of rational expressions.
    """
    declared, dims = _declarations(where)
    try:
        scope, assumed = _scope((a, b), declared, dims)
    except ReadError as err:
        return Comparison("unreadable", f"{'Left' if err.text in a else 'Right'}: {err}\n{err.caret()}")
    outcomes: list[Comparison] = []
    failed: Comparison | None = None
    for choices in _choices(a, b, scope):
        sides: list[_Reader] = []
        for name, text in (("Left", a), ("Right", b)):
            reader = _Reader(text, scope, choices)
            try:
                reader.read()
            except (ReadError, E.ShapeError, RecursionError) as err:
                caret = f"\n{err.caret()}" if isinstance(err, ReadError) and err.text else ""
                failed = failed or Comparison("unreadable", f"{name}: {err}{caret}", left=sides[0].shown if sides else "")
                break
            sides.append(reader)
        if len(sides) == 2:
            outcomes.append(_decide(sides[0], sides[1], assumed, scope))
    if not outcomes:
        assert failed is not None
        return failed
    if len({o.verdict for o in outcomes}) > 1:
        said = "; ".join(f"{o.left} and {o.right} are {o.verdict}" for o in outcomes)
        return Comparison("undecided", f"The notation is ambiguous and its readings differ: {said}.", left=outcomes[0].left, right=outcomes[0].right)
    return outcomes[0]


def _decide(left: _Reader, right: _Reader, assumed: list[str], scope: Scope) -> Comparison:
    whole = Expr("list", (left.expr, right.expr))
    counts = _discrete(whole)
    used = E.symbols_in(whole)
    symbols = {n: replace(s, domain="count" if n in counts else "real") if n in assumed else s for n, s in scope.symbols.items() if n in used}
    case = _Case(symbols, _open_dims(whole), whole)
    try:
        found = case.compare(left.expr, right.expr)
    except (NotEvaluable, Undefined) as err:
        found = Comparison("undecided", f"It could not be decided: {err}.")
    except (ArithmeticError, ValueError, MemoryError, RecursionError) as err:
        found = Comparison("undecided", f"It could not be decided: the numbers are out of reach ({type(err).__name__}).")
    said = [*dict.fromkeys([*left.notes, *right.notes])]
    free = sorted(n for n in assumed if n in used)
    if free:
        natural = [n for n in free if n in counts]
        real = [n for n in free if n not in counts]
        said += [f"taken as {kind}: {', '.join(names)}" for kind, names in (("real", real), ("a natural number", natural)) if names]
    reason = f"{found.reason} ({'; '.join(said)}.)" if said else found.reason
    return replace(found, reason=reason, left=left.shown, right=right.shown)


# ------------------------------------------------------------------------------------------ names

_SHORT = re.compile(r"(.+?)\s*(>=|≥|!=|≠|>|<)\s*0\Z")
_SIGNS = {">": "positive", ">=": "nonnegative", "≥": "nonnegative", "<": "negative", "!=": "nonzero", "≠": "nonzero"}
_FIXED = frozenset(("e", "i", "pi", "arg", "argmax", "argmin", "lim", "inf", "infinity", "oo", "infty", "Inf", "sup", "mod", "ones", "zeros"))
_OPERATORS = frozenset(("∑", "∏", "sum", "prod", "max", "min", "argmax", "argmin", "sup"))
_OPEN, _CLOSE = frozenset(["(", "[", "{", "\\{", "⟨", "⌊", "⌈"]), frozenset([")", "]", "}", "\\}", "⟩", "⌋", "⌉"])


def _declarations(where: str) -> tuple[dict[str, Symbol], frozenset[str]]:
    """The symbols and dimensions that a `where` text declares."""
    symbols: dict[str, Symbol] = {}
    waiting: list[str] = []
    for piece in re.split(r"[,;\n](?![^()]*\))", where):
        name, colon, kind = piece.partition(":")
        short = _SHORT.match(piece.strip())
        if not piece.strip():
            continue
        if not colon and not short:
            waiting.append(piece)  # x, y: positive
            continue
        names = [*waiting, short.group(1) if short else name]
        waiting = []
        try:
            what, shape, domain, of = parse_type(_SIGNS[short.group(2)] if short else kind)
            if not shape and domain in ("spd", "symmetric", "simplex"):
                raise ValueError(f"'{kind.strip()}' needs a shape, like {domain} {'vector(n)' if domain == 'simplex' else 'matrix(n, n)'}.")
            for key in map(_declared_name, names):
                symbols[key] = Symbol(key, shape, domain, what, of=of)
                if "_" in key:
                    symbols.setdefault(key.partition("_")[0], Symbol(key.partition("_")[0]))
        except ValueError as err:
            raise UsageError("where", str(err), "Example: x: positive, A: matrix(n, n), n: integer.") from None
    if waiting:
        raise UsageError("where", f"'{waiting[0].strip()}' has no type.", "Example: x: positive, A: matrix(n, n), n: integer.")
    return symbols, frozenset(dims_of(symbols.values()))


def _declared_name(text: str) -> str:
    try:
        tokens = lex(text)[:-1]
    except ReadError:
        tokens = []
    name = "".join(str(t.value[1] if t.kind == "num" else f"_{t.value}" if t.kind == "sub" else t.value) for t in tokens)
    name = name.replace("{", "").replace("}", "")
    if not tokens or tokens[0].kind != "name" or not re.fullmatch(r"[A-Za-z]\w*", name):
        raise ValueError(f"'{text.strip()}' is no name.")
    return name


def _scope(texts: Iterable[str], declared: dict[str, Symbol], dims: frozenset[str]) -> tuple[Scope, list[str]]:
    """The scope of a comparison, and the names that it takes as scalars."""
    symbols = {n: s for n, s in declared.items() if n not in dims}
    shaped = bool(dims) or any(s.shape for s in symbols.values())
    assumed: list[str] = []
    for text in texts:
        for name in _undeclared(_tokens(text), symbols.keys() | dims, shaped):
            if name not in symbols:
                # An integer may bound a sum; the domain that is assumed follows from the use.
                symbols[name] = Symbol(name, domain="integer")
                assumed.append(name)
    size: E.Dim = next(iter(sorted(dims)), "n")
    fixed = {s.shape[0] for s in symbols.values() if s.shape and isinstance(s.shape[0], int)}
    return Scope(symbols, dims, fixed.pop() if not dims and len(fixed) == 1 else size), assumed


def _undeclared(tokens: list[Token], known: frozenset[str] | set[str], shaped: bool) -> Iterator[str]:
    """Names that stand for scalars without a declaration: letters, Greek letters, x_1, and the letters of xy."""
    bound: set[str] = set()
    for j, t in enumerate(tokens[:-1]):
        if t.value in _OPERATORS and (tokens[j + 1].kind == "sub" or tokens[j + 1].value == "_"):
            bound |= set(_subscript(tokens, j + 1)[0].partition("=")[0].partition("∈")[0])
    i = 0
    while i < len(tokens):
        t = tokens[i]
        i += 1
        if t.kind == "cmd" and t.value in ("begin", "end"):
            i += 1 if tokens[i].braced else 3
        if t.kind == "sub" or t.value == "_":
            i = _subscript(tokens, i - 1)[1]
        if t.kind != "name":
            continue
        name = str(t.value)
        follower = tokens[i] if i < len(tokens) else t
        subscripted = i < len(tokens) and (follower.kind == "sub" or follower.value == "_")
        if name in CALLS and subscripted and name != "norm":  # the b of log_b x is a name of its own
            i += 1
        elif name in CALLS or name in WORDS or name in _FIXED or name in bound or "." in name or (shaped and name in ("T", "I")) or (
                name == "R" and ((i > 1 and tokens[i - 2].value in ("∈", "bold")) or follower.value == "∖" or len(tokens) == 1)) or (
                len(name) > 3 and name not in GREEK_NAMES and name not in known):
            continue
        elif subscripted and name not in _OPERATORS:
            key, i = _subscript(tokens, i)
            if name not in known and not set(re.findall(r"[A-Za-z]", key)) & bound:
                yield from (name, f"{name}_{key}")
        elif name in known:
            continue
        elif len(name) == 1 and follower.kind == "num" and not follower.spaced and i < len(tokens):
            yield from (name, name + str(follower.value[1]))
        else:
            yield from (name,) if len(name) == 1 or name in GREEK_NAMES else (c for c in name if c not in known and c not in _FIXED)


def _subscript(tokens: list[Token], i: int) -> tuple[str, int]:
    """The text of the subscript at place i and the place after it."""
    if tokens[i].kind == "sub":
        return str(tokens[i].value), i + 1
    out, level, i = "", 0, i + 1
    while i < len(tokens):
        t = tokens[i]
        i += 1
        level += (t.value in _OPEN) - (t.value in _CLOSE)
        if t.value not in ("{", "}") and t.kind != "cmd":
            out += str(t.value[1] if t.kind == "num" else t.value)
        if level <= 0:
            break
    return out, i


def _discrete(e: Expr) -> frozenset[str]:
    """Symbols that only a natural number fits: they stand in factorials, binomials or bounds of sums."""
    parts = [x.args for x in E.walk(e) if x.op == "fn" and x.data in ("factorial", "binom")]
    parts += [x.args[1:] for x in E.walk(e) if x.op == "reduce"]
    return frozenset(n for args in parts for a in args for n in E.symbols_in(a))


def _open_dims(e: Expr) -> frozenset[str]:
    return frozenset(d for x in E.walk(e) for d in x.shape if isinstance(d, str)) | {x.data for x in E.walk(e) if x.op == "dim"}


# ------------------------------------------------------------------------------------------ reading

REALS = Expr("interval", (E.neg(E.INF), E.INF), (), (False, False))
_SPELLINGS = (("\\emptyset", "\\{\\}"), ("\\varnothing", "\\{\\}"), ("∅", "\\{\\}"), ("\\cap", "∧"), ("∩", "∧"), ("ℝ", " R "))
_RELATION_NAMES = {"=": "=", "≠": "!=", "<": "<", ">": ">", "≤": "<=", "≥": ">="}
_RELATIONS = frozenset((*_RELATION_NAMES, "∈"))


def _tokens(text: str) -> list[Token]:
    for written, meant in _SPELLINGS:
        text = text.replace(written, meant)
    out = [t for t in lex(text)[:-1] if t.value not in ("$", "quad")]
    # \text{ or }: the words that join formulas, without their command.
    out = [t for k, t in enumerate(out) if not (t.kind == "cmd" and t.value in ("text", "textrm", "mathrm") and k + 1 < len(out)
                                                and out[k + 1].value in ("or", "and"))]
    while out and out[-1].kind == "op" and out[-1].value in (".", ",", ";"):
        out.pop()
    return out


def _split(tokens: list[Token], *marks: str) -> list[list[Token]]:
    """The tokens between these operators or words, outside brackets and environments."""
    out: list[list[Token]] = [[]]
    level = 0
    for t in tokens:
        level += (t.value in _OPEN or t.value == "begin") - (t.value in _CLOSE or t.value == "end") if t.kind in ("op", "cmd") else 0
        if level == 0 and t.kind in ("op", "name") and t.value in marks:
            out.append([])
        else:
            out[-1].append(t)
    return out


def _wrapped(tokens: list[Token]) -> bool:
    """Whether the first token is a bracket that closes with the last one."""
    level = 0
    for k, t in enumerate(tokens):
        level += (t.value in _OPEN) - (t.value in _CLOSE) if t.kind == "op" else 0
        if level == 0:
            return 0 < k == len(tokens) - 1
    return False


def _choices(a: str, b: str, scope: Scope) -> list[Choices]:
    """The ways to read both texts, the usual one first."""
    met: set[str] = set()
    for text in (a, b):
        reader = _Reader(text, scope, Choices())
        try:
            reader.read()
        except (ReadError, E.ShapeError, RecursionError):
            met |= {"slash"} if "/" in text else set()
        met |= reader.met
    return [Choices(slash, bars, mixed) for slash, bars, mixed in product(
        ("left", "right") if "slash" in met else ("left",), ("abs", "norm") if "bars" in met else ("abs",),
        ("sum", "product") if "mixed" in met else ("sum",))]


@dataclass
class _Reader:
    """Reads one side: a value, a set, a list, an interval or a condition, as an Expr."""

    text: str
    scope: Scope
    choices: Choices
    expr: Expr = E.ZERO
    shown: str = ""
    met: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Raises ReadError where the text is no formula."""
        tokens = _tokens(self.text)
        if not tokens:
            raise ReadError(self.text, 0, "There is no formula here.", "a formula")
        if any(t.value == "±" for t in tokens):
            if "\\mp" in self.text or "∓" in self.text:
                raise ReadError(self.text, 0, "± and ∓ stand together.", "the two cases written out")
            both = [self.thing([t._replace(value=s) if t.value == "±" else t for t in tokens]) for s in "+-"]
            self.expr = Expr("or" if _is_condition(both[0]) else "set", tuple(both))
        else:
            self.expr = self.thing(tokens)
        _bounded(self.expr, self.text)
        self.shown = _written(self.expr)

    def thing(self, tokens: list[Token]) -> Expr:
        """What a run of tokens is."""
        for marks, joined in ((("∨", "or"), "or"), (("∧", "and"), "and"), ((",", ";", "\\\\"), "list"), (("∪",), "union"), (("∖",), "minus")):
            parts = _split(tokens, *marks)
            if len(parts) > 1 and (joined in ("or", "and", "list") or len(_split(tokens, *_RELATIONS)) == 1):
                return self.joined(joined, [self.thing(p) for p in parts if p])
        sides = _split(tokens, "∈")
        if len(sides) == 2:
            inside = member(self.thing(sides[1]), self.formula(sides[0]))
            if inside is None:
                raise ReadError(self.text, tokens[0].pos, "What stands after ∈ is no set of numbers.", "an interval or a set")
            return inside
        first = tokens[0] if tokens else Token("end", "", len(self.text))
        if len(tokens) == 1 and first.value == "R" and "R" not in self.scope.symbols:
            return REALS
        if len(tokens) == 2 and first.value == "bold" and tokens[1].value == "R":
            return REALS
        if first.value in ("\\{", "{") and first.kind == "op" and _wrapped(tokens):
            items = _split(tokens[1:-1], ",", ";")
            if first.value == "\\{" or len(items) > 1:
                return Expr("set", tuple(self.thing(x) for x in items if x))
            return self.thing(tokens[1:-1])
        x = self.formula(tokens)
        if x.op == "vec" and first.value in ("(", "[") and _wrapped(tokens):
            x = x._replace(data=f"{first.value}{tokens[-1].value}")
        return x

    def joined(self, how: str, parts: list[Expr]) -> Expr:
        """Alternatives, conjunctions, unions and lists."""
        if not parts:
            raise ReadError(self.text, 0, "There is no formula here.", "a formula")
        if how == "list" and all(map(_is_condition, parts)):
            names = {p.args[0] if p.op == "rel" and p.data == "=" and p.args[0].op == "sym" else None for p in parts}
            how = "or" if len(names) == 1 and None not in names and len(parts) > 1 else "and"
            self.notes.append(f"the commas of '{_written(Expr('list', tuple(parts)))}' are read as '{how}'")
        elif how in ("or", "and") and not any(map(_is_condition, parts)):
            ranges = all(p.op in ("interval", "union", "set", "minus", "meet") or (p.op == "vec" and p.data) for p in parts)
            how = ("union" if how == "or" else "meet") if ranges else "set" if how == "or" else "list"
        if how == "list" and all(not p.shape and p.op not in E.COLLECTIONS and not _is_condition(p) for p in parts):
            return E.vec(tuple(parts))
        if len(parts) == 1:
            return parts[0]
        return Expr(how, tuple(parts))

    def formula(self, tokens: list[Token]) -> Expr:
        """An expression or a chain of relations."""
        end = tokens[-1].pos + 1 if tokens else len(self.text)
        p = Parser(self.text, self.scope, self.choices, [*tokens, Token("end", "", end)])
        p.accept("=")  # "= 2n": a continued line
        terms, ops = [p.expression()], []
        while p.tok.kind == "op" and (p.tok.value in RELATIONS or p.tok.value == "&"):
            if p.accept("&"):
                continue
            op = _RELATION_NAMES.get(str(p.tok.value))
            if op is None:
                p.fail("=, ≠, <, ≤, >, ≥ or ∈", f"'{p.tok.value}' is not compared.")
            ops.append(str(op))
            p.i += 1
            p.accept("&")
            terms.append(p.expression())
        if p.tok.kind != "end":
            p.fail_at_rest()
        self.met |= p.met
        self.notes += p.notes
        if "slash" in p.met:
            self.notes.append("1/2x is read as " + ("(1/2) x" if self.choices.slash == "left" else "1/(2x)"))
        parts = tuple(E.rel(op, x, y) for op, x, y in zip(ops, terms, terms[1:], strict=False))
        return terms[0] if not parts else parts[0] if len(parts) == 1 else Expr("and", parts)


def _bounded(e: Expr, text: str) -> None:
    """Refuse a formula with too many parts, or too deep for a recursive evaluation."""
    level, count = [e], 0
    for _ in range(BOUNDS.depth):
        count += len(level)
        level = [a for x in level for a in x.args]
        if not level:
            break
    if level or count > BOUNDS.parts:
        raise ReadError(text, 0, f"The formula has more than {BOUNDS.parts} operations, or {BOUNDS.depth} inside one another.", "a shorter formula")


def _written(e: Expr) -> str:
    if e.op in ("union", "minus", "meet", "or", "and", "list"):
        sign = {"union": " ∪ ", "minus": " ∖ ", "meet": " ∩ ", "list": ", "}.get(e.op, f" {e.op} ")
        return sign.join(map(_written, e.args))
    return "ℝ" if e == REALS else f"{e.data[0]}{', '.join(map(plain, e.args))}{e.data[1]}" if e.op == "vec" and e.data else plain(e)


def _is_condition(e: Expr) -> bool:
    return e.op in E.CONDITIONS


# ------------------------------------------------------------------------------------------ sets of numbers as conditions

_FLIP = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def member(s: Expr, t: Expr) -> Expr | None:
    """The condition that the number t lies in s: an interval, a finite set, unions and differences of them."""
    if s.op == "interval" or (s.op == "vec" and s.data and len(s.args) == 2):
        low, high = s.data if s.op == "interval" else (s.data[0] == "[", s.data[1] == "]")
        ends = [E.rel("<=" if low else "<", s.args[0], t)] if s.args[0] != E.neg(E.INF) else []
        ends += [E.rel("<=" if high else "<", t, s.args[1])] if s.args[1] != E.INF else []
        return Expr("and", tuple(ends))
    if s.op == "set" and not any(x.shape or x.op in E.COLLECTIONS or _is_condition(x) for x in s.args):
        return Expr("or", tuple(E.rel("=", t, x) for x in s.args))
    if s.op in ("union", "minus", "meet"):
        parts = [member(x, t) for x in s.args]
        if all(p is not None for p in parts):
            found = [p for p in parts if p is not None]
            if s.op == "minus":
                found = [found[0], *(negated(p) for p in found[1:])]
            return Expr("or" if s.op == "union" else "and", tuple(found))
    return None


def negated(c: Expr) -> Expr:
    """The condition that holds where c, which is defined everywhere, does not."""
    if c.op == "rel":
        return E.rel(_FLIP[c.data], *c.args)
    if c.op in ("and", "or"):
        return Expr("or" if c.op == "and" else "and", tuple(map(negated, c.args)))
    return c.args[0] if c.op == "not" else E.truth(not c.data)


def atoms(c: Expr) -> list[Expr]:
    """The relations in a condition."""
    return [c] if c.op == "rel" else [x for a in c.args for x in atoms(a)] if c.op in ("and", "or", "not") else []


# ------------------------------------------------------------------------------------------ instances

class Unclear(NotEvaluable):
    """Two irrational numbers agree to every digit looked at, but that carries no weight here."""


def signs(a: Expr, b: Expr, w: World) -> list[int] | None:
    """The signs of a - b, entry by entry; None where one side is undefined.

    Rationals exactly. For irrational numbers the digits grow with the spread of the sizes of all parts
    of the formulas, so that nothing is absorbed; a sign counts if two precisions agree on it and on the
    size to within a half, well above the rounding of the lower one. Zero is agreement to half of the digits
    of the highest. Raises Unclear where the spread asks for too many digits, or nothing of this holds.
    """
    x, y = value_at(a, w), value_at(b, w)
    if x is None or y is None:
        x, y = value_at(a, w, BOUNDS.digits[-1]), value_at(b, w, BOUNDS.digits[-1])
        if x is None or y is None:
            return None
    gaps = _gaps(x, y, BOUNDS.digits[0])
    if all(isinstance(g, Fraction) for g in gaps):
        return [(g > 0) - (g < 0) for g in gaps]
    spread = max(_spread(a, w), _spread(b, w))
    if spread > BOUNDS.spread:
        raise Unclear("the numbers are too large, or too close, to be told apart in digits")
    earlier: list[Value] = []
    for digits in (d + 10 * spread for d in BOUNDS.digits):
        x, y = value_at(a, w, digits), value_at(b, w, digits)
        if x is None or y is None:
            return None
        gaps = _gaps(x, y, digits)
        found = [_stable(g, h, digits // 4) for g, h in zip(earlier, gaps, strict=False)]
        if found and all(found):
            return found
        earlier = gaps
    with mpmath.workdps(30):
        small = mpmath.mpf(10) ** -(BOUNDS.digits[-1] // 2)
        if all(s or abs(g) < small for s, g in zip(found, earlier, strict=True)):
            return found
    raise Unclear("the numbers are too close to be told apart in digits")


def value_at(e: Expr, w: World, digits: int = BOUNDS.digits[0]) -> Value | None:
    """The value in a world, or None where it is undefined."""
    try:
        for x in E.walk(e):
            if x.op == "reduce" and not any(E.free_indices(a) for a in x.args[1:]):
                lo, hi = (exact(a, w) for a in x.args[1:])
                if hi < lo - 1:  # sums below the empty one have no agreed meaning
                    return None
        return exact(e, w, digits)
    except Undefined:
        return None


def _gaps(a: Value, b: Value, digits: int) -> list[Value]:
    with mpmath.workdps(digits):
        out: list[Value] = []
        for x, y in zip(flatten(a), flatten(b), strict=True):
            if isinstance(x, Fraction) and isinstance(y, Fraction):
                out.append(x - y)
            elif isinstance(x, bool) or isinstance(y, bool):
                raise NotEvaluable("a condition stands where a number is compared")
            else:
                p, q = to_mpf(x), to_mpf(y)
                out.append(Fraction(0) if p == q and mpmath.isinf(p) else p - q)
        return out


def _stable(g: Value, h: Value, digits: int) -> int:
    """The sign of a difference above 10^-digits that two precisions agree on, else 0."""
    if isinstance(h, Fraction):
        return (h > 0) - (h < 0)
    if not (mpmath.isfinite(g) and mpmath.isfinite(h)):
        return int(mpmath.sign(h)) if mpmath.isinf(h) else 0
    with mpmath.workdps(30):
        size = abs(h)
        return int(mpmath.sign(h)) if size > mpmath.mpf(10) ** -digits and abs(to_mpf(g) - h) <= size / 2 else 0


def _spread(e: Expr, w: World) -> int:
    """How many digits the sizes of the parts of e span: the largest |log10| of any of them."""
    parts = {x for x in E.walk(e) if x.op not in ("rel", "and", "or", "not", "bool", "reduce") and not E.free_indices(x)}
    if len(parts) > BOUNDS.spread_parts:
        return 10**9
    out = 0
    for x in parts:
        v = value_at(x, w)
        for n in flatten(v) if v is not None else ():
            if n != 0 and mpmath.isfinite(to_mpf(n)):
                size = abs(to_mpf(n))
                out = max(out, abs(int(mpmath.log10(size))))
                if x.op == "fn" and x.data in ("tanh", "sigmoid"):
                    out = max(out, int(abs(to_mpf(flatten(value_at(x.args[0], w))[0]))) if not x.shape else out)
    return out


def _cost(e: Expr) -> int:
    """Operations of one evaluation, the terms of sums counted one by one."""
    inner = sum(map(_cost, e.args)) + 1
    if e.op == "reduce":
        lo, hi = (E.number_value(a) for a in e.args[1:])
        inner *= max(int(hi - lo) + 1, 1) if lo is not None and hi is not None else 16
    return min(inner, 10**9)


def _inside(s: Symbol, v: Fraction) -> bool:
    """Whether a number lies in the domain of a scalar symbol."""
    if s.domain in ("integer", "count") and v.denominator != 1:
        return False
    tests = {"positive": v > 0, "nonnegative": v >= 0, "negative": v < 0, "nonzero": v != 0, "unit": 0 < v < 1, "count": v >= 1}
    return tests.get(s.domain, True)


def _texts(a: Value, b: Value) -> tuple[Any, Any]:
    """Two values as a witness shows them, with as many digits as tell them apart."""
    if a is None or b is None:
        return "undefined" if a is None else show_value(a), "undefined" if b is None else show_value(b)
    x, y = show_value(a), show_value(b)
    if x == y or "0" in (x, y):
        with mpmath.workdps(60):
            long = [[mpmath.nstr(to_mpf(v), 55) for v in flatten(s)] for s in (a, b)]
        if x == y:
            return (long[0], long[1]) if isinstance(a, list) else (long[0][0], long[1][0])
        x, y = (t[0] if s == "0" and not isinstance(v, list) and v != 0 else s for s, t, v in zip((x, y), long, (a, b), strict=True))
    return x, y


def _prose(v: Any) -> str:
    return "(" + ", ".join(map(_prose, v)) + ")" if isinstance(v, list) else str(v)


def _different(reason: str, at: dict[str, Any], left: Any, right: Any) -> Comparison:
    inside = ", ".join(f"{k} = {_prose(v)}" for k, v in at.items())
    where = f" At {inside}:" if inside and len(inside) < 200 else ""
    said = f"{reason}{where} {_prose(left)} on the left, {_prose(right)} on the right."
    return Comparison("different", said, "proved", Counterexample(at, left, right))


def _undecided(why: str) -> Comparison:
    return Comparison("undecided", f"It could not be decided: {why}.")


# ------------------------------------------------------------------------------------------ the decision

@dataclass
class _Case:
    """One comparison: the symbols that occur, their instances, and the two sides."""

    symbols: dict[str, Symbol]
    dims: frozenset[str]
    whole: Expr

    def compare(self, a: Expr, b: Expr) -> Comparison:
        """Dispatch by what the sides are."""
        if _cost(a) + _cost(b) > BOUNDS.loops:
            return _undecided("a sum has too many terms")
        kinds = tuple(map(_kind, (a, b)))
        if "range" in kinds or set(kinds) == {"set", "condition"}:
            return self.ranges(a, b)
        if kinds == ("condition", "condition"):
            return self.conditions(a, b)
        if kinds == ("set", "set"):
            return self.sets(a, b)
        if "list" in kinds and set(kinds) <= {"list", "value"}:
            return self.lists(a, b)
        if kinds == ("value", "value"):
            if a.op == b.op == "vec" and a.data and b.data and a.data != b.data and len(a.args) == len(b.args) == 2:
                found = self.values(a, b)
                if found.verdict != "equal":
                    return found
                return _undecided("the brackets differ; they are equal as vectors, not as intervals")
            return self.values(a, b)
        if "condition" in kinds:
            return _undecided(f"{_NAMES[kinds[0]]} stands on the left, {_NAMES[kinds[1]]} on the right")
        return Comparison("different", f"{_NAMES[kinds[0]].capitalize()} stands on the left, {_NAMES[kinds[1]]} on the right.", "proved",
                          Counterexample({}, _NAMES[kinds[0]], _NAMES[kinds[1]]))

    # -------------------------------------------------------------- instances

    @cached_property
    def scalars(self) -> list[Symbol]:
        return [s for s in self.symbols.values() if not s.shape and s.kind == "value"]

    @cached_property
    def positive(self) -> frozenset[str]:
        return frozenset(s.name for s in self.symbols.values() if s.domain in ("positive", "nonnegative", "unit", "count", "simplex"))

    @cached_property
    def sets_of_worlds(self) -> list[WorldSet]:
        """Generic instances, with zeros and ties, over many scales, and at the numbers that the formulas hold."""
        extra = {d: Symbol(d, kind="dimension") for d in self.dims}
        named = {**extra, **self.symbols}
        if not self.symbols and not self.dims:
            return [gather("generic", [World({}, {})], {})]
        out = world_sets(named, ("generic", "zeros", "ties") if self.dims else ("generic", "zeros"), count=8)
        dims = out[-1].batch.dims
        rng = np.random.default_rng(SEED)
        if any(s.domain in ("real", "positive", "nonnegative", "negative", "nonzero") for s in self.scalars):
            wide = draw(named, dict(dims), "scales", 16, SEED + 7)
            for w in wide.worlds:
                for s in self.scalars:
                    if s.domain in ("real", "positive", "nonnegative", "negative", "nonzero"):
                        w.values[s.name] = w.values[s.name] * Fraction(2) ** int(rng.choice((-30, -10, -4, 3, 6, 10, 20, 40)))  # type: ignore[index]
            out.append(gather("scales", wide.worlds, dict(dims)))
        if self.scalars:
            out.append(self.special(named, dict(dims), rng))
        return out

    def special(self, named: dict[str, Symbol], dims: dict[str, int], rng: np.random.Generator) -> WorldSet:
        """Small integers, and the numbers in the formulas with their neighbours, for every scalar."""
        literals = {v for x in E.walk(self.whole) if (v := E.number_value(x)) is not None and abs(v) < 10**12}
        pool = {Fraction(k) for k in range(-3, 4)} | {s * v + d for v in sorted(literals)[:12] for s in (1, -1) for d in (-1, 0, 1)}
        pool |= {v + Fraction(1, 2) for v in pool} if len(pool) < 30 else set()
        count = min(max(24, len(pool)), 60) if len(self.scalars) == 1 else 30
        worlds = draw(named, dims, "special", count, SEED + 11).worlds
        for s in self.scalars:
            fit = sorted(v for v in pool if _inside(s, v))
            for k, w in enumerate(worlds):
                if fit:
                    w.values[s.name] = fit[k % len(fit) if len(self.scalars) == 1 else int(rng.integers(0, len(fit)))]  # type: ignore[index]
        return gather("special", worlds, dims)

    # -------------------------------------------------------------- values

    def values(self, a: Expr, b: Expr) -> Comparison:
        """Expressions: equal where both are defined, or different at a witness."""
        a, b = (x._replace(data=None) if x.op == "vec" else x for x in (a, b))
        a, b = (E.zeros(*y.shape) if y.shape and E.is_number(x, 0) else x for x, y in ((a, b), (b, a)))
        if a.shape != b.shape:
            return self.shapes(a, b)
        rounded = self.rounded(a, b)
        if rounded is not None:
            return rounded
        seen = self.sample(a, b)
        if seen.found is not None:
            return seen.found
        if not seen.both:
            constant = normal_form(E.sub(a, b), self.positive) if seen.unclear and not a.shape else None
            if constant is not None and len(constant) == 1 and self.defined(a, b) and (frozenset(), frozenset()) in constant:
                c = constant[(frozenset(), frozenset())]
                return _different(f"They differ by {_prose(show_value(c))}.", {}, plain(a), plain(b))
            if seen.unclear and not seen.far and self.proved(a, b):
                return Comparison("equal", f"They are equal: {self.proved(a, b)}.", "proved")
            return _undecided(seen.why or "no instance was found at which both sides are defined")
        note = self.domain_note(a, b, seen)
        if not self.symbols and not self.dims and seen.rational:
            return Comparison("equal", "They are the same number, exactly.", "proved")
        how = self.proved(a, b)
        if how:
            return Comparison("equal", f"They are equal{' where both are defined' if note else ''}: {how}.{note}", "proved")
        if seen.unclear and seen.both < BOUNDS.least:
            return _undecided(seen.why)
        blind = self.blind(a, b)
        if blind:
            return _undecided(f"they agree on {seen.worlds} instances, but {blind}")
        if not self.symbols and not self.dims:
            return Comparison("equal", f"They agree to {BOUNDS.digits[-1] // 2} digits; no proof was found.", "measured")
        detail = f"{seen.worlds} instances in float64, {seen.both} exactly or to {BOUNDS.digits[-1] // 2} digits"
        return Comparison("equal", f"They agree wherever both are defined, on {detail}; no proof was found.{note}", "measured")

    def defined(self, a: Expr, b: Expr) -> bool:
        """Whether both sides are known to be defined: everywhere, or as the constants that they are."""
        if self.symbols or self.dims:
            return _total(self, a) and _total(self, b)
        try:
            return all(value_at(x, World({}, {})) is not None for x in (a, b))
        except NotEvaluable:
            return False

    def shapes(self, a: Expr, b: Expr) -> Comparison:
        """Sides of different shapes. A row and the vector of its entries are told apart only by their entries."""
        if E.as_column(a).shape == E.as_column(b).shape:
            found = self.values(E.as_column(a), E.as_column(b))
            return found if found.verdict != "equal" else _undecided("the entries are equal, but one side is a row and the other a column")
        return Comparison("different", f"The left is {shape_text(a.shape)}, the right {shape_text(b.shape)}.", "proved",
                          Counterexample({}, shape_text(a.shape), shape_text(b.shape)))

    def rounded(self, a: Expr, b: Expr) -> Comparison | None:
        """A bare decimal against an exact constant: the constant must lie in its closed rounding interval."""
        if self.symbols or self.dims:
            return None
        shown = [shown_entries(x, False) if x.op != "mul" or len(x.args) == 2 else None for x in (a, b)]
        if (shown[0] is None) == (shown[1] is None):
            return None
        side = 0 if shown[0] is not None else 1
        numbers = shown[side]
        exact_side = E.as_column((b, a)[side])
        assert numbers is not None
        short = False
        entries = exact_side.args if exact_side.op == "vec" else (exact_side,)
        if len(entries) != len(numbers):
            return None
        changed = False
        for s, x in zip(numbers, entries, strict=True):
            at = signs(x, E.num(s.value), World({}, {}))
            if at is None:
                return _undecided("one side is undefined")
            if at == [0]:
                continue
            if not _rounds(s, x):
                v = value_at(x, World({}, {}), BOUNDS.digits[1])
                return _different("The exact number does not round to the decimal.", {}, *_texts(*((s.value, v) if side == 0 else (v, s.value))))
            changed = True
            short = short or s.digits < BOUNDS.rounding
        if short:
            return _undecided(f"the decimal is too short to tell: {BOUNDS.rounding} significant digits are needed")
        said = "The decimal is the exact number, correctly rounded at the digits shown." if changed else "They are the same number, exactly."
        return Comparison("equal", said, "proved")

    def sample(self, a: Expr, b: Expr) -> _Seen:
        """Both sides over all instances: float64 filter, exact confirmation, and fresh exact instances."""
        seen = _Seen()
        for ws in self.sets_of_worlds:
            order = list(range(min(BOUNDS.fresh, len(ws.worlds))))
            try:
                doubts = suspects(a, b, ws, Tally())[:6]
                seen.worlds += len(ws.worlds)
            except (NotEvaluable, ValueError, OverflowError):
                doubts = list(range(min(8, len(ws.worlds))))
            for i in dict.fromkeys([*doubts, *order]):
                self.look(a, b, ws.worlds[i], seen)
                if seen.found is not None:
                    return seen
        return seen

    def look(self, a: Expr, b: Expr, w: World, seen: _Seen) -> None:
        """Compare at one instance."""
        try:
            found = signs(a, b, w)
        except NotEvaluable as err:
            seen.unclear += 1
            seen.far = seen.far or not isinstance(err, Unclear)
            seen.why = str(err)
            return
        if found is None:
            left, right = (value_at(x, w, BOUNDS.digits[-1]) for x in (a, b))
            if (left is None) != (right is None):
                (seen.left if left is None else seen.right).append(w)
        elif any(found):
            values = [value_at(x, w, BOUNDS.digits[1]) for x in (a, b)]
            seen.found = _different("They differ.", describe(w, relevant(w, a, b)), *_texts(*values))
        else:
            seen.both += 1
            seen.rational = seen.rational and all(isinstance(v, Fraction) for x in (a, b) for v in flatten(value_at(x, w)))

    def domain_note(self, a: Expr, b: Expr, seen: _Seen) -> str:
        """A remark where one side is defined and the other is not."""
        said = []
        for name, mine, other, worlds in (("left", a, b, seen.left), ("right", b, a, seen.right)):
            found = worlds[:1] or [w for d in _divisors(mine) for w in self.on_boundary(d)
                                   if value_at(mine, w) is None and value_at(other, w) is not None][:1]
            if found:
                at = ", ".join(f"{k} = {_prose(v)}" for k, v in describe(found[0], relevant(found[0], a, b)).items())
                said.append(f"the {name} alone is undefined at {at}")
        return f" Their domains differ: {'; '.join(said)}." if said else ""

    def on_boundary(self, f: Expr, count: int = 2) -> Iterator[World]:
        """Instances at which the scalar f is zero."""
        for ws in self.sets_of_worlds[:1]:
            for w in ws.worlds[:count]:
                for s in self.scalars:
                    if s.name in E.symbols_in(f):
                        for v in _roots(f, w, s.name):
                            if not isinstance(v, Fraction) or _inside(s, v):
                                yield World({**w.values, s.name: v}, w.dims, "boundary")

    def blind(self, a: Expr, b: Expr) -> str:
        """What the instances never showed: a sign, or a step of a staircase, that the formulas ask about."""
        for x in {x for e in (a, b) for x in E.walk(e)}:
            for u in _switches(x):
                if E.free_indices(u) or u.shape:
                    continue
                step = x.op == "fn" and x.data in ("floor", "ceil", "mod")
                met = set()
                for w in (w for ws in self.sets_of_worlds for w in ws.worlds):
                    try:
                        v = value_at(x if step else u, w)
                    except NotEvaluable:
                        continue
                    if v is not None:
                        met.add(v if step else (v > 0) - (v < 0))
                    if len(met - {0}) > 1:
                        break
                else:
                    if (step and E.symbols_in(u)) or (not step and E.symbols_in(u) and not (nonnegative(self, u) or nonnegative(self, E.neg(u)))):
                        return f"{plain(x)} was met in one branch only"
        return ""

    # -------------------------------------------------------------- proofs of equality

    def proved(self, a: Expr, b: Expr) -> str:
        """How a = b is proved, or '' where it is not."""
        if a == b:
            return "they are the same formula"
        if self.sound(a) and self.sound(b) and proved_equal(a, b, self.positive):
            return "they have the same normal form"
        if not a.shape and self.by_cases(a, b, 4):
            return "they have the same normal form in every case of signs"
        if len(a.shape) and a.op == b.op and a.op in ("vec", "mat") and len(a.args) == len(b.args):
            return "entry by entry" if all(self.proved(x, y) for x, y in zip(a.args, b.args, strict=True)) else ""
        return "by SymPy" if not a.shape and self.by_sympy(a, b) else ""

    def sound(self, e: Expr) -> bool:
        """Whether normal forms are proofs here: a symbolic power needs a base that is not negative."""
        return all(x.op != "pow" or E.number_value(x.args[1]) is not None or _rational(x.args[1]) or nonnegative(self, x.args[0])
                   for x in E.walk(e))

    def by_cases(self, a: Expr, b: Expr, splits: int) -> bool:
        """Equal normal forms after |u|, max and their kin are resolved, for both signs of each u."""
        x = next((x for e in (a, b) for x in E.walk(e) if _resolved(x) and not E.free_indices(x)
                  and not any(_resolved(y) for v in x.args for y in E.walk(v))), None)
        if x is None:
            return self.sound(a) and self.sound(b) and (proved_equal(a, b, self.positive) or self.by_sympy(a, b))
        if splits == 0:
            return False
        (u,) = _switches(x)
        base = normal_form(u, self.positive)
        same: dict[Expr, int] = {x: 1}
        for y in {y for e in (a, b) for y in E.walk(e) if _resolved(y)} - {x}:
            n = normal_form(_switches(y)[0], self.positive)
            if base and n and n.keys() == base.keys() and len({n[k] / base[k] for k in n}) == 1:
                same[y] = 1 if next(n[k] / base[k] for k in n) > 0 else -1
        for sign in (1, -1):
            table = {y: _branch(y, sign * k) for y, k in same.items()}
            if not self.by_cases(E.replace(a, table), E.replace(b, table), splits - 1):
                return False
        return True

    def by_sympy(self, a: Expr, b: Expr) -> bool:
        """Whether SymPy reduces a - b to 0 by rewritings that hold on the whole domain. It never refutes."""
        d = _plainer(E.sub(a, b))
        nodes = list(E.walk(d))
        if len(nodes) > BOUNDS.proof_parts or _degree(d) > BOUNDS.proof_power or not self.sound(d):
            return False
        if any(v is not None and max(v.numerator.bit_length(), v.denominator.bit_length()) > 64 for v in map(E.number_value, nodes)):
            return False
        import sympy as sp

        table = {E.sym(s.name): sp.Symbol(f"s{k}", real=True, positive=True if s.domain in ("positive", "unit", "count") else None,
                                          nonnegative=True if s.domain == "nonnegative" else None,
                                          nonzero=True if s.domain in ("nonzero", "negative") else None,
                                          integer=True if s.domain in ("integer", "count") else None)
                 for k, s in enumerate(self.scalars)}
        try:
            z = to_sympy(d, table)[0]
            for tidy in (lambda z: z, sp.expand, lambda z: sp.cancel(sp.together(z)), lambda z: sp.expand(sp.expand_log(z)),
                         lambda z: sp.expand(sp.powsimp(sp.expand(z))), lambda z: sp.expand(sp.sqrtdenest(z)), sp.radsimp,
                         lambda z: sp.expand(sp.expand(sp.expand_trig(z)).rewrite(sp.exp)), lambda z: sp.cancel(sp.together(z.rewrite(sp.exp)))):
                if tidy(z) == 0:
                    return True
        except Exception:  # a proof that fails, in whatever way, says nothing
            return False
        return False

    # -------------------------------------------------------------- sets, lists, ranges

    def lists(self, a: Expr, b: Expr) -> Comparison:
        """Lists: as long, and equal item by item."""
        a, b = map(E.as_column, (a, b))
        if any(x.op not in ("list", "vec") for x in (a, b)) or len(a.args) != len(b.args):
            said = [f"a list of {len(x.args)}" if x.op in ("list", "vec") else _NAMES[_kind(x)] for x in (a, b)]
            return Comparison("different", f"The left is {said[0]}, the right {said[1]}.", "proved", Counterexample({}, *said))
        return self.worst([self.compare(x, y) for x, y in zip(a.args, b.args, strict=True)], "Every item is equal.")

    def worst(self, found: list[Comparison], reason: str) -> Comparison:
        """A whole is different if a part is, equal if all parts are, as strong as the weakest."""
        for verdict in ("different", "undecided"):
            for c in found:
                if c.verdict == verdict:
                    return c
        return Comparison("equal", reason, "measured" if any(c.strength == "measured" for c in found) else "proved")

    def sets(self, a: Expr, b: Expr) -> Comparison:
        """Finite sets: each element of one side is an element of the other."""
        if max(len(a.args), len(b.args)) > BOUNDS.entries:
            return _undecided(f"sets of more than {BOUNDS.entries} elements")
        table = {(x, y): self.compare(x, y) for x in a.args for y in b.args}
        matched: list[Comparison] = []
        for own, other, swap in ((a.args, b.args, False), (b.args, a.args, True)):
            for x in own:
                pairs = [table[(y, x) if swap else (x, y)] for y in other]
                equal = [c for c in pairs if c.verdict == "equal"]
                if not equal:
                    return self.missing(x, a, b, pairs, swap)
                matched.append(min(equal, key=lambda c: c.strength != "proved"))
        return self.worst(matched, "They have the same elements.")

    def missing(self, x: Expr, a: Expr, b: Expr, pairs: list[Comparison], swap: bool) -> Comparison:
        """An element without an equal: different if at one instance it differs from all elements of the other side."""
        if any(c.verdict == "undecided" for c in pairs) or any(_kind(y) != "value" for y in (*a.args, *b.args)):
            if pairs and not all(c.verdict == "different" for c in pairs):
                return next(c for c in pairs if c.verdict != "different")
        other = a if swap else b
        for w in (w for ws in self.sets_of_worlds for w in ws.worlds[:8]):
            try:
                found = [signs(x, y, w) if x.shape == y.shape and _kind(x) == _kind(y) == "value" else [1] for y in other.args]
                if all(f is not None and any(f) for f in found) and (_kind(x) != "value" or value_at(x, w) is not None):
                    side = "right" if swap else "left"
                    shown = [[show_value(value_at(y, w)) if _kind(y) == "value" else plain(y) for y in s.args] for s in (a, b)]
                    return _different(f"{plain(x)} is an element of the {side} set only.", describe(w, relevant(w, a, b)), *shown)
            except NotEvaluable:
                continue
        return _undecided(f"no equal of {plain(x)} was found, and no instance where it has none")

    def ranges(self, a: Expr, b: Expr) -> Comparison:
        """Sets of numbers, as the conditions that a number lies in them; a condition stands for the set of its solutions."""
        names = sorted({n for x in (a, b) if _is_condition(x) for n in E.symbols_in(x)})
        if len(names) > 1 or any(_kind(x) in ("value", "list") and not (x.op == "vec" and x.data) for x in (a, b)):
            return _undecided(f"{_NAMES[_kind(a)]} stands on the left, {_NAMES[_kind(b)]} on the right")
        name = names[0] if names else "_"
        t = E.sym(name)
        others = (x for x in (a, b) if not _is_condition(x))
        if any(name in E.symbols_in(x) for x in others):
            return _undecided(f"{name} is both the unknown and a bound of the set")
        found = [x if _is_condition(x) else member(x, t) for x in (a, b)]
        if found[0] is None or found[1] is None:
            return _undecided("one side is no set of numbers")
        case = _Case({**self.symbols, name: self.symbols.get(name, Symbol(name))}, self.dims, Expr("list", (found[0], found[1], self.whole)))
        out = case.conditions(found[0], found[1])
        return replace(out, reason=f"{out.reason} A condition and the set of its solutions were compared.") if names else out

    # -------------------------------------------------------------- conditions

    def conditions(self, a: Expr, b: Expr) -> Comparison:
        """Conditions are equal if the same instances satisfy them."""
        a, b = _opened(_plainer(a)), _opened(_plainer(b))
        unclear = ""
        seen = {True: 0, False: 0}
        for w in self.points(a, b):
            try:
                left, right = self.truth(a, w), self.truth(b, w)
            except NotEvaluable as err:
                unclear = str(err)
                continue
            if left != right:
                at = describe(w, relevant(w, a, b))
                return _different("One holds and the other fails.", at, *("holds" if v else "fails" for v in (left, right)))
            seen[left] += 1
        how = self.same_condition(a, b)
        if how:
            return Comparison("equal", f"The same instances satisfy them: {how}.", "proved")
        if not self.symbols and not self.dims and any(seen.values()) and not unclear:
            return Comparison("equal", f"Both {'hold' if seen[True] else 'fail'}.", "proved")
        if unclear and not any(seen.values()):
            return _undecided(unclear)
        return _undecided(f"both hold at {seen[True]} and fail at {seen[False]} instances, and none tells them apart; no proof was found")

    def truth(self, c: Expr, w: World) -> bool:
        """Whether a condition holds; one that is undefined does not. Raises NotEvaluable where digits do not tell."""
        if c.op == "rel":
            found = signs(c.args[0], c.args[1], w)
            return found is not None and all(_HOLDS[c.data](s) for s in found) if c.data != "!=" else bool(found and any(found))
        if c.op in ("and", "or"):
            return (all if c.op == "and" else any)([self.truth(x, w) for x in c.args])
        if c.op == "bool":
            return bool(c.data)
        raise NotEvaluable("a condition of this kind is not evaluated")

    def points(self, a: Expr, b: Expr) -> Iterator[World]:
        """Instances on, just beside and far from where a relation of either side turns."""
        for ws in self.sets_of_worlds:
            yield from ws.worlds[:24]
        tiny = Fraction(1, 2**60)
        for r in (*atoms(a), *atoms(b)):
            if not r.shape:
                for w in self.on_boundary(E.sub(*r.args), 4):
                    yield w
                    for s in self.scalars:
                        if s.name in E.symbols_in(r) and isinstance(w.values[s.name], Fraction):
                            for v in (w.values[s.name] * (1 + tiny) + tiny, w.values[s.name] * (1 - tiny) - tiny):
                                if _inside(s, v):
                                    yield World({**w.values, s.name: v}, w.dims, "boundary")
        for side in (a, b):
            yield from self.solutions(side)

    def solutions(self, c: Expr) -> Iterator[World]:
        """Instances that satisfy equations u = ... with a bare symbol on one side."""
        for option in c.args if c.op == "or" else (c,):
            given = [(x, y) for r in atoms(option) if r.data == "=" for x, y in (r.args, r.args[::-1]) if x.op == "sym"
                     and x.data not in E.symbols_in(y)]
            for ws in self.sets_of_worlds:
                for w in ws.worlds[:4] if given else ():
                    values = dict(w.values)
                    for x, y in given * 2:
                        try:
                            v = value_at(y, World(values, w.dims))
                        except NotEvaluable:
                            v = None
                        s = self.symbols.get(str(x.data))
                        if v is not None and s is not None and (s.shape or not isinstance(v, Fraction) or _inside(s, v)):
                            values[str(x.data)] = v
                    yield World(values, w.dims, "solution")

    def same_condition(self, a: Expr, b: Expr) -> str:
        """How two conditions are proved to have the same solutions, or ''."""
        if self.matches(a, b):
            return "the sides differ by a factor that keeps the relation"
        systems = [atoms(x) if x.op in ("and", "rel") else [] for x in (a, b)]
        if all(s and all(r.data == "=" and not r.shape and _total(self, E.sub(*r.args)) for r in s) for s in systems):
            spans = [self.span(s) for s in systems]
            if spans[0] is not None and spans[0] == spans[1]:
                return "each equation of one side is a combination of those of the other"
        return "by the signs of polynomials on every interval between their roots" if self.cells(a, b) else ""

    def matches(self, a: Expr, b: Expr) -> bool:
        """Whether conditions agree relation by relation."""
        if a.op == "or" or b.op == "or":  # f = 0 or g = 0 is f g = 0
            merged = [_as_product(self, x) for x in (a, b)]
            if merged[0] is not None and merged[1] is not None:
                return self.same_relation(merged[0], merged[1])
        if a.op == b.op == "rel":
            return self.same_relation(a, b)
        if a.op != b.op or a.op not in ("and", "or"):
            return a == b
        sides = [list(x.args) for x in (a, b)]
        return all(any(self.matches(x, y) for y in sides[1]) for x in sides[0]) and all(any(self.matches(x, y) for x in sides[0]) for y in sides[1])

    def same_relation(self, a: Expr, b: Expr) -> bool:
        """f ~ 0 and r f ~ 0 have the same solutions if r > 0, and for = and != if r is nowhere 0."""
        (op, f), (other, g) = (_standard(x) for x in (a, b))
        if op != other or f.shape != g.shape or not (_total(self, f) and _total(self, g)):
            return f == g and op == other
        m, n = normal_form(f, self.positive), normal_form(g, self.positive)
        if m is None or n is None or not (self.sound(f) and self.sound(g)):
            return False
        if not m or not n:
            return m == n
        from derive.maths.algebra import build

        lead = min(m, key=repr)
        for key in sorted(n, key=repr)[:20]:
            if f.shape:
                ratio = E.num(m[lead] / n[lead]) if lead in n else None
            else:
                ratio = E.div(build({lead: m[lead]}, ()), build({key: n[key]}, ()))
            if ratio is None or not nonzero(self, ratio) or (op not in ("=", "!=") and not nonnegative(self, ratio)):
                continue
            if proved_equal(f, E.mul(ratio, g), self.positive):
                return True
        return not f.shape and self.factor_of(op, f, g)

    def factor_of(self, op: str, f: Expr, g: Expr) -> bool:
        """Whether SymPy finds f/g = r, and r keeps the relation."""
        if max(len(list(E.walk(x))) for x in (f, g)) > BOUNDS.proof_parts or max(map(_degree, (f, g))) > BOUNDS.proof_power:
            return False
        import sympy as sp

        from derive.maths.algebra import from_sympy

        try:
            table = {E.sym(s.name): sp.Symbol(f"s{k}", real=True) for k, s in enumerate(self.scalars)}
            p, back = to_sympy(f, table)
            q, again = to_sympy(g, {**table, **{x: s for s, x in back.items()}})
            top, bottom = (from_sympy(x, {**back, **again}) for x in sp.fraction(sp.cancel(sp.together(p / q))))
        except Exception:  # no factor found
            return False
        ratio = E.div(top, bottom)
        if not nonzero(self, ratio) or (op not in ("=", "!=") and not nonnegative(self, ratio)):
            return False
        return self.by_sympy(f, E.mul(ratio, g))

    def span(self, system: list[Expr]) -> list[dict[Any, Fraction]] | None:
        """The reduced echelon form of equations over their monomials."""
        rows: list[dict[Any, Fraction]] = []
        for r in system:
            n = normal_form(E.sub(*r.args), self.positive)
            if n is None:
                return None
            row: dict[Any, Fraction] = dict(n)
            for done in rows:
                row = _eliminated(row, done)
            if row:
                lead = min(row, key=repr)
                row = {k: c / row[lead] for k, c in row.items()}
                rows = [*(_eliminated(d, row) for d in rows), row]
        return sorted(rows, key=lambda r: min(map(repr, r)))

    def cells(self, a: Expr, b: Expr) -> bool:
        """One unknown, rational functions: equal truth at every root and between the roots proves it."""
        names = sorted(E.symbols_in(a) | E.symbols_in(b))
        if len(names) != 1 or self.symbols[names[0]].shape or len(list(E.walk(a))) + len(list(E.walk(b))) > 2 * BOUNDS.proof_parts:
            return False
        domain = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonzero": "!=", "unit": ">", "count": ">"}
        limit = domain.get(self.symbols[names[0]].domain)
        if limit:
            a, b = (Expr("and", (x, E.rel(limit, E.sym(names[0]), E.ZERO))) for x in (a, b))
        both = [_without_cases(x, 4) for x in (a, b)]
        if both[0] is None or both[1] is None:
            return False
        import sympy as sp

        t = sp.Symbol("t", real=True)
        polys: list[Any] = []
        where: dict[Expr, tuple[int, int]] = {}
        for r in {*atoms(both[0]), *atoms(both[1])}:
            parts = _fraction(E.sub(*r.args))
            if parts is None or max(map(_degree, parts)) > BOUNDS.proof_power:
                return False
            places = []
            for p in parts:
                poly = sp.Poly(to_sympy(p, {E.sym(names[0]): t})[0], t)
                if not poly.domain.is_QQ and not poly.domain.is_ZZ:
                    return False
                polys.append(poly)
                places.append(len(polys) - 1)
            where[r] = (places[0], places[1])
        found = sp.intervals([p for p in polys if p.degree() > 0], strict=True) if any(p.degree() > 0 for p in polys) else []
        order = [k for k, p in enumerate(polys) if p.degree() > 0]
        edges = [(lo, hi, {order[k] for k in hit}) for (lo, hi), hit in found]
        samples: list[tuple[Any, set[int]]] = [((lo + hi) / 2, hit) for lo, hi, hit in edges]
        ends = [e[0] for e in edges[:1]] and [edges[0][0] - 1, *((x[1] + y[0]) / 2 for x, y in pairwise(edges)), edges[-1][1] + 1]
        samples += [(x, set()) for x in ends or [sp.Integer(0)]]
        for x, vanish in samples:
            at = [0 if k in vanish else int(sp.sign(p.eval(x))) for k, p in enumerate(polys)]
            if _holds(both[0], where, at) != _holds(both[1], where, at):
                return False
        return True


@dataclass
class _Seen:
    """What sampling has shown."""

    worlds: int = 0
    both: int = 0
    unclear: int = 0
    far: bool = False
    why: str = ""
    rational: bool = True
    left: list[World] = field(default_factory=list)
    right: list[World] = field(default_factory=list)
    found: Comparison | None = None


_NAMES = {"condition": "a condition", "set": "a set", "range": "a set of numbers", "list": "a list", "value": "a value"}
_HOLDS = {"=": lambda s: s == 0, "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0}


def _kind(e: Expr) -> str:
    if _is_condition(e):
        return "condition"
    return {"set": "set", "list": "list", "interval": "range", "union": "range", "minus": "range", "meet": "range"}.get(e.op, "value")


def _rounds(s: Shown, x: Expr) -> bool:
    """Whether the constant x lies in the closed rounding interval of a decimal."""
    if s.half is None:
        return False
    low, high = (signs(x, E.num(s.value + k * s.half), World({}, {})) for k in (-1, 1))
    return low is not None and high is not None and low[0] >= 0 and high[0] <= 0


# ------------------------------------------------------------------------------------------ looking at formulas

def nonnegative(c: _Case, e: Expr) -> bool:
    """Whether e >= 0 follows from its form and the declared domains."""
    v = E.number_value(e)
    if v is not None:
        return v >= 0
    if e.op == "sym":
        return str(e.data) in c.positive
    if e.op == "neg":
        x = e.args[0]
        return (x.op == "sym" and c.symbols[str(x.data)].domain == "negative") or (x.op == "neg" and nonnegative(c, x.args[0]))
    if e.op in ("const", "dim", "norm"):
        return True
    if e.op == "add":
        return all(nonnegative(c, x) for x in e.args)
    if e.op in ("mul", "div"):
        return e.args[0] == e.args[1] or all(nonnegative(c, x) for x in e.args) or all(nonnegative(c, E.neg(x)) for x in e.args)
    if e.op == "pow":
        k = E.number_value(e.args[1])
        return (k is not None and k.denominator == 1 and k % 2 == 0) or nonnegative(c, e.args[0])
    if e.op == "dot":
        return e.args[0] == e.args[1]
    return e.op == "fn" and (e.data in ("abs", "exp", "sqrt", "relu", "sigmoid", "cosh", "factorial", "binom")
                             or (e.data == "maximum" and any(nonnegative(c, x) for x in e.args)))


def nonzero(c: _Case, e: Expr) -> bool:
    """Whether e != 0 follows from its form and the declared domains."""
    v = E.number_value(e)
    if v is not None:
        return v != 0
    if e.op == "sym":
        return c.symbols[str(e.data)].domain in ("positive", "negative", "nonzero", "unit", "count") if str(e.data) in c.symbols else False
    if e.op in ("const", "dim"):
        return True
    if e.op in ("neg", "pow"):
        return nonzero(c, e.args[0])
    if e.op in ("mul", "div"):
        return all(nonzero(c, x) for x in e.args)
    if e.op == "add":
        return any(all(nonnegative(c, y) for y in s) and any(nonzero(c, y) for y in s) for s in (e.args, tuple(map(E.neg, e.args))))
    return e.op == "fn" and (e.data in ("exp", "cosh", "sigmoid", "factorial") or (e.data in ("abs", "sqrt", "sign") and nonzero(c, e.args[0])))


def _total(c: _Case, e: Expr) -> bool:
    """Whether e is known to be defined everywhere."""
    for x in E.walk(e):
        if x.op == "div" and not nonzero(c, x.args[1]):
            return False
        if x.op == "pow":
            k = E.number_value(x.args[1])
            whole = k is not None and k.denominator == 1
            if not (whole or nonnegative(c, x.args[0])) or not ((k is not None and k >= 0) or nonzero(c, x.args[0])):
                return False
        if x.op in ("inv", "pinv", "matpow", "cases", "at") or (x.op == "fn" and (
                x.data in ("tan", "asin", "acos", "mod", "factorial", "binom")
                or (x.data in ("sqrt", "log", "log2", "log10") and not nonnegative(c, x.args[0]))
                or (x.data in ("log", "log2", "log10") and not nonzero(c, x.args[0])))):
            return False
    return True


def _divisors(e: Expr) -> list[Expr]:
    """Scalar denominators and arguments of logarithms: where they are 0, e may be undefined."""
    found = [x.args[1] for x in E.walk(e) if x.op == "div"] + [x.args[0] for x in E.walk(e) if x.op == "fn" and x.data in ("log", "log2", "log10")]
    found += [x.args[0] for x in E.walk(e) if x.op == "pow" and (E.number_value(x.args[1]) or Fraction(0)) < 0]
    return [x for x in dict.fromkeys(found) if not x.shape and not E.free_indices(x)][:8]


def _roots(f: Expr, w: World, name: str) -> list[Value]:
    """Where f is zero as a function of one scalar, if it is affine or quadratic in it."""
    points = []
    for k in range(4):
        try:
            v = value_at(f, World({**w.values, name: Fraction(k + 3)}, w.dims))
        except NotEvaluable:
            return []
        if not isinstance(v, Fraction):
            return []
        points.append(v)
    p, q, r, s = points
    two = (r - 2 * q + p) / 2
    one = q - p - two
    if s != p + 3 * one + 9 * two:
        return []
    if two == 0:
        return [3 - p / one] if one else []
    d = one * one - 4 * two * p
    if d < 0:
        return []
    root = exact(E.fn("sqrt", E.num(d)), World({}, {}), 2 * BOUNDS.digits[-1])
    with mpmath.workdps(2 * BOUNDS.digits[-1]):
        return [3 + (k * root - one) / (2 * two) if isinstance(root, Fraction) else 3 + (k * root - to_mpf(one)) / to_mpf(2 * two) for k in (1, -1)]


def _switches(x: Expr) -> tuple[Expr, ...]:
    """The expressions whose sign (or whole part) decides which branch of x applies."""
    if x.op == "fn" and x.data in ("abs", "sign", "relu", "floor", "ceil"):
        return (x.args[0],)
    if x.op == "fn" and x.data == "mod":
        return (E.div(*x.args),)
    if x.op == "fn" and x.data in ("maximum", "minimum") and x.args[0].shape == x.args[1].shape:
        return (E.sub(*x.args),)
    return tuple(E.sub(*r.args) for c in x.args[1::2] for r in atoms(c) if r.args[0].shape == r.args[1].shape) if x.op == "cases" else ()


def _resolved(x: Expr) -> bool:
    return x.op == "fn" and x.data in ("abs", "relu", "maximum", "minimum") and not x.shape


def _branch(x: Expr, sign: int) -> Expr:
    """|u|, relu, max, min where the expression that decides is >= 0 (sign 1) or <= 0."""
    if x.data == "abs":
        return x.args[0] if sign > 0 else E.neg(x.args[0])
    if x.data == "relu":
        return x.args[0] if sign > 0 else E.ZERO
    return x.args[0] if (sign > 0) == (x.data == "maximum") else x.args[1]


def _plainer(e: Expr) -> Expr:
    """log2, log10, sigmoid, relu and floor of whole numbers in terms of simpler functions; relations with a negation resolved."""
    if not e.args:
        return e
    if e.op == "not":
        return _plainer(negated(e.args[0]))
    args = tuple(map(_plainer, e.args))
    if e.op == "fn" and e.data in ("log2", "log10"):
        return E.div(E.fn("log", args[0]), E.fn("log", E.num(2 if e.data == "log2" else 10)))
    if e.op == "fn" and e.data == "sigmoid":
        return E.div(E.ONE, E.add(E.ONE, E.fn("exp", E.neg(args[0]))))
    if e.op in ("and", "or"):
        return args[0] if len(args) == 1 else e._replace(args=tuple(y for x in args for y in (x.args if x.op == e.op else (x,))))
    return E.rebuild(e, args) if args != e.args else e


def _opened(c: Expr) -> Expr:
    """A condition with e^u ~ k as u ~ log k, log u ~ k as u ~ e^k with u > 0, sqrt(u) ~ k as u ~ k^2 with u >= 0."""
    if c.op in ("and", "or"):
        return c._replace(args=tuple(map(_opened, c.args)))
    if c.op != "rel" or c.shape:
        return c
    left, right = c.args
    op = c.data
    if not E.symbols_in(left) and E.symbols_in(right):
        left, right, op = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    if E.symbols_in(right) or not E.symbols_in(left):
        return c
    exponential = left.op == "pow" and left.args[0] == E.EULER
    if not exponential and not (left.op == "fn" and left.data in ("exp", "log", "sqrt")):
        return c
    u = left.args[1] if exponential else left.args[0]
    try:
        known = signs(right, E.ZERO, World({}, {}))
    except NotEvaluable:
        return c
    if left.op == "fn" and left.data == "log":
        return Expr("and", (E.rel(op, u, _folded(E.fn("exp", right))), E.rel(">", u, E.ZERO)))
    if left.op == "fn" and left.data == "sqrt" and known in ([0], [1]):
        return Expr("and", (E.rel(op, u, _folded(E.power(right, E.TWO))), E.rel(">=", u, E.ZERO)))
    return E.rel(op, u, _folded(E.fn("log", right))) if known == [1] and left.data != "sqrt" else c


def _folded(e: Expr) -> Expr:
    """A constant as the rational that it is, or as it stands; e^1 is e."""
    v = value_at(e, World({}, {}))
    if isinstance(v, Fraction):
        return E.num(v)
    return E.power(E.EULER, e.args[0]) if e.op == "fn" and e.data == "exp" and not E.is_number(e.args[0], 1) else E.EULER if (
        e.op == "fn" and e.data == "exp") else e


def _rational(e: Expr) -> bool:
    return (e.op == "div" and all(E.number_value(x) is not None for x in e.args)) or (e.op == "neg" and _rational(e.args[0]))


def _degree(e: Expr) -> int:
    """A bound for the degree of e as a polynomial in its parts."""
    if e.op == "pow":
        k = E.number_value(e.args[1])
        if k is None and not _rational(e.args[1]):
            return max(map(_degree, e.args)) + 1 if E.symbols_in(e.args[1]) else 10**6
        sizes: list[int] = [abs(v.numerator) for x in E.walk(e.args[1]) if (v := E.number_value(x)) is not None]
        return min(max(_degree(e.args[0]), 1) * max(1, *sizes), 10**6)
    if e.op in ("mul", "div"):
        return sum(map(_degree, e.args))
    if e.op == "fn":
        # sin(50 x) is a polynomial of degree 50 in sin x and cos x.
        sizes = [abs(v.numerator) for x in E.walk(e) if (v := E.number_value(x)) is not None]
        return max(_degree(e.args[0]), 1, *(sizes if e.data in ("sin", "cos", "tan") else ()))
    return max(map(_degree, e.args), default=0 if E.number_value(e) is not None or e.op == "const" else 1)


def _fraction(e: Expr) -> tuple[Expr, Expr] | None:
    """A rational function as (numerator, product of all denominators), nothing cancelled."""
    if e.op in ("num", "dec", "sym"):
        return e, E.ONE
    parts = [_fraction(x) for x in e.args]
    if any(p is None for p in parts) or e.shape:
        return None
    known = [p for p in parts if p is not None]
    if e.op == "neg":
        return E.neg(known[0][0]), known[0][1]
    if e.op in ("add", "mul", "div"):
        top, bottom = known[0]
        for p, q in known[1:]:
            if e.op == "add":
                top, bottom = E.add(E.mul(top, q), E.mul(p, bottom)), E.mul(bottom, q)
            elif e.op == "mul":
                top, bottom = E.mul(top, p), E.mul(bottom, q)
            else:  # a/b / (p/q): undefined where p or q is 0
                top, bottom = E.mul(E.mul(top, q), q), E.mul(E.mul(bottom, p), q)
        return top, bottom
    k = E.number_value(e.args[1]) if e.op == "pow" else None
    if k is not None and k.denominator == 1 and abs(k) <= BOUNDS.proof_power:
        n = E.num(abs(k))
        top, bottom = known[0]
        return (E.power(top, n), E.power(bottom, n)) if k >= 0 else (E.power(bottom, n), E.mul(E.power(top, n), bottom))
    return None


def _standard(r: Expr) -> tuple[str, Expr]:
    """A relation as (op, f) for f op 0 with op one of =, !=, <, <=."""
    x, y = r.args
    return (r.data, E.sub(x, y)) if r.data in ("=", "!=", "<", "<=") else ({">": "<", ">=": "<="}[r.data], E.sub(y, x))


def _as_product(c: _Case, e: Expr) -> Expr | None:
    """f = 0 or g = 0 as f g = 0, where every part is defined everywhere."""
    parts = list(e.args) if e.op == "or" else [e]
    if not parts or any(p.op != "rel" or p.data != "=" or p.shape or not _total(c, E.sub(*p.args)) for p in parts):
        return None
    out = E.sub(*parts[0].args)
    for p in parts[1:]:
        out = E.mul(out, E.sub(*p.args))
    return E.rel("=", out, E.ZERO)


def _eliminated(row: dict[Any, Fraction], by: dict[Any, Fraction]) -> dict[Any, Fraction]:
    lead = min(by, key=repr)
    k = row.get(lead, Fraction(0))
    return {m: c for m in {*row, *by} if (c := row.get(m, Fraction(0)) - k * by.get(m, Fraction(0)))} if k else row


def _without_cases(c: Expr, splits: int) -> Expr | None:
    """A condition without |u|, max and their kin: (u >= 0 and c with u) or (u < 0 and c with -u)."""
    x = next((x for x in E.walk(c) if _resolved(x) and not any(_resolved(y) for v in x.args for y in E.walk(v))), None)
    if x is None:
        return c
    if splits == 0:
        return None
    (u,) = _switches(x)
    parts = []
    for op, sign in ((">=", 1), ("<", -1)):
        inner = _without_cases(E.replace(c, {x: _branch(x, sign)}), splits - 1)
        if inner is None:
            return None
        parts.append(Expr("and", (E.rel(op, u, E.ZERO), inner)))
    return Expr("or", tuple(parts))


def _holds(c: Expr, where: dict[Expr, tuple[int, int]], at: list[int]) -> bool:
    """Whether a condition holds, from the signs of the polynomials in its relations."""
    if c.op == "rel":
        top, bottom = (at[k] for k in where[c])
        if bottom == 0:
            return False
        return top != 0 if c.data == "!=" else bool(_HOLDS[c.data](top * bottom))
    if c.op == "bool":
        return bool(c.data)
    return (all if c.op == "and" else any)(_holds(x, where, at) for x in c.args)
