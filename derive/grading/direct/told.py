"""Sentences round an answer that tell how it came about and what it is known as, for the direct lane.

'Setting the gradient to zero gives $A = 0$, so $$B$$', '$B$, the minimum $L_2$ norm solution', 'This recovers gradient descent with learning rate $\\eta = c$':
one formula answers, and each other one is a condition on the way to it, the name of a norm, or the step size of the method that is recognised. The
words are of a few kinds, by what they mean; where another one stands the text goes the whole way.
"""

from __future__ import annotations

from collections.abc import Container

from derive import patterns as re
from derive.grading.direct.words import announces, closing_sentences

MAX_FORMULAS = 4

_PIECES = re.compile(r"(\$\$[^$]+\$\$|\$[^$]+\$|\\\[(?:(?!\\[\[\]]).)+\\\]|\\\((?:(?!\\[()]).)+\\\))", re.S)
_NORM = re.compile(r"(?:\$|\\\() ?(?:L|l|\\ell|ℓ) ?_ ?\{? ?(?:1|2|\\infty) ?\}? ?(?:\$|\\\))")
# What is set to zero on the way.
_ON_THE_WAY = re.compile(r"[^=<>]+= ?(?:0|\\mathbf ?\{?0\}?) ?(?:\$\$?|\\[\])])")
_STEP_SIZE = re.compile(r"(?:\$|\\\() ?(?:\\eta ?= ?)?[^=<>,;]+(?:\$|\\\))")
_REACHED = ("gives", "yields", "get", "obtain", "have", "find")

_METHOD = (r"(?:(?:standard|usual|ordinary|plain|classical|classic|familiar|well-known|vanilla|full-batch|greedy) ){0,2}"
           r"(?:(?:gradient|coordinate|steepest|sign|sign gradient|steepest gradient) descent|signsgd|signgd|sgd|gd|adam)")
_SOLUTION = r"(?:unique )?(?:minimum|minimal|min|least)[- ](?:§[- ])?norm (?:solution|vector|minimi[sz]er)"
_WHAT = rf"(?:the )?(?:{_SOLUTION}|{_METHOD}(?: (?:optimi[sz]er|method|algorithm|update rule|update|rule|step))?(?: with (?:learning rate|step size|stepsize) ¤)?)"
_RECOGNISED = (r"(?:it|this(?: update| solution| rule| step)?) (?:is exactly|is just|is simply|is precisely|is|recovers|matches|corresponds to|coincides with|gives) " + _WHAT)
_TAIL = re.compile(rf"(?:,\s(?:which is |that is, |i\.e\. )?{_WHAT})?(?:\.|(?=\n)|\Z)(?:\s+{_RECOGNISED}(?:\.|(?=\n)|\Z)){{0,3}}")
_CONVERGES = re.compile(rf"(?:(?:thus|hence|so|therefore),? )?(?:{_METHOD} )?(?:iterates )?converges? to (?:the )?(?:{_SOLUTION}|limit|solution|vector|point)?:?\s+\Z"
                        rf"|(?:is )?(?:the )?{_SOLUTION}(?: is)?:?\s+\Z")


def told(text: str, heads: Container[str]) -> str | None:
    """The formula that answers, with its delimiters; None where more is said than that. heads: left sides that are the unknown."""
    pieces = _PIECES.split(text)
    found = pieces[1::2]
    if not 0 < len(found) <= MAX_FORMULAS or "$" in "".join(pieces[::2]):
        return None
    norms = [_NORM.fullmatch(f) is not None for f in found]
    boxed = [k for k, f in enumerate(found) if "\\boxed" in f]
    if len(boxed) > 1:
        return None
    if boxed:
        at = boxed[0]
    else:
        others = [k for k, norm in enumerate(norms) if not norm]
        if not others:
            return None
        at = others[1] if len(others) > 1 and _ON_THE_WAY.fullmatch(found[others[0]]) is not None else others[0]
    asked = bool(boxed) or found[at].lstrip("$\\([ ").partition("=")[0].strip() in heads
    lead, tail = pieces[0], pieces[2 * at + 2]
    for k in range(at):
        if not norms[k] and not (asked and "¤" not in lead and _ON_THE_WAY.fullmatch(found[k]) is not None):
            return None
        lead += ("§" if norms[k] else "¤") + pieces[2 * k + 2]
    for k in range(at + 1, len(found)):
        if not norms[k] and not (asked and _STEP_SIZE.fullmatch(found[k]) is not None):
            return None
        tail += ("§" if norms[k] else "¤") + pieces[2 * k + 2]
    return found[at] if _leads(lead) and _follows(tail) else None


