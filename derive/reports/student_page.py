"""The page of one student: what was read, the verdict, the reason and the points of every part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from derive.course.collate import ABSENT, Record, points_text
from derive.course.feedback import shown
from derive.problem.model import Problem
from derive.reports.page import badge, page
from derive.reports.terminal import shown as value_text
from derive.reports.typeset import typeset, typeset_line, typeset_text

STYLE = """
.head { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline; } .total { font-size: 1.3rem; font-weight: 600; }
.part h3 { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; margin: 0 0 .4rem; color: var(--ink); } .part .pts { margin-left: auto; font-weight: 600; }
.part dl { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .25rem .8rem; margin: .5rem 0 0; } .part dt { color: var(--soft); font: .85rem/1.8 system-ui, sans-serif; }
.part dd { margin: 0; overflow-wrap: anywhere; } .read { font-family: "DejaVu Sans", system-ui, sans-serif; } .decided { border-left: 4px solid var(--accent); padding-left: .8rem; }
details { margin-top: .5rem; } details pre { max-height: 22rem; overflow: auto; } @media print { details pre { max-height: none; } details:not([open]) { display: none; } }
@media (max-width: 34rem) { .part dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .part dd { margin-bottom: .4rem; } }
"""
MAX_TYPESET = 6_000


def student_page(record: Record, problems: Sequence[Problem], level: str | None = None) -> str:
    """The page of a record. level: full, hint or verdict for all problems; None: as each problem's policy says."""
    titles = {p.id: p for p in problems}
    name = record["name"] or record["student"]
    out = [f"<h1>{escape(_sheet_title(problems))}</h1>", f'<p class="head"><span>{escape(name)}' + (f' <span class="soft">({escape(record["student"])})</span>' if record["name"] else "")
           + f'</span><span class="total">{_total(record)}</span></p>']
    if record["status"] == ABSENT:
        return page(f"{name}: no submission", "\n".join([*out, "<p>Nothing was handed in.</p>"]), STYLE)
    if record["waiting"]:
        n = record["waiting"]
        out.append(f'<p class="card note">{n} answer{"s" if n > 1 else ""} could not be marked automatically and wait{"" if n > 1 else "s"} for a person. '
                   "Nothing is taken off for that.</p>")
    out.append(_files(record))
    for problem, grouped in groupby(record["parts"], key=lambda p: p["problem"]):
        of, parts = titles[problem], list(grouped)
        if len(problems) > 1:
            out.append(f"<h2>{problems.index(of) + 1}. {typeset_line(of.title)}</h2>")
        if parts[0]["variant"]:
            out.append(f'<p class="note">Marked against your own numbers: {escape(", ".join(parts[0]["variant"]))}.</p>')
        out += [_part(shown(p, level or of.policy.feedback), of.policy.kept(p["attempt"])) for p in parts]
    versions = ", ".join(f"{p.id} version {p.version}" for p in problems)
    out.append(f"<footer>Marked by derive against {escape(versions)}. Something is not right? Ask the person who runs the course.</footer>")
    return page(f"{name}: {_sheet_title(problems)}", "\n".join(out), STYLE)


def _sheet_title(problems: Sequence[Problem]) -> str:
    return problems[0].title if len(problems) == 1 else f"{len(problems)} problems"


def _total(record: Record) -> str:
    if record["points"] is not None:
        return f"{points_text(record['points'])} of {points_text(record['max'])} points"
    settled = sum(p["points"] for p in record["parts"] if p["points"] is not None)
    return f"{points_text(settled)} of {points_text(record['max'])} points so far"


def _files(record: Record) -> str:
    """What was read, and what was not."""
    rows = []
    for s in record["submissions"]:
        many = f"attempt {s['attempt']}: " if len(record["submissions"]) > 1 else ""
        files = [f"{escape(f['name'])} <span class=soft>({escape(f['format'] or 'unknown')})</span>" + (f": <strong>{escape(f['trouble'])}</strong>" if f["trouble"] else "")
                 + "".join(f"; {escape(n)}" for n in f["notes"]) for f in s["files"]]
        rows.append(f"<li>{many}{', '.join(files)}</li>")
        rows += [f"<li>Note: {escape(n)}.</li>" for n in s["notes"]]
        rows += [f"<li>Not asked: {escape(e['label'][:80])}" + (f" (line {e['line']})" if e["line"] else "") + f" <code>{escape(_short(e['text'], 120))}</code></li>" for e in s["extra"]]
    return f'<details class="note"><summary>What was read</summary><ul>{"".join(rows)}</ul></details>' if rows else ""


def _part(p: Mapping[str, Any], kept: float) -> str:
    """One part. kept: the share of the points that is left at the attempt that counts."""
    points = f"{points_text(p['points'])} / {points_text(p['max'])}" if p["points"] is not None else f"– / {points_text(p['max'])}"
    out = [f'<section class="card part"><h3><span>{escape(p["number"])} {typeset_line(p["title"])}</span>{badge(p["verdict"])}<span class="pts">{points}</span></h3>']
    decision = p["decision"]
    if decision is not None:
        out.append(f'<p class="decided">A person looked at this answer: {points_text(decision["credit"] * 100)} % of the points.'
                   + (f" {typeset_line(decision['says'])}" if decision["says"] else "") + "</p>")
    rows = []
    if p.get("read_as"):
        rows.append(("Read as", f'<span class="read">{escape(p["read_as"])}</span>'))
    reason, _, caret = str(p["says"]).partition("\n")
    if p["verdict"] != "correct" or decision is None:
        rows.append(("Why", escape(reason) + (f"<pre>{escape(caret)}</pre>" if caret else "")))
    if p.get("diagnosis"):
        rows.append(("The mistake", escape(p["diagnosis"])))
    rows += [r for r in witness_rows(p.get("witness")) if r[1] != escape(reason)]
    if p["attempts"] > 1:
        rows.append(("Attempt", f"{p['attempt']} of {p['attempts']} counts" + (f", for {points_text(100 * kept)} % of the points" if kept < 1 else "")))
    if p.get("found"):
        where = escape(p["file"]) + (f", line {p['line']}" if p["line"] else "")
        rows.append(("Found", f"{escape(p['found'])} <span class=soft>({where})</span>"))
    out.append("<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in rows) + "</dl>")
    if p.get("text"):
        out.append(f"<details><summary>What you wrote</summary>{written(p['text'])}</details>")
    return "".join(out) + "</section>"


def witness_rows(witness: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The instance on which an answer fails, as rows of HTML."""
    if witness is None:
        return []
    rows = []
    if witness.get("at"):
        rows.append(("For example at", ", ".join(f"{escape(str(k))} = {escape(value_text(v))}" for k, v in witness["at"].items())))
    rows.append(("Your answer gives", escape(value_text(witness["submitted"]))))
    if "required" in witness:
        rows.append(("Required is", escape(value_text(witness["required"]))))
    if witness.get("note"):
        rows.append(("Note", escape(str(witness["note"]))))
    return rows


def written(text: str) -> str:
    """An answer as its author wrote it, and typeset where it is a text with formulas."""
    source = f"<pre>{escape(_short(text, MAX_TYPESET))}</pre>"
    if len(text) > MAX_TYPESET:
        return source
    if any(s in text for s in ("$", r"\(", r"\[")):
        return f"<div>{typeset_text(text)}</div>{source}"
    if "\\" in text and "\n" not in text.strip():
        return f"<div>{typeset(text)}</div>{source}"
    return source


def _short(text: str, n: int) -> str:
    return text if len(text) <= n else text[: n - 1] + "…"
