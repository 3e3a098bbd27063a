"""Whether an iteration is said to be stable, by the factor of one step: 'unconditionally stable', 'unstable', 'it converges for every step size'."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import numbers, settings, with_value

_METHOD = r"(?:IT|(?:the|this) (?:method|iteration|scheme|algorithm|recursion|process|step))"
_EVERY = r"(?: for (?:every|all|any)(?: positive)? (?:step sizes?|\w{1,7})(?: ?> ?0)?| whatever \w{1,20}(?: is)?)"
_STABLE = (rf"{_METHOD} (?:is (?:(?P<all>unconditionally|a-) ?)?(?P<not>un|in)?stable|(?P<converges>converges|contracts)|(?P<diverges>diverges))(?P<every>{_EVERY})?")
_SIZES = (Fraction(1, 1024), Fraction(1), Fraction(1024))


def said_of_stability(said: Said, key: Key) -> bool | None:
    """Whether the factor of a step is below 1 in size as is said, whatever the step size is; None where nothing is said of it, or only of some step sizes."""
    m = compiled(_STABLE.replace("IT", r"it|this")).fullmatch(said.body) if key.part.ask == "rate" and key.problem.iteration is not None else None
    answer = key.derivation.answer
    if m is None or answer is None or answer.shape or said.possible or said.not_always:
        return None
    seen = []
    for s in settings(key):
        for size in _SIZES if key.problem.iteration is not None and key.problem.iteration.step in s.world.values else _SIZES[1:2]:
            v = numbers(answer, with_value(s, str(key.problem.iteration.step), size) if size != 1 and key.problem.iteration is not None else s.world)
            if v is not None:
                seen.append(abs(v[0]) < 1)
    unstable = bool(m["not"] or m["diverges"]) is not said.denied
    if not seen or (any(seen) and not all(seen) and not (m["all"] or m["every"])):
        return None
    return not any(seen) if unstable else all(seen)
