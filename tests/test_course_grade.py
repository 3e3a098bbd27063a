"""A course from submissions to marks: the example course, decisions, regrades, interruptions, poison, what students are shown."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from derive.cli import main
from derive.course.collate import collate
from derive.course.gather import Submission, gather
from derive.course.log import Log, read_log
from derive.course.mark import Marker, Setup, marker
from derive.course.run import Limits
from derive.course.run import run as run_all
from derive.problem.load import load, load_all
from tests.conftest import ROOT

COURSE = ROOT / "examples" / "course"


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def files(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file() and f.name != ".lock"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example course, graded once, by one worker."""
    out = tmp_path_factory.mktemp("course") / "graded"
    result = run("grade", COURSE / "sheet", COURSE / "submissions", "--roster", COURSE / "roster.csv", "-o", out, "--no-certify", "--workers", "1")
    assert result.exit_code == 0, result.stderr
    return out


@pytest.fixture()
def copy(graded: Path) -> Path:
    """A graded folder of one's own, beside the first."""
    out = graded.with_name("copy")
    shutil.rmtree(out, ignore_errors=True)
    return Path(shutil.copytree(graded, out))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def records(folder: Path) -> dict[str, dict[str, Any]]:
    return {r["student"]: r for r in map(json.loads, (folder / "grades.jsonl").read_text(encoding="utf-8").splitlines())}


def test_the_example_course_has_the_expected_marks(graded: Path) -> None:
    """Points by part as a person gave them who marked by hand; blank where a person must look."""
    got = {r["student"]: r for r in rows(graded / "grades.csv")}
    want = {r["student"]: r for r in rows(COURSE / "expected.csv")}
    assert got.keys() == want.keys()
    for student, row in want.items():
        assert {k: got[student][k] for k in row} == row


def test_what_nobody_could_read_is_listed_and_what_is_blank_is_not(graded: Path) -> None:
    found = records(graded)
    waiting = {r["student"]: sum(p["points"] is None for p in r["parts"]) for r in found.values()}
    assert {s: n for s, n in waiting.items() if n} == {"ar118": 8, "as119": 8, "at120": 8, "au121": 8, "av122": 8, "ay125": 1, "bi135": 3, "bj136": 1, "bo141": 3}
    listed = rows(graded / "review.csv")
    assert sum(int(r["count"]) for r in listed if r["must"] == "yes") == sum(waiting.values())
    assert {p["verdict"] for p in found["ap116"]["parts"]} == {"missing", "correct"} and {p["verdict"] for p in found["aq117"]["parts"]} == {"missing"}
    assert not any("ap116" in r["students"] or "aq117" in r["students"] for r in listed)
    # What a PDF flattened is never wrong in silence; a PDF of plain lines is marked like any text.
    assert {(r["number"], r["verdict"]) for r in listed if r["students"] == "bo141"} == {("1a", "undecided"), ("1b", "undecided"), ("3a", "undecided")}
    assert all("text layer" in p["reason"] and p["witness"] is None for p in found["bo141"]["parts"] if p["points"] is None)
    assert [p["verdict"] for p in found["bq143"]["parts"]][:2] == ["partial", "correct"] and found["bq143"]["waiting"] == 0
    assert all(p["witness"] or p["reason"] for r in found.values() for p in r["parts"] if p["verdict"] == "incorrect")


def test_pages_show_and_escape(graded: Path) -> None:
    page = (graded / "feedback" / "aj110.html").read_text(encoding="utf-8")
    assert "8.75 of 13 points" in page and "For example at" in page and "sign" in page and "aj110.tex" in page
    hostile = (graded / "feedback" / "bi135.html").read_text(encoding="utf-8")
    assert "__import__" in hostile and not Path("/tmp/owned").exists()
    sheet = (graded / "class.html").read_text(encoding="utf-8")
    assert "bk137" in sheet.split("Alike and unusual")[1].split("Students</h2>")[0] and 'href="feedback/aa101.html"' in sheet and "bp142" in sheet
    assert len(list((graded / "feedback").glob("*.html"))) == 43


