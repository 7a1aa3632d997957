"""The report: one HTML file that shows an alignment and plays it."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import wave
from array import array
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from publisher.align.mishearings import Mishearing
from publisher.align.report import relative_href, report_html
from publisher.align.report.peaks import COLUMNS, peaks
from publisher.align.report.states import State, doubts, places
from publisher.errors import MediaError
from publisher.model import ColdOpen, Mark, Method, Timeline, Transcript
from tests.builders import timeline, transcript

RATE = 8_000
SECONDS = 40
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\x00\u202e"
VOID = {"meta", "link", "br", "img", "path", "input"}
TALK = transcript(
    ("开场", (("小苏", "大家好，欢迎收听。"), ("老修", "新年快乐！"), ("小苏", "这一句没有录进去。"))),
    ("正题", (("老修", "我们来聊聊市场。"), ("", "好的，请说。"))),
)


def times(*, threshold_broken: bool = True) -> Timeline:
    """Matched, interpolated, absent, unsure and pinned, one turn each; forty seconds."""
    plain = timeline(
        TALK,
        spans=[(1_000, 9_000), (9_000, 12_000), None, (20_000, 30_000), (30_000, 38_000)],
        duration=SECONDS * 1_000,
        marks={0: (Mark(0, 1_000), Mark(4, 4_500))},
        confidences={1: 0.3},
    )
    first, second, third, fourth, fifth = plain.turns
    turns = (
        first,
        replace(second, method=Method.INTERPOLATED, confidence=0.2),
        third,
        replace(fourth, confidence=0.3 if threshold_broken else 0.9),
        replace(fifth, method=Method.PINNED, confidence=1.0),
    )
    return replace(plain, turns=turns)


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of silence, then twenty of a tone."""
    path = tmp_path_factory.mktemp("a folder") / "a talk #1.wav"
    tone = [round(16_000 * math.sin(k / 3)) for k in range(RATE * SECONDS // 2)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(RATE * SECONDS) + array("h", tone).tobytes())
    return path


def report(
    audio: Path,
    *,
    of: Transcript = TALK,
    found: Timeline | None = None,
    title: str = "第一期",
    href: str = "./talk.wav",
    language: str = "zh-CN",
    mishearings: tuple[Mishearing, ...] = (),
) -> str:
    return report_html(
        of,
        found or times(),
        title=title,
        audio=audio,
        audio_href=href,
        threshold=0.5,
        language=language,
        mishearings=mishearings,
    )


class Read(HTMLParser):
    """A page as a list of elements; fails on tags that do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and set(kind.split()) <= set(attributes.get("class", "").split())
        ]

    def text(self, within: str) -> str:
        return "".join(text for path, text in self.texts if within in path)


# -- the page -----------------------------------------------------------------------------------------


def test_the_page_needs_nothing_but_the_audio(audio: Path) -> None:
    page = Read(report(audio))
    addresses = [
        attributes[name] for _, attributes in page.elements for name in ("src", "href") if name in attributes
    ]
    assert addresses
    assert all(address.startswith("./talk.wav") for address in addresses)
    assert "url(" not in page.text("style")
    assert "@import" not in page.text("style")
    assert not page.all("link")


def test_its_policy_allows_its_own_script_and_no_other(audio: Path) -> None:
    page = Read(report(audio))
    digest = hashlib.sha256(page.text("script").encode("utf-8")).digest()
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert f"script-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_same_input_gives_the_same_page(audio: Path) -> None:
    assert report(audio) == report(audio)


def test_every_turn_is_drawn_by_its_state_and_place(audio: Path) -> None:
    drawn = Read(report(audio)).all("a", "turn")
    assert [link["class"] for link in drawn] == [
        "turn matched",
        "turn interpolated",
        "turn absent",
        "turn unsure",
        "turn pinned",
    ]
    assert [link["data-start"] for link in drawn] == ["1.0", "9.0", "12.0", "20.0", "30.0"]
    assert [link["href"] for link in drawn] == [
        f"./talk.wav#t={start}" for start in ("1.0", "9.0", "12.0", "20.0", "30.0")
    ]
    assert drawn[0]["style"] == "left:2.5%;width:20.0%"
    assert all(link["aria-label"] for link in drawn)


def test_the_legend_names_every_pattern(audio: Path) -> None:
    page = Read(report(audio, language="en"))
    assert [span["class"] for span in page.all("span", "swatch")][: len(State)] == [
        f"swatch {state}" for state in State
    ]
    for name in ("matched", "not sure", "interpolated", "pinned", "not in the audio"):
        assert name in page.text("ul")


def test_the_sections_are_listed_as_the_command_prints_them(audio: Path) -> None:
    cells = re.findall(r"<tr[^>]*>(.*?)</tr>", report(audio, language="en").split('id="h-sections"')[1])
    rows = [re.sub(r"<[^>]+>", "|", row) for row in cells[1:3]]
    assert [[cell for cell in row.split("|") if cell] for row in rows] == [
        ["00:01", "0.90", "captions", "开场"],
        ["00:20", "0.30", "captions", "正题"],
    ]


def test_doubtful_places_are_listed_with_a_link_from_shortly_before(audio: Path) -> None:
    page = report(audio, language="en").split('id="h-check"')[1].split("</section>")[0]
    assert re.findall(r'<li class="(\w+)">', page) == ["interpolated", "absent", "unsure"]
    assert re.findall(r'data-start="([\d.]+)"', page) == ["7.0", "10.0", "18.0"]
    assert "A chapter begins here: 正题" in page


def test_where_nothing_is_doubtful_the_page_says_so(audio: Path) -> None:
    calm = timeline(TALK, duration=SECONDS * 1_000, spans=[(k * 8_000, k * 8_000 + 8_000) for k in range(5)])
    assert "Nothing: every turn was found in the audio." in report(audio, found=calm, language="en")


def test_mishearings_are_shown_with_names_marked(audio: Path) -> None:
    rows = (Mishearing("豆包", "豆宝", 3, 9_000, name=True), Mishearing("经理", "精理", 1, 1_000, name=False))
    page = report(audio, mishearings=rows).split('id="h-misheard"')[1].split("</section>")[0]
    assert page.index("豆包") < page.index("经理")
    assert page.count('class="badge"') == 1
    assert re.findall(r'data-start="([\d.]+)"', page) == ["7.0", "0.0"]


def test_without_mishearings_their_table_is_hidden(audio: Path) -> None:
    assert '<section aria-labelledby="h-misheard" hidden>' in report(audio)


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("zh-CN", "要核对的地方"),
        ("zh-Hant-TW", "要核对的地方"),
        ("en", "What to check"),
        ("", "要核对的地方"),
    ],
)
def test_headings_are_in_the_language_of_the_talk(audio: Path, language: str, heading: str) -> None:
    assert heading in Read(report(audio, language=language)).text("h2")


def test_each_clause_of_a_turn_has_its_time(audio: Path) -> None:
    page = Read(report(audio))
    assert [span["data-start"] for span in page.all("span") if "data-start" in span] == ["1.0", "4.5"]
    assert "大家好，欢迎收听。" in page.text("details")


def test_an_empty_transcript_gives_a_page_without_turns(audio: Path) -> None:
    empty = Transcript(())
    page = Read(report(audio, of=empty, found=Timeline("captions", SECONDS * 1_000, (), ())))
    assert not page.all("a", "turn")
    assert page.all("audio")


# -- strangers' text ----------------------------------------------------------------------------------


def test_hostile_text_stays_text(audio: Path) -> None:
    of = transcript((HOSTILE, ((HOSTILE, HOSTILE), (HOSTILE, HOSTILE))))
    found = timeline(of, spans=[(0, 9_000), None], confidence=0.1, duration=40_000)
    page = report(
        audio,
        of=of,
        found=replace(found, engine=HOSTILE),
        title=HOSTILE,
        language=HOSTILE,
        mishearings=(Mishearing(HOSTILE, HOSTILE, 1, 0, name=True),),
    )
    read = Read(page)
    assert not read.all("img")
    assert len(read.all("script")) == 1
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)
    assert "</script><img src=x onerror=alert(1)>" in read.text("h1")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", page)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "\x01java\tscript:x"]
)
def test_an_address_that_is_none_of_a_file_or_server_is_made_relative(audio: Path, href: str) -> None:
    page = Read(report(audio, href=href))
    assert page.all("audio")[0]["src"].startswith("./")
    assert all(link["href"].startswith("./") for link in page.all("a"))


@pytest.mark.parametrize("href", ["a/b:c.m4a", "../x.m4a", "https://example.org/a.m4a?t=1", "file:///a.m4a"])
def test_any_other_address_is_kept(audio: Path, href: str) -> None:
    assert Read(report(audio, href=href)).all("audio")[0]["src"] == href


def test_quotes_in_an_address_do_not_end_the_attribute(audio: Path) -> None:
    page = Read(report(audio, href='./a".wav?x=<y>'))
    assert page.all("audio")[0]["src"] == './a".wav?x=<y>'


def test_the_way_to_the_audio_is_relative_and_escaped(tmp_path: Path) -> None:
    page = tmp_path / "reports" / "r.html"
    assert relative_href(tmp_path / "a #1?.m4a", page) == "./../a%20%231%3F.m4a"
    assert relative_href(tmp_path / "reports" / "播.m4a", page) == "./%E6%92%AD.m4a"


def test_audio_that_cannot_be_decoded_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.wav"
    path.write_bytes(b"no audio")
    with pytest.raises(MediaError):
        report(path)


# -- what is drawn ------------------------------------------------------------------------------------


def test_peaks_follow_the_loudness(audio: Path) -> None:
    found = peaks(audio, SECONDS * 1_000)
    half = COLUMNS // 2
    assert len(found.highest) == len(found.mean) == COLUMNS
    assert found.highest[: half - 5].max() < 0.01
    assert found.highest[half + 5 :].min() == pytest.approx(16_000 / 32_768, abs=0.02)
    assert found.mean[half + 5 : -5].mean() == pytest.approx(16_000 / 32_768 / math.sqrt(2), abs=0.02)


@pytest.mark.parametrize("duration", [1, 39_000, 80_000])
def test_peaks_bear_a_length_that_is_not_the_files(audio: Path, duration: int) -> None:
    found = peaks(audio, duration)
    assert 0 < found.highest.max() <= 1
    assert (found.highest >= 0).all()


def test_neighbours_in_the_same_doubt_are_one_place() -> None:
    of = transcript(("A", [("", "一"), ("", "二"), ("", "三"), ("", "四")]), ("B", [("", "五")]))
    found = doubts(of, timeline(of, spans=[(0, 1_000), None, None, (2_000, 3_000), None]), 0.5)
    assert [(doubt.state, doubt.turns, doubt.at, doubt.section) for doubt in found] == [
        (State.ABSENT, (1, 2), 1_000, None),
        (State.ABSENT, (4,), 3_000, 1),
    ]


def test_an_absent_turn_stands_where_the_one_before_it_ends() -> None:
    of = transcript(("A", [("", "一"), ("", "二"), ("", "三")]))
    assert places(timeline(of, spans=[None, (500, 900), None])) == [0, 500, 900]


def test_a_turn_of_the_cold_open_tells_where_it_comes_again(audio: Path) -> None:
    found = replace(times(), cold_open=(ColdOpen(0, (3,)), ColdOpen(1, (2,))))
    page = report(audio, found=found, language="en")
    assert 'Cold open; it comes again at: <a class="play" href="./talk.wav#t=20.0"' in page
    assert "Cold open; it comes again at: not in the audio" in page
    assert "Cold open" not in report(audio, language="en")
