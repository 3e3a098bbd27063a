"""Text -> Expr. The one reader for specs, answers and claims.

Only declared symbols are read; nothing from the text is ever executed. A text is bounded before
it is read: length, nesting, digits, number of parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from derive.errors import ReadError, TooBig
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Choices, Parser, Statement
from derive.maths.symbols import Scope

_ALTERNATIVES = {"slash": ("left", "right"), "bars": ("abs", "norm"), "mixed": ("sum", "product"), "summand": ("argument", "term"), "places": ("index", "sorted")}
_SAYS = {
    ("slash", "left"): "1/2x is read as (1/2) x", ("slash", "right"): "1/2x is read as 1/(2x)",
    ("bars", "abs"): "|x| is read entrywise", ("bars", "norm"): "|x| is read as the length of x",
    ("mixed", "sum"): "1 1/2 is read as 3/2", ("mixed", "product"): "1 1/2 is read as a product",
    ("summand", "argument"): "sum (x)^2 is read as (sum x)^2", ("summand", "term"): "sum (x)^2 is read as a sum of squares",
    ("places", "index"): "x_(k) is read as the entry at k", ("places", "sorted"): "x_(k) is read as the k-th smallest entry",
}


_USUAL = Choices()


@dataclass(frozen=True)
class Reading:
    """One way to read a text: its statements, the ambiguities met, and what was assumed."""

    text: str
    statements: tuple[Statement, ...]
    met: frozenset[str]
    notes: tuple[str, ...]
    skipped: bool = False  # whether lines that could not be read were left out


def read(text: str, scope: Scope, choices: Choices | None = None, local: dict[str, Expr] | None = None) -> Reading:
    """The statements of a text. Raises ReadError with the place and what was expected."""
    chosen = choices or _USUAL
    p = Parser(text, scope, chosen)
    if local:
        p.locals = dict(local)
    try:
        statements = p.statements()
    except E.ShapeError as err:
        raise ReadError(text, p.tok.pos, f"The shapes do not fit: {err}.") from None
    except RecursionError:  # arguments without braces, and marks on marks, count no level
        raise TooBig(text, p.tok.pos, "The formula is nested too deep.") from None
    if not statements:
        raise ReadError(text, 0, "There is no formula here.", "a formula")
    if any(E.has(t, "eye") for s in statements for t in s.terms) and any(
            x.op == "eye" and x.data is not None for s in statements for t in s.terms for x in E.walk(t)):
        statements = [replace(s, terms=tuple(map(_settled, s.terms))) for s in statements]
    said = [_SAYS[(m, getattr(chosen, m))] for m in sorted(p.met) if m in _ALTERNATIVES]
    return Reading(text, tuple(statements), frozenset(p.met), tuple(dict.fromkeys((*p.notes, *said))), p.skipped)


def _settled(e: Expr) -> Expr:
    """Identities of no written size, once they have the size that fits, are like any other."""
    return e._replace(args=tuple(map(_settled, e.args)), data=None if e.op == "eye" else e.data)


def readings(text: str, scope: Scope, local: dict[str, Expr] | None = None) -> list[Reading]:
    """Every reading of a text: one, unless a notation in it is ambiguous.

    Raises ReadError only if no reading succeeds. A formula that was just read is not read again.
    """
    recent: dict[object, list[Reading] | ReadError] = scope.cache.setdefault("readings", {})  # type: ignore[assignment]
    key = (text, frozenset(local.items()) if local else None, scope.asked, scope.size, scope.expected, id(scope.symbols))
    found = recent.get(key)
    if found is None:
        try:
            found = _readings(text, scope, local)
        except ReadError as err:
            found = err
        if len(recent) >= _RECENT:
            recent.pop(tuple(recent)[0], None)  # noqa: RUF015  the oldest alone; other threads may be at this dictionary
        recent[key] = found
    if isinstance(found, ReadError):
        raise found.with_traceback(None)
    return list(found)


_RECENT = 16  # formulas of a scope: those of one answer


def _readings(text: str, scope: Scope, local: dict[str, Expr] | None) -> list[Reading]:
    first_error: ReadError | None = None
    met: frozenset[str]
    out: list[Reading] = []
    try:
        first = read(text, scope, None, local)
        out.append(first)
        met = first.met & _ALTERNATIVES.keys()
    except ReadError as err:
        first_error = err
        met = frozenset(_ambiguous(text))
    if not met:
        if first_error is not None:
            raise first_error
        return out
    kinds = sorted(met)
    for values in product(*(_ALTERNATIVES[k] for k in kinds)):
        chosen = replace(_USUAL, **dict(zip(kinds, values, strict=True)))
        if chosen == _USUAL:
            continue
        try:
            out.append(read(text, scope, chosen, local))
        except ReadError:
            continue
    if not out and first_error is not None:
        raise first_error
    return out


def _ambiguous(text: str) -> list[str]:
    """Which ambiguities a text that failed in its first reading could hold."""
    found = []
    if "/" in text:
        found.append("slash")
    if "|" in text or "vert" in text:
        found.append("bars")
    if "sum" in text and "\\" not in text:
        found.append("summand")
    if "_(" in text:
        found.append("places")
    return found


def read_expr(text: str, scope: Scope) -> Expr:
    """Exactly one expression or condition, as specs write it. Ambiguity is an error."""
    reading = read(text, scope, Choices(letters="whole"))
    problem = ""
    if "vectors" in reading.met:
        raise ReadError(text, 0, "Two vectors stand side by side, which is no product that is plain.", "'a^T x' for the dot product, 'a * x' for the product entry by entry",
                        "If the ^T was forgotten, write it.")
    if reading.met - {"thousands"}:
        problem = "The notation is ambiguous: " + "; ".join(reading.notes) + "."
    elif len(reading.statements) != 1:
        problem = "More than one formula stands here."
    if problem:
        raise ReadError(text, 0, problem, "one unambiguous formula", "Brackets or norm(x, 2) make it plain.")
    s = reading.statements[0]
    if not s.ops:
        return s.terms[0]
    parts = [E.rel(op, s.terms[i], s.terms[i + 1]) for i, op in enumerate(s.ops)]
    return parts[0] if len(parts) == 1 else E.logic("and", *parts)
