"""Question tests: every spec against right and wrong answers that nobody had to write."""

from derive.grading.stress.run import Finding, StressReport, stress

__all__ = ["Finding", "StressReport", "stress"]
