"""PrairieLearn: a question with an external grader for each problem, and what the grader writes.

The zip holds questions/ID/{info.json, question.html, tests/spec.toml} and serverFilesCourse/derive/{run.sh, the wheel}. In the
container `python -m derive.course.exports.prairielearn /grade` reads student/ (or the submitted answers in data/data.json) and writes results/results.json.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from derive.course.collate import Record
from derive.course.exports.bundle import wheel, wheel_name, zipped
from derive.course.exports.markdown import feedback_markdown
from derive.course.exports.one import mark_one, part_name
from derive.problem.model import Problem

MAX_BYTES = 1_000_000
"""Of results.json: PrairieLearn refuses more."""
_CUT = 2_000
_NAMESPACE = uuid.UUID("6f2f6a1e-6f0b-4f0e-9f38-2d1b5a7a9c11")

RUN = """#!/usr/bin/env bash
# Run in the container for each submission. The image needs Python 3.11 or newer; one that has derive starts faster.
files=/grade/serverFilesCourse/derive
python3 -c 'import derive' 2>/dev/null || python3 -m pip install --quiet "$files/WHEEL"
python3 -m derive.course.exports.prairielearn /grade
[ -s /grade/results/results.json ] || { mkdir -p /grade/results; echo '{"gradable": false, "message": "The grader did not run to its end; this costs no attempt."}' > /grade/results/results.json; }
"""


def questions(problems: Sequence[Problem], *, feedback: str | None = None, image: str = "python:3.12") -> bytes:
    """The zip to unpack into the folder of a PrairieLearn course. image: the container that runs the grader."""
    files: dict[str, tuple[bytes, int]] = {
        "serverFilesCourse/derive/run.sh": (RUN.replace("WHEEL", wheel_name()).encode(), 0o755), f"serverFilesCourse/derive/{wheel_name()}": (wheel(), 0o644),
    }
    for p in problems:
        assert p.path is not None
        info = {"uuid": str(uuid.uuid5(_NAMESPACE, p.id)), "title": p.title, "topic": "derive", "type": "v3", "gradingMethod": "External",
                "externalGradingOptions": {"enabled": True, "image": image, "entrypoint": "/grade/serverFilesCourse/derive/run.sh", "serverFilesCourse": ["derive/"],
                                           "timeout": 180, "enableNetworking": True}}
        files[f"questions/{p.id}/info.json"] = ((json.dumps(info, indent=2) + "\n").encode(), 0o644)
        files[f"questions/{p.id}/question.html"] = (_question(p).encode(), 0o644)
        files[f"questions/{p.id}/tests/spec.toml"] = (p.path.read_bytes(), 0o644)
        files[f"questions/{p.id}/tests/derive.json"] = ((json.dumps({"feedback": feedback}) + "\n").encode(), 0o644)
    return zipped(files)


def _question(p: Problem) -> str:
    template = "\n".join(f"## {part.id}\n\n" for part in p.parts)
    asked = "".join(f"<li><code>{escape(part.id)}</code>: {escape(part.says or part.ask)}</li>\n" for part in p.parts)
    return (f"<pl-question-panel>\n<markdown>\n{p.statement.strip()}\n</markdown>\n<p>Answer under each heading, in LaTeX, Unicode or plain text:</p>\n<ul>\n{asked}</ul>\n"
            f'</pl-question-panel>\n<pl-file-editor file-name="answers.md" ace-mode="ace/mode/markdown">{escape(template)}</pl-file-editor>\n'
            "<pl-submission-panel>\n<pl-external-grader-results></pl-external-grader-results>\n<pl-file-preview></pl-file-preview>\n</pl-submission-panel>\n")


def results(record: Record, problems: Sequence[Problem], *, feedback: str | None = None) -> dict[str, Any]:
    """results.json. Where an answer could not be read or decided, gradable is false: that costs no attempt."""
    levels = {p.id: feedback or p.policy.feedback for p in problems}
    tests = [{"name": part_name(p), "description": "", "points": p["points"] or 0.0, "max_points": p["max"], "message": "",
              "output": feedback_markdown(p, levels[p["problem"]])[:_CUT]} for p in record["parts"] if p["points"] is not None]
    waiting = [p for p in record["parts"] if p["points"] is None]
    if waiting:
        errors = [f"{part_name(p)}: {feedback_markdown(p, 'hint')}"[:_CUT] for p in waiting]
        return {"gradable": False, "format_errors": errors, "message": "Some answers could not be read or decided. This costs no attempt; mend them, or ask your course staff to look.", "tests": tests}
    return {"gradable": True, "score": round((record["points"] or 0.0) / record["max"], 9) if record["max"] else 0.0, "message": f"{len(tests)} parts marked.", "tests": tests}


def mark(root: Path) -> dict[str, Any]:
    """The results of the submission that lies in PrairieLearn's folders."""
    config = _json(root / "tests" / "derive.json")
    data = _json(root / "data" / "data.json")
    answers = [(str(k), v) for k, v in (data.get("submitted_answers") or {}).items() if isinstance(v, str) and not str(k).startswith("_")]
    student = root / "student"
    files = student.is_dir() and any(f.is_file() for f in student.rglob("*"))
    record, problems = mark_one(root / "tests" / "spec.toml", student, str(data.get("variant_seed") or "student"), rows=() if files else answers)
    return results(record, problems, feedback=config.get("feedback"))


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def main(root: str) -> None:
    """Write results.json. An error of ours is no attempt of theirs."""
    folder = Path(root)
    try:
        found = mark(folder)
    except Exception as err:
        found = {"gradable": False, "message": f"The grader failed ({type(err).__name__}: {err}). This costs no attempt; your course staff has to look."}
    text = json.dumps(found, ensure_ascii=False)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        found |= {"tests": [{**t, "output": t["output"][:200]} for t in found.get("tests", [])]}
        text = json.dumps(found, ensure_ascii=False)
    out = folder / "results" / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1])
