"""What of the eigenvalues of an update has a value where they are a complex pair too: the modulus of each, their sum and their product."""

from __future__ import annotations

from collections.abc import Sequence

from derive.maths import expr as E
from derive.maths.expr import Expr

MODULUS, SUM, PRODUCT = "@modulus", "@sum", "@product"  # end their names
RADIUS = "radius@update"  # the larger modulus


def of_the_pair(e: Expr, names: Sequence[str]) -> Expr:
    """An expression with a name for each of these; names: of an eigenvalue, of the first and of the second."""
    if len(names) < 3:
        return e
    first, second = (E.sym(n) for n in names[1:])
    put = {E.fn("abs", E.sym(n)): E.sym(n + MODULUS) for n in names}
    for a, b in ((first, second), (second, first)):
        put |= {E.add(a, b): E.sym(names[0] + SUM), E.mul(a, b): E.sym(names[0] + PRODUCT)}
    return E.replace(e, put)


def speaks_of(e: Expr, names: Sequence[str], rate: str = "") -> bool:
    """Whether an expression holds an eigenvalue, something of the pair, or the rate."""
    return any(x.op == "sym" and str(x.data).partition("@")[0] in (*names, rate) and x.data for x in E.walk(e))
