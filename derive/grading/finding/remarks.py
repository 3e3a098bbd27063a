"""Remarks that say nothing about the answer in general: 'for g = 0 this gives u = 0', 'it tends to max_i z_i as T -> 0'.

What holds where a declared symbol has one value is no other answer. Such sentences are left out only behind a formula, and only for a
second look at a text that was not called right as it stands.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.told import counterfactual
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.grading.words.vocabulary import CHANGED, CONTRASTS, CORRECTING, LITTLE, NUMBERS, UNITS, known
from derive.maths.signs import GREEK_CHARS

MAX_TEXT = 6_000

_END = re.compile(r"[.!?](?:\*\*|[)\"'])?(?=\s|$)|;(?=\s)|\n\s*\n|\n(?=\s*[-*•]\s)")
_OPENING = re.compile(
    r"(?:[\s*_(>•,;:-]|(?:(?:sanity|quick|consistency)[ -]?)?check\b|note\b|notice\b|remark\b|for example\b|e\.g\.|indeed\b|also\b|and\b|in particular\b|similarly\b|that\b|so\b"
    r"|of course\b|conversely\b)*", re.I)
# What may be about the answer as a whole, whatever stands beside it.
_WHOLE = re.compile(
    r"\b(?:otherwise|else|in general|generally|answers?|final(?:ly)?|therefore|thus|hence|correct\w*|right|actual(?:ly)?|should|must|mistake|wrong|forgot|missing|missed|really|"
    r"true|proper(?:ly)?|overall|always|every|all|each|any|our case|here|not)\b", re.I)
_EVERY_FEASIBLE = re.compile(r"\b(?:every|any|all)\s+(?:feasible|admissible|such)?\s*(?:\$[^$]{1,40}\$|\w{1,6}|points?|vectors?)\s+(?:is|are|will|does|works?)\b[^.]{0,40}", re.I)
_AS_IT_SHOULD = re.compile(r"\bas (?:it|one|we|they) (?:should|must)\b", re.I)
_ONES = r"\(\s*(?:1\s*,\s*)+(?:\\[lcd]?dots|…|\.\.\.|1)(?:\s*,\s*1)?\s*\)"
_NUMBER = rf"(?:{_ONES}|" + r"[+-]?\s*\\?(?:infty|∞|inf)|[+-]?\d+|\\mathbf\{?\s*0\s*\}?|\\vec\{?0\}?)"
_NAME = r"\\?[A-Za-zα-ωΑ-Ω]+(?:_\{?\w{1,6}\}?)?"
_AT = re.compile(rf"({_NAME}(?:\s*=\s*{_NAME})*)\s*(?:=|\\to|\\rightarrow|→|->|\\downarrow|\\uparrow)\s*{_NUMBER}(?:\^\{{?[+-]\}}?)?")
_CASE = r"(?:for|if|when|with|as|at|setting|taking|letting|in the (?:(?:special|limiting|scalar|extreme|trivial) )?(?:case|limit)(?: of| that| where)?)"
_OPENS = re.compile(rf"(?:{_CASE}\s+(?:we (?:set|take|let)\s+)?|(?=\$[^$=]{{1,12}}=[^$]{{1,20}}\$\s+(?:yields|gives|leads to|makes|reproduces|recovers)\b))"
                    rf"(?:(?:\$(?P<tex>[^$]{{1,40}})\$|(?P<plain>[^\s,$]{{1,8}}\s*(?:=|→|->)\s*[^\s,$]{{1,8}}))(?=[\s,])"
                    r"|(?:the|a)\s+zero\s+(?:gradient|vector)\b)", re.I)
_CLOSES = re.compile(rf"^(?:it|this|that|the (?:formula|expression|result))\s+(?:tends|becomes|reduces|goes|equals|is|approaches|"
                     rf"agrees|recovers|coincides|concentrates)\b.*\b{_CASE}\s+\$?(?P<tex>[^$\s][^$]{{0,40}}?)\$?\W*$",
                     re.I | re.S)
_COUNTERFACTUAL = re.compile(r"(?:had|were)\b.{3,160}\bwould (?:be|have)\b"
                             r"|(?:for|with|under)\s+(?:the|a|an)\s+[^$]{3,60}\b(?:it|this|that|we|one) would (?:be|have|get|give|become|obtain)\b", re.I | re.S)
_ITS = re.compile(r"(?:its|their)\s+(?:\S{1,24}\s+){0,2}(?:norm|length|entries|components|coordinates|sum)\b", re.I)


# 'n(n - 1) messages, i.e. O(n^2)': an order of growth behind the count itself.
_ORDER = re.compile(
    r"(?<=[\w)}$])\s*(?:[,(]|—|–)?\s*(?:(?:i\.e\.|that is|which is|so|thus|hence),?\s*)?\$?(?:\\mathcal\s*\{?O\}?|O|\\Theta|Θ)\s*\((?:[^()$]|\([^()$]*\)){1,30}\)\$?\)?(?=\s*[.!]?\s*$)")


def without_remarks(text: str, key: Key) -> str:
    """The text without sentences behind a formula that are about one value of a symbol, or about what would be otherwise."""
    if len(text) > MAX_TEXT:
        return text
    if key.part.ask == "count" and (m := _ORDER.search(text)) is not None and re.search(r"\w", text[: m.start()]):
        text = text[: m.start()] + text[m.end() :]
    reason = _REASON.fullmatch(text) if not any(c in text for c in "$\\\n") else None
    if reason is not None and _only_reasons(reason):
        return reason.group("head")
    formulas = delimited(text)
    kept: list[str] = []
    given = False
    for sentence in _sentences(text, formulas):
        if given and _is_remark(sentence, key):
            kept.append("\n\n" if sentence.endswith("\n") else " ")
            continue
        kept.append(sentence)
        given = given or any(c in sentence for c in "$=\\") or re.search(r"[-−]\S|[*/^]", sentence) is not None
    return "".join(kept) if len(kept) > 1 else text


# '2n: n pushes and n pulls', 'n(n-1), because a worker does not send to itself'.
_REASON = re.compile(r"(?P<head>[^,:;]{1,80}?)(?:,?\s+(?:because|since)\s+(?P<why>[^;]{1,200})|:\s+(?P<terms>[A-Za-z0-9 ,+*()/-]{1,80}))")


_WORDS_BEHIND = re.compile(r"(?P<head>[^,;:()\n$\\]*(?:\([^()\n$\\]*\)[^,;:()\n$\\]*)*?)(?:,\s+|:\s+|\s+\((?=[a-z]))(?P<words>[A-Za-z][^=<>^*/+$\\\n;:_]*)")


# 'F, assuming a != 0', 'F, valid for any n >= 1'.
_CONDITION_BEHIND = re.compile(
    r"(?P<head>[^;:\n$\\]{1,200}?)[,\s(]+(?:(?:which|this|it|and|is|holds|true|valid|works)\s+){0,4}(?:assuming|supposing|provided|given|(?:as|so)\s+long\s+as|whenever|(?:valid|true|holds|works)\s+(?:if|for|when))"
    r"\s+(?P<words>[^\n$\\;:]{1,80}(?:[<>≤≥≠]|!=)[^\n$\\;:=]{1,40}|[^\n$\\;:<>]{1,40}[<>]=[^\n$\\;:]{1,40})")


_SENTENCE_BEHIND = re.compile(r"(?P<head>[^.\n$\\=]{1,60}?)\.\s+(?P<words>[A-Z][^=<>^*/+$\\\d_]{10,300})")


def formula_before_words(text: str) -> str:
    """The formula of 'u = ..., where sign acts elementwise' without delimiters; the words behind it are to be looked at. Else empty."""
    m = _CONDITION_BEHIND.fullmatch(text.strip()) if len(text) < 400 else None
    if m is not None:  # the condition is judged with the words (derive.grading.words.restrictions)
        return m.group("head").strip() if re.search(r"[=*/^+(]", m.group("head")) and not re.search(r"\b(?:not|no|or|but|so|actually|wait)\b", m.group("words"), re.I) else ""
    m = _WORDS_BEHIND.fullmatch(text.strip()) or _SENTENCE_BEHIND.fullmatch(text.strip()) if len(text) < 400 else None
    if m is None or not re.search(r"[=*/^+(]|\d[A-Za-z]", m.group("head")) or re.search(
            r"\b(?:not|no|wrong|incorrect|false|mistake|or|but|so|half|actually|wait|mean|meant|rather|sorry|correction)\b|\d", m.group("words"), re.I):
        return ""
    return m.group("head").strip()


_REMARK_BEHIND = re.compile(r"(?P<formula>[^$`\\\n]{3,200}?)\s+(?P<remark>\((?:where|if|when|whenever|at|since|because|note|any|as)\s(?:[^()$`\\]|\([^()]*\))*\)\.?)")


def with_formula_delimited(text: str) -> str:
    """'u = F (where x is 0 any value is fine)' with its formula between delimiters, so that the remark is looked at as one; else empty."""
    m = _REMARK_BEHIND.fullmatch(text.strip()) if len(text) < 400 else None
    return "" if m is None or not re.search(r"[=*/^+(]", m["formula"]) else f"`{m['formula']}` {m['remark']}"


def _only_reasons(m: re.Match[str]) -> bool:
    """Whether nothing behind a formula turns against it, or counts what is not known."""
    words = re.findall(r"[A-Za-z]+", (m.group("why") or m.group("terms")).lower())
    if any(w in CONTRASTS - {"not", "only", "without"} or w in CORRECTING - {"not", "no", "should", "first", "second"} or w == "so" for w in words):
        return False
    if any(CHANGED.match(w) or w in NUMBERS for w in words):
        return False
    return m.group("why") is not None or (all(len(w) == 1 or known(w, LITTLE, UNITS) or w.endswith("s") for w in words))


_BRACKET = re.compile(r"[()]")


def _sentences(text: str, formulas: list[tuple[int, int]]) -> list[str]:
    """Sentences, clauses between semicolons, and what stands in brackets as a sentence of its own; nothing is cut within a formula."""
    cuts = [m.end() for m in _END.finditer(text)]
    level, opened = 0, -1
    inside = 0  # formulas that end before the bracket at hand
    for m in _BRACKET.finditer(text):
        k = m.start()
        while inside < len(formulas) and formulas[inside][1] <= k:
            inside += 1
        if inside < len(formulas) and formulas[inside][0] <= k:
            continue
        if text[k] == "(" and not level and (k == 0 or text[k - 1].isspace()):
            opened = k
        level += 1 if text[k] == "(" else -1
        if text[k] == ")" and level == 0 and opened >= 0 and any(c in text[opened:k] for c in "$="):
            cuts += [opened, k + 1]
        opened = opened if level > 0 else -1
        level = max(level, 0)
    free = sorted({c for c in cuts if not any(a < c < b for a, b in formulas)})
    return [text[a:b] for a, b in zip([0, *free], [*free, len(text)], strict=True) if a < b]


# 'As a check, in one dimension ... agrees with ...'.
_CHECKED = re.compile(
    r"[\s*_(]*(?:as an? )?(?:sanity |quick |consistency )?check\b(?:(?!\b(?:but|however|wrong|mistake|correct\w*|fix\w*|actually|contradict\w*|fails?|disagrees?)\b).)*"
    r"\b(?:agrees|matches|consistent|coincides|as (?:it should|expected|before))\b[^.]*\W*", re.I | re.S)


_CHECK_OF = re.compile(r"[\s*_(]*(?:as an? )?(?:sanity |quick |consistency )?check\b[^.\n]*=\s*(?:\d|\\infty)", re.I)
_TURNS = re.compile(r"\b(?:but|however|wrong|mistake|correct\w*|fix\w*|actually|contradict\w*|fails?|disagrees?|should|must|so|thus|hence|therefore|final\w*|answer|instead|not)\b", re.I)


def checks_a_case(text: str, at: int) -> bool:
    """Whether the formula at a place is what a check gives where a symbol has one value: 'Check: $p = 2$ gives F'."""
    start = max(text.rfind("\n", 0, at), text.rfind(". ", 0, at), text.rfind(".$", 0, at) + 1) + 1
    end = min((k for k in (text.find("\n", at), text.find(". ", at)) if k >= 0), default=len(text))
    return _CHECK_OF.match(text, start, at) is not None and _TURNS.search(text, start, end) is None


def _is_remark(sentence: str, key: Key) -> bool:
    if _CHECKED.fullmatch(sentence):
        return True
    opening = _OPENING.match(sentence)
    said = sentence[opening.end() if opening is not None else 0 :].strip()
    if not said:
        return False
    bracketed = sentence.strip().startswith("(")
    plain = _AS_IT_SHOULD.sub(" ", re.sub(r"\$[^$]*\$", " ", _EVERY_FEASIBLE.sub(" ", said)))
    if _WHOLE.search(plain):
        return False
    if _ITS.match(said):
        return not any(CHANGED.match(w) for w in re.findall(r"[a-z]+", said.lower()))
    if _COUNTERFACTUAL.match(said):
        return counterfactual(said.rstrip(".! "), key) if said.lower().startswith(("had", "were")) else bracketed
    m = _OPENS.match(said) or _CLOSES.match(said.rstrip(" )*_.!"))
    if m is None:
        return False
    found = m.groupdict()
    at = found.get("tex") or found.get("plain")
    return (at is None or _special(at, key)) and _no_other_value(said, key)


def _special(condition: str, key: Key) -> bool:
    """Whether a condition sets declared symbols that have no value of their own, to a number."""
    m = _AT.fullmatch(condition.strip().strip("$").strip())
    if m is None:
        return False
    symbols = key.problem.symbols
    named = {n.lstrip("\\"): s for s in symbols.values() for n in (s.name, *s.aliases)}
    names = [GREEK_CHARS.get(n, n) for n in (x.strip().lstrip("\\") for x in m.group(1).split("="))]
    return all(n in named and named[n].given is None and named[n].name != key.wanted.asked for n in names)


def _no_other_value(said: str, key: Key) -> bool:
    """Whether no value but 0 is given to the unknown: at one point it might be asked for, and wrong there."""
    s = key.problem.symbols.get(key.wanted.asked)
    names = [key.wanted.asked, *(s.aliases if s is not None else ())] if key.wanted.asked else []
    return all(re.match(r"\s*(?:\\mathbf\s*\{?\s*)?0(?!\.?\d)", said[m.end() :]) is not None
               for n in names for m in re.finditer(rf"(?<![A-Za-z]){re.escape(n)}(?:\^\*)?\s*=", said))
