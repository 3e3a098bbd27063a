"""Optimizers as declared update rules with a free step size, and what a rule becomes on a problem.

The rules stand in optimizers.toml, in the language of specs, over the gradient g and the step eta.
A rule with memory carries a state; without its averages (decay 0, nothing before the first step) it
is another rule, which is worked out here and not listed: Adam without averages is sign descent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from derive.derivation.letters import own as own_letter
from derive.errors import SpecError
from derive.maths import expr as E
from derive.maths.expr import Dim, Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol, parse_type

SCHEMA = 1
MAX_SPELLINGS = 4000  # of one optimizer, after its alternatives are written out
_FILE = Path(__file__).with_name("optimizers.toml")
_KEYS = frozenset(
    [
        "id",
        "name",
        "update",
        "standing",
        "covers",
        "symbols",
        "binds_any",
        "state",
        "averaging",
        "says",
        "source",
        "aliases",
    ]
)


@dataclass(frozen=True)
class Optimizer:
    """One declared update rule.

    update: formula of the step, linear in eta; symbols: (name, type) of its further quantities;
    binds_any: those of them that any symbol of their shape can be; state: (name, formula of its next
    value); averaging: (role, decay symbols); standing: 'standard', 'general' or 'family';
    covers: for a family, the rules it leaves open; aliases: spellings, with alternatives written out.
    """

    id: str
    name: str
    update: str
    says: str
    source: str
    standing: str = "standard"
    symbols: tuple[tuple[str, str], ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    averaging: tuple[tuple[str, tuple[str, ...]], ...] = ()
    binds_any: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """The kinds of average that it keeps."""
        return frozenset(role for role, _ in self.averaging)


@dataclass(frozen=True)
class Rule:
    """An optimizer on a problem: its direction (the update at eta = 1) and what stays free in it.

    direction: vector of the gradient's shape; formula: the update with eta, for people; free: symbols
    that the problem does not have (a state left by earlier steps, a Hessian); remembers: whether a
    state is among them.
    """

    optimizer: Optimizer
    direction: Expr
    formula: Expr
    free: tuple[Symbol, ...] = ()
    remembers: bool = False


@cache
def catalogue() -> dict[str, Optimizer]:
    """Every declared optimizer, by id. Raises SpecError with the key for a bad entry."""
    data = _data()
    out: dict[str, Optimizer] = {}
    for i, raw in enumerate(data["optimizers"]):
        where = f"{_FILE.name}: optimizers[{i}]"
        unknown = set(raw) - _KEYS
        if unknown:
            raise SpecError(where, f"'{sorted(unknown)[0]}' is not a key here.", f"Keys: {', '.join(sorted(_KEYS))}.")
        o = Optimizer(
            id=raw["id"],
            name=raw["name"],
            update=raw["update"],
            says=raw["says"],
            source=raw["source"],
            standing=raw.get("standing", "standard"),
            symbols=tuple(raw.get("symbols", {}).items()),
            state=tuple(raw.get("state", {}).items()),
            binds_any=tuple(raw.get("binds_any", ())),
            averaging=tuple((k, tuple(v)) for k, v in raw.get("averaging", {}).items()),
            covers=tuple(raw.get("covers", ())),
            aliases=tuple(dict.fromkeys(s for a in (raw["name"], *raw["aliases"]) for s in spellings(a, where))),
        )
        if o.id in out:
            raise SpecError(where, f"the id '{o.id}' stands twice.", "Ids are unique: rename one.")
        out[o.id] = o
    return out


@cache
def unruled() -> tuple[str, ...]:
    """Spellings of optimizers that are known but have no rule of the declared form."""
    return tuple(s for block in _data()["unruled"] for a in block["names"] for s in spellings(a, _FILE.name))


def _data() -> Any:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    if data.get("schema") != SCHEMA:
        raise SpecError(f"{_FILE.name}: schema", f"this reads schema {SCHEMA}.", f"Write schema = {SCHEMA}.")
    return data


def spellings(pattern: str, where: str = "") -> list[str]:
    """'[sign|signed] descent' -> ['sign descent', 'signed descent']; an empty alternative is nothing."""
    out = [""]
    for piece in pattern.replace("[", "\0[").replace("]", "]\0").split("\0"):
        options = piece[1:-1].split("|") if piece.startswith("[") else [piece]
        out = [o + p for o in out for p in options]
        if len(out) > MAX_SPELLINGS:
            raise SpecError(where, f"'{pattern}' has more than {MAX_SPELLINGS} spellings.", "Write it as two aliases.")
    return [" ".join(o.split()) for o in out]


# ---------------------------------------------------------------- a rule on a problem


def apply(o: Optimizer, gradient: Expr, symbols: Mapping[str, Symbol], without: frozenset[str] = frozenset()) -> Rule:
    """The rule of an optimizer where `gradient` stands for g.

    gradient: vector, shape (d,); symbols: those of the problem, which the rule's own quantities are
    where name (or alias) and shape agree; without: the averages that are switched off. When none is
    left, the state before the step is 0 as well.
    """
    own, update, state = _read(o, gradient.shape[0])
    keeps = o.roles - without
    decays = {d for role, names in o.averaging if role in without for d in names}
    forgets = bool(without) and not keeps and bool(o.state)
    mapping: dict[Expr, Expr] = {E.sym("g", gradient.shape): gradient}
    free: list[Symbol] = []
    state_names = {name for name, _ in o.state}
    for s in own:
        here = E.sym(s.name, s.shape)
        if s.name in decays:
            mapping[here] = E.ZERO
        elif s.name in state_names and forgets:
            mapping[here] = E.zeros(*s.shape)
        else:
            bound = None if s.name in state_names else _bound(s, symbols, s.name in o.binds_any)
            fresh = s if bound is None else bound
            if bound is None:
                name = s.name
                while name in symbols or name in E.symbols_in(gradient):
                    name += "'"  # a prime: the problem has another quantity of this name
                fresh = Symbol(name, s.shape, s.domain)
                free.append(fresh)
            mapping[here] = E.sym(fresh.name, fresh.shape)
    following = {name: E.replace(e, mapping) for name, e in state.items()}
    final = {**mapping, **{k: following[k.data] for k in mapping if k.data in following}}
    final |= {E.sym(n, s): following[n] for n, s in ((x.name, x.shape) for x in own) if n in following}
    formula = E.replace(update, {**final, E.sym("eta"): own_letter("eta")})
    direction = E.replace(update, {**final, E.sym("eta"): E.ONE})
    used = E.symbols_in(direction)
    free = [s for s in free if s.name in used]
    return Rule(o, direction, formula, tuple(free), any(s.name.rstrip("'") in state_names for s in free))


@cache
def _read(o: Optimizer, d: Dim) -> tuple[tuple[Symbol, ...], Expr, dict[str, Expr]]:
    """The formulas of an optimizer, with vectors of length d."""
    own = []
    for name, text in o.symbols:
        _, shape, domain, _ = parse_type(text)
        own.append(Symbol(name, tuple(d for _ in shape), domain))
    known = {s.name: s for s in (*own, Symbol("g", (d,)), Symbol("eta", (), "positive"))}
    scope = Scope(known, frozenset((d,)) if isinstance(d, str) else frozenset(), d)
    return tuple(own), read_expr(o.update, scope), {name: read_expr(t, scope) for name, t in o.state}


def _bound(s: Symbol, symbols: Mapping[str, Symbol], any_of_shape: bool) -> Symbol | None:
    """The problem's symbol that a quantity of the rule is, if it has one."""
    same = [p for p in symbols.values() if p.kind == "value" and p.shape == s.shape]
    for p in same:
        if p.name == s.name or s.name in p.aliases:
            return p
    positive = [p for p in same if p.domain == s.domain]
    return positive[0] if any_of_shape and positive else None
