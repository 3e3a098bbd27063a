"""Many conversations in one table: model × part, and pass@k where there are several samples of one prompt.

The model and the sample are named by the source where it states a model (exports, Inspect logs, `model` in a line of
JSON), else by the file's name: `MODEL--SAMPLE.md`; without `--` the whole name is the model's. Samples of a model are
of the same prompt where the words of its first prompt are the same (of a text with no prompt: all of them).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derive.reports.samples import pass_at, sizes
from derive.transcripts.judged import Judged

DECIDED = {"correct": True, "partial": False, "incorrect": False}


@dataclass(frozen=True)
class Sample:
    """One conversation's way to one part.

    first: the verdict of the first turn that answers it, "" where none does; turn: that turn; ends: of the last; reached: one-shot, after guidance, not
    reached or no answer; false_claims: about its problem; words_after: words of the model after it was first right, in all turns.
    """

    model: str
    sample: str
    prompt: str
    part: str
    first: str
    ends: str
    reached: str
    false_claims: int
    words_after: int | None
    turn: int = 1


@dataclass
class Row:
    """A model on a part over its samples of one prompt."""

    model: str
    prompt: str
    part: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def decided(self) -> list[Sample]:
        """The samples whose first answer could be decided."""
        return [s for s in self.samples if s.first in DECIDED]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        n, right = len(self.decided), sum(DECIDED[s.first] for s in self.decided)
        words = [s.words_after for s in self.samples if s.words_after is not None]
        rates = [pass_at(k, n, right, len(self.samples) - n) for k in sizes(len(self.samples))]
        return {
            "model": self.model, "part": self.part, "prompt": self.prompt, "samples": len(self.samples), "undecided": len(self.samples) - n,
            "one_shot": sum(s.reached == "one-shot" for s in self.samples), "after_hint": sum(s.reached == "after guidance" for s in self.samples),
            "never": sum(s.reached == "not reached" for s in self.samples), "no_answer": sum(s.reached == "no answer" for s in self.samples),
            "false_claims": sum(s.false_claims for s in self.samples),
            "words_after_first_right": sum(words) / len(words) if words else None,
            "pass_at": [{"k": r.k, "estimate": r.estimate, "low": r.low, "high": r.high} for r in rates],
        }


def comparison(judged: Sequence[Judged]) -> list[Row]:
    """The rows of the table, by part and model, in the order in which they come."""
    rows: dict[tuple[str, str, str], Row] = {}
    said = [(*named(j), prompt_of(j), samples_of(j)) for j in judged]
    for _, _, _, found in said:
        for s in found:
            rows.setdefault((s.part, s.model, s.prompt), Row(s.model, s.prompt, s.part)).samples.append(s)
    for row in rows.values():  # a sample of the same prompt in which no answer is found: not decided
        if any(s.turn == 1 for s in row.samples):
            row.samples += [Sample(model, sample, prompt, row.part, "", "", "no answer", 0, None) for model, sample, prompt, found in said
                            if (model, prompt) == (row.model, row.prompt) and not any(s.part == row.part for s in found)]
    parts = list(dict.fromkeys(p for p, _, _ in rows))
    return [row for part in parts for (p, _, _), row in rows.items() if p == part]


def samples_of(j: Judged) -> list[Sample]:
    """The parts that a conversation answers."""
    model, sample = named(j)
    prompt = prompt_of(j)
    out = []
    for part, way in j.verdict.to_dict()["summary"]["parts"].items():
        verdicts = list(way["verdicts"].values())
        problem = part.partition("#")[0]
        wrong = sum(c.verdict == "false" and c.modality != "withdrawn" and c.part.partition("#")[0] == problem for c in j.verdict.claims)
        words = way["words_after"] if way["first_correct_line"] is not None else None
        out.append(Sample(model, sample, prompt, part, verdicts[0], verdicts[-1], way["reached"], wrong, words, int(next(iter(way["verdicts"])))))
    return out


def named(j: Judged) -> tuple[str, str]:
    """The model and the sample of a conversation."""
    t = j.transcript
    stem, dashes, rest = Path(t.source).stem.partition("--")
    sample = rest if dashes else Path(t.source).stem
    if t.count > 1:
        sample = f"{sample}:{t.number}"
    if t.title and t.count > 1:
        sample = f"{sample} {t.title}"
    return t.model or stem, sample


def prompt_of(j: Judged) -> str:
    """A short name of the first prompt: of its words, whatever their spacing; "" where it is lost."""
    first = next((s.text for t in j.transcript.turns[:1] for s in t.segments if s.role == "user"), "")
    words = " ".join(t for s in (first,) for t in s.split())
    return hashlib.sha256(words.encode()).hexdigest()[:8] if words else ""


def comparison_data(judged: Sequence[Judged]) -> dict[str, Any]:
    """The comparison as plain data."""
    rows = comparison(judged)
    return {
        "conversations": [{"source": j.transcript.source, "conversation": j.transcript.number, "title": j.transcript.title, "model": named(j)[0], "sample": named(j)[1],
                           "prompt": prompt_of(j), "claims": j.verdict.to_dict()["summary"]["claims"]} for j in judged],
        "rows": [r.to_dict() for r in rows],
        "samples": [{"model": s.model, "sample": s.sample, "prompt": s.prompt, "part": s.part, "first": s.first, "ends": s.ends, "reached": s.reached,
                     "false_claims": s.false_claims, "words_after_first_right": s.words_after} for r in rows for s in r.samples],
        "intervals": "95 %: Wilson's score interval for one sample, carried over to k; undecided samples count as wrong at the lower end, as right at the upper",
    }
