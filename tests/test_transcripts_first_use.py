"""What a first conversation holds: problems told in plain text, counts with no schedule beside them, answers of few words, turns that are about nothing known."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.judge import TranscriptVerdict, judge_transcript
from derive.transcripts.record import parts_of
from derive.transcripts.sources import read_text
from derive.transcripts.topics import mentions
from derive.transcripts.turns import split_turns

PROBLEMS = Path(__file__).resolve().parent.parent / "problems"
STEP = r"The update is $u = -\frac{\alpha}{2} \|g\|_1 \operatorname{sign}(g)$."


@pytest.fixture(scope="module")
def homework() -> list[Problem]:
    return load_all([PROBLEMS / "cs182-hw2"])


def judged(prompt: str, reply: str, problems: list[Problem], about: str = "") -> TranscriptVerdict:
    text = f"## User\n\n{prompt}\n\n## Assistant\n\n{reply}\n"
    return judge_transcript(split_turns(read_text(text, "own.md")), problems, certified=False, about=about)


def claims(v: TranscriptVerdict) -> dict[str, str]:
    return {c.latex: c.verdict for c in v.claims}


def answers(v: TranscriptVerdict) -> dict[str, str]:
    return {f"{a.problem}#{a.part}": a.grade.verdict.value for t in v.turns for a in t.answers}


# ------------------------------------------------------------------------------------------ counts

ALL_THREE = "Fill in the table for all-to-all, parameter server and ring all-reduce: the number of messages sent and the size of each message."


def test_counts_of_several_schedules_in_one_sentence_belong_to_the_nearest(homework: list[Problem]) -> None:
    v = judged(ALL_THREE, "All-to-all needs $n^2$ messages of size $p$, parameter server $2n$ of size $p$, and ring $2n(n-1)$ of size $p/n$.", homework)
    assert claims(v) == {"n^2": "false", "p": "true", "2n": "true", "2n(n-1)": "true", "p/n": "true"}
    assert answers(v) | {"comm-table#table": ""} == {
        "comm-table#a2a-messages": "incorrect", "comm-table#ps-messages": "correct", "comm-table#ps-size": "correct",
        "comm-table#ring-messages": "correct", "comm-table#ring-size": "correct", "comm-table#table": ""}
    swapped = judged(ALL_THREE, "Parameter server needs $2n$ of size $p/n$, and ring $2n(n-1)$ of size $p$.", homework)
    assert claims(swapped) == {"2n": "true", "p/n": "false", "2n(n-1)": "true", "p": "false"}


@pytest.mark.parametrize(("reply", "verdict"), [
    ("All-to-all needs $n(n-1)$ messages.", "true"), ("All-to-all needs $n-1$ messages per worker.", "true"), ("All-to-all needs $n^2$ messages.", "false"),
    ("All-to-all is simple, there are $n^2$ messages.", "undecided"),  # of whom is not said
    ("The parameter server sends $n$ messages.", "true"),  # it itself does
    ("Ring all-reduce needs $2(n-1)$ rounds.", "true"), ("Ring all-reduce needs $n$ rounds.", "false"), ("The all-gather takes $n-1$ rounds.", "true"),
    ("The all-gather takes $n$ rounds.", "false"), ("A ring needs $n^2$ messages fewer than that.", None)])
def test_what_is_said_of_a_schedule_itself_is_decided(homework: list[Problem], reply: str, verdict: str | None) -> None:
    found = list(claims(judged(ALL_THREE, reply, homework)).values())
    assert found == [verdict] if verdict is not None else "false" not in found


def test_a_count_of_no_schedule_is_of_the_one_that_is_asked_about(homework: list[Problem]) -> None:
    reply = "Each worker sends $2(n-1)$ messages of size $p/n$; in total $2n(n-1)$ messages."
    v = judged("How many messages does a ring all-reduce need?", reply, homework)
    assert set(claims(v).values()) == {"true"} and answers(v) == {"comm-table#ring-messages": "correct", "comm-table#ring-size": "correct"}
    wrong = judged("How many messages does a parameter server need?", reply, homework)
    assert "true" not in (claims(wrong)["p/n"], claims(wrong)["2n(n-1)"])
    assert not judged("Ring all-reduce or a parameter server?", "Each sends $2(n-1)$ messages.", homework).claims  # of neither


def test_a_schedule_with_a_symbol_of_its_own_is_run_where_that_has_a_value() -> None:
    doubling = load_all([PROBLEMS / "bank" / "cnt_recursive_doubling.toml"])
    prompt = "All-reduce by recursive doubling with $n = 2^k$ workers: how many messages and rounds?"
    v = judged(prompt, "There are $nk$ messages in total, of $p$ numbers each, in $k$ rounds.", doubling)
    assert claims(v) == {"nk": "true", "p": "true", "k": "true"}
    assert claims(judged(prompt, "There are $n$ messages in total, in $n$ rounds.", doubling)) == {"n": "false"}


# ------------------------------------------------------------------------------------------ what it is about

@pytest.mark.parametrize("prompt", [
    "Find u = argmin g^T u + (1/alpha) ||u||_inf^2", "Find arg min_u of g^T u + ||u||_inf^2/alpha.", "Which u minimises gᵀu + (1/α)‖u‖²_∞?",
    r"u = \arg\min g^\top u + \frac{1}{\alpha}\|u\|_\infty^2", r"$$u^* = \operatorname{arg\,min}_{u\in\mathbb{R}^n} \left\{ \langle g,u\rangle + \tfrac{1}{\alpha}\|u\|_\infty^2 \right\}$$",
    "argmin over u of <g, u> + norm(u, inf)^2/alpha", "minimise over u the function g^T u + 1/alpha ||u||_oo^2", "u = arg min_u [ g^T u + (1/alpha) * max_i |u_i|^2 ]",
    "argmin_u g.T @ u + np.linalg.norm(u, np.inf)**2 / alpha", "Solve min_u g'u + (1/alpha)*||u||_inf^2 for $u$"])
def test_a_problem_is_known_by_its_objective_however_it_is_written(homework: list[Problem], prompt: str) -> None:
    assert {m.problem for m in mentions(prompt, homework)} == {"penalty-linf"}


@pytest.mark.parametrize("prompt", ["u = argmin g^T u + (1/alpha) ||g||_inf^2", "argmin of x^2 + 3", "minimise the risk that the norm is hurt", "u = argmin g^T u + (1/alpha) max_i u_i^3"])
def test_another_objective_is_not_taken_for_it(homework: list[Problem], prompt: str) -> None:
    assert not mentions(prompt, homework)


def test_a_turn_about_nothing_known_says_why_and_what_to_do(homework: list[Problem]) -> None:
    v = judged("Find the best step.", STEP, homework)
    assert not v.claims and "--about" in v.turns[0].why and "No problem of the set is recognised" in v.turns[0].why
    assert v.to_dict()["turns"][-1]["why"] == v.turns[0].why
    told = judged("Find the best step.", STEP, homework, about="penalty-linf")
    assert answers(told) == {"penalty-linf#update": "correct"} and not told.turns[0].why
    assert answers(judged("Find the best step.", STEP, homework, about="penalty-l2")) == {"penalty-l2#update": "incorrect"}
    assert not judged("How are you?", "Fine.", homework).turns[0].why


def test_the_problem_is_named_on_the_command_line(tmp_path: Path) -> None:
    talk = tmp_path / "talk.md"
    talk.write_text(f"## User\n\nFind the best step.\n\n## Assistant\n\n{STEP}\n", encoding="utf-8")
    run = CliRunner().invoke
    assert "--about" in run(main, ["transcript", "cs182-hw2", str(talk)]).stderr
    assert "correct" in run(main, ["transcript", "cs182-hw2", str(talk), "--about", "penalty-linf#update"]).stdout
    missing = run(main, ["transcript", "cs182-hw2", str(talk), "--about", "penalty"])
    assert missing.exit_code == 2 and "there is no problem penalty" in missing.stderr


# ------------------------------------------------------------------------------------------ the way to an answer

def test_the_line_of_a_right_answer_of_few_words(homework: list[Problem]) -> None:
    prompt = r"We fit $a^\top\theta = 1$ with a = (1, 0.1, 0.01) by SGD from zero. Where does SGD converge to?"
    (way,) = judged(prompt, r"$\theta = a/\|a\|_2^2$, the least 2-norm solution.", homework).courses
    assert (way.first_correct_line, way.ends) == (7, "right")
    assert all(w.first_correct_line is None for w in judged(prompt, r"$\theta = a/\|a\|_2$, the least 2-norm solution.", homework).courses)


def test_a_name_beside_a_wrong_update_is_not_first_right(homework: list[Problem]) -> None:
    prompt = r"$u = \arg\min_u g^\top u + \frac{1}{\alpha}\|u\|_\infty^2$: which optimizer is it?"
    said = "This is signSGD with a step size proportional to $\\|g\\|_1$."
    v = judged(prompt, f"{STEP.replace('frac{', 'frac{3')} {said}", homework)
    way = parts_of(v.turns[0], v)["penalty-linf#optimizer"]
    assert (way["verdict"], way["first_correct_line"], way["ends"]) == ("partial", None, "partial")
    v = judged(prompt, f"{STEP} {said}", homework)
    way = parts_of(v.turns[0], v)["penalty-linf#optimizer"]
    assert (way["verdict"], way["first_correct_line"], way["ends"]) == ("correct", 7, "right")


# ------------------------------------------------------------------------------------------ steps on the way

@pytest.mark.parametrize(("size", "verdict"), [(r"\alpha \|g\|_1", "false"), (r"\frac{\alpha}{2} \|g\|_1", "true"), (r"\frac{\alpha}{2} \|g\|_2", "false")])
def test_the_size_that_minimises_what_is_left_is_a_claim(homework: list[Problem], size: str, verdict: str) -> None:
    prompt = "Find u = argmin g^T u + (1/alpha) ||u||_inf^2"
    reply = rf"Write $u = -m d$ with $\|d\|_\infty = 1$. So we minimise $-m \|g\|_1 + \frac{{m^2}}{{\alpha}}$, hence $m = {size}$."
    assert claims(judged(prompt, reply, homework))[f"m = {size}"] == verdict
    other = rf"Let $m = {size}$ for short."  # nothing says that it is the size of the step
    assert claims(judged(prompt, other, homework))[f"m = {size}"] in ("definition", verdict.replace("false", "definition"))
