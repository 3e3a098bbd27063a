"""Whether the entries of an answer are said to be all equal, or all different: 'all of whose entries are equal', 'its entries are all different in modulus'."""

from __future__ import annotations

from itertools import combinations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.traits.settings import same, settings

_ENTRIES = r"(?:entries|coordinates|components|elements|weights|parameters|probabilities|outcomes|classes)"
_LIKE = r"(?P<like>equal|identical|the\s+same|alike|different|distinct|unequal|pairwise\s+different|pairwise\s+distinct)"
_SIZE = r"(?P<size>\s+(?:in|up\s+to)\s+(?:the\s+)?(?:modulus|magnitude|size|absolute\s+value|signs?))?"
_SAID = re.compile(
    rf"(?:(?:and|so|that\s+is|i\.e\.?|thus|hence|here|then|which\s+means(?:\s+that)?|a\s+(?:vector|point|solution))\b,?\s*)*"
    rf"(?:(?:all\s+of\s+)?(?:whose|its|the|these|his)\s+{_ENTRIES}\s+(?:are|have)|all(?:\s+of)?(?:\s+(?:its|the))?\s+(?:\w+\s+)?{_ENTRIES}\s+(?:are|have|get|receive|take)|(?:a\s+(?:vector|point|solution)\s+)?with\s+all(?:\s+its|\s+the)?\s+{_ENTRIES})\s+(?:all\s+)?{_LIKE}"
    rf"(?P<what>\s+(?:modulus|magnitude|absolute\s+value|size|value|probability|weight|number))?{_SIZE}\W*(?:\$[^$]{{1,40}}\$)?\W*", re.I)
_UNSIGNED = re.compile(r"modulus|magnitude|size|absolute|sign", re.I)


def alike_told(text: str, key: Key) -> bool | None:
    """Whether it holds at all instances of two entries and more without zeros and ties; None where nothing of the kind is said, or of something else than a vector."""
    required = key.derivation.answer
    m = _SAID.fullmatch(text.strip()) if required is not None and len(required.shape) == 1 and not key.wanted.condition and not key.derivation.outputs else None
    if m is None:
        return None
    unsigned = _UNSIGNED.search(f"{m['what'] or ''} {m['size'] or ''}") is not None
    seen = [[abs(v) for v in s.answer] if unsigned else s.answer for s in settings(key) if len(s.answer) > 1]
    if not seen:
        return None
    if m["like"].lower() in ("equal", "identical", "alike") or m["like"].lower().startswith("the"):
        return all(same(v, x[0]) for x in seen for v in x)
    return all(not any(same(a, b) for a, b in combinations(x, 2)) for x in seen)
