"""What is told of judged conversations: the page, a person's verdicts, agreement with labels, the comparison with pass@k."""

from __future__ import annotations

import json
import re
import shutil
from fractions import Fraction
from html.parser import HTMLParser
from math import comb
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli import main
from derive.errors import SourceError
from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.reports.comparison import comparison, named
from derive.reports.samples import Z, pass_at, sizes, wilson
from derive.reports.timeline_picture import states
from derive.reports.transcript_page import transcript_page
from derive.transcripts.claims.claim import Claim
from derive.transcripts.judge import judge_transcript
from derive.transcripts.judged import Judged, judged_files
from derive.transcripts.labels import Agreement, agreement, read_labels
from derive.transcripts.overrides import beside, decided, on_answer, on_claim, read_decisions, write_decisions
from derive.transcripts.sources import read_text
from derive.transcripts.timeline import Course
from derive.transcripts.turns import split_turns

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "problems" / "cs182-hw2" / "example-conversation.md"
DATA = ROOT / "tests" / "data" / "conversations"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture(scope="module")
def homework() -> list[Problem]:
    return load_all(["cs182-hw2"])


@pytest.fixture(scope="module")
def penalties(homework: list[Problem]) -> list[Problem]:
    return [p for p in homework if p.id in ("penalty-l2", "penalty-linf")]


@pytest.fixture(scope="module")
def example(homework: list[Problem]) -> Judged:
    (found,) = judged_files([str(EXAMPLE)], homework)
    assert isinstance(found, Judged)
    return found


