"""A text that is one formula and words that only announce it -> the formula, for the direct lane.

The words are few and say nothing of the value. Any other word, a second formula or a delimiter that does not close leaves the text to the full way.
"""

from __future__ import annotations

import re

from derive.grading.direct.words import MAX_LEAD, announces, is_led, led

# A mark before a formula without delimiters.
_LABEL = re.compile(r"(?:Part \([a-h]\):|\([a-h]\)|[a-h]\)|1?\d[.)]|=>|∴|✅|>)\s+(?=[A-Za-zα-ωΑ-Ω∇\\$0-9(\[−–‖|⟨½¼⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞∑Σ-])")
_TITLE = re.compile(r"\*([A-Z][a-z]+[.:])\*\s+|\*\*([A-Z][^*]{0,80})(?<=\S)\*\*\s+")
_DELIMITERS = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)", "`": "`", **{
    f"\\begin{{{e}{star}}}": f"\\end{{{e}{star}}}" for e in ("equation", "align") for star in ("", "*")}}
_THIN = frozenset(",;:! ")
_BULLETS = ("* ", "• ", "– ")  # a dash may be a minus sign
_OPENER = re.compile(r"\$\$|\$|\\\[|\\\(|\\begin\{(?:equation|align)\*?\}|`(?!`)|\\boxed\{")


def formula_of(text: str, spoken: bool) -> tuple[str, str] | None:
    """The one formula of a text within its delimiters, and its opener ('' where it has none); None where more is said than that.

    spoken: whether words may stand beside it.
    """
    if not text:
        return None
    if text[:1] != "$" and not ("$" in text or "`" in text or ("\\" in text and ("\\(" in text or "\\[" in text or "\\begin{" in text or "\\boxed" in text))):
        return _undelimited(text, spoken)
    found = _OPENER.search(text, 0, MAX_LEAD + 20)
    if found is None:
        return _undelimited(text, spoken)
    start, opener = found.start(), found.group()
    if opener == "\\boxed{":
        return (text, "") if not start or "=" in text[:start] else None
    if start:
        lead = text[:start]
        if lead not in _BULLETS and not announces(lead):
            return None
        if text[-1:] == ".":
            text = text[:-1]
    elif text[-1] == ".":
        text = text[:-1]
    closer = _DELIMITERS[opener]
    if not text.endswith(closer) or len(text) < start + len(opener) + len(closer):
        return None
    body = text[start + len(opener) : len(text) - len(closer)].strip()
    if "\n" in body and ("\n\n" in body or "\\boxed" in body):
        return None
    if opener.startswith("\\begin{align"):
        head, _, rest = body.partition("&")
        if not rest.lstrip().startswith("=") or ("&" in rest and "&" in _ROWS.sub("", rest)):
            return None
        body = head + rest
    return body, opener


def code_of(text: str) -> str | None:
    """The lines of a text that is Python, fenced or not, and nothing else beside what announces it; None for other texts."""
    m = _FENCED.fullmatch(text)
    if m is not None:
        return m.group(2) if not m.group(1) or announces(m.group(1)) else None
    return text if _PLACE_FIRST.match(text) else None


_ROWS = re.compile(r"\\begin\{(cases|[bp]?matrix|array)\}(?:(?!\\begin).)*?\\end\{\1\}", re.S)
_FENCED = re.compile(r"([^`]*)```(?:python)?\n([^`]+)\n```\.?")
_PLACE_FIRST = re.compile(r"[a-z] = np\.arg(?:max|min)\([^\n]*\n")


def _undelimited(text: str, spoken: bool) -> tuple[str, str] | None:
    if "\n" in text:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not is_led(lines[:-1]):
            return None
        text = lines[-1]
    elif (text[0] in "=∴✅>P1(" or text[1:2] in ").") and (label := _LABEL.match(text)) is not None:
        text = text[label.end() :]
    if text[:1] == "*" and (title := _TITLE.match(text)) is not None and announces(f"{title.group(1) or title.group(2)} "):
        text = text[title.end() :]
    if spoken and text[:1].isalpha():
        text = text[len(led(text)) :]
    return text[:-1] if text[-1:] == "." else text, ""


def unboxed(text: str) -> str:
    """A formula without \\displaystyle before it and the box round it."""
    text = text.strip()
    if text.startswith("\\"):
        while text[:1] == "\\" and text[1:2] in _THIN and text[1:]:
            text = text[2:].lstrip()
        if text.startswith("\\displaystyle") and not text[13:14].isalpha():
            text = text[13:].lstrip()
        if text.startswith("\\boxed{") and text.endswith("}"):
            return text[7:-1]
    return text
