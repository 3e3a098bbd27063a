"""Markdown with formulas -> LaTeX that compiles with pdflatex and with the newer engines."""

from __future__ import annotations

import re
from typing import Any

from derive.reports.typeset import markdown_tokens

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,bm}
\usepackage{graphicx}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}\setlength{\parskip}{6pt}
\setlength{\emergencystretch}{3em}
\allowdisplaybreaks
\renewcommand{\arraystretch}{1.35}
\providecommand{\argmin}{\operatorname*{arg\,min}}
\providecommand{\argmax}{\operatorname*{arg\,max}}
\newenvironment{answer}{\par\medskip\noindent\begin{minipage}{\linewidth}\setlength{\parskip}{6pt}\hrule\smallskip}{\smallskip\hrule\end{minipage}\par\medskip}
\begin{document}
"""

_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
            "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi . pi rho . sigma tau upsilon phi chi psi omega".split()
# What pdflatex does not know of Unicode, as mathematics.
_MATH = {chr(0x3B1 + i): rf"\{name}" for i, name in enumerate(_GREEK) if name != "."}
_MATH |= {"Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
          "‖": r"\|", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "→": r"\to", "⊙": r"\odot", "∑": r"\sum", "∏": r"\prod", "√": r"\surd",
          "−": "-", "∈": r"\in", "∇": r"\nabla", "∂": r"\partial", "⁻": "^{-}", "·": r"\cdot", "×": r"\times", "±": r"\pm", "≪": r"\ll", "≫": r"\gg", "⌊": r"\lfloor",
          "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "ᵀ": r"^{\top}", "⊤": r"\top", "⪰": r"\succeq", "⪯": r"\preceq", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow",
          "∀": r"\forall", "∃": r"\exists", "⟨": r"\langle", "⟩": r"\rangle", "ℓ": r"\ell", "∧": r"\wedge", "∨": r"\vee", "ϵ": r"\epsilon", "ϕ": r"\phi", "′": "'"}
_MATH |= {c: f"_{{{i}}}" for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")} | {c: f"^{{{i}}}" for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_MATH |= dict(zip("ᵢⱼₖₙ", ("_{i}", "_{j}", "_{k}", "_{n}"), strict=True)) | {"∗": "*", "⋯": r"\cdots"}
_TEXT = {"…": r"\dots{}", "–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'", "\u00a0": "~", "\u202f": r"\,", "\u200b": "", "•": r"\textbullet{}"}


def tex_document(title: str, body: str) -> str:
    """A whole LaTeX file."""
    return f"% {' '.join(title.split())}\n{_PREAMBLE}\n{body}\n\\end{{document}}\n"


def tex_escape(text: str) -> str:
    """Text as LaTeX shows it, mathematical signs of Unicode among it."""
    out = []
    for c in text:
        if c in _SPECIAL:
            out.append(_SPECIAL[c])
        elif c in _MATH:
            out.append(rf"\ensuremath{{{_MATH[c]}}}")
        elif c in _TEXT:
            out.append(_TEXT[c])
        elif ord(c) < 0x250 or c == "\n":
            out.append(c)
        else:
            out.append(rf"\texttt{{[U+{ord(c):04X}]}}")
    return "".join(out)


def tex_math(tex: str) -> str:
    """A formula without its dollars, with commands for the letters and signs that pdflatex does not know."""
    return "".join(_MATH[c] + " " if c in _MATH else c if ord(c) < 0x250 else _TEXT.get(c, rf"\mathtt{{U{ord(c):04X}}}") for c in tex.strip())


_ENVIRONMENT = re.compile(r"\s*\\begin\{(align|equation|gather|multline)\*?\}")


def _display(tex: str) -> str:
    text = "\n".join(line for line in tex_math(tex).splitlines() if line.strip())  # an empty line ends a paragraph, not a formula
    return f"{text}\n" if _ENVIRONMENT.match(text) else f"\\[ {text} \\]\n"


LINE = 30  # letters of prose that a column holds in one line

_HEADS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}
_OPEN = {"bullet_list_open": "\\begin{itemize}\n", "bullet_list_close": "\\end{itemize}\n", "ordered_list_open": "\\begin{enumerate}\n",
         "ordered_list_close": "\\end{enumerate}\n", "list_item_open": "\\item ", "list_item_close": "\n", "paragraph_open": "", "paragraph_close": "\n\n",
         "blockquote_open": "\\begin{quote}\n", "blockquote_close": "\\end{quote}\n", "hr": "\\medskip\\hrule\\medskip\n", "thead_open": "", "thead_close": "\\hline\n",
         "tbody_open": "", "tbody_close": "", "tr_open": "", "th_close": "", "td_close": "", "table_close": "\\end{tabular}\n\n"}
_INLINE = {"em_open": "\\emph{", "em_close": "}", "strong_open": "\\textbf{", "strong_close": "}", "softbreak": "\n", "hardbreak": "\\\\\n", "s_open": "", "s_close": ""}


def tex_text(markdown: str) -> str:
    """A piece of Markdown as LaTeX."""
    tokens = markdown_tokens(markdown)
    out: list[str] = []
    first = True  # of a row of a table
    for i, t in enumerate(tokens):
        if t.type == "heading_open":
            out.append(f"\\{_HEADS.get(int(t.tag[1:]), 'paragraph')}{{")
        elif t.type == "heading_close":
            out.append("}\n")
        elif t.type == "inline":
            out.append(_inline(t.children or []))
        elif t.type in ("math_block", "math_block_label", "math_block_eqno"):
            out.append(_display(t.content))
        elif t.type in ("fence", "code_block"):
            out.append("\\begin{quote}\\small\\ttfamily " + tex_escape(t.content.strip("\n")).replace("\n", "\\\\\n").replace("  ", "~~") + "\\end{quote}\n")
        elif t.type == "table_open":
            out.append("\\begin{tabular}{" + _columns(tokens[i:]) + "}\n")
        elif t.type in ("th_open", "td_open"):
            out.append("" if first else " & ")
            first = False
        elif t.type == "tr_close":
            out.append(" \\\\\n")
            first = True
        else:
            out.append(_OPEN.get(t.type, ""))
    return "".join(out)


def _columns(tokens: list[Any]) -> str:
    """The columns of a table: one of prose is set in lines, any other as wide as it is."""
    widths: list[int] = []
    column = 0
    for t in tokens:
        if t.type == "table_close":
            break
        if t.type == "tr_open":
            column = 0
        elif t.type == "inline":
            words = sum(len(c.content) for c in t.children or [] if not c.type.startswith("math"))
            widths += [0] * (column + 1 - len(widths))
            widths[column] = max(widths[column], words)
        elif t.type in ("th_close", "td_close"):
            column += 1
            widths += [0] * (column - len(widths))
    return "".join(r"p{0.42\linewidth}" if w > LINE else "l" for w in widths) or "l"


def _inline(children: list[Any]) -> str:
    out = []
    for t in children:
        if t.type in ("math_inline", "math_single"):
            out.append(f"${tex_math(t.content)}$")
        elif t.type in ("math_inline_double", "math_block"):
            out.append("\n" + _display(t.content))
        elif t.type == "code_inline":
            out.append(f"\\texttt{{{tex_escape(t.content)}}}")
        else:
            out.append(_INLINE.get(t.type, tex_escape(t.content)))
    return "".join(out)
