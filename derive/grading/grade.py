"""Reply x Key -> Grade: the judgement of one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from threading import RLock

from derive.errors import UsageError
from derive.grading.diagnosis.credit import credited
from derive.grading.direct.lane import LANE, Direct, lane
from derive.grading.finding.interpret import OF_THIS_ANSWER
from derive.grading.finding.no_formula import no_formula
from derive.grading.finding.reply import find_reply
from derive.grading.judging.replies import judge_reply
from derive.grading.keys import Key, kept, key_of, not_gradable
from derive.grading.proof import checked
from derive.grading.text.door import at_the_door
from derive.grading.text.foreign_words import in_english
from derive.grading.text.lone import is_bare
from derive.grading.text.to_the_marker import without_words_to_the_marker
from derive.grading.text.typography import plainly_set
from derive.grading.verdict import Grade, Judgement, Verdict, contradicted
from derive.problem.model import Part, Problem


def grade(problem: Problem, part: Part | str, text: str, id: object = "", certified: bool = True, earlier: Mapping[str, str] | None = None,
          proof: str = "auto", memo: bool = True) -> Grade:
    """Judge one answer to one part.

    proof: 'auto', 'always' or 'never' (grading.proof.PROOFS): how hard a proof of a right answer is looked for; without one it is
    measured. memo: an expression that was judged before is not judged again.

    earlier: the same person's answers to other parts by id, for parts whose spec allows follow-through.

    text: whatever was submitted (LaTeX, Unicode, plain, Python, Markdown with prose). Never raises on
    what the text holds. Raises UsageError where the part does not exist or the answer is no text.
    """
    name = part if isinstance(part, str) else part.id
    if not isinstance(text, str):
        raise UsageError(f"grade: {problem.id}#{name}", f"the answer is {text!r:.80}, of type {type(text).__name__}.", "Give it as a string; a blank answer is ''.")
    if proof != "auto":
        checked(proof)
    known = problem.cache.get(("key", name, certified))
    if not text.isascii():
        text = plainly_set(text)
    if isinstance(known, Key) and not (earlier and known.part.follow_through) and isinstance(direct := known.cache.get(LANE), Direct):
        told: Verdict | None
        score: float | None
        right = direct.verdict(text)
        if right is not None:
            told, score = _TOLD[right]
        else:
            told = _NONE if no_formula(known).says_none(text) else direct.refused(text)
            score = 0.0 if told is Verdict.INCORRECT else None
        if told is not None:
            return Grade.later(partial(_explained, problem, name, text, id, certified, proof, memo, told, score), problem=problem.id, part=name,
                               verdict=told, score=score, id=id)
    with _ONE_AT_A_TIME:
        return _graded(_key_as_asked(problem, name, certified, proof, memo), text, id, earlier)


_TOLD = {True: (Verdict.CORRECT, 1.0), False: (Verdict.INCORRECT, 0.0)}
_NONE = Verdict.UNREADABLE


def _key_as_asked(problem: Problem, part: str, certified: bool, proof: str, memo: bool) -> Key:
    key = key_of(problem, problem.part(part), certified)
    if proof != key.proof or memo != key.memo:
        key = kept(key, f"as asked:{checked(proof)}:{memo}", partial(replace, key, proof=proof, memo=memo))
    return key


def _surely(make: Callable[[], Grade], problem: str, part: str, verdict: Verdict, score: float | None, id: object) -> Grade:
    """A grade whose verdict is known; if what explains it fails, which is a mistake of ours, it says so and the verdict stands."""
    try:
        return make()
    except Exception as err:
        return Grade(problem, part, verdict, score, "", f"The verdict is not explained: internal error ({type(err).__name__}: {err}); please report this answer.", id=id)


def _explained(problem: Problem, part: str, text: str, id: object, certified: bool, proof: str, memo: bool, told: Verdict, score: float | None) -> Grade:
    """The whole grade of an answer whose verdict is known: by its formula where that says the same, else the whole way."""

    def whole() -> Grade:
        with _ONE_AT_A_TIME:
            key = _key_as_asked(problem, part, certified, proof, memo)
            return (_by_formula(key, at_the_door(text), told, id) if score is not None else None) or _graded(key, text, id, None)

    return _surely(whole, problem.id, part, told, score, id)


def _by_formula(key: Key, text: str, told: Verdict, id: object) -> Grade | None:
    """The grade of a text by the formula that it is, where that has the verdict which the direct lane told."""
    key.wanted.scope.cache[OF_THIS_ANSWER] = {}
    judgement, reading = judge_reply(find_reply(text, key.wanted), key)
    return _grade(key, judgement, reading, id) if judgement.verdict is told else None


_ONE_AT_A_TIME = RLock()
"""Exact values are worked out in mpmath's one context, whose digits belong to the whole process: threads wait for each other."""


