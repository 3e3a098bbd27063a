"""A name in a formula: which declared symbol, index, function or constant it is."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import Any

from derive.errors import ReadError
from derive.maths import bigops, index_sets, subscripted, subscripts
from derive.maths import expr as E
from derive.maths.aliases import aliased
from derive.maths.applications import call
from derive.maths.bigops import arg_operator, big_operator, dimension_of, leave_standing, limit, ranges
from derive.maths.brackets import bracketed
from derive.maths.calls import CALLS
from derive.maths.cursor import BARE
from derive.maths.expr import Expr
from derive.maths.gradients import spoken_gradient
from derive.maths.grammar import Grammar
from derive.maths.marks import bracketed_indicator
from derive.maths.own_functions import applied
from derive.maths.projections import NAMES as PROJECTIONS
from derive.maths.projections import projection
from derive.maths.signs import GREEK_NAMES
from derive.maths.spectra import NAMES as SPECTRAL
from derive.maths.spectra import spectral
from derive.maths.subscripts import INDEX_LETTERS
from derive.maths.symbols import Scope
from derive.maths.tokens import Token

_INFINITY = frozenset(("inf", "infinity", "oo", "infty", "Inf"))
_RANGED = frozenset(("sum", "prod", "max", "min", "sup"))


def resolve(p: Grammar) -> Expr:
    """Read the name at hand."""
    t = p.tokens[p.i]
    name, pos = str(t.value), t.pos
    if "." in name:
        return _python_name(p, name, pos)
    if name == "divide_or_zero":
        p.i += 1
        return call(p, name, pos)
    own = applied(p, name) if p.locals else None
    if own is not None:
        return own
    if name in PROJECTIONS and name not in p.scope.symbols:
        projected = projection(p)
        if projected is not None:
            return projected
    if name in SPECTRAL:
        edge = spectral(p)
        if edge is not None:
            return edge
    other = aliased(p)
    if other is not None:
        return subscripted.symbol(p, other, pos)
    if name in p.bound:
        p.i += 1
        return E.idx(name)
    if f"{name}*" in p.locals and p.peek().value == "^" and p.peek(2).value in ("*", "⋆"):  # t^* of the text's own
        p.i += 3
        return p.locals[f"{name}*"]
    if name in p.locals:
        p.i += 1
        value = p.locals[name]
        if not value.shape and ((p.tok.kind == "sub" and p.tok.value == "t") or (p.is_op("_") and p.peek().value == "t")):
            p.i += 1 + p.is_op("_")  # eta_t, defined as such
        return value
    follower = p.peek()
    worded = _worded(p, name)
    if worded is not None:
        return worded
    if follower.kind == "num" and not follower.spaced:
        joined = name + str(follower.value[1])
        if joined in p.locals:
            p.i += 2
            return p.locals[joined]
        if joined not in p.scope.symbols and joined not in CALLS and name in p.scope.symbols and len(p.scope.symbols[name].shape) == 1 and (
                follower.value[1].isdigit()):  # theta1
            s = p.scope.symbols[name]
            p.i += 2
            return p.build(E.at, E.sym(name, s.shape), E.num(follower.value[0]), pos=pos)
        if joined in p.scope.symbols:
            p.i += 2
            return subscripted.symbol(p, joined, pos)
        if joined in CALLS and name not in p.scope.symbols:  # log2, log10
            p.i += 2
            return call(p, joined, pos)
    if name in ("Sigma", "Pi") and (ranges(p) or bigops.sums_entries(p)):
        p.tokens[p.i] = p.tok._replace(kind="op", value="∑" if name == "Sigma" else "∏")
        return big_operator(p)
    if name in p.scope.symbols:
        p.i += 1
        return subscripted.symbol(p, name, pos)
    if name in p.scope.dims:
        p.i += 1
        return E.dim(name)
    known = _known(p, name, pos)
    if known is not None:
        return known
    return _letters(p, t)


def _worded(p: Grammar, name: str) -> Expr | None:
    """lambda_max, i_{max}: a name of the text's own with a word below it."""
    follower = p.tokens[p.i + 1]
    if follower.value != "_" or follower.kind != "op" or name in p.bound or not any(k.startswith(name + "_") for k in p.locals):
        return None
    save = p.i
    p.i += 1
    key = f"{name}_{subscripts.text_of(subscripts.take(p))}"
    if key in p.locals:
        return p.locals[key]
    p.i = save
    return None


