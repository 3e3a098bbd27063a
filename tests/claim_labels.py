"""Claims against labels: which of our claims say what a labelled one says, and how often we agree."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derive.transcripts.claims.claim import Claim

FORMAL = ("equation", "numeric", "vector", "table-entry", "objective", "inequality")
VERDICTS = {"true-under-other-convention": "convention", "unverifiable": "undecided"}


def tokens(latex: str) -> Counter[str]:
    """Letters, commands, digits and signs of a formula, whatever its layout."""
    text = re.sub(r"\\(?:left|right|boldsymbol|mathbf|text|mathrm|operatorname|boxed|[dt]frac|frac|quad|qquad|big|Big|bigl|bigr|cdot|,|;|!|displaystyle|boxed|infty)\*?", " ", latex)
    text = text.replace("\\mathbb", " ").replace("\\|", "|").replace("∥", "|").replace("sgn", "sign")
    return Counter(re.findall(r"\\[A-Za-z]+|[A-Za-z]|\d", text))


def says_the_same(claim: Claim, label: dict[str, Any]) -> bool:
    """Whether a claim is (a link of) what a label is about: same speaker, lines that meet, symbols among its symbols."""
    if claim.role != label["role"]:
        return False
    lines = [(label["line_start"], label["line_end"])] + ([tuple(label["residue_lines"])] if "residue_lines" in label else [])
    mine_too = [(claim.line_start, claim.line_end)] + ([claim.place] if claim.place is not None else [])
    if not any(c <= b and a <= d for a, b in lines for c, d in mine_too):
        return False
    mine = tokens(claim.latex)
    for text in (label["latex"], label["text"]):
        theirs = tokens(text)
        if sum((mine - theirs).values()) <= 1 + sum(mine.values()) // 8 and sum(mine.values()) >= 1:
            return True
    return False


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


def verdict_on(label: dict[str, Any], claims: list[Claim]) -> str:
    """What our claims say of a labelled one: false if a link of it is, true if a link is and none is worse."""
    found = [c.verdict for c in claims if says_the_same(c, label)]
    for v in ("false", "true", "convention", "hypothetical", "definition", "undecided", "unreadable"):
        if v in found:
            return v
    return "missing"


def agreement(labels: Path, document: str, claims: list[Claim]) -> Agreement:
    """Every label of a document against the claims found in it."""
    out = Agreement()
    for line in labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["doc"] != document or label["role"] in ("user", "annotator"):
            continue
        want = VERDICTS.get(label["verdict"], label["verdict"])
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
