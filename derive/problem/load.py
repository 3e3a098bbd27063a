"""TOML -> Problem. Every error names the file and the key, and what to do next."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from derive.errors import ReadError, SpecError, UsageError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol, parse_type
from derive.problem.model import ASKS, CREDITS, Iteration, Misconception, Part, Problem, Program, Schedule, Send

SCHEMA = 1
MAX_SPEC_BYTES = 200_000

_TOP = frozenset(["schema", "version", "id", "title", "source", "statement", "cues", "symbols", "parts", "iteration", "schedules", "misconceptions", "credit"])
_SYMBOL = frozenset(["type", "says", "aliases", "value", "let", "is", "above", "below", "multiple_of", "gradient"])
_PART = frozenset(
    """id ask says of over minimize maximize subject_to when norm at schedule what
    rows columns points digits aliases published symbols follow_through""".split()
)
_ITERATION = frozenset(["over", "loss", "start", "update", "step", "steps", "residual", "rescale", "features"])
_SCHEDULE = frozenset(["id", "title", "aliases", "workers", "parameters", "sends"])
_SEND = frozenset(["phase", "for", "unless", "from", "to", "chunk", "action", "size"])
_NEEDS = {
    "argmin": ("over", "minimize"), "argmax": ("over", "maximize"), "value": (), "status": (), "dual": ("norm", "at"),
    "name": ("of",), "limit": (), "condition": (), "recurrence": (), "norm": (), "count": ("schedule", "what"),
    "table": ("rows", "columns"),
}
_COUNTED = ("messages", "size")
_MISCONCEPTION = frozenset(["part", "answer", "says", "credit"])
_NO_FORMULA = ("name", "norm", "table", "status")  # what these ask for is no single formula


class _Place:
    """Where in a file we are, for messages."""

    def __init__(self, file: str, key: str = "") -> None:
        self.file, self.key = file, key

    def at(self, key: str) -> _Place:
        return _Place(self.file, f"{self.key}.{key}" if self.key else key)

    def error(self, what: str, next_step: str = "") -> SpecError:
        return SpecError(f"{self.file}: {self.key}" if self.key else self.file, what, next_step)


def load(path: str | Path) -> Problem:
    """One problem from a TOML file.

    Raises SpecError with file and key for anything that is not a spec, UsageError if there is no file.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(str(path), "there is no such file.", "Name a .toml spec, a folder of them, or an installed set.")
    raw = file.read_bytes()
    if len(raw) > MAX_SPEC_BYTES:
        raise SpecError(file.name, f"the file has {len(raw)} bytes; {MAX_SPEC_BYTES} are read.")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise SpecError(file.name, f"this is not TOML: {err}.", "Mend the line that it names.") from None
    problem = from_data(data, file.name)
    return replace(problem, path=file.resolve(), digest=hashlib.sha256(raw).hexdigest())


def installed_sets() -> Path:
    """The folder of the problem sets that come with the package, or beside it in a clone."""
    inside = Path(__file__).resolve().parent.parent / "problems"
    return inside if inside.is_dir() else inside.parent.parent / "problems"


def find(path: str | Path) -> list[Path]:
    """The spec files that a PATH means: a file, a folder (all below it), or the name of an installed set."""
    p = Path(path)
    if not p.exists():
        named = installed_sets() / str(path)
        if not named.exists() and not str(path).endswith(".toml"):
            named_file = named.with_suffix(".toml")
            named = named_file if named_file.exists() else named
        if not named.exists():
            sets = sorted(d.name for d in installed_sets().iterdir() if d.is_dir()) if installed_sets().is_dir() else []
            raise UsageError(str(path), "there is no such file, folder or installed set.", f"Installed sets: {', '.join(sets)}.")
        p = named
    if p.is_file():
        return [p]
    files = sorted(p.rglob("*.toml"))
    if not files:
        raise UsageError(str(path), "no spec (*.toml) stands below this folder.", "Name a folder that holds specs.")
    return files


