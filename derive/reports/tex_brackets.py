r"""Formulas in \( \) and \[ \] for the Markdown reader, which takes a backslash before a bracket for an escape.

A display may stand in a paragraph and go over lines; alone on its lines it is a block. What stands behind it stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_FORMULA = re.compile(r"\\\((?P<inline>(?:(?!\\\)|\\\(|\n[ \t]*\n).)+)\\\)|\\\[(?P<display>(?:(?!\\\]|\\\[).)+)\\\]", re.S)
_CODE_OR_FORMULA = re.compile(rf"(?P<code>^```.*?^```|`[^`\n]+`|\\\\)|{_FORMULA.pattern}", re.S | re.M)


def tex_brackets(md: MarkdownIt) -> None:
    """Let a reader find such formulas: tokens math_inline, math_inline_double, math_block."""
    md.inline.ruler.before("escape", "tex_brackets", _inline)
    md.block.ruler.before("fence", "tex_display", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def on_one_line(text: str) -> str:
    """A text whose formulas in brackets stand on one line each, so that '- b' or '# ' in them begins no list and no heading."""
    return _CODE_OR_FORMULA.sub(lambda m: m.group() if m["code"] or "%" in m.group() else m.group().replace("\n", " "), text)


def _inline(state: StateInline, silent: bool) -> bool:
    m = _FORMULA.match(state.src, state.pos, state.posMax)
    if m is None:
        return False
    if not silent:
        token = state.push("math_inline" if m["inline"] else "math_inline_double", "math", 0)
        token.content, token.markup = m["inline"] or m["display"], m.group()[:2]
    state.pos = m.end()
    return True


def _block(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    if state.is_code_block(begin):
        return False
    start = state.bMarks[begin] + state.tShift[begin]
    m = _FORMULA.match(state.src, start, state.eMarks[end - 1])
    if m is None or not m["display"]:
        return False
    last = next(k for k in range(begin, end) if state.eMarks[k] >= m.end())
    if state.src[m.end() : state.eMarks[last]].strip():
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.content, token.markup, token.block, token.map = m["display"], r"\[", True, [begin, last + 1]
        state.line = last + 1
    return True
