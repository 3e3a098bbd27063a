"""Whether paragraphs behind an answer that a reply marks speak against it: 'Wait, ...', 'Now flip the sign.', 'It must still be halved.', another equation for the unknown.

Such paragraphs explain, check and compare, in any words; a word speaks against the answer only where its sentence is about the answer. Beside an answer that is not
marked, or in its own paragraph, every word is asked for instead (derive.grading.words.harmless).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.grading.replies.final_block import EITHER
from derive.grading.text.segments import pieces
from derive.grading.words import vocabulary as V
from derive.grading.words.afterwards import ADJECTIVES, OF_THIS, is_instance
from derive.grading.words.check import nouns_of
from derive.grading.words.clauses import MINE, clauses_of
from derive.grading.words.sentences import Sentence, sentences
from derive.grading.words.taken_back import taken_back
from derive.grading.words.vocabulary import changed, changing, form_of
from derive.maths.expr import symbols_in

_SUBJECT = frozenset("""it this that these those they everything answer result update solution value formula expression vector minimiser minimizer maximiser maximizer limit count total number step
estimate point above entries components each all sign order factor""".split())
_MUST = frozenset("must should needs need ought shall has have gets get to".split())
_IS = frozenset("is are be being been gets get got was were becomes become".split())
_NAMED = frozenset("gradient gradients descent step steps update updates method rule scheme version form sign vector direction variant".split()) | V.OPTIMISERS
_TURNS = frozenset("wait oops correction mistake sorry forgot hmm scratch ignore disregard retract reconsider nevermind".split())
_COMMON = frozenset("common typical frequent easy classic usual popular avoid without check not".split())
_IDIOM = re.compile(
    r"(?:keep|bear|have|take) (?:\w+ )?(?:in|into) (?:mind|account|consideration)\b|take care\b|turn(?:ing)? (?:to|now)\b|watch out\b|do(?:n't| not) (?:mix|confuse|forget)\b"
    r"|set(?:ting)? aside\b|(?:use|apply|take|insert|put|set|check|try) (?:\w+ ){0,3}(?:in|to|with|as|again|here|for)\b|.*\b(?:this|it|that|we|one) (?:is|gives|reads|becomes|has|can|get|obtain)\b")
_PURPOSE = frozenset((a, b) for a in ("to", "and") for b in ("see", "get", "check", "verify", "obtain", "compare", "you", "we", "recover"))
_NOUNS = frozenset("lower upper inverse half twice sum sums opposite reciprocal triple quarter absolute partial mean average total difference product quotient ratio squared".split())
"""Words like orders that begin a description more often: 'lower bound', 'inverse variance', 'squared norm'."""
_OPENS = frozenset("now then next finally also and but so please lastly afterwards afterward subsequently first second third however".split())
_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|for(?! (?:all|every|any|each)\b)|with|without|take|took|suppose|let|put|example|say|try|case|had|were|compare\w*|unlike|while|whereas|instead|other|another|"
    r"mean|not|at|as|limit|check\w*|insert\w*|one might|mistake|wrong|student|previous|earlier|on)\b", re.I)
_ANSWER = "0_0"  # stands for the answer before them
_CONTRARY = re.compile(r"\bwould\b|'d\b|’d\b", re.I)
_CALLS = re.compile(
    r"\b(?:answer|final\w*|result|instead|should|must|actually|correct(?:ed)?)\b(?:[^.;,]{0,40}\b(?:is|be|equals|reads|becomes)\b)?(?: (?:then|thus|therefore|really|just))?[\s:*]*\Z", re.I)
_SENTENCES = re.compile(r"(?<=[.!?:])\s+(?=[A-Z$*(\\-])|\n\s*\n|\n(?=\s*[-*])")


def against(behind: str, key: Key, wrong: Callable[[str], bool]) -> str:
    """What paragraphs behind an answer say against it; '' where nothing. wrong: whether a formula alone is a wrong answer."""
    if (either := EITHER.search(behind)) is not None:
        return either[0]
    if said := changed_behind(behind):
        return said
    nouns, _ = kept(key, "nouns", lambda: nouns_of(key))
    for sentence in sentences(f"${_ANSWER}$\n\n{behind}", [_ANSWER], key.wanted.scope):
        if said := _turned(sentence, nouns):
            return said
    return equated_otherwise(behind, key, wrong)


_OF_IT = re.compile(r"\b(?:this|that|it|its|these|those|answer|result|i|we|above|correct|right|actual|real|true)\b", re.I)


def against_aside(aside: str, key: Key, wrong: Callable[[str], bool]) -> str:
    """What sections about something else say against the answer: they take it back, or conclude another; '' where they do not."""
    if said := changed_behind(aside):
        return said
    nouns, _ = kept(key, "nouns", lambda: nouns_of(key))
    for sentence in sentences(f"${_ANSWER}$\n\n{aside}", [_ANSWER], key.wanted.scope):
        words = [b.text for b in sentence if b.kind == "word"]
        if words and (said := _taken_back(words, nouns)) and (said in _TURNS or _OF_IT.search(said) is not None):
            return said
        if said := next((s for clause in clauses_of(sentence) if (s := _needed([b.text for b in clause if b.kind == "word"]))), ""):
            return said
    return equated_otherwise(aside, key, wrong) or concluded_otherwise(aside, key, wrong) or restricted_to(aside)


_CUE = re.compile(
    r"\b(?:so|hence|thus|therefore|consequently|in the end|finally|really|actually|in fact|strictly speaking|exactly|precisely|nothing but|(?:is|be) the (?:answer|result)|becomes?"
    r"|should be|must be|to be read|taking (?:this|that|it) into account)\b", re.I)
_SUPPOSES = re.compile(
    r"\b(?:if|would|had|were|unlike|instead|other|another|compar\w+|plain|ordinary|without|e\.g|example|instance|mistake\w*|student|wrong|forget\w*|forgot"
    r"|one might|per (?:step|worker|round|machine|node)"
    r"|each (?:worker|round|step|machine|node)|a (?:worker|round|single|machine|node)|error|residual|bound\w*|at most|at least|below|above"
    r"|term|factor|gradient of|derivative|constraint|objective)\b|n't\b", re.I)
_GIVEN_AS = re.compile(
    r"(?:\b(?:is|are|becomes?|equals?|to|reads?|gives?|be|as|carr(?:y|ies)|takes?|for|get|obtain|reached is|happens(?: exactly)? for)"
    r"\s+(?:then|thus|therefore|really|just|simply|only|nothing but|itself|exactly)*|[:→]|\\to)\s*[$*]*\s*\Z", re.I)


def concluded_otherwise(aside: str, key: Key, wrong: Callable[[str], bool], cue: re.Pattern[str] = _CUE) -> str:
    """A wrong formula of the kind that is asked, to which a sentence comes that concludes and speaks of what is asked: 'so 2n becomes $2(n-1)$ messages'; '' where there is none."""
    nouns, _ = kept(key, "nouns", lambda: nouns_of(key))
    for s in _SENTENCES.split(aside):
        if cue.search(s) is None or _SUPPOSES.search(s) is not None:
            continue
        about = bool({form_of(w) for w in re.findall(r"[A-Za-z]+", s.lower())} & (nouns | _SUBJECT))
        before = ""
        for p in pieces(s):
            as_equation = _TENDS.sub("=", p.text, 1)
            told = p.formula and bool(key.wanted.asked) and key.wanted.equates(as_equation)
            if p.formula and _LETTER.search(as_equation.partition("=")[2] or p.text) is not None and (told or (about and _GIVEN_AS.search(before) is not None)) and wrong(p.text):
                return p.text
            before = "" if p.formula else p.text
    return ""


_TENDS = re.compile(r"≈|→|\\(?:approx|to|rightarrow|longrightarrow)(?![A-Za-z])")
IN_FACT = re.compile(r"\b(?:really|actually|in fact|strictly speaking|(?:is|be) the (?:answer|result))\b", re.I)
"""Words by which even a section about mistakes concludes."""


_ONLY_IF = re.compile(
    r"\b(?:the (?:formula|answer|result|update|value|expression|solution|step|limit)|this|it|that|what (?:has been|was) said)"
    r"\s+(?:\w+\s+)?(?:holds?|works?|applies|is (?:valid|true|correct|right|for)|is said)"
    r"\s+(?:only\s+)?(?:if|when|for|where|as long as|provided)\b(?!\s+(?:all|every|any|each)\s+\$?[A-Za-z]\$?(?:[\s.,;]|$))", re.I)


def restricted_to(aside: str) -> str:
    """Words that hold the answer to a case: 'the formula holds only if all entries have one sign'; '' where there are none."""
    m = _ONLY_IF.search(aside)
    return m[0] if m is not None and "only" in m[0].lower() else ""


_DONE = (r"(?:assum\w+|dropp\w+|left|leave|list\w*|omit\w*|ignor\w+|neglect\w*|swapp\w*|round\w+|conclude|find|end|ends|notice|mean|meant|forgot|took|takes?|changed|now|think|replace\w*"
         r"|arrive|got|get|count\w*|use[ds]?(?!\s+(?:\$|the (?:fact|identity|rule|inequality|lemma|formula|definition)\b|that\b))|reversed|wrote|written)")
_DO = (r"(?:multipl|divid|add|subtract|scal|tak|read|doubl|halv|flip|swap|revers|negat|transpos|squar|round|invert|replac|chang|correct|adjust|insert|put|appl|convert|normali)\w*")
_CHANGES_IT = re.compile(
    rf"\bI(?: should add that I| have| had|'ve| would)?(?: also| then| therefore| thus| now| only| just)? {_DONE}\b"
    rf"|\b(?:one|you|we|I)(?: then| still| also| finally)? (?:must|should|ha(?:s|ve) to|needs? to|still)(?: still| also| then| now)? {_DO}\b"
    rf"|\b(?:one|you|we) then {_DO}\b|\b(?:is|are|has|have|needs?)(?: still| yet)? to be (?:{_DO}|understood|taken)\b"
    r"|(?:(?<=[.!?] )|\A|(?<=\n))(?:this|that|it|what is in the box|the (?:formula|box|above|result|answer|value|expression|line)(?: above)?)\s+(?:only\s+|just\s+)?"
    r"(?:works? (?:when|if|for)|accounts? for|covers?|holds? (?:only|if|when|for (?!all|every|any|each))|applies (?:to|if|when|only)|is (?:only |just |merely )?(?:for|valid (?:for|if|when)"
    r"|an? (?:\w+ )?(?:bound|estimate|approximation|guess|first step)|the (?:\w+ )?(?:point after|value for|answer (?:to|for)|contribution|part|share|solution printed|"
    r"minimi[sz]er for|limit for|number for)))\b"
    r"|\b(?:lower|upper) bound\b[^.]{0,40}\bnot attained\b|"
    r"\b(?<!almost )(?<!about )(?<!nearly )(?<!roughly )(?:double|twice|half|triple) (?:that|this)\b(?! of)|\bcomes? out (?:as|to|half|twice|double)\b|\bis my (?:solution|answer|result)\b"
    r"|\b(?:mistaken|replaces the|than I have written|in place of (?:it|this|that)|plus sign|minus sign|with a (?:plus|minus))\b|\bi mean is\b|\bdiffers from (?:it|this|that)\b", re.I)


_SAYS_A_LETTER = re.compile(
    r"(?:\b(?:here|where|in (?:this|the|that) formula|in it|by|so)\b[^.$]{0,20}|(?<=[.] )|(?<=\n)|\A)"
    r"\$\\?(?P<name>[A-Za-z]+)\$\s+(?:is|are|denotes?|stands?|means?|points?|refers?|I mean)\b", re.I)


def tells_a_letter(own: str, behind: str) -> bool:
    """Whether paragraphs behind an answer say what one of its letters is, so that it cannot be judged without them."""
    return any(re.search(rf"(?<![A-Za-z]){m['name']}(?![A-Za-z])", own) is not None for m in _SAYS_A_LETTER.finditer(behind))


def changed_behind(behind: str) -> str:
    """The words by which paragraphs behind an answer say what is still to be done with it, or of what else it is the answer; '' where there are none."""
    m = _CHANGES_IT.search(behind)
    return m[0].strip() if m is not None else ""


def equated_otherwise(behind: str, key: Key, wrong: Callable[[str], bool], concluded: bool = False) -> str:
    """The wrong formula that paragraphs behind an answer call the answer, or equate with the unknown, without supposing anything; '' where there is none.

    concluded: only one that they draw as their conclusion.
    """
    for s in _SENTENCES.split(behind):
        if _CONTRARY.search(s) is not None:
            continue
        supposed, said = _CONDITIONAL.search(s) is not None, ""
        for p in pieces(s):
            equated = not supposed and bool(key.wanted.asked) and key.wanted.equates(p.text) and (not concluded or _CONCLUDES.search(said) is not None)
            if p.formula and _LETTER.search(p.text.partition("=")[2] or p.text) is None and key.derivation.answer is not None and symbols_in(key.derivation.answer):
                continue  # the numbers of an example
            if p.formula and (equated or _CALLS.search(said) is not None) and wrong(p.text):
                return p.text
            said = "" if p.formula else p.text
    return ""


_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-zα-ω](?![A-Za-z])|\\(?:alpha|beta|gamma|delta|eta|lambda|mu|nu|theta|sigma|kappa|rho|tau)(?![A-Za-z])")
_CONCLUDES = re.compile(r"\b(?:so|hence|thus|therefore|consequently|finally|altogether|in fact|really)\b[^.;:]{0,40}\Z", re.I)


def _taken_back(words: list[str], nouns: frozenset[str]) -> str:
    """The words of a sentence that take the answer back, or make another value of 'this'."""
    if (turn := next((w for w in words if w in _TURNS), "")) and _COMMON.isdisjoint(words):
        return turn
    if denied := taken_back(words, nouns):
        return denied
    m = OF_THIS.search(" ".join(words))
    return m.group() if m is not None and len(words) < 12 else ""


def _turned(sentence: Sentence, nouns: frozenset[str]) -> str:
    """The words of a sentence that make another value of the answer, or take it back."""
    words = [b.text for b in sentence if b.kind == "word"]
    if not words:
        return ""
    if against_it := _taken_back(words, nouns):
        return against_it
    for clause in clauses_of(sentence):
        own = [b.text for b in clause if b.kind == "word"]
        while own and own[0] in _OPENS:
            own = own[1:]
        if not own or _IDIOM.match(" ".join(own)):
            continue
        first, about = own[0], not MINE.isdisjoint(own)
        orders = clause[0].kind == "word" and (changing(first) or V.ORDERS.match(first) is not None) and first not in _NOUNS | ADJECTIVES and not first.endswith(("ing", "ed", "ion", "s"))
        if orders and not is_instance(clause) and (about or changing(first) or any(changed(w) for w in own[1:]) or len(own) < 6) and _PURPOSE.isdisjoint(pairwise(own)):
            return first
        subject = next((k for k, w in enumerate(own) if w in _SUBJECT), -1)
        if subject < 0:
            continue
        said = next((k for k, w in enumerate(own) if k > subject and changed(w) and (k + 1 == len(own) or own[k + 1] not in _NAMED)), -1)
        if said > 0 and (not _IS.isdisjoint(own[subject:said]) or not _MUST.isdisjoint(own[subject:said])) and "not" not in own and said - subject < 7:
            return own[said]
        if said_so := _needed(own):
            return said_so
    return ""


def _needed(own: list[str]) -> str:
    """The word by which a clause about the answer says what must still be done with it: 'it must be halved'."""
    subject = next((k for k, w in enumerate(own) if w in _SUBJECT), -1)
    needed = next((k for k, w in enumerate(own) if k > subject and w in ("must", "should", "needs", "ought")), -1) if subject >= 0 else -1
    return own[needed] if needed > 0 and any(changing(w) or changed(w) for w in own[needed:]) else ""
