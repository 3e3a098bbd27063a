"""Which letters are row and column in an equation for an entry of a matrix."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted


def places_of_entries(text: str, wanted: Wanted) -> tuple[str, ...]:
    """The letters of row and column in an equation for an entry of the unknown: D_{ij} = ..."""
    symbol = wanted.scope.symbols.get(wanted.asked)
    names = "|".join(re.escape(n) for n in (wanted.asked, *(symbol.aliases if symbol is not None else ())))
    star = r"(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?)?"
    head = rf"(?<![A-Za-z\\])(?:\\(?:wide)?hat\s*\{{?\s*)?(?:{names})\s*\}}?{star}"
    m = re.search(rf"{head}\s*_\s*\{{?\s*([a-z])\s*,?\s*([a-z])\s*\}}?\s*{star}\s*&?=", text)
    return m.groups() if m is not None else ()
