"""Labels of parts in many hands: what is found by any layout, what is no label, and what waits for a person because a text may hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from derive.course.collect import collect, sheet_of
from derive.course.find import Sheet
from derive.course.gather import Submission
from derive.course.labels import Labels
from derive.course.mark import Marker
from derive.course.read import read_bytes
from derive.course.roster import Roster
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import ROOT

SIZES = (3, 2, 3)  # parts of the three problems of the example sheet
RIGHT = (
    (r"$u = -\frac{\alpha}{3} g$", r"$-\frac{\alpha}{6}\|g\|^2$", r"gradient descent with step $\alpha/3$"), ("$(3/5, 1/5)$", r"$0 < \eta < 1/5$"), ("$2n(n-1)$", "$p/n$", "$2p(n-1)$"))


@pytest.fixture(scope="module")
def sheet() -> list[Problem]:
    return load_all([ROOT / "examples" / "course" / "sheet"])


@pytest.fixture(scope="module")
def mark(sheet: list[Problem], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Marks one text of one student: the parts by number, as mark says them."""
    top = tmp_path_factory.mktemp("labels")
    marker = Marker(sheet, top, certified=False)

    def marks(text: str) -> dict[str, dict[str, Any]]:
        (top / "x.md").write_text(text, encoding="utf-8")
        parts = iter(marker(Submission("x", "x", ("x.md",)))["parts"])
        return {f"{p + 1}{'abc'[k]}": next(parts) for p, size in enumerate(SIZES) for k in range(size)}

    return marks


def laid_out(head: str, part: str, answers: Any = RIGHT, between: str = "\n") -> str:
    """The answers in a layout: `head` before the first part of each problem; {p}: its number, {l}, {n}, {r}: letter, number, Roman number of a part."""
    out = []
    for p, own in enumerate(answers, 1):
        filled = [part.format(p=p, l="abc"[k], n=k + 1, r=("i", "ii", "iii")[k], U="ABC"[k], t=text) for k, text in enumerate(own)]
        out.append(head.format(p=p) + between.join(filled))
    return "\n".join(out)


def read(sheet: list[Problem], text: str, name: str = "x.md") -> Sheet:
    d = read_bytes(text.encode(), name)
    return sheet_of(d, Submission("x", "x", (name,)), Labels(sheet))


def texts(sheet: list[Problem], text: str) -> list[list[str]]:
    found = read(sheet, text).answers
    return [[found[(p.id, part.id)].text if (p.id, part.id) in found else "" for part in p.parts] for p in sheet]


LAYOUTS = [
    ("{p}. ", "{l}. {t}"), ("{p}. ", "   {l}. {t}"), ("Q{p} ", "{l}) {t}"), ("Problem {p} ", "{l}) {t}"), ("{p}) ", "{l}) {t}"), ("({p}) ", "({l}) {t}"), ("", "{p}({l}) {t}"), ("", "{p}-{l} {t}"),
    ("", "{p}-{l}: {t}"), ("", "Ex. {p}.{l}: {t}"), ("", "Question {p}, part {l}\n{t}"), ("", "**Q{p}** ({l}) {t}"), ("**Q{p}** ", "({l}) {t}"), ("", "{p}.{n}) {t}"), ("", "{p}.{n} {t}"),
    ("", "{p}.{n}. {t}"), ("{p}.\n", "{r}) {t}"), ("## {p}\n", "({r}) {t}"), ("", "**{p}{l}.** {t}"), ("", "**{p}.{l}** {t}"), ("## Problem {p}\n", "**{l}.** {t}\n"), ("{p}. ", "\n    - {l}) {t}"),
    ("", "Q{p}.{l} {t}"), ("", "Problem {p}.{n} {t}"), ("", "{p}{l} {t}"), ("", "[{p}{l}] {t}"), ("{p}. ", "{U}) {t}"), ("**{p}.** ", "**{l})** {t}"), ("* {p}. ", "  * {l}. {t}"),
    ("Problem {p}\n\n", "{n}. {t}"), ("{p} - ", "{l}) {t}"), ("{p}: ", "{l}: {t}"), ("No. {p} ", "({l}) {t}"), ("HW1 Problem {p}\n", "{l}) {t}"), ("Problem {p}: Steepest descent\n", "{l}) {t}"),
    ("", "Answer to {p}{l}: {t}"), ("", "Solution {p}({l}): {t}"), ("Solution {p}\n", "({l}) {t}"), ("{p}. ", "part {l}: {t}"), ("", "{l}) {t}"), ("", "({l}) {t}"), ("", "{p}/{l} {t}"),
]


@pytest.mark.parametrize(("head", "part"), LAYOUTS)
def test_layouts_are_found(sheet: list[Problem], head: str, part: str) -> None:
    assert texts(sheet, laid_out(head, part)) == [list(own) for own in RIGHT]


