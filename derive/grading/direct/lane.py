"""The verdict on a plain formula, by its normal form: bound -> read -> decide, in one pass.

A normal form that equals that of the key proves an answer right. A wrong one differs from the key in an instance by more than
rounding can do; where other points than the key may be optimal, its objective is worse there. Everything else, and every text that is not
plainly one formula, is None here and goes the whole way (derive.grading.grade), which also says the reason when it is asked for.
"""

from __future__ import annotations

import re
from typing import Literal

from derive.grading.beside.changed_value import changed, computed
from derive.grading.counts.units_summed import of_counts
from derive.grading.diagnosis.credit import earns
from derive.grading.direct.clauses import Places, may_define, one_value, without_names, without_places
from derive.grading.direct.corrected import alternatives, corrected, may_correct
from derive.grading.direct.judge import PLAIN, DirectJudge, Said
from derive.grading.direct.part import BLANK, LOWERED_DIGITS
from derive.grading.direct.restated import Restated
from derive.grading.direct.text import code_of, formula_of, unboxed
from derive.grading.direct.told import least_norms_told, methods_told, other_step, told
from derive.grading.direct.unread import unread
from derive.grading.direct.words import closed, may_speak, unmarked
from derive.grading.keys import UNTIED, Key, kept, not_gradable
from derive.grading.verdict import Verdict
from derive.maths.direct.forms import LIST, ONE, SCALAR, VECTOR, Beyond, Scaled
from derive.maths.direct.words import Words
from derive.maths.expr import Expr

_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)(?:\s?\{(\\?[A-Za-z]+)\}|\s(?=[A-Za-z]))")
_SPACED = re.compile(r"\\[,;:! ]")
# What the text may call what is counted: \text{total} = ...
_NAME_OF_COUNT = re.compile(r"(?:total|messages|count)|\\(?:text|mathrm|textrm)\{(?:total|messages|count)\}")
_NEXT_EQUATION = re.compile(r"(?<!\\),\s*(?=[^,=]{1,40}=)")
# A product without a sign, or a call of what is no function.
_NO_PYTHON = re.compile(r"\(\[[^,\]]*\]|[\w)\]] +[\w(]|[\d)\]]\(|\d[A-Za-z]|(?<![\w.])(?!(?:np\.[\w.]+|abs|max|sum|len)\()[A-Za-z][\w.]*\(")
_A_PLACE = re.compile(r"(?P<letter>[a-z]) = np\.arg(?P<most>max|min)\((?:(?:np\.)?abs\((?P<of>[A-Za-z]+)\)|(?P<raw>[A-Za-z]+))\)")
_ATTRIBUTES = re.compile(r"[^\W\d_]+(?=\.[A-Za-z])")
_MODULES = frozenset(("np", "numpy", "linalg"))
_NAMES = re.compile(r"(?<![\w.])[^\W\d_]{2,}(?![\w.])")
_ELSE_ZERO = re.compile(r"0\s?(?:for\s|\\text\{ ?for ?\})\s?([ijlm])\s?(?:!=|≠|\\neq?(?![A-Za-z]))\s?([a-z])")
_ITEM = re.compile(r"[-*+–•]\s")
_OPENS, _CLOSES = frozenset("($`\\"), frozenset(")$`]")
# The dash before a formula is the mark of a list where the formula has a sign or a left side of its own.
_DASHED = re.compile(r"[-–] (?=(?:\$\$?|\\\[|\\\()\s*(?:\\displaystyle\s*)?(?:[-−]|(?:\\boxed\{)?(?:[^={}$]|\{[^={}$]*\}){1,40}=))")
_MINIMISES = re.compile(r"(?<!arg)(?<!arg[ \\])(?<!arg\\,)min")
_PLAIN_SUM = re.compile(r"(?<![\\A-Za-z])sum_")
_COMPUTED = re.compile(r"[-+*/^(−·×⋅]|\\(?:frac|cdot|times)")
_FOR_ALL = re.compile(r",?(?: |\\[,; ]|\\q?quad(?![A-Za-z])){0,4}(?:\\forall(?: |\\[,; ])+|\\text\{ ?for (?:all|each|every) ?\} ?)([a-z])\Z")
_COLUMN_OF_CASES = re.compile(r"\\left ?\\(?:\{|lbrace) ?\\begin\{array\}\{[lcr]{2}\}((?:(?!\\begin|\\end).)*)\\end\{array\} ?\\right ?\.", re.S)
_EVERYWHERE = re.compile(r",?\s*(?:(?<=[\s,])for (?:all|every|each) |∀\s?)\$?([a-z])\$?\.?\Z")

