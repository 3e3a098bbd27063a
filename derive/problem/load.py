"""TOML -> Problem. Every error names the file and the key, and what to do next."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from derive.errors import SpecError, UsageError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.declarations import declared, declared_symbols, plain_formula, scalar, scope_of
from derive.problem.derivatives import derivative_of
from derive.problem.draws import program_of_model, read_model
from derive.problem.fields import Place, list_of, only_keys, read_field, text_of, texts_of
from derive.problem.iterations import conditions, read_iteration
from derive.problem.likelihood import Model
from derive.problem.model import Part, Problem
from derive.problem.nouns.asks import ASKS, OF_EIGENVALUES
from derive.problem.nouns.credit import CREDITS, Misconception
from derive.problem.nouns.iteration import Iteration
from derive.problem.nouns.program import Program
from derive.problem.nouns.schedule import Schedule
from derive.problem.policy import Policy, credit_of, digits_of, flag_of, points_of, read_policy, share_of
from derive.problem.schedules import counted_of, schedules_of
from derive.problem.sizes import check_counted, operations_of, tensors_of
from derive.problem.unknown_domains import symmetric_unknowns, with_domains
from derive.problem.variants import Variant, filled, read_variants

SCHEMA = 1
MAX_SPEC_BYTES = 200_000

_TOP = frozenset(
    "schema version id title source statement cues symbols parts iteration schedules tensors operations misconceptions credit policy variants".split()
)
_PART = frozenset(
    """id ask says of over minimize maximize subject_to when norm at schedule what
    rows columns points digits aliases published symbols follow_through asked as also
    observe prior choose quantities eigenvalues until function upstream credit""".split()
)
NEEDS = {
    "argmin": ("over", "minimize"), "argmax": ("over", "maximize"), "mle": ("over", "observe"), "map": ("over", "observe", "prior"),
    "value": (), "status": (), "dual": ("norm", "at"),
    "name": ("of",), "limit": (), "condition": (), "recurrence": (), "norm": (), "count": ("what",),
    "table": ("rows", "columns"), "iterate": (), "rate": (), "best-rate": ("choose",), "best-step": ("choose",), "stability": (),
    "critical-step": (), "eigenvalues": ("quantities",), "steps": ("until",),
    "gradient": ("function", "over"), "jacobian": ("function", "over"), "hessian": ("function", "over"),
}
_ITERATED = ("limit", "condition", "recurrence", "norm", "iterate", "rate", "best-rate", "best-step", "stability", "critical-step", "eigenvalues", "steps")
_MISCONCEPTION = frozenset(["part", "answer", "says", "credit"])
_NO_FORMULA = ("name", "norm", "table", "status")  # what these ask for is no single formula


def load(path: str | Path) -> Problem:
    """One problem from a TOML file.

    Raises SpecError with file and key for anything that is not a spec, UsageError if there is no file.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(str(path), "there is no such file.", "Name a .toml spec, a folder of them, or an installed set.")
    try:
        raw = file.read_bytes()
    except OSError as err:
        raise SpecError(str(path), f"this cannot be opened: {err.strerror}.", "Check its permissions.") from None
    if len(raw) > MAX_SPEC_BYTES:
        raise SpecError(str(path), f"the file has {len(raw)} bytes; {MAX_SPEC_BYTES} are read.", "Split the problem.")
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise SpecError(str(path), f"line {line} is not text in UTF-8.", "Save the file in UTF-8.") from None
    except tomllib.TOMLDecodeError as err:
        raise SpecError(str(path), f"this is not TOML: {err}.", "Mend the line that it names.") from None
    problem = from_data(data, str(path))
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
    problems, bad = load_each(paths)
    if bad:
        raise bad[0]
    return problems


