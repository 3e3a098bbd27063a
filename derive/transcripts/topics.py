"""Which problem a stretch of a conversation is about: by its formulas, then by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from derive.errors import ReadError
from derive.grading.text.segments import Piece, pieces
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import Normal
from derive.maths.read import readings
from derive.problem.model import Problem
from derive.transcripts.plain import has_delimiters, pieces_of

FORMULA_WEIGHT = 6
MAX_FORMULAS = 80


@dataclass(frozen=True)
class Mention:
    """A place where a problem is spoken of: its offset, the problem, how telling it is; loose: by words of its statement alone."""

    start: int
    problem: str
    weight: int
    loose: bool = False


def mentions(text: str, problems: list[Problem]) -> list[Mention]:
    """Every mention of a problem in a text, by cue phrases and by formulas with the structure of its objective.

    Kept with the first problem: each stretch of a conversation is looked at more than once.
    """
    if not problems:
        return []
    name = f"mentions:{','.join(p.id for p in problems)}:{text}"
    found = problems[0].cache.get(name)
    if isinstance(found, list):
        return list(found)
    out = sorted(_cues(text, problems) + _formulas(text, problems) + _statements(text, problems), key=lambda m: (m.start, m.problem))
    problems[0].cache[name] = out
    return list(out)


def _cues(text: str, problems: list[Problem]) -> list[Mention]:
    flat, places = _flattened(text)
    out = []
    for p in problems:
        for cue in p.cues:
            words = _words(cue)
            if not words:
                continue
            for m in re.finditer(rf"(?<![a-z0-9]){re.escape(words)}(?![a-z0-9])", flat):
                out += [Mention(places[m.start()], q.id, 1 + words.count(" ")) for q in ([p] if "=" not in cue else _with_data_of(p, problems))]
    return out


def _with_data_of(problem: Problem, problems: list[Problem]) -> list[Problem]:
    """Problems with the same loss: a cue that states it (f = ..., a = ...) tells nothing between them."""
    it = problem.iteration
    return [p for p in problems if p is problem or (it is not None and p.iteration is not None and p.iteration.loss == it.loss)]


TELLING = 4  # letters from which a word tells something
_COMMON = frozenset("""with that this what which where when from have must into over each some then find choose compute solve does plus times them they than
most least small large under both such only also answer problem value values point vector vectors matrix number numbers""".split())


def _statements(text: str, problems: list[Problem]) -> list[Mention]:
    """Problems without cues of their own, by the words of their title and statement: all of the title, or most of both."""
    out = []
    said = content(text)
    for p in problems:
        if p.cues:
            continue
        found = p.cache.get("words")
        if not isinstance(found, tuple):
            p.cache["words"] = found = (content(p.title), content(p.title) | content(p.statement))
        title, whole = found
        shared = whole & said
        if (len(title) > 1 and title <= said) or (len(shared) >= TELLING and 2 * len(shared) >= len(whole)):
            out.append(Mention(0, p.id, len(shared), loose=True))
    return out


def content(text: str) -> frozenset[str]:
    """The telling words of a text, without the endings of plurals and third persons."""
    plain = re.sub(r"\$[^$]*\$|\\\[A-Za-z]+", " ", text).lower()
    return frozenset(w for m in re.finditer(r"[a-z]+", plain) if len(w := m.group().removesuffix("s")) >= TELLING and w not in _COMMON)


@lru_cache(maxsize=2000)
def _words(cue: str) -> str:
    return _flattened(cue)[0].strip()


def _flattened(text: str) -> tuple[str, list[int]]:
    """Lower case with every run of other characters as one blank, and where each character came from."""
    chars: list[str] = []
    places: list[int] = []
    blank = True
    for i, c in enumerate(text):
        if c.isalnum():
            chars.append(c.lower() if len(c.lower()) == 1 else c)
            places.append(i)
            blank = False
        elif not blank:
            chars.append(" ")
            places.append(i)
            blank = True
    return "".join(chars), places


# 'u = argmin_u', 'arg min over u of', 'minimise', with what it runs over; or 'J(u) ='
_LEAST = r"\\operatorname\*?\{arg(?:\\[,;:! ]|\s)*min\}|\\?\barg(?:\\[,;:!]|\s)*\\?min(?:imi[sz]e[sd]?)?(?![A-Za-z])|\\min(?![A-Za-z])|(?<![A-Za-z\\])min(?:imi[sz]e[sd]?)?(?![A-Za-z])"
_HEAD = re.compile(rf"^.{{0,120}}?(?:{_LEAST})(?:_\{{[^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*\}}|_\S)?(?:\s*\\[,;:!])*|^[^=]{{0,60}}=", re.S)
_FENCES = re.compile(r"^(?:\\(?:left|[bB]igg?l?)\s*)?(?:\\?\{|\[)(?P<inside>.*?)(?:\\(?:right|[bB]igg?r?)\s*)?(?:\\?\}|\])$", re.S)


def _formulas(text: str, problems: list[Problem]) -> list[Mention]:
    """Formulas that have the structure of an objective: the same powers of the same norms of the unknown."""
    readers = _readers(problems)
    out: list[Mention] = []
    for piece in [x for x in pieces_of(text) if x.formula and len(x.text) < 600][:MAX_FORMULAS]:
        out += [Mention(piece.start, p.id, FORMULA_WEIGHT) for p in problems if _constraint_in(piece.text, p)]
        if not re.search(r"\^|²|norm|\|", piece.text):
            continue
        out += _of_objective(piece, readers)
    return out or [m for piece in islice(_announced(text), MAX_FORMULAS) for m in _of_objective(piece, readers)]


def _of_objective(piece: Piece, readers: list[tuple[Problem, Problem]]) -> Iterator[Mention]:
    """The problems whose objective a formula has the structure of."""
    bodies = _bodies(piece.text)
    for p, reader in readers:
        if any(_holds_unknown(body, p) and structure_of(body, reader) in structures(p) for body in bodies):
            itself = any(_written(body, reader) in _objectives(p) for body in bodies)
            yield Mention(piece.start, p.id, FORMULA_WEIGHT + itself)


_BEHIND = re.compile(rf"(?:{_LEAST})(?:_\{{[^{{}}\n]*\}}|_\w+)?(?:\s*\\[,;:!])*(?:\s+(?:(?:over|with respect to|w\.r\.t\.|in)(?:\s+all)?\s+\w(?!\w)|of\b|the (?:function|objective|sum)\b))*\s*:?"
                     r"(?P<body>[^\n$]{3,300}?)(?=[.?!;](?:\s|\Z)|\n|\Z|\$|,?\s+(?:over|where|with|for|subject|such|and|to|on|what|which|given|as|when|is)\b)", re.I)


def _announced(text: str) -> Iterator[Piece]:
    """What stands behind 'minimise', 'argmin over u of' without marks of a formula, in whatever notation."""
    for prose in pieces(text) if has_delimiters(text) else [Piece(False, text, 0)]:
        if not prose.formula:
            yield from (Piece(True, m.group("body"), prose.start + m.start("body")) for m in _BEHIND.finditer(prose.text))


_COMPARED = re.compile(r"\\[lg]e(?:q|qslant)?(?![A-Za-z])|[≤≥<>=]")


def _constraint_in(text: str, problem: Problem) -> bool:
    """Whether a formula is an inequality that a problem has as a constraint, in its data and its unknown."""
    wanted = problem.cache.get("constraints")
    if not isinstance(wanted, frozenset):
        wanted = problem.cache["constraints"] = frozenset(
            c for part in problem.parts if part.program is not None for c in part.program.constraints
            if c.op == "rel" and c.data in ("<=", ">=") and (len(E.symbols_in(c) - {_over(problem)}) > 1 or any(x.op == "norm" for x in E.walk(c))))
    if not wanted or len(text) > 80 or not _COMPARED.search(text):
        return False
    name = f"constraint:{text}"
    if name not in problem.cache:
        try:
            found = readings(text, problem.scope())[0].statements
            problem.cache[name] = any(len(s.terms) == 2 and any(E.rel(op, *s.terms) == c for op in s.ops for c in wanted) for s in found)
        except (ReadError, E.ShapeError):
            problem.cache[name] = False
    return bool(problem.cache[name])


def _readers(problems: list[Problem]) -> list[tuple[Problem, Problem]]:
    """Problems whose objective has a structure, each with the first that has its symbols and its unknown: a formula is read once for all of those."""
    found = problems[0].cache.get("readers")
    if isinstance(found, list) and [p.id for p, _ in found] == [p.id for p in problems if structures(p)]:
        return found
    out: list[tuple[Problem, Problem]] = []
    for p in problems:
        if structures(p):
            out.append((p, next((r for _, r in out if r.scope() == p.scope() and _over(r) == _over(p)), p)))
    problems[0].cache["readers"] = out
    return out


def _over(problem: Problem) -> str:
    """The unknown of the first program of a problem."""
    return next((p.program.over[0] for p in problem.parts if p.program is not None), problem.iteration.over if problem.iteration is not None else "")


def _holds_unknown(text: str, problem: Problem) -> bool:
    """Whether the unknown of a problem can stand in a formula: by its letters, in whatever dress."""
    found = problem.cache.get("unknown letters")
    if not isinstance(found, list):
        symbol = problem.symbols[_over(problem)]
        problem.cache["unknown letters"] = found = [_letters(name) for name in (symbol.name, *symbol.aliases)]
    bare = _letters(text)
    return not bare.isascii() or any(name in bare for name in found)


def _letters(text: str) -> str:
    """The letters and digits of a formula without its dress."""
    return "".join(c for c in re.sub(r"\\(?:boldsymbol|mathbf|mathrm|vec|bm|text|operatorname)(?![A-Za-z])", "", text) if c.isalnum())


def _bodies(text: str) -> list[str]:
    """A formula without what stands before an objective: 'J(x) =', 'u = argmin_x'."""
    out = [text]
    rest = text
    for _ in range(3):
        m = _HEAD.match(rest)
        if m is None or not m.end():
            break
        rest = rest[m.end() :].strip().rstrip(".,;").strip()
        fenced = _FENCES.match(rest)
        rest = fenced.group("inside").strip() if fenced is not None else rest.lstrip("[").rstrip("]")
        out.append(rest)
    return out


Structure = frozenset[tuple[str, str]]


def structures(problem: Problem) -> set[Structure]:
    """The structures of the objectives of a problem's programs; kept with the problem."""
    found = problem.cache.get("structures")
    if isinstance(found, set):
        return found
    out: set[Structure] = set()
    problem.cache["structures"] = out
    for part in problem.parts:
        if part.program is not None and len(part.program.over) == 1:
            s = _structure(part.program.objective, problem, part.program.over[0])
            if s is not None and (len(s) > 1 or _telling(s, problem, part.program.over[0])):
                out.add(s)
    it = problem.iteration
    if it is not None and not problem.cues:
        s = _structure(it.loss, problem, it.over)
        if s is not None and (len(s) > 1 or _telling(s, problem, it.over)):
            out.add(s)
    return out


