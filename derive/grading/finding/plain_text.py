"""Text without delimiters: which lines, or tails of lines, are formulas."""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError, TooBig
from derive.grading.finding.changing_words import CHANGED_BEFORE
from derive.grading.finding.interpret import MISFIT, TAKEN_BACK, interpret
from derive.grading.finding.labels import foreign, labels
from derive.grading.finding.wanted import Alternative, Reply, Wanted
from derive.grading.text.bracketed import remark_at_end
from derive.grading.text.cleaning import unbolded, undressed
from derive.grading.text.heard import needs, stems
from derive.grading.text.segments import Piece
from derive.maths.signs import GREEK_CHARS, GREEK_NAMES, SPOKEN, SPOKEN_NUMBERS

CHOICE = re.compile(
    r"\b(?:either that or|or maybe|or perhaps|or|and also|also|actually|correction|edit(?=:)|scratch that|on second thought|i mean)\b\s*[:,]?", re.I)


_CHOICE_NEEDS = needs("or also actually correction edit scratch thought mean")


def offers_choice(text: str) -> bool:
    """Whether a text joins formulas by 'or', or corrects itself."""
    return not _CHOICE_NEEDS.isdisjoint(stems(text)) and CHOICE.search(text) is not None


def alternatives_in_prose(found: list[Piece], wanted: Wanted) -> list[Piece]:
    """Formulas without delimiters that stand beside others: '$X$ or Y', 'X. Actually, Y'."""
    out: list[Piece] = []
    for k, p in enumerate(found):
        if p.formula or len(p.text) > 1500:
            out.append(p)
            continue
        start = 0
        numbers = len(found) > k + 1 and found[k + 1].formula  # "$X$, or (2) $Y$": the mark of an item
        cuts = [*CHOICE.finditer(p.text), None]
        for m in cuts:
            end = m.start() if m is not None else len(p.text)
            segment = p.text[start:end]
            inner = undressed(segment.strip().lstrip(":,;— ").rstrip(";,— "))
            item = numbers and m is None and _ITEM.fullmatch(inner) is not None
            if not item and re.search(r"[=*/^+(\[]|\\frac", inner) and len(inner) < 300 and _reads(inner, wanted, misfit=True):
                out.append(Piece(True, inner, p.start + start))
            elif segment:
                out.append(Piece(False, segment, p.start + start))
            if m is not None:
                out.append(Piece(False, m.group(), p.start + m.start()))
                start = m.end()
    merged: list[Piece] = []
    for p in out:
        if merged and not p.formula and not merged[-1].formula:
            merged[-1] = Piece(False, merged[-1].text + p.text, merged[-1].start)
        else:
            merged.append(p)
    return merged


_ITEM = re.compile(r"\(?(?:\d{1,2}|[a-h]|i{1,3}|iv)[).:]")


def unread(text: str, error: ReadError) -> Reply:
    return Reply((Alternative(text, (), error),))


def says_something(a: Alternative) -> bool:
    if a.error is None:
        for i in a.interpretations:
            if i.members or i.restated:
                return True
    return False


def bare(text: str, wanted: Wanted) -> Reply | None:
    """A text that is one formula from end to end."""
    s = _one_line(text.strip())
    if _BUT_ACTUALLY.search(s):
        return None
    inner = None
    for opener, closer in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if s.startswith(opener) and s.endswith(closer) and len(s) > len(opener) + len(closer):
            body = s[len(opener) : -len(closer)]
            if "$" not in body and closer not in body and opener not in body:
                inner = body
            break
    if inner is None:
        if "$" in s or "\\boxed" in s or "\n" in s or "\\(" in s or ("\\[" in s and s.count("\\[") == s.count("\\]")):
            return None
        whole = undressed(s)
        inner = _without_remark(whole, wanted)
        if TAKEN_BACK.search(whole[len(inner) :]):
            return unread(s[:200], ReadError(s[:400], 0, "The text takes back what it says.", "an answer that stands"))
        if _ONLY_BOUNDS.match(inner):
            return unread(s[:200], ReadError(s[:400], 0, "The text denies or only bounds what it names.", "an answer"))
    if "\\boxed" in inner:
        return None
    alternative = interpret(inner, wanted, [inner], inner)
    if isinstance(alternative.error, TooBig):
        return Reply((alternative,))
    if not says_something(alternative):
        delimited = s[:1] in ("$", "\\") and inner != s
        return Reply((alternative,)) if delimited and alternative.error is not None else None
    return Reply((alternative,))


