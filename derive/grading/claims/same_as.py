"""What a formula is called right behind it: '$t=\\frac1n\\sum_iv_i$, the mean of $v$'. Called the median, or the largest entry, it is something else."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.values import equations
from derive.grading.keys import Key
from derive.grading.traits.quantities import quantity
from derive.grading.traits.settings import numbers, same, settings

_CALLED = re.compile(r"\$(?P<formula>[^$]{1,200})\$\s*,?\s+(?:i\.e\.,?\s+|that is,?\s+|which is\s+|is\s+)?(?:just\s+|simply\s+)?(?:the\s+)"
                     r"(?P<what>mean|average|arithmetic mean|median|largest entry|maximum|smallest entry|minimum|sum|geometric mean)"
                     r"\s+(?:of|over)\s+(?:the\s+|all\s+)*(?:entries\s+(?:of\s+)?|components\s+(?:of\s+)?|values\s+)?\$?(?P<of>[A-Za-z])(?:_\{?[a-z]\}?)?\$?\s*", re.I)
_KINDS: dict[str, Callable[[list[float]], float]] = {
    "mean": statistics.fmean, "average": statistics.fmean, "arithmetic mean": statistics.fmean, "median": statistics.median, "largest entry": max, "maximum": max, "smallest entry": min,
    "minimum": min, "sum": sum}


def same_as_told(text: str, key: Key) -> bool | None:
    """Whether the last formula before such a name has the value that the name has; None where there is none, or it has letters of its own."""
    m = _CALLED.search(text)
    if m is None or text[m.end() :].strip(" .,;") or m["what"].lower() not in _KINDS:
        return None
    of = quantity(m["of"], key)
    told = equations(m["formula"], key)
    if of is None or of.op != "sym" or len(of.shape) != 1 or not told or told[-1].terms[-1].shape:
        return None
    kind, value = _KINDS[m["what"].lower()], told[-1].terms[-1]
    found = []
    for s in settings(key):
        v, t = numbers(of, s.world), numbers(value, s.world)
        if v is None or t is None or len(t) != 1 or len(v) < 3:
            continue
        found.append(same(t[0], kind(v)))
    return all(found) if found else None
