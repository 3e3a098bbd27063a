"""Find the answer in a text: Reply = what stands as the answer, as Expr, with what was assumed.

A text is not an expression. Formulas are cut out, withdrawn ones dropped, local definitions put in,
and the equation for the asked unknown (or the bare expression) is taken.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from derive.errors import ReadError, TooBig
from derive.grading.candidates import SUPERSEDES, Candidate, candidates, goes_on, standing
from derive.grading.cleaning import cleaned, code_statements, is_code, is_program, without_quotation
from derive.grading.definitions import starred
from derive.grading.interpret import TAKEN_BACK, interpret
from derive.grading.labels import foreign
from derive.grading.members import beside
from derive.grading.plain_text import CHOICE, MISFIT, alternatives_in_prose, bare, plain_pieces, says_something, unread
from derive.grading.ranked import ranked_cases
from derive.grading.segments import MAX_TEXT, Piece, pieces
from derive.grading.spoken import ordinal_entries, size_and_sign, spoken_formula
from derive.grading.vector_tables import vector_of_table
from derive.grading.wanted import Alternative, Reply, Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.read import readings

MAX_FORMULAS = 600

_VISIBLE = re.compile(r"[^\s.,;:!?…$\\(){}\[\]*_`#|~-]")


_NOT_BUT = re.compile(r"\s*not\b(?:[^\n]|\n(?!\s*\n)){1,2000}?,\s*but\s+(?:rather\s+|instead\s+)?(.+)\Z", re.I | re.S)
_OR_BETWEEN = re.compile(r"\s(?:or|and also|either that or)\s", re.I)


def _either(text: str, wanted: Wanted) -> Reply | None:
    """'A or B' where each side alone is read as an answer: both stand."""
    if len(text) > 800 or not _OR_BETWEEN.search(text) or SUPERSEDES.search(text):
        return None
    inside = [(p.start, p.start + len(p.text)) for p in pieces(text) if p.formula]
    for m in _OR_BETWEEN.finditer(text):
        if any(a <= m.start() < b for a, b in inside) or m.start() == 0:
            continue
        left, right = (_one_side(s, wanted) for s in (text[: m.start()], text[m.end() :]))
        if left is not None and right is not None and any(_answers(side, wanted) for side in (left, right)):
            return Reply((*left.alternatives, *right.alternatives))
        known = left if right is None else right
        lost = _lost_side(text[m.end() :] if right is None else text[: m.start()], wanted) if known is not None and _answers(known, wanted) else None
        if lost is not None:
            return Reply((lost,))
    return None


def _lost_side(text: str, wanted: Wanted) -> Alternative | None:
    """A side of an 'or' that is one delimited formula which cannot be read: what stands beside it is not the whole answer."""
    formulas = [p for p in pieces(text.strip().rstrip(".")) if p.formula or p.text.strip()]
    if len(formulas) != 1 or not (formulas[0].formula or _PLAIN_FORMULA.fullmatch(formulas[0].text)):
        return None
    found = interpret(formulas[0].text, wanted, [formulas[0].text], text)
    return found if found.error is not None else None


_ALL_PLACES = re.compile(r"\s*,?\s*for (?:all|every|each) \$?[ijkl]\$?$")
_PLAIN_FORMULA = re.compile(r"(?=[^=]*=)(?:[^A-Za-z]|(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])|(?<![A-Za-z])(?:alpha|beta|gamma|delta|eta|theta|lam|lambda|mu|"
                            r"sqrt|norm|sign|sgn|sum|max|min|abs|exp|log)(?![A-Za-z]))+")


def sides(text: str) -> tuple[str, str] | None:
    """The sides of an 'or' that has a formula and nothing else on each side."""
    if len(text) > 800 or SUPERSEDES.search(text):
        return None
    inside = [(p.start, p.start + len(p.text)) for p in pieces(text) if p.formula]
    for m in _OR_BETWEEN.finditer(text):
        halves = text[: m.start()].strip(), text[m.end() :].strip().rstrip(".")
        if m.start() and not any(a <= m.start() < b for a, b in inside) and all(
                all(p.formula or not p.text.strip() for p in pieces(h)) or _PLAIN_FORMULA.fullmatch(h) for h in halves):
            return halves
    return None


def _answers(side: Reply, wanted: Wanted) -> bool:
    return all(_fits(a, wanted) or _kind(a) == "asked" for a in side.alternatives)


_BESIDE_ONE_SIDE = re.compile(r"(?:for (?:all|every|each) \w|(?:(?:where|with)\s+)?\w{1,3}\s*(?:=|∈|\bin\b)\s*[^.;\n]{1,80})?")


def _one_side(text: str, wanted: Wanted) -> Reply | None:
    """A side of an 'or' that is a formula and nothing else."""
    s = _ALL_PLACES.sub("", text.strip().rstrip(".,;").strip())
    s = re.sub(r"^(?:maybe|perhaps|possibly|either|(?:equivalently|alternatively|equally|simply|just|better|written as|in other words)\b[,:]?)\s+", "", s, flags=re.I)
    while len(s) > 2 and s[0] == "`" and s[-1] == "`":
        s = s.strip("`").strip()
    found = bare(s, wanted)
    if found is None:
        formulas = [p for p in pieces(s) if p.formula]
        prose = "".join(p.text for p in pieces(s) if not p.formula).strip(" .,;\n")
        if len(formulas) != 1 or not _BESIDE_ONE_SIDE.fullmatch(prose):
            return None
        alternative = interpret(formulas[0].text, wanted, [formulas[0].text], s)
        found = Reply((alternative,)) if says_something(alternative) else None
    if found is None or not all(says_something(a) for a in found.alternatives):
        return None
    # What cannot be an answer is one side of an 'or' too, if it is a formula: "u = -x sign(g) or -x".
    return found if _answers(found, wanted) or all(
        (_kind(a) == "bare" or not wanted.asked) and (_is_formula(a) or all(m.expr.op == "sym" for i in a.interpretations for m in i.members)) for a in found.alternatives) else None


# "- $x$" and nothing else: an item of a list, or a minus sign that was left outside.
_DASH_OR_MINUS = re.compile(r"\s*[-–][ \t]+(?:\$(?!\$)|\\\()\s*(?![-−–])[^$=]{1,300}?(?:\$|\\\))[.\s]*")
_REDEFINED = re.compile(
    r"\breplaced by\b|\bwhere\s+\$?\\?\w+\$?\s+(?:is|denotes)\s+(?:now\s+)?(?:the\s+)?(?:normali[sz]ed|unit|scaled|clipped|averaged|momentum|negative)\b"
    r"|\b(?:sign|sgn)\}?\$?\s+(?:here\s+)?(?:means|denotes|stands for)\s+(?:the\s+|a\s+)?(?:unit|normali[sz]ed|smooth|soft|hyperbolic|tanh)\b"
    r"|\b(?:let|suppose|assume|say)\s+\$?\\?\w+\$?\s+(?:is|be|to be|has been|are)\s+(?:first\s+|already\s+)?(?:normali[sz]ed|scaled|clipped|averaged|negated|halved|doubled)\b", re.I)
_NO_ANSWER = re.compile(r"\b(?:i\s+(?:really\s+|just\s+)?(?:don'?t|do\s+not)\s+know|(?:have\s+)?no\s+idea|i\s+give\s+up)\b", re.I)


# Names of Python's own: no formula holds one, and a program with one is not read.
_INTERNAL = re.compile(r"\b__[a-z]{2,40}__\s?[(.\[]")


def without_rejected(text: str) -> str:
    """'Not X, but Y' as Y."""
    rejected = _NOT_BUT.match(text)
    return text if rejected is None else rejected.group(1)


def find_reply(text: str, wanted: Wanted) -> Reply:
    """The answer that stands in a text. Never raises on what the text holds."""
    if not _VISIBLE.search(text):
        return Reply((), missing=True)
    if len(text) > MAX_TEXT:
        return unread("", TooBig(text[:80], 0, f"The text has {len(text)} characters; {MAX_TEXT} are read."))
    inside = _INTERNAL.search(text)
    if inside is not None:
        return unread(text[:200], ReadError(text[:400], min(inside.start(), 399), f"'{inside.group()[:40]}' is not read as mathematics.", "a formula"))
    text = without_quotation(cleaned(text))
    text = without_rejected(text)
    text = _rows_named(text, wanted)
    described = size_and_sign(text) if len(wanted.shape) == 1 else ""
    if len(wanted.shape) == 1 and isinstance(wanted.shape[0], int):
        described = described or ordinal_entries(text, wanted.shape[0])
    if described:
        alternative = interpret(described, wanted, [described], "")
        if says_something(alternative):
            return Reply((alternative,), spoken=True)
    called = _named_in_words(text, wanted)
    if called is not None:
        return called
    if _DASH_OR_MINUS.fullmatch(text):
        return unread(text[:200], ReadError(text[:400], max(text.find("-"), 0), "The dash before the formula is a minus sign or the mark of a list: it can be read both ways.",
                                            "the sign within the delimiters"))
    if len(wanted.shape) == 1 and wanted.asked and "$" not in text and "\\" not in text and len(text) < 1000:
        text = _OTHERS_STAY.sub(", 0 otherwise", text)
    if len(text) < 1000 and any(s.kind == "index" and s.let is not None for s in wanted.scope.symbols.values()):
        text = _CONVEX.sub(r"\1", text)
    if "$" in text and len(text) < 4000:
        text = _IF_THEN_ELSE.sub(_cases, text)
    text = _plain_places(text, wanted)
    if len(wanted.shape) == 1:
        text = ranked_cases(text, wanted.shape[0])
    tabled = vector_of_table(text, wanted)
    if tabled is not None:
        return tabled
    both = _either(text, wanted)
    if both is not None:
        return both
    whole = bare(text, wanted)
    if whole is not None:
        return whole
    cut = pieces(text)
    if sum(p.formula for p in cut) > MAX_FORMULAS:
        return unread("", TooBig(text[:80], 0, f"The text has more than {MAX_FORMULAS} formulas."))
    found = [_as_formula(p) for p in cut]
    broken = _broken_off(text, found, wanted)
    if broken is not None:
        return broken
    if not any(p.formula for p in found):
        coded = _code(text, wanted)
        if coded is not None:
            return coded
        found = alternatives_in_prose([Piece(False, text, 0)], wanted) if CHOICE.search(text) else []
        if sum(p.formula for p in found) < 2:
            found = plain_pieces(text, wanted)
    elif CHOICE.search(text):
        found = alternatives_in_prose(found, wanted)
    if _REDEFINED.search(text):
        return unread(text[:200], ReadError(text[:400], 0, "The text gives a declared symbol another meaning in words.", "an answer in the declared symbols"))
    if _NO_ANSWER.search(text):
        return unread(text[:200], ReadError(text[:400], 0, "The text says that it does not know the answer.", "an answer"))
    found = _with_announced(found, wanted) if any(p.formula for p in cut) else found
    reply = _from_pieces(text, found, wanted)
    if any(p.formula for p in cut) and _only_restates(reply, wanted):  # the answer may stand without delimiters behind the problem
        plain = [x for p in found for x in ([p] if p.formula else plain_pieces(p.text, wanted))]
        again = _from_pieces(text, plain, wanted) if sum(p.formula for p in plain) > sum(p.formula for p in found) else reply
        reply = reply if _only_restates(again, wanted) else again
    # "The problem is to minimize f. ... The solution is x": the problem is no second answer.
    last = len(reply.alternatives) - 1
    solved = [a for k, a in enumerate(reply.alternatives) if k == last or not _only_restates(Reply((a,)), wanted)]
    return replace(reply, alternatives=tuple(solved)) if len(solved) <= last and not CHOICE.search(text) else reply


_ANNOUNCED = re.compile(
    r"\b(?:(?:answer|result|solution|minimi[sz]er|maximi[sz]er|update|value|limit|count|"
    r"formula)\s*(?:is|:|=|equals|should be)[*_]*|(?:it|this) (?:should|must) be|(?:is|it is) actually)\s+(?=\S)", re.I)


def _with_announced(found: list[Piece], wanted: Wanted) -> list[Piece]:
    """Beside delimited formulas: what prose announces as the answer without delimiters is a formula too."""
    out: list[Piece] = []
    for p in found:
        m = None if p.formula else next(reversed(list(_ANNOUNCED.finditer(p.text))), None)
        cut = 0 if m is None else m.start() if m.group().rstrip().endswith("=") else m.end()  # 'value = x' is an equation
        tail = p.text[cut:] if m is not None else ""
        if m is None or not re.search(r"[=*/^+()‖|√·−\d-]", tail):
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


_IF_THEN_ELSE = re.compile(
    r"\b[Ii]f\s+\$([^$]{1,150})\$\s*,?\s*(?:then\s+)?\$([^$]{1,250})\$\s*[,;.]?\s*(?:and\s+)?(?:[Oo]therwise|[Ee]lse)\s*,?\s*\$([^$]{1,250})\$")


def _cases(m: re.Match[str]) -> str:
    """'If $c$ then $x=A$, otherwise $x=B$' as '$x = A if c, B otherwise$'."""
    condition, first, second = m.groups()
    head, equals, value = second.partition("=")
    if equals and head.strip() == first.partition("=")[0].strip():
        second = value
    return f"${first} \\text{{ if }} {condition}, {second} \\text{{ otherwise}}$"


def _plain_places(text: str, wanted: Wanted) -> str:
    """'i in {1, 2, 3}' and '(i = 1, 2, 3)' of all places of a vector as ', i = 1, 2, 3'; a dagger on the unknown before '=' as a star."""
    if len(wanted.shape) != 1 or len(text) > 2000:
        return text
    if wanted.asked and ("dagger" in text or "†" in text):
        text = re.sub(rf"(\\?\b{re.escape(wanted.asked)})\s*\^?\s*(?:\{{\s*)?(?:\\dagger|†)(?:\s*\}})?(?=\s*=)", r"\1^*", text)
    if isinstance(wanted.shape[0], int) and 1 < wanted.shape[0] < 10:
        places = r"\s*,\s*".join(map(str, range(1, wanted.shape[0] + 1)))
        shown = ", ".join(map(str, range(1, wanted.shape[0] + 1)))
        text = re.sub(rf"(?<![A-Za-z\\])([ijk])\s*(?:\\in|∈)\s*\\?\{{\s*{places}\s*\\?\}}", rf"\1 = {shown}", text)
        text = re.sub(rf"(?:\\[;,:! ]|\\quad|\s)*\(\s*([ijk])\s*=\s*{places}\s*\)", rf", \1 = {shown}", text)
    return text


_NAMED = re.compile(r"^\W*(?:(?:so|thus|hence|therefore|then)\b,?\s*)?(?:the\s+)?(?:\w+\s+)?(?:answer|update|solution|limit|result|minimi[sz]er|value)\s*(?:is|:|=|equals)\s*", re.I)
_DELIMITERS = re.compile(r"\$|\\[()\[\]]|(?<!\*)\*\*(?!\*)")
_ONLY_SIGNS = re.compile(r"[\s,;()\[\]=+*/^−-]*|\s*(?:times|divided by|plus|minus)\s*")


def _broken_off(text: str, found: list[Piece], wanted: Wanted) -> Reply | None:
    """A formula that goes on outside its delimiters ('2$x$', '$u$ = $v$') is read whole, or not at all."""
    around = [p for p in found if not p.formula]
    signs = (any(p.text.strip() for p in around) or (len(found) > 2 and "\n" not in text.strip())) and all(
        _ONLY_SIGNS.fullmatch(p.text) for p in around)
    for k, p in enumerate(found):
        before = found[k - 1].text if k and not found[k - 1].formula else ""
        after = found[k + 1].text if k + 1 < len(found) and not found[k + 1].formula else ""
        if p.display and re.fullmatch(r"\s*[-*]\s*", before):
            continue  # a list item
        cut = p.formula and p.text.strip() and goes_on(before, after, p.boxed)
        if not cut and not (signs and len(found) > 1):
            continue
        whole = bare(_DELIMITERS.sub(" ", text), wanted) if len(text) < 400 and "boxed" not in text else None
        if whole is not None:
            return whole
        at_end = _undelimited(text, wanted) if cut else None
        if at_end is not None:
            return at_end
        if cut:
            error = ReadError(text[:400], min(p.start, 399), "The formula goes on outside its delimiters.", "the whole formula between its delimiters")
            return unread(text[:200], error)
        return None
    return None


_APPOSITION = re.compile(r"\bthe\s+(?:gradient|vector|dimension|number of \w+|learning rate|step size|sign vector)\s+(?=\$|\\\(|[A-Za-zα-ω](?![A-Za-z]))")


def _undelimited(text: str, wanted: Wanted) -> Reply | None:
    """'the step is $a$ times the gradient $g$': the formula that is left without delimiters, where it ends the text."""
    if len(text) > 400 or "\n" in text.strip() or "boxed" in text or TAKEN_BACK.search(text) or SUPERSEDES.search(text):
        return None
    plain = _DELIMITERS.sub(" ", _APPOSITION.sub(" ", text)).strip()
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
    if re.search(r"[;\n]\s*return\b", text):
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


_MATHEMATICAL = re.compile(r"[\\=^*/+]")
_TWO_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")


def _broken(text: str, wanted: Wanted) -> Reply | None:
    """A text that is a formula with an error in it, such as one cut in half: what is wrong, and where."""
    if len(text) > 300 or not _MATHEMATICAL.search(text) or _TWO_WORDS.search(text):
        return None
    alternative = interpret(text, wanted, [text], text)
    return Reply((alternative,)) if alternative.error is not None else None


_A_NUMBER = re.compile(r"(?:\\[dt]?frac|[\d\s{}/.\\%-])+")


def _shares(found: list[Piece]) -> list[Piece]:
    """'$\\frac13$ of the vector $x$' as one formula."""
    out = list(found)
    for i in range(len(out) - 3, -1, -1):
        a, link, b = out[i : i + 3]
        if a.formula and not link.formula and b.formula and "=" not in b.text and _A_NUMBER.fullmatch(a.text) and re.fullmatch(
                r"\s*(?:of|times)\s+(?:the\s+)?(?:vector\s+)?", link.text):
            out[i : i + 3] = [replace(b, text=f"({a.text.strip()}) \\cdot ({b.text.strip()})", start=a.start)]
    return out


_SENTENCES = re.compile(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])")


def _from_pieces(text: str, found: list[Piece], wanted: Wanted) -> Reply:
    found = _shares(_conditional_pieces(found))
    texts = [p.text for p in found if p.formula]
    # Definitions without delimiters, each in its sentence.
    texts += [said for p in found if not p.formula and ("=" in p.text or "∈" in p.text)
              for said in _SENTENCES.split(p.text) if ("=" in said or "∈" in said) and len(said) < 600]
    listed = [c for c in candidates(found, wanted.bound) if not (wanted.shape and _LONE_INDEX.fullmatch(c.text))]
    listed = [c for c in listed if not wanted.asked or c.text.strip().strip("\\{} ") != wanted.asked] or listed  # "over $u$": only its name
    read = {t: interpret(t, wanted, texts, text) for t in dict.fromkeys(c.text for c in listed)}
    ready = [(c, read[c.text]) for c in listed]
    if any(c.alternative and _kind(before) == "named" and not _fits(before, wanted) for (_, before), (c, _) in pairwise(ready)):
        return unread(text[:200], ReadError(text[:400], 0, "Two definitions stand for one name.", "one definition"))
    useful = [(c, alt) for c, alt in ready if says_something(alt)]
    useful = _relevant([pair for pair in useful if not pair[0].withdrawn] or useful, wanted)
    useful = _without_foreign(useful, found, wanted)
    entrywise = _componentwise_pieces(listed, wanted, texts, text)
    if entrywise is not None:
        return entrywise
    if not useful:
        joined = interpret(", ".join(c.text for c in listed if not c.withdrawn), wanted, texts, text) if len(listed) > 1 else None
        if joined is not None and says_something(joined):
            return Reply((joined,))
        mixed = _in_prose(found, wanted)
        if mixed is not None:
            return mixed
        errors = [alt for _, alt in ready if alt.error is not None] or [alt for _, alt in ready]
        boxed = [alt for c, alt in ready if c.rank == 3 and alt.error is not None]
        if errors:
            return Reply(((boxed or errors)[-1],))
        said = spoken_formula(_NAMED.sub("", text), wanted.scope)
        return _in_words(said, wanted) or _broken(text.strip(), wanted) or unread(
            text[:200], ReadError(text[:400], 0, "No formula was found in the text.", "an answer in the declared symbols"))
    table = {c.start: alt for c, alt in _with_remarks(found, ready, wanted, texts, text)}
    stand = standing([c for c, _ in useful])
    if not stand:
        mixed = _in_prose(found, wanted)
        if mixed is not None:
            return mixed
        said = spoken_formula(_DELIMITERS.sub(" ", text), wanted.scope)
        return _in_words(said, wanted) or unread(
            text[:200], ReadError(text[:400], 0, "Every formula in the text is taken back or changed by the words beside it.", "an answer that stands"))
    # "A or B" where B is a formula whose matrices do not fit: two answers stand, and one is none.
    for (a, first), (b, second) in pairwise(ready):
        misfit = next((x for x in (first, second) if x.error is not None and MISFIT in x.error.what), None)
        if b.alternative and misfit is not None and not (a.withdrawn or b.withdrawn):
            return Reply((misfit,))
    # "A or B" where one cannot be an answer at all, and nothing else is said: both stand.
    for (a, first), (b, second) in pairwise(ready):
        if b.alternative and not (a.withdrawn or b.withdrawn) and _only_or(found, a, b) and {_fits(first, wanted), _fits(second, wanted)} == {True, False} and all(
                _kind(x) in ("bare", "asked") and _is_formula(x) for x in (first, second)):
            return Reply((first, second))
    broken = [c for c, alt in ready if c.rank == 3 and alt.error is not None and not c.withdrawn and not _ONLY_WORDS.fullmatch(c.text)]
    if broken and broken[-1].start > stand[-1].start:  # the last box is the answer, even if it cannot be read
        return Reply((table[broken[-1].start],))
    if stand[-1].rank < 3 and len(stand) > 1 and not any(c.alternative for c in stand):
        stand = _last_equation(stand, table)
    stand = [*stand, *_said_in_general(found, [c for c, _ in useful], stand, table)]
    unreadable = _equation_not_read(ready, stand, table, wanted)
    if unreadable is not None:
        return Reply((unreadable,))
    return Reply(tuple(table[c.start] for c in stand))


_NAME_IS = re.compile(
    r"\s*(?:\$|\\\()\s*(?:\\(?:hat|widehat)\s*)?\{?\s*\\?(?P<name>[A-Za-z]+)\s*\}?(?:\s*\^\s*\{?\s*(?:\*|\\star)\s*\}?)?"
    r"\s*(?:\$|\\\))\s+(?:is|equals)\s+(?P<rest>the\s[^$\\]{4,120})", re.I)


def _named_in_words(text: str, wanted: Wanted) -> Reply | None:
    """'$\\hat t$ is the largest observation': the unknown is named in signs and told in words."""
    m = _NAME_IS.fullmatch(text)
    declared = wanted.scope.symbols.get(wanted.asked)
    if m is None or declared is None or m["name"] not in (
            wanted.asked, *(a.lstrip("\\") for a in declared.aliases)):
        return None
    return _in_words(spoken_formula(m["rest"], wanted.scope), wanted)


# What makes an equation behind the answer one about something else: another case, method, part, or a check.
_ELSEWHERE = re.compile(
    r"\b(?:if|when|whenever|as|at|compar\w+|unlike|while|whereas|check\w*|would|had|where|with|because|since|cf|recall|similar\w*|also|equivalent\w*|contrast|instead of|rather than|not|reduces?|"
    r"recovers?|special|case|classical|standard|usual|ordinary|plain|vanilla|from|using|start\w*|first|given|write|set|let|put|part|norms?|penalty|loss|objective|gradient|momentum)\b"
    r"|\bfor (?!\$[^$]{1,40}(?:\\neq?|≠|>))", re.I)


def _said_in_general(found: list[Piece], useful: list[Candidate], stand: list[Candidate], table: dict[int, Alternative]) -> list[Candidate]:
    """Equations for the unknown behind the one that stands, which a sentence of their own gives without more ado: 'In general it is u = ...'."""
    lead = {p.start: "".join(x.text if not x.formula else f"${x.text}$" for x in found[max(0, k - 3) : k]) for k, p in enumerate(found) if p.formula}
    return [c for c in useful if stand and stand[-1].rank < 2 and c.start > stand[-1].start and c.rank == 0 and not c.withdrawn and _kind(table[c.start]) == "asked"
            and _own_sentence(lead.get(c.start, ""))]


def _own_sentence(lead: str) -> bool:
    """Whether the words before an equation begin a sentence and say nothing of another case: 'In general it is', 'Dropping the constant,'."""
    begun = [m.end() for m in re.finditer(r"[.!?;](?=\s)|\n", lead)]
    return bool(begun) and re.search(r"[A-Za-z]{2}", lead[begun[-1] :]) is not None and _ELSEWHERE.search(lead[begun[-1] :]) is None


def _in_words(said: str, wanted: Wanted) -> Reply | None:
    """The answer of a formula in words, all of which are read."""
    if not wanted.condition and re.search(r"^\s*[*/+^]|[<>]|\band\b", said):
        return None  # 'more than x', 'the average of 0 and x'
    found = bare(said, wanted) if said else None
    return replace(found, spoken=True) if found is not None else None


def _only_or(found: list[Piece], a: Candidate, b: Candidate) -> bool:
    """Whether nothing but 'or' stands between two formulas."""
    return "".join(p.text for p in found if not p.formula and a.start < p.start < b.start).strip(" \n,;") == "or"


def _is_formula(a: Alternative) -> bool:
    """Whether it is a value: no lone name or index."""
    return all(m.expr.args or m.expr.op in ("num", "dec") for i in a.interpretations for m in i.members)


def _equation_not_read(ready: list[tuple[Candidate, Alternative]], stand: list[Candidate], table: dict[int, Alternative], wanted: Wanted) -> Alternative | None:
    """The equation for the unknown that could not be read, where what was read instead cannot be an answer at all."""
    if wanted.shape and not any(_fits(table[c.start], wanted) or _kind(table[c.start]) == "asked" for c in stand):
        lost = [a for c, a in ready if a.error is not None and not c.withdrawn and _EQUATED.match(c.text)]
        return lost[-1] if lost else None  # 'H = X^T D X where D is diagonal with entries d'
    if not wanted.asked or any(_kind(table[c.start]) == "asked" or _fits(table[c.start], wanted) for c in stand):
        return None
    heads = [wanted.asked, *wanted.iterates, *(a for n in (wanted.asked, *wanted.iterates) if n in wanted.scope.symbols for a in wanted.scope.symbols[n].aliases)]
    lost = [a for c, a in ready if a.error is not None and not c.withdrawn and any(re.match(rf"\\?{re.escape(h.lstrip(chr(92)))}(?![A-Za-z])[^=]{{0,24}}=", c.text.lstrip()) for h in heads)]
    return lost[-1] if lost else None


_EQUATED = re.compile(r"\s*[^=<>]{1,40}=(?!=)")
_LONE_INDEX = re.compile(r"\s*[ijklm](?:\^\{?[*⋆]\}?)?\s*(?:(?:=|\\in\b|∈)\s*\\?\{?\s*[\d\\].{0,60})?")
_ONLY_WORDS = re.compile(r"(?:\\(?:text|mathrm|textbf|operatorname)\w*\{[^{}]*\}|[\s.,!])+")
_LIKE_WITH = frozenset("such satisfying so s.t. note recall convention conventions".split())
_NORM_FIRST = re.compile(r"\s*(?:\\\||‖|\\lVert|\\left\s*\\\|)")
_LINKED = re.compile(r"\b(where|with|let|if|when|only if|provided(?: that)?|for|such that|satisfying|so that|s\.t\."
                     r"|(?:note|recall) that(?: here)?|note here that|conventions?)\W*(?:(?:all|every|each|the)\s+)?$", re.I)


def _without_foreign(useful: list[tuple[Candidate, Alternative]], found: list[Piece], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without the answers that the text gives for another method or norm, where it gives one for that of the problem."""
    if not wanted.about or len(useful) < 2:
        return useful
    place = {p.start: k for k, p in enumerate(found) if p.formula}
    beside = [(_prose(found, place[c.start] - 1), _prose(found, place[c.start] + 1)) for c, _ in useful]
    away = foreign([b for b, _ in beside], [a for _, a in beside], wanted.about)
    return [pair for pair, out in zip(useful, away, strict=True) if not out or pair[0].rank >= 2]


