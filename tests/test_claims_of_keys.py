"""A derived key read as a conversation: its statements are true, so that none may be called false."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import half

from derive.derivation.kept import kept_outcome
from derive.derivation.steps import Derivation
from derive.problem.load import load_all
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

PROBLEMS = Path(__file__).resolve().parent.parent / "problems"
SPECS = sorted(p.relative_to(PROBLEMS).with_suffix("").as_posix() for folder in ("bank", "cs182-hw2") for p in (PROBLEMS / folder).glob("*.toml"))


@pytest.mark.parametrize("name", half(SPECS))
def test_no_step_of_a_key_is_false(name: str) -> None:
    problem = load_all([PROBLEMS / f"{name}.toml"])[0]
    outcome = kept_outcome(problem, problem.parts[0])
    if not isinstance(outcome, Derivation):
        pytest.skip("nothing is derived")
    said = "\n\n".join(f"{s.says}\n\n$${s.after}$$" for s in outcome.steps if s.after)
    text = re.sub("[«»]", "", f"**User:** {problem.statement.strip()}\n\n**Assistant:** {said}\n")
    claims = find_claims(split_turns(read_text(text)), [problem])
    assert [(c.latex, c.reason) for c in claims if c.verdict == "false"] == []
