"""The symbols that a spec declares: their types, values and definitions, and formulas in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr, inside_least
from derive.maths.symbols import Scope, Symbol, parse_type
from derive.problem.fields import Place, only_keys, read_field, text_of, texts_of

_SYMBOL = frozenset(["type", "says", "aliases", "value", "let", "is", "above", "below", "within", "multiple_of", "gradient"])
_ALLOWED: dict[str, Callable[[Fraction], bool]] = {"positive": lambda v: v > 0, "nonnegative": lambda v: v >= 0, "negative": lambda v: v < 0, "nonzero": lambda v: v != 0,
            "unit": lambda v: 0 < v < 1, "count": lambda v: v >= 1 and v.denominator == 1, "integer": lambda v: v.denominator == 1, "binary": lambda v: v in (0, 1)}


def declared_symbols(raw: Any, place: Place) -> dict[str, Symbol]:
    if not isinstance(raw, Mapping):
        raise place.error("[symbols] must be a table of symbols.")
    out: dict[str, Symbol] = {}
    for name, d in raw.items():
        here = place.at(str(name))
        only_keys(d, _SYMBOL, here)
        try:
            kind, shape, domain, of = parse_type(text_of(d, "type", here))
        except ValueError as err:
            raise here.at("type").error(str(err)) from None
        out[name] = Symbol(
            name=str(name), shape=shape, domain=domain, kind=kind, aliases=texts_of(d, "aliases", here),
            says=str(d.get("says", "")), above=d.get("above"), below=d.get("below"), multiple_of=d.get("multiple_of"),
            of=of, gradient=d.get("gradient"),
        )
    for s in out.values():
        for d in (x for whole in s.shape for x in inside_least(whole)):
            if isinstance(d, str) and d not in out:
                raise place.at(s.name).at("type").error(
                    f"the dimension '{d}' is not declared.", f'Declare it: {d} = {{ type = "dimension" }}.')
        for field in ("multiple_of", "of", "gradient"):
            name = getattr(s, field)
            if name is not None and name not in out:
                raise place.at(s.name).at(field).error(f"'{name}' is not declared.", f"Declared: {', '.join(out)}.")
    return _define(raw, out, place)


def _define(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: Place) -> dict[str, Symbol]:
    """Fill in values and definitions, which may use the other symbols."""
    dims = frozenset(n for n, s in symbols.items() if s.kind == "dimension")
    for name, d in raw.items():
        s = symbols[name]
        size = s.shape[0] if s.shape else next((x.shape[0] for x in symbols.values() if len(x.shape) == 1), 1)
        scope = Scope({k: v for k, v in symbols.items() if k != name}, dims, size)
        if "value" in d:
            given = read_field(d["value"], scope, place.at(name).at("value"))
            if given.shape != s.shape:
                raise place.at(name).at("value").error(
                    f"'{name}' is {E.shape_text(s.shape)}, its value is {E.shape_text(given.shape)}.")
            symbols[name] = s = replace(s, given=plain_formula(given))
            _in_domain(s, place.at(name).at("value"))
        if "within" in d:
            symbols[name] = s = replace(s, within=_within(s, text_of(d, "within", place.at(name)), scope, place.at(name).at("within")))
        key = "let" if "let" in d else "is" if "is" in d else None
        if key:
            let = read_field(d[key], scope, place.at(name).at(key))
            if s.kind == "value" and let.shape != s.shape:
                raise place.at(name).at(key).error(
                    f"'{name}' is {E.shape_text(s.shape)}, its definition is {E.shape_text(let.shape)}.")
            symbols[name] = replace(s, let=let)
    return symbols


def _within(s: Symbol, text: str, scope: Scope, place: Place) -> tuple[Expr, Expr]:
    """'0..n-1' for an integer that is an index counted from 0."""
    low, dots, high = text.partition("..")
    if not dots or s.domain not in ("integer", "count") or s.shape:
        raise place.error(f"'{text}' is no range of an integer.", 'Write within = "0..n-1" for an integer or a count.')
    ends = (read_field(low, scope, place), read_field(high, scope, place))
    if any(E.symbols_in(e) or e.shape for e in ends):
        raise place.error("a range ends in numbers and dimensions only.", 'Write within = "0..n-1", with n a dimension.')
    return ends


def _in_domain(s: Symbol, place: Place) -> None:
    """A given value must lie in the declared domain."""
    assert s.given is not None
    test = _ALLOWED.get(s.domain)
    for x in s.given.args if s.given.op in ("vec", "mat") else (s.given,):
        v = E.number_value(x)
        if test is not None and v is not None and not test(v):
            raise place.error(f"{v} is not {s.domain}, as '{s.name}' is declared.", "Change the value, or the type.")


def plain_formula(e: Expr) -> Expr:
    """Decimals of a spec are exact numbers."""
    if e.op == "dec":
        return E.num(Fraction(e.data[0]))
    return e._replace(args=tuple(plain_formula(a) for a in e.args))


def scope_of(symbols: dict[str, Symbol], over: str | None = None) -> Scope:
    dims = frozenset(n for n, s in symbols.items() if s.kind == "dimension")
    shape = symbols[over].shape if over in symbols and over is not None else ()
    size = shape[0] if shape else next((s.shape[0] for s in symbols.values() if len(s.shape) == 1), 1)
    return Scope(symbols, dims, size)


def declared(name: str, symbols: Mapping[str, Symbol], place: Place) -> str:
    if name not in symbols:
        raise place.error(f"'{name}' is not declared.", f"Declared: {', '.join(symbols)}. Declare it under [symbols], or rename it.")
    return name


def scalar(e: Expr, place: Place, what: str) -> Expr:
    if e.shape:
        raise place.error(f"{what} must be a scalar, this is {E.shape_text(e.shape)}.", "Write a dot product or a norm.")
    return plain_formula(e)