def _prose(found: list[Piece], k: int) -> str:
    return found[k].text if 0 <= k < len(found) and not found[k].formula else ""


def _with_remarks(found: list[Piece], ready: list[tuple[Candidate, Alternative]], wanted: Wanted, texts: list[str], prose: str
                  ) -> list[tuple[Candidate, Alternative]]:
    """Each candidate with what the next formula says of it: 'X where A = B', 'X if A < B'."""
    follower: dict[int, tuple[Expr, ...]] = {}
    conditional: dict[int, tuple[Expr, ...]] = {}
    starts = [p.start for p in found if p.formula]
    own = starred(texts, wanted.scope)
    candidates_at = {c.start for c, _ in ready}
    for before, p in pairwise(found):
        m = _LINKED.search(before.text) if not before.formula and p.formula else None
        if m is None or (m.group(1).lower().startswith("convention") and not _NORM_FIRST.match(p.text)):
            continue
        try:
            statements = [s for r in readings(p.text, wanted.scope, own)[:1] for s in r.statements if not s.ops or len(set(s.terms)) > 1]
        except ReadError:
            continue
        opening = m.group(1).lower().split()[0]
        word = "with" if opening in _LIKE_WITH else opening
        first = [Statement((E.ONE,), (), 0, {"only": "if", "provided": "if"}.get(word, word)), *statements]
        said, conditions = beside(first, wanted)
        previous = [s for s in starts if s < p.start and s in candidates_at]
        if previous:
            follower[previous[-1]] = said if word in ("where", "with", "let") else ()
            conditional[previous[-1]] = conditions
    out = []
    for c, a in ready:
        extra, needs = follower.get(c.start, ()), conditional.get(c.start, ())
        if extra or needs:
            a = replace(a, interpretations=tuple(replace(i, said=i.said + extra, conditions=i.conditions + needs) for i in a.interpretations))
        out.append((c, a))
    return out


