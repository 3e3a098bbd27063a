"""The media that answers are written in: the hand that writes each, and how often it is drawn."""

from __future__ import annotations

from derive.grading.stress.hand import Hand
from derive.grading.stress.latex import LatexHand
from derive.grading.stress.numpy_hand import PythonHand
from derive.grading.stress.typed import PlainHand, UnicodeHand

HANDS: dict[str, type[Hand]] = {"latex": LatexHand, "unicode": UnicodeHand, "plain": PlainHand, "python": PythonHand}
SHARES = ("latex",) * 11 + ("unicode",) * 4 + ("plain",) * 3 + ("python",) * 3