def _objectives(problem: Problem) -> list[Normal]:
    """The normal forms of the objectives of a problem's programs and of its iteration."""
    found = problem.cache.get("objectives")
    if not isinstance(found, list):
        said = [part.program.objective for part in problem.parts if part.program is not None] + ([problem.iteration.loss] if problem.iteration is not None else [])
        problem.cache["objectives"] = found = [n for e in said if (n := normal_form(e)) is not None]
    return found


def _written(text: str, problem: Problem) -> Normal | None:
    """The normal form of a formula read in a problem's symbols; None where it cannot be read. Kept with the problem."""
    name = f"written:{text}"
    if name not in problem.cache:
        try:
            terms = [t for s in readings(text, problem.scope())[0].statements for t in s.terms]
        except ReadError:
            terms = []
        problem.cache[name] = normal_form(terms[0]) if len(terms) == 1 and not terms[0].shape else None
    return problem.cache[name]  # type: ignore[return-value]


def _telling(s: Structure, problem: Problem, unknown: str) -> bool:
    """Whether one term alone tells of a problem without cues: it holds data of the problem beside the unknown, as ||X w - y||^2 does."""
    data = {n for n, x in problem.symbols.items() if x.shape and n != unknown}
    return not problem.cues and any(f"data={n!r}" in atom for n in data for atom, _ in s)


