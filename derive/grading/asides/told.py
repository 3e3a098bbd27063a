"""Sentences beside an answer that are about something else by their words: what would be otherwise, another method, where entries vanish.

They say nothing of the answer, so that no formula in them is one, and no word in them changes it. A sentence of the kind that takes its condition for true,
or calls what it gives right, is none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.runs import formula_first, formulas
from derive.grading.finding.labels import labels, own_labels
from derive.grading.keys import Key, kept
from derive.grading.words.vocabulary import LITTLE, known

_LEAD = r"[\s*_(]*(?:(?:and|also|note(?: that)?|of course|by contrast|in contrast|for comparison|conversely|by the way|remark|otherwise)\b[,:]?\s+)*"
_SUBJUNCTIVE = re.compile(
    _LEAD + r"(?:(?:had|were)\s+(?:we|it|one|you|there|the|this|a)\b|if\s+(?:[^,;.]{1,80}\s)?(?:were|had)\b"
    r"|if\s+(?:we|one|you)\s+(?:only\s+)?(?:used|took|counted|dropped|ignored|added|wanted)\b|(?:if\s+)?you\s+had\s+asked\b)"
    r".{1,120}?\b(?P<would>(?:would|could|might))\b", re.I | re.S)
_WITHOUT = re.compile(_LEAD + r"without\s+(?:the|any|a|this|that|such)?\s*(?P<what>[^,;.$=]{3,60}?),?\s+(?:it|this|that|we|one|the \w+(?: \w+)?)\s+(?:would|is|becomes|equals)\b", re.I)
_INSTEAD = re.compile(_LEAD + r"if\s+(?:we|one|you|they|the \w+)\s+\w+[^,;.]{1,80}\binstead\b,?\s+[^;.]{1,80}?\bwould\b", re.I)
_UNDER = re.compile(_LEAD + r"(?:for|with|under|in)\s+(?P<what>[^,;.=]{3,80}?),?\s+(?:it|this|that|we|one|the \w+)\s+would\b", re.I)
_ONE_WOULD = re.compile(_LEAD + r"(?:[^.;:=]{3,80}?)\s+(?:is|are)\s+(?:what|the\s+\w+(?:\s+that)?)\s+(?:one|we|you)\s+would\s+(?:get|obtain|have|find)"
    r"\s+(?:with|for|under|if)\s+(?P<what>.+)", re.I | re.S)
# What takes the supposed for true, or what it gives for right.
_UNMASKS = re.compile(
    r"\b(?:correct\w*|right|true|truly|proper\w*|mistakes?|errors?|wrong\w*|forgot\w*|careful\w*|honest\w*|exact\w*|indeed|is the case|holds|applies|actual\w*|should|must|final\w*|in fact|"
    r"as here|as it is|which (?:is (?:the|true|right|what|our|so|how|here)|we are)|and (?:it|that|this|they) (?:is|are|was)|but (?:it|they|we) (?:is|are|do|does)(?! not)|"
    r"our case|general(?:ly)?)\b", re.I)
_MINE = re.compile(r"\b(?:answers?|results?|solution|this|that|it|these|those|update|formula|value)\b", re.I)
_SPECIAL = re.compile(
    _LEAD + r"(?:if|when|where|whenever|should)\s+"
    r"(?:the\s+)?(?:(?:some|any|an?|all|several|one)\s+)?(?:\$\s*)?(?:[a-zθ]_?\{?[ijkᵢⱼ₁-₉]\}?\s*=\s*0|g\s*=\s*0\$?,?\s+(?:every|any|all)\s|(?:entry|entries|coordinate|iterate|"
    r"gradient)\b[^,.;$]{0,40}\b"
    r"(?:zero|0|exactly|vanish\w*|nonzero entry))", re.I)
_CONCLUDES = re.compile(r"\b(?:therefore|hence|thus|answer|final\w*|correct\w*|should|must|in general|always|instead|so (?:the|it|we))\b", re.I)
_SUBJECT = re.compile(_LEAD + r"(?:(?:in|with|under|for)\s+(?:the\s+)?)?(?:the\s+|an?\s+)?(?P<name>[\w\s$\\{}^-]{2,50}?)\s+"
                      r"(?:needs|sends|has|takes|uses|is|are|would|does|moves|gives|costs|requires|goes|may|can|converges)\b", re.I)


_PART_OF_A_METHOD = re.compile(r"(?:momentum|friction|damping|averag\w+|weight decay|regulari[sz]ation|penalty|bias(?:es)?(?: correction)?|rescaling|normali[sz]ation|noise|acceleration|"
                               r"preconditioning|clipping|constraint|biases|sharding|dropout)", re.I)


_OTHER_WOULD = re.compile(
    _LEAD + r"(?:the|an?)\s+(?:unbiased|biased|naive|usual|classical|standard|other|alternative|plain|constrained|unconstrained|robust|corrected|regularised|regularized)\s+(?:[\w-]+\s+)?"
    r"(?:estimates?|estimators?|version|variant|convention|definition|normali[sz]ation|method|formula)\s+would\b", re.I)
_COMPARES = re.compile(
    _LEAD + r"(?:compare|contrast)\s+(?:this\s+(?:with|to)\s+|it\s+(?:with|to)\s+)?(?:plain\s+|the\s+|an?\s+)?[A-Za-z][A-Za-z -]{2,40}\s*(?::|,\s*(?:which|where)\b|\s(?:has|with)\b)", re.I)
"""'Compare gradient descent: F', 'The unbiased estimate would divide by m - n'."""


_WOULD_IF = re.compile(
    _LEAD + r"(?:it|this|that|there|one|we|they|the\s+(?:answer|count|number|total|result|size|value|limit|update))\s+would\s+(?:then\s+|only\s+|instead\s+)?(?:be|have|get|need|take"
        r"|send|give|become)\b"
    r"[^.;]{1,80}?\b(?:only\s+)?if\s+(?P<supposed>[^;.]{3,120})", re.I)
_BUT_HERE = re.compile(r",?\s+(?:only\s+)?which\s+(?:it|they|this|that)\s+(?:is|are|does|do)\s+not\b.*|,?\s+but\s+(?:here|in\s+this\s+(?:problem|exercise|case|question))\b.*", re.I | re.S)


def counterfactual(said: str, key: Key) -> bool:
    """'Had the penalty been ..., it would be F', 'Without the rescaling it would be F', 'For the l2 penalty it would be F': what is supposed is contrary to the statement."""
    if _UNMASKS.search(_without_formulas(said)):
        return False
    if _INSTEAD.match(said) and not _ON_THE_WAY.search(said):
        return True
    m = _SUBJUNCTIVE.match(said)
    if m is not None:
        supposed = said[: m.start("would")]
        return _SAYS_NO.search(said) is not None or _contrary(supposed, key)
    m = _WITHOUT.match(said)
    if m is not None:
        return _contrary(m["what"], key) or (_PART_OF_A_METHOD.fullmatch(m["what"].strip()) is not None)
    if _OTHER_WOULD.match(said) or _COMPARES.match(said):
        return True
    m = _WOULD_IF.match(said)
    if m is not None:
        return _SAYS_NO.search(said) is not None or _contrary(_BUT_HERE.sub("", m["supposed"]), key)
    m = _UNDER.match(said) or _ONE_WOULD.match(said)
    return m is not None and (foreign(m["what"], key) or _other_penalty(m["what"], key) or _unstated(m["what"], key))


def _unstated(what: str, key: Key) -> bool:
    """Whether a case is told by a word that the statement does not hold: 'for the squared norm'."""
    words = [w for w in re.findall(r"[a-z]{3,}", _without_formulas(what).lower()) if not known(w, LITTLE)]
    return any(w[:5] in _stated(key) for w in words) and any(w[:5] not in _stated(key) for w in words)


def _stated(key: Key) -> frozenset[str]:
    return kept(key, "words stated", lambda: frozenset(
        w[:5] for w in re.findall(r"[a-z]{3,}", _DENIED_THERE.sub(" ", f"{key.problem.title} {key.problem.statement}".lower()))))


_DENIED_THERE = re.compile(r"\bnot\s+(?:the\s+|an?\s+)?[a-z]+")  # '(not squared)' states no square


def _contrary(supposed: str, key: Key) -> bool:
    """Whether what is supposed is told in words of the statement, or names another norm or method: 'the server were one of the workers', and no slip on the way."""
    if _ON_THE_WAY.search(supposed):
        return False
    if foreign(supposed, key) or _other_penalty(supposed, key):
        return True
    stated = _stated(key)
    words = [w for w in re.findall(r"[a-z]{3,}", _without_formulas(supposed).lower()) if not known(w, LITTLE)]
    return bool(words) and all(w[:5] in stated or known(w, _SUPPOSING) for w in words)


_ADMITS = re.compile(r"\b(?:had|if)\s+(?:I|we)\b[^.;]{1,80}\b(?:properly|correctly|carefully)\b|"
    r"\bhad\s+(?:I|we)\s+not\s+(?:forgot|ignor|overlook|dropp|neglect|miss)\w*|\bwithout\s+(?:the|an?|this|my)\s+(?:slip|mistake|error|typo)\b"
                     r"|\b(?:the one|as)\s+(?:in\s+)?the\s+(?:exercise|problem|statement|question)\b[^.;]{0,40}\bwould\b", re.I)


def admits(said: str) -> bool:
    """'Had I computed the derivative properly, I would have F': the answer is said to be wrong."""
    return _ADMITS.search(said) is not None and re.search(r"\bwould\b", said) is not None


_UNSURE = re.compile(r"\b(?:not (?:quite |entirely |really |fully )?(?:sure|certain)|unsure|uncertain)\s+(?:whether|if|about|of)\s+(?:the|that|this|its?|my)\b[^.;,]*"
                     r"\b(?:belongs?|factor|signs?|constants?|2|right|correct|needed|should)\b", re.I)


def unsure(said: str) -> bool:
    """'I am not sure whether the 2 belongs there': the answer is given, and doubted."""
    return _UNSURE.search(said) is not None


_OF_ANOTHER = re.compile(_LEAD + r"(?:for|with|under|using|in the case of)\s+(?P<what>[^,;:.=$]{3,80})[,:]\s", re.I)


def only_of_another(said: str, key: Key) -> bool:
    """Whether an answer of one sentence is that of another problem: 'If the penalty were halved, we would get F', 'For the infinity norm: F'."""
    m = _OF_ANOTHER.match(said)
    if m is None or not foreign(m["what"], key):
        return counterfactual(said, key)
    mine = own_labels(key.wanted.about) if key.wanted.about and key.part.schedule is None else frozenset()
    return not mine or any(_is_norm(told) == _is_norm(own) for told in labels(m["what"]) for own in mine)  # an optimizer may be what belongs to the norm


def _is_norm(label: str) -> bool:
    return label.startswith("norm ")


_ON_THE_WAY = re.compile(
    r"\b(?:I|exercise|problem|question|task|statement|says?|asked(?! for the)|comput\w*|derivative|slips?|simplif\w*|forg[eo]t\w*|neglect\w*|ignor\w*|dropp?\w*|account|properly|"
    r"carefully|above|step|sign|chain rule|factor|oversight|typo|counted)\b")
_SAYS_NO = re.compile(r"\bbut\s+(?:the\s+\w+\s+says\s+(?:it|they|we)\s+(?:is|are|do|does)\s+not|(?:it|they)\s+(?:is|are)\s+not|"
    r"(?:it|this|that)\s+is\s+not\s+(?:the case|so|asked|what)|that\s+is\s+the\s+next\s+question)\b", re.I)
_SUPPOSING = frozenset("""penalty norm squared twice half halved doubled double larger smaller another other one been had were was the negative positive features feature nonzero zero same all
used took instead times large only squares norms two three euclidean maximum ordered unordered pairs pair original scaled rescaled rescaling scaling without also allowed""".split())


_A_FORMULA = re.compile(r"\$[^$]*\$")


def _without_formulas(said: str) -> str:
    return _A_FORMULA.sub(" ", said) if "$" in said else said


def _other_penalty(what: str, key: Key) -> bool:
    """Whether a penalty in signs is not that of the statement: 'the penalty $F$', where F is not the objective's own term."""
    m = re.search(r"\bpenalty\s+\$([^$]+)\$", what)
    return m is not None and re.sub(r"[\s{}]|\\[,;!]", "", m.group(1)) not in re.sub(r"[\s{}]|\\[,;!]", "", key.problem.statement)


