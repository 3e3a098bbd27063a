"""Gradescope: the zip of an autograder, and what it writes for each submission.

The zip holds setup.sh (run once, as root, when the image is built), run_autograder (run for each submission), the specs, and this package
as a wheel. For a submission, `python -m derive.course.exports.gradescope /autograder` reads submission/ and writes results/results.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derive.course.collate import Record
from derive.course.exports.bundle import wheel, wheel_name, zipped
from derive.course.exports.markdown import feedback_markdown
from derive.course.exports.one import mark_one, part_name
from derive.problem.model import Problem
from derive.problem.policy import FEEDBACK

VISIBILITY = ("visible", "after_due_date", "after_published", "hidden")
CONFIG = "derive.json"

SETUP = """#!/usr/bin/env bash
# Run once, as root, when the image is built: a Python that is new enough, and derive in an environment of its own.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
here="$root/source"
new_enough() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))'; }
find_python() { for p in python3.13 python3.12 python3.11 python3; do if new_enough "$p"; then echo "$p"; return 0; fi; done; return 1; }
if ! find_python >/dev/null; then
  apt-get update
  apt-get install -y python3.11 python3.11-venv || { apt-get install -y software-properties-common; add-apt-repository -y ppa:deadsnakes/ppa; apt-get install -y python3.11 python3.11-venv; }
fi
py="$(find_python)"
"$py" -m venv "$root/venv" || { apt-get update; apt-get install -y "$py-venv"; rm -rf "$root/venv"; "$py" -m venv "$root/venv"; }
"$root/venv/bin/pip" install --quiet "derive[pdf] @ file://$here/WHEEL"
"$root/venv/bin/derive" check "$here/specs"
"""

RUN = """#!/usr/bin/env bash
# Run for each submission. Whatever happens, results.json is there.
root="${AUTOGRADER:-/autograder}"
python="${DERIVE_PYTHON:-$root/venv/bin/python}"
results="$root/results/results.json"
mkdir -p "$root/results"
rm -f "$results"
"$python" -m derive.course.exports.gradescope "$root"
if [ ! -s "$results" ]; then
  echo '{"output": "This submission was not marked: the autograder did not run to its end. Nothing is taken off for that; your course staff has to run it again.", "tests": []}' > "$results"
fi
"""


def autograder(problems: Sequence[Problem], *, feedback: str | None = None, visibility: str = "visible", certified: bool = True) -> bytes:
    """The zip. Raises UsageError where there is nothing to install from, ValueError for an unknown visibility or feedback."""
    if visibility not in VISIBILITY or feedback not in (None, *FEEDBACK):
        raise ValueError(f"visibility is one of {', '.join(VISIBILITY)}; feedback of {', '.join(FEEDBACK)}")
    config = {"feedback": feedback, "visibility": visibility, "certified": certified}
    files: dict[str, tuple[bytes, int]] = {
        "setup.sh": (SETUP.replace("WHEEL", wheel_name()).encode(), 0o755), "run_autograder": (RUN.encode(), 0o755),
        CONFIG: ((json.dumps(config) + "\n").encode(), 0o644), wheel_name(): (wheel(), 0o644),
    }
    for k, p in enumerate(problems, 1):
        assert p.path is not None
        files[f"specs/{k:02d}-{p.id}.toml"] = (p.path.read_bytes(), 0o644)
    return zipped(files)


def results(record: Record, problems: Sequence[Problem], *, feedback: str | None = None, visibility: str = "visible") -> dict[str, Any]:
    """results.json: each part is a test. A part that waits for a person has no score and says so; so it takes nothing off in silence."""
    levels = {p.id: feedback or p.policy.feedback for p in problems}
    tests = []
    for p in record["parts"]:
        test: dict[str, Any] = {"name": part_name(p), "number": p["number"], "max_score": p["max"], "output": feedback_markdown(p, levels[p["problem"]]), "output_format": "md",
                                "visibility": visibility, "tags": [p["problem"], p["part"]],
                                "extra_data": {"problem": p["problem"], "part": p["part"], "verdict": p["verdict"], "cluster": p["cluster"], "version": p["version"]}}
        if p["points"] is not None:
            test |= {"score": p["points"], "status": "passed" if p["share"] == 1 else "failed"}
        tests.append(test)
    waiting = [p["number"] for p in record["parts"] if p["points"] is None]
    files = [f"{f['name']}: {f['trouble']}" for s in record["submissions"] for f in s["files"] if f["trouble"]]
    said = [f"Read: {', '.join(f['name'] + ' (' + (f['format'] or 'unknown') + ')' for s in record['submissions'] for f in s['files']) or 'no file'}."]
    said += [f"Not read: {'; '.join(files)}."] if files else []
    said += [f"{', '.join(waiting)} could not be marked automatically and {'wait' if len(waiting) > 1 else 'waits'} for a person; those points are still open."] if waiting else []
    return {"output": "\n\n".join(said), "output_format": "md", "test_output_format": "md", "test_name_format": "text", "visibility": visibility, "stdout_visibility": "hidden",
            "extra_data": {"waiting": waiting, "points": record["points"], "max": record["max"]}, "tests": tests}


def mark(root: Path) -> dict[str, Any]:
    """The results of the submission that lies in Gradescope's folders."""
    config = json.loads((root / "source" / CONFIG).read_text(encoding="utf-8"))
    record, problems = mark_one(root / "source" / "specs", root / "submission", _student(root), certified=config["certified"])
    return results(record, problems, feedback=config["feedback"], visibility=config["visibility"])


def _student(root: Path) -> str:
    """Who submitted: the id, else the mail address, of the first of them; it says which variant is theirs."""
    try:
        users = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))["users"]
        return str(users[0].get("sid") or users[0].get("email") or users[0].get("name") or "student")
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return "student"


def main(root: str) -> None:
    """Write results.json. An error of ours is told there, and no score is."""
    folder = Path(root)
    try:
        found = mark(folder)
    except Exception as err:
        found = {"output": f"This submission was not marked ({type(err).__name__}: {err}). Nothing is taken off for that; your course staff has to look.", "tests": []}
    out = folder / "results" / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
