"""A declared symbol with its subscripts and marks: the symbol itself, an entry, another moment of it, or another symbol."""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.axes import WHOLE, sliced_along
from derive.maths.brackets import bracketed
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar
from derive.maths.order import kth_smallest, sliced
from derive.maths.subscripts import INDEX_LETTERS, index_of, moment_of, starred, take, text_of, value_of
from derive.maths.tokens import Token

_NUMBERED = re.compile(r"(\d+)[a-z]")
_MARKS_OF_SYMBOL = frozenset(("(", "^", "'", "∞", "_"))


def symbol(p: Grammar, name: str, pos: int) -> Expr:
    """The declared symbol at hand (already stepped over), with its subscripts."""
    s = p.scope.symbols[name]
    if s.kind == "index":
        if p.is_op("^") and p.peek().value in ("*", "⋆"):  # b^*
            p.i += 2
            return starred(p, name, pos)
        return E.idx(name) if s.let is None or name in p.bound else s.let
    if s.kind == "function":
        return _application(p, name, pos)
    if s.kind == "dimension":
        return E.dim(name)
    x = E.sym(name, s.shape)
    t = p.tokens[p.i]
    if t.kind != "sub" and (t.kind != "op" or t.value not in _MARKS_OF_SYMBOL):  # nothing that is part of it stands behind it
        return x
    if name == p.scope.asked and (p.is_op("(") or (p.is_op("^") and p.peek().value in ("*", "⋆", "{"))) and _is_left_side(p):
        return x if not (p.is_op("_") or p.tok.kind == "sub") else indexed(p, x, name)
    if p.is_op("^") and (s.shape or (name == p.scope.asked and p.peek().value in ("(", "{") and "∞" in (p.peek(2).value, p.peek(3).value, p.peek().value))):
        moment = _superscript_moment(p)
        if moment is not None:
            return E.sym(name + moment, s.shape)
    if p.is_op("'") and s.shape and _is_defined_here(p):  # θ' = θ - ...
        p.i += 1
        return E.sym(name + "@next", s.shape)
    if p.is_op("^") and superscript_index(p) is not None and s.shape:
        i = superscript_index(p)
        assert i is not None
        p.i += 6 if p.peek().value == "{" else 4
        return p.build(E.at, x, value_of(p, [i], pos), pos=pos)
    if p.is_op("∞") and not p.tok.spaced:  # θ∞, as it is typed without an underscore
        p.i += 1
        return E.sym(name + "@limit", s.shape)
    if not (p.is_op("_") or p.tok.kind == "sub"):
        return x
    if p.is_op("_") and p.peek(1 + (p.peek().value == "{")).value in ("+", "-") and p.peek(2).kind != "num":
        return x  # the positive part, which is no index
    save = p.i
    tokens = take(p)
    key = text_of(tokens)
    if (
        name == p.scope.asked
        and p.is_op("=", "≈")
        and len(key) > 1
        and key[0].isalpha()
        and moment_of(key) is None
        and key not in p.bound
        and (not any(t.value in INDEX_LETTERS or _is_index(p, t) or (t.kind == "num" and len(tokens) == 1) for t in tokens))
    ):
        return E.sym(name + ("" if not s.shape else "@limit"), s.shape)  # u_{L2} = ...: a name for the answer
    for joined in (f"{name}_{key}", f"{name}{key}"):
        if joined in p.scope.symbols and joined != name:
            return symbol(p, joined, pos)
    head, comma, _ = key.partition(",")
    own = s if comma and head.isdigit() and name.endswith(head) and len(name) > len(head) else None  # x_{0,i} where x stands for x_0
    if comma and (f"{name}{head}" in p.scope.symbols or own is not None):  # x_{0,i}: an entry of x_0
        other = own or p.scope.symbols[f"{name}{head}"]
        at = next(i for i, t in enumerate(tokens) if t.kind == "op" and t.value == ",")
        return p.build(E.at, E.sym(other.name, other.shape), index_of(p, tokens[at + 1 :], pos), pos=pos)
    numbered = _NUMBERED.fullmatch(key)
    if numbered is not None and f"{name}{numbered[1]}" in p.scope.symbols and len(tokens) == 2:  # x_{0i}
        other = p.scope.symbols[f"{name}{numbered[1]}"]
        return p.build(E.at, E.sym(other.name, other.shape), index_of(p, tokens[1:], pos), pos=pos)
    if not s.shape:
        label = moment_of(key)
        if label is not None:
            return E.sym(name + label, s.shape)
    p.i = save
    return indexed(p, x, name)


