"""Find the answer in a text: Reply = what stands as the answer, as Expr, with what was assumed.

A text is not an expression. Formulas are cut out, withdrawn ones dropped, local definitions put in,
and the equation for the asked unknown (or the bare expression) is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from derive.errors import ReadError, TooBig
from derive.grading.candidates import Candidate, candidates, standing
from derive.grading.cleaning import cleaned, code_statements, is_code, undressed
from derive.grading.segments import MAX_TEXT, Piece, pieces
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.lex import Token, lex
from derive.maths.parse import Choices, Parser, Statement
from derive.maths.read import Reading, readings
from derive.maths.subscripts import INDEX_LETTERS
from derive.maths.symbols import Scope


@dataclass(frozen=True)
class Wanted:
    """What an answer is looked for: the unknown it is an equation for, its shape, its kind.

    asked: name of the unknown ("" where it has none); iterates: vectors whose update may be written
    as an equation for their next value; label: '@next' for a recurrence; condition: a condition is asked;
    unknowns: names that no answer may hold (those of the program whose value is asked).
    """

    scope: Scope
    asked: str
    shape: E.Shape
    iterates: tuple[str, ...] = ()
    label: str = ""
    condition: bool = False
    subject: str = ""
    unknowns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """One expression that the answer claims; approximate: it stands after ≈."""

    expr: Expr
    approximate: bool = False


@dataclass(frozen=True)
class Interpretation:
    """One way to read a candidate: every exact member is claimed to be the answer.

    kind: 'asked' for an equation for the unknown, 'named' for an equation for a name of the text's own,
    'bare' for an expression.
    """

    members: tuple[Member, ...]
    notes: tuple[str, ...] = ()
    restated: bool = False
    kind: str = "bare"


@dataclass(frozen=True)
class Alternative:
    """One candidate that stands, with its readings, or the error of reading it."""

    text: str
    interpretations: tuple[Interpretation, ...]
    error: ReadError | None = None


@dataclass(frozen=True)
class Reply:
    """What a text answers. missing: the text is blank; alternatives: all of them stand."""

    alternatives: tuple[Alternative, ...]
    missing: bool = False
    remark: str = ""


_VISIBLE = re.compile(r"[^\s.,;:!?…$\\(){}\[\]*_`#|~-]")
_NO_ANSWER = re.compile(r"\b(?:i\s+(?:really\s+|just\s+)?(?:don'?t|do\s+not)\s+know|(?:have\s+)?no\s+idea|i\s+give\s+up)\b", re.I)


def find_reply(text: str, wanted: Wanted) -> Reply:
    """The answer that stands in a text. Never raises on what the text holds."""
    if not _VISIBLE.search(text):
        return Reply((), missing=True)
    if len(text) > MAX_TEXT:
        return _unread("", TooBig(text[:80], 0, f"The text has {len(text)} characters; {MAX_TEXT} are read."))
    text = cleaned(text)
    whole = _bare(text, wanted)
    if whole is not None:
        return whole
    found = [_as_formula(p) for p in pieces(text)]
    if not any(p.formula for p in found):
        coded = _code(text, wanted)
        if coded is not None:
            return coded
        found = _plain_pieces(text, wanted)
    if _NO_ANSWER.search(text):
        return _unread(text[:200], ReadError(text[:400], 0, "The text says that it does not know the answer.", "an answer"))
    return _from_pieces(text, found, wanted)


def _unread(text: str, error: ReadError) -> Reply:
    return Reply((Alternative(text, (), error),))


def _as_formula(p: Piece) -> Piece:
    """A code block as formulas."""
    return replace(p, text=code_statements(p.text)) if p.formula and "\n" in p.text and is_code(p.text) else p


def _code(text: str, wanted: Wanted) -> Reply | None:
    """Plain text that is code from end to end."""
    if not is_code(text):
        return None
    alternative = _interpret(code_statements(text), wanted, [code_statements(text)], text)
    return Reply((alternative,)) if alternative.interpretations else None


def _from_pieces(text: str, found: list[Piece], wanted: Wanted) -> Reply:
    texts = [p.text for p in found if p.formula]
    listed = candidates(found)
    ready = [(c, _interpret(c.text, wanted, texts, text)) for c in listed]
    if any(c.alternative and _kind(before) == "named" and not _fits(before, wanted) for (_, before), (c, _) in pairwise(ready)):
        return _unread(text[:200], ReadError(text[:400], 0, "Two definitions stand for one name.", "one definition"))
    useful = _relevant([(c, alt) for c, alt in ready if _says_something(alt)], wanted)
    if not useful:
        joined = _interpret(", ".join(c.text for c in listed if not c.withdrawn), wanted, texts, text) if len(listed) > 1 else None
        if joined is not None and _says_something(joined):
            return Reply((joined,))
        errors = [alt for _, alt in ready if alt.error is not None] or [alt for _, alt in ready]
        boxed = [alt for c, alt in ready if c.rank == 3 and alt.error is not None]
        if errors:
            return Reply(((boxed or errors)[-1],))
        return _unread(text[:200], ReadError(text[:400], 0, "No formula was found in the text.", "an answer in the declared symbols"))
    entrywise = _componentwise_pieces(listed, wanted, texts, text)
    if entrywise is not None:
        return entrywise
    table = {c.start: alt for c, alt in ready}
    stand = standing([c for c, _ in useful])
    if not stand:
        return _unread(text[:200], ReadError(text[:400], 0, "Every formula in the text is taken back.", "an answer that stands"))
    unread = [c for c, alt in ready if c.rank == 3 and alt.error is not None and not c.withdrawn]
    if unread and unread[-1].start > stand[-1].start:  # the last box is the answer, even if it cannot be read
        return Reply((table[unread[-1].start],))
    if stand[-1].rank < 3 and len(stand) > 1 and not any(c.alternative for c in stand):
        stand = _last_equation(stand, table)
    return Reply(tuple(table[c.start] for c in stand))


def _says_something(a: Alternative) -> bool:
    return a.error is None and any(i.members or i.restated for i in a.interpretations)


def _componentwise_pieces(listed: list[Candidate], wanted: Wanted, texts: list[str], text: str) -> Reply | None:
    """$u_k = ...$ and $u_i = 0$ for $i \\ne k$: entries that are given in several formulas."""
    if len(wanted.shape) != 1 or not wanted.asked or any(c.rank == 3 for c in listed):
        return None
    entries = [c for c in listed if not c.withdrawn and _ENTRY.match(c.text) and "=" in c.text]
    if len(entries) < 2:
        return None
    joined = _interpret(", ".join(c.text for c in entries), wanted, texts, text)
    whole = [i for i in joined.interpretations if i.kind == "asked" and any(m.expr.op in ("comp", "vec") for m in i.members)]
    return Reply((joined,)) if whole else None


_ENTRY = re.compile(r"[^=]{1,30}_[^=]{1,20}=")


def _relevant(useful: list[tuple[Candidate, Alternative]], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without the definitions and remarks that stand beside an answer.

    Equations for the asked unknown go before expressions of the asked shape, and those before
    equations for a name of the text's own; a box or an announced answer of the asked shape stays.
    """
    asked = [(c, a) for c, a in useful if _kind(a) == "asked" or c.alternative or (c.rank >= 2 and _fits(a, wanted) and _kind(a) == "bare")]
    if any(_kind(a) == "asked" for _, a in asked):
        return asked
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


