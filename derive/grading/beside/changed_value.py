"""Words round the one formula of a text that make another value of it, bound it or deny it: '$F$, doubled', 'the square root of (F)', 'It is not `F`'.

Where the formula alone would be right, such a text is no right answer, and what it means is not settled by its words: it is undecided. The words
are a small grammar: what goes before a formula, what follows it, and denials round it. What the reader evaluates together with its words ('half of $F$', '(F) times 3') is not of it;
it is one formula, which `computed` writes.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.text.brackets import closing, is_sum
from derive.grading.verdict import Judgement, Verdict

MAX_TEXT = 400


class Changed(NamedTuple):
    """The formula of a text without its delimiters, and the words beside it."""

    formula: str
    words: str

    def judged(self) -> Judgement:
        """The judgement of such a text, where the formula alone is right."""
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but '{self.words}' beside it makes another value of it or denies it. "
                         "Write the final formula without words that change it.")


_TEX = re.compile(r"(\$\$[^$]+\$\$|\$[^$]+\$|\\\[(?:(?!\\[\[\]]).)+\\\]|\\\((?:(?!\\[()]).)+\\\))", re.S)
_CODE = re.compile(r"(`[^`\n]+`)")
# One of these letters in a row stands in every text of the grammar.
_HINT = re.compile(
    r"hrice|oubl|ripl|halved|half|twice|times|uadrupl|squar|cube|recip|nver|egat|magnitude|length|norm|modul|absolute|sign|multiple|entry|component|coordinate|element|function|order|most"
    r"|least|less|more|fewer|over|proportional|anything|not |never|up to|along|versed|reduced|increased|scaled|enlarged|rounded|give or|divide|plus|minus|multipl|wrong|false|mistak|error"
    r"|correct|\bno\b|No")

_WORD_NUMBER = r"(?:three|four|five|six|seven|eight|nine|ten|twelve|a hundred)"
_NUMBER = rf"(?:{_WORD_NUMBER}|one|two|\d+(?:\.\d+)?)"
_WHAT = r"(?:final )?(?:answer|result|solution|update|minimi[sz]er|limit|number|count|value|vector|formula)"
_LEAD = rf"(?:(?:the |my |our ){_WHAT} (?:is|equals|reads) (?:then |thus )?|(?:it|this|that) (?:is|equals) (?:then |thus )?|(?:i|we) (?:get|have|find|obtain) )?"
_NOUN = (r"(?:square root|cube root|square|cube|reciprocal|inverse|magnitude|length|norm|modulus|absolute value|sign|multiple"
         r"|(?:first|second|third|last|largest|smallest) (?:entry|component|coordinate|element)|function|order)")
_BEFORE = (rf"(?:(?:only |just |something like )?(?:the |an? |some |any )?{_NOUN} of"
           rf"|thrice|double|triple|{_WORD_NUMBER} times"
           r"|at (?:most|least)|no (?:more|less|fewer) than|(?:strictly )?(?:less|more|fewer|greater|larger|smaller) than|one (?:more|less) than|one over|proportional to"
           r"|anything but|(?:certainly |simply |just )?not(?: equal to)?|never|[ou][fnp] (?:the order of|to)"
           rf"|(?:half|twice|{_NUMBER} times) as (?:large|big|long|small|much|many) as|(?:a |the )?unit vector along)")
_SIGN = r"(?:(?:an?|the) (?:opposite|other|wrong|minus|flipped|reversed) sign|(?:the|its) sign (?:flipped|reversed|changed))(?: in front)?"
_BEHIND = (r"(?:halved|doubled|tripled|quadrupled|cubed|negated|inverted|reversed|normali[sz]ed(?: to unit length)?|in absolute value"
           rf"|with {_SIGN}|without the (?:minus )?sign|up to (?:an? |some |the )?(?:constant|constant factor|factor|scaling|scalar|sign)|take the square root"
           rf"|(?:reduced|increased|scaled|enlarged) by {_NUMBER}(?:%| percent)?|rounded (?:up|down)|give or take)")
_PARENTHESIS = rf"\((?:divide|multiply) (?:this|it|that) by {_NUMBER}\)"
_WRONG = r"(?:wrong|incorrect|false|not (?:correct|right|true|it)|an? (?:mistake|error))"
_DENIED = (rf"¤ (?:is|was|would be) {_WRONG}|¤ \((?:this|that|it|which) is {_WRONG}\)|¤\? no\b[^¤]{{0,30}}"
           rf"|(?:the answer|it|this) (?:cannot|can't|could not|must not|is certainly not|is definitely not) (?:be )?(?:equal to )?¤"
           rf"|(?:one|you|we|i) (?:might|may|could|would) (?:guess|think|say|write)(?: that it is)? ¤, but (?:this|that|it) is {_WRONG}"
           rf"|(?:i|we) (?:tried|guessed|had) ¤, (?:which|but this|but that|but it) (?:is|was|turned out to be) {_WRONG}"
           r"|everyone says ¤; (?:they are|everyone is) (?:mistaken|wrong)")
_JOIN = r",? (?:but |then |and then |and |to be )?"
_ALWAYS = rf"{_LEAD}{_BEFORE} ¤|{_LEAD}¤{_JOIN}{_BEHIND}|{_LEAD}¤, (?:squared|then squared)|{_LEAD}¤ {_PARENTHESIS}|{_DENIED}"
_PATTERN = re.compile(rf"(?:{_ALWAYS})[.!]?", re.I)


def changed(text: str) -> Changed | None:
    """The formula of such a text, and its words; None for other texts."""
    if len(text) > MAX_TEXT or text[:1] == "$" == text[-1:] or _HINT.search(text) is None:
        return None
    for pattern in (_TEX, _CODE):
        pieces = pattern.split(text)
        if len(pieces) == 3:
            body = pieces[1]
            if _PATTERN.fullmatch(f"{pieces[0]}¤{pieces[2]}") is None:
                return None
            edge = 2 if body[:2] in ("$$", "\\[", "\\(") else 1
            return Changed(_unboxed(body[edge:-edge].strip()), _shown(pieces[0], pieces[2]))
        if len(pieces) != 1:
            return None
    start, end = text.find("("), text.rfind(")")
    if _OWN_BRACKET.search(text) is not None:
        end = text.rfind(")", 0, text.rfind("("))
    if start < 0 or end < start or _PATTERN.fullmatch(f"{text[:start]}¤{text[end + 1 :]}") is None:
        return None
    return Changed(text[start + 1 : end], _shown(text[:start], text[end + 1 :]))


def _unboxed(formula: str) -> str:
    while formula[:1] == "\\" and (formula[1:2] in ",;:! " or formula.startswith("\\displaystyle ")):
        formula = formula.partition(" ")[2].lstrip() if formula.startswith("\\displaystyle") else formula[2:].lstrip()
    return formula[7:-1] if formula.startswith("\\boxed{") and closing(formula, 6) == len(formula) - 1 else formula


_FACTOR = {"half of": "1/2", "one half of": "1/2", "a third of": "1/3", "one third of": "1/3", "a quarter of": "1/4", "one quarter of": "1/4", "two times": "2", "twice": "2", "minus": "-1",
           "the negative of": "-1", "the opposite of": "-1"}
_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "a hundred": "100"}
_SIGNS = {"times": "*", "multiplied by": "*", "divided by": "/", "over": "/", "plus": "+", "minus": "-"}
_CLOSERS = frozenset(")$`]")
_COUNT = r"(?P<count>[-−]?\d+(?:[./]\d+)?) ?(?:times |multiplied by |[·×⋅*] ?|\\cdot ?|\\times ?)?"
_COMPUTED = re.compile(
    rf"{_LEAD}(?:(?:(?P<factor>{'|'.join(_FACTOR)}) |{_COUNT})¤|¤(?:,(?= divided))? ?(?:(?P<sign>(?<= )(?:{'|'.join(_SIGNS)}) |[·×⋅*/] ?)(?P<number>{'|'.join(_WORDS)}|\d+(?:\.\d+)?)"
    r"|(?<= )(?P<squared>squared)))[.!]?", re.I)
# One of these words stands in every text that computes.
_COMPUTES = re.compile(rf"(?:{'|'.join(_FACTOR)}) [($\\`]|[)$`\]],? ?(?:(?<= )(?:{'|'.join(_SIGNS)}|squared)\b|[·×⋅*/] ?[\dtfsen])"
                       r"|\d ?(?:times |multiplied by |[·×⋅*] ?|\\cdot ?|\\times ?)?[$`\\]", re.I)


# The formula itself cannot be what computes: a factor ends right before it, or a number right behind it.
_OPENS = re.compile(r"[($\\`]")
_FACTOR_ENDS = ("of", "times", "twice", "minus", "by", *"0123456789·×⋅*")
_NUMBER_ENDS = (*_WORDS, "squared", *"0123456789")


def _may_compute(text: str) -> bool:
    """Whether words before or behind the formula of a text may compute: a quick look at where they end."""
    end = text[:-1] if text[-1] in ".!" else text
    if end[-1:] in _CLOSERS:
        return _OPENS.split(text, 1)[0].rstrip().lower().endswith(_FACTOR_ENDS)
    return end.lower().endswith(_NUMBER_ENDS)


def computed(text: str) -> str | None:
    """What words make of a formula in brackets or delimiters, as one formula: 'half of (F)' is 1/2*(F); None for other texts."""
    if len(text) > MAX_TEXT or not text or not _may_compute(text) or _COMPUTES.search(text) is None:
        return None
    for pattern in (_TEX, _CODE):
        pieces = pattern.split(text)
        if len(pieces) == 3:
            edge = 2 if pieces[1][:2] in ("$$", "\\[", "\\(") else 1
            return _with_words(pieces[0], _unboxed(pieces[1][edge:-edge].strip()), pieces[2], False)
        if len(pieces) != 1:
            return None
    start, end = text.find("("), text.rfind(")")
    return _with_words(text[:start], text[start + 1 : end], text[end + 1 :], True) if 0 <= start < end and "\\" not in text and closing(text, start) == end else None


def _with_words(before: str, formula: str, behind: str, bracketed: bool) -> str | None:
    m = _COMPUTED.fullmatch(f"{before}¤{behind}")
    if m is None or (not (m["factor"] or bracketed or (m["sign"] or "").strip().lower() in ("plus", "minus")) and is_sum(formula)):  # 2 · $n - 1$
        return None
    if m["factor"] or m["count"]:
        return f"({_FACTOR[m['factor'].lower()] if m['factor'] else m['count'].replace('−', '-')})*({formula})"
    return f"({formula})^2" if m["squared"] else f"({formula}){_SIGNS.get(m['sign'].strip().lower(), m['sign'].strip())}{_WORDS.get(m['number'].lower(), m['number'])}"


_WHOLE = r"(?:integer|whole number|natural number)"
_TO_WHOLE = rf"(?: to (?:the (?:next|nearest)|a|an) {_WHOLE}| to (?:an )?integers?)?"
_FORMULA = r"(?:\$(?P<{0}>[^$]{{1,200}})\$|(?P<{1}>[^\s$,][^$,\n]{{0,200}}?))"
_ROUNDED = re.compile(
    rf"(?:the number of (?:steps|iterations|rounds|updates) (?:is|needed is) |(?:we|one|it|you) (?:needs?|takes?) |{_LEAD})"
    rf"(?:{_FORMULA.format('a', 'b')}(?: steps| iterations)?,? (?:and then |then |always )?rounded (?P<way>up|down){_TO_WHOLE}|round(?:ing)? {_FORMULA.format('c', 'd')} (?P<way2>up|down){_TO_WHOLE}"
    rf"|(?:the )?(?P<least>smallest|least|largest|greatest) {_WHOLE} (?:that is )?(?P<bound>at least|not (?:less|smaller) than|no (?:less|smaller) than|at most|not (?:more|larger|greater) than"
    rf"|no (?:more|larger|greater) than) {_FORMULA.format('e', 'f')})[.!]?", re.I)
_TWO_WORDS = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def rounded(text: str) -> str | None:
    """A formula that words round, as one formula: 'F, rounded up to the next integer' is ceil(F); None for other texts."""
    if len(text) > MAX_TEXT or not ("round" in text.lower() or "integer" in text or "number" in text):
        return None
    m = _ROUNDED.fullmatch(text.strip())
    if m is None:
        return None
    formula = next(x for x in (m["a"], m["b"], m["c"], m["d"], m["e"], m["f"]) if x)
    if _TWO_WORDS.search(formula) or "=" in formula:
        return None
    if m["least"]:
        up = m["least"].lower() in ("smallest", "least")
        return None if up is not (("less" in m["bound"]) or ("smaller" in m["bound"]) or m["bound"].lower() == "at least") else _rounding(up, formula)
    return _rounding((m["way"] or m["way2"]).lower() == "up", formula)


def _rounding(up: bool, formula: str) -> str:
    if "\\" in formula:
        return rf"$\lceil {formula} \rceil$" if up else rf"$\lfloor {formula} \rfloor$"
    return f"{'ceil' if up else 'floor'}({formula})"


_OWN_BRACKET = re.compile(r" \((?:this|that|it|which|divide|multiply) [^()]*\)[.!]?\Z", re.I)


def _shown(before: str, behind: str) -> str:
    return " … ".join(filter(None, (before.strip(" ,;:."), behind.strip(" ,;:."))))