_OPEN_LINE = re.compile(r"(?<=[,;(\[])[ \t]*\n[ \t]*")
_ONLY_BOUNDS = re.compile(r"(?:not|never|at most|at least|up to)\b", re.I)
_NUMBERS_BELOW = re.compile(r"[-−+]?[\d.][\d./eE+−-]*")


def _one_line(s: str) -> str:
    """An array printed over several lines, or numbers one below the other, as one list."""
    if "\n" not in s or len(s) > 2000:
        return s
    if s[0] in "[(" and s[-1] in "])" and not re.search(r"[A-Za-z$\\]", s):
        return re.sub(r"\s*\n\s*", " " if "," not in s else "", s)
    s = _OPEN_LINE.sub(lambda m: " " if s.count("(", 0, m.start()) + s.count("[", 0, m.start()) > s.count(")", 0, m.start()) + s.count("]", 0, m.start()) else m.group(), s)
    lines = [x.strip().rstrip(",;") for x in s.splitlines() if x.strip()]
    if len(lines) > 1 and all(_NUMBERS_BELOW.fullmatch(x) for x in lines):
        return "(" + ", ".join(lines) + ")"
    return s


_SPLITS = re.compile(
    r":(?![=])|\b(?:is|are|gives|get|obtain|becomes|equals?(?: to)?|answer|therefore|thus|hence|so|then|carries|contains|holds|size|of|total|to|"
    r"sends|has|have|in total|find|need|follows that|conclusion|conclude(?: that)?|given by|minimi[sz]es|requires?|when|iff|if and only if|exactly when|converges|"
    r"reach(?:es)?|attains?|(?:should|must|ought to|turns out to) be|yields|reads|amounts to|comes to|it's|believe|think)\b|∴", re.I)


_LEAD = re.compile(
    r"^\s*(?:\*[A-Z][a-z]+[.:]\*\s+|(?:in conclusion|it follows that|to conclude|finally|thus|hence|therefore|so|consequently)\b[,:]?\s+"
    r"|(?:and |then )?we (?:find|get|have|obtain|need)\b[,:]?\s+)+", re.I)
_EXACTLY = re.compile(r"^\s*(?:all(?:\s+of)?(?:\s+the)?|exactly|precisely|just|only)\s+(?=\S)", re.I)
_WEAK_SPLITS = re.compile(r"(?<!\\)[,;.](?=\s)")  # and no thin space: '2 \\, n'


_REMARK_AT_END = re.compile(
    r"\s+(?:is|are)\s+(?:the|my|our)\s+(?:\w+\s+){0,2}(?:answer|solution|minimi[sz]er|maximi[sz]er|update|value|limit|result|count|number|norm|condition|"
    r"recurrence|vector|minimum|maximum|optimum)\s*$|"
    r"\s+\[\d+ (?:points?|pts?|marks?)\]\s*$|\s+\((?:so|that is|which|this|hence|thus|since|because|note|just|plain|simply)\b(?:[^()]|\([^()]*\)){2,160}\)\s*$"
    r"|(?<![-+*/@=^·×⊙\s])\s+\((?=[^()]*[A-Za-z]{2,}[^()]*[ ,][^()]*)[^()=+*/^@0-9\\|‖_<>≤≥≠−·×∑√∞²³½⅓⅔¼¾-]{4,120}\)\s*$")


def _without_remark(text: str, wanted: Wanted) -> str:
    """A text without the remark at its end; names of symbols in brackets, '(rho v)', are a factor."""
    m = _REMARK_AT_END.search(text)
    words = re.findall(r"[A-Za-z]+", m.group()) if m is not None else []
    known = wanted.scope.symbols.keys() | set(wanted.scope.dims)
    return text[: remark_at_end(text, wanted)].rstrip() if m is None or (words and all(w in known for w in words)) else text[: m.start()]


_BOLD_TEXT = re.compile(r"(?<![\w)\]}|])\*\*(?=\S)([^*\n]{1,200})(?<=\S)\*\*(?![\w(\[{|])")  # and no power: 2**2 - x**2


# A line that begins with '=', or ends in a sign that wants more, is one with its neighbour.
_CONTINUED = re.compile(r"[ \t]*\n[ \t]*(?=[=≈](?![=>]))|(?<=[=≈+/·×⊙])[ \t]*\n[ \t]*(?=[^\s=])|(?<=[\w)\]] \*)[ \t]*\n[ \t]*(?=[^\s=])")


MAX_LINES = 200
"""Lines without delimiters in which formulas are looked for, the last ones."""


