r"""Dual norms without a number: \|g\|_* and \|u\| in a general argument are those of the problem whose norm has a letter for its exponent, \|g\|_q and \|u\|_p."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from derive.maths.expr import symbols_in
from derive.problem.model import Problem
from derive.transcripts.claims.settings import setting_of
from derive.transcripts.claims.spans import Span

_BAR = r"(?:\\\||\\[lr]?Vert(?![A-Za-z])|‖)"
_NORM = re.compile(rf"(?:\\left\s*)?{_BAR}\s*(?P<of>(?:(?!{_BAR}).){{1,40}}?)\s*(?:\\right\s*)?{_BAR}"
    rf"(?:(?P<star>\s*_\s*(?:\{{\s*(?:\*|\\ast|\\star)\s*\}}|\*|\\ast(?![a-z])|\\star(?![a-z])))|(?P<other>\s*_\s*(?:\{{[^{{}}]*\}}|\\[a-z]+|\w)))?")


def of_general_norms(spans: Sequence[Span], about: Mapping[int, str], table: Mapping[str, Problem]) -> tuple[list[Span], dict[int, str]]:
    """The formulas of a turn with its starred norms, and those without a number beside them, under the letters of the exponents; and the problem that these are about."""
    letters = _general(table) if any(_starred(s) for s in spans) else None
    if letters is None:
        return list(spans), dict(about)
    name, p, q = letters
    out, told = list(spans), dict(about)
    for k, s in enumerate(spans):
        if k in about and any(not m["other"] for m in _NORM.finditer(s.latex)):
            out[k] = replace(s, latex=_NORM.sub(lambda m: m[0] if m["other"] else f"\\|{m['of']}\\|_{{{q if m['star'] else p}}}", s.latex))
            told[k] = name
    return out, told


def _starred(s: Span) -> bool:
    return any(m["star"] for m in _NORM.finditer(s.latex)) if "*" in s.latex or "ast" in s.latex or "star" in s.latex else False


def _general(table: Mapping[str, Problem]) -> tuple[str, str, str] | None:
    """The problem whose penalty is a norm with a letter for its exponent: its name, that letter, and the letter of the dual exponent."""
    for name, problem in table.items():
        setting = setting_of(problem)
        norm = setting.lang.norm if setting is not None else None
        if norm is None or norm.args[1].op != "sym":
            continue
        p = str(norm.args[1].data)
        q = next((s.name for s in problem.symbols.values() if s.let is not None and symbols_in(s.let) == {p}), "")
        if q:
            return name, p, q
    return None
