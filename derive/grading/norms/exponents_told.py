"""What a text says of pairs of dual exponents beside a dual norm: 'for example p = 3 has the dual exponent q = 3/2, and p = 2 is its own dual'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re

_NUMBER = r"(?:\d{1,3}(?:\.\d{1,4})?(?:/\d{1,3})?|∞|\\infty|inf(?:inity)?)"
_LEAD = r"(?:[;,.]?\s*(?:and\s+)?(?:for\s+example|for\s+instance|e\.\s?g\.|in\s+particular|so|thus)?,?\s*)"
_PAIR = re.compile(
    rf"{_LEAD}(?:for\s+)?\$?p\s*=\s*(?P<p>{_NUMBER})\$?,?\s+(?:has|gives|yields|means|leads\s+to|corresponds\s+to|belongs\s+to|this\s+is|we\s+get|and)\s+"
    rf"(?:the\s+)?(?:dual\s+|conjugate\s+)?(?:exponent\s+)?\$?q\s*=\s*(?P<q>{_NUMBER})\$?(?![/\d])(?:\s+are\s+(?:dual|conjugate)(?:\s+to\s+each\s+other)?)?", re.I)
_OWN = re.compile(rf"{_LEAD}\$?p\s*=\s*(?P<p>{_NUMBER})\$?\s+is\s+(?:its\s+own\s+(?:dual|conjugate)|self-?dual|dual\s+to\s+itself)(?:\s+exponent)?", re.I)


_CELL = rf"\$?\s*{_NUMBER}\s*\$?"
_TABLE = re.compile(rf"(?:(?<=\n)|\A)[ \t]*\|\s*\$?p\$?\s*\|\s*\$?q\$?\s*\|[ \t]*\n[ \t]*\|[-: |]+\|[ \t]*(?P<rows>(?:\n[ \t]*\|\s*{_CELL}\s*\|\s*{_CELL}\s*\|[ \t]*)+)(?=\n|\Z)")
_ROW = re.compile(rf"\|\s*\$?\s*(?P<p>{_NUMBER})\s*\$?\s*\|\s*\$?\s*(?P<q>{_NUMBER})\s*\$?\s*\|")


_FRACTION = r"(?:1\s*/\s*{0}|\\[dt]?frac\s*\{{?\s*1\s*\}}?\s*\{{?\s*{0}\s*\}}?)"
_NAMED_NORM = re.compile(r"(?<![A-Za-z])\$?(?:\\ell|ℓ|l|L)?_?\{?q\}?\$?[\s-]*norm\b", re.I)
_CONJUGATE = re.compile(
    rf"(?:\s*[,(]?\s*(?:where|with|for|and)|\s*,)\s+\$?\s*(?:{_FRACTION.format('p')}\s*\+\s*{_FRACTION.format('q')}\s*=\s*1|{_FRACTION.format('q')}\s*\+\s*{_FRACTION.format('p')}\s*=\s*1"
    r"|q\s*=\s*(?:p\s*/\s*\(\s*p\s*[-−]\s*1\s*\)|\\[dt]?frac\s*\{?\s*p\s*\}?\s*\{\s*p\s*[-−]\s*1\s*\}))\s*\$?\)?(?=[\s.,;]|\Z)(?!\s*[-+*/=])")


_ALONE = re.compile(
    rf"(?P<before>[)}}\]q₁-₉$‖|\w])\s*[,;]?\s*(?:\n|,\s*(?:\\q?quad(?![A-Za-z])\s*)?)\s*\$?\s*(?:{_FRACTION.format('p')}\s*\+\s*{_FRACTION.format('q')}|{_FRACTION.format('q')}\s*\+\s*{_FRACTION.format('p')})"
    r"\s*=\s*1\s*\$?(?=\s*\.?\s*\Z)")
"""The relation of the exponents as the last formula of an answer, which is none itself."""


def without_exponents_told(text: str) -> str:
    """The text without the pairs of exponents with 1/p + 1/q = 1 that it gives as examples; others stay, and speak against it. Beside a q-norm that is named in words
    the relation itself is left out, too."""
    if "p" not in text or "=" not in text:
        return text
    text = _ALONE.sub(r"\g<before>", text)
    if _NAMED_NORM.search(text) is not None and "=" not in (without := _CONJUGATE.sub("", text)):
        text = without
    if "|" in text:
        text = _TABLE.sub(lambda m: "" if all(_inverse(r["p"]) + _inverse(r["q"]) == 1 for r in _ROW.finditer(m["rows"])) else m[0], text)
    text = _PAIR.sub(lambda m: "" if _inverse(m["p"]) + _inverse(m["q"]) == 1 else m[0], text)
    return _OWN.sub(lambda m: "" if 2 * _inverse(m["p"]) == 1 else m[0], text)


def _inverse(number: str) -> Fraction:
    return Fraction(0) if not number[0].isdigit() else Fraction(0) if Fraction(number) == 0 else 1 / Fraction(number)