def _in_prose(found: list[Piece], wanted: Wanted) -> Reply | None:
    """Where every delimited formula is taken back, the answer may stand undelimited in the last sentence."""
    if not found or found[-1].formula:
        return None
    lines = [p for p in plain_pieces(found[-1].text, wanted) if p.formula]
    if not lines:
        return None
    last = interpret(lines[-1].text, wanted, [lines[-1].text], found[-1].text)
    return Reply((last,)) if says_something(last) else None


def _componentwise_pieces(listed: list[Candidate], wanted: Wanted, texts: list[str], text: str) -> Reply | None:
    """$u_k = ...$ and $u_i = 0$ for $i \\ne k$: entries that are given in several formulas."""
    if len(wanted.shape) != 1 or not wanted.asked or any(c.rank == 3 for c in listed):
        return None
    entries = [c for c in listed if not c.withdrawn and _ENTRY.match(c.text) and "=" in c.text and not _OFF_ENTRY.search(c.text)]
    zero = ", 0" if _OTHERS_ZERO.search(_DELIMITERS.sub("", text)) else ""
    if len(entries) + bool(zero) < 2 or not entries:
        return None
    joined = interpret(", ".join(c.text for c in entries) + zero, wanted, texts, text)
    whole = [i for i in joined.interpretations if i.kind == "asked" and any(m.expr.op in ("comp", "vec") for m in i.members)]
    return Reply((joined,)) if whole else None


