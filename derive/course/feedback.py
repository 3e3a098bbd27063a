"""How much of a judgement a student is shown: all of it, a hint that does not give the key away, or the verdict alone."""

from __future__ import annotations

from typing import Any

from derive.course.mark import MISSING
from derive.grading.diagnosis.credit import kind_of
from derive.problem.nouns.credit import CREDITS
from derive.problem.policy import FEEDBACK

_KEPT = ("problem", "version", "part", "number", "title", "variant", "max", "points", "verdict", "attempt", "attempts")
_SAID = {
    "correct": "This is right.", "partial": "This is right in part.", "incorrect": "This is not right.", "missing": "No answer was found.",
    "undecided": "This could not be decided automatically; a person looks at it.", "unreadable": "This could not be read; a person looks at it.",
}
_KINDS = {"restatement": "It restates the question: an optimisation or a limit is left standing.", "several answers": "Several answers stand, and not all of them are right.",
          "followed through": "It fits your answer to an earlier part."}


def shown(part: dict[str, Any], level: str) -> dict[str, Any]:
    """What of a part of a record is shown at a level.

    full: all. hint: what was read, the kind of the mistake, and the instance on which the answer fails with what the answer gives
    there; no required value, no optimal value, no corrected form, no factor. verdict: verdict and points.
    """
    if level not in FEEDBACK:
        raise ValueError(f"feedback is one of {', '.join(FEEDBACK)}")
    decision = part["decision"]
    out: dict[str, Any] = {k: part[k] for k in _KEPT}
    out["decision"] = None if decision is None else {"credit": decision["credit"], "says": decision["says"] if level != "verdict" else ""}
    if level == "verdict":
        return {**out, "says": _SAID[part["verdict"]]}
    out |= {k: part[k] for k in ("text", "file", "line", "found", "read_as")}
    if level == "full":
        return {**out, "says": part["reason"], "diagnosis": part["diagnosis"], "witness": part["witness"], "strength": part["strength"]}
    witness = part["witness"]
    if witness is not None:
        witness = {"at": witness["at"], "submitted": witness["submitted"]}
    return {**out, "says": _hint(part), "diagnosis": _kind(part["diagnosis"] or ""), "witness": witness if part["verdict"] in ("incorrect", "partial") else None,
            "strength": None}


def _hint(part: dict[str, Any]) -> str:
    # Where a text was not read, the reason speaks of the text; all others may speak of the key.
    if part["verdict"] in ("unreadable", MISSING):
        return str(part["reason"])
    return _SAID[part["verdict"]]


def _kind(diagnosis: str) -> str | None:
    """A diagnosis without its numbers: 'constant factor 2: right for ...' is 'right but for a constant factor'."""
    if diagnosis in _KINDS:
        return _KINDS[diagnosis]
    kind = kind_of(diagnosis)
    return f"{CREDITS[kind]}." if kind else None
