"""How hard a proof of a right answer is looked for: auto, always, never."""

from __future__ import annotations

from derive.errors import UsageError
from derive.grading.keys import Key
from derive.maths.expr import Expr

PROOFS = ("auto", "always", "never")
"""auto: equal normal forms, which cost no more than the exact arithmetic that they save; always: cases of signs and SymPy,
too; never: no proof, so that what is right is measured on a stated number of instances."""


def checked(proof: str) -> str:
    """The name of a way of proof. Raises UsageError for any other."""
    if proof not in PROOFS:
        raise UsageError("proof", f"there is no '{proof}'.", f"Ways of proof: {', '.join(PROOFS)}.")
    return proof


def proof_of(answer: Expr, required: Expr, key: Key) -> str:
    """How it is proved that an answer equals what is required, or '' where it is not."""
    from derive.grading.comparing.instances import Case
    from derive.grading.comparing.proofs import proved

    return proved(Case(key.problem.symbols, key.problem.dims, answer), answer, required)
