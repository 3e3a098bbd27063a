"""A derivation that its certificate refutes: it is no key, and every paper says so in place of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from derive.derivation.certificate import Certificate
from derive.derivation.kept import kept_certificate, kept_outcome
from derive.derivation.steps import Derivation, Outcome
from derive.errors import UsageError
from derive.problem.model import Problem
from derive.reports.document import Block
from derive.reports.example import example_line

HEAD = "### Not certified: this derivation is refuted"
_MARKUP = re.compile(r"([*_|<>])")


def refuted(certificate: Certificate | None) -> bool:
    """Whether checks were made and one of them does not hold."""
    return certificate is not None and not certificate.holds


def refuted_block(problem: Problem, d: Derivation, certificate: Certificate, ends: Sequence[str]) -> Block:
    """The banner: which checks fail and by how much, an instance where the formula and the optimum part, and what the steps end with.

    ends: the derived formula, as an answer would be shown.
    """
    fails = [f"- {_plain(e.check)}: **fails**, {e.strength} ({_plain(e.detail)})" for e in certificate.failures()] or ["- nothing could be checked"]
    shown = example_line(problem, d, "the formula gives", apart=True)
    return Block("warning", "\n".join([HEAD, "", "A check that does not use the steps contradicts what they end with. There is no answer here, and nothing is marked by it.", "", *fails,
                                       *(["", shown] if shown else []), "", "The steps end with this, which is **not** the answer:", "", *ends]))


def refuted_data(certificate: Certificate, latex: str | None, text: str | None) -> dict[str, Any]:
    """What fails, and what the steps end with, as plain data."""
    return {"because": [e.to_dict() for e in certificate.failures()], "latex": latex, "text": text}


def refuted_parts(rows: Iterable[tuple[Problem, Outcome, Certificate | None]]) -> list[str]:
    """The parts whose derivation is refuted, with the checks that fail."""
    return [f"{p.id}#{o.part.id} ({'; '.join(f'{e.check}: {e.detail}' for e in c.failures()) or 'nothing could be checked'})" for p, o, c in rows if c is not None and refuted(c)]


def no_refuted_part(problems: Iterable[Problem]) -> None:
    """Raises UsageError that names the parts which no autograder may mark: their derivation is refuted by its certificate."""
    rows = ((p, o, kept_certificate(o)) for p in problems for part in p.parts if isinstance(o := kept_outcome(p, part), Derivation))
    found = refuted_parts(rows)
    if found:
        raise UsageError("", f"the certificate refutes what is derived of {'; '.join(found)}.",
                         "Nothing may be marked by such a key: see `derive check`, and state the part otherwise or leave it out.")


def _plain(says: str) -> str:
    return says if "$" in says else _MARKUP.sub(r"\\\1", says)
