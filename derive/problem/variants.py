"""Variants of a spec: what is drawn, from what, under which constraints; and the draw of one seed, the same for ever.

A spec names what varies in [variants.draw] and writes it between double angle brackets in any of its texts:

    [variants]
    where = ["b != c"]                     # of the numbers drawn
    whole = ["sqrt(b^2 + c^2)"]            # what must be an integer
    [variants.draw]
    b = { from = 2, to = 9 }
    c = { in = [3, 4, "1/2"] }
    p = { in = [{ value = "2", says = "Euclidean" }, { value = "inf", tex = '\\infty', says = "maximum" }] }

<<b>> is the value, <<b.tex>> the value in LaTeX, <<p.says>> its words, <<b^2 + c^2>> a number worked out from the drawn ones,
<<(b^2 + c^2).tex>> that number in LaTeX.

The draw: in try k = 0, 1, 2, ..., the parameter NAME takes choice h mod m of its m choices, h the first 16 bytes (big-endian) of
the SHA-256 of the UTF-8 text "derive variant 1\\n{problem id}\\n{version}\\n{seed}\\n{k}\\n{NAME}"; the first try that meets
every constraint counts. It does not depend on the order of the parameters, on Python or on the machine.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from derive.errors import ReadError, UsageError
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.fields import Place, only_keys, texts_of

DRAW = 1  # the version of the draw: part of what is hashed
MAX_TRIES = 5_000
MAX_CHOICES = 10_000  # of one parameter
MAX_LISTED = 20_000  # combinations that are looked at one by one
_CHOICE = frozenset(["value", "tex", "says"])
_DRAW = frozenset(["in", "from", "to", "step", "says"])
_MARK = re.compile(r"<<(.+?)>>")
_FIELD = re.compile(r"(.*)\.(tex|says)\s*\Z", re.S)


@dataclass(frozen=True)
class Choice:
    """One value of a drawn parameter: as formulas write it, its number (None for a text), in LaTeX, and in words."""

    text: str
    number: Fraction | None
    tex: str
    says: str

    @property
    def written(self) -> str:
        """As it stands in a formula: a fraction or a negative number in brackets."""
        plain = self.number is None or (self.number >= 0 and "/" not in self.text)
        return self.text if plain else f"({self.text})"


Values = dict[str, Choice]


@dataclass(frozen=True)
class Variants:
    """What a spec draws: the choices of every parameter, conditions on the numbers drawn, and what must be whole."""

    choices: dict[str, tuple[Choice, ...]]
    where: tuple[Expr, ...] = ()
    whole: tuple[Expr, ...] = ()

    @property
    def size(self) -> int:
        """The number of combinations, before the constraints."""
        return prod(len(c) for c in self.choices.values())

    def admits(self, values: Mapping[str, Choice]) -> bool:
        """Whether the constraints hold."""
        world = World({n: c.number for n, c in values.items() if c.number is not None}, {})
        try:
            return all(exact(c, world) is True for c in self.where) and all(_whole(exact(e, world)) for e in self.whole)
        except Undefined:
            return False

    def all(self) -> Iterator[Values]:
        """Every combination that meets the constraints, the first parameter slowest."""
        for row in product(*self.choices.values()):
            values = dict(zip(self.choices, row, strict=True))
            if self.admits(values):
                yield values


@dataclass(frozen=True)
class Variant:
    """What was drawn: for which seed (None: the first combination, which a spec stands for by itself), and the values."""

    seed: str | None
    values: Values = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """The same for two seeds exactly when they drew the same."""
        return tuple(f"{n}={c.text}" for n, c in sorted(self.values.items()))

    def to_dict(self) -> dict[str, str]:
        return {n: c.text for n, c in self.values.items()}


def _whole(x: Any) -> bool:
    if isinstance(x, Fraction):
        return x.denominator == 1
    return False


def seed_text(seed: int | str) -> str:
    """The seed as it is hashed: a number in decimal digits, a name without outer spaces in Unicode's normal form C."""
    text = unicodedata.normalize("NFC", str(seed)).strip()
    if not text or "\n" in text or isinstance(seed, bool):
        raise UsageError("seed", f"{seed!r} is no seed.", "A seed is a number, or the name of a student.")
    return text


