"""Programs that compute the next iterate and not the update: by the name of what they assign or return."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

_ASSIGNED_LAST = re.compile(r"(?:^|\n|;)[ \t]*(?P<name>[A-Za-z_]\w*)[ \t]*(?:[-+*/]?=)(?!=)[^\n;]*;?\s*(?:\n[ \t]*(?:return|print)?[ \t(]*(?P=name)\)?;?\s*)?\Z")
_RETURNED = re.compile(r"\n[ \t]+return[ \t(]+(?P<name>[A-Za-z_]\w*)\s*[-+][^\n]*\s*\Z")  # def step(theta, g): ... return theta + u


_IN_PLACE = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s*(?P<op>[-+*]?)=(?!=)\s*(?P<value>[^=\n;#$\\]+?)\s*;?\s*")


def assigned_in_place(text: str, wanted: Wanted) -> str:
    """A line of code that gives the state of a recurrence its next value, 'r = r - 2*alpha*r' or 'r *= 1 - 2*alpha', with another name for that value; the text itself where it is none."""
    m = _IN_PLACE.fullmatch(text) if wanted.label and wanted.asked else None
    if m is None or m["name"] != wanted.asked or (re.search(rf"(?<![A-Za-z_.]){re.escape(m['name'])}(?![A-Za-z_])", m["value"]) is None and not m["op"]):
        return text
    value = f"{m['name']} {m['op']} ({m['value']})" if m["op"] else m["value"]
    return f"{m['name']}_new = {value}"


def gives_the_next(text: str, wanted: Wanted) -> bool:
    """Whether the last that a program assigns is the next iterate by its name, theta or theta_new, and not the update."""
    m = _ASSIGNED_LAST.search(text.strip().removesuffix("```").rstrip())
    names = {n.lstrip("\\") for name in wanted.iterates for n in (name, *(wanted.scope.symbols[name].aliases if name in wanted.scope.symbols else ()))}
    if (given := _RETURNED.search(text)) is not None and given["name"] in names:
        return True
    return m is not None and any(m["name"] == n or re.fullmatch(rf"{re.escape(n)}_?(?:new|next|1|t1|plus|updated|star|out)|(?:new|next|updated)_?{re.escape(n)}", m["name"]) for n in names)
