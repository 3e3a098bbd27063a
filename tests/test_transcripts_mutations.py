"""One change in a true formula: it is found false, and never called true."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from claim_conversations import CONVERSATIONS, claims_in, homework_problems

from derive.problem.model import Problem


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return homework_problems()


def mutants(formula: str) -> Iterator[str]:
    """One mathematical change each: a sign, a factor, a norm, an index, a digit, a row."""
    for m in re.finditer(r"(?<![\\{_^\w])([-+])(?=\s*[\\\w(])", formula):
        if m.group() == "+" or formula[: m.start()].rstrip()[-1:] not in ("=", "", "("):
            yield formula[: m.start()] + ("-" if m.group() == "+" else "+") + formula[m.end() :]
        else:
            yield formula[: m.start()] + " " + formula[m.end() :]
    for m in re.finditer(r"(?<![\w.{_^])(\d+)(?![\w.])", formula):
        yield formula[: m.start()] + str(int(m.group()) + 3) + formula[m.end() :]
    for m in re.finditer(r"\\frac\{([^{}]+)\}\{(\d+)\}", formula):
        yield formula[: m.start()] + f"\\frac{{{m.group(1)}}}{{{int(m.group(2)) + 1}}}" + formula[m.end() :]
    for a, b in ((r"\|_1", r"\|_2"), (r"\|_\infty", r"\|_1"), (r"\|_2^2", r"\|_1^2"), (r"\|^2", r"\|^3"), (r"\operatorname{sign}(g)", "g"), ("t+1", "t"), (r"\alpha", r"\alpha^2")):
        k = formula.find(a)
        if k >= 0 and formula[k + len(a) : k + len(a) + 1] != "_":
            yield formula[:k] + b + formula[k + len(a) :]


def mutated(text: str) -> Iterator[tuple[int, str, str]]:
    """Conversations with one displayed formula of the assistant changed, and its line."""
    start = text.index("**Assistant")
    for m in re.finditer(r"\$\$(.+?)\$\$", text[start:], re.S):
        whole = m.group(1)
        line = text.count("\n", 0, start + m.start()) + 1
        for new in dict.fromkeys(mutants(whole)):
            if new != whole:
                yield line, new.strip(), text[: start + m.start(1)] + new + text[start + m.end(1) :]


HARMLESS = 0.1  # share of the changes that may go unseen (some are no change: a norm of a vector that has one entry)


def judged_mutants(name: str, problems: dict[str, Problem], share: int) -> tuple[int, list[object], list[str]]:
    """How many changes are found false, those that are not, and those that are called true."""
    seen, missed, accepted = 0, [], []
    for line, new, text in list(mutated(CONVERSATIONS[name]))[::share]:
        here = [c for c in claims_in(text, problems) if c.line_start == line]
        if any(c.verdict == "false" for c in here):
            seen += 1
        elif here and all(c.verdict == "true" for c in here):
            accepted.append(new)
        else:
            missed.append((new, [c.verdict for c in here]))
    return seen, missed, accepted


MUTABLE = [n for n in CONVERSATIONS if n != "messages"]


@pytest.mark.parametrize("name", MUTABLE)
def test_some_changed_formulas(homework: dict[str, Problem], name: str) -> None:
    seen, missed, accepted = judged_mutants(name, homework, 6)
    assert accepted == []
    assert len(missed) <= 1, missed
    assert seen


@pytest.mark.long
@pytest.mark.parametrize("name", MUTABLE)
def test_a_changed_formula_is_never_called_true(homework: dict[str, Problem], name: str) -> None:
    seen, missed, accepted = judged_mutants(name, homework, 1)
    assert accepted == []
    assert seen >= (1 - HARMLESS) * (seen + len(missed)), missed
