"""Where formulas stand in a piece of prose, with or without delimiters, and how much of its beginning is one."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.values import MAX_FORMULA, formula, undelimited
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.grading.words.sentences import MATHS_NAMES, run_on
from derive.grading.words.vocabulary import CHANGED
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES
from derive.maths.symbols import Scope

_NAME = re.compile(r"(?<![\\A-Za-z.])[A-Za-z]{2,}")
_LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]+")
_MATHEMATICAL = re.compile(r"[=*/^+<>≤≥≠≈√∑‖|_\\0-9{}−·×⋅]|\w\(|\w[-–]\w?$|^[-–]\w|[^\x00-\x7f—–’“”é]")
NUMBERS = {w: k for k, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_NORM_NAME = re.compile(r"(?:[12p∞]|inf|max|[Lℓl][12p∞₁₂])[-–](?:norms?|dimensional|D)")
_EQUALS = re.compile(r"\s*=(?!=)")
_GOES_ON = re.compile(r"\s+[-+*/^=]")
_THE_IDENTITY = re.compile(r"I[,.;:]?\Z")
_NO_END = re.compile(r"\s+(?:[-–−—+*/=]|where|with|for|if|when)\Z")
"""A dash or a word at the end of a run that goes on in words is of the words."""
_TRIES = 8
MAX_DELIMITED = 4_000


def formulas(text: str, scope: Scope) -> list[tuple[int, str]]:
    """The formulas of a text with their places: those between delimiters, or else the longest runs of words that only mathematics holds."""
    found = delimited(text)
    if found:
        return [(a, undelimited(text[a:b])) for a, b in found]
    out: list[tuple[int, str]] = []
    begin, end = -1, -1
    for m in re.finditer(r"\S+", text):
        if is_maths(m.group(), scope, begin >= 0) or (writes(m.group(), scope) and _EQUALS.match(text, m.end())) or (_THE_IDENTITY.match(m.group()) and text[:m.start()].endswith("= ")):
            begin, end = m.start() if begin < 0 else begin, m.end()
            run = text[begin:end]
            if m.group()[-1] not in ",;:.!?" or run.count("(") + run.count("[") > run.count(")") + run.count("]"):
                continue
        if begin >= 0:
            out.append((begin, undelimited(text[begin:end])))
        begin = -1
    if begin >= 0:
        out.append((begin, undelimited(text[begin:end])))
    out = [(k, _NO_END.sub("", t)) for k, t in out]
    out = [(k + 1, t[1:]) if t[:1] == "(" and t.count("(") > t.count(")") else (k, t) for k, t in out]
    return [(k, t) for k, t in out if t and (_MATHEMATICAL.search(t) or scope.writes(t) or t in scope.dims)]


def writes(word: str, scope: Scope) -> bool:
    """Whether a word is a declared symbol, by whichever spelling of a Greek letter: lambda, λ, \\lambda."""
    name = GREEK_CHARS.get(word, word)
    return scope.writes(word) or (name in GREEK_NAMES and (scope.writes(name) or scope.writes(f"\\{name}")))


_REMARK = re.compile(r"(?P<head>.{1,400}?)[.\s✓✔]*\((?=[^()]*[A-Za-z]{2,}[^()]*[A-Za-z]{2,}|[^()]*=)(?:[^()]|\([^()]*\))*\)[.\s✓]*", re.S)


def before_brackets(text: str) -> str:
    """The text before a remark in brackets at its end: 'F. (n = 4 gives 24)', 'F (k is where |g_i| is largest)'; '' where there is none."""
    m = _REMARK.fullmatch(text.strip())
    return "" if m is None else m["head"].strip()


_OPERATORS = frozenset("inf sup min max lim argmin argmax arg log exp sqrt sum prod half twice minus".split())
_FIRST_WORD = re.compile(r"[\s,(]*([A-Za-z]+)")
_LONE_NUMBER = re.compile(r"[\d.,%]*")
_SEVERAL_WORDS = re.compile(r"(?<![\w\\.(])[A-Za-z]{2,},? [A-Za-z]{2,}(?![\w(.=])")


HEAD = re.compile(r"\s*(?:[A-Za-z][A-Za-z ]{0,40}[:,] )?\$(?P<formula>[^$]+)\$(?:[.;,:(]|\s+(?:[-–—(;]|(?:where|with|for|because|since|as|so|which|by|in)\b)|\s*$)")
"""A formula between delimiters with which a text begins, and which ends there."""


def with_formulas_delimited(text: str, scope: Scope) -> str:
    """A plain text with each formula in it between delimiters, so that its sentences are looked at as those round delimited formulas; '' where there is nothing to tell apart."""
    if len(text) > MAX_DELIMITED or any(d in text for d in ("$", "`", "\\(", "\\[", "\\begin", "\\boxed")) or _SEVERAL_WORDS.search(text) is None:
        return ""
    out, last = "", 0
    for at, found in formulas(text, scope):
        while found[-1:] in (")", ".") and (found[-1] == "." or found.count(")") > found.count("(")):
            found = found[:-1]
        while found.count("(") > found.count(")"):  # 'F (k is ...)'
            found = found[: found.rindex("(")].rstrip()
        if not found or at < last or text[at : at + len(found)] != found or _LONE_NUMBER.fullmatch(found):
            continue
        between = text[last:at]
        if _hides_more(between, last > 0, scope):
            return ""
        out += f"{between}${found}$"
        last = at + len(found)
    return out + text[last:] if last and not _hides_more(text[last:], True, scope) else ""


def _hides_more(words: str, behind: bool, scope: Scope) -> bool:
    """Whether words go on with the formula before them, 'squared', or with the one behind them, 'inf', or are letters that run on, 'np'."""
    last = words.split()[-1:] if words[-1:].isspace() else [words]
    if last and last[0].lower() in _OPERATORS:
        return True
    first = _FIRST_WORD.match(words) if behind else None
    if first is not None and CHANGED.match(first.group(1).lower()):
        return True
    return run_on(words, scope) != ""


def is_maths(word: str, scope: Scope, inside: bool) -> bool:
    """Whether a run between spaces is mathematics: all its names are declared or known, or it is a sign."""
    names = [n for n in _NAME.findall(word) if not (n in MATHS_NAMES or scope.writes(n) or n in ("np", "linalg", "sum", "abs", "dot", "inf"))]
    if any(len(n) > 2 or n.lower() in ("is", "it", "of", "if", "in", "at", "so", "no", "to", "as", "we", "an", "or", "be", "by", "on", "up", "do") for n in names):
        return False
    bare = word.strip("()[]{},;:.!?*")
    if _NORM_NAME.fullmatch(bare):
        return False
    if len(bare) == 1 and bare.isascii() and bare.isalpha():
        return bare not in ("a", "I", "A") or (inside and scope.writes(bare))
    if word in ("-", "–", "+", "*", "/") or (inside and word in ("...", "…")):
        return True
    return bool(_MATHEMATICAL.search(word)) or bool(_LETTERS.fullmatch(bare) and (writes(bare, scope) or (bare in MATHS_NAMES and inside)))


def formula_first(text: str, key: Key) -> tuple[Expr, str] | None:
    """The longest formula, or number in words, that a text begins with, and the words behind it."""
    text = text.strip()
    found = delimited(text)
    if found and found[0][0] == 0:
        e = formula(text[: found[0][1]], key)
        return None if e is None else (e, text[found[0][1] :])
    first = re.match(r"[A-Za-z]+\b", text)
    if first is not None and first.group().lower() in NUMBERS:
        return E.num(NUMBERS[first.group().lower()]), text[first.end() :]
    if found:
        return None
    ends: list[int] = []
    for k, m in enumerate(re.finditer(r"\S+", text[:MAX_FORMULA])):
        if not is_maths(m.group(), key.wanted.scope, k > 0):
            break
        ends.append(m.end())
    for end in ends[: -_TRIES - 1 : -1]:
        if not _GOES_ON.match(text, end) and (e := formula(text[:end], key)) is not None:
            return e, text[end:]
    return None
