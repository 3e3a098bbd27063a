"""A norm that a text names and says what it is: '‖g‖_* where ‖·‖_* is the dual norm of ‖·‖_∞, i.e. the 1-norm', as the norm that is meant."""

from __future__ import annotations

from derive import patterns as re

BAR = r"(?:\\\||‖|\|\||\\[lr]Vert(?![A-Za-z]))"
_STAR = r"_\s*(?:\{\s*(?:\*|⋆|\\star|\\ast)\s*\}|\*|⋆|\\star|\\ast)"
_OF_WHAT = r"(?:\\cdot|·|\.)"
NORM = (rf"\$?\s*(?:{BAR}\s*{_OF_WHAT}\s*{BAR}\s*_\s*\{{?\s*(?:\\ell_?\s*)?(?:1|2|\\infty|∞)\s*\}}?\s*\$?"
         r"|(?:\\ell|ℓ|[lL])\s*_?\s*\{?\s*(?:1|2|₁|₂|\\infty|∞)\s*\}?\s*\$?[- ]?norm"
         r"|(?:1|2|\\infty|∞|infinity|one|two)\s*\$?[- ]norm|(?:euclidean|manhattan|taxicab|max(?:imum)?|sup(?:remum)?|chebyshev)[- ]norm)")
_SAID = re.compile(
    rf"[,(]?\s*(?:where|with|here|and)?\s*\$?\s*{BAR}\s*{_OF_WHAT}\s*{BAR}\s*{_STAR}\s*\$?\s*(?:is|denotes|means|stands for|being|=|the)\s+(?:the\s+)?"
    rf"(?:(?P<dual>dual\s+(?:norm\s+)?(?:of|to)\s+(?:the\s+)?)(?P<of>{NORM})|(?P<plain>{NORM}))"
    rf"(?:\s*[,(]?\s*(?:i\.\s?e\.|that is|which is|so|hence|in other words)?,?\s*(?:the\s+)?(?P<also>{NORM}))?\)?", re.I)
_EQUAL = re.compile(
    rf"[,(]?\s*(?:where|with|here|and)?\s*(?:the dual norm\s*)?\$\s*{BAR}\s*(?P<x>[^|‖$]{{1,12}}?)\s*{BAR}\s*{_STAR}\s*=\s*"
    rf"{BAR}\s*(?P=x)\s*{BAR}\s*_\s*\{{?\s*(?P<p>1|2|\\infty|∞)\s*\}}?\s*\$\)?")
_STARRED = re.compile(rf"(?P<norm>{BAR}(?:(?!{BAR}).){{1,40}}?{BAR}\s*){_STAR}")
_DUAL = {"1": "\\infty", "2": "2", "\\infty": "1"}


def exponent(norm: str) -> str:
    """The exponent that a norm in signs or words has."""
    if re.search(r"\\infty|∞|infinity|max|sup|cheb", norm, re.I):
        return "\\infty"
    return "1" if re.search(r"1|₁|\bone\b|manhattan|taxicab", norm, re.I) else "2"


def with_named_norms(text: str) -> str:
    """A text with the norm that it names ‖·‖_* written as the one it says that it is; unchanged where it says none, or two that differ."""
    if "*" not in text and "⋆" not in text and "\\star" not in text and "\\ast" not in text:
        return text
    m = _SAID.search(text)
    if m is not None:
        p = _DUAL[exponent(m["of"])] if m["dual"] else exponent(m["plain"])
        if m["also"] and exponent(m["also"]) != p:
            return text
    else:
        m = _EQUAL.search(text)
        if m is None:
            return text
        p = "\\infty" if m["p"] == "∞" else m["p"]
    shown = p if "\\" in text or p != "\\infty" else "∞"
    return _STARRED.sub(lambda k: f"{k['norm']}_{{{shown}}}" if "\\" in text else f"{k['norm']}_{shown}", text[: m.start()] + text[m.end() :])
