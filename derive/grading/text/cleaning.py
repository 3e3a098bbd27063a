"""Before a text is searched for formulas: markup, code and struck-out text brought to one shape."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from derive import patterns as re
from derive.grading.cases.bracketed_conditions import with_conditions_apart
from derive.grading.cases.equations_in_rows import equations_with_conditions
from derive.grading.letters.named_balls import with_named_balls
from derive.grading.letters.named_norms import with_named_norms
from derive.grading.text.bracketed import opens_no_remark
from derive.maths.calls import CALLS

# "<b [a]_+, c>" is an inner product.
_TAG = re.compile(r"</?(?:p|b|i|em|strong|br|div|span|code|pre|math|var|u|small|font|center|ul|ol|li|h[1-6])(?:\s+[\w-]+\s*=[^<>,]{0,100}|\s*)/?>", re.I)
# What stands between marks that name it the answer: <answer>X</answer>, [ANSWER] X [/ANSWER].
_MARKED = re.compile(r"<((?:final[_ -]?)?(?:answer|solution|result))>\s*(.{1,4000}?)\s*</\1>|\[((?:FINAL[_ ])?(?:ANSWER|SOLUTION|RESULT))\]\s*(.{1,4000}?)\s*\[/\3\]", re.S | re.I)
_STRUCK = re.compile(r"~~[^~]{1,2000}~~|<(?:s|del|strike)>[^<>]{1,400}</(?:s|del|strike)>|\\(?:cancel|sout|st|xcancel)\{[^{}]{1,400}\}", re.I)
_BOLD = re.compile(r"(?<![\w)\]*|‖}])\*\*(?=[^\s*])((?:[^*\n]|(?<=[\s\w)\]|‖])\*(?![*\n])){1,400}?)(?<=[^\s*])\*\*(?![\w(*])")
_BULLET = re.compile(r"^\s*(?:[*•]\s+(?=\S)|[1-9]\d?[.)]\s+(?=\S)|#{1,6}\s+|>\s?)")
_DASH = re.compile(r"^\s*[-–]\s+(?=\S)")
_UNSEEN = re.compile(r"<!--.{0,20000}?-->|<(think|thinking|reasoning)>.{0,50000}?</\1>", re.S)
_HIGH = re.compile("[\u2101-\U0010ffff]")
_HIDDEN = {0x200B: None, 0x200C: None, 0x200D: None, 0xFEFF: None, 0x00AD: None, 0x2060: None}


_RUN = re.compile(r"(?<=\S)[ \t]{4,}|(?<=\n)[ \t]{40,}")
"""Long runs of spaces, which say no more than short ones: patterns with two optional spaces side by side would try every cut."""


_TEXT = r"\\(?:text|mathrm)\s*\{\s*[A-Za-z]{2,20}(?:[ -][A-Za-z]{2,20}){1,7}\s*\}"
_TOLD_IN_WORDS = re.compile(rf"(?P<before>=|\$|\\\[)\s*(?:\\[dt]?frac\s*\{{\s*{_TEXT}\s*\}}\s*\{{\s*{_TEXT}\s*\}}|{_TEXT}(?:\s*(?:\\times(?![A-Za-z])|\\cdot(?![A-Za-z])|/|·|×)\s*{_TEXT})+)\s*=")
"""A member of a chain that says in words what the next one is: '= \\frac{\\text{length of the gradient}}{\\text{number of chunks}} ='."""


_ROUNDED_TO = re.compile(r"(?:,\s*|\s*\(\s*|\s+)(?:all\s+|each\s+|values?\s+)?(?:rounded|correct|accurate|given|exact)\s+to\s+(?:\w{1,7}|\$\d\$)\s+(?:decimals?(?:\s+places?)?|d\.?p\.?|digits|places|"
                         r"significant\s+(?:digits|figures)|s\.?f\.?)\s*\)?(?=[\s.;]*(?:$|\n))", re.I)


def cleaned(text: str, hedges: bool = True) -> str:
    """Tags and struck-out text left out, invisible spaces removed. hedges: 'roughly 2' becomes '≈ 2'."""
    if not hedges:
        low = text.lower()
        hedges = text.isascii() and not any(h in low for h in _HEDGES)  # the same either way
    return _cleaned(text, hedges)


@lru_cache(maxsize=4)
def _cleaned(text: str, hedges: bool) -> str:
    if "    " in text or "\t" in text:
        text = _RUN.sub(lambda m: m.group()[: 3 if m.start() and text[m.start() - 1] != "\n" else 40], text)
    if not text.isascii():
        text = text.translate(_HIDDEN)
        text = _HIGH.sub(lambda m: " " if unicodedata.category(m.group()) == "So" else m.group(), text)
        text = _EDGES.sub(r"\1_\2", _HATTED.sub(lambda m: unicodedata.normalize("NFD", m.group()), text))
        text = _LOW_BRACKETS.sub(lambda m: f"_{{({m['k'].translate(_LOW)})}}", text)
    if "<" in text:
        text = _UNSEEN.sub(" ", text)
    if " to " in text and any(c.isdigit() for c in text):
        text = _ROUNDED_TO.sub("", text)  # judged by the digits that are shown
    if "median of" in text:
        text = _MEDIAN_OF.sub(lambda m: f"{m['open']}median({m['list']})", text)
    text = with_named_balls(text) if "ball" in text or "{" in text or "Π" in text else text
    text = with_named_norms(_named_norm(text)) if "cdot" in text or "·" in text or "dual" in text else text
    if "I" in text or "sure" in text:
        text = _UNSURE.sub("", text)
        if "I " in text and "$" not in text and "\\" not in text:
            text = _I_GET.sub("", text)  # where I, g, e and t are letters of the statement
    end = text.rstrip()
    if end[-1:] in ("∎", "■", "□") or end[-6:].rstrip(".")[-1:] in ("d", "D"):
        text = _without_qed(end)
    low = text.lower()
    if "zero" in low or "at all" in low:
        text = _ZERO_VECTOR.sub(" 0 ", _CALLED_ZERO.sub(lambda m: m.group("end"), text))
    if ("+=" in text or "-=" in text) and "\n " not in text:
        text = _AUGMENTED.sub(r"\1 = \1 \2 (\3)", text)
    if ".." in text:
        text = _RANGE_DOTS.sub(r"\1, …, ", _TYPED_DOTS.sub("…", text))
    if "satisf" in low or "obey" in low or "fulfil" in low:
        text = _SATISFIES.sub(r"\1.", text)
    if "map(" in text or "F." in text or "nn." in text:
        text = _LIBRARY.sub("torch.", _MAPPED.sub(r"\1(", text))
    if "[\\cdot]" in text:
        text = _INDICATOR_EXPLAINED.sub("", text)
    if "\\dagger" in text:
        text = _TURNED_DAGGER.sub(r"(\1^\\top)^\\dagger", text)
    if "{ " in text:
        text = _LETTERS_APART.sub(lambda m: m.group("command") + "{" + m.group("letters").replace(" ", "") + "}", text)
    if "</" in text or "[/" in text:
        text = _MARKED.sub(lambda m: f"\nFinal answer: {m.group(2) or m.group(4)}\n", text)
    if "<" in text:
        text = _STRUCK.sub(" ", text)
        text = _TAG.sub(" ", text)
    if "~~" in text or "\\cancel" in text or "\\sout" in text or "\\st{" in text or "\\xcancel" in text:
        text = _STRUCK.sub(" ", text)
    if "[:" in text and "'" in text:
        text = _PRIMED_SLICE.sub(".T", text)
    if "\\" in text and "$" not in text:
        text = _with_left_division(text)
    if "\\text" in text:
        text = _TOLD_IN_WORDS.sub(r"\g<before>", text) if "=" in text else text
        text = _UNITS_INSIDE.sub(r"\g<end> \g<words>", _remarks_inside(text))
    if "\\begin" in text:
        if _ONE_DISPLAY.fullmatch(text):  # aligned lines without delimiters are one display
            text = f"$${text.strip()}$$"
        text = _SYSTEM.sub(r"\1", _ALIGNED.sub(" ", equations_with_conditions(text)))
    if "zero)" in low or "scalar)" in low or "vector)" in low or "positive)" in low:
        text = _KIND_IN_BRACKETS.sub("", text)
    if "(" in text and any(r in text for r in _RELATIONS):
        text = with_conditions_apart(text)
    if "-" in text or "–" in text:
        text = _DISPLAYED_ITEM.sub("", text)
    if "(" in text and ("≈" in text or "\\approx" in text):
        text = _NEARLY_BRACKETED.sub(r" \g<sign> \g<decimals>", _NEARLY_DELIMITED.sub(r" \g<sign> \g<decimals>$", text))
    if hedges and ("approx" in low or "roughly" in low):
        text = _ABOUT.sub(" ≈ ", text)
    if hedges and ("about" in low or "around" in low or "ca." in low or "circa" in low):
        text = _ABOUT_DECIMALS.sub(lambda m: f" ≈ {m['open']}", text)
    if "\\boxed" in text and ("≈" in text or "\\approx" in text):
        text = _ABOUT_BOX.sub(r"\\boxed{\g<inside>\g<about>}\g<end>", text)
    if "`" in text:
        text = _TICKED.sub(r"\g<lead> \g<name>", text)
    return _THAT_IS.sub("that is", text) if "i." in text or "I." in text else text


_ABOUT_BOX = re.compile(r"\\boxed\s*\{(?P<inside>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}(?P<about>\s*(?:\\approx(?![A-Za-z])|≈)[^$&≈]{1,120}?)(?P<end>\s*[.,]?\s*(?:\$|\\\]|\\\)))")
"""Decimals behind the box of an exact value are of it."""
_TICKED = re.compile(r"\b(?P<lead>over|in|by|for|at|on|all|each|every|respect to|function of)\s+`(?P<name>[A-Za-z]\w{0,2})`")  # 'minimise over `w`': no formula
# 'F — attained at x = A': a remark, and no minus sign.
# 'the residual r = Ax - b (nonzero)'.
_KIND_IN_BRACKETS = re.compile(r"(?<=[\w)$}])[ \t]*\((?:which is |assumed |assumed to be |a |always |taken to be )?(?:non-?zero|not zero|scalar|vector|nonzero vector|positive)\)", re.I)
_PRIMED_SLICE = re.compile(r"(?<=\])'(?![\w'])")  # V[:, :k]'
# 'A \\ b' of numerical code, a system that is solved: (A) \\ (b), one operand on its left; no 'n\\cdot b'.
_LEFT_DIVISION = re.compile(
    r"(?P<before>(?:^|[=(,:;+-]|\b(?:is|return|gives))\s*)(?P<left>[A-Za-z]\w{0,3}'?|\((?:[^()\n]|\([^()\n]{0,40}\)){1,120}\))"
    r"[ \t]*\\(?:[ \t]+(?=-?[A-Za-z]\w{0,3}(?![A-Za-z])|-?\()|(?=-?[A-Za-z](?![A-Za-z])))", re.M)


def _with_left_division(text: str) -> str:
    """'A \\ b' as A^{-1} b, in a text without any other backslash."""
    divided = _LEFT_DIVISION.sub(r"\g<before>\g<left>^{-1} ", text)
    if "\\" in divided or divided == text:
        return text
    return _MINUS_RIGHT.sub(r"^{-1} (\1)", divided)


_MINUS_RIGHT = re.compile(r"\^\{-1\} (-[A-Za-z]\w{0,3}|-\([^()\n]{1,120}\))")

# "\\operatorname { s i g n }": a name whose letters were set apart.
_LETTERS_APART = re.compile(r"(?P<command>\\(?:operatorname\*?|mathrm|text|textrm|mathsf)) ?\{ ?(?P<letters>[A-Za-z](?: [A-Za-z])+) ?\}")
_REMARK_INSIDE = re.compile(r"\\text\{\s*\(\s*(?P<words>[A-Za-z][A-Za-z ,'-]{3,80}?)\s*\}(?:[^{}$]|\{[^{}$]*\}){1,60}?\\text\{\s*(?P<more>[A-Za-z ,'-]{0,60})\)\s*\}")
# "$p \text{ numbers}$": what is counted, said within the formula.
_UNITS_INSIDE = re.compile(
    r"(?<=[\w)}])(?:\\[,;: ]|\\q?quad|~|\s)*\\text\{\s*(?!(?:if|for|when|where|with|otherwise|else|and|or|such|times|over|plus|minus|in|on|the|of|by|to|if|is|are|as|at|mod|per|each|every|all)\b)"
    r"(?P<words>[a-z]{3,}(?: [a-z]+){0,4})\s*\}\s*(?P<end>\$\$?)(?=[\s.,;)]*$)")


def _remarks_inside(text: str) -> str:
    """'\\text{(a method with step size } \\alpha/2\\text{)}' within a formula as the words alone, which are looked at like any others."""
    return _REMARK_INSIDE.sub(lambda m: m.group() if opens_no_remark(m["words"]) else rf"\text{{({' '.join((m['words'], m['more'])).strip()})}}", text)

# z₍ₖ₊₁₎, a sorted entry.
_LOW_BRACKETS = re.compile(r"₍(?P<k>[₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜ₊₋]{1,12})₎")
_LOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜ₊₋", "0123456789aehijklmnoprst+-")
_MEDIAN_OF = re.compile(r"\b(?:the\s+)?(?:sample\s+)?median\s+of\s+(?:the\s+\w+\s+)?(?P<open>\$?)(?P<list>(?P<name>\\?[A-Za-z])_1\s*,\s*"
                        r"(?:(?P=name)_2\s*,\s*)?(?:…|\.\.\.|\\l?dots)\s*,\s*(?P=name)_(?:\{[^{}$]{1,20}\}|\w))")
# A letter with a circumflex as one character; those that French words hold only by themselves.
_HATTED = re.compile(r"[ĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑ]|(?<![^\W\d_])[ÂâÊêÎîÔôÛû](?![^\W\d_])")
# 'λmax' as it is typed for λ_max.
_EDGES = re.compile(r"([λσμκντρ])(max|min)(?![A-Za-z(])")
_RELATIONS = ("<", ">", "≤", "≥", "≠", "!=", "\\ne", "\\le", "\\ge", "\\lt", "\\gt")
_HEDGES = ("approx", "roughly", "about", "around", "ca.", "circa")

# "- $x$" is an item of a list and "-$x$" a sign, as Markdown has it; "- -x" is an item that begins with a sign.
_DISPLAYED_ITEM = re.compile(r"^[ \t]*[-–][ \t]+(?=\$\$|\\\[|[^\n]*\n[^\n]*\S|(?:\$|\\\()\s*(?:[-−–]|(?:\\displaystyle\s*)?\\boxed|[^$\n]*=)|[-+−–] ?[\w\\(])", re.M)
_ALIGNED = re.compile(r"\\(?:begin|end)\{(?:aligned|split|gathered|alignedat)\*?\}(?:\{\d+\})?")
_ONE_DISPLAY = re.compile(r"\s*\\begin\{(aligned|split|gathered)\}(?:(?!\\end\{\1\}|\$)[\s\S]){1,4000}\\end\{\1\}\s*")
# Equations under one brace: \begin{cases} without conditions.
_SYSTEM = re.compile(r"\\begin\{cases\}((?:(?!\\end|&)[^&]){1,2000}?=(?:(?!\\end)[^&]){1,2000}?)\\end\{cases\}")
_NORM_SAID = re.compile(
    r"(\\\||‖|\|\|)\s*(?:\\cdot|·|\.)\s*\1\s*_\s*(\{?[*p⋆](?:,\s*\*)?\}?|\{?\\star\}?)\s*=\s*\1\s*(?:\\cdot|·|\.)\s*\1\s*_\s*(\{?(?:1|2|\\infty|∞)\}?)")


def _named_norm(text: str) -> str:
    """'‖g‖_* where ‖·‖_* = ‖·‖_1' with the norm that is meant in its place."""
    m = _NORM_SAID.search(text)
    if m is None:
        return text
    bar, name, meant = m.groups()
    rest = text[: m.start()] + f"{bar} 0 {bar}_{meant} = {bar} 0 {bar}_{meant}" + text[m.end() :]
    return re.sub(rf"({re.escape(bar)}\s*)_\s*{re.escape(name)}(?![\w*])", lambda k: f"{k.group(1)}_{meant}", rest)


_QED = re.compile(r"(?:\bQ\.?E\.?D\b\.?|[∎■□])$")


def _without_qed(text: str) -> str:
    """A text without the mark that ends a proof."""
    m = _QED.search(text[-10:])
    return text if m is None else text[: len(text) - len(m.group())].rstrip(" \t\r\n.,")
_RANGE_DOTS = re.compile(r"(?<==)([ \t]*\d)[ \t]*\.\.\.?[ \t]*(?=[A-Za-z\d])")  # i = 1..n
_TYPED_DOTS = re.compile(r"(?<=[,+*])[ \t]*\.\.\.(?=[ \t]*[,+*])|(?<=_[\w}])[ \t]+\.\.\.(?=[ \t]+[A-Za-z]+_)")
# 'x, which satisfies A = B': a property of what was said, not another answer.
_SATISFIES = re.compile(
    r"((?:[)\]}‖|\d]|(?<![A-Za-z])[A-Za-z])),[ \t]+(?:and[ \t]+)?(?:which|that|it)?[ \t]*(?:also[ \t]+|indeed[ \t]+)?(?:satisf(?:ies|ying)|obeys|fulfil{1,2}s)[ \t]+"
    r"[^\n$\\;]{1,80}?=[^\n$\\;,]{1,60}?(?=[ \t]*[.]?[ \t]*$)", re.M)
_MAPPED = re.compile(r"\bmap\(\s*(?:np\.|math\.|torch\.)?(abs|fabs|sqrt|exp|log)\s*,\s*")
_LIBRARY = re.compile(r"(?<![\w.])(?:torch\.)?(?:nn\.functional|F)\.(?=(?:relu|softmax|sigmoid|tanh|log_softmax|softplus|normalize|one_hot)\()")
# '\\mathbb 1[\\cdot] = 1 if true, else 0': what the sign means, no formula of its own.
_INDICATOR_EXPLAINED = re.compile(r"\s*,?(?:\s|\\q?quad(?![A-Za-z])|\\[,;])*\\(?:mathbb|mathbf|bm)\s*\{?1\}?\s*\[\\cdot\]\s*=\s*1[^$]{0,60}?0(?![.\d])")
_TURNED_DAGGER = re.compile(r"([A-Za-z])\s*\^\s*\{\s*\\dagger\s*\\(?:top|intercal)\s*\}")
# What a writer says of himself behind a formula.
_UNSURE = re.compile(
    r"(?<![ \t])(?:[ \t]*+[,;])?[ \t]++(?:but[ \t]++)?(?:I[ \t]++(?:think|believe|guess|suppose|hope)"
    r"|(?:(?:I'?m|I am)[ \t]*+)?(?:pretty |fairly |quite |not )(?:100 ?% |entirely |totally |completely |so |very )?(?:sure|certain|confident)(?: (?:about|of) (?:it|this|that))?)"
    r"[ \t]*+(?=[.!]?[ \t]*+$)", re.M)
_THAT_IS = re.compile(r"\bi\.\s?e\.(?=[\s,:$])", re.I)
_ABOUT = re.compile(r",?\s*(?:\bi\.e\.,?\s*)?(?<!\\)\b(?:approximately|approx\.?|roughly)(?=\s*[\[(<\d$-])", re.I)

# 'F (≈ 0.99)' behind a formula, which is no factor of it.
_NEARLY_BRACKETED = re.compile(r"(?<=[\w)}\]])[ \t]*\([ \t]*(?P<sign>≈|\\approx(?![A-Za-z]))[ \t]*(?P<decimals>[-−]?\d*\.\d+|[(\[][^()\[\]]{3,120}[)\]])[ \t]*\)")
_NEARLY_DELIMITED = re.compile(r"(?<=[\w)}\]])\$[ \t]*\([ \t]*\$[ \t]*(?P<sign>≈|\\approx(?![A-Za-z]))[ \t]*(?P<decimals>[-−]?\d*\.\d+|[(\[][^()\[\]$]{3,120}[)\]])[ \t]*\$[ \t]*\)")
# 'about' in many senses; before a decimal, or the brackets of decimals, it says that they are rounded.
_ABOUT_DECIMALS = re.compile(r"(?P<open>\(?)(?<!\\)\b(?:about|around|circa|ca\.)\s*(?=(?:\$|\\\()?\s*(?:\\left)?[(\[]?\s*-?\d*\.\d)", re.I)


def undressed(line: str, in_list: bool = False) -> str:
    """A line without Markdown: bold, headings, bullets. A dash is a bullet only in a list or before words."""
    line = _LABEL.sub("", _BULLET.sub("", line))
    m = _DASH.match(line)
    if m is not None:
        rest = line[m.end() :]
        if "=" in rest or re.match(r"\*\*|[A-Za-z]{3,}\s+[A-Za-z]{3,}", rest) or in_list:
            line = rest
    line = unbolded(line)
    line = (_COMMENT.sub("", line) if "#" in line else line).strip()
    while line and line[-1] in ".;," and not line.endswith(("\\;", "\\,")):
        line = line[:-1].rstrip()
    return line


_COMMENT = re.compile(r"\s+#\s.*$")


def unbolded(line: str) -> str:
    """A line without Markdown bold and emphasis round whole words."""
    if "*" not in line:
        return line
    return _EMPHASIS.sub(r"\1", _BOLD.sub(r"\1", line))


def with_bold_delimited(text: str, equates: Callable[[str], bool]) -> str:
    """The text with an equation for the unknown in bold as a formula between dollars, where other formulas have delimiters: it is none of the prose."""
    if "**" not in text or not ("$" in text or "`" in text) or "```" in text:
        return text
    return _BOLD.sub(lambda m: f"${m[1]}$" if not _ALONE.search(text, 0, m.start()) and "=" in m[1] and "$" not in m[1] and "`" not in m[1] and equates(m[1]) else m[0], text)


_ALONE = re.compile(r"(?:^|\n)[ \t>]*\Z")  # a line of its own, which is looked at as the last word


_EMPHASIS = re.compile(r"(?<![\w)\]*|‖}])\*([A-Za-z][A-Za-z .:]{1,60}[.:]?)\*(?![\w(*])")
_CALLED_ZERO = re.compile(r"(?<=0)(?P<end>\s*\}?\s*\$?)(?:\s*\(|,)\s*(?:i\.e\. )?the zero vector(?:\)|(?=\s*[.]?\s*$))", re.I)
_ZERO_VECTOR = re.compile(r"\b(?:the\s+)?zero(?:\s+vector|(?=\s*[.!]?\s*$))|\bno\s+(?:step|update)\s+at\s+all\b", re.I)
_AUGMENTED = re.compile(r"\b([A-Za-zθ][A-Za-z_]*)(?<!_)\s*([-+])=\s*([^;\n$]{1,300})")
_LABEL = re.compile(r"^\s*(?:\([a-h]\)|[a-h]\))\s+(?=[A-Za-zα-ωΑ-Ω∇\\$`0-9(\[{<−–‖∥|⟨⌊⌈√½¼⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞∑Σ-])")
_I_GET = re.compile(r"^[ \t]*(?:(?:so|then|thus|hence|therefore|and|now|finally),? )?I (?:get|got|gets|find|found|have|obtain)[ :]+(?=\S)", re.M | re.I)
_FOLLOWS = re.compile(r"^\s*(?:=>|⇒|∴)\s*")


def unstruck(text: str) -> str:
    """A text without what is struck out in it."""
    return _STRUCK.sub(" ", text) if "~~" in text or "\\" in text or "<" in text else text


def unlabelled(text: str) -> str:
    """A text without the label of a part, or the arrow, that it begins with: 'a) x = 1', '=> x = 1'."""
    return _LABEL.sub("", _FOLLOWS.sub("", text))


_CODE_LINE = re.compile(r"^\s*(?:def\s|return\b|import\s|from\s+\w+\s+import\b|[A-Za-z_]\w*(?:\[[^\]]{1,40}\])?\s*[-+*/]?=(?!=))")
_DROPPED = re.compile(r"^\s*(?:def\s.{0,200}:\s*|import\s.*|from\s+\w[\w.]*\s+import\b.*|print\(.*\)|pass|\"\"\".*|'''.*|@\w+.*)$")


def is_code(text: str) -> bool:
    """Several lines, each an assignment, a definition or a return."""
    lines = [x for x in text.splitlines() if x.strip() and not x.strip().startswith("#")]
    if any(_DROPPED.match(x) or x.lstrip().startswith("return ") for x in lines) and len(lines) >= 2:
        return True
    return (len(lines) >= 2 and all(_CODE_LINE.match(x) for x in lines)) or any(x.lstrip().startswith(("return ", "def ")) for x in lines)


def _uses_its_names(k: ast.ListComp | ast.GeneratorExp) -> bool:
    """Whether a comprehension is of the names that it runs over: '[-r if x > 0 else r for x in g]', not '[-r g_i for i in n]'."""
    names = {t.id for g in k.generators for t in ast.walk(g.target) if isinstance(t, ast.Name)}
    return bool(names) and names <= {x.id for x in ast.walk(k.elt) if isinstance(x, ast.Name)}


def is_program(text: str) -> bool:
    """Whether a text is Python that says more than one formula does: statements, loops, comprehensions, array calls."""
    if len(text) > 6_000 or "\\" in text or not _PROGRAM.search(text):
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    kinds = tuple(ast.walk(tree))
    if any(isinstance(k, ast.BitXor) for k in kinds) and any(isinstance(k, ast.Set) or (isinstance(k, ast.Name) and k.id == "T") for k in kinds):
        return False  # H^{-1} @ b and b^T @ x are no Python, though they parse
    if any(isinstance(k, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.Return | ast.For | ast.While | ast.Lambda) for k in kinds):
        return True
    if any(isinstance(k, ast.ListComp | ast.GeneratorExp) and (_NAMED_CALL.search(text) or _uses_its_names(k)) for k in kinds):
        return True
    several = len(tree.body) > 1 and any(isinstance(b, ast.Assign | ast.AugAssign) for b in tree.body)
    shown = tree.body[-1] if several else None
    named = isinstance(shown, ast.Expr) and isinstance(shown.value, ast.Name) and shown.value.id in {
        t.id for b in tree.body if isinstance(b, ast.Assign) for t in b.targets if isinstance(t, ast.Name)}
    return several and (named or bool(_ARRAYS.search(text)) or any(isinstance(b, ast.AugAssign) and isinstance(b.op, ast.Mult | ast.Div) for b in tree.body))


def is_array_code(text: str) -> bool:
    """Whether one line is a Python expression or assignment with calls of an array library: X.T.dot(y), F.relu(v)."""
    if len(text) > 600 or "\\" in text or "$" in text or not _ARRAY_CALL.search(text):
        return False
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr | ast.Assign)


_ARRAY_CALL = re.compile(r"(?<![\w.])(?:np|numpy|torch|F|nn|jnp|scipy)\.[A-Za-z]|[\w)\]]\.[a-z]\w*\(|\w\[:")
_PROGRAM = re.compile(r"[\n;]|\bfor\b|\blambda\b|\bdef\b")
_NAMED_CALL = re.compile(r"[A-Za-z_]\w*\s*\(")
_ARRAYS = re.compile(r"\b(?:np|numpy|torch|math|jnp)\.|\w\[[^\]\n]+\]|\blen\(|\brange\(|\.(?:sum|abs|norm|sign|argmax|astype|T)\b|\w @ \w")


def code_statements(text: str) -> str:
    """Code as formulas separated by semicolons: assignments, and what is returned. Nothing is run."""
    out: list[str] = []
    for line in text.splitlines():
        line = _comment_free(line)
        shadow = re.match(r"\s*(?:def\s+(\w+)|(\w+)\s*=\s*lambda\b)", line)
        if shadow and (shadow.group(1) or shadow.group(2)) in CALLS:
            return ""  # a known function redefined: what follows means something else
        inline = re.match(r"\s*def\s[^:]{0,200}:\s*(return\b.*)", line)
        if inline:
            line = inline.group(1)
        if not line.strip() or _DROPPED.match(line):
            continue
        out.append(re.sub(r"^\s*return\b", "", line).strip().rstrip(";"))
    return _plain_names(" ; ".join(out))


_OWN_NAME = re.compile(r"(?:^|;)\s*([A-Za-z]\w*_\w+)\s*=(?!=)")


def _plain_names(code: str) -> str:
    """Variables of the code such as g_l1, whose underscore is no subscript, under names of one letter run."""
    for k, name in enumerate(dict.fromkeys(_OWN_NAME.findall(code))):
        uses = re.findall(rf"(?<![\w.]){re.escape(name)}(?!\w)", code)
        if len(uses) > 1 and k < 26:
            code = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", f"zz{chr(97 + k)}", code)
    return code


def _comment_free(line: str) -> str:
    at = line.find("#")
    return line if at < 0 else line[:at]