# ------------------------------------------------------------------------------------------ plain text

def _bare(text: str, wanted: Wanted) -> Reply | None:
    """A text that is one formula from end to end."""
    s = text.strip()
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
        inner = _REMARK_AT_END.sub("", undressed(s))
        if re.match(r"(?:not|never|at most|at least|up to)\b", inner, re.I):
            return _unread(s[:200], ReadError(s[:400], 0, "The text denies or only bounds what it names.", "an answer"))
    if "\\boxed" in inner:
        return None
    alternative = _interpret(inner, wanted, [inner], inner)
    if not _says_something(alternative):
        delimited = s[:1] in ("$", "\\") and inner != s
        return Reply((alternative,)) if delimited and alternative.error is not None else None
    return Reply((alternative,))


_SPLITS = re.compile(
    r":(?![=])|\b(?:is|are|gives|get|obtain|becomes|equals?(?: to)?|answer|therefore|thus|hence|so|then|carries|contains|holds|size|of|total|to|"
    r"sends|has|have|in total)\b", re.I)
_WEAK_SPLITS = re.compile(r"[,;.](?=\s)")
_REMARK_AT_END = re.compile(r"\s+\((?=[^()]*[A-Za-z]{2,}[^()]*[ ,][^()]*)[^()=]{4,120}\)\s*$")
_BOLD_TEXT = re.compile(r"\*\*([^*\n]{1,200})\*\*")


def _plain_pieces(text: str, wanted: Wanted) -> list[Piece]:
    """Lines without delimiters: a line, or its tail after a colon or a verb, that reads as mathematics."""
    out: list[Piece] = []
    offset = 0
    lines = text.split("\n")
    dashes = sum(1 for x in lines if re.match(r"\s*[-–]\s", x)) > 1
    for line in lines:
        out += _line_pieces(line, offset, wanted, dashes)
        offset += len(line) + 1
    return out


