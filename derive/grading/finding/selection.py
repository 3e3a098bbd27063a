"""Which of the formulas of a text is its answer, once they are read: remarks, alternatives, entries one by one, cases in several pieces."""

from __future__ import annotations

from itertools import pairwise

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.cases.entry_pieces import entries_in_pieces
from derive.grading.cases.joined_pieces import joined_pieces
from derive.grading.finding.candidates import Candidate, candidates, standing
from derive.grading.finding.instances import without_instances
from derive.grading.finding.interpret import MISFIT, NO_EQUATION, interpret
from derive.grading.finding.labels import foreign
from derive.grading.finding.linked import with_remarks
from derive.grading.finding.mentions import defined_inside, without_mentions
from derive.grading.finding.offered import on_offer
from derive.grading.finding.own_letters import defines_own_letter
from derive.grading.finding.plain_text import plain_pieces, says_something, unread
from derive.grading.finding.remarks import checks_a_case
from derive.grading.finding.wanted import Alternative, Reply, Wanted
from derive.grading.text.heard import needs
from derive.grading.text.segments import Piece
from derive.maths import expr as E

_MATHEMATICAL = re.compile(r"[\\=^*/+]|(?<![A-Za-z])[A-Za-z0-9]\s*\(|[A-Za-z0-9)]\s*[-−]\s*$")
_TWO_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")


def _broken(text: str, wanted: Wanted) -> Reply | None:
    """A text that is a formula with an error in it, such as one cut in half: what is wrong, and where."""
    if len(text) > 300 or not _MATHEMATICAL.search(text) or _TWO_WORDS.search(text):
        return None
    alternative = interpret(text, wanted, [text], text)
    return Reply((alternative,)) if alternative.error is not None else None


_DEFINES = re.compile(r"[=∈]|\\in(?![A-Za-z])")
_SENTENCES = re.compile(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z])")


