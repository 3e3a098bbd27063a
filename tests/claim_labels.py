"""Claims against labels: which of our claims say what a labelled one says, and how often we agree."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from derive.transcripts.claims.claim import Claim
from derive.transcripts.labels import canonical, verdict_on

FORMAL = ("equation", "numeric", "vector", "table-entry", "objective", "inequality")


@dataclass
class Agreement:
    """Labels against claims: what became of each label."""

    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    true_called_false: list[str] = field(default_factory=list)
    false_called_true: list[str] = field(default_factory=list)
    false_found: int = 0
    false_formal: int = 0
    formal: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def share(self, recoverable: str) -> float:
        """The share of the true formal claims of this kind that were found true."""
        found = self.formal.get(recoverable, [])
        return sum(v == "true" for _, v in found) / max(len(found), 1)


def agreement(labels: Path, document: str, claims: list[Claim]) -> Agreement:
    """Every label of a document against the claims found in it."""
    out = Agreement()
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["doc"] != document or label["role"] in ("user", "annotator"):
            continue
        want = canonical(label["verdict"])
        got = verdict_on(label, claims)
        out.table[(want, got)] += 1
        name = f"{label['id']} l.{label['line_start']} {label['type']} {label['latex'][:70]} -> {got}"
        if want == "true" and got == "false":
            out.true_called_false.append(name)
        if want == "false" and not label.get("strict_only"):
            out.false_formal += 1
            out.false_found += got == "false"
            if got == "true":
                out.false_called_true.append(name)
        if want == "true" and label["type"] in FORMAL:
            out.formal.setdefault(label["recoverable_from_text"], []).append((name, got))
    return out
