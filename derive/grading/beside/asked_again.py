"""What a text says of the unknown behind a right answer that makes it another: 'each of these $p_i$ is divided by $T$', 'the $u$ that was asked for is $u = -\\eta F$'.

Looked at are the words that change the unknown by its name, and a last equation for it that holds a letter which is neither declared nor told.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.beside.equations_held import unknown_names
from derive.grading.finding.interpret import MISFIT
from derive.grading.keys import Key, kept
from derive.grading.text.segments import pieces

MAX_TEXT = 4_000
_HEADS = re.compile(r"(?:^|\n)[ \t]*(?P<heads>\|[^\n]{1,300}\|)[ \t]*\n[ \t]*\|[-:| ]{3,200}\|")
_PLAIN_HEAD = re.compile(r"[\s$*]*(?:[a-z]+\s+){0,3}(?:of\s+)?[\s$*]*\\?[A-Za-z]{1,8}(?:_\{?\w{1,4}\}?)?(?:\^\{?(?:\*|\\star|\\ast)\}?)?\s*=?[\s$*:]*", re.I)


def _head_of_another(text: str, names: re.Pattern[str]) -> str:
    """The head of a column that holds the unknown in a formula of its own: '-u', 'u/2'."""
    for m in _HEADS.finditer(text):
        for cell in m["heads"].strip("|").split("|"):
            if names.search(cell) is not None and _PLAIN_HEAD.fullmatch(cell) is None and re.search(r"[-−+*/^]|\\frac|\\cdot", cell) is not None and "=" not in cell:
                return cell.strip()
    return ""


_CHANGES = (r"\$?\s*(?:is|are|gets?|(?:has|have)\s+to\s+be|must\s+be|should\s+be)\s+(?:then\s+|finally\s+|still\s+|also\s+|lastly\s+|both\s+)*"
            r"(?:divided|multiplied|scaled|rescaled|halved|doubled|tripled|negated|squared|inverted|transposed|rounded|flipped)\b(?!\s+(?:by|into)\s+(?:the\s+)?(?:same|gradient\s+sign))")
_UNCHANGED = re.compile(r"(?:\bnot|n't) change\b[^.;]{0,40}\b(?:when|if|as|where)\b[^.;]{0,30}\Z"
                        r"|\b(?:unchanged|invariant|unaffected|the same|no effect)\b[^.;]{0,40}\b(?:when|if|as|where)\b[^.;]{0,30}\Z", re.I)
_OTHER_FORM = re.compile(
    r"\b(?:general\w*|usual\w*|form|like|e\.g|example|standard|if|when|instead|would|not|wrong|compare|unlike|some|often|another|write|ansatz|try|guess|suppose|let|assum\w*)\b|n't\b", re.I)
_TURNS = re.compile(
    r"\b(?:drop\w*|remov\w+|flip\w*|revers\w+|negat\w+|chang\w+|switch\w*|turn(?:s|ed|ing)?(?!\s+out)|ignor\w+|omit\w*|leav\w+\s+out|delet\w+|add\w*|multipl(?:y|ies|ied|ying)|divid\w+|halv\w+|doubl\w+|"
    r"scal\w+|absorb\w*|replac\w+|correct\w*|adjust\w*|must|should|have\s+to|has\s+to|needs?\s+to)\b[^.;]{0,60}\Z", re.I)
_RELATIVE = re.compile(r",\s+(?:which|as|since|because)\b")
_NOT_BUT = re.compile(r"\b(?:update|answer|solution|step|limit|value|minimi[sz]er|result)\s+is\s+not\b[^.;]{1,60}\bbut\s*\Z", re.I)
_ASSERTS = re.compile(r"(?:\bi\.\s?e\.?|\b(?:asked|answer|that is|so|hence|thus|therefore|finally|in fact|really|should be|must be|correct\w*|actually|simplif\w+|expand\w+"
    r"|multipl(?:ied|ying)\s+out)\b)[^.;]{0,40}\Z", re.I)
_UNDECLARED = re.compile(r"'(?P<name>[^']{1,20})' is not declared")


def turned_into(text: str, key: Key, wrong: Callable[[str], bool]) -> str:
    """The equation for the unknown in which a text ends that turns its right answer into another: 'F, and we drop the sign: u = -F'; '' where there is none.

    wrong: whether a formula alone is wrong.
    """
    if len(text) > MAX_TEXT or not key.wanted.asked or "=" not in text:
        return ""
    names = kept(key, "names of the unknown", lambda: unknown_names(key))
    last = None if names is None else next((m for m in reversed(list(names.finditer(text))) if _EQUATED.match(text, m.end()) is not None and text[: m.start()][-1:] in _BEGINS), None)
    if last is None or not text[: last.start()].strip(" $*\\([`"):
        return ""
    lead = text[max(0, last.start() - 120) : last.start()].rstrip(" $*\\([`:,")
    if _NOT_BUT.search(lead) is None and (_TURNS.search(lead) is None or _OTHER_FORM.search(lead.rpartition(". ")[2]) is not None):
        return ""
    told = _SENTENCE_ENDS.split(text[last.start() :], 1)[0].replace("`", "").strip(" $*\\)].,;")
    while told.count("(") > told.count(")") or told.count("[") > told.count("]"):  # cut off with the marks of the text
        rest = text[last.start() :].replace("`", "")
        behind = rest[rest.find(told) + len(told) :][:1]
        if behind not in (")", "]"):
            break
        told += behind
    if not key.wanted.equates(told.lstrip("$")):
        return ""
    shown = told if "$" not in told else f"${told}{'$' if told.count('$') % 2 == 0 else ''}"  # with what a letter of it is: '..., where $\\gamma = r$'
    if wrong(shown):
        return told
    head = _RELATIVE.split(told, 1)[0]  # 'u = F, which only tends to 0'
    return head if head != told and wrong(head if "$" not in head else f"${head}{'$' if head.count('$') % 2 == 0 else ''}") else ""


_BEGINS = ("", " ", "\n", "$", "(", "[", "`", "*", ":")  # what stands before an equation that is not a part of another
_EQUATED = re.compile(r"(?:_\{?(?:∞|\\infty|\d|opt|new)\}?)?(?:\^\{?(?:\*|\\star|\\ast)\}?)?\s*=(?!=)")
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s|\Z)|\n")


def changed_again(text: str, key: Key, error_of: Callable[[str], str]) -> str:
    """The words, or the equation, by which a text changes its right answer; '' where there is none. error_of: why a formula alone is not read, '' where it is."""
    if len(text) > MAX_TEXT or not key.wanted.asked:
        return ""
    names = kept(key, "names of the unknown", lambda: unknown_names(key))
    if names is None:
        return ""
    if " is " in text or " are " in text or " be " in text or " get" in text:
        changes = kept(key, "changes of the unknown", lambda: re.compile(rf"{names.pattern}(?:_\{{?\w\}}?)?{_CHANGES}", re.I))
        m = changes.search(text)
        if m is not None and _UNCHANGED.search(text, max(0, m.start() - 80), m.start()) is None:
            return m.group()
    if "|" in text and "\n" in text and (head := _head_of_another(text, names)):
        return head
    found = pieces(text)
    formulas = [k for k, p in enumerate(found) if p.formula and "=" in p.text and key.wanted.equates(p.text)]
    if len(formulas) < 2:
        return ""
    last = formulas[-1]
    lead = found[last - 1].text[-80:] if last and not found[last - 1].formula else ""
    if _OTHER_FORM.search(lead) is not None or _ASSERTS.search(lead) is None:
        return ""
    error = error_of(found[last].text)
    if MISFIT in error or "square" in error:
        return found[last].text.strip()  # 'so $f = A^T A x - b$'
    m = _UNDECLARED.search(error)
    if m is None:
        return ""
    name = rf"(?<![A-Za-z]){re.escape(m['name'])}(?![A-Za-z])"
    told = re.compile(rf"{name}\s*\$?\s*(?::?=|\\in\b|∈|(?:is|denotes|with|such|where)\b)|(?:let|call|with|where|for)\s+\$?\\?{name}", re.I)
    return "" if told.search(text) is not None else found[last].text