def _is_index(p: Grammar, t: Token) -> bool:
    s = p.scope.symbols.get(str(t.value)) if t.kind == "name" else None
    return s is not None and s.kind == "index"


def _is_left_side(p: Grammar) -> bool:
    """u(g) = ..., u^*(g, alpha) = ..., u(g)_i = ...: steps over the arguments of the unknown on the left of its equation."""
    j = p.i
    if p.tokens[j].value == "^":
        braced = p.tokens[j + 1].value == "{"
        j += 2 + 2 * braced
        if p.tokens[j - 1 - braced].value not in ("*", "⋆") or (braced and p.tokens[j - 1].value != "}"):
            return False
    after = after_arguments(p, j)
    if after is None:
        return False
    end = after
    if p.tokens[end].kind == "sub":
        end += 1
    elif p.tokens[end].kind == "op" and p.tokens[end].value == "_":
        end += 2 if p.tokens[end + 1].value != "{" else 4
    if p.tokens[end].kind == "op" and p.tokens[end].value in ("=", "≈"):
        p.i = after
        return True
    return False


def after_arguments(p: Grammar, j: int) -> int | None:
    """The place after arguments in brackets at a place; None where none stand there, or one is changed: u(-g)."""
    level = 0
    for k in range(j, len(p.tokens)):
        t = p.tokens[k]
        if t.kind == "op" and t.value in ("(", ")"):
            level += 1 if t.value == "(" else -1
            if level == 0:
                return k + 1
        elif level == 0 or (t.kind == "op" and t.value in ("-", "*", "/", "=")):
            return None
    return None


def _is_defined_here(p: Grammar) -> bool:
    """Whether the name before the place at hand is what an equation says: it stands alone on its left, and is no factor (U V' = ...)."""
    before = p.tokens[p.i - 2] if p.i > 1 else None
    if before is not None and (before.kind in ("name", "num", "sub", "sup") or before.value in ("@", "*", "·", "×", "/", ")", "]", "}", "+", "-")):
        return False
    return p.peek().kind == "op" and p.peek().value in ("=", "≈", "←")


def _superscript_moment(p: Grammar) -> str | None:
    """θ^{(t+1)}, θ^{t}, θ^+: steps over the superscript and returns its label."""
    j = p.i + 1
    values: list[str] = []
    if p.tokens[j].kind == "op" and p.tokens[j].value == "{":
        j += 1
        while p.tokens[j].kind != "end" and p.tokens[j].value != "}" and len(values) < 8:
            values.append(text_of([p.tokens[j]]))
            j += 1
    elif p.tokens[j].value == "(":
        while p.tokens[j].kind != "end" and len(values) < 8:
            values.append(text_of([p.tokens[j]]))
            if p.tokens[j].value == ")":
                break
            j += 1
    else:
        values = [text_of([p.tokens[j]])]
    key = "".join(values).strip("()")
    follows = p.tokens[j + 1]
    if key in ("t+1", "k+1", "new", "next", "s+1") or (key == "+" and follows.kind == "op" and follows.value in ("=", "≈")):
        label = "@next"
    elif key in ("t", "old") or (key in ("k", "s") and "".join(values).startswith("(") and key not in p.scope.symbols and key not in p.bound):
        label = ""
    elif key in ("∞",):
        label = "@limit"
    else:
        return None
    p.i = j + 1
    return label


def superscript_index(p: Grammar) -> Token | None:
    """The i of x^{(i)}."""
    k = 1
    braced = p.peek(k).kind == "op" and p.peek(k).value == "{"
    k += braced
    shape = [p.peek(k), p.peek(k + 1), p.peek(k + 2)]
    if (
        shape[0].value == "("
        and shape[2].value == ")"
        and shape[1].kind in ("name", "num")
        and (shape[1].kind == "num" or shape[1].value in INDEX_LETTERS or shape[1].value in p.bound)
    ):
        return shape[1] if not braced or p.peek(k + 3).value == "}" else None
    return None


def _application(p: Grammar, name: str, pos: int) -> Expr:
    """f(θ): the value of a declared function."""
    if p.is_op("("):
        bracketed(p, ")")
    return E.sym(name)


_NEXT_K = re.compile(r"(?:_|\^)\s*[{(]?\(?\s*k\s*\+\s*1\b")


