"""The row of a matrix that words choose by its norm: 'the group b with the largest Euclidean norm', 'let k be the row of largest 2-norm'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

_ROW = r"(?:group|row|block|layer)"
_NAME = r"\$?(?P<{0}>[a-z])(?P<{0}star>\s*\^?\s*\{{?\s*(?:\*|\\star|⋆)\s*\}}?)?\$?"
_OF_NORM = (
    r"(?:the\s+)?(?P<which>largest|greatest|biggest|maximal|smallest|least|minimal)\s+"
    r"(?:(?:(?P<norm>euclidean|[12]-|\$?\\?(?:ell_|l)[12]\$?[- ]?|max-|inf(?:inity)?-)\s*)?(?:gradient\s+)?(?:(?P<later>euclidean|[12]-|l[12][- ])\s*)?norm\b"
    r"|\$?\\\|\s*\\?[A-Za-z](?:_\{?[a-z]\^?\{?\*?\}?\}?)?\s*\\\|_\{?(?P<index>1|2|\\infty)\}?\$?|‖[A-Za-z]_?\w?‖(?P<low>[₁₂]))")
_CHOSEN = rf"(?:with|of|having|that\s+has|whose)\s+{_OF_NORM}"
_AFTER_ROW = re.compile(rf"\b{_ROW}\s+{_NAME.format('name')}\s+{_CHOSEN}", re.I)
_LET = re.compile(rf"\b(?:let|where|with|and)\s+{_NAME.format('name')}\s+(?:be|is|denotes?|being)\s+(?:the|an?|any)\s+(?:index\s+of\s+(?:the|an?|any)\s+)?{_ROW}\s+{_CHOSEN}", re.I)
_LET_WHOSE = re.compile(rf"\b(?:let|where|with|and)\s+{_NAME.format('name')}\s+(?:be|is|denotes?|being)\s+(?:the|an?|any)\s+{_ROW}\s+(?:whose|of\s+which\s+the)\s+(?:gradient(?:\s+row)?\s+|row\s+)?"
                        rf"has\s+{_OF_NORM}", re.I)
_EARLIER = re.compile(rf"\b{_ROW}\s+{_CHOSEN}(?P<between>[^.\n]{{0,80}}?)\b(?:that|this|the|it)\s+{_ROW}\s+{_NAME.format('name')}(?!\s*(?:with|of|having))", re.I)
_NEEDS = needs("group row block layer")


def rows_in_words(text: str, scope: Scope) -> dict[str, Expr]:
    """The indices that a text tells as the row of largest or smallest norm of the one matrix that is given."""
    given = [s for s in scope.symbols.values() if len(s.shape) == 2 and s.kind == "value" and s.let is None and s.name != scope.asked]
    if len(given) != 1 or len(text) > 4_000 or _NEEDS.isdisjoint(stems(text)):
        return {}
    matrix = E.sym(given[0].name, given[0].shape)
    out: dict[str, Expr] = {}
    for pattern in (_AFTER_ROW, _LET, _LET_WHOSE, _EARLIER):
        for m in pattern.finditer(text):
            norm = _norm_of(m)
            kind = "argmax" if m["which"].lower() in ("largest", "greatest", "biggest", "maximal") else "argmin"
            body = E.norm(E.at(matrix, E.idx("_r")), norm)
            out[m["name"] + ("*" if m["namestar"] else "")] = E.argopt(kind, "_r", body, E.dim(matrix.shape[0]))
    return out


def _norm_of(m: re.Match[str]) -> Expr:
    """The norm that is named; the Euclidean one where it is just 'the norm'."""
    said = (m["norm"] or m["later"] or m["index"] or m["low"] or "").lower()
    if "inf" in said or "max" in said:
        return E.INF
    return E.ONE if "1" in said or said == "₁" else E.TWO
