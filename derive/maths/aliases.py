"""Other notations of declared symbols: their aliases, and how their names are typed or numbered otherwise."""

from __future__ import annotations

import re

from derive.maths.calls import CALLS
from derive.maths.grammar import Grammar
from derive.maths.lex import lex
from derive.maths.marks import marked
from derive.maths.signs import GREEK_NAMES, NICKNAMES
from derive.maths.symbols import Scope


def aliased(p: Grammar) -> str | None:
    """The symbol whose alias begins at the token at hand; steps over the longest one."""
    table = p.scope.cache.get("aliases")
    if table is None:
        table = p.scope.cache["aliases"] = _alias_table(p)
    t = p.tokens[p.i]
    found = table.get(t.value)  # type: ignore[attr-defined]
    if found is None:
        return None
    follower = p.peek()
    if t.kind == "name" and follower.kind == "num" and not follower.spaced and f"{t.value}{follower.value[1]}" in p.scope.symbols:
        return None  # x0 is declared: the alias x of it, or of another symbol, does not begin there
    for sequence, name in found:
        i = p.i
        for value in sequence:
            while p.tokens[i].kind == "mark":
                i += 1
            if p.tokens[i].kind == "end" or p.tokens[i].value != value:
                if not _begins(p, i, value):
                    break
                _cut_letters(p, i, str(value))
            i += 1
        else:
            p.i = i
            return str(name)
    return None


def _begins(p: Grammar, i: int, value: object) -> bool:
    """C_iK: the subscript of an alias C_i, without braces, with the next name run on."""
    t = p.tokens[i]
    return (i > p.i and p.tokens[i - 1].value == "_" and t.kind == "name" and not t.braced and isinstance(value, str)
            and len(value) == 1 and str(t.value).startswith(value))


def _cut_letters(p: Grammar, i: int, head: str) -> None:
    t = p.tokens[i]
    p.tokens[i : i + 1] = [t._replace(value=head), t._replace(value=str(t.value)[len(head):], pos=t.pos + len(head), spaced=False)]


_FRACTIONS = ("frac", "dfrac", "tfrac")


def _alias_table(p: Grammar) -> dict[object, list[tuple[tuple[object, ...], str]]]:
    table: dict[object, list[tuple[tuple[object, ...], str]]] = {}
    for s in p.scope.symbols.values():
        for written in (*s.aliases, *own_notations(s.name, p.scope), *typed_together(s.aliases, p.scope)):
            if marked(written) is not None:
                continue  # \\bar{x} is not x: the mark reads it
            sequence = tuple(t.value for t in lex(written)[:-1] if t.kind != "mark")
            for head in _FRACTIONS if sequence[0] in _FRACTIONS else (sequence[0],):
                table.setdefault(head, []).append(((head, *sequence[1:]), s.name))
    for entries in table.values():
        entries.sort(key=lambda e: -len(e[0]))
    return table


_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_NUMBERED = re.compile(r"([A-Za-z]+?)_?(\d+)")


def own_notations(name: str, scope: Scope) -> list[str]:
    """Other notations of a declared name: \\lambda for lam, x_0, x_{0}, x₀ and x^{(0)} for x0, where they mean nothing else."""
    taken = {a.lstrip("\\") for s in scope.symbols.values() for a in s.aliases}
    out = []
    letter = NICKNAMES.get(name)
    if letter and letter not in scope.symbols and letter not in taken:
        out += [name, f"\\{letter}"]
    numbered = _NUMBERED.fullmatch(name)
    base = scope.symbols.get(numbered[1]) if numbered else None
    if numbered and (base is None or not base.shape):  # x_1 of a vector x is its entry
        head, number = numbered.groups()
        letters = {head, NICKNAMES.get(head, head)}
        out += [f"{b}{form}" for b in letters for form in (f"_{number}", f"_{{{number}}}", number.translate(_LOWERED), f"^{{({number})}}")]
        out += [f"{b}{number}" for b in letters - {head}]
    return out


_SUBSCRIPTED = re.compile(r"([A-Za-z])_\{?([a-z]{1,3})\}?")


def typed_together(aliases: tuple[str, ...], scope: Scope) -> list[str]:
    """Ci for the alias C_i, as it is typed without an underscore, where C alone is nothing and Ci no other name."""
    found = [m for a in aliases if (m := _SUBSCRIPTED.fullmatch(a)) is not None]
    joined = [(m[1], m[1] + m[2]) for m in found if not m[2].startswith("t")]  # x_t is x at a time
    return [name for head, name in joined if not (scope.writes(head) or head in scope.dims or scope.writes(name) or name in scope.dims or name in CALLS or name in GREEK_NAMES)]
