"""Question tests: every spec against right and wrong answers that nobody had to write."""

from derive.grading.stress.report import Finding, StressReport
from derive.grading.stress.run import stress

__all__ = ["Finding", "StressReport", "stress"]
