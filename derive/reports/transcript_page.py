"""The page of judged conversations: one HTML file, the talk with its claims, the way to each answer, filters, evidence."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import Any

from derive.reports.evidence import evidence, person, reason
from derive.reports.page import badge, page
from derive.reports.spoken import SIGNS, chip, spoken
from derive.reports.timeline_picture import course_text, timeline_picture
from derive.reports.typeset import typeset, typeset_line
from derive.transcripts.claims.claim import VERDICTS, Claim
from derive.transcripts.judge import PartAnswer, TurnVerdict
from derive.transcripts.judged import Judged
from derive.transcripts.labels import Agreement
from derive.transcripts.record import parts_of
from derive.transcripts.turns import Segment, Turn

_WHO = {"user": "User", "assistant": "Model", "assistant-thinking": "Model, thinking", "annotator": "Note of a person"}
_REACHED = {"one-shot": "right at once", "after guidance": "right after a further prompt", "not reached": "never right"}
_KINDS = {"bytes": "characters decoded again", "zero-width": "invisible characters left out", "space": "special spaces", "formula": "a formula joined over lines"}


def transcript_page(judged: Sequence[Judged], path: str, agreements: Sequence[Agreement | None] = ()) -> str:
    """All conversations on one page. path: the problems, as given to the command, for what it says of deciding otherwise."""
    kept = [(j, a) for j, a in zip_longest(judged, agreements[: len(judged)]) if not j.about_nothing] if len(judged) > 1 else []
    passed = len(judged) - len(kept) if kept else 0
    if kept:  # of many those about something else are only counted
        judged, agreements = [j for j, _ in kept], [a for _, a in kept]
    claims = [c for j in judged for c in j.verdict.claims]
    title = judged[0].title if len(judged) == 1 else f"{len(judged)} conversations"
    body = [
        '<a class="skip" href="#talk">To the conversation</a>', f'<div class="top"><h1>{escape(title)}</h1><button type="button" id="theme" class="tool">Colours: system</button></div>',
        f'<p class="note">{passed} more answer no part of {escape(path)} and make no claim about it.</p>' if passed else "", _contents(judged), _filters(claims),
    ]
    for k, j in enumerate(judged, 1):
        body.append(_conversation(j, f"c{k}-", path, agreements[k - 1] if k <= len(agreements) else None, len(judged) > 1, k == 1))
    body.append(_list(judged, path))
    body.append('<aside id="panel" class="panel idle" role="dialog" aria-label="Evidence of a claim"><nav aria-label="claims">'
                '<button type="button" class="tool" id="panel-back" aria-label="the claim before">←</button>'
                '<button type="button" class="tool" id="panel-next" aria-label="the next claim">→</button><button type="button" class="tool close" id="panel-close" aria-label="close">✕</button></nav>'
                '<div id="panel-body"><p class="note">Choose a claim (coloured) to see its evidence. Keys: j next, k back, Esc close.</p></div></aside>')
    body.append("<footer>Judged by derive. Lines count from 1 in each source as given. A verdict is a claim of this program with its evidence; “undecided” is never “false”.</footer>")
    return page(title, "\n".join(body), _asset("transcript.css"), wide=True, script=_asset("transcript.js"))


@cache
def _asset(name: str) -> str:
    return (files("derive.reports") / name).read_text(encoding="utf-8")


def _contents(judged: Sequence[Judged]) -> str:
    if len(judged) == 1:
        return ""
    rows = "".join(f'<li><a href="#c{k}-top">{escape(j.title)}</a></li>' for k, j in enumerate(judged, 1))
    return f"<nav aria-label=conversations><ol>{rows}</ol></nav>"


# ------------------------------------------------------------------------------------------ filters

def _filters(claims: Sequence[Claim]) -> str:
    verdicts = Counter(c.verdict for c in claims)
    roles = Counter(c.role for c in claims)
    parts = Counter(c.part.partition("#")[0] for c in claims)
    modalities = Counter(c.modality for c in claims)
    boxes = "".join(f'<label class="v-{v}"><input type="checkbox" name="verdict" value="{v}" checked><span class="sign" aria-hidden="true">{SIGNS[v]}</span> {v} ({verdicts[v]})</label>'
                    for v in VERDICTS if verdicts[v])
    whose = "".join(f'<label><input type="checkbox" name="role" value="{escape(r)}" checked>{escape({"assistant": "answer", "assistant-thinking": "thinking"}.get(r, r))} ({n})</label>'
                    for r, n in sorted(roles.items()))
    return ('<details class="filters" open><summary>Filter the claims: <span id="count" aria-live="polite"></span></summary><form id="filters">'
            f"<fieldset><legend>Verdict</legend>{boxes}</fieldset><fieldset><legend>Said in</legend>{whose}</fieldset>"
            f'<fieldset><legend>About</legend><label>part {_select("part", parts)}</label> <label>modality {_select("modality", modalities)}</label>'
            '<button type="reset" class="tool">Show all</button></fieldset></form></details>')


def _select(name: str, found: Counter[str]) -> str:
    options = "".join(f'<option value="{escape(v, quote=True)}">{escape(v)} ({n})</option>' for v, n in sorted(found.items()))
    return f'<select name="{name}"><option value="">all</option>{options}</select>'


# ------------------------------------------------------------------------------------------ one conversation

def _conversation(j: Judged, prefix: str, path: str, agreed: Agreement | None, named: bool, first: bool) -> str:
    t, v = j.transcript, j.verdict
    out = [f'<section id="{prefix}top" aria-label="{escape(j.title, quote=True)}">', f"<h2>{escape(j.title)}</h2>" if named else ""]
    about = [f"{escape(Path(t.source).name)} ({escape(t.kind)}, {len(t.lines)} {escape(t.lines_are)})"]
    if t.model:
        about.append(f"model {escape(t.model)}")
    about.append("not in this source: " + escape("; ".join(v.lost)) if v.lost else "nothing is missing as far as can be seen")
    out.append(f'<p class="note">{". ".join(about)}.</p>')
    out += [f'<p class="card"><strong>Note:</strong> {escape(n)}</p>' for n in j.notes]
    out += [f'<p class="card"><strong>Two conventions:</strong> {escape(c["problem"])} has the penalty weight {typeset(c["problem_weight"])}; the statement in turn {c["turn"]} has '
            f'{typeset(c["conversation_weight"])}. Answers are judged under both.</p>' for c in v.clashes]
    if j.about_nothing:
        out.append(f'<p class="card">No turn answers a part of {escape(path)}, and no claim about it was found.</p>')
    out += [_agreement(agreed), _parts(j, prefix), f'<h2{" id=" + chr(34) + "talk" + chr(34) if first else ""}>The conversation</h2><div class="talk">']
    verdicts = {x.number: x for x in v.turns}
    taken = _taken_out(j)
    for k, turn in enumerate(t.turns):
        until = min((s.line_start for s in t.turns[k + 1].segments), default=10**9) if k + 1 < len(t.turns) else 10**9
        out.append(_turn(turn, verdicts.get(turn.number), j, prefix, [r for r in taken if r[0] < until and (k == 0 or r[0] >= min((s.line_start for s in turn.segments), default=0))]))
    out.append("</div></section>")
    return "\n".join(x for x in out if x)


def _parts(j: Judged, prefix: str) -> str:
    """The way to each answer: verdicts by turn, in words, as a picture."""
    v = j.verdict
    summary = v.to_dict()["summary"]["parts"]
    if not summary:
        return ""
    out = ['<h2>The way to each answer</h2><p class="note legend"><span><b class="m-right">▲</b> first right</span><span><b class="m-left">▲</b> left</span>'
           '<span><b class="m-regained">▲</b> regained</span><span><b class="m-doubt">?</b> doubted</span> From left to right the lines of the conversation, with the numbers of the turns. “speaks”: '
           "prompt, thinking, answer, note of a person; “stands”: the answer stands right (green), left or partial (amber), wrong (red); “claims”: each claim about it by its verdict.</p>"]
    for name, way in summary.items():
        problem = name.partition("#")[0]
        courses = [c for c in v.courses if c.part == name]
        claims = [c for c in v.claims if c.part.partition("#")[0] == problem]
        marks = " ".join(f'<span>turn {n} {badge(x)}</span>' for n, x in way["verdicts"].items())
        out.append(f'<section class="card part" data-problem="{escape(problem, quote=True)}"><h3><span>{escape(name)}</span>{marks}<span class="soft">{_REACHED[way["reached"]]}</span></h3>'
                   f'<p class="note">{escape(course_text(courses))}{escape(_hints(way["hints"]))}</p>{timeline_picture(name, courses, claims, j.transcript, prefix)}{_reasons(j, name)}</section>')
    return "\n".join(out)


def _hints(hints: Sequence[dict[str, Any]]) -> str:
    changed = [h for h in hints if h["changed"]]
    return "".join(f" The prompt in line {h['line_start']} changed it from {h['before']} to {h['after']}." for h in changed if h["line_start"])


def _reasons(j: Judged, name: str) -> str:
    rows = []
    for t in j.verdict.turns:
        for a in t.answers:
            if f"{a.problem}#{a.part}" == name:
                read = typeset_line(a.grade.read_as)
                rows.append(f"<li>Turn {t.number}: {badge(a.grade.verdict.value)} read as <span class=value>{read}</span>. {reason(a.grade.reason)}{_clash(a)}{person(a.override)}</li>")
    return f'<details class="note"><summary>What was read, and why</summary><ul>{"".join(rows)}</ul></details>' if rows else ""


def _clash(a: PartAnswer) -> str:
    """The verdict under the problem's own convention and under that of the statement in the conversation."""
    if a.clash is None:
        return ""
    there = badge(a.clash.there.verdict.value) if a.clash.there is not None else "not derived"
    return f" With the weight {typeset(a.clash.own)} of the problem it is {badge(a.clash.grade.verdict.value)}, with {typeset(a.clash.stated)} as stated in the conversation {there}."


