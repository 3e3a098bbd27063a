"""What a text defines by formulas: names and indices."""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.cases.branches import joined_branches
from derive.grading.text.cleaning import is_program
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.bigops import dimension_of
from derive.maths.calls import CALLS
from derive.maths.expr import Expr
from derive.maths.lex import LOOKAHEAD, lex
from derive.maths.parse import Choices, Parser
from derive.maths.signs import GREEK_NAMES
from derive.maths.subscripts import INDEX_LETTERS
from derive.maths.symbols import Scope
from derive.maths.tokens import Token


def definitions(texts: list[str], scope: Scope, indices_only: bool = False, known: dict[str, Expr] | None = None) -> dict[str, Expr]:
    """What a text defines: eta = alpha/2, k = argmax |g_i|. Later definitions may use earlier ones, and what is known of other names.

    The pieces of one answer ask for the same several times: the last few are remembered.
    """
    if known:
        return _definitions(texts, scope, indices_only, known)
    asked = (id(scope), tuple(texts), indices_only)
    found = _LATEST.get(asked)
    if found is None or found[0] is not scope:
        if len(_LATEST) >= _MOST_LATEST:
            _LATEST.clear()
        found = _LATEST[asked] = (scope, _definitions(texts, scope, indices_only, {}))
    return dict(found[1])


_LATEST: dict[tuple[int, tuple[str, ...], bool], tuple[Scope, dict[str, Expr]]] = {}
_MOST_LATEST = 16


def _definitions(texts: list[str], scope: Scope, indices_only: bool, known: dict[str, Expr]) -> dict[str, Expr]:
    out = dict(known)
    own: set[str] = set()  # what the candidate itself defines holds in it, whatever else the text says
    lines = [line for k, text in enumerate(dict.fromkeys(texts)) for line in (text.split("\n") if k and "\n" in text and is_program(text) else (text,))]
    defining = [(number, text, *found) for number, text in enumerate(lines) if (found := _defining(text, scope, indices_only)) is not None]
    for _ in range(3):
        before = dict(out)
        for number, text, tokens, starts in defining:
            for j, name in starts:
                if name is None:
                    turned = None if indices_only else _turned_round(text, tokens, j, scope, out)
                    if turned is not None:
                        out.setdefault(*turned)
                    continue
                value = _known_value(text, tokens, j, scope, out)
                declared = scope.symbols.get(name)
                if value is not None and value.op == "vec" and name.isupper() and declared is None and (row := _ROW_MATRIX.search(text)) is not None and row[1] == name:
                    value = E.transpose(value)  # A = [1 0.1 0.01] is a matrix of one row
                if declared is not None and declared.kind == "index" and (value is None or not _is_index(value)):
                    value = E.idx(f"{name} (as the text says)")  # defined in a way that is not read: not the declared one
                if number and value is not None and declared is not None and declared.kind == "index":
                    value = _counted_from_one(value)
                if not number and value is not None:
                    own.add(name)
                if value is not None and name in own and number:
                    continue
                if value is not None and name in out and E.free_indices(out[name]) & out.keys() and not E.free_indices(value) & out.keys():
                    out[name] = value  # u = r/||r||, and later r = A x - b: r was no index
                if value is not None and name in out and scope.asked in E.symbols_in(out[name]) and scope.asked not in E.symbols_in(value):
                    out[name] = value  # s = ||u||, and later s = (a/2) ||g||_1
                if value is not None and out.setdefault(name, value) != value and canonical(out[name]) != canonical(value) and (
                        scope.symbols.get(name) is not None or _opposed(out[name], value)):
                    out[name] = E.idx(f"{name} (defined twice)")  # which of two definitions holds is not ours to choose
        if out == before:
            break
    # 'for j != k': a letter that ranges in the candidate is its own, whatever other texts say of it.
    ranging = {n for m in _RANGING.finditer(texts[0]) for n in m.groups() if n and n not in own} if texts and out else set()
    return {n: e for n, e in out.items() if n not in ranging} if ranging else out


_ROW_MATRIX = re.compile(r"(?<![A-Za-z\\])([A-Z])\s*=\s*(?:\\left\s*)?\\begin\{[bp]?matrix\}(?:(?!\\\\|\\end).)*&(?:(?!\\\\|\\end).)*\\end", re.S)


def _defining(text: str, scope: Scope, indices_only: bool) -> tuple[list[Token], list[tuple[int, str | None]]] | None:
    """The tokens of a text and where in it a definition may begin, with the name that is defined."""
    if not any(sign in text for sign in ("=", "in", "sim", "∈", "∼", "≈")):
        return None
    try:
        tokens = lex(text)
    except ReadError:
        return None
    tokens += [tokens[-1]] * LOOKAHEAD
    return tokens, [(j, _defines(tokens, j, scope, indices_only)) for j in _starts(tokens)[:MOST_IN_A_TEXT]]


