"""Why a turn with formulas answers nothing, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from derive.errors import UsageError
from derive.problem.model import Problem
from derive.transcripts.plain import pieces_of
from derive.transcripts.sections import ASSISTANT, THINKING, USER, Section, spoken_of
from derive.transcripts.turns import Turn

MOST_NAMED = 6  # parts or problems in a sentence
_TO_DO = "name it with --about PROBLEM, or state its objective in the question"


def unanswered(turn: Turn, cut: Sequence[Section], problems: Sequence[Problem]) -> str:
    """Why no answer was found in a turn; '' where it holds no formula."""
    if not any(x.formula for s in turn.segments if s.role in (ASSISTANT, THINKING) for x in pieces_of(s.text)):
        return ""
    if cut:
        about = dict.fromkeys(s.problem for s in cut)
        table = {p.id: p for p in problems}
        parts = [f"{name}#{part.id}" for name in about for part in table[name].parts]
        return f"It is about {_listed(list(about))}, and no answer to {_listed(parts, 'or')} is read in it."
    prompt = "\n".join(s.text for s in turn.segments if s.role == USER)
    body = "\n".join(s.text for s in turn.segments if s.role == ASSISTANT)
    scores = spoken_of(prompt, body, problems)
    rivals = [name for name, score in scores.items() if score == max(scores.values())]
    if len(rivals) > 1:
        return f"It may be about {_listed(rivals, 'or')}: {_TO_DO}."
    return f"No problem of the set is recognised, by its objective or its words, in the question or the reply: {_TO_DO}."


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])}, …"
    return f" {word} ".join([x for x in (", ".join(names[:-1]), names[-1]) if x])


def named_problem(name: str, problems: Sequence[Problem]) -> str:
    """The id of the problem that --about names, alone or with a part; '' for none. Raises UsageError for one that is not there."""
    found = name.partition("#")[0]
    ids = [p.id for p in problems]
    if found and found not in ids:
        raise UsageError("--about", f"there is no problem {found} here.", f"There are {_listed(ids)}.")
    return found
