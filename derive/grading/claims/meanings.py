"""What a text says that a notation of the statement means: 'where a here is (1, 10, 100)', 'where ‖g‖₁ denotes maxᵢ |gᵢ|', '$g$ being the normalised gradient'.

A formula for a notation that it does not equal, and words for it that name another thing, give an answer another meaning. What is not understood
says nothing.
"""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Wanted
from derive.grading.judging.holding import truths
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.grading.worded.answer import meaning
from derive.grading.words.meanings import counts_another
from derive.grading.words.norm_words import SAID_OF_NORMS, misdescribed
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Symbol

MAX_TEXT = 6_000
_STRONG = r"abbreviates|abbreviating|is\s+short\s+for|marks|symboli[sz]es|signifies|denotes|denoting|means|meaning|stands\s+for|standing\s+for|being|designates|represents|refers\s+to"
_COPULA = re.compile(rf",?\s+(?:(?:here|now|itself|again)\s+)?(?:(?P<strong>{_STRONG})|is|are|be)\s+(?:(?:here|now|again|just|simply|actually)\s+)?")
_SAID = needs("abbreviates abbreviating short marks symbolizes symbolises signifies denotes denoting means meaning stands standing being designates represents refers is are be applies"
    " applied acts acting taken computed evaluated "
              "with where let put set mean meant counts includes counting including")
_NOTATION = re.compile(
    r"(?:\$(?P<tex>[^$\n]{1,60})\$|\\\((?P<paren>[^()\n]{1,60})\\\)|(?P<norm>(?:‖[^‖\s]{1,16}‖|\|\|[^|\s]{1,16}\|\|)(?:_\{?\w{1,3}\}?|[₀-₉]|_∞|∞)?)"
    r"|(?P<call>(?:sign|sgn)\([^()\n]{1,12}\)(?:_\{?\w\}?|[ᵢⱼₖ])?)|(?<![\w\\])(?P<name>\\?[A-Za-zα-ωΑ-Ω]\w{0,20}))\Z")
_ASSIGNED = re.compile(r"\b(?:with|where|here|let|put|set)\s+\$?(?P<name>\\?[A-Za-zα-ω]\w{0,10})\s*(?::=|\\coloneqq)\s*(?P<value>[^$,;.\n]{1,60})", re.I)
_BEHIND = re.compile(r"\s+(?:the|an?|for|which|denot\w+|is|as|being|our|my)\s.*", re.I | re.S)
_WORDS = re.compile(r"\s*(?:the|an?|number|step|its)\b", re.I)
_MEANT = re.compile(r"\b(?:with|by)\s+(?:\$(?P<d>[^$\n]{1,40})\$|(?P<plain>[^\s$]{1,20}))\s+(?:I|we|is|here I)\s+(?:always\s+|here\s+)?(?:mean|meant|denote)s?\s+", re.I)
_LEAD = re.compile(r"(?:\b(?:where|with|here|wherein|let|writing|and here|in which|now)|[,(;:.—–-]\s*(?:and|the symbol)?|\A)\s*(?:the\s+symbol\s+)?\Z", re.I)
_DECLARES = re.compile(r"\b(?:where|with|here|wherein|let|in which|now)\s*(?:the\s+symbol\s+)?\Z", re.I)
_ENDS = re.compile(r"[;\n]|\.(?!\d)|,(?=\s+(?:and|so|which|that|not|for|with|where|as|i\.e|the)\b)|\s(?:and|so|for|which|that|because|since|while|but|when|if)\s")
_ARTICLE = re.compile(r"(?:(?:the|an?|its|just|only|simply)\s+)+")
_FORMULA_BEHIND = re.compile(r"(?:(?:the|an?|its)\s+(?:(?!of\b|at\b|in\b|for\b|with\b|by\b|on\b|from\b|than\b|to\b)[a-z-]+\s+){0,3})?\$(?P<formula>[^$\n]{1,160})\$\s*\Z", re.I)
_CHANGES = re.compile(
    r"(?:(?P<what>signs?|squares?|negatives?|norms?|magnitude|direction|inverse|reciprocal|(?:square\s+)?root|absolute\s+values?|opposite|transpose|(?:moving\s+|running\s+)?(?:averages?|mean)"
    r"|half|third|quarter|double|twice|maximum|minimum)(?=\s+(?:of|the|that|what)\b)"
    r"|(?P<kind>normali[sz]ed|negative|negated|unit|scaled|rescaled|clipped|averaged|squared|halved|doubled|inverted|transposed|smoothed|inverse)\b)", re.I)
