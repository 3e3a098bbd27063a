"""The sheet that students get: the statement and the questions, with room for answers, and no answer."""

from __future__ import annotations

from derive.problem.model import Problem
from derive.reports.document import Block, Document, text
from derive.reports.key import colophon
from derive.reports.statement import formal, iteration_lines, points_text, question, schedule_lines, symbol_lines

LINES = {"name": 2, "norm": 2, "status": 3, "count": 2, "table": 4}  # of room for an answer; 6 for all others


def sheet_document(problem: Problem, room: bool = True, source: bool = False) -> Document:
    """The sheet of a problem. It is made from the statement alone: nothing is derived.

    room: leave room for handwriting; source: name the source at the foot (it may give the answer away).
    """
    blocks: list[Block] = []
    if problem.statement:
        blocks.append(text(problem.statement.strip()))
    else:
        blocks += [text(*lines) for lines in (iteration_lines(problem), schedule_lines(problem)) if lines]
    symbols = symbol_lines(problem)
    if symbols:
        blocks.append(text("**Symbols**", "", *symbols))
    blocks += _rules(problem)
    for p in problem.parts:
        head = [f"## {p.id} ({points_text(p.points)})", "", question(problem, p)]
        stated = formal(problem, p)
        if stated:
            head += ["", "$$", stated, "$$"]
        if p.ask == "table":
            titles = [s.title for r in p.rows for s in problem.schedules if s.id == r]
            head += ["", "| | " + " | ".join(p.columns) + " |", "|---" * (len(p.columns) + 1) + "|", *(f"| {t} |" + " |" * len(p.columns) for t in titles)]
        if p.digits > 2:
            head += ["", f"Give decimals with at least {p.digits} significant digits."]
        blocks.append(text(*head))
        if room and p.ask != "table":
            blocks.append(Block("space", lines=LINES.get(p.ask, 6)))
    foot = colophon(problem) if source else colophon(problem).partition(" Source:")[0]
    return Document(problem.title, (*blocks, Block("foot", foot)))


def _rules(problem: Problem) -> list[Block]:
    """What a student should know of how it is marked."""
    policy, said = problem.policy, []
    if policy.attempts is not None:
        said.append(f"{policy.attempts} attempt{'s' * (policy.attempts != 1)} count{'s' * (policy.attempts == 1)}; the {policy.counts} one is marked.")
    if policy.attempt_cost:
        said.append(f"Every attempt before it costs {100 * policy.attempt_cost:g} % of the points.")
    if any(p.follow_through for p in problem.parts):
        said.append("A value that is right for your own earlier answer earns part of the points.")
    return [text(" ".join(said))] if said else []
