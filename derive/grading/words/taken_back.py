"""Sentences behind an answer that say it is none: 'this is not the limit', 'it violates ...', 'I retract this', 'there is a better point', 'Nope.'

Each pattern is looked for only where one of its words stands. What is denied in its turn ('no better point exists', 'it does not contradict ...') takes nothing back.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.words.clauses import Nouns
from derive.grading.words.vocabulary import OPTIMISERS, known

_IT = (r"(?:this|that|it|these|those|they|(?:the|my|our|that|this) (?:\w+ ){0,2}"
       r"(?:answer|update|solution|value|formula|expression|vector|result|candidate|count|point|step|above)(?: above| here| found| given)?)")
_ASKED_FOR = r"(?:answers?|minimi[sz]ers?|maximi[sz]ers?|limits?|solutions?|optimum|optimal|right|correct|true|valid|feasible|what (?:is|was) asked)"
_DETAIL = r"(?:(?:minus )?signs?|(?:\w+ )?factors?|constants?|coefficients?|exponents?|norms?|prefactors?|scaling|denominator|numerator|index|order|square|root|one|form|minus|formula|expression)"
_NO = frozenset("no not nothing never none nobody cannot can't nor neither without impossible hardly doesn't isn't don't".split())

_NO_ANSWER = re.compile(
    rf"\b{_IT} (?:\w+ )?(?:(?:is|are|was|can|could|need|must) ?(?:not|never)(?: be)?|isn't|aren't|wasn't|cannot be|can't be|fails to be|is no|are no)"
    rf"(?: (?:really|actually|quite|yet|the|a|an|our|actual|true|real|final|correct|right|required|desired|wanted)){{0,4}} {_ASKED_FOR}(?! (?:only|unique|in general))"
    rf"|\b{_IT} (?:\w+ )?(?:does not|doesn't|do not|don't|fails to|cannot|can't) (?:\w+ )?(?:solve|satisfy|minimi[sz]e|maximi[sz]e|hold|work|fit|answer|attain)\b"
    rf"|\b(?:{_IT}|the (?:gradient|derivative|residual|condition)s?(?: \w+)?) (?:\w+ )?(?:does not|doesn't|is not|isn't|are not|do not)"
    r"(?! (?:matter|change|depend|count|enter)\b)(?: \w+)?(?: (?:zero|vanish|met|satisfied|fulfilled)\b|$)"
    r"|\bdoes(?: not|n't) (?:give|vanish)\b"
    r"|\b(?:does not|doesn't|do not|don't|never|cannot|can't) (?:\w+ )?"
    r"(?:end|stop|converge|arrive|land|settle|go|get|lead|reach)(?: up)? (?:there|here|(?:at|to|in) (?:this|that|it)\b|this|that|it)\b")
_WRONG = re.compile(
    rf"\b(?:{_IT}|the {_DETAIL}) (?:\w+ )?(?:is|are|was|were|looks?|seems?) (?:\w+ ){{0,2}}"
    r"(?:off|wrong|incorrect|false|mistaken|erroneous|missing|inconsistent|flipped|different|too (?:large|small|big|high|low|long|short|many|few))\b"
    rf"|\b(?:the|our) (?:actual|real|true|correct|right|proper) (?:\w+ )?(?:answer|update|solution|value|limit|vector|minimi[sz]er|result|step|count|number|{_DETAIL})"
    r" (?:is|are|lies|has|must|should|will|would)\b"
    rf"|\bthe {_DETAIL} should\b"
    r"|\b(?:the|its) (?:\w+ )?(?:length|step|step size|size|magnitude|direction|dependence|denominator|weights?|entries) (?:\w+ )?(?:should|must|ought to|may|can)(?: ?not|n't)\b"
    rf"|\b{_IT} (?:\w+ )?(?:has|have|had|got|gets|carries|gives|uses|takes) (?:\w+ )?(?:the |a |an )?(?:wrong|incorrect|opposite|false)\b"
    rf"|\b(?:the|that|this|one) (?:\w+ )?{_DETAIL} (?:\w+ )?(?:does not|doesn't|do not|don't) belong\b"
    rf"|\b(?:the|that|this|one) (?:\w+ )?{_DETAIL} (?:\w+ )?(?:is|are) (?:\w+ )?(?:superfluous|spurious|redundant|too much|too many|unnecessary|out of place)\b"
    r"|\b(?:off by|missing|lacks?|lacking|forgot|needs?|up to) (?:a |an |the |some |another |one more )?(?:\w+ )?factor\b")
_AGAINST = re.compile(rf"\b{_IT} (?:\w+ )?(?:contradicts?|violates?|fails?|overshoots?|undershoots?|ignores?|misses|disagrees?|breaks|conflicts?)\b"
                      rf"|\b{_IT} (?:\w+ )?(?:is|are|was) (?:only )?(?:an? |the )?(?:\w+ )?(?:wrong answer|mistake|error|guess|trap|misconception|slip)\b")
_ELSEWHERE = re.compile(
    r"\b(?:converges?|goes|ends?|leads?|lands?|belongs?|applies|refers|runs|moves|tends|settles?|stops?) (?:\w+ )?"
    r"(?:somewhere else|elsewhere|(?:to|at|in|towards) (?:a|an|some|quite a|the) (?:\w+ )?(?:different|another|other|wrong)\b|(?:to|at|in|towards) another\b)")
_RETRACTED = re.compile(
    r"\b(?:i|we) (?:\w+ )?(?:retract|withdraw|take (?:it|this|that) back|don't (?:trust|believe)|do not (?:trust|believe)|doubt|disagree)\b"
    r"|\b(?:i|we)(?:'ve| have)? (?:\w+ )?(?:made|make) (?:an?|the|some) (?:\w+ )?(?:errors?|mistakes?|slips?)\b"
    r"|\b(?:i|we)(?:'ve| have)? (?:\w+ )?(?:forgot|forgotten|messed|mixed|confused|overlooked)\b|\bnever mind\b|\bgot (?:it|this|that) wrong\b")
_REJECTED = re.compile(r"(?:(?:actually|well|hmm+|oh|wait|hm|sorry|but) )*(?:no|nope|false|wrong|incorrect|oops|not (?:correct|right|true|quite(?: right| correct)?|so)|never mind)")
_NO_FIRST = re.compile(r"(?:(?:actually|wait|hmm+|hm|oh|oops|sorry|well) )+no\b(?! (?:need|matter|doubt|problem|further|more|other|change|one))")
_TURNED = re.compile(r"^(?:hmm+|oops|rather|no wait|corrections?)\b|\b(?:is|was|are) (?:just )?a typo\b"
    r"|\bsigns? (?:is |are |was |gets |must be |goes )?(?:just |really |actually )?(?:the )?(?:flipped|reversed|swapped|other way (?:round|around|about)|wrong way (?:round|around))\b"
    r"|\b(?:minus|plus)(?: sign)? (?:is|was|should be|must be|ought to be|has to be) (?:really |actually |in fact |meant as )?an? (?:plus|minus)\b"
    r"|\b(?:minimi[sz]er|maximi[sz]er|minimum|maximum|answer|update|solution|step) (?:has|needs|gets|carries|takes) (?:a |the )?(?:plus|other sign|opposite sign|positive sign)\b"
    r"|\b(?:plus instead of minus|minus instead of plus)\b")
_LEFT_OUT = re.compile(r"\b(?:so|thus|hence|then|and|now|please|therefore) (?:leave|take|strike|cross|throw) (?:\w+ ){0,3}?out\b|\b(?:leave|strike|cross|throw) (?:it|that|this|them) out\b"
                       r"|\b(?:read|use|take|write|put|say) (?:\w+ ){0,2}instead of\b")
_BACK = re.compile(r"\b(?:get|gets|receive|receives|have|has) (?:their|its|the) (?:\w+ )?back\b")
_BETTER = re.compile(
    r"\b(?:there (?:is|are|exists?)|exists?|(?:we|one|you) (?:can|could) (?:find|get|reach|do)|(?:another|other) (?:\w+ )?(?:has|have|gives?|yields?|attains?|reach(?:es)?))\b.{0,40}"
    r"\b(?:better|lower|smaller|shorter|cheaper|larger|higher)\b"
    r"|\b(?:better|lower|smaller|shorter|larger|higher) (?:\w+ )?(?:is|are) (?:\w+ )?(?:possible|attainable|available|feasible)\b")
_ONLY = re.compile(r"\bonly (?:works?|holds?|applies|valid|true|correct|right)\b|\b(?:works|applies|valid|true|correct|right|holds) (?:for|in|at|if|when) (?:\w+ ){0,3}only\b|\b(?:works"
    r"|applies|valid|true|correct|right) only\b"
                   r"|\bholds only(?: (?:if|when|for|at|in|where|as|under|to|approximately|locally)\b|$)"
                   r"|^only (?:the |a |one |its )?(?:\w+ ){0,3}(?:is|are) (?:kept|used|counted|taken|retained|meant|asked|updated)\b")
_ENOUGH = frozenset("small enough sufficiently converge converges convergent stable".split())
MAXIMISED, MINIMISED = "is maximised", "is minimised"
"""Stands among the nouns of a statement with an objective: which way it is to be made."""
_OTHER_WAY = re.compile(rf"\b{_IT} (?:\w+ )?(?:is|are|was) (?:\w+ )?(?:a |the )?(?P<end>maximi[sz]er|maximum|minimi[sz]er|minimum|saddle(?: point)?)\b(?! (?:values?|itself|only)\b)")

MAY_MEND = (r"wait|oops|actually|correction|mistak\w*|wrong\w*|incorrect\w*|sorry|instead(?! of)|rather|answers?|final\w*|forgot\w*|missed|or|not (?:the|right|correct|quite|true)"
            r"|double|halve|half|unfortunately|however|but")
"""Words in a sentence behind a conclusion for which the sentence may mend it, or give another: a look that would rather see too much."""

_OUT = frozenset(["out", "instead"])
_ELSE = frozenset("else elsewhere different another other wrong".split())

_ALL_BUT = re.compile(rf"\b(?:up to|apart from|except for|but for) (?:the |an? |its |some )?(?:\w+ )?{_DETAIL},? {_IT} (?:\w+ )?(?:is|are|holds)(?: \w+)? {_ASKED_FOR}")
_MISTAKE = re.compile(r"\b(?:common|naive|typical|frequent|usual) (?:mistake|error|trap|wrong answer) (?:\w+ )?(?:is|would be) (?:to (?:write|say|answer|give|take|get) )?(?:this|that|it|the above)\b")
_NEEDS = {
    _NO_ANSWER: frozenset("not never isn't aren't wasn't cannot can't fails no doesn't don't".split()),
    _WRONG: frozenset("""off wrong incorrect false mistaken erroneous missing inconsistent flipped different too actual real true correct right proper should lack lacks lacking forgot
