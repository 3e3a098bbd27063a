"""One text that answers several parts: which stretch is for which part, by headings, ids, letters or names."""

from __future__ import annotations

from derive import patterns as re
from derive.problem.model import Problem

_HEAD = re.compile(
    r"^\s*(?:#{1,6}\s*|\*\*|[-*]\s+)?(?:part|question|problem|answer(?:\s+to)?|exercise)?\s*"
    r"(?:\(?(?P<letter>[a-z])\)|(?P<bare>[a-z])[.:)]|(?P<number>\d{1,2})[.:)])(?=\s|\*|$)", re.I)
_LABEL = re.compile(r"^\s*(?:#{1,6}\s*|\*\*|[-*]\s+)*(?P<name>[A-Za-z][A-Za-z0-9 _-]{1,60}?)\s*(?:\*\*)?\s*(?::|$)")


def split_parts(problem: Problem, text: str) -> dict[str, str]:
    """The text of each part that is answered, by part id; empty where no part is marked.

    A line opens a part if it begins with its id ("update:", "## optimizer"), with what it asks for, or
    with a letter or number in the order of the parts ("(a)", "2.", "Part b").
    """
    ids = [p.id for p in problem.parts]
    names = {_plain(n): p.id for p in problem.parts for n in (p.id, p.says, *p.aliases) if n}
    found: dict[str, list[str]] = {}
    current: str | None = None
    for line in text.splitlines():
        opened, rest = _opens(line, ids, names)
        if opened is not None:
            current = opened
            found.setdefault(current, [])
            line = rest
        if current is not None and line.strip():
            found[current].append(line)
    return {k: "\n".join(v).strip() for k, v in found.items() if v}


def _opens(line: str, ids: list[str], names: dict[str, str]) -> tuple[str | None, str]:
    label = _LABEL.match(line)
    if label is not None and _plain(label.group("name")) in names:
        return names[_plain(label.group("name"))], line[label.end() :].lstrip("* ")
    m = _HEAD.match(line)
    if m is None:
        return None, line
    letter = m.group("letter") or m.group("bare")
    index = ord(letter.lower()) - ord("a") if letter else int(m.group("number")) - 1
    if not 0 <= index < len(ids):
        return None, line
    return ids[index], line[m.end() :].lstrip("* ")


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
