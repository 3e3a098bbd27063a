"""The parts of a reply that marks its answer: what leads to it, the block of the answer, and what is remarked behind.

The answer is marked by the only box, by a label or heading that calls it so or names what is asked, by the only block in bold type that holds a formula, or by the last display
that is an equation for what is asked. What stands before it is a derivation: nothing there is a second answer, and nothing there is said of the answer, unless it is the
writer's own words that this is not it.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.grading.replies.final_block import BLOCKS, DISPLAY, HEADING, LABEL, SIGN
from derive.grading.text.segments import pieces
from derive.grading.words.check import nouns_of
from derive.grading.words.meanings import redefined, redefined_in_words
from derive.grading.words.vocabulary import form_of
from derive.maths.expr import symbols_in

MAX_TEXT = 12_000
_MAX_OWN = 900
_BOLD = re.compile(r"[>\s]*\*\*\s*(?P<said>(?:[^*]|\*(?!\*)){1,600}?)\s*\*\*[\s.]*")
_NAMED = re.compile(r"[>\s]*(?:[-*]\s+)?(?:\*\*|__)(?P<name>[A-Za-z][A-Za-z '-]{2,40})(?:[:.]\s*(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(?P<said>.+)", re.S)
_NAMED_ALONE = re.compile(r"[>\s]*(?:\*\*|__)(?P<name>[A-Za-z][A-Za-z '-]{2,40})(?:[:.]?\s*(?:\*\*|__)\s*[:.]?)(?P<said>)")  # '**Total**', and a display behind it
_POINTED_AT = re.compile(r"(?:^|\n)[ \t]*(?:[-*•]\s+)?(?P<said>[^\n]{3,200}?)\s*(?:←|<-|⟵|\$\\leftarrow\$)\s*[*_]*(?:this is |that is )?(?:the |my )?(?:final )?answer\b[^\n]*", re.I)
_VALUE = re.compile(
    r"(?:(?:so|hence|thus|therefore|altogether|finally)\b,?\s+)?(?:the |its |our )?(?:(?:optimal|minimal|minimum|maximal|maximum|least|smallest|largest|objective)\s+){1,2}value\s+(?:of the \w+ )?"
    r"(?:is|equals|becomes|:)|\$\$\s*\\text\{\s*(?:optimal |minimum |maximum )?value\s*\}\s*=|\\\[\s*\\text\{\s*(?:optimal )?value\s*\}\s*=", re.I)
_TOTAL = re.compile(r"(?:\$\$|\\\[)\s*\\text(?:bf|rm)?\{\s*(?:grand )?total\s*\}\s*=", re.I)
_OF_AN_ANSWER = frozenset(
    form_of(w) for w in """sum altogether together result therefore optimal best final total overall minimum maximum minimal maximal value rate size number count minimiser
