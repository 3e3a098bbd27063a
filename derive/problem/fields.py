"""The fields of a spec: their place for messages, and texts, lists and formulas read from them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from derive.errors import ReadError, SpecError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope

# What people write for a key of another name.
_MEANT = {"assume": "when", "when": "assume", "constraints": "subject_to", "st": "subject_to", "objective": "minimize", "minimise": "minimize", "maximise": "maximize"}


class Place:
    """Where in a file we are, for messages."""

    def __init__(self, file: str, key: str = "") -> None:
        self.file, self.key = file, key

    def at(self, key: str) -> Place:
        return Place(self.file, f"{self.key}.{key}" if self.key else key)

    def error(self, what: str, next_step: str = "") -> SpecError:
        return SpecError(f"{self.file}: {self.key}" if self.key else self.file, what, next_step)


def only_keys(data: Any, allowed: frozenset[str], place: Place) -> None:
    if not isinstance(data, Mapping):
        raise place.error("a table is expected here.")
    for key in data:
        if key not in allowed:
            close = [w for w in (_MEANT.get(str(key), ""),) if w in allowed] or get_close_matches(str(key), allowed, 1)
            hint = f"Did you mean '{close[0]}'? " if close else ""
            raise place.at(str(key)).error(f"'{key}' is not a key here.", f"{hint}Keys: {', '.join(sorted(allowed))}.")


def text_of(data: Mapping[str, Any], key: str, place: Place, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str) or not value.strip():
        what = "is missing" if key not in data else "must be text"
        raise place.at(key).error(f"'{key}' {what}.", f'Write {key} = "...".')
    return value


def list_of(data: Mapping[str, Any], key: str, place: Place) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise place.at(key).error(f"'{key}' must be a list.")
    return value


def texts_of(data: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    value = data.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise place.at(key).error(f"'{key}' must be text or a list of texts.")
    return tuple(values)


def read_field(text: Any, scope: Scope, place: Place) -> Expr:
    """A formula of the spec."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str):
        raise place.error("a formula (text) is expected here.")
    try:
        e = read_expr(text, scope)
        for x in E.walk(e):
            p = E.number_value(x.args[1]) if x.op == "norm" and x.data == "p" else None
            if p is not None and p < 1:
                raise place.error(f"the {p}-norm is no norm: p must be at least 1. In: {text}", "Write norm(x, 1), norm(x, 2), norm(x, inf), ...; nnz(x) counts nonzero entries.")
        return e
    except ReadError as err:
        hint = f"{err.slip} Declare it under [symbols], or rename it.".lstrip() if "not declared" in err.what else err.next_step
        if "shapes do not fit" in err.what and "*" in text:
            hint = f"Between two vectors * works entry by entry: write g^T u for the dot product, X w for a matrix times a vector. {hint}"
        declared = f"Declared: {scope.names()}." if "not declared" in err.what else ""
        raise place.error(f"{err.what} In: `{text}`.", f"{declared} {hint}".strip()) from None
