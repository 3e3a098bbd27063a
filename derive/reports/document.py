"""A paper that leaves the house: blocks of Markdown with formulas, and figures; as Markdown, HTML or LaTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from derive.reports.page import page
from derive.reports.tex import tex_document, tex_text
from derive.reports.typeset import typeset_line, typeset_text


@dataclass(frozen=True)
class Figure:
    """A picture: the same drawing as SVG (for a page) and PDF (for LaTeX)."""

    name: str
    svg: str
    pdf: bytes
    caption: str


@dataclass(frozen=True)
class Block:
    """One piece of a paper.

    kind: 'text'; 'answer' (set apart); 'warning' (set apart as what must not be overlooked); 'side' (folded away on a screen, printed in full; its first line is the heading);
    'figure'; 'space' (room for `lines` lines of handwriting); 'foot'; 'page' (what follows begins on a new page).
    """

    kind: str
    text: str = ""
    figure: Figure | None = None
    lines: int = 0


@dataclass(frozen=True)
class Document:
    """A title and its blocks."""

    title: str
    blocks: tuple[Block, ...]


def text(*lines: str) -> Block:
    """A block of Markdown."""
    return Block("text", "\n".join(lines))


def as_markdown(doc: Document, pictures: dict[str, str] | None = None) -> str:
    """Markdown with LaTeX between dollars. pictures: the file of each figure by name; without, figures are left out."""
    out = [f"# {doc.title}", ""]
    for b in doc.blocks:
        if b.kind == "figure" and b.figure is not None:
            out += [f"![{b.figure.caption}]({pictures[b.figure.name]})", ""] if pictures else []
        elif b.kind == "side":
            head, _, body = b.text.partition("\n")
            out += [f"### {head}", "", body.strip("\n"), ""]
        elif b.kind == "space":
            out += ["&nbsp;", ""]
        elif b.kind == "foot":
            out += ["---", "", b.text, ""]
        elif b.kind == "page":
            continue
        else:
            out += [b.text.strip("\n"), ""]
    return "\n".join(out)


_CSS = """
article + article { margin-top: 4.5rem; }
td:empty { min-width: 9rem; border-left: 1px solid var(--line); height: 2.4rem; } .space { border: 1px dashed var(--line); border-radius: 6px; margin: .8rem 0 1.4rem; }
ol > li { margin: .8rem 0; } details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; color: var(--soft); }
em { color: var(--soft); } .answer math { font-size: 1.15em; } .warning { border: 2px solid var(--bad); } .warning h3 { color: var(--bad); }
@media print { details > summary { list-style: none; } details:not([open]) > *:not(summary) { display: block; } }
"""


def as_html(docs: list[Document]) -> str:
    """One self-contained page; several papers stand one after another, each on a new page of paper."""
    body = []
    for i, doc in enumerate(docs):
        body.append(f'<article id="problem-{i + 1}"{" class=" + chr(34) + "page" + chr(34) if i else ""}>\n<h1>{typeset_line(doc.title)}</h1>')
        body += [_html(b) for b in doc.blocks]
        body.append("</article>")
    if len(docs) > 1:
        body.insert(0, "<nav><ul>" + "".join(f'<li><a href="#problem-{i + 1}">{typeset_line(d.title)}</a></li>' for i, d in enumerate(docs)) + "</ul></nav>")
    return page(docs[0].title if len(docs) == 1 else "Problems", "\n".join(body), _CSS)


def _html(b: Block) -> str:
    if b.kind == "figure" and b.figure is not None:
        return f'<figure role="img" aria-label="{escape(b.figure.caption, quote=True)}">{b.figure.svg}<figcaption>{typeset_line(b.figure.caption)}</figcaption></figure>'
    if b.kind == "space":
        return f'<div class="space" style="height:{1.6 * b.lines:.1f}em"></div>'
    if b.kind == "side":
        head, _, rest = b.text.partition("\n")
        return f"<details open><summary>{typeset_line(head)}</summary>\n{_tables(typeset_text(rest))}</details>"
    if b.kind == "page":
        return '<div class="page"></div>'
    if b.kind == "foot":
        return f"<footer>{typeset_text(b.text)}</footer>"
    html = _tables(typeset_text(b.text))
    return f'<div class="card answer">{html}</div>' if b.kind == "answer" else f'<div class="card warning" role="alert">{html}</div>' if b.kind == "warning" else html


def _tables(html: str) -> str:
    """A wide table scrolls by itself."""
    return re.sub(r"<table>(.*?)</table>", r'<div class="scroll"><table>\1</table></div>', html, flags=re.S)


def as_tex(docs: list[Document], pictures: dict[str, str] | None = None) -> str:
    """A LaTeX document for pdflatex, lualatex or tectonic. pictures: the PDF file of each figure; without, they are left out."""
    body = []
    for i, doc in enumerate(docs):
        body.append(("\\clearpage\n" if i else "") + tex_text(f"# {doc.title}"))
        for b in doc.blocks:
            if b.kind == "figure" and b.figure is not None:
                if pictures and b.figure.name in pictures:
                    body.append("\\begin{center}\n\\includegraphics[width=\\linewidth,height=6.5cm,keepaspectratio]{" + pictures[b.figure.name] + "}\n\n{\\small "
                                + tex_text(b.figure.caption).strip() + "}\n\\end{center}\n")
            elif b.kind == "space":
                body.append(f"\\vspace*{{{b.lines}\\baselineskip}}\n")
            elif b.kind == "side":
                head, _, rest = b.text.partition("\n")
                body.append(tex_text(f"### {head}\n\n{rest}"))
            elif b.kind == "page":
                body.append("\\clearpage\n")
            elif b.kind in ("answer", "warning"):
                body.append("\\begin{answer}\n" + tex_text(b.text) + "\\end{answer}\n")
            elif b.kind == "foot":
                body.append("\\medskip\\hrule\\smallskip{\\small " + tex_text(b.text).strip() + "\\par}\n")
            else:
                body.append(tex_text(b.text))
    return tex_document(docs[0].title if len(docs) == 1 else "Problems", "\n".join(body))