def load_all(paths: Iterable[str | Path]) -> list[Problem]:
    """Every problem below the paths. Raises SpecError at the first bad one, or at two of one id."""
    problems = [load(f) for path in paths for f in find(path)]
    seen: dict[str, Problem] = {}
    for p in problems:
        if p.id in seen and seen[p.id].path != p.path:
            raise SpecError(str(p.path), f"the id '{p.id}' is also that of {seen[p.id].path}.", "Ids are unique: rename one.")
        seen[p.id] = p
    return list(seen.values())


# ------------------------------------------------------------------------------------------

def from_data(data: Mapping[str, Any], file: str = "spec") -> Problem:
    """A Problem from parsed TOML; `file` names the source in messages."""
    place = _Place(file)
    _known(data, _TOP, place)
    if data.get("schema") != SCHEMA:
        raise place.at("schema").error(f"this reads schema {SCHEMA}, the file says {data.get('schema')!r}.", f"Write schema = {SCHEMA}.")
    for key in ("id", "title"):
        _text(data, key, place)
    symbols = _symbols(data.get("symbols", {}), place.at("symbols"))
    schedules = tuple(
        _schedule(s, symbols, place.at(f"schedules[{i}]")) for i, s in enumerate(_list(data, "schedules", place)))
    iteration = _iteration(data["iteration"], symbols, place.at("iteration")) if "iteration" in data else None
    parts: list[Part] = []
    raw_parts = _list(data, "parts", place)
    if not raw_parts:
        raise place.at("parts").error("a problem needs at least one part.", "Add a [[parts]] table with id and ask.")
    for i, raw in enumerate(raw_parts):
        parts.append(_part(raw, symbols, iteration, schedules, parts, place.at(f"parts[{i}]")))
    problem = Problem(
        id=data["id"], title=data["title"], source=str(data.get("source", "")), statement=str(data.get("statement", "")),
        symbols=symbols, parts=tuple(parts), iteration=iteration, schedules=schedules,
        cues=tuple(map(str, data.get("cues", ()))), version=str(data.get("version", "1")),
        credit=_credit(data.get("credit", {}), place.at("credit")),
    )
    foreseen = tuple(_misconception(m, problem, place.at(f"misconceptions[{i}]"))
                     for i, m in enumerate(_list(data, "misconceptions", place)))
    return replace(problem, misconceptions=foreseen)


