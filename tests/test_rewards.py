"""Rewards in the shapes of the training loops: what earns nothing, what the caller states, threads, and that nothing raises."""

from __future__ import annotations

import inspect
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from derive.errors import UsageError
from derive.problem.load import load
from derive.problem.model import Problem
from derive.rewards import Reward, openrlhf_reward, trl_reward, verl_score
from derive.rewards.scale import own_words, text_of
from tests.conftest import SPECS

PROMPT = "Let g be the gradient.\nMinimise g^T u + (1/alpha) ||u||_2^2 over u. An example of a form is -3 alpha g.\nPut the answer in a box."
RIGHT, WRONG = r"Setting the gradient to zero, \boxed{-\frac{\alpha}{2} g}.", r"\boxed{-\alpha g}"
NOTHING = [
    r"\boxed{-\alpha g} \boxed{-\frac{\alpha}{2} g} \boxed{-2\alpha g}",  # boxes that contradict each other
    "\n".join(rf"\boxed{{-\frac{{\alpha}}{{{k}}} g}}" for k in range(1, 40)),
    r"\boxed{-\frac{\alpha}{2} g} or \boxed{-\alpha g}",
    r"\boxed{\arg\min_u g^T u + \frac{1}{\alpha}\|u\|_2^2}",  # the question again
    r"u = \operatorname{argmin}_u (g^T u + \|u\|_2^2/\alpha)",
    r"\boxed{u}",
    PROMPT, PROMPT + "\n" + PROMPT, "Minimise g^T u + (1/alpha) ||u||_2^2 over u. An example of a form is -3 alpha g.",
    "", "   ", r"\boxed{}", "<think> it must be \\boxed{-\\frac{\\alpha}{2} g}",
    WRONG, "I do not know.", r"\boxed{\text{the answer}}",
]


@pytest.fixture(scope="module")
def set_of() -> list[Problem]:
    return [load(SPECS / "cs182-hw2" / f"{name}.toml") for name in ("penalty-l2", "comm-table")]


@pytest.fixture(scope="module")
def reward(set_of: list[Problem]) -> Reward:
    return Reward(set_of, undecided=-0.25, unreadable=0.0)


@pytest.mark.parametrize("text", NOTHING)
def test_spam_restatements_and_echoes_earn_nothing(text: str, reward: Reward) -> None:
    earned = reward("penalty-l2#update", text, PROMPT)
    assert earned in (0.0, -0.25)


def test_the_right_answer_earns_also_beside_thinking_and_the_prompt(reward: Reward) -> None:
    for text in (RIGHT, f"<think>{WRONG}, no.</think>{RIGHT}", f"{PROMPT}\n{RIGHT}", r"\boxed{-\frac{\alpha}{2} g}" + "\n" + r"\boxed{-0.5 \alpha g}"):
        assert reward("penalty-l2#update", text, PROMPT) == 1.0
    assert reward({"problem": "penalty-l2", "part": "update"}, WRONG) == 0.0


def test_an_example_in_the_prompt_that_is_right_is_no_answer_when_echoed(reward: Reward) -> None:
    """Only what the model says of its own counts, also where the prompt holds the answer in a line."""
    hint = r"Hint: the update is $-\frac{\alpha}{2} g$."
    assert reward("penalty-l2#update", hint, f"Find u.\n{hint}") == 0.0
    assert reward("penalty-l2#update", hint, "Find u.") == 1.0


def test_the_caller_states_what_is_undecided_and_unreadable(set_of: list[Problem]) -> None:
    scale = Reward(set_of, undecided=None, unreadable=-1.0, correct=2.0, incorrect=-2.0)
    assert [scale("penalty-l2#update", t) for t in (RIGHT, WRONG, "")] == [2.0, -2.0, -1.0]
    assert scale("no-such-problem", RIGHT) is None
    for make in (verl_score, openrlhf_reward):
        with pytest.raises(UsageError, match="numbers only"):
            make(set_of, undecided=None, unreadable=0.0)  # type: ignore[operator]


def test_partial_earns_what_is_stated_or_the_score_of_the_grade(set_of: list[Problem]) -> None:
    """The order of growth alone: nothing for a model that is trained, unless the caller wants it."""
    for partial, earned in ((0.0, 0.0), (0.1, 0.1), (None, 0.5)):
        assert Reward(set_of, undecided=0.0, unreadable=0.0, partial=partial)("comm-table#ring-messages", "O(n^2)") == earned
    assert Reward(set_of, undecided=0.0, unreadable=0.0)("comm-table#ring-messages", "O(n^2)") == 0.0


