"""Reply x Key -> Grade: the judgement of one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from threading import RLock

from derive.grading.asides.beside import beside_asides
from derive.grading.asides.look import without_asides
from derive.grading.asides.runs import before_brackets, with_formulas_delimited
from derive.grading.asked_again import changed_again
from derive.grading.changed_value import changed, computed, rounded
from derive.grading.claims.told import HEARD, false_claim
from derive.grading.cleaning import cleaned, spelt_out
from derive.grading.diagnosis.credit import credited
from derive.grading.direct import LANE, Direct
from derive.grading.entry_in_words import with_constant_vectors, with_entry_told
from derive.grading.equations_held import false_equation
from derive.grading.exact_ranges import another_exact_range
from derive.grading.feasible_words import with_feasibility_said
from derive.grading.final_block import answers_given, disowned, final_block, last_clause, last_sentence, other_question, says_what_is_asked, tails
from derive.grading.heads import named_heads
from derive.grading.interpret import OF_THIS_ANSWER
from derive.grading.judging.judge import judge
from derive.grading.judging.replies import judge_reply
from derive.grading.keys import Key, kept, key_of, not_gradable
from derive.grading.listed_cases import with_listed_cases
from derive.grading.lone import is_one_formula
from derive.grading.no_formula import no_formula
from derive.grading.proof import checked
from derive.grading.ranges_in_words import as_condition
from derive.grading.remarks import formula_before_words, with_formula_delimited, without_remarks
from derive.grading.reply import find_reply, gives_up
from derive.grading.solved_in_words import doubted, with_systems_solved
from derive.grading.spoken import gradient_name
from derive.grading.told_letters import with_abbreviations_equated, with_gradient_named
from derive.grading.units_summed import of_counts, told_in_parts, without_directions
from derive.grading.values_beside import held, with_values_held
from derive.grading.verdict import Grade, Judgement, Verdict
from derive.grading.wanted import Reply
from derive.grading.words.check import checked_words
from derive.grading.words.counted import other_extent
from derive.grading.words.restrictions import restriction
from derive.maths import expr as E
from derive.maths.write import plain
from derive.problem.model import Part, Problem


def grade(problem: Problem, part: Part | str, text: str, id: str = "", certified: bool = True, earlier: Mapping[str, str] | None = None,
          proof: str = "auto", memo: bool = True) -> Grade:
    """Judge one answer to one part.

    proof: 'auto', 'always' or 'never' (grading.proof.PROOFS): how hard a proof of a right answer is looked for; without one it is
    measured. memo: an expression that was judged before is not judged again.

    earlier: the same person's answers to other parts by id, for parts whose spec allows follow-through.

    text: whatever was submitted (LaTeX, Unicode, plain, Python, Markdown with prose). Never raises on
    what the text holds. Raises UsageError where the part does not exist.
    """
    name = part if isinstance(part, str) else part.id
    if proof != "auto":
        checked(proof)
    known = problem.cache.get(f"key:{name}:{certified}")
    if isinstance(known, Key) and not (earlier and known.part.follow_through) and isinstance(direct := known.cache.get(LANE), Direct):
        right = direct.verdict(text)
        told = _TOLD[right] if right is not None else _NONE if no_formula(known).says_none(text) else direct.refused(text)
        if told is not None:
            return Grade.later(partial(_explained, problem, name, text, id, certified, proof, memo), problem=problem.id, part=name,
                               verdict=told, score=_SCORES.get(told), id=id)
    with _ONE_AT_A_TIME:
        return _graded(_key_as_asked(problem, name, certified, proof, memo), text, id, earlier)


_TOLD = {True: Verdict.CORRECT, False: Verdict.INCORRECT}
_NONE = Verdict.UNREADABLE
_SCORES = {Verdict.CORRECT: 1.0, Verdict.INCORRECT: 0.0}


def _key_as_asked(problem: Problem, part: str, certified: bool, proof: str, memo: bool) -> Key:
    key = key_of(problem, problem.part(part), certified)
    if proof != key.proof or memo != key.memo:
        key = kept(key, f"as asked:{checked(proof)}:{memo}", partial(replace, key, proof=proof, memo=memo))
    return key


def _explained(problem: Problem, part: str, text: str, id: str, certified: bool, proof: str, memo: bool) -> Grade:
    """The whole grade of an answer whose verdict is known."""
    with _ONE_AT_A_TIME:
        return _graded(_key_as_asked(problem, part, certified, proof, memo), text, id, None)


_ONE_AT_A_TIME = RLock()
"""Exact values are worked out in mpmath's one context, whose digits belong to the whole process: threads wait for each other."""