def from_pieces(text: str, found: list[Piece], wanted: Wanted) -> Reply:
    """The answer among the formulas of a text, with what the words between them say."""
    found = joined_pieces(found)
    told = [(p.start, p.text) for p in found if p.formula]
    # Definitions without delimiters, each in its sentence.
    told += [(p.start, what) for p in found if not p.formula and _DEFINES.search(p.text)
             for sentence in _SENTENCES.split(p.text) if len(sentence) < 600 and _DEFINES.search(sentence) for what in (sentence, *defined_inside(sentence))]
    listed = [c for c in candidates(found, wanted.bound) if not (wanted.shape and _LONE_INDEX.fullmatch(c.text))]
    listed = [c for c in listed if not wanted.asked or _DRESSED.sub("", c.text).strip("\\{} \n") != wanted.asked] or listed  # "over $u$": only its name
    if " or " in text and any(b.alternative and "=" in b.text and not wanted.equates(b.text) and _names_twice(a, b, listed) for a, b in pairwise(listed)):
        return unread(text[:200], ReadError(text[:400], 0, "Two definitions stand for one name.", "one definition"))
    if not wanted.asked and len(listed) > 1:
        listed = [c for c in listed if not defines_own_letter(c, listed, text, wanted)] or listed
    texts = _still_said(text, told, listed) if text.count("arg") > 1 else [t for _, t in told]
    read = {t: interpret(t, wanted, texts, text) for t in dict.fromkeys(c.text for c in listed)}
    ready = [(c, read[c.text]) for c in listed]
    if any(c.alternative and before.kind == "named" and not before.fits(wanted) for (_, before), (c, _) in pairwise(ready)):
        return unread(text[:200], ReadError(text[:400], 0, "Two definitions stand for one name.", "one definition"))
    useful = [(c, alt) for c, alt in ready if says_something(alt)]
    beside_each_other = on_offer(text, found, _answers(useful, ready, wanted)) if len(useful) > 1 or (useful and len(ready) > 1) else None
    if beside_each_other is not None:
        return beside_each_other
    useful = _without_question(useful)
    useful = _relevant([pair for pair in useful if not pair[0].withdrawn] or useful, wanted)
    useful = without_instances(_without_foreign(useful, found, wanted), found, wanted)
    useful = _without_optimal_values(useful, wanted)
    answering = without_mentions([c for c, _ in useful], found, wanted) if len(useful) > 1 else []
    useful = [pair for pair in useful if pair[0] in answering] if answering else useful
    entrywise = entries_in_pieces(listed, found, wanted, texts, text)
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
        return _broken(text.strip(), wanted) or unread(
            text[:200], ReadError(text[:400], 0, "No formula was found in the text.", "an answer in the declared symbols"))
    table = {c.start: alt for c, alt in with_remarks(found, ready, wanted, texts, text)}
    stand = standing([c for c, _ in useful])
    if not stand:
        mixed = _in_prose(found, wanted)
        if mixed is not None:
            return mixed
        return unread(
            text[:200], ReadError(text[:400], 0, "Every formula in the text is taken back or changed by the words beside it.", "an answer that stands"))
    lost = [a for c, a in ready if a.error is not None and c.rank >= 0 and not c.withdrawn and "=" in c.text] if all(c.rank < 0 for c in stand) else []
    if lost and not wanted.asked:
        return Reply((lost[-1],))  # what stands behind 'with' is no answer in place of an equation that is not read
    # "A or B" where B is a formula whose matrices do not fit: two answers stand, and one is none.
    for (a, first), (b, second) in pairwise(ready):
        misfit = next((x for c, x in ((a, first), (b, second)) if x.error is not None and (MISFIT in x.error.what or (
            x.error.what == NO_EQUATION and wanted.equates(c.text) and _only_or(found, b)))), None)
        if b.alternative and misfit is not None and not (a.withdrawn or b.withdrawn):
            return Reply((misfit,))
    # "A or B" where one cannot be an answer at all, and nothing else is said: both stand.
    for k, (b, second) in enumerate(ready):
        if not k or not b.alternative:
            continue
        a, first = next((pair for pair in reversed(ready[:k]) if pair[1].kind in ("bare", "asked")), ready[k - 1])  # 'A where k = ... or B'
        if not (a.withdrawn or b.withdrawn) and _only_or(found, b) and {first.fits(wanted), second.fits(wanted)} == {True, False} and all(
                x.kind in ("bare", "asked") and x.is_formula for x in (first, second)):
            return Reply((first, second))
    broken = [c for c, alt in ready if c.rank == 3 and alt.error is not None and not c.withdrawn and not _ONLY_WORDS.fullmatch(c.text)]
    if broken and broken[-1].start > stand[-1].start:  # the last box is the answer, even if it cannot be read
        return Reply((table[broken[-1].start],))
    if stand[-1].rank < 3 and len(stand) > 1 and not any(c.alternative for c in stand):
        stand = _last_equation([c for c in stand if not checks_a_case(text, c.start)] or stand, table)
    stand = [*stand, *_equation_behind(text, useful, stand[-1], wanted)]
    stand = [*stand, *_said_in_general(found, [c for c, _ in useful], stand, table)]
    if wanted.shape and ("other" in text or "rest" in text or "remaining" in text):
        stand = [*stand, *_said_of_others(found, useful, stand)]
    unreadable = _equation_not_read(ready, stand, table, wanted)
    if unreadable is not None:
        return Reply((unreadable,))
    return Reply(tuple(table[c.start] for c in stand))


_DRESSED = re.compile(r"\\(?:bm|boldsymbol|mathbf|mathbb|mathrm|bf|vec|displaystyle)(?![A-Za-z])")
_BINDS = re.compile(r"(?<![A-Za-z\\_^])\$?(?P<index>[a-z])\s*(?:=|∈|\\in(?![A-Za-z])|:=)\s*\$?\s*(?:\\(?:operatorname\*?|mathrm)\s*\{?|\\)?\s*arg", re.I)
_NAMES = re.compile(r"(?<![A-Za-z\\_^])\$?(?P<index>[a-z])\s*(?:=|∈|\\in(?![A-Za-z])|:=)(?!=)")
_FIRST_TRY = re.compile(r"\b(?:at first|initially|originally|my (?:first|earlier|previous)|(?:I|we) made a (?:mistake|slip)|(?:is|was) (?:wrong|incorrect|not right))\b", re.I)


def _names_twice(a: Candidate, b: Candidate, listed: list[Candidate]) -> bool:
    """Whether 'r = A or r = B' defines one name twice, and a later formula uses it."""
    name = a.text.partition("=")[0].strip()
    used = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])")
    return name == b.text.partition("=")[0].strip() and any(c.start > b.start and used.search(c.text.partition("=")[2]) for c in listed)


