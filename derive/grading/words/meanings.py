"""Declared letters that a text gives another meaning: 'where g denotes g/||g||'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.text.heard import needs, stems
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Scope

_VERB = r"(?:denotes|denoting|stands?\s+for|(?:here\s+)?standing\s+for|means|meaning|(?:is\s+)?(?:short|shorthand)\s+for|refers\s+to)"
_DENOTES = re.compile(
    rf"\$?\\?(?P<name>[A-Za-z]\w*)\$?,?\s+(?:here\s+|now\s+)?(?:{_VERB}\s+(?:the\s+(?:\w+\s+){{0,3}}?)?\$(?P<formula>[^$]{{1,120}})\$"
    rf"|{_VERB}\s+(?:the\s+)?(?P<plain>[^\s,;$]{{1,80}}))")
_IS = re.compile(r"\b(?:where|with|here|and)\s+\$\\?(?P<name>[A-Za-z]\w*)\$\s+is\s+(?:the\s+(?:\w+\s+){0,3}?)?\$(?P<formula>[^$]{1,60})\$(?![-–])", re.I)
_NOUN = (r"(?:signs?|squares?|negatives?|norms?|length|magnitude|direction|inverse|reciprocal|(?:square\s+)?root|absolute\s+values?|half|double|opposite|transpose|(?:moving\s+)?averages?|"
         r"(?:running\s+)?mean|maximum|minimum|largest\s+entry|smallest\s+entry)")
_ADJECTIVE = r"(?:normali[sz]ed|negative|negated|unit|scaled|rescaled|clipped|averaged|squared|halved|doubled|inverted|transposed|ascent|smoothed|projected|old|previous)"
_WORDED = re.compile(
    rf"(?P<led>\b(?:where|here|with|let)\s)?\$?\\?(?<![A-Za-z])(?P<name>[A-Za-z]\w{{0,20}})\$?,?\s(?:here\s|now\s)?(?P<verb>{_VERB}|be|is)\s(?:the|an?|its)\s"
    rf"(?:(?P<what>{_NOUN})\sof\b|(?P<kind>{_ADJECTIVE})\b)", re.I)
_LET = re.compile(
    r"\b(?:let|put|set|define|write|denote|call|abbreviate)\b[^.;\n$]{0,20}\$\s*\\?(?P<name>[A-Za-z]+)\s*:?=(?!=)\s*(?P<value>[^$=]{1,80})\$", re.I)
_COMPUTED = re.compile(r"[-−\d]|\\[dt]?frac")
_LET_NEEDS = needs("let put set define write denote call abbreviate")
_DENOTES_NEEDS = needs("be is denotes denoting stand stands standing means meaning short shorthand refers")
_REDEFINED = re.compile(
    r"\breplaced by\b|\bwhere\s+\$?\\?(?P<name>\w+)\$?\s+(?:is|denotes)\s+(?:now\s+)?(?:the\s+)?(?:normali[sz]ed|unit|scaled|clipped|averaged|momentum|negative)\b"
    r"|\b(?:sign|sgn)\}?\$?\s+(?:here\s+)?(?:means|denotes|stands for)\s+(?:the\s+|a\s+)?(?:unit|normali[sz]ed|smooth|soft|hyperbolic|tanh)\b"
    r"|\b(?:let|suppose|assume|say)\s+\$?\\?\w+\$?\s+(?:is|be|to be|has been|are)\s+(?:first\s+|already\s+)?(?:normali[sz]ed|scaled|clipped|averaged|negated|halved|doubled)\b", re.I)
_REDEFINED_NEEDS = needs("replaced normalised normalized unit scaled clipped averaged momentum negative means denotes stands negated halved doubled")


# 'u_1, v_1 the bottom singular pair': what is numbered 1 is the largest.
_OTHER_END = re.compile(
    r"(?<![A-Za-z0-9])\\?[A-Za-zα-ω]+(?:_\{?1\}?|₁)(?![0-9])[^.;\n]{0,40}?\b(?:bottom|smallest|last|trailing|least|lowest|minimal|second|third|next)\b[^.;\n]{0,20}\b(?:singular|eigen)", re.I)
# 'where the sum runs over the first two singular triples'.
_PART_OF_SUM = re.compile(
    r"\bsum(?:s|mation)?\s+(?:only\s+)?(?:being\s+|is\s+|are\s+)?(?:runs?|running|ranges?|ranging|goes|going|taken|extends?|extending|over)\b[^.;\n]{0,12}?(?:\b(?:over|through)\b)?[^.;\n]{0,24}?"
    r"\b(?:largest|smallest|first|last|top|leading|two|three|half|odd|even|some|but|except|only|remaining)\b", re.I)
_SUM_EXCEPT = re.compile(r"\bsum(?:s|mation)?\s+(?:being\s+|is\s+)?(?:runs?|running|ranges?|goes|taken|extends?|is)\b[^.;\n]{0,20}?\bover\b[^.;\n]{0,20}?\w\s*(?:\\neq?(?![a-z])|≠|!=)", re.I)
_PART_KEPT = re.compile(
    r"\bonly\s+(?:the\s+)?(?:\w+\s+){1,2}of\s+\$?\\?(?P<name>[A-Za-z]\w*)\$?\s+(?:is|are|being)\s+(?:kept|used|retained|taken|counted)\b|"
    r"\b(?:covariances|correlations|off-diagonals?(?:\s+entries)?|(?:other|remaining)\s+entries\s+of\s+\$?\\?(?P<of>[A-Za-z]\w*)\$?)"
    r"\s+(?:is|are|being)\s+(?:set\s+to\s+(?:zero|0)|ignored|neglected|dropped)\b", re.I)
_PART_NEEDS = needs("kept used retained taken counted set ignored neglected dropped")
_ENDS_NEED = needs("bottom smallest last trailing least lowest minimal second third next")
_SUM_NEEDS = needs("sum sums summation")


def redefined_in_words(text: str, scope: Scope | None = None) -> bool:
    """Whether a text gives a letter another meaning in words, 'where g is the normalised gradient', or a sum another range."""
    heard = stems(text)
    if (not _ENDS_NEED.isdisjoint(heard) and _OTHER_END.search(text)) or (not _SUM_NEEDS.isdisjoint(heard) and (_PART_OF_SUM.search(text) or _SUM_EXCEPT.search(text))):
        return True
    if not _PART_NEEDS.isdisjoint(heard) and any(scope is None or (name := m["name"] or m["of"]) is None or scope.writes(name) for m in _PART_KEPT.finditer(text)):
        return True
    if _REDEFINED_NEEDS.isdisjoint(stems(text)):
        return False
    return any(scope is None or m["name"] is None or scope.writes(m["name"]) or scope.writes("\\" + m["name"]) for m in _REDEFINED.finditer(text))


def redefined(text: str, scope: Scope) -> str:
    """The name of a declared quantity of which a text says that it denotes another one; '' where it says nothing of the kind."""
    for m in (*_DENOTES.finditer(text), *_IS.finditer(text)) if not _DENOTES_NEEDS.isdisjoint(stems(text)) else ():
        symbol = scope.symbols.get(m["name"])
        if symbol is None or symbol.kind != "value" or symbol.let is not None or symbol.name == scope.asked:
            continue
        own = E.sym(symbol.name, symbol.shape)
        said = m["formula"] or m.groupdict().get("plain", "").rstrip(".")
        said = said[:-1] if said.count(")") > said.count("(") else said  # "(here g denotes sign(g))"
        try:
            meant = [r.statements[-1].terms[-1] for r in readings(said, scope)]
        except ReadError:
            continue  # words, or letters of the text's own
        if all(E.symbols_in(e) and not (e.shape == own.shape and proved_equal(e, own)) for e in meant):
            return symbol.name
    return _worded(text, scope) or _let(text, scope) or equated(text, scope)


def _worded(text: str, scope: Scope) -> str:
    """The declared quantity that is said to be the sign, the norm, ... of something, where its description says nothing of the kind."""
    for m in _WORDED.finditer(re.sub(r"\s+", " ", text)) if not _DENOTES_NEEDS.isdisjoint(stems(text)) else ():
        symbol = scope.symbols.get(m["name"])
        if symbol is None or symbol.kind != "value" or symbol.let is not None or symbol.name == scope.asked or (not m["led"] and m["verb"].lower() in ("be", "is")):
            continue
        if (m["what"] or m["kind"]).lower().split()[-1] not in symbol.says.lower():
            return symbol.name
    return ""


def _let(text: str, scope: Scope) -> str:
    """The declared quantity for which a text puts something that is computed of others: 'let alpha = 2 beta', 'put g = -grad f'."""
    for m in _LET.finditer(text) if not _LET_NEEDS.isdisjoint(stems(text)) else ():
        symbol = scope.symbols.get(m["name"])
        if symbol is None or symbol.kind != "value" or symbol.let is not None or symbol.given is not None or symbol.name == scope.asked or not _COMPUTED.match(m["value"]):
            continue
        try:
            computed = [r.statements[-1].terms[-1] for r in readings(m["value"], scope)]
        except ReadError:
            return symbol.name
        if all(E.symbols_in(e) for e in computed):
            return symbol.name
    return ""


_EQUATED = re.compile(
    r"(?<![A-Za-z\\_^{|'])\\?(?P<name>[A-Za-z]+)\s?(?P<sign>:?=)(?![=])\s?(?P<value>[(\[][^()\[\]$=]{1,60}[)\]](?:\s?/[^,;.$=()]{1,30})?|[^=$,;.\n]{1,60}?)"
    r"(?=\$|\\\)|\\\]|[,;\n]|\.(?:\s|\Z|\$)|\s(?:and|for|then|so)\b|\Z)")
_SUPPOSED = re.compile(r"\b(?:if|when|whenever|for|at|once|case|suppose|e\.g|example|instance|check\w*|test|would)\b[^.;\n]*\Z", re.I)
_ANEW = re.compile(r"\b(?:let|put|set|take|taking|use|using|define|reverse|replace|choose|choosing|write|call|keep|from (?:here|now) on|in what follows|below|with|where|simplicity)\b[^.;\n]*\Z", re.I)


_OF_AN_EXAMPLE = re.compile(r"\b(?:examples?|(?:sanity |quick )?checks?|special cases?|limiting cases?|instance)\b[^\n]{0,3}[.:][^\n]{0,80}\Z|(?:^|\n)[ \t]*[-*•][ \t]+\$?p\s*=\s*\Z", re.I)


def equated(text: str, scope: Scope) -> str:
    """The declared quantity with a value or definition of its own to which an equation of the text gives another one: 'q = 1 - 1/p', 'with a = (1, 1, 1) for simplicity'."""
    if "=" not in text or not any(s.given is not None or s.let is not None for s in scope.symbols.values()):
        return ""
    for m in _EQUATED.finditer(text):
        symbol = scope.symbols.get(m["name"])
        own = symbol.given or symbol.let if symbol is not None and symbol.kind == "value" and symbol.name != scope.asked else None
        if text[: m.start()].rstrip()[-1:] in tuple("+-−*/·×<>|{})]=0123456789"):
            continue  # the end of a longer left side
        sentence = text[max(text.rfind(c, 0, m.start()) for c in ".;\n") + 1 : m.start()]
        if symbol is None or own is None or _SUPPOSED.search(sentence) or _OF_AN_EXAMPLE.search(text, max(0, m.start() - 120), m.start()) or (symbol.given is not None and not _ANEW.search(sentence)):
            continue
        try:
            meant = [E.as_column(r.statements[-1].terms[-1]) for r in readings(m["value"], scope)]
        except ReadError:
            continue
        if all(e.shape == E.as_column(own).shape and _differ(e, E.as_column(own)) for e in meant) and not any(symbol.name in E.symbols_in(e) for e in meant):
            return symbol.name
    return ""


_AT = (Fraction(19, 8), Fraction(7, 3), Fraction(23, 5))


def _differ(a: Expr, b: Expr) -> bool:
    """Whether two expressions of scalars differ where the scalars have some values."""
    names = sorted(E.symbols_in(a) | E.symbols_in(b))
    world = World({n: _AT[k % len(_AT)] + k for k, n in enumerate(names)}, {})
    try:
        return not proved_equal(a, b) and not same_exactly(exact(a, world), exact(b, world))
    except (Undefined, NotEvaluable, KeyError, TypeError):
        return False


_COUNTS = re.compile(
    r"(?:\b(?:where|with|here|and)\b|[,(])\s*\$?\\?(?P<name>[A-Za-z]\w*)\$?\s*(?:is|are|denotes|being|counts|=|:)\s+"
    r"(?:the\s+)?(?:total\s+)?number\s+of\s+(?:\w+\s+)?(?P<noun>[a-z]+)", re.I)
# 'n includes the server', where n numbers the workers beside it.
_WITH_CENTRE = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\$?\s+(?:here\s+|also\s+|now\s+)?(?:includ(?:es|ing)|count(?:s|ing)|exclud(?:es|ing)|not (?:including|counting))\s+(?:also\s+)?(?:the\s+)?"
    r"(?:(?:parameter|central)\s+)?(?:server|master|root|coordinator|hub|centre|center)\b", re.I)
_COUNTED = (
    frozenset("worker machine node device gpu process rank participant peer client accelerator".split()),
    frozenset("parameter weight entry entries element number float scalar component gradient".split()),
    frozenset("message transfer round step iteration epoch phase link hop".split()),
    frozenset("sample example observation point row measurement".split()),
    frozenset("feature column coordinate dimension unknown variable".split()),
    frozenset("byte bit".split()),
    frozenset("layer block".split()),
    frozenset("matrix matrice".split()),
)


def counts_another(text: str, scope: Scope) -> str:
    """The declared count that a text says to number things of another kind: 'where n is the number of parameters' for a number of workers."""
    for m in _WITH_CENTRE.finditer(text) if "clud" in text or "ount" in text else ():
        if any(m["name"] in (s.name, *(a.lstrip("\\") for a in s.aliases)) and s.kind == "value" for s in scope.symbols.values()):
            return m["name"]
    for m in _COUNTS.finditer(text) if "number of" in text else ():
        symbol = next((s for s in scope.symbols.values() if m["name"] in (s.name, *(a.lstrip("\\") for a in s.aliases))), None)
        own = set(re.findall(r"[a-z]+", symbol.says.lower())) - {"number"} if symbol is not None else set()
        of_own = [kind for kind in _COUNTED if any(_singular(w) in kind for w in own)]
        of_it = [kind for kind in _COUNTED if _singular(m["noun"].lower()) in kind]
        if symbol is not None and of_own and of_it and not any(kind in of_own for kind in of_it) and m["noun"].lower() not in own:
            return symbol.name
    return ""


def _singular(word: str) -> str:
    return word.removesuffix("s") if word != "entries" else word


_UNIT_VECTOR = re.compile(r"\$?\\?(?:mathbf\{e\}|e)_\{?\w\}?\$?\s*(?:is|denotes|=|being|has)\s+(?P<said>[^.;\n]{3,80})", re.I)
_INVERTED_UNIT = re.compile(r"\bzero\b[^.;\n]{0,40}\bones\s+(?:everywhere|elsewhere|otherwise|in\s+(?:all|the)\s+other)", re.I)
_ROLES = re.compile(r"(?<![A-Za-z])(?:U\$?\s+(?:are|is|holds?|contains?|collects?|has|being)\s+(?:in\s+its\s+columns\s+)?the\s+right|V\$?\s+(?:are|is|holds?|contains?|collects?|has|being)\s+"
                    r"(?:in\s+its\s+columns\s+)?the\s+left)\s+singular\s+vectors\b")
_ONE_NUMBER = re.compile(r"\b(?:max(?:imum)?|min(?:imum)?|product|sign)\s+(?:here\s+)?is\s+(?:meant\s+as\s+)?(?:one|a|a\s+single)\s+(?:number|scalar)\b", re.I)
_OF_A_UNIT = re.compile(r"\b(?:unit|basis|standard|canonical|one-hot|single|only|except|elsewhere|otherwise|rest)\b", re.I)
_READ_SO = re.compile(r"\bread \$?\w{1,2}\$? (?:that|this|so|in that|in this) ?(?:way|sense)?\b|\b(?:is|has|are|have) to be (?:taken|chosen|read|understood)\b[^.;]{0,40}\b(?:where|as|at)\b")
_SIGN_OF = re.compile(
    r"\b(?:sign|sgn)\}?\s*\(?\s*\$?(?P<of>[A-Za-z])\)?\$?\s*(?:is|denotes|means|stands)\s[^.;\n]{0,40}?"
    r"\bsigns? of (?:the )?(?:entries of |components of |parameters? )?\$?(?P<told>\\?[A-Za-zα-ω]+)")


def other_meaning(text: str, scope: Scope) -> str:
    """Words that give a part of the answer a meaning it does not have: 'e_k is the vector of all ones', 'sign(g) is short for the signs of theta', 'read k that way'."""
    if "e_" in text or "{e}" in text:
        for m in _UNIT_VECTOR.finditer(text):
            if "e" not in scope.symbols and (_INVERTED_UNIT.search(m["said"]) or (re.search(r"\bones\b|\bzeros\b", m["said"]) and not _OF_A_UNIT.search(m["said"]))):
                return m["said"].strip()
    if "sign" in text or "sgn" in text:
        for m in _SIGN_OF.finditer(text):
            told = m["told"].lstrip("\\").replace("θ", "theta")
            if told != m["of"] and told in scope.symbols:
                return m.group().strip()
    if ("singular" in text and (roles := _ROLES.search(text)) is not None) or (" is " in text and (roles := _ONE_NUMBER.search(text)) is not None):
        return roles.group()
    so = _READ_SO.search(text)
    return so.group() if so is not None else ""
