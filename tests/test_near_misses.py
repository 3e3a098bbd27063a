"""Ways of telling an answer, each with its near miss: tests/data/near-misses.jsonl, of which every line holds a verdict.

Programs whose last line is the answer, slices and rows that are set, entries on lines and in HTML tables, counts in sentences, zero rows,
suprema, names and values beside a formula, on what an answer does not depend.
"""

import json
from pathlib import Path

from derive.grading.many import grade_many
from derive.problem.model import Problem

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "near-misses.jsonl").read_text(encoding="utf-8").splitlines()]


def test_near_misses(problems: dict[str, Problem]) -> None:
    given = [{"id": str(k), **row} for k, row in enumerate(ROWS)]
    different = [(row["answer"], g.verdict.value, g.reason) for row, g in zip(ROWS, grade_many(given, problems), strict=True) if g.verdict.value != row["verdict"]]
    assert different == []


def test_accepts_stand_beside_refusals() -> None:
    verdicts = {row["verdict"] for row in ROWS}
    assert {"correct", "incorrect", "undecided", "partial"} <= verdicts