def _graded(key: Key, text: str, id: str, earlier: Mapping[str, str] | None) -> Grade:
    key.cache.pop(HEARD, None)
    grade = _before_claims(key, text, id, earlier)
    false = false_claim(text, key) if grade.verdict is Verdict.CORRECT else ""
    if not false:
        return grade
    return _grade(key, Judgement(Verdict.UNDECIDED, f"The answer would be right, but the text also says '{false[:200]}', which does not hold for it."), lambda: grade.read_as, id)


def _before_claims(key: Key, text: str, id: str, earlier: Mapping[str, str] | None) -> Grade:
    """The grade of a text, whatever it claims of its answer in clauses of their own."""
    part = key.part
    key.wanted.scope.cache[OF_THIS_ANSWER] = {}
    if not has_text(text):
        return _grade(key, Judgement(Verdict.UNREADABLE, "missing: the answer is blank."), "", id)
    blocked = kept(key, "not gradable", partial(not_gradable, key))
    if blocked:
        return _grade(key, Judgement(Verdict.UNDECIDED, blocked), "", id)
    kind = key.derivation.kind
    if kind == "name":
        from derive.grading.naming.answer import judge_named

        judgement, read_as = judge_named(text, key)
        return _grade(key, judgement, read_as, id)
    if kind == "table":
        from derive.grading.tables import judge_table

        judgement, read_as = judge_table(text, key)
        return _grade(key, judgement, read_as, id)
    if kind == "norm":
        from derive.grading.norm_answers import judge_text

        judgement, read_as = judge_text(text, key)
        return _grade(key, judgement, read_as, id)
    if part.ask == "status":
        from derive.grading.statuses import judge_status

        judgement, read_as = judge_status(text, key)
        return _grade(key, judgement, read_as, id)
    text = spelt_out(text)
    if "writ" in text:
        text = with_abbreviations_equated(text)
    if "times the" in text and "gradient" in text and (gradient := gradient_name(key.wanted.scope)):
        text = with_gradient_named(text, gradient)
    if " + " in text and part.ask == "count":
        text = without_directions(text)
    text, doubt = with_systems_solved(with_constant_vectors(text, key.wanted.scope), key.wanted, key.derivation.outputs)
    if key.derivation.outputs:
        from derive.grading.several import judge_several

        judgement, read_as = judge_several(text, key)
        return _grade(key, doubted(judgement, doubt), read_as, id)
    if kind in ("point", "expression"):
        text = with_listed_cases(text)
    text, false = with_values_held(with_entry_told(with_feasibility_said(text, key), key.wanted), key)
    if kind in ("point", "expression"):
        text = computed(text.strip()) or text
        if kept(key, "rounds", lambda: key.derivation.answer is not None and any(x.op == "fn" and x.data in ("ceil", "floor") for x in E.walk(key.derivation.answer))):
            text = rounded(text) or text
    stated = text
    if part.ask in ("eigenvalues", "count"):
        from derive.grading import counts, tables

        text = counts.listed(text, key) or (text if part.ask == "eigenvalues" else tables.without_unit(tables.own_cell(text, key) or text, key))
    if part.what == "messages" and " message" in text:
        text = of_counts(text.strip()) or text
    if part.what == "messages":
        text = told_in_parts(text)
    if part.derivative is not None:
        text = named_heads(text)
    if kind == "condition":
        text = as_condition(text, key.wanted)  # once for all looks: ', inclusive' is no remark that could be left out
    judgement, reading, reply = _first_and_second_look(text, stated, key)
    if judgement.verdict is Verdict.INCORRECT and part.follow_through and earlier:
        from derive.grading.follow import followed

        judgement = followed(reply, key, earlier) or judgement
    return _grade(key, held(doubted(judgement, doubt), false) if doubt or false else judgement, reading, id)


def verdict_by(key: Key, text: str) -> Verdict:
    """The verdict of a part of an answer, by the key of what it answers; within the grading of the whole."""
    return _graded(key, text, "", None).verdict


