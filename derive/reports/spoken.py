"""What is said in a conversation as HTML: Markdown with typeset formulas, and each claim a button at its place.

A formula that is a claim is the button itself; where it holds several (the links of a chain) the buttons stand behind
it, as they do behind a sentence. Nothing of the text is used but as text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from derive.reports.typeset import markdown_tokens, typeset
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.spans import is_prose
from derive.transcripts.labels import tokens

SIGNS = {"true": "✓", "false": "✗", "convention": "≈", "definition": "≔", "hypothetical": "↪", "undecided": "?", "unreadable": "∅"}
"""The sign of each verdict: it is told by more than its colour."""
GRAVITY = ("false", "unreadable", "undecided", "convention", "hypothetical", "true", "definition")
ENOUGH = 0.8  # the share of a claim's symbols that a formula must have to be the one in which it stands
SHORT = 0.75  # of a page's width: a shorter line was not broken by the page
_SENTENCES = ("qualitative", "identification")
_BARE = re.compile(r"[\s*_`$\\]+")
_MATH = ("math_inline", "math_inline_double", "math_single", "math_block", "math_block_label", "math_block_eqno")
_TAGS = {
    "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "blockquote": "blockquote", "table": "table", "thead": "thead", "tbody": "tbody",
    "tr": "tr", "th": "th", "td": "td", "strong": "strong", "em": "em", "s": "s",
}


@dataclass
class _Atom:
    """A piece of a line: its bare text, its HTML, how deep it stands in markup, its line, its claims."""

    bare: str
    html: str
    depth: int
    line: int
    formula: str = ""
    claims: list[Claim] = field(default_factory=list)
    before: str = ""
    after: str = ""


def spoken(text: str, first_line: int, claims: Sequence[Claim], restored: Sequence[Claim], prefix: str, width: int = 0) -> str:
    """A stretch of text with its claims.

    first_line: the number of its first line in the source; claims: those that stand in its formulas and sentences;
    restored: those whose formulas are put back into holes of its lines; prefix: what the ids of this conversation begin with;
    width: of a page that broke the lines (then a shorter line ends where its author ended it), or 0.
    """
    out: list[str] = []
    if width:
        text = "\n".join(f"{line.rstrip()}  " if line.strip() and len(line.rstrip()) < SHORT * width else line for line in text.split("\n"))
    blocks = list(_blocks(markdown_tokens(text), text.split("\n"), first_line))
    for k, (start, end, block) in enumerate(blocks):
        until = blocks[k + 1][0] - 1 if k + 1 < len(blocks) else end + 10**9
        since = start if k else 0
        mine = [c for c in claims if since <= c.line_start <= until]
        holes = [c for c in restored if c.place is not None and since <= c.place[0] <= until]
        out.append(_block(block, start, mine, holes, prefix))
    if not blocks and (claims or restored):
        out.append(f'<p class="chips">{"".join(chip(c, prefix) for c in (*claims, *restored))}</p>')
    return "\n".join(out)


def chip(claim: Claim, prefix: str, formula: bool = False) -> str:
    """The button of a claim: its sign, or its own formula where that was put together from pieces."""
    shown = typeset(claim.latex) if formula else f'<span class="sign" aria-hidden="true">{SIGNS[claim.verdict]}</span>'
    return button(claim, prefix, shown, "claim" if formula else "claim chip")


def button(claim: Claim, prefix: str, shown: str, kind: str = "claim") -> str:
    """A button that opens the evidence of a claim."""
    return (f'<button type="button" class="{kind} v-{claim.verdict}" data-claim="{escape(prefix + claim.id)}" aria-haspopup="dialog" '
            f'title="{claim.verdict}: {escape(_said(claim), quote=True)}" aria-label="claim {escape(claim.id)}, {claim.verdict}: {escape(_said(claim), quote=True)}">{shown}</button>')


def _said(claim: Claim) -> str:
    return " ".join(claim.latex.split())[:160]


def _blocks(found: Sequence[Any], lines: Sequence[str], first_line: int) -> Iterable[tuple[int, int, list[Any]]]:
    """Top-level blocks: first and last line, tokens. A formula between brackets does not know its lines: it stands behind the block before."""
    held: list[Any] = []
    at = 0
    for token in found:
        held.append(token)
        if token.level == 0 and token.nesting <= 0:
            place = next((t.map for t in held if t.map), None)
            if place is None:
                at = next((k for k in range(at, len(lines)) if lines[k].strip()), at)
                place = token.map = [at, at + token.content.count("\n") + 1]
            at = place[1]
            yield first_line + place[0], first_line + max(place[1] - 1, place[0]), held
            held = []


def _block(block: Sequence[Any], start: int, claims: Sequence[Claim], holes: Sequence[Claim], prefix: str) -> str:
    offset = start - (next((t.map for t in block if t.map), None) or [0, 1])[0]
    lines: dict[int, list[_Atom]] = {}
    line = start
    for k, token in enumerate(block):
        line = offset + token.map[0] if token.map else line
        if token.type == "inline":
            lines[k] = _atoms(token.children or [], line)
        elif token.type in _MATH:
            lines[k] = [_Atom(_bare(token.content), typeset(token.content, True), 0, line, token.content)]
    left = _assign(lines, claims, prefix)
    holes = [c for c in holes if not _put_back(c, lines, prefix)]
    out: list[str] = []
    line = start
    for k, token in enumerate(block):
        if token.map:
            line = offset + token.map[0]
        out.append(_token(token, k == 0, line, lines.get(k, ()), prefix))
    behind = "".join(chip(c, prefix) for c in left) + "".join(chip(c, prefix, True) for c in holes)
    if behind:
        out.append(f'<p class="chips">{behind}</p>')
    return "".join(out)


def _token(token: Any, opens: bool, line: int, atoms: Sequence[_Atom], prefix: str) -> str:
    name = token.type.removesuffix("_open").removesuffix("_close")
    anchor = f' id="{prefix}L{line}" data-n="{line}"' if opens else ""
    if token.type == "inline":
        return "".join(_shown(a, prefix) for a in atoms)
    if token.type in _MATH:
        return f'<div class="b formula"{anchor}>{"".join(_shown(a, prefix) for a in atoms)}</div>'
    if token.type in ("fence", "code_block"):
        return f'<pre class="b"{anchor}><code>{escape(token.content)}</code></pre>'
    if token.type == "hr":
        return f'<hr class="b"{anchor}>'
    if name == "paragraph":
        if token.hidden:
            return ""
        return f'<p class="b"{anchor}>' if token.nesting > 0 else "</p>"
    if name == "heading":
        level = min(int(token.tag[1:]) + 3, 6)
        return f'<p class="b said-heading" role="heading" aria-level="{level}"{anchor}>' if token.nesting > 0 else "</p>"
    tag = _TAGS.get(name)
    if tag is None:
        return escape(token.content)
    if token.nesting > 0:
        start = f' start="{int(token.attrs["start"])}"' if tag == "ol" and "start" in token.attrs else ""
        return ('<div class="scroll b"' + anchor + ">" if tag == "table" else "") + f"<{tag}{start}" + (f' class="b"{anchor}' if opens and tag != "table" else "") + ">"
    return f"</{tag}>" + ("</div>" if tag == "table" else "")


def _atoms(children: Sequence[Any], line: int) -> list[_Atom]:
    """The pieces of one run of text: words, formulas, markup, ends of lines."""
    out: list[_Atom] = []
    depth = 0
    for token in children:
        if token.type == "text":
            out += [_Atom(_bare(word), escape(word), depth, line) for word in re.findall(r"\S+|\s+", token.content)]
        elif token.type in _MATH and is_prose(token.content):  # a delimiter was lost: what stands between two dollars is language
            out += [_Atom(_bare(word), escape(word), depth, line) for word in re.findall(r"\S+|\s+", f"{token.markup}{token.content}{token.markup}")]
        elif token.type in _MATH:
            display = token.type != "math_inline"
            out.append(_Atom(_bare(token.content), _formula(token.content, display), depth, line, token.content))
            line += token.content.count("\n")
        elif token.type in ("softbreak", "hardbreak"):
            line += 1
            out.append(_Atom("", ("<br>" if token.type == "hardbreak" else "\n"), depth, line))
        elif token.type == "code_inline":
            out.append(_Atom(_bare(token.content), f"<code>{escape(token.content)}</code>", depth, line))
        else:
            tag = _TAGS.get(token.type.removesuffix("_open").removesuffix("_close"))
            shown = escape(token.content) if tag is None else f"<{tag}>" if token.nesting > 0 else f"</{tag}>"
            depth += token.nesting if token.nesting < 0 else 0
            out.append(_Atom("" if tag else _bare(token.content), shown, depth, line))
            depth += token.nesting if token.nesting > 0 else 0
    return out


def _put_back(c: Claim, lines: dict[int, list[_Atom]], prefix: str) -> bool:
    """Put the formula of a claim at the end of the line that has the hole."""
    assert c.place is not None
    for atoms in lines.values():
        ends = [k for k, a in enumerate(atoms) if a.line == c.place[0] and (k + 1 == len(atoms) or atoms[k + 1].line > a.line)]
        if ends:
            atoms[ends[-1]].after += " " + chip(c, prefix, True)
            return True
    return False


def _assign(lines: dict[int, list[_Atom]], claims: Sequence[Claim], prefix: str) -> list[Claim]:
    """Give each claim its formula or sentence; what has none is returned."""
    formulas = [a for atoms in lines.values() for a in atoms if a.formula]
    taken: dict[tuple[str, int], set[int]] = defaultdict(set)
    left: list[Claim] = []
    for c in claims:
        place = None if c.type in _SENTENCES else _formula_of(c, formulas, taken)
        if place is not None:
            formulas[place].claims.append(c)
        elif not any(_sentence_of(c, atoms, prefix) for atoms in lines.values()):
            left.append(c)
    return left


def _formula_of(c: Claim, formulas: Sequence[_Atom], taken: dict[tuple[str, int], set[int]]) -> int | None:
    """The formula that has the symbols of a claim; of equal ones the next that has no such claim yet."""
    mine = tokens(c.latex)
    size = sum(mine.values())
    text = _bare(c.text)
    best: tuple[float, ...] | None = None
    found = None
    for k, a in enumerate(formulas):
        theirs = tokens(a.formula)
        share = sum((mine & theirs).values()) / size if size else float(bool(text) and text in a.bare)
        if share < ENOUGH or k in taken[c.latex, c.line_start]:
            continue
        rank = (a.line == c.line_start, text == a.bare, bool(text) and text in a.bare, share, -abs(a.line - c.line_start), -sum(theirs.values()), -k)
        if best is None or rank > best:
            best, found = rank, k
    if found is not None:
        taken[c.latex, c.line_start].add(found)
    return found


def _sentence_of(c: Claim, atoms: Sequence[_Atom], prefix: str) -> bool:
    """Mark the words of a claim in a run of text, its button behind them."""
    wanted = _bare(c.text)
    if not wanted or not atoms:
        return False
    bare = "".join(a.bare for a in atoms)
    start = bare.find(wanted)
    if start < 0:
        return False
    ends: list[int] = []
    total = 0
    for a in atoms:
        total += len(a.bare)
        ends.append(total)
    first = next(k for k, e in enumerate(ends) if e > start)
    last = next(k for k, e in enumerate(ends) if e >= start + len(wanted))
    within = atoms[first : last + 1]
    if atoms[first].depth == atoms[last].depth == min(a.depth for a in within):
        atoms[first].before += f'<span class="sentence v-{c.verdict}" data-of="{escape(prefix + c.id)}">'
        atoms[last].after += "</span>"
    atoms[last].after += chip(c, prefix)
    return True


def _shown(a: _Atom, prefix: str) -> str:
    body = a.html
    if len(a.claims) == 1:
        body = button(a.claims[0], prefix, body)
    elif a.claims:
        worst = min(a.claims, key=lambda c: GRAVITY.index(c.verdict)).verdict
        chips = "".join(chip(c, prefix) for c in a.claims)
        body = f'<span class="group v-{worst}">{body}</span><span class="chips">{chips}</span>'
    return a.before + body + a.after


def _formula(tex: str, display: bool) -> str:
    return typeset(tex, True) if display else f'<span class="f">{typeset(tex)}</span>'


def _bare(text: str) -> str:
    return _BARE.sub("", text)
