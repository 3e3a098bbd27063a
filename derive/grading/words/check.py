"""A right formula whose words may change it is undecided: the word is named."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.cases.membership import with_memberships_said
from derive.grading.cases.ranked import ranked_cases, ranked_rows
from derive.grading.cases.told_cases import told_cases
from derive.grading.cases.vector_tables import TABLE_NOTE, outside_tables
from derive.grading.cases.worked_cases import worked_cases
from derive.grading.finding.blocks import without_blocks
from derive.grading.finding.candidates import states_bound
from derive.grading.finding.changing_words import NORMALISED, proportional
from derive.grading.finding.either_or import without_rejected
from derive.grading.finding.selection import OTHERS_STAY
from derive.grading.finding.value_names import with_residual_named
from derive.grading.finding.wanted import AS_CODE, Alternative, Reply
from derive.grading.in_words.lists import with_lists_read
from derive.grading.keys import Key, kept
from derive.grading.letters.determined import without_read_words
from derive.grading.letters.factorisations import decomposes_another
from derive.grading.letters.lengths import with_declared_length
from derive.grading.letters.own_names import under_letters
from derive.grading.letters.sizes_told import with_sizes_told
from derive.grading.letters.told_letters import told_the_wrong_way, with_letters_told
from derive.grading.text.cleaning import cleaned, is_array_code, is_code, is_program, unstruck
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words import vocabulary as V
from derive.grading.words.absent_parts import absent_part
from derive.grading.words.claims import heard_claims
from derive.grading.words.comparisons import without_comparisons, without_own_square
from derive.grading.words.harmless import changing_word
from derive.grading.words.meanings import counts_another, other_meaning, redefined, redefined_in_words
from derive.grading.words.norm_words import another_norm, bars_called_norm, denied_norm, misdescribed
from derive.grading.words.normalised import keeps_its_length
from derive.grading.words.restrictions import restriction, without_open_only
from derive.grading.words.sentences import run_on, unaccented, wordy
from derive.grading.words.subjects import other_subject
from derive.grading.words.taken_back import MAXIMISED, MINIMISED
from derive.grading.words.vocabulary import form_of
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.signs import SPOKEN

_CONVERTED = re.compile(r"\b(?:(?:when|once|after|by|if)\s+(?:we\s+|it\s+is\s+|being\s+)?)?"
    r"(?:convert(?:ed|ing|s)?|transform(?:ed|ing)?|mapp?(?:ed|ing)?|scal(?:ed|ing))\s+(?:it\s+|them\s+|this\s+)?back"
                        r"(?:\s+(?:in)?to\s+(?:the\s+)?original\s+(?:units?|coordinates|scale|variables|parameters|features|weights))?\b", re.I)
_NORMALISED_METHOD = re.compile(r"\bnormali[sz]ed(?=\*?\s+(?:version\s+of\s+)?(?:gradients?|steepest|direction|steps?|GD|SGD|methods?)\b)|(?<=is )normali[sz]ed(?=\s*[.,;])", re.I)


def _one_line_of_code(text: str, reply: Reply) -> bool:
    """Whether the text is one line of code without a remark, and was read as that: 'bi,bj->bij' in it is no word."""
    read = [a for a in reply.alternatives if a.text.strip() == text.strip() and any(AS_CODE in i.notes for i in a.interpretations)]
    return "#" not in text and len(read) == len(reply.alternatives) > 0 and is_array_code(text.strip())


def checked_words(j: Judgement, reply: Reply, text: str, key: Key) -> Judgement:
    """The judgement of a right answer, or 'undecided' where a word beside it is not known to leave it as it is.

    A wrong one is undecided where only a constant was read of an answer that goes by cases in words: "1 for the k smallest, 0 otherwise".
    """
    if j.verdict is Verdict.INCORRECT and _CASES.search(text) and _constants_only(reply):
        return Judgement(Verdict.UNDECIDED, "The answer distinguishes cases in words that were not read. Write them as conditions on the entries.")
    if j.verdict is Verdict.INCORRECT and len(key.wanted.shape) == 1 and _OTHERS_ZERO.search(text) and not OTHERS_STAY.search(text) and all(
            m.expr.op == "comp" for a in reply.alternatives for i in a.interpretations for m in i.members):
        return Judgement(Verdict.UNDECIDED, "The answer tells the other entries apart in words that were not read. Write them as conditions on the entries.")
    if j.verdict is Verdict.INCORRECT and key.wanted.shape and _only_zero(reply) and (len(_MATHS.findall(text)) > 2 or (_OF_OTHERS.search(text) and len(text.split()) > 8)):
        return Judgement(Verdict.UNDECIDED, "Only '0' was read of an answer that says more. Write all of it in one formula.")
    if j.verdict is Verdict.INCORRECT and (name := _spoken_of(reply, text)):
        return Judgement(Verdict.UNDECIDED, f"Only '{name}' was read of words that speak of it. Write the answer as one formula.")
    if j.verdict is Verdict.INCORRECT and (letter := _of_another_length(reply, text, key)):
        return Judgement(Verdict.UNDECIDED, f"{letter} is not declared; it was read as the small letter, which may not be what it numbers here. Write the declared letter.")
    if j.verdict is not Verdict.CORRECT:
        return j
    if any(i.members and all(m.approximate and not _rounded(m.expr) for m in i.members) for a in reply.alternatives for i in a.interpretations[:1]):
        return Judgement(Verdict.UNDECIDED, "The formula would be right, but it is only said to hold approximately (≈). Write '=' if it is exact.")
    if any(TABLE_NOTE in i.notes for a in reply.alternatives for i in a.interpretations):
        text = outside_tables(text)
        if not text.strip():
            return j
    if (only := _ONE_ONLY.search(text)) is not None and all(m.expr.op == "comp" and not E.has(m.expr, "cases") for a in reply.alternatives for i in a.interpretations for m in i.members):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right for every row or entry, but the text also says '{only[0].strip()}'.")
    text, _ = with_declared_length(without_rejected(text), key.wanted)
    condition = restriction(text, reply, key)
    if condition:
        return Judgement(Verdict.UNDECIDED, f"The formula is given only under a condition ({condition}) that does not hold for all that is declared; it is required without it.")
    if (reply.spoken and not any(_read_of(a) != a.text for a in reply.alternatives)) or not wordy(text, key.wanted.scope) or is_program(text) or is_code(text) or _one_line_of_code(text, reply):
        return j
    if redefined_in_words(text, key.wanted.scope) or told_the_wrong_way(text):
        return Judgement(Verdict.UNDECIDED, "The formula would be right, but the text gives a declared symbol another meaning in words.")
    formula = min((text.rfind(a.text) for a in reply.alternatives), default=-1)
    other = decomposes_another(unstruck(text), key.wanted, formula) if "diag" in text or "Λ" in text or "Lambda" in text else ""
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says {other}, whose values are declared to be those of another matrix.")
    other = redefined(text, key.wanted.scope)
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right for the {other} of the statement, but the text says that {other} denotes something else.")
    other = counts_another(text, key.wanted.scope) if "number of" in text or "clud" in text or "ount" in text else ""
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right for the {other} of the statement, but the text says that {other} is the number of something else.")
    other = other_subject(text, [a.text for a in reply.alternatives], key)
    if other:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text says that it is the {other}, which is not what is asked.")
    members = [m for a in reply.alternatives for i in a.interpretations for m in i.members]
    meant = other_meaning(text, key.wanted.scope) if _MEANS_NEED.search(text) else ""
    if meant:
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{meant}', which does not fit it.")
    if other := denied_norm(text, [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other}', and that norm stands in it.")
    if other := absent_part(text, [a.text for a in reply.alternatives]):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text also says '{other}', and it stands in it.")
    if "$" not in text and "\\" not in text and (other := _behind_what_is_read(text, reply, key)):
        return Judgement(Verdict.UNDECIDED, f"The formula would be right, but beside it stands '{other}', which is not read.")
    decimal = any(E.has(m.expr, "dec") or (m.approximate and _rounded(m.expr)) for m in members)
    nouns, titled = kept(key, "nouns", lambda: nouns_of(key))
    if persons := proper_names(text):
        nouns, titled = nouns | persons, titled | persons
    read = without_read_words(with_memberships_said(cleaned(text, hedges=False)), [n for a in reply.alternatives for i in a.interpretations for n in i.notes])
    if key.wanted.bound == "at least" and not key.wanted.asked:
        read = with_residual_named(read)
    if "back" in read and "onvert" in key.problem.statement + key.problem.title + read:
        read = _CONVERTED.sub(" ", read)
    if key.wanted.normalised and all(proportional(a.text) for a in reply.alternatives):
        read = NORMALISED.sub(" ", read)
    if "ormali" in read and kept(key, "keeps its length", lambda: keeps_its_length(key)):
        read = _NORMALISED_METHOD.sub(" ", read)
    if len(key.wanted.shape) == 1:
        claims = heard_claims(read, next((m.expr for m in members), None), key)
        if claims.against:
            return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text says '{claims.against}', which is not what it does.")
        read = ranked_cases(claims.rest, key.wanted.shape[0])
    elif len(key.wanted.shape) == 2:
        read = ranked_rows(read)
    read, standing = _code_as_formula(under_letters(with_sizes_told(with_letters_told(with_lists_read(without_blocks(read, key.wanted), key.wanted), key.wanted), key.wanted), key.wanted), reply)
    made = told_cases(read).made or worked_cases(read, key.wanted).made
    standing = [s for t in standing for s in made.get(t, (t,))]
    read = without_open_only(without_own_square(without_comparisons(read, nouns, key.wanted.supremum), key), key)
    told = [m.expr for m in members]
    word = misdescribed(text) or another_norm(text, told) or bars_called_norm(text, told) or changing_word(_without_bound(read, key.wanted.bound), standing, key.wanted.scope, nouns, titled, decimal)
    if not word:
        return j
    return Judgement(Verdict.UNDECIDED, f"The formula would be right, but beside it stands '{word}', which may change it. Write the final formula without words that change it.")


def _behind_what_is_read(text: str, reply: Reply, key: Key) -> str:
    """Letters that stand behind a formula in plain text as one word, and may be a formula themselves: 'p to the server, np back'."""
    ends = [at + len(read) for a in reply.alternatives if (read := _read_of(a)) != a.text and (at := text.find(read)) >= 0]
    return run_on(text[max(ends) :], key.wanted.scope) if ends else ""


_OF_OTHERS = re.compile(r"\b(?:other|others|remaining|rest|everything else)\b", re.I)
_CAPITAL_READ = re.compile(r"(?P<capital>[A-Z]) is read as (?P<small>[a-z])\b")


def _of_another_length(reply: Reply, text: str, key: Key) -> str:
    """The capital that was read as a declared small letter, though there are other lengths, or the text says what it numbers: 'N the number of rows'."""
    for note in (n for a in reply.alternatives for i in a.interpretations for n in i.notes):
        m = _CAPITAL_READ.match(note)
        if m is not None and m["small"] in key.wanted.scope.dims and len(key.wanted.scope.dims) > 1:
            return m["capital"]
        if m is not None and re.search(rf"(?<![A-Za-z]){m['capital']}\$?\s*(?:is|denotes|being|=|:)?\s*the\s+(?:total\s+)?number\s+of\b", text):
            return m["capital"]
    return ""


_OTHERS_ZERO = re.compile(r"\b(?:other|remaining)\s+(?:entries|coordinates|components|ones|weights|parameters)\s*(?:are|=|stay|remain|:)?\s*(?:0|zero|unchanged|fixed)\b"
                          r"|\b(?:others|rest)\s+(?:are|is|stay|remain)?\s*(?:0|zero|unchanged)\b", re.I)
_ONE_ONLY = re.compile(
    r"\bonly\s+(?:(?:the|one|a|this|that)\s+){1,2}(?:\w+\s+)?(?:row|column|entry|coordinate|component|block)\b[^.;\n]{0,60}?\b(?:moves?|changes?|is\s+(?:moved|changed|updated|non-?zero))\b"
    r"|\b(?:other|remaining)\s+(?:rows|columns|blocks|entries|coordinates|components)\s+(?:are|stay|remain|=)\s+(?:at\s+)?(?:0|zero|unchanged|put|fixed)(?!\.?\d)", re.I)
_MEANS_NEED = re.compile(r"e_|\{e\}|sign|sgn|read|to be|singular| is (?:one|a)\b")
_CODE = "x_0"


def _code_as_formula(text: str, reply: Reply) -> tuple[str, list[str]]:
    """The text with a formula in place of the fenced program that was read, and the formulas that stand: its words are no prose."""
    standing = []
    for a in reply.alternatives:
        fenced = re.search(r"```\w*\s*" + re.escape(a.text.strip()) + r"\s*```", text) if any(AS_CODE in i.notes for i in a.interpretations) else None
        if fenced is not None:
            text = f"{text[: fenced.start()]} ${_CODE}$ {text[fenced.end() :]}"
        standing.append(_read_of(a) if fenced is None else _CODE)
    return text, standing


_MATHS = re.compile(r"[=*/^·√‖|>≠]|\\(?:[dt]?frac|cdot|times|ne|neq|delta|alpha)(?![A-Za-z])")


def _only_zero(reply: Reply) -> bool:
    """Whether all that was read of a reply is 0 in every entry."""
    members = [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]
    return bool(members) and all(all(x.op in ("comp", "mul", "ones", "zeros") or x == E.num(0) or x.op in ("idx", "dim") for x in E.walk(m))
                                and any(x.op == "zeros" or x == E.num(0) for x in E.walk(m)) for m in members)


def _spoken_of(reply: Reply, text: str) -> str:
    """The one letter or entry that was read of words which only speak of it: 'the total of the k cheapest costs', 'between the middle ones of z_1, ..., z_m'."""
    members = [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]
    if not members:
        return ""
    said = _read_of(reply.alternatives[0]).strip()
    word = "|".join(re.escape(w) for w in dict.fromkeys((said.split()[-1].strip("$"), re.split(r"[\s,]", said)[0].strip("$"))) if w) if said else ""
    word = f"(?:{word})"
    if not said or "=" in said or any(e.op not in ("sym", "at", "dim", "idx") for e in members) or re.search(rf"[=:]\s*\$?\s*{word}\s*\$?\s*(?:[.,;]|$)", text):
        return ""
    m = re.search(rf"\b(?:of|among|between|out\s+of|from|over)\s+(?:(?:the|all|its|our)\s+)*(?:\w+\s+)?\$?(?P<name>{word})(?![A-Za-z])", text)
    return m["name"] if m is not None else ""


_UNREAD_BEHIND = re.compile(r"the words after '(.+)' are not read", re.S)


def _read_of(a: Alternative) -> str:
    """What was read of a candidate: without the words at its end that were not."""
    for i in a.interpretations:
        for note in i.notes:
            m = _UNREAD_BEHIND.fullmatch(note)
            at = -1 if m is None else 0 if a.text.startswith(m.group(1)) else a.text.rfind(m.group(1))
            if m is not None and at >= 0:
                return a.text[: at + len(m.group(1))]
    return a.text


def _without_bound(text: str, bound: str) -> str:
    """The text without the 'at most' that states the largest value which is asked."""
    for m in reversed(list(re.finditer(rf"\b{bound}\s*(?=\$|\\[(\[])", text, re.I)) if bound else []):
        text = text[: m.start()] + text[m.end() :] if states_bound(text[: m.end()], bound) is not None else text
    return text


def _rounded(e: Expr) -> bool:
    """Whether an expression can be meant as rounded: it holds a decimal, or is an integer or a vector of integers."""
    return E.has(e, "dec") or all(x.op in ("vec", "T", "neg") or (x.op == "num" and x.data.denominator == 1) for x in E.walk(e))


_CASES = re.compile(r"\b(?:otherwise|elsewhere|else|for (?:all |the )?(?:others?|rest|remaining)|for the (?:\S{1,9} )?(?:smallest|largest|first|last))\b", re.I)


def _constants_only(reply: Reply) -> bool:
    """Whether nothing but numbers was read."""
    members = [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]
    return bool(members) and not any(x.op in ("sym", "cases", "dim") for e in members for x in E.walk(e))


def nouns_of(key: Key) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the statement's own names for things, which may stand beside an answer; and these with all words of its title."""
    problem, part = key.problem, key.part
    said = [part.says, *problem.cues, *(s.says for s in problem.symbols.values())]
    titled = {form_of(w) for w in re.findall(r"[A-Za-z]+", problem.title)}
    words = titled | {form_of(w) for text in said for w in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", text)}
    words |= {p for w in words for p in w.split("-")}
    words |= {m.group() for m in re.finditer(r"per [a-z]+", " ".join((problem.statement, part.says, problem.title)).lower())}
    words |= {f"per {m.group(1)}" for m in re.finditer(r"\b(?:does )?each ([a-z]+)\b", part.says.lower())}
    words |= {form_of(m.group(1)) for m in re.finditer(r"\bfor (?:one|a single) ([a-z]{4,})", problem.statement.lower())}
    if sum(other.ask == "count" for other in problem.parts) < 2:  # where several counts are asked, one of them is for each message
        words |= {f"per {m.group(1)}" for m in re.finditer(r"\beach ([a-z]+)", problem.statement.lower())}
    if key.wanted.bound:  # the value of the objective is what is asked
        titled |= {form_of("objective")}
    if part.ask == "steps" or _FEWEST_ASKED.search(f"{problem.statement} {part.says}"):  # the least number is what is asked, under all its names
        words |= {form_of(w) for w in ("fewest", "least", "smallest", "minimal")}
    nouns = frozenset(w for w in words | titled if not (V.changed(w) or V.changing(w))) - _NO_NOUNS
    if part.ask == "dual" or "onjugate" in problem.title:
        nouns |= {form_of("conjugate")}  # the dual exponent
    if key.program is not None:
        nouns |= {MAXIMISED if key.program.sense == "max" else MINIMISED}
    return nouns, nouns | (titled - _NO_NOUNS)


_PROPER = re.compile(r"(?:(?<=[a-z,;:)$\]] )|(?<=[a-z] \()|(?<=[$.] \())(?P<name>[A-Z][a-z]{2,}(?:[-–][A-Z][a-z]{2,})?)(?![A-Za-z])")


def proper_names(text: str) -> frozenset[str]:
    """The names of persons within the sentences of a text, which stand for methods and results: 'of Polyak', 'the Kelly bet', '(Hölder)'."""
    found = {form_of(w) for m in _PROPER.finditer(unaccented(text)) for w in (m["name"], *m["name"].replace("–", "-").split("-"))}
    return frozenset(w for w in found if not (V.changed(w) or V.changing(w) or w in SPOKEN or w in V.HEDGES))


_FEWEST_ASKED = re.compile(r"\b(?:fewest|(?:least|smallest|minimal|minimum)\s+(?:number|count|integer))\b", re.I)
_NO_NOUNS = V.PREPOSITIONS | frozenset(SPOKEN)
"""Words of a statement that make another value of a formula behind them all the same: 'a sum over the orthant', and 'one over x'."""
