"""Further looks at a text whose answer is not right, or not the only one, as the whole stands; and what may speak against a right one. They are one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.beside import beside_asides
from derive.grading.asides.look import without_asides
from derive.grading.asides.runs import HEAD, before_brackets, with_formulas_delimited
from derive.grading.beside.asked_again import changed_again, turned_into
from derive.grading.beside.changed_value import changed
from derive.grading.beside.held_against import (
    all_that_tie,
    another_meaning,
    called_least,
    called_the_answer,
    labelled_otherwise,
    penalised_otherwise,
    program_beside,
    restricted,
    rounded_otherwise,
    sorted_otherwise,
)
from derive.grading.cases.any_value import values_chosen
from derive.grading.cases.value_cases import value_cases
from derive.grading.claims.told import claim_said
from derive.grading.finding.remarks import formula_before_words, with_formula_delimited, without_remarks
from derive.grading.finding.reply import find_reply, gives_up
from derive.grading.finding.wanted import Reply
from derive.grading.keys import Key
from derive.grading.letters.introduced_letters import introduced_letters, with_letters
from derive.grading.looks import Found, is_judged, looked_at
from derive.grading.replies.final_block import (
    final_block,
    last_clause,
    last_sentence,
    says_what_is_asked,
    tails,
)
from derive.grading.replies.told_apart import (
    REMARK_DENIES,
    comment_of,
    denied_before,
    given_anew,
    heads_of_notes,
    last_display,
    remark_apart,
    without_examples,
)
from derive.grading.several import top_level
from derive.grading.text.cleaning import is_program
from derive.grading.text.lone import is_one_formula
from derive.grading.text.segments import pieces
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.meanings import redefined
from derive.grading.words.restrictions import restriction


class Seen(NamedTuple):
    """A text that is looked at. stated: the text as it was given; within: it is a piece of a longer one, of whose words the whole is judged by."""

    text: str
    stated: str
    key: Key
    within: bool = False

    def piece(self, text: str) -> Found:
        """What all looks find at a piece of the text, which is judged as if it were the answer."""
        return all_looks(Seen(text, text, self.key, True))

    def end(self, text: str) -> Found:
        """What all looks find at the end of the text: alone, else with the letters that the text introduces before."""
        found = self.piece(text)
        if not _right(found) and (letters := introduced_letters(self.text[: max(0, self.text.find(text.strip()))], self.key.wanted.scope)):
            again = self.piece(with_letters(text, letters))
            found = again if _right(again) else found
        return found

    def right(self, formula: str) -> bool:
        """Whether a formula alone is right."""
        return is_judged(Verdict.CORRECT, self.key, formula)

    def wrong(self, formula: str) -> bool:
        """Whether a formula alone is wrong."""
        return is_judged(Verdict.INCORRECT, self.key, formula)

    def says_false(self) -> bool:
        """Whether something false stands beside the answer."""
        return bool(without_asides(self.text, self.key, self.right).false)

    def unsure(self, found: Found, other: str, because: str = "") -> Found:
        """The answer found, undecided for what the text also says."""
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:160]}'{because}."), *found[1:]


class Look(NamedTuple):
    """One further look at a text. at: what it finds, None where that changes nothing; where: 'right' or 'open' where only a text that is judged right, or not yet, is
    looked at so; last: what it finds is final; unless: 'refuted' or 'doubted': it is no way round what was found to
    speak against a right formula, or round words beside it that are not known to leave it as it is."""

    at: Callable[[Seen, Found], Found | None]
    where: str = ""
    last: bool = False
    unless: str = ""


def all_looks(seen: Seen) -> Found:
    """What is found at a text: at the whole as it stands, then by each of LOOKS in turn."""
    found = looked_at(seen.text, seen.stated, seen.key)
    if not _right(found) and ((is_one_formula(seen.text) and not values_chosen(seen.text)) or gives_up(seen.text)):
        return found  # nothing stands beside it, or what stands there takes all of it back
    if found[0].verdict is Verdict.UNREADABLE and is_program(seen.text):
        return found  # of a program that is not followed no part is an answer
    for look in LOOKS:
        if look.where and (look.where == "right") is not _right(found):
            continue
        if look.unless and _refuted(found, look.unless == "doubted"):
            continue
        other = look.at(seen, found)
        if other is not None:
            found = other
            if look.last:
                break
    return found


def _refuted(found: Found, doubted: bool) -> bool:
    """Whether a right formula was found, and something beside it that speaks against it; doubted: or words that are not known to leave it as it is."""
    return found[0].verdict is Verdict.UNDECIDED and "would be right" in found[0].reason and (doubted or "which may change it" not in found[0].reason)


def _right(found: Found) -> bool:
    return found[0].verdict is Verdict.CORRECT


def _if_right(found: Found) -> Found | None:
    return found if _right(found) else None


def _value_changed(seen: Seen, found: Found) -> Found | None:
    """'Twice F' and the like."""
    if found[0].verdict is Verdict.INCORRECT or not seen.key.wanted.settled or (other := changed(seen.text)) is None or not seen.right(other.formula):
        return None
    return other.judged(), other.formula, found[2]


def _any_value(seen: Seen, found: Found) -> Found | None:
    """'Anything in [a, b]' in a case: right where its least, its largest and its middle number are."""
    chosen = values_chosen(seen.text)
    again = [seen.piece(t) for t in chosen]
    return again[0] if again and all(map(_right, again)) else None


def _value_by_cases(seen: Seen, found: Found) -> Found | None:
    """A value that is told case by case in sentences."""
    again = [seen.piece(t) for t in value_cases(seen.text)] if seen.key.part.ask == "value" else []
    return again[-1] if again and all(map(_right, again)) and not restriction(seen.text, again[-1][2], seen.key) else None


def _formula_before_words(seen: Seen, found: Found) -> Found | None:
    """Words behind a formula that are not read may mend it: 'F, rounded up'."""
    if found[0].verdict is not Verdict.UNREADABLE or not (head := formula_before_words(seen.text)):
        return None
    again = looked_at(head, seen.stated, seen.key, seen.text)
    return again if again[0].verdict in (Verdict.CORRECT, Verdict.UNDECIDED) else None


def _before_comment(seen: Seen, found: Found) -> Found | None:
    """A line of code without its comment, unless that takes it back."""
    m = comment_of(seen.text)
    if m is None:
        return None
    again = _if_right(seen.piece(m["code"]))
    return again if again is not None and not restriction(m["said"], again[2], seen.key, supposed=True) else None


_OPTIMUM = re.compile(r"\\(?:min|max|inf|sup)(?![a-z])|(?:min|max|inf|sup)_")
_CHAIN = re.compile(r"(?P<open>\$\$|\$)(?P<members>[^$]{1,200}=[^$]{1,300})(?P=open)(?P<behind>[\s.!]*)\Z")


def _without_last_remark(seen: Seen, found: Found) -> Found | None:
    """An answer behind which a remark in brackets stands apart: 'u = F   [equality iff u || -g]'."""
    before, said = remark_apart(seen.text)
    if not said or any(seen.key.wanted.equates(p) for p in _EQUATION_STARTS.split(said)):
        return None
    again = _if_right(seen.piece(before))
    return again if again is not None and not restriction(said, again[2], seen.key, supposed=True) and not seen.says_false() else None


_ARROW = re.compile(r"(?:→|⇒|⟹|=>|->|∴|\\Rightarrow|\\implies|\\therefore)\s*|\n+")


def _behind_arrow(seen: Seen, found: Found) -> Found | None:
    """What notes arrive at: behind the last arrow, or in the last line, where that is an equation for what is asked, or a count."""
    text = seen.text.strip()
    if seen.within or len(text) > _MOST_NOTES or "\\boxed" in text or (m := next(iter(reversed(list(_ARROW.finditer(text)))), None)) is None:
        return None
    last = text[m.end() :].strip()
    own = seen.key.wanted.asked and seen.key.wanted.equates(last.lstrip("$")) and "=" in last
    if is_program(text) or denied_before(text[: m.start()]) or given_anew(seen.key).search(text[: m.start()]) is not None:
        return None
    if not last or not (own or (seen.key.part.ask in ("count", "value") and _SIGNS.search(last))) or REMARK_DENIES.search(last):
        return None
    again = seen.end(last)
    if not _right(again):
        return None
    before = text[: m.start()]
    return again if not gives_up(text) and not restriction(before, again[2], seen.key, supposed=True) and not redefined(before, seen.key.wanted.scope) and not seen.says_false() else None


_SIGNS = re.compile(r"[\d)}\w]")
_MOST_NOTES = 600


def _without_examples(seen: Seen, found: Found) -> Found | None:
    """The text without what it labels as an example, a check or a remark; what these say is held against the answer as a claim."""
    shorter = without_examples(seen.text) if not seen.within and seen.key.part.ask != "count" else seen.text
    if shorter == seen.text:
        return None
    apart = Seen(shorter, shorter, seen.key)
    again = _if_right(all_looks(apart))
    return again if again is not None and not apart.says_false() else None


def _last_display(seen: Seen, found: Found) -> Found | None:
    """The display in which a reply ends, where it is right and nothing behind it gives another."""
    shorter = without_examples(seen.text) if not seen.within else ""
    told = last_display(shorter, lambda said: claim_said(said, seen.key) is True) if shorter else None
    if told is None:
        return None
    before, display, behind = told
    asked = seen.key.wanted.asked
    if not before.strip() or (asked and not seen.key.wanted.equates(_INSIDE.sub("", display))) or any(
            p.formula and "=" in p.text and (seen.key.wanted.equates(p.text) if asked else not seen.key.wanted.scope.writes(p.text.partition("=")[0].strip())) for p in pieces(behind)):
        return None
    again = seen.end(display)
    if not _right(again) and not asked and (m := _CHAIN.search(display)) is not None:
        *others, last = top_level(m["members"], "=")
        again = seen.end(f"$${last}$$") if others and all("not declared" in _error_of(seen.key, x) for x in others) else again
    if not _right(again) or gives_up(seen.text) or Seen(shorter, shorter, seen.key).says_false():
        return None
    return again if not restriction(before, again[2], seen.key, supposed=True) and not redefined(seen.text, seen.key.wanted.scope) else None


_INSIDE = re.compile(r"^\$\$\s*(?:\\boxed\s*\{\s*)?(?:\\(?:begin|displaystyle|;|,|!)(?:\{[a-z*]+\})?\s*)*")


def _head_of_notes(seen: Seen, found: Found) -> Found | None:
    """The formula with which notes begin, where what follows only talks of it."""
    for head, rest in heads_of_notes(seen.text) if not seen.within else ():
        again = seen.piece(head)
        if _right(again) and not gives_up(seen.text) and not restriction(seen.text, again[2], seen.key) and not any(
                seen.key.wanted.equates(p) for p in _EQUATION_STARTS.split(rest)) and not seen.says_false():
            return again
    return None


_EQUATION_STARTS = re.compile(r"[\s,;:(]+(?=[^\s,;:(]{1,20}\s*=)")


def _last_member(seen: Seen, found: Found) -> Found | None:
    """The last member of a chain whose others speak of letters of the text's own: '$\\max c^T L z = ||L^T c|| = F$'."""
    if found[0].verdict not in (Verdict.UNREADABLE, Verdict.INCORRECT) or seen.key.wanted.asked or (m := _CHAIN.search(seen.text)) is None:
        return None
    *others, last = [x.strip() for x in top_level(m["members"], "=")]
    if not others:
        return None
    first = _OPTIMUM.match(others[0]) is None
    if not all("not declared" in _error_of(seen.key, x) for x in others[0 if first else 1 :]) or (first and is_one_formula(seen.text)):
        return None
    if found[0].verdict is Verdict.INCORRECT and found[0].diagnosis != "restatement":
        return None
    return _if_right(seen.piece(f"{seen.text[: m.start()]}{m['open']}{last}{m['open']}{m['behind']}"))