def _line_pieces(line: str, offset: int, wanted: Wanted, in_list: bool) -> list[Piece]:
    if not line.strip() or len(line) > 2000:
        return [Piece(False, line + "\n", offset)]
    strong = [m.end() for m in _SPLITS.finditer(line)][-10:]
    weak = [m.end() for m in _WEAK_SPLITS.finditer(line)][-6:]
    for cut in [0, *reversed(strong), *reversed(weak)]:
        tail = _REMARK_AT_END.sub("", undressed(line[cut:], in_list and cut == 0))
        if not tail or not _looks_mathematical(tail, wanted) or (cut and _DENIED_BEFORE.search(line[:cut])):
            continue
        if _reads(tail, wanted):
            lead = [Piece(False, line[:cut], offset)] if cut else []
            return [*lead, Piece(True, tail, offset + cut), Piece(False, "\n", offset + len(line))]
    bold = _BOLD_TEXT.findall(line)
    if bold and _looks_mathematical(bold[-1], wanted) and _reads(bold[-1], wanted):
        return [Piece(False, line[: line.rfind(bold[-1])] + " so ", offset), Piece(True, bold[-1], offset + line.rfind(bold[-1]))]
    if "=" in line:
        tail = undressed(line.rsplit("=", 1)[1])
        head = line.rsplit("=", 1)[0]
        if tail and _is_prose(head) and _reads(tail, wanted):
            return [Piece(False, head + " so ", offset), Piece(True, tail, offset + len(head) + 1)]
    return [Piece(False, line + "\n", offset)]


_DENIED_BEFORE = re.compile(r"\b(?:not|never|isn't|at most|at least|up to|order of)\W*$", re.I)


def _is_prose(head: str) -> bool:
    return len(re.findall(r"[A-Za-z]{4,}", head)) >= 2 and "\\" not in head


def _looks_mathematical(s: str, wanted: Wanted) -> bool:
    head = re.match(r"[A-Za-z]+", s)
    if head is not None and head.group() in wanted.scope.symbols and len(head.group()) <= 2:
        return True
    return bool(re.search(r"[0-9=+*/^(\[‖|√∑αβγδεηθλμπρστφω½⅓-]|\\[a-z]", s)) or len(s) <= 3


def _reads(s: str, wanted: Wanted) -> bool:
    return _says_something(_interpret(s, wanted, [s], s))


# ------------------------------------------------------------------------------------------ one candidate

def _interpret(text: str, wanted: Wanted, texts: list[str], prose: str) -> Alternative:
    """Read one candidate, with the definitions that the whole text makes in formulas and in words."""
    local: dict[str, Expr] = {}
    if any(s.kind == "index" for s in wanted.scope.symbols.values()):
        local = index_in_words(prose, wanted.scope)
        if any("=" in t or "in" in t for t in (text, *texts)):
            local |= definitions([text, *texts], wanted.scope, indices_only=True)
    try:
        found = readings(text, wanted.scope, local)
    except ReadError as err:
        more = definitions([text, *texts], wanted.scope) if "not declared" in err.what or "index" in err.what else {}
        shorter = _ABOUT_INDEX.sub(" ", text) if local else text
        try:
            found = readings(shorter, wanted.scope, {**more, **local}) if more or shorter != text else []
        except ReadError as second:
            err, found = second, []
        if not found:
            found = _without_tail(text, err, wanted, {**more, **local}) or _right_of_words(text, wanted, {**more, **local})
        if not found:
            return Alternative(text, (), err)
    out = []
    if any(E.free_indices(t) - _known_indices(wanted) for r in found for st in r.statements for t in st.terms):
        found = _with_defined_letters(text, found, wanted, local, texts)
    for reading in found:
        interpretation = _members(reading, wanted, prose)
        if interpretation is not None:
            out.append(interpretation)
    if not out:
        return Alternative(text, (), ReadError(text, 0, "There is no equation for what is asked.", _expected(wanted)))
    return Alternative(text, tuple(out))


def _known_indices(wanted: Wanted) -> frozenset[str]:
    return frozenset(n for n, s in wanted.scope.symbols.items() if s.kind == "index")


def _with_defined_letters(text: str, found: list[Reading], wanted: Wanted, local: dict[str, Expr], texts: list[str]) -> list[Reading]:
    """u = -m sign(g) with m = ...: a letter that could be an index, but that the text defines."""
    more = {n: v for n, v in definitions([text, *texts], wanted.scope).items() if n not in local}
    if not more:
        return found
    try:
        return readings(text, wanted.scope, {**more, **local})
    except ReadError:
        return found


