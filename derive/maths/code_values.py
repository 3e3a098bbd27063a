"""Expressions of code as mathematics: numbers, names, operators, comprehensions, entries.

Code counts from 0, the language from 1: an index that is read from code is moved by one where it picks an entry.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NoReturn

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths.calls import CALLS
from derive.maths.code_kinds import Func, Items, Looped, Span, Value, function_of, length_of
from derive.maths.expr import Expr
from derive.maths.signs import GREEK_CHARS
from derive.maths.symbols import Scope

MAX_EXPRESSION = 5_000


class Values(ABC):
    """The values of a program's expressions, under what has been assigned so far."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.env: dict[str, Value] = {}
        self.fresh = 0
        self.calls = 0
        self.depth = 0
        self.sizes: dict[int, tuple[Expr, int]] = {}
        self.masks: list[Value] = []  # the condition, or the places, of the entries that are being set

    @abstractmethod
    def apply(self, f: Func, args: list[Value], node: ast.AST | None, named: Mapping[str, Value] | None = None) -> Value:
        """A function of the program applied to values."""

    @abstractmethod
    def apart(self, values: list[Value], node: ast.AST) -> None:
        """Refuse values that NumPy would spread over each other."""

    @abstractmethod
    def built(self, name: str, args: list[Value], node: ast.Call) -> Value:
        """A function of the language applied to values."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """What a call computes."""

    @abstractmethod
    def reduced(self, name: str, v: Looped, node: ast.AST) -> Expr:
        """sum(... for ... if ...) and its kin."""

    def bounded(self, e: Expr) -> Expr:
        """The expression, if it is not too large when it is written out."""
        stack = [e]
        while stack:
            x = stack[-1]
            if id(x) in self.sizes:
                stack.pop()
                continue
            open_ = [a for a in x.args if id(a) not in self.sizes]
            if open_:
                stack.extend(open_)
                continue
            size = 1 + sum(self.sizes[id(a)][1] for a in x.args)
            if size > MAX_EXPRESSION:
                raise TooBig(self.text[:200], 0, "The code computes a formula that is too large.")
            self.sizes[id(x)] = (x, size)
            stack.pop()
        return e

    def running(self, over: ast.expr, target: ast.expr, k: str, node: ast.AST) -> tuple[dict[str, Value], Expr]:
        """The loop variables for index k, and how many values k takes."""
        source = over.args if isinstance(over, ast.Call) and name_of(over.func) in ("enumerate", "zip") else [over]
        numbered = isinstance(over, ast.Call) and name_of(over.func) == "enumerate"
        values, counts = [], []
        for a in source:
            item, count = self.entry(self.value(a), k, node)
            values.append(item)
            counts.append(count)
        if any(c != counts[0] for c in counts):
            self.fail(node, "Values of different length run side by side.")
        if numbered:
            values.insert(0, E.sub(E.idx(k), E.ONE))
        names = list(target.elts) if isinstance(target, ast.Tuple) else [target]
        if len(names) != len(values) or not all(isinstance(t, ast.Name) for t in names):
            self.fail(node, "The variables of this loop are not followed.")
        return {t.id: v for t, v in zip(names, values, strict=True) if isinstance(t, ast.Name)}, counts[0]

    def entry(self, v: Value, k: str, node: ast.AST) -> tuple[Value, Expr]:
        """The k-th value (k from 1) of what is run over, and how many there are."""
        if isinstance(v, Span):
            if v.stop.op == "num" and v.first.op == "num" and v.stop.data - v.first.data > 12:
                self.fail(node, "A loop over a number of steps is not followed.")
            offset = E.idx(k) if E.is_number(v.first, 1) else E.sub(E.idx(k), E.ONE) if E.is_number(v.first, 0) else E.add(E.idx(k), v.first, E.neg(E.ONE))
            return offset, length_of(v)
        if isinstance(v, Looped) and v.condition is None and isinstance(v.body, Expr):
            return E.replace(v.body, {E.idx(v.index): E.idx(k)}), v.count
        x = self.expression(v, node)
        if not x.shape or 1 in x.shape[1:]:
            self.fail(node, "A loop over something that is no vector.")
        return E.at(x, E.idx(k)), E.dim(x.shape[0])

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=bool(v)):
                return E.truth(v)
            case ast.Constant(value=None | str()):
                return Items(())
            case ast.Constant(value=int() | float()):
                return self.number(node)
            case ast.Name():
                return self.named(node.id, node)
            case ast.UnaryOp(op=ast.USub()):
                inner = self.value(node.operand)
                return E.neg(inner) if isinstance(inner, Expr) else self.combined(ast.Mult(), E.neg(E.ONE), inner, node)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.operand(node.operand)
            case ast.UnaryOp(op=ast.Not() | ast.Invert()):
                negated = self.operand(node.operand)
                return Expr("not", (negated,), negated.shape)
            case ast.BinOp():
                return self.binary(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.BoolOp():
                parts = tuple(self.operand(v) for v in node.values)
                return Expr("and" if isinstance(node.op, ast.And) else "or", parts, next((p.shape for p in parts if p.shape), ()))
            case ast.IfExp():
                return E.cases(((self.operand(node.body), self.operand(node.test)),), self.operand(node.orelse))
            case ast.List() | ast.Tuple():
                return Items(tuple(self.value(x) for x in node.elts))
            case ast.Dict(keys=keys, values=values):  # {"u": ...}: the value under the name that is asked, or the only one
                named = {k.value: v for k, v in zip(keys, values, strict=True) if isinstance(k, ast.Constant)}
                chosen = named.get(self.scope.asked) if len(values) > 1 else values[0] if values else None
                if chosen is None or (len(values) == 1 and None in keys):
                    self.fail(node, "A dictionary without a value for what is asked.")
                return self.value(chosen)
            case ast.ListComp(generators=g) | ast.GeneratorExp(generators=g) | ast.SetComp(generators=g):
                return self.comprehension(node.elt, g, node)
            case ast.Lambda():
                return function_of(node.args, node.body)
            case ast.Subscript():
                return self.subscript(node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Call():
                return self.call(node)
            case _:
                self.fail(node, f"An expression of this kind ({type(node).__name__}) is not followed.")

    def operand(self, node: ast.expr) -> Expr:
        return self.expression(self.value(node), node)

    def number(self, node: ast.Constant) -> Expr:
        written = ast.get_source_segment(self.text, node) or str(node.value)
        if len(written) > 40:
            raise TooBig(self.text[:200], 0, "A number of more than 40 digits.")
        value = Fraction(written.replace("_", "")) if not written.lower().startswith("0x") else Fraction(node.value)  # type: ignore[arg-type]
        return E.num(value) if isinstance(node.value, int) else E.dec(value, written)

    def named(self, name: str, node: ast.AST | None) -> Value:
        if name in self.env:
            return self.env[name]
        s = self.scope.symbols.get(name) or self.scope.symbols.get(GREEK_CHARS.get(name, ""))
        if s is None:
            s = next((x for x in self.scope.symbols.values() if name in x.aliases), None)
        if s is None and name in ("grad", "gradient"):
            gradients = [x.gradient for x in self.scope.symbols.values() if x.gradient]
            s = self.scope.symbols.get(str(gradients[0])) if len(gradients) == 1 else None
        if name in self.scope.dims or (s is not None and s.kind == "dimension"):
            return E.dim(name)
        if s is None or s.kind != "value":
            self.fail(node, f"'{name}' is not declared.", f"one of {self.scope.names()}")
        return E.sym(s.name, s.shape)

    def expression(self, v: Value, node: ast.AST | None) -> Expr:
        """A value as one expression: a list as a vector."""
        if isinstance(v, Expr):
            return self.bounded(v)
        if isinstance(v, Items):
            items = [self.expression(x, node) for x in v.values]
            if items and all(not x.shape for x in items):
                return E.vec(tuple(items))
            if items and all(x.op == "vec" for x in items) and len({x.shape for x in items}) == 1:
                return E.mat(tuple(x.args for x in items))
        if isinstance(v, Looped) and v.condition is None and v.count.op in ("dim", "num"):
            body = self.expression(v.body, node)
            if len(body.shape) < 2 or 1 in body.shape:  # numbers as a vector, vectors as the rows of a matrix
                return E.comp(v.index, body, str(v.count.data) if v.count.op == "dim" else int(v.count.data))
        self.fail(node, "A value stands here that is no number, vector or matrix.")

    def binary(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Mult) and isinstance(left, Items) and len(left.values) == 1:  # [0.0] * n
            return self.repeated(self.expression(left.values[0], node), self.expression(right, node), node)
        return self.combined(node.op, left, right, node)

    def combined(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        """left op right."""
        return self.operate(op, self.expression(left, node), self.expression(right, node), node)

    def repeated(self, x: Expr, count: Expr, node: ast.AST) -> Expr:
        if count.op not in ("dim", "num") or x.shape:
            self.fail(node, "A list is repeated in a way that is not followed.")
        return E.mul(x, E.ones(str(count.data) if count.op == "dim" else int(count.data)))

    def operate(self, op: ast.operator, a: Expr, b: Expr, node: ast.AST) -> Expr:
        if isinstance(op, ast.Add | ast.Sub):
            if len(a.shape) + len(b.shape) == 1:
                a, b = (E.mul(a, E.ones(*b.shape)), b) if not a.shape else (a, E.mul(b, E.ones(*a.shape)))
            return E.add(a, b) if isinstance(op, ast.Add) else E.sub(a, b)
        if not isinstance(op, ast.BitAnd | ast.BitOr):
            a, b = _as_number(a), _as_number(b)
        found = _OPERATORS.get(type(op))
        if found is None:
            self.fail(node, "This operator is not followed.")
        return found(a, b)

    def mask(self, node: ast.expr) -> Expr | None:
        """The condition on the entries of a vector that picks some of them; None for an index."""
        x = self.value(node)
        return x if isinstance(x, Expr) and x.op in CONDITIONS and len(x.shape) == 1 else None

    def comparison(self, node: ast.Compare) -> Value:
        values = [self.value(x) for x in (node.left, *node.comparators)]
        self.apart(values, node)
        operands = [self.expression(v, node) for v in values]
        parts = []
        for op, a, b in zip(node.ops, operands, operands[1:], strict=False):
            sign = _RELATIONS.get(type(op))
            if sign is None:
                self.fail(node, "This comparison is not followed.")
            if len(a.shape) + len(b.shape) == 1:
                a, b = (E.mul(a, E.ones(*b.shape)), b) if not a.shape else (a, E.mul(b, E.ones(*a.shape)))
            parts.append(E.rel(sign, a, b))
        return parts[0] if len(parts) == 1 else Expr("and", tuple(parts), parts[0].shape)

    def comprehension(self, element: ast.expr, generators: list[ast.comprehension], node: ast.AST) -> Value:
        saved = dict(self.env)
        made: list[tuple[str, Expr, Expr | None]] = []
        for g in generators:
            k = self.new_index()
            bound, count = self.running(g.iter, g.target, k, node)
            self.env |= bound
            tests = [self.operand(t) for t in g.ifs]
            made.append((k, count, (tests[0] if len(tests) == 1 else Expr("and", tuple(tests))) if tests else None))
        out: Value = self.value(element)
        self.env = saved
        for k, count, condition in reversed(made):
            out = Looped(k, out, count, condition)
        return out

    def index(self, node: ast.expr) -> Expr:
        """An index of the code as one of the language, which counts from 1."""
        i = self.operand(node)
        if i.op == "add" and len(i.args) == 2 and i.args[1] == E.neg(E.ONE):
            return i.args[0]
        if i.op == "neg" and i.args[0].op == "num":
            return E.sub(E.ZERO, E.sub(i.args[0], E.ONE))  # from the end: resolved by subscript
        return E.num(i.data + 1) if i.op == "num" else E.add(i, E.ONE)

    def subscript(self, node: ast.Subscript) -> Value:
        return self.part(self.value(node.value), node.slice, node)

    def part(self, v: Value, at: ast.expr, node: ast.Subscript) -> Value:
        """v[at]."""
        if isinstance(v, Items):
            if isinstance(at, ast.Constant) and isinstance(at.value, int) and 0 <= at.value < len(v.values):
                return v.values[at.value]
        x = self.expression(v, node)
        whole = [isinstance(s, ast.Slice) and s.lower is None and s.upper is None and s.step is None for s in (at.elts if isinstance(at, ast.Tuple) else [at])]
        if isinstance(at, ast.Tuple):
            new = [isinstance(s, ast.Constant) and s.value is None for s in at.elts]
            if len(x.shape) == 1 and len(at.elts) == 2 and any(new) and any(whole):
                return E.transpose(x) if new[0] else E.transpose(E.transpose(x))
            if len(x.shape) == 2 and len(at.elts) == 2 and whole[0] and isinstance(at.elts[1], ast.Constant) and at.elts[1].value == 0 and x.shape[1] == 1:
                return E.matmul(x, E.vec((E.ONE,)))
            if len(x.shape) == 2 and len(at.elts) == 2 and not any(whole):
                return E.at(x, self.index(at.elts[0]), self.index(at.elts[1]))
            self.fail(node, "This slice is not followed.")
        if whole[0]:
            return x
        if isinstance(at, ast.Slice):
            self.fail(node, "This slice is not followed.")
        if isinstance(at, ast.UnaryOp) and isinstance(at.op, ast.USub) and isinstance(at.operand, ast.Constant) and at.operand.value == 1 and len(x.shape) == 1:
            return E.at(x, E.dim(x.shape[0]))
        if x.op == "eye" and len(x.shape) == 2:
            return E.basis(self.index(at), x.shape[0])
        if len(x.shape) != 1:
            self.fail(node, "An entry of something that is no vector.")
        i = self.operand(at)
        if i.shape:
            self.fail(node, "Entries picked by a mask are not followed.")
        return E.at(x, self.index(at))

    def attribute(self, node: ast.Attribute) -> Value:
        dotted = name_of(node)
        if dotted.partition(".")[0] in MODULES:
            last = dotted.rpartition(".")[2]
            if last in ("pi", "inf", "e", "newaxis"):
                return {"pi": E.PI, "inf": E.INF, "e": E.EULER, "newaxis": E.ZERO}[last]
            if last in CALLS:
                return Func(("x",), ast.Call(node, [ast.Name("x", ast.Load())], []))
            self.fail(node, f"'{dotted}' is not read as mathematics.")
        return self.attribute_of(self.value(node.value), node)

    def attribute_of(self, value: Value, node: ast.Attribute) -> Value:
        """.T, .size and the like of a value."""
        if isinstance(value, Items) and node.attr in value.names:  # torch.linalg.lstsq(X, y).solution, np.linalg.svd(X).S
            return value.values[value.names.index(node.attr)]
        x = self.expression(value, node)
        if node.attr in ("T", "mT"):
            return E.transpose(x) if len(x.shape) == 2 else x
        if node.attr == "size" and x.shape:
            return E.dim(x.shape[0])
        if node.attr == "shape" and x.shape:
            return Items(tuple(E.dim(d) for d in x.shape))
        self.fail(node, f"'.{node.attr}' is not read as mathematics.")

    def new_index(self) -> str:
        self.fresh += 1
        return f"_c{self.fresh}"

    def fail(self, node: ast.AST | None, what: str, expected: str = "code whose result is one formula") -> NoReturn:
        """Raise the read error at a place of the program."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        start = sum(len(x) + 1 for x in self.text.split("\n")[: line - 1]) + column
        raise ReadError(self.text, min(start, max(len(self.text) - 1, 0)), what, expected)


def name_of(node: ast.AST) -> str:
    """np.linalg.norm as its dotted name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = name_of(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _as_number(e: Expr) -> Expr:
    """A condition in arithmetic: 1 where it holds, else 0."""
    return E.cases(((E.ONE, e),), E.ZERO) if e.op in CONDITIONS else e


CONDITIONS = frozenset(("rel", "and", "or", "not"))
MODULES = frozenset("np numpy torch jnp jax math scipy sp tf cp F nn LA la linalg functools".split())
_OPERATORS: dict[type[ast.operator], Callable[[Expr, Expr], Expr]] = {
    ast.Mult: E.mul, ast.Div: E.div, ast.Pow: lambda a, b: Expr("pow", (a, b), E.same_shape(a.shape, b.shape, "power")),
    ast.MatMult: E.matmul, ast.FloorDiv: lambda a, b: E.fn("floor", E.div(a, b)), ast.Mod: lambda a, b: E.fn("mod", a, b),
    ast.BitAnd: lambda a, b: E.logic("and", a, b), ast.BitOr: lambda a, b: E.logic("or", a, b),  # of conditions on arrays
}
_RELATIONS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!="}
