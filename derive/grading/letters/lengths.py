"""The letter that a text uses for the length of the vectors without saying so: the d of 'i = 1, ..., d' and '|g_1| + ... + |g_d|'.

An undeclared letter that ends a range from 1 on is the length of the declared vectors, where they have one length, and then it is that in
the whole text: 'd m with m = (|g_1| + ... + |g_d|)/d'. Where it stands as another quantity ('d - 1', 'd = 3', 'where d < n', 'g_d' by itself) it is
one of the text's own and stays undeclared.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths.subscripts import INDEX_LETTERS

_DOTS = r"(?:\\(?:[lcv]?dots[bcmo]?|hdots)|…|⋯|\.{2,3})"
NOTE = " is read as the length of the vectors"


def with_declared_length(text: str, wanted: Wanted) -> tuple[str, str]:
    """The text with the declared length for its own letter of it, and that letter: ('i = 1, ..., n', 'd'); (text, '') where it has none."""
    size = wanted.shape[0] if len(wanted.shape) == 1 else None
    if not isinstance(size, str) or len(size) != 1 or len(text) > 6_000:
        return text, ""
    for name in dict.fromkeys(_LETTER.findall(text)) if _RANGES.search(text) else ():
        if name != size and is_length(name, text, wanted):
            return re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", size, text), name
    return text, ""


def is_length(name: str, text: str, wanted: Wanted) -> bool:
    """Whether a letter that is not declared only ends ranges of indices in a text, and all declared vectors have one length."""
    if name in _NO_LENGTHS or name in INDEX_LETTERS or wanted.scope.writes(name) or name in wanted.scope.dims:
        return False
    sizes = {d for s in wanted.scope.symbols.values() if s.kind == "value" for d in s.shape}
    rest = _without_ends(name, text)
    return len(sizes) == 1 and len(rest) < len(text) and not _stands_for_itself(name, rest)


_NO_LENGTHS = frozenset("aAeIT")  # words, numbers, matrices and a transpose


def _stands_for_itself(name: str, text: str) -> bool:
    """Whether a letter stands elsewhere than as a factor: in a sum or a relation, as an index, or among words."""
    before = (r"\\[dt]?frac\s*\{[^{}]{0,20}\}\s*\{?", r"\\[dt]?frac\s*\{?[\w\\ ]{0,12}", r"[\w)}]\s*[*/·]\s*", r"\\cdot\s*", r"(?<=[\w}])\\[,;!]\s*", r"\\[a-z]{2,}\s+",
              r"(?<![A-Za-z])[A-Za-z0-9]\s+", r"\(\s*\d?\s*")
    factor = rf"(?:{'|'.join(before)}){name}(?![A-Za-z_(])(?!\s*(?:[-+<>=≤≥]|\\(?:[lg]eq?|neq?|in)\b))"
    left = re.sub(factor, " ", text)
    return re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", left) is not None


def _without_ends(name: str, text: str) -> str:
    """The text without the letter where it ends a range, or is said to be a dimension."""
    letter = rf"(?<![A-Za-z\\])\{{?{name}\}}?(?![A-Za-z(^_!])(?!\s*[-+*/^])(?!\s*\\(?:cdot|times|frac))"
    ends = (
        rf"{_DOTS}\s*\}}?\s*[,+]?\s*{letter}",  # 1, ..., d
        rf"{_DOTS}\s*\}}?\s*[,+]?[^,;+=$\n]{{0,40}}?_{letter}",  # |g_1| + ... + |g_d|
        rf"(?:\\in\b|∈|\bin\b)\s*\[{name}\]",
        rf"\b1\s*(?:\\leq?(?:slant)?|≤|<=)\s*[ijklm]\s*(?:\\leq?(?:slant)?|≤|<=)\s*{letter}",
        rf"(?:\\(?:sum|max|min|prod)|∑|Σ|max|min|sum)(?:\\limits)?\s*_\{{[ijklm]\s*=\s*1\}}\s*\^\s*{letter}",
        rf"(?:\\mathbb\s*\{{?\s*R\s*\}}?|ℝ|\bR)\s*\^\s*\{{?{name}\}}?",
        rf"\$?{letter}\$?\s*(?:is|denotes|being|=)\s*(?:the\s+)?(?:dimension|number\s+of\s+(?:parameters|entries|coordinates|components|weights)|length)\b",
    )
    for end in ends:
        text = re.sub(end, " ", text)
    return text


_FIRST_TO_LAST = rf"(?P<low>\d)\s*,\s*(?:\d\s*,\s*)*{_DOTS}\s*,\s*(?P<high>[A-Za-z0-9](?:[A-Za-z0-9]|\s?[+-]\s?)?)"
_IN_SET = re.compile(rf"(?<![_{{A-Za-z\\])(?P<index>[ijklm])\s*(?:\\in\b|∈|\bin\b)\s*(?:\\?\{{\s*{_FIRST_TO_LAST}\s*\\?\}}|\[(?P<count>[A-Za-z])\])")
_IN_BRACKETS = re.compile(rf"(?:\\q?quad|\\[,;: ]|\s)*\(\s*(?:for\s+)?(?P<index>[ijklm])\s*=\s*{_FIRST_TO_LAST}\s*\)")
_IN_WORDS = re.compile(rf"\s+for\s+(?:all\s+|each\s+|every\s+)?(?P<index>[ijklm])\s*=\s*{_FIRST_TO_LAST}")


def one_way(text: str) -> str:
    """Ranges of an index, 'i in {1, ..., n}', 'i in [n]', '(i = 1, ..., n)', in the one way 'i = 1, ..., n'."""
    if len(text) > 2_000 or not ("dots" in text or "…" in text or ".." in text or "[" in text):
        return text
    dots = "\\dots" if "$" in text or "\\" in text else "…"

    def range_of(m: re.Match[str]) -> str:
        count = m.groupdict().get("count")
        return f"{m['index']} = {m['low'] or 1}, {dots}, {m['high'] or count}"

    text = _IN_SET.sub(range_of, text)
    text = _IN_BRACKETS.sub(lambda m: f", {range_of(m)}", text) if "(" in text else text
    return _IN_WORDS.sub(lambda m: f", {range_of(m)}", text) if "$" not in text and "\\" not in text else text


_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")
_RANGES = re.compile(rf"{_DOTS}|\[[A-Za-z]\]|\^\s*\{{?[A-Za-z]|(?:\\leq?|≤|<=)")
_RANGE_OPENS = re.compile(r"\(\s*[ijk]\s*=\s*1")


def plain_places(text: str, wanted: Wanted) -> str:
    """'i in {1, 2, 3}' and '(i = 1, 2, 3)' of all places of a vector as ', i = 1, 2, 3'; a dagger on the unknown before '=' as a star."""
    if len(wanted.shape) != 1 or len(text) > 2000:
        return text
    text = one_way(text)
    if wanted.asked and ("dagger" in text or "†" in text):
        text = re.sub(rf"(\\?\b{re.escape(wanted.asked)})\s*\^?\s*(?:\{{\s*)?(?:\\dagger|†)(?:\s*\}})?(?=\s*=)", r"\1^*", text)
    if isinstance(wanted.shape[0], int) and 1 < wanted.shape[0] < 10:
        within, bracketed = "{" in text and ("∈" in text or "\\in" in text), "=" in text and "(" in text
        if not (within or bracketed):
            return text
        places = r"\s*,\s*".join(map(str, range(1, wanted.shape[0] + 1)))
        shown = ", ".join(map(str, range(1, wanted.shape[0] + 1)))
        if within:
            text = re.sub(rf"(?<![A-Za-z\\])([ijk])\s*(?:\\in|∈)\s*\\?\{{\s*{places}\s*\\?\}}", rf"\1 = {shown}", text)
        if bracketed and _RANGE_OPENS.search(text):
            text = re.sub(rf"(?:\\[;,:! ]|\\quad|\s)*\(\s*([ijk])\s*=\s*{places}\s*\)", rf", \1 = {shown}", text)
    return text


_RANGE = re.compile(
    rf"[\s(,]*(?:\\(?:forall|quad|text\{{\s*for(?:\s+all)?\s*\}})\s*)*[ijklm]\s*(?:=|∈|\\in\b)\s*\\?\{{?\s*(?P<low>\d+)\s*,?\s*(?:\d+\s*,\s*)*{_DOTS}\s*,?\s*(?P<high>[A-Za-z0-9][A-Za-z0-9+\s-]{{0,8}}?)\s*\\?\}}?[\s).]*")


def covers(text: str, wanted: Wanted) -> bool | None:
    """Whether a range of an index, 'i = 1, ..., n', goes through every entry of what is asked; None for any other text."""
    m = _RANGE.fullmatch(text) if len(text) < 80 and wanted.shape else None
    if m is None:
        return None
    high, size = m["high"].replace(" ", ""), str(wanted.shape[0])
    return high == {0: f"{size}-1", 1: size}.get(int(m["low"]))
