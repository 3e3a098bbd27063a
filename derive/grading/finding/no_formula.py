"""Texts that hold no formula, told from their words: 'coordinate descent', 'see above'.

Words between spaces, none of which the reader knows, and none that is put into signs ('half', 'the gradient'), cannot be read as a formula however they are cut:
every reading meets a name that is not declared. Where one word could be read, the whole way decides.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.maths.calls import CALLS
from derive.maths.projections import NAMES as PROJECTIONS
from derive.maths.signs import FUNCTION_COMMANDS, GREEK_NAMES, NICKNAMES, SPOKEN, SPOKEN_NUMBERS, VARIANTS
from derive.maths.spectra import NAMES as SPECTRA

_ONLY_WORDS = re.compile(r"[A-Za-z]{2,}(?:(?: |, |\. )[A-Za-z]{2,}){0,30}\.?\s*")
_WORD = re.compile(r"[A-Za-z]+")
# Python's own names called with words: no mathematics, whatever the words are.
_ONLY_CALLS = re.compile(r"__[a-z]{2,40}__\((?:'[A-Za-z_ ./-]{0,60}')?\)(?:\.[a-z_]{1,40}(?:\((?:'[A-Za-z_ ./-]{0,60}')?\))?){0,6}\s*")
_CONSTANTS = """
arg argmax argmin lim sup inf infinity oo infty pi true false grad gradient gradients nabla delta minimize maximize minimise maximise conv co hull sigma theta omega id ones zeros
choose mod nan eye return def lambda import class
"""
# What is put into signs or numbers where it stands beside others: spoken formulas, cases by rank, zero in words.
_PUT_INTO_SIGNS = """
half third quarter fourth fifth eighth tenth halves thirds one two three four five six seven eight nine ten first second zero none nothing all other others remaining rest otherwise
else norm signs sign square squared squares cubed cube root mean average median maximum minimum largest smallest sum sums sample samples data dataset observation observations
measurement measurements draw draws entry entries number numbers value values points point observed twice times negative minus plus over divided multiplied multiply absolute
modulus between less greater lower more below above exceeds positive opposite same
"""
_READABLE = frozenset(w.lower() for w in (
    *CALLS, *GREEK_NAMES, *NICKNAMES, *VARIANTS, *SPOKEN, *SPOKEN_NUMBERS, *FUNCTION_COMMANDS, *PROJECTIONS, *SPECTRA, *_CONSTANTS.split(), *_PUT_INTO_SIGNS.split()))
_ENDINGS = tuple(c.lower() for c in CALLS if len(c) > 2 and c.isalpha())


class NoFormula:
    """Which words can be read in a part: names, and declared names that run together, which are a product."""

    def __init__(self, key: Key) -> None:
        scope = key.wanted.scope
        names = {w for s in scope.symbols.values() for n in (s.name, *s.aliases) for w in _WORD.findall(n)} | {w for d in scope.dims for w in _WORD.findall(str(d))}
        self.readable = _READABLE | {n.lower() for n in names}
        self.run_together = re.compile(f"(?:{'|'.join(sorted({'e', *(n.lower() for n in names)}))})+")

    def says_none(self, text: str) -> bool:
        """Whether a text certainly holds no formula."""
        if _ONLY_WORDS.fullmatch(text) is None:
            return text[:2] == "__" and _ONLY_CALLS.fullmatch(text) is not None
        for w in _WORD.findall(text):
            low = w.lower()
            if low in self.readable or low.endswith(_ENDINGS) or self.run_together.fullmatch(low):
                return False
        return True


def no_formula(key: Key) -> NoFormula:
    """What tells texts without a formula, made once for a part."""
    return kept(key, "no formula", lambda: NoFormula(key))
