"""Comprehensions as code writes them: [f(x) for x in v]."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar


def comprehension(p: Grammar) -> Expr | None:
    """[f(x) for x in v] and its kin as the vector of f(v_i); None where no 'for' stands in the bracket."""
    level = 0
    where = -1
    for j in range(p.i, len(p.tokens)):
        t = p.tokens[j]
        if t.kind == "op" and t.value in ("(", "[", "{"):
            level += 1
        elif t.kind == "op" and t.value in (")", "]", "}"):
            level -= 1
            if level < 0:
                break
        elif level == 0 and t.kind == "name" and t.value == "for":
            where = j
            break
    if where < 0 or p.tokens[where + 1].kind != "name" or p.tokens[where + 2].value not in ("in", "∈"):
        return None
    start = p.i
    variable = str(p.tokens[where + 1].value)
    p.i = where + 3
    source = p.expression()
    end = p.i
    index = f"_{variable}"
    saved = dict(p.locals)
    if len(source.shape) != 1:
        p.fail("a vector to run over")
    p.locals[variable] = E.at(source, E.idx(index)) if source.op != "comp" else E.replace(source.args[0], {E.idx(str(source.data)): E.idx(index)})
    p.bound.append(index)
    p.i = start
    body = p.expression()
    p.bound.pop()
    p.locals = saved
    if p.i != where:
        p.fail("'for'")
    p.i = end
    return p.build(E.comp, index, body, source.shape[0])
