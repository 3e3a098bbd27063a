"""What is computed along an axis of a matrix, as code has it: norm(G, axis=1), G.max(axis=0)."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.calls import CALLS
from derive.maths.expr import Expr, ShapeError

WHOLE = frozenset((":", "·", "*", "∙", "•"))
"""What stands for all entries along one axis in a subscript: G_{b,:}, G_{b,\\cdot}."""


def sliced_along(x: Expr, keys: list[str], index: Expr | None) -> Expr:
    """G_{b,:} is row b of a matrix, G_{:,j} its column j, G_{:,:} all of it. keys: what stands at the two places; index: what stands at the other one."""
    if index is None:
        return x
    return E.at(x, index) if keys[1] in WHOLE else E.at(E.transpose(x), index)


def along_axis(name: str, args: list[Expr], kw: dict[str, Expr]) -> Expr | None:
    """A norm, largest or least entry, mean or median of each row (axis 1) or column (axis 0) of a matrix; None where no axis of a matrix is named."""
    axis = kw.get("axis")
    if axis is None or name not in ("norm", "max", "min", "amax", "amin", "mean", "median", "prod", "vector_norm") or not args or len(args[0].shape) != 2 or 1 in args[0].shape:
        return None
    along = next((k for k in range(-2, 2) if E.is_number(axis, k) or (axis.op == "neg" and E.is_number(axis.args[0], -k))), None)
    if along is None:
        raise ShapeError("an axis that a matrix does not have")
    x = args[0] if along % 2 == 1 else E.transpose(args[0])
    rest = {k: v for k, v in kw.items() if k not in ("axis", "keepdims", "keepdim")}
    return E.comp("_a", CALLS[name]([E.at(x, E.idx("_a")), *args[1:]], rest), x.shape[0])
