"""Sizes of messages told with their unit: 'p/n numbers in each of 2n messages' and '2n messages of p/n numbers' as '2n messages of size p/n'."""

from __future__ import annotations

from derive import patterns as re

_UNIT = r"(?:parameters|params|numbers|floats|values|entries|elements)"
_IN_EACH = re.compile(rf"(?P<lead>^|[:;,.\n]\s|\b(?:is|are|so|has|sends)\s)"
                      rf"\s{{0,3}}(?P<size>[^,;:.\n]{{1,40}}?)\s{{0,3}}{_UNIT}\s(?:are\s)?(?:sent\s)?in\s(?:each|every\sone)\sof\s(?:the\s)?(?P<count>[^,;:.\n]{{1,60}}?)\s{{0,3}}messages\b", re.I)
_OF_UNITS = re.compile(rf"\bmessages\s(?:of|with|carrying)\s(?P<size>[^,;:\n]{{1,40}}?)\s{{0,3}}{_UNIT}\b(?!\s(?:in|per)\b)", re.I)


def with_size_last(text: str) -> str:
    """A text in which the number of messages stands before their size: '2n messages of size p/n' for 'p/n numbers in each of 2n messages'."""
    return _IN_EACH.sub(lambda m: f"{m['lead']}{m['count']} messages of size {m['size']}", text) if " in e" in text else text


def with_sizes_called_so(text: str) -> str:
    """A text in which each size of a message is called so (see with_size_last)."""
    text = with_size_last(text)
    return _OF_UNITS.sub(lambda m: f"messages of size {m['size']}", text) if "messages " in text else text
