"""Several answers on offer: 'Possible answers: A, or B', 'Candidates: A and B; I would accept both'. All of them stand, until one is chosen.

Who offers two answers and chooses none has answered with both, so each must be right. A formula that is concluded afterwards ('so it is B',
a box) chooses; words that choose ('only the second is stationary') are not followed, and then nothing is read.
"""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.candidates import Candidate, announces
from derive.grading.finding.plain_text import unread
from derive.grading.finding.wanted import Alternative, Reply
from derive.grading.text.heard import needs, stems
from derive.grading.text.segments import Piece

_MANY = r"(?:two|three|four|2|3|4|several|some|a few|a couple of|both|many|different|multiple)"
_KIND = r"(?:answers?|solutions?|updates?|candidates?|options?|possibilities|guesses|alternatives|choices|formulas|results?|values?|minimi[sz]ers)"
_AHEAD = re.compile(
    rf"\b(?:possible|plausible|potential|conceivable|candidate|alternative|competing|rival)\s+{_KIND}\b(?:\s+(?:are|include|could be|might be))?"
    r"|\b(?:candidates|options|possibilities|guesses|alternatives|choices)\b(?:\s+(?:here|i see|that i see|for \S{1,12}))?\s*(?:\(\w+\)\s*)?(?::|are\b|include\b)"
    rf"|\b(?:i (?:see|have|got|get|offer|propose|give)|there are|here are)\s+{_MANY}\s+(?:\w+\s+)?{_KIND}\b"
    r"|\b(?:it|the (?:\w+ )?(?:answer|update|solution)|\$?\w{1,3}\$?) (?:is|must be|should be|could be|may be|might be) (?:either\b|one of\b|any of\b)"
    r"|\b(?:torn|undecided|hesitat\w+|wavering|choose|choosing|toss-?up) between\b|\b(?:i would|i'd|would|please|you (?:can|may)) accept (?:both|either|any)\b"
    r"|\bguess (?:a|1|one|no)\b", re.I)
_THOSE = r"(?:them|these|those|the (?:two|three))"
_BEHIND = re.compile(
    rf"\b(?:both|either|any|each|all)(?: (?:one )?of {_THOSE})?(?: answers?| formulas?| options?| candidates?)?(?: one)?\s+(?:would |could |may |might |can |should )?"
    r"(?:be|is|are|looks?|seems?|sounds?|feels?|appears?(?: to be)?|works?)\b(?:\s+(?:equally|also|quite|just|about as))?\s*"
    r"(?:plausible|possible|fine|acceptable|right|correct|ok(?:ay)?|good|likely|valid|reasonable|true)?(?=\s*(?:to me|for me|here|[.,;!)]|$))"
    rf"|\b(?:both|either|any|each)(?: (?:one )?of {_THOSE})? (?:can|could|may|might) be (?:given|accepted|submitted|written down|the answer)\b"
    rf"|\bone of {_THOSE} (?:is|must be|should be|will be|has to be) (?:right|correct|it|true|the answer)\b"
    r"|\b(?:take|have) your (?:pick|choice)\b|\bpick (?:whichever|one|either)\b"
    r"|\b(?:i )?(?:cannot|can't|could not|couldn't|do not|don't|am not sure|not sure|unsure|unclear|no idea)\s+(?:\w+\s+)?(?:tell|decide|say|know|choose|sure)?\s*which\b"
    r"|\b(?:i would|i'd|i will|i'll) (?:submit|give|write|answer|hand in|go with) (?:either|one|any) of (?:these|them|those|the (?:two|three))\b"
    r"|\b(?:i would|i'd|please) accept (?:both|either|any)\b|\bwhichever you (?:like|prefer|want)\b", re.I)
_NEEDS = needs("""possible plausible potential conceivable candidate candidates alternative alternatives competing rival options possibilities
guesses choices see have got get offer propose give there here either one any torn undecided hesitating wavering choose choosing toss tossup accept guess both
each all take pick submit write will cannot can could couldn do don am not unsure unclear no whichever""")
_ONE = r"(?:first|second|third|former|latter|last|option [ab12]"
_CHOSEN_IN_WORDS = re.compile(
    rf"\b(?:only|but|so|hence|thus|therefore|choose|chose|pick|prefer|take|go with|it is|it's|answer is)\b[^.;\n]{{0,60}}\b(?:the )?{_ONE}|\(?[12]\)|[AB])\b"
    rf"|\b(?:the )?{_ONE}|\([12ab]\))(?: one| option| candidate| answer)?\s+(?:is|holds|works|fits|satisfies|violates|fails|cannot|does|has|gives|wins|must)\b", re.I)


def on_offer(text: str, found: list[Piece], answers: list[tuple[Candidate, Alternative]]) -> Reply | None:
    """The answers of a text that are on offer side by side; unread where words choose among them, which are not followed.

    answers: the candidates that could be the answer. None where the text offers nothing, or concludes with a formula after its offer.
    """
    heard = stems(text)
    if len(answers) < 2 or _NEEDS.isdisjoint(heard):
        return None
    ahead = next((m for m in _AHEAD.finditer(text) if not _in_formula(m.start(), found)), None)
    behind = next((m for m in reversed(list(_BEHIND.finditer(text))) if not _in_formula(m.start(), found)), None)
    if ahead is None and behind is None:
        return None
    lead = {p.start: found[k - 1].text for k, p in enumerate(found) if k and p.formula and not found[k - 1].formula}
    begins = ahead.end() if ahead is not None else 0
    ends = behind.start() if behind is not None and ahead is None else len(text)
    offered = [(c, a) for c, a in answers if begins <= c.start < ends and (c.rank >= 0 or behind is not None) and (not c.withdrawn or _COUNTED_OFF.search(lead.get(c.start, "")))]
    if len(offered) < 2 or any(c.rank == 3 or _concludes(lead.get(c.start, ""), heard) for c, _ in answers if c.start > offered[0][0].start):
        return None
    if _CHOSEN_IN_WORDS.search(text, offered[-1][0].start):
        return unread(text[:200], ReadError(text[:400], 0, "Words choose among the answers that the text offers.", "the one answer as a formula"))
    return Reply(tuple(a for _, a in offered))


_NAMED_ONE = r"(?: (?:one|option|candidate|answer|guess|possibility|choice))?(?: (?:is|would be|could be))?\W*$"
_COUNTED_OFF = re.compile(rf"\b(?:first(?:ly)?|initially){_NAMED_ONE}", re.I)
_NUMBERED = re.compile(rf"\b(?:first|second|third|fourth|last|next)(?:ly)?{_NAMED_ONE}|\b(?:option|candidate|guess|answer|possibility|choice|alternative|version|no\.?)\s+\(?[A-D1-4]\)?\W*$"
                       r"|(?:^|\n)\W*\(?[A-Da-d1-4][.):]\W*$", re.I)


def _concludes(prose: str, heard: frozenset[str]) -> bool:
    """Whether the words before a formula announce it as the answer, in a sentence that begins there or that turns against what was offered."""
    return announces(prose, heard) > 0 and _ANEW.search(prose) is not None and _AHEAD.search(prose) is None and _NUMBERED.search(prose) is None


_ANEW = re.compile(r"[.!?;\n]\s*\S|\b(?:so|hence|thus|therefore|final|finally|answer)\b", re.I)


def _in_formula(at: int, found: list[Piece]) -> bool:
    return any(p.formula and p.start <= at < p.start + len(p.text) for p in found)