MAX_TEXT = 800  # of words and formulas; a formula has at most MAX_CHARACTERS of derive.maths.direct.words
_COMPARED = re.compile(r"\d<")  # 100<a, b, c>: compared, no bracket
MAX_THOUGHT = 50_000  # what may stand before them as thought


class Direct(DirectJudge):
    """A part that judges plain formulas."""

    restated: Restated | Literal[False] | None = False
    """What tells the problem from an answer, made when it is first met; None where the part has no such problem."""

    def verdict(self, text: str) -> bool | None:
        """Whether an answer is right; None where that is not seen here."""
        if ("<" in text or "[/" in text) and len(text) <= MAX_THOUGHT:
            text = unmarked(text)
            if _COMPARED.search(text) is not None:
                return None
        if len(text) > MAX_TEXT:
            return None
        text = text.strip()
        if not text:
            return None
        if self.constants is not None and ("10^" in text or "⁻" in text or "10**" in text):
            return None  # decimals times a power of ten
        if "\n" in text:
            if "\n- " in text or "\n– " in text:  # items of a list
                return None
        elif text[:2] == "> ":  # a quotation
            text = text[2:].lstrip()
        if text[0] in "-–" and _DASHED.match(text) is not None:
            text = text[2:]
        if text[0] == "$" == text[-1] and text.count("$") == 2 and "\n\n" not in text:
            return self._of_one(text, False, True)
        if not may_speak(text):
            return self._of_one(text, False)
        if "inimi" in text or "objective" in text:
            text = self._without_problem(text)
        if may_correct(text):
            both = corrected(text)
            if both is not None:
                return self._of_correction(*both)
            if "~~" in text:
                return None
        if " or " in text and (sides := alternatives(text)) is not None:
            found = [self.verdict(side) for side in sides]
            return None if None in found else all(found)
        if self.counts_messages and " message" in text and (equation := of_counts(text)) is not None:
            return self._of_equation(equation)
        if (text[0] in _OPENS or text[-1] in _CLOSES) and (formula := computed(text)) is not None:
            return self._of_one(formula, False)
        right = self._of_one(closed(text), True)
        if right is None and ("$" in text or "\\(" in text or "\\[" in text):
            answer = told(text, self.heads)
            if answer is not None and answer != text:
                right = None if "norm" in text and self._calls_it_least(text) else self.verdict(answer)
                return None if right and ((" with " in text and other_step(text, answer)) or self._misnames(text)) else right
        return right

    def _without_problem(self, text: str) -> str:
        """A text without the sentence that states the problem once more."""
        found = self.restated
        if found is False:
            try:
                found = Restated(self)
            except Beyond:
                found = None
            self.restated = found
        return text if found is None else found.without(text)

    def refused(self, text: str) -> Verdict | None:
        """The verdict on a text that holds no answer: its words deny a right formula or make another value of it, or it gives other entries than are asked."""
        text = text.strip()
        found = changed(text)
        if found is None and self._miscounted(text):
            return Verdict.INCORRECT if _is_assigned(text) else Verdict.UNREADABLE
        if found is None and (unread(self, text) or (
                may_correct(text) and (both := corrected(text)) is not None and self.verdict(both[0]) is not True and self._miscounted(both[1]) and not _is_assigned(both[1]))):
            return Verdict.UNREADABLE
        if found is None or self.key.wanted.bound or self._of_one(found.formula, False) is not True:
            return None
        return Verdict.UNDECIDED

    def _miscounted(self, text: str) -> bool:
        """Whether a text is x_1 = a, x_2 = b, ... and nothing else, with fewer or more entries than there are."""
        if self.required[0] != LIST or "," not in text or text.count("=") < 2 or len(text) > MAX_TEXT or (_is_assigned(text) and ("`" in text or "$" in text or "_" not in text)):
            return False
        found = formula_of(closed(text) if (spoken := may_speak(text)) else text, spoken)
        if found is None:
            return False
        pieces = _NEXT_EQUATION.split(unboxed(found[0]))
        if len(pieces) == self.words.dimension or len(pieces) > 8:
            return False
        for k, p in enumerate(pieces):  # each is a place of its own, also one that is too many
            written = _plain_head(p.partition("=")[0])
            first = (written.rpartition(digit) for digit in (str(k + 1), LOWERED_DIGITS[k + 1]))
            if not any(digit and self.places_of_heads.get(f"{head}{1 if digit.isascii() else LOWERED_DIGITS[1]}{end}") == "1" for head, digit, end in first):
                return False
        values = [one_value(self, p.partition("=")[2]) for p in pieces]
        return all(v is not None and v[0] == SCALAR and len(v) == 3 and (v[1] or not _is_assigned(text)) for v in values)

    def _calls_it_least(self, text: str) -> bool:
        """Whether a text calls the answer least in a norm in which it is not; worked out once for a method and a norm."""
        if self.key.part.ask != "limit":
            return False
        for method, norm in least_norms_told(text):
            found = self.least.get((method, norm))
            if found is None:
                from derive.grading.norms.least_norms import false_least_norm

                found = self.least[method, norm] = false_least_norm(f"{method} converges to the minimum {norm} norm solution", self.key) != ""
            if found:
                return True
        return False

    def _misnames(self, text: str) -> bool:
        """Whether a told reply calls the update by the name of an optimizer of which it is no step; worked out once for a name."""
        if self.key.part.ask not in ("argmin", "argmax"):
            return False
        for name in methods_told(text):
            found = self.misnamed.get(name)
            if found is None:
                from derive.grading.asides.names_beside import false_name

                found = self.misnamed[name] = false_name(f"This is {name}.", self.key) != ""
            if found:
                return True
        return False

    def _of_correction(self, first: str, then: str) -> bool | None:
        """The verdict on the second formula, of which the first is taken back."""
        right = self.verdict(then)
        if not first or right is None:
            return right
        before = self.verdict(first)
        return None if before is None or (before and right) or _MINIMISES.search(first) else right  # the same once more takes nothing back

    def _of_one(self, text: str, spoken: bool, plain: bool = False) -> bool | None:
        """The verdict on a text of one formula, beside which words may stand."""
        everywhere = ""
        if not text:
            return None
        if not plain:
            if (spoken and "for " in text) or "∀" in text:
                found = _EVERYWHERE.search(text, max(0, len(text) - 24))
                if found is not None:
                    if "$" in found.group() and text.count("$") < (2 if "\\)" in text or "\\]" in text else 4):  # x_i = a for all $i$
                        return None
                    text, everywhere = text[: found.start()], found.group(1)
                    if not text:
                        return None
                    plain = text[:1] == "$" == text[-1:] and text.count("$") == 2 and "\n\n" not in text
            if "$" in text and text.count("$") % 2:
                return None
            if ("np." in text or "```" in text) and (code := code_of(text)) is not None:
                return self._of_code(code)
        shown = text
        places: Places = {}
        if "arg" in text and "np." not in text:
            text, places = without_places(self, text)
        words: Words | None = None
        if "=" in text and ("," in text or "wi" in text or "wh" in text) and may_define(text):
            text, words = without_names(self, text)
            if words is not None and not places and "arg" in text:
                text, places = without_places(self, text)
        clause = text is not shown
        if plain and (not clause or (text[-1:] == "$" and text.count("$") == 2)):
            text, begin = text[1:-1].strip(), "$"
        else:
            found_formula = formula_of(text, spoken)
            if found_formula is None:
                return None
            text, begin = found_formula
            if not begin and ("\n" in text or (shown[0] in "-*+–•" and _ITEM.match(shown))):
                return None
        if "\\" in text:
            if "\\forall" in text or ("\\text{" in text and "for " in text):
                every = _FOR_ALL.search(text, max(0, len(text) - 40))
                if every is not None:
                    if everywhere:
                        return None
                    text, everywhere = text[: every.start()], every.group(1)
            if "{array}" in text:
                text = _COLUMN_OF_CASES.sub(r"\\begin{cases}\1\\end{cases}", text, 1)
        if spoken and "for " in text and not ((places or self.algebra.places) and "0" in text):
            return None
        if self.places_of_heads and not everywhere and words is None and text.count("=") > 1:
            shown = unboxed(text)
            right = self._of_entries(shown, places) if "," in text else self._of_equal_entries(shown)
            if right is not None:
                return right
        return self._of_equation(text, places, everywhere, clause, words)

    def _of_entries(self, text: str, known: Places) -> bool | None:
        """x_1 = a, x_2 = b, ... of all entries; x_k = a, x_i = 0 for i != k."""
        pieces = _NEXT_EQUATION.split(text)
        found = [(self.places_of_heads.get(_plain_head(p.partition("=")[0])), p.partition("=")[2].strip()) for p in pieces]
        places = [k for k, _ in found]
        if places == [str(k + 1) for k in range(len(places))] and len(places) == self.words.dimension and not any("=" in p for _, p in found):
            return self._of_equation(f"({', '.join(p for _, p in found)})")
        if len(found) == 2 and (places[0] in known or any(k == places[0] for _, k in self.algebra.places)):
            m = _ELSE_ZERO.fullmatch(found[1][1])
            if m is not None and places[0] is not None and m.group(1) == places[1] and m.group(2) == places[0]:
                return self._of_entry(found[0][1], places[0], known)
        return None

    def _of_equal_entries(self, text: str) -> bool | None:
        """x_1 = x_2 = ... = x_n = a."""
        size = self.words.dimension
        *heads, value = text.split("=")
        if len(heads) != size:
            return None
        found = {self.places_of_heads.get(_plain_head(h)) for h in heads}
        return self._of_equation(f"({', '.join([value.strip()] * size)})") if found == {str(k + 1) for k in range(size)} else None

    def _of_entry(self, text: str, place: str, known: Places) -> bool | None:
        """The vector with one entry that is not zero, at a place that is known."""
        try:
            return self.of_chain(text, Said(places=known, alone=place)) if self.required[0] == VECTOR else None
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):
            return None

    def _of_code(self, code: str) -> bool | None:
        """The value of a program of one line, before which only a declared place is computed."""
        lines = [line for line in code.rstrip().split("\n") if line != "import numpy as np"]
        places: Places = {}
        while len(lines) > 1 and (m := _A_PLACE.fullmatch(lines[0])) is not None:
            vector = m["of"] or m["raw"]
            if self.words.vectors.get(vector, ONE)[0] != VECTOR or m["letter"] in places or self.algebra.declared.get(m["letter"], vector) != vector:
                return None
            found = next((k for v, k in self.algebra.places if v == vector), m["letter"])
            sign = ("" if m["most"] == "max" else "-") if m["of"] else "+" if m["most"] == "max" else "~"
            places[m["letter"]] = vector, found + sign
            del lines[0]
        if len(lines) != 1 or not lines[0] or any(sign in lines[0].replace("np.ones_like", "") for sign in "^|#;_") or _NO_PYTHON.search(lines[0]):
            return None
        if any(w not in _MODULES for w in _ATTRIBUTES.findall(lines[0])) or any(w not in self.words.known for w in _NAMES.findall(lines[0].partition(" = ")[2] or lines[0])):  # letters do not run on
            return None
        if places and any(k not in places and f"[{k}]" in lines[0] for k in self.algebra.declared):  # a program does not know the statement's letter
            return None
        name, equals, value = lines[0].partition(" = ")
        if lines[0][0] == " " or (not equals and ("=" in name.replace("==", "").replace("ord=", "") or name.isdigit())) or (equals and not name.isidentifier()):
            return None
        if equals and self.heads.get(name) != "" and name != "result" and not (self.unknown_heads and _NAME_OF_COUNT.fullmatch(name)):
            return None
        try:
            return self.of_chain(value if equals else name, Said(places=places) if places else PLAIN)
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):
            return None

    def _of_equation(self, text: str, places: Places | None = None, everywhere: str = "", clause: bool = False,
                     words: Words | None = None) -> bool | None:
        boxed = clause and "\\boxed" in text
        if "sum_" in text:
            text = _PLAIN_SUM.sub(r"\\sum_", text)
        if "\\" in text:
            text = unboxed(text)
        index: str | None = None
        headless = False
        head, equals, rest = text.partition("=")
        approximate = False
        if not equals and ("≈" in text or "\\approx" in text):
            head, equals, rest = text.partition("≈" if "≈" in text else "\\approx")
            approximate = True
        if (everywhere and not equals) or " ∞" in head:
            return None
        if equals:
            head = head.strip()
            index = self.heads.get(head)
            if index is None and (self.heads or self.steps):
                written = _plain_head(head)
                index = self.heads.get(written)
                if index is None and written in self.steps:
                    rest = unboxed(_BOLD.sub(lambda m: m.group(1) or "", rest))
                    current = self.steps[written].match(rest)
                    if current is None or rest.count("=") > rest.count("=1}") or everywhere or approximate:
                        return None
                    index, rest = "", rest[current.end() :]
            if everywhere and index != everywhere:
                return None
            if index is None and (("(" in head and head.count("(") > head.count(")")) or ("{" in head and head.count("{") > head.count("}"))):  # f(x, ord=1), \\sum_{i=1}
                rest = text
            elif index is None:
                if "\\" in head:
                    head = _SPACED.sub("", head).strip()
                if len(head) == 1 and self.unknown_heads:
                    if head not in self.names_of_counts:
                        return None
                elif self.unknown_heads and _NAME_OF_COUNT.fullmatch(head):
                    pass
                elif approximate or head[:1] in ("+", "-", "−") or not _COMPUTED.search(head):
                    return None
                else:
                    rest, headless = text, True
            text = unboxed(rest) if "\\" in rest else rest
        try:
            plain = not (index or approximate or headless or places or boxed or words)
            return self.of_chain(text, PLAIN if plain else Said(index or "", approximate, headless, places, boxed, words=words))
        except Scaled:
            try:
                return self.of_scaled(text) if not (index or approximate or places or boxed or words) else None
            except (Beyond, IndexError, OverflowError, ZeroDivisionError):
                return None
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):  # IndexError: the formula ends too early
            return None


