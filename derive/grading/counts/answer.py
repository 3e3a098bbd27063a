"""Several quantities in one answer: '2n messages of size p', 'parameters: ..., output height: ...', 'o = ...' in a list,
'the sum is ... and the product is ...'.

What is labelled in words is put in the order in which it is asked; nothing is guessed: a piece without a label, or two
for one quantity, leave the text as it is.
"""

from __future__ import annotations

from functools import partial

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.counts.arrived_at import by_sections, by_units, concluding, stands
from derive.grading.counts.broken_down import without_terms
from derive.grading.counts.concluded import by_letters, conclusion, without_eigenvalues, without_meanings
from derive.grading.counts.in_lines import by_lines
from derive.grading.counts.message_sizes import with_sizes_called_so
from derive.grading.counts.supposed_totals import with_ratio_named
from derive.grading.finding.either_or import sides, without_rejected
from derive.grading.judging.holding import truths
from derive.grading.keys import Key
from derive.grading.text.cleaning import cleaned, unbolded
from derive.grading.words.sentences import formula_places
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.aliases import typed_together
from derive.maths.expr import Expr
from derive.maths.read import readings

MAX_TEXT, _MAX_SECTIONS = 1_000, 4_000

_SIZE = (
    r"size|length|(?:each|every)\s+(?:one\s+)?of\s+them\s+(?:has|holds|carries|contains)|(?:numbers?|parameters?|params?|floats?|entries|values|words)\s+(?:in\s+)?each(?:\s+(?:one|message))?"
    r"|each\s+(?:carr\w+|of|with)|(?:each|every|per)\s+message(?:\s+(?:has|holds|carries|contains)|(?=\s*(?:[:=]|\Z)))")
_WORDS = {
    "messages": r"messages?|sends\b|transfers?",
    "size": _SIZE,
    "rounds": r"rounds?|steps?|hops?",
    "volume": r"volume|traffic|in\s+total",
    "sent": r"sent|sends?|upload\w*",
    "received": r"received|receives?|download\w*",
    "time": r"time|duration|takes",
    "parameters": r"(?:trainable\s+|learnable\s+)?param(?:eter)?s?|weights?",
    "elements": r"numbers?|elements?|entries|values|cache(?:d)?|stored|size|memory",
    "multiply_adds": r"(?:forward\s*)?(?:multiply[- ]?adds?|multiply[- ]accumulates?|mult[- ]adds?|macs?)|forward(?:\s+pass)?",
    "backward_multiply_adds": r"backward(?:\s+pass)?(?:\s+(?:multiply[- ]?adds?|macs?))?",
    "flops": r"flops?|floating[- ]point\s+operations|operations",
    "training_flops": r"(?:total\s+)?(?:flops?|floating[- ]point\s+operations|operations)|total|altogether",
    "outputs": r"outputs?|activations?",
    "length": r"(?:output\s+)?(?:height|width|size|length)|output",
    "receptive_field": r"receptive\s+field",
    "sum": r"(?:adds?|sums?)\s+(?:up\s+)?to|sum(?:\s+of\s+(?:the\s+|both\s+|all\s+)?eigenvalues)?|trace",
    "product": r"multipl(?:y|ies)\s+to|product(?:\s+of\s+(?:the\s+|both\s+|all\s+)?eigenvalues)?|det(?:erminant)?",
    "discriminant": r"discriminant",
    "ratio": r"ratio|factor|times\s+(?:as\s+)?(?:large|many|much|larger|bigger|more|fewer|less|smaller)(?:\s+than\b[^,;.]*)?|reduction|saving",
}
_FILLERS = re.compile(
    r"(?<![\w{_\\·])(?:so|thus|hence|therefore|altogether|overall|giving|which gives|that makes|that is|which is|this is|each|in total|total|of|with|the|is|are|there|and|"
    r"number|numbers|output|forward|pass|per image|in|sent|(?<![\w·*/^+-])an?(?=\s+[a-z]{3,})|message|parameters|it|has|we|get|so|all|together|equals?|their|eigenvalues?|costs?|needs?)\b", re.I)
