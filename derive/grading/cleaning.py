"""Before a text is searched for formulas: markup, code and struck-out text brought to one shape."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"</?(?:p|b|i|em|strong|br|div|span|code|pre|math|var|u|small|font|center|ul|ol|li|h[1-6])(?:\s[^<>]{0,100})?/?>", re.I)
_SUB = re.compile(r"<sub>([^<>]{1,40})</sub>", re.I)
_SUP = re.compile(r"<sup>([^<>]{1,40})</sup>", re.I)
_STRUCK = re.compile(r"~~[^~\n]{1,400}~~|<(?:s|del|strike)>[^<>]{1,400}</(?:s|del|strike)>|\\(?:cancel|sout|st|xcancel)\{[^{}]{1,400}\}", re.I)
_BOLD = re.compile(r"(?<![\w)\]*])\*\*(?=\S)([^*\n]{1,400}?)(?<=\S)\*\*(?![\w(*])")
_BULLET = re.compile(r"^\s*(?:[*•]\s+(?=\S)|\d{1,2}[.)]\s+(?=\S)|#{1,6}\s+|>\s?)")
_DASH = re.compile(r"^\s*[-–]\s+(?=\S)")
_HIDDEN = {0x200B: None, 0x200C: None, 0x200D: None, 0xFEFF: None, 0x00AD: None, 0x2060: None}


def cleaned(text: str) -> str:
    """Entities and tags as characters, struck-out text left out, invisible spaces removed."""
    text = text.translate(_HIDDEN)
    if "&" in text and ";" in text:
        text = html.unescape(text) if re.search(r"&(?:[a-z]{2,10}|#\d{2,6});", text, re.I) else text
    if "<" in text:
        text = _SUP.sub(r"^{\1}", _SUB.sub(r"_{\1}", text))
        text = _STRUCK.sub(" ", text)
        text = _TAG.sub(" ", text)
    if "~~" in text or "\\" in text:
        text = _STRUCK.sub(" ", text)
    text = _ALIGNED.sub(" ", text) if "\\begin" in text else text
    return _ABOUT.sub(" ≈ ", text)


_ALIGNED = re.compile(r"\\(?:begin|end)\{(?:aligned|split|gathered|alignedat)\*?\}(?:\{\d+\})?")
_ABOUT = re.compile(r",?\s*(?:\bi\.e\.,?\s*)?\b(?:approximately|approx\.?|roughly)(?=\s*[\[(<\d$-])", re.I)


def undressed(line: str, in_list: bool = False) -> str:
    """A line without Markdown: bold, headings, bullets. A dash is a bullet only in a list or before words."""
    line = _BULLET.sub("", line)
    m = _DASH.match(line)
    if m is not None:
        rest = line[m.end() :]
        if "=" in rest or re.match(r"\*\*|[A-Za-z]{3,}\s+[A-Za-z]{3,}", rest) or in_list:
            line = rest
    line = _BOLD.sub(r"\1", line).strip()
    while line and line[-1] in ".;," and not line.endswith(("\\;", "\\,")):
        line = line[:-1].rstrip()
    return line


_CODE_LINE = re.compile(r"^\s*(?:def\s|return\b|import\s|from\s+\w+\s+import\b|[A-Za-z_]\w*(?:\[[^\]]{1,40}\])?\s*[-+*/]?=(?!=))")
_DROPPED = re.compile(r"^\s*(?:def\s.{0,200}:\s*|import\s.*|from\s+\w[\w.]*\s+import\b.*|print\(.*\)|pass|\"\"\".*|'''.*|@\w+.*)$")


def is_code(text: str) -> bool:
    """Several lines, each an assignment, a definition or a return."""
    lines = [x for x in text.splitlines() if x.strip() and not x.strip().startswith("#")]
    return len(lines) >= 2 and all(_CODE_LINE.match(x) for x in lines) or any(x.lstrip().startswith(("return ", "def ")) for x in lines)


def code_statements(text: str) -> str:
    """Code as formulas separated by semicolons: assignments, and what is returned. Nothing is run."""
    out: list[str] = []
    for line in text.splitlines():
        line = _comment_free(line)
        inline = re.match(r"\s*def\s[^:]{0,200}:\s*(return\b.*)", line)
        if inline:
            line = inline.group(1)
        if not line.strip() or _DROPPED.match(line):
            continue
        out.append(re.sub(r"^\s*return\b", "", line).strip().rstrip(";"))
    return " ; ".join(out)


def _comment_free(line: str) -> str:
    at = line.find("#")
    return line if at < 0 else line[:at]
