"""The site in a real browser: listen, read along, jump, find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher import demo
from publisher.workspace import Settings
from tests.browsing import chromium, publish_serve, wait_for, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EPISODE = "episodes/why-chapters-matter/index.html"
TIME = "document.getElementById('audio').currentTime"
PAUSED = "document.getElementById('audio').paused"
CURRENT = ".said [aria-current]"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example show, spoken by a machine."""
    pytest.importorskip(
        "espeakng_loader", reason="the synthetic voice (publisher[acoustic]) is not installed"
    )
    folder = tmp_path_factory.mktemp("demo")
    assert not demo.run(folder, Settings()).failed
    return folder


@pytest.fixture(scope="module")
def site(show: Path) -> Iterator[str]:
    with publish_serve(show) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    with watched(context, site) as tab:
        yield tab
    context.close()


@pytest.fixture
def episode(page: Page, site: str) -> Page:
    page.goto(site + EPISODE)
    return page


def position(page: Page) -> float:
    return float(page.evaluate(TIME))


def plays_from(page: Page, start: float) -> None:
    wait_for(page, f"{TIME} > {start + 0.05} && !{PAUSED}")
    assert position(page) < start + 6


def test_the_play_button_plays_and_pauses_the_example(episode: Page) -> None:
    button = episode.locator("#play")
    assert button.get_attribute("aria-label") == "播放"
    button.click()
    plays_from(episode, 0)
    assert button.get_attribute("aria-label") == "暂停"
    button.click()
    wait_for(episode, PAUSED)


def test_the_audio_is_heard(episode: Page) -> None:
    episode.locator("#play").click()
    plays_from(episode, 0)
    wait_for(episode, "document.getElementById('audio').webkitAudioDecodedByteCount > 10000")


def test_a_chapter_seeks_and_plays(episode: Page) -> None:
    chapter = episode.locator(".chapters a").nth(2)
    start = float(chapter.get_attribute("data-t") or 0)
    chapter.click()
    plays_from(episode, start)
    assert chapter.get_attribute("aria-current") == "true"
    assert episode.locator("#chapter").text_content() == chapter.locator("span").text_content()


def test_the_browser_knows_the_chapters_and_the_captions(episode: Page) -> None:
    kinds = "[...document.getElementById('audio').textTracks].map((track) => track.kind).join()"
    assert episode.evaluate(kinds) == "chapters,captions"
    episode.evaluate("for (const track of document.getElementById('audio').textTracks) track.mode = 'hidden'")
    wait_for(episode, "document.getElementById('audio').textTracks[0].cues?.length === 5")
    wait_for(episode, "document.getElementById('audio').textTracks[1].cues?.length > 50")


def test_a_click_on_a_sentence_plays_it_and_it_is_shown(episode: Page) -> None:
    sentence = episode.locator(".said [data-t]", has_text="欢迎收听《坐过站》")
    start = float(sentence.get_attribute("data-t") or 0)
    sentence.click()
    plays_from(episode, start)
    assert sentence.get_attribute("aria-current") == "true"
    assert episode.locator(CURRENT).count() == 1


def test_the_transcript_follows_the_audio(episode: Page) -> None:
    first = episode.locator(".said [data-t]").first
    second = episode.locator(".said [data-t]").nth(1)
    at = float(second.get_attribute("data-t") or 0)
    first.click()
    plays_from(episode, 0)
    episode.evaluate(f"document.getElementById('audio').currentTime = {at - 0.4}")
    wait_for(episode, "document.querySelectorAll('.said [data-t]')[1].hasAttribute('aria-current')")
    assert position(episode) >= at - 0.1


def test_the_word_that_is_said_is_marked(episode: Page) -> None:
    episode.locator(".said [data-t]", has_text="各位听众，再见！").click()
    word = "[...(CSS.highlights.get('word') ?? [])].map(String).join()"
    wait_for(episode, f"{word} !== ''")
    seen = str(episode.evaluate(word))
    assert seen in "各位听众，再见！"
    wait_for(episode, f"{word} !== '{seen}'")


