"""The pages of an exported PDF's text layer: furniture, displaced formulas, notes in the margin.

An exporter prints a footer such as `3 / 19` and an advertising line on each page. A text layer
lists the page in the order in which it was drawn: prose first, then the pieces of the inline
formulas, then the footer, then whatever a person wrote on the finished page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from derive.transcripts.cues import is_timestamp
from derive.transcripts.formulas import prose_words

HEADER = re.compile(
    r"^\s*(?:[-=*_#\[<(]+\s*)page\s+(\d+)(?:\s*(?:of|/)\s*\d+)?\s*[-=*_#\]>)]*\s*$", re.IGNORECASE
)
FOOTER = re.compile(r"^\s*(?:page\s+)?(\d{1,4})\s*(?:/|of)\s*(\d{1,4})\s*$", re.IGNORECASE)
ADVERT = re.compile(
    r"^\W*(?:powered by|exported (?:by|from|with|using|via|on)|generated (?:by|with)|created with"
    r"|saved (?:by|with))\b"
    r".{1,60}$",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"\b\d{1,4}\s*(?:/|of)\s*\d{1,4}\b")
_SMALL_WORD = re.compile(r"(?<![\w\\])(?:is|of|so|to|we|in|or|if|as|at|by|be|it|an|on|do|no)(?![\w(])")
_GLYPH = re.compile("[\u0370-\u03ff\u2070-\u209f\u2190-\u22ff\u2a00-\u2aff\U0001d400-\U0001d7ff]")
_RESIDUE_WIDTH = 48  # a displaced piece is short: a letter, an index, at most one formula
_RUN = 4  # pieces that make a pile in the middle of a page, if struts stand among them


@dataclass(frozen=True)
class Layout:
    """What each line of a paged text is; line numbers count from 1.

    furniture: headers, footers, advertising, and the empty lines at page ends.
    displaced: pieces of inline formulas that were piled up behind the page's prose.
    notes: lines behind the footer or behind the pile: written on the finished page.
    starts: first line of each page.
    """

    furniture: frozenset[int]
    displaced: frozenset[int]
    notes: frozenset[int]
    starts: tuple[int, ...]

    @property
    def paged(self) -> bool:
        """Whether the text has pages at all."""
        return bool(self.starts)


@dataclass(frozen=True)
class _Page:
    first: int
    last: int
    footer: int | None
    headed: bool


def lay_out(lines: Sequence[str], struts: frozenset[int] = frozenset()) -> Layout:
    """Find the pages and what stands on them.

    struts: numbers of lines that held zero-width characters before repair.
    A text without page furniture has no pages, and every set is empty.
    """
    pages = _find_pages(lines)
    if not pages:
        return Layout(frozenset(), frozenset(), frozenset(), ())
    repeated = _repeated_lines(lines, pages)
    furniture: set[int] = set()
    displaced: set[int] = set()
    notes: set[int] = set()
    for page in pages:
        body: list[int] = []
        margin: list[int] = []
        for n in range(page.first, page.last + 1):
            text = lines[n - 1]
            if not text.strip():
                continue
            edge = n == page.footer or (page.headed and n == page.first)
            if edge or ADVERT.match(text) or _masked(text) in repeated:
                furniture.add(n)
            elif page.footer is not None and n > page.footer:
                margin.append(n)
            else:
                body.append(n)
        piled, behind = _piles(lines, body, struts)
        displaced |= piled | (set(margin) & struts)
        notes |= behind | (set(margin) - struts)
        furniture |= _empty_edges(lines, page, furniture)
    return Layout(frozenset(furniture), frozenset(displaced), frozenset(notes), tuple(p.first for p in pages))


def is_residue(text: str) -> bool:
    """Whether a line could be a displaced piece of a formula: short, and no language in it."""
    bare = text.strip()
    if not bare or len(bare) > _RESIDUE_WIDTH or "$" in bare or "\\" in bare or is_timestamp(bare):
        return False
    return not prose_words(bare) and not _SMALL_WORD.search(bare)


def _find_pages(lines: Sequence[str]) -> list[_Page]:
    headers = [n for n, text in enumerate(lines, 1) if HEADER.match(text)]
    footers = _footers(lines)
    if headers and (len(headers) > 1 or footers):
        starts = headers if headers[0] == 1 else [1, *headers]
        ends = [*(n - 1 for n in starts[1:]), len(lines)]
        inside = [next((f for f in footers if a <= f <= b), None) for a, b in zip(starts, ends, strict=True)]
        return [_Page(a, b, f, a in headers) for a, b, f in zip(starts, ends, inside, strict=True)]
    if len(footers) > 1:
        starts = [1, *(n + 1 for n in footers)]
        ends = [*footers, len(lines)]
        # Without headers nothing tells a margin from the next page: a page ends with its footer.
        found = [_Page(a, b, b if b in footers else None, False) for a, b in zip(starts, ends, strict=True)]
        return [p for p in found if p.first <= p.last]
    return []


def _footers(lines: Sequence[str]) -> list[int]:
    """Lines `k / N` with the commonest N, k rising by reading order."""
    found = [(n, m) for n, text in enumerate(lines, 1) if (m := FOOTER.match(text))]
    if not found:
        return []
    total = Counter(int(m.group(2)) for _, m in found).most_common(1)[0][0]
    footers: list[int] = []
    page = 0
    for n, m in found:
        k = int(m.group(1))
        if int(m.group(2)) == total and page < k <= total:
            footers.append(n)
            page = k
    return footers


def _masked(text: str) -> str:
    return _FRACTION.sub("#", text.strip())


def _repeated_lines(lines: Sequence[str], pages: Sequence[_Page]) -> frozenset[str]:
    """Lines of language that stand at the edge of most pages: running titles and addresses."""
    seen: Counter[str] = Counter()
    for page in pages:
        held = [n for n in range(page.first, page.last + 1) if lines[n - 1].strip()]
        edge = {_masked(lines[n - 1]) for n in (*held[:3], *held[-3:])}
        seen.update(text for text in edge if len(prose_words(text)) >= 2 or "://" in text)
    enough = max(3, (len(pages) + 1) // 2)
    return frozenset(text for text, count in seen.items() if count >= enough)


def _piles(lines: Sequence[str], body: Sequence[int], struts: frozenset[int]) -> tuple[set[int], set[int]]:
    """The displaced pieces of one page, and the prose that stands behind them."""
    residue = [is_residue(lines[n - 1]) or (n in struts and not prose_words(lines[n - 1])) for n in body]
    piled: set[int] = set()
    behind: set[int] = set()
    end = len(body)
    i = end
    while i and residue[i - 1]:
        i -= 1
    tail = _trim(lines, body[i:end])
    if tail and any(n in struts or _GLYPH.search(lines[n - 1]) for n in tail):
        return set(tail), behind
    # No pile at the very end: look for one that is followed by prose, which then is a note.
    while i:
        last = i
        while last and not residue[last - 1]:
            last -= 1
        first = last
        while first and residue[first - 1]:
            first -= 1
        run = _trim(lines, body[first:last])
        if len(run) >= _RUN and sum(n in struts for n in run) >= 2:
            piled = set(run)
            behind = {n for n in body[last:] if n not in piled}
            return piled, behind
        i = first
    return piled, behind


def _trim(lines: Sequence[str], run: Sequence[int]) -> list[int]:
    """A pile without the leading punctuation that belongs to the prose before it."""
    kept = list(run)
    while kept and re.fullmatch(r"[\s.,:;!?✓✔]*", lines[kept[0] - 1]):
        kept.pop(0)
    return kept


def _empty_edges(lines: Sequence[str], page: _Page, furniture: set[int]) -> set[int]:
    """Empty lines that touch furniture or the end of a page."""
    empty: set[int] = set()
    near = False
    for n in range(page.first, page.last + 1):
        if lines[n - 1].strip():
            near = n in furniture
        elif near:
            empty.add(n)
    for n in range(page.last, page.first - 1, -1):
        if lines[n - 1].strip():
            break
        empty.add(n)
    return empty
