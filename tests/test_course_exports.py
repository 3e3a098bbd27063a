"""What other systems are given: each form against its schema, the autograder of Gradescope run in its folders."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from derive.course.collate import collate
from derive.course.exports import gradescope, nbgrader, platforms, prairielearn
from derive.course.exports.bundle import wheel
from derive.course.gather import gather
from derive.course.mark import Marker
from derive.course.roster import read_roster
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import ROOT

COURSE = ROOT / "examples" / "course"


def schema(name: str) -> Any:
    found = json.loads((ROOT / "tests" / "data" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@pytest.fixture(scope="module")
def sheet() -> list[Problem]:
    return load_all([COURSE / "sheet"])


@pytest.fixture(scope="module")
def records(sheet: list[Problem]) -> list[dict[str, Any]]:
    """The example course, marked in this process."""
    top, submissions = gather(COURSE / "submissions", [p.id for p in sheet])
    students = read_roster(COURSE / "roster.csv")
    mark = Marker(sheet, top, students, certified=False)
    return collate(sheet, map(mark, submissions), students)


def test_records_keep_to_their_schema(records: list[dict[str, Any]]) -> None:
    own = schema("record")
    for r in records:
        own.validate(json.loads(json.dumps(r)))
    with pytest.raises(jsonschema.ValidationError):
        own.validate({**records[0], "points": "13"})


@pytest.mark.parametrize("feedback", ["full", "hint", "verdict"])
def test_every_record_is_a_result_for_gradescope_and_prairielearn(sheet: list[Problem], records: list[dict[str, Any]], feedback: str) -> None:
    """Points add up; what waits has no score and no status at the one, is not gradable at the other."""
    one, other = schema("gradescope"), schema("prairielearn")
    for r in records:
        g = gradescope.results(r, sheet, feedback=feedback)
        one.validate(g)
        assert len(g["tests"]) == len(r["parts"])
        assert sum("score" not in t for t in g["tests"]) == r["waiting"] == len(g["extra_data"]["waiting"])
        if r["points"] is not None:
            assert sum(t["score"] for t in g["tests"]) == pytest.approx(r["points"])
        assert all((t["status"] == "passed") == (t["score"] == t["max_score"]) for t in g["tests"] if "score" in t)
        p = prairielearn.results(r, sheet, feedback=feedback)
        other.validate(p)
        assert p["gradable"] == (r["waiting"] == 0 and r["status"] != "no submission") or not r["parts"]
        if p["gradable"] and r["parts"]:
            assert p["score"] == pytest.approx(r["points"] / r["max"])
        assert "required" not in json.dumps(g) or feedback == "full"
    with pytest.raises(jsonschema.ValidationError):
        one.validate({"tests": [{"name": "x", "max_score": 1, "number": "1", "output": "", "score": 1.0}]})


def test_tables_of_platforms_leave_open_what_is_open(records: list[dict[str, Any]]) -> None:
    for form in (platforms.moodle, platforms.canvas):
        rows = list(csv.DictReader(io.StringIO(form(records, "HW 1").decode())))
        key = "ID number" if form is platforms.moodle else "SIS User ID"
        got = {r[key]: r["HW 1"] for r in rows if r[key]}
        assert got == {r["student"]: "" if r["points"] is None else f"{r['points']:g}" for r in records}
    assert rows[0]["HW 1"] == "13"


def test_a_cell_of_a_spreadsheet_is_no_formula(records: list[dict[str, Any]]) -> None:
    evil = {**records[0], "name": "=HYPERLINK(1)"}
    assert b"'=HYPERLINK" in platforms.moodle([evil], "HW")


# ------------------------------------------------------------------------------------------ Gradescope in its folders

def _run(root: Path, **env: str) -> dict[str, Any]:
    """Call run_autograder as Gradescope does, with this Python in the place of its environment."""
    done = subprocess.run([str(root / "run_autograder")], env={**os.environ, "AUTOGRADER": str(root), "DERIVE_PYTHON": sys.executable, **env}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    schema("gradescope").validate(found)
    return found


@pytest.fixture(scope="module")
def image(sheet: list[Problem], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of an image in which the zip was unpacked."""
    root = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(io.BytesIO(gradescope.autograder(sheet[2:], feedback="hint", certified=False))) as z:
        for i in z.infolist():
            target = Path(z.extract(i, root / "source"))
            target.chmod(i.external_attr >> 16)
    os.link(root / "source" / "run_autograder", root / "run_autograder")
    (root / "submission").mkdir()
    return root


def test_the_autograder_runs_in_its_folders(image: Path) -> None:
    assert os.access(image / "run_autograder", os.X_OK) and os.access(image / "source" / "setup.sh", os.X_OK)
    assert subprocess.run(["bash", "-n", image / "source" / "setup.sh"]).returncode == 0
    (image / "submission" / "answers.md").write_text("(a) $2n(n-1)$\n\n(b) $p$\n\n(c) $2p(n-1$\n", encoding="utf-8")
    (image / "submission_metadata.json").write_text('{"users": [{"sid": "s1", "email": "a@b.c"}]}', encoding="utf-8")
    found = _run(image)
    assert [(t.get("score"), t.get("status")) for t in found["tests"]] == [(1.0, "passed"), (0.0, "failed"), (None, None)]
    assert found["extra_data"] == {"waiting": ["(c)"], "points": None, "max": 3.0} and "required" not in json.dumps(found)


