r"""The point that a text gives beside the value that is asked: '-r ||g||_1, attained at d = -r sign(g)', '$x^* = A, \qquad f(x^*) = F$'.

A point that is feasible and attains the value is no second answer and is left out; another one makes a right value undecided.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.values import equal, equations, undelimited
from derive.grading.beside.values_beside import NAMED, Held, each_part
from derive.grading.judging.optimum import shortfall
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.direct.words import spellings
from derive.maths.exact import Undefined
from derive.maths.expr import Expr
from derive.maths.signs import GREEK_CHARS

_ATTAINED = re.compile(
    r"\s*[,;]?\s*(?P<open>\()?\s*(?:(?:which|and|it)\s+)?(?:(?:is|being)\s+)?(?:attained|achieved|reached|obtained)\s+(?:at|by|for|when|with|where)\s+"
    r"(?:the\s+)?(?:(?:point|vector|matrix|minimi[sz]er|maximi[sz]er|choice)\s+)?", re.I)
_APPLIED = re.compile(r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\s*\(\s*(?P<at>\\?[A-Za-z]+)\s*(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\*)?\s*\)\s*(?==(?!=))")


def with_points_held(text: str, key: Key) -> Held:
    """The text without the points beside its value that attain it, and the first that does not."""
    best = key.derivation.extra.get("best")
    if key.derivation.kind == "expression" and isinstance(best, tuple) and len(best) == len(key.part.choose):
        return _parameters(text, dict(zip(key.part.choose, best, strict=True)), key)
    if key.program is None or len(key.derivation.point) != 1:
        return Held(text)
    (name, point), = key.derivation.point.items()
    unknown = E.sym(name, point.shape)
    text, false = _attained(text, unknown, key)
    text, more = each_part(text, lambda said, _: None if NAMED.match(said.partition("=")[0]) else _attains(said, unknown, key), lambda said, _: None)

    def starred(m: re.Match[str]) -> str:
        scope = key.wanted.scope
        return m.group() if scope.writes(m["name"]) or m["name"] in scope.dims or m["at"].lstrip("\\") != name else f"{m['name']}^* "

    return Held(_APPLIED.sub(starred, text), false or more or _other_quantity(text, unknown, point, key))


def _parameters(text: str, best: dict[str, Expr], key: Key) -> Held:
    """The text of a best rate without the parameters that it says to attain it, and the first that do not."""
    false = ""
    for m in reversed(list(_AT_PARAMETERS.finditer(text))):
        span = next((x for x in delimited(text) if x[0] == m.end()), None)
        end = span[1] if span is not None else next((k.start() for k in re.finditer(r"[;\n$]|\.(?:\s|$)|$", text) if k.start() >= m.end()), len(text))
        said = text[m.end() : end]
        closes = 0
        if m["open"] and span is None:
            said, closes = said.rpartition(")")[0], 1
            end = m.end() + len(said)
        elif m["open"]:
            closes = len(text[end:]) - len(text[end:].lstrip()) + 1
        found = equations(said, key)
        told = {str(s.terms[0].data): s.terms[-1] for s in found if set(s.ops) == {"="} and s.terms[0].op == "sym" and s.terms[0].data in best}
        if not told or len(told) != len(found) or (m["open"] and text[end + closes - 1 : end + closes] != ")"):
            continue
        held = [equal(e, best[n], key) for n, e in told.items()]
        rest = text[: m.start()] + text[end + closes :]
        if None in held or any(re.search(rf"(?<![A-Za-z\\]){re.escape(w)}(?![A-Za-z])", rest) for n in told for w in _written(n, key)):
            continue  # the answer is told with it
        false = text[m.start() : end + closes] if False in held else false
        text = rest
    return Held(text, false)


_GREEK = {name: letter for letter, name in GREEK_CHARS.items()}


def _written(name: str, key: Key) -> set[str]:
    """What writes a parameter: its name, its aliases, and Greek letters as they are."""
    names = {name, "\\" + name, *key.problem.symbols[name].aliases, *spellings(name)}
    return names | {_GREEK[n.lstrip("\\")] for n in names if n.lstrip("\\") in _GREEK}


_AT_PARAMETERS = re.compile(
    r"(?<=\S)\s*[,;]?\s*(?P<open>\()?\s*(?:(?:which|and|it)\s+)?(?:(?:is|being)\s+)?(?:(?:attained|achieved|reached|obtained|got)\s+(?:at|by|for|when|with|where)|(?:with|at|for|by)(?:\s+choosing)?)\s+"
    r"(?:(?:the|a|its)\s+)?(?:(?:best|optimal|constant)\s+)*(?:(?:step(?:[ -]?sizes?)?|learning\s+rates?|parameters?|choice|rate)\s+)?")


def _other_quantity(text: str, unknown: Expr, point: Expr, key: Key) -> str:
    """The equation that gives the value that is asked to another quantity of the optimal point: 'g^T u = F', where that is only a part of the objective."""
    required = key.derivation.answer
    if required is None:
        return ""
    spans = [text[a:b] for a, b, *_ in delimited(text)] or [text]
    for said in spans:
        for s in equations(undelimited(said), key) if "=" in said else ():
            first, last = s.terms[0], s.terms[-1]
            if not s.ops or set(s.ops) != {"="} or first == unknown or str(unknown.data) not in E.symbols_in(first) or str(unknown.data) in E.symbols_in(last):
                continue
            if E.has(first, "new") or E.has(first, "restate") or E.free_indices(first) or first.shape or not equal(last, required, key):
                continue
            if equal(E.replace(first, {unknown: point}), last, key) is False:
                return said
    return ""


def _attained(text: str, unknown: Expr, key: Key) -> Held:
    false = ""
    for m in reversed(list(_ATTAINED.finditer(text))):
        if not text[: m.start()].strip():
            continue
        span = next((x for x in delimited(text) if x[0] == m.end()), None)
        end = span[1] if span is not None else next((k.start() for k in re.finditer(r"[;\n$]|,\s|\.(?:\s|$)|$", text) if k.start() >= m.end()), len(text))
        said = text[m.end() : end]
        if m["open"]:
            close = said.rfind(")") + 1 if span is None else end - m.end() + len(text[end:]) - len(text[end:].lstrip()) + 1
            if not close or text[m.end() + close - 1 : m.end() + close] != ")":
                continue
            said, end = text[m.end() : m.end() + close - 1], m.end() + close
        same = _attains(said, unknown, key)
        if same is None:
            continue
        false = false if same else text[m.start() : end]
        text = text[: m.start()] + text[end:]
    return Held(text, false)


def _attains(said: str, unknown: Expr, key: Key) -> bool | None:
    """Whether 'd = -r sign(g)' gives a point that attains the value; None where it gives none."""
    found = equations(said, key)
    if len(found) != 1 or not found[0].ops or set(found[0].ops) != {"="} or found[0].terms[0] != unknown:
        return None
    e = E.as_column(found[0].terms[-1])
    if e.shape != unknown.shape or str(unknown.data) in E.symbols_in(e) or E.free_indices(e) or E.has(e, "new") or E.has(e, "restate"):
        return None
    seen = False
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                if shortfall({str(unknown.data): e}, key, w) is not None:
                    return False
            except (Undefined, NotEvaluable, E.ShapeError, KeyError):
                continue
            seen = True
    return True if seen else None
