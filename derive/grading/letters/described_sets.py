"""Sets of indices that a text describes, J = {j : |g_j| = max_i |g_i|}, and weights on them that sum to 1.

A set is the condition on its members (derive.maths.index_sets). Weights 'lambda_j >= 0 with sum_{j in J} lambda_j = 1' stand for every
convex combination: an answer with them claims that each of its points is right. It is judged at three of them: equal weights, weights that grow
with the index, and all weight on the first index of the set.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive import patterns as re
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.bigops import dimension_of
from derive.maths.expr import Expr
from derive.maths.index_sets import MARK, holds
from derive.maths.lex import lex
from derive.maths.read import readings
from derive.maths.symbols import Scope
from derive.maths.tokens import Token

MAX_TEXT = 600
_OPS = frozenset(("=", "<", "<=", ">", ">=", "!="))
_IN_WORDS = re.compile(
    r"\b(?P<name>[A-Z])\$?,?\s+(?:is\s+|denotes\s+|be\s+|being\s+|for\s+|as\s+)?(?:the\s+)?(?:set|collection)\s+of\s+(?:all\s+)?(?:the\s+)?"
    r"(?:maximi[sz]ers|(?:indices|indexes|coordinates|entries|components|positions)\b[^.;\n]{0,60}?(?:\b(?:largest|maximal|maximum|max\w*|greatest)\b[^.;\n]{0,40}?(?:\||magnitude|absolute|modulus)"
    r"|\battain\w*\s+(?:it|the\s+max\w*)|\|[^.;\n]{0,12}\b(?:largest|maximal|maximum)\b))", re.I)


def described_sets(texts: Iterable[str], scope: Scope, local: dict[str, Expr], prose: str = "") -> dict[str, Expr]:
    """The sets of indices that formulas define, and words: by their names, as local values."""
    out: dict[str, Expr] = {}
    for text in dict.fromkeys(texts):
        if len(text) > MAX_TEXT or "=" not in text:
            continue
        try:
            tokens = lex(text)
        except ReadError:
            continue
        for k, t in enumerate(tokens[:-2]):
            if t.kind == "name" and len(str(t.value)) == 1 and str(t.value).isupper() and tokens[k + 1].value == "=" and str(t.value) not in scope.symbols:
                own = _set(text, tokens, k + 2, scope, local)
                if own is not None:
                    out.setdefault(f"{t.value}{MARK}", own)
    let = _largest(scope)
    for m in _IN_WORDS.finditer(prose) if let is not None else ():
        assert let is not None
        if m["name"] not in scope.symbols:
            out.setdefault(f"{m['name']}{MARK}", _ties(let))
    return out


def _largest(scope: Scope) -> Expr | None:
    """The index that the statement declares as one of the largest entries."""
    return next((s.let for s in scope.symbols.values() if s.kind == "index" and s.let is not None and s.let.op == "argopt"), None)


def _ties(let: Expr) -> Expr:
    """The set of all indices at which an arg-maximum is attained."""
    body, top = let.args
    kind, index = let.data
    best = E.reduce_over("max" if kind == "argmax" else "min", index, body, E.ONE, top)
    return E.comp("_m", E.rel("=", E.replace(body, {E.idx(index): E.idx("_m")}), best), str(top.data) if top.op == "dim" else int(top.data))


def _set(text: str, tokens: list[Token] | tuple[Token, ...], k: int, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """The set that is written from a token on: {j : ...}, {1, ..., n}, argmax_i |g_i|."""
    if tokens[k].value not in ("\\{", "{"):
        return _of_argument(text[tokens[k].pos :], scope, local) if str(tokens[k].value).startswith("arg") or tokens[k].value == "operatorname" else None
    level, end = 0, len(tokens) - 1
    for j in range(k, len(tokens)):
        level += (tokens[j].value in ("\\{", "{")) - (tokens[j].value in ("\\}", "}"))
        if not level:
            end = j
            break
    colon = next((j for j in range(k + 1, end) if tokens[j].value in (":", "|") or (tokens[j].kind == "words" and "such" in str(tokens[j].value))), None)
    if tokens[k + 1].kind == "num" and any(t.value == "…" for t in tokens[k:end]):
        size = next((str(t.value) for t in reversed(tokens[k:end]) if t.kind == "name"), "")
        return E.comp("_m", E.rel(">=", E.idx("_m"), E.num(tokens[k + 1].value[0])), size) if size in scope.dims and tokens[end - 1].value == size else None
    if colon is None or tokens[k + 1].kind != "name":
        return None
    letter = str(tokens[k + 1].value)
    try:
        said = readings(text[tokens[colon].pos + 1 : tokens[end].pos].removeprefix("id").removesuffix("\\"), scope, local)[0].statements
    except (ReadError, E.ShapeError):
        return None
    if len(said) != 1 or len(said[0].terms) != 2 or said[0].ops[0] not in _OPS or any(t.shape for t in said[0].terms):
        return None
    needed = E.rel(said[0].ops[0], *said[0].terms)
    return E.comp(letter, needed, dimension_of(needed, letter, scope.size)) if E.free_indices(needed) == {letter} else None


def _of_argument(text: str, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """J = argmax_i |g_i|: all indices that attain it."""
    try:
        said = readings(re.split(r"[,;.](?:\s|\\[ ,;:!]|\\q?quad(?![A-Za-z]))|\$|\n", text)[0], scope, local)[0].statements
    except (ReadError, E.ShapeError):
        return None
    return _ties(said[0].terms[0]) if len(said) == 1 and not said[0].ops and said[0].terms[0].op == "argopt" else None


_SUM_TO_ONE = re.compile(
    r"(?:\\sum|∑|Σ|\bsum)(?:\\limits)?\s*_\s*\{?\s*\(?(?P<index>[ijklm])\s*(?:(?:\\in\b|∈|\bin\b)\s*(?:\\math(?:cal|scr)\s*\{?\s*)?(?P<set>[A-Z])\}?|=\s*1)?\s*\)?\}?(?:\s*\^\s*\{?\w\}?)?\s*"
    r"(?P<name>\\?[A-Za-z]+|λ|μ)\s*_\s*\{?(?P=index)\}?\s*=\s*1(?![.\d/])")


def convex_weights(name: str, said: str, local: dict[str, Expr], scope: Scope) -> list[Expr]:
    """Weights of a text's own letter that are not negative and sum to 1, at three points of their simplex; empty where the text does not say both."""
    m = next((m for m in _SUM_TO_ONE.finditer(said) if _letter(m["name"]) == name), None)
    own = (local.get(f"{m['set']}{MARK}") if m["set"] else _support(m["name"], said, scope, local)) if m is not None else None
    if m is None or (m["set"] and own is None) or not isinstance(scope.size, str):
        return []
    letter = re.escape(m["name"])
    if not re.search(rf"{letter}\s*_\s*\{{?[ijklm]\}}?\s*(?:\\geq?(?:slant)?(?![a-z])|≥|>=|>|\\in\s*\[\s*0\s*,\s*1\s*\]|∈\s*\[\s*0\s*,\s*1\s*\])\s*0?(?![.\d])", said) and not re.search(
            r"\bconvex (?:combination|weights)|\bnon-?negative\b", said):
        return []
    inside = holds(own, "_w") if own is not None else E.rel(">=", E.idx("_w"), E.ONE)
    size = str(own.shape[0]) if own is not None else scope.size
    earlier = E.logic("and", E.rel("<", E.idx("_u"), E.idx("_w")), E.replace(inside, {E.idx("_w"): E.idx("_u")}))
    before = E.reduce_over("sum", "_u", E.cases(((E.ONE, earlier),), E.ZERO), E.ONE, E.dim(size))
    first = E.cases(((E.ONE, E.rel("=", before, E.ZERO)),), E.ZERO)
    out = []
    for weight in (E.ONE, E.idx("_w"), first):
        entry = E.cases(((weight, inside),), E.ZERO)
        whole = E.replace(entry, {E.idx("_w"): E.idx("_v")})
        out.append(E.comp("_w", E.div(entry, E.reduce_over("sum", "_v", whole, E.ONE, E.dim(size))), size))
    return out