_APPLIED = re.compile(
    r"\b(?:sign|sgn)(?:\s+function)?\s+(?:is\s+)?(?:applie[sd]|acts|acting|taken|computed|evaluated)\b[^.;\n$]{0,30}?\b(?:to|on|of|at)\s+(?:the\s+|its\s+)?"
    r"(?:absolute|squared?s?|normali[sz]ed|smoothed|averaged|previous|negative)\b", re.I)

_BASE = re.compile(
    r"(?<!-)\\?\b(?:log|logarithm|logs|logarithms)\b\W{0,3}[^.;\n$]{0,40}?\b(?:to|in|with|of|is|are|has|have)\s+(?:the\s+)?base[- ]?\s*\$?(?:2|10|two|ten)\b"
    r"|\bbase[- ](?:2|10|two|ten)\s+log\w*|\b(?:binary|common|decimal|base-2|base-10)\s+logarithms?\b|\blogarithms?\s+base\s+(?:2|10)\b", re.I)
"""Logarithms are natural: another base is another function."""
_BASIS = re.compile(r"(?<![A-Za-z])e_\{?[a-z]\}?\$?,?\s+(?:(?:is|being|denotes|meaning|means)\s+)?(?:the|an?)\s+(?:\w+\s+)?(?:vector\s+(?:of\s+(?:all\s+)?ones|all\s+(?:of\s+)?(?:whose"
    r"|its)\s+entries\s+(?:are|is)\s+(?:one|1)"
    r"|with\s+all\s+entries\s+(?:equal\s+to\s+)?(?:one|1)|whose\s+entries\s+are\s+all\s+(?:one|1))|all[- ]ones\s+vector|ones\s+vector)\b", re.I)
_TURNED_SIGN = re.compile(
    r"\b(?:sign|sgn)\}?\s*\(\s*(?P<t>[a-z])(?:_\{?\w\}?)?\s*\)\$?\s*(?:is|=|equals)\s*(?:\$?\+?1\$?\s*(?:for|if|when)\s*\$?\s*(?P=t)(?:_\{?\w\}?)?\s*(?:<|\\lt)|\$?[-−]1\$?\s*(?:for|if"
    r"|when)\s*\$?\s*(?P=t)(?:_\{?\w\}?)?\s*(?:>|\\gt))", re.I)
_OTHER_CLASS = re.compile(
    r"(?<![A-Za-z])(?:e_)?\{?[a-z]\}?\$?\s+(?:is|marks|denotes|being|stands\s+for)\s+(?:the\s+)?(?:index\s+of\s+the\s+)?class\b[^.;\n]{0,60}\b(?:most\s+(?:likely|probable)|predicted"
    r"|predicts|largest\s+(?:probability|logit|score))\b", re.I)
_PAIR = re.compile(r"\b(?:with|where)\s+\$?(?P<a>\\?[A-Za-z]{1,6})\$?\s+and\s+\$?(?P<b>\\?[A-Za-z]{1,6})\$?\s+(?:are\s+|being\s+|denoting\s+|denote\s+)?the\s+(?P<words>[^.;,\n]{3,80})", re.I)
_INDEX_TOLD = re.compile(r"\b(?:where|with|here|let|and)\s+\$?(?-i:(?P<k>[ijkm]))\$?\s+(?:is|be|being|denotes|marks)\s+(?:the|an?|any|one)\s+(?P<said>[^.;\n]{3,140})", re.I)
_INDEX_KNOWN = re.compile(
    r"\b(?:largest|larger|maxim\w*|max|greatest|biggest|highest|dominant|attain\w*|achiev\w*|reach\w*|ties?|tied|declared|above|statement|given|defined|steepest|arg\w*|strongest|leading|top|extrem\w*|active"
    r"|smallest|minim\w*|min|least|lowest|vector|unit|random\w*|arbitrar\w*|first|chosen|\d)\b|[=<>≥≤]|\\(?:arg|max|ge|infty)|∞|norm", re.I)
