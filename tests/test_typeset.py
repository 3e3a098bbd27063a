"""Formulas as MathML: set where they can be, shown as source where not, and never a script, a link or an error."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from derive.reports.page import badge, page
from derive.reports.typeset import typeset, typeset_line, typeset_text

SET = [
    r"-\frac{\alpha \operatorname{sign}(g_{k})}{2}\, \|g\|_{\infty} e_{k}", r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"\lVert x \rVert_2^2 \le \tfrac12", r"\boxed{x}", r"x \over y", r"{\rm sign}(g)",
    r"\mathbbm{1}", r"\argmin_u f(u)", r"\text{if $x$ is 0 and $y < 1$}", r"\left\|x\right\|_\infty", "θ_t ≤ 3", r"a = b \tag{1}",
]
NOT_SET = [r"\frac{a", r"\nosuch{x}", "a_b_c", r"\href{javascript:alert(1)}{x}", "x" * 9000, "{" * 200 + "}" * 200, "<b>" + r"\frac{", ""]


@pytest.mark.parametrize("tex", SET)
def test_a_formula_is_one_well_formed_element(tex: str) -> None:
    for display in (False, True):
        root = ET.fromstring(typeset(tex, display).replace("&ApplyFunction;", ""))
        assert root.tag == "math" and (root.get("display") == "block") == display


@pytest.mark.parametrize("tex", NOT_SET)
def test_what_cannot_be_set_is_shown_as_escaped_source(tex: str) -> None:
    shown = typeset(tex)
    assert shown.startswith('<code class="tex">') and not re.search(r"<(?!/?code)", shown)


HOSTILE = ["<script>alert(1)</script>", "$<script>$", r"$\text{<img src=x onerror=alert(1)>}$", "[x](javascript:alert(1))", "![x](http://x.example/y)",
           "<http://x.example>", r"$\href{javascript:alert(1)}{x}$", "`<b>`", r"$\color{red;background:url(//x.example)}x$"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_text_acts_on_a_page(text: str) -> None:
    for shown in (typeset_text(text), typeset_line(text)):
        tags = {t.lower() for t in re.findall(r"<\s*/?\s*([A-Za-z]+)", shown)}
        assert not tags & {"script", "img", "a", "iframe", "link", "style", "object", "b"}
        attributes = re.findall(r"<[^>]*>", shown)
        assert not any("url(" in a or "href" in a or "onerror" in a for a in attributes)


def test_markdown_with_formulas_of_every_kind_of_delimiter() -> None:
    shown = typeset_text("A $x$, \\(y\\):\n\n$$z$$\n\n\\[w\\]\n\n- costs 5$ and 6$\n\n| a |\n|---|\n| $|x| + \\|y\\|$ |")
    assert shown.count("<math") == 5 and shown.count('display="block"') == 2
    assert "costs 5$ and 6$" in shown and shown.count("<td>") == 1


IN_BRACKETS = [  # the text; its formulas as their author wrote them
    (r"so \[ x^\star = \frac{b}{\left\|a\right\|_2^2}\, a \]", [r"x^\star = \frac{b}{\left\|a\right\|_2^2}\, a"]), ("so\n\\[\na\n- b_1*c_1\n# d\n\\]\nthen", ["a - b_1*c_1 \\# d"]),
    (r"a \(\|a\|_2\) b \(x_1*y_1*z\)", [r"\|a\|_2", "x_1*y_1*z"]), (r"\[a\] then \[b\] and", ["a", "b"]), ("so \\[ a\n- b \\] x", ["a - b"]), ("\\[a\n\n+ b\\]", ["a + b"]),
]


@pytest.mark.parametrize(("text", "formulas"), IN_BRACKETS)
def test_formulas_in_brackets_keep_every_sign_wherever_they_stand(text: str, formulas: list[str]) -> None:
    shown = re.sub(r"\s+", " ", typeset_text(text.replace("# d", "\\# d")))
    for tex in formulas:
        assert any(re.sub(r"\s+", " ", typeset(tex, display)) in shown for display in (False, True)), shown
    assert "<li>" not in shown and "<em>" not in shown and "<h1>" not in shown


def test_what_stands_beside_a_formula_in_brackets_stays_and_code_is_left_alone() -> None:
    assert "then" in typeset_text(r"\[a\] then") and "before" in typeset_text("before\n\\[\na\n\\]")
    assert "\\[ a\nb \\]" in typeset_text("```\n\\[ a\nb \\]\n```") and "<math" not in typeset_text(r"`\(x\)` and \\(y\\) and \[ open")


def test_a_page_asks_nothing_of_the_network() -> None:
    shown = page("<A> & B", typeset_text("$x$") + badge("correct"))
    assert shown.startswith("<!doctype html>") and "<title>&lt;A&gt; &amp; B</title>" in shown
    assert "default-src 'none'" in shown and not re.search(r"https?://|src=|href=", shown)
    assert "script" not in shown.replace("default-src 'none'", "") and "script-src" in page("t", "", script="1")
