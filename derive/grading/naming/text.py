"""A text of words and formulas without its markup, sentence by sentence."""

from __future__ import annotations

import unicodedata

from derive import patterns as re

MAX_TEXT = 20_000  # characters that are read, from the end: the last word counts


def spoken(pattern: str) -> re.Pattern[str]:
    """A pattern of words, in upper or lower case."""
    return re.compile(pattern, re.I)


_TEXT_COMMAND = spoken(
    r"\\(?:text(?:bf|it|rm|sf|tt)?|mathrm|mathbf|mathsf|operatorname\*?|boxed|fbox|emph"
    r"|underline)\s?\{"
)
_MARKUP = spoken(r"\$+|\\[()\[\]]|\*\*|`+|\\[,;!:>]|\\q?quad\b|~|(?<![\w\\])\\ ")
_ABBREVIATIONS = spoken(r"\b(?:i\.e\.|e\.g\.|w\.r\.t\.|a\.k\.a\.|vs\.|approx\.|resp\.|cf\.|eq\.|wrt\.)")
# Words between commas that change nothing: "not, strictly speaking, SignSGD".
_NORM_SIGN = spoken(r"(?:‖|\|\||\\\||\\lVert)\s*(?:·|⋅|\.|\\cdot)\s*(?:‖|\|\||\\\||\\rVert)\s*(?:_?\s*\{?\s*(?P<p>∞|\\infty|inf|[12₁₂pq])\s*\}?)")
_NORMS = {"∞": "max", "\\infty": "max", "inf": "max", "₁": "1-", "₂": "2-"}
_ASIDE = spoken(
    r", (strictly|technically|exactly|in fact|however|of course|actually|really|per se|quite|precisely|properly)"
    r"(?: speaking)?, "
)


def flatten(text: str) -> str:
    """A text without markup: no dollar signs, bold marks or \\text{...}; formulas stay LaTeX.

    Sentences end at '\\n'; any other white space is one blank. At most MAX_TEXT characters.
    """
    text = "".join(_plain_character(c) for c in text[-MAX_TEXT:])
    text = text.replace("’", "'").replace("‘", "'")
    text = re.sub(r"[‐‑‒]", "-", text)
    text = _NORM_SIGN.sub(lambda m: f"the {_NORMS.get(m['p'].lower(), m['p'] + '-')} norm".replace("- ", "-"), text) if "·" in text or "cdot" in text or "⋅" in text else text
    text = _unwrap(text)
    # Before a line that opens a list item, a heading or a paragraph, a sentence has ended.
    text = re.sub(r"\n[ \t]*(?=\n|[-*+•] |#|\d{1,2}[.)] |\|)", "\x00", text)
    text = re.sub(r"(?:\x00|^)[ \t]*(?:[-*+•]|#{1,6}|\d{1,2}[.)]) ", "\x00", text)
    text = _ABBREVIATIONS.sub(lambda m: m.group().replace(".", ""), text)
    text = _MARKUP.sub(" ", text)
    text = re.sub(r"([.!?])(?=\s|\x00|$|[\"')\]]+(?:\s|$))", lambda m: m.group() + "\x00", text)
    text = re.sub(r"[^\S\x00]+", " ", text)
    text = _ASIDE.sub(r" \1 ", text)
    return "\n".join(s.strip() for s in text.split("\x00") if s.strip())


def _plain_character(c: str) -> str:
    """Without control and direction marks; wide letters as ordinary ones."""
    if " " <= c <= "~" or c in "\n\t":
        return c
    if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn"):
        return ""
    if "！" <= c <= "～":
        return chr(ord(c) - 0xFEE0)
    return " " if unicodedata.category(c) == "Zs" else c


def _unwrap(text: str) -> str:
    """\\text{...} and its relatives replaced by what stands in them."""
    out: list[str] = []
    stack: list[bool] = []
    i = 0
    while i < len(text):
        m = _TEXT_COMMAND.match(text, i) if text[i] == "\\" else None
        if m:
            stack.append(True)
            out.append(" ")
            i = m.end()
            continue
        c = text[i]
        if c == "\\" and text[i + 1 : i + 2] in ("{", "}"):
            out.append(text[i : i + 2])
            i += 2
            continue
        if c == "{":
            stack.append(False)
        elif c == "}" and stack and stack.pop():
            c = " "
        out.append(c)
        i += 1
    return "".join(out)