def plain_pieces(text: str, wanted: Wanted) -> list[Piece]:
    """Lines without delimiters: a line, or its tail after a colon or a verb, that reads as mathematics."""
    out: list[Piece] = []
    offset = 0
    text = _CONTINUED.sub(" ", _one_line(text))
    if wanted.asked and len(wanted.shape) == 1 and ",\n" in text:  # entries on lines of their own: u_k = ..., and u_i = 0 below it
        text = re.sub(rf"(?m)^([ \t]*{re.escape(wanted.asked)}[_ᵢⱼₖₗₘ][^\n]*=[^\n]*),[ \t]*\n[ \t]*(?={re.escape(wanted.asked)}[_ᵢⱼₖₗₘ])", r"\1, ", text)
    if wanted.asked and len(wanted.shape) == 1 and "arg" in text and "\n" in text:  # and a last line that says which place k is
        entry = rf"{re.escape(wanted.asked)}[_ᵢⱼₖₗₘ][^\n=]*="
        text = re.sub(rf"(?m)^([ \t]*{entry}[^\n=]*?)[,;]?[ \t]*\n[ \t]*({entry}[ \t]*0\b[^\n]*?)[.,;]?[ \t]*\n\s*(?=(?:where|with)\s+\w+\s*(?:=|∈|is\b))", r"\1, \2, ", text)
    lines = text.split("\n")
    if len(lines) > MAX_LINES:  # the answer stands at the end
        early = "\n".join(lines[:-MAX_LINES]) + "\n"
        out.append(Piece(False, early, 0))
        offset, lines = len(early), lines[-MAX_LINES:]
    dashes = len(lines) > 1 and sum(1 for x in lines if _DASH.match(x)) > 1
    last = max((k for k, line in enumerate(lines) if line.strip()), default=0)
    for k, line in enumerate(lines):
        told = _TELLS_LAST.match(line) if 0 < k == last else None
        found = _line_pieces(line if told is None else line[told.end() :], offset + (0 if told is None else told.end()), wanted, dashes)
        if told is not None and found[0].formula:  # what the last line arrives at
            out.append(Piece(False, "so ", offset))
        out += found
        offset += len(line) + 1
    return out


_TELLS_LAST = re.compile(r"\s*(?:(?:=>|⇒|∴|→)|(?:so|hence|thus|therefore|total|in\s+total|altogether|in\s+all|all\s+in\s+all|overall|together)\b[,:]?(?!\s+(?:is|are|far)\b))\s+(?=\S)", re.I)


_DASH = re.compile(r"\s*[-–]\s")
_CLAUSE_END = re.compile(r"[.,;!?]\s")
# "One would say X, but it is actually Y": Y.
_BUT_ACTUALLY = re.compile(r"[,;.]\s*(?:but|no|rather|instead|in fact)\b(?=[^=;.]{0,30}\b(?:actually|really|in fact|rather|instead|should be|must be)\b)", re.I)


_REASON = re.compile(r",?\s+(?:because|since|with(?=\s+(?:the|a|an|its)\s))\s+(?=[A-Za-z]+\s)"
                     r"|,\s+(?:it|this)\s+(?=[a-z]{3,}(?:\s+[a-z]{2,}){0,3}\s*\.?\s*$)", re.I)


_BOLD_LEAD = re.compile(r"^\s*\*\*([A-Z](?:[^*]|(?<=\s)\*(?=\s)){0,120})\*\*")
_BOLD_NAME = re.compile(r"\*\*[A-Z](?:[^*]|(?<=\s)\*(?=\s)){0,120}\*\*")


