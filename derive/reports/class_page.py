"""The sheet of a class: success by part, common mistakes, what waits for a person, answers that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from derive.course.collate import points_text
from derive.course.statistics import ClassStatistics, Item, Mistake, Waiting, folded
from derive.problem.model import Problem
from derive.reports.page import badge, page
from derive.reports.student_page import written
from derive.reports.typeset import typeset_line

STYLE = """
.bar { display: flex; height: 1.05rem; width: 100%; min-width: 9rem; border-radius: 4px; overflow: hidden; border: 1px solid var(--line); }
.bar span { height: 100%; } .b-correct { background: var(--good); } .b-partial { background: #d9a13b; } .b-incorrect { background: var(--bad); }
.b-undecided, .b-unreadable { background: var(--open); } .b-missing { background: var(--line); }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2.2rem; } .figures div { font: .85rem/1.3 system-ui, sans-serif; color: var(--soft); }
.figures b { display: block; font-size: 1.5rem; color: var(--ink); } td.num, th.num { text-align: right; white-space: nowrap; }
td.wide { width: 34%; } td.what { min-width: 13rem; } .hist { display: flex; align-items: flex-end; gap: 3px; height: 7rem; }
.hist div { flex: 1; background: var(--accent); min-height: 1px; border-radius: 2px 2px 0 0; }
.axis { display: flex; justify-content: space-between; font-size: .8rem; color: var(--soft); } .legend .badge { margin-right: .3rem; }
.read { font-family: "DejaVu Sans", system-ui, sans-serif; overflow-wrap: anywhere; } .card pre { max-height: 14rem; overflow: auto; }
@media print { .bar span, .hist div { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .bar { min-width: 5rem; } }
"""
ORDER = ("correct", "partial", "incorrect", "undecided", "unreadable", "missing")
BINS = 10
MAX_MISTAKES = 40
MAX_STUDENTS = 12
MAX_ANSWER = 1_500


def class_page(stats: ClassStatistics, problems: Sequence[Problem], links: Mapping[str, str]) -> str:
    """The page for the person who runs the course: it shows the key's side of things. links: the page of each student."""
    title = problems[0].title if len(problems) == 1 else f"{len(problems)} problems"
    out = [f"<h1>Class sheet: {escape(title)}</h1>", _figures(stats), _histogram(stats)]
    out += ["<h2>Success by part</h2>", _items(stats.items)]
    out += ["<h2>Waiting for a person</h2>", _waiting(stats.waiting, links)]
    out += ["<h2>Common mistakes</h2>", _mistakes(stats.mistakes, links)]
    out += ["<h2>Alike and unusual</h2>", _alike(stats, links)]
    out += ["<h2>Students</h2>", _students(stats, links)]
    versions = ", ".join(f"{p.id} version {p.version}" for p in problems)
    out.append(f"<footer>Marked against {escape(versions)}. This page holds what students handed in: keep it as you keep their papers.</footer>")
    return page(f"Class sheet: {title}", "\n".join(out), STYLE, wide=True)


def _figures(s: ClassStatistics) -> str:
    must = [w for w in s.waiting if w.must]
    mean = f"{points_text(round(sum(s.totals) / len(s.totals), 2))} of {points_text(s.max)}" if s.totals else "–"
    rows = [("students with a submission", str(s.students)), ("mean of the points", mean), ("answers that wait for a person", str(sum(len(w.students) for w in must))),
            ("things to decide", str(len(folded(must))))]
    if s.absent:
        rows.append(("without a submission", str(len(s.absent))))
    return '<div class="card figures">' + "".join(f"<div><b>{v}</b>{k}</div>" for k, v in rows) + "</div>"


def _histogram(s: ClassStatistics) -> str:
    if len(s.totals) < 2 or not s.max:
        return ""
    bins = Counter(min(BINS - 1, int(BINS * t / s.max)) for t in s.totals)
    top = max(bins.values())
    bars = "".join(f'<div style="height:{100 * bins[k] / top:.1f}%" title="{bins[k]}"></div>' for k in range(BINS))
    return (f'<figure><div class="hist" role="img" aria-label="Histogram of the points: {", ".join(str(bins[k]) for k in range(BINS))}">{bars}</div>'
            f'<div class="axis"><span>0</span><span>{points_text(s.max / 2)}</span><span>{points_text(s.max)}</span></div>'
            f"<figcaption>Points of the {len(s.totals)} students of whom no answer waits, in {BINS} classes; the highest bar is {top}.</figcaption></figure>")


def _items(items: Sequence[Item]) -> str:
    rows = []
    for i in items:
        bar = "".join(f'<span class="b-{v}" style="width:{100 * i.verdicts.get(v, 0) / i.count:.2f}%" title="{v}: {i.verdicts.get(v, 0)}"></span>' for v in ORDER if i.verdicts.get(v))
        counts = ", ".join(f"{i.verdicts[v]} {v}" for v in ORDER if i.verdicts.get(v))
        mean = "–" if i.mean is None else f"{100 * i.mean:.0f} %"
        disc = "–" if i.discrimination is None else f"{i.discrimination:.2f}"
        rows.append(f'<tr><td>{escape(i.number)}</td><td class="what">{typeset_line(i.title)}<br><span class="note">{escape(i.problem)}#{escape(i.part)}</span></td>'
                    f'<td class="wide"><div class="bar" role="img" aria-label="{counts}">{bar}</div><span class="note">{counts}</span></td><td class="num">{mean}</td><td class="num">{disc}</td></tr>')
    legend = " ".join(badge(v) for v in ORDER)
    return (f'<p class="legend">{legend}</p><div class="scroll"><table><thead><tr><th></th><th>part</th><th>verdicts</th><th class="num">mean</th><th class="num">r</th></tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table></div>'
            '<p class="note">mean: of the points that are settled. r: correlation of a part with all others together; near 0 or below, look at the part.</p>')


def _mistakes(mistakes: Sequence[Mistake], links: Mapping[str, str]) -> str:
    if not mistakes:
        return "<p>None.</p>"
    rows = []
    for m in mistakes[:MAX_MISTAKES]:
        examples = "<br>".join(f'<span class="read">{escape(text)}</span>' + (f' <span class="note">× {n}</span>' if n > 1 else "") for text, n in m.examples)
        rows.append(f'<tr><td>{escape(m.number)}</td><td class="num">{m.count}</td><td class="what">{escape(m.says)}</td><td>{examples}</td><td class="note">{_who(m.students, links)}</td></tr>')
    more = f'<p class="note">{len(mistakes) - MAX_MISTAKES} rarer ones are left out.</p>' if len(mistakes) > MAX_MISTAKES else ""
    return ('<div class="scroll"><table><thead><tr><th></th><th class="num">count</th><th>diagnosis</th><th>examples</th><th>students</th></tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table></div>{more}')


def _waiting(waiting: Sequence[Waiting], links: Mapping[str, str]) -> str:
    if not waiting:
        return "<p>Nothing waits.</p>"
    out = ['<p class="note">Equal answers stand together. Decide with <code>derive review DIR --set CLUSTER CREDIT</code>, or fill in <code>review.csv</code>.</p>']
    for group in folded(waiting):
        w = group[0]
        must = "points wait for it" if w.must else "scored, but worth a look"
        head = f"{w.number} {w.problem}#{w.part}" if len(group) == 1 else f"{w.file or w.students[0]}: {', '.join(x.number for x in group)}"
        why = f"; {w.why}" if w.why != w.verdict else ""
        out.append(f'<section class="card"><strong>{escape(head)}</strong> {badge(w.verdict)} <span class="note">{len(w.students)} student{"s" if len(w.students) > 1 else ""}, '
                   f'{must}{escape(why)}' + (f"; <code>{escape(w.cluster)}</code>" if len(group) == 1 else "") + "</span>")
        first, _, caret = w.reason.partition("\n")
        if w.read_as:
            out.append(f'<p class="read">{escape(w.read_as)}</p>')
        if w.text:
            out.append(written(w.text[:MAX_ANSWER]))
        out.append(f"<p>{escape(first)}</p>" + (f"<pre>{escape(caret)}</pre>" if caret else ""))
        out.append(f'<p class="note">{_who(w.students, links)}</p></section>')
    return "".join(out)


def _alike(s: ClassStatistics, links: Mapping[str, str]) -> str:
    if not s.alike:
        return "<p>No two students share unusual wrong answers.</p>"
    rows = [f"<tr><td>{_who(a.students, links)}</td><td>" + "<br>".join(f'{escape(n)} <span class="read">{escape(t)}</span>' for n, t in a.answers) + f'</td><td class="num">{a.weight:.1f}</td></tr>'
            for a in s.alike]
    return ('<p>These students gave the same wrong answers that nearly nobody else gave. That is a hint to look and no finding: people who learn together make '
            'the same mistakes.</p><div class="scroll"><table><thead><tr><th>students</th><th>answers in common</th><th class="num">weight</th></tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table></div><p class="note">weight: the sum of log(class size / number who gave it).</p>')


def _students(s: ClassStatistics, links: Mapping[str, str]) -> str:
    out = [f"<p>{_who(tuple(links), links, len(links))}</p>"]
    if s.unmatched:
        out.append(f'<p class="card">On no roster: {_who(s.unmatched, links, len(s.unmatched))}. Rename the file or folder to the id, or put them on the roster.</p>')
    if s.absent:
        out.append(f"<p>No submission: {escape(', '.join(s.absent))}.</p>")
    return "".join(out)


def _who(students: Sequence[str], links: Mapping[str, str], shown: int = MAX_STUDENTS) -> str:
    said = ", ".join(f'<a href="{escape(links[s], quote=True)}">{escape(s)}</a>' if s in links else escape(s) for s in students[:shown])
    return said + (f" and {len(students) - shown} more" if len(students) > shown else "")
