"""A text as pieces: formulas between delimiters, boxes, and the prose round them. One linear scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from derive import patterns as re

MAX_TEXT = 60_000

DELIMITERS = re.compile(r"\$|\\[()\[\]]|(?<!\*)\*\*(?!\*)")


@dataclass(frozen=True)
class Piece:
    """formula: mathematics (boxed or not); else prose. start: offset in the text."""

    formula: bool
    text: str
    start: int
    boxed: bool = False
    display: bool = False


_OPEN = re.compile(r"\$\$|\$|\\\(|\\\[|\\begin\{(?:equation|align|gather|aligned|multline|displaymath|eqnarray)\*?\}|```|`")
_ENV = re.compile(r"\\begin\{([a-z]+\*?)\}")


def pieces(text: str) -> list[Piece]:
    """Cut a text into prose and formulas. An opener that is never closed is prose."""
    out: list[Piece] = []
    prose = 0
    for start, inner, end, after, opener in _spans(text):
        if start > prose:
            out.append(Piece(False, text[prose:start], prose))
        body = text[inner:end]
        if opener == "```":
            first, _, rest = body.partition("\n")
            body = rest if re.fullmatch(r"\s*[A-Za-z+]*\s*", first) and rest else body
        out += _boxes(body, inner, opener in ("$$", "\\[") or opener.startswith("\\begin"))
        prose = after
    if prose < len(text):
        out.append(Piece(False, text[prose:], prose))
    return _boxes_in_prose(out)


def delimited(text: str) -> list[tuple[int, int]]:
    """Where formulas stand between delimiters, and boxes without: from, to."""
    out = [(start, after) for start, _, _, after, _ in _spans(text)]
    for m in _BOX.finditer(text):
        end = brace_end(text, m.end())
        if end > 0 and not any(a <= m.start() < b for a, b in out):
            out.append((m.start(), end + 1))
    return sorted(out)


@lru_cache(maxsize=8)
def _spans(text: str) -> tuple[tuple[int, int, int, int, str], ...]:
    """Each formula between delimiters; the text of one answer is asked for several times."""
    return tuple(_delimited(text))


def _delimited(text: str) -> Iterator[tuple[int, int, int, int, str]]:
    """Each formula between delimiters: where its opener starts, its body starts and ends, its closer ends; and the opener."""
    i = 0
    closed_to: dict[str, int] = {}
    while True:
        m = _OPEN.search(text, i)
        if m is None:
            return
        opener = m.group()
        closer = _closer(opener)
        end = -1 if closed_to.get(closer, 0) < 0 else _find(text, closer, m.end())
        if end < 0:
            closed_to[closer] = -1
        if end < 0 or (opener == "$" and not _is_mathematics(text, m.end(), end)):
            i = m.end()
            continue
        i = end + len(closer)
        yield m.start(), m.end(), end, i, opener


def _closer(opener: str) -> str:
    if opener in ("$$", "$", "```", "`"):
        return opener
    if opener == "\\(":
        return "\\)"
    if opener == "\\[":
        return "\\]"
    m = _ENV.match(opener)
    assert m is not None
    return f"\\end{{{m.group(1)}}}"


def _find(text: str, closer: str, start: int) -> int:
    while True:
        end = text.find(closer, start)
        if end < 0 or closer != "$" or text[end - 1] != "\\":
            return end
        start = end + 1


def _is_mathematics(text: str, start: int, end: int) -> bool:
    """A single dollar pair holds mathematics unless it spans a paragraph or reads like money."""
    return end > start and "\n\n" not in text[start:end]


def brace_end(text: str, start: int) -> int:
    """The offset of the brace that closes the one before start, or -1."""
    level = 1
    i = start
    while i < len(text):
        c = text[i]
        if c == "\\":
            i += 2
            continue
        if c == "{":
            level += 1
        elif c == "}":
            level -= 1
            if not level:
                return i
        i += 1
    return -1


_LAYOUT = re.compile(r"(?:\s|\\[,;:! ]|\\(?:displaystyle|textstyle|large|Large|LARGE|huge|quad|qquad)(?![A-Za-z]))+")
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")


def _boxes(body: str, start: int, display: bool) -> list[Piece]:
    """A formula; where it holds a box, the box is a formula of its own and what stands before it goes with it."""
    m = _BOX.search(body)
    if m is None:
        return [Piece(True, body, start, False, display)]
    out: list[Piece] = []
    i = 0
    while m is not None:
        end = brace_end(body, m.end())
        if end < 0:
            break
        before = body[i : m.start()]
        inner = body[m.end() : end]
        after = body[end + 1 :]
        if _multiplies(before, after):  # 2\\boxed{x}, \\boxed{x} + y: the box is part of a larger formula
            return [Piece(True, body[:i] + before + "{" + inner + "}" + after.replace("\\boxed", ""), start, True, display)]
        if before.strip() and _continues(before):
            out.append(Piece(True, before + inner, start + i, True, display))
        else:
            if before.strip() and not _LAYOUT.fullmatch(before):
                out.append(Piece(True, before, start + i, False, display))
            out.append(Piece(True, inner, start + m.end(), True, display))
        i = end + 1
        m = _BOX.search(body, i)
    if body[i:].strip():
        out.append(Piece(True, body[i:], start + i, False, display))
    return out


_ENDS_FREE = re.compile(
    r"(?:^|\\(?:displaystyle|textstyle|large|Large|LARGE|huge|bf|bm|color\{[^{}]*\})|[=≈,;:.}&]|\\\\"
    r"|\\(?:quad|qquad|Rightarrow|implies|approx|therefore|Longrightarrow|longrightarrow|rightarrow|xrightarrow(?:\[[^\[\]]*\])?\{[^{}]*\}|mapsto|iff|to|,|;|!| )|\\text\{[^{}]*\}|⇒|→)\s*$")
_STARTS_FREE = re.compile(r"\s*(?:$|[=≈,;:.&\])}]|\\\\|\\(?:quad|qquad|text|Rightarrow|approx|tag|blacksquare|square|qed|end|,|;|!| |checkmark)|⇒|→)")


_NARROW_SPACE = re.compile(r"^(?:\s|\\[,;:! ]|~)+(?=\S)")


def _multiplies(before: str, after: str) -> bool:
    """Whether something that is no separator stands right before or after a box."""
    after = _NARROW_SPACE.sub("", after)
    return not _ENDS_FREE.search(before) or (not _STARTS_FREE.match(after) and re.match(r"\s*(?:[-+*/^!0-9A-Za-z(]|\\(?:cdot|times|frac|left|\|))", after) is not None)


def _continues(before: str) -> bool:
    """Whether the text before a box runs into it: u = \\boxed{...}."""
    return re.sub(r"(?:\\[,;:! ]|\s|\\quad)+$", "", before).endswith(("=", "\\approx", "≈", "&="))


def _balanced(s: str) -> bool:
    return all(s.count(a) == s.count(b) for a, b in ("()", "[]", "{}")) and s.count("|") % 2 == 0 and s.count("‖") % 2 == 0


# The left side that runs into a box: "r_{t+1} = \\boxed{...}".
_HEAD_BEFORE = re.compile(r"(?:^|[\s:,;.])([^\s:,;.=]{1,40}(?:\\[,;:! ]|\s)*=(?:\\[,;:! ]|\s)*)$")


def _boxes_in_prose(found: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for p in found:
        if p.formula or not _BOX.search(p.text):
            out.append(p)
            continue
        i = 0
        m = _BOX.search(p.text)
        while m is not None:
            end = brace_end(p.text, m.end())
            if end < 0:
                break
            before = p.text[i : m.start()]
            head = _HEAD_BEFORE.search(before, max(0, len(before) - 400))
            cut = head.start(1) if head is not None and _balanced(head.group(1)) else len(before)
            if before[:cut].strip():
                out.append(Piece(False, before[:cut], p.start + i))
            out.append(Piece(True, before[cut:] + p.text[m.end() : end], p.start + i + cut if cut < len(before) else p.start + m.end(), True))
            i = end + 1
            m = _BOX.search(p.text, i)
        if p.text[i:].strip():
            out.append(Piece(False, p.text[i:], p.start + i))
    return out


_FOR_EACH = re.compile(r"\s*,?\s*for\s+(?:all|each|every)\s+(?:([ijklm])(?![\w=])(?!\s*[=∈≠!])|$)")


def ranging(found: list[Piece]) -> list[Piece]:
    """'$u_j = ...$ for each $j$' with the range within the formula, where the text uses j for one index elsewhere."""
    out = list(found)
    for k, (p, after) in enumerate(pairwise(found)):
        m = _FOR_EACH.match(after.text) if p.formula and not after.formula else None
        own = m.group(1) or (found[k + 2].text.strip() if k + 2 < len(found) and found[k + 2].formula else "") if m is not None else ""
        if own and own in "ijklm" and any(re.search(rf"(?<![A-Za-z_\\]){own}\s*(?:=|∈|\\in(?![A-Za-z]))", q.text) for q in found if q.formula and q is not p):
            out[k] = replace(p, text=f"{p.text} \\quad \\forall {own}")
    return out