def test_held_back_feedback_gives_no_key_away(graded: Path) -> None:
    """At a hint or a verdict nothing required, no optimal value, no factor and no corrected form is shown, in no part of any student."""
    from derive.course.feedback import shown
    from derive.grading.keys import key_of
    from derive.maths.write import plain

    keys = {(p.id, part.id): key_of(p, part, False).derivation.answer for p in load_all([COURSE / "sheet"]) for part in p.parts}
    texts = {at: plain(e) for at, e in keys.items() if e is not None}
    assert len(texts) == 7 and texts[("descent", "step")] == "-α/3·g"

    for r in records(graded).values():
        for p in r["parts"]:
            hint, verdict = (json.dumps(shown(p, level), ensure_ascii=False) for level in ("hint", "verdict"))
            assert "required" not in hint and "optimal" not in hint.replace("not optimal", "").replace("feasible but not", "")
            told = json.dumps({k: v for k, v in shown(p, "hint").items() if k not in ("text", "read_as", "witness")}, ensure_ascii=False)
            assert texts.get((p["problem"], p["part"]), "\0") not in told or len(texts[(p["problem"], p["part"])]) < 4
            assert "witness" not in verdict and "read_as" not in verdict and "diagnosis" not in verdict and "text" not in json.loads(verdict)
            if p["verdict"] in ("incorrect", "partial") and p["witness"]:
                assert json.dumps(p["witness"]["required"]) not in json.dumps({k: v for k, v in shown(p, "hint").items() if k not in ("text", "read_as")}) or \
                    p["witness"]["required"] in (p["witness"]["submitted"], *p["witness"]["at"].values())
    step = next(p for p in records(graded)["bk137"]["parts"] if p["part"] == "step")
    assert "3/7" in step["diagnosis"] and "3/7" not in json.dumps(shown(step, "hint")) and "constant factor" in shown(step, "hint")["diagnosis"]


# ------------------------------------------------------------------------------------------ decisions and regrades

def test_a_decision_counts_for_all_equal_answers_and_survives_a_regrade(copy: Path) -> None:
    cluster = next(r["cluster"] for r in rows(copy / "review.csv") if r["students"] == "ay125")
    assert run("review", copy, "--set", cluster, "100%", "--says", "Right: the German is not read.", "--by", "KM").exit_code == 0
    assert run("review", copy, "--student", "av122", "all", "0.5").exit_code == 0
    assert records(copy)["ay125"]["points"] == 13 and records(copy)["av122"]["points"] == 6.5
    assert "the German is not read" in (copy / "feedback" / "ay125.html").read_text(encoding="utf-8")
    again = run("regrade", copy, "--workers", "2")
    assert again.exit_code == 0 and "Nothing would change" in again.stderr
    before = {k: v for k, v in files(copy).items() if k != "regrade.jsonl"}
    assert run("regrade", copy, "--write", "--workers", "1").exit_code == 0
    assert files(copy) == before  # byte for byte, with another number of workers


def test_a_decision_does_not_carry_over_to_another_answer(graded: Path) -> None:
    """Made on a file that could not be read, on a text, on all equal answers: each fits what it was made on, and not what is handed in later."""
    from derive.course.decisions import Decision, decided

    found = records(graded)
    damaged, unread = found["ar118"]["parts"][0], found["ay125"]["parts"][0]
    later = {**damaged, "text": "-alpha g", "cluster": "c1", "verdict": "incorrect"}
    on_file = Decision("descent", "step", 1.0, student="ar118", cluster=damaged["cluster"], answer=damaged["text"])
    assert on_file.applies("ar118", damaged) and not on_file.applies("ar118", later) and not on_file.applies("at120", damaged)
    on_all = Decision("descent", "step", 0.5, cluster=unread["cluster"], answer=unread["text"])
    respaced = {**unread, "cluster": "c2", "text": unread["text"].replace(" ", "  ")}
    assert on_all.applies("ay125", unread) and on_all.applies("zz", unread) and on_all.applies("zz", respaced) and not on_all.applies("zz", later)
    own = Decision("descent", "step", 0.25, student="ay125", cluster=unread["cluster"], line=0)
    assert decided([own, on_all], "ay125", unread) is own and decided([own, on_all], "zz", unread) is on_all


