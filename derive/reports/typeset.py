"""LaTeX and Markdown -> HTML with MathML, which browsers draw themselves: no script, no font file, no network.

Text that came from outside is safe here: formulas are converted by math-core, whose commands carry no
links, scripts or styles of the writer's choice but colours; everything else is escaped. Nothing raises: what cannot be set
is shown as its source.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import Any

from derive.reports.tex_brackets import on_one_line, tex_brackets

MAX_FORMULA = 8_000
MAX_DEPTH = 60

# Commands that people write and the converter does not know.
_MACROS = {
    "argmin": r"\operatorname*{arg\,min}", "argmax": r"\operatorname*{arg\,max}", "sgn": r"\operatorname{sgn}", "sign": r"\operatorname{sign}",
    "mathbbm": r"\mathbb{#1}", "nicefrac": r"{#1}/{#2}", "sfrac": r"{#1}/{#2}", "norm": r"\left\lVert #1 \right\rVert", "abs": r"\left\lvert #1 \right\rvert",
    "R": r"\mathbb{R}", "E": r"\mathbb{E}", "tr": r"\operatorname{tr}", "diag": r"\operatorname{diag}", "bm": r"\boldsymbol{#1}", "T": r"\top",
}
_TAG = re.compile(r"\\(?:tag\*?|label)\s*\{[^{}]*\}|\\(?:nonumber|notag|allowbreak|nobreak)\b")
_TEXT_WITH_MATH = re.compile(r"\\text\s*\{([^{}$]*)\$([^$]*)\$([^{}]*)\}")


def typeset(tex: str, display: bool = False) -> str:
    """A formula (without its dollars) as a MathML element; as escaped source in <code> where it cannot be set."""
    return _typeset(tex.strip(), display)


@lru_cache(maxsize=20_000)
def _typeset(tex: str, display: bool) -> str:
    found = _mathml(tex, display)
    if found is not None:
        return found
    code = f'<code class="tex">{escape(tex)}</code>'
    return f'<div class="tex">{code}</div>' if display else code


def _mathml(tex: str, display: bool) -> str | None:
    if not tex or len(tex) > MAX_FORMULA or _depth(tex) > MAX_DEPTH:
        return None
    text = _TAG.sub("", tex)
    for _ in range(8):  # \text{if $x$ is 0 and $y$ is not}: one formula at a time
        text, done = _TEXT_WITH_MATH.subn(lambda m: rf"\text{{{m.group(1)}}}{{{m.group(2)}}}\text{{{m.group(3)}}}", text)
        if not done:
            break
    converter = _converter()
    if converter is None:
        return None
    try:
        return str(converter.convert_with_local_state(text, displaystyle=display))
    except KeyboardInterrupt:
        raise
    except BaseException:  # an error of the formula, or a panic of the converter, which is no Exception
        return None


def _depth(tex: str) -> int:
    """The deepest nesting of braces, \\left and environments."""
    depth = deepest = 0
    for m in re.finditer(r"\\(?:left|begin)\b|\\(?:right|end)\b|\\[^A-Za-z]|[{}]|[\^_]", tex):
        t = m.group()
        depth += t in ("{", r"\left", r"\begin")
        depth -= t in ("}", r"\right", r"\end")
        deepest = max(deepest, depth)
    return deepest


@cache
def _converter() -> Any:
    try:
        from math_core import LatexToMathML
    except ImportError:
        return None
    return LatexToMathML(fancy_error=False, macros=_MACROS)


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    md = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    md.use(tex_brackets)
    md.use(dollarmath_plugin, double_inline=True, allow_space=True, allow_digits=False)

    def shown(display: bool) -> Any:
        return lambda self, tokens, i, options, env: typeset(tokens[i].content, display) + ("\n" if display else "")

    for name, display in (("math_inline", False), ("math_inline_double", True), ("math_single", False),
                          ("math_block", True), ("math_block_label", True), ("math_block_eqno", True)):
        md.add_render_rule(name, shown(display))
    # A page asks nothing of the network: pictures and links of a text are shown as words.
    md.disable(["image", "link", "autolink", "reference"], ignoreInvalid=True)
    return md


_TABLE_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.M)
_INLINE = re.compile(r"(?<!\\)\$[^$\n]+\$")


def _bars(row: re.Match[str]) -> str:
    """Bars inside the formulas of a table row are no borders of cells."""
    return _INLINE.sub(lambda m: re.sub(r"(?<!\\)\|", r"\\vert ", m.group()).replace(r"\|", r"\Vert "), row.group())


def typeset_text(text: str) -> str:
    r"""Markdown with formulas ($...$, $$...$$, \(...\), \[...\]) as HTML. Raw HTML in it is shown, not used."""
    try:
        return str(_markdown().render(_TABLE_ROW.sub(_bars, on_one_line(text))))
    except Exception:  # a text that the Markdown reader cannot take is still a text
        return f"<pre>{escape(text)}</pre>"


def markdown_tokens(text: str) -> list[Any]:
    """The tokens of a text as Markdown, formulas among them (for writers of other formats); their `map` counts lines from 0."""
    return list(_markdown().parse(_TABLE_ROW.sub(_bars, text)))


def typeset_line(text: str) -> str:
    """The same for one line, without a paragraph round it."""
    try:
        return str(_markdown().renderInline(text))
    except Exception:
        return escape(text)
