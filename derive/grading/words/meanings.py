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


# 'u_1, v_1 the bottom singular pair': what is numbered 1 is the largest.
_OTHER_END = re.compile(
    r"(?<![A-Za-z0-9])\\?[A-Za-zα-ω]+(?:_\{?1\}?|₁)(?![0-9])[^.;\n]{0,40}?\b(?:bottom|smallest|last|trailing|least|lowest|minimal|second|third|next)\b[^.;\n]{0,20}\b(?:singular|eigen)", re.I)
# 'where the sum runs over the first two singular triples'.
_PART_OF_SUM = re.compile(
    r"\bsum(?:s|mation)?\s+(?:only\s+)?(?:being\s+|is\s+|are\s+)?(?:runs?|running|ranges?|ranging|goes|going|taken|extends?|extending|over)\b[^.;\n]{0,12}?(?:\b(?:over|through)\b)?[^.;\n]{0,24}?"
    r"\b(?:largest|smallest|first|last|top|leading|two|three|half|odd|even|some|but|except|only|remaining)\b", re.I)
_ENDS_NEED = needs("bottom smallest last trailing least lowest minimal second third next")
_SUM_NEEDS = needs("sum sums summation")


def redefined_in_words(text: str) -> bool:
    """Whether a text gives a letter another meaning in words, 'where g is the normalised gradient', or a sum another range."""
    heard = stems(text)
    if (not _ENDS_NEED.isdisjoint(heard) and _OTHER_END.search(text)) or (not _SUM_NEEDS.isdisjoint(heard) and _PART_OF_SUM.search(text)):
        return True
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
