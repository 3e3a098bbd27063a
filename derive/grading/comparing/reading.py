"""Reading one side: a value, a set, a list, an interval or a condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

from derive.errors import ReadError
from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.logic import ELEMENT, is_condition, member
from derive.grading.comparing.tokens import grouped_digits, order_of_growth, split_at, tokenize, wrapped
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import RELATIONS, Choices, Parser
from derive.maths.symbols import Scope
from derive.maths.tokens import Token
from derive.maths.write import plain

REALS = Expr("interval", (E.neg(E.INF), E.INF), (), (False, False))
_RELATION_NAMES = {"=": "=", "≠": "!=", "<": "<", ">": ">", "≤": "<=", "≥": ">="}
_RELATIONS = frozenset((*_RELATION_NAMES, "∈"))
_RANGES = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonzero": "!="}


@dataclass
class Reader:
    """Reads one side: a value, a set, a list, an interval or a condition, as an Expr."""

    text: str
    scope: Scope
    choices: Choices = field(default_factory=Choices)
    grouped: bool = True
    expr: Expr = E.ZERO
    shown: str = ""
    level: int = 0
    met: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Raises ReadError where the text is no formula."""
        tokens = tokenize(self.text)
        if not tokens:
            raise ReadError(self.text, 0, "There is no formula here.", "a formula")
        if grouped_digits(tokens) != tokens:
            self.met.add("thousands")
            tokens = grouped_digits(tokens) if self.grouped else tokens
            self.notes.append(f"a comma {'groups digits' if self.grouped else 'separates numbers'}")
        if any(t.value == "±" for t in tokens):
            if "\\mp" in self.text or "∓" in self.text:
                raise ReadError(self.text, 0, "± and ∓ stand together.", "the two cases written out")
            both = [self.thing([t._replace(value=s) if t.value == "±" else t for t in tokens]) for s in "+-"]
            self.expr = Expr("or" if is_condition(both[0]) else "set", tuple(both))
        else:
            self.expr = self.thing(tokens)
        _bounded(self.expr, self.text)
        self.shown = _written(self.expr)

    def thing(self, tokens: list[Token]) -> Expr:
        """What a run of tokens is."""
        self.level += 1
        if self.level > BOUNDS.nesting:
            raise ReadError(self.text, tokens[0].pos if tokens else 0, f"Sets and conditions are nested more than {BOUNDS.nesting} deep.")
        out = self.one(tokens)
        self.level -= 1
        return out

    def one(self, tokens: list[Token]) -> Expr:
        """What a run of tokens is, one level in."""
        for marks, joined in ((("∨", "or"), "or"), (("∧", "and"), "and"), ((",", ";", "\\\\"), "list"), (("∪",), "union"), (("∖",), "minus")):
            parts = split_at(tokens, *marks)
            if len(parts) > 1 and (joined in ("or", "and", "list") or len(split_at(tokens, *_RELATIONS)) == 1):
                return self.joined(joined, [self.thing(p) for p in parts if p])
        sides = split_at(tokens, "∈")
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
        if order_of_growth(tokens) and first.value not in self.scope.symbols:
            return Expr("order", (self.formula(tokens[2:-1]),), (), {"Theta": "Θ", "Omega": "Ω"}.get(str(first.value), "O"))
        if first.value in ("\\{", "{") and first.kind == "op" and wrapped(tokens):
            described = self.described(tokens[1:-1])
            if described is not None:
                return described
            items = split_at(tokens[1:-1], ",", ";")
            if first.value == "\\{" or len(items) > 1:
                return Expr("set", tuple(self.thing(x) for x in items if x))
            return self.thing(tokens[1:-1])
        x = self.formula(tokens)
        if x.op == "T" and x.args[0].op == "vec" and first.value in ("(", "[") and _lists(tokens):
            return x.args[0]  # (1, 2)^T with commas is how a column is written in a line
        if x.op == "vec" and first.value in ("(", "[") and wrapped(tokens):
            x = x._replace(data=f"{first.value}{tokens[-1].value}")
        return x

    def described(self, tokens: list[Token]) -> Expr | None:
        """{x : condition} and {x ∈ S : condition} as the set of the numbers that satisfy it, or None."""
        for mark in (":", "|"):
            parts = split_at(tokens, mark)
            head = parts[0]
            if len(parts) != 2 or not head or head[0].kind != "name" or not (len(head) == 1 or head[1].value in _RELATIONS):
                continue
            element = self.formula(head[:1])
            if element.op != "sym" or element.shape:
                continue
            said = [self.thing(parts[1]), *([self.thing(head)] if len(head) > 1 else [])]
            domain = self.scope.symbols[str(element.data)].domain
            if domain in _RANGES:
                said.append(E.rel(_RANGES[domain], element, E.ZERO))
            if all(map(is_condition, said)):
                said = [c for c in said if c.op != "and" or c.args] or said[:1]  # x ∈ ℝ says nothing
                return Expr("solutions", (E.replace(Expr("and", tuple(said)) if len(said) > 1 else said[0], {element: ELEMENT}),), (), str(element.data))
        return None

    def joined(self, how: str, parts: list[Expr]) -> Expr:
        """Alternatives, conjunctions, unions and lists."""
        if not parts:
            raise ReadError(self.text, 0, "There is no formula here.", "a formula")
        if how == "list" and all(map(is_condition, parts)):
            names = {p.args[0] if p.op == "rel" and p.data == "=" and p.args[0].op == "sym" else None for p in parts}
            how = "or" if len(names) == 1 and None not in names and len(parts) > 1 else "and"
            self.notes.append(f"the commas of '{_written(Expr('list', tuple(parts)))}' are read as '{how}'")
        elif how in ("or", "and") and not any(map(is_condition, parts)):
            ranges = all(p.op in ("interval", "union", "set", "solutions", "minus", "meet") or (p.op == "vec" and p.data) for p in parts)
            how = ("union" if how == "or" else "meet") if ranges else "set" if how == "or" else "list"
        if how == "list" and all(not p.shape and p.op not in E.COLLECTIONS and not is_condition(p) for p in parts):
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


