"""What may be worked out of a sentence or clause beside an answer, in the order in which it is tried.

Each look says whether what it knows is true, where the answer is the required one, and what is left of the words behind it; None where the text is of another kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.breakdowns import total
from derive.grading.asides.checked import Checked, check, compared, example, grows, scales
from derive.grading.asides.closed_forms import closed_form
from derive.grading.asides.counts_beside import counts_beside
from derive.grading.asides.limits import limit_said
from derive.grading.asides.relations import attained_said, bound_said, relation_said, sum_said, value_there
from derive.grading.asides.special_claims import special_claim
from derive.grading.asides.special_values import special_value
from derive.grading.asides.stated import falls_said, holds_there, in_numbers, value_said
from derive.grading.asides.terms_of_value import terms_of_value
from derive.grading.keys import Key

SENTENCE, _CLAUSE = frozenset(["sentence"]), frozenset(["clause"])
_RELATION, _INNER_RELATION = frozenset(["sentence", "relation"]), frozenset(["sentence", "inner relation"])


class Kind(NamedTuple):
    """What may be worked out of a sentence or clause, where, and by which words it is known."""

    look: Callable[[str, Key], Checked]
    places: frozenset[str]
    words: re.Pattern[str] | None = None


KINDS = (
    Kind(limit_said, _RELATION, re.compile(r"→|\\to|->|small|large")),
    Kind(special_claim, SENTENCE),
    Kind(example, SENTENCE),
    Kind(special_value, SENTENCE),
    Kind(terms_of_value, SENTENCE, re.compile(r"linear|penalt|gain|quadratic|norm term|regulari|proximal", re.I)),
    Kind(closed_form, SENTENCE | _CLAUSE | frozenset(["behind"]), re.compile(r"\^")),
    Kind(counts_beside, SENTENCE | _CLAUSE),
    Kind(in_numbers, SENTENCE | _CLAUSE, re.compile("number|numeric|value|data")),
    Kind(value_there, _CLAUSE, re.compile("=")),
    Kind(attained_said, _RELATION, re.compile(r"attain|reach|achiev|obtain|taken|assumed")),
    Kind(sum_said, _RELATION, re.compile(r"sum|add")),
    Kind(bound_said, _RELATION, re.compile(r"between|at most|at least|below|above|never|than|exceed")),
    Kind(falls_said, _RELATION, re.compile(r"falls|drops|improvement|decrease|reduction|gain")),
    Kind(relation_said, _INNER_RELATION, re.compile(r"[$=]")),
    Kind(check, SENTENCE),
    Kind(grows, _CLAUSE),
    Kind(compared, _CLAUSE),
    Kind(total, _CLAUSE),
    Kind(value_said, _CLAUSE, re.compile("=|value")),
    Kind(holds_there, _CLAUSE, re.compile("=|value")),
    Kind(example, frozenset(["inner"]), re.compile("=")),
    Kind(scales, frozenset(["behind"])))
"""In the order in which they are tried. relation: a clause that is no reason, no case and no equation for the unknown; inner: not the first; behind: not the first of the text."""


def looks(text: str, places: frozenset[str]) -> list[Callable[[str, Key], Checked]]:
    """What to look for in a sentence or clause at these places, in order."""
    return [k.look for k in KINDS if not k.places.isdisjoint(places) and (k.words is None or k.words.search(text))]