_IF_LINK = re.compile(r"[\s,]*(?:if|when|for)\s*", re.I)
_NEXT_LINK = re.compile(r"[\s,;]*(?:and|but|while)?\s*", re.I)
_ELSE_BEFORE = re.compile(r"[\s,;]*(?:and\s+)?(?:else|otherwise)\s*,?\s*", re.I)
_ELSE_LINK = re.compile(r"\s*(?:otherwise|else|elsewhere)\b", re.I)
_ZERO_ELSE = re.compile(r"[\s,;]*(?:(?:and|but|or)\s+)?(?:0|zero)\s+(?:otherwise|else|elsewhere)\b", re.I)


def _conditional_pieces(found: list[Piece]) -> list[Piece]:
    """'$A$ if $c$, $B$ if $d$', '$A$ if $c$, $B$ otherwise' and '$A$ if $c$, 0 otherwise' as one formula."""
    out: list[Piece] = []
    i = 0
    while i < len(found):
        end, texts = i, list[str]()
        while end + 2 < len(found) and found[end].formula and _IF_LINK.fullmatch(found[end + 1].text) and found[end + 2].formula:
            texts.append(f"{found[end].text} if {found[end + 2].text}")
            end += 3
            if end >= len(found) or not _NEXT_LINK.fullmatch(found[end].text) or end + 1 >= len(found):
                break
            end += 1
        if texts and end + 1 < len(found) and not found[end].formula and _ELSE_BEFORE.fullmatch(found[end].text):
            texts.append(f"{found[end + 1].text} otherwise")  # $A$ if $c$, else $B$
            end += 2
        if texts and end + 1 < len(found) and found[end].formula and _ELSE_LINK.match(found[end + 1].text):
            texts.append(f"{found[end].text} otherwise")
            end += 1
        zero = _ZERO_ELSE.match(found[end].text) if texts and end < len(found) and not found[end].formula else None
        if zero is not None:
            texts.append("0 otherwise")
        if len(texts) < 2:
            out.append(found[i])
            i += 1
            continue
        out.append(replace(found[i], text=", ".join(texts)))
        i = end
        if zero is not None:
            out.append(replace(found[i], text=found[i].text[zero.end() :], start=found[i].start + zero.end()))
            i += 1
    return out