_IDENTITY = re.compile(r"\b(?:with|where|here|and)\s+\$?I\$?\s*(?:_\{?\w\}?\$?)?,?\s+(?:is\s+|being\s+|denotes\s+|denoting\s+|means\s+|meaning\s+)?(?:the|an?|any|some)\s+(?:\w+[ -]){0,2}?"
    r"(?:matrix\s+(?:of|with)\s+(?:all\s+)?(?:ones|zeros|entries)|all[- ]ones\s+matrix|vector|diagonal\s+matrix|symmetric\s+matrix|permutation|inverse|index)\b", re.I)
"""I is the identity wherever a text does not declare it."""
_PLAIN_BEHIND = re.compile(r"(?:the|an?|its)\s+(?:(?!of\b|at\b|in\b|for\b|with\b|by\b|on\b|from\b|than\b|to\b)[a-z-]+\s+){1,3}(?P<formula>[^a-z\s].*|[a-z\\α-ω](?:[(/^*_|‖=+ᵀ-].*"
    r"|\s*[-/*+^]\s*\S.*))", re.I)


def false_meaning(text: str, key: Key) -> str:
    """The clause that gives a notation of the statement another meaning; '' where there is none."""
    if len(text) > MAX_TEXT or _SAID.isdisjoint(stems(text)):
        return ""
    if words := misdescribed(text):
        return words
    if (m := _BASIS.search(text)) is not None or (m := _TURNED_SIGN.search(text)) is not None:
        return m[0]
    if " and " in text and (pair := _pair_renamed(text, key)):
        return pair
    if index := _index_unknown(text, key):
        return index
    if "class" in text and "class" in key.problem.statement and (m := _OTHER_CLASS.search(text)) is not None:
        return m[0]
    if "I" in text and "I" not in key.problem.symbols and (m := _IDENTITY.search(text)) is not None:
        return m[0]
    if name := counts_another(text, key.wanted.scope):
        return f"{name} numbers something else"
    if (m := _APPLIED.search(text)) is not None or ("base" in text and (m := _BASE.search(text)) is not None):
        return m[0]
    if (anew := _set_anew(text, key)) or (anew := _meant(text, key)):
        return anew
    return next((f"{notation} {m[0].strip(' ,')} {said}" for m in _COPULA.finditer(text) if (notation := _before(text[: m.start()], m["strong"] is not None))
                 and (said := _definiens(text[m.end() : m.end() + 200])) and _means_another(notation, said, key)), "")


def _pair_renamed(text: str, key: Key) -> str:
    """'with s and t the variances of ...' of letters that the statement calls standard deviations."""
    for m in _PAIR.finditer(text):
        for name in (m["a"], m["b"]):
            _, symbol = _read(name, key)
            if symbol is not None and "deviation" in symbol.says and "ariance" in m["words"]:
                return m[0].strip()
    return ""


def _index_unknown(text: str, key: Key) -> str:
    """What is said in words of an index of the statement, where none of the words tells which one it is: 'an index at which |g| bottoms out'."""
    symbols = key.problem.symbols
    for m in _INDEX_TOLD.finditer(text):
        symbol = symbols.get(m["k"])
        if symbol is not None and symbol.kind == "index" and symbol.let is not None and _INDEX_KNOWN.search(m["said"]) is None:
            return m[0].strip()
    return ""


def _set_anew(text: str, key: Key) -> str:
    """'with alpha := 2 alpha_0': a free letter of the statement to which a text gives a value that it does not have."""
    for m in _ASSIGNED.finditer(text) if ":=" in text or "coloneqq" in text else ():
        own, symbol = _read(m["name"], key)
        if own is None or symbol is None or symbol.given is not None or symbol.let is not None or _WORDS.match(m["value"]):
            continue
        meant = _value(_BEHIND.sub("", m["value"]).strip(), key)
        if meant is None or (E.symbols_in(meant) and _differs(own, meant, key)):
            return m[0].strip()
    return ""


def _meant(text: str, key: Key) -> str:
    """'With sign(g) I mean the unit vector g/||g||': a notation that the writer takes for something else."""
    for m in _MEANT.finditer(text) if " mean" in text else ():
        if (said := _definiens(text[m.end() : m.end() + 200])) and _means_another(m["d"] or m["plain"], said, key):
            return f"{m[0].strip()} {said}"
    return ""


