"""Declared letters that a text gives another meaning: 'where g denotes g/||g||'."""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.grading.heard import needs, stems
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.read import readings
from derive.maths.symbols import Scope

_DENOTES = re.compile(
    r"\$?\\?(?P<name>[A-Za-z]\w*)\$?,?\s+(?:here\s+|now\s+)?(?:denotes|stands\s+for|means|is\s+(?:short|shorthand)\s+for|refers\s+to)\s+"
    r"(?:the\s+(?:\w+\s+){0,3}?)?(?:\$(?P<formula>[^$]{1,120})\$|(?P<plain>[^\s,;]{1,80}))")

_DENOTES_NEEDS = needs("denotes stands means short shorthand refers")
_REDEFINED = re.compile(
    r"\breplaced by\b|\bwhere\s+\$?\\?\w+\$?\s+(?:is|denotes)\s+(?:now\s+)?(?:the\s+)?(?:normali[sz]ed|unit|scaled|clipped|averaged|momentum|negative)\b"
    r"|\b(?:sign|sgn)\}?\$?\s+(?:here\s+)?(?:means|denotes|stands for)\s+(?:the\s+|a\s+)?(?:unit|normali[sz]ed|smooth|soft|hyperbolic|tanh)\b"
    r"|\b(?:let|suppose|assume|say)\s+\$?\\?\w+\$?\s+(?:is|be|to be|has been|are)\s+(?:first\s+|already\s+)?(?:normali[sz]ed|scaled|clipped|averaged|negated|halved|doubled)\b", re.I)
_REDEFINED_NEEDS = needs("replaced normalised normalized unit scaled clipped averaged momentum negative means denotes stands negated halved doubled")


def redefined_in_words(text: str) -> bool:
    """Whether a text gives a letter another meaning in words: 'where g is the normalised gradient'."""
    return not _REDEFINED_NEEDS.isdisjoint(stems(text)) and _REDEFINED.search(text) is not None


def redefined(text: str, scope: Scope) -> str:
    """The name of a declared quantity of which a text says that it denotes another one; '' where it says nothing of the kind."""
    for m in _DENOTES.finditer(text) if not _DENOTES_NEEDS.isdisjoint(stems(text)) else ():
        symbol = scope.symbols.get(m["name"])
        if symbol is None or symbol.kind != "value" or symbol.let is not None:
            continue
        own = E.sym(symbol.name, symbol.shape)
        said = m["formula"] or m["plain"].rstrip(".")
        said = said[:-1] if said.count(")") > said.count("(") else said  # "(here g denotes sign(g))"
        try:
            meant = [r.statements[-1].terms[-1] for r in readings(said, scope)]
        except ReadError:
            continue  # words, or letters of the text's own
        if all(E.symbols_in(e) and not (e.shape == own.shape and proved_equal(e, own)) for e in meant):
            return symbol.name
    return ""
