"""UTF-8 that was read with a one-byte code page: find it run by run and read it rightly.

A character of the damaged text stands for one byte (windows-1254, windows-1252, latin-1).
A lead byte with its continuation bytes is one lost character; everything else is left alone,
so undamaged text beside it survives. Code pages have holes (0x9D, 0x9E, ...): a byte that fell
into one is gone, and what is left names several characters. Context decides, or the
repair is flagged as lossy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_CODE_PAGES = ("cp1254", "cp1252", "latin-1")
_HOLES = (0x9D, 0x9E, 0x81, 0x8F, 0x90, 0x8D, 0x8E)  # undefined in windows-1252 or windows-1254
_UNKNOWN = -1  # the byte behind a replacement character

# The blocks that mathematical prose uses; a decoding that lands elsewhere is chance.
_PLAUSIBLE = (
    (0xA0, 0x24F), (0x2B0, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2000, 0x218F), (0x2190, 0x23FF),
    (0x2460, 0x27FF), (0x2900, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0xFB00, 0xFB06), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF),
    (0x1F000, 0x1FAFF),
)  # fmt: skip
# Lead bytes that need no further evidence: elsewhere two undamaged letters may stand together.
_CERTAIN_LEADS = frozenset({0xC2, 0xC3, 0xCE, 0xCF, 0xE2, 0xF0})
# What a sequence that lost its last byte most likely was, and whether that is sure in mathematics.
_LIKELY: dict[bytes, tuple[str, bool]] = {
    b"\xe2\x82": ("₁", True),
    b"\xe2\x84": ("ℝ", True),
    b"\xe2\x80": ("”", True),
    b"\xcf": ("ρ", True),
    b"\xe2\x86": ("←", True),
    b"\xce": ("Ξ", False),
}
_INFINITY_OR = b"\xe2\x88"  # ∞, ∝ or ∏: decided by what stands round it
_PLACEHOLDER = "\ue0ff"
_CONTEXT = 60  # characters on each side that decide


def _bytes_of_characters() -> dict[str, int]:
    table: dict[str, int] = {"\ufffd": _UNKNOWN}
    for page in _CODE_PAGES:
        for byte in range(0x80, 0x100):
            try:
                table.setdefault(bytes([byte]).decode(page), byte)
            except UnicodeDecodeError:
                continue
    return table


_BYTE = _bytes_of_characters()
_LEADS = "".join(sorted(character for character, byte in _BYTE.items() if 0xC2 <= byte <= 0xF4))
_SUSPECT = re.compile(f"[{re.escape(_LEADS)}]")


@dataclass(frozen=True)
class Decoded:
    """A line after decoding: `lossy` says that some character is the likeliest of several."""

    text: str
    lossy: bool


def count_damage(text: str) -> int:
    """How many certain wrongly decoded characters the text holds."""
    count = 0
    for match in _SUSPECT.finditer(text):
        found = _complete(text, match.start(), trusted=False)
        count += found is not None
    return count


def decode(line: str, damaged: bool = False) -> Decoded:
    """Read wrongly decoded runs of one line as the UTF-8 they were.

    damaged: the document is known to be damaged, so that weaker evidence is enough.
    """
    if not _SUSPECT.search(line):
        return Decoded(line, False)
    out: list[str] = []
    lossy = False
    i = 0
    while i < len(line):
        whole = _complete(line, i, trusted=damaged)
        if whole is not None:
            out.append(whole[0])
            i += whole[1]
            continue
        part = _truncated(line, i, damaged)
        if part is not None:
            character, sure, width = part
            out.append(character)
            lossy |= not sure
            i += width
            continue
        suspect = _SUSPECT.search(line, i + 1)
        end = suspect.start() if suspect else len(line)
        out.append(line[i:end])
        i = end
    text, undecided = _settle("".join(out))
    return Decoded(text, lossy or undecided)


def _need(lead: int) -> int:
    if 0xC2 <= lead <= 0xDF:
        return 1
    if 0xE0 <= lead <= 0xEF:
        return 2
    return 3 if 0xF0 <= lead <= 0xF4 else 0


def _tail(line: str, start: int, need: int) -> list[int]:
    found: list[int] = []
    for character in line[start + 1 : start + 1 + need]:
        byte = _BYTE.get(character, 0)
        if not (0x80 <= byte <= 0xBF or byte == _UNKNOWN):
            break
        found.append(byte)
    return found


def _plausible(character: str) -> bool:
    point = ord(character)
    return any(low <= point <= high for low, high in _PLAUSIBLE)


def _complete(line: str, start: int, trusted: bool) -> tuple[str, int] | None:
    lead = _BYTE.get(line[start], 0)
    need = _need(lead)
    if not need or not (trusted or lead in _CERTAIN_LEADS):
        return None
    tail = _tail(line, start, need)
    if len(tail) < need or _UNKNOWN in tail:
        return None
    try:
        character = bytes([lead, *tail]).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return (character, 1 + need) if _plausible(character) else None


def _truncated(line: str, start: int, damaged: bool) -> tuple[str, bool, int] | None:
    """A sequence that has lost a byte: (character, sure, width in the damaged text)."""
    lead = _BYTE.get(line[start], 0)
    need = _need(lead)
    if not need:
        return None
    tail = _tail(line, start, need)
    known = [byte for byte in tail if byte != _UNKNOWN]
    # 'â' with a continuation byte behind it is no word of any language; a single letter may be one.
    if not (lead == 0xE2 and known) and not (damaged and lead in _CERTAIN_LEADS):
        return None
    missing = need - len(known)
    if missing < 1 or missing > (2 if lead == 0xF0 and known else 1):
        return None
    prefix = bytes([lead, *known])
    width = 1 + len(tail)
    if prefix == _INFINITY_OR:
        return _PLACEHOLDER, True, width
    if prefix in _LIKELY:
        character, sure = _LIKELY[prefix]
        return character, sure, width
    if not known:
        return None
    candidates = _fillings(lead, tuple(known), missing)
    return (candidates[0], len(candidates) == 1, width) if candidates else None


@lru_cache(maxsize=4096)
def _fillings(lead: int, known: tuple[int, ...], missing: int) -> tuple[str, ...]:
    found: list[str] = []
    # Mathematical letters are F0 9D xx yy: their lost byte is the second, so it is tried first.
    for place in range(len(known) + 1):
        for lost in product(_HOLES, repeat=missing):
            try:
                character = bytes([lead, *known[:place], *lost, *known[place:]]).decode("utf-8")
            except UnicodeDecodeError:
                continue
            if _plausible(character) and character not in found:
                found.append(character)
    return tuple(found)


_NEEDS_INFINITY_LEFT = re.compile(
    r"(?:(?<![A-Za-z])[Lℓl]|[_^{]|[→<>≤≥±+,(\[∣|∥‖−–-]\s*|->\s*|\\to\s*|\b(?:to|approaches|towards?|is|of)\s+)$"
)
_NEEDS_INFINITY_RIGHT = re.compile(r"^(?:[)\]},.;:*∗|∣∥‖]|\s*[-‑–]?\s*norm\b)")
_OPERAND_RIGHT = re.compile(r"^\s*[\w(\[∥‖|∣−+√∇\\-]")


def settle_infinity(left: str, right: str) -> tuple[str, bool]:
    """Which of ∞, ∝ and ∏ stands between two texts, and whether the context decides it.

    A subscript, a bound or an arrow's aim is ∞; a relation between two operands is ∝;
    what carries its own index or opens a product after '=' is ∏. Alone on its line it is
    most often a displaced index: ∞, undecided.
    """
    if right.startswith("_"):
        return "∏", True
    if left.rstrip().endswith("="):
        return ("∏", True) if _OPERAND_RIGHT.match(right) else ("∞", True)
    if _NEEDS_INFINITY_LEFT.search(left) or _NEEDS_INFINITY_RIGHT.match(right):
        return "∞", True
    if not left.strip(" "):
        return "∞", False
    if _OPERAND_RIGHT.match(right) or left.endswith(" "):
        return "∝", True
    return "∞", True


def _settle(text: str) -> tuple[str, bool]:
    undecided = False
    parts = text.split(_PLACEHOLDER)
    out = parts[0]
    done: list[str] = []
    for i, part in enumerate(parts[1:], 1):
        after = part if part or i + 1 == len(parts) else "∞"
        character, sure = settle_infinity(out[-_CONTEXT:], after[:_CONTEXT])
        undecided |= not sure
        done.append(out)
        out = character + part
    return "".join((*done, out)), undecided
