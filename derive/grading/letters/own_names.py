"""Names of a text's own that are no single letter: "a' = a + n_1", 'c_i / (total count), where total count = sum_j c_j', rho_0, x_u, beta^*.

Each is put under a letter that the text does not use, where the text itself says by an equation what it stands for.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.grading.letters.abbreviations import HAT, abbreviated
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES
from derive.maths.subscripts import CURRENT, INDEX_LETTERS, LIMIT, NEXT

MOST_TEXT = 4_000
_PRIMED = re.compile(r"(?<![A-Za-z\\'])(?P<name>\\?[A-Za-z]+)\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*=(?![=])")
_WORDS = re.compile(
    r"(?:\b(?:where|with|and|let|here)|[,;(])\s+(?:the\s+)?\$?(?:\\(?:text|mathrm)\s*\{\s*)?"
    r"(?P<name>(?!(?:where|with|and|let|here|the)\b)[A-Za-z]{3,15}(?:[ _-][A-Za-z]{3,15}){1,2})\s*\}?\s*:?=(?!=)")
_LETTERS = "ZSKMCBDEHJPRWqrstuvcdfghkz"
_KEPT = frozenset("the and for with where let here then that this otherwise else inf infinity".split())


_EULER_DEFINED = re.compile(r"(?:\b(?:where|with|let|set|and|here|define)\s+|[,;]\s*)\$?\s*e\s*:?=(?!=)", re.I)
"""'where e = (Ax - b)/|Ax - b|': a letter of the text's own, and not Euler's number."""
_EULERS = re.compile(r"(?<![A-Za-z\\_^])e\s*[_^]|\\e(?:xp)?(?![A-Za-z])")


def under_letters(text: str, wanted: Wanted) -> str:
    """The text with its own primed names and names of several words under letters."""
    if "=" not in text or len(text) > MOST_TEXT:
        return text
    if "'" in text or "prime" in text:
        for name in dict.fromkeys(m["name"] for m in _PRIMED.finditer(text)):
            declared = wanted.scope.symbols.get(name.lstrip("\\"))
            if _twice(text, rf"{re.escape(name)}\s*(?:'|\^\s*\{{?\s*\\prime\s*\}}?)") or name.lstrip("\\") == wanted.asked or (declared is not None and (declared.shape or declared.kind != "value")):
                continue  # x' of a vector is its transpose
            text = _put(text, rf"(?<![A-Za-z\\]){re.escape(name)}\s*(?:'|\^\s*\{{?\s*\\prime\s*\}}?)(?!')", wanted)
    if "where" in text or "with" in text or "et " in text:
        for name in dict.fromkeys(m["name"] for m in _WORDS.finditer(text)):
            words = re.split(r"[ _-]", name)
            if _KEPT & {w.lower() for w in words} or any(wanted.scope.writes(w) for w in (name, *words)) or len(re.findall(rf"\b{re.escape(name)}\b", text)) < 2 or _twice(text, re.escape(name)):
                continue
            text = _put(text, rf"\\(?:text|mathrm|textit|operatorname)\s*\{{\s*(?:the\s+)?{re.escape(name)}\s*\}}|(?<![A-Za-z\\])(?:the\s+)?{re.escape(name)}(?![A-Za-z])", wanted)
    if _EULER_DEFINED.search(text) and not wanted.scope.writes("e") and _EULERS.search(text) is None and not _twice(text, "e"):
        text = _put(text, r"(?<![A-Za-z\\_^])e(?![A-Za-z_^{])", wanted)
    if ("hat" in text or HAT in text) and wanted.asked:
        text = _with_hat_told_apart(text, wanted)
    return abbreviated(_without_marks(text, wanted), wanted)


def _with_hat_told_apart(text: str, wanted: Wanted) -> str:
    r"""'w = \hat w - A^T m with \hat w = ...': where w is told by \hat w, which has an equation of its own, they are two."""
    name = rf"(?:\\{wanted.asked}|{wanted.asked})(?![A-Za-z])"
    hat = rf"(?:\\(?:wide)?hat\s*(?:\{{\s*{name}\s*\}}|{name})|{wanted.asked}{HAT})"
    told = rf"(?:^|[$,;:.\s])(?:\\{wanted.asked}|{wanted.asked})(?:\s*\^\s*\{{?\s*(?:\*|\\star)\s*\}}?|\s*_\s*(?:\{{\s*\w+\s*\}}|\w))?\s*=[^$=;\n]{{0,200}}{hat}"
    if re.search(told, text) and len(re.findall(rf"{hat}\s*=(?!=)", text)) == 1:
        return _put(text, hat, wanted)
    return text


_MARKED = re.compile(
    r"(?<![A-Za-z\\_^])(?P<base>\\[A-Za-z]+|[A-Za-zα-ω])\s*"
    r"(?:_\s*(?:\{\s*(?P<braced>[A-Za-z0-9]{1,12}|\\[a-z]{2,6}|\\(?:text|mathrm)\s*\{[A-Za-z0-9 ]{1,16}\})\s*\}|(?P<bare>[A-Za-z]{1,12}|\d|\\[a-z]{2,6}|\\(?:text|mathrm)\s*\{[A-Za-z0-9 ]{1,16}\}))"
    r"|(?P<low>[₀-₉])|(?P<star>\*|⋆|\^\s*(?:\{\s*(?:\*|⋆|\\star|\\ast)\s*\}|(?:\*|⋆|\\star|\\ast))))\s*&?:?=(?!=)")


def _without_marks(text: str, wanted: Wanted) -> str:
    """The text with its own names that carry a subscript or a star under letters, where an equation defines them and they are used: rho_0, x_u, z_max, beta^*."""
    if wanted.entries:
        return text
    for m in list(_MARKED.finditer(text)):
        base, below = m["base"], m["braced"] or m["bare"] or m["low"] or ""
        if base[0] == "\\" and base[1:] not in GREEK_NAMES:
            continue  # \rVert_1 = ...
        if not _of_its_own(base, below, text, wanted):
            continue
        if m["star"]:
            name = rf"{re.escape(base)}\s*(?:\*(?=\s*(?:[-=)\],;.+/^−·}}]|:=|$)|\s+[A-Za-z]{{3,}}\b)|⋆|\^\s*(?:\{{\s*(?:\*|⋆|\\star|\\ast)\s*\}}|(?:\*|⋆|\\star|\\ast)))"
        elif m["low"]:
            name = re.escape(base) + below
        else:
            name = rf"{re.escape(base)}\s*_\s*(?:\{{\s*{re.escape(below)}\s*\}}|{re.escape(below)}(?![A-Za-z0-9]))"
        for run in set(re.findall(rf"(?<![A-Za-z\\])([A-Za-z]{{1,3}}){name}", text)):  # A x_u, run together
            if not base.startswith("\\") and all(c != base and _declared(c, wanted) for c in run):
                text = re.sub(rf"(?<![A-Za-z\\]){run}(?={name})", " ".join(run) + " ", text)
        if len(re.findall(rf"(?<![A-Za-z\\]){name}", text)) > 1 and not _twice(text, name):
            text = _put(text, rf"(?<![A-Za-z\\]){name}", wanted)
    return text


def _declared(letter: str, wanted: Wanted) -> bool:
    """Whether a letter is a declared name, a notation of one or a size."""
    return wanted.scope.writes(letter) or letter in wanted.scope.dims


def _of_its_own(base: str, below: str, text: str, wanted: Wanted) -> bool:
    """Whether a letter with a subscript (a star, if empty) is no notation of the statement, no entry and no iterate."""
    scope = wanted.scope
    letter = GREEK_CHARS.get(base, base.lstrip("\\"))
    own = re.sub(r"\\(?:text|mathrm)\s*\{|\}|\\", "", below).strip()
    declared = next((s for s in scope.symbols.values() if s.name == letter or {base, letter, "\\" + letter} & set(s.aliases)), None)
    if not own:
        return letter not in scope.dims and letter not in INDEX_LETTERS and (declared is None or (declared.kind == "value" and declared.name not in (wanted.asked, *wanted.iterates)))
    if own in INDEX_LETTERS or own in scope.dims or any(scope.writes(n) for n in (own, f"{letter}_{own}", f"{letter}{own}", f"\\{letter}_{own}", f"\\{letter}_{{{own}}}", f"{letter}_{{{own}}}")):
        return False
    if declared is None and letter not in scope.dims:
        several = {x[1] for x in re.finditer(rf"(?<![A-Za-z\\]){re.escape(base)}_?\{{?([₀-₉0-9])\}}?\s*&?=", text)}
        return own not in CURRENT and own not in NEXT and (not own.isdigit() or len(several) < 2)
    if declared is not None and own == "0" and declared.kind == "value" and declared.shape and not wanted.iterates and not wanted.label:
        return True  # x_0 where nothing is iterated
    if declared is None or declared.kind != "value" or own.isdigit() or (declared.name in (wanted.asked, *wanted.iterates) and own in CURRENT | NEXT | LIMIT):
        return False
    return own not in CURRENT | NEXT


def _twice(text: str, name: str) -> bool:
    """Whether a text says twice what a name stands for."""
    return len(re.findall(rf"(?<![A-Za-z\\]){name}\s*\}}?\s*:?=(?!=)", text)) > 1


def _put(text: str, pattern: str, wanted: Wanted) -> str:
    fresh = next((c for c in _LETTERS if re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None and not wanted.scope.writes(c) and c not in wanted.scope.dims), None)
    return text if fresh is None else re.sub(pattern, fresh, text)
