"""Examples with numbers: 'if g = (3, -4) and alpha = 2, the update is u = (-3, 4)'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact
from derive.maths.expr import Expr
from derive.transcripts.claims.families import apart, program_families, schedule_families
from derive.transcripts.claims.language import LETTER, Unreadable
from derive.transcripts.claims.letters import letters_in
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of

ANY = Fraction(3, 2)  # for a letter that stands in what is supposed
LASTS = 4  # lines for which an example is spoken of


_SUPPOSES = re.compile(r"\b(?:with|for|if|when|where|suppose|assum(?:e|ing)|tak(?:e|ing)|let|case(?: of)?|setting|choos(?:e|ing)|say)\s*:?\s*\Z", re.I)


def value_given(link: Link, setting: Setting, before: str = "") -> tuple[str, Expr] | None:
    """A declared quantity that the problem leaves open, with numbers: its name and what is given (an identity has the size that fits).

    before: the words before it; where they suppose it, there may be letters in it ('with S = sigma^2 I').
    """
    supposed = bool(_SUPPOSES.search(before.rstrip()))
    if link.op not in ("=", ":="):
        return None
    try:
        pairs = sides_of(link, setting)
    except Unreadable:
        return None
    over = str(setting.lang.unknown.data) if setting.key.part.ask != "table" else ""
    for a, b in pairs:
        left = a.expr
        symbol = setting.lang.scope.symbols.get(str(left.data)) if left.op == "sym" else None
        if symbol is None or symbol.kind != "value" or symbol.given is not None or symbol.name == over or (b.letters and not supposed) or E.symbols_in(b.expr) - {f"{LETTER}{n}" for n in b.letters}:
            continue
        given = b.expr
        if given.shape != symbol.shape:
            given = E.replace(given, {x: x._replace(shape=symbol.shape) for x in E.walk(given) if x.op == "eye"})
        return symbol.name, given
    return None


def in_example(setting: Setting, given: Mapping[str, Expr]) -> Setting | None:
    """The setting of a program, or of counts, in worlds that have these values; None where there are none."""
    if not setting.is_program and setting.key.part.ask not in ("table", "count"):
        return None
    by_size = [[there for w in apart(setting.key, ws.worlds) if (there := _with(w, given)) is not None] for ws in setting.key.generic]
    worlds = [w for same in zip_longest(*by_size) for w in same if w is not None][:4]  # of several sizes, where these are left open
    if not worlds:
        return None
    families = program_families(setting.key, worlds=worlds) if setting.is_program else schedule_families(setting.key, worlds)
    return replace(setting, families=families, cache={})


def in_numbers_alone(link: Link, setting: Setting) -> bool:
    """Whether a side of a link holds nothing but numbers: what is said of an example, and no formula."""
    try:
        return any(not any(x.op in ("sym", "new") for x in E.walk(side.expr)) and not side.letters for pair in sides_of(link, setting) for side in pair)
    except Unreadable:
        return False


def _with(w: World, given: Mapping[str, Expr]) -> World | None:
    """A world with the given values; None where they have another size."""
    values = dict(w.values)
    for name, e in given.items():
        try:
            values[name] = exact(e, World({**w.values, **{f"{LETTER}{n}": ANY for n in letters_in(e)}}, w.dims, w.kind))
        except (Undefined, NotEvaluable, KeyError, TypeError, ValueError):
            return None
        if not _fits(w.values.get(name), values[name]):
            return None
    return World(values, w.dims, w.kind)


def _fits(here: Value | None, value: Value) -> bool:
    if isinstance(value, list):
        return isinstance(here, list) and len(here) == len(value) and all(_fits(x, y) for x, y in zip(here, value, strict=True))
    return here is not None and not isinstance(here, list)
