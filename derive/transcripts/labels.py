"""A file of human labels against the claims that were found: which speaks of which, the table of both, Cohen's kappa.

A label is a JSON object a line: role, line_start, line_end, latex (or text), verdict; also read are doc (the file's
name, where one file holds labels of several), id, residue_lines and strict_only. Verdicts are those of a claim;
`true-under-other-convention` is convention, `unverifiable` undecided.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from derive.errors import SourceError
from derive.transcripts.claims.claim import VERDICTS, Claim

MISSING = "missing"
ALIASES = {"true-under-other-convention": "convention", "unverifiable": "undecided"}
WORST = ("false", "true", "convention", "hypothetical", "definition", "undecided", "unreadable")
"""Of several links of one labelled chain the first of these counts: one false link makes the chain false."""

_LAYOUT = re.compile(r"\\(?:left|right|boldsymbol|mathbf|text|mathrm|operatorname|boxed|[dt]frac|frac|quad|qquad|big|Big|bigl|bigr|cdot|,|;|!|displaystyle|infty)\*?")


@lru_cache(maxsize=20_000)
def _tokens(latex: str) -> tuple[str, ...]:
    text = _LAYOUT.sub(" ", latex)
    text = text.replace("\\mathbb", " ").replace("\\|", "|").replace("∥", "|").replace("sgn", "sign")
    return tuple(re.findall(r"\\[A-Za-z]+|[A-Za-z]|\d", text))


def tokens(latex: str) -> Counter[str]:
    """Letters, commands and digits of a formula, whatever its layout."""
    return Counter(_tokens(latex))


def says_the_same(claim: Claim, label: Mapping[str, Any]) -> bool:
    """Whether a claim is (a link of) what a label is about: same speaker, lines that meet, symbols among its symbols."""
    if label.get("role", claim.role) != claim.role:
        return False
    lines = [(label["line_start"], label["line_end"])] + ([tuple(label["residue_lines"])] if "residue_lines" in label else [])
    here = [(claim.line_start, claim.line_end)] + ([claim.place] if claim.place is not None else [])
    if not any(c <= b and a <= d for a, b in lines for c, d in here):
        return False
    mine = tokens(claim.latex)
    size = sum(mine.values())
    return size >= 1 and any(sum((mine - tokens(label.get(key, ""))).values()) <= 1 + size // 8 for key in ("latex", "text"))


def verdict_on(label: Mapping[str, Any], claims: Sequence[Claim]) -> str:
    """What the claims say of a labelled one: false if a link of it is, true if a link is and none is false; or missing."""
    found = {c.verdict for c in claims if says_the_same(c, label)}
    return next((v for v in WORST if v in found), MISSING)


@dataclass(frozen=True)
class Agreement:
    """Labels against claims.

    table: (label's verdict, ours) -> how many; missing: labels of which no claim was found, by verdict;
    disagreements: the labels whose verdict is another one, with ours.
    """

    table: Mapping[tuple[str, str], int]
    missing: Mapping[str, int]
    disagreements: tuple[tuple[Mapping[str, Any], str], ...]

    @property
    def n(self) -> int:
        """Labels of which a claim was found."""
        return sum(self.table.values())

    @property
    def observed(self) -> float | None:
        """The share of them with the same verdict."""
        return sum(k for (a, b), k in self.table.items() if a == b) / self.n if self.n else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, (p_o - p_e) / (1 - p_e), over the labels of which a claim was found.

        p_o: the share of equal verdicts; p_e: the share expected of two judges who give each verdict as often, by chance.
        None where there are no labels, or where both judges only ever give one and the same verdict (p_e = 1).
        """
        if self.observed is None:
            return None
        rows: Counter[str] = Counter()
        columns: Counter[str] = Counter()
        for (a, b), k in self.table.items():
            rows[a] += k
            columns[b] += k
        expected = sum(rows[v] * columns[v] for v in rows) / self.n**2
        return (self.observed - expected) / (1 - expected) if expected < 1 else None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        table: dict[str, dict[str, int]] = {}
        for (a, b), k in sorted(self.table.items()):
            table.setdefault(a, {})[b] = k
        rows = [{"label": x.get("id", ""), "line_start": x["line_start"], "line_end": x["line_end"], "text": x.get("latex") or x.get("text", ""),
                 "label_verdict": canonical(x["verdict"]), "verdict": got} for x, got in self.disagreements]
        return {"labels": self.n + sum(self.missing.values()), "found": self.n, "table": table, "missing": dict(sorted(self.missing.items())),
                "observed": self.observed, "kappa": self.kappa, "disagreements": rows}


def canonical(verdict: str) -> str:
    """A label's verdict in our words."""
    return ALIASES.get(verdict, verdict)


def read_labels(path: str | Path) -> list[dict[str, Any]]:
    """The labels of a JSON lines file. Raises SourceError with file and line for what is no label."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"the labels cannot be read: {error}.", "Give a file of JSON lines in UTF-8.") from error
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SourceError(where, f"the line is not JSON ({error}).", "Write one label a line.") from error
        for key, kind in (("line_start", int), ("line_end", int), ("verdict", str)):
            if not isinstance(row, dict) or not isinstance(row.get(key), kind):
                raise SourceError(where, f"the label has no {key}.", "It needs line_start, line_end, verdict, and latex or text.")
        if canonical(row["verdict"]) not in VERDICTS:
            raise SourceError(where, f"'{row['verdict']}' is no verdict.", f"Use one of {', '.join((*VERDICTS, *ALIASES))}.")
        out.append(row)
    return out


def agreement(labels: Sequence[Mapping[str, Any]], source: str, claims: Sequence[Claim]) -> Agreement:
    """The labels of a conversation against its claims; labels of users and annotators, and of other documents, are passed over."""
    name = Path(source).name
    table: Counter[tuple[str, str]] = Counter()
    missing: Counter[str] = Counter()
    wrong = []
    for label in labels:
        if label.get("doc", name) != name or label.get("role") in ("user", "annotator"):
            continue
        want, got = canonical(label["verdict"]), verdict_on(label, claims)
        if got == MISSING:
            missing[want] += 1
            continue
        table[want, got] += 1
        if want != got:
            wrong.append((label, got))
    return Agreement(dict(table), dict(missing), tuple(wrong))
