"""Words that only say what a sign means or by which identity a formula follows: 'by the matrix inversion lemma'; and letters that look like constants: pi_i = 1/s_i^2."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

_LEMMA = (r"(?:matrix inversion lemma|woodbury(?: matrix)? (?:identity|formula|lemma)|sherman[-–]morrison(?:[-–]woodbury)? (?:identity|formula|lemma)|push[- ]through identity|"
          r"matrix determinant lemma|law of total (?:expectation|variance)|product rule|chain rule)")
_TOLD = re.compile(
    r"[,;]?\s*\(?(?:with|where|here|and)?\s*[\"'`]?(?:'|′|’|\^\s*T|\^\s*\\top|ᵀ)[\"'`]?\s+(?:for|denotes|is|means|meaning|denoting|stands for|being|marks)\s+(?:the\s+)?transpos(?:e|ition|ed)\b\)?"
    r"|\s+\((?:the\s+)?(?:multiplicative[- ]weights?|hedge|mirror descent|softmax|water-?filling|soft[- ]?thresholding)(?:\s+(?:update|rule|method|algorithm))?\)"
    r"|,?\s+(?:just\s+|exactly\s+)?the\s+opposite\s+of\s+what\s+[A-Za-z][\w -]{1,30}\s+(?:does|did|do|would\s+do)\b[^.,;\n]*"
    r"|\s*\(\s*\$?\|\s*(?:·|\\cdot)\s*\|\$?\s*(?:=|is|denotes)\s*(?:the\s+)?(?:2|two|Euclidean|ℓ2|l2)[- ]?norm\s*\)"
    r"|,?\s*(?:\\q?quad(?![A-Za-z])\s*)?(?:\$|\\\()?(?:\\left)?\s*(?:\\\||\|\|?|‖)\s*(?:\\cdot|·|\.)\s*(?:\\right)?\s*(?:\\\||\|\|?|‖)\s*=\s*(?:\\left)?\s*(?:\\\||\|\|?|‖)\s*(?:\\cdot|·|\.)\s*"
    r"(?:\\right)?\s*(?:\\\||\|\|?|‖)\s*_?\{?[2₂]\}?(?:\$|\\\))?(?=\s*(?:[.,;)]|\Z))"
    r"|\bdouble\s+(?=(?:eigenvalue|root|zero)s?\b)"
    rf"|\b(?:by|using|from|with)\s+the\s+{_LEMMA}(?:\s*,)?"
    r"|(?<=[\$\)\w])[,:]?\s*(?:and\s+)?(?:this|which|it)\s+is\s+(?:just\s+|exactly\s+)?the\s+squared\s+(?:2-|Euclidean\s+|euclidean\s+)?"
    r"(?:length|norm|distance)\s+of\s+(?:the\s+)?[a-z][a-z -]{2,40}(?=[.,;\n]|\Z)", re.I)
_PI = re.compile(r"(?:\\pi|π)\s*(?:_\s*\{?\s*(?=[ijkl1n])|(?=[ᵢⱼₖ₁]))")
_PI_GIVEN = re.compile(r"(?:\\pi|π)\s*(?:_\s*\{?\s*[ijkl]\s*\}?|[ᵢⱼₖ])\s*:?=")
_FREE = (("\\omega", "ω"), ("\\xi", "ξ"), ("\\zeta", "ζ"), ("\\kappa", "κ"))


def without_notation_told(text: str) -> str:
    """The text without what only explains a sign or names an identity."""
    return _TOLD.sub("", text) if "transpos" in text or " the " in text or "(" in text or "cdot" in text or "·" in text else text


def with_pi_as_letter(text: str, scope: Scope) -> str:
    """The text in which pi_i, where the text itself says what it is, is another letter: it is no part of the number pi."""
    if not ("\\pi" in text or "π" in text) or scope.writes("pi") or scope.writes("\\pi") or _PI_GIVEN.search(text) is None:
        return text
    free = next((pair for pair in _FREE if not any(c in text or scope.writes(c) for c in (*pair, pair[0][1:]))), None)
    if free is None:
        return text
    return _PI.sub(lambda m: m[0].replace("\\pi", free[0]).replace("π", free[1]), text)
