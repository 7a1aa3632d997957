"""`publish check`: a good show has no findings, and each rule names exactly what breaks it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from publisher.chapters import FORMATS, PUBLISHED, About
from publisher.checking import PROFILES, RULES, check
from publisher.checking.show import picture_size
from publisher.cli.app import app
from publisher.errors import UsageError
from publisher.feed import rss
from publisher.model import Chapter, Cue, Span
from publisher.transcripts import WRITERS
from tests.conftest import PODCAST_TOML
from tests.published import (
    BASE,
    CHAPTERS,
    CUES,
    EPISODE,
    GUID,
    SHOW,
    Break,
    all_of,
    codes,
    feed,
    file,
    gone,
    write_item,
)
from tests.standin.fixtures import make_picture


def _grow(output: Path) -> None:
    with (output / "media/two.m4a").open("ab") as file:
        file.write(b"\0\0\0\x08free")


def _retitled(output: Path) -> None:
    path = output / "media/two.m4a"
    content = path.read_bytes()
    assert content.count("市场".encode()) == 2
    path.write_bytes(content.replace("市场".encode(), "市长".encode()))


def _plain(output: Path) -> None:
    (output / "cover.jpg").rename(output / "cover-plain.jpg")


def _renamed(output: Path) -> None:
    (output / "cover.jpg").rename(output / "cover.png")


def _damage(output: Path) -> None:
    path = output / "media/two.m4a"
    path.write_bytes(b"<html>" + bytes(path.stat().st_size - 6))


def _swap_items(output: Path) -> None:
    path = output / "feed.xml"
    head, first, second, tail = re.split(r"(?=<item>)|(?=</channel>)", path.read_text(encoding="utf-8"))
    path.write_text(head + second + first + tail, encoding="utf-8")


def make_grey(path: Path) -> None:
    """Write a cover without colours."""
    from PIL import Image

    Image.new("L", (1_400, 1_400), 90).save(path, "JPEG")


MUTATIONS: list[tuple[str, Break]] = [
    ("feed-missing", gone("feed.xml")),
    ("feed-not-xml", feed("</channel>", "")),
    ("feed-declaration", feed(r"\A<\?xml[^>]*>\s*", "")),
    ("feed-namespace", feed("modules/content/", "modules/content")),
    ("show-title", feed("<title>公园闲谈</title>", "<title> </title>")),
    ("show-description", feed(r"(?<=<channel>)(.*?)<description>.*?</description>", r"\1")),
    ("show-link", feed("<link>https://example.org/</link>", "")),
    ("show-language", feed("<language>zh-CN", "<language>Chinese (simplified)")),
    ("show-category", feed('text="Technology"', 'text="Tech"')),
    ("show-category", feed('<itunes:category text="Technology"/>', "")),
    ("show-image", feed(r"<itunes:image [^>]*>(</itunes:image>)?", "")),
    ("show-image-plain", all_of(feed("cover.jpg", "cover-plain.jpg", count=0), _plain)),
    ("show-image-size", lambda output: make_picture(output / "cover.jpg", 1399, 1400)),
    ("show-image-type", lambda output: (output / "cover.jpg").write_bytes(b"GIF89a")),
    ("show-image-type", all_of(feed("cover.jpg", "cover.png", count=0), _renamed)),
    ("show-author", feed(r"<itunes:author>.*?</itunes:author>", "")),
    ("show-self-link", feed('rel="self"', 'rel="alternate"')),
    ("show-guid", feed("(<podcast:guid>)", r"\1x")),
    ("show-locked", feed(r"(<podcast:locked[^>]*>)yes", r"\1perhaps")),
    ("show-owner", feed(r"<itunes:owner>.*?</itunes:owner>", "")),
    ("show-empty", feed(r"<item>.*</item>", "")),
    ("item-title", feed("<title>Talk two</title>", "")),
    ("item-guid", feed(r"<guid.*?</guid>", "")),
    ("item-guid-repeated", feed("guid-two", "guid-one")),
    ("item-guid-permalink", feed('isPermaLink="false"', 'isPermaLink="true"')),
    ("item-date", feed(r"<pubDate>\w{3}", "<pubDate>Mon")),
    ("item-date", feed(r"<pubDate>.*?</pubDate>", "")),
    ("item-order", _swap_items),
    ("item-duration", feed("<itunes:duration>36", "<itunes:duration>36.5 s")),
    ("item-number", feed("<itunes:duration>", "<itunes:episode>0</itunes:episode><itunes:duration>")),
    ("item-number", feed("<itunes:duration>", "<itunes:season>two</itunes:season><itunes:duration>")),
    ("word-unknown", feed("<itunes:type>episodic", "<itunes:type>weekly")),
    ("word-unknown", feed("<itunes:episodeType>full", "<itunes:episodeType>whole")),
    ("word-unknown", feed("<itunes:type>", "<itunes:block>true</itunes:block><itunes:type>")),
    ("explicit-value", feed("<itunes:explicit>false", "<itunes:explicit>no")),
    ("description-long", feed("每周一次的谈话。", "好" * 1_334)),
    ("value-long", feed("<title>Talk two", "<title>" + "T" * 256)),
    ("value-blank", feed("<title>Talk two", "<title> Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>公园闲谈: Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>第十二期 Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>Ep. 2: Talk")),
    ("show-image-colour", lambda output: make_grey(output / "cover.jpg")),
    ("address-not-ascii", feed("<link>https://example.org/</link>", "<link>https://example.org/节目</link>")),
    ("address-not-https", feed("<link>https://example.org/</link>", "<link>http://example.org/</link>")),
    ("link-broken", gone("cover.jpg")),
    ("link-broken", gone(f"{EPISODE}/transcript.txt")),
    ("link-broken", file(f"{EPISODE}/notes.html", "</body>", f'<a href="{BASE}/none.html">x</a></body>')),
    ("enclosure-none", feed(r"<enclosure[^>]*>", "")),
    ("enclosure-repeated", feed(r"<enclosure[^>]*>(.*)(<enclosure[^>]*>)", r"\2\1\2")),
    ("enclosure-length", _grow),
    ("enclosure-type", feed("audio/x-m4a", "audio/mpeg")),
    ("enclosure-type-unlisted", feed("audio/x-m4a", "audio/mp4")),
    ("enclosure-duration", feed("<itunes:duration>36", "<itunes:duration>39")),
    ("enclosure-damaged", _damage),
    ("chapters-unreadable", file(f"{EPISODE}/chapters.psc.xml", "</psc:chapters>", "")),
    ("chapters-missing", gone(f"{EPISODE}/chapters.ffmetadata")),
    ("chapters-differ", file(f"{EPISODE}/chapters.psc.xml", "00:00:24.500", "00:00:24.400")),
    ("chapters-differ", file(f"{EPISODE}/chapters.vtt", "再见", "再见！")),
    ("chapters-differ", file(f"{EPISODE}/chapters.youtube.txt", r"00:12 [^\n]*\n", "")),
    ("chapters-unreadable", feed('<psc:chapter start="00:00:24.500"', '<psc:chapter start="soon"')),
    ("chapters-differ", feed('<psc:chapter start="00:00:24.500"', '<psc:chapter start="00:00:24.400"')),
    ("chapters-in-audio-differ", _retitled),
    ("chapters-in-notes-differ", feed(r"(<content:encoded>.*?)\(00:00:12\)", r"\1(00:00:13)")),
    ("soundbite-times", feed('startTime="20.5"', 'startTime="22.5"')),
    ("soundbite-times", feed('duration="15.5"', "")),
    (
        "transcript-unreadable",
        file(f"{EPISODE}/transcript.json", '"segments"', '"pieces"'),
    ),
    ("transcript-unreadable", file(f"{EPISODE}/transcript.vtt", "WEBVTT", "VTT")),
    (
        "transcript-order",
        file(f"{EPISODE}/transcript.srt", "00:00:04,000 --> 00:00:09,000", "00:00:00,000 --> 00:00:09,000"),
    ),
    ("transcript-differ", file(f"{EPISODE}/transcript.srt", "--> 00:00:09,000", "--> 00:00:08,000")),
    ("transcript-type", feed('type="application/x-subrip"', 'type="text/srt"')),
]


def test_a_good_show_has_no_findings(good: Path) -> None:
    assert check(good, BASE) == ()


@pytest.mark.parametrize(
    ("code", "change"), MUTATIONS, ids=[f"{n}-{code}" for n, (code, _) in enumerate(MUTATIONS)]
)
def test_what_is_broken_is_named_and_nothing_else(output: Path, code: str, change: Break) -> None:
    change(output)
    assert set(codes(output)) == {code}


def _late(name: str) -> Break:
    """Move the last time of every file far past the end of the audio."""

    def change(output: Path) -> None:
        folder = output / EPISODE
        late = (*CHAPTERS[:2], Chapter(90_000, 95_000, "再见"))
        about = About("", "", 36_000)
        if name == "chapters":
            for each in PUBLISHED:
                (folder / FORMATS[each].filename).write_text(
                    FORMATS[each].write(late, about), encoding="utf-8"
                )
            feed(r"(<content:encoded>.*?)\(00:00:24\)", r"\1(00:01:30)")(output)
            feed('<psc:chapter start="00:00:24.500"', '<psc:chapter start="00:01:30.000"')(output)
        else:
            cues = (CUES[0], Cue(Span(4_000, 90_000), "", "x"))
            for writer in WRITERS.values():
                (folder / writer.filename).write_text(writer.write(cues, about), encoding="utf-8")

    return change


@pytest.mark.parametrize("name", ["chapters", "transcript"])
def test_times_past_the_end_of_the_audio_are_named_and_nothing_else(output: Path, name: str) -> None:
    _late(name)(output)
    assert set(codes(output)) - {"chapters-in-audio-differ"} == {f"{name}-past-end"}


@pytest.fixture(scope="module")
def long(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good show with so many more episodes that two archive pages are needed."""
    output = tmp_path_factory.mktemp("long") / "output"
    shutil.copytree(good, output)
    items = [write_item(output, f"old{n}", -n) for n in range(16)]
    made = rss.render(replace(SHOW, feed_limit=10), tuple(items), guid=GUID, cover_url=f"{BASE}/cover.jpg")
    for name, content in made.items():
        (output / name).write_bytes(content)
    return output