_OTHERS_ZERO = re.compile(
    r"\b(?:other|others|remaining|rest)\b[^.;\n]{0,60}?(?:=|\bare|\bis|\bbeing|\bstay|\bremain)\s*(?:all\s+)?(?:0|zero|unchanged)\b"
    r"|\b(?:others?(?:\s+(?:entries|components|coordinates))?|rest|remaining\s+(?:entries|components|coordinates))\s+(?:0|zero)\b"
    r"|\b(?:0|zero)\s+(?:otherwise|elsewhere|else|everywhere else|for (?:all )?(?:the )?(?:other|others|rest))\b"
    r"|_\{?\s*[ijl]\s*(?:\\neq?|≠|!=)\s*[ijkm]\s*\}?\s*=\s*0(?![.\d])", re.I)
_ROWS = re.compile(
    r"\$?\b(?P<row>[a-z])_\{?[ijk]\}?(?:\^\{?(?:\\top|T|\\intercal|\\mathsf\{T\})\}?|ᵀ)?\$?\s*(?:,|is|are|denotes?|being|=)?\s+(?:the\s+)?(?:\$?[ijk]\$?\s*-?\s*(?:th)?\s+)?rows?\s*(?:\$?[ijk]\$?\s*)?of\s+\$?(?P<matrix>[A-Z])\b\$?")


