"""Equations of counts in which each summand carries its unit: 'n messages up + n messages down = **2n**' is n + n = 2n."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_SUMMAND = re.compile(r"(?P<count>[^\s+=*A-Z][^+=*]{0,60}?) messages?(?: (?:up|down|in|out|back|forward|sent|received))?(?=\s*[+=]|\Z)")
_SUMS = re.compile(r"[^+=]+(?:\+[^+=]+)+=")


_IN_PARTS = re.compile(r",?\s+(?:i\.\s?e\.|that is|namely|in detail),?\s+"
                       r"(?=(?:\$[^$]{1,60}\$|[\w()*]{1,20}) (?:messages? )?[a-z]+(?: [a-z]+){0,3} and (?:\$[^$]{1,60}\$|[\w()*]{1,20}) (?:messages? )?[a-z]+)", re.I)


def told_in_parts(text: str) -> str:
    """'2n in total, i.e. n up and n down' as '2n in total: n up and n down'."""
    return _IN_PARTS.sub(": ", text) if " and " in text and len(text) < 1000 else text


_WAY = (r"(?:push(?:e[sd])?|pull(?:s|ed)?|up(?:loads?)?|down(?:loads?)?|gather(?:s|ed)?|scatter(?:s|ed)?|broadcasts?|reduce|send(?:ing)? back|sent back|collect|return(?:ed)?"
        r"|sent|received|sends?|receives?|there|back|in|out"
        r"|(?:to|from) (?:the )?server)")
_WAYS = re.compile(rf"(?P<first>[^\s+=(]\S{{0,30}}) \(?{_WAY}\)?(?: \+ \S{{1,30}} \(?{_WAY}\)?){{1,3}}(?P<total>\s*=.{{1,60}})?[.]?", re.I)
_A_WAY = re.compile(rf" \(?{_WAY}\)?(?= \+|\s*=|[.]?\Z)", re.I)


_COUNT = r"(?:\$[^$+=]{1,40}\$|[^\s+=$][^+=$]{0,30}?)"
_WHAT_FOR = (r"(?: messages?)? (?:\((?!(?:each|per|only|at|if|when|half|twice)\b)[A-Za-z][A-Za-z →-]{2,60}\)|(?:for|in|during|from|by) (?:the )?"
             r"(?!each\b|every\b|all\b|half\b|total\b)[a-z][a-z]+(?:[ -][a-z]+){0,4})")
_PARTS = re.compile(rf"{_COUNT}{_WHAT_FOR}(?: \+ {_COUNT}{_WHAT_FOR}){{1,3}}(?P<total>\s*=\s*[^=]{{1,60}})?[.]?")
_ONE_PART = re.compile(rf"(?P<count>{_COUNT}){_WHAT_FOR}(?= \+|\s*=|[.]?\Z)")
_UNITS = "rounds steps phases workers nodes machines chunks layers tokens heads devices processors".split()
_MESSAGES = r"(?:messages?|sends|transfers|hops)"
_TIMES_EACH = re.compile(
    rf"(?P<a>\$[^$=]{{1,40}}\$|[^\s=$][^=$]{{0,30}}?) (?P<unit>{'|'.join(u[:-1] for u in _UNITS)})s? (?:×|x|\*|times|·|\$?\\times\$?|\$?\\cdot\$?) (?P<b>\$[^$=]{{1,40}}\$|[^\s=$][^=$]{{0,30}}?)"
    rf" {_MESSAGES} (?:per|each|in each|in every|by each|for each|from each) (?P=unit)(?P<total>\s*=\s*.{{1,60}})?[.]?", re.I)


def without_directions(text: str) -> str:
    """'n (push) + n (pull)' and 'n for the first phase + n for the second' as 'n + n'; '2(n-1) rounds × n messages per round' as '(2(n-1)) * (n)'."""
    said = text.strip()
    if _WAYS.fullmatch(said) is not None:
        return _A_WAY.sub("", said)
    if _PARTS.fullmatch(said) is not None:
        return _ONE_PART.sub(lambda m: f"({m['count'].strip('$')})", said.replace("$", "") if said.count("$") % 2 == 0 else said)
    each = _TIMES_EACH.fullmatch(said)
    return text if each is None else f"({each['a'].strip('$')}) * ({each['b'].strip('$')}){each['total'] or ''}".replace("$", "")


_SUM_OVER = re.compile(
    r"\b(?:the )?sum over (?:the |all |these |all the )?(?P<many>\w{1,3}) (?:workers|nodes|machines|devices|processors|servers|senders|receivers|rounds|steps|phases|layers|tokens|heads)\s+of\s+"
    r"(?P<each>\([^()=\n]{1,40}\)|[^\s=+()]{1,20})(?=\s*=|[.\s]*\Z)", re.I)


def with_sums_over(text: str, writes: Callable[[str], bool]) -> str:
    """'The sum over the n workers of (n-1)' as 'n (n-1)'. writes: whether a name is one of the declared letters."""
    return _SUM_OVER.sub(lambda m: f"{m['many']} * ({m['each'].strip('()')})" if m["many"].isdigit() or writes(m["many"]) else m[0], text)


def of_counts(text: str) -> str | None:
    """A sum of messages, set equal to their number, as an equation of numbers; None for other texts."""
    if len(text) > 200:
        return None
    head, equals, total = text.partition("=")
    if not equals or "=" in total or not _SUMS.match(text):
        return None
    total = total.strip()
    if total[:2] == "**" == total[-2:]:
        total = total[2:-2]
    elif "*" in total:
        return None
    parts = [_SUMMAND.fullmatch(p.strip()) for p in head.split("+")]
    whole = _SUMMAND.fullmatch(total)
    if not all(parts):
        return None
    summed = " + ".join([f"({m['count']})" for m in parts if m is not None])
    return f"{summed} = {total if whole is None else whole['count']}"
