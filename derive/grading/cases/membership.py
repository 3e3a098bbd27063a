"""'u_i = A for i in J, 0 for i not in J' where J = {i : condition}: the text with the condition in the place of the membership.

Only a set that the text itself describes once, by one comparison; a set that nothing defines is left as it is, and not read.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

MOST_TEXT = 4_000
_DEFINED = re.compile(
    r"(?P<before>[,;.]?\s{0,4}(?:\b(?:where|with|and|let|put|set|define|for)\b)?\s{0,4})(?P<d>\$?)\s{0,4}(?P<set>[A-Z]|\\mathcal\s?\{?[A-Z]\}?)\s{0,4}:?=\s{0,4}(?:\\left\s?)?(?P<open>\\\{|\{)\s{0,4}"
    r"(?P<i>[ijk])\s{0,4}(?::|\\mid\b|\||\\colon\b)(?:\\,|\s){0,4}", re.I)
_CLOSES = re.compile(r"\s*(?:\\right\s?)?(?:\\\}|\})\s{0,4}")
_MOST_CONDITION = 120
_FLIPS = {"<=": ">", ">=": "<", "≤": ">", "≥": "<", "<": "≥", ">": "≤", "\\le": ">", "\\leq": ">", "\\ge": "<", "\\geq": "<", "≠": "=", "\\ne": "=", "\\neq": "=", "=": "≠"}
_SIGN = re.compile(r"<=|>=|[<>≤≥≠=]|\\(?:leq?|geq?|neq?)(?![A-Za-z])")
_SET_OF = re.compile(r"(?:∈|\\in|\bin)\s*$")
_SENTENCE_LEFT = re.compile(r"^\s*[.,;]?\s*(?:then\b\s*,?\s*)?", re.I)


def _closing(text: str, at: int, opened: str) -> int:
    """Where the brace is closed that was opened before a place; -1 where that is too far, or never."""
    level = 0
    for k in range(at, min(len(text), at + _MOST_CONDITION)):
        if opened == "\\{" and text.startswith("\\}", k):
            return k
        if text[k] in "$\n":
            return -1
        if opened == "{" and text[k] == "}" and not level:
            return k
        level += (text[k] == "{") - (text[k] == "}")
    return -1


def with_memberships_said(text: str) -> str:
    """The text in which 'i in J' is what it says of i."""
    if len(text) > MOST_TEXT or not ("∈" in text or "\\in" in text or " in " in text) or (":" not in text and "|" not in text and "mid" not in text):
        return text
    found = list(_DEFINED.finditer(text))
    if len(found) != 1:
        return text
    m = found[0]
    close = _closing(text, m.end(), m["open"])
    end = _CLOSES.match(text, close) if close >= 0 else None
    if end is None or not text.startswith(m["d"], end.end()):
        return text
    condition, letter, name = text[m.end() : close].removesuffix("\\right").strip(), m["i"], m["set"]
    signs = _SIGN.findall(condition)
    if len(signs) != 1 or signs[0] not in _FLIPS:
        return text
    sign = _SIGN.search(condition)
    assert sign is not None
    opposite = condition[: sign.start()] + _FLIPS[signs[0]] + " " + condition[sign.end() :].lstrip()
    head, tail = text[: m.start()], text[end.end() + len(m["d"]) :]
    if m["before"].strip(" ,;.").lower() in ("let", "put", "set", "define") or not head.strip():
        tail = _SENTENCE_LEFT.sub("", tail)
    rest = f"{head}{'' if tail.lstrip()[:1] in ('', '.', ',', ';') else ' '}{tail}"
    written = re.escape(name)
    if _SET_OF.search(head):  # 'i in J = {i : ...}'
        rest = f"{head.rstrip()} {name} {tail}"
    sized = rf"(?:\\left\s?)?\|\s*{written}\s*(?:\\right\s?)?\|"
    if signs[0] == "=":
        if not re.search(sized, rest):
            return text  # {i : |g_i| = max_j |g_j|}: the largest entries, of which one may be meant
        left, right = condition.split("=")
        condition, opposite = (f"{left.strip()} - ({right.strip()}) {s} 0" for s in ("=", _FLIPS["="]))  # where it is said of every i, no index is picked
    if re.search(sized, rest):
        if re.search(rf"_\s*\{{?\s*[ijk]\s*(?:∈|\\in(?![A-Za-z])|\bin\b)\s*{written}(?![A-Za-z])", rest):
            return text  # sum_{j in J}: read with its size
        own = next((c for c in "lmijk" if re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None), "")
        one = r"\mathbb{1}" if "\\" in text else "1"
        count = re.sub(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", own, condition)
        rest = re.sub(sized, lambda _: rf"(\sum_{{{own}}} {one}[{count}])" if "\\" in text else f"(sum_{own} {one}[{count}])", rest) if own else text

    def said(condition: str) -> Callable[[re.Match[str]], str]:
        return lambda used: re.sub(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", used[1], condition)

    outside = re.sub(rf"([ijk])\s*(?:∉|\\notin(?![A-Za-z])|\\not\s*\\in(?![A-Za-z])|\bnot in\b)\s*{written}(?![A-Za-z])", said(opposite), rest)
    inside = re.sub(rf"([ijk])\s*(?:∈|\\in(?![A-Za-z])|\bin\b)\s*{written}(?![A-Za-z])", said(condition), outside)
    return inside if inside != rest and not re.search(rf"(?:∈|∉|\\in|\\notin|\bin)\s*{written}(?![A-Za-z])", inside) else text
