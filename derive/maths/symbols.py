"""Declared symbols, and the scope in which a text is read.

A type is written as in a spec: "positive", "vector(n)", "nonzero vector(3)", "matrix(m, n)", "matrix(m, min(m, n))",
"count", "dimension", "index", "function(theta)".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches

from derive import patterns as re
from derive.maths.expr import Dim, Expr, Shape, least

DOMAINS = {
    "real": "any real number",
    "positive": "> 0",
    "nonnegative": ">= 0",
    "negative": "< 0",
    "nonzero": "any real number but 0",
    "unit": "between 0 and 1, both excluded",
    "integer": "an integer",
    "count": "a natural number, at least 1",
    "spd": "symmetric positive definite",
    "symmetric": "symmetric",
    "simplex": "nonnegative entries that sum to 1",
    "sign": "-1 or 1",
    "binary": "0 or 1",
    "frr": "a matrix of full row rank",
    "fcr": "a matrix of full column rank",
    "fullrank": "a matrix of full rank min(m, n)",
    "orthcols": "a matrix with orthonormal columns",
}
KINDS = ("vector", "matrix", "dimension", "index", "function", "scalar")

_TYPE = re.compile(r"\s*(?:([a-z]+)\s+)?([a-z]+)\s*(?:\(((?:[^()]|min\([^()]*\))*)\))?\s*\Z")
_LEAST = re.compile(r"min\(\s*([A-Za-z]\w*|[1-9]\d*)\s*,\s*([A-Za-z]\w*|[1-9]\d*)\s*\)\Z")


@dataclass(frozen=True)
class Symbol:
    """A declared symbol.

    name: as specs write it; shape: () scalar, (n,) vector, (m, n) matrix; domain: one of DOMAINS;
    kind: 'value', 'index', 'dimension' or 'function'; aliases: other notations for the same thing;
    given: its value in a numeric instance; let: its definition by other symbols; below, above:
    open bounds of a scalar; within: first and last value of an integer, in dimensions and numbers;
    multiple_of: a count that divides it; of, gradient: for a function, its argument and the symbol of
    its gradient.
    """

    name: str
    shape: Shape = ()
    domain: str = "real"
    kind: str = "value"
    aliases: tuple[str, ...] = ()
    says: str = ""
    given: Expr | None = None
    let: Expr | None = None
    above: float | None = None
    below: float | None = None
    within: tuple[Expr, Expr] | None = None
    multiple_of: str | None = None
    of: str | None = None
    gradient: str | None = None


def parse_type(text: str) -> tuple[str, Shape, str, str | None]:
    """'positive vector(n)' -> (kind, shape, domain, argument of a function).

    Raises ValueError with a sentence that names the types there are.
    """
    m = _TYPE.match(text)
    kinds = f"Types: {', '.join(DOMAINS)}, vector(n), matrix(m, n), dimension, index, function(x)."
    if not m:
        raise ValueError(f"{text!r} is not a type. {kinds}")
    first, word, inside = m.groups()
    close = get_close_matches((first or word) if first not in DOMAINS else word, [*DOMAINS, *KINDS], 1)
    kinds = f"Did you mean '{close[0]}'? {kinds}" if close else kinds
    if first is None and word in DOMAINS and inside is None:
        return "value", (), word, None
    domain = first or "real"
    if domain not in DOMAINS or word not in KINDS:
        raise ValueError(f"{text!r} is not a type. {kinds}")
    args = [a.strip() for a in re.split(r",(?![^()]*\))", inside)] if inside else []
    if domain in ("frr", "fcr", "fullrank", "orthcols") and word != "matrix":
        raise ValueError(f"{text!r}: only a matrix is {DOMAINS[domain].removeprefix('a ')}, like {domain} matrix(m, n).")
    wanted = {"vector": 1, "matrix": 2, "function": 1}.get(word, 0)
    if len(args) != wanted or not all(re.fullmatch(r"[A-Za-z]\w*|[1-9]\d*", a) or (_LEAST.match(a) and word != "function") for a in args):
        raise ValueError(f"{text!r}: {word} takes {wanted} argument{'s' * (wanted != 1)}, like {_EXAMPLE[word]}.")
    if word in ("vector", "matrix"):
        return "value", tuple(_dimension(a) for a in args), domain, None
    if word == "function":
        return "function", (), "real", args[0]
    if word == "scalar":
        return "value", (), domain, None
    return word, (), "count", None


def _dimension(text: str) -> Dim:
    m = _LEAST.match(text)
    if m is None:
        return int(text) if text.isdigit() else text
    a, b = (int(x) if x.isdigit() else x for x in m.groups())
    return least(a, b)


_EXAMPLE = {"vector": "vector(n)", "matrix": "matrix(m, n)", "function": "function(theta)", "scalar": "positive scalar",
            "dimension": "dimension", "index": "index"}


@dataclass(frozen=True)
class Scope:
    """The names that a text may use.

    symbols: by name; dims: names of dimensions; size: the length of vectors whose length the
    notation does not show (a vector of ones, e_k); asked: the unknown that an answer gives, if any;
    expected: whether expectations are asked, so that E[x] stands for x; outputs: all that is asked where it is several things.
    """

    symbols: dict[str, Symbol]
    dims: frozenset[str] = frozenset()
    size: Dim = "n"
    asked: str | None = None
    expected: bool = False
    outputs: tuple[str, ...] = ()
    cache: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def writes(self, text: str) -> bool:
        """Whether a text is a declared name or another notation of one."""
        return text in self.symbols or any(text in s.aliases for s in self.symbols.values())

    def names(self) -> str:
        """The declared names, for messages."""
        return ", ".join(sorted(self.symbols) + sorted(self.dims - set(self.symbols)))
