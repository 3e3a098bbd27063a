"""A norm that a text describes as another one: 'where ‖g‖_1 denotes the largest entry'."""

from __future__ import annotations

from derive import patterns as re
from derive.maths import expr as E
from derive.maths.expr import Expr

_DESCRIBED = re.compile(
    r"(?:\\\||‖|\|\||\\lVert)\s*(?P<of>[^\s|‖]{1,24}?)\s*(?:\\\||‖|\|\||\\rVert)\s*"
    r"(?:_\s*\{?\s*(?:\\ell_?|\\(?:mathrm|text|rm)\s*\{?\s*)?(?P<p>1|2|\\infty|∞|inf(?:ty|inity)?|F|\*|op)(?![A-Za-z])\s*\}{0,2}|(?P<low>[₁₂]))\s*\$?\s*"
    r"(?:(?:\b(?:denotes|means|meaning|stands for|standing for|denoting|is defined as|here is|(?:i|we|you) (?:mean|understand))|(?<=\$)\s*is|is|being)\s+|,?\s*(?=(?:the|its"
    r"|a)\s+(?:[\w-]+\s+){0,2}norm\b)|"
    r"\(\s*(?!not\b)(?=[^()$]{3,60}\)))"
    r"(?P<words>[^.;,$\n]{3,80})", re.I)
_DECLARING = re.compile(r"\b(?:where|with|here|and|in which)\b[^.;\n]{0,12}$", re.I)
SAID_OF_NORMS = {
    "1": re.compile(r"\b(?:sum(?! of (?:the )?(?:squares|squared))|1[ -]?norm|l1|manhattan|taxicab|total)\b", re.I),
    "2": re.compile(r"\b(?:euclidean|root|length|2[ -]?norm|l2)\b", re.I),
    "inf": re.compile(r"\b(?:largest|maximum|max|maximal|biggest|greatest|supremum|infinity)\b", re.I),
    "none": re.compile(r"\b(?:average|mean|median|smallest|minimum|number of|product)\b", re.I),
}

_OF_MATRICES = {
    "2": re.compile(r"\b(?:spectral|operator|largest singular|largest eigenvalue|maximal singular|2[ -]?norm|l2)\b", re.I),
    "F": re.compile(r"\b(?:frobenius|hilbert[ -]schmidt|entrywise|euclidean|sum of (?:the )?squares)\b", re.I),
    "*": re.compile(r"\b(?:nuclear|trace|schatten[ -]1|sum of (?:the |all )?singular)\b", re.I),
}
_CAPITAL = re.compile(r"\\?(?:math(?:bf|rm|it)\{)?[A-Z]\}?")
_ROOT_OF_SUM = re.compile(r"\broot of (?:the |a )?(?:sum|total)\b", re.I)


_NORM_IS = re.compile(
    r"(?:\b(?:the|this|that|all|every|each|any) norms? (?:here |above |used |meant |in question |in it |i use |in this formula )?"
    r"|\b(?:an?|any|every) (?:unmarked |bare |plain )?norm(?: sign)? (?:without (?:an? |any )?(?:subscript|index|label) )?"
    r"|(?:\\\||‖|\|\|)\s*(?:\\cdot|[·⋅.])\s*(?:\\\||‖|\|\|)\$?\s*)"
    r"(?:is|are|means?|denotes?|refers to|stands for) (?:always |just |simply |meant as )?(?:the |an? )?"
    r"(?:\$?(?:\\ell_?\s*\{?|l_?)?(?P<p>1|2|\\infty|∞|one|two|infinity|inf|max(?:imum)?|euclidean|manhattan)\}?\$?[- ](?:norm|one)"
    r"|(?P<sum>sum of (?:the |all )?(?:absolute values|absolute entries|moduli|magnitudes))|(?P<largest>(?:largest|maximum|biggest|greatest) (?:absolute (?:value|entry)|modulus|magnitude|entry))"
    r"|(?P<root>(?:square )?root of the sum of (?:the |all )?squares))", re.I)
_P = {"1": 1, "one": 1, "manhattan": 1, "2": 2, "two": 2, "euclidean": 2}


def another_norm(text: str, members: list[Expr]) -> str:
    """The words of 'the norm here is the 1-norm' where the formula that was read holds norms, and none of these."""
    m = _NORM_IS.search(text[:6000])
    if m is None:
        return ""
    held = {x.args[1] for e in members for x in E.walk(e) if x.op == "norm" and x.data == "p"}
    said = 1 if m["sum"] else 2 if m["root"] else None if m["largest"] else _P.get(m["p"].lower())
    return m[0] if held and not any(E.is_number(p, said) if said is not None else p.op not in ("num", "sym") for p in held) else ""


_DENIED = re.compile(r"\bnot (?:in |by |with )?(?:the |an? )?(?P<p>1|2|l1|l2|one|two|infinity|inf|max(?:imum)?|euclidean|manhattan)[- ]norm\b", re.I)


def denied_norm(text: str, members: list[Expr]) -> str:
    """The words 'not the 1-norm' where the formula that was read holds that norm and no other; '' elsewhere."""
    m = _DENIED.search(text[:6000]) if "not " in text else None
    if m is None:
        return ""
    held = [x.args[1] for e in members for x in E.walk(e) if x.op == "norm" and x.data == "p"]
    said = {"l1": 1, "l2": 2, **_P}.get(m["p"].lower())
    return m[0] if held and all(E.is_number(p, said) if said is not None else p.op not in ("num", "sym") for p in held) else ""


_BARS_ARE = re.compile(
    r"(?<!\|)\|\s*(?P<of>\\?[A-Za-z]+)\s*\|(?!\s*[|_^])\s*\$?\s*(?:is|denotes?|means?|stands\s+for|being)\s+(?:the\s+|its\s+)?"
    r"(?:(?:Euclidean|usual|ordinary|[12pL]-?|[lℓ]_?[12]|max(?:imum)?|infinity|sup|\$[^$]{1,12}\$)[\s-]*){0,3}(?:norm|length)\b", re.I)


def bars_called_norm(text: str, members: list[Expr]) -> str:
    """The words of 'where |g| is the Euclidean norm', where what was read has absolute values of entries; '' where it has none."""
    m = _BARS_ARE.search(text[:6000])
    return m[0] if m is not None and any(x.op == "fn" and x.data == "abs" and x.shape for e in members for x in E.walk(e)) else ""


def misdescribed(text: str) -> str:
    """The words that describe a norm as another one than its index says; empty where there are none."""
    for m in _DESCRIBED.finditer(text[:6000]):
        words = m.group("words").partition(")")[0]  # 'the 1-norm (Euclidean norm) is ...'
        if "dual" in words or (re.search(r"\bis\s+$", text[m.start() : m.start("words")]) and not _DECLARING.search(text[max(0, m.start() - 30) : m.start()].rstrip("$ "))):
            continue
        index = m.group("p") or {"₁": "1", "₂": "2"}[m.group("low")]
        if _CAPITAL.fullmatch(m.group("of")):  # a matrix
            named = {p for p, pattern in _OF_MATRICES.items() if pattern.search(words)}
            if named and {"op": "2"}.get(index, index.upper()) not in named:
                return words.strip()
            continue
        if index in ("F", "*", "op"):
            continue
        own = index if index in "12" else "inf"
        said = {p for p, pattern in SAID_OF_NORMS.items() if pattern.search(words)} if not _ROOT_OF_SUM.search(words) else {"2"}
        if said and own not in said:
            return words.strip()
    return ""
