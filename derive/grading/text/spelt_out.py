"""Turns of phrase as the forms that the readers know: 'that's' as 'that is', 'x = A if c and x = B otherwise' with a comma, 'sum over i of F' as 'sum_i F'."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_DASHED_REMARK = re.compile(r"[ \t]+[—–][ \t]+(?=(?:attained|achieved|reached|obtained|where|with|since|because)\s)")
_FREE_IN = re.compile(
    r"\s*[(,;]\s*(?:(?:and|which is|it is|is)\s+)?(?:free|arbitrary)\s+(?:with)?in\s+(?P<in>\$?(?:\[[^\[\]$]{1,40}\]|\\left\[[^$]{1,40}\\right\])\$?)"
    r"\s+(?:where|if|when|for)\s+(?P<c>[^()\n;]{1,30}?=\s*0\$?)\)?(?=\s*(?:[.;]|\Z))")
_LIMIT_OF_NORMS = re.compile(
    r"\\lim(?:\\limits)?_\{\s*(?P<p>[a-z])\s*\\(?:to|rightarrow)\s*\+?\\infty\s*\}\s*(?:\\(?:left|bigl?|Bigl?)\s*)?(?:"
    r"(?P<norm>(?:\\\||\\lVert|‖)[^$|‖]{1,30}(?:\\\||\\rVert|‖))_\{?\s*(?P=p)\s*\}?"
    r"|\((?P<sum>\s*\\sum[^()$]{1,20}?(?:\||\\[lr]?vert)[^()$|]{1,20}(?:\||\\[lr]?vert))\s*\^\{?(?P=p)\}?\s*(?:\\(?:right|bigr?|Bigr?)\s*)?\)\s*\^\{?\s*(?:1/(?P=p)|\\[td]?frac\{?1\}?\{?(?P=p)\}?)\s*\}?"
    r"|\((?P<listed>(?:[+\s]*\|[^()$|+]{1,20}\|\s*\^\{?(?P=p)\}?){2,6})\s*(?:\\(?:right|bigr?|Bigr?)\s*)?\)\s*\^\{?\s*1/(?P=p)\s*\}?)")
_OVER_SIGNS = re.compile(
    r"\\?(?:max|sup)(?:\\limits)?_\{?\(?\s*(?P<s>[a-z])\s*(?:\\in|∈)\s*\\?\{\s*(?:[-−]1,\s*\+?1|\+?1,\s*[-−]1|\\pm\s*1|±\s*1)\s*\\?\}\s*(?:\^\s*\{?[a-z]\}?|ⁿ)\s*\)?\}?(?:\\[,;!])*\s*"
    r"(?P=s)\s*(?:\^\s*\{?\s*(?:\\top|T|\\intercal)\s*\}?|ᵀ|⊤)\s*(?P<of>\\nabla\s*f\s*\(\\theta\)|∇f\(θ\)|[a-z](?![A-Za-z_]))")
_FOR_OTHERS = re.compile(
    r"(?:,\s*(?:and\s+)?|\s+and\s+)(?P<said>[^\s,;.=<>][^,;.=<>\n]{0,60}?)\s+for\s+(?:every|all|any|each|the)\s+other"
    r"(?:s|\s+\$?[ijklm]\$?|\s+(?:index|indices|entries|entry))?(?=\s*[.;]|\s*\Z)")
_CASE_IN_BRACKETS = re.compile(
    r"(?:\\[,;:! ]|\\q?quad(?![A-Za-z])|\s)*\((?P<c>[^()=]{1,30}?(?:\\neq?(?![A-Za-z])|≠|!=)\s*0)\)\s*,(?=[^$=]{1,30}=[^$]{1,40}(?:\\text\s*\{\s*|\b)(?:for|if|when)\b)")
_WHICH_EQUALS = re.compile(
    r"(?<=[\w)\]|‖²³}])(?P<d>\$?),?\s+which\s+(?:is\s+(?:just\s+|simply\s+|exactly\s+)?(?:the\s+same\s+(?:thing\s+)?as|equal\s+to)|equals|can\s+(?:also\s+)?be\s+written\s+(?:as\s+)?)\s*"
    r"(?P<e>\$?)(?=[-−+(\[|‖\\\d√]|[A-Za-zα-ω](?![a-z]{2}))")
_CONTRACTED = re.compile(r"\b([Tt]hat|[Ii]t|[Tt]here|[Hh]ere|[Ww]hich)['’]s\b")
_AND_OTHERWISE = re.compile(
    r"(?<!,)\s+and\s+(?=(?:\$?\\?[A-Za-z]{1,6}(?:_\{?[ijk]\}?|[ᵢⱼₖ])\$?\s*=\s*[^,;.=\n]{1,40}?|[^\s,;.=<>≤≥≠!\\][^,;.=<>≤≥≠!\\\n]{0,60}?)[\s$](?:otherwise|elsewhere|else)\s*(?:[.,;)$\n]|\Z))")
_FOR_CHOSEN = re.compile(r"\bfor\s+(?=\$?[ijkm]\$?\s*(?:=|\\in\b|∈)\s*(?:\\operatorname\*?\s*\{\s*|\\)?arg)")
_SUM_OVER_INDEX = re.compile(
    r"\b(?:[Tt]he\s+)?[Ss]um\s+over\s+(?:all\s+|every\s+|each\s+)?(?:indices\s+|index\s+)?(?P<i>[ijklm])\s+of:?\s+"
    r"(?P<cases>[^\n$;]{1,120}?\s(?:if|when)\s[^\n$;]{1,200}?(?=\.\s|\.?\s*\Z))?")
_WHERE_CASE = re.compile(r"\bwhere(?=\s+\$[^$=<>≠,]{1,20}(?:\\neq?(?![A-Za-z])|≠|!=|=|[<>])\s*0\s*\$)")
_SIGNED = re.compile(r"(?<=[A-Za-zα-ω])[₊₋](?![₀-₉ₐ-ₜ])")  # a₊, but not z₍ₕ₊₁₎
_SHARES = {"half": "1/2", "third": "1/3", "quarter": "1/4", "fifth": "1/5", "tenth": "1/10"}
_EQUALS_SHARE = re.compile(r"\b(?P<is>equals|is|are|is equal to|are equal to)\s+(?:exactly\s+)?(?:one|a)\s+(?P<share>half|third|quarter|fifth|tenth)\b(?!\s*(?:of|the|as|\w+ of|\())")
_ENTRYWISE_INSIDE = re.compile(r"\(\s*\\text\s*\{\s*((?:entry|element|component|coordinate)[- ]?wise)\s*\}\s*\)")
_EMPHASIS = re.compile(r"(?<![\w*)\]}$])\*(?P<said>[A-Za-z][A-Za-z -]{2,40}[a-z])\*(?![\w*(])")
_DEFINED_REMARK = re.compile(
    r"(\b(?:[Ww]ith|[Ll]et|[Pp]ut|[Ss]et|[Dd]efine|[Ww]rite)\s[^\s=;:\n]{1,12}\s*:?=\s*[^.;:\n()]{1,60}?)\s+\((?:the|a|an|which is|i\.e\.|that is)\s[a-z][^()$=<>\d]{2,60}\)")
_WHENEVER = re.compile(r"\b(?:whenever|wherever)(?=\s+\$?[^\s,]{1,20}\s*(?:[<>≤≥≠=]|!=|\\))")
_ENTRYWISE = re.compile(r"(?<=[)\]])(?:\$(?=[\s,]))?,?\s+\(?(?:entry|element|component|coordinate)[- ]?wise\)?(?=\s+(?:and|with|where)\b)")
_INTRODUCED_FOR = re.compile(
    r"(\b(?:[Ww]rite|[Ll]et|[Dd]enote|[Dd]efine|[Pp]ut|[Ss]et)\s[^\s=;:\n]{1,12}\s*:?=\s*[^.;:\n]{1,80}?)\s+for\s+(?:the|its|this)\s+"
    r"(?:unit vector|direction|signs?|norm|length|size|magnitude|residual|sum|step|gradient|Hessian|Gram matrix|inverse|projection|matrix|vector|mean|average|scale|factor|ratio)\b"
    r"(?:(?!\s(?:first|last|half|case|some|other|only)\b)\s[A-Za-z-]+){0,5}(?=[.,;:\n]|\s\(|\s*\Z)(?:\s\((?:nonzero|non-zero|with nonzero|for a nonzero)[^()$=]{0,40}\))?")


_EXTREME_OVER_INDEX = re.compile(r"\b(?:the\s+)?(?P<what>max|min)(?:imum)?\s+over\s+(?:all\s+|every\s+|each\s+)?(?:indices\s+|index\s+|coordinates\s+)?(?P<i>[ijklm])\s+of:?\s+(?=[\w(|‖])", re.I)
_NOT_ZERO = re.compile(
    r"\b(?P<if>if|when|whenever|where|for)\s+(?P<open>\$?)(?P<x>\\?[A-Za-z]+(?:_\{?\w\}?|[ᵢⱼₖ])?)(?P<close>\$?)\s+(?:is|are|!=)\s+"
    r"(?P<what>non-?zero|not (?:equal to )?zero|not 0(?![.\d])|different from (?:zero|0(?![.\d])))", re.I)
_INDEX_BEHIND = re.compile(r"\s+\((?P<k>[ijkm])\s*(?:=|is)\s*(?P<said>(?:the\s+|an?\s+|any\s+)?(?:index|coordinate|place|position|entry|component)\b[^()=]{3,100})\)(?=\s*(?:[.,;]|\Z))", re.I)
_ABOUT_NUMBERS = re.compile(
    r"(?<!\$)\$(?!\$)(?P<exact>[^$\n]{1,300})\$[,;]?\s*\(?(?:(?:i\.\s?e\.,?|that is,?|which is|or|so|numerically,?|in decimals,?)\s+)*"
    r"(?:about|approximately|approx\.?|roughly|around|circa|ca\.)\s*\$(?!\$)(?P<about>(?:[-−+\d.,;()\[\]\s^]|\\(?:left|right|ldots|dots|top|,|;|!| ))+)\$\)?")
_NO_LATEX = re.compile(r"[,;.]?\s*\(?\b(?:sorry|srry|sry)?,?\s*(?:(?:i have|there is|for the)\s+)?(?:no|missing)\s+latex(?:\s+(?:on|from|with|here)\b[^.\n)]{0,30})?\)?[.!]?(?=\s*(?:\n|\Z))", re.I)
_FIRST_HAD = re.compile(r"(?<=[\w$)}])\s+\((?:I\s+(?:first|initially)|at\s+first\s+I)\s+(?:had|wrote|got"
    r"|put)\s+[^()]{1,60}(?:\([^()]{0,30}\)[^()]{0,30})*?\s+but\s+(?:I\s+)?(?:forgot|missed|overlooked|dropped|left\s+out)\s+"
    r"(?:(?!\b(?:so|should|must|correct|answer|then)\b)[^()]){1,80}\)(?=\s*[.!]?\s*\Z)")
_IS_ABOUT = re.compile(r"(?<=[\d\w)\]]),?\s+(?:which|that)\s+is\s+(?:about|approximately|roughly|around)\s+(?=[(\[]?\s*[-−]?\d*\.\d)")
_UNEQUAL = ("!=", "\\neq")
_CALLED_A_DIRECTION = re.compile(
    r"(\b(?:where|with)\s+[^\s=;:\n]{1,12}\s*:?=\s*[^.;:\n,]{1,80}?)\s+is\s+(?:the|a)\s+(?:unit (?:vector|direction)|normali[sz]ed (?:gradient|vector)|direction)"
    r"(?:\s+(?:along|of|in the direction of|parallel to)\s+(?:the\s+)?\w+)?(?=\s*[.,;\n]|\s*\Z)")
_WITH_NOUN = re.compile(
    r"\\text\s*\{\s*(?P<lead>,?\s*(?:with|where|for))\s+(?:the\s+)?(?:step\s+)?(?:length|size|norm|radius|scale|factor|magnitude|level|multiplier|constant)\s*\}(?=\s*\\?[A-Za-z]+\s*=)")
_STARRED = re.compile(r"(?<=[A-Za-zα-ω])\*(?=\s+(?:=(?!=)|≈|≤|≥)|\s*[,;)](?!\s*=)|\.?\s*(?:\n|\Z))")
_LETTER_BEHIND = re.compile(r"[ \t]+\((?P<own>[A-Za-z])\s*(?:=|:=|for|is|means)\s*(?P<of>[A-Za-z]{2,7}|[α-ω])\)")


def with_letters_behind(text: str, writes: Callable[[str], bool]) -> str:
    """'u = -(a/2) g   (a = alpha)' with what the letter is behind all of it: ', where a = alpha'."""
    told = [m for m in _LETTER_BEHIND.finditer(text) if writes(m["of"]) and not writes(m["own"])]
    if len(told) != 1:
        return text
    m = told[0]
    return f"{(text[: m.start()] + text[m.end() :]).rstrip(' .')}, where {m['own']} = {m['of']}"


def _without_stars(text: str) -> str:
    """'g^T u* = F' without the star, where it is no sign of a product and the letter has it everywhere in such a place."""
    plain = _STARRED.sub("", text)
    names = {text[m.start() - 1] for m in _STARRED.finditer(text)}
    return text if any(re.search(rf"(?<![A-Za-z]){re.escape(n)}\*", plain) for n in names) else plain

_OTHER_THAN = re.compile(r"\bfor\s+(?:all|every|each|any)\s+\$?(?P<i>[ijlm])\$?\s+other\s+than\s+\$?(?P<k>[a-z])\$?(?![A-Za-z_^])")
_BRACKETED_CASE = re.compile(r"\s+\(and\s+(?P<said>[A-Za-z](?:[ᵢⱼ]|_\{?[ijk]\}?)\s*=[^()=\n]{1,30}?\s+(?:for|if|when|where)\s+[^()\n]{1,40})\)(?=\s*(?:[.;]|\Z))")
_ABOUT = re.compile(r"\$\s*\((?:about|approximately|approx\.?|roughly)\s+\$?(?P<n>\d+\.\d+)\$?\)(?!\^)")


def spelt_out(text: str) -> str:
    """'that's' as 'that is', 'F — attained at x = A' as 'F, attained at x = A', and 'x = A if c and x = B otherwise' as 'x = A if c, x = B otherwise'."""
    if "₊" in text or "₋" in text:
        text = _SIGNED.sub(lambda m: "_+" if m[0] == "₊" else "_-", text)
    if "free " in text or "rbitrary" in text:
        text = _FREE_IN.sub(r", any value in \g<in> if \g<c>", text)
    if "\\lim" in text:
        text = _LIMIT_OF_NORMS.sub(_greatest, text)
    if ("in" in text and "1" in text) or "∈" in text:
        text = _OVER_SIGNS.sub(lambda m: rf"\|{m['of']}\|_1" if "\\" in text else f"||{m['of']}||_1", text)
    if " which " in text:
        text = _WHICH_EQUALS.sub(lambda m: " = " if m["d"] == m["e"] else m[0], text)
    if " other" in text and " for " in text:
        text = _FOR_OTHERS.sub(r", \g<said> otherwise", text)
    if "0)" in text and ("≠" in text or "ne" in text or "!=" in text):
        text = _CASE_IN_BRACKETS.sub(lambda m: (r"\text{ if } " if "\\" in text else " if ") + m["c"] + ",", text)
    if "(I first " in text or "(I initially " in text or "(at first I " in text:
        text = _FIRST_HAD.sub("", text)
    if " other than " in text:
        text = _OTHER_THAN.sub(lambda m: f"for all ${m['i']} \\ne {m['k']}$" if "$" in text else f"for all {m['i']} != {m['k']}", text)
    if "up to the server" in text:
        text = text.replace("up to the server", "to the server")
    if "(and " in text and "$" not in text:
        text = _BRACKETED_CASE.sub(r", \g<said>", text)
    if "(about " in text or "(approx" in text or "(roughly " in text:
        text = _ABOUT.sub(r" \\approx \g<n>$", text)
    if " and " in text:
        text = _AND_OTHERWISE.sub(", ", text)
    if "um over" in text:
        text = _SUM_OVER_INDEX.sub(_summed, text)
    if "(" in text and "argm" not in text:
        text = _INDEX_BEHIND.sub(r", where \g<k> is \g<said>", text)
    if " over " in text:
        text = _EXTREME_OVER_INDEX.sub(lambda m: f"{m['what'].lower()}_{m['i']} ", text)
    if "zero" in text or "not 0" in text or " from 0" in text:
        text = _NOT_ZERO.sub(lambda m: f"if {m['open']}{m['x']} {_UNEQUAL[bool(m['open'])]} 0{m['close']}", text)
    if " is " in text and "=" in text:
        text = _CALLED_A_DIRECTION.sub(r"\1", text)
    if "arg" in text and "for " in text:
        text = _FOR_CHOSEN.sub("where ", text)
    if "where" in text and len(_WHERE_CASE.findall(text)) > 1:
        text = _WHERE_CASE.sub("if", text)
    if "equal" in text or " is " in text or " are " in text:
        text = _EQUALS_SHARE.sub(lambda m, d="$" if "$" in text else "": f"{m['is']} {d}{_SHARES[m['share']]}{d}", text)  # type: ignore[misc]
    if "*" in text:
        text = _EMPHASIS.sub(r"\g<said>", text)
    if " (" in text:
        text = _DEFINED_REMARK.sub(r"\1", text)
    if "whenever" in text or "wherever" in text:
        text = _WHENEVER.sub("when", text)
    if "wise" in text:
        text = _ENTRYWISE.sub("", text)
    if "wise" in text and "\\text" in text:
        text = _ENTRYWISE_INSIDE.sub(r"\\text{(\1)}", text)
    if " for " in text:
        text = _INTRODUCED_FOR.sub(r"\1", text)
    if "$" in text and ("a" in text or "rough" in text):
        text = _ABOUT_NUMBERS.sub(r"$\g<exact> \\approx \g<about>$", text)
    if "\\text" in text:
        text = _WITH_NOUN.sub(r"\\text{\g<lead> }", text)
    if "*" in text and "$" not in text and "`" not in text:
        text = _without_stars(text)
    if "atex" in text or "aTeX" in text or "ATEX" in text:
        text = _NO_LATEX.sub("", text)
    if " about " in text and "$" not in text:
        text = _IS_ABOUT.sub(" ≈ ", text)
    text = _DASHED_REMARK.sub(", ", text) if "—" in text or "–" in text else text
    return _CONTRACTED.sub(r"\1 is", text) if "'s" in text or "’s" in text else text


def _greatest(m: re.Match[str]) -> str:
    """The limit of p-norms as p grows: the largest absolute value."""
    if m["norm"]:
        return rf"{m['norm']}_\infty"
    if m["sum"]:
        return m["sum"].replace("\\sum", "\\max", 1)
    entries = [x.strip(" +") for x in re.split(rf"\^\{{?{m['p']}\}}?", m["listed"]) if x.strip(" +")]
    return rf"\max({', '.join(entries)})"


def _summed(m: re.Match[str]) -> str:
    """'Sum over i of F' as 'sum_i F', and of cases as a sum over their values."""
    if m["cases"] is None:
        return f"sum_{m['i']} "
    said = re.compile(r"\swhen\s").sub(" if ", re.compile(r",\s+and\s+").sub(", ", m["cases"]))
    return f"sum_{m['i']} " + (said if said.startswith("(") else "{" + said + "}")
