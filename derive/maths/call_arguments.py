"""The arguments of a named function: those with a name, one that is left open, and how many there may be."""

from __future__ import annotations

from collections.abc import Callable

from derive.maths.expr import Expr, ShapeError

Keywords = dict[str, Expr]
Builder = Callable[[list[Expr], Keywords], Expr]

NONE = Expr("none")  # an argument that is left open, as the upper end of np.clip(x, 0, None)
KEYWORDS = frozenset("weights dim ord axis keepdims dtype k initial where x p out num base num_classes a_min a_max".split())


def check_count(args: list[Expr], least: int, most: int, name: str) -> None:
    """Raises ShapeError where there are fewer or more of them than the function takes."""
    if not least <= len(args) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise ShapeError(f"{name} with {len(args)} arguments, where it takes {wanted}")
