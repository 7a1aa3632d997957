from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import read_show
from publisher.errors import ConfigError
from publisher.model import License, Location, Owner, RemoteFeed, Show, Trailer, Txt
from tests.conftest import CHECKOUT, PODCAST_TOML

GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"


def read(folder: Path, text: str) -> str:
    (folder / "podcast.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_show(folder)
    return str(caught.value)


def test_a_show_is_read_with_its_defaults(show_folder: Path) -> None:
    show = read_show(show_folder)
    assert show.title == "Test show"
    assert show.categories == (("Technology",),)
    assert show.feed_url == "https://example.com/podcast/feed.xml"
    assert (show.explicit, show.type, show.timezone, show.locked) == (False, "episodic", "UTC", True)


def test_the_show_of_this_repository_is_read() -> None:
    show = read_show(CHECKOUT)
    assert show.owner == Owner("坐过站", "hello@example.com")
    assert show.categories == (("Technology",), ("Society & Culture", "Personal Journals"))


def test_a_slash_after_the_base_address_does_not_double(tmp_path: Path) -> None:
    text = PODCAST_TOML.replace("/podcast", "/podcast/")
    (tmp_path / "podcast.toml").write_text(text, encoding="utf-8")
    assert read_show(tmp_path).feed_url == "https://example.com/podcast/feed.xml"


def test_all_faults_are_reported_at_once_with_line_and_key(tmp_path: Path) -> None:
    message = read(
        tmp_path,
        'title = ""\ndescription = 3\nlink = "foo"\nbase_url = "https://例.com"\nlanguage = "zh-CN"\n'
        'author = "a"\ncategory = "Tech"\nexplicit = "no"\ncolour = 1\ntimezone = "Mars"\n[owner]\nname = "x"\n',
    )
    for where in (
        "podcast.toml:1 (title)",
        "podcast.toml:2 (description)",
        "podcast.toml:3 (link)",
        "podcast.toml:4 (base_url)",
        "podcast.toml:7 (category)",
        "podcast.toml:8 (explicit)",
        "podcast.toml:9 (colour)",
        "podcast.toml:10 (timezone)",
        "podcast.toml:11 (owner.email)",
    ):
        assert where in message


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert "(title): is missing." in read(tmp_path, PODCAST_TOML.replace('title = "Test show"\n', ""))


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "podcast.toml:2: The file is not valid TOML" in read(tmp_path, "title = 'x'\nauthor = \n")


def test_a_folder_without_a_show_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="publish init"):
        read_show(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "podcast.toml").write_bytes('title = "节目"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_show(tmp_path)


@pytest.mark.parametrize("language", ["cn", "jp", "chinese", "zh_CN", "xx", ""])
def test_a_language_that_is_none_is_refused(tmp_path: Path, language: str) -> None:
    message = read(tmp_path, PODCAST_TOML.replace('"zh-CN"', f'"{language}"'))
    assert "podcast.toml:5 (language): is no language; write it as zh-CN, en or ja." in message


def test_a_part_of_a_category_must_belong_to_it(tmp_path: Path) -> None:
    message = read(tmp_path, PODCAST_TOML.replace('"Technology"', '"Technology > Podcasting"'))
    assert "is no part of Technology" in message


def shown(folder: Path, text: str) -> Show:
    """A show with more in its file."""
    (folder / "podcast.toml").write_text(PODCAST_TOML + text, encoding="utf-8")
    return read_show(folder)


def test_speakers_are_called_as_the_file_says(tmp_path: Path) -> None:
    called = {"发言人A": "刘某人", "B": ""}
    assert shown(tmp_path, '[speakers]\n"发言人A" = "刘某人"\nB = ""\n').speakers == called
    message = read(tmp_path, f'{PODCAST_TOML}[speakers]\n"发言人A" = 3\nB = "{"b" * 129}"\n')
    assert "podcast.toml:9 (speakers.发言人A): should be text in quotation marks." in message
    assert "podcast.toml:10 (speakers.B): " in message


TELLING = """
new_feed_url = "https://new.example.com/feed.xml"
hub = "https://hub.example.com/"
license = "cc-by-4.0"
location = {name = "上海", geo = "geo:31.23,121.47", osm = "R913067", country = "cn"}

[[funding]]
url = "https://example.com/give"
text = "Give"
[[funding]]
url = "https://example.com/shop"
text = "Shop"

[txt]
text = "S6lpp-7ZCn8"
purpose = "applepodcastsverify"

[update_frequency]
text = "Ten Tuesdays"
rrule = "FREQ=WEEKLY;BYDAY=TU;COUNT=10"
dtstart = 2026-01-06T08:00:00+08:00

[publisher]
guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"
feed_url = "https://example.com/house.xml"

[[podroll]]
guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"
feed_url = "https://podnews.net/rss"

[[trailer]]
title = "Soon"
url = "https://example.com/soon.mp3"
published = 2026-01-01T00:00:00Z
length = 1234
season = 2
"""


def test_what_a_show_tells_of_itself_is_read(tmp_path: Path) -> None:
    show = shown(tmp_path, TELLING)
    assert show.new_feed_url == "https://new.example.com/feed.xml"
    assert show.hub == "https://hub.example.com/"
    assert show.license == License("cc-by-4.0")
    assert show.location == (Location("上海", "subject", "geo:31.23,121.47", "R913067", "cn"),)
    assert [way.text for way in show.funding] == ["Give", "Shop"]
    assert show.txt == (Txt("S6lpp-7ZCn8", "applepodcastsverify"),)
    assert show.update_frequency is not None
    assert show.update_frequency.dtstart == datetime(2026, 1, 6, tzinfo=UTC)
    assert show.publisher == RemoteFeed(GUID, "https://example.com/house.xml")
    assert show.podroll == (RemoteFeed(GUID, "https://podnews.net/rss"),)
    assert show.trailer == (
        Trailer("Soon", "https://example.com/soon.mp3", datetime(2026, 1, 1, tzinfo=UTC), 1234, season=2),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ('"https://new.example.com/feed.xml"', '"feed.xml"', "9 (new_feed_url): should be a web address"),
        ('"https://hub.example.com/"', '""', "10 (hub): should be a web address"),
        ('"cc-by-4.0"', '"CC-BY-SA-4.0"', "11 (license): needs `url`"),
        ("geo:31.23", "31.23", "12 (location.geo): "),
        ('"R913067"', '"913067"', "12 (location.osm): "),
        ('"cn"', '"China"', "12 (location.country): "),
        ('url = "https://example.com/shop"\n', "", "17 (funding[2].url): is missing."),
        ('"Shop"', f'"{"s" * 129}"', "19 (funding[2].text): "),
        ('"S6lpp-7ZCn8"', '""', "22 (txt.text): is empty."),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=10", "weekly", "27 (update_frequency.rrule): "),
        ("dtstart = 2026-01-06T08:00:00+08:00", "", "25 (update_frequency): needs `dtstart`"),
        ("06T08:00:00+08:00", "06T08:00:00", "28 (update_frequency.dtstart): "),
        ("9b024349-", "", "31 (publisher.guid): "),
        ("2026-01-01T00:00:00Z", "2026-01-01", "41 (trailer.published): "),
        ("1234", "0", "42 (trailer.length): "),
        ("season = 2", "sesaon = 2", "43 (trailer.sesaon): is not a key"),
    ],
)
def test_what_is_wrong_in_a_table_is_named_with_its_line(
    tmp_path: Path, right: str, wrong: str, where: str
) -> None:
    assert right in TELLING
    assert f"podcast.toml:{where}" in read(tmp_path, PODCAST_TOML + TELLING.replace(right, wrong))


def test_a_license_of_ones_own_has_an_address(tmp_path: Path) -> None:
    own = shown(tmp_path, '[license]\nid = "mine-v1"\nurl = "https://example.com/license"\n')
    assert own.license == License("mine-v1", "https://example.com/license")
