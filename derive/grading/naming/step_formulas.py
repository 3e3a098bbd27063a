"""The formula that stands behind words for a step size: the longest beginning of a text that reads as a scalar."""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.grading.naming.text import spoken
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Scope

MAX_PIECES = 40  # blanks between which a formula may end

_TURNED = {
    "half of ": "(1/2) * ",
    "half the ": "(1/2) * ",
    "half ": "(1/2) * ",
    "one half of ": "(1/2) * ",
    "a half of ": "(1/2) * ",
    "one half ": "(1/2) * ",
    "twice ": "2 * ",
}
_END = spoken(r"^\s*(?:$|[.,;:)\]}!?]|[A-Za-z'’-]{2,}|a\b|I\b|–|—|\()")
_WORDS = spoken(r"(?<![\\\w])[A-Za-z]{2,}(?![\w(])")
_INSIDE = frozenset("norm sum max abs sign sqrt inf over times divided multiplied by the squared of".split())


def formula_after(rest: str, scope: Scope, local: dict[str, Expr]) -> tuple[tuple[Expr, ...], str] | None:
    """The longest beginning of a text that reads as a scalar, with its readings; None if none does.

    What follows must be words or the end of a clause: half a formula is no formula.
    """
    text = rest.lstrip(" ")
    for words, signs in _TURNED.items():
        if text.lower().startswith(words):
            text = signs + text[len(words) :]
            break
    text = re.sub(r" (?:times|multiplied by)(?: the)? ", " * ", re.sub(r" (?:over|divided by)(?: the)? ", " / ", text))
    for m in _WORDS.finditer(text):
        word = m.group()
        if (
            word not in scope.symbols
            and word.lower() not in local
            and word not in _INSIDE
            and not _declared(word, scope)
        ):
            text = text[: m.start()] + "\n" + text[m.start() :]
            break
    head, _, tail = text.partition("\n")
    ends = [*[m.start() for m in re.finditer(r"(?=[ ,.;:)\]=≈])", head)][:MAX_PIECES], len(head)]
    for end in reversed(ends):
        piece = head[:end].strip(" ,.;:=≈")
        if not piece or (not _END.match(head[end:] + tail) and "=" not in head[end : end + 2]):
            continue
        found = scalar_readings(piece, scope, local)
        if found:
            first = re.match(r"gnorm\w+", piece)
            if first and first.group() in local:  # "the l1 norm ‖g‖₁": the formula may only repeat the words
                found.append(local[first.group()])
            return tuple(dict.fromkeys(found)), piece
    return None


def _declared(word: str, scope: Scope) -> bool:
    return word in scope.dims or any(word in s.aliases for s in scope.symbols.values())


def scalar_readings(piece: str, scope: Scope, local: dict[str, Expr], whole: bool = False) -> list[Expr]:
    """The scalar readings of a piece; of a chain a = b, every member must be read and the last counts."""
    if not piece or len(piece) > 300:
        return []
    try:
        found = readings(piece, scope, local)
    except ReadError:
        return []
    out: list[Expr] = []
    for r in found:
        if len(r.statements) == 1:
            terms = r.statements[0].terms
            if all(not t.shape and t.op not in ("restate", *E.COLLECTIONS, *E.CONDITIONS) for t in terms) or whole:
                out += [terms[-1]]
    return [e for e in out if scope.asked not in E.symbols_in(e)]
