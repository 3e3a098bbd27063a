"""A clause that says something of the answer, without the words that only hold it together: what is said, whether it is denied, and how surely."""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.maths.signs import GREEK_CHARS

MAX_CLAUSE = 260


class Said(NamedTuple):
    """What a clause says in plain words; denied: 'not'; not_always: 'not always', 'need not be'; possible: 'may', 'can'; always: 'always', 'whatever happens'."""

    body: str
    denied: bool = False
    not_always: bool = False
    possible: bool = False
    always: bool = False

    def verdict(self, found: list[bool], edges: list[bool] | None = None) -> bool | None:
        """Whether the clause is true where its property holds at these instances; edges: where entries are zero or tie. None where it cannot be told."""
        if not found:
            return None
        if self.possible:
            every = [*found, *(edges or [])]
            return any(every) if not self.denied else not any(every)
        if self.not_always:
            return not all([*found, *(edges or [])]) or (None if edges is None else False)
        if self.denied:
            return True if not any(found) else False if all(found) else None
        return all(found)


_TEX = [(re.compile(p), by) for p, by in (
    (r"\\(?:left|right|bigl?|bigr|Bigl?|Bigr|displaystyle|,|;|!|:|quad|qquad)(?![A-Za-z])", " "), (r"\\(?:mathrm|mathbf|boldsymbol|text|operatorname|mathit)\{([^{}]*)\}", r"\1"),
    (r"\\(?:to|rightarrow|longrightarrow)(?![A-Za-z])|→|->", " -> "), (r"\\infty|∞", " infinity "), (r"\\(?:lVert|rVert|Vert|\|)|‖", "||"),
    (r"\\sqrt\s*\{([^{}]*)\}", r" sqrt(\1)"), (r"\\[dt]?frac\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|\w))\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|\w))", r"(\1\2)/(\3\4)"), (r"\\ge(?:q|qslant)?(?![A-Za-z])|≥", ">="),
        (r"\\le(?:q|qslant)?(?![A-Za-z])|≤", "<="), (r"\\neq?(?![A-Za-z])|\\not\s*=|≠", " != "),
    (r"\\([A-Za-z]+)", r"\1"), (r"[$`*]|\\\\|\\[()\[\]]|_\{\s*\}", " "), (r"[’]", "'"), (r"\s+", " "))]
_GREEK = {ord(c): n for c, n in GREEK_CHARS.items()}
_OPENING = re.compile(
    r"^(?:(?:and|also|but|so|thus|hence|therefore|then|indeed|note|notice|observe|remark|here|now|moreover|furthermore|in particular|of course|obviously|clearly|consequently|accordingly|"
    r"in other words|i\.e\.|that is,|in fact|as a (?:result|consequence)|by construction|geometrically|in words|intuitively|as expected|again|finally|recall|we see|one sees|it follows|this means|"
    r"which means|meaning|at the (?:optimum|solution|minimum)|in general|generally|as you can see|interestingly|importantly|this also means|which is to say|by the way|"
    r"in this case|on the other hand|conversely|similarly|likewise|(?:quick |sanity |plausibility )?(?:check|interpretation|comment|remark))\b(?: that)?[,:]?\s*)+", re.I)
_FILLERS = re.compile(
    r"\b(?:always|also|then|therefore|thus|hence|here|indeed|in fact|actually|really|simply|just|clearly|obviously|of course|again|too|as well|at all|in particular|by construction|exactly|"
    r"precisely|in every case|in all cases|everywhere|throughout|for sure|overall|ever|both|all the time|whatever happens|itself|obviously|evidently|necessarily|completely|entirely|"
    r"strictly speaking|still|anyway|nonetheless|nevertheless|regardless|all the same)\b", re.I)
