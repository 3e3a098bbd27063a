"""Find the answer in a text: Reply = what stands as the answer, as Expr, with what was assumed.

A text is not an expression. Formulas are cut out, withdrawn ones dropped, local definitions put in,
and the equation for the asked unknown (or the bare expression) is taken.
"""

from __future__ import annotations

from dataclasses import replace

from derive import patterns as re
from derive.errors import ReadError, TooBig
from derive.grading.cases.membership import with_memberships_said
from derive.grading.cases.ordinal_entries import ordinal_entries
from derive.grading.cases.ranked import ranked_cases, ranked_rows
from derive.grading.cases.told_cases import told_cases
from derive.grading.cases.vector_tables import vector_of_table
from derive.grading.cases.worked_cases import worked_cases
from derive.grading.finding.blocks import without_blocks
from derive.grading.finding.candidates import SUPERSEDES, goes_on, scaled_outside
from derive.grading.finding.either_or import either, without_rejected
from derive.grading.finding.interpret import TAKEN_BACK, interpret
from derive.grading.finding.next_iterates import assigned_in_place
from derive.grading.finding.plain_steps import steps_reply
from derive.grading.finding.plain_text import alternatives_in_prose, bare, offers_choice, plain_pieces, says_something, unread
from derive.grading.finding.selection import (
    CONVEX,
    CONVEX_NEEDS,
    OTHERS_NEED,
    from_pieces,
    with_others_at_zero,
)
from derive.grading.finding.value_names import equated, with_residual_named, with_unknown_below, without_value_named
from derive.grading.finding.wanted import Reply, Wanted
from derive.grading.finding.worked_program import worked_program
from derive.grading.in_words.lists import with_lists_read
from derive.grading.in_words.sets import without_sets_told
from derive.grading.letters.diagonal_told import with_diagonals_told
from derive.grading.letters.factorisations import in_declared, introduced, rows_named, with_absolute_named, with_letters, without_introduction
from derive.grading.letters.figures import equations_of, with_false_figures
from derive.grading.letters.index_words import ONE_INDEX, extreme_sizes
from derive.grading.letters.lengths import NOTE, plain_places, with_declared_length
from derive.grading.letters.own_names import under_letters
from derive.grading.letters.sizes_told import with_sizes_told
from derive.grading.letters.sorted_order import counted_from_smallest
from derive.grading.letters.told_letters import with_letters_told
from derive.grading.text.brackets import is_sum
from derive.grading.text.cleaning import cleaned, code_statements, is_code, is_program
from derive.grading.text.heard import needs, stems
from derive.grading.text.notations import in_declared_notation
from derive.grading.text.quotation import without_quotation
from derive.grading.text.segments import DELIMITERS, MAX_TEXT, Piece, pieces
from derive.grading.words.meanings import redefined_in_words
from derive.maths import expr as E

MAX_FORMULAS = 600

_VISIBLE = re.compile(r"[^\s.,;:!?…$\\(){}\[\]*_`#|~-]")


# "- $x$" and nothing else: an item of a list, or a minus sign that was left outside.
_DASH_OR_MINUS = re.compile(r"\s*[-–][ \t]+(?:\$(?!\$)|\\\()\s*(?![-−–])[^$=]{1,300}?(?:\$|\\\))[.\s]*")
_NO_ANSWER = re.compile(r"\b(?:i\s+(?:really\s+|just\s+)?(?:don'?t|do\s+not)\s+know|(?:have\s+)?no\s+idea|i\s+give\s+up)\b", re.I)
_NO_ANSWER_NEEDS = needs("know idea give")


# "tau solves F if c, and $\\tau = 0$ otherwise": a letter of the text's own that has cases.
_BY_CASES = re.compile(r"(?:\b(?:and|or|while|else)\s+|,\s*)(?:\$|\\\()\s*\\?(?P<name>[A-Za-z]+)\s*=[^$=\\]{1,40}(?:\$|\\\))\s*,?\s*(?:otherwise|else)\b")
# 'x = t·1': a number times the vector of ones.
_TIMES_ONES = re.compile(r"(?<=[A-Za-z)])\s*·\s*1(?=\s*(?:$|[,;.)\n]))")


# Names of Python's own: no formula holds one, and a program with one is not read.
_INTERNAL = re.compile(r"\b__[a-z]{2,40}__\s?[(.\[]")


def gives_up(text: str) -> bool:
    """Whether a text says that it does not know the answer."""
    return not _NO_ANSWER_NEEDS.isdisjoint(stems(text)) and _NO_ANSWER.search(text) is not None