def _is_assigned(text: str) -> bool:
    """Whether equations are set as assignments of Python: each of them is a number of its own there, and the last one the answer."""
    return "\\" not in text and text.rstrip(" .∎✓").isascii()


def _plain_head(head: str) -> str:
    """A left side without blanks and bold letters."""
    return BLANK.sub("", _BOLD.sub(lambda m: m.group(1) or "", head) if "\\" in head else head)


class Nothing:
    """The direct lane of a part that has none."""

    def verdict(self, text: str) -> bool | None:
        """Nothing is seen here."""
        return None

    def of_tree(self, answer: Expr) -> bool | None:
        """Nothing is seen here."""
        return None


def lane(key: Key) -> Direct | Nothing:
    """The direct lane of a part, made once."""
    return kept(key, LANE, lambda: direct_of(key) or Nothing())


LANE = "direct"


def direct_of(key: Key) -> Direct | None:
    """The direct lane of a part; None where its key is not of the kind."""
    d = key.derivation if not not_gradable(key) else None
    wanted = key.wanted
    if d is None or key.truth is not None or d.kind not in ("point", "expression") or d.outputs or d.answer is None or key.part.ask in ("dual", "status"):
        return None
    if wanted.label or wanted.supremum or wanted.eigenvalue or wanted.quantities or wanted.normalised or wanted.entries or wanted.condition or wanted.scope.expected:
        return None
    if (d.kind == "point" and d.unique not in ("always", "generic")) or key.part.derivative is not None or len(wanted.shape) > 1 or earns(key.problem, key.part.id):
        return None
    if key.cache.get(UNTIED) is True:
        return None
    if key.part.counted and len(key.part.counted) > 1:
        return None
    try:
        return Direct(key)
    except Beyond:
        return None