def structure_of(text: str, problem: Problem) -> Structure | None:
    """The structure of a formula read in a problem's symbols; None where it cannot be read. Kept with the problem."""
    name = f"structure:{text}"
    if name not in problem.cache:
        problem.cache[name] = _structure_of(text, problem)
    return problem.cache[name]  # type: ignore[return-value]


_POWER_FIRST = re.compile(r"(‖|\|\|)([²³])(_\{?[∞\w]\}?)")  # ‖u‖²_∞


def _structure_of(text: str, problem: Problem) -> Structure | None:
    over = _over(problem)
    if not over:
        return None
    try:
        reading = readings(_POWER_FIRST.sub(r"\1\3\2", text), problem.scope())[0]
    except ReadError:
        return None
    terms = [t for s in reading.statements for t in s.terms]
    for t in terms:
        s = _structure(t, problem, over) if not t.shape else None
        if s is not None and (len(s) > 1 or _telling(s, problem, over)):
            return s
    return None


def _structure(e: Expr, problem: Problem, unknown: str) -> Structure | None:
    """What depends on the unknown, each with its power; coefficients do not count."""
    u = E.sym(unknown, problem.symbols[unknown].shape)
    n = normal_form(_with_norms(e, u))
    if n is None:
        return None
    out = set()
    for scalars, _ in n:
        for atom, power in scalars:
            if u in set(E.walk(atom)):
                out.add((repr(atom), repr(sorted(power, key=repr))))
    return frozenset(out) or None


def _with_norms(e: Expr, u: Expr) -> Expr:
    """An expression in which max_i |u_i| and sums of |u_i| or u_i^2 are norms of the unknown."""
    args = tuple(_with_norms(a, u) for a in e.args)
    e = e if args == e.args else E.rebuild(e, args)
    if e.op != "reduce" or len(u.shape) != 1:
        return e
    body, power = (e.args[0].args[0], e.args[0].args[1]) if e.args[0].op == "pow" else (e.args[0], E.ONE)
    kind, index = e.data
    entry = E.at(u, E.idx(index))
    if body == E.fn("abs", entry) and kind == "max":
        return E.power(E.norm(u, E.INF), power)
    if kind == "sum" and ((body == E.fn("abs", entry) and power == E.ONE) or (body in (entry, E.fn("abs", entry)) and power == E.TWO)):
        return E.power(E.norm(u, power), power)
    return e
