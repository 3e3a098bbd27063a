"""Samples of one model on one prompt: the chance that one of k is right, with its interval.

pass@k over n samples of which c are right is estimated without bias by 1 - C(n - c, k) / C(n, k), the share of the
sets of k samples that hold a right one (Chen et al. 2021, "Evaluating large language models trained on code"). Its
interval is Wilson's score interval for the chance p of one sample, carried over by p -> 1 - (1 - p)^k, which is
increasing and gives pass@k of p. Samples that could not be decided are in neither n nor c; the interval takes them
as wrong at its lower end and as right at its upper end: "don't know" is never "no". The estimate jumps to 1 where fewer
than k samples are wrong; the interval is widened to hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: intervals are of 95 %."""


@dataclass(frozen=True)
class PassAt:
    """pass@k: its estimate (None where fewer than k samples are decided) and the ends of its interval."""

    k: int
    estimate: float | None
    low: float
    high: float


def pass_at(k: int, n: int, right: int, undecided: int = 0) -> PassAt:
    """pass@k of n decided samples of which `right` are right, beside so many that are undecided."""
    if not (0 <= right <= n and undecided >= 0 and k >= 1):
        raise ValueError("pass_at needs 0 <= right <= n, undecided >= 0 and k >= 1")
    estimate = 1 - comb(n - right, k) / comb(n, k) if k <= n else None
    low, _ = wilson(right, n + undecided)
    _, high = wilson(right + undecided, n + undecided)
    ends = [1 - (1 - low) ** k, 1 - (1 - high) ** k, *([] if estimate is None else [estimate])]
    return PassAt(k, estimate, min(ends), max(ends))


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval for the chance of which `right` of n are a sample; (0, 1) where n = 0."""
    if n == 0:
        return 0.0, 1.0
    p = right / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (0.0 if right == 0 else centre - half), (1.0 if right == n else centre + half)


def sizes(n: int) -> list[int]:
    """The k that are shown for n samples: 1, 2, 4, 8, ... and n itself."""
    out = [1]
    while out[-1] * 2 <= n:
        out.append(out[-1] * 2)
    return out if out[-1] >= n else [*out, n]