def draw(variants: Variants, problem_id: str, version: str, seed: int | str) -> Variant:
    """The variant of a seed (see above). Raises UsageError where no try meets the constraints."""
    text = seed_text(seed)
    for k in range(MAX_TRIES):
        values = {n: c[_hash(problem_id, version, text, k, n) % len(c)] for n, c in variants.choices.items()}
        if variants.admits(values):
            return Variant(text, values)
    raise UsageError(f"{problem_id}: variants", f"none of {MAX_TRIES} draws for seed {text} meets the constraints.", "Loosen where or whole, or list the choices with in.")


def _hash(problem_id: str, version: str, seed: str, k: int, name: str) -> int:
    text = "\n".join((f"derive variant {DRAW}", problem_id, version, seed, str(k), name))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:16], "big")


# ---------------------------------------------------------------------------------------- reading


def read_variants(raw: Any, place: Place) -> Variants:
    """The [variants] table. Raises SpecError with file and key, also where no combination meets the constraints."""
    only_keys(raw, frozenset(["draw", "where", "whole"]), place)
    drawn = raw.get("draw")
    if not isinstance(drawn, Mapping) or not drawn:
        raise place.at("draw").error("nothing is drawn.", "Write [variants.draw] with a line like c = { in = [1, 2, 3] }.")
    choices: dict[str, tuple[Choice, ...]] = {}
    for name, d in drawn.items():
        here = place.at("draw").at(str(name))
        if not re.fullmatch(r"[A-Za-z]\w*", str(name)):
            raise here.error(f"'{name}' is no name.", "A name has letters, digits and _, and begins with a letter.")
        choices[str(name)] = _choices(d, here)
    numbers = {n for n, c in choices.items() if all(x.number is not None for x in c)}
    scope = _scope(numbers)
    where = tuple(_formula(t, scope, choices, place.at("where")) for t in texts_of(raw, "where", place))
    for c in where:
        if c.op not in E.CONDITIONS:
            raise place.at("where").error("a condition is expected, like b != c.")
    whole = tuple(_formula(t, scope, choices, place.at("whole")) for t in texts_of(raw, "whole", place))
    out = Variants(choices, where, whole)
    try:
        if next(islice(out.all(), 1), None) is None:
            raise place.error("no combination meets the constraints.", "Loosen where or whole, or draw from more.")
    except NotEvaluable as err:
        raise place.error(f"a constraint has no value: {err}.", "Use numbers, + - * / ^, sqrt and comparisons.") from None
    return out


def _choices(d: Any, place: Place) -> tuple[Choice, ...]:
    only_keys(d, _DRAW, place)
    if "in" in d:
        if {"from", "to", "step"} & set(d):
            raise place.error("either in, or from and to.", "Write { in = [1, 2, 3] } or { from = 1, to = 9 }.")
        listed = d["in"]
        if not isinstance(listed, list) or not listed:
            raise place.at("in").error("a list of values is expected.", "Write in = [1, 2, 3].")
        found = tuple(_choice(x, place.at("in")) for x in listed)
    else:
        ends = [_fraction(d.get(k, 1 if k == "step" else None)) for k in ("from", "to", "step")]
        first, last, step = ends
        if first is None or last is None or step is None or step <= 0 or last < first:
            raise place.error("from, to (and step) are numbers, from at most to.", "Write { from = 1, to = 9 } or { in = [1, 2, 3] }.")
        count = int((last - first) / step) + 1
        if count > MAX_CHOICES:
            raise place.error(f"{count} values are too many; {MAX_CHOICES} are allowed.", "Widen step.")
        found = tuple(_number(first + i * step) for i in range(count))
    texts = [c.text for c in found]
    if len(set(texts)) < len(texts):
        raise place.at("in").error(f"'{next(t for t in texts if texts.count(t) > 1)}' stands twice.", "Every value once: each is as likely as any other.")
    return found