def _rows_named(text: str, wanted: Wanted) -> str:
    """'x_i is the i-th row of X': the text with X_i for x_i, without the remark."""
    m = _ROWS.search(text) if "row" in text and len(text) < 4000 else None
    if m is None or m.group("row") in wanted.scope.symbols:
        return text
    matrix = next((s for s in wanted.scope.symbols.values() if s.name == m.group("matrix") or m.group("matrix") in s.aliases), None)
    if matrix is None or len(matrix.shape) != 2:
        return text
    head = re.sub(r"[\s,(]*(?:\bwhere\b|\bwith\b|\band\b|\bhere\b)?[\s,]*$", "", text[: m.start()], flags=re.I)
    name = matrix.name  # a command such as \\max_i is no row
    return re.sub(rf"\\[A-Za-z]+|{m.group('row')}(?=_)", lambda k: k.group() if k.group()[0] == "\\" else name, head + text[m.end() :])


# The optimal points are convex: that every combination of the maximisers' points is right is that each of those is.
_CONVEX = re.compile(
    r"^\s*(?:(?:any|every|all|the set of all|an arbitrary)\s+convex combinations?|the convex hull)\s+of\s+(?:the\s+(?:points|vectors)\s+)?([^$\n]{4,300}?),?\s+"
    r"(?:over|for|with k (?:among|one of)|as k runs (?:over|through))\s+(?:all\s+)?(?:the\s+)?maximi[sz]\w*(?:\s+k)?(?:\s+of\s+\|g_?i?\|)?[\s.]*$", re.I)
