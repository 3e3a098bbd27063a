"""A text as sentences of words, marks and formulas, with the formulas that stand as its answer told from the others."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from derive import patterns as re
from derive.grading.text.segments import delimited
from derive.grading.words.vocabulary import KINDS, LITTLE, form_of
from derive.maths.aliases import typed_together
from derive.maths.calls import CALLS
from derive.maths.signs import FUNCTION_COMMANDS, GREEK_NAMES, NICKNAMES, SPOKEN, SPOKEN_NUMBERS
from derive.maths.symbols import Scope

Kind = Literal["word", "mark", "answer", "formula"]


class Bit(NamedTuple):
    """A word (in the form of vocabulary.form_of), a mark that parts clauses, a formula that answers, or another formula."""

    kind: Kind
    text: str


Sentence = list[Bit]
_WORDY = re.compile(r"(?<![\\A-Za-z.])[A-Za-z]{2,}(?![A-Za-z(]|\.[A-Za-z])")
_UNACCENTED = str.maketrans("öäüéèêàáíóúôûñçÖÄÜÉ", "oaueeeaaiououncOAUE")  # Hölder


def unaccented(text: str) -> str:
    """A text with the letters of names without their accents: Holder."""
    return text if text.isascii() else text.translate(_UNACCENTED)


_BIT = re.compile(
    r"(?P<plain>[A-Za-z]{2,})(?: (?=[A-Za-z])|(?=[ ,;:!?\n]))"
    r"|(?P<command>\\(?:text|textrm|textit|textnormal|mathrm|mbox|textbf|textsf|mathbf|operatorname\*?)\s*\{)|(?P<environment>\\(?:begin|end|textcolor|color)\{[A-Za-z*]+\})|(?P<tex>\\[A-Za-z]+)"
    r"|(?P<group>\((?:[^()\s]{0,40}[\d+*/^=][^()\s]{0,40}|[A-Za-z][-−][A-Za-z\d])\))|(?P<dotted>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)|(?P<digits>\d[\d.,/]*(?:th|st|nd|rd)\b)|(?P<word>[A-Za-z]+(?:['’][a-z]+)?(?:[-–][A-Za-z0-9]+)*)"
    r"|(?P<stop>[.!?]+(?=[\s*_\"')\]]|$))|(?P<line>\s*\n\s*)|(?P<mark>[,;:()\[\]]|—|–|--|(?<=\s)-(?=\s+[A-Za-z]{2}))|(?P<quiet>(?:[^\S\n]|[*_#`>~\"'’“”&{}$])+)|(?P<other>.)", re.S)
_ABBREVIATED = re.compile(r"(?:\b(?:i\.e|e\.g|w\.r\.t|etc|resp|cf|vs|eqn?|approx|fig|thm|no|cor|viz|a\.k\.a|s\.t|dr|prof)|(?<![-+*/=·×⋅^)])\s[A-Za-z])$", re.I)
_ITEM = re.compile(r"(?:[-*•>#]|\d{1,2}[.)]\s|\([a-h]\)|[A-Z]|\*\*)")
_CAPITAL = re.compile(r"\s+[A-Z][a-z]")
_NEW_SENTENCE = re.compile(r"\s+(?:[A-Z][a-z]+|A|I) ")
MATHS_NAMES = frozenset((*CALLS, *FUNCTION_COMMANDS, *GREEK_NAMES, *NICKNAMES, "nabla", "partial", "infty", "cdot", "odot"))
_SPOKEN = frozenset((*SPOKEN, *SPOKEN_NUMBERS))


def wordy(text: str, scope: Scope) -> bool:
    """Whether a text holds words beside the names of its symbols."""
    return any(m.group() not in GREEK_NAMES and m.group() not in scope.symbols for m in _WORDY.finditer(text))


def sentences(text: str, standing: list[str], scope: Scope) -> list[Sentence]:
    """The sentences of a text; of those before the first that answers only the last few. standing: the formulas that answer, as they were cut out of it.

    Where none of them is found in the text (it was put together from several places), every formula counts as one that answers.
    """
    if not text.isascii():
        text, standing = text.translate(_UNACCENTED), [s.translate(_UNACCENTED) for s in standing]
    cuts = formula_places(text, standing)
    out: list[Sentence] = [[]]
    place, cuts = _from_the_answer(text, cuts, scope)
    for start, end, answers in cuts:
        _prose(text, place, start, out, scope)
        _formula(text, start, end, out, scope, answers)
        if text.startswith(("$$", "\\]"), end - 2) and _NEW_SENTENCE.match(text, end):
            out.append([])
        place = end
    _prose(text, place, len(text), out, scope)
    return [s for s in out if s]


def _from_the_answer(text: str, cuts: list[tuple[int, int, bool]], scope: Scope) -> tuple[int, list[tuple[int, int, bool]]]:
    """Where the sentence of the first formula that answers begins, or one before it, and the formulas from there on: earlier ones are not looked at."""
    first = next((k for k, cut in enumerate(cuts) if cut[2]), 0)
    for k in range(first, -1, -1):
        start, end = cuts[k - 1][1] if k else 0, cuts[k][0] if cuts else 0
        if end - start < _FEW or text.startswith(("$", "\\"), start):
            continue
        for m in reversed(list(_STOP.finditer(text, max(start, end - _NEAR), end))):
            if _ends(text, m, scope):
                return m.end(), cuts[k:]
    return 0, cuts


# The end of a sentence that is one however the text before it is cut, and how far before a formula it is looked for.
_STOP = re.compile(r"(?<=[a-z]{4})[.!?](?=\s+[A-Z])")
_FEW, _NEAR = 100, 1_000


def formula_places(text: str, standing: list[str]) -> list[tuple[int, int, bool]]:
    """Where the formulas stand: (from, to, whether it answers); those between delimiters, and the answers that have none."""
    return list(_formula_places(text, tuple(standing)))


@lru_cache(maxsize=2)
def _formula_places(text: str, standing: tuple[str, ...]) -> list[tuple[int, int, bool]]:
    """The same; several looks at the words of one answer ask for it."""
    found = delimited(text)
    inner = [_plain(text[a:b]) for a, b in found]
    answers: set[int] = set()
    bare: list[tuple[int, int, bool]] = []
    for t in dict.fromkeys(s.strip() for s in standing):
        wanted = _plain(t)
        holding = {k for k, s in enumerate(inner) if wanted and wanted == s}
        at, end = _last(t, text) if t and not holding else (-1, -1)
        outside = at >= 0 and not any(a < end and at < b for a, b in found)
        if not holding and not outside:
            holding = {k for k, s in enumerate(inner) if len(wanted) > 2 and wanted in s}
        if outside and not holding:
            bare.append((at, end, True))
        elif not holding:  # put together from several formulas
            holding = {k for k, s in enumerate(inner) if len(s) > 1 and s in wanted}
        answers |= holding
    if not answers and not bare:
        return [(a, b, True) for a, b in found] if found else [(0, len(text), True)]
    apart: list[tuple[int, int, bool]] = []
    for cut in sorted([*bare, *((a, b, k in answers) for k, (a, b) in enumerate(found))]):
        if not apart or cut[0] >= apart[-1][1]:
            apart.append(cut)
    return apart


def _last(t: str, text: str) -> tuple[int, int]:
    """Where a formula stands last in a text, as whole names (p is none of 'completes'); failing that, with other spaces, lines and marks of bold type within it."""
    around = (r"(?<![A-Za-z0-9_\\])" if t[0].isalnum() else "", r"(?![A-Za-z0-9_])" if t[-1].isalnum() else "")
    found = list(re.finditer(f"{around[0]}{re.escape(t)}{around[1]}", text))
    at = found[-1].start() if found else text.rfind(t) if len(t) > 2 else -1
    return (at, at + len(t)) if at >= 0 or len(t) < _LONG else _spread(t, text)


_LONG = 12
"""Letters and signs from which on a formula is looked for with other spaces: of a short one that would be found in words."""
_SPACES = " \t\r\n*"


def _spread(t: str, text: str) -> tuple[int, int]:
    places = [k for k, c in enumerate(text) if c not in _SPACES]
    wanted = "".join(c for c in t if c not in _SPACES)
    at = "".join([text[k] for k in places]).rfind(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 and wanted else (-1, -1)


def _plain(text: str) -> str:
    """A formula without spaces, delimiters and boxes, to be looked for in others."""
    return _UNSAID.sub("", text)


_UNSAID = re.compile(r"\\(?:begin|end)\{(?:equation|align|gather|displaymath|multline|eqnarray)\*?\}|\\boxed|\\(?:[,;:! ()\[\]]|quad|qquad|left|right|displaystyle)|[\s{}$.`]+")


def _prose(text: str, start: int, end: int, out: list[Sentence], scope: Scope) -> None:
    """Words outside formulas; what is mathematics among them counts as a formula that is no answer."""
    _scan(text, start, end, out, scope, "formula")


def _formula(text: str, start: int, end: int, out: list[Sentence], scope: Scope, answers: bool) -> None:
    if not answers:
        _add(out, Bit("formula", text[start:end]))
        return
    fence = _FENCE.match(text, start, end)
    _scan(text, fence.end() if fence is not None else start, end, out, scope, "answer")


_FENCE = re.compile(r"```[A-Za-z+]*")


# What of a formula holds no word, no mark that parts clauses and no end of a sentence, in one piece; and what of that is no sign.
_SIGNS = re.compile(r"(?:\\(?!text|mathrm|mbox|mathbf|operatorname|begin|end|color)[A-Za-z]+|\\[|{}]|[^A-Za-z\\,;.!?\n(—–-]|-(?!-)|[A-Za-z](?![A-Za-z'’–-]))++")
_QUIET = " \t\r\v\f\xa0*_#`>~\"'’“”&{}$"
_NO_SIGN = _QUIET + ":)[]"
_DOTTED = re.compile(r"\.[A-Za-z_]")


def _scan(text: str, start: int, end: int, out: list[Sentence], scope: Scope, maths: Kind) -> None:
    inside = maths == "answer"
    delimited = text[start : start + 1] in ("$", "\\")
    said = 0  # where a \text{...} ends
    plainly = _plain_maths(scope) if not (inside or delimited) else None
    signs = _SIGNS if inside and _DOTTED.search(text, start, end) is None else None
    after = start
    while after < end:
        run = signs.match(text, after, end) if signs is not None else None
        if run is not None:
            s = run.group()
            s = s.rstrip(_QUIET) if text.startswith("\n", run.end()) else s  # a line may end there
            after += len(s)
            if s.strip(_NO_SIGN):
                _add(out, Bit(maths, s))
            if s:
                continue
        m = _BIT.match(text, after, end)
        if m is None:
            return
        kind, s, after = m.lastgroup, m.group(), m.end()
        if kind == "quiet":
            continue
        if kind == "plain":
            s = m["plain"]
            low = s.lower()
            if plainly is not None and (len(s) > 3 or low in LITTLE or not _letters(scope).issuperset(s)) and text[m.start() - 1 : m.start()] in _OPENS_WORD:
                if s in plainly:
                    _add(out, Bit(maths, s))
                else:
                    out[-1].append(Bit("word", form_of(low)))
                continue
            kind, after = "word", m.end("plain")
        if kind == "word" and _is_maths(text, m.start(), s, scope, inside, delimited and m.start() >= said):
            _add(out, Bit(maths, s))
        elif kind == "word":
            joined = [s] if not inside or m.start() < said or form_of(s) in KINDS else _JOINED.split(s)
            _add(out, Bit("word", form_of(joined[0])))
            after = m.start() + len(joined[0])
        elif kind == "command":
            close = text.find("}", m.end(), end)
            said = close if close > 0 and not _subscript(text, m.start()) else said
            after = close if close > 0 and _subscript(text, m.start()) else after
        elif kind in ("group", "dotted", "tex", "digits", "other"):
            _add(out, Bit(maths, s))
        elif (kind == "stop" and _ends(text, m, scope)) or (kind == "line" and _breaks(text, m)):
            out.append([])
        elif kind == "mark" and (not inside or (s == "," and text[m.end() : m.end() + 1].isspace()) or s == ";"):
            _add(out, Bit("mark", s))


def _subscript(text: str, at: int) -> bool:
    return text[max(0, at - 2) : at].rstrip("{")[-1:] in ("_", "^")


def _add(out: list[Sentence], bit: Bit) -> None:
    last = out[-1][-1] if out[-1] else None
    if bit.kind in ("answer", "formula") and last is not None and last.kind == bit.kind:
        return
    out[-1].append(bit)


def _ends(text: str, m: re.Match[str], scope: Scope) -> bool:
    """Whether a full stop ends a sentence: behind a declared letter, before a capital one, it is no abbreviation ('2 n. This', and '2 N. This' where N is read as n)."""
    if text.endswith(("\\right", "\\left"), 0, m.start()):
        return False  # the delimiter that is none: \\right.
    short = _ABBREVIATED.search(text[max(0, m.start() - 8) : m.start()]) if m.group() == "." else None
    letter = short.group().strip() if short is not None else ""
    return short is None or (len(letter) == 1 and any(x in scope.symbols or x in scope.dims for x in (letter, letter.lower(), letter.upper())) and _CAPITAL.match(text, m.end()) is not None)


def _breaks(text: str, m: re.Match[str]) -> bool:
    """Whether a new line begins a new sentence: after a stop, or where it begins like an item or with a capital letter."""
    before, after = text[max(0, m.start() - 200) : m.start()].rstrip("*_ ")[-1:], text[m.end() : m.end() + 4]
    if before in ".!?":
        return True
    if before in ":,;=(" or not after:
        return False
    return _ITEM.match(after) is not None and not after.startswith(("\\[", "$"))


def _is_maths(text: str, start: int, word: str, scope: Scope, inside: bool, tex: bool) -> bool:
    """Whether a run of letters that starts at a place is part of a formula. tex: it stands between delimiters, and in no \\text."""
    word = _JOINED.split(word)[0] if inside else word
    rest = start + len(word)
    before, after = text[start - 1 : start], text[rest : rest + 1]
    if before in ("\\", "_", "^") or before.isdigit() or text[max(0, start - 2) : start] in ("_{", "^{"):
        return True
    if inside and before in ("'", '"') and before == after:
        return True  # norm(X, 'fro')
    if len(word) == 1:
        return inside or word not in ("a", "A", "I")
    if after in ("_", "^", "["):
        return True
    name = _is_name(word, scope)
    if after in ("(", "="):
        return name or inside or after == "="
    if tex and len(word) <= 3:
        return True
    low = word.lower()
    if word in _NEVER_MATHS:
        return False
    if inside and low in ("inf", "infty", "infinity"):
        return True
    if word in _FUNCTIONS and _APPLIED.match(text, rest):
        return True  # \\operatorname{sgn}(x)
    if inside and low in SPOKEN_NUMBERS and _OPERATED.search(text, max(0, start - 20), start):
        return True  # 'x over two'
    if word in _FUNCTIONS or low in _SPOKEN:  # a name of a function, or of an operation, needs something that it is applied to
        return inside and _followed(text, rest, scope, low in _SPOKEN)
    if not inside:
        return name
    if len(word) <= 2:
        return low not in LITTLE and low not in ("up", "if", "no", "go", "vs")
    return name or _EQUALS.match(text, rest) is not None


_OPERATED = re.compile(r"\b(?:over|(?:divided|multiplied)\s+by|times|plus|minus)\s+\Z")
_JOINED = re.compile(r"[-–'’]")
_NEVER_MATHS = ("where", "any", "all", "size", "step")
_FUNCTIONS = frozenset((*CALLS, *FUNCTION_COMMANDS))
_APPLIED = re.compile(r"\}\s*(?:\\(?:left|bigl?|Bigl?|!)\s*)*[(\[|]")
_NEXT = re.compile(r"\s*(?P<word>[A-Za-z]+)?(?P<sign>[^\sA-Za-z.,;:!?])?")
_EQUALS = re.compile(r"\s{0,3}=(?!=)")
_LINKS = re.compile(r"(?:\s*\b(?:of|by|the|a|an)\b)*")


def _followed(text: str, at: int, scope: Scope, spoken: bool) -> bool:
    """Whether mathematics follows; an operation in words may have 'of the' or 'by' between."""
    links = _LINKS.match(text, at) if spoken else None
    m = _NEXT.match(text, links.end() if links is not None else at)
    if m is None or m.group("word") is None:
        return m is not None and m.group("sign") is not None
    word = m.group("word")
    return (len(word) == 1 and (word not in ("a", "A", "I") or m.group("sign") is not None)) or _is_name(word, scope) or word in _SPOKEN


def _written_names(scope: Scope) -> frozenset[str]:
    """The names of what is declared, as they are written."""
    known = scope.cache.get("written names")
    if not isinstance(known, frozenset):
        names = {*scope.symbols, *scope.dims, *(a.lstrip("\\") for s in scope.symbols.values() for a in (*s.aliases, *typed_together(s.aliases, scope)))}
        known = scope.cache["written names"] = frozenset(n for n in names if n not in ("a", "I"))
    return known


# What stands before a word of prose; "" where the text begins.
_OPENS_WORD = ("", " ", "\n", "(", "*")


def _plain_maths(scope: Scope) -> frozenset[str]:
    """The words of prose that are part of a formula wherever they stand: what _is_maths finds of words between spaces."""
    found = scope.cache.get("plain maths")
    if not isinstance(found, frozenset):
        found = scope.cache["plain maths"] = frozenset(
            w for w in _written_names(scope) | MATHS_NAMES if w not in _NEVER_MATHS and w not in _FUNCTIONS and w.lower() not in _SPOKEN)
    return found


def _letters(scope: Scope) -> frozenset[str]:
    """The names of one letter: of these alone a short word may be a product."""
    found = scope.cache.get("letters")
    if not isinstance(found, frozenset):
        found = scope.cache["letters"] = frozenset(n for n in (*_written_names(scope), *scope.symbols) if len(n) == 1)
    return found


def _is_name(word: str, scope: Scope) -> bool:
    known = _written_names(scope)
    if word in known or word in MATHS_NAMES:
        return True
    return 1 < len(word) <= 3 and word.lower() not in LITTLE and word.lower() not in ("if", "up", "off", "cut") and all(c in known or c in scope.symbols for c in word)


_SHORT_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,3}(?![A-Za-z])")


def run_on(words: str, scope: Scope) -> str:
    """Declared letters in prose that are written as one word: 'np'; '' where there are none."""
    return next((w for w in _SHORT_WORD.findall(words) if all(scope.writes(c) or c in scope.dims for c in w)), "")