_GENERIC = re.compile(r",? (?:when|if|as long as|whenever|for|unless|provided|where|because|since)(?: that)? (?:no entry of \w+ (?:is (?:zero|0)|vanishes)|\w+ ?(?:!=|is not) ?(?:0|zero)|"
                r"\w+ (?:is )?(?:nonzero|non-zero)|\w+ ?= ?0|"
                      r"there are no ties|no (?:two )?entries tie|all entries of \w+ are (?:nonzero|non-zero))(?=$|,| in any)|,? in any (?:dimension|case)$", re.I)
_STRICTLY = re.compile(r"\bstrictly(?= (?:positive|negative|inside|convex))", re.I)
_NOT_ALWAYS = re.compile(r"\bnot (?:always|necessarily|in general|generally|everywhere|all)\b|\bneed(?:s)? not\b|\bin general(?=[^,]* not\b)|\bnot(?=\b.* in general\b)", re.I)
_IN_GENERAL = re.compile(r"\bin general\b|\bgenerally\b|\busually\b|\btypically\b|\bfor generic \w+", re.I)
_ALWAYS = re.compile(r"\b(?:always|in (?:all|every) cases?|whatever|in any case|ever)\b", re.I)
_NOT = re.compile(r"\b(?:(?:does|do|did|is|are|was|will|can|has|have)n't|(?:can)?not|never|no longer|neither)\b", re.I)
_AUXILIARY = re.compile(r"\b(?:does|do|did|will)\b (?=[a-z])", re.I)
_POSSIBLE = re.compile(r"\b(?:may|might|can|could)\b", re.I)
_UNSAID = re.compile(r"\b(?:would|should|must|ought|if only|suppose|had)\b|\?", re.I)


def plain_words(said: str) -> str:
    """A text with its signs in plain letters and without delimiters."""
    for pattern, by in _TEX:
        said = pattern.sub(by, said)
    return _trimmed(said.translate(_GREEK))


_IN_BRACKETS = re.compile(r"\([^()]*\)")


def _trimmed(said: str) -> str:
    """A text without marks and brackets at its ends that belong to nothing in it."""
    said = said.strip(" .,;:!*_\n")
    while said[:1] == "(" and said.count("(") > said.count(")"):
        said = said[1:].strip(" .,;:!*_\n")
    while said[-1:] == ")" and said.count(")") > said.count("("):
        said = said[:-1].strip(" .,;:!*_\n")
    return said[1:-1].strip(" .,;:!*_\n") if said[:1] == "(" and said[-1:] == ")" and "(" not in _IN_BRACKETS.sub("", said[1:-1]) and ")" not in _IN_BRACKETS.sub("", said[1:-1]) else said


def said_of(text: str) -> Said | None:
    """What a clause says; None where it is too long or supposes something."""
    if len(text) > MAX_CLAUSE or _UNSAID.search(text):
        return None
    body = plain = _GENERIC.sub("", _OPENING.sub("", plain_words(text)))
    not_always = _NOT_ALWAYS.search(body) is not None
    denied = False
    if not_always:
        body = re.sub(r"\s+", " ", _IN_GENERAL.sub(" ", _NOT.sub(" ", re.sub(r"\bneed(?:s)? not\b", "is", _NOT_ALWAYS.sub(" ", body)))))
    else:
        body = _IN_GENERAL.sub(" ", body)
        times = len(_NOT.findall(body))
        if times > 1:
            return None
        if times:
            if re.match(r"\s*not\b", body):
                return None
            denied = True
            body = _NOT.sub(lambda m: "can" if m.group().lower() in ("cannot", "can't") else m.group()[:-3] if m.group().lower().endswith("n't") else " ", body)
    possible = _POSSIBLE.search(body) is not None
    if possible:
        body = re.sub(r"\bbe\b", "is", _POSSIBLE.sub(" ", body))
    body = _AUXILIARY.sub("", re.sub(r"\s+", " ", _FILLERS.sub(" ", _STRICTLY.sub(" ", body))))
    return Said(_trimmed(re.sub(r"\s+", " ", body)), denied, not_always, possible, not not_always and _ALWAYS.search(plain) is not None)
