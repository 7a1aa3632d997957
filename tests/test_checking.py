"""`publish check`: a good show has no findings, and each rule names exactly what breaks it."""

from __future__ import annotations

import json
import re
import shutil
from codecs import BOM_UTF8
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


def make_cover(path: Path, mode: str = "RGB", side: int = 1_400, dpi: int = 72) -> None:
    """Write a picture of one colour, as its name says."""
    from PIL import Image

    colour = 90 if mode == "L" else (90, 20, 20)
    Image.new(mode, (side, side), colour).save(path, dpi=(dpi, dpi))


def _pictured(mode: str = "RGB", side: int = 1_400, name: str = "own.png") -> Break:
    """Give an episode a picture of its own."""
    image = f'<itunes:image href="{BASE}/{name}"/>'
    return all_of(
        lambda output: make_cover(output / name, mode, side),
        feed("<itunes:duration>", f"{image}<itunes:duration>"),
    )


def _encoded(encoding: str, said: str) -> Break:
    def change(output: Path) -> None:
        text = (output / "feed.xml").read_text(encoding="utf-8").replace("'UTF-8'", f"'{said}'", 1)
        (output / "feed.xml").write_bytes(text.encode(encoding))

    return change


def _atom(output: Path) -> None:
    text = "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>"
    (output / "feed.xml").write_text(text, encoding="utf-8")


def _other_ending(output: Path) -> None:
    (output / "media/two.m4a").rename(output / "media/two.aac")
    feed("two.m4a", "two.aac", count=0)(output)
    file(f"{EPISODE}/notes.html", "two.m4a", "two.aac", count=0)(output)


def _late(name: str) -> Break:
    """Move the last time of every file far past the end of the audio, which is not at hand: it has its own chapters."""

    def change(output: Path) -> None:
        folder = output / EPISODE
        feed('(<enclosure url=)"[^"]*"', r'\1"https://example.com/two.m4a"')(output)
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


