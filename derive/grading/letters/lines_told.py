r"""Letters for rows and columns in the turns that people have for them: 'q_j is column j of Q', 'q_1, ..., q_n are the columns of Q', 'Q = [q_1, ..., q_n]', as 'q_j is the j-th column of Q'.

What the letters stand for is read elsewhere (derive.grading.letters.factorisations); here it is only said in one way, behind the formula.
"""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

MOST_TEXT = 3_000
_T = r"(?P<t>\s*\^\s*(?:\{\s*(?:\\top|T|\\intercal|\\mathsf\s*\{?T\}?)\s*\}|\\top|T|\\intercal)|ᵀ|⊤)?"
_LETTER = r"(?P<letter>[a-z])\s*(?:_\s*\{?\s*(?P<i>[ijk])\s*\}?|(?P<low>[ᵢⱼₖ]))" + _T
_RAISED = r"(?:\s*\^\s*\{?(?:\\top|T)\}?|ᵀ)?"
_FIRST = (rf"(?P<first>[a-z])(?:_\{{?1\}}?|₁)(?P<t2>{_RAISED})\s*,\s*(?:(?P=first)(?:_\{{?2\}}?|₂){_RAISED}\s*,\s*)?(?:\\[lc]?dots|…|\.\.\.)\s*,\s*"
          rf"(?P=first)(?:_\s*\{{?\s*\w\s*\}}?|[ₘₙₚₖ]){_RAISED}")
_KIND = r"(?P<kind>rows?|columns?)"
_OF = r"\s+of\s+(?:the\s+)?(?:matrix\s+)?\$?(?P<of>[A-Z])\b\$?"
_INDEX = r"\$?(?P<at>[ijk])\$?"
_IS = r"\s*(?:,|:|=|(?:is|are|be|being|denotes?|for)\b)?\s*(?:the\s+)?"
_NTH = rf"(?:{_INDEX}\s*-?\s*(?:th|st|nd)?\s+{_KIND}|{_KIND.replace('kind', 'kind2')}\s+(?:number\s+)?{_INDEX.replace('at', 'at2')}|{_KIND.replace('kind', 'kind3')})"
_LEAD = r"[\s,;]*(?P<open>\(\s*)?(?:\\q?quad\s*)*(?:\b(?:where|with|and|here|for)\b\s*)?"
_WRITTEN = r"(?:\s*,?\s*(?:written\s+|taken\s+|regarded\s+|seen\s+)?as\s+a\s+(?:column(?:\s+vector)?|vector))?"
_END = r"\s*(?(open)\))(?=\s*(?:[.,;)\n]|$|\s(?:and(?!\s+\$?[A-Z]\b)|we|so)\b))"
_BEHIND = re.compile(rf"{_LEAD}\$?(?:{_LETTER}|{_FIRST})\$?{_IS}{_NTH}{_OF}{_WRITTEN}{_END}", re.I)
_SENTENCE = re.compile(
    r"(?:^|(?<=[.;:]\s)|(?<=\n))\s*(?:let|write|denote|call)\s+(?:by\s+)?"
    rf"\$?(?:{_LETTER}|{_FIRST})\$?\s*(?:,|be|for|denote|to\s+be)?\s+(?:the\s+)?{_NTH}{_OF}\s*(?:\.\s+(?:then\s*,?\s*)?|,\s+(?:then|so)\s+)", re.I)
_OPENS = re.compile(rf"(?:^|(?<=[.;:]\s)|(?<=\n))\s*(?:with|for)\s+(?:the\s+)?{_KIND}\s+\$?(?:{_LETTER}|{_FIRST})\$?{_OF}\s*[,:]\s*", re.I)
_STACK = _FIRST.replace(r"\s*,\s*", r"\s*[,&| ]\s*")
_STACKED = re.compile(
    rf"[\s,;]*(?:\b(?:where|with)\b\s*)?(?P<d>\$?)(?P<of>[A-Z])\s*=\s*(?:\\?\[|\(|\\left\[|\\left\(|\\begin\{{[bp]?matrix\}})\s*{_STACK}"
    r"\s*(?:\]|\)|\\right\]|\\right\)|\\end\{[bp]?matrix\})\$?(?=\s*(?:[.,;\n]|$))")
_TEXT = re.compile(r"\\(?:text|textrm|mathrm|mbox)\s*\{([^{}]*)\}")
_ANOTHER = re.compile(r"[a-z](?:_\{?[ijk]\}?|[ᵢⱼₖ])\$?(?:\s*,)?\s+and\s+\$?\s*\Z")
_LINE = re.compile(r"\b(?:rows?|columns?)\b|=\s*(?:\\?\[|\(|\\left|\\begin)", re.I)


def with_lines_told(text: str, scope: Scope) -> str:
    """The text with what it says of rows and columns behind its formula: ', where q_j is the j-th column of Q'."""
    if len(text) > MOST_TEXT or _LINE.search(text) is None:
        return text
    flat = _TEXT.sub(lambda m: f" {m[1]} " if re.search(r"\s|row|column|where|with", m[1]) else m[0], text) if "\\" in text else text
    for pattern in (_SENTENCE, _OPENS, _BEHIND, _STACKED):
        m = pattern.search(flat)
        told = _told(m, scope) if m is not None else ""
        if m is not None and pattern is _BEHIND and m.groupdict().get("letter") == m["of"] and m["of"].isupper() and "olumn" not in m[0]:
            return flat[: m.start()] + flat[m.end() :]  # 'where G_i is row i of G'
        if m is None or not told or _ANOTHER.search(flat[: m.start()] + m[0].partition(told[0])[0]):
            continue
        rest = f"{flat[: m.start()]}{' ' if m.start() and pattern in (_SENTENCE, _OPENS) else ''}{flat[m.end() :]}".strip()
        stop = "." if rest.endswith(".") else ""
        rest = re.sub(rf"(?<![A-Za-z\\]){told[0]}([ᵢⱼₖ])", lambda k: f"{k[0][0]}_{{{_INDICES[k[1]]}}}", rest.rstrip(" .,;"))
        if "=" not in rest and not re.search(r"[_^(]", rest):
            return text
        if "$" in flat:
            return f"{rest}, where ${told.partition(' ')[0]}$ {told.partition(' ')[2]}{stop}"
        if "\\" in flat:
            return f"${rest}$, where ${told.partition(' ')[0]}$ {told.partition(' ')[2]}{stop}"
        return f"{rest}, where {told}{stop}"
    return text


def _told(m: re.Match[str], scope: Scope) -> str:
    """'q_j is the j-th column of Q'; empty where the letter is declared, the indices differ, or it is the other kind of line that has this form."""
    found = m.groupdict()
    letter, of = found.get("letter") or found["first"], found["of"]
    s = next((s for s in scope.symbols.values() if of == s.name or of in s.aliases), None)
    if s is None or len(s.shape) != 2 or scope.symbols.get(letter) is not None or letter in scope.dims:
        return ""
    kind = (found.get("kind") or found.get("kind2") or found.get("kind3") or "column").lower().rstrip("s")
    index = found.get("i") or _INDICES.get(found.get("low") or "", "") or ("i" if kind == "row" else "j")
    at = found.get("at") or found.get("at2") or index
    if at != index or ((found.get("t") or found.get("t2")) and kind == "column"):
        return ""
    return f"{letter}_{index} is the {index}-th {kind} of {of}"


_INDICES = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k"}
