"""derive: problems are stated, answers derived, certified and judged.

    from derive import load, solve, certify, grade
    problem = load("problems/cs182-hw2/penalty-l2.toml")
    grade(problem, "update", r"-\\frac{\\alpha}{2} g").verdict

SymPy and CVXPY are imported when a derivation or a certificate needs them, not by this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "load": "derive.problem.load", "load_all": "derive.problem.load", "find": "derive.problem.load", "variant_of": "derive.problem.seeded",
    "solve": "derive.derivation.solve", "certify": "derive.derivation.certify", "grade": "derive.grading.grade",
    "grade_many": "derive.grading.many", "compare": "derive.grading.compare", "read_transcript": "derive.transcripts.read",
    "read_transcripts": "derive.transcripts.read",
    "judge_transcript": "derive.transcripts.judge", "Verdict": "derive.grading.verdict", "Grade": "derive.grading.verdict",
    "Problem": "derive.problem.model", "Part": "derive.problem.model", "Derivation": "derive.derivation.steps",
    "Certificate": "derive.derivation.certificate",
}
__all__ = [
    "Certificate", "Derivation", "Grade", "Part", "Problem", "Verdict", "__version__", "certify", "compare", "find", "grade", "grade_many",
    "judge_transcript", "load", "load_all", "read_transcript", "read_transcripts", "solve", "variant_of",
]

if TYPE_CHECKING:
    from derive.derivation.certificate import Certificate
    from derive.derivation.certify import certify
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation
    from derive.grading.compare import compare
    from derive.grading.grade import grade
    from derive.grading.many import grade_many
    from derive.grading.verdict import Grade, Verdict
    from derive.problem.load import find, load, load_all
    from derive.problem.model import Part, Problem
    from derive.problem.seeded import variant_of
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.read import read_transcript, read_transcripts


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'derive' has no attribute '{name}'")