maximiser limit update step solution""".split())


class Marked(NamedTuple):
    """before: what leads to the answer; own: the block that holds it, without its label; behind: what follows."""

    before: str
    own: str
    behind: str

    @property
    def from_the_answer(self) -> str:
        """The answer, and what is said of it."""
        return f"{self.own}\n\n{self.behind}".strip()


def marked(text: str, key: Key) -> Marked | None:
    """The parts of a reply of several blocks with one that is marked as its answer; None where there is none, or several."""
    if "\n" not in text or len(text) > MAX_TEXT:
        return None
    blocks = [b.strip() for b in BLOCKS.split(text.strip()) if b.strip()]
    found = _marks(blocks, key) if len(blocks) > 1 else []
    if len(found) != 1 or not found[0][0]:
        return None
    at, own = found[0]
    before, behind = "\n\n".join(blocks[:at]), "\n\n".join(blocks[at + 1 :])
    if not own and behind:  # a heading
        own, _, behind = behind.partition("\n\n")
    return Marked(before, own, behind) if own and len(own) <= _MAX_OWN and _leads_to(before, blocks[at - 1], key) else None


def said_of_the_answer(text: str, key: Key) -> str:
    """The text from the answer on that it marks; all of it where it marks none."""
    parts = marked(text, key)
    return text if parts is None else parts.from_the_answer


def _marks(blocks: list[str], key: Key) -> list[tuple[int, str]]:
    """The blocks that are marked as the answer in the strongest way that occurs, each without its label."""
    boxes = [(k, b) for k, b in enumerate(blocks) if "\\boxed" in b]
    if boxes:
        return boxes if sum(b.count("\\boxed") for _, b in boxes) == 1 else []
    labelled = [(k, b[m.end() :].strip()) for k, b in enumerate(blocks) if k and (m := HEADING.match(b) or LABEL.match(b)) is not None]
    if labelled:
        return labelled
    pointed = [(k, m["said"]) for k, b in enumerate(blocks) for m in _POINTED_AT.finditer(b)]
    if pointed:
        return pointed
    named = [(k, m["said"] or "") for k, b in enumerate(blocks) if (m := _NAMED.fullmatch(b) or _NAMED_ALONE.fullmatch(b)) is not None and _names_what_is_asked(m["name"], key)]
    if named:
        return named
    bold = [(k, m["said"]) for k, b in enumerate(blocks) if (m := _BOLD.fullmatch(b)) is not None and SIGN.search(_NUMBERED.sub("", m["said"])) is not None]
    return bold or _concluding(blocks, key)


def _names_what_is_asked(name: str, key: Key) -> bool:
    """Whether a label has only words of the statement, or of an answer: 'Optimal value', 'Best rate'."""
    if key.part.counted and len(key.part.counted) > 1:
        return False
    nouns, _ = kept(key, "nouns", lambda: nouns_of(key))
    words = [form_of(w) for w in re.findall(r"[A-Za-z]+", name.lower())]
    return all(w in nouns or w in _OF_AN_ANSWER or w in ("the", "of", "each", "in", "all") for w in words) and any(w in _OF_AN_ANSWER for w in words)


def _concluding(blocks: list[str], key: Key) -> list[tuple[int, str]]:
    """The last block that gives what is asked: a display that is an equation for the unknown, behind which no formula is one; a sentence 'So the optimal value is F', a total."""
    wanted = key.wanted
    if wanted.asked:
        for k in range(len(blocks) - 1, -1, -1):
            if any(p.formula and "=" in p.text and wanted.equates(p.text) and not _of_an_example(p.text, key) for p in pieces(blocks[k])):
                return [(k, blocks[k])] if DISPLAY.fullmatch(blocks[k]) is not None else []
        return []
    gives = _VALUE if key.part.ask == "value" else _TOTAL if key.part.ask == "count" and len(key.part.counted) < 2 else None
    return [] if gives is None else [(k, b) for k, b in enumerate(blocks) if gives.match(b) is not None and SIGN.search(b) is not None]


def _of_an_example(equation: str, key: Key) -> bool:
    """Whether an equation gives only numbers, where the answer holds letters."""
    return key.derivation.answer is not None and bool(symbols_in(key.derivation.answer)) and _A_LETTER.search(equation.partition("=")[2]) is None


_A_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-zα-ω](?![A-Za-z])|\\(?:alpha|beta|gamma|delta|eta|lambda|mu|nu|theta|sigma|kappa|rho|tau)(?![A-Za-z])")
_NUMBERED = re.compile(r"^\s*\(?\d{1,2}[.):]\s+")
_NOT_OWN = re.compile(
    r"\b(?:student|someone|somebody|classmate|pretend\w*|jok(?:e|ing)|kidding|adversar\w*|unsure|not sure|don't know|would be (?:right|correct)|(?:not|n't) (?:believe|trust)"
    r"|(?:he|she|they|people)\s+(?:says?|wrote|think))\b", re.I)
_WARNS_OF_IT = re.compile(
    r"\b(?:wrong|incorrect\w*|false|mistak\w*|guess\w*|hypothetical\w*|alternative\w*|claims?|not (?:the|true|right|correct)|one might|tempt\w*|naive\w*)\b", re.I)
_READ_SO = re.compile(
    r"\bI\s+(?:take|took|read|understand|understood|interpret\w*|treat\w*)\s+[^.]{0,80}?\b(?:to be|as)\b|\ballow(?:ing)? only\b|\b(?:restrict\w*|limit\w*) (?:ourselves|myself|attention)\b", re.I)
_PER_ONE = re.compile(r"\b(?:we|I|let us|let's)\s+(?:\w+\s+)?count\w*\s+(?:\w+\s+)?(?:per|for (?:one|each|a single))\b", re.I)
_OWN_MISTAKE = re.compile(r"\b(?:my|I|wait|no,|hmm|corrected?|so|but|instead|actually)\b", re.I)


def _leads_to(before: str, last: str, key: Key) -> bool:
    """Whether what stands before the block may end in it: the writer's own words, whose last paragraph does not warn of it, and that leave the declared letters their meaning."""
    if _NOT_OWN.search(before) is not None or (_WARNS_OF_IT.search(last) is not None and _OWN_MISTAKE.search(last) is None):
        return False
    if _READ_SO.search(before) is not None:
        return False
    if key.part.ask == "count" and _PER_ONE.search(before) is not None:
        return False
    return not redefined_in_words(before, key.wanted.scope) and not redefined(before, key.wanted.scope)
