"""When is it bounded? Conditions in words: 'bounded iff ...', 'unbounded when ...', joined by what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.beside.equations_held import false_equation
from derive.grading.conditions.sets import as_inequality
from derive.grading.diagnosis.diagnose import diagnose
from derive.grading.finding.reply import find_reply
from derive.grading.finding.wanted import Alternative
from derive.grading.judging.judge import judge
from derive.grading.keys import Key
from derive.grading.verdict import Judgement, Verdict, contradicted
from derive.maths import expr as E
from derive.maths.equality import Different, agree
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.write import plain

_NEGATIVE = re.compile(
    r"\bunbounded\b|\bnot bounded\b|\bno (?:minimum|minimi[sz]er|finite|solution)\b|\bdiverges?\b|[-−]\s*(?:∞|\\infty|infinity)"
    r"|\b(?:minus|negative) infinity\b|\barbitrarily (?:low|negative)\b|\bfalls without\b", re.I)
_POSITIVE = re.compile(r"\bbounded\b|\bfinite\b|\battained\b|\bminimum\b|\bexists\b|\bu\s*=\s*0\b", re.I)
_CLAUSE = re.compile(r"[.;](?=\s|$)|\n|,(?=\s*(?:and|but|otherwise|while|unbounded|bounded))|\b(?:and|but|while|otherwise|else)\b(?=[^$]*(?:bounded|finite|unbounded))"
                     r"|(?:,|\band\b|\belse\b|\bwhile\b)(?=\s*(?:it is\s+|equals\s+)?\$?\s*[-−]\s*(?:\\infty|∞|infinity|inf\b))", re.I)
_DENIED = re.compile(r"\s*(?:it is )?(?:not|never)\b(?: (?:true|the case) that)?\s*", re.I)
_FAILS = re.compile(r"\b(?:fails|is violated|is false|does not hold|doesn't hold|is not (?:satisfied|met|true))\W*$", re.I)
_LINK = re.compile(r"\b(?:iff|if and only if|exactly when|precisely when|only if|if|when|whenever|where|for|provided(?: that)?|as long as|unless|"
                   r"those \$?\w{1,3}\$? with|such that)\b|⇔|\\iff\b|⟺|↔|<=>|<->", re.I)


_INFEASIBLE = re.compile(r"(?<!dual )(?<!dual is )\binfeasible\b|\bnot feasible\b|\bno feasible\b|\b(?:feasible set|feasible region|domain)\b[^.]{0,20}\bempty\b"
                         r"|\binconsistent\b|\bcontradict\w*|\bno solutions?\b|\bno (?:such )?points?\b|\bcannot (?:both|all) hold\b", re.I)
_FEASIBLE = re.compile(r"\bfeasible\b|\bnon-?empty\b|\bconsistent\b|\bhas (?:a )?solutions?\b", re.I)
_UNATTAINED = re.compile(r"\b(?:not|never|isn't|is not) (?:\w+ )?(?:attained|achieved|reached)\b|\bunattained\b|\bno (?:\w+ )?(?:minimi[sz]er|maximi[sz]er|minimum|maximum|optimum|solution)\b"
                         r"|\bdo(?:es)?(?: not|n't) (?:exist|attain)\b", re.I)
_ATTAINED = re.compile(r"\battained\b|\bachieved\b|\breached\b|\bminim(?:um|i[sz]er)\b|\boptimal\b|\bexists\b", re.I)
_ENDLESS = re.compile(r"\bunbounded\b|\bnot bounded\b|\bfalls without\b|(?:=|\bis\b)\s*\$?\s*[-−]\s*(?:∞|\\infty|infinity)", re.I)
_ARROW = re.compile(r"(?:→|->|\\to\b|\\rightarrow|\btends? to|\bgoes to)\s*[-+]?\s*(?:∞|\\infty|infinity)", re.I)
_DOUBLE = re.compile(r"\b(?:not|never|neither|nor|isn't)\s+(unbounded|infeasible)\b", re.I)
_INFIMUM = re.compile(r"\binf(?:imum)?(?: value)?\s*(?:is|=|equals|of|:)\s*([^,.;()]{1,80}?)(?=[,.;()]|$|\b(?:but|and|which|is|not|as|with)\b)", re.I)
_BARE = re.compile(r"[\s$]*(?:\\(?:text|mathrm)\{)?(true|false|always|never)\}?[\s$.]*", re.I)
_IF = re.compile(r"\b(?:iff|if|only if|exactly when|precisely when|when|whenever|unless|where|provided|as long as|otherwise)\b|\\iff|⇔", re.I)
# By what the key says: words for its failing, and words for its holding.
_WORDS = {"bounded": (_NEGATIVE, _POSITIVE), "feasible": (_INFEASIBLE, _FEASIBLE), "attained": (_UNATTAINED, _ATTAINED)}


def _of_this_kind(text: str, key: Key) -> tuple[Judgement, str] | None:
    """Another status than the one in question, or a plain word where the status does not depend on the parameters; None: conditions are read."""
    about = key.derivation.extra.get("property") or "bounded"
    bare = _BARE.fullmatch(text)
    if bare is not None:
        claim = E.truth(bare.group(1).lower() in ("true", "always"))
        return judge(claim, key), f"{'always' if claim.data else 'never'} {about}"
    fails, holds = _WORDS[about]
    plain_text = _DOUBLE.sub(lambda m: m.group(1)[2:], text)
    still = _ARROW.sub(" ", plain_text) if about != "bounded" else plain_text
    own = fails.search(still) or holds.search(still)
    other = _ENDLESS if about != "bounded" else _INFEASIBLE
    if (not own and other.search(still)) or (about == "attained" and not fails.search(still) and (_ENDLESS.search(still) or _INFEASIBLE.search(still))):
        said = "infeasible" if about == "bounded" or _INFEASIBLE.search(still) else "unbounded"
        if _IF.search(still):
            return None
        return Judgement(Verdict.INCORRECT, f"The program is not {said}.", "proved"), said
    constant = key.derivation.answer
    if constant is None or constant.op != "bool" or _IF.search(still) or len(text) > 1000 or not own:
        return None
    if about == "attained":
        wrong = _wrong_infimum(text, key)
        if wrong is not None:
            return wrong
    claim = E.truth(not fails.search(still))
    return judge(claim, key), f"{'always' if claim.data else 'never'} {about}"


def _wrong_infimum(text: str, key: Key) -> tuple[Judgement, str] | None:
    """A stated infimum that is not the derived one."""
    m, infimum = _INFIMUM.search(text), key.derivation.extra.get("infimum")
    if m is None or infimum is None:
        return None
    reply = find_reply(m.group(1), replace(key.wanted, condition=False, shape=()))
    said = [member.expr for a in reply.alternatives for i in a.interpretations[:1] for member in i.members]
    if len(said) != 1 or said[0].shape or said[0].op in E.CONDITIONS:
        return None
    found = agree(said[0], infimum, key.generic)
    if not isinstance(found, Different):
        return None
    return Judgement(Verdict.INCORRECT, f"The infimum is {plain(infimum)}.", "proved", found.witness), f"infimum {plain(said[0])}"


def judge_status(text: str, key: Key) -> tuple[Judgement, str]:
    """Judge a condition under which the program is bounded. Returns the judgement and what was read.

    A clause that says 'unbounded' states the complement. Every condition in the text must be right.
    """
    boxed = _BOXED.findall(text)
    if len(boxed) == 1 and _LINK.search(boxed[0]) and (own := judge_status(f"${boxed[0]}$", key))[0].verdict is Verdict.CORRECT:
        rest = _RULED.sub("", _BOXED.sub("", text))  # in its box the text says when, and when only
        if not _TAKEN_BACK.search(rest) and not (key.derivation.extra.get("attained") and _NOT_REACHED.search(rest)):
            return own
    text = as_inequality(text)
    settled = _of_this_kind(text, key)
    if settled is not None:
        return settled
    negatives = _WORDS[key.derivation.extra.get("property") or "bounded"][0]
    found = _by_cases(text, key)
    last: Alternative | None = None
    otherwise = ""  # what the text says of the boundary, and does not hold
    for clause in () if found else _CLAUSE.split(_conclusion(_one_line(text))):
        if not clause or not clause.strip() or (found and _SUPPOSES.match(clause)):
            continue
        at = _AT_EQUALITY.match(clause) if found else None
        if at is not None and (there := at_boundary(_CONSEQUENCE.sub("", clause[at.end() :]), key)) is not None:
            otherwise = otherwise or (clause.strip()[:100] if there == bool(negatives.search(clause)) else "")
            continue  # what holds at equality, and the condition says so, too
        conditions, failed = _conditions_in(clause, key)
        last = failed or last
        negative = bool(negatives.search(clause))
        for c in conditions:
            found.append(Expr("not", (c,)) if negative else c)
    if not found:
        return _without_condition(text, key, last)
    worst: Judgement | None = None
    for c in [c for c in found if not _only_of_zero(c)] or found:
        j = judge(c, key)
        if j.verdict is Verdict.INCORRECT and not j.diagnosis:
            j = Judgement.later(partial(_diagnosed, j, c, key), verdict=j.verdict)
        if worst is None or j.verdict is not Verdict.CORRECT:
            worst = j
    assert worst is not None
    worst = with_exceptions_held(worst, text)
    if otherwise and worst.verdict is Verdict.CORRECT:
        worst = contradicted(otherwise, "The condition")
    if worst.verdict is Verdict.CORRECT and (false := false_equation(text, key, lambda e: _there(e, key) is not None)):
        worst = contradicted(false, "The condition", shown=false)
    if worst.verdict is Verdict.CORRECT and key.derivation.extra.get("attained") and (m := _NOT_REACHED.search(text)):
        worst = Judgement(Verdict.UNDECIDED, f"The condition would be right, but the text also says '{m[0].strip()[:200]}', and wherever it is bounded the optimum is attained.")
    return worst, "; ".join(plain(c) for c in found)


_SUPPOSES = re.compile(r"\W*(?:(?:sufficiency|necessity|proof|reason|why|conversely|indeed|now|sufficient|necessary|if part|only if part)\b\W*)*(?:let|suppose|assume|consider)\b", re.I)
"""In a proof: what holds when the condition does, or does not."""


def _only_of_zero(condition: Expr) -> bool:
    """Whether it only says of a vector that it is or is not zero: 'here g != 0', in a proof."""
    while condition.op == "not":
        condition = condition.args[0]
    return condition.op == "rel" and condition.data in ("=", "!=") and bool(condition.args[0].shape) and E.is_number(condition.args[1], 0)


_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}")
_RULED = re.compile(r"(?:(?<=\n)|\A)[ \t]*\|[^\n]*\|[ \t]*(?:\n[ \t]*\|[^\n]*\|[ \t]*)+")
_TAKEN_BACK = re.compile(r"\b(?:wait|actually|correction|instead|wrong|mistake|however|not quite|should be|second thought)\b|n't\b", re.I)
_NOT_REACHED = re.compile(
    r"(?<![A-Za-z])(?:(?!unbounded|not bounded|infinity|\\infty|∞|\bfalls|\bif not\b|\botherwise\b)[^.;\n]){0,200}"
    r"\b(?:not|never|n't)\s+(?:\w+\s+){0,2}(?:attained|achieved|reached|a minimum)\b", re.I)


_MENDED = re.compile(r"\b(?:sufficient|necessary)\s+only\b|\bwait\b|\bactually\b|\bcorrection\b|\bon second thought\b|\bonly\s*[.!]?\s*$|\b(?:not|only|merely|just) (?:a )?(?:sufficient|necessary)\b"
                     r"|\b(?:sufficient|necessary),? (?:but|however)\b"
                     r"|\b(?:exception of|except(?:ing)?|excluding|apart from|but not|save)\b(?=[^.;\n]{0,40}=)"
                     r"|\bat equality\b[^.\n]{0,40}\bunbounded\b", re.I)


def with_exceptions_held(j: Judgement, text: str) -> Judgement:
    """The judgement of a right condition, or 'undecided' where the text takes something back, or makes an exception."""
    m = _MENDED.search(text) if j.verdict is Verdict.CORRECT else None
    return j if m is None else Judgement(Verdict.UNDECIDED, f"The condition would be right, but beside it stands '{m[0]}', which may change it.")


def _diagnosed(j: Judgement, condition: Expr, key: Key) -> Judgement:
    return replace(j, diagnosis=diagnose(condition, key))


_CONCLUDES = re.compile(r"(?:^|[.\n])\W*(?:in short|in summary|to summari[sz]e|altogether)\b[,:]?(?=[^\n]{3,200}(?:[<>≤≥]|\\[lg]eq?\b))"
                        r"|\b(?:so|therefore|thus|hence|in conclusion|consequently)\b[^.\n]{0,80}(?:\b(?:iff|if and only if|exactly when|precisely when)\b|⇔|\\iff\b)"
                        r"|(?:^|\n)[^\w\n]*(?:final\s+)?(?:answer|conclusion)\b[^\w\n]*:", re.I)


def _conclusion(text: str) -> str:
    """From the last sentence on that concludes with 'if and only if' or is called the answer; the whole text where there is none."""
    found = list(_CONCLUDES.finditer(text))
    return text[found[-1].start() :] if found else text


def _by_cases(text: str, key: Key) -> list[Expr]:
    """inf = 0 where c, -infinity where d: the condition of the finite cases, and the complement of the others."""
    if "cases" not in text:
        return []
    cases = _CASES.search(text)
    reply = find_reply(f"${cases[0]}$" if cases is not None else text, replace(key.wanted, condition=False))
    out: list[Expr] = []
    for e in (m.expr for a in reply.alternatives for i in a.interpretations[:1] for m in i.members if m.expr.op == "cases"):
        for k in range(0, len(e.args) - 1, 2):
            endless = any(x == E.INF for x in E.walk(e.args[k]))
            out.append(Expr("not", (e.args[k + 1],)) if endless else e.args[k + 1])
    return out


_CASES = re.compile(r"\\begin\s*\{cases\}.*?\\end\s*\{cases\}", re.S)
_AT_EQUALITY = re.compile(r"\W*(?:(?:and|but|so|hence|thus|therefore|consequently|in\s+particular|indeed|accordingly),?\s+)?"
                          r"(?:(?:even|also|exactly|precisely|just)\s+)?(?:at|on|for|when|if|where|in case)\b", re.I)


def at_boundary(text: str, key: Key) -> bool | None:
    """Whether the status holds where an equation holds that is the boundary of the required condition; None for other texts."""
    try:
        found = readings(text.strip(" $,:"), key.wanted.scope) if text.count("=") == 1 else []
    except ReadError:
        return None
    statement = found[0].statements[-1] if len(found) == 1 else None
    return None if statement is None or list(statement.ops) != ["="] else _there(E.rel("=", *statement.terms), key)


def _there(equation: Expr, key: Key) -> bool | None:
    """Whether the status holds where an equation holds that is the boundary of the required condition; None for another equation."""
    for sign, other in (("<=", "<"), (">=", ">")):
        if judge(E.rel(sign, *equation.args), key).verdict is Verdict.CORRECT:
            return True
        if judge(E.rel(other, *equation.args), key).verdict is Verdict.CORRECT:
            return False
    return None


_DISPLAY = re.compile(r"\$\$.{1,400}?\$\$|\\\[.{1,400}?\\\]|\\begin\{equation\*?\}.{1,400}?\\end\{equation\*?\}|```.{1,400}?```", re.S)


def _one_line(text: str) -> str:
    """Displayed formulas on the line of the sentence that they belong to."""
    return re.sub(r"\s*\n\s*(?=\$\$|\\\[|\\begin\{|```)", " ", _DISPLAY.sub(_flat, text))


def _flat(m: re.Match[str]) -> str:
    """A display on one line; a block of code without its fence."""
    block = m.group()
    if block.startswith("```"):
        first, _, rest = block.strip("`").partition("\n")
        block = rest if re.fullmatch(r"\s*[a-z]*\s*", first) else block.strip("`")
    return block.replace("\n", " ").strip()


_CONSEQUENCE = re.compile(r",?\s+(?:then\s+)?(?:it|this|the\s+(?:problem|program|objective|function|minimum|infimum|value))\s+(?:is|has|falls|diverges|stays|remains|becomes)\b.*$",
                          re.I | re.S)


_MOST_LINKS = 8
_THEN = re.compile(r"\s*(?P<c>\$(?!\$)[^$]{1,200}\$)\s*,\s+(?!(?:and|or|but|which|i\.?e|that|equivalently|namely|meaning|rather|so)\b)(?=[A-Za-z])", re.I)


def _supposed(link: str, tail: str) -> str:
    """What stands behind 'if', without its consequence: '$a \\le b$, Hölder gives $F \\ge 0$, so it is bounded'."""
    m = _THEN.match(tail) if link.lower() in ("if", "when", "whenever") else None
    return m["c"] if m is not None else _CONSEQUENCE.sub("", tail)


def _conditions_in(clause: str, key: Key) -> tuple[list[Expr], Alternative | None]:
    # 'If a < b it is unbounded': the condition ends where its consequence begins.
    tails = [(clause, False)] + [(_supposed(m.group(), clause[m.end() :]), m.group().lower() == "unless") for m in list(_LINK.finditer(clause))[-_MOST_LINKS:]]
    failed: Alternative | None = None
    for tail, unless in reversed(tails):
        denied = _DENIED.match(tail)
        fails = _FAILS.search(tail) is not None
        reply = find_reply(tail[denied.end() :] if denied else tail, key.wanted)
        members = [m.expr for a in reply.alternatives for i in a.interpretations[:1] for m in i.members]
        if members:
            return [Expr("not", (m,)) if bool(denied) ^ unless ^ fails else m for m in members], None
        failed = next((a for a in reply.alternatives if a.error is not None), failed)
    return [], failed


def _without_condition(text: str, key: Key, last: Alternative | None) -> tuple[Judgement, str]:
    """'always bounded', 'unbounded' with no condition."""
    about = key.derivation.extra.get("property") or "bounded"
    fails, holds = _WORDS[about]
    always = fails.search(text) or holds.search(text)
    if always and len(text) < 400 and not _LINK.search(re.sub(r"\bfor (?:all|every|any)\b", "", text, flags=re.I)):
        claim = E.truth(not fails.search(text))
        return judge(claim, key), f"{'always' if claim.data else 'never'} {about}"
    reason = str(last.error) if last is not None and last.error is not None else "No condition was found."
    return Judgement(Verdict.UNREADABLE, reason), ""
