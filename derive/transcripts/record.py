"""A judged conversation as plain data: what `derive transcript --json` writes.

turns: an entry a speaker and turn; the parts that a turn answers stand with the model's last words in it. Lines count
from 1 in the source as given.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from derive.transcripts.claims.claim import VERDICTS
from derive.transcripts.timeline import Course

if TYPE_CHECKING:
    from derive.transcripts.judge import PartAnswer, Stretch, TranscriptVerdict, TurnVerdict

_ENDS = {"right": "correct", "wrong": "incorrect", "partial": "partial"}


def to_dict(v: TranscriptVerdict) -> dict[str, Any]:
    """{source, turns, claims, repairs, annotations, summary}."""
    return {
        "source": v.source,
        "turns": [entry for t in v.turns for entry in _turn(t, v)],
        "claims": [c.to_dict() for c in v.claims],
        "repairs": [{"line": r.line, "kind": r.kind, "before": r.before, "after": r.after, "lossy": r.lossy} for r in v.repairs],
        "annotations": [{"turn": n, "line_start": s.line_start, "line_end": s.line_end, "text": s.text} for n, s in v.annotations],
        "summary": _summary(v),
    }


def _turn(t: TurnVerdict, v: TranscriptVerdict) -> list[dict[str, Any]]:
    last = next((s for s in reversed(t.stretches) if s.role != "user"), None)
    parts = parts_of(t, v)
    return [{"turn": t.number, "role": s.role, "line_start": s.line_start, "line_end": s.line_end, "parts": parts if s is last else {},
             **({"why": t.why} if t.why and s is last else {})} for s in t.stretches]


def parts_of(t: TurnVerdict, v: TranscriptVerdict) -> dict[str, dict[str, Any]]:
    """What a turn says of each part: its final answer with the verdict, and the way to it."""
    ways = {c.part: c for c in v.courses if c.turn == t.number}
    answers = {f"{a.problem}#{a.part}": a for a in t.answers}
    return {name: _part(answers.get(name), ways.get(name)) for name in dict.fromkeys((*answers, *ways)) if name in answers or ways[name].ends in _ENDS}


def _part(a: PartAnswer | None, c: Course | None) -> dict[str, Any]:
    out: dict[str, Any] = {
        "verdict": a.grade.verdict.value if a is not None else _ENDS[c.ends] if c is not None else "undecided",
        "answer": a.grade.read_as if a is not None else c.said if c is not None else "",
        "convention": (a.convention if a is not None else c.convention if c is not None else "") or None,
        "first_correct_line": c.first_correct_line if c is not None else None,
        "left_lines": list(c.left_lines) if c is not None else [],
        "doubts": c.doubts if c is not None else 0,
        "regained_lines": list(c.regained_lines) if c is not None else [],
        "doubt_lines": list(c.doubt_lines) if c is not None else [],
        "ends": c.ends if c is not None else "open",
        "lines_after": c.lines_after if c is not None else 0,
        "words_after": c.words_after if c is not None else 0,
    }
    if a is not None:
        out |= {"line_start": a.line_start, "line_end": a.line_end, "reason": a.grade.reason, "strength": a.grade.strength or None,
                "witness": a.grade.witness.to_dict() if a.grade.witness else None}
        if a.override is not None:
            out["override"] = a.override.to_dict()
        if a.clash is not None:
            out["clash"] = {"problem": a.clash.own, "conversation": a.clash.stated, "verdict": a.clash.grade.verdict.value,
                            "verdict_as_stated": a.clash.there.verdict.value if a.clash.there is not None else None}
    return out


# ------------------------------------------------------------------------------------------ summary

def _summary(v: TranscriptVerdict) -> dict[str, Any]:
    said = Counter(c.verdict for c in v.claims)
    return {
        "kind": v.kind, "lost": list(v.lost), "claims": {n: said[n] for n in VERDICTS if said[n]},
        "parts": {name: way for name, way in ((n, _way(n, v)) for n in _names(v)) if way is not None}, "clashes": clashes(v),
    }


def _names(v: TranscriptVerdict) -> list[str]:
    return list(dict.fromkeys(n for t in v.turns for n in parts_of(t, v)))


def _way(name: str, v: TranscriptVerdict) -> dict[str, Any] | None:
    """How a part went over the turns: whether it was right at once, after a prompt of the user's, or never; what each further prompt changed."""
    asked: list[tuple[TurnVerdict, dict[str, Any]]] = [(t, p) for t in v.turns if (p := parts_of(t, v).get(name)) is not None]
    if not asked:
        return None
    verdicts = [p["verdict"] for _, p in asked]
    right = next((k for k, x in enumerate(verdicts) if x == "correct"), None)
    reached = "not reached" if right is None else "one-shot" if right == 0 else "after guidance"
    hints = []
    for (_, before), (t, after) in pairwise(asked):
        prompt = next((s for s in t.stretches if s.role == "user"), None)
        hints.append({"turn": t.number, **_lines(prompt), "before": before["verdict"], "after": after["verdict"], "changed": before["verdict"] != after["verdict"]})
    first = next(((t.number, p["first_correct_line"]) for t, p in asked if p["first_correct_line"] is not None), None)
    return {
        "verdicts": {str(t.number): p["verdict"] for t, p in asked}, "reached": reached, "first_correct_turn": first[0] if first else None,
        "first_correct_line": first[1] if first else None, "left": sum(len(p["left_lines"]) for _, p in asked), "doubts": sum(p["doubts"] for _, p in asked),
        "words_after": sum(p["words_after"] for _, p in asked), "ends": verdicts[-1], "hints": hints,
    }


def _lines(s: Stretch | None) -> dict[str, int | None]:
    return {"line_start": s.line_start if s else None, "line_end": s.line_end if s else None}


def clashes(v: TranscriptVerdict) -> list[dict[str, Any]]:
    """Where the conversation states a problem with another convention than the problem's own."""
    out = {}
    for t in v.turns:
        for a in t.answers:
            if a.clash is not None and (a.problem, a.clash.stated) not in out:
                out[a.problem, a.clash.stated] = {
                    "problem": a.problem, "turn": t.number, "problem_weight": a.clash.own, "conversation_weight": a.clash.stated,
                    "says": f"The statement in the conversation has the penalty weight {a.clash.stated}, the problem {a.clash.own}; answers are judged under both.",
                }
    return list(out.values())
