"""Notations of other circles, written as the statement has its quantities: PyTorch's parameters, bras and kets, typed derivatives, subscripts that a copy has set apart."""

from __future__ import annotations

from derive.grading.finding.wanted import Wanted
from derive.grading.text.bra_ket import without_bra_ket
from derive.grading.text.copied_text import with_subscripts_joined
from derive.grading.text.torch_parameters import with_parameters
from derive.grading.text.typed_derivatives import with_derivatives_named


def in_declared_notation(text: str, wanted: Wanted) -> str:
    """The text with the quantities of the statement in its notation, before it is searched for formulas."""
    if ".grad" in text or "_(" in text:
        text = with_parameters(text, wanted.scope)
    if "⟩" in text or "rangle" in text:
        text = without_bra_ket(text, wanted)
    if "/" in text and "d" in text and "np." not in text:
        text = with_derivatives_named(text, wanted.scope)
    return with_subscripts_joined(text, wanted)
