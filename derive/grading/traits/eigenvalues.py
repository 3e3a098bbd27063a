"""What is said of two eigenvalues beside their sum and product: 'when they are complex both have modulus sqrt(1 - b)'."""

from __future__ import annotations

import math

from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import plain_words
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import numbers, settings

_THEY = r"(?:the |both |these |two |all )*(?:eigenvalues|roots|they)"
_COMPLEX = (rf"(?:(?:when(?:ever)?|if|where|once|as long as|for) (?:{_THEY} are (?:a pair of )?(?:complex|conjugate|complex conjugates?)|complex (?:eigenvalues|roots)),? (?:then )?)"
            rf"(?:{_THEY}|both|both of them|each|their (?:common )?(?:modulus|absolute value)|the (?:common )?(?:modulus|absolute value)) "
            r"(?:have|has|is|are of|equals) (?:the )?(?:(?:same |common )?(?:modulus|absolute value|size) )?(?P<value>.{1,40})")


def said_of_eigenvalues(text: str, key: Key) -> bool | None:
    """Whether complex eigenvalues have the modulus that a sentence gives them; None where it gives none, or their sum and product are not what is asked."""
    asked = key.part.quantities
    m = compiled(_COMPLEX).fullmatch(plain_words(text)) if "sum" in asked and "product" in asked else None
    told = formula(m["value"], key) if m is not None else None
    if told is None or told.shape:
        return None
    seen = []
    for s in settings(key):
        total, product = (s.answer[asked.index(what)] for what in ("sum", "product"))
        v = numbers(told, s.world)
        if v is not None and total * total < 4 * product:
            seen.append(math.isclose(v[0], math.sqrt(product), rel_tol=1e-9))
    return all(seen) if seen else None
