"""How people name an optimal value: 'the minimum is', E(w^*) =, J^* =, f_{\\min} =, as 'value ='."""

from __future__ import annotations

from derive import patterns as re
from derive.problem.model import Problem

_STAR = r"(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|_\s*\{?\s*(?:\\?(?:text|mathrm|operatorname)\{)?\\?(?:min|max|opt)\}?\s*\}?|\*)"
_MARKED = re.compile(rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)\s*{_STAR}\s*=")
_APPLIED = re.compile(rf"(?<![A-Za-z\\])(?P<name>\\?[A-Za-z]+)\s*\(\s*\\?[A-Za-z]+\s*{_STAR}?\s*\)\s*=")
_SAID = re.compile(r"\b(?:the\s+)?(?:(?:optimal|minimal|maximal|minimum|maximum)\s+)?\bvalue(?:\s+(?:there|of the objective))?\s*(?:is|equals|:|=|(?=\$))\s*(?P<open>\$\$?|\\\(|\\\[)?\s*", re.I)
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

    # "the value is $A$": the name belongs into the formula.
    told = _SAID.sub(lambda m: f"{m.group('open') or ''}value = ", _APPLIED.sub(named, _MARKED.sub(named, text)))
    return _TWICE.sub("value = ", told)  # "the minimum value is E(w*) = A"