class Page(HTMLParser):
    """The buttons, ids and addresses of a page, and whether its elements are closed as they were opened."""

    VOID = ("meta", "br", "hr", "input", "col", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.claims: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if tag == "button" and "data-claim" in found:
            self.claims.append((found["data-claim"] or "", found.get("aria-label") or ""))
        self.links += [v or "" for k, v in attrs if k in ("href", "src", "action", "data", "xlink:href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()


# ------------------------------------------------------------------------------------------ the page

def test_every_claim_is_a_button_where_it_is_said_and_has_its_evidence(example: Judged) -> None:
    page = Page(transcript_page([example], "cs182-hw2"))
    assert not page.open
    buttons = dict(page.claims)
    for c in example.verdict.claims:
        assert c.verdict in buttons[f"c1-{c.id}"]
        assert f"e-c1-{c.id}" in page.ids
    assert len(page.ids) == len(set(page.ids))


def test_a_page_asks_nothing_of_the_network(example: Judged) -> None:
    text = transcript_page([example], "cs182-hw2")
    page = Page(text)
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links if "L" not in link} <= set(page.ids)
    assert "default-src 'none'" in text
    assert not page.tags & {"img", "iframe", "link", "object", "embed"}
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)


def test_what_is_said_is_text_and_never_markup_of_the_page(penalties: list[Problem]) -> None:
    said = '**User:** Minimize $g^T u + \\frac{1}{\\alpha}\\|u\\|_2^2$ <script>alert(1)</script> ![x](http://e.x/p.png)\n\n**Assistant:** '
    said += '[go](javascript:alert(1)) <img src=x onerror=alert(1)> $u = -\\frac{\\alpha}{2} g$ "><b>'
    t = split_turns(read_text(said))
    text = transcript_page([Judged(t, judge_transcript(t, penalties))], "<b>set")
    page = Page(text)
    assert all(link.startswith("#") for link in page.links)
    assert "<script>alert" not in text and "<img" not in text and "<b>set" not in text
    assert "&lt;script&gt;" in text


def test_evidence_has_witness_correction_and_strength(example: Judged) -> None:
    text = transcript_page([example], "cs182-hw2")
    wrong = next(c for c in example.verdict.claims if c.verdict == "false" and c.line_start == 22)
    card = text[text.index(f'id="e-c1-{wrong.id}"') :].partition("</article>")[0]
    for said in ("left side", "10000/10101", "right is", "strength", "as it stands", f"derive override cs182-hw2 {EXAMPLE} {wrong.id}"):
        assert said in card


def test_notes_repairs_and_what_is_left_out_are_shown(penalties: list[Problem]) -> None:
    text = "--- Page 1 ---\nPlease minimize $$g^T u + \\frac{1}\n{\\alpha}\\|u\\|_2^2$$ over u.\n10/13/2025, 12:47:31 PM\n"
    text += "The update is $$u = -\\frac{\\alpha}\n{2} g$$ and câ€™est tout.\n10/13/2025, 12:48:31 PM\n1 / 2\n--- Page 2 ---\nSee â€œaâ€\x9d â€” b.\n2 / 2"
    t = split_turns(read_text(text))
    shown = transcript_page([Judged(t, judge_transcript(t, penalties))], "cs182-hw2")
    assert "the text as it stands" in shown and "câ€™est" in shown
    assert "page furniture" in shown and "1 / 2" in shown


def test_claims_find_their_places_between_brackets_lists_tables_and_stray_marks(penalties: list[Problem]) -> None:
    said = ("**User:** Minimize $g^T u + \\frac{1}{\\alpha}\\|u\\|_2^2$.\n\n**Assistant:** Cost 5$ </div>\n\n"
            "\\[ g + \\frac{2}{\\alpha} u = 0 \\]\n\n- so\n\n  \\[ u = -\\frac{\\alpha}{2} g \\]\n\n"
            "| name | $|u|$ |\n|---|---|\n| step | $u = -\\alpha g$ |\n\n> **This recovers Gradient Descent.** So $u = -\\frac{\\alpha}{2} g$ again $u = -\\frac{\\alpha}{2} g$, *open\n\n```\n$u$\n")
    t = split_turns(read_text(said))
    j = Judged(t, judge_transcript(t, penalties))
    text = transcript_page([j], "set")
    page = Page(text)
    assert not page.open and len(page.ids) == len(set(page.ids))
    talk = text[text.index('class="talk"') : text.index('<details class="screen">')]
    assert len(j.verdict.claims) >= 5
    for c in j.verdict.claims:
        place = talk.index(f'data-claim="c1-{c.id}"')
        before = re.findall(r'id="c1-L(\d+)"', talk[:place])
        assert int(before[-1]) <= c.line_start  # in the block in which it is said
        assert all(int(n) > c.line_start for n in re.findall(r'id="c1-L(\d+)"', talk[place:]))


def test_several_conversations_stand_on_one_page(penalties: list[Problem]) -> None:
    found = [j for j in judged_files([str(DATA / "openai.jsonl")], penalties) if isinstance(j, Judged)]
    page = Page(transcript_page(found, "cs182-hw2"))
    assert len(page.ids) == len(set(page.ids))
    assert {"c1-top", "c2-top", "c3-top"} <= set(page.ids)
    assert {c.partition("-")[0] for c, _ in page.claims} == {"c1", "c2", "c3"}


def test_states_of_an_answer_fill_the_turn_from_where_it_is_first_right() -> None:
    course = Course(1, "p", "p#a", "answer", 10, (20, 40), (30,), "wrong", 40, "", "", (), 0, 0)
    found = list(states(course, 50))
    assert found == [("right", 10, 20), ("left", 20, 30), ("right", 30, 40), ("left", 40, 50)]


# ------------------------------------------------------------------------------------------ a person's verdicts

def test_a_persons_verdict_is_kept_beside_the_source_and_honoured(tmp_path: Path) -> None:
    file = tmp_path / "talk.md"
    shutil.copy(EXAMPLE, file)
    data = json.loads(run("transcript", "cs182-hw2/penalty-linf", file, "--json").stdout)
    wrong = next(c for c in data["claims"] if c["verdict"] == "false" and c["turn"] == 2)
    assert run("override", "cs182-hw2/penalty-linf", file, wrong["id"], "hypothetical", "--why", "a first thought", "--by", "R").exit_code == 0
    assert run("override", "cs182-hw2/penalty-linf", file, "2:penalty-linf#optimizer", "correct").exit_code == 0
    data = json.loads(run("transcript", "cs182-hw2/penalty-linf", file, "--json").stdout)
    (claim,) = [c for c in data["claims"] if c["id"] == wrong["id"]]
    assert (claim["verdict"], claim["override"]) == ("hypothetical", {"was": "false", "by": "R", "why": "a first thought"})
    part = next(t["parts"]["penalty-linf#optimizer"] for t in data["turns"] if "penalty-linf#optimizer" in t["parts"])
    assert part["verdict"] == "correct" and part["override"]["was"] == "partial"
    assert data["summary"]["parts"]["penalty-linf#optimizer"]["reached"] == "one-shot"
    assert "a first thought" in run("transcript", "cs182-hw2/penalty-linf", file).stdout
    out = tmp_path / "page.html"
    assert run("transcript", "cs182-hw2/penalty-linf", file, "-o", out).exit_code == 0
    assert "decided by R: a first thought" in out.read_text(encoding="utf-8")
    assert "a first thought" in run("override", "cs182-hw2/penalty-linf", file).stdout
    assert run("override", "cs182-hw2/penalty-linf", file, wrong["id"], "--remove").exit_code == 0
    assert run("override", "cs182-hw2/penalty-linf", file, wrong["id"], "--remove").exit_code == 2
    assert run("override", "cs182-hw2/penalty-linf", file, wrong["id"], "correct").exit_code == 2  # a verdict of an answer, not of a claim


def test_a_verdict_is_bound_to_the_words_not_to_a_number(penalties: list[Problem], tmp_path: Path) -> None:
    def judged(text: str) -> Judged:
        t = split_turns(read_text(text))
        return Judged(t, judge_transcript(t, penalties))

    talk = "**User:** Minimize $g^T u + \\frac{1}{\\alpha}\\|u\\|_2^2$.\n\n**Assistant:** Then\n\n$$u = -\\alpha g$$\n"
    first = judged(talk)
    (wrong,) = [c for c in first.verdict.claims if c.verdict == "false"]
    decision = on_claim(wrong, first.transcript, "hypothetical", "R", "no")
    source = tmp_path / "talk.md"
    write_decisions(source, [decision])
    assert read_decisions(source) == [decision]
    moved = judged(talk.replace("Then\n", "Let me see: $g + \\frac{2}{\\alpha} u = 0$.\n\nThen\n"))
    v, notes = decided(moved.verdict, moved.transcript, [decision])
    assert not notes
    assert [c.verdict for c in v.claims if c.latex == wrong.latex] == ["hypothetical"]
    assert not any(c.ends == "wrong" for c in v.courses)  # the timeline follows the person
    changed = judged(talk.replace("-\\alpha g", "-2\\alpha g"))
    v, notes = decided(changed.verdict, changed.transcript, [decision])
    assert [c.verdict for c in v.claims] == [c.verdict for c in changed.verdict.claims]
    assert len(notes) == 1 and "the text has changed" in notes[0]
    (turn,) = first.verdict.turns
    answer = on_answer(turn.answers[0], 1, first.transcript, "correct")
    assert not decided(first.verdict, first.transcript, [answer])[1]
    assert decided(moved.verdict, moved.transcript, [answer])[1]
    write_decisions(source, [])
    assert not beside(source).exists()


@pytest.mark.parametrize("line", ['{"kind": "claim"}', "no json", '{"kind": "claim", "conversation": 1, "turn": 1, "line_start": 1, "text": "x", "verdict": "correct"}',
                                  '{"kind": "claim", "conversation": "1", "turn": 1, "line_start": 1, "text": "x", "verdict": "true"}', "[]"])
def test_a_broken_file_of_verdicts_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    source = tmp_path / "talk.md"
    beside(source).write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"talk\.md\.verdicts\.jsonl:2"):
        read_decisions(source)