def _first_and_second_look(text: str, stated: str, key: Key, within: bool = False) -> tuple[Judgement, str | Callable[[], str], Reply]:
    """The judgement of a text; where it is not right as it stands, that of the text without its remarks, if that is. within: the text is a piece of a longer one."""
    found = _looked_at(text, stated, key)
    if found[0].verdict is not Verdict.CORRECT and (is_one_formula(text) or gives_up(text)):
        return found  # nothing stands beside it, or what stands there takes all of it back
    right = partial(_is, Verdict.CORRECT, key)
    if found[0].verdict is not Verdict.INCORRECT and key.wanted.settled and (other := changed(text)) is not None and right(other.formula):
        return other.judged(), other.formula, found[2]
    if found[0].verdict is Verdict.UNREADABLE and (head := formula_before_words(text)):
        again = _looked_at(head, stated, key, text)
        found = again if again[0].verdict in (Verdict.CORRECT, Verdict.UNDECIDED) else found  # words that are not read may mend it: 'F, rounded up'
    if found[0].verdict is not Verdict.CORRECT and (framed := with_formula_delimited(text)):
        again = _first_and_second_look(framed, framed, key, True)
        found = again if again[0].verdict is Verdict.CORRECT else found
    if found[0].verdict is not Verdict.CORRECT and (framed := with_formulas_delimited(text, key.wanted.scope)):
        again = _first_and_second_look(framed, framed, key, True)
        if again[0].verdict is Verdict.CORRECT and (head := before_brackets(text)) and _looked_at(head, head, key)[0].verdict is Verdict.CORRECT:
            found = again
        elif found[0].verdict is Verdict.INCORRECT and again[0].verdict is not Verdict.INCORRECT and _in_part(found[2]):  # it is wrong only where words run on with it
            found = Judgement(Verdict.UNDECIDED, "Only a part of the words was read. Write the answer as one formula."), *found[1:]
    if found[0].verdict is not Verdict.CORRECT and (shorter := without_remarks(text, key)) != text:
        again = _looked_at(shorter, stated, key)
        found = again if again[0].verdict is Verdict.CORRECT else found
    found = beside_asides(text, key, found, right, lambda head, whole: _looked_at(head, whole, key, whole))
    if found[0].verdict is Verdict.CORRECT and "nswer" in text:
        if whose := disowned(text):
            return Judgement(Verdict.UNDECIDED, f"The formula would be right, but before it stands '{whose[:160]}'."), *found[1:]
        if any(_looked_at(other, other, key)[0].verdict is Verdict.INCORRECT for other in answers_given(text)):
            return Judgement(Verdict.UNDECIDED, "The text calls several formulas its answer, and not all are right."), *found[1:]
    if found[0].verdict is not Verdict.CORRECT and (clause := last_clause(text, key)):
        again = _first_and_second_look(clause, clause, key, True)
        found = again if again[0].verdict is Verdict.CORRECT and not without_asides(text, key, right).false else found
    if found[0].verdict is not Verdict.CORRECT and not within:
        for tail in tails(text, key, partial(_is, Verdict.INCORRECT, key)):
            again = _first_and_second_look(tail, tail, key, True)
            if again[0].verdict is Verdict.CORRECT and not restriction(text, again[2], key):
                found = found if without_asides(text, key, right).false else again
                break
    block = final_block(text, key)
    if last := block or last_sentence(text, key):
        if found[0].verdict is not Verdict.CORRECT:
            again = _first_and_second_look(last, last, key, True)
            found = again if again[0].verdict is Verdict.CORRECT and (block or not without_asides(text, key, right).false) else found
        elif says_what_is_asked(last, key):
            again = _first_and_second_look(last, last, key, True)
            found = again if again[0].verdict is Verdict.INCORRECT else found  # the last word is what is answered
    if found[0].verdict is Verdict.CORRECT and not within and (again_said := changed_again(text, key, partial(_error_of, key))):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{again_said[:160]}'."), *found[1:]
    if found[0].verdict is Verdict.CORRECT and not within and (condition := restriction(text, found[2], key, supposed=True) or other_question(text)):  # of all that it says
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{condition}': it is required without that."), *found[1:]
    return found


