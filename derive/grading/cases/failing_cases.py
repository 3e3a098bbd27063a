"""Clauses beside a condition that say where it fails: 'converges for A, diverges for B', '- B: r_t = (-1)^t, no convergence'.

A clause is left out where its own condition excludes the required one at every instance at the boundary; elsewhere it stays, and speaks against the answer.
"""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.reply import find_reply
from derive.grading.judging.conditions import sides_of
from derive.grading.keys import Key
from derive.grading.text.segments import pieces
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.maths.read import readings

MAX_TEXT = 2_000
_FAILS = re.compile(
    r"\b(?:diverg\w+|no convergence|(?:does|do|will|need) not converge|(?:doesn't|don't|won't) converge|not converge|oscillat\w+|blows? up|explod\w+|grows? without bound|unstable"
    r"|flips? (?:its )?sign|never dies|fails?)\b", re.I)
_CLAUSE = re.compile(r"(\n+|(?<=[.;])\s+|[,;]\s+(?:and\s+|but\s+|while\s+|it\s+)?(?=(?:diverges|oscillates|unstable|blows|for \$|if \$|when \$|at \$|for larger|for all other|otherwise)))")
_OTHERWISE = re.compile(r"\W*(?:for (?:all )?(?:larger|bigger|other)\b|otherwise\b|beyond (?:that|this)\b|above (?:that|this|it)\b)", re.I)
_RELATION = re.compile(r"[<>≤≥=]|\\[lg](?:eq?|t)(?![A-Za-z])")


def without_failing_cases(text: str, key: Key) -> str:
    """The text without such clauses; the text itself where nothing else would be left."""
    if len(text) > MAX_TEXT or _FAILS.search(text) is None:
        return text
    pieces = _CLAUSE.split(text)
    kept = [p for k, p in enumerate(pieces) if k % 2 or not (_FAILS.search(p) and (_excludes(p, key) if _RELATION.search(p) else _OTHERWISE.match(p)))]
    out = "".join(kept).strip(" ,;\n")
    return out if len(kept) < len(pieces) and _RELATION.search(out) else text


def _excludes(clause: str, key: Key) -> bool:
    """Whether the first condition of a clause holds nowhere where the required one does."""
    before = _FAILS.split(clause)[0]
    shown = next((f"${p.text}$" for p in pieces(clause) if p.formula and _RELATION.search(p.text)), "") if "$" in clause else before if _RELATION.search(before) else clause
    at = _equation(shown.strip("$ -*"), key)
    found = [at] if at is not None else [m.expr for a in find_reply(shown, key.wanted).alternatives[:1] for i in a.interpretations[:1] for m in i.members]
    if len(found) != 1 or found[0].op == "bool":
        return False
    try:
        return not any(want and exact(found[0], w) for w, want in sides_of(key))
    except (Undefined, NotEvaluable):
        return False


def _equation(formula: str, key: Key) -> Expr | None:
    """An equation between declared quantities, 'alpha = 1/L', which is no condition that could be asked; None for everything else."""
    try:
        found = [r.statements[0] for r in readings(formula, key.wanted.scope) if len(r.statements) == 1]
    except ReadError:
        return None
    s = found[0] if len(found) == 1 else None
    if s is None or list(s.ops) != ["="] or not all(E.symbols_in(t) <= key.wanted.scope.symbols.keys() and t.op not in ("new", "blank") for t in s.terms):
        return None
    try:
        return E.rel("=", *s.terms)
    except E.ShapeError:
        return None
