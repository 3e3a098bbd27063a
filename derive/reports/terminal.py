"""Tables for a terminal: what `derive check`, `answer` and `transcript` print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from derive.derivation.certificate import Certificate
from derive.derivation.steps import Derivation, Outcome
from derive.grading.verdict import Grade, Verdict
from derive.maths.write import plain

if TYPE_CHECKING:
    from derive.reports.comparison import Row
    from derive.transcripts.claims.claim import Override
    from derive.transcripts.judge import TranscriptVerdict
    from derive.transcripts.labels import Agreement

_COLOURS = {Verdict.CORRECT: "green", Verdict.PARTIAL: "yellow", Verdict.INCORRECT: "red", Verdict.UNDECIDED: "magenta",
            Verdict.UNREADABLE: "magenta"}


def answer_text(outcome: Outcome) -> str:
    """The derived answer in one line of text."""
    if not isinstance(outcome, Derivation):
        return ""
    if outcome.kind == "name":
        return str(outcome.extra.get("optimizer", "")).replace("-", " ")
    if outcome.kind == "table":
        return "; ".join(f"{r} {c}: {plain(e)}" for (r, c), e in outcome.extra["cells"].items())
    return plain(outcome.answer) if outcome.answer is not None else ""


def check_table(rows: Sequence[tuple[str, str, Outcome, Certificate | None]]) -> Table:
    """One row a part: strength, gap to the numerical optimum, what was derived."""
    table = Table(box=None, pad_edge=False)
    for name in ("problem", "part", "", "strength", "gap", "derived"):
        table.add_column(name, overflow="fold")
    for problem, part, outcome, certificate in rows:
        if not isinstance(outcome, Derivation):
            table.add_row(problem, part, "[red]not derived[/red]", "", "", escape(outcome.reason))
            continue
        assert certificate is not None
        gap = "" if certificate.gap is None else f"{certificate.gap:.0e}"
        mark = "[green]ok[/green]" if certificate.holds else "[red]FAILS[/red]"
        said = answer_text(outcome)
        if not certificate.holds:
            said += " | " + "; ".join(f"{e.check}: {e.detail}" for e in certificate.failures())
        table.add_row(problem, part, mark, certificate.strength, gap, escape(said))
    return table


def print_grade(console: Console, g: Grade) -> None:
    """One grade: verdict, what was read, why, and the witness."""
    colour = _COLOURS[g.verdict]
    console.print(f"[bold {colour}]{g.verdict.value}[/bold {colour}]  {escape(g.problem)}#{escape(g.part)}")
    if g.read_as:
        console.print(f"  read as    {escape(g.read_as)}")
    reason = escape(g.reason).replace("\n", "\n    ")
    console.print(f"  because    {reason}", soft_wrap=True)
    if g.diagnosis:
        console.print(f"  diagnosis  {escape(g.diagnosis)}")
    if g.witness is not None:
        at = ", ".join(f"{k} = {shown(v)}" for k, v in g.witness.at.items())
        if at:
            console.print(f"  at         {escape(at)}", soft_wrap=True)
        console.print(f"  submitted  {escape(shown(g.witness.submitted))}", soft_wrap=True)
        console.print(f"  required   {escape(shown(g.witness.required))}", soft_wrap=True)
    if g.strength:
        console.print(f"  strength   {g.strength}")


def shown(v: object) -> str:
    """A witness value in one line: a vector (1, 2), a matrix [[1, 2], [3, 4]]."""
    if isinstance(v, list) and v and all(isinstance(row, list) for row in v):
        return "[" + ", ".join(f"[{', '.join(map(shown, row))}]" for row in v) + "]"
    if isinstance(v, list):
        return "(" + ", ".join(shown(x) for x in v) + ")"
    if isinstance(v, dict):
        return ", ".join(f"{k}: {shown(x)}" for k, x in v.items())
    return str(v)


def _remark(g: Grade) -> str:
    """What a reader of the table must know: the reason, or what was noticed beside a right answer."""
    if g.verdict is not Verdict.CORRECT:
        return g.reason.split("\n")[0]
    noticed = g.reason.find("the approximate restatement")
    return g.reason[noticed:].removesuffix(".)") if noticed >= 0 else ""


def ways_table(verdict: TranscriptVerdict) -> Table | None:
    """One row a part: whether it was right at once or after a further prompt, where first, how often left and doubted; None without any."""
    ways = verdict.to_dict()["summary"]["parts"]
    if not ways:
        return None
    table = Table(title="the way to each answer", box=None, pad_edge=False, title_justify="left")
    for name in ("part", "reached", "first right", "left", "doubts", "words after", "ends"):
        table.add_column(name, overflow="fold")
    for part, w in ways.items():
        first = "" if w["first_correct_line"] is None else f"line {w['first_correct_line']} (turn {w['first_correct_turn']})"
        table.add_row(escape(part), w["reached"], first, *(str(w[k]) if first else "" for k in ("left", "doubts", "words_after")), w["ends"])
    return table


def _decided(o: Override) -> str:
    """Who decided otherwise than the engine."""
    return f"decided by {o.by or 'a person'} (the engine: {o.was}){': ' + o.why if o.why else ''}"


def claims_table(verdict: TranscriptVerdict) -> Table:
    """How many claims have each verdict, and those that are false with their lines, by the id that `derive override` takes (it begins with the turn)."""
    from derive.transcripts.claims.claim import VERDICTS  # not by `derive answer`, which starts faster without

    table = Table(title="claims", box=None, pad_edge=False, title_justify="left")
    for name in ("id", "lines", "verdict", "claim", "why"):
        table.add_column(name, overflow="fold")
    said = Counter(c.verdict for c in verdict.claims)
    counts = ", ".join(f"{said[v]} {v}" for v in VERDICTS if said[v])
    table.add_row("all", "", counts or "none", "", "")
    for c in verdict.claims:
        if c.verdict in ("false", "convention") or c.override is not None:
            lines = str(c.line_start) if c.line_start == c.line_end else f"{c.line_start}-{c.line_end}"
            colour = "red" if c.verdict == "false" else "yellow"
            if c.override is not None:
                table.add_row(c.id, lines, f"[{colour}]{c.verdict}[/{colour}]", escape(c.latex), escape(_decided(c.override)))
                continue
            why = f"{c.reason} Right is: {c.correction}" if c.correction else c.reason
            table.add_row(c.id, lines, f"[{colour}]{c.verdict}[/{colour}]", escape(c.latex), escape(why))
    return table


def transcript_table(verdict: TranscriptVerdict) -> Table:
    """One row a part that a turn answers."""
    table = Table(title=escape(verdict.source), box=None, pad_edge=False, title_justify="left")
    for name in ("turn", "lines", "problem", "part", "verdict", "read as", "why"):
        table.add_column(name, overflow="fold")
    for t in verdict.turns:
        if not t.answers:
            table.add_row(str(t.number), f"{t.line_start}-{t.line_end}" if t.line_start else "", "", "", "[dim]no answer found[/dim]", "", escape(t.why))
        for a in t.answers:
            colour = _COLOURS[a.grade.verdict]
            why = _remark(a.grade) if a.override is None else _decided(a.override)
            table.add_row(str(t.number), f"{a.line_start}-{a.line_end}", a.problem, a.part, f"[{colour}]{a.grade.verdict.value}[/{colour}]",
                          escape(a.grade.read_as), escape(why))
    return table


def comparison_table(rows: Sequence[Row]) -> Table:
    """One row a model and part: how many samples were right at once, after a hint, never; pass@k."""
    table = Table(title="comparison", box=None, pad_edge=False, title_justify="left")
    for name in ("part", "model", "samples", "at once", "after hint", "never", "open", "false claims", "words after right", "pass@k (95 %)"):
        table.add_column(name, overflow="fold")
    for row in rows:
        d = row.to_dict()
        words = "" if d["words_after_first_right"] is None else f"{d['words_after_first_right']:.0f}"
        rates = "" if d["samples"] < 2 else "; ".join(rate_text(r) for r in d["pass_at"])
        table.add_row(escape(d["part"]), escape(d["model"]), *(str(d[k]) for k in ("samples", "one_shot", "after_hint", "never", "undecided", "false_claims")), words, rates)
    return table


def rate_text(r: Mapping[str, Any]) -> str:
    """pass@k with its interval in a few characters."""
    estimate = "–" if r["estimate"] is None else f"{r['estimate']:.2f}"
    return f"@{r['k']} {estimate} [{r['low']:.2f}, {r['high']:.2f}]"


def agreement_table(a: Agreement) -> Table:
    """Human labels against our verdicts."""
    columns = sorted({b for _, b in a.table})
    kappa = "" if a.kappa is None else f", kappa {a.kappa:.3f}"
    observed = "" if a.observed is None else f", {a.observed:.1%} agree"
    table = Table(title=f"labels: {a.n} of {a.n + sum(a.missing.values())} found{observed}{kappa}", box=None, pad_edge=False, title_justify="left")
    for name in ("label \\ verdict", *columns, "not found"):
        table.add_column(name)
    for row in sorted({x for x, _ in a.table} | set(a.missing)):
        table.add_row(row, *(str(a.table.get((row, c), 0)) for c in columns), str(a.missing.get(row, 0)))
    return table
