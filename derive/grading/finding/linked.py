"""What a formula says of the one before it: 'X where A = B', 'X if A < B', 'X for i = 1, ..., n'."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.candidates import Candidate
from derive.grading.finding.members import beside
from derive.grading.finding.wanted import Alternative, Wanted
from derive.grading.letters.definitions import starred
from derive.grading.letters.lengths import covers
from derive.grading.text.segments import Piece
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import readings

_LIKE_WITH = frozenset("such satisfying so s.t. note recall here convention conventions".split())
_NORM_FIRST = re.compile(r"\s*(?:\\\||‖|\\lVert|\\left\s*\\\|)")
_LINKED = re.compile(r"\b(where|with|let|if|when|only if|provided(?: that)?|for|such that|satisfying|so that|s\.t\."
                     r"|(?:note|recall) that(?: here)?|note here that|here|conventions?)\W*(?:(?:all|every|each|the)\s+)?$", re.I)


_MAIN_CLAUSE = re.compile(r"\b(?:we|one|you|it|this|the \w+)\s+(?:\w+\s+)?(?:get|gets|obtain|have|find|gives?|is|are|becomes?|reads?|yields?)\b")


def _is_instance(statements: list[Statement]) -> bool:
    """Whether only numbers are given to declared symbols."""
    return bool(statements) and all(s.ops == ("=",) and s.terms[0].op == "sym" and not E.symbols_in(s.terms[1]) and s.terms[1].op != "new" for s in statements)


def _until_full_stop(found: list[Piece], p: Piece) -> str:
    """The words of a sentence behind one of its formulas."""
    words = ""
    for q in found[found.index(p) + 1 :]:
        if not q.formula:
            head, stop, _ = q.text.partition(". ")
            words += head
            if stop or "\n\n" in head:
                break
    return words


def with_remarks(found: list[Piece], ready: list[tuple[Candidate, Alternative]], wanted: Wanted, texts: list[str], prose: str
                  ) -> list[tuple[Candidate, Alternative]]:
    """Each candidate with what the next formula says of it: 'X where A = B', 'X if A < B'."""
    follower: dict[int, tuple[Expr, ...]] = {}
    conditional: dict[int, tuple[Expr, ...]] = {}
    starts = [p.start for p in found if p.formula]
    own = starred(texts, wanted.scope)
    candidates_at = {c.start for c, _ in ready}
    for before, p in pairwise(found):
        if p.formula and covers(p.text, wanted) is False:  # u_i = ... for i = 2, ..., n only
            conditional |= {max(c for c in candidates_at if c < p.start): (E.truth(False),)} if any(c < p.start for c in candidates_at) else {}
            continue
        m = _LINKED.search(before.text, max(0, len(before.text) - 400)) if not before.formula and p.formula else None
        if m is None or (m.group(1).lower().startswith("convention") and not _NORM_FIRST.match(p.text)):
            continue
        try:
            statements = [s for r in readings(p.text, wanted.scope, own)[:1] for s in r.statements if not s.ops or len(set(s.terms)) > 1]
        except ReadError:
            continue
        if m.group(1)[:1].isupper() and _is_instance(statements) and _MAIN_CLAUSE.search(_until_full_stop(found, p)):
            continue  # 'With alpha = 1 and g = (2, -1) we get ...'
        opening = m.group(1).lower().split()[0]
        word = "with" if opening in _LIKE_WITH else opening
        first = [Statement((E.ONE,), (), 0, {"only": "if", "provided": "if"}.get(word, word)), *statements]
        said, conditions = beside(first, wanted)
        previous = [s for s in starts if s < p.start and s in candidates_at]
        if previous:
            follower[previous[-1]] = said if word in ("where", "with", "let") else ()
            conditional[previous[-1]] = (*conditional.get(previous[-1], ()), *conditions)
    out = []
    for c, a in ready:
        extra, needs = follower.get(c.start, ()), conditional.get(c.start, ())
        if extra or needs:
            a = replace(a, interpretations=tuple(replace(i, said=i.said + extra, conditions=i.conditions + needs) for i in a.interpretations))
        out.append((c, a))
    return out
