"""What a text calls the update beside its formula: 'u = F, which is gradient descent'. A name of which the update is no step is false."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key, kept, key_of
from derive.grading.naming.text import flatten
from derive.grading.naming.words import Standing, judged_names

MAX_TEXT = 6_000
_OPTIMIZER = re.compile(r"descent|sgd|adam|momentum|newton|rmsprop|adagrad|muon|lion\b|nesterov", re.I)
_CALLS = re.compile(
    r"(?:\b(?:which|this|that|it|the (?:update|step|result|answer|rule))\s+(?:is|becomes|equals|(?:is|are) (?:called|known as)|(?:corresponds|amounts|boils down|reduces) to|gives)"
    r"|\bi\.e\.,?|\bso this is|"
    r"\b(?:recogni[sz]e|know) (?:this|it|that) as|\bthat is,)\s+(?:(?:just|simply|exactly|precisely|nothing but|again|also|therefore|of course|in fact|indeed)\s+)*"
    r"(?:(?:a|an|the|our|plain|ordinary|standard|vanilla|usual|classical|good old|pure|one step of|a step of|a form of|a kind of)\s+)*(?P<name>[^.;:,()\n$]{2,80})", re.I)
_ANOTHER = re.compile(r"\b(?:not|never|no|unlike|than|if|when|would|were|different|differs?|similar|like|close|almost|nearly|limit|case|generali[sz]\w*"
    r"|instead|compare\w*|what|should|only|except|special|"
                      r"inspired|reminiscent|relat\w*|analog\w*|resembl\w*|spirit|cousin|variant|version|between|mix\w*)\b|n't\b|\?", re.I)


def false_name(text: str, key: Key) -> str:
    """The first name that a text gives the update and that is none of its; '' where there is none."""
    if key.part.ask not in ("argmin", "argmax") or len(text) > MAX_TEXT or _OPTIMIZER.search(text) is None:
        return ""
    named = kept(key, "key of the name", lambda: _named(key))
    if named is None or named.derivation.kind != "name":
        return ""
    from derive.grading.naming.judgement import INCORRECT, judge_name

    for m in _CALLS.finditer(text):
        if _OPTIMIZER.search(m["name"]) is None or _ANOTHER.search(text[max(text.rfind(c, 0, m.start()) for c in ".;\n") + 1 : m.end()]):
            continue
        mentions = judged_names(flatten(m["name"]))
        if len(mentions) == 1 and mentions[0].standing is Standing.ASSERTED and judge_name(m["name"], named.derivation).verdict == INCORRECT:
            return m[0].strip()
    return ""


def _named(key: Key) -> Key | None:
    """The key of the part that asks what optimizer this update is."""
    part = next((p for p in key.problem.parts if p.ask == "name" and (p.program or key.problem.base(p).program) == key.program), None)
    return key_of(key.problem, part, False) if part is not None else None
