"""Words beside a formula that make another value of it: 'a third of x', 'parallel to x', 'x halved', 'x in reverse order'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.heard import needs

_WHOLE = r"(?:the )?(?:vector |point |quantity |expression |formula |value |update )?\W{0,3}$"
CHANGED_BEFORE = re.compile(
    r"(?:\b(?:half|halves|thirds?|quarters?|fourths?|fifths?|eighths?|tenths?|hundredths?|\w+-th|percent|fraction|part|version|variant|complement|power|logarithm|negative|negation|opposite|reciprocal|"
    r"inverse|conjugate|reverse|reversal|permutation|normali[sz]ation|rescaling|projection|double|triple)|%|(?<![\w}])[\d./]*\d)\s+of\s+" + _WHOLE
    + r"|\b(?:parallel|antiparallel|orthogonal|perpendicular|proportional|opposite|close|closer|closest\b[^.;:,]{0,20}|nearest\b[^.;:,]{0,20}|near|next|similar)\s+to\s+" + _WHOLE
    + r"|\b(?:half-?way|midway|different|distinct|far)\s+(?:to|from|between)\s+" + _WHOLE
    + r"|\b(?:twice|thrice|half|double|triple|(?:two|three|four|five|ten|hundred) times)\s+" + _WHOLE, re.I)
"""Words that change the formula after them: 'a third of', 'the negative of', 'parallel to', 'twice the vector'."""
CHANGED_NEEDS = needs("of to from between twice thrice half double triple times")
"""One of them stands in each of these."""
CHANGED_AFTER = re.compile(
    r"\W{0,4}\s*(?:but |then |and then |all |each |everything )*(?:halved|doubled|tripled|quadrupled|negated|inverted|reversed|squared|cubed|transposed|normali[sz]ed|rescaled|"
    r"scaled (?:up|down|by)|shifted|permuted|flipped|swapped|with (?:the |its |all )?(?:opposite|other|reversed|flipped) signs?|"
    r"with [^.;:,\n]{0,40}\b(?:swapped|exchanged|reversed|flipped|negated|permuted|doubled|halved|replaced|removed|inverted|opposite signs?)|"
    r"in (?:the )?(?:reversed?|opposite|inverse) (?:order|direction)|upside down|backwards?)\b", re.I)
"""Words that change the formula before them: 'halved', 'in reverse order'."""
CHANGED_IN_TAIL = re.compile(
    r"\b(?!(?:required|asked|needed|used|obtained|wanted|converted|desired|expected|called|named|attained|reached|found|stated|claimed|indeed|need|shared|fixed|speed)\b)[a-z]{2,}ed\b"
    r"|\b(?:opposite|reverse|other) (?:signs?|order|direction)\b|\b(?:momentum|decay|noise|diverg\w*|might|except|only|unless|swap\w*|or so)\b"
    r"|\bfor (?:each|every) (?:worker|machine|node|round|step|message)\b", re.I)
"""Words anywhere after a formula in one sentence that may change it: it is not read without them."""
NORMALISED = re.compile(
    r"\W{0,3}\s*(?:and |then |suitably |which is |all )*(?:re)?(?:normali[sz]ed|scaled)\s+(?:so as )?to\s+(?:sum|add)\s+(?:up\s+)?(?:to\s+)?\$?(?:1|one|unity)\b\$?(?!\.?\d|/)", re.I)
"""What makes equations of proportions: 'x ∝ y, normalised to sum 1'."""


def proportional(formula: str) -> bool:
    """Whether a formula says only what its left side is proportional to."""
    return "∝" in formula or "\\propto" in formula
