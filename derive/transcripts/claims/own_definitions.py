"""Functions of one argument that a text writes out: h(x) = ...

A definition holds for its turn and the later ones; where one turn writes a function out in two ways that differ, nothing is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.transcripts.claims.language import LETTER, Language, Own, Unreadable
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.mending import mended
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.own_functions import KNOWN
from derive.transcripts.claims.settings import Setting

HEAD = re.compile(r"\s*(?P<name>[A-Za-z]|\\[a-z]+|\\mathcal\{[A-Z]\})\s*(?:\\left\s*)?\(\s*(?P<argument>\\?[A-Za-z]+)\s*(?:\\right\s*)?\)\s*")


def own_functions(setting: Setting, said: Sequence[str], told: Sequence[str]) -> dict[str, Own]:
    """The functions that a turn writes out, and those of earlier turns that it does not write out anew."""
    if not setting.is_program:
        return {}
    return {**_written(setting, told, True), **_written(setting, said, False)}


def _written(setting: Setting, formulas: Sequence[str], last: bool) -> dict[str, Own]:
    """By name; last: of several definitions the last holds."""
    out: dict[str, Own] = {}
    twice: set[str] = set()
    for latex in formulas:
        for c in chains(latex):
            m = HEAD.fullmatch(mended(c.terms[0])) if c.ops and c.ops[0] in ("=", ":=") else None
            own = _own(m.group("name"), m.group("argument"), c.terms[1], setting) if m is not None else None
            if m is None or own is None:
                continue
            name = m.group("name")
            if name in out and not last and not _agree(out[name].body, own.body, setting):
                twice.add(name)
            if name not in out or last:
                out[name] = own
    return {n: own for n, own in out.items() if n not in twice}


def _own(name: str, point: str, text: str, setting: Setting) -> Own | None:
    lang = setting.lang
    plain = name.lstrip("\\")
    if plain in lang.scope.symbols or any(a.strip() == name for s in lang.scope.symbols.values() for a in s.aliases):
        return None
    try:
        at, body = read_side(point, lang)[0].expr, read_side(text, lang)[0].expr
    except Unreadable:
        return None
    if at.op != "sym" or body.shape or at not in set(E.walk(body)):
        return None
    free = str(at.data).startswith(LETTER)
    if at != lang.unknown and not free:
        return None  # a function of what the problem gives: a value, not a formula that is looked at
    if free and name in KNOWN and lang.norm is not None:
        return None  # the objective of the best update of each norm
    if at == lang.unknown and (setting.weight is not None or (name in KNOWN and lang.objective is not None and not lang.unnamed and _agree(body, lang.objective, setting))):
        return None  # the objective itself, or a convention of it
    return Own(at, body, text.strip())


def _agree(a: Expr, b: Expr, setting: Setting) -> bool:
    """Whether two expressions have one value in every instance."""
    try:
        return all(same_exactly(exact(a, m.world), exact(b, m.world)) for m in setting.families[0].moments)
    except (Undefined, NotEvaluable, TypeError, ValueError, IndexError):
        return a == b


def defines_own(left: str, right: str, lang: Language) -> bool:
    """Whether a link is the definition of such a function."""
    m = HEAD.fullmatch(mended(left))
    own = lang.singles.get(m.group("name")) if m is not None else None
    if m is None or own is None or own.said != right.strip():
        return False
    try:
        return read_side(m.group("argument"), lang)[0].expr == own.parameter
    except Unreadable:
        return False


def names_the_value(left: str, right: str, setting: Setting) -> bool:
    """Whether a link names the optimal value as a function of what the problem gives, M(v) = ..., and gives it rightly."""
    m = HEAD.fullmatch(mended(left)) if setting.is_program else None
    lang = setting.lang
    best = next((f for f in setting.families if f.name == "optimum"), None)
    if m is None or best is None or lang.objective is None or m.group("name") in lang.singles or m.group("name").lstrip("\\") in lang.scope.symbols:
        return False
    try:
        at, body = read_side(m.group("argument"), lang)[0].expr, read_side(right, lang)[0].expr
        if at.op != "sym" or at == lang.unknown or str(at.data) not in lang.scope.symbols or body.shape or lang.unknown in set(E.walk(body)):
            return False
        return bool(best.moments) and all(same_exactly(exact(body, x.world), exact(lang.objective, x.world)) for x in best.moments)
    except (Unreadable, Undefined, NotEvaluable, TypeError, ValueError):
        return False
