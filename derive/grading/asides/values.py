"""Whether an equation beside an answer holds where the answer is the required one, and what it is where letters are given numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.interpret import interpret
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import readings

MAX_FORMULA = 300
_CLOSE = Fraction(1, 200)
_UNDELIMITED = re.compile(r"\$+|\\[()\[\]]|`")


def undelimited(text: str) -> str:
    """A formula without its delimiters and the marks at its end."""
    return _UNDELIMITED.sub(" ", text).strip().rstrip(".,;:!✓✔∎").strip()


def equations(text: str, key: Key) -> list[Statement]:
    """The statements of one formula; none where it has several readings or cannot be read."""
    text = undelimited(text)
    if not text or len(text) > MAX_FORMULA:
        return []
    try:
        found = readings(text, key.wanted.scope)
    except ReadError:
        return []
    if len(found) != 1:
        return []
    limit, unknown = E.sym(f"{key.wanted.asked}@limit", key.wanted.shape), E.sym(key.wanted.asked, key.wanted.shape)
    return [s if all(limit.data not in E.symbols_in(t) for t in s.terms) else replace(s, terms=tuple(E.replace(t, {limit: unknown}) for t in s.terms)) for s in found[0].statements]


def formula(text: str, key: Key) -> Expr | None:
    """What one formula is as an answer."""
    text = undelimited(text)
    if not text or len(text) > MAX_FORMULA:
        return None
    found = interpret(text, key.wanted, [text], text)
    members = {m.expr for i in found.interpretations for m in i.members} if found.error is None else set()
    return members.pop() if len(members) == 1 else None


def instances(key: Key, given: Mapping[str, Value], length: int = 0) -> Iterator[World]:
    """Instances in which the given letters have their values, and the unknown is the required answer. length: that of all vectors, if not 0."""
    required, asked = key.derivation.answer, key.wanted.asked
    before = required is not None and asked in E.symbols_in(required)  # a recurrence: the next value by the one before
    lengths = {d: len(v) for name, v in given.items() if isinstance(v, list) and name in key.problem.symbols
               for d in key.problem.symbols[name].shape if isinstance(d, str)}
    for ws in key.generic:
        if length and set(ws.worlds[0].dims.values()) != {length}:
            continue
        for w in ws.worlds[:2]:
            if any(w.dims.get(d) != length for d, length in lengths.items()):
                if ws is not key.generic[-1]:
                    continue
                w = World({name: v for name, v in w.values.items() if not isinstance(v, list)}, {**w.dims, **lengths})
            values = {**w.values, **given}
            if not before:
                values.pop(asked, None)
            try:
                values |= {s.name: exact(s.let, World(values, w.dims)) for s in key.problem.symbols.values()
                           if s.let is not None and s.name in values and not E.symbols_in(s.let).isdisjoint(given)}
            except (Undefined, NotEvaluable):
                continue
            if required is not None:
                try:
                    answer = exact(required, World(values, w.dims))
                except (Undefined, NotEvaluable):
                    continue
                values |= {name: answer for name in ([f"{asked}@next"] if before else [asked, f"{asked}@limit"]) if asked}
            yield World(values, w.dims)


def equal(a: Expr, b: Expr, key: Key, given: Mapping[str, Value] | None = None, length: int = 0) -> bool | None:
    """Whether two expressions agree wherever the given letters have their values; None where that cannot be seen."""
    seen = False
    for w in instances(key, given or {}, length):
        try:
            x, y = exact(a, w), exact(b, w)
        except (Undefined, NotEvaluable, KeyError, E.ShapeError, TypeError):
            continue
        if not _same(x, y, E.has(a, "dec") or E.has(b, "dec")):
            return False
        seen = True
    return True if seen else None


def _same(x: Value, y: Value, rounded: bool) -> bool:
    if same_exactly(x, y):
        return True
    p, q = flatten(x), flatten(y)
    return rounded and len(p) == len(q) and all(
        isinstance(s, Fraction) and isinstance(t, Fraction) and abs(s - t) <= _CLOSE * max(abs(s), abs(t)) for s, t in zip(p, q, strict=True))


def holds(s: Statement, key: Key, given: Mapping[str, Value] | None = None, length: int = 0) -> bool | None:
    """Whether a chain of equations, some of them denied, holds for the required answer: a^T theta = 0.99 ≠ 1."""
    if "=" not in s.ops or not set(s.ops) <= {"=", "!="} or any(t.op == "new" or E.has(t, "new") for t in s.terms):
        return None
    found: list[bool | None] = []
    at = {E.sym(n, e.shape): e for n, e in key.derivation.point.items()} if key.part.ask == "value" else {}  # g^T u^* + ... beside an optimal value
    terms = [E.replace(t, at) for t in s.terms] if at else s.terms
    for k, op in enumerate(s.ops):
        same = equal(terms[k], terms[k + 1], key, given, length)
        found.append(same if op == "=" or same is None else not same)
    return False if False in found else None if None in found else True