PAGED: list[tuple[str, Break]] = [
    ("feed-page-missing", gone("feed-1.xml")),
    ("feed-not-xml", file("feed-1.xml", "</channel>", "")),
    ("feed-declaration", file("feed-2.xml", r"\A<\?xml[^>]*>\s*", "")),
    ("show-self-link", file("feed-2.xml", 'rel="self"', 'rel="alternate"')),
    ("item-title", file("feed-1.xml", "<title>Talk old15</title>", "")),
    ("feed-page-links", file("feed-2.xml", 'rel="current"', 'rel="now"')),
    ("feed-page-links", file("feed.xml", 'rel="last"', 'rel="lost"')),
    ("feed-page-links", file("feed-1.xml", "<fh:archive/>", "")),
    (
        "feed-page-links",
        file("feed-2.xml", '(prev-archive" href="[^"]*)feed-1', r"\1feed-2"),
    ),
    ("item-guid-repeated", file("feed-1.xml", "guid-old15", "guid-old1")),
]


def test_a_good_long_show_has_no_findings(long: Path) -> None:
    assert sorted(path.name for path in long.glob("feed*.xml")) == ["feed-1.xml", "feed-2.xml", "feed.xml"]
    assert check(long, BASE) == ()


@pytest.mark.parametrize(("code", "change"), PAGED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(PAGED)])
def test_what_is_broken_in_an_archive_page_is_named_and_nothing_else(
    long: Path, tmp_path: Path, code: str, change: Break
) -> None:
    output = Path(shutil.copytree(long, tmp_path / "output"))
    change(output)
    assert set(codes(output)) == {code}


