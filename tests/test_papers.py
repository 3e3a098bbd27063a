"""Papers that leave the house: keys, sheets, guides and variants, as Markdown, HTML, LaTeX and PDF."""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.derivation.steps import Derivation, NotDerived, Step
from derive.errors import SourceError, UsageError
from derive.grading.diagnosis.credit import kind_of
from derive.grading.grade import grade
from derive.grading.judging.judge import judge
from derive.grading.keys import key_of
from derive.grading.verdict import Verdict
from derive.maths.write import plain
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from derive.reports import pdf
from derive.reports.document import Document, Figure, as_html, as_markdown, as_tex
from derive.reports.example import example_line
from derive.reports.guide import accepted_forms, guide_document
from derive.reports.handout import duplicates, hand_out, largest_denominator, prompts, read_roster
from derive.reports.key import key_document
from derive.reports.mistakes import typical_mistakes
from derive.reports.pictures import pictures
from derive.reports.sheet import sheet_document
from derive.reports.tex import tex_escape, tex_math, tex_text
from tests.conftest import SPECS
from tests.keys import certify, solve

HW, DEMO = SPECS / "cs182-hw2", SPECS / "variants-demo"


@pytest.fixture(scope="module")
def penalty() -> Problem:
    return load(HW / "penalty-l2.toml")


@pytest.fixture(scope="module")
def outcomes(penalty: Problem) -> list[Derivation]:
    found = [solve(penalty, p) for p in penalty.parts]
    return [d for d in found if isinstance(d, Derivation)]


@pytest.fixture(scope="module")
def key(penalty: Problem, outcomes: list[Derivation]) -> Document:
    figures = pictures(penalty, outcomes)
    assert set(figures) == {"update"}
    return key_document(penalty, [(d, certify(d)) for d in outcomes], figures=figures)


def run(*args: str) -> Any:
    return CliRunner().invoke(main, list(args))


# ------------------------------------------------------------------------------------------ the key