def _python_name(p: Grammar, name: str, pos: int) -> Expr:
    p.i += 1
    last = name.rsplit(".", 1)[-1]
    if last in _INFINITY:
        return E.INF
    if last == "pi":
        return E.PI
    if last == "e":
        return E.EULER
    if last in ("var", "std") and name.startswith("torch."):
        raise ReadError(p.text, pos, f"'{name}' divides by n - 1 unless it is told not to: it is read of code only.", "var(x), or code")
    if last in CALLS and last != "cov" and p.is_op("("):
        return call(p, last, pos, python=True)
    raise ReadError(p.text, pos, f"'{name}' is not read as mathematics.", "a NumPy function that is a formula")


def _holds_number(p: Grammar) -> bool:
    """Whether a name is followed by a number in brackets, as in S(1)/2."""
    bracket, inside = p.tokens[p.i + 1 : p.i + 3] if p.i + 2 < len(p.tokens) else (p.tok, p.tok)
    return bracket.kind == "op" and bracket.value == "(" and inside.kind == "num"


def _known(p: Grammar, name: str, pos: int) -> Expr | None:
    """Functions, constants and free indices."""
    follower = p.peek()
    if name == "arg" and follower.kind == "name" and follower.value in ("max", "min"):
        p.i += 2
        return arg_operator(p, "arg" + str(follower.value), pos)
    if name in ("argmax", "argmin"):
        p.i += 1
        return arg_operator(p, name, pos)
    if name == "lim":
        p.i += 1
        return limit(p)
    if name == "ones" and follower.value in ("'", "⊤"):
        p.i += 1
        return E.ones(p.scope.size)
    ranged = follower.kind == "sub" or (follower.kind == "op" and follower.value in ("_", "^"))
    if name in ("max", "min") and follower.kind == "op" and follower.value == "\\{" and _lists(p, p.i + 1):
        p.i += 1
        return _summed_call(p, name, pos)
    if name in ("max", "min") and index_sets.describes(p, p.i + 1):  # max{j : v_j > 0}
        p.i += 1
        return bigops.described_extreme(p, name, pos)
    if name in ("max", "min") and follower.kind == "op" and follower.value == "\\{":  # min{a, b}
        p.i += 1
        return p.build(CALLS[name], [p.primary()], {}, pos=pos)
    if name == "sigma" and follower.kind == "op" and follower.value == "(" and not follower.spaced:
        p.i += 1
        p.notes.append("sigma(...) is read as the sigmoid")
        return call(p, "sigmoid", pos)
    if name == "sum" and not ranged and bigops.summand_goes_on(p):
        p.met.add("summand")
        if p.choices.summand == "term":
            return big_operator(p)
    if name in _RANGED and (ranged or not (follower.kind == "op" and follower.value in ("(", "{"))):
        return big_operator(p)
    if name in ("O", "Theta", "Omega", "o") and follower.kind == "op" and follower.value == "(":
        p.i += 1
        inside = bracketed(p, ")")
        return Expr("restate", (inside,), (), "asymptotic")
    if name in ("C", "nCr") and follower.kind == "op" and follower.value == "(" and not follower.spaced and not p.holds(",", 2):
        p.i += 1
        return call(p, "binom", pos)
    if name == "E" and p.scope.expected and follower.kind == "op" and follower.value in ("[", "("):
        p.i += 1
        p.notes.append("E[x] is read as x: expectations are asked")
        return bracketed(p, "]" if follower.value == "[" else ")")
    if name in ("True", "False") and not ranged:
        p.i += 1
        return E.truth(name == "True")
    if name in ("grad", "gradient", "nabla"):
        g = spoken_gradient(p)
        if g is not None:
            return g
    if name == "delta" and ranged:
        kronecker = _kronecker(p, pos)
        if kronecker is not None:
            return kronecker
    if name == "I" and follower.kind == "op" and follower.value in ("(", "[", "\\{") and not follower.spaced:
        p.i += 1
        indicator = bracketed_indicator(p)
        if indicator is not None:
            return indicator
        p.i -= 1
    if name in ("minimize", "maximize", "minimise", "maximise"):
        p.i += 1
        return leave_standing(p, name, pos)
    if name in ("conv", "co", "hull") and follower.kind == "op" and follower.value in ("\\{", "("):
        p.i += 1
        p.notes.append("of a convex hull its extreme points are judged: the others are optimal where these are")
        if p.accept("("):
            inside = p.primary()
            p.expect(")")
            return inside
        return p.primary()
    if name in CALLS and not (name == "S" and not _holds_number(p)):
        p.i += 1
        return _summed_call(p, name, pos)
    if name in _INFINITY:
        p.i += 1
        return E.INF
    if name in ("Sigma", "Pi") and (ranged or bigops.typed_for_sum(p)):
        p.tokens[p.i] = p.tok._replace(kind="op", value="∑" if name == "Sigma" else "∏")
        return big_operator(p)
    if name == "pi":
        p.i += 1
        return E.PI
    if name == "e":
        p.i += 1
        return _unit_vector_or_e(p, pos)
    if name in ("I", "Id") and ("\\" in p.text or any(len(s.shape) == 2 for s in p.scope.symbols.values()) or _before_a_vector(p)):
        p.i += 1
        bare = not (p.is_op("_") or p.tok.kind == "sub")
        return E.eye(_subscript_size(p))._replace(data=BARE if bare else None)
    if name in ("ones", "zeros"):
        p.i += 1
        return (E.ones if name == "ones" else E.zeros)(p.scope.size)
    if len(name) == 1 and name in INDEX_LETTERS:
        p.i += 1
        if p.is_op("^") and p.peek().value == "*":
            p.i += 2
            return subscripts.starred(p, name, pos)
        if name not in p.free:
            p.free.append(name)
        return E.idx(name)
    return None