def _line_pieces(line: str, offset: int, wanted: Wanted, in_list: bool) -> list[Piece]:
    if not line.strip() or len(line) > 2000:
        return [Piece(False, line + "\n", offset)]
    line = _LEAD.sub("", _BOLD_LEAD.sub(r"\1", line) if "**" in line else line)
    line = unbolded(line) if "*" in line and "**" not in _BOLD_NAME.sub("", line) else line
    reason = _REASON.search(line)
    if reason is not None and _looks_mathematical(head := undressed(line[: reason.start()]), wanted) and not TAKEN_BACK.search(line[reason.end() :]) and _reads(head, wanted):
        return [Piece(True, head, offset), Piece(False, line[reason.start() :] + "\n", offset + reason.start())]
    line = _CALLED.sub(r"\g<link> ", line) if "=" in line else line
    if wanted.asked and " is " in line:
        line = re.sub(rf"\b(?:the|its)\s+(?:largest|smallest|greatest|least|best|optimal|critical|maximal|minimal)\s+(?:(?:stable|possible|step\s+size|value\s+of)\s+)?"
                      rf"(?={_written(wanted)}\s+is\s+[^\s,.]*[\d(/*^√])"
                      rf"(?P<name>{_written(wanted)})\s+is\s+", r"\g<name> = ", line, flags=re.I)
    if " is " in line and "=" in line:
        line = _TOLD.sub(lambda m: m.group() if wanted.scope.writes(m["name"]) else f"{m['link']} {m['name']} = ", line)
    declared = _declared_behind(line, offset, wanted)
    if declared:
        return declared
    several = _labelled(line, offset, wanted)
    if several:
        return several
    aside = _aside(line, offset, wanted) if wanted.asked and _ASKED_FIRST.match(line) else []
    if aside:
        return aside
    strong = [m.end() for m in _SPLITS.finditer(line)][-10:]
    weak = [m.end() for m in _WEAK_SPLITS.finditer(line) if _level(line[: m.end()]) <= 0][-6:]
    corrected = max((m.end() for m in _BUT_ACTUALLY.finditer(line)), default=0)
    label = _LABEL_FIRST.match(line)
    for cut in [*(c for c in reversed(strong) if 0 < corrected <= c), *((label.end(),) if label is not None else ()), 0, *_equations_begin(line, wanted), *reversed(strong), *weak]:
        tail = _EXACTLY.sub("", _without_remark(undressed(line[cut:], in_list and cut == 0), wanted))
        if not tail or not _looks_mathematical(tail, wanted) or (cut and _DENIED_BEFORE.search(line[:cut])):
            continue
        if cut and (_PART_OF.search(line[:cut]) or (line[cut - 1] == "," and _PART_OF_LIST.search(line[:cut]))):
            continue  # 'the median of z' is not z, nor is that of 'y, z'
        if cut and CHANGED_BEFORE.search(line[:cut][-60:] + " "):
            return [Piece(False, line + "\n", offset)]  # nor is 'a third of z'
        if cut and _LONE_LETTER.fullmatch(tail) and _SPOKEN_MATHS.search(_CLAUSE_END.split(line[:cut])[-1]):
            continue  # 'one n-th of p': the words before a lone letter are part of the formula
        behind = _REASON.search(tail)
        if behind is not None and cut and _reads(tail[: behind.start()], wanted, line[:cut]) and not TAKEN_BACK.search(tail[behind.end() :]):
            start = line.index(tail[: behind.start()], cut)
            return [Piece(False, line[:cut], offset), Piece(True, tail[: behind.start()], offset + start), Piece(False, tail[behind.start() :] + "\n", offset + start + behind.start())]
        if _reads(tail, wanted, line[:cut]):
            lead = [Piece(False, line[:cut], offset)] if cut else []
            return [*lead, Piece(True, tail, offset + cut), Piece(False, "\n", offset + len(line))]
    bold = _BOLD_TEXT.findall(line)
    if bold and _looks_mathematical(bold[-1], wanted) and _reads(bold[-1], wanted):
        return [Piece(False, line[: line.rfind(bold[-1])] + " so ", offset), Piece(True, bold[-1], offset + line.rfind(bold[-1]))]
    if "=" in line:
        tail = undressed(line.rsplit("=", 1)[1])
        head = line.rsplit("=", 1)[0]
        aside = _aside(line, offset, wanted)
        if aside:
            return aside
        if tail and not _ABOUT_CASES.search(head) and not _DENIED_BEFORE.search(head) and _is_prose(head) and _reads(tail, wanted):
            return [Piece(False, head + " so ", offset), Piece(True, tail, offset + len(head) + 1)]
    return [Piece(False, line + "\n", offset)]


_DECLARED = re.compile(r",\s+(?=(?:where|with|wobei)\s)", re.I)


def _declared_behind(line: str, offset: int, wanted: Wanted) -> list[Piece]:
    """'x = F, where u and v are the singular vectors of A': an equation for the unknown, and what is said of its letters without equations."""
    m = _DECLARED.search(line)
    head = undressed(line[: m.start()]) if m is not None else ""
    if m is None or "=" in line[m.end() :] or not (_ASKED_HEAD if wanted.asked else _FORMULA_HEAD).match(head) or TAKEN_BACK.search(line[m.end() :]) or not _reads(head, wanted):
        return []
    return [Piece(True, head, offset), Piece(False, line[m.start() :] + "\n", offset + m.start())]