def load_each(paths: Iterable[str | Path]) -> tuple[list[Problem], list[SpecError]]:
    """Every problem below the paths that can be read, and what is wrong with the others; of two with one id the first is kept."""
    seen: dict[str, Problem] = {}
    bad: list[SpecError] = []
    for file in [f for path in paths for f in find(path)]:
        try:
            p = load(file)
            if p.id in seen and seen[p.id].path != p.path:
                raise SpecError(str(p.path), f"the id '{p.id}' is also that of {seen[p.id].path}.", "Ids are unique: rename one.")
        except SpecError as err:
            bad.append(err)
        else:
            seen[p.id] = p
    return list(seen.values()), bad


def from_data(data: Mapping[str, Any], file: str = "spec") -> Problem:
    """A Problem from parsed TOML; `file` names the source in messages.

    A spec that draws its parameters stands for the first combination that meets its constraints (see derive.problem.seeded).
    """
    place = Place(file)
    only_keys(data, _TOP, place)
    if "variants" in data:
        variants = read_variants(data["variants"], place.at("variants"))
        first = Variant(None, next(variants.all()))
        return replace(from_data(filled(data, first.values, place), file), variants=variants, variant=first, template=data)
    if data.get("schema") != SCHEMA:
        said = f"the file says {data['schema']!r}" if "schema" in data else "the file names none"
        raise place.at("schema").error(f"this reads schema {SCHEMA}, {said}.", f"Write schema = {SCHEMA}.")
    for key in ("id", "title"):
        text_of(data, key, place)
    policy = read_policy(data.get("policy", {}), place.at("policy"))
    symbols = declared_symbols(data.get("symbols", {}), place.at("symbols"))
    schedules = schedules_of(list_of(data, "schedules", place), symbols, place)
    tensors = tensors_of(list_of(data, "tensors", place), symbols, place)
    operations = operations_of(list_of(data, "operations", place), symbols, place)
    iteration = read_iteration(data["iteration"], symbols, place.at("iteration")) if "iteration" in data else None
    parts: list[Part] = []
    raw_parts = list_of(data, "parts", place)
    if not raw_parts:
        raise place.at("parts").error("a problem needs at least one part.", "Add a [[parts]] table with id and ask.")
    for i, raw in enumerate(raw_parts):
        parts.append(_part(raw, symbols, iteration, schedules, parts, policy, place.at(_part_place(raw, i))))
    problem = Problem(
        id=data["id"], title=data["title"], source=str(data.get("source", "")), statement=str(data.get("statement", "")),
        symbols=symbols, parts=tuple(parts), iteration=iteration, schedules=schedules, tensors=tensors, operations=operations,
        cues=tuple(map(str, data.get("cues", ()))), version=str(data.get("version", "1")),
        credit=credit_of(data.get("credit", {}), CREDITS, place.at("credit")), policy=policy, data=data,
    )
    for i, part in enumerate(parts):
        if part.ask == "count" and part.schedule is None:
            check_counted(part.counted, tensors, operations, place.at(f"parts[{i}]").at("what"))
    foreseen = tuple(_misconception(m, problem, place.at(f"misconceptions[{i}]"))
                     for i, m in enumerate(list_of(data, "misconceptions", place)))
    return replace(problem, misconceptions=foreseen)


def _misconception(raw: Any, problem: Problem, place: Place) -> Misconception:
    """A foreseen wrong answer, read as an answer to its part is."""
    only_keys(raw, _MISCONCEPTION, place)
    name, says = text_of(raw, "part", place), text_of(raw, "says", place)
    part = next((p for p in problem.parts if p.id == name), None)
    if part is None:
        raise place.at("part").error(f"there is no part '{name}'.", f"Parts: {', '.join(p.id for p in problem.parts)}.")
    if part.ask in _NO_FORMULA:
        raise place.at("part").error(f"part '{name}' asks for a {part.ask}: a misconception is a formula.", "Leave it out.")
    here = place.at("answer")
    answer = plain_formula(read_field(raw.get("answer"), problem.scope(part), here))
    if (answer.op in E.CONDITIONS) != (part.ask == "condition"):
        wanted = "a condition, like alpha < 1" if part.ask == "condition" else "a formula, like -alpha*g (no equation)"
        raise here.error(f"part '{name}' is answered by {wanted}.")
    if any(x.op == "restate" for x in E.walk(answer)):
        raise here.error("an optimisation or a limit is left standing.", "Write the formula that people get.")
    return Misconception(name, answer, says, share_of(raw.get("credit", 0.0), place.at("credit")))