def _lists(p: Grammar, start: int) -> bool:
    """Whether the braces that open at a token list values, as in max\\{a, b\\}, and do not describe a set."""
    level, commas = 0, False
    for t in p.tokens[start:]:
        if t.kind == "op" and t.value in ("(", "[", "{", "\\{"):
            level += 1
        elif t.kind == "op" and t.value in (")", "]", "}", "\\}"):
            level -= 1
            if not level:
                return commas
        elif level == 1 and t.kind == "op" and t.value in (":", "|"):
            return False
        commas = commas or (level == 1 and t.kind == "op" and t.value == ",")
    return False


def _kronecker(p: Grammar, pos: int) -> Expr | None:
    """delta_{ik}: 1 where the two indices agree."""
    save = p.i
    p.i += 1
    tokens = subscripts.take(p)
    letters = [t for t in tokens if not (t.kind == "op" and t.value == ",")]
    if len(letters) == 1 and letters[0].kind == "name" and len(letters[0].value) == 2:
        letters = [letters[0]._replace(value=c) for c in letters[0].value]
    if len(letters) != 2:
        p.i = save
        return None
    i, k = (subscripts.index_of(p, [t], pos) for t in letters)
    return E.cases(((E.ONE, E.rel("=", i, k)),), E.ZERO)


def _subscript_size(p: Grammar) -> E.Dim:
    if p.is_op("_") or p.tok.kind == "sub":
        key = subscripts.text_of(subscripts.take(p))
        return int(key) if key.isdigit() else key if key in p.scope.dims else p.scope.size
    return p.scope.size


def _summed_call(p: Grammar, name: str, pos: int) -> Expr:
    """sum(|g_i|) runs over the index that its argument leaves free."""
    before = set(p.free)
    out = call(p, name, pos)
    if out.op == "diag" and not out.shape:  # diag(s_i)
        fresh = sorted((E.free_indices(out) - before) - set(p.bound))
        if len(fresh) != 1:
            p.fail("a vector, or its entries with one index", pos=pos)
        p.free.remove(fresh[0])
        return E.diag(p.build(E.comp, fresh[0], out.args[0], dimension_of(out, fresh[0], p.scope.size), pos=pos))
    if name in ("sum", "max", "min", "prod") and not out.shape and out.data not in ("maximum", "minimum"):
        fresh = sorted((E.free_indices(out) - before) - set(p.bound))
        if len(fresh) == 1:
            p.free.remove(fresh[0])
            return E.reduce_over(name, fresh[0], out, E.ONE, E.dim(dimension_of(out, fresh[0], p.scope.size)))
    return out


