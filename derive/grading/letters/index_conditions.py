"""Indices that a text picks by a condition: 'k is any index with |g_k| = max_i |g_i|', 'm satisfies ...', 'where |g_k| = ||g||_inf'.

The condition decides, whatever letter the problem declares: it says the declared place (also 'the smallest index with ...', which only breaks ties), the place of a
smallest entry or of the largest without its modulus, or a place of the text's own, which nothing is known of.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.text.segments import DELIMITERS
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.expr import Expr
from derive.maths.grammar import Statement
from derive.maths.read import readings
from derive.maths.sets import is_maximiser
from derive.maths.symbols import Scope

_ONE = r"(?:(?:the|an?|any|some|every|each|one|all)\s+)"
_TIE = r"(?:(?:smallest|lowest|first|largest|highest|last|least|greatest|unique|fixed|arbitrary|single|corresponding)\s+(?:such\s+)?)"
_PLACE = r"(?:ind(?:ex|ices)|coordinates?|components?|positions?|entry|entries|places?|ones?)"
_LINK = r"(?:with|such that|so that|s\.\s?t\.|for which|where|at which|satisf(?:ying|ies|y)|(?:that|which) satisf(?:ies|y))"
_STARRED = r"(?:\^?\{?(?:[*⋆]|\\star|\\ast)\}?)?"
_PICKED = re.compile(rf"(?<![A-Za-z\\_])(?P<letter>[ijklm]){_STARRED}\s+(?:(?:is|denotes|being|be)\s+)?{_ONE}?{_TIE}?(?:{_PLACE}\s+(?:(?P=letter)\s+)?)?{_LINK}\s+(?P<said>[^;\n]{{3,160}})")
_WHERE = re.compile(r"\b(?:where|with)\s+(?P<said>\|?\s*\\?l?v?e?r?t?\s*[A-Za-z]\s*_\s*\{?(?P<letter>[ijklm])\}?[^;\n]{2,160})")
_OPTIMISES = re.compile(r"(?<![A-Za-z\\_])(?P<letter>[ijklm])\s+"
                        r"(?:(?:to be|from|out of|in)\s+(?:the\s+(?:set\s+(?:of\s+)?)?)?(?:(?:\\operatorname\*?\{)?\\?arg\s*\\?(?P<most>max|min)\}?\s*(?:_\s*\{?[i-m]\}?)?\s*)"
                        r"|(?P<verb>maxim|minim)i[sz]e[sd]?\s+)(?P<said>\|?\s*\\?[A-Za-z]+\s*_\s*\{?[i-m]\}?\s*\|?)(?![A-Za-z=])")
_SUBSCRIPTS = str.maketrans({"ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₗ": "_l", "ₘ": "_m"})
_LAYOUT = re.compile(r"\\(?:left|right|big[lr]?|Big[lr]?)(?![A-Za-z])|\\q?quad(?![A-Za-z])|\\[,;:! ]|\\text\{(\s*(?:where|with|such that|any|for any)\s*)\}")
_STOP = re.compile(r"\.(?=\s|$)|,(?=\s+(?:so|and|which|i\.e|that|where|with|then|the)\b)|\s(?:and|so|then|but|otherwise|if)\s")
_RELATES = re.compile(r"=|<|>|≤|≥|≠|\\(?:leq?|geq?|neq?|lt|gt)(?![A-Za-z])")


def picked_by_condition(text: str, scope: Scope, defined: Callable[[], dict[str, Expr]]) -> dict[str, Expr]:
    """The indices that a text picks by a condition on their entry, each as the place that the condition says.

    defined: what the text defines, asked for where a condition cannot be told without ('|g_j| = m').
    """
    declared = next((s for s in scope.symbols.values() if s.kind == "index" and s.let is not None and s.let.op == "argopt"), None)
    if declared is None or declared.let is None or len(text) > 8000 or not (_RELATES.search(text) or "imi" in text or "to be" in text or "arg" in text):
        return {}
    shown = _LAYOUT.sub(lambda m: f" {m.group(1) or ''} ", DELIMITERS.sub("", text).translate(_SUBSCRIPTS))
    out: dict[str, Expr] = {}
    for m in (*_PICKED.finditer(shown), *_WHERE.finditer(shown)):
        letter = m["letter"]
        said = _STOP.split(m["said"], maxsplit=1)[0].strip().rstrip(",.$")
        place = _place(said, letter, declared.let, scope, {})
        if place is not None and place.op == "idx":
            place = _place(said, letter, declared.let, scope, {n: e for n, e in defined().items() if n != letter})
        if place is not None and (place.op != "idx" or letter in scope.symbols):
            out[letter] = place
    for m in _OPTIMISES.finditer(shown):
        out[m["letter"]] = _optimal(m["said"], m["letter"], (m["most"] or m["verb"]).startswith("max"), declared.let, scope)
    return out


def _optimal(said: str, letter: str, most: bool, let: Expr, scope: Scope) -> Expr:
    """The place where an entry is largest or smallest, as it is written: 'k maximises g_i', 'k to be argmax_i |g_i|'."""
    body, top = let.args
    index = let.data[1]
    bare = body.args[0] if body.op == "fn" and body.data == "abs" else body
    try:
        value = readings(said, scope, {x: E.idx(x) for x in "ijklm"})[0].statements[0].terms[0]
    except (ReadError, E.ShapeError, IndexError):
        return E.idx(f"{letter} (as the text says)")
    for x in (body, bare):
        if any(proved_equal(value, E.replace(x, {E.idx(index): E.idx(other)})) for other in E.free_indices(value)):
            return E.argopt("argmax" if most else "argmin", index, x, top)
    return E.idx(f"{letter} (as the text says)")


def _place(said: str, letter: str, let: Expr, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """The place that a condition says of a letter, an index of its own where it says none that is known; None where it is about no entry of that kind."""
    if not re.match(rf"\|?\s*(?:\\lvert\s*)?\\?[A-Za-z]+\s*_\s*\{{?{letter}(?![A-Za-z])", said) or not _RELATES.search(said):
        return None
    unknown = E.idx(f"{letter} (as the text says)")
    try:
        statement = readings(said, scope, {**local, letter: E.idx(letter)})[0].statements[0]
    except (ReadError, E.ShapeError, IndexError):
        return unknown
    body, top = let.args
    index = let.data[1]
    bare = body.args[0] if body.op == "fn" and body.data == "abs" else body
    here = {x: E.replace(x, {E.idx(index): E.idx(letter)}) for x in (body, bare)}
    if not statement.ops or not any(proved_equal(statement.terms[0], x) for x in here.values()):
        return None
    if any(proved_equal(t, x) for t in statement.terms[1:] for x in here.values()):
        return None  # what g_k is
    if is_maximiser(statement, E.idx(letter), let):
        return let
    for other in (E.argopt("argmax", index, bare, top), E.argopt("argmin", index, body, top), E.argopt("argmin", index, bare, top)):
        if _says(statement, letter, other):
            return other
    return unknown


def _says(statement: Statement, letter: str, place: Expr) -> bool:
    """Whether a statement says that a letter is a place: g_k = max_i g_i, |g_k| = min_i |g_i|."""
    if place.data[0] == "argmax":
        return is_maximiser(statement, E.idx(letter), place)
    body, top = place.args
    left, right = statement.terms[0], statement.terms[-1]
    least = E.reduce_over("min", place.data[1], body, E.ONE, top)
    return len(statement.terms) == 2 and statement.ops[0] == "=" and proved_equal(left, E.replace(body, {E.idx(place.data[1]): E.idx(letter)})) and proved_equal(right, least)