_LARGEST = re.compile(r"\b(?:largest|maximal|maximum|max|biggest|greatest|highest|dominant|steepest|maximi[sz]\w*)\b", re.I)
_SMALLEST = re.compile(r"\b(?:smallest|minimal|minimum|min|least|lowest|minimi[sz]\w*)\b", re.I)
_MAGNITUDE = re.compile(r"\b(?:absolute|magnitudes?|abs|modulus|size)\b|\|", re.I)
_ANY_INDEX = re.compile(r"\b(?:any|all|every|each)\s+\$?([ijkm])\$?(?!\s*(?:\$?\s*)?(?:\\in|∈|in\b|with|such|s\.t|that|where|for which|attaining|maximi|satisf|=))", re.I)
_CHOSEN_FREELY = re.compile(r"\b(?:random(?:ly)?|arbitrary|fixed|first|uniform(?:ly)?)\b", re.I)
_ABOUT_INDEX = re.compile(
    r"(?:\b(?:where|with|and|let|here|for|,)\s+)?\$?\b([ijkm])(?:\^?\{?[*⋆]\}?)?\$?\s+(?:is|be|denotes|being|chosen|as|indexes|=|the|an?|any)\b([^.;\n]{3,160})", re.I)


def index_in_words(text: str, scope: Scope) -> dict[str, Expr]:
    """What a text says in words of the index it uses: 'where k is the coordinate of largest |g_i|'.

    An index that is chosen in another way (smallest, random, largest without the modulus) is that, not
    the one that the problem declares.
    """
    if len(text) > 8000:
        return {}
    declared = next((s for s in scope.symbols.values() if s.kind == "index" and s.let is not None and s.let.op == "argopt"), None)
    if declared is None or declared.let is None:
        return {}
    body, top = declared.let.args
    index = declared.let.data[1]
    out: dict[str, Expr] = {m.group(1): E.idx(f"{m.group(1)} (any)") for m in _ANY_INDEX.finditer(text)}
    for m in _ABOUT_INDEX.finditer(text):
        said = m.group(2)
        if "argm" in said or "arg\\" in said or "\\arg" in said:
            continue
        name = m.group(1)
        if _CHOSEN_FREELY.search(said) and not _LARGEST.search(said):
            out[name] = E.idx(f"{name} (chosen freely)")
        elif _SMALLEST.search(said) and not _LARGEST.search(said):
            out[name] = E.argopt("argmin", index, body if _MAGNITUDE.search(said) else _without_modulus(body), top)
        elif _LARGEST.search(said):
            of_size = _MAGNITUDE.search(said) is not None
            out[name] = E.argopt("argmax", index, body if of_size else _without_modulus(body), top)
    return out


def _without_modulus(body: Expr) -> Expr:
    return body.args[0] if body.op == "fn" and body.data == "abs" else body


def _expected(wanted: Wanted) -> str:
    return f"an equation for {wanted.asked}" if wanted.asked else "an expression"


_WORDS_ONLY = re.compile(r"(?:\s|\\?#|\\(?:text|mathrm|textbf|textit|operatorname)\{[^{}]{1,80}\}|[A-Za-z]{3,}\b|\(|\)|:|of\b|\*)+")