ODD: list[Any] = [None, 7, b"x", [], {}, [{}], [{"role": "assistant"}], {"content": None}, "\ud800", "\x00" * 50, "(" * 5_000, "x" * 300_000, [["a"]], float("nan")]


@pytest.mark.parametrize("odd", ODD, ids=lambda o: repr(o)[:20])
def test_nothing_raises(odd: Any, set_of: list[Problem], caplog: pytest.LogCaptureFixture) -> None:
    """Odd completions, prompts, targets and columns, in every shape."""
    caplog.set_level(logging.CRITICAL)
    trl, verl = trl_reward(set_of, undecided=0.0, unreadable=0.0), verl_score(set_of, undecided=0.0, unreadable=0.0)
    rlhf = openrlhf_reward(set_of, undecided=0.0, unreadable=0.0)
    for target, completion, prompt in (("penalty-l2#update", odd, ""), (odd, RIGHT, ""), ("penalty-l2#update", odd, odd)):
        assert trl(prompts=[prompt], completions=[completion], problem=[target]) == [0.0]
        assert verl("set", completion, target, {"prompt": prompt}) == 0.0
        assert rlhf([completion], [prompt], [target])["rewards"] is not None


def test_trl(set_of: list[Problem]) -> None:
    """Texts and conversations, columns by row, other keyword arguments; a name for the log of the trainer."""
    f = trl_reward(set_of, undecided=None, unreadable=0.0)
    talk = [[{"role": "assistant", "content": RIGHT}], [{"role": "assistant", "content": WRONG}]]
    asked = [[{"role": "user", "content": PROMPT}]] * 2
    rows = {"problem": ["penalty-l2"] * 2, "part": ["update"] * 2}
    assert f(prompts=asked, completions=talk, completion_ids=[[1], [2]], trainer_state=object(), **rows) == [1.0, 0.0]
    assert f(completions=[RIGHT, RIGHT], problem=["penalty-l2#update", "unknown"]) == [1.0, None]
    assert f.__name__ == "derive_reward" and list(inspect.signature(f).parameters)[:2] == ["prompts", "completions"]


def test_verl(set_of: list[Problem]) -> None:
    f = verl_score(set_of, undecided=0.0, unreadable=0.0)
    assert list(inspect.signature(f).parameters)[:4] == ["data_source", "solution_str", "ground_truth", "extra_info"]
    assert f(data_source="homework", solution_str=RIGHT, ground_truth="penalty-l2#update", extra_info=None) == 1.0
    table = verl_score(set_of, undecided=0.0, unreadable=0.0, detail=True)
    found = table("homework", WRONG, {"problem": "penalty-l2", "part": "update"}, {"question": PROMPT})
    assert isinstance(found, dict) and found["score"] == 0.0 and found["verdict"] == "incorrect" and "constant factor 2" in found["diagnosis"]


def test_openrlhf(set_of: list[Problem]) -> None:
    f = openrlhf_reward(set_of, undecided=0.0, unreadable=0.0, tensor=tuple)
    assert list(inspect.signature(f).parameters)[:3] == ["queries", "prompts", "labels"]
    found = f([PROMPT + RIGHT, PROMPT + WRONG, PROMPT], [PROMPT] * 3, ["penalty-l2#update"] * 3)
    assert found["rewards"] == found["scores"] == (1.0, 0.0, 0.0)
    assert found["extra_logs"]["correct"] == (1.0, 0.0, 0.0) and found["extra_logs"]["unreadable"] == (0.0, 0.0, 1.0)


def test_threads_share_the_keys_and_nothing_else(set_of: list[Problem]) -> None:
    """Eight threads on fresh problems: the rewards of one thread."""
    fresh = Reward([load(p.path) for p in set_of if p.path], undecided=0.0, unreadable=0.0)
    rows = [("penalty-l2#update", RIGHT, 1.0), ("penalty-l2#update", WRONG, 0.0), ("comm-table#ring-messages", "2n(n-1)", 1.0), ("penalty-l2#value", r"-\frac{\alpha}{4}\|g\|_2^2", 1.0)] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda r: fresh(r[0], r[1]), rows)) == [r[2] for r in rows]


def test_the_words_of_ones_own() -> None:
    assert own_words("a</think>b") == "b" and own_words("<think>a") == "" and own_words("x < think") == "x < think"
    assert own_words("0", "Is it 0 or 1?") == "0"
    assert text_of([{"role": "user", "content": "q"}, {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]) == "ab"
