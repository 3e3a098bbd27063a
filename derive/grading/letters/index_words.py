"""What a text says in words of the index that it uses: 'where k is the coordinate of largest |g_i|'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.letters.rows_in_words import rows_in_words
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

_LARGEST = re.compile(r"\b(?:largest|maximal|maximum|max|biggest|greatest|highest|dominant|steepest|maximi[sz]\w*)\b", re.I)
_SMALLEST = re.compile(r"\b(?:smallest|minimal|minimum|min|least|lowest|minimi[sz]\w*)\b", re.I)
_MAGNITUDE = re.compile(r"\b(?:absolute|magnitudes?|abs|modulus|size|steepest)\b|\|", re.I)
_ANY_INDEX = re.compile(r"\b(?:any|all|every|each)\s+\$?(?-i:([ijkm]))\$?(?!\s*(?:\$?\s*)?(?:\\in|\\ne|≠|!=|∈|in\b|with|such|s\.t|that|where|for which|attaining|maximi|satisf|=))", re.I)
_CHOSEN_FREELY = re.compile(
    r"\b(?:random(?:ly)?|arbitrary|fixed|first|last|middle|median|uniform(?:ly)?|whatever|whichever you)\b"
    r"|\bany\b(?!\s+(?:one\s+)?of\s+(?:them|these|those)\b)(?![^.;\n]*(?:attain|achiev|reach|realis|realiz|with\b|such|where|which|=|\||maxim|norm))", re.I)
_ODD_INDEX = re.compile(
    r"\b(?-i:([ijkm]))\$?\s+(?:(?:is|being|may be|can be)\s+)?(?:chosen\s+|drawn\s+|picked\s+|sampled\s+)?(?:uniformly|randomly|cycles|cyclic\w*|alternat\w*|arbitrar\w*|at random)\b"
    r"|(?:\b(?-i:([ijkm]))\b.{0,40}\b(?:second|third|next)[ -](?:largest|smallest))", re.I)
_ABOUT_ENTRY = re.compile(r"\|?\s*[a-z]_\{?([ijkm])\}?\s*\|?\$?,?\s+(?!is\s+the\s+(?:minimi[sz]er|maximi[sz]er|minimum|maximum)\b)"
    r"(?!(?:is\s+)?(?:the\s+)?(?:(?:unique\s+)?(?:minimum|minimal|least|min)[- ](?:\S{1,20}[- ])?(?:norm|squares)|(?:\w+ ){0,2}steepest descent)\b)"  # a solution or a method, no entry
    r"((?:is|being|the|minimal|maximal|smallest|largest)\b[^.;\n]{0,60})", re.I)
ABOUT_INDEX = re.compile(
    r"(?:\b(?:where|with|and|let|here|for|,)\s+)?\$?\b(?-i:([ijkm]))(?:\^?\{?[*⋆]\}?)?\$?\s+(?:with|of|having|is|be|may be|can be|denotes|being|chosen|drawn|picked|sampled|as|indexes|=|"
    r"the|an?|any|satisf(?:ies|ying|y))\b"
    r"([^.;\n]{3,160})", re.I)


ONE_INDEX = re.compile(
    r"\b(?:for|at|in)\s+(?:an?|one|any|some)\s+(?:single\s+)?(?:index\s+|coordinate\s+|entry\s+|place\s+)?[ijkm]\s+(?:with|such\s+that|s\.t\.|satisfying|for\s+which|at\s+which|where)\s+(?=\|)", re.I)
"""'for one k with |g_k| = ...' in plain text: what follows says what k is."""
_EXTREME_SIZE = re.compile(
    r"(?P<lead>\b(?:where|with|which|that)\s+)(?P<open>\$|\\\()?(?P<bar>\||\\lvert\s*)?(?P<name>\\?[A-Za-z]+)_\{?(?P<index>[ijklm])\}?(?P<end>(?(bar)(?:\||\s*\\rvert)|(?:\s*\^\s*(?:2|\{2\})|²)))(?P<close>\$|\\\))?"
    r"\s+(?:is\s+)?(?:the\s+)?(?:(?P<most>maximal|largest|greatest|biggest|highest)|minimal|smallest|least)(?=\s*(?:[.,;:()]|and\b|\Z))", re.I)


def extreme_sizes(text: str) -> str:
    """'where |g_j| is maximal' as 'where |g_j| = max_l |g_l|'."""
    return _EXTREME_SIZE.sub(_as_equation, text) if "|" in text or "\\lvert" in text or "^" in text or "²" in text else text


_SQUARE = re.compile(r"(?<![\w|\\}])(\\?[A-Za-z]+)_\{?([ijkm])\}?\s*(?:\^\s*(?:2(?!\d)|\{2\})|²)")
_AN_INDEX = re.compile(r"(?<![A-Za-z\\_{])\$?([ijklm])\$?(?![A-Za-z_])")


def _as_equation(m: re.Match[str]) -> str:
    if any(k != m["index"] for k in _AN_INDEX.findall(m.string[max(0, m.start() - 40) : m.start()])[-1:]):
        return m[0]  # 'j any index at which |g_i| is largest'
    other = "l" if m["index"] != "l" else "m"
    most = ("\\" if m["open"] else "") + ("max" if m["most"] else "min")
    size = "{}{}_{}{}".format(m["bar"] or "|", m["name"], "{}", m["end"] if m["bar"] else "|")  # the largest square is that of the largest size
    return f"{m['lead']}{m['open'] or ''}{size.format(m['index'])} = {most}_{other} {size.format(other)}{m['close'] or ''}"


# 'an index at which the maximum is attained', where a maximum of |g_i| is written.
_ATTAINED = re.compile(r"\b(?:the\s+)?max(?:imum)?\s+(?:is|be)\s+(?:attained|reached|achieved)\b|\battain\w*\s+(?:the|this|that)\s+max", re.I)
_MAX_OF_SIZES = re.compile(r"max\w*\s*\}?\s*(?:_\s*\{?\s*\w\s*\}?|[ᵢⱼₖₗₘ])?\s*(?:\\left\s*)?(?:\||\\lvert|abs)|_\{?(?:\\infty|∞)")
_OF_SMALLEST = re.compile(
    r"(?<!not the )\b(?:smallest|lowest|weakest|least)\b(?:(?!is\s|of\s+(?:these|those|all)\b|numbers?\b|objective)[^.;\n]){0,40}?"
    r"(?:\||gradient|coordinate|component|entr(?:y|ies)|magnitude|derivative)", re.I)


def index_in_words(text: str, scope: Scope) -> dict[str, Expr]:
    """What a text says in words of the index it uses: 'where k is the coordinate of largest |g_i|'.

    An index that is chosen in another way (smallest, random, largest without the modulus) is that, not
    the one that the problem declares.
    """
    if len(text) > 8000:
        return {}
    declared = next((s for s in scope.symbols.values() if s.kind == "index" and s.let is not None and s.let.op == "argopt"), None)
    if declared is None or declared.let is None:
        return rows_in_words(text, scope)
    if "^2" in text or "²" in text or "^{2}" in text:
        text = _SQUARE.sub(r"|\1_\2|", text)  # largest in its square is largest in its size
    body, top = declared.let.args
    index = declared.let.data[1]
    out: dict[str, Expr] = {m.group(1): E.idx(f"{m.group(1)} (any)") for m in _ANY_INDEX.finditer(text)}
    for m in _ABOUT_ENTRY.finditer(text):
        said = m.group(2)
        if _SMALLEST.search(said) and not _LARGEST.search(said):
            out[m.group(1)] = E.argopt("argmin", index, body, top)
        elif _LARGEST.search(said) and "|" not in m.group() and not _MAGNITUDE.search(said):
            out[m.group(1)] = E.argopt("argmax", index, _without_modulus(body), top)
    for m in ABOUT_INDEX.finditer(text):
        said = m.group(2)
        if "argm" in said or "arg\\" in said or "\\arg" in said:
            continue
        name = m.group(1)
        if _CHOSEN_FREELY.search(said) and not _LARGEST.search(said):
            out[name] = E.idx(f"{name} (chosen freely)")
        elif _SMALLEST.search(said) and not _LARGEST.search(said):
            out[name] = E.argopt("argmin", index, body if _MAGNITUDE.search(said) else _without_modulus(body), top)
        elif _LARGEST.search(said):
            of_size = _MAGNITUDE.search(said) is not None or (_ATTAINED.search(said) is not None and _MAX_OF_SIZES.search(text) is not None)
            out[name] = E.argopt("argmax", index, body if of_size else _without_modulus(body), top)
    if declared.name not in out and _OF_SMALLEST.search(text):
        out[declared.name] = E.argopt("argmin", index, body, top)
    out |= {m.group(1) or m.group(2): E.idx(f"{m.group(1) or m.group(2)} (as the text says)") for m in _ODD_INDEX.finditer(text)}
    return out


def _without_modulus(body: Expr) -> Expr:
    return body.args[0] if body.op == "fn" and body.data == "abs" else body
