"""What a class shows: success by part, mistakes by diagnosis, what nobody could read, answers that are alike and unlike all others."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from derive.course.collate import ABSENT, Record
from derive.course.mark import MISSING, UNLABELLED, same_text

EXAMPLES = 3
RARE = 3
"""A wrong answer that at most so many students gave is unusual, in a class of at least RARE_CLASS."""
RARE_CLASS = 8
SHARED = 2
"""So many unusual answers in common are shown, as a hint to look; what they mean is for a person."""
LONG_TEXT = 40
"""Characters from which a wrong answer that is letter by letter the same is unusual by itself."""
MAX_PAIRS = 50
WHOLE = ("Nothing in the text says", "This submission could not be marked", UNLABELLED)


@dataclass(frozen=True)
class Item:
    """One part in the class. answered: how many gave an answer; verdicts: how many of each; mean: of the shares that are settled, None where
    none is; discrimination: the correlation of its share with the share of all other parts, None where it says nothing.
    """

    problem: str
    part: str
    number: str
    title: str
    max: float
    count: int
    verdicts: dict[str, int]
    mean: float | None
    discrimination: float | None


@dataclass(frozen=True)
class Mistake:
    """Answers to a part that share a diagnosis. examples: (answer as read or written, how many gave it)."""

    problem: str
    part: str
    number: str
    says: str
    count: int
    students: tuple[str, ...]
    examples: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Waiting:
    """Equal answers that a person should look at. must: whether points wait for it."""

    cluster: str
    problem: str
    part: str
    number: str
    max: float
    why: str
    must: bool
    verdict: str
    students: tuple[str, ...]
    text: str
    read_as: str
    reason: str
    file: str


    @property
    def whole(self) -> tuple[str, ...] | None:
        """What makes it one thing with the other parts of the same submission: nothing of it could be read, or nothing says which part is which."""
        return (*self.students, self.file, self.text) if self.reason.startswith(WHOLE) or not self.text else None


@dataclass(frozen=True)
class Alike:
    """Students who share unusual wrong answers. answers: (number of the part, the answer)."""

    students: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    weight: float


@dataclass(frozen=True)
class ClassStatistics:
    """Of all students with a submission. totals: the points of those of whom nothing waits."""

    students: int
    absent: tuple[str, ...]
    unmatched: tuple[str, ...]
    totals: tuple[float, ...]
    max: float
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    waiting: tuple[Waiting, ...]
    alike: tuple[Alike, ...]


def statistics(records: Sequence[Record], rostered: bool = False) -> ClassStatistics:
    """The statistics of a class. rostered: whether there is a roster on which a student can be missing."""
    present = [r for r in records if r["status"] != ABSENT]
    return ClassStatistics(
        len(present), tuple(r["student"] for r in records if r["status"] == ABSENT),
        tuple(r["student"] for r in present if rostered and not r["matched"]),
        tuple(r["points"] for r in present if r["points"] is not None), max((r["max"] for r in records), default=0.0),
        tuple(_items(present)), tuple(_mistakes(present)), tuple(_waiting(present)), tuple(_alike(present)),
    )


def _items(records: Sequence[Record]) -> list[Item]:
    out = []
    for k, first in enumerate(records[0]["parts"] if records else []):
        own = [r["parts"][k] for r in records]
        shares = [p["share"] for p in own if p["share"] is not None]
        pairs = []
        for r in records:
            rest = [(p["share"], p["max"]) for j, p in enumerate(r["parts"]) if j != k and p["share"] is not None]
            if r["parts"][k]["share"] is not None and rest and sum(m for _, m in rest):
                pairs.append((r["parts"][k]["share"], sum(s * m for s, m in rest) / sum(m for _, m in rest)))
        out.append(Item(first["problem"], first["part"], first["number"], first["title"], first["max"], len(own),
                        dict(Counter(p["verdict"] for p in own)), sum(shares) / len(shares) if shares else None, correlation(pairs)))
    return out


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r of pairs; None for fewer than 5, or where one side does not vary."""
    if len(pairs) < 5:
        return None
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    sxy = sum((x - mx) * (y - my) for x, y in pairs)
    sxx, syy = sum((x - mx) ** 2 for x, _ in pairs), sum((y - my) ** 2 for _, y in pairs)
    return sxy / math.sqrt(sxx * syy) if sxx > 1e-12 and syy > 1e-12 else None


