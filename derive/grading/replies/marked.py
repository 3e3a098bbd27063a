"""The judgement of a reply in prose: as the whole that it is, else by the paragraph that it marks as its answer and what stands behind that.

A right reply that marks its answer is undecided where a paragraph behind says what is still to be done with it, or concludes another value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from derive import patterns as re
from derive.grading.asides.checked import example
from derive.grading.asides.special_claims import special_claim
from derive.grading.asides.special_values import special_value
from derive.grading.asides.units import joined, sentences
from derive.grading.beside.held_against import called_least
from derive.grading.beside.values_beside import with_values_held
from derive.grading.claims.examples import example_told
from derive.grading.finding.reply import gives_up
from derive.grading.further_looks import Seen
from derive.grading.keys import Key
from derive.grading.looks import is_judged
from derive.grading.prose import judged as judged_whole
from derive.grading.prose import unknown_of
from derive.grading.replies.answer_block import marked
from derive.grading.replies.aside_sections import general, without_aside_sections
from derive.grading.replies.final_block import other_question
from derive.grading.replies.remarks_behind import (
    IN_FACT,
    against,
    against_aside,
    changed_behind,
    concluded_otherwise,
    equated_otherwise,
    restricted_to,
    tells_a_letter,
)
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.restrictions import restriction

Judged = tuple[Judgement, str | Callable[[], str]]
"""A judgement, and what was read."""


def judged(text: str, key: Key, earlier: Mapping[str, str] | None = None) -> Judged:
    """The judgement of a text that answers a part with a formula or several, and what was read. earlier: as for grade."""
    found = _by_its_mark(text, key, earlier)
    if "\n\n" in text and found[0].verdict is Verdict.CORRECT and (false := _wrong_at_special_values(_told(text.partition("\n\n")[2]), key)):
        return _doubted(found, false)
    if (parts := without_aside_sections(text)) is None or gives_up(text) or other_question(text):
        return found
    wrong = partial(is_judged, Verdict.INCORRECT, key)
    if (other := concluded_otherwise(parts.mistakes + "\n\n" + general(parts.own), key, wrong, IN_FACT) or restricted_to(parts.own)):
        return _doubted(found, other)
    if found[0].verdict is Verdict.CORRECT:
        return found
    again = _by_its_mark(parts.rest, key, earlier)
    if again[0].verdict is not Verdict.CORRECT or _COMPARES.search(parts.own) or _false_example(parts.aside, key) or _says_false(general(parts.own), key):
        return found
    return found if against_aside(parts.own, key, wrong) else again


def _doubted(found: Judged, other: str) -> Judged:
    """A right answer beside which a text says another, where it does."""
    if not other:
        return found
    return (Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:160]}'."), found[1]) if found[0].verdict is Verdict.CORRECT else found


def _named_otherwise(text: str, key: Key, judge: Callable[[str, Key], Judged]) -> str:
    """The sentence of a section in which a text concludes with another name or another row of a table; '' where there is none."""
    parts = without_aside_sections(text)
    for s in re.split(r"(?<=[.!])\s+|\n+", parts.own if parts is not None else text)[parts is None :]:
        if parts is not None and key.derivation.kind == "table" and _READ_AS.search(s):
            return s.strip()
        if key.derivation.kind == "name" and _SO.search(s) and judge(s, key)[0].verdict in (Verdict.INCORRECT, Verdict.PARTIAL):
            return s.strip()
    return ""


_CHECKED_ON = re.compile(r"\n[ \t]*(?:quick |sanity )?checks?\b[^|\n]*(?=\n|\Z)", re.I)
"""A line behind the cells of a table that is labelled as a check: a note may be a footnote, which changes a cell."""
_READ_AS = re.compile(r"\b(?:should|must|has to|is to)\s+be\s+(?:read|taken|understood|replaced|corrected)\b|\b(?:row|entry|cell|count)\s+(?:becomes|is really|is actually)\b", re.I)
_SO = re.compile(r"^\W*(?:so|hence|thus|therefore|altogether|in the end)\s*:|\b(?:recovered|obtained)\s+is\b|\b(?:optimi[sz]er|method)\s+(?:here\s+)?is\s+(?:really|actually|in fact)\b", re.I)
_COMPARES = re.compile(
    r"\b(?:this|it|that|the (?:answer|value|update|limit|solution))\s+(?:is|gives|has|costs|moves|takes)\s+(?:an?\s+|always\s+|never\s+|strictly\s+)*"
    r"(?:lower|higher|smaller|larger|better|worse|fewer|shorter|longer|greater|less|more)\b[^.;\n]{0,60}\bthan\b", re.I)
"""What a section says of the answer beside something else, and nothing here decides."""


def without_asides_judged(text: str, key: Key, judge: Callable[[str, Key], Judged]) -> Judged:
    """The judgement of a text by a judge of names, norms, tables or conditions: as it stands, by what it marks, else without the sections that are about something else."""
    found = judge(text, key)
    if found[0].verdict is Verdict.CORRECT:
        return _doubted(found, _named_otherwise(text, key, judge))
    if (own := marked(text, key)) is not None and key.derivation.kind == "norm" and (again := judge(own.own, key))[0].verdict is Verdict.CORRECT:
        return found if against(own.behind, key, lambda formula: False) else again
    if key.derivation.kind == "table" and (lines := _CHECKED_ON.findall(text)):
        again = judge(_CHECKED_ON.sub("\n", text), key)
        return again if again[0].verdict is Verdict.CORRECT and not against_aside("\n".join(lines), key, lambda formula: False) else found
    if (parts := without_aside_sections(text)) is None:
        return found
    again = judge(parts.rest, key)
    held = again[0].verdict is Verdict.CORRECT and not against_aside(parts.own, key, lambda formula: False)
    return again if held and not _named_otherwise(text, key, judge) else found


_EXPLAINED = re.compile(r",\s*(?:i\.\s?e\.|that is|which|namely|as (?:it (?:should|must)|expected)|in agreement|in line|consistent)(?![A-Za-z])", re.I)


def _false_example(aside: str, key: Key) -> str:
    """The sentence that puts numbers into the answer, and finds what it is not; '' where there is none."""
    told = _told(aside)
    return next((s for s in told if example_told(s, key) is False or example(s, key)[0] is False), "") or _wrong_at_special_values(told, key)


def _wrong_at_special_values(told: list[str], key: Key) -> str:
    """The sentence that says what the answer is where letters have special values, and says it wrong; '' where there is none."""
    return next((s for s in told if any(look(s, key)[0] is False for look in (special_value, special_claim))), "")


def _told(text: str) -> list[str]:
    """The sentences of a text, and those with an explanation at their end also without it."""
    whole = [joined([s]).strip().rstrip(".!") for s in sentences(text)]
    return [*whole, *(s[: m.start()] for s in whole if (m := _EXPLAINED.search(s)) is not None)]


def _by_its_mark(text: str, key: Key, earlier: Mapping[str, str] | None) -> Judged:
    """The judgement of a text as the whole that it is, else by the block that it marks."""
    found = judged_whole(text, key, earlier)
    right = found[0].verdict is Verdict.CORRECT
    if (parts := marked(text, key)) is None or gives_up(text) or other_question(text):
        return found[:2]
    if right:
        other = equated_otherwise(parts.behind, key, lambda formula: is_judged(Verdict.INCORRECT, key, formula), concluded=True) or changed_behind(parts.behind)
        return (Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:160]}'."), found[1]) if other else found[:2]
    false = found[0].false
    if with_values_held(parts.from_the_answer, key).false or (false and (false in parts.from_the_answer or _of_the_optimum(false, key))):
        return found[:2]
    again = judged_whole(parts.from_the_answer, key, earlier)
    alone = again[0].verdict is not Verdict.CORRECT and not tells_a_letter(parts.own, parts.behind)
    if alone and not against(parts.behind, key, lambda formula: is_judged(Verdict.INCORRECT, key, formula)) and not _says_false(parts.from_the_answer, key):
        again = judged_whole(parts.own, key, earlier)
    if again[0].verdict is not Verdict.CORRECT:
        return found[:2]
    if again[2] is None:  # several quantities, each with a reply of its own
        return again[:2] if key.derivation.outputs else found[:2]
    if restriction(text, again[2], key, supposed=True):
        return found[:2]
    return (called_least(Seen(text, text, key), (again[0], again[1], again[2])) or again)[:2]


def _of_the_optimum(said: str, key: Key) -> bool:
    """Whether an equation says what a quantity is at the unknown: 'g^T u = -F', and not what the unknown is on the way."""
    names, left = unknown_of(key), said.strip("$\\([ ").partition("=")[0].strip()
    return names is not None and names.search(left) is not None and names.fullmatch(left) is None and "=" in said


def _says_false(text: str, key: Key) -> bool:
    return Seen(text, text, key).says_false()