def _edge_of_spectrum(p: Grammar, x: Expr, key: str) -> Expr | None:
    """sigma_max, sigma_1, lambda_min of a declared list of singular values or eigenvalues, perhaps with its matrix in brackets."""
    s = p.scope.symbols.get(str(x.data)) if x.op == "sym" else None
    count = p.scope.symbols.get(key)
    if s is not None and s.let is not None and len(s.shape) == 2 and count is not None and count.domain == "count" and count.kind == "value":
        return _truncated(x, s.let, E.sym(key))
    if s is None or s.let is None or len(s.shape) != 1 or s.let.op not in ("svd", "eig"):
        return None
    if key not in ("max", "min") and not key.isdigit():
        return None
    i = E.ONE if key == "max" else E.dim(s.shape[0]) if key == "min" else E.num(int(key))
    matrix = s.let.args[0]
    if p.is_op("(") and p.peek().kind == "name" and matrix.op == "sym" and p.peek().value == matrix.data and p.peek(2).value == ")":
        p.i += 3
    return E.at(x, i)


def _truncated(x: Expr, let: Expr, k: Expr) -> Expr | None:
    """U_k, Sigma_k, V_k: the first k columns of a singular factor, the others as 0, so that products of them are those of the blocks."""
    diagonal = let.op == "diag" and let.args[0].op == "svd"
    if not diagonal and not (let.op in ("svd", "eig") and len(let.shape) == 2):
        return None
    kept = E.comp("_i", E.cases(((E.ONE, E.rel("<=", E.idx("_i"), k)),), E.ZERO), x.shape[1])
    return E.matmul(x, E.diag(kept))


def indexed(p: Grammar, x: Expr, name: str | None) -> Expr:
    """x with the subscript at hand: entries x_i, X_ij, and iterates x_t."""
    pos = p.tok.pos
    bracketed_only = p.is_op("_") and p.peek().value == "(" and len(x.shape) == 1
    tokens = take(p)
    if bracketed_only and tokens and moment_of(text_of(tokens)) is None and p.choices.letters != "whole":
        p.met.add("places")
        if p.choices.places == "sorted":
            return p.build(kth_smallest, x, value_of(p, tokens, pos), pos=pos)
    edge = _edge_of_spectrum(p, x, text_of(tokens))
    if edge is not None:
        return edge
    parts: list[list[Token]] = [[]]
    for t in tokens:
        if t.kind == "op" and t.value == ",":
            parts.append([])
        else:
            parts[-1].append(t)
    if len(parts) == 1 and len(x.shape) == 2 and len(tokens) == 1 and tokens[0].kind == "name" and len(tokens[0].value) == 2:
        parts = [[tokens[0]._replace(value=c)] for c in tokens[0].value]
    if len(parts) == 2 and len(x.shape) == 2 and not WHOLE.isdisjoint(keys := [text_of(q) for q in parts]):  # G_{b,:}
        return p.build(sliced_along, x, keys, next((index_of(p, q, pos) for q, key in zip(parts, keys, strict=True) if key not in WHOLE), None), pos=pos)
    label = ""
    indices: list[Expr] = []
    for part in parts:
        key = text_of(part)
        if len(part) > 2 and part[0].value == "(" and part[-1].value == ")" and len(x.shape) == 1 and moment_of(key) is None:
            p.notes.append("an index in brackets is read as that of the sorted entries, smallest first")
            return p.build(kth_smallest, x, value_of(p, part[1:-1], pos), pos=pos)
        colon = next((j for j, t in enumerate(part) if t.value == ":" and j > 2 and part[j - 1].value == ")"), 0) if part and part[0].value == "(" and len(x.shape) == 1 else 0
        if colon:  # z_{(k):m}, the k-th smallest of the first m
            p.notes.append("an index in brackets is read as that of the sorted entries, smallest first")
            some = p.build(sliced, x, E.ONE, value_of(p, part[colon + 1 :], pos), pos=pos)
            return p.build(kth_smallest, some, value_of(p, part[1 : colon - 1], pos), pos=pos)
        found = moment_of(key) if key not in p.bound else None
        if found is None and key == "k" and name is not None and _NEXT_K.search(p.text):
            found = ""  # θ_{k+1} = θ_k - ...: k counts the steps
        if found is not None and (x.op == "sym" or found == ""):
            label = label or found
            continue
        indices.append(index_of(p, part, pos))
    if label:
        x = E.sym(str(x.data) + label, x.shape)
    if not indices:
        return x
    if not x.shape:
        raise ReadError(p.text, pos, f"'{name or 'a scalar'}' with the subscript '{text_of(tokens)}' is not declared.", f"one of {p.scope.names()}")
    return p.build(E.at, x, *indices, pos=pos)
