"""Expr <-> a table of nodes in plain data (JSON): exact, and bounded when it is read.

A table is a list; node k is [op, [earlier nodes], shape, data]. Every node names only nodes that stand before it, so
nothing recursive is read, and equal subtrees stand once. Numbers are texts 'p' or 'p/q'. What is read is built node
by node and its shape worked out again; nothing in it is evaluated or looked up by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derive.errors import SourceError
from derive.maths import expr as E
from derive.maths.expr import Expr, Shape

MAX_NODES = 20_000  # in a table
MAX_TREE = 400_000  # nodes of one expression, equal subtrees counted each time
MAX_DEPTH = 200
MAX_DIGITS = 2_000  # of a numerator or a denominator
MAX_TEXT = 400

_NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")
_NAME = re.compile(r"[^\W\d]\w*(@\w+)?")

# How many arguments an operation takes: (least, most).
_ARITY = {
    **dict.fromkeys(("num", "dec", "const", "sym", "idx", "dim", "ones", "zeros", "eye", "bool", "restate"), (0, 0)),
    **dict.fromkeys(("neg", "T", "inv", "pinv", "trace", "det", "diag", "total", "mean", "reduceall", "basis", "comp", "not", "svd", "eig", "qr", "chol", "rank", "psd"), (1, 1)),
    **dict.fromkeys(("mul", "div", "pow", "matpow", "matmul", "dot", "norm", "argopt", "rel"), (2, 2)),
    **dict.fromkeys(("add", "vec", "mat", "and", "or", "set", "list", "union"), (0, MAX_NODES)),
    "fn": (1, 2), "reduce": (3, 3), "at": (2, 3), "cases": (2, MAX_NODES), "interval": (2, 2),
}
# Their shape is stated, not worked out from arguments.
_STATED = frozenset(("sym", "ones", "zeros", "eye", "basis", "comp", "mat", "restate", "matpow"))
_RELATIONS = frozenset(("<", "<=", ">", ">=", "=", "!=", "~", "in"))


class Table:
    """Expressions written as nodes, each once."""

    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self._place: dict[Expr, int] = {}

    def add(self, e: Expr) -> int:
        """Write an expression; the number of its node."""
        pending = [e]
        while pending:
            x = pending[-1]
            if x in self._place:
                pending.pop()
                continue
            missing = [a for a in x.args if a not in self._place]
            if missing:
                pending += missing
                continue
            if x.op not in _ARITY:
                raise SourceError("", f"an expression with '{x.op}' has no plain form.")
            self._place[x] = len(self.nodes)
            self.nodes.append([x.op, [self._place[a] for a in x.args], list(x.shape), _written(x)])
            pending.pop()
        return self._place[e]


def _written(e: Expr) -> Any:
    if e.op == "num":
        return str(e.data)
    if e.op == "dec":
        return [str(e.data[0]), e.data[1]]
    return list(e.data) if isinstance(e.data, tuple) else e.data


def read_nodes(data: Any, where: str) -> list[Expr]:
    """The expressions of a table. Raises SourceError that names the node for anything else."""
    if not isinstance(data, list) or len(data) > MAX_NODES:
        raise SourceError(where, f"a table of at most {MAX_NODES} nodes is expected.")
    out: list[Expr] = []
    tree: list[int] = []
    depth: list[int] = []
    for k, raw in enumerate(data):
        e, children = _node(raw, out, f"{where}[{k}]")
        tree.append(1 + sum(tree[c] for c in children))
        depth.append(1 + max((depth[c] for c in children), default=0))
        if tree[k] > MAX_TREE or depth[k] > MAX_DEPTH:
            raise SourceError(f"{where}[{k}]", f"the expression is past the bound of {MAX_TREE} nodes or depth {MAX_DEPTH}.")
        out.append(e)
    return out


def _node(raw: Any, earlier: Sequence[Expr], where: str) -> tuple[Expr, list[int]]:
    if not isinstance(raw, list) or len(raw) != 4 or not isinstance(raw[0], str) or not isinstance(raw[1], list):
        raise SourceError(where, "a node is [operation, arguments, shape, data].")
    op, children, shape = raw[0], raw[1], _shape(raw[2], where)
    if op not in _ARITY:
        raise SourceError(where, f"'{op[:MAX_TEXT]}' is not an operation.")
    if any(not isinstance(c, int) or isinstance(c, bool) or not 0 <= c < len(earlier) for c in children):
        raise SourceError(where, "an argument is no earlier node.")
    least, most = _ARITY[op]
    if not least <= len(children) <= most:
        raise SourceError(where, f"'{op}' does not take {len(children)} arguments.")
    e = Expr(op, tuple(earlier[c] for c in children), shape, _data(op, raw[3], where))
    try:
        fits = _fits(e)
    except (E.ShapeError, ValueError, IndexError, TypeError):
        fits = False
    if not fits:
        raise SourceError(where, f"the arguments of '{op}' do not give {E.shape_text(shape)}.")
    return e, children


def _fits(e: Expr) -> bool:
    """Whether the stated shape is that of the operation on these arguments."""
    if e.op in ("num", "dec", "const", "idx", "dim", "bool", "argopt", *E.COLLECTIONS):
        return e.shape == ()
    if e.op == "basis":
        return len(e.shape) == 1 and not e.args[0].shape
    if e.op == "comp":
        return 1 <= len(e.shape) <= 2 and e.shape[1:] == e.args[0].shape
    if e.op in ("svd", "eig", "qr"):
        return {"svd": E.svd, "eig": E.eig, "qr": E.qr}[e.op](e.args[0], e.data).shape == e.shape
    if e.op in ("rank", "psd"):
        return not e.shape and len(e.args[0].shape) == 2
    if e.op == "eye":
        return len(e.shape) == 2 and e.shape[0] == e.shape[1]
    if e.op == "mat":
        sizes = [d for d in e.shape if isinstance(d, int)]
        return len(sizes) == 2 == len(e.shape) and len(e.args) == sizes[0] * sizes[1] and not any(a.shape for a in e.args)
    if e.op == "matpow":
        return e.args[0].shape == e.shape and len(e.shape) == 2 and e.shape[0] == e.shape[1]
    if e.op in _STATED:
        return True
    if e.op in ("and", "or", "not"):
        return all(a.op in E.CONDITIONS for a in e.args)
    if e.op == "norm" and not e.args[0].shape:
        return False
    return E.rebuild(e, e.args).shape == e.shape


def _shape(raw: Any, where: str) -> Shape:
    if not isinstance(raw, list) or len(raw) > 2:
        raise SourceError(where, "a shape is a list of at most two dimensions.")
    for d in raw:
        if isinstance(d, bool) or not ((isinstance(d, int) and 0 <= d <= 10_000) or _is_size(d)):
            raise SourceError(where, "a dimension is a size or a name.")
    return tuple(raw)


def _is_name(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= MAX_TEXT and _NAME.fullmatch(text) is not None


def read_number(raw: Any, where: str) -> Fraction:
    """'p' or 'p/q' as a number."""
    if not isinstance(raw, str) or len(raw) > 2 * MAX_DIGITS or not _NUMBER.fullmatch(raw) or any(len(p) > MAX_DIGITS for p in raw.split("/")):
        raise SourceError(where, f"a number is a text 'p' or 'p/q' of at most {MAX_DIGITS} digits each.")
    if "/" in raw and not int(raw.partition("/")[2]):
        raise SourceError(where, "a number has the denominator 0.")
    return Fraction(raw)


def _pair(kinds: Sequence[str]) -> Callable[[Any], bool]:
    return lambda d: isinstance(d, list) and len(d) == 2 and d[0] in kinds and _is_name(d[1])


def _is_size(d: Any) -> bool:
    """A named dimension, or the least of several."""
    return isinstance(d, str) and all(isinstance(x, int) or _is_name(x) for x in E.inside_least(d))


_DATA: dict[str, Callable[[Any], bool]] = {
    "const": lambda d: d in ("pi", "e", "inf"), "sym": _is_name, "idx": _is_name, "dim": _is_size, "comp": _is_name,
    "svd": lambda d: d in ("u", "s", "v"), "eig": lambda d: d in ("values", "vectors"), "qr": lambda d: d in ("q", "r"),
    "bool": lambda d: isinstance(d, bool), "fn": lambda d: isinstance(d, str) and d in E.FUNCTIONS,
    "norm": lambda d: d in ("p", "fro", "nuc", "op"), "reduceall": lambda d: d in ("max", "min"),
    "reduce": _pair(("sum", "prod", "max", "min")), "argopt": _pair(("argmax", "argmin")),
    "rel": lambda d: isinstance(d, str) and d in _RELATIONS, "restate": lambda d: isinstance(d, str) and len(d) <= MAX_TEXT,
    "interval": lambda d: isinstance(d, list) and len(d) == 2 and all(isinstance(x, bool) for x in d),
}


def _data(op: str, raw: Any, where: str) -> Any:
    if op == "num":
        return read_number(raw, where)
    if op == "dec":
        if not isinstance(raw, list) or len(raw) != 2 or not isinstance(raw[1], str) or len(raw[1]) > MAX_TEXT:
            raise SourceError(where, "a decimal is [number, text].")
        return read_number(raw[0], where), raw[1]
    test = _DATA.get(op)
    if not (raw is None if test is None else test(raw)):
        raise SourceError(where, f"{str(raw)[:MAX_TEXT]!r} is nothing that '{op}' can carry.")
    return tuple(raw) if isinstance(raw, list) else raw
