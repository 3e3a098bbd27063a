"""What may speak against an answer that is found to be right: another that is called the answer, a program, a restriction, letters that mean something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive import patterns as re
from derive.grading.beside.code_beside import another_program
from derive.grading.beside.penalties_told import another_penalty
from derive.grading.letters.order_told import ordered_otherwise
from derive.grading.looks import Found, looked_at
from derive.grading.replies.final_block import EITHER, answer_told, answers_given, disowned, other_question
from derive.grading.tables.answer import label_of_another
from derive.grading.text.segments import pieces
from derive.grading.verdict import Judgement, Verdict, contradicted
from derive.grading.words.meanings import redefined
from derive.grading.words.restrictions import restriction

if TYPE_CHECKING:
    from derive.grading.further_looks import Seen

_GIVES = re.compile(r"\b(?:let|put|set|define|write|denote|call|where|with|here)\b", re.I)


_ANSWERS_NOT = re.compile(r"\banswer\b[*_\s]*:[*_\s]*not\b", re.I)


def called_the_answer(seen: Seen, found: Found) -> Found | None:
    """What is called somebody else's answer, and several that are called the answer."""
    either = EITHER.search(seen.text)
    if either is not None and any(p.formula and seen.key.wanted.equates(p.text) and seen.wrong(p.text) for p in pieces(seen.text)):
        return seen.unsure(found, either[0])
    if "nswer" not in seen.text:
        return None
    if (denied := _ANSWERS_NOT.search(seen.text)) is not None:
        return seen.unsure(found, denied[0].strip("*_ "))
    if whose := disowned(seen.text):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but before it stands '{whose[:160]}'."), *found[1:]
    if any(looked_at(other, other, seen.key)[0].verdict is Verdict.INCORRECT for other in answers_given(seen.text)):
        return Judgement(Verdict.UNDECIDED, "The text calls several formulas its answer, and not all are right."), *found[1:]
    return seen.unsure(found, f"the answer is {told}") if (told := answer_told(seen.text)) and seen.wrong(told) else None


def program_beside(seen: Seen, found: Found) -> Found | None:
    other = "" if seen.within else another_program(seen.text, seen.key, seen.piece)
    return seen.unsure(found, other, ", a program that computes another value") if other else None


def restricted(seen: Seen, found: Found) -> Found | None:
    """What all of the text says may hold the answer to a condition, or be said of another question."""
    other = "" if seen.within else restriction(seen.text, found[2], seen.key, supposed=True) or other_question(seen.text)
    return seen.unsure(found, other, ": it is required without that") if other else None


def another_meaning(seen: Seen, found: Found) -> Found | None:
    """A declared letter to which the text gives another value, wherever in it: 'let c = v^2 - u^2' for c = u^2 - v^2."""
    other = "" if seen.within or not _GIVES.search(seen.text) else redefined(seen.text, seen.key.wanted.scope)
    if not other:
        return None
    return Judgement(Verdict.UNDECIDED, f"The formula would be right for the {other} of the statement, but the text says that {other} denotes something else."), *found[1:]


def penalised_otherwise(seen: Seen, found: Found) -> Found | None:
    """Another penalty than that of the statement, for which the answer is said to be."""
    other = "" if seen.within else another_penalty(seen.text, seen.key)
    return seen.unsure(found, f"the penalty is {other}", ", which is not that of the statement") if other else None


_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z*#])|\n\s*\n")
_SUPPOSED = re.compile(
    r"\b(?:would|other|another|plain|ordinary|unlike|while|whereas|instead|if|when|for(?! all\b)|with|take|e\.g|example|first|initially|start\w*|not|compar\w+"
    r"|methods? (?:gives|yields)|gradient descent|step \d)\b|n't\b", re.I)
_NEARLY = re.compile(r"≈|\\approx(?![A-Za-z])")


def rounded_otherwise(seen: Seen, found: Found) -> Found | None:
    """Decimals that a sentence of its own says the unknown to be about, and that are another point: 'so it ends at theta ≈ (0.99, 0.099)'."""
    wanted = seen.key.wanted
    if seen.within or not wanted.asked or _NEARLY.search(seen.text) is None:
        return None
    for s in _SENTENCES.split(seen.text):
        for p in pieces(s) if _NEARLY.search(s) is not None and _SUPPOSED.search(s) is None else ():
            if p.formula and "=" not in p.text and _NEARLY.search(p.text) and wanted.equates(_NEARLY.sub("=", p.text, 1)) and seen.wrong(p.text):
                return seen.unsure(found, p.text, ", which is another value")
    return None


_ALL_TIED = re.compile(
    r"\b(?:every|each|all)\s+(?:of\s+)?(?:the\s+|those\s+|these\s+)?(?:tied|tying|maximal|maximi[sz]ing|such|equal(?:ly large)?)"
    r"\s+(?:\w+\s+)?(?:coordinates?|entr(?:y|ies)|ind(?:ex|ices)|components?|ones?)\b"
    r"[^.;\n]{0,60}?\b(?:must|should|gets?|moves?|receives?|takes?|has|have|is|are)\b[^.;\n]{0,40}", re.I)
_SHARED = re.compile(r"\b(?:shar\w*|split\w*|divid\w*|distribut\w*|together|sum|add|weights?|convex|total|average|fraction|part|allowed|optimal|minimi[sz]ers?|may|can|possible)\b", re.I)


def all_that_tie(seen: Seen, found: Found) -> Found | None:
    """A rule by which several entries that tie each get the whole of the one that moves: 'every tied coordinate must get the full step'."""
    key = seen.key
    if seen.within or "t" not in seen.text or not any(s.kind == "index" and s.let is not None and s.let.op == "argopt" for s in key.wanted.scope.symbols.values()):
        return None
    m = _ALL_TIED.search(seen.text)
    return seen.unsure(found, m[0], ", which is not optimal where several entries tie") if m is not None and _SHARED.search(m[0]) is None else None


def sorted_otherwise(seen: Seen, found: Found) -> Found | None:
    """Sorted entries that are said to be those of something else: 'the squared costs in ascending order'."""
    other = "" if seen.within else ordered_otherwise(seen.text)
    return seen.unsure(found, other) if other else None


def labelled_otherwise(seen: Seen, found: Found) -> Found | None:
    """A count under the label of another one."""
    other = label_of_another(seen.stated, seen.key) if not seen.within and seen.key.part.ask == "count" else ""
    return (Judgement(Verdict.UNDECIDED, f"The number would be right, but it stands under the label '{other}'."), *found[1:]) if other else None


def called_least(seen: Seen, found: Found) -> Found | None:
    """A limit that is called least in a norm in which it is not."""
    if seen.within or seen.key.part.ask != "limit":
        return None
    from derive.grading.norms.least_norms import false_least_norm

    norm = false_least_norm(seen.text, seen.key)
    return (contradicted(norm, "The value", shown=f"that {norm} is least there among all solutions"), *found[1:]) if norm else None
