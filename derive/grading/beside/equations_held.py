"""Equations between declared quantities that a text states beside its answer, and that do not hold: '||g||_1 = max_i |g_i|'.

They give a notation of the answer another meaning, or are the reason for what is no answer. What is supposed ('for n = 1'), equations for the unknown and
equations that hold letters of the text's own are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.judging.holding import truths
from derive.grading.keys import Key, kept
from derive.grading.letters.figures import equations_of
from derive.grading.text.cleaning import cleaned
from derive.grading.text.segments import pieces
from derive.maths import expr as E
from derive.maths.direct.words import spellings
from derive.maths.expr import Dim, Expr
from derive.maths.read import readings
from derive.maths.write import plain

MAX_TEXT, MAX_FORMULA, MOST = 6_000, 300, 30
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|for|at|once|case|suppose|assum\w*|e\.g|example|instance|check\w*|test|would|were|not|isn't|unless|wrong|false|instead|only|try|set|setting|take|let)\b[^.;:\n]*\Z", re.I)


_OPERATION = re.compile(r"[|‖+*/−)ᵀ⊤]|\^\s*\{?\s*(?:\\top|T|\\intercal|\\mathsf)(?![A-Za-z])|\\(?:[dt]?frac|sum|max|min|operatorname|mathrm|text|left|sqrt|[lrV]+ert|\|)|\w\s*-")


def _is_computed(left: str) -> bool:
    """Whether a left side is more than a name or an entry."""
    return _OPERATION.search(left) is not None


def _unknowns(key: Key) -> set[str]:
    """What is asked, and what an iteration moves: an equation for these is no statement about what is declared."""
    over = key.problem.iteration.over if key.problem.iteration is not None else ()
    base = key.problem.base(key.part).program if key.part.ask == "dual" else None
    bound = base.over if base is not None else ()  # the vector over which a dual norm is a maximum
    return {key.wanted.asked, *bound, *key.wanted.unknowns, *key.wanted.iterates, *((over,) if isinstance(over, str) else over), *(n for n, _ in key.derivation.outputs)}


def unknown_names(key: Key) -> re.Pattern[str] | None:
    """What writes the unknown; None where nothing does."""
    symbols = key.wanted.scope.symbols
    names = {n for u in _unknowns(key) if u in symbols for n in (u, *symbols[u].aliases, *spellings(u))}
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(re.escape(n) for n in sorted(names, key=len, reverse=True))})(?![A-Za-z])") if names else None


def false_equation(text: str, key: Key, but: Callable[[Expr], bool] | None = None) -> str:
    """The first such equation, as it is read; '' where there is none. but: what equations are something else."""
    if len(text) > MAX_TEXT or key.wanted.eigenvalue or key.wanted.quantities:
        return ""
    lefts, entry = "".join([x[-200:].rpartition("$")[2] for x in text.split("=")[:-1]]), _entries_defined(key)
    if _OPERATION.search(lefts) is None and (entry is None or entry.search(lefts) is None):
        return ""
    unknown = kept(key, "names of the unknown", lambda: unknown_names(key))
    for before, formula in _equations(cleaned(text))[:MOST]:
        left = formula.partition("=")[0]
        if len(formula) > MAX_FORMULA or not (_is_computed(left) or (entry is not None and entry.fullmatch(left))) or (unknown is not None and unknown.search(formula)) or _SUPPOSED.search(before):
            continue
        for e in _claims(formula, key):
            seen = [v for v in truths(e, key) if v is not None]
            if seen and not all(seen) and not (but is not None and but(e)):
                return plain(e)
    return ""


_TOLD_LETTER = re.compile(
    r"\b(?:with|where|for|let|here)\s+(?P<name>[A-Za-zα-ω]|alpha|beta|delta|eta|lambda|theta|sigma)\s*:?=(?!=)\s*(?P<value>[^,;.=$\n]{1,60}?)"
    r"(?=\s+(?:the|an?|is|being|as|denot\w+|for)\b|\s*(?:[,;.\n]|\Z))")


def false_definition(text: str, key: Key) -> str:
    """What the words round a formula define a declared letter to be, and it is not: 'with g := -grad f(theta) the descent direction'; '' where there is no such thing."""
    if len(text) > MAX_TEXT or "=" not in text:
        return ""
    for p in pieces(cleaned(text)):
        for m in _TOLD_LETTER.finditer(p.text) if not p.formula else ():
            if m["name"] == key.wanted.asked or not key.wanted.scope.writes(m["name"]):
                continue
            try:
                told = [r.statements[0] for r in readings(f"{m['name']} = {m['value']}", key.wanted.scope) if len(r.statements) == 1]
                claims = [E.rel("=", *s.terms) for s in told if set(s.ops) == {"="} and len(s.terms) == 2 and not _unknowns(key) & (E.symbols_in(s.terms[0]) | E.symbols_in(s.terms[1]))]
            except (ReadError, E.ShapeError):
                continue
            for e in claims:
                seen = [v for v in truths(e, key) if v is not None]
                if E.symbols_in(e) <= key.wanted.scope.symbols.keys() and E.symbols_in(e.args[1]) and seen and not any(seen):
                    return plain(e)
    return ""


def tells_entry(text: str, key: Key) -> bool:
    """Whether an entry of a vector stands in a text that the statement defines: 'p_i' of p = softmax(z)."""
    entry = _entries_defined(key)
    return entry is not None and entry.search(text) is not None


def _entries_defined(key: Key) -> re.Pattern[str] | None:
    """What writes such an entry; None where the statement defines no vector."""
    def pattern() -> re.Pattern[str] | None:
        names = {n for s in key.wanted.scope.symbols.values() if s.let is not None and len(s.shape) == 1 for n in (s.name, *s.aliases, *spellings(s.name))}
        return re.compile(rf"\s*(?<![A-Za-z\\])(?:{'|'.join(re.escape(n) for n in sorted(names, key=len, reverse=True))})\s*_\s*(?:[ij]|\{{\s*[ij]\s*\}})\s*") if names else None

    return kept(key, "entries of what is defined", pattern)


def _equations(text: str) -> list[tuple[str, str]]:
    """What stands before each equation in its sentence, and the equation."""
    cut = pieces(text)
    if not any(p.formula for p in cut):
        return [("", e) for e in equations_of(text)]
    out: list[tuple[str, str]] = []
    before = ""
    for k, p in enumerate(cut):
        if p.formula and "=" in p.text and not (k + 1 < len(cut) and _IN_A_CASE.match(cut[k + 1].text)):
            out.append((before[-200:], p.text))
        before += "¤" if p.formula else p.text
    return out


_IN_A_CASE = re.compile(r"[\s,]*(?:if|when|whenever)\b")
_TRANSPOSED_RUN = re.compile(r"\s*([A-Za-z]{2,4})(?=\s*(?:\^\s*\{?\s*(?:\\top|T|\\intercal)(?![A-Za-z])|ᵀ|⊤))")


def _claims(formula: str, key: Key) -> list[Expr]:
    """The equations of a formula between what is declared, where both sides are more than a letter or a number."""
    scope = key.wanted.scope
    run = _TRANSPOSED_RUN.match(formula)
    if run is not None and not scope.writes(run[1]) and all(scope.writes(c) for c in run[1]):
        formula = " ".join(run[1]) + formula[run.end(1) :]  # 'QQ^T = I' gives no new name QQ
    try:
        found = readings(formula, scope)
    except ReadError:
        return []
    unknown = _unknowns(key)
    out: list[Expr] = []
    for s in found[0].statements if len(found) == 1 else ():
        if not s.ops or set(s.ops) != {"="}:
            continue
        for a, b in pairwise(s.terms):
            if b.op == "eye" and len(a.shape) == 2 and a.shape[0] == a.shape[1]:
                b = E.eye(a.shape[0])  # I has the size of what it is compared with
            names = E.symbols_in(a) | E.symbols_in(b)
            if not a.shape and not b.shape and (size := _every_entry(a, b)) is not None:
                a, b = (E.comp(size[0], x, size[1]) for x in (a, b))  # p_i = F_i, for every i
            if names & unknown or not names <= scope.symbols.keys() or not a.args or not (E.symbols_in(b) or len(b.shape) > 1) or E.free_indices(a) or E.free_indices(b):
                continue
            if E.has(a, "dec") or E.has(b, "dec") or a.op in ("argopt", "det") or (a.op == "fn" and len(a.args[0].shape) > 1):  # |S| of a matrix is what the text says
                continue
            try:
                out.append(E.rel("=", a, b))
            except E.ShapeError:
                continue
    return out


def _every_entry(a: Expr, b: Expr) -> tuple[str, Dim] | None:
    """The index that both sides hold of an equation between entries, and how far it goes; None where it is none for every entry of declared vectors."""
    free = E.free_indices(a) | E.free_indices(b)
    if len(free) != 1 or E.free_indices(a) != E.free_indices(b):
        return None
    index = next(iter(free))
    sizes = {x.args[0].shape[0] for e in (a, b) for x in E.walk(e) if x.op == "at" and len(x.args) == 2 and x.args[0].shape and x.args[1].op == "idx" and x.args[1].data == index}
    return (index, next(iter(sizes))) if len(sizes) == 1 else None


_BEHIND = re.compile(
    r"(?P<sign>[,;]?(?:\s|\\[,;:! ])*\\q?quad(?![A-Za-z])(?:\s|\\q?quad(?![A-Za-z])|\\(?:text|mathrm)\s*\{\s*(?:where|with|and|for)\s*\}|\\[,;:! ])*)"
    r"(?P<said>[^$,;=]{1,80}=[^$,;=]{1,60}?)(?P<end>[\s.]*(?:\}?\s*[\s.]*)?(?:\$|\\\]|\\end|\Z))")


def without_true_identities(text: str, key: Key) -> str:
    """The text without the equations behind a formula that hold of what is declared, and say nothing of what is asked: '..., \\qquad 1/p + 1/q = 1'."""
    unknown = _unknowns(key)

    def told(m: re.Match[str]) -> str:
        try:
            found = readings(m["said"].strip(), key.wanted.scope)
        except ReadError:
            return m[0]
        for s in found[0].statements if len(found) == 1 else ():
            names = E.symbols_in(s.terms[0]) | E.symbols_in(s.terms[-1])
            if len(s.terms) == 2 and set(s.ops) == {"="} and names and names <= key.wanted.scope.symbols.keys() and not names & unknown and not any(E.has(t, "new") or t.shape for t in s.terms):
                seen = [v for v in truths(E.rel("=", *s.terms), key) if v is not None]
                if seen and all(seen):
                    return m["end"]
        return m[0]

    return _BEHIND.sub(told, text) if len(text) <= MAX_TEXT else text