need needs up not shouldn't mustn't can't belong opposite superfluous spurious redundant unnecessary place""".split()),
    _AGAINST: frozenset("""contradict contradicts violate violates fail fails overshoot overshoots undershoot undershoots ignore ignores misses disagree disagrees breaks conflict conflicts wrong
mistake error guess trap misconception slip""".split()),
    _RETRACTED: frozenset("retract withdraw back trust believe doubt disagree made make forgot forgotten messed mixed confused overlooked never got".split()),
    _ALL_BUT: frozenset(["up", "apart", "except", "but"]),
    _MISTAKE: frozenset("mistake error trap wrong".split()),
    _BETTER: frozenset("better lower smaller shorter cheaper larger higher".split()),
}
_DENIABLE = (_AGAINST, _BETTER)


def taken_back(words: list[str], nouns: Nouns) -> str:
    """What a later sentence says against the answer, '' where nothing: words of the sentence; nouns: the words of the statement."""
    spoken = " ".join(words)
    if len(words) < 6 and _REJECTED.fullmatch(spoken):
        return spoken
    if words[:1] and _NO_FIRST.match(spoken):
        return "no"
    turned = _TURNED.search(spoken) or (_LEFT_OUT.search(spoken) if not _OUT.isdisjoint(words) else None) or (_BACK.search(spoken) if "back" in words else None)
    if turned is not None:
        return turned.group()
    for pattern, needs in _NEEDS.items():
        if needs.isdisjoint(words):
            continue
        m = pattern.search(spoken)
        if m is not None and not (pattern in _DENIABLE and not _NO.isdisjoint(words)):
            return m.group()
    if "only" in words and _ENOUGH.isdisjoint(words) and (m := _ONLY.search(spoken)) is not None:
        return m.group()
    if not _ELSE.isdisjoint(words) and (m := _ELSEWHERE.search(spoken)) is not None and all(w in nouns for w in words if w in OPTIMISERS) and _NO.isdisjoint(words):
        return m.group()
    other = _OTHER_WAY.search(spoken)
    if other is None or known(other["end"], nouns):
        return ""
    sought, against = ("max", "min") if MAXIMISED in nouns else ("min", "max")
    if _NO.isdisjoint(words):
        return other.group() if other["end"].startswith((against, "saddle")) else ""
    return other.group() if "not" in other.group().split() and other["end"].startswith(sought) and not nouns.isdisjoint((MAXIMISED, MINIMISED)) else ""
