"""Statements about dual norms: `(L_inf)^* = L_1`, a row of a table with a norm and its dual."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.transcripts.claims.displaced import Line

_NORM_NAME = re.compile(r"[∣|∥‖]\s*[⋅·]\s*[∣|∥‖]\s*_?\s*([12∞])\s*\Z")
_DUAL_LEFT = re.compile(r"\(L\s*\Z")
_STAR = re.compile(r"([12∞])\s*[∗*]\s*\Z")
_SPACE = re.compile(r"L\s*_?([12∞])\s*\Z")
_WRITTEN = re.compile(r"\(\s*L_?\{?([12]|\\infty|∞)\}?\s*\)\s*\^\s*\{?\s*\*\s*\}?\s*=\s*L_?\{?([12]|\\infty|∞)\}?")


@dataclass(frozen=True)
class Duality:
    """A norm and what is said to be its dual, with its lines; row: whether it stands in a table."""

    line_start: int
    line_end: int
    norm: str
    dual: str
    row: bool

    @property
    def holds(self) -> bool:
        """Whether 1/p + 1/q = 1."""
        return reciprocal(self.norm) + reciprocal(self.dual) == 1

    @property
    def latex(self) -> str:
        """As it is written."""
        p, q = (t.replace("∞", "\\infty") for t in (self.norm, self.dual))
        return f"(\\|\\cdot\\|_{{{p}}})^* = \\|\\cdot\\|_{{{q}}}" if self.row else f"(L_{{{p}}})^* = L_{{{q}}}"

    @property
    def required(self) -> str:
        """The conjugate exponent as it is written."""
        r = 1 - reciprocal(self.norm)
        return "\\infty" if r == 0 else str(1 / r)


def reciprocal(p: str) -> Fraction:
    """1/p, with 0 for infinity."""
    return Fraction(0) if p in ("∞", "\\infty") else Fraction(1, int(p))


def exponent(p: str) -> Expr:
    """The exponent as an Expr."""
    return E.INF if p in ("∞", "\\infty") else E.num(int(p))


def dualities(lines: Sequence[Line]) -> list[Duality]:
    """The statements about dual norms in a pile of displaced pieces."""
    out: list[Duality] = []
    i = 0
    while i < len(lines):
        text = [x.text.strip() for x in lines[i : i + 4]]
        names = [_NORM_NAME.match(t) for t in text[:2]]
        if len(names) == 2 and names[0] and names[1]:
            out.append(Duality(lines[i].number, lines[i + 1].number, names[0].group(1), names[1].group(1), True))
            i += 2
            continue
        if len(text) == 4 and _DUAL_LEFT.match(text[0]) and re.match(r"\)\s*=", text[1]):
            star, space = _STAR.match(text[2]), _SPACE.match(text[3])
            if star and space:
                out.append(Duality(lines[i].number, lines[i + 3].number, star.group(1), space.group(1), False))
                i += 4
                continue
        i += 1
    return out


def written_duality(latex: str, line_start: int, line_end: int) -> Duality | None:
    """`(L_2)^* = L_2` as a formula."""
    m = _WRITTEN.fullmatch(latex.strip())
    return Duality(line_start, line_end, m.group(1).replace("\\infty", "∞"), m.group(2).replace("\\infty", "∞"), False) if m else None