def _agreement(a: Agreement | None) -> str:
    if a is None:
        return ""
    columns = list(dict.fromkeys(b for _, b in sorted(a.table)))
    rows = list(dict.fromkeys(x for x, _ in sorted(a.table)))
    head = "".join(f"<th scope=col>{escape(c)}</th>" for c in columns)
    body = "".join(f"<tr><th scope=row>{escape(r)}</th>" + "".join(f"<td>{a.table.get((r, c), 0)}</td>" for c in columns) + "</tr>" for r in rows)
    kappa = "" if a.kappa is None else f" Cohen's kappa is {a.kappa:.3f}."
    observed = "" if a.observed is None else f" {a.observed:.1%} agree."
    return (f'<details class="card"><summary>Agreement with human labels: {a.n} of {a.n + sum(a.missing.values())} labels found.{observed}{escape(kappa)}</summary><div class="scroll"><table>'
            f"<tr><th>label \\ verdict</th>{head}</tr>{body}</table></div></details>")


# ------------------------------------------------------------------------------------------ the talk

def _turn(turn: Turn, verdict: TurnVerdict | None, j: Judged, prefix: str, taken: Sequence[tuple[int, str]]) -> str:
    parts = parts_of(verdict, j.verdict) if verdict is not None else {}
    marks = " ".join(f"<span>{escape(n)} {badge(p['verdict'])}</span>" for n, p in parts.items())
    out = [f'<section class="turn" aria-label="turn {turn.number}"><h3>Turn {turn.number} {marks}</h3>']
    claims = [c for c in j.verdict.claims if c.turn == turn.number]
    pieces: list[tuple[int, int, str]] = [(n, 0, html) for n, html in taken]
    before = ""
    for k, s in enumerate(turn.segments):
        until = next((x.line_start for x in turn.segments[k + 1 :] if x.role == s.role and not x.displaced), 10**9)
        pieces.append((s.line_start, 1, _segment(s, until, claims, j, prefix, s.role == before)))
        before = s.role
    out += [html for _, _, html in sorted(pieces, key=lambda p: p[:2])]
    return "\n".join([*out, "</section>"])


