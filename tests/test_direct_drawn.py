"""The direct lane comes to the same verdict as the full reader and judge on every bundled answer that it takes, and on drawn ones: mutated, told round, hostile."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from derive.grading.direct.lane import Direct
from derive.grading.direct.words import ANNOUNCES, TELLS
from derive.grading.keys import Key
from derive.problem.model import Problem
from tests.direct_lanes import PARTS, PLAIN, lanes_of, whole

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def lanes(problems: dict[str, Problem]) -> dict[tuple[str, str], tuple[Key, Direct]]:
    return lanes_of(problems)


def told(right: bool | None) -> str:
    return "" if right is None else "correct" if right else "incorrect"


def answers() -> list[dict[str, str]]:
    rows = [json.loads(line) for name in ("answers.jsonl", "answers-examiner.jsonl") for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    return [r for r in rows if (r["problem"], r["part"]) in PARTS]


def test_the_labels_of_the_bundled_answers_hold(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    """Every answer that is judged directly, by its label; a seventh of them also by the full reader."""
    taken = [(r, lanes[r["problem"], r["part"]][1].verdict(r["answer"])) for r in answers()]
    taken = [(r, right) for r, right in taken if right is not None]
    assert len(taken) > 900
    assert [r["answer"] for r, right in taken if told(right) != ("correct" if r["expected"] == "correct" else "incorrect")] == []
    for r, right in taken[::7]:
        assert whole(lanes[r["problem"], r["part"]][0], r["answer"]) == told(right), r["answer"]


PIECE = re.compile(r"\s+|\\[A-Za-z]+|[A-Za-z.]+|[0-9.]+|.", re.DOTALL)


def mutated(draw: random.Random, texts: list[str], pieces: list[str]) -> str:
    """An answer with pieces left out, put in, exchanged, or with the end of another."""
    out = PIECE.findall(draw.choice(texts))
    for _ in range(draw.choice((1, 1, 2, 3))):
        i, way = draw.randrange(len(out) + 1), draw.random()
        if way < 0.3:
            del out[i : i + 1]
        elif way < 0.6:
            out.insert(i, draw.choice(pieces))
        elif way < 0.9:
            out[i : i + 1] = [draw.choice(pieces)]
        else:
            out = out[:i] + PIECE.findall(draw.choice(texts))[i:]
    return "".join(out)


def different(lanes: dict[tuple[str, str], tuple[Key, Direct]], seed: int, count: int) -> list[tuple[str, str, str]]:
    """(text, verdict of the lane, verdict of the full reader) of mutated answers where they differ."""
    draw = random.Random(seed)
    texts: dict[tuple[str, str], list[str]] = {}
    for r in answers():
        if len(r["answer"]) < 200 and lanes[r["problem"], r["part"]][1].verdict(r["answer"]) is not None:
            texts.setdefault((r["problem"], r["part"]), []).append(r["answer"])
    pieces = {k: [p for t in found for p in PIECE.findall(t)] for k, found in texts.items()}
    out, taken = [], 0
    parts = sorted(texts)
    while taken < count:
        k = draw.choice(parts)
        text = mutated(draw, texts[k], pieces[k])
        right = lanes[k][1].verdict(text)
        if right is not None:
            taken += 1
            if (found := whole(lanes[k][0], text)) != told(right):
                out.append((text, told(right), found))
    return out


def test_mutated_formulas_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    assert different(lanes, 7, 600) == []


LEADS = ["", "**Final answer:** ", "# Answer\n\n", "So ", "Adam converges to the ", "This is the minimum $L_2$ norm solution ", "SGD converges to the unique least-norm solution: ",
         "Setting the gradient to zero gives $g + u = 0$, so\n\n", "We find $\\nabla J = 0$; therefore the update is "]
ENDS = ["", ".", ", the minimum $\\ell_\\infty$ norm solution.", ", which is the standard gradient descent", ".\n\nThis recovers **sign descent** with learning rate $\\eta = \\alpha$.",
        "\n\nIt is exactly the steepest descent update rule. This solution is the minimum-norm vector.", ". This completes the proof."]


def test_what_is_told_beside_a_formula_has_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    draw, taken = random.Random(5), 0
    for _ in range(300):
        problem, part, *formulas = draw.choice([p for p in PLAIN[:34] if p[2].startswith("$") and p[2].count("$") == 2])
        text = draw.choice(LEADS) + draw.choice(formulas) + draw.choice(ENDS)
        key, lane = lanes[problem, part]
        right = lane.verdict(text)
        taken += right is not None
        assert right is None or whole(key, text) == told(right), text
    assert taken > 150


def test_words_that_announce_in_whatever_order_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    draw, taken = random.Random(6), 0
    tells, announces = sorted(TELLS), sorted(ANNOUNCES)
    key, lane = lanes["comm-table", "ring-size"]
    for _ in range(300):
        clauses = [" ".join(draw.choice(tells) for _ in range(draw.randrange(1, 5))) for _ in range(draw.randrange(3))]
        text = draw.choice([", ", ". ", "\n\n"]).join([*clauses, " ".join(draw.choice(announces) for _ in range(draw.randrange(1, 4)))]) + draw.choice([" ", ": "]) + "$p/n$"
        right = lane.verdict(text)
        taken += right is not None
        assert right is None or whole(key, text) == told(right), text
    assert taken > 150


@pytest.mark.long
def test_many_mutated_formulas_have_one_verdict(lanes: dict[tuple[str, str], tuple[Key, Direct]]) -> None:
    assert [d for seed in range(10, 20) for d in different(lanes, seed, 5_000)] == []


@pytest.mark.parametrize("unit", ["(", "-", "2**", r"\frac", r"\|", "g_", "((2)^4)^4", "|", "{", "n", "1.", r"\sum_i ", "sign(", "√", "1/(1+", "(n+1)^", r"\sqrt{2+",
                                  "so ", "wrong ", ", c = ", ", where k = argmax "])
def test_hostile_texts_end_soon(lanes: dict[tuple[str, str], tuple[Key, Direct]], unit: str) -> None:
    for k in (7, 60, 399):
        for _, lane in lanes.values():
            assert lane.verdict((unit * k)[:399] + "g") is not True
