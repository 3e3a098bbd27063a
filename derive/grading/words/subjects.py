"""What a sentence says its formula to be: 'The gradient is F', 'the penalty equals F' give another quantity than the one that is asked."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems

_QUANTITY = (r"gradients?|subgradient|derivative|hessian|penalty|penalty term|linear (?:term|part)|quadratic (?:term|part)|residual|momentum|multiplier|lagrangian|step[- ]?size|learning[- ]rate|norm"
             r"|length|magnitude|sign|unit vector|(?:previous|old) (?:update|iterate|step|point|gradient)|constraint|radius|dual (?:variable|function|problem)")
_NEEDS = needs("gradient gradients subgradient derivative hessian penalty term part residual momentum multiplier lagrangian size stepsize rate norm length magnitude sign vector previous old "
               "constraint radius dual")
_SUBJECT = re.compile(
    rf"(?:^|[.;:!?\n,]\s*|\b(?:so|thus|hence|then|therefore|and)\s+)(?:the|its|our|their)\s+(?:(?!squared\b)\w+\s+)?(?P<what>{_QUANTITY})(?:\s+(?:there|here|itself|now))?\s+"
    r"(?:is|are|equals?|becomes?|reads?)\s+(?:then |thus |therefore |exactly |simply |just |given by )?(?:\$\$?|\\\(|\\\[|`)?\s*\Z", re.I)
_FAILS = re.compile(r"\b(?<!not )(?<!never )(?P<what>diverges?|divergence|unstable|blows? up|explodes?)\b(?!\s*[.;])[^.;:,\n]{0,40}\Z", re.I)
_FAILS_NEED = needs("diverge diverges divergence unstable blow blows explode explodes")
_ASKS = ("argmin", "argmax", "value", "limit")


def other_subject(text: str, formulas: list[str], key: Key) -> str:
    """The quantity which the sentence of a formula names, where it is not what the part asks for; '' where it names none."""
    if key.derivation.kind == "condition" and not _FAILS_NEED.isdisjoint(stems(text)) and "diverg" not in key.part.says.lower():
        return next((m.group("what") for f in formulas if (at := text.rfind(f)) > 0 and (m := _FAILS.search(text[max(0, at - 90) : at])) is not None), "")
    if key.part.ask not in _ASKS or key.part.derivative is not None or _NEEDS.isdisjoint(stems(text)):
        return ""
    for f in formulas:
        at = text.rfind(f)
        m = _SUBJECT.search(text[max(0, at - 90) : at]) if at > 0 else None
        said = m["what"].lower() if m is not None else ""
        if said and (said.startswith(("previous", "old")) or said.split()[-1] not in f"{key.part.says} {key.part.id} {key.part.what}".lower()):
            return said
    return ""
