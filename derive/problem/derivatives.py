"""What a part differentiates: function, over, upstream, at and when of a spec -> Derivative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.maths import expr as E
from derive.maths.symbols import Symbol
from derive.problem.declarations import declared, plain_formula, scope_of
from derive.problem.fields import Place, read_field, text_of, texts_of
from derive.problem.nouns.program import Derivative

ASKED = ("gradient", "jacobian", "hessian")


def derivative_of(raw: Mapping[str, Any], ask: str, symbols: dict[str, Symbol], place: Place) -> Derivative:
    """The derivative that a part asks for. Raises SpecError where shapes do not fit what is asked."""
    if ask not in ASKED:
        raise place.at("function").error(f'ask = "{ask}" differentiates nothing.', f"It belongs to: {', '.join(ASKED)}.")
    over = declared(text_of(raw, "over", place), symbols, place.at("over"))
    if symbols[over].kind != "value" or symbols[over].let is not None:
        raise place.at("over").error(f"'{over}' is not free to vary.", "Name a scalar, vector or matrix without a definition.")
    scope = scope_of(symbols, over)
    function = plain_formula(read_field(raw.get("function"), scope, place.at("function")))
    free = sorted(E.free_indices(function))
    if free:
        raise place.at("function").error(f"the index {free[0]} stands outside every sum.", f"A sum takes one term: write sum_{free[0]} (...).")
    upstream = None
    if "upstream" in raw:
        here = place.at("upstream")
        upstream = declared(text_of(raw, "upstream", place), symbols, here)
        if ask != "gradient":
            raise here.error("an upstream gradient belongs to a gradient.", 'Write ask = "gradient", or leave it out.')
        if symbols[upstream].shape != E.as_column(function).shape:
            raise here.error(f"'{upstream}' is {E.shape_text(symbols[upstream].shape)}, the function is {E.shape_text(function.shape)}.")
    if function.shape and ask != "jacobian" and upstream is None:
        raise place.at("function").error(
            f"the function is {E.shape_text(function.shape)}: a {ask} needs a scalar.",
            'Name the gradient with respect to it (upstream = "dy"), or write ask = "jacobian".')
    if ask == "jacobian" and not (len(E.as_column(function).shape) == 1 and len(symbols[over].shape) == 1):
        raise place.at("function").error("a Jacobian is that of a vector in a vector.", 'Write ask = "gradient" for a scalar function.')
    if ask == "hessian" and len(symbols[over].shape) == 2:
        raise place.at("over").error("the second derivative in a matrix is no matrix.", "Ask for the Hessian in a vector.")
    when = tuple(plain_formula(read_field(t, scope, place.at("when"))) for t in texts_of(raw, "when", place))
    for c in when:
        if c.op not in E.CONDITIONS:
            raise place.at("when").error("a condition is expected, like norm(x, 2) > 0.")
    at = plain_formula(read_field(raw["at"], scope, place.at("at"))) if "at" in raw else None
    if at is not None:
        at = E.zeros(*symbols[over].shape) if E.is_number(at, 0) and symbols[over].shape else at
        if at.shape != symbols[over].shape:
            raise place.at("at").error(f"'{over}' is {E.shape_text(symbols[over].shape)}, this is {E.shape_text(at.shape)}.")
        if over in E.symbols_in(at):
            raise place.at("at").error(f"the point must not hold '{over}' itself.")
    return Derivative(E.as_column(function), over, upstream, at, when)
