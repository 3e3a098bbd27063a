"""LaTeX environments: matrices and cases."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.dots import DOTS, dotted
from derive.maths.expr import Expr
from derive.maths.grammar import Grammar


def environment(p: Grammar, braced: bool = False) -> Expr:
    """\\begin{pmatrix} ... \\end{pmatrix}, cases, array. braced: behind a left brace, where the rows are cases."""
    pos = p.tok.pos
    if p.accept("{"):
        kind = str(p.tok.value)
        p.i += 1
        p.accept("}")
    else:
        kind = str(p.tok.value)
        p.i += 1
    kind = kind.rstrip("*")
    if kind == "array":
        _skip_group(p)
    if kind not in ("pmatrix", "bmatrix", "matrix", "vmatrix", "Bmatrix", "smallmatrix", "array", "cases", "aligned",
                    "rcases", "dcases"):
        p.fail("a matrix or cases", f"The environment '{kind}' is not read.", pos=pos)
    bars, p.bars = p.bars, []
    p.deeper()
    rows: list[list[Expr | None]] = []
    row: list[Expr | None] = []
    while not (p.tok.kind == "cmd" and p.tok.value == "end"):
        if p.tok.kind == "end":
            p.fail("\\end{" + kind + "}", slip="The environment is not closed.")
        if p.accept("&"):
            continue
        if p.accept("\\\\"):
            if row:
                rows.append(row)
            row = []
            continue
        row.append(_case_cell(p, bool(row)) if kind.endswith("cases") or braced else DOTS if p.accept("…") else p.expression())
        if kind.endswith("cases") or braced:
            p.accept(",", ".", ";")
    if row:
        rows.append(row)
    p.i += 1
    _skip_group(p)
    p.depth -= 1
    p.bars = bars
    if kind.endswith("cases") or braced:
        return _cases(p, rows, pos)
    cells = [[x for x in r if x is not None] for r in rows]
    flat = [x for r in cells for x in r] if len(cells) == 1 or all(len(r) == 1 for r in cells) else []
    if DOTS in flat:
        return p.build(dotted, flat, pos=pos)
    return p.build(E.mat, tuple(tuple(r) for r in cells), pos=pos)


def _skip_group(p: Grammar) -> None:
    """Step over {cc}, which may already be a single token."""
    if p.tok.kind == "name" and p.tok.braced:
        p.i += 1
        return
    if p.accept("{"):
        while p.tok.kind != "end" and not p.accept("}"):
            p.i += 1


def _case_cell(p: Grammar, is_condition: bool) -> Expr | None:
    """A value, or the condition beside it; None for 'otherwise'."""
    if not is_condition:
        x = p.expression()
        p.accept(",")
        return x
    otherwise = False
    while True:
        while p.tok.kind == "cmd" and p.tok.value in ("text", "mathrm", "textrm"):
            p.i += 1
            if p.is_op("{"):
                p.i += 1
        if p.at_word() or p.is_op("quad", ":"):
            otherwise = otherwise or p.tok.value in ("otherwise", "else")
            p.i += 1
            p.accept("}")
        elif p.is_op("}"):
            p.i += 1
        else:
            break
    if otherwise:
        return None
    condition = p.condition()
    p.accept("}")
    if condition.op not in E.CONDITIONS:
        p.fail("a condition")
    return condition


def _cases(p: Grammar, rows: list[list[Expr | None]], pos: int) -> Expr:
    pairs: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    for r in rows:
        value = r[0]
        if value is None:
            continue
        if len(r) > 2:
            p.fail("one value and its condition in each row", "A row of the cases holds more.", pos=pos)
        if len(r) < 2 or r[1] is None:
            otherwise = value
        else:
            pairs.append((value, r[1]))
    return p.build(E.cases, tuple(pairs), otherwise, pos=pos)
