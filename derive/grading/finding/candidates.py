"""Which formulas of a text stand as its answer: boxes, announcements, corrections and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive import patterns as re
from derive.grading.finding.changing_words import CHANGED_AFTER, CHANGED_BEFORE, CHANGED_NEEDS, NORMALISED, proportional
from derive.grading.text.cleaning import unbolded
from derive.grading.text.heard import needs, stems
from derive.grading.text.segments import Piece
from derive.maths.signs import GREEK_NAMES

# What announces an answer, strongest first.
_FINAL = re.compile(
    r"\b(?:final|correct(?:ed)?|complete)\s+(?:\w+\s+)?(?:answer|solution|result|formula|update|expression|vector)s?\b|\banswers?\b\s*(?:is|are|:|=)|^\W*+answers?\b|\bcorrection\b|\bfinally\b|\bfinal(?:\s+version)?\W*:"
    r"|\bthe general (?:answer|solution|result|formula|update|expression) (?:is|reads)\b"
    r"|\b(?:which|that|what) (?:is|was) (?:asked|wanted|sought|required)(?: for)?,? (?:is|equals)\b",
    re.I | re.M)
_FINAL_NEEDS = needs("final finally correct complete answer general asked wanted sought required")
_THEREFORE = re.compile(
    r"\b(?:therefore|thus|hence|so|consequently|(?:putting|plugging|substituting|inserting) (?:it|this|that|these|everything|(?:it |them )?(?:all )?together|(?:it |this )?back)(?: back)?(?: in)?"
    r"|(?:we|i) (?:get|obtain|find|have|conclude|train|send|store|count|transfer)|this gives|which gives|(?:that|this|which) makes|yields|the (?:solution|"
    r"optimal update|update|minimi[sz]er|limit|result|value|factor|rate|minimum|maximum|estimate|estimator|total) (?:is|becomes)|solution|converges to)\b"
    r"|\b(?:and|with) the (?:\w+ )?(?:value|minimum|maximum|factor|result|update|minimi[sz]er|solution)\s*:?\s*$", re.I)
_THEREFORE_NEEDS = needs("""putting plugging substituting inserting
makes therefore thus hence so consequently we i gives yields solution optimal update minimiser limit result value factor rate minimum maximum estimate total converges""")
# What takes back the formula that it precedes, or the one that it follows.
_BEFORE_WITHDRAWS = re.compile(
    r"\b(?:first(?![- ](?:order|term|summand|factor)\b)|initially|originally|at first|previously|earlier|before|instead of|rather than|wrongly|mistakenly|naively|"
    r"one might think|for comparison|had (?:we|i|one|you|it|there|the \w+)|if (?:we|i|one|you) (?:had|ignored?|forget|forgot|neglect(?:ed)?|omit(?:ted)?|drop(?:ped)?)\b|"
    r"were (?:we|it|the \w+)|"
    r"(?:was|were) (?:just )?(?:about|going|tempted) to (?:say|write|answer|put|claim)|(?:almost|nearly) (?:said|wrote|answered|put)|"
    r"unlike|tempting|common mistake|some (?:would |might |may )?say|incorrect(?:ly)?|wrong(?:ly)?)\b[^.;!?\n]{0,60}$", re.I)
_BEFORE_NEEDS = needs("""first initially originally previously earlier before instead rather wrong wrongly mistakenly naively might comparison had ignore forget forgot neglect omit omitted
drop dropped were unlike tempting say incorrect about going tempted almost nearly""")
_AFTER_WITHDRAWS = re.compile(
    r"^[^.!?\n]{0,20}\b(?:is|was|are|would be|looks)\s+(?:\w+\s+)?(?:wrong|incorrect|not (?:right|correct|true|the (?:\w+ )?(?:answer|solution|update|result))|a mistake|false)\b"
    r"|^[^.!?\n]{0,20}\bwould\s+(?:\w+\s+)?be\s+(?:the\s+)?(?:\w+\s+)?(?:right|correct|true|answer|solution|result|case)\b"
    r"|^[^.;!?\n]{0,60}\b(?:wrongly|mistakenly|incorrectly|naively|in error|by mistake)\b"
    r"|^[^.;!?\n]{0,20}\bat first\b(?!\s+(?:order|glance|sight))"
    r"|^\W{0,6}no\b\s*[,:;.!]"
    r"|^\W*(?:they|he|she|everyone|people)\s+(?:is|are|was|were)\s+(?:\w+\s+)?(?:wrong|mistaken|incorrect)\b"
    r"|^[^.!?]{0,60}\b(?:this|that|it)\s+(?:cannot|can't|could not)\s+be\s+(?:right|correct|true)\b"
    r"|^\W*(?:this|that|it)\s+(?:is|was)\s+(?:\w+\s+)?(?:wrong|incorrect|false|mistaken|not (?:right|correct|true))\b"
    r"|^\W{0,3}(?:but|wait|no,|oops|hmm|actually|sorry)\b[^.\n]{0,80}\b(?:forgot|wrong|mistake|incorrect|missed|error|should|not right|redo|dropped)\b"
    r"|^\W{0,3}(?:no|oops|scratch that|wait)\s*[,.!;:—–-]|^\W*\b(?:as|was|is) (?:my |a |the )?(?:first|initial) (?:guess|attempt|try|thought)\b"
    r"|^\W*\bup to (?:a |an |some )?(?:constant|scal\w+|factor|sign|multiplicative)\b", re.I)
_AFTER_NEEDS = needs("wrong wrongly incorrect not mistake false would naively error no cannot can could forgot missed should redo dropped oops scratch wait first initial up")
# "X where k = ... is wrong": what is said of X after its clause.
_CLAUSE_AFTER = re.compile(r"^\W*(?:with|where)\s+\$?\w{1,8}\s*(?:=|∈|\\in\b|\bin\b)[^.;!?\n]{1,80}?(?=\s(?:is|was|are)\s)", re.I)
SUPERSEDES = re.compile(
    r"\b(?:the (?:correct|right|true|proper|actual) (?:\w+ )?(?:answer|result|solution|formula|value|update|count|vector|limit|norm|minimi[sz]er|size|condition|range|"
    r"step|expression|number|one)|ours is|here it is|(?<!the )correction|the correction(?:\s+is|:)(?!\s+in\b)|actually|scratch that|on second thought|edit"
    r"|i (?:made|meant?)|mistake|it should (?:be|have been)|should have been|oops|revised?)\b[^.\n]{0,60}$", re.I)
_SUPERSEDES_NEEDS = needs("correct right true proper actual ours here scratch thought edit made mean meant mistake should oops revised")
_RETRACTS = re.compile(
    r"\b(?:no|nope|wait)\s*[,:.!]\s*(?:i|that|it|this|we)\b|\bi (?:lost|forgot|missed|dropped|overlooked|made a)\b|\b(?:this|that|which|it)\s+(?:\w+\s+)?(?:neglects|ignores|overlooks|"
    r"forgets|misses)\b|\b(?:has|have|contains?|is) (?:a |an )?(?:typo|error|mistake)\b|\b(?:that|this|it)(?:'s| is| was) (?:wrong|incorrect|not (?:right|correct|true))\b", re.I)
_RETRACTS_NEEDS = needs("no nope wait lost forgot missed dropped overlooked made neglects ignores forgets misses typo error mistake wrong incorrect not")
_CORRECTS = re.compile(
    r"\b(?:correct(?:ion|ed|ly)?|actually|rather|should (?:be|have been)|i mean|instead|fix(?:ed|ing)?|on second thought|wait|oops|sorry|"
    r"mistake|wrong|revised?|update[d:]|recomput\w*|recheck\w*|re-?do|re-?doing|reconsider\w*)\b", re.I)
_CORRECTS_NEEDS = needs("correct actually rather should mean instead fix fixed fixing thought wait oops sorry mistake wrong revised update recompute recheck reconsider re redo redoing")
_NEGATED = re.compile(
    r"\b(?:not|isn't|never|neither|nor|there(?:'s| is| are) no|anything but|all but|everything but|cannot be|can't be|at most|at least|up to|no more than|fewer than|less than|more than|order of)\b\W*"
    r"(?:equal to|simply|just|exactly|true|right|correct|the case)?\W*(?:that)?\W*$", re.I)
_NEGATED_NEEDS = needs("not isn never neither nor anything all everything cannot can at up no fewer less more order")
_PART_OF = re.compile(
    r"\b(?:sum|average|mean|product|square|root|inverse|norm|magnitude|length|softmax|sigmoid|SVD|(?:eigen)?decomposition|derivative|logarithm|exponential|transpose|trace|determinant|median|variance|maximi[sz]ers?|minimi[sz]ers?|indices|function|multiple|rows?|"
    r"span|image|kernel|null space|columns?|entr(?:y|ies)|components?) of (?:the |all )?\s*$|\bfor (?:all|any|every|each|general|arbitrary|large|small|big|huge|tiny|fixed|given|even|odd)\s*$", re.I)
_PART_NEEDS = needs("""sum average mean product square root inverse norm magnitude length softmax sigmoid svd eigendecomposition decomposition derivative logarithm exponential transpose trace
determinant median variance maximiser minimiser indices function multiple row rows span image kernel null column entry entries component all any every each general
arbitrary large small big huge tiny fixed given even odd""")

_REMARK = re.compile(
    r"\b(?:since|because|as each|where|per|for each|given that|with)\b[^.\n]{0,80}$"
    r"|\b(?:attained|achieved|reached) (?:at|by|for|with)\s+(?:(?:the|a)\s+(?:\w+\s+){0,2}(?:step|step size|size|rate|point|value|choice|vector|matrix)s?\s*)?$", re.I)
_REMARK_NEEDS = needs("since because as where per each given with attained achieved reached")
_RELATION_FIRST = re.compile(r"(?:^|[.;:\n]\s*)(?:with|where|since|as|given|using|because)\s+$", re.I)
_A_RELATION = re.compile(r"[^=<>]*[-+/(|\\][^=<>]*=")
_PER_LABEL = re.compile(r"(?:^|[.;!?\n])\s*[*_]*per\s+\w+[*_]*:[*_]*\s*$", re.I)
"""'Per worker:' before what is asked of one worker."""
_RECOVERS = re.compile(r"\b(?:so|thus|hence|therefore|but|actually|correct\w*|instead(?! of)|should be|then)\b", re.I)
_OR = re.compile(r"^\W*(?:for (?:all|each|every|any) (?:[a-z]|\w+ [a-z]|coordinates?|components?|ind(?:ex|ices))\b\W*)?"
                 r"(?:or|and also|also|either that or|else|otherwise|or else|or maybe|or perhaps|alternatively|either)\b[^.\n]{0,40}$", re.I)


@dataclass(frozen=True)
class Candidate:
    """A formula that could be the answer. rank: 3 boxed, 2 announced as final, 1 concluded, 0 merely there."""

    text: str
    start: int
    rank: int
    withdrawn: bool = False
    alternative: bool = False  # joined to the one before it by "or"
    corrected: bool = False  # prose between it and the one before corrects


_COUNTED = re.compile(r"\s*(?:steps|iterations|rounds|updates|epochs)\b(?:,|\s+(?:it|this|we|the\b))", re.I)
# What multiplies, bounds or changes a formula from outside its delimiters.
_GOES_ON_BEFORE = re.compile(r"(?:[-+*/^=<>]|[0-9]|(?<![A-Za-z])[A-Za-z]|\b(?:log|exp|sqrt|abs|max|min)\(|\b(?:times|twice|half of|minus|plus|double|triple|of the square of)\s*)$", re.I)
_GOES_ON_AFTER = re.compile(
    r"[ \t]*(?:\*(?!\*)|[/^!·×⋅∙]|over\s+(?:\d+|two|three|four)(?=\s*(?:[.,;)]|\Z))"
    r"|[-+](?!-)\s*(?:[0-9\\$(]|[A-Za-z](?![A-Za-z]))|(?:times(?!\s+(?:smaller|larger|as|more|fewer|less|bigger|longer|shorter|faster|slower)\b)"
    r"|divided|multiplied|squared|cubed|plus|minus|normali[sz]ed|clipped|per\s|to the power)\b)|[0-9A-Za-z]", re.I)


_COMPOUND = re.compile(rf"(?<![A-Za-z\\])(?!(?:{'|'.join(GREEK_NAMES)}|minus|plus|times)-)[A-Za-z]{{3,}}-$", re.I)


_BOLD_OPENS = re.compile(r"(?:^|[\s(:])\*\*$")


def goes_on(before: str, after: str, boxed: bool) -> bool:
    """Whether a formula is continued by the text outside its delimiters: '2$x$', '$x$ squared', '$x$ + 1'."""
    tail = unbolded(before[-120:])[-30:] if "*" in before else before[-30:]
    if before.endswith("**") and after.startswith("**"):  # bold type round the formula
        tail, after = tail[:-2], after[2:]
    elif "**" in before and _BOLD_OPENS.search(before) and before.count("**") % 2:  # bold type that goes on to later words
        tail = tail[:-2]
    if tail[-1:] == "-" and _COMPOUND.search(tail):  # minimum-$\ell_2$-norm
        tail = ""
    if not boxed and tail and (tail[-1:] in "-+*/^<>" or tail[-1:].isalnum() or tail.endswith("(")) and _GOES_ON_BEFORE.search(tail.rstrip("(") if not tail.endswith("(") else tail):
        return True
    if boxed and tail[-1:].isdigit() and re.search(r"(?:^|[\s=(:])\d+(?:/\d+)?$", tail):  # 2$\boxed{x}$
        return True
    if not boxed and tail.rstrip("\n")[-1:] in _CLOSERS and _COMPUTED_BEFORE.search(tail):  # u=-(a/2)$g$
        return True
    if (tail.rstrip()[-1:] in _OPERATORS or (tail[-1:].isspace() and tail.rstrip()[-1:].lower() in _LAST_LETTERS)) and _OPERATES.search(tail) and not _ITEM_BEFORE.search(tail):
        return True
    if not boxed and _COUNT_BEFORE.search(tail):
        return True
    return _GOES_ON_AFTER.match(after[:40]) is not None and _ITEM_AFTER.match(after[:12]) is None


_ITEM_AFTER = re.compile(r"\s*\n\s*\d{1,2}[.)]\s")  # the next item of a list
# 2 · $x$, '= 3 $x$', 'is 1/2 times $x$'
_COUNT_BEFORE = re.compile(
    r"(?:[·×⋅∙]|\\(?:cdot|times))\s*$|(?:^|\b(?:is|are|equals?|be|get|obtain|have|needs?|find|then)\s+|[=:(]\s*)[-−]?\d+(?:[./]\d+)?\s+(?:(?:times|multiplied by)\s+)?$", re.I)
_FACTOR_AFTER = re.compile(r"[ \t]*(?:\*(?!\*)|[/^·×⋅∙]|(?:times(?!\s+(?:smaller|larger|as|more|fewer|less|bigger|longer|shorter)\b)|divided|multiplied|over|squared|cubed)\b)")


def scaled_outside(before: str, after: str) -> bool:
    """Whether what stands outside the delimiters of a formula multiplies, divides or raises it: '2 · $x$', '$x$ over 2'."""
    return _COUNT_BEFORE.search(before[-30:]) is not None or _FACTOR_AFTER.match(after[:40]) is not None


_CLOSERS = (")", "]", "}")
_COMPUTED_BEFORE = re.compile(r"[=*/^+][^\s,;:]*[)\]}]$")
_OPERATORS = ("-", "+", "*", "/", "^")
_LAST_LETTERS = ("e", "f", "s")
_OPERATES = re.compile(r"(?<!\*)[-+*/^]\s*$|\b(?:twice|half of|minus|double|triple)\s+$")
_ITEM_BEFORE = re.compile(r"(?:^|\n)\s*[-+*]\s*$|--\s*$")
# "is never at most", "may be at most": a bound that is denied or only guessed.
_NO_BOUND = re.compile(r"\b(?:not|never|cannot|may|might|could|should|strictly|nor|neither|certainly|obviously|clearly|trivially|surely|crude\w*|bounded|roughly|about)\b|n't\b", re.I)
_STATED_BOUND = re.compile(r"\b(?P<verb>is|becomes?|gets?|grows? to|stays|remains|are)\s+(?P<bound>at most|at least)\s*$", re.I)


def states_bound(before: str, bound: str) -> re.Match[str] | None:
    """Where prose before a formula states it as the bound that is asked: 'the score becomes at most' of a largest value."""
    sentence = max(before.rfind(c) for c in ".;!?\n") + 1
    m = _STATED_BOUND.search(before, sentence) if bound else None
    return m if m is not None and m["bound"].lower() == bound and not _NO_BOUND.search(before, sentence) else None


def candidates(found: list[Piece], bound: str = "") -> list[Candidate]:
    """Every formula of the text with what the prose says of it, in order. bound: see Wanted."""
    out: list[Candidate] = []
    before = said = ""
    announced = 0
    open_brackets = 0
    opened = False
    heard = stems(" ".join([p.text for p in found if not p.formula]))
    part_of, changed, negated, before_withdraws, after_withdraws, remarks, corrects, supersedes, retracts = [not words.isdisjoint(heard) for words in (
        _PART_NEEDS, CHANGED_NEEDS, _NEGATED_NEEDS, _BEFORE_NEEDS, _AFTER_NEEDS, _REMARK_NEEDS, _CORRECTS_NEEDS, _SUPERSEDES_NEEDS, _RETRACTS_NEEDS)]
    clauses = "with" in heard or "where" in heard
    for k, p in enumerate(found):
        if not p.formula:
            before, said = said + p.text, ""
            open_brackets = max(0, open_brackets + before.count("(") - before.count(")"))
            own = announces(before, heard)
            announced = max(announced, own) if own else announced if not before.strip() else 0
            continue
        if not p.text.strip():
            continue
        after = _prose_after(found, k)
        if (_A_LETTER.fullmatch(p.text) and (_COUNTED.match(after) or (_FOR_ALL.search(before) and _OR.match(after)))) or (
                after[:1] == "-" and _NORMS.match(after) and _OF_A_NORM.fullmatch(p.text)):
            said = before + p.text  # 'so after $T$ steps it is', 'the dual of the $p$-norm is'
            continue
        rank = 3 if p.boxed else announced
        of_another = bool((part_of and _PART_OF.search(before[-40:])) or (out and _OF.fullmatch(before)))
        if k > 1 and found[k - 2].formula and not p.boxed and "\n" not in before and _TIMES_BEHIND.search(found[k - 2].text):
            of_another = True  # '$2\\times$ the vector $x$'
        of_another = of_another or (not p.boxed and ((changed and CHANGED_BEFORE.search(before[-60:]) is not None) or (
            CHANGED_AFTER.match(after[:60]) is not None and not (NORMALISED.match(after) and proportional(p.text)))))
        if clauses:
            after = _CLAUSE_AFTER.sub("", after)
        denied = negated and _NEGATED.search(before[-40:]) is not None
        taken_back = after_withdraws and _AFTER_WITHDRAWS.search(after[:160]) is not None
        withdrawn = of_another or (denied and states_bound(before, bound) is None) or (before_withdraws and _taken_back_before(before)) or taken_back
        clause = bool(out) and out[-1].rank == -1 and not (opened and len(out) == 1) and (not _NEW_CLAUSE.search(before) or (
            _LISTED.fullmatch(before) is not None and _A_NAME.fullmatch(p.text) is not None and _A_NAME.fullmatch(out[-1].text) is not None))  # "where $q$ is the conjugate exponent of $p$"
        labelled = bool(rank) and _PER_LABEL.search(before) is not None and all(c.rank < 1 for c in out)
        if out and rank < 2 and not p.boxed and not labelled and (open_brackets or clause or (remarks and _REMARK.search(before))) and not _RECOVERS.search(before[-30:]):
            rank = -1
        elif not out and not rank and "=" in p.text and k + 2 < len(found) and found[k + 2].formula and _RELATION_FIRST.search(before) and _A_RELATION.match(p.text) and found[k + 1].text[:1] in ", ":
            rank, opened = -1, True  # 'With $1/p + 1/q = 1$, $F$'
        if withdrawn and taken_back:  # "X with k = ... is wrong" takes back X too
            for back in range(len(out) - 1, -1, -1):
                linked = found[k - 1].text if k and not found[k - 1].formula else ""
                if not _JOINS.fullmatch(linked) or back < len(out) - 1:
                    break
                out[back] = replace(out[back], withdrawn=True)
        previous = out[-1] if out else None
        alternative = bool(previous and _OR.match(before))
        corrected = bool(previous and corrects and _CORRECTS.search(before))
        if previous and not denied and ((supersedes and SUPERSEDES.search(before)) or (retracts and _RETRACTS.search(before))):
            out = [replace(c, withdrawn=True) for c in out]
            withdrawn = False if not taken_back else withdrawn
            rank = max(rank, 1)
        out.append(Candidate(p.text, p.start, rank, withdrawn, alternative, corrected))
        before = ""
        announced = 0 if rank else announced
    return out


_LISTED = re.compile(r"\s*,?\s*(?:and|,)\s*")
_A_NAME = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*")
_FOR_ALL = re.compile(r"\bfor (?:all|each|every|any)\s+$")
_A_LETTER = re.compile(r"\s*[A-Za-z]\s*")
_OF_A_NORM = re.compile(r"\s*(?:[pqr12]|\\infty|∞|(?:\\ell|L|l|ℓ)\s*_\s*\{?\s*(?:[pqr12]|\\infty|∞)\s*\}?)\s*")
_NORMS = re.compile(r"-\s*norms?\b")
_NEW_CLAUSE = re.compile(r"[.,;!?\n]|\b(?:we|it|and (?:equals|is))\b")
_JOINS = re.compile(r"\W*(?:with|where|and|for|,)\W*", re.I)
_OF = re.compile(r"\s*of\s+(?:the\s+)?")
_TIMES_BEHIND = re.compile(r"(?:\\times|\\cdot|(?<![_^{])[*/×·])\s*$")


def _prose_after(found: list[Piece], k: int) -> str:
    """The prose between a formula and the next one."""
    out = ""
    for p in found[k + 1 :]:
        if p.formula or len(out) > 200:
            break
        out += p.text
    return out


def _taken_back_before(before: str) -> bool:
    m = _BEFORE_WITHDRAWS.search(before[-120:])
    if m is None or _FINAL.search(before[-60:]):
        return False
    return _RECOVERS.search(m.group()) is None


_WAS_WRONG = re.compile(r"\b(?:is|was|are|were) (?:wrong|incorrect|mistaken|false)\b", re.I)


def puts_right(between: str) -> bool:
    """Whether prose between an attempt and the formula behind it says that the attempt does not stand."""
    return any(p.search(between) for p in (SUPERSEDES, _RETRACTS, _CORRECTS, _WAS_WRONG))


def announces(prose: str, heard: frozenset[str]) -> int:
    """How strongly prose announces the formula after it: 2 as the final answer, 1 as a conclusion, 0 not at all. heard: the stems of its text."""
    tail = prose[-200:]
    final = [] if _FINAL_NEEDS.isdisjoint(heard) else [m.end() for m in _FINAL.finditer(tail)]
    if tail.rstrip(" *_\n").endswith(":"):
        tail += " thus"
        other = [len(tail)]
    else:
        other = [] if _THEREFORE_NEEDS.isdisjoint(heard) else [m.end() for m in _THEREFORE.finditer(tail)]
    if final and (not other or final[-1] >= other[-1] - 80):
        return 2
    return 1 if other else 0


def standing(found: list[Candidate]) -> list[Candidate]:
    """The candidates that stand in the end: the best-ranked last one, and every alternative that is not taken back.

    Two boxes with no correction between them both stand; so do formulas joined by "or".
    """
    active = [c for c in found if not c.withdrawn]
    if not active:
        return []
    best = max(c.rank for c in active)
    if best == -1:
        return active
    active = [c for c in active if c.rank >= 0 or c.alternative]
    if best == 3:
        boxes = [c for c in active if c.rank == 3]
        last = len(boxes) - 1
        first = last
        while first > 0 and not _correction_between(found, boxes[first - 1], boxes[first]):
            first -= 1
        at = active.index(boxes[first])
        while at > 0 and active[at].alternative:  # "A or \\boxed{B}": A stands beside the box
            at -= 1
        return [c for i, c in enumerate(active) if c in boxes[first:] or (c.alternative and c.start > boxes[first].start) or at <= i < active.index(boxes[first])]
    if best == 2:
        last_final = max(i for i, c in enumerate(active) if c.rank == 2)
        return _with_alternatives(active, last_final)
    return active if best == 0 else _with_alternatives(active, max(i for i, c in enumerate(active) if c.rank == 1))


def _correction_between(found: list[Candidate], a: Candidate, b: Candidate) -> bool:
    return any(c.corrected for c in found if a.start < c.start <= b.start)


def _with_alternatives(active: list[Candidate], i: int) -> list[Candidate]:
    out = [active[i]]
    for c in active[i + 1 :]:
        if not c.alternative:
            break
        out.append(c)
    j = i
    while j > 0 and active[j].alternative:
        j -= 1
        out.insert(0, active[j])
    return out