@pytest.mark.parametrize(("head", "part"), [("{p}. ", "{l}. {t}"), ("Q{p} ", "{l}) {t}"), ("Problem {p}: ", "({l}) {t}"), ("", "{p}({l}) {t}"), ("**Problem {p}** ", "({l}) {t}")])
def test_the_parts_of_a_problem_on_one_line_are_found(sheet: list[Problem], head: str, part: str) -> None:
    assert texts(sheet, laid_out(head, part, between=" ")) == [list(own) for own in RIGHT]


def test_letters_that_begin_again_are_those_of_the_next_problem_where_as_many_lists_stand_as_problems(sheet: list[Problem]) -> None:
    lists = [list(own) for own in RIGHT]
    short = [[RIGHT[0][0]], list(RIGHT[1]), list(RIGHT[2][:2])]
    assert texts(sheet, laid_out("", "{l}) {t}", short)) == [[short[0][0], "", ""], short[1], [*short[2], ""]]
    assert not read(sheet, laid_out("", "{l}) {t}", lists[:2])).answers  # two lists to three problems: nobody knows which
    assert not read(sheet, laid_out("", "{l}) {t}", [lists[1], lists[0], lists[2]])).answers  # (c) of a problem that has none


STEPS = [
    "We set the gradient to zero:\n1. expand\n2. collect\nSo {t}", "Look at (i) the sum and (ii) the norm.\n\n{t}", "Cases:\n(i) trivial\n(ii) easy\n\nSo {t}", "(1) expand\n(2) collect\n\n{t}",
    "$$\nf(a) + b\n$$\n{t}", "By part (a) and (b), and 1.1 times two,\n1.1 x + 2\n{t}", "Step 1. Expand.\nStep 2. Collect.\n{t}", "f(a) and x_(i) and k (b)\n{t}", "2x + 1\n0.5 g\n3, 1\n{t}",
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("head", "part"), [("Problem {p}\n", "({l}) {t}"), ("{p}. ", "{l}) {t}"), ("", "{p}{l}) {t}"), ("", "**{p}.{l}** {t}"), ("## {p}\n", "### {l}\n{t}")])
def test_steps_and_formulas_inside_an_answer_are_no_labels(sheet: list[Problem], head: str, part: str, step: str) -> None:
    answers = [[step.replace("{t}", t) for t in own] for own in RIGHT]
    assert texts(sheet, laid_out(head, part, answers)) == answers


def test_two_numbers_before_a_formula_are_a_label_only_where_all_of_them_are_the_parts_of_the_sheet(sheet: list[Problem]) -> None:
    assert texts(sheet, "1.1 x = 3\n1.2 y\n2.1 z")[:2] == [["x = 3", "y", ""], ["z", ""]]
    for text in ("1.1 x = 3", "1.1 x = 3\n1.7 y", "1.2 x = 3\n1.1 y", "2.2 x = 3\n3.1 y", "1.1 x\n1b y", "0.5 x\n1.1 y\n1.2 z"):
        assert not read(sheet, text).answers, text


ODD = [("P{p} ", "{l}) {t}"), ("{p} ", "{l} {t}"), ("Problem {p} ", "{l} {t}"), ("{p}. ", "{l} - {t}"), ("Problem {p}\n", "{l}] {t}"), ("Pb {p}\n", "({l}) {t}"), ("", "{p}{l}> {t}"),
       ("Problem {p}\n", "* {t}"),
       ("Problem {p}\n", "1{l}) {t}"), ("=={p}==\n", "{l}) {t}"), ("", "{{{p}{l}}} {t}"), ("{p}. ", "{t}\n"), ("Problem {p}\n", "{p}.{l} {t}"), ("", "#{p}{l} {t}")]


@pytest.mark.parametrize(("head", "part"), [*ODD, *LAYOUTS[::4]])
@pytest.mark.parametrize("between", ["\n", " "])
def test_no_layout_loses_points_in_silence(mark: Any, head: str, part: str, between: str) -> None:
    """A right answer is found and right, or it waits: whatever the layout."""
    lost = [k for k, p in mark(laid_out(head, part, between=between)).items() if p["share"] not in (1.0, None)]
    assert not lost


