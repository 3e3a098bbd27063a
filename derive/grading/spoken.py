"""Formulas in words: 'minus delta times the sign of the gradient', 'one n-th of p', 'alpha must be positive and less than 1/L'.

Words are put into signs; the result counts only if all of it reads as one formula, so no word is passed over.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.maths.symbols import Scope

MAX_SPOKEN = 300
_ORDER = {"l1": "1", "l2": "2", "1": "1", "2": "2", "one": "1", "two": "2", "infinity": "inf", "inf": "inf", "max": "inf", "maximum": "inf",
          "euclidean": "2", "l-infinity": "inf", "linf": "inf", "manhattan": "1", "q": "q", "p": "p"}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "eighth": 8, "tenth": 10}
_OF_ALL = {"average": "mean", "maximum": "max", "largest": "max", "minimum": "min", "smallest": "min"}
_LESS = r"(?:strictly )?(?:less|smaller|lower) than|below"
_MORE = r"(?:strictly )?(?:greater|larger|bigger|more) than|above|exceeds"


def spoken_formula(text: str, scope: Scope) -> str:
    """The text with its mathematical words as signs; empty where it holds none of them."""
    s = " " + " ".join(text.strip().rstrip(".").split()) + " "
    if len(s) > MAX_SPOKEN:
        return ""
    if scope.asked and "=" not in s:
        s = re.sub(rf"^ (?:the )?({re.escape(scope.asked)}) (?:is equal to|equals|is) ", r" \1 = ", s)
    out = _grouped(s, scope) or _conditions(_values(_of_sample(s, scope), gradient_name(scope)))
    return out.strip() if out != s else ""


_PAUSE = re.compile(r"\s*,\s+(?=(?:times|over|plus|minus|divided by|multiplied by) )", re.I)
_OPERATION = re.compile(r"(?P<op>times|over|plus|minus|divided by|multiplied by) ", re.I)
_OPERATION_SIGNS = {"times": "*", "multiplied by": "*", "over": "/", "divided by": "/", "plus": "+", "minus": "-"}


def _grouped(s: str, scope: Scope) -> str:
    """'minus alpha over two, times g' with the groups that the commas of speech make; empty where there are none, or where a factor follows a sum."""
    head, equals, body = s.rpartition("=")
    parts = _PAUSE.split(body)
    if len(parts) < 2 or "," in "".join(parts):
        return ""
    out, signs = f"({_values(f' {parts[0].strip()} ', gradient_name(scope)).strip()})", []
    for part in parts[1:]:
        m = _OPERATION.match(part)
        if m is None:
            return ""
        signs.append(_OPERATION_SIGNS[m["op"].lower()])
        if signs[-1] in "*/" and any(x in "+-" for x in signs):
            return ""
        out += f" {signs[-1]} ({_values(f' {part[m.end() :].strip()} ', gradient_name(scope)).strip()})"
    return f"{head}{equals} {out}"


_NUMBERS = {w: k for k, w in enumerate("two three four five six seven eight nine ten".split(), 2)}


_SIZE_AND_SIGN = re.compile(
    r"(?:\b(?:magnitude|absolute value|modulus|size)\s+(?:is\s+|equal to\s+|of\s+)?\$?|\|\s*\\?\w+_\{?i\}?\s*\|\s*=\s*)(?P<size>[^$,;]{1,120}?)\$?\s*,?\s*(?:and|with|but)\s+"
    r"(?:the\s+|its\s+|a\s+)?(?:(?P<how>opposite|same)\s+sign|sign\s+(?P<after>opposite))\s+(?:of|to|as|from)\s+(?:that\s+of\s+)?\$?(?P<of>[^$.;,\s][^$.;,]{0,40}?)\$?[\s.]*$", re.I)


_SIZE_THEN_SIGN = re.compile(
    r"\b(?:magnitude|absolute value|modulus|size)[,:]?\s+(?:namely\s+|equal to\s+|is\s+|of\s+)?\$?(?P<size>[^$,;.]{1,160}?)\$?\s*[;,.]\s*(?:and\s+)?"
    r"(?:the|its)\s+sign(?:\s+of\s+(?:each|every|an)\s+(?:entry|component|coordinate))?"
    r"\s+is\s+(?P<how>(?:the\s+)?opposite\s+(?:to|of)|the\s+same\s+as|equal\s+to)\s+(?:that|the\s+sign)\s+of\s+(?:the\s+)?(?:corresponding\s+)?(?:(?:entry|component|coordinate)\s+of\s+)?(?:the\s+)?"
    r"(?P<of>gradient|\$?\\?[A-Za-z]+(?:_\{?\w\}?)?\$?)(?:\s+(?:entry|component|coordinate))?[\s.]*$", re.I)
_DENIES = re.compile(r"\b(?:not|never|no|wrong|false|incorrect|mistake\w*|unless|if|when|nearly|almost|neither|half|twice|double)\b|n't\b", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def ordinal_entries(text: str, count: int) -> str:
    """'first component x, second y, third z' as '(x, y, z)'; empty where a text says no such thing."""
    if not 1 < count <= len(_ORDINALS) or len(text) > 400 or _ORDINALS[0] not in text.lower():
        return ""
    rest = re.sub(r"\$|\\[()]", " ", text)
    parts = re.split(r"\b(?:the\s+)?(?:" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)
    order = [m.lower() for m in re.findall(r"\b(" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)]
    if order != list(_ORDINALS[:count]) or re.search(r"[=\d]", parts[0]) or _DENIES.search(parts[0]):
        return ""
    word = r"(?:component|coordinate|entry|entries|element|weight|parameter|one)"
    values = [re.sub(rf"^\s*(?:{word}\b)?\s*(?:is|=|:|equals|being)?\s*|[\s,;.]*(?:\band)?[\s,;.]*$", "", p, flags=re.I) for p in parts[1:]]
    return f"({', '.join(values)})" if all(v and "," not in v and not re.search(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}", v) for v in values) else ""


_MOVES = re.compile(
    r"\b(?:each|every|all)\s+(?:the\s+|of\s+the\s+)?(?:coordinates?|entr(?:y|ies)|components?|parameters?|weights?)\s+(?:moves?|changes?|steps?|is\s+moved|is\s+changed)\s+by\s+"
    r"(?:the\s+same\s+(?:amount|distance|length)\s+|exactly\s+)?\$?(?P<size>[^$,;]{1,120}?)\$?\s*,?\s*(?:each\s+)?(?P<how>opposite\s+to|against|along|with|in\s+the\s+direction\s+op?posite\s+to|in)\s+"
    r"the\s+sign\s+of\s+(?:\$?(?P<of>\\?\w+_\{?[a-z]\}?|\w[ᵢⱼₖ])\$?|(?:its|the)\s+(?:own\s+)?(?P<words>gradient(?:\s+(?:entry|component))?|partial\s+derivative|derivative))[\s.]*$", re.I)


_LEADS = frozenset("""so thus hence therefore then the update answer is that this says solution minimiser minimizer final optimal result we get i e at optimum it its each every all entry entries
component components coordinate coordinates parameter parameters weight weights has have with of and in step is a an which are result means same""".split())


def _only_leads(before: str) -> bool:
    """Whether what stands before a description only leads to it: 'it is wrong that ...', 'not every ...' and 'if g > 0, ...' do not."""
    return all(len(w) == 1 or w in _LEADS for w in re.findall(r"[a-z]+", before.lower())) and not re.search(r"[<>=0-9]", before)


def size_and_sign(text: str, scope: Scope) -> str:
    """'magnitude m and the opposite sign of g_i', 'every entry moves by m against the sign of its gradient' as a formula for an entry; empty where a text says no such thing."""
    low = text.lower() if len(text) < 600 else ""
    if "sign" not in low:
        return ""
    m = _SIZE_AND_SIGN.search(text) if "opposite" in low or "same" in low else None
    if m is not None and _only_leads(text[: m.start()]):
        sign = "" if (m.group("how") or "").lower() == "same" else "-"
        return f"{sign}({m.group('size').strip()}) * sign({m.group('of').strip()})"
    m = _SIZE_THEN_SIGN.search(text) if "opposite" in low or "same" in low or "equal" in low else None
    if m is not None and _only_leads(text[: m.start()]):
        of = m["of"].strip("$") if m["of"].lower() != "gradient" else gradient_name(scope)
        size = spoken_formula(m["size"], scope) or m["size"].strip()
        return f"{'-' if 'opposite' in m['how'].lower() else ''}({size}) * sign({of})" if of else ""
    m = _MOVES.search(text) if " by " in low else None
    of = "" if m is None else m["of"] or gradient_name(scope)
    if m is None or not of or not _only_leads(text[: m.start()]):
        return ""
    return f"{'' if m['how'].lower() in ('along', 'with', 'in') else '-'}({m['size'].strip()}) * sign({of})"


_STATISTIC = r"(?P<what>mean|average|median|maximum|minimum|largest|smallest|sum)"
_SAMPLE = r"(?:samples?|data(?: points?| set)?|dataset|observations?|observed values|measurements?|draws?|entries|numbers|values|points)"
_SAMPLED = re.compile(
    rf"\b(?:the )?(?:(?:sample|empirical|arithmetic) )?{_STATISTIC} of (?:all )?(?:of )?(?:the )?(?:observed )?(?:{_SAMPLE})(?= )"
    rf"|\b(?:the )?(?:sample|empirical) (?P<short>mean|average|median|maximum|minimum)(?= )"
    r"|\b(?:the )?(?P<best>largest|smallest|maximum|minimum) (?:observation|observed value|measurement|data point|entry|draw|sample)(?= )", re.I)


def _of_sample(s: str, scope: Scope) -> str:
    """'the median of the observations' of the one vector that is declared, where all of it is what was observed."""
    given = [x for x in scope.symbols.values() if x.kind == "value" and x.shape and x.name != scope.asked]
    if len(given) != 1 or len(given[0].shape) != 1:
        return s
    part = not isinstance(given[0].shape[0], str) and any(x.domain == "count" for x in scope.symbols.values())  # the first h of seven numbers
    if part:
        return s

    def told(m: re.Match[str]) -> str:
        what = (m["what"] or m["short"] or m["best"]).lower()
        return f"{_OF_ALL.get(what, what)}({given[0].name})"

    return _SAMPLED.sub(told, s)


def gradient_name(scope: Scope) -> str:
    """The one symbol that is a gradient; '' where there is none, or more."""
    names = {s.gradient for s in scope.symbols.values() if s.gradient} | {s.name for s in scope.symbols.values() if s.says.lower().startswith("gradient")}
    return str(names.pop()) if len(names) == 1 else ""


_NEGATIVE_GRADIENT = re.compile(r"\bthe negative (?=gradient\b)", re.I)
_NEXT = r"(?! ?[(/*^\\|‖√·×⋅\d]| [A-Za-z](?![A-Za-z]))"  # 'the square of 1/(3 a)', 'the sign of 2 n': how far it reaches is not said
_VALUES: tuple[tuple[tuple[str, ...], re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (("-th ",), re.compile(r"\b(?:a|an|one) (\w+)-th (?:part )?of (?:the )?", re.I), r"(1/\1)*"),
    ((" of ",), re.compile(r"(?<![\w.])(\d+(?:\.\d+)?(?:/\w+)?) of (?:the )?(?=[\w(|−-])", re.I), r"(\1)*"),
    (tuple(_FRACTIONS), re.compile(rf"\b(?:(?:a|an|one) )?({'|'.join(_FRACTIONS)})(?: of| times)?(?: the)?(?: vector| point)?(?= [\w(|√‖\\]| [−-]\S)", re.I),
     lambda m: f"(1/{_FRACTIONS[m.group(1).lower()]})*"),
    ((" halves",), re.compile(r"(?<=[a-z\d)]) halves\b", re.I), "/2"),
    (("negative of", "opposite of", "negation of"), re.compile(r"\b(?:the )?(?:negative|opposite|negation) of (?:the )?(?=[\w(|−-])", re.I), "(-1)*"),
    (("norm of", "length of"), re.compile(rf"\b(?:the )?squared (?:(?:(?P<p>{'|'.join(_ORDER)})[- ])?norm|(?:euclidean )?length) of (?P<x>\w+)\b", re.I),
     lambda m: f"norm({m['x']}, {_ORDER[(m['p'] or '2').lower()]})^2"),
    (("norm of",), re.compile(rf"\b(?:the )?({'|'.join(_ORDER)})[- ]norm of (\w+)\b", re.I), lambda m: f"norm({m.group(2)}, {_ORDER[m.group(1).lower()]})"),
    (("sign",), re.compile(rf"\b(?:the )?(?:element-?wise |component-?wise |entry-?wise )?signs? (?:vector )?of (\w+)\b{_NEXT}", re.I), r"sign(\1)"),
    (("square of",), re.compile(rf"\b(?:the )?square of (norm\([^()]*\)|\w+\b){_NEXT}", re.I), r"\1^2"),
    (("absolute value of", "modulus of"), re.compile(rf"\b(?:the )?(?:absolute value|modulus) of (\w+)\b{_NEXT}", re.I), r"abs(\1)"),
    ((" of ",), re.compile(r"\b(?:the )?(median|mean|average|maximum|minimum|largest|smallest|sum)(?: (?:entry|value|element|number))? of "
                           r"(?:(?:all |the )*(?:entries|values|elements|components|numbers) (?:of|in) )?(?:the )?(\w+)\b", re.I),
     lambda m: f"{_OF_ALL.get(m.group(1).lower(), m.group(1).lower())}({m.group(2)})"),
)
_UNGROUPED = re.compile(r"\b(?:(?:times|over|by)\b.{1,60}\b|to the )(?:plus|minus) one\b", re.I)
_BY_ONE = re.compile(r"\b(plus|minus|over|by) one(?= |$)", re.I)
_A_NUMBER = re.compile(rf"(?<![\w-])({'|'.join(_NUMBERS)})(?=(?: \w| *[)*/+]| *$))(?! times\b)", re.I)
_SIGNS = tuple((needed, re.compile(pattern, re.I), sign) for needed, pattern, sign in (
    (("negative", "minus"), r"\bnegative\b|\bminus\b", "-"), (("twice", "two times"), r"\btwice\b|\btwo times\b", "2*"), (("times", "multiplied"), r"\btimes\b|\bmultiplied by\b", "*"),
    (("over two",), r"\bover two\b", "/2"), (("divided by", "over"), r"\b(?:divided by|over)\b", "/"), (("plus",), r"\bplus\b", "+"), ((" squared",), r"(?<=[\w)]) squared\b", "^2"),
    (("the ",), r"\bthe (?=\w)", "")))


def _values(s: str, gradient: str) -> str:
    if gradient and "gradient" in s.lower():
        s = _NEGATIVE_GRADIENT.sub("minus the ", s)
        own = re.escape(gradient)
        s = re.sub(r"\b(?:the )?normali[sz]ed gradient\b", f"({gradient}/norm({gradient}, 2))", s, flags=re.I)
        s = re.sub(rf"\b(?:the|its|each|every) gradient(?:'s)?(?: (?:vector|of the loss|entry))?(?: {own}(?![\w(]))?(?=\W)", gradient, s, flags=re.I)
    low = s.lower()
    if " of " in low:
        s = _totals(s)
        low = s.lower()
    for needed, pattern, value in _VALUES:
        for w in needed:
            if w in low:
                s = pattern.sub(value, s)
                break
    low = s.lower()
    if " one" in low and not _UNGROUPED.search(s):  # 'two n times n minus one' can be grouped both ways
        s = _BY_ONE.sub(r"\1 1", s)
    s = _A_NUMBER.sub(lambda m: str(_NUMBERS[m.group(1).lower()]), s)
    low = s.lower()
    for needed, pattern, sign in _SIGNS:
        for w in needed:
            if w in low:
                s = pattern.sub(sign, s)
                break
    return s


_EACH = r"(?:all )?(?:the )?"
_ENTRIES = rf"{_EACH}(?:(?:entries|components|coordinates|elements) (?:of|in) (?:the )?)?"
_MODULI = rf"{_EACH}(?:absolute (?:values?|entry|entries|components?|coordinates?|elements?)|moduli|modulus|magnitudes?)"
_WHOLE = r"(?P<of>\w+)(?![\w(.])"
_SUM_OF_SIZES = re.compile(rf"\b(?:the )?sum of {_MODULI} of {_ENTRIES}{_WHOLE}", re.I)
_SUM_OF_SQUARES = re.compile(rf"\b(?:the )?sum of {_EACH}squares of {_ENTRIES}{_WHOLE}", re.I)
_LARGEST_SIZE = re.compile(rf"\b(?:the )?(?:largest|maximum|maximal|greatest) (?:of )?{_MODULI} (?:of|in|among) {_ENTRIES}{_WHOLE}", re.I)
_SUM_OF_BARS = re.compile(r"\b(?:the )?sum of (?:all )?(?:the )?\|(\w+)_([ijk])\|(?: over (?:all )?\2\b)?", re.I)


_RECIPROCAL = re.compile(r"\b(?:the )?reciprocal of (?:the )?(?!(?:sum|norm|square|length|product|number)\b)([A-Za-z]\w*)(?![\w(.])", re.I)


def _totals(s: str) -> str:
    """'the sum of the absolute values of g' as the norm that it is."""
    low = s.lower()
    if "sum of" in low:
        s = _SUM_OF_SQUARES.sub(r"norm(\g<of>, 2)^2", _SUM_OF_SIZES.sub(r"norm(\g<of>, 1)", s))
    if "largest" in low or "maxim" in low or "greatest" in low:
        s = _LARGEST_SIZE.sub(r"norm(\g<of>, inf)", s)
    if "reciprocal" in low:
        s = _RECIPROCAL.sub(r"1/(\1)", s)
    return _SUM_OF_BARS.sub(r"norm(\1, 1)", s) if "sum of" in low else s


_VERB = r"(?:has to be|have to be|must be|should be|needs to be|is|stays|be)"
_BETWEEN = re.compile(r"\b(?:strictly |lies |anything |any value )*between (\S+) and (\S+)", re.I)
_POSITIVE_AND_LESS = re.compile(rf"\b(\w+) {_VERB} positive and (?:{_LESS}) (\S+)", re.I)
_LESS_AND_POSITIVE = re.compile(rf"\b(\w+) {_VERB} (?:{_LESS}) (\S+) (?:and|but) positive\b", re.I)
_IS_LESS = re.compile(rf"(?:{_VERB} )?(?:{_LESS})(?= )", re.I)
_NOT_MORE = r"(?:at most|(?:no|not) (?:more|larger|greater|bigger) than|(?:less|smaller|lower) than or equal to)"
_NOT_LESS = r"(?:at least|(?:no|not) (?:less|smaller|lower) than|(?:more|greater|larger|bigger) than or equal to)"
_IS_AT_MOST = re.compile(rf"\b(?:(?:{_VERB}|remains) {_NOT_MORE}|(?:does not|doesn't|must not|may not|cannot|never) exceeds?)(?= )", re.I)
_IS_AT_LEAST = re.compile(rf"\b(?:{_VERB}|remains) {_NOT_LESS}(?= )", re.I)
_IS_MORE = re.compile(rf"(?:{_VERB} )?(?:{_MORE})(?= )", re.I)


def _conditions(s: str) -> str:
    low = s.lower()
    if "between" in low:
        s = _BETWEEN.sub(r"(\1, \2)", s)
    if " most" in low or " least" in low or "exceed" in low or " than" in low:
        s = _IS_AT_LEAST.sub(" >= ", _IS_AT_MOST.sub(" <= ", s))
    if " than" in low or "below" in low or "above" in low or "exceeds" in low:
        s = _LESS_AND_POSITIVE.sub(r"0 < \1 < \2", _POSITIVE_AND_LESS.sub(r"0 < \1 < \2", s))
        s = _IS_MORE.sub(" > ", _IS_LESS.sub(" < ", s))
    return s