def _model(raw: Mapping[str, Any], ask: str, symbols: dict[str, Symbol], place: Place) -> Model | None:
    """What is drawn from which distribution, for the asks that need it."""
    if ask not in ("mle", "map"):
        for field in ("observe", "prior"):
            if field in raw:
                raise place.at(field).error(f'ask = "{ask}" knows no distributions.', 'Ask for "mle" or "map".')
        return None
    for field in ("minimize", "maximize", *(("prior",) if ask == "mle" else ())):
        if field in raw:
            raise place.at(field).error(f'ask = "{ask}" maximises {"the likelihood of what was observed" if ask == "mle" else "the posterior density"}.',
                                        f"Leave {field} out" + (', or ask for "map".' if field == "prior" else "."))
    over = texts_of(raw, "over", place)
    return read_model(texts_of(raw, "observe", place), texts_of(raw, "prior", place), scope_of(symbols, over[0] if over else None), place)


def _program(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: Place, model: Model | None = None) -> Program:
    over = texts_of(raw, "over", place)
    if not over:
        raise place.at("over").error("'over' is missing.", 'Name the unknown: over = "u".')
    for name in over:
        declared(name, symbols, place.at("over"))
    key = "minimize" if "minimize" in raw else "maximize"
    if key not in raw and model is None:
        raise place.at("minimize").error("'minimize' is missing.", 'Write minimize = "..." or maximize = "...".')
    scope = scope_of(symbols, over[0])
    if model is not None:
        constraints, when = (_conditions(raw, f, scope, place) for f in ("subject_to", "when"))
        return program_of_model(model, over, symbols, constraints, when, place)
    objective = scalar(read_field(raw[key], scope, place.at(key)), place.at(key), "an objective")
    if not E.symbols_in(objective) & set(over):
        raise place.at(key).error(f"the objective does not depend on {', '.join(over)}.")
    stated, when = (_conditions(raw, f, scope, place) for f in ("subject_to", "when"))
    for x in (E.sym(n, symbols[n].shape) for n in over if len(symbols[n].shape) == 2):
        if any(c.op == "rel" and c.data == "=" and {*c.args} == {x, E.transpose(x)} for c in stated):
            size = symbols[str(x.data)].shape[0]
            raise place.at("subject_to").error(f"that {x.data} is symmetric is part of what it is.", f'Declare it: {x.data} = {{ type = "symmetric matrix({size}, {size})" }}.')
    return Program(over, "min" if key == "minimize" else "max", objective, with_domains(over, symbols, stated), when, symmetric_unknowns(over, symbols))


def _conditions(raw: Mapping[str, Any], field: str, scope: Scope, place: Place) -> tuple[Expr, ...]:
    here = place.at(field)
    read = tuple(plain_formula(read_field(t, scope, here)) for t in texts_of(raw, field, place))
    for c in read:
        if c.op not in E.CONDITIONS:
            raise here.error("a condition is expected, like norm(u, 2) <= delta.")
    return read


def _part_place(raw: Any, i: int) -> str:
    """How messages name a part: by its place, and by its id where it has one."""
    name = raw.get("id") if isinstance(raw, Mapping) else None
    return f"parts[{i}] ('{name}')" if isinstance(name, str) and name else f"parts[{i}]"