def _share(value: Any, place: _Place) -> float:
    """A share of the points."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise place.error(f"{value!r} is not a share of the points.", "Write a number from 0.0 to 1.0.")
    return float(value)


def _credit(raw: Any, place: _Place) -> dict[str, float]:
    _known(raw, frozenset(CREDITS), place)
    return {kind: _share(value, place.at(kind)) for kind, value in raw.items()}


def _misconception(raw: Any, problem: Problem, place: _Place) -> Misconception:
    """A foreseen wrong answer, read as an answer to its part is."""
    _known(raw, _MISCONCEPTION, place)
    name, says = _text(raw, "part", place), _text(raw, "says", place)
    part = next((p for p in problem.parts if p.id == name), None)
    if part is None:
        raise place.at("part").error(f"there is no part '{name}'.", f"Parts: {', '.join(p.id for p in problem.parts)}.")
    if part.ask in _NO_FORMULA:
        raise place.at("part").error(f"part '{name}' asks for a {part.ask}: a misconception is a formula.", "Leave it out.")
    here = place.at("answer")
    answer = _plain(_read(raw.get("answer"), problem.scope(part), here))
    if (answer.op in E.CONDITIONS) != (part.ask == "condition"):
        wanted = "a condition, like alpha < 1" if part.ask == "condition" else "a formula, like -alpha*g (no equation)"
        raise here.error(f"part '{name}' is answered by {wanted}.")
    if any(x.op == "restate" for x in E.walk(answer)):
        raise here.error("an optimisation or a limit is left standing.", "Write the formula that people get.")
    return Misconception(name, answer, says, _share(raw.get("credit", 0.0), place.at("credit")))


def _known(data: Any, allowed: frozenset[str], place: _Place) -> None:
    if not isinstance(data, Mapping):
        raise place.error("a table is expected here.")
    for key in data:
        if key not in allowed:
            close = get_close_matches(str(key), allowed, 1)
            hint = f"Did you mean '{close[0]}'? " if close else ""
            raise place.at(str(key)).error(f"'{key}' is not a key here.", f"{hint}Keys: {', '.join(sorted(allowed))}.")


def _text(data: Mapping[str, Any], key: str, place: _Place, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str) or not value.strip():
        what = "is missing" if key not in data else "must be text"
        raise place.at(key).error(f"'{key}' {what}.", f'Write {key} = "...".')
    return value


def _list(data: Mapping[str, Any], key: str, place: _Place) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise place.at(key).error(f"'{key}' must be a list.")
    return value


def _texts(data: Mapping[str, Any], key: str, place: _Place) -> tuple[str, ...]:
    value = data.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise place.at(key).error(f"'{key}' must be text or a list of texts.")
    return tuple(values)


def _read(text: Any, scope: Scope, place: _Place) -> Expr:
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
                raise place.error(f"the {p}-norm is no norm: p must be at least 1. In: {text}", "Write norm(x, 1), norm(x, 2), norm(x, inf), ...")
        return e
    except ReadError as err:
        hint = "Declare it under [symbols], or rename it." if "not declared" in err.what else err.next_step
        declared = f" Declared: {scope.names()}." if "not declared" in err.what else ""
        raise place.error(f"{err.what} In: {text}", f"{declared} {hint}".strip()) from None


def _symbols(raw: Any, place: _Place) -> dict[str, Symbol]:
    if not isinstance(raw, Mapping):
        raise place.error("[symbols] must be a table of symbols.")
    out: dict[str, Symbol] = {}
    for name, d in raw.items():
        here = place.at(str(name))
        _known(d, _SYMBOL, here)
        try:
            kind, shape, domain, of = parse_type(_text(d, "type", here))
        except ValueError as err:
            raise here.at("type").error(str(err)) from None
        out[name] = Symbol(
            name=str(name), shape=shape, domain=domain, kind=kind, aliases=_texts(d, "aliases", here),
            says=str(d.get("says", "")), above=d.get("above"), below=d.get("below"), multiple_of=d.get("multiple_of"),
            of=of, gradient=d.get("gradient"),
        )
    for s in out.values():
        for d in s.shape:
            if isinstance(d, str) and d not in out:
                raise place.at(s.name).at("type").error(
                    f"the dimension '{d}' is not declared.", f'Declare it: {d} = {{ type = "dimension" }}.')
        for field in ("multiple_of", "of", "gradient"):
            name = getattr(s, field)
            if name is not None and name not in out:
                raise place.at(s.name).at(field).error(f"'{name}' is not declared.", f"Declared: {', '.join(out)}.")
    return _define(raw, out, place)


def _define(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: _Place) -> dict[str, Symbol]:
    """Fill in values and definitions, which may use the other symbols."""
    dims = frozenset(n for n, s in symbols.items() if s.kind == "dimension")
    for name, d in raw.items():
        s = symbols[name]
        size = s.shape[0] if s.shape else next((x.shape[0] for x in symbols.values() if len(x.shape) == 1), 1)
        scope = Scope({k: v for k, v in symbols.items() if k != name}, dims, size)
        if "value" in d:
            given = _read(d["value"], scope, place.at(name).at("value"))
            if given.shape != s.shape:
                raise place.at(name).at("value").error(
                    f"'{name}' is {E.shape_text(s.shape)}, its value is {E.shape_text(given.shape)}.")
            symbols[name] = s = replace(s, given=_plain(given))
            _in_domain(s, place.at(name).at("value"))
        key = "let" if "let" in d else "is" if "is" in d else None
        if key:
            let = _read(d[key], scope, place.at(name).at(key))
            if s.kind == "value" and let.shape != s.shape:
                raise place.at(name).at(key).error(
                    f"'{name}' is {E.shape_text(s.shape)}, its definition is {E.shape_text(let.shape)}.")
            symbols[name] = replace(s, let=let)
    return symbols


_ALLOWED = {"positive": lambda v: v > 0, "nonnegative": lambda v: v >= 0, "negative": lambda v: v < 0, "nonzero": lambda v: v != 0,
            "unit": lambda v: 0 < v < 1, "count": lambda v: v >= 1 and v.denominator == 1, "integer": lambda v: v.denominator == 1}


def _in_domain(s: Symbol, place: _Place) -> None:
    """A given value must lie in the declared domain."""
    assert s.given is not None
    test = _ALLOWED.get(s.domain)
    for x in s.given.args if s.given.op in ("vec", "mat") else (s.given,):
        v = E.number_value(x)
        if test is not None and v is not None and not test(v):
            raise place.error(f"{v} is not {s.domain}, as '{s.name}' is declared.", "Change the value, or the type.")


def _plain(e: Expr) -> Expr:
    """Decimals of a spec are exact numbers."""
    if e.op == "dec":
        return E.num(Fraction(e.data[0]))
    return e._replace(args=tuple(_plain(a) for a in e.args))


def _scope(symbols: dict[str, Symbol], over: str | None = None) -> Scope:
    dims = frozenset(n for n, s in symbols.items() if s.kind == "dimension")
    shape = symbols[over].shape if over in symbols and over is not None else ()
    size = shape[0] if shape else next((s.shape[0] for s in symbols.values() if len(s.shape) == 1), 1)
    return Scope(symbols, dims, size)


def _declared(name: str, symbols: Mapping[str, Symbol], place: _Place) -> str:
    if name not in symbols:
        raise place.error(f"'{name}' is not declared.", f"Declared: {', '.join(symbols)}. Declare it under [symbols], or rename it.")
    return name


def _scalar(e: Expr, place: _Place, what: str) -> Expr:
    if e.shape:
        raise place.error(f"{what} must be a scalar, this is {E.shape_text(e.shape)}.", "Write a dot product or a norm.")
    return _plain(e)


def _program(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: _Place) -> Program:
    over = _texts(raw, "over", place)
    if not over:
        raise place.at("over").error("'over' is missing.", 'Name the unknown: over = "u".')
    for name in over:
        _declared(name, symbols, place.at("over"))
    key = "minimize" if "minimize" in raw else "maximize"
    if key not in raw:
        raise place.at("minimize").error("'minimize' is missing.", 'Write minimize = "..." or maximize = "...".')
    scope = _scope(symbols, over[0])
    objective = _scalar(_read(raw[key], scope, place.at(key)), place.at(key), "an objective")
    if not E.symbols_in(objective) & set(over):
        raise place.at(key).error(f"the objective does not depend on {', '.join(over)}.")
    conditions = []
    for field in ("subject_to", "when"):
        here = place.at(field)
        read = tuple(_plain(_read(t, scope, here)) for t in _texts(raw, field, place))
        for c in read:
            if c.op not in E.CONDITIONS:
                raise here.error("a condition is expected, like norm(u, 2) <= delta.")
        conditions.append(read)
    return Program(over, "min" if key == "minimize" else "max", objective, *conditions)


def _part(raw: Any, symbols: dict[str, Symbol], iteration: Iteration | None, schedules: tuple[Schedule, ...],
          earlier: list[Part], place: _Place) -> Part:
    _known(raw, _PART, place)
    part_id = _text(raw, "id", place)
    if any(p.id == part_id for p in earlier):
        raise place.at("id").error(f"the id '{part_id}' stands twice.", "Ids of parts are unique: rename one.")
    ask = _text(raw, "ask", place)
    if ask not in ASKS:
        raise place.at("ask").error(f"'{ask}' is not something a part can ask.", f"It can ask: {', '.join(ASKS)}.")
    for key in _NEEDS[ask]:
        if key not in raw:
            raise place.at(key).error(f"'{key}' is missing: ask = \"{ask}\" needs it.")
    of = raw.get("of")
    if of is not None and not any(p.id == of for p in earlier):
        ids = ", ".join(p.id for p in earlier) or "none"
        raise place.at("of").error(f"there is no earlier part '{of}'.", f"Earlier parts: {ids}.")
    if ask in ("limit", "condition", "recurrence", "norm") and iteration is None:
        raise place.at("ask").error(f"ask = \"{ask}\" needs an [iteration] table.")
    if ask == "recurrence" and (iteration is None or iteration.residual is None):
        raise place.at("ask").error("a recurrence needs iteration.residual.", 'Write residual = { symbol = "r", is = "1 - a^T theta" }.')
    program = _program(raw, symbols, place) if "minimize" in raw or "maximize" in raw else None
    if ask in ("value", "status") and program is None and of is None:
        raise place.error(f"ask = \"{ask}\" needs a program.", "Give minimize and over, or name the part in `of`.")
    norm = None
    if "norm" in raw:
        norm = _read(raw["norm"], _scope(symbols), place.at("norm"))
        _declared(_text(raw, "at", place), symbols, place.at("at"))
        if norm.op != "norm" or norm.args[0].op != "sym":
            raise place.at("norm").error("a norm of a symbol is expected, like norm(u, p).")
    for key in ("rows", "schedule"):
        for name in _texts(raw, key, place):
            if not any(s.id == name for s in schedules):
                raise place.at(key).error(f"there is no schedule '{name}'.", f"Schedules: {', '.join(s.id for s in schedules)}.")
    for key in ("columns", "what"):
        for name in _texts(raw, key, place):
            if name not in _COUNTED:
                raise place.at(key).error(f"'{name}' is not counted.", f"Counted: {', '.join(_COUNTED)}.")
    return Part(
        id=part_id, ask=ask, says=str(raw.get("says", "")), of=of, program=program, norm=norm, at=raw.get("at"),
        schedule=raw.get("schedule"), what=raw.get("what"), rows=_texts(raw, "rows", place),
        columns=_texts(raw, "columns", place), symbols=_texts(raw, "symbols", place),
        points=float(raw.get("points", 1.0)), digits=int(raw.get("digits", 2)), aliases=_texts(raw, "aliases", place),
        published=raw.get("published"), follow_through=_follow_through(raw, ask, of, place),
    )


def _follow_through(raw: Mapping[str, Any], ask: str, of: str | None, place: _Place) -> bool:
    value = raw.get("follow_through", False)
    if not isinstance(value, bool):
        raise place.at("follow_through").error("follow_through is true or false.")
    if value and (ask != "value" or of is None):
        raise place.at("follow_through").error("only a value of an earlier part can be followed through.", 'It needs ask = "value" and of = "...".')
    return value


def _iteration(raw: Any, symbols: dict[str, Symbol], place: _Place) -> Iteration:
    _known(raw, _ITERATION, place)
    over = _declared(_text(raw, "over", place), symbols, place.at("over"))
    step = _declared(_text(raw, "step", place), symbols, place.at("step"))
    scope = _scope(symbols, over)
    loss = _scalar(_expand(_read(raw.get("loss"), scope, place.at("loss")), symbols), place.at("loss"), "a loss")
    start = _plain(_read(raw.get("start", "0"), scope, place.at("start")))
    if not start.shape and E.is_number(start, 0):
        start = E.zeros(*symbols[over].shape)
    update = _plain(_expand(_read(raw.get("update"), scope, place.at("update")), symbols))
    for name, e in (("start", start), ("update", update)):
        if e.shape != symbols[over].shape:
            raise place.at(name).error(f"'{over}' is {E.shape_text(symbols[over].shape)}, this is {E.shape_text(e.shape)}.")
    steps = str(raw.get("steps", "constant"))
    if steps not in ("constant", "diminishing"):
        raise place.at("steps").error(f"'{steps}' is not a rule for step sizes.", "constant or diminishing.")
    residual = None
    if "residual" in raw:
        here = place.at("residual")
        _known(raw["residual"], frozenset(("symbol", "is")), here)
        name = _declared(_text(raw["residual"], "symbol", here), symbols, here.at("symbol"))
        residual = (name, _scalar(_read(raw["residual"].get("is"), scope, here.at("is")), here.at("is"), "a residual"))
    rescale = raw.get("rescale")
    if rescale not in (None, "second-moment"):
        raise place.at("rescale").error(f"'{rescale}' is not a rescaling.", "second-moment, or leave it out.")
    features = raw.get("features")
    if rescale and features is None:
        raise place.at("features").error("'features' is missing.", "Name the feature vector that is rescaled.")
    if features is not None:
        _declared(features, symbols, place.at("features"))
    return Iteration(over, loss, start, update, step, steps, residual, rescale, features)


def _expand(e: Expr, symbols: Mapping[str, Symbol]) -> Expr:
    """Names of defined functions replaced by their definitions."""
    mapping = {E.sym(s.name): _plain(s.let) for s in symbols.values() if s.kind == "function" and s.let is not None}
    return E.replace(e, mapping) if mapping else e


def _schedule(raw: Any, symbols: dict[str, Symbol], place: _Place) -> Schedule:
    _known(raw, _SCHEDULE, place)
    workers = _declared(_text(raw, "workers", place), symbols, place.at("workers"))
    parameters = _declared(_text(raw, "parameters", place), symbols, place.at("parameters"))
    sends = tuple(_send(s, symbols, place.at(f"sends[{i}]")) for i, s in enumerate(_list(raw, "sends", place)))
    if not sends:
        raise place.at("sends").error("a schedule needs at least one send.")
    return Schedule(_text(raw, "id", place), _text(raw, "title", place), _texts(raw, "aliases", place), workers, parameters, sends)


def _send(raw: Any, symbols: dict[str, Symbol], place: _Place) -> Send:
    _known(raw, _SEND, place)
    known = dict(symbols)
    loops: list[tuple[str, Expr, Expr]] = []
    for text in _texts(raw, "for", place):
        name, _, rest = text.partition(" in ")
        low, dots, high = rest.partition("..")
        if not dots or not name.strip().isidentifier():
            raise place.at("for").error(f"'{text}' is not a range.", 'Write "i in 0..n-1".')
        scope = Scope(known, frozenset(), 1)
        loops.append((name.strip(), _read(low, scope, place.at("for")), _read(high, scope, place.at("for"))))
        known[name.strip()] = Symbol(name.strip(), domain="integer")
    scope = Scope(known, frozenset(), 1)
    pairs = []
    for text in _texts(raw, "unless", place):
        left, eq, right = text.partition("=")
        if not eq:
            raise place.at("unless").error(f"'{text}' is not an equality of indices.", 'Write "i = j".')
        pairs.append((_declared(left.strip(), known, place.at("unless")), _declared(right.strip(), known, place.at("unless"))))

    def node(key: str) -> tuple[str, Expr | None]:
        text = _text(raw, key, place).strip()
        kind, _, rest = text.partition(" ")
        return (kind, _read(rest, scope, place.at(key))) if rest else (kind, None)

    action = str(raw.get("action", "add"))
    if action not in ("add", "replace"):
        raise place.at("action").error(f"'{action}' is not an action.", "add or replace.")
    chunk = _read(raw["chunk"], scope, place.at("chunk")) if "chunk" in raw else None
    return Send(str(raw.get("phase", "")), tuple(loops), tuple(pairs), node("from"), node("to"), chunk, action,
                _read(_text(raw, "size", place), scope, place.at("size")))