WAITING = [  # the text, whose answers are wrong, the parts that wait, those that are missing and scored
    ("1a) $u = -g$\n1b then $-g$\n2a) $(1, 1)$\n2b) $0 < \\eta < 1$", "1a 1b", "1c 3a 3b 3c"),  # a label that was not understood, inside of another part
    ("$u = -g$\n\n2a) $(1, 1)$", "1a 1b 1c 2b 3a 3b 3c", ""),  # a formula before the first label
    ("# Homework of Ana\n\n2a) $(1, 1)$", "", "1a 1b 1c 2b 3a 3b 3c"),  # no formula there
    ("Problem 2\nmy answer is 1 and 1\n(b) $0 < \\eta < 1$", "2a", "1a 1b 1c 3a 3b 3c"),  # under a problem, before its first part
    ("Problem 2\nSolution.\n(b) $0 < \\eta < 1$", "", "1a 1b 1c 2a 3a 3b 3c"),
    ("2a) $(1, 1)$\n2d) $q$", "1a 1b 1c 2b 3a 3b 3c", ""),  # a part that is not asked
    ("2a) $(1, 1)$\n2b)\n1b)\n1c)\n1a) $u = -g$", "", "1b 1c 2b 3a 3b 3c"),  # labelled and left empty
    ("2a) $(1, 1)$\n2a) $(1, 2)$", "1a 1b 1c 2a 2b 3a 3b 3c", ""),  # labelled twice
    ("2a) the steps are\n1. expand\n2. collect\n\n$(1, 1)$", "2a 1a 1b 1c", "2b 3a 3b 3c"),  # a number that may be that of a problem of which nothing was found
    ("1a) $u = -g$\n2a) with f(a) = 3, and (c) of it, $(1, 1)$\n2b) $0 < \\eta < 1$", "", "1b 1c 3a 3b 3c"),  # no part of this problem
]


@pytest.mark.parametrize(("text", "waiting", "missing"), WAITING)
def test_what_a_text_may_hold_waits_for_a_person(mark: Any, text: str, waiting: str, missing: str) -> None:
    got = mark(text)
    waits = {k for k, p in got.items() if p["share"] is None}
    assert waits == set(waiting.split())
    assert {k for k, p in got.items() if p["verdict"] == "missing"} == set(missing.split())
    assert all(got[k]["look"] for k in waits)


def test_what_waits_is_said_in_the_notes(sheet: list[Problem], tmp_path: Path) -> None:
    """The notes are shown by the dry run and kept in the log."""
    (tmp_path / "x.md").write_text("1a) $p$\n1b then $q$", encoding="utf-8")
    notes = collect(Submission("x", "x", ("x.md",)), tmp_path, Labels(sheet), Roster(())).notes
    assert any("1a holds '1b then $q$'" in n and "1b" in n for n in notes) and any(n.startswith("not found and waiting") and n.endswith(": 1b") for n in notes)


def test_a_right_answer_is_not_held_back_by_what_stands_below_it(mark: Any) -> None:
    got = mark("2a) $(3/5, 1/5)$\nHere (b) is open.")
    assert got["2a"]["share"] == 1.0 and any("may begin" in x for x in got["2a"]["look"]) and got["2b"]["share"] is None


FOLDERS: list[tuple[dict[str, str], set[str]]] = [
    ({"problem1.md": "a) A\nb) B", "problem2.md": "a) C"}, {"1a:A", "1b:B", "2a:C"}), ({"q1.txt": "(a) A", "Q3.txt": "(c) B"}, {"1a:A", "3c:B"}), ({"1a.txt": "A", "1b.txt": "B"}, {"1a:A", "1b:B"}),
    ({"hw-1.md": "a) A", "hw-2.md": "a) B"}, {"1a:A", "2a:B"}), ({"task_2/part-b.txt": "B", "ex1b.md": "A"}, {"2b:B", "1b:A"}), ({"ana_problem-2.md": "(b) B", "notes.md": ""}, {"2b:B"}),
    ({"hw-1.md": "1a) A\n2a) B"}, {"1a:A", "2a:B"}),  # one file: the number is that of the homework
    ({"hw-1.md": "Problem 2\n(a) A", "hw-4.md": "Problem 3\n(a) B"}, {"2a:A", "3a:B"}), ({"q1.md": "Problem 2\n(a) A", "q2.md": "(b) B"}, {"2a:A", "2b:B"}),  # the text says otherwise
    ({"page1.md": "1a) A", "page2.md": "2a) B"}, {"1a:A", "2a:B"}), ({"a.md": "x", "b.md": "y"}, set()),
]


@pytest.mark.parametrize(("files", "want"), FOLDERS)
def test_the_name_of_a_file_says_its_problem(sheet: list[Problem], tmp_path: Path, files: dict[str, str], want: set[str]) -> None:
    for name, text in files.items():
        (tmp_path / "ana" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ana" / name).write_text(text, encoding="utf-8")
    c = collect(Submission("ana", "ana", tuple(f"ana/{name}" for name in files)), tmp_path, Labels(sheet), Roster(()))
    at = {(p.id, part.id): f"{i}{'abc'[k]}" for i, p in enumerate(sheet, 1) for k, part in enumerate(p.parts)}
    assert {f"{at[k]}:{a.text}" for k, (_, a) in c.answers.items()} == want