def find_reply(text: str, wanted: Wanted) -> Reply:
    """The answer that stands in a text. Never raises on what the text holds."""
    own, name = with_declared_length(text, wanted)
    reply = _find_reply(own, wanted)
    if not name:
        return reply
    noted = [replace(a, interpretations=tuple(replace(i, notes=(*i.notes, name + NOTE)) for i in a.interpretations)) for a in reply.alternatives]
    return replace(reply, alternatives=tuple(noted))


def _find_reply(text: str, wanted: Wanted) -> Reply:
    if not _VISIBLE.search(text):
        return Reply((), missing=True)
    if len(text) > MAX_TEXT:
        return unread("", TooBig(text[:80], 0, f"The text has {len(text)} characters; {MAX_TEXT} are read."))
    inside = _INTERNAL.search(text) if "__" in text else None
    if inside is not None:
        return unread(text[:200], ReadError(text[:400], min(inside.start(), 399), f"'{inside.group()[:40]}' is not read as mathematics.", "a formula"))
    text = without_quotation(cleaned(assigned_in_place(in_declared_notation(text, wanted), wanted)))
    if "\n" in text and is_program(text) and (coded := _code(text, wanted)) is not None and says_something(coded.alternatives[0]):
        return coded  # its lines are statements: none is a formula with a meaning of its own
    worked = worked_program(text, wanted)
    if worked is not None:
        return worked
    text = with_memberships_said(without_rejected(text))
    text = without_sets_told(text, wanted)
    if "$ is $" in text or "$ equals $" in text or "$ becomes $" in text or "$ is then $" in text:
        text = equated(text, wanted)
    if not wanted.asked and wanted.unknowns and "(" in text:
        text = without_value_named(text, wanted)
    if wanted.bound == "at least" and not wanted.asked:
        text = with_residual_named(text)
    if wanted.bound and "=" in text and ("min" in text or "max" in text):
        text = with_unknown_below(text, wanted)
    text = with_lists_read(without_blocks(text, wanted), wanted)
    text = with_sizes_told(with_letters_told(counted_from_smallest(text, wanted), wanted), wanted)
    text = under_letters(rows_named(text, wanted), wanted)
    text = with_absolute_named(with_diagonals_told(text, wanted), wanted)
    letters = introduced(text, wanted)
    if letters:
        return in_declared(_found(without_introduction(text), with_letters(wanted, letters)), letters)
    return _found(text, wanted)