def _written(wanted: Wanted) -> str:
    """A pattern for the unknown as plain text writes it."""
    declared = wanted.scope.symbols.get(wanted.asked)
    names = {wanted.asked, *(a.lstrip("\\") for a in declared.aliases)} if declared is not None else {wanted.asked}
    names |= {c for c, n in GREEK_CHARS.items() if n in names}
    return rf"(?:{'|'.join(re.escape(n) for n in sorted(names, key=len, reverse=True))})(?![A-Za-z_])"


_FORMULA_HEAD = re.compile(r"[\s*]*(?:[^\s=*]{1,12}\s*=(?!=))?(?=[^=]*[-−+*/^·√(|‖])[^=]*$")
_ASKED_HEAD = re.compile(r"[\s*]*[^\s=*]{1,12}\s*=(?!=)[^=]*$")
_LABEL_FIRST = re.compile(r"\s*(?:total|sum|altogether|overall|in total|result|together)\s*:\s+(?=\S)", re.I)
"""What stands before the conclusion of lines that count: 'total: 12 d^2'."""


def _equations_begin(line: str, wanted: Wanted) -> list[int]:
    """Where an equation for the unknown begins behind words: 'sign descent with u = -t sign(g), where t = ...'; no 'alpha u = ...'."""
    if not wanted.asked or "=" not in line:
        return []
    words = re.finditer(rf"(?P<word>[A-Za-z]{{2,}})[:,]?\s+(?={re.escape(wanted.asked)}(?P<entry>_\w)?(?:\*|\^\*|\^\{{\*\}})?\s*=(?!=))", line)
    found = [m for m in words if m["word"] not in SPOKEN and m["word"] not in SPOKEN_NUMBERS and not wanted.scope.writes(m["word"]) and m["word"] not in GREEK_NAMES]
    begins = [m.end() for m in found][-4:]
    return begins if any(m["entry"] for m in found) else begins[::-1]  # entries are told together: 'u_k = ..., all other u_i = 0'


def _level(s: str) -> int:
    """How many round and square brackets are open at the end of s."""
    return s.count("(") + s.count("[") - s.count(")") - s.count("]")


_ABOUT_CASES = re.compile(r"\b(?:if|unless|when|where|some|any|provided|assuming)\b[^=,;]*$", re.I)
_ASIDE = re.compile(r"\s(?:—|–|--)\s+(?!(?:if|when|only|provided|assuming|for|or|and|times|but|no|wait|actually|scratch|correct)\b)(?=[A-Za-z]{2,}\s+[A-Za-z]{2,})", re.I)


def _aside(line: str, offset: int, wanted: Wanted) -> list[Piece]:
    """'X — unique unless some g_i = 0': the formula before the dash, and what is said of it."""
    m = _ASIDE.search(line)
    head = undressed(line[: m.start()]) if m is not None else ""
    if m is None or wanted.scope.writes(line[m.end() :].partition(" ")[0]) or not _looks_mathematical(head, wanted) or TAKEN_BACK.search(line[m.end() :]) or not _reads(head, wanted):
        return []
    return [Piece(True, head, offset), Piece(False, line[m.start() :] + "\n", offset + m.start())]


# 'where t is alpha*||g||_1/2': a definition told by a verb.
_TOLD = re.compile(r"\b(?P<link>where|with)\s+(?P<name>[A-Za-z]|eta|tau|beta|gamma|delta|lambda|mu|rho)\s+is\s+(?=[^\s,;.]*[*/^|(\d])")
# 'with the weights w_i = 1/s_i^2': what a letter of the text's own is called.
_CALLED = re.compile(
    r"\b(?P<link>where|with|using|for|and)\s+(?:the\s+|an?\s+|its\s+)?(?:(?:abbreviations?|notations?|constants?|factors?|weights?|thresholds?|multipliers?|numbers?|vectors?|matrix|matrices|ratios?|scalars?|"
    r"means?|averages?|initial\s+values?|starting\s+values?|exponents?|coefficients?|rates?|base|momentum|residuals?|step\s+sizes?|level|normali[sz]er|normali[sz]ing\s+constant|normali[sz]ation)\s+)"
    r"(?=[^\W\d_]{1,8}[\w*^{}()₀-₉ᵢⱼₖₗₘ̄̂]{0,8}\s*=(?!=))", re.I)
