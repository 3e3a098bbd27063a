"""The page of a conversation in a real browser: a click on a claim shows its witness; by keyboard, narrow, dark, filtered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from derive.problem.load import load_all
from derive.reports.transcript_page import transcript_page
from derive.transcripts.judged import Judged, judged_files

EXAMPLE = Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2" / "example-conversation.md"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--window-size=1400,1000")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def judged() -> Judged:
    (found,) = judged_files([str(EXAMPLE)], load_all(["cs182-hw2/penalty-l2", "cs182-hw2/penalty-linf"]))
    assert isinstance(found, Judged)
    return found


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield started
    started.quit()


@pytest.fixture
def browser(driver: Any, judged: Judged, tmp_path: Path) -> Iterator[Any]:
    file = tmp_path / "talk.html"
    file.write_text(transcript_page([judged], "cs182-hw2"), encoding="utf-8")
    driver.get(file.as_uri())
    yield driver
    driver.execute_script("localStorage.clear()")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [e for e in driver.get_log("browser") if e["level"] == "SEVERE"] == []


def panel(browser: Any) -> str:
    return str(browser.find_element("id", "panel-body").text)


def false_claim(judged: Judged) -> Any:
    return next(c for c in judged.verdict.claims if c.verdict == "false" and c.line_start == 12)


def button(browser: Any, claim: Any) -> Any:
    return browser.find_element("css selector", f'.talk button[data-claim="c1-{claim.id}"]')


def test_a_click_on_a_claim_shows_its_witness(browser: Any, judged: Judged) -> None:
    claim = false_claim(judged)
    found = button(browser, claim)
    assert found.find_elements("tag name", "math")  # the formula itself is the button
    assert "false" in found.get_attribute("aria-label")
    found.click()
    said = panel(browser)
    assert claim.reason.split(".")[0] in said
    for name, value in claim.witness["at"].items():
        first = value[0] if isinstance(value, list) else value
        assert name in said and str(first) in said
    for row in ("witness", "left side", "right side", "right is", "strength"):
        assert row in said
    assert "open" in found.get_attribute("class").split()


def test_by_keyboard_a_claim_is_opened_walked_on_from_and_closed(browser: Any, judged: Judged) -> None:
    from selenium.webdriver.common.keys import Keys

    found = button(browser, false_claim(judged))
    browser.execute_script("arguments[0].focus()", found)
    found.send_keys(Keys.ENTER)
    assert "false" in panel(browser)
    assert browser.execute_script("return document.activeElement.closest('#panel-body') !== null")
    browser.switch_to.active_element.send_keys("j")
    following = panel(browser)
    browser.switch_to.active_element.send_keys("k")
    assert panel(browser) != following
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert "false" not in panel(browser)
    assert browser.execute_script("return document.activeElement === arguments[0]", found)


def test_filters_leave_the_claims_that_fit(browser: Any, judged: Judged) -> None:
    total = len(judged.verdict.claims)
    wrong = sum(c.verdict == "false" for c in judged.verdict.claims)
    for box in browser.find_elements("css selector", "#filters input[name=verdict]"):
        if box.get_attribute("value") != "false":
            box.click()
    assert browser.find_element("id", "count").text == f"{wrong} of {total} claims"
    lit = {b.get_attribute("data-claim") for b in browser.find_elements("css selector", ".talk button[data-claim]:not(.off)")}
    assert lit == {f"c1-{c.id}" for c in judged.verdict.claims if c.verdict == "false"}
    browser.find_element("css selector", "#filters button[type=reset]").click()
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert browser.find_element("id", "count").text == f"{total} of {total} claims"


def test_on_a_phone_nothing_is_wider_than_the_screen_and_the_panel_is_in_sight(browser: Any, judged: Judged) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 380, "height": 760, "deviceScaleFactor": 1, "mobile": True})
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 380
    browser.execute_script("arguments[0].click()", button(browser, false_claim(judged)))
    place = browser.execute_script("var r = document.getElementById('panel').getBoundingClientRect(); return [r.left, r.right, r.top, r.bottom]")
    left, right, top, bottom = place
    assert left >= 0 and right <= 380 and 0 <= top < bottom <= 760
    browser.find_element("id", "panel-close").click()
    assert not browser.find_element("id", "panel").is_displayed()


def test_dark_by_the_system_and_by_the_switch(browser: Any) -> None:
    def paper() -> int:
        rgb = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        return sum(int(x) for x in rgb.removeprefix("rgb(").removesuffix(")").split(","))

    light = paper()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    assert paper() < light / 2
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})
    switch = browser.find_element("id", "theme")
    switch.click()
    assert paper() < light / 2 and "dark" in switch.text
    switch.click()
    assert paper() == light and "light" in switch.text


def test_nothing_is_asked_of_the_network(browser: Any) -> None:
    import json

    sent = [m["params"]["request"]["url"] for e in browser.get_log("performance")
            if (m := json.loads(e["message"])["message"])["method"] == "Network.requestWillBeSent"]
    assert any(url.startswith("file:") for url in sent)
    assert [url for url in sent if not url.startswith(("file:", "data:", "chrome:"))] == []
