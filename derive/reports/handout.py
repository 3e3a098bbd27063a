"""Variants for a course: who gets what, whether every one of them was certified, and prompts with their specs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from derive.derivation.certify import certify
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.errors import SourceError
from derive.grading.diagnosis.variants import CANNOT
from derive.maths import expr as E
from derive.maths.exact import World, exact, flatten
from derive.problem.model import Problem
from derive.problem.seeded import variant_of
from derive.reports.statement import formal, question

NAMES = ("student", "id", "sid", "login", "email", "name")  # the column of a roster, the first that is there
MAX_ROSTER = 5_000_000  # bytes


@dataclass(frozen=True)
class Handed:
    """One variant of one problem: for whom, what was drawn, and what is wrong with it ('' if it may be handed out)."""

    seed: str
    problem: Problem
    trouble: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        assert self.problem.variant is not None
        return self.problem.variant.key


def read_roster(path: Path) -> list[str]:
    """The names of a roster: one a line, or a CSV file with a column that is called student, id, login, email or name.

    Raises SourceError where it cannot be read, or where a name stands twice.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise SourceError(str(path), f"this roster cannot be read: {err}.", "Give a text file in UTF-8, one student a line, or a CSV file.") from None
    if len(raw) > MAX_ROSTER:
        raise SourceError(str(path), f"the roster has {len(raw)} bytes; {MAX_ROSTER} are read.")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and any(c in lines[0] for c in ",;\t"):
        separator = max(",;\t", key=lines[0].count)
        head = [h.strip().strip('"').lower() for h in next(csv.reader([lines[0]], delimiter=separator))]
        column = next((head.index(n) for n in NAMES if n in head), None)
        if column is None:
            raise SourceError(f"{path}: line 1", f"no column names the student: {', '.join(head)}.", f"Call one of them {' or '.join(NAMES[:3])}.")
        rows = list(csv.reader(StringIO("\n".join(lines[1:])), delimiter=separator))
        found = [r[column].strip() for r in rows if len(r) > column and r[column].strip()]
    else:
        head_only = bool(lines) and lines[0].strip().strip('"').lower() in NAMES
        found = [line.strip() for line in lines[head_only:]]
    if not found:
        raise SourceError(str(path), "nobody stands on this roster.", "Write one student a line.")
    seen: set[str] = set()
    for name in found:
        if name in seen:
            raise SourceError(str(path), f"'{name}' stands twice.", "Everyone stands on a roster once.")
        seen.add(name)
    return found


def hand_out(problem: Problem, seeds: Iterable[str], seconds: float = 10.0) -> Iterator[Handed]:
    """The variant of every seed. Each different one is derived and certified, once, before it may be handed out."""
    known: dict[tuple[str, ...], str] = {}
    for seed in seeds:
        own = variant_of(problem, seed)
        assert own.variant is not None
        if own.variant.key not in known:
            known[own.variant.key] = trouble_of(own, seconds)
        yield Handed(seed, own, known[own.variant.key])


def trouble_of(problem: Problem, seconds: float = 10.0) -> str:
    """Why a problem may not be handed out: a part that is not derived, or whose certificate does not hold; '' if none."""
    out = []
    for part in problem.parts:
        d = solve(problem, part, seconds)
        if not isinstance(d, Derivation):
            out.append(f"{part.id} is not derived ({d.reason})")
            continue
        failures = certify(d).failures()
        if failures:
            out.append(f"{part.id}: {'; '.join(f'{e.check}: {e.detail}' for e in failures)}")
    return "; ".join(out)


def largest_denominator(problem: Problem) -> int:
    """The largest denominator of an answer in numbers: how presentable a variant is. 1 where no answer is in numbers."""
    worst = 1
    for part in problem.parts:
        d = solve(problem, part)
        if not isinstance(d, Derivation) or d.answer is None:
            continue
        symbols = E.symbols_in(d.answer)
        if any(n not in problem.symbols or problem.symbols[n].given is None for n in symbols):
            continue
        try:
            world = World({n: exact(problem.symbols[n].given, World({}, {})) for n in symbols}, {})  # type: ignore[arg-type]
            worst = max([worst, *(getattr(v, "denominator", 1) for v in flatten(exact(d.answer, world)))])
        except CANNOT:
            continue
    return worst


def duplicates(handed: Iterable[Handed]) -> list[tuple[tuple[str, ...], list[str]]]:
    """Variants that several have, with who has them, the commonest first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for h in handed:
        groups.setdefault(h.key, []).append(h.seed)
    return sorted(((k, v) for k, v in groups.items() if len(v) > 1), key=lambda kv: (-len(kv[1]), kv[0]))


def prompts(h: Handed) -> Iterator[dict[str, Any]]:
    """One record a part: the prompt in words and formulas, and the spec that grades it (derive.problem.load.from_data reads it)."""
    p = h.problem
    for part in p.parts:
        stated = formal(p, part)
        text = "\n\n".join(x for x in (p.statement.strip(), question(p, part), f"$$ {stated} $$" if stated else "") if x)
        yield {
            "id": f"{p.id}#{part.id}@{h.seed}", "problem": p.id, "part": part.id, "version": p.version, "seed": h.seed,
            "values": p.variant.to_dict() if p.variant else {}, "points": part.points, "prompt": text, "spec": dict(p.data),
        }
