"""A certificate as plain data (JSON), and its re-check from that data alone, with no rule imported.

It holds the statement of the problem, the part, what is claimed (answer, value, kind, uniqueness and what else the
checks need, as one table of nodes), how the answer reads, and the evidence as it was found. The re-check reads the
statement again, makes every check again, and compares: each recorded check must hold again, no weaker than recorded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.derivation.certificate import ASSUMED, MEASURED, PROVED, Certificate
from derive.derivation.certify import CHECKS, certify
from derive.derivation.plain_values import Reader, written
from derive.derivation.steps import Derivation
from derive.errors import SourceError
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.nodes import Table, read_nodes
from derive.maths.write import latex, plain
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.problem.nouns.program import Program

FORMAT = "derive-certificate"
SCHEMA = 1
MAX_BYTES = 4_000_000
NAME_ONE = "Name a certificate that `derive check --certificates DIR` wrote."
MAX_CLAIMS = 2_000  # values beside the answer, nested ones counted

_STRENGTHS = (ASSUMED, MEASURED, PROVED)
_KEYS = frozenset(("format", "schema", "part", "shown", "claim", "nodes", "evidence", "problem"))
_CLAIM = frozenset(("kind", "unique", "answer", "value", "outputs", "needs"))


@dataclass(frozen=True)
class Recheck:
    """What a re-check found: the certificate made again, and what does not stand (empty: everything stands)."""

    certificate: Certificate
    complaints: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds again, as strongly as recorded."""
        return self.certificate.holds and not self.complaints

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        c = self.certificate
        return {"problem": c.problem, "part": c.part, "holds": self.holds, "strength": c.strength if self.holds else None,
                "complaints": list(self.complaints), "evidence": [e.to_dict() for e in c.evidence]}


# ------------------------------------------------------------------------------------------ writing

def certificate_data(d: Derivation, certificate: Certificate) -> dict[str, Any]:
    """The certificate of a derivation as plain data. Raises SourceError for what has no plain form."""
    where = f"{d.problem.id}#{d.part.id}"
    if not d.problem.data:
        raise SourceError(where, "the problem was not read from a spec: there is no statement to write.", "Load it from a .toml file.")
    table = Table()
    claim: dict[str, Any] = {"kind": d.kind, "unique": d.unique, "answer": written(d.answer, table, where), "value": written(d.value if d.kind == "point" else None, table, where)}
    if d.outputs:
        claim["outputs"] = written(d.outputs, table, where)
    claim["needs"] = {n: "program" if isinstance(d.extra[n], Program) else written(d.extra[n], table, f"{where}: {n}") for n in certificate.needs}
    return {
        "format": FORMAT, "schema": SCHEMA, "part": d.part.id, "shown": _shown(d), "claim": claim, "nodes": table.nodes,
        "evidence": [e.to_dict() for e in certificate.evidence], "problem": _statement(d.problem.data),
    }


def certificate_text(d: Derivation, certificate: Certificate) -> str:
    """The certificate as JSON text; one node a line, so that a difference shows where it is."""
    data = certificate_data(d, certificate)
    nodes = data.pop("nodes")
    body = json.dumps(data, ensure_ascii=False, indent=1)
    lines = ",\n  ".join(json.dumps(n, ensure_ascii=False) for n in nodes)
    return f'{body[:-2]},\n "nodes": [\n  {lines}\n ]\n}}\n'


def _shown(d: Derivation) -> dict[str, str]:
    return {} if d.answer is None else {"latex": latex(d.answer), "text": plain(d.answer)}


