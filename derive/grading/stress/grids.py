"""Tables as answers: Markdown, LaTeX, HTML, lines and lists, either way round; with a cell changed or rows exchanged."""

from __future__ import annotations

import random
from collections.abc import Iterator

from derive.derivation.steps import Derivation
from derive.grading.stress.forms import HANDS, Form
from derive.grading.stress.instances import instances
from derive.grading.stress.misses import rewritten as mutated
from derive.grading.stress.rewrites import equal_on, rewritten
from derive.grading.stress.subject import SEED, Subject, seeded
from derive.maths import expr as E
from derive.maths.expr import Expr

Cells = dict[tuple[str, str], Expr]
LEAD = ("", "", "", "Here is the table:\n\n", "**Final answer:**\n\n", "## Communication\n\n", "The counts are as follows.\n\n")


def table_forms(d: Derivation, seed: int, right: bool) -> Iterator[Form]:
    """Right tables, or tables with one mistake, without end."""
    rng = seeded(seed, "tables", d.problem.id, right)
    cells: Cells = d.extra["cells"]
    while True:
        if right:
            yield Form(written(d, cells, rng, False), "table", "key")
        else:
            found = spoiled(d, cells, rng)
            if found is not None:
                yield Form(written(d, found[0], rng, True), "table", found[1])


def spoiled(d: Derivation, cells: Cells, rng: random.Random) -> tuple[Cells, str] | None:
    """The cells with one mistake that changes a value, and its class."""
    subject = Subject(d)
    at = instances(d.problem.symbols, SEED)
    places = sorted(cells)
    how = rng.choice(("one cell", "one cell", "rows swapped", "columns swapped", "factor"))
    out = dict(cells)
    if how == "rows swapped":
        a, b = rng.sample(sorted({r for r, _ in places}), 2)
        out = {(b if r == a else a if r == b else r, c): e for (r, c), e in cells.items()}
    elif how == "columns swapped":
        columns = sorted({c for _, c in places})
        out = {(r, columns[1 - columns.index(c)] if len(columns) == 2 else c): e for (r, c), e in cells.items()}
    else:
        spot = rng.choice(places)
        e = cells[spot]
        options = [new for new, _ in mutated(e, subject)] if how == "one cell" else [E.mul(E.TWO, e), E.div(e, E.TWO)]
        if not options:
            return None
        out[spot] = rng.choice(options)
    return None if all(equal_on(out[k], cells[k], at) for k in places) else (out, how)


def written(d: Derivation, cells: Cells, rng: random.Random, strict: bool) -> str:
    """The table as text."""
    medium = rng.choice(("latex", "latex", "latex", "unicode", "plain"))
    rows, columns = d.extra["rows"], d.extra["columns"]

    def cell(e: Expr) -> str:
        hand = HANDS[medium](rng, d.problem.symbols, strict or rng.random() < 0.5)
        e = e if strict or rng.random() < 0.6 else rewritten(e, rng)
        text = hand.text(e)
        return f"${text}$" if medium == "latex" else text

    row_names = {r: rows[r][0] if rng.random() < 0.6 else rng.choice([n for n in rows[r][1] if len(n) > 3] or [rows[r][0]]) for r in rows}
    named = {c: columns[c][0] if rng.random() < 0.6 else rng.choice(columns[c][1]) for c in columns}
    order = list(rows)
    if rng.random() < 0.3:
        rng.shuffle(order)
    across = list(columns)
    if rng.random() < 0.2:
        across.reverse()
    head = rng.choice(("", "Method", "Scheme", "Approach"))
    grid = [[head, *(named[c] for c in across)], *([row_names[r], *(cell(cells[r, c]) for c in across)] for r in order)]
    if rng.random() < 0.2:
        grid = [list(column) for column in zip(*grid, strict=True)]
        if rng.random() < 0.3:
            return rng.choice(LEAD) + markdown(grid, rng)
        return rng.choice(LEAD) + rng.choice((markdown, tabular, html))(grid, rng)
    style = rng.choice((markdown, markdown, tabular, html, lines, bullets))
    return rng.choice(LEAD) + style(grid, rng)


def markdown(grid: list[list[str]], rng: random.Random) -> str:
    """A Markdown table."""
    rule = rng.choice(("---", ":---:", "----", ":--"))
    bold = rng.random() < 0.3
    rows = ["| " + " | ".join(f"**{c}**" if bold and k == 0 and c else c for k, c in enumerate(r)) + " |" for r in grid]
    return "\n".join([rows[0], "|" + "|".join([rule] * len(grid[0])) + "|", *rows[1:]])


def tabular(grid: list[list[str]], rng: random.Random) -> str:
    """A LaTeX tabular."""
    line = rng.choice(("\\hline\n", "", "\\midrule\n"))
    body = " \\\\\n".join(" & ".join(c.replace("#", "\\#") for c in r) for r in grid[1:])
    spec = rng.choice(("lcc", "|l|c|c|", "lll")) if len(grid[0]) == 3 else "l" + "c" * (len(grid[0]) - 1)
    return f"\\begin{{tabular}}{{{spec}}}\n{line}{' & '.join(grid[0])} \\\\\n{line}{body} \\\\\n{line}\\end{{tabular}}".replace("& #", "& \\#")


def html(grid: list[list[str]], rng: random.Random) -> str:
    """An HTML table."""
    first = "<tr>" + "".join(f"<th>{c}</th>" for c in grid[0]) + "</tr>"
    return "<table>" + first + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in grid[1:]) + "</table>"


def lines(grid: list[list[str]], rng: random.Random) -> str:
    """One line a row, the columns named: 'Ring: number of messages 2n(n-1), size p/n'."""
    if rng.random() < 0.5:
        return "\n".join(f"{r[0]}: " + ", ".join(f"{h} = {c}" for h, c in zip(grid[0][1:], r[1:], strict=True)) for r in grid[1:])
    return "\n".join(f"{r[0]}: " + "; ".join(f"{h}: {c}" for h, c in zip(grid[0][1:], r[1:], strict=True)) for r in grid[1:])


def bullets(grid: list[list[str]], rng: random.Random) -> str:
    """A list: one item a row, the columns in brackets or below."""
    if rng.random() < 0.5:
        return "\n".join(f"- **{r[0]}**: " + ", ".join(f"{h}: {c}" for h, c in zip(grid[0][1:], r[1:], strict=True)) for r in grid[1:])
    return "\n".join(f"- {r[0]}\n" + "\n".join(f"  - {h}: {c}" for h, c in zip(grid[0][1:], r[1:], strict=True)) for r in grid[1:])
