"""The answer key of a problem in Markdown: statement, derivation, answer, certificate."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.derivation.certificate import Certificate
from derive.derivation.rules.spectral_words import with_names
from derive.derivation.steps import Derivation, Outcome, Relation
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex, plain, python
from derive.problem.model import Problem

_UNIQUE = {"always": "It is the only one.", "generic": "It is the only one where no entry is zero and no two tie.", "no": "It is not the only one.", "": ""}
_RELATION = {Relation.EQUIVALENT: "", Relation.REDUCES: " *(reduces to this)*", Relation.BOUNDS: " *(a bound)*", Relation.DEFINES: ""}

Parts = list[tuple[Outcome, Certificate | None]]


def named(e: Expr, problem: Problem) -> Expr:
    """The expression with declared indices and factors of decompositions by their names (k instead of its arg-maximum)."""
    mapping = {s.let: E.idx(s.name) for s in problem.symbols.values() if s.kind == "index" and s.let is not None}
    return with_names(problem, E.replace(e, mapping) if mapping else e)


def key_markdown(problem: Problem, parts: Parts) -> str:
    """The key as Markdown with LaTeX formulas between dollars."""
    out = [f"# {problem.title}", ""]
    if problem.statement:
        out += [problem.statement.strip(), ""]
    out += _symbols(problem)
    for outcome, certificate in parts:
        out += _part(problem, outcome, certificate)
    out += ["---", "", f"Problem `{problem.id}`, version {problem.version}." + (f" Source: {problem.source}" if problem.source else ""), ""]
    return "\n".join(out)


def _symbols(problem: Problem) -> list[str]:
    rows = [f"- ${latex(E.sym(s.name))}$: {s.says}" + (f", ${latex(E.sym(s.name))} = {latex(s.given)}$" if s.given is not None else "")
            for s in problem.symbols.values() if s.says]
    return ["**Symbols**", "", *rows, ""] if rows else []


def _part(problem: Problem, outcome: Outcome, certificate: Certificate | None) -> list[str]:
    part = outcome.part
    out = [f"## {part.id}: {part.says or part.ask}", ""]
    if outcome.steps:
        out += ["### Derivation", ""]
    for i, step in enumerate(outcome.steps, 1):
        out.append(f"{i}. {step.says}{_RELATION[step.relation]}")
        if step.after:
            out += ["", f"   $$\n   {_short(step.after, problem)}\n   $$", ""]
        if step.requires:
            out += ["   Requires: " + ", ".join(f"${r}$" for r in step.requires) + ".", ""]
    if not isinstance(outcome, Derivation):
        return [*out, f"**Not derived.** {outcome.reason}", ""]
    out += ["### Answer", "", *_answer(problem, outcome), ""]
    if outcome.says:
        out += [*outcome.says, ""]
    said = any(s.startswith("It is the only one") for s in outcome.says)  # the rule says where, in its own words
    if outcome.kind == "point" and _UNIQUE[outcome.unique] and not said:
        out += [_UNIQUE[outcome.unique], ""]
    if certificate is not None:
        out += ["### Certificate", ""]
        out += [f"- {e.check}: {'holds' if e.holds else '**fails**'}, {e.strength} ({e.detail})" for e in certificate.evidence]
        out.append("")
    return out


def _short(tex: str, problem: Problem) -> str:
    """Arg-maxima by the name of the declared index."""
    for s in problem.symbols.values():
        if s.kind == "index" and s.let is not None:
            tex = tex.replace(latex(s.let), s.name)
    return tex


def _answer(problem: Problem, d: Derivation) -> list[str]:
    if d.kind == "table":
        columns = list(d.part.columns)
        rows = [f"| {d.extra['rows'][r][0]} | " + " | ".join(f"${latex(d.extra['cells'][(r, c)])}$" for c in columns) + " |" for r in d.part.rows]
        return ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows]
    if d.kind == "name":
        step = d.extra.get("step")
        said = f"**{str(d.extra['optimizer']).replace('-', ' ')}**"
        if isinstance(step, Expr):
            said += f" with step size ${_short(latex(step), problem)}$"
        if d.extra.get("step_depends_on_gradient"):
            said += ", which depends on the gradient: a variant of it"
        return [said + "."]
    assert d.answer is not None
    if d.outputs:
        rows = [rf"{_left(n, problem)} &= {latex(named(e, problem))}" for n, e in d.outputs]
        return ["$$", r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}", "$$"]
    lines = ["$$", latex(named(d.answer, problem)), "$$"]
    number = _numeric(problem, d.answer)
    if number:
        lines += ["", f"With the given numbers: ${number}$."]
    return lines


def _left(name: str, problem: Problem) -> str:
    """The name of an output in LaTeX."""
    s = problem.symbols.get(name)
    return latex(E.sym(name, s.shape)) if s is not None else rf"\text{{{name}}}"


def _written(d: Derivation, problem: Problem, write: Callable[[Expr], str], left: Callable[[str], str], between: str) -> str | None:
    """The answer, or each output with its name, in one notation."""
    if d.outputs:
        return between.join(f"{left(n)} = {write(named(e, problem))}" for n, e in d.outputs)
    return write(named(d.answer, problem)) if d.answer is not None else None


def _numeric(problem: Problem, e: Expr) -> str:
    """The value of an answer whose symbols are all given, as fractions; empty where it is not all given."""
    from derive.maths.evaluate import NotEvaluable
    from derive.maths.exact import Undefined, World, exact

    values: dict[str, Any] = {}
    used = E.symbols_in(e)
    for n in used:
        given = problem.symbols[n].given if n in problem.symbols else None
        if given is None:
            return ""
        values[n] = exact(given, World({}, {}))
    if not used:
        return ""
    try:
        value = exact(e, World(values, {}))
    except (Undefined, NotEvaluable):
        return ""
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(v, Fraction) for v in entries):
        return ""
    shown = [latex(E.num(v)) for v in entries]
    return f"\\left({', '.join(shown)}\\right)" if isinstance(value, list) else shown[0]


def key_data(problem: Problem, parts: Parts) -> dict[str, Any]:
    """The key as plain data: for each part latex, text, python, strength, unique, steps, evidence."""
    out = []
    for outcome, certificate in parts:
        d = outcome if isinstance(outcome, Derivation) else None
        out.append({
            "problem": problem.id, "part": outcome.part.id, "derived": d is not None,
            "reason": "" if d is not None else getattr(outcome, "reason", ""),
            "latex": _written(d, problem, latex, lambda n: _left(n, problem), r",\quad ") if d is not None else None,
            "text": _written(d, problem, plain, str, "; ") if d is not None else None,
            "python": _function(problem, d) if d is not None and d.answer is not None else None,
            "cells": {f"{r}-{c}": plain(e) for (r, c), e in d.extra["cells"].items()} if d is not None and d.kind == "table" else None,
            "optimizer": d.extra.get("optimizer") if d is not None and d.kind == "name" else None,
            "strength": certificate.strength if certificate is not None else None,
            "certified": certificate.holds if certificate is not None else False,
            "unique": d.unique if d is not None else None,
            "steps": [{"rule": s.rule, "says": s.says, "before": s.before, "after": s.after, "relation": s.relation.value,
                       "requires": list(s.requires)} for s in outcome.steps],
            "evidence": [e.to_dict() for e in certificate.evidence] if certificate is not None else [],
        })
    return {"problem": problem.id, "version": problem.version, "digest": problem.digest, "parts": out}


def _function(problem: Problem, d: Derivation) -> str:
    """Source of `def answer(...)` on NumPy arrays: parameters by name, then dimensions that none of them shows.

    Several outputs come as a tuple in their order, or as one array where the part asks for one vector.
    """
    assert d.answer is not None
    answers = [e for _, e in d.outputs] or [d.answer]
    used = set().union(*(E.symbols_in(e) for e in answers))
    parameters = [s.name for s in problem.symbols.values() if s.name in used]
    shown = {x for n in parameters for x in problem.symbols[n].shape}
    nodes = [x for e in answers for x in E.walk(e)]
    sizes = [x.data for x in nodes if x.op == "dim"] + [k for x in nodes for k in x.shape]
    dims = sorted({str(y) for k in sizes for y in E.inside_least(k) if isinstance(y, str)})
    lines = [f"    {k} = {_size_of(k, problem, parameters)}" for k in dims if k in shown]
    arguments = [*(n.replace("lambda", "lam") for n in parameters), *(k for k in dims if k not in shown)]
    written = ", ".join(python(e) for e in answers)
    returned = f"np.array([{written}])" if d.part.stacked else f"({written})" if d.outputs else written
    body = [*lines, f"    return {returned}"]
    return "\n".join(["import math", "import numpy as np", "", f"def answer({', '.join(arguments)}):", *body, ""])


def _size_of(d: str, problem: Problem, parameters: list[str]) -> str:
    for n in parameters:
        shape = problem.symbols[n].shape
        if d in shape:
            return f"{n}.shape[{shape.index(d)}]"
    return d


def key_json(problem: Problem, parts: Parts) -> str:
    """key_data as JSON text."""
    return json.dumps(key_data(problem, parts), ensure_ascii=False, indent=2) + "\n"