_ZERO_THERE = re.compile(r"(?P<name>\\?[A-Za-z]+|λ|μ)\s*_\s*\{?[ijklm]\}?\s*=\s*0\s*\$?\s*(?:\\text\{\s*)?(?:unless|except|whenever|wherever|where|when|if)\b")


def zero_in_places(prose: str) -> set[str]:
    """The letters that a text says to be 0 in some places: no definition of them."""
    return {_letter(m["name"]) for m in _ZERO_THERE.finditer(prose)} if "0" in prose else set()


_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def _support(letter: str, said: str, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """Where weights are not 0: 'lambda_i = 0 unless |g_i| = max_j |g_j|', 'lambda_i = 0 whenever |g_i| < ...', 'lambda_i > 0 only if ...'."""
    m = re.search(rf"{re.escape(letter)}\s*_\s*\{{?(?P<i>[ijklm])\}}?\s*\$?\s*(?:(?P<zero>=\s*0(?!\.))|(?:>|≠|\\neq?|\\ne)\s*0(?!\.)|is zero|vanishes)\s*\$?\s*"
                  r"(?:\\text\{\s*)?(?P<when>unless|except (?:where|when|if)|whenever|wherever|where|when|if|for|only (?:if|where|when))\s*\}?\s*\$?(?P<said>[^$;.\n]{3,80})", said)
    if m is None:
        return None
    try:
        found = readings(m["said"].rstrip(", "), scope, local)[0].statements
    except (ReadError, E.ShapeError, IndexError):
        return None
    if len(found) != 1 or len(found[0].terms) != 2 or found[0].ops[0] not in _NEGATED or any(t.shape for t in found[0].terms):
        return None
    needed = E.rel(found[0].ops[0], *found[0].terms)
    if E.free_indices(needed) != {m["i"]}:
        return None
    off = m["when"].split()[0] not in ("unless", "except", "only")  # 'is zero where ...'
    if off != (m["zero"] is not None or "zero" in m.group() or "vanish" in m.group()) and off:
        return None
    if off:
        needed = E.rel(_NEGATED[needed.data], *needed.args)
    return E.comp(m["i"], needed, dimension_of(needed, m["i"], scope.size))


def _letter(written: str) -> str:
    return {"λ": "lambda", "μ": "mu"}.get(written, written.lstrip("\\"))
