"""The judgement of a text beside whose answer something else is said."""

from __future__ import annotations

from collections.abc import Callable

from derive.grading.asides.concluded import conclusions
from derive.grading.asides.equated import equated_with_another
from derive.grading.asides.existence import existence_denied
from derive.grading.asides.head import first_formula
from derive.grading.asides.look import Right, without_asides
from derive.grading.asides.names_beside import false_name
from derive.grading.asides.relations_told import false_relation
from derive.grading.beside.equations_held import false_definition, false_equation, tells_entry
from derive.grading.cases.worked_cases import worked_cases
from derive.grading.keys import Key
from derive.grading.letters.index_words import index_in_words
from derive.grading.looks import Found
from derive.grading.verdict import Judgement, Verdict, contradicted


def beside_asides(text: str, key: Key, found: Found, right: Right, looked_at: Callable[[str, str], Found]) -> Found:
    """The judgement of a text without what it says beside its answer; a right answer beside which something false is said is undecided.

    found: the judgement of the text as it stands; looked_at: the judgement of a text, whose words are those of the second.
    """
    text = worked_cases(text, key.wanted).text  # what is said in a case is not said of all
    found = _without_asides(text, key, found, right, looked_at)
    if found[0].verdict is not Verdict.CORRECT:
        return found
    other = false_name(text, key)
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:200]}', which it is not."), *found[1:]
    other = equated_with_another(text, key, right)
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:200]}', which is another value."), *found[1:]
    other = existence_denied(text, key)
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:200]}', and it exists for all that is declared."), *found[1:]
    other = false_relation(text, key, [a.text for a in found[2].alternatives]) or (false_equation(text, key) if text.count("=") > 1 or ("=" in text and tells_entry(text, key)) else "")
    other = other or false_definition(text, key)
    return found if not other else (contradicted(other, shown=other[:200]), *found[1:])


def _without_asides(text: str, key: Key, found: Found, right: Right, looked_at: Callable[[str, str], Found]) -> Found:
    look = without_asides(text, key, right)
    if look.false:
        return (contradicted(look.false, "The answer"), *found[1:]) if found[0].verdict is Verdict.CORRECT else found
    if found[0].verdict is Verdict.CORRECT:
        return found
    seen = {text.rstrip()}  # spaces at the end are no other text
    places = index_in_words(text, key.wanted.scope)  # 'Here k is the coordinate with the smallest |g_i|' belongs to the answer
    for head in (look.rest, *first_formula(look.rest, key, right)):
        if (shown := head.rstrip()) and shown not in seen:
            seen.add(shown)
            again = looked_at(head, look.rest)
            if again[0].verdict is Verdict.CORRECT and (not places or index_in_words(head, key.wanted.scope) == places):
                return again
    unsure = None
    for head, whole in conclusions(look.rest, key, right):
        if places and index_in_words(head, key.wanted.scope) != places:
            continue
        again = looked_at(head, whole)
        if again[0].verdict is Verdict.CORRECT:
            return again
        if again[0].verdict is Verdict.UNDECIDED and unsure is None:
            unsure = again  # a right formula beside words that may change it is no wrong answer
    return found if unsure is None or found[0].verdict is Verdict.UNDECIDED else unsure
