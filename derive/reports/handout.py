"""Variants for a course: who gets what, whether every one of them was certified, and prompts with their specs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from derive.course.roster import read_roster as students
from derive.derivation.certificate import Certificate
from derive.derivation.certify import certify
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.grading.diagnosis.variants import CANNOT
from derive.maths import expr as E
from derive.maths.exact import World, exact, flatten
from derive.problem.model import Problem
from derive.problem.seeded import variant_of
from derive.reports.document import Block, Document
from derive.reports.key import colophon, key_document
from derive.reports.statement import formal, question


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
    """The ids of a roster (derive.course.roster), by which variants are drawn and submissions are matched."""
    return [s.id for s in students(path)]


def hand_out(problem: Problem, seeds: Iterable[str], seconds: float = 10.0) -> Iterator[Handed]:
    """The variant of every seed. Each different one is derived and certified, once, before it may be handed out."""
    known: dict[tuple[str, ...], str] = {}
    for seed in seeds:
        own = variant_of(problem, seed)
        assert own.variant is not None
        if own.variant.key not in known:
            known[own.variant.key] = trouble_of(own, seconds)
        yield Handed(seed, own, known[own.variant.key])


def certified_rows(problem: Problem, seconds: float = 10.0) -> list[tuple[Outcome, Certificate | None]]:
    """What is derived of every part, with its certificate; worked out once for all who have the same variant."""
    found = problem.cache.get("handout")
    if isinstance(found, list):
        return found
    outcomes = [solve(problem, part, seconds) for part in problem.parts]
    rows = [(d, certify(d) if isinstance(d, Derivation) else None) for d in outcomes]
    problem.cache["handout"] = rows
    return rows


def trouble_of(problem: Problem, seconds: float = 10.0) -> str:
    """Why a problem may not be handed out: a part that is not derived, or whose certificate does not hold; '' if none."""
    out = []
    for d, certificate in certified_rows(problem, seconds):
        if certificate is None:
            out.append(f"{d.part.id} is not derived ({d.reason if isinstance(d, NotDerived) else ''})")
        elif certificate.failures():
            out.append(f"{d.part.id}: {'; '.join(f'{e.check}: {e.detail}' for e in certificate.failures())}")
    return "; ".join(out)


def key_paper(h: Handed, made: dict[tuple[str, ...], Document]) -> Document:
    """The key of a student; what those with the same variant share is in `made`, only the foot is their own."""
    name = (h.problem.id, *h.key)
    if name not in made:
        made[name] = key_document(h.problem, certified_rows(h.problem))
    shared = made[name]
    return replace(shared, blocks=(*shared.blocks[:-1], Block("foot", colophon(h.problem))))


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