def _graded(key: Key, text: str, id: object, earlier: Mapping[str, str] | None) -> Grade:
    text = without_words_to_the_marker(at_the_door(text))
    right = None if earlier and key.part.follow_through else lane(key).verdict(text)
    if right is not None and (found := _by_formula(key, text, _TOLD[right][0], id)) is not None:
        return found
    grade = _before_claims(key, text, id, earlier)
    if grade.verdict is Verdict.INCORRECT and (formula := _right_formula(text, key)):
        doubt = f"A right formula stands in the text ({formula}), beside what is none, and nothing marks one of them as the answer. {grade.reason}"
        return _grade(key, Judgement(Verdict.UNDECIDED, doubt), lambda: grade.read_as, id)
    if grade.verdict is not Verdict.CORRECT or is_bare(text):
        return grade
    if key.derivation.kind not in ("name", "table", "norm") and (doubted := _doubted_when_delimited(text, key, id, earlier)) is not None:
        return doubted
    from derive.grading.beside.told_otherwise import changed_by_words, corrected_otherwise, told_otherwise
    from derive.grading.claims.told import false_claim
    from derive.grading.conditions.retold import retold_otherwise
    from derive.grading.replies.answer_block import said_of_the_answer
    from derive.grading.replies.aside_sections import without_other_methods

    said = said_of_the_answer(without_other_methods(text), key)
    verdict = partial(verdict_by, key)
    false = corrected_otherwise(text, verdict) or (retold_otherwise(said, verdict) if key.derivation.kind == "condition" else "")
    false = false or told_otherwise(said, key) or changed_by_words(said, key) or false_claim(said, key)
    if not false:
        return grade
    return _grade(key, contradicted(false, "The answer"), lambda: grade.read_as, id)


def _doubted_when_delimited(text: str, key: Key, id: object, earlier: Mapping[str, str] | None) -> Grade | None:
    """The grade of a plain text with its formulas between delimiters, where its words are then found to speak against a right first formula: both ways of setting it say the same."""
    from derive.grading.asides.runs import HEAD, with_formulas_delimited
    from derive.grading.looks import is_judged
    from derive.grading.text.shorthand import written_out

    text = written_out(text, key.wanted.scope.writes)
    framed = with_formulas_delimited(text, key.wanted.scope) if "\n" not in text.strip() and "#" not in text else ""
    head = HEAD.match(framed)
    if head is None or head.end() == len(framed) or not is_judged(Verdict.CORRECT, key, head["formula"]):
        return None
    again = _before_claims(key, framed, id, earlier)
    return again if again.verdict is Verdict.UNDECIDED and "would be right" in again.reason else None


def _right_formula(text: str, key: Key) -> str:
    """The right formula that a text judged wrong also holds, where it is open which one is its answer."""
    if key.derivation.kind in ("name", "table", "norm") or key.derivation.outputs or key.part.ask == "status" or is_bare(text):
        return ""
    from derive.grading.beside.right_beside import right_formula_beside

    return right_formula_beside(text, key)


def _before_claims(key: Key, text: str, id: object, earlier: Mapping[str, str] | None) -> Grade:
    """The grade of a text, whatever it claims of its answer in clauses of their own: by its formulas, else by words that are read to the last."""
    found = _by_its_formulas(key, text, id, earlier)
    if found.verdict in (Verdict.CORRECT, Verdict.PARTIAL) or not has_text(text) or kept(key, "not gradable", partial(not_gradable, key)):
        return found
    from derive.grading.worded.judged import judged_in_words

    told = judged_in_words(text, key) or _concluded_in_words(text, key)
    if told is None or not (told[0].verdict is Verdict.CORRECT or found.verdict is Verdict.UNREADABLE):
        return found
    return _grade(key, *told, id)