_OTHERS_STAY = re.compile(
    r"[,;.]?\s*(?:\band\s+|\bwhile\s+)?(?:\ball\s+)?(?:\bthe\s+)?\b(?:other|others|remaining|rest)\b[^.;=\n]{0,40}?"
    r"(?:(?:\bare|\bis|\bstay|\bremain|\bleft)?\s*\b(?:unchanged|fixed|untouched|zero)\b|\b(?:are|is)\s+0(?!\.?\d))", re.I)
_OFF_ENTRY = re.compile(r"_\{?\s*[ijl]\s*(?:\\neq?|≠|!=)")
_ENTRY = re.compile(r"[^=]{1,30}_[^=]{1,20}=")


def _relevant(useful: list[tuple[Candidate, Alternative]], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without the definitions and remarks that stand beside an answer.

    Equations for the asked unknown go before expressions of the asked shape, and those before
    equations for a name of the text's own; a box or an announced answer of the asked shape stays.
    """
    if any(c.rank >= 0 and _kind(a) == "named" and _fits(a, wanted) for c, a in useful):  # a remark in brackets is no answer beside an equation
        useful = [pair for pair in useful if pair[0].rank >= 0 or pair[0].alternative]
    joined = {c.start for c, a in useful if c.alternative and _fits(a, wanted)}
    joined |= {first.start for (first, _), (second, _) in pairwise(useful) if second.start in joined}
    asked = [(c, a) for c, a in useful if _kind(a) == "asked" or (
        _kind(a) == "bare" and (c.start in joined or (_fits(a, wanted) and (c.corrected or c.rank >= (2 if wanted.asked else 1)))))]
    if any(_kind(a) == "asked" for _, a in asked):
        return asked
    if not wanted.asked:  # the answer has no name: an equation for a name of the text's own gives it
        fitting = [(c, a) for c, a in useful if _fits(a, wanted)]
        return fitting or useful
    bare = [(c, a) for c, a in useful if _kind(a) == "bare" and _fits(a, wanted)]
    if bare and not any(c.rank == 3 and _kind(a) == "named" and _fits(a, wanted) for c, a in useful):
        return bare
    fitting = [(c, a) for c, a in useful if _fits(a, wanted)]
    return fitting or useful


def _kind(a: Alternative) -> str:
    return a.interpretations[0].kind if a.interpretations else ""


def _fits(a: Alternative, wanted: Wanted) -> bool:
    return wanted.condition or any(i.restated or any(len(E.as_column(m.expr).shape) == len(wanted.shape) for m in i.members) for i in a.interpretations)


def _last_equation(stand: list[Candidate], table: dict[int, Alternative]) -> list[Candidate]:
    """Among formulas that are merely there, the last equation for the unknown; else all of them stand."""
    equations = [c for c in stand if _kind(table[c.start]) == "asked"]
    return equations[-1:] if equations else stand
