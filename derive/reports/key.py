"""The answer key of a problem in Markdown: statement, derivation, answer, certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derive.derivation.certificate import PROVED, Certificate
from derive.derivation.rules.spectral_words import with_names
from derive.derivation.steps import Derivation, Outcome, Relation, weakest
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex, plain
from derive.problem.model import Problem
from derive.reports.document import Block, Document, Figure, as_markdown, text
from derive.reports.example import example_line
from derive.reports.function import function_source
from derive.reports.mistakes import typical_mistakes
from derive.reports.refuted import refuted, refuted_block, refuted_data
from derive.reports.statement import formal, iteration_lines, schedule_lines, short, symbol_lines

_UNIQUE = {"always": "It is the only one.", "generic": "It is the only one where no entry is zero and no two tie.", "no": "It is not the only one.", "": ""}
_RELATION = {Relation.EQUIVALENT: "", Relation.REDUCES: " *(reduces to this)*", Relation.BOUNDS: " *(a bound)*", Relation.DEFINES: ""}

Parts = list[tuple[Outcome, Certificate | None]]


def named(e: Expr, problem: Problem) -> Expr:
    """The expression with declared indices and factors of decompositions by their names (k instead of its arg-maximum)."""
    mapping = {s.let: E.idx(s.name) for s in problem.symbols.values() if s.kind == "index" and s.let is not None}
    return with_names(problem, E.replace(e, mapping) if mapping else e)


def key_markdown(problem: Problem, parts: Parts) -> str:
    """The key as Markdown with LaTeX formulas between dollars."""
    return as_markdown(key_document(problem, parts, mistakes=False))


def key_document(problem: Problem, parts: Parts, mistakes: bool = True, figures: Mapping[str, Figure] | None = None) -> Document:
    """The whole key: statement, and for each part what is asked, derivation, answer, checks, typical mistakes, picture.

    mistakes: also derive wrong answers with their diagnoses, and show an instance in numbers; figures: pictures by the id of the part.
    """
    blocks: list[Block] = []
    if problem.statement:
        blocks.append(text(problem.statement.strip()))
    for lines in (["**Symbols**", "", *symbol_lines(problem)] if symbol_lines(problem) else [], ["**Iteration**", "", *iteration_lines(problem)] if problem.iteration else [],
                  schedule_lines(problem)):
        if lines:
            blocks.append(text(*lines))
    for outcome, certificate in parts:
        blocks += _part(problem, outcome, certificate, mistakes)
        if figures and outcome.part.id in figures and not refuted(certificate):
            blocks.append(Block("figure", figure=figures[outcome.part.id]))
    return Document(problem.title, (*blocks, Block("foot", colophon(problem))))


def colophon(problem: Problem) -> str:
    """Which problem, version and variant a paper came from."""
    out = f"Problem `{problem.id}`, version {problem.version}"
    if problem.variant is not None:
        drawn = ", ".join(f"{n} = {v}" for n, v in problem.variant.to_dict().items())
        out += (f", variant of `{problem.variant.seed}`" if problem.variant.seed is not None else ", the variant that stands for all") + f" ({drawn})"
    return out + "." + (f" Source: {problem.source}" if problem.source else "")


def _part(problem: Problem, outcome: Outcome, certificate: Certificate | None, mistakes: bool) -> list[Block]:
    part = outcome.part
    head = [f"## {part.id}: {part.says or part.ask}", ""]
    stated = formal(problem, part)
    if stated:
        head += ["$$", stated, "$$", ""]
    blocks = [text(*head)]
    if certificate is not None and isinstance(outcome, Derivation) and refuted(certificate):
        blocks.append(refuted_block(problem, outcome, certificate, answer_lines(problem, outcome)))
        return [*blocks, text("### The steps, one of which does not hold", "", *_steps(problem, outcome))]
    if outcome.steps:
        blocks.append(text("### Derivation", "", *_steps(problem, outcome)))
    if not isinstance(outcome, Derivation):
        said = "Not derived: the clock ended the search" if outcome.clock else "Not derived"
        return [*blocks, text(f"**{said}.** {outcome.reason}")]
    answer = ["### Answer", "", *answer_lines(problem, outcome)]
    if outcome.says:
        answer += ["", *outcome.says]
    own = any(s.startswith("It is the only one") for s in outcome.says)  # the rule says where, in its own words
    if outcome.kind == "point" and _UNIQUE[outcome.unique] and not own:
        answer += ["", _UNIQUE[outcome.unique]]
    blocks.append(Block("answer", "\n".join(answer)))
    if certificate is not None:
        shown = example_line(problem, outcome) if mistakes else ""
        blocks.append(Block("side", "\n".join([*_certificate(outcome, certificate), *(["", shown] if shown else [])])))
    if mistakes:
        found = typical_mistakes(problem, part)
        if found:
            rows = [f"| ${shown_latex(m.answer, problem)}$ | {cell(m.says)} | {_share(m.share)} |" for m in found]
            blocks.append(Block("side", "\n".join(["Typical mistakes", "", "| answer | what is wrong | credit |", "|---|---|---|", *rows])))
    return blocks


def _share(share: float) -> str:
    return f"{100 * share:g} %" if share else "none"


def cell(says: str) -> str:
    """A sentence in a cell of a table, its signs no Markdown."""
    return re.sub(r"([|*_\\\[\]<>])", r"\\\1", says)


def _steps(problem: Problem, outcome: Outcome) -> list[str]:
    out = []
    for i, step in enumerate(outcome.steps, 1):
        measured = "" if step.strength == PROVED else f" *({step.strength})*"
        out.append(f"{i}. {short(step.says.strip(), problem)}{_RELATION[step.relation]}{measured}")
        inset = " " * len(f"{i}. ")  # what belongs to a step stands under its text
        if step.after:
            out += ["", f"{inset}$$\n{inset}{_one_line(short(step.after, problem))}\n{inset}$$", ""]
        if step.requires:
            out += [f"{inset}Requires: " + ", ".join(_required(short(r, problem)) for r in step.requires) + ".", ""]
    return out


def _one_line(tex: str) -> str:
    return " ".join(tex.split("\n"))


def _certificate(outcome: Derivation, certificate: Certificate) -> list[str]:
    """The checks, strongest words first: what was compared, whether it holds, how strongly, with what figures."""
    out = ["Certificate and numerical check", "", f"Strength of the steps: {outcome.strength}; of the checks, which do not use them: {certificate.strength}.", ""]
    return out + [f"- {_words(e.check)}: {'holds' if e.holds else '**fails**'}, {e.strength} ({_words(e.detail)})" for e in certificate.evidence]


def _words(says: str) -> str:
    return says if "$" in says else re.sub(r"([*_|<>])", r"\\\1", says)


_PROSE = re.compile(r"\$|\b(is|are|has|have|no|of|every|the)\b")


def _required(text: str) -> str:
    """A side condition: a formula between dollars, or a sentence with its own."""
    return text if _PROSE.search(text) else f"${text.replace('->', chr(92) + 'to ')}$"


def answer_lines(problem: Problem, d: Derivation) -> list[str]:
    if d.kind == "table":
        columns = list(d.part.columns)
        rows = [f"| {d.extra['rows'][r][0]} | " + " | ".join(f"${latex(d.extra['cells'][(r, c)])}$" for c in columns) + " |" for r in d.part.rows]
        return ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows]
    if d.kind == "name":
        step = d.extra.get("step")
        said = f"**{str(d.extra['optimizer']).replace('-', ' ')}**"
        if isinstance(step, Expr):
            said += f" with step size ${short(latex(step), problem)}$"
        if d.extra.get("step_depends_on_gradient"):
            said += ", which depends on the gradient: a variant of it"
        return [said + "."]
    assert d.answer is not None

    def shown(e: Expr) -> str:
        return shown_latex(e, problem)

    if d.outputs:
        rows = [rf"{_left(n, problem)} &= {shown(e)}" for n, e in d.outputs]
        return ["$$", r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}", "$$"]
    lines = ["$$", shown(d.answer), "$$"]
    number = _numeric(problem, d.answer)
    if number:
        lines += ["", f"With the given numbers: ${number}$."]
    return lines


def shown_latex(e: Expr, problem: Problem) -> str:
    """A formula with the names that the spec declares."""
    return short(latex(named(e, problem)), problem)


def _left(name: str, problem: Problem) -> str:
    """The name of an output in LaTeX."""
    s = problem.symbols.get(name)
    if s is None and name == "value":
        return "J^*"
    return latex(E.sym(name, s.shape)) if s is not None else rf"\text{{{name}}}"


def _latex(d: Derivation, problem: Problem) -> str | None:
    """The answer in LaTeX: one formula, each output with its name, or a table as an array."""
    if d.outputs:
        tex = r",\quad ".join(f"{_left(n, problem)} = {latex(named(e, problem))}" for n, e in d.outputs)
    elif d.kind == "table":
        rows = [" & ".join([rf"\text{{{r}}}", *(latex(d.extra["cells"][(r, c)]) for c in d.part.columns)]) for r in d.part.rows]
        head = " & ".join(["", *(rf"\text{{{c}}}" for c in d.part.columns)])
        tex = rf"\begin{{array}}{{l{'c' * len(d.part.columns)}}} {(' ' + chr(92) * 2 + ' ').join([head, *rows])} \end{{array}}"
    elif d.kind == "name":
        step = d.extra.get("step")
        tex = rf"\text{{{str(d.extra['optimizer']).replace('-', ' ')}}}" + (rf",\quad \eta = {latex(step)}" if isinstance(step, Expr) else "")
    elif d.answer is None:
        return None
    else:
        tex = latex(named(d.answer, problem))
    return short(tex, problem)


def _text(d: Derivation, problem: Problem) -> str | None:
    """The answer in one line of Unicode text."""
    if d.outputs:
        return "; ".join(f"{n} = {plain(named(e, problem))}" for n, e in d.outputs)
    if d.kind == "table":
        return "; ".join(f"{r} {c}: {plain(d.extra['cells'][(r, c)])}" for r in d.part.rows for c in d.part.columns)
    if d.kind == "name":
        step = d.extra.get("step")
        return str(d.extra["optimizer"]).replace("-", " ") + (f" with step size {plain(step)}" if isinstance(step, Expr) else "")
    return plain(named(d.answer, problem)) if d.answer is not None else None


def _numeric(problem: Problem, e: Expr) -> str:
    """The value of an answer whose symbols are all given, as fractions; empty where it is not all given."""
    from derive.maths.batches import NotEvaluable
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
    """The key as plain data: for each part latex, text, python, strength, unique, steps, evidence.

    strength: the weakest of the steps and of the checks; each step and each check also states its own. A refuted derivation has no
    answer: `refuted` says which checks fail and what the steps end with. variant: what was drawn, where
    the spec draws.
    """
    out = []
    for outcome, certificate in parts:
        d = outcome if isinstance(outcome, Derivation) else None
        no_key = refuted_data(certificate, _latex(d, problem), _text(d, problem)) if d is not None and certificate is not None and refuted(certificate) else None
        key = d if no_key is None else None
        out.append({
            "problem": problem.id, "part": outcome.part.id, "derived": d is not None,
            "reason": "" if isinstance(outcome, Derivation) else outcome.reason,
            "clock": not isinstance(outcome, Derivation) and outcome.clock,
            "latex": _latex(key, problem) if key is not None else None,
            "text": _text(key, problem) if key is not None else None,
            "python": function_source(problem, key) if key is not None else None,
            "cells": {f"{r}-{c}": plain(e) for (r, c), e in key.extra["cells"].items()} if key is not None and key.kind == "table" else None,
            "optimizer": key.extra.get("optimizer") if key is not None and key.kind == "name" else None,
            "strength": weakest((key.strength, certificate.strength)) if key is not None and certificate is not None else None,
            "certified": certificate.holds if certificate is not None else False,
            **({"refuted": no_key} if no_key is not None else {}),
            "unique": d.unique if d is not None else None,
            "steps": [{"rule": s.rule, "says": s.says, "before": short(s.before, problem), "after": short(s.after, problem),
                       "relation": s.relation.value, "requires": list(s.requires), "strength": s.strength} for s in outcome.steps],
            "evidence": [e.to_dict() for e in certificate.evidence] if certificate is not None else [],
        })
    drawn = {} if problem.variant is None else {"variant": {"seed": problem.variant.seed, "values": problem.variant.to_dict()}}
    return {"problem": problem.id, "version": problem.version, "digest": problem.digest, **drawn, "parts": out}
