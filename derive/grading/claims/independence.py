"""On which letter an answer is said not to depend: 'it does not depend on $\\alpha$', 'the limit is independent of the step size'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.grading.claims.nouns import named
from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, same, settings, with_value
from derive.maths.signs import GREEK_CHARS
from derive.maths.symbols import Symbol

_SAID = re.compile(
    r"(?:\W|\b(?:and|so|that|note|also|in particular|indeed|of course|clearly|then|here|as such|it|this|that|which|its?|the|final|whole|optimal|limiting)\b)*"
    r"(?:\b(?:it|this|that|which|(?:the|its)\s+(?:\w+\s+)?(?:answer|result|formula|update|step|minimi[sz]er|solution|limit|value|vector|number|count|size|message size))\s+)?"
    r"(?:(?:does\s+not|doesn't|do\s+not|don't)\s+depend\s+(?:at\s+all\s+)?(?:on|upon)|(?:is|are)\s+(?:completely\s+|entirely\s+|fully\s+|therefore\s+|thus\s+)?independent\s+of)\s+"
    r"(?P<of>[^.;:,()]{1,40}?)(?:\s+(?:at\s+all|anymore|any\s+more|here|then|either))?\W*", re.I)
_OTHER = re.compile(r"\b(?:direction|sign|signs|ratio|order|index|position|how|which|whether|start|choice|scale|scaling|size|norm|length|magnitude|past|previous|history|other|others)\b", re.I)


def independence_told(text: str, key: Key) -> bool | None:
    """Whether the answer is the same for other values of a number that it is said not to depend on; None where nothing of the kind is said."""
    m = _SAID.fullmatch(text) if key.derivation.answer is not None and not key.wanted.condition and not key.derivation.outputs else None
    if m is None or _OTHER.search(text[: m.start("of")]):
        return None
    symbol = _letter(m["of"], key)
    if symbol is None or symbol.shape or symbol.kind != "value" or symbol.given is not None or symbol.let is not None or symbol.name == key.wanted.asked:
        return None
    answer = key.derivation.answer
    assert answer is not None
    seen = []
    for s in settings(key):
        if symbol.name not in s.world.values:
            continue
        v = numbers(answer, with_value(s, symbol.name, Fraction(2)))
        if v is None or len(v) != len(s.answer):
            return None
        seen.append(all(same(x, y) for x, y in zip(v, s.answer, strict=True)))
    return all(seen) if seen else None


_WITHIN = re.compile(r"\b(?:and|but|which|that|so)\s+(?:it\s+|this\s+|which\s+)?(?P<said>(?:does\s+not|doesn't)\s+depend\s+(?:at\s+all\s+)?"
                     r"(?:on|upon)\s+(?:\$[^$]{1,20}\$|[^.;:,()$]{1,30}))(?=\s*[.;:,()]|\s*$)", re.I)


def false_independence(text: str, key: Key) -> str:
    """The first such claim behind an answer in its own sentence that does not hold; '' where there is none."""
    return next((m[0] for m in _WITHIN.finditer(text) if independence_told(f"it {m['said']}", key) is False), "") if "depend" in text else ""


def _letter(words: str, key: Key) -> Symbol | None:
    """The declared letter that is written, or named by its noun."""
    plain = re.sub(r"^(?:the|a|an|any|this)\s+", "", words.strip(" $\\"))
    plain = GREEK_CHARS.get(plain, plain.lstrip("\\"))
    symbols = key.problem.symbols
    found = symbols.get(plain) or next((s for s in symbols.values() if plain in {a.lstrip("\\") for a in s.aliases}), None)
    if found is None and plain.isalpha() and plain in key.wanted.scope.dims:
        return None
    if found is None:
        last = plain.rpartition(" ")[2]
        found = named(last, key) or next((s for s in symbols.values() if plain and plain in s.says and not s.shape), None)
    return found
