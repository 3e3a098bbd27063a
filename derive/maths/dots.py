"""Dots between entries: the formula behind g_1, ..., g_n."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError
from derive.maths.order import place_of, sliced, with_place

DOTS = Expr("dots")


def general_entry(first: Expr, last: Expr) -> tuple[Expr, Expr]:
    """The entry with index _d behind a first one (index 1) and a last one (index n): (entry, n).

    Raises ShapeError where the two are not the same formula at two indices.
    """
    body, _, top = entry_from(first, last, (E.ONE,))
    return body, top


def entry_from(first: Expr, last: Expr, starts: tuple[Expr, ...] = ()) -> tuple[Expr, Expr, Expr]:
    """The entry with index _d behind a first and a last one, where it starts and where it ends; starts: from where it may start, else from anywhere."""
    index = E.idx("_d")

    def lift(e: Expr, start: Expr) -> Expr:
        if e.op in ("at", "basis"):
            i = 0 if e.op == "basis" else 1
            if e.args[i] == start:
                return E.rebuild(e, (*e.args[:i], index, *e.args[i + 1 :])) if e.op == "at" else e._replace(args=(index,))
        place = place_of(e)
        if place == start:
            return with_place(e, index)
        return e._replace(args=tuple(lift(a, start) for a in e.args)) if e.args and place is None else e

    for start in starts or _places(first):
        body = lift(first, start)
        for top in _places(last):
            if body != first and E.replace(body, {index: top}) == last:
                return body, start, top
    raise ShapeError("dots between entries that do not continue each other")


def _places(e: Expr) -> tuple[Expr, ...]:
    """The indices of the entries in an expression, and the places of its sorted entries."""
    place = place_of(e)
    if place is not None:
        return (place,)
    own = (e.args[-1],) if e.op in ("at", "basis") else ()
    return tuple(dict.fromkeys((*own, *(p for a in e.args for p in _places(a)))))


def dotted_sum(head: Expr, last: Expr) -> Expr:
    """c + |g_1| + |g_2| + ... + |g_n| as c and the sum over the index that runs from 1, or from where the first one stands; every term that is written must be the next one."""
    terms = _summands(head)
    if all(t.op == "num" for t in terms) and not last.shape and last.op != "num" and [t.data for t in terms] == [terms[0].data + k for k in range(len(terms))] and terms[0].data == int(terms[0].data):
        return E.reduce_over("sum", "_d", E.idx("_d"), terms[0], last)  # 1 + 2 + ... + n
    for k, first in enumerate(terms):
        if not _places(first):
            continue
        try:
            body, start, top = entry_from(first, last, (E.ONE,) if k else ())
        except ShapeError:
            continue
        following = terms[k + 1 :]
        if following and any(E.replace(body, {E.idx("_d"): _later(start, j)}) != t for j, t in enumerate(following, 1)):
            break
        out = E.reduce_over("sum", "_d", body, start, top)
        for t in reversed(terms[:k]):
            out = E.add(t, out)
        return out
    raise ShapeError("dots between entries that do not continue each other")


def _later(start: Expr, steps: int) -> Expr:
    return E.num(start.data + steps) if start.op == "num" else E.add(start, E.num(steps))


def _summands(e: Expr) -> list[Expr]:
    """The terms of a sum, from the left."""
    if e.op != "add":
        return [e]
    return [*_summands(e.args[0]), *e.args[1:]]


def dotted_product(head: Expr, last: Expr) -> Expr:
    """c a_1 a_2 ... a_n as c times the product over the index that runs from 1; every factor that is written must be the next one."""
    factors = _factors(head)
    for k, first in enumerate(factors):
        if not _places(first):
            continue
        try:
            body, _, top = entry_from(first, last, (E.ONE,))
        except ShapeError:
            continue
        if any(E.replace(body, {E.idx("_d"): E.num(j)}) != f for j, f in enumerate(factors[k:], 1)):
            break
        product = E.reduce_over("prod", "_d", body, E.ONE, top)
        for f in reversed(factors[:k]):
            product = E.product(f, product)
        return product
    raise ShapeError("dots between factors that do not continue each other")


def _factors(e: Expr) -> list[Expr]:
    """The factors of a product, from the left."""
    out: list[Expr] = []
    while e.op == "mul" and len(e.args) == 2:
        out.append(e.args[1])
        e = e.args[0]
    return [e, *reversed(out)]


def dotted(items: list[Expr]) -> Expr:
    """(g_1, ..., g_n) as the vector whose entries they are."""
    first, last = items[0], items[-1]
    if items.count(DOTS) == 2:
        return _one_entry(items)
    if items.count(DOTS) != 1 or DOTS in (first, last):
        raise ShapeError("dots that do not stand between entries")
    before, behind = items[: items.index(DOTS)], items[items.index(DOTS) + 1 : -1]
    body, place, top = _run(before, last)
    if any(E.replace(body, {E.idx("_d"): E.num(top.data - j) if top.op == "num" else E.sub(top, E.num(j))}) != e for j, e in enumerate(reversed(behind), 1)):
        raise ShapeError("dots between entries that do not continue each other")
    d: E.Dim = int(top.data) if top.op == "num" else str(top.data)
    if place:
        body = E.cases(tuple((e, E.rel("=", E.idx("_d"), E.num(k))) for k, e in enumerate(before[:place], 1)), body)
    return E.comp("_d", body, d)


def _run(before: list[Expr], last: Expr) -> tuple[Expr, int, Expr]:
    """The entry behind a run that ends in dots and a last one, how many entries stand before it, and where it ends: (0, h_2, ..., h_n) begins its run at 2."""
    for k, first in enumerate(before):
        try:
            body, _, top = entry_from(first, last, (E.num(k + 1),))
        except ShapeError:
            continue
        if any(E.replace(body, {E.idx("_d"): E.num(j)}) != e for j, e in enumerate(before[k + 1 :], k + 2)) or any(e.shape for e in before[:k]):
            break
        return body, k, top
    raise ShapeError("dots between entries that do not continue each other")


def _one_entry(items: list[Expr]) -> Expr:
    """(0, ..., 0, g_k, 0, ..., 0): zero but for one entry, which stands where its own index says."""
    others = [x for x in items if x != DOTS and not (x.op == "num" and x.data == 0)]
    entries = [x for e in others for x in _outside_binders(e) if x.op == "at" and len(x.args) == 2]
    places, sizes = {x.args[1] for x in entries}, {x.args[0].shape[0] for x in entries}
    if len(others) != 1 or len(places) != 1 or len(sizes) != 1 or DOTS in (items[0], items[-1]):
        raise ShapeError("dots that do not stand between entries")
    here = E.rel("=", E.idx("_d"), places.pop())
    return E.comp("_d", E.cases(((others[0], here),), E.ZERO), sizes.pop())


def _outside_binders(e: Expr) -> list[Expr]:
    """The parts of an expression that stand under no index of their own."""
    return [e] if E.bound_index(e) is not None else [e, *(x for a in e.args for x in _outside_binders(a))]


def dotted_slice(items: list[Expr]) -> Expr:
    """x_1, ..., x_k between the brackets of a function: some entries of a vector, or all of them."""
    first, last = items[0], items[-1]
    if items.count(DOTS) != 1 or DOTS in (first, last):
        raise ShapeError("dots that do not stand between entries")
    body, top = general_entry(first, last)
    if body.op == "at" and body.args[1:] == (E.idx("_d"),):
        whole = body.args[0]
        return whole if top == E.dim(whole.shape[0]) else sliced(whole, E.ONE, top)
    return dotted(items)