def _right_of_words(text: str, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """'number of messages = 2n', '#messages = 2n': the left side is a name in words."""
    head, equals, tail = text.partition("=")
    if not equals or not head.strip() or not _WORDS_ONLY.fullmatch(head) or wanted.asked in re.findall(r"[A-Za-z]+", head):
        return []
    try:
        return readings(tail, wanted.scope, local)
    except ReadError:
        return []


_OPERATOR_WORDS = frozenset("plus minus times over divided multiplied squared cubed or and not if else unless when except import mod".split())
_DENIED = re.compile(r"\b(?:wrong|incorrect|not|false|no|never|mistake|import|exec|eval|lambda|system|or|bits?|bytes?|[KMG]B)\b|__|(?<![A-Za-z_])[0-9]|[*/+]", re.I)
_WORD = re.compile(r"[A-Za-z]{3,}")


def _without_tail(text: str, err: ReadError, wanted: Wanted, local: dict[str, Expr]) -> list[Reading]:
    """The formula that stands before prose: units, remarks in brackets, a sentence."""
    if err.text != text or err.position <= 0 or "=" in text[err.position :]:
        return []
    m = _WORD.match(text, err.position)
    symbols = {n for n in (*wanted.scope.symbols, *wanted.scope.dims) if len(n) <= 2 and n not in ("a", "I")}
    if any(w in symbols or (len(w) <= 3 and set(w) <= symbols) for w in re.findall(r"[A-Za-z]+", text[err.position :])):
        return []  # more mathematics follows: what stands before it is not the whole answer
    if m is None or m.group().lower() in _OPERATOR_WORDS or text[err.position - 1] == "\\" or _DENIED.search(text[err.position :]):
        return []
    head = text[: err.position].rstrip()
    last = re.search(r"([A-Za-z]+)\W*$", head)
    if last is not None and last.group(1).lower() in ("if", "else", "unless", "when", "or", "not", "except", "import"):
        return []
    opened = max(head.rfind("("), head.rfind("["))
    if opened > 0 and head[opened + 1 :].strip() == "":
        head = head[:opened].rstrip()
    elif not re.search(r"(?:[,;.:]|\s)$", text[: err.position]):
        return []
    if not head or head[-1] in "+-*/=^(":
        return []
    try:
        found = readings(head, wanted.scope, local)
    except ReadError:
        return []
    note = f"the words after '{head[-20:]}' are not read"
    return [replace(r, notes=(*r.notes, note)) for r in found]


def definitions(texts: list[str], scope: Scope, indices_only: bool = False) -> dict[str, Expr]:
    """What a text defines: eta = alpha/2, k = argmax |g_i|. Later definitions may use earlier ones."""
    out: dict[str, Expr] = {}
    for _ in range(3):
        before = dict(out)
        for text in dict.fromkeys(texts):
            if "=" not in text:
                continue
            try:
                tokens = lex(text)
            except ReadError:
                continue
            for j in _starts(tokens):
                name = _defines(tokens, j, scope, indices_only)
                if name is None:
                    continue
                value = _value(text, tokens, j, scope, out)
                if value is not None:
                    out.setdefault(name, value)
        if out == before:
            break
    return out


_SEPARATORS = frozenset((",", ";", "\\\\", "quad", ".", ":", "⇒", "$"))
_LINKS = frozenset("with where and for let so then denotes".split())


def _starts(tokens: list[Token]) -> list[int]:
    out = [0]
    level = 0
    for j, t in enumerate(tokens):
        if t.kind == "op" and t.value in ("(", "[", "{"):
            level += 1
        elif t.kind == "op" and t.value in (")", "]", "}"):
            level -= 1
        elif level <= 0 and ((t.kind == "op" and t.value in _SEPARATORS) or (t.kind == "name" and t.value in _LINKS)):
            out.append(j + 1)
    return out


def _defines(tokens: list[Token], j: int, scope: Scope, indices_only: bool) -> str | None:
    mark = tokens[j].value if j < len(tokens) and tokens[j].kind == "mark" and tokens[j].value != "bold" else ""
    while j < len(tokens) and (tokens[j].kind == "mark" or (tokens[j].kind == "op" and tokens[j].value in ("quad", ","))):
        j += 1
    if j >= len(tokens) or tokens[j].kind != "name":
        return None
    name = f"{mark}_{tokens[j].value}" if mark else str(tokens[j].value)
    if tokens[j + 1].kind == "num" and not tokens[j + 1].spaced:
        name += str(tokens[j + 1].value[1])
        j += 1
    declared = scope.symbols.get(name)
    if declared is not None and declared.kind != "index":
        return None
    if name in scope.dims or (indices_only and declared is None and len(name) > 1):
        return None
    k = j + 1
    if tokens[k].kind == "op" and tokens[k].value == "^" and tokens[k + 1].value == "*":
        name, k = name + "*", k + 2
    elif tokens[k].kind == "op" and tokens[k].value == "*" and tokens[k + 1].value == "=":
        name, k = name + "*", k + 1
    elif tokens[k].kind == "op" and tokens[k].value == "_":
        if tokens[k + 1].value not in ("t", *INDEX_LETTERS):
            return None
        k += 2
    elif tokens[k].kind == "sub" and tokens[k].value in ("t", *INDEX_LETTERS):
        k += 1
    if tokens[k].kind == "op" and tokens[k].value in ("=", "∈"):
        if indices_only and not any(t.kind == "name" and str(t.value).rpartition(".")[2] in ("arg", "argmax", "argmin") for t in tokens[k : k + 4]) and not (
                declared is not None and tokens[k + 1].kind == "num" and tokens[k + 2].value not in (",", "…", ".")):
            return None
        if declared is None and name in INDEX_LETTERS and tokens[k + 1].kind == "num" and (
                tokens[k + 2].kind == "end" or tokens[k + 2].value in (",", "…", ".", "\\\\", ";")):
            return None  # i = 1, ..., n is a range
        return name
    return None


def _value(text: str, tokens: list[Token], j: int, scope: Scope, local: dict[str, Expr]) -> Expr | None:
    k = next(i for i in range(j, len(tokens)) if tokens[i].kind == "op" and tokens[i].value in ("=", "∈"))
    p = Parser(text, scope, Choices(), list(tokens[k + 1 :]))
    p.locals = dict(local)
    try:
        s = p.statement()
    except (ReadError, E.ShapeError):
        return None
    exact = [s.terms[0], *(t for op, t in zip(s.ops, s.terms[1:], strict=True) if op == "=")]
    value = exact[-1]
    if any(x.op in ("restate", "new", "blank") for x in E.walk(value)):
        return None
    letter = _letter_before(tokens, k)
    if letter is not None and not value.shape and letter in E.free_indices(value) | ({letter} if not E.free_indices(value) else set()):
        return E.comp(letter, value, scope.size)  # s_i = sign(g_i)
    return value


def _letter_before(tokens: list[Token], k: int) -> str | None:
    """The index i of 'name_i =' just before position k."""
    t = tokens[k - 1]
    if t.kind == "sub" and t.value in INDEX_LETTERS:
        return str(t.value)
    if t.kind == "name" and t.value in INDEX_LETTERS and tokens[k - 2].kind == "op" and tokens[k - 2].value == "_":
        return str(t.value)
    return None


# ------------------------------------------------------------------------------------------ members

def _members(reading: Reading, wanted: Wanted, prose: str = "") -> Interpretation | None:
    """What a reading claims the answer to be; None where it is about something else."""
    statements = _joined(reading.statements)
    notes = list(reading.notes)
    if wanted.condition:
        return _conditions(statements, notes)
    entries = _componentwise(statements, wanted)
    if entries is not None:
        return Interpretation((Member(entries),), tuple(notes), kind="asked")
    chosen: list[tuple[Statement, list[Member], bool]] = []
    for s in statements:
        found = _of_statement(s, wanted)
        if found is not None:
            chosen.append((s, *found))
    if not chosen:
        return None
    equations = _answering([c for c in chosen if c[2]], [c for c in chosen if not c[2]], wanted)
    kind = "bare"
    if equations:
        kind = "named" if all(c[0].terms[0].op == "new" for c in equations) else "asked"
        picked = _standing_statements(equations)
    else:
        bare = _without_remarks([c for c in chosen if not c[2]], wanted) or chosen
        listed = _bare_list(bare, wanted)
        if listed is not None:
            return Interpretation((Member(listed),), (*notes, "the list is read as a vector"))
        picked = [c[1] for c in bare]
    members = [m for group in picked for m in group]
    explicit = [m for m in members if not any(x.op == "restate" for x in E.walk(m.expr))]
    barred = {*wanted.unknowns, *((wanted.asked,) if not wanted.label else ())}
    solved = [m for m in explicit if not barred & E.symbols_in(m.expr) and not any("@" in n for n in E.symbols_in(m.expr))]
    explicit = solved or explicit  # u = θ_new - θ = -(α/2) g: the step through u itself is no second answer
    if not explicit:
        if any(x.op == "restate" and x.data == "asymptotic" for m in members for x in E.walk(m.expr)):
            notes.append("asymptotic")
        return Interpretation((), tuple(notes), restated=True, kind=kind)
    shaped = tuple(_shaped(m, wanted, notes, prose) for m in explicit)
    return Interpretation(shaped, tuple(dict.fromkeys(notes)), kind=kind)


Chosen = tuple[Statement, list[Member], bool]


def _answering(equations: list[Chosen], bare: list[Chosen], wanted: Wanted) -> list[Chosen]:
    """Equations for the unknown, else those that give the answer a name of their own.

    A definition (eta = alpha/2) beside an equation or expression of the asked shape is no answer.
    """
    named = [c for c in equations if c[0].terms[0].op == "new"]
    asked = [c for c in equations if c[0].terms[0].op != "new"]
    if asked:
        return asked
    if any(m.expr.shape == wanted.shape for c in bare for m in c[1]):
        return []
    fitting = [c for c in named if any(m.expr.shape == wanted.shape for m in c[1])]
    return fitting or named


_REMARKS = frozenset("where with for given since because as when if".split())


def _without_remarks(bare: list[Chosen], wanted: Wanted) -> list[Chosen]:
    """Without what stands after 'where', and without scalars beside a vector that is asked."""
    out: list[Chosen] = []
    remark = False
    for c in bare:
        if not remark or c[0].after in ("otherwise", "else"):
            out.append(c)
        remark = remark or c[0].after in _REMARKS
    fitting = [c for c in out if any(len(E.as_column(_shaped(m, wanted, []).expr).shape) == len(wanted.shape) for m in c[1])]
    return fitting or out


_EACH = re.compile(r"\b(?:each|every|all)\b[^.;\n]{0,30}\b(?:component|coordinate|entr(?:y|ies)|element|weight|parameter)s?\b", re.I)


def _shaped(m: Member, wanted: Wanted, notes: list[str], prose: str = "") -> Member:
    """A componentwise expression (free index i) of a vector is the vector of its entries."""
    x = m.expr
    if not x.shape and len(wanted.shape) == 1 and not E.free_indices(x) and x.op != "restate" and _EACH.search(prose):
        notes.append("the same in every entry")
        return replace(m, expr=E.mul(x, E.ones(*wanted.shape)))
    if not x.shape and len(wanted.shape) == 1:
        free = sorted(E.free_indices(x))
        if len(free) == 1:
            notes.append(f"read for every {free[0]}")
            return replace(m, expr=E.comp(free[0], x, wanted.shape[0]))
    return m


def _joined(statements: tuple[Statement, ...]) -> list[Statement]:
    """Lines of an alignment that begin with '=' continue the statement before."""
    out: list[Statement] = []
    for s in statements:
        if s.terms[0].op == "blank" and out:
            last = out[-1]
            out[-1] = Statement((*last.terms, *s.terms[1:]), (*last.ops, *s.ops), last.position, s.after)
        else:
            out.append(s)
    return out


def _standing_statements(equations: list[tuple[Statement, list[Member], bool]]) -> list[list[Member]]:
    """The last equation stands; those joined to it by a comma, 'and' or 'or' stand with it."""
    picked = [equations[-1][1]]
    for s, members, _ in reversed(equations[:-1]):
        if s.after not in (",", ";", "and", "or"):
            break
        picked.insert(0, members)
    return picked


def _is_asked(e: Expr, wanted: Wanted) -> bool:
    if e.op == "T":
        e = e.args[0]
    if e.op != "sym" or not wanted.asked:
        return False
    name, _, label = str(e.data).partition("@")
    if name != wanted.asked:
        return False
    return label == wanted.label.lstrip("@") if wanted.label else label in ("", "limit", "next")


def _iterate(e: Expr, wanted: Wanted) -> Expr | None:
    """The S of an update written as S_{t+1} = ..., or S_{t+1} - S_t = ... (then zero)."""
    if e.op == "sym" and str(e.data).endswith("@next"):
        name = str(e.data).partition("@")[0]
        if name in wanted.iterates:
            return E.sym(name, e.shape)
    return None


def _of_statement(s: Statement, wanted: Wanted) -> tuple[list[Member], bool] | None:
    """Members of one statement and whether it is an equation for the asked unknown."""
    terms, ops = s.terms, s.ops
    if ops == ("in",) and _is_asked(terms[0], wanted):  # u in a set of minimisers: each of them is claimed
        inside = terms[1].args if terms[1].op in ("set", "list") else (terms[1],)
        return [Member(x) for x in inside], True
    if ops and ops[0] == "to" and _is_asked(head := terms[0], wanted):
        ops = ("=", *ops[1:])
    if any(op not in ("=", "~") for op in ops):
        return None
    if not ops:
        if terms[0].op == "set":
            return [Member(x) for x in terms[0].args], False
        return ([Member(terms[0])], False) if terms[0].op not in ("new", "blank") else None
    rest = [Member(t, op == "~") for op, t in zip(ops, terms[1:], strict=True)]
    head = terms[0]
    if _is_asked(head, wanted):
        if len(rest) > 1 and _is_asked(rest[0].expr, wanted):
            rest = rest[1:]  # u = Δθ = ...
        return rest, True
    base = _iterate(head, wanted)
    if base is not None:
        return [_step(m, base) for m in rest], True
    if head.op == "sym" and head.data in wanted.iterates and rest and head in set(E.walk(rest[0].expr)):
        return [_step(m, head) for m in rest], True
    moved = _difference(head, wanted)
    if moved:
        return rest, True
    if head.op in ("new", "blank"):
        return rest, head.op == "new"
    if len(terms) == 2 and _is_asked(terms[1], wanted):
        return [Member(head)], True
    names = E.symbols_in(head)
    if wanted.asked in names or any(n.endswith("@next") for n in names):
        return None
    declared = wanted.scope.symbols.get(str(head.data)) if head.op == "sym" else None
    if declared is not None and declared.kind == "function" and not wanted.asked:
        return rest, True  # f* = ...: the name of a value
    if head.op in ("idx", "argopt") or (head.op == "sym" and not wanted.subject == head.data):
        return None  # an equation for something else
    if head.op == "restate":
        return rest, True
    if not any(wanted.asked and wanted.asked in E.symbols_in(t) for t in terms):
        if all(op in ("=", "~") for op in ops) and E.as_column(head).shape == wanted.shape:
            return [Member(head), *rest], False
    return None


def _step(m: Member, base: Expr) -> Member:
    """The update behind an equation for the next iterate: what is added to the current one."""
    if m.expr.shape != base.shape:
        return m
    return replace(m, expr=simplify(E.sub(m.expr, base)))


def _difference(e: Expr, wanted: Wanted) -> bool:
    """θ_{t+1} - θ_t on the left of an update."""
    if e.op != "add" or len(e.args) != 2 or e.args[1].op != "neg":
        return False
    base = _iterate(e.args[0], wanted)
    return base is not None and e.args[1].args[0] == base


def _bare_list(chosen: list[tuple[Statement, list[Member], bool]], wanted: Wanted) -> Expr | None:
    """1/3, 10/3, 100/3 without brackets, for a vector of that length."""
    if len(wanted.shape) != 1 or len(chosen) != wanted.shape[0] or len(chosen) < 2:
        return None
    entries = [c[1][0].expr for c in chosen]
    if any(len(c[1]) != 1 or c[1][0].expr.shape for c in chosen) or any(s.after not in (",", ";", "and", "end") for s, _, _ in chosen):
        return None
    return E.vec(tuple(entries))


def _componentwise(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """θ_1 = ..., θ_2 = ..., or u_k = ... and 0 otherwise, or u_i = ... for every i."""
    if len(wanted.shape) != 1 or not wanted.asked:
        return None
    by_entry: dict[Any, Expr] = {}
    general: tuple[str, Expr] | None = None
    chosen: tuple[Expr, Expr] | None = None
    otherwise: Expr | None = None
    for s in statements:
        heads = [t for t in s.terms if _entry(t, wanted) is not None]
        if not heads:
            if chosen is not None and not s.ops and not s.terms[0].shape:
                otherwise = s.terms[0]
            continue
        if any(op not in ("=", "~") for op in s.ops) or heads[0] is not s.terms[0] or not s.ops:
            return None
        exact = [t for op, t in zip(("=", *s.ops), s.terms, strict=True) if op == "=" and _entry(t, wanted) is None]
        value = exact[-1] if exact else s.terms[-1]
        if value.shape or _entry(value, wanted) is not None:
            return None
        if any(wanted.asked in E.symbols_in(t) for t in exact):
            return None
        for h in heads:
            i = _entry(h, wanted)
            assert i is not None
            free = E.free_indices(i)
            if i.op == "num":
                by_entry[int(i.data)] = value
            elif i.op == "idx" and len(free) == 1:
                general = (str(i.data), value)
            elif not free:
                chosen = (i, value)
            else:
                return None
    size = wanted.shape[0]
    if by_entry and isinstance(size, int):
        if set(by_entry) == set(range(1, size + 1)):
            return E.vec(tuple(by_entry[i] for i in range(1, size + 1)))
        return None
    based = next((s.terms[-1] for s in statements if s.ops == ("=",) and _is_asked(s.terms[0], wanted) and s.terms[-1].op == "zeros"), None)
    if chosen is not None and based is not None and general is None:  # u = zeros(n); u[k] = ...
        otherwise = E.ZERO
    if chosen is not None and (general is not None or otherwise is not None):
        index, rest = general if general is not None else ("_i", otherwise)
        assert rest is not None
        i = E.idx(index)
        return E.comp(index, E.cases(((chosen[1], E.rel("=", i, chosen[0])),), rest), size)
    if general is not None:
        index, value = general
        if E.free_indices(value) <= {index}:
            return E.comp(index, value, size)
    return None


def _entry(t: Expr, wanted: Wanted) -> Expr | None:
    """The index i of u_i."""
    if t.op == "at" and len(t.args) == 2 and _is_asked(t.args[0], wanted):
        return t.args[1]
    return None


def _conditions(statements: list[Statement], notes: list[str]) -> Interpretation | None:
    """Inequalities, joined: 0 < α, α < 1."""
    parts: list[Expr] = []
    for s in statements:
        for k, op in enumerate(s.ops):
            a, b = s.terms[k], s.terms[k + 1]
            if op in ("<", "<=", ">", ">=", "!=") or (op == "in" and b.op in ("interval", "vec", "union")):
                parts.append(E.rel(op, a, b) if op != "in" else _inside(a, b))
            elif op == "=" and a.op == "new":
                return None
        if not s.ops and s.terms[0].op in ("interval", *E.CONDITIONS):
            parts.append(s.terms[0])
    if not parts:
        return None
    condition = parts[0] if len(parts) == 1 else Expr("and", tuple(parts))
    return Interpretation((Member(condition),), tuple(notes))


def _inside(x: Expr, interval: Expr) -> Expr:
    """x in (a, b) as inequalities; two values in round brackets are an open interval here."""
    if interval.op == "union":
        return Expr("or", tuple(_inside(x, a) for a in interval.args))
    if len(interval.args) != 2:
        return E.truth(False)
    closed = interval.data if interval.op == "interval" else (False, False)
    low = E.rel("<=" if closed[0] else "<", interval.args[0], x)
    high = E.rel("<=" if closed[1] else "<", x, interval.args[1])
    return Expr("and", (low, high))