def _segment(s: Segment, until: int, claims: Sequence[Claim], j: Judged, prefix: str, again: bool) -> str:
    """What one speaker says without a break, or a pile of displaced pieces."""
    lines = f"line {s.line_start}" if s.line_start == s.line_end else f"lines {s.line_start}–{s.line_end}"
    if s.displaced:
        put = [c for c in claims if c.lossy and s.line_start <= c.line_start <= s.line_end]
        chips = "".join(chip(c, prefix, True) for c in put if c.place is None)
        again_said = f", {len(put)} claims put together again" if put else ""
        given = "\n".join(j.transcript.lines[s.line_start - 1 : s.line_end])
        return (f'<details class="left-out" id="{prefix}L{s.line_start}"><summary>{lines}: pieces of formulas that the text layer displaced'
                f'{again_said}</summary><pre>{escape(given)}</pre></details>' + (f'<p class="chips">{chips}</p>' if chips else ""))
    mine = [c for c in claims if c.role == s.role and not c.lossy and s.line_start <= c.line_start <= max(s.line_end, s.line_start)]
    holes = [c for c in claims if c.role == s.role and c.lossy and c.place is not None and s.line_start <= c.place[0] < until]
    width = max((len(x) for x in s.text.split("\n")), default=0) if j.transcript.kind in ("pdf", "pdf-text") else 0
    who = "" if again else f'<p class="who">{_WHO[s.role]}</p>'
    return f'<div class="said {s.role}">{who}{spoken(s.text, s.line_start, mine, holes, prefix, width)}{_as_it_stands(s, j)}</div>'