def _formula_delimited(seen: Seen, found: Found) -> Found | None:
    framed = with_formula_delimited(seen.text)
    return _if_right(seen.piece(framed)) if framed else None


def _formulas_delimited(seen: Seen, found: Found) -> Found | None:
    framed = with_formulas_delimited(seen.text, seen.key.wanted.scope)
    if not framed:
        return None
    again = seen.piece(framed)
    if _right(again) and (head := before_brackets(seen.text)) and _right(looked_at(head, head, seen.key)):
        return again
    if found[0].verdict is Verdict.UNREADABLE and _right(again) and _ONE_FORMULA.fullmatch(framed) and seen.key.wanted.equates(framed.partition("$")[2]):
        return again  # one equation for what is asked, between words that are looked at
    if _right(again) and not _refuted(found, False) and not _NUMBER_LEFT.search(_FORMULA.sub(" ", framed)) and (first := HEAD.match(framed)) is not None and seen.right(first["formula"]):
        return again  # a right formula first, and words behind it that are looked at as those behind a formula that is marked
    if found[0].verdict is Verdict.INCORRECT and again[0].verdict is not Verdict.INCORRECT and _in_part(found[2]):  # it is wrong only where words run on with it
        return Judgement(Verdict.UNDECIDED, "Only a part of the words was read. Write the answer as one formula."), *found[1:]
    return None


