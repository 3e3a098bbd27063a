"""Tables over norms: a row that names a norm says which problem it is about; its cells name the optimizer and give the update.

A Markdown table has them in the columns that are headed so. The text layer of a page lists a table's headings and cells one a line, and
piles up its formulas at the foot: the k-th name below the heading belongs to the k-th row of norms in that pile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import mpmath

from derive.derivation.steps import Derivation
from derive.grading.keys import key_of
from derive.grading.naming.judgement import judge_name
from derive.grading.text.grids import markdown_grid
from derive.maths.exact import DIGITS
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.dualities import Duality
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.settings import setting_of
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.verdicts import judge_link
from derive.transcripts.turns import Turn

_HEADING = re.compile(r"\W*(?:optimi[sz]ers?|optimi[sz]ation (?:method|algorithm)|methods?|algorithms?|name|recovers|corresponds to|equivalent (?:optimi[sz]er|method))\W*", re.I)
_UPDATE = re.compile(r"\W*(?:the )?(?:optimal )?(?:update|step|solution|minimi[sz]er)(?: rule)?\W*(?:\$[^$]*\$)?\W*", re.I)
_DIRECTION = re.compile(r"\W*(?:the )?(?:optimal )?(?:(?:update|step) )?direction\W*", re.I)
_CELL = re.compile(r"[A-Z(][^.:;?!]{0,60}")
CELLS = 14  # lines below a heading that may be cells of its table
VERDICTS = {"correct": "true", "partial": "undecided", "incorrect": "false"}

OfNorm = Callable[[str], "Problem | None"]


def cells_of_tables(turn: Turn, roles: Sequence[str], rows: Sequence[Duality], of_norm: OfNorm, first_norm: Callable[[str], str]) -> list[Claim]:
    """The claims of a turn's cells that name optimizers or give updates.

    rows: of norms with their duals, in displaced pieces; of_norm: the problem whose penalty is the squared norm with an exponent ('2', 'infinity sign');
    first_norm: the exponent of the one norm that a Markdown row's first cell names, or ''.
    """
    out: list[Claim] = []
    for s in turn.segments:
        if s.role not in roles or s.displaced:
            continue
        lines = [(s.line_start + k, text) for k, text in enumerate(s.text.split("\n"))]
        out += _of_markdown(lines, turn.number, s.role, of_norm, first_norm)
        if rows:
            out += _of_list(lines, turn.number, s.role, rows, of_norm)
    return out


def _of_markdown(lines: Sequence[tuple[int, str]], turn: int, role: str, of_norm: OfNorm, first_norm: Callable[[str], str]) -> Iterator[Claim]:
    columns: dict[int, str] = {}
    for number, text in lines:
        if text.count("|") < 2:
            columns = {}
            continue
        cells = next(iter(markdown_grid(text)), [])
        headed = {i: kind for i, c in enumerate(cells) if i for kind, pattern in (("name", _HEADING), ("=", _UPDATE), ("propto", _DIRECTION)) if pattern.fullmatch(c)}
        if headed:
            columns = headed
            continue
        power = first_norm(text)
        problem = of_norm(power) if power else None
        if problem is None:
            continue
        for i, kind in columns.items():
            cell = cells[i].strip(" *") if i < len(cells) else ""
            claim = _claim(number, text, cell, problem, turn, role) if kind == "name" else _formula(number, text, cell, kind, problem, turn, role)
            if claim is not None:
                yield claim


def _formula(line: int, text: str, cell: str, op: str, problem: Problem, turn: int, role: str) -> Claim | None:
    """The claim of a cell that is one bare formula: it is the update, or points along it."""
    setting = setting_of(problem)
    m = re.fullmatch(r"\$([^$]+)\$", cell)
    if setting is None or m is None or not setting.is_program:
        return None
    found = chains(m.group(1))
    if len(found) != 1 or len(found[0].terms) != 1:
        return None
    over = str(setting.lang.unknown.data)
    with mpmath.workdps(DIGITS):
        judged = judge_link(Link(over, op, found[0].terms[0]), setting)
    if judged.verdict not in ("true", "false"):
        return None
    sign = "=" if op == "=" else "\\propto"
    return Claim("", turn, role, f"{problem.id}#{setting.key.part.id}", line, line, text, f"{over} {sign} {found[0].terms[0]}", "table-entry", judged.verdict, judged.strength,
                 "asserted", judged.reason, judged.witness, answers=op == "=")


def _of_list(lines: Sequence[tuple[int, str]], turn: int, role: str, rows: Sequence[Duality], of_norm: OfNorm) -> Iterator[Claim]:
    k = 2
    while k < len(lines):
        if not (_HEADING.fullmatch(lines[k][1].strip()) and all(0 < len(t.strip()) < 30 and not t.strip().endswith((".", ":")) for _, t in lines[k - 2 : k])):
            k += 1
            continue
        left = list(rows)
        for number, text in lines[k + 1 : k + 1 + CELLS]:
            if not left or text.rstrip().endswith(":"):
                break
            cell = text.strip()
            if not _CELL.fullmatch(cell):
                continue
            problem = of_norm(left[0].norm)
            claim = _claim(number, text, cell, problem, turn, role) if problem is not None else None
            if claim is not None:
                left.pop(0)
                yield claim
        return


def _claim(line: int, text: str, cell: str, problem: Problem, turn: int, role: str) -> Claim | None:
    """The claim of one cell; None where it names no optimizer."""
    part = next((p for p in problem.parts if p.ask == "name"), None)
    key = key_of(problem, part, False) if part is not None else None
    if part is None or key is None or not isinstance(key.outcome, Derivation) or not cell:
        return None
    found = judge_name(cell, key.derivation)
    verdict = VERDICTS.get(str(getattr(found.verdict, "value", found.verdict)))
    if verdict is None:
        return None
    witness = found.witness.to_dict() if verdict == "false" and found.witness else None
    reason = found.reason or "It names the rule that the update follows."
    return Claim("", turn, role, f"{problem.id}#{part.id}", line, line, text, cell, "table-entry", verdict, "measured" if verdict != "undecided" else "", "asserted",
                 reason if verdict != "undecided" else f"It is right only in part: {reason}.", witness)
