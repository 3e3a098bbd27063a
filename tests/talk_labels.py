"""Conversations of our own whose statements carry their truth: `$u = -g$ ⟦F⟧`, `2n messages ⟦T⟧`.

A file begins with the problems that it is about and a line `---`; the rest is the conversation. The marks are T (true), F (false), D (definition) and
H (what-if), each behind the formula, or the words, that it is about; they are taken out before the conversation is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim

TALKS = Path(__file__).parent / "data" / "talks"
PROBLEMS = Path(__file__).resolve().parent.parent / "problems"
_MARK = re.compile(r" ?⟦([TFDH])⟧")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.S)


@dataclass(frozen=True)
class Mark:
    """The truth of a statement on some lines: of a formula, or, where that is none or stands in words, of a count."""

    truth: str
    line_start: int
    line_end: int
    formula: str


@dataclass(frozen=True)
class Talk:
    """A conversation with its marks."""

    name: str
    sets: tuple[str, ...]
    text: str
    marks: tuple[Mark, ...]

    def problems(self) -> list[Problem]:
        """What it is about."""
        return [p for name in self.sets for p in load_all([PROBLEMS / name if (PROBLEMS / name).is_dir() else (PROBLEMS / f"{name}.toml")])]


def read_talk(path: Path) -> Talk:
    """A file of tests/data/talks."""
    head, body = path.read_text(encoding="utf-8").split("\n---\n", 1)
    marks = []
    text = ""
    for k, piece in enumerate(re.split(_MARK, body)):
        if k % 2 == 0:
            text += piece
            continue
        found = list(_FORMULA.finditer(text, max(0, text.rfind("\n\n", 0, text.rstrip().rfind("\n\n") if text.endswith("\n\n") else len(text)))))
        last = found[-1] if found else None
        assert last is not None, (path.name, text[-80:])
        inner = next(g for g in last.groups() if g).strip()
        marks.append(Mark(piece, text.count("\n", 0, last.start()) + 1, text.count("\n", 0, last.end()) + 1, " ".join(inner.split())))
    return Talk(path.stem, tuple(head.removeprefix("problems:").split()), text, tuple(marks))


def talks() -> list[Talk]:
    """All of them, by name."""
    return [read_talk(p) for p in sorted(TALKS.glob("*.txt"))]


def about(mark: Mark, claims: list[Claim]) -> list[Claim]:
    """The claims that stand where a mark does and are said by its formula."""
    bare = _bare(mark.formula)
    return [c for c in claims if c.line_start <= mark.line_end and mark.line_start <= c.line_end and _within(c, bare)]


def _within(c: Claim, bare: str) -> bool:
    sides = [_bare(t) for t in re.split(r"\\(?:approx|le|ge|ne|propto|in|to)(?![A-Za-z])|[=<>:]", c.latex)]
    said = [t for t in sides if t]
    return bool(said) and ((len(said) > 1 and (_bare(c.latex) in bare or all(len(t) > 3 and t in bare for t in said))) or said[-1] == bare
                           or (len(said) == 1 and c.type == "numeric" and bare.endswith(f"={said[0]}")))


def _bare(text: str) -> str:
    text = re.sub(r"\\begin\{aligned\}|\\end\{aligned\}|\\[,;! ]|\\leq?(?![A-Za-z])|\\geq?(?![A-Za-z])|&|\\\\|\\boxed|\\q?quad|\s", "", text)
    text = re.sub(r"^\\min_\{[^{}]*\}", "", text)  # the objective that is left, whatever it is minimised over
    return text.strip(".,").strip("{}")


def verdict(mark: Mark, claims: list[Claim]) -> str:
    """What is said of a marked statement: false if a link of it is, else the least of what is said of its links; or nothing."""
    said = {c.verdict for c in about(mark, claims)}
    return next((v for v in ("false", "undecided", "unreadable", "hypothetical", "convention", "true", "definition") if v in said), "nothing")