def _part(raw: Any, symbols: dict[str, Symbol], iteration: Iteration | None, schedules: tuple[Schedule, ...],
          earlier: list[Part], policy: Policy, place: Place) -> Part:
    only_keys(raw, _PART, place)
    part_id = text_of(raw, "id", place)
    if any(p.id == part_id for p in earlier):
        raise place.at("id").error(f"the id '{part_id}' stands twice.", "Ids of parts are unique: rename one.")
    ask = text_of(raw, "ask", place)
    if ask not in ASKS:
        close = get_close_matches(ask, ASKS, 1)
        hint = f"Did you mean '{close[0]}'? " if close else ""
        raise place.at("ask").error(f"'{ask}' is not something a part can ask.", f"{hint}It can ask: {', '.join(ASKS)}.")
    for key in NEEDS[ask]:
        if key not in raw:
            raise place.at(key).error(f"'{key}' is missing: ask = \"{ask}\" needs it.")
    of = raw.get("of")
    if of is not None and not any(p.id == of for p in earlier):
        ids = ", ".join(p.id for p in earlier) or "none"
        raise place.at("of").error(f"there is no earlier part '{of}'.", f"Earlier parts: {ids}.")
    if ask in _ITERATED and iteration is None:
        raise place.at("ask").error(f"ask = \"{ask}\" needs an [iteration] table.")
    if ask == "recurrence" and (iteration is None or iteration.residual is None):
        raise place.at("ask").error("a recurrence needs iteration.residual.", 'Write residual = { symbol = "r", is = "1 - a^T theta" }.')
    choose, quantities, until = _of_iteration(raw, ask, symbols, iteration, place)
    derivative = derivative_of(raw, ask, symbols, place) if "function" in raw else None
    model = _model(raw, ask, symbols, place)
    program = _program(raw, symbols, place, model) if "minimize" in raw or "maximize" in raw or model is not None else None
    if ask == "value" and any(p.id == of and p.model is not None for p in earlier):
        raise place.at("ask").error("a density is known up to a constant only, so its largest value is not asked.", "Ask for the unknowns.")
    if ask in ("value", "status") and program is None and of is None:
        raise place.error(f"ask = \"{ask}\" needs a program.", "Give minimize and over, or name the part in `of`.")
    norm = None
    if "norm" in raw:
        norm = read_field(raw["norm"], scope_of(symbols), place.at("norm"))
        declared(text_of(raw, "at", place), symbols, place.at("at"))
        if norm.shape or not any(x.op == "sym" and x.shape == symbols[raw["at"]].shape for x in E.walk(norm)):
            raise place.at("norm").error(f"a norm of a symbol of the shape of '{raw['at']}' is expected, like norm(u, p).")
    for key in ("rows", "schedule"):
        for name in texts_of(raw, key, place):
            if not any(s.id == name for s in schedules):
                raise place.at(key).error(f"there is no schedule '{name}'.", f"Schedules: {', '.join(s.id for s in schedules)}.")
    counted = counted_of(raw, ask, schedules, place)
    asked = _asked(raw, program, place)
    return Part(
        id=part_id, ask=ask, says=str(raw.get("says", "")), of=of, program=program, model=model, derivative=derivative, asked=asked,
        stacked=_stacked(raw, asked or (program.over if program else ()), symbols, place), also=_also(raw, ask, program, place), norm=norm, at=raw.get("at"),
        schedule=raw.get("schedule"), what=counted[0] if len(counted) == 1 else None, counted=counted, rows=texts_of(raw, "rows", place),
        columns=texts_of(raw, "columns", place), symbols=texts_of(raw, "symbols", place),
        points=points_of(raw, policy, place), digits=digits_of(raw, policy, place), aliases=texts_of(raw, "aliases", place),
        published=raw.get("published"), follow_through=_follow_through(raw, ask, of, policy, place),
        credit=credit_of(raw.get("credit", {}), CREDITS, place.at("credit")),
        choose=choose, quantities=quantities, eigenvalues=_eigenvalues(raw, symbols, place), until=until,
    )


