"""Counts told in sentences: 'n messages go to the server and n come back, all together 2n', 'each of the n workers sends to the n - 1 others, which makes ...'.

The conclusion is the answer; what leads to it must add up or multiply to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.grading.worded.reader import Said, built
from derive.grading.worded.settled import same
from derive.grading.worded.steps import Steps
from derive.grading.worded.values import plus, times

_THINGS = frozenset("messages message transfers".split())
_WAYS = frozenset("go goes come comes are is sent travel return returns back to from the server workers worker which that in out up down afterwards".split())
_ALTOGETHER = ("all together", "altogether", "together", "in total", "in all", "all in all", "that is", "which makes", "that makes", "this makes", "which gives", "that gives", "this gives", "so",
               "which is", "so in total", "makes", "giving", "hence", "so altogether", "so all together", "that is in total", "total", "which makes in total", "that makes in total")
_SENDS = ("sends to", "sends one message to", "sends a message to", "sends its gradient to", "sends its vector to", "sends its own gradient to", "sends one to", "writes to", "sends messages to")
_OTHERS = ("others", "other workers", "other ones", "other machines", "remaining workers")


class Tallies(Steps):
    """The grammar of counts that are told in sentences."""

    def told_count(self, at: int) -> Iterator[Said]:
        """The count that a text concludes."""
        for p in self.after(at, "there are", ""):
            for first in self._moved(p):
                q = first.end + (self.mark(first.end) in (",", ".", ";"))
                for r in self.after(q, "and", "and then", "and after", "and afterwards", "then", "plus", *(("",) if q > first.end else ())):
                    for second in self._moved(r):
                        e = built(plus, first.expr, second.expr)
                        yield from (s for s in self._concluded(second.end) if e is not None and same(s.expr, e, self.scope))
        yield from self._each(at)

    def _moved(self, at: int) -> Iterator[Said]:
        """'n messages go to the server'."""
        for s in self.sum(at):
            end = self.past(s.end, _THINGS)
            moved = self.past(end, _WAYS)
            if moved > end and not s.expr.shape:
                yield Said(s.expr, moved)

    def _each(self, at: int) -> Iterator[Said]:
        """'each of the n workers sends to the n - 1 others, which makes n times n - 1 messages': n times (n - 1), however the last words could be grouped."""
        for p in self.after(at, "each of the", "every one of the", "all", "each one of the"):
            for senders in self.sum(p):
                for q in self.after(senders.end, "workers", "machines"):
                    for r in self.after(q, *_SENDS, *(s.replace("sends", "send", 1) for s in _SENDS) if self.word(p - 1) == "all" else ()):
                        for t in self.after(r, "the", "each of the", "all", "all the", "every one of the"):
                            for others in self.sum(t):
                                for end in self.after(others.end, *_OTHERS):
                                    e = built(times, senders.expr, others.expr)
                                    yield from (s for s in self._concluded(end) if e is not None and same(s.expr, e, self.scope))

    def _concluded(self, at: int) -> Iterator[Said]:
        p = at + (self.mark(at) in (",", ".", ";", ":"))
        for q in self.after(p, *_ALTOGETHER):
            for s in self.value(q + (self.mark(q) in (",", ":"))):
                yield from (Said(s.expr, r) for r in self.after(s.end, "", "messages", "messages in total", "in total", "messages altogether"))
