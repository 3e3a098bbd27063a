"""Tensors and operations of a spec, and what is counted of them."""

from __future__ import annotations

import re
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.declarations import scalar
from derive.problem.fields import Place, list_of, only_keys, read_field, text_of, texts_of
from derive.problem.nouns.tensors import SIZES, Extent, Operation, Tensor, Window

_TENSOR = frozenset(["id", "says", "shape", "copies", "group"])
_OPERATION = frozenset("id says product output bias trained differentiated copies ranges".split())
_WINDOW = frozenset(["window", "over", "stride", "padding", "dilation"])
_INDEXED = re.compile(r"\s*([A-Za-z]\w*)\s*\[([^\[\]]*)\]\s*\Z")
_COUNTED = re.compile(r"(\w+)(?:\s+of\s+(.+))?\Z")

Subscripted = tuple[str, tuple[str, ...]]


def tensors_of(raw: list[Any], symbols: dict[str, Symbol], place: Place) -> tuple[Tensor, ...]:
    """The declared arrays."""
    out = []
    for i, t in enumerate(raw):
        here = place.at(f"tensors[{i}]")
        only_keys(t, _TENSOR, here)
        shape = [_count(x, symbols, here.at("shape")) for x in list_of(t, "shape", here)]
        out.append(Tensor(text_of(t, "id", here), tuple(shape), _count(t.get("copies", "1"), symbols, here.at("copies")), str(t.get("group", "parameters"))))
    return tuple(out)


def operations_of(raw: list[Any], symbols: dict[str, Symbol], place: Place) -> tuple[Operation, ...]:
    """The declared sums of products, each with the ranges of its indices."""
    out: list[Operation] = []
    for i, o in enumerate(raw):
        out.append(_operation(o, symbols, out, place.at(f"operations[{i}]")))
    return tuple(out)


def _operation(o: Any, symbols: dict[str, Symbol], earlier: list[Operation], place: Place) -> Operation:
    only_keys(o, _OPERATION, place)
    factors = tuple(_subscripted(x, place.at("product")) for x in text_of(o, "product", place).split("*"))
    if len(factors) != 2:
        raise place.at("product").error(f"a product of two tensors is one multiply-add; this has {len(factors)} factors.",
                                        'Write product = "W[i, j] * x[j]"; more factors are several operations.')
    output = _subscripted(text_of(o, "output", place), place.at("output"))
    bias = tuple(_subscripted(x, place.at("bias")) for x in texts_of(o, "bias", place))
    extents = _ranges(o.get("ranges"), symbols, earlier, place.at("ranges"))
    known = {e.index for e in extents}
    for name, indices in (*factors, output, *bias):
        for k in indices:
            if k not in known:
                raise place.error(f"the index {k} of {name} has no range.", f'Give it one: ranges = {{ {k} = "n" }}.')
    names = [name for name, _ in (*factors, *bias)]
    for key, allowed in (("trained", names), ("differentiated", [name for name, _ in factors])):
        for name in texts_of(o, key, place):
            if name not in allowed:
                raise place.at(key).error(f"'{name}' is none of its tensors.", f"Tensors: {', '.join(allowed)}.")
    differentiated = texts_of(o, "differentiated", place) if "differentiated" in o else tuple(name for name, _ in factors)
    return Operation(text_of(o, "id", place), extents, factors, output, bias, texts_of(o, "trained", place), differentiated,
                     _count(o.get("copies", "1"), symbols, place.at("copies")))


def _subscripted(text: str, place: Place) -> Subscripted:
    m = _INDEXED.match(text)
    if m is None:
        raise place.error(f"'{text.strip()}' is no tensor with its indices.", 'Write W[i, j].')
    indices = tuple(k.strip() for k in m.group(2).split(",") if k.strip())
    if not all(k.isidentifier() for k in indices):
        raise place.error(f"an index is a name, in: {text.strip()}", "A shifted index such as i + u is declared as a window of its own.")
    return m.group(1), indices


