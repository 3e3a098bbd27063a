"""Functions that a text defines and applies: 'w = S_{s}(Q^T y) where S_\\lambda(t) = sign(t) (|t| - \\lambda)_+'."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.maths.calls import CALLS
from derive.maths.expr import Expr
from derive.maths.lex import LOOKAHEAD, lex
from derive.maths.own_functions import ENTRY, OwnFunction, as_local, local_name
from derive.maths.parse import WORDS
from derive.maths.subscripts import INDEX_LETTERS
from derive.maths.symbols import Scope
from derive.maths.tokens import Token

_HEAD = re.compile(r"\)\s*(?:_\{?[a-z]\}?\s*)?&?\s*:?=(?!=)")
_ENTRYWISE = re.compile(r"\b(?:(?:entry|element|component|coordinate)[- ]?wise|to each (?:entry|component|coordinate|element)|entry by entry)\b", re.I)
_ENDS = frozenset((",", ";", "\\\\", "quad", ".", ":", "⇒", "⇔", "$", "?", "∀"))
_CONDITIONS = frozenset(("if", "when", "whenever", "unless", "otherwise", "else", "elsewhere"))
_BEHIND = re.compile(r"\s*(?:\$|\\\)|`)?\s*,?\s*(?:if|when|whenever|unless|otherwise|else|for(?!\s+(?:all|every|each|any)\b))\b")
MOST_TEXT = 3_000


class Found(NamedTuple):
    """A definition: the function, and where it stands in its text."""

    function: OwnFunction
    start: int
    end: int


def own_functions(texts: list[str], scope: Scope, prose: str) -> dict[str, Expr]:
    """The functions that some of the texts define and others apply, under the names by which the reader finds them."""
    out: dict[str, Expr] = {}
    for t in texts:
        if _HEAD.search(t):
            break
    else:
        return out
    entrywise = _ENTRYWISE.search(prose) is not None
    twice: set[str] = set()
    rest = " ; ".join(without_definitions(t, scope) for t in dict.fromkeys(texts))
    for text in dict.fromkeys(texts):
        for d in _defined(text, scope):
            at = prose.find(text)
            if d.end == len(text) and at >= 0 and _BEHIND.match(prose, at + len(text)):
                twice.add(local_name(d.function.name))  # '$h(t) = t$ if $t > 0$'
            f = replace(d.function, entrywise=entrywise)
            if re.search(rf"(?:(?<![A-Za-z])|(?<=_[ijk])){re.escape(f.name)}(?![A-Za-z])\s*\}}?\s*(?:_|\\?[bB]igl?\b|\\left\b|\(|[₀-₉])", rest) is None:
                continue
            key = local_name(f.name)
            known = out.get(key)
            if known is not None and [(t.kind, t.value) for t in known.data.body] != [(t.kind, t.value) for t in f.body]:
                twice.add(key)
            out.setdefault(key, as_local(f))
    return {n: f for n, f in out.items() if n not in twice}


def without_definitions(text: str, scope: Scope, names: frozenset[str] | None = None) -> str:
    """A text without the definitions of functions in it; names: only of these."""
    if not _HEAD.search(text) or len(text) > MOST_TEXT:
        return text
    for d in reversed(_defined(text, scope)):
        if names is None or local_name(d.function.name) in names:
            text = text[: d.start] + " " + text[d.end :]
    return text


def _defined(text: str, scope: Scope) -> list[Found]:
    if not _HEAD.search(text) or len(text) > MOST_TEXT:
        return []
    try:
        tokens = lex(text)
    except ReadError:
        return []
    tokens += [tokens[-1]] * LOOKAHEAD
    out: list[Found] = []
    end = 0
    for j in range(len(tokens) - LOOKAHEAD):
        before = tokens[j - 1] if j else None
        if j < end or (before is not None and not (before.value in _ENDS or before.value in WORDS or before.kind == "words")):
            continue
        found = _definition(text, tokens, j, scope)
        if found is not None:
            out.append(found[0])
            end = found[1]
    return out


def _definition(text: str, tokens: list[Token], j: int, scope: Scope) -> tuple[Found, int] | None:
    """The definition that begins at a token, and the token after it."""
    name = str(tokens[j].value)
    declared = scope.symbols.get(name)
    if scope.writes(name) and (declared is None or declared.kind != "function"):  # f of the text's own is not the loss f
        return None
    if tokens[j].kind != "name" or "." in name or name in scope.dims or (name in CALLS and name != "S"):
        return None
    k = j + 1
    parameters: list[str] = []
    if tokens[k].value == "_" and tokens[k].kind == "op":
        below, k = _names(tokens, k + 1)
        if len(below) != 1:
            return None
        parameters += below
    below_count = len(parameters)
    if tokens[k].value != "(" or tokens[k].kind != "op":
        return None
    inside, k = _names(tokens, k)
    parameters += inside
    entry, k = _entry(tokens, k)
    if not inside or len(set(parameters)) != len(parameters) or not (tokens[k].kind == "op" and tokens[k].value == "="):
        return None
    level, last = 0, k + 1
    while tokens[last].kind not in ("end", "words"):
        t = tokens[last]
        if t.kind == "cmd" and t.value in ("begin", "end"):
            level += 1 if t.value == "begin" else -1
        elif t.kind == "op":
            level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
        if level < 0 or (level == 0 and ((t.kind == "op" and t.value in _ENDS) or (t.kind == "name" and t.value in WORDS))):
            break
        last += 1
    if (tokens[last].kind == "name" and str(tokens[last].value) in _CONDITIONS) or (tokens[last].value in (",", ";") and _goes_by_cases(tokens, last)):
        return None  # h(t) = t if t > 0: a formula for some t is not the function
    own = {n: f"@{i}" for i, n in enumerate(parameters)} | ({entry: ENTRY} if entry else {})
    body = tuple(t._replace(value=own[str(t.value)]) if t.kind == "name" and str(t.value) in own else t for t in tokens[k + 1 : last])
    if not body or last - k > 300:
        return None
    stop = tokens[last].pos if tokens[last].kind != "end" else len(text)
    f = OwnFunction(name, below_count, tuple(parameters), (*body, Token("end", "", stop)), text, entry=bool(entry))
    return Found(f, tokens[j].pos, stop), last


def _entry(tokens: list[Token], k: int) -> tuple[str, int]:
    """The index i of sigma(z)_i at a place, and the place after it."""
    if tokens[k].value != "_" or tokens[k].kind != "op":
        return "", k
    found, after = _names(tokens, k + 1)
    return (found[0], after) if len(found) == 1 and found[0] in INDEX_LETTERS else ("", k)


def _goes_by_cases(tokens: list[Token], k: int) -> bool:
    """Whether a comparison or a condition in words follows before the next equation."""
    for t in tokens[k:]:
        if t.kind == "end" or (t.kind == "op" and t.value == "="):
            return False
        if (t.kind == "op" and t.value in ("<", ">", "≤", "≥", "≠")) or (t.kind == "name" and t.value in _CONDITIONS):
            return True
    return False


def _names(tokens: list[Token], k: int) -> tuple[list[str], int]:
    """The names at a place, alone or between brackets and commas; none where something else stands there."""
    if tokens[k].kind == "name":
        return [str(tokens[k].value)], k + 1
    closer = {"(": ")", "{": "}"}.get(str(tokens[k].value))
    out: list[str] = []
    while closer is not None and tokens[k + 1].kind == "name":
        out.append(str(tokens[k + 1].value))
        k += 2
        if tokens[k].value == closer:
            return out, k + 1
        if tokens[k].value not in (",", ";"):
            break
    return [], k
