"""The symbols of a comparison: those that `where` declares, and the letters that are assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from derive import patterns as re
from derive.errors import ReadError, UsageError
from derive.grading.comparing.tokens import CLOSE, OPEN, order_of_growth, tokenize
from derive.maths import expr as E
from derive.maths.calls import CALLS
from derive.maths.differentials import without_differentials
from derive.maths.expr import Expr
from derive.maths.lex import lex
from derive.maths.parse import WORDS
from derive.maths.signs import GREEK_NAMES
from derive.maths.symbols import Scope, Symbol, parse_type
from derive.maths.tokens import Token
from derive.maths.worlds import dims_of

_SHORT = re.compile(r"(.+?)\s*(>=|≥|!=|≠|>|<)\s*0\Z")
_SIGNS = {">": "positive", ">=": "nonnegative", "≥": "nonnegative", "<": "negative", "!=": "nonzero", "≠": "nonzero"}
_FIXED = frozenset(("e", "i", "pi", "arg", "argmax", "argmin", "lim", "inf", "infinity", "oo", "infty", "Inf", "sup", "mod", "ones", "zeros"))
_FUNCTION_LETTERS = frozenset(("f", "g", "h"))
_OPERATORS = frozenset(("∑", "∏", "sum", "prod", "max", "min", "argmax", "argmin", "sup"))


def declarations(where: str) -> tuple[dict[str, Symbol], frozenset[str]]:
    """The symbols and dimensions that a `where` text declares."""
    symbols: dict[str, Symbol] = {}
    waiting: list[str] = []
    for piece in re.split(r"[,;\n](?![^()]*\))", where):
        name, colon, kind = piece.partition(":")
        short = _SHORT.match(piece.strip())
        if not piece.strip():
            continue
        if not colon and not short:
            waiting.append(piece)  # x, y: positive
            continue
        names = [*waiting, short.group(1) if short else name]
        waiting = []
        try:
            what, shape, domain, of = parse_type(_SIGNS[short.group(2)] if short else kind.strip())
            if not shape and domain in ("spd", "symmetric", "simplex"):
                raise ValueError(f"'{kind.strip()}' needs a shape, like {domain} {'vector(n)' if domain == 'simplex' else 'matrix(n, n)'}.")
            for key in map(_declared_name, names):
                symbols[key] = Symbol(key, shape, domain, what, of=of)
                if "_" in key:
                    symbols.setdefault(key.partition("_")[0], Symbol(key.partition("_")[0]))
        except ValueError as err:
            raise UsageError("where", str(err), "Example: x: positive, A: matrix(n, n), n: integer.") from None
    if waiting:
        raise UsageError("where", f"'{waiting[0].strip()}' has no type.", "Example: x: positive, A: matrix(n, n), n: integer.")
    return symbols, frozenset(dims_of(symbols.values()))


def _declared_name(text: str) -> str:
    try:
        tokens = lex(text)[:-1]
    except ReadError:
        tokens = []
    name = "".join(str(t.value[1] if t.kind == "num" else f"_{t.value}" if t.kind == "sub" else t.value) for t in tokens)
    name = name.replace("{", "").replace("}", "")
    if not tokens or tokens[0].kind != "name" or not re.fullmatch(r"[A-Za-z]\w*", name):
        raise ValueError(f"'{text.strip()}' is no name.")
    return name


def scope_of(texts: Iterable[str], declared: dict[str, Symbol], dims: frozenset[str]) -> tuple[Scope, list[str]]:
    """The scope of a comparison, and the names that it takes as scalars."""
    symbols = {n: s for n, s in declared.items() if n not in dims}
    shaped = bool(dims) or any(s.shape for s in symbols.values())
    assumed: list[str] = []
    for text in texts:
        tokens = tokenize(text)
        if order_of_growth(tokens) and tokens[0].value not in symbols:
            tokens = tokens[1:]
        _refuse_unknown_functions(text, tokens, symbols.keys() | dims)
        if not ("d" in symbols or "d" in dims):
            tokens = without_differentials(tokens)
        for name in _undeclared(tokens, symbols.keys() | dims, shaped):
            if name not in symbols:
                # An integer may bound a sum; the domain that is assumed follows from the use.
                symbols[name] = Symbol(name, domain="integer")
                assumed.append(name)
    size: E.Dim = next(iter(sorted(dims)), "n")
    fixed = {s.shape[0] for s in symbols.values() if s.shape and isinstance(s.shape[0], int)}
    return Scope(symbols, dims, fixed.pop() if not dims and len(fixed) == 1 else size), assumed


def _refuse_unknown_functions(text: str, tokens: list[Token], known: frozenset[str] | set[str]) -> None:
    """f(x) where f is not declared: a function that nobody has defined, or a product."""
    for t, after in pairwise(tokens):
        if t.kind == "name" and t.value in _FUNCTION_LETTERS and t.value not in known and after.value == "(" and after.kind == "op" and not after.spaced:
            raise ReadError(text, t.pos, f"{t.value}(...) may be a function or a product.", f"its declaration, like {t.value}: real, where it is a number")


def _undeclared(tokens: list[Token], known: frozenset[str] | set[str], shaped: bool) -> Iterator[str]:
    """Names that stand for scalars without a declaration: letters, Greek letters, x_1, and the letters of xy."""
    bound: set[str] = set()
    for j, t in enumerate(tokens[:-1]):
        if t.value in _OPERATORS and (tokens[j + 1].kind == "sub" or tokens[j + 1].value == "_"):
            bound |= set(_subscript(tokens, j + 1)[0].partition("=")[0].partition("∈")[0])
    i = 0
    while i < len(tokens):
        t = tokens[i]
        i += 1
        if t.kind == "cmd" and t.value in ("begin", "end"):
            i += 1 if tokens[i].braced else 3
        if t.kind == "sub" or t.value == "_":
            i = _subscript(tokens, i - 1)[1]
        if t.kind != "name":
            continue
        name = str(t.value)
        if shaped and len(name) > 1 and name[0] == "T" and i > 1 and tokens[i - 2].value == "^" and not t.braced and name not in known:
            name = name[1:]  # v^Tu: a superscript without braces is one letter
        follower = tokens[i] if i < len(tokens) else t
        subscripted = i < len(tokens) and (follower.kind == "sub" or follower.value == "_")
        if name in CALLS and subscripted and name != "norm":  # the b of log_b x is a name of its own
            i += 1
        elif name in CALLS or name in WORDS or name in _FIXED or name in bound or "." in name or (shaped and name in ("T", "I")) or (
                name == "R" and ((i > 1 and tokens[i - 2].value in ("∈", "bold")) or follower.value == "∖" or len(tokens) == 1)) or (
                len(name) > 3 and name not in GREEK_NAMES and name not in known):
            continue
        elif subscripted and name not in _OPERATORS:
            key, i = _subscript(tokens, i)
            if name not in known and not set(re.findall(r"[A-Za-z]", key)) & bound:
                yield from (name, f"{name}_{key}")
        elif name in known or (name == "sigma" and follower.value == "(" and not follower.spaced):  # the sigmoid
            continue
        elif len(name) == 1 and follower.kind == "num" and not follower.spaced and i < len(tokens):
            yield from (name, name + str(follower.value[1]))
        else:
            yield from (name,) if len(name) == 1 or name in GREEK_NAMES else (c for c in name if c not in known and c not in _FIXED)


def _subscript(tokens: list[Token], i: int) -> tuple[str, int]:
    """The text of the subscript at place i and the place after it."""
    if tokens[i].kind == "sub":
        return str(tokens[i].value), i + 1
    out, level, i = "", 0, i + 1
    while i < len(tokens):
        t = tokens[i]
        i += 1
        level += (t.value in OPEN) - (t.value in CLOSE)
        if t.value not in ("{", "}") and t.kind != "cmd":
            out += str(t.value[1] if t.kind == "num" else t.value)
        if level <= 0:
            break
    return out, i


def discrete(e: Expr) -> frozenset[str]:
    """Symbols that only a natural number fits: they stand in factorials, binomials, bounds of sums or orders of growth."""
    parts = [x.args for x in E.walk(e) if x.op == "fn" and x.data in ("factorial", "binom")]
    parts += [x.args[1:] for x in E.walk(e) if x.op == "reduce"]
    parts += [x.args for x in e.args if x.op == "order"]
    return frozenset(n for args in parts for a in args for n in E.symbols_in(a))


def open_dims(e: Expr) -> frozenset[str]:
    """Dimensions that are named, not numbers, in the shapes of e or as numbers in it."""
    return frozenset(d for x in E.walk(e) for d in x.shape if isinstance(d, str)) | {x.data for x in E.walk(e) if x.op == "dim"}