def _concluded_in_words(text: str, key: Key) -> tuple[Judgement, Callable[[], str] | str] | None:
    """The judgement of the last paragraph of a text, where all of it is words that say the answer."""
    from derive.grading.worded.judged import judged_in_words

    before, _, last = text.rstrip().rpartition("\n\n")
    return judged_in_words(last, key) if before and last[:1].isupper() else None


def _by_its_formulas(key: Key, text: str, id: object, earlier: Mapping[str, str] | None) -> Grade:
    """The grade of a text by the formulas, names and phrases that are found in it."""
    part = key.part
    key.wanted.scope.cache[OF_THIS_ANSWER] = {}
    if not has_text(text):
        return _grade(key, Judgement(Verdict.UNREADABLE, "missing: the answer is blank."), "", id)
    blocked = kept(key, "not gradable", partial(not_gradable, key))
    if blocked:
        return _grade(key, Judgement(Verdict.UNDECIDED, blocked), "", id)
    if part.ask in ("argmin", "argmax", "value", "limit") and not key.derivation.outputs and is_bare(text):
        judgement, reading = judge_reply(find_reply(text, key.wanted), key)
        if judgement.verdict is Verdict.CORRECT:
            return _grade(key, judgement, reading, id)
    from derive.grading.text.dotted_products import with_dotted_products
    from derive.grading.text.shorthand import written_out
    from derive.grading.text.spelt_out import spelt_out, with_letters_behind

    writes = key.wanted.scope.writes
    text = with_dotted_products(spelt_out(with_letters_behind(in_english(written_out(text, writes)), writes)), key.wanted.scope)
    from derive.grading.replies.marked import judged, without_asides_judged

    kind = key.derivation.kind
    if kind == "name":
        from derive.grading.naming.answer import judge_named

        judgement, read_as = without_asides_judged(text, key, judge_named)
        return _grade(key, judgement, read_as, id)
    if kind == "table":
        from derive.grading.tables.answer import judge_table

        judgement, read_as = without_asides_judged(text, key, judge_table)
        return _grade(key, judgement, read_as, id)
    if kind == "norm":
        from derive.grading.norms.answer import judge_text

        judgement, read_as = without_asides_judged(text, key, judge_text)
        return _grade(key, judgement, read_as, id)
    if part.ask == "status":
        from derive.grading.conditions.statuses import judge_status

        judgement, read_as = without_asides_judged(text, key, judge_status)
        return _grade(key, judgement, read_as, id)
    judgement, read = judged(text, key, earlier)
    return _grade(key, judgement, read, id)


def verdict_by(key: Key, text: str) -> Verdict:
    """The verdict of a part of an answer, by the key of what it answers; within the grading of the whole."""
    return _graded(key, text, "", None).verdict


def grade_text(problem: Problem, text: str, certified: bool = True) -> list[Grade]:
    """Grade one text that answers several parts: every part in order, unmarked ones as missing.

    Parts are found by headings, ids, letters or numbers (see split_parts); a part's own earlier part
    counts where the spec allows follow-through.
    """
    from derive.grading.finding.parts import split_parts

    found = split_parts(problem, text)
    return [grade(problem, p, found.get(p.id, ""), certified=certified, earlier=found) for p in problem.parts]


def has_text(text: str) -> bool:
    """Whether a text holds anything that can be seen."""
    return any(not c.isspace() and c.isprintable() for c in text)


def _grade(key: Key, j: Judgement, read_as: str | Callable[[], str], id: object) -> Grade:
    j, score = credited(j, key.problem, key.part.id)
    problem, part = key.problem.id, key.part.id

    def whole() -> Grade:
        with _ONE_AT_A_TIME:
            read = read_as if isinstance(read_as, str) else read_as()
            return Grade(problem, part, j.verdict, score, read, j.reason, j.strength, j.diagnosis, j.witness, id)

    return Grade.later(partial(_surely, whole, problem, part, j.verdict, score, id), problem=problem, part=part, verdict=j.verdict, score=score, id=id)