def _in_part(reply: Reply) -> bool:
    """Whether words behind what was read of an answer are not read."""
    return any(n.endswith("are not read") for a in reply.alternatives for i in a.interpretations for n in i.notes)


def _error_of(key: Key, formula: str) -> str:
    """Why a formula alone is not read."""
    return next((str(a.error) for a in find_reply(formula, key.wanted).alternatives if a.error is not None), "")


def _is(verdict: Verdict, key: Key, formula: str) -> bool:
    return judge_reply(find_reply(formula, key.wanted), key)[0].verdict is verdict


def _looked_at(text: str, stated: str, key: Key, whole: str = "") -> tuple[Judgement, str | Callable[[], str], Reply]:
    part = key.part
    if part.ask == "dual" and part.at:
        from derive.grading.norms import named_blanks

        text = named_blanks(text, part.at)
    if key.derivation.kind == "condition":
        text = as_condition(text, key.wanted)
    reply = find_reply(text, key.wanted)
    if part.ask == "dual" and not any(a.interpretations for a in reply.alternatives):
        from derive.grading.norms import named_norm

        named = named_norm(text, key.part.at or "", key)
        if named is not None:
            judgement, false = judge(named, key), false_equation(text, key)
            if false and judgement.verdict is Verdict.CORRECT:
                judgement = Judgement(Verdict.UNDECIDED, f"The norm would be right, but the text also says {false}, which does not hold.")
            return judgement, plain(named), reply
    judgement, reading = judge_reply(reply, key)
    if part.ask in ("count", "eigenvalues") and judgement.verdict is Verdict.INCORRECT:
        from derive.grading import counts

        if counts.unclear(stated, key):
            asked = ", ".join(f"{what}: ..." for what in counts.quantities_of(key))
            judgement = Judgement(Verdict.UNDECIDED, f"Which value belongs to which quantity is not clear; write {asked}.")
    if part.ask == "count" and judgement.verdict is Verdict.CORRECT:
        from derive.grading import counts

        said = cleaned(stated, hedges=False)
        other = other_extent(said, counts.places(said, key, [a.text for a in reply.alternatives]), key)
        if other:
            judgement = Judgement(Verdict.UNDECIDED, f"The number would be right, but '{other}' says that it is counted of something else than is asked.")
    judgement = checked_words(judgement, reply, whole or text, key)
    if judgement.verdict is Verdict.CORRECT and key.derivation.kind == "condition":
        from derive.grading.statuses import with_exceptions_held

        judgement = with_exceptions_held(judgement, whole or text)
        wrong = partial(_is, Verdict.INCORRECT, key)
        if judgement.verdict is Verdict.CORRECT and (other := another_exact_range(whole or text, key.wanted.scope, wrong)):
            judgement = Judgement(Verdict.UNDECIDED, f"The condition would be right, but the text also says '{other[:200]}'.")
    if judgement.verdict is Verdict.CORRECT and part.ask == "limit":
        from derive.grading.least_norms import held_to_its_norm

        judgement = held_to_its_norm(judgement, whole or text, key)
    return judgement, reading, reply


def grade_text(problem: Problem, text: str, certified: bool = True) -> list[Grade]:
    """Grade one text that answers several parts: every part in order, unmarked ones as missing.

    Parts are found by headings, ids, letters or numbers (see split_parts); a part's own earlier part
    counts where the spec allows follow-through.
    """
    from derive.grading.parts import split_parts

    found = split_parts(problem, text)
    return [grade(problem, p, found.get(p.id, ""), certified=certified, earlier=found) for p in problem.parts]


def has_text(text: str) -> bool:
    """Whether a text holds anything that can be seen."""
    return any(not c.isspace() and c.isprintable() for c in text)


def _grade(key: Key, j: Judgement, read_as: str | Callable[[], str], id: str) -> Grade:
    j, score = credited(j, key.problem, key.part.id)
    problem, part = key.problem.id, key.part.id

    def whole() -> Grade:
        with _ONE_AT_A_TIME:
            read = read_as if isinstance(read_as, str) else read_as()
            return Grade(problem, part, j.verdict, score, read, j.reason, j.strength, j.diagnosis, j.witness, id)

    return Grade.later(whole, problem=problem, part=part, verdict=j.verdict, score=score, id=id)
