"""Damaged text is restored where it is damaged, and left alone where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.transcripts.repair import repair_characters, repair_lines


def damage(text: str, page: str = "cp1254") -> str:
    """What UTF-8 looks like when it is read with a one-byte page that drops what it does not know."""
    return text.encode().decode(page, errors="ignore")


def repaired(*lines: str) -> tuple[str, ...]:
    return repair_characters(lines).lines


@pytest.mark.parametrize("page", ["cp1254", "cp1252", "latin-1"])
@pytest.mark.parametrize(
    "text", ["2‖w‖₂ ≤ β·γ", "it’s – a “fair” cost of 3 €", "α → 0, Σ αₜ = ∇f(θ)", "naïve café"]
)
def test_wrongly_decoded_bytes_come_back(text: str, page: str) -> None:
    survives = text.encode().decode(page, errors="replace").count("\ufffd") == 0
    if survives:
        assert repaired(damage(text, page)) == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "plain ASCII, -x/2 and \\frac{1}{2}",
        "naïve café, Ångström, Übung, señor",
        "ağaç, şeker, Işık",  # Turkish letters are the very signs of the damage
        "θ → ∞, ‖g‖₁ ≤ 3",
        "« c'est l'été »",
        "x̂ and ẏ",
    ],
)
def test_undamaged_text_survives(text: str) -> None:
    result = repair_characters([text])
    assert result.lines == (text,)
    assert result.repairs == ()


def test_damage_and_sound_text_on_one_line() -> None:
    assert repaired("the α of " + damage("β ≤ γ")) == ("the α of β ≤ γ",)


def test_text_damaged_twice() -> None:
    assert repaired(damage(damage("Hölder", "cp1252"), "cp1252")) == ("Hölder",)


@pytest.mark.parametrize(
    ("line", "wanted", "lossy"),
    [
        ("the Lâˆ ball", "the L∞ ball", False),
        ("as t â†’ âˆ", "as t → ∞", False),
        ("[0, âˆ)", "[0, ∞)", False),
        ("d âˆ âˆ’w", "d ∝ −w", False),
        ("w âˆ c", "w ∝ c", False),
        ("p = âˆ(1 âˆ’ q)", "p = ∏(1 − q)", False),
        ("âˆ_i p_i", "∏_i p_i", False),
        ("âˆ", "∞", True),  # alone on its line nothing decides
    ],
)
def test_a_character_without_its_last_byte(line: str, wanted: str, lossy: bool) -> None:
    result = repair_characters([line])
    assert result.lines == (wanted,)
    assert result.repairs[-1].lossy is lossy


def test_a_letter_is_not_a_lost_byte_unless_the_document_is_damaged() -> None:
    assert repaired("Î and Ï") == ("Î and Ï",)
    assert repaired("Î±, Î², Î³", "the density Ï")[1] == "the density ρ"


def test_mathematical_letters_that_lost_their_second_byte() -> None:
    assert repaired(damage("Î± β γ δ"), damage("𝛼𝑥"))[1] == "𝛼𝑥"


def test_zero_width_characters_and_special_spaces() -> None:
    result = repair_characters(["a\u200b=\ufeffb", "1\u00a0for all\u202fi", "👩\u200d🔬"])
    assert result.lines == ("a=b", "1 for all i", "👩\u200d🔬")
    assert [(r.line, r.kind) for r in result.repairs] == [(1, "zero-width"), (2, "space")]
    assert result.struts == {1}


def test_every_repair_is_recorded_with_its_line() -> None:
    lines = ["fine", damage("β"), "fine"]
    (repair,) = repair_characters(lines).repairs
    assert (repair.line, repair.kind, repair.before, repair.after, repair.lossy) == (
        2,
        "bytes",
        lines[1],
        "β",
        False,
    )


def test_a_display_over_lines_is_joined_and_line_numbers_stay() -> None:
    lines = ["Hence $$x = \\frac{a}", "{b} + c$$ and so", "on."]
    result = repair_lines(lines)
    assert result.lines == ("Hence $$x = \\frac{a} {b} + c$$", " and so", "on.")
    (repair,) = result.repairs
    assert (repair.kind, repair.line) == ("formula", 1)
    assert repair.before == "\n".join(lines[:2])


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["\\[", "x = 1", "\\]"], ["\\[ x = 1 \\]", "", ""]),
        (["where $a +", "b$ is small"], ["where $a + b$", " is small"]),
        (["a $$u = 1$$ $$v", "= 2$$ $$w =", "3$$"], ["a $$u = 1$$ $$v = 2$$", " $$w = 3$$", ""]),
    ],
)
def test_other_delimiters(lines: list[str], joined: list[str]) -> None:
    assert list(repair_lines(lines).lines) == joined


@pytest.mark.parametrize(
    "lines",
    [
        ["It costs $5 to send", "and $6 to keep the whole table."],
        ["A stray $$ stands here", "", "and nothing closes it $$ in this paragraph"],
        [
            "a stray $$ before ordinary language that goes on",
            "for quite some words and then ends $$ like this",
        ],
        ["```", "echo $$", "echo $$", "```"],
        ["$$x$$ and $y$", "nothing open"],
    ],
)
def test_what_is_no_broken_formula_stays(lines: list[str]) -> None:
    assert list(repair_lines(lines).lines) == lines


def test_page_furniture_is_emptied() -> None:
    lines = [
        "--- Page 1 ---",
        "Some words.",
        "Powered by Fancy Exporter",
        "1 / 2",
        "",
        "--- Page 2 ---",
        "More.",
        "2 / 2",
    ]
    result = repair_lines(lines)
    assert [text for text in result.lines if text] == ["Some words.", "More."]
    assert [r.line for r in result.repairs] == [1, 3, 4, 6, 8]


def test_a_fraction_in_a_text_without_pages_is_no_footer() -> None:
    lines = ["The share is", "1 / 2", "of the whole."]
    assert repair_lines(lines).lines == tuple(lines)


@given(st.lists(st.text(alphabet="aβ$\\{}âˆÎ±ğŸ€™ \u200b1/|-", max_size=30), max_size=12))
def test_the_number_of_lines_never_changes(lines: list[str]) -> None:
    assert len(repair_lines(lines).lines) == len(lines)


@pytest.mark.shared
def test_the_real_text_layer_is_restored() -> None:
    shared = Path(os.environ["DERIVE_SHARED"])
    lines = (shared / "transcripts/claude-hw2.txt").read_text(encoding="utf-8").split("\n")
    result = repair_characters(lines)
    assert not [text for text in result.lines if any(sign in text for sign in ("â", "Î", "ğ", "Ã"))]
    lossy = [r for r in result.repairs if r.lossy]
    assert all(r.after.strip() == "∞" for r in lossy)
