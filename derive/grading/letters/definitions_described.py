"""What a text says of a letter behind its definition: 'Let r = F be the geometric mean of the prices. ...', 'Let t = (y + 1)/2 (labels 0 or 1)', as the definition alone.

The formula says what the letter is. Words behind it that may make it another, or that name a statistic which the formula is not, stay.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.bracketed import opens_no_remark
from derive.grading.words.vocabulary import changed, changing
from derive.problem.model import Problem

MOST_TEXT = 3_000
_OPENS = r"(?P<opens>\b(?:let|with|where|and|put|set|write|define|denote|here)\s+(?:(?:the\s+)?(?:weights|precisions|scores|constants?|factor|notation)\s+)?)"
_NAME = r"(?P<name>\\?[A-Za-zα-ω]+(?:_\{?\w+\}?)?(?:\([a-z]\))?)"
_VALUE = r"(?P<value>(?:[^.;:\n$,=]|\.(?=\d)|,(?=[^()\n]{0,30}\))){1,160}?)"
_SAID = r"(?P<what>[A-Za-z0-9][A-Za-z0-9/\s-]{2,60}?)"
_BEHIND = (rf"(?:\s+(?:be|is|are|denote|being|for|,\s*which\s+is)\s+(?:the|an?)\s+{_SAID}|\s+(?:the|our)\s+{_SAID.replace('what', 'called')}|\s+\((?P<remark>[A-Za-z][^()=<>]{{2,60}})\))"
           r"(?=\s*(?:[.;:\n]|,\s|\s(?:and|so|then)\s|\sthe\s+(?:\w+\s+){1,2}(?:is|equals)\s|\Z))")
_PLAIN = re.compile(rf"{_OPENS}{_NAME}\s*:?=\s*{_VALUE}{_BEHIND}", re.I)
_DISPLAYED = re.compile(rf"{_OPENS}\$(?P<name>[^$=]{{1,20}}?)\s*:?=\s*(?P<value>[^$]{{1,160}}?)\$(?:,)?{_BEHIND}", re.I)
_ANOTHER = re.compile(r"\b(?:halved|doubled|tripled|negated|flipped|times|plus|minus|divided|multiplied|half|twice|not|but|except|without|only|if|when|unless|rounded"
                      r"|raised|wrong|supremum|infimum|optim\w+|answer|result|solution|objective)\b", re.I)
_STATISTICS = (
    (re.compile(r"\bgeometric\b", re.I), re.compile(r"\^\s*[{(]?\s*(?:1\s*/\s*n|\\[dt]?frac\s*\{?1\}?\s*\{?n)|\\sqrt\s*\[|exp|root", re.I)),
    (re.compile(r"\b(?:harmonic)\b", re.I), re.compile(r"n\s*/|\\frac\s*\{?\s*n", re.I)),
    (re.compile(r"(?<!geometric )(?<!harmonic )\b(?:mean|average)\b", re.I), re.compile(r"\+|∑|Σ|sum|mean|\\top|\^T", re.I)),
    (re.compile(r"\b(?:sum|total)\b", re.I), re.compile(r"sum|∑|Σ|\+|\\top|\^T|norm", re.I)),
    (re.compile(r"\bproduct\b", re.I), re.compile(r"prod|∏|⋯|\\cdots|\*|·|\.\.\.|…", re.I)),
    (re.compile(r"\b(?:median|largest|maximum|smallest|minimum|greatest|least)\b", re.I), re.compile(r"median|max|min|‖|norm|lambda|λ|sigma|σ|_\{?\(", re.I)))
"""Names of statistics, each with the signs of which a formula for it holds one."""


def without_descriptions(text: str, problem: Problem) -> str:
    """The text without what it says of its letters behind their definitions."""
    if "=" not in text or len(text) > MOST_TEXT:
        return text

    def told(m: re.Match[str]) -> str:
        said, name = m["what"] or m["called"] or m["remark"], m["name"].strip().lstrip("\\")
        declared = problem.symbols.get(name.partition("_")[0])
        if _SENTENCE.search(m["value"]) or (m["remark"] and not re.match(r"(?:the\s+)?[A-Za-z]{3,}|the\s+\S+\s+[A-Za-z]{3,}", m["remark"])):
            return m[0]
        if m["remark"] and (_COMPUTED.search(m["remark"]) or m["remark"].split()[0] in problem.symbols):
            return m[0]  # a factor in brackets
        if declared is not None or opens_no_remark(said) or _ANOTHER.search(said) or (not m["what"] and any(changed(w) or changing(w) for w in re.findall(r"[a-z]+", said.lower()))):
            return m[0]
        if any(named.search(said) and not signs.search(m["value"]) for named, signs in _STATISTICS):
            return m[0]
        return m[0][: m.start("value") - m.start()] + m["value"] + ("$" if "$" in m[0] else "")

    return _DISPLAYED.sub(told, text) if "$" in text else _PAUSE.sub(_paused, _PLAIN.sub(told, text))


_COMPUTED = re.compile(r"^[^\s]*[+*/^|‖√]|^\w+\s*[-−]\s*\w+\s*$")
_SENTENCE = re.compile(r"\b(?:and|or|the|is|are|gives|equals|be|we|then)\b", re.I)
_PAUSE = re.compile(r"(?P<with>(?:^|(?<=[.;]\s))(?:with|using|for)\s+[^\s=]{1,12}\s*=[^;:\n$]{1,120}?[\w)\]])\s+(?=the\s+(?:[a-z]+\s+){1,3}(?:is|equals|becomes)\s)", re.I)


def _paused(m: re.Match[str]) -> str:
    """'With t = F the gradient is G' with the comma that parts the two."""
    return m[0] if _SENTENCE.search(m["with"]) or m["with"].count("(") != m["with"].count(")") else m["with"] + ", "