_FORMULA = re.compile(r"\$[^$]*\$")
_NUMBER_LEFT = re.compile(r"\d\.\d")
"""A decimal among the words may be the answer once more."""
_ONE_FORMULA = re.compile(r"[^$]*[a-z:,] \$[^$]+\$(?:[.;,!](?:\s[^$]*)?)?\s*")




def _in_part(reply: Reply) -> bool:
    """Whether words behind what was read of an answer are not read."""
    return any(n.endswith("are not read") for a in reply.alternatives for i in a.interpretations for n in i.notes)


def _without_remarks(seen: Seen, found: Found) -> Found | None:
    shorter = without_remarks(seen.text, seen.key)
    return _if_right(looked_at(shorter, seen.stated, seen.key)) if shorter != seen.text else None


def _beside_asides(seen: Seen, found: Found) -> Found | None:
    return beside_asides(seen.text, seen.key, found, seen.right, lambda head, whole: looked_at(head, whole, seen.key, whole))


def _last_clause(seen: Seen, found: Found) -> Found | None:
    clause = last_clause(seen.text, seen.key)
    return again if clause and _right(again := seen.end(clause)) and not seen.says_false() else None


def _tails(seen: Seen, found: Found) -> Found | None:
    """The ends of a text, the first that is right."""
    for tail in () if seen.within else tails(seen.text, seen.key, seen.wrong):
        again = seen.end(tail)
        if _right(again) and not restriction(seen.text, again[2], seen.key):
            return None if seen.says_false() else again
    return None