def _as_it_stands(s: Segment, j: Judged) -> str:
    """Where the text was repaired: the lines as given."""
    found = [r for r in j.verdict.repairs if r.kind != "furniture" and s.line_start <= r.line <= s.line_end]
    if not found:
        return ""
    shown: list[str] = []
    for line in dict.fromkeys(r.line for r in found):
        mine = [r for r in found if r.line == line]
        until = max(r.line + (r.before.count("\n") if r.kind == "formula" else 0) for r in mine)
        given = "\n".join(j.transcript.lines[line - 1 : until])
        what = ", ".join(dict.fromkeys(_KINDS.get(r.kind, r.kind) for r in mine))
        lossy = ' <span class="flag">something was guessed</span>' if any(r.lossy for r in mine) else ""
        shown.append(f"<div>line {line}: {escape(what)}{lossy}<pre>{escape(given)}</pre></div>")
    lines = len({r.line for r in found})
    flag = ' <span class="flag">(lossy)</span>' if any(r.lossy for r in found) else ""
    many = "line" if lines == 1 else "lines"
    return f'<details class="asis"><summary>✎ repaired in {lines} {many}: the text as it stands{flag}</summary>{"".join(shown)}</details>'


def _taken_out(j: Judged) -> list[tuple[int, str]]:
    """Runs of lines that are no one's words: page furniture, labels of speakers, times."""
    lines = sorted({r.line for r in j.verdict.repairs if r.kind == "furniture" and j.transcript.lines[r.line - 1].strip()})
    runs: list[list[int]] = []
    for n in lines:
        if runs and all(not j.transcript.lines[k - 1].strip() for k in range(runs[-1][-1] + 1, n)):
            runs[-1].append(n)
        else:
            runs.append([n])
    out = []
    for run in runs:
        given = "\n".join(j.transcript.lines[run[0] - 1 : run[-1]])
        where = f"line {run[0]}" if len(run) == 1 else f"lines {run[0]}–{run[-1]}"
        out.append((run[0], f'<details class="left-out"><summary>{where}: page furniture, labels and times</summary><pre>{escape(given)}</pre></details>'))
    return out


def _list(judged: Sequence[Judged], path: str) -> str:
    rows: list[str] = []
    for k, j in enumerate(judged, 1):
        rows += [f"<li>{evidence(c, f'c{k}-', command(path, j, c.id))}</li>" for c in j.verdict.claims]
    return f'<details class="screen"><summary><strong>All claims with their evidence ({len(rows)})</strong></summary><ol class="all">{"".join(rows)}</ol></details>'


def command(path: str, j: Judged, claim: str) -> str:
    """How to decide on a claim otherwise."""
    where = f" --conversation {j.transcript.number}" if j.transcript.count > 1 else ""
    return f"derive override {shlex.quote(path)} {shlex.quote(j.transcript.source)} {claim} VERDICT --why TEXT{where}"