_UNITS = re.compile(r"\b(?:multiply[- ]?(?:adds?|accumulates?)|mult[- ]adds?|macs?)\b|\b(?:at|with)\s+(?:two|2)\s+(?:flops?|operations)\s+(?:each|apiece|per\s+multiply[- ]?add)\b", re.I)
"""What a count of multiply-adds is counted in, and what each of them is worth."""
_IN_PAIRS = re.compile(r"(?:multiply[- ]adds?|macs)\W*\Z", re.I)
_TEXT = re.compile(r"\\(?:text|mathrm|textrm|operatorname)\s*\{([^{}]*)\}")
_SPACES = re.compile(r"(?<!\\)\\[ ,;!:#]|\\q?quad|~|\$|\\(?:begin|end)\{(?:equation|align|gather|displaymath|multline|eqnarray)\*?\}")
_ANGLES = re.compile(r"(?:\\(?:left|right)\s*)?\\(l|r)angle(?![A-Za-z])")
_SPLIT_WORDS = re.compile(r"(?<=messages)\s+(?=[^\s=:])|\s+(?=in\s+(?!each\b|every\b)[^,;]{1,30}\brounds?\b)|\s+and\s+(?=\S)")
_ASIDE = re.compile(r"\((?:[A-Za-z]{2,}[\s,-]*){1,20}\)")
# 'with full attention it would be h/g times as large': what is supposed is what the ratio compares with.
_SUPPOSED = re.compile(r"^\s*(?:with|for|if)\b(?![^=]*\b(?:not|no|without|half|twice|double)\b)[A-Za-z\s-]{3,60}?\b(?:it|this|that|they)\s+(?:would\s+be|would\s+become|is|were|are)\s+", re.I)
_EMPTY = re.compile(r"\(\s*\)")
# '(n up, n down)': as many each way, which the number before it counts together.
_DIRECTION = r"(?:up|down|in|out|back|push(?:es)?|pulls?|uploads?|downloads?|sends?|receives?|sent|received)"
_EACH_WAY = re.compile(rf"\(\s*(?P<count>[^\s(),]{{1,12}})\s+{_DIRECTION}\s*(?:,|\band\b|,\s*and\b|\+)\s*(?P=count)\s+{_DIRECTION}\s*\)", re.I)
# '(one for dx, one for dW)': what each of them, which the number before it counts together, is for.
_ONE_FOR_EACH = re.compile(r"(?<=[\w)}\]$])\s*\((?:,?\s*(?:and\s+)?(?:one|once|half)\s+(?:for|from)\s+(?:the\s+)?(?!each|every|all|per)[\w$\\{}^ ]{1,30}?"
                           r"(?=\)|,|\s+and\s+(?:one|once|half)\s)){2,4}\)", re.I)
_CONCLUDES = re.compile(r"\b(?:so|thus|hence|therefore|altogether|overall|in total|total|giving|gives|makes?)\b", re.I)
_IN_ALL = re.compile(r"\s+(?:in all|in total|altogether|together)\s*,?\s+(?:which|that)\s+(?:is|are|makes?|gives?|means?)\s+", re.I)  # '3 T a b in all, which are 6 T a b FLOPs'
_SENTENCE = re.compile(r"\.\s+(?=[A-Z$\\])")  # the end of one
_SEVERAL = re.compile(r"[.!?:*]\s|\n")
_EQUATION = re.compile(r"\s*([A-Za-z])\s*=(?!=)(.+)\Z", re.S)


def quantities_of(key: Key) -> tuple[str, ...]:
    """What a part asks that gives several quantities, in order; empty for other parts."""
    return key.part.counted or key.part.quantities