class _Page(HTMLParser):
    """What a page would load, and whether its elements close."""

    VOID = frozenset(("meta", "br", "hr", "img", "use", "path", "mspace", "rect", "circle", "line"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.addresses += [v for k, v in attrs if k in ("src", "href", "xlink:href", "action") and v]
        self.ids += [v for k, v in attrs if k == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.addresses += [v for k, v in attrs if k in ("src", "href", "xlink:href") and v]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        assert self.open and self.open.pop() == tag, (tag, self.open[-3:])


def test_the_page_is_one_file_with_typeset_formulas(key: Document) -> None:
    html = as_html([key])
    page = _Page()
    page.feed(html)
    assert not page.open and page.count["math"] > 30 and page.count["svg"] == 1
    assert all(a.startswith("#") for a in page.addresses) and "http" not in re.sub(r"http-equiv", "", html)
    assert len(set(page.ids)) == len(page.ids)
    assert 'class="tex"' not in html  # every formula could be set


def test_a_key_says_all_that_is_asked_of_it(key: Document) -> None:
    text = as_markdown(key)
    for word in ("### Derivation", "### Answer", "### Certificate and numerical check", "### Typical mistakes", "It is the only one.",
                 "gap to CVXPY", "the optimal value that CVXPY finds is", "right for the penalty weight", r"-\frac{\alpha}{2}\, g", "version 1"):
        assert word in text
    assert text.index("### Derivation") < text.index("### Answer") < text.index("### Certificate")


TEX_PAIR = re.compile(r"\\(begin|end)\{(\w+\*?)\}")


def _sound(tex: str) -> None:
    """Environments nest, dollars and braces pair, and no letter stands that pdflatex does not know."""
    body = tex[tex.index("\\begin{document}") :]
    stack: list[str] = []
    for m in TEX_PAIR.finditer(body):
        if m.group(1) == "begin":
            stack.append(m.group(2))
        else:
            assert stack and stack.pop() == m.group(2), m.group(0)
    assert not stack
    bare = re.sub(r"\\[\\{}$%&#_]", "", body)
    assert bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0
    assert body.count("\\[") - len(re.findall(r"\\\\\[", body)) == body.count("\\]")
    assert not [c for c in body if ord(c) > 0x24F]


def test_latex_is_sound(key: Document, penalty: Problem) -> None:
    for tex in (as_tex([key]), as_tex([key, sheet_document(penalty)]), as_tex([sheet_document(load(HW / "comm-table.toml"))])):
        _sound(tex)
    assert as_tex([key], {"penalty-l2-update-program": "p/x.pdf"}).count("\\includegraphics") == 1


def test_text_is_escaped_for_latex() -> None:
    assert tex_escape("50% of a_b & {x} θ ≤ ∞") == r"50\% of a\_b \& \{x\} \ensuremath{\theta} \ensuremath{\le} \ensuremath{\infty}"
    assert tex_math("θ ≤ ‖x‖").split() == [r"\theta", r"\le", r"\|", r"x\|"]
    table = tex_text("| a | b |\n|---|---|\n| $|x|$ | 2 |")
    assert r"\begin{tabular}{ll}" in table and r"\vert x\vert$ & 2" in table
    nested = tex_text("1. one\n\n   $$\n   x = 1\n   $$\n\n2. two")
    assert nested.index("\\[ x = 1") < nested.index("\\item two")


def test_pictures_are_the_same_byte_for_byte(penalty: Problem, outcomes: list[Derivation], key: Document) -> None:
    again = pictures(penalty, outcomes)["update"]
    first = next(b.figure for b in key.blocks if b.figure)
    assert isinstance(first, Figure) and (again.svg, again.pdf) == (first.svg, first.pdf)
    assert first.svg.startswith("<svg") and "xmlns" not in first.svg and first.pdf.startswith(b"%PDF")


def test_pictures_of_rounds_and_of_paths() -> None:
    table = load(HW / "comm-table.toml")
    drawn = pictures(table, [solve(table, p) for p in table.parts])
    assert set(drawn) == {"a2a-messages", "ps-messages", "ring-messages"} and "n = 4" in drawn["ring-messages"].caption
    sgd = load(HW / "limit-sgd.toml")
    assert set(pictures(sgd, [solve(sgd, p) for p in sgd.parts])) == {"vector"}


def test_without_matplotlib_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.reports.pictures.can_draw", lambda: False)
    out = run("key", "cs182-hw2/ball-l2", "--format", "html", "--no-mistakes")
    assert out.exit_code == 0 and "<svg" not in out.stdout and "pip install 'matplotlib>=3.8,<4'" in out.stderr
    asked = run("key", "cs182-hw2/ball-l2", "--format", "html", "--no-mistakes", "--pictures")
    assert asked.exit_code == 2 and "matplotlib" in asked.stderr


def test_a_pdf_needs_a_browser_and_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DERIVE_BROWSER", "no-such-browser")
    monkeypatch.setattr(pdf, "ENGINES", ())
    out = run("sheet", "cs182-hw2/ball-l2", "--format", "pdf", "-o", str(tmp_path / "x.pdf"))
    assert out.exit_code == 2 and "no browser" in out.stderr and "--format html" in out.stderr
    assert "Name the output" in run("sheet", "cs182-hw2/ball-l2", "--format", "pdf").stderr
    fake = tmp_path / "browser"
    fake.write_text("#!/bin/sh\nfor a in \"$@\"; do case $a in --print-to-pdf=*) printf '%%PDF-1.4' > \"${a#*=}\";; esac; done\n")
    fake.chmod(0o755)
    monkeypatch.setenv("DERIVE_BROWSER", str(fake))
    assert pdf.pdf_of_page("<p>x</p>") == b"%PDF-1.4"
    fake.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    with pytest.raises(UsageError, match="broken"):
        pdf.pdf_of_page("<p>x</p>")


def test_without_a_browser_a_latex_engine_sets_the_pdf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "pdflatex"
    fake.write_text("#!/bin/sh\ncase \"$*\" in *-no-shell-escape*) ;; *) exit 3;; esac\ngrep -q includegraphics paper.tex && ls *-program.pdf > /dev/null && printf '%%PDF-1.5' > paper.pdf\n")
    fake.chmod(0o755)
    monkeypatch.setenv("DERIVE_BROWSER", "no-such-browser")
    monkeypatch.setattr(pdf, "ENGINES", (str(fake),))
    out = run("key", "cs182-hw2/ball-l2", "--format", "pdf", "--no-mistakes", "-o", str(tmp_path / "x.pdf"))
    assert out.exit_code == 0 and (tmp_path / "x.pdf").read_bytes() == b"%PDF-1.5", out.stderr
    fake.write_text("#!/bin/sh\necho '! Undefined control sequence.'\nexit 1\n")
    with pytest.raises(UsageError, match="Undefined control sequence"):
        pdf.pdf_of_tex(str(fake), "x", {})


# ------------------------------------------------------------------------------------------ mistakes, guide, sheet


def test_typical_mistakes_are_wrong_and_named(penalty: Problem) -> None:
    for part in penalty.parts[:2]:
        found = typical_mistakes(penalty, part)
        k = key_of(penalty, part, False)
        assert len(found) >= 4 and len({m.says for m in found}) == len(found)
        assert {"penalty_convention", "sign", "other_norm"} <= {kind_of(m.says) for m in found}
        assert all(judge(m.answer, k).verdict is not Verdict.CORRECT for m in found)


def test_the_example_in_numbers_is_the_key_there_and_what_cvxpy_finds(penalty: Problem, outcomes: list[Derivation]) -> None:
    said = example_line(penalty, outcomes[1])
    alpha, g1, g2 = (Fraction(x) for x in re.findall(r"-?\d+(?:/\d+)?", said.partition(" the answer")[0]))
    value = Fraction(re.search(r"answer is \$(-?[\d/]+)\$", said).group(1))  # type: ignore[union-attr]
    found = float(re.search(r"CVXPY finds is \$(-?[\d.]+)\$", said).group(1))  # type: ignore[union-attr]
    assert value == -alpha * (g1**2 + g2**2) / 4 and abs(found - float(value)) < 1e-6


def test_a_foreseen_mistake_stands_first_with_its_credit() -> None:
    data = dict(load(HW / "penalty-l2.toml").data)
    data["misconceptions"] = [{"part": "update", "answer": "-alpha*g", "says": "The 2 of the square is lost.", "credit": 0.25}]
    p = from_data(data)
    assert next((m.says, m.share) for m in typical_mistakes(p, p.part("update"))) == ("The 2 of the square is lost.", 0.25)


def test_forms_of_the_guide_are_right_answers(penalty: Problem, outcomes: list[Derivation]) -> None:
    for d in outcomes:
        shown = accepted_forms(penalty, d, 4)
        assert len(shown) == 4 and all(grade(penalty, d.part, t, certified=False).verdict is Verdict.CORRECT for t in shown)
    text = as_markdown(guide_document(penalty, [(d, None) for d in outcomes]))
    assert "3 points in all" in text and "### Also right" in text and "0.5 of 1 point" in text


@pytest.mark.parametrize("path", [HW / "penalty-l2.toml", HW / "limit-sgd.toml", HW / "comm-table.toml", DEMO / "penalty.toml"])
def test_a_sheet_holds_no_answer(path: Path) -> None:
    p = load(path)
    sheet = as_markdown(sheet_document(p, source=True))
    for part in p.parts:
        assert f"## {part.id} (" in sheet
        d = solve(p, part)
        assert isinstance(d, Derivation)
        if d.answer is not None and len(plain(d.answer)) > 4:
            text = as_markdown(key_document(p, [(d, None)], mistakes=False))
            answer = text[text.index("### Answer") :].split("$$")
            assert len(answer) < 2 or answer[1].strip() not in sheet


# ------------------------------------------------------------------------------------------ variants


def test_a_roster_is_read(tmp_path: Path) -> None:
    def roster(text: str) -> list[str]:
        (tmp_path / "r").write_text(text, encoding="utf-8")
        return read_roster(tmp_path / "r")

    assert roster("ann\n\n# left\nzoë\n") == ["ann", "zoë"]
    assert roster("Name;ID\nAnn B;17\nBo C;18\n") == ["17", "18"]
    assert roster("Student\nann\n") == ["ann"]
    assert roster('name,email\n"B, Ann",a@x.y\n') == ["a@x.y"]
    for bad, what in (("ann\nann\n", "twice"), ("", "nobody"), ("a,b\n1,2\n", "no column")):
        with pytest.raises(SourceError, match=what):
            roster(bad)


SMALL = """
schema = 1
id = "small"
title = "The nearest point"
statement = "What is nearest to 0 on the line <<p>> x + <<q>> y = <<b>>?"
[variants]
whole = ["sqrt(p^2 + q^2)"]
[variants.draw]
p = { from = 3, to = 8 }
q = { from = 3, to = 8 }
b = { in = [1, 2, 3] }
[symbols]
a = { type = "nonzero vector(2)", value = "[<<p>>, <<q>>]" }
x = { type = "vector(2)" }
[[parts]]
id = "nearest"
ask = "argmin"
over = "x"
minimize = "norm(x, 2)^2"
subject_to = ["a^T x = <<b>>"]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path / "small.toml"


def test_handed_out_variants_are_certified_and_duplicates_known(small: Path) -> None:
    p = load(small)
    handed = list(hand_out(p, ["1", "2"]))
    assert handed[0].key != handed[1].key and [h.trouble for h in handed] == ["", ""]
    assert {largest_denominator(h.problem) for h in handed} <= {25, 50, 100}
    again = [*handed, *hand_out(p, ["1"])]
    assert duplicates(handed) == [] and duplicates(again) == [(handed[0].key, ["1", "1"])]
    for record in prompts(handed[0]):
        own = from_data(record["spec"])
        assert own.parts == handed[0].problem.parts and "<<" not in record["prompt"] and record["version"] == "1"


def test_a_variant_without_a_key_is_not_handed_out() -> None:
    data = {"schema": 1, "id": "p", "title": "t", "symbols": {"x": {"type": "real"}},
            "variants": {"draw": {"b": {"in": ["x^2", "cos(x)*exp(x) + x^3"]}}},
            "parts": [{"id": "a", "ask": "argmin", "over": "x", "minimize": "<<b>> + x"}]}
    handed = list(hand_out(from_data(data), [str(s) for s in range(8)]))
    by_key = {h.key: h.trouble for h in handed}
    assert by_key[("b=x^2",)] == "" and "not derived" in by_key[("b=cos(x)*exp(x) + x^3",)]


def test_the_command_writes_sheets_keys_and_prompts(small: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("student\nann\n../bob\n", encoding="utf-8")
    spec = str(small)
    out = run("variants", spec, "--roster", str(roster), "-o", str(tmp_path / "out"), "--format", "md")
    assert out.exit_code == 0, out.stderr
    rows = list(csv.DictReader((tmp_path / "out" / "variants.csv").read_text(encoding="utf-8").splitlines()))
    assert [r["student"] for r in rows] == ["ann", "../bob"] and all(r["certified"] == "yes" and "/" not in r["file"] for r in rows)
    sheet = (tmp_path / "out" / "ann.sheet.md").read_text(encoding="utf-8")
    key = (tmp_path / "out" / "keys" / "ann.key.md").read_text(encoding="utf-8")
    assert "### Answer" in key and "### Answer" not in sheet and "variant of `ann`" in sheet
    lines = run("variants", spec, "--seeds", "1..2", "--jsonl").stdout.splitlines()
    assert [json.loads(x)["id"] for x in lines] == ["small#nearest@1", "small#nearest@2"]
    for bad in (["--seeds", "9..1"], ["--seeds", "x"], [], ["--seeds", "1", "--all"]):
        assert run("variants", spec, *bad).exit_code == 2
    assert run("variants", "cs182-hw2/ball-l2", "--seeds", "1").exit_code == 2


def test_one_seed_through_key_sheet_and_answer() -> None:
    path = str(DEMO / "penalty.toml")
    key = json.loads(run("key", path, "--seed", "2", "--format", "json").stdout)
    assert key["variant"] == {"seed": "2", "values": {"c": "3", "h": "1", "p": "inf"}} and key["version"] == "1"
    assert key["parts"][0]["text"] == "-α/6·‖g‖₁·sign(g)"  # c = 3, h = 1, infinity norm
    assert "3}{\\alpha}" in run("sheet", path, "--seed", "2").stdout
    assert run("answer", f"{path}#update", "-alpha/6*norm(g,1)*sign(g)", "--seed", "2", "--no-certify").exit_code == 0
    assert run("answer", f"{path}#update", "-alpha/6*norm(g,1)*sign(g)", "--seed", "1", "--no-certify").exit_code == 1
    note = run("sheet", "cs182-hw2/ball-l2", "--seed", "1")
    assert note.exit_code == 0 and "every seed has the same" in note.stderr


def test_a_long_derivation_is_one_list(penalty: Problem) -> None:
    """What belongs to step 10 stands under its text, or the list would end there."""
    steps = tuple(Step("r", "Say.", f"x = {i}", requires=("y > 0",)) for i in range(1, 15))
    doc = key_document(penalty, [(NotDerived(penalty, penalty.parts[0], "no rule", steps), None)])
    assert as_tex([doc]).count("\\begin{enumerate}") == 1 and len(re.findall(r"<ol[ >]", as_html([doc]))) == 1
