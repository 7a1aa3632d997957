from __future__ import annotations

from pathlib import Path

import pytest

from publisher.config import read_show
from publisher.errors import ConfigError
from publisher.model import Owner
from tests.conftest import CHECKOUT, PODCAST_TOML


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


def test_a_part_of_a_category_must_belong_to_it(tmp_path: Path) -> None:
    message = read(tmp_path, PODCAST_TOML.replace('"Technology"', '"Technology > Podcasting"'))
    assert "is no part of Technology" in message