def listed(text: str, key: Key) -> str | None:
    """The text as a list of the counts in the order asked; None where it is not labelled piece by piece."""
    asked = quantities_of(key)
    if len(asked) < 2 or len(text) > MAX_TEXT:
        said = _said_at_length(with_output_named(without_rejected(cleaned(text)), key), key) if len(asked) > 1 and len(text) <= _MAX_SECTIONS else {}
        return f"({', '.join(said[what] for what in asked)})" if said else None
    text = without_terms(_IN_ALL.sub(" = ", with_output_named(without_rejected(cleaned(text)), key)), partial(holds, key=key))
    if sides(text) is not None:
        return None  # "A or B": two answers, each found as it stands
    found, rest = _read(text, key)
    if rest or len(found) < len(asked):
        concluded = _concluded(text, key)
        if concluded is not None:
            return f"({', '.join(concluded[what] for what in asked)})"
    if rest:
        return _positional([p for p in _cut(_flat(text)) if p.strip()], len(asked)) if rest == _UNLABELLED else None
    return f"({', '.join(found[what] for what in asked)})" if len(found) == len(asked) else None


_OUT = r"_\s*(?:\{\s*(?:\\(?:text|mathrm)\s*\{\s*)?out\s*\}?\s*\}|out(?![a-z]))|'|\^\s*\{?\s*\\prime\s*\}?"


def with_output_named(text: str, key: Key) -> str:
    """'H_out = floor(...) + 1', 'H' = ...' as 'output height o = ...', where a length is asked and H is the length before."""
    if not any(what.startswith("length") for what in quantities_of(key)):
        return text
    for name in (n for n in key.wanted.scope.symbols if len(n) == 1):
        at = list(re.finditer(rf"(?<![A-Za-z\\]){name}(?:{_OUT})\s*=", text))
        letter = next((c for c in "ozy" if not re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) and not key.wanted.scope.writes(c)), "")
        if len({"".join(m[0].split()) for m in at}) == 1 and letter:
            text = re.sub(rf"(?<![A-Za-z\\]){name}(?:{_OUT})(?P<equals>\s*=)?", lambda m, letter=letter: f"output height {letter}{m['equals']}" if m["equals"] else f" {letter}", text)  # type: ignore[misc]
    return text


def _concluded(text: str, key: Key) -> dict[str, str] | None:
    """The counts of that part of a text which gives all of them, where the rest does not speak against it."""
    asked = quantities_of(key)
    if not _SEVERAL.search(text.strip()) and "\\boxed" not in text:
        return None
    labels = {what: label_of(what) for what in asked}
    for part, behind in concluding(text):
        found, rest = _read(part, key, whole=False)
        if not rest and len(found) == len(asked) and stands(behind, found, labels):
            return found
    return _said_at_length(text, key) or None


def _said_at_length(text: str, key: Key) -> dict[str, str]:
    """The counts of a text that has a section, or a unit, for each of them."""
    labels = {what: label_of(what) for what in quantities_of(key)}
    return by_sections(text, labels) or by_units(text, labels, partial(_reads, key=key))


def _reads(formula: str, key: Key) -> bool:
    """Whether a formula is one of declared letters."""
    try:
        return not any(E.has(t, "new") for r in readings(formula, key.wanted.scope) for s in r.statements for t in s.terms)
    except ReadError:
        return False


def places(text: str, key: Key, standing: list[str]) -> list[tuple[int, int, str]]:
    """Where the numbers of an answer stand in a text, and of which quantity each is. standing: the formulas that answer."""
    asked = quantities_of(key)
    if len(text) > MAX_TEXT:
        return []
    if len(asked) < 2:
        return [(a, _end(text, a, b), str(key.part.what)) for a, b, answers in formula_places(text, standing) if answers]
    values = _read(text, key)[0]
    return [(m.start(), m.end(), what) for what, value in values.items() for m in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)]


def _end(text: str, start: int, end: int) -> int:
    """Where the signs of a formula end, whose words are those of a unit: '2n' of '2n messages each'."""
    m = re.compile(r"(?<=[\w)}\]])[\s,(]+(?!floor|ceil|log|sqrt)[A-Za-z]{4,}").search(text, start, end)
    return end if m is None else m.start()


