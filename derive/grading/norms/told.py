"""What a named norm is of: 'the 2-norm of a ⊙ θ', 'the weighted 2-norm with weights a_i^2', 'the 2-norm in the coordinates φ_i = a_i θ_i'.

Without such words a named norm is that of the unknown itself.
"""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Scope

MOST_TEXT = 160
_OF = re.compile(r"[\s-]*(?:norm|length)?\s+of\s+(?:the\s+)?(?:(?:rescaled|scaled|weighted|transformed|new)\s+)?(?:vector\s+|product\s+|point\s+|entries\s+)?")
_WRITTEN = re.compile(r"[\s-]*(?:(?:norm|length)\b)?(?:,?\s*(?:i\.e\.|namely|that is|given by|written))?[\s:=,(]*")
_WEIGHTS = re.compile(r"[\s-]*(?:norm|length)?\b[^.;\n]{0,30}?\bwith\s+(?:the\s+)?(?:positive\s+)?weights?\s+")
_MATRIX = re.compile(r"[\s-]*(?:norm|length)?\b[^.;\n]{0,30}?\bwith\s+(?:the\s+)?(?:diagonal\s+)?(?:weight(?:ing)?\s+)?matrix\s+")
_COORDINATES = re.compile(r"[\s-]*(?:norm|length)?\b[^.;\n]{0,30}?\b(?:in|of)\s+(?:the\s+)?(?:(?:rescaled|scaled|weighted|transformed|new)\s+)*(?:coordinates|variables|parameters|unknowns|vector)\s+"
                          r"\$?\\?[^\W\d_]+(?:_\{?[a-z]\}?|[ᵢⱼₖ])?\s*:?=\s*")
_ANOTHER = re.compile(r"[\s-]*(?:norm|length)?\s+(?:of|in|for)\s+(?:the\s+)?(?:(?:rescaled|scaled|weighted|transformed|new|other)\s|[$\\(]|[^\W\d_]{1,3}\s*[\\⊙*/·])")
_GOES_ON = re.compile(r"[\s,$)]*(?:with|where|for|and|is|in|plus|times|minus|divided|squared|if|when|except|only|but|weights?|by|after|once|all|each|every|restricted)\b", re.I)
_END = re.compile(r"[;\n]|\.(?:\s|$)|,\s|\s(?:which|where|because|since|and|as|that|by|is|with|in|not|i\.e\.|subject|among|over|under|for)\s|\s\((?:i\.e|that|so|not)\b")


def measured(behind: str, unknown: Expr, scope: Scope) -> Expr | None:
    """What a norm is said to be of, the unknown where nothing is said; None where that is something else that is not read. behind: the text after its name."""
    for cue in (_COORDINATES, _OF):
        m = cue.match(behind)
        x = _formula(behind[m.end() :], scope) if m is not None else None
        if x is not None and str(unknown.data) in E.symbols_in(x):
            return _vector(x, unknown)
    return None if _ANOTHER.match(behind) else unknown


def written_out(behind: str, unknown: Expr, scope: Scope) -> Expr | None:
    """The scalar formula of the unknown that stands behind the name of a norm: 'the weighted 2-norm √(Σ aᵢ² θᵢ²)'."""
    m = _WRITTEN.match(behind)
    x = _formula(behind[m.end() :], scope) if m is not None else None
    return x if x is not None and not x.shape and str(unknown.data) in E.symbols_in(x) and not E.free_indices(x) else None


def with_weights(behind: str, order: Expr, unknown: Expr, scope: Scope) -> tuple[Expr, Expr] | None:
    """(sum_i w_i |x_i|^p)^(1/p), and the norm of the vector of w_i x_i, which other books mean: of the weights that are written; for 'inf' both are the latter."""
    m = _WEIGHTS.match(behind)
    w = _formula(behind[m.end() :], scope) if m is not None else None
    if m is None and (m := _MATRIX.match(behind)) is not None:
        a = _formula(behind[m.end() :], scope)
        if a is None or len(a.shape) != 2 or a.shape[0] != unknown.shape[0] or order != E.num(2):
            return None
        return E.fn("sqrt", E.dot(unknown, E.matmul(a, unknown))), E.norm(E.matmul(a, unknown), order)
    entries = _vector(w, unknown) if w is not None else None
    if entries is None or str(unknown.data) in E.symbols_in(entries):
        return None
    by_entry = E.norm(E.mul(entries, unknown), order)
    if order == E.INF:
        return by_entry, by_entry
    return E.power(E.total(E.mul(entries, E.power(E.fn("abs", unknown), order))), E.div(E.ONE, order)), by_entry


def _vector(x: Expr, unknown: Expr) -> Expr | None:
    """An expression as a vector of the length of the unknown: one with a free index is that of its entries."""
    if x.shape == unknown.shape:
        return x
    free = sorted(E.free_indices(x))
    return E.comp(free[0], x, unknown.shape[0]) if not x.shape and len(free) == 1 else None


def _formula(text: str, scope: Scope) -> Expr | None:
    """The formula with which a text begins, up to the first word or mark outside its brackets that ends it."""
    text = text[:MOST_TEXT].lstrip("$ ")
    end = next((m.start() for m in _END.finditer(text) if sum(map(text[: m.start()].count, "([{")) <= sum(map(text[: m.start()].count, ")]}"))), len(text))
    clause, delimiter, behind = text[:end].partition("$")
    if _GOES_ON.match(behind + text[end:] if delimiter else text[end:]):
        return None  # 'a ⊙ θ where θ is first divided by a'
    clause = clause.strip()
    while clause.count(")") > clause.count("(") and clause.endswith(")"):
        clause = clause[:-1].rstrip()
    try:
        found = readings(clause, scope)
        terms = found[0].statements[0].terms
    except (ReadError, E.ShapeError, IndexError):
        return None
    return terms[0] if len(found) == 1 and len(found[0].statements) == 1 and len(terms) == 1 and not found[0].skipped and not E.has(terms[0], "new") else None
