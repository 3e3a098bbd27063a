"""What the words of a statement call its letters and its answer: 'an anchor $v$' names v, 'What is the smallest factor?' asks for a factor."""

from __future__ import annotations

from functools import partial

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.maths.symbols import Symbol

_BEFORE_A_LETTER = re.compile(r"([a-z]{3,}) \$([^$=<>]{1,14})\$")
_BEHIND_A_LETTER = re.compile(r"\$([^$=<>]{1,14})\$ ([a-z]{3,})")
_LITTLE = frozenset("the and with for that over all from where what which between into near are its has one runs lie lies takes under times plus minus after than both than least most size".split())
_ASKED = re.compile(r"\b(?:what|which|give|find|state|compute|determine)\b(?: (?:is|are))?([^.?$]{3,80})", re.I)
_BY_ASK = {
    "value": "value minimum maximum supremum infimum optimum objective", "count": "number count total messages parameters size", "gradient": "gradient derivative", "hessian": "hessian",
    "limit": "limit", "iterate": "iterate", "best-rate": "factor rate", "argmin": "minimiser minimizer solution point", "argmax": "maximiser maximizer solution point",
    "name": "step update", "steps": "number count step", "stability": "bound limit threshold supremum", "best-step": "step", "recurrence": "residual"}
ANY = frozenset("answer result formula expression".split())


def letters_of(key: Key) -> dict[str, str]:
    """The nouns by which the statement and the declarations name one letter each, and that letter."""
    return kept(key, "nouns of the letters", partial(_letters_of, key))


def _letters_of(key: Key) -> dict[str, str]:
    symbols = {a.replace(" ", ""): s for s in key.problem.symbols.values() for a in (s.name, *s.aliases, "\\" + s.name)}
    told = [(m[1], m[2]) for m in _BEFORE_A_LETTER.finditer(key.problem.statement)] + [(m[2], m[1]) for m in _BEHIND_A_LETTER.finditer(key.problem.statement)]
    out: dict[str, set[str]] = {}
    for noun, letter in told:
        s = symbols.get(letter.replace(" ", ""))
        if s is not None and noun not in _LITTLE:
            out.setdefault(noun.removesuffix("s"), set()).add(s.name)
    for s in key.problem.symbols.values():
        if re.fullmatch(r"[a-z]+(?: (?:of|in) (?:the )?[a-z ]+)?", s.says) is not None:
            out.setdefault(s.says.split()[0].removesuffix("s"), set()).add(s.name)
    return {noun: letters.pop() for noun, letters in out.items() if len(letters) == 1}


def counted_letters(key: Key) -> dict[str, str]:
    """The nouns that the statement counts by a letter: '$n$ workers', 'number of workers'."""
    return kept(key, "nouns that are counted", partial(_counted, key))


def _counted(key: Key) -> dict[str, str]:
    letters = {n: s.name for s in key.problem.symbols.values() for n in (s.name, *s.aliases) if s.domain == "count" and s.given is None}
    out: dict[str, set[str]] = {}
    for m in _BEHIND_A_LETTER.finditer(key.problem.statement):
        if m[1].strip() in letters and m[2].endswith("s"):
            out.setdefault(m[2].removesuffix("s"), set()).add(letters[m[1].strip()])
    for s in key.problem.symbols.values():
        if s.says.startswith("number of ") and s.says.endswith("s") and s.name in letters:
            out.setdefault(s.says.split()[-1].removesuffix("s"), set()).add(s.name)
    return {noun: found.pop() for noun, found in out.items() if len(found) == 1}


def named(words: str, key: Key) -> Symbol | None:
    """The declared letter that a noun names: 'the anchor', 'probability'."""
    noun = re.sub(r"^(?:the|a|an|its|this|our) ", "", words.strip().lower())
    letter = letters_of(key).get(noun.removesuffix("s"))
    return key.problem.symbols[letter] if letter is not None else None


def nouns_of_the_answer(key: Key) -> frozenset[str]:
    """Nouns that a text may use of the answer: by what is asked, and the last noun of the question."""
    return kept(key, "nouns of the answer", partial(_nouns_of_the_answer, key))


def _nouns_of_the_answer(key: Key) -> frozenset[str]:
    out = {*ANY, *_BY_ASK.get(key.part.ask, "").split()}
    if key.part.ask in ("argmin", "argmax", "limit", "iterate", "name") and key.wanted.shape:
        out |= {"vector", "update", "step", "weights", "matrix"}
    asked = [m[1] for m in _ASKED.finditer(key.problem.statement)] if len(key.problem.parts) == 1 else []
    for words in asked:
        found = re.match(r" (?:the |a |an )?((?:[a-z-]+ )*?[a-z]+)(?= of | per | for | by | does | do | is | are | in | at | as | after | from | maximises | minimises | has |$)", words)
        if found is not None and len(found[1].split()[-1]) > 3:
            out.add(found[1].split()[-1])
    return frozenset(out)