def _found(text: str, wanted: Wanted) -> Reply:
    """The answer in a cleaned text whose symbols are all in the scope."""
    described = ordinal_entries(text, wanted.shape[0]) if len(wanted.shape) == 1 and isinstance(wanted.shape[0], int) else ""
    if described:
        alternative = interpret(described, wanted, [described], "")
        if says_something(alternative):
            return Reply((alternative,), spoken=True)
    if _DASH_OR_MINUS.fullmatch(text):
        return unread(text[:200], ReadError(text[:400], max(text.find("-"), 0), "The dash before the formula is a minus sign or the mark of a list: it can be read both ways.",
                                            "the sign within the delimiters"))
    if len(wanted.shape) == 1 and wanted.asked and "$" not in text and "\\" not in text and len(text) < 1000 and not OTHERS_NEED.isdisjoint(stems(text)):
        text = with_others_at_zero(text)
    if len(text) < 1000 and not CONVEX_NEEDS.isdisjoint(stems(text)) and any(s.kind == "index" and s.let is not None for s in wanted.scope.symbols.values()):
        text = CONVEX.sub(r"\1", text)
    told = told_cases(text)
    text = told.text if told.made else worked_cases(told.text, wanted).text
    if "$" in text and len(text) < 4000 and ("therwise" in text or "lse" in text):
        text = _IF_THEN_ELSE.sub(_cases, text)
    if len(wanted.shape) == 1 and ("·1" in text or "· 1" in text):
        text = _TIMES_ONES.sub("·𝟏", text)
    text = ONE_INDEX.sub("where ", extreme_sizes(plain_places(text, wanted)))
    if len(wanted.shape) == 1:
        text = ranked_cases(text, wanted.shape[0])
    elif len(wanted.shape) == 2:
        text = ranked_rows(text)
    tabled = vector_of_table(text, wanted)
    if tabled is not None:
        return tabled
    case = _BY_CASES.search(text)
    if case is not None and not wanted.scope.writes(case["name"]) and not wanted.scope.writes("\\" + case["name"]):
        return unread(text[:200], ReadError(text[:400], min(case.start(), 399), f"'{case['name']}' is defined by cases in words.", "its cases in one formula"))
    if redefined_in_words(text, wanted.scope):
        return unread(text[:200], ReadError(text[:400], 0, "The text gives a declared symbol another meaning in words.", "an answer in the declared symbols"))
    both = either(text, wanted)
    if both is not None:
        return both
    whole = bare(text, wanted) or steps_reply(text, wanted)
    if whole is not None:
        return with_false_figures(whole, [text, *equations_of(text)], wanted)
    cut = pieces(text)
    if sum(p.formula for p in cut) > MAX_FORMULAS:
        return unread("", TooBig(text[:80], 0, f"The text has more than {MAX_FORMULAS} formulas."))
    found = [_as_formula(p) if p.formula else p for p in cut]
    broken = _broken_off(text, found, wanted)
    if broken is not None:
        return broken
    if not any(p.formula for p in found):
        coded = _code(text, wanted)
        if coded is not None:
            return coded
        found = alternatives_in_prose([Piece(False, text, 0)], wanted) if offers_choice(text) else []
        if sum(p.formula for p in found) < 2:
            found = plain_pieces(text, wanted)
    elif offers_choice(text):
        found = alternatives_in_prose(found, wanted)
    if gives_up(text):
        return unread(text[:200], ReadError(text[:400], 0, "The text says that it does not know the answer.", "an answer"))
    found = _with_announced(found, wanted) if any(p.formula for p in cut) else found
    reply = from_pieces(text, found, wanted)
    if any(p.formula for p in cut) and (_only_restates(reply, wanted) or _equated_in_prose(reply, found, wanted)):  # the answer may stand without delimiters behind the problem
        plain = [x for p in found for x in ([p] if p.formula else plain_pieces(p.text, wanted))]
        again = from_pieces(text, plain, wanted) if sum(p.formula for p in plain) > sum(p.formula for p in found) else reply
        reply = reply if _only_restates(again, wanted) or _equated_in_prose(again, plain, wanted) else again
    # "The problem is to minimize f. ... The solution is x": the problem is no second answer.
    last = len(reply.alternatives) - 1
    solved = [a for k, a in enumerate(reply.alternatives) if k == last or not _only_restates(Reply((a,)), wanted)]
    reply = replace(reply, alternatives=tuple(solved)) if len(solved) <= last and not offers_choice(text) else reply
    return with_false_figures(reply, [p.text for p in found if p.formula], wanted)


_ANNOUNCED = re.compile(
    r"\b(?:(?:answer|result|solution|minimi[sz]er|maximi[sz]er|update|value|limit|count|"
    r"formula)\s*(?:is|:|=|equals|should be)[*_]*|(?:it|this) (?:should|must) be|(?:is|it is) actually)\s+(?=\S)", re.I)
_ANNOUNCED_NEEDS = needs(
    "answer result solution minimiser maximiser update value limit count formula should must actually"
    " valueis valueshould valueequals limitis limitshould limitequals countis countshould countequals")


_SIGN_OF_A_FORMULA = re.compile(r"[=*/^+()‖|√·−\d-]")


def _with_announced(found: list[Piece], wanted: Wanted) -> list[Piece]:
    """Beside delimited formulas: what prose announces as the answer without delimiters is a formula too."""
    if _ANNOUNCED_NEEDS.isdisjoint(stems(" ".join([p.text for p in found if not p.formula]))):
        return found
    out: list[Piece] = []
    for p in found:
        m = None if p.formula else next(reversed(list(_ANNOUNCED.finditer(p.text))), None)
        cut = 0 if m is None else m.start() if m.group().rstrip().endswith("=") else m.end()  # 'value = x' is an equation
        tail = p.text[cut:] if m is not None else ""
        if m is None or not _SIGN_OF_A_FORMULA.search(tail):
            out.append(p)
            continue
        line, newline, rest = tail.partition("\n")
        read = plain_pieces(line, wanted)
        if not any(x.formula for x in read):
            out.append(p)
            continue
        out.append(Piece(False, p.text[:cut], p.start))
        out += [replace(x, start=x.start + p.start + cut) for x in read if x.formula or x.text.strip()]
        if rest:
            out.append(Piece(False, newline + rest, p.start + cut + len(line)))
    return out


def _only_restates(reply: Reply, wanted: Wanted) -> bool:
    """Whether all that stands holds the unknown on the side of the answer: the problem, not its solution."""
    read = [i for a in reply.alternatives for i in a.interpretations]
    unknown = {wanted.asked, *wanted.unknowns} - {""}
    if wanted.label:  # a recurrence holds the unknown
        return False
    return bool(unknown and read) and all(i.restated or any(unknown & E.symbols_in(m.expr) for m in i.members) for i in read)


