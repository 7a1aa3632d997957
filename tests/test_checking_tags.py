"""`publish check` on the tags of the podcast namespace: each rule names exactly what breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.checking import check
from tests.published import BASE, GUID, HOUSE, Break, codes, feed

SOURCE = '<podcast:source uri="https://e.org/a"/></podcast:alternateEnclosure>'

MUTATIONS: list[tuple[str, Break]] = [
    ("license-wrong", feed(">CC-BY-4.0<", ">mine<")),
    ("license-wrong", feed(">CC-BY-4.0<", "><")),
    ("funding-wrong", feed(' url="https://example.com/give"', "")),
    ("funding-wrong", feed(">Give<", ">" + "G" * 129 + "<")),
    ("location-wrong", feed('rel="creator"', 'rel="nearby"')),
    ("location-wrong", feed("geo:31.23,121.47", "31.23,121.47")),
    ("location-wrong", feed('osm="R913067"', 'osm="913067"')),
    ("location-wrong", feed('country="cn"', 'country="China"')),
    ("location-wrong", feed(">上海<", "><")),
    ("txt-wrong", feed(">abc<", ">" + "a" * 4_001 + "<")),
    ("txt-wrong", feed('purpose="verify"', f'purpose="{"p" * 129}"')),
    ("frequency-wrong", feed(' dtstart="[^"]*"', "")),
    ("frequency-wrong", feed('dtstart="2026', 'dtstart="someday 2026')),
    ("frequency-wrong", feed("FREQ=WEEKLY", "every week")),
    ("frequency-wrong", feed(">每周<", "><")),
    ("trailer-wrong", feed('pubdate="[^"]*"', 'pubdate="soon"')),
    ("trailer-wrong", feed(' pubdate="[^"]*"', "")),
    ("trailer-wrong", feed(' url="https://example.com/soon.mp3"', "")),
    ("trailer-wrong", feed(">即将<", "><")),
    ("trailer-wrong", feed('length="9"', 'length="nine"')),
    ("podroll-wrong", feed(f'feedGuid="{GUID}"', 'feedGuid="1"')),
    ("podroll-wrong", feed(f' feedGuid="{GUID}"', "")),
    ("podroll-wrong", feed(r"(<podcast:podroll>\s*)<podcast:remoteItem[^>]*>", r"\1")),
    ("publisher-wrong", feed(r"(<podcast:publisher>\s*)<podcast:remoteItem[^>]*>", r"\1")),
    ("publisher-wrong", feed('medium="publisher"', 'medium="podcast"')),
    ("publisher-wrong", feed(r"(<podcast:publisher>\s*)(<podcast:remoteItem[^>]*>)", r"\1\2\2")),
    ("publisher-wrong", feed(f'feedGuid="{HOUSE}"', 'feedGuid="1"')),
    ("tag-wrong", feed('<podcast:chapters url="[^"]*"', "<podcast:chapters")),
    ("tag-wrong", feed('<podcast:transcript url="[^"]*"', "<podcast:transcript")),
    ("tag-wrong", feed('rel="captions"', 'rel="subtitles"')),
    ("tag-wrong", feed("<podcast:image [^>]*>", '<podcast:image alt="x"/>')),
    ("tag-wrong", feed(' owner="[^"]*"', ' owner="me"')),
    *(
        ("tag-wrong", feed("<itunes:duration>", f"{tag}<itunes:duration>"))
        for tag in (
            "<podcast:season>one</podcast:season>",
            f'<podcast:season name="{"n" * 129}">1</podcast:season>',
            "<podcast:episode>first</podcast:episode>",
            f'<podcast:episode display="{"n" * 33}">1</podcast:episode>',
            '<podcast:images srcset="https://e.org/a.jpg 1w"/>',
            '<podcast:alternateEnclosure type="audio/opus"/>',
            f"<podcast:alternateEnclosure>{SOURCE}",
            '<podcast:alternateEnclosure type="audio/opus"><podcast:source/></podcast:alternateEnclosure>',
            f'<podcast:alternateEnclosure type="audio/opus" title="{"n" * 33}">{SOURCE}',
            f'<podcast:alternateEnclosure type="audio/opus"><podcast:integrity type="md5" value="1"/>{SOURCE}',
        )
    ),
    *(
        ("tag-wrong", feed("<podcast:medium>", f"{tag}<podcast:medium>"))
        for tag in ("<podcast:block>maybe</podcast:block>", '<podcast:podping usesPodping="often"/>')
    ),
    ("medium-unknown", feed(">podcast<", ">radio<")),
    ("person-wrong", feed("<podcast:person>小苏", "<podcast:person>")),
    ("person-wrong", feed("<podcast:person>小苏", "<podcast:person>" + "p" * 129)),
    ("soundbite-length", feed('duration="15.5"', 'duration="14.5"')),
    ("soundbite-length", feed(r"(<podcast:soundbite[^>]*>)市场", r"\1" + "s" * 129)),
    ("chapters-type", feed("application/json[+]chapters", "application/json")),
]


@pytest.mark.parametrize(
    ("code", "change"), MUTATIONS, ids=[f"{n}-{code}" for n, (code, _) in enumerate(MUTATIONS)]
)
def test_what_is_broken_is_named_and_nothing_else(output: Path, code: str, change: Break) -> None:
    change(output)
    assert codes(output) == [code]


def test_a_license_of_ones_own_needs_the_address_of_its_text(output: Path) -> None:
    feed("<podcast:license>CC-BY-4.0", '<podcast:license url="https://example.com/license">mine')(output)
    assert codes(output) == []


def test_the_finding_says_which_part_of_the_tag(output: Path) -> None:
    feed('country="cn"', 'country="China"')(output)
    (found,) = check(output, BASE)
    assert found.what.startswith("podcast:location: country string should match")
    assert found.where == "feed.xml"
    feed('country="China"', "")(output)
    feed(">上海<", "><")(output)
    (found,) = check(output, BASE)
    assert found.what == "podcast:location: its text is missing."