def _asked(raw: Mapping[str, Any], program: Program | None, place: Place) -> tuple[str, ...]:
    """The unknowns that the answer gives."""
    names = texts_of(raw, "asked", place)
    unknowns = program.over if program else ()
    for name in names:
        if name not in unknowns:
            raise place.at("asked").error(f"'{name}' is no unknown of the program.", f"Unknowns: {', '.join(unknowns) or 'none'}.")
    return names


def _also(raw: Mapping[str, Any], ask: str, program: Program | None, place: Place) -> tuple[str, ...]:
    """What is asked beside the optimum."""
    names = texts_of(raw, "also", place)
    for name in names:
        if name != "value":
            raise place.at("also").error(f"'{name}' cannot be asked beside the optimum.", 'also = ["value"] asks for the optimal value.')
    if names and (ask not in ("argmin", "argmax") or program is None or "as" in raw or len(names) > 1):
        raise place.at("also").error("only a part that states a program and asks for its optimum can ask for its value, once.", 'Give ask = "argmin" and minimize.')
    return names


def _stacked(raw: Mapping[str, Any], names: tuple[str, ...], symbols: dict[str, Symbol], place: Place) -> bool:
    """Whether several scalar unknowns are asked as one vector."""
    value = raw.get("as")
    if value not in (None, "vector"):
        raise place.at("as").error(f"'{value}' is no form of an answer.", 'as = "vector", or leave it out.')
    if value and (len(names) < 2 or any(symbols[n].shape for n in names)):
        raise place.at("as").error("several unknowns, all of them scalars, make one vector.", 'Name them in over, like over = ["mu", "v"].')
    return value is not None


def _eigenvalues(raw: Mapping[str, Any], symbols: dict[str, Symbol], place: Place) -> tuple[str, ...]:
    """Names for answers: of an eigenvalue, of the first and of the second."""
    names = texts_of(raw, "eigenvalues", place)
    for name in names:
        declared(name, symbols, place.at("eigenvalues"))
    if len(names) not in (0, 3):
        raise place.at("eigenvalues").error("three names are expected.", 'Write eigenvalues = ["lam", "lam_1", "lam_2"].')
    return names


def _of_iteration(raw: Mapping[str, Any], ask: str, symbols: dict[str, Symbol], iteration: Iteration | None,
                  place: Place) -> tuple[tuple[str, ...], tuple[str, ...], Expr | None]:
    """What only parts about iterations say: parameters to choose, quantities of eigenvalues, a condition to reach."""
    choose, quantities = texts_of(raw, "choose", place), texts_of(raw, "quantities", place)
    for name in choose:
        if symbols[declared(name, symbols, place.at("choose"))].shape:
            raise place.at("choose").error(f"'{name}' is no number: a rate is chosen by scalars.")
    for name in quantities:
        if name not in OF_EIGENVALUES:
            raise place.at("quantities").error(f"'{name}' is no quantity of eigenvalues.", f"Quantities: {', '.join(OF_EIGENVALUES)}.")
    if ask in ("stability", "critical-step") and iteration is not None and not iteration.step:
        raise place.at("ask").error(f'ask = "{ask}" needs iteration.step.', 'Name the step size: step = "eta".')
    if ask == "iterate" and iteration is not None and iteration.count is None:
        raise place.at("ask").error('ask = "iterate" needs iteration.count.', 'Say after how many steps: count = "T".')
    if "until" not in raw:
        return choose, quantities, None
    found = conditions(raw, "until", symbols, scope_of(symbols, iteration.over if iteration else None), place)
    if len(found) != 1:
        raise place.at("until").error("one condition is expected.")
    return choose, quantities, found[0]


def _follow_through(raw: Mapping[str, Any], ask: str, of: str | None, policy: Policy, place: Place) -> bool:
    fits = ask == "value" and of is not None
    value = flag_of(raw, "follow_through", policy.follow_through and fits, place)
    if value and not fits:
        raise place.at("follow_through").error("only a value of an earlier part can be followed through.", 'It needs ask = "value" and of = "...".')
    return value
