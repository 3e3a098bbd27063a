"""Whether what a sentence or a clause says of the answer is true of the required one."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.grading.traits.cases import said_in_a_case
from derive.grading.traits.clause import MAX_CLAUSE, Said, said_of
from derive.grading.traits.clipping import said_of_clipping
from derive.grading.traits.counts import said_of_counts
from derive.grading.traits.directions import said_of_direction, said_of_rows
from derive.grading.traits.eigenvalues import said_of_eigenvalues
from derive.grading.traits.entries import said_of_entries
from derive.grading.traits.growth import said_of_growth
from derive.grading.traits.matrices import said_of_matrices
from derive.grading.traits.names import said_of_name
from derive.grading.traits.norms_told import said_of_norms
from derive.grading.traits.optimum import said_of_optimum
from derive.grading.traits.places import said_of_places
from derive.grading.traits.rates import said_of_rate
from derive.grading.traits.regions import said_of_regions
from derive.grading.traits.stability import said_of_stability
from derive.grading.traits.trends import said_of_trends
from derive.grading.traits.validity import said_of_validity

KINDS = (said_of_name, said_of_stability, said_of_validity, said_of_clipping, said_of_regions, said_of_matrices, said_of_trends, said_of_counts, said_of_places, said_of_entries, said_of_rows,
         said_of_direction, said_of_growth, said_of_optimum)
NEEDS = needs("""included excluded matrix rank definite indefinite semidefinite symmetric vector closer further converges raising lowering closed open ends end end entry entries
coordinate component element weight orthogonal perpendicular parallel multiple span sparse dense nonzero zero vanish vanishes unique only solution
constraint slack active
tight binding bind boundary inside interior scale scales grow grows linear linearly quadratic quadratically proportional independent depend depends doubling halving tripling
scaling multiplying flipping
negating increase increases decrease decreases shrink shrinks larger smaller longer shorter bigger fewer more same equal half twice tends explodes blows diverges infinity length
norm direction sign signs
opposite against positive negative nonnegative nonpositive even odd belongs feature features tie ties tied move moves satisfies solves fits interpolates step carries message
worker budget ignores matters
homogeneous constant inversely residual equation size
normalised normalized scaled rescaled heavy momentum exponentiated multiplicative polar orthogonalised orthogonalized muon fgsm fast soft
stable unstable unconditionally diverges contracts holds valid works exists eigenvalues roots complex learning rate times clipped clamped truncated cut kept""")
_BEGINS = re.compile(
    r"[\s*_(]*(?:(?:and|also|but|so|thus|hence|therefore|then|indeed|note|notice|observe|remark|here|now|moreover|furthermore|in|of|obviously|clearly|consequently|accordingly|i\.e\.|that|"
    r"as|by|finally|again|"
    r"conversely|similarly|likewise|check|sanity|geometrically|intuitively|even|strictly|only|we|see|means|this)\b[,: ]*)*"
    r"(?:it|this|that|which|its|the|all|every|each|both|no|none|not|some|several|many|most|only|exactly|at|there (?:is|are) (?:no|other|another|several|infinitely|many|only|exactly)|other|"
    r"others|doubling|halving|tripling|scaling|multiplying|rescaling|negating|flipping|"
    r"if|when|whenever|as|for|once|raising|lowering|increasing|decreasing|of|in|where|should|we|nothing|one|any|larger|bigger|more|large|ties|moves|has|is|are|scales|grows|depends|lies|"
    r"points|minimises|uses|a|an|same|half|twice|fewer|entries|weights|"
    r"\$|\\|[A-Za-z]\b|Δ|θ|coordinates|smaller|increasing|updates|touches|changes|does|do|can|may|cannot|needs?|stays?|remains?|vanishes|tends|becomes|gives|satisfies|solves|"
    r"fits|holds|works|minus|careful|caution|warning|attention|beware|without the|with the (?:opposite|reversed|other) sign|apart|up|except)(?![A-Za-z])", re.I)
_REASON = re.compile(r"[,;:—–-]*\s+(?:because|since|as (?:it|we|there|(?:each|every|the|all|one|no|this) (?:\S+ ){1,2}(?:is|are|has|have|does|do|enters?|counts?|must|can|lies))\b|so that|"
                r"due to|thanks to|for (?:the|it|there) \w+ (?:is|are|has)|by (?:the|symmetry|strict|duality|construction|definition))\b.*$", re.I | re.S)


def said_of_answer(text: str, key: Key) -> bool | None:
    """Whether what a sentence or clause says of the answer holds; None where it says nothing of it that is known."""
    if len(text) > MAX_CLAUSE or not _BEGINS.match(text) or NEEDS.isdisjoint(stems(text)):
        return None
    text = _REASON.sub("", text)
    for look in (said_of_rate, said_of_norms, said_of_eigenvalues, lambda t, k: said_in_a_case(t, k, _plainly)):
        if (found := look(text, key)) is not None:
            return found
    return _plainly(text, key)


def _plainly(text: str, key: Key) -> bool | None:
    """The same for what supposes no case."""
    said = said_of(text)
    return _one(said, key) if said is not None and said.body else None


def _one(said: Said, key: Key) -> bool | None:
    for kind in KINDS:
        found = kind(said, key)
        if found is not None:
            return found
    return None