def test_the_autograder_always_leaves_results(image: Path) -> None:
    """A Python that is not there, a spec that is damaged: told, and nothing is scored."""
    assert "not marked" in _run(image, DERIVE_PYTHON="/nowhere/python")["output"]
    spec = next((image / "source" / "specs").glob("*.toml"))
    before = spec.read_text(encoding="utf-8")
    spec.write_text("schema = 9", encoding="utf-8")
    found = _run(image)
    assert "not marked" in found["output"] and found["tests"] == [] and "score" not in found
    spec.write_text(before, encoding="utf-8")


def test_the_wheel_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    import base64
    import hashlib

    data = wheel()
    assert data == wheel()
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        names = set(z.namelist())
        record = next(n for n in names if n.endswith("RECORD"))
        for line in z.read(record).decode().splitlines():
            name, digest, _ = line.rsplit(",", 2)
            if digest:
                assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(z.read(name)).digest()).rstrip(b"=").decode()
        assert {"derive/cli.py", "derive/course/exports/gradescope.py", "derive/problems/cs182-hw2/penalty-l2.toml"} <= names
        assert not any("__pycache__" in n for n in names) and "Requires-Dist: cvxpy" in z.read(record.replace("RECORD", "METADATA")).decode()


@pytest.mark.long
def test_the_wheel_installs_and_runs(image: Path, tmp_path: Path) -> None:
    """setup.sh's own step, but for the network: the wheel, installed elsewhere, is what marks."""
    target = tmp_path / "site"
    file = next((image / "source").glob("*.whl"))
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, file], check=True, timeout=120)
    (image / "submission" / "answers.md").write_text("(a) $2n(n-1)$", encoding="utf-8")
    found = _run(image, PYTHONPATH=str(target), PYTHONSAFEPATH="1")
    assert found["tests"][0]["score"] == 1.0
    where = subprocess.run([sys.executable, "-P", "-c", "import derive; print(derive.__file__)"], env={**os.environ, "PYTHONPATH": str(target)}, capture_output=True, text=True, check=True)
    assert where.stdout.startswith(str(target))


# ------------------------------------------------------------------------------------------ PrairieLearn, nbgrader

def test_the_external_grader_of_prairielearn_in_its_folders(sheet: list[Problem], tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(prairielearn.questions(sheet[2:], feedback="hint"))) as z:
        z.extractall(tmp_path / "course")
        assert any(i.filename.endswith("run.sh") and (i.external_attr >> 16) & 0o111 for i in z.infolist())
    question = tmp_path / "course" / "questions" / "ring"
    info = json.loads((question / "info.json").read_text(encoding="utf-8"))
    assert info["gradingMethod"] == "External" and info["externalGradingOptions"]["entrypoint"].endswith("run.sh")
    assert (question / "question.html").read_text(encoding="utf-8").count("<li>") == 3
    root = tmp_path / "grade"
    (root / "data").mkdir(parents=True)
    (root / "student").mkdir()
    (question / "tests").rename(root / "tests")
    (root / "data" / "data.json").write_text(json.dumps({"submitted_answers": {"messages": "2n(n-1)", "size": "p/n", "volume": "2p(n-1)"}}), encoding="utf-8")
    prairielearn.main(str(root))
    found = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    schema("prairielearn").validate(found)
    assert found["gradable"] and found["score"] == 1
    (root / "student" / "answers.md").write_text("## messages\n$2n(n-1$\n", encoding="utf-8")
    prairielearn.main(str(root))
    found = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert not found["gradable"] and "messages" in found["format_errors"][0]
    prairielearn.main(str(tmp_path / "nothing"))
    found = json.loads((tmp_path / "nothing" / "results" / "results.json").read_text(encoding="utf-8"))
    schema("prairielearn").validate(found)
    assert not found["gradable"] and "score" not in found


def test_cells_of_nbgrader_end_in_a_bare_float(sheet: list[Problem]) -> None:
    """The number is between 0 and the points of the part, and nothing is written to stderr, whatever stands in the cell."""
    book = json.loads(nbgrader.notebook(sheet, [str(p.path) for p in sheet]))
    schema("nbgrader").validate(book)
    graded = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    assert len(graded) == 8 and sum(c["metadata"]["nbgrader"]["points"] for c in graded) == 13
    # A student's cell and the test below it are Python that fits together; unanswered, it is worth nothing and needs nobody.
    code = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        space: dict[str, Any] = {}
        exec(code[12], space)  # our own generated code
        exec(code[13].replace("\npoints(", "\nearned = points("), space)
    assert space["earned"] == 0.0 and "missing" in out.getvalue()
    assert len({c["id"] for c in book["cells"]}) == len(book["cells"])
    target = f"{sheet[2].path}#size"
    for answer, want in (("p/n", 1.0), ("2p/n", 0.0), ("", 0.0), (None, 0.0), (..., 0.0), ("p/(n", 0.0), (3.5, 0.0)):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            got = nbgrader.points(target, answer)
        assert type(got) is float and got == want and not err.getvalue() and out.getvalue()
        assert out.getvalue().startswith("NOT MARKED") == (answer == "p/(n")