MOST_IN_A_TEXT = 30
_VALUES: dict[tuple[int, str, int, tuple[tuple[str, Expr], ...]], tuple[Scope, Expr | None]] = {}
_MOST_VALUES = 64
_PARTS_OF_NAME = re.compile(r"[^_*]+")


def _known_value(text: str, tokens: list[Token], j: int, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """The value of a definition, read again only where a name that may stand in the text has another value."""
    sign = next((i for i in range(j, len(tokens)) if tokens[i].kind == "op" and tokens[i].value in ("=", "∈", "≈")), j) if local else j
    written = " ".join([str(t.value) for t in tokens[sign:-LOOKAHEAD]]) if local else ""
    asked = id(scope), text, j, tuple([(n, e) for n, e in local.items() if any(w in written for w in _PARTS_OF_NAME.findall(n))])
    found = _VALUES.get(asked)
    if found is None or found[0] is not scope:
        if len(_VALUES) >= _MOST_VALUES:
            _VALUES.clear()
        found = _VALUES[asked] = scope, _value(text, tokens, j, scope, local)
    return found[1]


_RANGING = re.compile(r"(?:\bfor\b|\\forall|∀)(?:\s|\\[,;: ]|[{}$]|\b(?:all|each|every|any)\b)*([ijklm])\s*(?:!=|≠|\\neq?\b|\\not)"
                      r"|(?:\bfor\s+(?:all|each|every)\s+|\\forall\s*|∀\s*)\$?([ijklm])\b(?!\s*(?:!=|≠|\\|=|∈|in\b|with\b|such\b))")


_SEPARATORS = frozenset((",", ";", "\\\\", "quad", ".", ":", "⇒", "$"))


_LINKS = frozenset("with where and for let so then denotes here set define put choose pick take select fix call".split())


def canonical(e: Expr) -> Expr:
    """An expression with the names of its bound indices made alike, and entries taken before functions of them."""
    bound = E.bound_index(e)
    args = tuple(canonical(a) for a in e.args)
    if e.op == "at" and len(args) == 2 and args[0].op == "fn" and len(args[0].args) == 1 and len(args[0].shape) == 1:
        return E.fn(args[0].data, E.at(args[0].args[0], args[1]))  # |g|_i is |g_i|
    if bound is None or e.op == "comp":
        return e._replace(args=args)
    alike = tuple(E.replace(a, {E.idx(bound): E.idx("_")}) for a in args)
    return e._replace(args=alike, data=(e.data[0], "_"))


def _counted_from_one(e: Expr) -> Expr:
    """The place that a program of the text calls argmax - 1, in a formula beside the program."""
    return e.args[0] if e.op == "add" and len(e.args) == 2 and e.args[0].op == "argopt" and e.args[1] == E.neg(E.ONE) else e


def _opposed(a: Expr, b: Expr) -> bool:
    """Whether one index is defined as two different maximisers or minimisers."""
    return a.op == b.op == "argopt"


def _is_index(value: Expr) -> bool:
    """Whether a value names one index: an arg-maximum, or a number."""
    return any(x.op in ("argopt", "num") for x in E.walk(value)) and not value.shape and value.op not in ("dim", "sym")


def _starts(tokens: list[Token]) -> list[int]:
    out = [0]
    level = 0
    for j, t in enumerate(tokens):
        if t.kind == "op" and t.value in ("(", "[", "{"):
            level += 1
        elif t.kind == "op" and t.value in (")", "]", "}"):
            level -= 1
        elif level <= 0 and ((t.kind == "op" and t.value in _SEPARATORS) or (t.kind == "name" and str(t.value).lower() in _LINKS)):
            out.append(j + 1)
    return out


def _defines(tokens: list[Token], j: int, scope: Scope, indices_only: bool) -> str | None:
    mark = tokens[j].value if j < len(tokens) and tokens[j].kind == "mark" and tokens[j].value != "bold" else ""
    while j < len(tokens) and (tokens[j].kind == "mark" or (tokens[j].kind == "op" and tokens[j].value in ("quad", ","))):
        j += 1
    if j >= len(tokens) or tokens[j].kind != "name":
        return None
    name = f"{mark}_{tokens[j].value}" if mark else str(tokens[j].value)
    if tokens[j + 1].kind == "num" and not tokens[j + 1].spaced:
        name += str(tokens[j + 1].value[1])
        j += 1
    declared = scope.symbols.get(name)
    if declared is not None and declared.kind == "value" and not declared.shape and name != scope.asked and not indices_only and (
            tokens[j + 1].value == "^" and tokens[j + 2].value in ("*", "⋆") and tokens[j + 3].value == "="):
        return f"{name}*"  # alpha^* = ...: a value of the text's own
    if declared is not None and declared.kind != "index":
        start = name == scope.asked and tokens[j + 1].value == "_" and tokens[j + 2].kind == "num" and tokens[j + 2].value[1] == "0"
        return f"{name}_0" if start and tokens[j + 3].value == "=" else None  # w_0 = ...: a point of the text's own
    if name in scope.dims or (indices_only and declared is None and len(name) > 1):
        return None
    k = j + 1
    if tokens[k].kind == "op" and tokens[k].value == "^" and tokens[k + 1].value == "*":
        name, k = name + "*", k + 2
    elif tokens[k].kind == "op" and tokens[k].value == "*" and tokens[k + 1].value == "=":
        name, k = name + "*", k + 1
    elif tokens[k].kind == "op" and tokens[k].value == "_":
        worded = _worded(tokens, k)
        if worded is not None:  # lambda_max, i_{max}
            name, k = f"{name}_{worded[0]}", worded[1]
        elif tokens[k + 1].value not in ("t", *INDEX_LETTERS):
            return None
        else:
            k += 2
    elif tokens[k].kind == "sub" and tokens[k].value in ("t", *INDEX_LETTERS):
        k += 1
    if tokens[k].kind == "op" and (tokens[k].value in ("=", "∈") or (declared is not None and tokens[k].value == "≈")):
        if indices_only and declared is None and not any(
                t.kind == "name" and str(t.value).rpartition(".")[2] in ("arg", "argmax", "argmin") for t in tokens[k : k + 4]):
            return None
        bare = str(tokens[k + 1].value) in INDEX_LETTERS and (str(tokens[k + 1].value) not in scope.symbols or scope.symbols[str(tokens[k + 1].value)].kind == "index")
        if declared is None and name in INDEX_LETTERS and ((tokens[k + 1].kind == "num" and tokens[k + 1].value[0].denominator == 1) or bare) and (
                tokens[k + 2].kind == "end" or tokens[k + 2].value in (",", "…", ".", "\\\\", ";")):
            return None  # i = 1, ..., n is a range, and i = k a case
        return name
    return None


def _worded(tokens: list[Token], k: int) -> tuple[str, int] | None:
    """The word of a subscript that belongs to a name, and the place after it."""
    braced = tokens[k + 1].value == "{"
    t = tokens[k + 1 + braced]
    if t.kind != "name" or len(str(t.value)) < 3 or str(t.value) in GREEK_NAMES or (braced and tokens[k + 3].value != "}"):
        return None
    return str(t.value), k + 2 + 2 * braced


_VERBS = frozenset(["is", "was", "are", "were", "gives", "which"])


def _value(text: str, tokens: list[Token], j: int, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    k = next(i for i in range(j, len(tokens)) if tokens[i].kind == "op" and tokens[i].value in ("=", "∈", "≈"))
    end = next(i for i in range(k + 1, len(tokens)) if tokens[i].kind in ("end", "words") or tokens[i].value in ("\\\\", "quad", "⇒", "$"))
    verb = next((i for i in range(k + 1, end) if tokens[i].kind == "name" and tokens[i].value in _VERBS and tokens[i].spaced), None)
    if verb is not None:  # k = argmax_i |g_i| was incorrect
        tokens, end = [*tokens[:verb], *[tokens[-1]._replace(kind="end", value="")] * LOOKAHEAD], verb
    last = _last_equals(tokens, k, _clause_end(tokens, k, end))
    for start in dict.fromkeys((k, last)):  # m = argmin {...} = x: the middle may be out of reach
        value = _value_from(text, tokens, start, k, scope, local)
        if value is not None or start == last:
            return value
    return None


def _last_equals(tokens: list[Token], k: int, end: int) -> int:
    """The last '=' of a chain outside brackets: that of 'j = 1' below a sum is none."""
    level, last = 0, k
    for i in range(k + 1, end):
        if tokens[i].kind == "op":
            level += (tokens[i].value in ("(", "[", "{", "\\{")) - (tokens[i].value in (")", "]", "}", "\\}"))
            last = i if not level and tokens[i].value == "=" else last
    return last


def _clause_end(tokens: list[Token], k: int, end: int) -> int:
    """Where the chain of equations that goes on at k ends: at a comma, a semicolon or a word that links outside brackets."""
    level = 0
    for i in range(k + 1, end):
        if tokens[i].kind == "op":
            level += (tokens[i].value in ("(", "[", "{", "\\{")) - (tokens[i].value in (")", "]", "}", "\\}"))
            if level <= 0 and tokens[i].value in (",", ";"):
                return i
        elif level <= 0 and tokens[i].kind == "name" and tokens[i].value in ("and", "where", "with"):
            return i
    return end


def _value_from(text: str, tokens: list[Token], start: int, k: int, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    """The value of a definition that is written from a place on."""
    p = Parser(text, scope, Choices(), _to_closer(tokens[start + 1 :]))
    p.locals = dict(local)
    try:
        s = p.statement()
        if s.after in ("if", "when", "for"):  # s_i = 1 if g_i > 0, -1 if g_i < 0
            again = Parser(text, scope, Choices(), _to_closer(tokens[start + 1 :]))
            again.locals = dict(local)
            s = joined_branches(again.statements())[0]
            if s.terms[0].op != "cases" and any(t.kind in ("name", "words") and str(t.value).strip() in ("otherwise", "else") for t in tokens[start:]):
                return None  # t = 0 if c, otherwise the solution of an equation
    except (ReadError, E.ShapeError):
        return None
    exact = [s.terms[0], *(t for op, t in zip(s.ops, s.terms[1:], strict=True) if op == "=")]
    value = exact[-1]
    if any(x.op in ("restate", "new", "blank") for x in E.walk(value)):
        return None
    if value.op == "set" and len(value.args) == 1 and _is_index(value.args[0]):  # k in {i : |g_i| is largest}
        return value.args[0]
    if len(value.shape) == 2 and value.shape[0] == 1 and any(x.op == "T" and x.args[0].op == "vec" for x in E.walk(value)):
        value = E.as_column(value)  # v = [1, 2, 3]^T: written along the line, and meant as a column
    letter = _letter_before(tokens, k)
    if letter is not None and not value.shape and letter in E.free_indices(value) | ({letter} if not E.free_indices(value) else set()):
        return E.comp(letter, value, dimension_of(value, letter, scope.size))  # s_i = sign(g_i), as many as there are g_i
    return value


_STAR = re.compile(r"\^\s*\{?\s*(?:\*|⋆|\\star|\\ast)")


def starred(texts: list[str], scope: Scope) -> dict[str, Expr]:
    """What a text makes of a declared number with a star, alpha^* = ...: another quantity than alpha."""
    for t in texts:
        if "^" in t and "=" in t and _STAR.search(t):
            break
    else:
        return {}
    return {n: v for n, v in definitions(texts, scope).items() if n.endswith("*") and n[:-1] in scope.symbols and scope.symbols[n[:-1]].kind == "value"}


def _turned_round(text: str, tokens: list[Token], j: int, scope: Scope, local: dict[str, Expr]) -> tuple[str, Expr] | None:
    """'alpha = 2 eta' for a declared alpha: what it makes of the one new letter on the right, eta = alpha/2."""
    declared = scope.symbols.get(str(tokens[j].value)) if tokens[j].kind == "name" else None
    if declared is None or declared.shape or declared.kind != "value" or not (tokens[j + 1].kind == "op" and tokens[j + 1].value == "="):
        return None
    end = next(i for i in range(j + 2, len(tokens)) if tokens[i].kind in ("end", "words") or tokens[i].value in _SEPARATORS or tokens[i].value in _LINKS)
    new = {str(t.value) for t in tokens[j + 2 : end] if t.kind == "name" and str(t.value) not in scope.symbols and str(t.value) not in scope.dims
           and str(t.value) not in local and str(t.value) not in CALLS}
    if len(new) != 1:
        return None
    name = new.pop()
    letter = E.sym(f"new {name}")
    p = Parser(text, scope, Choices(), [*tokens[j + 2 : end], tokens[-1]._replace(kind="end", value="")])
    p.locals = {**local, name: letter}
    try:
        right = p.expression()
    except (ReadError, E.ShapeError):
        return None
    factor = E.replace(right, {letter: E.ONE})
    if p.tok.kind != "end" or right.shape or E.is_number(factor, 0) or not proved_equal(right, E.mul(factor, letter)):
        return None
    return name, E.div(E.sym(declared.name), factor)


def _to_closer(tokens: list[Token]) -> list[Token]:
    """The tokens up to the bracket that closes one opened before them."""
    level = 0
    for i, t in enumerate(tokens):
        if t.kind == "op":
            level += (t.value in ("(", "[", "{", "\\{")) - (t.value in (")", "]", "}", "\\}"))
        if level < 0:
            return [*tokens[:i], tokens[-1]._replace(kind="end", value="")]
    return list(tokens)


def _letter_before(tokens: list[Token], k: int) -> str | None:
    """The index i of 'name_i =' just before position k."""
    t = tokens[k - 1]
    if t.kind == "sub" and t.value in INDEX_LETTERS:
        return str(t.value)
    if t.kind == "name" and t.value in INDEX_LETTERS and tokens[k - 2].kind == "op" and tokens[k - 2].value == "_":
        return str(t.value)
    return None
