"""What is said of a minimiser as such: that it is unique, that a constraint is active, that it solves the equation, of which sign the optimal value is."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.keys import Key, kept
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import answer_words, compiled
from derive.grading.traits.settings import numbers, same, settings, with_answer
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact

_POINT = r"(?:minimi[sz]er|maximi[sz]er|solution|optimum|minimum|argmin|update|answer|point|optimal (?:point|update|step)|choice|step|one)"
_UNIQUE = (rf"(?:the )?(?:{_POINT}|it|this|that|which)(?: here)? is (?:the |a )?(?:unique|only one|only|single)(?: {_POINT})?(?P<of> of the (?:equation|system|constraint))?(?P<when> (?:for|"
          rf"if|even|whenever|when|as long|provided|unless).*)?")
_OTHERS = (rf"(?:there (?:is|are|exists?) (?P<no>no )?(?:other|another|several|many|infinitely many|more|further) (?:optimal )?(?:{_POINT}s?|optima|minima)|other (?:optimal )?(?:{_POINT}s|"
           rf"optima|minima) (?:exist|are (?:possible|just as good|equally good|optimal)))"
           r"(?P<when> .*)?")
_THE_CONSTRAINT = r"(?:the|this|our|its|that|norm|the (?:norm|ball|budget|radius|inequality|size|length|trust[- ]region))? ?(?:constraint|bound|budget|inequality|restriction|trust region|radius)"
_ACTIVE = (rf"{_THE_CONSTRAINT} (?:(?:is|holds|stays|becomes|being) (?:active|tight|binding|attained|saturated|exhausted|met|satisfied|fulfilled|used up|hit|reached|met|spent|"
          rf"used)?(?: ?(?:with equality|completely|fully|in full|entirely))?|binds?|bites?)(?: at (?:the|this) (?:optimum|solution|minimum|point|minimi[sz]er))?(?: at it| there| for g != 0)?")
_SLACK = (rf"{_THE_CONSTRAINT} (?:is|stays|remains) (?:slack|inactive|loose|not active|idle|irrelevant|unused|superfluous|redundant)(?: at (?:the|this) (?:optimum|solution|minimum|point|"
         rf"minimi[sz]er))?(?: there)?")
_BOUNDARY = (r"IT (?:lies|is|sits|lands|ends up|stays|is attained|is located|stands) (?:exactly |right )?(?:on|at) (?:the|its|a) (?:boundary|surface|edge|sphere|face|border|"
            r"rim)(?: of (?:the|this) (?:ball|set|cube|feasible set|constraint set|\w+[- ]ball|feasible region|norm ball))?(?: of radius \w+)?")
_INSIDE = (r"IT (?:lies|is|sits|lands|ends up|stays|is attained|is located) (?:well |in the )?(?:inside|within|interior|in the interior)(?: (?:of )?(?:the|this) (?:ball|set|cube|"
           r"feasible set|constraint set|\w+[- ]ball|feasible region|norm ball))?|IT is (?:an )?interior point")
_USES_ALL = r"IT (?:uses up|uses|exhausts|spends) (?:the|its|all of the|all the) (?:whole |entire |full |complete )?(?:budget|radius|ball|length|constraint)"
_FITS = (r"IT (?:(?:satisfies|solves|fulfils|fulfills|meets|obeys) (?:the|our|this|that) (?:\w+ )?(?:equation|constraint|system|condition|data)|fits (?:the )?(?:data|training point|"
         r"data point|single data point|equation|sample)(?: exactly| perfectly)?|"
         r"interpolates(?: the (?:data|data point|training point))?|(?:has|gives|attains|reaches|achieves|leaves|yields) (?:a )?zero (?:\w+ )?(?:error|loss|residual)|makes the (?:residual|"
         r"loss|error) (?:zero|vanish))(?: exactly| up to rounding)?")
_VALUE = (r"(?:the )?(?:optimal|minimal|minimum|least|smallest|attained|resulting|best)? ?(?:value|objective|objective value|minimum)(?: (?:there|at (?:the|this) (?:optimum|minimi[sz]er|"
         r"point)|of the objective|at it))? (?:is|becomes|stays) (?:strictly )?(?P<sign>negative|positive|zero|0|nonnegative|nonpositive|non-positive|non-negative|below zero|"
         r"above zero)(?P<when> .*)?")
_SIGN = (r"(?:IT|the (?:optimal |minimal |total )?(?:value|number|count|minimum)) (?:is|becomes|stays|remains) (?:an? )?(?P<sign>negative|positive|zero|0|nonnegative|nonpositive|"
        r"non-positive|non-negative|below zero|above zero|even|odd|an even number|an odd number|integer|an integer)(?: number)?(?P<when> (?:unless|for|if|when|as).*)?")


def said_of_optimum(said: Said, key: Key) -> bool | None:
    """Whether what is said of the answer as an optimum holds; None where nothing is."""
    for look in (_unique, _no_ties, _constrained, _signed):
        found = look(said, key)
        if found is not None:
            return found
    return None


def _unique(said: Said, key: Key) -> bool | None:
    unique = key.derivation.unique
    m = compiled(_UNIQUE).fullmatch(said.body)
    others = compiled(_OTHERS).fullmatch(said.body) if m is None else None
    if (m is None and others is None) or not unique:
        return None
    when = (m or others)["when"] if (m or others) is not None else None  # type: ignore[index]
    says = m is not None or bool(others is not None and others["no"])
    says = says is not said.denied
    if key.part.ask == "limit":
        return None if m is None or not (m["of"] or re.search(r"only solution", said.body)) else not says
    if when:
        return None
    if said.always and says and unique == "generic":
        return False
    if unique == "always":
        return says
    return not says or unique != "no"


_NO_TIES = re.compile(r"(?:ties|a tie) (?:(?:is|are) (?P<never>impossible|excluded|ruled out)|(?:occurs?|happens?|exists?|arises?))(?: here)?|there (?:is|are) (?P<no>no )?(?:a )?ties?", re.I)


def _no_ties(said: Said, key: Key) -> bool | None:
    """'Ties are impossible': false where the answer picks an entry that may tie."""
    m = _NO_TIES.fullmatch(said.body)
    answer = key.derivation.answer
    if m is None or answer is None or not any(x.op == "argopt" for x in E.walk(answer)):
        return None
    never = bool(m["never"] or m["no"]) is not said.denied
    return False if never and not said.possible else None


def _constrained(said: Said, key: Key) -> bool | None:
    it = answer_words(key)
    program = key.program
    body = said.body
    inequalities = [c for c in program.constraints if c.op == "rel" and c.data in ("<=", ">=") and not c.shape] if program is not None else []
    for text, want in ((_ACTIVE, True), (_SLACK, False), (_BOUNDARY, True), (_INSIDE, False), (_USES_ALL, True)):
        if compiled(text.replace("IT", it)).fullmatch(body) is None:
            continue
        if len(inequalities) != 1 or key.derivation.answer is None:
            return None
        c = inequalities[0]
        if re.search(r"\b(?:met|satisfied|fulfilled)$", body):
            return None if said.denied else True
        found = []
        for s in settings(key):
            a, b = numbers(c.args[0], s.world), numbers(c.args[1], s.world)
            if a is not None and b is not None:
                found.append(same(a[0], b[0]) is want)
        return said.verdict(found)
    if compiled(_FITS.replace("IT", it)).fullmatch(body) is not None:
        return _fits(said, key)
    return None


def _fits(said: Said, key: Key) -> bool | None:
    """Whether the loss of an iteration is zero at its limit."""
    iteration, required = key.problem.iteration, key.derivation.answer
    loss = next((s.let for s in key.problem.symbols.values() if s.kind == "function" and s.let is not None), None) if iteration is not None else None
    if iteration is None or loss is None or required is None or key.part.ask != "limit":
        return None
    found = []
    for s in settings(key):
        try:
            found.append(exact(loss, with_answer(key, s.world, required)) == 0)
        except (Undefined, NotEvaluable, E.ShapeError, KeyError):
            return None
    return said.verdict(found)


def _signed(said: Said, key: Key) -> bool | None:
    m = compiled(_VALUE).fullmatch(said.body)
    what = key.derivation.value if m is not None else None
    if m is None:
        m = compiled(_SIGN.replace("IT", answer_words(key))).fullmatch(said.body)
        what = key.derivation.answer if m is not None else None
    if m is None or what is None or what.shape or key.wanted.condition:
        return None
    every = re.fullmatch(r" (?:for (?:every|all|any)|whatever|regardless of|no matter what) .{1,25}", m["when"] or "") is not None
    if m["when"] and key.wanted.asked and re.search(rf"(?<![A-Za-z]){key.wanted.asked}(?![A-Za-z])", m["when"]):
        return None  # 'the objective is positive for every u != 0': at other points
    if m["when"] and not every and not re.fullmatch(r" (?:unless|for|if|when|as long as) .{1,20}(?:zero|0|vanishes)", m["when"]):
        return None
    sign = m["sign"].lower()
    if sign.removeprefix("an ").split()[0] in ("even", "odd", "integer") and key.part.ask != "count":
        return None
    test = _TESTS[sign.removeprefix("an ").split(" number")[0]]
    values = kept(key, f"values of {'value' if what is key.derivation.value else 'answer'}", lambda: [v[0] for s in settings(key) if (v := numbers(what, s.world)) is not None])
    edges = [v[0] for ws in key.edges for w in ws.worlds[:2] if (v := numbers(what, World(w.values, w.dims))) is not None]
    if m["when"] and not every:
        return said.verdict([test(v) for v in values])
    found = [test(v) for v in values]
    if said.denied and not any(found):
        return not any(test(v) for v in edges)
    return said.verdict(found)


_TESTS: dict[str, Callable[[float], bool]] = {
    "negative": lambda v: v < 0, "below zero": lambda v: v < 0, "positive": lambda v: v > 0, "above zero": lambda v: v > 0, "zero": lambda v: v == 0, "0": lambda v: v == 0,
    "nonnegative": lambda v: v >= 0, "non-negative": lambda v: v >= 0, "nonpositive": lambda v: v <= 0, "non-positive": lambda v: v <= 0,
    "even": lambda v: v % 2 == 0, "odd": lambda v: v % 2 == 1, "integer": lambda v: v == int(v)}