def unclear(text: str, key: Key) -> bool:
    """Whether a text speaks of several of the quantities that are asked, but not so that each that it names has its value."""
    if len(text) > MAX_TEXT or len(quantities_of(key)) < 2:
        return False
    flat = _flat(cleaned(text))
    return bool(_read(cleaned(text), key)[1]) and sum(label_of(what).search(flat) is not None for what in quantities_of(key)) > 1


def _read(text: str, key: Key, whole: bool = True) -> tuple[dict[str, str], str]:
    """The values of the quantities that a text names; of its conclusion, where what stands before that says how they came about. whole: the text is no part of another."""
    asked = quantities_of(key)
    text = without_meanings(text, key.problem)
    text = with_sizes_called_so(text) if {"messages", "size"} <= {*asked} else text
    if " / " in asked[-1] and len(asked) == 2:
        text = with_ratio_named(text, lambda said: _labelled(said, key)[0].get(asked[0]), partial(holds, key=key))
    text = without_eigenvalues(text) if key.part.ask == "eigenvalues" else text
    text = without_facts(text, key)
    named = by_letters(text, {what: label_of(what) for what in asked}, key.problem)
    if named:
        return named, ""
    found, rest = _labelled(text, key)
    doubtful = rest or len(found) < len(asked) or "|--" in text or "| --" in text
    if whole and doubtful and (lines := by_lines(_TEXT.sub(r" \1 ", text), {what: label_of(what) for what in asked}, partial(holds, key=key), _names(key))):
        return lines, ""
    if (rest or len(found) < len(asked)) and (last := conclusion(text)):
        concluded, unread = _labelled(last, key)
        return (concluded, "") if not unread and len(concluded) == len(asked) else (found, rest)
    return found, rest


_UNLABELLED, _AMBIGUOUS = "a piece without a label", "two values of one quantity, or words that are not read"


def _flat(text: str) -> str:
    return _ANGLES.sub(lambda m: "⟨" if m.group(1) == "l" else "⟩", _ONE_FOR_EACH.sub(" ", _EACH_WAY.sub(" ", _SPACES.sub(" ", _TEXT.sub(r" \1 ", unbolded(text)))))).strip().rstrip(".")


def _labelled(text: str, key: Key) -> tuple[dict[str, str], str]:
    """The values of the quantities that a text names, and what of it has no place among them ('' where all has)."""
    asked = quantities_of(key)
    pieces = [q for p in map(partial(_without_breakdown, asked=asked), _cut(_flat(text))) for q in _SPLIT_WORDS.split(p) if q.strip(" .")]
    found: dict[str, str] = {}
    letters: dict[str, str] = {}  # 'output height o = ...'
    unread: set[str] = set()  # quantities of which a piece speaks in words that are not read
    for piece in pieces:
        concludes = _CONCLUDES.search(piece) is not None
        kinds = [what for what in asked if (what not in found or concludes) and label_of(what).search(_outside(piece))]
        if not kinds and not re.sub(r"[\W_]", "", _FILLERS.sub("", _ASIDE.sub("", piece))):
            continue  # "in total"
        again = [what for what in asked if what in found and label_of(what).search(_outside(piece))]
        if again and any(_alike(_value(piece, what, frozenset(key.problem.symbols)), found[what]) for what in again):
            continue  # the same once more
        if not kinds:
            return found, _AMBIGUOUS if again else _UNLABELLED
        what = min(kinds, key=lambda k: (k in found, -_longest(k, piece), asked.index(k)))
        if what == "training_flops" and _IN_PAIRS.search(piece):
            return found, _AMBIGUOUS  # 'total: 6 T a b multiply-adds'
        value = _value(_last_of_chain(piece, key), what, frozenset((*key.problem.symbols, *letters, *_typed(key))))
        letter = _LETTER_OF.search(piece.partition("=")[0]) if "=" in piece else None
        if value is not None and letter is not None and letter[1] not in key.problem.symbols:
            letters[letter[1]] = value
        if value is not None:
            value = _with_letters(value, letters) if letter is None else value
            found[what] = value
            unread -= {what} if concludes else set()
        elif what not in found:
            unread.add(what)
        else:
            return found, _AMBIGUOUS
    return found, _AMBIGUOUS if unread else ""


