"""How people name an optimal value: 'the minimum is', E(w^*) =, J^* =, f_{\\min} =, as 'value ='."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
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
        text = re.sub(rf"(?<![A-Za-z\\_]){m['name']}(?:\s*=(?!=)|\s+(?:there\s+)?(?:is|equals)\s+(?:then\s+)?(?=[-−(\d\\]))", "value = ", text) if named(m) == "value =" else text
    # "the value is $A$": the name belongs into the formula.
    told = _SAID.sub(lambda m: f"{m.group('open') or ''}value = ", _APPLIED.sub(named, _MARKED.sub(named, _EXTREME.sub("the value is ", text))))
    return _TWICE.sub("value = ", told)  # "the minimum value is E(w*) = A"


_OPTIMISED = re.compile(r"(?<![A-Za-z\\_])(?P<op>\\?(?:min|max)(?:imum|imize|imise)?)(?:\\limits)?(?![A-Za-z_{(])(?P<rest>(?:\s|\\[,;!:])*(?:\\[lL]eft\s*)?(?P<bar>\\\||\\lVert|‖|\|\|)\s*"
                        r"\\?(?P<name>[A-Za-z]+)(?:\s|\\right)*(?:\\\||\\rVert|‖|\|\|)(?:_\{?2\}?|₂)?\s*(?:\^\{?2\}?|²|\*\*2)?\s*=(?!=))")


def with_unknown_below(text: str, wanted: Wanted) -> str:
    """'min ||x||^2 = F' with the one unknown below the operator, where the least (or largest) value of the program is asked."""
    sense = "min" if wanted.bound == "at least" else "max"
    return _OPTIMISED.sub(lambda m: f"{m['op']}_{{{m['name']}}}{m['rest']}" if wanted.unknowns == (m["name"],) and m["op"].lstrip("\\") == sense else m.group(), text)


_IS = re.compile(r"(?P<of>\b(?:value|objective|minimum|maximum|optimum|distance)\s+)?\$(?!\$)(?P<left>[^$=<>]{1,60})\$ (?:is|equals|becomes|is then) \$(?!\$)(?P<right>[^$<>]{1,250})\$")


def equated(text: str, wanted: Wanted) -> str:
    """'$\\hat\\mu$ is $F$' as '$\\hat\\mu = F$', and 'the objective $f$ is $F$' where a value is asked."""
    names = "|".join(rf"\\?{re.escape(n)}" for n in (wanted.asked, *wanted.unknowns) if n)
    unknown = re.compile(rf"\s*(?:\\(?:wide)?hat\s*\{{?\s*)?(?:{names})\s*\}}?(?:\s*\^\s*\{{?\s*(?:\*|\\star|\\ast)\s*\}}?)?\s*") if names else None

    def told(m: re.Match[str]) -> str:
        same = (unknown is not None and unknown.fullmatch(m["left"])) if wanted.asked else bool(m["of"])
        return f"{m['of'] or ''}${m['left']} = {m['right']}$" if same else m.group()

    return _IS.sub(told, text)


def without_value_named(text: str, wanted: Wanted) -> str:
    """'f(x^*) = F' as F, where the optimal value is asked and f is the only name of it."""
    names = "|".join(rf"\\?{re.escape(n)}" for n in wanted.unknowns)
    star = r"(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|\*|⋆|\u0302)"
    optimum = rf"(?:\\(?:wide)?hat\s*\{{?\s*(?:{names})\s*\}}?|(?:{names})\s*{star})"
    head = re.compile(rf"(?<![A-Za-z\\∇'_^]){_OBJECTIVE}\s*(?:\\left\s*)?\(\s*{optimum}\s*(?:\\right\s*)?\)\s*&?=(?!=)\s*")
    found = {m["f"] for m in head.finditer(text)}
    return head.sub("", text) if len(found) == 1 and not wanted.scope.writes(found.copy().pop()) else text


_OWN_FUNCTION = re.compile(r"(?<![A-Za-z\\])(?P<f>\\?[A-Za-zα-ω]+)\s*\(\s*(?P<t>\\?[A-Za-zα-ω]+)\s*\)\s*:?=(?!=)")


def with_least_of_own(text: str, wanted: Wanted) -> str:
    """'phi(t) = A is least at t* = B, phi(t*) = F' with 'the minimum is F' for the last: the value of a function of the text's own where it is least."""
    for m in _OWN_FUNCTION.finditer(text):
        if wanted.scope.writes(m["f"].lstrip("\\")) or wanted.scope.writes(m["t"].lstrip("\\")):
            continue
        there = re.compile(rf"(?:,?\s*(?:\b(?:where|and|with|so|giving|then)\s+)?)(?P<open>\$)?(?<![A-Za-z\\]){re.escape(m['f'])}\s*\(\s*{re.escape(m['t'])}\s*{_STAR}\s*\)\s*=(?!=)")
        text = there.sub(lambda k: f". The minimum is {k['open'] or ''}", text)
    return text


_LEFT_OVER = re.compile(
    r"\b(?:what\s+(?:is\s+left(?:\s+over)?|remains)|(?:the\s+)?(?:minimal\s+|least\s+)?(?:residual|remaining)\s+(?:sum\s+of\s+squares|squared\s+error|error)|(?:the\s+)?sum\s+of\s+(?:the\s+)?squared\s+(?:residuals|errors)"
    r"|(?:the\s+)?(?:RSS|SSE|SSR))\s+(?:is|equals)\s+(?=[$\\])", re.I)


def with_residual_named(text: str) -> str:
    """'what is left over is F' and 'the residual sum of squares is F' as 'the minimum is F', where the least value of a program is asked."""
    return _LEFT_OVER.sub("the minimum is ", text) if " is " in text or " equals " in text or "is\n" in text else text


_OBJECTIVE = r"(?P<f>[fFELJQφϕℓ]|\\(?:ell|phi|varphi)(?![A-Za-z])|\\math(?:cal|scr|rm)\s*\{\s*[A-Z]\s*\})"
