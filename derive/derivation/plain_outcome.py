"""An outcome and the evidence for it as plain data (JSON), and back for the problem that it was worked out from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.derivation.certificate import Certificate, Evidence
from derive.derivation.plain_values import Reader, written
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.errors import SourceError
from derive.maths.nodes import Table, read_nodes
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

MAX_VALUES = 200_000
_NOT_PLAIN = (KeyError, TypeError, ValueError, AttributeError, IndexError)


def outcome_data(o: Outcome) -> dict[str, Any]:
    """An outcome as plain data. Raises SourceError where something in it has no plain form."""
    steps = [[s.rule, s.says, s.after, s.before, s.relation.value, list(s.requires), s.strength] for s in o.steps]
    if isinstance(o, NotDerived):
        return {"reason": o.reason, "steps": steps}
    table, where = Table(), f"{o.problem.id}#{o.part.id}"
    data: dict[str, Any] = {"kind": o.kind, "steps": steps, "unique": o.unique, "says": list(o.says)}
    data |= {name: written(v, table, where) for name, v in (("answer", o.answer), ("value", o.value), ("outputs", o.outputs))}
    data["extra"] = [[n, _program(v, table, where) if isinstance(v, Program) else written(v, table, where)] for n, v in o.extra.items()]
    return {**data, "nodes": table.nodes}


def read_outcome(data: Mapping[str, Any], problem: Problem, part: Part) -> Outcome:
    """The outcome again. Raises SourceError for what is none."""
    try:
        steps = tuple(Step(rule, says, after, before, Relation(relation), tuple(requires), strength)
                      for rule, says, after, before, relation, requires, strength in data["steps"])
        if "reason" in data:
            return NotDerived(problem, part, str(data["reason"]), steps)
        reader = Reader(read_nodes(data["nodes"], "nodes"), "outcome", MAX_VALUES)
        extra = {str(n): _read_program(v["program"], reader) if isinstance(v, dict) and "program" in v else reader.read(v) for n, v in data["extra"]}
        return Derivation(problem, part, str(data["kind"]), steps, reader.read(data["answer"]), reader.read(data["value"]),
                          str(data["unique"]), tuple(data["says"]), extra, reader.read(data["outputs"]))
    except _NOT_PLAIN as err:
        raise SourceError("outcome", f"this is no outcome: {err}.") from None


def _program(p: Program, table: Table, where: str) -> dict[str, Any]:
    fields = (p.over, p.sense, p.objective, p.constraints, p.when, p.symmetric)
    return {"program": [written(v, table, where) for v in fields]}


def _read_program(fields: Any, reader: Reader) -> Program:
    return Program(*(reader.read(v) for v in fields))


def certificate_data(c: Certificate) -> dict[str, Any]:
    """The evidence as plain data, every figure whole."""
    return {"needs": list(c.needs), "evidence": [[e.check, e.strength, e.holds, e.detail, None if e.gap is None else float(e.gap)] for e in c.evidence]}


def read_certificate(data: Mapping[str, Any], d: Derivation) -> Certificate:
    """The certificate of a derivation again. Raises SourceError for what is none."""
    try:
        evidence = tuple(Evidence(str(check), str(strength), bool(holds), str(detail), gap) for check, strength, holds, detail, gap in data["evidence"])
        return Certificate(d.problem.id, d.part.id, evidence, tuple(data["needs"]))
    except _NOT_PLAIN as err:
        raise SourceError("certificate", f"this is no certificate: {err}.") from None