def test_the_page_scrolls_with_what_is_said_but_not_against_the_reader(episode: Page) -> None:
    episode.locator("#play").click()
    plays_from(episode, 0)
    before = episode.evaluate("scrollY")
    episode.evaluate(f"{TIME} = 300")
    wait_for(episode, f"scrollY > {before} + 500")
    inside = "((box) => box.top > 0 && box.bottom < innerHeight)"
    wait_for(episode, f"{inside}(document.querySelector('{CURRENT}').getBoundingClientRect())")
    episode.mouse.move(640, 300)
    episode.mouse.wheel(0, -3000)
    episode.wait_for_timeout(500)
    place = episode.evaluate("scrollY")
    episode.evaluate(f"{TIME} = 400")
    episode.wait_for_timeout(700)
    assert episode.evaluate("scrollY") == place


@pytest.mark.parametrize(
    ("written", "seconds"), [("3:10", 190), ("190", 190), ("190.5s", 190.5), ("0:03:10", 190), ("3m10s", 190)]
)
def test_an_address_with_a_time_opens_there(page: Page, site: str, written: str, seconds: float) -> None:
    page.goto(f"{site}{EPISODE}#t={written}")
    wait_for(page, f"{TIME} === {seconds}")
    assert page.evaluate(PAUSED)
    box = page.locator(CURRENT).bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800


@pytest.mark.parametrize("written", ["", "abc", "1:99:99:99", "%00", "-5", "Infinity", "1e9"])
def test_an_address_with_a_time_that_is_none_opens_all_the_same(page: Page, site: str, written: str) -> None:
    page.goto(f"{site}{EPISODE}#t={written}")
    assert page.locator("#controls").is_visible()
    assert 0 <= position(page) <= 542


def test_a_time_in_the_address_may_change_while_the_page_is_open(episode: Page) -> None:
    episode.evaluate("location.hash = '#t=2:00'")
    wait_for(episode, f"{TIME} === 120")


def test_the_link_to_this_moment_leads_back_to_it(episode: Page, site: str) -> None:
    episode.evaluate(f"{TIME} = 200")
    wait_for(episode, "document.getElementById('now').textContent === '03:20'")
    episode.locator("#share").click()
    link = episode.locator("#status a")
    assert link.get_attribute("href") == f"{site}{EPISODE}#t=03:20"


def test_the_keyboard_is_enough(episode: Page) -> None:
    episode.locator("#position").focus()
    episode.keyboard.press(" ")
    plays_from(episode, 0)
    episode.keyboard.press(" ")
    wait_for(episode, PAUSED)
    episode.keyboard.press("Home")
    episode.keyboard.press("ArrowRight")
    episode.keyboard.press("ArrowRight")
    wait_for(episode, f"{TIME} === 10")
    episode.keyboard.press("PageDown")
    second = float(episode.locator(".chapters a").nth(1).get_attribute("data-t") or 0)
    wait_for(episode, f"Math.abs({TIME} - {second}) < 0.01")
    episode.keyboard.press("ArrowDown")
    assert position(episode) > second
    episode.keyboard.press("ArrowUp")
    wait_for(episode, f"Math.abs({TIME} - {second}) < 0.01")
    value = episode.locator("#position").get_attribute("aria-valuetext")
    assert value == "01:23 / 09:01"


def test_the_speed_and_the_position_are_remembered(episode: Page) -> None:
    episode.locator("#speed").select_option("1.5")
    assert episode.evaluate("document.getElementById('audio').playbackRate") == 1.5
    episode.evaluate("location.hash = '#t=100'")
    episode.locator("#play").click()
    plays_from(episode, 100)
    episode.locator("#play").click()
    wait_for(episode, PAUSED)
    left = position(episode)
    episode.goto(episode.url.split("#")[0])
    wait_for(episode, f"Math.abs({TIME} - {left}) < 0.2")
    assert episode.evaluate("document.getElementById('audio').playbackRate") == 1.5


def test_the_phone_is_told_what_plays(episode: Page) -> None:
    told = "[navigator.mediaSession.metadata.title, navigator.mediaSession.metadata.album].join('|')"
    assert episode.evaluate(told) == "没人听完的后半集：章节、文字稿与RSS怎么把听众留到终点站|坐过站"


