"""A text with words around its answer -> judgement: what its words say is written out, then it is looked at as it stands and without what stands beside its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive import patterns as re
from derive.grading.answer_block import marked
from derive.grading.changed_value import computed, rounded
from derive.grading.cleaning import with_bold_delimited
from derive.grading.count_comparisons import without_totals, without_true_comparisons, without_true_examples
from derive.grading.counts_in_words import counts_in_words
from derive.grading.entries_told import with_entries_told
from derive.grading.entry_in_words import with_constant_vectors, with_entry_told, with_only_row
from derive.grading.equations_held import unknown_names, without_true_identities
from derive.grading.exponents_told import without_exponents_told
from derive.grading.feasible_words import with_feasibility_said
from derive.grading.final_block import other_question
from derive.grading.further_looks import Seen, all_looks
from derive.grading.hatted import with_hats_told_apart, without_hats
from derive.grading.heads import named_heads
from derive.grading.held_against import called_least
from derive.grading.introduced_letters import with_last_delimited
from derive.grading.keys import Key, kept
from derive.grading.listed_cases import with_listed_cases
from derive.grading.looks import is_judged
from derive.grading.only_notation import with_pi_as_letter, without_notation_told
from derive.grading.ranges_in_words import as_condition
from derive.grading.remarks_behind import against, changed_behind, equated_otherwise, tells_a_letter
from derive.grading.reply import gives_up
from derive.grading.solved_in_words import doubted, with_systems_solved
from derive.grading.spoken import gradient_name
from derive.grading.told_apart import comment_of, without_examples
from derive.grading.told_letters import with_abbreviations_equated, with_gradient_named
from derive.grading.units_summed import of_counts, told_in_parts, with_sums_over, without_directions
from derive.grading.value_cases import with_table_of_terms
from derive.grading.values_beside import held, with_values_held
from derive.grading.verdict import Judgement, Verdict
from derive.grading.wanted import Reply
from derive.grading.words.restrictions import restriction
from derive.maths import expr as E

Prose = tuple[Judgement, str | Callable[[], str], Reply | None]
"""A judgement, what was read, and the reply that was judged."""


def judged(text: str, key: Key, earlier: Mapping[str, str] | None = None) -> tuple[Judgement, str | Callable[[], str]]:
    """The judgement of a text that answers a part with a formula or several, and what was read. earlier: as for grade."""
    found = _judged(text, key, earlier)
    right = found[0].verdict is Verdict.CORRECT
    if (parts := marked(text, key)) is None or gives_up(text) or other_question(text):
        return found[:2]
    if right:
        other = equated_otherwise(parts.behind, key, lambda formula: is_judged(Verdict.INCORRECT, key, formula), concluded=True) or changed_behind(parts.behind)
        return (Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other[:160]}'."), found[1]) if other else found[:2]
    false = _FALSE_BESIDE.search(found[0].reason)
    if with_values_held(parts.from_the_answer, key).false or (false is not None and (false["said"] in parts.from_the_answer or _of_the_optimum(false["said"], key))):
        return found[:2]
    again = _judged(parts.from_the_answer, key, earlier)
    alone = again[0].verdict is not Verdict.CORRECT and not tells_a_letter(parts.own, parts.behind)
    if alone and not against(parts.behind, key, lambda formula: is_judged(Verdict.INCORRECT, key, formula)) and not _says_false(parts.from_the_answer, key):
        again = _judged(parts.own, key, earlier)
    if again[0].verdict is not Verdict.CORRECT or again[2] is None or restriction(text, again[2], key, supposed=True):
        return found[:2]
    return (called_least(Seen(text, text, key), (again[0], again[1], again[2])) or again)[:2]


def _of_the_optimum(said: str, key: Key) -> bool:
    """Whether an equation says what a quantity is at the unknown: 'g^T u = -F', and not what the unknown is on the way."""
    names, left = _unknown(key), said.strip("$\\([ ").partition("=")[0].strip()
    return names is not None and names.search(left) is not None and names.fullmatch(left) is None and "=" in said


def _says_false(text: str, key: Key) -> bool:
    return Seen(text, text, key).says_false()


_FALSE_BESIDE = re.compile(r"(?:beside it stands|the text also says) '?(?P<said>.+?)'?, which does not hold", re.S)


def _judged(text: str, key: Key, earlier: Mapping[str, str] | None) -> Prose:
    part, kind = key.part, key.derivation.kind
    text = with_bold_delimited(with_only_row(text), key.wanted.equates)
    if part.ask == "argmin" and key.wanted.asked and ("prox" in text or "roj" in text) and _OPERATORS.search(key.problem.title) is not None:
        name = key.wanted.asked if len(key.wanted.asked) == 1 else "\\" + key.wanted.asked
        text = _OPERATOR_HEAD.sub(lambda m: m[0] if m["of"] == name or not key.wanted.scope.writes(m["of"]) else name + (m["entry"] or "") + " =", text)
    if key.wanted.asked and "\\" in text:
        text = with_hats_told_apart(text, key.wanted.asked, key.wanted.scope)
    text = with_pi_as_letter(without_notation_told(text), key.wanted.scope)
    if "writ" in text:
        text = with_abbreviations_equated(text)
    if "times the" in text and "gradient" in text and (gradient := gradient_name(key.wanted.scope)):
        text = with_gradient_named(text, gradient)
    if part.ask == "value":
        text = _OPTIMUM_HEAD.sub("", with_table_of_terms(text))
    if part.ask == "dual":
        text = _SUPREMUM_OF_A_SET.sub(lambda m: m["before"] or "", _SUPREMUM.sub("=", without_exponents_told(text)))
    if "quad" in text and part.ask in ("dual", "value", "argmin", "argmax"):
        text = without_true_identities(text, key)
    if part.ask == "limit":
        text = with_entries_told(entries_tend(text, key), key.wanted)
    if "um over" in text and part.ask == "count":
        text = with_sums_over(text, key.wanted.scope.writes)
    if part.ask == "count" and (" + " in text or " per " in text or "each" in text):
        text = without_directions(text)
    if part.ask == "count" and len(part.counted) < 2:
        text = counts_in_words(text, key.problem)
    text, doubt = with_systems_solved(with_constant_vectors(text, key.wanted.scope), key.wanted, key.derivation.outputs)
    if key.derivation.outputs:
        from derive.grading.several import judge_several

        text = without_hats(text, [n for n, _ in key.derivation.outputs])
        commented = comment_of(text)
        text = commented["code"] if commented is not None else text
        judgement, read_as = judge_several(text, key)
        if judgement.verdict is not Verdict.CORRECT and (shorter := without_examples(text)) != text:
            again = judge_several(shorter, key)
            judgement, read_as = again if again[0].verdict is Verdict.CORRECT else (judgement, read_as)
        return doubted(judgement, doubt), read_as, None
    if kind in ("point", "expression"):
        text = with_listed_cases(text)
    before = with_entry_told(with_feasibility_said(text, key), key.wanted)
    text, false = with_values_held(before, key)
    if false and false.strip() not in without_examples(before):
        false = ""  # of the numbers of an example
    if kind in ("point", "expression"):
        text = computed(text.strip()) or text
        if kept(key, "rounds", lambda: key.derivation.answer is not None and any(x.op == "fn" and x.data in ("ceil", "floor") for x in E.walk(key.derivation.answer))):
            text = rounded(text) or text
    if (names := _unknown(key)) is not None:
        text = with_last_delimited(text, names.pattern)
        if "unless" in text or "except" in text:  # 'J(u) is positive unless u = 0' holds the answer to no condition
            text = re.compile(rf"\s+(?:unless|except\s+(?:at|for|when|where|if))\s+\$?\s*(?:{names.pattern})\s*=\s*[^$,.;=<>]{{1,20}}\$?(?=[\s,.;]|\Z)").sub("", text)
    if part.ask == "count":
        text, wrong = without_true_comparisons(without_true_examples(without_totals(text, key), key), key)
        false = false or wrong
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
    judgement, reading, reply = all_looks(Seen(text, stated, key))
    if judgement.verdict is Verdict.INCORRECT and part.follow_through and earlier:
        from derive.grading.follow import followed

        judgement = followed(reply, key, earlier) or judgement
    return held(doubted(judgement, doubt), false), reading, reply


_OPTIMUM_HEAD = re.compile(r"(?<=\$)\s*\\(?:min|max|inf|sup)(?![A-Za-z_])(?!\s*_)(?!\s*[(\\{]*(?:left)?\()[^=$<>]{1,120}=\s*(?=[^=$])")  # 'min ||theta||^2 = F'
_OPERATORS = re.compile(r"\bprox|\bproject|\bshrink", re.I)
_OPERATOR_HEAD = re.compile(
    r"(?<=\$)\s*(?:\\operatorname\s*\{\s*(?:[Pp]rox|[Pp]roj)\s*\}|\\(?:mathrm|text)\s*\{\s*(?:[Pp]rox|[Pp]roj)\s*\}|\\Pi|P)\s*_?\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|[A-Z])?"
    r"\s*(?:\\left)?\((?P<of>[A-Za-z])\s*(?:\\right)?\)\s*(?P<entry>_\s*(?:[ijk]|\{[ijk]\}))?\s*=")
"""'prox(v)_i =' stands for the unknown of a proximal problem, and 'Pi_C(v) =' for that of a projection."""
_SUPREMUM = re.compile(r"=\s*\\(?:sup|max)\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\S)[^=$]{1,120}=(?=[^=$]{2,})")  # '||g||_* = sup ... = F' defines what is asked
_SUPREMUM_OF_A_SET = re.compile(  # '||g||_* = sup{g^T v : ||v|| <= 1} = F'
    r"(?P<before>=)?\s*(?:\\(?:sup|max)|\b(?:sup|max))\s*(?:\\left\s*)?\\?\{[^{}$=]{3,60}?(?::|\\mid|\\colon|\|(?=\s))(?:[^{}$]|\{[^{}]*\}){3,60}?(?:\\right\s*)?\\?\}\s*=(?=[^=$]{2,})")
_TENDS = re.compile(r"_\s*(?:\{\s*(?:t\s*,\s*)?(?P<i>[ijk])\s*(?:,\s*t\s*)?\}|(?P<j>[ijk])(?![A-Za-z])|(?P<k>[ᵢⱼₖ]))\s*(?:\(t\))?\s*(?:\\(?:long)?(?:to|rightarrow)(?![A-Za-z])|→|->)")


def _unknown(key: Key) -> re.Pattern[str] | None:
    return kept(key, "names of the unknown", lambda: unknown_names(key))


def entries_tend(text: str, key: Key) -> str:
    """The text of a limit in which 'theta_i -> F' is 'theta_i = F'."""
    names = _unknown(key)
    if names is None or not ("→" in text or "->" in text or "\\to" in text or "rightarrow" in text):
        return text
    return re.compile(f"(?P<name>{names.pattern}){_TENDS.pattern}").sub(lambda m: f"{m['name']}_{m['i'] or m['j'] or m['k']} =", text)
