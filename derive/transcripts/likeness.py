"""Which problem without cues a question is most like: by formulas that both write, by the words of its title, by words of its statement.

Asked where no objective tells: of problems that are spoken of equally, or in a question that states none ('largest eta with a repeated eigenvalue?').
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from derive.problem.model import Problem
from derive.transcripts.plain import pieces_of
from derive.transcripts.topics import content

SHORTEST, LONG = 6, 10  # signs from which a formula that both write tells something; without an operation in it
OF_FORMULA, OF_TITLE = 4.0, 1.0  # weights beside those of words, which are by how few problems have them
MARGIN = 1.15  # by which the likest must be ahead of the next
LEAST_SHARE, SHARE_TO_LEAVE = 0.5, 0.7  # of the words of a title, where there is no formula


@dataclass(frozen=True)
class _Face:
    """What a problem is known by."""

    title: frozenset[str]
    words: frozenset[str]
    formulas: frozenset[str]


def likest(question: str, problems: Sequence[Problem], follows: bool = False) -> list[str]:
    """The problems that a question is most like: one, several that it is equally like in the order in which it names them, or none.

    follows: there is a problem at hand, which is left for another only where that is plainly named.
    """
    faces = {p.id: _face(p) for p in problems if not p.cues}
    said, written = content(question), _formulas(question)
    if not faces or not (said or written):
        return []
    spread = {w: sum(w in f.words for f in faces.values()) for f in faces.values() for w in f.words}
    scores: dict[str, float] = {}
    for name, face in faces.items():
        shared = {w for w in face.words if _among(w, said)}
        titled = shared & face.title
        same = sum(any(_same(a, b) for b in face.formulas) for a in written)
        if same or (len(titled) >= 2 + follows and len(titled) >= (SHARE_TO_LEAVE if follows else LEAST_SHARE) * len(face.title)):
            scores[name] = OF_FORMULA * same + OF_TITLE * len(titled) + sum(math.log(1 + len(faces) / spread[w]) for w in shared)
    found = [name for name, score in scores.items() if score * MARGIN > max(scores.values())]
    return sorted(found, key=lambda name: _first_named(question, faces[name], [faces[n] for n in found if n != name])) if len(found) > 1 else found


def _first_named(question: str, face: _Face, others: Sequence[_Face]) -> int:
    """Where a question first has a word of a title that is in no other's."""
    own = face.title - frozenset().union(*(f.title for f in others))
    return next((m.start() for m in re.finditer(r"[a-z]{4,}", question.lower()) if _among(m.group(), own)), len(question))


def nearest(question: str, problems: Sequence[Problem]) -> str | None:
    """The one problem whose title and statement share most words with a question, two at least: for one of several items whose others are known."""
    said = content(question)
    counts = {p.id: sum(_among(w, said) for w in _face(p).words) for p in problems if not p.cues}
    most = max(counts.values(), default=0)
    found = [name for name, n in counts.items() if n == most]
    return found[0] if most >= 2 and len(found) == 1 else None


def titled(label: str, problems: Sequence[Problem]) -> str | None:
    """The one problem whose title has all words of a label: 'Hinge.'; None where there is none, or several."""
    said = content(label)
    found = [p.id for p in problems if not p.cues and said and all(_among(w, _face(p).title) for w in said)]
    return found[0] if len(found) == 1 else None


def _face(p: Problem) -> _Face:
    found = p.cache.get("face")
    if not isinstance(found, _Face):
        p.cache["face"] = found = _Face(content(p.title), content(p.title) | content(p.statement), _formulas(p.statement))
    return found


def _among(word: str, words: frozenset[str]) -> bool:
    """Whether a word is among others, be it shortened: 'prox' for 'proximal'."""
    return word in words or any(word.startswith(w) or w.startswith(word) for w in words)


@lru_cache(maxsize=500)
def _formulas(text: str) -> frozenset[str]:
    """The formulas of a text without what does not change them."""
    return frozenset(t for x in pieces_of(text) if x.formula and len(t := _plain(x.text)) >= SHORTEST and (len(t) >= LONG or re.search(r"[-+=←<>/]", t)))


def _plain(formula: str) -> str:
    text = re.sub(r"\\[,;:! ]|\\q?quad|\\(?:left|right|big|Big|bigl|bigr)(?![a-z])|[\s{}*]", "", formula.replace("\\tfrac", "\\frac").replace("\\dfrac", "\\frac").replace("\\text", ""))
    text = re.sub(r"\\leftarrow|<-|\\gets", "←", re.sub(r"\\leq?(?![a-z])", "<=", re.sub(r"\\(?:var)?epsilon", "eps", text)))
    return re.sub(r"\\(?=[A-Za-z])", "", text).strip(".,;")


def _same(a: str, b: str) -> bool:
    """Whether two formulas are one, or the shorter stands in the longer."""
    return a == b or (min(len(a), len(b)) > SHORTEST and (a in b or b in a))