def test_credits_filled_in_in_the_table_are_taken(copy: Path) -> None:
    table = rows(copy / "review.csv")
    filled = copy.with_name("filled.csv")
    with filled.open("w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, table[0].keys())
        out.writeheader()
        out.writerows({**r, "credit": "0,5"} if r["students"] == "au121" else r for r in table)
    assert run("review", copy, "--read", filled).exit_code == 0
    assert records(copy)["au121"]["points"] == 6.5
    filled.write_text("cluster,credit\nc123,2\n", encoding="utf-8")
    bad = run("review", copy, "--read", filled)
    assert bad.exit_code == 2 and "line 2" in bad.stderr


def test_a_regrade_shows_what_changes_before_it_writes(copy: Path, tmp_path: Path) -> None:
    """A spec with another price: what was right becomes wrong, and nothing is written until it is asked for."""
    sheet = tmp_path / "sheet"
    shutil.copytree(COURSE / "sheet", sheet)
    spec = sheet / "3-ring.toml"
    spec.write_text(spec.read_text(encoding="utf-8").replace('what = "size"', 'what = "size"\npoints = 2'), encoding="utf-8")
    before = files(copy)
    refused = run("grade", sheet, COURSE / "submissions", "--roster", COURSE / "roster.csv", "-o", copy, "--no-certify")
    assert refused.exit_code == 2 and "derive regrade" in refused.stderr
    shown = run("regrade", copy, sheet, "--json", "--workers", "1")
    changed = [json.loads(x) for x in shown.stdout.splitlines()]
    assert shown.exit_code == 0 and changed and {(c["problem"], c["part"]) for c in changed} == {("ring", "size")}
    assert {k: v for k, v in files(copy).items() if k != "regrade.jsonl"} == before
    assert run("regrade", copy, sheet, "--write", "--workers", "1").exit_code == 0
    assert records(copy)["aa101"]["points"] == 14 and not (copy / "regrade.jsonl").exists()


@pytest.mark.parametrize(("text", "says"), [("[[decisions]]\nproblem='a'\n", "'part' is missing"), ("[[decisions]]\nproblem='a'\npart='b'\nstudent='c'\ncredit=2\n", "no share"), ("x = ", "not TOML"),
                                            ("[[decisions]]\nproblem='a'\npart='b'\ncredit=1\n", "on which answer"), ("[[decisions]]\nstuednt='a'\n", "'stuednt' is not known")])
def test_decisions_that_cannot_be_read_are_told(copy: Path, text: str, says: str) -> None:
    (copy / "decisions.toml").write_text(text, encoding="utf-8")
    result = run("grade", COURSE / "sheet", COURSE / "submissions", "--roster", COURSE / "roster.csv", "-o", copy, "--no-certify")
    assert result.exit_code == 2 and says in result.stderr and "decisions" in result.stderr


def test_bad_usage_is_told(tmp_path: Path, copy: Path) -> None:
    assert "no such file or folder of submissions" in run("grade", COURSE / "sheet", tmp_path / "no", "-o", tmp_path / "x").stderr
    assert "-o DIR" in run("grade", COURSE / "sheet", COURSE / "submissions").stderr
    assert "nothing was graded" in run("review", tmp_path).stderr and "nothing was graded" in run("regrade", tmp_path).stderr
    assert "no answers are called" in run("review", copy, "--set", "c0", "1").stderr
    assert "no share" in run("review", copy, "--student", "aa101", "1a", "7").stderr and "no such student" in run("review", copy, "--student", "zz", "1a", "1").stderr


def test_deciding_all_of_a_student_of_whom_nothing_waits_is_an_error_that_names_the_parts(copy: Path) -> None:
    before = files(copy)
    none = run("review", copy, "--student", "aa101", "all", "1")
    assert none.exit_code == 2 and "nothing of aa101 waits" in none.stderr and "descent#step" in none.stderr and "ring#volume" in none.stderr
    assert files(copy) == before
    assert run("review", copy, "--student", "aa101", "1a", "0.5").exit_code == 0 and records(copy)["aa101"]["points"] == 11.5


def test_a_submission_is_read_again_when_a_reader_for_pdf_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure stands in the log; it holds for a PDF while no reader is there, and nothing else is marked anew when one comes."""
    (tmp_path / "s.toml").write_text(SPEC.format(policy=""), encoding="utf-8")
    (tmp_path / "in").mkdir()
    shutil.copy(COURSE / "submissions" / "bq143.pdf", tmp_path / "in" / "ana.pdf")
    (tmp_path / "in" / "bo.md").write_text("n", encoding="utf-8")

    def graded_now() -> dict[str, str]:
        assert run("grade", tmp_path / "s.toml", tmp_path / "in", "-o", tmp_path / "out", "--no-certify", "--workers", "1").exit_code == 0
        entries = read_log(tmp_path / "out" / "run.jsonl")
        return {k: e["stamp"] for k, e in entries.items()}

    monkeypatch.setattr("derive.files.pdf.readers", lambda: ())
    before = graded_now()
    assert graded_now() == before
    monkeypatch.setattr("derive.files.pdf.readers", lambda: ("pdfplumber",))
    after = graded_now()
    assert after["ana"] != before["ana"] and after["bo"] == before["bo"]


# ------------------------------------------------------------------------------------------ policies and attempts

SPEC = """schema = 1
id = "ring"
title = "Sums"
{policy}
[symbols]
n = {{ type = "count" }}
p = {{ type = "count", multiple_of = "n" }}
[[schedules]]
id = "s"
title = "S"
workers = "n"
parameters = "p"
goal = "exchange"
[[schedules.sends]]
phase = "x"
for = ["r in 1..1", "i in 0..n-1"]
from = "worker i"
to = "worker (i + 1) mod n"
action = "add"
size = "p"
[[parts]]
id = "m"
ask = "count"
schedule = "s"
what = "messages"
points = 4
"""


def points(tmp_path: Path, policy: str, *answers: str) -> float | None:
    """The points of a student who hands in these answers one after another."""
    (tmp_path / "s.toml").write_text(SPEC.format(policy=policy), encoding="utf-8")
    (tmp_path / "all.csv").write_text("student,m\n" + "".join(f'x,"{a}"\n' for a in answers), encoding="utf-8")
    problems = [load(tmp_path / "s.toml")]
    top, submissions = gather(tmp_path / "all.csv")
    mark = Marker(problems, top, certified=False)
    (record,) = collate(problems, map(mark, submissions))
    return record["points"]


@pytest.mark.parametrize(("policy", "answers", "want"), [
    ("", ("n",), 4), ("", ("2n",), 0), ("", ("2n", "n"), 4), ("", ("n", "2n"), 0), ("", ("n", ""), 4), ("", ("n(",), None), ("", ("n(", "n"), 4),
    ('[policy]\ncounts = "best"', ("n", "2n"), 4), ('[policy]\ncounts = "best"\nattempt_cost = 0.25', ("2n", "n"), 3), ('[policy]\nattempts = 1', ("2n", "n"), 0),
    ('[policy]\ncounts = "best"\nattempt_cost = 0.25', ("n(", "n"), None), ("[credit]\nconstant_factor = 0.25", ("2n",), 1),
])
def test_points_follow_the_policies_of_the_spec(tmp_path: Path, policy: str, answers: tuple[str, ...], want: float | None) -> None:
    assert points(tmp_path, policy, *answers) == want


# ------------------------------------------------------------------------------------------ runs

def test_a_torn_line_is_dropped_and_the_rest_is_kept(tmp_path: Path) -> None:
    """Whatever a kill leaves of the last line: all lines before it are there, and appending goes on cleanly."""
    file = tmp_path / "log"
    with Log(file) as log:
        for k in range(3):
            log.append({"key": f"k{k}", "v": "ü" * k})
    whole = file.read_bytes()
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        kept = read_log(file)
        assert len(kept) == whole[:cut].count(b"\n")
        with Log(file) as log:
            log.append({"key": "new"})
        assert set(read_log(file)) == {*kept, "new"}


def poisoned(setup: Setup) -> Callable[[Submission], dict[str, Any]]:
    """A marker that hangs, dies, swallows memory or raises where a submission is called so."""
    mark = marker(setup)

    def harm(s: Submission) -> dict[str, Any]:
        if s.id == "hangs":
            time.sleep(60)
        if s.id == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if s.id == "swallows":
            len(bytearray(3_000_000_000))
        if s.id == "raises":
            raise ValueError("no")
        return mark(s)

    return harm


def test_one_poisoned_submission_stops_nothing(tmp_path: Path) -> None:
    """Whatever a submission does to the process that reads it: it is for a person, with the reason, and its neighbours are graded."""
    (tmp_path / "s.toml").write_text(SPEC.format(policy=""), encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "dies", "hangs", "m", "raises", "swallows", "z"):
        (folder / f"{name}.md").write_text("n", encoding="utf-8")
    os.mkfifo(folder / "pipe.md")  # opening it would never end
    (folder / "link.md").symlink_to(folder / "nowhere")
    (folder / os.fsdecode(b"\xff\xfe.md")).write_bytes(b"\xff\xfen\x00")
    problems = load_all([tmp_path / "s.toml"])
    top, submissions = gather(folder)
    marked = run_all(Setup((str(tmp_path / "s.toml"),), str(top), (), False), problems, submissions, tmp_path / "log", workers=2, limits=Limits(2.0, 500), make=poisoned)
    got = {m["submission"]: m["parts"][0] for m in marked}
    assert {s[:2] for s, p in got.items() if p["verdict"] == "correct"} == {"a", "m", "z", "??"}
    said = {"dies": "SIGKILL", "hangs": "clock", "raises": "ValueError", "swallows": "memory", "pipe": "no file", "link": "no file"}
    assert all(word in got[s]["reason"] and got[s]["share"] is None and got[s]["look"] for s, word in said.items())
    again = run_all(Setup((str(tmp_path / "s.toml"),), str(top), (), False), problems, submissions, tmp_path / "log")
    assert [m["parts"][0]["verdict"] for m in again] == [m["parts"][0]["verdict"] for m in marked]


def test_each_student_is_marked_against_the_numbers_drawn_for_them(tmp_path: Path) -> None:
    """What is right for one student is wrong for another whose draw differs, and equal answers to different questions stand apart."""
    from derive.course.gather import Submission
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation
    from derive.maths.write import plain
    from derive.problem.seeded import variant_of

    problem = load(ROOT / "problems" / "variants-demo" / "penalty.toml")
    names = [f"s{k}" for k in range(12)]
    drawn = {n: variant_of(problem, n) for n in names}
    keys = {n: v.variant.key for n, v in drawn.items() if v.variant is not None}
    own, other = next((a, b) for a in names for b in names if keys[a] != keys[b] and "p=2" in keys[a] and "p=2" in keys[b])
    d = solve(drawn[own], drawn[own].part("update"))
    assert isinstance(d, Derivation) and d.answer is not None
    mark = Marker([problem], tmp_path, certified=False)
    rows = (("part", "answer"), ("update", plain(d.answer)))
    marked = [mark(Submission(n, n, rows=rows, given=n)) for n in (own, other)]
    (right,), (wrong,) = ([p for p in m["parts"] if p["part"] == "update"] for m in marked)
    assert (right["verdict"], right["variant"]) == ("correct", list(keys[own]))
    assert wrong["verdict"] == "incorrect" and wrong["cluster"] != right["cluster"]
    page_of = {r["student"]: r for r in collate([problem], marked)}
    assert page_of[own]["parts"][0]["title"] != "" and page_of[own]["parts"][0]["variant"] == right["variant"]
