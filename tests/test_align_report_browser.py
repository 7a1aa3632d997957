"""The report of an alignment in a browser: it plays what is clicked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher.align.report import relative_href
from tests.browsing import chromium, wait_for
from tests.test_align_report import audio, report  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("--autoplay-policy=no-user-gesture-required") as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, audio: Path) -> Iterator[Page]:  # noqa: F811
    """The report opened from disk; fails when the page reports an error."""
    path = audio.parent / "report.html"
    path.write_text(report(audio, href=relative_href(audio, path)), encoding="utf-8")
    faults: list[str] = []
    tab = browser.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.goto(path.as_uri())
    yield tab
    tab.close()
    assert faults == []


def position(page: Page) -> float:
    return float(page.evaluate("document.getElementById('audio').currentTime"))


def playing_from(page: Page, start: float) -> bool:
    wait_for(page, f"document.getElementById('audio').currentTime > {start}")
    return start < position(page) < start + 5 and not page.evaluate("document.getElementById('audio').paused")


def test_a_click_on_a_turn_plays_it_and_shows_its_text(page: Page) -> None:
    page.locator(".turns .unsure").click()
    assert playing_from(page, 20)
    assert page.locator("#now").text_content() == "老修 我们来聊聊市场。"
    assert page.locator(".turns .unsure").get_attribute("aria-current") == "true"
    assert page.locator("#cursor").is_visible()


def test_a_click_on_the_waveform_plays_from_there(page: Page) -> None:
    box = page.locator("#wave").bounding_box()
    assert box
    page.locator("#wave").click(position={"x": box["width"] / 2, "y": 10})
    assert playing_from(page, 19.5)


def test_the_keyboard_goes_from_turn_to_turn_and_plays(page: Page) -> None:
    page.locator(".turns a").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert playing_from(page, 20)


def test_the_playing_position_moves_by_keyboard(page: Page) -> None:
    page.locator("#wave").focus()
    wait_for(page, "document.getElementById('audio').readyState > 0")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    wait_for(page, "document.getElementById('audio').currentTime === 5")
    assert page.locator("#wave").get_attribute("aria-valuenow") == "5"


def test_zooming_in_widens_the_picture_and_out_again(page: Page) -> None:
    width = "document.getElementById('axis').offsetWidth"
    before = page.evaluate(width)
    page.locator("#in").click()
    assert page.evaluate(width) == pytest.approx(2 * before, abs=2)
    page.locator("#out").click()
    assert page.evaluate(width) == before


def test_the_page_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