_ASKED_FIRST = re.compile(r"[\s*]*[^\s=*]{1,12}\s*=[^=]*?\s(?:—|–|--)\s")
_LONE_LETTER = re.compile(r"[^\w‖∥|]*\\?[^\Wᵀᐪ]+[^\w‖∥|]*")  # and no product: θᵀθ
_SPOKEN_MATHS = re.compile(
    r"\b(?:half|third|quarter|fifth|tenth|\w+-th|nth|fraction|times|twice|thrice|double|minus|negative|plus|divided|multipl\w+|norm|sign|opposite|direction|squared?|"
    r"length|inverse|root|sum|product|ratio|percent|flipped|reciprocal)\b", re.I)
_PART_OF = re.compile(
    r"\b(?:median|mean|average|sum|max\w*|min(?:imum)?|norm|square|root|sign|inverse|product|transpose|largest|smallest|middle|log\w*|exp\w*|softmax|"
    r"entr\w+|columns?|rows?|components?|multiple|half|direction|magnitude)s?(?:\s+(?:entry|value|element|one))?\s+of\s*$", re.I)
_PART_OF_LIST = re.compile(_PART_OF.pattern.removesuffix("\\s*$") + r"\s+(?:the\s+\w+\s+)?(?:[^\s,.;=]{1,12}\s*,\s*){1,6}$", re.I)
_LABEL_BEFORE = re.compile(r"(?:^|[,;.]\s+|\band\s+)([A-Za-z][\w' -]{0,30}):\s+")


def _labelled(line: str, offset: int, wanted: Wanted) -> list[Piece]:
    """'SGD: [..], Adam: [..]': the formula labelled by the problem's own optimizer; all of them where none or several are."""
    cuts = list(_LABEL_BEFORE.finditer(line))
    if len(cuts) < 2 or sum(bool(labels(m.group(1))) for m in cuts) < 2:
        return []
    ends = [*(m.start() for m in cuts[1:]), len(line)]
    out = [Piece(True, undressed(line[m.end() : end]), offset + m.end()) for m, end in zip(cuts, ends, strict=True)]
    fitting = [p for p in out if _looks_mathematical(p.text, wanted) and any(
        len(x.expr.shape) == len(wanted.shape) for i in interpret(p.text, wanted, [p.text], p.text).interpretations for x in i.members)]
    away = foreign([m.group(1) for m in cuts], [""] * len(cuts), wanted.about, True)
    own = [p for p, aside in zip(out, away, strict=True) if not aside and p in fitting]
    if any(away) and len(own) == 1:
        return own
    return [piece for p in fitting for piece in (p, Piece(False, " or ", p.start + len(p.text)))] if len(fitting) > 1 else []


_DENIED_BEFORE = re.compile(
    r"\b(?:not|never|isn't|at most|at least|up to|order of|proportional(?: to)?|scales? (?:like|as|with)|grows? (?:like|as|with)|linear in)\W*$"
    r"|(?:\b(?:not|never|neither|cannot|nobody|hardly)|n't)\b(?:(?!\b(?:but|so|thus|hence|therefore)\b)[^.;:\n]){1,30}$", re.I)


def _is_prose(head: str) -> bool:
    return len(re.findall(r"[A-Za-z]{4,}", head)) >= 2 and "\\" not in head


_LETTERS = re.compile(r"[A-Za-z]+")
_MATHEMATICAL = re.compile(r"[0-9=+*/^(\[‖∥|√∑αβγδεηθλμπρστφω½⅓⁰¹²³⁻⁺ᵀᐪ†₀₁₂ᵢⱼₖₗₘ⟨·⋅⊙∘-]|\\[a-z]|<[^<>=]{1,80},[^<>=]{1,80}>|\w_[\w{(]")


def _looks_mathematical(s: str, wanted: Wanted) -> bool:
    head = _LETTERS.match(s)
    if head is not None and head.group() in wanted.scope.symbols and len(head.group()) <= 2:
        return True
    if _MATHEMATICAL.search(s) is not None or len(s) <= 3:
        return True
    runs = _LETTERS.findall(s) if head is not None and head.group() in wanted.scope.symbols else []
    return len(runs) > 1 and all(r in wanted.scope.symbols or r == "T" for r in runs)  # lam' b


def _reads(s: str, wanted: Wanted, before: str = "", misfit: bool = False) -> bool:
    """Whether a tail of a line is a formula, with what the line defines before it; misfit: one whose matrices do not fit is one too."""
    found = interpret(s, wanted, [s, before] if "=" in before else [s], s)
    return says_something(found) or (misfit and found.error is not None and MISFIT in found.error.what)