def test_every_finding_says_where_what_to_do_and_who_says_so(output: Path) -> None:
    all_of(feed("<language>zh-CN", "<language>?"), gone(f"{EPISODE}/chapters.vtt"))(output)
    findings = check(output, BASE)
    assert findings
    for finding in findings:
        assert finding.where
        assert finding.what.endswith(".")
        assert finding.remedy.endswith(".")
        assert finding.source


def test_a_profile_counts_its_own_rules_and_what_is_true_or_false(output: Path) -> None:
    all_of(feed(r"<itunes:owner>.*?</itunes:owner>", ""), gone("cover.jpg"))(output)
    assert codes(output, "psp1") == ["link-broken"]
    assert codes(output, "youtube") == ["show-owner", "link-broken"]
    assert set(PROFILES) >= {profile for rule in RULES.values() for profile in rule.profiles}
    with pytest.raises(UsageError, match="vimeo"):
        check(output, BASE, "vimeo")


def test_chapter_lists_are_judged_for_the_platforms(output: Path) -> None:
    two = CHAPTERS[:2]
    for slug in ("one", "two"):
        for name in PUBLISHED:
            path = output / "episodes" / slug / FORMATS[name].filename
            path.write_text(FORMATS[name].write(two, About("", "", 36_000)), encoding="utf-8")
    feed(r"<br>\(00:00:24\) 再见", "", count=0)(output)
    feed(r'<psc:chapter start="00:00:24.500"[^>]*/>', "", count=0)(output)
    found = [code for code in codes(output, "youtube") if code != "chapters-in-audio-differ"]
    assert found == ["youtube-chapter-few"] * 2
    assert set(codes(output, "psp1")) == {"chapters-in-audio-differ"}


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_show_damaged_anywhere_is_checked_to_the_end(good: Path, output: Path, data: st.DataObject) -> None:
    names = ["feed.xml", *(f"{EPISODE}/{path.name}" for path in sorted((good / EPISODE).iterdir()))]
    name = data.draw(st.sampled_from(names))
    content = (good / name).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    until = data.draw(st.integers(at, min(len(content), at + 40)))
    new = data.draw(
        st.binary(max_size=8) | st.text('<>&;:=/"[]{}0123456789-.,e', max_size=12).map(str.encode)
    )
    (output / name).write_bytes(content[:at] + new + content[until:])
    assert all(finding.remedy for finding in check(output, BASE))
    (output / name).write_bytes(content)


