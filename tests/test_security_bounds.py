"""What is too large, too deep or too long is refused; what a stranger's file names is not opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.chapters import FORMATS, read_chapters
from publisher.config import read_show
from publisher.content import read_episode
from publisher.errors import ConfigError, ContentError, Place, PublisherError
from publisher.feed.markup import from_markdown, sanitise
from publisher.fetch import read_captions
from publisher.importing.feed import read_feed
from publisher.model import CaptionFile, CaptionKind
from tests.builders import show
from tests.conftest import PODCAST_TOML
from tests.fuzz.seeds import SEEDS
from tests.test_chapter_writers import ABOUT, CHAPTERS
from tests.test_security import build, write_talk

HEAD = "---\ntitle: A talk\ndate: 2026-01-01\n"
TALK = "---\n**Ann**: Hello.\n"


def large(path: Path, size: int, beginning: bytes) -> Path:
    """A file of a size of which nothing but the beginning is on the disk."""
    path.write_bytes(beginning)
    with path.open("r+b") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}a: {'[' * 21}{']' * 21}\n{TALK}", "nested too deep"),
        (f"{HEAD}a: {'b' * 200_000}\n{TALK}", "over 200 KB"),
        (f"{HEAD}{TALK}{'Hello. ' * 290_000}", "over 2 MB"),
        (f"{HEAD}episode: {'9' * 7}\n{TALK}", "whole number"),
        (f"---\ntitle: A talk\ndate: 3000-01-01\n{TALK}", "not a date"),
        (f"{HEAD}chapters: [{{start: 3600001, title: Late}}]\n{TALK}", "not a chapter"),
    ],
)
def test_an_episode_beyond_all_reason_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "talk.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        read_episode(path)


@pytest.mark.parametrize("more", [f"# {'a' * 500_000}\n", f"# {'.' * 5_000}\n"])
def test_a_podcast_toml_beyond_all_reason_is_refused(tmp_path: Path, more: str) -> None:
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML + more, encoding="utf-8")
    with pytest.raises(ConfigError, match="too large"):
        read_show(tmp_path)


def test_captions_beyond_all_reason_are_refused(tmp_path: Path) -> None:
    path = large(tmp_path / "captions", 50_000_001, SEEDS["captions-srt"][0])
    with pytest.raises(ContentError, match="larger than 50 MB"):
        read_captions(CaptionFile(path, CaptionKind.GIVEN))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"00:00 A\n" + b" " * 8_000_000, "over 8 MB"),
        (b'{"version": "1.2.0", "chapters": [{"startTime": 3600001, "title": "A"}]}', "beyond 1,000 hours"),
        (b"WEBVTT\n\n1001:00:00.000 --> 1002:00:00.000\nA\n", "beyond 1,000 hours"),
        (
            b'{"version": "1.2.0", "chapters": [{"startTime": "' + b"9" * 41 + b'", "title": "A"}]}',
            "too long",
        ),
    ],
)
def test_chapters_beyond_all_reason_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        read_chapters(content, "chapters.txt")


def test_a_picture_beyond_all_reason_is_refused(show_folder: Path) -> None:
    from PIL import Image

    picture = show_folder / "cover.png"
    Image.new("RGB", (1_400, 1_400)).save(picture)
    write_talk(show_folder, fields="image: cover.png\n")
    (outcome,) = build(show_folder)
    assert outcome.reason == ""
    large(picture, 20_000_001, picture.read_bytes())
    (outcome,) = build(show_folder)
    assert "20 MB" in outcome.reason


# -- what a stranger's XML names --------------------------------------------------------------------------


@pytest.fixture
def outer(tmp_path: Path) -> str:
    """A document type that lies outside of the file that names it, and makes an entity."""
    (tmp_path / "outer.dtd").write_text('<!ENTITY secret "treasure">', encoding="utf-8")
    return f'<!DOCTYPE x SYSTEM "{tmp_path / "outer.dtd"}">'


@pytest.mark.parametrize(("name", "before"), [("psc", 'title="'), ("matroska", "<ChapterString>")])
def test_what_chapters_name_as_their_document_type_is_not_opened(outer: str, name: str, before: str) -> None:
    written = FORMATS[name].write(CHAPTERS, ABOUT).replace(before, f"{before}&secret;", 1)
    assert "&secret;" in written
    hostile = written.replace("?>", f"?>{outer}", 1)
    try:
        told = str(read_chapters(hostile.encode(), FORMATS[name].filename))
    except ContentError as error:
        told = str(error)
    assert "treasure" not in told


def test_what_a_feed_names_as_its_document_type_is_not_opened(outer: str) -> None:
    hostile = (
        SEEDS["feed"][0]
        .replace(b"?>", f"?>{outer}".encode(), 1)
        .replace(b"<itunes:name>Ann", b"<itunes:name>&secret;")
    )
    try:
        told = str(read_feed(hostile, Place("feed.xml")))
    except PublisherError as error:
        told = str(error)
    assert "treasure" not in told


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/x"],
)
def test_a_link_in_markup_of_others_leads_only_to_the_web(address: str) -> None:
    assert address not in sanitise(f'<a href="{address}">x</a>')
    assert "https://example.org" in sanitise('<a href="https://example.org">x</a>')


def test_html_in_markdown_is_shown_as_text() -> None:
    assert from_markdown("a <b>c</b>") == "<p>a &lt;b&gt;c&lt;/b&gt;</p>"


def test_the_address_of_a_file_says_nothing_but_its_name() -> None:
    assert (
        show().url("episodes/<a'\"b&c%2e ?#/x").endswith("/podcast/episodes/%3Ca%27%22b%26c%252e%20%3F%23/x")
    )