def foreign(said: str, key: Key) -> bool:
    """Whether words name another norm, method or schedule than the problem's, and not its own."""
    own, others = kept(key, "schedules named", lambda: _schedules(key))
    low = said.lower()
    if own:
        return any(_names(low, n) for n in others) and not any(_names(low, n) for n in own)
    mine = own_labels(key.wanted.about) if key.wanted.about else frozenset()
    told = labels(said)
    return bool(told) and bool(mine) and not told & mine


def _names(low: str, name: str) -> bool:
    return name in low and re.search(rf"(?<![a-z-]){re.escape(name)}(?![a-z])", low) is not None


def _schedules(key: Key) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the schedule of a part, and those of the others of its problem."""
    if key.part.schedule is None:
        return (), ()
    own = key.problem.schedule(key.part.schedule)
    names = {s.id: (s.title.lower(), *(a.lower() for a in s.aliases), s.title.lower().split()[0]) for s in key.problem.schedules}
    others = tuple(n for i, ns in names.items() if i != own.id for n in ns if n not in names[own.id])
    return names[own.id], others


def another_method(said: str, key: Key) -> bool:
    """'The ring needs twice as many messages': the sentence is about another method, and does not come back to the answer."""
    m = _SUBJECT.match(said)
    return m is not None and foreign(m["name"], key) and not _MINE.search(_without_formulas(said[m.end() :])) and not _UNMASKS.search(_without_formulas(said))


def special_case(said: str, key: Key) -> bool:
    """'If some $g_i = 0$, the corresponding $u_i$ may be anything in ...', 'If some iterate hits the plane exactly, ...'."""
    return _SPECIAL.match(said) is not None and not _CONCLUDES.search(_without_formulas(said)) and not _UNMASKS.search(_without_formulas(said).replace("exactly", ""))


# ------------------------------------------------------------------------------------------ what is rejected

_WROTE = re.compile(_LEAD + r"(?:I|we)\s+(?:wrote|said|had|gave|put|claimed|answered|got)\b[^;.!?]{1,200}[;.,:]\s+[^;.!?]{0,60}?\b"
    r"(?:is|was|are|were)\s+(?:wrong|incorrect|a mistake|not right|missing)\W*$", re.I)
_ABOUT_TO = re.compile(_LEAD + r"(?:I|we|one)\s+(?:was|were|am|is|might be)\s+(?:about|tempted|inclined|going)\s+to\s+(?:write|say|answer|put|give)\b.{1,200}"
    r"\bbut\s+(?:that|this|it)\s+(?:is|would be|was)\b(?P<what>.{3,80})$", re.I | re.S)
_WONDERED = re.compile(_LEAD + r"(?:I|we|one|you)\s+(?:(?:may|might|could)\s+)?(?:wonder(?:ed)?|asked myself|was unsure|hesitated|worried)\s+(?:whether|if)"
    r"\b[^$;]{0,60}\$(?P<doubted>[^$]+)\$\s+(?:rather than|instead of|and not)\s+"
                       r"\$(?P<kept>[^$]+)\$\s*[;.,:—-]+\s*(?:but\s+)?(?:it|this|that)\s+(?:should|is|does|must|need|would)\s+not\b", re.I | re.S)
_QUESTION = re.compile(_LEAD + r"(?:is|are|does|do|shouldn't|isn't)\b[^?]{3,150}$", re.I | re.S)
_NO = re.compile(r"\s*no\s*[:,.;—-]\s*(?:that|this)\s+(?:one|is|would|was)\b[^?]{1,300}$", re.I | re.S)


def rejected(said: str, key: Key) -> bool:
    """'I wrote F above; the norm there is wrong', 'I was about to write F, but that is the Adam limit and not this one'."""
    if _WROTE.match(said) and "?" not in said:
        return True
    m = _ABOUT_TO.match(said)
    return m is not None and (foreign(m["what"], key) or re.search(r"\bnot (?:this|ours|the one|what is asked)\b", m["what"]) is not None)


_GUESSED = re.compile(
    _LEAD + r"(?:(?:(?:at first(?: sight)?|naively),?\s+)?(?:one|you|we|I|some|somebody|people)\s+(?:might|may|could|would)\s+(?:at first\s+|naively\s+)?"
    r"(?:(?:think|guess|expect|believe|assume|suspect|say|be tempted to (?:say|think|write))\s+(?:that\s+)?(?:it|this|that|the \w+)\s+(?:is|are|should be|to be|equals)|think\s+of)"
    r"|(?:a|the)\s+(?:common|naive|typical|tempting|frequent|usual)\s+(?:mistake|error|guess|trap|wrong answer)\s+(?:here\s+)?(?:is|would be)(?:\s+to\s+(?:write|say|answer|take))?)\s+(?=\S)", re.I)
_DISMISSED = re.compile(r"\s*[,;—–-]*\s*\b(?:but|however|yet|(?P<mistaken>which|because|since))\b[^=$]{8,300}", re.I | re.S)
_HOLDS = re.compile(r"\b(?:is|are) (?:\w+ )?(?:right|correct|true|so|the case(?! where| when| if| for| of)|what (?:is|was) asked)\b|\bindeed\b|\bno mistake\b|\bour case\b"
                    r"|\b(?:must|should|has to|have to|needs? to|double\w*|halv\w*|half|twice|correct\w*|instead|answers?|results?)\b", re.I)
# What a clause says against the guess before it: 'but that would be ...', 'which forgets ...'.
_AGAINST = re.compile(r"\b(?:would|not|no|never|violat\w*|forget\w*|forgot|ignor\w*|neglect\w*|miss\w*|infeasible|too (?!\W*$)|wrong|false|(?:over|under)-?count\w*|lacks?|another|other|different"
                      r"|drops?|breaks?|fails?|larger|smaller|longer|shorter|worse|exceeds?|leaves?|loses?|counts?|applies|belongs?|confus\w*|mix\w*|only|server|without)\b|n't\b", re.I)
_MISTAKEN = re.compile(r"\b(?:mistake|error|trap|wrong|naive|tempting)\b", re.I)


def dismissed(said: str, key: Key, right: Callable[[str], bool]) -> bool | None:
    """'One might think it is F, but that would be another case': True where F is not the answer, and nothing else is given; False where it is; None where nothing is dismissed."""
    m = _GUESSED.match(said)
    told = formula_first(said[m.end() :], key) if m is not None else None
    if m is None or told is None:
        return None
    behind = told[1] if told[1].strip(" .,;!") else ""
    tail = _DISMISSED.fullmatch(told[1])
    mistaken = _MISTAKEN.search(m.group()) is not None
    unclear = (tail is None or (tail["mistaken"] and not mistaken) or not _AGAINST.search(told[1])) if behind else not mistaken
    if unclear or _HOLDS.search(told[1]) or formulas(told[1], key.wanted.scope):
        return None
    rest = said[m.end() :].strip()
    return not right(rest[: len(rest) - len(told[1])].strip() if told[1] else rest)


_HAD_BEFORE = re.compile(
    _LEAD + r"(?:I|we)\s+(?:(?:first|initially|originally)\s+)?(?:had|wrote|got|put)\s+.{1,60}?(?:\s+(?:before|first|earlier|at\s+first|initially))?,?\s+but\s+(?:that|it|this|I|we"
        r"|there\s+I)\s+(?:had\s+)?"
    r"(?:left\s+out|forgot|forgets|missed|misses|omits?|omitted|overlook\w*|ignor\w*|double[- ]counts?|counted|dropped|neglect\w*)\b(?P<what>[^=]{3,80})$", re.I)


def had_before(said: str) -> bool:
    """'I had F before, but that left out the layer norms': what was there first, and is not any more."""
    m = _HAD_BEFORE.match(said)
    return m is not None and not _UNMASKS.search(m["what"])


def wondered(said: str, answer: str) -> bool:
    """'I wondered whether the factor should be $A$ rather than $B$; it should not': B stands in the answer."""
    m = _WONDERED.match(said)
    if m is None or _bare(m["kept"]) not in _bare(answer):
        return False
    doubted = _bare(m["doubted"])
    return doubted not in _bare(answer) or (doubted != _bare(m["kept"]) and doubted in _bare(m["kept"]))


def _bare(text: str) -> str:
    return re.sub(r"[\s{}]|\\[tdc]?frac|\\[,;!]", "", text)


def asked_and_denied(said: str, after: str, key: Key) -> bool:
    """'Is it the same as for the l1 penalty?' 'No: that one is F and moves ...': a question about another case, and what holds there."""
    return said.rstrip().endswith("?") and _QUESTION.match(said.rstrip(" ?")) is not None and foreign(said, key) and _NO.match(after.rstrip(" .")) is not None and not foreign_and_own(after, key)


def foreign_and_own(said: str, key: Key) -> bool:
    """Whether words name what is the problem's own."""
    mine = own_labels(key.wanted.about) if key.wanted.about else frozenset()
    return bool(labels(_without_formulas(said)) & mine)


_UNIQUE = re.compile(r"\s*(?:and\s+)?(?:it|this|that)\s+is\s+(?:then\s+)?(?:the\s+only|unique|the\s+unique)(?:\s+(?:minimi[sz]er|solution|one|optimum|choice))?"
    r"\s+(?:if|unless|when|whenever|as long as|provided)\b(?P<when>[^=;]{2,80})$", re.I)


def unique(said: str) -> bool:
    """'it is the only minimiser if no $g_i$ vanishes'."""
    m = _UNIQUE.match(said)
    return m is not None and not _UNMASKS.search(m["when"])