def label_of(what: str) -> re.Pattern[str]:
    kind = "ratio" if " / " in what else what.partition(" ")[0]
    return re.compile(rf"(?<![A-Za-z\\])(?:{_WORDS[kind]})(?![A-Za-z])", re.I)


def _longest(what: str, piece: str) -> int:
    return max((len(m.group()) for m in label_of(what).finditer(_outside(piece))), default=0)


def _outside(piece: str) -> str:
    """The piece without what stands in brackets."""
    return re.sub(r"\([^()]*\)|\{[^{}]*\}", lambda m: " " * len(m.group()), piece)


def _value(piece: str, what: str, symbols: frozenset[str]) -> str | None:
    """The formula of a labelled piece."""
    head, sign, tail = piece.partition(":") if ":" in piece else piece.partition("=")
    if sign and label_of(what).search(head) and not re.search(r"[=:]", tail):
        value = tail
    elif sign:
        return None
    else:
        value = _SUPPOSED.sub("", piece) if " / " in what else piece
    value = _bare(value, what)
    words = re.findall(r"[A-Za-z]{4,}", re.sub(r"\\[A-Za-z]+|floor|ceil|log2?|sqrt", " ", value))
    return value if value and all(w in symbols or set(w) <= symbols for w in words) else None  # 2Lsge is a product, 'about' is not read


def _names(key: Key) -> frozenset[str]:
    """Every name that a formula may hold."""
    return frozenset(n for s in key.problem.symbols.values() for n in (s.name, *s.aliases)) | {*_typed(key)}


def _typed(key: Key) -> list[str]:
    """Names as they are typed without their underscore: Cout for C_{out}."""
    return [n for s in key.problem.symbols.values() if s.aliases for n in typed_together(s.aliases, key.wanted.scope)]


_LETTER_OF = re.compile(r"[a-z]{3,}\s+([A-Za-z])\s*$")
_FACT = re.compile(r"\s*[(,]?\s*\b(?:where|with|since|as)\s+(?P<fact>[^(),;.=]{1,40}=[^(),;.]{1,40}?)\s*(?:\)|(?=[,;.]|$))")


def without_facts(text: str, key: Key) -> str:
    """The text without 'where n = 2^k' that the statement says, too."""
    def kept_or_gone(m: re.Match[str]) -> str:
        return "" if holds(m["fact"].replace("$", " "), key) else m[0]

    return re.sub(r"\$\$", "", _FACT.sub(kept_or_gone, text)) if "=" in text else text


_PRODUCT_FIRST = re.compile(r"\s*([A-Za-z]{2,4})(?=\s*=)")


def holds(equation: str, key: Key) -> bool:
    """Whether an equation of declared symbols is proved to hold, or holds at all instances."""
    m = _PRODUCT_FIRST.match(equation)
    if m is not None and m[1] not in key.wanted.scope.symbols and {*m[1]} <= key.problem.symbols.keys():
        equation = f"{' '.join(m[1])}{equation[m.end(1) :]}"  # 'nk = k 2^k': no name of its own
    try:
        said = readings(equation, key.wanted.scope)[0].statements
    except ReadError:
        return False
    lets = {E.sym(s.name, s.shape): s.let for s in key.problem.symbols.values() if s.let is not None}
    terms = [E.replace(t, lets) for s in said for t in s.terms]
    if len(said) != 1 or set(said[0].ops) != {"="} or any(t.shape or E.has(t, "new") for t in terms):
        return False
    return all(proved_equal(terms[0], t) or _true_everywhere(E.rel("=", said[0].terms[0], other), key) for t, other in zip(terms[1:], said[0].terms[1:], strict=True))