def _choice(x: Any, place: Place) -> Choice:
    if isinstance(x, Mapping):
        only_keys(x, _CHOICE, place)
        if "value" not in x:
            raise place.error("'value' is missing.", 'Write { value = "inf", tex = "\\\\infty", says = "maximum" }.')
        plain = _choice(x["value"], place)
        return Choice(plain.text, plain.number, str(x.get("tex", plain.tex)), str(x.get("says", plain.says)))
    if isinstance(x, bool) or not isinstance(x, (int, float, str)) or not str(x).strip():
        raise place.error(f"{x!r} is no value.", 'Write a number, a text, or { value = "...", tex = "...", says = "..." }.')
    value = _fraction(x)
    if value is None:
        return Choice(str(x), None, r"\infty" if x == "inf" else str(x), str(x))
    return _number(value, str(x).strip())


def _fraction(x: Any) -> Fraction | None:
    """The exact number that is written: 0.1 is one tenth."""
    if isinstance(x, bool) or not isinstance(x, (int, float, str)):
        return None
    try:
        return Fraction(str(x).strip())
    except (ValueError, ZeroDivisionError):
        return None


def _number(v: Fraction, text: str = "") -> Choice:
    shown = text or str(v)
    tex = shown
    if "/" in shown:
        tex = ("-" if v < 0 else "") + rf"\tfrac{{{abs(v.numerator)}}}{{{v.denominator}}}"
    return Choice(shown, v, tex, shown)


def _scope(names: set[str]) -> Scope:
    return Scope({n: Symbol(n) for n in names}, frozenset(), 1)


def _formula(text: str, scope: Scope, choices: Mapping[str, tuple[Choice, ...]], place: Place) -> Expr:
    try:
        return read_expr(text, scope)
    except ReadError as err:
        words = sorted(n for n in choices if n not in scope.symbols)
        hint = f" No numbers, so not for formulas: {', '.join(words)}." if words else ""
        raise place.error(f"{err.what} In: {text}", f"Drawn numbers: {', '.join(scope.symbols) or 'none'}.{hint}") from None


# ---------------------------------------------------------------------------------------- filling in


def filled(data: Mapping[str, Any], values: Mapping[str, Choice], place: Place) -> dict[str, Any]:
    """The spec with every <<...>> of its texts filled in, and without its [variants]. Raises SpecError with the key."""
    out = {k: _fill(v, values, place.at(str(k))) for k, v in data.items() if k != "variants"}
    return dict(out)


def _fill(x: Any, values: Mapping[str, Choice], place: Place) -> Any:
    if isinstance(x, str):
        return _MARK.sub(lambda m: _mark(m.group(1), values, place), x) if "<<" in x else x
    if isinstance(x, Mapping):
        return {k: _fill(v, values, place.at(str(k))) for k, v in x.items()}
    if isinstance(x, list):
        return [_fill(v, values, Place(place.file, f"{place.key}[{i}]")) for i, v in enumerate(x)]
    return x


def _mark(text: str, values: Mapping[str, Choice], place: Place) -> str:
    m = _FIELD.match(text)
    inner, kind = (m.group(1), m.group(2)) if m else (text, "")
    inner = inner.strip()
    choice = values.get(inner)
    if choice is None:
        choice = _worked_out(inner, values, place)
    return {"tex": choice.tex, "says": choice.says}.get(kind, choice.written)


def _worked_out(text: str, values: Mapping[str, Choice], place: Place) -> Choice:
    numbers = {n: c.number for n, c in values.items() if c.number is not None}
    formula = _formula(text, _scope(set(numbers)), dict.fromkeys(values, ()), place)
    try:
        value = exact(formula, World(numbers, {}))
    except (Undefined, NotEvaluable) as err:
        raise place.error(f"<<{text}>> has no value: {err}.", "Add a constraint to [variants] where, or mend the formula.") from None
    if not isinstance(value, Fraction):
        raise place.error(f"<<{text}>> is no rational number here.", 'Make it one: [variants] whole = ["..."], or let the spec work it out itself.')
    return _number(value)