def _unit_vector_or_e(p: Grammar, pos: int) -> Expr:
    if p.is_op("^"):
        i = subscripted.superscript_index(p)
        if i is not None and i.kind == "name":
            p.i += 6 if p.peek().value == "{" else 4
            return p.build(E.basis, subscripts.value_of(p, [i], pos), p.scope.size, pos=pos)
    if not (p.is_op("_") or p.tok.kind == "sub"):
        return E.EULER
    return p.build(E.basis, subscripts.index_of(p, subscripts.take(p), pos), p.scope.size, pos=pos)


def _before_a_vector(p: Grammar) -> bool:
    """Whether the I at hand stands before a declared vector, as in I @ g, I g, or begins a sum of matrices, as in I - u u^T."""
    if p.peek().kind == "op" and p.peek().value in ("+", "-"):
        return any(s.shape for s in p.scope.symbols.values())
    t = p.peek(2) if p.peek().kind == "op" and p.peek().value in ("@", "*", "·") else p.peek()
    return t.kind == "name" and len(p.scope.symbols[str(t.value)].shape if t.value in p.scope.symbols else ()) == 1


def _closest(name: str, scope: Scope, called: bool = False) -> str:
    """The nearest name that there is; what is called like a function is nearest to a function, and may be further away."""
    close = get_close_matches(name, [*scope.symbols, *scope.dims, *CALLS], 1, 0.75) or (get_close_matches(name, [*CALLS], 1, 0.6) if called else [])
    return f"Did you mean '{close[0]}'?" if close else ""


def _letters(p: Grammar, t: Token) -> Expr:
    """Letters that run together: a product of declared symbols, else an undeclared name."""
    name = str(t.value)
    lower = p.scope.symbols.get(name.lower()) if len(name) == 1 and name.isupper() else None
    if lower is not None and lower.domain == "count" and p.choices.letters == "split":
        p.notes.append(f"{name} is read as {lower.name}")
        p.tokens[p.i] = t._replace(value=lower.name)
        return resolve(p)
    may_split = p.choices.letters == "split" and (not t.braced or len(name) <= 3)
    pieces = _split(p, name) if may_split else None
    if pieces is None:
        if p.peek().kind == "end" and p.text.count("{") > p.text.count("}"):
            raise ReadError(p.text, len(p.text), "The formula ends inside a '{'.", "its '}': the formula seems to be cut off")
        raise ReadError(p.text, t.pos, f"'{name}' is not declared.", f"one of {p.scope.names()}", partial(_closest, name, p.scope, p.peek().kind == "op" and p.peek().value == "("))
    tokens = []
    offset = t.pos
    for k, piece in enumerate(pieces):
        tokens.append(t._replace(value=piece, pos=offset, spaced=t.spaced and k == 0, braced=True))
        offset += len(piece)
    p.tokens[p.i : p.i + 1] = tokens
    return resolve(p)


def _split(p: Grammar, name: str) -> list[str] | None:
    """name cut into declared symbols, longest first; None if it cannot be."""
    if len(name) < 2 or len(name) > 24:
        return None
    aliases = {a for s in p.scope.symbols.values() for a in s.aliases if len(a) == 1}
    known = p.scope.symbols.keys() | p.scope.dims | set(p.bound) | set(p.locals) | aliases | {"e"}
    table: Any = p.scope.cache.get("aliases", {})
    after = p.peek()
    subscripted = after.kind == "sub" or (after.kind == "op" and after.value == "_")  # Ax_0, where x_0 is declared and x is not
    last = {head for head, entries in table.items() if any(len(sequence) > 1 for sequence, _ in entries)} if subscripted else set()
    if after.kind == "num" and not after.spaced:  # Ax0
        number = str(after.value[1])
        last = {s[: -len(number)] for s in p.scope.symbols if s.endswith(number)}

    def cut(rest: str, budget: int) -> list[str] | None:
        if not rest:
            return []
        if budget == 0:
            return None
        for size in range(len(rest), 0, -1):
            head = rest[:size]
            if head in known or (size == len(rest) and head in last) or (size > 2 and head in CALLS and len(rest) == size) or (head in GREEK_NAMES and head in known):
                tail = cut(rest[size:], budget - 1)
                if tail is not None:
                    return [head, *tail]
        return None

    pieces = cut(name, 6)
    return pieces if pieces and len(pieces) > 1 else None