def _statement(v: Any) -> Any:
    """The spec's data with what JSON does not know as text."""
    if isinstance(v, Mapping):
        return {str(k): _statement(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [_statement(x) for x in v]
    if isinstance(v, float) and not math.isfinite(v):
        return {"float": str(v)}
    return v if isinstance(v, (bool, int, float, str)) else str(v)


# ------------------------------------------------------------------------------------------ reading and checking again

def read_certificate(path: str | Path) -> dict[str, Any]:
    """The data of a certificate file. Raises SourceError for a file that is none."""
    file = Path(path)
    try:
        if not file.is_file():
            raise SourceError(str(path), "there is no such file.", NAME_ONE)
        if file.stat().st_size > MAX_BYTES:
            raise SourceError(file.name, f"the file has {file.stat().st_size} bytes; {MAX_BYTES} are read.")
        data = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as err:
        raise SourceError(str(path), f"this is no JSON: {err}.", NAME_ONE) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SourceError(str(path), f"this is no certificate: 'format' is not {FORMAT!r}.", NAME_ONE)
    return data


def recheck(data: Mapping[str, Any], where: str = "certificate") -> Recheck:
    """Make every check of a certificate again, from its data alone.

    Raises SourceError where the data is not a certificate, SpecError where its statement is no spec.
    """
    d = derivation_of(data, where)
    certificate = certify(d)
    complaints = [f"{e.check}: {e.detail}" for e in certificate.failures()]
    if not certificate.evidence:
        complaints.append("nothing could be checked")
    if data.get("shown") != _shown(d):
        complaints.append("the answer that is shown is not the answer that is claimed")
    complaints += _missing(data, certificate, where)
    return Recheck(certificate, tuple(complaints))


def _missing(data: Mapping[str, Any], certificate: Certificate, where: str) -> list[str]:
    """Recorded evidence that does not come out again, or comes out weaker."""
    recorded = data.get("evidence")
    if not isinstance(recorded, list) or len(recorded) > MAX_CLAIMS or not all(isinstance(r, dict) for r in recorded):
        raise SourceError(f"{where}: evidence", "a list of checks is expected.")
    again: dict[str, int] = {}
    for e in certificate.evidence:
        again[e.check] = max(again.get(e.check, -1), _STRENGTHS.index(e.strength) if e.holds else -1)
    out = []
    for r in recorded:
        name, strength = r.get("check"), r.get("strength")
        if strength not in _STRENGTHS or r.get("holds") is not True:
            out.append(f"{name}: it is not recorded as holding")
        elif name not in again:
            out.append(f"{name}: recorded, but not found again")
        elif 0 <= again[name] < _STRENGTHS.index(strength):
            out.append(f"{name}: recorded as {strength}, found {_STRENGTHS[again[name]]}")
    return out


def derivation_of(data: Mapping[str, Any], where: str = "certificate") -> Derivation:
    """What a certificate claims, as a derivation without steps, of the problem that it states."""
    extra_keys = sorted(set(data) - _KEYS)
    if data.get("schema") != SCHEMA or extra_keys:
        raise SourceError(where, f"this reads schema {SCHEMA} with the keys {', '.join(sorted(_KEYS))}.")
    problem = from_data(_stated(data.get("problem"), f"{where}: problem"), f"{where}: problem")
    part_id, claim = data.get("part"), data.get("claim")
    if not isinstance(part_id, str) or all(p.id != part_id for p in problem.parts):
        raise SourceError(f"{where}: part", "the stated problem has no such part.")
    part = problem.part(part_id)
    if not isinstance(claim, dict) or set(claim) - _CLAIM or claim.get("kind") not in CHECKS:
        raise SourceError(f"{where}: claim", f"a claim has a kind ({', '.join(CHECKS)}), answer, value, unique, needs.")
    reader = Reader(read_nodes(data.get("nodes"), f"{where}: nodes"), f"{where}: claim", MAX_CLAIMS)
    answer, value, unique = reader.read(claim.get("answer")), reader.read(claim.get("value")), claim.get("unique")
    outputs, needs = reader.read(claim.get("outputs", {"tuple": []})), claim.get("needs", {})
    formulas = [v for v in (answer, value) if v is not None]
    pairs = isinstance(outputs, tuple) and all(isinstance(o, tuple) and not isinstance(o, Expr) and len(o) == 2 for o in outputs)
    if not pairs or not isinstance(needs, dict) or unique not in ("", "always", "generic", "no"):
        raise SourceError(f"{where}: claim", "outputs are pairs of a name and a formula, needs a table, unique a word.")
    formulas += [e for _, e in outputs]
    if not all(isinstance(e, Expr) for e in formulas):
        raise SourceError(f"{where}: claim", "answer and value are formulas.")
    for e in formulas:
        _declared(e, problem, f"{where}: claim")
    program = part.program or problem.base(part).program
    extra = {str(n): program if v == "program" and program is not None else reader.read(v) for n, v in needs.items()}
    return Derivation(problem, part, claim["kind"], (), answer, value, unique, outputs=outputs, extra=extra)


def _declared(e: Expr, problem: Problem, where: str) -> None:
    """Symbols of a formula must be those of the statement, in their shapes."""
    for x in E.walk(e):
        if x.op != "sym":
            continue
        s = problem.symbols.get(str(x.data).partition("@")[0])
        if s is None or s.shape != x.shape:
            raise SourceError(where, f"'{x.data}' as {E.shape_text(x.shape)} is not declared in the statement.")


def _stated(v: Any, where: str, depth: int = 0) -> Any:
    if depth > 12:
        raise SourceError(where, "the statement is nested too deeply.")
    if isinstance(v, dict):
        if set(v) == {"float"} and v["float"] in ("inf", "-inf", "nan"):
            return float(v["float"])
        return {k: _stated(x, where, depth + 1) for k, x in v.items()}
    return [_stated(x, where, depth + 1) for x in v] if isinstance(v, list) else v
