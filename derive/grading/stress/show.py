"""Reports of the question tests as text: a line a part, and the findings."""

from __future__ import annotations

from collections.abc import Sequence

from derive.grading.stress.report import Finding, StressReport

EXAMPLES = 5
WIDTH = 160


def heading(names: Sequence[str]) -> str:
    """The head of the table for parts of these names."""
    return f"{'part':{_wide(names)}}  {'forms':>6} {'refused':>8} {'misses':>7} {'accepted':>9} {'undecided':>10}"


def line(r: StressReport, names: Sequence[str]) -> str:
    """The figures of one part in the table for parts of these names."""
    figures = f"{r.forms_tried:>6} {len(r.refused):>8} {r.misses_tried:>7} {len(r.accepted):>9} {r.undecided:>10}"
    return f"{f'{r.problem}#{r.part}':{_wide(names)}}  {figures}" + (f"  not tried: {r.skipped}" if r.skipped else "")


def findings(r: StressReport, examples: int = EXAMPLES) -> list[str]:
    """The shortest examples of what was judged wrongly in a part."""
    out = []
    for what, found in (("right, but", r.refused), ("wrong, but", r.accepted)):
        out += [f"{r.problem}#{r.part}: {_said(what, f)}" for f in sorted(found, key=lambda f: (len(f.text), f.text))[:examples]]
    return out


def _wide(names: Sequence[str]) -> int:
    return max([len(n) for n in names] + [4])


def _said(what: str, f: Finding) -> str:
    reason = " ".join(f.reason.split())
    return f"{what} {f.verdict} ({f.how}): {f.text!r}\n    {reason[:WIDTH]}"