MUTATIONS: list[tuple[str, Break]] = [
    ("feed-missing", gone("feed.xml")),
    ("feed-not-xml", feed("</channel>", "")),
    ("feed-declaration", feed(r"\A<\?xml[^>]*>\s*", "")),
    ("feed-not-rss", _atom),
    ("feed-not-rss", feed('version="2.0"', 'version="0.92"')),
    ("feed-not-rss", all_of(feed("<channel>", "<canal>"), feed("</channel>", "</canal>"))),
    ("feed-declaration", _encoded("utf-16", "UTF-16")),
    ("feed-declaration", _encoded("gb18030", "GB18030")),
    ("feed-namespace", feed("modules/content/", "modules/content")),
    ("feed-namespace", all_of(feed("xmlns:psc", "xmlns:ch"), feed("psc:", "ch:", count=0))),
    ("feed-namespace", feed('simple-chapters"', 'simple-chapters/"')),
    ("feed-namespace", feed("<rss ", '<rss xmlns:media="http://search.yahoo.com/mrss" ')),
    ("show-title", feed("<title>公园闲谈</title>", "<title> </title>")),
    ("show-description", feed(r"(?<=<channel>)(.*?)<description>.*?</description>", r"\1")),
    ("show-link", feed("<link>https://example.org/</link>", "")),
    ("show-link", feed("<link>https://example.org/</link>", f"<link>{BASE}/feed.xml</link>")),
    ("show-date", feed("<lastBuildDate>...", "<lastBuildDate>Mit")),
    ("show-date", feed("<language>", "<pubDate>2026-02-17</pubDate><language>")),
    *(
        ("show-copyright", feed("<language>", f"<copyright>{said}</copyright><language>"))
        for said in ("Copyright 公园", "© 公园", "2026 公园")
    ),
    ("tag-repeated", feed("(<podcast:guid>.*?</podcast:guid>)", r"\1\1")),
    ("tag-repeated", feed("(<podcast:podroll>.*</podcast:podroll>)", r"\1\1")),
    ("tag-repeated", feed("(<enclosure[^>]*>)", r"\1\1")),
    ("tag-repeated", feed("(<itunes:duration>.*?</itunes:duration>)", r"\1\1")),
    ("show-language", feed("<language>zh-CN", "<language>cn")),
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
    ("show-self-link", feed('rel="self" type="application/rss[+]xml"', 'rel="self" type="text/xml"')),
    ("show-self-link", feed('(<atom:link [^>]*rel="self"[^>]*/>)', r"\1\1")),
    ("show-guid", feed("(<podcast:guid>)", r"\1x")),
    ("show-locked", feed(r"(<podcast:locked[^>]*>)yes", r"\1perhaps")),
    ("show-owner", feed(r"<itunes:owner>.*?</itunes:owner>", "")),
    ("show-empty", feed(r"<item>.*</item>", "")),
    ("item-title", feed("<title>Talk two</title>", "")),
    ("item-description", feed(r"(<item>.*?)<description>.*?</description>", r"\1")),
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
    ("value-long", feed("<itunes:name>", "<itunes:name>" + "T" * 256)),
    ("description-tags", feed("<p>每周一次", "<h2>x</h2><p>每周一次")),
    ("description-tags", feed("(<item>.*?<description>...........)", r"\1<script>x</script>")),
    ("value-blank", feed("<itunes:email>", "<itunes:email> ")),
    ("value-blank", feed("<title>Talk two", "<title> Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>公园闲谈: Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>第十二期 Talk two")),
    ("item-title-repeats", feed("<title>Talk two", "<title>Ep. 2: Talk")),
    ("show-image-colour", lambda output: make_cover(output / "cover.jpg", "L")),
    ("show-image-density", lambda output: make_cover(output / "cover.jpg", dpi=300)),
    ("item-image", _pictured(side=1_399)),
    ("item-image", _pictured(side=3_001)),
    ("item-image", _pictured(mode="L")),
    ("item-image", all_of(_pictured(), lambda output: (output / "own.png").write_bytes(b"GIF89a"))),
    ("address-not-ascii", feed("<link>https://example.org/</link>", "<link>https://example.org/节目</link>")),
    (
        "address-not-ascii",
        feed("<language>", "<itunes:new-feed-url>https://e.org/节目</itunes:new-feed-url><language>"),
    ),
    ("address-not-https", feed("<link>https://example.org/</link>", "<link>http://example.org/</link>")),
    ("link-broken", gone("cover.jpg")),
    ("link-broken", gone(f"{EPISODE}/transcript.txt")),
    ("link-broken", file(f"{EPISODE}/notes.html", "</body>", f'<a href="{BASE}/none.html">x</a></body>')),
    ("enclosure-none", feed(r"<enclosure[^>]*>", "")),
    ("enclosure-repeated", feed(r"<enclosure[^>]*>(.*)(<enclosure[^>]*>)", r"\2\1\2")),
    ("enclosure-length", _grow),
    ("enclosure-length", feed('(<enclosure [^>]*length=)"[0-9]+"', r'\1"0"')),
    (
        "enclosure-length",
        feed('(<enclosure url=)"[^"]*" length="[0-9]+"', r'\1"https://e.org/x.m4a" length=""'),
    ),
    ("enclosure-type-unlisted", _other_ending),
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
    (
        "chapters-order",
        file(
            f"{EPISODE}/chapters.json",
            r'(    {"startTime": 0.0[^\n]*)\n(    {"startTime": 12.0[^\n]*)',
            r"\2\n\1",
        ),
    ),
    ("chapters-order", feed("(<psc:chapter [^>]*>)(\\s*)(<psc:chapter [^>]*>)", r"\3\2\1")),
    ("chapters-in-audio-differ", _retitled),
    ("chapters-in-notes-differ", feed(r"(<content:encoded>.*?)\(00:00:12\)", r"\1(00:00:13)")),
    ("chapters-past-end", _late("chapters")),
    ("transcript-past-end", _late("transcript")),
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
    ("webvtt-wrong", file(f"{EPISODE}/transcript.vtt", "WEBVTT\n\n", "WEBVTT\nKind: captions\n\n")),
    ("webvtt-wrong", file(f"{EPISODE}/transcript.vtt", "大家好。", "A & B")),
    ("webvtt-wrong", file(f"{EPISODE}/transcript.vtt", "大家好。", "1 <2")),
    ("webvtt-wrong", file(f"{EPISODE}/transcript.vtt", r"\n(00:00:0.[^\n]*)", r"\na\n\1", count=0)),
    ("webvtt-wrong", file(f"{EPISODE}/chapters.vtt", "再见", "<b>再见</b>")),
    ("webvtt-wrong", file(f"{EPISODE}/chapters.vtt", "--> 00:00:12.000", "--> 00:00:13.000")),
    ("webvtt-wrong", file(f"{EPISODE}/chapters.vtt", "--> 00:00:12.000", "--> 00:00:00.000")),
    ("transcript-lines", file(f"{EPISODE}/transcript.srt", "大家好。", "大" * 33)),
    ("transcript-lines", file(f"{EPISODE}/transcript.srt", "大家好。", "大\n家\n好。")),
    ("transcript-differ", file(f"{EPISODE}/transcript.srt", "--> 00:00:09,000", "--> 00:00:08,000")),
    ("transcript-type", feed('type="application/x-subrip"', 'type="text/srt"')),
    (
        "transcript-type",
        feed('(<podcast:transcript url=)"[^"]*" type="[^"]*"', r'\1"https://e.org/a.xml" type="text/xml"'),
    ),
]


def test_a_good_show_has_no_findings(good: Path) -> None:
    assert check(good, BASE) == ()


@pytest.mark.parametrize(
    ("code", "change"), MUTATIONS, ids=[f"{n}-{code}" for n, (code, _) in enumerate(MUTATIONS)]
)
def test_what_is_broken_is_named_and_nothing_else(output: Path, code: str, change: Break) -> None:
    change(output)
    assert set(codes(output)) == {code}


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


def test_a_mark_of_utf_8_in_front_of_the_feed_is_no_harm(output: Path) -> None:
    path = output / "feed.xml"
    path.write_bytes(BOM_UTF8 + path.read_bytes())
    assert codes(output) == []


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