def _equated_in_prose(reply: Reply, found: list[Piece], wanted: Wanted) -> bool:
    """Whether no equation for the unknown was read, and one stands in the words between the formulas: 'We minimize `||x - v||^2`. ... t = sum(v)/n'."""
    if not wanted.asked or any(i.kind == "asked" for a in reply.alternatives for i in a.interpretations):
        return False
    return any(re.search(rf"(?<![A-Za-z\\_]){re.escape(wanted.asked)}\s*=(?!=)", p.text) for p in found if not p.formula)


_IF_THEN_ELSE = re.compile(
    r"\b[Ii]f\s+\$([^$]{1,150})\$\s*,?\s*(?:then\s+)?\$([^$]{1,250})\$\s*[,;.]?\s*(?:and\s+)?(?:[Oo]therwise|[Ee]lse)\s*,?\s*\$([^$]{1,250})\$")


def _cases(m: re.Match[str]) -> str:
    """'If $c$ then $x=A$, otherwise $x=B$' as '$x = A if c, B otherwise$'."""
    condition, first, second = m.groups()
    if goes_on("", m.string[m.end() : m.end() + 60], False):
        return m.group()  # '... plus $c$'
    head, equals, value = second.partition("=")
    if equals and head.strip() == first.partition("=")[0].strip():
        second = value
    return f"${first} \\text{{ if }} {condition}, {second} \\text{{ otherwise}}$"


_ONLY_SIGNS = re.compile(r"[\s,;()\[\]=+*/^−-]*|\s*(?:times|divided by|plus|minus)\s*")


_LIST_MARK = re.compile(r"\s*[-*]\s*")


def _answered_before(found: list[Piece], k: int, wanted: Wanted) -> bool:
    """Whether a sentence before has a box, or an equation for what is asked, and this formula is none: 'r = c r. The loss shrinks by the factor $c^2$ per step.'"""
    if wanted.equates(found[k].text) and "=" in found[k].text:
        return False
    before = [j for j in range(k) if found[j].formula and (found[j].boxed or ("=" in found[j].text and wanted.asked and wanted.equates(found[j].text)))]
    if not before:
        return False
    between = "".join("¤" if q.formula else q.text for q in found[before[-1] + 1 : k])
    return _SENTENCE_ENDS.search(between) is not None and _CONCLUDED.search(between) is None and not any(q.formula and "\n\n" not in between and q.boxed for q in found[before[-1] + 1 : k])


_CONCLUDED = re.compile(r"\b(?:answers?|final\w*|so|hence|therefore|thus|total|instead|actually|correct\w*|result)\b", re.I)
_SENTENCE_ENDS = re.compile(r"[.!?]\s+[A-Z*(]|\n\s*\n")


def _broken_off(text: str, found: list[Piece], wanted: Wanted) -> Reply | None:
    """A formula that goes on outside its delimiters ('2$x$', '$u$ = $v$') is read whole, or not at all."""
    around = [p for p in found if not p.formula]
    signs = (any(p.text.strip() for p in around) or (len(found) > 2 and "\n" not in text.strip())) and all(
        _ONLY_SIGNS.fullmatch(p.text) for p in around)
    for k, p in enumerate(found):
        before = found[k - 1].text if k and not found[k - 1].formula else ""
        after = found[k + 1].text if k + 1 < len(found) and not found[k + 1].formula else ""
        if p.display and _LIST_MARK.fullmatch(before):
            continue  # a list item
        cut = p.formula and p.text.strip() and goes_on(before, after, p.boxed) and not _in_remark(found, k)
        if (not cut and not (signs and len(found) > 1)) or (p.formula and not p.boxed and (_answered_later(found, k, wanted) or _concluded_later(found, k) or _answered_before(found, k, wanted))):
            continue
        apart = cut and scaled_outside(before, after) and any(q.formula and is_sum(q.text) for q in found[k : k + 3])  # 2 · $n - 1$
        whole = bare(DELIMITERS.sub(" ", text), wanted) if len(text) < 400 and "boxed" not in text and not apart else None
        if whole is not None:
            return whole
        at_end = _undelimited(text, wanted) if cut and not apart else None
        if at_end is not None:
            return at_end
        if cut:
            error = ReadError(text[:400], min(p.start, 399), "The formula goes on outside its delimiters.", "the whole formula between its delimiters")
            return unread(text[:200], error)
        return None
    return None


_REMARK_OPENS = re.compile(r"[.!?\n]\s*\((?=[A-Z])[^()]*$")