def _lists(tokens: list[Token]) -> bool:
    """Whether the tokens begin with a bracket round items that commas part."""
    inside = next((tokens[1:k] for k in range(1, len(tokens)) if wrapped(tokens[: k + 1])), [])
    return len(split_at(inside, ",")) > 1


def ways_to_read(usual: list[Reader], errors: list[str]) -> list[tuple[Choices, bool]]:
    """The ways to read both texts, the usual one first."""
    met = {m for r in usual for m in r.met} | {"slash" for r, e in zip(usual, errors, strict=True) if e and "/" in r.text}
    return [(Choices(slash, bars, mixed), grouped) for slash, bars, mixed, grouped in product(
        ("left", "right") if "slash" in met else ("left",), ("abs", "norm") if "bars" in met else ("abs",),
        ("sum", "product") if "mixed" in met else ("sum",), (True, False) if "thousands" in met else (True,))]


def tried(reader: Reader) -> str:
    """Read one side; '' if it can be read, else what is wrong and where."""
    try:
        reader.read()
    except (ReadError, E.ShapeError, RecursionError) as err:
        return f"{err}\n{err.caret()}" if isinstance(err, ReadError) and err.text else f"{err}"
    return ""


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
    if e.op == "order":
        return f"{e.data}({plain(e.args[0])})"
    if e.op == "solutions":
        return f"{{{e.data} : {plain(E.replace(e.args[0], {ELEMENT: E.sym(e.data)}))}}}"
    return "ℝ" if e == REALS else f"{e.data[0]}{', '.join(map(plain, e.args))}{e.data[1]}" if e.op == "vec" and e.data else plain(e)
