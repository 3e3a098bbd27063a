r"""LaTeX: the body of the document, its headings as lines, the author's own macros written out.

\section, \paragraph and bold lines become headings; \item of an outermost enumerate becomes its number or letter;
\newcommand with arguments is expanded, by counted steps. Nothing is compiled, and no other file is opened.
"""

from __future__ import annotations

import re

from derive.course.documents import Document, about_of, decoded
from derive.grading.text.macros import expanded, macros
from derive.grading.text.segments import brace_end

_COMMENT = re.compile(r"(?<!\\)%.*")
_BODY = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.S)
_HEADING = re.compile(r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|problem|question|exercise)\*?\s*(?:\[[^\]]*\])?\s*\{")
_BOLD_LINE = re.compile(r"^[ \t]*\\(?:textbf|underline|emph|textsc)\s*\{", re.M)
_BEGIN = re.compile(r"\\begin\s*\{(problem|question|exercise|part|subproblem|subquestion)\*?\}\s*(?:\[([^\]]*)\]|\{([^}]*)\})?")
_ENDS = re.compile(r"\\(?:begin|end)\s*\{(?:problem|question|exercise|part|subproblem|subquestion|solution|answer|parts|questions|proof|center)\*?\}(?:\[[^\]]*\])?")
_LIST = re.compile(r"\\begin\s*\{enumerate\}(?:\s*\[([^\]]*)\])?|\\end\s*\{enumerate\}|\\begin\s*\{(?:itemize|description)\}(?:\[[^\]]*\])?|\\end\s*\{(?:itemize|description)\}"
                   r"|\\item\b\s*(?:\[([^\]]*)\])?|\\question\b\s*(?:\[[^\]]*\])?|\\part\b(?!\s*\{)\s*(?:\[[^\]]*\])?")
_DROPPED = re.compile(r"\\(?:maketitle|newpage|clearpage|pagebreak|noindent|bigskip|medskip|smallskip|centering|qed|vfill|hrule|tableofcontents)\b"
                      r"|\\(?:vspace|hspace|label|pagestyle|thispagestyle)\*?\s*\{[^{}]*\}|\\(?:setcounter)\s*\{[^{}]*\}\s*\{[^{}]*\}")
_AUTHOR = re.compile(r"\\author\s*\{")
_INCLUDED = re.compile(r"\\(?:input|include|includegraphics|includepdf|lstinputlisting)\b")


def read(data: bytes, name: str) -> Document:
    """LaTeX. What is included from other files is not read, and said."""
    source, notes = decoded(data)
    source = _COMMENT.sub("", source)
    body = _BODY.search(source)
    text = body.group(1) if body is not None else source
    about: dict[str, str] = {}
    author = _AUTHOR.search(source)
    if author is not None and brace_end(source, author.end()) > 0:
        said = re.split(r"\\\\|\\and|\\thanks|\n", source[author.end() : brace_end(source, author.end())])[0]
        about["name"] = re.sub(r"\\[A-Za-z]+|[{}]", "", said).strip()
    if _INCLUDED.search(text):
        notes.append("it includes pictures or other files, which are not read")
    text, cut = expanded(text, macros(source))
    if cut:
        notes.append(cut)
    text = _headings(_items(_DROPPED.sub("", text)))
    more, text = about_of(text)
    return Document(name, "latex", text, about={**more, **{k: v for k, v in about.items() if v}}, notes=tuple(notes))


def _items(text: str) -> str:
    """Lists: the items of an outermost enumerate as '(a)' or '1.' lines.

    Those of an inner one are the parts, (a), (b), ..., where the outer one numbers the problems, and else steps of an answer.
    """
    out: list[str] = []
    i, depth, other, questions, parts = 0, 0, 0, 0, 0
    count, inner, style, outer = 0, 0, "1", False
    for m in _LIST.finditer(text):
        out.append(text[i : m.start()])
        i = m.end()
        said = m.group()
        if said.startswith("\\begin") and "enumerate" in said:
            depth += 1
            if depth == 1:
                count, style = 0, _style(m.group(1) or "", bool(questions))
                outer = style == "1" and not _headed(text[: m.start()])
            elif depth == 2:
                inner = 0
        elif said.startswith("\\end") and "enumerate" in said:
            depth = max(0, depth - 1)
            out.append("\n")
        elif said.startswith("\\begin"):
            other += 1
        elif said.startswith("\\end"):
            other = max(0, other - 1)
            out.append("\n")
        elif said.startswith("\\question"):
            questions, parts = questions + 1, 0
            out.append(f"\n## Question {questions}\n")
        elif said.startswith("\\part"):
            parts += 1
            out.append(f"\n({_letter(parts)}) ")
        elif m.group(2) is not None:
            out.append(f"\n{m.group(2).strip()} ")
        elif depth == 1 and not other:
            count += 1
            out.append(f"\n{_numbered(count, style)} ")
        elif depth == 2 and not other and outer:
            inner += 1
            out.append(f"\n({_letter(inner)}) ")
        else:
            out.append("\n- ")
    return "".join([*out, text[i:]])


def _headed(before: str) -> bool:
    """Whether headings number the problems already."""
    return bool(_HEADING.search(before) or _BEGIN.search(before) or _BOLD_LINE.search(before))


def _style(options: str, inside: bool) -> str:
    if "alph" in options or re.match(r"\s*\(?a[).]", options) or inside:
        return "a"
    if "Alph" in options or re.match(r"\s*\(?A[).]", options):
        return "a"
    return "i" if "roman" in options or re.match(r"\s*\(?i[).]", options) else "1"


def _numbered(k: int, style: str) -> str:
    if style == "a":
        return f"({_letter(k)})"
    if style == "i":
        return f"({('i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix')[k - 1]})" if k < 10 else f"({k})"
    return f"{k}."


def _letter(k: int) -> str:
    return chr(ord("a") + min(k, 26) - 1)


def _headings(text: str) -> str:
    """Sectioning commands and bold line beginnings as headings of their own lines."""
    counted: dict[str, int] = {}

    def begun(m: re.Match[str]) -> str:
        kind = "part" if m.group(1) in ("part", "subproblem", "subquestion") else "problem"
        counted[kind] = counted.get(kind, 0) + 1
        if kind == "problem":
            counted["part"] = 0
        said = (m.group(2) or m.group(3) or "").strip()
        number = f"Problem {counted[kind]}" if kind == "problem" else f"({_letter(counted[kind])})"
        return f"\n## {said or number}\n"

    text = _ENDS.sub("\n", _BEGIN.sub(begun, text))
    for pattern, mark in ((_HEADING, "## "), (_BOLD_LINE, "**")):
        out, i = [], 0
        for m in pattern.finditer(text):
            end = brace_end(text, m.end())
            if m.start() < i or end < 0:
                continue
            said = " ".join(text[m.end() : end].split())
            out += [text[i : m.start()], f"\n{mark}{said}" + ("**" if mark == "**" else "\n")]
            i = end + 1
        text = "".join([*out, text[i:]])
    return text
