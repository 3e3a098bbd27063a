"""What is done to every text before it is looked at: macros of its own written out, runs of blanks closed up, plain signs for set ones, Python for its kin."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.blanks import closed_up
from derive.grading.text.copied_text import as_typed
from derive.grading.text.macros import with_macros_written_out
from derive.grading.text.other_languages import as_python
from derive.grading.text.typography import plainly_set

_DOTS = re.compile(r"(?<=[-+*−·])[ \t]*\.\.\.(?=[ \t]*[-+*−·])")


def at_the_door(text: str) -> str:
    """The text as readers and judges get it; what has been through once comes out as it is."""
    if "\\newcommand" in text or "\\def" in text or "\\DeclareMath" in text or "\\renewcommand" in text:
        text = with_macros_written_out(text)
    if "..." in text:
        text = _DOTS.sub("…", text)  # no end of a sentence
    return as_python(plainly_set(as_typed(closed_up(text))))