# ------------------------------------------------------------------------------------------ labels

def test_kappa_of_a_table_worked_by_hand() -> None:
    # p_o = 35/50; p_e = (25 * 30 + 25 * 20) / 50^2 = 1/2.
    table = {("true", "true"): 20, ("true", "false"): 5, ("false", "true"): 10, ("false", "false"): 15}
    a = Agreement(table, {}, ())
    assert a.kappa == pytest.approx(0.4)
    assert Agreement({("true", "true"): 9}, {}, ()).kappa is None  # one verdict only: chance alone would agree
    assert Agreement({}, {"true": 1}, ()).kappa is None


def test_labels_meet_the_claims_that_say_the_same(example: Judged, tmp_path: Path) -> None:
    claims = list(example.verdict.claims)

    def label(c: Claim, verdict: str, **more: object) -> str:
        return json.dumps({"role": c.role, "line_start": c.line_start, "line_end": c.line_end, "latex": c.latex, "verdict": verdict, **more})

    false = next(c for c in claims if c.verdict == "false")
    rows = [label(c, {"undecided": "unverifiable"}.get(c.verdict, c.verdict)) for c in claims if c.latex]
    file = tmp_path / "labels.jsonl"
    file.write_text("\n".join([*rows, label(false, "true", id="odd"), label(false, "true", doc="other.md"), label(false, "true", role="user"), ""]), encoding="utf-8")
    a = agreement(read_labels(file), str(EXAMPLE), claims)
    assert a.n == len(rows) + 1 and not a.missing
    assert [(x.get("id"), got) for x, got in a.disagreements] == [("odd", "false")]
    assert a.kappa is not None and 0.5 < a.kappa < 1
    data = json.loads(run("transcript", "cs182-hw2", EXAMPLE, "--json", "--labels", file).stdout)
    assert data["agreement"]["kappa"] == a.kappa
    file.write_text('{"line_start": 1, "line_end": 2, "verdict": "maybe"}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"labels\.jsonl:1.*maybe"):
        read_labels(file)


# ------------------------------------------------------------------------------------------ comparison

@pytest.mark.parametrize("k", [1, 2, 5])
def test_pass_at_k_is_unbiased(k: int) -> None:
    """The mean of the estimate over all outcomes of n samples is 1 - (1 - p)^k, exactly."""
    n, p = 7, Fraction(2, 9)
    mean = sum(comb(n, c) * p**c * (1 - p) ** (n - c) * (1 - Fraction(comb(n - c, k), comb(n, k))) for c in range(n + 1))
    assert mean == 1 - (1 - p) ** k
    for c in range(n + 1):
        found = pass_at(k, n, c)
        assert found.estimate == pytest.approx(float(1 - Fraction(comb(n - c, k), comb(n, k))))
        assert 0 <= found.low <= found.estimate <= found.high <= 1


def test_wilsons_interval_holds_the_chances_whose_score_is_within_z() -> None:
    for n in (1, 4, 30):
        for c in range(n + 1):
            low, high = wilson(c, n)
            assert low <= c / n <= high
            for p in {low, high} - {0.0, 1.0}:
                assert abs(c / n - p) == pytest.approx(Z * (p * (1 - p) / n) ** 0.5)
            mirrored = wilson(n - c, n)
            assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]))


