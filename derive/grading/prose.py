"""A text with words around its answer -> judgement: what its words say is written out, then it is looked at as it stands and without what stands beside its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive import patterns as re
from derive.grading.beside.changed_value import computed, rounded
from derive.grading.beside.equations_held import unknown_names, without_true_identities
from derive.grading.beside.glosses import without_glosses
from derive.grading.beside.values_beside import held, with_values_held
from derive.grading.cases.entries_told import with_entries_told
from derive.grading.cases.entry_in_words import with_constant_vectors, with_entry_told, with_only_row
from derive.grading.cases.failing_cases import without_failing_cases
from derive.grading.cases.listed_cases import with_listed_cases
from derive.grading.cases.nth_entry import with_nth_entry
from derive.grading.cases.value_cases import with_table_of_terms
from derive.grading.conditions.feasible_words import with_feasibility_said
from derive.grading.conditions.in_words import as_condition
from derive.grading.counts.comparisons import without_totals, without_true_comparisons, without_true_examples
from derive.grading.counts.in_words import counts_in_words
from derive.grading.counts.looked_for import counts_told
from derive.grading.counts.units_summed import of_counts, told_in_parts, with_sums_over, without_directions
from derive.grading.finding.heads import named_heads
from derive.grading.finding.joined_by_words import as_one_formula
from derive.grading.finding.only_notation import with_pi_as_letter, without_notation_told
from derive.grading.finding.value_names import with_least_of_own
from derive.grading.finding.wanted import Reply
from derive.grading.further_looks import Seen, all_looks
from derive.grading.in_words.order import with_order_words
from derive.grading.in_words.signed_entries import with_signed_entries
from derive.grading.in_words.solved import doubted, with_systems_solved
from derive.grading.keys import Key, kept
from derive.grading.letters.definitions_described import without_descriptions
from derive.grading.letters.introduced_letters import with_last_delimited
from derive.grading.letters.lines_told import with_lines_told
from derive.grading.letters.order_told import without_order_described
from derive.grading.letters.told_letters import with_abbreviations_equated, with_gradient_named
from derive.grading.norms.exponents_told import without_exponents_told
from derive.grading.replies.told_apart import comment_of, without_examples
from derive.grading.text.cleaning import with_bold_delimited
from derive.grading.text.hatted import with_hats_told_apart, without_hats
from derive.grading.text.run_together import with_identity_apart
from derive.grading.text.sum_signs import with_sum_signs
from derive.grading.verdict import Judgement, Verdict
from derive.grading.worded.nouns import gradient_name
from derive.maths import expr as E

Prose = tuple[Judgement, str | Callable[[], str], Reply | None]
"""A judgement, what was read, and the reply that was judged."""


def judged(text: str, key: Key, earlier: Mapping[str, str] | None = None) -> Prose:
    """The judgement of a text that answers a part with a formula or several, what was read, and the reply that was judged. earlier: as for grade."""
    part, kind, given = key.part, key.derivation.kind, text
    text = with_identity_apart(with_nth_entry(with_sum_signs(text, key.wanted), key.wanted), key.wanted.scope)
    text = without_descriptions(with_lines_told(without_order_described(text, key.problem, key.wanted), key.wanted.scope), key.problem)
    text = without_glosses(as_one_formula(with_signed_entries(with_order_words(text, key.problem, part), key.problem), key), key)
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
        text = with_least_of_own(text, key.wanted) if "*" in text or "star" in text or "_" in text else text
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
    if (names := unknown_of(key)) is not None:
        text = with_last_delimited(text, names.pattern)
        if "unless" in text or "except" in text:  # 'J(u) is positive unless u = 0' holds the answer to no condition
            text = re.compile(rf"\s+(?:unless|except\s+(?:at|for|when|where|if))\s+\$?\s*(?:{names.pattern})\s*=\s*[^$,.;=<>]{{1,20}}\$?(?=[\s,.;]|\Z)").sub("", text)
    if part.ask == "count":
        text, wrong = without_true_comparisons(without_true_examples(without_totals(text, key), key), key)
        false = false or wrong
    stated = text
    if part.ask in ("eigenvalues", "count"):
        from derive.grading.counts import answer as counts
        from derive.grading.tables import answer as tables

        text = counts.listed(text, key) or (text if part.ask == "eigenvalues" else tables.without_unit(tables.own_cell(text, key) or text, key))
    if part.what == "messages" and " message" in text:
        text = of_counts(text.strip()) or text
    if part.what == "messages":
        text = told_in_parts(text)
    if part.derivative is not None:
        text = named_heads(text)
    if kind == "condition":
        text = as_condition(without_failing_cases(text, key), key.wanted)  # once for all looks: ', inclusive' is no remark that could be left out
    judgement, reading, reply = all_looks(Seen(text, stated, key))
    if part.ask == "count" and judgement.verdict is not Verdict.CORRECT and (counted := counts_told(given, judgement, key)) is not None:
        judgement, reading, reply = counted
    if judgement.verdict is Verdict.INCORRECT and part.follow_through and earlier:
        from derive.grading.follow import followed

        judgement = followed(reply, key, earlier) or judgement
    return held(doubted(judgement, doubt), false), reading, reply


_OPTIMUM_HEAD = re.compile(  # 'min ||theta||^2 = F'
    r"(?<=\$)\s*\\(?:min|max|inf|sup)(?![A-Za-z_])(?!\s*_)(?!\s*[(\\{]*(?:left)?\()(?:[^=$<>{}\\]|\\[{}]|\\(?![{}])|\{[^{}=$<>]{0,60}\}){1,120}=\s*(?=[^=$])")
_OPERATORS = re.compile(r"\bprox|\bproject|\bshrink", re.I)
_OPERATOR_HEAD = re.compile(
    r"(?<=\$)\s*(?:\\operatorname\s*\{\s*(?:[Pp]rox|[Pp]roj)\s*\}|\\(?:mathrm|text)\s*\{\s*(?:[Pp]rox|[Pp]roj)\s*\}|\\Pi|P)\s*_?\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|[A-Z])?"
    r"\s*(?:\\left)?\((?P<of>[A-Za-z])\s*(?:\\right)?\)\s*(?P<entry>_\s*(?:[ijk]|\{[ijk]\}))?\s*=")
"""'prox(v)_i =' stands for the unknown of a proximal problem, and 'Pi_C(v) =' for that of a projection."""
_SUPREMUM = re.compile(r"=\s*\\(?:sup|max)\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\S)[^=$]{1,120}=(?=[^=$]{2,})")  # '||g||_* = sup ... = F' defines what is asked
_SUPREMUM_OF_A_SET = re.compile(  # '||g||_* = sup{g^T v : ||v|| <= 1} = F'
    r"(?P<before>=)?\s*(?:\\(?:sup|max)|\b(?:sup|max))\s*(?:\\left\s*)?\\?\{[^{}$=]{3,60}?(?::|\\mid|\\colon|\|(?=\s))(?:[^{}$]|\{[^{}]*\}){3,60}?(?:\\right\s*)?\\?\}\s*=(?=[^=$]{2,})")
_TENDS = re.compile(r"_\s*(?:\{\s*(?:t\s*,\s*)?(?P<i>[ijk])\s*(?:,\s*t\s*)?\}|(?P<j>[ijk])(?![A-Za-z])|(?P<k>[ᵢⱼₖ]))\s*(?:\(t\))?\s*(?:\\(?:long)?(?:to|rightarrow)(?![A-Za-z])|→|->)")


def unknown_of(key: Key) -> re.Pattern[str] | None:
    """What writes the unknown of a part; None where it has none."""
    return kept(key, "names of the unknown", lambda: unknown_names(key))


def entries_tend(text: str, key: Key) -> str:
    """The text of a limit in which 'theta_i -> F' is 'theta_i = F'."""
    names = unknown_of(key)
    if names is None or not ("→" in text or "->" in text or "\\to" in text or "rightarrow" in text):
        return text
    return re.compile(f"(?P<name>{names.pattern}){_TENDS.pattern}").sub(lambda m: f"{m['name']}_{m['i'] or m['j'] or m['k']} =", text)
