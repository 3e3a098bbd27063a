"""How an answer is set, where it says no more than plain signs: digits of mathematical alphabets, entities and tags of HTML, decimal commas, phantoms."""

from __future__ import annotations

import html
import re
import unicodedata

_FIRST, _LAST = 0x1D7CE, 0x1D7FF
_DIGITS = {c: str((c - _FIRST) % 10) for c in range(_FIRST, _LAST + 1)}
_A_DIGIT = f"[{chr(_FIRST)}-{chr(_LAST)}]"
_BOLD_VECTORS = "𝟎𝟏𝟙𝟘"  # the vectors of zeros and ones
# Numbers, and no such vectors: another digit, two in a row, one that begins a tuple or stands in a fraction.
_NUMBERS = re.compile(rf"(?![{_BOLD_VECTORS}]){_A_DIGIT}|{_A_DIGIT}{_A_DIGIT}|[(\[]\s*{_A_DIGIT}\s*,|{_A_DIGIT}\s*[/⁄]\s*{_A_DIGIT}")
_LETTERS = {c: unicodedata.normalize("NFKC", chr(c)) for c in range(0x1D400, _FIRST)}
_SPECIAL = re.compile(f"[{chr(0x1D400)}-{chr(_LAST)}\u0335\u0336\u0338]")  # letters and digits of mathematical alphabets, strokes through signs
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_FRACTION = re.compile(r"<sup>([^<>]{1,40})</sup>\s*[⁄/]\s*<sub>([^<>]{1,40})</sub>", re.I)
_STYLE = re.compile(r"</?(?:i|b|em|strong|u|span|font|var|math)(?:\s[^<>]{0,100})?>", re.I)
_LOW_OR_HIGH = re.compile(r"<(sub|sup)>([^<>]{1,40})</\1>", re.I)
_ITEM = re.compile(r"</?(?:li|ul|ol|p|div|br)(?:\s[^<>]{0,100})?/?>", re.I)
_ONE_LETTER = re.compile(r"_\{([A-Za-z0-9])\}(?![A-Za-z0-9])")
_CELL = re.compile(r"</?t[dhr](?:\s[^<>]{0,100})?>", re.I)
_COMMA = r"[-−]?\d+,\d+"
_COMMAS = re.compile(rf"[(\[]\s*{_COMMA}(?:\s*;\s*{_COMMA})+\s*[)\]]")
_COMMA_BEFORE = re.compile(r",(?<=(?<![\d.,(\[{])\d,)(?=\d{1,3}\s*(?:[·*⋅]|\\cdot)?\s*(?:\\?(?:alpha|eta|lambda|delta)\b|[αηλδ]))")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,(\[{;])(?<![,;] )(\d+),(\d+)(?![\d,.]|\s*[,)\]])")
_COMMA_THEN_ZERO = re.compile(r"(?<![\w.,(\[{])(\d+),(0\d*[1-9]\d*)(?![\d,.)\]}])")  # 2,0202 is no pair: no number begins with a 0
_DENIED_RELATION = re.compile("[=<>≤≥≡≈~∈∼≃≅]\u0338")
_STRUCK = re.compile("(?:[^\u0335\u0336\\n][\u0335\u0336])+")
_PHANTOM = re.compile(r"\\[hv]?phantom\s*\{[^{}]{0,20}\}")


def plainly_set(text: str) -> str:
    """The text in plain signs.

    >>> plainly_set("(𝟏/𝟑, 𝟏𝟎/𝟑)"), plainly_set("<sup>p</sup>/<sub>n</sub>"), plainly_set("(0,5; 1,25)")
    ('(1/3, 10/3)', '(p)/(n)', '(0.5, 1.25)')
    """
    if not text.isascii() and _SPECIAL.search(text) is not None:
        text = _DENIED_RELATION.sub(lambda m: unicodedata.normalize("NFC", m[0]), text)
        text = _STRUCK.sub(lambda m: f"~~{m[0][::2]}~~", text)
        if _NUMBERS.search(text) is not None:
            text = text.translate(_DIGITS)
        text = text.translate(_LETTERS)
    if "&" in text and ";" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    if "<" in text:
        text = _FRACTION.sub(r"(\1)/(\2)", text)
        if "</" in text:
            text = _LOW_OR_HIGH.sub(lambda m: f"{'_' if m[1][-1] in 'bB' else '^'}{{{m[2]}}}", _STYLE.sub("", text))
        text = _ITEM.sub("\n", text) if "</" in text or "<br" in text else text
        if "<td" in text and "<table" not in text.lower() and text.lower().count("<td") == 1:
            text = _CELL.sub(" ", text)
    if "_{" in text and "\\" not in text and "$" not in text:
        text = _ONE_LETTER.sub(r"_\1", text)
    if ";" in text and "," in text:
        text, lists = _COMMAS.subn(lambda m: m[0].replace(",", ".").replace(";", ","), text)
        if lists:  # who writes a list of decimals so writes the others so
            text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    if "," in text:
        text = _COMMA_THEN_ZERO.sub(r"\1.\2", text) if ",0" in text else text
        text = _COMMA_BEFORE.sub(".", text)
    if "phantom" in text:
        text = _PHANTOM.sub("", text)
    return text
