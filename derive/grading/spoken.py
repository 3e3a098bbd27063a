"""Formulas in words: 'minus delta times the sign of the gradient', 'one n-th of p', 'alpha must be positive and less than 1/L'.

Words are put into signs; the result counts only if all of it reads as one formula, so no word is passed over.
"""

from __future__ import annotations

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
    out = _grouped(s, scope) or _conditions(_values(_of_sample(s, scope), _gradient(scope)))
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
    out, signs = f"({_values(f' {parts[0].strip()} ', _gradient(scope)).strip()})", []
    for part in parts[1:]:
        m = _OPERATION.match(part)
        if m is None:
            return ""
        signs.append(_OPERATION_SIGNS[m["op"].lower()])
        if signs[-1] in "*/" and any(x in "+-" for x in signs):
            return ""
        out += f" {signs[-1]} ({_values(f' {part[m.end() :].strip()} ', _gradient(scope)).strip()})"
    return f"{head}{equals} {out}"


_NUMBERS = {w: k for k, w in enumerate("two three four five six seven eight nine ten".split(), 2)}


_SIZE_AND_SIGN = re.compile(
    r"(?:\b(?:magnitude|absolute value|modulus|size)\s+(?:is\s+|equal to\s+|of\s+)?\$?|\|\s*\\?\w+_\{?i\}?\s*\|\s*=\s*)(?P<size>[^$,;]{1,120}?)\$?\s*,?\s*(?:and|with|but)\s+"
    r"(?:the\s+|its\s+|a\s+)?(?:(?P<how>opposite|same)\s+sign|sign\s+(?P<after>opposite))\s+(?:of|to|as|from)\s+(?:that\s+of\s+)?\$?(?P<of>[^$.;,\s][^$.;,]{0,40}?)\$?[\s.]*$", re.I)


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def ordinal_entries(text: str, count: int) -> str:
    """'first component x, second y, third z' as '(x, y, z)'; empty where a text says no such thing."""
    if not 1 < count <= len(_ORDINALS) or len(text) > 400 or _ORDINALS[0] not in text.lower():
        return ""
    rest = re.sub(r"\$|\\[()]", " ", text)
    parts = re.split(r"\b(?:the\s+)?(?:" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)
    order = [m.lower() for m in re.findall(r"\b(" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)]
    if order != list(_ORDINALS[:count]) or re.search(r"[=\d]", parts[0]):
        return ""
    word = r"(?:component|coordinate|entry|entries|element|weight|parameter|one)"
    values = [re.sub(rf"^\s*(?:{word}\b)?\s*(?:is|=|:|equals|being)?\s*|[\s,;.]*(?:\band)?[\s,;.]*$", "", p, flags=re.I) for p in parts[1:]]
    return f"({', '.join(values)})" if all(v and "," not in v and not re.search(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}", v) for v in values) else ""


def size_and_sign(text: str) -> str:
    """'magnitude m and the opposite sign of g_i' as a formula for an entry; empty where a text says no such thing."""
    low = text.lower() if len(text) < 600 else ""
    m = _SIZE_AND_SIGN.search(text) if "sign" in low and ("opposite" in low or "same" in low) else None
    if m is None:
        return ""
    sign = "" if (m.group("how") or "").lower() == "same" else "-"
    return f"{sign}({m.group('size').strip()}) * sign({m.group('of').strip()})"


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


def _gradient(scope: Scope) -> str:
    names = {s.gradient for s in scope.symbols.values() if s.gradient} | {s.name for s in scope.symbols.values() if s.says.lower().startswith("gradient")}
    return str(names.pop()) if len(names) == 1 else ""


def _values(s: str, gradient: str) -> str:
    if gradient:
        s = re.sub(r"\bthe negative (?=gradient\b)", "minus the ", s, flags=re.I)
        own = re.escape(gradient)
        s = re.sub(r"\b(?:the )?normali[sz]ed gradient\b", f"({gradient}/norm({gradient}, 2))", s, flags=re.I)
        s = re.sub(rf"\b(?:the|its|each|every) gradient(?:'s)?(?: (?:vector|of the loss|entry))?(?: {own}(?![\w(]))?(?=\W)", gradient, s, flags=re.I)
    s = _totals(s)
    s = re.sub(r"\b(?:a|an|one) (\w+)-th (?:part )?of (?:the )?", r"(1/\1)*", s, flags=re.I)
    s = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?(?:/\w+)?) of (?:the )?(?=[\w(|−-])", r"(\1)*", s, flags=re.I)
    s = re.sub(rf"\b(?:(?:a|an|one) )?({'|'.join(_FRACTIONS)})(?: of| times)?(?: the)?(?: vector| point)?(?= [\w(|√‖\\]| [−-]\S)", lambda m: f"(1/{_FRACTIONS[m.group(1).lower()]})*", s, flags=re.I)
    s = re.sub(r"(?<=[a-z\d)]) halves\b", "/2", s, flags=re.I)
    s = re.sub(r"\b(?:the )?(?:negative|opposite|negation) of (?:the )?(?=[\w(|−-])", "(-1)*", s, flags=re.I)
    s = re.sub(rf"\b(?:the )?squared (?:(?P<p>{'|'.join(_ORDER)})[- ])?norm of (?P<x>\w+)\b", lambda m: f"norm({m['x']}, {_ORDER[(m['p'] or '2').lower()]})^2", s, flags=re.I)
    norm = rf"\b(?:the )?({'|'.join(_ORDER)})[- ]norm of (\w+)\b"
    s = re.sub(norm, lambda m: f"norm({m.group(2)}, {_ORDER[m.group(1).lower()]})", s, flags=re.I)
    s = re.sub(r"\b(?:the )?(?:element-?wise |component-?wise |entry-?wise )?signs? (?:vector )?of (\w+)\b", r"sign(\1)", s, flags=re.I)
    s = re.sub(r"\b(?:the )?square of (norm\([^()]*\)|\w+)", r"\1^2", s, flags=re.I)
    s = re.sub(r"\b(?:the )?(?:absolute value|modulus) of (\w+)\b", r"abs(\1)", s, flags=re.I)
    s = re.sub(r"\b(?:the )?(median|mean|average|maximum|minimum|largest|smallest|sum)(?: (?:entry|value|element|number))? of "
               r"(?:(?:all |the )*(?:entries|values|elements|components|numbers) (?:of|in) )?(?:the )?(\w+)\b",
               lambda m: f"{_OF_ALL.get(m.group(1).lower(), m.group(1).lower())}({m.group(2)})", s, flags=re.I)
    if not re.search(r"\b(?:(?:times|over|by)\b.{1,60}\b|to the )(?:plus|minus) one\b", s, re.I):  # 'two n times n minus one' can be grouped both ways
        s = re.sub(r"\b(plus|minus|over|by) one(?= |$)", r"\1 1", s, flags=re.I)
    s = re.sub(rf"(?<![\w-])({'|'.join(_NUMBERS)})(?=(?: \w| *[)*/+]| *$))(?! times\b)", lambda m: str(_NUMBERS[m.group(1).lower()]), s, flags=re.I)
    for pattern, sign in ((r"\bnegative\b|\bminus\b", "-"), (r"\btwice\b|\btwo times\b", "2*"), (r"\btimes\b|\bmultiplied by\b", "*"), (r"\bover two\b", "/2"),
                          (r"\b(?:divided by|over)\b", "/"), (r"\bplus\b", "+"), (r"(?<=[\w)]) squared\b", "^2"), (r"\bthe (?=\w)", "")):
        s = re.sub(pattern, sign, s, flags=re.I)
    return s


_EACH = r"(?:all )?(?:the )?"
_ENTRIES = rf"{_EACH}(?:(?:entries|components|coordinates|elements) (?:of|in) (?:the )?)?"
_MODULI = rf"{_EACH}(?:absolute values?|moduli|modulus|magnitudes?)"


def _totals(s: str) -> str:
    """'the sum of the absolute values of g' as the norm that it is."""
    whole = r"(?P<of>\w+)(?![\w(.])"
    s = re.sub(rf"\b(?:the )?sum of {_MODULI} of {_ENTRIES}{whole}", r"norm(\g<of>, 1)", s, flags=re.I)
    s = re.sub(rf"\b(?:the )?sum of {_EACH}squares of {_ENTRIES}{whole}", r"norm(\g<of>, 2)^2", s, flags=re.I)
    s = re.sub(rf"\b(?:the )?(?:largest|maximum|maximal|greatest) (?:of )?{_MODULI} (?:of|in|among) {_ENTRIES}{whole}", r"norm(\g<of>, inf)", s, flags=re.I)
    return re.sub(r"\b(?:the )?sum of (?:all )?(?:the )?\|(\w+)_([ijk])\|(?: over (?:all )?\2\b)?", r"norm(\1, 1)", s, flags=re.I)


def _conditions(s: str) -> str:
    s = re.sub(r"\b(?:strictly |lies |anything |any value )*between (\S+) and (\S+)", r"(\1, \2)", s, flags=re.I)
    verb = r"(?:has to be|have to be|must be|should be|needs to be|is|stays|be)"
    s = re.sub(rf"\b(\w+) {verb} positive and (?:{_LESS}) (\S+)", r"0 < \1 < \2", s, flags=re.I)
    s = re.sub(rf"\b(\w+) {verb} (?:{_LESS}) (\S+) (?:and|but) positive\b", r"0 < \1 < \2", s, flags=re.I)
    s = re.sub(rf"(?:{verb} )?(?:{_LESS})(?= )", " < ", s, flags=re.I)
    return re.sub(rf"(?:{verb} )?(?:{_MORE})(?= )", " > ", s, flags=re.I)