def _before(text: str, strong: bool) -> str:
    """The notation at the end of what stands before 'denotes', or before an 'is' that defines; '' where no such thing stands there."""
    m = _NOTATION.search(text, max(0, len(text) - 80))
    if m is None or not (strong or _DECLARES.search(text, max(0, m.start() - 24), m.start())):
        return ""
    if strong and not _LEAD.search(text, max(0, m.start() - 24), m.start()):
        return ""
    return str(m[m.lastgroup]).strip() if m.lastgroup else ""


def _definiens(text: str) -> str:
    """What stands behind 'denotes', to the end of its clause."""
    depth, end = 0, len(text)
    ends = {m.start() for m in _ENDS.finditer(text)}
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth < 0 or (k in ends and depth <= 0 and text[:k].count("$") % 2 == 0):
            end = k
            break
    return text[:end].strip(" ,")


def _means_another(notation: str, said: str, key: Key) -> bool:
    own, symbol = _read(notation, key)
    if own is None:
        return False
    meant = _formula(said, own.shape, key)
    if meant is not None:
        return _differs(own, meant, key)
    words = _ARTICLE.sub("", said, 1) if _ARTICLE.match(said) else said
    if symbol is None:
        return own.op == "norm" and _another_norm(own, words)
    m = _CHANGES.match(words)
    return m is not None and (m["what"] or m["kind"]).lower().split()[-1] not in symbol.says.lower()


def _read(notation: str, key: Key) -> tuple[Expr | None, Symbol | None]:
    """The value of a notation, with its symbol if it is a letter; none for what the text is asked for, for indices and what is not declared."""
    scope = key.wanted.scope
    e = _value(notation, key)
    if e is None or not E.symbols_in(e) or E.symbols_in(e) & {scope.asked, *key.wanted.unknowns, *key.wanted.iterates}:
        return None, None
    if e.op == "sym":
        symbol = scope.symbols.get(str(e.data))
        return (e, symbol) if symbol is not None and symbol.kind == "value" else (None, None)
    return (e, None) if e.op in ("norm", "fn", "at") and not any(x.op == "sym" and x.data not in scope.symbols for x in E.walk(e)) else (None, None)


def _value(text: str, key: Key) -> Expr | None:
    try:
        found = readings(text, key.wanted.scope)
    except ReadError:
        return None
    s = found[0].statements[0] if len(found) == 1 and len(found[0].statements) == 1 else None
    return s.terms[0] if s is not None and len(s.terms) == 1 and not E.has(s.terms[0], "new") else None


def _formula(said: str, shape: E.Shape, key: Key) -> Expr | None:
    """The formula that defines, in signs or in words; None where what is said is none."""
    m = _FORMULA_BEHIND.match(said)
    if m is not None:
        return _value(m["formula"].rstrip("., "), key)
    if "$" in said:
        return None
    m = _PLAIN_BEHIND.fullmatch(said)
    return _value(m["formula"] if m is not None else said, key) or meaning(said, Wanted(key.wanted.scope, "", shape))


def _differs(own: Expr, meant: Expr, key: Key) -> bool:
    """Whether two values differ in an instance; a number for what is declared without one is an example."""
    own, meant = E.as_column(own), E.as_column(meant)
    symbol = key.wanted.scope.symbols.get(str(own.data)) if own.op == "sym" else None
    if not E.symbols_in(meant) and (symbol is None or symbol.given is None) and not (symbol is not None and symbol.let is not None):
        return False
    if not E.symbols_in(meant) <= key.wanted.scope.symbols.keys() or E.free_indices(own) != E.free_indices(meant) or E.free_indices(own):
        return False
    try:
        seen = [v for v in truths(E.rel("=", own, meant), key) if v is not None]
    except E.ShapeError:
        return bool(own.shape) != bool(meant.shape)
    return not all(seen)


def _another_norm(norm: Expr, words: str) -> bool:
    """Whether words describe another vector norm than this one."""
    if norm.data != "p" or len(norm.args) < 2 or len(norm.args[0].shape) != 1:
        return False
    if "dual" in words:
        return False
    p = norm.args[1]
    own = "1" if E.is_number(p, 1) else "2" if E.is_number(p, 2) else "inf" if p.op != "num" and not E.symbols_in(p) else ""
    said = {name for name, pattern in SAID_OF_NORMS.items() if pattern.search(words)}
    return bool(own and said) and own not in said