@pytest.mark.parametrize(
    "query", ["豆腐", "聲學老師", "AntennaPod", "antenna", "Ｓｍａｒｔ speed", "podcasting 2.0"]
)
def test_a_search_finds_and_plays(page: Page, site: str, query: str) -> None:
    page.goto(site)
    page.locator(".top input").fill(query)
    page.locator(".top button").click()
    page.wait_for_url(re.compile("/search/"))
    result = page.locator(".mentions .at").first
    result.wait_for()
    assert page.locator(".mentions mark").count() > 0
    start = float((result.get_attribute("href") or "").split("#t=")[1].removesuffix("&play"))
    result.click()
    page.wait_for_url(re.compile("/episodes/"))
    plays_from(page, start)


def test_a_search_for_what_nobody_says_finds_nothing(page: Page, site: str) -> None:
    page.goto(f"{site}search/index.html?q=量子纠缠")
    page.locator("#said", has_text="没有找到").wait_for()
    page.locator("#q").fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    page.locator("#said", has_text="没有找到").wait_for()


def test_an_entitys_page_plays_where_it_is_said(page: Page, site: str) -> None:
    page.goto(f"{site}products/whisper/index.html")
    place = page.locator(".mentions li").first
    assert "Whisper" in (place.text_content() or "")
    place.locator("a").click()
    page.wait_for_url(re.compile("/episodes/"))
    wait_for(page, f"{TIME} > 180 && !{PAUSED}")
    assert "Whisper" in (page.locator(CURRENT).text_content() or "")


def test_without_javascript_there_are_the_audio_chapters_and_the_transcript(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    with watched(context, site) as tab:
        tab.goto(site + EPISODE)
        assert tab.locator("audio[controls]").is_visible()
        assert not tab.locator("#controls").is_visible()
        assert tab.locator(".chapters a").count() == 5
        assert re.search(r"\.m4a#t=[\d.]+$", tab.locator(".chapters a").nth(1).get_attribute("href") or "")
        assert (
            tab.locator(".said", has_text="那倒过来")
            .or_(tab.locator(".said", has_text="倒过来"))
            .is_visible()
        )
        tab.goto(f"{site}search/index.html")
        assert "JavaScript" in (tab.locator("main").text_content() or "")
    context.close()


def test_the_embedded_player_plays(page: Page, site: str) -> None:
    page.goto(site + EPISODE.replace("index", "embed"))
    page.locator("#play").click()
    plays_from(page, 0)


@pytest.mark.parametrize("path", ["index.html", EPISODE, "search/index.html?q=RSS", "products/index.html"])
def test_pages_fit_a_phone(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    with watched(context, site) as tab:
        tab.goto(site + path)
        tab.wait_for_timeout(200)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        boxes = (
            "[...document.querySelectorAll('.buttons > *')].map((each) => each.getBoundingClientRect().right)"
        )
        assert all(right <= 360 for right in tab.evaluate(boxes))
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "index.html", EPISODE, EPISODE.replace("index", "embed"), "search/index.html?q=RSS",
        "products/whisper/index.html", "products/index.html", "tags/open-rss/index.html", "404.html",
    ],
)  # fmt: skip
def test_axe_finds_nothing(browser: Browser, site: str, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    with watched(context, site) as tab:
        tab.goto(site + path)
        if path == EPISODE:
            tab.locator("#u4 [data-t]").first.click()
            wait_for(tab, f"{TIME} > 1")
        tab.wait_for_timeout(200)
        found = Axe().run(
            tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert [
            (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found.response["violations"]
        ] == []
    context.close()


def test_a_page_that_is_open_is_loaded_again_when_the_show_changes(show: Path, browser: Browser) -> None:
    context = browser.new_context()
    with publish_serve(show) as address, watched(context, address) as tab:
        tab.goto(address)
        path = show / "podcast.toml"
        before = path.read_text(encoding="utf-8")
        tab.wait_for_timeout(500)
        path.write_text(before.replace('author = "坐过站"', 'author = "另一个人"'), encoding="utf-8")
        tab.locator(".foot", has_text="另一个人").wait_for()
        path.write_text(before, encoding="utf-8")
        tab.locator(".foot", has_text="坐过站").wait_for()
    context.close()
