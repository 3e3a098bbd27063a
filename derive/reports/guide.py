"""The marking guide: for each part its answer, other forms of it that are right, what earns part of the points, and typical mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation.certificate import Certificate
from derive.derivation.steps import Derivation, Outcome
from derive.grading.grade import grade
from derive.grading.stress.forms import forms
from derive.grading.stress.grids import table_forms
from derive.grading.stress.subject import Subject
from derive.grading.stress.values import Unvalued
from derive.grading.stress.words import name_forms, norm_candidates, norm_forms
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.credit import CREDITS
from derive.reports.document import Block, Document, text
from derive.reports.key import Parts, answer_lines, cell, colophon, shown_latex
from derive.reports.mistakes import typical_mistakes
from derive.reports.refuted import refuted, refuted_block
from derive.reports.statement import points_text, question

FORMS = 6  # accepted forms that are shown
DRAWN = 40  # forms that are written to find them
SEED = 1
LONGEST = 160  # characters of a form that is shown


def guide_document(problem: Problem, parts: Parts) -> Document:
    """The guide of a problem. Every form in it was written by the generator of the question tests and judged correct."""
    blocks: list[Block] = [text(f"{points_text(problem.points)} in all. What is not listed here is judged by the same rule: any form that is equal "
                                "to the answer, or for a minimiser any feasible point that attains the optimum, is right.")]
    for outcome, certificate in parts:
        blocks += _part(problem, outcome, certificate)
    return Document(f"Marking guide: {problem.title}", (*blocks, Block("foot", colophon(problem))))


def _part(problem: Problem, outcome: Outcome, certificate: Certificate | None) -> Iterator[Block]:
    part = outcome.part
    yield text(f"## {part.id} ({points_text(part.points)})", "", question(problem, part))
    if not isinstance(outcome, Derivation):
        yield text(f"No key was derived ({outcome.reason}). Answers are judged against the numerical optimum where there is one; the rest is for a person.")
        return
    if certificate is not None and refuted(certificate):
        yield refuted_block(problem, outcome, certificate, answer_lines(problem, outcome))
        return
    yield Block("answer", "\n".join(["### Answer", "", *answer_lines(problem, outcome), *(["", *outcome.says] if outcome.says else [])]))
    accepted = accepted_forms(problem, outcome)
    if accepted:
        yield text("### Also right, for example", "", *(f"- {_code(t)}" for t in accepted))
    yield text("### Partial credit", "", *_credit(problem, part))
    found = typical_mistakes(problem, part, 10)
    if found:
        rows = [f"| ${shown_latex(m.answer, problem)}$ | {cell(m.says)} | {m.share * part.points:g} |" for m in found]
        yield Block("side", "\n".join(["Typical mistakes", "", "| answer | what is wrong | points |", "|---|---|---|", *rows]))


def accepted_forms(problem: Problem, d: Derivation, most: int = FORMS) -> list[str]:
    """Right answers in other forms and notations, each of them judged correct here."""
    found: list[str] = []
    try:
        if d.kind == "name":
            drawn = name_forms(d, SEED, True)
        elif d.kind == "norm":
            drawn = norm_forms(d, norm_candidates(d)[0], SEED, True)
        elif d.kind == "table":
            drawn = table_forms(d, SEED, True)
        elif d.answer is None or d.outputs:
            return []
        else:
            drawn = forms(Subject(d), SEED)
        for _, form in zip(range(DRAWN), drawn, strict=False):
            t = form.text.strip()
            if form.how == "withdrawn" or t in found or len(t) > LONGEST or "\n" in t:
                continue
            if grade(problem, d.part, t, certified=False).verdict is Verdict.CORRECT:
                found.append(t)
            if len(found) >= most:
                break
    except (Unvalued, E.ShapeError, NotImplementedError, AssertionError):
        return found
    return found


def _code(t: str) -> str:
    """A form as it is typed."""
    marks = "``" if "`" in t else "`"
    return f"{marks}{t}{marks}" if marks == "`" else f"{marks} {t} {marks}"


def _credit(problem: Problem, part: Part) -> list[str]:
    """What earns a share of the points, from the spec."""
    out = []
    for kind, says in CREDITS.items():
        share = problem.credit_for(kind, part.id)
        fits = kind != "follow_through" or part.follow_through
        if share and fits:
            out.append(f"- {says.replace('the verdict partial: ', 'right in part: ')}: {share * part.points:g} of {points_text(part.points)}")
    for m in problem.misconceptions:
        if m.part == part.id:
            out.append(f"- ${latex(m.answer)}$: {m.credit * part.points:g} ({m.says})")
    out.append(f"- decimals need at least {part.digits} significant digits; shorter ones are for a person, never wrong by themselves")
    return out