def test_a_name_that_leads_out_of_the_folder_is_a_broken_link(output: Path) -> None:
    (output.parent / "secret.txt").write_text("x", encoding="utf-8")
    feed("cover.jpg", "../secret.txt", count=0)(output)
    assert codes(output) == ["link-broken"]


def test_pictures_say_their_size() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + b"\xff\xc0\x00\x11\x08\x05\x78\x05\x79" + bytes(20)
    assert picture_size(jpeg) == (0x579, 0x578)
    assert picture_size(b"\xff\xd8") is None
    assert picture_size(b"") is None


def test_the_command_tells_findings_and_fails_on_errors_only(output: Path, tmp_path: Path) -> None:
    toml = PODCAST_TOML.replace("https://example.com/podcast", BASE)
    (tmp_path / "podcast.toml").write_text(toml, encoding="utf-8")
    run = CliRunner().invoke
    result = run(app, ["check", "-C", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings.\n")
    feed("(<podcast:guid>)", r"\1x")(output)
    assert run(app, ["check", "-C", str(tmp_path)]).exit_code == 0
    gone("cover.jpg")(output)
    result = run(app, ["check", "-C", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert {finding["code"] for finding in json.loads(result.stdout)} == {"show-guid", "link-broken"}
    assert run(app, ["check", "-C", str(tmp_path), "--profile", "vimeo"]).exit_code == 2