def _last_word(seen: Seen, found: Found) -> Found | None:
    """The last block or sentence is what is answered, whatever stands before it."""
    block = final_block(seen.text, seen.key)
    told = seen.text if not _right(found) or "^" not in seen.text else without_asides(seen.text, seen.key, seen.right).rest  # a closed form is no last word on a recurrence
    last = block or last_sentence(told, seen.key)
    if not last:
        return None
    if not _right(found):
        return again if _right(again := seen.end(last)) and (block or not seen.says_false()) else None
    if not says_what_is_asked(last, seen.key) or (again := seen.piece(last))[0].verdict is not Verdict.INCORRECT:
        return None
    claimed = [m.expr for a in again[2].alternatives for i in a.interpretations for m in i.members]
    return None if claimed and all(e.op in ("sym", "idx", "dim") for e in claimed) else again  # 'so for large d two thirds of them ...'


def _answered_again(seen: Seen, found: Found) -> Found | None:
    other = "" if seen.within else changed_again(seen.text, seen.key, lambda formula: _error_of(seen.key, formula)) or turned_into(seen.text, seen.key, seen.wrong)
    return seen.unsure(found, other) if other else None


def _error_of(key: Key, formula: str) -> str:
    """Why a formula alone is not read."""
    return next((str(a.error) for a in find_reply(formula, key.wanted).alternatives if a.error is not None), "")




LOOKS = (
    Look(_value_changed, last=True),
    Look(_any_value, "open"),
    Look(_value_by_cases, "open"),
    Look(_formula_before_words, "open"),
    Look(_before_comment, "open"),
    Look(_without_last_remark, "open", unless="refuted"),
    Look(_behind_arrow, "open", unless="refuted"),
    Look(_without_examples, "open", unless="refuted"),
    Look(_last_display, "open", unless="doubted"),
    Look(_head_of_notes, "open", unless="doubted"),
    Look(_last_member, "open"),
    Look(_formula_delimited, "open"),
    Look(_formulas_delimited, "open"),
    Look(_without_remarks, "open"),
    Look(_beside_asides),
    Look(called_the_answer, "right", last=True),
    Look(_last_clause, "open"),
    Look(_tails, "open"),
    Look(_last_word),
    Look(_answered_again, "right", last=True),
    Look(program_beside, "right", last=True),
    Look(restricted, "right", last=True),
    Look(rounded_otherwise, "right", last=True),
    Look(labelled_otherwise, "right", last=True),
    Look(all_that_tie, "right", last=True),
    Look(sorted_otherwise, "right", last=True),
    Look(called_least, "right", last=True),
    Look(penalised_otherwise, "right", last=True),
    Look(another_meaning, "right", last=True))
"""In their order: ways to find an answer that is not right as the whole stands, and what may speak against one that is."""