def _in_remark(found: list[Piece], k: int) -> bool:
    """Whether a formula stands in a sentence of its own in brackets, behind others: 'F. (Its mean is $c$ times the length.)'"""
    before = "".join("¤" if q.formula else q.text for q in found[:k])
    return "¤" in before and _REMARK_OPENS.search(before) is not None


def _answered_later(found: list[Piece], k: int, wanted: Wanted) -> bool:
    """Whether a formula is about something on the way: a later sentence gives an equation for the unknown, and this is none."""
    if not wanted.asked or wanted.equates(found[k].text):
        return False
    between = ""
    for p in found[k + 1 :]:
        if p.formula and _NEXT_SENTENCE.search(between) and wanted.equates(p.text):
            return True
        between = between if p.formula else between + p.text
    return False


def _concluded_later(found: list[Piece], k: int) -> bool:
    """Whether a formula is about something on the way: a later sentence concludes with the last formula, or with a box."""
    last = max(j for j, q in enumerate(found) if q.formula)
    boxed = next((j for j, q in enumerate(found) if q.boxed), 0)
    if boxed:
        return k < boxed and _NEXT_SENTENCE.search("".join(q.text for q in found[k + 1 : boxed] if not q.formula)) is not None
    return last > k and _CONCLUDES.search("".join(q.text for q in found[k + 1 : last] if not q.formula)) is not None


_CONCLUDES = re.compile(r"(?:[.!?]\s+|\n\s*)(?:so|hence|thus|therefore|consequently|in conclusion|altogether|answer:)(?:,|:|\s+the\s+\w+\s+(?:is|becomes))?\s*$", re.I)
_NEXT_SENTENCE = re.compile(r"[.!?]\s|\n\s*\n")
_APPOSITION = re.compile(r"\bthe\s+(?:gradient|vector|dimension|number of \w+|learning rate|step size|sign vector)\s+(?=\$|\\\(|[A-Za-zα-ω](?![A-Za-z]))")


def _undelimited(text: str, wanted: Wanted) -> Reply | None:
    """'the step is $a$ times the gradient $g$': the formula that is left without delimiters, where it ends the text."""
    if len(text) > 400 or "\n" in text.strip() or "boxed" in text or TAKEN_BACK.search(text) or SUPERSEDES.search(text):
        return None
    plain = DELIMITERS.sub(" ", _APPOSITION.sub(" ", text)).strip()
    found = plain_pieces(plain, wanted)
    formulas = [p for p in found if p.formula]
    if len(formulas) != 1 or len(formulas[0].text.split()) < 3 or not plain.rstrip(". ").endswith(formulas[0].text.rstrip(". ")):
        return None
    alternative = interpret(formulas[0].text, wanted, [formulas[0].text], text)
    return Reply((alternative,)) if says_something(alternative) else None


def _as_formula(p: Piece) -> Piece:
    """A code block as formulas."""
    if p.formula and is_program(p.text):
        return p
    return replace(p, text=code_statements(p.text)) if p.formula and "\n" in p.text and is_code(p.text) else p


def _code(text: str, wanted: Wanted) -> Reply | None:
    """Plain text that is code from end to end."""
    if is_program(text):
        return Reply((interpret(text, wanted, [text], text),))
    if "return" in text and re.search(r"[;\n]\s*return\b", text):
        text = re.sub(r";\s*(?=return\b|[A-Za-z_]\w*\s*=(?!=))", "\n", text)
    if not is_code(text):
        return None
    code = code_statements(text)
    returned = re.findall(r"^\s*(?:def\b[^\n]*:\s*)?return\b\s*(.+)$", text, re.M)
    if len(returned) == 1 and not re.fullmatch(r"\w+\s*", returned[0]):
        result = code.rpartition(" ; ")[2]
        alternative = interpret(result, wanted, [result, code], text)
        if alternative.interpretations:
            return Reply((alternative,))
    if not code:
        return unread(text[:200], ReadError(text[:400], 0, "The code gives a known function another meaning, or computes nothing.", "a formula"))
    if (wanted.asked and len(re.findall(rf"(?:^|;)\s*{re.escape(wanted.asked)}\s*=", code)) > 1) or re.search(
            rf"(?:^|;)\s*{re.escape(wanted.asked or '#')}\s*=[^;]*\b{re.escape(wanted.asked or '#')}\b|;\s*-\s*{re.escape(wanted.asked or '#')}\s*$", code):
        return unread(text[:200], ReadError(text[:400], 0, "The code assigns its result more than once.", "one assignment of the answer")) if (
            "[" not in code) else None
    alternative = interpret(code, wanted, [code], text)
    return Reply((alternative,)) if alternative.interpretations else None
