"""What characters, commands and words stand for: Greek letters, operators, marks, names."""

from __future__ import annotations

from fractions import Fraction

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
).split()
GREEK_NAMES = frozenset(_GREEK) | {g.capitalize() for g in _GREEK} | {"varepsilon", "vartheta", "varphi", "ell", "varrho"}
# How people type a Greek letter that is a word or an operator elsewhere; a symbol of such a name is written as the letter.
NICKNAMES = {"lam": "lambda", "lamb": "lambda", "eps": "epsilon", "th": "theta", "sig": "sigma", "gam": "gamma"}
VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "lam": "lambda"}
GREEK_CHARS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", [g.capitalize() for g in _GREEK], strict=True)),
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ς": "sigma",
    "ℓ": "ell",
    "∆": "Delta",
    "µ": "mu",
}
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᐪᵃᵇᶜᵈʰʲᵏˡᵐᵖʳˢ", "0123456789+-=()niTtTabcdhjklmprs", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₚₜₓₐₑₕₒᵣₛᵤᵥ", "0123456789+-=()ijklmnptxaehorsuv", strict=True))
VULGAR = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
    "⅐": (1, 7),
    "⅑": (1, 9),
    "⅒": (1, 10),
}

# Characters and commands that are one operator, however they are written.
OPERATORS = {
    "−": "-",
    "‑": "-",
    "‐": "-",
    "⨯": "×",
    "✕": "×",
    "⨉": "×",
    "–": "-",
    "—": "-",
    "﹣": "-",
    "－": "-",
    "⋅": "·",
    "∙": "·",
    "•": "·",
    "∗": "*",
    "＊": "*",
    "⁄": "/",
    "∕": "/",
    "÷": "/",
    "∥": "‖",
    "∣": "|",
    "￨": "|",
    "∘": "⊙",
    "≔": "=",
    "≡": "=",
    "⋯": "…",
    "⋮": "…",
    "≃": "≈",
    "≅": "≈",
    "∼": "≈",
    "≪": "<",
    "≫": ">",
    "⩽": "≤",
    "⩾": "≥",
    "⪰": "≽",
    "⪯": "≼",
    "⟨": "⟨",
    "⟩": "⟩",
    "⟶": "→",
    "⟹": "⇒",
    "⟸": "⇐",
    "⟺": "⇔",
    "′": "'",
    "’": "'",
    "⊺": "⊤",
    "⋆": "*",
    "★": "*",
    "☆": "*",
    "＝": "=",
    "（": "(",
    "）": ")",
    "，": ",",
}
COMMAND_OPERATORS = {
    "cdot": "·",
    "times": "×",
    "ast": "*",
    "star": "*",
    "div": "/",
    "odot": "⊙",
    "circ": "⊙",
    "oslash": "⊘",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "parallel": "‖",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "succeq": "≽",
    "succcurlyeq": "≽",
    "preceq": "≼",
    "preccurlyeq": "≼",
    "lt": "<",
    "gt": ">",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "simeq": "≈",
    "sim": "≈",
    "equiv": "=",
    "coloneqq": "=",
    "triangleq": "=",
    "in": "∈",
    "propto": "∝",
    "to": "→",
    "rightarrow": "→",
    "longrightarrow": "→",
    "mapsto": "→",
    "leftarrow": "←",
    "gets": "←",
    "Rightarrow": "⇒",
    "implies": "⇒",
    "Longrightarrow": "⇒",
    "iff": "⇔",
    "Leftrightarrow": "⇔",
    "Longleftrightarrow": "⇔",
    "pm": "±",
    "mp": "±",
    "langle": "⟨",
    "rangle": "⟩",
    "lbrace": "\\{",
    "rbrace": "\\}",
    "lbrack": "[",
    "rbrack": "]",
    "land": "∧",
    "wedge": "∧",
    "lor": "∨",
    "vee": "∨",
    "cup": "∪",
    "setminus": "∖",
    "forall": "∀",
    "prime": "'",
    "top": "⊤",
    "intercal": "⊤",
    "dagger": "†",
    "infty": "∞",
    "bmod": "mod",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "colon": ":",
    "bullet": "·",
    "dots": "…",
    "ldots": "…",
    "cdots": "…",
    "vdots": "…",
    "because": ";",
    "therefore": ";",
    "sum": "∑",
    "prod": "∏",
    "nabla": "∇",
    "grad": "∇",
    "partial": "∂",
}

# Commands that only style what follows.
SILENT = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle scriptstyle limits nolimits "
    "bf rm it boxed fbox underline mathit mathsf mathtt mathcal mathscr ensuremath phantom hphantom nonumber notag hline color".split()
)
BOLD = frozenset("mathbf boldsymbol bm vec mathbb textbf pmb boldmath symbf overrightarrow".split())
DECOR = frozenset("tilde widetilde bar overline hat widehat dot check breve".split())
SPACES = frozenset(("quad", "qquad"))

# Commands that stand for a name: functions as LaTeX spells them.
FUNCTION_COMMANDS = frozenset(
    "max min arg log ln lg exp sin cos tan arcsin arccos arctan sinh cosh tanh sec csc cot lim det inf sup sgn sign tr diag argmax argmin gcd dim "
    "ker rank relu softmax".split()
)

# Macros that everybody defines.
CALLED_COMMANDS = {"sgn": "sign", "Sign": "sign", "Sgn": "sign", "trace": "trace", "Tr": "trace", "ones": "ones", "clip": "clip", "argmax": "argmax"}
TEXT_COMMANDS = frozenset("text textrm textit textnormal mathrm mbox operatorname operatornamewithlimits mathop textsf".split())

# Operators in words, in text without LaTeX.
SPOKEN_NUMBERS: dict[str, int | Fraction] = {"zero": 0, "two": 2, "half": Fraction(1, 2)}
SPOKEN = {"times": "×", "over": "/", "minus": "-", "negative": "-", "plus": "+", "divided": "/", "multiplied": "×", "cdot": "·"}
DIGRAPHS = {"**": "^", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", ":=": "=", "->": "→", "=>": "⇒", "||": "‖", "<-": "←", "...": "…"}
PASSED = frozenset("∑∏∇∂∞√∈∝→←⇒⇐⇔±‖≈≠≤≥⊙⊘∧∨∪∖∀⟨⟩⊤†⌊⌋⌈⌉·×𝟏𝟙…∇")