def _true_everywhere(claim: Expr, key: Key) -> bool:
    """Whether a claim about counts holds at every instance at which it has a value."""
    seen = [v for v in truths(claim, key) if v is not None]
    return bool(seen) and all(seen)


def _last_of_chain(piece: str, key: Key) -> str:
    """'backward: T a + T a = 2 T a' with the last member alone, where the others are proved to be equal."""
    head, colon, tail = piece.partition(":")
    if "=" in piece and not colon:
        head, _, last = piece.rpartition("=")
        asked = [what for what in quantities_of(key) if label_of(what).search(last)]
        before = _bare(head, asked[0]) if asked else ""
        if len(asked) == 1 and (holds(f"{before} = {_bare(last, asked[0])}", key) or any(label_of(what).search(head) for what in quantities_of(key) if what != asked[0])):
            return last  # 'log2 n = k rounds', '3 T a b MACs = 6 T a b FLOPs'
    bare = re.sub(r"[a-z][A-Za-z-]{3,}\S*", " ", tail)
    return f"{head}: {tail.rpartition('=')[2]}" if colon and "=" in tail and holds(bare, key) else piece


def _with_letters(value: str, letters: dict[str, str]) -> str:
    """A value with what the text calls a letter of its own put in."""
    for name, said in letters.items():
        value = re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", lambda _, said=said: f"({said})", value)  # type: ignore[misc]
    return value


def _alike(value: str | None, other: str) -> bool:
    return value is not None and "".join(value.split()) == "".join(other.split())


def _without_breakdown(piece: str, asked: tuple[str, ...]) -> str:
    """'2(n-1) messages: n-1 towards the root and n-1 back' without what is said after the colon of a value that stands before it."""
    head, colon, _ = piece.partition(":")
    labels = [what for what in asked if label_of(what).search(_outside(head))]
    return head if colon and labels and any(re.search(r"[0-9A-Za-z]", _bare(head, what)) and len(re.findall(r"[A-Za-z]{4,}", _bare(head, what))) == 0 for what in labels) else piece


def _bare(text: str, what: str) -> str:
    """The text without its label and the words that only fill."""
    counted = _UNITS.sub(" ", text) if what in ("multiply_adds", "backward_multiply_adds", "training_flops") else text
    return _EMPTY.sub(" ", _FILLERS.sub(" ", label_of(what).sub(" ", counted))).strip(" .,;:")


def _cut(text: str) -> list[str]:
    """Pieces between commas, semicolons and line ends outside all brackets; of one bracketed list, its entries."""
    out, level, start = [], 0, 0
    for k, c in enumerate(text):
        if c in "([{⟨":
            level += 1
        elif c in ")]}⟩":
            level -= 1
        elif level == 0 and (c in ",;\n" or (c == "." and _SENTENCE.match(text, k))):
            out.append(text[start:k])
            start = k + 1
    return [*out, text[start:]]


_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")  # two words: no entry of a list


_CHOICE = re.compile(r"(?<![\\A-Za-z])(?:either|or|else|not)\b", re.I)  # which answer stands: no entry of a list


def _positional(pieces: list[str], count: int) -> str | None:
    """'X, o = Y, Z' as 'o = Y; (X, o, Z)': a name that the list gives to one of its entries."""
    if len(pieces) != count or any(_PROSE.search(p) or _CHOICE.search(p) or p.count("$") % 2 for p in pieces):
        return None
    named = [(k, m) for k, p in enumerate(pieces) if (m := _EQUATION.match(p)) is not None]
    if len(named) != 1 or any("=" in p for k, p in enumerate(pieces) if k != named[0][0]):
        return None
    k, m = named[0]
    entries = [m.group(1) if j == k else p.strip() for j, p in enumerate(pieces)]
    return f"{m.group(1)} = {m.group(2).strip()}; ({', '.join(entries)})"
