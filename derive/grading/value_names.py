"""How people name an optimal value: 'the minimum is', E(w^*) =, J^* =, f_{\\min} =, as 'value ='."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.wanted import Wanted
from derive.problem.model import Problem

_STAR = r"(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|_\s*\{?\s*(?:\\?(?:text|mathrm|operatorname)\{)?\\?(?:min|max|opt)\}?\s*\}?|\*)"
_MARKED = re.compile(rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)\s*{_STAR}\s*=")
_APPLIED = re.compile(rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)\s*\(\s*\\?[A-Za-z]+\s*{_STAR}?\s*\)\s*=")
_SAID = re.compile(r"\b(?:the\s+)?(?:(?:optimal|minimal|maximal|minimum|maximum)\s+)?\bvalue(?:\s+(?:there|of the objective))?\s*(?:is|equals|:|=|(?=\$|[-−]\s*[\w(\\]))"
                   r"\s*(?P<open>\$\$?|\\\(|\\\[)?\s*", re.I)
# 'and the minimum is F'
_EXTREME = re.compile(r"\bthe\s+(?:minimum|maximum|optimum)\s*(?:is|equals|:|=)\s*(?=[$\\−\d(-])", re.I)
_OF_STATEMENT = re.compile(r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\(\\?[A-Za-z]+\)\s*=")
_TWICE = re.compile(r"\bvalue = (?:value =\s*)+")
MAX_CHARACTERS = 4_000


def with_value_named(text: str, problem: Problem) -> str:
    """The text with the left side of an equation for the optimal value written 'value'; declared names keep theirs."""
    if len(text) > MAX_CHARACTERS:
        return text

    def named(m: re.Match[str]) -> str:
        name = m.group("name").lstrip("\\")
        known = any(name in (s.name, *(a.lstrip("\\") for a in s.aliases)) for s in problem.symbols.values() if s.kind != "function")
        return m.group() if known else "value ="

    for m in _OF_STATEMENT.finditer(problem.statement):  # E = F, where the statement minimises E(w) = ...
        text = re.sub(rf"(?<![A-Za-z\\_]){m['name']}\s*=(?!=)", "value =", text) if named(m) == "value =" else text
    # "the value is $A$": the name belongs into the formula.
    told = _SAID.sub(lambda m: f"{m.group('open') or ''}value = ", _APPLIED.sub(named, _MARKED.sub(named, _EXTREME.sub("the value is ", text))))
    return _TWICE.sub("value = ", told)  # "the minimum value is E(w*) = A"


_OPTIMISED = re.compile(r"(?<![A-Za-z\\_])(?P<op>\\?(?:min|max)(?:imum|imize|imise)?)(?:\\limits)?(?![A-Za-z_{(])(?P<rest>(?:\s|\\[,;!:])*(?:\\[lL]eft\s*)?(?P<bar>\\\||\\lVert|‖|\|\|)\s*"
                        r"\\?(?P<name>[A-Za-z]+)(?:\s|\\right)*(?:\\\||\\rVert|‖|\|\|)(?:_\{?2\}?|₂)?\s*(?:\^\{?2\}?|²|\*\*2)?\s*=(?!=))")


def with_unknown_below(text: str, wanted: Wanted) -> str:
    """'min ||x||^2 = F' with the one unknown below the operator, where the least (or largest) value of the program is asked."""
    sense = "min" if wanted.bound == "at least" else "max"
    return _OPTIMISED.sub(lambda m: f"{m['op']}_{{{m['name']}}}{m['rest']}" if wanted.unknowns == (m["name"],) and m["op"].lstrip("\\") == sense else m.group(), text)
