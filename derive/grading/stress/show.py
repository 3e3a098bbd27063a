"""Reports of the question tests as text: a line a part, and the findings."""

from __future__ import annotations

from collections.abc import Sequence

from derive.grading.stress.run import Finding, StressReport

EXAMPLES = 5
WIDTH = 160


def report_text(reports: Sequence[StressReport], examples: int = EXAMPLES) -> str:
    """A table of the figures, a line a part, then the shortest examples of what was found."""
    names = [f"{r.problem}#{r.part}" for r in reports]
    wide = max([len(n) for n in names] + [4])
    out = [f"{'part':{wide}}  {'forms':>6} {'refused':>8} {'misses':>7} {'accepted':>9} {'undecided':>10}"]
    for name, r in zip(names, reports, strict=True):
        figures = f"{r.forms_tried:>6} {len(r.refused):>8} {r.misses_tried:>7} {len(r.accepted):>9} {r.undecided:>10}"
        out.append(f"{name:{wide}}  {figures}" + (f"  not tried: {r.skipped}" if r.skipped else ""))
    for name, r in zip(names, reports, strict=True):
        for what, found in (("right, but", r.refused), ("wrong, but", r.accepted)):
            out += [f"{name}: {_line(what, f)}" for f in sorted(found, key=lambda f: (len(f.text), f.text))[:examples]]
    return "\n".join(out)


def _line(what: str, f: Finding) -> str:
    reason = " ".join(f.reason.split())
    return f"{what} {f.verdict} ({f.how}): {f.text!r}\n    {reason[:WIDTH]}"
