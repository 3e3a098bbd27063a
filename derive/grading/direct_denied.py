"""Words that deny a right formula, bound it, or make another value of it: such a text holds no answer, which the direct lane tells from its words.

'three times $F$', '$F$, squared', 'It is not `F`', 'proportional to (F)'. What such words make of a text depends on how the formula is delimited: only
what the full reader leaves unread or undecided is told here; what it reads with the words ('half of $F$') goes the whole way.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.verdict import Verdict

MAX_TEXT = 400

_TEX = re.compile(r"(\$\$[^$]+\$\$|\$[^$]+\$|\\\[(?:(?!\\[\[\]]).)+\\\]|\\\((?:(?!\\[()]).)+\\\))", re.S)
_CODE = re.compile(r"(`[^`\n]+`)")
_HINTS = ("half", "third", "oubl", "twice", "times", "halved", "square", "tripled", "opposite", "sign of", "sign flipped", "negat", "normalised", "normalized", "up to ",
          "function", "length", "magnitude", "inverse", "recip",
          "divided", "multiplied", "reduced", "by 2", "plus", "minus", "more", "less", "one over", "not ", "No, ", "false", "wrong", "mistake", "incorrect", "order", "multiple", "most", "least",
          "proportional", "but ", "absolute", "along", "entry")

_NEVER = (
    r"not ¤|It is not ¤\.|anything but ¤|The answer cannot be ¤\.|It is certainly not equal to ¤\.|proportional to ¤|at (?:most|least) ¤|less than ¤|of the order of ¤|some multiple of ¤"
    r"|the first entry of ¤|¤ is wrong\.|¤ would be a mistake\.|¤ up to sign|¤\? No, that is not it\.|¤ \(this is not correct\)|One might guess ¤, but this is false\."
    r"|Everyone says ¤; they are mistaken\.")
_ALWAYS_CHANGED = (
    r"(?:three|four|five|ten) times ¤|the (?:square root|reciprocal|inverse|magnitude) of ¤|something like the square of ¤|one (?:more|less) than ¤"
    r"|¤ halved|The answer is ¤, but halved\.|¤ with the opposite sign|¤ but negated|¤ normalized")
_UNREAD = {
    "tex": re.compile(rf"{_NEVER}|{_ALWAYS_CHANGED}|twice ¤|¤, (?:halved|doubled|tripled|squared|with the sign flipped|normalised to unit length|up to a constant factor)|The answer is ¤, doubled\."
                      r"|¤ (?:divided by three|times ten|squared|plus one|minus one)|the length of ¤|a function of ¤"),
    "code": re.compile(rf"{_NEVER}|{_ALWAYS_CHANGED}|(?:one )?half of ¤|twice ¤|two times ¤|double ¤|¤ times (?:two|ten)|¤ multiplied by 2|(?:a|one) third of ¤|¤ divided by three"
                       r"|the (?:negative|opposite|square|length) of ¤|¤ squared|¤ plus one|¤ minus one|a function of ¤"),
    "": re.compile(rf"(?!It is not)(?:{_NEVER})|{_ALWAYS_CHANGED}|the (?:square|sign) of ¤|double ¤|only the sign of ¤|one over ¤|¤ in absolute value"),
}
_UNDECIDED = re.compile(r"¤, divided by two|¤ \(divide this by 2\)|¤ reduced by 50%|It is ¤ with a minus sign in front\.|¤, then take the square root|one over ¤|(?:only )?the sign of ¤"
                        r"|the absolute value of ¤|¤ in absolute value|the unit vector along ¤|I tried ¤, which turned out to be incorrect\.")


def denied(text: str) -> tuple[str, Verdict] | None:
    """(the formula of a text without its delimiters, the verdict where it would be right); None for other texts."""
    if len(text) > MAX_TEXT or text[:1] == "$" == text[-1:]:
        return None
    for hint in _HINTS:
        if hint in text:
            break
    else:
        return None
    for style, pattern in (("tex", _TEX), ("code", _CODE)):
        pieces = pattern.split(text)
        if len(pieces) == 3:
            body = pieces[1]
            if "\\boxed" in body:
                return None
            said = f"{pieces[0]}¤{pieces[2]}"
            verdict = _told(said, style) or (Verdict.UNDECIDED if _UNDECIDED.fullmatch(said) else None)
            double = body[:2] in ("$$", "\\[", "\\(")
            return None if verdict is None else ((body[2:-2] if double else body[1:-1]).strip(), verdict)
        if len(pieces) != 1:
            return None
    start, end = text.find("("), text.rfind(")")
    if text.endswith("(this is not correct)"):
        end = text.rfind(")", 0, end)
    if start < 0 or end < start:
        return None
    verdict = _told(f"{text[:start]}¤{text[end + 1 :]}", "")
    return None if verdict is None else (text[start + 1 : end], verdict)


def _told(said: str, style: str) -> Verdict | None:
    return Verdict.UNREADABLE if _UNREAD[style].fullmatch(said) else None
