"""Tables told as a paragraph for each row: '**Ring all-reduce.** Two phases of n - 1 rounds, so 2n(n - 1) messages, each with p/n parameters.'"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive import patterns as re
from derive.grading.keys import Key, key_of
from derive.grading.verdict import Verdict

MOST_TEXT = 3_000
_HEAD = re.compile(r"^[ \t]{0,6}(?:#{1,6}[ \t]{1,3}|(?:[-*•]|\d[.)])[ \t]{1,3})?(?P<bold>\*\*|__)?(?:the |with |for )?(?P<name>[A-Za-z][A-Za-z0-9 -]{1,40}?)"
                   r"(?:[.:]?(?P=bold)[.:]?|[.:])(?=\s|$)", re.I | re.M)
_HEADING = re.compile(r"^[ \t]{0,6}#{1,6}[ \t]{1,3}(?P<name>[A-Za-z][A-Za-z0-9 -]{1,40}?)[ \t.:#]*$", re.M)
_INTRODUCES = re.compile(r"[A-Za-z\s,.'’():*#-]{0,200}")
_DOUBTS = re.compile(r"\b(?:per|each|every|half|twice|wrong|incorrect|false|not|without|only|except|mistakes?)\b", re.I)


def paragraphs(text: str, rows: tuple[str, ...], row_named: Callable[[str], str | None]) -> dict[str, str]:
    """What stands under the name of each row; empty where one has none or two, or where other words come before that may say another thing."""
    if len(text) > MOST_TEXT:
        return {}
    heads = sorted([(m.start(), m.end(), row) for pattern in (_HEAD, _HEADING) for m in pattern.finditer(text) if (row := row_named(m["name"])) is not None])
    if sorted(row for _, _, row in heads) != sorted(rows):
        return {}
    before = text[: heads[0][0]]
    if _INTRODUCES.fullmatch(before) is None or _DOUBTS.search(before):
        return {}
    ends = [*(start for start, _, _ in heads[1:]), len(text)]
    out = {row: text[end:stop].strip() for (_, end, row), stop in zip(heads, ends, strict=True)}
    return {} if "\n" in out[heads[-1][2]] and not any("\n" in out[row] for _, _, row in heads[:-1]) else out  # what follows the last row is said of all


def rows_right(text: str, key: Key, row_named: Callable[[str], str | None]) -> set[str]:
    """The rows whose paragraphs give all their counts rightly, each judged as an answer of its own (see several quantities in grading.counts)."""
    from derive.grading.grade import verdict_by

    out = set()
    for row, said in paragraphs(text, key.part.rows, row_named).items():
        cell = next((p for p in key.problem.parts if p.ask == "count" and p.schedule == row), None)
        if cell is not None and said:
            whole = replace(cell, id=f"{key.part.id}:{row}", says="", what=None, counted=key.part.columns)
            if verdict_by(key_of(key.problem, whole, key.certificate is not None), said) is Verdict.CORRECT:
                out.add(row)
    return out
