"""What was handed in: formats, whose it is, and which stretch answers which part. Nothing is judged here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.course.collect import Collected, collect
from derive.course.gather import Submission, gather
from derive.course.labels import Labels
from derive.course.read import detect, read_bytes
from derive.course.roster import Roster, Student, read_roster
from derive.errors import SourceError, UsageError
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import ROOT

COURSE = ROOT / "examples" / "course"


@pytest.fixture(scope="module")
def sheet() -> list[Problem]:
    return load_all([COURSE / "sheet"])


def found(sheet: list[Problem], text: str, name: str = "x.md") -> dict[str, str]:
    """The answers of a text by 'problem#part'."""
    from derive.course.collect import sheet_of

    d = read_bytes(text.encode(), name)
    assert not d.trouble
    s = sheet_of(d, Submission("x", "x", (name,)), Labels(sheet))
    return {f"{p}#{part}": a.text for (p, part), a in s.answers.items()}


HEADS = [
    "Aufgabe 1\nTeil a: A\nTeil b: B",
    "1. A step with a price\n   a. A\n   b. B",
    "### Q1. (a) [3 points]\nA\n### Q1. (b) [2 pts]\nB",
    "Problem 1.a\nA\n\nProblem 1.b\nB",
    "1 (a): A\n1 (b): B",
    "**Q1 (a)** A\n\n**Q1 (b)** B",
    "Problem #1\n\nSolution.\n\n(a) A\n(b) B",
    "# 1\n## a\nA\n## b\nB",
    "Problem 1 - part a\nA\nProblem 1 - part b\nB",
    "Homework 3, Ana\n\nProblem 1\n\na)\nA\n\nb)\nB\n",
    "> (1a) A\n> (1b) B",
    "* 1(a). A\n* 1(b). B",
    "# Problem 1\n(a) A\n(b) B",
    "1a) A\n1b) B",
    "1(a) A\n1(b) B",
    "1.a) A\n1.b) B",
    "Q1a: A\nQ1b: B",
    "Question 1, part (a): A\nQuestion 1, part (b): B",
         "## descent\n### step\nA\n### value\nB",
    "descent#step: A\ndescent#value: B",
    "Problem 1: A step with a price\nPart a: A\nPart b: B",
         "**Problem 1**\n\n**(a)** A\n\n**(b)** B",
    "Exercise 1\na) A\nb) B",
    "## 1. A step with a price\n- a) A\n- b) B",
    "the best step: A\nthe smallest loss plus price: B",
    "1.1) A\n1.2) B",
    "Problem 1\n(i) A\n(ii) B",
    "| part | answer |\n|---|---|\n| 1a | A |\n| 1b | B |",
    "Answer to 1? no\nProblem 1\nAnswer (a): A\nAnswer (b): B",
]


@pytest.mark.parametrize("text", HEADS)
def test_headings_in_many_hands(sheet: list[Problem], text: str) -> None:
    assert found(sheet, text) == {"descent#step": "A", "descent#value": "B"}


LATEX = [r"\section*{Problem 1}\begin{enumerate}[label=(\alph*)]\item A \item B\end{enumerate}",
         r"\begin{problem}\begin{enumerate}[(a)]\item A" "\n" r"\item B\end{enumerate}\end{problem}", r"\question \part A \part B", r"\section{Question 1}\paragraph{(a)} A \paragraph{(b)} B",
         r"\documentclass{article}\newcommand{\X}{A}\begin{document}\subsection*{1(a)}\X % no \subsection*{1(b)}" "\n" r"\subsection*{1(b)}B\end{document}",
         r"\begin{enumerate}\item \begin{enumerate}\item A \item B\end{enumerate} \end{enumerate}",
         r"\section*{A step with a price}\textbf{(a)} A" "\n\n" r"\textbf{(b)} B"]


@pytest.mark.parametrize("text", LATEX)
def test_headings_in_latex(sheet: list[Problem], text: str) -> None:
    assert found(sheet, text, "x.tex") == {"descent#step": "A", "descent#value": "B"}


KEYED = [
    ('{"1a": "A", "1b": "B"}', "x.json"), ('{"descent": {"step": "A", "value": "B"}}', "x.json"),
    ('{"answers": [{"problem": "descent", "part": "step", "answer": "A"}, {"part": "1b", "answer": "B"}]}', "x.json"),
    ('descent.step = "A"\ndescent.value = "B"', "x.toml"), ("part,answer\n1a,A\ndescent#value,B\n", "x.csv"),
    ("problem;part;answer\ndescent;a;A\ndescent;b;B\n", "x.csv"), ("1a,1b\nA,B\n", "x.csv"), ("1a,A\n1b,B\n", "x.csv"),
    (json.dumps({"cells": [{"cell_type": "code", "source": ["answer_1a = 'A'\n", "step = \"\"\"A\"\"\"\n", "answer_1b = r'B'"]}], "nbformat": 4}), "x.ipynb"),
]


@pytest.mark.parametrize(("text", "name"), KEYED)
def test_keys(sheet: list[Problem], text: str, name: str) -> None:
    assert found(sheet, text, name) == {"descent#step": "A", "descent#value": "B"}


def test_numbers_inside_an_answer_open_no_part(sheet: list[Problem]) -> None:
    """The steps of a derivation, a fraction at the beginning of a line, an equation for what is called like a part."""
    text = "Problem 1\n(a) first\n1. put it in\n2. cancel\n2x + 1\nvalue = 3\n$$\n(b) g\n$$\n(b) B"
    got = found(sheet, text)
    assert got == {"descent#step": "first\n1. put it in\n2. cancel\n2x + 1\nvalue = 3\n$$\n(b) g\n$$", "descent#value": "B"}


def test_a_minus_after_a_heading_stays(sheet: list[Problem]) -> None:
    assert found(sheet, "1a) -g\n1b: −g\n1c) __x__") == {"descent#step": "-g", "descent#value": "−g", "descent#optimizer": "__x__"}


def test_what_is_not_asked_is_told(sheet: list[Problem]) -> None:
    from derive.course.find import find_answers, find_keyed

    s = find_answers(Labels(sheet), "1a) A\n1d) extra\nProblem 9\n(a) more")
    assert {e.label for e in s.extra} == {"1d)", "Problem 9"} or {e.label for e in s.extra} >= {"1d)"}
    assert list(s.answers) == [("descent", "step")]
    k = find_keyed(Labels(sheet), [("1a", "A"), ("4z", "x"), ("colour", "blue")])
    assert [e.label for e in k.extra] == ["4z", "colour"]


def test_without_headings_only_a_text_of_as_many_lines_is_taken_by_order(sheet: list[Problem]) -> None:
    from derive.course.find import find_answers

    lines = [f"x{k}" for k in range(8)]
    s = find_answers(Labels(sheet), "\n".join(lines))
    assert [a.text for a in s.answers.values()] == lines and not any(a.sure for a in s.answers.values())
    assert find_answers(Labels(sheet), "\n".join(lines[:7])).unplaced and find_answers(Labels(sheet), "u = g, I think").unplaced


@pytest.mark.parametrize(("data", "name", "form"), [
    (b"%PDF-1.4 x", "a.txt", "pdf"), (b'{"cells": [], "nbformat": 4}', "a.json", "notebook"), (b"\\documentclass{article}", "a.txt", "latex"), (b"x", "a", "text"),
    (b"PK\x03\x04..", "a.md", "a zip archive or an office document"), (b"\x89PNG..", "a.pdf", "a picture"), (b"hello", "a.pdf", "no PDF, though it is called one"),
    (b"\x00\x01", "a.md", "binary"), ("ü".encode("utf-16"), "a.md", "markdown"),
])
def test_formats_by_content_before_ending(data: bytes, name: str, form: str) -> None:
    assert detect(data, name) == form


@pytest.mark.parametrize("name", ["x.json", "x.toml", "x.csv", "x.ipynb", "x.pdf", "x.tex", "x.md"])
def test_damaged_files_are_told_and_raise_nothing(name: str) -> None:
    for data in (b"{", b"%PDF-1.7\n1 0 obj", b"\xff\xfe\xfd" * 50, b'"' * 3, b"[" * 5000, b"a = " * 300, b"\\newcommand{\\x}{\\x\\x}\\x" * 20, b"%PDF-" + bytes(range(256)) * 20):
        d = read_bytes(data, name)
        assert d.trouble or d.text or d.entries or d.listed or d.notes


def test_macros_are_written_out_by_counted_steps() -> None:
    bomb = "".join(rf"\newcommand{{\{chr(98 + k)}x}}{{\{chr(97 + k)}x\{chr(97 + k)}x}}" for k in range(24)) + r"\newcommand{\ax}{y} \yx"
    d = read_bytes((r"\section*{1} $\norm{\grad}$ \newcommand{\norm}[1]{\|#1\|}\def\grad{\nabla f}" + bomb).encode(), "x.tex")
    assert r"\|\nabla f\|" in d.text and len(d.text) <= 400_100


# ------------------------------------------------------------------------------------------ students and files

CLASS = (Student("s1", "Ana Araújo", "ana.araujo@x.edu"), Student("s2", "Bo Li", "bo@x.edu"), Student("s22", "Zoë Müller-Lüdenscheid", "zml@x.edu"), Student("s4", "Ana Lopez", "al@x.edu"))


@pytest.mark.parametrize(("name", "about", "who"), [
    ("s2", {}, "s2"), ("hw1_s22_final", {}, "s22"), ("Ana Araujo", {}, "s1"), ("araujo-ana-hw", {}, "s1"), ("zml", {}, "s22"), ("mullerludenscheidzoe_123", {}, "s22"), ("bo@x.edu", {}, "s2"),
    ("upload", {"email": "AL@x.edu"}, "s4"), ("upload", {"name": "Li, Bo"}, "s2"), ("ana", {}, "ana"), ("s9", {"student": "s1"}, "s1"), ("unknown", {}, "unknown"),
])
def test_whose_a_submission_is(name: str, about: dict[str, str], who: str) -> None:
    m = Roster(CLASS).match(name, about)
    assert m.student.id == who and bool(m.by) == (who in {s.id for s in CLASS})


@pytest.mark.parametrize(("text", "says"), [("points,grade\n1,Ana\n", "no column names"), ("student\ns1\nS1\n", "twice"), ("student,name\n,Ana\n", "no id in the line"), ("", "empty")])
def test_a_roster_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "r.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=says):
        read_roster(file)


def test_files_and_folders_become_submissions(tmp_path: Path) -> None:
    """A file a student, several endings of one name, a folder, attempts, learning platforms, tables, folders called like problems."""
    for name in ("ana.md", "bo.tex", "bo.pdf", "cy/1.md", "cy/2.md", "dee-attempt2.md", "dee-attempt1.md", "eve (3).txt",
                 "Fay Gray_77_assignsubmission_file_/hw.md", "hillgus_123_456_hw1.pdf", "hillgus_123_457_hw2.pdf",
                 "descent/kai.md", "line/kai.md", ".hidden", "__MACOSX/x", "max/attempt-1/a.md", "max/attempt-2/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "all.csv").write_text("student,1a\nida,A\njon,B\nida,C\n", encoding="utf-8")
    _, got = gather(tmp_path, ["descent", "line"])
    seen = {s.id: (s.name, len(s.files), s.attempt, s.problem) for s in got}
    assert seen == {
        "ana": ("ana", 1, 1, ""), "bo": ("bo", 2, 1, ""), "cy": ("cy", 2, 1, ""), "dee-attempt1": ("dee", 1, 1, ""), "dee-attempt2": ("dee", 1, 2, ""), "eve (3)": ("eve", 1, 3, ""),
        "Fay Gray_77_assignsubmission_file_": ("Fay Gray", 1, 1, ""), "hillgus_123": ("hillgus", 2, 1, ""), "descent/kai": ("kai", 1, 1, "descent"), "line/kai": ("kai", 1, 1, "line"),
        "max/attempt-1": ("max", 1, 1, ""), "max/attempt-2": ("max", 1, 2, ""), "all.csv:ida": ("ida", 0, 1, ""), "all.csv:ida:2": ("ida", 0, 2, ""), "all.csv:jon": ("jon", 0, 1, ""),
    }
    with pytest.raises(UsageError, match="no such"):
        gather(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no submission"):
        gather(tmp_path / "empty")


def test_an_export_of_gradescope_says_whose_its_folders_are(tmp_path: Path) -> None:
    """One folder of one student, one of a group of two; the same files count for both."""
    for k in (11, 12):
        (tmp_path / f"submission_{k}").mkdir()
        (tmp_path / f"submission_{k}" / "hw.md").write_text("x", encoding="utf-8")
    (tmp_path / "submission_metadata.yml").write_text(
        "---\nsubmission_11:\n  :submitters:\n  - :name: Ana A\n    :sid: 's1'\n    :email: a@x.edu\n  :results:\n    :tests:\n    - :name: no\n"
        + "submission_12:\n  :submitters:\n  - :name: Bo B\n    :sid: s2\n  - :name: Cy C\n    :email: c@x.edu\n", encoding="utf-8")
    _, got = gather(tmp_path)
    assert {s.id: (s.given, s.files) for s in got} == {
        "submission_11": ("s1", ("submission_11/hw.md",)), "submission_12:s2": ("s2", ("submission_12/hw.md",)), "submission_12:c@x.edu": ("c@x.edu", ("submission_12/hw.md",))}
    (tmp_path / "all.zip").write_bytes(b"PK")
    with pytest.raises(UsageError, match="zip archive"):
        gather(tmp_path / "all.zip")


def test_the_example_course_is_read_as_it_was_written(sheet: list[Problem]) -> None:
    top, submissions = gather(COURSE / "submissions", [p.id for p in sheet])
    students = read_roster(COURSE / "roster.csv")
    labels, roster = Labels(sheet), Roster(students)
    got: dict[str, Collected] = {s.id: collect(s, top, labels, roster) for s in submissions}
    assert {c.whose.student.id for c in got.values()} == {s.id for s in students if s.id != "bp142"} | {"guest"}
    assert {d.format for c in got.values() for d in c.documents} == {"markdown", "latex", "text", "json", "toml", "csv", "notebook", "pdf", ""}
    full = {(p.id, part.id) for p in sheet for part in p.parts}
    for name in ("aa101", "ab102", "ac103", "ad104", "ae105", "af106", "ag107", "ah108", "aj110", "am113", "an114", "ao115", "aw123", "ax124", "ay125", "az126", "bn140", "late.csv:be131"):
        assert set(got[name].answers) == full, name
    assert {e.label for _, s in got["al112"].sheets for e in s.extra} == {"1d", "4a"}
    assert isinstance(got["aa101"].submission, Submission)


@pytest.mark.parametrize("line", [
    "∞-value", "||value",
    "answer u = -g", "Solution x is 3", "(x) holds", "(u, v) = (1, 2)", "2x + 1", "0.5 g", "a = (3, 1)", "1/5 of it", "p. 7 says so", "item by item", "i.e. it holds", "e.g. this", "Part of it",
])
def test_mathematics_at_the_beginning_of_a_line_opens_no_part(sheet: list[Problem], line: str) -> None:
    assert found(sheet, f"1a) first\n{line}\n1b) B") == {"descent#step": f"first\n{line}", "descent#value": "B"}
