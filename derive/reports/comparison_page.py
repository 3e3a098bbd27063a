"""The comparison of many conversations as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from derive.reports.comparison import comparison_data
from derive.reports.page import badge, page
from derive.transcripts.judged import Judged

_STYLE = """
table { font-family: system-ui, sans-serif; font-size: .9rem; } td.n, th.n { text-align: right; padding-right: 1rem; } tbody tr:hover { background: var(--card); }
td.part { font-weight: 600; }
.bar { display: inline-block; width: 7rem; height: .7rem; background: var(--line); border-radius: 3px; position: relative; vertical-align: middle; margin-right: .5rem; }
.bar i { position: absolute; top: 0; bottom: 0; background: var(--good); opacity: .35; border-radius: 3px; }
.bar b { position: absolute; top: -2px; bottom: -2px; width: 3px; background: var(--good); }
.rate { white-space: nowrap; display: block; }
"""
_HEADS = ("part", "model", "samples", "right at once", "after a hint", "never right", "undecided", "false claims", "words after first right", "pass@k")
_SAMPLE = ("part", "model", "sample", "first answer", "last answer", "reached", "false claims", "words after")
_TEXTS = ("part", "model", "pass@k", "sample", "first answer", "last answer", "reached")


def comparison_page(judged: Sequence[Judged]) -> str:
    """Model × part with pass@k, then every sample."""
    data = comparison_data(judged)
    rows = "".join(_row(r) for r in data["rows"])
    samples = "".join(
        f"<tr><td>{escape(s['part'])}</td><td>{escape(s['model'])}</td><td>{escape(s['sample'])}</td><td>{badge(s['first']) if s['first'] else 'no answer'}</td>"
        f"<td>{badge(s['ends']) if s['ends'] else ''}</td><td>{escape(s['reached'])}</td><td class=n>{s['false_claims']}</td><td class=n>{_number(s['words_after_first_right'])}</td></tr>"
        for s in data["samples"])
    body = [
        f"<h1>Comparison of {len(judged)} conversations</h1>",
        f'<div class="scroll" tabindex="0" role="region" aria-label="comparison"><table><thead><tr>{_heads(_HEADS)}</tr></thead><tbody>{rows}</tbody></table></div>' if rows
        else '<p class="card">No conversation answers a part of these problems.</p>',
        '<p class="note">pass@k: the chance that one of k samples is right at once, estimated without bias as 1 − C(n−c, k)/C(n, k) of n decided samples of which c are right; with 95 % intervals '
        "(Wilson's score interval for one sample, carried over to k). Undecided samples count as wrong at the lower end and as right at the upper. "
        "Words after first right: the mean over the samples that "
        "were ever right. False claims: about the part's problem, without those that were withdrawn. Samples are of the same prompt where the words of their first prompt are the same.</p>",
        f'<h2>Every sample</h2><div class="scroll" tabindex="0" role="region" aria-label="samples"><table><thead><tr>{_heads(_SAMPLE)}</tr></thead><tbody>{samples}</tbody></table></div>',
    ]
    return page(f"Comparison of {len(judged)} conversations", "\n".join(body), _STYLE, wide=True)


def _heads(names: Sequence[str]) -> str:
    return "".join(f"<th scope=col{'' if n in _TEXTS else ' class=n'}>{n}</th>" for n in names)


def _row(r: Mapping[str, Any]) -> str:
    rates = "".join(_rate(x) for x in r["pass_at"]) if r["samples"] > 1 else '<span class="soft">one sample</span>'
    numbers = "".join(f"<td class=n>{r[k]}</td>" for k in ("samples", "one_shot", "after_hint", "never", "undecided", "false_claims"))
    return f'<tr><td class="part">{escape(r["part"])}</td><td>{escape(r["model"])}</td>{numbers}<td class=n>{_number(r["words_after_first_right"])}</td><td>{rates}</td></tr>'


def _rate(x: Mapping[str, Any]) -> str:
    low, high = 100 * x["low"], 100 * x["high"]
    mark = "" if x["estimate"] is None else f'<b style="left:{100 * x["estimate"]:.1f}%"></b>'
    said = "–" if x["estimate"] is None else f"{x['estimate']:.2f}"
    return (f'<span class="rate"><span class="bar" aria-hidden="true"><i style="left:{low:.1f}%;right:{100 - high:.1f}%"></i>{mark}</span>'
            f"@{x['k']} {said} [{x['low']:.2f}, {x['high']:.2f}]</span>")


def _number(v: float | None) -> str:
    return "" if v is None else f"{v:.0f}"
