"""Sentences beside an answer that are about something else by their words: what would be otherwise, another method, where entries vanish.

They say nothing of the answer, so that no formula in them is one, and no word in them changes it. A sentence of the kind that takes its condition for true,
or calls what it gives right, is none of them.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.grading.labels import labels, own_labels

_LEAD = r"[\s*_(]*(?:(?:and|also|note(?: that)?|of course|by contrast|in contrast|for comparison|conversely|by the way|remark|otherwise)\b[,:]?\s+)*"
_SUBJUNCTIVE = re.compile(
    _LEAD + r"(?:(?:had|were)\s+(?:we|it|one|you|there|the|this|a)\b|if\s+(?:[^,;.]{1,80}\s)?(?:were|had)\b"
    r"|if\s+(?:we|one|you)\s+(?:only\s+)?(?:used|took|counted|dropped|ignored|added|wanted)\b|(?:if\s+)?you\s+had\s+asked\b)"
    r".{1,120}?\b(?:would|could|might)\b", re.I | re.S)
_WITHOUT = re.compile(_LEAD + r"without\s+(?:the|any|a|this|that|such)?\s*(?P<what>[^,;.$=]{3,60}?),?\s+(?:it|this|that|we|one|the \w+)\s+would\b", re.I)
_UNDER = re.compile(_LEAD + r"(?:for|with|under|in)\s+(?P<what>[^,;.=]{3,80}?),?\s+(?:it|this|that|we|one|the \w+)\s+would\b", re.I)
_ONE_WOULD = re.compile(_LEAD + r"(?:[^.;:=]{3,80}?)\s+(?:is|are)\s+(?:what|the\s+\w+(?:\s+that)?)\s+(?:one|we|you)\s+would\s+(?:get|obtain|have|find)"
    r"\s+(?:with|for|under|if)\s+(?P<what>.+)", re.I | re.S)
# What takes the supposed for true, or what it gives for right.
_UNMASKS = re.compile(
    r"\b(?:correct\w*|right|true|truly|proper\w*|mistakes?|errors?|wrong\w*|forgot\w*|careful\w*|honest\w*|exact\w*|indeed|is the case|holds|applies|actual\w*|should|must|final\w*|in fact|"
    r"as here|as it is|which (?:is (?!more|less|fewer|larger|smaller|cheaper)|we are)|and (?:it|that|this|they) (?:is|are|was)|but (?:it|they|we) (?:is|are|do|does)(?! not)|"
    r"our case|general(?:ly)?)\b", re.I)
_MINE = re.compile(r"\b(?:answers?|results?|solution|this|that|it|these|those|update|formula|value)\b", re.I)
_SPECIAL = re.compile(
    _LEAD + r"(?:if|when|where|whenever|should)\s+"
    r"(?:the\s+)?(?:(?:some|any|an?|all|several|one)\s+)?(?:\$\s*)?(?:[a-zθ]_?\{?[ijkᵢⱼ₁-₉]\}?\s*=\s*0|(?:entry|entries|coordinate|iterate|gradient)\b[^,.;$]{0,40}\b"
    r"(?:zero|0|exactly|vanish\w*|nonzero entry))", re.I)
_CONCLUDES = re.compile(r"\b(?:therefore|hence|thus|answer|final\w*|correct\w*|should|must|in general|always|instead|so (?:the|it|we))\b", re.I)
_SUBJECT = re.compile(_LEAD + r"(?:(?:in|with|under|for)\s+(?:the\s+)?)?(?:the\s+|an?\s+)?(?P<name>[\w\s$\\{}^-]{2,50}?)\s+"
                      r"(?:needs|sends|has|takes|uses|is|are|would|does|moves|gives|costs|requires|goes|may|can|converges)\b", re.I)


def counterfactual(said: str, key: Key) -> bool:
    """'Had the penalty been ..., it would be F', 'Without the rescaling it would be F', 'For the l2 penalty it would be F'."""
    if _UNMASKS.search(_without_formulas(said)):
        return False
    if _SUBJUNCTIVE.match(said) or _WITHOUT.match(said):
        return True
    m = _UNDER.match(said) or _ONE_WOULD.match(said)
    return m is not None and (foreign(m["what"], key) or _other_penalty(m["what"], key))


def _without_formulas(said: str) -> str:
    return re.sub(r"\$[^$]*\$", " ", said)


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
    return re.search(rf"(?<![a-z-]){re.escape(name)}(?![a-z])", low) is not None


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