def _ranges(raw: Any, symbols: dict[str, Symbol], earlier: list[Operation], place: Place) -> tuple[Extent, ...]:
    if not isinstance(raw, dict) or not raw:
        raise place.error("the indices need ranges.", 'Write ranges = { i = "m", j = "n" }.')
    known = dict(symbols)
    out: list[Extent] = []
    for index, value in raw.items():
        here = place.at(str(index))
        if index in symbols:
            raise here.error(f"'{index}' is a declared symbol and cannot be an index.", "Choose another letter.")
        if isinstance(value, dict):
            out.append(Extent(str(index), E.ONE, E.ONE, _window(value, symbols, earlier, here)))
        else:
            low, dots, high = str(value).partition("..")
            scope = Scope(known, frozenset(), 1)
            ends = (E.ONE, read_field(low, scope, here)) if not dots else (read_field(low, scope, here), read_field(high, scope, here))
            first, last = (scalar(e, here, "a bound") for e in ends)
            out.append(Extent(str(index), first, last))
        known[str(index)] = Symbol(str(index), domain="integer")
    return tuple(out)


def _window(raw: dict[str, Any], symbols: dict[str, Symbol], earlier: list[Operation], place: Place) -> Window:
    only_keys(raw, _WINDOW, place)
    for key in ("window", "over"):
        if key not in raw:
            raise place.at(key).error(f"'{key}' is missing.", 'Write { window = "K", over = "H", stride = "1", padding = "0" }.')
    op, dot, index = str(raw["over"]).partition(".")
    over: Expr | tuple[str, str]
    if dot and any(o.id == op and any(e.index == index for e in o.extents) for o in earlier):
        over = (op, index)
    else:
        over = _count(raw["over"], symbols, place.at("over"))
    rest = [_count(raw.get(key, default), symbols, place.at(key)) for key, default in (("stride", "1"), ("padding", "0"), ("dilation", "1"))]
    return Window(_count(raw["window"], symbols, place.at("window")), over, *rest)


def _count(value: Any, symbols: dict[str, Symbol], place: Place) -> Expr:
    return scalar(read_field(value, Scope(symbols, frozenset(), 1), place), place, "a size")


def counted_names(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """'elements of full / elements of cache' as [(quantity, names), ...]: one of SIZES, or a quotient of two."""
    out = []
    for piece in text.split(" / "):
        m = _COUNTED.match(piece.strip())
        names = tuple(n.strip() for n in m.group(2).split(",")) if m and m.group(2) else ()
        out.append((m.group(1) if m else piece.strip(), names))
    return out


def check_counted(counted: tuple[str, ...], tensors: tuple[Tensor, ...], operations: tuple[Operation, ...], place: Place) -> None:
    """Every quantity is one of SIZES and speaks of what is declared."""
    if not tensors and not operations:
        raise place.error("there is nothing to count.", "Name a schedule, or declare [[tensors]] or [[operations]].")
    known = {t.id for t in tensors} | {t.group for t in tensors} | {o.id for o in operations} | {n for o in operations for n, _ in (*o.factors, *o.bias, o.output)}
    indices = {f"{o.id}.{e.index}" for o in operations for e in o.extents}
    for text in counted:
        pieces = counted_names(text)
        if len(pieces) > 2:
            raise place.error(f"'{text}' is more than one quotient.", "Write quantity, or quantity / quantity.")
        for quantity, names in pieces:
            if quantity not in SIZES:
                raise place.error(f"'{quantity}' is not counted.", f"Counted: {', '.join(SIZES)}.")
            if quantity in ("length", "elements", "receptive_field") and not names:
                raise place.error(f"{quantity} of what?", f'Write "{quantity} of ...".')
            for n in names:
                if n not in (indices if quantity in ("length", "receptive_field") else known):
                    raise place.error(f"there is no '{n}' to count.", f"There are: {', '.join(sorted(indices if quantity in ('length', 'receptive_field') else known))}.")