def test_undecided_samples_widen_the_interval_and_leave_the_estimate() -> None:
    sure, open_ = pass_at(1, 4, 3), pass_at(1, 4, 3, undecided=2)
    assert open_.estimate == sure.estimate
    assert open_.low < sure.low and open_.high > sure.high
    assert pass_at(1, 0, 0, undecided=3).estimate is None
    with pytest.raises(ValueError, match="right"):
        pass_at(1, 2, 3)
    assert [sizes(n) for n in (1, 2, 3, 8)] == [[1], [1, 2], [1, 2, 3], [1, 2, 4, 8]]


def test_samples_of_one_prompt_are_one_row(penalties: list[Problem]) -> None:
    found = [j for j in judged_files([str(DATA / n) for n in ("openai.jsonl", "inspect.json")], penalties) if isinstance(j, Judged)]
    rows = {(r.part, r.model): r.to_dict() for r in comparison(found)}
    row = rows["penalty-l2#update", "model-e"]
    assert (row["samples"], row["one_shot"], row["never"], row["undecided"], row["false_claims"]) == (3, 2, 1, 0, 1)
    assert row["pass_at"][0]["estimate"] == pytest.approx(2 / 3)
    assert rows["penalty-linf#update", "model-e"]["samples"] == 1  # asked in one of them only, after its first turn
    assert rows["penalty-l2#update", "house/model-f"]["samples"] == 2


def test_models_and_samples_by_file_name(penalties: list[Problem], tmp_path: Path) -> None:
    for name in ("gpt-x--1.md", "gpt-x--2.md", "other.md"):
        shutil.copy(DATA / "labels.md", tmp_path / name)
    found = [j for j in judged_files([str(tmp_path / n) for n in ("gpt-x--1.md", "gpt-x--2.md", "other.md")], penalties) if isinstance(j, Judged)]
    assert [named(j) for j in found] == [("gpt-x", "1"), ("gpt-x", "2"), ("other", "other")]
    out = tmp_path / "table.html"
    assert run("transcript", "cs182-hw2/penalty-l2", *[tmp_path / n for n in ("gpt-x--1.md", "gpt-x--2.md")], "--compare", "-o", out).exit_code == 0
    assert "pass@k" in out.read_text(encoding="utf-8") and not Page(out.read_text(encoding="utf-8")).open
    data = json.loads(run("transcript", "cs182-hw2/penalty-l2", tmp_path / "other.md", "--compare", "--json").stdout)
    assert data["rows"][0]["model"] == "other"
