"""Norms that a text names by their duals: 'the dual of the 1-norm', 'the norm whose dual is the 1-norm', as the norm that is meant.

1/p + 1/q = 1: the 1-norm and the infinity norm are dual to each other, the 2-norm to itself.
"""

from __future__ import annotations

from derive import patterns as re

_BAR = r"(?:\\\||‖|\|\||\\[lr]Vert(?![A-Za-z]))"
_P = r"(?:1|2|\\infty|∞|inf|₁|₂)"
_NORM = (rf"(?:\$?\s{{0,3}}{_BAR}\s{{0,3}}(?:\\cdot|·|\.|\\?theta|θ)\s{{0,3}}{_BAR}\s{{0,3}}_?\s{{0,3}}\{{?\s{{0,3}}{_P}\s{{0,3}}\}}?\s{{0,3}}\$?"
         rf"|\$?(?:\\ell|ℓ|[lL])\s?_?\{{?{_P}\}}?\$?(?:[\s-]{{1,2}}norm\b)?"
         rf"|\$?(?:{_P}|infinity|one|two)\$?[\s-]{{1,2}}norm\b|(?:euclidean|manhattan|taxicab|max(?:imum)?|sup(?:remum)?|chebyshev)[\s-]{{1,2}}norm\b)")
_THE = r"(?:the\s{1,3})?"
_ENDS = r"(?!\s{0,3}\$?\s{0,3}(?:norm\s)?\s{0,3}(?:of|in|with|for|plus|times|on)\b)"  # 'the dual of the 2-norm of D x' is that of another norm
_DUAL = r"dual(?:\s{1,3}norm)?"
_IS = r"(?:\s{1,3}(?:that|which)\s{1,3}is)?"
_NAMED_BY_DUAL = re.compile(
    rf"\b{_THE}(?<!pre)(?<!pre-)(?:(?:(?:unique\s)?norm{_IS}\s{{1,3}})?{_DUAL}\s{{1,3}}(?:of|to)\s{{1,3}}{_THE}(?P<a>{_NORM}){_ENDS}"
    rf"|norm\s{{1,3}}(?:\$\s{{0,3}}{_BAR}\s{{0,3}}(?:\\cdot|·|\.)\s{{0,3}}{_BAR}\s{{0,3}}\$\s{{1,3}})?(?:whose|with)\s{{1,3}}{_DUAL}\s{{1,3}}(?:is\s{{1,3}})?{_THE}(?P<b>{_NORM}){_ENDS}"
    rf"|norm\s{{1,3}}(?:of|to)\s{{1,3}}which\s{{1,3}}{_THE}(?P<c>{_NORM})\s{{1,3}}is\s{{1,3}}{_THE}{_DUAL}\b"
    rf"|(?P<d>{_NORM})['’]s\s{{1,3}}{_DUAL}\b{_ENDS})", re.I)
# 'the infinity norm, whose dual is the 1-norm'
_SAID_OF_ONE = re.compile(
    rf"(?P<norm>{_NORM})(?P<said>\s{{0,3}}[,;(.]?\s{{0,3}}(?:(?:and\s)?its|whose|with)\s{{1,3}}{_DUAL}\s{{1,3}}(?:is\s{{1,3}})?{_THE}(?P<dual>{_NORM})\)?){_ENDS}", re.I)
_ITS_OWN = re.compile(r"[,(]?\s{0,3}(?:which|that|as it|since it)\s{1,3}is\s{1,3}(?:its\s{1,3}own\s{1,3}dual(?:\s{1,3}norm)?|self-?dual|dual\s{1,3}to\s{1,3}itself)\)?"
                      r"|\bself-?dual\s{1,3}(?=norm)", re.I)
_LEFT = re.compile(r"\b(?:(?:pre|bi|self)-?)?dual\b(?!\s+(?:side|problems?|variables?|certificates?|programs?|solutions?|multipliers?|pair))|\b(?:polar|conjugate)\s+(?:norm|of\b)", re.I)
_MOST = 4


def order_of(norm: str) -> str:
    """The order of a norm in signs or words: '1', '2' or 'infinity'."""
    if re.search(r"\\infty|∞|inf|max|sup|cheb", norm, re.I):
        return "infinity"
    return "1" if re.search(r"1|₁|\bone\b|manhattan|taxicab", norm, re.I) else "2"


_DUAL_OF = {"1": "infinity", "2": "2", "infinity": "1"}


def with_duals_named(text: str) -> str:
    """A text with each norm that it names by its dual under its own name, and without what it rightly says to be dual to what."""
    if "dual" not in text.lower():
        return text
    text = _SAID_OF_ONE.sub(lambda m: m["norm"] if _DUAL_OF[order_of(m["norm"])] == order_of(m["dual"]) else m[0], text)
    for _ in range(_MOST):
        shorter = _NAMED_BY_DUAL.sub(lambda m: f"the {_DUAL_OF[order_of(m['a'] or m['b'] or m['c'] or m['d'])]} norm".replace("1 ", "1-").replace("2 ", "2-"), text)
        if shorter == text:
            break
        text = shorter
    if not re.search(r"\\infty|∞|\binf|\bmax|\bsup|cheb|1|₁|\bone\b|manhattan|taxicab", text, re.I):
        text = _ITS_OWN.sub("", text)  # of the 2-norm
    return text


def dual_left(text: str) -> bool:
    """Whether a text speaks of a dual norm that is not told (see with_duals_named)."""
    return _LEFT.search(text) is not None