_LEAST = re.compile(rf"(?:minimum|minimal|min|least)[- ](?:(?P<norm>{_NORM.pattern})[- ])?norm", re.I)
_CLAUSE_END = re.compile(r"[.;,\n]")
_BY_METHOD = re.compile(r"(?:gradient|coordinate|steepest|sign|sign gradient|steepest gradient) descent|signsgd|signgd|sgd|gd|adam", re.I)


def least_norms_told(text: str) -> list[tuple[str, str]]:
    """(method in the same clause, norm) of the norms in which a told reply calls its answer least; '' where there is none."""
    out = []
    for m in _LEAST.finditer(text):
        start = max((e.end() for e in _CLAUSE_END.finditer(text, 0, m.start())), default=0)
        method = _BY_METHOD.search(text, start, m.start())
        out.append((method.group().lower() if method is not None else "", m["norm"] or ""))
    return out


def methods_told(text: str) -> set[str]:
    """The optimizers that a told reply names."""
    return {m.group().lower() for m in _BY_METHOD.finditer(text)}


def other_step(text: str, answer: str) -> bool:
    """Whether a step size that is told behind an answer is not, as it is written, the one in it: that goes the whole way."""
    behind = text[text.rfind(answer) + len(answer) :]
    return any(not _is_the_step(f, answer) for f in _PIECES.findall(behind) if _NORM.fullmatch(f) is None)


def _is_the_step(step: str, answer: str) -> bool:
    """Whether an answer is minus a step size times one vector."""
    bare = [_UNSAID.sub("", f.rpartition("=")[2]) for f in (step, answer)]
    return bare[1].startswith("-" + bare[0]) and _ONE_VECTOR.fullmatch(bare[1], len(bare[0]) + 1) is not None


_UNSAID = re.compile(r"[$ .,]|\\[\[\]()]|\\(?:[,;:! ]|boxed(?=\{)|left|right|,)")
_ONE_VECTOR = re.compile(r"(?:\\cdot|\\?nabla|_?\\theta|_\{\\theta\}|\\mathbf|\\mathcal|[A-Za-z(){}]|_t)*")


def _leads(lead: str) -> bool:
    """Whether what stands before an answer tells how it came about, and announces it."""
    if "¤" in lead:
        way, _, lead = lead.partition("¤")
        way = way.rstrip()
        if not way.endswith(_REACHED) or not announces(f"{way}, so "):
            return False
        lead = lead.lstrip(",.; \n")
        if not lead:
            return False
    low = lead.lower()
    if "norm" in low or "converge" in low:
        m = _CONVERGES.search(low)
        if m is None:
            return False
        lead = lead[: m.start()]
    return not lead or announces(lead)


def _follows(tail: str) -> bool:
    """Whether what stands behind an answer says what it is known as, and closes it."""
    if not tail:
        return True
    low = tail.lower()
    if "**" in low and not low.count("**") % 2:
        low = low.replace("**", "")
    m = _TAIL.match(low)
    if m is None:
        return False
    rest = low[m.end() :]
    return not rest or rest.isspace() or (len(low) == len(tail) and rest[0].isspace() and closing_sentences(tail[m.end() :].lstrip()))