def _still_said(text: str, said: list[tuple[int, str]], listed: list[Candidate]) -> list[str]:
    """The texts in which letters are defined: of an index that is bound again behind what is taken back, only the later ones."""
    gone = -1
    for c in listed:
        if c.withdrawn:
            gone = c.start
    left = -1
    for c in listed:
        if not c.withdrawn and c.start > gone and left < 0:
            left = c.start
    if left < 0 or (gone < 0 and not _FIRST_TRY.search(text, 0, left)):
        return [t for _, t in said]
    again = {m["index"] for at, t in said if at >= left for m in _NAMES.finditer(t)}
    return [t for at, t in said if at >= left or not again & {m["index"] for m in _BINDS.finditer(t)}]


_OPTIMAL_VALUE = re.compile(r"\s*(?:\\displaystyle\s*)?\\?(?:min|max|inf|sup)(?![A-Za-z]).*=", re.S)


def _without_optimal_values(useful: list[tuple[Candidate, Alternative]], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without 'min_x f(x) = v' where a point is asked and a formula of its shape stands beside it."""
    values = [pair for pair in useful if _OPTIMAL_VALUE.match(pair[0].text) and not pair[1].fits(wanted)] if wanted.shape else []
    rest = [pair for pair in useful if pair not in values]
    return rest if values and any(alt.fits(wanted) for _, alt in rest) else useful


def _answers(useful: list[tuple[Candidate, Alternative]], ready: list[tuple[Candidate, Alternative]], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """What could be the answer, in order: what fits, and equations for the unknown that are not read."""
    fitting = [pair for pair in _relevant(useful, wanted) if pair[1].fits(wanted)]
    return sorted((*fitting, *(pair for pair in ready if pair[1].error is not None and wanted.equates(pair[0].text))), key=lambda pair: pair[0].start)


# What makes an equation behind the answer one about something else: another case, method, part, or a check.
_ELSEWHERE = re.compile(
    r"\b(?:if|when|whenever|as|at|compar\w+|unlike|while|whereas|check\w*|would|had|where|with|because|since|cf|recall|similar\w*|also|equivalent\w*|contrast|instead of|rather than|not|reduces?|"
    r"recovers?|special|case|classical|standard|usual|ordinary|plain|vanilla|from|using|start\w*|first|given|write|set|let|put|part|norms?|penalty|loss|objective|gradient|momentum)\b"
    r"|\bfor (?!\$[^$]{1,40}(?:\\neq?|≠|>))", re.I)


def _said_in_general(found: list[Piece], useful: list[Candidate], stand: list[Candidate], table: dict[int, Alternative]) -> list[Candidate]:
    """Equations for the unknown behind the one that stands, which a sentence of their own gives without more ado, or a line of their own: 'In general it is u = ...'."""
    lead = {p.start: "".join(x.text if not x.formula else f"${x.text}$" for x in found[max(0, k - 3) : k]) for k, p in enumerate(found) if p.formula}
    alone = {p.start for k, p in enumerate(found) if p.formula and _ALONE.fullmatch(_prose(found, k - 1)) and "\n" in _prose(found, k - 1)}
    return [c for c in useful if stand and stand[-1].rank < 2 and c.start > stand[-1].start and c.rank == 0 and not c.withdrawn and table[c.start].kind == "asked"
            and (c.start in alone or _own_sentence(lead.get(c.start, "")))]


_OF_OTHERS = re.compile(
    r"\b(?:other|others|remaining|rest)\b(?:\s+(?:of\s+the\s+)?(?:coordinates?|entr(?:y|ies)|components?|places|positions|ones|indices))?,?\s+(?:it|they|u|the (?:update|entry|value))?\s*"
    r"(?:is|are|equals?|has|have|gets?|being)\s*$", re.I)


def _said_of_others(found: list[Piece], useful: list[tuple[Candidate, Alternative]], stand: list[Candidate]) -> list[Candidate]:
    """What is said of the other entries of a vector, and is not 0: it stands beside what is said of the first ones."""
    if not stand:
        return []
    place = {p.start: k for k, p in enumerate(found) if p.formula}
    return [c for c, _ in useful if c not in stand and c.start > stand[0].start and not c.withdrawn and c.text.strip() != "0" and _OF_OTHERS.search(_prose(found, place[c.start] - 1))]


_ALONE = re.compile(r"[\s.,;:]*")


def _own_sentence(lead: str) -> bool:
    """Whether the words before an equation begin a sentence and say nothing of another case: 'In general it is', 'Dropping the constant,'."""
    begun = [m.end() for m in re.finditer(r"[.!?;](?=\s)|\n", lead)]
    return bool(begun) and re.search(r"[A-Za-z]{2}", lead[begun[-1] :]) is not None and _ELSEWHERE.search(lead[begun[-1] :]) is None


def _only_or(found: list[Piece], b: Candidate) -> bool:
    """Whether nothing but 'or' stands between a formula and the one before it."""
    last = max((p.start for p in found if p.formula and p.start < b.start), default=-1)
    return "".join(p.text for p in found if not p.formula and last < p.start < b.start).strip(" \n,;") == "or"


def _equation_not_read(ready: list[tuple[Candidate, Alternative]], stand: list[Candidate], table: dict[int, Alternative], wanted: Wanted) -> Alternative | None:
    """The equation for the unknown that could not be read, where what was read instead cannot be an answer at all."""
    if wanted.shape and not any(table[c.start].fits(wanted) or table[c.start].kind == "asked" for c in stand):
        lost = [a for c, a in ready if a.error is not None and not c.withdrawn and _EQUATED.match(c.text)]
        return lost[-1] if lost else None  # 'H = X^T D X where D is diagonal with entries d'
    if not wanted.asked or any(table[c.start].kind == "asked" or (
            c.rank >= 0 and table[c.start].kind != "named" and table[c.start].fits(wanted) and not _of_unknown(table[c.start], wanted)) for c in stand):
        return None
    lost = [a for c, a in ready if a.error is not None and not c.withdrawn and wanted.equates(c.text)]
    return lost[-1] if lost else None


def _of_unknown(a: Alternative, wanted: Wanted) -> bool:
    """Whether a formula holds the unknown: it says something of it, and is no answer."""
    return not wanted.label and all(wanted.asked in E.symbols_in(m.expr) for i in a.interpretations for m in i.members)


_EQUATED = re.compile(r"\s*[^=<>]{1,40}=(?!=)")
_LONE_INDEX = re.compile(r"\s*[ijklm](?:\^\{?[*⋆]\}?)?\s*(?:(?:=|\\in\b|∈)\s*\\?\{?\s*[\d\\].{0,60})?")
_ONLY_WORDS = re.compile(r"(?:\\(?:text|mathrm|textbf|operatorname)\w*\{[^{}]*\}|[\s.,!])+")


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


def _in_prose(found: list[Piece], wanted: Wanted) -> Reply | None:
    """Where every delimited formula is taken back, the answer may stand undelimited in the last sentence."""
    if not found or found[-1].formula:
        return None
    lines = [p for p in plain_pieces(found[-1].text, wanted) if p.formula]
    if not lines:
        return None
    last = interpret(lines[-1].text, wanted, [lines[-1].text], found[-1].text)
    return Reply((last,)) if says_something(last) else None


def _without_question(useful: list[tuple[Candidate, Alternative]]) -> list[tuple[Candidate, Alternative]]:
    """Without the restated problem, where an answer is announced behind it: 'The problem is to minimize f. Final answer: 0'."""
    said = [bool(a.interpretations) and all(i.restated for i in a.interpretations) for _, a in useful]
    last = max((k for k, (c, _) in enumerate(useful) if c.rank >= 1 and not c.withdrawn and not said[k]), default=0)
    return [pair for k, pair in enumerate(useful) if k >= last or not said[k]]


# The optimal points are convex: that every combination of the maximisers' points is right is that each of those is.
CONVEX = re.compile(
    r"^\s*(?:(?:any|every|all|the set of all|an arbitrary)\s+convex combinations?|the convex hull)\s+of\s+(?:the\s+(?:points|vectors)\s+)?([^$\n]{4,300}?),?\s+"
    r"(?:over|for|with k (?:among|one of)|as k runs (?:over|through))\s+(?:all\s+)?(?:the\s+)?maximi[sz]\w*(?:\s+k)?(?:\s+of\s+\|g_?i?\|)?[\s.]*$", re.I)
CONVEX_NEEDS = needs("convex")
OTHERS_STAY = re.compile(
    r"[,;.]?\s*(?:\band\s+|\bwhile\s+)?(?:\ball\s+)?(?:\bthe\s+)?\b(?:other|others|remaining|rest)\b[^.;=\n]{0,40}?"
    r"(?:\b(?:stay|remain)s?(?:\s+(?:put|where they are|as they are|the same|still))?(?=\s*(?:[.,;)\n]|\Z))"
    r"|(?:\bare|\bis|\bstay|\bremain|\bleft)?\s*\b(?:unchanged|fixed|untouched|zero)\b|\b(?:are|is)\s+0(?!\.?\d))"
    r"|[,;]\s*(?:and\s+)?[A-Za-z]+_\{?[ijlm]\}?\s*=\s*0\s+(?:for|at|in)\s+(?:(?:all|every|any|the)\s+){0,2}others?\b(?:\s+(?:[ijlm]\b|entries|indices|places|coordinates))?"
    r"|[,;]\s*(?:and\s+)?(?:all\s+)?(?:the\s+)?other\s+[A-Za-z]+(?:_\{?[ijlm]\}?|[ᵢⱼₗₘ])\s*(?:=|are)\s*0(?!\.?\d)", re.I)
OTHERS_NEED = needs("other others remaining rest")
_CLAUSE_OF_INDEX = re.compile(r"\s*[,(]?\s*\b(?:where|with)\s+[ijkm]\b")


def with_others_at_zero(text: str) -> str:
    """'u_k = F, all others stay' as 'u_k = F, 0 otherwise', before what is said of the index."""
    m = OTHERS_STAY.search(text)
    if m is None or (clause := _CLAUSE_OF_INDEX.search(text, 0, m.start())) is None:
        return OTHERS_STAY.sub(", 0 otherwise", text)
    return f"{text[: clause.start()]}, 0 otherwise{text[clause.start() : m.start()]}{text[m.end() :]}"


def _relevant(useful: list[tuple[Candidate, Alternative]], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without the definitions and remarks that stand beside an answer.

    Equations for the asked unknown go before expressions of the asked shape, and those before
    equations for a name of the text's own; a box or an announced answer of the asked shape stays.
    """
    if any(c.rank >= 0 and a.kind == "named" and a.fits(wanted) for c, a in useful):  # a remark in brackets is no answer beside an equation
        useful = [pair for pair in useful if pair[0].rank >= 0 or pair[0].alternative]
    joined = {c.start for c, a in useful if c.alternative and a.fits(wanted)}
    joined |= {first.start for (first, _), (second, _) in pairwise(useful) if second.start in joined}
    asked = [(c, a) for c, a in useful if a.kind == "asked" or (
        a.kind == "bare" and (c.start in joined or (a.fits(wanted) and (c.corrected or c.rank >= (2 if wanted.asked else 1)))))]
    if any(a.kind == "asked" for _, a in asked):
        return asked
    if not wanted.asked:  # the answer has no name: an equation for a name of the text's own gives it
        fitting = [(c, a) for c, a in useful if a.fits(wanted)]
        return fitting or useful
    bare = [(c, a) for c, a in useful if a.kind == "bare" and a.fits(wanted)]
    if bare and not any(c.rank == 3 and a.kind == "named" and a.fits(wanted) for c, a in useful):
        return bare
    fitting = [(c, a) for c, a in useful if a.fits(wanted)]
    return fitting or useful


def _equation_behind(text: str, useful: list[tuple[Candidate, Alternative]], concluded: Candidate, wanted: Wanted) -> list[Candidate]:
    """The last equation for the unknown behind one that is concluded, where nothing announces it: it stands beside that, and must be right as well."""
    if concluded.rank != 1:
        return []
    return [c for c, alt in useful if c.start > concluded.start and c.rank == 0 and not c.withdrawn and alt.kind == "asked" and alt.fits(wanted)
            and not checks_a_case(text, c.start) and _OF_ANOTHER.search(text[max(0, c.start - 200) : c.start]) is None][-1:]


_OF_ANOTHER = re.compile(r"\b(?:another|other|compare\w*|had|unlike|would|were|if|when|whenever|contrast|whereas|while)\b[^.;!?\n]*\Z", re.I)


def _last_equation(stand: list[Candidate], table: dict[int, Alternative]) -> list[Candidate]:
    """Among formulas that are merely there, the last equation for the unknown; else all of them stand."""
    equations = [c for c in stand if table[c.start].kind == "asked"]
    return equations[-1:] if equations else stand