def _parts(records: Sequence[Record]) -> list[tuple[str, dict[str, Any]]]:
    return [(r["student"], p) for r in records for p in r["parts"]]


def _mistakes(records: Sequence[Record]) -> list[Mistake]:
    """Wrong and half-right answers by part and diagnosis, the commonest first; those without one by what was read."""
    groups: dict[tuple[str, str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for student, p in _parts(records):
        if p["verdict"] in ("incorrect", "partial"):
            groups[(p["problem"], p["part"], p["diagnosis"] or "")].append((student, p))
    out = []
    for (problem, part, says), own in groups.items():
        seen = Counter(_said(p) for _, p in own)
        out.append(Mistake(problem, part, own[0][1]["number"], says or "no diagnosis", len(own), tuple(s for s, _ in own), tuple(seen.most_common(EXAMPLES))))
    return sorted(out, key=lambda m: (-m.count, m.number, m.says))


def _said(p: dict[str, Any]) -> str:
    shown = p["read_as"] if p["read_as"] not in ("", "restatement", "order of growth") else " ".join(p["text"].split())
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _waiting(records: Sequence[Record]) -> list[Waiting]:
    """What a person should look at, equal answers together: first what points wait for, the largest groups first."""
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for student, p in _parts(records):
        if p["look"]:
            groups[p["cluster"]].append((student, p))
    out = []
    for cluster, own in groups.items():
        p = own[0][1]
        why = "; ".join(dict.fromkeys(x for _, q in own for x in q["look"]))
        out.append(Waiting(cluster, p["problem"], p["part"], p["number"], p["max"], why, any(q["points"] is None for _, q in own), p["verdict"],
                           tuple(s for s, _ in own), p["text"], p["read_as"], p["reason"], p["file"]))
    return sorted(out, key=lambda w: (not w.must, -len(w.students), w.number, w.cluster))


def folded(waiting: Sequence[Waiting]) -> list[list[Waiting]]:
    """The waiting answers with the parts of one unread submission together, in order."""
    out: dict[tuple[str, ...], list[Waiting]] = {}
    for w in waiting:
        out.setdefault(w.whole or (w.cluster,), []).append(w)
    return list(out.values())


def _alike(records: Sequence[Record]) -> list[Alike]:
    """Students who share at least SHARED unusual wrong answers, or one that is long and the same letter by letter."""
    if len(records) < RARE_CLASS:
        return []
    own: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    letters: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for student, p in _parts(records):
        if p["verdict"] in ("correct", MISSING) or not p["text"].strip():
            continue
        own[(p["number"], p["cluster"])][student] = _said(p)
        text = same_text(p["text"])
        if len(text) >= LONG_TEXT:
            letters[(p["number"], text)][student] = _said(p)
    shared: dict[tuple[str, str], dict[str, tuple[str, float]]] = defaultdict(dict)
    for groups, alone in ((own, False), (letters, True)):
        for (number, _), given in groups.items():
            if not 2 <= len(given) <= RARE:
                continue
            weight = math.log(len(records) / len(given)) * (SHARED if alone else 1)
            for a, b in combinations(sorted(given), 2):
                before = shared[(a, b)].get(number)
                if before is None or before[1] < weight:
                    shared[(a, b)][number] = (given[a], weight)
    out = [Alike(pair, tuple((n, said) for n, (said, _) in sorted(found.items())), round(sum(w for _, w in found.values()), 3))
           for pair, found in shared.items() if len(found) >= SHARED or any(w > SHARED * math.log(len(records) / (RARE + 1)) for _, w in found.values())]
    return sorted(out, key=lambda a: (-a.weight, a.students))[:MAX_PAIRS]
