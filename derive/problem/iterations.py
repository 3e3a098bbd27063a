"""The [iteration] table: states, their starts and updates, noise, modes, and what is asked for.

    [iteration]
    over = ["v", "x"]                        # or one name
    start = { v = "0", x = "0" }             # or one formula
    update = { v = "b*v + g", x = "x - eta*v" }
    order = "sequential"                     # x sees the new v; "simultaneous": it sees the old one
    before = { g = "grad(f, x)" }            # worked out from the old values, before the updates
    output = "x"                             # what is asked for; else the first state
    count = "T"                              # the number of steps
    noise = { N = { mean = "0", variance = "s^2", law = "normal" } }
    modes = { symbol = "h", from = "mu", to = "L" }

An update may be a program: x = { over = "z", minimize = "f(z) + (z - x)^2/(2*eta)" }. With flow = true the updates are
velocities, d(state)/dt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.declarations import declared, plain_formula, scalar, scope_of
from derive.problem.fields import Place, only_keys, read_field, text_of, texts_of
from derive.problem.nouns.iteration import Iteration, Modes, Noise, State
from derive.problem.nouns.program import Program

_ITERATION = frozenset(
    """over loss start update step steps residual rescale features order before output count clock noise end modes flow
    assume""".split()
)
_NOISE = frozenset(["mean", "variance", "law"])
_MODES = frozenset(["symbol", "from", "to"])
_IMPLICIT = frozenset(["over", "minimize", "maximize"])
_ORDERS = ("simultaneous", "sequential")


def read_iteration(raw: Any, symbols: dict[str, Symbol], place: Place) -> Iteration:
    """The Iteration of an [iteration] table."""
    only_keys(raw, _ITERATION, place)
    names = texts_of(raw, "over", place)
    if not names:
        raise place.at("over").error("'over' is missing.", 'Name the state: over = "theta", or the states: over = ["x", "v"].')
    for name in names:
        declared(name, symbols, place.at("over"))
    scope = scope_of(symbols, names[0])
    states = _states(raw, names, symbols, place)
    output = _formula(raw["output"], symbols, scope, place.at("output")) if "output" in raw else None
    over = output.data if output is not None and output.op == "sym" and output.data in names else names[0]
    if output is not None and output.op == "sym" and output.data in names:
        output = None
    asked = next(s for s in states if s.name == over)
    before = _before(raw, symbols, scope, place)
    for name, e in reversed(before) if output is not None else ():  # a quantity of the step is asked by its formula in the states
        output = E.replace(output, {E.sym(name, e.shape): e}) if output is not None else None
    loss = E.ZERO
    if "loss" in raw:
        loss = scalar(_expand(read_field(raw["loss"], scope, place.at("loss")), symbols), place.at("loss"), "a loss")
    step = declared(text_of(raw, "step", place), symbols, place.at("step")) if "step" in raw else ""
    steps = str(raw.get("steps", "constant"))
    if steps not in ("constant", "diminishing"):
        raise place.at("steps").error(f"'{steps}' is not a rule for step sizes.", "constant or diminishing.")
    rescale, features = _rescaling(raw, symbols, place)
    flow = raw.get("flow", False)
    if not isinstance(flow, bool):
        raise place.at("flow").error("flow is true or false.")
    own = tuple(sorted(states, key=lambda s: s.name != over)) if len(states) == 1 else states
    it = Iteration(
        over, loss, asked.start, asked.update, step, steps, _residual(raw, symbols, scope, place), rescale, features, own,
        _order(raw, states, place), before, output, _count(raw, symbols, scope, place),
        _name(raw, "clock", symbols, place), _noise(raw, symbols, scope, place), _name(raw, "end", symbols, place),
        _modes(raw, symbols, scope, place), flow, conditions(raw, "assume", symbols, scope, place))
    if it.plain and "loss" not in raw and rescale is not None:
        raise place.at("loss").error("'loss' is missing: features are rescaled inside it.", 'Write loss = "f".')
    if flow and (step or it.noise or it.before or any(s.program for s in states)):
        raise place.at("flow").error("a flow has velocities and nothing else.", "Take step, noise, before and programs out.")
    return it


def _states(raw: Mapping[str, Any], names: tuple[str, ...], symbols: dict[str, Symbol], place: Place) -> tuple[State, ...]:
    """The states in the order of the table of updates."""
    given = {key: _by_name(raw, key, names, place, "0" if key == "start" else None) for key in ("start", "update")}
    out = []
    for name in given["update"]:
        shape, scope = symbols[name].shape, scope_of(symbols, name)
        start = plain_formula(read_field(given["start"][name], scope, place.at("start")))
        if not start.shape and E.is_number(start, 0):
            start = E.zeros(*shape) if shape else E.ZERO
        if len(shape) > 1 and start.shape == () and E.is_number(start, 1):
            start = E.eye(shape[0])
        text = given["update"][name]
        program = _implicit(text, symbols, place.at("update").at(name)) if isinstance(text, Mapping) else None
        update = E.sym(program.over[0], shape) if program else _formula(text, symbols, scope, place.at("update"))
        for key, e in (("start", start), ("update", update)):
            if E.as_column(e).shape != shape:
                raise place.at(key).error(f"'{name}' is {E.shape_text(shape)}, this is {E.shape_text(e.shape)}.")
        out.append(State(name, E.as_column(start), E.as_column(update), program))
    return tuple(out)


def _by_name(raw: Mapping[str, Any], key: str, names: tuple[str, ...], place: Place, default: str | None) -> dict[str, Any]:
    """One formula a state: a table by name, or one text where there is one state (or one default for all)."""
    here, value = place.at(key), raw.get(key, default)
    if value is None:
        raise here.error(f"'{key}' is missing.", f'Write {key} = "..." or {key} = {{ x = "...", v = "..." }}.')
    if not isinstance(value, Mapping) or (len(names) == 1 and set(value) <= _IMPLICIT):
        if len(names) > 1 and key == "update":
            raise here.error(f"{len(names)} states need one update each.", f"Write a table: {{ {', '.join(n + ' = ...' for n in names)} }}.")
        return dict.fromkeys(names, value)
    missing = [n for n in names if n not in value]
    if key == "update" and missing:
        raise here.error(f"the update of {', '.join(missing)} is missing.", "Every state in 'over' needs one.")
    for name in value:
        if name not in names:
            raise here.at(str(name)).error(f"'{name}' is no state.", f"States: {', '.join(names)}.")
    return {**dict.fromkeys(missing, default), **value}


def _implicit(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: Place) -> Program:
    """A program whose minimiser is the next value."""
    only_keys(raw, _IMPLICIT, place)
    unknown = declared(text_of(raw, "over", place), symbols, place.at("over"))
    key = "minimize" if "minimize" in raw else "maximize"
    text = text_of(raw, key, place)
    objective = scalar(_expand(read_field(text, scope_of(symbols, unknown), place.at(key)), symbols), place.at(key), "an objective")
    if unknown not in E.symbols_in(objective):
        raise place.at(key).error(f"the objective does not depend on {unknown}.")
    return Program((unknown,), "min" if key == "minimize" else "max", objective)


def _order(raw: Mapping[str, Any], states: tuple[State, ...], place: Place) -> str:
    if len(states) > 1 and "order" not in raw:
        raise place.at("order").error("several states need an order of their updates.",
                                      'Write order = "simultaneous" (all see the old values) or "sequential" (each sees the new ones before it).')
    order = str(raw.get("order", "simultaneous"))
    if order not in _ORDERS:
        raise place.at("order").error(f"'{order}' is not an order of updates.", f"{' or '.join(_ORDERS)}.")
    return order


def _before(raw: Mapping[str, Any], symbols: dict[str, Symbol], scope: Scope, place: Place) -> tuple[tuple[str, Expr], ...]:
    table = raw.get("before", {})
    if not isinstance(table, Mapping):
        raise place.at("before").error("a table of quantities is expected.", 'Write before = { g = "grad(f, x)" }.')
    out = []
    for name, text in table.items():
        here = place.at("before").at(str(name))
        shape = symbols[declared(str(name), symbols, here)].shape
        e = E.as_column(_formula(text, symbols, scope_of(symbols, str(name)), here))
        if e.shape != shape:
            raise here.error(f"'{name}' is {E.shape_text(shape)}, this is {E.shape_text(e.shape)}.")
        out.append((str(name), e))
    return tuple(out)


def _count(raw: Mapping[str, Any], symbols: dict[str, Symbol], scope: Scope, place: Place) -> Expr | None:
    if "count" not in raw:
        return None
    e = plain_formula(read_field(raw["count"], scope, place.at("count")))
    value = E.number_value(e)
    natural = value is not None and value.denominator == 1 and value >= 0
    domains = ("count", "integer", "positive", "nonnegative") if raw.get("flow") else ("count", "integer")
    if not natural and not (e.op == "sym" and symbols[str(e.data)].domain in domains):
        raise place.at("count").error("the number of steps is a natural number or a declared count.",
                                      'Declare it: T = { type = "count" }; the time of a flow: t = { type = "positive" }.')
    return e


def _noise(raw: Mapping[str, Any], symbols: dict[str, Symbol], scope: Scope, place: Place) -> tuple[Noise, ...]:
    table = raw.get("noise", {})
    if not isinstance(table, Mapping):
        raise place.at("noise").error("a table of random quantities is expected.", 'Write noise = { N = { mean = "0", variance = "s^2" } }.')
    out = []
    for name, d in table.items():
        here = place.at("noise").at(str(name))
        only_keys(d, _NOISE, here)
        shape = symbols[declared(str(name), symbols, here)].shape
        mean = plain_formula(read_field(d.get("mean", "0"), scope_of(symbols, str(name)), here.at("mean")))
        if E.is_number(mean, 0):
            mean = E.zeros(*shape) if shape else E.ZERO
        if mean.shape != shape:
            raise here.at("mean").error(f"'{name}' is {E.shape_text(shape)}, its mean is {E.shape_text(mean.shape)}.")
        law = str(d.get("law", ""))
        if law not in ("", "normal"):
            raise here.at("law").error(f"'{law}' is not a law.", "normal, or leave it out where mean and variance decide.")
        out.append(Noise(str(name), mean, scalar(read_field(text_of(d, "variance", here), scope, here.at("variance")), here, "a variance"), law))
    return tuple(out)


def _modes(raw: Mapping[str, Any], symbols: dict[str, Symbol], scope: Scope, place: Place) -> Modes | None:
    if "modes" not in raw:
        return None
    here = place.at("modes")
    only_keys(raw["modes"], _MODES, here)
    name = declared(text_of(raw["modes"], "symbol", here), symbols, here.at("symbol"))
    low, high = (scalar(read_field(text_of(raw["modes"], k, here), scope, here.at(k)), here.at(k), "an end of a range") for k in ("from", "to"))
    return Modes(name, low, high)


def conditions(raw: Mapping[str, Any], key: str, symbols: dict[str, Symbol], scope: Scope, place: Place) -> tuple[Expr, ...]:
    """The conditions listed under a key."""
    out = []
    for text in texts_of(raw, key, place):
        c = plain_formula(_expand(read_field(text, scope, place.at(key)), symbols))
        if c.op not in E.CONDITIONS:
            raise place.at(key).error("a condition is expected, like L > mu.")
        out.append(c)
    return tuple(out)


def _name(raw: Mapping[str, Any], key: str, symbols: dict[str, Symbol], place: Place) -> str:
    return declared(text_of(raw, key, place), symbols, place.at(key)) if key in raw else ""


def _residual(raw: Mapping[str, Any], symbols: dict[str, Symbol], scope: Scope, place: Place) -> tuple[str, Expr] | None:
    if "residual" not in raw:
        return None
    here = place.at("residual")
    only_keys(raw["residual"], frozenset(("symbol", "is")), here)
    name = declared(text_of(raw["residual"], "symbol", here), symbols, here.at("symbol"))
    return name, scalar(read_field(raw["residual"].get("is"), scope, here.at("is")), here.at("is"), "a residual")


def _rescaling(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: Place) -> tuple[str | None, str | None]:
    rescale, features = raw.get("rescale"), raw.get("features")
    if rescale not in (None, "second-moment"):
        raise place.at("rescale").error(f"'{rescale}' is not a rescaling.", "second-moment, or leave it out.")
    if rescale and features is None:
        raise place.at("features").error("'features' is missing.", "Name the feature vector that is rescaled.")
    if features is not None:
        declared(features, symbols, place.at("features"))
    return rescale, features


def _formula(text: Any, symbols: dict[str, Symbol], scope: Scope, place: Place) -> Expr:
    return plain_formula(_expand(read_field(text, scope, place), symbols))


def _expand(e: Expr, symbols: Mapping[str, Symbol]) -> Expr:
    """Names of defined functions replaced by their definitions."""
    mapping = {E.sym(s.name): plain_formula(s.let) for s in symbols.values() if s.kind == "function" and s.let is not None}
    return E.replace(e, mapping) if mapping else e
