"""Counts that a model states in words or in a table: numbers of messages, sizes, messages of a phase.

The lines of a section about a schedule problem are read one by one. A line that names a row sets the row;
`Total messages: 2n` and `Each message is one chunk: p/n` are statements about it; cells follow their row's
name, or stand in a Markdown table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.derivation.schedules import run
from derive.errors import ReadError
from derive.grading.keys import Key
from derive.grading.tables.answer import judge_cell
from derive.grading.tables.cells import column_of, row_of
from derive.grading.text.grids import markdown_grid
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, compare, exact
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.write import latex
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.verdicts import judge_link
from derive.transcripts.claims.words import MESSAGES, NUMBERS, TOTAL

Numbered = tuple[int, str]

MAX_CELL = 60
_EACH = re.compile(r"\b(?:each|every|per)\b[^:]*\b(?:message|chunk|transfer)\b|\bsizes?\b|\bmessage (?:size|length)\b", re.I)
_NUMBER = re.compile(rf"\b{MESSAGES}\b", re.I)
_TOTAL = re.compile(rf"\b(?:{TOTAL}|number of|grand)\b", re.I)
_UNIT = re.compile(rf"\b(?:{MESSAGES}|{NUMBERS}|{TOTAL}|each|passes|rounds)\b\.?", re.I)
_REMARK = re.compile(r"[\[(]\s*(?=[^\])]*[A-Za-z]{3,})([^\[\]]*?)[\])]\s*$")
_MARKS = re.compile(r"^[\s*#>+-]+|\*\*|\$|\\[()]")
CHECKED = ((2, 4), (3, 6), (4, 8), (5, 15))  # workers, numbers


def counts_in(lines: Sequence[Numbered], turn: int, role: str, setting: Setting) -> list[Claim]:
    """The claims of some numbered lines of one speaker."""
    key = setting.key
    out: list[Claim] = []
    row: str | None = None
    waiting: list[str] = []
    k = 0
    while k < len(lines):
        number, text = lines[k]
        if "|" in text and text.count("|") > 2:
            end = next((j for j in range(k, len(lines)) if "|" not in lines[j][1]), len(lines))
            out += _of_markdown(lines[k:end], turn, role, setting)
            k = end
            continue
        bare = _MARKS.sub("", text).strip()
        named = row_of(bare, key) if len(bare) < 90 else None
        if named is not None:
            row = named
            waiting = list(key.part.columns) if ":" not in bare and _cells_follow(lines, k, setting) else []
            if ":" not in bare:
                k += 1
                continue
        if waiting and bare and len(bare) <= MAX_CELL and row is not None:
            out.append(_cell(number, number, text, bare, row, waiting.pop(0), turn, role, setting, "table-entry"))
        elif row is not None and ":" in bare:
            end, whole = _joined(lines, k)
            out += _spoken(number, end, whole, row, turn, role, setting)
        k += 1
    return out


def _joined(lines: Sequence[Numbered], k: int) -> tuple[int, str]:
    """A line with what follows it while its bracket is open."""
    text = lines[k][1]
    end = k
    while end + 1 < len(lines) and end < k + 2 and (text.count("[") > text.count("]") or text.count("(") > text.count(")")):
        end += 1
        text += " " + lines[end][1].strip()
    return lines[end][0], _MARKS.sub("", text).strip()


def _cells_follow(lines: Sequence[Numbered], k: int, setting: Setting) -> bool:
    """Whether as many formulas as the table has columns stand on the next lines."""
    following = [_MARKS.sub("", text).strip() for _, text in lines[k + 1 : k + 1 + len(setting.key.part.columns)]]
    return len(following) == len(setting.key.part.columns) and all(0 < len(t) <= MAX_CELL and _read(t, setting) is not None for t in following)


def _read(text: str, setting: Setting) -> Expr | None:
    try:
        found = readings(text, setting.lang.scope)[0].statements
    except ReadError:
        return None
    return found[0].terms[0] if len(found) == 1 and not found[0].ops and not found[0].terms[0].shape else None


def _of_markdown(rows: Sequence[Numbered], turn: int, role: str, setting: Setting) -> list[Claim]:
    key = setting.key
    columns: dict[int, str] = {}
    headed = False  # of something else, as a column of traffic is
    out = []
    for number, text in rows:
        cells = next(iter(markdown_grid(text)), [])
        row = row_of(cells[0], key) if cells else None
        if row is None:
            columns = {i: c for i, cell in enumerate(cells) if i and (c := column_of(cell, key)) is not None} or columns
            headed = headed or any(re.search(r"[A-Za-z]{3}", cell) for cell in cells[1:])
            continue
        where = columns or ({} if headed else {i + 1: c for i, c in enumerate(key.part.columns)})
        out += [_cell(number, number, text, cell.strip(" $*"), row, where[i], turn, role, setting, "table-entry") for i, cell in enumerate(cells) if i in where and cell.strip()]
    return out


def _cell(first: int, last: int, text: str, said: str, row: str, column: str, turn: int, role: str, setting: Setting, kind: str) -> Claim:
    judged, _ = judge_cell(said, row, column, setting.key)
    verdict = {Verdict.CORRECT: "true", Verdict.INCORRECT: "false", Verdict.UNREADABLE: "unreadable"}.get(judged.verdict, "undecided")
    fixed = _required(row, column, setting.key) if verdict == "false" else ""
    witness = judged.witness.to_dict() if judged.witness is not None and verdict == "false" else None
    e = _read(said.rpartition("=")[2].strip(), setting) if verdict == "false" else None
    if e is not None and not E.symbols_in(e) and not any(x.op == "dim" for x in E.walk(e)):
        why = "It is a number in place of a formula: of how many workers and parameters is not seen here."
        return replace(_claim(first, last, text, said, kind, turn, role, setting, "undecided", why), answers=False)
    reason = judged.reason if verdict != "true" else f"It is the number counted for {setting.problem.schedule(row).title}."
    return replace(_claim(first, last, text, said, kind, turn, role, setting, verdict, reason, judged.strength, witness, fixed), answers=True)


def _claim(first: int, last: int, text: str, said: str, kind: str, turn: int, role: str, setting: Setting, verdict: str, reason: str,
           strength: str = "", witness: dict[str, object] | None = None, fixed: str = "") -> Claim:
    part = f"{setting.problem.id}#{setting.key.part.id}"
    return Claim("", turn, role, part, first, last, text, said, kind, verdict, strength, "asserted", reason, witness, fixed)


def _required(row: str, column: str, key: Key) -> str:
    cells = key.derivation.extra.get("cells")
    e = cells.get((row, column)) if isinstance(cells, dict) else None
    return latex(e) if isinstance(e, Expr) else ""


# ------------------------------------------------------------------------------------------ sentences with a count

def _spoken(first: int, last: int, whole: str, row: str, turn: int, role: str, setting: Setting) -> Iterator[Claim]:
    """'Total messages: 2n', 'Each message is one chunk: p/n', 'to the server: n messages'."""
    label, _, said = whole.rpartition(":")
    remark = _REMARK.search(said)
    also = _formula_at_end(remark.group(1), setting) if remark is not None else None
    said = _UNIT.sub(" ", said[: remark.start()] if remark is not None and re.search(r"[A-Za-z]{3,}", remark.group(1)) else said).strip(" .")
    found = chains(said)
    if len(found) != 1:
        return
    terms = [*found[0].terms, *([also] if also is not None else [])]
    for a, b in pairwise(terms):
        judged = judge_link(Link(a, "=", b), setting)
        yield _claim(first, last, whole, f"{a} = {b}", "equation", turn, role, setting, judged.verdict, judged.reason, judged.strength, judged.witness)
    value = found[0].terms[-1]
    if _read(value, setting) is None:
        return
    if _EACH.search(label):
        yield _cell(first, last, whole, value, row, "size", turn, role, setting, "equation")
    elif _NUMBER.search(label) or _NUMBER.search(whole):
        if not _TOTAL.search(label):
            part = _of_phase(first, last, whole, value, row, turn, role, setting)
            if part is not None:
                yield part
                return
        claim = _cell(first, last, whole, value, row, "messages", turn, role, setting, "equation")
        yield claim if _TOTAL.search(label) or claim.verdict == "true" else replace(
            claim, verdict="undecided", witness=None, correction="", reason="It is not said of which messages this is the number.", answers=False)


def _formula_at_end(remark: str, setting: Setting) -> str | None:
    """The formula that a remark ends with: 'which matches the given format n(2(n-1))'."""
    words = remark.split()
    for k in range(len(words)):
        text = " ".join(words[k:])
        if len(text) > 2 and _read(text, setting) is not None:
            return text
    return None


def _of_phase(first: int, last: int, whole: str, said: str, row: str, turn: int, role: str, setting: Setting) -> Claim | None:
    """A number of messages that is that of one phase of the schedule; None where it is of none."""
    e = _read(said, setting)
    schedule = setting.problem.schedule(row)
    if e is None:
        return None
    runs = [run(schedule, n, p) for n, p in CHECKED]
    for k, (label, _, _) in enumerate(runs[0].phases):
        try:
            fits = all(compare(exact(e, World({schedule.workers: Fraction(r.n), schedule.parameters: Fraction(r.p)}, {})), Fraction(r.phases[k][2])) == 0 for r in runs)
        except (Undefined, NotEvaluable, IndexError):
            return None
        if fits:
            return _claim(first, last, whole, said, "equation", turn, role, setting, "true", f"It is the number of messages of the phase '{label}'.", "measured")
    return None


__all__ = ["E", "counts_in"]
